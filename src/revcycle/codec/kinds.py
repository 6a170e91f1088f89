"""The kinds of documents there are.

A record gets a kind by one line here and its name in the face of the package. Events get one by
being a union of records: each is known by its tag, which is its class name in snake case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import attrs

from revcycle.access import ProviderGroup, Viewer
from revcycle.accounts import Account
from revcycle.charges import Charge, Transaction
from revcycle.codec.forms import RuleForm, TableForm, TriageForm
from revcycle.contacts import Contact
from revcycle.dunning import DunningPolicy, Event, Statement, StatementRun
from revcycle.holds import Hold
from revcycle.outreach import OutreachPlan, OutreachPolicy, SentOutreach
from revcycle.plans import PaymentPlan
from revcycle.portals import (
    TRIAGE_LEAVES,
    AccessIssue,
    Hub,
    MedicalGroup,
    Portal,
    Response,
    TriagePolicy,
)
from revcycle.portals import Event as PortalEvent
from revcycle.reports import ReportDefinition
from revcycle.rules import NO_LEAVES, DecisionTable, LeafRegistry, Plain, Rule, Vocabulary
from revcycle.worklists import Worklist

__all__ = [
    "ACCESS_ISSUE",
    "ACCOUNT",
    "BOOK",
    "CHARGE",
    "CONTACT",
    "CONTACTS",
    "EVENT",
    "EVENTS",
    "HOLD",
    "HUB",
    "MEDICAL_GROUP",
    "OUTREACH_LOG",
    "OUTREACH_PLAN",
    "OUTREACH_POLICY",
    "PAYMENT_PLAN",
    "POLICY",
    "PORTAL",
    "PORTAL_EVENT",
    "PORTAL_EVENTS",
    "PROVIDER_GROUP",
    "REPORT_DEFINITION",
    "REPORT_DEFINITIONS",
    "RESPONSE",
    "STATEMENT",
    "STATEMENT_RUN",
    "TRANSACTION",
    "VIEWER",
    "WORKLIST",
    "WORKLISTS",
    "WRITTEN_WHOLE",
    "Kind",
    "decision_table_kind",
    "rule_kind",
    "triage_kind",
]

T = TypeVar("T")
OutcomeT = TypeVar("OutcomeT")


@attrs.frozen
class Kind(Generic[T]):
    """A kind of document.

    Attributes:
        name: what the document calls itself; it never changes.
        shape: the type of the record, or the form of its own that it has on the wire.
        key: of a kind that holds several records, the field in which all of them must differ (M-3).
    """

    name: str
    shape: Any = attrs.field(repr=False)
    key: str | None = attrs.field(default=None, repr=False)


ACCESS_ISSUE: Final[Kind[AccessIssue]] = Kind("access_issue", AccessIssue)
ACCOUNT: Final[Kind[Account]] = Kind("account", Account)
BOOK: Final[Kind[tuple[Account, ...]]] = Kind("book", tuple[Account, ...], key="id")
CHARGE: Final[Kind[Charge]] = Kind("charge", Charge)
CONTACT: Final[Kind[Contact]] = Kind("contact", Contact)
CONTACTS: Final[Kind[tuple[Contact, ...]]] = Kind("contacts", tuple[Contact, ...], key="id")
EVENT: Final[Kind[Event]] = Kind("event", Event)
EVENTS: Final[Kind[tuple[Event, ...]]] = Kind("events", tuple[Event, ...])
HOLD: Final[Kind[Hold]] = Kind("hold", Hold)
HUB: Final[Kind[Hub]] = Kind("hub", Hub)
MEDICAL_GROUP: Final[Kind[MedicalGroup]] = Kind("medical_group", MedicalGroup)
OUTREACH_LOG: Final[Kind[tuple[SentOutreach, ...]]] = Kind("outreach_log", tuple[SentOutreach, ...])
OUTREACH_PLAN: Final[Kind[OutreachPlan]] = Kind("outreach_plan", OutreachPlan)
OUTREACH_POLICY: Final[Kind[OutreachPolicy]] = Kind("outreach_policy", OutreachPolicy)
PAYMENT_PLAN: Final[Kind[PaymentPlan]] = Kind("payment_plan", PaymentPlan)
POLICY: Final[Kind[DunningPolicy]] = Kind("policy", DunningPolicy)
PORTAL: Final[Kind[Portal]] = Kind("portal", Portal)
PORTAL_EVENT: Final[Kind[PortalEvent]] = Kind("portal_event", PortalEvent)
PORTAL_EVENTS: Final[Kind[tuple[PortalEvent, ...]]] = Kind("portal_events", tuple[PortalEvent, ...])
PROVIDER_GROUP: Final[Kind[ProviderGroup]] = Kind("provider_group", ProviderGroup)
RESPONSE: Final[Kind[Response]] = Kind("response", Response)
REPORT_DEFINITION: Final[Kind[ReportDefinition]] = Kind("report_definition", ReportDefinition)
REPORT_DEFINITIONS: Final[Kind[tuple[ReportDefinition, ...]]] = Kind(
    "report_definitions", tuple[ReportDefinition, ...], key="id"
)
STATEMENT: Final[Kind[Statement]] = Kind("statement", Statement)
STATEMENT_RUN: Final[Kind[StatementRun]] = Kind("statement_run", StatementRun)
TRANSACTION: Final[Kind[Transaction]] = Kind("transaction", Transaction)
VIEWER: Final[Kind[Viewer]] = Kind("viewer", Viewer)
WORKLIST: Final[Kind[Worklist]] = Kind("worklist", Worklist)
WORKLISTS: Final[Kind[tuple[Worklist, ...]]] = Kind("worklists", tuple[Worklist, ...], key="id")

WRITTEN_WHOLE: Final[frozenset[type]] = frozenset({DunningPolicy, OutreachPolicy})
"""Records whose defaults may change, so that fields at their default are written too."""


def rule_kind(
    *, leaves: LeafRegistry = NO_LEAVES, vocabulary: Vocabulary | None = None
) -> Kind[Rule]:
    """Give the kind of documents that hold a rule, in the wire form of `revcycle.rules`.

    Args:
        leaves: the named leaves that the rule may have, such as `worklists.WORKLIST_LEAVES`.
        vocabulary: the facts that a rule must be about to be read; None reads any.
    """
    return Kind("rule", RuleForm(leaves=leaves, vocabulary=vocabulary))


def decision_table_kind(
    *,
    write_outcome: Callable[[OutcomeT], Plain],
    read_outcome: Callable[[object], OutcomeT],
    leaves: LeafRegistry = NO_LEAVES,
    vocabulary: Vocabulary | None = None,
) -> Kind[DecisionTable[OutcomeT]]:
    """Give the kind of documents that hold a decision table.

    Args:
        write_outcome: gives one outcome as a plain value.
        read_outcome: gives it back; raises `InvalidRecord` or `DecodeError` for what is none.
        leaves: as for `rule_kind`.
        vocabulary: as for `rule_kind`.
    """
    form = TableForm(
        leaves=leaves,
        vocabulary=vocabulary,
        write_outcome=write_outcome,
        read_outcome=read_outcome,
    )
    return Kind("decision_table", form)


def triage_kind(*, leaves: LeafRegistry = TRIAGE_LEAVES) -> Kind[TriagePolicy]:
    """Give the kind of documents that hold a triage policy.

    Args:
        leaves: the named leaves that its rules may have.
    """
    return Kind("triage", TriageForm(leaves=leaves))
