"""Refusing a rule that cannot be meant: checked where it is written or decoded, not where it runs.

A rule is at fault when it names a fact that is not there, asks what a fact of that type cannot
answer, names a value outside a finite domain, or says something that can never hold: a range
with no number in it, a choice of nothing, conditions that exclude each other. The constants
`ALWAYS` and `NEVER`, written as such, are no fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from revcycle.errors import InvalidRecord, Refused, RevcycleError, UnknownFact
from revcycle.rules.algebra import AllOf, AnyOf, Condition, Leaf, Not, Rule, lower
from revcycle.rules.analysis import is_satisfiable
from revcycle.rules.fitting import known_fact, misfit, out_of_domain
from revcycle.rules.vocabulary import Vocabulary
from revcycle.rules.wording import describe

__all__ = ["RuleFault", "check_rule", "validated"]

_REGIONS_MAX = 10_000  # a check stays quick: what needs more is left to the audits


@attrs.frozen
class RuleFault:
    """One thing that is wrong with a rule.

    Attributes:
        path: where in the rule, such as ``$.parts[1].fact``; the same path in its wire form.
        error: what `validated` raises for it.
    """

    path: str
    error: RevcycleError = attrs.field(eq=str)

    def __str__(self) -> str:
        """Read as one line, which names the path."""
        return str(self.error)


def check_rule(rule: Rule, *, vocabulary: Vocabulary, path: str = "$") -> tuple[RuleFault, ...]:
    """Everything that is wrong with *rule* under *vocabulary*, in the order of the rule.

    *path* is where the rule stands in what holds it. What is wrong inside a named leaf is
    reported at the leaf.
    """
    return tuple(_faults(rule, vocabulary, path))


def validated(rule: Rule, *, vocabulary: Vocabulary) -> Rule:
    """*rule* itself, when nothing is wrong with it.

    Raises:
        UnknownFact: the first fault is a fact that does not exist; names the nearest.
        InvalidRecord: the first fault is another.
    """
    for fault in _faults(rule, vocabulary, "$"):
        raise fault.error
    return rule


def _faults(
    rule: Rule, vocabulary: Vocabulary, path: str, *, is_inside: bool = False
) -> Iterator[RuleFault]:
    # is_inside: within a named leaf, whose parts have no paths of their own.
    match rule:
        case Leaf():
            yield from _faults(lower(rule), vocabulary, path, is_inside=True)
        case AllOf() | AnyOf() | Not():
            parts = (rule.part,) if isinstance(rule, Not) else rule.parts
            found = False
            for index, part in enumerate(parts):
                step = ".part" if isinstance(rule, Not) else f".parts[{index}]"
                below = path if is_inside else path + step
                for fault in _faults(part, vocabulary, below, is_inside=is_inside):
                    found = True
                    yield fault
            if not found and not isinstance(rule, AnyOf) and _is_empty(rule, vocabulary):
                said = describe(rule, vocabulary=vocabulary)
                must = f"be able to hold on some row @ {path}"
                yield RuleFault(path, InvalidRecord(type(rule).__name__, "parts", said, must))
        case _:
            yield from _condition_faults(rule, vocabulary, path, is_inside=is_inside)


def _is_empty(rule: AllOf | Not, vocabulary: Vocabulary) -> bool:
    if _constant(rule) is False:
        return False  # a NEVER that is written as such is meant
    try:
        return not is_satisfiable(rule, vocabulary, regions_max=_REGIONS_MAX)
    except Refused:
        return False


def _constant(rule: Rule) -> bool | None:
    # The answer that the rule gives whatever its conditions say; None when it depends on them.
    match rule:
        case Leaf():
            return _constant(lower(rule))
        case Not():
            part = _constant(rule.part)
            return None if part is None else not part
        case AllOf() | AnyOf():
            decisive = isinstance(rule, AnyOf)
            parts = {_constant(part) for part in rule.parts}
            return decisive if decisive in parts else None if None in parts else not decisive
        case _:
            return None


def _condition_faults(
    rule: Condition, vocabulary: Vocabulary, path: str, *, is_inside: bool
) -> Iterator[RuleFault]:
    def at(field: str) -> str:
        return path if is_inside else f"{path}.{field}"

    try:
        fact = known_fact(rule.fact, vocabulary, path=at("fact"))
    except UnknownFact as error:
        yield RuleFault(at("fact"), error)
        return
    for field, must in list(misfit(rule, fact)) or out_of_domain(rule, fact):
        record, value = type(rule).__name__, getattr(rule, field)
        placed = f"{must} @ {at(field)}"
        yield RuleFault(at(field), InvalidRecord(record, field, value, placed))
