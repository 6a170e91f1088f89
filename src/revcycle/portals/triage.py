"""Triage as rules: which task an issue opens, who must act first, and what is asked of them.

Two decision tables over the facts of an issue, one for each kind of work, propose; the host opens
the tasks. The tables are data: a practice or the service replaces a row without code, and
`audit_triage` proves what a replacement leaves out or says twice. What a status means is no
matter of tables: it is derived (PH-4).
"""

from __future__ import annotations

from datetime import date
from typing import Final, TypeAlias

import attrs

from revcycle.checks import check_fields, one_of
from revcycle.errors import InvalidRecord
from revcycle.portals.acts import check_given
from revcycle.portals.facts import ISSUE_VOCABULARY, issue_facts
from revcycle.portals.issues import AccessIssue, ReportedReason
from revcycle.portals.leaves import AccountAllows, AccountField, BlocksWork, ReasonIn
from revcycle.portals.moves import Owner
from revcycle.portals.portals import Portal
from revcycle.portals.tasks import AskedFor, WorkKind, work_kind
from revcycle.rules import (
    AllOf,
    AnyOf,
    DecisionTable,
    HitPolicy,
    Not,
    Rule,
    TableFinding,
    TableRow,
    audit_table,
    decide,
    validated_table,
)

__all__ = [
    "DEFAULT_TRIAGE",
    "FirstStep",
    "Proposal",
    "Triage",
    "TriageFinding",
    "TriagePolicy",
    "audit_triage",
    "table_for",
    "triage",
]


@attrs.frozen(kw_only=True)
class FirstStep:
    """What a row of a table proposes.

    Attributes:
        owner: who must act first.
        asks_for: what is asked of the practice, if it is an unpostables task.
    """

    owner: Owner
    asks_for: AskedFor

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("owner", one_of(Owner)), ("asks_for", one_of(AskedFor))))


_Table: TypeAlias = DecisionTable[FirstStep]


@attrs.frozen(kw_only=True)
class TriagePolicy:
    """How issues are sorted: a table over the facts of an issue for each kind of work.

    Attributes:
        claims: decides about the enrolment task of an issue that blocks claims work.
        unpostables: decides about the unpostables task of one that blocks unpostables work.
    """

    claims: _Table
    unpostables: _Table

    def __attrs_post_init__(self) -> None:
        """Refuse tables that propose other than one first step, or ask for other facts."""
        check_fields(
            self, (("claims", one_of(DecisionTable)), ("unpostables", one_of(DecisionTable)))
        )
        for field, table in (("claims", self.claims), ("unpostables", self.unpostables)):
            _check_steps(field, table)
            validated_table(table, vocabulary=ISSUE_VOCABULARY)


def _check_steps(field: str, table: _Table) -> None:
    if table.hit is HitPolicy.COLLECT:
        must = "be a table in which one row decides: hit policy first or unique"
        raise InvalidRecord("TriagePolicy", field, table.hit.value, must)
    strays = tuple(row.name for row in table.rows if type(row.then) is not FirstStep)
    if strays:
        raise InvalidRecord("TriagePolicy", field, strays, "give a FirstStep in each row")


def _row(name: str, when: Rule, owner: Owner, asks_for: AskedFor) -> TableRow[FirstStep]:
    return TableRow(name=name, when=when, then=FirstStep(owner=owner, asks_for=asks_for))


_Reason: TypeAlias = ReportedReason
_PASSWORD_FAILS: Final = ReasonIn(
    [_Reason.PASSWORD_EXPIRED, _Reason.PASSWORD_REJECTED, _Reason.ACCOUNT_LOCKED]
)
_USER_NAME_FAILS: Final = ReasonIn(_Reason.USER_NAME_REJECTED)
_NO_ACCOUNT: Final = ReasonIn(_Reason.ACCOUNT_MISSING)
_DEFAULT_TABLE: Final[_Table] = DecisionTable(
    hit=HitPolicy.UNIQUE,
    rows=(
        _row(
            "a password that the practice may change",
            AllOf(_PASSWORD_FAILS, AccountAllows(AccountField.PASSWORD)),
            Owner.PRACTICE,
            AskedFor.PASSWORD,
        ),
        _row(
            "a user name that the practice may change",
            AllOf(_USER_NAME_FAILS, AccountAllows(AccountField.USER_NAME)),
            Owner.PRACTICE,
            AskedFor.ACCOUNT,
        ),
        _row(
            "an account that the practice may add",
            AllOf(_NO_ACCOUNT, AccountAllows(AccountField.ADDITION)),
            Owner.PRACTICE,
            AskedFor.ACCOUNT,
        ),
        _row(
            "a sign-in that the practice may not change",
            AnyOf(
                AllOf(_PASSWORD_FAILS, Not(AccountAllows(AccountField.PASSWORD))),
                AllOf(_USER_NAME_FAILS, Not(AccountAllows(AccountField.USER_NAME))),
                AllOf(_NO_ACCOUNT, Not(AccountAllows(AccountField.ADDITION))),
            ),
            Owner.SERVICE,
            AskedFor.OTHER,
        ),
        _row(
            "a number that is not on the account",
            ReasonIn(_Reason.NUMBER_MISSING),
            Owner.PRACTICE,
            AskedFor.NUMBERS,
        ),
        _row(
            "what only the practice can do on the payer's site",
            ReasonIn([_Reason.RIGHTS_MISSING, _Reason.SIGN_IN_CHECK]),
            Owner.PRACTICE,
            AskedFor.OTHER,
        ),
        _row(
            "what only the payer can mend",
            ReasonIn([_Reason.REGISTRATION_PENDING, _Reason.SITE_UNAVAILABLE]),
            Owner.PAYER,
            AskedFor.OTHER,
        ),
        _row("anything else", ReasonIn(_Reason.OTHER), Owner.SERVICE, AskedFor.OTHER),
    ),
)

DEFAULT_TRIAGE: Final = TriagePolicy(claims=_DEFAULT_TABLE, unpostables=_DEFAULT_TABLE)
"""Our proposal, for a practice to start from: who can mend the fault acts first. What the account
type lets the practice change goes to the practice, what it does not to the service."""


# ------------------------------------------------------------------------------------- triage


@attrs.frozen(kw_only=True)
class Proposal:
    """A task that an issue should open.

    Attributes:
        kind: claims asks for an enrolment task, unpostables for an unpostables task.
        first_step: who must act first, and what is asked.
        row: the name of the table's row that says so.
    """

    kind: WorkKind
    first_step: FirstStep
    row: str


@attrs.frozen(kw_only=True)
class Triage:
    """What the tables say of an issue.

    Attributes:
        proposals: one for each kind of work that is blocked and has no task yet, claims first.
        undecided: the kinds of which no row speaks: a gap, which `audit_triage` shows.
    """

    proposals: tuple[Proposal, ...]
    undecided: tuple[WorkKind, ...] = ()


def triage(issue: AccessIssue, *, portal: Portal, as_of: date, policy: TriagePolicy) -> Triage:
    """Propose the tasks that *issue* should open and who must act first on each (PH-1).

    Nothing is opened: the host writes the instructions, mints the ids and calls `open_task`.

    Raises:
        UnknownReference: *portal* is not the issue's, or lacks the account that it names.
        InvalidRecord: *portal* or *policy* is something else, or *as_of* no plain date.
        Refused: two rows hold in a table whose rows must exclude each other.
    """
    check_given("policy", policy, one_of(TriagePolicy))
    facts = issue_facts(issue, portal=portal, as_of=as_of)
    has_task = {work_kind(task) for task in issue.tasks}
    proposals = []
    undecided = []
    for kind in WorkKind:
        if kind not in issue.work_blocked or kind in has_task:
            continue
        rows = decide(table_for(policy, kind=kind), facts).rows
        if rows:
            proposals.append(Proposal(kind=kind, first_step=rows[0].then, row=rows[0].name))
        else:
            undecided.append(kind)
    return Triage(proposals=tuple(proposals), undecided=tuple(undecided))


@attrs.frozen(kw_only=True)
class TriageFinding:
    """What is wrong with one of the tables.

    Attributes:
        kind: the kind of work whose table it is.
        finding: what is wrong; `revcycle.rules.finding_words` says it.
    """

    kind: WorkKind
    finding: TableFinding


def audit_triage(policy: TriagePolicy) -> tuple[TriageFinding, ...]:
    """Prove what the tables leave undecided, say twice or can never say.

    Each table is asked about the issues that block its kind of work.
    """
    return tuple(
        TriageFinding(kind=kind, finding=finding)
        for kind in WorkKind
        for finding in audit_table(
            table_for(policy, kind=kind), ISSUE_VOCABULARY, within=BlocksWork(kind)
        )
    )


def table_for(policy: TriagePolicy, *, kind: WorkKind) -> _Table:
    """Give the table of *policy* that decides about *kind* of work.

    Raises:
        InvalidRecord: *policy* or *kind* is something else.
    """
    check_given("policy", policy, one_of(TriagePolicy))
    check_given("kind", kind, one_of(WorkKind))
    return policy.claims if kind is WorkKind.CLAIMS else policy.unpostables
