"""What rules mean together, over every row there can be: exact, or said to be undecided.

Nothing here looks at a book. Each question is answered over the domains of the vocabulary, so a
"no row" is a proof and a "some row" comes with one. A question has a budget of regions; past it
the answer is "undecided", never a guess.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import combinations, islice
from operator import and_

import attrs

from revcycle.errors import Problem, Proposition, Refused
from revcycle.rules.algebra import ALWAYS, Rule
from revcycle.rules.diagrams import NO, YES, OverBudget, Path
from revcycle.rules.regions import (
    Region,
    Space,
    first_region,
    inside_and_cores,
    node_of,
    region_at,
    space_of,
)
from revcycle.rules.vocabulary import Vocabulary

__all__ = [
    "REGIONS_MAX",
    "REGIONS_SHOWN_MAX",
    "AnalysisProblem",
    "Overlap",
    "Overlaps",
    "Uncovered",
    "coverage",
    "is_satisfiable",
    "overlaps",
    "uncovered",
    "witness",
]

REGIONS_MAX = 250_000
"""The budget of one question unless the caller gives another: about a second of work."""

REGIONS_SHOWN_MAX = 1_000
"""How many regions an answer lists at most; it says when there are more."""


class AnalysisProblem(Proposition):
    """Why a question about rules was not answered."""

    TOO_MANY_REGIONS = "Raise regions_max, or ask about fewer or simpler rules."


@attrs.frozen
class Uncovered:
    """Where none of some rules holds.

    Attributes:
        regions: disjoint regions in which no rule holds.
        is_complete: whether these are all. When it is false and there are no regions, the
            question is undecided.
    """

    regions: tuple[Region, ...]
    is_complete: bool


@attrs.frozen
class Overlap:
    """Where two rules both hold.

    Attributes:
        rules: the positions of the two, counted from 0, the lower first.
        regions: disjoint regions in which both hold; at least one.
        is_complete: whether these are all.
    """

    rules: tuple[int, int]
    regions: tuple[Region, ...]
    is_complete: bool


@attrs.frozen
class Overlaps:
    """Which of some rules overlap.

    Attributes:
        found: the pairs that do, in order of position.
        undecided: the pairs that the budget did not reach.
    """

    found: tuple[Overlap, ...]
    undecided: tuple[tuple[int, int], ...]


def is_satisfiable(
    rule: Rule, vocabulary: Vocabulary, *, within: Rule = ALWAYS, regions_max: int = REGIONS_MAX
) -> bool:
    """Is there a row of *vocabulary* within *within* on which *rule* holds?

    Raises:
        UnknownFact: a rule names a fact that the vocabulary does not have.
        InvalidRecord: a rule asks what a fact of that type cannot answer.
        Refused: the question needs more than *regions_max* regions.
    """
    return witness(rule, vocabulary, within=within, regions_max=regions_max) is not None


def witness(
    rule: Rule, vocabulary: Vocabulary, *, within: Rule = ALWAYS, regions_max: int = REGIONS_MAX
) -> Region | None:
    """A region in which *rule* holds, with a row of it; None when there is no such row.

    Raises as `is_satisfiable` does.
    """
    bounds, core = inside_and_cores([rule], vocabulary, within)
    try:
        space = space_of([bounds, core], vocabulary=vocabulary, regions_max=regions_max)
        node = space.diagrams.all_of([node_of(bounds, space), node_of(core, space)])
        return first_region(node, space)
    except OverBudget:
        problem = Problem(AnalysisProblem.TOO_MANY_REGIONS, f"{regions_max} allowed")
        raise Refused("witness", [problem]) from None


def uncovered(
    rules: Sequence[Rule],
    vocabulary: Vocabulary,
    *,
    within: Rule = ALWAYS,
    regions_max: int = REGIONS_MAX,
) -> Uncovered:
    """The regions within *within* in which none of *rules* holds.

    Raises:
        UnknownFact: a rule names a fact that the vocabulary does not have.
        InvalidRecord: a rule asks what a fact of that type cannot answer.
    """
    return _uncovered(_posed(rules, vocabulary, within, regions_max))


def overlaps(
    rules: Sequence[Rule],
    vocabulary: Vocabulary,
    *,
    within: Rule = ALWAYS,
    regions_max: int = REGIONS_MAX,
) -> Overlaps:
    """The pairs of *rules* that hold together somewhere within *within*.

    Raises as `uncovered` does.
    """
    return _overlaps(_posed(rules, vocabulary, within, regions_max), len(rules))


def coverage(
    rules: Sequence[Rule],
    vocabulary: Vocabulary,
    *,
    within: Rule = ALWAYS,
    regions_max: int = REGIONS_MAX,
) -> tuple[Uncovered, Overlaps]:
    """What `uncovered` and `overlaps` say, for less than the price of both.

    Each of the two may have *regions_max* regions. Raises as `uncovered` does.
    """
    posed = _posed(rules, vocabulary, within, regions_max)
    gaps = _uncovered(posed)
    if posed is not None:
        posed.space.diagrams.allow(regions_max)
    return gaps, _overlaps(posed, len(rules))


@attrs.frozen(eq=False)
class _Posed:
    """A question about several rules, made ready: the space, its bounds, and the rules in it."""

    space: Space
    inside: int
    nodes: list[int]


def _posed(
    rules: Sequence[Rule], vocabulary: Vocabulary, within: Rule, regions_max: int
) -> _Posed | None:
    bounds, *cores = inside_and_cores(rules, vocabulary, within)
    try:
        space = space_of([bounds, *cores], vocabulary=vocabulary, regions_max=regions_max)
        return _Posed(space, node_of(bounds, space), [node_of(core, space) for core in cores])
    except OverBudget:
        return None


def _uncovered(posed: _Posed | None) -> Uncovered:
    if posed is None:
        return Uncovered((), is_complete=False)
    diagrams = posed.space.diagrams
    try:
        covered = diagrams.any_of([diagrams.opposite(posed.inside), *posed.nodes])
    except OverBudget:
        return Uncovered((), is_complete=False)
    return Uncovered(*_regions(diagrams.paths(covered, NO), posed.space))


def _overlaps(posed: _Posed | None, rule_count: int) -> Overlaps:
    found: list[Overlap] = []
    undecided = deque(combinations(range(rule_count), 2))
    if posed is None:
        return Overlaps((), tuple(undecided))
    diagrams = posed.space.diagrams
    with suppress(OverBudget):
        nodes = [diagrams.all_of([posed.inside, node]) for node in posed.nodes]
        hulls = [diagrams.hull(node) for node in nodes]
        while undecided:
            one, other = undecided[0]
            if all(map(and_, hulls[one], hulls[other])):
                both = diagrams.all_of([nodes[one], nodes[other]])
                if both != NO:
                    regions = _regions(diagrams.paths(both, YES), posed.space)
                    found.append(Overlap((one, other), *regions))
            undecided.popleft()
    return Overlaps(tuple(found), tuple(undecided))


def _regions(paths: Iterator[Path], space: Space) -> tuple[tuple[Region, ...], bool]:
    shown = tuple(region_at(path, space) for path in islice(paths, REGIONS_SHOWN_MAX))
    return shown, next(paths, None) is None
