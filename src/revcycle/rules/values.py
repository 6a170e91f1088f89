# ruff: noqa: ANN401  (a type hint, and what it asks for, can be anything)
"""The values that rules and named leaves have in their fields, to plain values and back.

Exact both ways: an int is never read from a bool, a float or a text, a set is written sorted and
read without repetitions, money is written as text, exact to the cent (M-1).
"""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from revcycle.errors import InvalidRecord
from revcycle.money import usd
from revcycle.rules.algebra import Rule, is_rule

__all__ = ["MISSING", "Plain", "ValueDecoder", "can_decode", "encode_value"]

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"
"""What the wire form is made of."""


class _Missing(enum.Enum):
    MISSING = enum.auto()


MISSING: Final = _Missing.MISSING
"""Says that there is no value; None is a value that a field may have."""


def encode_value(value: Any, encode_rule: Callable[[Rule], Plain]) -> Plain:
    """One field's *value* as a plain value; rules in it by *encode_rule*."""
    plain: Plain
    if is_rule(value):
        return encode_rule(value)
    match value:
        case enum.Enum():
            plain = value.value
        case Decimal():
            plain = str(usd(value, record="encode_rule", field="amount"))
        case frozenset():
            plain = sorted((encode_value(item, encode_rule) for item in value), key=_order)
        case tuple():
            plain = [encode_value(item, encode_rule) for item in value]
        case _:
            plain = value
    return plain


def _order(plain: Plain) -> tuple[str, Any]:
    # Lists and objects have no order of their own, and may hold what cannot be compared.
    kind = type(plain).__name__
    if isinstance(plain, list | dict):
        return (kind, json.dumps(plain, sort_keys=True))
    return (kind, plain)


_SCALARS: dict[object, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "text",
    type(None): "null",
    Decimal: "an amount as text",
}
_UNIONS = {typing.Union, types.UnionType}


def can_decode(hint: object) -> bool:
    """Can a field of this type be read from plain values?"""
    if hint == Rule or hint in _SCALARS or _is_enum(hint):
        return True
    origin, of = typing.get_origin(hint), typing.get_args(hint)
    if origin is frozenset or (origin is tuple and of[1:] == (...,)):
        return can_decode(of[0])
    return origin in _UNIONS and all(hint != Rule and can_decode(hint) for hint in of)


class ValueDecoder:
    """Reads field values and gathers what is wrong. Not a record: it lives for one reading."""

    def __init__(self, problems: list[str], rule: Callable[[object, str], Any]) -> None:
        """Add what is wrong to *problems*; read rules by *rule*."""
        self._problems = problems
        self._rule = rule

    def value(self, hint: Any, plain: object, path: str) -> Any:
        """The value of type *hint*, one that `can_decode`, or `MISSING` with a problem noted."""
        if hint == Rule:
            return self._rule(plain, path)
        origin = typing.get_origin(hint)
        if origin in _UNIONS:
            return self._either(hint, plain, path)
        if origin is frozenset:
            return self._set(hint, plain, path)
        if origin is tuple:
            items = self._items(hint, plain, path)
            return MISSING if items is None else tuple(items)
        value = _scalar(hint, plain)
        if value is MISSING:
            self._problems.append(f"must be {_words(hint)} @ {path}")
        return value

    def _either(self, hint: Any, plain: object, path: str) -> Any:
        for member in typing.get_args(hint):
            value = ValueDecoder([], self._rule).value(member, plain, path)
            if value is not MISSING:
                return value
        self._problems.append(f"must be {_words(hint)} @ {path}")
        return MISSING

    def _set(self, hint: Any, plain: object, path: str) -> Any:
        items = self._items(hint, plain, path)
        if items is None:
            return MISSING
        if len(set(items)) < len(items):
            self._problems.append(f"must have each value once @ {path}")
            return MISSING
        return frozenset(items)

    def _items(self, hint: Any, plain: object, path: str) -> list[Any] | None:
        if not isinstance(plain, list | tuple):
            self._problems.append(f"must be {_words(hint)} @ {path}")
            return None
        of = typing.get_args(hint)[0]
        items = [self.value(of, item, f"{path}[{at}]") for at, item in enumerate(plain)]
        return None if MISSING in items else items


def _scalar(hint: Any, plain: object) -> Any:
    if _is_enum(hint):
        same = (m for m in hint if type(m.value) is type(plain) and m.value == plain)
        return next(same, MISSING)
    if hint is not Decimal:
        return plain if type(plain) is hint else MISSING
    try:
        return usd(plain) if type(plain) is str else MISSING
    except InvalidRecord:
        return MISSING


def _is_enum(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, enum.Enum)


def _words(hint: Any) -> str:
    if _is_enum(hint):
        return f"one of {', '.join(repr(member.value) for member in hint)}"
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) in _UNIONS:
        return " or ".join(map(_words, typing.get_args(hint)))
    of = typing.get_args(hint)[0]
    return "a list of rules" if of == Rule else f"a list, each of it {_words(of)}"
