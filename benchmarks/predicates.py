"""A compiled rule against the same rule written by hand, on a million rows.

Rows are drawn a chunk at a time and dropped again, which keeps memory small. All runs are made of
each chunk before the next one comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from benchmarks.fact_rows import (
    CHANCES,
    CONDITIONS,
    RULE,
    Row,
    fact_rows,
    is_wanted,
    keep_wanted,
)
from benchmarks.measuring import (
    Disagreement,
    Figure,
    Report,
    Times,
    absolute,
    race,
    ratios,
    slices,
    summed,
)
from revcycle.rules import compile_filter, compile_rule, holds

__all__ = ["compare_answers", "measure"]

CHUNK: Final = 50_000
"""Rows in memory at a time."""

BATCH: Final = 1_000
"""Rows between two turns."""

RUNS: Final = 5
Rows = Sequence[Row]


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that all answers are the same, then measure, at both selectivities.

    Raises:
        Disagreement: they are not.
    """
    count = 2_000 if is_quick else 1_000_000
    compiled: dict[str, tuple[float, ...]] = {}
    filtered: dict[str, tuple[float, ...]] = {}
    for name, chance in CHANCES.items():
        report(f"Asking {count:,} {name} rows {RUNS} times, and once to warm up ...")
        runs, asked = race_rows(count, chance=chance)
        case = f"{name}, {asked:.2f} conditions a row"
        report(absolute(runs, count, f"row, {case}"))
        compiled[case] = ratios(runs, "compiled", "by hand")
        filtered[case] = ratios(runs, "filter", "by hand")
    return [
        Figure(
            key="predicate_compiled_vs_handwritten",
            goal=1.15,
            cases=compiled,
            meaning="the function of compile_rule, called for each row, over one written by hand",
        ),
        Figure(
            key="predicate_batch_vs_handwritten",
            goal=0.85,
            cases=filtered,
            meaning="the function of compile_filter over one by hand that is called for each row",
        ),
    ]


def race_rows(count: int, *, chance: float) -> tuple[list[Times], float]:
    """Race over *count* rows; give each run's times, and how many conditions a row takes."""
    rows = fact_rows(count, chance=chance)
    asked = 0
    chunks: list[list[Times]] = []
    while chunk := list(islice(rows, CHUNK)):
        compare_answers(chunk)
        asked += conditions_asked(chunk)
        chunks.append([race_chunk(chunk) for _ in range(RUNS + 1)][1:])
    return [summed(parts) for parts in zip(*chunks, strict=True)], asked / count


def race_chunk(rows: Rows) -> Times:
    """Time all contenders over *rows*."""
    contenders = {
        "by hand": keep_by_hand,
        "compiled": keep_by_predicate,
        "filter": keep_by_filter,
        "loop by hand": keep_in_place,
    }
    return race(slices(rows, size=BATCH), contenders)


def compare_answers(rows: Rows) -> None:
    """Ask each row all ways, and some of them by `holds` too.

    Raises:
        Disagreement: the answers differ.
    """
    (wanted,) = keep_by_hand(rows)
    for keep in (keep_by_predicate, keep_by_filter, keep_in_place):
        if keep(rows) != (wanted,):
            raise Disagreement(f"{keep.__name__} does not keep the rows that are kept by hand")
    some = rows[: len(rows) // 50]
    if [holds(RULE, row) for row in some] != [is_wanted(row) for row in some]:
        raise Disagreement("the function by hand does not say what the rule says")


def conditions_asked(rows: Rows) -> int:
    """Count the conditions that are asked until a row is decided, over all *rows*."""
    count = 0
    left = rows
    for condition in CONDITIONS:
        count += len(left)
        left = compile_filter(condition)(left)
    return count


# --------------------------------------------------------------------------- the contenders

# Each gives its list in a tuple, so that taking the result takes no time. Each has a loop of its
# own: Python makes a loop faster for the one function that it calls.
Kept = tuple[list[Row]]
_predicate: Final = compile_rule(RULE)
_filter: Final = compile_filter(RULE)


def keep_by_hand(rows: Rows) -> Kept:
    """Call the function that is written by hand."""
    return ([row for row in rows if is_wanted(row)],)


def keep_by_predicate(rows: Rows) -> Kept:
    """Call the compiled function."""
    return ([row for row in rows if _predicate(row)],)


def keep_by_filter(rows: Rows) -> Kept:
    """Let the compiled filter loop."""
    return (_filter(rows),)


def keep_in_place(rows: Rows) -> Kept:
    """Loop by hand without a function."""
    return (keep_wanted(rows),)
