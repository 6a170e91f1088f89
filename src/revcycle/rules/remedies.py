"""What would have to change for a rule to hold: the smallest sets of facts, with what is wanted.

A rule can be met in several *ways*: each way asks for something of some facts, and those facts
that already are so need no change. A way is reported when no other needs a proper part of its
changes. Everything a way asks for can be had together, as far as the vocabulary tells.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeAlias, cast

import attrs

from revcycle.rules.algebra import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    Core,
    FactValue,
    In,
    Not,
    Rule,
    lower,
)
from revcycle.rules.analysis import uncovered
from revcycle.rules.evaluation import fact_value, facts_read, holds
from revcycle.rules.regions import conditions_in
from revcycle.rules.simplification import condition_of, merged, simplify
from revcycle.rules.vocabulary import IntFact, SetFact, StrFact, Vocabulary, fact_named
from revcycle.rules.wording import describe, fact_of, value_words

__all__ = ["WAYS_MAX", "Unmet", "WhyNot", "why_not", "why_not_lines"]

WAYS_MAX = 256
"""How many ways are weighed at once; a rule of filters seldom has more than a few."""


@attrs.frozen(kw_only=True)
class Unmet:
    """One fact that is not as a way to meet the rule wants it.

    Attributes:
        fact: the name of the fact.
        value: what it is on the row.
        wanted: a rule on this fact alone; any value that meets it will do.
    """

    fact: str
    value: FactValue
    wanted: Core


@attrs.frozen(kw_only=True)
class WhyNot:
    """What keeps a rule from holding on a row.

    Attributes:
        result: what `holds` says of it.
        ways: each a set of unmet facts, in the order of the rule: mend all of one way and the
            rule holds; no way is part of another. Fewest facts first. Empty when the rule
            holds, and when nothing could make it hold.
        is_complete: whether these are all the ways; false when there were more than were
            weighed, and then a way may need more than the least.
    """

    result: bool
    ways: tuple[tuple[Unmet, ...], ...]
    is_complete: bool


def why_not(
    rule: Rule, row: object, *, vocabulary: Vocabulary | None = None, ways_max: int = WAYS_MAX
) -> WhyNot:
    """The smallest sets of facts whose change would make *rule* hold on *row*.

    A *vocabulary* rules out ways that ask for a value no fact can have, and what
    `Vocabulary.possible` says cannot be together: a way then asks for all facts that must change
    with one another, and any values it wants can be had.

    Raises:
        UnknownFact: the row lacks a fact that the rule reads.
    """
    if holds(rule, row):
        return WhyNot(result=True, ways=(), is_complete=True)
    search = _Search(row, vocabulary, ways_max)
    found = [
        search.unmet(full) for way in search.ways(simplify(rule)) for full in search.possible(way)
    ]
    if not found and not search.is_complete:
        found = _some_way(rule, row, vocabulary, ways_max)
    ways: list[tuple[Unmet, ...]] = []
    for way in sorted(found, key=len):
        facts = {unmet.fact for unmet in way}
        if way not in ways and not any({u.fact for u in less} < facts for less in ways):
            ways.append(way)
    return WhyNot(result=False, ways=tuple(ways), is_complete=search.is_complete)


def _some_way(
    rule: Rule, row: object, vocabulary: Vocabulary | None, ways_max: int
) -> list[tuple[Unmet, ...]]:
    # All ways that were kept led nowhere: ask the regions in which the rule holds.
    if vocabulary is None:
        read = {condition.fact: condition for condition in conditions_in(lower(rule))}
        facts = tuple(fact_of(condition, None) for condition in read.values())
        vocabulary = Vocabulary(types.SimpleNamespace, facts)
    search = _Search(row, None, ways_max)
    found = []
    for region in uncovered((Not(rule),), vocabulary).regions:
        parts = region.rule.parts if isinstance(region.rule, AllOf) else (region.rule,)
        way: Way = {}
        for part in parts:
            (fact,) = facts_read(part)
            way[fact] = (*way.get(fact, ()), lower(part))
        found.append(search.unmet(way))
    return sorted(found, key=len)[: max(1, ways_max)]


def why_not_lines(why: WhyNot, *, vocabulary: Vocabulary | None = None) -> tuple[str, ...]:
    """Each way as one line of English: what each unmet fact is, and what is wanted of it."""
    return tuple(
        "; and ".join(_unmet_words(unmet, vocabulary) for unmet in way) for way in why.ways
    )


def _unmet_words(unmet: Unmet, vocabulary: Vocabulary | None) -> str:
    first = unmet.wanted.parts[0] if isinstance(unmet.wanted, AllOf) else unmet.wanted
    condition = condition_of(first)
    wanted = describe(unmet.wanted, vocabulary=vocabulary)
    if condition is None or type(unmet.value) is bool:
        return f"wanted: {wanted}"
    fact = fact_of(condition, vocabulary)
    return f"{fact.label} is {value_words(unmet.value, fact)}, wanted: {wanted}"


Way: TypeAlias = dict[str, tuple[Core, ...]]
"""What a way asks for, by fact: conditions, plain or turned round, as few as say it."""


class _Search:
    """The ways to meet a rule from one row. Not a record: it remembers whether it gave up."""

    def __init__(self, row: object, vocabulary: Vocabulary | None, ways_max: int) -> None:
        self.is_complete = True
        self._row = row
        self._vocabulary = vocabulary
        self._ways_max = ways_max
        self._possible = simplify(vocabulary.possible) if vocabulary else ALWAYS
        parts = self._possible.parts if isinstance(self._possible, AllOf) else (self._possible,)
        clauses = cast("tuple[Core, ...]", parts)
        self._clauses = [(clause, facts_read(clause)) for clause in clauses]

    def ways(self, rule: Rule) -> list[Way]:
        """Every way to meet a simplified rule."""
        match rule:
            case AnyOf():
                return self._cut(way for part in rule.parts for way in self.ways(part))
            case AllOf():
                joined: list[Way] = [{}]
                for part in rule.parts:
                    ways = self.ways(part)
                    joined = self._cut(self._products(joined, ways))
                return joined
            case _:
                condition = condition_of(rule)
                return list(self._joined({condition.fact: (lower(rule),)})) if condition else []

    def possible(self, way: Way) -> list[Way]:
        """The ways to have what *way* asks for within what is possible.

        What a way does not change stays as it is on the row. Where that cannot be, one of the
        facts that stand in the way changes too: each is tried, as few together as will do.
        """
        if self._possible == ALWAYS:
            return [way]
        found: list[Way] = []
        met: list[frozenset[str]] = []
        waiting = deque([frozenset(unmet.fact for unmet in self.unmet(way))])
        seen = set(waiting)
        while waiting:
            changed = waiting.popleft()
            if any(less <= changed for less in met):
                continue
            asked = {fact: wanted for fact, wanted in way.items() if fact in changed}
            pinned = [self._pinned(clause, read, changed) for clause, read in self._clauses]
            full = [] if NEVER in pinned else [asked]
            for clause in pinned:
                if clause != ALWAYS:
                    full = self._cut(self._products(full, self.ways(clause)))
            if full:
                met.append(changed)
                found += full
                continue
            if len(seen) > self._ways_max:
                self.is_complete = False
                break
            for fact in self._linked(pinned, changed):
                more = changed | {fact}
                if more not in seen:
                    seen.add(more)
                    waiting.append(more)
        return found

    def _linked(self, pinned: list[Core], changed: frozenset[str]) -> list[str]:
        # The facts of the clauses that matter now: those not met by what stays.
        facts: dict[str, None] = {}
        for (_, read), left in zip(self._clauses, pinned, strict=True):
            if left != ALWAYS or changed & read:
                facts.update(dict.fromkeys(sorted(read - changed)))
        return list(facts)

    def _pinned(self, rule: Core, read: frozenset[str], changed: frozenset[str]) -> Core:
        # What a simplified rule still asks once the facts that do not change are known.
        if read.isdisjoint(changed):
            return ALWAYS if holds(rule, self._row) else NEVER

        def known(part: Core) -> Core:
            match part:
                case AllOf() | AnyOf():
                    idle, decisive = (ALWAYS, NEVER) if isinstance(part, AllOf) else (NEVER, ALWAYS)
                    asked = [left for each in part.parts if (left := known(lower(each))) != idle]
                    if decisive in asked:
                        return decisive
                    return asked[0] if len(asked) == 1 else type(part)(*asked)
                case _ if facts_read(part) <= changed:
                    return part
                case _:
                    return ALWAYS if holds(part, self._row) else NEVER

        return known(rule)

    def unmet(self, way: Way) -> tuple[Unmet, ...]:
        """What of a way the row does not have."""
        return tuple(
            Unmet(
                fact=fact,
                value=fact_value(self._row, fact),
                wanted=wanted[0] if len(wanted) == 1 else AllOf(*wanted),
            )
            for fact, wanted in way.items()
            if not all(holds(condition, self._row) for condition in wanted)
        )

    def _products(self, ones: Iterable[Way], others: list[Way]) -> Iterator[Way]:
        for one in ones:
            for other in others:
                shared = {fact: (*one.get(fact, ()), *asked) for fact, asked in other.items()}
                yield from (one | joined for joined in self._joined(shared))

    def _joined(self, way: Way) -> Iterator[Way]:
        # The way with the conditions of each fact joined; nothing when two of them clash.
        joined: Way = {}
        for fact, conditions in way.items():
            together = merged(conditions)
            if together is None:
                return
            domain = tuple(self._domain(fact, conditions))
            if domain and merged((*domain, *together)) is None:
                return
            joined[fact] = together
        yield joined

    def _domain(self, name: str, conditions: Iterable[Core]) -> Iterator[Core]:
        # The domain of a fact, in conditions that can be joined with others.
        fact = fact_named(self._vocabulary, name) if self._vocabulary else None
        if isinstance(fact, IntFact):
            if fact.least is not None:
                yield AtLeast(name, fact.least)
            if fact.most is not None:
                yield AtMost(name, fact.most)
        elif isinstance(fact, StrFact) and fact.values is not None:
            yield In(name, fact.values)
        elif isinstance(fact, SetFact) and fact.values is not None:
            elements = [part.element for part in conditions if isinstance(part, Contains)]
            yield from (Not(Contains(name, el)) for el in elements if el not in fact.values)

    def _cut(self, ways: Iterable[Way]) -> list[Way]:
        kept = list(ways)
        if len(kept) > self._ways_max:
            self.is_complete = False
            kept = sorted(kept, key=lambda way: len(self.unmet(way)))[: self._ways_max]
        return kept
