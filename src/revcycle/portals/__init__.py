"""The payer portal access hub: which portals cannot be used, what waits, and who must act next.

`Hub` holds portals, medical groups and access issues; an `AccessIssue` with its tasks is what
acts work on. Read `issues` and `moves` first. Nothing here knows of dunning.
"""

from __future__ import annotations

from revcycle.portals.facts import ISSUE_VOCABULARY, IssueFacts, issue_facts
from revcycle.portals.hub import Hub, group_of, issue_of, portal_of, with_issue
from revcycle.portals.issues import (
    SERVICE_NAME,
    AccessIssue,
    IssueStatus,
    Origin,
    ReportedReason,
    medical_group_ids_of,
    practice_tasks,
    related_tasks,
    status_label,
    task_of,
)
from revcycle.portals.moves import (
    LEGAL_MOVES,
    LegalMove,
    Move,
    Owner,
    TaskState,
    state_after,
    states_before,
)
from revcycle.portals.portals import (
    AccountType,
    CoveredPayer,
    MedicalGroup,
    Portal,
    PortalAccount,
    account_of,
)
from revcycle.portals.tasks import (
    AskedFor,
    Credentials,
    EnrolmentTask,
    Response,
    Task,
    TaskNote,
    UnpostablesTask,
    WorkKind,
    has_asked_for_credentials,
    needs_assistance,
    responses_of,
    work_kind,
)
from revcycle.portals.unpostables import (
    AffectedUnpostable,
    UnpostableKind,
    dollars_of,
    each_once,
    is_open,
)

__all__ = [
    "ISSUE_VOCABULARY",
    "LEGAL_MOVES",
    "SERVICE_NAME",
    "AccessIssue",
    "AccountType",
    "AffectedUnpostable",
    "AskedFor",
    "CoveredPayer",
    "Credentials",
    "EnrolmentTask",
    "Hub",
    "IssueFacts",
    "IssueStatus",
    "LegalMove",
    "MedicalGroup",
    "Move",
    "Origin",
    "Owner",
    "Portal",
    "PortalAccount",
    "ReportedReason",
    "Response",
    "Task",
    "TaskNote",
    "TaskState",
    "UnpostableKind",
    "UnpostablesTask",
    "WorkKind",
    "account_of",
    "dollars_of",
    "each_once",
    "group_of",
    "has_asked_for_credentials",
    "is_open",
    "issue_facts",
    "issue_of",
    "medical_group_ids_of",
    "needs_assistance",
    "portal_of",
    "practice_tasks",
    "related_tasks",
    "responses_of",
    "state_after",
    "states_before",
    "status_label",
    "task_of",
    "with_issue",
    "work_kind",
]
