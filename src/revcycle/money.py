"""Exact US dollars.

An amount is a `decimal.Decimal` with exactly two decimals (M-1). Sums go through this module,
because Python's own ``+`` rounds to the *host's* decimal context: a service that sets a short
precision would otherwise lose cents here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Clamped, Context, Decimal, Inexact, InvalidOperation, Overflow, Underflow
from functools import reduce
from typing import Final

from revcycle.errors import InvalidRecord

__all__ = [
    "CENT",
    "LIMIT",
    "ZERO",
    "add",
    "allocate_in_order",
    "cents",
    "from_cents",
    "percent_of",
    "subtract",
    "text",
    "total",
    "usd",
]

ZERO: Final = Decimal("0.00")
CENT: Final = Decimal("0.01")
# Below this, the cents of a book of a million accounts still fit the 64-bit columns they go to.
LIMIT: Final = Decimal("1000000000000.00")
# Written out: even a unary minus rounds to the host's context.
_LEAST: Final = Decimal("-1000000000000.00")

_WRITTEN = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{1,2})?", re.ASCII)
_MUST = (
    "be US dollars: text such as '37.20', a Decimal or whole-dollar int, "
    "a whole number of cents below 1,000,000,000,000 in size, never a float"
)

# Sums of cents are exact, so anything inexact here is a defect and must not pass in silence.
_EXACT: Final = Context(prec=60, traps=[Inexact, InvalidOperation, Overflow, Underflow, Clamped])

add = _EXACT.add
"""The exact sum of two amounts."""
subtract = _EXACT.subtract
"""The exact difference of two amounts."""


def usd(value: object, *, record: str = "usd", field: str = "amount") -> Decimal:
    """Read US dollars, exact to the cent (M-1).

    Args:
        value: text of digits with an optional sign and at most two decimals, a Decimal that is
            a whole number of cents, or an int of whole dollars.
        record: the record named in the error.
        field: the field named in the error.

    Returns:
        The amount with exactly two decimals; minus zero becomes zero.

    Raises:
        InvalidRecord: a float, a bool, NaN, an infinity, a fraction of a cent, other text.
    """
    kind = type(value)
    if kind is Decimal:
        amount: Decimal = value  # type: ignore[assignment]  # kind has been compared
        # Amounts that came through here before are the common case: same quantum, ready to use.
        if amount.same_quantum(CENT) and _LEAST < amount < LIMIT:
            return amount or ZERO
        if amount.is_finite() and _LEAST < amount < LIMIT and _is_whole_cents(amount):
            return _EXACT.quantize(amount, CENT) or ZERO
    elif kind is str:
        written: str = value  # type: ignore[assignment]  # kind has been compared
        if _WRITTEN.fullmatch(written):
            return _EXACT.quantize(Decimal(written), CENT) or ZERO
    elif kind is int:
        whole: int = value  # type: ignore[assignment]  # kind has been compared
        if _LEAST < whole < LIMIT:
            return _EXACT.quantize(Decimal(whole), CENT)
    raise InvalidRecord(record, field, value, _MUST)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Sum *amounts* exactly; nothing sums to zero (M-1)."""
    return reduce(add, amounts, ZERO)


def cents(amount: Decimal) -> int:
    """Give *amount* in whole cents, the unit of facts and columns."""
    return int(str(amount).replace(".", ""))


def from_cents(count: int) -> Decimal:
    """Give the amount of *count* cents."""
    return _EXACT.scaleb(Decimal(count), -2)


def percent_of(part: Decimal, whole: Decimal, *, percent: int) -> bool:
    """Tell whether *part* is at least *percent* per cent of *whole*, without division."""
    return cents(part) * 100 >= cents(whole) * percent


def allocate_in_order(amount: Decimal, wants: Iterable[Decimal]) -> tuple[list[Decimal], Decimal]:
    """Fill *wants* one after the other from *amount*.

    Returns:
        What each want received, in the order given, and what was left over.
    """
    given: list[Decimal] = []
    left = amount
    for want in wants:
        part = min(want, left)
        given.append(part)
        left = subtract(left, part)
    return given, left


def text(amount: Decimal) -> str:
    """Write *amount* for people: thousands separated, minus in front."""
    return f"{amount:,}"


def _is_whole_cents(amount: Decimal) -> bool:
    # The ratio is exact whatever the host's context; quantize would round or trap.
    numerator, denominator = amount.as_integer_ratio()
    return numerator * 100 % denominator == 0
