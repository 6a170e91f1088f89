"""Vocabularies, and the rules that they refuse."""

import attrs
import pytest

from revcycle.errors import InvalidRecord, UnknownFact
from revcycle.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    BoolFact,
    Contains,
    Equals,
    In,
    IntFact,
    Not,
    SetFact,
    StrFact,
    Vocabulary,
    check_row,
    check_rule,
    fact_named,
    row_of,
    validated,
)
from tests.rules.book import VOCABULARY, CoversPayer, Facts, InitialIn, OutstandingBetween, facts


@attrs.frozen
class Bad:
    """A row with a field that is no fact."""

    amount: float


@pytest.mark.parametrize(
    ("build", "message"),
    [
        pytest.param(lambda: IntFact("a b"), "IntFact.name", id="name"),
        pytest.param(lambda: IntFact("a", least=2, most=1), "at least 2", id="empty range"),
        pytest.param(lambda: IntFact("a", least=True), "IntFact.least", id="bool bound"),
        pytest.param(lambda: IntFact("a", most="9"), "IntFact.most", id="text bound"),
        pytest.param(lambda: StrFact("a", values=()), "one or more texts", id="empty domain"),
        pytest.param(lambda: StrFact("a", values=(1,)), "one or more texts", id="int domain"),
        pytest.param(lambda: SetFact("a", values=("x", "x")), "each value once", id="repeated"),
        pytest.param(lambda: BoolFact("_a"), "BoolFact.name", id="private name"),
        pytest.param(lambda: Vocabulary(Facts, ()), "one or more", id="no facts"),
        pytest.param(
            lambda: Vocabulary(Facts, (IntFact("a"), StrFact("a"))), "each name once", id="twice"
        ),
        pytest.param(lambda: Vocabulary(Facts, (1,)), "Vocabulary.facts", id="no fact"),
        pytest.param(lambda: Vocabulary(Facts, [IntFact("a")]), "Vocabulary.facts", id="list"),
        pytest.param(lambda: Vocabulary(3, (IntFact("a"),)), "row_class", id="no class"),
        pytest.param(
            lambda: Vocabulary(Facts, (IntFact("a"),), possible=True), "be a rule", id="no rule"
        ),
        pytest.param(lambda: Vocabulary.of(Bad), "int, bool, str or frozenset", id="float"),
        pytest.param(
            lambda: Vocabulary.of(Facts, StrFact("level")), "be a IntFact", id="other type"
        ),
    ],
)
def test_a_vocabulary_that_cannot_be_is_refused(build, message):
    """Bad names, empty domains and facts that do not fit the row class are refused."""
    with pytest.raises(InvalidRecord, match=message):
        build()


def test_a_fact_that_the_row_lacks_is_refused():
    """A fact that is no field of the row class is named with the nearest field."""
    with pytest.raises(UnknownFact, match="did you mean 'level'"):
        Vocabulary.of(Facts, IntFact("levels"))


def test_a_vocabulary_follows_its_row_class():
    """Fields come in their order, and a plain field gets its label and unit from its name."""
    assert [fact.name for fact in VOCABULARY.facts] == [f.name for f in attrs.fields(Facts)]
    assert fact_named(VOCABULARY, "department") == StrFact("department", label="department")
    assert fact_named(VOCABULARY, "nothing") is None

    @attrs.frozen(kw_only=True)
    class Row:
        due_cents: int
        visit_count: int
        age_days: int
        days: int

    units = [(fact.label, fact.unit) for fact in Vocabulary.of(Row).facts]

    assert units == [("due", "cents"), ("visit", ""), ("age", "days"), ("days", "")]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, ()),
        ({"level": 4}, ("level must be at most 3",)),
        ({"level": -1}, ("level must be at least 0",)),
        ({"level": True}, ("level must be an int",)),
        ({"on_hold": 0}, ("on_hold must be a bool",)),
        ({"department": None}, ("department must be a str",)),
        ({"payers": {"aetna"}}, ("payers must be a frozenset of str",)),
        (
            {"payers": frozenset({"aetne"})},
            ("payers must be a value of 'payers', which 'aetne' is not; did you mean 'aetna'?",),
        ),
        ({"initial": "1"}, ("initial must be a value of 'initial', which '1' is not",)),
    ],
    ids=str,
)
def test_a_row_is_checked_against_its_vocabulary(changed, problem):
    """A fact of another type or out of its domain is named; a good row has no problem."""
    assert check_row(facts(**changed), vocabulary=VOCABULARY) == problem


def test_a_row_that_lacks_or_contradicts_is_found():
    """A missing fact is named, and facts that cannot be together are."""
    agreed = AnyOf(Equals("has_appointment", True), Equals("appointment_days", 0))
    linked = attrs.evolve(VOCABULARY, possible=agreed)

    assert check_row(object(), vocabulary=Vocabulary(Facts, (IntFact("level"),))) == (
        "level is missing",
    )
    assert check_row(facts(appointment_days=3), vocabulary=linked) == (
        "the facts contradict one another",
    )


@pytest.mark.parametrize(
    "fact",
    [IntFact("n"), IntFact("n", least=3), IntFact("n", most=-2), IntFact("n", most=5)],
    ids=str,
)
def test_a_row_is_filled_with_possible_values(fact):
    """Facts that are not given get some value of their domain."""

    @attrs.frozen(kw_only=True)
    class Row:
        n: int

    vocabulary = Vocabulary(Row, (fact,))

    assert check_row(row_of(vocabulary, {}), vocabulary=vocabulary) == ()


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (Equals("levle", 1), ["unknown fact 'levle' @ $.fact; did you mean 'level'?"]),
        (AtLeast("quite_other", 1), ["unknown fact 'quite_other' @ $.fact"]),
        (
            Equals("level", "1"),
            ["be of the type of its fact: 'level' is an int @ $.value"],
        ),
        (
            Equals("on_hold", 1),
            ["be of the type of its fact: 'on_hold' is a bool @ $.value"],
        ),
        (
            Equals("payers", "aetna"),
            [("be of the type of its fact: 'payers' is a set of texts @ $.value")],
        ),
        (
            AtMost("initial", 3),
            ["name an int fact: 'initial' is a str @ $.fact"],
        ),
        (
            In("on_hold", {1}),
            ["name an int or a str fact: 'on_hold' is a bool @ $.fact"],
        ),
        (
            In("initial", {1}),
            [("be of the type of their fact: 'initial' is a str @ $.values")],
        ),
        (
            Contains("initial", "A"),
            ["name a set of texts: 'initial' is a str @ $.fact"],
        ),
        (
            AtLeast("level", 4),
            ["be at most 3, the most that 'level' can be @ $.bound"],
        ),
        (
            AtMost("level", -1),
            ["be at least 0, the least that 'level' can be @ $.bound"],
        ),
        (Equals("level", 4), ["be at most 3 @ $.value"]),
        (
            In("initial", ()),
            [("hold at least one value: of none the rule never holds @ $.values")],
        ),
        (
            Contains("payers", "zetna"),
            [("be a value of 'payers', which 'zetna' is not; did you mean 'aetna'? @ $.element")],
        ),
        (
            AllOf(Equals("on_hold", True), Not(AtLeast("level", 0))),
            ["be able to hold on some row @ $.parts[1]"],
        ),
        (
            AllOf(AtLeast("outstanding_cents", 500), AtMost("outstanding_cents", 300)),
            ["be able to hold on some row @ $"],
        ),
        (
            AnyOf(Equals("level", 9), Not(Equals("levle", 1))),
            [
                "be at most 3 @ $.parts[0].value",
                "unknown fact 'levle' @ $.parts[1].part.fact; did you mean 'level'?",
            ],
        ),
        (
            AllOf(OutstandingBetween(5, 3)),
            ["be able to hold on some row @ $.parts[0]"],
        ),
        (
            Not(CoversPayer(("aetna", "umbrella"))),
            [("be a value of 'payers', which 'umbrella' is not @ $.part")],
        ),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_meant_is_refused(rule, lines):
    """Each fault is one line with its path, and the first of them is what `validated` raises."""
    faults = check_rule(rule, vocabulary=VOCABULARY)
    with pytest.raises((InvalidRecord, UnknownFact)) as caught:
        validated(rule, vocabulary=VOCABULARY)

    assert [str(fault).rpartition(": it must ")[2] for fault in faults] == lines
    assert all(fault.path in str(fault) for fault in faults)
    assert str(caught.value) == str(faults[0])


@pytest.mark.parametrize(
    "rule",
    [
        ALWAYS,
        NEVER,
        AllOf(Equals("level", 1), NEVER),
        AllOf(AllOf(NEVER, Equals("level", 1)), Equals("on_hold", True)),
        Not(AllOf()),
        AllOf(Not(AllOf(ALWAYS)), InitialIn({"A"})),
        AllOf(Equals("level", 1), InitialIn({""}), OutstandingBetween(3, 3)),
        AllOf(Not(OutstandingBetween(None, 3)), AnyOf(Equals("level", 1), AtMost("level", 2))),
        AtLeast("level", 0),
    ],
    ids=str,
)
def test_a_rule_that_can_be_meant_is_accepted(rule):
    """Rules that can hold pass, and so do constants that are written as such."""
    assert validated(rule, vocabulary=VOCABULARY) is rule


def test_facts_that_depend_count_when_rules_are_checked():
    """What the vocabulary says cannot be together is a contradiction."""
    agreed = AnyOf(Equals("has_appointment", True), Equals("appointment_days", 0))
    linked = attrs.evolve(VOCABULARY, possible=agreed)
    rule = AllOf(Equals("has_appointment", False), AtLeast("appointment_days", 1))

    assert check_rule(rule, vocabulary=VOCABULARY) == ()
    assert len(check_rule(rule, vocabulary=linked)) == 1


def test_what_the_vocabulary_says_is_never_so_is_refused():
    """A condition that no possible row meets is a fault where it stands, alone or in a choice."""
    low = attrs.evolve(VOCABULARY, possible=AtMost("level", 1))
    rule = AnyOf(Equals("level", 2), AtLeast("level", 3), AllOf(In("level", {1, 2})))

    assert [fault.path for fault in check_rule(rule, vocabulary=low)] == [
        "$.parts[0].value",
        "$.parts[1].bound",
    ]
    assert [str(f) for f in check_rule(Equals("level", 2), vocabulary=low)] == [
        "Equals.value is 2: it must be able to hold on some row @ $.value"
    ]
    assert check_rule(rule, vocabulary=VOCABULARY) == ()


def test_what_is_too_large_to_decide_is_not_refused(monkeypatch):
    """A check stays quick: a rule it cannot decide in its budget is left to the audits."""
    worse = [AllOf(Equals("level", level), Equals("on_hold", True)) for level in (2, 3)]
    rule = AllOf(Equals("level", 1), AnyOf(*worse))
    decided = check_rule(rule, vocabulary=VOCABULARY)

    monkeypatch.setattr("revcycle.rules.checking._REGIONS_MAX", 0)

    assert len(decided) == 1
    assert check_rule(rule, vocabulary=VOCABULARY) == ()
