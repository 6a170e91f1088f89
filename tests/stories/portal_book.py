"""The words in which the stories of the payer portal hub are told: one practice, two portals.

Seven Hills Medical Group has the billing manager John and two medical groups. Acts take the issue
first and give the issue after it, so that a story reads from top to bottom; days come last.
"""

from datetime import date

from revcycle.access import Permission, Viewer
from revcycle.errors import Refused
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
    Origin,
    Owner,
    Portal,
    PortalAccount,
    ReportedReason,
    Response,
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
)

D1, D2, D3, D4, D5 = (date(2025, 3, day) for day in (3, 4, 5, 6, 7))
CLAIMS, UNPOSTABLES = frozenset({WorkKind.CLAIMS}), frozenset({WorkKind.UNPOSTABLES})
BOTH = CLAIMS | UNPOSTABLES
PRACTICE, SERVICE, PAYER = Owner.PRACTICE, Owner.SERVICE, Owner.PAYER

JOHN = Viewer(id="john", permissions=frozenset({Permission.MEDICAL_GROUPS}))
"""The billing manager, who may open the hub."""
STRANGER = Viewer(
    id="eve", permissions=frozenset(Permission) - frozenset({Permission.MEDICAL_GROUPS})
)
"""Somebody with every other permission there is."""

OPEN_TYPE = AccountType(
    name="practice's own",
    may_change_user_name=True,
    may_change_password=True,
    may_add_account=True,
)
FIXED_TYPE = AccountType(name="the service's")

AVAILITY = Portal(
    id="availity",
    name="Availity",
    url="https://availity.example/",
    covers=(CoveredPayer(id="irc1", name="Aetna"), CoveredPayer(id="irc2", name="Humana")),
    accounts=(
        PortalAccount(id="own", account_type=OPEN_TYPE, user_name="hills", tins=("12-3456789",)),
        PortalAccount(id="fixed", account_type=FIXED_TYPE, user_name="athena7"),
    ),
)
OPTUM = Portal(id="optum", name="Optum", covers=(CoveredPayer(id="irc3", name="UMR"),))
NORTH = MedicalGroup(id="north", name="Seven Hills North", created_on=date(2019, 5, 1))
SOUTH = MedicalGroup(id="south", name="Seven Hills South", created_on=date(2021, 9, 1))


# ------------------------------------------------------------------------------- what there is


def hub(*issues: AccessIssue, **more) -> Hub:
    """The practice's hub with these issues."""
    parts = {"portals": (AVAILITY, OPTUM), "medical_groups": (NORTH, SOUTH), "issues": issues}
    return Hub(**parts | more)


def claims_task(task_id: str = "claims1", owner: Owner = PRACTICE, **more) -> EnrolmentTask:
    """An enrolment task, opened on the first day."""
    return EnrolmentTask(**{"id": task_id, "opened_with": owner, "created_on": D1} | more)


def unpostables_task(task_id: str = "unp1", owner: Owner = PRACTICE, **more) -> UnpostablesTask:
    """An unpostables task about the practice's own account that asks for no credentials."""
    fields = {"id": task_id, "opened_with": owner, "created_on": D1, "account_id": "own"}
    return UnpostablesTask(**fields | {"asks_for": frozenset({AskedFor.OTHER})} | more)


def password_task(task_id: str = "unp1", **more) -> UnpostablesTask:
    """An unpostables task that asks the practice for a new password."""
    return unpostables_task(task_id, asks_for=frozenset({AskedFor.PASSWORD}), **more)


def check(unpostable_id: str, dollars: str = "100.00", **more) -> AffectedUnpostable:
    """A check that waits for the issue."""
    kind = more.pop("kind", UnpostableKind.CHECK)
    return AffectedUnpostable(id=unpostable_id, kind=kind, dollars=dollars, **more)


def deposit(unpostable_id: str, dollars: str = "100.00", **more) -> AffectedUnpostable:
    """An EFT deposit that waits for the issue."""
    return check(unpostable_id, dollars, kind=UnpostableKind.EFT_DEPOSIT, **more)


def reported(issue_id: str = "i1", *tasks, portal: Portal = AVAILITY, **more) -> AccessIssue:
    """An issue reported on the first day, with *tasks* opened on it at once."""
    fields = {
        "origin": Origin.CLAIMS_WORKFLOW,
        "reason": ReportedReason.PASSWORD_EXPIRED,
        "reported_blocks": BOTH,
        "by": "reporter",
        "as_of": D1,
    }
    fields |= more
    issue = open_issue(portal, issue_id=issue_id, **fields).issue
    for task in tasks:
        issue = open_task(issue, task, by="sorter", as_of=fields["as_of"]).issue
    return issue


# ------------------------------------------------------------------------------- what is done


def answered(
    issue: AccessIssue, task_id: str, response: Response | None = None, *, on: date
) -> AccessIssue:
    """John submits a response, by default an empty one."""
    given = response or Response()
    asked = {"viewer": JOHN, "portal": AVAILITY, "task_id": task_id, "as_of": on}
    return submit_response(issue, **asked, response=given).issue


def returned(issue: AccessIssue, task_id: str, note: str = "once more", *, on: date) -> AccessIssue:
    """The service asks the practice again."""
    return return_task(issue, task_id=task_id, note=note, by="service", as_of=on).issue


def passed(issue: AccessIssue, task_id: str, *, on: date) -> AccessIssue:
    """The service asks the payer."""
    return pass_task(issue, task_id=task_id, by="service", as_of=on).issue


def payer_answered(issue: AccessIssue, task_id: str, *, on: date) -> AccessIssue:
    """The payer has answered the service."""
    return answer_task(issue, task_id=task_id, by="service", as_of=on).issue


def resolved(issue: AccessIssue, task_id: str, *, on: date) -> AccessIssue:
    """The task is done for good."""
    return resolve_task(issue, task_id=task_id, by="service", as_of=on).issue


# ---------------------------------------------------------------------------- what is asked


def state(issue: AccessIssue, task_id: str) -> TaskState:
    """With whom a task is."""
    return task_of(issue, task_id).state


def password(reference: str = "vault:1") -> Credentials:
    """A new password, as the host's reference to it."""
    return Credentials(password_ref=reference)


def refusals(verb, *given, **arguments) -> list[str]:
    """The names of the reasons why an act is refused; none if it is done."""
    try:
        verb(*given, **arguments)
    except Refused as refusal:
        return [proposition.name for proposition in refusal.propositions]
    return []
