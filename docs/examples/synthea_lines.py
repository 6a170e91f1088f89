"""The lines of a Synthea export that patients have to pay, each with its money.

    read_lines           every line, in the order of its day, and the payments that follow none
      _lines_of          patient lines of one claim
      _copay_credit      copays above what their claim comes to

A line is a CHARGE row that goes to the patient at once, or a TRANSFERIN row that does so after
insurance. A CASH, CHECK or CC payment pays the last line before it in its claim, whatever rows lie
between. What insurers paid and copays are no payments on these lines.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs
from synthea_export import ExportedClaim, ExportedTransaction, SyntheaExport

from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.money import ZERO, add, subtract, total

__all__ = ["PAID_BY_PATIENT", "Line", "is_line", "read_lines", "row_id"]

PAID_BY_PATIENT: Final = frozenset({"CASH", "CHECK", "CC"})


@attrs.frozen(kw_only=True)
class Line:
    """A patient line, or a copay credit, with its money.

    Attributes:
        charge: without transactions.
        money: as exported, in the order of posting; what came before the line is posted with it.
        is_credit: whether it only holds copays in excess.
    """

    charge: Charge
    money: tuple[Transaction, ...]
    is_credit: bool = False


def read_lines(export: SyntheaExport) -> tuple[list[Line], list[ExportedTransaction]]:
    """Read every line and copay credit, in the order of its day; and the payments of no line."""
    lines: list[Line] = []
    stray: list[ExportedTransaction] = []
    by_claim = itertools.groupby(export.transactions, key=lambda row: row.claim_id)
    for claim_id, group in by_claim:
        claim, rows = export.claims[claim_id], list(group)
        own = _lines_of(claim, rows, stray)
        lines += own
        lines += _copay_credit(claim, rows, own)
    lines.sort(key=lambda line: (line.charge.posted_on, line.charge.id))
    return lines, stray


def is_line(row: ExportedTransaction) -> bool:
    """Tell whether *row* is a line that the patient has to pay."""
    return row.kind in {"CHARGE", "TRANSFERIN"} and row.transfer_kind == "p" and row.amount > ZERO


@attrs.define
class _Draft:
    """A patient line while the rows of its claim are read."""

    row: ExportedTransaction
    billed: Decimal
    insured: Decimal
    money: list[ExportedTransaction] = attrs.field(factory=list)


def _lines_of(
    claim: ExportedClaim, rows: Sequence[ExportedTransaction], stray: list[ExportedTransaction]
) -> list[Line]:
    """Give the patient lines of a claim; a payment belongs to the last line before it."""
    drafts: list[_Draft] = []
    billed = insured = ZERO
    # How many lines stand before the CHARGE row whose transfers and payments are being read.
    earlier = 0
    for row in rows:
        if row.kind == "CHARGE":
            billed, insured, earlier = row.amount, ZERO, len(drafts)
        if is_line(row):
            drafts.append(_Draft(row, billed, insured))
        elif row.method == "ECHECK":
            insured = add(insured, row.paid)
            if len(drafts) > earlier:
                drafts[-1].insured = insured
        elif row.method in PAID_BY_PATIENT and row.paid > ZERO:
            (drafts[-1].money if drafts else stray).append(row)
    return [_line(claim, draft) for draft in drafts]


def _line(claim: ExportedClaim, draft: _Draft) -> Line:
    row = draft.row
    charge = Charge(
        id=row_id(row),
        patient_id=claim.patient_id,
        claim_id=claim.id,
        amount=row.amount,
        posted_on=row.on,
        service_on=row.on,
        department_id=row.department_id,
        provider_id=row.provider_id,
        self_pay_claim=claim.self_pay,
        description=row.description,
        billed=draft.billed,
        insurance_paid=draft.insured,
    )
    # A ledger runs in the order of its days, whatever the order of the rows.
    money = sorted(draft.money, key=lambda paid: (paid.on, paid.number))
    return Line(charge=charge, money=tuple(_payment(paid, row.on) for paid in money))


def _payment(row: ExportedTransaction, line_on: date) -> Transaction:
    return Transaction(
        id=row_id(row),
        kind=TransactionKind.PAYMENT,
        amount=row.paid,
        received_on=row.on,
        posted_on=max(row.on, line_on),
    )


def row_id(row: ExportedTransaction) -> str:
    """Give the id under which the book holds *row*."""
    return f"{row.claim_id}/{row.number}"


def _copay_credit(
    claim: ExportedClaim, rows: Sequence[ExportedTransaction], lines: Sequence[Line]
) -> list[Line]:
    """Give the copays that a claim took beyond what it charged, as a credit of their own.

    Copays, what insurers paid and the patient lines together may not exceed what the claim
    charged; as far as copays make the excess, it is the patient's money.
    """
    copays = [row for row in rows if row.method == "COPAY"]
    charged = total(row.amount for row in rows if row.kind == "CHARGE")
    covered = [row.paid for row in rows if row.method in {"COPAY", "ECHECK"}]
    covered += [line.charge.amount for line in lines]
    excess = min(subtract(total(covered), charged), total(row.paid for row in copays))
    if excess <= ZERO:
        return []
    first = copays[0]
    charge = Charge(
        id=f"{claim.id}/copay",
        patient_id=claim.patient_id,
        claim_id=claim.id,
        amount=ZERO,
        posted_on=first.on,
        service_on=first.on,
        department_id=first.department_id,
        provider_id=first.provider_id,
        self_pay_claim=claim.self_pay,
        description="Copay beyond the charge",
    )
    payment = Transaction(
        id=row_id(first),
        kind=TransactionKind.PAYMENT,
        amount=excess,
        received_on=first.on,
        posted_on=first.on,
    )
    return [Line(charge=charge, money=(payment,), is_credit=True)]
