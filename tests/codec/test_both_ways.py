"""Every record to plain values and text, and back, equal."""

import decimal
import enum
from datetime import date, time
from decimal import Decimal
from types import NoneType

import attrs
import pytest

from revcycle.codec import (
    ACCOUNT,
    BOOK,
    CHARGE,
    EVENT,
    EVENTS,
    STATEMENT_RUN,
    WORKLIST,
    dumps,
    from_plain,
    loads,
    to_plain,
)
from revcycle.dunning import EVENT_TYPES
from revcycle.errors import InvalidRecord
from tests.codec.examples import CLASSES, EVERY_EVENT, EXAMPLES, RECORDS, default_of, records_in
from tests.wire import records


@pytest.mark.parametrize(("kind", "record"), EXAMPLES)
def test_a_record_comes_back_equal(kind, record):
    """What is written reads back equal, through plain values and through text."""
    assert from_plain(to_plain(record, kind=kind), kind=kind) == record
    assert loads(dumps(record, kind=kind), kind=kind) == record
    assert loads(dumps(record, kind=kind, indent=2), kind=kind) == record


@pytest.mark.parametrize("event", EVERY_EVENT)
def test_an_event_comes_back_as_what_it_was(event):
    """An event on its own reads back equal and of its own class."""
    again = loads(dumps(event, kind=EVENT), kind=EVENT)

    assert again == event
    assert type(again) is type(event)


@pytest.mark.parametrize(("kind", "record"), EXAMPLES)
def test_plain_values_are_plain(kind, record):
    """A document holds dicts, lists, text, ints, bools and None, so any format can carry it."""

    def sorts(value):
        yield type(value)
        for part in value.values() if isinstance(value, dict) else value:
            yield from sorts(part) if isinstance(part, dict | list) else [type(part)]

    assert set(sorts(to_plain(record, kind=kind))) <= {dict, list, str, int, bool, NoneType}


def test_every_event_has_an_example():
    """No event is left out of the round trips, the newest included."""
    assert {type(event) for event in EVERY_EVENT} == set(EVENT_TYPES)


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_field_has_an_example(kind):
    """Each field of each record stands at another value than its default in some round trip."""
    found = [r for _, example in EXAMPLES for r in records_in(example) if type(r) is kind]
    silent = [
        field.name
        for field in attrs.fields(kind)
        if field.init and all(getattr(r, field.name) == default_of(field) for r in found)
    ]

    assert found
    assert silent == []


def test_every_field_has_a_type_that_is_read_exactly():
    """No field's type is left to cattrs' own readers, which coerce."""
    exact = {str, int, bool, date, time, Decimal, NoneType}
    left = {kind for kind in CLASSES if not attrs.has(kind) and not issubclass(kind, enum.Enum)}

    assert left == exact


def test_the_host_s_decimal_context_changes_nothing():
    """A host that computes with two digits still writes and reads every cent (M-1)."""
    charge = attrs.evolve(records.PLAN_CHARGE, amount=Decimal("123456789.01"))
    with decimal.localcontext(prec=2):
        again = loads(dumps(charge, kind=CHARGE), kind=CHARGE)

    assert str(again.amount) == "123456789.01"


def test_text_is_ascii():
    """A name outside ASCII is escaped, so the text survives any encoding."""
    text = dumps(records.FAMILY, kind=ACCOUNT)

    assert text.isascii()
    assert loads(text, kind=ACCOUNT).guarantor.last_name == "Muñoz"


WANTED_EVENT = f"a ChargePosted or another of {len(EVENT_TYPES) - 1}"


@pytest.mark.parametrize(
    ("record", "kind", "came", "wanted"),
    [
        (records.POLICY, ACCOUNT, "DunningPolicy", "an Account"),
        (records.FAMILY, BOOK, "Account", "a tuple of Account"),
        ([records.FAMILY], BOOK, "list", "a tuple of Account"),
        (
            (records.FAMILY, records.POLICY),
            BOOK,
            "tuple with DunningPolicy at 1",
            "a tuple of Account",
        ),
        ((None,), EVENTS, "tuple with NoneType at 0", WANTED_EVENT.replace("a ", "a tuple of ", 1)),
        (records.FAMILY, EVENT, "Account", WANTED_EVENT),
        (records.EVENTS, EVENT, "tuple", WANTED_EVENT),
        (None, ACCOUNT, "NoneType", "an Account"),
        ("Muñoz", WORKLIST, "str", "a Worklist"),
    ],
)
def test_a_record_of_another_kind_is_not_written(record, kind, came, wanted):
    """The kind is checked on writing, and the refusal says what is wanted and what came (PR-6)."""
    with pytest.raises(InvalidRecord) as caught:
        to_plain(record, kind=kind)

    must = f"be {wanted}, which a document of kind {kind.name!r} holds"
    assert str(caught.value) == f"document.record is {came!r}: it must {must}"


def test_a_fraction_of_a_cent_is_not_written():
    """An amount that could not be read back is refused on writing (M-1)."""
    skip = attrs.evolve(records.RUN.skips[1], amount=Decimal("0.005"))

    with pytest.raises(InvalidRecord, match="whole number of cents"):
        dumps(attrs.evolve(records.RUN, skips=(skip,)), kind=STATEMENT_RUN)
