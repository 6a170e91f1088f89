"""One Python function from one rule, as fast as one written by hand.

The function is built as a syntax tree, not as text: a rule's values enter it as constants and
its facts as attribute names, so nothing that stands in a rule can become code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from revcycle.errors import UnknownFact
from revcycle.rules.algebra import (
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
)
from revcycle.rules.evaluation import fact_value, facts_read
from revcycle.rules.simplification import simplify

__all__ = ["Filter", "Predicate", "compile_filter", "compile_rule"]

RowT = TypeVar("RowT")
_Constant: TypeAlias = bool | int | str | frozenset[str | int]


class Predicate(Protocol):
    """A compiled rule for one row."""

    def __call__(self, row: object, /) -> bool:
        """Does the rule hold on *row*? Raises `UnknownFact` as `holds` does."""
        ...


class Filter(Protocol):
    """A compiled rule for many rows."""

    def __call__(self, rows: Iterable[RowT], /) -> list[RowT]:
        """The rows on which the rule holds, in their order. Raises `UnknownFact` as `holds`."""
        ...


def compile_rule(rule: Rule) -> Predicate:
    """One function that answers as ``holds(rule, row)`` does.

    Compiling costs as much as some hundred decisions by `holds`; keep the function.
    """
    predicate: Predicate = _compiled(rule, _PREDICATE)
    return predicate


def compile_filter(rule: Rule) -> Filter:
    """One function that keeps, of any iterable of rows, those on which *rule* holds.

    Faster than `compile_rule` in a loop, because no function is called for each row.
    """
    matching: Filter = _compiled(rule, _FILTER)
    return matching


# CONDITION is where the rule's own expression goes. A try costs nothing until something raises.
_PREDICATE = """
def compiled(row):
    try:
        return CONDITION
    except AttributeError as missing:
        raise explained(missing) from None
"""

_FILTER = """
def compiled(rows):
    try:
        return [row for row in rows if CONDITION]
    except AttributeError as missing:
        raise explained(missing) from None
"""


def _compiled(rule: Rule, template: str) -> Any:  # noqa: ANN401  (a function of either kind)
    core = simplify(rule)
    facts = facts_read(core)
    tree = _Filled(_expression(core)).visit(ast.parse(template))
    scope: dict[str, Any] = {
        "__builtins__": {"AttributeError": AttributeError},
        "explained": lambda missing: _explained(missing, facts),
    }
    code = compile(ast.fix_missing_locations(tree), "<rule>", "exec")
    exec(code, scope)  # noqa: S102  (a tree of ours, see the module's docstring)
    return scope["compiled"]


class _Filled(ast.NodeTransformer):
    def __init__(self, condition: ast.expr) -> None:
        self.condition = condition

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.condition if node.id == "CONDITION" else node


def _expression(rule: Rule) -> ast.expr:  # noqa: C901, PLR0911, PLR0912  (one answer a node)
    match rule:
        case AllOf(parts=()) | AnyOf(parts=()):
            return ast.Constant(isinstance(rule, AllOf))
        case AllOf():
            parts = list(_conjunction(rule))
            return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)
        case AnyOf():
            return ast.BoolOp(ast.Or(), [_expression(part) for part in rule.parts])
        case Not(part=Equals(fact=fact, value=value)):
            return _compared(_fact(fact), ast.NotEq(), value)
        case Not():
            return ast.UnaryOp(ast.Not(), _expression(rule.part))
        case Equals(value=True):
            return _fact(rule.fact)
        case Equals(value=False):
            return ast.UnaryOp(ast.Not(), _fact(rule.fact))
        case Equals():
            return _compared(_fact(rule.fact), ast.Eq(), rule.value)
        case AtLeast():
            return _compared(_fact(rule.fact), ast.GtE(), rule.bound)
        case AtMost():
            return _compared(_fact(rule.fact), ast.LtE(), rule.bound)
        case In():
            return _compared(_fact(rule.fact), ast.In(), rule.values)
        case Contains():
            return ast.Compare(ast.Constant(rule.element), [ast.In()], [_fact(rule.fact)])
        case Leaf():
            raise AssertionError("unreachable: simplify leaves no named leaf")


def _conjunction(rule: AllOf) -> Iterator[ast.expr]:
    # simplify() leaves the two bounds of a range side by side: read the fact once for both.
    parts = iter(zip(rule.parts, (*rule.parts[1:], None), strict=True))
    for part, following in parts:
        match part, following:
            case AtLeast(fact=fact), AtMost(fact=other) if fact == other:
                low, high = ast.Constant(part.bound), ast.Constant(following.bound)
                yield ast.Compare(low, [ast.LtE(), ast.LtE()], [_fact(fact), high])
                next(parts)
            case _:
                yield _expression(part)


def _fact(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("row", ast.Load()), name, ast.Load())


def _compared(fact: ast.expr, operator: ast.cmpop, value: _Constant) -> ast.expr:
    # The stub of ast.Constant forgets frozenset, which its documentation allows.
    return ast.Compare(fact, [operator], [ast.Constant(cast("str", value))])


def _explained(missing: AttributeError, facts: frozenset[str]) -> Exception:
    # Called only when something has gone wrong: a fact that is not there, or an error in the
    # caller's own iterable, which must not be passed off as ours.
    if missing.name not in facts:
        return missing
    try:
        fact_value(missing.obj, missing.name)
    except UnknownFact as unknown:
        return unknown
    return missing
