"""The dashboard as a value, and how it is shown: as text and as HTML, page by page (PH-5).

A dashboard is for the viewer who was permitted to ask for it, and stays as it is. It holds what a
page must show, and hides names of users and texts from its `repr`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

import attrs

from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.folding import is_blank
from revcycle.portals.acts import all_given
from revcycle.portals.dashboard_rows import (
    DashboardPage,
    DashboardRow,
    IssueDetail,
    TaskCard,
    issue_detail,
    page_count,
)
from revcycle.portals.facts import ISSUE_VOCABULARY
from revcycle.portals.filters import named_for
from revcycle.portals.issues import IssueStatus, related_tasks
from revcycle.portals.links import (
    Action,
    Addresses,
    DashboardFilters,
    DashboardLink,
    EnrolmentWorklistLink,
    RelatedTasksLink,
    TaskLink,
    action_words,
    clear_all,
    no_addresses,
    portal_address,
    toggle_attention,
)
from revcycle.portals.portals import CoveredPayer, MedicalGroup, PortalAccount
from revcycle.portals.sheet_html import sheet_html, styled
from revcycle.portals.sheet_text import sheet_text
from revcycle.portals.sheets import (
    Badge,
    Block,
    Column,
    ColumnKind,
    Content,
    Facts,
    Grid,
    GridRow,
    Linked,
    Sheet,
    Words,
    counted,
)
from revcycle.portals.tasks import WorkKind
from revcycle.rules import ALWAYS, describe

__all__ = [
    "PAGE_SIZE",
    "Dashboard",
    "dashboard_html",
    "dashboard_text",
    "issue_details",
    "page_of",
]

PAGE_SIZE: Final = 25
"""How many rows a page has, unless another number is asked for."""


@attrs.frozen(kw_only=True)
class Dashboard:
    """The portals whose access has outstanding issues, most urgent first (PH-3, PH-5).

    Attributes:
        as_of: the day.
        filters: what was asked for.
        service_name: what the practice calls the service (PH-14).
        medical_groups: the practice's.
        covered: the payers and IRCs that were found for what was typed, by name.
        selected: the payer or IRC that was selected, or None.
        rows: every portal once that has an issue which the filters leave.
        card: the task card.
        hidden_issue_count: outstanding issues that the filters hide.
    """

    as_of: date
    filters: DashboardFilters
    service_name: str
    medical_groups: tuple[MedicalGroup, ...]
    covered: tuple[CoveredPayer, ...]
    selected: CoveredPayer | None
    rows: tuple[DashboardRow, ...]
    card: TaskCard
    hidden_issue_count: int

    def __str__(self) -> str:
        """Show the first page as text."""
        return dashboard_text(self)

    def _repr_html_(self) -> str:
        return styled(dashboard_html(self))


def issue_details(dashboard: Dashboard, *, portal_id: str) -> tuple[IssueDetail, ...]:
    """Expand the row of a portal: each of its issues with account, day and description (PH-5).

    Which payers and IRCs the portal covers, and its URL, the row's portal says.

    Raises:
        UnknownReference: the portal has no row here.
    """
    row = next((row for row in dashboard.rows if row.portal.id == portal_id), None)
    if row is None:
        raise UnknownReference("portal on the dashboard", portal_id)
    return _details(row, dashboard)


def _details(row: DashboardRow, dashboard: Dashboard) -> tuple[IssueDetail, ...]:
    groups = {group.id: group for group in dashboard.medical_groups}
    return tuple(
        issue_detail(
            issue,
            portal=row.portal,
            groups=groups,
            service_name=dashboard.service_name,
            as_of=dashboard.as_of,
        )
        for issue in row.issues
    )


def page_of(dashboard: Dashboard, *, number: int = 1, page_size: int = PAGE_SIZE) -> DashboardPage:
    """Give a page of *dashboard* (PH-5). The first one is there even when it is empty.

    Raises:
        InvalidRecord: there is no such page, or pages of no row.
    """
    pages = page_count(len(dashboard.rows), page_size=page_size)
    if type(number) is not int or not 1 <= number <= max(1, pages):
        raise InvalidRecord("page", "number", number, f"be a page from 1 to {max(1, pages)}")
    begin = (number - 1) * page_size
    return DashboardPage(
        number=number,
        page_count=pages,
        first=min(begin + 1, len(dashboard.rows)),
        rows=dashboard.rows[begin : begin + page_size],
        row_count=len(dashboard.rows),
    )


# --------------------------------------------------------------------------------------- shown


def dashboard_text(
    dashboard: Dashboard,
    *,
    page_number: int = 1,
    page_size: int = PAGE_SIZE,
    opened: Collection[str] = (),
) -> str:
    """Write a page of *dashboard* as plain text, eighty columns wide.

    Args:
        dashboard: what is shown.
        page_number: which page, from 1.
        page_size: how many rows a page has.
        opened: the ids of the portals whose rows are expanded.

    Raises:
        InvalidRecord: there is no such page, or *opened* is a single id.
    """
    page = page_of(dashboard, number=page_number, page_size=page_size)
    return sheet_text(_sheet(dashboard, page, opened, no_addresses))


def dashboard_html(
    dashboard: Dashboard,
    *,
    page_number: int = 1,
    page_size: int = PAGE_SIZE,
    opened: Collection[str] = (),
    addresses: Addresses = no_addresses,
) -> str:
    """Write a page of *dashboard* as a section of HTML; rows expand without a script.

    Args:
        dashboard: what is shown.
        page_number: which page, from 1.
        page_size: how many rows a page has.
        opened: the ids of the portals whose rows are expanded from the start.
        addresses: where the host shows what links lead to.

    Raises:
        InvalidRecord: there is no such page, or *opened* is a single id.
    """
    page = page_of(dashboard, number=page_number, page_size=page_size)
    return sheet_html(_sheet(dashboard, page, opened, addresses))


def _sheet(
    dashboard: Dashboard, page: DashboardPage, opened: Collection[str], addresses: Addresses
) -> Sheet:
    portal_ids = all_given("opened", opened)
    rows = tuple(
        _grid_row(row, dashboard, addresses, is_open=row.portal.id in portal_ids)
        for row in page.rows
    )
    grid = Grid(
        caption=_caption(dashboard, page), columns=_COLUMNS, rows=rows, empty=_empty(dashboard)
    )
    return Sheet(
        title=f"Dashboard on {dashboard.as_of}",
        anchor="dashboard",
        blocks=(
            _card_words(dashboard.card, addresses),
            _filter_words(dashboard, addresses),
            grid,
            *_page_words(dashboard, page, addresses),
        ),
    )


_COLUMNS: Final = (
    Column(title="Portal"),
    Column(title="Status", kind=ColumnKind.LABEL),
    Column(title="Work blocked"),
    Column(title="Dollars blocked", kind=ColumnKind.DOLLARS),
    Column(title="Related tasks", is_aside=True),
    Column(title="Action needed", is_aside=True),
    Column(title="Medical group", is_aside=True),
)


def _card_words(card: TaskCard, addresses: Addresses) -> Words:
    noun = "task needs" if card.task_count == 1 else "tasks need"
    said = f"{card.task_count or 'No'} {noun} your attention."
    address = addresses(card.view_all)
    shown = f"The tasks list shows {'it' if card.task_count == 1 else 'them'}."
    way = shown if address is None else Linked("View all", address)
    return Words((said, way) if card.task_count else (said,), is_lead=True)


def _filter_words(dashboard: Dashboard, addresses: Addresses) -> Words:
    """Say which filters are set, and lead to the dashboard without them."""
    filters = _meant(dashboard.filters)
    said = ["needs your attention" if filters.attention_only else "all outstanding issues"]
    if filters.covered:
        names = ", ".join(payer.name for payer in dashboard.covered) or "none found"
        said.append(f"payer or IRC \u201c{filters.covered.strip()}\u201d ({names})")
    if dashboard.selected is not None:
        said.append(f"payer or IRC {dashboard.selected.name} ({dashboard.selected.id})")
    if filters.where != ALWAYS:
        named = named_for(filters.where, dashboard.service_name)
        said.append(describe(named, vocabulary=ISSUE_VOCABULARY))
    parts: list[str | Linked] = [f"Showing: {'; '.join(said)}."]
    words = "Show all" if filters.attention_only else "Show only what needs your attention"
    toggled = addresses(DashboardLink(filters=toggle_attention(filters)))
    cleared = addresses(DashboardLink(filters=clear_all()))
    if toggled is not None:
        parts.append(Linked(words, toggled))
    if cleared is not None and filters != clear_all():
        parts.append(Linked("Clear All", cleared))
    return Words(tuple(parts))


def _meant(filters: DashboardFilters) -> DashboardFilters:
    """Give *filters* without what is typed and blank, which filters nothing (PH-5)."""
    return attrs.evolve(filters, covered="") if is_blank(filters.covered) else filters


def _caption(dashboard: Dashboard, page: DashboardPage) -> str:
    said = f"Portals with access issues: {page.row_count}, by their most urgent issue"
    if page.page_count > 1:
        last = page.first + len(page.rows) - 1
        said += f"; {page.first} to {last} on page {page.number} of {page.page_count}"
    if dashboard.hidden_issue_count:
        said += f"; {counted(dashboard.hidden_issue_count, 'issue')} hidden by the filters"
    return said


def _empty(dashboard: Dashboard) -> str:
    """Say in words why there is no row."""
    if not dashboard.hidden_issue_count:
        return "No access issue is outstanding: every portal can be used."
    filters = _meant(dashboard.filters)
    if filters.covered and not dashboard.covered:
        return "No portal covers such a payer or IRC. Clear All shows every outstanding issue."
    if filters == DashboardFilters():
        return "Nothing needs your attention. Show all, to see what others are working on."
    return "No issue passes the filters. Clear All shows every outstanding issue."


def _page_words(dashboard: Dashboard, page: DashboardPage, addresses: Addresses) -> Iterator[Words]:
    ways = (("Previous page", page.number - 1), ("Next page", page.number + 1))
    parts = [
        Linked(words, address)
        for words, number in ways
        if 1 <= number <= page.page_count
        and (address := addresses(DashboardLink(filters=dashboard.filters, page_number=number)))
    ]
    if parts:
        yield Words(tuple(parts))


# ---------------------------------------------------------------------------------------- rows


def _grid_row(
    row: DashboardRow, dashboard: Dashboard, addresses: Addresses, *, is_open: bool
) -> GridRow:
    related = tuple(
        Linked(task.id, addresses(RelatedTasksLink(issue_id=issue.id)))
        for issue in row.issues
        for task in related_tasks(issue)
    )
    return GridRow(
        cells=(
            Linked(row.portal.name, portal_address(row.portal)),
            _badge(row.status, row.label),
            _kinds(row.work_blocked),
            row.blocked_dollars,
            Words(related) if related else None,
            _actions(row.actions, row.status, addresses),
            None if row.medical_group is None else row.medical_group.name,
        ),
        summary=f"Details of {row.portal.name}: {counted(len(row.issues), 'issue')}",
        details=tuple(_expanded(row, dashboard, addresses)),
        is_open=is_open,
    )


def _expanded(row: DashboardRow, dashboard: Dashboard, addresses: Addresses) -> Iterator[Block]:
    portal = row.portal
    covers = ", ".join(f"{payer.name} ({payer.id})" for payer in portal.covers)
    yield Facts(
        pairs=(
            ("Payers and IRCs", covers or "none known"),
            ("Portal", Linked(portal.url or "no URL", portal_address(portal))),
        )
    )
    for detail in _details(row, dashboard):
        yield Facts(title=f"Issue {detail.issue_id}", pairs=tuple(_facts(detail, addresses)))


def _facts(detail: IssueDetail, addresses: Addresses) -> Iterator[tuple[str, Content]]:
    age = f", {counted(detail.age_days, 'day')} ago" if detail.age_days > 0 else ""
    yield "Status", _badge(detail.status, detail.label)
    yield "Reported", f"{detail.reported_on}{age}, from {_said(detail.origin.value)}"
    yield "Description", detail.description or "none given"
    if detail.instructions:
        yield "Instructions", detail.instructions
    yield "Account", account_words(detail.account)
    yield "Work blocked", _kinds(detail.work_blocked)
    yield "Dollars blocked", detail.blocked_dollars
    if detail.related_task_ids:
        address = addresses(RelatedTasksLink(issue_id=detail.issue_id))
        yield (
            "Related tasks",
            Words(tuple(Linked(each, address) for each in detail.related_task_ids)),
        )
    yield "Action needed", _actions(detail.actions, detail.status, addresses)
    if detail.medical_group is not None:
        yield "Medical group", detail.medical_group.name


def account_words(account: PortalAccount | None) -> str:
    """Name an account by its user name and type, never by a secret."""
    if account is None:
        return "none in particular"
    return f"{account.user_name or 'no user name yet'} ({account.account_type.name})"


def _badge(status: IssueStatus, label: str) -> Badge:
    return Badge(label, is_urgent=status is IssueStatus.NEEDS_ATTENTION)


def _kinds(kinds: frozenset[WorkKind]) -> str:
    return ", ".join(kind.value for kind in WorkKind if kind in kinds)


def _actions(actions: tuple[Action, ...], status: IssueStatus, addresses: Addresses) -> Content:
    if not actions:
        return "no task yet" if status is IssueStatus.NEEDS_ATTENTION else "none"
    worklists = tuple(each for each in actions if isinstance(each, EnrolmentWorklistLink))
    opened = tuple(each for each in actions if isinstance(each, TaskLink))
    claims = tuple(
        Linked(action_words(each), addresses(each), " ".join(each.task_ids)) for each in worklists
    )
    if not opened:
        return claims
    links = tuple(Linked(each.task_id, addresses(each)) for each in opened)
    return (*claims, Words((action_words(opened[0]), *links)))


def _said(tag: str) -> str:
    return tag.replace("_", " ")
