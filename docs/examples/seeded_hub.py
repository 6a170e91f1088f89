"""A made-up payer portal hub: forty portals, three hundred access issues, drawn from a seed.

    seeded_hub       the hub on the morning of a day, as two months of work have left it
      _portals       what they cover, and the practice's accounts
      _issue         one issue: reported, sorted by the tables of triage, worked day by day
        _moved       what whoever has a task does about it, now and then
      _paperwork     what a task says for each reason

Every issue comes about by the library's own verbs, so its history is one that can be. All shares
are assumed. Names are invented; the addresses end in .example, which nobody can have.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, TypedDict, TypeVar

import attrs
from payment_behaviour import between, chance

from revcycle.access import Permission, Viewer
from revcycle.money import from_cents
from revcycle.portals import (
    DEFAULT_TRIAGE,
    AccessIssue,
    AccountType,
    AffectedUnpostable,
    AskedFor,
    CoveredPayer,
    Credentials,
    EnrolmentTask,
    Hub,
    MedicalGroup,
    Origin,
    Portal,
    PortalAccount,
    Proposal,
    ReportedReason,
    Response,
    Task,
    TaskState,
    UnpostableKind,
    UnpostablesTask,
    WorkKind,
    answer_task,
    open_issue,
    open_task,
    pass_task,
    resolve_task,
    return_task,
    submit_response,
    task_of,
    triage,
)

__all__ = ["ISSUE_COUNT", "JOHN", "PORTAL_COUNT", "PRACTICE", "seeded_hub"]

PRACTICE: Final = "Seven Hills Medical Group"
PORTAL_COUNT: Final = 40
ISSUE_COUNT: Final = 300
JOHN: Final = Viewer(id="john.smith", permissions=frozenset({Permission.MEDICAL_GROUPS}))
"""The billing manager."""

_WINDOW_DAYS: Final = 60
_T = TypeVar("_T")

_OWN: Final = AccountType(
    name="practice account",
    may_change_user_name=True,
    may_change_password=True,
    may_add_account=True,
)
_SHARED: Final = AccountType(name="shared account", may_change_password=True)
_SERVICE: Final = AccountType(name="athena account")
_TYPES: Final = ((_OWN, 60), (_SHARED, 25), (_SERVICE, 15))
_FAMILIES: Final = (
    *("Bluestone", "Cardinal", "Dovetail", "Evergreen", "Foxglove", "Granite", "Harbor"),
    *("Ironwood", "Juniper", "Keystone", "Lakeland", "Meridian", "Northstar", "Oakmont"),
    *("Pinnacle", "Quarry", "Redwood", "Summit", "Tidewater", "Upland"),
)
_PRODUCTS: Final = ("HMO", "PPO", "Medicare Advantage", "Medicaid", "Salud Médica")
_GROUPS: Final = (
    MedicalGroup(id="MG1", name="Seven Hills Main", created_on=date(2014, 3, 1)),
    MedicalGroup(id="MG2", name="Seven Hills North", created_on=date(2019, 7, 15)),
    MedicalGroup(id="MG3", name="Hillside Pediatrics", created_on=date(2022, 1, 10)),
)
_REASONS: Final = (
    *((ReportedReason.PASSWORD_EXPIRED, 26), (ReportedReason.PASSWORD_REJECTED, 13)),
    *((ReportedReason.ACCOUNT_LOCKED, 9), (ReportedReason.USER_NAME_REJECTED, 5)),
    *((ReportedReason.ACCOUNT_MISSING, 8), (ReportedReason.NUMBER_MISSING, 10)),
    *((ReportedReason.RIGHTS_MISSING, 8), (ReportedReason.SIGN_IN_CHECK, 7)),
    *((ReportedReason.REGISTRATION_PENDING, 6), (ReportedReason.SITE_UNAVAILABLE, 5)),
    *((ReportedReason.OTHER, 3),),
)
"""What is found, in per cent."""

_ORIGINS: Final = ((Origin.CLAIMS_WORKFLOW, 70), (Origin.UNPOSTABLES, 30))
_BLOCKS: Final = (
    (frozenset({WorkKind.CLAIMS}), 55),
    (frozenset({WorkKind.UNPOSTABLES}), 27),
    (frozenset(WorkKind), 18),
)


def seeded_hub(*, seed: int, as_of: date) -> Hub:
    """Make the hub as it stands on the morning of *as_of*."""
    portals = tuple(_portals(seed))
    issues = []
    for number in range(1, ISSUE_COUNT + 1):
        # The square root makes some portals worse than others, as some sites are.
        drawn = between(0, len(portals) ** 2 - 1, seed, "portal", number)
        portal = portals[math.isqrt(drawn)]
        issues.append(_issue(_Case(seed=seed, number=number, portal=portal, as_of=as_of)))
    return Hub(portals=portals, medical_groups=_GROUPS, issues=tuple(issues))


def _portals(seed: int) -> Iterator[Portal]:
    for number in range(PORTAL_COUNT):
        family = _FAMILIES[number % len(_FAMILIES)]
        kind = "Provider Portal" if number < len(_FAMILIES) else "Claims Online"
        products = sorted(
            {between(0, len(_PRODUCTS) - 1, seed, "covers", number, n) for n in range(3)}
        )
        yield Portal(
            id=f"P{number + 1:02}",
            name=f"{family} {kind}",
            url=f"https://{kind.split(maxsplit=1)[0].lower()}.{family.lower()}.example/",
            covers=tuple(
                CoveredPayer(
                    id=f"IRC{1_000 + len(_PRODUCTS) * (number % len(_FAMILIES)) + product}",
                    name=f"{family} {_PRODUCTS[product]}",
                )
                for product in products
            ),
            accounts=(
                PortalAccount(
                    id="A1",
                    account_type=_chosen(_TYPES, seed, "account", number),
                    user_name=f"sevenhills{number + 1:02}",
                    tins=("12-3456789",),
                ),
            ),
        )


# ---------------------------------------------------------------------------------- one issue


@attrs.frozen(kw_only=True)
class _Case:
    """What the draws for one issue hang on.

    Attributes:
        seed: of the hub.
        number: of the issue.
        portal: on which it is.
        as_of: the morning that ends the story.
    """

    seed: int
    number: int
    portal: Portal
    as_of: date


def _issue(case: _Case) -> AccessIssue:
    seed, number, portal = case.seed, case.number, case.portal
    day = case.as_of - timedelta(days=between(1, _WINDOW_DAYS, seed, "reported", number))
    reason = _chosen(_REASONS, seed, "reason", number)
    issue = open_issue(
        portal,
        issue_id=f"I{number:03}",
        account_id="A1",
        origin=_chosen(_ORIGINS, seed, "origin", number),
        reason=reason,
        reported_blocks=_chosen(_BLOCKS, seed, "blocks", number),
        description=f"{portal.name}: {_PAPERWORK[reason][0]}",
        by="claims team",
        as_of=day,
    ).issue
    day += timedelta(days=between(0, 2, seed, "sorted", number))
    if day >= case.as_of:
        return issue
    for proposal in triage(issue, portal=portal, as_of=day, policy=DEFAULT_TRIAGE).proposals:
        task = _task(case, proposal, issue.reason, day)
        issue = open_task(issue, task, by="enrollment team", as_of=day).issue
    for task in issue.tasks:
        issue = _worked(case, issue, task.id)
    return issue


def _task(case: _Case, proposal: Proposal, reason: ReportedReason, day: date) -> Task:
    description, instructions = _paperwork(reason, case.portal, kind=proposal.kind)
    share = 25 if proposal.kind is WorkKind.UNPOSTABLES else 45
    groups = [each.id for each in _GROUPS if chance(share, case.seed, case.number, each.id)]
    asks_for = proposal.first_step.asks_for
    if proposal.kind is WorkKind.CLAIMS:
        return EnrolmentTask(
            id=f"C{case.number:03}",
            opened_with=proposal.first_step.owner,
            created_on=day,
            description=description,
            instructions=instructions,
            medical_group_ids=frozenset(groups),
        )
    return UnpostablesTask(
        id=f"U{case.number:03}",
        opened_with=proposal.first_step.owner,
        created_on=day,
        asks_for=frozenset({asks_for}),
        account_id="A1",
        tins=("98-7654321",) if asks_for is AskedFor.NUMBERS else (),
        affected=tuple(_affected(case)),
        description=description,
        instructions=instructions,
        medical_group_ids=frozenset(groups),
    )


def _affected(case: _Case) -> Iterator[AffectedUnpostable]:
    for place in range(between(1, 5, case.seed, "unpostables", case.number)):
        drawn = (case.seed, "unpostable", case.number, place)
        is_large = chance(15, *drawn, "large")
        yield AffectedUnpostable(
            id=f"{70_000 + 10 * case.number + place}",
            kind=UnpostableKind.CHECK if chance(60, *drawn) else UnpostableKind.EFT_DEPOSIT,
            dollars=from_cents(between(2_000, 900_000 if is_large else 90_000, *drawn, "dollars")),
            blocked=chance(85, *drawn, "blocked"),
        )


# --------------------------------------------------------------------------------- day by day


def _worked(case: _Case, issue: AccessIssue, task_id: str) -> AccessIssue:
    """Let whoever has the task act on it every few days, until this morning."""
    on = issue.last_act_on or issue.reported_on
    for turn in itertools.count():
        on += timedelta(days=between(2, 9, case.seed, "turn", task_id, turn))
        if on >= case.as_of or task_of(issue, task_id).state is TaskState.RESOLVED:
            return issue
        issue = _moved(case, issue, task_id, turn, on)
    raise AssertionError("unreachable: days end")


class _Told(TypedDict):
    """What every act of the service says."""

    task_id: str
    by: str
    as_of: date


def _moved(case: _Case, issue: AccessIssue, task_id: str, turn: int, on: date) -> AccessIssue:
    state = task_of(issue, task_id).state
    told = _Told(task_id=task_id, by="enrollment team", as_of=on)
    drawn = between(1, 100, case.seed, "move", task_id, turn)
    if state is TaskState.PRACTICE and drawn <= _ANSWERS:
        response = _answer(issue, task_id, case.portal)
        issue = submit_response(
            issue, viewer=JOHN, portal=case.portal, task_id=task_id, response=response, as_of=on
        ).issue
    elif state is TaskState.PAYER and drawn <= _PAYER_MENDS:
        issue = resolve_task(issue, **told, note="The payer has mended it.").issue
    elif state is TaskState.PAYER and drawn <= _PAYER_ANSWERS:
        issue = answer_task(issue, **told, note="The payer asks for the form again.").issue
    elif state is TaskState.SERVICE and drawn <= _SERVICE_MENDS:
        issue = resolve_task(issue, **told, note="Signed in; work goes on.").issue
    elif state is TaskState.SERVICE and drawn <= _SERVICE_RETURNS:
        issue = return_task(issue, **told, note="The sign-in still fails; please look again.").issue
    elif state is TaskState.SERVICE and drawn <= _SERVICE_PASSES:
        issue = pass_task(issue, **told, note="Asked the payer's support.").issue
    return issue


# Of a hundred turns, counted up.
_ANSWERS: Final = 45
_PAYER_MENDS, _PAYER_ANSWERS = 25, 35
_SERVICE_MENDS, _SERVICE_RETURNS, _SERVICE_PASSES = 45, 60, 85


def _answer(issue: AccessIssue, task_id: str, portal: Portal) -> Response:
    task = task_of(issue, task_id)
    if isinstance(task, UnpostablesTask) and AskedFor.PASSWORD in task.asks_for:
        reference = f"vault:{portal.id}:{task_id}"
        return Response(change=Credentials(password_ref=reference), comment="Changed it today.")
    return Response(comment="Done on the payer's site.")


# ------------------------------------------------------------------------------------- words


def _paperwork(reason: ReportedReason, portal: Portal, *, kind: WorkKind) -> tuple[str, str]:
    """Say what is wrong and what to do: only an unpostables task takes credentials."""
    wrong, steps = _PAPERWORK[reason]
    if kind is WorkKind.CLAIMS:
        steps = tuple(_SUBMIT if step in {_GIVE, _ADD} else step for step in steps)
    lines = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return f"{portal.name}: {wrong}", "\n".join(lines)


_SUBMIT: Final = "Submit this task once the sign-in works."
_GIVE: Final = "Give it in the response to this task."
_ADD: Final = "Add user name and password in the response."
_SIGN_IN: Final = "Sign in to the portal as the account's user."
_PAPERWORK: Final[dict[ReportedReason, tuple[str, tuple[str, ...]]]] = {
    ReportedReason.PASSWORD_EXPIRED: (
        "the password has expired.",
        (_SIGN_IN, "Choose a new password when asked.", _GIVE),
    ),
    ReportedReason.PASSWORD_REJECTED: (
        "the password is not accepted.",
        ("Ask the portal for a reset link.", "Choose a new password.", _GIVE),
    ),
    ReportedReason.ACCOUNT_LOCKED: (
        "the account is locked after failed attempts.",
        ("Call the portal's support to unlock it.", "Choose a new password.", _GIVE),
    ),
    ReportedReason.USER_NAME_REJECTED: (
        "the user name is not known.",
        ("Call the payer.", "Ask for the user name they have.", _GIVE),
    ),
    ReportedReason.ACCOUNT_MISSING: (
        "there is no account to sign in with.",
        ("Open the portal.", "Register the practice as a provider.", _ADD),
    ),
    ReportedReason.NUMBER_MISSING: (
        "a tax id is missing from the account.",
        (_SIGN_IN, "Add the tax id under Account, Providers.", _SUBMIT),
    ),
    ReportedReason.RIGHTS_MISSING: (
        "the user may not see remittances.",
        ("Sign in as the portal's administrator.", "Grant Remittance and Claim Status.", _SUBMIT),
    ),
    ReportedReason.SIGN_IN_CHECK: (
        "a code is sent to a phone at sign-in.",
        (_SIGN_IN, "Register the shared inbox for the code.", _SUBMIT),
    ),
    ReportedReason.REGISTRATION_PENDING: (
        "the payer has not confirmed the registration.",
        ("Nothing to do: the payer has it.",),
    ),
    ReportedReason.SITE_UNAVAILABLE: (
        "the site has been down since the report.",
        ("Nothing to do: the payer has it.",),
    ),
    ReportedReason.OTHER: ("the sign-in fails.", ("Nothing to do yet: it is looked into.",)),
}


def _chosen(shares: tuple[tuple[_T, int], ...], seed: int, *drawn: object) -> _T:
    """Choose by shares that sum to a hundred."""
    place = between(1, 100, seed, *drawn)
    for value, share in shares:
        place -= share
        if place <= 0:
            return value
    raise AssertionError("unreachable: the shares sum to a hundred")
