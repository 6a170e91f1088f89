"""PL-1 to PL-12: what a payment plan covers, when dues fall, what meets them, how it ends."""

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.accounts import Account, charge_of
from revcycle.dunning import (
    CardFailure,
    DunningPolicy,
    add_claim,
    cancel_plan,
    end_plan,
    figures_of,
    patient_figures,
    place_in_collections,
    post_plan_payment,
    record_card_failure,
    reset_next_statement,
    run_statement,
    start_plan,
)
from revcycle.errors import InvalidRecord
from revcycle.holds import HoldReason, HoldScope, is_in_force
from revcycle.money import from_cents
from revcycle.plans import (
    Cadence,
    CardAgreement,
    CoveredClaim,
    NewChargePolicy,
    PaymentPlan,
    PlanStatus,
    charges_on,
    due_amount,
    dues_open_by,
)
from tests.stories.book import (
    BIWEEKLY,
    BY_STATEMENT,
    POLICY,
    R1,
    R2,
    R3,
    R4,
    R5,
    RUNS,
    WEEKLY,
    adjust,
    asked,
    asks,
    cancel,
    cancel_charge,
    charge,
    family,
    fault,
    hold,
    level,
    levels_over,
    monthly,
    owed,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    refusal,
    release,
    run,
    runs,
    stands,
    the_plan,
    transfer_away,
    transfer_in,
    void,
)

DAY = timedelta(days=1)
JAN_20, FEB_11, FEB_12 = date(2025, 1, 20), date(2025, 2, 11), date(2025, 2, 12)
MAR_18 = date(2025, 3, 18)
NOTHING = ("0.00", "0.00", "0.00")


def plainly(value):
    """How a parameter reads in a test's name."""
    if isinstance(value, Cadence):
        return f"{value.kind.value} {value.day or ''}"
    return str(value)


def alone(amount="400", **more):
    """One charge on a 50 plan by the statement, agreed on R1."""
    return plan(family(charge(amount=amount)), on=R1, **more)


def cover(account, claim_id, day, plan_id="plan"):
    """Put one more claim on a plan."""
    return add_claim(account, plan_id=plan_id, claim_id=claim_id, as_of=day, policy=POLICY).account


def plan_id_of(account, charge_id):
    """The plan a charge is on, or None."""
    enrolment = charge_of(account, charge_id).standing.enrolment
    return enrolment and enrolment.plan_id


def due_days(account, until, plan_id="plan"):
    """The scheduled days of a calendar plan's dues whose periods have opened by *until*."""
    it = the_plan(account, plan_id)
    opened = dues_open_by(it, charges_on(it, account.charges), as_of=until, grace_days=0)
    return [due.due_on for due in opened]


def missed(account, plan_id="plan"):
    """What runs made of a plan's dues: True missed, False met, None not judged yet."""
    return [due.missed if due.judged_on else None for due in the_plan(account, plan_id).dues]


# ----------------------------------------------------------------------------------- PL-1


def test_a_plan_covers_whole_claims():
    """PL-1: every charge of the claim is on it, with all that it owes, and no other."""
    account = family(
        charge("c1", claim="k1"), charge("c2", "20", claim="k1"), charge("c3", claim="k2")
    )
    account = plan(pay(account, "c1", "30", R1), "k1", on=R1)

    assert [plan_id_of(account, c) for c in ("c1", "c2", "c3")] == ["plan", "plan", None]
    assert str(asks(account, R1).balance) == "90.00"


def test_a_claim_is_on_one_plan_at_most():
    """PL-1: a claim on an active plan is refused for a second one; after a cancel it is free."""
    account = alone()

    assert refusal(plan, account, "claim-c1", on=R1, id="second") == ["CLAIM_ON_A_PLAN"]
    account = plan(cancel(account, R1), "claim-c1", on=R1, id="second")
    assert plan_id_of(account, "c1") == "second"


def test_a_claim_named_twice_joins_once():
    """PL-1: naming a claim twice is no second joining."""
    account = family(charge())

    once = plan(account, "claim-c1", on=R1)
    assert plan(account, "claim-c1", "claim-c1", on=R1) == once


def test_a_plan_belongs_to_one_patient():
    """PL-1: the claim of another member of the family is refused, at the start and later."""
    account = family(charge(), charge("b1", of="bob"))

    assert refusal(plan, account, "claim-c1", "claim-b1", on=R1) == ["CLAIM_UNKNOWN"]
    account = plan(account, "claim-c1", on=R1)
    assert refusal(cover, account, "claim-b1", R1) == ["CLAIM_UNKNOWN"]


def test_a_reopened_plan_still_covers_the_whole_claim():
    """PL-1, PL-12: a charge posted on the claim while the plan was ended is on it afterwards."""
    account = pay(run(alone(), R1), "c1", "400", JAN_20, id="cheque")
    account = post(account, charge("c2", "20", claim="claim-c1", posted_on=JAN_20), JAN_20)

    account = void(account, "cheque", date(2025, 1, 25))

    assert plan_id_of(account, "c1") == "plan"
    assert plan_id_of(account, "c2") == "plan"
    assert str(asks(account, date(2025, 1, 25)).balance) == "420.00"


# ----------------------------------------------------------------------------------- PL-2


def test_the_minimum_per_period_is_ten_dollars():
    """PL-2: 9.99 is refused, 10.00 is agreed."""
    account = family(charge())

    assert refusal(plan, account, on=R1, minimum="9.99") == ["MINIMUM_TOO_SMALL"]
    assert refusal(plan, account, on=R1, minimum="10.00") == []


def test_the_least_minimum_is_a_policy_field():
    """PL-2: a practice may ask for 25 at least."""
    policy = DunningPolicy(plan_minimum="25.00")

    assert refusal(plan, family(charge()), on=R1, minimum="24.99", policy=policy) == [
        "MINIMUM_TOO_SMALL"
    ]
    assert refusal(plan, family(charge()), on=R1, minimum="25.00", policy=policy) == []


def test_a_periods_due_is_the_minimum_or_all_that_is_owed_if_less():
    """PL-2: with 80 to pay at 50 a period, the dues are 50 and then 30."""
    account = run(alone("80"), R1)
    assert asked(account, R1) == ("0.00", "50.00", "50.00")

    account = run(pay(account, "c1", "50", JAN_20), R2)

    assert asked(account, R2) == ("0.00", "30.00", "30.00")


def test_a_due_is_fixed_when_its_period_opens():
    """PL-2: what is added to the balance later does not raise the due of the open period."""
    account = run(alone("30"), R1)

    account = transfer_in(account, "c1", "100", JAN_20)

    assert asked(account, JAN_20) == ("0.00", "30.00", "30.00")
    assert asked(run(pay(account, "c1", "30", JAN_20), R2), R2) == ("0.00", "50.00", "50.00")


def test_a_due_that_a_charges_void_lowered_stays_low_whatever_ids_payments_have():
    """PL-2, M-3: ids are unique within their kind, so a payment may have the charge's id."""
    account = run(plan(family(charge("c1", "30"), charge("c2", "40")), on=R1), R1)
    account = cancel_charge(account, "c2", JAN_20)
    assert asked(account, JAN_20) == ("0.00", "30.00", "30.00")

    account = void(pay(account, "c1", "5", JAN_20, id="c2"), "c2", JAN_20)

    assert asked(account, JAN_20) == ("0.00", "30.00", "30.00")
    assert due_amount(account.plans[0].dues[0]) == 30


def test_an_adjustment_lowers_a_due_to_what_is_still_owed():
    """PL-2: 80 owed, due 50; 60 adjusted off: 20 is due, and paying 20 is no miss."""
    account = plan(family(charge(amount="80"), charge("c2", "5", of="bob")), on=R1)
    account = adjust(run(account, R1), "c1", "60", JAN_20)

    assert asked(account, JAN_20) == ("0.00", "20.00", "20.00")
    assert missed(run(pay(account, "c1", "19.99", JAN_20), R2))[0] is True
    account = run(pay(account, "c1", "20.00", JAN_20), R2)
    assert level(account) == 0


def test_an_adjustment_leaves_what_was_paid_on_a_due():
    """PL-2: due 50, 20 paid, 60 owed; 40 adjusted off leave 20 owed: 20 more are due (decision 4).

    Without the 20 the period is missed, for they were due and are owed.
    """
    account = pay(run(alone("80"), R1), "c1", "20", JAN_20)
    account = adjust(account, "c1", "40", JAN_20)

    assert asked(account, JAN_20) == ("0.00", "20.00", "20.00")
    assert missed(run(account, R2))[0] is True
    assert the_plan(pay(account, "c1", "20", JAN_20)).status is PlanStatus.ENDED


def test_an_adjustment_that_leaves_enough_lowers_no_due():
    """PL-2: 80 owed, due 50; 30 adjusted off leave 50 owed, so 50 stays due."""
    account = adjust(run(alone("80"), R1), "c1", "30", JAN_20)

    assert missed(run(pay(account, "c1", "49.99", JAN_20), R2))[0] is True


@pytest.mark.parametrize("held", [False, True])
def test_an_adjustment_lowers_no_due_by_money_that_a_suspended_one_does_not_need(held):
    """PL-2, PL-10: 100 owed, 100 a month on the 10th, January's due in a patient's hold; 50 paid
    and 20 adjusted off leave 30 owed and 30 due, as if the plan had begun in February.
    """
    start = date(2025, 1, 3) if held else date(2025, 2, 3)
    account = plan(family(charge()), on=start, minimum="100", cadence=monthly(10))
    if held:
        account = hold(account, HoldScope.PATIENT, "ann", date(2025, 1, 8))
        account = release(account, JAN_20)
    account = pay(account, "c1", "50", date(2025, 2, 4), received_on=date(2025, 2, 4))
    account = adjust(account, "c1", "20", date(2025, 2, 5))

    assert asked(account, date(2025, 2, 5)) == ("0.00", "30.00", "30.00")
    account = run(account, FEB_11)
    assert missed(account) == [*([False] if held else []), True, None]
    assert level(account) == 5


def test_a_suspended_due_keeps_what_it_would_need_if_the_hold_is_lifted():
    """PL-2, PL-10: 50 paid, 20 adjusted off before a hold that is lifted before the due day."""
    account = plan(family(charge()), on=date(2025, 1, 3), minimum="100", cadence=monthly(10))
    account = hold(account, HoldScope.PATIENT, "ann", R1)
    account = pay(account, "c1", "50", R1 + DAY)
    account = adjust(account, "c1", "20", R1 + DAY)
    account = release(account, R1 + 2 * DAY)

    assert asked(account, R1 + 2 * DAY) == ("0.00", "30.00", "30.00")


def test_a_voided_adjustment_gives_the_due_back():
    """PL-2, CH-3: without the adjustment the whole 50 is due again."""
    account = adjust(run(alone("80"), R1), "c1", "60", JAN_20, id="gift")

    account = void(account, "gift", date(2025, 1, 25))

    assert asked(account, date(2025, 1, 25)) == ("0.00", "50.00", "50.00")
    assert missed(run(pay(account, "c1", "20", date(2025, 1, 26)), R2))[0] is True


def test_a_payment_does_not_lower_a_due():
    """PL-2: 80 owed, due 50; 40 paid leave 40 owed, but the due is still 50: a miss at 40."""
    account = pay(run(alone("80"), R1), "c1", "40", JAN_20)

    assert asked(account, JAN_20) == ("0.00", "10.00", "10.00")
    account = run(account, R2)
    assert missed(account)[0] is True
    assert stands(account) == (5, R2)


# ----------------------------------------------------------------------------------- PL-3


@pytest.mark.parametrize(
    ("cadence", "start", "days"),
    [
        (WEEKLY, date(2025, 1, 6), ["01-06", "01-13", "01-20", "01-27", "02-03"]),
        (BIWEEKLY, date(2025, 1, 6), ["01-06", "01-20", "02-03", "02-17", "03-03"]),
        (monthly(15), date(2025, 1, 6), ["01-15", "02-15", "03-15", "04-15", "05-15"]),
        (monthly(6), date(2025, 1, 6), ["01-06", "02-06", "03-06", "04-06", "05-06"]),
        (monthly(5), date(2025, 1, 6), ["02-05", "03-05", "04-05", "05-05", "06-05"]),
        (monthly(), date(2025, 1, 6), ["01-06", "02-06", "03-06", "04-06", "05-06"]),
        (monthly(1), date(2025, 1, 6), ["02-01", "03-01", "04-01", "05-01", "06-01"]),
        (monthly(31), date(2025, 1, 6), ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        (monthly(), date(2025, 1, 31), ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        (monthly(30), date(2025, 1, 31), ["02-28", "03-30", "04-30", "05-30", "06-30"]),
        (monthly(31), date(2025, 4, 30), ["04-30", "05-31", "06-30", "07-31", "08-31"]),
        (monthly(29), date(2025, 2, 28), ["02-28", "03-29", "04-29", "05-29", "06-29"]),
    ],
    ids=plainly,
)
def test_a_calendar_plan_is_due_on_its_scheduled_days(cadence, start, days):
    """PL-3: an explicit day governs; the first due is the first such day on or after the start.

    Month steps are taken from the anchor: after a short month the 31st comes back.
    """
    account = plan(family(charge(amount="4000")), on=R1, cadence=cadence, start_on=start)

    shown = due_days(account, date(2025, 12, 31))[:5]

    assert [day.isoformat()[5:] for day in shown] == days


def test_in_a_leap_year_the_31st_falls_on_29_february():
    """PL-3: Jan 31 -> Feb 29 in a leap year -> Mar 31."""
    start = date(2028, 1, 31)
    account = plan(
        family(charge(amount="4000")), on=R1, cadence=monthly(), start_on=start, minimum="10"
    )

    assert due_days(account, date(2028, 4, 1))[:3] == [start, date(2028, 2, 29), date(2028, 3, 31)]


def test_a_plan_on_29_february_is_due_on_the_last_day_of_a_common_february():
    """PL-3: from the anchor 29 February, March is the 29th, and the next February the 28th."""
    start = date(2028, 2, 29)
    account = plan(
        family(charge(amount="4000")), on=R1, cadence=monthly(), start_on=start, minimum="10"
    )
    shown = due_days(account, date(2029, 4, 1))

    assert (shown[0], shown[1], shown[12]) == (start, date(2028, 3, 29), date(2029, 2, 28))


def test_a_statement_plan_has_no_days_of_its_own():
    """PL-3: it keeps step with the statement cycle: one due per cycle run."""
    account = runs(alone(), R1, R2, R3)

    assert [due.due_on for due in the_plan(account).dues] == [None] * 3
    assert [due.opened_on for due in the_plan(account).dues] == [R1, R2, R3]


# ----------------------------------------------------------------------------------- PL-4


@pytest.mark.parametrize(("amount", "found"), [("49.99", True), ("50.00", False)])
def test_one_cent_short_is_a_miss(amount, found):
    """PL-4: the run finds the due past and short by a cent: missed; to the cent: met."""
    account = run(pay(run(alone(), R1), "c1", amount, JAN_20), R2)

    assert missed(account)[0] is found
    assert level(account) == (5 if found else 0)


def test_paid_late_but_before_the_run_is_no_miss():
    """PL-4: a monthly due of 10 January, paid on 9 February, is met when the run looks at it."""
    account = plan(family(charge(amount="400")), on=R1, cadence=monthly(10))
    account = run(pay(run(account, R1), "c1", "50", date(2025, 2, 9)), R2)

    assert missed(account)[0] is False
    assert level(account) == 0


def test_money_of_the_run_date_counts():
    """PL-4: received up to and including the run date."""
    account = run(pay(run(alone(), R1), "c1", "50", R2), R2)

    assert level(account) == 0
    assert asked(account, R2) == ("0.00", "50.00", "50.00")


def test_several_small_payments_meet_a_due_together():
    """PL-4: 20 + 20 + 10 on two charges of the plan meet a due of 50."""
    account = run(plan(family(charge(), charge("c2")), on=R1), R1)
    for one, amount in (("c1", "20"), ("c2", "20"), ("c1", "10")):
        account = pay(account, one, amount, JAN_20)

    assert level(run(account, R2)) == 0


def test_a_refund_takes_money_from_the_period_of_its_own_date():
    """PL-4: 80 paid and 30 given back in the same period leave 50: met; 31 back: missed."""
    account = pay(run(alone(), R1), "c1", "80", JAN_20)

    assert level(run(refund(account, "c1", "30", date(2025, 1, 25)), R2)) == 0
    assert level(run(refund(account, "c1", "31", date(2025, 1, 25)), R2)) == 5


def test_a_refund_in_another_period_lowers_that_periods_money():
    """PL-4: 50 paid in each of two periods; 20 given back in the second is short in the second."""
    account = run(pay(run(alone(), R1), "c1", "50", JAN_20), R2)
    account = refund(pay(account, "c1", "50", FEB_11), "c1", "20", FEB_12)

    assert asked(account, FEB_12) == ("0.00", "20.00", "20.00")
    assert missed(run(account, R3))[:2] == [False, True]


def test_a_refund_lowers_a_periods_money_to_no_less_than_nothing():
    """PL-4: nothing paid in the second period: 30 given back there lower principal only.

    The first period's due stays met. What is paid later in the second period is that period's
    money too, so it takes 80 to meet its due.
    """
    account = run(pay(run(alone(), R1), "c1", "50", JAN_20), R2)
    account = refund(account, "c1", "30", FEB_11)

    assert asked(account, FEB_11) == ("0.00", "50.00", "50.00")
    assert missed(run(pay(account, "c1", "79.99", FEB_12), R3))[:2] == [False, True]
    assert missed(run(pay(account, "c1", "80", FEB_12), R3))[:2] == [False, False]


def test_the_rest_of_a_refund_lowers_principal():
    """PL-4: 20 paid, then 30 given back in one period: its money is nothing, not less."""
    account = run(pay(run(alone(), R1), "c1", "50", JAN_20), R2)
    account = refund(pay(account, "c1", "20", FEB_11), "c1", "30", FEB_12)

    assert asked(account, FEB_12) == ("0.00", "50.00", "50.00")


@pytest.mark.parametrize("act", [adjust, transfer_away])
def test_adjustments_and_transfers_are_not_money(act):
    """PL-4: 50 adjusted off or transferred away meet no due."""
    account = run(act(run(alone(), R1), "c1", "50", JAN_20), R2)

    assert missed(account)[0] is True


def test_payments_count_on_charges_while_they_are_on_the_plan():
    """PL-4: 50 paid before the charge came onto the plan, or on a charge beside it, meet no due."""
    account = pay(family(charge(amount="400"), charge("beside")), "c1", "50", R1)
    account = run(plan(account, "claim-c1", on=R1), R1)
    account = pay(account, "beside", "50", JAN_20)

    assert missed(run(account, R2))[0] is True


def test_money_stays_with_the_plan_when_its_claim_has_left():
    """PL-4: 50 paid on a claim that is placed later met the due all the same."""
    account = plan(family(charge(amount="400"), charge("c2", "400")), on=R1)
    account = pay(run(account, R1), "c1", "50", JAN_20)
    account = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=date(2025, 1, 25), policy=POLICY
    ).account

    account = run(account, R2)

    assert missed(account)[0] is False
    assert level(account, "c2") == 0


def test_a_dollar_meets_the_dues_not_yet_judged_then_the_current_one():
    """PL-4: weekly dues of 50; 150 received on 22 January meet the two past, then the current.

    No run has judged any; the oldest comes first.
    """
    account = plan(family(charge(amount="400")), on=R1, cadence=WEEKLY, start_on=date(2025, 1, 8))

    account = pay(account, "c1", "120", date(2025, 1, 20))

    assert due_days(account, date(2025, 1, 20)) == [
        date(2025, 1, 8),
        date(2025, 1, 15),
        date(2025, 1, 22),
    ]
    assert asked(account, date(2025, 1, 20)) == ("0.00", "30.00", "30.00")
    short = pay(alone_weekly(), "c1", "70", date(2025, 1, 20))
    assert asked(short, date(2025, 1, 20)) == ("30.00", "50.00", "80.00")


def alone_weekly():
    """One charge of 400, 50 every Wednesday from 8 January."""
    return plan(family(charge(amount="400")), on=R1, cadence=WEEKLY, start_on=date(2025, 1, 8))


def test_a_dollar_meets_the_current_due_before_arrears():
    """PL-4: after a miss, 50 meet the current due; the 50 in arrears stay."""
    account = pay(runs(alone(), R1, R2), "c1", "50", FEB_11)

    assert asked(account, FEB_11) == ("50.00", "0.00", "50.00")


def test_a_dollar_meets_arrears_the_oldest_first():
    """PL-4: two misses and the current due, 50 each: 120 leave 30 of the second miss.

    So 30 more cure the plan, and the first miss is known to be met before the second.
    """
    account = pay(runs(alone(), R1, R2, R3), "c1", "120", MAR_18)

    assert asked(account, MAR_18) == ("30.00", "0.00", "30.00")


def test_money_is_allocated_by_the_day_it_was_received():
    """PL-4: entered first but received last, 50 of the second period do not meet the first's due.

    And 50 received in the first period do, though entered last.
    """
    account = run(alone(), R1)
    account = run(account, R2)
    account = pay(account, "c1", "50", FEB_12, received_on=FEB_11)
    account = pay(account, "c1", "50", FEB_12, received_on=JAN_20)

    assert asked(account, FEB_12) == NOTHING
    account = pay(account, "c1", "50", FEB_12, received_on=JAN_20)
    assert asked(run(account, R3), R3) == ("0.00", "50.00", "50.00")


@pytest.mark.parametrize("ids", [("t09", "t10"), ("t9", "t10"), ("z", "a")], ids=str)
def test_what_a_payment_is_called_decides_nothing(ids):
    """PL-4: 50 before the run of a day and 50 after it meet both its periods, whatever their ids
    (decision 4): the one that the run knew is of the period it closed.
    """
    account = pay(run(alone(), R1), "c1", "50", R2, id=ids[0])
    account = pay(run(account, R2), "c1", "50", R2, id=ids[1])

    assert asked(account, R2) == NOTHING
    assert missed(run(account, R3)) == [False, False, None]


def test_a_dollar_is_used_once():
    """PL-4: 100 in the second period meet that due and the arrears, and nothing of the third."""
    account = pay(runs(alone(), R1, R2), "c1", "100", FEB_11)

    account = run(account, R3)

    assert missed(account) == [True, False, None]
    assert asked(account, R3) == ("0.00", "50.00", "50.00")
    assert missed(run(account, R4)) == [True, False, True, None]


def test_a_due_is_judged_once_by_its_own_amount():
    """PL-4: an old miss does not make the next period a miss, nor is it judged again."""
    account = run(pay(runs(alone(), R1, R2), "c1", "50", FEB_11), R3)

    assert missed(account) == [True, False, None]
    assert [due.judged_on for due in the_plan(account).dues] == [R2, R3, None]
    assert level(account) == 5


# ----------------------------------------------------------------------------------- PL-5


def test_overpayment_gives_no_credit_against_the_next_due():
    """PL-5: $100 then $0 on a $50 minimum is a miss in the second period."""
    account = run(pay(run(alone(), R1), "c1", "100", JAN_20), R2)
    assert (level(account), asked(account, R2)) == (0, ("0.00", "50.00", "50.00"))

    account = run(account, R3)

    assert missed(account)[:2] == [False, True]
    assert stands(account) == (5, R3)


def test_overpayment_gives_no_credit_on_a_calendar_plan_either():
    """PL-5: 100 on the first Wednesday; the next Wednesday 50 are due again."""
    account = pay(alone_weekly(), "c1", "100", date(2025, 1, 8))

    assert asked(account, date(2025, 1, 8)) == NOTHING
    assert asked(account, date(2025, 1, 9)) == ("0.00", "50.00", "50.00")


def test_who_misses_once_and_then_pays_every_period_does_not_climb():
    """PL-5: misses once and then pays 50 every period: at 5 since the miss, to the end."""
    account = runs(alone(), R1, R2)
    for today in (R3, R4, R5):
        account = run(pay(account, "c1", "50", today - DAY), today)
        assert stands(account) == (5, R2)
        assert asked(account, today) == ("50.00", "50.00", "100.00")


def test_a_payment_for_the_plan_is_spread_by_posting_date_then_id():
    """PL-5: the charge posted first is filled first, then then by id; parts are numbered."""
    account = family(
        charge("c1", "30", posted_on=date(2025, 1, 3)), charge("c3", "10"), charge("c2", "10")
    )
    account = pay_plan(run(plan(account, on=R1), R1), "plan", "25", R1, id="q")

    assert [owed(account, c) for c in ("c2", "c3", "c1")] == ["0.00", "0.00", "25.00"]
    ids = [t.id for c in ("c2", "c3", "c1") for t in charge_of(account, c).transactions]
    assert ids == ["q/1", "q/2", "q/3"]


def test_a_payment_above_the_plans_balance_is_refused():
    """PL-5: one cent more than the plan's balance is refused, the whole balance ends the plan."""
    account = plan(family(charge(), charge("c2", "20.50")), on=R1)

    assert refusal(pay_plan, account, "plan", "120.51", R1) == ["ABOVE_PLAN_BALANCE"]
    assert the_plan(pay_plan(account, "plan", "120.50", R1)).status is PlanStatus.ENDED


# ----------------------------------------------------------------------------------- PL-6


def test_an_80_dollar_plan_with_one_miss_shows_80_not_100():
    """PL-6: arrears 50 and current due 50 on a balance of 80 make 80, never more than is owed."""
    account = runs(alone("80"), R1, R2)

    assert asked(account, R2) == ("50.00", "50.00", "80.00")


def test_arrears_are_never_more_than_the_balance():
    """PL-6: two misses on a plan of 80 show 80 overdue and 80 due."""
    account = runs(alone("80"), R1, R2, R3)

    assert asked(account, R3) == ("80.00", "50.00", "80.00")


def test_arrears_and_current_due_make_the_plans_due():
    """PL-6: two misses on a plan of 400: 100 overdue, 150 due."""
    account = runs(alone(), R1, R2, R3)

    assert asked(account, R3) == ("100.00", "50.00", "150.00")


def test_an_unpaid_period_is_a_miss_also_near_the_plans_end():
    """PL-6: 60 owed, 50 paid on a due of 50; the next due is the last 10, and unpaid it is missed.

    And a due of 50 of which 45 were paid is missed, though only 5 are owed in all.
    """
    account = runs(pay(run(alone("60"), R1), "c1", "50", JAN_20), R2, R3)
    assert (missed(account)[:2], level(account)) == ([False, True], 5)

    account = run(pay(run(alone("50"), R1), "c1", "45", JAN_20), R2)
    assert (missed(account)[0], asked(account, R2)) == (True, ("5.00", "5.00", "5.00"))


# ----------------------------------------------------------------------------------- PL-7


def with_plan(new_charges, **more):
    """A plan that does *new_charges* with new charges of other claims."""
    return run(alone(new_charges=new_charges, **more), R1)


def new(account, charge_id="new", day=JAN_20, **more):
    """Post a new charge of Ann's."""
    return post(account, charge(charge_id, "60", posted_on=day, **more), day)


def is_held(account, claim_id, day=JAN_20):
    """Whether the claim is on hold for review by the plan."""
    return any(
        h.scope is HoldScope.CLAIM
        and h.subject_id == claim_id
        and h.reason is HoldReason.PLAN_REVIEW
        and is_in_force(h, as_of=day)
        for h in account.holds
    )


@pytest.mark.parametrize("new_charges", NewChargePolicy)
def test_a_new_charge_of_a_covered_claim_joins_the_plan(new_charges):
    """PL-7: whatever the plan does with other charges, those of its claims are on it (PL-1)."""
    account = new(with_plan(new_charges), claim="claim-c1")

    assert plan_id_of(account, "new") == "plan"
    assert not is_held(account, "claim-c1")


def test_a_plan_may_add_other_new_charges():
    """PL-7: add: the new charge's claim comes onto the plan, dated."""
    account = new(with_plan(NewChargePolicy.ADD))

    assert plan_id_of(account, "new") == "plan"
    assert the_plan(account).claims[-1] == CoveredClaim(claim_id="claim-new", joined_on=JAN_20)


def test_a_plan_may_leave_new_charges_standard():
    """PL-7: leave: the new charge is billed and advances like any standard charge."""
    account = new(with_plan(NewChargePolicy.LEAVE))

    assert plan_id_of(account, "new") is None
    assert levels_over(account, R2, R3, of="new") == [0, 1]


def test_a_plan_may_hold_new_charges_for_review():
    """PL-7: hold: a claim hold with reason plan review; the charge is not billed meanwhile."""
    account = new(with_plan(NewChargePolicy.HOLD))

    assert plan_id_of(account, "new") is None
    assert is_held(account, "claim-new")
    assert charge_of(run(account, R2), "new").standing.billed_count == 0


def test_a_plan_holds_each_new_charge_for_review_again():
    """PL-7: reviewed and released once, the claim's next new charge is held for review again."""
    account = new(with_plan(NewChargePolicy.HOLD))
    [review] = account.holds
    account = release(account, date(2025, 1, 25), review.id)
    assert not is_held(account, "claim-new", date(2025, 1, 25))

    account = new(account, "newer", date(2025, 1, 28), claim="claim-new")

    assert is_held(account, "claim-new", date(2025, 1, 28))


def test_one_plan_per_patient_may_add_new_charges():
    """PL-7: a second plan that adds is refused for the same patient, not for another."""
    account = family(charge(), charge("c2"), charge("b1", of="bob"))
    add = {"new_charges": NewChargePolicy.ADD}
    account = plan(account, "claim-c1", on=R1, **add)

    assert refusal(plan, account, "claim-c2", on=R1, id="second", **add) == [
        "SECOND_PLAN_THAT_ADDS"
    ]
    assert refusal(plan, account, "claim-b1", on=R1, id="bobs", of="bob", **add) == []
    assert refusal(plan, cancel(account, R1), "claim-c2", on=R1, id="second", **add) == []


@pytest.mark.parametrize("adder_first", [True, False])
def test_the_plan_that_adds_takes_new_charges_before_one_that_holds(adder_first):
    """PL-7: it takes them first, in whichever order the plans were agreed."""
    account = family(charge(), charge("c2"))
    policies = {"adds": NewChargePolicy.ADD, "holds": NewChargePolicy.HOLD}
    ids = list(policies) if adder_first else list(policies)[::-1]
    for plan_id, claim_id in zip(ids, ("claim-c1", "claim-c2"), strict=True):
        account = plan(account, claim_id, on=R1, id=plan_id, new_charges=policies[plan_id])

    account = new(account)

    assert plan_id_of(account, "new") == "adds"
    assert not is_held(account, "claim-new")


def test_any_plan_that_holds_does_so_if_none_adds():
    """PL-7: one plan leaves, another holds: the new charge is held."""
    account = family(charge(), charge("c2"))
    account = plan(account, "claim-c1", on=R1, id="a")
    account = plan(account, "claim-c2", on=R1, id="b", new_charges=NewChargePolicy.HOLD)

    assert is_held(new(account), "claim-new")


def test_a_plan_has_no_say_over_another_patients_charges():
    """PL-7: Bob's new charge is neither taken nor held by Ann's plans."""
    account = plan(family(charge(), "bob"), on=R1, new_charges=NewChargePolicy.ADD)

    account = new(account, of="bob")

    assert plan_id_of(account, "new") is None
    assert account.holds == ()


@pytest.mark.parametrize("over", ["ended", "cancelled"])
def test_a_plan_that_is_over_takes_and_holds_nothing(over):
    """PL-7: only active plans have a say."""
    account = with_plan(NewChargePolicy.HOLD)
    account = pay(account, "c1", "400", R1) if over == "ended" else cancel(account, R1)

    account = new(new(account), "more", claim="claim-c1")

    assert (plan_id_of(account, "new"), plan_id_of(account, "more")) == (None, None)
    assert account.holds == ()


# ----------------------------------------------------------------------------------- PL-8


@pytest.mark.parametrize("close", [pay, adjust, transfer_away])
def test_a_plan_ends_when_its_covered_balance_is_zero(close):
    """PL-8: paid or adjusted to nothing, to the cent, and dated; one cent short it goes on."""
    account = plan(family(charge("c1", "100"), charge("c2", "30")), on=R1)
    account = close(account, "c1", "100", JAN_20)
    almost = close(account, "c2", "29.99", JAN_20)
    assert the_plan(almost).status is PlanStatus.ACTIVE

    over = the_plan(close(almost, "c2", "0.01", date(2025, 1, 21)))

    assert (over.status, over.status_on) == (PlanStatus.ENDED, date(2025, 1, 21))


def test_a_plan_ends_when_its_last_open_charge_is_voided():
    """PL-8: nothing covered is owed any more."""
    assert the_plan(cancel_charge(run(alone(), R1), "c1", JAN_20)).status is PlanStatus.ENDED


def test_an_ended_plan_asks_for_nothing():
    """PL-8: no due, no arrears, no further period."""
    account = pay(
        runs(plan(family(charge(), charge("s")), "claim-c1", on=R1), R1, R2), "c1", "100", R2
    )

    account = runs(account, R3, R4)

    assert str(figures_of(account, as_of=R4, policy=POLICY).plan_due) == "0.00"
    assert len(the_plan(account).dues) == 2


def test_staff_can_cancel_a_plan():
    """PL-8: cancelled with date and reason, its charges standard again; a second time refused."""
    account = cancel(run(alone(), R1), JAN_20)

    assert (the_plan(account).status, the_plan(account).status_on) == (
        PlanStatus.CANCELLED,
        JAN_20,
    )
    assert plan_id_of(account, "c1") is None
    assert refusal(cancel, account, JAN_20) == ["PLAN_NOT_ACTIVE"]


def fail(account, failure, day=JAN_20, policy=POLICY):
    """The card was not charged."""
    return record_card_failure(account, plan_id="plan", failure=failure, as_of=day, policy=policy)


def test_a_declined_card_cancels_the_card_agreement_and_flags_the_plan():
    """PL-8: the plan stays, to be paid otherwise, with its dues and levels."""
    account = run(alone(card_ref="tok"), R1)
    after = fail(account, CardFailure.DECLINED).account

    it = the_plan(after)
    assert (it.status, it.needs_attention) == (PlanStatus.ACTIVE, True)
    assert it.card.cancelled_on == JAN_20
    assert asked(after, JAN_20) == asked(account, JAN_20) == ("0.00", "50.00", "50.00")
    assert level(run(pay(after, "c1", "50", JAN_20), R2)) == 0


def test_by_a_switch_a_declined_card_cancels_the_plan_too():
    """PL-8: its charges are standard again."""
    policy = DunningPolicy(declined_card_cancels_plan=True)
    account = fail(run(alone(card_ref="tok"), R1), CardFailure.DECLINED, policy=policy).account

    it = the_plan(account)
    assert (it.status, it.status_on, it.card.cancelled_on) == (
        PlanStatus.CANCELLED,
        JAN_20,
        JAN_20,
    )
    assert plan_id_of(account, "c1") is None


@pytest.mark.parametrize(
    "policy", [POLICY, DunningPolicy(declined_card_cancels_plan=True)], ids=[0, 1]
)
def test_a_connection_failure_changes_nothing(policy):
    """PL-8: the very same account, and no event, whatever the switch."""
    account = run(alone(card_ref="tok"), R1)

    change = fail(account, CardFailure.CONNECTION, policy=policy)

    assert change.account is account
    assert change.events == ()


def test_a_card_fails_only_where_there_is_a_card():
    """PL-8: without an agreement in force there is nothing to cancel."""
    assert refusal(fail, alone(), CardFailure.DECLINED) == ["NO_CARD_AGREEMENT"]
    account = fail(alone(card_ref="tok"), CardFailure.DECLINED).account
    assert refusal(fail, account, CardFailure.DECLINED) == ["NO_CARD_AGREEMENT"]


# ----------------------------------------------------------------------------------- PL-9


def test_plan_dues_are_shown_per_patient_and_for_the_family():
    """PL-9: plan amount due, plan overdue and total outstanding, each member's and the total."""
    account = family(charge(amount="400"), charge("s", "7"), charge("b1", "200", of="bob"), "cy")
    account = plan(account, "claim-c1", on=R1)
    account = plan(account, "claim-b1", on=R1, id="bobs", of="bob", minimum="20")
    account = runs(account, R1, R2)
    account = pay(account, "b1", "5", FEB_11)

    rows = {
        row.patient_id: (str(row.plan_due), str(row.plan_overdue), str(row.outstanding))
        for row in patient_figures(account, as_of=FEB_11, policy=POLICY)
    }
    whole = figures_of(account, as_of=FEB_11, policy=POLICY)

    assert rows == {
        "ann": ("100.00", "50.00", "407.00"),
        "bob": ("35.00", "20.00", "195.00"),
        "cy": ("0.00", "0.00", "0.00"),
    }
    assert (str(whole.plan_due), str(whole.plan_overdue), str(whole.total_outstanding)) == (
        "135.00",
        "70.00",
        "602.00",
    )


# ------------------------------------------------------------- PL-10: by the statement cycle


def test_the_first_period_opens_at_the_first_run_and_nothing_is_due_before():
    """PL-10: agreed on 3 January, the plan asks for nothing until R1 opens its first period."""
    account = plan(family(charge(amount="400")), on=date(2025, 1, 3))

    assert asked(account, date(2025, 1, 5)) == NOTHING
    assert asked(run(account, R1), R1) == ("0.00", "50.00", "50.00")


def test_the_first_period_opens_on_or_after_the_plans_start():
    """PL-10: a plan that starts on R2 opens at R2, one that starts the day after at R3."""
    on_the_day = runs(alone(start_on=R2), R1, R2)
    day_after = runs(alone(start_on=FEB_11), R1, R2)

    assert asked(on_the_day, R2) == ("0.00", "50.00", "50.00")
    assert asked(day_after, R2) == NOTHING
    assert asked(run(day_after, R3), R3) == ("0.00", "50.00", "50.00")
    assert level(run(day_after, R3)) == 0


def test_money_before_the_first_period_is_principal():
    """PL-10, PL-5: nothing was due, so what is paid then meets no due."""
    account = plan(family(charge(amount="400")), on=date(2025, 1, 3))
    account = run(pay(account, "c1", "50", date(2025, 1, 4)), R1)

    assert asked(account, R1) == ("0.00", "50.00", "50.00")
    assert level(run(account, R2)) == 5


@pytest.mark.parametrize("length", [1, 10, 35, 90])
def test_each_cycle_run_judges_the_period_since_the_last_whatever_its_length(length):
    """PL-10: after 10 days, or after 90, one due is judged and one step taken."""
    account = run(alone(), R1)
    day = R1 + timedelta(days=length)
    if length < 35:
        account = reset_next_statement(account, day, as_of=R1, policy=POLICY).account

    account = run(account, day)

    assert missed(account) == [True, None]
    assert stands(account) == (5, day)


def test_money_of_the_run_date_posted_after_the_run_heals_the_period():
    """PL-10, PL-4, CH-9: received on R2, entered after R2's run: the first due was met."""
    account = pay(runs(alone(), R1, R2), "c1", "50", R2)

    assert stands(account) == (0, None)
    assert asked(account, R2) == ("0.00", "50.00", "50.00")


def test_money_of_the_run_date_that_the_run_knew_is_not_used_twice():
    """PL-10, PL-4: 100 received on R2 before its run are the first period's, 50 of it principal."""
    account = run(pay(run(alone(), R1), "c1", "100", R2), R2)

    assert asked(account, R2) == ("0.00", "50.00", "50.00")
    assert level(run(account, R3)) == 5


def test_a_skipped_run_closes_no_period():
    """PL-10: only a cycle run judges; a run that is not due changes nothing."""
    account = run(alone(), R1)

    assert run_statement(account, as_of=date(2025, 2, 9), policy=POLICY).account is account
    assert missed(account) == [None]


@pytest.mark.parametrize(("received", "expected"), [(date(2025, 2, 9), 0), (R2, 0), (FEB_11, 5)])
def test_late_money_heals_a_calendar_due_too(received, expected):
    """PL-10, CH-9: a due of 20 January missed at R2; money received by R2 shows it was met."""
    account = plan(family(charge(amount="400")), on=R1, cadence=monthly(20))
    account = runs(account, R1, R2)
    assert level(account) == 5

    assert level(pay(account, "c1", "50", FEB_12, received_on=received)) == expected


# ------------------------------------------------------------------ PL-10: by the calendar


def test_a_calendar_due_is_past_the_day_after():
    """PL-10: with no grace a due of 20 January is current on the 20th and overdue on the 21st."""
    account = plan(family(charge(amount="400")), on=R1, cadence=monthly(20))

    assert asked(account, date(2025, 1, 20)) == ("0.00", "50.00", "50.00")
    assert asked(account, date(2025, 1, 21)) == ("50.00", "50.00", "100.00")


@pytest.mark.parametrize(("grace", "found"), [(0, [None]), (1, [None])])
def test_a_due_on_the_run_date_itself_is_not_yet_missed(grace, found):
    """PL-10: due on R2, judged on R2: not past, so no step; R3 judges it."""
    policy = DunningPolicy(grace_days=grace)
    account = plan(
        family(charge(amount="400")), on=R1, cadence=monthly(10), start_on=R2, policy=policy
    )
    account = runs(account, R1, R2, policy=policy)

    assert missed(account) in (found, [])
    assert level(account) == 0
    assert level(run(account, R3, policy)) == 5


@pytest.mark.parametrize(("grace", "expected"), [(0, 5), (5, 5), (6, 0), (7, 0)])
def test_grace_moves_the_day_on_which_a_calendar_due_is_past(grace, expected):
    """PL-10: a due of 4 February is past on R2, 10 February, if the grace is 5 days, not at 6."""
    policy = DunningPolicy(grace_days=grace)
    account = plan(
        family(charge(amount="400")),
        on=R1,
        cadence=monthly(4),
        start_on=date(2025, 2, 4),
        policy=policy,
    )

    assert level(runs(account, R1, R2, policy=policy)) == expected
    last_of_grace = date(2025, 2, 4) + grace * DAY
    assert asks(account, last_of_grace, policy=policy).arrears == 0
    assert str(asks(account, last_of_grace + DAY, policy=policy).arrears) == "50.00"


@pytest.mark.parametrize("cadence", [WEEKLY, BIWEEKLY, monthly(), monthly(31)], ids=plainly)
@pytest.mark.parametrize("grace", [0, 3, 10, 40])
def test_in_every_cadence_a_due_paid_on_the_last_day_of_grace_is_met(cadence, grace):
    """PL-10: paid that day it is never overdue, one day later it is; in any cadence."""
    policy = DunningPolicy(grace_days=grace)
    account = plan(
        family(charge(amount="4000")), on=R1, cadence=cadence, minimum="10", policy=policy
    )
    first = due_days(account, R1)[0]
    last = first + grace * DAY

    assert asks(account, last, policy=policy).arrears == 0
    assert str(asks(account, last + DAY, policy=policy).arrears) == "10.00"
    paid = pay(account, "c1", "10", last, policy=policy)
    assert asks(paid, last + DAY, policy=policy).arrears == 0


@pytest.mark.parametrize("cadence", [WEEKLY, BIWEEKLY, monthly(20)], ids=plainly)
@pytest.mark.parametrize("grace", [1, 10, 40])
def test_a_grace_made_shorter_under_a_running_plan_opens_no_period_before_the_last(cadence, grace):
    """PL-10: periods open in the order of their dues, whatever the grace was when each opened."""
    generous = DunningPolicy(grace_days=grace)
    account = family(charge(amount="900"))
    account = plan(account, on=R1, cadence=cadence, start_on=R1, policy=generous)
    account = run_statement(account, as_of=R2, policy=generous).account
    for days_later in range(1, 60):
        day = R2 + days_later * DAY
        hurried = reset_next_statement(account, day, as_of=R2, policy=POLICY).account
        (running,) = run_statement(hurried, as_of=day, policy=POLICY).account.plans
        opened = [due.opened_on for due in running.dues]
        assert opened == sorted(opened)
        assert opened[-1] <= day


def test_grace_is_for_calendar_plans_only():
    """PL-10: a statement plan's period is judged by the next run whatever the grace."""
    policy = DunningPolicy(grace_days=40)
    account = plan(family(charge(amount="400")), on=R1, policy=policy)

    assert levels_over(account, R1, R2, policy=policy) == [0, 5]


def test_a_run_judges_every_due_that_became_past_since_the_last():
    """PL-10, DL-4: weekly from 8 January: R2 judges five dues and takes one step.

    R3 judges the five after them; none is judged twice.
    """
    account = runs(alone_weekly(), R1, R2)
    assert missed(account)[:5] == [True] * 5
    assert stands(account) == (5, R2)

    account = run(account, R3)

    judged = [due.judged_on for due in the_plan(account).dues if due.judged_on]
    assert judged == [R2] * 5 + [R3] * 5
    assert stands(account) == (6, R3)


def test_one_short_due_among_several_is_enough():
    """PL-10, DL-4: of five weekly dues four are met and one is not: one step."""
    account = run(alone_weekly(), R1)
    for day in (8, 15, 22, 29):
        account = pay(account, "c1", "50", date(2025, 1, day))

    account = run(account, R2)

    assert missed(account)[:5] == [False, False, False, False, True]
    assert level(account) == 5


def test_the_current_due_is_the_earliest_not_yet_past():
    """PL-10: on 9 January the due of the 8th is past and the 15th's is the current one."""
    account = alone_weekly()

    assert asked(account, date(2025, 1, 8)) == ("0.00", "50.00", "50.00")
    assert asked(account, date(2025, 1, 9)) == ("50.00", "50.00", "100.00")
    assert asked(account, date(2025, 1, 15)) == ("50.00", "50.00", "100.00")


# ----------------------------------------------------------------------- PL-10: with holds


@pytest.mark.parametrize(
    ("scope", "subject"), [(HoldScope.ACCOUNT, None), (HoldScope.PATIENT, "ann")]
)
def test_calendar_dues_that_fall_during_a_hold_are_not_due(scope, subject):
    """PL-10: weekly from 8 January, held 14 to 28: of five dues only three are asked for.

    First and last day of the hold count as held.
    """
    account = hold(
        alone_weekly(), scope, subject, R1, start_on=date(2025, 1, 15), last_on=date(2025, 1, 22)
    )
    account = runs(account, R1, R2)

    assert [str(due.amount) for due in the_plan(account).dues[:5]] == [
        "50.00",
        "0.00",
        "0.00",
        "50.00",
        "50.00",
    ]
    assert missed(account)[:5] == [True, False, False, True, True]
    assert str(asks(account, R2).arrears) == "150.00"


@pytest.mark.parametrize(
    ("scope", "subject"), [(HoldScope.ACCOUNT, None), (HoldScope.PATIENT, "ann")]
)
def test_a_hold_lifted_before_the_day_leaves_the_due(scope, subject):
    """PL-10: held from the 9th, lifted on the 14th: the due of the 15th falls as scheduled."""
    account = hold(alone_weekly(), scope, subject, R1, start_on=date(2025, 1, 9))
    account = release(account, date(2025, 1, 14))

    assert asked(account, date(2025, 1, 16)) == ("100.00", "50.00", "150.00")


def test_a_held_claim_is_outside_the_plan_balance():
    """PL-10: with 400 of 430 held, the due of the next period is the 30 that are left."""
    account = plan(family(charge(amount="400"), charge("c2", "30")), on=R1)
    account = hold(account, HoldScope.CLAIM, "claim-c1", R1)
    account = run(account, R1)

    assert asked(account, R1) == ("0.00", "30.00", "30.00")
    assert str(asks(account, R1).balance) == "30.00"


def test_a_plan_with_one_claim_held_goes_on_with_the_other():
    """PL-10: the period is judged; the held charge is frozen, the other advances."""
    account = run(plan(family(charge(amount="400"), charge("c2", "300")), on=R1), R1)
    account = hold(account, HoldScope.CLAIM, "claim-c1", JAN_20)

    account = run(account, R2)

    assert missed(account)[0] is True
    assert (level(account, "c1"), level(account, "c2")) == (0, 5)


@pytest.mark.parametrize("held", ["patient", "every claim"])
def test_a_run_that_finds_all_held_leaves_the_period_open(held):
    """PL-10: the first run after release judges the period, once, by its own amount.

    The family's other member keeps the cycle running meanwhile.
    """
    account = family(charge(amount="400"), charge("c2", "30"), charge("b1", of="bob"))
    account = run(plan(account, on=R1), R1)
    if held == "patient":
        account = hold(account, HoldScope.PATIENT, "ann", JAN_20, id="claim-c1")
    else:
        for claim in ("claim-c1", "claim-c2"):
            account = hold(account, HoldScope.CLAIM, claim, JAN_20, id=claim)
    account = runs(account, R2, R3)
    assert (missed(account), level(account)) == ([None], 0)
    assert str(asks(account, R3).due) == "0.00"

    for one in account.holds:
        account = release(account, MAR_18, one.id)
    assert asked(account, MAR_18) == ("0.00", "50.00", "50.00")
    account = run(account, R4)

    assert missed(account) == [True, None]
    assert stands(account) == (5, R4)


def test_paid_while_held_the_open_period_is_met():
    """PL-10: money received before the first run after release counts for the open period."""
    account = run(plan(family(charge(amount="400"), charge("b1", of="bob")), on=R1), R1)
    account = run(hold(account, HoldScope.PATIENT, "ann", JAN_20), R2)
    account = pay(account, "c1", "50", FEB_11)

    account = run(release(account, FEB_12), R3)

    assert missed(account) == [False, None]
    assert level(account) == 0


def test_an_account_hold_skips_the_run_so_the_period_stays_open():
    """PL-10, ST-12: R2 is skipped; the first run after release takes one step, not two."""
    account = hold(run(alone(), R1), HoldScope.ACCOUNT, None, JAN_20)
    assert run_statement(account, as_of=R2, policy=POLICY).account is account

    account = run(release(account, R3), R3)

    assert missed(account) == [True, None]
    assert stands(account) == (5, R3)


def test_a_plan_does_not_end_while_a_held_claim_is_owed():
    """PL-10: its covered balance counts held claims; paid too, it ends."""
    account = run(plan(family(charge(amount="400"), charge("c2", "30")), on=R1), R1)
    account = hold(account, HoldScope.CLAIM, "claim-c1", JAN_20)
    account = pay(account, "c2", "30", JAN_20)
    assert the_plan(account).status is PlanStatus.ACTIVE

    assert the_plan(pay(account, "c1", "400", JAN_20)).status is PlanStatus.ENDED


def test_a_placed_claim_is_outside_the_plan_balance():
    """PL-10, CO-3: of 430, 400 go to an agency: the plan asks for no more than 30."""
    account = runs(plan(family(charge(amount="400"), charge("c2", "30")), on=R1), R1, R2)
    account = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=FEB_11, policy=POLICY
    ).account

    assert str(asks(account, FEB_11).balance) == "30.00"
    assert str(asks(account, FEB_11).due) == "30.00"


# ---------------------------------------------------------------------------------- PL-11


def test_charges_on_the_plan_when_the_period_opened_advance_together():
    """PL-11: both of them, and with their own levels from then on."""
    account = plan(family(charge(amount="400"), charge("c2", "30")), on=R1)

    account = runs(account, R1, R2)

    assert (stands(account, "c1"), stands(account, "c2")) == ((5, R2), (5, R2))


@pytest.mark.parametrize("how", ["new charge", "new claim"])
def test_a_charge_that_joins_later_starts_at_0_and_skips_the_period_in_progress(how):
    """PL-11: joining in the first period, it is not advanced by that miss, but by the next.

    The charge that was there goes on to 6 while the joiner is at 5: levels are per charge.
    """
    account = run(family(charge(amount="400"), charge("c2")), R1)
    account = runs(plan(account, "claim-c1", on=R1), R2)
    if how == "new charge":
        account = post(account, charge("c3", claim="claim-c1", posted_on=FEB_11), FEB_11)
        joiner = "c3"
    else:
        account = cover(account, "claim-c2", FEB_11)
        joiner = "c2"
    assert stands(account, joiner) == (0, None)

    account = run(account, R3)
    assert (level(account, "c1"), level(account, joiner)) == (5, 0)

    account = run(account, R4)
    assert (level(account, "c1"), level(account, joiner)) == (6, 5)


def test_a_joiner_of_a_calendar_plan_skips_the_due_in_progress():
    """PL-11: joined on 12 January, it answers for the due of 22 January on, not for the 15th's."""
    account = plan(
        family(charge(amount="400"), charge("c2")),
        "claim-c1",
        on=R1,
        cadence=WEEKLY,
        start_on=date(2025, 1, 8),
    )
    account = cover(account, "claim-c2", date(2025, 1, 12))
    account = reset_next_statement(
        run(account, date(2025, 1, 12)), date(2025, 1, 16), as_of=date(2025, 1, 12), policy=POLICY
    ).account

    account = run(account, date(2025, 1, 16))

    assert level(account, "c2") == 0
    assert level(account, "c1") == 6
    assert level(run(account, date(2025, 2, 20)), "c2") == 5


def test_the_minimum_does_not_change_when_a_charge_joins():
    """PL-11: 50 before, 50 after, in the period in progress and in the next."""
    account = run(plan(family(charge(amount="400"), charge("c2", "900")), "claim-c1", on=R1), R1)

    account = cover(account, "claim-c2", JAN_20)

    assert asked(account, JAN_20) == ("0.00", "50.00", "50.00")
    assert str(the_plan(account).minimum) == "50.00"
    assert str(the_plan(run(account, R2)).dues[-1].amount) == "50.00"


# ---------------------------------------------------------------------------------- PL-12


def test_a_plan_keeps_what_was_agreed():
    """PL-12: id, patient, dated claims, minimum, cadence, dates, new charges, card."""
    account = plan(
        family(charge(), charge("c2")),
        "claim-c1",
        on=R1,
        id="p",
        minimum="25",
        cadence=monthly(15),
        start_on=JAN_20,
        new_charges=NewChargePolicy.HOLD,
        card_ref="tok",
    )
    account = cover(account, "claim-c2", FEB_11, "p")

    it = the_plan(account, "p")
    assert (it.id, it.patient_id, str(it.minimum), it.cadence) == ("p", "ann", "25.00", monthly(15))
    assert [(c.claim_id, c.joined_on) for c in it.claims] == [
        ("claim-c1", R1),
        ("claim-c2", FEB_11),
    ]
    assert (it.agreed_on, it.start_on, it.new_charges) == (R1, JAN_20, NewChargePolicy.HOLD)
    assert (it.status, it.status_on, it.needs_attention) == (PlanStatus.ACTIVE, None, False)
    assert it.card == CardAgreement(card_ref="tok", agreed_on=R1)


def test_a_cancelled_plan_keeps_date_and_reason():
    """PL-12: and the reason, in the host's words, is shown by no repr."""
    change = cancel_plan(
        alone(), plan_id="plan", reason="moved to Utah", as_of=JAN_20, policy=POLICY
    )

    it = the_plan(change.account)
    assert (it.status_on, it.status_reason) == (JAN_20, "moved to Utah")
    assert "Utah" not in repr(change)


@pytest.mark.parametrize("cadence", [BY_STATEMENT, WEEKLY, monthly(15)], ids=plainly)
def test_a_void_that_reopens_a_charge_makes_its_ended_plan_active_again(cadence):
    """PL-12: active, undated, with the charge on it; dues go on from there."""
    account = run(plan(family(charge(amount="400")), on=R1, cadence=cadence), R1)
    account = pay(account, "c1", "400", JAN_20, id="cheque")
    assert the_plan(account).status is PlanStatus.ENDED

    account = void(account, "cheque", date(2025, 1, 25))

    it = the_plan(account)
    assert (it.status, it.status_on) == (PlanStatus.ACTIVE, None)
    assert plan_id_of(account, "c1") == "plan"
    assert str(asks(account, date(2025, 1, 25)).balance) == "400.00"
    assert level(run(account, R2)) == 5


def test_a_void_does_not_reopen_a_cancelled_plan():
    """PL-12: only an ended plan comes back; a cancelled one was left."""
    account = cancel(pay(run(alone(), R1), "c1", "50", R1, id="cheque"), JAN_20)

    assert the_plan(void(account, "cheque", JAN_20)).status is PlanStatus.CANCELLED


def test_a_plan_with_nothing_owed_is_ended_by_hand():
    """PL-12: end: refused while something is owed, done when nothing is."""
    assert refusal(end_plan, alone(), plan_id="plan", as_of=R1) == ["STILL_OWED"]
    account = family("ann")
    kept = PaymentPlan(
        id="plan",
        patient_id="ann",
        claims=(CoveredClaim(claim_id="old", joined_on=R1),),
        minimum="50",
        cadence=BY_STATEMENT,
        agreed_on=R1,
        start_on=R1,
    )
    account = Account(id="a1", guarantor=account.guarantor, members=account.members, plans=(kept,))

    over = the_plan(end_plan(account, plan_id="plan", as_of=R2).account)

    assert (over.status, over.status_on) == (PlanStatus.ENDED, R2)


# --------------------------------------------------------- all reasons of a refusal at once


START_NAMES = [
    "AS_OF_BEFORE_LAST_ACT",
    "PLAN_ID_TAKEN",
    "MINIMUM_TOO_SMALL",
    "START_IN_THE_PAST",
    "CLAIM_UNKNOWN",
    "CLAIM_ON_A_PLAN",
    "CLAIM_PLACED",
    "SECOND_PLAN_THAT_ADDS",
]
START_MENDS = [
    {"on": R2, "start_on": R1},
    {"id": "fresh"},
    {"minimum": "10.00"},
    {"start_on": R2},
    {"claims": ["claim-c1", "claim-gone", "claim-c4"]},
    {"claims": ["claim-gone", "claim-c4"]},
    {"claims": ["claim-c4"]},
    {"new_charges": NewChargePolicy.LEAVE},
]


@pytest.mark.parametrize("mends", range(len(START_MENDS) + 1))
def test_a_plan_is_refused_for_all_its_reasons_at_once(mends):
    """PL-1, PL-2, PL-7, CH-9: each row mends one more defect; the rest are named, in order."""
    account = family(charge(), charge("gone"), charge("c4"), charge("b1", of="bob"))
    account = plan(account, "claim-c1", on=R1, new_charges=NewChargePolicy.ADD)
    account = place_in_collections(
        account, charge_ids=["gone"], agency_id="x", as_of=R2, policy=POLICY
    ).account
    wanted = {
        "on": R1,
        "start_on": date(2025, 1, 5),
        "id": "plan",
        "minimum": "9.99",
        "claims": ["claim-b1", "claim-c1", "claim-gone", "claim-c4"],
        "new_charges": NewChargePolicy.ADD,
    }
    for mend in START_MENDS[:mends]:
        wanted |= mend

    claims = wanted.pop("claims")
    assert refusal(plan, account, *claims, **wanted) == START_NAMES[mends:]


def test_a_plan_needs_a_claim_that_owes_something():
    """PL-1: no claim at all, or claims that are paid, make no plan."""
    account = pay(family(charge(), charge("c2")), "c1", "100", R1)

    def start(*claims):
        return start_plan(
            account,
            plan_id="p",
            patient_id="ann",
            claim_ids=claims,
            minimum="10",
            cadence=BY_STATEMENT,
            start_on=R1,
            as_of=R1,
            policy=POLICY,
        )

    assert refusal(start) == ["NO_CLAIMS"]
    assert refusal(start, "claim-c1") == ["NOTHING_OWED"]
    assert refusal(start, "claim-c1", "claim-c2") == []


@pytest.mark.parametrize("mends", range(5))
def test_a_claim_is_refused_for_all_its_reasons_at_once(mends):
    """PL-1, PL-12, CH-9: the plan is over, the claim covered, placed, another's; each row mends."""
    account = family(charge(), charge("c2"), charge("b1", of="bob"), charge("c4"))
    account = plan(account, "claim-c1", on=R1, id="over")
    account = plan(cancel(account, R1, "over"), "claim-c2", on=R1, id="live")
    account = plan(account, "claim-b1", on=R1, id="bobs", of="bob")
    day, plan_id, claim = R1, "over", "claim-b1"
    account = pay(account, "c4", "1", R2)
    if mends > 0:
        day = R2
    if mends > 1:
        plan_id = "live"
    if mends > 2:
        claim = "claim-c2"
    if mends > 3:
        claim = "claim-c4"
    names = ["AS_OF_BEFORE_LAST_ACT", "CLAIM_UNKNOWN", "CLAIM_ON_A_PLAN", "PLAN_NOT_ACTIVE"]
    left = {
        0: names,
        1: names[1:],
        2: ["CLAIM_UNKNOWN", "CLAIM_ON_A_PLAN"],
        3: ["CLAIM_ON_A_PLAN"],
        4: [],
    }[mends]

    assert refusal(cover, account, claim, day, plan_id) == left


@pytest.mark.parametrize("mends", range(4))
def test_a_plan_payment_is_refused_for_all_its_reasons_at_once(mends):
    """PL-5, CH-1, CH-9: each row mends one more defect; the rest are named, in order."""
    account = pay(run(alone("100"), R1), "c1", "10", R2, id="q/1")
    names = [
        "AS_OF_BEFORE_LAST_ACT",
        "ALREADY_POSTED",
        "DATED_AFTER_AS_OF",
        "ABOVE_PLAN_BALANCE",
    ]
    more = {"day": R1, "id": "q", "received_on": R3}
    for mend in [{"day": R2}, {"id": "fresh"}, {"received_on": R2}][:mends]:
        more |= mend
    day = more.pop("day")

    assert refusal(pay_plan, account, "plan", "90.01", day, **more) == names[mends:]
    assert refusal(pay_plan, account, "plan", "90.00", R2, id="fresh") == []


def test_acts_on_a_plan_that_is_over_are_refused():
    """PL-12: cancel, end, add, card failure: each names the day the plan was over."""
    account = pay(alone(card_ref="tok"), "c1", "400", JAN_20)

    assert refusal(cancel, account, JAN_20) == ["PLAN_NOT_ACTIVE"]
    assert refusal(end_plan, account, plan_id="plan", as_of=JAN_20) == ["PLAN_NOT_ACTIVE"]
    assert refusal(fail, account, CardFailure.DECLINED) == ["PLAN_NOT_ACTIVE"]
    assert refusal(fail, account, CardFailure.DECLINED, R1) == [
        "AS_OF_BEFORE_LAST_ACT",
        "PLAN_NOT_ACTIVE",
    ]


def test_a_plan_on_both_tracks_of_an_account_moves_only_its_own_charges():
    """PL-12, DL-6: plan and standard charges together, each by its own rule."""
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)

    assert levels_over(account, *RUNS, of="std") == [0, 1, 2, 3, 4, 4]
    assert levels_over(account, *RUNS, of="plan") == [0, 5, 6, 7, 8, 8]


def test_impossible_plans_cannot_be_built():
    """PL-3, PL-12: a day of the month on a weekly plan; a start before the agreement."""
    assert fault(lambda: type(WEEKLY)(kind=WEEKLY.kind, day=3)) == ("Cadence", "day")
    for day in (0, 32, -1, True, 1.0):
        assert fault(lambda: monthly(day)) == ("Cadence", "day")  # noqa: B023  (called at once)


# ------------------------------------------------------------------ told again, day by day


def retold(cadence, grace, paid, run_days, last):
    """PL-4, PL-10, DL-4, DL-7 told day by day, with a purse per due: (level, arrears, current).

    The plan asks 50 on each scheduled day from R1, its balance is large. What a day brings
    comes in this order: payments, then the run.
    """
    steps = {WEEKLY: 7, BIWEEKLY: 14}
    scheduled = (
        [R1 + timedelta(days=steps[cadence] * n) for n in range(60)]
        if cadence in steps
        else [date(2025 + (n // 12), 1 + n % 12, cadence.day) for n in range(24)]
    )
    met, judged, at = {}, {}, 0
    day = R1
    while day <= last:
        past = [due for due in scheduled if due + timedelta(days=grace) < day]
        current = next(due for due in scheduled if due not in past)
        for amount in paid.get(day, ()):
            left = amount
            unjudged = [due for due in past if due not in judged]
            arrears = [due for due in past if due in judged]
            for due in (*unjudged, current, *arrears):
                part = min(left, 5000 - met.get(due, 0))
                met[due] = met.get(due, 0) + part
                left -= part
            if all(met.get(due) == 5000 for due in (*past, current)):
                at = 0
        if day in run_days:
            found = [due for due in past if due not in judged]
            judged |= dict.fromkeys(found, day)
            if any(met.get(due, 0) < 5000 for due in found):
                at = {0: 5, 5: 6, 6: 7, 7: 8, 8: 8}[at]
        day += DAY
    past = [due for due in scheduled if due + timedelta(days=grace) < last]
    current = next(due for due in scheduled if due not in past)
    overdue = sum(5000 - met.get(due, 0) for due in past)
    return at, from_cents(overdue), from_cents(5000 - met.get(current, 0))


@given(
    st.sampled_from([WEEKLY, BIWEEKLY, monthly(6), monthly(20)]),
    st.sampled_from([0, 3, 9, 20]),
    st.lists(
        st.tuples(st.integers(0, 150), st.sampled_from([1000, 2500, 5000, 10000, 30000])),
        max_size=14,
    ),
    st.integers(0, 25),
)
def test_a_calendar_plan_goes_as_it_is_told_day_by_day(cadence, grace, payments, delay):
    """PL-4, PL-10, DL-4, DL-7: levels, arrears and current due, in any cadence, with any grace."""
    policy = DunningPolicy(grace_days=grace)
    run_days = [day + timedelta(days=delay if n % 2 else 0) for n, day in enumerate(RUNS[:5])]
    paid = {}
    for offset, amount in payments:
        paid.setdefault(R1 + timedelta(days=offset), []).append(amount)
    account = plan(
        family(charge(amount="90000"), charge("s", "90000")),
        "claim-c1",
        on=R1,
        cadence=cadence,
        policy=policy,
    )
    last = R1 + timedelta(days=151)
    for day in sorted({*run_days, *paid}):
        for amount in paid.get(day, ()):
            account = pay(account, "c1", from_cents(amount), day, policy=policy)
        if day in run_days:
            account = attrs.evolve(
                account, cycle=attrs.evolve(account.cycle, next_statement_on=None)
            )
            account = run(account, day, policy)

    shown = asks(account, last, policy=policy)

    assert (level(account), shown.arrears, shown.current) == retold(
        cadence, grace, paid, run_days, last
    )


def test_a_payment_for_the_plan_leaves_held_charges_out():
    """PL-10, PL-5: a held claim is outside the plan balance, which bounds the payment."""
    account = plan(family(charge("c1"), charge("c2")), on=R1)
    account = hold(run(account, R1), HoldScope.CLAIM, account.charges[0].claim_id, R1)
    asks_for = {"plan_id": "plan", "transaction_id": "m", "received_on": R1, "as_of": R1}
    assert refusal(post_plan_payment, account, amount="100.01", policy=POLICY, **asks_for) == [
        "ABOVE_PLAN_BALANCE"
    ]
    paid = post_plan_payment(account, amount="50", policy=POLICY, **asks_for).account
    assert [str(c.outstanding) for c in paid.charges] == ["100.00", "50.00"]


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_a_payment_for_the_plan_is_more_than_nothing(amount):
    """CH-1, PL-5: a mis-signed payment is an error, never a silent nothing."""
    account = run(plan(family(charge()), on=R1), R1)
    with pytest.raises(InvalidRecord, match=r"more than 0\.00"):
        post_plan_payment(
            account,
            plan_id="plan",
            transaction_id="m",
            amount=amount,
            received_on=R1,
            as_of=R1,
            policy=POLICY,
        )


# ------------------------------------------------- corners that a broken copy had slipped through


def test_a_lowered_due_is_judged_by_what_it_was_lowered_to():
    """PL-2, PL-4: 10 is all that was owed when the adjustment came, and 10 was paid."""
    account = run(plan(family(charge(), charge("c2")), charge().claim_id, on=R1), R1)
    account = adjust(account, "c1", "90", JAN_20)
    account = add_claim(
        account, plan_id="plan", claim_id=charge("c2").claim_id, as_of=JAN_20, policy=POLICY
    ).account
    assert missed(run(pay(account, "c1", "10", JAN_20), R2))[:1] == [False]


def test_one_missed_due_after_joining_is_enough():
    """PL-11, PL-10: of several dues missed in one run the charge answers for the later ones."""
    account = plan(family(charge(), charge("c2")), charge().claim_id, on=R1, cadence=WEEKLY)
    account = run(account, R1)
    account = add_claim(
        account, plan_id="plan", claim_id=charge("c2").claim_id, as_of=R1, policy=POLICY
    ).account
    account = run(account, R2)
    assert (level(account, "c1"), level(account, "c2")) == (5, 5)


def test_money_on_a_charge_that_left_the_plan_meets_no_due():
    """PL-4: payments count on charges while they are on the plan, not at the agency."""
    account = run(plan(family(charge(), charge("c2")), on=R1), R1)
    account = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=JAN_20, policy=POLICY
    ).account
    account = run(pay(account, "c1", "50", JAN_20), R2)
    assert level(account, "c2") == 5


def test_money_from_before_a_charge_joined_meets_no_due():
    """PL-4: 50 paid on a claim before it came onto the plan was never plan money."""
    account = run(plan(family(charge(), charge("c2")), charge().claim_id, on=R1), R1)
    account = pay(account, "c2", "50", JAN_20)
    account = add_claim(
        account, plan_id="plan", claim_id=charge("c2").claim_id, as_of=JAN_20, policy=POLICY
    ).account
    assert asked(account, JAN_20) == ("0.00", "50.00", "50.00")


def test_a_calendar_period_opens_on_the_balance_without_held_claims():
    """PL-2, PL-10: 30 is all of the plan that is not held when the period opens."""
    account = family(charge(), charge("c2", amount="30"))
    account = hold(account, HoldScope.CLAIM, charge().claim_id, R1)
    account = plan(account, on=R1, cadence=WEEKLY)
    assert asked(account, R1) == ("0.00", "30.00", "30.00")


def test_no_first_period_opens_while_the_patient_is_held():
    """PL-10: a run that finds the patient held leaves the plan alone, the first run too."""
    account = plan(family(charge(), charge("c2", of="bob"), "bob"), of="ann", on=R1)
    account = run(hold(account, HoldScope.PATIENT, "ann", R1), R1)
    assert the_plan(account).dues == ()


def _two_misses():
    """Two claims on a 50 plan, missed on R2 and R3: both charges at 6."""
    account = plan(family(charge(amount="60"), charge("c2", "300")), on=R1)
    return runs(account, R1, R2, R3)


@pytest.mark.parametrize("order", [("t/1", "t/2"), ("t/2", "t/1")], ids=str)
def test_a_bounced_cheque_gives_back_the_level_in_whichever_order_its_parts_are_voided(order):
    """CH-8, CH-9: one part took a step back, the other cured; without the cheque 6 is reached."""
    account = pay_plan(_two_misses(), "plan", "150", R3, id="t")
    assert (level(account), level(account, "c2")) == (0, 0)

    for part in order:
        account = void(account, part, R3 + DAY)

    assert (stands(account), stands(account, "c2")) == ((6, R3), (6, R3))


@pytest.mark.parametrize("ids", [("t",), ("t1", "t2")], ids=str)
def test_a_cheque_that_bounces_after_the_plan_was_left_leaves_no_better_level(ids):
    """CH-8, DL-11: it had taken a step back and cured; the charge leaves as it would have at 6.

    Whether one cheque did both or two did one each.
    """
    bounced_first = account = runs(alone(), R1, R2, R3)
    for id_, amount in zip(ids, ("150",) if len(ids) == 1 else ("100", "50"), strict=True):
        account = pay(account, "c1", amount, R3, id=id_)
    account = cancel(account, MAR_18)
    assert level(account) == 0
    for id_ in ids:
        account = void(account, id_, MAR_18)

    assert stands(account) == stands(cancel(bounced_first, MAR_18)) == (2, MAR_18)


def test_off_the_plan_too_an_earlier_cheque_that_bounces_leaves_what_a_later_one_led_to():
    """CH-8, DL-11: at 1 before the plan, 6 on it; one cheque took a step back, another cured."""
    account = runs(family(charge(amount="400")), R1, R2)
    account = runs(plan(account, on=R2), R3, R4, R5)
    assert level(account) == 6
    account = pay(account, "c1", "100", R5, id="t1")
    account = pay(account, "c1", "50", R5, id="t2")
    account = cancel(account, R5 + DAY)
    assert stands(account) == (1, R2)

    first = void(account, "t1", R5 + DAY)
    assert stands(first) == (1, R2)
    assert stands(void(first, "t2", R5 + DAY)) == (2, R5 + DAY)
    second = void(account, "t2", R5 + DAY)
    assert stands(second) == (1, R2)
    assert stands(void(second, "t1", R5 + DAY)) == (2, R5 + DAY)


def test_a_void_asks_again_only_what_it_uncovers():
    """CH-8, CH-9: voiding a refund repeats no judgement, whatever else was paid."""
    account = pay(run(alone(), R1), "c1", "50", date(2025, 1, 10), id="a")
    account = refund(account, "c1", "50", date(2025, 1, 12), id="r")
    account = run(pay(account, "c1", "1", R2, id="small"), R2)
    assert level(account) == 5
    assert level(void(account, "r", FEB_11)) == 5
