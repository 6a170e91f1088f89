"""What rules may ask of an access issue: one flat row, total, with all date arithmetic done.

Triage reads it before there is any task, filters read it at any time; both are rules over the
same facts.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from revcycle.checks import one_of
from revcycle.errors import UnknownReference
from revcycle.money import cents
from revcycle.portals.acts import check_day, check_given
from revcycle.portals.issues import (
    AccessIssue,
    IssueStatus,
    Origin,
    ReportedReason,
    medical_group_ids_of,
    practice_tasks,
)
from revcycle.portals.portals import AccountType, Portal, account_of
from revcycle.portals.tasks import WorkKind, work_kind
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtMost,
    BoolFact,
    Equals,
    IntFact,
    Not,
    SetFact,
    StrFact,
    Vocabulary,
)

__all__ = ["ISSUE_VOCABULARY", "IssueFacts", "issue_facts"]


@attrs.frozen(kw_only=True)
class IssueFacts:
    """An access issue as rules see it.

    Attributes:
        portal_id: the portal.
        status: who must act, as the value of an `IssueStatus` (PH-4).
        origin: where it was reported, as the value of an `Origin`.
        reason: what was found, as the value of a `ReportedReason`.
        blocks_claims: whether claims work is blocked (PH-1).
        blocks_unpostables: whether unpostables work is blocked (PH-1).
        has_account: whether the issue names an account.
        account_type: the name of that account's type; empty without one.
        may_change_user_name: whether its user name can be changed by a response (PH-9).
        may_change_password: whether its password can be.
        may_add_account: whether a response can add an account.
        covered_ids: the payers and IRCs that the portal covers.
        medical_group_ids: the groups that any of its tasks applies to (PH-8).
        age_days: days since the report.
        blocked_cents: cents of what waits (PH-10).
        practice_claims_count: enrolment tasks that the practice must resolve.
        practice_unpostables_count: unpostables tasks that the practice must resolve.
    """

    portal_id: str
    status: str
    origin: str
    reason: str
    blocks_claims: bool
    blocks_unpostables: bool
    has_account: bool
    account_type: str
    may_change_user_name: bool
    may_change_password: bool
    may_add_account: bool
    covered_ids: frozenset[str]
    medical_group_ids: frozenset[str]
    age_days: int
    blocked_cents: int
    practice_claims_count: int
    practice_unpostables_count: int


def _values(kind: type[IssueStatus | Origin | ReportedReason]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


_POSSIBLE: Final = AllOf(
    # Without an account there is nothing to change on one; the type of an account has a name.
    AnyOf(
        AllOf(Equals("has_account", value=True), Not(Equals("account_type", ""))),
        AllOf(
            Equals("has_account", value=False),
            Equals("account_type", ""),
            Equals("may_change_user_name", value=False),
            Equals("may_change_password", value=False),
            Equals("may_add_account", value=False),
        ),
    ),
    # An issue blocks work until it is resolved, and then none.
    AnyOf(
        AllOf(
            Not(Equals("status", IssueStatus.RESOLVED.value)),
            AnyOf(Equals("blocks_claims", value=True), Equals("blocks_unpostables", value=True)),
        ),
        AllOf(
            Equals("status", IssueStatus.RESOLVED.value),
            Equals("blocks_claims", value=False),
            Equals("blocks_unpostables", value=False),
            AtMost("blocked_cents", 0),
        ),
    ),
)

ISSUE_VOCABULARY: Final = Vocabulary.of(
    IssueFacts,
    StrFact("portal_id", label="the portal"),
    StrFact("status", label="the status", values=_values(IssueStatus)),
    StrFact("origin", label="the origin", values=_values(Origin)),
    StrFact("reason", label="the reason reported", values=_values(ReportedReason)),
    BoolFact("blocks_claims", label="claims work is blocked", otherwise="claims work goes on"),
    BoolFact(
        "blocks_unpostables",
        label="unpostables work is blocked",
        otherwise="unpostables work goes on",
    ),
    BoolFact("has_account", label="an account is named", otherwise="no account is named"),
    StrFact("account_type", label="the account type"),
    BoolFact(
        "may_change_user_name",
        label="the user name may be changed",
        otherwise="the user name may not be changed",
    ),
    BoolFact(
        "may_change_password",
        label="the password may be changed",
        otherwise="the password may not be changed",
    ),
    BoolFact(
        "may_add_account",
        label="an account may be added",
        otherwise="no account may be added",
    ),
    SetFact("covered_ids", label="the payers and IRCs covered"),
    SetFact("medical_group_ids", label="the medical groups"),
    IntFact("age_days", label="the age", unit="days"),
    IntFact("blocked_cents", label="the dollars blocked", least=0, unit="cents"),
    IntFact("practice_claims_count", label="the practice's claims tasks", least=0),
    IntFact("practice_unpostables_count", label="the practice's unpostables tasks", least=0),
    possible=_POSSIBLE,
)
"""What rules over issues may name, and which rows there can be."""

_NO_ACCOUNT: Final = AccountType(name="none")


def issue_facts(issue: AccessIssue, *, portal: Portal, as_of: date) -> IssueFacts:
    """Read the facts of *issue*.

    Args:
        issue: the issue.
        portal: its portal.
        as_of: the day.

    Raises:
        UnknownReference: *portal* is another one, or lacks the account that the issue names.
        InvalidRecord: *portal* is something else, or *as_of* no plain date.
    """
    check_day(as_of)
    check_given("portal", portal, one_of(Portal))
    if portal.id != issue.portal_id:
        raise UnknownReference("portal", issue.portal_id)
    account = None if issue.account_id is None else account_of(portal, issue.account_id)
    account_type = _NO_ACCOUNT if account is None else account.account_type
    asked = [work_kind(task) for task in practice_tasks(issue)]
    return IssueFacts(
        portal_id=portal.id,
        status=issue.status.value,
        origin=issue.origin.value,
        reason=issue.reason.value,
        blocks_claims=WorkKind.CLAIMS in issue.work_blocked,
        blocks_unpostables=WorkKind.UNPOSTABLES in issue.work_blocked,
        has_account=account is not None,
        account_type="" if account is None else account_type.name,
        may_change_user_name=account_type.may_change_user_name,
        may_change_password=account_type.may_change_password,
        may_add_account=account_type.may_add_account,
        covered_ids=frozenset(payer.id for payer in portal.covers),
        medical_group_ids=medical_group_ids_of(issue),
        age_days=(as_of - issue.reported_on).days,
        blocked_cents=cents(issue.blocked_dollars),
        practice_claims_count=asked.count(WorkKind.CLAIMS),
        practice_unpostables_count=asked.count(WorkKind.UNPOSTABLES),
    )
