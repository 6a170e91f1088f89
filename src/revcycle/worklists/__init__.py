"""Worklists: who follows up which accounts, what each list shows, and whether all are covered.

A `Worklist` is a definition; `run_worklist` gives what a viewer may see of it today;
`audit_worklists` proves from the definitions who is on no list and who on two. Read `run` first.
"""

from __future__ import annotations

from revcycle.worklists.agency import (
    AGENCY_COLUMNS,
    AgencyHandOff,
    AgencyRow,
    agency_csv,
    hand_off_to_agency,
)
from revcycle.worklists.book_audit import BookAudit, BookFinding, audit_book
from revcycle.worklists.coverage import (
    AppointmentExclusion,
    CoverageGap,
    CoverageOverlap,
    RoutingFacts,
    WorklistAudit,
    audit_worklists,
    routing_vocabulary,
)
from revcycle.worklists.differences import Departed, Departure, WorklistDiff, diff
from revcycle.worklists.explanations import WhyHere, WhyNotHere, why_here, why_not_here
from revcycle.worklists.families import ShownMember, shown_members, shown_name
from revcycle.worklists.filters import (
    WORKLIST_LEAVES,
    AlarmLevelIs,
    GuarantorInitialIn,
    InsuranceClassIs,
    NoAppointmentWithin,
    OutstandingBetween,
    PrimaryDepartmentIn,
    UsualProviderIn,
)
from revcycle.worklists.results import (
    COLUMNS,
    MASK,
    ROWS_SHOWN_MAX,
    FamilyFigures,
    MemberFigures,
    Relation,
    WorklistFamily,
    WorklistResult,
    WorklistRow,
    WorklistTotals,
    worklist_csv,
    worklist_html,
    worklist_text,
)
from revcycle.worklists.run import run_worklist, visible_worklists
from revcycle.worklists.sight import (
    Sight,
    absent_guarantors,
    is_patient_masked,
    patients_of,
    sight_of,
)
from revcycle.worklists.splitting import (
    Evenness,
    split_by_department,
    split_by_initials,
    split_by_outstanding,
)
from revcycle.worklists.wording import region_words
from revcycle.worklists.worklist import (
    Worklist,
    WorklistChange,
    WorklistProblem,
    WorklistSort,
    check_create_worklist,
    check_edit_worklist,
    create_worklist,
    delete_worklist,
    edit_worklist,
    levels_in_use,
    rule_of,
    worklist_of,
)

__all__ = [
    "AGENCY_COLUMNS",
    "COLUMNS",
    "MASK",
    "ROWS_SHOWN_MAX",
    "WORKLIST_LEAVES",
    "AgencyHandOff",
    "AgencyRow",
    "AlarmLevelIs",
    "AppointmentExclusion",
    "BookAudit",
    "BookFinding",
    "CoverageGap",
    "CoverageOverlap",
    "Departed",
    "Departure",
    "Evenness",
    "FamilyFigures",
    "GuarantorInitialIn",
    "InsuranceClassIs",
    "MemberFigures",
    "NoAppointmentWithin",
    "OutstandingBetween",
    "PrimaryDepartmentIn",
    "Relation",
    "RoutingFacts",
    "ShownMember",
    "Sight",
    "UsualProviderIn",
    "WhyHere",
    "WhyNotHere",
    "Worklist",
    "WorklistAudit",
    "WorklistChange",
    "WorklistDiff",
    "WorklistFamily",
    "WorklistProblem",
    "WorklistResult",
    "WorklistRow",
    "WorklistSort",
    "WorklistTotals",
    "absent_guarantors",
    "agency_csv",
    "audit_book",
    "audit_worklists",
    "check_create_worklist",
    "check_edit_worklist",
    "create_worklist",
    "delete_worklist",
    "diff",
    "edit_worklist",
    "hand_off_to_agency",
    "is_patient_masked",
    "levels_in_use",
    "patients_of",
    "region_words",
    "routing_vocabulary",
    "rule_of",
    "run_worklist",
    "shown_members",
    "shown_name",
    "sight_of",
    "split_by_department",
    "split_by_initials",
    "split_by_outstanding",
    "visible_worklists",
    "why_here",
    "why_not_here",
    "worklist_csv",
    "worklist_html",
    "worklist_of",
    "worklist_text",
]
