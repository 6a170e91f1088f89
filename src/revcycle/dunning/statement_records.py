"""The statement as a value: everything a paper or a page shows, ready to be rendered (ST-13)."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import Account, DeliveryMethod, Guarantor, Patient
from revcycle.checks import private
from revcycle.dunning.delivery import DeliveryReason
from revcycle.dunning.languages import ENGLISH
from revcycle.dunning.practice import Practice
from revcycle.levels import DunningLevel
from revcycle.money import ZERO

__all__ = [
    "Statement",
    "StatementLine",
    "StatementPatient",
    "StatementPayment",
    "StatementTextNote",
    "fingerprint_of",
    "seal_of",
]


@attrs.frozen(kw_only=True)
class StatementLine:
    """One charge on a statement (ST-13).

    Attributes:
        charge_id: the charge.
        patient_id: whose.
        claim_id: its claim.
        service_on: the day of service.
        description: plain words; private.
        provider_id: the rendering provider; may be empty.
        billed: US dollars billed in all; the patient's amount where more is not known.
        insurance_paid: US dollars insurance paid, as far as known.
        adjusted: US dollars taken off: insurance's as the charge records it, and what was adjusted
            on the patient's side.
        patient_paid: US dollars the patient has paid on it.
        outstanding: US dollars still owed.
        level: after the run.
        billed_count: statements it has appeared on, this one included unless held.
        on_plan: whether a payment plan covers it.
        held: listed apart, without due (ST-12).
    """

    charge_id: str
    patient_id: str
    claim_id: str
    service_on: date
    description: str = private()
    provider_id: str
    billed: Decimal
    insurance_paid: Decimal
    adjusted: Decimal
    patient_paid: Decimal
    outstanding: Decimal
    level: DunningLevel
    billed_count: int
    on_plan: bool
    held: bool


@attrs.frozen(kw_only=True)
class StatementPayment:
    """A payment recorded since the last statement (ST-13).

    Attributes:
        transaction_id: the payment.
        charge_id: what it was paid on.
        received_on: the day it came.
        amount: US dollars.
        refunded: US dollars of it given back since.
    """

    transaction_id: str
    charge_id: str
    received_on: date
    amount: Decimal
    refunded: Decimal = ZERO


@attrs.frozen(kw_only=True)
class StatementTextNote:
    """A member's statement note as it prints (ST-9).

    Attributes:
        patient_id: whose.
        text: what prints; private.
    """

    patient_id: str
    text: str = private()


@attrs.frozen(kw_only=True)
class StatementPatient:
    """A member of the account, as a statement names him (ST-13).

    Attributes:
        patient_id: who.
        first_name: given name; private.
        last_name: family name; private.
    """

    patient_id: str
    first_name: str = private()
    last_name: str = private()


_NO_PRACTICE: Final = Practice()


@attrs.frozen(kw_only=True)
class Statement:
    """A statement as a value, ready to be rendered (ST-13, ST-15).

    Attributes:
        id: from account and date.
        account_id: whose.
        addressee: the guarantor, with the language and the format wanted (ST-3, ST-15).
        on: its date.
        due_on: when payment is wanted.
        number: 1 for the account's first.
        methods: how it goes out (ST-7).
        delivery_reasons: why so.
        email_notice: whether an e-mail announces it.
        lines: every open charge not placed, by patient, service date and id.
        payments: recorded since the last statement, by day and id.
        total_outstanding: US dollars; the sum of the lines.
        credits: US dollars, zero or less.
        plan_due: US dollars the payment plans ask for.
        plan_overdue: US dollars of it that are arrears.
        due_now: US dollars; the headline and the slip.
        printed_level: of the charge first billed longest ago (DL-9).
        message_level: the level whose message prints: a family's most severe, else the printed.
        message: that level's text (ST-8).
        message_language: the language of that text.
        practice: who sends it (ST-15).
        practice_language: the language of the practice's own texts on it.
        is_language_missing: whether message or anything of the practice's stands in English
            because there is none in the guarantor's language (ST-15).
        patients: the current members, by id.
        notes: members' statement notes (ST-9).
        simplified: default messages, no notes (ST-8).
        shortened_cycle: sooner than a full cycle after the statement before (ST-2).
        next_statement_on: when the next run is due.
    """

    id: str
    account_id: str
    addressee: Guarantor
    on: date
    due_on: date
    number: int
    methods: tuple[DeliveryMethod, ...]
    delivery_reasons: tuple[DeliveryReason, ...]
    email_notice: bool
    lines: tuple[StatementLine, ...]
    payments: tuple[StatementPayment, ...]
    total_outstanding: Decimal
    credits: Decimal
    plan_due: Decimal
    plan_overdue: Decimal
    due_now: Decimal
    printed_level: DunningLevel
    message_level: DunningLevel
    message: str
    message_language: str = ENGLISH
    practice: Practice = attrs.field(default=_NO_PRACTICE, repr=False)
    practice_language: str = ENGLISH
    is_language_missing: bool = False
    patients: tuple[StatementPatient, ...] = ()
    notes: tuple[StatementTextNote, ...]
    simplified: bool
    shortened_cycle: bool
    next_statement_on: date


def fingerprint_of(statement: Statement) -> str:
    """Give what an account keeps of a statement, to know it again on its day (ST-10).

    A hash of all that stands on it but names, addresses and notes (`seal_of`) and the practice's
    own record.
    """
    said = (
        (statement.id, statement.addressee.id, statement.number, str(statement.due_on)),
        [method.value for method in statement.methods],
        [reason.value for reason in statement.delivery_reasons],
        (statement.total_outstanding, statement.credits, statement.plan_due),
        (statement.plan_overdue, statement.due_now, statement.email_notice),
        (statement.printed_level.number, statement.message_level.number, statement.message),
        (statement.message_language, statement.practice_language, statement.is_language_missing),
        (statement.simplified, statement.shortened_cycle, str(statement.next_statement_on)),
        [
            (
                *(line.charge_id, line.billed, line.insurance_paid, line.adjusted),
                *(line.patient_paid, line.outstanding, line.level.number, line.billed_count),
                *(line.on_plan, line.held),
            )
            for line in statement.lines
        ],
        [
            (
                *(paid.transaction_id, paid.charge_id, str(paid.received_on)),
                *(paid.amount, paid.refunded),
            )
            for paid in statement.payments
        ],
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:_SIGNS]


def seal_of(account: Account) -> str:
    """Give what an account keeps of the private part of a statement, to know it again (ST-10).

    A hash of names, address and statement notes. Who guesses them right can see it, so it stands
    on the account alone, which holds them anyway, and in no event.
    """
    guarantor = account.guarantor
    address = guarantor.address
    patients = [member.patient for member in account.members]
    if len(patients) > 1:
        patients.sort(key=lambda patient: patient.id)
    said = (
        (guarantor.id, guarantor.first_name, guarantor.last_name, guarantor.email),
        (guarantor.language, guarantor.statement_format.value),
        (address.lines, address.city, address.state, address.postal_code),
        [(each.id, each.first_name, each.last_name, _note_of(each)) for each in patients],
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:_SIGNS]


def _note_of(patient: Patient) -> tuple[str, str, str] | None:
    note = patient.statement_note
    return None if note is None else (note.text, str(note.begin_on), str(note.end_on))


_SIGNS: Final = 16
"""Signs of a hash: enough that no two statements of a day share them."""
