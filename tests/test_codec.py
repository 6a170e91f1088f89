"""The codec: every record to text and back, kept files still read, every defect told."""

import copy
import decimal
import enum
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle import codec
from revcycle.codec import (
    ACCOUNT,
    BOOK,
    CHARGE,
    EVENT,
    EVENTS,
    HOLD,
    PAYMENT_PLAN,
    POLICY,
    STATEMENT,
    STATEMENT_RUN,
    TRANSACTION,
    Kind,
    dumps,
    from_plain,
    loads,
    to_plain,
)
from revcycle.dunning import EVENT_TYPES, DunningPolicy
from revcycle.errors import DecodeError, InvalidRecord
from tests.wire import records
from tests.wire.defects import DATE, DROP, EVENT_DEFECTS, FAMILY_DEFECTS, MONEY

WIRE = Path(__file__).parent / "wire"
KEPT = {
    "account-1.json": (ACCOUNT, records.FAMILY),
    "account-alone-1.json": (ACCOUNT, records.ALONE),
    "book-1.json": (BOOK, records.BOOK),
    "events-1.json": (EVENTS, records.EVENTS),
    "policy-1.json": (POLICY, records.POLICY),
    "statement-1.json": (STATEMENT, records.STATEMENT),
    "statement-run-1.json": (STATEMENT_RUN, records.FULL_RUN),
    "statement-run-skipped-1.json": (STATEMENT_RUN, records.RUN),
}
SINGLES = [
    (CHARGE, records.PLAN_CHARGE),
    (HOLD, records.HOLD),
    (PAYMENT_PLAN, records.PLAN),
    (TRANSACTION, records.COURTESY),
    (POLICY, DunningPolicy()),
    (BOOK, ()),
    (EVENTS, ()),
]
EXAMPLES = [*KEPT.values(), *SINGLES]
KINDS = [value for value in vars(codec).values() if isinstance(value, Kind)]
SECRET = "Q7secretQ7"
SECRET_NUMBER = 77177177
SECRET_DAY = "1977-07-17"


# ---------------------------------------------------------------- what the documents are made of


def classes_in(shape: Any) -> Iterator[type]:
    """Yield every class that a value of *shape* may hold, records and plain values alike."""
    if get_origin(shape) in {tuple, frozenset, Union, UnionType}:
        for part in get_args(shape):
            yield from () if part is Ellipsis else classes_in(part)
        return
    yield shape
    if attrs.has(shape):
        hints = get_type_hints(shape)
        for field in attrs.fields(shape):
            if field.init:
                yield from classes_in(hints[field.name])


CLASSES = {kind for each in KINDS for kind in classes_in(each.shape)}
RECORDS = sorted(filter(attrs.has, CLASSES), key=lambda kind: kind.__name__)


def records_in(value: object) -> Iterator[object]:
    """Yield every record in *value*, itself first."""
    if isinstance(value, tuple):
        for item in value:
            yield from records_in(item)
    elif attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            yield from records_in(getattr(value, field.name))


def private_values_in(value: object, path: tuple) -> Iterator[tuple]:
    """Yield owner and path of every private field of *value* that a document would show."""
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from private_values_in(item, (*path, index))
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            inner = getattr(value, field.name)
            is_written = field.init and inner != default_of(field)
            if is_written and (field.metadata.get("private") or not field.repr):
                yield type(value), (*path, field.name)
            if is_written:
                yield from private_values_in(inner, (*path, field.name))


def default_of(field: attrs.Attribute) -> object:
    """Give the default of *field*, made if it is a factory."""
    return field.default.factory() if isinstance(field.default, attrs.Factory) else field.default


# ------------------------------------------------------------------------------------ both ways


@pytest.mark.parametrize(("kind", "record"), EXAMPLES)
def test_a_record_comes_back_equal(kind, record):
    """What is written reads back equal, through plain values and through text."""
    assert from_plain(to_plain(record, kind=kind), kind=kind) == record
    assert loads(dumps(record, kind=kind), kind=kind) == record
    assert loads(dumps(record, kind=kind, indent=2), kind=kind) == record


@pytest.mark.parametrize("event", records.EVENTS)
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
    assert {type(event) for event in records.EVENTS} == set(EVENT_TYPES)


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
    exact = {str, int, bool, date, Decimal, NoneType}
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


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (records.POLICY, ACCOUNT),
        (records.FAMILY, BOOK),
        ([records.FAMILY], BOOK),
        ((records.FAMILY, records.POLICY), BOOK),
        (records.FAMILY, EVENT),
        (records.EVENTS, EVENT),
        (None, ACCOUNT),
    ],
)
def test_a_record_of_another_kind_is_not_written(record, kind):
    """The kind is checked on writing, so no document lies about what it holds."""
    with pytest.raises(InvalidRecord, match="must be what a document of kind"):
        to_plain(record, kind=kind)


def test_a_fraction_of_a_cent_is_not_written():
    """An amount that could not be read back is refused on writing (M-1)."""
    skip = attrs.evolve(records.RUN.skips[1], amount=Decimal("0.005"))

    with pytest.raises(InvalidRecord, match="whole number of cents"):
        dumps(attrs.evolve(records.RUN, skips=(skip,)), kind=STATEMENT_RUN)


# ------------------------------------------------------------------------------- the wire format


def test_the_envelope():
    """A document says its version, its kind, and then the record."""
    document = to_plain(records.HOLD, kind=HOLD)

    assert list(document.items()) == [
        ("schema", 1),
        ("kind", "hold"),
        (
            "record",
            {
                "id": "H1",
                "scope": "claim",
                "reason": "dispute",
                "start_on": "2026-02-01",
                "subject_id": "CL2",
                "last_on": "2026-02-28",
                "released_on": "2026-02-10",
            },
        ),
    ]


def test_kinds_never_change_their_names():
    """The names of kinds are on the wire, so a rename is a break and shows here."""
    assert sorted(kind.name for kind in KINDS) == [
        "account",
        "book",
        "charge",
        "event",
        "events",
        "hold",
        "payment_plan",
        "policy",
        "statement",
        "statement_run",
        "transaction",
    ]


def test_tags_never_change():
    """The tags of events are on the wire, so renaming a class shows here."""
    tags = {to_plain(event, kind=EVENT)["record"]["type"] for event in records.EVENTS}

    assert sorted(tags) == TAGS


TAGS = [
    "alarm_cleared",
    "alarm_revived",
    "alarm_set",
    "card_declined",
    "charge_placed",
    "charge_posted",
    "charge_recalled",
    "charge_voided",
    "claim_covered",
    "claim_uncovered",
    "cycle_run",
    "due_judged",
    "due_lowered",
    "due_opened",
    "due_raised",
    "guarantor_changed",
    "hold_placed",
    "hold_released",
    "level_advanced",
    "level_fell",
    "level_restored",
    "member_joined",
    "member_left",
    "next_statement_reset",
    "plan_cancelled",
    "plan_ended",
    "plan_joined",
    "plan_left",
    "plan_reopened",
    "plan_started",
    "remembered_level_restored",
    "statement_count_met",
    "statement_issued",
    "transaction_posted",
    "transaction_voided",
]


def test_a_field_at_its_default_is_left_out():
    """An account of defaults is small on the wire, and what is derived is never there."""
    charge = to_plain(records.ALONE, kind=ACCOUNT)["record"]["charges"][0]

    assert set(charge) == {"id", "patient_id", "claim_id", "amount", "posted_on", "service_on"}
    assert charge["amount"] == "80.00"


def test_a_policy_is_written_whole():
    """A policy's defaults may change, so each number is written; what is derived is not."""
    written = to_plain(DunningPolicy(), kind=POLICY)["record"]

    assert set(written) == {field.name for field in attrs.fields(DunningPolicy) if field.init}
    assert {"cycle", "alarm_delays"}.isdisjoint(written)


def test_a_policy_may_be_read_from_a_few_fields():
    """What a hand-written policy does not say is the default."""
    document = {"schema": 1, "kind": "policy", "record": {"cycle_days": 28}}

    assert from_plain(document, kind=POLICY) == DunningPolicy(cycle_days=28)


def test_a_set_is_written_in_order():
    """Equal policies give equal text, whatever the order in which their holidays were given."""
    closed_on = to_plain(records.POLICY, kind=POLICY)["record"]["closed_on"]

    assert closed_on == ["2026-01-01", "2026-07-04", "2026-12-25"]


# -------------------------------------------------------------------------------- the kept files


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_file_is_still_read(name):
    """A document written by an earlier version reads as the record it was."""
    kind, record = KEPT[name]

    assert loads((WIRE / name).read_text(encoding="utf-8"), kind=kind) == record


@pytest.mark.parametrize("name", [name for name in KEPT if not name.startswith("policy")])
def test_a_kept_file_is_written_the_same(name):
    """The same record still gives the same text."""
    kind, record = KEPT[name]

    assert dumps(record, kind=kind, indent=2) + "\n" == (WIRE / name).read_text(encoding="utf-8")


def test_a_kept_policy_keeps_its_fields():
    """A policy may gain fields on the wire, being written whole; those it had stay as they were."""
    kept = json.loads((WIRE / "policy-1.json").read_text(encoding="utf-8"))

    assert kept["record"].items() <= to_plain(records.POLICY, kind=POLICY)["record"].items()


def test_every_kept_file_is_tested():
    """No file in the folder is forgotten."""
    assert {path.name for path in WIRE.glob("*.json")} == set(KEPT)


# ------------------------------------------------------------------------------- what is refused


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


@pytest.mark.parametrize(("path", "value", "problem"), FAMILY_DEFECTS)
def test_one_defect_is_one_problem(path, value, problem):
    """Nothing is coerced: each defect of an account gives its one problem, with its place."""
    document = with_defect(to_plain(records.FAMILY, kind=ACCOUNT), path, value)

    assert problems_of(document, ACCOUNT) == (problem,)


@pytest.mark.parametrize(("event", "problem"), EVENT_DEFECTS)
def test_a_bad_event_is_one_problem(event, problem):
    """A missing or unknown tag names the nearest event; a bad field is found as in any record."""
    assert problems_of({"schema": 1, "kind": "events", "record": [event]}, EVENTS) == (problem,)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"closed_on": "2026-01-01"}, "must be a list, not text @ $.record.closed_on"),
        (
            {"closed_on": ["2026-01-01", "2026-01-01"]},
            "must hold each item once @ $.record.closed_on",
        ),
        (
            {"closed_on": ["2026-01-01", "20260704"]},
            f'{DATE}, not "20260704" @ $.record.closed_on[1]',
        ),
        ({"plan_minimum": 10}, f"{MONEY}, not 10 @ $.record.plan_minimum"),
        ({"cycle": 35}, 'unknown field: did you mean "cycle_days"? @ $.record.cycle'),
        (
            {"cycle_days": 0},
            "DunningPolicy.cycle_days is 0: it must be an int, 1 to 3660 @ $.record",
        ),
    ],
)
def test_a_bad_policy_is_one_problem(fields, problem):
    """A policy is read as strictly as any record, its set of holidays included."""
    assert problems_of({"schema": 1, "kind": "policy", "record": fields}, POLICY) == (problem,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be JSON text: Expecting value, line 1 column 1 @ $"),
        (
            "{",
            "must be JSON text: Expecting property name enclosed in double quotes, line 1 column 2",
        ),
        ("{} {}", "must be JSON text: Extra data, line 1 column 4 @ $"),
        ("[" * 100_000, "must not be nested so deeply @ $"),
        ("7" * 5_000, "must not hold a number so long @ $"),
        ("null", "must be an object, not null @ $"),
        ("[]", "must be an object, not a list @ $"),
        ('"account"', "must be an object, not text @ $"),
        ("3", "must be an object, not a number @ $"),
        ("NaN", "must be an object, not a number @ $"),
        (b"{}", "must be JSON text, not bytes @ $"),
        (None, "must be JSON text, not NoneType @ $"),
    ],
)
def test_text_that_is_no_document(text, problem):
    """What is no JSON object at all is refused in one line."""
    with pytest.raises(DecodeError) as caught:
        loads(text, kind=ACCOUNT)

    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_know_are_refused(value):
    """NaN and the infinities are no amount, no count and no document (M-1)."""
    text = dumps(records.ALONE, kind=ACCOUNT).replace('"80.00"', value)

    with pytest.raises(DecodeError) as caught:
        loads(text, kind=ACCOUNT)

    assert caught.value.problems == (f"{MONEY}, not {value} @ $.record.charges[0].amount",)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('{"schema":1', '{"schema":1,"schema":1', "$.schema"),
        ('"id":"A1"', '"id":"A1","id":"A1"', "$.record.id"),
        ('"claim_id":"CL2"', '"claim_id":"CL2","claim_id":"CL9"', "$.record.charges[1].claim_id"),
        ('"city":"Springfield"', '"city":"X","city":"Y"', "$.record.guarantor.address"),
    ],
)
def test_a_repeated_field_is_refused(old, new, place):
    """A field that is given twice is a defect even if both agree: other readers take the first."""
    text = dumps(records.FAMILY, kind=ACCOUNT).replace(old, new, 1)

    with pytest.raises(DecodeError) as caught:
        loads(text, kind=ACCOUNT)

    assert caught.value.problems == (f"field given more than once @ {place}",)


def test_a_repeated_tag_is_refused():
    """An event that claims to be two things is neither."""
    text = dumps(records.EVENTS[1:2], kind=EVENTS).replace('{"type"', '{"type":"x","type"')

    with pytest.raises(DecodeError, match=r"^field given more than once @ \$\.record\[0\]\.type$"):
        loads(text, kind=EVENTS)


def test_a_field_name_must_be_text():
    """Plain values from another format than JSON may have other keys; they are refused."""
    document = to_plain(records.HOLD, kind=HOLD)
    document["record"][1] = 2
    document[None] = 3

    assert problems_of_plain(document, HOLD) == (
        "field names must be text, not null @ $",
        "field names must be text, not 1 @ $.record",
    )


def problems_of_plain(document: object, kind: Kind) -> tuple[str, ...]:
    """Read a bad document of plain values that JSON could not hold."""
    with pytest.raises(DecodeError) as caught:
        from_plain(document, kind=kind)
    return caught.value.problems


def test_what_only_python_has_is_refused():
    """Plain values are JSON's own: no tuple for a list, no Decimal, no date, no huge number."""
    document = to_plain(records.FAMILY, kind=ACCOUNT)
    charges = document["record"]["charges"]
    charges[0]["amount"] = Decimal("1.00")
    charges[0]["posted_on"] = date(2026, 1, 1)
    charges[1]["id"] = 10**5_000
    charges[2]["transactions"] = ()

    assert problems_of_plain(document, ACCOUNT) == (
        f"{MONEY}, not Decimal @ $.record.charges[0].amount",
        f"{DATE}, not date @ $.record.charges[0].posted_on",
        "must be text, not a number @ $.record.charges[1].id",
        "must be a list, not tuple @ $.record.charges[2].transactions",
    )


def test_every_problem_is_told_in_document_order():
    """All defects come at once, in the order in which a reader of the document meets them."""
    document = to_plain(records.FAMILY, kind=ACCOUNT)
    record = document["record"]
    record["charges"][0]["transactions"][1]["side"] = "payer"
    record["charges"][0]["transactions"][0]["amount"] = 37.2
    record["charges"][1]["posted_on"] = "01/10/2025"
    del record["charges"][1]["amount"]
    record["charges"][2]["amount"] = "-1.00"
    record["plans"][0]["dues"][1]["due_on"] = 3
    record["members"] = list(reversed(record["members"]))
    record["members"][1]["joined_on"] = None
    record["alarm"]["levle"] = record["alarm"].pop("level")
    document["sent_by"] = "x"
    document = {"record": document.pop("record"), **document}

    assert problems_of(document, ACCOUNT) == (
        f"{DATE}, not null @ $.record.members[1].joined_on",
        f"{MONEY}, not 37.2 @ $.record.charges[0].transactions[0].amount",
        'must be one of patient, insurance, not "payer" @ $.record.charges[0].transactions[1].side',
        f'{DATE}, not "01/10/2025" @ $.record.charges[1].posted_on',
        "required field missing @ $.record.charges[1].amount",
        (
            "Charge.amount is Decimal('-1.00'): it must be US dollars, 0.00 or more"
            " @ $.record.charges[2]"
        ),
        f"{DATE}, not 3 @ $.record.plans[0].dues[1].due_on",
        'unknown field: did you mean "level"? @ $.record.alarm.levle',
        "required field missing @ $.record.alarm.level",
        "unknown field @ $.sent_by",
    )


def test_a_bare_record_is_told_what_it_lacks():
    """A record without its envelope is refused with the fields that an envelope has."""
    problems = problems_of(to_plain(records.HOLD, kind=HOLD)["record"], HOLD)

    assert problems[-3:] == (
        "required field missing @ $.schema",
        "required field missing @ $.kind",
        "required field missing @ $.record",
    )


def test_a_long_value_is_cut():
    """A problem stays one readable line, however long the value."""
    document = to_plain(records.HOLD, kind=HOLD)
    document["record"]["scope"] = "x" * 10_000

    (problem,) = problems_of(document, HOLD)

    assert len(problem) < 200


def test_whatever_a_constructor_raises_is_a_problem():
    """A defect that a record's own check does not foresee is still told as one, by place."""
    document = {"schema": 1, "kind": "policy", "record": {"due_days": 10**12}}
    document["record"]["cycle_days"] = 10**12

    with pytest.raises(DecodeError, match=r"@ \$\.record$"):
        from_plain(document, kind=POLICY)


# ------------------------------------------------------------------- private values stay private

# One place for each private field of each record: its owner, the kind and the path.
PRIVATE_PLACES = {
    (owner, path[-1]): pytest.param(
        kind, record, ("record", *path), id=f"{owner.__name__}.{path[-1]}"
    )
    for kind, record in KEPT.values()
    for owner, path in private_values_in(record, ())
}


def assert_silent(document: object, kind: Kind) -> None:
    """Reading *document* succeeds, or fails and shows nothing of the secrets in it."""
    error = None
    try:
        from_plain(document, kind=kind)
    except DecodeError as caught:
        error = caught
    if error is not None:
        shown = "".join((str(error), repr(error), *error.problems))
        assert not [s for s in (SECRET, str(SECRET_NUMBER), SECRET_DAY) if s in shown]
        assert error.__cause__ is None
        assert error.__context__ is None


@pytest.mark.parametrize(("kind", "record", "path"), PRIVATE_PLACES.values())
def test_a_defect_inside_a_private_field_shows_nothing_of_it(kind, record, path):
    """Whatever stands wrongly in a private field, its problem names the field only (PR-6)."""
    good = to_plain(record, kind=kind)
    for value in (
        SECRET_NUMBER,
        [SECRET],
        [SECRET_NUMBER],
        {SECRET: SECRET},
        {"lines": SECRET, "city": SECRET_NUMBER, "text": SECRET_NUMBER, SECRET: 1},
        {"text": SECRET, "begin_on": "2026-01-01", "end_on": SECRET_DAY},
        {"text": SECRET * 10},
    ):
        assert_silent(with_defect(good, path, value), kind)


@pytest.mark.parametrize(("kind", "record", "path"), PRIVATE_PLACES.values())
def test_a_defect_beside_a_private_field_shows_nothing_of_it(kind, record, path):
    """A problem of a neighbour or of the record does not show the private field (PR-6)."""
    document = to_plain(record, kind=kind)
    place = document
    for step in path[:-1]:
        place = place[step]
    if isinstance(place[path[-1]], str):
        place[path[-1]] = SECRET_DAY if path[-1] == "birth_on" else SECRET
    for name in place.keys() - {path[-1]}:
        for value in ([], 7.5, "-1", -1, None, DROP):
            assert_silent(with_defect(document, (*path[:-1], name), value), kind)
    assert_silent(with_defect(document, (*path[:-1], "unknown"), 1), kind)


def test_every_private_field_is_tried():
    """No private field of any record is left out of the two tests above."""
    private = {
        (kind, field.name)
        for kind in RECORDS
        for field in attrs.fields(kind)
        if field.init and (field.metadata.get("private") or not field.repr)
    }

    assert private == set(PRIVATE_PLACES)


def test_a_private_record_with_a_defect_names_the_field():
    """The words of a private field's own rule are given, its value and its neighbours' are not."""
    document = to_plain(records.FAMILY, kind=ACCOUNT)
    patient = document["record"]["members"][0]["patient"]
    patient["statement_note"] = {"text": SECRET * 10}
    document["record"]["members"][1]["patient"]["statement_note"] = {
        "text": "x",
        "begin_on": "2026-01-01",
        "end_on": SECRET_DAY,
    }

    assert problems_of(document, ACCOUNT) == (
        (
            "StatementNote.text is (private): it must be text of 1 to 75 characters"
            " @ $.record.members[0].patient.statement_note"
        ),
        "StatementNote.end_on is not valid @ $.record.members[1].patient.statement_note",
    )


# ------------------------------------------------------------------------------------------ laws

GOOD = to_plain(records.FAMILY, kind=ACCOUNT)


def paths_in(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the path of everything in a plain *value*."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths_in(part, (*path, step))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.floats()
    | st.sampled_from(["", "C1", "2026-05-01", "25.00", "claim", "P2", "payment", "patient"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "on", "kind", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(path=st.sampled_from(list(paths_in(GOOD))), value=ANYTHING | st.just(DROP))
def test_any_defect_is_told_and_nothing_else_is_raised(path, value):
    """A document with anything at any place is read and comes back, or is refused in words."""
    document = with_defect(GOOD, path, value)
    account = None
    with suppress(DecodeError):
        account = from_plain(document, kind=ACCOUNT)

    if account is not None:
        assert from_plain(to_plain(account, kind=ACCOUNT), kind=ACCOUNT) == account


@given(path=st.sampled_from(list(paths_in(GOOD["record"]))), value=ANYTHING | st.just(DROP))
def test_the_two_readings_agree(path, value):
    """The quick reading accepts exactly what the careful one finds no fault with."""
    plain = with_defect(GOOD["record"], path, value)
    careful, problems = codec._attempt(plain, ACCOUNT.shape, ())
    try:
        quick = codec._QUICK.structure(plain, ACCOUNT.shape)
    except Exception:  # noqa: BLE001  (the quick reading may raise just anything)
        assert problems
    else:
        assert problems == []
        assert quick == careful


def test_a_quick_reading_that_fails_by_itself_is_made_good(monkeypatch):
    """A good document is read even where the quick reading had no room, as deep in the stack."""
    text = dumps(records.FAMILY, kind=ACCOUNT)
    monkeypatch.setattr(codec, "_QUICK", None)

    assert loads(text, kind=ACCOUNT) == records.FAMILY


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_told(text):
    """Whatever the text, reading gives a record or a DecodeError."""
    with pytest.raises(DecodeError):
        loads(text, kind=BOOK)
