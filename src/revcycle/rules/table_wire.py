# ruff: noqa: ANN401  (what is read can be anything)
"""Decision tables as plain values and back.

What an outcome is, only the caller knows: the caller says how one is written and read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, TypeVar

from revcycle.errors import DecodeError, InvalidRecord
from revcycle.rules.registry import NO_LEAVES, LeafRegistry
from revcycle.rules.tables import DecisionTable, HitPolicy, TableRow, check_table
from revcycle.rules.values import MISSING, Plain
from revcycle.rules.vocabulary import Vocabulary
from revcycle.rules.wire import RuleDecoder, encode_rule

__all__ = ["decode_table", "encode_table"]

OutcomeT = TypeVar("OutcomeT")


def encode_table(
    table: DecisionTable[OutcomeT],
    *,
    outcome: Callable[[OutcomeT], Plain],
    leaves: LeafRegistry = NO_LEAVES,
) -> dict[str, Plain]:
    """*table* as plain values, each outcome by *outcome*.

    Raises:
        InvalidRecord: a rule has a named leaf that *leaves* does not know, or *outcome* gave what
            no JSON text can hold.
    """
    rows: list[Plain] = []
    for row in table.rows:
        then = outcome(row.then)
        for problem in _not_plain(then, "then"):
            raise InvalidRecord("TableRow", "then", then, f"be written as plain data: {problem}")
        rows.append({"name": row.name, "when": encode_rule(row.when, leaves=leaves), "then": then})
    return {"hit": table.hit.value, "rows": rows}


def decode_table(
    plain: object,
    *,
    outcome: Callable[[object], OutcomeT],
    leaves: LeafRegistry = NO_LEAVES,
    vocabulary: Vocabulary | None = None,
    path: str = "$",
) -> DecisionTable[OutcomeT]:
    """The table that *plain* is the wire form of, its rules checked against *vocabulary*.

    *outcome* reads one outcome and raises `InvalidRecord` or `DecodeError` for one it refuses.
    *path* is where the table stands in what it was read from.

    Raises:
        DecodeError: every problem, as "message @ path".
    """
    rules = RuleDecoder(leaves)
    problems = rules.problems
    hit, written = _hit_and_rows(plain, path, problems)
    rows = [_row(row, f"{path}.rows[{at}]", rules, outcome) for at, row in enumerate(written)]
    if problems:
        raise DecodeError(problems)
    try:
        table = DecisionTable(hit=HitPolicy(hit), rows=tuple(rows))
    except InvalidRecord as error:
        raise DecodeError([f"{error} @ {path}.rows"]) from error
    faults = () if vocabulary is None else check_table(table, vocabulary=vocabulary, path=path)
    if faults:
        raise DecodeError(map(str, faults))
    return table


def _hit_and_rows(plain: object, path: str, problems: list[str]) -> tuple[Any, list[Any]]:
    if not _has_keys(plain, {"hit", "rows"}, path, problems):
        return None, []
    table: Any = plain
    hits = [policy.value for policy in HitPolicy]
    if table["hit"] not in hits:
        problems.append(f"must be one of {', '.join(map(repr, hits))} @ {path}.hit")
    if not isinstance(table["rows"], list | tuple):
        problems.append(f"must be a list of rows @ {path}.rows")
        return None, []
    return table["hit"], list(table["rows"])


def _row(plain: Any, path: str, rules: RuleDecoder, outcome: Callable[[object], OutcomeT]) -> Any:
    if not _has_keys(plain, {"name", "when", "then"}, path, rules.problems):
        return MISSING
    when = rules.rule(plain["when"], f"{path}.when")
    then: Any = MISSING
    strange = list(_not_plain(plain["then"], f"{path}.then"))
    rules.problems += strange
    try:
        then = MISSING if strange else outcome(plain["then"])
    except (InvalidRecord, DecodeError) as error:
        rules.problems.append(f"{error} @ {path}.then")
    if when is MISSING or then is MISSING:
        return MISSING
    try:
        return TableRow(name=plain["name"], when=when, then=then)
    except InvalidRecord as error:
        rules.problems.append(f"{error} @ {path}.name")
        return MISSING


def _not_plain(value: object, path: str) -> Iterator[str]:
    """Say where *value* is no plain data; NaN and the infinities are not, for JSON has none."""
    if value is None or isinstance(value, bool | int | str):
        return
    if isinstance(value, float):
        if not isfinite(value):
            yield f"must be a number that JSON has @ {path}"
    elif isinstance(value, list | tuple):
        for at, part in enumerate(value):
            yield from _not_plain(part, f"{path}[{at}]")
    elif isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        for key, part in value.items():
            yield from _not_plain(part, f"{path}.{key}")
    else:
        yield f"must be plain data, not {type(value).__name__} @ {path}"


def _has_keys(plain: object, keys: set[str], path: str, problems: list[str]) -> bool:
    if isinstance(plain, Mapping) and plain.keys() == keys:
        return True
    problems.append(f"must be an object with {', '.join(sorted(keys))} @ {path}")
    return False
