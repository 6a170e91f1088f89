"""Opening an account's page against running its statement: the page holds that statement too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from benchmarks.book import AS_OF, accounts_of_book
from benchmarks.measuring import (
    Disagreement,
    Figure,
    Report,
    Times,
    absolute,
    race,
    ratios,
    slices,
)
from revcycle.access import Permission, Viewer
from revcycle.accounts import Account, Note
from revcycle.desk import AccountView, account_view
from revcycle.dunning import DunningPolicy, StatementRun, run_statements

__all__ = ["VIEWERS", "accounts_with_notes", "compare_statements", "measure"]

BATCH: Final = 250
NOTES: Final = 4
"""On each account, about its members in turn."""

RUNS: Final = 7
POLICY: Final = DunningPolicy()
VIEWERS: Final = {
    "nobody is masked": Viewer(
        id="sam",
        permissions=frozenset({Permission.SELF_PAY_WORKLISTS, Permission.ACCESS_BLOCKED}),
    ),
    "somebody could be": Viewer(id="rita", permissions=frozenset({Permission.SELF_PAY_WORKLISTS})),
}


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that each page shows the statement of the run, then measure.

    Raises:
        Disagreement: one does not.
    """
    count = 20 if is_quick else 4_000
    report(f"Building {count:,} accounts, comparing pages with runs ...")
    book = tuple(accounts_with_notes(count))
    cases = {}
    for case, viewer in VIEWERS.items():
        compare_statements(book, viewer)
        report(f"Opening them {RUNS} times where {case}, and once to warm up ...")
        runs = [race_views(book, viewer) for _ in range(RUNS + 1)][1:]
        report(absolute(runs, len(book), "account"))
        cases[case] = ratios(runs, "view", "run")
    return [
        Figure(
            key="account_view_vs_statement_run",
            goal=4,
            cases=cases,
            meaning="account_view of each account over run_statements of the same book",
        )
    ]


def accounts_with_notes(count: int) -> Iterator[Account]:
    """Build the book's accounts, each with a few notes."""
    for account in accounts_of_book(count):
        ids = [member.patient.id for member in account.members]
        notes = [
            Note(
                id=f"n{number}",
                on=AS_OF,
                by="rita",
                subject_ids=(ids[number % len(ids)],),
                text="Left a message.",
            )
            for number in range(NOTES)
        ]
        yield attrs.evolve(account, notes=tuple(notes))


def compare_statements(accounts: Iterable[Account], viewer: Viewer) -> None:
    """Compare the statement on each page with the one a run makes.

    Raises:
        Disagreement: they differ, or a page leaves something out.
    """
    for account in accounts:
        (run,), (view,) = run_book([account]), view_book([account], viewer)
        if view.preview is None or view.preview.statement != run.statement:
            raise Disagreement(f"the page of account {account.id} shows another statement")
        if len(view.notes) != NOTES or not view.charges + view.family_charges:
            raise Disagreement(f"the page of account {account.id} has too little to show")


def run_book(accounts: Iterable[Account]) -> Iterator[StatementRun]:
    """Run as a host does."""
    return run_statements(accounts, as_of=AS_OF, policy=POLICY)


def view_book(accounts: Iterable[Account], viewer: Viewer) -> Iterator[AccountView]:
    """Open the head's page of each account."""
    for account in accounts:
        yield account_view(account, viewer=viewer, as_of=AS_OF, policy=POLICY)


def race_views(book: Sequence[Account], viewer: Viewer) -> Times:
    """Time pages and runs over *book*."""
    contenders = {"view": lambda batch: view_book(batch, viewer), "run": run_book}
    return race(slices(book, size=BATCH), contenders)
