"""Laws of dollars: conserved, summed as said, used once, blind to the host's decimals.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_cents_are_conserved(life):
    """1: Charged + transferred in = paid + adjusted + transferred away + outstanding, on every
    charge after every act (M-4, CH-1, CH-3).
    """
    follow(1, life)


@given(life=lives())
def test_history_is_only_added_to(life):
    """7: No act rewrites or deletes a charge, a transaction or a statement: a void is a date (CH-1,
    CH-3).
    """
    follow(7, life)


@given(life=lives())
def test_figures_are_the_sums_they_say(life):
    """13: Total outstanding, credits, net balance, due now and collect outstanding are the sums of
    CH-7, and the members' shares add up to them (PL-9, DL-10).
    """
    follow(13, life)


@given(life=lives())
def test_a_dollar_is_used_once(life):
    """15: What came for a plan meets dues or lowers principal, once; no due is met beyond its
    amount (PL-4, PL-5).
    """
    follow(15, life)


@given(life=lives())
def test_the_hosts_decimal_context_changes_nothing(life):
    """34: An act comes out the same where decimals have three digits, round up and trap (M-1)."""
    follow(34, life)


@given(life=lives())
def test_a_proposal_places_every_cent(life):
    """36: One cheque is spread without losing a cent, plan dues first and never principal, and can
    be posted as proposed (CH-10).
    """
    follow(36, life)
