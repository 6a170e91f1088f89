"""What the tests of the codec share: every kind with examples of it, and how defects are put in."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from revcycle import codec
from revcycle.codec import (
    ACCOUNT,
    BOOK,
    CHARGE,
    EVENTS,
    HOLD,
    PAYMENT_PLAN,
    POLICY,
    PROVIDER_GROUP,
    STATEMENT,
    STATEMENT_RUN,
    TRANSACTION,
    VIEWER,
    WORKLIST,
    WORKLISTS,
    Kind,
    from_plain,
    loads,
)
from revcycle.dunning import DunningPolicy
from revcycle.errors import DecodeError
from tests.wire import records
from tests.wire.defects import DROP
from tests.wire.rails import RAIL_EVENTS
from tests.wire.rules import RULE, RULE_KIND, TABLE, TABLE_KIND

WIRE = Path(__file__).parent.parent / "wire"
KEPT = {
    "account-1.json": (ACCOUNT, records.FAMILY),
    "account-alone-1.json": (ACCOUNT, records.ALONE),
    "book-1.json": (BOOK, records.BOOK),
    "decision-table-1.json": (TABLE_KIND, TABLE),
    "events-1.json": (EVENTS, records.EVENTS),
    "events-rails-1.json": (EVENTS, RAIL_EVENTS),
    "policy-1.json": (POLICY, records.POLICY),
    "provider-group-1.json": (PROVIDER_GROUP, records.PROVIDER_GROUP),
    "rule-1.json": (RULE_KIND, RULE),
    "statement-1.json": (STATEMENT, records.STATEMENT),
    "statement-run-1.json": (STATEMENT_RUN, records.FULL_RUN),
    "statement-run-skipped-1.json": (STATEMENT_RUN, records.RUN),
    "viewer-1.json": (VIEWER, records.VIEWER),
    "worklist-1.json": (WORKLIST, records.WORKLIST),
    "worklists-1.json": (WORKLISTS, records.WORKLISTS),
}
EVERY_EVENT = tuple(event for kind, kept in KEPT.values() if kind is EVENTS for event in kept)
SINGLES = [
    (CHARGE, records.PLAN_CHARGE),
    (HOLD, records.HOLD),
    (PAYMENT_PLAN, records.PLAN),
    (TRANSACTION, records.COURTESY),
    (POLICY, DunningPolicy()),
    (BOOK, ()),
    (EVENTS, ()),
    (WORKLISTS, ()),
]
EXAMPLES = [*KEPT.values(), *SINGLES]
KINDS = [value for value in vars(codec).values() if isinstance(value, Kind)]


def shapes_in(shape: Any) -> Iterator[Any]:
    """Yield every shape that a value of *shape* may have in it, itself first."""
    yield shape
    for part in get_args(shape):
        yield from () if part is Ellipsis else shapes_in(part)
    if attrs.has(shape):
        hints = get_type_hints(shape)
        for field in attrs.fields(shape):
            if field.init:
                yield from shapes_in(hints[field.name])


SHAPES = {shape for each in KINDS for shape in shapes_in(each.shape)}
CLASSES = {shape for shape in SHAPES if isinstance(shape, type) and not get_args(shape)}
RECORDS = sorted(filter(attrs.has, CLASSES), key=lambda kind: kind.__name__)


def records_in(value: object) -> Iterator[object]:
    """Yield every record in *value*, itself first."""
    if isinstance(value, tuple | frozenset):
        for item in value:
            yield from records_in(item)
    elif attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            yield from records_in(getattr(value, field.name))


def default_of(field: attrs.Attribute) -> object:
    """Give the default of *field*, made if it is a factory."""
    return field.default.factory() if isinstance(field.default, attrs.Factory) else field.default


def problems_of(document: object, kind: Kind) -> tuple[str, ...]:
    """Read a bad document both ways and give its problems, which must be the same."""
    with pytest.raises(DecodeError) as plain:
        from_plain(document, kind=kind)
    try:
        text = json.dumps(document)
    except TypeError:
        return plain.value.problems
    with pytest.raises(DecodeError) as parsed:
        loads(text, kind=kind)
    assert parsed.value.problems == plain.value.problems
    return plain.value.problems


def with_defect(document: dict, path: tuple, value: object) -> dict:
    """Give a copy of *document* with *value* at *path*, or without it."""
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is DROP:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document
