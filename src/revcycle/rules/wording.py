"""Rules in English: one line for a person who has never seen a rule.

With a vocabulary its labels, units and orders are used; without one the names of the facts are
made readable. What is said never depends on a row, so it holds no patient's figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from revcycle.rules.algebra import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Contains,
    Equals,
    FactValue,
    In,
    Leaf,
    Not,
    Rule,
    lower,
)
from revcycle.rules.vocabulary import (
    BoolFact,
    FactType,
    IntFact,
    SetFact,
    StrFact,
    Vocabulary,
    derived_fact,
    fact_named,
)

__all__ = ["describe", "fact_of", "value_words"]

VALUES_SHOWN_MAX = 12
"""How many values or ranges of values one condition spells out."""


def describe(rule: Rule, *, vocabulary: Vocabulary | None = None) -> str:
    """*rule* as one English line, such as "dunning level is 2 and not on hold".

    A named leaf speaks for itself where it has `Leaf.words`.

    Raises:
        InvalidRecord: the rule nests deeper than `DEPTH_MAX`, its named leaves included.
    """
    lower(rule)  # refuses what nests too deep, before any walk
    return _said(rule, vocabulary, turned=False)


def value_words(value: FactValue, fact: FactType) -> str:
    """A value of *fact* as a person writes it: cents as dollars, other units spelt out."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return _number(value, fact)
        case str():
            return _quoted(value)
        case _:
            return _listed(map(_quoted, sorted(value)), "and") if value else "nothing"


def _said(rule: Rule, vocabulary: Vocabulary | None, *, turned: bool) -> str:
    rule = _bare(rule)
    match rule:
        case Leaf():
            words = rule.words() or ""  # one without words is lowered by now
            return f"not ({words})" if turned else words
        case Not():
            return _said(rule.part, vocabulary, turned=not turned)
        case AllOf(parts=()) | AnyOf(parts=()):
            return "always" if isinstance(rule, AllOf) is not turned else "never"
        case AllOf() | AnyOf():
            said = _joined(rule, vocabulary)
            return f"not ({said})" if turned else said
        case _:
            fact = fact_of(rule, vocabulary)
            return _condition_words(rule, fact, turned=turned)


def _bare(rule: Rule) -> Rule:
    # Without what adds nothing to be said: a list of one part, Not within Not, and a leaf that
    # has no words. Only then can be told what needs brackets and what is a range.
    match rule:
        case Leaf():
            return _bare(rule.lower()) if rule.words() is None else rule
        case AllOf(parts=(only,)) | AnyOf(parts=(only,)):
            return _bare(only)
        case Not():
            part = _bare(rule.part)
            return part.part if isinstance(part, Not) else Not(part)
        case _:
            return rule


def _joined(rule: AllOf | AnyOf, vocabulary: Vocabulary | None) -> str:
    said = []
    bare = [_bare(part) for part in rule.parts]
    parts = iter(zip(bare, (*bare[1:], None), strict=True))
    for part, following in parts:
        if isinstance(rule, AllOf) and (span := _range(part, following, vocabulary)):
            said.append(span)
            next(parts)
        else:
            words = _said(part, vocabulary, turned=False)
            said.append(f"({words})" if _needs_brackets(part) else words)
    return _listed(said, "and" if isinstance(rule, AllOf) else "or")


def _needs_brackets(part: Rule) -> bool:
    # A list within a list; "not (...)" has brackets of its own. *part* is bare.
    if isinstance(part, AllOf) and len(part.parts) == 2:  # noqa: PLR2004  (a range is two bounds)
        return _range(_bare(part.parts[0]), _bare(part.parts[1]), None) is None
    return isinstance(part, AllOf | AnyOf) and len(part.parts) > 1


def _range(part: Rule, following: Rule | None, vocabulary: Vocabulary | None) -> str | None:
    if not (isinstance(part, AtLeast) and isinstance(following, AtMost)):
        return None
    if part.fact != following.fact:
        return None
    fact = fact_of(part, vocabulary)
    low, high = value_words(part.bound, fact), value_words(following.bound, fact)
    return f"{fact.label} is from {low} to {high}"


def _condition_words(  # noqa: PLR0911  (one answer a node)
    rule: Condition, fact: FactType, *, turned: bool
) -> str:
    no = " not" if turned else ""
    match rule:
        case Equals(value=bool()) if isinstance(fact, BoolFact):
            return fact.label if rule.value is not turned else fact.otherwise
        case Equals():
            return f"{fact.label} is{no} {value_words(rule.value, fact)}"
        case AtLeast() if turned:
            return f"{fact.label} is less than {value_words(rule.bound, fact)}"
        case AtLeast():
            return f"{fact.label} is at least {value_words(rule.bound, fact)}"
        case AtMost() if turned:
            return f"{fact.label} is more than {value_words(rule.bound, fact)}"
        case AtMost():
            return f"{fact.label} is at most {value_words(rule.bound, fact)}"
        case In(values=values) if not values:
            return "always" if turned else "never"
        case In():
            return f"{fact.label} is{no} {_choices(rule, fact)}"
        case Contains():
            verb = "do not include" if turned else "include"
            return f"{fact.label} {verb} {_quoted(rule.element)}"


def _choices(rule: In, fact: FactType) -> str:
    # Neighbours in the order of the domain, three or more, are shown as a range.
    order = fact.values if isinstance(fact, StrFact) else None
    known = {value: place for place, value in enumerate(order or ())}
    values = sorted(rule.values, key=lambda value: (known.get(str(value), -1), value))
    runs: list[list[str | int]] = []
    for value in values:
        if runs and _are_neighbours(runs[-1][-1], value, known):
            runs[-1].append(value)
        else:
            runs.append([value])
    if len(runs) == 1 and len(values) >= _RANGE_MIN:
        return f"from {value_words(values[0], fact)} to {value_words(values[-1], fact)}"
    said = [words for run in runs for words in _run_words(run, fact)]
    more = len(said) - VALUES_SHOWN_MAX
    shown = said if more <= 0 else [*said[:VALUES_SHOWN_MAX], f"{more} more"]
    return f"one of {_listed(shown, 'or')}" if len(shown) > 1 else shown[0]


def _are_neighbours(one: str | int, other: str | int, known: dict[str, int]) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return other == one + 1
    # A blank is no end of a range that anyone would read as one.
    in_order = known.get(str(other)) == known.get(str(one), -2) + 1
    return in_order and one != "" and other != ""


_RANGE_MIN = 3  # two neighbours are clearer as two


def _run_words(run: Sequence[str | int], fact: FactType) -> list[str]:
    words = [value_words(value, fact) for value in run]
    return words if len(run) < _RANGE_MIN else [f"{words[0]}-{words[-1]}"]


def _number(value: int, fact: FactType) -> str:
    unit = fact.unit if isinstance(fact, IntFact) else ""
    if unit == "cents":
        sign = "-" if value < 0 else ""
        return f"{sign}${abs(value) // 100:,}.{abs(value) % 100:02}"
    if not unit:
        return str(value)
    return f"{value} {unit.removesuffix('s') if value == 1 else unit}"


def _quoted(text: str) -> str:
    # Plain words stand as they are; what would be misread, or not be seen, is quoted.
    return text if text.replace("-", "").replace("_", "").isalnum() else repr(text)


def _listed(said: Iterable[str], word: str) -> str:
    *first, last = said
    return f"{', '.join(first)} {word} {last}" if first else last


def fact_of(rule: Condition, vocabulary: Vocabulary | None) -> FactType:
    """The fact that a condition reads; without a vocabulary, one that says what its name does."""
    known = fact_named(vocabulary, rule.fact) if vocabulary else None
    if known is not None:
        return known
    match rule:
        case Contains():
            return SetFact(rule.fact)
        case Equals(value=bool()):
            return derived_fact(rule.fact, bool)
        case Equals(value=str()):
            return derived_fact(rule.fact, str)
        case In() if any(isinstance(value, str) for value in rule.values):
            return derived_fact(rule.fact, str)
        case _:
            return derived_fact(rule.fact, int)
