"""No problem shows a private value (PR-6)."""

from collections.abc import Iterator

import attrs
import pytest

from revcycle.codec import ACCOUNT, Kind, from_plain, to_plain
from revcycle.errors import DecodeError
from tests.codec.examples import KEPT, RECORDS, default_of, problems_of, with_defect
from tests.wire import records
from tests.wire.defects import DROP

SECRET = "Q7secretQ7"
SECRET_NUMBER = 77177177
SECRET_DAY = "1977-07-17"


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
            "StatementNote.text is (private): it must be text of 1 to 75 characters, "
            "not all of them blank"
            " @ $.record.members[0].patient.statement_note"
        ),
        "StatementNote.end_on is not valid @ $.record.members[1].patient.statement_note",
    )
