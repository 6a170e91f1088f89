"""The balance that a statement or a reminder speaks of, and what is still owed of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from revcycle.accounts import Account
from revcycle.dunning import DunningPolicy, billable_charges
from revcycle.money import ZERO, add, subtract, total
from revcycle.outreach.items import PlanAsk, SpokenBalance
from revcycle.plans import (
    Due,
    PaymentPlan,
    PlanStatus,
    allocate,
    as_suspended,
    charges_on,
    due_amount,
    dues_open_by,
    plan_balance,
    plan_money,
)

__all__ = ["balance_at", "owed_of"]


def balance_at(
    account: Account, *, billed_on: date | None, as_of: date, policy: DunningPolicy
) -> SpokenBalance:
    """Give what the account is asked for: standard charges in full, and what plans ask for.

    Args:
        account: the account.
        billed_on: the day of a statement, to speak of what that one billed; None speaks of all
            that was ever billed.
        as_of: the day.
        policy: the practice's, for the grace of plan dues.
    """
    asked_by = as_of if billed_on is None else billed_on
    charge_ids = [
        charge.id
        for charge in billable_charges(account, as_of=as_of)
        if charge.standing.enrolment is None
        and charge.standing.last_billed_on is not None
        and (billed_on is None or charge.standing.last_billed_on == billed_on)
    ]
    asks = []
    for plan in account.plans:
        dues = _dues(plan, account, as_of, policy)
        count = sum(due.opened_on <= asked_by for due in dues)
        if count and plan.status is PlanStatus.ACTIVE:
            asks.append(PlanAsk(plan_id=plan.id, due_count=count))
    balance = SpokenBalance(amount=ZERO, charge_ids=tuple(charge_ids), plan_asks=tuple(asks))
    owed = owed_of(balance, account, as_of=as_of, policy=policy)
    return SpokenBalance(amount=owed, charge_ids=tuple(charge_ids), plan_asks=tuple(asks))


def owed_of(
    balance: SpokenBalance, account: Account, *, as_of: date, policy: DunningPolicy
) -> Decimal:
    """Sum what is still asked for of *balance*: of the same charges and of the same dues.

    Charges that are held, placed or on a plan by now, and dues of a plan that is over, are no
    longer asked for.
    """
    spoken_of = set(balance.charge_ids)
    owed = total(
        charge.outstanding
        for charge in billable_charges(account, as_of=as_of)
        if charge.id in spoken_of and charge.standing.enrolment is None
    )
    counts = {ask.plan_id: ask.due_count for ask in balance.plan_asks}
    for plan in account.plans:
        if plan.id in counts and plan.status is PlanStatus.ACTIVE:
            owed = add(owed, _owed_of_plan(plan, counts[plan.id], account, as_of, policy))
    return owed


def _owed_of_plan(
    plan: PaymentPlan, count: int, account: Account, as_of: date, policy: DunningPolicy
) -> Decimal:
    """Sum what the first *count* dues still ask for, never more than the plan owes (PL-4, PL-6)."""
    dues = as_suspended(plan, _dues(plan, account, as_of, policy), holds=account.holds)
    money = plan_money(plan, account.charges)
    met = allocate(dues, money, grace_days=policy.grace_days).met
    unmet = total(
        subtract(due_amount(due), part) for due, part in list(zip(dues, met, strict=True))[:count]
    )
    covered = charges_on(plan, account.charges)
    return min(unmet, plan_balance(covered, holds=account.holds, as_of=as_of))


def _dues(
    plan: PaymentPlan, account: Account, as_of: date, policy: DunningPolicy
) -> tuple[Due, ...]:
    return dues_open_by(
        plan,
        charges_on(plan, account.charges),
        holds=account.holds,
        as_of=as_of,
        grace_days=policy.grace_days,
    )
