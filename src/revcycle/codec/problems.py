"""What is wrong with a document, in words and with its place, private values left out (PR-6)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

import attrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from revcycle.codec.defects import Defect, shown
from revcycle.errors import DecodeError, InvalidRecord

__all__ = ["Path", "Problem", "place_of", "problems_of", "written"]

Path: TypeAlias = tuple[str | int, ...]
"""The steps from the top of a document to a place in it."""


@attrs.frozen
class Problem:
    """What is wrong, and where.

    Attributes:
        path: the place.
        message: what is wrong there.
    """

    path: Path
    message: str

    def __str__(self) -> str:
        """Read as one line."""
        return f"{self.message} @ {written(self.path)}"


def problems_of(error: Exception, path: Path, *, hidden: bool = False) -> Iterator[Problem]:
    """Put *error* into words.

    Args:
        error: what reading raised.
        path: where the value stands that was read.
        hidden: whether that is below a private field, so that no value may be shown (PR-6).
    """
    if isinstance(error, BaseValidationError):
        for part in error.exceptions:
            yield from _problems_of_part(part, error.cl, path, hidden=hidden)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield from _unknown_fields(error, path, hidden=hidden)
    elif isinstance(error, Defect):
        at = () if error.at is None or hidden else (error.at,)
        value = f", not {shown(error.value[0])}" if error.value and not hidden else ""
        yield Problem((*path, *at), error.message + value)
    elif isinstance(error, DecodeError):
        yield from (_below(said, path) for said in error.problems)
    elif isinstance(error, InvalidRecord):
        # What is said of a private field hides its value; what is said of others does not.
        says_all = not hidden or error.value == "(private)"
        message = str(error) if says_all else f"{error.record}.{error.field} is not valid"
        yield Problem(path, message)
    else:
        yield Problem(path, f"cannot be built ({type(error).__name__})")


def _below(said: str, path: Path) -> Problem:
    """Put a problem that a rule reported from its own top at its place in the document."""
    message, _, place = said.rpartition(" @ $")
    end = _STEPS.match(place).end()  # type: ignore[union-attr]  # it also matches nothing
    steps = [name or int(index) for name, index in _STEP.findall(place[:end])]
    return Problem((*path, *steps), message + place[end:])


_STEP: Final = re.compile(r"\.([a-z_]+)|\[([0-9]+)\]")
_STEPS: Final = re.compile(rf"(?:{_STEP.pattern})*")


def _problems_of_part(
    part: Exception, owner: type, path: Path, *, hidden: bool
) -> Iterator[Problem]:
    """Follow the note on an error: the field of *owner* or the index it was found at."""
    note = next((n for n in getattr(part, "__notes__", ()) if isinstance(n, _NOTES)), None)
    if isinstance(note, AttributeValidationNote):
        path = (*path, note.name)
        hidden = hidden or _is_private(owner, note.name)
        if isinstance(part, KeyError):
            yield Problem(path, "required field missing")
            return
    elif isinstance(note, IterableValidationNote):
        path = (*path, note.index)
    yield from problems_of(part, path, hidden=hidden)


_NOTES: Final = (AttributeValidationNote, IterableValidationNote)


def _unknown_fields(
    error: ForbiddenExtraKeysError, path: Path, *, hidden: bool
) -> Iterator[Problem]:
    known = [field.name for field in attrs.fields(error.cl) if field.init]
    # Where everything is private, a name that nobody knows may be a value.
    hidden = hidden or all(_is_private(error.cl, name) for name in known)
    for name in error.extra_fields:
        if hidden:
            yield Problem(path, "unknown field")
        elif type(name) is not str:
            yield Problem(path, f"field names must be text, not {shown(name)}")
        else:
            nearest = difflib.get_close_matches(name, known, n=1)
            hint = f": did you mean {shown(nearest[0])}?" if nearest else ""
            yield Problem((*path, name), f"unknown field{hint}")


def _is_private(owner: type, name: str) -> bool:
    field = attrs.fields_dict(owner)[name]
    return bool(field.metadata.get("private")) or not field.repr


def place_of(path: Path, plain: object) -> tuple[int, ...]:
    """Give the position of *path* in the document; what is missing stands last in its object."""
    place = []
    for step in path:
        if isinstance(plain, dict):
            place.append(list(plain).index(step) if step in plain else len(plain))
            plain = plain.get(step)
        elif isinstance(plain, list) and isinstance(step, int):
            place.append(step)
            plain = plain[step]
    return tuple(place)


def written(path: Path) -> str:
    """Write *path* as in ``$.record.charges[0].amount``."""
    return "$" + "".join(map(_step, path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{shown(step)}]"
