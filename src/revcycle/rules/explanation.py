"""Why a rule holds on a row, and what would have to change for one that does not.

Explaining is a walk of its own, never a by-product: deciding builds no explanation, and
``explain(rule, row).result == holds(rule, row)`` is a law. An explanation holds the facts that
the rule reads and no others, so it shows of a row only what the rule's author asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from revcycle.rules.algebra import AllOf, AnyOf, Condition, FactValue, Leaf, Not, Rule, lower
from revcycle.rules.evaluation import fact_value, holds
from revcycle.rules.vocabulary import Vocabulary
from revcycle.rules.wording import describe, fact_of, value_words

__all__ = ["Explanation", "Reading", "explain", "explanation_lines"]


@attrs.frozen(kw_only=True)
class Reading:
    """One fact as a condition found it.

    Attributes:
        fact: the name of the fact.
        value: what it is on the row.
        wanted: the condition that it was to meet.
    """

    fact: str
    value: FactValue
    wanted: Condition


@attrs.frozen(kw_only=True)
class Explanation:
    """Why one rule holds on one row, or does not.

    Attributes:
        rule: the rule as it is written.
        result: what `holds` says of it.
        reading: for a condition, the fact that decided; None for any other rule.
        parts: for any other rule, the explanation of each part; a named leaf has one part,
            which explains the rule that it lowers to.
    """

    rule: Rule
    result: bool
    reading: Reading | None
    parts: tuple[Explanation, ...]


def explain(rule: Rule, row: object) -> Explanation:
    """Why *rule* holds on *row*, or does not: every part is shown, also those not decisive.

    Raises:
        UnknownFact: the row lacks a fact that some part reads.
        InvalidRecord: the rule nests deeper than `DEPTH_MAX`, its named leaves included.
    """
    lower(rule)  # refuses what nests too deep, before any walk
    return _explained(rule, row)


def _explained(rule: Rule, row: object) -> Explanation:
    match rule:
        case AllOf() | AnyOf():
            parts = tuple(_explained(part, row) for part in rule.parts)
            decide = all if isinstance(rule, AllOf) else any
            result = decide(part.result for part in parts)
            return Explanation(rule=rule, result=result, reading=None, parts=parts)
        case Not():
            part = _explained(rule.part, row)
            return Explanation(rule=rule, result=not part.result, reading=None, parts=(part,))
        case Leaf():
            part = _explained(rule.lower(), row)
            return Explanation(rule=rule, result=part.result, reading=None, parts=(part,))
        case _:
            value = fact_value(row, rule.fact)
            reading = Reading(fact=rule.fact, value=value, wanted=rule)
            return Explanation(rule=rule, result=holds(rule, row), reading=reading, parts=())


def explanation_lines(
    explanation: Explanation, *, vocabulary: Vocabulary | None = None
) -> tuple[str, ...]:
    """The explanation as indented lines of English, the whole rule first."""
    return tuple(_lines(explanation, vocabulary, ""))


def _lines(explanation: Explanation, vocabulary: Vocabulary | None, indent: str) -> Iterator[str]:
    if isinstance(explanation.rule, Leaf) and explanation.rule.words() is None:
        # It has nothing to say that its lowered form does not.
        yield from _lines(explanation.parts[0], vocabulary, indent)
        return
    verdict = "yes" if explanation.result else "no"
    said = describe(explanation.rule, vocabulary=vocabulary)
    yield f"{indent}{verdict}: {said}{_found(explanation.reading, vocabulary)}"
    for part in explanation.parts:
        yield from _lines(part, vocabulary, indent + "  ")


def _found(reading: Reading | None, vocabulary: Vocabulary | None) -> str:
    # Of a bool the verdict has said it all.
    if reading is None or type(reading.value) is bool:
        return ""
    return f" (it is {value_words(reading.value, fact_of(reading.wanted, vocabulary))})"
