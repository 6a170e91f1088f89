"""The account's one alarm: set by runs, active by computation, cleared by money or staff (AL)."""

from datetime import date, timedelta

import attrs
import pytest

from revcycle.access import Permission, Viewer
from revcycle.accounts import Alarm, AlarmClearance, Guarantor, charge_of
from revcycle.charges import AdjustmentSide, Standing
from revcycle.dunning import (
    AlarmStatus,
    AlarmType,
    CureEffect,
    DunningPolicy,
    PartialPaymentEffect,
    alarm_state,
    apply_credit,
    audit_alarm_types,
    audit_policy,
    clear_alarm,
    define_alarm_type,
    delete_alarm_type,
    due_now,
    fires_on,
    leave_account,
    place_in_collections,
    recall_from_collections,
    run_statement,
    transfer_member,
)
from revcycle.dunning.events import AlarmCleared, AlarmRevived, AlarmSet
from revcycle.errors import InvalidRecord, NotPermitted, Refused, UnknownReference
from revcycle.holds import HoldScope
from revcycle.levels import LEVELS
from tests.stories.book import (
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    RUNS,
    adjust,
    cancel,
    cancel_charge,
    charge,
    family,
    hold,
    level,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    refusal,
    release,
    run,
    runs,
    transfer_away,
    void,
)

R7 = date(2025, 8, 4)
ADMIN = Viewer(id="u1", permissions=frozenset({Permission.SELF_PAY_ADMIN}))
HOLDING = DunningPolicy(cure_effect=CureEffect.HOLD)
STEPPING = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def state(account, day, policy=POLICY):
    return alarm_state(account, as_of=day, policy=policy)


def status(account, day, policy=POLICY) -> str:
    return state(account, day, policy).status.value


def active(account, day, policy=POLICY):
    """The active level and since when; None if there is none."""
    found = state(account, day, policy)
    return None if found.level is None else (found.level.number, found.reached_on)


def stored(account):
    alarm = account.alarm
    return None if alarm is None else (alarm.level.number, alarm.reached_on, alarm.set_on)


def delay(count: int, **more) -> DunningPolicy:
    """A policy whose alarms all wait *count* days."""
    types = tuple(AlarmType(level=one, name=f"n{one}", delay_days=count) for one in LEVELS[1:])
    return DunningPolicy(alarm_types=types, **more)


def clear(account, day, policy=POLICY, **more):
    return clear_alarm(account, by="u1", as_of=day, policy=policy, **more).account


# ------------------------------------------------------------------------ AL-1 the alarm types


def test_every_level_from_one_to_eight_has_an_alarm_type_by_default():
    """AL-1: one alarm type per level, each with a name of its own and a delay."""
    types = POLICY.alarm_types
    assert [kind.level.number for kind in types] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len({kind.name for kind in types}) == 8
    assert all(kind.delay_days >= 0 for kind in types)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"level": LEVELS[0]}, "level"),
        ({"level": 1}, "level"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"delay_days": -1}, "delay_days"),
        ({"delay_days": True}, "delay_days"),
        ({"delay_days": 1.5}, "delay_days"),
    ],
)
def test_impossible_alarm_types(fields, field):
    """AL-1: level 1 to 8, a name that is not blank, a delay in whole days."""
    good = {"level": LEVELS[1], "name": "First", "delay_days": 0}
    with pytest.raises(InvalidRecord) as caught:
        AlarmType(**(good | fields))
    assert caught.value.field == field


def test_two_types_share_neither_level_nor_name():
    """AL-1: a policy holds one type per level, and names differ whatever their case."""
    first = AlarmType(level=LEVELS[1], name="Call", delay_days=1)
    for other in (
        AlarmType(level=LEVELS[1], name="Write", delay_days=1),
        AlarmType(level=LEVELS[2], name="CALL", delay_days=1),
    ):
        with pytest.raises(InvalidRecord, match="alarm_types"):
            DunningPolicy(alarm_types=(first, other))


def test_an_incomplete_set_is_kept_and_audited_but_a_run_refuses_it():
    """AL-1: gaps are named by the audit while editing; a run refuses an incomplete set."""
    gaps = attrs.evolve(POLICY, alarm_types=POLICY.alarm_types[2:])
    found = [(f.kind.name, f.level.number, f.delay_days) for f in audit_alarm_types(gaps)]
    assert found == [("MISSING", 1, None), ("MISSING", 2, None)]
    assert refusal(run_statement, family(charge()), as_of=R1, policy=gaps) == [
        "ALARM_TYPES_INCOMPLETE"
    ]


def test_a_type_is_created_replaced_and_deleted_by_an_administrator():
    """AL-1, PR-1: define puts a type in its level's place; delete leaves a gap."""
    bare = attrs.evolve(POLICY, alarm_types=())
    call = AlarmType(level=LEVELS[2], name="Call", delay_days=3)
    policy = define_alarm_type(bare, call, viewer=ADMIN).policy
    note = AlarmType(level=LEVELS[1], name="Note", delay_days=0)
    policy = define_alarm_type(policy, note, viewer=ADMIN).policy
    assert policy.alarm_types == (note, call)
    slower = attrs.evolve(call, delay_days=9)
    policy = define_alarm_type(policy, slower, viewer=ADMIN).policy
    assert policy.alarm_types == (note, slower)
    policy = delete_alarm_type(policy, LEVELS[1], viewer=ADMIN, levels_in_use=()).policy
    assert policy.alarm_types == (slower,)
    with pytest.raises(UnknownReference, match="alarm type"):
        delete_alarm_type(policy, LEVELS[1], viewer=ADMIN, levels_in_use=())


def test_a_type_that_a_worklist_uses_is_not_deleted():
    """AL-1: deleting a type in use is refused; another level's use does not matter."""
    ask = {"viewer": ADMIN}
    used = refusal(delete_alarm_type, POLICY, LEVELS[3], levels_in_use=[LEVELS[3]], **ask)
    free = refusal(delete_alarm_type, POLICY, LEVELS[3], levels_in_use=[LEVELS[4]], **ask)
    assert (used, free) == (["ALARM_TYPE_IN_USE"], [])


def test_a_name_that_is_taken_is_refused():
    """AL-1: a new type takes no other level's name, but may keep its own."""
    taken = AlarmType(level=LEVELS[1], name="DUNNING LEVEL 2", delay_days=0)
    own = AlarmType(level=LEVELS[2], name="DUNNING LEVEL 2", delay_days=0)
    assert refusal(define_alarm_type, POLICY, taken, viewer=ADMIN) == ["ALARM_NAME_TAKEN"]
    assert refusal(define_alarm_type, POLICY, own, viewer=ADMIN) == []


# --------------------------------------------------------------------------- AL-2 when it is set


def test_the_alarm_is_set_at_every_cycle_run():
    """AL-2: at each run, from the most delinquent charge; none while all are at 0."""
    account, seen = family(charge()), []
    for day in RUNS:
        account = run(account, day)
        seen.append(stored(account))
    assert seen == [None, (1, R2, R2), (2, R3, R3), (3, R4, R4), (4, R5, R5), (4, R5, R6)]


def test_a_run_without_a_statement_sets_and_reports_the_alarm_too():
    """AL-2: emitted or not: at R5 nothing is sent, the alarm rises to 4 and the event says so."""
    result = run_statement(runs(family(charge()), *RUNS[:4]), as_of=R5, policy=POLICY)
    assert result.statement is None
    assert stored(result.account) == (4, R5, R5)
    assert [e.after for e in result.events if isinstance(e, AlarmSet)] == [result.account.alarm]


def test_the_most_delinquent_charge_of_any_current_member_sets_it():
    """AL-2, DL-2: severity decides over the whole family: a plan's 6 outranks a standard 2."""
    account = family(charge(), charge("b1", "900.00", of="bob"))
    account = runs(plan(account, "claim-b1", on=R1, of="bob"), R1, R2, R3)
    assert (level(account), level(account, "b1")) == (2, 6)
    assert stored(account) == (6, R3, R3)


def test_between_runs_nothing_is_set():
    """AL-2: postings, members and days set no alarm; only a cycle run does."""
    account = run(family(charge()), R1)
    account = post(account, charge("c2", posted_on=R1), R1 + days(5))
    assert stored(account) is None
    assert status(account, R2 - days(1)) == "not_set"


def test_the_run_reports_the_alarm_it_sets():
    """AL-2: the event carries the alarm before and after."""
    result = run_statement(runs(family(charge()), R1, R2), as_of=R3, policy=POLICY)
    (event,) = [one for one in result.events if isinstance(one, AlarmSet)]
    assert (event.before.level.number, event.after.level.number) == (1, 2)


# --------------------------------------------------------------------------- AL-3 when it fires


@pytest.mark.parametrize("count", [0, 1, 20])
def test_it_fires_when_the_days_of_delay_have_passed(count):
    """AL-3: active when as_of - reached_on >= delay: not a day before; 0 fires the same day."""
    policy = delay(count)
    account = runs(family(charge()), R1, R2, policy=policy)
    assert status(account, R2 + days(count), policy) == "firing"
    if count:
        assert status(account, R2 + days(count - 1), policy) == "waiting"
        assert state(account, R2 + days(count - 1), policy).fires_on == R2 + days(count)


def test_each_level_has_its_own_delay():
    """AL-3: the delay is that of the active level's type."""
    slow = AlarmType(level=LEVELS[2], name="Second", delay_days=12)
    policy = define_alarm_type(POLICY, slow, viewer=ADMIN).policy
    account = runs(family(charge()), R1, R2, policy=policy)
    assert state(account, R2, policy).fires_on == R2 + days(7)
    assert state(run(account, R3, policy), R3, policy).fires_on == R3 + days(12)


def test_at_a_terminal_level_the_first_arrival_counts():
    """AL-3, DL-5: further runs at 4 keep reached_on, so a long delay is not begun anew."""
    account = runs(family(charge()), *RUNS)
    assert stored(account) == (4, R5, R6)
    assert status(account, R6, delay(35)) == "firing"


def _older_and_younger_at_four():
    """Charge old at 4 since R5, charge young at 4 since R6."""
    account = run(family(charge("old")), R1)
    account = post(account, charge("young", posted_on=R1), R1)
    return runs(account, *RUNS[1:])


def test_reached_on_is_kept_while_some_charge_was_at_the_level_before():
    """AL-3: another charge arriving at the stored level does not move reached_on."""
    account = _older_and_younger_at_four()
    assert charge_of(account, "young").standing.reached_on == R6
    assert stored(account) == (4, R5, R6)


def test_paying_the_older_of_two_charges_cannot_un_fire_the_alarm():
    """AL-3: reached_on is never recomputed while the level stands, by money or by later runs."""
    policy = delay(36)
    account = _older_and_younger_at_four()
    assert status(account, R6 + days(1), policy) == "firing"
    account = pay(account, "old", "100.00", R6 + days(1))
    assert active(account, R6 + days(1), policy) == (4, R5)
    assert status(account, R6 + days(1), policy) == "firing"
    account = run(account, R7)
    assert stored(account) == (4, R5, R7)
    assert status(account, R7, policy) == "firing"


def test_a_level_that_nobody_was_at_before_the_run_is_reached_anew():
    """AL-3: same level as stored, but every charge at it arrived in this run: a new day."""
    account = run(family(charge("old")), R1)
    account = runs(post(account, charge("young", posted_on=R1), R1), R2, R3, R4, R5)
    assert stored(account) == (4, R5, R5)
    account = run(pay(account, "old", "100.00", R5 + days(1)), R6)
    assert stored(account) == (4, R6, R6)


def test_a_new_level_takes_the_earliest_arrival_at_it():
    """AL-3: not the stored level: the earliest arrival among billable charges at the level."""
    account = _older_and_younger_at_four()
    account = family(*account.charges, charge("p", "900.00"), cycle=account.cycle)
    standing = Standing(level=LEVELS[4], reached_on=R3)
    earliest = attrs.evolve(
        charge("x"),
        standing=attrs.evolve(standing, first_billed_on=R1, last_billed_on=R5, billed_count=2),
    )
    account = attrs.evolve(account, charges=(*account.charges, earliest), last_act_on=R6)
    assert stored(run(account, R7)) == (4, R3, R7)


def test_an_alarm_may_roll_forward_over_weekends_and_holidays():
    """AL-3: by policy Saturday, Sunday and closed days pass the alarm on to the next open day."""
    friday = date(2025, 2, 14)
    for count, expected in ((4, friday), (5, date(2025, 2, 17)), (6, date(2025, 2, 17))):
        policy = delay(count, roll_alarms_forward=True)
        assert fires_on(LEVELS[1], R2, policy=policy) == expected
    closed = frozenset({friday, date(2025, 2, 17)})
    policy = delay(4, roll_alarms_forward=True, closed_on=closed)
    assert fires_on(LEVELS[1], R2, policy=policy) == date(2025, 2, 18)
    account = runs(family(charge()), R1, R2, policy=policy)
    assert status(account, date(2025, 2, 17), policy) == "waiting"
    assert status(account, date(2025, 2, 18), policy) == "firing"


def test_alarms_do_not_roll_by_default():
    """AL-3: the roll is off unless asked for, closed days or not."""
    assert POLICY.roll_alarms_forward is False
    policy = delay(5, closed_on=frozenset({date(2025, 2, 15)}))
    assert fires_on(LEVELS[1], R2, policy=policy) == date(2025, 2, 15)


def test_a_level_without_a_type_has_no_day_to_fire():
    """AL-3, AL-1: asking for it is an error, not a guess."""
    with pytest.raises(UnknownReference, match="alarm type"):
        fires_on(LEVELS[1], R1, policy=attrs.evolve(POLICY, alarm_types=()))


# ------------------------------------------------------------------- AL-4 the active level


def _two_and_four():
    """After R5: charge old at 4 and charge mid at 2, both since that day."""
    account = runs(family(charge("old")), R1, R2)
    account = post(account, charge("mid", posted_on=R2), R2)
    return runs(account, R3, R4, R5)


def test_a_fall_shows_at_once():
    """AL-4: paying the worst charge lowers the active level the same day, without a run."""
    account = _two_and_four()
    assert active(account, R5) == (4, R5)
    account = pay(account, "old", "100.00", R5 + days(1))
    assert active(account, R5 + days(1)) == (2, R5)
    assert stored(account) == (4, R5, R5)


def test_voiding_the_cause_of_a_fall_restores_the_alarm():
    """AL-4: the bounced cheque brings the stored level and its day back."""
    account = pay(_two_and_four(), "old", "100.00", R5 + days(1), id="cheque")
    account = void(account, "cheque", R5 + days(9))
    assert active(account, R5 + days(9)) == (4, R5)
    assert status(account, R5 + days(9)) == "firing"


def _at(number, reached_on, charge_id, **more):
    """A standard charge that stands at a level since a day."""
    return charge(
        charge_id,
        standing=Standing(
            level=LEVELS[number],
            reached_on=reached_on,
            first_billed_on=R1,
            last_billed_on=R4,
            billed_count=4,
        ),
        **more,
    )


def _with_alarm(*charges, set_on=R5, number=4, reached_on=R5, patient_ids=("ann",)):
    alarm = Alarm(
        level=LEVELS[number], reached_on=reached_on, set_on=set_on, patient_ids=patient_ids
    )
    return attrs.evolve(family(*charges), alarm=alarm, last_act_on=set_on)


def test_after_a_fall_the_earliest_arrival_at_the_lower_level_counts():
    """AL-4: of the charges at the lower level, the one that came first."""
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), _at(2, R3, "c"), _at(1, R2, "d"))
    account = pay(account, "a", "100.00", R5)
    assert active(account, R5) == (2, R3)


def test_after_a_fall_charges_closed_since_the_run_still_count():
    """AL-4: paying first the older of the two lower charges cannot un-fire what they reached."""
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), _at(2, R3, "c"))
    account = pay(account, "c", "100.00", R5 + days(1))
    account = pay(account, "a", "100.00", R5 + days(2))
    assert active(account, R5 + days(2)) == (2, R3)


def test_after_a_fall_charges_closed_before_the_run_do_not_count():
    """AL-4: closed before the alarm was set, a charge has no say."""
    closed = pay(family(_at(2, R3, "c")), "c", "100.00", R4).charges[0]
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), closed)
    assert active(pay(account, "a", "100.00", R5), R5) == (2, R4)


def test_a_charge_closed_long_ago_is_not_closed_anew_by_an_entry_of_insurance():
    """AL-4, CH-1: an adjustment on insurance's side changes nothing, so it closes nothing."""
    closed = pay(family(_at(2, R3, "c")), "c", "100.00", R4).charges[0]
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), closed)
    account = adjust(account, "c", "7.00", R5, side=AdjustmentSide.INSURANCE)
    assert active(pay(account, "a", "100.00", R5), R5) == (2, R4)


def test_a_charge_closed_long_ago_is_not_closed_anew_by_what_becomes_of_its_credit():
    """AL-4: the credit of a closed charge is used, given back or adjusted; it stays closed."""
    closed = pay(family(_at(2, R3, "c")), "c", "110.00", R4, id="t", credit=True).charges[0]
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), closed)
    refunded = refund(account, "c", "10.00", R5)
    used = apply_credit(
        account,
        from_charge_id="c",
        to_charge_id="b",
        refund_id="r",
        payment_id="p",
        amount="5.00",
        as_of=R5,
        policy=POLICY,
    ).account
    for touched in (refunded, used):
        assert active(pay(touched, "a", "100.00", R5), R5) == (2, R4)


def test_a_charge_closed_anew_after_its_cheque_bounced_counts_after_a_fall():
    """AL-4, CH-8: voided since the run, it was open, and closed since."""
    closed = pay(family(_at(2, R3, "c")), "c", "100.00", R4, id="t").charges[0]
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), closed)
    account = void(account, "t", R5 + days(1))
    for day in (R5 + days(1), R5 + days(2)):
        paid = pay(pay(account, "c", "100.00", day), "a", "100.00", day)
        assert active(paid, day) == (2, R3)


def test_a_voided_charge_does_not_count_after_a_fall():
    """AL-4, CH-3: a charge that was voided is ignored, whatever was once posted on it."""
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"), _at(2, R3, "c"))
    account = pay(account, "c", "10.00", R5, id="t")
    account = cancel_charge(void(account, "t", R5), "c", R5)
    assert active(pay(account, "a", "100.00", R5), R5) == (2, R4)


def test_a_fall_may_wait_for_its_own_delay():
    """AL-4, AL-3: the lower level has its own delay from its own day."""
    types = [
        attrs.evolve(kind, delay_days=60 if kind.level is LEVELS[2] else 0)
        for kind in POLICY.alarm_types
    ]
    policy = attrs.evolve(POLICY, alarm_types=tuple(types))
    account = _with_alarm(_at(4, R5, "a"), _at(2, R4, "b"))
    assert status(account, R5, policy) == "firing"
    account = pay(account, "a", "100.00", R5)
    assert (status(account, R5, policy), state(account, R5, policy).fires_on) == (
        "waiting",
        R4 + days(60),
    )


def _joiner(number, day, target):
    """Move sue, with a charge at a level, into *target*."""
    old = attrs.evolve(
        family(_at(number, R4, "s1", of="sue"), "zed", account_id="old"), last_act_on=R5
    )
    return transfer_member(old, target, patient_id="sue", as_of=day, policy=POLICY).target


def test_a_joiner_never_raises_the_alarm():
    """AL-4, DL-12: the account level rises by a joiner, the alarm does not until the next run."""
    account = _joiner(4, R5 + days(1), _with_alarm(_at(2, R4, "b"), number=2, reached_on=R4))
    assert active(account, R5 + days(1)) == (2, R4)
    paid = pay(account, "b", "100.00", R5 + days(2))
    assert (active(paid, R5 + days(2)), status(paid, R5 + days(2))) == (None, "cleared")
    assert stored(run(account, R6))[0] == 4


def test_a_joiner_does_not_hold_the_alarm_up_after_a_fall():
    """AL-4: stored 4, family fallen to 1, joiner at 4: active is 1."""
    account = _with_alarm(_at(4, R5, "a"), _at(1, R4, "b"))
    account = _joiner(4, R5, pay(account, "a", "100.00", R5))
    assert active(account, R5) == (1, R4)


def test_what_a_joiner_owes_wakes_no_alarm_that_sleeps():
    """AL-4, AL-5: all that the family's plan asks for is paid, the rest is on hold: asleep.

    The joiner's charge is due, but the alarm was set for others.
    """
    account = _plan_paid_and_a_standard_charge()
    held = hold(account, HoldScope.CLAIM, "claim-s", R3 + days(2), policy=HOLDING)
    assert status(held, R3 + days(2), HOLDING) == "suppressed"

    joined = _joiner(1, R5, attrs.evolve(held, last_act_on=R5))

    assert due_now(joined, as_of=R5, policy=HOLDING) > 0
    assert status(joined, R5, HOLDING) == "suppressed"


def test_what_a_joiner_owes_keeps_no_alarm_awake():
    """AL-4, AL-5: those whom it was set for pay what is due of them: the alarm is silent."""
    joined = _joiner(1, R5, attrs.evolve(_plan_paid_and_a_standard_charge(), last_act_on=R5))
    assert active(joined, R5, HOLDING) == (6, R3)

    paid = pay(joined, "s", "80.00", R5, policy=HOLDING)

    assert due_now(paid, as_of=R5, policy=HOLDING) > 0
    assert status(paid, R5, HOLDING) == "cleared"


def test_without_an_alarm_a_joiner_sets_none():
    """AL-4, FA-3: joining changes nothing until the next cycle run."""
    account = _joiner(4, R5, attrs.evolve(family(charge()), last_act_on=R4))
    assert status(account, R5 + days(30)) == "not_set"


def test_a_leaver_takes_his_share_of_the_level_and_nothing_of_the_alarm():
    """AL-4, FA-3: the family falls to its own level at once; the leaver has no alarm."""
    account = _with_alarm(_at(1, R4, "a"), _at(4, R5, "b", of="bob"), patient_ids=("ann", "bob"))
    left = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=R5,
        policy=POLICY,
    )
    assert active(left.account, R5) == (1, R4)
    assert left.new_account.alarm is None
    assert status(left.new_account, R5 + days(30)) == "not_set"


def test_a_member_who_left_and_came_back_belongs_with_a_break():
    """AL-4: without a break since set_on: the returner's charges do not bring the level back."""
    account = _with_alarm(_at(1, R4, "a"), _at(4, R5, "b", of="bob"), patient_ids=("ann", "bob"))
    left = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=R5,
        policy=POLICY,
    )
    back = transfer_member(
        left.new_account, left.account, patient_id="bob", as_of=R5, policy=POLICY
    ).target
    assert active(back, R5) == (1, R4)
    assert stored(run(back, R6))[:2] == (4, R5)


def test_a_recall_brings_the_alarm_back_at_most_to_what_was_stored():
    """AL-4, CO-3: placed, the level falls; recalled, it returns; never above the stored level."""
    account = runs(family(charge(), charge("c2", posted_on=POSTED)), *RUNS[:3])
    account = pay(account, "c2", "1.00", R3)
    account = place_in_collections(
        account, charge_ids=["c1", "c2"], agency_id="x", as_of=R3, policy=POLICY
    ).account
    assert status(account, R3) == "cleared"
    account = recall_from_collections(account, charge_ids=["c1"], as_of=R3, policy=POLICY).account
    assert active(account, R3) == (2, R3)


def test_leaving_a_plan_raises_the_live_level_but_not_the_alarm():
    """AL-4, DL-12: the account's level rises at once, the alarm with the next run at the latest."""
    account = runs(family(charge("p", "900.00"), charge()), R1, R2, R3, R4)
    account = plan(account, "claim-p", on=R4)
    account = pay(account, "c1", "100.00", R4)
    account = runs(account, R5, R6)
    assert stored(account)[0] == 5
    account = cancel(account, R6)
    assert level(account, "p") == 3
    assert active(account, R6)[0] == 5


# --------------------------------------------------------------------- AL-5 auto-clear


def test_paid_in_full_clears_the_alarm_at_once():
    """AL-5: nothing due clears it; partial payment does not."""
    account = runs(family(charge()), R1, R2)
    assert status(pay(account, "c1", "99.99", R2), R2) == "waiting"
    assert status(pay(account, "c1", "100.00", R2), R2) == "cleared"


@pytest.mark.parametrize("way", [pay, adjust, transfer_away])
def test_every_way_to_owe_nothing_clears_it(way):
    """AL-5: payment, adjustment and transfer away alike."""
    account = runs(family(charge()), R1, R2)
    assert status(way(account, "c1", "100.00", R2), R2 + days(20)) == "cleared"


def test_a_voided_charge_clears_it():
    """AL-5: nothing due because the charge is void."""
    account = runs(family(charge()), R1, R2)
    assert status(cancel_charge(account, "c1", R2), R2 + days(20)) == "cleared"


def test_on_a_plan_the_full_amount_due_clears_it():
    """AL-5: the month's due with the arrears, not the whole balance; one cent less does not."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), R1, R2, R3)
    assert active(account, R3) == (6, R3)
    day = R3 + days(1)
    assert active(pay_plan(account, "plan", "149.99", day), day) == (6, R3)
    cured = pay_plan(account, "plan", "150.00", day)
    assert (status(cured, day), level(cured)) == ("cleared", 0)


def test_level_zero_clears_it_although_a_new_charge_is_owed():
    """AL-5: a new, unbilled charge keeps due now above nothing; the level is 0 all the same."""
    account = runs(family(charge()), R1, R2)
    account = post(account, charge("new", posted_on=R2), R2)
    assert status(pay(account, "c1", "100.00", R2), R2 + days(20)) == "cleared"


def test_credits_pay_nothing_so_they_clear_nothing():
    """AL-5, CH-7: due now knows no credits: net is zero, the charge is due, the alarm fires."""
    account = runs(family(charge(), charge("c2")), R1, R2)
    account = pay(account, "c2", "200.00", R2, credit=True)
    assert status(account, R2 + days(7)) == "firing"


def test_a_void_after_a_run_that_set_no_alarm_brings_none_before_the_next():
    """AL-4, DL-12: the level is back at once; the alarm rises at most to what was stored: none."""
    account = pay(runs(family(charge()), R1, R2), "c1", "100.00", R2, id="cheque")
    account = run(post(account, charge("new", posted_on=R2), R2), R3)
    account = void(account, "cheque", R3 + days(1))
    assert (level(account), status(account, R3 + days(20))) == (1, "not_set")
    assert stored(run(account, R4)) == (2, R4, R4)


def test_a_family_with_another_member_still_owing_is_not_cleared():
    """AL-5: due now is the whole account's; the alarm falls to the other member's level."""
    account = runs(family(charge(), "bob"), R1, R2)
    account = run(post(account, charge("b1", of="bob", posted_on=R2), R2), R3)
    account = runs(account, R4)
    account = pay(account, "c1", "100.00", R4)
    assert active(account, R4) == (1, R4)


def test_voiding_the_payment_brings_the_alarm_back():
    """AL-5: computed: the alarm is as it was, fired if its delay has passed meanwhile."""
    account = pay(runs(family(charge()), R1, R2), "c1", "100.00", R2 + days(1), id="cheque")
    account = void(account, "cheque", R2 + days(10))
    assert (active(account, R2 + days(10)), status(account, R2 + days(10))) == (
        (1, R2),
        "firing",
    )


def test_voiding_a_plan_payment_brings_the_alarm_back():
    """AL-5, CH-8: the cure undone, level and alarm are as before."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), R1, R2, R3)
    account = pay_plan(account, "plan", "150.00", R3 + days(1), id="cheque")
    account = void(account, "cheque/1", R3 + days(10))
    assert active(account, R3 + days(10)) == (6, R3)


def _kept_at_six(policy):
    """A plan at 6 (or 5, by steps) whose due was paid in full on the day after R3."""
    account = plan(family(charge("p", "900.00")), on=R1, policy=policy)
    account = runs(account, R1, R2, R3, policy=policy)
    return pay_plan(account, "plan", "150.00", R3 + days(1), id="cure", policy=policy)


def test_by_the_hold_switch_a_paid_due_clears_the_alarm_at_its_level():
    """AL-5, DL-7: the level stays 6, nothing is due, the alarm is silent."""
    account = _kept_at_six(HOLDING)
    assert (level(account, "p"), status(account, R3 + days(1), HOLDING)) == (6, "cleared")


def test_the_next_due_alone_does_not_bring_a_cleared_alarm_back():
    """AL-5: after an auto-clear above 0 it returns only with a new arrival."""
    account = run(_kept_at_six(HOLDING), R4, HOLDING)
    assert level(account, "p") == 6
    for day in (R4, R4 + days(30)):
        assert status(account, day, HOLDING) == "cleared"


def test_a_new_arrival_brings_a_cleared_alarm_back():
    """AL-5: the next miss raises the level: the alarm is there again, from that day."""
    account = runs(_kept_at_six(HOLDING), R4, R5, policy=HOLDING)
    assert active(account, R5, HOLDING) == (7, R5)


def test_a_fall_by_steps_is_no_arrival():
    """AL-5: by the minus-one switch the cure lowers 6 to 5; that does not bring it back."""
    account = _kept_at_six(STEPPING)
    assert (level(account, "p"), status(account, R3 + days(1), STEPPING)) == (5, "cleared")
    account = run(account, R4, STEPPING)
    assert level(account, "p") == 5
    assert status(account, R4 + days(30), STEPPING) == "cleared"
    account = run(account, R5, STEPPING)
    assert active(account, R5, STEPPING) == (6, R5)


def test_under_the_other_switches_voiding_the_payment_brings_it_back_too():
    """AL-5: computed like AL-4, also after a run has kept it silent."""
    for policy, number in ((HOLDING, 6), (STEPPING, 6)):
        account = void(_kept_at_six(policy), "cure/1", R3 + days(3), policy)
        assert active(account, R3 + days(3), policy) == (number, R3)
    later = run(_kept_at_six(HOLDING), R4, HOLDING)
    later = void(later, "cure/1", R4 + days(1), HOLDING)
    assert active(later, R4 + days(1), HOLDING) == (6, R3)


def test_voiding_money_that_cleared_nothing_does_not_bring_it_back():
    """AL-5: only the cause's void does; a payment that went to principal is not the cause."""
    account = pay_plan(
        _kept_at_six(HOLDING), "plan", "20.00", R3 + days(1), id="extra", policy=HOLDING
    )
    account = run(account, R4, HOLDING)
    account = void(account, "extra/1", R4 + days(1), HOLDING)
    assert status(account, R4 + days(10), HOLDING) == "cleared"


def _plan_paid_and_a_standard_charge(of="ann"):
    """By the hold switch: a plan at 6 with nothing due, and 80.00 owed on a standard charge."""
    account = family(charge("p", "900.00"), charge("s", "80.00", of=of))
    account = plan(account, "claim-p", on=R1, policy=HOLDING)
    account = runs(account, R1, R2, R3, policy=HOLDING)
    account = pay_plan(account, "plan", "150.00", R3 + days(1), policy=HOLDING)
    assert active(account, R3 + days(1), HOLDING) == (6, R3)
    return account


def _silent_through_the_next_run(account):
    assert status(account, R3 + days(2), HOLDING) == "cleared"
    account = run(account, R4, HOLDING)
    assert level(account, "p") == 6
    assert status(account, R4 + days(10), HOLDING) == "cleared"


def test_auto_clear_by_a_payment_elsewhere_is_remembered():
    """AL-5: the last standard charge is paid: nothing due at level 6, silent until an arrival."""
    account = _plan_paid_and_a_standard_charge()
    _silent_through_the_next_run(pay(account, "s", "80.00", R3 + days(2), policy=HOLDING))


def test_auto_clear_without_a_payment_by_voiding_a_charge_is_remembered():
    """AL-5: nothing due because the charge is void: it returns only with a new arrival."""
    account = _plan_paid_and_a_standard_charge()
    _silent_through_the_next_run(cancel_charge(account, "s", R3 + days(2), HOLDING))


def test_auto_clear_without_a_payment_by_placing_a_charge_is_remembered():
    """AL-5: nothing due because the charge went to an agency: the same."""
    account = place_in_collections(
        _plan_paid_and_a_standard_charge(),
        charge_ids=["s"],
        agency_id="x",
        as_of=R3 + days(2),
        policy=HOLDING,
    ).account
    _silent_through_the_next_run(account)


def test_auto_clear_without_a_payment_by_a_leaver_is_remembered():
    """AL-5: nothing due because the one who owed it left: the same."""
    account = leave_account(
        _plan_paid_and_a_standard_charge(of="bob"),
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=R3 + days(2),
        policy=HOLDING,
    ).account
    _silent_through_the_next_run(account)


def test_auto_clear_without_a_payment_by_a_second_plan_is_remembered():
    """AL-5: nothing due because a plan took the charge and has no due yet: the same."""
    account = plan(
        _plan_paid_and_a_standard_charge(),
        charge("s").claim_id,
        id="plan2",
        on=R3 + days(2),
        start_on=R3 + days(60),
        policy=HOLDING,
    )
    _silent_through_the_next_run(account)


# --------------------------------------------------------------------- AL-6 clearing by hand


def test_clearing_silences_the_alarm_at_once_and_leaves_the_level():
    """AL-6: off its worklist the same day; the level is unchanged; who, when, note are kept."""
    account = runs(family(charge()), R1, R2)
    day = R2 + days(8)
    result = clear_alarm(account, by="u7", note="promised", as_of=day, policy=POLICY)
    clearance = AlarmClearance(on=day, by="u7", note="promised")
    assert result.events == (AlarmCleared(day, clearance),)
    assert result.account.alarm.clearance == clearance
    assert (status(result.account, day), level(result.account)) == ("cleared", 1)
    assert stored(result.account) == stored(account)


def test_a_rise_revives_a_cleared_alarm():
    """AL-6: silent until a cycle run sets a different level and day."""
    account = clear(runs(family(charge()), R1, R2), R2)
    assert status(account, R3 - days(1)) == "cleared"
    assert active(run(account, R3), R3) == (2, R3)


def test_the_same_level_and_day_keep_it_silent():
    """AL-6: a run that sets the same (level, reached_on) changes nothing."""
    account = clear(runs(family(charge()), *RUNS[:5]), R5)
    account = runs(account, R6, R7)
    assert stored(account) == (4, R5, R7)
    assert status(account, R7 + days(30)) == "cleared"


def test_the_same_level_reached_anew_revives_it():
    """AL-6: the level is the stored one but the day differs."""
    account = run(family(charge("old")), R1)
    account = runs(post(account, charge("young", posted_on=R1), R1), R2, R3, R4, R5)
    account = pay(clear(account, R5), "old", "100.00", R5)
    account = run(account, R6)
    assert active(account, R6) == (4, R6)


def test_a_later_fall_does_not_revive_it():
    """AL-6: cleared at 4, fallen to 2: silent, also when the cause of the fall is voided."""
    account = clear(_two_and_four(), R5)
    account = pay(account, "old", "100.00", R5 + days(1), id="cheque")
    assert status(account, R5 + days(20)) == "cleared"
    account = void(account, "cheque", R5 + days(21))
    assert status(account, R5 + days(21)) == "cleared"


def test_a_run_that_only_finds_the_fall_does_not_revive_it():
    """AL-6: cleared at 8, the plan cured, a charge long at 4 is left: no arrival, no alarm."""
    account = family(charge("s"), charge("p", "900.00"))
    account = runs(plan(account, "claim-p", on=R1), *RUNS)
    assert (stored(account)[0], level(account, "s")) == (8, 4)
    account = pay_plan(clear(account, R6), "plan", "300.00", R6)
    assert level(account, "p") == 0
    account = run(account, R7)
    assert (account.alarm.level.number, level(account, "s")) == (4, 4)
    assert status(account, R7 + days(30)) == "cleared"


@pytest.mark.parametrize("later", [0, 1, 20])
def test_coming_off_a_plan_does_not_revive_it(later):
    """AL-6, DL-2: cleared at 8, the plan is cancelled: 4 is less severe, so a fall, any day."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), *RUNS)
    assert stored(account)[0] == 8
    account = cancel(clear(account, R6), R6 + days(later))
    assert level(account) == 4
    account = run(account, R7)
    assert (stored(account)[0], status(account, R7 + days(30))) == (4, "cleared")


def test_a_step_after_coming_off_a_plan_revives_it():
    """AL-6: off the plan at 2, a step at the next run is a rise, though 3 is no more than 6 was."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), R1, R2, R3)
    assert stored(account)[0] == 6
    account = cancel(clear(account, R3), R3 + days(1))
    assert level(account) == 2
    assert active(run(account, R4), R4 + days(30)) == (3, R4)


def test_a_charge_that_arrives_at_a_lower_level_revives_it():
    """AL-6: after the fall a run sets another pair by an arrival: that is a new alarm."""
    account = pay(clear(_two_and_four(), R5), "old", "100.00", R5)
    assert active(run(account, R6), R6) == (3, R6)


def test_an_alarm_that_has_not_fired_yet_may_be_cleared():
    """AL-6: set but waiting; then it never fires."""
    account = runs(family(charge()), R1, R2)
    assert status(account, R2) == "waiting"
    assert status(clear(account, R2), R2 + days(30)) == "cleared"


def test_nothing_to_clear_is_refused():
    """AL-6: none set; cleared by hand; cleared by money: all refused."""
    ask = {"by": "u1", "as_of": R2, "policy": POLICY}
    account = runs(family(charge()), R1, R2)
    assert refusal(clear_alarm, run(family(charge()), R1), **ask) == ["NO_ALARM_SET"]
    assert refusal(clear_alarm, clear(account, R2), **ask) == ["ALREADY_CLEARED"]
    paid = pay(account, "c1", "100.00", R2)
    assert refusal(clear_alarm, paid, **ask) == ["ALREADY_CLEARED"]
    assert refusal(clear_alarm, account, **ask) == []


def test_clearing_before_the_last_act_is_refused_with_all_else():
    """AL-6, CH-9: every reason at once, the day first."""
    account = runs(family(charge()), R1, R2)
    ask = {"by": "u1", "as_of": R1, "policy": POLICY}
    assert refusal(clear_alarm, account, **ask) == ["AS_OF_BEFORE_LAST_ACT"]
    assert refusal(clear_alarm, clear(account, R2), **ask) == [
        "AS_OF_BEFORE_LAST_ACT",
        "ALREADY_CLEARED",
    ]


def test_a_suppressed_alarm_may_be_cleared_and_stays_so_after_the_hold():
    """AL-6, ST-12: an alarm asleep under a hold is set, so it can be cleared."""
    account = hold(runs(family(charge()), R1, R2), HoldScope.ACCOUNT, None, R2)
    account = release(clear(account, R2), R2 + days(1))
    assert status(account, R2 + days(30)) == "cleared"


def test_a_payment_that_cleared_a_hand_cleared_alarm_revives_nothing_when_voided():
    """AL-6: what staff cleared stays cleared whatever money comes and goes."""
    account = clear(runs(family(charge()), R1, R2), R2)
    account = pay(account, "c1", "100.00", R2, id="cheque")
    account = void(account, "cheque", R2 + days(3))
    assert status(account, R2 + days(30)) == "cleared"


def test_revival_by_a_void_is_an_event():
    """AL-5: what brings a remembered auto-clear back is told."""
    from revcycle.dunning import void_transaction

    account = _kept_at_six(HOLDING)
    found = void_transaction(account, transaction_id="cure/1", as_of=R3 + days(3), policy=HOLDING)
    assert AlarmRevived(R3 + days(3), "cure/1") in found.events


# ---------------------------------------------------------------------------- AL-8 the audit


@pytest.mark.parametrize("number", range(1, 9))
def test_a_delay_of_a_cycle_or_more_is_reported_where_the_level_is_left(number):
    """AL-8: at 1-3 and 5-7 a delay of cycle_days or more is reported; at 4 and 8 any fires."""
    for count, reported in ((34, False), (35, True), (60, True)):
        kinds = [
            attrs.evolve(kind, delay_days=count) if kind.level.number == number else kind
            for kind in POLICY.alarm_types
        ]
        policy = attrs.evolve(POLICY, alarm_types=tuple(kinds))
        found = [(f.kind.name, f.level.number, f.delay_days) for f in audit_alarm_types(policy)]
        expected = [("LEFT_BEFORE_IT_FIRES", number, count)]
        assert found == (expected if reported and number not in (4, 8) else [])
        assert set(audit_alarm_types(policy)) <= set(audit_policy(policy))


def test_the_audit_compares_with_the_practices_own_cycle():
    """AL-8: seven days are a whole cycle if the cycle is a week."""
    weekly = DunningPolicy(cycle_days=7)
    assert [f.level.number for f in audit_alarm_types(weekly)] == [1, 2, 3, 5, 6, 7]
    assert {f.cycle_days for f in audit_alarm_types(weekly)} == {7}
    assert audit_alarm_types(POLICY) == ()


def test_the_default_delay_fires_before_the_level_is_left():
    """AL-8: the delay counts from the run; a shorter one than the cycle does fire."""
    account = runs(family(charge()), R1, R2)
    assert status(account, R3 - days(1), delay(34)) == "firing"
    assert status(account, R3 - days(1), delay(35)) == "waiting"


def test_only_an_administrator_edits_alarm_types():
    """AL-1, PR-1: the permission is asked before anything else."""
    nobody = Viewer(id="u2")
    kind = AlarmType(level=LEVELS[1], name="Dunning level 2", delay_days=0)
    with pytest.raises(NotPermitted, match="Self-Pay Account Management: Admin"):
        define_alarm_type(POLICY, kind, viewer=nobody)
    with pytest.raises(NotPermitted, match="Self-Pay Account Management: Admin"):
        delete_alarm_type(POLICY, LEVELS[1], viewer=nobody, levels_in_use=[LEVELS[1]])


def test_status_names():
    """AL-3: the five states a host can meet."""
    assert {one.value for one in AlarmStatus} == {
        "not_set",
        "suppressed",
        "cleared",
        "waiting",
        "firing",
    }
    with pytest.raises(Refused):
        clear(run(family(charge()), R1), R1)


def test_paying_a_part_of_the_older_charge_does_not_put_a_fallen_alarm_off():
    """AL-3, AL-4, DL-8: both stood at 1; the older arrival counts, also once it fell to 0."""
    policy = attrs.evolve(
        POLICY,
        first_statement_level=1,
        partial_payment_effect=PartialPaymentEffect.MINUS_ONE,
    )
    account = run(family(charge("old", posted_on=R1)), R1, policy)
    account = run(post(account, charge("new", posted_on=R2), R2, policy), R2, policy)
    day = R2 + days(20)
    account = pay(account, "old", "10.00", day, policy=policy)
    assert (active(account, day, policy), status(account, day, policy)) == ((1, R2), "firing")

    account = pay(account, "new", "10.00", day, policy=policy)
    assert (active(account, day, policy), status(account, day, policy)) == ((1, R2), "firing")
