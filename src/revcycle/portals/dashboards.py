"""The dashboard of the hub: which portals cannot be used, what that costs, what to do (PH-3, PH-5).

`dashboard` finds, groups and orders; what it gives is in `dashboard_screen`. It decides the filters
portal by portal and by status, and asks a rule only where the practice gave one of its own;
`dashboard_rule` says the same as one rule over the facts of an issue, for explaining.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from revcycle.access import Permission, Viewer, require_permission
from revcycle.checks import one_of
from revcycle.errors import UnknownReference
from revcycle.folding import is_blank
from revcycle.portals.acts import check_day, check_given
from revcycle.portals.dashboard_rows import DashboardRow, TaskCard
from revcycle.portals.dashboard_screen import Dashboard
from revcycle.portals.facts import issue_facts
from revcycle.portals.filters import CoversPayer, StatusIn
from revcycle.portals.hub import Hub
from revcycle.portals.issues import AccessIssue, IssueStatus, status_label
from revcycle.portals.links import (
    ATTENTION_FIRST,
    DashboardFilters,
    TaskListLink,
    actions_of,
)
from revcycle.portals.medical_groups import earliest_group
from revcycle.portals.moves import TaskState
from revcycle.portals.portals import CoveredPayer, MedicalGroup, Portal
from revcycle.portals.search import payers_matching
from revcycle.portals.tasks import EnrolmentTask, WorkKind
from revcycle.portals.unpostables import dollars_of
from revcycle.rules import ALWAYS, AllOf, Rule, compile_rule

__all__ = ["dashboard", "dashboard_rule", "urgency"]


def dashboard(
    hub: Hub, *, viewer: Viewer, as_of: date, filters: DashboardFilters = ATTENTION_FIRST
) -> Dashboard:
    """Show the portals of *hub* that have outstanding issues, most urgent first (PH-3, PH-5).

    Args:
        hub: the hub.
        viewer: who looks.
        as_of: the day, for the ages of issues.
        filters: which issues to show; by default those that need attention.

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: the payer or IRC selected is covered by no portal.
    """
    require_permission("dashboard", viewer, Permission.MEDICAL_GROUPS)
    check_day(as_of)
    check_given("filters", filters, one_of(DashboardFilters))
    selected = _selected(hub.portals, filters)
    typed = payers_matching(hub.portals, filters.covered)
    outstanding = [issue for issue in hub.issues if issue.status is not IssueStatus.RESOLVED]
    portals = hub.portals
    if selected is not None:
        portals = _that_cover(portals, [selected])
    if not is_blank(filters.covered):
        portals = _that_cover(portals, typed)
    shown = _by_portal(outstanding, portals, as_of=as_of, filters=filters)
    groups = {group.id: group for group in hub.medical_groups}
    rows = [
        _row(portal, issues, groups, hub.service_name)
        for portal in hub.portals
        if (issues := shown.get(portal.id))
    ]
    rows.sort(key=lambda row: urgency(row.issues[0]))
    return Dashboard(
        as_of=as_of,
        filters=filters,
        service_name=hub.service_name,
        medical_groups=hub.medical_groups,
        covered=typed,
        selected=selected,
        rows=tuple(rows),
        card=TaskCard(task_count=_practice_task_count(outstanding), view_all=TaskListLink()),
        hidden_issue_count=len(outstanding) - sum(len(row.issues) for row in rows),
    )


def urgency(issue: AccessIssue) -> tuple[int, Decimal, date, str]:
    """Give the place of *issue*: status, largest dollars, oldest, id; sorts ascending (PH-3)."""
    status = issue.status
    if status is IssueStatus.NEEDS_ATTENTION:
        rank = 0
    elif status is IssueStatus.WITH_SERVICE:
        rank = 1
    else:
        rank = 2 if status is IssueStatus.WITH_PAYER else 3
    # A minus sign would round to the host's decimal context.
    return (rank, issue.blocked_dollars.copy_negate(), issue.reported_on, issue.id)


def _by_portal(
    outstanding: Iterable[AccessIssue],
    portals: Iterable[Portal],
    *,
    as_of: date,
    filters: DashboardFilters,
) -> dict[str, list[AccessIssue]]:
    """Collect under *portals* what the filters leave of their issues; often that is nothing."""
    known = {portal.id: portal for portal in portals}
    shown: dict[str, list[AccessIssue]] = {portal_id: [] for portal_id in known}
    passes = _asked(filters.where, known, as_of)
    attention_only = filters.attention_only
    for issue in outstanding:
        if attention_only and issue.status is not IssueStatus.NEEDS_ATTENTION:
            continue
        issues = shown.get(issue.portal_id)
        if issues is not None and (passes is None or passes(issue)):
            issues.append(issue)
    return shown


def _selected(portals: Iterable[Portal], filters: DashboardFilters) -> CoveredPayer | None:
    """Find the payer or IRC that was selected; two portals may name it differently."""
    if filters.covered_id is None:
        return None
    named = [
        payer for portal in portals for payer in portal.covers if payer.id == filters.covered_id
    ]
    if not named:
        raise UnknownReference("covered payer or IRC", filters.covered_id)
    return min(named, key=lambda payer: payer.name)


def _that_cover(portals: Iterable[Portal], payers: Iterable[CoveredPayer]) -> tuple[Portal, ...]:
    ids = {payer.id for payer in payers}
    return tuple(
        portal for portal in portals if not ids.isdisjoint([payer.id for payer in portal.covers])
    )


def _asked(
    where: Rule, portals: Mapping[str, Portal], as_of: date
) -> Callable[[AccessIssue], bool] | None:
    if where == ALWAYS:
        return None
    holds = compile_rule(where)
    return lambda issue: holds(issue_facts(issue, portal=portals[issue.portal_id], as_of=as_of))


def _row(
    portal: Portal,
    issues: list[AccessIssue],
    groups: Mapping[str, MedicalGroup],
    service_name: str,
) -> DashboardRow:
    issues.sort(key=urgency)
    status = issues[0].status
    # In plain comprehensions: there can be as many tasks as the hub has.
    tasks = [task for issue in issues for task in issue.tasks]
    group_ids = frozenset[str]().union(*[task.medical_group_ids for task in tasks])
    return DashboardRow(
        portal=portal,
        status=status,
        label=status_label(status, service_name=service_name),
        work_blocked=frozenset[WorkKind]().union(*[issue.work_blocked for issue in issues]),
        blocked_dollars=dollars_of([each for issue in issues for each in issue.blocked]),
        related_task_ids=tuple([task.id for task in tasks if type(task) is EnrolmentTask]),
        actions=actions_of(*issues),
        medical_group=earliest_group(group_ids, groups),
        issues=tuple(issues),
    )


def _practice_task_count(issues: Iterable[AccessIssue]) -> int:
    practice = TaskState.PRACTICE
    return len([True for issue in issues for task in issue.tasks if task.state is practice])


def dashboard_rule(filters: DashboardFilters, *, portals: Iterable[Portal]) -> Rule:
    """Say *filters* as one rule over the facts of an issue (PH-5).

    Args:
        filters: the filters.
        portals: those of the hub, in which what was typed or selected is looked up.

    Raises:
        UnknownReference: the payer or IRC selected is covered by no portal.
    """
    check_given("filters", filters, one_of(DashboardFilters))
    known = tuple(portals)
    statuses = set(IssueStatus) - {IssueStatus.RESOLVED}
    parts: list[Rule] = [
        StatusIn(IssueStatus.NEEDS_ATTENTION if filters.attention_only else statuses)
    ]
    if (payer := _selected(known, filters)) is not None:
        parts.append(CoversPayer(payer.id))
    if not is_blank(filters.covered):
        parts.append(CoversPayer(each.id for each in payers_matching(known, filters.covered)))
    if filters.where != ALWAYS:
        parts.append(filters.where)
    return AllOf(*parts) if len(parts) > 1 else parts[0]
