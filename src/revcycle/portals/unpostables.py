"""Unpostables that an access issue affects: what waits, and for how much money (PH-10)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import AMOUNT, DATE, FLAG, ID, check_fields, one_of, optional, refuse
from revcycle.money import total, usd

__all__ = ["AffectedUnpostable", "UnpostableKind", "dollars_of", "each_once", "is_open"]


class UnpostableKind(enum.Enum):
    """What could not be posted."""

    CHECK = "check"
    EFT_DEPOSIT = "eft_deposit"


def _dollars(value: object) -> Decimal:
    return usd(value, record="AffectedUnpostable", field="dollars")


@attrs.frozen(kw_only=True)
class AffectedUnpostable:
    """A check or an EFT deposit that cannot be posted, and that an issue affects (PH-10).

    Attributes:
        id: minted by the host; the same unpostable has the same id in every task.
        kind: check or EFT deposit.
        dollars: US dollars of it, 0 or more.
        blocked: whether it waits for this issue before it can be worked.
        closed_on: the day it was closed, or None while open; a closed one waits for nothing.
    """

    id: str
    kind: UnpostableKind
    dollars: Decimal = attrs.field(converter=_dollars)
    blocked: bool = True
    closed_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields, and that what is closed does not wait."""
        check_fields(self, _UNPOSTABLE)
        if self.blocked and self.closed_on is not None:
            refuse(self, "blocked", "be False once the unpostable is closed")


_UNPOSTABLE: Final = (
    ("id", ID),
    ("kind", one_of(UnpostableKind)),
    ("dollars", AMOUNT),
    ("blocked", FLAG),
    ("closed_on", optional(DATE)),
)


def is_open(unpostable: AffectedUnpostable) -> bool:
    """Tell whether *unpostable* is open, and so on its task's list (PH-10)."""
    return unpostable.closed_on is None


def each_once(unpostables: Iterable[AffectedUnpostable]) -> tuple[AffectedUnpostable, ...]:
    """Give each unpostable once, in the order of first appearance (PH-10)."""
    return tuple({unpostable.id: unpostable for unpostable in unpostables}.values())


def dollars_of(unpostables: Iterable[AffectedUnpostable]) -> Decimal:
    """Sum the US dollars of *unpostables*, each once however often it is named (PH-10)."""
    return total(unpostable.dollars for unpostable in each_once(unpostables))
