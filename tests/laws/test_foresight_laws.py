"""Laws of foresight: a day that is foretold is the day on which it comes to be.

The first two follow a law of docs/invariants.md through random histories.
"""

from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from revcycle.dunning import (
    Circumstances,
    EstimateDispute,
    GuardedAct,
    GuardedKind,
    NoEstimateDispute,
    guard_facts_of,
)
from revcycle.rules import holds
from revcycle.testing.strategies import lives
from tests.laws.broken import DUNNING, Variant, put_in, swap
from tests.laws.lives import follow
from tests.stories.book import POLICY, R1, charge, family, run


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


# ------------------------------------------------------------------------ CO-5 one more dispute

BILLED = run(family(charge()), R1)
LETTER = GuardedAct(kind=GuardedKind.SEND)


@st.composite
def disputes(draw):
    """Disputes of one claim: by a few amounts, begun and decided on a few days."""
    started_on = R1 + timedelta(days=draw(st.sampled_from((120, 121))))
    lasts = draw(st.sampled_from((None, 0, 2)))
    return EstimateDispute(
        claim_id="claim-c1",
        estimated="100.00",
        billed=draw(st.sampled_from(("499.99", "500.00", "900.00"))),
        started_on=started_on,
        ended_on=None if lasts is None else started_on + timedelta(days=lasts),
    )


RULES = st.builds(
    NoEstimateDispute, st.sampled_from(("400.00", "800.00")), st.sampled_from((120, 121))
)
DISPUTED = (st.lists(disputes(), max_size=2), disputes(), RULES)


def one_more_dispute_frees_nothing(known, more, rule):
    """Fail if there is a day on which a dispute takes a veto away."""

    def vetoed_on(day, given):
        rows = guard_facts_of(
            BILLED,
            LETTER,
            charge_id="c1",
            circumstances=Circumstances(disputes=tuple(given)),
            as_of=day,
            policy=POLICY,
        )
        return not all(holds(rule, row) for row in rows)

    for age in range(119, 126):
        day = R1 + timedelta(days=age)
        assert vetoed_on(day, [*known, more]) or not vetoed_on(day, known)


@given(st.tuples(*DISPUTED))
def test_one_more_dispute_never_takes_a_veto_away(drawn):
    """CO-5: a dispute more, however large or late, leaves every veto that stands without it, on
    every day.
    """
    one_more_dispute_frees_nothing(*drawn)


def weighs_the_largest(disputes):
    """Let the dispute about most dollars stand for all of them."""

    def largest(self, charge, as_of):
        found = disputes(self, charge, as_of)
        return tuple(sorted(found, key=lambda each: each.billed - each.estimated)[-1:])

    return largest


def test_a_dispute_that_hides_another_is_caught(monkeypatch):
    """CO-5: the law fails where one dispute speaks for the others."""
    patch = swap(f"{DUNNING}.guard_facts", "GuardReading._disputes", weighs_the_largest)
    put_in(Variant(0, "the largest dispute decides", (patch,)), monkeypatch)
    quick = settings(
        max_examples=300, derandomize=True, database=None, phases=[Phase.generate], deadline=None
    )

    with pytest.raises(AssertionError):
        quick(given(st.tuples(*DISPUTED))(lambda it: one_more_dispute_frees_nothing(*it)))()
