"""Lets `hypothesis.strategies.from_type` build the records: `@given` on annotations just works.

Hypothesis calls `register` at the end of ``import hypothesis``, in every process that has both
libraries, most of which never use ours. So nothing here may import a record: a module's records are
registered when somebody else imports it, before or after Hypothesis. And nothing here may fail: an
error would break ``import hypothesis`` or that import for the whole host. A row that does not
resolve is left out here and reported by tests/test_packaging.py.

Why this is done by an import finder: docs/decisions/0011-light-by-entry-point.md.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

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
    """Register a strategy for each public record, once its module is there; drawn from later."""
    for module in {module for module, _, _ in STRATEGIES}:
        if module in sys.modules:
            _register_records_of(sys.modules[module])
    if _RecordFinder not in sys.meta_path:
        sys.meta_path.insert(0, _RecordFinder)


class _RecordFinder:
    """Lets the others find a module with records, and has these registered once it ran."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if any(name == module for module, _, _ in STRATEGIES):
            for finder in sys.meta_path:
                if finder is cls or not hasattr(finder, "find_spec"):
                    continue
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if spec.loader is not None:
                        spec.loader = _RegisteringLoader(spec.loader)
                    return spec
        return None


class _RegisteringLoader(Loader):
    """Stands in for a module's own loader until the module runs, and leaves no trace of itself."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _register_records_of(module)


def _register_records_of(module: ModuleType) -> None:
    from hypothesis import strategies

    for home, record, strategy in STRATEGIES:
        if home == module.__name__ and hasattr(module, record):
            strategies.register_type_strategy(getattr(module, record), _drawn_later(strategy))


def _drawn_later(name: str) -> Callable[[object], SearchStrategy[Any]]:
    def resolve(_kind: object) -> SearchStrategy[Any]:
        strategies = importlib.import_module("revcycle.testing.strategies")
        strategy: SearchStrategy[Any] = getattr(strategies, name)()
        return strategy

    return resolve
