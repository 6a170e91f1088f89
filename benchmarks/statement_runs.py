"""The statement run against the leanest loop, against its decision alone, and on a larger book."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Iterable, Iterator, Sequence
from time import process_time
from typing import Final

import attrs

from benchmarks.book import AS_OF, accounts_of_book
from benchmarks.measuring import (
    Disagreement,
    Figure,
    PausingClock,
    Report,
    Times,
    absolute,
    drain,
    race,
    ratios,
    slices,
)
from benchmarks.minimal_loop import run_minimal_loop
from revcycle.accounts import Account
from revcycle.dunning import (
    DunningPolicy,
    StatementDecision,
    StatementRun,
    decide_statement,
    run_statements,
)

__all__ = ["compare_runs", "measure"]

BATCH: Final = 250
"""Accounts between two turns: few enough to be quick, too many for the nearest cache."""

COPIES: Final = 10
"""How many times as large the large book is."""

RUNS: Final = 7
SCALING_RUNS: Final = 5
POLICY: Final = DunningPolicy()


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that the minimal loop makes the same records, then measure.

    Raises:
        Disagreement: it does not.
    """
    count = 20 if is_quick else 6_000
    report(f"Building {count:,} accounts, comparing the runs of all contenders ...")
    book = tuple(accounts_of_book(count))
    compare_runs(book)
    report(f"Running {RUNS} times {len(book):,} accounts, and once to warm up ...")
    runs = [race_runs(book) for _ in range(RUNS + 1)][1:]
    report(absolute(runs, len(book), "account"))
    report(f"Running {SCALING_RUNS} times {len(book) * COPIES:,} accounts ...")
    scaling = scaling_ratios(book, runs=SCALING_RUNS)
    return [
        Figure(
            key="statement_run_vs_minimal_loop",
            goal=2,
            cases={"the book": ratios(runs, "run", "minimal loop")},
            meaning="run_statements over one function that makes the same records",
        ),
        Figure(
            key="decide_vs_run",
            goal=0.35,
            cases={"the book": ratios(runs, "decide", "run")},
            meaning="decide_statement over run_statements",
        ),
        Figure(
            key="statement_run_scaling",
            goal=1.15,
            cases={"the book": scaling},
            meaning="run_statements, time per account: a book ten times as large over the small",
        ),
    ]


def compare_runs(accounts: Iterable[Account]) -> None:
    """Run each account both ways and compare account, outcome, statement, skips and events."""
    for account in accounts:
        (ours,) = run_library([account])
        (theirs,) = run_minimal([account])
        if ours != theirs:
            raise Disagreement(f"the minimal loop runs account {account.id} differently")
        if ours.statement is None:
            raise Disagreement(f"account {account.id} of the book got no statement")


# --------------------------------------------------------------------------- the contenders


def run_library(accounts: Iterable[Account]) -> Iterator[StatementRun]:
    """Run as a host does."""
    return run_statements(accounts, as_of=AS_OF, policy=POLICY)


def run_minimal(accounts: Iterable[Account]) -> Iterator[StatementRun]:
    """Run without the library."""
    return run_minimal_loop(accounts, as_of=AS_OF, policy=POLICY)


def decide_only(accounts: Iterable[Account]) -> Iterator[StatementDecision]:
    """Only say what a run would do."""
    return (decide_statement(account, as_of=AS_OF, policy=POLICY) for account in accounts)


def race_runs(book: Sequence[Account]) -> Times:
    """Time the run, the minimal loop and the decision over *book*."""
    contenders = {"run": run_library, "minimal loop": run_minimal, "decide": decide_only}
    return race(slices(book, size=BATCH), contenders)


# --------------------------------------------------------------------------------- the scale


def scaling_ratios(book: Sequence[Account], *, runs: int) -> tuple[float, ...]:
    """Divide the time per account of a book ten times as large by that of *book* around it."""
    found = []
    before = seconds_of_book_alone(book)
    for _ in range(runs):
        large = seconds_per_account(book, copies=COPIES)
        after = seconds_of_book_alone(book)
        found.append(2 * large / (before + after))
        before = after
    return tuple(found)


def seconds_of_book_alone(book: Sequence[Account]) -> float:
    """Time *book* twice: a single pass is short enough for a neighbour's burst to spoil it."""
    return statistics.mean([seconds_per_account(book, copies=1) for _ in range(2)])


def seconds_per_account(book: Sequence[Account], *, copies: int) -> float:
    """Time one stream of statement runs over *copies* of *book*, each account with its own id."""
    gc.collect()
    batches = PausingClock(
        [attrs.evolve(account, id=f"{account.id}-{copy}") for account in batch]
        for copy in range(copies)
        for batch in slices(book, size=BATCH)
    )
    begin = process_time()
    drain(run_library(account for batch in batches for account in batch))
    return (process_time() - begin - batches.paused_seconds) / (len(book) * copies)
