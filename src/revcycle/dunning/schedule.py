"""When a nightly job has to look at an account again (ST-16)."""

from __future__ import annotations

from datetime import date, timedelta

from revcycle.accounts import Account
from revcycle.dates import ONE_DAY
from revcycle.dunning.advance import decide_statement
from revcycle.dunning.alarms import alarm_state
from revcycle.dunning.policy import DunningPolicy
from revcycle.plans import (
    PaymentPlan,
    PlanStatus,
    charges_on,
    dues_open_by,
    is_statement_plan,
    scheduled_on,
)

__all__ = ["next_decision_date"]


def next_decision_date(account: Account, *, as_of: date, policy: DunningPolicy) -> date | None:
    """Give the earliest day, *as_of* included, on which anything could happen by itself (ST-16).

    Something happens when a run would not be skipped, or when the alarm's state differs from
    that of *as_of*. Nothing changes before the day given; None means nothing ever will unless
    somebody acts.

    Raises:
        Refused: as `run_statement`.
        InvalidRecord: as `run_statement`.
    """
    today = alarm_state(account, as_of=as_of, policy=policy)
    for day in _days_to_try(account, as_of, policy):
        if not decide_statement(account, as_of=day, policy=policy).skips:
            return day
        if alarm_state(account, as_of=day, policy=policy) != today:
            return day
    return None


def _days_to_try(account: Account, as_of: date, policy: DunningPolicy) -> list[date]:
    """List, in order, the only days on which a skip or the alarm can change by time alone."""
    days = {as_of}
    cycle = account.cycle
    if cycle.next_statement_on is not None:
        days.add(cycle.next_statement_on)
    if cycle.last_run_on is not None:
        days.add(cycle.last_run_on + ONE_DAY)
    for hold in account.holds:
        days.add(hold.start_on)
        if hold.last_on is not None:
            days.add(hold.last_on + ONE_DAY)
        if hold.released_on is not None:
            days.add(hold.released_on)
    days = {day for day in days if day >= as_of}
    for plan in account.plans:
        if plan.status is PlanStatus.ACTIVE and not is_statement_plan(plan):
            days |= {d for day in days for d in _openings(plan, account, day, policy)}
    for day in tuple(days):
        fires = alarm_state(account, as_of=day, policy=policy).fires_on
        if fires is not None and fires >= as_of:
            days.add(fires)
    return sorted(days)


def _openings(plan: PaymentPlan, account: Account, day: date, policy: DunningPolicy) -> set[date]:
    """Give the next two days on which a calendar plan's period opens.

    Two are enough: holds are constant between the days tried, so if the second asks for nothing
    no later one will.
    """
    covered = charges_on(plan, account.charges)
    opened = dues_open_by(
        plan, covered, holds=account.holds, as_of=day, grace_days=policy.grace_days
    )
    grace = timedelta(days=policy.grace_days)
    nexts = {plan.start_on} if plan.start_on > day else set()
    for index in (len(opened) - 1, len(opened)):
        if index >= 0:
            nexts.add(scheduled_on(plan, index) + grace + ONE_DAY)
    return {opening for opening in nexts if opening > day}
