"""Access issues: what keeps work from being done on a portal, who must act, and what it costs.

An issue with its tasks is the unit on which acts work. Status, kinds of work blocked and what
waits are derived from the tasks when an issue is built, for everything asks for them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import (
    DATE,
    ID,
    TEXT,
    WORDS,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
    private,
    unique,
)
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.money import total
from revcycle.portals.moves import Owner, TaskState
from revcycle.portals.tasks import TASK, EnrolmentTask, Task, UnpostablesTask, WorkKind, work_kind
from revcycle.portals.unpostables import AffectedUnpostable, each_once

__all__ = [
    "SERVICE_NAME",
    "AccessIssue",
    "IssueStatus",
    "Origin",
    "ReportedReason",
    "medical_group_ids_of",
    "practice_tasks",
    "related_tasks",
    "status_by_states",
    "status_label",
    "task_of",
]


class Origin(enum.Enum):
    """Where an issue was reported (PH-1)."""

    CLAIMS_WORKFLOW = "claims_workflow"
    UNPOSTABLES = "unpostables"


class ReportedReason(enum.Enum):
    """What was found to be wrong when the issue was reported (PH-1)."""

    PASSWORD_EXPIRED = "password_expired"  # noqa: S105  (a tag, not a secret)
    PASSWORD_REJECTED = "password_rejected"  # noqa: S105  (a tag, not a secret)
    USER_NAME_REJECTED = "user_name_rejected"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_MISSING = "account_missing"
    NUMBER_MISSING = "number_missing"
    RIGHTS_MISSING = "rights_missing"
    SIGN_IN_CHECK = "sign_in_check"
    REGISTRATION_PENDING = "registration_pending"
    SITE_UNAVAILABLE = "site_unavailable"
    OTHER = "other"


class IssueStatus(enum.Enum):
    """Who must act on an issue, most urgent for the practice first (PH-2, PH-3)."""

    NEEDS_ATTENTION = "needs_attention"
    WITH_SERVICE = "with_service"
    WITH_PAYER = "with_payer"
    RESOLVED = "resolved"


SERVICE_NAME: Final = "athena"
"""The service's name in labels, unless the host gives another (PH-14)."""


@attrs.frozen(kw_only=True)
class AccessIssue:
    """A fault that keeps work from being done on a portal, and the tasks that mend it (PH-1).

    Attributes:
        id: minted by the host.
        portal_id: the portal.
        account_id: the account that could not be used, or None where it was none in particular.
        origin: where it was reported.
        reported_on: when.
        reason: what was found.
        reported_blocks: the kinds of work it was reported to block, at least one.
        reported_owner: who must act while there is no task yet (PH-4).
        description: of the fault; private.
        instructions: how to resolve it; private.
        tasks: enrolment and unpostables tasks, in the order they were opened.
        last_act_on: the day of the last recorded act; a verb refuses an earlier one.
        status: derived: who must act (PH-4).
        work_blocked: derived: the kinds reported and those of the tasks; none once resolved.
        unpostables: derived: what the tasks that are not resolved tell of, closed ones among them,
            each once (PH-10).
        blocked: derived: the open unpostables that wait for this issue, each once (PH-10).
        blocked_dollars: derived: the US dollars of those.
    """

    id: str
    portal_id: str
    account_id: str | None = None
    origin: Origin
    reported_on: date
    reason: ReportedReason
    reported_blocks: frozenset[WorkKind]
    reported_owner: Owner = Owner.SERVICE
    description: str = private(default="")
    instructions: str = private(default="")
    tasks: tuple[Task, ...] = ()
    last_act_on: date | None = None
    status: IssueStatus = attrs.field(init=False)
    work_blocked: frozenset[WorkKind] = attrs.field(init=False)
    unpostables: tuple[AffectedUnpostable, ...] = attrs.field(init=False, repr=False, eq=False)
    blocked: tuple[AffectedUnpostable, ...] = attrs.field(init=False, repr=False)
    blocked_dollars: Decimal = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Check the fields and the tasks together, and work out what is derived."""
        check_fields(self, _ISSUE)
        unique(self, "tasks", [task.id for task in self.tasks])
        _check_days(self)
        told = _told_by(self.tasks)
        _check_unpostables(told)
        status = _status(self)
        is_over = status is IssueStatus.RESOLVED
        kinds = self.reported_blocks.union(map(work_kind, self.tasks))
        unpostables = each_once(told)
        blocked = tuple(unpostable for unpostable in unpostables if unpostable.blocked)
        object.__setattr__(self, "status", status)
        object.__setattr__(self, "work_blocked", frozenset() if is_over else kinds)
        object.__setattr__(self, "unpostables", unpostables)
        object.__setattr__(self, "blocked", blocked)
        object.__setattr__(self, "blocked_dollars", total(u.dollars for u in blocked))


_ISSUE: Final = (
    ("id", ID),
    ("portal_id", ID),
    ("account_id", optional(ID)),
    ("origin", one_of(Origin)),
    ("reported_on", DATE),
    ("reason", one_of(ReportedReason)),
    (
        "reported_blocks",
        Requirement(
            lambda v: type(v) is frozenset and v != frozenset() and {*map(type, v)} == {WorkKind},
            "be a frozenset of one or more WorkKind members",
        ),
    ),
    ("reported_owner", one_of(Owner)),
    ("description", TEXT),
    ("instructions", TEXT),
    ("tasks", each(TASK)),
    ("last_act_on", optional(DATE)),
)


def _check_days(issue: AccessIssue) -> None:
    """Refuse a task older than the report; fix `last_act_on` where it is not given."""
    latest = issue.reported_on
    for task in issue.tasks:
        if task.created_on < issue.reported_on:
            must = f"be created on or after the report, {issue.reported_on}"
            raise InvalidRecord("AccessIssue", "tasks", task.id, must)
        latest = max(latest, task.created_on, *(note.on for note in task.notes[-1:]))
    if issue.last_act_on is None:
        object.__setattr__(issue, "last_act_on", latest)
    elif issue.last_act_on < latest:
        must = f"be on or after the last act, {latest}"
        raise InvalidRecord("AccessIssue", "last_act_on", issue.last_act_on, must)


def _check_unpostables(told: Iterable[AffectedUnpostable]) -> None:
    """Refuse one unpostable told in two ways by two unresolved tasks."""
    known: dict[str, AffectedUnpostable] = {}
    for unpostable in told:
        if known.setdefault(unpostable.id, unpostable) != unpostable:
            must = "be told alike by every task that is not resolved (PH-10)"
            raise InvalidRecord("AccessIssue", "tasks", unpostable.id, must)


def _told_by(tasks: tuple[Task, ...]) -> list[AffectedUnpostable]:
    """Give what the tasks that are not resolved tell: a resolved one is told no more (PH-10)."""
    return [
        unpostable
        for task in tasks
        if type(task) is UnpostablesTask and task.state is not TaskState.RESOLVED
        for unpostable in task.affected
    ]


def _status(issue: AccessIssue) -> IssueStatus:
    if not issue.tasks:
        return status_by_states([TaskState(issue.reported_owner.value)])
    return status_by_states([task.state for task in issue.tasks])


def status_by_states(states: Iterable[TaskState]) -> IssueStatus:
    """Say who must act: the practice if any task is with it, then the service, then the payer.

    Resolved if all are; *states* are one or more (PH-4).
    """
    present = frozenset(states)
    return next(status for state, status in _STATUS.items() if state in present)


_STATUS: Final = {
    TaskState.PRACTICE: IssueStatus.NEEDS_ATTENTION,
    TaskState.SERVICE: IssueStatus.WITH_SERVICE,
    TaskState.PAYER: IssueStatus.WITH_PAYER,
    TaskState.RESOLVED: IssueStatus.RESOLVED,
}
"""In the order of precedence (PH-4)."""


def status_label(status: IssueStatus, *, service_name: str) -> str:
    """Give the label that people see (PH-2); the service goes by the host's name for it (PH-14).

    Raises:
        InvalidRecord: *status* is no status, or *service_name* no words.
    """
    if type(status) is not IssueStatus:
        must = f"be an IssueStatus: one of {', '.join(each.value for each in IssueStatus)}"
        raise InvalidRecord("status_label", "status", status, must)
    if not WORDS.holds(service_name):
        raise InvalidRecord("status_label", "service_name", service_name, WORDS.must)
    if status is IssueStatus.NEEDS_ATTENTION:
        return "NEEDS YOUR ATTENTION"
    if status is IssueStatus.WITH_SERVICE:
        return f"WITH {service_name.upper()}"
    return "WITH PAYER" if status is IssueStatus.WITH_PAYER else "RESOLVED"


def task_of(issue: AccessIssue, task_id: str) -> Task:
    """Find a task of *issue*.

    Raises:
        UnknownReference: there is no such task.
    """
    for task in issue.tasks:
        if task.id == task_id:
            return task
    raise UnknownReference("task", task_id)


def practice_tasks(issue: AccessIssue) -> tuple[Task, ...]:
    """Give the tasks that the practice must resolve (PH-6, PH-7)."""
    return tuple(task for task in issue.tasks if task.state is TaskState.PRACTICE)


def related_tasks(issue: AccessIssue) -> tuple[EnrolmentTask, ...]:
    """Give all enrolment tasks of *issue*, whoever has them (PH-6)."""
    return tuple(task for task in issue.tasks if isinstance(task, EnrolmentTask))


def medical_group_ids_of(issue: AccessIssue) -> frozenset[str]:
    """Give the medical groups that any task of *issue* applies to (PH-8)."""
    return frozenset().union(*(task.medical_group_ids for task in issue.tasks))
