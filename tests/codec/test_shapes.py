"""What fields may be made of: any union of records, any set of enumerations or records."""

import enum
from typing import get_args

import attrs
import pytest

from revcycle.codec import Kind, dumps, from_plain, loads, to_plain
from revcycle.codec.shapes import (
    is_enumeration,
    is_frozenset,
    is_optional,
    is_rule_shape,
    is_tagged_union,
    is_tuple,
    tags_of,
)
from revcycle.errors import DecodeError
from revcycle.levels import LEVELS, DunningLevel
from tests.codec.examples import CLASSES, SHAPES, problems_of

# By text, which is the same in every process: tests are handed out by their names.
UNIONS = sorted((shape for shape in SHAPES if is_tagged_union(shape)), key=str)


class Colour(enum.Enum):
    """Members and their names are in another order than their values."""

    RED = "red"
    BLUE = "sky"
    GREEN = "green"


@attrs.frozen
class IssueOpened:
    """A thing that happened."""

    on: int
    why: Colour = Colour.RED


@attrs.frozen
class IssueHTTPClosed:
    """Another thing, with the same fields and capitals in a row."""

    on: int
    why: Colour = Colour.RED


@attrs.frozen
class Unlike:
    """No part of any union."""

    on: int = 1


@attrs.frozen
class History:
    """Everything that a field may be made of, beyond what the library's own records use."""

    latest: IssueOpened | IssueHTTPClosed
    first: IssueOpened | IssueHTTPClosed | None = None
    all: tuple[IssueOpened | IssueHTTPClosed, ...] = ()
    distinct: frozenset[IssueOpened | IssueHTTPClosed] = frozenset()
    colours: frozenset[Colour] = frozenset()
    levels: frozenset[DunningLevel] = frozenset()
    groups: frozenset[Unlike] = frozenset()
    chosen: frozenset[Colour] | None = None
    sets: tuple[frozenset[str], ...] = ()


HISTORY = Kind("history", History)
FULL = History(
    latest=IssueHTTPClosed(3),
    first=IssueOpened(1, Colour.BLUE),
    all=(IssueOpened(1), IssueHTTPClosed(1)),
    distinct=frozenset({IssueOpened(1), IssueHTTPClosed(1), IssueOpened(2)}),
    colours=frozenset(Colour),
    levels=frozenset(LEVELS),
    groups=frozenset({Unlike(10), Unlike(9)}),
    chosen=frozenset({Colour.GREEN, Colour.BLUE}),
    sets=(frozenset("ba"), frozenset()),
)


def test_any_union_of_records_is_tagged():
    """A union that the codec was never told of comes back, each record as what it was."""
    assert loads(dumps(FULL, kind=HISTORY), kind=HISTORY) == FULL
    assert loads(dumps(History(FULL.latest), kind=HISTORY), kind=HISTORY) == History(FULL.latest)


def test_what_a_tag_looks_like():
    """A tag is the class name in snake case, first in its object."""
    record = to_plain(FULL, kind=HISTORY)["record"]

    assert list(record["latest"].items()) == [("type", "issue_h_t_t_p_closed"), ("on", 3)]
    assert record["first"] == {"type": "issue_opened", "on": 1, "why": "sky"}


def test_a_union_is_a_kind_by_itself():
    """Events of any context can be documents, alone and as a history."""
    events = Kind("issue_events", tuple[IssueOpened | IssueHTTPClosed, ...])

    assert loads(dumps(FULL.all, kind=events), kind=events) == FULL.all


def test_a_set_is_in_one_order_whatever_it_holds():
    """Enumerations go by their values, records by their text: equal sets give equal documents."""
    record = to_plain(FULL, kind=HISTORY)["record"]

    assert record["colours"] == ["green", "red", "sky"]
    assert record["levels"] == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert record["chosen"] == ["green", "sky"]
    assert record["groups"] == [{"on": 10}, {"on": 9}]
    assert [each["type"] for each in record["distinct"]][-1] == "issue_opened"
    assert record["sets"] == [["a", "b"], []]


@pytest.mark.parametrize(
    ("latest", "problem"),
    [
        ({"on": 1}, 'required field missing: a type such as "issue_opened" @ $.record.latest.type'),
        (
            {"type": "issue_open", "on": 1},
            'unknown type "issue_open": did you mean "issue_opened"? @ $.record.latest.type',
        ),
        (
            {"type": "unlike", "on": 1},
            'unknown type "unlike": did you mean "issue_opened"? @ $.record.latest.type',
        ),
        (
            {"type": 3, "on": 1},
            'must be a type such as "issue_opened", not 3 @ $.record.latest.type',
        ),
        (
            {"type": "issue_opened", "on": "1"},
            'must be a whole number, not "1" @ $.record.latest.on',
        ),
        (
            {"type": "issue_opened", "on": 1, "by": "x"},
            "unknown field @ $.record.latest.by",
        ),
        (None, "must be an object, not null @ $.record.latest"),
    ],
)
def test_a_bad_record_of_a_union_is_one_problem(latest, problem):
    """A tag is asked for, known ones are offered, and the fields are those of the tagged record."""
    document = {"schema": 1, "kind": "history", "record": {"latest": latest}}

    assert problems_of(document, HISTORY) == (problem,)


def test_what_may_be_absent_in_a_union_is_null():
    """Null stands for None where it is allowed, and what stands there otherwise is read tagged."""
    record = {"latest": {"type": "issue_opened", "on": 1}, "first": None}
    document = {"schema": 1, "kind": "history", "record": record}

    assert from_plain(document, kind=HISTORY) == History(IssueOpened(1))
    with pytest.raises(DecodeError, match=r"a type such as .* @ \$\.record\.first\.type"):
        from_plain(document | {"record": record | {"first": {"on": 1}}}, kind=HISTORY)


# ---------------------------------------------------------------------- the library's own shapes


def test_there_are_unions_to_look_at():
    """The events of dunning are found among the shapes, so the tests below look at something."""
    assert UNIONS


@pytest.mark.parametrize("shape", UNIONS, ids=lambda shape: get_args(shape)[0].__name__)
def test_each_tag_names_one_record(shape):
    """No two records of a union share a tag, and none has a field where the tag stands."""
    assert len(tags_of(shape)) == len(get_args(shape))
    assert not [kind for kind in get_args(shape) if "type" in attrs.fields_dict(kind)]


def test_every_shape_is_one_that_is_read_exactly():
    """No field is a tuple of fixed length, a mapping or a mixed union, which nobody reads here."""
    tests = (
        *(is_tuple, is_frozenset, is_optional, is_tagged_union, is_rule_shape, is_enumeration),
    )

    assert [s for s in SHAPES - CLASSES if not any(is_such(s) for is_such in tests)] == []
