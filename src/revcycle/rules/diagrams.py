"""Rules as decision diagrams: exact answers about all rows at once.

A diagram asks one axis after the other, always in the same order, and every answer leads to a
smaller diagram, to YES or to NO. Equal diagrams are one node, so two rules that mean the same
are the same number, a rule that can never hold is NO, and joining rules costs in proportion to
how differently they cut the axes and not to the number of combinations.

Axes are numbers here, and a set of answers is the bits of an int; `regions` gives them meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

__all__ = ["NO", "YES", "Diagrams", "OverBudget", "Path"]

NO, YES = 0, 1

Path: TypeAlias = tuple[tuple[int, int], ...]
"""A way through a diagram: (axis, the answers that go this way); other axes may be anything."""


STEPS_A_REGION = 16
"""How many steps of joining may be spent for each region allowed: joining many diagrams can take
long and leave few regions."""


class OverBudget(Exception):
    """The question needs more regions, or more work to find them, than it may have."""


class Diagrams:
    """All diagrams over the same axes, so that equal ones are one.

    Not a record: it remembers what it has worked out, and lives for one question.
    """

    def __init__(self, widths: Sequence[int], regions_max: int) -> None:
        """Start with YES and NO over axes with so many answers each."""
        self._everything = [(1 << width) - 1 for width in widths]
        self.allow(regions_max)
        # YES and NO stand below all axes.
        self._axis = [len(widths), len(widths)]
        self._branches: list[tuple[tuple[int, int], ...]] = [(), ()]
        self._known: dict[tuple[int, int, int, tuple[tuple[int, int], ...]], int] = {}
        self._joined: dict[tuple[frozenset[int], int], int] = {}
        self._turned: dict[int, int] = {YES: NO, NO: YES}

    def allow(self, regions_max: int) -> None:
        """Give the next question a budget of its own; what is known stays known."""
        # Counted in steps.
        self._left = regions_max * STEPS_A_REGION

    @property
    def left(self) -> int:
        """How many regions may still be spent."""
        return max(0, self._left // STEPS_A_REGION)

    def asking(self, axis: int, answers: int) -> int:
        """The diagram that says YES to these *answers* on *axis*."""
        return self._node(axis, {YES: answers, NO: self._everything[axis] & ~answers})

    def all_of(self, nodes: Iterable[int]) -> int:
        """The diagram that says YES where all *nodes* do."""
        return self._gathered(frozenset(nodes), NO)

    def any_of(self, nodes: Iterable[int]) -> int:
        """The diagram that says YES where one of *nodes* does."""
        return self._gathered(frozenset(nodes), YES)

    def opposite(self, node: int) -> int:
        """The diagram that says YES where *node* says NO."""
        if node not in self._turned:
            turned = {self.opposite(child): answers for child, answers in self._branches[node]}
            self._turned[node] = self._node(self._axis[node], turned)
        return self._turned[node]

    def hull(self, node: int) -> tuple[int, ...]:
        """For each axis the answers with which *node* can still say YES, all else being open.

        Two diagrams whose hulls have an axis without a common answer never both say YES.
        """
        hull = self._everything[: self._axis[node]]
        hull += [0] * (len(self._everything) - len(hull))
        found = {node}
        queue = [node]
        for at in queue:
            for child, answers in self._branches[at]:
                if child == NO:
                    continue
                hull[self._axis[at]] |= answers
                skipped = slice(self._axis[at] + 1, self._axis[child])
                hull[skipped] = self._everything[skipped]
                if child not in found:
                    found.add(child)
                    queue.append(child)
        return tuple(hull)

    def paths(self, node: int, end: int) -> Iterator[Path]:
        """The ways from *node* to *end*, YES or NO; no two of them share a row."""
        if node == end:
            yield ()
        for child, answers in self._branches[node]:
            for rest in self.paths(child, end):
                yield ((self._axis[node], answers), *rest)

    def _gathered(self, nodes: frozenset[int], decisive: int) -> int:
        # decisive is the answer that one node gives for all: NO for "and", YES for "or".
        neutral = YES + NO - decisive
        if decisive in nodes:
            return decisive
        return self._join(nodes - {neutral}, decisive)

    def _join(self, nodes: frozenset[int], decisive: int) -> int:
        if len(nodes) <= 1:
            return next(iter(nodes), YES + NO - decisive)
        key = (nodes, decisive)
        known = self._joined.get(key)
        if known is not None:
            return known
        axis = min(self._axis[node] for node in nodes)
        undecided = self._split(nodes, axis, decisive)
        children = {decisive: self._everything[axis] & ~sum(undecided.values())}
        for below, answers in undecided.items():
            child = self._join(below, decisive)
            children[child] = children.get(child, 0) | answers
        node = self._joined[key] = self._node(axis, children)
        return node

    def _split(self, nodes: frozenset[int], axis: int, decisive: int) -> dict[frozenset[int], int]:
        # For every set of diagrams that can be left below this axis, the answers that leave it;
        # answers with which one of the diagrams decides are left out.
        neutral = YES + NO - decisive
        asked = [node for node in nodes if self._axis[node] == axis]
        split = {nodes.difference(asked): self._everything[axis]}
        for node in asked:
            finer: dict[frozenset[int], int] = {}
            for below, answers in split.items():
                # A long set takes long to copy.
                self._spend(len(self._branches[node]) * (1 + len(below) // STEPS_A_REGION))
                for child, branch in self._branches[node]:
                    common = answers & branch
                    if common and child != decisive:
                        left = below if child == neutral else below | {child}
                        finer[left] = finer.get(left, 0) | common
            split = finer
        self._spend((1 + len(split)) * STEPS_A_REGION)
        return split

    def _node(self, axis: int, children: dict[int, int]) -> int:
        branches = tuple(sorted((child, answers) for child, answers in children.items() if answers))
        if len(branches) == 1:
            return branches[0][0]
        # Python's hash of an int repeats every 61 bits: of all runs of answers, a few thousand
        # would share each. Where a run ends and how long it is tells them apart.
        first = branches[0][1]
        key = (axis, first.bit_length(), first.bit_count(), branches)
        if key not in self._known:
            self._known[key] = len(self._axis)
            self._axis.append(axis)
            self._branches.append(branches)
        return self._known[key]

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise OverBudget
