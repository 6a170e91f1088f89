"""Holds: an account, a patient or a claim that is left in peace, and what comes after (ST-12)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from revcycle.accounts import charge_of
from revcycle.dunning import (
    AlarmStatus,
    CureEffect,
    DunningPolicy,
    RunOutcome,
    account_level,
    alarm_state,
    due_now,
    figures_of,
    place_hold,
    release_hold,
    run_statement,
)
from revcycle.dunning.events import HoldPlaced, HoldReleased
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.holds import Hold, HoldReason, HoldScope
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    R4,
    R5,
    cancel,
    charge,
    family,
    hold,
    level,
    pay,
    pay_plan,
    plan,
    post,
    refusal,
    release,
    run,
    runs,
    stands,
    void,
)

ACCOUNT, PATIENT, CLAIM = HoldScope.ACCOUNT, HoldScope.PATIENT, HoldScope.CLAIM
SUBJECT = {ACCOUNT: None, PATIENT: "ann", CLAIM: "claim-c1"}


def days(count: int) -> timedelta:
    return timedelta(days=count)


def made(account, day, policy=POLICY):
    return run_statement(account, as_of=day, policy=policy)


def status(account, day, policy=POLICY) -> str:
    return alarm_state(account, as_of=day, policy=policy).status.value


# ------------------------------------------------------------------------------- what it covers


def test_a_hold_has_scope_reason_start_and_perhaps_a_last_day():
    """ST-12: three scopes, ten reasons, a start, an optional last day."""
    assert {scope.value for scope in HoldScope} == {"account", "patient", "claim"}
    assert {reason.value for reason in HoldReason} == {
        "dispute",
        "insurance_pending",
        "insurance_appeal",
        "bankruptcy",
        "deceased",
        "bad_address",
        "assistance_application",
        "promise_to_pay",
        "plan_review",
        "other",
    }
    account = hold(family(charge()), ACCOUNT, None, R1)
    (placed,) = account.holds
    assert (placed.start_on, placed.last_on) == (R1, None)


def test_an_account_hold_skips_the_run():
    """ST-12: account hold: the run is skipped, whoever's charges there are."""
    account = hold(family(charge(), charge("b1", of="bob")), ACCOUNT, None, R1)
    result = made(account, R1)
    assert (result.outcome, [s.reason.value for s in result.skips]) == (
        RunOutcome.SKIPPED,
        ["on_hold"],
    )
    assert result.skips[0].hold_ids == ("h1",)


@pytest.mark.parametrize("scope", [PATIENT, CLAIM])
def test_a_patient_or_claim_hold_freezes_those_charges_only(scope):
    """ST-12: held charges do not advance; the family's others do."""
    account = run(family(charge(), charge("b1", of="bob")), R1)
    account = hold(account, scope, SUBJECT[scope], R1)
    account = runs(account, R2, R3)
    assert (level(account), level(account, "b1")) == (0, 2)


def test_a_patient_hold_covers_all_and_a_claim_hold_only_its_own_charges():
    """ST-12: the patient's every claim; or the claim's every charge and no other of the patient."""
    account = run(family(charge(), charge("c1b", claim="claim-c1"), charge("c2")), R1)
    by_claim = run(hold(account, CLAIM, "claim-c1", R1), R2)
    assert [level(by_claim, one) for one in ("c1", "c1b", "c2")] == [0, 0, 1]
    by_patient = hold(account, PATIENT, "ann", R1)
    assert made(by_patient, R2).skips[0].reason.value == "nothing_billable"


@pytest.mark.parametrize("scope", [PATIENT, CLAIM])
def test_held_charges_are_listed_apart_without_due_and_not_counted(scope):
    """ST-12: listed and marked, in the total, not in due now, one statement fewer counted."""
    account = run(family(charge(), charge("b1", "30.00", of="bob")), R1)
    account = hold(account, scope, SUBJECT[scope], R2)
    result = made(account, R2)
    marked = {line.charge_id: (line.held, line.billed_count) for line in result.statement.lines}
    assert marked == {"c1": (True, 1), "b1": (False, 2)}
    assert result.statement.total_outstanding == Decimal("130.00")
    assert result.statement.due_now == Decimal("30.00")
    standing = charge_of(result.account, "c1").standing
    assert (standing.billed_count, standing.last_billed_on) == (1, R1)


def test_a_held_charge_that_was_never_billed_is_still_unbilled_after_the_run():
    """ST-12: being listed apart is no first billing."""
    account = hold(family(charge(), charge("b1", of="bob")), PATIENT, "ann", R1)
    after = made(account, R1).account
    assert charge_of(after, "c1").standing.first_billed_on is None
    assert charge_of(after, "b1").standing.first_billed_on == R1


@pytest.mark.parametrize("scope", [PATIENT, CLAIM])
def test_held_charges_are_not_billable(scope):
    """ST-12, CH-7: out of net, due now and the account level; still in total outstanding."""
    account = hold(runs(family(charge()), R1, R2), scope, SUBJECT[scope], R2)
    figures = figures_of(account, as_of=R2, policy=POLICY)
    assert (figures.net_balance, figures.due_now) == (Decimal("0.00"), Decimal("0.00"))
    assert figures.total_outstanding == Decimal("100.00")
    assert account_level(account, as_of=R2).number == 0


def test_an_account_hold_leaves_charges_billable():
    """ST-12, CH-7: it stops the run and the alarm; dollars and level stay."""
    account = hold(runs(family(charge()), R1, R2), ACCOUNT, None, R2)
    assert due_now(account, as_of=R2, policy=POLICY) == Decimal("100.00")
    assert account_level(account, as_of=R2).number == 1


def test_a_held_plan_charge_asks_for_nothing():
    """ST-12, PL-10: a plan under a patient hold has no balance and no due."""
    account = runs(plan(family(charge(amount="300.00")), on=R1), R1, R2)
    assert due_now(account, as_of=R2, policy=POLICY) == Decimal("100.00")
    account = hold(account, PATIENT, "ann", R2)
    assert due_now(account, as_of=R2, policy=POLICY) == Decimal("0.00")


# ----------------------------------------------------------------------- first and last day


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_is_in_force_from_its_first_to_its_last_day_inclusive(scope):
    """ST-12: a hold that starts on the run date stops the run, as does one that ends on it."""
    account = run(family(charge()), R1)

    def moves(start, last):
        held = hold(account, scope, SUBJECT[scope], R1, start_on=start, last_on=last)
        return made(held, R2).outcome is not RunOutcome.SKIPPED

    assert not moves(R2, R2)
    assert not moves(R2, None)
    assert not moves(R1, R2)
    assert moves(R1, R2 - days(1))
    assert moves(R2 + days(1), None)


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_released_on_the_run_date_no_longer_stops_the_run(scope):
    """ST-12: from the day of its release on a hold is not in force."""
    account = hold(run(family(charge()), R1), scope, SUBJECT[scope], R1)
    account = release(account, R2)
    assert made(account, R2).outcome is RunOutcome.WITH_STATEMENT


def test_one_of_two_holds_is_enough():
    """ST-12: releasing one hold of two leaves the other in force."""
    account = hold(run(family(charge()), R1), ACCOUNT, None, R1)
    account = hold(account, PATIENT, "ann", R1, id="h2")
    account = release(account, R2, "h1")
    assert [s.reason.value for s in made(account, R2).skips] == ["nothing_billable"]


# ------------------------------------------------------------------------ dates and levels


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_moves_no_date_and_after_it_levels_move_one_step(scope):
    """ST-12: next_statement_on is unchanged; if passed, the first run after release generates."""
    account = runs(family(charge()), R1, R2)
    held = hold(account, scope, SUBJECT[scope], R2 + days(3))
    assert held.cycle == account.cycle
    for day in (R3, R4):
        held = made(held, day).account
    assert held.cycle.next_statement_on == R3
    held = release(held, R4 + days(2))
    result = made(held, R4 + days(2))
    assert result.outcome is RunOutcome.WITH_STATEMENT
    assert stands(result.account) == (2, R4 + days(2))
    assert result.account.cycle.next_statement_on == R4 + days(37)


def test_a_hold_that_ends_before_the_next_date_changes_nothing():
    """ST-12: held and released inside a cycle, the next run is as ever."""
    account = runs(family(charge()), R1, R2)
    held = release(hold(account, ACCOUNT, None, R2 + days(1)), R2 + days(9))
    assert made(held, R3 - days(1)).outcome is RunOutcome.SKIPPED
    assert stands(made(held, R3).account) == stands(run(account, R3))


# --------------------------------------------------------------------------------- the alarm


@pytest.mark.parametrize("scope", list(HoldScope))
def test_the_alarm_is_suppressed_and_not_cleared(scope):
    """ST-12: under a hold the alarm sleeps; it is not cleared, and what was set stays."""
    account = runs(family(charge()), R1, R2)
    firing = R2 + days(10)
    assert status(account, firing) == "firing"
    held = hold(account, scope, SUBJECT[scope], firing)
    assert status(held, firing) == "suppressed"
    assert held.alarm == account.alarm
    state = alarm_state(held, as_of=firing, policy=POLICY)
    assert (state.level, state.reached_on, state.fires_on) == (None, None, None)


@pytest.mark.parametrize("scope", list(HoldScope))
def test_held_days_count_for_the_alarm(scope):
    """ST-12: on release it is active at once if its delay has passed."""
    account = runs(family(charge()), R1, R2)
    held = hold(account, scope, SUBJECT[scope], R2 + days(1))
    released = release(held, R2 + days(7))
    assert status(released, R2 + days(7)) == "firing"
    early = release(held, R2 + days(6))
    assert status(early, R2 + days(6)) == "waiting"
    assert status(early, R2 + days(7)) == "firing"


def test_a_hold_that_runs_out_wakes_the_alarm_the_day_after():
    """ST-12: suppressed on the last day, active on the next."""
    account = hold(runs(family(charge()), R1, R2), ACCOUNT, None, R2, last_on=R2 + days(12))
    assert [status(account, R2 + days(12)), status(account, R2 + days(13))] == [
        "suppressed",
        "firing",
    ]


def test_a_hold_on_one_member_lets_the_alarm_fall_to_the_others_level():
    """ST-12, AL-4: held charges have no say; on release the stored level is back."""
    account = runs(family(charge(), "bob"), R1, R2)
    account = runs(post(account, charge("b1", of="bob", posted_on=R2), R2), R3, R4)
    assert (level(account), level(account, "b1")) == (3, 1)
    held = hold(account, PATIENT, "ann", R4)
    state = alarm_state(held, as_of=R4 + days(7), policy=POLICY)
    assert (state.status, state.level.number, state.reached_on) == (AlarmStatus.FIRING, 1, R4)
    back = alarm_state(release(held, R4 + days(9)), as_of=R4 + days(9), policy=POLICY)
    assert (back.level.number, back.reached_on) == (3, R4)


def test_a_hold_that_leaves_nothing_due_suppresses_the_alarm():
    """ST-12, AL-5: all that was due is held, a kept level stands: asleep, and back on release."""
    keeping = DunningPolicy(cure_effect=CureEffect.HOLD)
    account = family(charge("p", "900.00"), charge())
    account = runs(plan(account, "claim-p", on=R1, policy=keeping), R1, R2, R3, policy=keeping)
    account = pay_plan(account, "plan", "150.00", R3 + days(1), policy=keeping)
    day = R3 + days(9)
    assert status(account, day, keeping) == "firing"
    held = hold(account, CLAIM, "claim-c1", day, policy=keeping)
    assert due_now(held, as_of=day, policy=keeping) == Decimal("0.00")
    assert status(held, day, keeping) == "suppressed"
    assert status(release(held, day, policy=keeping), day, keeping) == "firing"


def test_a_bounced_payment_on_a_held_charge_puts_the_alarm_back_to_sleep():
    """AL-5, ST-12: what a payment there silenced its void gives back, though nothing is due yet."""
    keeping = DunningPolicy(cure_effect=CureEffect.HOLD)
    account = family(charge("p", "900.00"), charge())
    account = runs(plan(account, "claim-p", on=R1, policy=keeping), R1, R2, R3, policy=keeping)
    account = pay_plan(account, "plan", "150.00", R3 + days(1), policy=keeping)
    day = R3 + days(9)
    held = hold(account, CLAIM, "claim-c1", day, policy=keeping)
    paid = pay(held, "c1", "100.00", day, id="cheque", policy=keeping)
    assert status(paid, day, keeping) == "cleared"

    bounced = void(paid, "cheque", day, keeping)

    assert status(bounced, day, keeping) == "suppressed"
    assert status(release(bounced, day, policy=keeping), day, keeping) == "firing"


def test_a_payment_under_a_hold_does_not_silence_what_sleeps():
    """ST-12, AL-5: paying what the hold leaves due clears nothing of the held member's alarm."""
    keeping = DunningPolicy(cure_effect=CureEffect.HOLD)
    account = runs(family(charge(), charge("p", "900.00", of="bob")), R1, R2, policy=keeping)
    account = plan(account, "claim-p", on=R2, of="bob", policy=keeping)
    account = runs(account, R3, R4, R5, policy=keeping)
    assert (level(account), level(account, "p")) == (4, 6)
    account = hold(account, PATIENT, "ann", R5 + days(9), policy=keeping)
    account = pay_plan(account, "plan", "150.00", R5 + days(10), policy=keeping)
    assert status(account, R5 + days(10), keeping) == "suppressed"
    account = release(account, R5 + days(11), policy=keeping)
    state = alarm_state(account, as_of=R5 + days(11), policy=keeping)
    assert (state.status, state.level.number, state.reached_on) == (AlarmStatus.FIRING, 4, R5)


def test_a_run_during_a_members_hold_sets_the_alarm_from_the_others():
    """ST-12, AL-2, DL-12: on release the alarm rises at most to what that run stored."""
    account = runs(family(charge(), "bob"), R1, R2, R3)
    account = hold(account, PATIENT, "ann", R3)
    account = runs(post(account, charge("b1", of="bob", posted_on=R3), R3), R4, R5)
    assert (account.alarm.level.number, level(account), level(account, "b1")) == (1, 2, 1)
    account = release(account, R5 + days(1))
    state = alarm_state(account, as_of=R5 + days(8), policy=POLICY)
    assert state.level.number == 1
    assert account_level(account, as_of=R5 + days(8)).number == 2


# ----------------------------------------------------------------------------- the acts themselves


def test_placing_and_releasing_tell_what_they_did():
    """ST-12: one event each; a released hold is kept with its day."""
    account = family(charge())
    new = Hold(id="h1", scope=ACCOUNT, reason=HoldReason.BANKRUPTCY, start_on=R1)
    placed = place_hold(account, new, as_of=R1, policy=POLICY)
    assert placed.events == (HoldPlaced(R1, new),)
    lifted = release_hold(placed.account, hold_id="h1", as_of=R2, policy=POLICY)
    assert lifted.events == (HoldReleased(R2, "h1"),)
    assert [one.released_on for one in lifted.account.holds] == [R2]


def test_a_hold_may_start_before_it_is_recorded():
    """ST-12: a hold recorded late covers days since its start."""
    account = hold(run(family(charge()), R1), ACCOUNT, None, R1 + days(5), start_on=R1 - days(9))
    assert account.holds[0].start_on == R1 - days(9)
    assert made(account, R2).outcome is RunOutcome.SKIPPED


def test_a_hold_must_cover_something_that_is_here():
    """ST-12: a patient who is no current member, a claim without a charge: refused."""
    account = family(charge())
    for scope, subject in ((PATIENT, "zoe"), (CLAIM, "claim-zz")):
        new = Hold(id="h", scope=scope, subject_id=subject, reason=HoldReason.OTHER, start_on=R1)
        found = refusal(place_hold, account, new, as_of=R1, policy=POLICY)
        assert found == ["SUBJECT_UNKNOWN"]


def test_refused_holds_mended_one_defect_at_a_time():
    """ST-12: all defects at once, in order: day, id, subject, release."""
    account = hold(family(charge()), ACCOUNT, None, R2)
    fields = {"id": "h1", "scope": PATIENT, "subject_id": "zoe", "released_on": R2}
    mends = [
        (R1, {}, ["AS_OF_BEFORE_LAST_ACT", "HOLD_ID_TAKEN", "SUBJECT_UNKNOWN", "BORN_RELEASED"]),
        (R2, {}, ["HOLD_ID_TAKEN", "SUBJECT_UNKNOWN", "BORN_RELEASED"]),
        (R2, {"id": "h2"}, ["SUBJECT_UNKNOWN", "BORN_RELEASED"]),
        (R2, {"subject_id": "ann"}, ["BORN_RELEASED"]),
        (R2, {"released_on": None}, []),
    ]
    for as_of, mend, expected in mends:
        fields |= mend
        new = Hold(reason=HoldReason.OTHER, start_on=R1, **fields)
        assert refusal(place_hold, account, new, as_of=as_of, policy=POLICY) == expected


def test_a_hold_is_released_once_and_not_after_its_end():
    """ST-12: an unknown hold is an error; a released or past one is refused."""
    account = hold(family(charge()), ACCOUNT, None, R1, last_on=R2)
    with pytest.raises(UnknownReference, match="hold"):
        release_hold(account, hold_id="h9", as_of=R1, policy=POLICY)
    ask = {"hold_id": "h1", "policy": POLICY}
    assert refusal(release_hold, account, as_of=R2 + days(1), **ask) == ["IS_OVER"]
    assert refusal(release_hold, account, as_of=R2, **ask) == []
    lifted = release(account, R2)
    assert refusal(release_hold, lifted, as_of=R2, **ask) == ["RELEASED_ALREADY"]
    assert refusal(release_hold, lifted, as_of=R1, **ask) == [
        "AS_OF_BEFORE_LAST_ACT",
        "RELEASED_ALREADY",
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scope": PATIENT, "subject_id": None}, "subject_id"),
        ({"scope": CLAIM, "subject_id": None}, "subject_id"),
        ({"scope": ACCOUNT, "subject_id": "a1"}, "subject_id"),
        ({"scope": ACCOUNT, "last_on": R1 - days(1)}, "last_on"),
        ({"scope": "account"}, "scope"),
        ({"scope": ACCOUNT, "reason": "dispute"}, "reason"),
    ],
)
def test_impossible_holds(fields, field):
    """ST-12: an account hold has no subject, the others have; it ends not before it starts."""
    with pytest.raises(InvalidRecord) as caught:
        Hold(**({"id": "h", "reason": HoldReason.OTHER, "start_on": R1} | fields))
    assert caught.value.field == field


def test_a_cancelled_plans_held_charge_stays_held():
    """ST-12: a hold is on the claim, whatever track its charges are on."""
    account = plan(family(charge(amount="300.00"), charge("b1", of="bob")), on=R1)
    account = hold(account, CLAIM, "claim-c1", R1)
    account = cancel(account, R1)
    account = pay(runs(account, R1, R2), "b1", "100.00", R2)
    assert level(account) == 0
    assert made(account, R3).skips[0].reason.value == "nothing_billable"
