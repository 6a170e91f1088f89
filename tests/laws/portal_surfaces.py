"""Everything that portals put before people's eyes or into logs, as functions of a hub.

Add to these lists what a new module shows; the laws of privacy look at all of it.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Iterator
from datetime import date

import attrs

from revcycle.access import Permission, Viewer
from revcycle.errors import RevcycleError
from revcycle.portals import (
    DEFAULT_TRIAGE,
    ISSUE_VOCABULARY,
    Credentials,
    DashboardFilters,
    Hub,
    Response,
    TaskNote,
    clear_all,
    dashboard,
    dashboard_html,
    dashboard_text,
    hub_page,
    issue_details,
    issue_facts,
    portal_of,
    related_tasks_view,
    response_fields,
    status_lines,
    submit_response,
    suggest_payers,
    task_html,
    task_list,
    task_list_csv,
    task_list_html,
    task_view,
    triage,
    why_listed,
    why_status,
)
from revcycle.rules import describe, explain, explain_decision, explanation_lines, why_not
from revcycle.testing.drawing import PRIVATE
from revcycle.testing.portal_drawing import SECRET

__all__ = ["SCREENS", "TEXTS", "WHO", "Surface"]

Surface = Callable[[Hub, date], Iterator[str]]

WHO = Viewer(id="manager", permissions=frozenset({Permission.MEDICAL_GROUPS}))
"""Somebody who may see all that the hub shows."""


def records(hub: Hub, _as_of: date) -> Iterator[str]:
    """The repr of every record."""
    yield repr(hub)
    for issue in hub.issues:
        yield repr(issue)
        yield from map(repr, issue.tasks)
    for portal in hub.portals:
        yield repr(portal)


def reasons(hub: Hub, as_of: date) -> Iterator[str]:
    """Why a status, why a proposal, and what rules say of an issue."""
    for issue in hub.issues:
        yield repr(why_status(issue))
        yield from status_lines(why_status(issue), service_name=hub.service_name)
        portal = portal_of(hub, issue.portal_id)
        yield repr(triage(issue, portal=portal, as_of=as_of, policy=DEFAULT_TRIAGE))
        facts = issue_facts(issue, portal=portal, as_of=as_of)
        yield repr(facts)
        yield repr(explain_decision(DEFAULT_TRIAGE.claims, facts))
        for row in DEFAULT_TRIAGE.claims.rows:
            yield describe(row.when, vocabulary=ISSUE_VOCABULARY)
            said = explain(row.when, facts)
            yield from explanation_lines(said, vocabulary=ISSUE_VOCABULARY)
            yield repr(why_not(row.when, facts))


def errors(hub: Hub, as_of: date) -> Iterator[str]:
    """What is raised when a response with secrets is refused, and when records are impossible."""
    secrets = Credentials(user_name=f"{PRIVATE} user", password_ref=f"{SECRET} 1")
    draft = Response(change=secrets, addition=secrets, comment=f"{PRIVATE} comment")
    yield repr(draft)
    for issue in hub.issues:
        portal = portal_of(hub, issue.portal_id)
        for task in issue.tasks:
            yield repr(response_fields(issue, portal=portal, task_id=task.id))
            for viewer in (WHO, Viewer(id="nobody")):
                yield from _raised(
                    lambda issue=issue, portal=portal, task=task, viewer=viewer: submit_response(
                        issue,
                        viewer=viewer,
                        portal=portal,
                        task_id=task.id,
                        response=draft,
                        as_of=as_of,
                    )
                )
    for record, field in (
        (secrets, "password_ref"),
        (secrets, "user_name"),
        (draft, "comment"),
        (draft, "change"),
        (TaskNote(on=as_of, by="x"), "text"),
    ):
        for value in ([f"{SECRET}"], {f"{PRIVATE}": f"{SECRET}"}):
            yield from _raised(
                lambda record=record, field=field, value=value: attrs.evolve(
                    record, **{field: value}
                )
            )


def _raised(act: Callable[[], object]) -> Iterator[str]:
    try:
        act()
    except RevcycleError as error:
        yield str(error)
        yield repr(error)
        yield "".join(traceback.format_exception_only(error))
        yield str(pickle.loads(pickle.dumps(error)))


def views(hub: Hub, as_of: date) -> Iterator[str]:
    """The repr of every view, why an issue is listed or not, and the tasks as CSV."""
    for filters in (DashboardFilters(), clear_all(), DashboardFilters(covered="aet")):
        board = dashboard(hub, viewer=WHO, as_of=as_of, filters=filters)
        yield repr(board)
        yield from (repr(issue_details(board, portal_id=row.portal.id)) for row in board.rows)
        for issue in hub.issues:
            asked = {"issue_id": issue.id, "as_of": as_of, "filters": filters}
            why = why_listed(hub, viewer=WHO, **asked)
            yield repr(why)
            yield str(why)
    tasks = task_list(hub, viewer=WHO)
    yield repr(tasks)
    yield task_list_csv(tasks)
    yield repr(suggest_payers(hub, viewer=WHO, typed=""))
    yield from map(repr, _opened(hub))


def screens(hub: Hub, as_of: date) -> Iterator[str]:
    """Every screen as text and as HTML, every row expanded."""
    board = dashboard(hub, viewer=WHO, as_of=as_of, filters=clear_all())
    opened = [portal.id for portal in hub.portals]
    yield dashboard_text(board, opened=opened)
    fragments = [dashboard_html(board, opened=opened)]
    tasks = task_list(hub, viewer=WHO)
    fragments.append(task_list_html(tasks))
    yield str(tasks)
    for view in _opened(hub):
        yield str(view)
        yield view._repr_html_()
    for issue in hub.issues:
        asked = {"viewer": WHO, "issue_id": issue.id}
        fragments += [task_html(task_view(hub, task_id=task.id, **asked)) for task in issue.tasks]
    yield hub_page(fragments, title="The hub")


def _opened(hub: Hub) -> Iterator[object]:
    for issue in hub.issues:
        yield related_tasks_view(hub, viewer=WHO, issue_id=issue.id)
        for task in issue.tasks:
            yield task_view(hub, viewer=WHO, issue_id=issue.id, task_id=task.id)


TEXTS: list[Surface] = [records, reasons, errors, views]
"""What may hold neither a name, a note, a number nor a secret: reprs, reasons, errors, CSV."""

SCREENS: list[Surface] = [screens]
"""What may show names and notes to those who may see them, but never a secret: HTML and text."""
