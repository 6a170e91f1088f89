"""What the type of a field can be: which shapes the readers and writers tell apart."""

from __future__ import annotations

import enum
import re
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from revcycle.rules import Rule

__all__ = [
    "is_enumeration",
    "is_frozenset",
    "is_optional",
    "is_rule_shape",
    "is_tagged_union",
    "is_tuple",
    "item_of",
    "tags_of",
    "without_none",
]


def is_tuple(shape: object) -> bool:
    """Tell whether it is a tuple of any length, all of one shape."""
    return get_origin(shape) is tuple and get_args(shape)[1:] == (...,)


def is_frozenset(shape: object) -> bool:
    """Tell whether it is a frozenset."""
    return get_origin(shape) is frozenset


def item_of(shape: object) -> Any:  # noqa: ANN401  (a union is no type)
    """Give the shape of what a tuple or a frozenset holds."""
    return get_args(shape)[0]


def is_enumeration(shape: object) -> bool:
    """Tell whether it is an enumeration."""
    return isinstance(shape, type) and issubclass(shape, enum.Enum)


def is_optional(shape: object) -> bool:
    """Tell whether it may be None."""
    return _is_union(shape) and NoneType in get_args(shape)


def without_none(shape: object) -> Any:  # noqa: ANN401  (a union is no type)
    """Give what an optional shape is when it is not None."""
    return Union[tuple(part for part in get_args(shape) if part is not NoneType)]  # noqa: UP007  (made, not written)


def is_rule_shape(shape: object) -> bool:
    """Tell whether it is a rule, which has a wire form of its own."""
    return shape == Rule


def is_tagged_union(shape: object) -> bool:
    """Tell whether it is one of several records, such as an event."""
    return _is_union(shape) and all(map(attrs.has, get_args(shape)))


def tags_of(shape: object) -> dict[str, type[Any]]:
    """Name the records of a union as the wire does: ``level_advanced`` for `LevelAdvanced`."""
    return {
        re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in get_args(shape)
    }


def _is_union(shape: object) -> bool:
    return get_origin(shape) in {Union, UnionType}
