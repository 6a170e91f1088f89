"""Does one condition fit the fact it names: is there such a fact, of that type, with that value?"""

from __future__ import annotations

from collections.abc import Iterator

from revcycle.errors import InvalidRecord, UnknownFact
from revcycle.rules.algebra import AtLeast, AtMost, Condition, Contains, Equals, In
from revcycle.rules.evaluation import nearest
from revcycle.rules.vocabulary import (
    BoolFact,
    FactType,
    IntFact,
    SetFact,
    StrFact,
    Vocabulary,
    fact_named,
    value_fault,
)

__all__ = ["fitting_fact", "known_fact", "misfit", "out_of_domain"]


def fitting_fact(condition: Condition, vocabulary: Vocabulary) -> FactType:
    """The fact that *condition* reads.

    Raises:
        UnknownFact: the vocabulary has no such fact; names the nearest.
        InvalidRecord: the condition asks what a fact of that type cannot answer.
    """
    fact = known_fact(condition.fact, vocabulary, path="$")
    for field, must in misfit(condition, fact):
        raise InvalidRecord(type(condition).__name__, field, getattr(condition, field), must)
    return fact


def known_fact(name: str, vocabulary: Vocabulary, *, path: str) -> FactType:
    """The fact called *name*, asked for at *path* of a rule.

    Raises:
        UnknownFact: the vocabulary has no such fact; names the nearest.
    """
    fact = fact_named(vocabulary, name)
    if fact is None:
        known = [fact.name for fact in vocabulary.facts]
        raise UnknownFact(name, nearest(name, known), path)
    return fact


def misfit(condition: Condition, fact: FactType) -> Iterator[tuple[str, str]]:
    """Fields of *condition* that ask what *fact*, by its type, cannot answer; and their "must"."""
    kind = _KINDS[type(fact)]
    said = f"{fact.name!r} is {_ARTICLES[kind]}"
    match condition:
        case Equals():
            if isinstance(fact, SetFact) or type(condition.value) is not kind:
                yield "value", f"be of the type of its fact: {said}"
        case In():
            if not isinstance(fact, IntFact | StrFact):
                yield "fact", f"name an int or a str fact: {said}"
            elif any(type(value) is not kind for value in condition.values):
                yield "values", f"be of the type of their fact: {said}"
        case AtLeast() | AtMost():
            if not isinstance(fact, IntFact):
                yield "fact", f"name an int fact: {said}"
        case Contains():
            if not isinstance(fact, SetFact):
                yield "fact", f"name a set of texts: {said}"


def out_of_domain(  # noqa: C901  (one answer a node)
    condition: Condition, fact: FactType
) -> Iterator[tuple[str, str]]:
    """Fields of *condition* with values that *fact*, whose type fits, never has."""
    match condition:
        case Equals():
            if must := value_fault(fact, condition.value):
                yield "value", must
        case In(values=values):
            if not values:
                yield "values", "hold at least one value: of none the rule never holds"
            for value in sorted(values):
                if must := value_fault(fact, value):
                    yield "values", must
        case Contains():
            if must := value_fault(fact, frozenset({condition.element})):
                yield "element", must
        case AtLeast(bound=bound) if isinstance(fact, IntFact):
            if fact.most is not None and bound > fact.most:
                yield "bound", f"be at most {fact.most}, the most that {fact.name!r} can be"
        case AtMost(bound=bound) if isinstance(fact, IntFact):
            if fact.least is not None and bound < fact.least:
                yield "bound", f"be at least {fact.least}, the least that {fact.name!r} can be"


_KINDS: dict[type[FactType], type] = {
    IntFact: int,
    BoolFact: bool,
    StrFact: str,
    SetFact: frozenset,
}
_ARTICLES = {int: "an int", bool: "a bool", str: "a str", frozenset: "a set of texts"}
