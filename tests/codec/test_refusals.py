"""Every defect of a document is told, in words, with its place."""

import json
from datetime import date
from decimal import Decimal

import attrs
import pytest

from revcycle.codec import (
    ACCOUNT,
    BOOK,
    CONTACT,
    CONTACTS,
    EVENTS,
    HOLD,
    POLICY,
    REPORT_DEFINITIONS,
    VIEWER,
    WORKLIST,
    WORKLISTS,
    Kind,
    dumps,
    from_plain,
    loads,
    to_plain,
)
from revcycle.errors import DecodeError, InvalidRecord
from tests.codec.examples import problems_of, with_defect
from tests.wire import records
from tests.wire.defects import DATE, EVENT_DEFECTS, FAMILY_DEFECTS, MONEY


def in_envelope(kind, record):
    """Give the document of that kind."""
    return {"schema": 1, "kind": kind.name, "record": record}


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


def repeated(kind, record):
    """Give a document that holds *record* twice and something else between."""
    (plain,) = to_plain((record,), kind=kind)["record"]
    return in_envelope(kind, [plain, plain | {"id": "other"}, plain.copy()])


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (BOOK, records.FAMILY),
        (CONTACTS, records.CONTACTS[0]),
        (WORKLISTS, records.WORKLIST),
        (REPORT_DEFINITIONS, records.REPORT),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_record_that_stands_twice_is_refused(kind, record):
    """M-3: whoever makes a dictionary of what was read must not lose one of two accounts."""
    said = f'must not be "{record.id}" again, which is at $.record[0] @ $.record[2].id'
    assert problems_of(repeated(kind, record), kind) == (said,)
    with pytest.raises(InvalidRecord, match=r"document\.record is .*: it must hold each id once"):
        dumps((record, attrs.evolve(record, id="other"), record), kind=kind)


def test_records_that_are_wrong_and_stand_twice_are_told_together():
    """An id is looked at even where the rest of its record cannot be read."""
    document = repeated(WORKLISTS, records.WORKLIST)
    document["record"][2]["name"] = 5
    document["record"].append({"id": 7})
    document["record"].append("x")

    told = [problem.partition(" @ ")[2] for problem in problems_of(document, WORKLISTS)]
    assert told[:2] == ["$.record[2].id", "$.record[2].name"]
    assert all(place.startswith(("$.record[3]", "$.record[4]")) for place in told[2:])


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


@attrs.frozen
class Careless:
    """A record whose own check has a mistake."""

    count: int

    def __attrs_post_init__(self):
        self.count / 0


def test_whatever_a_constructor_raises_is_a_problem():
    """A defect that a record's own check does not foresee is still told as one, by place."""
    kind = Kind("careless", tuple[Careless, ...])

    problems = problems_of(in_envelope(kind, [{"count": 1}]), kind)
    assert problems == ("cannot be built (ZeroDivisionError) @ $.record[0]",)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"alarm_level": 0}, "be a level, 1 to 8 @ $.record"),
        ({"alarm_level": "2"}, 'must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, not "2"'),
        ({"initials": "A-C"}, "must be a list, not text @ $.record.initials"),
        ({"initials": ["A", "A"]}, "must hold each item once @ $.record.initials"),
        ({"initials": ["A", 3]}, "must be text, not 3 @ $.record.initials[1]"),
        ({"initials": ["a"]}, "each element of which must be one letter, A to Z @ $.record"),
        ({"amount_min": 50}, f"{MONEY}, not 50 @ $.record.amount_min"),
        ({"amount_min": "5.00", "amount_max": "4.00"}, "be at least amount_min, 5.00 @ $.record"),
        ({"appointment_days": 1.5}, "must be a whole number, not 1.5 @ $.record.appointment_days"),
        ({"insurance_class": "self"}, "must be one of self_pay_primary, other_primary"),
        ({"sort": None}, "must be one of last_name, outstanding, not null @ $.record.sort"),
        ({"sorted": 2}, 'unknown field: did you mean "sort"? @ $.record.sorted'),
    ],
    ids=str,
)
def test_a_bad_worklist_is_one_problem(fields, problem):
    """A definition is read as strictly as any record (WL-14)."""
    record = {"id": "W1", "name": "W", "alarm_level": 2} | fields

    (found,) = problems_of(in_envelope(WORKLIST, record), WORKLIST)
    assert problem in found


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"permissions": ["Admin"]},
            'Providers/ Numbers, not "Admin" @ $.record.permissions[0]',
        ),
        (
            {
                "permissions": [
                    "Privacy: Access Blocked Accounts",
                    "Privacy: Access Blocked Patients",
                ]
            },
            "must hold each item once @ $.record.permissions",
        ),
        ({"provider_groups": {}}, "must be a list, not an object @ $.record.provider_groups"),
        (
            {"provider_groups": [{"id": "G"}, {"id": "G"}]},
            "must hold each item once @ $.record.provider_groups",
        ),
        (
            {"provider_groups": [{"id": "G", "provider_ids": [""]}]},
            "be a frozenset of non-empty text ids @ $.record.provider_groups[0]",
        ),
    ],
    ids=str,
)
def test_a_bad_viewer_is_one_problem(fields, problem):
    """A permission that nobody has heard of, or granted twice, is refused (PR-1)."""
    (found,) = problems_of(in_envelope(VIEWER, {"id": "U1"} | fields), VIEWER)

    assert problem in found


@pytest.mark.parametrize("kind", ["account", None, {"schema": 1, "last_name": "Muñoz"}], ids=type)
@pytest.mark.parametrize("record", [records.ALONE, "Muñoz"], ids=type)
@pytest.mark.parametrize("use", [dumps, to_plain, loads, from_plain], ids=lambda use: use.__name__)
def test_a_kind_is_a_kind(use, record, kind):
    """A name or a document given for the kind is refused by its type, and never shown (PR-6)."""
    with pytest.raises(InvalidRecord) as caught:
        use(record, kind=kind)

    shown = f"document.kind is {type(kind).__name__!r}: it must be a Kind, such as"
    assert str(caught.value) == f"{shown} revcycle.codec.ACCOUNT"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "at",
    [
        "9:30",
        "09:30",
        "24:00:00",
        "09:60:00",
        "09:30:00Z",
        "09:30:00+00:00",
        "09:30:00.000000",
        930,
    ],
)
def test_a_time_of_day_is_read_exactly(at):
    """A local time has hours, minutes and seconds, no zone, and is written in one way only."""
    document = to_plain(records.CONTACTS[0], kind=CONTACT)
    document["record"]["at"] = at

    (problem,) = problems_of(document, CONTACT)
    shown = json.dumps(at)
    assert problem == f'must be a time of day such as "09:30:00", not {shown} @ $.record.at'
