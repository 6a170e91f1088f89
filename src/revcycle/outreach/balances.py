"""The balance that a statement or a reminder speaks of, and whether it has been paid since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from revcycle.accounts import Account
from revcycle.charges import Charge, TransactionKind, patient_part, sum_of_kind
from revcycle.dunning import DunningPolicy, billable_charges
from revcycle.money import ZERO, add, subtract, total
from revcycle.outreach.items import SpokenBalance
from revcycle.plans import (
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

__all__ = ["balance_at", "is_paid"]


def balance_at(
    account: Account, *, billed_on: date | None, as_of: date, policy: DunningPolicy
) -> SpokenBalance:
    """Give what the account is asked for: standard charges in full, and what plans ask for.

    Args:
        account: the account.
        billed_on: the day of a statement, to speak of what that one billed and of no later due;
            None speaks of all that was ever billed.
        as_of: the day.
        policy: the practice's, for the grace of plan dues.
    """
    billable = billable_charges(account, as_of=as_of)
    billed = [
        charge
        for charge in billable
        if charge.standing.enrolment is None and _is_billed(charge, billed_on)
    ]
    amount = total(charge.outstanding for charge in billed)
    plan_ids = []
    for plan in account.plans:
        asked = _asked_by(plan, account, billed_on or as_of, as_of, policy)
        if asked > ZERO:
            amount = add(amount, asked)
            plan_ids.append(plan.id)
            billed += charges_on(plan, billable)
    charge_ids = tuple([charge.id for charge in billed])
    return SpokenBalance(
        amount=amount,
        charge_ids=charge_ids,
        plan_ids=tuple(plan_ids),
        settled=_settled(_spoken_of(account.charges, charge_ids, plan_ids)),
    )


def is_paid(balance: SpokenBalance, account: Account, *, as_of: date) -> bool:
    """Tell whether the amount of *balance* has come since, or nothing of it is asked for any more.

    What came is what was paid on, adjusted off or transferred away from the charges it speaks of
    and from all charges of its plans: a patient who has paid what he was asked for has paid,
    wherever it was posted. What is held or placed by now is not asked for.
    """
    spoken_of = _spoken_of(account.charges, balance.charge_ids, balance.plan_ids)
    if subtract(_settled(spoken_of), balance.settled) >= balance.amount:
        return True
    billable = {charge.id for charge in billable_charges(account, as_of=as_of)}
    return billable.isdisjoint(balance.charge_ids)


def _is_billed(charge: Charge, billed_on: date | None) -> bool:
    last = charge.standing.last_billed_on
    return last is not None if billed_on is None else last == billed_on


def _asked_by(
    plan: PaymentPlan, account: Account, opened_by: date, as_of: date, policy: DunningPolicy
) -> Decimal:
    """Sum what the dues opened by a day still ask for, never more than the plan owes (PL-6)."""
    if plan.status is not PlanStatus.ACTIVE:
        return ZERO
    covered = charges_on(plan, account.charges)
    opened = dues_open_by(
        plan, covered, holds=account.holds, as_of=as_of, grace_days=policy.grace_days
    )
    dues = as_suspended(plan, opened, holds=account.holds)
    money = plan_money(plan, account.charges)
    met = allocate(dues, money, grace_days=policy.grace_days).met
    unmet = total(
        subtract(due_amount(due), part)
        for due, part in zip(dues, met, strict=True)
        if due.opened_on <= opened_by
    )
    return min(unmet, plan_balance(covered, holds=account.holds, as_of=as_of))


def _spoken_of(
    charges: Iterable[Charge], charge_ids: Iterable[str], plan_ids: Iterable[str]
) -> list[Charge]:
    ids, plans = set(charge_ids), set(plan_ids)
    return [
        charge
        for charge in charges
        if charge.id in ids
        or (charge.standing.enrolment is not None and charge.standing.enrolment.plan_id in plans)
    ]


def _settled(charges: Iterable[Charge]) -> Decimal:
    """Sum what has come off *charges*: paid less refunded, adjusted, transferred away."""
    return total(
        subtract(
            add(patient_part(charge), sum_of_kind(charge, TransactionKind.TRANSFER_AWAY)),
            charge.outstanding,
        )
        for charge in charges
    )
