"""The closed algebra of rules: what a rule can say about one row of facts.

A rule is data. Five conditions read one fact each (`Equals`, `AtLeast`, `AtMost`, `In`,
`Contains`), three nodes combine rules (`AllOf`, `AnyOf`, `Not`), and a `Leaf` is a rule with a
name of the domain that can say itself in the others. Every interpreter is a free function
elsewhere and needs to know these eight nodes only.

Facts are total: every row has every fact, and none is None. Types are exact: True is not 1, so
``Equals("held", True) != Equals("held", 1)``.
"""

from __future__ import annotations

import abc
import keyword
from collections.abc import Iterable
from typing import TypeAlias

import attrs

from revcycle.errors import InvalidRecord

__all__ = [
    "ALWAYS",
    "DEPTH_MAX",
    "NEVER",
    "AllOf",
    "AnyOf",
    "AtLeast",
    "AtMost",
    "Condition",
    "Contains",
    "Core",
    "Equals",
    "FactValue",
    "In",
    "Leaf",
    "Not",
    "Rule",
    "check_fact_name",
    "is_rule",
    "lower",
]

DEPTH_MAX = 64
"""How many levels a rule may nest, named leaves included: far above need, far below the limits
of Python's own recursion and of its compiler. What reads back nests no deeper."""

_JOINED_MAX = 2 * DEPTH_MAX
# How many levels nodes may be joined to: a rule that reads back can still be joined with others.

FactValue: TypeAlias = int | bool | str | frozenset[str]
"""What a fact can be."""


def _exact(value: object) -> tuple[type, object]:
    return (type(value), value)


@attrs.frozen
class Equals:
    """The fact is exactly this value.

    Attributes:
        fact: the name of an int, bool or str fact.
        value: the value, of the fact's own type.
    """

    fact: str
    value: bool | int | str = attrs.field(eq=_exact)

    def __attrs_post_init__(self) -> None:
        """Refuse a name that is no fact's name and a value that no fact can have."""
        check_fact_name("Equals", "fact", self.fact)
        if type(self.value) not in {bool, int, str}:
            raise InvalidRecord("Equals", "value", self.value, "be an int, a bool or a str")


@attrs.frozen
class AtLeast:
    """The fact is this number or more.

    Attributes:
        fact: the name of an int fact.
        bound: the smallest value that passes.
    """

    fact: str
    bound: int

    def __attrs_post_init__(self) -> None:
        """Refuse a name that is no fact's name and a bound that is no whole number."""
        check_fact_name("AtLeast", "fact", self.fact)
        _check_bound("AtLeast", self.bound)


@attrs.frozen
class AtMost:
    """The fact is this number or less.

    Attributes:
        fact: the name of an int fact.
        bound: the largest value that passes.
    """

    fact: str
    bound: int

    def __attrs_post_init__(self) -> None:
        """Refuse a name that is no fact's name and a bound that is no whole number."""
        check_fact_name("AtMost", "fact", self.fact)
        _check_bound("AtMost", self.bound)


def _values(given: Iterable[str | int]) -> frozenset[str | int]:
    if isinstance(given, str):
        raise InvalidRecord("In", "values", given, "be a set of values, not one text")
    try:
        return frozenset(given)
    except TypeError:
        raise InvalidRecord("In", "values", given, "be a set of values") from None


def _in_order(values: frozenset[str | int]) -> str:
    """Write a set the same way in every process: its own order hangs on the hash seed."""
    return "frozenset({" + ", ".join(sorted(map(repr, values))) + "})" if values else "frozenset()"


@attrs.frozen
class In:
    """The fact is one of these values; of no values it never is.

    Attributes:
        fact: the name of a str or int fact.
        values: the values that pass, all str or all int; any iterable of them is taken.
    """

    fact: str
    values: frozenset[str | int] = attrs.field(converter=_values, repr=_in_order)

    def __attrs_post_init__(self) -> None:
        """Refuse a name that is no fact's name and values of another or of mixed types."""
        check_fact_name("In", "fact", self.fact)
        if {type(value) for value in self.values} not in ({str}, {int}, set()):
            raise InvalidRecord("In", "values", self.values, "hold str only or int only")


@attrs.frozen
class Contains:
    """The set-valued fact has this element.

    Attributes:
        fact: the name of a frozenset[str] fact.
        element: the element that must be there.
    """

    fact: str
    element: str

    def __attrs_post_init__(self) -> None:
        """Refuse a name that is no fact's name and an element that is not text."""
        check_fact_name("Contains", "fact", self.fact)
        if type(self.element) is not str:
            raise InvalidRecord("Contains", "element", self.element, "be a str")


class Leaf(abc.ABC):
    """A rule with a name of the domain, such as "no appointment within seven days".

    Subclass it with `attrs.frozen` and write `lower`; the leaf then has every interpreter.
    """

    __slots__ = ()

    @abc.abstractmethod
    def lower(self) -> Rule:
        """Say the same in core nodes or in other leaves. Must depend on the fields only."""

    def words(self) -> str | None:
        """The leaf in English, to follow "where"; None leaves it to its lowered form."""
        return None


# init=False: the parts are written one after the other, without a tuple around them.
@attrs.frozen(init=False, repr=False)
class AllOf:
    """Every part holds; of no parts, true.

    Attributes:
        parts: the rules, in the order in which they are asked.
        depth: how many levels of nodes it has; a condition or a leaf is of none.
    """

    parts: tuple[Rule, ...]
    depth: int = attrs.field(init=False, eq=False)

    def __init__(self, *parts: Rule) -> None:
        """Join *parts*; refuses what is not a rule, and to nest without end."""
        object.__setattr__(self, "parts", _checked("AllOf", parts))
        object.__setattr__(self, "depth", _depth("AllOf", parts))

    def __repr__(self) -> str:
        """Show the call that builds it."""
        return f"AllOf({', '.join(map(repr, self.parts))})"


@attrs.frozen(init=False, repr=False)
class AnyOf:
    """At least one part holds; of no parts, false.

    Attributes:
        parts: the rules, in the order in which they are asked.
        depth: how many levels of nodes it has; a condition or a leaf is of none.
    """

    parts: tuple[Rule, ...]
    depth: int = attrs.field(init=False, eq=False)

    def __init__(self, *parts: Rule) -> None:
        """Join *parts*; refuses what is not a rule, and to nest without end."""
        object.__setattr__(self, "parts", _checked("AnyOf", parts))
        object.__setattr__(self, "depth", _depth("AnyOf", parts))

    def __repr__(self) -> str:
        """Show the call that builds it."""
        return f"AnyOf({', '.join(map(repr, self.parts))})"


@attrs.frozen
class Not:
    """The part does not hold.

    Attributes:
        part: the rule that is turned round.
        depth: how many levels of nodes it has; a condition or a leaf is of none.
    """

    part: Rule
    depth: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse what is not a rule, and to nest without end."""
        object.__setattr__(self, "depth", _depth("Not", _checked("Not", (self.part,))))


Condition: TypeAlias = Equals | AtLeast | AtMost | In | Contains
"""A core node that reads one fact."""

Core: TypeAlias = Condition | AllOf | AnyOf | Not
"""A core node. What `lower` returns has core nodes only, all the way down."""

Rule: TypeAlias = Core | Leaf
"""What practices write."""


def lower(rule: Rule) -> Core:
    """*rule* in core nodes only; the same object when it has no named leaf.

    Raises:
        InvalidRecord: the rule nests deeper than `DEPTH_MAX`, which a leaf that lowers to
            itself does.
    """
    return _lowered(rule, 0)


def _lowered(rule: Rule, depth: int) -> Core:
    if depth > DEPTH_MAX:
        must = f"nest at most {DEPTH_MAX} levels deep"
        raise InvalidRecord(type(rule).__name__, "depth", depth, must)
    match rule:
        case Leaf():
            return _lowered(rule.lower(), depth + 1)
        case AllOf() | AnyOf():
            parts = tuple(_lowered(part, depth + 1) for part in rule.parts)
            same = all(new is old for new, old in zip(parts, rule.parts, strict=True))
            return rule if same else type(rule)(*parts)
        case Not():
            part = _lowered(rule.part, depth + 1)
            return rule if part is rule.part else Not(part)
        case _:
            return rule


def check_fact_name(record: str, field: str, name: str) -> None:
    """Refuse a *name* that no fact can have, as the *field* of a *record*.

    A fact is an attribute of its row, and compiled rules name it as one: nothing that is not a
    plain public identifier may come that far.

    Raises:
        InvalidRecord: the name is none.
    """
    plain = type(name) is str and name.isascii() and name.isidentifier()
    if not plain or name.startswith("_") or keyword.iskeyword(name):
        raise InvalidRecord(record, field, name, "be a plain name such as 'outstanding_cents'")


def _check_bound(record: str, bound: int) -> None:
    if type(bound) is not int:
        raise InvalidRecord(record, "bound", bound, "be an int")


def is_rule(value: object) -> bool:
    """Is *value* a core node or a leaf?"""
    return isinstance(value, _NODES)


def _checked(record: str, parts: tuple[Rule, ...]) -> tuple[Rule, ...]:
    for part in parts:
        if not is_rule(part):
            raise InvalidRecord(record, "parts", part, "be rules")
    return parts


def _depth(record: str, parts: tuple[Rule, ...]) -> int:
    depth = 1
    for part in parts:
        if isinstance(part, AllOf | AnyOf | Not) and part.depth >= depth:
            depth = part.depth + 1
    if depth > _JOINED_MAX:
        raise InvalidRecord(record, "depth", depth, f"nest at most {_JOINED_MAX} levels deep")
    return depth


_NODES = (Equals, AtLeast, AtMost, In, Contains, AllOf, AnyOf, Not, Leaf)

ALWAYS = AllOf()
NEVER = AnyOf()
