"""DL-1 to DL-13: the two tracks, what moves a charge along them, and what a level says."""

from datetime import date
from itertools import combinations

import attrs
import pytest

from revcycle.accounts import Account, charge_of
from revcycle.charges import Charge, Enrolment, Standing
from revcycle.dunning import (
    AlarmStatus,
    CureEffect,
    DunningPolicy,
    LevelMessage,
    PartialPaymentEffect,
    RunOutcome,
    account_level,
    add_member,
    alarm_state,
    patient_level,
    place_in_collections,
    printed_level,
    recall_from_collections,
    run_statement,
    transfer_member,
)
from revcycle.errors import InvalidRecord
from revcycle.holds import HoldScope
from revcycle.levels import LEVELS, DunningLevel, Track, most_severe
from revcycle.levels import level as level_of
from revcycle.plans import CoveredClaim, PaymentPlan
from tests.stories.book import (
    BY_STATEMENT,
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    RUNS,
    WEEKLY,
    adjust,
    asked,
    cancel,
    charge,
    family,
    hold,
    level,
    levels_over,
    monthly,
    patient,
    pay,
    pay_plan,
    plan,
    post,
    reached,
    refund,
    release,
    run,
    runs,
    stands,
    transfer_in,
    void,
)

JAN_20, FEB_11, FEB_12 = date(2025, 1, 20), date(2025, 2, 11), date(2025, 2, 12)
MAR_18 = date(2025, 3, 18)


def on_plan(*days, amount="400", policy=POLICY):
    """One charge on a 50 plan from R1, with a run on each of *days*."""
    return runs(plan(family(charge(amount=amount)), on=R1), *days, policy=policy)


def live(account, day):
    """The account level, as a number."""
    return account_level(account, as_of=day).number


def statement_of(account, day, policy=POLICY):
    """The statement that a run on *day* makes."""
    return run_statement(account, as_of=day, policy=policy).statement


# ----------------------------------------------------------------------------- DL-1, DL-2


def test_there_are_nine_levels_on_two_tracks():
    """DL-1: 0 is neither track, 1-4 are standard, 5-8 are payment plan."""
    tracks = {one.number: one.track for one in LEVELS}

    assert tracks == (
        {0: None}
        | dict.fromkeys((1, 2, 3, 4), Track.STANDARD)
        | dict.fromkeys((5, 6, 7, 8), Track.PLAN)
    )


def test_level_0_is_good_standing_without_an_alarm():
    """DL-1: billed once and at 0, an account has no alarm; at 1 it has."""
    good, missed = run(family(charge()), R1), runs(family(charge()), R1, R2)

    assert alarm_state(good, as_of=R1, policy=POLICY).status is AlarmStatus.NOT_SET
    assert alarm_state(missed, as_of=R2, policy=POLICY).level is level_of(1)


def test_severity_is_0_1_5_2_6_3_7_4_8():
    """DL-2: from least to most severe."""
    assert [one.number for one in sorted(LEVELS)] == [0, 1, 5, 2, 6, 3, 7, 4, 8]
    assert [level_of(n).severity for n in (0, 1, 5, 2, 6, 3, 7, 4, 8)] == list(range(9))


def test_numbers_mislead_in_exactly_six_pairs():
    """DL-2: in (2,5) (3,5) (3,6) (4,5) (4,6) (4,7) the smaller number is the more severe."""
    misleading = [
        (low, high) for low, high in combinations(range(9), 2) if not level_of(low) < level_of(high)
    ]

    assert misleading == [(2, 5), (3, 5), (3, 6), (4, 5), (4, 6), (4, 7)]


def test_a_missed_plan_payment_is_worse_than_a_missed_standard_one():
    """DL-2: with a charge at 1 and one at 5 the account is at 5, though 2 would be worse still."""
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)

    seen = []
    for day in RUNS:
        account = run(account, day)
        seen.append((level(account, "std"), level(account, "plan"), live(account, day)))

    assert seen == [(0, 0, 0), (1, 5, 5), (2, 6, 6), (3, 7, 7), (4, 8, 8), (4, 8, 8)]
    assert most_severe([level_of(2), level_of(5)]) is level_of(2)


# ----------------------------------------------------------------------------------- DL-3


def test_nothing_paid_the_levels_are_0_1_2_3_4_4():
    """DL-3: the first statement bills at 0, and each run that finds the charge open adds one."""
    assert levels_over(family(charge()), *RUNS) == [0, 1, 2, 3, 4, 4]


def test_by_a_switch_the_first_statement_gives_level_1():
    """DL-3: first_statement_level 1: 1,2,3,4,4,4 and since the first statement."""
    policy = DunningPolicy(first_statement_level=1)

    assert levels_over(family(charge()), *RUNS, policy=policy) == [1, 2, 3, 4, 4, 4]
    assert stands(run(family(charge()), R1, policy)) == (1, R1)


def test_the_first_statement_bills_the_charge():
    """DL-3: first_billed_on is set by it, at level 0 with no date reached."""
    account = run(family(charge()), R1)

    assert charge_of(account, "c1").standing.first_billed_on == R1
    assert stands(account) == (0, None)


def test_a_charge_paid_before_the_next_cycle_does_not_advance():
    """DL-3: only what is still open at the next cycle advances; a cent is enough."""
    account = run(family(charge(), charge("c2"), charge("c3")), R1)
    account = pay(pay(account, "c1", "100", JAN_20), "c2", "99.99", JAN_20)

    account = run(account, R2)

    assert [level(account, c) for c in ("c1", "c2", "c3")] == [0, 1, 1]


def test_charges_of_one_account_are_each_at_their_own_step():
    """DL-3: one posted later is billed later and is a step behind."""
    account = post(run(family(charge()), R1), charge("c2", posted_on=JAN_20), JAN_20)

    account = runs(account, R2, R3)

    assert (stands(account, "c1"), stands(account, "c2")) == ((2, R3), (1, R3))


# ----------------------------------------------------------------------------------- DL-4


def test_nothing_paid_on_a_statement_plan_the_levels_are_0_5_6_7_8_8():
    """DL-4: from R1 on; the first miss leads from 0 to 5."""
    assert levels_over(plan(family(charge(amount="400")), on=R1), *RUNS) == [0, 5, 6, 7, 8, 8]


def test_a_plan_charge_that_is_paid_for_stays_at_0():
    """DL-4: only a missed minimum moves it; being open at a run does not."""
    account = on_plan(R1)
    for today, next_run in ((JAN_20, R2), (FEB_11, R3), (MAR_18, R4)):
        account = run(pay(account, "c1", "50", today), next_run)
        assert stands(account) == (0, None)


def test_being_billed_for_the_first_time_does_not_shield_a_plan_charge():
    """DL-4: the run that bills it first also finds a due of 20 January short: 0 to 5."""
    account = plan(family(charge(amount="400")), on=R1, cadence=monthly(20))

    account = run(account, R2)

    assert charge_of(account, "c1").standing.first_billed_on == R2
    assert stands(account) == (5, R2)


def test_one_step_per_run_however_many_dues_were_missed():
    """DL-4: five weekly dues missed by R2 are one step; so are the five after them."""
    account = plan(family(charge(amount="400")), on=R1, cadence=WEEKLY)

    assert levels_over(account, R1, R2, R3) == [0, 5, 6]


def test_a_run_that_judges_no_due_moves_no_plan_charge():
    """DL-4: a monthly due judged by R2 is not judged again by a run five days later."""
    policy = DunningPolicy(cycle_days=5)
    account = plan(family(charge(amount="400")), on=R1, cadence=monthly(20))
    account = run(account, R2, policy)
    assert stands(account) == (5, R2)

    assert stands(run(account, date(2025, 2, 15), policy)) == (5, R2)
    assert stands(run(account, date(2025, 2, 21), policy)) == (6, date(2025, 2, 21))


# ----------------------------------------------------------------------------- DL-5, DL-6


def test_4_and_8_are_terminal_and_keep_their_first_arrival():
    """DL-5: the run after changes neither level nor date."""
    standard = runs(family(charge()), *RUNS)
    planned = on_plan(*RUNS)

    assert stands(standard) == (4, R5)
    assert stands(planned) == (8, R5)


def test_a_terminal_charge_keeps_its_date_also_where_statements_go_on():
    """DL-5: with the switch that keeps statements coming at 4, the date is still R5."""
    policy = DunningPolicy(emit_when_terminal=True)

    assert stands(runs(family(charge()), *RUNS, policy=policy)) == (4, R5)


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("planned", [False, True])
def test_a_charge_is_never_on_the_other_track(number, planned):
    """DL-6: off a plan 0-4, on one 0 or 5-8; anything else cannot be built."""
    enrolment = Enrolment(plan_id="p", joined_on=R1) if planned else None
    fields = {
        "level": level_of(number),
        "reached_on": R1 if number else None,
        "enrolment": enrolment,
    }
    if number in ({0, 5, 6, 7, 8} if planned else {0, 1, 2, 3, 4}):
        assert Standing(**fields).level.number == number
    else:
        with pytest.raises(InvalidRecord, match=r"Standing\.level"):
            Standing(**fields)


def test_the_first_statement_level_concerns_standard_charges_only():
    """DL-6: with the switch at 1, a plan charge is billed first at 0 and goes on to 5."""
    policy = DunningPolicy(first_statement_level=1)
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)

    assert levels_over(account, *RUNS, of="plan", policy=policy) == [0, 5, 6, 7, 8, 8]
    assert levels_over(account, *RUNS, of="std", policy=policy) == [1, 2, 3, 4, 4, 4]


# ----------------------------------------------------------------------------------- DL-7


@pytest.mark.parametrize("misses", [1, 2, 3, 4])
def test_curing_a_plan_in_full_returns_its_charges_to_0_at_once(misses):
    """DL-7: from 5, 6, 7 or 8, on the day the curing payment is posted, before any run."""
    account = plan(family(charge(amount="400"), charge("c2", "300")), on=R1)
    account = runs(account, *RUNS[: misses + 1])
    assert level(account) == 4 + misses
    day = RUNS[misses].replace(day=28)

    account = pay(account, "c1", str(50 * (misses + 1)), day)

    assert (stands(account, "c1"), stands(account, "c2")) == ((0, None), (0, None))


def test_one_cent_short_of_arrears_and_current_due_is_no_cure():
    """DL-7: 99.99 of 100 holds level 5, the last cent cures."""
    account = pay(on_plan(R1, R2), "c1", "99.99", FEB_11)
    assert stands(account) == (5, R2)

    assert stands(pay(account, "c1", "0.01", FEB_12)) == (0, None)


def test_paying_the_current_due_with_arrears_left_holds_the_level():
    """DL-7: 50 of 100: the current due is met, the arrears stay, the level holds."""
    account = pay(on_plan(R1, R2), "c1", "50", FEB_11)

    assert asked(account, FEB_11) == ("50.00", "0.00", "50.00")
    assert stands(account) == (5, R2)
    assert stands(run(account, R3)) == (5, R2)


def test_a_cured_plan_may_be_missed_again():
    """DL-7: the track starts anew at 5."""
    account = run(pay(on_plan(R1, R2), "c1", "100", FEB_11), R3)

    assert stands(run(account, R4)) == (5, R4)


def test_only_money_cures():
    """DL-7: adjusting the whole debt but a cent leaves the level; it is not a payment."""
    account = adjust(on_plan(R1, R2), "c1", "399.99", FEB_11)

    assert stands(account) == (5, R2)


def test_a_small_plan_is_cured_by_what_is_owed():
    """DL-7, PL-6: 80 owed in all are 80 due; paid but a cent, the level holds."""
    account = on_plan(R1, R2, amount="80")

    assert stands(pay(account, "c1", "79.99", FEB_11)) == (5, R2)


def test_by_a_switch_a_cure_holds_the_level():
    """DL-7: hold: paid in full, the charge stays at 5 since R2."""
    policy = DunningPolicy(cure_effect=CureEffect.HOLD)
    account = pay(on_plan(R1, R2), "c1", "100", FEB_11, policy=policy)

    assert stands(account) == (5, R2)
    assert stands(run(account, R3, policy)) == (5, R2)
    assert stands(runs(account, R3, R4, policy=policy)) == (6, R4)


def test_by_a_switch_a_cure_takes_one_step_each_time_nothing_is_due():
    """DL-7: minus one: 7, 6, 5, 0, a step with each period's last dollar, none with a next."""
    policy = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)
    account = on_plan(R1, R2, R3, R4, amount="4000", policy=policy)
    assert level(account) == 7

    seen = []
    for today, next_run in ((date(2025, 4, 22), R5), (date(2025, 5, 27), R6)):
        due = asked(account, today)[2]
        account = pay(account, "c1", due, today, policy=policy)
        seen.append(stands(account))
        account = pay(account, "c1", "1", today, policy=policy)
        seen.append(stands(account))
        account = run(account, next_run, policy)
        seen.append(stands(account))
    account = pay(account, "c1", "50", date(2025, 7, 1), policy=policy)
    seen.append(stands(account))

    assert seen == [
        *[(6, date(2025, 4, 22))] * 3,
        *[(5, date(2025, 5, 27))] * 3,
        (0, None),
    ]


def test_minus_one_takes_no_step_while_something_is_due():
    """DL-7: the current due paid and arrears left: no step."""
    policy = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)
    account = pay(on_plan(R1, R2, R3, policy=policy), "c1", "149.99", MAR_18, policy=policy)

    assert stands(account) == (6, R3)


def test_a_plan_payment_over_several_charges_is_one_step():
    """DL-7: a payment for the whole plan, in three parts, cures by one step and not three."""
    policy = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)
    account = plan(family(charge("c1", "60"), charge("c2", "60"), charge("c3", "400")), on=R1)
    account = runs(account, R1, R2, R3, policy=policy)

    account = pay_plan(account, "plan", "170", MAR_18, policy=policy)

    assert stands(account, "c3") == (5, MAR_18)


def test_a_closed_charge_of_a_cured_plan_is_cured_too():
    """DL-7, DL-12: closed by the payment that cures, then reopened by a refund, it is at 0."""
    account = runs(plan(family(charge(amount="60"), charge("c2", "200")), on=R1), R1, R2)
    account = pay(account, "c2", "40", FEB_11)
    account = pay(account, "c1", "60", FEB_12)
    assert level(account, "c2") == 0

    account = refund(account, "c1", "10", FEB_12)

    assert level(account, "c1") == 0


# ----------------------------------------------------------------------------------- DL-8


def partial(effect, **gates):
    """A policy in which a partial payment lowers a level."""
    return DunningPolicy(partial_payment_effect=effect, **gates)


MINUS_ONE, TO_ZERO = PartialPaymentEffect.MINUS_ONE, PartialPaymentEffect.TO_ZERO


def test_a_partial_payment_changes_neither_level_nor_alarm():
    """DL-8: 99 of 100 paid at level 2: level, date and alarm stay, and the next run adds one."""
    account = runs(family(charge()), R1, R2, R3)
    before = alarm_state(account, as_of=MAR_18, policy=POLICY)

    account = pay(account, "c1", "99", MAR_18)

    assert stands(account) == (2, R3)
    assert alarm_state(account, as_of=MAR_18, policy=POLICY) == before
    assert stands(run(account, R4)) == (3, R4)


@pytest.mark.parametrize(
    ("effect", "after", "after_run"),
    [
        (PartialPaymentEffect.NONE, (2, R3), 3),
        (MINUS_ONE, (1, MAR_18), 2),
        (TO_ZERO, (0, None), 1),
    ],
)
def test_by_a_switch_a_partial_payment_lowers_the_level(effect, after, after_run):
    """DL-8: none, minus one, to zero; in each the next advance comes as ever."""
    policy = partial(effect)
    account = runs(family(charge()), R1, R2, R3, policy=policy)

    account = pay(account, "c1", "0.01", MAR_18, policy=policy)

    assert stands(account) == after
    assert level(run(account, R4, policy)) == after_run


def test_minus_one_from_level_1_is_good_standing():
    """DL-8: 1 becomes 0, without a date; 0 stays 0."""
    policy = partial(MINUS_ONE)
    account = pay(runs(family(charge()), R1, R2), "c1", "10", FEB_11, policy=policy)

    assert stands(account) == (0, None)
    assert stands(pay(account, "c1", "10", FEB_12, policy=policy)) == (0, None)


@pytest.mark.parametrize(
    ("gates", "amount", "passes"),
    [
        ({"partial_payment_min_amount": "25.00"}, "24.99", False),
        ({"partial_payment_min_amount": "25.00"}, "25.00", True),
        ({"partial_payment_min_percent": 10}, "7.99", False),
        ({"partial_payment_min_percent": 10}, "8.00", True),
        ({"partial_payment_min_amount": "25", "partial_payment_min_percent": 10}, "24.99", False),
        ({"partial_payment_min_amount": "25", "partial_payment_min_percent": 10}, "25.00", True),
        ({"partial_payment_min_amount": "25", "partial_payment_min_percent": 50}, "39.99", False),
        ({"partial_payment_min_amount": "25", "partial_payment_min_percent": 50}, "40.00", True),
        ({}, "0.01", True),
    ],
    ids=str,
)
def test_every_gate_that_is_set_must_be_met(gates, amount, passes):
    """DL-8: a minimum amount, a minimum percentage of the balance before the payment, or both.

    100 were billed but 80 are owed: 10 per cent of the charge's balance are 8.00.
    """
    policy = partial(MINUS_ONE, **gates)
    account = adjust(runs(family(charge()), R1, R2, R3), "c1", "20", MAR_18)

    account = pay(account, "c1", amount, MAR_18, policy=policy)

    assert stands(account) == ((1, MAR_18) if passes else (2, R3))


def test_a_percentage_is_taken_exactly():
    """DL-8: a third of the way into a cent: 33 per cent of 0.10 is more than 0.03."""
    policy = partial(MINUS_ONE, partial_payment_min_percent=33)
    account = runs(family(charge(amount="0.10")), R1, R2, R3)

    assert level(pay(account, "c1", "0.03", MAR_18, policy=policy)) == 2
    assert level(pay(account, "c1", "0.04", MAR_18, policy=policy)) == 1


def test_payments_meet_a_gate_one_at_a_time():
    """DL-8: twice 15 on a gate of 25 lower nothing; the balance is that before each payment."""
    policy = partial(MINUS_ONE, partial_payment_min_amount="25")
    account = runs(family(charge()), R1, R2, R3)

    for _ in range(2):
        account = pay(account, "c1", "15", MAR_18, policy=policy)
    assert stands(account) == (2, R3)

    percent = partial(MINUS_ONE, partial_payment_min_percent=50)
    account = pay(account, "c1", "35", MAR_18, policy=percent)
    assert level(account) == 1


def test_each_partial_payment_is_a_step_of_its_own():
    """DL-8: two payments, two steps down."""
    policy = partial(MINUS_ONE)
    account = runs(family(charge()), R1, R2, R3)

    for _ in range(2):
        account = pay(account, "c1", "10", MAR_18, policy=policy)

    assert stands(account) == (0, None)


def test_a_payment_in_full_is_not_partial():
    """DL-8: a charge closed at 2 keeps its level, whatever the switch, should it be reopened."""
    policy = partial(TO_ZERO)
    account = runs(family(charge(), charge("c2")), R1, R2, R3)

    account = pay(account, "c1", "100", MAR_18, id="cheque", policy=policy)

    assert stands(account, "c1") == (2, R3)
    assert stands(void(account, "cheque", MAR_18, policy), "c1") == (2, R3)


def test_the_switch_for_partial_payments_leaves_plan_charges_alone():
    """DL-8: it is about standard charges."""
    policy = partial(TO_ZERO)
    account = pay(on_plan(R1, R2), "c1", "50", FEB_11, policy=policy)

    assert stands(account) == (5, R2)


def test_only_a_payment_is_a_partial_payment():
    """DL-8: an adjustment lowers no level."""
    policy = partial(TO_ZERO)
    account = adjust(runs(family(charge()), R1, R2), "c1", "50", FEB_11, policy=policy)

    assert stands(account) == (1, R2)


# ----------------------------------------------------------------------------- DL-9, DL-10


def of_three_ages():
    """Ann: c1 billed on R1; Bob: b1 billed first on R2, on a plan that then missed twice."""
    account = post(
        run(family(charge(), "bob"), R1), charge("b1", "400", of="bob", posted_on=JAN_20), JAN_20
    )
    return plan(account, "claim-b1", on=JAN_20, of="bob", id="bobs")


def test_three_levels_are_three_different_answers():
    """DL-9: the most severe charge, the longest billed charge, the family's message.

    R4 leaves Ann's c1, billed longest, at 1 (a partial payment had taken it to 0), and Bob's b1
    at 6: 1 is printed, 6 is the family's message and the account's level.
    """
    policy = partial(TO_ZERO)
    account = runs(of_three_ages(), R2, R3)
    account = pay(account, "c1", "1", MAR_18, policy=policy)

    paper = statement_of(account, R4, policy)

    assert {line.charge_id: line.level.number for line in paper.lines} == {"c1": 1, "b1": 6}
    assert paper.printed_level.number == 1
    assert paper.message_level.number == 6
    assert live(run(account, R4, policy), R4) == 6


def test_a_family_statement_prints_the_message_of_its_most_severe_charge():
    """DL-9: and carries the printed level beside it."""
    policy = DunningPolicy(
        first_statement_level=0,
        partial_payment_effect=TO_ZERO,
        messages=(
            LevelMessage(level=level_of(1), text="one"),
            LevelMessage(level=level_of(6), text="six"),
        ),
    )
    account = pay(runs(of_three_ages(), R2, R3), "c1", "1", MAR_18, policy=policy)

    paper = statement_of(account, R4, policy)

    assert (paper.message, paper.printed_level.number) == ("six", 1)


def test_an_individuals_statement_prints_the_message_of_the_printed_level():
    """DL-9: the same charges, all of one patient: the longest billed charge speaks."""
    policy = DunningPolicy(
        partial_payment_effect=TO_ZERO, messages=(LevelMessage(level=level_of(1), text="one"),)
    )
    account = post(run(family(charge()), R1), charge("b1", "400", posted_on=JAN_20), JAN_20)
    account = runs(plan(account, "claim-b1", on=JAN_20), R2, R3)
    account = pay(account, "c1", "1", MAR_18, policy=policy)

    paper = statement_of(account, R4, policy)

    assert (paper.printed_level.number, paper.message_level.number, paper.message) == (1, 1, "one")
    assert live(run(account, R4, policy), R4) == 6


def test_a_tie_for_the_longest_billed_goes_to_the_more_severe():
    """DL-9: two charges billed first on R1, at 3 and 7 after R4: 7 is printed; 2 beats 5.

    It is printed so on the statement, and the order of the charges does not matter.
    """
    account = runs(two_billed_together(), R1, R2, R3)
    turned = attrs.evolve(account, charges=account.charges[::-1])

    for one in (account, turned):
        assert statement_of(one, R4).printed_level.number == 7
        assert printed_level(run(one, R4).charges).number == 7
    two_and_five = run(pay(runs(two_billed_together(), R1, R2), "plan", "50", FEB_11), R3)
    assert {level(two_and_five, "std"), level(two_and_five, "plan")} == {2, 5}
    assert printed_level(two_and_five.charges).number == 2
    assert two_and_five.statements[-1].printed_level.number == 2


def two_billed_together():
    """One standard charge and one on a plan, both billed first on R1."""
    return plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)


@pytest.mark.parametrize("cause", ["paid", "held", "placed"])
def test_only_billable_charges_have_a_say(cause):
    """DL-9: a charge closed, held or placed counts in none of the levels."""
    account = post(run(family(charge()), R1), charge("c2", posted_on=JAN_20), JAN_20)
    account = runs(account, R2, R3)
    assert (live(account, MAR_18), level(account, "c2")) == (2, 1)
    if cause == "paid":
        account = pay(account, "c1", "100", MAR_18)
    elif cause == "held":
        account = hold(account, HoldScope.CLAIM, "claim-c1", MAR_18)
    else:
        account = place_in_collections(
            account, charge_ids=["c1"], agency_id="x", as_of=MAR_18, policy=POLICY
        ).account

    assert live(account, MAR_18) == 1
    paper = statement_of(account, R4)
    assert (paper.printed_level.number, live(run(account, R4), R4)) == (2, 2)


def test_none_billable_is_level_0():
    """DL-9: nobody owes anything that is billable: 0."""
    account = runs(family(charge()), R1, R2, R3)

    assert live(pay(account, "c1", "100", MAR_18), MAR_18) == 0
    assert live(hold(account, HoldScope.PATIENT, "ann", MAR_18), MAR_18) == 0
    assert printed_level(()).number == 0
    assert live(family("ann"), R1) == 0


def test_the_account_level_is_live_the_message_is_fixed_on_the_statement():
    """DL-9: paid off the day after, the account falls; the statement sent keeps what it said."""
    account = runs(family(charge(), charge("b1", of="bob")), R1, R2)
    done = run_statement(account, as_of=R3, policy=POLICY)

    account = pay(done.account, "c1", "100", MAR_18)
    account = pay(account, "b1", "100", MAR_18)

    assert live(account, MAR_18) == 0
    assert done.statement.message_level.number == 2
    assert account.statements[-1].printed_level.number == 2


def test_each_member_keeps_a_level_of_his_own():
    """DL-10: the most severe of his billable charges; who owes nothing is at 0."""
    account = runs(of_three_ages(), R2, R3, R4)
    account = post(account, charge("b2", of="bob", posted_on=R4), R4)

    numbers = {one: patient_level(account, one, as_of=R4).number for one in ("ann", "bob")}
    assert numbers == {"ann": 3, "bob": 6}
    assert live(account, R4) == 3
    held = hold(account, HoldScope.CLAIM, "claim-b1", R4)
    assert patient_level(held, "bob", as_of=R4).number == 0


# ---------------------------------------------------------------------------------- DL-11


def test_moving_onto_a_plan_starts_at_0_and_remembers():
    """DL-11: the standard level and since when are kept aside; the track starts at 0."""
    account = plan(runs(family(charge(amount="400")), R1, R2, R3), on=MAR_18)

    enrolment = charge_of(account, "c1").standing.enrolment
    assert stands(account) == (0, None)
    assert (enrolment.standard_level.number, enrolment.standard_reached_on) == (2, R3)
    assert levels_over(account, R4, R5, R6) == [0, 5, 6]


@pytest.mark.parametrize("remembered", range(5))
@pytest.mark.parametrize("planned", [0, 5, 6, 7, 8])
def test_leaving_a_plan_never_improves_standing(remembered, planned):
    """DL-11: the more severe of the remembered level and (plan level - 4; 0 stays 0).

    The remembered level comes back with its own date, also in a tie; the other one is dated the
    day of leaving.
    """
    since, on_plan_since, leaving = date(2024, 11, 5), R2, MAR_18
    standing = Standing(
        level=level_of(planned),
        reached_on=on_plan_since if planned else None,
        enrolment=Enrolment(
            plan_id="plan",
            joined_on=POSTED,
            standard_level=level_of(remembered),
            standard_reached_on=since if remembered else None,
        ),
    )
    one = Charge(
        id="c1",
        patient_id="ann",
        claim_id="k1",
        amount="400",
        posted_on=POSTED,
        service_on=POSTED,
        standing=standing,
    )
    agreed = PaymentPlan(
        id="plan",
        patient_id="ann",
        claims=(CoveredClaim(claim_id="k1", joined_on=POSTED),),
        minimum="50",
        cadence=BY_STATEMENT,
        agreed_on=POSTED,
        start_on=POSTED,
    )
    before = family("ann")
    account = Account(
        id="a1",
        guarantor=before.guarantor,
        members=before.members,
        charges=(one,),
        plans=(agreed,),
    )

    account = cancel(account, leaving)

    equivalent = max(planned - 4, 0)
    if equivalent > remembered:
        assert stands(account) == (equivalent, leaving)
    else:
        assert stands(account) == (remembered, since if remembered else None)
    assert charge_of(account, "c1").standing.enrolment is None


def test_a_plan_that_went_well_gives_the_old_level_back():
    """DL-11: at 2 before, paid on the plan, cancelled: 2 again, and since R3 as before."""
    account = plan(runs(family(charge(amount="400")), R1, R2, R3), on=MAR_18)
    account = run(pay(run(account, R4), "c1", "50", date(2025, 4, 22)), R5)

    account = cancel(account, date(2025, 5, 27))

    assert stands(account) == (2, R3)
    assert stands(run(account, R6)) == (3, R6)


def test_a_broken_plan_gives_the_standard_level_it_stands_for():
    """DL-11: 0 before, 6 on the plan: 2 as of the day of leaving."""
    account = cancel(on_plan(R1, R2, R3), MAR_18)

    assert stands(account) == (2, MAR_18)


# ---------------------------------------------------------------------------------- DL-12


def test_no_act_but_a_run_raises_a_charges_level():
    """DL-12: posting, paying, refunding, adjusting, holding, moving onto a plan: none does."""
    account = runs(family(charge(amount="400"), charge("c2")), R1, R2)
    acts = (
        lambda a: post(a, charge("c3", posted_on=FEB_11), FEB_11),
        lambda a: pay(a, "c1", "10", FEB_11, id="p"),
        lambda a: refund(a, "c1", "5", FEB_11),
        lambda a: adjust(a, "c1", "5", FEB_11),
        lambda a: transfer_in(a, "c1", "500", FEB_11),
        lambda a: hold(a, HoldScope.CLAIM, "claim-c2", FEB_11),
        lambda a: release(a, FEB_11),
        lambda a: plan(a, "claim-c1", on=FEB_11),
        lambda a: pay_plan(a, "plan", "10", FEB_11),
    )
    for act in acts:
        before = {one.id: one.standing.level for one in account.charges}
        account = act(account)
        after = {one.id: one.standing.level for one in account.charges}
        assert all(after[one] <= before[one] for one in before)
        assert level(account, "c2") == 1


def test_a_run_raises_a_level_by_one_step_of_its_track():
    """DL-12: also when two cycles have gone by without a run."""
    account = runs(family(charge()), R1, R2)

    assert level(run(account, R5)) == 2


def test_the_account_level_rises_when_a_void_reopens_a_charge():
    """DL-12: derived and live: the bounced cheque brings the 2 back, and the alarm with it."""
    account = runs(family(charge(), charge("c2", "5", posted_on=POSTED)), R1, R2, R3)
    account = pay(pay(account, "c1", "100", MAR_18, id="q"), "c2", "5", MAR_18)
    assert live(account, MAR_18) == 0

    account = void(account, "q", MAR_18)

    assert live(account, MAR_18) == 2
    assert alarm_state(account, as_of=MAR_18, policy=POLICY).level.number == 2


def test_the_account_level_rises_when_a_hold_ends():
    """DL-12: held, the 2 has no say; released, it has."""
    account = hold(runs(family(charge()), R1, R2, R3), HoldScope.CLAIM, "claim-c1", MAR_18)
    assert live(account, MAR_18) == 0

    account = release(account, date(2025, 3, 20))

    assert live(account, date(2025, 3, 20)) == 2
    assert level(account) == 2


def test_the_account_level_rises_when_a_charge_is_recalled():
    """DL-12: back from the agency it counts; the alarm rises at most to its stored level."""
    account = runs(family(charge(), charge("c2")), R1, R2, R3)
    account = place_in_collections(
        account, charge_ids=["c1", "c2"], agency_id="x", as_of=MAR_18, policy=POLICY
    ).account
    assert live(account, MAR_18) == 0

    account = recall_from_collections(
        account, charge_ids=["c1"], as_of=MAR_18, policy=POLICY
    ).account

    assert live(account, MAR_18) == 2
    assert alarm_state(account, as_of=MAR_18, policy=POLICY).level.number == 2


def test_a_joiner_raises_the_account_level_but_never_the_alarm():
    """DL-12: Bob brings a charge at 3: the account is at 3, its alarm at 1 until the next run."""
    account = runs(family(charge()), R1, R2)
    earlier = charge("b1", of="bob", posted_on=date(2024, 10, 1))
    bobs = runs(family(earlier, account_id="a2"), *early_runs())
    assert level(bobs, "b1") == 3

    moved = transfer_member(bobs, account, patient_id="bob", as_of=FEB_11, policy=POLICY)
    joined = moved.target

    assert live(joined, FEB_11) == 3
    assert alarm_state(joined, as_of=FEB_11, policy=POLICY).level.number == 1


def early_runs():
    """Four runs that end before R2."""
    return [date(2024, 10, 14), date(2024, 11, 18), date(2024, 12, 23), date(2025, 1, 27)]


def test_a_charge_reopened_above_the_stored_alarm_waits_for_the_next_run():
    """DL-12: at R3 only c2, at 1, was open; c1's void brings 1 and no more than the alarm's 1."""
    account = post(runs(family(charge()), R1, R2, R3), charge("c2", posted_on=MAR_18), MAR_18)
    account = pay(account, "c1", "100", MAR_18, id="q")
    account = runs(account, R4, R5)
    assert alarm_state(account, as_of=R5, policy=POLICY).level.number == 1

    account = void(account, "q", R5)

    assert live(account, R5) == 2
    assert alarm_state(account, as_of=R5, policy=POLICY).level.number == 1
    account = run(account, R6)
    assert alarm_state(account, as_of=R6, policy=POLICY).level.number == 3


def test_the_first_run_after_a_new_member_changes_no_old_charge_twice():
    """DL-12: an empty new member moves nobody's level."""
    account = runs(family(charge()), R1, R2)

    account = add_member(account, patient("cy"), as_of=FEB_11).account

    assert stands(account) == (1, R2)
    assert stands(run(account, R3)) == (2, R3)


# ---------------------------------------------------------------------------------- DL-13


def test_reached_on_is_the_day_of_the_present_level():
    """DL-13: none at 0, then the run of each step, and the first arrival at the last."""
    account = family(charge())
    seen = [reached(account)]
    for day in RUNS:
        account = run(account, day)
        seen.append(reached(account))

    assert seen == [None, None, R2, R3, R4, R5, R5]


def test_a_fall_stamps_the_day_of_the_fall():
    """DL-13: by a partial payment or a cure that steps down; none when it ends at 0."""
    policy = DunningPolicy(partial_payment_effect=MINUS_ONE, cure_effect=CureEffect.MINUS_ONE)
    standard = pay(runs(family(charge()), R1, R2, R3), "c1", "1", MAR_18, policy=policy)
    planned = pay(on_plan(R1, R2, R3), "c1", "150", MAR_18, policy=policy)
    to_nothing = pay(on_plan(R1, R2), "c1", "100", FEB_11)

    assert stands(standard) == (1, MAR_18)
    assert stands(planned) == (5, MAR_18)
    assert stands(to_nothing) == (0, None)


def test_an_unbilled_charge_is_at_0():
    """DL-13: before its first statement, and with the first statement level at 1 too."""
    assert stands(family(charge())) == (0, None)
    account = run(family(charge()), R1, DunningPolicy(first_statement_level=1))
    assert stands(post(account, charge("c2"), JAN_20), "c2") == (0, None)


def test_a_late_day_of_posting_is_the_day_of_the_fall():
    """DL-13: received earlier but posted on the 18th, a cure counts from the posting."""
    policy = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)
    account = pay(
        on_plan(R1, R2, R3), "c1", "150", date(2025, 3, 20), received_on=MAR_18, policy=policy
    )

    assert stands(account) == (5, date(2025, 3, 20))


def test_a_run_without_a_statement_still_moves_levels():
    """DL-12: when all is terminal after advancing, no statement goes out, but 4 is reached."""
    account = runs(family(charge()), R1, R2, R3, R4)

    last = run_statement(account, as_of=R5, policy=POLICY)

    assert last.outcome is RunOutcome.WITHOUT_STATEMENT
    assert stands(last.account) == (4, R5)
    assert DunningLevel(4).is_terminal
