"""What is true of every access issue and of every act on one, as functions that raise.

The numbers are those of ``docs/invariants.md``. None of the checks asks the library for what it
checks: states are followed by a table of their own, dollars are summed in whole cents.

    check_issue         of one issue on its own, for a host's mapping too: P1 to P5
    check_hub           of all issues together: P3
    check_issue_change  of an issue before and after any act: P6 to P9
    check_portal_step   all of that for one `PortalStep` of a random history, and P10 to P13
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import attrs

from revcycle import portals
from revcycle.errors import Refused
from revcycle.money import cents
from revcycle.portals import (
    AccessIssue,
    AffectedUnpostable,
    Event,
    Hub,
    IssueStatus,
    Move,
    Owner,
    Task,
    TaskNote,
    TaskState,
    UnpostablesTask,
    WorkKind,
    dollars_of,
    portal_of,
    practice_tasks,
    status_lines,
    why_status,
)
from revcycle.testing.drawing import PRIVATE
from revcycle.testing.portal_drawing import SECRET
from revcycle.testing.portal_operations import PortalStep
from revcycle.testing.verdicts import InvariantBroken, fail

__all__ = [
    "InvariantBroken",
    "check_blocked",
    "check_cancelling",
    "check_growth",
    "check_hub",
    "check_issue",
    "check_issue_change",
    "check_issue_replay",
    "check_moves",
    "check_order",
    "check_portal_privacy",
    "check_portal_step",
    "check_quiet_issue",
    "check_reasons",
    "check_responses",
    "check_status",
    "check_triage",
]


# ------------------------------------------------------------------------------ one issue, alone


def check_issue(issue: AccessIssue) -> None:
    """Check all that must be true of an issue on its own (P1 to P5).

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_status(issue)
    check_blocked(issue)
    check_order(issue)
    check_reasons(issue)


def check_status(issue: AccessIssue) -> None:
    """P1: states follow from moves, the status from states; a practice task open = attention."""
    states = [_state(task) for task in issue.tasks]
    for task, state in zip(issue.tasks, states, strict=True):
        if task.state.value != state:
            fail("P1", f"task {task.id} shows {task.state.value}, its history says {state}")
    status = issue.status
    if not states:
        if status is not _STATUS_OF_OWNER[issue.reported_owner]:
            fail("P1", f"issue {issue.id} without a task is {status.value}")
        return
    if (status is IssueStatus.NEEDS_ATTENTION) is not ("practice" in states):
        fail("P1", f"issue {issue.id} is {status.value}, its tasks are {states}")
    if (status is IssueStatus.RESOLVED) is not all(state == "resolved" for state in states):
        fail("P1", f"issue {issue.id} is {status.value}, its tasks are {states}")
    has_service = "service" in states and "practice" not in states
    if (status is IssueStatus.WITH_SERVICE) is not has_service:
        fail("P1", f"issue {issue.id} is {status.value}, its tasks are {states}")
    if bool(practice_tasks(issue)) is not (status is IssueStatus.NEEDS_ATTENTION):
        fail("P1", f"issue {issue.id} is {status.value}, practice tasks {practice_tasks(issue)}")


def _state(task: Task) -> str:
    state = task.opened_with.value
    for note in task.notes:
        if note.move is not None:
            state = _NEXT[note.move.value, state]
    return state


_STATUS_OF_OWNER: Final = {
    Owner.PRACTICE: IssueStatus.NEEDS_ATTENTION,
    Owner.SERVICE: IssueStatus.WITH_SERVICE,
    Owner.PAYER: IssueStatus.WITH_PAYER,
}
_NEXT: Final = {
    ("submit", "practice"): "service",
    ("return", "service"): "practice",
    ("pass", "service"): "payer",
    ("answer", "payer"): "service",
    ("resolve", "service"): "resolved",
    ("resolve", "payer"): "resolved",
}


def check_blocked(issue: AccessIssue) -> None:
    """P2: an issue blocks the kinds reported and those of its tasks, and counts dollars once."""
    is_over = issue.status is IssueStatus.RESOLVED
    kinds = set(issue.reported_blocks)
    for task in issue.tasks:
        is_answered = isinstance(task, UnpostablesTask)
        kinds.add(WorkKind.UNPOSTABLES if is_answered else WorkKind.CLAIMS)
    if issue.work_blocked != (frozenset() if is_over else kinds):
        fail("P2", f"issue {issue.id} blocks {issue.work_blocked}")
    waiting = _waiting(issue)
    if sorted(u.id for u in issue.blocked) != sorted(waiting):
        fail("P2", f"issue {issue.id}: {issue.blocked} wait, not {sorted(waiting)}")
    if cents(issue.blocked_dollars) != sum(waiting.values()):
        fail("P2", f"issue {issue.id} counts {issue.blocked_dollars}, not {waiting}")


def _waiting(issue: AccessIssue) -> dict[str, int]:
    """Give the cents of each unpostable that an unresolved task lists as open and waiting."""
    return {u.id: cents(u.dollars) for u in _told(issue) if u.blocked and u.closed_on is None}


def _told(issue: AccessIssue) -> list[AffectedUnpostable]:
    """Give what each unresolved task lists."""
    return [
        unpostable
        for task in issue.tasks
        if isinstance(task, UnpostablesTask) and _state(task) != "resolved"
        for unpostable in task.affected
    ]


def check_hub(hub: Hub) -> None:
    """P3: issues agree on what is open; over all of them each waiting unpostable counts once."""
    waiting: dict[str, int] = {}
    for issue in hub.issues:
        waiting |= _waiting(issue)
    told = {(u.id, u.kind, u.dollars, u.closed_on) for issue in hub.issues for u in _told(issue)}
    if len(told) != len({unpostable_id for unpostable_id, *_ in told}):
        fail("P3", f"the hub tells of one unpostable in two ways: {told}")
    for issues in (hub.issues, tuple(reversed(hub.issues))):
        counted = dollars_of(u for issue in issues for u in issue.blocked)
        if cents(counted) != sum(waiting.values()):
            fail("P3", f"the hub counts {counted}, not {sum(waiting.values())} cents")


def check_order(issue: AccessIssue) -> None:
    """P4: days come in order; tasks in another order leave status, dollars and work as they are."""
    last = issue.last_act_on
    days = [issue.reported_on, *(task.created_on for task in issue.tasks)]
    for task in issue.tasks:
        history = [task.created_on, *(note.on for note in task.notes)]
        if history != sorted(history):
            fail("P4", f"task {task.id} has a history of {history}")
        days += history
    if last is None or min(days) < issue.reported_on or max(days) > last:
        fail("P4", f"issue {issue.id}, reported {issue.reported_on}, last act {last}: {days}")
    turned = attrs.evolve(issue, tasks=tuple(reversed(issue.tasks)))
    for field in ("status", "work_blocked", "blocked_dollars"):
        if getattr(turned, field) != getattr(issue, field):
            fail("P4", f"issue {issue.id}: {field} hangs on the order of its tasks")


def check_reasons(issue: AccessIssue) -> None:
    """P5: the reason given for a status is right about it and about every way out (PH-4)."""
    reason = why_status(issue)
    if reason.status is not issue.status:
        fail("P5", f"issue {issue.id} is {issue.status.value}, explained as {reason.status.value}")
    for way in reason.ways:
        moved = tuple(
            _moved(task, way.move) if task.id in reason.task_ids else task for task in issue.tasks
        )
        if attrs.evolve(issue, tasks=moved).status is not way.status:
            fail("P5", f"issue {issue.id}: {way.move.value} does not lead to {way.status.value}")


def _moved(task: Task, move: Move) -> Task:
    day = task.notes[-1].on if task.notes else task.created_on
    return attrs.evolve(task, notes=(*task.notes, TaskNote(on=day, by="x", move=move)))


# ------------------------------------------------------------------- before and after an act


def check_issue_change(
    before: AccessIssue, after: AccessIssue, events: Sequence[Event], *, on: date
) -> None:
    """Check all that must be true of any act on an issue (P6 to P9).

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_issue_replay(before, after, events, on=on)
    check_quiet_issue(before, after, events)
    check_growth(before, after)
    check_moves(before, after, events)


def check_issue_replay(
    before: AccessIssue | None, after: AccessIssue, events: Sequence[Event], *, on: date
) -> None:
    """P6: replaying the events gives the issue after; each has the act's day and an author."""
    again = portals.replay(before, events)
    if again != after:
        fail("P6", f"replayed: {again!r}, after: {after!r}")
    for event in events:
        if event.on != on or not event.by:
            fail("P6", f"{event!r} is not of {on} by somebody")


def check_quiet_issue(before: AccessIssue, after: AccessIssue, events: Sequence[Event]) -> None:
    """P7: an act without events gives back the very issue; one with events another."""
    if (after is before) is not (not events):
        fail("P7", f"{len(events)} events, and the issue is the same: {after is before}")


def check_growth(before: AccessIssue, after: AccessIssue) -> None:
    """P8: history only grows: reports, tasks and notes stay; a resolved task stays as it is."""
    fixed = ("id", "portal_id", "account_id", "origin", "reported_on", "reason", "reported_blocks")
    for field in (*fixed, "reported_owner", "description", "instructions"):
        if getattr(before, field) != getattr(after, field):
            fail("P8", f"issue {before.id}: {field} was rewritten")
    if [task.id for task in after.tasks][: len(before.tasks)] != [t.id for t in before.tasks]:
        fail("P8", f"issue {before.id} lost a task")
    for old, new in zip(before.tasks, after.tasks, strict=False):
        if new.notes[: len(old.notes)] != old.notes:
            fail("P8", f"task {old.id} lost a note")
        if _fixed(old) != _fixed(new):
            fail("P8", f"task {old.id} was rewritten")
        if old.state is TaskState.RESOLVED and old != new:
            fail("P8", f"task {old.id} was resolved, and changed")
        if isinstance(old, UnpostablesTask) and isinstance(new, UnpostablesTask):
            kept = [u.id for u in new.affected][: len(old.affected)]
            if kept != [u.id for u in old.affected]:
                fail("P8", f"task {old.id} lost an unpostable")


def _fixed(task: Task) -> tuple[Any, ...]:
    grows = {"notes", "affected", "state"}
    return tuple(
        getattr(task, field.name) for field in attrs.fields(type(task)) if field.name not in grows
    )


def check_moves(before: AccessIssue, after: AccessIssue, events: Sequence[Event]) -> None:
    """P9: one act moves one task at most, by a legal move that its event names with its author."""
    moved = []
    for old, new in zip(before.tasks, after.tasks, strict=False):
        added = [note for note in new.notes[len(old.notes) :] if note.move is not None]
        if len(added) > 1:
            fail("P9", f"task {old.id} made {len(added)} moves at once")
        for note in added:
            moved.append((old.id, note.move, note.by))
            wanted = _NEXT.get((note.move.value if note.move else "", old.state.value))
            if new.state.value != wanted:
                fail("P9", f"task {old.id} went from {old.state.value} to {new.state.value}")
    told = [
        (event.task_id, getattr(event, "move", Move.SUBMIT), event.by)
        for event in events
        if isinstance(event, portals.TaskMoved | portals.ResponseSubmitted)
    ]
    if moved != told or len(moved) > 1:
        fail("P9", f"issue {before.id}: {moved} happened, {told} was told")


# ---------------------------------------------------------------------- steps of a random history


def check_portal_step(step: PortalStep) -> None:
    """Check everything above, and P10 to P13, for one step of a random history.

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_cancelling(step)
    check_responses(step)
    check_portal_privacy(step)
    check_triage(step)
    if step.issue_after is None:
        return
    check_issue(step.issue_after)
    check_hub(step.after.hub)
    if step.issue_before is None:
        check_issue_replay(None, step.issue_after, step.events, on=step.on)
    else:
        check_issue_change(step.issue_before, step.issue_after, step.events, on=step.on)


def check_cancelling(step: PortalStep) -> None:
    """P10: cancelling gives the very issue; a refused act leaves the hub, with all its reasons."""
    if step.refusal is not None:
        if step.after.hub is not step.before.hub:
            fail("P10", f"{step.operation.verb} was refused and changed the hub")
        if isinstance(step.refusal, Refused) and not step.refusal.problems:
            fail("P10", f"{step.operation.verb} was refused without a reason")
    elif step.operation.verb == "cancel_response" and (
        step.issue_after is not step.issue_before or step.events
    ):
        fail("P10", "cancelling changed the issue")
    last = None if step.issue_before is None else step.issue_before.last_act_on
    if last is not None and step.on < last and step.events:
        fail("P10", f"an act of {step.on} followed one of {last}")


def check_responses(step: PortalStep) -> None:
    """P11: credentials are accepted where the account type allows them, and then all are kept."""
    if step.operation.verb != "submit_response" or step.issue_before is None:
        return
    arguments = dict(step.operation.arguments)
    response = arguments["response"]
    task = portals.task_of(step.issue_before, arguments["task_id"])
    if not arguments["viewer_may"]:
        fail("P11", "somebody without the permission submitted a response (PR-4)")
    if response.change or response.addition:
        if not isinstance(task, UnpostablesTask) or task.account_id is None:
            fail("P11", f"task {task.id} took credentials of no account")
        portal = portal_of(step.before.hub, step.issue_before.portal_id)
        kind = portals.account_of(portal, task.account_id).account_type
        given = [
            (response.change and response.change.user_name, kind.may_change_user_name),
            (response.change and response.change.password_ref, kind.may_change_password),
            (response.addition, kind.may_add_account),
        ]
        if any(what and not allowed for what, allowed in given):
            fail("P11", f"task {task.id} took what its account type does not allow")
        added = response.addition
        if added and not (added.user_name and added.password_ref):
            fail("P11", f"task {task.id} took half an account")
    elif portals.has_asked_for_credentials(task) and not (
        response.needs_assistance or response.comment.strip()
    ):
        fail("P11", f"task {task.id} asked for credentials and took nothing")
    if step.issue_after is None:
        return
    kept = portals.responses_of(portals.task_of(step.issue_after, task.id))
    if kept[-1:] != (response,):
        fail("P11", f"task {task.id} does not keep the response")


def check_portal_privacy(step: PortalStep, *texts: str) -> None:
    """P12: no repr, message or explanation shows a name, note, number or secret, *texts* none.

    Args:
        step: the step: its refusal, its issue, its events and the reasons for its status.
        texts: what else is shown, to people who may see names and notes but never a secret.
    """
    shown = [repr(step.refusal), str(step.refusal), repr(step.events), repr(step.issue_after)]
    shown += [repr(step.after.hub.portals)]
    if step.issue_after is not None:
        shown += [*status_lines(why_status(step.issue_after), service_name="athena")]
    for text in shown:
        if PRIVATE in text or SECRET in text:
            fail("P12", f"something private in {text[:300]}")
    _check_secrets(texts)


def _check_secrets(texts: Iterable[str]) -> None:
    for text in texts:
        if SECRET in text:
            fail("P12", "a reference to a password is shown")


def check_triage(step: PortalStep) -> None:
    """P13: the default tables propose one task for each kind of work blocked that has none."""
    for issue in step.after.hub.issues[-1:]:
        portal = portal_of(step.after.hub, issue.portal_id)
        made = portals.triage(issue, portal=portal, as_of=step.on, policy=portals.DEFAULT_TRIAGE)
        has_task = {portals.work_kind(task) for task in issue.tasks}
        wanted = [kind for kind in WorkKind if kind in issue.work_blocked - has_task]
        if [each.kind for each in made.proposals] != wanted or made.undecided:
            fail("P13", f"issue {issue.id}: {made!r} for {wanted}")
