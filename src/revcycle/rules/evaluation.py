"""Deciding a rule on one row: the reference that every other interpreter must agree with.

`holds` walks the rule as it is written. For many rows compile it (`compilation`), for columns
mask it (`columns`); both are held to the answers given here by the laws in ``tests/laws``.
"""

from __future__ import annotations

import difflib

import attrs

from revcycle.errors import UnknownFact
from revcycle.rules.algebra import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    Equals,
    FactValue,
    In,
    Leaf,
    Not,
    Rule,
    lower,
)

__all__ = ["fact_value", "facts_read", "holds", "nearest"]


def holds(rule: Rule, row: object) -> bool:  # noqa: PLR0911  (one answer a node)
    """Does *rule* hold on *row*, any object whose attributes are the facts?

    Raises:
        UnknownFact: a fact the decision needs is not there. Never a silent False.
        InvalidRecord: a named leaf nests deeper than `DEPTH_MAX`.
    """
    match rule:
        case AllOf():
            return all(holds(part, row) for part in rule.parts)
        case AnyOf():
            return any(holds(part, row) for part in rule.parts)
        case Not():
            return not holds(rule.part, row)
        case Leaf():
            return holds(lower(rule), row)  # refuses one that lowers to itself
        case Equals():
            return bool(fact_value(row, rule.fact) == rule.value)
        case AtLeast():
            return bool(fact_value(row, rule.fact) >= rule.bound)  # type: ignore[operator]  # a rule that fits
        case AtMost():
            return bool(fact_value(row, rule.fact) <= rule.bound)  # type: ignore[operator]  # a rule that fits
        case In():
            return fact_value(row, rule.fact) in rule.values
        case Contains():
            return rule.element in fact_value(row, rule.fact)  # type: ignore[operator]  # a rule that fits


def fact_value(row: object, fact: str) -> FactValue:
    """The value of *fact* on *row*.

    Raises:
        UnknownFact: the row has no such fact; names the nearest that it has.
    """
    try:
        value: FactValue = getattr(row, fact)
    except AttributeError:
        kind = type(row)
        known = [field.name for field in attrs.fields(kind)] if attrs.has(kind) else []
        raise UnknownFact(fact, nearest(fact, known)) from None
    return value


def facts_read(rule: Rule) -> frozenset[str]:
    """The names of the facts that *rule* may read: no other fact can change its answer."""
    core = lower(rule)
    match core:
        case AllOf() | AnyOf():
            return frozenset().union(*map(facts_read, core.parts))
        case Not():
            return facts_read(core.part)
        case _:
            return frozenset({core.fact})


def nearest(name: str, known: list[str]) -> str | None:
    """The one of *known* that *name* is most likely a slip for; None when none is near."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)
