"""Masks: which columns are asked for, and what is refused."""

import pytest

from revcycle.errors import InvalidRecord
from revcycle.rules import NEVER, AllOf, AnyOf, Contains, Equals, In, mask
from tests.rules.book import facts
from tests.rules.columns import column_of


def test_a_constant_asks_one_column_that_is_never_negative():
    """A rule without conditions becomes a comparison of the total, not an engine's literal."""
    asked = []
    columns = column_of([facts(), facts()])

    picked = mask(NEVER, lambda fact: asked.append(fact) or columns(fact), total="level")

    assert picked.values == [False, False]
    assert asked == ["level"]


def test_a_set_needs_its_hook():
    """A rule about what a set contains is refused where nothing can say it."""
    with pytest.raises(InvalidRecord, match="asks what 'payers' contains"):
        mask(Contains("payers", "aetna"), column_of([]), total="level")


def test_the_total_must_be_a_fact():
    """A total that can be no fact's name is refused at once, not when a constant comes along."""
    with pytest.raises(InvalidRecord, match=r"mask\.total"):
        mask(Equals("level", 1), column_of([]), total="not a name")


def test_values_come_to_the_hook_sorted():
    """The hook gets the values in an order that does not depend on hashing."""
    given = []

    def isin(column, values):
        given.append(values)
        return column.isin(values)

    mask(In("department", {"b", "c", "a"}), column_of([facts()]), total="level", isin=isin)

    assert given == [("a", "b", "c")]


def test_expressions_stay_shallow():
    """A thousand alternatives nest about ten deep."""

    class Depth:
        def __init__(self, depth=0):
            self.depth = depth

        def __eq__(self, other):
            return Depth()

        def __or__(self, other):
            return Depth(1 + max(self.depth, other.depth))

        __and__ = __or__
        __hash__ = None

    rule = AnyOf(*(AllOf(Equals("a", n), Equals("b", n)) for n in range(1_000)))

    assert mask(rule, lambda _: Depth(), total="level").depth <= 11
    assert mask(In("a", range(1_000)), lambda _: Depth(), total="level").depth <= 10
