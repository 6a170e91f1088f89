"""Lets `hypothesis.strategies.from_type` build the records: `@given` on annotations just works.

Hypothesis calls `register` at the end of ``import hypothesis``, in every process that has both
libraries. So nothing here may import `revcycle.testing`, which itself imports Hypothesis, and
nothing here may fail: an error would break ``import hypothesis`` for the whole host. A row that
does not resolve is left out here and reported by tests/test_packaging.py.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

__all__ = ["STRATEGIES", "register"]

STRATEGIES: Final = (
    ("revcycle.levels", "DunningLevel", "dunning_levels"),
    ("revcycle.charges", "Transaction", "transactions"),
    ("revcycle.charges", "Charge", "charges"),
    ("revcycle.holds", "Hold", "holds"),
    ("revcycle.plans", "Cadence", "cadences"),
    ("revcycle.plans", "PaymentPlan", "plans"),
    ("revcycle.accounts", "Patient", "patients"),
    ("revcycle.accounts", "Guarantor", "guarantors"),
    ("revcycle.accounts", "Member", "members"),
    ("revcycle.accounts", "Note", "notes"),
    ("revcycle.accounts", "Account", "accounts"),
    ("revcycle.contacts", "Contact", "contacts"),
    ("revcycle.dunning", "DunningPolicy", "policies"),
    ("revcycle.dunning", "Practice", "practices"),
    ("revcycle.dunning", "Statement", "statements"),
    ("revcycle.outreach", "OutreachPolicy", "outreach_policies"),
    ("revcycle.dunning", "GuardRail", "guard_rails"),
    ("revcycle.access", "ProviderGroup", "provider_groups"),
    ("revcycle.access", "Viewer", "viewers"),
    ("revcycle.worklists", "Worklist", "worklists"),
    ("revcycle.desk", "NoteEntry", "note_entries"),
    ("revcycle.portals", "Portal", "portals"),
    ("revcycle.portals", "MedicalGroup", "medical_groups"),
    ("revcycle.portals", "AffectedUnpostable", "unpostables"),
    ("revcycle.portals", "Response", "responses"),
    ("revcycle.portals", "EnrolmentTask", "enrolment_tasks"),
    ("revcycle.portals", "UnpostablesTask", "unpostables_tasks"),
    ("revcycle.portals", "AccessIssue", "access_issues"),
    ("revcycle.portals", "Hub", "hubs"),
    ("revcycle.reports", "ReportDefinition", "report_definitions"),
)
"""Module and class of each record, and the function of `revcycle.testing.strategies` for it."""


def register() -> None:
    """Register a strategy for each public record; it is looked up when first drawn from."""
    from hypothesis import strategies

    for module, record, strategy in STRATEGIES:
        try:
            kind = getattr(importlib.import_module(module), record)
        except (ImportError, AttributeError):
            continue
        strategies.register_type_strategy(kind, _drawn_later(strategy))


def _drawn_later(name: str) -> Callable[[object], SearchStrategy[Any]]:
    def resolve(_kind: object) -> SearchStrategy[Any]:
        strategies = importlib.import_module("revcycle.testing.strategies")
        strategy: SearchStrategy[Any] = getattr(strategies, name)()
        return strategy

    return resolve
