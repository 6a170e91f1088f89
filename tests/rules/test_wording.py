"""Rules, explanations and remedies in English."""

import attrs
import pytest

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
    In,
    IntFact,
    Not,
    SetFact,
    StrFact,
    describe,
    explain,
    explanation_lines,
    value_words,
    why_not,
    why_not_lines,
)
from tests.rules.book import (
    VOCABULARY,
    CoversPayer,
    InitialIn,
    NoAppointmentWithin,
    OutstandingBetween,
    Workable,
    facts,
)

ON_HOLD = Equals("on_hold", True)
LEVEL = Equals("level", 2)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (ALWAYS, "always"),
        (NEVER, "never"),
        (Not(NEVER), "always"),
        (LEVEL, "dunning level is 2"),
        (Not(LEVEL), "dunning level is not 2"),
        (ON_HOLD, "on hold"),
        (Not(ON_HOLD), "not on hold"),
        (Equals("has_appointment", False), "no appointment is coming"),
        (Equals("department", "O'Neil & Co"), 'department is "O\'Neil & Co"'),
        (Equals("initial", ""), "initial is ''"),
        (AtLeast("outstanding_cents", 123450), "outstanding amount is at least $1,234.50"),
        (AtMost("outstanding_cents", -5), "outstanding amount is at most -$0.05"),
        (Not(AtLeast("appointment_days", 1)), "time to the appointment is less than 1 day"),
        (Not(AtMost("appointment_days", 7)), "time to the appointment is more than 7 days"),
        (In("level", {1}), "dunning level is 1"),
        (In("level", {1, 3}), "dunning level is one of 1 or 3"),
        (In("level", {1, 2, 3}), "dunning level is from 1 to 3"),
        (Not(In("level", {1, 2, 3})), "dunning level is not from 1 to 3"),
        (In("initial", list("ABCE")), "initial is one of A-C or E"),
        (In("department", {"b", "a", "c"}), "department is one of a, b or c"),
        (In("initial", ()), "never"),
        (Not(In("initial", ())), "always"),
        (Contains("payers", "aetna"), "payers include aetna"),
        (Not(Contains("payers", "aetna")), "payers do not include aetna"),
        (AllOf(LEVEL), "dunning level is 2"),
        (AllOf(LEVEL, ON_HOLD), "dunning level is 2 and on hold"),
        (
            AllOf(LEVEL, AnyOf(ON_HOLD, LEVEL)),
            "dunning level is 2 and (on hold or dunning level is 2)",
        ),
        (Not(AnyOf(LEVEL, ON_HOLD)), "not (dunning level is 2 or on hold)"),
        (Not(Not(LEVEL)), "dunning level is 2"),
        (
            AnyOf(OutstandingBetween(100, 200), LEVEL),
            "outstanding amount is from $1.00 to $2.00 or dunning level is 2",
        ),
        (
            AnyOf(LEVEL, AllOf(LEVEL, ON_HOLD)),
            "dunning level is 2 or (dunning level is 2 and on hold)",
        ),
        (NoAppointmentWithin(7), "no appointment within 7 days"),
        (Not(NoAppointmentWithin(7)), "not (no appointment within 7 days)"),
        (AllOf(ON_HOLD, Workable(3)), "on hold and (not on hold and no appointment within 3 days)"),
        (
            AllOf(AllOf(AnyOf(LEVEL, ON_HOLD)), LEVEL),
            "(dunning level is 2 or on hold) and dunning level is 2",
        ),
        (
            AllOf(Not(Not(AnyOf(LEVEL, ON_HOLD))), LEVEL),
            "(dunning level is 2 or on hold) and dunning level is 2",
        ),
        (
            AnyOf(Not(AnyOf(Not(AllOf(LEVEL, ON_HOLD)))), LEVEL),
            "(dunning level is 2 and on hold) or dunning level is 2",
        ),
        (Not(AllOf(LEVEL)), "dunning level is not 2"),
        (
            AllOf(AllOf(AtLeast("level", 1)), Not(Not(AtMost("level", 2)))),
            "dunning level is from 1 to 2",
        ),
        (
            AllOf(AtLeast("level", 1), AtMost("outstanding_cents", 1)),
            "dunning level is at least 1 and outstanding amount is at most $0.01",
        ),
    ],
    ids=str,
)
def test_a_rule_reads_as_one_line(rule, said):
    """Labels, units and orders of the vocabulary are used; lists in lists stand in brackets."""
    assert describe(rule, vocabulary=VOCABULARY) == said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (AtLeast("outstanding_cents", 100), "outstanding is at least $1.00"),
        (Equals("on_hold", False), "not on hold"),
        (Equals("home_department", "north-1"), "home department is north-1"),
        (In("initial", {"A", "B", "C"}), "initial is one of A, B or C"),
        (In("level", {1, 2, 3}), "level is from 1 to 3"),
        (Contains("covered_payers", "x"), "covered payers include x"),
    ],
    ids=str,
)
def test_a_rule_reads_well_without_a_vocabulary(rule, said):
    """Names of facts are made readable, and say their unit."""
    assert describe(rule) == said


def test_a_large_set_is_cut_short():
    """Of many values a dozen are spelt out, and the number of the others is given."""
    said = describe(In("department", {f"d{n:02}" for n in range(40)}))

    assert said.endswith("d10, d11 or 28 more")


def test_values_read_as_people_write_them():
    """Truth, sets and cents have words of their own."""
    assert value_words(True, IntFact("n")) == "yes"
    assert value_words(False, IntFact("n")) == "no"
    assert value_words(frozenset(), SetFact("p")) == "nothing"
    assert value_words(frozenset({"b", "a"}), SetFact("p")) == "a and b"
    assert value_words(3, StrFact("s")) == "3"


def test_an_explanation_reads_as_indented_lines():
    """Every part is shown with its verdict, and every condition with what it found."""
    rule = AllOf(InitialIn({"A", "B"}), OutstandingBetween(None, 50), Not(NoAppointmentWithin(7)))

    lines = explanation_lines(explain(rule, facts()), vocabulary=VOCABULARY)

    assert lines == (
        (
            "no: initial is one of A or B, outstanding amount is at most $0.50 "
            "and not (no appointment within 7 days)"
        ),
        "  yes: initial is one of A or B (it is A)",
        "  no: outstanding amount is at most $0.50",
        "    no: outstanding amount is at most $0.50 (it is $1.00)",
        "  no: not (no appointment within 7 days)",
        "    yes: no appointment within 7 days",
        "      yes: not (an appointment is coming and time to the appointment is at most 7 days)",
        "        no: an appointment is coming and time to the appointment is at most 7 days",
        "          no: an appointment is coming",
        "          yes: time to the appointment is at most 7 days (it is 0 days)",
    )


def test_an_explanation_reads_every_part():
    """A missing fact is an error in an explanation even where deciding would not need it."""
    with pytest.raises(UnknownFact):
        explain(AnyOf(Equals("level", 1), Equals("levle", 1)), facts())


def test_why_not_gives_the_smallest_sets_of_changes():
    """Each way names fact, value and what is wanted; either remedy of an alternative is one way."""
    rule = AllOf(OutstandingBetween(200, 900), NoAppointmentWithin(7), Not(CoversPayer(("aetna",))))
    row = facts(has_appointment=True, appointment_days=2, payers=frozenset({"aetna"}))

    why = why_not(rule, row, vocabulary=VOCABULARY)

    cents = "outstanding amount is $1.00, wanted: outstanding amount is from $2.00 to $9.00"
    payers = "payers is aetna, wanted: payers do not include aetna"
    assert (why.result, why.is_complete) == (False, True)
    assert why_not_lines(why, vocabulary=VOCABULARY) == (
        f"{cents}; and wanted: no appointment is coming; and {payers}",
        (
            f"{cents}; and time to the appointment is 2 days, "
            f"wanted: time to the appointment is at least 8 days; and {payers}"
        ),
    )


def test_nothing_is_wanted_of_a_rule_that_holds_or_never_can():
    """A rule that holds has no ways to be met, and a rule that nothing can meet has none."""
    assert why_not(LEVEL, facts(level=2)).result is True
    assert why_not(NEVER, facts()).ways == ()
    assert why_not(AtLeast("level", 4), facts(), vocabulary=VOCABULARY).ways == ()
    assert why_not(Equals("initial", "Z"), facts(), vocabulary=VOCABULARY).ways == ()
    assert why_not(Contains("payers", "other"), facts(), vocabulary=VOCABULARY).ways == ()
    assert len(why_not(AtLeast("level", 4), facts()).ways) == 1


def test_two_wishes_of_one_fact_are_one():
    """What a way wants of a fact is said once, and wishes that clash make no way."""
    rule = AllOf(AtLeast("level", 2), AnyOf(AtMost("level", 1), AtLeast("level", 3), ON_HOLD))

    ways = why_not(rule, facts(), vocabulary=VOCABULARY).ways

    assert [[unmet.wanted for unmet in way] for way in ways] == [[AtLeast("level", 3)]]


def test_too_many_ways_are_said_to_be_cut():
    """Past the limit the ways are the smallest of those weighed, and it says so."""
    names = ("level", "outstanding_cents", "appointment_days")
    rule = AllOf(*(AnyOf(*(Equals(name, 2 + at) for name in names)) for at in range(2)))

    assert why_not(rule, facts(), ways_max=100).is_complete
    cut = why_not(rule, facts(), ways_max=2)

    assert not cut.is_complete
    assert 0 < len(cut.ways) <= 2


def test_a_cut_search_still_finds_a_way():
    """Where the ways that were kept clash, one that exists is found all the same."""
    rule = AllOf(AnyOf(Equals("level", 3), Equals("outstanding_cents", 5)), Equals("level", 2))

    for vocabulary in (None, VOCABULARY):
        why = why_not(rule, facts(), vocabulary=vocabulary, ways_max=1)

        assert not why.is_complete
        assert [{unmet.fact for unmet in way} for way in why.ways] == [
            {"level", "outstanding_cents"}
        ]


def test_what_is_wanted_can_be_had():
    """A way asks for all facts that must change together, and for nothing impossible."""
    agreed = AnyOf(Equals("has_appointment", True), Equals("appointment_days", 0))
    linked = attrs.evolve(VOCABULARY, possible=agreed)
    row = facts(has_appointment=True, appointment_days=3)

    (way,) = why_not(Equals("has_appointment", False), row, vocabulary=linked).ways

    assert {unmet.fact: unmet.wanted for unmet in way} == {
        "has_appointment": Equals("has_appointment", False),
        "appointment_days": Equals("appointment_days", 0),
    }
