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
    ACCESS_ISSUE,
    ACCOUNT,
    BOOK,
    CHARGE,
    CONTACT,
    CONTACTS,
    EVENTS,
    HOLD,
    HUB,
    MEDICAL_GROUP,
    OUTREACH_LOG,
    OUTREACH_PLAN,
    OUTREACH_POLICY,
    PAYMENT_PLAN,
    POLICY,
    PORTAL,
    PORTAL_EVENT,
    PORTAL_EVENTS,
    PROVIDER_GROUP,
    REPORT_DEFINITION,
    REPORT_DEFINITIONS,
    RESPONSE,
    STATEMENT,
    STATEMENT_RUN,
    TRANSACTION,
    VIEWER,
    WORKLIST,
    WORKLISTS,
    Kind,
    from_plain,
    loads,
    triage_kind,
)
from revcycle.codec.shapes import is_rule_shape
from revcycle.dunning import DunningPolicy
from revcycle.errors import DecodeError
from tests.wire import portals, records
from tests.wire.defects import DROP
from tests.wire.desk import NOTE_EVENTS
from tests.wire.rails import RAIL_EVENTS
from tests.wire.rules import RULE, RULE_KIND, TABLE, TABLE_KIND
from tests.wire.statements import ADDRESSED_EVENTS, NOTHING_DUE, REFUNDED, SEALED, STATEMENT_EVENTS

WIRE = Path(__file__).parent.parent / "wire"
KEPT = {
    "access-issue-1.json": (ACCESS_ISSUE, portals.ISSUE),
    "account-1.json": (ACCOUNT, records.FAMILY),
    "account-alone-1.json": (ACCOUNT, records.ALONE),
    "account-restricted-again-1.json": (ACCOUNT, records.RESTRICTED_AGAIN),
    "account-sealed-1.json": (ACCOUNT, SEALED),
    "book-1.json": (BOOK, records.BOOK),
    "charge-recalled-1.json": (CHARGE, records.RECALLED_CHARGE),
    "contacts-1.json": (CONTACTS, records.CONTACTS),
    "decision-table-1.json": (TABLE_KIND, TABLE),
    "events-1.json": (EVENTS, records.EVENTS),
    "events-notes-1.json": (EVENTS, NOTE_EVENTS),
    "hub-1.json": (HUB, portals.HUB),
    "portal-events-1.json": (PORTAL_EVENTS, portals.EVENTS),
    "outreach-log-1.json": (OUTREACH_LOG, records.OUTREACH_LOG),
    "outreach-nothing-due-1.json": (OUTREACH_PLAN, NOTHING_DUE),
    "outreach-plan-1.json": (OUTREACH_PLAN, records.OUTREACH_PLAN),
    "outreach-policy-1.json": (OUTREACH_POLICY, records.OUTREACH_POLICY),
    "events-rails-1.json": (EVENTS, RAIL_EVENTS),
    "events-statement-1.json": (EVENTS, STATEMENT_EVENTS),
    "events-addressed-1.json": (EVENTS, ADDRESSED_EVENTS),
    "policy-1.json": (POLICY, records.POLICY),
    "policy-with-practice-1.json": (POLICY, records.POLICY_WITH_PRACTICE),
    "provider-group-1.json": (PROVIDER_GROUP, records.PROVIDER_GROUP),
    "report-definition-1.json": (REPORT_DEFINITION, records.REPORT),
    "report-definitions-1.json": (REPORT_DEFINITIONS, records.REPORTS),
    "rule-1.json": (RULE_KIND, RULE),
    "statement-1.json": (STATEMENT, records.STATEMENT),
    "statement-of-practice-1.json": (STATEMENT, records.STATEMENT_OF_PRACTICE),
    "statement-refunded-1.json": (STATEMENT, REFUNDED),
    "statement-run-1.json": (STATEMENT_RUN, records.FULL_RUN),
    "statement-run-skipped-1.json": (STATEMENT_RUN, records.RUN),
    "triage-1.json": (triage_kind(), portals.TRIAGE),
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
    (MEDICAL_GROUP, portals.GROUPS[1]),
    (PORTAL, portals.PORTAL),
    (PORTAL_EVENTS, ()),
    (RESPONSE, portals.RESPONSE),
    *((PORTAL_EVENT, event) for event in portals.EVENTS),
    (REPORT_DEFINITIONS, ()),
    (CONTACT, records.CONTACTS[1]),
]
EXAMPLES = [*KEPT.values(), *SINGLES]
KINDS = [value for value in vars(codec).values() if isinstance(value, Kind)]


def shapes_in(shape: Any) -> Iterator[Any]:
    """Yield every shape that a value of *shape* may have in it, itself first."""
    yield shape
    if is_rule_shape(shape):
        return  # what a rule is made of, `revcycle.rules` knows
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
