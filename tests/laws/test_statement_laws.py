"""Laws of the statement run: skips, statements, previews, and runs that come to nothing.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_a_charge_counts_the_statements_it_is_on(life):
    """8: A charge counts one more statement exactly when a statement was made that bills it (ST-6,
    CH-1).
    """
    follow(8, life)


@given(life=lives())
def test_runs_are_skipped_for_every_reason_that_applies(life):
    """17: A run is skipped for all reasons of ST-5, in order, and changes nothing; who owes nothing
    gets no statement (ST-5, ST-1).
    """
    follow(17, life)


@given(life=lives())
def test_the_headline_is_what_is_due(life):
    """20: Due now = unheld standard lines + plan due; the lines sum to total outstanding; printed
    and message level are those of DL-9 (ST-13, DL-9, ST-2).
    """
    follow(20, life)


@given(life=lives())
def test_each_payment_is_listed_once(life):
    """25: A payment stands on the first statement made after it was posted and on no other, also
    for a patient who moves (ST-13, FA-3).
    """
    follow(25, life)


@given(life=lives())
def test_a_second_run_on_the_same_day_does_nothing(life):
    """26: A rerun of the same day changes nothing, even if the next date was reset to that day
    (ST-11).
    """
    follow(26, life)


@given(life=lives())
def test_the_decision_is_what_the_run_does(life):
    """27: `decide_statement` says the outcome, skips, levels, dues and dollars that `run_statement`
    then brings about (ST-4, ST-5).
    """
    follow(27, life)


@given(life=lives())
def test_the_preview_is_what_the_run_prints(life):
    """28: The preview equals the statement of a run that day, before it and after it, and otherwise
    gives the reasons (ST-10).
    """
    follow(28, life)
