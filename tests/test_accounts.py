"""Accounts, their people and what runs have fixed: what can be built and what cannot."""

from datetime import datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.accounts import (
    Account,
    Address,
    Alarm,
    AlarmClearance,
    Appointment,
    DeliveryMethod,
    FormerMember,
    Guarantor,
    HealthPlanRestriction,
    Member,
    Note,
    Patient,
    SentStatement,
    StatementCycle,
    StatementNote,
    charge_of,
    head_of,
    is_family,
    member_of,
    plan_of,
)
from revcycle.charges import Enrolment, Placement, Standing
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from revcycle.plans import CoveredClaim, NewChargePolicy, PaymentPlan
from tests.stories.book import BY_STATEMENT, R1, R2, charge, family, pay, plan

NOON = datetime(2025, 1, 6, 12, 0)  # noqa: DTZ001  (naive on purpose: no kind of datetime passes)
GOOD = {
    Address: {},
    Appointment: {"on": R1},
    HealthPlanRestriction: {"from_on": R1},
    StatementNote: {"text": "hello"},
    Patient: {"id": "p"},
    Guarantor: {"id": "g"},
    Member: {"patient": Patient(id="p"), "joined_on": R1},
    FormerMember: {"patient_id": "p", "joined_on": R1, "left_on": R2},
    StatementCycle: {},
    AlarmClearance: {"on": R1, "by": "u"},
    Alarm: {"level": LEVELS[1], "reached_on": R1, "set_on": R1, "patient_ids": ("p",)},
    SentStatement: {
        "id": "a:1",
        "on": R1,
        "number": 1,
        "methods": (DeliveryMethod.PAPER,),
        "printed_level": LEVELS[0],
        "total": "1.00",
    },
    Note: {"id": "n", "on": R1, "by": "u", "subject_ids": ("p",)},
    Account: {
        "id": "a",
        "guarantor": Guarantor(id="g"),
        "members": (Member(patient=Patient(id="p"), joined_on=R1),),
    },
}

BAD = [
    (Address, "lines", ["12 Main St"]),
    (Address, "lines", (12,)),
    (Address, "city", None),
    (Address, "state", 1),
    (Address, "postal_code", 2138),
    (Appointment, "on", NOON),
    (Appointment, "department_id", None),
    (HealthPlanRestriction, "from_on", NOON),
    (HealthPlanRestriction, "until_on", R1 - timedelta(days=1)),
    (HealthPlanRestriction, "set_by", None),
    (HealthPlanRestriction, "lifted_by", 7),
    (StatementNote, "text", ""),
    (StatementNote, "text", "x" * 76),
    (StatementNote, "begin_on", "2025-01-06"),
    (StatementNote, "end_on", NOON),
    (Patient, "id", ""),
    (Patient, "id", 7),
    (Patient, "first_name", None),
    (Patient, "birth_on", NOON),
    (Patient, "address", "12 Main St"),
    (Patient, "phones", ["555"]),
    (Patient, "phones", ("555-0100", "")),
    (Patient, "phones", (" ",)),
    (Patient, "phones", ("\u200b",)),
    (Patient, "email", ""),
    (Patient, "email", " "),
    (Patient, "insurance_class", "self_pay_primary"),
    (Patient, "blocked", 1),
    (Patient, "restriction", R1),
    (Patient, "statement_note", "hello"),
    (Patient, "appointments", (R1,)),
    (Guarantor, "id", ""),
    (Guarantor, "delivery", "paper"),
    (Guarantor, "patient_id", ""),
    (Guarantor, "language", ""),
    (Guarantor, "statement_format", "plain"),
    (Member, "patient", "p"),
    (Member, "joined_on", NOON),
    (Member, "advances_from", NOON),
    (FormerMember, "patient_id", ""),
    (FormerMember, "left_on", None),
    (StatementCycle, "last_run_on", NOON),
    (StatementCycle, "last_statement_on", "today"),
    (StatementCycle, "next_statement_on", NOON),
    (StatementCycle, "statement_count", -1),
    (StatementCycle, "statement_count", True),
    (StatementCycle, "listed_payment_ids", ["t"]),
    (AlarmClearance, "on", NOON),
    (AlarmClearance, "by", None),
    (AlarmClearance, "note", None),
    (Alarm, "level", LEVELS[0]),
    (Alarm, "level", 1),
    (Alarm, "reached_on", None),
    (Alarm, "set_on", NOON),
    (Alarm, "patient_ids", ["p"]),
    (Alarm, "clearance", "u"),
    (SentStatement, "id", None),
    (SentStatement, "on", NOON),
    (SentStatement, "number", "1"),
    (SentStatement, "methods", ["paper"]),
    (SentStatement, "printed_level", 0),
    (SentStatement, "shortened_cycle", 0),
    (SentStatement, "guarantor_id", 7),
    (SentStatement, "fingerprint", None),
    (Note, "id", ""),
    (Note, "on", NOON),
    (Note, "by", ""),
    (Note, "subject_ids", ["p"]),
    (Note, "action", "note"),
    (Note, "cleared_alarm", 0),
    (Note, "changed", "level"),
    (Account, "id", ""),
    (Account, "guarantor", Patient(id="p")),
    (Account, "members", [Member(patient=Patient(id="p"), joined_on=R1)]),
    (Account, "members", (Patient(id="p"),)),
    (Account, "former_members", ("p",)),
    (Account, "charges", ["c"]),
    (Account, "charges", ("c",)),
    (Account, "plans", ("plan",)),
    (Account, "plans", []),
    (Account, "holds", ("h",)),
    (Account, "cycle", None),
    (Account, "alarm", R1),
    (Account, "statements", []),
    (Account, "statements", ("s",)),
    (Account, "statements", (SentStatement(**GOOD[SentStatement]),) * 2),
    (Account, "notes", ("n",)),
    (Account, "last_act_on", NOON),
    (Account, "closed_on", R1),
]


@pytest.mark.parametrize(
    ("record", "field", "value"),
    BAD,
    ids=[f"{r.__name__}.{f}-{n}" for n, (r, f, _) in enumerate(BAD)],
)
def test_a_record_refuses_a_field_that_cannot_be(record, field, value):
    """FA-6: a record names itself, the field and what would be valid; a good one is built."""
    record(**GOOD[record])
    with pytest.raises(InvalidRecord) as caught:
        record(**(GOOD[record] | {field: value}))
    assert (caught.value.record, caught.value.field) == (record.__name__, field)
    assert caught.value.must


@pytest.mark.parametrize("record", GOOD)
def test_records_are_frozen_keyword_only_and_hashable(record):
    """No field can be set later, none is positional, and equal records are one in a set."""
    one = record(**GOOD[record])
    name = attrs.fields(record)[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(one, name, getattr(one, name))
    with pytest.raises(TypeError):
        record("x")
    assert len({one, record(**GOOD[record])}) == 1
    assert not hasattr(one, "__dict__")


def test_a_statement_note_ends_on_or_after_its_beginning():
    """ST-9: the same day is a day; the day before is not."""
    assert StatementNote(text="x", begin_on=R1, end_on=R1).end_on == R1
    with pytest.raises(InvalidRecord) as caught:
        StatementNote(text="x", begin_on=R1, end_on=R1 - timedelta(days=1))
    assert caught.value.field == "end_on"


def test_a_restriction_may_be_lifted_on_its_first_day():
    """A restriction holds from its first day to the day before it was lifted; both may be one."""
    assert HealthPlanRestriction(from_on=R1, until_on=R1, lifted_by="u").until_on == R1


def test_staff_or_money_cleared_the_alarm_never_both_and_never_none():
    """AL-5, AL-6: a clearance says by whom or by what, exactly one."""
    assert AlarmClearance(on=R1, transaction_id="t").by is None
    for by, money in ((None, None), ("u", "t")):
        with pytest.raises(InvalidRecord):
            AlarmClearance(on=R1, by=by, transaction_id=money)


def test_amounts_sent_are_exact_dollars():
    """M-1: the total of a sent statement is exact; a float is refused."""
    sent = SentStatement(**GOOD[SentStatement])
    assert (sent.total, str(sent.total)) == (Decimal("1.00"), "1.00")
    with pytest.raises(InvalidRecord):
        SentStatement(**(GOOD[SentStatement] | {"total": 1.0}))


# ------------------------------------------------------------------------- how the parts agree


def _account(**fields):
    return Account(**(GOOD[Account] | fields))


def _on_plan(**more):
    return Standing(enrolment=Enrolment(plan_id="plan", joined_on=R1), **more)


def _plan(plan_id="plan", of="p", claims=("k",), **more):
    return PaymentPlan(
        id=plan_id,
        patient_id=of,
        claims=tuple(CoveredClaim(claim_id=one, joined_on=R1) for one in claims),
        minimum="50.00",
        cadence=BY_STATEMENT,
        agreed_on=R1,
        start_on=R1,
        **more,
    )


def _hold(hold_id):
    return Hold(id=hold_id, scope=HoldScope.ACCOUNT, reason=HoldReason.OTHER, start_on=R1)


STRAY = {
    "charge of a stranger": ({"charges": (charge(of="q"),)}, "charges"),
    "charge twice": ({"charges": (charge(of="p"), charge(of="p"))}, "charges"),
    "transaction twice": (
        {
            "charges": tuple(
                attrs.evolve(c, patient_id="p", claim_id=c.id)
                for name in ("c1", "c2")
                for c in pay(family(charge(name)), name, "1.00", R1, id="t").charges
            )
        },
        "charges",
    ),
    "claim of two patients": (
        {
            "members": tuple(Member(patient=Patient(id=one), joined_on=R1) for one in ("p", "q")),
            "charges": (charge(of="p", claim="k"), charge("c2", of="q", claim="k")),
        },
        "charges",
    ),
    "claim half self-pay": (
        {
            "charges": (
                charge(of="p", claim="k", self_pay_claim=True),
                charge("c2", of="p", claim="k"),
            )
        },
        "charges",
    ),
    "charge after the last act": (
        {"charges": (charge(of="p", posted_on=R2),), "last_act_on": R1},
        "charges",
    ),
    "payment after the last act": (
        {
            "charges": tuple(
                attrs.evolve(c, patient_id="p")
                for c in pay(family(charge()), "c1", "1.00", R2).charges
            ),
            "last_act_on": R1,
        },
        "charges",
    ),
    "member twice": (
        {"members": (Member(**GOOD[Member]),) * 2},
        "members",
    ),
    "nobody, but open": ({"members": ()}, "closed_on"),
    "plan of a stranger": ({"plans": (_plan(of="q"),)}, "plans"),
    "plan twice": ({"plans": (_plan(claims=()), _plan(claims=()))}, "plans"),
    "claim on two plans": ({"plans": (_plan(), _plan("other"))}, "plans"),
    "two plans that add": (
        {
            "plans": (
                _plan(new_charges=NewChargePolicy.ADD),
                _plan("other", claims=("k2",), new_charges=NewChargePolicy.ADD),
            )
        },
        "plans",
    ),
    "charge on no plan of this account": (
        {"charges": (charge(of="p", standing=_on_plan()),), "plans": (_plan("other"),)},
        "charges",
    ),
    "hold twice": ({"holds": (_hold("h"), _hold("h"))}, "holds"),
    "note twice": ({"notes": (Note(**GOOD[Note]),) * 2}, "notes"),
}


@pytest.mark.parametrize("case", STRAY)
def test_the_parts_of_an_account_belong_together(case):
    """M-3, FA-1, CH-6, PL-1: what is stray, twice or out of order is named."""
    fields, field = STRAY[case]
    with pytest.raises(InvalidRecord) as caught:
        _account(**fields)
    assert (caught.value.record, caught.value.field) == ("Account", field)


def test_a_charge_on_a_plan_needs_the_plan_even_where_there_is_none():
    """PL-1: an account without plans has no charge on one."""
    with pytest.raises(InvalidRecord):
        _account(charges=(charge(of="p", standing=_on_plan()),))


def test_the_last_act_is_the_latest_posting_unless_told():
    """CH-9: an account built from charges knows the day of its latest posting."""
    account = pay(family(charge(), charge("c2", posted_on=R1)), "c1", "1.00", R2)
    rebuilt = attrs.evolve(account, last_act_on=None)
    assert rebuilt.last_act_on == R2
    assert family(charge("c2", posted_on=R1)).last_act_on == R1
    assert family().last_act_on is None


def test_a_closed_account_has_nobody_and_nothing():
    """FA-3: closed exactly when no member is left."""
    closed = _account(members=(), closed_on=R1)
    assert closed.members == ()
    with pytest.raises(InvalidRecord, match="closed_on"):
        _account(closed_on=R1)
    with pytest.raises(InvalidRecord):
        _account(members=(), closed_on=R1, charges=(charge(of="p"),))


# ------------------------------------------------------------------------------ finding things


def test_finding_a_member_a_charge_and_a_plan():
    """By id, and an id that is not here is an error that says what kind it is."""
    account = plan(family(charge(), "bob"), on=R1)
    assert member_of(account, "bob").patient.id == "bob"
    assert charge_of(account, "c1").id == "c1"
    assert plan_of(account, "plan").id == "plan"
    for find, kind in ((member_of, "patient"), (charge_of, "charge"), (plan_of, "payment plan")):
        with pytest.raises(UnknownReference, match=f"no {kind} with id 'zz' here"):
            find(account, "zz")


def test_head_and_family():
    """FA-1: head by guarantor, then earliest, then id; a family has two members or more."""
    assert head_of(family("bob", "ann")).id == "bob"
    assert not is_family(family("ann"))
    account = family("bob", "ann", guarantor=Guarantor(id="g"))
    assert head_of(account).id == "ann"


def test_a_placed_charge_and_dates_are_kept_as_given():
    """A record keeps what it is given: nothing is rounded, moved or sorted."""
    placed = charge(of="p", placement=Placement(placed_on=R2, agency_id="x"))
    account = _account(charges=(charge("z", of="p"), placed), last_act_on=R2)
    assert [one.id for one in account.charges] == ["z", "c1"]
    assert account.charges[1].placement.placed_on == R2
