"""What a charge was on a past day, worked out from what it remembers (CH-3, CH-9).

A charge keeps every transaction, void, placement and stay on a plan with its days, so any past
day can be told from it as it is now. Two views of a day differ by money that was entered late:
on the *received* basis it counts from the day it came, on the *posted* basis from the day it was
entered, which is what was known then (RP-1).

A day is taken at its end: what was done on it has happened.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from revcycle.charges import AdjustmentSide, Charge, PlanStay, Transaction, TransactionKind
from revcycle.checks import DATE, Requirement, one_of
from revcycle.errors import InvalidRecord
from revcycle.money import ZERO, add, subtract, total

__all__ = [
    "BASIS",
    "Basis",
    "counts",
    "date_of",
    "entry_day",
    "is_on_plan",
    "is_placed",
    "open_amounts",
    "outstanding_on",
    "standing_transactions",
]


class Basis(enum.Enum):
    """By which of its days money counts (RP-1, CH-9)."""

    RECEIVED = "received"
    POSTED = "posted"


BASIS: Final = one_of(Basis)
"""What an option that is a basis must be."""

_TRANSFER_IN: Final = TransactionKind.TRANSFER_IN
_RAISES: Final = frozenset({TransactionKind.REFUND, TransactionKind.TRANSFER_IN})
_INSURANCE: Final = AdjustmentSide.INSURANCE


def outstanding_on(charge: Charge, *, as_of: date, basis: Basis = Basis.RECEIVED) -> Decimal:
    """Give what *charge* owed at the end of *as_of*, negative for a credit (M-4).

    Args:
        charge: the charge as it is now.
        as_of: the day, past or present.
        basis: by which day money counts.

    Raises:
        InvalidRecord: *as_of* is no plain date, or *basis* is none.
    """
    amounts, owed_back = open_amounts(charge, as_of=as_of, basis=basis)
    return add(total(amount for _, amount in amounts), owed_back)


def open_amounts(
    charge: Charge, *, as_of: date, basis: Basis
) -> tuple[tuple[tuple[date, Decimal], ...], Decimal]:
    """Say what was open of each amount of *charge* at the end of *as_of*, and the credit (RP-1).

    An amount became the patient's when the charge or a transfer in was posted. Money consumes
    the oldest first; what it exceeds them by is the credit.

    Returns:
        The open amounts with the day each became the patient's, oldest first, and the credit as
        a negative amount or zero.

    Raises:
        InvalidRecord: *as_of* is no plain date, or *basis* is none.
    """
    _check("as_of", as_of, DATE)
    _check("basis", basis, BASIS)
    if not counts(charge, as_of=as_of, basis=basis):
        return (), ZERO
    amounts = [(charge.posted_on, charge.amount)]
    left = ZERO
    for transaction in standing_transactions(charge, as_of=as_of, basis=basis):
        if transaction.kind is _TRANSFER_IN:
            amounts.append((transaction.posted_on, transaction.amount))
        elif transaction.kind in _RAISES:
            left = subtract(left, transaction.amount)
        else:
            left = add(left, transaction.amount)
    if left < ZERO:
        # A refund that went out before the payment it returns had come: new, whatever else is old.
        amounts.append((as_of, subtract(ZERO, left)))
        left = ZERO
    amounts.sort(key=lambda each: each[0])
    opened = []
    for day, amount in amounts:
        consumed = min(amount, left)
        left = subtract(left, consumed)
        if consumed < amount:
            opened.append((day, subtract(amount, consumed)))
    return tuple(opened), subtract(ZERO, left)


def standing_transactions(charge: Charge, *, as_of: date, basis: Basis) -> Iterator[Transaction]:
    """Yield the transactions of *charge* that count at the end of *as_of* (CH-1, CH-3).

    Those on insurance's side never count, voided ones not from their void on.
    """
    for transaction in charge.transactions:
        voided_on = transaction.voided_on
        if (
            transaction.side is not _INSURANCE
            and (voided_on is None or as_of < voided_on)
            and date_of(transaction, basis) <= as_of
        ):
            yield transaction


def date_of(transaction: Transaction, basis: Basis) -> date:
    """Give the day from which *transaction* counts; a transfer in counts from its posting."""
    if basis is Basis.POSTED or transaction.kind is _TRANSFER_IN:
        return transaction.posted_on
    return transaction.received_on


def counts(charge: Charge, *, as_of: date, basis: Basis) -> bool:
    """Tell whether *charge* counts at the end of *as_of*: posted and not voided (CH-3).

    On the posted basis it must also have come into the books. Money on a charge that does not
    count counts for nothing either.
    """
    if charge.voided_on is not None and charge.voided_on <= as_of:
        return False
    return entry_day(charge, basis) <= as_of


def entry_day(charge: Charge, basis: Basis) -> date:
    """Give the day from which *charge* counts."""
    entered_on = charge.entered_on if basis is Basis.POSTED else None
    return entered_on or charge.posted_on


def is_placed(charge: Charge, *, as_of: date) -> bool:
    """Tell whether *charge* was with a collection agency at the end of *as_of* (CO-3).

    Raises:
        InvalidRecord: *as_of* is no plain date.
    """
    _check("as_of", as_of, DATE)
    placement = charge.placement
    if placement is not None and placement.placed_on <= as_of:
        return True
    return any(
        past.placed_on <= as_of and past.recalled_on is not None and as_of < past.recalled_on
        for past in charge.past_placements
    )


def is_on_plan(charge: Charge, *, as_of: date) -> bool:
    """Tell whether *charge* was on a payment plan at the end of *as_of* (PL-12).

    A charge is on a plan from the day it joins until it leaves, also when the plan has ended.

    Raises:
        InvalidRecord: *as_of* is no plain date, or lies where an earlier version of the library
            may have had the charge on a plan and did not keep the days.
    """
    _check("as_of", as_of, DATE)
    standing = charge.standing
    if standing.enrolment is not None and standing.enrolment.joined_on <= as_of:
        return True
    for stay in standing.past_stays:
        if stay.joined_on is None or stay.left_on is None:
            _refuse_if_unknown(charge, stay, as_of)
        elif stay.joined_on <= as_of < stay.left_on:
            return True
    return False


def _refuse_if_unknown(charge: Charge, stay: PlanStay, as_of: date) -> None:
    """Refuse *as_of* if a stay whose days were not kept may have held it (documents of 0.1)."""
    before = charge.transactions[: stay.prior_count]
    after = charge.transactions[stay.end_count :]
    begin = before[-1].posted_on if before else charge.posted_on
    if begin <= as_of and not (after and after[0].posted_on <= as_of):
        must = f"be kept to tell whether charge {charge.id} was on a plan on {as_of}"
        raise InvalidRecord("PlanStay", "joined_on", None, f"{must}: report plans not apart")


def _check(option: str, value: object, requirement: Requirement) -> None:
    if not requirement.holds(value):
        raise InvalidRecord("history", option, value, requirement.must)
