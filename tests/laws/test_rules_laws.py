"""The laws of the rules engine, each with a hand-broken function that it catches.

A law is a function of the library function it is about, so that the same law is asked of a
broken one. `holds` is the reference: it walks a rule as it is written.
"""

import itertools
import re

import attrs
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from revcycle.errors import Refused
from revcycle.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtMost,
    Contains,
    DecisionTable,
    Equals,
    FindingKind,
    HitPolicy,
    Leaf,
    Not,
    Rule,
    Vocabulary,
    audit_table,
    check_rule,
    compile_filter,
    compile_rule,
    compile_table,
    coverage,
    decide,
    decode_rule,
    describe,
    encode_rule,
    explain,
    explain_decision,
    facts_read,
    holds,
    is_satisfiable,
    lower,
    mask,
    overlaps,
    simplify,
    uncovered,
    why_not,
    witness,
)
from revcycle.testing.rule_strategies import decision_tables, fact_rows, rules
from tests.rules.book import (
    EVERY_FEW,
    FEW,
    LEAVES,
    VOCABULARY,
    CoversPayer,
    InitialIn,
    NoAppointmentWithin,
    OutstandingBetween,
    Workable,
)
from tests.rules.columns import ListColumn, column_of

CENTS = st.integers(-4, 4)
NAMED = st.one_of(
    st.builds(InitialIn, st.frozensets(st.sampled_from(("A", "B", "")))),
    st.builds(OutstandingBetween, st.none() | CENTS, st.none() | CENTS),
    st.builds(NoAppointmentWithin, st.integers(0, 9)),
    st.builds(CoversPayer, st.lists(st.sampled_from(("aetna", "cigna")), max_size=2).map(tuple)),
    st.builds(Workable, st.integers(0, 9)),
)
RULES = rules(VOCABULARY, leaves=NAMED)
ROWS = fact_rows(VOCABULARY)
FEW_RULES = rules(FEW, conditions_max=6)
FEW_ROWS = fact_rows(FEW)
LINKED = attrs.evolve(
    FEW,
    possible=AllOf(
        AnyOf(Equals("held", value=True), Equals("level", 0)),
        AtMost("cents", 2),
        Not(AllOf(Contains("payers", "aetna"), Equals("initial", "A"))),
    ),
)
FEW_NAMES = tuple(fact.name for fact in FEW.facts)
NUMBER_OF = {row: number for number, row in enumerate(EVERY_FEW)}


def hunt(*strategies, law, is_broken=False):
    """Ask *law* of what the strategies give; of a broken function always of the same examples."""
    quick = settings(
        max_examples=1_000, derandomize=True, database=None, phases=[Phase.generate], deadline=None
    )
    asked = given(*strategies)(law)
    (quick(asked) if is_broken else asked)()


def conditions_of(rule):
    """Every condition of a rule in core nodes."""
    if isinstance(rule, AllOf | AnyOf):
        return [condition for part in rule.parts for condition in conditions_of(part)]
    return conditions_of(rule.part) if isinstance(rule, Not) else [rule]


def rewritten(rule, change):
    """The rule, lowered, with every condition put through *change*."""
    rule = lower(rule)
    if isinstance(rule, AllOf | AnyOf):
        return type(rule)(*(rewritten(part, change) for part in rule.parts))
    return Not(rewritten(rule.part, change)) if isinstance(rule, Not) else change(rule)


def strict(condition):
    """Read "at most" as "less than"."""
    if isinstance(condition, AtMost):
        return AtMost(condition.fact, condition.bound - 1)
    return condition


# ------------------------------------------------------------------------------- the same answer


def lowering_keeps_the_answer(lowered, **how):
    """A rule in core nodes answers as the one with named leaves, and has core nodes only."""

    def law(rule, row):
        core = lowered(rule)

        assert holds(core, row) == holds(rule, row)
        assert not any(isinstance(condition, Leaf) for condition in conditions_of(core))

    hunt(RULES, ROWS, law=law, **how)


def simplifying_keeps_the_answer(simplified, **how):
    """A simplified rule answers the same, reads no more, is no longer, and stays as it is."""

    def law(rule, row):
        short = simplified(rule)

        assert holds(short, row) == holds(rule, row)
        assert facts_read(short) <= facts_read(rule)
        assert len(conditions_of(short)) <= len(conditions_of(lower(rule)))
        assert simplified(short) == short

    hunt(RULES, ROWS, law=law, **how)


def compiling_keeps_the_answer(compiled, **how):
    """A compiled rule gives the very bool that the rule gives."""

    def law(rule, row):
        assert compiled(rule)(row) is holds(rule, row)

    hunt(RULES, ROWS, law=law, **how)


def filtering_keeps_the_answer(compiled, **how):
    """A compiled filter keeps the rows on which the rule holds, in order, from any iterable."""

    def law(rule, rows):
        assert compiled(rule)(iter(rows)) == [row for row in rows if holds(rule, row)]

    hunt(RULES, st.lists(ROWS, max_size=6), law=law, **how)


def masking_keeps_the_answer(masked, **how):
    """A mask over columns picks the rows on which the rule holds, with hooks and without."""

    def law(rule, rows, with_isin):
        columns = column_of(rows)
        isin = ListColumn.isin if with_isin else None
        picked = masked(
            rule, columns, total="appointment_days", isin=isin, contains=columns.contains
        )

        assert picked.values == [holds(rule, row) for row in rows]

    hunt(RULES, st.lists(ROWS, max_size=5), st.booleans(), law=law, **how)


def explaining_agrees_with_deciding(explained, **how):
    """An explanation's result is the decision, for the rule and for each part of it."""

    def agrees(explanation, row):
        assert explanation.result is holds(explanation.rule, row)
        if explanation.reading is not None:
            assert explanation.reading.value == getattr(row, explanation.reading.fact)
        for part in explanation.parts:
            agrees(part, row)

    hunt(RULES, ROWS, law=lambda rule, row: agrees(explained(rule, row), row), **how)


def an_unread_fact_changes_nothing(read, **how):
    """Whatever else changes, a rule answers the same while the facts it reads stay."""

    def law(rule, row, other):
        kept = {name: getattr(row, name) for name in read(rule)}

        assert holds(rule, attrs.evolve(other, **kept)) == holds(rule, row)

    hunt(RULES, ROWS, ROWS, law=law, **how)


def a_rule_comes_back_from_the_wire(encoded, **how):
    """Every rule with its named leaves decodes to an equal one, and equal rules encode equally."""

    def law(rule):
        plain = encoded(rule, leaves=LEAVES)

        assert decode_rule(plain, leaves=LEAVES) == rule
        assert plain == encode_rule(decode_rule(plain, leaves=LEAVES), leaves=LEAVES)

    hunt(RULES, law=law, **how)


# ------------------------------------------------------------------------- against brute force


def minimal(sets):
    """The sets that hold no other of them."""
    return {one for one in sets if not any(other < one for other in sets)}


def changed_facts(row, other):
    """The names of the facts in which two rows differ."""
    return frozenset(name for name in FEW_NAMES if getattr(row, name) != getattr(other, name))


def why_not_is_minimal_and_sufficient(asked, **how):
    """The ways are just the smallest sets of facts to change, and any wanted values will do."""

    def law(rule, row, vocabulary):
        assume(holds(vocabulary.possible, row))
        why = asked(rule, row, vocabulary=vocabulary)
        assert why.result is holds(rule, row)
        assume(not why.result and why.is_complete)
        holding = compile_filter(AllOf(vocabulary.possible, rule))(EVERY_FEW)
        ways = {frozenset(unmet.fact for unmet in way) for way in why.ways}

        assert ways == minimal({changed_facts(row, other) for other in holding})
        for way in why.ways:
            assert all(unmet.value == getattr(row, unmet.fact) for unmet in way)
            assert not any(holds(unmet.wanted, row) for unmet in way)
            wanted = compile_filter(AllOf(*(unmet.wanted for unmet in way)))(EVERY_FEW)
            facts = {unmet.fact for unmet in way}
            reached = [one for one in wanted if changed_facts(row, one) <= facts]
            assert reached
            assert all(holds(AllOf(vocabulary.possible, rule), one) for one in reached)

    hunt(FEW_RULES, FEW_ROWS, st.sampled_from((FEW, LINKED)), law=law, **how)


def gaps_agree_with_brute_force(asked, **how):
    """A row is in one of the uncovered regions when no rule holds on it, and in one only."""

    def law(found, within):
        gaps = asked(found, FEW, within=within)
        assert coverage(found, FEW, within=within)[0] == asked(found, FEW, within=within)
        inside = [row for row in EVERY_FEW if holds(within, row)]
        left = {NUMBER_OF[row] for row in inside if not any(holds(rule, row) for rule in found)}
        regions = [
            {NUMBER_OF[row] for row in compile_filter(r.rule)(EVERY_FEW)} for r in gaps.regions
        ]

        assert gaps.is_complete
        assert sum(map(len, regions)) == len(left)
        assert set().union(*regions) == left
        assert all(holds(region.rule, region.witness) for region in gaps.regions)

    hunt(st.lists(FEW_RULES, max_size=4), FEW_RULES, law=law, **how)


def overlaps_agree_with_brute_force(asked, **how):
    """Two rules overlap when both hold on some row, in just the regions that are named."""

    def law(found):
        both = asked(found, FEW)
        assert coverage(found, FEW)[1] == both
        holding = [{NUMBER_OF[row] for row in compile_filter(rule)(EVERY_FEW)} for rule in found]
        expected = {
            (one, other): holding[one] & holding[other]
            for other in range(len(found))
            for one in range(other)
            if holding[one] & holding[other]
        }
        named = {
            overlap.rules: {
                NUMBER_OF[row]
                for region in overlap.regions
                for row in compile_filter(region.rule)(EVERY_FEW)
            }
            for overlap in both.found
        }

        assert named == expected
        assert both.undecided == ()

    hunt(st.lists(FEW_RULES, max_size=4), law=law, **how)


def a_table_audit_agrees_with_brute_force(audited, **how):
    """A row is dead, facts are undecided, two rows clash: just when trying every row shows it."""

    def law(table):
        picked = [
            (row.name, {NUMBER_OF[one] for one in compile_filter(row.when)(EVERY_FEW)})
            for row in table.rows
        ]
        hits = [
            [name for name, held in picked if number in held] for number in range(len(EVERY_FEW))
        ]
        is_first = table.hit is HitPolicy.FIRST
        deciding = {name for hit in hits for name in (hit[:1] if is_first else hit)}
        findings = audited(table, FEW)
        found = {kind: [f.rows for f in findings if f.kind is kind] for kind in FindingKind}

        dead = [row.name for row in table.rows if row.name not in deciding]
        assert [rows[0] for rows in found[FindingKind.UNREACHABLE]] == dead
        assert bool(found[FindingKind.GAP]) == ([] in hits)
        clashes = {
            (one, other)
            for hit in hits
            for at, other in enumerate(hit)
            for one in hit[:at]
            if table.hit is HitPolicy.UNIQUE
        }
        assert set(found[FindingKind.OVERLAP]) == clashes
        assert all(f.region is None or holds(f.region.rule, f.region.witness) for f in findings)

    hunt(decision_tables(FEW, rows_max=4), law=law, **how)


def a_witness_is_found_if_there_is_one(asked, **how):
    """A rule has a witness when some row meets it, and the witness does."""

    def law(rule):
        found = asked(rule, FEW)

        assert (found is not None) == any(holds(rule, row) for row in EVERY_FEW)
        assert is_satisfiable(rule, FEW) == (found is not None)
        assert found is None or (holds(rule, found.witness) and holds(found.rule, found.witness))

    hunt(FEW_RULES, law=law, **how)


def has_constant(rule):
    """Does the rule have an empty AllOf or AnyOf somewhere?"""
    parts = (rule.part,) if isinstance(rule, Not) else getattr(rule, "parts", None)
    return parts is not None and (not parts or any(map(has_constant, parts)))


def a_checked_rule_can_hold(checked, **how):
    """A rule with no fault, and no constant written into it, holds on some row."""

    def law(rule):
        assume(not has_constant(rule) and not checked(rule, vocabulary=FEW))

        assert any(holds(rule, row) for row in EVERY_FEW)

    def law_within(rule):
        assume(not has_constant(rule) and not checked(rule, vocabulary=LINKED))

        assert any(holds(AllOf(LINKED.possible, rule), row) for row in EVERY_FEW)

    hunt(FEW_RULES, law=law, **how)
    hunt(FEW_RULES, law=law_within, **how)


def a_compiled_table_decides_the_same(compiled, **how):
    """A compiled table and an explained one say what `decide` says, a refusal included."""

    def answer(ask):
        try:
            return ask()
        except Refused as error:
            return str(error)

    def law(table, row):
        said = answer(lambda: decide(table, row))

        assert answer(lambda: compiled(table)(row)) == said
        assert answer(lambda: explain_decision(table, row).decision) == said

    hunt(decision_tables(FEW), FEW_ROWS, law=law, **how)


def a_description_is_one_line(described, **how):
    """Every rule has a description of one line, with words and without."""

    def law(rule):
        for vocabulary in (None, VOCABULARY):
            said = described(rule, vocabulary=vocabulary)

            assert said
            assert len(said.splitlines()) == 1

    hunt(RULES, law=law, **how)


@attrs.frozen(kw_only=True)
class Flags:
    """Facts of one word each, so that a description can be read back."""

    a: bool
    b: bool
    c: bool


FLAGS = Vocabulary.of(Flags)
EVERY_FLAGS = [Flags(a=a, b=b, c=c) for a, b, c in itertools.product((False, True), repeat=3)]


@attrs.frozen
class Wordless(Leaf):
    """A leaf that is said as what it lowers to."""

    inner: Rule

    def lower(self):
        return self.inner


def read_back(said):
    """Read a description as a person would: brackets bind, and one list has one word."""
    tokens = re.findall(r"\w+|[(),]", said)

    def one():
        token = tokens.pop(0)
        if token == "not":
            return Not(one())
        if token == "(":
            rule = listed()
            assert tokens.pop(0) == ")"
            return rule
        return {"always": ALWAYS, "never": NEVER}.get(token) or Equals(token, value=True)

    def listed():
        parts, words = [one()], []
        while tokens and tokens[0] != ")":
            words.append(tokens.pop(0))
            parts.append(one())
        assert not words or words == [","] * (len(words) - 1) + words[-1:]
        assert not words or words[-1] in {"and", "or"}
        return AllOf(*parts) if words[-1:] == ["and"] else AnyOf(*parts)

    rule = listed()
    assert not tokens
    return rule


def a_description_means_the_rule(described, **how):
    """Read back, a description answers as the rule: no bracket is missing."""

    def law(rule):
        again = read_back(described(rule))

        assert [holds(again, row) for row in EVERY_FLAGS] == [
            holds(rule, row) for row in EVERY_FLAGS
        ]

    flags = rules(FLAGS, conditions_max=4)
    wrapped = flags.map(Wordless) | flags.map(AllOf) | flags.map(lambda rule: Not(Not(rule)))
    hunt(rules(FLAGS, leaves=wrapped, conditions_max=4), law=law, **how)


# ------------------------------------------------------------------------------ the broken ones


def lower_without_not(rule):
    """Lose every Not."""
    rule = lower(rule)
    if isinstance(rule, AllOf | AnyOf):
        return type(rule)(*map(lower_without_not, rule.parts))
    return lower_without_not(rule.part) if isinstance(rule, Not) else rule


def simplify_empty_to_true(rule):
    """Take the empty AnyOf for true."""
    short = simplify(rule)
    return ALWAYS if short == NEVER else short


def mask_always(rule, column, *, total, **hooks):
    """Forget that a rule can be a constant "never"."""
    return mask(ALWAYS if simplify(rule) == NEVER else rule, column, total=total, **hooks)


def explain_any_as_all(rule, row):
    """Ask every part of an AnyOf to hold."""
    explanation = explain(rule, row)
    result = all(part.result for part in explanation.parts)
    return attrs.evolve(explanation, result=result) if isinstance(rule, AnyOf) else explanation


def read_first_only(rule):
    """Read the first fact of the alphabet only."""
    return frozenset(sorted(facts_read(rule))[:1])


def encode_without_zero(rule, *, leaves):
    """Leave out what is zero, which is not what is missing."""

    def pruned(plain):
        if isinstance(plain, list):
            return [pruned(item) for item in plain]
        if not isinstance(plain, dict):
            return plain
        is_range = plain["type"] == "outstanding_between"
        return {key: pruned(value) for key, value in plain.items() if not (is_range and value == 0)}

    return pruned(encode_rule(rule, leaves=leaves))


def why_not_one_by_one(rule, row, *, vocabulary):
    """Give each unmet fact as a way of its own."""
    why = why_not(rule, row, vocabulary=vocabulary)
    return attrs.evolve(why, ways=tuple((unmet,) for way in why.ways for unmet in way))


def uncovered_without_last(found, vocabulary, *, within):
    """Overlook the last rule."""
    return uncovered(found[:-1], vocabulary, within=within)


def overlaps_of_neighbours(found, vocabulary):
    """Compare each rule with the next only."""
    both = overlaps(found, vocabulary)
    near = tuple(o for o in both.found if o.rules[1] - o.rules[0] == 1)
    return attrs.evolve(both, found=near)


def audit_as_unique(table, vocabulary):
    """Audit as if the order of the rows did not matter."""
    return audit_table(attrs.evolve(table, hit=HitPolicy.COLLECT), vocabulary)


def witness_without_not(rule, vocabulary):
    """Find a witness of something else."""
    return witness(lower_without_not(rule), vocabulary)


def check_conditions_only(rule, *, vocabulary):
    """Check conditions one by one, never together."""
    found = conditions_of(rule)
    return [fault for part in found for fault in check_rule(part, vocabulary=vocabulary)]


def compile_last_hit(table):
    """Let the last row that holds decide."""
    return compile_table(DecisionTable(hit=table.hit, rows=tuple(reversed(table.rows))))


def describe_nothing(rule, *, vocabulary):
    """Have no words for the empty rules."""
    return "" if rule in (ALWAYS, NEVER) else describe(rule, vocabulary=vocabulary)


def describe_without_brackets(rule):
    """Leave out the brackets that do not follow a "not"."""
    return re.sub(r"(?<!not )\(([^()]*)\)", r"\1", describe(rule))


LAWS = [
    (lowering_keeps_the_answer, lower, lower_without_not),
    (simplifying_keeps_the_answer, simplify, simplify_empty_to_true),
    (compiling_keeps_the_answer, compile_rule, lambda r: compile_rule(rewritten(r, strict))),
    (
        filtering_keeps_the_answer,
        compile_filter,
        lambda r: lambda rows: compile_filter(r)(rows)[:3],
    ),
    (masking_keeps_the_answer, mask, mask_always),
    (explaining_agrees_with_deciding, explain, explain_any_as_all),
    (an_unread_fact_changes_nothing, facts_read, read_first_only),
    (a_rule_comes_back_from_the_wire, encode_rule, encode_without_zero),
    (why_not_is_minimal_and_sufficient, why_not, why_not_one_by_one),
    (gaps_agree_with_brute_force, uncovered, uncovered_without_last),
    (overlaps_agree_with_brute_force, overlaps, overlaps_of_neighbours),
    (a_table_audit_agrees_with_brute_force, audit_table, audit_as_unique),
    (a_witness_is_found_if_there_is_one, witness, witness_without_not),
    (a_checked_rule_can_hold, check_rule, check_conditions_only),
    (a_compiled_table_decides_the_same, compile_table, compile_last_hit),
    (a_description_is_one_line, describe, describe_nothing),
    (a_description_means_the_rule, describe, describe_without_brackets),
]
NAMES = [law.__name__ for law, _, _ in LAWS]


@pytest.mark.parametrize(("law", "function"), [row[:2] for row in LAWS], ids=NAMES)
def test_the_law_holds(law, function):
    """The library's function keeps the law that carries its name."""
    law(function)


@pytest.mark.parametrize(("law", "broken"), [row[::2] for row in LAWS], ids=NAMES)
def test_the_law_catches_the_broken_one(law, broken):
    """A function that is wrong in one point breaks the law."""
    with pytest.raises(AssertionError):
        law(broken, is_broken=True)
