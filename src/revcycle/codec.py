"""Records to plain values and JSON text, and back, strictly.

A document is an object of three fields: the version of the wire format, the kind of document and
the record itself. Whoever reads names the kind, so a type checker knows what comes back::

    text = dumps(account, kind=ACCOUNT)
    {"schema": 1, "kind": "account", "record": {"id": "A1", ...}}
    account = loads(text, kind=ACCOUNT)

On the wire money is text with two decimals, a date ``YYYY-MM-DD``, an enumeration its value, a
dunning level its number, a tuple a list, a frozenset a sorted list, and an event an object whose
``type`` is its class name in lower case with underscores. A field at its default is left out,
but for a policy, whose defaults may change. What is derived is not written.

Reading coerces nothing. Whatever is not exactly of the type that `dumps` writes is refused, with
every problem at once and its place in the document (`DecodeError`). Good documents do not pay
for that: a converter that stops at the first defect reads them, and only after a defect does a
second one read again and collect them all. This is the only module that imports cattrs.
"""

from __future__ import annotations

import difflib
import enum
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from revcycle.accounts import Account
from revcycle.charges import Charge, Transaction
from revcycle.dunning import EVENT_TYPES, DunningPolicy, Event, Statement, StatementRun
from revcycle.errors import DecodeError, InvalidRecord
from revcycle.holds import Hold
from revcycle.money import usd
from revcycle.plans import PaymentPlan

__all__ = [
    "ACCOUNT",
    "BOOK",
    "CHARGE",
    "EVENT",
    "EVENTS",
    "HOLD",
    "PAYMENT_PLAN",
    "POLICY",
    "SCHEMA",
    "STATEMENT",
    "STATEMENT_RUN",
    "TRANSACTION",
    "Kind",
    "dumps",
    "from_plain",
    "loads",
    "to_plain",
]

T = TypeVar("T")

SCHEMA: Final = 1
"""The version of the wire format: the one that `dumps` writes and the newest that `loads` reads."""


@attrs.frozen
class Kind(Generic[T]):
    """A kind of document.

    Attributes:
        name: what the document calls itself; it never changes.
        shape: the type of the record.
    """

    name: str
    shape: Any = attrs.field(repr=False)


ACCOUNT: Final[Kind[Account]] = Kind("account", Account)
BOOK: Final[Kind[tuple[Account, ...]]] = Kind("book", tuple[Account, ...])
CHARGE: Final[Kind[Charge]] = Kind("charge", Charge)
EVENT: Final[Kind[Event]] = Kind("event", Event)
EVENTS: Final[Kind[tuple[Event, ...]]] = Kind("events", tuple[Event, ...])
HOLD: Final[Kind[Hold]] = Kind("hold", Hold)
PAYMENT_PLAN: Final[Kind[PaymentPlan]] = Kind("payment_plan", PaymentPlan)
POLICY: Final[Kind[DunningPolicy]] = Kind("policy", DunningPolicy)
STATEMENT: Final[Kind[Statement]] = Kind("statement", Statement)
STATEMENT_RUN: Final[Kind[StatementRun]] = Kind("statement_run", StatementRun)
TRANSACTION: Final[Kind[Transaction]] = Kind("transaction", Transaction)


def dumps(record: T, *, kind: Kind[T], indent: int | None = None) -> str:
    """Write *record* as JSON text: ASCII only, the same text every time.

    Args:
        record: what to write.
        kind: what it is.
        indent: spaces per level, for people; None writes one line.

    Raises:
        InvalidRecord: *record* is not what *kind* holds, or holds an amount that is not a whole
            number of cents (M-1).
    """
    separators = (",", ":") if indent is None else None
    return json.dumps(to_plain(record, kind=kind), indent=indent, separators=separators)


def loads(text: str, *, kind: Kind[T]) -> T:
    """Read what `dumps` wrote.

    Raises:
        DecodeError: with every problem as ``message @ $.path``, in document order. A record with
            a problem in a field is not built, so what its fields must be *together* is said only
            once they are mended. A private field's value is never shown (PR-6).
    """
    with suppress(Exception):  # whatever it was, the second reading puts it in words
        return _read(_DECODER.decode(text), kind)
    return _read_again(_parse_again(text), kind)


def to_plain(record: T, *, kind: Kind[T]) -> dict[str, Any]:
    """Give *record* as a document of dicts, lists, text, ints, bools and None.

    Raises:
        InvalidRecord: as `dumps`.
    """
    if not _belongs(record, kind.shape):
        must = f"be what a document of kind {kind.name!r} holds"
        raise InvalidRecord("document", "record", type(record).__name__, must)
    plain = _QUICK.unstructure(record, unstructure_as=kind.shape)
    return {"schema": SCHEMA, "kind": kind.name, "record": plain}


def from_plain(document: object, *, kind: Kind[T]) -> T:
    """Read what `to_plain` gave.

    Raises:
        DecodeError: as `loads`.
    """
    with suppress(Exception):  # whatever it was, the second reading puts it in words
        return _read(document, kind)
    return _read_again(document, kind)


# ---------------------------------------------------------------- the two readings, the envelope


@attrs.frozen(kw_only=True)
class _Document:
    """The envelope around a record of any kind."""

    schema: int
    kind: str
    record: Any


@attrs.frozen
class _Problem:
    """What is wrong, and the steps from the top of the document to where it is."""

    path: tuple[str | int, ...]
    message: str


def _read(plain: object, kind: Kind[T]) -> T:
    """Read a good document; raise just anything for a bad one."""
    document = _QUICK.structure(plain, _Document)
    if document.schema != SCHEMA or document.kind != kind.name:
        raise _Defect("must be a document of this kind")
    record: T = _QUICK.structure(document.record, kind.shape)
    return record


def _read_again(plain: object, kind: Kind[T]) -> T:
    """Read a document that has a defect, and raise all its defects in words."""
    _, problems = _attempt(plain, _Document, ())
    fields = plain if isinstance(plain, dict) else {}
    mismatches = list(_mismatches(fields, kind))
    record: Any = None
    if "record" in fields and not mismatches:
        record, more = _attempt(fields["record"], kind.shape, ("record",))
        problems += more
    problems += mismatches
    if problems:
        problems.sort(key=lambda problem: _place(plain, problem.path))
        raise DecodeError(f"{problem.message} @ {_written(problem.path)}" for problem in problems)
    result: T = record
    return result


def _mismatches(fields: Mapping[str, Any], kind: Kind[Any]) -> Iterator[_Problem]:
    """Say why the record is not even looked at: it is of another version or of another kind."""
    schema = fields.get("schema", SCHEMA)
    if type(schema) is int and schema > SCHEMA:
        message = f"schema {_shown(schema)} is newer than {SCHEMA}, the newest read here"
        yield _Problem(("schema",), f"{message}: upgrade revcycle")
    elif type(schema) is int and schema != SCHEMA:
        yield _Problem(("schema",), f"must be {SCHEMA}, not {_shown(schema)}")
    name = fields.get("kind", kind.name)
    if type(name) is str and name != kind.name:
        yield _Problem(("kind",), f"must be {_shown(kind.name)}, not {_shown(name)}")


def _belongs(record: object, shape: object) -> bool:
    """Tell whether *record* is of *shape*: a class, a union of classes, or a tuple of either."""
    if _is_tuple(shape):
        item = get_args(shape)[0]
        return type(record) is tuple and all(_belongs(each, item) for each in record)
    return type(record) in (get_args(shape) or (shape,))


# ------------------------------------------------------------------------------------- JSON text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _Defect("must give each field once")
    return fields


class _Repeating(dict[str, Any]):
    """An object, with the names of the fields that the text gives more than once."""

    repeated: tuple[str, ...] = ()

    def copy(self) -> _Repeating:
        twin = _Repeating(self)
        twin.repeated = self.repeated
        return twin


def _with_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = _Repeating(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        fields.repeated = tuple(name for name in fields if names.count(name) > 1)
    return fields


# NaN and the infinities pass both decoders: no field takes a float, so the readers refuse them.
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once)
_TOLERANT_DECODER: Final = json.JSONDecoder(object_pairs_hook=_with_repeated)


def _parse_again(text: object) -> object:
    """Parse text that may be no JSON, and say so in words."""
    if type(text) is not str:
        problem = f"must be JSON text, not {type(text).__name__}"
    else:
        try:
            return _TOLERANT_DECODER.decode(text)
        except json.JSONDecodeError as error:
            problem = f"must be JSON text: {error.msg}, line {error.lineno} column {error.colno}"
        except RecursionError:
            problem = "must not be nested so deeply"
        except ValueError:  # Python limits the digits of a number
            problem = "must not hold a number so long"
    raise DecodeError([f"{problem} @ $"])


# ---------------------------------------------------------------------- reading, type by type

_Reader: TypeAlias = Callable[[Any, Any], Any]
_Writer: TypeAlias = Callable[[Any], Any]


class _Defect(Exception):
    """A value that is not what it must be, and which field of it is at fault, if one is."""

    def __init__(self, message: str, *value: object, at: str | None = None) -> None:
        super().__init__()
        self.message = message
        self.value = value
        self.at = at


def _reader(shape: Any, converter: Converter) -> _Reader:  # noqa: ANN401  (a union is no type)
    return converter.get_structure_hook(shape)


def _read_text(value: object, _: object) -> str:
    if type(value) is str:
        return value
    raise _Defect("must be text", value)


def _read_flag(value: object, _: object) -> bool:
    if type(value) is bool:
        return value
    raise _Defect("must be true or false", value)


def _read_int(value: object, _: object) -> int:
    if type(value) is int:
        return value
    raise _Defect("must be a whole number", value)


def _read_date(value: object, _: object) -> date:
    # Whatever else Python takes for a date is of another length or has no dash in these places.
    if type(value) is str and len(value) == _DATE_LENGTH and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _Defect('must be a date such as "2026-01-31"', value)


_DATE_LENGTH: Final = len("2026-01-31")


def _read_dollars(value: object, _: object) -> Decimal:
    if type(value) is str and _is_dollars(value):
        return Decimal(value)
    raise _Defect('must be US dollars as text such as "37.20"', value)


_is_dollars: Final = re.compile(r"(?!-0\.00)-?(?:0|[1-9][0-9]{0,11})\.[0-9]{2}").fullmatch


def _read_member(value: object, kind: type[enum.Enum]) -> enum.Enum:
    try:
        member = kind(value)
    except ValueError:
        member = None
    # An enumeration takes True and 1.0 for 1.
    if member is not None and type(member.value) is type(value):
        return member
    raise _Defect(f"must be one of {', '.join(str(each.value) for each in kind)}", value)


def _optional_reader(shape: object, converter: Converter) -> _Reader:
    inner = next(kind for kind in get_args(shape) if kind is not NoneType)
    read_inner = _reader(inner, converter)
    return lambda value, _: None if value is None else read_inner(value, inner)


def _tuple_reader(shape: object, converter: Converter) -> _Reader:
    kind = get_args(shape)[0]
    read_item = _reader(kind, converter)

    def read(value: object, _: object) -> tuple[object, ...]:
        if type(value) is not list:
            raise _Defect(f"must be a list, not {_sort(value)}")
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


def _frozenset_reader(shape: object, converter: Converter) -> _Reader:
    read_items = _tuple_reader(shape, converter)

    def read(value: object, _: object) -> frozenset[object]:
        listed = read_items(value, shape)
        if len(set(listed)) != len(listed):
            raise _Defect("must hold each item once")
        return frozenset(listed)

    return read


def _event_reader(_: object, converter: Converter) -> _Reader:
    readers = {tag: _reader(kind, converter) for tag, kind in _EVENTS.items()}

    def read(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise _Defect(f"must be an object, not {_sort(value)}")
        fields = value.copy()
        if "type" not in fields:
            raise _Defect(f"required field missing: an event, such as {_EXAMPLE}", at="type")
        tag = fields.pop("type")
        if type(tag) is not str:
            raise _Defect(f"must be an event, such as {_EXAMPLE}", tag, at="type")
        if tag not in readers:
            nearest = difflib.get_close_matches(tag, readers, n=1, cutoff=0)[0]
            words = f"unknown event {_shown(tag)}: did you mean {_shown(nearest)}?"
            raise _Defect(words, at="type")
        return readers[tag](fields, _EVENTS[tag])

    return read


def _tag(kind: type) -> str:
    """Name an event on the wire: ``level_advanced`` for `LevelAdvanced`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


_EVENTS: Final = {_tag(kind): kind for kind in EVENT_TYPES}
_EXAMPLE: Final = '"level_advanced"'


def _record_reader(shape: type[Any], converter: Converter) -> _Reader:
    """Find, beside what cattrs finds, a value that is no object and a field that is repeated."""
    read_fields = make_dict_structure_fn(shape, converter)

    def read(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise _Defect(f"must be an object, not {_sort(value)}")
        record = None
        errors: list[Exception] = []
        try:
            record = read_fields(value, shape)
        except ClassValidationError as error:
            errors += error.exceptions
        for name in getattr(value, "repeated", ()):
            errors.append(_Defect("field given more than once", at=name))
        if errors:
            raise ClassValidationError("", errors, shape)  # pyright: ignore[reportCallIssue]  (cattrs takes three)
        return record

    return read


# ------------------------------------------------------------------------ writing, type by type


def _write_dollars(amount: Decimal) -> str:
    return str(usd(amount))


def _tuple_writer(shape: object, converter: Converter) -> _Writer:
    write: _Writer = converter.get_unstructure_hook(get_args(shape)[0])
    return lambda value: [write(item) for item in value]


def _frozenset_writer(shape: object, converter: Converter) -> _Writer:
    write: _Writer = converter.get_unstructure_hook(get_args(shape)[0])
    return lambda value: [write(item) for item in sorted(value)]


def _event_writer(_: object, converter: Converter) -> _Writer:
    tags = {kind: tag for tag, kind in _EVENTS.items()}
    writers: dict[type, _Writer] = {
        kind: converter.get_unstructure_hook(kind) for kind in EVENT_TYPES
    }
    return lambda event: {"type": tags[type(event)], **writers[type(event)](event)}


def _policy_writer(shape: type[Any], converter: Converter) -> _Writer:
    return make_dict_unstructure_fn(shape, converter, _cattrs_omit_if_default=False)


# -------------------------------------------------------------------------------- the converters


def _make_converter(*, detailed: bool) -> Converter:
    """Build a converter that stops at the first defect, or if *detailed* collects them all."""
    converter = Converter(
        detailed_validation=detailed, forbid_extra_keys=True, omit_if_default=True
    )
    read, write = converter.register_structure_hook, converter.register_unstructure_hook
    read(str, _read_text)
    read(bool, _read_flag)
    read(int, _read_int)
    read(date, _read_date)
    read(Decimal, _read_dollars)
    read(enum.Enum, _read_member)
    write(date, date.isoformat)
    write(Decimal, _write_dollars)
    make_reader = converter.register_structure_hook_factory
    make_writer = converter.register_unstructure_hook_factory
    if detailed:
        make_reader(attrs.has, _record_reader)
    make_reader(lambda shape: NoneType in get_args(shape), _optional_reader)
    make_writer(lambda shape: shape is DunningPolicy, _policy_writer)
    for is_shape, reader, writer in (
        (_is_tuple, _tuple_reader, _tuple_writer),
        (_is_frozenset, _frozenset_reader, _frozenset_writer),
        (lambda shape: shape == Event, _event_reader, _event_writer),
    ):
        make_reader(is_shape, reader)
        make_writer(is_shape, writer)
    return converter


def _is_tuple(shape: object) -> bool:
    return get_origin(shape) is tuple


def _is_frozenset(shape: object) -> bool:
    return get_origin(shape) is frozenset


_QUICK: Final = _make_converter(detailed=False)
_DETAILED: Final = _make_converter(detailed=True)


# ----------------------------------------------------------------------------- problems in words


def _attempt(
    plain: object,
    shape: Any,  # noqa: ANN401  (a union is no type)
    path: tuple[str | int, ...],
) -> tuple[object, list[_Problem]]:
    """Read *plain*, which stands at *path*, and list all that is wrong with it."""
    try:
        return _DETAILED.structure(plain, shape), []
    except Exception as error:  # noqa: BLE001  (whatever a constructor raises is a problem)
        return None, list(_problems(error, path, hidden=False))


def _problems(error: Exception, path: tuple[str | int, ...], *, hidden: bool) -> Iterator[_Problem]:
    """Put *error* into words; if *hidden*, below a private field, without any value (PR-6)."""
    if isinstance(error, BaseValidationError):
        for part in error.exceptions:
            yield from _problems_of_part(part, error.cl, path, hidden=hidden)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield from _unknown_fields(error, path, hidden=hidden)
    elif isinstance(error, _Defect):
        at = () if error.at is None or hidden else (error.at,)
        shown = f", not {_shown(error.value[0])}" if error.value and not hidden else ""
        yield _Problem((*path, *at), error.message + shown)
    elif isinstance(error, InvalidRecord):
        # What is said of a private field hides its value; what is said of others does not.
        says_all = not hidden or error.value == "(private)"
        message = str(error) if says_all else f"{error.record}.{error.field} is not valid"
        yield _Problem(path, message)
    else:
        yield _Problem(path, f"cannot be built ({type(error).__name__})")


def _problems_of_part(
    part: Exception, owner: type, path: tuple[str | int, ...], *, hidden: bool
) -> Iterator[_Problem]:
    """Follow the note on an error: the field of *owner* or the index it was found at."""
    note = next((n for n in getattr(part, "__notes__", ()) if isinstance(n, _NOTES)), None)
    if isinstance(note, AttributeValidationNote):
        path = (*path, note.name)
        hidden = hidden or _is_private(owner, note.name)
        if isinstance(part, KeyError):
            yield _Problem(path, "required field missing")
            return
    elif isinstance(note, IterableValidationNote):
        path = (*path, note.index)
    yield from _problems(part, path, hidden=hidden)


_NOTES: Final = (AttributeValidationNote, IterableValidationNote)


def _unknown_fields(
    error: ForbiddenExtraKeysError, path: tuple[str | int, ...], *, hidden: bool
) -> Iterator[_Problem]:
    known = [field.name for field in attrs.fields(error.cl) if field.init]
    for name in error.extra_fields:
        if hidden:
            yield _Problem(path, "unknown field")
        elif type(name) is not str:
            yield _Problem(path, f"field names must be text, not {_shown(name)}")
        else:
            nearest = difflib.get_close_matches(name, known, n=1)
            hint = f": did you mean {_shown(nearest[0])}?" if nearest else ""
            yield _Problem((*path, name), f"unknown field{hint}")


def _is_private(owner: type, name: str) -> bool:
    field = attrs.fields_dict(owner)[name]
    return bool(field.metadata.get("private")) or not field.repr


def _shown(value: object) -> str:
    """Show a value as JSON writes it, cut if long; of what holds other values, only the sort."""
    if value is None or isinstance(value, str | int | float):
        with suppress(ValueError):  # Python limits the digits of a number
            text = json.dumps(value)
            return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
    return _sort(value)


_SHOWN_LENGTH: Final = 60


def _sort(value: object) -> str:
    """Say what sort of value it is without showing it: there may be private fields in it."""
    return next((words for kind, words in _SORTS if isinstance(value, kind)), type(value).__name__)


_SORTS: Final = (
    (dict, "an object"),
    (list, "a list"),
    (str, "text"),
    (bool, "true or false"),
    (int | float, "a number"),
    (NoneType, "null"),
)


def _place(plain: object, path: tuple[str | int, ...]) -> tuple[int, ...]:
    """Give the position of *path* in the document; what is missing stands last in its object."""
    place = []
    for step in path:
        if isinstance(plain, dict):
            place.append(list(plain).index(step) if step in plain else len(plain))
            plain = plain.get(step)
        elif isinstance(plain, list) and isinstance(step, int):
            place.append(step)
            plain = plain[step]
    return tuple(place)


def _written(path: tuple[str | int, ...]) -> str:
    return "$" + "".join(map(_step, path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{_shown(step)}]"
