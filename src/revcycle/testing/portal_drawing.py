"""Portals, tasks and the arguments of random acts on access issues: mostly sensible, at times not.

Names, notes and numbers hold `PRIVATE`, references to passwords hold `SECRET`, so that a test can
look for leaks of either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from revcycle.portals import (
    AccessIssue,
    AccountType,
    AffectedUnpostable,
    AskedFor,
    CoveredPayer,
    Credentials,
    EnrolmentTask,
    Hub,
    MedicalGroup,
    Move,
    Origin,
    Owner,
    Portal,
    PortalAccount,
    ReportedReason,
    Response,
    Task,
    UnpostableKind,
    UnpostablesTask,
    WorkKind,
    portal_of,
    response_fields,
    state_after,
)
from revcycle.testing.choices import Choices, chance, pick
from revcycle.testing.drawing import PRIVATE, draw_day

__all__ = [
    "PORTAL_ARGUMENTS",
    "SECRET",
    "PortalScene",
    "draw_access_issue",
    "draw_enrolment_task",
    "draw_hub_parts",
    "draw_medical_group",
    "draw_portal",
    "draw_response",
    "draw_task",
    "draw_unpostable",
    "draw_unpostables_task",
]

T = TypeVar("T")

SECRET: Final = "SECRET"  # noqa: S105  (a mark to look for)
"""Stands in every reference to a password that is drawn: no text may ever show it (PH-12)."""


@attrs.frozen(kw_only=True)
class PortalScene:
    """What an act on an issue is drawn for.

    Attributes:
        choices: who chooses.
        hub: the hub.
        issue: the issue the act is called on; None where one is to be opened.
        on: the day.
        number: the act's, for the ids it mints.
    """

    choices: Choices
    hub: Hub
    issue: AccessIssue | None
    on: date
    number: int


# ----------------------------------------------------------------------------- what there is


def draw_hub_parts(choices: Choices) -> tuple[date, Hub]:
    """Choose a first day, and one to three portals with none to three medical groups."""
    groups = [draw_medical_group(choices, f"g{n}") for n in range(choices.integer(0, 3))]
    portals = [draw_portal(choices, f"p{n}") for n in range(choices.integer(1, 3))]
    return draw_day(choices), Hub(portals=tuple(portals), medical_groups=tuple(groups))


def draw_medical_group(choices: Choices, group_id: str) -> MedicalGroup:
    """Choose a medical group; some of one day, some of none."""
    days = (date(2019, 5, 1), date(2019, 5, 1), date(2021, 9, 1), None)
    return MedicalGroup(id=group_id, name=f"Group {group_id}", created_on=pick(choices, days))


def draw_portal(choices: Choices, portal_id: str) -> Portal:
    """Choose a portal of one to three payers and one or two accounts of any type."""
    covers = [
        CoveredPayer(id=f"irc{n}", name=_NAMES[n])
        for n in sorted({choices.integer(0, len(_NAMES) - 1) for _ in range(3)})
    ]
    accounts = [_draw_account(choices, f"acc{n}") for n in range(choices.integer(1, 2))]
    return Portal(
        id=portal_id,
        name=f"Portal {portal_id}",
        url=pick(choices, ("", f"https://{portal_id}.example/")),
        covers=tuple(covers),
        accounts=tuple(accounts),
    )


_NAMES: Final = ("Aetna", "Écoles Mutuelle", "Blue Cross, Blue Shield", "=HUMANA()", "UMR")


def _draw_account(choices: Choices, account_id: str) -> PortalAccount:
    rights = [chance(choices, 60) for _ in range(3)]
    account_type = AccountType(
        name="own" if any(rights) else "fixed",
        may_change_user_name=rights[0],
        may_change_password=rights[1],
        may_add_account=rights[2],
    )
    return PortalAccount(
        id=account_id,
        account_type=account_type,
        user_name=None if chance(choices, 20) else f"{PRIVATE} user",
        tins=(f"{PRIVATE} 12-3456789",) * choices.integer(0, 1),
    )


def draw_unpostable(choices: Choices, *, on: date, number: int | None = None) -> AffectedUnpostable:
    """Choose one of six unpostables, whose kind and dollars never change, in any condition."""
    drawn = choices.integer(0, len(_DOLLARS) - 1) if number is None else number
    is_closed = chance(choices, 20)
    return AffectedUnpostable(
        id=f"u{drawn}",
        kind=list(UnpostableKind)[drawn % 2],
        dollars=_DOLLARS[drawn],
        blocked=not is_closed and not chance(choices, 25),
        closed_on=on - timedelta(days=choices.integer(0, 3)) if is_closed else None,
    )


_DOLLARS: Final = tuple(map(Decimal, ("100.00", "0.00", "0.01", "2500.10", "999999.99", "12.50")))


def draw_response(choices: Choices) -> Response:
    """Choose a response: empty ones, halves of accounts and fixed fields among them."""
    return Response(
        change=_draw_credentials(choices) if chance(choices, 40) else None,
        addition=_draw_credentials(choices) if chance(choices, 25) else None,
        comment=pick(choices, ("", f"{PRIVATE} comment", " ")),
        needs_assistance=chance(choices, 30),
    )


def _draw_credentials(choices: Choices) -> Credentials:
    halves = choices.integer(1, 3)
    return Credentials(
        user_name=f"{PRIVATE} user {choices.integer(1, 9)}" if halves & 1 else None,
        password_ref=f"{SECRET} {choices.integer(1, 9)}" if halves & 2 else None,
    )


def draw_task(
    choices: Choices,
    *,
    task_id: str,
    created_on: date,
    groups: Sequence[str] = (),
    accounts: Sequence[str] = ("acc0",),
    affected: tuple[AffectedUnpostable, ...] = (),
) -> Task:
    """Choose a task of either kind that has no history yet."""
    if chance(choices, 45):
        return draw_enrolment_task(choices, task_id=task_id, created_on=created_on, groups=groups)
    return draw_unpostables_task(
        choices,
        task_id=task_id,
        created_on=created_on,
        groups=groups,
        accounts=accounts,
        affected=affected,
    )


def draw_enrolment_task(
    choices: Choices, *, task_id: str, created_on: date, groups: Sequence[str] = ()
) -> EnrolmentTask:
    """Choose an enrolment task that has no history yet."""
    return EnrolmentTask(id=task_id, created_on=created_on, **_task_arguments(choices, groups))


def draw_unpostables_task(
    choices: Choices,
    *,
    task_id: str,
    created_on: date,
    groups: Sequence[str] = (),
    accounts: Sequence[str] = ("acc0",),
    affected: tuple[AffectedUnpostable, ...] = (),
) -> UnpostablesTask:
    """Choose an unpostables task that has no history yet, asking for one thing or two."""
    asks_for = {pick(choices, tuple(AskedFor)), pick(choices, tuple(AskedFor))}
    has_numbers = AskedFor.NUMBERS in asks_for
    asks_credentials = not asks_for.isdisjoint({AskedFor.PASSWORD, AskedFor.ACCOUNT})
    has_account = asks_credentials or chance(choices, 60)
    return UnpostablesTask(
        id=task_id,
        created_on=created_on,
        asks_for=frozenset(asks_for),
        account_id=pick(choices, accounts) if has_account else None,
        tins=(f"{PRIVATE} 98-7654321",) if has_numbers else (),
        other_numbers=(f"{PRIVATE} NPI",) * (has_numbers and chance(choices, 30)),
        affected=affected,
        **_task_arguments(choices, groups),
    )


def _task_arguments(choices: Choices, groups: Sequence[str]) -> dict[str, Any]:
    return {
        "opened_with": pick(choices, tuple(Owner)),
        "description": f"{PRIVATE} description",
        "instructions": f"{PRIVATE} instructions",
        "medical_group_ids": frozenset(group for group in groups if chance(choices, 40)),
    }


def draw_access_issue(
    choices: Choices, *, issue_id: str, portal: Portal, reported_on: date
) -> AccessIssue:
    """Choose an issue without tasks on *portal*."""
    arguments = _issue_arguments(choices, portal)
    return AccessIssue(id=issue_id, portal_id=portal.id, reported_on=reported_on, **arguments)


def _issue_arguments(choices: Choices, portal: Portal) -> dict[str, Any]:
    blocks = (
        frozenset({WorkKind.CLAIMS}),
        frozenset({WorkKind.UNPOSTABLES}),
        frozenset(WorkKind),
    )
    accounts = (None, *(account.id for account in portal.accounts))
    return {
        "account_id": pick(choices, accounts),
        "origin": pick(choices, tuple(Origin)),
        "reason": pick(choices, tuple(ReportedReason)),
        "reported_blocks": pick(choices, blocks),
        "reported_owner": pick(choices, (Owner.SERVICE, *Owner)),
        "description": f"{PRIVATE} description",
        "instructions": f"{PRIVATE} instructions",
    }


# ------------------------------------------------------------------------ arguments of the acts


def _open_issue(scene: PortalScene) -> dict[str, Any]:
    choices = scene.choices
    portal = pick(choices, scene.hub.portals)
    arguments = _issue_arguments(choices, portal)
    if chance(choices, 4):
        arguments["account_id"] = "nobody"
    return {"portal_id": portal.id, "issue_id": f"i{scene.number}", **arguments, **_by(scene)}


def _open_task(scene: PortalScene) -> dict[str, Any]:
    choices, issue = scene.choices, _issue(scene)
    known = {u.id: u for u in _listed(issue)}
    drawn = [
        draw_unpostable(choices, on=scene.on, number=number)
        for number in range(len(_DOLLARS))
        if chance(choices, 35)
    ]
    told = [u if chance(choices, 4) else known.get(u.id, u) for u in drawn]
    is_reused = bool(issue.tasks) and chance(choices, 4)
    task = draw_task(
        choices,
        task_id=issue.tasks[0].id if is_reused else f"t{scene.number}",
        created_on=scene.on - timedelta(days=int(chance(choices, 4))),
        groups=[group.id for group in scene.hub.medical_groups],
        accounts=[account.id for account in portal_of(scene.hub, issue.portal_id).accounts],
        affected=tuple(told),
    )
    return {"task": task, **_by(scene)}


def _record_unpostables(scene: PortalScene) -> dict[str, Any]:
    choices, issue = scene.choices, _issue(scene)
    tasks = [task for task in issue.tasks if isinstance(task, UnpostablesTask)]
    drawn = {
        u.id: u
        for u in (draw_unpostable(choices, on=scene.on) for _ in range(choices.integer(1, 3)))
    }
    late = chance(choices, 3)
    told = [
        attrs.evolve(u, blocked=False, closed_on=scene.on + timedelta(days=1)) if late else u
        for u in drawn.values()
    ]
    sensible = tasks and not chance(choices, 4)
    named = _named(scene, tasks) if sensible else _named(scene, issue.tasks)
    return {"unpostables": tuple(told), **named, **_by(scene)}


def _add_note(scene: PortalScene) -> dict[str, Any]:
    return {**_named(scene, _issue(scene).tasks), **_note(scene, blank=10), **_by(scene)}


def _move(move: Move) -> Callable[[PortalScene], dict[str, Any]]:
    def arguments(scene: PortalScene) -> dict[str, Any]:
        return {**_named_for(move, scene), **_note(scene, blank=20), **_by(scene)}

    return arguments


def _submit_response(scene: PortalScene) -> dict[str, Any]:
    choices = scene.choices
    named = _named_for(Move.SUBMIT, scene)
    response = draw_response(choices)
    if chance(choices, 60):
        response = _fitting(response, named["task_id"], scene)
    return {**named, "response": response, "viewer_may": not chance(choices, 6)}


def _fitting(response: Response, task_id: str, scene: PortalScene) -> Response:
    """Leave out what the account type of the task does not take."""
    issue = _issue(scene)
    if all(task.id != task_id for task in issue.tasks):
        return response
    portal = portal_of(scene.hub, issue.portal_id)
    fields = response_fields(issue, portal=portal, task_id=task_id)
    change = response.change
    takes = change is not None and (
        (fields.user_name or change.user_name is None)
        and (fields.password or change.password_ref is None)
    )
    both = Credentials(user_name=f"{PRIVATE} user", password_ref=f"{SECRET} 0")
    return attrs.evolve(
        response,
        change=change if takes else None,
        addition=both if fields.addition and response.addition is not None else None,
        needs_assistance=True,
    )


def _cancel_response(scene: PortalScene) -> dict[str, Any]:
    return {**_named(scene, _issue(scene).tasks), "viewer_may": not chance(scene.choices, 6)}


def _issue(scene: PortalScene) -> AccessIssue:
    if scene.issue is None:
        raise AssertionError("unreachable: only open_issue is drawn without an issue")
    return scene.issue


def _listed(issue: AccessIssue) -> list[AffectedUnpostable]:
    tasks = (task for task in issue.tasks if isinstance(task, UnpostablesTask))
    return [u for task in tasks if task.state.value != "resolved" for u in task.affected]


def _named(scene: PortalScene, tasks: Sequence[Task]) -> dict[str, Any]:
    is_known = bool(tasks) and not chance(scene.choices, 3)
    return {"task_id": pick(scene.choices, tasks).id if is_known else "nobody"}


def _named_for(move: Move, scene: PortalScene) -> dict[str, Any]:
    tasks = _issue(scene).tasks
    ready = [task for task in tasks if state_after(task.state, move) is not None]
    return _named(scene, ready if ready and not chance(scene.choices, 12) else tasks)


def _note(scene: PortalScene, *, blank: int) -> dict[str, Any]:
    return {"note": "" if chance(scene.choices, blank) else f"{PRIVATE} note"}


def _by(scene: PortalScene) -> dict[str, Any]:
    return {"by": pick(scene.choices, ("service", "payer", "reporter"))}


PORTAL_ARGUMENTS: Final[dict[str, Callable[[PortalScene], dict[str, Any]]]] = {
    "open_issue": _open_issue,
    "open_task": _open_task,
    "add_note": _add_note,
    "submit_response": _submit_response,
    "cancel_response": _cancel_response,
    "return_task": _move(Move.RETURN),
    "pass_task": _move(Move.PASS),
    "answer_task": _move(Move.ANSWER),
    "resolve_task": _move(Move.RESOLVE),
    "record_unpostables": _record_unpostables,
}
"""How the arguments of each act are drawn, but for ``as_of``."""
