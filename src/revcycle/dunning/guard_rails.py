"""Guard rails: what a law, a bureau or the practice itself forbids for now, as data (CO-5).

    GuardRail           one rule with its citation: which acts, and what must be so for them
    Guard               the rails a host has chosen, and what it knows beside the account
    guard_verdict       may this act be done now, and if not, what stands against it, until when
    check_guard         the same as problems of a refusal, for verbs
    audit_guard_rails   rails that never veto, add nothing, leave an act open, or are unverified

No rail is in force unless the host chooses it, and none is legal advice. A rail vetoes acts and
never moves a level. The rails together are one decision table (`guard_table`): every row is a
rail, and every row that holds is a veto.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Final, TypeAlias

import attrs

from revcycle.accounts import Account, charge_of
from revcycle.charges import Charge
from revcycle.checks import (
    FLAG,
    ID,
    WORDS,
    Requirement,
    all_given,
    check_fields,
    check_given,
    each,
    one_of,
    unique,
)
from revcycle.dates import ONE_DAY
from revcycle.dunning.acts import check_asked
from revcycle.dunning.guard_facts import (
    GUARD_FACTS,
    POSSIBLE,
    Circumstances,
    GuardedAct,
    GuardedKind,
    GuardFacts,
    GuardReading,
    minute_of,
)
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.errors import InvalidRecord, Problem, Proposition
from revcycle.money import ZERO
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Core,
    DecisionTable,
    Equals,
    HitPolicy,
    In,
    Not,
    Rule,
    TableRow,
    Vocabulary,
    decide,
    facts_read,
    holds,
    is_satisfiable,
    lower,
    validated,
    why_not,
    why_not_lines,
)

__all__ = [
    "FacilityType",
    "Guard",
    "GuardFinding",
    "GuardFindingKind",
    "GuardProblem",
    "GuardRail",
    "GuardVerdict",
    "Veto",
    "audit_guard_rails",
    "check_guard",
    "guard_table",
    "guard_verdict",
    "rails_given",
]


class FacilityType(enum.Enum):
    """What kind of place gave the service, as laws tell them apart."""

    HOSPITAL = "hospital"
    TAX_EXEMPT_HOSPITAL = "tax_exempt_hospital"
    PHYSICIAN_PRACTICE = "physician_practice"
    OTHER = "other"


def _some_of(kind: type[enum.Enum]) -> Requirement:
    return Requirement(
        lambda v: type(v) is frozenset and all(type(each) is kind for each in v),
        f"be a frozenset of {kind.__name__} members",
    )


_IS_STATE: Final = re.compile("[A-Z]{2}").fullmatch
_STATES: Final = Requirement(
    lambda v: type(v) is frozenset and all(type(s) is str and _IS_STATE(s) is not None for s in v),
    "be a frozenset of states, each in two capital letters",
)


@attrs.frozen(kw_only=True)
class GuardRail:
    """One rule about acts, with where it stands (CO-5).

    Attributes:
        id: what it is called; unique among the rails chosen.
        says: one sentence, for people.
        citation: where it stands: a regulation, a statute, a body's policy, the practice's own.
        is_verified: whether its numbers were read in the text cited; false says that they are
            from general knowledge, and somebody has to look before relying on them.
        acts: the acts it is about, one or more.
        requires: what must be so for such an act; where it is not, the act is vetoed.
        facility_types: whose rail it is; empty for anybody's.
        states: in which states, two letters each; empty for all.
    """

    id: str
    says: str
    citation: str
    is_verified: bool
    acts: frozenset[GuardedKind]
    requires: Rule
    facility_types: frozenset[FacilityType] = frozenset()
    states: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        """Check the fields, and that the rule is one over the facts of acts."""
        check_fields(self, _RAIL)
        if not self.acts:
            raise InvalidRecord("GuardRail", "acts", "none", "name one act or more")
        validated(self.requires, vocabulary=_facts_for(self.requires))

    def __str__(self) -> str:
        """Read as one line; unverified numbers say so."""
        doubt = "" if self.is_verified else ", numbers unverified"
        return f"{self.id} ({self.citation}{doubt}): {self.says}"


_RAIL: Final = (
    ("id", ID),
    ("says", WORDS),
    ("citation", WORDS),
    ("is_verified", FLAG),
    ("acts", _some_of(GuardedKind)),
    ("requires", Requirement(lambda v: isinstance(v, Rule), "be a rule")),
    ("facility_types", _some_of(FacilityType)),
    ("states", _STATES),
)


@attrs.frozen(kw_only=True)
class Guard:
    """The rails that a host has chosen, with what it knows beside the account.

    Attributes:
        rails: in the order in which vetoes are told; each id once.
        circumstances: notices, contacts and disputes; what is not given did not happen.
    """

    rails: tuple[GuardRail, ...]
    circumstances: Circumstances

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _GUARD)
        unique(self, "rails", [rail.id for rail in self.rails])


_GUARD: Final = (
    ("rails", each(one_of(GuardRail))),
    ("circumstances", one_of(Circumstances)),
)


@attrs.frozen(kw_only=True)
class Veto:
    """A rail against an act, for some of its charges.

    Attributes:
        rail: the rail, with its citation.
        act: the act.
        charge_ids: which of its charges; none if it is about none.
        because: what is not as the rail wants it: each line is one way to meet it.
        allowed_on: the first day on which this rail would allow it if nothing else happens; None
            if waiting alone does not help.
        allowed_at: the first time on that day, where the time of day matters to the rail.
    """

    rail: GuardRail
    act: GuardedAct
    charge_ids: tuple[str, ...]
    because: tuple[str, ...]
    allowed_on: date | None
    allowed_at: time | None

    def __str__(self) -> str:
        """Read as one line."""
        about = f" {', '.join(self.charge_ids)}" if self.charge_ids else ""
        until = _when(self.allowed_on, self.allowed_at)
        return f"{self.act.kind.value}{about} vetoed, {until}: {self.rail}"


@attrs.frozen(kw_only=True)
class GuardVerdict:
    """Whether an act may be done (CO-5).

    Attributes:
        act: the act.
        on: the day.
        vetoes: what stands against it, in the order of the rails.
        allowed_on: the day itself if nothing does; else the first on which nothing would if
            nothing else happens, None if waiting alone does not help.
        allowed_at: the first time on that day, where the time of day matters.
    """

    act: GuardedAct
    on: date
    vetoes: tuple[Veto, ...]
    allowed_on: date | None
    allowed_at: time | None

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands against the act."""
        return not self.vetoes

    def __str__(self) -> str:
        """Read as lines of English."""
        if self.is_allowed:
            return f"{self.act.kind.value} is allowed on {self.on}"
        until = _when(self.allowed_on, self.allowed_at)
        lines = [f"{self.act.kind.value} is vetoed on {self.on}, {until}"]
        for veto in self.vetoes:
            lines += [f"  {veto}", *(f"    {line}" for line in veto.because)]
        return "\n".join(lines)


class GuardProblem(Proposition):
    """Why a verb refuses an act that a host's own guard rail vetoes."""

    VETOED = "Wait until the day given, or see to what the guard rail asks (CO-5)."


def guard_verdict(
    account: Account, act: GuardedAct, *, guard: Guard, as_of: date, policy: DunningPolicy
) -> GuardVerdict:
    """Say whether *act* may be done on *as_of*, and every veto with its rule and day (CO-5).

    Args:
        account: the account.
        act: what somebody means to do, and to which charges. A call or a message without
            charges is about every charge that owes something.
        guard: the rails chosen and what is known beside the account.
        as_of: the day.
        policy: the practice's, for what is eligible for collections.

    Raises:
        InvalidRecord: *as_of* is no plain date, or another argument is something else.
        UnknownReference: no such charge.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    for field, value, kind in (("act", act, GuardedAct), ("guard", guard, Guard)):
        if type(value) is not kind:
            raise InvalidRecord("guard_verdict", field, value, one_of(kind).must)
    weighing = _Weighing(account, act, guard, policy)
    vetoes = weighing.vetoes(as_of)
    allowed_on, allowed_at = weighing.first_allowed(as_of) if vetoes else (as_of, act.at)
    return GuardVerdict(
        act=act, on=as_of, vetoes=vetoes, allowed_on=allowed_on, allowed_at=allowed_at
    )


def check_guard(
    account: Account, act: GuardedAct, *, guard: Guard, as_of: date, policy: DunningPolicy
) -> tuple[Problem, ...]:
    """List the vetoes of *guard* against *act* as the problems of a refusal.

    Raises:
        InvalidRecord: as `guard_verdict`.
        UnknownReference: no such charge.
    """
    verdict = guard_verdict(account, act, guard=guard, as_of=as_of, policy=policy)
    return tuple(Problem(GuardProblem.VETOED, str(veto)) for veto in verdict.vetoes)


def guard_table(rails: Iterable[GuardRail]) -> DecisionTable[GuardRail]:
    """Give *rails* as one decision table over `GUARD_FACTS`: every row that holds is a veto.

    Raises:
        InvalidRecord: *rails* holds something else.
    """
    rows = tuple(
        TableRow(name=rail.id, when=_vetoes_when(rail), then=rail) for rail in rails_given(rails)
    )
    return DecisionTable(hit=HitPolicy.COLLECT, rows=rows)


def rails_given(rails: Iterable[GuardRail]) -> tuple[GuardRail, ...]:
    """Collect *rails*.

    Raises:
        InvalidRecord: *rails* holds something else.
    """
    given = all_given("rails", rails)
    check_given("rails", given, each(one_of(GuardRail)))
    return given


class GuardFindingKind(enum.Enum):
    """What is unwise about a choice of guard rails. The value says it in a sentence."""

    NEVER_VETOES = "No act that there can be is ever vetoed by it."
    ALWAYS_VETOES = "The acts that it is about are never allowed."
    ADDS_NOTHING = "Whatever it vetoes, another one vetoes as well."
    UNGUARDED = "No rail is about this act: it is always allowed."
    UNVERIFIED = "Its numbers were not read in the text that it cites."


@attrs.frozen(kw_only=True)
class GuardFinding:
    """One finding about a choice of guard rails.

    Attributes:
        kind: what.
        rail_ids: the rail, then the others concerned; none for an act that is unguarded.
        act: the act, if it is unguarded; else None.
    """

    kind: GuardFindingKind
    rail_ids: tuple[str, ...]
    act: GuardedKind | None = None


def audit_guard_rails(rails: Iterable[GuardRail]) -> tuple[GuardFinding, ...]:
    """Find rails without effect, acts without rails, and numbers that nobody has read (CO-5).

    Proved over every row of facts there can be, not tried on a book.

    Raises:
        InvalidRecord: *rails* holds something else.
        Refused: the rules of the rails are too many or too wide to be weighed.
    """
    # They are gone over more than once.
    rails = rails_given(rails)
    kinds = GuardFindingKind
    found = [GuardFinding(kind=kind, rail_ids=(rail.id,)) for rail in rails for kind in _own(rail)]
    found += [
        GuardFinding(kind=kinds.ADDS_NOTHING, rail_ids=(rail.id, *others))
        for rail in rails
        if (others := tuple(o.id for o in rails if o is not rail and _is_within(rail, o)))
    ]
    found += [
        GuardFinding(kind=kinds.UNGUARDED, rail_ids=(), act=act)
        for act in GuardedKind
        if not any(act in rail.acts for rail in rails)
    ]
    return tuple(found)


_Moment: TypeAlias = tuple[date, int]
"""A day, and a minute of it."""

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR


@attrs.frozen(kw_only=True)
class _Asked:
    """One rail, made ready to be asked on many days.

    Attributes:
        rail: the rail.
        requires: its rule in core nodes.
        facts: the facts that the rule reads.
        bounds: the numbers that it compares with.
        clock: the minutes of a day at which its answer can change; none if the time of day, or
            the act's having none, makes no difference.
    """

    rail: GuardRail
    requires: Core
    facts: frozenset[str]
    bounds: tuple[int, ...]
    clock: tuple[int, ...]


class _Weighing:
    """One act weighed against rails: now, and on the days to come.

    Not a record: it remembers the facts of a day, which every rail asks for.
    """

    def __init__(
        self, account: Account, act: GuardedAct, guard: Guard, policy: DunningPolicy
    ) -> None:
        self._act = act
        self._minute = minute_of(act.at)
        self._table = guard_table(guard.rails)
        self._reading = GuardReading(account, act, guard.circumstances, policy=policy)
        self._charges = _charges_of(account, act) or (None,)
        self._asked = {
            rail.id: _asked(rail, has_time=self._minute is not None)
            for rail in guard.rails
            if act.kind in rail.acts
        }
        self._rows_known: dict[tuple[str | None, date, int | None], tuple[GuardFacts, ...]] = {}
        self._turns_known: dict[tuple[str, str | None], list[date]] = {}

    def vetoes(self, as_of: date) -> tuple[Veto, ...]:
        """Decide for every charge, and say once what is the same for several."""
        found: dict[tuple[str, _Moment | None, tuple[str, ...]], list[str]] = {}
        told: dict[tuple[str, GuardFacts], tuple[str, ...]] = {}
        for charge in self._charges:
            for row in self._rows(charge, as_of, self._minute):
                for rail in decide(self._table, row).outcomes:
                    if (rail.id, row) not in told:
                        why = why_not(rail.requires, row, vocabulary=GUARD_FACTS)
                        told[rail.id, row] = why_not_lines(why, vocabulary=GUARD_FACTS)
                    until = self._first(self._asked[rail.id], charge, self._now(as_of))
                    ids = found.setdefault((rail.id, until, told[rail.id, row]), [])
                    # Two disputes that are alike say one thing about the charge.
                    ids += [] if charge is None or charge.id in ids else [charge.id]
        return tuple(
            Veto(
                rail=asked.rail,
                act=self._act,
                charge_ids=tuple(ids),
                because=because,
                allowed_on=None if until is None else until[0],
                allowed_at=_time_of(until, has_clock=bool(asked.clock)),
            )
            for asked in self._asked.values()
            for (rail_id, until, because), ids in found.items()
            if rail_id == asked.rail.id
        )

    def first_allowed(self, as_of: date) -> tuple[date | None, time | None]:
        """Give the first moment from *as_of* on at which no rail vetoes for any charge."""
        pairs = [(asked, charge) for asked in self._asked.values() for charge in self._charges]
        moment: _Moment = self._now(as_of)
        before = None
        while moment != before:
            before = moment
            for asked, charge in pairs:
                # No moment before this one will do for the pair, and so for all together.
                found = self._first(asked, charge, moment)
                if found is None:
                    return None, None
                moment = found
        has_clock = any(asked.clock for asked in self._asked.values())
        return moment[0], _time_of(moment, has_clock=has_clock)

    def _first(self, asked: _Asked, charge: Charge | None, since: _Moment) -> _Moment | None:
        """Give the first moment from *since* on at which one rail does not veto for one charge."""
        first_day, first_minute = since
        turns = self._turns(asked, charge)
        days = turns[bisect_right(turns, first_day) :]
        # What only the hour forbids today it allows tomorrow, or never.
        tomorrow = [first_day + ONE_DAY] if asked.clock and first_day < date.max else []
        for day in (first_day, *sorted({*tomorrow, *days})):
            start = first_minute if day == first_day else 0
            for minute in (start, *(turn for turn in asked.clock if turn > start)):
                rows = self._rows(charge, day, minute if asked.clock else self._minute)
                if all(holds(asked.requires, row) for row in rows):
                    return day, minute
        return None

    def _now(self, as_of: date) -> _Moment:
        return as_of, self._minute or 0

    def _rows(self, charge: Charge | None, day: date, minute: int | None) -> tuple[GuardFacts, ...]:
        key = (None if charge is None else charge.id, day, minute)
        if key not in self._rows_known:
            self._rows_known[key] = self._reading.rows(charge, day, minute)
        return self._rows_known[key]

    def _turns(self, asked: _Asked, charge: Charge | None) -> list[date]:
        key = (asked.rail.id, None if charge is None else charge.id)
        if key not in self._turns_known:
            found = self._reading.turns(charge, asked.bounds, asked.facts)
            self._turns_known[key] = sorted(found)
        return self._turns_known[key]


def _asked(rail: GuardRail, *, has_time: bool) -> _Asked:
    requires = lower(rail.requires)
    conditions = tuple(_conditions(requires))
    hours = {bound for each in conditions if each.fact == _TIME for bound in _bounds(each)}
    turns = {0, *hours, *(hour + 1 for hour in hours)} if hours and has_time else set()
    return _Asked(
        rail=rail,
        requires=requires,
        facts=frozenset(each.fact for each in conditions),
        bounds=tuple(bound for each in conditions for bound in _bounds(each)),
        clock=tuple(sorted(minute for minute in turns if 0 <= minute < _DAY)),
    )


_TIME: Final = "local_minute"


def _charges_of(account: Account, act: GuardedAct) -> tuple[Charge | None, ...]:
    """Give the charges that *act* names, each once; if it names none, all that owe something."""
    if act.charge_ids:
        return tuple(charge_of(account, each) for each in dict.fromkeys(act.charge_ids))
    return tuple(charge for charge in account.charges if charge.outstanding > ZERO)


def _vetoes_when(rail: GuardRail) -> Rule:
    return AllOf(_about(rail), Not(rail.requires))


def _about(rail: GuardRail) -> Rule:
    return In("act", {kind.value for kind in rail.acts})


def _facts_for(*rules: Rule) -> Vocabulary:
    """Give the vocabulary for questions about *rules*, quick to ask.

    Whether facts that no rule reads fit together need not be asked: where every "has" is yes and
    every number it allows is 0, they do.
    """
    read = {name for rule in rules for name in facts_read(rule)}
    parts = (part for part in POSSIBLE if facts_read(part) <= read)
    return attrs.evolve(GUARD_FACTS, possible=AllOf(*parts))


def _can_be(*rules: Rule) -> bool:
    return is_satisfiable(AllOf(*rules), _facts_for(*rules))


def _own(rail: GuardRail) -> Iterator[GuardFindingKind]:
    if not _can_be(_vetoes_when(rail)):
        yield GuardFindingKind.NEVER_VETOES
    if not _can_be(_about(rail), rail.requires):
        yield GuardFindingKind.ALWAYS_VETOES
    if not rail.is_verified:
        yield GuardFindingKind.UNVERIFIED


def _is_within(rail: GuardRail, other: GuardRail) -> bool:
    """Tell whether *other* vetoes whatever *rail* vetoes, and *rail* vetoes anything at all."""
    if not rail.acts <= other.acts:
        return False
    vetoes = _vetoes_when(rail)
    return _can_be(vetoes) and not _can_be(vetoes, Not(_vetoes_when(other)))


def _conditions(rule: Core) -> Iterator[Condition]:
    match rule:
        case AllOf() | AnyOf():
            for part in rule.parts:
                yield from _conditions(lower(part))
        case Not():
            yield from _conditions(lower(rule.part))
        case _:
            yield rule


def _bounds(condition: Condition) -> tuple[int, ...]:
    """Give the numbers that a condition compares with."""
    match condition:
        case AtLeast() | AtMost():
            return (condition.bound,)
        case Equals(value=int() as value) if type(value) is int:
            return (value,)
        case In():
            return tuple(value for value in condition.values if type(value) is int)
        case _:
            return ()


def _time_of(moment: _Moment | None, *, has_clock: bool) -> time | None:
    return time(*divmod(moment[1], _HOUR)) if moment is not None and has_clock else None


def _when(day: date | None, at: time | None) -> str:
    if day is None:
        return "waiting alone does not help"
    # Not by a format: those read the clock's module.
    return f"allowed from {day}" + ("" if at is None else f" {at.hour:02}:{at.minute:02}")
