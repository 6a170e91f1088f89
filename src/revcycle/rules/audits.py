"""What is wrong with a decision table as a whole, proved over every row of facts there can be.

A row that nothing can reach, facts for which no row holds, facts for which two rows hold that
must exclude each other. Each finding shows a region and a row of facts in it. Each of the three
questions has a budget of regions; past it the audit says *undecided* and names the table's rows
it did not get to. It says so too where more regions are wrong than it lists. It never samples.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

import attrs

from revcycle.rules.algebra import ALWAYS, Rule
from revcycle.rules.analysis import REGIONS_MAX, overlaps, uncovered
from revcycle.rules.diagrams import NO, OverBudget
from revcycle.rules.regions import (
    Region,
    first_region,
    inside_and_cores,
    node_of,
    space_of,
)
from revcycle.rules.tables import DecisionTable, HitPolicy
from revcycle.rules.vocabulary import Vocabulary
from revcycle.rules.wording import describe

__all__ = ["FindingKind", "TableFinding", "audit_table", "finding_words"]


class FindingKind(enum.Enum):
    """What is wrong. The value completes "rows ...:"."""

    UNREACHABLE = "never decides"
    """A row that decides for no facts: it can never hold, or earlier rows take all it holds on."""

    GAP = "no row holds"
    """Facts for which the table decides nothing."""

    OVERLAP = "two rows hold"
    """Facts for which two rows hold, in a table whose rows must exclude each other."""


@attrs.frozen(kw_only=True)
class TableFinding:
    """One thing that is wrong with a table, or that could not be decided.

    Attributes:
        kind: what is wrong.
        rows: the names of the rows concerned. For an unreachable row its own name, then those
            of the earlier rows that take its facts, none when it can never hold; for a gap
            none; for a question undecided all rows that it is about.
        region: where, with a row of facts that shows it: facts for which no row holds, for which
            both rows hold, or for which the unreachable row holds but an earlier one decides.
            None for a row that can never hold, and when undecided.
        is_decided: false when the budget ran out: then it is not known whether this is wrong.
            Beside findings of its kind and rows it says that these are not known to be all:
            no more than `REGIONS_SHOWN_MAX` regions are listed.
    """

    kind: FindingKind
    rows: tuple[str, ...]
    region: Region | None
    is_decided: bool = True


def audit_table(
    table: DecisionTable[object],
    vocabulary: Vocabulary,
    *,
    within: Rule = ALWAYS,
    regions_max: int = REGIONS_MAX,
) -> tuple[TableFinding, ...]:
    """The unreachable rows, gaps and overlaps of *table*, for rows of facts within *within*.

    Overlaps are looked for in a table that is `HitPolicy.UNIQUE`: in the others they are meant.

    Raises:
        UnknownFact: a rule names a fact that the vocabulary does not have.
        InvalidRecord: a rule asks what a fact of that type cannot answer.
    """
    names = tuple(row.name for row in table.rows)
    rules = tuple(row.when for row in table.rows)
    is_first = table.hit is HitPolicy.FIRST
    found = list(_unreachable(names, rules, vocabulary, within, regions_max, is_first=is_first))
    gaps = uncovered(rules, vocabulary, within=within, regions_max=regions_max)
    found += [TableFinding(kind=FindingKind.GAP, rows=(), region=gap) for gap in gaps.regions]
    if not gaps.is_complete:
        found.append(_undecided(FindingKind.GAP, names))
    if table.hit is HitPolicy.UNIQUE:
        found += _overlapping(names, rules, vocabulary, within, regions_max)
    return tuple(found)


def _unreachable(
    names: Sequence[str],
    rules: Sequence[Rule],
    vocabulary: Vocabulary,
    within: Rule,
    regions_max: int,
    *,
    is_first: bool,
) -> Iterator[TableFinding]:
    bounds, *cores = inside_and_cores(rules, vocabulary, within)
    reached = 0
    try:
        space = space_of([bounds, *cores], vocabulary=vocabulary, regions_max=regions_max)
        diagrams = space.diagrams
        inside = node_of(bounds, space)
        free = inside  # what no earlier row takes
        nodes: list[int] = []
        for reached, core in enumerate(cores):
            node = diagrams.all_of([inside, node_of(core, space)])
            if diagrams.all_of([node, free]) == NO:
                takers = [at for at, row in enumerate(nodes) if diagrams.all_of([node, row]) != NO]
                yield TableFinding(
                    kind=FindingKind.UNREACHABLE,
                    rows=(names[reached], *(names[at] for at in takers)),
                    region=first_region(node, space),
                )
            nodes.append(node)
            if is_first:
                free = diagrams.all_of([free, diagrams.opposite(node)])
    except OverBudget:
        yield _undecided(FindingKind.UNREACHABLE, names[reached:])


def _overlapping(
    names: Sequence[str],
    rules: Sequence[Rule],
    vocabulary: Vocabulary,
    within: Rule,
    regions_max: int,
) -> Iterator[TableFinding]:
    both = overlaps(rules, vocabulary, within=within, regions_max=regions_max)
    for overlap in both.found:
        rows = tuple(names[index] for index in overlap.rules)
        for region in overlap.regions:
            yield TableFinding(kind=FindingKind.OVERLAP, rows=rows, region=region)
        if not overlap.is_complete:
            yield _undecided(FindingKind.OVERLAP, rows)
    if both.undecided:
        left = {index for pair in both.undecided for index in pair}
        yield _undecided(FindingKind.OVERLAP, [names[index] for index in sorted(left)])


def _undecided(kind: FindingKind, rows: Sequence[str]) -> TableFinding:
    return TableFinding(kind=kind, rows=tuple(rows), region=None, is_decided=False)


def finding_words(finding: TableFinding, *, vocabulary: Vocabulary | None = None) -> str:
    """One finding as one line of English."""
    rows = ", ".join(finding.rows)
    if not finding.is_decided:
        return f"undecided whether {finding.kind.value}: {rows}"
    where = describe(finding.region.rule, vocabulary=vocabulary) if finding.region else "never"
    match finding.kind:
        case FindingKind.GAP:
            return f"no row holds where {where}"
        case FindingKind.OVERLAP:
            return f"{' and '.join(finding.rows)} both hold where {where}"
        case FindingKind.UNREACHABLE if finding.region is None:
            return f"{rows} can never hold"
        case FindingKind.UNREACHABLE:
            row, *takers = finding.rows
            return f"{row} never decides: where it holds, {' or '.join(takers)} is earlier"
