"""A worklist over a large practice against one function by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Final

import attrs

from benchmarks.book import AS_OF, accounts_of_book, copied
from benchmarks.hand_worklist import HandDunning, LibraryDunning, run_worklist_by_hand
from benchmarks.measuring import Disagreement, Figure, Report, Times, absolute, race, ratios
from revcycle.access import Permission, Viewer
from revcycle.accounts import Account, Appointment, Member
from revcycle.dunning import DunningPolicy
from revcycle.levels import LEVELS
from revcycle.worklists import Worklist, WorklistResult, WorklistSort, run_worklist

__all__ = ["WORKLIST", "accounts_of_practice", "compare_results", "measure"]

COPIES: Final = 10
"""Accounts that share their members and charges."""

BLOCKED: Final = 0.04
"""Of the patients."""

EXPECTED: Final = 0.2
"""Of the patients, within forty days."""

RUNS: Final = 7
POLICY: Final = DunningPolicy()
VIEWER: Final = Viewer(id="rita", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))
"""One from whom blocked patients are masked."""

WORKLIST: Final = Worklist(
    id="W1",
    name="Level 2, A to F",
    alarm_level=LEVELS[2],
    initials=frozenset("ABCDEF"),
    department_ids=frozenset({"D1", "D2", "D3"}),
    amount_min="100",
    appointment_days=7,
    sort=WorklistSort.OUTSTANDING,
)

Accounts = Sequence[Account]


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that both results are the same, then measure.

    Raises:
        Disagreement: they are not, or show less than they should.
    """
    count = 2_000 if is_quick else 100_000
    report(f"Building {count:,} accounts, comparing both results ...")
    accounts = tuple(accounts_of_practice(count))
    result = compare_results(accounts)
    masked = result.totals.masked_count
    if not masked:
        raise Disagreement("the worklist has nobody to mask")
    report(
        f"Running a worklist {RUNS} times over them, and once to warm up: "
        f"it finds {len(result.families):,} families, {masked:,} of their members masked ..."
    )
    runs = [race_results(accounts, turn=turn) for turn in range(RUNS + 1)][1:]
    report(absolute(runs, count, "account"))
    return [
        Figure(
            key="worklist_run_vs_handwritten",
            goal=2,
            cases={"the practice": ratios(runs, "run", "by hand")},
            meaning="run_worklist over one function that asks the library about alarms and plans",
        ),
        Figure(
            key="worklist_run_vs_minimal_loop",
            goal=None,
            cases={"the practice": ratios(runs, "run", "minimal")},
            meaning="run_worklist over one function that asks the library nothing",
        ),
    ]


def accounts_of_practice(count: int) -> Iterator[Account]:
    """Build *count* accounts: those of the book, of whose patients some are blocked or expected."""
    rng = Random(1)
    distinct = (
        attrs.evolve(account, members=tuple([_registered(rng, each) for each in account.members]))
        for account in accounts_of_book(max(1, count // COPIES))
    )
    return copied(distinct, copies=COPIES)


def _registered(rng: Random, member: Member) -> Member:
    patient = attrs.evolve(
        member.patient,
        blocked=rng.random() < BLOCKED,
        appointments=(Appointment(on=AS_OF + timedelta(days=rng.randrange(40))),)
        if rng.random() < EXPECTED
        else (),
    )
    return attrs.evolve(member, patient=patient)


def compare_results(accounts: Accounts) -> WorklistResult:
    """Run the worklist both ways and compare.

    Raises:
        Disagreement: the results differ.
    """
    (ours,) = run_library(accounts)
    for run in (run_by_hand, run_minimal):
        (theirs,) = run(accounts)
        if ours != theirs:
            pairs = zip(ours.families, theirs.families, strict=False)
            first = next((one for one, other in pairs if one != other), None)
            where = "after the last" if first is None else f"at account {first.account_id}"
            raise Disagreement(f"{run.__name__} differs from run_worklist {where}")
    return ours


def race_results(accounts: Accounts, *, turn: int) -> Times:
    """Time both over *accounts*; they begin by turns."""
    contenders = [("run", run_library), ("by hand", run_by_hand), ("minimal", run_minimal)]
    begin = turn % len(contenders)
    return race([accounts], dict(contenders[begin:] + contenders[:begin]))


# Each gives its result in a tuple, so that taking it takes no time.


def run_library(accounts: Accounts) -> tuple[WorklistResult]:
    """Run as a host does."""
    return (run_worklist(WORKLIST, accounts, viewer=VIEWER, as_of=AS_OF, policy=POLICY),)


def run_by_hand(accounts: Accounts) -> tuple[WorklistResult]:
    """Run by hand, with the library's answers about alarms and plans."""
    return (_by_hand(accounts, LibraryDunning),)


def run_minimal(accounts: Accounts) -> tuple[WorklistResult]:
    """Run without the library."""
    return (_by_hand(accounts, HandDunning),)


def _by_hand(accounts: Accounts, dunning: type[LibraryDunning | HandDunning]) -> WorklistResult:
    return run_worklist_by_hand(
        WORKLIST, accounts, viewer=VIEWER, as_of=AS_OF, policy=POLICY, dunning=dunning
    )
