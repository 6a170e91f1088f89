"""Who must act on a task, and the legal moves between them: a table, and nothing else (PH-13)."""

from __future__ import annotations

import enum
from typing import Final

import attrs

__all__ = ["LEGAL_MOVES", "LegalMove", "Move", "Owner", "TaskState", "state_after", "states_before"]


class Owner(enum.Enum):
    """Who must act (PH-2)."""

    PRACTICE = "practice"
    SERVICE = "service"
    PAYER = "payer"


class TaskState(enum.Enum):
    """With whom a task is, or that it is done (PH-13)."""

    PRACTICE = "practice"
    SERVICE = "service"
    PAYER = "payer"
    RESOLVED = "resolved"


class Move(enum.Enum):
    """What takes a task from one state to another (PH-13)."""

    SUBMIT = "submit"
    """The practice has answered, or has done what was asked."""

    RETURN = "return"
    """The service asks the practice again."""

    PASS = "pass"  # noqa: S105  (the verb, not a password)
    """The service asks the payer."""

    ANSWER = "answer"
    """The payer has answered the service."""

    RESOLVE = "resolve"
    """The access works again."""


@attrs.frozen
class LegalMove:
    """A row of the table: *move* takes a task from *before* to *after*."""

    move: Move
    before: TaskState
    after: TaskState


LEGAL_MOVES: Final = (
    LegalMove(Move.SUBMIT, TaskState.PRACTICE, TaskState.SERVICE),
    LegalMove(Move.RETURN, TaskState.SERVICE, TaskState.PRACTICE),
    LegalMove(Move.PASS, TaskState.SERVICE, TaskState.PAYER),
    LegalMove(Move.ANSWER, TaskState.PAYER, TaskState.SERVICE),
    LegalMove(Move.RESOLVE, TaskState.SERVICE, TaskState.RESOLVED),
    LegalMove(Move.RESOLVE, TaskState.PAYER, TaskState.RESOLVED),
)
"""Every move there is; resolved is final, for no row leaves it (PH-13)."""

_AFTER: Final = {(legal.move, legal.before): legal.after for legal in LEGAL_MOVES}


def state_after(state: TaskState, move: Move) -> TaskState | None:
    """Give the state that *move* leads to from *state*; None where it may not be made (PH-13)."""
    return _AFTER.get((move, state))


def states_before(move: Move) -> tuple[TaskState, ...]:
    """Give the states from which *move* may be made, in the order of the table (PH-13)."""
    return tuple(legal.before for legal in LEGAL_MOVES if legal.move is move)
