"""A long random hunt: so many operations on small books of accounts, every invariant checked.

    python -m tests.soak --operations 1000000 --shards 2 --state build/soak.json
    python -m tests.soak --hypothesis 50000          the same acts, chosen by Hypothesis instead

A shard is a process with seeds of its own. It lives one book after the other: each is opened,
acted on some eighty times and checked after every act. After each hundred books it writes down how
far it came, so an interrupted hunt goes on where it stopped. The first violation ends the hunt
and prints the shortest sequence of acts found that leads there; exit status 1.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import json
import sys
import time
from pathlib import Path

import attrs
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from revcycle.errors import RevcycleError
from revcycle.testing import invariants, trials
from revcycle.testing.choices import SeededChoices, chance
from revcycle.testing.machine import BookMachine
from revcycle.testing.operations import (
    VERBS,
    Book,
    Operation,
    Step,
    draw_operation,
    open_book,
    perform,
    read_as_python,
)

__all__ = ["live_one", "main", "repeat", "run_shard", "shorten"]

ACTS_PER_BOOK = 80
BOOKS_PER_NOTE = 100
TRIED_PERCENT = 12


class Violation(Exception):
    """An invariant broke in a hunt."""

    def __init__(self, said: str, book: Book, operations: list[Operation]):
        """Keep what was said, the book at the beginning and the acts up to the violation."""
        super().__init__(said, book, operations)
        self.said, self.book, self.operations = said, book, operations


def say(line: str) -> None:
    """Print at once: a hunt is long, and somebody may be watching."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def seed_of(seed: int, shard: int, number: int) -> int:
    """Give every book of every shard a seed of its own."""
    return (seed * 1_000 + shard) * 1_000_000_000 + number


def act(book: Book, operation: Operation, history, choices) -> Step:
    """Do one act and check it; now and then try something on what it left."""
    step = perform(book, operation)
    invariants.check_step(step, history, shows=chance(choices, TRIED_PERCENT))
    if chance(choices, TRIED_PERCENT):
        trials.try_hostile_context(book, operation)
        for change in step.changes:
            if change.after.closed_on is None:
                trials.try_everything(change.after, choices, as_of=step.on, policy=book.policy)
    return step


def live_one(seed: int, acts: int, done: collections.Counter) -> int:
    """Live one book of *seed* through so many *acts*; count in *done* what came of each verb."""
    choices = SeededChoices(seed)
    first = book = open_book(choices)
    history = invariants.History(book.policy)
    operations: list[Operation] = []
    for number in range(acts):
        operations.append(draw_operation(book, choices))
        try:
            step = act(book, operations[-1], history, SeededChoices(seed + number))
        except (AssertionError, RevcycleError, ArithmeticError, LookupError) as error:
            raise Violation(f"{type(error).__name__}: {error}", first, operations) from error
        done[f"{step.operation.verb} {'refused' if step.refusal else 'done'}"] += 1
        book = step.after
    return acts


def repeat(book: Book, operations: list[Operation], *, tries: int = 8) -> str | None:
    """Do *operations* on *book* again; give what was said if an invariant breaks."""
    history = invariants.History(book.policy)
    for number, operation in enumerate(operations):
        is_last = number == len(operations) - 1
        try:
            step = perform(book, operation)
            invariants.check_step(step, history)
            if is_last:
                trials.try_hostile_context(book, operation)
            for trial in range(tries * is_last * 13):
                for change in step.changes:
                    choices = SeededChoices(trial)
                    if change.after.closed_on is None:
                        trials.try_everything(
                            change.after, choices, as_of=step.on, policy=book.policy
                        )
        except (AssertionError, RevcycleError, ArithmeticError, LookupError) as error:
            return f"{type(error).__name__}: {error}"
        book = step.after
    return None


def shorten(book: Book, operations: list[Operation]) -> tuple[list[Operation], str | None]:
    """Leave out every act without which the sequence still ends in a violation."""
    said = repeat(book, operations)
    if said is None:
        return operations, None
    before = None
    while before != len(operations):
        before = len(operations)
        for number in reversed(range(len(operations) - 1)):
            fewer = without(operations, number)
            again = repeat(book, fewer)
            if again is not None and again.split(":")[:2] == said.split(":")[:2]:
                operations, said = fewer, again
    return operations, said


def without(operations: list[Operation], number: int) -> list[Operation]:
    """Leave one act out, but let its days pass: the others keep their dates."""
    left_out, following = operations[number], operations[number + 1]
    following = attrs.evolve(following, days=following.days + left_out.days)
    return [*operations[:number], following, *operations[number + 2 :]]


def run_shard(seed: int, shard: int, start: dict, operations: int, note: Path) -> dict:
    """Live books until *operations* are reached; *start* says how far an earlier hunt came."""
    done = collections.Counter(start["verbs"])
    books, acts, seconds = start["books"], start["operations"], start["seconds"]
    began = time.monotonic()
    while acts < operations:
        wanted = min(ACTS_PER_BOOK, operations - acts)
        acts += live_one(seed_of(seed, shard, books), wanted, done)
        books += 1
        if books % BOOKS_PER_NOTE == 0 or acts >= operations:
            spent = seconds + time.monotonic() - began
            progress = {"books": books, "operations": acts, "seconds": round(spent, 1)}
            progress["verbs"] = dict(sorted(done.items()))
            note.write_text(json.dumps(progress), encoding="utf-8")
    return json.loads(note.read_text(encoding="utf-8"))


def hunt(arguments: argparse.Namespace) -> int:
    """Run all shards and print a line for each, then the totals."""
    notes = {n: Path(f"{arguments.state}.{n}") for n in range(arguments.shards)}
    Path(arguments.state).parent.mkdir(parents=True, exist_ok=True)
    share = -(-arguments.operations // arguments.shards)
    shards = []
    with concurrent.futures.ProcessPoolExecutor(arguments.shards) as pool:
        jobs = {
            pool.submit(run_shard, arguments.seed, n, start_of(note, arguments), share, note): n
            for n, note in notes.items()
        }
        try:
            for job in concurrent.futures.as_completed(jobs):
                shard = job.result()
                shards.append(shard)
                say(f"shard {jobs[job]}: {line_for(shard)}")
        except Violation as violation:
            pool.shutdown(wait=False, cancel_futures=True)
            return report(violation)
    totals = {
        name: sum(shard[name] for shard in shards) for name in ("books", "operations", "seconds")
    }
    verbs = collections.Counter()
    for shard in shards:
        verbs.update(shard["verbs"])
    say(f"total:   {line_for(totals)}, no invariant broken")
    for verb in VERBS:
        say(f"  {verb:26} {verbs[f'{verb} done']:>8} done {verbs[f'{verb} refused']:>8} refused")
    state = {"seed": arguments.seed, "shards": arguments.shards, **totals, "verbs": verbs}
    Path(arguments.state).write_text(json.dumps(state, indent=1), encoding="utf-8")
    return 0


def start_of(note: Path, arguments: argparse.Namespace) -> dict:
    """Read how far a shard came, unless the hunt is to begin anew."""
    if note.exists() and not arguments.anew:
        return json.loads(note.read_text(encoding="utf-8"))
    return {"books": 0, "operations": 0, "seconds": 0.0, "verbs": {}}


def line_for(counts: dict) -> str:
    """Say books, operations, time and speed on one line."""
    speed = counts["operations"] / max(counts["seconds"], 0.1)
    return (
        f"{counts['operations']:,} operations on {counts['books']:,} books in "
        f"{counts['seconds']:.0f} s ({speed:.0f} a second)"
    )


def report(violation: Violation) -> int:
    """Print the violation and the shortest way there."""
    operations, said = shorten(violation.book, violation.operations)
    say(f"VIOLATION after {len(violation.operations)} acts: {violation.said}")
    say(f"From {violation.book.today}, {violation.book.policy!r}")
    say(f"{len(operations)} acts lead to: {said or violation.said}")
    for operation in operations:
        say(f"  {read_as_python(operation)}")
    return 1


def hunt_with_hypothesis(operations: int, acts: int) -> int:
    """Let Hypothesis choose so many *operations*, *acts* to a book, and count them."""
    counted = collections.Counter()

    class Counting(BookMachine):
        """The machine, counting what it does."""

        def act(self, choices, verb):
            counted[verb] += 1
            super().act(choices, verb)

    began = time.monotonic()
    seen = 0
    while (seen := sum(counted.values())) < operations:
        run_state_machine_as_test(
            Counting,
            settings=settings(
                max_examples=max((operations - seen) // acts, 20),
                stateful_step_count=acts,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),  # a hunt may be as slow as it likes
            ),
        )
    spent = time.monotonic() - began
    say(f"Hypothesis: {seen:,} operations in {spent:.0f} s, no invariant broken")
    return 0


def main(given: list[str] | None = None) -> int:
    """Read the arguments and hunt."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", default="build/soak.json", help="where progress is kept")
    parser.add_argument("--anew", action="store_true", help="forget an earlier hunt")
    parser.add_argument("--hypothesis", type=int, metavar="OPERATIONS", help="choose by Hypothesis")
    parser.add_argument("--acts", type=int, default=50, help="acts per book, by Hypothesis")
    arguments = parser.parse_args(given)
    if arguments.hypothesis:
        return hunt_with_hypothesis(arguments.hypothesis, arguments.acts)
    return hunt(arguments)


if __name__ == "__main__":
    sys.exit(main())
