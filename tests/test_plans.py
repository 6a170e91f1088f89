"""Plans and what belongs to them: valid by construction; days, dues, and which money met which."""

from datetime import date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.errors import InvalidRecord
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.money import from_cents
from revcycle.plans import (
    Cadence,
    CadenceKind,
    CardAgreement,
    CoveredClaim,
    Due,
    DueLowering,
    NewChargePolicy,
    PaymentPlan,
    PlanStatus,
    allocate,
    as_suspended,
    charges_on,
    due_amount,
    is_past,
    is_statement_plan,
    plan_balance,
    plan_due,
    scheduled_on,
)

DAY = date(2025, 1, 6)
MOMENT = datetime(2025, 1, 6)  # noqa: DTZ001  (a date to isinstance, and so the usual mistake)
MONTHLY = {"kind": CadenceKind.MONTHLY, "day": 31}
CLAIM = {"claim_id": "k1", "joined_on": DAY}
CARD = {"card_ref": "tok-4242", "agreed_on": DAY}
LOWERING = {"transaction_id": "t1", "amount": "20"}
DUE = {"opened_on": DAY, "amount": "50"}
PLAN = {
    "id": "p1",
    "patient_id": "ann",
    "claims": (CoveredClaim(**CLAIM),),
    "minimum": "50",
    "cadence": Cadence(kind=CadenceKind.STATEMENT),
    "agreed_on": DAY,
    "start_on": DAY,
}
OVER = PLAN | {"status": PlanStatus.ENDED, "status_on": DAY}

FAULTS = [
    (Cadence, MONTHLY, "kind", "monthly"),
    (Cadence, MONTHLY, "day", 0),
    (Cadence, MONTHLY, "day", 32),
    (Cadence, MONTHLY, "day", True),
    (Cadence, {"kind": CadenceKind.WEEKLY}, "day", 3),
    (CoveredClaim, CLAIM, "claim_id", ""),
    (CoveredClaim, CLAIM, "joined_on", MOMENT),
    (CardAgreement, CARD, "card_ref", ""),
    (CardAgreement, CARD, "card_ref", 4242424242424242),
    (CardAgreement, CARD, "agreed_on", None),
    (CardAgreement, CARD, "cancelled_on", MOMENT),
    (DueLowering, LOWERING, "transaction_id", ""),
    (DueLowering, LOWERING, "amount", "-0.01"),
    (DueLowering, LOWERING, "amount", 0.5),
    (Due, DUE, "opened_on", MOMENT),
    (Due, DUE, "due_on", MOMENT),
    (Due, DUE, "amount", "-0.01"),
    (Due, DUE, "amount", 50.0),
    (Due, DUE, "lowerings", []),
    (Due, DUE, "lowerings", ("20",)),
    (Due, DUE, "judged_on", MOMENT),
    (Due, DUE, "missed", True),
    (Due, DUE, "missed", 0),
    (Due, DUE, "seen_ids", ["t1"]),
    (Due, DUE, "seen_ids", (1,)),
    (PaymentPlan, PLAN, "id", ""),
    (PaymentPlan, PLAN, "patient_id", None),
    (PaymentPlan, PLAN, "claims", [CoveredClaim(**CLAIM)]),
    (PaymentPlan, PLAN, "claims", ("k1",)),
    (PaymentPlan, PLAN, "claims", (CoveredClaim(**CLAIM), CoveredClaim(**CLAIM))),
    (PaymentPlan, PLAN, "minimum", "0"),
    (PaymentPlan, PLAN, "minimum", 50.0),
    (PaymentPlan, PLAN, "cadence", CadenceKind.WEEKLY),
    (PaymentPlan, PLAN, "agreed_on", MOMENT),
    (PaymentPlan, PLAN, "start_on", MOMENT),
    (PaymentPlan, PLAN, "start_on", date(2025, 1, 5)),
    (PaymentPlan, PLAN, "new_charges", "add"),
    (PaymentPlan, PLAN, "status", "active"),
    (PaymentPlan, PLAN, "status_on", DAY),
    (PaymentPlan, OVER, "status_on", None),
    (PaymentPlan, PLAN, "status_reason", None),
    (PaymentPlan, PLAN, "status_reason", 1234567),
    (PaymentPlan, PLAN, "card", "tok-4242"),
    (PaymentPlan, PLAN, "needs_attention", 1),
    (PaymentPlan, PLAN, "dues", [Due(**DUE)]),
    (PaymentPlan, PLAN, "dues", (Due(**DUE, due_on=DAY),)),
    (PaymentPlan, PLAN | {"cadence": Cadence(**MONTHLY)}, "dues", (Due(**DUE),)),
    (
        PaymentPlan,
        PLAN,
        "dues",
        (Due(**DUE, judged_on=DAY), Due(opened_on=date(2025, 1, 5), amount="50")),
    ),
    (PaymentPlan, PLAN, "dues", (Due(**DUE),) * 2),
    (
        PaymentPlan,
        PLAN | {"cadence": Cadence(**MONTHLY)},
        "dues",
        (Due(**DUE, due_on=DAY, judged_on=DAY), Due(**DUE, due_on=DAY)),
    ),
]
RECORDS = [Cadence, CoveredClaim, CardAgreement, DueLowering, Due, PaymentPlan]


@pytest.mark.parametrize(
    ("record", "fields", "field", "value"),
    FAULTS,
    ids=[f"{n}-{record.__name__}.{field}" for n, (record, _, field, _v) in enumerate(FAULTS)],
)
def test_each_fault_names_record_field_and_what_is_valid(record, fields, field, value):
    """PL-12: one field wrong: the error names it and says what it must be; the card's handle and
    the host's reason are not echoed (PR-6).
    """
    record(**fields)

    with pytest.raises(InvalidRecord) as refused:
        record(**(fields | {field: value}))

    error = refused.value
    assert (error.record, error.field) == (record.__name__, field)
    assert error.must
    assert f"{record.__name__}.{field} is " in str(error)
    assert f"it must {error.must}" in str(error)
    if attrs.fields_dict(record)[field].metadata.get("private"):
        assert error.value == "(private)"
        assert not value or str(value) not in str(error)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_has_been_wrong_once(record):
    """PL-12: the table above leaves no field of any record out."""
    wrong = {field for kind, _, field, _ in FAULTS if kind is record}

    assert {a.name for a in attrs.fields(record) if a.init} == wrong


def test_what_is_private_is_in_no_repr():
    """PR-6: neither the card's handle nor the reason of a cancel."""
    it = PaymentPlan(**OVER, card=CardAgreement(**CARD), status_reason="moved to Utah")

    assert "tok-4242" not in repr(it)
    assert "Utah" not in repr(it)


# ------------------------------------------------------------------------------- schedules


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from([None, *range(1, 32)]),
    st.integers(0, 60),
)
def test_monthly_dues_fall_once_a_month_from_the_first_day_on_or_after_the_start(start, day, n):
    """PL-3: the first is on or after the start with none skipped before it; then month by month."""
    it = PaymentPlan(
        **(
            PLAN
            | {
                "cadence": Cadence(kind=CadenceKind.MONTHLY, day=day),
                "agreed_on": start,
                "start_on": start,
            }
        )
    )
    first, due, after = (scheduled_on(it, index) for index in (0, n, n + 1))

    assert start <= first <= start + timedelta(days=31)
    assert (due.year * 12 + due.month) - (first.year * 12 + first.month) == n
    wanted = day or start.day
    assert due.day == wanted or (due.day < wanted and (due + timedelta(days=1)).day == 1)
    assert due < after


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from([(CadenceKind.WEEKLY, 7), (CadenceKind.BIWEEKLY, 14)]),
    st.integers(0, 60),
)
def test_weekly_dues_fall_on_the_starts_weekday(start, cadence, n):
    """PL-3: the first on the start itself, then every 7 or 14 days."""
    kind, days = cadence
    it = PaymentPlan(
        **(PLAN | {"cadence": Cadence(kind=kind), "agreed_on": start, "start_on": start})
    )

    assert scheduled_on(it, n) == start + timedelta(days=days * n)


def test_only_one_cadence_keeps_step_with_statements():
    """PL-3: the other three go by the calendar."""
    kept = {
        kind: is_statement_plan(PaymentPlan(**(PLAN | {"cadence": Cadence(kind=kind)})))
        for kind in CadenceKind
    }

    assert kept == dict.fromkeys(CadenceKind, False) | {CadenceKind.STATEMENT: True}


@pytest.mark.parametrize(
    ("due", "days", "grace", "past"),
    [
        ({"due_on": DAY}, 0, 0, False),
        ({"due_on": DAY}, 1, 0, True),
        ({"due_on": DAY}, 5, 5, False),
        ({"due_on": DAY}, 6, 5, True),
        ({"due_on": DAY, "judged_on": DAY}, 0, 5, True),
        ({}, 400, 0, False),
        ({"judged_on": DAY}, 0, 0, True),
    ],
    ids=str,
)
def test_when_a_due_is_past(due, days, grace, past):
    """PL-10: after due and grace by the calendar, once judged by the statement."""
    assert is_past(Due(**DUE, **due), as_of=DAY + timedelta(days=days), grace_days=grace) is past


def test_a_due_asks_for_the_least_it_was_lowered_to():
    """PL-2: several lowerings, the lowest counts; none, the amount as fixed."""
    lowerings = tuple(DueLowering(transaction_id=f"t{n}", amount=str(n)) for n in (30, 20, 40))

    assert str(due_amount(Due(**DUE))) == "50.00"
    assert str(due_amount(Due(**DUE, lowerings=lowerings))) == "20.00"


@pytest.mark.parametrize(
    ("scope", "subject", "left"),
    [
        (HoldScope.ACCOUNT, None, "0.00"),
        (HoldScope.PATIENT, "ann", "0.00"),
        (HoldScope.PATIENT, "bob", "50.00"),
        (HoldScope.CLAIM, "k1", "50.00"),
    ],
)
def test_which_holds_suspend_a_calendar_due(scope, subject, left):
    """PL-10: the account's and the patient's own; not another's, not a claim's."""
    it = PaymentPlan(**(PLAN | {"cadence": Cadence(**MONTHLY)}))
    one = Hold(id="h", scope=scope, subject_id=subject, reason=HoldReason.OTHER, start_on=DAY)
    due, judged = Due(**DUE, due_on=DAY), Due(**DUE, due_on=DAY, judged_on=DAY, missed=True)

    suspended = as_suspended(it, (judged, due), holds=(one,))

    assert suspended[0] == judged
    assert str(suspended[1].amount) == left


def test_what_is_on_a_plan_and_what_it_owes():
    """PL-1, PL-6: charges that are not on it, closed ones and credits count for nothing."""
    it = PaymentPlan(**PLAN)
    beside = Charge(
        id="c1", patient_id="ann", claim_id="k9", amount="70", posted_on=DAY, service_on=DAY
    )

    assert charges_on(it, [beside]) == ()
    assert str(plan_balance([], as_of=DAY)) == "0.00"
    nothing = plan_due(it, [beside], as_of=DAY, grace_days=0)
    assert {str(getattr(nothing, a)) for a in ("arrears", "current", "due", "balance")} == {"0.00"}


# ------------------------------------------------- allocation, against a second, plainer telling


def money(number, on, amount, kind=TransactionKind.PAYMENT):
    """A payment or refund received on a day of January 2025."""
    return Transaction(
        id=f"t{number:02}", kind=kind, amount=amount, received_on=on, posted_on=date(2025, 12, 31)
    )


def retold(periods, run_days, payments, refunds):
    """PL-4 told dollar by dollar for a statement plan of 50 a period.

    Period n opens on run n and is judged on run n + 1 (the last is not judged). Days fall
    strictly between runs. What a refund takes back is taken from its period's money first.
    """

    def period_of(day):
        return sum(day > run for run in run_days) - 1

    cash = [(day, period_of(day), amount) for day, amount in sorted(payments)]
    for day, amount in refunds:
        back = amount
        for index in range(len(cash) - 1, -1, -1):
            paid_on, period, left = cash[index]
            if period == period_of(day):
                part = min(back, left)
                cash[index] = (paid_on, period, left - part)
                back -= part
    met = [0] * periods
    for _, period, amount in cash:
        left = amount
        if period < 0:
            continue
        for index in (period, *range(period)):
            part = min(left, 5000 - met[index])
            met[index] += part
            left -= part
    return met, sum(left for _, _, left in cash) - sum(met)


@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 12_000)), max_size=6),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 6_000)), max_size=2),
)
def test_allocation_follows_the_rule_dollar_by_dollar(payments, refunds):
    """PL-4, PL-5: first the period's own due, then arrears, oldest first, then principal."""
    run_days = [date(2025, 1, 5), date(2025, 1, 12), date(2025, 1, 19), date(2025, 1, 26)]
    first = date(2025, 1, 1)
    days = [first + timedelta(days=n) for n in range(31)]
    free = [day for day in days if day not in run_days]
    paid = [(free[day % len(free)], amount) for day, amount in payments]
    back = [(free[day % len(free)], amount) for day, amount in refunds]
    dues = [
        Due(
            opened_on=opened,
            amount="50",
            judged_on=run_days[n + 1] if n < 3 else None,
        )
        for n, opened in enumerate(run_days)
    ]
    ledger = [money(n, day, from_cents(amount)) for n, (day, amount) in enumerate(sorted(paid))]
    ledger += [
        money(50 + n, day, from_cents(amount), TransactionKind.REFUND)
        for n, (day, amount) in enumerate(back)
    ]

    found = allocate(dues, ledger, grace_days=0)

    met, principal = retold(4, run_days, paid, back)
    assert found.met == tuple(map(from_cents, met))
    assert found.principal == from_cents(principal)


@given(st.permutations([(1, 30), (2, 50), (3, 20), (4, 70)]))
def test_the_order_of_the_ledger_does_not_matter(order):
    """PL-4: the day of receipt decides, then the id."""
    dues = [
        Due(opened_on=DAY, amount="50", judged_on=date(2025, 1, 20)),
        Due(opened_on=date(2025, 1, 20), amount="50"),
    ]
    ledger = [money(n, date(2025, 1, 10 + 4 * n), str(amount)) for n, amount in order]

    assert allocate(dues, ledger, grace_days=0) == allocate(dues, ledger[::-1], grace_days=0)


def test_new_charge_policies_and_states_are_what_the_rules_name():
    """PL-7, PL-12: add, leave, hold; active, ended, cancelled."""
    assert [one.value for one in NewChargePolicy] == ["add", "leave", "hold"]
    assert [one.value for one in PlanStatus] == ["active", "ended", "cancelled"]
