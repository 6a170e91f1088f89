"""Documents: a record in its envelope, written and read.

Reading goes two ways. The quick one accepts good documents and stops anywhere in a bad one; then
the careful one reads again and puts all that is wrong into words.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar, get_args

import attrs

from revcycle.codec.converters import DETAILED, QUICK
from revcycle.codec.defects import Defect, shown
from revcycle.codec.forms import Form
from revcycle.codec.json_text import parse, parse_again, repeated_in
from revcycle.codec.kinds import Kind
from revcycle.codec.problems import Path, Problem, place_of, problems_of, written
from revcycle.codec.shapes import is_tagged_union, is_tuple, item_of
from revcycle.errors import DecodeError, InvalidRecord

__all__ = ["SCHEMA", "dumps", "from_plain", "loads", "to_plain"]

T = TypeVar("T")

SCHEMA: Final = 1
"""The version of the wire format: the one that `dumps` writes and the newest that `loads` reads."""


def dumps(record: T, *, kind: Kind[T], indent: int | None = None) -> str:
    """Write *record* as JSON text: ASCII only, the same text every time.

    Args:
        record: what to write.
        kind: what it is.
        indent: spaces per level, for people; None writes one line.

    Raises:
        InvalidRecord: *record* is not what *kind* holds, holds an id twice (M-3) or an amount that
            is not a whole number of cents (M-1); or *kind* is no `Kind`.
    """
    separators = (",", ":") if indent is None else None
    return json.dumps(to_plain(record, kind=kind), indent=indent, separators=separators)


def loads(text: str, *, kind: Kind[T]) -> T:
    """Read what `dumps` wrote.

    Raises:
        DecodeError: with every problem as ``message @ $.path``, in document order. A record with
            a problem in a field is not built, so what its fields must be *together* is said only
            once they are mended. A private field's value is never shown (PR-6).
        InvalidRecord: *kind* is no `Kind`.
    """
    with suppress(Exception):  # whatever it was, the second reading puts it in words
        return _read(parse(text), kind)
    _require_kind(kind)
    return _read_again(parse_again(text), kind)


def to_plain(record: T, *, kind: Kind[T]) -> dict[str, Any]:
    """Give *record* as a document of dicts, lists, text, ints, bools and None.

    Raises:
        InvalidRecord: as `dumps`.
    """
    _require_kind(kind)
    if misfit := _misfit(record, kind.shape):
        must = f"be {_wanted(kind.shape)}, which a document of kind {kind.name!r} holds"
        raise InvalidRecord("document", "record", misfit, must)
    if repeated := _held_twice(record, kind):
        must = f"hold each {kind.key} once"
        raise InvalidRecord("document", "record", repeated, must)
    plain = (
        kind.shape.write(record)
        if isinstance(kind.shape, Form)
        else QUICK.unstructure(record, unstructure_as=kind.shape)
    )
    return {"schema": SCHEMA, "kind": kind.name, "record": plain}


def from_plain(document: object, *, kind: Kind[T]) -> T:
    """Read what `to_plain` gave.

    Raises:
        DecodeError: as `loads`.
        InvalidRecord: as `loads`.
    """
    with suppress(Exception):  # whatever it was, the second reading puts it in words
        return _read(document, kind)
    _require_kind(kind)
    return _read_again(document, kind)


# ------------------------------------------------------------------------------- the two readings


@attrs.frozen(kw_only=True)
class _Document:
    """The envelope around a record of any kind."""

    schema: int
    kind: str
    record: Any


def _read(plain: object, kind: Kind[T]) -> T:
    """Read a good document; raise just anything for a bad one."""
    document = QUICK.structure(plain, _Document)
    if document.schema != SCHEMA or document.kind != kind.name:
        raise Defect("must be a document of this kind")
    shape = kind.shape
    if isinstance(shape, Form):
        record = shape.read(document.record, _RECORD)
    else:
        record = QUICK.structure(document.record, shape)
        if _held_twice(record, kind):
            raise Defect("must hold each record once")
    result: T = record
    return result


def _read_again(plain: object, kind: Kind[T]) -> T:
    """Read a document that has a defect, and raise all its defects in words."""
    _, problems = attempt(plain, _Document, ())
    fields = plain if isinstance(plain, dict) else {}
    mismatches = list(_mismatches(fields, kind))
    record: Any = None
    said: tuple[str, ...] = ()
    if "record" in fields and not mismatches:
        if isinstance(kind.shape, Form):
            repeated = repeated_in(fields["record"], ("record",))
            problems += [Problem(path, "field given more than once") for path in repeated]
            record, said = _attempt_form(fields["record"], kind.shape)
        else:
            record, more = attempt(fields["record"], kind.shape, ("record",))
            problems += [*more, *_repeats(fields["record"], kind)]
    problems += mismatches
    problems.sort(key=lambda problem: place_of(problem.path, plain))
    if problems or said:
        raise DecodeError([*map(str, problems), *said])
    result: T = record
    return result


def _repeats(records: object, kind: Kind[Any]) -> Iterator[Problem]:
    """Say which records have the id of one before them."""
    if kind.key is None or not isinstance(records, list):
        return
    seen: dict[str, int] = {}
    for at, fields in enumerate(records):
        key = fields.get(kind.key) if isinstance(fields, dict) else None
        if type(key) is str and seen.setdefault(key, at) != at:
            place = written(("record", seen[key]))
            message = f"must not be {shown(key)} again, which is at {place}"
            yield Problem(("record", at, kind.key), message)


def attempt(
    plain: object,
    shape: Any,  # noqa: ANN401  (a union is no type)
    path: Path,
) -> tuple[object, list[Problem]]:
    """Read *plain*, which stands at *path*, and list all that is wrong with it."""
    try:
        return DETAILED.structure(plain, shape), []
    except Exception as error:  # noqa: BLE001  (whatever a constructor raises is a problem)
        return None, list(problems_of(error, path))


def _attempt_form(plain: object, form: Form) -> tuple[object, tuple[str, ...]]:
    """Read what has a form of its own, which says itself what is wrong and where."""
    try:
        return form.read(plain, _RECORD), ()
    except DecodeError as error:
        return None, error.problems


_RECORD: Final = written(("record",))


def _mismatches(fields: Mapping[str, Any], kind: Kind[Any]) -> Iterator[Problem]:
    """Say why the record is not even looked at: it is of another version or of another kind."""
    schema = fields.get("schema", SCHEMA)
    if type(schema) is int and schema > SCHEMA:
        message = f"schema {shown(schema)} is newer than {SCHEMA}, the newest read here"
        yield Problem(("schema",), f"{message}: upgrade revcycle")
    elif type(schema) is int and schema != SCHEMA:
        yield Problem(("schema",), f"must be {SCHEMA}, not {shown(schema)}")
    name = fields.get("kind", kind.name)
    if type(name) is str and name != kind.name:
        yield Problem(("kind",), f"must be {shown(kind.name)}, not {shown(name)}")


# --------------------------------------------------------------------------- what may be written


def _require_kind(kind: object) -> None:
    """Refuse what is no kind; show only its type, for it may be a document (PR-6)."""
    if not isinstance(kind, Kind):
        must = "be a Kind, such as revcycle.codec.ACCOUNT"
        raise InvalidRecord("document", "kind", type(kind).__name__, must)


def _held_twice(record: Any, kind: Kind[Any]) -> tuple[str, ...]:  # noqa: ANN401  (of any kind)
    """Name what stands twice where *kind* holds each record once (M-3)."""
    if kind.key is None:
        return ()
    keys = [getattr(each, kind.key) for each in record]
    if len(set(keys)) == len(keys):
        return ()
    return tuple(sorted(key for key, count in Counter(keys).items() if count > 1))


def _misfit(record: object, shape: object) -> str | None:
    """Say what *record* is if it is not of *shape*, by its type alone (PR-6)."""
    if isinstance(shape, Form):
        return None if shape.holds(record) else type(record).__name__
    if type(record) is tuple and is_tuple(shape):
        found = ((at, _misfit(item, item_of(shape))) for at, item in enumerate(record))
        return next((f"tuple with {misfit} at {at}" for at, misfit in found if misfit), None)
    kinds = get_args(shape) if is_tagged_union(shape) else (shape,)
    return None if type(record) in kinds else type(record).__name__


def _wanted(shape: Any) -> str:  # noqa: ANN401  (a union is no type)
    """Say what is of *shape*."""
    if isinstance(shape, Form):
        return shape.wanted
    if is_tuple(shape):
        return f"a tuple of {_named(item_of(shape))}"
    name = _named(shape)
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"


def _named(shape: Any) -> str:  # noqa: ANN401  (a union is no type)
    if is_tagged_union(shape):
        first, *others = get_args(shape)
        return f"{first.__name__} or another of {len(others)}"
    name: str = shape.__name__
    return name
