"""One rule, every engine: a rule as an expression over the columns of any table.

`mask` asks of a column no more than ``==``, ``>=``, ``<=`` and of what they give ``&``, ``|``,
``~``: NumPy, pandas, Polars, narwhals, PySpark, Ibis, DuckDB and SQLAlchemy columns have them, and
a Django host needs a small class around ``Q``. The facts must be total in the table too: a column
that can be NULL answers a negation one way in SQL and another way in Python.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from revcycle.errors import InvalidRecord
from revcycle.rules.algebra import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    Equals,
    In,
    Leaf,
    Not,
    Rule,
    check_fact_name,
)
from revcycle.rules.simplification import simplify

__all__ = ["Column", "Columns", "ContainsHook", "IsInHook", "mask"]

Column: TypeAlias = Any
"""What an engine calls a column, or an expression over columns: any type, ours to name only."""

Columns: TypeAlias = Callable[[str], Column]
"""Gives the column that holds a fact."""

IsInHook: TypeAlias = Callable[[Column, Sequence[str] | Sequence[int]], Column]
"""Says that a column has one of some values, which come sorted and distinct."""

ContainsHook: TypeAlias = Callable[[str, str], Column]
"""Says that a set-valued fact, given by name, has an element."""


def mask(
    rule: Rule,
    column: Columns,
    *,
    total: str,
    isin: IsInHook | None = None,
    contains: ContainsHook | None = None,
) -> Column:
    """*rule* as one expression over the columns that *column* gives.

    Args:
        rule: what to filter by.
        column: gives the column of a fact, such as ``frame.__getitem__`` or ``polars.col``.
        total: an int fact that is never negative. A rule without conditions becomes
            ``column(total) >= 0``, since not every engine takes a bare true for a filter.
        isin: says "one of these values" in the engine's own way, such as
            ``lambda column, values: column.is_in(values)``. Without it the values are compared
            one by one; SQL engines refuse that at about a thousand.
        contains: says "this set-valued fact has this element", such as
            ``lambda fact, element: polars.col(fact).list.contains(element)``.

    Raises:
        InvalidRecord: the rule asks what a set contains, and there is no *contains*.
    """
    check_fact_name("mask", "total", total)
    core = simplify(rule)
    if core in (ALWAYS, NEVER):
        every = column(total) >= 0
        return every if core == ALWAYS else ~every
    return _expression(core, column, isin, contains)


def _expression(  # noqa: C901, PLR0911  (one answer a node)
    rule: Rule, column: Columns, isin: IsInHook | None, contains: ContainsHook | None
) -> Column:
    match rule:
        case AllOf():
            parts = [_expression(part, column, isin, contains) for part in rule.parts]
            return _balanced(operator.and_, parts)
        case AnyOf():
            parts = [_expression(part, column, isin, contains) for part in rule.parts]
            return _balanced(operator.or_, parts)
        case Not():
            return ~_expression(rule.part, column, isin, contains)
        case Equals():
            return column(rule.fact) == rule.value
        case AtLeast():
            return column(rule.fact) >= rule.bound
        case AtMost():
            return column(rule.fact) <= rule.bound
        case In():
            return _one_of(column(rule.fact), rule, isin)
        case Contains():
            if contains is None:
                must = f"be given, since the rule asks what {rule.fact!r} contains"
                raise InvalidRecord("mask", "contains", None, must)
            return contains(rule.fact, rule.element)
        case Leaf():
            raise AssertionError("unreachable: simplify leaves no named leaf")


def _one_of(column: Column, rule: In, isin: IsInHook | None) -> Column:
    values: Any = tuple(sorted(rule.values))
    if isin is not None:
        return isin(column, values)
    return _balanced(operator.or_, [column == value for value in values])


def _balanced(join: Callable[[Column, Column], Column], parts: Sequence[Column]) -> Column:
    # Engines recurse over what they are given: a chain of thousands ends some of them, and costs
    # others minutes. Halves keep it as deep as the logarithm.
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return join(_balanced(join, parts[:half]), _balanced(join, parts[half:]))
