"""Where the hub's screens lead: what can be opened next, as values for the host to follow.

    EnrolmentWorklistLink    the enrolment worklist, showing these tasks only
    TaskLink                 a task of the hub
    RelatedTasksLink         all enrolment tasks of an issue, read-only
    UnpostableLink           an unpostable where the host shows it
    DashboardLink            the dashboard under some filters, at a page
    TaskListLink             the tasks list under some filters, in an order

The library knows no addresses. Who shows a screen as HTML passes a function from links to
addresses; a link without one is shown as words.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from revcycle.checks import (
    FLAG,
    ID,
    TEXT,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
)
from revcycle.portals.acts import check_given
from revcycle.portals.facts import ISSUE_VOCABULARY
from revcycle.portals.issues import AccessIssue, IssueStatus
from revcycle.portals.moves import TaskState
from revcycle.portals.portals import Portal
from revcycle.portals.tasks import EnrolmentTask
from revcycle.rules import ALWAYS, AllOf, Rule, is_rule, validated

__all__ = [
    "ALL_TASKS",
    "ATTENTION_FIRST",
    "OLDEST_FIRST",
    "Action",
    "Addresses",
    "DashboardFilters",
    "DashboardLink",
    "EnrolmentWorklistLink",
    "Link",
    "RelatedTasksLink",
    "TaskColumn",
    "TaskFilters",
    "TaskLink",
    "TaskListLink",
    "TaskSort",
    "UnpostableLink",
    "action_words",
    "actions_of",
    "clear_all",
    "no_addresses",
    "portal_address",
    "toggle_attention",
]


# ------------------------------------------------------------------------------------- filters


@attrs.frozen(kw_only=True)
class DashboardFilters:
    """Which issues the dashboard shows (PH-5). Resolved ones it never does.

    Attributes:
        attention_only: the quick filter: only what needs the practice's attention.
        covered: typed: the exact id of a payer or IRC that the portal covers, or a part of its
            name; blank is no filter.
        covered_id: selected: the id of a payer or IRC that the portal covers; None is no filter.
        where: a rule of the practice's own over the facts of an issue.
    """

    attention_only: bool = True
    covered: str = ""
    covered_id: str | None = None
    where: Rule = ALWAYS

    def __attrs_post_init__(self) -> None:
        """Check the fields; refuse a rule over other facts than those of an issue."""
        check_fields(self, _DASHBOARD_FILTERS)
        # As the dashboard asks it, beside the filter by status: one level deeper.
        validated(AllOf(ALWAYS, self.where), vocabulary=ISSUE_VOCABULARY)


_DASHBOARD_FILTERS: Final = (
    ("attention_only", FLAG),
    ("covered", TEXT),
    ("covered_id", optional(ID)),
    ("where", Requirement(is_rule, "be a rule", records_only=True)),
)

ATTENTION_FIRST: Final = DashboardFilters()
"""What the dashboard opens with: the issues that need attention (PH-5)."""


def toggle_attention(filters: DashboardFilters) -> DashboardFilters:
    """Press the quick filter: from what needs attention to every issue, or back (PH-5).

    Raises:
        InvalidRecord: *filters* is something else.
    """
    check_given("filters", filters, one_of(DashboardFilters))
    return attrs.evolve(filters, attention_only=not filters.attention_only)


def clear_all() -> DashboardFilters:
    """Drop every filter, the quick one too: the complete list of outstanding issues (PH-5)."""
    return DashboardFilters(attention_only=False)


@attrs.frozen(kw_only=True)
class TaskFilters:
    """Which of the practice's tasks the tasks list shows (PH-7, PH-8).

    Attributes:
        portal_id: on this portal; None is no filter.
        medical_group_id: applying to this group, perhaps among others; None is no filter.
    """

    portal_id: str | None = None
    medical_group_id: str | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("portal_id", optional(ID)), ("medical_group_id", optional(ID))))


ALL_TASKS: Final = TaskFilters()
"""All tasks that the practice must resolve."""


class TaskColumn(enum.Enum):
    """The columns of the tasks list by their titles, in order (PH-7)."""

    TASK = "Task id"
    PORTAL = "Portal"
    KIND = "Kind"
    MEDICAL_GROUP = "Medical group"
    STATUS = "Status"
    ACTION = "Action needed"
    CREATED = "Created"
    DOLLARS = "Dollars"


@attrs.frozen(kw_only=True)
class TaskSort:
    """How the tasks list is ordered (PH-7). Ties go by task id, missing values come last.

    Attributes:
        column: by which column.
        is_descending: whether the largest, latest or last comes first.
    """

    column: TaskColumn = TaskColumn.CREATED
    is_descending: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("column", one_of(TaskColumn)), ("is_descending", FLAG)))


OLDEST_FIRST: Final = TaskSort()
"""What the tasks list opens with (PH-7)."""


# --------------------------------------------------------------------------------------- links

_TASK_IDS: Final = Requirement(
    lambda v: v != () and each(ID).holds(v), "be a tuple of one or more non-empty text ids"
)
_PAGE_NUMBER: Final = Requirement(lambda v: type(v) is int and v > 0, "be an int, 1 or more")


@attrs.frozen(kw_only=True)
class EnrolmentWorklistLink:
    """The enrolment worklist, pre-filtered to the tasks that an issue waits for (PH-6).

    Attributes:
        task_ids: the enrolment tasks that it shows; one or more.
    """

    task_ids: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("task_ids", _TASK_IDS),))


@attrs.frozen(kw_only=True)
class TaskLink:
    """A task of the hub (PH-6).

    Attributes:
        issue_id: the issue.
        task_id: its task.
    """

    issue_id: str
    task_id: str

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("issue_id", ID), ("task_id", ID)))


@attrs.frozen(kw_only=True)
class RelatedTasksLink:
    """All enrolment tasks of an issue, to be read only (PH-6).

    Attributes:
        issue_id: the issue.
    """

    issue_id: str

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("issue_id", ID),))


@attrs.frozen(kw_only=True)
class UnpostableLink:
    """An unpostable that a task affects, to be viewed in a window of its own (PH-10).

    Attributes:
        unpostable_id: the unpostable.
    """

    unpostable_id: str

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("unpostable_id", ID),))


@attrs.frozen(kw_only=True)
class DashboardLink:
    """The dashboard under some filters (PH-5).

    Attributes:
        filters: the filters.
        page_number: the page, from 1.
    """

    filters: DashboardFilters = ATTENTION_FIRST
    page_number: int = 1

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("filters", one_of(DashboardFilters)), ("page_number", _PAGE_NUMBER)))


@attrs.frozen(kw_only=True)
class TaskListLink:
    """The tasks list under some filters, in an order (PH-7).

    Attributes:
        filters: the filters.
        sort: the order.
    """

    filters: TaskFilters = ALL_TASKS
    sort: TaskSort = OLDEST_FIRST

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("filters", one_of(TaskFilters)), ("sort", one_of(TaskSort))))


Action: TypeAlias = EnrolmentWorklistLink | TaskLink
"""What the practice can do next: resolve claim tasks, or an unpostables task (PH-6)."""

Link: TypeAlias = Action | RelatedTasksLink | UnpostableLink | DashboardLink | TaskListLink

Addresses: TypeAlias = Callable[[Link], str | None]
"""Says where the host shows what a link leads to; None where it does not."""


def no_addresses(_link: Link) -> None:
    """Say that the host shows nothing elsewhere: every link is words."""


def actions_of(*issues: AccessIssue) -> tuple[Action, ...]:
    """Give what the practice can do about *issues* (PH-6).

    First one way to all their claim tasks together, then one to each of their unpostables tasks.
    Nothing for an issue that needs no attention, and nothing while there is no task to resolve.
    """
    claims: list[str] = []
    unpostables: list[Action] = []
    for issue in issues:
        if issue.status is not IssueStatus.NEEDS_ATTENTION:
            continue
        for task in issue.tasks:
            if task.state is not TaskState.PRACTICE:
                continue
            if type(task) is EnrolmentTask:
                claims.append(task.id)
            else:
                unpostables.append(TaskLink(issue_id=issue.id, task_id=task.id))
    worklist = [EnrolmentWorklistLink(task_ids=tuple(claims))] if claims else []
    return (*worklist, *unpostables)


def action_words(action: Action) -> str:
    """Give what the *Action needed* column says (PH-6).

    Raises:
        InvalidRecord: *action* is none.
    """
    if isinstance(action, EnrolmentWorklistLink):
        return "Resolve claim task(s)"
    check_given("action", action, one_of(TaskLink))
    return "Resolve unpostables task"


def portal_address(portal: Portal) -> str | None:
    """Give the portal's URL if a browser may be sent there: http or https, or else None (PH-7)."""
    return portal.url if _WEB_ADDRESS.fullmatch(portal.url) else None


_WEB_ADDRESS: Final = re.compile(r"https?://[^\s\x00-\x20\x7f\"'<>\\]+", re.IGNORECASE)
