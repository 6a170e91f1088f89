"""Cutting the domain of one fact into cells that some conditions cannot tell apart.

An int falls into intervals, a str into single texts and "every other text", a bool into its two
values, one element of a set into absent and present. Cells on which all conditions agree are joined
into one answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence

import attrs

from revcycle.rules.algebra import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Contains,
    Core,
    Equals,
    FactValue,
    In,
    Not,
)
from revcycle.rules.simplification import simplify
from revcycle.rules.vocabulary import BoolFact, FactType, IntFact, SetFact, StrFact

__all__ = ["Answers", "Cell", "answers_to", "said"]


@attrs.frozen
class Cell:
    """A part of a fact's domain.

    Attributes:
        sample: a value in it; for an element of a set, whether it is there.
        least: for an int, the smallest value in it; None when there is none.
        most: for an int, the largest value in it; None when there is none.
        is_rest: for a str, whether it is all texts that no condition names.
    """

    sample: bool | int | str
    least: int | None = None
    most: int | None = None
    is_rest: bool = False


_NO = Cell(sample=False)
_YES = Cell(sample=True)


@attrs.frozen
class Answers:
    """What conditions of one fact, or of one element of a set, can answer together.

    Attributes:
        cells: for each answer, the cells that give it.
        passing: for each condition, the answers that pass it, as the bits of an int.
    """

    cells: tuple[tuple[Cell, ...], ...]
    passing: dict[Condition, int]


def answers_to(conditions: Collection[Condition], fact: FactType) -> Answers:
    """The answers that *conditions* of *fact* can give; those of a set ask for one element."""
    cells = _cells(fact, conditions)
    at = {cell.sample: place for place, cell in enumerate(cells)}
    passing = {condition: _passing(condition, cells, at) for condition in conditions}
    if isinstance(fact, IntFact):
        # Intervals stay single and in order, so that neighbouring answers are neighbours.
        grouped = tuple((cell,) for cell in cells)
        return Answers(grouped, {condition: _bits(places) for condition, places in passing.items()})
    signatures = [0] * len(cells)
    for bit, places in enumerate(passing.values()):
        for place in places:
            signatures[place] |= 1 << bit
    groups: dict[int, list[Cell]] = {}
    for cell, signature in zip(cells, signatures, strict=True):
        groups.setdefault(signature, []).append(cell)
    number = {signature: answer for answer, signature in enumerate(groups)}
    return Answers(
        tuple(map(tuple, groups.values())),
        {
            condition: _bits({number[signatures[place]] for place in places})
            for condition, places in passing.items()
        },
    )


def _bits(answers: Iterable[int]) -> int:
    if isinstance(answers, range):
        return (1 << answers.stop) - (1 << answers.start) if answers else 0
    bits = 0
    for answer in answers:
        bits |= 1 << answer
    return bits


def _cells(fact: FactType, conditions: Iterable[Condition]) -> list[Cell]:
    match fact:
        case IntFact():
            return _intervals(fact, conditions)
        case StrFact():
            return _texts(fact, conditions)
        case BoolFact():
            return [_NO, _YES]
        case SetFact():
            # All conditions of one axis ask for the same element.
            element = next((part.element for part in conditions if isinstance(part, Contains)), "")
            can_be = fact.values is None or element in fact.values
            return [_NO, _YES] if can_be else [_NO]


def _intervals(fact: IntFact, conditions: Iterable[Condition]) -> list[Cell]:
    cuts: set[int] = set()
    for condition in conditions:
        if isinstance(condition, AtLeast):
            cuts.add(condition.bound)
        elif isinstance(condition, AtMost):
            cuts.add(condition.bound + 1)
        else:
            cuts.update(cut for value in _named(condition) for cut in (int(value), int(value) + 1))
    starts = sorted(cut for cut in cuts if _is_inside(cut, fact))
    lows = [fact.least, *starts]
    highs = [*(start - 1 for start in starts), fact.most]
    return [
        Cell(low if low is not None else high if high is not None else 0, least=low, most=high)
        for low, high in zip(lows, highs, strict=True)
    ]


def _is_inside(cut: int, fact: IntFact) -> bool:
    above = fact.least is None or cut > fact.least
    return above and (fact.most is None or cut <= fact.most)


def _texts(fact: StrFact, conditions: Iterable[Condition]) -> list[Cell]:
    if fact.values is not None:
        return [Cell(value) for value in fact.values]
    named = sorted({str(value) for condition in conditions for value in _named(condition)})
    fresh = "other"
    while fresh in named:
        fresh += "*"
    return [*map(Cell, named), Cell(fresh, is_rest=True)]


def _named(condition: Condition) -> Iterable[bool | int | str]:
    if isinstance(condition, Equals):
        return (condition.value,)
    return condition.values if isinstance(condition, In) else ()


def _passing(
    condition: Condition, cells: Sequence[Cell], at: dict[bool | int | str, int]
) -> Iterable[int]:
    match condition:
        case Equals() | In():
            # A named int is an interval of its own, a named text a cell of its own.
            return [at[value] for value in _named(condition) if value in at]
        case AtLeast():
            first = bisect_left(cells, condition.bound, key=_number)
            return range(first, len(cells))
        case AtMost():
            return range(bisect_right(cells, condition.bound, key=_number))
        case Contains():
            return range(1, len(cells))


def _number(cell: Cell) -> int:
    return int(cell.sample)


def said(
    fact: FactType, condition: Condition, answers: Answers, bits: int
) -> tuple[Core, FactValue]:
    """The rule, simplified, that the answer about *fact* is one of *bits*, and a value that is.

    *condition* is one of the conditions asked; it names the element of a set. The value for a set
    is whether that element is there.
    """
    if isinstance(fact, IntFact):
        return _said_in_intervals(fact, answers, bits)
    chosen: list[Cell] = []
    others: list[Cell] = []
    for answer, cells in enumerate(answers.cells):
        (chosen if bits >> answer & 1 else others).extend(cells)
    sample = chosen[0].sample
    match fact:
        case StrFact():
            # The rest has no names of its own: it can only be said as "not one of the others".
            shorter = 2 * len(others) < len(chosen) and fact.values is not None
            if shorter or any(cell.is_rest for cell in chosen):
                return Not(_one_of(fact.name, others)), sample
            return _one_of(fact.name, chosen), sample
        case BoolFact():
            return Equals(fact.name, sample), sample
        case SetFact():
            return (condition if sample else Not(condition)), sample


def _one_of(fact: str, cells: Sequence[Cell]) -> Core:
    if len(cells) == 1:
        return Equals(fact, cells[0].sample)
    return In(fact, (str(cell.sample) for cell in cells))


def _said_in_intervals(fact: IntFact, answers: Answers, bits: int) -> tuple[Core, FactValue]:
    first, _ = next(_runs(bits))
    sample = answers.cells[first][0].sample
    ranges = list(_ranges(fact, answers, bits))
    rule = ranges[0] if len(ranges) == 1 else simplify(AnyOf(*ranges))
    if isinstance(rule, AnyOf):
        # All but a few numbers is said by naming these.
        rest = ~bits & ((1 << len(answers.cells)) - 1)
        missing = simplify(AnyOf(*_ranges(fact, answers, rest)))
        rule = Not(missing) if isinstance(missing, Equals | In) else rule
    return rule, sample


def _ranges(fact: IntFact, answers: Answers, bits: int) -> Iterator[Core]:
    for first, last in _runs(bits):
        low, high = answers.cells[first][0].least, answers.cells[last][0].most
        yield _interval_rule(fact, low, high)


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    # The runs of ones, lowest first: first and last place of each.
    place = 0
    while bits:
        gap = (bits & -bits).bit_length() - 1
        bits >>= gap
        length = (~bits & (bits + 1)).bit_length() - 1
        bits >>= length
        yield place + gap, place + gap + length - 1
        place += gap + length


def _interval_rule(fact: IntFact, least: int | None, most: int | None) -> Core:
    bounds: list[Core] = []
    if least is not None and least != fact.least:
        bounds.append(AtLeast(fact.name, least))
    if most is not None and most != fact.most:
        bounds.append(AtMost(fact.name, most))
    if least is not None and least == most:
        return Equals(fact.name, least)
    return bounds[0] if len(bounds) == 1 else AllOf(*bounds)
