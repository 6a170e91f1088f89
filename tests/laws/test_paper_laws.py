"""Laws of what goes out: the printed page, and the plan of whom to reach.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.paper_checks import check_page
from revcycle.testing.strategies import lives, statements
from tests.laws.lives import follow


@given(life=lives())
def test_the_page_says_what_the_statement_says(life):
    """51: Headline = slip = due now; what explains it sums to it, the lists of charges sum to the
    total outstanding, and no line of text is longer than 80 columns (ST-13).
    """
    follow(51, life)


@given(statements())
def test_every_statement_there_can_be_prints_as_it_should(statement):
    """51, too, for statements that no short history leads to (ST-13)."""
    check_page(statement)


@given(life=lives())
def test_nobody_who_has_paid_is_bothered(life):
    """52: No item of an outreach plan is still valid once the balance it speaks of is paid, and an
    account gets at most one a day (RP-6, ST-7).
    """
    follow(52, life)
