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
    Hub,
    Response,
    TaskNote,
    issue_facts,
    portal_of,
    response_fields,
    status_lines,
    submit_response,
    triage,
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


TEXTS: list[Surface] = [records, reasons, errors]
"""What may hold neither a name, a note, a number nor a secret: reprs, reasons, errors, CSV."""

SCREENS: list[Surface] = []
"""What may show names and notes to those who may see them, but never a secret: HTML and text."""
