"""Writing, type by type; the exact counterpart of `reading`."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeAlias

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from revcycle.codec.shapes import is_enumeration, is_tagged_union, item_of, tags_of, without_none
from revcycle.money import usd
from revcycle.rules import encode_rule

__all__ = [
    "Writer",
    "frozenset_writer",
    "optional_writer",
    "rule_writer",
    "tagged_writer",
    "tuple_writer",
    "whole_writer",
    "write_dollars",
]

Writer: TypeAlias = Callable[[Any], Any]


def write_dollars(amount: Decimal) -> str:
    """Write US dollars with two decimals (M-1)."""
    return str(usd(amount))


def optional_writer(shape: object, converter: Converter) -> Writer:
    """Write null for None."""
    write = _writer(without_none(shape), converter)
    return lambda value: None if value is None else write(value)


def tuple_writer(shape: object, converter: Converter) -> Writer:
    """Write a list."""
    write = _writer(item_of(shape), converter)
    return lambda value: [write(item) for item in value]


def frozenset_writer(shape: object, converter: Converter) -> Writer:
    """Write a list in an order that depends on what is in it alone."""
    kind = item_of(shape)
    write = _writer(kind, converter)
    if attrs.has(kind) or is_tagged_union(kind):
        return lambda value: sorted(map(write, value), key=_as_text)
    order = attrgetter("value") if is_enumeration(kind) else None
    return lambda value: [write(item) for item in sorted(value, key=order)]


def _as_text(plain: object) -> str:
    return json.dumps(plain, sort_keys=True)


def rule_writer(_shape: object, _converter: Converter) -> Writer:
    """Write a rule in core nodes, as `revcycle.rules` does."""
    return encode_rule


def tagged_writer(shape: object, converter: Converter) -> Writer:
    """Write one of several records under its tag."""
    writers = {kind: (tag, _writer(kind, converter)) for tag, kind in tags_of(shape).items()}

    def write(record: object) -> dict[str, Any]:
        tag, write_fields = writers[type(record)]
        return {"type": tag, **write_fields(record)}

    return write


def whole_writer(shape: type[Any], converter: Converter) -> Writer:
    """Write a record with the fields that stand at their default."""
    return make_dict_unstructure_fn(shape, converter, _cattrs_omit_if_default=False)


def _writer(shape: Any, converter: Converter) -> Writer:  # noqa: ANN401  (a union is no type)
    write: Writer = converter.get_unstructure_hook(shape)
    return write
