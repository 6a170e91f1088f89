"""Laws of families: moving changes nothing, and order matters nowhere.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_moving_takes_all_along_and_raises_no_alarm(life):
    """22: A patient moves with charges, plans, levels and holds; a new account takes over the
    dates, an existing one keeps its own, and its alarm stays (FA-3, AL-4).
    """
    follow(22, life)


@given(life=lives())
def test_order_matters_nowhere(life):
    """29: Members, charges, plans and holds in another order give the same figures, alarm, run,
    statement and next decision date (M-3).
    """
    follow(29, life)
