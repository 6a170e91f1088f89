"""Families: who is in one, who joins, who leaves, who answers for the bills (FA-1, FA-3, FA-6)."""

from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.accounts import (
    Account,
    Address,
    DeliveryPreference,
    Guarantor,
    HealthPlanRestriction,
    InsuranceClass,
    Member,
    Note,
    NoteAction,
    Patient,
    charge_of,
    head_of,
    is_family,
)
from revcycle.dunning import (
    CureEffect,
    DunningPolicy,
    RunOutcome,
    account_level,
    add_member,
    change_guarantor,
    leave_account,
    patient_figures,
    place_in_collections,
    recall_from_collections,
    replay,
    reset_next_statement,
    run_statement,
    transfer_member,
)
from revcycle.dunning.alarms import alarm_state, clear_alarm
from revcycle.dunning.events import GuarantorChanged, MemberJoined, MemberLeft
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.holds import HoldScope
from tests.stories.book import (
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    WEEKLY,
    asked,
    charge,
    family,
    hold,
    level,
    patient,
    pay,
    pay_plan,
    plan,
    post,
    refusal,
    run,
    runs,
    stands,
    the_plan,
)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def made(account, day, policy=POLICY):
    return run_statement(account, as_of=day, policy=policy)


def leave(account, who, day, *, to="own", policy=POLICY):
    return leave_account(
        account,
        patient_id=who,
        new_account_id=to,
        guarantor=Guarantor(id=f"g-{who}", patient_id=who),
        as_of=day,
        policy=policy,
    )


def join(account, target, who, day, policy=POLICY):
    return transfer_member(account, target, patient_id=who, as_of=day, policy=policy)


def ids(account) -> list[str]:
    return [member.patient.id for member in account.members]


def couple(**more):
    """Ann with c1 and Bob with b1, billed at R1 and R2: both at level 1."""
    return runs(family(charge(), charge("b1", of="bob"), **more), R1, R2)


def alone(who="sue", *days_run, amount="100.00", account_id="old"):
    """Sue with charge s1 on her own account, run on the days given."""
    return runs(family(charge("s1", amount, of=who), account_id=account_id), *days_run)


# -------------------------------------------------------------------------- FA-1 who is in it


def test_an_account_is_a_guarantor_and_one_or_more_patients():
    """FA-1: without a patient there is no open account."""
    with pytest.raises(InvalidRecord, match="closed_on"):
        Account(id="a", guarantor=Guarantor(id="g"), members=())
    assert not is_family(family("ann"))
    assert is_family(family("ann", "bob"))


def test_a_patient_is_in_an_account_once():
    """FA-1: a member is not added twice, and no record holds one twice."""
    account = family("ann", "bob")
    assert refusal(add_member, account, patient("bob"), as_of=R1) == ["ALREADY_A_MEMBER"]
    with pytest.raises(InvalidRecord, match="members"):
        attrs.evolve(account, members=(account.members[0], account.members[0]))


def test_charges_and_plans_belong_to_current_members():
    """FA-1: nobody else's charge can stand on the account."""
    with pytest.raises(InvalidRecord, match="belong to a current member"):
        attrs.evolve(family("ann"), charges=(charge(of="zoe"),))


def test_membership_is_dated():
    """FA-1: joined on the day of joining; a past membership keeps first and last day."""
    account = add_member(family("ann"), patient("bob"), as_of=R1).account
    assert account.members[1].joined_on == R1
    left = leave(account, "bob", R2).account
    (former,) = left.former_members
    assert (former.patient_id, former.joined_on, former.left_on) == ("bob", R1, R2)


def test_a_new_patient_is_told():
    """FA-1: a registration is one event; it changes nothing but the members."""
    account = run(family(charge()), R1)
    result = add_member(account, patient("bob"), as_of=R1)
    assert result.events == (MemberJoined(R1, Member(patient=patient("bob"), joined_on=R1)),)
    assert attrs.evolve(result.account, members=account.members) == account


def test_the_head_is_the_guarantor_if_a_current_member():
    """FA-1: the guarantor before anybody who joined earlier."""
    account = add_member(family("ann", "bob"), patient("cal"), as_of=R1).account
    account = change_guarantor(account, Guarantor(id="g", patient_id="cal"), as_of=R1).account
    assert head_of(account).id == "cal"


def test_else_the_head_is_the_earliest_joined_then_the_lowest_id():
    """FA-1: guarantor no member or no patient: earliest joined; ties by lowest id."""
    members = tuple(
        Member(patient=patient(one), joined_on=on)
        for one, on in (("zoe", R1), ("bob", POSTED), ("al", POSTED), ("aa", R2))
    )
    for guarantor in (Guarantor(id="g"), Guarantor(id="g", patient_id="gone")):
        account = Account(id="a", guarantor=guarantor, members=members)
        assert head_of(account).id == "al"
        assert head_of(attrs.evolve(account, members=members[:2])).id == "bob"


def test_a_closed_account_has_no_head():
    """FA-1: nobody is left to be it."""
    closed = join(alone("sue", R1), family("ann"), "sue", R1).account
    with pytest.raises(UnknownReference):
        head_of(closed)


# ------------------------------------------------------------------------------- FA-3 joining


def test_joining_changes_nothing_until_the_next_cycle_run():
    """FA-3: level, dates, statements, alarm of both sides stand; the account's date is its own."""
    target = runs(family(charge()), R1, R2)
    joined = join(alone("sue", R1 + days(7)), target, "sue", R2 + days(3)).target
    assert joined.cycle == target.cycle
    assert joined.statements == target.statements
    assert alarm_state(joined, as_of=R2 + days(8), policy=POLICY) == alarm_state(
        target, as_of=R2 + days(8), policy=POLICY
    )
    assert stands(joined, "s1") == (0, None)
    assert stands(joined) == (1, R2)


def test_a_joiners_charges_are_listed_but_wait_for_their_own_date():
    """FA-3: listed at the family's next run; they advance only from the old account's next date."""
    old = runs(alone("sue", R1 + days(7)), R2 + days(7))
    joined = join(old, run(family(charge()), R1), "sue", R2 + days(8)).target
    result = made(joined, R2 + days(9))
    assert [line.charge_id for line in result.statement.lines] == ["c1", "s1"]
    assert level(result.account, "s1") == 1
    assert charge_of(result.account, "s1").standing.billed_count == 3
    assert level(result.account) == 1
    again = run(result.account, R3 + days(9))
    assert (level(again, "s1"), level(again)) == (2, 2)


@pytest.mark.parametrize(("early", "expected"), [(1, 0), (0, 1)])
def test_they_advance_on_the_very_day_their_own_statement_would_have_fallen(early, expected):
    """FA-3: from that day on, the day included; one day before they wait."""
    old = alone("sue", R1 + days(7))
    target = reset_next_statement(
        run(family(charge()), R1), R2 + days(7 - early), as_of=R1, policy=POLICY
    ).account
    joined = join(old, target, "sue", R1 + days(8)).target
    assert level(run(joined, R2 + days(7 - early)), "s1") == expected


def test_nobody_advances_twice_in_a_cycle_by_joining():
    """FA-3: run on the old account, moved, run in the new family: one step, not two."""
    old = runs(alone("sue", R1), R2)
    target = reset_next_statement(
        run(family(charge()), R1), R2 + days(2), as_of=R1, policy=POLICY
    ).account
    joined = join(old, target, "sue", R2 + days(1)).target
    assert level(joined, "s1") == 1
    assert level(run(joined, R2 + days(2)), "s1") == 1


def test_nobody_advances_twice_by_joining_twice():
    """FA-3: the waiting date goes along through a second move."""
    old = runs(alone("sue", R1), R2)
    first = join(old, run(family(charge("x", of="xan"), account_id="x"), R1), "sue", R2).target
    assert first.members[-1].advances_from == R3
    target = family(charge("t", of="tom"), account_id="t")
    second = join(first, target, "sue", R2 + days(1)).target
    assert level(run(second, R2 + days(1)), "s1") == 1
    own = leave(first, "sue", R2 + days(1)).new_account
    own = reset_next_statement(own, R2 + days(3), as_of=R2 + days(1), policy=POLICY).account
    assert level(run(own, R2 + days(3)), "s1") == 1


def test_a_joiner_whose_own_date_is_overdue_advances_at_once():
    """FA-3: the own next date lies in the past, so the family's next run moves the charge."""
    old = alone("sue", R1)
    target = run(family(charge()), R1 + days(20))
    joined = join(old, target, "sue", R2 + days(5)).target
    assert level(run(joined, R2 + days(20)), "s1") == 1


def test_a_joiner_who_was_never_run_does_not_wait():
    """FA-3: no next date, nothing to wait for: billed at the next run, a step at the one after."""
    joined = join(alone("sue"), run(family(charge()), R1), "sue", R1 + days(1)).target
    assert joined.members[-1].advances_from is None
    joined = run(joined, R2)
    assert stands(joined, "s1") == (0, None)
    assert level(run(joined, R3), "s1") == 1


def test_an_unbilled_charge_of_a_waiting_joiner_is_billed():
    """FA-3: waiting keeps levels; the first billing takes place."""
    old = post(
        alone("sue", R1 + days(20)), charge("s2", of="sue", posted_on=R1 + days(21)), R1 + days(21)
    )
    joined = run(join(old, run(family(charge()), R1), "sue", R1 + days(21)).target, R2)
    standing = charge_of(joined, "s2").standing
    assert (standing.first_billed_on, standing.level.number) == (R2, 0)


def _sue_on_a_plan(cadence=None, on=R1):
    """Sue's plan of 50 a cycle; run at R1 + 7, when the first period opened."""
    account = family(charge("s1", "900.00", of="sue"), account_id="old")
    more = {} if cadence is None else {"cadence": cadence}
    account = plan(account, on=on, of="sue", id="sp", **more)
    return run(account, R1 + days(7))


def test_a_joiners_plan_is_judged_only_from_the_own_date():
    """FA-3: the family runs before the joiner's own date: no miss; from that date on, a miss."""
    joined = join(_sue_on_a_plan(), run(family(charge()), R1), "sue", R1 + days(9)).target
    joined = run(joined, R2)
    assert [due.judged_on for due in the_plan(joined, "sp").dues] == [None]
    assert level(joined, "s1") == 0
    joined = run(joined, R3)
    assert the_plan(joined, "sp").dues[0].missed is True
    assert level(joined, "s1") == 5


def test_a_joiners_calendar_plan_is_judged_only_from_the_own_date():
    """FA-3: calendar dues alike: past and short, but not judged before the own date."""
    old = _sue_on_a_plan(cadence=WEEKLY, on=R1)
    joined = join(old, run(family(charge()), R1), "sue", R1 + days(9)).target
    before = level(joined, "s1")
    joined = run(joined, R2)
    assert level(joined, "s1") == before
    joined = run(joined, R3)
    assert level(joined, "s1") > before


def test_a_joiners_plan_keeps_its_period_and_its_money():
    """FA-3, PL-4: what was paid before joining still meets the open due."""
    old = pay_plan(_sue_on_a_plan(), "sp", "50.00", R1 + days(8))
    joined = join(old, run(family(charge()), R1), "sue", R1 + days(9)).target
    assert asked(joined, R1 + days(9), "sp") == ("0.00", "0.00", "0.00")
    joined = runs(joined, R2, R3)
    assert the_plan(joined, "sp").dues[0].missed is False
    assert level(joined, "s1") == 0


def test_plans_claims_and_holds_go_along():
    """FA-3: with the charges go plans, levels, patient holds and claim holds; no others."""
    account = family(charge(), charge("b1", of="bob"), charge("b2", "500.00", of="bob"))
    account = runs(plan(account, "claim-b2", on=R1, of="bob", id="bp"), R1, R2)
    account = hold(account, HoldScope.PATIENT, "bob", R2, id="of bob", start_on=R4)
    account = hold(account, HoldScope.CLAIM, "claim-b1", R2, id="of claim", start_on=R4)
    account = hold(account, HoldScope.PATIENT, "ann", R2, id="of ann", start_on=R4)
    account = hold(account, HoldScope.ACCOUNT, None, R2, id="of account", start_on=R4)
    move = join(account, family("tom", account_id="t"), "bob", R2)
    assert [c.id for c in move.target.charges] == ["b1", "b2"]
    assert (stands(move.target, "b1"), stands(move.target, "b2")) == ((1, R2), (5, R2))
    assert [p.id for p in move.target.plans] == ["bp"]
    assert [h.id for h in move.target.holds] == ["of bob", "of claim"]
    assert [c.id for c in move.account.charges] == ["c1"]
    assert move.account.plans == ()
    assert [h.id for h in move.account.holds] == ["of ann", "of account"]


def test_statements_stay():
    """FA-3: what was sent stays with the account that sent it."""
    account = couple()
    move = join(account, family("tom", account_id="t"), "bob", R2)
    assert move.account.statements == account.statements
    assert move.target.statements == ()
    assert leave(account, "bob", R2).new_account.statements == ()


def test_in_an_existing_account_that_accounts_dates_stand():
    """FA-3: the joiner brings no date; the target's next statement stays as it was."""
    target = run(family("tom", charge("t1", of="tom"), account_id="t"), R1 + days(4))
    moved = join(couple(), target, "bob", R2).target
    assert moved.cycle == target.cycle


def test_the_alarm_of_an_existing_account_stands():
    """FA-3, AL-4: no joiner raises it; at the next run he counts."""
    target = runs(family(charge("t1", of="tom"), account_id="t"), R1, R2)
    worse = runs(alone("sue", R1), R2, R3, R4)
    target = runs(target, R3)
    joined = join(worse, target, "sue", R4).target
    state = alarm_state(joined, as_of=R4, policy=POLICY)
    assert (state.level.number, account_level(joined, as_of=R4).number) == (2, 3)
    after = run(joined, R4)
    assert alarm_state(after, as_of=R4, policy=POLICY).level.number == 3


def test_both_sides_tell_their_own_part_of_a_move():
    """FA-3: the events of each account rebuild that account."""
    account, target = couple(), family("tom", account_id="t")
    move = join(account, target, "bob", R2)
    assert any(isinstance(event, MemberLeft) for event in move.events)
    assert any(isinstance(event, MemberJoined) for event in move.target_events)
    assert replay(account, move.events) == move.account
    assert replay(target, move.target_events) == move.target


# ------------------------------------------------------------------------------- FA-3 leaving


def test_a_leaver_takes_charges_plans_and_levels():
    """FA-3: levels and their days go along unchanged; the family keeps the rest."""
    account = family(charge(), charge("b1", of="bob"), charge("b2", "500.00", of="bob"))
    account = runs(plan(account, "claim-b2", on=R1, of="bob", id="bp"), R1, R2)
    gone = leave(account, "bob", R2 + days(1))
    own, rest = gone.new_account, gone.account
    assert (ids(own), ids(rest)) == (["bob"], ["ann"])
    assert (stands(own, "b1"), stands(own, "b2")) == ((1, R2), (5, R2))
    assert the_plan(own, "bp") == the_plan(account, "bp")
    assert (own.id, own.guarantor.id) == ("own", "g-bob")
    assert [c.id for c in rest.charges] == ["c1"]
    assert own.members[0].joined_on == R2 + days(1)


def test_a_new_account_takes_over_last_and_next_statement_dates():
    """FA-3: so no second statement comes inside 35 days, and none is flagged as shortened."""
    own = leave(couple(), "bob", R2 + days(1)).new_account
    assert (own.cycle.last_statement_on, own.cycle.next_statement_on) == (R2, R3)
    assert made(own, R3 - days(1)).outcome is RunOutcome.SKIPPED
    result = made(own, R3)
    assert (result.statement.number, result.statement.shortened_cycle) == (1, False)
    assert stands(result.account, "b1") == (2, R3)


def test_a_reset_of_the_new_account_is_measured_from_the_familys_last_statement():
    """FA-3, ST-2: taken-over dates count: too soon is flagged."""
    own = leave(couple(), "bob", R2 + days(1)).new_account
    own = reset_next_statement(own, R3 - days(5), as_of=R2 + days(1), policy=POLICY).account
    assert made(own, R3 - days(5)).statement.shortened_cycle is True


def test_a_new_account_has_no_alarm_until_its_first_cycle_run():
    """FA-3: the leaver's level stands, the alarm is set by the run."""
    own = leave(couple(), "bob", R2 + days(1)).new_account
    assert own.alarm is None
    assert alarm_state(own, as_of=R3 - days(1), policy=POLICY).status.value == "not_set"
    assert account_level(own, as_of=R2 + days(1)).number == 1
    assert run(own, R3).alarm.level.number == 2


def test_leaving_on_the_day_of_the_run_gives_no_second_run():
    """FA-3, ST-11: the family ran today, so the new account's charges have moved today."""
    own = leave(couple(), "bob", R2).new_account
    result = made(own, R2)
    assert result.skips[0].reason.value == "already_run_today"
    assert level(own, "b1") == 1


def test_the_last_member_cannot_leave_for_a_new_account():
    """FA-3: refused for the last one; allowed while somebody stays."""
    ask = {
        "patient_id": "ann",
        "new_account_id": "n",
        "guarantor": Guarantor(id="g"),
        "policy": POLICY,
    }
    assert refusal(leave_account, family(charge()), as_of=R1, **ask) == ["LAST_MEMBER"]
    assert refusal(leave_account, family(charge(), "bob"), as_of=R1, **ask) == []


def test_the_last_member_joining_an_existing_account_closes_the_old_one():
    """FA-3: the old account is empty and closed from that day."""
    move = join(alone("sue", R1), family(charge()), "sue", R1 + days(3))
    assert (move.account.closed_on, move.account.members, move.account.charges) == (
        R1 + days(3),
        (),
        (),
    )
    assert [former.patient_id for former in move.account.former_members] == ["sue"]
    assert ids(move.target) == ["ann", "sue"]


def test_a_closed_account_takes_no_further_act_but_a_run_passes_it_by():
    """FA-3: acts are refused; a nightly run over the book skips it."""
    closed = join(alone("sue", R1), family(charge()), "sue", R1 + days(3)).account
    day = R1 + days(4)
    for act, more in (
        (add_member, {"patient": patient("bob")}),
        (change_guarantor, {"guarantor": Guarantor(id="g")}),
    ):
        assert refusal(act, closed, *more.values(), as_of=day) == ["ACCOUNT_CLOSED"]
    result = made(closed, R2)
    assert (result.outcome, result.account) == (RunOutcome.SKIPPED, closed)
    assert "nothing_billable" in [skip.reason.value for skip in result.skips]
    assert alarm_state(closed, as_of=R2, policy=POLICY).status.value in ("not_set", "cleared")


def test_nobody_joins_a_closed_account():
    """FA-3: also as a target it is closed."""
    closed = join(alone("sue", R1), family(charge()), "sue", R1 + days(3)).account
    day = R2 + days(1)
    ask = {"patient_id": "bob", "as_of": day, "policy": POLICY}
    assert refusal(transfer_member, couple(account_id="c"), closed, **ask) == ["ACCOUNT_CLOSED"]


def test_a_leaver_may_come_back():
    """FA-3: rejoining, with one run in the own account meanwhile, is a joining like any other."""
    gone = leave(couple(), "bob", R2 + days(1))
    family_later, own = run(gone.account, R3), run(gone.new_account, R3)
    back = join(own, family_later, "bob", R3 + days(1)).target
    assert ids(back) == ["ann", "bob"]
    assert [former.patient_id for former in back.former_members] == ["bob"]
    assert (stands(back, "b1"), stands(run(back, R4), "b1")) == ((2, R3), (3, R4))


def test_leaving_and_coming_back_the_same_day_loses_no_cycle_and_gains_none():
    """FA-3: same dates on both sides, so the next run moves the charge by one step."""
    gone = leave(couple(), "bob", R2 + days(1))
    back = join(gone.new_account, gone.account, "bob", R2 + days(1)).target
    assert stands(run(back, R3), "b1") == (2, R3)


def test_a_members_own_figures_leave_with_the_member():
    """FA-3, PL-9: nothing of the leaver's dollars stays."""
    gone = leave(couple(), "bob", R2)
    (ann,) = patient_figures(gone.account, as_of=R2, policy=POLICY)
    (bob,) = patient_figures(gone.new_account, as_of=R2, policy=POLICY)
    assert (ann.outstanding, bob.outstanding) == (Decimal("100.00"), Decimal("100.00"))


def test_a_placed_charge_leaves_too_and_may_be_recalled_there():
    """FA-3, CO-3: the leaver's own charges, wherever they are."""
    account = couple()
    account = place_in_collections(
        account, charge_ids=["b1"], agency_id="x", as_of=R2, policy=POLICY
    ).account
    own = leave(account, "bob", R2).new_account
    assert charge_of(own, "b1").placement is not None
    own = recall_from_collections(own, charge_ids=["b1"], as_of=R2, policy=POLICY).account
    assert stands(own, "b1") == (1, R2)


def test_a_leaver_who_owes_nothing_leaves_the_family_as_it_was():
    """FA-3: alarm and levels of the family do not notice."""
    account = runs(family(charge(), "bob"), R1, R2)
    rest = leave(account, "bob", R2).account
    assert alarm_state(rest, as_of=R2, policy=POLICY) == alarm_state(
        account, as_of=R2, policy=POLICY
    )


def test_a_cleared_alarm_stays_cleared_when_a_member_leaves_or_joins():
    """FA-3, AL-6: coming and going revives nothing."""
    account = clear_alarm(couple(), by="u", as_of=R2, policy=POLICY).account
    rest = leave(account, "bob", R2).account
    more = join(alone("sue", R1), account, "sue", R2).target
    for one in (rest, more):
        assert alarm_state(one, as_of=R2 + days(20), policy=POLICY).status.value == "cleared"


def test_a_recalled_charge_brings_back_an_alarm_that_its_going_had_silenced():
    """AL-5, CO-3: nothing was due because the charge was away; back, the alarm is as it was."""
    holding = DunningPolicy(cure_effect=CureEffect.HOLD)
    account = family(charge("p", "900.00"), charge("s", "80.00"))
    account = runs(plan(account, "claim-p", on=R1, policy=holding), R1, R2, R3, policy=holding)
    account = pay_plan(account, "plan", "150.00", R3 + days(1), policy=holding)
    day = R3 + days(2)
    account = place_in_collections(
        account, charge_ids=["s"], agency_id="x", as_of=day, policy=holding
    ).account
    assert alarm_state(account, as_of=day, policy=holding).status.value == "cleared"
    account = recall_from_collections(account, charge_ids=["s"], as_of=day, policy=POLICY).account
    state = alarm_state(account, as_of=day, policy=holding)
    assert (state.level.number, state.reached_on) == (6, R3)


# ---------------------------------------------------------------------- FA-3 the guarantor


def test_the_guarantor_can_be_changed():
    """FA-3: another guarantor answers and is addressed; the event names both."""
    account = run(family(charge(), "bob"), R1)
    new = Guarantor(id="g9", patient_id="bob")
    result = change_guarantor(account, new, as_of=R2)
    assert result.events == (GuarantorChanged(R2, "g1", new),)
    assert made(result.account, R2).statement.addressee is new
    assert head_of(result.account).id == "bob"
    assert refusal(change_guarantor, account, new, as_of=R1 - days(1)) == ["AS_OF_BEFORE_LAST_ACT"]


# ------------------------------------------------------------------------------- refusals


def test_refused_transfers_mended_one_defect_at_a_time():
    """FA-3, M-3: day, membership, clashing ids: all at once."""
    account = run(family(charge("x", of="bob"), "ann"), R2)
    target = family(charge("x", of="tom", claim="other"), "bob", account_id="t")
    ask = {"patient_id": "bob", "policy": POLICY}
    free = family("tom", account_id="t")
    clashing = family(charge("x", of="tom", claim="other"), account_id="t")
    table = [
        (target, R1, ["AS_OF_BEFORE_LAST_ACT", "ALREADY_A_MEMBER", "IDS_CLASH"]),
        (target, R2, ["ALREADY_A_MEMBER", "IDS_CLASH"]),
        (clashing, R2, ["IDS_CLASH"]),
        (free, R2, []),
        (account, R2, ["SAME_ACCOUNT"]),
    ]
    for to, as_of, expected in table:
        assert refusal(transfer_member, account, to, as_of=as_of, **ask) == expected


@pytest.mark.parametrize("kind", ["charge", "claim", "transaction", "plan", "hold"])
def test_every_kind_of_id_must_differ_between_the_accounts(kind):
    """FA-3, M-3: a joiner's charge, claim, transaction, plan and hold ids must be free."""
    account = family(charge("b", of="bob", claim="k"), charge("b2", of="bob"), "ann")
    account = pay(account, "b", "1.00", R1, id="t")
    account = plan(account, "k", on=R1, of="bob", id="p")
    account = hold(account, HoldScope.PATIENT, "bob", R1, id="h")
    name = {"charge": "b", "claim": "c", "transaction": "c", "plan": "c", "hold": "c"}[kind]
    other = charge(name, of="tom", claim="k" if kind == "claim" else "q")
    target = pay(
        family(other, account_id="t"), name, "1.00", R1, id="t" if kind == "transaction" else "u"
    )
    target = plan(
        target, "k" if kind == "claim" else "q", on=R1, of="tom", id="p" if kind == "plan" else "q"
    )
    target = hold(target, HoldScope.ACCOUNT, None, R1, id="h" if kind == "hold" else "q")
    ask = {"patient_id": "bob", "as_of": R1, "policy": POLICY}
    assert refusal(transfer_member, account, target, **ask) == ["IDS_CLASH"]


def test_refused_departures_mended_one_defect_at_a_time():
    """FA-3: the day, the last member, the account's own id."""
    single, two = run(family(charge()), R2), run(family(charge(), "bob"), R2)
    ask = {"patient_id": "ann", "guarantor": Guarantor(id="g"), "policy": POLICY}
    table = [
        (single, "a1", R1, ["AS_OF_BEFORE_LAST_ACT", "LAST_MEMBER", "SAME_ACCOUNT"]),
        (single, "a1", R2, ["LAST_MEMBER", "SAME_ACCOUNT"]),
        (two, "a1", R2, ["SAME_ACCOUNT"]),
        (two, "own", R2, []),
    ]
    for account, new_id, as_of, expected in table:
        found = refusal(leave_account, account, new_account_id=new_id, as_of=as_of, **ask)
        assert found == expected


def test_an_unknown_patient_is_an_error():
    """FA-3: only a current member can leave, not a former one either."""
    with pytest.raises(UnknownReference, match="patient"):
        leave(couple(), "zoe", R2)
    gone = leave(couple(), "bob", R2).account
    with pytest.raises(UnknownReference, match="patient"):
        join(gone, family("tom", account_id="t"), "bob", R2)


# ------------------------------------------------------------------------------- FA-6 fields


def test_the_fields_of_a_patient():
    """FA-6: everything registration keeps, in order; only the id is required."""
    assert [field.name for field in attrs.fields(Patient)] == [
        "id",
        "first_name",
        "last_name",
        "birth_on",
        "address",
        "phones",
        "email",
        "primary_department_id",
        "usual_provider_id",
        "insurance_class",
        "blocked",
        "restriction",
        "past_restrictions",
        "patient_note",
        "statement_note",
        "appointments",
    ]
    bare = Patient(id="p")
    assert (bare.insurance_class, bare.blocked) == (InsuranceClass.SELF_PAY_PRIMARY, False)
    assert (bare.restriction, bare.statement_note, bare.appointments) == (None, None, ())


def test_a_restriction_has_a_from_and_an_until():
    """FA-6: until comes not before from."""
    assert HealthPlanRestriction(from_on=R1).until_on is None
    with pytest.raises(InvalidRecord, match="until_on"):
        HealthPlanRestriction(from_on=R1, until_on=R1 - days(1))


def test_the_fields_of_a_guarantor():
    """FA-6: id, name, address, e-mail, delivery preference, optional patient id."""
    names = {field.name for field in attrs.fields(Guarantor)}
    assert {"id", "first_name", "last_name", "address", "email", "delivery", "patient_id"} <= names
    bare = Guarantor(id="g")
    assert (bare.delivery, bare.email, bare.patient_id) == (DeliveryPreference.PAPER, None, None)
    assert bare.address == Address()


def test_the_fields_of_an_account_note():
    """FA-6: id, date, author, subjects, text, action, alarm cleared or not, what changed."""
    names = [field.name for field in attrs.fields(Note)]
    assert names == ["id", "on", "by", "subject_ids", "text", "action", "cleared_alarm", "changed"]
    assert [action.value for action in NoteAction] == [
        "note",
        "called",
        "left_message",
        "sent_letter",
        "promise_to_pay",
        "other",
    ]
    bare = Note(id="n", on=R1, by="u", subject_ids=("ann",))
    assert (bare.action, bare.cleared_alarm, bare.changed) == (NoteAction.NOTE, False, ())


def test_a_familys_days_are_its_own():
    """FA-3, ST-11: two accounts of one practice keep their own cycles through a whole year."""
    first, second = couple(), alone("sue", R1 + days(7))
    for day in (R3, R4, R5, R6):
        first = run(first, day)
        second = run(second, day - days(28))
    assert (first.cycle.next_statement_on, second.cycle.next_statement_on) == (
        R6 + days(35),
        R6 + days(7),
    )


def test_a_payment_is_listed_once_by_somebody_who_moves_twice():
    """ST-13, FA-3: two accounts made a statement on one day; the second one listed the payment."""
    own = run(family(charge("c", of="cy"), "cy", account_id="c"), R1)
    middle = transfer_member(
        own, family(charge("m")), patient_id="cy", as_of=R1, policy=POLICY
    ).target
    middle = run(pay(middle, "c", "40.00", R1, id="t"), R1)
    last = transfer_member(
        middle,
        family(charge("b", of="bob"), account_id="b"),
        patient_id="cy",
        as_of=R2,
        policy=POLICY,
    ).target
    listed = run_statement(last, as_of=R2, policy=POLICY).statement.payments
    assert listed == ()
