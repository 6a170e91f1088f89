"""Reports: ageing, activity, bad debt, restricted patients, contact activity; and saved reports.

Every report is a `Report`: columns, rows, totals and a caption in words, as of any past day. It
shows as a table in a notebook, prints within 80 columns and is written as CSV or XML text. A
`ReportDefinition` is what a practice saves; `run_report` runs it over a book. Reports that can
tell who a patient is take a viewer; sums that name nobody take none. Read `balances_by_age` first.
"""

from __future__ import annotations

from revcycle.reports.balances_by_age import BUCKETS, GroupBy, ageing, ageing_columns
from revcycle.reports.contact_log import (
    CONTACT_COLUMNS,
    CONTACT_SUMMARY_COLUMNS,
    contact_activity,
)
from revcycle.reports.contents import (
    ActivityContents,
    AgeingContents,
    BadDebtContents,
    ContactContents,
    ReportContents,
    RestrictionContents,
    columns_of,
    facts_for,
)
from revcycle.reports.definitions import (
    Recurrence,
    ReportDefinition,
    ReportSchedule,
    Visibility,
    describe_report,
    next_report_on,
)
from revcycle.reports.filters import (
    CHARGE_FACTS,
    CHARGE_KIND,
    CONTACT_FACTS,
    PATIENT_FACTS,
    TRANSACTION_FACTS,
    ChargeFacts,
    ContactFacts,
    PatientFacts,
    TransactionFacts,
)
from revcycle.reports.history import Basis, is_on_plan, is_placed, open_amounts, outstanding_on
from revcycle.reports.ledger_activity import Entry, activity, activity_columns, entries_of
from revcycle.reports.report import (
    PREVIEW_ROWS,
    ROWS_SHOWN_MAX,
    Column,
    ColumnKind,
    Report,
    preview,
    report_csv,
    report_html,
    report_text,
    report_xml,
    select_columns,
)
from revcycle.reports.restrictions import RESTRICTION_COLUMNS, restricted_patients
from revcycle.reports.run import ReportProblem, run_report, visible_reports
from revcycle.reports.spans import (
    EVER,
    LAST_MONTH,
    LAST_QUARTER,
    LAST_YEAR,
    THIS_MONTH,
    THIS_QUARTER,
    THIS_YEAR,
    TODAY,
    YESTERDAY,
    DateRange,
    Period,
    Span,
    TimeFrame,
    period_of,
    range_of,
    span_words,
)
from revcycle.reports.written_off import BAD_DEBT, BAD_DEBT_COLUMNS, bad_debt

__all__ = [
    "BAD_DEBT",
    "BAD_DEBT_COLUMNS",
    "BUCKETS",
    "CHARGE_FACTS",
    "CHARGE_KIND",
    "CONTACT_COLUMNS",
    "CONTACT_FACTS",
    "CONTACT_SUMMARY_COLUMNS",
    "EVER",
    "LAST_MONTH",
    "LAST_QUARTER",
    "LAST_YEAR",
    "PATIENT_FACTS",
    "PREVIEW_ROWS",
    "RESTRICTION_COLUMNS",
    "ROWS_SHOWN_MAX",
    "THIS_MONTH",
    "THIS_QUARTER",
    "THIS_YEAR",
    "TODAY",
    "TRANSACTION_FACTS",
    "YESTERDAY",
    "ActivityContents",
    "AgeingContents",
    "BadDebtContents",
    "Basis",
    "ChargeFacts",
    "Column",
    "ColumnKind",
    "ContactContents",
    "ContactFacts",
    "DateRange",
    "Entry",
    "GroupBy",
    "PatientFacts",
    "Period",
    "Recurrence",
    "Report",
    "ReportContents",
    "ReportDefinition",
    "ReportProblem",
    "ReportSchedule",
    "RestrictionContents",
    "Span",
    "TimeFrame",
    "TransactionFacts",
    "Visibility",
    "activity",
    "activity_columns",
    "ageing",
    "ageing_columns",
    "bad_debt",
    "columns_of",
    "contact_activity",
    "describe_report",
    "entries_of",
    "facts_for",
    "is_on_plan",
    "is_placed",
    "next_report_on",
    "open_amounts",
    "outstanding_on",
    "period_of",
    "preview",
    "range_of",
    "report_csv",
    "report_html",
    "report_text",
    "report_xml",
    "restricted_patients",
    "run_report",
    "select_columns",
    "span_words",
    "visible_reports",
]
