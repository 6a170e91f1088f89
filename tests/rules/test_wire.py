"""Rules and tables on the wire: strict, with every problem at its path."""

import enum
import json
import re
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from revcycle.errors import DecodeError, InvalidRecord
from revcycle.rules import (
    ALWAYS,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    DecisionTable,
    Equals,
    HitPolicy,
    In,
    Leaf,
    LeafRegistry,
    Not,
    Rule,
    TableRow,
    decode_rule,
    decode_table,
    describe,
    encode_rule,
    encode_table,
    explain,
    holds,
    validated,
)
from tests.rules.book import LEAVES, VOCABULARY, InitialIn, OutstandingBetween, Workable, facts

SAVED = Path(__file__).parent / "saved_rules.json"


class Insurance(enum.Enum):
    """Who pays first."""

    SELF_PAY = "self_pay"
    OTHER = "other"


@attrs.frozen
class Everything(Leaf):
    """A leaf with a field of every type that the wire form has values for."""

    insurance: Insurance
    amount: Decimal
    names: frozenset[str]
    days: tuple[int, ...]
    inner: Rule
    rules: tuple[Rule, ...]
    either: int | str | None = None
    flag: bool = False

    def lower(self):
        return AllOf(self.inner, *self.rules)


RICH = LeafRegistry(everything=Everything)


def test_core_nodes_have_stable_tags():
    """The tags and keys of the core nodes are part of the wire form and do not change."""
    rule = AllOf(
        Equals("held", True),
        AtLeast("n", 1),
        AtMost("n", 2),
        In("s", {"b", "a"}),
        Contains("p", "x"),
        AnyOf(),
        Not(ALWAYS),
    )

    assert encode_rule(rule) == {
        "type": "all_of",
        "parts": [
            {"type": "equals", "fact": "held", "value": True},
            {"type": "at_least", "fact": "n", "bound": 1},
            {"type": "at_most", "fact": "n", "bound": 2},
            {"type": "in", "fact": "s", "values": ["a", "b"]},
            {"type": "contains", "fact": "p", "element": "x"},
            {"type": "any_of", "parts": []},
            {"type": "not", "part": {"type": "all_of", "parts": []}},
        ],
    }


def test_every_type_of_field_comes_back():
    """Enumerations, amounts, sets, tuples, rules and alternatives survive JSON."""
    rule = Everything(
        insurance=Insurance.OTHER,
        amount=Decimal("12.50"),
        names=frozenset({"b", "a"}),
        days=(3, 1),
        inner=Not(Equals("on_hold", True)),
        rules=(Equals("level", 1),),
        either="x",
    )

    plain = json.loads(json.dumps(encode_rule(rule, leaves=RICH)))

    assert plain["amount"] == "12.50"
    assert plain["names"] == ["a", "b"]
    assert decode_rule(plain, leaves=RICH) == rule


@pytest.mark.parametrize(
    ("plain", "problems"),
    [
        ([], ["must be a rule, an object with a type @ $"]),
        ({}, ["must be a rule, an object with a type @ $"]),
        ({"type": 3}, ["unknown type of rule 3 @ $.type"]),
        (
            {"type": "atleast"},
            ["unknown type of rule 'atleast' @ $.type; did you mean 'at_least'?"],
        ),
        ({"type": "equals", "fact": "n"}, ["must have 'value' @ $"]),
        (
            {"type": "at_most", "fact": "n", "bound": 1, "buond": 2},
            ["at_most has no 'buond' @ $; did you mean 'bound'?"],
        ),
        ({"type": "at_most", "fact": "n", "bound": 1, 3: 2}, ["at_most has no 3 @ $"]),
        ({"type": "at_most", "fact": "n", "bound": True}, ["must be a whole number @ $.bound"]),
        ({"type": "at_most", "fact": "n", "bound": 1.0}, ["must be a whole number @ $.bound"]),
        ({"type": "at_most", "fact": "n", "bound": "1"}, ["must be a whole number @ $.bound"]),
        (
            {"type": "equals", "fact": "n", "value": None},
            ["must be true or false or a whole number or text @ $.value"],
        ),
        (
            {"type": "in", "fact": "n", "values": ["a", "a"]},
            ["must have each value once @ $.values"],
        ),
        (
            {"type": "in", "fact": "n", "values": "abc"},
            ["must be a list, each of it text or a whole number @ $.values"],
        ),
        (
            {"type": "in", "fact": "n", "values": ["a", None]},
            ["must be text or a whole number @ $.values[1]"],
        ),
        ({"type": "all_of", "parts": {}}, ["must be a list of rules @ $.parts"]),
        (
            {"type": "all_of", "parts": [{"type": "not", "part": 1}, {"type": "odd"}]},
            [
                "must be a rule, an object with a type @ $.parts[0].part",
                "unknown type of rule 'odd' @ $.parts[1].type",
            ],
        ),
        (
            {"type": "equals", "fact": "not a name", "value": 1},
            [
                (
                    "Equals.fact is 'not a name': "
                    "it must be a plain name such as 'outstanding_cents' @ $.fact"
                )
            ],
        ),
        ({"type": "initial_in", "letters": [1]}, ["must be text @ $.letters[0]"]),
        (
            {"type": "outstanding_between", "cents_min": "1"},
            ["must be a whole number or null @ $.cents_min"],
        ),
    ],
    ids=str,
)
def test_bad_wire_values_are_refused_with_their_path(plain, problems):
    """Every problem of a document is reported at once, in document order."""
    with pytest.raises(DecodeError) as caught:
        decode_rule(plain, leaves=LEAVES)

    assert list(caught.value.problems) == problems


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("insurance", "SELF_PAY", "must be one of 'self_pay', 'other' @ $.insurance"),
        ("amount", 12.5, "must be an amount as text @ $.amount"),
        ("amount", "NaN", "must be an amount as text @ $.amount"),
        ("amount", "1_0", "must be an amount as text @ $.amount"),
        ("amount", " 10 ", "must be an amount as text @ $.amount"),
        ("amount", "1e1", "must be an amount as text @ $.amount"),
        ("amount", "0.005", "must be an amount as text @ $.amount"),
        ("amount", "\uff11\uff10", "must be an amount as text @ $.amount"),
        ("amount", "much", "must be an amount as text @ $.amount"),
        ("days", [True], "must be a whole number @ $.days[0]"),
        ("flag", 0, "must be true or false @ $.flag"),
        ("rules", [{}], "must be a rule, an object with a type @ $.rules[0]"),
    ],
)
def test_fields_of_leaves_are_exact(field, value, problem):
    """A leaf's field takes values of its own type only."""
    rule = Everything(Insurance.OTHER, Decimal(1), frozenset(), (), ALWAYS, ())
    plain = encode_rule(rule, leaves=RICH)

    with pytest.raises(DecodeError) as caught:
        decode_rule({**plain, field: value}, leaves=RICH)

    assert caught.value.problems == (problem,)


def test_a_rule_is_decoded_under_a_vocabulary():
    """Faults under the vocabulary are reported with the path where the rule stands."""
    rule = AllOf(Equals("levle", 1), AtMost("level", -1), OutstandingBetween(3, 1))

    with pytest.raises(DecodeError) as caught:
        decode_rule(
            encode_rule(rule, leaves=LEAVES),
            leaves=LEAVES,
            vocabulary=VOCABULARY,
            path="$.filters[2]",
        )

    assert [problem.rpartition("@ ")[2] for problem in caught.value.problems] == [
        "$.filters[2].parts[0].fact; did you mean 'level'?",
        "$.filters[2].parts[1].bound",
        "$.filters[2].parts[2]",
    ]


def test_what_is_broken_hides_no_fault_of_the_rest():
    """What could be read of a broken document is checked under the vocabulary all the same."""
    levels = encode_rule(AllOf(AtMost("level", -1), Equals("level", 1)))
    plain = {
        "type": "any_of",
        "parts": [encode_rule(Equals("levle", 1)), {"type": "at_leest"}, levels, {"type": "not"}],
    }

    with pytest.raises(DecodeError) as caught:
        decode_rule(plain, vocabulary=VOCABULARY)

    assert [problem.partition("@ ")[2] for problem in caught.value.problems] == [
        "$.parts[1].type; did you mean 'at_least'?",
        "$.parts[3]",
        "$.parts[0].fact; did you mean 'level'?",
        "$.parts[2].parts[0].bound",
    ]


def test_a_refused_set_reads_the_same_every_time():
    """The order of hashes is not shown: the values of a set stand sorted in the message."""
    plain = {"type": "in", "fact": "level", "values": ["c", "a", "b"]}

    with pytest.raises(DecodeError) as caught:
        decode_rule(plain, vocabulary=VOCABULARY)

    assert "In.values is {'a', 'b', 'c'}: " in caught.value.problems[0]


def not_json(value):
    """A table with one outcome."""
    return DecisionTable(hit=HitPolicy.FIRST, rows=(TableRow(name="a", when=ALWAYS, then=value),))


@pytest.mark.parametrize(
    ("outcome", "where"),
    [
        (float("nan"), "JSON has @ then"),
        ([1, {"b": float("inf")}], "JSON has @ then[1].b"),
        ({1: 2}, "plain data, not dict @ then"),
        (Decimal(1), "plain data, not Decimal @ then"),
    ],
    ids=str,
)
def test_an_outcome_is_data_that_json_can_hold(outcome, where):
    """NaN, infinities and objects are refused when a table is written, and when it is read."""
    with pytest.raises(InvalidRecord, match=re.escape(where)):
        encode_table(not_json(outcome), outcome=lambda each: each)

    plain = encode_table(not_json(1), outcome=lambda each: each)
    plain["rows"][0]["then"] = outcome
    with pytest.raises(DecodeError, match=re.escape(where.replace("@ then", "@ $.rows[0].then"))):
        decode_table(plain, outcome=lambda each: each)


def test_a_document_cannot_nest_without_end():
    """A rule deeper than rules may be is refused, also when only its leaf goes too deep."""
    deep = {"type": "all_of", "parts": []}
    for _ in range(2_000):
        deep = {"type": "not", "part": deep}
    edge = encode_rule(Workable(7), leaves=LEAVES)
    for _ in range(62):
        edge = {"type": "not", "part": edge}

    for plain in (deep, edge):
        with pytest.raises(DecodeError, match="nest at most 64 levels"):
            decode_rule(plain, leaves=LEAVES)


@attrs.frozen
class Endless(Leaf):
    """A leaf that lowers to itself."""

    def lower(self):
        return self


ENDLESS = LeafRegistry(endless=Endless)


def nested(depth):
    """Build a condition under so many Nots."""
    rule = Equals("on_hold", value=True)
    for _ in range(depth):
        rule = Not(rule)
    return rule


def test_what_is_written_reads_back():
    """The deepest rule that is written is read, and one level more is not written."""
    assert decode_rule(encode_rule(nested(64))) == nested(64)
    with pytest.raises(InvalidRecord, match="nest at most 64 levels"):
        encode_rule(nested(65))
    with pytest.raises(InvalidRecord, match="nest at most 128 levels"):
        nested(5_000)


@pytest.mark.parametrize(
    "ask",
    [
        lambda rule: holds(rule, facts()),
        lambda rule: explain(rule, facts()),
        describe,
        lambda rule: encode_rule(rule, leaves=ENDLESS),
        lambda rule: validated(rule, vocabulary=VOCABULARY),
    ],
    ids=["holds", "explain", "describe", "encode_rule", "validated"],
)
def test_a_leaf_that_never_ends_is_a_clear_error(ask):
    """A leaf that lowers to itself is refused by name of the limit, wherever it is asked."""
    for rule in (Endless(), AllOf(Equals("level", 1), Not(Endless()))):
        with pytest.raises(InvalidRecord, match="nest at most 64 levels"):
            ask(rule)


@attrs.frozen
class Choice(Leaf):
    """A leaf with a set of rules."""

    rules: frozenset[Rule]

    def lower(self):
        return AnyOf(*self.rules)


def test_a_set_of_rules_is_written_in_one_order():
    """A set of rules in a leaf is written sorted, the same for equal leaves, and comes back."""
    leaves = LeafRegistry(choice=Choice)
    found = [Equals("level", 2), Not(ALWAYS), Equals("level", 1), In("level", {3})]

    plain = encode_rule(Choice(frozenset(found)), leaves=leaves)

    assert plain == encode_rule(Choice(frozenset(reversed(found))), leaves=leaves)
    assert decode_rule(plain, leaves=leaves) == Choice(frozenset(found))


@attrs.frozen
class Positive(Leaf):
    """A leaf that refuses its fields with validators of attrs and an error of its own."""

    days: int = attrs.field(validator=attrs.validators.gt(0))
    name: str = attrs.field(default="a", validator=attrs.validators.matches_re("[a-z]"))

    def __attrs_post_init__(self):
        if self.days > 9:
            raise TypeError

    def lower(self):
        return Equals("level", self.days)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"days": 0}, r"'days' must be > 0: 0 @ \$\.part$"),
        ({"days": 1, "name": "A"}, r"must match regex.* @ \$\.part$"),
        ({"days": 10}, r"^TypeError @ \$\.part$"),
    ],
    ids=str,
)
def test_what_a_leaf_refuses_is_told_with_its_path(fields, problem):
    """An error of a host's own leaf becomes one problem of the document, at the leaf."""
    plain = {"type": "not", "part": {"type": "positive", **fields}}

    with pytest.raises(DecodeError, match=problem):
        decode_rule(plain, leaves=LeafRegistry(positive=Positive))


def test_an_unregistered_leaf_is_not_written():
    """A leaf that the registry does not know is refused by its class."""
    with pytest.raises(InvalidRecord, match="InitialIn"):
        encode_rule(AllOf(InitialIn({"A"})))


class NoRecord(Leaf):
    """A leaf that is no attrs class."""


@attrs.frozen
class Floating(Leaf):
    """A leaf with a field that has no exact value."""

    share: float

    def lower(self):
        return ALWAYS


@attrs.frozen
class Typed(Leaf):
    """A leaf with a field that would hide its own type."""

    type: str

    def lower(self):
        return ALWAYS


@attrs.frozen
class Hidden(Leaf):
    """A leaf whose field is given by another name than it has."""

    _days: int

    def lower(self):
        return ALWAYS


@attrs.frozen
class Derived(Leaf):
    """A leaf with a field that cannot be given."""

    days: int = attrs.field(init=False, default=3)

    def lower(self):
        return ALWAYS


@pytest.mark.parametrize(
    ("leaves", "message"),
    [
        ({"Initial": InitialIn}, "lower-case tag"),
        ({"all_of": InitialIn}, "lower-case tag"),
        ({"one": InitialIn, "two": InitialIn}, "each class once"),
        ({"one": NoRecord}, "attrs class that extends Leaf"),
        ({"one": str}, "attrs class that extends Leaf"),
        ({"one": Equals}, "attrs class that extends Leaf"),
        ({"one": 3}, "attrs class that extends Leaf"),
        ({"one": Floating}, "share"),
        ({"one": Typed}, "none called 'type'"),
        ({"one": Hidden}, "by their own names"),
        ({"one": Derived}, "by their own names"),
    ],
    ids=str,
)
def test_a_registry_is_valid_by_construction(leaves, message):
    """Bad tags, classes that are no leaves and fields without wire values are refused at once."""
    with pytest.raises(InvalidRecord, match=message):
        LeafRegistry(**leaves)


def with_sets(row):
    """Read the lists of a row in JSON as sets."""
    return {key: frozenset(v) if isinstance(v, list) else v for key, v in row.items()}


def test_saved_rules_still_answer_as_they_did():
    """The rules kept in saved_rules.json, written by an earlier version, decode and decide alike.

    Never write that file anew: a rule that a practice saved must mean what it meant.
    """
    for saved in json.loads(SAVED.read_text(encoding="utf-8")):
        rule = decode_rule(saved["rule"], leaves=LEAVES, vocabulary=VOCABULARY)

        answers = [holds(rule, facts(**row)) for row in map(with_sets, saved["facts"])]
        assert answers == saved["answers"]


TABLE = DecisionTable(
    hit=HitPolicy.FIRST,
    rows=(
        TableRow(name="high", when=AtLeast("level", 2), then=1),
        TableRow(name="rest", when=InitialIn({"A"}), then=2),
    ),
)


def number(plain):
    """Read an outcome."""
    if type(plain) is not int:
        raise DecodeError(["must be a number"])
    return plain


def test_a_table_comes_back():
    """A table is written with its hit policy, its rows in order, and outcomes by the caller."""
    plain = encode_table(TABLE, outcome=lambda then: then, leaves=LEAVES)

    assert plain["hit"] == "first"
    assert [row["name"] for row in plain["rows"]] == ["high", "rest"]
    assert decode_table(plain, outcome=number, leaves=LEAVES, vocabulary=VOCABULARY) == TABLE


@pytest.mark.parametrize(
    ("plain", "problems"),
    [
        (3, ["must be an object with hit, rows @ $"]),
        ({"hit": "frist", "rows": {}}, 2),
        ({"hit": "first", "rows": [{}]}, ["must be an object with name, then, when @ $.rows[0]"]),
        (
            {
                "hit": "first",
                "rows": [{"name": "", "when": {"type": "all_of", "parts": []}, "then": 1}],
            },
            ["TableRow.name is '': it must be a non-empty str @ $.rows[0].name"],
        ),
        (
            {"hit": "first", "rows": [{"name": "a", "when": {"type": "x"}, "then": "1"}]},
            ["unknown type of rule 'x' @ $.rows[0].when.type", "must be a number @ $.rows[0].then"],
        ),
        (
            {
                "hit": "first",
                "rows": [{"name": "a", "when": {"type": "all_of", "parts": []}, "then": 1}] * 2,
            },
            ["DecisionTable.rows is ['a', 'a']: it must have each name once @ $.rows"],
        ),
        (
            {
                "hit": "first",
                "rows": [
                    {"name": "a", "when": {"type": "equals", "fact": "x", "value": 1}, "then": 1}
                ],
            },
            ["unknown fact 'x' @ $.rows[0].when.fact"],
        ),
    ],
    ids=str,
)
def test_bad_tables_are_refused_with_their_path(plain, problems):
    """Every problem of a table is reported at its row."""
    with pytest.raises(DecodeError) as caught:
        decode_table(plain, outcome=number, vocabulary=VOCABULARY)

    found = list(caught.value.problems)
    assert (len(found) if isinstance(problems, int) else found) == problems
