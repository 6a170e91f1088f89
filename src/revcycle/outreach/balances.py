"""The balance that a statement or a reminder speaks of, and whether it has been paid since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from revcycle.accounts import Account, SentStatement
from revcycle.charges import (
    Charge,
    TransactionKind,
    patient_part,
    signed_amount,
    sum_of_kind,
)
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

__all__ = ["balance_at", "is_paid", "is_right", "is_statement_right"]


def balance_at(
    account: Account, *, billed_on: date | None, as_of: date, policy: DunningPolicy
) -> SpokenBalance:
    """Give what the account is asked for: standard charges in full, and what plans ask for.

    A statement that asked for nothing yet, because no due of a plan had begun, speaks of all that
    its charges owe.

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
    active = [plan for plan in account.plans if plan.status is PlanStatus.ACTIVE]
    asked = {
        plan.id: _asked_by(plan, account, billed_on or as_of, as_of, policy) for plan in active
    }
    amount = add(amount, total(asked.values()))
    speaking = [plan for plan in active if asked[plan.id] > ZERO]
    sent = _sent_on(account, billed_on)
    is_all = amount == ZERO and sent is not None and _asked_for_nothing(sent, account)
    if is_all:
        speaking = [plan for plan in active if charges_on(plan, billable)]
    for plan in speaking:
        billed += charges_on(plan, billable)
    if is_all:
        amount = total(charge.outstanding for charge in billed)
    charge_ids = tuple([charge.id for charge in billed])
    plan_ids = tuple([plan.id for plan in speaking])
    return SpokenBalance(
        amount=amount,
        charge_ids=charge_ids,
        plan_ids=plan_ids,
        settled=_settled(_spoken_of(account.charges, charge_ids, plan_ids)),
        is_all=is_all,
    )


def is_paid(balance: SpokenBalance, account: Account, *, as_of: date) -> bool:
    """Tell whether the amount of *balance* has come since, or nothing of it is asked for any more.

    What came is what was paid on, adjusted off or transferred away from the charges it speaks of
    and from all charges of its plans: a patient who has paid what he was asked for has paid,
    wherever it was posted. What is held or placed by now is not asked for.
    """
    if _came_since_planned(balance, account) >= balance.amount:
        return True
    billable = {charge.id for charge in billable_charges(account, as_of=as_of)}
    return billable.isdisjoint(balance.charge_ids)


def is_right(
    balance: SpokenBalance,
    account: Account,
    *,
    opened_by: date,
    as_of: date,
    policy: DunningPolicy,
) -> bool:
    """Tell whether the amount of *balance* is still asked for, but for what has come of it since.

    It is not where a part is by now on hold, with an agency or gone with a member, or where
    another plan, or none, asks for it.

    Args:
        balance: what was spoken of.
        account: as it is now.
        opened_by: the last day whose plan dues it speaks of.
        as_of: the day.
        policy: the practice's, for the grace of plan dues.
    """
    if not {charge.id for charge in account.charges}.issuperset(balance.charge_ids):
        return False
    plans = [plan for plan in account.plans if plan.id in balance.plan_ids]
    if any(plan.status is PlanStatus.CANCELLED for plan in plans):
        return False
    billable = [c for c in billable_charges(account, as_of=as_of) if c.id in balance.charge_ids]
    if not balance.is_all:
        billable = [charge for charge in billable if charge.standing.enrolment is None]
    asked = total(charge.outstanding for charge in billable)
    if not balance.is_all:
        dues = (_asked_by(plan, account, opened_by, as_of, policy) for plan in plans)
        asked = add(asked, total(dues))
    came = max(ZERO, _came_since_planned(balance, account))
    return add(asked, came) >= balance.amount


def is_statement_right(
    sent: SentStatement, account: Account, *, as_of: date, policy: DunningPolicy
) -> bool:
    """Tell whether what the latest statement asked for is still asked, but for what has come."""
    billable = {charge.id for charge in billable_charges(account, as_of=as_of)}
    for charge in account.charges:
        if charge.standing.last_billed_on != sent.on or charge.outstanding <= ZERO:
            continue
        enrolment = charge.standing.enrolment
        if charge.id not in billable or (enrolment is not None and enrolment.joined_on > sent.on):
            return False
    if sent.due_now is None:
        return True
    asked = balance_at(account, billed_on=sent.on, as_of=as_of, policy=policy).amount
    return add(asked, _came_since(sent, account)) >= sent.due_now


def _sent_on(account: Account, on: date | None) -> SentStatement | None:
    latest = account.statements[-1] if account.statements else None
    return latest if latest is not None and latest.on == on else None


def _asked_for_nothing(sent: SentStatement, account: Account) -> bool:
    """Tell whether a statement asked for nothing; of an old one, that nothing has come since."""
    if sent.due_now is None:
        return _came_since(sent, account) <= ZERO
    return sent.due_now == ZERO


def _came_since(sent: SentStatement, account: Account) -> Decimal:
    """Sum what has come off what a statement billed, and off plans, since it was made.

    What was given back of it is left in: then it is asked for again, or came too late to be.
    """
    before = set(account.cycle.listed_payment_ids)
    came = ZERO
    for charge in account.charges:
        standing = charge.standing
        if standing.last_billed_on != sent.on and standing.enrolment is None:
            continue
        if charge.voided_on is not None and charge.voided_on >= sent.on:
            came = add(came, charge.amount)
        for t in charge.transactions:
            if t.posted_on >= sent.on and t.id not in before:
                came = subtract(came, min(ZERO, signed_amount(t)))
    return came


def _came_since_planned(balance: SpokenBalance, account: Account) -> Decimal:
    spoken_of = _spoken_of(account.charges, balance.charge_ids, balance.plan_ids)
    return subtract(_settled(spoken_of), balance.settled)


def _is_billed(charge: Charge, billed_on: date | None) -> bool:
    last = charge.standing.last_billed_on
    return last is not None if billed_on is None else last == billed_on


def _asked_by(
    plan: PaymentPlan, account: Account, opened_by: date, as_of: date, policy: DunningPolicy
) -> Decimal:
    """Sum what the dues opened by a day still ask for, never more than the plan owes (PL-6)."""
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
