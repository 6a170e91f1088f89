"""What a field must be, said once, for every record's post-init check.

Records are valid by construction. A record lists ``(field, requirement)`` pairs; `check_fields`
tries them in order and raises `InvalidRecord` for the first that fails. Types are exact: a bool
is no int and a datetime is no date.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from revcycle.errors import InvalidRecord
from revcycle.folding import is_blank
from revcycle.money import ZERO

__all__ = [
    "AMOUNT",
    "COUNT",
    "DATE",
    "FLAG",
    "ID",
    "LOCAL_TIME",
    "POSITIVE",
    "SEVERAL",
    "TEXT",
    "WORDS",
    "Requirement",
    "all_given",
    "check_fields",
    "check_given",
    "each",
    "is_private",
    "one_of",
    "optional",
    "private",
    "refuse",
    "unique",
]


@attrs.frozen
class Requirement:
    """A test of one value and the words that complete "it must ...".

    Attributes:
        holds: tells whether a value is valid.
        must: what is valid.
        records_only: whether only records are shown of a value that is not valid, and they hide
            what is private: what else stands in a record's place may be a name or a secret.
    """

    holds: Callable[[Any], bool]
    must: str
    records_only: bool = False


ID: Final = Requirement(lambda v: type(v) is str and v != "", "be a non-empty text id")
TEXT: Final = Requirement(lambda v: type(v) is str, "be text")
WORDS: Final = Requirement(
    lambda v: type(v) is str and not is_blank(v), "be text that is not blank"
)
FLAG: Final = Requirement(lambda v: type(v) is bool, "be True or False")
DATE: Final = Requirement(lambda v: type(v) is date, "be a date (not a datetime)")
LOCAL_TIME: Final = Requirement(
    lambda v: type(v) is time and v.tzinfo is None, "be a local time, without a time zone"
)
COUNT: Final = Requirement(lambda v: type(v) is int and v >= 0, "be an int, 0 or more")
AMOUNT: Final = Requirement(
    lambda v: type(v) is Decimal and v >= ZERO, "be US dollars, 0.00 or more"
)
POSITIVE: Final = Requirement(
    lambda v: type(v) is Decimal and v > ZERO, "be US dollars, more than 0.00"
)

SEVERAL: Final = Requirement(
    lambda v: isinstance(v, Iterable) and not isinstance(v, str | bytes),
    "be several in a list or a tuple",
    records_only=True,
)


def optional(requirement: Requirement) -> Requirement:
    """Accept None as well."""
    return Requirement(
        lambda v: v is None or requirement.holds(v),
        f"{requirement.must}, or None",
        records_only=requirement.records_only,
    )


def one_of(kind: type) -> Requirement:
    """Ask for an exact *kind*: a member, if it is an enumeration."""
    article = "an" if kind.__name__[0] in "AEIO" else "a"
    named = f"{article} {kind.__name__}"
    if issubclass(kind, enum.Enum):
        members = ", ".join(str(member.value) for member in kind)
        return Requirement(lambda v: type(v) is kind, f"be {named}: one of {members}")
    return Requirement(lambda v: type(v) is kind, f"be {named}", records_only=True)


def each(requirement: Requirement) -> Requirement:
    """Ask for a tuple whose every element fulfils *requirement*."""
    return Requirement(
        lambda v: type(v) is tuple and all(map(requirement.holds, v)),
        f"be a tuple, each element of which must {requirement.must}",
        records_only=requirement.records_only,
    )


def private(**options: Any) -> Any:  # noqa: ANN401  (attrs.field itself is typed so)
    """Declare a field that no repr, explanation or error may show (PR-6)."""
    return attrs.field(repr=False, metadata={"private": True}, **options)


def is_private(record: object, field: str) -> bool:
    """Tell whether *field* of *record* was declared private."""
    declared = attrs.fields_dict(type(record)).get(field)  # type: ignore[arg-type]  # an attrs class
    return declared is not None and bool(declared.metadata.get("private"))


def check_fields(record: object, requirements: tuple[tuple[str, Requirement], ...]) -> None:
    """Raise for the first field that is not what it must be.

    Raises:
        InvalidRecord: naming record, field, value (unless private) and what is valid.
    """
    for field, requirement in requirements:
        if not requirement.holds(getattr(record, field)):
            refuse(record, field, requirement.must, records_only=requirement.records_only)


def check_given(
    field: str, value: object, requirement: Requirement, *, private: bool = False
) -> None:
    """Refuse an argument of an act that is something else than it must be.

    Raises:
        InvalidRecord: naming the argument.
    """
    if not requirement.holds(value):
        must, records_only = requirement.must, requirement.records_only
        raise InvalidRecord("act", field, value, must, private=private, records_only=records_only)


def all_given(field: str, given: Iterable[GivenT]) -> tuple[GivenT, ...]:
    """Collect an argument that holds several.

    Raises:
        InvalidRecord: it is a single one, or nothing that can be gone through.
    """
    check_given(field, given, SEVERAL)
    return tuple(given)


GivenT = TypeVar("GivenT")


def refuse(record: object, field: str, must: str, *, records_only: bool = False) -> None:
    """Raise `InvalidRecord` for *field* of *record*, hiding a private value."""
    raise InvalidRecord(
        type(record).__name__,
        field,
        getattr(record, field),
        must,
        private=is_private(record, field),
        records_only=records_only,
    )


def unique(record: object, field: str, keys: list[Any]) -> None:
    """Raise unless *keys*, taken from *field*, are all different (M-3)."""
    if len(set(keys)) != len(keys):
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        raise InvalidRecord(type(record).__name__, field, tuple(twice), "hold each id once")
