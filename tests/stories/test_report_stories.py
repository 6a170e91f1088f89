"""Reports: what is owed by age, what happened, what was lost, who wants silence (RP-1 to RP-7)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.access import Permission, Viewer
from revcycle.accounts import HealthPlanRestriction
from revcycle.charges import (
    AdjustmentReason,
    AdjustmentSide,
    Placement,
    PlanStay,
    Standing,
    Transaction,
    TransactionKind,
)
from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.dunning import (
    leave_account,
    lift_restriction,
    place_in_collections,
    recall_from_collections,
    set_restriction,
    write_off_bad_debt,
)
from revcycle.errors import InvalidRecord, NotPermitted, Refused, UnknownFact, UnknownReference
from revcycle.holds import HoldScope
from revcycle.plans import NewChargePolicy
from revcycle.reports import (
    LAST_MONTH,
    LAST_QUARTER,
    LAST_YEAR,
    THIS_MONTH,
    THIS_QUARTER,
    THIS_YEAR,
    TODAY,
    YESTERDAY,
    AgeingContents,
    BadDebtContents,
    Basis,
    ContactContents,
    DateRange,
    GroupBy,
    Period,
    Recurrence,
    ReportDefinition,
    ReportProblem,
    ReportSchedule,
    RestrictionContents,
    TimeFrame,
    Visibility,
    activity,
    ageing,
    bad_debt,
    columns_of,
    contact_activity,
    describe_report,
    entries_of,
    facts_for,
    is_on_plan,
    is_placed,
    next_report_on,
    open_amounts,
    outstanding_on,
    period_of,
    preview,
    range_of,
    report_csv,
    report_html,
    report_xml,
    restricted_patients,
    run_report,
    span_words,
    visible_reports,
)
from revcycle.rules import ALWAYS, AllOf, AtLeast, Contains, Equals, In
from revcycle.worklists import MASK
from tests.stories.book import (
    POLICY,
    adjust,
    cancel,
    cancel_charge,
    charge,
    family,
    hold,
    patient,
    pay,
    plan,
    post,
    refund,
    transfer_away,
    transfer_in,
    void,
)

DAY = date(2025, 7, 1)
CLERK = Viewer(id="cleo", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))
CHIEF = Viewer(
    id="chris", permissions=frozenset({Permission.SELF_PAY_WORKLISTS, Permission.ACCESS_BLOCKED})
)
STRANGER = Viewer(id="stan", permissions=frozenset({Permission.SELF_PAY_ADMIN}))


def before(days):
    """The day so many days before the report."""
    return DAY - timedelta(days=days)


def figures(report, row=-1):
    """A row's amounts that are not nothing, by column; the totals unless told otherwise."""
    cells = report.totals if row == -1 else report.rows[row]
    return {
        column.name: str(cell)
        for column, cell in zip(report.columns, cells, strict=True)
        if isinstance(cell, Decimal) and cell
    }


def placed(account, day, charge_id="c1"):
    """An agency gets a charge."""
    return place_in_collections(
        account, charge_ids=[charge_id], agency_id="ag", as_of=day, policy=POLICY
    ).account


def recalled(account, day, charge_id="c1"):
    """The practice takes it back."""
    return recall_from_collections(
        account, charge_ids=[charge_id], as_of=day, policy=POLICY
    ).account


def lost(account, day, charge_id="c1", reason=AdjustmentReason.BAD_DEBT, amount="10.00", **more):
    """Part of a charge is adjusted off."""
    return adjust(account, charge_id, amount, day, reason=reason, **more)


# ------------------------------------------------------------------------------------- RP-1 ageing


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        *((0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90")),
        *((91, "91-120"), (120, "91-120"), (121, "121+"), (3_000, "121+")),
    ],
)
def test_every_bucket_includes_both_its_ends(days, bucket):
    """RP-1: 0-30, 31-60, 61-90, 91-120, 121 and more days after posting."""
    owing = family(charge(posted_on=before(days)))

    assert figures(ageing([owing], as_of=DAY)) == {bucket: "100.00", "Outstanding": "100.00"}


def test_an_amount_is_as_old_as_it_is_the_patients():
    """RP-1: age counts from the posting of the charge or of the transfer in, not from the service
    and not from the first bill.
    """
    owing = family(charge(amount="90.00", posted_on=before(100), service_on=before(400)))
    owing = transfer_in(owing, "c1", "60.00", before(45))

    assert figures(ageing([owing], as_of=DAY)) == {
        "91-120": "90.00",
        "31-60": "60.00",
        "Outstanding": "150.00",
    }


def test_a_transfer_in_counts_from_its_posting_on_both_bases():
    """RP-1: it may be dated back, but the amount is the patient's from the day it was posted."""
    moved = Transaction(
        id="t1",
        kind=TransactionKind.TRANSFER_IN,
        amount="60.00",
        received_on=before(80),
        posted_on=before(45),
    )
    owing = family(charge(amount="90.00", posted_on=before(100), transactions=(moved,)))

    for basis in Basis:
        owed = [ageing([owing], as_of=before(n), basis=basis).totals[-2] for n in (46, 45)]
        assert list(map(str, owed)) == ["90.00", "150.00"]
        assert figures(ageing([owing], as_of=DAY, basis=basis))["31-60"] == "60.00"


def test_money_consumes_the_oldest_amount_first():
    """RP-1: payments, adjustments and transfers away take from what has been owed longest; what a
    refund gives back was the youngest they had reached.
    """
    owing = family(charge(amount="40.00", posted_on=before(100)))
    owing = transfer_in(owing, "c1", "60.00", before(45))
    owing = pay(owing, "c1", "30.00", before(40))
    owing = adjust(owing, "c1", "15.00", before(39))
    owing = transfer_away(owing, "c1", "5.00", before(38))
    assert figures(ageing([owing], as_of=DAY)) == {"31-60": "50.00", "Outstanding": "50.00"}

    owing = refund(owing, "c1", "15.00", before(1))
    assert figures(ageing([owing], as_of=DAY)) == {
        "91-120": "5.00",
        "31-60": "60.00",
        "Outstanding": "65.00",
    }


def test_a_credit_stands_in_a_column_of_its_own():
    """RP-1, CH-7: a credit is in no bucket and lowers none; outstanding and credits stand side by
    side, as everywhere.
    """
    owing = family(charge(posted_on=before(10)), charge("c2", "50.00", posted_on=before(10)))
    owing = pay(owing, "c2", "70.00", before(5), credit=True)

    assert figures(ageing([owing], as_of=DAY)) == {
        "0-30": "100.00",
        "Outstanding": "100.00",
        "Credits": "-20.00",
    }


def test_what_an_agency_has_is_left_out_while_it_has_it():
    """RP-1, CO-3: a placed charge is out from the day of placing to the day before its recall; also
    of a day long past.
    """
    owing = family(charge(posted_on=before(100)))
    owing = recalled(placed(owing, before(60)), before(20))
    seen = [figures(ageing([owing], as_of=before(n))).get("Outstanding") for n in (61, 60, 21, 20)]

    assert seen == ["100.00", None, None, "100.00"]
    again = placed(owing, before(10))
    assert again.charges[0].past_placements == (
        Placement(placed_on=before(60), agency_id="ag", recalled_on=before(20)),
    )
    assert figures(ageing([again], as_of=before(10))) == {}
    assert figures(ageing([again], as_of=before(11)))["Outstanding"] == "100.00"
    home = recalled(again, before(5))
    assert [stay.recalled_on for stay in home.charges[0].past_placements] == [before(20), before(5)]


def test_a_credit_on_a_placed_charge_is_still_owed_to_the_patient():
    """RP-1, CH-7: the agency has what is owed; money that is owed back stays among the credits."""
    owing = placed(family(charge(posted_on=before(100))), before(60))
    owing = pay(owing, "c1", "130.00", before(3), credit=True)

    assert figures(ageing([owing], as_of=DAY)) == {"Credits": "-30.00"}


def test_money_entered_late_counts_by_the_day_it_came_or_was_posted():
    """RP-1, CH-9: on the received basis it counts from the day it came, though nobody knew; on the
    posted basis the past day stays as it was known.
    """
    owing = family(charge(posted_on=before(40)))
    owing = pay(owing, "c1", "25.00", before(2), received_on=before(20))
    owed = {
        basis: [str(ageing([owing], as_of=before(n), basis=basis).totals[-2]) for n in (21, 20, 2)]
        for basis in Basis
    }

    assert owed[Basis.RECEIVED] == ["100.00", "75.00", "75.00"]
    assert owed[Basis.POSTED] == ["100.00", "100.00", "75.00"]
    assert ageing([owing], as_of=DAY) == ageing([owing], as_of=DAY, basis=Basis.RECEIVED)


def test_a_charge_entered_late_is_unknown_before():
    """RP-1: a charge posted as of an earlier day ages from that day, and on the posted basis it is
    in no figure of a day on which nobody had entered it.
    """
    owing = post(family("ann"), charge(posted_on=before(50)), before(40))
    assert owing.charges[0].entered_on == before(40)
    assert figures(ageing([owing], as_of=before(45)))["Outstanding"] == "100.00"
    assert figures(ageing([owing], as_of=before(41), basis=Basis.POSTED)) == {}
    assert figures(ageing([owing], as_of=before(40), basis=Basis.POSTED))["0-30"] == "100.00"
    assert figures(ageing([owing], as_of=DAY, basis=Basis.POSTED))["31-60"] == "100.00"
    same_day = post(family("ann"), charge(posted_on=before(50)), before(50))
    assert same_day.charges[0].entered_on is None


def test_what_is_voided_later_counts_on_the_days_before():
    """RP-1, CH-3: a bounced cheque had paid, and a voided charge was owed, until the void."""
    owing = family(charge(posted_on=before(40)), charge("c2", "30.00", posted_on=before(40)))
    owing = pay(owing, "c1", "100.00", before(30), id="cheque")
    owing = cancel_charge(void(owing, "cheque", before(9)), "c2", before(9))
    owed = [str(ageing([owing], as_of=before(n)).totals[-2]) for n in (31, 30, 10, 9)]

    assert owed == ["130.00", "30.00", "30.00", "100.00"]


def test_insurances_side_of_an_adjustment_ages_nothing():
    """RP-1, CH-1: what insurance takes off its own side leaves the patient's amount alone."""
    owing = family(charge(posted_on=before(10)))
    owing = adjust(owing, "c1", "40.00", before(5), side=AdjustmentSide.INSURANCE)

    assert figures(ageing([owing], as_of=before(1)))["Outstanding"] == "100.00"


def test_money_may_come_before_its_charge():
    """RP-1: what is not posted counts for nothing, its money included; from then on all counts."""
    owing = pay(family(charge(posted_on=before(10))), "c1", "30.00", DAY, received_on=before(20))

    assert figures(ageing([owing], as_of=before(11))) == {}
    assert figures(ageing([owing], as_of=before(10)))["Outstanding"] == "70.00"


def test_a_refund_may_go_out_before_its_payment_is_dated():
    """RP-1: no cent is lost on a day between the two; the charge owes that much more."""
    owing = pay(family(charge(posted_on=before(50))), "c1", "30.00", before(10))
    owing = refund(owing, "c1", "20.00", before(9), received_on=before(15))

    assert figures(ageing([owing], as_of=before(12))) == {
        "31-60": "100.00",
        "0-30": "20.00",
        "Outstanding": "120.00",
    }


def test_a_held_charge_is_still_owed():
    """RP-1, CH-7: holds freeze dunning, not the receivable."""
    owing = hold(family(charge(posted_on=before(10))), HoldScope.PATIENT, "ann", before(5))

    assert figures(ageing([owing], as_of=DAY))["Outstanding"] == "100.00"


def test_payment_plans_may_stand_apart():
    """RP-1: every figure of a charge goes to the plan rows from the day it joins its plan to the
    day before it leaves; without plans apart there is one row.
    """
    owing = family(charge(posted_on=before(70)), charge("c2", "30.00", posted_on=before(70)))
    owing = cancel(plan(owing, "claim-c1", on=before(60)), before(20))
    owing = plan(owing, "claim-c2", on=before(10), id="second")

    def rows(days):
        report = ageing([owing], as_of=before(days), plans_apart=True)
        return {row["Balances"]: str(row["Outstanding"]) for row in report.records}

    assert rows(61) == {"standard": "130.00", "payment plans": "0.00"}
    assert rows(60) == rows(21) == {"standard": "30.00", "payment plans": "100.00"}
    assert rows(20) == {"standard": "130.00", "payment plans": "0.00"}
    assert rows(10) == {"standard": "100.00", "payment plans": "30.00"}
    (row,) = ageing([owing], as_of=DAY).records
    assert (row["Balances"], str(row["Outstanding"])) == ("all", "130.00")


def test_a_credit_of_a_plan_stands_with_the_plan():
    """RP-1: the credit of a charge on a plan is a figure of the plan rows like any other."""
    owing = plan(family(charge(posted_on=before(70))), on=before(60))
    owing = pay(owing, "c1", "120.00", before(5), credit=True)
    standard, plans = ageing([owing], as_of=DAY, plans_apart=True).records

    assert (str(standard["Credits"]), str(plans["Credits"])) == ("0.00", "-20.00")


def test_a_day_that_cannot_be_told_is_refused():
    """RP-1: of a stay on a plan whose days an earlier document did not keep, the days on which it
    may have been are refused when plans stand apart, and no others.
    """
    stay = PlanStay(plan_id="old", prior_count=0, end_count=0)
    owing = family(charge(posted_on=before(70), standing=Standing(past_stays=(stay,))))
    owing = pay(owing, "c1", "10.00", before(30))

    with pytest.raises(InvalidRecord, match="charge c1 was on a plan on 2025-05-31"):
        ageing([owing], as_of=before(31), plans_apart=True)
    assert figures(ageing([owing], as_of=before(31)))["Outstanding"] == "100.00"
    assert figures(ageing([owing], as_of=before(30), plans_apart=True))["Outstanding"] == "90.00"


def test_rows_by_department_or_provider():
    """RP-1, WL-5: departments and providers of reports are those of the charge; none is one."""
    owing = family(
        charge(posted_on=DAY, department_id="d2", provider_id="v1"),
        charge("c2", "20.00", posted_on=DAY, department_id="d1", provider_id="v1"),
        charge("c3", "3.00", posted_on=DAY),
        charge("c4", "0.00", posted_on=DAY, department_id="d9"),
    )

    def rows(by):
        report = ageing([owing], as_of=DAY, by=by)
        return [(row[by.value.capitalize()], str(row["0-30"])) for row in report.records]

    assert rows(GroupBy.DEPARTMENT) == [(None, "3.00"), ("d1", "20.00"), ("d2", "100.00")]
    assert rows(GroupBy.PROVIDER) == [(None, "3.00"), ("v1", "120.00")]


def test_an_ageing_may_be_filtered():
    """RP-1, RP-7: a filter is a rule over the facts of a charge that day; the caption says it."""
    owing = family(
        charge(posted_on=before(40), self_pay_claim=True),
        charge("c2", "20.00", posted_on=before(10)),
        charge("c3", "7.00", posted_on=before(10), self_pay_claim=True),
    )
    owing = plan(owing, "claim-c3", on=before(5))

    def owed(rule):
        return figures(ageing([owing], as_of=DAY, filters=rule)).get("Outstanding")

    assert owed(Equals("is_self_pay_claim", value=True)) == "107.00"
    assert owed(AtLeast("age_days", 40)) == "100.00"
    assert owed(AtLeast("outstanding_cents", 2_000)) == "120.00"
    assert owed(Equals("is_on_plan", value=True)) == "7.00"
    assert owed(In("department_id", {"d1"})) is None
    said = ageing([owing], as_of=DAY, filters=AtLeast("outstanding_cents", 2_000)).words
    assert said == (
        "A/R ageing: what patients owed on 2025-07-01, received basis; "
        "where outstanding is at least $20.00"
    )


def test_a_patient_who_moved_ages_on():
    """RP-1, FA-3: the figures of a past day are the same over the accounts that came of it."""
    owing = family(charge(posted_on=before(50)), charge("c2", of="ben", posted_on=before(50)))
    then = ageing([owing], as_of=before(20), basis=Basis.POSTED)
    left = leave_account(
        owing,
        patient_id="ben",
        new_account_id="a2",
        guarantor=owing.guarantor,
        as_of=before(10),
        policy=POLICY,
    )

    told = ageing([left.account, left.new_account], as_of=before(20), basis=Basis.POSTED)
    assert told == then


# ----------------------------------------------------------------------------------- RP-2 activity


def story_of_activity():
    """A charge, a transfer in, payments, a refund, adjustments and a transfer away."""
    owing = family(charge(posted_on=date(2025, 1, 20)))
    owing = transfer_in(owing, "c1", "60.00", date(2025, 2, 3))
    owing = pay(owing, "c1", "30.00", date(2025, 2, 5), received_on=date(2025, 1, 31))
    owing = refund(owing, "c1", "5.00", date(2025, 2, 6))
    owing = adjust(owing, "c1", "15.00", date(2025, 3, 31))
    owing = adjust(owing, "c1", "99.00", date(2025, 3, 31), side=AdjustmentSide.INSURANCE)
    owing = transfer_away(owing, "c1", "8.00", date(2025, 4, 1))
    owing = pay(owing, "c1", "11.00", date(2025, 4, 2), id="cheque")
    return void(owing, "cheque", date(2025, 5, 1))


def test_activity_is_summed_by_period():
    """RP-2: charges, transfers, payments, refunds and the patient's side of adjustments, in the
    period that money came in or, on the posted basis, was entered in.
    """
    rows = activity([story_of_activity()], as_of=DAY).records

    assert [row["Period"] for row in rows] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert [str(row["Payments"]) for row in rows] == ["30.00", "0.00", "0.00", "0.00"]
    assert [str(row["Adjustments"]) for row in rows] == ["0.00", "0.00", "15.00", "0.00"]
    posted = activity([story_of_activity()], as_of=DAY, basis=Basis.POSTED).records
    assert [str(row["Payments"]) for row in posted] == ["0.00", "30.00", "0.00", "0.00"]
    quarters = activity([story_of_activity()], as_of=DAY, period=Period.QUARTER).records
    assert [(row["Period"], str(row["Transfers in"])) for row in quarters] == [
        ("2025-Q1", "60.00"),
        ("2025-Q2", "0.00"),
    ]
    (year,) = activity([story_of_activity()], as_of=DAY, period=Period.YEAR).records
    assert [str(cell) for cell in year.values()] == [
        *("2025", "100.00", "60.00", "8.00", "30.00", "5.00", "15.00"),
    ]
    days = activity([story_of_activity()], as_of=DAY, period=Period.DAY).records
    assert [row["Period"] for row in days][-2:] == ["2025-03-31", "2025-04-01"]


def test_activity_of_a_past_day_is_what_was_known():
    """RP-2, CH-3: what is voided later stands on the days before; what came later does not."""
    assert figures(activity([story_of_activity()], as_of=date(2025, 4, 30)))["Payments"] == "41.00"
    assert figures(activity([story_of_activity()], as_of=date(2025, 5, 1)))["Payments"] == "30.00"
    early = activity([story_of_activity()], as_of=date(2025, 2, 4), basis=Basis.POSTED)
    assert figures(early) == {"Charges": "100.00", "Transfers in": "60.00"}


def test_activity_of_a_span():
    """RP-2: only what counts in the span, both ends included; a time frame moves with the day."""
    span = DateRange(from_on=date(2025, 2, 3), to_on=date(2025, 3, 31))
    assert figures(activity([story_of_activity()], as_of=DAY, span=span)) == {
        "Transfers in": "60.00",
        "Refunds": "5.00",
        "Adjustments": "15.00",
    }
    last = activity([story_of_activity()], as_of=DAY, span=LAST_QUARTER)
    assert figures(last) == {"Transfers away": "8.00"}
    assert last.words == "Activity: by month, received last quarter, as of 2025-07-01"


def test_plan_money_stands_apart():
    """RP-2, PL-4: payments count for the plan while the charge is on it, by their order even within
    a day; a new charge that a plan takes up is the plan's.
    """
    owing = pay(family(charge(posted_on=before(70))), "c1", "1.00", before(60))
    owing = plan(owing, on=before(60), new_charges=NewChargePolicy.ADD)
    owing = pay(owing, "c1", "20.00", before(60))
    early = activity([owing], as_of=before(59), period=Period.YEAR, plans_apart=True).records
    assert [str(row["Payments"]) for row in early] == ["1.00", "20.00"]
    owing = post(owing, charge("c2", "9.00", posted_on=before(30)), before(30))
    owing = pay(cancel(owing, before(10)), "c1", "4.00", before(10))
    report = activity([owing], as_of=DAY, period=Period.YEAR, plans_apart=True)
    standard, plans = sorted(report.records, key=lambda row: row["Balances"], reverse=True)

    assert (str(standard["Charges"]), str(standard["Payments"])) == ("100.00", "5.00")
    assert (str(plans["Charges"]), str(plans["Payments"])) == ("9.00", "20.00")
    assert report.totals[2:] == activity([owing], as_of=DAY, period=Period.YEAR).totals[1:]


def test_activity_may_be_filtered():
    """RP-2, RP-7: by kind, reason, amount, plan, self pay, department, provider."""
    owing = story_of_activity()

    def kept(*rules):
        return figures(activity([owing], as_of=DAY, filters=AllOf(*rules)))

    assert kept(Equals("kind", "refund")) == {"Refunds": "5.00"}
    assert kept(Equals("reason", "courtesy")) == {"Adjustments": "15.00"}
    assert kept(AtLeast("amount_cents", 6_000)) == {"Charges": "100.00", "Transfers in": "60.00"}
    assert kept(Equals("is_on_plan", value=True)) == {}
    assert kept(Equals("department_id", "d1")) == {}


@pytest.mark.parametrize(
    ("frame", "first", "last", "words"),
    [
        (TODAY, "2025-03-31", "2025-03-31", "today"),
        (YESTERDAY, "2025-03-30", "2025-03-30", "yesterday"),
        (TimeFrame(period=Period.DAY, back=3), "2025-03-28", "2025-03-28", "3 days ago"),
        (THIS_MONTH, "2025-03-01", "2025-03-31", "this month"),
        (LAST_MONTH, "2025-02-01", "2025-02-28", "last month"),
        (THIS_QUARTER, "2025-01-01", "2025-03-31", "this quarter"),
        (LAST_QUARTER, "2024-10-01", "2024-12-31", "last quarter"),
        (THIS_YEAR, "2025-01-01", "2025-03-31", "this year"),
        (LAST_YEAR, "2024-01-01", "2024-12-31", "last year"),
        (TimeFrame(period=Period.MONTH, back=13), "2024-02-01", "2024-02-29", "13 months ago"),
    ],
)
def test_a_time_frame_moves_with_the_day(frame, first, last, words):
    """RP-5, RP-7: a period of the calendar, so many back; the present one ends with the day."""
    days = range_of(frame, as_of=date(2025, 3, 31))

    assert (str(days.from_on), str(days.to_on), span_words(frame)) == (first, last, words)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (DateRange(), "on any day"),
        (DateRange(from_on=DAY), "from 2025-07-01"),
        (DateRange(to_on=DAY), "up to 2025-07-01"),
        (DateRange(from_on=DAY, to_on=DAY), "on 2025-07-01"),
    ],
)
def test_a_range_says_what_it_is(span, words):
    """RP-7: open on either side, or of one day; one that ends before it begins is refused."""
    assert span_words(span) == words
    with pytest.raises(InvalidRecord):
        DateRange(from_on=DAY, to_on=before(1))
    with pytest.raises(InvalidRecord):
        TimeFrame(period=Period.DAY, back=-1)


@pytest.mark.parametrize("period", Period)
def test_a_time_frame_ends_where_the_calendar_begins(period):
    """RP-5, RP-7: so many periods back that there is no such day: refused, with the day it is asked
    on; the very first period of the calendar is one.
    """
    assert range_of(TimeFrame(period=period), as_of=date.min).from_on == date.min
    last = {Period.DAY: 739_340, Period.MONTH: 24_290, Period.QUARTER: 8_096, Period.YEAR: 2_024}
    first = range_of(TimeFrame(period=period, back=last[period]), as_of=date(2025, 3, 31))
    assert first.from_on == date.min
    for back in (last[period] + 1, 10**12):
        with pytest.raises(InvalidRecord, match="2025-03-31"):
            range_of(TimeFrame(period=period, back=back), as_of=date(2025, 3, 31))


# ----------------------------------------------------------------------------------- RP-3 bad debt


def test_bad_debt_is_summed_by_claim():
    """RP-3: adjustments with that reason, on the patient's side, not voided, summed per claim."""
    owing = family(
        charge(posted_on=before(90), claim="k2"),
        charge("c2", posted_on=before(90), claim="k2"),
        charge("c3", posted_on=before(90), claim="k1"),
    )
    owing = lost(lost(owing, before(60)), before(50), "c2", amount="7.00")
    owing = lost(owing, before(40), "c3", amount="30.00")
    owing = lost(owing, before(40), "c3", AdjustmentReason.CHARITY)
    owing = lost(owing, before(40), "c3", side=AdjustmentSide.INSURANCE)
    owing = void(lost(owing, before(40), "c3", id="oops", amount="2.00"), "oops", before(39))
    report = bad_debt([owing], viewer=CLERK, as_of=DAY)

    assert [tuple(map(str, row)) for row in report.rows] == [
        ("k1", "1", "30.00"),
        ("k2", "2", "17.00"),
    ]
    assert report.totals == (None, 3, Decimal("47.00"))
    assert figures(bad_debt([owing], viewer=CLERK, as_of=before(40)))["Bad debt"] == "49.00"


def test_bad_debt_of_a_range_of_posting_dates():
    """RP-3: the first and the last day of the range count."""
    owing = family(charge(posted_on=before(90)))
    for days in (61, 60, 50, 49):
        owing = lost(owing, before(days))
    span = DateRange(from_on=before(60), to_on=before(50))
    report = bad_debt([owing], viewer=CLERK, as_of=DAY, span=span)

    assert figures(report) == {"Bad debt": "20.00"}
    assert report.words == (
        "Bad debt by claim: adjustments on the patient's side posted from 2025-05-02 to "
        "2025-05-12, not voided by 2025-07-01"
    )


def test_bad_debt_goes_by_the_day_of_posting():
    """RP-3: an adjustment that was decided before the range and posted in it counts."""
    gone = Transaction(
        id="t1",
        kind=TransactionKind.ADJUSTMENT,
        amount="60.00",
        received_on=before(80),
        posted_on=before(45),
        reason=AdjustmentReason.BAD_DEBT,
        side=AdjustmentSide.PATIENT,
    )
    owing = family(charge(posted_on=before(100), transactions=(gone,)))
    span = DateRange(from_on=before(45), to_on=before(45))

    assert figures(bad_debt([owing], viewer=CLERK, as_of=DAY, span=span)) == {"Bad debt": "60.00"}


def test_a_claim_id_counts_in_its_account_only():
    """RP-3, M-3: two accounts may have a claim of the same id; their sums stay apart."""
    one, two = (
        lost(family(charge(posted_on=before(9), claim="k"), account_id=name), before(5))
        for name in ("a1", "a2")
    )
    report = bad_debt([one, two], viewer=CLERK, as_of=DAY)

    assert [str(row["Bad debt"]) for row in report.records] == ["10.00", "10.00"]


def test_bad_debt_may_be_filtered():
    """RP-3: a practice may narrow the suggested filters."""
    owing = family(
        charge(posted_on=before(90), department_id="d1"),
        charge("c2", posted_on=before(90), department_id="d2"),
    )
    owing = lost(lost(owing, before(60)), before(50), "c2", amount="7.00")
    report = bad_debt(
        [owing], viewer=CLERK, as_of=DAY, filters=AllOf(Equals("department_id", "d2"))
    )

    assert figures(report) == {"Bad debt": "7.00"}
    assert report.caption.endswith("; where department is d2")


def test_a_preview_shows_the_first_30_rows():
    """RP-3: and says so; the totals are those of the whole. A short report is shown whole."""
    many = [charge(f"c{n:02}", posted_on=before(90)) for n in range(32)]
    owing = family(*many)
    for one in many:
        owing = lost(owing, before(60), one.id)
    report = bad_debt([owing], viewer=CLERK, as_of=DAY)
    first = preview(report)

    assert first.rows == report.rows[:30]
    assert first.totals == report.totals
    assert first.words.endswith("; the first 30 of 32 rows")
    assert preview(report, rows_max=32) is report


def test_writing_off_shows_as_bad_debt():
    """RP-3, CO-4: what a write-off takes is what the report shows."""
    owing = family(charge(amount="64.20", posted_on=before(90)))
    gone = write_off_bad_debt(
        owing, charge_id="c1", transaction_id="w", as_of=before(3), policy=POLICY
    ).account

    assert figures(bad_debt([gone], viewer=CLERK, as_of=DAY)) == {"Bad debt": "64.20"}


# -------------------------------------------------------------------------- RP-4 who is restricted


def people(*patients, account_id="a1"):
    """An account of these patients."""
    account = family(*[one.id for one in patients], account_id=account_id)
    members = tuple(
        attrs.evolve(member, patient=one)
        for member, one in zip(account.members, patients, strict=True)
    )
    return attrs.evolve(account, members=members)


def test_patients_are_restricted_yes_or_no():
    """RP-4, PR-7: Yes from the first day of a restriction to the day before it was lifted, as of
    any day; what became known later is not shown.
    """
    wish = HealthPlanRestriction(from_on=before(30), until_on=before(10), set_by="cleo")
    book = [people(patient("ann", last_name="Zorn", restriction=wish), patient("ben"))]

    def rows(days):
        report = restricted_patients(book, viewer=CLERK, as_of=before(days))
        return [tuple(row[1:]) for row in report.rows], report.total_of("Self-pay restricted")

    ben = ("ben", False, None, None)
    assert rows(31) == ([ben, ("ann", False, None, None)], 0)
    assert rows(30) == ([ben, ("ann", True, before(30), None)], 1)
    assert rows(11) == ([ben, ("ann", True, before(30), None)], 1)
    assert rows(10) == ([ben, ("ann", False, before(30), before(10))], 0)


def test_an_earlier_restriction_is_not_forgotten():
    """RP-4, PR-7: a patient who was restricted, was not, and is again, is each on its own days."""
    book = people(patient("ann"))
    asked = {"viewer": CLERK, "patient_id": "ann"}
    book = set_restriction(book, **asked, as_of=before(30)).account
    book = lift_restriction(book, **asked, as_of=before(20)).account
    book = set_restriction(book, **asked, as_of=before(10)).account

    def ann(days):
        (row,) = restricted_patients([book], viewer=CLERK, as_of=before(days)).rows
        return row[2:]

    assert [ann(days)[0] for days in (31, 30, 21, 20, 11, 10)] == [
        *(False, True, True, False, False, True),
    ]
    assert ann(15) == (False, before(30), before(20))
    with pytest.raises(InvalidRecord, match="past_restrictions"):
        patient("ann", past_restrictions=(HealthPlanRestriction(from_on=before(10)),))


def test_only_those_who_are_restricted():
    """RP-4, RP-7: a filter may ask for Yes alone, or for a department."""
    wish = HealthPlanRestriction(from_on=before(30))
    book = [people(patient("ann", restriction=wish), patient("ben", primary_department_id="d1"))]

    def ids(rule):
        report = restricted_patients(book, viewer=CLERK, as_of=DAY, filters=rule)
        return [row["Patient id"] for row in report.records]

    assert ids(Equals("is_restricted", value=True)) == ["ann"]
    assert ids(Equals("primary_department_id", "d1")) == ["ben"]


# ---------------------------------------------------------------------------- RP-5 who was reached


def contact(contact_id="x1", of="ann", days=5, at=time(9, 30), **more):
    """A reminder call to ann that nobody answered, unless told otherwise."""
    given = {
        "service": "SelfpayCall",
        "channel": ContactChannel.PHONE,
        "result": ContactResult.NO_ANSWER,
        "text": "Ann, please pay",
    }
    return Contact(id=contact_id, on=before(days), at=at, patient_id=of, **(given | more))


CALLS = (
    contact("x1"),
    contact("x2", days=5, at=time(8, 5)),
    contact("x3", "ben", 6, result=ContactResult.CONVERSATION, department_id="d1"),
    contact("x4", "ben", 7, channel=ContactChannel.TEXT, text="Your bill", provider_id="v1"),
    contact("x5", days=-1),
)
PAIR = people(patient("ann", last_name="Adams", first_name="Ann"), patient("ben"))


def reached(viewer=CHIEF, **more):
    """The report of these calls."""
    return contact_activity(CALLS, [PAIR], viewer=viewer, as_of=DAY, **more)


def test_contacts_are_counted_by_service_channel_and_result():
    """RP-5: the summary counts how many times each was done; tomorrow's are not there yet."""
    assert reached().rows == (
        ("SelfpayCall", "phone", "conversation", 1),
        ("SelfpayCall", "phone", "no_answer", 2),
        ("SelfpayCall", "text", "no_answer", 1),
    )
    assert reached().total_of("Contacts") == 4


def test_each_contact_in_detail():
    """RP-5: the detail lists each with local date and time, earliest first, and what was said."""
    report = reached(is_detailed=True)

    assert [str(row["Time"]) for row in report.records] == ["09:30", "09:30", "08:05", "09:30"]
    assert report.records[3] == {
        "Date": before(5),
        "Time": "09:30",
        "Service": "SelfpayCall",
        "Channel": "phone",
        "Result": "no_answer",
        "Patient": "Adams, Ann",
        "Patient id": "ann",
        "Department": None,
        "Provider": None,
        "Text": "Ann, please pay",
    }


def test_the_text_is_on_the_page_and_in_no_file():
    """RP-5: what was said can be read on the page; CSV and XML do not have the column."""
    report = reached(is_detailed=True)

    assert "Your bill" in report_html(report)
    assert "Your bill" in str(report)
    assert "Your bill" not in report_csv(report) + report_xml(report) + repr(report)
    assert report_csv(report).splitlines()[0].endswith("Department,Provider")


def test_a_report_of_texts_alone_is_for_the_page_whole():
    """RP-5, RP-7: no file has an empty row where a text was; the rows left out are counted."""
    texts = saved(contents=ContactContents(is_detailed=True), columns=("Text",), filters=ALWAYS)
    report = run_report(texts, [PAIR], viewer=CLERK, as_of=DAY, contacts=CALLS)

    assert "Your bill" in str(report)
    assert report_csv(report) == ""
    assert '<columns /><rows left_out="4" /><totals />' in report_xml(report)


@pytest.mark.parametrize(
    ("rule", "ids"),
    [
        (Equals("service", "other"), []),
        (Equals("channel", "text"), ["x4"]),
        (Equals("result", "conversation"), ["x3"]),
        (Equals("patient_id", "ann"), ["x2", "x1"]),
        (Equals("department_id", "d1"), ["x3"]),
        (Equals("provider_id", "v1"), ["x4"]),
        (Contains("text_words", "bill"), ["x4"]),
        (AtLeast("minute", 9 * 60), ["x4", "x3", "x1"]),
    ],
)
def test_contacts_may_be_filtered_by_every_field(rule, ids):
    """RP-5: by service, channel, result, patient, department, provider, words and time of day."""
    found = reached(is_detailed=True, filters=rule)
    whole = reached(is_detailed=True)
    order = [row["Time"] + row["Patient id"] for row in whole.records]

    assert [row["Time"] + row["Patient id"] for row in found.records] == [
        each for each, known in zip(order, ("x4", "x3", "x2", "x1"), strict=True) if known in ids
    ]


def test_contacts_of_a_span():
    """RP-5: a range of dates, both ends included, or a time frame from the menu."""
    span = DateRange(from_on=before(6), to_on=before(6))
    assert reached(span=span).total_of("Contacts") == 1
    assert reached(span=LAST_MONTH).total_of("Contacts") == 4
    assert reached(span=TODAY).total_of("Contacts") == 0


# ------------------------------------------------------------------- PR-3, PR-5 who may see of whom

BLOCKED = people(patient("bo", last_name="Secret", blocked=True), account_id="a9")


def test_a_blocked_patients_claim_is_a_row_of_figures():
    """PR-3, RP-3: without the permission no claim id, last, counted in the totals, in no file."""
    one = attrs.evolve(BLOCKED, charges=(charge("c1", of="bo", posted_on=before(9), claim="k0"),))
    two = family(charge("c2", posted_on=before(9), claim="k5"))
    book = [lost(one, before(5)), lost(two, before(5), "c2", amount="3.00")]
    report = bad_debt(book, viewer=CLERK, as_of=DAY)

    assert [row["Claim"] for row in report.records] == ["k5", MASK]
    assert (report.masked_count, figures(report)) == (1, {"Bad debt": "13.00"})
    assert MASK not in report_csv(report) + report_xml(report)
    assert '<rows left_out="1">' in report_xml(report)
    seen = bad_debt(book, viewer=CHIEF, as_of=DAY)
    assert [row["Claim"] for row in seen.records] == ["k0", "k5"]


def test_a_blocked_patient_is_a_yes_without_a_name():
    """PR-3, RP-4: XXXXXXXX, no id, last, counted, in no file."""
    wish = HealthPlanRestriction(from_on=before(30))
    bo = attrs.evolve(BLOCKED.members[0].patient, restriction=wish)
    book = [people(bo, account_id="a9"), people(patient("zoe", last_name="Zorn"))]
    report = restricted_patients(book, viewer=CLERK, as_of=DAY)

    assert report.rows == (
        ("Zorn", "zoe", False, None, None),
        (MASK, None, True, before(30), None),
    )
    assert report.total_of("Self-pay restricted") == 1
    assert "Secret" not in str(report) + report_html(report) + repr(report)
    assert len(report_csv(report).splitlines()) == 2
    shown = restricted_patients(book, viewer=CHIEF, as_of=DAY)
    assert [row["Patient"] for row in shown.records] == ["Secret", "Zorn"]


def test_a_blocked_patients_contacts_say_nothing():
    """PR-3, RP-5: no name, no id, no text, and no filter finds them by these; a patient of none of
    the accounts may be blocked, so counts as such.
    """
    calls = [contact("x1", "bo", text="Bo"), contact("x2", "gone", text="Bo")]
    asked = {"viewer": CLERK, "as_of": DAY, "is_detailed": True}
    report = contact_activity(calls, [BLOCKED], **asked)

    assert [(row["Patient"], row["Patient id"], row["Text"]) for row in report.records] == [
        (MASK, None, None),
        (MASK, None, None),
    ]
    assert len(report_csv(report).splitlines()) == 1
    for rule in (Equals("patient_id", "bo"), Contains("text_words", "bo")):
        assert contact_activity(calls, [BLOCKED], **asked, filters=rule).rows == ()
    shown = contact_activity(calls, [BLOCKED], **(asked | {"viewer": CHIEF}))
    assert [row["Patient id"] for row in shown.records] == ["bo", "gone"]


def test_of_two_records_of_one_patient_the_stricter_counts_for_contacts():
    """PR-3, RP-5: a patient blocked in one account is masked, wherever that account stands."""
    open_too = people(patient("bo", last_name="Secret"), account_id="a8")
    asked = {"viewer": CLERK, "as_of": DAY, "is_detailed": True}
    for book in ([BLOCKED, open_too], [open_too, BLOCKED]):
        report = contact_activity(iter([contact("x1", "bo", text="Bo")]), iter(book), **asked)
        assert [row["Patient"] for row in report.records] == [MASK]


def test_a_report_about_people_needs_the_permission():
    """PR-5, PR-2: denied, by the permission's name, before anything is looked at; sums that name
    nobody are the host's own.
    """
    saved = ReportDefinition(id="r", name="R", contents=AgeingContents(), owner_id="stan")
    asked = {"viewer": STRANGER, "as_of": DAY}
    for denied in (
        lambda: bad_debt([PAIR], **asked),
        lambda: restricted_patients([PAIR], **asked),
        lambda: contact_activity(CALLS, [PAIR], **asked),
        lambda: run_report(saved, [PAIR], **asked),
        lambda: visible_reports([saved], viewer=STRANGER),
    ):
        with pytest.raises(NotPermitted, match="Self-Pay Account Management: Worklists"):
            denied()
    assert ageing([PAIR], as_of=DAY).row_count == 1


A_TIME = datetime.combine(DAY, time())
OPTIONS = [
    (ageing, "as_of", A_TIME),
    (ageing, "as_of", "2025-07-01"),
    (ageing, "basis", "posted"),
    (ageing, "by", "department"),
    (ageing, "plans_apart", "no"),
    (ageing, "filters", None),
    (activity, "as_of", None),
    (activity, "period", "month"),
    (activity, "span", "last month"),
    (activity, "basis", None),
    (activity, "plans_apart", 1),
    (activity, "filters", "reason"),
    (bad_debt, "viewer", None),
    (bad_debt, "as_of", A_TIME),
    (bad_debt, "span", None),
    (bad_debt, "filters", None),
    (restricted_patients, "viewer", "cleo"),
    (restricted_patients, "as_of", A_TIME),
    (restricted_patients, "filters", None),
    (entries_of, "as_of", A_TIME),
    (entries_of, "basis", "posted"),
    (entries_of, "days", LAST_MONTH),
    (entries_of, "plans_apart", None),
]


@pytest.mark.parametrize(("report", "option", "value"), OPTIONS)
def test_an_option_of_another_kind_is_refused(report, option, value):
    """RP-1, RP-2, RP-3, RP-4: text is no basis and a datetime no day, also where nothing is owed:
    no figure comes of a guess.
    """
    needed = {"as_of": DAY}
    if report in {bad_debt, restricted_patients}:
        needed["viewer"] = CLERK
    if report is entries_of:
        needed["basis"] = Basis.POSTED
    report([], **needed)
    with pytest.raises(InvalidRecord) as refused:
        report([], **(needed | {option: value}))
    assert refused.value.field == option


@pytest.mark.parametrize(
    ("option", "value"),
    [("as_of", A_TIME), ("viewer", None), ("span", 7), ("is_detailed", "no"), ("filters", None)],
)
def test_an_option_of_contact_activity_of_another_kind_is_refused(option, value):
    """RP-5: as of every other report."""
    with pytest.raises(InvalidRecord) as refused:
        contact_activity([], [], **({"viewer": CLERK, "as_of": DAY} | {option: value}))
    assert refused.value.field == option


@pytest.mark.parametrize(
    ("ask", "given", "field"),
    [
        (range_of, {"span": "last month", "as_of": DAY}, "span"),
        (range_of, {"span": TODAY, "as_of": A_TIME}, "as_of"),
        (period_of, {"day": DAY, "period": "month"}, "period"),
        (columns_of, {"contents": "ageing"}, "contents"),
        (facts_for, {"contents": AgeingContents}, "contents"),
    ],
)
def test_what_is_no_span_no_period_and_no_report_is_refused(ask, given, field):
    """RP-2, RP-7: by name, rather than answered with nothing."""
    with pytest.raises(InvalidRecord) as refused:
        ask(**given)
    assert refused.value.field == field


def test_a_filter_asks_what_the_report_knows():
    """RP-7: an unknown fact is an error whoever is in the book; the nearest right one is named."""
    for report, more in ((ageing, {}), (activity, {}), (bad_debt, {"viewer": CLERK})):
        with pytest.raises(UnknownFact, match="did you mean 'department_id'"):
            report([], as_of=DAY, filters=Equals("departmentid", "d1"), **more)


def test_a_past_day_of_one_charge_is_asked_for_by_a_basis_and_a_day():
    """RP-1: of a charge too: what is neither is refused, never taken for another."""
    one = charge()
    for ask in (outstanding_on, open_amounts):
        with pytest.raises(InvalidRecord, match="basis"):
            ask(one, as_of=DAY, basis="posted")
        with pytest.raises(InvalidRecord, match="as_of"):
            ask(one, as_of=A_TIME, basis=Basis.POSTED)
    for ask in (is_placed, is_on_plan):
        with pytest.raises(InvalidRecord, match="as_of"):
            ask(one, as_of=A_TIME)


def test_the_first_day_of_the_calendar():
    """RP-1: nothing is older, and nothing falls off the calendar."""
    assert figures(ageing([family(charge())], as_of=date.min)) == {}


# ------------------------------------------------------------------------------ RP-7 saved reports


def saved(**more):
    """A practice's report of bad debt."""
    return ReportDefinition(
        **{
            "id": "r1",
            "name": "Write-offs",
            "description": "For the partners' meeting.",
            "category": "Finance",
            "contents": BadDebtContents(span=LAST_MONTH),
            "columns": ("Bad debt", "Claim"),
            "filters": Equals("department_id", "d1"),
            "owner_id": "cleo",
            "visibility": Visibility.PRACTICE,
            "schedules": (
                ReportSchedule(
                    recurrence=Recurrence.MONTHLY,
                    from_on=date(2025, 1, 31),
                    recipient_ids=("ben", "cy"),
                ),
            ),
        }
        | more
    )


def test_a_saved_report_says_what_it_is():
    """RP-7: name, category, description, contents, filters, columns, visibility, schedules."""
    assert describe_report(saved()) == (
        "Write-offs (Finance)\n"
        "For the partners' meeting.\n"
        "Shows bad debt by claim, posted last month; where department is d1; "
        "columns Bad debt, Claim.\n"
        "Of cleo, found by the whole practice.\n"
        "Run monthly from 2025-01-31 for ben, cy."
    )
    plain = ReportDefinition(id="r", name="Age", contents=AgeingContents(), owner_id="cleo")
    assert describe_report(plain) == (
        "Age\nShows the ageing of patient balances, received basis.\nOf cleo, found by its owner."
    )


def test_a_saved_report_runs_over_a_book():
    """RP-7: its columns in its order, its filters, its title, its time frame on the day."""
    owing = family(
        charge(posted_on=before(60), department_id="d1", claim="k1"),
        charge("c2", posted_on=before(60), department_id="d2"),
    )
    owing = lost(lost(lost(owing, before(40)), before(20)), before(20), "c2")
    report = run_report(saved(), [owing], viewer=CLERK, as_of=DAY)

    assert [column.name for column in report.columns] == ["Bad debt", "Claim"]
    assert report.rows == ((Decimal("10.00"), "k1"),)
    assert report.totals == (Decimal("10.00"), None)
    assert report.words.startswith(
        "Write-offs: adjustments on the patient's side posted last month"
    )
    people_too = saved(contents=RestrictionContents(), columns=(), filters=AllOf())
    assert run_report(people_too, [PAIR], viewer=CLERK, as_of=DAY).row_count == 2
    calls = saved(contents=ContactContents(), columns=(), filters=Equals("channel", "text"))
    made = run_report(calls, [PAIR], viewer=CHIEF, as_of=DAY, contacts=CALLS)
    assert made.rows == (("SelfpayCall", "text", "no_answer", 1),)


def test_what_is_run_is_a_saved_report_by_somebody():
    """RP-7, PR-5: nobody is not somebody, and a report is not its id."""
    for wrong in ({"definition": "r1"}, {"viewer": None}, {"as_of": A_TIME}):
        asked = {"definition": saved(), "viewer": CLERK, "as_of": DAY} | wrong
        with pytest.raises(InvalidRecord) as refused:
            run_report(asked.pop("definition"), [], **asked)
        assert refused.value.field == next(iter(wrong))
    with pytest.raises(InvalidRecord):
        visible_reports([saved()], viewer=None)


def test_a_saved_report_gives_no_orders_to_a_screen():
    """RP-7: what its words hold is shown as text, whoever wrote them."""
    said = describe_report(saved(name="Write\x1b[2J-offs", description="\u202eFor us."))
    assert said.splitlines()[:2] == ["Write\ufffd[2J-offs (Finance)", "\ufffdFor us."]


def test_a_report_of_mine_is_mine():
    """RP-7: others neither find nor run it; the practice's are for all."""
    mine, ours = saved(visibility=Visibility.MINE), saved(id="r2", owner_id="chris")

    assert visible_reports([mine, ours], viewer=CLERK) == (mine, ours)
    assert visible_reports([mine, ours], viewer=CHIEF) == (ours,)
    with pytest.raises(Refused) as refused:
        run_report(mine, [], viewer=CHIEF, as_of=DAY)
    assert refused.value.propositions == (ReportProblem.OF_ANOTHER_USER,)


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        (Recurrence.ONCE, ["2025-01-31"]),
        (Recurrence.DAILY, ["2025-01-31", "2025-02-01", "2025-02-02"]),
        (Recurrence.WEEKLY, ["2025-01-31", "2025-02-07", "2025-02-14"]),
        (Recurrence.MONTHLY, ["2025-01-31", "2025-02-28", "2025-03-31"]),
        (Recurrence.QUARTERLY, ["2025-01-31", "2025-04-30", "2025-07-31"]),
        (Recurrence.YEARLY, ["2025-01-31", "2026-01-31", "2027-01-31"]),
    ],
)
def test_a_schedule_says_when_it_is_next_to_be_run(recurrence, days):
    """RP-7: within its range of dates, months counted from its first day; running is the host's."""
    until_on = date(2027, 12, 31)
    schedule = ReportSchedule(
        recurrence=recurrence, from_on=date(2025, 1, 31), until_on=until_on, recipient_ids=("ben",)
    )
    found, day = [], date(2024, 12, 1)
    while len(found) < 3 and (next_on := next_report_on(schedule, as_of=day)):
        found.append(next_on.isoformat())
        day = next_on + timedelta(days=1)

    assert found == days
    ends = attrs.evolve(schedule, until_on=date.fromisoformat(days[-1]))
    assert next_report_on(ends, as_of=ends.until_on) == ends.until_on
    assert next_report_on(schedule, as_of=until_on + timedelta(days=1)) is None


@pytest.mark.parametrize("recurrence", [each for each in Recurrence if each.value != "daily"])
def test_a_schedule_ends_with_the_calendar(recurrence):
    """RP-7: where there is no later day there is no next one; a day that is none is refused."""
    schedule = ReportSchedule(
        recurrence=recurrence, from_on=date(2025, 1, 30), recipient_ids=("ben",)
    )
    assert next_report_on(schedule, as_of=date.max) is None
    with pytest.raises(InvalidRecord, match="be a date"):
        next_report_on(schedule, as_of=A_TIME)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"contents": "ageing"}, "contents"),
        ({"columns": ("Claim", "Patient")}, "columns"),
        ({"columns": ("Claim", "Claim")}, "columns"),
        ({"filters": Equals("channel", "text")}, "filters"),
        ({"filters": Equals("kind", "gift")}, "filters"),
        ({"filters": "all"}, "filters"),
        ({"owner_id": ""}, "owner_id"),
        ({"visibility": "mine"}, "visibility"),
        ({"schedules": ("monthly",)}, "schedules"),
    ],
)
def test_a_definition_that_cannot_be_meant_is_refused(wrong, field):
    """RP-7: columns and filters are those that the report has."""
    with pytest.raises(InvalidRecord) as refused:
        saved(**wrong)

    assert (refused.value.record, refused.value.field) == ("ReportDefinition", field)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"recipient_ids": ()}, "recipient_ids"),
        ({"recipient_ids": ("ben", "ben")}, "recipient_ids"),
        ({"until_on": date(2025, 1, 30)}, "until_on"),
        ({"recurrence": "monthly"}, "recurrence"),
    ],
)
def test_a_schedule_goes_to_somebody_and_ends_after_it_begins(wrong, field):
    """RP-7: one or more recipients, each once, and a range of dates that is one."""
    given = {
        "recurrence": Recurrence.ONCE,
        "from_on": date(2025, 1, 31),
        "recipient_ids": ("ben",),
    }
    with pytest.raises(InvalidRecord) as refused:
        ReportSchedule(**(given | wrong))

    assert (refused.value.record, refused.value.field) == ("ReportSchedule", field)


def test_a_column_that_is_not_there():
    """RP-7: asking a report for a column it has not is an error, never nothing."""
    with pytest.raises(UnknownReference, match="no column with id 'Claims' here"):
        bad_debt([PAIR], viewer=CLERK, as_of=DAY).total_of("Claims")
