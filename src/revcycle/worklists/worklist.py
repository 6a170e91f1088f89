"""Worklists: what a practice defines, and the acts of creating, editing and deleting one.

A definition is a value, and so is the practice's set of them: an act gives a new set, and a
result that was returned before stays as it was (WL-10).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.accounts import InsuranceClass
from revcycle.checks import (
    AMOUNT,
    COUNT,
    ID,
    TEXT,
    WORDS,
    Requirement,
    check_fields,
    one_of,
    optional,
    refuse,
)
from revcycle.dunning import INITIALS, DunningPolicy, has_every_alarm_type
from revcycle.errors import Problem, Proposition, Refused, UnknownReference
from revcycle.levels import LEVELS, DunningLevel
from revcycle.money import usd
from revcycle.rules import AllOf, Rule
from revcycle.worklists.filters import (
    AlarmLevelIs,
    GuarantorInitialIn,
    InsuranceClassIs,
    NoAppointmentWithin,
    OutstandingBetween,
    PrimaryDepartmentIn,
    UsualProviderIn,
)

__all__ = [
    "Worklist",
    "WorklistChange",
    "WorklistProblem",
    "WorklistSort",
    "alarm_type_problems",
    "check_create_worklist",
    "check_edit_worklist",
    "create_worklist",
    "delete_worklist",
    "edit_worklist",
    "levels_in_use",
    "rule_of",
    "worklist_of",
]


class WorklistSort(enum.Enum):
    """How a result is ordered (WL-8)."""

    LAST_NAME = "last_name"
    OUTSTANDING = "outstanding"


class WorklistProblem(Proposition):
    """Why an act on worklists is refused."""

    ALARM_TYPES_INCOMPLETE = "Give each level from 1 to 8 its alarm type first (AL-1)."
    ID_TAKEN = "Give each worklist an id of its own."
    NAME_TAKEN = "Give each worklist a name of its own; capitals make no difference (WL-14)."


def _amount_min(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="Worklist", field="amount_min")


def _amount_max(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="Worklist", field="amount_max")


@attrs.frozen(kw_only=True)
class Worklist:
    """Which accounts one person works on (WL-14). Blank means no restriction (WL-1).

    Attributes:
        id: minted by the host.
        name: not empty; unique in the practice, capitals aside.
        alarm_level: the dunning level, 1 to 8, whose alarm brings accounts here.
        initials: of the guarantor's last name, A to Z; empty is blank (WL-3).
        department_ids: of the head's current department; the empty id stands for none
            registered; empty is blank (WL-5).
        provider_ids: of the head's usual provider, likewise (WL-5).
        insurance_class: of the head; None is blank (WL-6).
        amount_min: US dollars outstanding at least; None is blank (WL-4).
        amount_max: US dollars outstanding at most; None is blank (WL-4).
        appointment_days: leave out accounts with an appointment in so many days; 0 means today
            only, None is blank (WL-7).
        sort: by last name or by outstanding amount (WL-8).
    """

    id: str
    name: str
    alarm_level: DunningLevel
    initials: frozenset[str] = frozenset()
    department_ids: frozenset[str] = frozenset()
    provider_ids: frozenset[str] = frozenset()
    insurance_class: InsuranceClass | None = None
    amount_min: Decimal | None = attrs.field(default=None, converter=_amount_min)
    amount_max: Decimal | None = attrs.field(default=None, converter=_amount_max)
    appointment_days: int | None = None
    sort: WorklistSort = WorklistSort.LAST_NAME

    def __attrs_post_init__(self) -> None:
        """Check the fields and that the amounts leave something."""
        check_fields(self, _WORKLIST)
        low, high = self.amount_min, self.amount_max
        if low is not None and high is not None and low > high:
            refuse(self, "amount_max", f"be at least amount_min, {low}")


def _set_of(requirement: Requirement) -> Requirement:
    return Requirement(
        lambda v: type(v) is frozenset and all(map(requirement.holds, v)),
        f"be a frozenset, each element of which must {requirement.must}",
    )


_LETTER: Final = Requirement(
    lambda v: type(v) is str and len(v) == 1 and v in INITIALS, "be one letter, A to Z"
)
_WORKLIST: Final = (
    ("id", ID),
    ("name", WORDS),
    (
        "alarm_level",
        Requirement(lambda v: type(v) is DunningLevel and v is not LEVELS[0], "be a level, 1 to 8"),
    ),
    ("initials", _set_of(_LETTER)),
    ("department_ids", _set_of(TEXT)),
    ("provider_ids", _set_of(TEXT)),
    ("insurance_class", optional(one_of(InsuranceClass))),
    ("amount_min", optional(AMOUNT)),
    ("amount_max", optional(AMOUNT)),
    ("appointment_days", optional(COUNT)),
    ("sort", one_of(WorklistSort)),
)


def rule_of(
    worklist: Worklist,
    *,
    with_alarm: bool = True,
    with_initials: bool = True,
    with_appointments: bool = True,
) -> AllOf:
    """Give the definition as a rule over the facts of an account (WL-2).

    Args:
        worklist: the definition.
        with_alarm: False leaves the alarm out, as where it has been looked at before.
        with_initials: False leaves the initial filter out, as for a viewer who may not know the
            name (PR-3).
        with_appointments: False leaves the appointment filter out.
    """
    alarm = [AlarmLevelIs(worklist.alarm_level.number)] if with_alarm else []
    initials = worklist.initials if with_initials else frozenset()
    days = worklist.appointment_days if with_appointments else None
    filters = attrs.evolve(worklist, initials=initials, appointment_days=days)
    return AllOf(*alarm, *_filters(filters))


def _filters(w: Worklist) -> Iterator[Rule]:
    if w.initials:
        yield GuarantorInitialIn(w.initials)
    if w.department_ids:
        yield PrimaryDepartmentIn(w.department_ids)
    if w.provider_ids:
        yield UsualProviderIn(w.provider_ids)
    if w.insurance_class is not None:
        yield InsuranceClassIs(w.insurance_class)
    if w.amount_min is not None or w.amount_max is not None:
        yield OutstandingBetween(w.amount_min, w.amount_max)
    if w.appointment_days is not None:
        yield NoAppointmentWithin(w.appointment_days)


# --------------------------------------------------------------------------------------- acts


@attrs.frozen(kw_only=True)
class WorklistChange:
    """What a change of worklists returns: the practice's new set; a set-up has no events.

    Attributes:
        worklists: in the order in which they were created.
    """

    worklists: tuple[Worklist, ...]


def create_worklist(
    worklists: Sequence[Worklist], worklist: Worklist, *, viewer: Viewer, policy: DunningPolicy
) -> WorklistChange:
    """Add *worklist* to the practice's *worklists* (WL-10, PR-1).

    Raises:
        NotPermitted: *viewer* lacks the Admin permission.
        Refused: with every reason: its id or name is taken, a level has no alarm type.
    """
    require_permission("create_worklist", viewer, Permission.SELF_PAY_ADMIN)
    _require("create_worklist", check_create_worklist(worklists, worklist, policy=policy))
    return WorklistChange(worklists=(*worklists, worklist))


def edit_worklist(
    worklists: Sequence[Worklist], worklist: Worklist, *, viewer: Viewer, policy: DunningPolicy
) -> WorklistChange:
    """Put *worklist* in the place of the one with its id (WL-10, PR-1).

    Results that were returned keep the definition they were run by.

    Raises:
        NotPermitted: *viewer* lacks the Admin permission.
        UnknownReference: there is no worklist with its id.
        Refused: with every reason: its name is another's, a level has no alarm type.
    """
    require_permission("edit_worklist", viewer, Permission.SELF_PAY_ADMIN)
    worklist_of(worklists, worklist.id)
    _require("edit_worklist", check_edit_worklist(worklists, worklist, policy=policy))
    return WorklistChange(
        worklists=tuple(worklist if old.id == worklist.id else old for old in worklists)
    )


def delete_worklist(
    worklists: Sequence[Worklist], worklist_id: str, *, viewer: Viewer
) -> WorklistChange:
    """Take the worklist with this id out of the set (WL-10, PR-1).

    Raises:
        NotPermitted: *viewer* lacks the Admin permission.
        UnknownReference: there is no such worklist.
    """
    require_permission("delete_worklist", viewer, Permission.SELF_PAY_ADMIN)
    worklist_of(worklists, worklist_id)
    return WorklistChange(worklists=tuple(w for w in worklists if w.id != worklist_id))


def check_create_worklist(
    worklists: Iterable[Worklist], worklist: Worklist, *, policy: DunningPolicy
) -> tuple[Problem, ...]:
    """List why *worklist* may not be created (WL-14, AL-1)."""
    worklists = tuple(worklists)
    problems = list(alarm_type_problems(policy))
    if any(old.id == worklist.id for old in worklists):
        problems.append(Problem(WorklistProblem.ID_TAKEN, f"worklist {worklist.id}"))
    return (*problems, *_name_problems(worklists, worklist))


def check_edit_worklist(
    worklists: Iterable[Worklist], worklist: Worklist, *, policy: DunningPolicy
) -> tuple[Problem, ...]:
    """List why *worklist* may not take the place of the one with its id (WL-14, AL-1)."""
    others = [old for old in worklists if old.id != worklist.id]
    return (*alarm_type_problems(policy), *_name_problems(others, worklist))


def alarm_type_problems(policy: DunningPolicy) -> tuple[Problem, ...]:
    """Give the problem that a level has no alarm type, if one has none (AL-1)."""
    if has_every_alarm_type(policy):
        return ()
    missing = [str(each) for each in LEVELS[1:] if policy.alarm_delays[each.number] is None]
    detail = f"missing for level {', '.join(missing)}"
    return (Problem(WorklistProblem.ALARM_TYPES_INCOMPLETE, detail),)


def worklist_of(worklists: Iterable[Worklist], worklist_id: str) -> Worklist:
    """Find a worklist.

    Raises:
        UnknownReference: there is no such worklist.
    """
    for worklist in worklists:
        if worklist.id == worklist_id:
            return worklist
    raise UnknownReference("worklist", worklist_id)


def levels_in_use(worklists: Iterable[Worklist]) -> frozenset[DunningLevel]:
    """Give the levels whose alarm types may not be deleted, for `delete_alarm_type` (AL-1)."""
    return frozenset(worklist.alarm_level for worklist in worklists)


def _name_problems(others: Iterable[Worklist], worklist: Worklist) -> Iterator[Problem]:
    name = worklist.name.strip().casefold()
    for other in others:
        if other.id != worklist.id and other.name.strip().casefold() == name:
            yield Problem(WorklistProblem.NAME_TAKEN, f"worklist {other.id}")


def _require(act: str, problems: tuple[Problem, ...]) -> None:
    if problems:
        raise Refused(act, problems)
