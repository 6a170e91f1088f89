"""Charges and what belongs to them: valid by construction, each fault named."""

from datetime import date, datetime
from decimal import Decimal

import attrs
import pytest

from revcycle.charges import (
    AdjustmentReason,
    AdjustmentSide,
    Charge,
    Enrolment,
    Move,
    MoveCause,
    Placement,
    PlanStay,
    Standing,
    Transaction,
    TransactionKind,
    adjusted,
    is_open,
    paid,
    patient_part,
    signed_amount,
    sum_of_kind,
    track_of,
)
from revcycle.errors import InvalidRecord
from revcycle.levels import DunningLevel, Track

DAY = date(2025, 1, 6)
MOMENT = datetime(2025, 1, 6)  # noqa: DTZ001  (a date to isinstance, and so the usual mistake)
PAYMENT = {
    "id": "t1",
    "kind": TransactionKind.PAYMENT,
    "amount": "40.00",
    "received_on": DAY,
    "posted_on": DAY,
}
ADJUSTMENT = PAYMENT | {
    "kind": TransactionKind.ADJUSTMENT,
    "reason": AdjustmentReason.COURTESY,
    "side": AdjustmentSide.PATIENT,
}
MOVE = {
    "on": DAY,
    "because": MoveCause.CURE,
    "level_before": DunningLevel.LEVEL_5,
    "reached_on_before": DAY,
    "transaction_id": "t1",
}
ENROLMENT = {"plan_id": "p1", "joined_on": DAY}
STAY = {"plan_id": "p1", "prior_count": 0, "end_count": 2}
BILLED = {
    "level": DunningLevel.LEVEL_2,
    "reached_on": DAY,
    "first_billed_on": DAY,
    "last_billed_on": DAY,
    "billed_count": 1,
}
PLACEMENT = {"placed_on": DAY, "agency_id": "agency"}
CHARGE = {
    "id": "c1",
    "patient_id": "ann",
    "claim_id": "k1",
    "amount": "100.00",
    "posted_on": DAY,
    "service_on": DAY,
}

FAULTS = [
    (Transaction, PAYMENT, "id", ""),
    (Transaction, PAYMENT, "id", 7),
    (Transaction, PAYMENT, "kind", "payment"),
    (Transaction, PAYMENT, "amount", "0.00"),
    (Transaction, PAYMENT, "amount", "-1.00"),
    (Transaction, PAYMENT, "amount", 40.0),
    (Transaction, PAYMENT, "received_on", MOMENT),
    (Transaction, PAYMENT, "received_on", "2025-01-06"),
    (Transaction, PAYMENT, "posted_on", MOMENT),
    (Transaction, PAYMENT, "reason", AdjustmentReason.CHARITY),
    (Transaction, ADJUSTMENT, "reason", None),
    (Transaction, ADJUSTMENT, "reason", "charity"),
    (Transaction, PAYMENT, "side", AdjustmentSide.PATIENT),
    (Transaction, ADJUSTMENT, "side", None),
    (Transaction, ADJUSTMENT, "side", "patient"),
    (Transaction, PAYMENT, "voided_on", MOMENT),
    (Transaction, PAYMENT, "voided_on", date(2025, 1, 5)),
    (Move, MOVE, "on", None),
    (Move, MOVE, "because", "cure"),
    (Move, MOVE, "level_before", 5),
    (Move, MOVE, "reached_on_before", MOMENT),
    (Move, MOVE, "transaction_id", ""),
    (Move, MOVE, "undoes_run_on", "R2"),
    (Enrolment, ENROLMENT, "plan_id", None),
    (Enrolment, ENROLMENT, "joined_on", MOMENT),
    (Enrolment, ENROLMENT, "first_due", -1),
    (Enrolment, ENROLMENT, "first_due", True),
    (Enrolment, ENROLMENT, "prior_count", 1.0),
    (Enrolment, ENROLMENT, "standard_level", 2),
    (Enrolment, ENROLMENT, "standard_level", DunningLevel.LEVEL_5),
    (Enrolment, ENROLMENT, "standard_reached_on", MOMENT),
    (Enrolment, ENROLMENT, "standard_moves", [Move(**MOVE)]),
    (Enrolment, ENROLMENT, "standard_moves", ("cure",)),
    (PlanStay, STAY, "plan_id", ""),
    (PlanStay, STAY, "prior_count", -1),
    (PlanStay, STAY, "end_count", "2"),
    (PlanStay, STAY, "joined_on", MOMENT),
    (PlanStay, STAY, "left_on", DAY),
    (PlanStay, STAY | {"joined_on": DAY, "left_on": DAY}, "left_on", None),
    (PlanStay, STAY | {"joined_on": DAY, "left_on": DAY}, "left_on", date(2025, 1, 5)),
    (Standing, BILLED, "level", 2),
    (Standing, BILLED, "level", DunningLevel.LEVEL_6),
    (
        Standing,
        BILLED | {"level": DunningLevel.LEVEL_6, "enrolment": Enrolment(**ENROLMENT)},
        "level",
        DunningLevel.LEVEL_3,
    ),
    (Standing, BILLED, "reached_on", None),
    (Standing, BILLED, "reached_on", MOMENT),
    (Standing, {}, "reached_on", DAY),
    (Standing, BILLED, "first_billed_on", MOMENT),
    (Standing, BILLED, "last_billed_on", MOMENT),
    (Standing, BILLED, "last_billed_on", None),
    (Standing, BILLED, "billed_count", 0),
    (Standing, BILLED, "billed_count", -1),
    (Standing, BILLED, "billed_count", True),
    (Standing, {}, "billed_count", 1),
    (Standing, BILLED, "enrolment", "p1"),
    (Standing, BILLED, "moves", []),
    (Standing, BILLED, "moves", ("cure",)),
    (Standing, BILLED, "past_stays", [PlanStay(**STAY)]),
    (Standing, BILLED, "past_stays", ("p1",)),
    (Standing, BILLED, "count_met", 1),
    (Placement, PLACEMENT, "placed_on", None),
    (Placement, PLACEMENT, "agency_id", ""),
    (Placement, PLACEMENT, "recalled_on", MOMENT),
    (Placement, PLACEMENT, "recalled_on", date(2025, 1, 5)),
    (Charge, CHARGE, "id", ""),
    (Charge, CHARGE, "patient_id", 1),
    (Charge, CHARGE, "claim_id", ""),
    (Charge, CHARGE, "amount", "-0.01"),
    (Charge, CHARGE, "amount", 100.0),
    (Charge, CHARGE, "posted_on", MOMENT),
    (Charge, CHARGE, "service_on", None),
    (Charge, CHARGE, "department_id", None),
    (Charge, CHARGE, "provider_id", 3),
    (Charge, CHARGE, "self_pay_claim", 1),
    (Charge, CHARGE, "description", 1234567),
    (Charge, CHARGE, "billed", "-1.00"),
    (Charge, CHARGE, "billed", 1.5),
    (Charge, CHARGE, "insurance_paid", "-1.00"),
    (Charge, CHARGE, "insurance_adjusted", "-1.00"),
    (Charge, CHARGE, "transactions", []),
    (Charge, CHARGE, "transactions", ("t1",)),
    (
        Charge,
        CHARGE,
        "transactions",
        (
            Transaction(**PAYMENT),
            Transaction(
                **(PAYMENT | {"id": "t2", "received_on": DAY, "posted_on": date(2025, 1, 5)})
            ),
        ),
    ),
    (Charge, CHARGE, "voided_on", MOMENT),
    (Charge, CHARGE | {"transactions": (Transaction(**PAYMENT),)}, "voided_on", DAY),
    (Charge, CHARGE, "standing", None),
    (Charge, CHARGE, "placement", "agency"),
    (Charge, CHARGE, "placement", Placement(**PLACEMENT, recalled_on=DAY)),
    (Charge, CHARGE, "past_placements", ("agency",)),
    (Charge, CHARGE, "past_placements", (Placement(**PLACEMENT),)),
    (Charge, CHARGE, "entered_on", MOMENT),
    (Charge, CHARGE, "entered_on", DAY),
]
RECORDS = [Transaction, Move, Enrolment, PlanStay, Standing, Placement, Charge]


@pytest.mark.parametrize(
    ("record", "fields", "field", "value"),
    FAULTS,
    ids=[f"{n}-{record.__name__}.{field}" for n, (record, _, field, _v) in enumerate(FAULTS)],
)
def test_each_fault_names_record_field_and_what_is_valid(record, fields, field, value):
    """CH-1: one field wrong: the error names it and says what it must be; a private value is
    not echoed (PR-6).
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
        assert str(value) not in str(error)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_has_been_wrong_once(record):
    """CH-1: the table above leaves no field of any record out."""
    wrong = {field for kind, _, field, _ in FAULTS if kind is record}

    assert {a.name for a in attrs.fields(record) if a.init} == wrong


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_records_do_not_change(record):
    """CH-3: history is kept, because nothing can be overwritten."""
    fields = {
        Transaction: PAYMENT,
        Move: MOVE,
        Enrolment: ENROLMENT,
        PlanStay: STAY,
        Standing: BILLED,
        Placement: PLACEMENT,
        Charge: CHARGE,
    }[record]
    one = record(**fields)

    for field in attrs.fields_dict(record):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(one, field, None)
    assert one == record(**fields)
    assert hash(one) == hash(record(**fields))


def test_a_description_is_shown_by_no_repr():
    """PR-6: plain words about the service stay out of repr."""
    assert "Flu shot" not in repr(Charge(**CHARGE, description="Flu shot"))


def one_of_each(**more):
    """A charge with a transaction of each kind: 100 + 7 - 2 - 40 + 5 - 11."""
    kinds = TransactionKind
    return Charge(
        **CHARGE,
        transactions=(
            Transaction(**PAYMENT),
            Transaction(**(PAYMENT | {"id": "t2", "kind": kinds.REFUND, "amount": "5"})),
            Transaction(**(ADJUSTMENT | {"id": "t3", "amount": "11"})),
            Transaction(
                **(ADJUSTMENT | {"id": "t4", "amount": "900", "side": AdjustmentSide.INSURANCE})
            ),
            Transaction(**(PAYMENT | {"id": "t5", "kind": kinds.TRANSFER_IN, "amount": "7"})),
            Transaction(**(PAYMENT | {"id": "t6", "kind": kinds.TRANSFER_AWAY, "amount": "2"})),
            Transaction(**(PAYMENT | {"id": "t7", "amount": "13", "voided_on": DAY})),
        ),
        **more,
    )


def test_the_sums_of_a_charge():
    """CH-1, M-4: outstanding, paid, adjusted, the patient's part, and each kind by itself."""
    one = one_of_each()

    assert str(one.outstanding) == "59.00"
    assert [str(f(one)) for f in (paid, adjusted, patient_part)] == ["35.00", "11.00", "105.00"]
    assert {kind.value: str(sum_of_kind(one, kind)) for kind in TransactionKind} == {
        "payment": "40.00",
        "refund": "5.00",
        "adjustment": "11.00",
        "transfer_in": "7.00",
        "transfer_away": "2.00",
    }
    assert [str(signed_amount(t)) for t in one.transactions] == [
        "-40.00",
        "5.00",
        "-11.00",
        "0.00",
        "7.00",
        "-2.00",
        "0.00",
    ]


def test_a_charge_without_transactions_has_none_of_them():
    """CH-1: nothing paid, nothing adjusted, all outstanding."""
    one = Charge(**CHARGE)

    assert (paid(one), adjusted(one), patient_part(one), one.outstanding) == (
        Decimal("0.00"),
        Decimal("0.00"),
        Decimal("100.00"),
        Decimal("100.00"),
    )


@pytest.mark.parametrize(
    ("amount", "is_it"), [("0.00", False), ("0.01", True), ("100", True)], ids=str
)
def test_a_charge_is_open_while_it_owes(amount, is_it):
    """CH-2: zero dollars are never open, a cent is; voided it is not."""
    assert is_open(Charge(**(CHARGE | {"amount": amount}))) is is_it
    assert not is_open(Charge(**(CHARGE | {"amount": amount}), voided_on=DAY))


def test_the_track_is_the_plans_while_on_one():
    """DL-6: even at level 0."""
    assert track_of(Charge(**CHARGE)) is Track.STANDARD
    on_one = Charge(**CHARGE, standing=Standing(enrolment=Enrolment(**ENROLMENT)))
    assert track_of(on_one) is Track.PLAN
