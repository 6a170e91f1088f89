"""Reading, type by type: nothing is coerced, and what is wrong is said once for each type."""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, Final, TypeAlias

from cattrs import Converter
from cattrs.errors import ClassValidationError, IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn

from revcycle.codec.defects import Defect, shown, sort_of
from revcycle.codec.json_text import repeated_in
from revcycle.codec.problems import written
from revcycle.codec.shapes import item_of, tags_of, without_none
from revcycle.errors import DecodeError
from revcycle.rules import Rule, decode_rule

__all__ = [
    "Reader",
    "frozenset_reader",
    "optional_reader",
    "read_date",
    "read_dollars",
    "read_flag",
    "read_int",
    "read_member",
    "read_text",
    "read_time",
    "record_reader",
    "rule_reader",
    "tagged_reader",
    "tuple_reader",
]

Reader: TypeAlias = Callable[[Any, Any], Any]


def read_text(value: object, _: object) -> str:
    """Read text."""
    if type(value) is str:
        return value
    raise Defect("must be text", value)


def read_flag(value: object, _: object) -> bool:
    """Read true or false."""
    if type(value) is bool:
        return value
    raise Defect("must be true or false", value)


def read_int(value: object, _: object) -> int:
    """Read a whole number."""
    if type(value) is int:
        return value
    raise Defect("must be a whole number", value)


def read_date(value: object, _: object) -> date:
    """Read a day as ``YYYY-MM-DD``."""
    # Whatever else Python takes for a date is of another length or has no dash in these places.
    if type(value) is str and len(value) == _DATE_LENGTH and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise Defect('must be a date such as "2026-01-31"', value)


_DATE_LENGTH: Final = len("2026-01-31")


def read_time(value: object, _: object) -> time:
    """Read a local time of day as ``HH:MM:SS``."""
    if type(value) is str and _is_time(value):
        return time.fromisoformat(value)
    raise Defect('must be a time of day such as "09:30:00"', value)


_is_time: Final = re.compile(
    r"(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.(?!000000)[0-9]{6})?"
).fullmatch


def read_dollars(value: object, _: object) -> Decimal:
    """Read US dollars as text with two decimals (M-1)."""
    if type(value) is str and _is_dollars(value):
        return Decimal(value)
    raise Defect('must be US dollars as text such as "37.20"', value)


_is_dollars: Final = re.compile(r"(?!-0\.00)-?(?:0|[1-9][0-9]{0,11})\.[0-9]{2}").fullmatch


def read_member(value: object, kind: type[enum.Enum]) -> enum.Enum:
    """Read a member of an enumeration by its value."""
    try:
        member = kind(value)
    except ValueError:
        member = None
    # An enumeration takes True and 1.0 for 1.
    if member is not None and type(member.value) is type(value):
        return member
    raise Defect(f"must be one of {', '.join(str(each.value) for each in kind)}", value)


def optional_reader(shape: object, converter: Converter) -> Reader:
    """Read None from null."""
    inner = without_none(shape)
    read_inner = _reader(inner, converter)
    return lambda value, _: None if value is None else read_inner(value, inner)


def tuple_reader(shape: object, converter: Converter) -> Reader:
    """Read a tuple from a list, with the defects of all items."""
    kind = item_of(shape)
    read_item = _reader(kind, converter)

    def read(value: object, _: object) -> tuple[object, ...]:
        if type(value) is not list:
            raise Defect(f"must be a list, not {sort_of(value)}")
        items, errors = [], []
        for index, item in enumerate(value):
            try:
                items.append(read_item(item, kind))
            except Exception as error:  # noqa: BLE001  (each is told, with its index)
                error.add_note(IterableValidationNote("", index, kind))
                errors.append(error)
        if errors:
            raise IterableValidationError("", errors, tuple)  # pyright: ignore[reportCallIssue]  (cattrs takes three)
        return tuple(items)

    return read


def frozenset_reader(shape: object, converter: Converter) -> Reader:
    """Read a frozenset from a list that holds each item once."""
    read_items = tuple_reader(shape, converter)

    def read(value: object, _: object) -> frozenset[object]:
        listed = read_items(value, shape)
        if len(set(listed)) != len(listed):
            raise Defect("must hold each item once")
        return frozenset(listed)

    return read


def tagged_reader(shape: object, converter: Converter) -> Reader:
    """Read one of several records by the tag under ``type``."""
    kinds = tags_of(shape)
    readers = {tag: _reader(kind, converter) for tag, kind in kinds.items()}
    example = shown(next(iter(kinds)))

    def read(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise Defect(f"must be an object, not {sort_of(value)}")
        fields = value.copy()
        if "type" not in fields:
            raise Defect(f"required field missing: a type such as {example}", at="type")
        tag = fields.pop("type")
        if type(tag) is not str:
            raise Defect(f"must be a type such as {example}", tag, at="type")
        if tag not in readers:
            nearest = difflib.get_close_matches(tag, readers, n=1, cutoff=0)[0]
            words = f"unknown type {shown(tag)}: did you mean {shown(nearest)}?"
            raise Defect(words, at="type")
        return readers[tag](fields, kinds[tag])

    return read


def rule_reader(_shape: object, _converter: Converter) -> Reader:
    """Read a rule in core nodes; which leaves there are and which facts, its owner knows."""

    def read(value: object, _: object) -> Rule:
        twice = [f"field given more than once @ {written(path)}" for path in repeated_in(value, ())]
        try:
            rule = decode_rule(value)
        except DecodeError as error:
            raise DecodeError([*twice, *error.problems]) from None
        if twice:
            raise DecodeError(twice)
        return rule

    return read


def record_reader(shape: type[Any], converter: Converter) -> Reader:
    """Find, beside what cattrs finds, a value that is no object and a field that is repeated."""
    read_fields = make_dict_structure_fn(shape, converter)

    def read(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise Defect(f"must be an object, not {sort_of(value)}")
        record = None
        errors: list[Exception] = []
        try:
            record = read_fields(value, shape)
        except ClassValidationError as error:
            errors += error.exceptions
        for name in getattr(value, "repeated", ()):
            errors.append(Defect("field given more than once", at=name))
        if errors:
            raise ClassValidationError("", errors, shape)  # pyright: ignore[reportCallIssue]  (cattrs takes three)
        return record

    return read


def _reader(shape: Any, converter: Converter) -> Reader:  # noqa: ANN401  (a union is no type)
    return converter.get_structure_hook(shape)
