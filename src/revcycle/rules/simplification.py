"""The same rule, shorter: the form that compiling, masking and the region engine start from.

A simplified rule has core nodes only. Not stands in front of single conditions only, AllOf and
AnyOf alternate, no fact is asked the same in other words (``>= 3 and >= 5`` is ``>= 5``), and the
constants `ALWAYS` and `NEVER` stand nowhere but at the root. Conditions keep the order in which
their facts were first asked, which is the author's guess at what decides fastest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from revcycle.rules.algebra import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Contains,
    Core,
    Equals,
    In,
    Leaf,
    Not,
    Rule,
    lower,
)

__all__ = ["condition_of", "flattened", "merged", "negated", "simplify"]


def simplify(rule: Rule) -> Core:
    """*rule* in its simplified form, with the same answer on every row.

    Facts are taken to be of the types that the rule's conditions ask for; `check_rule` says
    whether they are.
    """
    return _simplified(lower(rule), turned=False)


def _simplified(rule: Rule, *, turned: bool) -> Core:
    match rule:
        case Not():
            return _simplified(rule.part, turned=not turned)
        case AllOf() | AnyOf():
            parts = [_simplified(part, turned=turned) for part in rule.parts]
            return _joined(AllOf if isinstance(rule, AllOf) is not turned else AnyOf, parts)
        case Leaf():
            raise AssertionError("unreachable: lower leaves no named leaf")
        case In() if len(rule.values) <= 1:
            one = Equals(rule.fact, *rule.values) if rule.values else NEVER
            return negated(one) if turned else one
        case _:
            return negated(rule) if turned else rule


def negated(rule: Rule) -> Core:
    """The opposite of a simplified rule, simplified."""
    match rule:
        case Equals(value=bool()):
            return Equals(rule.fact, not rule.value)
        case AtLeast():
            return AtMost(rule.fact, rule.bound - 1)
        case AtMost():
            return AtLeast(rule.fact, rule.bound + 1)
        case Equals() | In() | Contains():
            return Not(rule)
        case _:
            return _simplified(rule, turned=True)


def flattened(parts: Iterable[Core]) -> Core:
    """Simplified parts joined by "and" where no two of them read the same fact."""
    flat = _flat(AllOf, parts)
    return flat[0] if len(flat) == 1 else AllOf(*flat)


def _flat(kind: type[AllOf | AnyOf], parts: Iterable[Core]) -> list[Core]:
    flat: list[Core] = []
    for part in parts:
        # The parts of a simplified rule are simplified.
        flat.extend(cast("tuple[Core, ...]", part.parts) if isinstance(part, kind) else (part,))
    return flat


def _joined(kind: type[AllOf | AnyOf], parts: Iterable[Core]) -> Core:
    # What joins under "and" joins under "or" too once every condition is turned round and back.
    turn, decisive = (_same, NEVER) if kind is AllOf else (negated, ALWAYS)
    flat = _flat(kind, parts)
    by_fact: dict[str, list[Core]] = {}
    for part in flat:
        if (condition := condition_of(part)) is not None:
            by_fact.setdefault(condition.fact, []).append(turn(part))
    kept: dict[Core, None] = {}
    for part in flat:
        condition = condition_of(part)
        if condition is None:
            kept[part] = None
        elif condition.fact in by_fact:
            joined = merged(by_fact.pop(condition.fact))
            if joined is None:
                return decisive
            kept.update(dict.fromkeys(map(turn, joined)))
    if decisive in kept:
        return decisive
    return next(iter(kept)) if len(kept) == 1 else kind(*kept)


def _same(part: Core) -> Core:
    return part


def condition_of(part: Rule) -> Condition | None:
    """The condition that a simplified part is, or turns round; None for AllOf and AnyOf."""
    inner = part.part if isinstance(part, Not) else part
    return None if isinstance(inner, AllOf | AnyOf | Not | Leaf) else inner


def merged(literals: Sequence[Core]) -> tuple[Core, ...] | None:
    """Conditions of one fact, plain or turned round, joined by "and" into few; None if they clash.

    Knows no vocabulary: an int can be any whole number, a str any text.
    """
    if len(literals) == 1 and not isinstance(literals[0], In):
        return tuple(literals)
    if any(isinstance(condition_of(literal), Contains) for literal in literals):
        kept = dict.fromkeys(literals)
        return None if any(Not(literal) in kept for literal in kept) else tuple(kept)
    least = max((part.bound for part in literals if isinstance(part, AtLeast)), default=None)
    most = min((part.bound for part in literals if isinstance(part, AtMost)), default=None)
    barred = frozenset().union(*(_named(part.part) for part in literals if isinstance(part, Not)))
    named = [_named(part) for part in literals if isinstance(part, Equals | In)]
    fact = _fact(literals[0])
    if named:
        allowed = frozenset.intersection(*named) - barred
        return _one_of(fact, frozenset(v for v in allowed if _is_between(v, least, most)))
    return _range(fact, least, most, barred)


def _one_of(fact: str, values: frozenset[bool | str | int]) -> tuple[Core, ...] | None:
    if not values:
        return None
    return (Equals(fact, *values),) if len(values) == 1 else (In(fact, values),)


def _range(
    fact: str, least: int | None, most: int | None, barred: frozenset[bool | str | int]
) -> tuple[Core, ...] | None:
    while least is not None and least in barred:
        least += 1
    while most is not None and most in barred:
        most -= 1
    if least is not None and most is not None and least >= most:
        return (Equals(fact, least),) if least == most else None
    bounds: list[Core] = [] if least is None else [AtLeast(fact, least)]
    bounds += [] if most is None else [AtMost(fact, most)]
    if inner := frozenset(value for value in barred if _is_between(value, least, most)):
        bounds.append(Not(Equals(fact, *inner) if len(inner) == 1 else In(fact, inner)))
    return tuple(bounds)


def _named(condition: Rule) -> frozenset[bool | str | int]:
    if isinstance(condition, Equals):
        return frozenset({condition.value})
    return condition.values if isinstance(condition, In) else frozenset()


def _is_between(value: str | int, least: int | None, most: int | None) -> bool:
    if isinstance(value, str):
        return least is None and most is None
    return (least is None or value >= least) and (most is None or value <= most)


def _fact(part: Core) -> str:
    condition = condition_of(part)
    return "" if condition is None else condition.fact
