"""Laws of reports: what a past day was stays so, and every total is the sum of its ledger.

The first two follow a law of docs/invariants.md through random histories.
"""

import attrs
import pytest
from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.broken import REPLAY, REPORTS, Variant, put_in, swap
from tests.laws.lives import caught, follow


@given(life=lives())
def test_a_past_day_keeps_its_ageing(life):
    """38: On the posted basis the ageing of any past day is the one that was computed then, payment
    plans and agencies included, whoever has moved since (RP-1, CH-3, CH-9).
    """
    follow(38, life)


@given(life=lives())
def test_totals_are_the_sums_of_the_ledger(life):
    """39: The totals of ageing, activity and bad debt are the sums over the ledger; bad debt is what
    M-4 leaves when all else is taken off (RP-1, RP-2, RP-3, CH-7).
    """
    follow(39, life)


def forgets_the_days(_plan_left):
    """Keep of a stay on a plan only which plan it was."""

    def leave(account, event):
        left = _plan_left(account, event)
        return attrs.evolve(
            left,
            charges=tuple(
                attrs.evolve(c, standing=attrs.evolve(c.standing, past_stays=()))
                for c in left.charges
            ),
        )

    return leave


def posts_at_once(_has_entered):
    """Take a charge for known from its posting date on."""
    return lambda charge, as_of, _basis: charge.posted_on <= as_of


def counts_from_the_day_it_came(_date_of):
    """Count money on the posted basis before it was entered."""
    return lambda transaction, _basis: transaction.received_on


def never_counts_what_was_voided(_open_amounts):
    """Leave a charge out of the days before its void too."""

    def amounts(charge, *, as_of, basis):
        told = _open_amounts(charge, as_of=as_of, basis=basis)
        return told if charge.voided_on is None else ((), told[1])

    return amounts


FORGETFUL = [
    swap(REPLAY, "_APPLY", forgets_the_days, "PlanLeft"),
    swap(f"{REPORTS}.history", "has_entered", posts_at_once),
    swap(f"{REPORTS}.history", "date_of", counts_from_the_day_it_came),
    swap(f"{REPORTS}.ageing", "open_amounts", never_counts_what_was_voided),
]


@pytest.mark.parametrize("patch", FORGETFUL, ids=[patch[3].__name__ for patch in FORGETFUL])
def test_whatever_is_forgotten_of_a_past_day_is_missed(patch, monkeypatch):
    """RP-1: stays on plans, days of entry and voids are each needed, and the law asks for each."""
    put_in(Variant(38, "something of a past day is forgotten", (patch,)), monkeypatch)

    assert caught(38) is not None
