"""Do the worklists together include every account with an alarm, and is any on two (WL-9)?

Answered from the definitions alone, for every account there can be: each level's definitions
are rules, and what none or two of them hold on is worked out exactly, said in words, and shown
by one row of facts. `revcycle.worklists.book_audit` answers the same for a given book.

Accounts that are left out because of a coming appointment are left out on purpose: they are no
gap, and listed apart. Names without a letter match the blank filter only (WL-3), so where a gap
depends on the initial they are a region of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import attrs

from revcycle.dunning import ACCOUNT_FACTS
from revcycle.levels import LEVELS, DunningLevel
from revcycle.rules import (
    AllOf,
    Equals,
    FactType,
    In,
    IntFact,
    Not,
    Region,
    Rule,
    StrFact,
    Vocabulary,
    coverage,
    facts_read,
    lower,
)
from revcycle.worklists.filters import NoAppointmentWithin
from revcycle.worklists.wording import ALL_INITIALS, passing_initials, region_words
from revcycle.worklists.worklist import Worklist, rule_of

__all__ = [
    "AppointmentExclusion",
    "CoverageGap",
    "CoverageOverlap",
    "RoutingFacts",
    "WorklistAudit",
    "audit_worklists",
    "routing_vocabulary",
]


@attrs.frozen(kw_only=True)
class RoutingFacts:
    """The facts of an account that decide which worklists it is on; as in `AccountFacts`."""

    alarm_level: int
    guarantor_initial: str
    primary_department_id: str
    usual_provider_id: str
    insurance_class: str
    outstanding_cents: int
    has_appointment: bool
    appointment_days: int


@attrs.frozen(kw_only=True)
class CoverageGap:
    """Accounts that no worklist includes.

    Attributes:
        level: the level of their alarms.
        region: which they are, as a rule, with one of them as a witness.
    """

    level: DunningLevel
    region: Region

    @property
    def words(self) -> str:
        """Say which they are in English."""
        return f"{region_words(self.region.rule)}: nobody"


@attrs.frozen(kw_only=True)
class CoverageOverlap:
    """Accounts that two worklists include.

    Attributes:
        level: the level of their alarms.
        worklists: the two, in the order of the definitions.
        region: which they are, as a rule, with one of them as a witness.
    """

    level: DunningLevel
    worklists: tuple[Worklist, Worklist]
    region: Region

    @property
    def words(self) -> str:
        """Say which they are in English."""
        one, other = self.worklists
        return f"{region_words(self.region.rule)}: both {one.name} and {other.name}"


@attrs.frozen(kw_only=True)
class AppointmentExclusion:
    """Accounts that a worklist leaves out on purpose, because of a coming appointment (WL-7).

    Attributes:
        level: the level of their alarms.
        worklist: which leaves them out.
        rule: which they are.
    """

    level: DunningLevel
    worklist: Worklist
    rule: Rule

    @property
    def words(self) -> str:
        """Say which they are in English."""
        return f"{region_words(self.rule)}: left out of {self.worklist.name} on purpose"


@attrs.frozen(kw_only=True)
class WorklistAudit:
    """What the definitions cover together.

    Attributes:
        gaps: regions that no two gaps share.
        overlaps: likewise for each pair of worklists.
        exclusions: one for each worklist with an appointment filter.
        undecided: the levels for which not everything could be listed or decided; their gaps
            and overlaps are true, but may not be all.
    """

    gaps: tuple[CoverageGap, ...]
    overlaps: tuple[CoverageOverlap, ...]
    exclusions: tuple[AppointmentExclusion, ...]
    undecided: tuple[DunningLevel, ...]

    @property
    def is_partition(self) -> bool:
        """Whether each account with an alarm is on exactly one list, intended exclusions aside."""
        return not (self.gaps or self.overlaps or self.undecided)

    def __str__(self) -> str:
        """Read as lines of English, most pressing first."""
        found: Iterable[CoverageGap | CoverageOverlap | AppointmentExclusion]
        found = chain(self.gaps, self.overlaps, self.exclusions)
        lines = [f"level {level}: undecided, too many regions" for level in self.undecided]
        if self.is_partition:
            lines.append("every account with an alarm is on exactly one worklist")
        return "\n".join([*lines, *(finding.words for finding in found)])


def audit_worklists(
    worklists: Sequence[Worklist],
    *,
    department_ids: Iterable[str] | None = None,
    provider_ids: Iterable[str] | None = None,
) -> WorklistAudit:
    """Find the gaps and the overlaps of *worklists*, for every account there can be (WL-9).

    Args:
        worklists: the practice's definitions.
        department_ids: all departments of the practice, so that those nobody works on are named;
            None if not known, and then "any other" stands for them.
        provider_ids: all providers, likewise.
    """
    vocabulary = routing_vocabulary(
        worklists, department_ids=department_ids, provider_ids=provider_ids
    )
    gaps: list[CoverageGap] = []
    overlaps: list[CoverageOverlap] = []
    undecided = []
    for level in LEVELS[1:]:
        mine = [worklist for worklist in worklists if worklist.alarm_level is level]
        rules = [rule_of(worklist, with_appointments=False) for worklist in mine]
        bounds = Equals("alarm_level", level.number)
        gap, both = coverage(rules, vocabulary, within=bounds)
        gaps += _gaps(level, gap.regions)
        overlaps += [
            found
            for overlap in both.found
            for found in _overlaps(mine, overlap.rules, overlap.regions)
        ]
        are_all = all(overlap.is_complete for overlap in both.found)
        if not gap.is_complete or both.undecided or not are_all:
            undecided.append(level)
    exclusions = tuple(filter(None, (_exclusion(each) for each in worklists)))
    return WorklistAudit(
        gaps=tuple(gaps),
        overlaps=tuple(overlaps),
        exclusions=exclusions,
        undecided=tuple(undecided),
    )


def routing_vocabulary(
    worklists: Iterable[Worklist],
    *,
    department_ids: Iterable[str] | None = None,
    provider_ids: Iterable[str] | None = None,
) -> Vocabulary:
    """Give the facts that decide on worklists, with the departments and providers there are.

    The ids that the definitions name, and the empty id for none registered, belong to them too.
    """
    worklists = tuple(worklists)
    departments = _domain(department_ids, (w.department_ids for w in worklists))
    providers = _domain(provider_ids, (w.provider_ids for w in worklists))
    known: dict[str, FactType] = {
        # An alarm fires only where something is owed.
        "outstanding_cents": IntFact("outstanding_cents", label="outstanding", least=1),
        "alarm_level": IntFact("alarm_level", label="level", least=1, most=len(LEVELS) - 1),
        "primary_department_id": StrFact("primary_department_id", values=departments),
        "usual_provider_id": StrFact("usual_provider_id", values=providers),
    }
    names = [field.name for field in attrs.fields(RoutingFacts)]
    known |= {fact.name: fact for fact in ACCOUNT_FACTS.facts if fact.name not in known}
    return Vocabulary(RoutingFacts, tuple(known[name] for name in names))


def _domain(ids: Iterable[str] | None, named: Iterable[frozenset[str]]) -> tuple[str, ...] | None:
    return None if ids is None else tuple(sorted({"", *ids}.union(*named)))


def _gaps(level: DunningLevel, regions: Iterable[Region]) -> Iterator[CoverageGap]:
    for region in regions:
        for part in _without_letter_apart(region):
            yield CoverageGap(level=level, region=part)


def _overlaps(
    worklists: Sequence[Worklist], pair: tuple[int, int], regions: Iterable[Region]
) -> Iterator[CoverageOverlap]:
    one, other = (worklists[place] for place in pair)
    # The appointment filters were left out: put back what both ask for. The witness has none.
    days = [each.appointment_days for each in (one, other) if each.appointment_days is not None]
    filters = [lower(NoAppointmentWithin(max(days)))] if days else []
    for region in regions:
        yield CoverageOverlap(
            level=one.alarm_level,
            worklists=(one, other),
            region=Region(AllOf(region.rule, *filters), region.witness),
        )


def _exclusion(worklist: Worklist) -> AppointmentExclusion | None:
    days = worklist.appointment_days
    if days is None:
        return None
    others = rule_of(worklist, with_appointments=False)
    rule = AllOf(others, Not(NoAppointmentWithin(days)))
    return AppointmentExclusion(level=worklist.alarm_level, worklist=worklist, rule=rule)


def _without_letter_apart(region: Region) -> Iterator[Region]:
    """Split a region that depends on the initial into names with a letter and names without."""
    parts = region.rule.parts if isinstance(region.rule, AllOf) else (region.rule,)
    letters = passing_initials(region.rule)
    if letters == ALL_INITIALS or "" not in letters or letters == {""}:
        yield region
        return
    rest = [part for part in parts if "guarantor_initial" not in facts_read(part)]
    for some in (letters - {""}, frozenset({""})):
        condition = In("guarantor_initial", some)
        if isinstance(region.witness, RoutingFacts):
            witness = attrs.evolve(region.witness, guarantor_initial=min(some))
            yield Region(AllOf(*rest, condition), witness)
