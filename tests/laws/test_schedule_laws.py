"""Laws of time: days in order, dates that move, nights on which nothing happens.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_nothing_happens_before_the_last_act(life):
    """4: An account's acts come in the order of their days and its statements are numbered from 1,
    one a day (CH-9, ST-6, ST-13).
    """
    follow(4, life)


@given(life=lives())
def test_the_next_date_moves_by_runs_and_resets_alone(life):
    """12: Postings, holds, plans and moves leave the statement dates as they are (ST-1, ST-2,
    ST-12).
    """
    follow(12, life)


@given(life=lives())
def test_nothing_changes_before_the_next_decision_date(life):
    """30: Day by day, no run would go through and the alarm stays as it is before
    `next_decision_date`, and on it one of them differs (ST-16).
    """
    follow(30, life)


@given(life=lives())
def test_every_schedule_of_runs_leads_to_the_same_account(life):
    """31: Runs every night and runs on decision days alone leave the same account, and no schedule
    makes up a missed run (ST-11, ST-16).
    """
    follow(31, life)


@given(life=lives())
def test_an_act_of_an_earlier_day_is_refused(life):
    """35: Every kind of act dated before the last one is refused (CH-9)."""
    follow(35, life)


@given(life=lives())
def test_a_hold_moves_neither_date_nor_level(life):
    """37: A hold changes no date and no level, stops the run if it is on the account, and leaves
    nothing behind when released (ST-12).
    """
    follow(37, life)
