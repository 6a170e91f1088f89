"""The nodes of the algebra: what can be said, and what is refused."""

import pickle

import attrs
import pytest

from revcycle.errors import InvalidRecord
from revcycle.rules import (
    ALWAYS,
    DEPTH_MAX,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    Equals,
    In,
    Leaf,
    Not,
    lower,
)
from tests.rules.book import InitialIn, NoAppointmentWithin, Workable


@pytest.mark.parametrize(
    ("node", "arguments", "field"),
    [
        (Equals, ["not a name", 1], "Equals.fact"),
        (Equals, ["__class__", 1], "Equals.fact"),
        (Equals, ["lambda", 1], "Equals.fact"),
        (Equals, ["größe", 1], "Equals.fact"),
        (Equals, [3, 1], "Equals.fact"),
        (Equals, ["level", 1.0], "Equals.value"),
        (Equals, ["level", None], "Equals.value"),
        (AtLeast, ["level", True], "AtLeast.bound"),
        (AtLeast, ["level", "1"], "AtLeast.bound"),
        (AtMost, ["", 1], "AtMost.fact"),
        (AtMost, ["level", 1.5], "AtMost.bound"),
        (In, ["initial", "ABC"], "In.values"),
        (In, ["initial", 3], "In.values"),
        (In, ["initial", [["A"]]], "In.values"),
        (In, ["initial", ("A", 1)], "In.values"),
        (In, ["on_hold", {True}], "In.values"),
        (Contains, ["payers", 1], "Contains.element"),
        (AllOf, [[Equals("level", 1)]], "AllOf.parts"),
        (AnyOf, ["level"], "AnyOf.parts"),
        (Not, [True], "Not.parts"),
    ],
    ids=str,
)
def test_what_no_fact_can_answer_is_refused(node, arguments, field):
    """A name or a value that no fact can have, and a part that is no rule, are refused."""
    with pytest.raises(InvalidRecord) as caught:
        node(*arguments)

    assert f"{caught.value.record}.{caught.value.field}" == field


def test_true_is_not_one():
    """Rules that differ only in the type of a value are different."""
    assert Equals("held", True) != Equals("held", 1)
    assert len({Equals("held", True), Equals("held", 1), Equals("held", 1)}) == 2


def test_any_iterable_makes_a_set():
    """The values of In come from any iterable and are kept as a frozenset."""
    assert In("level", range(3)) == In("level", [2, 1, 0, 0]) == In("level", frozenset({0, 1, 2}))


def test_rules_are_values():
    """A rule cannot be changed, can be a key, shows the call that builds it, and pickles."""
    rule = AllOf(Equals("level", 1), AnyOf(Not(AtLeast("level", 2)), InitialIn({"A"})))

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        rule.parts = ()
    assert repr(rule).startswith("AllOf(Equals(fact='level', value=1), AnyOf(Not(")
    assert pickle.loads(pickle.dumps(rule)) == rule
    assert {rule: 1}[pickle.loads(pickle.dumps(rule))] == 1


def test_a_rule_without_leaves_is_lowered_to_itself():
    """Lowering makes nothing new where there is no named leaf."""
    rule = AllOf(Not(Equals("level", 1)), AnyOf(AtMost("level", 3)))

    assert lower(rule) is rule


def test_leaves_are_lowered_all_the_way():
    """A leaf that lowers to another leaf ends in core nodes, under Not as well."""
    coming = AllOf(Equals("has_appointment", True), AtMost("appointment_days", 7))

    assert lower(Not(Workable(7))) == Not(AllOf(Equals("on_hold", False), Not(coming)))


def test_a_leaf_that_lowers_to_itself_is_refused():
    """What nests deeper than DEPTH_MAX, as a leaf without end does, is not lowered."""

    @attrs.frozen
    class Endless(Leaf):
        def lower(self):
            return Not(self)

    with pytest.raises(InvalidRecord, match=f"nest at most {DEPTH_MAX} levels deep"):
        lower(Endless())


def test_a_leaf_must_say_how_it_lowers():
    """A leaf without `lower` cannot be made."""

    class Wordless(Leaf):
        pass

    with pytest.raises(TypeError, match="lower"):
        Wordless()


def test_the_constants_are_the_empty_nodes():
    """ALWAYS is the empty AllOf, NEVER the empty AnyOf, and a leaf has words only if it says so."""
    assert AllOf() == ALWAYS
    assert AnyOf() == NEVER
    assert InitialIn({"A"}).words() is None
    assert NoAppointmentWithin(7).words() == "no appointment within 7 days"
