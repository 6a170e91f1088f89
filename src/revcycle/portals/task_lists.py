"""The tasks list of the hub: what the practice must resolve, and nothing else (PH-7, PH-8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from revcycle.access import Permission, Viewer, require_permission
from revcycle.checks import one_of
from revcycle.portals.acts import check_given
from revcycle.portals.hub import Hub, group_of, portal_of
from revcycle.portals.issues import AccessIssue, IssueStatus, practice_tasks, status_label
from revcycle.portals.links import (
    ALL_TASKS,
    OLDEST_FIRST,
    Action,
    EnrolmentWorklistLink,
    TaskFilters,
    TaskLink,
    TaskSort,
)
from revcycle.portals.medical_groups import earliest_group
from revcycle.portals.portals import MedicalGroup, Portal
from revcycle.portals.task_list_screen import TaskList
from revcycle.portals.task_rows import TaskRow, in_order
from revcycle.portals.tasks import EnrolmentTask, Task, work_kind
from revcycle.portals.unpostables import dollars_of

__all__ = ["task_list"]


def task_list(
    hub: Hub, *, viewer: Viewer, filters: TaskFilters = ALL_TASKS, sort: TaskSort = OLDEST_FIRST
) -> TaskList:
    """List the tasks of *hub* that the practice must resolve (PH-7).

    A medical group finds the tasks that it is among the groups of; a task whose groups nobody
    knows is listed only when no group is chosen (PH-8).

    Args:
        hub: the hub.
        viewer: who looks.
        filters: by portal and by medical group; by default neither.
        sort: by which column, and which way; by default oldest first.

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: there is no such portal or medical group.
    """
    require_permission("task_list", viewer, Permission.MEDICAL_GROUPS)
    check_given("filters", filters, one_of(TaskFilters))
    check_given("sort", sort, one_of(TaskSort))
    portal = None if filters.portal_id is None else portal_of(hub, filters.portal_id)
    group_id = filters.medical_group_id
    group = None if group_id is None else group_of(hub, group_id)
    everything = list(_rows(hub))
    found = [
        row
        for row, task in everything
        if (portal is None or row.portal is portal)
        and (group_id is None or group_id in task.medical_group_ids)
    ]
    return TaskList(
        filters=filters,
        sort=sort,
        portal=portal,
        medical_group=group,
        rows=in_order(found, sort),
        hidden_task_count=len(everything) - len(found),
    )


def _rows(hub: Hub) -> Iterator[tuple[TaskRow, Task]]:
    portals = {portal.id: portal for portal in hub.portals}
    groups = {group.id: group for group in hub.medical_groups}
    label = status_label(IssueStatus.NEEDS_ATTENTION, service_name=hub.service_name)
    for issue in hub.issues:
        yield from _rows_of(issue, portals[issue.portal_id], groups, label)


def _rows_of(
    issue: AccessIssue, portal: Portal, groups: Mapping[str, MedicalGroup], label: str
) -> Iterator[tuple[TaskRow, Task]]:
    tasks = practice_tasks(issue)
    claims = tuple(task.id for task in tasks if isinstance(task, EnrolmentTask))
    for task in tasks:
        if isinstance(task, EnrolmentTask):
            action: Action = EnrolmentWorklistLink(task_ids=claims)
            dollars = None
        else:
            action = TaskLink(issue_id=issue.id, task_id=task.id)
            dollars = dollars_of(each for each in task.affected if each.blocked)
        row = TaskRow(
            task_id=task.id,
            issue_id=issue.id,
            portal=portal,
            kind=work_kind(task),
            medical_group=earliest_group(task.medical_group_ids, groups),
            label=label,
            action=action,
            created_on=task.created_on,
            dollars=dollars,
        )
        yield row, task
