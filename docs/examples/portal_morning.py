"""A billing manager's morning at the payer portal hub: from the dashboard to a CSV for the team.

    python portal_morning.py                  prints the morning, writes portal.html to build
    python portal_morning.py --seed 7         another made-up hub
    python portal_morning.py --output FILE    writes the pages somewhere else

The hub is made up (`seeded_hub`): forty portals, three hundred access issues. John looks at what
needs attention, finds a payer, expands a portal, resolves a claim task and an unpostables task,
and hands the rest of the list to his team. In the end what was shown is counted once more from
the raw records.

Exit status: 0, or 1 if a figure that was shown is not what the records say, or 2 if the arguments
are wrong or a file cannot be written.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import attrs
from portal_count import differences
from seeded_hub import JOHN, PRACTICE, seeded_hub

from revcycle.access import Viewer
from revcycle.errors import NotPermitted, Refused
from revcycle.money import text, total
from revcycle.portals import (
    ATTENTION_FIRST,
    Addresses,
    AskedFor,
    Credentials,
    Dashboard,
    DashboardFilters,
    DashboardLink,
    EnrolmentWorklistLink,
    Hub,
    Link,
    PayerSuggestion,
    RelatedTasksLink,
    Response,
    TaskColumn,
    TaskFilters,
    TaskLink,
    TaskList,
    TaskListLink,
    TaskSort,
    TaskView,
    clear_all,
    dashboard,
    dashboard_html,
    dashboard_text,
    hub_page,
    issue_of,
    page_of,
    portal_of,
    related_tasks,
    related_tasks_anchor,
    related_tasks_html,
    related_tasks_view,
    status_label,
    submit_response,
    suggest_payers,
    task_anchor,
    task_html,
    task_list,
    task_list_csv,
    task_list_html,
    task_list_text,
    task_view,
    toggle_attention,
    why_listed,
    with_issue,
)

__all__ = ["Morning", "main", "morning"]

ROOT: Final = Path(__file__).resolve().parents[2]
MORNING: Final = date(2025, 6, 2)
WIDTH: Final = 80
PAGE_SIZE: Final = 6
_DONE, _WRONG_FIGURES, _WRONG_INPUT = 0, 1, 2
_GROUP_ID: Final = "MG2"


@attrs.frozen(kw_only=True)
class Morning:
    """What a morning left.

    Attributes:
        lines: what was printed.
        before: the hub in the morning.
        after: the hub after John's two responses.
        page: the HTML document: what needs attention, and every task of the practice.
        everything: the HTML document that the quick filter leads to: all outstanding issues.
        csv: the tasks of one medical group, for the team.
        wrong: figures shown that the raw records do not bear out; none.
    """

    lines: tuple[str, ...]
    before: Hub
    after: Hub
    page: str
    everything: str
    csv: str
    wrong: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Spend the morning; give the exit status."""
    parser = argparse.ArgumentParser(
        prog="portal_morning", description="Spend a morning at the payer portal hub."
    )
    parser.add_argument("--seed", type=int, default=1, help="of the made-up hub")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, default=ROOT / "build" / "portal.html"
    )
    options = parser.parse_args(arguments)
    spent = morning(seed=options.seed, name=options.output.name)
    print("\n".join(spent.lines))
    every = options.output.with_name(everything_name(options.output.name))
    tasks = options.output.with_name("portal_tasks.csv")
    try:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(spent.page, encoding="utf-8")
        every.write_text(spent.everything, encoding="utf-8")
        tasks.write_text(spent.csv, encoding="utf-8", newline="")
    except OSError as error:
        print(f"portal_morning: {error}", file=sys.stderr)
        return _WRONG_INPUT
    print(
        f"\nWritten: {options.output.name} and {every.name} (the screens), {tasks.name} "
        "(the team's tasks)."
    )
    for line in spent.wrong:
        print(f"NOT AS THE RECORDS SAY: {line}")
    return _WRONG_FIGURES if spent.wrong else _DONE


def morning(*, seed: int, name: str = "portal.html") -> Morning:
    """Spend the morning at the made-up hub of *seed*; *name* is the page's file."""
    before = seeded_hub(seed=seed, as_of=MORNING)
    lines = [
        f"{PRACTICE}: the payer portal hub (made up, seed {seed})",
        *_arrival(before),
        *_search(before),
        *_expansion(before),
    ]
    hub, claims = _claim_task_resolved(before)
    hub, money = _unpostables_task_resolved(hub)
    lines += [*claims, *money, *_afterwards(before, hub), *_team(hub)]
    csv = task_list_csv(_team_list(hub))
    page, everything = _pages(hub, name=name)
    return Morning(
        lines=tuple(_spaced(lines)),
        before=before,
        after=hub,
        page=page,
        everything=everything,
        csv=csv,
        wrong=(*differences(before, as_of=MORNING), *differences(hub, as_of=MORNING)),
    )


# -------------------------------------------------------------------------------- the dashboard


def _arrival(hub: Hub) -> Iterator[str]:
    yield from _said("1. John, the billing manager, opens the hub")
    board = dashboard(hub, viewer=JOHN, as_of=MORNING)
    yield from _shown(dashboard_text(board, page_size=PAGE_SIZE))
    every = dashboard(hub, viewer=JOHN, as_of=MORNING, filters=toggle_attention(board.filters))
    pages = [page_of(each, page_size=PAGE_SIZE).page_count for each in (board, every)]
    yield from _told(
        f"He presses the quick filter: {len(every.rows)} portals instead of {len(board.rows)}, "
        f"{pages[1]} pages instead of {pages[0]}. The others are with athena or with the payer, "
        "and there is nothing for him to do about them."
    )
    try:
        dashboard(hub, viewer=Viewer(id="new.hire"), as_of=MORNING)
    except NotPermitted as refusal:
        yield from _told(f"A new colleague may not look yet: {refusal}")


def _search(hub: Hub) -> Iterator[str]:
    typed = "SALUD MEDICA"
    yield from _said(f'2. He misses payments of a payer, and types "{typed}"')
    asked = {each: _issues_of(hub, each) for each in suggest_payers(hub, viewer=JOHN, typed=typed)}
    for suggestion in asked:
        portals = ", ".join(suggestion.portal_ids)
        yield f"  {suggestion.payer.id}  {suggestion.payer.name:32}  on {portals}"
    wanted = max(asked, key=lambda each: total(row.blocked_dollars for row in asked[each].rows))
    yield from _told(f"He selects {wanted.payer.name}, and sees who has what of its portals:")
    yield from _shown(dashboard_text(asked[wanted]), start="Portals")
    everything = dashboard(hub, viewer=JOHN, as_of=MORNING, filters=clear_all())
    yield from _told(f"Clear All gives the complete list again: {len(everything.rows)} portals.")


def _issues_of(hub: Hub, suggestion: PayerSuggestion) -> Dashboard:
    filters = DashboardFilters(attention_only=False, covered_id=suggestion.payer.id)
    return dashboard(hub, viewer=JOHN, as_of=MORNING, filters=filters)


def _expansion(hub: Hub) -> Iterator[str]:
    board = dashboard(hub, viewer=JOHN, as_of=MORNING)
    row = board.rows[0]
    yield from _said(f"3. He expands the first row, {row.portal.name}")
    yield from _shown(dashboard_text(board, page_size=1, opened=[row.portal.id]), start="Portals")
    issue = row.issues[-1]
    yield from _told(f"Why is issue {issue.id} on the list?")
    why = why_listed(hub, viewer=JOHN, issue_id=issue.id, as_of=MORNING)
    yield from _shown(str(why))


# ------------------------------------------------------------------------------------ two tasks


def _claim_task_resolved(hub: Hub) -> tuple[Hub, list[str]]:
    """Follow the first way to the enrolment worklist, and do what the first task there says."""
    board = dashboard(hub, viewer=JOHN, as_of=MORNING)
    row, link = next(
        (row, action)
        for row in board.rows
        for action in row.actions
        if isinstance(action, EnrolmentWorklistLink)
    )
    issue_id = _issue_with(hub, link.task_ids[0])
    view = task_view(hub, viewer=JOHN, issue_id=issue_id, task_id=link.task_ids[0])
    lines = [
        *_said("4. Resolve claim task(s)"),
        *_told(
            f"For {row.portal.name} the link opens the enrollment worklist, pre-filtered to "
            f"{', '.join(link.task_ids)}. John follows the instructions of {view.task_id}:"
        ),
        *_shown(str(view)),
    ]
    hub, said = _submitted(hub, view, Response(comment="Done on the payer's site."))
    return hub, [*lines, *said]


def _unpostables_task_resolved(hub: Hub) -> tuple[Hub, list[str]]:
    """Open the first task that asks for a password; give one."""
    board = dashboard(hub, viewer=JOHN, as_of=MORNING)
    links = [action for row in board.rows for action in row.actions if isinstance(action, TaskLink)]
    views = [
        task_view(hub, viewer=JOHN, issue_id=link.issue_id, task_id=link.task_id) for link in links
    ]
    view = next(each for each in views if AskedFor.PASSWORD in each.asks_for)
    lines = [*_said("5. Resolve unpostables task"), *_shown(str(view))]
    hub, refused = _submitted(hub, view, Response())
    lines += [*_told("He submits before he has typed anything:"), *refused]
    # The password went to the host's vault; only the reference to it comes here.
    given = Credentials(password_ref="vault:8f21")  # noqa: S106  (a reference to one)
    hub, done = _submitted(hub, view, Response(change=given, comment="Changed this morning."))
    return hub, [*lines, *_told("He types the new password, adds a comment and submits:"), *done]


def _submitted(hub: Hub, view: TaskView, response: Response) -> tuple[Hub, list[str]]:
    issue = issue_of(hub, view.issue_id)
    try:
        done = submit_response(
            issue,
            viewer=JOHN,
            portal=portal_of(hub, issue.portal_id),
            task_id=view.task_id,
            response=response,
            as_of=MORNING,
        )
    except Refused as refusal:
        return hub, _told(str(refusal))
    label = status_label(done.issue.status, service_name=hub.service_name)
    said = f"Submitted. Task {view.task_id} is with athena now; issue {issue.id} shows {label}."
    return with_issue(hub, done.issue), _told(said)


def _issue_with(hub: Hub, task_id: str) -> str:
    return next(issue.id for issue in hub.issues for task in issue.tasks if task.id == task_id)


# ------------------------------------------------------------------------------------- the rest


def _afterwards(before: Hub, after: Hub) -> Iterator[str]:
    boards = [dashboard(hub, viewer=JOHN, as_of=MORNING) for hub in (before, after)]
    tasks = [board.card.task_count for board in boards]
    issues = [sum(len(row.issues) for row in board.rows) for board in boards]
    yield from _said("6. Back on the dashboard")
    yield from _told(
        f"{tasks[1]} tasks need attention, {tasks[0] - tasks[1]} fewer than before; "
        f"{issues[1]} issues on {len(boards[1].rows)} portals, before {issues[0]} "
        f"on {len(boards[0].rows)}."
    )


def _team(hub: Hub) -> Iterator[str]:
    tasks = _team_list(hub)
    group = tasks.medical_group
    yield from _said("7. The tasks for the team")
    yield from _told(
        f"View all. He filters by medical group, {group.name if group else 'all'}, and puts the "
        "largest dollars first; tasks whose dollars nobody knows come last:"
    )
    yield from _shown(task_list_text(tasks, rows_max=PAGE_SIZE), start="Tasks that")
    known = [row.dollars for row in tasks.rows if row.dollars is not None]
    yield from _told(
        f"Download CSV: {len(tasks.rows)} rows as they stand, {len(known)} of them with dollars, "
        f"the first with {text(known[0])}."
        if known
        else f"Download CSV: {len(tasks.rows)} rows as they stand."
    )


def _team_list(hub: Hub) -> TaskList:
    return task_list(
        hub,
        viewer=JOHN,
        filters=TaskFilters(medical_group_id=_GROUP_ID),
        sort=TaskSort(column=TaskColumn.DOLLARS, is_descending=True),
    )


# ------------------------------------------------------------------------------------- the page


def _pages(hub: Hub, *, name: str) -> tuple[str, str]:
    """Write two documents: what needs attention with all its tasks, and everything outstanding."""
    tasks = task_list(hub, viewer=JOHN)
    names = {ATTENTION_FIRST: name, clear_all(): everything_name(name)}
    opened = [
        task_html(task_view(hub, viewer=JOHN, issue_id=row.issue_id, task_id=row.task_id))
        for row in tasks.rows
    ]
    to_tasks = _addresses(names, on=ATTENTION_FIRST)
    return (
        _page(hub, names, ATTENTION_FIRST, task_list_html(tasks, addresses=to_tasks), *opened),
        _page(hub, names, clear_all()),
    )


def everything_name(name: str) -> str:
    """Give the name of the document that shows everything, beside the one of *name*."""
    return str(Path(name).with_stem(f"{Path(name).stem}_all"))


def _page(hub: Hub, names: dict[DashboardFilters, str], on: DashboardFilters, *more: str) -> str:
    board = dashboard(hub, viewer=JOHN, as_of=MORNING, filters=on)
    shown = dashboard_html(
        board, page_size=len(board.rows) or 1, addresses=_addresses(names, on=on)
    )
    related = [
        related_tasks_html(related_tasks_view(hub, viewer=JOHN, issue_id=issue.id))
        for row in board.rows
        for issue in row.issues
        if related_tasks(issue)
    ]
    return hub_page([shown, *more, *related], title=f"Payer portal access hub: {PRACTICE}")


def _addresses(names: dict[DashboardFilters, str], *, on: DashboardFilters) -> Addresses:
    """Lead to what is on the two documents, seen from one; a real host has a page for all."""
    tasks = "" if on == ATTENTION_FIRST else names[ATTENTION_FIRST]

    def address(link: Link) -> str | None:
        match link:
            case TaskLink():
                return f"{tasks}#{task_anchor(link.task_id)}"
            case EnrolmentWorklistLink():  # its tasks stand one below the other, from the first
                return f"{tasks}#{task_anchor(link.task_ids[0])}"
            case RelatedTasksLink():
                return f"#{related_tasks_anchor(link.issue_id)}"
            case DashboardLink() if link.filters != on and link.filters in names:
                return f"{names[link.filters]}#dashboard"
            case TaskListLink() if link == TaskListLink():
                return f"{tasks}#tasks"
            case _:
                return None

    return address


# --------------------------------------------------------------------------------------- print


def _said(title: str) -> list[str]:
    return ["", "", title, "-" * len(title), ""]


def _told(words: str) -> list[str]:
    return ["", *textwrap.wrap(words, WIDTH, break_on_hyphens=False), ""]


def _shown(screen: str, *, start: str = "") -> list[str]:
    """Give the lines of a screen from the first one that begins with *start*."""
    lines = screen.rstrip().splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith(start))
    return [
        part
        for line in lines[begin:]
        for part in (textwrap.wrap(line, WIDTH, subsequent_indent=_indent(line)) or [""])
    ]


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """Leave one line between paragraphs, and two before a title."""
    blank = 0
    for line in lines:
        blank = 0 if line else blank + 1
        if blank < 2 or line:  # noqa: PLR2004  (the second blank line in a row)
            yield line


def _indent(line: str) -> str:
    return " " * (len(line) - len(line.lstrip()) + 4)


if __name__ == "__main__":
    sys.exit(main())
