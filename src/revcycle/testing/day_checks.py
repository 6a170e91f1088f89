"""What is true of an account's dollars, dues, levels and alarm on a day: invariants 13 to 16."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from revcycle.accounts import Account, Alarm
from revcycle.charges import Transaction, TransactionKind
from revcycle.dunning import (
    AlarmStatus,
    DunningPolicy,
    account_level,
    alarm_state,
    figures_of,
    patient_figures,
    patient_level,
    plan_dues,
)
from revcycle.holds import HoldScope, is_in_force
from revcycle.levels import DunningLevel, most_severe
from revcycle.money import ZERO, cents
from revcycle.plans import (
    Due,
    PlanStatus,
    allocate,
    charges_on,
    due_amount,
    dues_open_by,
    plan_money,
)
from revcycle.testing.verdicts import (
    fail,
    is_frozen,
    plan_id_of,
    sum_cents,
)

__all__ = [
    "check_alarm_state",
    "check_dollars",
    "check_figures",
    "check_money_on_dues",
    "check_plan_dues",
]


def check_figures(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """Check the account's figures on a day (13 to 16).

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_dollars(account, as_of=as_of, policy=policy)
    check_plan_dues(account, as_of=as_of, policy=policy)
    check_money_on_dues(account, as_of=as_of, policy=policy)
    check_alarm_state(account, as_of=as_of, policy=policy)


def check_dollars(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """13: figures are the sums of CH-7; members' shares add up to the family's (PL-9, DL-10)."""
    figures = figures_of(account, as_of=as_of, policy=policy)
    owed = [c for c in account.charges if c.outstanding > ZERO and c.placement is None]
    billable = [c for c in owed if not is_frozen(c, account.holds, as_of)]
    in_credit = sum(cents(c.outstanding) for c in account.charges if c.outstanding < ZERO)
    placed = [c for c in account.charges if c.outstanding > ZERO and c.placement is not None]
    standard = [c for c in billable if c.standing.enrolment is None]
    expected = {
        "total_outstanding": sum_cents(owed),
        "credits": in_credit,
        "billable": sum_cents(billable),
        "net_balance": sum_cents(billable) + in_credit,
        "due_now": sum_cents(standard) + cents(figures.plan_due),
        "collect_outstanding": sum_cents(placed),
    }
    for name, amount in expected.items():
        if cents(getattr(figures, name)) != amount:
            fail(13, f"{name} is {getattr(figures, name)}, the charges say {amount} cents")
    shares = patient_figures(account, as_of=as_of, policy=policy)
    for name, whole in (
        ("outstanding", figures.total_outstanding),
        ("credits", figures.credits),
        ("plan_due", figures.plan_due),
        ("plan_overdue", figures.plan_overdue),
        ("due_now", figures.due_now),
        ("collect_outstanding", figures.collect_outstanding),
    ):
        if sum(cents(getattr(share, name)) for share in shares) != cents(whole):
            fail(13, f"the members' {name} do not add up to {whole}")
    levels = [c.standing.level for c in billable]
    if account_level(account, as_of=as_of) is not most_severe(levels):
        fail(13, "the account's level is not that of its most severe billable charge (DL-9)")
    if most_severe(share.level for share in shares) is not most_severe(levels):
        fail(13, "the members' levels do not come to the account's (DL-10)")
    for share in shares:
        if share.level is not patient_level(account, share.patient_id, as_of=as_of):
            fail(13, f"patient {share.patient_id} has two levels")


def check_plan_dues(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """14: a plan never asks for more than it is owed, nor below what is overdue (PL-6, PL-8)."""
    dues = plan_dues(account, as_of=as_of, policy=policy)
    active = {plan.id for plan in account.plans if plan.status is PlanStatus.ACTIVE}
    if set(dues) != active:
        fail(14, f"plans {sorted(dues)} ask for something, {sorted(active)} are active")
    for plan_id, due in dues.items():
        owed = [c for c in account.charges if plan_id_of(c) == plan_id and c.outstanding > ZERO]
        if cents(due.balance) != sum_cents(
            c for c in owed if not is_frozen(c, account.holds, as_of)
        ):
            fail(14, f"plan {plan_id} shows the balance {due.balance}")
        asked = cents(due.arrears) + cents(due.current)
        if cents(due.due) != min(asked, cents(due.balance)):
            fail(14, f"plan {plan_id} asks {due!r}")
        if not ZERO <= due.arrears <= due.due <= due.balance or due.current < ZERO:
            fail(14, f"plan {plan_id} asks {due!r}")


def check_money_on_dues(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """15: a dollar meets one due or none, and no due is met beyond its amount (PL-4, PL-5)."""
    for plan in account.plans:
        covered = charges_on(plan, account.charges)
        money = plan_money(plan, account.charges)
        dues = dues_open_by(
            plan, covered, holds=account.holds, as_of=as_of, grace_days=policy.grace_days
        )
        allocation = allocate(dues, money, grace_days=policy.grace_days)
        received = sum(cents(t.amount) for t in money if t.kind is TransactionKind.PAYMENT)
        returned = sum(cents(t.amount) for t in money if t.kind is TransactionKind.REFUND)
        placed = sum(map(cents, allocation.met)) + cents(allocation.principal)
        if not received - returned <= placed <= received:
            fail(15, f"plan {plan.id}: {received} cents came, {returned} went, {placed} placed")
        for due, met in zip(dues, allocation.met, strict=True):
            if not ZERO <= met <= due_amount(due):
                fail(15, f"plan {plan.id}: {met} met a due of {due_amount(due)}")
        expected = None if returned else _met_by_windows(dues, money)
        if expected is not None and expected != [cents(met) for met in allocation.met]:
            fail(15, f"plan {plan.id}: {allocation.met} met the dues, not {expected} cents")


def _met_by_windows(dues: Sequence[Due], money: Iterable[Transaction]) -> list[int] | None:
    """Work out anew what met each due of a statement plan that no hold has interrupted.

    There each period ends where the next begins. Money meets the period before if it came on the
    run's own day, then the period of its day, then what was missed before, oldest first.
    """
    if any(due.due_on is not None for due in dues) or any(
        a.judged_on is None or a.judged_on != b.opened_on or a.opened_on == b.opened_on
        for a, b in pairwise(dues)
    ):
        return None
    wanted = [cents(due_amount(due)) for due in dues]
    met = [0] * len(dues)
    for payment in sorted(money, key=lambda t: (t.received_on, t.id)):
        day, left = payment.received_on, cents(payment.amount)
        begun = [
            n
            for n, due in enumerate(dues)
            if due.opened_on < day or (due.opened_on == day and payment.id not in due.seen_ids)
        ]
        healed = [n for n in begun[:-1] if dues[n].judged_on == day]
        for n in dict.fromkeys([*healed, *begun[-1:], *begun]):
            part = min(left, wanted[n] - met[n])
            met[n] += part
            left -= part
    return met


def check_alarm_state(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """16: an alarm is active at the stored level or a lower live one, and only if money is due.

    AL-3 to AL-6: never for somebody who has paid, never through a hold, never by one who joined
    after it was set, and firing exactly when its delay has passed.
    """
    alarm = account.alarm
    state = alarm_state(account, as_of=as_of, policy=policy)
    is_active = state.status in {AlarmStatus.WAITING, AlarmStatus.FIRING}
    if alarm is None:
        if state.status is not AlarmStatus.NOT_SET:
            fail(16, f"no alarm is set, yet it is {state!r}")
        return
    live = _live_level(account, alarm, as_of)
    due = sum(
        figures.due_now
        for figures in patient_figures(account, as_of=as_of, policy=policy)
        if figures.patient_id in alarm.patient_ids
    )
    on_hold = any(
        h.scope is HoldScope.ACCOUNT and is_in_force(h, as_of=as_of) for h in account.holds
    )
    should_be = (
        alarm.clearance is None and not on_hold and live is not DunningLevel.LEVEL_0 and due > ZERO
    )
    if is_active is not should_be:
        fail(16, f"{alarm!r} is {state!r} with {due} due and live level {live}")
    if not is_active:
        return
    if state.level is not (min(alarm.level, live)):
        fail(16, f"active level {state.level}, stored {alarm.level}, live {live}")
    if state.reached_on is None or state.fires_on is None or state.level is None:
        fail(16, f"{state!r} is active without its days")
    delay = policy.alarm_delays[state.level.number] or 0
    fires = state.reached_on + timedelta(days=delay)
    while policy.roll_alarms_forward and (fires.weekday() > 4 or fires in policy.closed_on):  # noqa: PLR2004  (4 is a Friday)
        fires += timedelta(days=1)
    if state.fires_on != fires or (state.status is AlarmStatus.FIRING) is not (as_of >= fires):
        fail(16, f"{state!r} on {as_of}: it fires on {fires}")
    if state.level is alarm.level and state.reached_on != alarm.reached_on:
        fail(16, f"the stored arrival {alarm.reached_on} became {state.reached_on}")


def _live_level(account: Account, alarm: Alarm, as_of: date) -> DunningLevel:
    return most_severe(
        c.standing.level
        for c in account.charges
        if c.outstanding > ZERO
        and c.placement is None
        and c.patient_id in alarm.patient_ids
        and not is_frozen(c, account.holds, as_of)
    )
