"""The library's rules beside other rule engines: prints a table and writes it as JSON.

    make bench-peers                        half a minute, in an environment of its own
    make bench-peers ARGS="--output FILE"   write somewhere else than build/bench-peers.json

All engines are asked the same rule of the same rows, and must first give the same answers.
`docs/concepts-speed.md` says what the figures mean.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that the parts are imported as benchmarks.x from anywhere

from benchmarks.fact_rows import CHANCES, RULE, Row, fact_rows  # noqa: E402  (the path comes first)
from benchmarks.measuring import (  # noqa: E402  (the path comes first)
    Disagreement,
    Figure,
    Report,
    Times,
    absolute,
    race,
    ratios,
    slices,
)
from benchmarks.peer_engines import PEERS, Language, Peer, Way  # noqa: E402  (the path comes first)
from benchmarks.reporting import print_table, write_figures  # noqa: E402  (the path comes first)
from revcycle.rules import compile_filter, compile_rule, holds  # noqa: E402  (the path comes first)

__all__ = ["compare_answers", "main", "measure"]

ROWS: Final = 4_000
BATCH: Final = 500
"""Rows between two turns."""

RUNS: Final = 5
GOALS: Final = {Language.PYTHON: 40, Language.RUST: 5}
OURS: Final = "revcycle"

Batch = Mapping[str, Sequence[Any]]
"""The same rows by contender, in the form that it takes."""

_filter: Final = compile_filter(RULE)
_predicate: Final = compile_rule(RULE)
_WAYS: Final = {f"{peer.name}, {way.form}": (peer, way) for peer in PEERS for way in peer.ways}


def measure(*, report: Report) -> list[Figure]:
    """Check that all answers are the same, then measure, at both selectivities.

    Raises:
        Disagreement: they are not.
    """
    runs: dict[str, list[Times]] = {}
    for name, chance in CHANCES.items():
        rows = tuple(fact_rows(ROWS, chance=chance))
        compare_answers(rows)
        report(f"Asking {ROWS:,} {name} rows {RUNS} times, and once to warm up ...")
        batches = [_prepared(batch) for batch in slices(rows, size=BATCH)]
        runs[name] = [race(batches, _contenders()) for _ in range(RUNS + 1)][1:]
        report(absolute(runs[name], ROWS, "row"))
    return [
        _figure(peer, way, {case: ratios(times, name, OURS) for case, times in runs.items()})
        for name, (peer, way) in _WAYS.items()
    ]


def compare_answers(rows: Sequence[Row]) -> None:
    """Ask every engine in every way.

    Raises:
        Disagreement: one does not answer as `holds` does.
    """
    wanted = [holds(RULE, row) for row in rows]
    if _filter(rows) != [row for row, is_wanted in zip(rows, wanted, strict=True) if is_wanted]:
        raise Disagreement("compile_filter keeps other rows than holds")
    for name, (_, way) in _WAYS.items():
        answers = way.answers(way.prepare(rows))
        # A list compares True and 1 as equal: an engine must answer with a bool.
        if answers != wanted or {type(answer) for answer in answers} != {bool}:
            raise Disagreement(f"{name} does not answer as holds does")


def _prepared(rows: Sequence[Row]) -> Batch:
    return {OURS: rows, **{name: way.prepare(rows) for name, (_, way) in _WAYS.items()}}


def _contenders() -> dict[str, Callable[[Batch], Iterable[object]]]:
    # Each gives its answers in a tuple, so that taking them takes no time.
    def asking(name: str, way: Way) -> Callable[[Batch], Iterable[object]]:
        return lambda batch: (way.answers(batch[name]),)

    ways = {name: asking(name, way) for name, (_, way) in _WAYS.items()}
    return {
        OURS: lambda batch: (_filter(batch[OURS]),),
        f"{OURS}, row by row": lambda batch: ([_predicate(row) for row in batch[OURS]],),
        **ways,
    }


def _figure(peer: Peer, way: Way, cases: Mapping[str, tuple[float, ...]]) -> Figure:
    name = peer.name.replace("-", "_")
    version = importlib.metadata.version(peer.name)
    return Figure(
        key=f"predicate_speedup_over_{name}{way.suffix}",
        goal=None if way.suffix else GOALS[peer.language],
        is_floor=True,
        cases=cases,
        meaning=f"{peer.name} {version} ({peer.language.value}), fed {way.form}, "
        "over the function of compile_filter",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Measure the rules beside other rule engines.")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench-peers.json")
    options = parser.parse_args(arguments)
    figures = measure(report=lambda line: print(line, flush=True))
    print_table(figures)
    write_figures(figures, options.output, keep={})


if __name__ == "__main__":
    main()
