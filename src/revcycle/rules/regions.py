"""Regions of a vocabulary: sets of rows that rules cannot tell apart, and their names.

Only the points at which some rule cuts a fact matter. What no rule tells apart is one answer on
that axis (`cells`), rules become diagrams over the axes (`diagrams`), and a way through a
diagram is a region that can be said again as a rule and shown by one row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import attrs

from revcycle.rules.algebra import (
    AllOf,
    AnyOf,
    Condition,
    Contains,
    Core,
    FactValue,
    Leaf,
    Not,
    Rule,
)
from revcycle.rules.cells import Answers, answers_to, said
from revcycle.rules.diagrams import YES, Diagrams, OverBudget, Path
from revcycle.rules.fitting import fitting_fact
from revcycle.rules.simplification import flattened, simplify
from revcycle.rules.vocabulary import FactType, Vocabulary, row_of

__all__ = [
    "AXES_MAX",
    "Region",
    "Space",
    "conditions_in",
    "first_region",
    "inside_and_cores",
    "node_of",
    "region_at",
    "space_of",
]

AXES_MAX = 256
"""How many questions rules may ask together, each element of a set being one: diagrams are
walked by recursion, one level an axis."""


@attrs.frozen
class Region:
    """A set of rows.

    Attributes:
        rule: holds on exactly the rows of the region; `revcycle.rules.describe` says it.
        witness: one row of the region, of the vocabulary's row class.
    """

    rule: Core
    witness: object = attrs.field(eq=False)


@attrs.frozen(eq=False)
class Axis:
    """One question that some rules ask about one fact, or about one element of a set.

    Attributes:
        fact: the fact.
        conditions: the conditions that ask it; at least one.
        answers: what they can answer together.
        rank: low when few rules are left after each of few answers; diagrams ask low first,
            because what parts the rules soonest keeps them small.
    """

    fact: FactType
    conditions: tuple[Condition, ...]
    answers: Answers
    rank: float


@attrs.frozen(eq=False)
class Space:
    """The axes that some rules span. Lives for one question, as its diagrams do.

    Attributes:
        vocabulary: where the facts come from.
        axes: in the order in which diagrams ask them.
        diagrams: the engine.
        conditions: for every condition of the rules its axis and the answers that pass it.
        nodes: the diagrams of conditions asked for so far.
        said: what has been worked out of how answers of an axis are said, with a value of each.
    """

    vocabulary: Vocabulary
    axes: tuple[Axis, ...]
    diagrams: Diagrams
    conditions: dict[Condition, tuple[int, int]]
    nodes: dict[Condition, int] = attrs.field(factory=dict)
    said: dict[tuple[int, int], tuple[Core, FactValue]] = attrs.field(factory=dict)


def inside_and_cores(
    rules: Sequence[Rule], vocabulary: Vocabulary, within: Rule
) -> tuple[Core, ...]:
    """What a question about *rules* is made of, simplified: its bounds, then the rules."""
    return (simplify(AllOf(vocabulary.possible, within)), *map(simplify, rules))


def space_of(rules: Sequence[Rule], *, vocabulary: Vocabulary, regions_max: int) -> Space:
    """The space that simplified *rules* span.

    Raises:
        UnknownFact: a rule names a fact that the vocabulary does not have.
        InvalidRecord: a rule asks what a fact of that type cannot answer.
        OverBudget: the rules have more axes than `AXES_MAX`.
    """
    asked: dict[tuple[str, str], dict[Condition, int]] = {}
    for rule in rules:
        for condition in conditions_in(rule):
            element = condition.element if isinstance(condition, Contains) else ""
            counts = asked.setdefault((condition.fact, element), {})
            counts[condition] = counts.get(condition, 0) + 1
    if len(asked) > AXES_MAX:
        raise OverBudget
    axes = tuple(
        sorted((_axis(counts, vocabulary, len(rules)) for counts in asked.values()), key=_order)
    )
    conditions = {
        condition: (index, passing)
        for index, axis in enumerate(axes)
        for condition, passing in axis.answers.passing.items()
    }
    diagrams = Diagrams([len(axis.answers.cells) for axis in axes], regions_max)
    return Space(vocabulary, axes, diagrams, conditions)


def conditions_in(rule: Rule) -> Iterator[Condition]:
    """Every condition of a rule in core nodes, as often as it stands there."""
    match rule:
        case AllOf() | AnyOf():
            for part in rule.parts:
                yield from conditions_in(part)
        case Not():
            yield from conditions_in(rule.part)
        case Leaf():
            raise AssertionError("unreachable: simplify leaves no named leaf")
        case _:
            yield rule


def _axis(counts: dict[Condition, int], vocabulary: Vocabulary, rule_count: int) -> Axis:
    conditions = tuple(counts)
    fact, *_ = (fitting_fact(condition, vocabulary) for condition in conditions)
    answers = answers_to(conditions, fact)
    width = len(answers.cells)
    passing = sum(
        answers.passing[condition].bit_count() / width * counts[condition]
        for condition in conditions
    )
    left = (passing + max(0, rule_count - sum(counts.values()))) / max(rule_count, 1)
    return Axis(fact, conditions, answers, math.log(max(left, 1e-9)) / math.log(width + 1))


def _order(axis: Axis) -> tuple[float, str, str]:
    # Names break ties, never hashes: the same rules give the same regions on every machine.
    element = axis.conditions[0].element if isinstance(axis.conditions[0], Contains) else ""
    return (axis.rank, axis.fact.name, element)


def node_of(rule: Rule, space: Space) -> int:
    """The diagram of a simplified *rule* for which *space* was made.

    Raises:
        OverBudget: there are more regions than the space has room for.
    """
    match rule:
        case AllOf():
            return space.diagrams.all_of([node_of(part, space) for part in rule.parts])
        case AnyOf():
            return space.diagrams.any_of([node_of(part, space) for part in rule.parts])
        case Not():
            return space.diagrams.opposite(node_of(rule.part, space))
        case Leaf():
            raise AssertionError("unreachable: simplify leaves no named leaf")
        case _:
            if rule not in space.nodes:
                space.nodes[rule] = space.diagrams.asking(*space.conditions[rule])
            return space.nodes[rule]


def region_at(path: Path, space: Space) -> Region:
    """The region at the end of a *path* through a diagram of *space*."""
    said_of: dict[str, list[Core]] = {}
    values: dict[str, FactValue] = {}
    for index, bits in path:
        axis = space.axes[index]
        name, condition = axis.fact.name, axis.conditions[0]
        if (index, bits) not in space.said:
            space.said[index, bits] = said(axis.fact, condition, axis.answers, bits)
        rule, sample = space.said[index, bits]
        said_of.setdefault(name, []).append(rule)
        if isinstance(condition, Contains):
            held = values.setdefault(name, frozenset())
            if sample and isinstance(held, frozenset):
                values[name] = held | {condition.element}
        else:
            values[name] = sample
    said_in_order = (said_of.get(fact.name, ()) for fact in space.vocabulary.facts)
    rule = flattened(part for parts in said_in_order for part in parts)
    return Region(rule, row_of(space.vocabulary, values))


def first_region(node: int, space: Space) -> Region | None:
    """Some region in which the rule of *node* holds; None when it never does."""
    paths = space.diagrams.paths(node, YES)
    return next((region_at(path, space) for path in paths), None)
