"""The parts of the dashboard: a row for each portal, its details, pages, the task card (PH-5).

TaskCard           how many tasks the practice has, and the way to all of them
DashboardPage
  DashboardRow ... a portal with its outstanding issues, most urgent first
    IssueDetail .. what the row shows of an issue once it is expanded
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import attrs

from revcycle.checks import private
from revcycle.errors import InvalidRecord
from revcycle.portals.issues import (
    AccessIssue,
    IssueStatus,
    Origin,
    medical_group_ids_of,
    related_tasks,
    status_label,
)
from revcycle.portals.links import Action, TaskListLink, actions_of
from revcycle.portals.medical_groups import earliest_group
from revcycle.portals.portals import MedicalGroup, Portal, PortalAccount, account_of
from revcycle.portals.tasks import WorkKind

__all__ = [
    "DashboardPage",
    "DashboardRow",
    "IssueDetail",
    "TaskCard",
    "issue_detail",
    "page_count",
]


@attrs.frozen(kw_only=True)
class DashboardRow:
    """A portal with those of its outstanding issues that the filters leave (PH-5).

    Attributes:
        portal: the portal.
        status: that of its first issue; the row's place is that issue's too (PH-3).
        label: the status as people see it (PH-2).
        work_blocked: the kinds of work that any of the issues blocks.
        blocked_dollars: US dollars of what waits for any of them, each unpostable once (PH-10).
        related_task_ids: all enrolment tasks of the issues, to be read only (PH-6).
        actions: what the practice can do next: one way to all its claim tasks, and one to each
            of its unpostables tasks (PH-6).
        medical_group: the earliest created of those that apply, or None (PH-8).
        issues: most urgent first; hidden, see `issue_details`.
    """

    portal: Portal
    status: IssueStatus
    label: str
    work_blocked: frozenset[WorkKind]
    blocked_dollars: Decimal
    related_task_ids: tuple[str, ...]
    actions: tuple[Action, ...]
    medical_group: MedicalGroup | None
    issues: tuple[AccessIssue, ...] = private()


@attrs.frozen(kw_only=True)
class IssueDetail:
    """One issue in an expanded row (PH-5).

    Attributes:
        issue_id: the issue.
        status: who must act.
        label: the status as people see it.
        origin: where it was reported.
        reported_on: when.
        age_days: how many days ago.
        description: of the fault; private.
        instructions: how to resolve it; private.
        account: the account that could not be used, or None.
        work_blocked: the kinds of work that it blocks.
        blocked_dollars: US dollars of what waits for it.
        related_task_ids: its enrolment tasks, to be read only.
        actions: what the practice can do about it.
        medical_group: the earliest created of those that apply, or None.
    """

    issue_id: str
    status: IssueStatus
    label: str
    origin: Origin
    reported_on: date
    age_days: int
    description: str = private()
    instructions: str = private()
    account: PortalAccount | None
    work_blocked: frozenset[WorkKind]
    blocked_dollars: Decimal
    related_task_ids: tuple[str, ...]
    actions: tuple[Action, ...]
    medical_group: MedicalGroup | None


@attrs.frozen(kw_only=True)
class TaskCard:
    """The card at the top: the practice's tasks, whatever the filters (PH-5).

    Attributes:
        task_count: how many there are.
        view_all: where all of them are listed.
    """

    task_count: int
    view_all: TaskListLink


def issue_detail(
    issue: AccessIssue,
    *,
    portal: Portal,
    groups: Mapping[str, MedicalGroup],
    service_name: str,
    as_of: date,
) -> IssueDetail:
    """Give what an expanded row shows of *issue*, which is on *portal*."""
    account = None if issue.account_id is None else account_of(portal, issue.account_id)
    return IssueDetail(
        issue_id=issue.id,
        status=issue.status,
        label=status_label(issue.status, service_name=service_name),
        origin=issue.origin,
        reported_on=issue.reported_on,
        age_days=(as_of - issue.reported_on).days,
        description=issue.description,
        instructions=issue.instructions,
        account=account,
        work_blocked=issue.work_blocked,
        blocked_dollars=issue.blocked_dollars,
        related_task_ids=tuple(task.id for task in related_tasks(issue)),
        actions=actions_of(issue),
        medical_group=earliest_group(medical_group_ids_of(issue), groups),
    )


# --------------------------------------------------------------------------------------- pages


@attrs.frozen(kw_only=True)
class DashboardPage:
    """Some rows of a dashboard (PH-5).

    Attributes:
        number: which page, from 1.
        page_count: how many there are; 0 where there is no row.
        first: the place of its first row among all, from 1; 0 where there is none.
        rows: its rows.
        row_count: how many rows there are on all pages.
    """

    number: int
    page_count: int
    first: int
    rows: tuple[DashboardRow, ...]
    row_count: int


def page_count(row_count: int, *, page_size: int) -> int:
    """Give the number of pages that *row_count* rows fill: none for no row (PH-5).

    Raises:
        InvalidRecord: a page of no row.
    """
    if type(page_size) is not int or page_size < 1:
        raise InvalidRecord("page", "page_size", page_size, "be an int, 1 or more")
    return -(-row_count // page_size)
