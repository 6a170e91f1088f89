"""The speed promises, measured: prints a table and writes them as JSON.

    make bench                          all of it, a few minutes
    make bench ARGS="--quick"           a glance on a small book, whose figures mean little
    make bench ARGS="--output FILE"     write somewhere else than build/bench.json

Each opponent must first give the same results as the library for every account of the book.
`docs/concepts-speed.md` says what the figures mean.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Final

import attrs

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that parts are imported alike from here and from the tests

from benchmarks.book import AS_OF, accounts_of_book  # noqa: E402  (the path comes first)
from benchmarks.hand_reader import read_account  # noqa: E402  (the path comes first)
from benchmarks.measuring import (  # noqa: E402  (the path comes first)
    Figure,
    PausingClock,
    Times,
    describe_machine,
    drain,
    race,
    ratios,
    slices,
)
from benchmarks.minimal_loop import run_minimal_loop  # noqa: E402  (the path comes first)
from revcycle.accounts import Account  # noqa: E402  (the path comes first)
from revcycle.codec import ACCOUNT, dumps, loads  # noqa: E402  (the path comes first)
from revcycle.dunning import (  # noqa: E402  (the path comes first)
    DunningPolicy,
    StatementDecision,
    StatementRun,
    decide_statement,
    run_statements,
)

__all__ = ["Disagreement", "Size", "main", "measure"]

BATCH: Final = 250
"""Accounts between two turns: few enough to be quick, too many for the nearest cache."""

COPIES: Final = 10
"""How many times as large the large book is."""

POLICY: Final = DunningPolicy()


class Disagreement(Exception):
    """An opponent does not give the library's results, so a ratio of times would mean nothing."""


@attrs.frozen(kw_only=True)
class Size:
    """How much is measured.

    Attributes:
        accounts: in the book.
        documents: how many of them are read from JSON.
        runs: of the statement run and its opponents, and of the readers.
        scaling_runs: of the book and the one ten times as large.
    """

    accounts: int
    documents: int
    runs: int
    scaling_runs: int


FULL: Final = Size(accounts=6_000, documents=1_000, runs=7, scaling_runs=5)
QUICK: Final = Size(accounts=40, documents=20, runs=5, scaling_runs=5)


def measure(size: Size, *, report: Callable[[str], None]) -> list[Figure]:
    """Check every opponent, then measure every figure.

    Raises:
        Disagreement: an opponent's result differs from the library's.
    """
    report(f"Building {size.accounts:,} accounts, comparing the results of all contenders ...")
    book = tuple(accounts_of_book(size.accounts))
    compare_runs(book)
    texts = [dumps(account, kind=ACCOUNT) for account in book[: size.documents]]
    compare_readers(texts)

    report(f"Running {size.runs} times {len(book):,} accounts, and once to warm up ...")
    runs = [race_runs(book) for _ in range(size.runs + 1)][1:]
    report(_absolute(runs, len(book), "account"))
    report(f"Running {size.scaling_runs} times {len(book) * COPIES:,} accounts ...")
    scaling = scaling_ratios(book, runs=size.scaling_runs)
    report(f"Reading {size.runs} times {len(texts):,} documents, and once to warm up ...")
    readings = [race_readers(texts) for _ in range(size.runs + 1)][1:]
    report(_absolute(readings, len(texts), "document"))
    return [
        Figure(
            key="statement_run_vs_minimal_loop",
            goal=2,
            values=ratios(runs, "run", "minimal loop"),
            meaning="run_statements over one function that makes the same records",
        ),
        Figure(
            key="decide_vs_run",
            goal=0.35,
            values=ratios(runs, "decide", "run"),
            meaning="decide_statement over run_statements",
        ),
        Figure(
            key="statement_run_scaling",
            goal=1.15,
            values=scaling,
            meaning="run_statements, time per account: a book ten times as large over the small",
        ),
        Figure(
            key="codec_load_vs_hand",
            goal=2,
            values=ratios(readings, "loads", "by hand"),
            meaning="codec.loads over json and constructors written by hand",
        ),
    ]


# ------------------------------------------------------------------------- the same results?


def compare_runs(accounts: Iterable[Account]) -> None:
    """Run each account both ways and compare account, outcome, statement, skips and events."""
    for account in accounts:
        (ours,) = run_library([account])
        (theirs,) = run_minimal([account])
        if ours != theirs:
            raise Disagreement(f"the minimal loop runs account {account.id} differently")
        if ours.statement is None:
            raise Disagreement(f"account {account.id} of the book got no statement")


def compare_readers(texts: Iterable[str]) -> None:
    """Read each document both ways and compare the accounts."""
    for text in texts:
        account = loads(text, kind=ACCOUNT)
        if account != read_account(text):
            raise Disagreement(f"the reader by hand reads account {account.id} differently")


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


def load_by_codec(texts: Iterable[str]) -> Iterator[Account]:
    """Read documents as a host does."""
    return (loads(text, kind=ACCOUNT) for text in texts)


def load_by_hand(texts: Iterable[str]) -> Iterator[Account]:
    """Read documents without the library's codec."""
    return map(read_account, texts)


def race_runs(book: Sequence[Account]) -> Times:
    """Time the run, the minimal loop and the decision over *book*."""
    contenders = {"run": run_library, "minimal loop": run_minimal, "decide": decide_only}
    return race(slices(book, size=BATCH), contenders)


def race_readers(texts: Sequence[str]) -> Times:
    """Time both readers over *texts*."""
    return race(slices(texts, size=BATCH), {"loads": load_by_codec, "by hand": load_by_hand})


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


# ----------------------------------------------------------------------------- the command


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Measure the library's promises of speed.")
    parser.add_argument("--quick", action="store_true", help="a small book: figures mean little")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args(arguments)

    figures = measure(QUICK if options.quick else FULL, report=lambda line: print(line, flush=True))
    print(f"\n{describe_machine()}, Python {sys.version.split()[0]}\n")
    print(f"{'median of the runs':<32}{'value':>7}{'at most':>9}{'  runs':<16}")
    for figure in figures:
        spread = f"{min(figure.values):.2f} to {max(figure.values):.2f}"
        verdict = "" if figure.is_kept else "  MISSED"
        print(f"{figure.key:<32}{figure.value:>7.2f}{figure.goal:>9.2f}  {spread}{verdict}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    document = {figure.key: figure.as_json() for figure in figures}
    options.output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nWritten to {options.output}")


def _absolute(runs: Sequence[Times], count: int, unit: str) -> str:
    """Say how long each contender took, for the eye only: this differs from machine to machine."""
    medians = {name: statistics.median(times[name] for times in runs) for name in runs[0]}
    parts = [f"{name} {seconds / count * 1e6:.0f}" for name, seconds in medians.items()]
    return f"  microseconds per {unit}: {', '.join(parts)}"


if __name__ == "__main__":
    main()
