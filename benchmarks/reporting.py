"""Figures as a table for the eye and as a JSON file."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring import Figure, describe_machine

__all__ = ["print_table", "write_figures"]


def print_table(figures: Sequence[Figure]) -> None:
    """Print each figure with its goal and spread, and its cases if it has several."""
    print(f"\n{describe_machine()}, Python {sys.version.split()[0]}\n")
    cases = [case for figure in figures if len(figure.cases) > 1 for case in figure.cases]
    width = max(len(name) for name in [*(figure.key for figure in figures), *cases]) + 2
    print(f"{'median of the runs':<{width}}{'value':>8}{'goal':>10}  runs")
    for figure in figures:
        sign = ">=" if figure.is_floor else "<="
        goal = "" if figure.goal is None else f"{sign} {figure.goal:g}"
        verdict = "  MISSED" if figure.is_kept is False else ""
        print(
            f"{figure.key:<{width}}{_median(figure.values)}{goal:>10}{_spread(figure.values)}{verdict}"
        )
        if len(figure.cases) > 1:
            for case, values in figure.cases.items():
                print(f"{'  ' + case:<{width}}{_median(values)}{'':>10}{_spread(values)}")


def write_figures(figures: Sequence[Figure], output: Path, *, keep: Mapping[str, Any]) -> None:
    """Write the figures to *output*, beside those to *keep* from an earlier time."""
    output.parent.mkdir(parents=True, exist_ok=True)
    document = {**keep, **{figure.key: figure.as_json() for figure in figures}}
    output.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nWritten to {output}")


def _median(values: Sequence[float]) -> str:
    return f"{statistics.median(values):>8.2f}"


def _spread(values: Sequence[float]) -> str:
    return f"  {min(values):.2f} to {max(values):.2f}"
