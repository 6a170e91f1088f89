"""The host's own acts on access issues: what the service and the payer do, and what is found.

They are recorded, not asked for: like postings, they take no viewer but name their author, whom
the host knows (PR-5). What the practice does is in `responses`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from revcycle.checks import each, one_of
from revcycle.errors import InvalidRecord, Problem
from revcycle.folding import is_blank
from revcycle.portals.acts import (
    CaseProblem,
    IssueChange,
    all_given,
    changed,
    check_act,
    check_author,
    check_given,
    check_move,
    check_note,
    require,
    resolved_problems,
)
from revcycle.portals.events import (
    IssueOpened,
    NoteAdded,
    TaskMoved,
    TaskOpened,
    UnpostableRecorded,
)
from revcycle.portals.issues import (
    AccessIssue,
    IssueStatus,
    Origin,
    ReportedReason,
    task_of,
)
from revcycle.portals.moves import Move, Owner, state_after
from revcycle.portals.portals import Portal, account_of
from revcycle.portals.tasks import TASK, Task, UnpostablesTask, WorkKind
from revcycle.portals.unpostables import AffectedUnpostable

__all__ = [
    "add_note",
    "answer_task",
    "check_add_note",
    "check_open_task",
    "check_record_unpostables",
    "open_issue",
    "open_task",
    "pass_task",
    "record_unpostables",
    "resolve_task",
    "return_task",
]


def open_issue(
    portal: Portal,
    *,
    issue_id: str,
    account_id: str | None = None,
    origin: Origin,
    reason: ReportedReason,
    reported_blocks: frozenset[WorkKind],
    reported_owner: Owner = Owner.SERVICE,
    description: str = "",
    instructions: str = "",
    by: str,
    as_of: date,
) -> IssueChange:
    """Report that *portal* cannot be used (PH-1).

    Args:
        portal: the portal.
        issue_id: minted by the host.
        account_id: the account that could not be used, or None.
        origin: where it was noticed.
        reason: what was found.
        reported_blocks: the kinds of work it blocks, at least one.
        reported_owner: who must act until there is a task (PH-4).
        description: of the fault.
        instructions: how to resolve it.
        by: who reports it.
        as_of: the day of the report.

    Raises:
        UnknownReference: *portal* has no such account.
        InvalidRecord: a value that no issue can have.
    """
    check_author(by)
    check_given("portal", portal, one_of(Portal))
    if account_id is not None:
        account_of(portal, account_id)
    issue = AccessIssue(
        id=issue_id,
        portal_id=portal.id,
        account_id=account_id,
        origin=origin,
        reported_on=as_of,
        reason=reason,
        reported_blocks=reported_blocks,
        reported_owner=reported_owner,
        description=description,
        instructions=instructions,
    )
    return IssueChange(issue=issue, events=(IssueOpened(as_of, by, issue),))


def open_task(issue: AccessIssue, task: Task, *, by: str, as_of: date) -> IssueChange:
    """Open *task* for whoever must act first on *issue* (PH-9).

    Raises:
        Refused: with every reason.
    """
    check_author(by)
    require("open_task", check_open_task(issue, task, as_of=as_of))
    return changed(issue, TaskOpened(as_of, by, task))


def check_open_task(issue: AccessIssue, task: Task, *, as_of: date) -> tuple[Problem, ...]:
    """List why *task* may not be opened: among others, because *issue* is resolved (PH-13).

    Raises:
        InvalidRecord: *task* is something else.
    """
    check_given("task", task, TASK)
    problems = list(check_act(issue, as_of=as_of))
    if issue.status is IssueStatus.RESOLVED:
        problems.append(Problem(CaseProblem.ISSUE_RESOLVED, f"issue {issue.id} is resolved"))
    if any(known.id == task.id for known in issue.tasks):
        problems.append(Problem(CaseProblem.TASK_ID_TAKEN, f"task {task.id}"))
    if task.notes or task.created_on != as_of:
        detail = f"task {task.id}, created {task.created_on}, {len(task.notes)} notes"
        problems.append(Problem(CaseProblem.TASK_NOT_NEW, detail))
    if isinstance(task, UnpostablesTask):
        problems += _closing_problems(task.affected, as_of)
        known_by_id = {known.id: known for known in issue.unpostables}
        for unpostable in task.affected:
            if known_by_id.get(unpostable.id, unpostable) != unpostable:
                detail = f"unpostable {unpostable.id}"
                problems.append(Problem(CaseProblem.UNPOSTABLES_DISAGREE, detail))
    return tuple(problems)


def add_note(issue: AccessIssue, *, task_id: str, note: str, by: str, as_of: date) -> IssueChange:
    """Write *note* into the history of a task that stays where it is (PH-9).

    Raises:
        UnknownReference: *issue* has no such task.
        Refused: with every reason.
    """
    check_author(by)
    require("add_note", check_add_note(issue, task_id=task_id, note=note, as_of=as_of))
    return changed(issue, NoteAdded(as_of, by, task_id, note))


def check_add_note(
    issue: AccessIssue, *, task_id: str, note: str, as_of: date
) -> tuple[Problem, ...]:
    """List why *note* may not be written on a task: it is resolved, or the note is empty.

    Raises:
        UnknownReference: *issue* has no such task.
        InvalidRecord: *note* is no text.
    """
    check_note(note)
    problems = [*check_act(issue, as_of=as_of), *resolved_problems(issue, task_id)]
    if is_blank(note):
        problems.append(Problem(CaseProblem.NOTE_MISSING, f"task {task_id}"))
    return tuple(problems)


# -------------------------------------------------------------------------------------- moves


def return_task(
    issue: AccessIssue, *, task_id: str, note: str, by: str, as_of: date
) -> IssueChange:
    """Let the service ask the practice again, and say what for (PH-13).

    Raises:
        UnknownReference: *issue* has no such task.
        Refused: with every reason, the task's state among them.
    """
    return _moved("return_task", issue, Move.RETURN, task_id=task_id, note=note, by=by, as_of=as_of)


def pass_task(
    issue: AccessIssue, *, task_id: str, note: str = "", by: str, as_of: date
) -> IssueChange:
    """Let the service ask the payer (PH-13).

    Raises:
        UnknownReference: *issue* has no such task.
        Refused: with every reason, the task's state among them.
    """
    return _moved("pass_task", issue, Move.PASS, task_id=task_id, note=note, by=by, as_of=as_of)


def answer_task(
    issue: AccessIssue, *, task_id: str, note: str = "", by: str, as_of: date
) -> IssueChange:
    """Record that the payer has answered the service (PH-13).

    Raises:
        UnknownReference: *issue* has no such task.
        Refused: with every reason, the task's state among them.
    """
    return _moved("answer_task", issue, Move.ANSWER, task_id=task_id, note=note, by=by, as_of=as_of)


def resolve_task(
    issue: AccessIssue, *, task_id: str, note: str = "", by: str, as_of: date
) -> IssueChange:
    """Close a task for good: what it was opened for is done (PH-13).

    The issue is resolved when all its tasks are (PH-4).

    Raises:
        UnknownReference: *issue* has no such task.
        Refused: with every reason, the task's state among them.
    """
    return _moved(
        "resolve_task", issue, Move.RESOLVE, task_id=task_id, note=note, by=by, as_of=as_of
    )


def _moved(
    act: str,
    issue: AccessIssue,
    move: Move,
    *,
    task_id: str,
    note: str,
    by: str,
    as_of: date,
) -> IssueChange:
    check_author(by)
    require(act, check_move(issue, move=move, task_id=task_id, note=note, as_of=as_of))
    before = task_of(issue, task_id).state
    after = state_after(before, move)
    if after is None:
        raise AssertionError("unreachable: check_move allows legal moves only")
    return changed(issue, TaskMoved(as_of, by, task_id, move, before, after, note))


# -------------------------------------------------------------------------------- unpostables


def record_unpostables(
    issue: AccessIssue,
    unpostables: Iterable[AffectedUnpostable],
    *,
    task_id: str,
    by: str,
    as_of: date,
) -> IssueChange:
    """Record how unpostables that a task affects stand now: found, closed, blocked or not (PH-10).

    Those that the task does not list yet are added to it; those it lists and *unpostables* does
    not name stay as they are. All tasks of the issue that are not resolved hear of it.

    Raises:
        UnknownReference: *issue* has no such task.
        InvalidRecord: an unpostable is named twice.
        Refused: with every reason.
    """
    told = all_given("unpostables", unpostables)
    check_author(by)
    problems = check_record_unpostables(issue, told, task_id=task_id, as_of=as_of)
    require("record_unpostables", problems)
    return changed(issue, *_recordings(issue, told, task_id, by, as_of))


def check_record_unpostables(
    issue: AccessIssue,
    unpostables: Iterable[AffectedUnpostable],
    *,
    task_id: str,
    as_of: date,
) -> tuple[Problem, ...]:
    """List why *unpostables* may not be recorded for a task.

    Raises:
        UnknownReference: *issue* has no such task.
        InvalidRecord: an unpostable is named twice, or what is named is none.
    """
    told = all_given("unpostables", unpostables)
    check_given("unpostables", told, each(one_of(AffectedUnpostable)))
    ids = [unpostable.id for unpostable in told]
    if len(set(ids)) != len(ids):
        raise InvalidRecord("record_unpostables", "unpostables", tuple(ids), "hold each id once")
    task = task_of(issue, task_id)
    problems = [*check_act(issue, as_of=as_of), *resolved_problems(issue, task_id)]
    if not isinstance(task, UnpostablesTask):
        problems.append(Problem(CaseProblem.NO_UNPOSTABLES_TASK, f"task {task_id}"))
    return (*problems, *_closing_problems(told, as_of))


def _recordings(
    issue: AccessIssue,
    told: tuple[AffectedUnpostable, ...],
    task_id: str,
    by: str,
    as_of: date,
) -> Iterator[UnpostableRecorded]:
    task = task_of(issue, task_id)
    listed = task.affected if isinstance(task, UnpostablesTask) else ()
    before = {unpostable.id: unpostable for unpostable in listed}
    for unpostable in told:
        if before.get(unpostable.id) != unpostable:
            yield UnpostableRecorded(as_of, by, task_id, before.get(unpostable.id), unpostable)


def _closing_problems(unpostables: Iterable[AffectedUnpostable], as_of: date) -> Iterator[Problem]:
    for unpostable in unpostables:
        if unpostable.closed_on is not None and unpostable.closed_on > as_of:
            detail = f"unpostable {unpostable.id}, closed {unpostable.closed_on}"
            yield Problem(CaseProblem.CLOSED_AFTER_AS_OF, detail)
