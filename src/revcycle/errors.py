"""Everything the library raises, in one place.

Impossible data raises `InvalidRecord` where it is built; an act that may not happen raises
`Refused` with every reason at once; an id or a fact that is not there is an error, never a
silent False. Messages carry ids and figures only (PR-6): a private field is named, its value
is not.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

__all__ = [
    "DecodeError",
    "InvalidRecord",
    "NotPermitted",
    "Problem",
    "Proposition",
    "Refused",
    "RevcycleError",
    "UnknownFact",
    "UnknownReference",
]


class RevcycleError(Exception):
    """The base of every error this library raises on purpose."""


class InvalidRecord(RevcycleError, ValueError):
    """A record that cannot be: says which record and field, what came, and what is valid.

    Attributes:
        record: the record's class name.
        field: the field at fault, or several joined by a comma for a relation between fields.
        value: the text shown for the value; a private field shows ``(private)``, and anything
            but plain values and records shows its type only, for it may hold a person.
        must: what a valid value is, ready to follow the word "must".
    """

    def __init__(
        self,
        record: str,
        field: str,
        value: object,
        must: str,
        *,
        private: bool = False,
        records_only: bool = False,
    ) -> None:
        """Build the message from *record*, *field*, *value* and what it *must* be.

        Nothing of a *private* value is shown; *records_only*, nothing of one that is no record.
        """
        self.record = record
        self.field = field
        if private:
            self.value = "(private)"
        else:
            self.value = _shown(value, (() if records_only else _PLAIN))
        self.must = must
        super().__init__(f"{record}.{field} is {self.value}: it must {must}")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by message, so that a worker process can hand the error back."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class UnknownReference(RevcycleError, LookupError):
    """An id that is not in the subject: says what kind of thing was looked for."""

    def __init__(self, kind: str, reference: str) -> None:
        """Name the *kind* of thing and the *reference* that found none."""
        self.kind = kind
        self.reference = reference
        super().__init__(f"no {kind} with id {reference!r} here")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by message."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class UnknownFact(RevcycleError, LookupError):
    """A rule names a fact that its vocabulary does not have."""

    def __init__(self, name: str, nearest: str | None = None, path: str = "$") -> None:
        """Name the unknown fact, the *nearest* known one if any, and the *path* in the rule."""
        self.name = name
        self.nearest = nearest
        self.path = path
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        super().__init__(f"unknown fact {name!r} @ {path}{hint}")

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by message."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class Proposition(enum.Enum):
    """A reason for a refusal. The name states it, the value is a sentence with the remedy.

    Each verb's module lists its propositions in the order in which they are reported.
    """

    @property
    def remedy(self) -> str:
        """What the caller can do about it, in one sentence."""
        return str(self.value)


@attrs.frozen
class Problem:
    """One reason why an act is refused.

    Attributes:
        proposition: which reason, with its remedy.
        detail: the ids and figures that make it true here; never a name or a note.
    """

    proposition: Proposition
    detail: str = ""

    def __str__(self) -> str:
        """Read as one line."""
        said = self.proposition.name.lower().replace("_", " ")
        where = f" ({self.detail})" if self.detail else ""
        return f"{said}{where}: {self.proposition.remedy}"


class Refused(RevcycleError):
    """An act that may not happen, with every reason at once, in the order of precedence.

    Attributes:
        act: the verb that was refused.
        problems: at least one `Problem`.
    """

    def __init__(self, act: str, problems: Iterable[Problem]) -> None:
        """Refuse *act* for all of *problems*."""
        self.act = act
        self.problems = tuple(problems)
        super().__init__(f"{act} refused: " + " ".join(map(str, self.problems)))

    @property
    def propositions(self) -> tuple[Proposition, ...]:
        """The reasons without their figures, for a caller that branches on them."""
        return tuple(problem.proposition for problem in self.problems)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by message."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class NotPermitted(Refused):
    """The viewer lacks a permission; the message names it (PR-5)."""


class DecodeError(RevcycleError, ValueError):
    """Wire data that cannot be read: every problem as ``message @ $.path``.

    Attributes:
        problems: the problems, in document order.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        """Report all *problems* at once."""
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by message."""
        return (_rebuild, (type(self), self.args, self.__dict__))


_PLAIN = (str, int, float, bytes, Decimal, date, enum.Enum, type(None))


def _shown(value: object, plain: tuple[type, ...]) -> str:
    """Write *value* for a message: *plain* values and records, else the type alone (PR-6)."""
    parts = value if isinstance(value, (tuple, list, set, frozenset)) else (value,)
    # A record of ours hides its private fields itself.
    if all(isinstance(part, plain) or attrs.has(type(part)) for part in parts):
        if isinstance(value, (set, frozenset)) and value:
            return "{" + ", ".join(sorted(map(repr, value))) + "}"  # never in the order of hashes
        return repr(value)
    return f"of type {type(value).__name__}"


def _rebuild(
    kind: type[RevcycleError], args: tuple[object, ...], state: dict[str, object]
) -> RevcycleError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error
