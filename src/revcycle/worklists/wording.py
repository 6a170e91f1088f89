"""Regions of accounts in short English: ``level 2, initials N-Z, department 4``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from revcycle.accounts import InsuranceClass
from revcycle.dunning import ACCOUNT_FACTS, INITIALS
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Equals,
    In,
    IntFact,
    Leaf,
    Not,
    Rule,
    describe,
    facts_read,
    value_words,
)
from revcycle.worklists.filters import (
    INSURANCE_WORDS,
    NoAppointmentWithin,
    days_words,
    ids_words,
    initials_words,
)

__all__ = ["ALL_INITIALS", "passing_initials", "region_words"]

ALL_INITIALS: Final = frozenset({*INITIALS, ""})
"""Every initial there can be; the empty one is of a name without a letter."""

_LABELS: Final = {"primary_department_id": "department", "usual_provider_id": "provider"}
_ORDER: Final = (
    "alarm_level",
    "guarantor_initial",
    "primary_department_id",
    "usual_provider_id",
    "insurance_class",
    "outstanding_cents",
    "appointment_days",
)
_CENTS: Final = IntFact("outstanding_cents", unit="cents")


def region_words(rule: Rule) -> str:
    """Say which accounts meet *rule*: conditions on the facts of worklists, joined by "and"."""
    parts: dict[str, list[Rule]] = {fact: [] for fact in _ORDER}
    for part in _conditions(rule):
        parts.setdefault(min(facts_read(part)), []).append(part)
    said = [words for fact, mine in parts.items() if mine for words in _words(fact, mine)]
    return ", ".join(said)


def passing_initials(rule: Rule) -> frozenset[str]:
    """Give the initials that the conditions of *rule* let pass."""
    letters = ALL_INITIALS
    for part in _conditions(rule):
        if "guarantor_initial" in facts_read(part):
            letters = letters - _named(part) if isinstance(part, Not) else letters & _named(part)
    return letters


def _conditions(rule: Rule) -> Iterator[Rule]:
    match rule:
        case AllOf():
            for part in rule.parts:
                yield from _conditions(part)
        case Leaf() if not isinstance(rule, NoAppointmentWithin):
            yield from _conditions(rule.lower())
        case _:
            yield rule


def _words(fact: str, parts: list[Rule]) -> Iterator[str]:
    if fact == "alarm_level":
        yield from (f"level {part.value}" for part in parts if isinstance(part, Equals))
    elif fact == "guarantor_initial":
        yield from _initials(passing_initials(AllOf(*parts)))
    elif fact in _LABELS:
        yield from (f"{_LABELS[fact]} {_ids(part)}" for part in parts)
    elif fact == "insurance_class":
        yield from (INSURANCE_WORDS[each] for each in InsuranceClass if _is_class(parts, each))
    elif fact == "outstanding_cents":
        yield _amounts(parts)
    elif fact == "appointment_days":
        yield from map(_appointment, parts)
    else:
        yield from (describe(part, vocabulary=ACCOUNT_FACTS) for part in parts)


def _named(part: Rule) -> frozenset[str]:
    match part:
        case Not():
            return _named(part.part)
        case Equals():
            return frozenset({str(part.value)})
        case In():
            return frozenset(map(str, part.values))
        case _:
            return frozenset()


def _initials(letters: frozenset[str]) -> Iterator[str]:
    named = letters - {""}
    if letters == {""}:
        yield "names without a letter"
    elif letters != ALL_INITIALS:
        more = " or names without a letter" if "" in letters else ""
        noun = "initial" if len(named) == 1 else "initials"
        yield f"{noun} {initials_words(named)}{more}"


def _ids(part: Rule) -> str:
    named = ids_words(_named(part))
    return f"other than {named}" if isinstance(part, Not) else named


def _is_class(parts: Iterable[Rule], insurance_class: InsuranceClass) -> bool:
    return all(
        (insurance_class.value in _named(part)) is not isinstance(part, Not) for part in parts
    )


def _amounts(parts: Iterable[Rule]) -> str:
    words = [_span(part) for part in parts if isinstance(part, AnyOf)]
    words += [_span(AllOf(*(part for part in parts if not isinstance(part, AnyOf))))]
    return "outstanding " + ", ".join(filter(None, words))


def _span(rule: Rule) -> str:  # noqa: PLR0911  (one answer a node)
    match rule:
        case AtLeast():
            return f"from {value_words(rule.bound, _CENTS)}"
        case AtMost():
            return f"up to {value_words(rule.bound, _CENTS)}"
        case Equals():
            return f"of {value_words(rule.value, _CENTS)}"
        case Not():
            return f"not {_span(rule.part)}"
        case AllOf():
            return " ".join(map(_span, rule.parts))
        case AnyOf():
            return " or ".join(map(_span, rule.parts))
        case _:
            return describe(rule, vocabulary=ACCOUNT_FACTS)


def _appointment(part: Rule) -> str:
    # Lowered or not, with one bound or the other way round: the bound says all.
    days = min(_bounds(part))
    is_excluded = isinstance(part, NoAppointmentWithin) or (
        isinstance(part, Not) and not isinstance(part.part, NoAppointmentWithin)
    )
    return f"{'no' if is_excluded else 'an'} appointment {days_words(days)}"


def _bounds(rule: Rule) -> Iterator[int]:
    match rule:
        case AllOf():
            for part in rule.parts:
                yield from _bounds(part)
        case Not():
            yield from _bounds(rule.part)
        case Leaf():
            yield from _bounds(rule.lower())
        case AtMost():
            yield rule.bound
        case _:
            return
