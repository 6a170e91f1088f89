"""What the facts of one kind of row are: their types, their domains, and their English.

A vocabulary is written once beside the row class it describes. Rules are checked against it
where they are built or decoded (`checking`), the region engine takes its finite and ordered
domains from it (`regions`), and descriptions take its labels (`wording`).
"""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import TypeAlias

import attrs

from revcycle.errors import InvalidRecord, UnknownFact
from revcycle.rules.algebra import ALWAYS, FactValue, Rule, check_fact_name, is_rule
from revcycle.rules.evaluation import holds, nearest

__all__ = [
    "BoolFact",
    "FactType",
    "IntFact",
    "SetFact",
    "StrFact",
    "Vocabulary",
    "check_row",
    "derived_fact",
    "fact_named",
    "row_of",
    "value_fault",
]


@attrs.frozen
class IntFact:
    """A fact that is a whole number.

    Attributes:
        name: the attribute of the row.
        label: what it is called in a sentence.
        least: the smallest value it can have; None when there is none.
        most: the largest value it can have; None when there is none.
        unit: what it counts, such as ``"days"``; ``"cents"`` is shown as dollars.
    """

    name: str
    label: str = attrs.field(default="", kw_only=True)
    least: int | None = attrs.field(default=None, kw_only=True)
    most: int | None = attrs.field(default=None, kw_only=True)
    unit: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no fact's name, and an empty or untyped range."""
        _name_and_label(self)
        for field, bound in (("least", self.least), ("most", self.most)):
            if bound is not None and type(bound) is not int:
                raise InvalidRecord("IntFact", field, bound, "be an int or None")
        if self.least is not None and self.most is not None and self.least > self.most:
            must = f"be at least {self.least}, the least of {self.name!r}"
            raise InvalidRecord("IntFact", "most", self.most, must)


@attrs.frozen
class BoolFact:
    """A fact that is true or false.

    Attributes:
        name: the attribute of the row.
        label: what is the case when it is true, such as ``"on hold"``.
        otherwise: what is the case when it is false; by default "not" and the label.
    """

    name: str
    label: str = attrs.field(default="", kw_only=True)
    otherwise: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no fact's name."""
        _name_and_label(self)
        if not self.otherwise:
            object.__setattr__(self, "otherwise", f"not {self.label}")


def _texts(given: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(given)


@attrs.frozen
class StrFact:
    """A fact that is text: an identifier or a word, compared exactly.

    Attributes:
        name: the attribute of the row.
        label: what it is called in a sentence.
        values: every value it can have, in the order people list them; None when any text can
            come. Neighbours in this order are shown as a range, such as "N-Z".
    """

    name: str
    label: str = attrs.field(default="", kw_only=True)
    values: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no fact's name, and a domain that is empty or not of distinct texts."""
        _name_and_label(self)
        _check_domain("StrFact", self.values)


@attrs.frozen
class SetFact:
    """A fact that is a set of texts.

    Attributes:
        name: the attribute of the row.
        label: what it is called in a sentence, in the plural.
        values: every element that can be in the set; None when any text can be.
    """

    name: str
    label: str = attrs.field(default="", kw_only=True)
    values: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no fact's name, and a domain that is empty or not of distinct texts."""
        _name_and_label(self)
        _check_domain("SetFact", self.values)


FactType: TypeAlias = IntFact | BoolFact | StrFact | SetFact


@attrs.frozen
class Vocabulary:
    """The facts that rules over one kind of row may name.

    Facts are taken to be independent: any combination of values can occur, unless *possible*
    rules it out. Whoever builds the row class can therefore be given any such combination.

    Attributes:
        row_class: the class of the rows; built by keyword, one per fact.
        facts: at least one, with distinct names, in the order in which people name them.
        possible: holds on every row that can occur, for facts that depend on one another.
    """

    row_class: type
    facts: tuple[FactType, ...]
    possible: Rule = attrs.field(default=ALWAYS, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no class, no fact or no rule, a fact given twice, and no facts."""
        if not isinstance(self.row_class, type):
            raise InvalidRecord("Vocabulary", "row_class", self.row_class, "be a class")
        facts = self.facts
        if type(facts) is not tuple or not all(isinstance(fact, FactType) for fact in facts):
            raise InvalidRecord("Vocabulary", "facts", facts, "be a tuple of facts")
        if not is_rule(self.possible):
            raise InvalidRecord("Vocabulary", "possible", self.possible, "be a rule")
        names = [fact.name for fact in self.facts]
        if not names or len(set(names)) < len(names):
            raise InvalidRecord("Vocabulary", "facts", names, "be one or more, each name once")

    @classmethod
    def of(cls, row_class: type, *facts: FactType, possible: Rule = ALWAYS) -> Vocabulary:
        """The vocabulary of *row_class*, an attrs class, in the order of its fields.

        What *facts* says about a field is kept; a field it does not name gets a fact of the
        field's type with no bounds, labelled by its own name, and a name that ends in
        ``_cents``, ``_days`` or ``_count`` gives the unit.

        Raises:
            UnknownFact: one of *facts* is no field of the class.
            InvalidRecord: a field is no fact (int, bool, str or frozenset[str]), or one of
                *facts* is of another type than its field.
        """
        types = typing.get_type_hints(row_class)
        fields = [field.name for field in attrs.fields(row_class)]
        given = {fact.name: fact for fact in facts}
        for name in given:
            if name not in fields:
                raise UnknownFact(name, nearest(name, fields))
        derived = tuple(_fact_of(name, types[name], given.get(name)) for name in fields)
        return cls(row_class, derived, possible=possible)


def fact_named(vocabulary: Vocabulary, name: str) -> FactType | None:
    """The fact called *name*, or None."""
    return next((fact for fact in vocabulary.facts if fact.name == name), None)


def row_of(vocabulary: Vocabulary, values: dict[str, FactValue]) -> object:
    """A row with these *values*, and for every other fact some value that it can have."""
    plain = {fact.name: _some_value(fact) for fact in vocabulary.facts}
    row: object = vocabulary.row_class(**{**plain, **values})
    return row


def check_row(row: object, *, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What is wrong with *row*, one sentence a fact: missing, of another type, out of bounds."""
    problems = []
    for fact in vocabulary.facts:
        if not hasattr(row, fact.name):
            problems.append(f"{fact.name} is missing")
        elif must := value_fault(fact, getattr(row, fact.name)):
            problems.append(f"{fact.name} must {must}")
    if not problems and not holds(vocabulary.possible, row):
        problems.append("the facts contradict one another")
    return tuple(problems)


def value_fault(fact: FactType, value: object) -> str | None:
    """What a value of *fact* must be, when *value* is not that; else None."""
    match fact:
        case IntFact():
            return _int_fault(fact, value)
        case BoolFact():
            return None if type(value) is bool else "be a bool"
        case StrFact():
            if type(value) is not str:
                return "be a str"
            return _outside(fact, [value])
        case SetFact():
            if type(value) is not frozenset or not all(type(item) is str for item in value):
                return "be a frozenset of str"
            return _outside(fact, sorted(value))


def _int_fault(fact: IntFact, value: object) -> str | None:
    if type(value) is not int:
        return "be an int"
    if fact.least is not None and value < fact.least:
        return f"be at least {fact.least}"
    return f"be at most {fact.most}" if fact.most is not None and value > fact.most else None


def _outside(fact: StrFact | SetFact, values: Iterable[str]) -> str | None:
    if fact.values is None:
        return None
    for value in values:
        if value not in fact.values:
            near = nearest(value, list(fact.values))
            hint = f"; did you mean {near!r}?" if near else ""
            return f"be a value of {fact.name!r}, which {value!r} is not{hint}"
    return None


_KINDS: dict[object, type[FactType]] = {
    int: IntFact,
    bool: BoolFact,
    str: StrFact,
    frozenset[str]: SetFact,
}


def _fact_of(name: str, hint: object, given: FactType | None) -> FactType:
    kind = _KINDS.get(hint)
    if kind is None:
        must = f"be int, bool, str or frozenset[str] for {name!r} to be a fact"
        raise InvalidRecord("Vocabulary", "row_class", hint, must)
    if given is not None and type(given) is not kind:
        must = f"be a {kind.__name__}, as the type of {name!r} is"
        raise InvalidRecord("Vocabulary", "facts", given, must)
    return given or derived_fact(name, hint)


def derived_fact(name: str, kind: object) -> FactType:
    """A fact of this name and type that says no more than the name does.

    *kind* is int, bool, str or ``frozenset[str]``. An int whose name ends in ``_cents``,
    ``_days`` or ``_count`` gets its unit from it.
    """
    stem, _, last = name.rpartition("_")
    if kind is int and stem and last in {"cents", "days", "count"}:
        return IntFact(name, label=stem.replace("_", " "), unit="" if last == "count" else last)
    return _KINDS[kind](name)


def _some_value(fact: FactType) -> FactValue:
    match fact:
        case IntFact():
            return fact.least if fact.least is not None else min(0, fact.most or 0)
        case BoolFact():
            return False
        case StrFact():
            return fact.values[0] if fact.values else ""
        case SetFact():
            return frozenset()


def _name_and_label(fact: FactType) -> None:
    check_fact_name(type(fact).__name__, "name", fact.name)
    if not fact.label:
        object.__setattr__(fact, "label", fact.name.replace("_", " "))


def _check_domain(record: str, values: tuple[str, ...] | None) -> None:
    if values is None:
        return
    if not values or not all(type(value) is str for value in values):
        raise InvalidRecord(record, "values", values, "be one or more texts, or None")
    if len(set(values)) < len(values):
        raise InvalidRecord(record, "values", values, "have each value once")
