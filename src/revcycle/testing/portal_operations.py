"""One random act on a small hub, as a plain value that can be kept and repeated.

    open_hub                 a few portals, no issue yet, and a day
    draw_portal_operation    a `PortalOperation`: act, issue, arguments, days that pass before it
    perform_on_hub           the hub after it, with the issue before and after: a `PortalStep`
    live_in_hub              a whole sequence of both

A refusal is a legal outcome, after which the hub is as before. Anything else that an act raises
is reported, with the operation that raised it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

import attrs

from revcycle import portals
from revcycle.access import Permission, Viewer
from revcycle.errors import Refused, RevcycleError, UnknownReference
from revcycle.portals import (
    AccessIssue,
    Event,
    Hub,
    IssueStatus,
    Move,
    TaskState,
    UnpostablesTask,
    issue_of,
    portal_of,
)
from revcycle.testing.choices import Choices, chance, pick, pick_weighted
from revcycle.testing.operations import UnexpectedError
from revcycle.testing.portal_drawing import PORTAL_ARGUMENTS, PortalScene, draw_hub_parts

__all__ = [
    "PORTAL_VERBS",
    "PortalBook",
    "PortalOperation",
    "PortalStep",
    "draw_portal_operation",
    "live_in_hub",
    "open_hub",
    "perform_on_hub",
    "portal_operation_line",
]

_ISSUES_MAX: Final = 6
_TASKS_MAX: Final = 5


@attrs.frozen
class PortalOperation:
    """One act: a verb of `revcycle.portals` and what it is called with.

    Attributes:
        verb: the function's name.
        issue_id: the issue it is called on; empty where one is opened.
        arguments: its keywords but ``as_of``; a portal stands there by id, a viewer by whether
            they have the permission.
        days: how many days pass before it.
        days_back: how many days before that day it pretends to happen; mostly 0.
    """

    verb: str
    issue_id: str
    arguments: tuple[tuple[str, Any], ...] = ()
    days: int = 0
    days_back: int = 0


@attrs.frozen(kw_only=True)
class PortalBook:
    """A hub on a day.

    Attributes:
        today: the day.
        hub: the hub.
        minted: how many acts were tried; ids are made from it.
    """

    today: date
    hub: Hub
    minted: int = 0


@attrs.frozen(kw_only=True, repr=False)
class PortalStep:
    """What became of one operation.

    Attributes:
        operation: the act.
        on: its ``as_of``.
        before: the hub and day before.
        after: the hub and day after.
        issue_before: the issue before; None for one that was opened, or if refused.
        issue_after: the issue after; None if the act was refused.
        events: what the act reported.
        refusal: what the verb raised, or None.
    """

    operation: PortalOperation
    on: date
    before: PortalBook
    after: PortalBook
    issue_before: AccessIssue | None = None
    issue_after: AccessIssue | None = None
    events: tuple[Event, ...] = ()
    refusal: RevcycleError | None = None

    def __repr__(self) -> str:
        """Show the act alone: the hubs before and after follow from the acts."""
        outcome = "" if self.refusal is None else f", refused: {self.refusal}"
        return f"<{self.on}: {portal_operation_line(self.operation)}{outcome}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: ANN401, FBT001  (as pretty printers call it)
        printer.text(repr(self))


def open_hub(choices: Choices) -> PortalBook:
    """Choose a first day, one to three portals and some medical groups."""
    today, hub = draw_hub_parts(choices)
    return PortalBook(today=today, hub=hub)


def draw_portal_operation(
    book: PortalBook, choices: Choices, *, verb: str | None = None
) -> PortalOperation:
    """Choose an act on *book*.

    Args:
        book: the hub and its day.
        choices: who chooses.
        verb: the verb, or None to let it be chosen too.
    """
    issues = book.hub.issues
    unresolved = [issue for issue in issues if issue.status is not IssueStatus.RESOLVED]
    among = unresolved if unresolved and not chance(choices, 5) else issues
    issue = pick(choices, among) if among else None
    name = verb or pick_weighted(choices, _WEIGHTED)
    if issue is None or (verb is None and not unresolved):
        name = "open_issue"
    elif verb is None and not chance(choices, 8):
        name = _sensible(name, issue, is_full=len(unresolved) >= _ISSUES_MAX)
    days = pick(choices, (0, 0, 1, 3))
    days_back = pick(choices, (1, 4)) if chance(choices, 4) else 0
    scene = PortalScene(
        choices=choices,
        hub=book.hub,
        issue=issue,
        on=book.today + timedelta(days=days - days_back),
        number=book.minted + 1,
    )
    arguments = PORTAL_ARGUMENTS[name](scene)
    issue_id = "" if issue is None or name == "open_issue" else issue.id
    return PortalOperation(name, issue_id, tuple(arguments.items()), days, days_back)


def _sensible(verb: str, issue: AccessIssue, *, is_full: bool) -> str:
    """Give an act that some task of *issue* can make; a new task where there is none."""
    states = {task.state for task in issue.tasks}
    if not states - {TaskState.RESOLVED}:
        return "open_task"
    if (verb == "open_task" and len(issue.tasks) >= _TASKS_MAX) or (
        verb == "open_issue" and is_full
    ):
        verb = "resolve_task"
    move = _MOVES.get(verb)
    if move is not None and states.isdisjoint(portals.states_before(move)):
        return next(name for name, other in _MOVES.items() if _can(states, other))
    return verb


def _can(states: set[TaskState], move: Move) -> bool:
    return not states.isdisjoint(portals.states_before(move))


_MOVES: Final = {
    "submit_response": Move.SUBMIT,
    "answer_task": Move.ANSWER,
    "pass_task": Move.PASS,
    "return_task": Move.RETURN,
    "resolve_task": Move.RESOLVE,
}


def perform_on_hub(book: PortalBook, operation: PortalOperation) -> PortalStep:
    """Do *operation* on *book*.

    Raises:
        UnexpectedError: the act raised something other than a refusal it may give.
    """
    today = book.today + timedelta(days=operation.days)
    before = attrs.evolve(book, today=today, minted=book.minted + 1)
    on = today - timedelta(days=operation.days_back)
    try:
        subject = _subject(book.hub, operation)
        result = _verb(operation.verb)(*subject, **_keywords(book.hub, operation, on))
        hub = portals.with_issues(book.hub, _agreeing(book.hub, result.issue, on=on))
    except (Refused, UnknownReference) as refusal:
        _check_refusal(operation, refusal)
        return PortalStep(operation=operation, on=on, before=before, after=before, refusal=refusal)
    except Exception as error:
        raise UnexpectedError(f"{portal_operation_line(operation)} raised {error!r}") from error
    return PortalStep(
        operation=operation,
        on=on,
        before=before,
        after=attrs.evolve(before, hub=hub),
        issue_before=None if operation.verb == "open_issue" else subject[0],
        issue_after=result.issue,
        events=result.events,
    )


def _agreeing(hub: Hub, issue: AccessIssue, *, on: date) -> tuple[AccessIssue, ...]:
    """Give *issue* and the others of *hub*, told what it now tells of unpostables (PH-10)."""
    news = {told.id: told for told in issue.unpostables}
    agreeing = [issue]
    for other in hub.issues:
        changed = other
        for task in other.tasks if other.id != issue.id else ():
            if not isinstance(task, UnpostablesTask) or task.state is TaskState.RESOLVED:
                continue
            told = [
                attrs.evolve(
                    known, closed_on=new.closed_on, blocked=known.blocked and new.closed_on is None
                )
                for known in task.affected
                if (new := news.get(known.id)) and new.closed_on != known.closed_on
            ]
            day = max(on, changed.last_act_on or on)
            changed = portals.record_unpostables(
                changed, told, task_id=task.id, by="service", as_of=day
            ).issue
        if changed is not other:
            agreeing.append(changed)
    return tuple(agreeing)


def live_in_hub(choices: Choices, *, operations: int) -> Iterator[PortalStep]:
    """Open a hub and do so many *operations* on it, one after the other."""
    book = open_hub(choices)
    for _ in range(operations):
        step = perform_on_hub(book, draw_portal_operation(book, choices))
        yield step
        book = step.after


def portal_operation_line(operation: PortalOperation) -> str:
    """Write *operation* on one line, as one would call it."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in operation.arguments)
    back = f" dated {operation.days_back} days back" if operation.days_back else ""
    return f"+{operation.days}d {operation.verb}({operation.issue_id!r}, {arguments}){back}"


_WEIGHTED: Final = (
    ("open_task", 12),
    ("submit_response", 22),
    ("return_task", 10),
    ("pass_task", 10),
    ("answer_task", 8),
    ("resolve_task", 10),
    ("add_note", 8),
    ("record_unpostables", 12),
    ("cancel_response", 4),
    ("open_issue", 3),
)

PORTAL_VERBS: Final = tuple(verb for verb, _ in _WEIGHTED)
"""Every act of `revcycle.portals` that an operation can be."""


def _verb(name: str) -> Callable[..., Any]:
    verb: Callable[..., Any] = getattr(portals, name)
    return verb


def _subject(hub: Hub, operation: PortalOperation) -> tuple[Any, ...]:
    """Give what the act is called on: the portal or the issue, and what is brought to it."""
    arguments = dict(operation.arguments)
    if operation.verb == "open_issue":
        return (portal_of(hub, arguments["portal_id"]),)
    brought = [arguments[name] for name in ("task", "unpostables") if name in arguments]
    return (issue_of(hub, operation.issue_id), *brought)


def _keywords(hub: Hub, operation: PortalOperation, on: date) -> dict[str, Any]:
    keywords = dict(operation.arguments)
    for name in ("portal_id", "task", "unpostables"):
        keywords.pop(name, None)
    if operation.verb != "cancel_response":
        keywords["as_of"] = on
    if "viewer_may" in keywords:
        permissions = frozenset({Permission.MEDICAL_GROUPS}) if keywords.pop("viewer_may") else ()
        keywords["viewer"] = Viewer(id="manager", permissions=frozenset(permissions))
    if operation.verb == "submit_response":
        keywords["portal"] = portal_of(hub, issue_of(hub, operation.issue_id).portal_id)
    return keywords


def _check_refusal(operation: PortalOperation, refusal: RevcycleError) -> None:
    """Tell apart what an act may raise for these arguments and what it may not.

    Raises:
        UnexpectedError: an id is called unknown although nobody named it, or no reason is given.
    """
    if isinstance(refusal, UnknownReference):
        expected = refusal.reference in {operation.issue_id, *dict(operation.arguments).values()}
    else:
        expected = bool(getattr(refusal, "problems", ()))
    if not expected:
        raise UnexpectedError(f"{portal_operation_line(operation)} raised {refusal!r}") from refusal
