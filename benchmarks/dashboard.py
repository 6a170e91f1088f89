"""The dashboard of a large hub against one function by hand that filters, groups and sorts.

The function makes the same records through their ordinary constructors, keeps everything in local
names and walks the issues once. It knows what the cases ask for and leaves out the rest: a payer
that was selected, rules of the practice's own, names outside of ASCII, medical groups without a
day. It adds with Python's ``sum``, which is right only under the default decimal context.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from random import Random
from typing import Final

from benchmarks.measuring import Disagreement, Figure, Report, Times, absolute, race, ratios
from revcycle.access import Permission, Viewer
from revcycle.portals import (
    AccessIssue,
    AccountType,
    Action,
    AffectedUnpostable,
    AskedFor,
    CoveredPayer,
    Dashboard,
    DashboardFilters,
    DashboardRow,
    EnrolmentTask,
    EnrolmentWorklistLink,
    Hub,
    IssueStatus,
    MedicalGroup,
    Move,
    Origin,
    Owner,
    Portal,
    PortalAccount,
    ReportedReason,
    Task,
    TaskCard,
    TaskLink,
    TaskListLink,
    TaskNote,
    TaskState,
    UnpostableKind,
    UnpostablesTask,
    WorkKind,
    clear_all,
    dashboard,
)

__all__ = ["CASES", "compare_dashboards", "dashboard_by_hand", "hub_of", "measure"]

AS_OF: Final = date(2025, 6, 2)
VIEWER: Final = Viewer(id="john", permissions=frozenset({Permission.MEDICAL_GROUPS}))
RUNS: Final = 7
ISSUES_A_PORTAL: Final = 100

CASES: Final = {
    "what needs attention": DashboardFilters(),
    "all outstanding issues": clear_all(),
    "one payer": DashboardFilters(attention_only=False, covered="mutual"),
}
"""What is asked for: what the dashboard opens with, everything, and one payer in ten."""


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that both give the same dashboards, then measure.

    Raises:
        Disagreement: they do not.
    """
    count = 1_000 if is_quick else 100_000
    report(f"Building a hub of {count:,} issues, comparing both dashboards ...")
    hub = hub_of(count)
    compare_dashboards(hub)
    cases = {}
    for case, filters in CASES.items():
        report(f"Asking {RUNS} times for {case}, and once to warm up ...")
        runs = [race_dashboards(hub, filters, turn=turn) for turn in range(RUNS + 1)][1:]
        report(absolute(runs, count, "issue"))
        cases[case] = ratios(runs, "dashboard", "by hand")
    return [
        Figure(
            key="dashboard_vs_handwritten",
            goal=2,
            cases=cases,
            meaning="portals.dashboard over one function that filters, groups and sorts",
        )
    ]


def compare_dashboards(hub: Hub) -> None:
    """Ask for each dashboard both ways.

    Raises:
        Disagreement: the results differ, or there is nothing to group.
    """
    for case, filters in CASES.items():
        ours, theirs = _by_library(hub, filters), dashboard_by_hand(hub, filters)
        if ours != theirs:
            pairs = zip(ours.rows, theirs.rows, strict=False)
            first = next((one for one, other in pairs if one != other), None)
            where = "beside the rows" if first is None else f"at portal {first.portal.id}"
            raise Disagreement(f"the dashboards of {case} differ {where}")
        if not any(len(row.issues) > 1 for row in ours.rows):
            raise Disagreement(f"{case} has nothing to group")


def race_dashboards(hub: Hub, filters: DashboardFilters, *, turn: int) -> Times:
    """Time both over *hub*; they begin by turns."""
    # Each gives its result in a tuple, so that taking it takes no time.
    contenders = [
        ("dashboard", lambda hub: (_by_library(hub, filters),)),
        ("by hand", lambda hub: (dashboard_by_hand(hub, filters),)),
    ]
    begin = turn % len(contenders)
    return race([hub], dict(contenders[begin:] + contenders[:begin]))


def _by_library(hub: Hub, filters: DashboardFilters) -> Dashboard:
    return dashboard(hub, viewer=VIEWER, as_of=AS_OF, filters=filters)


# ---------------------------------------------------------------------------------------- by hand


def dashboard_by_hand(  # noqa: C901, PLR0912, PLR0915  (one function: calls are what it saves)
    hub: Hub, filters: DashboardFilters
) -> Dashboard:
    """Make the same dashboard in one go; knows ASCII names and the filters of the cases only."""
    attention = IssueStatus.NEEDS_ATTENTION
    resolved = IssueStatus.RESOLVED
    ranks = {status.value: rank for rank, status in enumerate(IssueStatus)}
    labels = {
        "needs_attention": "NEEDS YOUR ATTENTION",
        "with_service": f"WITH {hub.service_name.upper()}",
        "with_payer": "WITH PAYER",
    }
    attention_only = filters.attention_only
    part = filters.covered.lower()
    covered: dict[str, CoveredPayer] = {}
    found: dict[str, list[tuple[int, Decimal, date, str, AccessIssue]]] = {}
    for portal in hub.portals:
        if part:
            matching = [payer for payer in portal.covers if part in payer.name.lower()]
            if not matching:
                continue
            for payer in matching:
                covered[payer.id] = payer
        found[portal.id] = []
    task_count = outstanding = shown = 0
    for issue in hub.issues:
        status = issue.status
        if status is resolved:
            continue
        outstanding += 1
        if status is attention:
            rank = 0
            for task in issue.tasks:
                if task.state is TaskState.PRACTICE:
                    task_count += 1
        elif attention_only:
            continue
        else:
            rank = ranks[status.value]
        issues = found.get(issue.portal_id)
        if issues is not None:
            issues.append((rank, -issue.blocked_dollars, issue.reported_on, issue.id, issue))
            shown += 1

    groups = {group.id: group for group in hub.medical_groups}
    placed = []
    for portal in hub.portals:
        entries = found.get(portal.id)
        if not entries:
            continue
        entries.sort()
        kinds: set[WorkKind] = set()
        dollars: dict[str, Decimal] = {}
        related = []
        claims = []
        actions: list[Action] = []
        applying: set[str] = set()
        for rank, _, _, _, issue in entries:
            kinds |= issue.work_blocked
            for unpostable in issue.blocked:
                dollars[unpostable.id] = unpostable.dollars
            for task in issue.tasks:
                applying |= task.medical_group_ids
                is_claims = type(task) is EnrolmentTask
                if is_claims:
                    related.append(task.id)
                if rank == 0 and task.state is TaskState.PRACTICE:
                    if is_claims:
                        claims.append(task.id)
                    else:
                        actions.append(TaskLink(issue_id=issue.id, task_id=task.id))
        if claims:
            actions.insert(0, EnrolmentWorklistLink(task_ids=tuple(claims)))
        group = min(
            [groups[each] for each in applying],
            key=lambda each: (each.created_on or date.max, each.id),
            default=None,
        )
        first = entries[0][-1]
        row = DashboardRow(
            portal=portal,
            status=first.status,
            label=labels[first.status.value],
            work_blocked=frozenset(kinds),
            blocked_dollars=sum(dollars.values(), Decimal("0.00")),
            related_task_ids=tuple(related),
            actions=tuple(actions),
            medical_group=group,
            issues=tuple([entry[-1] for entry in entries]),
        )
        placed.append((entries[0], row))
    placed.sort(key=itemgetter(0))
    return Dashboard(
        as_of=AS_OF,
        filters=filters,
        service_name=hub.service_name,
        medical_groups=hub.medical_groups,
        covered=tuple(sorted(covered.values(), key=lambda payer: (payer.name.lower(), payer.id))),
        selected=None,
        rows=tuple([row for _, row in placed]),
        card=TaskCard(task_count=task_count, view_all=TaskListLink()),
        hidden_issue_count=outstanding - shown,
    )


# --------------------------------------------------------------------------------------- the hub

_NAMES: Final = ("Mutual", "Casualty", "Choice", "Select", "Advantage")
_REASONS: Final = tuple(ReportedReason)
_TYPE: Final = AccountType(name="the practice's own", may_change_password=True)


def hub_of(count: int, *, seed: int = 1) -> Hub:
    """Build a hub of *count* issues: a fifth resolved, three in ten needing attention."""
    rng = Random(seed)
    groups = tuple(
        MedicalGroup(id=f"G{number}", name=f"Group {number}", created_on=date(2015 + number, 1, 1))
        for number in range(5)
    )
    portals = tuple(_portal(rng, number) for number in range(max(2, count // ISSUES_A_PORTAL)))
    issues = tuple(_issue(rng, number, rng.choice(portals)) for number in range(count))
    return Hub(portals=portals, medical_groups=groups, issues=issues)


def _portal(rng: Random, number: int) -> Portal:
    covers = {rng.randrange(len(_NAMES) * 20) for _ in range(2)}
    return Portal(
        id=f"P{number:05}",
        name=f"Portal {number}",
        covers=tuple(
            CoveredPayer(id=f"IRC{each}", name=f"Plan {each} {_NAMES[each % len(_NAMES)]}")
            for each in sorted(covers)
        ),
        accounts=(PortalAccount(id="A1", account_type=_TYPE, user_name="hills"),),
    )


_PATHS: Final = {
    "attention": ((Owner.PRACTICE, ()),),
    "service": ((Owner.SERVICE, ()), (Owner.PRACTICE, (Move.SUBMIT,))),
    "payer": ((Owner.PAYER, ()), (Owner.SERVICE, (Move.PASS,))),
    "resolved": ((Owner.PAYER, (Move.RESOLVE,)),),
}


def _issue(rng: Random, number: int, portal: Portal) -> AccessIssue:
    reported_on = AS_OF - timedelta(days=rng.randrange(1, 90))
    (path,) = rng.choices(tuple(_PATHS), weights=(30, 35, 15, 20))
    tasks = [
        _task(rng, f"T{number:06}-{place}", reported_on, _PATHS[path])
        for place in range(rng.choice((1, 1, 1, 2)))
    ]
    return AccessIssue(
        id=f"I{number:06}",
        portal_id=portal.id,
        account_id="A1",
        origin=rng.choice(tuple(Origin)),
        reported_on=reported_on,
        reason=rng.choice(_REASONS),
        reported_blocks=frozenset({WorkKind.CLAIMS}),
        tasks=tuple(tasks),
    )


def _task(
    rng: Random,
    task_id: str,
    created_on: date,
    paths: tuple[tuple[Owner, tuple[Move, ...]], ...],
) -> Task:
    owner, moves = rng.choice(paths)
    group_ids = frozenset({f"G{rng.randrange(5)}"} if rng.random() < 0.8 else ())  # noqa: PLR2004  (the share of many)
    notes = tuple(TaskNote(on=created_on, by="service", move=move) for move in moves)
    if rng.random() < 0.6:  # noqa: PLR2004  (the share of many)
        return EnrolmentTask(
            id=task_id,
            opened_with=owner,
            created_on=created_on,
            medical_group_ids=group_ids,
            notes=notes,
        )
    return UnpostablesTask(
        id=task_id,
        opened_with=owner,
        created_on=created_on,
        asks_for=frozenset({AskedFor.PASSWORD}),
        account_id="A1",
        affected=tuple(
            AffectedUnpostable(
                id=f"{task_id}-{place}",
                kind=UnpostableKind.CHECK,
                dollars=f"{rng.randrange(1, 5_000)}.{rng.randrange(100):02}",
                blocked=rng.random() < 0.9,  # noqa: PLR2004  (the share of many)
            )
            for place in range(rng.randrange(3))
        ),
        medical_group_ids=group_ids,
        notes=notes,
    )
