"""Reports over the main job's book of a real Synthea export, found through REVCYCLE_DATA only."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from cycle_runs import CYCLE_COUNT, run_cycles
from payment_behaviour import Behaviour
from synthea_book import synthea_book
from synthea_export import read_export

from revcycle.dunning import DunningPolicy
from revcycle.reports import Basis, activity, ageing

DATA = os.environ.get("REVCYCLE_DATA", "")
EXPORT = Path(DATA) / "synthea"
POLICY = DunningPolicy()

pytestmark = pytest.mark.skipif(
    not DATA or not EXPORT.is_dir(),
    reason="REVCYCLE_DATA names no folder with a synthea export in it",
)


@pytest.fixture(scope="module")
def lived():
    """First run, last run, the accounts to begin with, and what twelve cycles made of them."""
    export = read_export(EXPORT)
    last_run = export.last_on
    first_run = last_run - (CYCLE_COUNT - 1) * POLICY.cycle
    book = synthea_book(export, first_run=first_run, last_run=last_run, seed=1)
    behaviour = Behaviour(
        seed=1, pays_statements=False, places=False, promised_claim_ids=book.promised_claim_ids
    )
    course = run_cycles(
        book.accounts, book.acts, first_run=first_run, behaviour=behaviour, policy=POLICY
    )
    return first_run, last_run, book.accounts, course


def book_of(lived, day):
    """Every account as the job had it at the end of *day*."""
    _, _, accounts, course = lived
    states = {account.id: account for account in accounts}
    states |= {entry.account.id: entry.account for entry in course.entries if entry.on <= day}
    return list(states.values())


def owed(accounts):
    """What the ledgers say, debts and credits apart."""
    outstanding = [charge.outstanding for account in accounts for charge in account.charges]
    return sum(each for each in outstanding if each > 0), sum(x for x in outstanding if x < 0)


def aged(report):
    """What the ageing says, debts and credits apart."""
    return report.total_of("Outstanding"), report.total_of("Credits")


@pytest.mark.parametrize("part", [0, 1, 2, 3, 4])
def test_the_ageing_of_five_days_is_what_was_outstanding(lived, part):
    """RP-1: to the cent on each of five days from the first run to the last, computed then and
    from the book as it is at the end; the buckets add up to the total.
    """
    first_run, last_run, _, course = lived
    day = first_run + timedelta(days=(last_run - first_run).days * part // 4)
    then = book_of(lived, day)
    computed_then = ageing(then, as_of=day, basis=Basis.POSTED)

    assert owed(then)[0] > 0
    assert owed(then)[1] < 0
    assert aged(computed_then) == owed(then)
    assert aged(ageing(then, as_of=day)) == owed(then)
    assert ageing(course.book, as_of=day, basis=Basis.POSTED) == computed_then
    assert sum(computed_then.totals[1:6]) == owed(then)[0]


def test_activity_of_the_export_adds_up(lived):
    """RP-2, M-4: all that was charged less all that was paid is what is owed less the credits."""
    _, last_run, _, course = lived
    report = activity(course.book, as_of=last_run)
    charged, paid = report.total_of("Charges"), report.total_of("Payments")

    assert charged - paid == sum(owed(course.book), Decimal(0))
    assert report.total_of("Adjustments") == 0
