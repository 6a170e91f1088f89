"""Hypothesis strategies for rules: rows of facts, rules over a vocabulary, decision tables.

Values are drawn from few, so that rules and rows meet: two conditions on one fact touch, exclude
or repeat each other, and a row is often just on a bound.
"""

from __future__ import annotations

from collections.abc import Sequence

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st

from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    BoolFact,
    Contains,
    DecisionTable,
    Equals,
    FactType,
    FactValue,
    HitPolicy,
    In,
    IntFact,
    Not,
    Rule,
    SetFact,
    StrFact,
    TableRow,
    Vocabulary,
    holds,
)

__all__ = ["conditions", "decision_tables", "fact_rows", "fact_values", "rules"]

_WINDOW = 4
"""How far from zero, or from its bound, an unbounded int is drawn."""

_TEXTS = ("a", "b", "c", "", "o'neil", "Müller")
"""What a str fact without a finite domain is drawn from."""


def fact_values(fact: FactType) -> st.SearchStrategy[FactValue]:
    """Values that *fact* can have."""
    match fact:
        case IntFact():
            return _numbers(fact)
        case BoolFact():
            return st.booleans()
        case StrFact():
            return st.sampled_from(fact.values or _TEXTS)
        case SetFact():
            return st.frozensets(st.sampled_from(fact.values or _TEXTS))


def fact_rows(vocabulary: Vocabulary) -> st.SearchStrategy[object]:
    """Rows of the vocabulary's class that can occur."""
    values = {fact.name: fact_values(fact) for fact in vocabulary.facts}
    rows: st.SearchStrategy[object] = st.builds(vocabulary.row_class, **values)
    return rows.filter(lambda row: holds(vocabulary.possible, row))


def conditions(vocabulary: Vocabulary) -> st.SearchStrategy[Rule]:
    """Conditions that fit the vocabulary by type; some can never hold."""
    return st.sampled_from(vocabulary.facts).flatmap(_conditions)


def rules(
    vocabulary: Vocabulary,
    *,
    leaves: st.SearchStrategy[Rule] | None = None,
    conditions_max: int = 8,
) -> st.SearchStrategy[Rule]:
    """Rules that fit the vocabulary by type, the constants and never-holding ones among them.

    *leaves* are named leaves to mix in; *conditions_max* bounds roughly how many are joined.
    """
    base = conditions(vocabulary)
    return st.recursive(
        base if leaves is None else base | leaves, _joined, max_leaves=conditions_max
    )


def decision_tables(
    vocabulary: Vocabulary, *, rows_max: int = 5, conditions_max: int = 4
) -> st.SearchStrategy[DecisionTable[int]]:
    """Tables whose rows are named r0, r1, ... and give the numbers 0, 1, ..."""

    def table(hit: HitPolicy, whens: Sequence[Rule]) -> DecisionTable[int]:
        rows = (TableRow(name=f"r{at}", when=when, then=at) for at, when in enumerate(whens))
        return DecisionTable(hit=hit, rows=tuple(rows))

    whens = st.lists(rules(vocabulary, conditions_max=conditions_max), max_size=rows_max)
    return st.builds(table, st.sampled_from(HitPolicy), whens)


def _joined(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    parts = st.lists(inner, max_size=4)
    every: st.SearchStrategy[Rule] = parts.map(lambda found: AllOf(*found))
    some: st.SearchStrategy[Rule] = parts.map(lambda found: AnyOf(*found))
    return every | some | inner.map(Not)


def _conditions(fact: FactType) -> st.SearchStrategy[Rule]:
    name = fact.name
    match fact:
        case IntFact():
            numbers = _numbers(fact)
            return st.one_of(
                numbers.map(lambda value: Equals(name, value)),
                numbers.map(lambda value: AtLeast(name, value)),
                numbers.map(lambda value: AtMost(name, value)),
                st.frozensets(numbers, max_size=4).map(lambda values: In(name, values)),
            )
        case BoolFact():
            return st.booleans().map(lambda value: Equals(name, value))
        case StrFact():
            texts = st.sampled_from(fact.values or _TEXTS)
            return st.one_of(
                texts.map(lambda value: Equals(name, value)),
                st.frozensets(texts, max_size=4).map(lambda values: In(name, values)),
            )
        case SetFact():
            return st.sampled_from(fact.values or _TEXTS).map(lambda item: Contains(name, item))


def _numbers(fact: IntFact) -> st.SearchStrategy[int]:
    low, high = fact.least, fact.most
    if low is None and high is None:
        return st.integers(-_WINDOW, _WINDOW)
    if low is None:
        low = (high or 0) - 2 * _WINDOW
    if high is None:
        high = low + 2 * _WINDOW
    return st.integers(low, min(high, low + 2 * _WINDOW)) | st.just(high)
