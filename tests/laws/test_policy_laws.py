"""Laws of changing the policy in flight: what is told again is what would have been lived.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_told_again_under_its_own_policy_a_history_changes_nothing(life):
    """40: Re-deriving an account under the policy that it has lived under gives back the very same
    account and no events (PC-1).
    """
    follow(40, life)


@given(life=lives())
def test_told_again_under_another_policy_it_leads_where_it_would_have_led(life):
    """41: Re-derived levels, days and moves are those that the same acts, done under the other
    policy from the first day on, lead to (PC-1).
    """
    follow(41, life)


@given(life=lives())
def test_never_worsening_never_worsens(life):
    """42: Keeping stores nothing; never worsening gives each charge the less severe level with its
    own day, and worsens no level that a plan remembers (PC-1).
    """
    follow(42, life)
