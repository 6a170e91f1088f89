"""From events back to an issue: ``replay(before, events) == after`` for every act.

Events that no acts can have made are refused: for every reason for which the act itself would be,
and where an event says otherwise than the issue it is told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from revcycle.checks import one_of, optional
from revcycle.errors import InvalidRecord, Problem, Proposition, UnknownReference
from revcycle.portals import events as e
from revcycle.portals.acts import all_given, check_given, check_move, require
from revcycle.portals.casework import check_add_note, check_open_task, check_record_unpostables
from revcycle.portals.effects import changed_by
from revcycle.portals.issues import AccessIssue, task_of
from revcycle.portals.moves import Move, state_after
from revcycle.portals.responses import response_problems
from revcycle.portals.tasks import UnpostablesTask

__all__ = ["ReplayProblem", "replay"]


class ReplayProblem(Proposition):
    """Why events cannot have made an issue, besides the reasons that refuse the acts themselves."""

    ISSUE_NOT_OPENED = "Replay from the opening on, or give the issue that the events changed."
    ISSUE_OPENED_ALREADY = "Replay an opening first and once: another fault is another issue."
    MOVE_CONTRADICTED = "Replay the moves of a task in their order, as they were made (PH-13)."
    UNPOSTABLE_CONTRADICTED = "Replay all that was recorded of an unpostable, in order (PH-10)."


def replay(issue: AccessIssue | None, events: Iterable[e.Event]) -> AccessIssue:
    """Give the issue that *events* made of *issue*; None is none yet.

    Every reason that refuses an act refuses its event, but for what an issue alone does not know:
    whether who submitted had the permission, whether portal and groups that are named exist, and
    what the type of the account lets a response change or add.

    Raises:
        UnknownReference: an event names a task that is not here, or there is no event and no issue.
        InvalidRecord: *issue* is no issue, *events* are none, or no events of an issue.
        Refused: with every event that cannot have been, and why. Each is held against what the
            sound ones before it made.
    """
    check_given("issue", issue, optional(one_of(AccessIssue)))
    problems: list[Problem] = []
    for event in all_given("events", events):
        found = list(_problems(issue, event))
        problems += found
        if found:
            continue
        if isinstance(event, e.IssueOpened):
            issue = event.issue
        elif issue is not None:
            issue = changed_by(issue, event)
    require("replay", problems)
    if issue is None:
        raise UnknownReference("opening of an issue among the events of", "replay")
    return issue


def _problems(issue: AccessIssue | None, event: e.Event) -> Iterator[Problem]:
    if type(event) not in e.EVENT_TYPES:
        raise InvalidRecord(
            "replay", "events", type(event).__name__, "be events of an access issue"
        )
    if issue is not None:
        yield from _of_act(issue, event)
    elif not isinstance(event, e.IssueOpened):
        detail = f"{type(event).__name__} of {event.on}"
        yield Problem(ReplayProblem.ISSUE_NOT_OPENED, detail)


def _of_act(issue: AccessIssue, event: e.Event) -> Iterator[Problem]:
    on = event.on
    match event:
        case e.IssueOpened():
            detail = f"issue {event.issue.id}, issue {issue.id} is there"
            yield Problem(ReplayProblem.ISSUE_OPENED_ALREADY, detail)
        case e.TaskOpened():
            yield from check_open_task(issue, event.task, as_of=on)
        case e.ResponseSubmitted():
            yield from check_move(issue, move=Move.SUBMIT, task_id=event.task_id, as_of=on)
            yield from response_problems(task_of(issue, event.task_id), event.response)
        case e.TaskMoved():
            move, note = event.move, event.note
            yield from check_move(issue, move=move, task_id=event.task_id, note=note, as_of=on)
            yield from _of_move(issue, event)
        case e.NoteAdded():
            yield from check_add_note(issue, task_id=event.task_id, note=event.note, as_of=on)
        case e.UnpostableRecorded():
            told = (event.after,)
            yield from check_record_unpostables(issue, told, task_id=event.task_id, as_of=on)
            yield from _of_unpostable(issue, event)


def _of_move(issue: AccessIssue, event: e.TaskMoved) -> Iterator[Problem]:
    """Hold what the event says of the task's state against the task and the table of moves."""
    state = task_of(issue, event.task_id).state
    if event.before is not state:
        detail = f"task {event.task_id} on {event.on}: is with {state.value}"
        yield Problem(
            ReplayProblem.MOVE_CONTRADICTED, f"{detail}, the event says {event.before.value}"
        )
    after = state_after(event.before, event.move)
    if event.after is not after:
        leads = "leads nowhere" if after is None else f"leads to {after.value}"
        detail = f"task {event.task_id} on {event.on}: {event.move.value} from"
        yield Problem(
            ReplayProblem.MOVE_CONTRADICTED,
            f"{detail} {event.before.value} {leads}, the event says {event.after.value}",
        )


def _of_unpostable(issue: AccessIssue, event: e.UnpostableRecorded) -> Iterator[Problem]:
    task = task_of(issue, event.task_id)
    listed = task.affected if isinstance(task, UnpostablesTask) else ()
    before = next((each for each in listed if each.id == event.after.id), None)
    if event.before != before:
        detail = f"task {event.task_id}, unpostable {event.after.id}, on {event.on}"
        yield Problem(ReplayProblem.UNPOSTABLE_CONTRADICTED, detail)
