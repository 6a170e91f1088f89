"""The ageing of a large practice against one loop by hand.

The loop is the leanest that gives the same figures for our book: one function, every name local.
It leaves out what the book has not (see `book`): voids, placements, refunds, transfers, credits,
charges and money entered late; so it knows the received basis only, without plans apart. It adds
with Python's ``+``, which is right only under the default decimal context.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from benchmarks.book import AS_OF, accounts_of_book, copied
from benchmarks.measuring import Disagreement, Figure, Report, Times, absolute, race, ratios
from revcycle.accounts import Account
from revcycle.reports import ageing

__all__ = ["DAYS", "age_by_hand", "compare_figures", "measure"]

COPIES: Final = 10
"""Accounts that share their members and charges."""

RUNS: Final = 7
DAYS: Final = {"today": AS_OF, "a past day": AS_OF - timedelta(days=90)}
"""The days whose ageing is measured."""

Accounts = Sequence[Account]
Sums = tuple[Decimal, ...]


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that both give the same figures, then measure.

    Raises:
        Disagreement: they do not.
    """
    count = 1_000 if is_quick else 100_000
    report(f"Building {count:,} accounts, comparing both ageings ...")
    accounts = tuple(copied(accounts_of_book(count // COPIES), copies=COPIES))
    cases = {}
    for case, day in DAYS.items():
        compare_figures(accounts, day)
        report(f"Ageing them {RUNS} times as of {case}, and once to warm up ...")
        runs = [race_ageings(accounts, day, turn=turn) for turn in range(RUNS + 1)][1:]
        report(absolute(runs, count, "account"))
        cases[case] = ratios(runs, "ageing", "by hand")
    return [
        Figure(
            key="ageing_vs_handwritten",
            goal=2,
            cases=cases,
            meaning="reports.ageing over one loop that gives the same figures",
        )
    ]


def compare_figures(accounts: Accounts, day: date) -> None:
    """Age *accounts* both ways and compare.

    Raises:
        Disagreement: the figures differ, or more than one of the buckets is empty.
    """
    (ours,), (theirs,) = age_by_library(accounts, day), age_by_hand(accounts, day)
    if ours != theirs:
        raise Disagreement(f"the loop by hand ages {theirs} on {day}, the library {ours}")
    if ours.count(Decimal(0)) > 1:
        raise Disagreement(f"the book has too little to age on {day}: {ours}")


def race_ageings(accounts: Accounts, day: date, *, turn: int) -> Times:
    """Time both over *accounts*; they begin by turns."""
    contenders = [
        ("ageing", lambda book: age_by_library(book, day)),
        ("by hand", lambda book: age_by_hand(book, day)),
    ]
    begin = turn % len(contenders)
    return race([accounts], dict(contenders[begin:] + contenders[:begin]))


# Each gives its figures in a tuple, so that taking it takes no time.


def age_by_library(accounts: Accounts, day: date) -> tuple[Sums]:
    """Age as a host does, and take the figures: the buckets and their sum."""
    totals = ageing(accounts, as_of=day).totals
    return (tuple([figure for figure in totals[1:-1] if isinstance(figure, Decimal)]),)


def age_by_hand(accounts: Accounts, day: date) -> tuple[Sums]:  # noqa: C901  (a loop by hand)
    """Age in one loop: what each charge owed on *day*, into the bucket of its age."""
    nothing = Decimal("0.00")
    to_30 = to_60 = to_90 = to_120 = above = nothing
    for account in accounts:
        for charge in account.charges:
            posted_on = charge.posted_on
            if posted_on > day:
                continue
            owed = charge.amount
            for transaction in charge.transactions:
                if transaction.received_on <= day:
                    owed -= transaction.amount
            if not owed:
                continue
            age = (day - posted_on).days
            if age <= 30:  # noqa: PLR2004  (as one writes it by hand)
                to_30 += owed
            elif age <= 60:  # noqa: PLR2004  (as one writes it by hand)
                to_60 += owed
            elif age <= 90:  # noqa: PLR2004  (as one writes it by hand)
                to_90 += owed
            elif age <= 120:  # noqa: PLR2004  (as one writes it by hand)
                to_120 += owed
            else:
                above += owed
    return ((to_30, to_60, to_90, to_120, above, to_30 + to_60 + to_90 + to_120 + above),)
