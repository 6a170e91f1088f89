"""The account's one alarm: set by cycle runs, active by computation, cleared by money or staff.

A run stores what it set (`alarm_after_run`). Whether the alarm is active on a day is worked out
from that and from the live levels (`alarm_state`), so a payment silences it at once and voiding
the payment brings it back, with nothing to repair.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.accounts import Account, Alarm, AlarmClearance
from revcycle.charges import FALLS, Charge, signed_amount
from revcycle.checks import all_given, check_given, each, one_of
from revcycle.dates import roll_forward
from revcycle.dunning.acts import check_act, check_asked, check_day, require
from revcycle.dunning.events import AlarmCleared, Event
from revcycle.dunning.figures import billable_charges, has_account_hold, plan_dues
from revcycle.dunning.policy import AlarmType, DunningPolicy, check_policy
from revcycle.dunning.replay import Draft
from revcycle.errors import Problem, Proposition, UnknownReference
from revcycle.levels import LEVELS, DunningLevel, least_severe, most_severe
from revcycle.money import ZERO, add, subtract, total

__all__ = [
    "AlarmChange",
    "AlarmFinding",
    "AlarmFindingKind",
    "AlarmProblem",
    "AlarmState",
    "AlarmStatus",
    "Clearance",
    "alarm_after_run",
    "alarm_state",
    "audit_alarm_types",
    "clear_alarm",
    "define_alarm_type",
    "delete_alarm_type",
    "due_but_for_holds",
    "fires_on",
    "is_silenced",
]


class AlarmStatus(enum.Enum):
    """Where the alarm is on a day."""

    NOT_SET = "not_set"
    SUPPRESSED = "suppressed"
    CLEARED = "cleared"
    WAITING = "waiting"
    FIRING = "firing"


@attrs.frozen(kw_only=True)
class AlarmState:
    """The alarm on a day (AL-3, AL-4).

    Attributes:
        status: not set · suppressed by a hold · cleared · waiting for its delay · firing.
        level: the active level while waiting or firing; else None.
        reached_on: since when, for that level; else None.
        fires_on: the day it becomes active; else None.
    """

    status: AlarmStatus
    level: DunningLevel | None = None
    reached_on: date | None = None
    fires_on: date | None = None


@attrs.frozen(kw_only=True)
class Clearance:
    """What `clear_alarm` returns: the new account and the event."""

    account: Account
    events: tuple[Event, ...]


class AlarmProblem(Proposition):
    """Why an act on an alarm or an alarm type is refused."""

    NO_ALARM_SET = "There is nothing to clear: no cycle run has set an alarm."
    ALREADY_CLEARED = "Leave it: the alarm is already cleared."
    ALARM_TYPE_IN_USE = "Delete or change the worklists of this level first."
    ALARM_NAME_TAKEN = "Give each alarm type a name of its own."


def alarm_state(account: Account, *, as_of: date, policy: DunningPolicy) -> AlarmState:
    """Say whether the account's alarm is active on *as_of*, and at which level (AL-3 to AL-6).

    The active level is the less severe of the stored level and the live level of the members
    who have belonged without a break since the alarm was set (AL-4).

    Raises:
        UnknownReference: the policy has no alarm type for the level.
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    alarm = account.alarm
    if alarm is None:
        return AlarmState(status=AlarmStatus.NOT_SET)
    if alarm.clearance is not None:
        return AlarmState(status=AlarmStatus.CLEARED)
    if has_account_hold(account, as_of=as_of):
        return AlarmState(status=AlarmStatus.SUPPRESSED)
    live = _live_level(account, alarm, as_of)
    if live is DunningLevel.LEVEL_0:
        return AlarmState(status=_why_silent(account, alarm))
    if not _is_anything_due(account, alarm, as_of, policy):
        paid = _is_all_paid(account, alarm, as_of, policy)
        return AlarmState(status=AlarmStatus.CLEARED if paid else AlarmStatus.SUPPRESSED)
    level = least_severe((alarm.level, live))
    reached_on = alarm.reached_on
    if level is not alarm.level:
        reached_on = _earliest_arrival(account, alarm, level, as_of)
    fires = fires_on(level, reached_on, policy=policy)
    return AlarmState(
        status=AlarmStatus.FIRING if as_of >= fires else AlarmStatus.WAITING,
        level=level,
        reached_on=reached_on,
        fires_on=fires,
    )


def is_silenced(account: Account, *, as_of: date, policy: DunningPolicy) -> bool:
    """Tell whether nothing is due while a level above 0 still stands (AL-5).

    Such an auto-clear must be remembered: the next due alone does not bring the alarm back.
    """
    alarm = account.alarm
    return (
        alarm is not None
        and alarm.clearance is None
        and _live_level(account, alarm, as_of) is not DunningLevel.LEVEL_0
        and _is_all_paid(account, alarm, as_of, policy)
    )


def due_but_for_holds(account: Account, *, as_of: date, policy: DunningPolicy) -> Decimal:
    """Give what the alarm's members would owe now if every hold were lifted (AL-5, ST-12)."""
    if account.alarm is None:
        return ZERO
    free = _released(account)
    patient_ids = account.alarm.patient_ids
    standard = total(
        charge.outstanding
        for charge in billable_charges(free, as_of=as_of)
        if charge.standing.enrolment is None and charge.patient_id in patient_ids
    )
    return add(standard, total(_asked(free, patient_ids, as_of, policy)))


def fires_on(level: DunningLevel, reached_on: date, *, policy: DunningPolicy) -> date:
    """Give the day an alarm of *level*, reached on *reached_on*, becomes active (AL-3).

    Raises:
        UnknownReference: the policy has no alarm type for *level*.
        InvalidRecord: *level* is none, *reached_on* no plain date, or *policy* none.
    """
    check_given("level", level, _LEVEL)
    check_day(reached_on, field="reached_on")
    check_policy(policy)
    delay = policy.alarm_delays[level.number]
    if delay is None:
        raise UnknownReference("alarm type for level", str(level))
    day = reached_on + timedelta(days=delay)
    return roll_forward(day, closed_on=policy.closed_on) if policy.roll_alarms_forward else day


def alarm_after_run(
    stored: Alarm | None,
    before: Sequence[Charge],
    after: Sequence[Charge],
    *,
    level: DunningLevel,
    patient_ids: tuple[str, ...],
    on: date,
) -> Alarm | None:
    """Give the alarm that a cycle run sets (AL-2, AL-3, AL-6).

    Args:
        stored: the alarm as the run found it.
        before: the billable charges before the run.
        after: the same charges after it, in the same order.
        level: the most severe level after the run; 0 sets no alarm.
        patient_ids: the current members.
        on: the day of the run.
    """
    if level is DunningLevel.LEVEL_0:
        return None
    arrivals = [
        (charge.standing.reached_on, earlier.standing.level is level, charge)
        for earlier, charge in zip(before, after, strict=True)
        if charge.standing.level is level
    ]
    already_there = any(was_there for _, was_there, _ in arrivals)
    if stored is not None and stored.level is level and already_there:
        reached_on = stored.reached_on
    else:
        reached_on = min(day for day, _, _ in arrivals if day is not None)
    clearance = None
    if stored is not None and stored.clearance is not None:
        same = stored.level is level and stored.reached_on == reached_on
        risen = level.severity > stored.level.severity or any(
            not was_there or _rose_since(charge, stored) for _, was_there, charge in arrivals
        )
        clearance = stored.clearance if same or not risen else None
    return Alarm(
        level=level, reached_on=reached_on, set_on=on, patient_ids=patient_ids, clearance=clearance
    )


def clear_alarm(
    account: Account, *, by: str, note: str = "", as_of: date, policy: DunningPolicy
) -> Clearance:
    """Silence the alarm until a run sets a different one; the level stays (AL-6).

    Args:
        account: the account.
        by: who clears it.
        note: what staff write about it; kept with the alarm, hidden.
        as_of: the day.
        policy: decides whether money has cleared it already.

    Raises:
        Refused: no alarm is set, or it is cleared already.
        InvalidRecord: *by*, or another argument, is something else than it must be.
    """
    problems = [
        *check_act(account, as_of=as_of),
        *check_clear_alarm(account, as_of=as_of, policy=policy),
    ]
    require("clear_alarm", problems)
    draft = Draft(account)
    draft.record(AlarmCleared(as_of, AlarmClearance(on=as_of, by=by, note=note)))
    return Clearance(account=draft.account, events=tuple(draft.events))


def check_clear_alarm(
    account: Account, *, as_of: date, policy: DunningPolicy
) -> tuple[Problem, ...]:
    """List why there is nothing to clear."""
    status = alarm_state(account, as_of=as_of, policy=policy).status
    if status is AlarmStatus.NOT_SET:
        return (Problem(AlarmProblem.NO_ALARM_SET, f"account {account.id}"),)
    if status is AlarmStatus.CLEARED:
        return (Problem(AlarmProblem.ALREADY_CLEARED, f"account {account.id}"),)
    return ()


class AlarmFindingKind(enum.Enum):
    """What is unwise about a set of alarm types."""

    MISSING = "missing"
    LEFT_BEFORE_IT_FIRES = "left_before_it_fires"


@attrs.frozen(kw_only=True)
class AlarmFinding:
    """One finding about the alarm types (AL-1, AL-8).

    Attributes:
        kind: what.
        level: of which level.
        delay_days: the delay set; None where the type is missing.
        cycle_days: the cycle it is compared with.
    """

    kind: AlarmFindingKind
    level: DunningLevel
    delay_days: int | None
    cycle_days: int


@attrs.frozen(kw_only=True)
class AlarmChange:
    """What a change of alarm types returns: the new policy; a set-up has no events."""

    policy: DunningPolicy


def audit_alarm_types(policy: DunningPolicy) -> tuple[AlarmFinding, ...]:
    """Name the levels without an alarm type, and delays that rarely run out (AL-1, AL-8).

    A delay of a whole cycle or more is normally overtaken by the next level, except at 4 and 8,
    which are not left.

    Raises:
        InvalidRecord: *policy* is none.
    """
    check_policy(policy)
    found = []
    for level in LEVELS[1:]:
        delay = policy.alarm_delays[level.number]
        kind = None
        if delay is None:
            kind = AlarmFindingKind.MISSING
        elif delay >= policy.cycle_days and not level.is_terminal:
            kind = AlarmFindingKind.LEFT_BEFORE_IT_FIRES
        if kind is not None:
            found.append(
                AlarmFinding(kind=kind, level=level, delay_days=delay, cycle_days=policy.cycle_days)
            )
    return tuple(found)


def define_alarm_type(
    policy: DunningPolicy, alarm_type: AlarmType, *, viewer: Viewer
) -> AlarmChange:
    """Create the alarm type of a level, or replace the one it has (AL-1, PR-1).

    Raises:
        NotPermitted: *viewer* lacks the Admin permission.
        Refused: another level's type has the name.
        InvalidRecord: *policy*, *alarm_type* or *viewer* is something else.
    """
    check_policy(policy)
    check_given("alarm_type", alarm_type, one_of(AlarmType))
    require_permission("define_alarm_type", viewer, Permission.SELF_PAY_ADMIN)
    others = tuple(kind for kind in policy.alarm_types if kind.level is not alarm_type.level)
    if any(kind.name.casefold() == alarm_type.name.casefold() for kind in others):
        detail = f"level {alarm_type.level}"
        require("define_alarm_type", [Problem(AlarmProblem.ALARM_NAME_TAKEN, detail)])
    types = sorted((*others, alarm_type), key=lambda kind: kind.level.number)
    return AlarmChange(policy=attrs.evolve(policy, alarm_types=tuple(types)))


def delete_alarm_type(
    policy: DunningPolicy,
    level: DunningLevel,
    *,
    viewer: Viewer,
    levels_in_use: Iterable[DunningLevel],
) -> AlarmChange:
    """Delete a level's alarm type; an incomplete set is kept, but refused by a run (AL-1, PR-1).

    Args:
        policy: the policy that holds the types.
        level: whose type goes.
        viewer: who deletes it.
        levels_in_use: the levels that worklists are defined for.

    Raises:
        NotPermitted: *viewer* lacks the Admin permission.
        UnknownReference: the level has no type.
        Refused: a worklist uses it.
        InvalidRecord: *policy*, *level*, *viewer* or *levels_in_use* is something else.
    """
    check_policy(policy)
    check_given("level", level, _LEVEL)
    used = all_given("levels_in_use", levels_in_use)
    check_given("levels_in_use", used, each(_LEVEL))
    require_permission("delete_alarm_type", viewer, Permission.SELF_PAY_ADMIN)
    if all(kind.level is not level for kind in policy.alarm_types):
        raise UnknownReference("alarm type for level", str(level))
    if level in used:
        require("delete_alarm_type", [Problem(AlarmProblem.ALARM_TYPE_IN_USE, f"level {level}")])
    types = tuple(kind for kind in policy.alarm_types if kind.level is not level)
    return AlarmChange(policy=attrs.evolve(policy, alarm_types=types))


_LEVEL: Final = one_of(DunningLevel)


def _live_level(account: Account, alarm: Alarm, as_of: date) -> DunningLevel:
    return most_severe(
        charge.standing.level
        for charge in billable_charges(account, as_of=as_of)
        if charge.patient_id in alarm.patient_ids
    )


def _is_all_paid(account: Account, alarm: Alarm, as_of: date, policy: DunningPolicy) -> bool:
    """Tell whether nothing would be due even if every hold were lifted.

    What only a hold keeps from being due suppresses the alarm; it clears nothing (ST-12).
    """
    return not _is_anything_due(_released(account), alarm, as_of, policy)


def _released(account: Account) -> Account:
    return attrs.evolve(account, holds=()) if account.holds else account


def _is_anything_due(account: Account, alarm: Alarm, as_of: date, policy: DunningPolicy) -> bool:
    """Tell whether anything is due of the members whom the alarm was set for (AL-4, AL-5).

    What somebody owes who joined later wakes nothing that is silent.
    """
    if any(
        c.standing.enrolment is None and c.patient_id in alarm.patient_ids
        for c in billable_charges(account, as_of=as_of)
    ):
        return True
    return any(due > ZERO for due in _asked(account, alarm.patient_ids, as_of, policy))


def _asked(
    account: Account, patient_ids: Collection[str], as_of: date, policy: DunningPolicy
) -> list[Decimal]:
    dues = plan_dues(account, as_of=as_of, policy=policy)
    return [
        dues[plan.id].due
        for plan in account.plans
        if plan.id in dues and plan.patient_id in patient_ids
    ]


def _why_silent(account: Account, alarm: Alarm) -> AlarmStatus:
    # Charges under a patient or claim hold are not billable: the alarm sleeps, nobody cleared it.
    held_level = most_severe(
        charge.standing.level
        for charge in account.charges
        if charge.patient_id in alarm.patient_ids
        and charge.outstanding > ZERO
        and charge.placement is None
    )
    return AlarmStatus.CLEARED if held_level is DunningLevel.LEVEL_0 else AlarmStatus.SUPPRESSED


def _earliest_arrival(account: Account, alarm: Alarm, level: DunningLevel, as_of: date) -> date:
    """Find the earliest arrival at *level*, charges closed since the run included (AL-4).

    So are charges that money has lowered since: paying the older of two charges, in full or in
    part, must not put the alarm off (AL-3).
    """
    billable = {charge.id for charge in billable_charges(account, as_of=as_of)}
    arrivals: list[date] = []
    for charge in account.charges:
        if charge.patient_id not in alarm.patient_ids:
            continue
        if charge.id not in billable and not _closed_since(charge, alarm.set_on):
            continue
        standing = charge.standing
        stood = [(standing.level, standing.reached_on)]
        stood += [
            (move.level_before, move.reached_on_before)
            for move in standing.moves
            if move.because in FALLS and move.on >= alarm.set_on
        ]
        arrivals += [since for at, since in stood if at is level and since is not None]
    return min(arrivals)


def _closed_since(charge: Charge, day: date) -> bool:
    """Tell whether *charge* owed something on *day* or later, and money or an adjustment closed it.

    What is posted on a charge that was closed before, as when its credit is used, closes nothing.
    """
    if charge.outstanding > ZERO or charge.voided_on is not None:
        return False
    entries: list[tuple[date, Decimal]] = []
    for transaction in charge.transactions:
        amount = signed_amount(attrs.evolve(transaction, voided_on=None))
        if transaction.posted_on >= day:
            entries.append((transaction.posted_on, amount))
        if transaction.voided_on is not None and transaction.voided_on >= day:
            entries.append((transaction.voided_on, subtract(ZERO, amount)))
    owed = subtract(charge.outstanding, total(amount for _, amount in entries))
    # Of one day's entries what raises the debt comes first: the order is not known.
    for _, amount in sorted(entries, key=lambda entry: (entry[0], entry[1] < ZERO)):
        if owed > ZERO:
            return True
        owed = add(owed, amount)
    return False


def _rose_since(charge: Charge, stored: Alarm) -> bool:
    """Tell whether *charge* came to its level after the run that set the *stored* alarm, rising."""
    standing = charge.standing
    if standing.reached_on is None or standing.reached_on <= stored.set_on:
        return False
    if standing.moves and standing.moves[-1].because in FALLS:
        return False
    # A charge comes off a plan at the lower of two levels that mean the same (DL-2, DL-11).
    came_off = any(stay.left_on == standing.reached_on for stay in standing.past_stays[-1:])
    return not (came_off and standing.level < stored.level)
