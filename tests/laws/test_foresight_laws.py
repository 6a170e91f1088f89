"""Laws of foresight: a day that is foretold is the day on which it comes to be.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_a_charge_is_eligible_from_the_day_it_says(life):
    """38: Day by day, no charge becomes eligible for collections before the day its finding gives,
    it is on that day, and one that is has been since its day; explaining agrees (CO-1, CO-2).
    """
    follow(38, life)


@given(life=lives())
def test_a_veto_ends_when_it_says(life):
    """39: A guard rail vetoes an act on every day and at every time before the moment that its veto
    gives, and allows it then (CO-5).
    """
    follow(39, life)
