"""Decision tables, and what audits prove about them."""

import attrs
import pytest

from revcycle.errors import InvalidRecord, Refused, UnknownFact
from revcycle.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    DecisionProblem,
    DecisionTable,
    Equals,
    FindingKind,
    HitPolicy,
    In,
    Not,
    StrFact,
    TableRow,
    audit_table,
    check_table,
    compile_table,
    coverage,
    decide,
    describe,
    explain_decision,
    finding_words,
    holds,
    is_satisfiable,
    overlaps,
    uncovered,
    validated_table,
    witness,
)
from revcycle.rules.analysis import AnalysisProblem
from tests.rules.book import VOCABULARY, facts


def table(hit, **rows):
    """A table whose rows give their own names."""
    return DecisionTable(
        hit=hit,
        rows=tuple(TableRow(name=name, when=when, then=name) for name, when in rows.items()),
    )


TEXTS = [fact for fact in VOCABULARY.facts if isinstance(fact, StrFact)]
REMINDERS = {
    "call": AllOf(AtLeast("level", 3), Equals("on_hold", False)),
    "letter": AtLeast("level", 2),
    "nothing": AtMost("level", 0),
}


@pytest.mark.parametrize(
    ("build", "message"),
    [
        pytest.param(lambda: DecisionTable(hit="first", rows=()), "DecisionTable.hit", id="tag"),
        pytest.param(
            lambda: DecisionTable(
                hit=HitPolicy.FIRST, rows=[TableRow(name="a", when=ALWAYS, then=1)]
            ),
            "DecisionTable.rows",
            id="list",
        ),
        pytest.param(
            lambda: DecisionTable(hit=HitPolicy.FIRST, rows=(1,)), "DecisionTable.rows", id="row"
        ),
        pytest.param(lambda: TableRow(name="a", when=True, then=1), "TableRow.when", id="when"),
    ],
)
def test_a_table_that_cannot_be_is_refused(build, message):
    """A policy given by its tag, rows in a list and conditions that are no rules are refused."""
    with pytest.raises(InvalidRecord, match=message):
        build()


def test_the_first_row_that_holds_decides():
    """A first-hit table gives outcome, row and why; the order of rows is the policy."""
    decision = decide(table(HitPolicy.FIRST, **REMINDERS), facts(level=3))

    assert (decision.outcome, decision.row, decision.why) == ("call", "call", REMINDERS["call"])
    assert decision.outcomes == ("call",)


def test_no_row_is_no_decision():
    """Where no row holds there is no outcome, no row and no reason."""
    decision = decide(table(HitPolicy.FIRST, **REMINDERS), facts(level=1))

    assert (decision.outcome, decision.row, decision.why) == (None, None, None)
    assert decision.outcomes == ()
    assert compile_table(table(HitPolicy.FIRST, **REMINDERS))(facts(level=1)) == decision


def test_a_collecting_table_gives_all():
    """A collecting table gives every outcome in the order of its rows."""
    decision = decide(table(HitPolicy.COLLECT, **REMINDERS), facts(level=3))

    assert decision.outcomes == ("call", "letter")


def test_a_unique_table_refuses_two():
    """Two rows of a unique table that hold are refused, and both are named."""
    with pytest.raises(Refused, match="call, letter") as caught:
        decide(table(HitPolicy.UNIQUE, **REMINDERS), facts(level=3))

    assert caught.value.propositions == (DecisionProblem.SEVERAL_ROWS_HOLD,)


def test_a_decision_is_explained_row_by_row():
    """An explained decision shows why each row holds or does not."""
    explained = explain_decision(table(HitPolicy.FIRST, **REMINDERS), facts(level=2))

    assert explained.decision.row == "letter"
    assert [(name, why.result) for name, why in explained.weighed] == [
        ("call", False),
        ("letter", True),
        ("nothing", False),
    ]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        pytest.param(lambda: TableRow(name="", when=ALWAYS, then=1), "non-empty", id="empty"),
        pytest.param(lambda: TableRow(name=3, when=ALWAYS, then=1), "non-empty", id="int"),
        pytest.param(
            lambda: DecisionTable(
                hit=HitPolicy.FIRST, rows=(TableRow(name="a", when=ALWAYS, then=1),) * 2
            ),
            "each name once",
            id="twice",
        ),
    ],
)
def test_rows_have_names_of_their_own(build, message):
    """A row without a name and two of one name are refused."""
    with pytest.raises(InvalidRecord, match=message):
        build()


def test_a_table_is_checked_against_a_vocabulary():
    """Faults of a table's rules carry the row they are in."""
    wrong = table(HitPolicy.FIRST, good=ALWAYS, bad=Equals("levle", 1))
    right = table(HitPolicy.FIRST, **REMINDERS)

    assert [fault.path for fault in check_table(wrong, vocabulary=VOCABULARY)] == [
        "$.rows[1].when.fact"
    ]
    assert validated_table(right, vocabulary=VOCABULARY) is right
    with pytest.raises(UnknownFact, match="did you mean 'level'"):
        validated_table(wrong, vocabulary=VOCABULARY)


def test_an_audit_finds_dead_rows_gaps_and_overlaps():
    """Each finding names its rows, says where, and shows a row of facts that proves it."""
    rows = {
        "high": AtLeast("level", 2),
        "three": AllOf(Equals("level", 3), Equals("on_hold", True)),
        "odd": AllOf(Equals("level", 1), AtMost("level", 0)),
        "low": AtMost("level", 0),
    }

    first = audit_table(table(HitPolicy.FIRST, **rows), VOCABULARY)
    unique = audit_table(table(HitPolicy.UNIQUE, **rows), VOCABULARY)

    assert [finding_words(finding, vocabulary=VOCABULARY) for finding in first] == [
        "three never decides: where it holds, high is earlier",
        "odd can never hold",
        "no row holds where dunning level is 1",
    ]
    assert [finding_words(finding, vocabulary=VOCABULARY) for finding in unique] == [
        "odd can never hold",
        "no row holds where dunning level is 1",
        "high and three both hold where dunning level is 3 and on hold",
    ]
    for finding in (*first, *unique):
        assert finding.is_decided
        assert finding.region is None or holds(finding.region.rule, finding.region.witness)


def test_a_sound_table_has_no_findings():
    """A table that covers everything once has none, within its bounds."""
    rows = {"low": AtMost("level", 1), "high": AtLeast("level", 2)}

    assert audit_table(table(HitPolicy.UNIQUE, **rows), VOCABULARY) == ()
    within = AtLeast("level", 1)
    del rows["low"]
    assert (
        audit_table(table(HitPolicy.FIRST, **rows), VOCABULARY, within=Not(AtMost("level", 1)))
        == ()
    )
    assert len(audit_table(table(HitPolicy.FIRST, **rows), VOCABULARY, within=within)) == 1


def test_past_its_budget_an_audit_says_undecided():
    """An audit that runs out names the rows it did not get to, for each question, and no region."""
    rows = {
        f"r{n}": AnyOf(Equals("department", f"d{n}"), Equals("outstanding_cents", n))
        for n in range(5)
    }

    findings = audit_table(table(HitPolicy.UNIQUE, **rows), VOCABULARY, regions_max=3)

    assert [(f.kind, f.is_decided, f.region) for f in findings] == [
        (FindingKind.UNREACHABLE, False, None),
        (FindingKind.GAP, False, None),
        (FindingKind.OVERLAP, False, None),
    ]
    assert findings[0].rows[-1] == findings[1].rows[-1] == findings[2].rows[-1] == "r4"
    assert finding_words(findings[1]) == "undecided whether no row holds: r0, r1, r2, r3, r4"


def test_an_audit_that_lists_not_all_says_undecided(monkeypatch):
    """Where more is wrong than is listed, gaps and overlaps end with what is not decided."""
    monkeypatch.setattr("revcycle.rules.analysis.REGIONS_SHOWN_MAX", 2)
    either = AnyOf(Equals("on_hold", True), Equals("level", 2), Equals("department", "a"))
    rows = {"either": either, "same": either}

    findings = audit_table(table(HitPolicy.UNIQUE, **rows), VOCABULARY)
    several = AllOf(In("level", {0, 2}), In("initial", {"A", "C"}), Equals("on_hold", True))
    gaps = audit_table(
        table(HitPolicy.FIRST, several=several), VOCABULARY, within=Not(Equals("department", "a"))
    )

    assert [(f.rows, f.is_decided) for f in findings if f.kind is FindingKind.OVERLAP] == [
        (("either", "same"), True),
        (("either", "same"), True),
        (("either", "same"), False),
    ]
    assert [(f.kind, f.rows, f.is_decided) for f in gaps] == [
        (FindingKind.GAP, (), True),
        (FindingKind.GAP, (), True),
        (FindingKind.GAP, ("several",), False),
    ]


def test_an_audit_that_runs_out_later_keeps_what_it_found():
    """What was decided before the budget ran out stays decided."""
    rows = {
        "dead": AllOf(Equals("level", 1), Equals("level", 2)),
        **{f"r{n}": AnyOf(Equals("department", f"d{n}"), Equals("level", n % 3)) for n in range(9)},
    }

    findings = audit_table(table(HitPolicy.FIRST, **rows), VOCABULARY, regions_max=8)
    dead = [finding for finding in findings if finding.kind is FindingKind.UNREACHABLE]

    assert (dead[0].rows, dead[0].is_decided) == (("dead",), True)
    assert not dead[1].is_decided


def test_one_question_has_one_answer_or_is_refused():
    """A single question that needs more regions than allowed is refused, never guessed."""
    rule = AllOf(*(AnyOf(Equals("level", n), Equals("department", f"d{n}")) for n in range(3)))

    assert not is_satisfiable(rule, VOCABULARY)
    with pytest.raises(Refused) as caught:
        witness(rule, VOCABULARY, regions_max=1)
    assert caught.value.propositions == (AnalysisProblem.TOO_MANY_REGIONS,)


def test_too_many_questions_about_sets_are_undecided():
    """Each element of a set is a question of its own; past the limit nothing is guessed."""
    rules = [Contains("names", f"n{n}") for n in range(300)]

    @attrs.frozen(kw_only=True)
    class Row:
        names: frozenset[str]

    vocabulary = type(VOCABULARY).of(Row)

    assert uncovered(rules, vocabulary).regions == ()
    assert not uncovered(rules, vocabulary).is_complete
    assert len(overlaps(rules[:100], vocabulary).found) == 100 * 99 / 2
    assert len(overlaps(rules, vocabulary).undecided) == 300 * 299 / 2
    assert coverage(rules, vocabulary) == (
        uncovered(rules, vocabulary),
        overlaps(rules, vocabulary),
    )


def test_regions_are_said_in_words():
    """A region reads as one line: ranges, other texts, and what a set has and has not."""
    rules = [
        AllOf(In("level", {1, 2}), In("initial", list("ABC")), In("department", {"a", "b"})),
        Equals("level", 0),
        Contains("payers", "aetna"),
    ]

    gaps = uncovered(rules, VOCABULARY, within=Equals("level", 1))
    said = {describe(region.rule, vocabulary=VOCABULARY) for region in gaps.regions}

    departments = "department is one of a or b"
    without = "payers do not include aetna"
    assert said == {
        f"dunning level is 1, department is not one of a or b and {without}",
        f"dunning level is 1, initial is one of D, E or '', {departments} and {without}",
    }


def test_more_regions_than_are_shown_are_said_to_be_more(monkeypatch):
    """A list of regions that is cut says that it is not complete."""
    monkeypatch.setattr("revcycle.rules.analysis.REGIONS_SHOWN_MAX", 2)
    rules = [AllOf(In("level", {0, 2}), Equals("on_hold", True)), NEVER]

    two = uncovered(rules, VOCABULARY)
    more = uncovered([*rules, AllOf(*(Equals(f.name, "A") for f in TEXTS))], VOCABULARY)

    assert (len(two.regions), two.is_complete) == (2, True)
    assert (len(more.regions), more.is_complete) == (2, False)


def test_an_int_that_falls_apart_is_said_in_pieces():
    """A region whose numbers are not neighbours names each run of them."""
    rules = [In("outstanding_cents", {3, 7}), Equals("level", 3)]

    (gap,) = uncovered(rules, VOCABULARY, within=AtMost("level", 2)).regions

    assert describe(gap.rule, vocabulary=VOCABULARY) == (
        "dunning level is at most 2 and outstanding amount is not one of $0.03 or $0.07"
    )


def test_a_text_that_rules_name_is_not_every_other():
    """The text that stands for all others is none that a rule names."""
    rules = [Equals("department", "other"), Equals("department", "other*")]

    (gap,) = uncovered(rules, VOCABULARY).regions

    assert gap.witness.department not in {"other", "other*"}


def test_an_element_no_set_can_have_is_never_there():
    """What a finite domain of elements lacks is in no row, so its absence is everywhere."""
    assert not is_satisfiable(Contains("payers", "other"), VOCABULARY)
    assert is_satisfiable(Not(Contains("payers", "other")), VOCABULARY)
    assert not is_satisfiable(Equals("initial", "Z"), VOCABULARY)
    assert not is_satisfiable(AtLeast("level", 4), VOCABULARY)


@pytest.mark.parametrize("rule", [Equals("levle", 1), Equals("level", "1")], ids=str)
def test_an_analysis_refuses_rules_that_do_not_fit(rule):
    """Questions about rules that name no fact or the wrong type are errors, not answers."""
    with pytest.raises((UnknownFact, InvalidRecord)):
        witness(rule, VOCABULARY)
