"""A long random hunt among access issues: so many acts on small hubs, every invariant checked.

    python -m tests.portal_soak --operations 200000
    python -m tests.portal_soak --hypothesis 20000     the same acts, chosen by Hypothesis instead

Each hub is opened from a seed of its own, acted on eighty times and checked after every act. The
first violation ends the hunt and prints the shortest sequence of acts found that leads there;
exit status 1.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time

import attrs
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from revcycle.errors import RevcycleError
from revcycle.testing.choices import SeededChoices
from revcycle.testing.portal_invariants import check_portal_step
from revcycle.testing.portal_machine import HubMachine
from revcycle.testing.portal_operations import (
    PORTAL_VERBS,
    PortalBook,
    PortalOperation,
    draw_portal_operation,
    open_hub,
    perform_on_hub,
    portal_operation_line,
)

__all__ = ["Violation", "hunt", "live_one", "main", "shorten"]

ACTS_PER_HUB = 80
FAULTS = (AssertionError, RevcycleError, ArithmeticError, LookupError)


class Violation(Exception):
    """An invariant broke in a hunt."""

    def __init__(self, said: str, book: PortalBook, operations: list[PortalOperation]):
        """Keep what was said, the hub at the beginning and the acts up to the violation."""
        super().__init__(said, book, operations)
        self.said, self.book, self.operations = said, book, operations


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def live_one(seed: int, acts: int, done: collections.Counter) -> None:
    """Live the hub of *seed* through so many *acts*; count in *done* what came of each verb."""
    choices = SeededChoices(seed)
    first = book = open_hub(choices)
    operations: list[PortalOperation] = []
    for _ in range(acts):
        operations.append(draw_portal_operation(book, choices))
        try:
            step = perform_on_hub(book, operations[-1])
            check_portal_step(step)
        except FAULTS as error:
            raise Violation(f"{type(error).__name__}: {error}", first, operations) from error
        done[f"{step.operation.verb} {'refused' if step.refusal else 'done'}"] += 1
        book = step.after


def said_by(book: PortalBook, operations: list[PortalOperation]) -> str | None:
    """Do *operations* on *book*; give what was said if an invariant breaks at the last."""
    for operation in operations:
        try:
            step = perform_on_hub(book, operation)
            check_portal_step(step)
        except FAULTS as error:
            return f"{type(error).__name__}: {error}"
        book = step.after
    return None


def shorten(book: PortalBook, operations: list[PortalOperation]) -> list[PortalOperation]:
    """Leave out every act without which the sequence still ends in the same violation."""
    said = str(said_by(book, operations)).split(":")[:2]
    for number in reversed(range(len(operations) - 1)):
        left_out, following = operations[number : number + 2]
        # Its days pass all the same: the others keep their dates.
        following = attrs.evolve(following, days=following.days + left_out.days)
        fewer = [*operations[:number], following, *operations[number + 2 :]]
        if str(said_by(book, fewer)).split(":")[:2] == said:
            operations = fewer
    return operations


def hunt(operations: int, seed: int) -> int:
    """Live hubs until *operations* are reached, and say what was done."""
    done: collections.Counter = collections.Counter()
    began = time.monotonic()
    for number in range(-(-operations // ACTS_PER_HUB)):
        acts = min(ACTS_PER_HUB, operations - number * ACTS_PER_HUB)
        try:
            live_one(seed * 1_000_000_000 + number, acts, done)
        except Violation as violation:
            return report(violation)
    say(f"{done.total():,} acts in {time.monotonic() - began:.0f} s, no invariant broken")
    for verb in PORTAL_VERBS:
        say(f"  {verb:20} {done[f'{verb} done']:>8} done {done[f'{verb} refused']:>8} refused")
    return 0


def report(violation: Violation) -> int:
    """Print the violation and the shortest way there."""
    say(f"VIOLATION after {len(violation.operations)} acts: {violation.said}")
    for operation in shorten(violation.book, violation.operations):
        say(f"  {portal_operation_line(operation)}")
    return 1


def hunt_with_hypothesis(operations: int, acts: int = 50) -> int:
    """Let Hypothesis choose so many *operations*, *acts* to a hub, and count them."""
    counted: collections.Counter = collections.Counter()

    class Counting(HubMachine):
        """The machine, counting what it does."""

        def act(self, choices, verb):
            counted[verb] += 1
            super().act(choices, verb)

    began = time.monotonic()
    while counted.total() < operations:
        run_state_machine_as_test(
            Counting,
            settings=settings(
                max_examples=max((operations - counted.total()) // acts, 20),
                stateful_step_count=acts,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),  # a hunt may be as slow as it likes
            ),
        )
    spent = time.monotonic() - began
    say(f"Hypothesis: {counted.total():,} acts in {spent:.0f} s, no invariant broken")
    return 0


def main(given: list[str] | None = None) -> int:
    """Read the arguments and hunt."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hypothesis", type=int, metavar="OPERATIONS", help="choose by Hypothesis")
    arguments = parser.parse_args(given)
    if arguments.hypothesis:
        return hunt_with_hypothesis(arguments.hypothesis)
    return hunt(arguments.operations, arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
