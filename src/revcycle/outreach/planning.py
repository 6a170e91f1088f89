"""What to send to whom, when, by which way and why; and whether it is still right to send it.

plan_outreach        one day's plan for a whole book (ST-7, RP-6)
  _too_late          the latest statement, if it never went out and is no news any more
  _statement_due     the latest statement, while it is news
  _reminder_due      the reminder for the level that stands
  withheld_reasons   why something due does not go out
still_valid          ask again just before sending: nobody who has paid is bothered

The library sends nothing. A host sends the items, and remembers each as `SentOutreach`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from revcycle.accounts import (
    Account,
    DeliveryMethod,
    DeliveryPreference,
    Guarantor,
    SentStatement,
)
from revcycle.dates import is_date
from revcycle.dunning import (
    AlarmState,
    AlarmStatus,
    DunningPolicy,
    alarm_state,
    check_act,
    has_account_hold,
    net_balance,
    require,
)
from revcycle.errors import InvalidRecord, Problem, UnknownReference
from revcycle.levels import DunningLevel
from revcycle.money import CENT, ZERO, cents
from revcycle.outreach.balances import balance_at, is_paid, is_right, is_statement_right
from revcycle.outreach.items import (
    OutreachItem,
    OutreachKind,
    OutreachPlan,
    OutreachReason,
    SentOutreach,
    SkippedOutreach,
    WithheldReason,
)
from revcycle.outreach.policy import (
    Channel,
    OutreachPolicy,
    ReminderFacts,
    ReminderOutcome,
    reminder_table,
)
from revcycle.rules import DecisionTable, decide

__all__ = ["plan_outreach", "still_valid", "withheld_reasons"]


def plan_outreach(
    accounts: Iterable[Account],
    *,
    sent: Iterable[SentOutreach],
    as_of: date,
    policy: DunningPolicy,
    outreach: OutreachPolicy,
) -> OutreachPlan:
    """Plan what goes out on *as_of*: at most one item an account (ST-7, RP-6).

    Call it after the day's runs. A statement comes before a reminder; whatever waits goes out on
    a later day, while it is still news. A statement that never went out is listed as too late
    from then on, for one statement cycle, until a newer one takes its place or it is paid.
    Planning again gives the same items with the same keys.

    Args:
        accounts: the book, in the order the plan shall have.
        sent: what went out before; of an account at least what was sent on *as_of*, of its latest
            statement, and for the level at which it stands. A statement that is not among them
            counts as one that never went out.
        as_of: the day.
        policy: the practice's, for alarms, plan dues and the length of a cycle.
        outreach: the practice's, for reminders.

    Raises:
        InvalidRecord: *as_of* is no plain date, or an account is given twice.
        UnknownReference: the policy lacks the alarm type of an alarm's level.
        Refused: *as_of* is before the last act of an account (CH-9); all such accounts are named.
    """
    if not is_date(as_of):
        raise InvalidRecord("plan_outreach", "as_of", as_of, "be a date (not a datetime)")
    planned: set[str] = set()
    known: dict[str, list[SentOutreach]] = {}
    for each in sent:
        known.setdefault(each.account_id, []).append(each)
    table = reminder_table(outreach)
    items: list[OutreachItem] = []
    skipped: list[SkippedOutreach] = []
    too_early: list[Problem] = []
    for account in accounts:
        if account.id in planned:
            raise InvalidRecord("plan_outreach", "accounts", account.id, "hold each account once")
        planned.add(account.id)
        too_early += _reasons_too_early(account, as_of)
        if too_early:
            continue  # there will be no plan, only the names of all such accounts
        before = known.get(account.id, ())
        skipped += _too_late(account, before, as_of, policy, outreach)
        is_busy = any(each.on == as_of for each in before)
        for item in _due(account, table, as_of, policy, outreach):
            reasons = _reasons(item, account, before, as_of, policy, is_busy=is_busy)
            if reasons == (WithheldReason.ALREADY_SENT,) and item.due_on < as_of:
                continue  # sent in time, and no news today
            if reasons:
                skipped.append(_skipped(item, reasons))
            else:
                items.append(item)
                is_busy = True
    require("plan_outreach", too_early)
    return OutreachPlan(on=as_of, items=tuple(items), skipped=tuple(skipped))


def still_valid(
    item: OutreachItem, account: Account, *, as_of: date, policy: DunningPolicy
) -> bool:
    """Tell whether *item* may still go out, the account being what it is on *as_of* (RP-6).

    Ask just before sending: a payment that came after the plan was made withdraws it.

    Raises:
        UnknownReference: *account* is another than the item's.
        InvalidRecord: *as_of* is no plain date.
        Refused: *as_of* is before the account's last act (CH-9).
    """
    _require_now("still_valid", item, account, as_of)
    return not _withheld(item, account, as_of, policy)


def withheld_reasons(
    item: OutreachItem, account: Account, *, as_of: date, policy: DunningPolicy
) -> tuple[WithheldReason, ...]:
    """List every reason why *item* must not go out, in the order of the enumeration.

    Args:
        item: what was planned, today or before.
        account: the item's account as it is now.
        as_of: the day.
        policy: the practice's, for alarms and plan dues.

    Raises:
        UnknownReference: *account* is another than the item's.
        InvalidRecord: *as_of* is no plain date.
        Refused: *as_of* is before the account's last act (CH-9).
    """
    _require_now("withheld_reasons", item, account, as_of)
    return _withheld(item, account, as_of, policy)


def _require_now(act: str, item: OutreachItem, account: Account, as_of: date) -> None:
    if account.id != item.account_id:
        raise UnknownReference("account", item.account_id)
    require(act, _reasons_too_early(account, as_of))


def _reasons_too_early(account: Account, as_of: date) -> tuple[Problem, ...]:
    """Say why nobody can tell what *account* owed on *as_of*: more has happened since (CH-9)."""
    return tuple(
        Problem(problem.proposition, f"account {account.id}: {problem.detail}")
        for problem in check_act(account, as_of=as_of, may_be_closed=True)
    )


def _withheld(
    item: OutreachItem, account: Account, as_of: date, policy: DunningPolicy
) -> tuple[WithheldReason, ...]:
    if account.closed_on is not None:
        return (WithheldReason.ACCOUNT_CLOSED,)
    net = net_balance(account, as_of=as_of)
    is_changed = not _is_amount_right(item, account, as_of, policy)
    has_paid = net <= ZERO or (
        is_paid(item.balance, account, as_of=as_of)
        # Nothing was left to speak of when it was planned: paid, or not asked for any more.
        and not (is_changed and item.balance.amount == ZERO)
    )
    tests = (
        (WithheldReason.GUARANTOR_CHANGED, account.guarantor.id != item.guarantor_id),
        (WithheldReason.ON_HOLD, has_account_hold(account, as_of=as_of)),
        (WithheldReason.PAID, has_paid),
        (WithheldReason.AMOUNT_CHANGED, is_changed and not has_paid),
        (WithheldReason.BELOW_MINIMUM, ZERO < net < item.balance_min),
        (WithheldReason.NEWER_STATEMENT, _is_superseded(item, account)),
        *_tests_of_level(item, account, as_of, policy),
        (WithheldReason.NO_CHANNEL, not _reachable(account) & frozenset(item.channels)),
    )
    return tuple(reason for reason, stands in tests if stands)


def _reasons(
    item: OutreachItem,
    account: Account,
    before: Sequence[SentOutreach],
    as_of: date,
    policy: DunningPolicy,
    *,
    is_busy: bool,
) -> tuple[WithheldReason, ...]:
    """List why *item* does not go out today; once sent, nothing else matters."""
    if _is_sent(item.key, before):
        return (WithheldReason.ALREADY_SENT,)
    reasons = _withheld(item, account, as_of, policy)
    return (*reasons, WithheldReason.ANOTHER_ITEM_THAT_DAY) if is_busy else reasons


def _skipped(item: OutreachItem, reasons: tuple[WithheldReason, ...]) -> SkippedOutreach:
    return SkippedOutreach(
        key=item.key, account_id=item.account_id, kind=item.kind, reasons=reasons
    )


def _too_late(
    account: Account,
    before: Sequence[SentOutreach],
    as_of: date,
    policy: DunningPolicy,
    outreach: OutreachPolicy,
) -> Iterator[SkippedOutreach]:
    """Yield the latest statement if it never went out and is no news any more (ST-7).

    Its charges count as billed and their levels rise though nobody was told, so staff should know.
    """
    if account.closed_on is not None or not account.statements:
        return
    latest = account.statements[-1]
    late = as_of - latest.on - timedelta(days=outreach.late_days)
    if not timedelta(0) < late <= policy.cycle or _is_sent(_statement_key(latest), before):
        return
    item = _statement_due(account, latest, as_of, policy)
    reasons = _withheld(item, account, as_of, policy)
    if WithheldReason.PAID not in reasons:
        yield _skipped(item, (*reasons, WithheldReason.TOO_LATE))


def _is_sent(key: str, before: Sequence[SentOutreach]) -> bool:
    return any(each.key == key for each in before)


# ------------------------------------------------------------------------------ what is due


def _due(
    account: Account,
    table: DecisionTable[ReminderOutcome],
    as_of: date,
    policy: DunningPolicy,
    outreach: OutreachPolicy,
) -> Iterator[OutreachItem]:
    """Yield what is due to go out: the latest statement first, then the reminder."""
    if account.closed_on is not None:
        return
    if account.statements:
        latest = account.statements[-1]
        if latest.on <= as_of <= latest.on + timedelta(days=outreach.late_days):
            yield _statement_due(account, latest, as_of, policy)
    stand = _stand(account, as_of, policy)
    if stand is not None:
        level, reached_on = stand
        facts = ReminderFacts(
            level=level.number,
            level_days=max(0, (as_of - reached_on).days),
            net_balance_cents=cents(net_balance(account, as_of=as_of)),
        )
        outcome = decide(table, facts).outcome
        if outcome is not None:
            yield _reminder_due(
                account, outcome, reached_on, as_of=as_of, policy=policy, outreach=outreach
            )


def _statement_due(
    account: Account, latest: SentStatement, as_of: date, policy: DunningPolicy
) -> OutreachItem:
    channels, because = _ways_of(latest, account.guarantor)
    reachable = _reachable(account)
    return OutreachItem(
        key=_statement_key(latest),
        account_id=account.id,
        # The name on it, whoever is the guarantor by now; earlier versions did not keep it.
        guarantor_id=latest.guarantor_id or account.guarantor.id,
        kind=OutreachKind.STATEMENT,
        channels=tuple([channel for channel in channels if channel in reachable]),
        on=as_of,
        due_on=latest.on,
        because=because,
        level=latest.printed_level,
        statement_id=latest.id,
        balance=balance_at(account, billed_on=latest.on, as_of=as_of, policy=policy),
        balance_min=CENT,
    )


def _statement_key(statement: SentStatement) -> str:
    return f"statement:{statement.id}"


def _ways_of(
    latest: SentStatement, guarantor: Guarantor
) -> tuple[tuple[Channel, ...], tuple[OutreachReason, ...]]:
    """Give the ways a statement was made for, the e-mail that announces it, and why (ST-7)."""
    wants_paper = guarantor.delivery is DeliveryPreference.PAPER
    if DeliveryMethod.E_STATEMENT not in latest.methods:
        lacks_email = (_WANTS_E_STATEMENT, _NO_EMAIL) if guarantor.email is None else (_SETTLED,)
        return (Channel.PAPER,), (_MADE, *((_WANTS_PAPER,) if wants_paper else lacks_email))
    wants_e_statement = (_SETTLED,) if wants_paper else (_WANTS_E_STATEMENT,)
    if DeliveryMethod.PAPER not in latest.methods:
        return (Channel.E_STATEMENT, Channel.EMAIL), (_MADE, *wants_e_statement)
    channels = (Channel.E_STATEMENT, Channel.PAPER, Channel.EMAIL)
    return channels, (_MADE, *wants_e_statement, _PAPER_ADDED)


_MADE: Final = OutreachReason.STATEMENT_MADE
_WANTS_PAPER: Final = OutreachReason.GUARANTOR_WANTS_PAPER
_WANTS_E_STATEMENT: Final = OutreachReason.GUARANTOR_WANTS_E_STATEMENT
_PAPER_ADDED: Final = OutreachReason.PAPER_ADDED_AT_FINAL_LEVEL
_NO_EMAIL: Final = OutreachReason.NO_EMAIL_ADDRESS
_SETTLED: Final = OutreachReason.SETTLED_WHEN_MADE


def _reminder_due(
    account: Account,
    outcome: ReminderOutcome,
    reached_on: date,
    *,
    as_of: date,
    policy: DunningPolicy,
    outreach: OutreachPolicy,
) -> OutreachItem:
    level = outcome.rule.level
    reachable = _reachable(account)
    channels = [channel for channel in outreach.reminder_channels if channel in reachable]
    return OutreachItem(
        key=f"reminder:{account.id}:{level.number}:{reached_on}",
        account_id=account.id,
        guarantor_id=account.guarantor.id,
        kind=OutreachKind.REMINDER,
        channels=tuple(channels[:1]),
        on=as_of,
        due_on=reached_on + timedelta(days=outcome.rule.after_days),
        because=(OutreachReason.LEVEL_STANDS,),
        level=level,
        reached_on=reached_on,
        balance=balance_at(account, billed_on=None, as_of=as_of, policy=policy),
        balance_min=outreach.reminder_balance_min,
    )


def _stand(
    account: Account, as_of: date, policy: DunningPolicy
) -> tuple[DunningLevel, date] | None:
    """Give level and arrival as the alarm has them; of a silent one as it was set (AL-4)."""
    if account.alarm is None:
        return None
    state = alarm_state(account, as_of=as_of, policy=policy)
    if state.level is not None and state.reached_on is not None:
        return state.level, state.reached_on
    return account.alarm.level, account.alarm.reached_on


# ----------------------------------------------------------------------- what is still right


def _is_superseded(item: OutreachItem, account: Account) -> bool:
    if item.kind is not OutreachKind.STATEMENT:
        return False
    return not account.statements or account.statements[-1].id != item.statement_id


def _is_amount_right(
    item: OutreachItem, account: Account, as_of: date, policy: DunningPolicy
) -> bool:
    """Tell whether *item* asks for what is still asked for, but for what has come since."""
    opened_by = item.on if item.kind is OutreachKind.REMINDER else item.due_on
    if not is_right(item.balance, account, opened_by=opened_by, as_of=as_of, policy=policy):
        return False
    if item.statement_id is None or _is_superseded(item, account):
        return True
    return is_statement_right(account.statements[-1], account, as_of=as_of, policy=policy)


def _tests_of_level(
    item: OutreachItem, account: Account, as_of: date, policy: DunningPolicy
) -> tuple[tuple[WithheldReason, bool], ...]:
    """Ask whether the level a reminder speaks of still stands, and is not silent (AL-4 to AL-6)."""
    if item.kind is not OutreachKind.REMINDER:
        return ()
    state = alarm_state(account, as_of=as_of, policy=policy)
    return (
        (WithheldReason.LEVEL_CHANGED, not _is_at(item, account, state)),
        (WithheldReason.ALARM_CLEARED, state.status is AlarmStatus.CLEARED),
    )


def _is_at(item: OutreachItem, account: Account, state: AlarmState) -> bool:
    if state.status in _AWAKE:
        return (state.level, state.reached_on) == (item.level, item.reached_on)
    alarm = account.alarm
    if alarm is None or state.status is AlarmStatus.NOT_SET:
        return False
    return (alarm.level, alarm.reached_on) == (item.level, item.reached_on)


_AWAKE: Final = frozenset({AlarmStatus.WAITING, AlarmStatus.FIRING})


def _reachable(account: Account) -> frozenset[Channel]:
    """Give the ways that the guarantor's record allows; paper and the portal always are open."""
    guarantor = account.guarantor
    ways = {Channel.PAPER, Channel.E_STATEMENT}
    if guarantor.email is not None:
        ways.add(Channel.EMAIL)
    for member in account.members:
        if member.patient.id == guarantor.patient_id and member.patient.phones:
            ways |= {Channel.PHONE, Channel.TEXT}
    return frozenset(ways)
