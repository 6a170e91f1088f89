"""How a broken invariant is reported, and what the checks count by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NoReturn

from revcycle.accounts import Account
from revcycle.charges import Charge
from revcycle.dunning import Event
from revcycle.holds import Hold, HoldScope, is_in_force
from revcycle.money import ZERO, cents

__all__ = [
    "InvariantBroken",
    "billable_of",
    "fail",
    "is_frozen",
    "names_of",
    "plan_id_of",
    "sum_cents",
]


class InvariantBroken(AssertionError):
    """Something that must always be true is not.

    Attributes:
        number: the invariant's, in ``docs/invariants.md``; those of portals begin with a P.
    """

    def __init__(self, number: int | str, said: str) -> None:
        """Say which invariant is broken and by what."""
        self.number = number
        super().__init__(f"invariant {number} broken: {said}")


def fail(number: int | str, said: str) -> NoReturn:
    """Report invariant *number* as broken.

    Raises:
        InvariantBroken: always.
    """
    raise InvariantBroken(number, said)


def plan_id_of(charge: Charge) -> str | None:
    """Give the plan that a charge is on, or None."""
    return None if charge.standing.enrolment is None else charge.standing.enrolment.plan_id


def names_of(events: Iterable[Event]) -> list[str]:
    """Give the kinds of *events*."""
    return [type(event).__name__ for event in events]


def sum_cents(charges: Iterable[Charge]) -> int:
    """Add up, in whole cents, what *charges* owe."""
    return sum(cents(charge.outstanding) for charge in charges)


def is_frozen(charge: Charge, holds: Iterable[Hold], as_of: date) -> bool:
    """Tell whether a patient or claim hold keeps *charge* out (ST-12)."""
    subjects = {HoldScope.PATIENT: charge.patient_id, HoldScope.CLAIM: charge.claim_id}
    return any(
        hold.scope is not HoldScope.ACCOUNT
        and hold.subject_id == subjects[hold.scope]
        and is_in_force(hold, as_of=as_of)
        for hold in holds
    )


def billable_of(account: Account, as_of: date) -> list[Charge]:
    """Give the charges that are open, not placed and not held (CH-7)."""
    return [
        c
        for c in account.charges
        if c.outstanding > ZERO and c.placement is None and not is_frozen(c, account.holds, as_of)
    ]
