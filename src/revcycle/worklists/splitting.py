"""Dividing one worklist over named staff: by initials, by department, or by amount (WL-9).

Each split takes a worklist as the template, keeps its other filters, and gives one worklist per
person, so that no account is on two. By amount and by department nothing is lost either. By
initials names without a letter stay with nobody, because no set of letters can hold them
(WL-3); `audit_worklists` says so.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TypeVar

import attrs

from revcycle.dunning import INITIALS
from revcycle.errors import InvalidRecord
from revcycle.money import cents, from_cents, usd
from revcycle.worklists.worklist import Worklist

__all__ = ["Evenness", "split_by_department", "split_by_initials", "split_by_outstanding"]

PartT = TypeVar("PartT")


class Evenness(enum.Enum):
    """What a split by amount makes even."""

    DOLLARS = "dollars"
    ACCOUNTS = "accounts"


def split_by_initials(worklist: Worklist, staff: Sequence[str]) -> tuple[Worklist, ...]:
    """Give each of *staff* neighbouring initials, as many as the others or one more.

    Raises:
        InvalidRecord: *staff* is empty, names somebody twice, or outnumbers the initials.
    """
    _check_staff(staff)
    shares = _shares(sorted(worklist.initials or INITIALS), staff)
    return tuple(
        attrs.evolve(_named(worklist, person, number), initials=frozenset(share))
        for number, (person, share) in enumerate(zip(staff, shares, strict=True), start=1)
    )


def split_by_department(
    worklist: Worklist, staff: Sequence[str], *, department_ids: Iterable[str]
) -> tuple[Worklist, ...]:
    """Give each of *staff* some departments, as many as the others or one more.

    Args:
        worklist: the template; where it names departments, those are split.
        staff: who works, each once.
        department_ids: all departments, in the order in which they are handed out. The last
            person also gets the accounts whose head has none registered.

    Raises:
        InvalidRecord: *staff* is empty, names somebody twice, or outnumbers the departments.
    """
    _check_staff(staff)
    own = worklist.department_ids
    ordered = [each for each in dict.fromkeys((*department_ids, "")) if each]
    departments = [each for each in (*ordered, "") if not own or each in own]
    departments += sorted(own.difference(departments))
    shares = _shares(departments, staff)
    return tuple(
        attrs.evolve(_named(worklist, person, number), department_ids=frozenset(share))
        for number, (person, share) in enumerate(zip(staff, shares, strict=True), start=1)
    )


def split_by_outstanding(
    worklist: Worklist,
    staff: Sequence[str],
    *,
    amounts: Iterable[Decimal],
    evenly: Evenness = Evenness.DOLLARS,
) -> tuple[Worklist, ...]:
    """Give each of *staff* a range of amounts; the first gets the smallest.

    Args:
        worklist: the template; its own bounds stay the outermost.
        staff: who works, each once.
        amounts: what the accounts owe now, such as those of a run of the template. Accounts
            that owe the same stay together; between them each cut is made where it comes
            nearest to an even one. The ranges leave no cent between them.
        evenly: whether the dollars or the number of accounts are made even.

    Raises:
        InvalidRecord: *staff* is empty, names somebody twice, or outnumbers the cents there are
            between the template's bounds.
    """
    _check_staff(staff)
    cuts = _cuts(worklist, sorted(cents(usd(amount)) for amount in amounts), len(staff), evenly)
    lows = [worklist.amount_min, *(from_cents(cut) for cut in cuts)]
    highs = [*(from_cents(cut - 1) for cut in cuts), worklist.amount_max]
    return tuple(
        attrs.evolve(_named(worklist, person, number), amount_min=low, amount_max=high)
        for number, (person, low, high) in enumerate(zip(staff, lows, highs, strict=True), start=1)
    )


def _cuts(worklist: Worklist, owed: list[int], count: int, evenly: Evenness) -> list[int]:
    """Find the cents at which the second and each later range begins.

    Accounts that owe the same stay together, so each cut stands between two amounts: where the
    sum up to it is nearest to the sum an even cut would have.
    """
    amounts = sorted(set(owed))
    weights = Counter(dict.fromkeys(amounts, 0))
    for each in owed:
        weights[each] += each if evenly is Evenness.DOLLARS else 1
    sums = list(accumulate((weights[each] for each in amounts), initial=0))
    low = 0 if worklist.amount_min is None else cents(worklist.amount_min)
    cuts: list[int] = []
    place = 0
    for share in range(1, count):
        # Each person gets an amount at least, while there are so many amounts.
        first, last = place + 1, len(amounts) - (count - share)
        place = min(first, len(amounts))
        if first <= last:
            place = _nearest(sums, sums[-1] * share, count, range(first, last + 1))
        above = amounts[place - 1] + 1 if place else low + 1
        cuts.append(max(above, (cuts[-1] if cuts else low) + 1))
    high = worklist.amount_max
    if high is not None and cuts and cuts[-1] > cents(high):
        room = cents(high) - len(cuts) + 1
        cuts = [min(cut, room + place) for place, cut in enumerate(cuts)]
        if cuts[0] <= low:
            _refuse("staff", count, "be no more than the cents between the worklist's amounts")
    return cuts


def _nearest(sums: Sequence[int], wanted: int, count: int, places: range) -> int:
    """Find the place whose sum, taken *count* times, is nearest to *wanted*; the first of two."""
    above = bisect_left(sums, wanted, places.start, places.stop, key=lambda each: each * count)
    nearest = range(max(above - 1, places.start), min(above + 1, places.stop))
    return min(nearest, key=lambda place: abs(sums[place] * count - wanted))


def _check_staff(staff: Sequence[str]) -> None:
    if not staff or isinstance(staff, str):
        _refuse("staff", staff, "be one name or more")
    names = {name.strip().casefold() for name in staff}
    if len(names) < len(staff) or "" in names:
        _refuse("staff", tuple(staff), "name each person once, with more than blanks")


def _shares(parts: Sequence[PartT], staff: Sequence[str]) -> list[Sequence[PartT]]:
    size, more = divmod(len(parts), len(staff))
    if size == 0:
        _refuse("staff", tuple(staff), f"be at most {len(parts)} persons, one for each part")
    starts = [number * size + min(number, more) for number in range(len(staff) + 1)]
    return [parts[start:end] for start, end in pairwise(starts)]


def _named(worklist: Worklist, person: str, number: int) -> Worklist:
    return attrs.evolve(worklist, id=f"{worklist.id}-{number}", name=f"{worklist.name}: {person}")


def _refuse(field: str, value: object, must: str) -> None:
    raise InvalidRecord("split", field, value, must)
