"""The speed promises, measured: prints a table and writes them as JSON.

    make bench                          all of it, a few minutes
    make bench ARGS="predicate"         one benchmark by name; the file keeps the other figures
    make bench ARGS="--quick"           a glance at small books, whose figures mean little
    make bench ARGS="--output FILE"     write somewhere else than build/bench.json

Each opponent must first give the same results as the library for all that is measured.
`docs/concepts-speed.md` says what the figures mean.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that parts are imported alike from here and from the tests

from benchmarks import (  # noqa: E402  (the path comes first)
    account_view,
    ageing,
    dashboard,
    documents,
    predicates,
    statement_runs,
    worklist_runs,
)
from benchmarks.reporting import print_table, write_figures  # noqa: E402  (the path comes first)

__all__ = ["BENCHMARKS", "main"]

BENCHMARKS: Final = {
    "statements": statement_runs.measure,
    "codec": documents.measure,
    "predicate": predicates.measure,
    "worklist": worklist_runs.measure,
    "ageing": ageing.measure,
    "view": account_view.measure,
    "dashboard": dashboard.measure,
}
"""What is measured, by the name that asks for it alone."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Measure the library's promises of speed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small books: figures mean little")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))} is none of {', '.join(BENCHMARKS)}")

    figures = [
        figure
        for name in options.names or BENCHMARKS
        for figure in BENCHMARKS[name](
            is_quick=options.quick, report=lambda line: print(line, flush=True)
        )
    ]
    print_table(figures)
    some_exist = options.names and options.output.is_file()
    earlier = json.loads(options.output.read_text(encoding="utf-8")) if some_exist else {}
    write_figures(figures, options.output, keep=earlier)


if __name__ == "__main__":
    main()
