"""What changed between two runs of one worklist: who came, who left and why."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import attrs

from revcycle.accounts import Account, Patient
from revcycle.dunning import (
    ACCOUNT_FACTS,
    AccountReading,
    AlarmStatus,
    DunningPolicy,
    collect_outstanding,
)
from revcycle.errors import InvalidRecord
from revcycle.money import ZERO, total
from revcycle.rules import holds, why_not
from revcycle.worklists.results import MASK, WorklistFamily, WorklistResult
from revcycle.worklists.run import require_run
from revcycle.worklists.sight import absent_guarantors, sight_of
from revcycle.worklists.worklist import Worklist, rule_of

__all__ = ["Departed", "Departure", "WorklistDiff", "diff"]


class Departure(enum.Enum):
    """Why an account left a worklist."""

    MEMBER_CHANGE = "its members changed"
    PAID = "nothing is due any more"
    CAUGHT_UP = "nothing is overdue any more"
    CLEARED = "its alarm was cleared"
    PLACED = "charges went to collections"
    HELD = "it is on hold"
    MOVED_LEVEL = "its alarm moved to another level"
    WAITING = "its alarm waits for its delay"
    FILTERED = "a filter no longer passes it"
    WORKLIST_EDITED = "the worklist was edited"
    OUT_OF_SIGHT = "none of its records is accessible any more"
    GONE = "it is no longer in the book"


@attrs.frozen(kw_only=True)
class Departed:
    """An account that left.

    Attributes:
        family: as it was shown before.
        because: every reason that applies, in the order of `Departure`.
        alarm_level: the level at which its alarm fires now; 0 when it does not.
        unmet: the facts that a filter no longer passes.
    """

    family: WorklistFamily
    because: tuple[Departure, ...]
    alarm_level: int
    unmet: tuple[str, ...]


@attrs.frozen(kw_only=True)
class WorklistDiff:
    """What changed between two runs.

    Attributes:
        before_on: the day of the first run.
        after_on: the day of the second.
        came: the families that are new, in the order of the second.
        left: the families that are gone, in the order of the first.
        stayed_count: how many were and are there.
    """

    before_on: date
    after_on: date
    came: tuple[WorklistFamily, ...]
    left: tuple[Departed, ...]
    stayed_count: int

    def __str__(self) -> str:
        """Read as lines of English."""
        lines = [f"from {self.before_on} to {self.after_on}: {self.stayed_count} stayed"]
        lines += [
            f"came: account {_shown(family)}, at level {family.figures.alarm_level} since "
            f"{family.figures.alarm_since}"
            for family in self.came
        ]
        lines += [f"left: account {_shown(each.family)}: {_reasons(each)}" for each in self.left]
        return "\n".join(lines)


def diff(
    before: WorklistResult,
    after: WorklistResult,
    *,
    accounts: Iterable[Account],
    policy: DunningPolicy,
) -> WorklistDiff:
    """Compare two results of one worklist for one viewer.

    Args:
        before: the earlier result.
        after: the later one.
        accounts: those the later one was run over; looked at for those that left.
        policy: the practice's.

    Raises:
        NotPermitted: the results' viewer lacks the Worklists permission.
        Refused: a level has no alarm type (AL-1).
        InvalidRecord: the results are of two worklists or for two viewers, or in the wrong order.
    """
    require_run("diff", viewer=after.viewer, policy=policy)
    _check_comparable(before, after)
    earlier = {family.account_id for family in before.families}
    later = {family.account_id for family in after.families}
    left = [family for family in before.families if family.account_id not in later]
    return WorklistDiff(
        before_on=before.as_of,
        after_on=after.as_of,
        came=tuple(family for family in after.families if family.account_id not in earlier),
        left=tuple(_departed(left, before, after, accounts, policy)),
        stayed_count=len(earlier & later),
    )


def _check_comparable(before: WorklistResult, after: WorklistResult) -> None:
    if before.worklist.id != after.worklist.id:
        must = f"be of worklist {before.worklist.id}, as the result before"
        raise InvalidRecord("diff", "after", after.worklist.id, must)
    if before.viewer != after.viewer:
        must = f"be for viewer {before.viewer.id} with the same rights, as the result before"
        raise InvalidRecord("diff", "after", after.viewer.id, must)
    if after.as_of < before.as_of:
        raise InvalidRecord("diff", "after", after.as_of, f"be run on or after {before.as_of}")


def _departed(
    left: list[WorklistFamily],
    before: WorklistResult,
    after: WorklistResult,
    accounts: Iterable[Account],
    policy: DunningPolicy,
) -> Iterator[Departed]:
    if not left:
        return
    book = tuple(accounts)
    ids = {family.account_id for family in left}
    now = {account.id: account for account in book if account.id in ids}
    elsewhere = absent_guarantors(now.values(), book, viewer=after.viewer)
    for family in left:
        account = now.get(family.account_id)
        if account is None:
            gone = (Departure.GONE,)
            yield Departed(family=family, because=gone, alarm_level=0, unmet=())
            continue
        reading = AccountReading(account, as_of=after.as_of, policy=policy)
        firing = reading.alarm.level if reading.alarm.status is AlarmStatus.FIRING else None
        because, unmet = _why(family, reading, before.worklist, after, elsewhere)
        yield Departed(
            family=family,
            because=tuple(reason for reason in Departure if reason in because),
            alarm_level=firing.number if firing is not None else 0,
            unmet=unmet,
        )


def _why(
    family: WorklistFamily,
    reading: AccountReading,
    old: Worklist,
    after: WorklistResult,
    elsewhere: Mapping[str, Patient],
) -> tuple[set[Departure], tuple[str, ...]]:
    account = reading.account
    members = {member.patient.id for member in account.members}
    because = {Departure.MEMBER_CHANGE} if members != family.member_ids else set()
    if not members:
        return because, ()
    sight = sight_of(account, viewer=after.viewer, elsewhere=elsewhere)
    if not sight.is_shown:
        return {*because, Departure.OUT_OF_SIGHT}, ()
    named = not sight.is_name_masked
    if reading.alarm_level != old.alarm_level.number:
        because |= _why_silent(family, reading, because)
    unmet = _unmet(old, reading, named=named)
    if unmet:
        because.add(Departure.FILTERED)
    new = after.worklist
    if new.alarm_level is not old.alarm_level or _unmet(new, reading, named=named) - unmet:
        because.add(Departure.WORKLIST_EDITED)
    return because, tuple(sorted(unmet))


def _unmet(worklist: Worklist, reading: AccountReading, *, named: bool) -> set[str]:
    """Give the facts that the filters of *worklist*, the alarm aside, do not pass."""
    rule = rule_of(worklist, with_alarm=False, with_initials=named)
    if holds(rule, reading):
        return set()
    found = why_not(rule, reading, vocabulary=ACCOUNT_FACTS)
    return {unmet.fact for way in found.ways for unmet in way}


def _why_silent(  # noqa: PLR0911  (one answer a status)
    family: WorklistFamily, reading: AccountReading, because: set[Departure]
) -> set[Departure]:
    """Say why the alarm does not fire at the level it fired at; nothing if *because* says it."""
    status = reading.alarm.status
    if status is AlarmStatus.FIRING:
        return {Departure.MOVED_LEVEL}
    if status is AlarmStatus.WAITING:
        moved = reading.alarm.level is not family.figures.alarm_level
        return {Departure.WAITING, *([Departure.MOVED_LEVEL] if moved else [])}
    if status is AlarmStatus.SUPPRESSED:
        return {Departure.HELD}
    alarm = reading.account.alarm
    clearance = alarm.clearance if alarm is not None else None
    if clearance is not None and clearance.by is not None:
        return {Departure.CLEARED}
    if clearance is not None and clearance.transaction_id is not None:
        return {Departure.PAID}
    placed_before = total(row.own.collect_outstanding for row in family.rows)
    if collect_outstanding(reading.account) > placed_before:
        return {Departure.PLACED}
    if because:
        return set()
    # A plan that was agreed, or a level that a part payment lowered, leaves something due.
    return {Departure.CAUGHT_UP if reading.figures.due_now > ZERO else Departure.PAID}


def _shown(family: WorklistFamily) -> str:
    return MASK if family.shown_account_id is None else family.shown_account_id


def _reasons(departed: Departed) -> str:
    said = []
    for reason in departed.because:
        words = reason.value
        if reason is Departure.FILTERED:
            words += f" ({', '.join(departed.unmet)})"
        if reason is Departure.MOVED_LEVEL and departed.alarm_level:
            words += f" ({departed.alarm_level})"
        said.append(words)
    return "; ".join(said)
