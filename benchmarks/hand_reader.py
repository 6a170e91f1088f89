"""The opponent of `revcycle.codec.loads`: json and constructors written by hand for our book.

It trusts its documents: no look at schema or kind, no search for unknown or repeated fields, no
exact types, no path to a problem. It reads the fields that documents of the book have (see
`book`) and leaves the others at their defaults.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

from revcycle.accounts import (
    Account,
    Address,
    Alarm,
    DeliveryMethod,
    DeliveryPreference,
    Guarantor,
    Member,
    Patient,
    SentStatement,
    StatementCycle,
)
from revcycle.charges import (
    NEW_STANDING,
    AdjustmentReason,
    AdjustmentSide,
    Charge,
    Enrolment,
    Move,
    MoveCause,
    Standing,
    Transaction,
    TransactionKind,
)
from revcycle.levels import LEVELS
from revcycle.plans import Cadence, CadenceKind, CoveredClaim, Due, PaymentPlan

__all__ = ["read_account"]

_day: Final = date.fromisoformat
_KINDS: Final = {kind.value: kind for kind in TransactionKind}
_REASONS: Final = {reason.value: reason for reason in AdjustmentReason}
_SIDES: Final = {side.value: side for side in AdjustmentSide}
_CAUSES: Final = {cause.value: cause for cause in MoveCause}
_METHODS: Final = {method.value: method for method in DeliveryMethod}
_PREFERENCES: Final = {preference.value: preference for preference in DeliveryPreference}
_CADENCES: Final = {kind.value: kind for kind in CadenceKind}


def read_account(text: str) -> Account:
    """Read the account that a JSON document of the book holds."""
    fields = json.loads(text)["record"]
    alarm = fields.get("alarm")
    cycle = fields.get("cycle")
    return Account(
        id=fields["id"],
        guarantor=_guarantor(fields["guarantor"]),
        members=tuple([_member(member) for member in fields["members"]]),
        charges=tuple([_charge(charge) for charge in fields["charges"]]),
        plans=tuple([_plan(plan) for plan in fields.get("plans", ())]),
        cycle=StatementCycle() if cycle is None else _cycle(cycle),
        alarm=None if alarm is None else _alarm(alarm),
        statements=tuple([_sent(sent) for sent in fields.get("statements", ())]),
        last_act_on=_day(fields["last_act_on"]),
    )


def _guarantor(fields: dict[str, Any]) -> Guarantor:
    preference = fields.get("delivery")
    return Guarantor(
        id=fields["id"],
        first_name=fields["first_name"],
        last_name=fields["last_name"],
        address=_address(fields["address"]),
        email=fields.get("email"),
        delivery=DeliveryPreference.PAPER if preference is None else _PREFERENCES[preference],
        patient_id=fields["patient_id"],
    )


def _member(fields: dict[str, Any]) -> Member:
    patient = fields["patient"]
    return Member(
        patient=Patient(
            id=patient["id"],
            first_name=patient["first_name"],
            last_name=patient["last_name"],
            birth_on=_day(patient["birth_on"]),
            address=_address(patient["address"]),
            phones=tuple(patient["phones"]),
            primary_department_id=patient["primary_department_id"],
            usual_provider_id=patient["usual_provider_id"],
        ),
        joined_on=_day(fields["joined_on"]),
    )


def _address(fields: dict[str, Any]) -> Address:
    return Address(
        lines=tuple(fields["lines"]),
        city=fields["city"],
        state=fields["state"],
        postal_code=fields["postal_code"],
    )


def _charge(fields: dict[str, Any]) -> Charge:
    standing = fields.get("standing")
    billed = fields.get("billed")
    insurance_paid = fields.get("insurance_paid")
    insurance_adjusted = fields.get("insurance_adjusted")
    return Charge(
        id=fields["id"],
        patient_id=fields["patient_id"],
        claim_id=fields["claim_id"],
        amount=Decimal(fields["amount"]),
        posted_on=_day(fields["posted_on"]),
        service_on=_day(fields["service_on"]),
        department_id=fields["department_id"],
        provider_id=fields["provider_id"],
        description=fields["description"],
        billed=None if billed is None else Decimal(billed),
        insurance_paid=None if insurance_paid is None else Decimal(insurance_paid),
        insurance_adjusted=None if insurance_adjusted is None else Decimal(insurance_adjusted),
        transactions=tuple([_transaction(each) for each in fields.get("transactions", ())]),
        standing=NEW_STANDING if standing is None else _standing(standing),
    )


def _transaction(fields: dict[str, Any]) -> Transaction:
    reason = fields.get("reason")
    side = fields.get("side")
    return Transaction(
        id=fields["id"],
        kind=_KINDS[fields["kind"]],
        amount=Decimal(fields["amount"]),
        received_on=_day(fields["received_on"]),
        posted_on=_day(fields["posted_on"]),
        reason=None if reason is None else _REASONS[reason],
        side=None if side is None else _SIDES[side],
    )


def _standing(fields: dict[str, Any]) -> Standing:
    reached_on = fields.get("reached_on")
    enrolment = fields.get("enrolment")
    return Standing(
        level=LEVELS[fields.get("level", 0)],
        reached_on=None if reached_on is None else _day(reached_on),
        first_billed_on=_day(fields["first_billed_on"]),
        last_billed_on=_day(fields["last_billed_on"]),
        billed_count=fields["billed_count"],
        enrolment=None
        if enrolment is None
        else Enrolment(plan_id=enrolment["plan_id"], joined_on=_day(enrolment["joined_on"])),
        moves=tuple([_move(move) for move in fields.get("moves", ())]),
    )


def _move(fields: dict[str, Any]) -> Move:
    reached_on = fields["reached_on_before"]
    return Move(
        on=_day(fields["on"]),
        because=_CAUSES[fields["because"]],
        level_before=LEVELS[fields["level_before"]],
        reached_on_before=None if reached_on is None else _day(reached_on),
    )


def _plan(fields: dict[str, Any]) -> PaymentPlan:
    return PaymentPlan(
        id=fields["id"],
        patient_id=fields["patient_id"],
        claims=tuple(
            [
                CoveredClaim(claim_id=claim["claim_id"], joined_on=_day(claim["joined_on"]))
                for claim in fields["claims"]
            ]
        ),
        minimum=Decimal(fields["minimum"]),
        cadence=Cadence(kind=_CADENCES[fields["cadence"]["kind"]]),
        agreed_on=_day(fields["agreed_on"]),
        start_on=_day(fields["start_on"]),
        dues=tuple([_due(due) for due in fields.get("dues", ())]),
    )


def _due(fields: dict[str, Any]) -> Due:
    due_on = fields.get("due_on")
    judged_on = fields.get("judged_on")
    return Due(
        opened_on=_day(fields["opened_on"]),
        due_on=None if due_on is None else _day(due_on),
        amount=Decimal(fields["amount"]),
        judged_on=None if judged_on is None else _day(judged_on),
        missed=fields.get("missed", False),
    )


def _cycle(fields: dict[str, Any]) -> StatementCycle:
    return StatementCycle(
        last_run_on=_day(fields["last_run_on"]),
        last_statement_on=_day(fields["last_statement_on"]),
        next_statement_on=_day(fields["next_statement_on"]),
        statement_count=fields["statement_count"],
        listed_payment_ids=tuple(fields.get("listed_payment_ids", ())),
    )


def _alarm(fields: dict[str, Any]) -> Alarm:
    return Alarm(
        level=LEVELS[fields["level"]],
        reached_on=_day(fields["reached_on"]),
        set_on=_day(fields["set_on"]),
        patient_ids=tuple(fields["patient_ids"]),
    )


def _sent(fields: dict[str, Any]) -> SentStatement:
    return SentStatement(
        id=fields["id"],
        on=_day(fields["on"]),
        number=fields["number"],
        methods=tuple([_METHODS[method] for method in fields["methods"]]),
        printed_level=LEVELS[fields["printed_level"]],
        total=Decimal(fields["total"]),
    )
