"""Refusing a rule that cannot be meant: checked where it is written or decoded, not where it runs.

A rule is at fault when it names a fact that is not there, asks what a fact of that type cannot
answer, names a value outside a finite domain, or says something that can never hold: a range
with no number in it, a choice of nothing, conditions that exclude each other or that the
vocabulary says are never so (`Vocabulary.possible`). The constants
`ALWAYS` and `NEVER`, written as such, are no fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from revcycle.errors import InvalidRecord, RevcycleError, UnknownFact
from revcycle.rules.algebra import ALWAYS, AllOf, AnyOf, Condition, Core, Leaf, Not, Rule, lower
from revcycle.rules.diagrams import NO, OverBudget
from revcycle.rules.fitting import known_fact, misfit, out_of_domain
from revcycle.rules.regions import Space, conditions_in, inside_and_cores, node_of, space_of
from revcycle.rules.vocabulary import Vocabulary, fact_named
from revcycle.rules.wording import describe

__all__ = ["RuleFault", "check_rule", "validated"]

_REGIONS_MAX = 10_000  # a check stays quick: what needs more is left to the audits
_PARTS = 10  # how many parts of a rule may need as much as that


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
    return tuple(_faults_of(rule, vocabulary, path))


def validated(rule: Rule, *, vocabulary: Vocabulary) -> Rule:
    """*rule* itself, when nothing is wrong with it.

    Raises:
        UnknownFact: the first fault is a fact that does not exist; names the nearest.
        InvalidRecord: the first fault is another.
    """
    for fault in _faults_of(rule, vocabulary, "$"):
        raise fault.error
    return rule


def _faults_of(rule: Rule, vocabulary: Vocabulary, path: str) -> Iterator[RuleFault]:
    try:
        core = lower(rule)
    except InvalidRecord as error:
        placed = f"{error.must} @ {path}"
        yield RuleFault(path, InvalidRecord(error.record, error.field, error.value, placed))
        return
    yield from _faults(rule, vocabulary, path, _Possible(core, vocabulary))


def _faults(
    rule: Rule, vocabulary: Vocabulary, path: str, possible: _Possible, *, is_inside: bool = False
) -> Iterator[RuleFault]:
    # is_inside: within a named leaf, whose parts have no paths of their own.
    match rule:
        case Leaf():
            yield from _faults(lower(rule), vocabulary, path, possible, is_inside=True)
        case AllOf() | AnyOf() | Not():
            parts = (rule.part,) if isinstance(rule, Not) else rule.parts
            found = False
            for index, part in enumerate(parts):
                step = ".part" if isinstance(rule, Not) else f".parts[{index}]"
                below = path if is_inside else path + step
                for fault in _faults(part, vocabulary, below, possible, is_inside=is_inside):
                    found = True
                    yield fault
            # An AnyOf of parts that can hold can hold. A NEVER that is written as such is meant.
            judged = not found and not isinstance(rule, AnyOf) and _constant(rule) is not False
            if judged and possible.excludes(rule):
                said = describe(rule, vocabulary=vocabulary)
                must = f"be able to hold on some row @ {path}"
                yield RuleFault(path, InvalidRecord(type(rule).__name__, "parts", said, must))
        case _:
            yield from _condition_faults(rule, vocabulary, path, possible, is_inside=is_inside)


class _Possible:
    """What parts of one rule can hold within a vocabulary. Not a record: it spends a budget."""

    def __init__(self, core: Core, vocabulary: Vocabulary) -> None:
        self._left = _REGIONS_MAX * _PARTS
        (bounds,) = inside_and_cores((), vocabulary, ALWAYS)
        fitting = [part for part in dict.fromkeys(conditions_in(core)) if _fits(part, vocabulary)]
        self._is_bounded = bounds != ALWAYS
        try:
            space = space_of([bounds, *fitting], vocabulary=vocabulary, regions_max=_REGIONS_MAX)
            self._space: Space | None = space
            self._bounds = node_of(bounds, space)
        except OverBudget:
            self._space = None

    def excludes(self, rule: Rule) -> bool:
        """Is there surely no row on which *rule* holds? Its conditions fit the vocabulary."""
        if self._space is None or self._left <= 0:
            return False
        diagrams = self._space.diagrams
        diagrams.allow(_REGIONS_MAX)
        try:
            node = node_of(lower(rule), self._space)
            return diagrams.all_of([self._bounds, node]) == NO
        except OverBudget:
            return False
        finally:
            self._left -= _REGIONS_MAX - diagrams.left

    def excludes_condition(self, condition: Condition) -> bool:
        """The same of one condition that is within the domain of its fact."""
        return self._is_bounded and self.excludes(condition)


def _fits(condition: Condition, vocabulary: Vocabulary) -> bool:
    fact = fact_named(vocabulary, condition.fact)
    return fact is not None and not any(misfit(condition, fact))


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
    rule: Condition, vocabulary: Vocabulary, path: str, possible: _Possible, *, is_inside: bool
) -> Iterator[RuleFault]:
    def at(field: str) -> str:
        return path if is_inside else f"{path}.{field}"

    try:
        fact = known_fact(rule.fact, vocabulary, path=at("fact"))
    except UnknownFact as error:
        yield RuleFault(at("fact"), error)
        return
    faults = list(misfit(rule, fact)) or list(out_of_domain(rule, fact))
    if not faults and possible.excludes_condition(rule):
        faults = [(attrs.fields(type(rule))[1].name, "be able to hold on some row")]
    for field, must in faults:
        record, value = type(rule).__name__, getattr(rule, field)
        placed = f"{must} @ {at(field)}"
        yield RuleFault(at(field), InvalidRecord(record, field, value, placed))
