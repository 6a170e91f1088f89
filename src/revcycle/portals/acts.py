"""What every act on an access issue has in common: its result, its day, and what refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from revcycle.checks import TEXT, WORDS, all_given, check_given, one_of
from revcycle.dates import is_date
from revcycle.errors import InvalidRecord, Problem, Proposition, Refused
from revcycle.folding import is_blank
from revcycle.portals.effects import changed_by
from revcycle.portals.events import Event
from revcycle.portals.issues import AccessIssue, task_of
from revcycle.portals.moves import Move, TaskState, state_after, states_before

__all__ = [
    "CaseProblem",
    "IssueChange",
    "all_given",
    "changed",
    "check_act",
    "check_author",
    "check_day",
    "check_given",
    "check_move",
    "check_note",
    "require",
    "resolved_problems",
]


@attrs.frozen(kw_only=True)
class IssueChange:
    """What an act on an issue returns: the issue after it, and what happened."""

    issue: AccessIssue
    events: tuple[Event, ...]


class CaseProblem(Proposition):
    """Why an act on an issue is refused, in the order in which reasons are reported."""

    AS_OF_BEFORE_LAST_ACT = "Record acts in the order of their days: use a later as_of."
    ISSUE_RESOLVED = "Open a new issue: resolved is final, also for a fault that recurs (PH-13)."
    TASK_RESOLVED = "Open another task, or a new issue: resolved is final (PH-13)."
    MOVE_NOT_LEGAL = "Wait until the task is with somebody who can make this move (PH-13)."
    NOTE_MISSING = "Write a note that says what is to be done or known (PH-13)."
    TASK_ID_TAKEN = "Give the task an id of its own."
    TASK_NOT_NEW = "Open a task without a history, created on the day of the act."
    NO_UNPOSTABLES_TASK = "Choose an unpostables task: an enrolment task lists none (PH-9)."
    CLOSED_AFTER_AS_OF = "Record that an unpostable was closed on or after its day."
    UNPOSTABLES_DISAGREE = "Tell of each unpostable what the issue's other tasks tell (PH-10)."


def check_act(issue: AccessIssue, *, as_of: date) -> tuple[Problem, ...]:
    """List why no act of *as_of* may be recorded on *issue*, whatever it is.

    Raises:
        InvalidRecord: *as_of* is no plain date.
    """
    check_day(as_of)
    if issue.last_act_on is not None and as_of < issue.last_act_on:
        detail = f"as_of {as_of}, last act {issue.last_act_on}"
        return (Problem(CaseProblem.AS_OF_BEFORE_LAST_ACT, detail),)
    return ()


def check_day(day: date, *, field: str = "as_of") -> None:
    """Refuse a datetime: days are calendar dates in the practice's own time zone (M-2).

    Raises:
        InvalidRecord: *day* is no plain date.
    """
    if not is_date(day):
        raise InvalidRecord("act", field, day, "be a date (not a datetime)")


def check_author(by: str) -> None:
    """Refuse an act that nobody did.

    Raises:
        InvalidRecord: *by* is no text, or blank.
    """
    check_given("by", by, WORDS)


def check_note(note: str) -> None:
    """Refuse a note that is no text, without showing it.

    Raises:
        InvalidRecord: *note* is no text.
    """
    check_given("note", note, TEXT, private=True)


def check_move(
    issue: AccessIssue, *, move: Move, task_id: str, note: str = "", as_of: date
) -> tuple[Problem, ...]:
    """List why *move* may not be made on a task: its day, its state, a note that lacks (PH-13).

    What the practice submits has reasons of its own besides: `check_submit_response`.

    Raises:
        UnknownReference: *issue* has no such task.
        InvalidRecord: *move* is no move, or *note* no text.
    """
    check_given("move", move, one_of(Move))
    check_note(note)
    task = task_of(issue, task_id)
    problems = [*check_act(issue, as_of=as_of), *resolved_problems(issue, task_id)]
    if task.state is not TaskState.RESOLVED and state_after(task.state, move) is None:
        starts = " or ".join(state.value for state in states_before(move))
        detail = f"task {task.id} is with {task.state.value}, {move.value} starts with {starts}"
        problems.append(Problem(CaseProblem.MOVE_NOT_LEGAL, detail))
    if move is Move.RETURN and is_blank(note):
        problems.append(Problem(CaseProblem.NOTE_MISSING, f"task {task.id}, {move.value}"))
    return tuple(problems)


def resolved_problems(issue: AccessIssue, task_id: str) -> tuple[Problem, ...]:
    """Give the problem that a task is resolved, if it is (PH-13)."""
    if task_of(issue, task_id).state is not TaskState.RESOLVED:
        return ()
    return (Problem(CaseProblem.TASK_RESOLVED, f"task {task_id} is resolved"),)


def require(act: str, problems: Iterable[Problem]) -> None:
    """Raise if there is any problem.

    Raises:
        Refused: *act*, for all of *problems* at once.
    """
    found = tuple(problems)
    if found:
        raise Refused(act, found)


def changed(issue: AccessIssue, *events: Event) -> IssueChange:
    """Give *issue* after *events*: the same object if there are none."""
    for event in events:
        issue = changed_by(issue, event)
    return IssueChange(issue=issue, events=events)
