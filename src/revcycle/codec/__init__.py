"""Records to plain values and JSON text, and back, strictly.

A document is an object of three fields: the version of the wire format, the kind of document and
the record itself. Whoever reads names the kind, so a type checker knows what comes back::

    text = dumps(account, kind=ACCOUNT)
    {"schema": 1, "kind": "account", "record": {"id": "A1", ...}}
    account = loads(text, kind=ACCOUNT)

On the wire money is text with two decimals, a date ``YYYY-MM-DD``, a time of day ``HH:MM:SS``, an
enumeration its value, a dunning level its number, a tuple a list, a frozenset a sorted list, an
event an object whose ``type`` is its class name in lower case with underscores, and a rule in a
field what `revcycle.rules` writes. A field at its default is left out, but for a policy, whose
defaults may change. What is derived is not written.

Reading coerces nothing. Whatever is not exactly of the type that `dumps` writes is refused, with
every problem at once and its place in the document (`DecodeError`). Good documents do not pay
for that: a converter that stops at the first defect reads them, and only after a defect does a
second one read again and collect them all.

    kinds        the kinds of documents: THE PLACE TO ADD TO when there is a new record
    documents    dumps, loads, to_plain, from_plain; read this first
    converters   the two converters, put together from
    reading, writing, shapes     type by type; a union of records needs no line anywhere
    forms        records that have a wire form of their own: rules and decision tables
    defects, problems            what is wrong, and how it is put into words
    json_text    JSON in which a field stands once

This package is the only importer of cattrs.
"""

from __future__ import annotations

from revcycle.codec.documents import SCHEMA, dumps, from_plain, loads, to_plain
from revcycle.codec.kinds import (
    ACCESS_ISSUE,
    ACCOUNT,
    BOOK,
    CHARGE,
    CONTACT,
    CONTACTS,
    EVENT,
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
    decision_table_kind,
    rule_kind,
    triage_kind,
)

__all__ = [
    "ACCESS_ISSUE",
    "ACCOUNT",
    "BOOK",
    "CHARGE",
    "CONTACT",
    "CONTACTS",
    "EVENT",
    "EVENTS",
    "HOLD",
    "HUB",
    "MEDICAL_GROUP",
    "OUTREACH_LOG",
    "OUTREACH_PLAN",
    "OUTREACH_POLICY",
    "PAYMENT_PLAN",
    "POLICY",
    "PORTAL",
    "PORTAL_EVENT",
    "PORTAL_EVENTS",
    "PROVIDER_GROUP",
    "REPORT_DEFINITION",
    "REPORT_DEFINITIONS",
    "RESPONSE",
    "SCHEMA",
    "STATEMENT",
    "STATEMENT_RUN",
    "TRANSACTION",
    "VIEWER",
    "WORKLIST",
    "WORKLISTS",
    "Kind",
    "decision_table_kind",
    "dumps",
    "from_plain",
    "loads",
    "rule_kind",
    "to_plain",
    "triage_kind",
]
