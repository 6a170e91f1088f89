"""Laws of events: they tell all that changed, and nothing private.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_replaying_the_events_gives_the_account(life):
    """5: `replay(before, events)` is the account after, every event has the day of the act and none
    carries an account (M-4, CH-1, CH-3).
    """
    follow(5, life)


@given(life=lives())
def test_nothing_changed_means_the_same_object(life):
    """6: An act that changed nothing gives back the same account and no events, any other act at
    least one (ST-1, ST-5).
    """
    follow(6, life)


@given(life=lives())
def test_nothing_private_is_shown(life):
    """24: No repr and no message of accounts, events, runs and refusals shows a name, a note, a
    contact or a secret (PR-6).
    """
    follow(24, life)
