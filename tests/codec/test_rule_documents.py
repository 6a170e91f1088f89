"""Rules and decision tables as documents: kept ones answer as they did, bad ones are told."""

import pytest

from revcycle.codec import (
    ACCOUNT,
    REPORT_DEFINITION,
    decision_table_kind,
    dumps,
    from_plain,
    loads,
    rule_kind,
    to_plain,
)
from revcycle.dunning import facts_of
from revcycle.errors import DecodeError, InvalidRecord
from revcycle.rules import ALWAYS, AllOf, AnyOf, DecisionTable, Equals, decide, holds
from revcycle.worklists import WORKLIST_LEAVES, GuarantorInitialIn
from tests.codec.examples import WIRE, problems_of, with_defect
from tests.wire import records
from tests.wire.rules import BOOK, ROWS, RULE, RULE_ANSWERS, RULE_KIND, TABLE, TABLE_KIND
from tests.worklists.book import AS_OF, POLICY

FACTS = [facts_of(account, as_of=AS_OF, policy=POLICY) for account in BOOK]


def kept(name):
    """Read the text of a kept file."""
    return (WIRE / name).read_text(encoding="utf-8")


def test_a_kept_rule_answers_as_it_did():
    """A rule that an earlier version saved decides about the same accounts in the same way."""
    rule = loads(kept("rule-1.json"), kind=RULE_KIND)

    assert [holds(rule, facts) for facts in FACTS] == RULE_ANSWERS


def test_a_kept_table_answers_as_it_did():
    """Every leaf of worklists and every core node that was saved still means what it meant."""
    table = loads(kept("decision-table-1.json"), kind=TABLE_KIND)
    decided = [set(decide(table, facts).outcomes) for facts in FACTS]

    answers = {name: [then in outcomes for outcomes in decided] for then, name in enumerate(ROWS)}
    assert answers == {name: said for name, (_, said) in ROWS.items()}


def test_every_leaf_of_worklists_is_kept():
    """The kept table has every leaf that a practice can save, and answers both ways for each."""
    tags = {row["when"]["type"] for row in to_plain(TABLE, kind=TABLE_KIND)["record"]["rows"]}
    core = {"all_of", "any_of", "at_least", "at_most", "contains", "equals", "in", "not"}

    assert tags == core | {shape.tag for shape in WORKLIST_LEAVES.shapes}
    assert all(set(said) == {True, False} for _, said in ROWS.values())


RULE_PLAIN = to_plain(RULE, kind=RULE_KIND)
TABLE_PLAIN = to_plain(TABLE, kind=TABLE_KIND)


@pytest.mark.parametrize(
    ("path", "value", "problems"),
    [
        (("record",), [], ("must be a rule, an object with a type @ $.record",)),
        (
            ("record", "parts", 0, "type"),
            "alarm_level",
            (
                (
                    "unknown type of rule 'alarm_level' @ $.record.parts[0].type;"
                    " did you mean 'alarm_level_is'?"
                ),
            ),
        ),
        (
            ("record", "parts", 3, "days"),
            "7",
            ("must be a whole number @ $.record.parts[3].days",),
        ),
        (
            ("record", "parts", 0),
            {"type": "equals", "fact": "levle", "value": 2},
            ("unknown fact 'levle' @ $.record.parts[0].fact",),
        ),
        (("kind",), "decision_table", ('must be "rule", not "decision_table" @ $.kind',)),
        (("note",), "x", ("unknown field @ $.note",)),
    ],
)
def test_a_bad_rule_is_told_by_its_place(path, value, problems):
    """Every defect of a rule has its place in the whole document."""
    assert problems_of(with_defect(RULE_PLAIN, path, value), RULE_KIND) == problems


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("record", "hit"), "all", "must be one of 'first', 'unique', 'collect' @ $.record.hit"),
        (("record", "rows"), {}, "must be a list of rows @ $.record.rows"),
        (
            ("record", "rows", 1),
            {},
            "must be an object with name, then, when @ $.record.rows[1]",
        ),
        (("record", "rows", 0, "then"), "1", "must be a whole number @ $.record.rows[0].then"),
        (
            ("record", "rows", 0, "when"),
            {"type": "at_most", "fact": "alarm_level", "bound": -1},
            "@ $.record.rows[0].when.bound",
        ),
        (("record",), None, "must be an object with hit, rows @ $.record"),
    ],
)
def test_a_bad_table_is_told_by_its_place(path, value, problem):
    """Every defect of a decision table has its place in the whole document."""
    (found,) = problems_of(with_defect(TABLE_PLAIN, path, value), TABLE_KIND)

    assert found.endswith(problem)


def test_rows_of_one_name_are_told_by_the_list():
    """What the rows must be together stands at the list of them."""
    document = with_defect(TABLE_PLAIN, ("record", "rows", 1, "name"), "alarm")

    with pytest.raises(DecodeError, match=r"each name once @ \$\.record\.rows$"):
        from_plain(document, kind=TABLE_KIND)


def test_a_repeated_field_of_a_rule_is_refused():
    """A rule whose text says two things is no rule, however deep they stand."""
    text = dumps(RULE, kind=RULE_KIND).replace('"days":7', '"days":9,"days":7')

    with pytest.raises(DecodeError) as caught:
        loads(text, kind=RULE_KIND)

    assert caught.value.problems == ("field given more than once @ $.record.parts[3].days",)


def test_a_rule_under_no_vocabulary_is_read_as_it_is():
    """Without a vocabulary any fact may be named; without the leaf's registry no leaf is known."""
    rule = AllOf(Equals("a_fact_of_mine", 1), AnyOf())

    assert loads(dumps(rule, kind=rule_kind()), kind=rule_kind()) == rule
    with pytest.raises(InvalidRecord, match="GuarantorInitialIn"):
        dumps(GuarantorInitialIn("A"), kind=rule_kind())
    with pytest.raises(DecodeError, match="unknown type of rule 'all_off'"):
        loads(dumps(rule, kind=rule_kind()).replace("all_of", "all_off"), kind=rule_kind())


@pytest.mark.parametrize(
    ("record", "kind", "wanted"),
    [
        (TABLE, RULE_KIND, "record is 'DecisionTable': it must be a rule, which"),
        (RULE, TABLE_KIND, "record is 'AllOf': it must be a DecisionTable, which"),
        (BOOK[0], RULE_KIND, "record is 'Account': it must be a rule, which"),
        (ALWAYS, ACCOUNT, "record is 'AllOf': it must be an Account, which"),
    ],
)
def test_only_a_rule_is_written_as_a_rule(record, kind, wanted):
    """What is no rule is refused by its type, as in every other kind of document."""
    with pytest.raises(InvalidRecord, match=wanted):
        dumps(record, kind=kind)


def test_an_outcome_that_the_host_cannot_read_is_the_host_s_error():
    """An error of the host's own reader is not taken for bad wire data."""
    document = to_plain(DecisionTable(hit=TABLE.hit, rows=TABLE.rows[:1]), kind=TABLE_KIND)

    def broken(_plain):
        raise ZeroDivisionError

    kind = decision_table_kind(write_outcome=int, read_outcome=broken, leaves=WORKLIST_LEAVES)
    with pytest.raises(ZeroDivisionError):
        from_plain(document, kind=kind)


# ------------------------------------------------------------------------ a rule in a field

REPORT_PLAIN = to_plain(records.REPORT, kind=REPORT_DEFINITION)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("filters",), 3, "must be a rule, an object with a type @ $.record.filters"),
        (
            ("filters", "parts", 1, "part", "bound"),
            "7",
            "must be a whole number @ $.record.filters.parts[1].part.bound",
        ),
        (
            ("filters", "parts", 0, "type"),
            "inn",
            "unknown type of rule 'inn'; did you mean 'in'? @ $.record.filters.parts[0].type",
        ),
        (
            ("filters", "parts", 0, "fact"),
            "departement_id",
            (
                "ReportDefinition.filters is AllOf(In(fact='departement_id', values=frozenset("
                "{'D1', 'D2'})), Not(part=AtLeast(fact='amount_cents', bound=10000))): it must be "
                "a rule over this report's facts: unknown fact 'departement_id' @ $.parts[0].fact; "
                "did you mean 'department_id'? @ $.record"
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_rule_in_a_record_is_told_at_its_place(path, value, problem):
    """A rule in a field is read as strictly as one on its own, and its problems stand in place."""
    document = with_defect(REPORT_PLAIN, ("record", *path), value)

    assert problems_of(document, REPORT_DEFINITION) == (problem,)


def test_a_field_that_a_rule_in_a_record_repeats_is_told():
    """JSON that gives a field of the rule twice is refused, with what else is wrong with it."""
    text = dumps(records.REPORT, kind=REPORT_DEFINITION)
    twice = text.replace('"bound":10000', '"bound":10000,"bound":1')
    worse = twice.replace('"fact":"amount_cents"', '"fact":7')
    place = "$.record.filters.parts[1].part"

    for bad, more in ((twice, 0), (worse, 1)):
        with pytest.raises(DecodeError) as refused:
            loads(bad, kind=REPORT_DEFINITION)
        assert f"field given more than once @ {place}.bound" in refused.value.problems
        assert len(refused.value.problems) == 1 + more
