"""Running a worklist: from the practice's accounts to families in order.

`run_worklist` first rejects by the alarm, which needs no facts, then asks the definition's rule,
compiled once, and builds rows only for what is left. No explanation is built on the way; those
are in `explanations`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from revcycle.access import Permission, Viewer, require_permission, sees_everyone
from revcycle.accounts import Account, Patient
from revcycle.dunning import AccountReading, AlarmStatus, DunningPolicy
from revcycle.errors import InvalidRecord, Refused
from revcycle.levels import DunningLevel
from revcycle.money import ZERO
from revcycle.rules import ALWAYS, compile_rule
from revcycle.worklists.families import FoundFamily, by_name, by_outstanding, found_family
from revcycle.worklists.filters import GuarantorInitialIn
from revcycle.worklists.results import WorklistResult
from revcycle.worklists.sight import Sight, absent_guarantors, has_absent_guarantor, sight_of
from revcycle.worklists.worklist import Worklist, WorklistSort, alarm_type_problems, rule_of

__all__ = [
    "matching",
    "readings_on_level",
    "require_run",
    "run_worklist",
    "two_accounts",
    "visible_worklists",
]


def run_worklist(
    worklist: Worklist,
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    policy: DunningPolicy,
) -> WorklistResult:
    """Find the accounts that *worklist* is about, as *viewer* may see them (WL-1 to WL-11).

    Args:
        worklist: the definition.
        accounts: the practice's. They may come one by one and are not kept, unless the initial
            filter asks for names of guarantors that the viewer may not know: a guarantor who is
            a patient of none of the accounts counts as masked (PR-3).
        viewer: who runs it.
        as_of: the day.
        policy: the practice's, with an alarm type for every level.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        Refused: a level has no alarm type (AL-1).
        InvalidRecord: two different accounts that are both on the list have one id.
    """
    require_run("run_worklist", viewer=viewer, policy=policy)
    found: dict[str, FoundFamily] = {}
    for reading, sight in matching(worklist, accounts, viewer=viewer, as_of=as_of, policy=policy):
        account = reading.account
        known = found.get(account.id)
        if known is None:
            found[account.id] = found_family(reading, sight)
        elif known.account != account:
            raise two_accounts("run_worklist", account.id, sight)
    order = by_outstanding if worklist.sort is WorklistSort.OUTSTANDING else by_name
    families = tuple(each.family for each in sorted(found.values(), key=order))
    return WorklistResult(worklist=worklist, viewer=viewer, as_of=as_of, families=families)


def visible_worklists(
    worklists: Sequence[Worklist],
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    policy: DunningPolicy,
) -> tuple[Worklist, ...]:
    """Give the worklists that hold something for *viewer* to see (WL-13).

    Without provider groups nothing is hidden: all of them.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        Refused: a level has no alarm type (AL-1).
    """
    require_run("visible_worklists", viewer=viewer, policy=policy)
    if viewer.provider_groups is None:
        return tuple(worklists)
    book = tuple(accounts)
    return tuple(
        worklist
        for worklist in worklists
        if any(matching(worklist, book, viewer=viewer, as_of=as_of, policy=policy))
    )


def matching(
    worklist: Worklist,
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    policy: DunningPolicy,
) -> Iterator[tuple[AccountReading, Sight]]:
    """Yield what is read of each account on *worklist*, and what *viewer* may see of it."""
    level = worklist.alarm_level
    is_named = bool(worklist.initials) and not sees_everyone(viewer)
    book = tuple(accounts) if is_named and not isinstance(accounts, Collection) else accounts
    rest_holds = compile_rule(rule_of(worklist, with_alarm=False, with_initials=not is_named))
    initial_holds = compile_rule(GuarantorInitialIn(worklist.initials) if is_named else ALWAYS)
    waiting: list[AccountReading] = []

    def seen(reading: AccountReading, elsewhere: Mapping[str, Patient]) -> Sight | None:
        sight = sight_of(reading.account, viewer=viewer, elsewhere=elsewhere)
        passes = sight.is_shown and (initial_holds(reading) or sight.is_name_masked)
        return sight if passes and _is_on_level(reading, level) else None

    for reading in _may_be_on_level(book, level, as_of=as_of, policy=policy):
        if not rest_holds(reading):
            continue
        if is_named and has_absent_guarantor(reading.account):
            waiting.append(reading)
        elif sight := seen(reading, {}):
            yield reading, sight
    # Whose initial may be asked is known once all accounts are.
    elsewhere = absent_guarantors((each.account for each in waiting), book, viewer=viewer)
    for reading in waiting:
        if sight := seen(reading, elsewhere):
            yield reading, sight


def readings_on_level(
    accounts: Iterable[Account], level: DunningLevel, *, as_of: date, policy: DunningPolicy
) -> Iterator[AccountReading]:
    """Yield a reading of each account whose alarm fires at *level*."""
    for reading in _may_be_on_level(accounts, level, as_of=as_of, policy=policy):
        if _is_on_level(reading, level):
            yield reading


def _may_be_on_level(
    accounts: Iterable[Account], level: DunningLevel, *, as_of: date, policy: DunningPolicy
) -> Iterator[AccountReading]:
    # Most accounts need no more than a look at their levels. Since when the alarm fires and what
    # is due on plans is worked out last, for what all else lets through.
    for account in accounts:
        if _has_levels_for(account, level):
            yield AccountReading(account, as_of=as_of, policy=policy)


def _has_levels_for(account: Account, level: DunningLevel) -> bool:
    """Tell, quickly, whether the less severe of stored and live level can be *level* (AL-4).

    No is final, yes is a perhaps: of what `alarm_state` reads this looks at the levels only.
    """
    alarm = account.alarm
    if alarm is None or alarm.clearance is not None:
        return False
    if not account.members:
        return False  # closed: nobody is left to follow up, though its last alarm stays (FA-3)
    stored, wanted = alarm.level.severity, level.severity
    if stored <= wanted or account.holds:
        return stored >= wanted
    is_there = False
    for charge in account.charges:
        severity = charge.standing.level.severity
        if (
            severity >= wanted
            and charge.outstanding > ZERO
            and charge.placement is None
            and charge.patient_id in alarm.patient_ids
        ):
            if severity > wanted:
                return False
            is_there = True
    return is_there


def _is_on_level(reading: AccountReading, level: DunningLevel) -> bool:
    state = reading.alarm
    return state.level is level and state.status is AlarmStatus.FIRING


def two_accounts(act: str, account_id: str, sight: Sight) -> InvalidRecord:
    """Say that two different accounts have one id, which is not shown for a masked head (PR-3)."""
    hidden = sight.is_head_masked
    return InvalidRecord(act, "accounts", account_id, "be one account, not two", private=hidden)


def require_run(act: str, *, viewer: Viewer, policy: DunningPolicy) -> None:
    """Refuse *act* unless *viewer* may run worklists and every level has its alarm type.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission (PR-2).
        Refused: a level has no alarm type (AL-1).
    """
    require_permission(act, viewer, Permission.SELF_PAY_WORKLISTS)
    problems = alarm_type_problems(policy)
    if problems:
        raise Refused(act, problems)
