"""Decision tables: ordered rows of "when this holds, then that", so that policy is data.

`decide` answers for one row of facts, `compile_table` makes one function of a whole table, and
`explain_decision` shows every row that was weighed. What is wrong with a table as a whole, its
gaps, overlaps and dead rows, is found before any row of facts is seen: `audit_table`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

from revcycle.checks import check_fields, each, one_of
from revcycle.errors import InvalidRecord, Problem, Proposition, Refused
from revcycle.rules.algebra import Rule, is_rule
from revcycle.rules.checking import RuleFault, check_rule
from revcycle.rules.compilation import compile_rule
from revcycle.rules.evaluation import holds
from revcycle.rules.explanation import Explanation, explain
from revcycle.rules.vocabulary import Vocabulary

__all__ = [
    "Decision",
    "DecisionExplanation",
    "DecisionProblem",
    "DecisionTable",
    "HitPolicy",
    "TableRow",
    "check_table",
    "compile_table",
    "decide",
    "explain_decision",
    "validated_table",
]

OutcomeT_co = TypeVar("OutcomeT_co", covariant=True)


class HitPolicy(enum.Enum):
    """What to do when several rows of a table hold. The value is its tag in wire form."""

    FIRST = "first"
    """The first row that holds decides; the order is part of the policy."""

    UNIQUE = "unique"
    """At most one row may hold; that two do is an error of the table."""

    COLLECT = "collect"
    """Every row that holds counts, in the order of the table."""


class DecisionProblem(Proposition):
    """Why a table gave no decision."""

    SEVERAL_ROWS_HOLD = "Make the rows exclude each other, or choose another hit policy."


@attrs.frozen(kw_only=True)
class TableRow(Generic[OutcomeT_co]):
    """One row of a table.

    Attributes:
        name: what the row is called in decisions and findings; unique in its table.
        when: the rule that must hold.
        then: the outcome.
    """

    name: str
    when: Rule
    then: OutcomeT_co

    def __attrs_post_init__(self) -> None:
        """Refuse a row without a name, and one whose condition is no rule."""
        if type(self.name) is not str or not self.name:
            raise InvalidRecord("TableRow", "name", self.name, "be a non-empty str")
        if not is_rule(self.when):
            raise InvalidRecord("TableRow", "when", self.when, "be a rule")


@attrs.frozen(kw_only=True)
class DecisionTable(Generic[OutcomeT_co]):
    """Ordered rows and what to do when several hold.

    Attributes:
        hit: the hit policy.
        rows: in order; none is a table that decides nothing.
    """

    hit: HitPolicy
    rows: tuple[TableRow[OutcomeT_co], ...]

    def __attrs_post_init__(self) -> None:
        """Refuse what is no hit policy, what are no rows, and two rows of one name."""
        check_fields(self, (("hit", one_of(HitPolicy)), ("rows", each(one_of(TableRow)))))
        names = [row.name for row in self.rows]
        if len(set(names)) < len(names):
            raise InvalidRecord("DecisionTable", "rows", names, "have each name once")


@attrs.frozen(kw_only=True)
class Decision(Generic[OutcomeT_co]):
    """What a table says of one row of facts.

    Attributes:
        rows: the rows that decided, in the order of the table; none when no row holds. Each has
            its name, its outcome, and in `TableRow.when` the reason why.
    """

    rows: tuple[TableRow[OutcomeT_co], ...]

    @property
    def outcomes(self) -> tuple[OutcomeT_co, ...]:
        """The outcomes of the rows, in their order; at most one unless the table collects."""
        return tuple(row.then for row in self.rows)

    @property
    def outcome(self) -> OutcomeT_co | None:
        """The outcome of the first row that decided; None when no row holds."""
        return self.rows[0].then if self.rows else None

    @property
    def row(self) -> str | None:
        """The name of the first row that decided; None when no row holds."""
        return self.rows[0].name if self.rows else None

    @property
    def why(self) -> Rule | None:
        """The rule of the first row that decided; None when no row holds."""
        return self.rows[0].when if self.rows else None


def decide(table: DecisionTable[OutcomeT_co], row: object) -> Decision[OutcomeT_co]:
    """What *table* says of *row*.

    Raises:
        UnknownFact: the row lacks a fact that the decision needs.
        Refused: two rows of a table hold whose rows must exclude each other.
    """
    if table.hit is HitPolicy.FIRST:
        first = next((each for each in table.rows if holds(each.when, row)), None)
        return Decision(rows=() if first is None else (first,))
    return _decision(table, tuple(each for each in table.rows if holds(each.when, row)))


def _decision(
    table: DecisionTable[OutcomeT_co], hits: tuple[TableRow[OutcomeT_co], ...]
) -> Decision[OutcomeT_co]:
    if table.hit is HitPolicy.UNIQUE and len(hits) > 1:
        names = ", ".join(row.name for row in hits)
        raise Refused("decide", [Problem(DecisionProblem.SEVERAL_ROWS_HOLD, names)])
    return Decision(rows=hits)


def compile_table(
    table: DecisionTable[OutcomeT_co],
) -> Callable[[object], Decision[OutcomeT_co]]:
    """One function that answers as ``decide(table, row)`` does, for many rows of facts."""
    tests = tuple((compile_rule(row.when), row) for row in table.rows)
    if table.hit is HitPolicy.FIRST:
        firsts = tuple((test, Decision(rows=(row,))) for test, row in tests)
        nothing: Decision[OutcomeT_co] = Decision(rows=())

        def first(facts: object) -> Decision[OutcomeT_co]:
            for test, decision in firsts:
                if test(facts):
                    return decision
            return nothing

        return first

    def every(facts: object) -> Decision[OutcomeT_co]:
        return _decision(table, tuple(row for test, row in tests if test(facts)))

    return every


@attrs.frozen(kw_only=True)
class DecisionExplanation(Generic[OutcomeT_co]):
    """Why a table decided as it did.

    Attributes:
        decision: what `decide` says.
        weighed: for every row of the table, in order, its name and why it holds or does not.
    """

    decision: Decision[OutcomeT_co]
    weighed: tuple[tuple[str, Explanation], ...]


def explain_decision(
    table: DecisionTable[OutcomeT_co], row: object
) -> DecisionExplanation[OutcomeT_co]:
    """Why *table* says what it says of *row*: every row of the table is shown.

    Raises as `decide` does.
    """
    weighed = tuple((each.name, explain(each.when, row)) for each in table.rows)
    return DecisionExplanation(decision=decide(table, row), weighed=weighed)


def check_table(
    table: DecisionTable[object], *, vocabulary: Vocabulary, path: str = "$"
) -> tuple[RuleFault, ...]:
    """Everything that is wrong with the rules of *table*, as `check_rule` says it.

    *path* is where the table stands in what it was read from.
    """
    return tuple(
        fault
        for index, row in enumerate(table.rows)
        for fault in check_rule(row.when, vocabulary=vocabulary, path=f"{path}.rows[{index}].when")
    )


def validated_table(
    table: DecisionTable[OutcomeT_co], *, vocabulary: Vocabulary
) -> DecisionTable[OutcomeT_co]:
    """*table* itself, when nothing is wrong with its rules.

    Raises as `validated` does.
    """
    for fault in check_table(table, vocabulary=vocabulary):
        raise fault.error
    return table
