"""Laws of payment plans: what they cover, ask and judge.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_plans_cover_whole_claims(life):
    """3: An active plan owes something and covers every charge of its claims that stands and is not
    placed; no claim is on two plans (PL-1, PL-7, PL-8).
    """
    follow(3, life)


@given(life=lives())
def test_a_due_is_fixed_once_and_judged_once(life):
    """10: A due keeps the amount of its opening, is judged by one run in its turn, and never
    exceeds the minimum (PL-2, PL-4).
    """
    follow(10, life)


@given(life=lives())
def test_an_adjustment_lowers_dues_to_what_is_owed(life):
    """53: After an amount is taken off, a plan asks what it asked before, or all that it is still
    owed (PL-2).
    """
    follow(53, life)


@given(life=lives())
def test_a_plan_never_asks_for_more_than_is_owed(life):
    """14: Plan due = min(arrears + current due, balance); arrears are no more than that (PL-6)."""
    follow(14, life)
