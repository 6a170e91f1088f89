"""Deciding, simplifying and compiling a rule: what the laws do not say by themselves."""

import inspect

import attrs
import pytest

from revcycle import rules as face
from revcycle.errors import UnknownFact
from revcycle.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    Equals,
    Explanation,
    In,
    Not,
    Reading,
    Unmet,
    WhyNot,
    compile_filter,
    compile_rule,
    compile_table,
    decide,
    facts_read,
    holds,
    simplify,
)
from tests.rules.book import InitialIn, NoAppointmentWithin, OutstandingBetween, facts


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        (ALWAYS, True),
        (NEVER, False),
        (Equals("level", 1), True),
        (AtLeast("level", 2), False),
        (AtMost("level", 1), True),
        (In("initial", {"A", "B"}), True),
        (In("initial", ()), False),
        (Contains("payers", "aetna"), False),
        (AllOf(Equals("level", 1), Not(Equals("on_hold", True))), True),
        (AnyOf(Equals("level", 2), NEVER), False),
        (InitialIn({"A"}), True),
        (OutstandingBetween(None, 99), False),
    ],
    ids=str,
)
def test_each_node_decides(rule, answer):
    """Every node answers as its name says; bounds are inclusive, empty nodes are constants."""
    assert holds(rule, facts()) is answer
    assert compile_rule(rule)(facts()) is answer
    assert compile_filter(rule)([facts()]) == [facts()] * answer


@pytest.mark.parametrize(
    ("rule", "short"),
    [
        (AllOf(AtLeast("n", 3), AtLeast("n", 5)), AtLeast("n", 5)),
        (AllOf(AtLeast("n", 3), AtMost("n", 3)), Equals("n", 3)),
        (AllOf(AtLeast("n", 4), AtMost("n", 3)), NEVER),
        (AllOf(AtLeast("n", 3), Not(Equals("n", 3))), AtLeast("n", 4)),
        (AllOf(AtMost("n", 3), Not(In("n", {3, 2}))), AtMost("n", 1)),
        (AllOf(Not(Equals("n", 3)), Not(Equals("n", 4))), Not(In("n", {3, 4}))),
        (AnyOf(AtLeast("n", 3), AtMost("n", 4)), ALWAYS),
        (AnyOf(AtLeast("n", 5), AtMost("n", 3)), Not(Equals("n", 4))),
        (AnyOf(Equals("n", 1), Equals("n", 2)), In("n", {1, 2})),
        (AllOf(In("s", {"a", "b"}), In("s", {"b", "c"})), Equals("s", "b")),
        (AllOf(In("s", {"a", "b"}), Not(Equals("s", "a"))), Equals("s", "b")),
        (AllOf(Equals("b", True), Equals("b", False)), NEVER),
        (AllOf(Contains("p", "x"), Not(Contains("p", "x"))), NEVER),
        (AnyOf(Contains("p", "x"), Not(Contains("p", "x"))), ALWAYS),
        (Not(Not(Equals("s", "a"))), Equals("s", "a")),
        (Not(AtLeast("n", 3)), AtMost("n", 2)),
        (Not(AllOf(Equals("b", True), AtMost("n", 3))), AnyOf(Equals("b", False), AtLeast("n", 4))),
        (Not(In("s", ())), ALWAYS),
        (Not(In("s", {"a"})), Not(Equals("s", "a"))),
        (AllOf(AllOf(), AnyOf(AllOf(Equals("b", True)))), Equals("b", True)),
        (AllOf(Equals("b", True), AnyOf()), NEVER),
    ],
    ids=str,
)
def test_rules_become_shorter(rule, short):
    """Bounds join, values meet, negations go inward, and constants decide at the root."""
    assert simplify(rule) == short


def test_the_author_s_order_is_kept():
    """Simplified conditions stand where their fact was first asked."""
    rule = AllOf(Equals("z", "x"), AtMost("a", 9), Equals("m", True), AtLeast("a", 1))

    assert [next(iter(facts_read(part))) for part in simplify(rule).parts] == ["z", "a", "a", "m"]


def test_facts_read_sees_through_leaves():
    """What a leaf reads is what its lowered form reads."""
    rule = AllOf(NoAppointmentWithin(7), Not(AnyOf(InitialIn({"A"}))))

    assert facts_read(rule) == {"has_appointment", "appointment_days", "initial"}


@pytest.mark.parametrize(
    "decided",
    [
        holds,
        lambda rule, row: compile_rule(rule)(row),
        lambda rule, row: compile_filter(rule)([row]),
    ],
    ids=["holds", "compile_rule", "compile_filter"],
)
def test_a_missing_fact_is_an_error(decided):
    """A fact the row does not have raises, with the nearest name it has: never a silent False."""
    with pytest.raises(UnknownFact, match=r"unknown fact 'levle'.*did you mean 'level'"):
        decided(Not(Equals("levle", 1)), facts())


def test_a_row_that_is_no_attrs_class_is_fine():
    """Any object with the attributes is a row; without fields there is no nearest name."""

    class Row:
        level = 1

    assert holds(Equals("level", 1), Row())
    with pytest.raises(UnknownFact, match=r"unknown fact 'levle' @ \$$"):
        holds(Equals("levle", 1), Row())


def test_an_error_of_the_caller_s_rows_is_not_ours():
    """An AttributeError of the caller's own iterable, or of a fact's property, passes unchanged."""

    def rows():
        yield facts()
        raise AttributeError("a slip in the host", name="other")

    class Row:
        @property
        def level(self):
            return object().level

    with pytest.raises(AttributeError, match="a slip in the host"):
        compile_filter(Equals("level", 1))(rows())
    with pytest.raises(UnknownFact):
        compile_rule(Equals("level", 1))(Row())


def test_an_error_that_mends_itself_is_passed_on():
    """A fact that is there when asked again leaves the error as it came."""

    class Row:
        asked = 0

        @property
        def level(self):
            self.asked += 1
            if self.asked == 1:
                raise AttributeError("not yet", name="level", obj=self)
            return 1

    with pytest.raises(AttributeError, match="not yet"):
        compile_rule(Equals("level", 1))(Row())


def test_no_value_becomes_code():
    """Text that looks like code is compared like any other text."""
    hostile = "') or True or ('"
    rule = AllOf(Equals("department", hostile), In("initial", {hostile, "\\", "\n"}))

    assert compile_rule(rule)(facts()) is False
    assert compile_rule(rule)(facts(department=hostile, initial=hostile)) is True


def test_a_compiled_rule_takes_one_row():
    """The values are bound inside: the function has no other argument to be overwritten."""
    predicate = compile_rule(AllOf(Equals("level", 1), Equals("initial", "A")))

    assert list(inspect.signature(predicate).parameters) == ["row"]


def test_a_single_range_compiles():
    """A rule that is one range, whose two bounds become one comparison, is a function too."""
    within = compile_rule(OutstandingBetween(100, 200))

    assert [within(facts(outstanding_cents=cents)) for cents in (99, 100, 200, 201)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_deep_rule_compiles():
    """A rule as deep as rules may be is compiled and decided."""
    rule = Equals("level", 1)
    for depth in range(62):
        rule = (AllOf if depth % 2 else AnyOf)(rule, Equals("outstanding_cents", depth))

    assert compile_rule(rule)(facts(outstanding_cents=60)) is holds(
        rule, facts(outstanding_cents=60)
    )


def test_deciding_builds_no_explanation(monkeypatch):
    """With every explanation's constructor broken, all deciding still works."""

    def broken(*_arguments, **_options):
        raise AssertionError("an explanation was built")

    for kind in (Explanation, Reading, Unmet, WhyNot, face.DecisionExplanation):
        monkeypatch.setattr(kind, "__init__", broken)
    rule = AllOf(Equals("level", 1), InitialIn({"A"}))
    row = face.TableRow(name="row", when=rule, then=1)
    table = face.DecisionTable(hit=face.HitPolicy.FIRST, rows=(row,))

    assert holds(rule, facts())
    assert compile_rule(rule)(facts())
    assert compile_filter(rule)([facts()])
    assert decide(table, facts()).outcome == 1
    assert compile_table(table)(facts()).outcome == 1
    with pytest.raises(AssertionError, match="was built"):
        face.explain(rule, facts())


def test_the_face_lists_what_it_gives():
    """Every public name of the package is there, and every record of it is frozen."""
    for name in face.__all__:
        thing = getattr(face, name)
        if isinstance(thing, type) and attrs.has(thing) and attrs.fields(thing):
            assert thing.__setattr__ is not object.__setattr__, name
