"""Laws of the one alarm: who sets it, when it is active, what silences it.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_only_a_run_sets_the_alarm(life):
    """11: Between cycle runs the stored alarm keeps level, arrival and day, and nobody who joins
    stands behind it (AL-2, AL-4).
    """
    follow(11, life)


@given(life=lives())
def test_an_alarm_is_active_only_while_money_is_due(life):
    """16: The active level is the less severe of the stored and the live one; paid up, held or
    cleared there is none, so nobody who has paid everything is ever at a firing alarm (AL-3,
    AL-4, AL-5, AL-6, ST-12).
    """
    follow(16, life)


@given(life=lives())
def test_a_run_sets_the_alarm_at_the_most_severe_level(life):
    """19: After a cycle run there is one alarm, at the level of the most severe billable charge,
    counted from the arrival there, and a cleared one stays cleared while nothing changes (AL-2,
    AL-3, AL-6).
    """
    follow(19, life)


@given(life=lives())
def test_paying_the_older_charge_does_not_unfire_the_alarm(life):
    """21: Money that leaves the active level as it was leaves the alarm firing, also after a fall
    (AL-3, AL-4).
    """
    follow(21, life)
