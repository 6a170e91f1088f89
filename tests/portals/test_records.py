"""The records of portals are valid by construction, immutable, and known by value."""

from datetime import date, datetime
from decimal import Decimal

import attrs
import pytest

from revcycle import codec, portals
from revcycle.checks import is_private
from revcycle.errors import DecodeError, InvalidRecord
from revcycle.portals import AskedFor, FirstStep, Owner, WorkKind
from tests.wire import portals as wire

NOUNS = (
    wire.PORTAL,
    wire.PORTAL.covers[0],
    wire.PORTAL.accounts[0],
    wire.PORTAL.accounts[0].account_type,
    wire.GROUPS[0],
    wire.CHECK,
    wire.CHANGED,
    wire.RESPONSE,
    wire.UNPOSTABLES_TASK.notes[0],
    wire.CLAIMS_TASK,
    wire.UNPOSTABLES_TASK,
    wire.ISSUE,
    wire.HUB,
    FirstStep(owner=Owner.PAYER, asks_for=AskedFor.OTHER),
)
FIELDS = [
    pytest.param(noun, field.name, id=f"{type(noun).__name__}.{field.name}")
    for noun in NOUNS
    for field in attrs.fields(type(noun))
    if field.init
]


class Stranger:
    """Something that no field can hold, and that says too much."""

    def __repr__(self):
        return "Q7stranger"


@pytest.mark.parametrize(("noun", "field"), FIELDS)
def test_a_field_holds_what_it_says(noun, field):
    """Anything else is refused where the record is built, by its field's name (PR-6)."""
    for wrong in (Stranger(), [Stranger()], (Stranger(),), frozenset({Stranger()}), True, 1.5):
        if wrong is True and type(getattr(noun, field)) is bool:
            continue
        with pytest.raises(InvalidRecord) as caught:
            attrs.evolve(noun, **{field: wrong})
        assert caught.value.field == field
        assert "Q7" not in str(caught.value)
        hides = is_private(noun, field)
        assert (caught.value.value == "(private)") is hides


@pytest.mark.parametrize(
    ("noun", "field"),
    [
        (wire.PORTAL, "accounts"),
        (wire.PORTAL.accounts[0], "account_type"),
        (wire.UNPOSTABLES_TASK, "notes"),
        (wire.UNPOSTABLES_TASK, "affected"),
        (wire.ISSUE, "tasks"),
        (wire.HUB, "issues"),
    ],
)
def test_what_stands_in_the_place_of_a_record_is_not_quoted(noun, field):
    """It may be a secret, alone or beside records: the error says of which type it is (PH-12)."""
    given = getattr(noun, field)
    for wrong in ("vault:7", ("vault:7",), (*given, "vault:7") if type(given) is tuple else 7):
        with pytest.raises(InvalidRecord, match="of type") as caught:
            attrs.evolve(noun, **{field: wrong})
        assert "vault" not in str(caught.value)


@pytest.mark.parametrize(
    ("noun", "field", "wrong"),
    [
        (wire.PORTAL, "id", ""),
        (wire.PORTAL, "name", ""),
        (wire.PORTAL.covers[0], "id", ""),
        (wire.PORTAL.covers[0], "name", ""),
        (wire.PORTAL.accounts[0], "id", ""),
        (wire.PORTAL.accounts[0], "user_name", ""),
        (wire.PORTAL.accounts[0], "tins", (" ",)),
        (wire.PORTAL.accounts[0].account_type, "name", ""),
        (wire.GROUPS[0], "id", ""),
        (wire.GROUPS[0], "created_on", datetime(2026, 5, 1)),  # noqa: DTZ001  (what is refused)
        (wire.CHECK, "id", ""),
        (wire.CHECK, "dollars", "-0.01"),
        (wire.CHECK, "dollars", Decimal("1.005")),
        (wire.CHANGED, "password_ref", ""),
        (wire.CHANGED, "user_name", ""),
        (wire.UNPOSTABLES_TASK.notes[0], "by", ""),
        (wire.CLAIMS_TASK, "id", ""),
        (wire.CLAIMS_TASK, "medical_group_ids", frozenset({""})),
        (wire.CLAIMS_TASK, "created_on", datetime(2026, 5, 4)),  # noqa: DTZ001  (what is refused)
        (wire.UNPOSTABLES_TASK, "account_id", ""),
        (wire.UNPOSTABLES_TASK, "asks_for", frozenset({AskedFor.NUMBERS, "password"})),
        (wire.UNPOSTABLES_TASK, "tins", (" ",)),
        (wire.UNPOSTABLES_TASK, "other_numbers", ("\t",)),
        (wire.ISSUE, "id", ""),
        (wire.ISSUE, "portal_id", ""),
        (wire.ISSUE, "account_id", ""),
        (wire.ISSUE, "reported_blocks", frozenset({WorkKind.CLAIMS, "unpostables"})),
        (wire.HUB, "service_name", ""),
        (wire.HUB, "service_name", " "),
        (wire.PORTAL, "name", "\u200b"),
        (wire.PORTAL.covers[0], "name", " "),
        (wire.PORTAL.accounts[0].account_type, "name", " "),
        (wire.GROUPS[0], "name", " "),
        (wire.UNPOSTABLES_TASK.notes[0], "by", " "),
        (wire.PORTAL, "covers", (wire.PORTAL.covers[0],) * 2),
        (wire.PORTAL, "accounts", (wire.PORTAL.accounts[0],) * 2),
        (wire.HUB, "portals", (wire.PORTAL,) * 2),
        (wire.HUB, "medical_groups", (wire.GROUPS[0],) * 2),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_field_keeps_its_bounds(noun, field, wrong):
    """Empty ids, blank names, moments, other than cents, ids used twice are refused (M-3)."""
    with pytest.raises(InvalidRecord) as caught:
        attrs.evolve(noun, **{field: wrong})
    assert caught.value.field == field


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: type(noun).__name__)
def test_a_record_is_a_value(noun):
    """A record equals its copy, can be hashed, and cannot be changed (architecture: Records)."""
    again = attrs.evolve(noun)

    assert again == noun
    assert hash(again) == hash(noun)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        noun.id = "other"


HOMES = ("portals", "unpostables", "history", "tasks", "issues", "hub", "triage")


def test_every_noun_is_tried():
    """No record of portals that checks itself is left out above."""
    checked = {
        kind
        for kind in vars(portals).values()
        if isinstance(kind, type) and attrs.has(kind) and hasattr(kind, "__attrs_post_init__")
        if kind.__module__.rpartition(".")[2] in HOMES
    }

    assert {type(noun) for noun in NOUNS} == checked - {portals.TriagePolicy}


def test_no_field_of_a_response_is_quoted():
    """What is typed into the wrong field may be the password, whichever field it is (PH-12)."""
    document = codec.to_plain(wire.RESPONSE, kind=codec.RESPONSE)
    for place in ("needs_assistance", "hunter2"):
        wrong = {**document, "record": {**document["record"], place: "hunter2"}}
        with pytest.raises(DecodeError) as caught:
            codec.from_plain(wrong, kind=codec.RESPONSE)
        assert "hunter2" not in str(caught.value)
    for build in (portals.Response, portals.TaskNote):
        given = {} if build is portals.Response else {"on": date(2025, 3, 4), "by": "john"}
        with pytest.raises(InvalidRecord, match=r"needs_assistance is \(private\)") as caught:
            build(needs_assistance="hunter2", **given)
        assert "hunter2" not in str(caught.value)
    assert repr(wire.RESPONSE) == "Response()"
