"""The two converters: a quick one that stops at the first defect, one that collects them all."""

from __future__ import annotations

import enum
from datetime import date, time
from decimal import Decimal
from typing import Final

import attrs
from cattrs import Converter

from revcycle.codec.kinds import WRITTEN_WHOLE
from revcycle.codec.reading import (
    frozenset_reader,
    optional_reader,
    read_date,
    read_dollars,
    read_flag,
    read_int,
    read_member,
    read_text,
    read_time,
    record_reader,
    rule_reader,
    tagged_reader,
    tuple_reader,
)
from revcycle.codec.shapes import (
    is_frozenset,
    is_optional,
    is_rule_shape,
    is_tagged_union,
    is_tuple,
)
from revcycle.codec.writing import (
    frozenset_writer,
    optional_writer,
    rule_writer,
    tagged_writer,
    tuple_writer,
    whole_writer,
    write_dollars,
)

__all__ = ["DETAILED", "QUICK"]


def _make_converter(*, detailed: bool) -> Converter:
    converter = Converter(
        detailed_validation=detailed, forbid_extra_keys=True, omit_if_default=True
    )
    read, write = converter.register_structure_hook, converter.register_unstructure_hook
    read(str, read_text)
    read(bool, read_flag)
    read(int, read_int)
    read(date, read_date)
    read(time, read_time)
    read(Decimal, read_dollars)
    read(enum.Enum, read_member)
    write(date, date.isoformat)
    write(time, time.isoformat)
    write(Decimal, write_dollars)
    make_reader = converter.register_structure_hook_factory
    make_writer = converter.register_unstructure_hook_factory
    if detailed:
        make_reader(attrs.has, record_reader)
    make_writer(WRITTEN_WHOLE.__contains__, whole_writer)
    for is_shape, reader, writer in (
        (is_optional, optional_reader, optional_writer),
        (is_tuple, tuple_reader, tuple_writer),
        (is_frozenset, frozenset_reader, frozenset_writer),
        (is_tagged_union, tagged_reader, tagged_writer),
        (is_rule_shape, rule_reader, rule_writer),
    ):
        make_reader(is_shape, reader)
        make_writer(is_shape, writer)
    return converter


QUICK: Final = _make_converter(detailed=False)
"""Raises just anything at the first defect."""

DETAILED: Final = _make_converter(detailed=True)
"""Raises cattrs' groups of errors, for `problems.problems_of` to put into words."""
