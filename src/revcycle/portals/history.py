"""What is said on a task: the practice's responses, notes, and the moves made with them.

TaskNote          an entry of a task's history; history only grows
Credentials     what a response gave, its password as the host's opaque reference
Response          what the practice answers, as a draft and as submitted
"""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from revcycle.checks import (
    DATE,
    FLAG,
    TEXT,
    WORDS,
    check_fields,
    one_of,
    optional,
    private,
    refuse,
)
from revcycle.portals.moves import Move

__all__ = ["Credentials", "Response", "TaskNote"]


@attrs.frozen(kw_only=True)
class Credentials:
    """A user name and a password as somebody typed them; one of them may be missing.

    Attributes:
        user_name: the user name, or None; private.
        password_ref: the host's opaque reference to the password, never the password, or None.
            Hidden: no repr, explanation, error, HTML or CSV shows it (PH-12).
    """

    user_name: str | None = private(default=None)
    password_ref: str | None = private(default=None)

    def __attrs_post_init__(self) -> None:
        """Check the fields; where nothing was typed there are no credentials."""
        check_fields(self, (("user_name", optional(WORDS)), ("password_ref", optional(WORDS))))
        if self.user_name is None and self.password_ref is None:
            refuse(self, "user_name", "be given, or a password_ref; dismissed fields are None")


@attrs.frozen(kw_only=True)
class Response:
    """What the practice answers to a task, as a draft and once submitted (PH-9).

    A draft is a value like any other: change it with `attrs.evolve`, drop it to cancel.

    Attributes:
        change: what becomes of the account in question; None where its fields were left alone
            or dismissed; private.
        addition: a further account; None where its fields were left alone or dismissed.
        comment: a word on the task's notes, or empty; private.
        needs_assistance: whether the practice wants the service's help; what else stands here is
            not quoted, for it may be a secret (PH-12).
    """

    change: Credentials | None = private(default=None)
    addition: Credentials | None = private(default=None)
    comment: str = private(default="")
    needs_assistance: bool = private(default=False)

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _RESPONSE)


_RESPONSE: Final = (
    ("change", optional(one_of(Credentials))),
    ("addition", optional(one_of(Credentials))),
    ("comment", TEXT),
    ("needs_assistance", FLAG),
)


@attrs.frozen(kw_only=True)
class TaskNote:
    """An entry of a task's history: what was written, and the move made with it (PH-9).

    Attributes:
        on: the day.
        by: the author: a viewer's id for a submitted response, else whom the host names.
        text: what was written, or empty; private. A response's comment stands here.
        move: the move, or None for a note alone.
        change: what a submitted response changed, or None; private.
        addition: what a submitted response added, or None; private.
        needs_assistance: whether a submitted response asked for help.
    """

    on: date
    by: str
    text: str = private(default="")
    move: Move | None = None
    change: Credentials | None = private(default=None)
    addition: Credentials | None = private(default=None)
    needs_assistance: bool = private(default=False)

    def __attrs_post_init__(self) -> None:
        """Check the fields; only a submitted response has credentials or asks for help."""
        check_fields(self, _NOTE)
        if self.move is not Move.SUBMIT:
            for field in ("change", "addition", "needs_assistance"):
                if getattr(self, field):
                    refuse(self, field, "be given with a submitted response only")


_NOTE: Final = (
    ("on", DATE),
    ("by", WORDS),
    ("text", TEXT),
    ("move", optional(one_of(Move))),
    ("change", optional(one_of(Credentials))),
    ("addition", optional(one_of(Credentials))),
    ("needs_assistance", FLAG),
)
