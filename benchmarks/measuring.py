"""Ratios of processor time, taken so that a busy machine disturbs them little.

Contenders take turns on the same small batch, so whatever slows the machine slows them alike, and
the turn to begin goes round. Only processor time of this process counts, not what others take of
the machine. Every result is dropped as soon as the next one comes. The garbage collector works
as it does for any host; before each run the garbage of the last one is collected.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

__all__ = [
    "Disagreement",
    "Figure",
    "PausingClock",
    "Report",
    "Times",
    "absolute",
    "describe_machine",
    "drain",
    "race",
    "ratios",
    "slices",
    "summed",
]

T = TypeVar("T")

Times = dict[str, float]
"""Processor seconds by contender."""

Report: TypeAlias = Callable[[str], None]
"""Tells whoever waits how far the measuring is."""


class Disagreement(Exception):
    """An opponent does not give the library's results, so a ratio of times would mean nothing."""


@attrs.frozen(kw_only=True)
class Figure:
    """A measured ratio and what we promise of it.

    Attributes:
        key: its name in the JSON file.
        goal: the most it may be, or the least; None where nothing is promised.
        is_floor: whether the goal is the least it may be.
        cases: the ratio of each run, by what it was measured on.
        meaning: what is divided by what.
    """

    key: str
    goal: float | None
    is_floor: bool = False
    cases: Mapping[str, tuple[float, ...]]
    meaning: str

    @property
    def values(self) -> tuple[float, ...]:
        """The ratio of each run, in the worst of the cases."""
        worst = min if self.is_floor else max
        return worst(self.cases.values(), key=statistics.median)

    @property
    def value(self) -> float:
        """The median of the runs, in the worst of the cases."""
        return statistics.median(self.values)

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise was kept; None where nothing is promised."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.is_floor else self.value <= self.goal

    def as_json(self) -> dict[str, Any]:
        """Give what is written to the JSON file."""
        return {
            "value": round(self.value, 4),
            "goal": self.goal,
            "goal_is": "at least" if self.is_floor else "at most",
            "is_kept": self.is_kept,
            "runs": len(self.values),
            "values": [round(value, 4) for value in self.values],
            "cases": {
                case: round(statistics.median(values), 4) for case, values in self.cases.items()
            },
            "meaning": self.meaning,
            "machine": describe_machine(),
            "python": f"{platform.python_implementation()} {platform.python_version()}",
        }


class PausingClock(Generic[T]):
    """Hands on the items of a source and leaves the time that the source takes out of account."""

    def __init__(self, source: Iterable[T]) -> None:
        """Take the source."""
        self._source = source
        self.paused_seconds = 0.0

    def __iter__(self) -> Iterator[T]:
        """Yield each item, the clock standing still while it is made."""
        items = iter(self._source)
        while True:
            begin = process_time()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self.paused_seconds += process_time() - begin
            yield item


def slices(items: Sequence[T], *, size: int) -> Iterator[Sequence[T]]:
    """Cut *items* into slices of *size*."""
    return (items[begin : begin + size] for begin in range(0, len(items), size))


def drain(results: Iterable[object]) -> None:
    """Take each result and drop it, as a host does that has written it to its store."""
    deque(results, maxlen=0)


def race(batches: Iterable[T], contenders: Mapping[str, Callable[[T], Iterable[object]]]) -> Times:
    """Let the contenders take turns on each batch; give the time each of them took in all."""
    gc.collect()
    names = list(contenders)
    times = dict.fromkeys(names, 0.0)
    for batch in batches:
        for name in names:
            run = contenders[name]
            begin = process_time()
            drain(run(batch))
            times[name] += process_time() - begin
        names.append(names.pop(0))
    return times


def ratios(runs: Sequence[Times], one: str, other: str) -> tuple[float, ...]:
    """Divide the time of *one* contender by that of the *other*, run by run."""
    return tuple([times[one] / times[other] for times in runs])


def summed(parts: Iterable[Times]) -> Times:
    """Add up the times of the parts of one run."""
    total: Times = {}
    for times in parts:
        for name, seconds in times.items():
            total[name] = total.get(name, 0.0) + seconds
    return total


def absolute(runs: Sequence[Times], count: int, unit: str) -> str:
    """Say how long each contender took, for the eye only: this differs from machine to machine."""
    medians = {name: statistics.median(times[name] for times in runs) for name in runs[0]}
    parts = [f"{name} {seconds / count * 1e6:.3g}" for name, seconds in medians.items()]
    return f"  microseconds per {unit}: {'; '.join(parts)}"


def describe_machine() -> str:
    """Name the processor, its cores and the system, but not the host."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            name, _, text = line.partition(":")
            if name.strip() == "model name":
                model = text.strip()
                break
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
