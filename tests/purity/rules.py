"""Rules asked in every way, tables that decide, tables that are written."""

import datetime as dt
import json
from collections.abc import Iterator

import attrs


@attrs.frozen
class Row:
    """A row of facts for the rules to read."""

    level: int
    owed_cents: int
    held: bool
    initial: str
    payers: frozenset[str]


class ListColumn(list):
    """The smallest column that a mask can be laid over."""

    __hash__ = None

    def __eq__(self, other):
        return ListColumn(value == other for value in self)

    def __ge__(self, bound):
        return ListColumn(value >= bound for value in self)

    def __le__(self, bound):
        return ListColumn(value <= bound for value in self)

    def __and__(self, other):
        return ListColumn(map(all, zip(self, other, strict=True)))

    def __or__(self, other):
        return ListColumn(map(any, zip(self, other, strict=True)))

    def __invert__(self):
        return ListColumn(not value for value in self)


def example_rules():
    """A vocabulary, a rule over it, rows, and a decision table."""
    from revcycle import rules

    @attrs.frozen
    class OwesAtLeast(rules.Leaf):
        """Something is owed."""

        cents: int

        def lower(self):
            return rules.AtLeast("owed_cents", self.cents)

    vocabulary = rules.Vocabulary.of(
        Row,
        rules.IntFact("level", least=0, most=8),
        rules.StrFact("initial", values=("A", "B", "")),
        rules.SetFact("payers", values=("aetna", "cigna")),
    )
    rule = rules.AllOf(
        rules.AnyOf(rules.Equals("level", 3), rules.In("level", {4, 5}), rules.AtMost("level", 1)),
        rules.Not(rules.Equals("held", value=True)),
        OwesAtLeast(100),
        rules.AnyOf(rules.Contains("payers", "aetna"), rules.In("initial", {"A", "B"})),
    )
    rows = [
        Row(level, owed, held=held, initial=initial, payers=frozenset(payers))
        for level in (0, 3, 8)
        for owed in (0, 5_000)
        for held in (False, True)
        for initial, payers in (("A", ()), ("", ("aetna",)))
    ]
    leaves = rules.LeafRegistry(owes_at_least=OwesAtLeast)
    table = rules.DecisionTable(
        hit=rules.HitPolicy.FIRST,
        rows=(
            rules.TableRow(name="first", when=rule, then="call"),
            rules.TableRow(name="never", when=rules.NEVER, then="write"),
            rules.TableRow(name="rest", when=rules.AtLeast("level", 2), then="wait"),
        ),
    )
    return vocabulary, rule, rows, leaves, table


def drive_rules() -> Iterator[str]:
    """Rules and decision tables: built, refused, evaluated, explained, proved, written, masked."""
    from revcycle import errors, rules

    vocabulary, rule, rows, leaves, table = example_rules()
    yield rules.describe(rule, vocabulary=vocabulary)
    yield repr(sorted(rules.facts_read(rule)))
    yield repr(rules.check_rule(rules.Equals("levle", 3), vocabulary=vocabulary))
    for wrong in (rules.Equals("levle", 3), rules.Equals("level", "3")):
        try:
            rules.validated(wrong, vocabulary=vocabulary)
        except errors.RevcycleError as error:
            yield str(error)
    rules.validated(rule, vocabulary=vocabulary)
    passes, passing = rules.compile_rule(rule), rules.compile_filter(rule)
    yield str(len(passing(rows)))
    for row in rows:
        yield repr(
            (rules.holds(rule, row), passes(row), rules.check_row(row, vocabulary=vocabulary))
        )
        yield from rules.explanation_lines(rules.explain(rule, row), vocabulary=vocabulary)
        yield from rules.why_not_lines(rules.why_not(rule, row, vocabulary=vocabulary))
    simple = rules.simplify(rule)
    yield rules.describe(simple)
    yield rules.describe(rules.simplify(rules.Not(rule)))
    columns = {f.name: ListColumn(getattr(row, f.name) for row in rows) for f in attrs.fields(Row)}
    has = ListColumn("aetna" in row.payers for row in rows)
    laid = rules.mask(
        rule, columns.__getitem__, total="owed_cents", contains=lambda _fact, _element: has
    )
    yield repr(list(laid))
    plain = rules.encode_rule(rule, leaves=leaves)
    yield json.dumps(plain, sort_keys=True)
    yield str(rules.decode_rule(plain, leaves=leaves, vocabulary=vocabulary) == rule)
    for wrong in ({"type": "equal"}, {"type": "equals", "fact": 3}, [], {"type": "all_of"}):
        try:
            rules.decode_rule(wrong, leaves=leaves, vocabulary=vocabulary)
        except errors.DecodeError as error:
            yield str(error)
    yield from drive_proofs(vocabulary, rule)
    yield from drive_decisions(vocabulary, rows, leaves, table)


def drive_proofs(vocabulary, rule) -> Iterator[str]:
    """What holds for every row there can be."""
    from revcycle import rules

    others = (rule, rules.AtLeast("level", 3))
    yield repr(rules.is_satisfiable(rule, vocabulary))
    yield repr(region_words(rules.witness(rule, vocabulary)))
    yield repr(rules.fact_named(vocabulary, "level"))
    yield repr(rules.value_words(5_000, rules.IntFact("owed_cents", unit="cents")))
    for found in (rules.uncovered(others, vocabulary), rules.overlaps(others, vocabulary)):
        yield f"{type(found).__name__} {region_words(found)}"
    uncovered, overlaps = rules.coverage(others, vocabulary)
    yield region_words(uncovered) + region_words(overlaps)
    yield repr(
        sorted(attrs.asdict(rules.row_of(vocabulary, {"level": 3}), recurse=False).items(), key=str)
    )


def region_words(found) -> str:
    """Say what was found, the regions in words: a frozenset has no order to show."""
    from revcycle import rules

    if found is None or isinstance(found, bool | int | str):
        return repr(found)
    if isinstance(found, rules.Region):
        return rules.describe(found.rule)
    if attrs.has(type(found)):
        return " ".join(region_words(getattr(found, f.name)) for f in attrs.fields(type(found)))
    return " ".join(map(region_words, found))


def drive_decisions(vocabulary, rows, leaves, table) -> Iterator[str]:
    """Decision tables."""
    from revcycle import rules

    rules.validated_table(table, vocabulary=vocabulary)
    yield repr(rules.check_table(table, vocabulary=vocabulary))
    decided = rules.compile_table(table)
    for row in rows:
        decision = rules.decide(table, row)
        yield repr([each.then for each in decision.rows])
        yield repr([each.then for each in decided(row).rows])
        explained = rules.explain_decision(table, row)
        yield repr([each.then for each in explained.decision.rows])
    for finding in rules.audit_table(table, vocabulary):
        yield rules.finding_words(finding, vocabulary=vocabulary)
    plain = rules.encode_table(table, outcome=str, leaves=leaves)
    yield json.dumps(plain, sort_keys=True)
    again = rules.decode_table(plain, outcome=str, leaves=leaves, vocabulary=vocabulary)
    yield str(again == table)


def drive_tables() -> Iterator[str]:
    """Rows and columns to text that is safe in a spreadsheet."""
    from revcycle import money, tables

    yield tables.csv_text(("id", "owed"), [("=1+1", money.usd("37.20")), ("a,b", None)])
    yield tables.cell_text(dt.date(2025, 1, 6))
