"""What the practice does on a task: draft a response, submit it, or cancel (PH-9, PH-11).

A draft is a `Response`, a value that nobody keeps until it is submitted. Which of its fields the
practice may fill depends on the type of the account in question: `response_fields`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from revcycle.access import Permission, Viewer, check_permission, require_permission
from revcycle.checks import one_of
from revcycle.errors import Problem, Proposition, UnknownReference
from revcycle.folding import is_blank
from revcycle.portals.acts import changed, check_given, check_move, require
from revcycle.portals.events import Event, ResponseSubmitted
from revcycle.portals.history import Response
from revcycle.portals.issues import AccessIssue, task_of
from revcycle.portals.moves import Move, TaskState
from revcycle.portals.portals import AccountType, Portal, account_of
from revcycle.portals.tasks import Task, UnpostablesTask, has_asked_for_credentials

__all__ = [
    "Cancellation",
    "ResponseFields",
    "ResponseProblem",
    "Submission",
    "cancel_response",
    "check_submit_response",
    "dismiss_credentials",
    "response_fields",
    "response_problems",
    "submit_response",
]


@attrs.frozen(kw_only=True)
class Submission:
    """What `submit_response` returns: the issue after it, and what happened."""

    issue: AccessIssue
    events: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class Cancellation:
    """What `cancel_response` returns: the very issue that it was given, and no event."""

    issue: AccessIssue
    events: tuple[Event, ...] = ()


class ResponseProblem(Proposition):
    """Why a response is refused, in the order in which reasons are reported."""

    CREDENTIALS_MISSING = (
        "Give the credentials that are asked for, a comment, or ask for assistance (PH-11)."
    )
    NO_CREDENTIALS_TAKEN = "Leave the credentials out: this task takes none (PH-9)."
    USER_NAME_FIXED = "Leave the user name as it is: the account type fixes it (PH-9)."
    PASSWORD_FIXED = "Leave the password as it is: the account type fixes it (PH-9)."  # noqa: S105  (a sentence, no secret)
    NO_ADDITION_ALLOWED = "Add no account: the account type takes no other (PH-9)."
    ADDITION_INCOMPLETE = "Give both user name and password of an account to add (PH-9)."


def submit_response(
    issue: AccessIssue,
    *,
    viewer: Viewer,
    portal: Portal,
    task_id: str,
    response: Response,
    as_of: date,
) -> Submission:
    """Answer a task: the response is kept in its history, and the service reviews it (PH-11).

    Where the work was done on the payer's site, an empty response says that it is done.

    Args:
        issue: the issue.
        viewer: who submits.
        portal: the issue's, for the type of the account in question.
        task_id: the task, which must be with the practice.
        response: what was drafted.
        as_of: the day.

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: no such task, another portal than the issue's, or no such account there.
        Refused: with every reason.
    """
    require_permission("submit_response", viewer, Permission.MEDICAL_GROUPS)
    problems = check_submit_response(
        issue, viewer=viewer, portal=portal, task_id=task_id, response=response, as_of=as_of
    )
    require("submit_response", problems)
    done = changed(issue, ResponseSubmitted(as_of, viewer.id, task_id, response))
    return Submission(issue=done.issue, events=done.events)


def check_submit_response(
    issue: AccessIssue,
    *,
    viewer: Viewer,
    portal: Portal,
    task_id: str,
    response: Response,
    as_of: date,
) -> tuple[Problem, ...]:
    """List why *response* may not be submitted to a task (PH-9, PH-11, PH-13).

    Without the permission for the hub that is the only reason: the others tell of the task (PR-4).

    Raises:
        UnknownReference: no such task, another portal than the issue's, or no such account there.
        InvalidRecord: *response* or *portal* is something else.
    """
    if missing := check_permission(viewer, Permission.MEDICAL_GROUPS):
        return missing
    check_given("response", response, one_of(Response))
    task = task_of(issue, task_id)
    account_type = _account_type(issue, task, portal)
    return (
        *check_move(issue, move=Move.SUBMIT, task_id=task_id, as_of=as_of),
        *_problems(task, account_type, response),
    )


def cancel_response(issue: AccessIssue, *, viewer: Viewer, task_id: str) -> Cancellation:
    """Leave a task without saving: the very same issue comes back (PH-11).

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
        UnknownReference: *issue* has no such task.
    """
    require_permission("cancel_response", viewer, Permission.MEDICAL_GROUPS)
    task_of(issue, task_id)
    return Cancellation(issue=issue)


def dismiss_credentials(response: Response) -> Response:
    """Give the draft without what was typed into its account fields (PH-9).

    Raises:
        InvalidRecord: *response* is something else.
    """
    check_given("response", response, one_of(Response))
    return attrs.evolve(response, change=None, addition=None)


@attrs.frozen(kw_only=True)
class ResponseFields:
    """Which fields of a task's response the practice may fill today (PH-9).

    Attributes:
        user_name: whether it may change the user name of the account in question.
        password: whether it may change that account's password.
        addition: whether it may add an account.
        comment: whether it may comment and ask for assistance: while the task is with it.
    """

    user_name: bool = False
    password: bool = False
    addition: bool = False
    comment: bool = False


def response_fields(issue: AccessIssue, *, portal: Portal, task_id: str) -> ResponseFields:
    """Say which fields of a task's response may be filled, by state and account type (PH-9).

    Raises:
        UnknownReference: no such task, another portal than the issue's, or no such account there.
    """
    task = task_of(issue, task_id)
    account_type = _account_type(issue, task, portal)
    if task.state is not TaskState.PRACTICE:
        return ResponseFields()
    if account_type is None:
        return ResponseFields(comment=True)
    return ResponseFields(
        user_name=account_type.may_change_user_name,
        password=account_type.may_change_password,
        addition=account_type.may_add_account,
        comment=True,
    )


def _account_type(issue: AccessIssue, task: Task, portal: Portal) -> AccountType | None:
    check_given("portal", portal, one_of(Portal))
    if portal.id != issue.portal_id:
        raise UnknownReference("portal", issue.portal_id)
    if not isinstance(task, UnpostablesTask) or task.account_id is None:
        return None
    return account_of(portal, task.account_id).account_type


def response_problems(task: Task, response: Response) -> tuple[Problem, ...]:
    """List what can be said against *response* without knowing the portal: of no type of account.

    What a type of account fixes, only the portal tells: `check_submit_response`.
    """
    return tuple(_problems(task, None, response))


def _problems(
    task: Task, account_type: AccountType | None, response: Response
) -> Iterator[Problem]:
    change, addition = response.change, response.addition
    takes_credentials = isinstance(task, UnpostablesTask) and task.account_id is not None
    is_given = change is not None or addition is not None
    says_something = is_given or not is_blank(response.comment) or response.needs_assistance
    if has_asked_for_credentials(task) and not says_something:
        yield Problem(ResponseProblem.CREDENTIALS_MISSING, f"task {task.id}")
    if is_given and not takes_credentials:
        yield Problem(ResponseProblem.NO_CREDENTIALS_TAKEN, f"task {task.id}")
    if change is not None and account_type is not None:
        if change.user_name is not None and not account_type.may_change_user_name:
            yield Problem(ResponseProblem.USER_NAME_FIXED, f"task {task.id}")
        if change.password_ref is not None and not account_type.may_change_password:
            yield Problem(ResponseProblem.PASSWORD_FIXED, f"task {task.id}")
    if addition is not None:
        if account_type is not None and not account_type.may_add_account:
            yield Problem(ResponseProblem.NO_ADDITION_ALLOWED, f"task {task.id}")
        if addition.user_name is None or addition.password_ref is None:
            yield Problem(ResponseProblem.ADDITION_INCOMPLETE, f"task {task.id}")
