"""One task opened: what is asked, what was said, what waits for it; and tasks to be read only.

`task_view` is what the practice works on: the *Issue response* with its fields, and the *Affected
unpostables* (PH-9, PH-10). `related_tasks_view` shows the enrolment tasks of an issue and offers
no action (PH-6). Passwords are in neither: none is ever known here (PH-12).
"""

from __future__ import annotations

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.portals.history import TaskNote
from revcycle.portals.hub import Hub, issue_of, portal_of
from revcycle.portals.issues import (
    AccessIssue,
    related_tasks,
    status_by_states,
    status_label,
    task_of,
)
from revcycle.portals.medical_groups import earliest_group
from revcycle.portals.moves import TaskState
from revcycle.portals.portals import Portal, PortalAccount, account_of
from revcycle.portals.responses import response_fields
from revcycle.portals.task_screen import HistoryEntry, RelatedTask, RelatedTasks, TaskView
from revcycle.portals.tasks import (
    EnrolmentTask,
    Task,
    UnpostablesTask,
    needs_assistance,
    work_kind,
)
from revcycle.portals.unpostables import AffectedUnpostable, dollars_of, is_open

__all__ = ["related_tasks_view", "task_view"]


def task_view(hub: Hub, *, viewer: Viewer, issue_id: str, task_id: str) -> TaskView:
    """Open a task (PH-9, PH-10). One that is not with the practice can be read, not answered.

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: there is no such issue, or it has no such task.
    """
    require_permission("task_view", viewer, Permission.MEDICAL_GROUPS)
    issue = issue_of(hub, issue_id)
    task = task_of(issue, task_id)
    portal = portal_of(hub, issue.portal_id)
    unpostables = task if isinstance(task, UnpostablesTask) else None
    affected = () if unpostables is None else _affected(hub, issue, unpostables)
    return TaskView(
        issue_id=issue.id,
        task_id=task.id,
        kind=work_kind(task),
        portal=portal,
        is_with_practice=task.state is TaskState.PRACTICE,
        label=_label(task, hub),
        service_name=hub.service_name,
        created_on=task.created_on,
        medical_group_names=_group_names(task, hub),
        description=task.description,
        instructions=task.instructions,
        asks_for=frozenset() if unpostables is None else unpostables.asks_for,
        tins=() if unpostables is None else unpostables.tins,
        other_numbers=() if unpostables is None else unpostables.other_numbers,
        account=_account(issue, unpostables, portal),
        fields=response_fields(issue, portal=portal, task_id=task_id),
        is_flagged=needs_assistance(task),
        history=tuple(map(_entry, task.notes)),
        affected=affected,
        blocked_dollars=dollars_of(each for each in affected if each.blocked),
    )


def _affected(
    hub: Hub, issue: AccessIssue, task: UnpostablesTask
) -> tuple[AffectedUnpostable, ...]:
    """Give the open unpostables of *task* as they stand now (PH-10).

    A resolved task is no longer told of them: what another task of *issue* tells counts, then what
    another issue tells, for which they wait there and not here.
    """
    known = {each.id: each for each in task.affected}
    if task.state is TaskState.RESOLVED:
        others = [each for other in hub.issues for each in other.unpostables]
        known |= {each.id: attrs.evolve(each, blocked=False) for each in (*known.values(), *others)}
    known |= {each.id: each for each in issue.unpostables}
    return tuple(told for each in task.affected if is_open(told := known[each.id]))


def related_tasks_view(hub: Hub, *, viewer: Viewer, issue_id: str) -> RelatedTasks:
    """Show the enrolment tasks of an issue, read-only (PH-6).

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: there is no such issue.
    """
    require_permission("related_tasks_view", viewer, Permission.MEDICAL_GROUPS)
    issue = issue_of(hub, issue_id)
    return RelatedTasks(
        issue_id=issue.id,
        portal=portal_of(hub, issue.portal_id),
        tasks=tuple(_related(task, hub) for task in related_tasks(issue)),
    )


def _related(task: EnrolmentTask, hub: Hub) -> RelatedTask:
    return RelatedTask(
        task_id=task.id,
        is_with_practice=task.state is TaskState.PRACTICE,
        label=_label(task, hub),
        created_on=task.created_on,
        medical_group_names=_group_names(task, hub),
        description=task.description,
        instructions=task.instructions,
    )


def _label(task: Task, hub: Hub) -> str:
    return status_label(status_by_states([task.state]), service_name=hub.service_name)


def _group_names(task: Task, hub: Hub) -> tuple[str, ...]:
    groups = {group.id: group for group in hub.medical_groups}
    left = set(task.medical_group_ids)
    names = []
    while group := earliest_group(left, groups):
        names.append(group.name)
        left.remove(group.id)
    return tuple(names)


def _account(
    issue: AccessIssue, task: UnpostablesTask | None, portal: Portal
) -> PortalAccount | None:
    """Give the account in question: the task's own, or the one that the issue names."""
    account_id = issue.account_id if task is None else task.account_id
    return None if account_id is None else account_of(portal, account_id)


def _entry(note: TaskNote) -> HistoryEntry:
    change = note.change
    return HistoryEntry(
        on=note.on,
        by=note.by,
        move=note.move,
        text=note.text,
        has_new_user_name=change is not None and change.user_name is not None,
        has_new_password=change is not None and change.password_ref is not None,
        has_new_account=note.addition is not None,
        needs_assistance=note.needs_assistance,
    )
