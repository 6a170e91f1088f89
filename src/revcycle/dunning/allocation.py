"""One cheque over many charges: a proposal, which posts nothing (CH-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import attrs

from revcycle.accounts import Account, charge_of
from revcycle.charges import Charge
from revcycle.checks import FLAG, ID, check_given
from revcycle.dunning.acts import check_asked, check_ids
from revcycle.dunning.figures import billable_charges, plan_dues
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.errors import InvalidRecord
from revcycle.money import ZERO, add, subtract, usd
from revcycle.plans import charges_on

__all__ = ["PaymentProposal", "ProposedPart", "allocate_payment", "spread"]


@attrs.frozen(kw_only=True)
class ProposedPart:
    """One transaction of a proposal.

    Attributes:
        charge_id: where it goes.
        transaction_id: the payment's id and a running number.
        amount: US dollars.
        plan_id: the plan whose due it meets; None for a standard charge.
    """

    charge_id: str
    transaction_id: str
    amount: Decimal
    plan_id: str | None = None


@attrs.frozen(kw_only=True)
class PaymentProposal:
    """How one payment could be spread (CH-10). Nothing is posted yet.

    Attributes:
        parts: the transactions, in order.
        credit: US dollars of one part that exceed what its charge owes.
        unallocated: US dollars that found no place.
    """

    parts: tuple[ProposedPart, ...]
    credit: Decimal
    unallocated: Decimal


def allocate_payment(
    account: Account,
    *,
    amount: Decimal | str | int,
    payment_id: str,
    as_of: date,
    policy: DunningPolicy,
    order: Sequence[str] | None = None,
    allow_credit: bool = False,
) -> PaymentProposal:
    """Propose transactions for one payment on the account (CH-10).

    Plan dues come first, by plan id, never principal; then billable standard charges, the
    longest billed first, then by posting date and id, those never billed last. An order given
    by the host replaces all of that. What is left becomes a credit, if allowed.

    Args:
        account: the account.
        amount: US dollars, more than zero.
        payment_id: minted by the host; part n gets the id ``<payment_id>/n``.
        as_of: the day.
        policy: the practice's numbers and switches.
        order: charge ids to fill one after the other, or None.
        allow_credit: put the rest, as a credit, on the last standard charge filled, or failing
            that on the account's latest closed standard charge.

    Raises:
        InvalidRecord: the amount is not more than zero, or an argument is something else than it
            must be.
        UnknownReference: *order* names a charge that is not here.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    check_given("payment_id", payment_id, ID)
    check_given("allow_credit", allow_credit, FLAG)
    left = usd(amount, record="PaymentProposal")
    if left <= ZERO:
        raise InvalidRecord("PaymentProposal", "amount", amount, "be more than 0.00")
    found: list[tuple[str, Decimal, str | None]] = []
    if order is not None:
        left = _fill(found, left, _charges_in(order, account))
    else:
        left = _meet_plan_dues(found, left, account, as_of, policy)
        left = _fill(found, left, _longest_billed_first(account, as_of))
    credit = ZERO
    if left > ZERO and allow_credit:
        credit, left = _credit(found, left, account)
    return PaymentProposal(
        parts=tuple(
            ProposedPart(
                charge_id=charge_id,
                transaction_id=f"{payment_id}/{number}",
                amount=part,
                plan_id=plan_id,
            )
            for number, (charge_id, part, plan_id) in enumerate(found, start=1)
        ),
        credit=credit,
        unallocated=left,
    )


def spread(amount: Decimal, charges: Iterable[Charge]) -> list[tuple[str, Decimal]]:
    """Fill open *charges* one after the other from *amount*; pair each charge id with its part."""
    parts: list[tuple[str, Decimal]] = []
    left = amount
    for charge in charges:
        part = min(left, charge.outstanding)
        if part > ZERO:
            parts.append((charge.id, part))
            left = subtract(left, part)
    return parts


def _meet_plan_dues(
    found: list[tuple[str, Decimal, str | None]],
    left: Decimal,
    account: Account,
    as_of: date,
    policy: DunningPolicy,
) -> Decimal:
    dues = plan_dues(account, as_of=as_of, policy=policy)
    open_ids = {charge.id for charge in billable_charges(account, as_of=as_of)}
    for plan in sorted(account.plans, key=lambda plan: plan.id):
        if plan.id not in dues:
            continue
        share = min(left, dues[plan.id].due)
        covered = [c for c in charges_on(plan, account.charges) if c.id in open_ids]
        for charge_id, part in spread(share, sorted(covered, key=_posted)):
            found.append((charge_id, part, plan.id))
            left = subtract(left, part)
    return left


def _charges_in(order: Sequence[str], account: Account) -> list[Charge]:
    check_ids("allocate_payment", "order", order)
    return [charge_of(account, charge_id) for charge_id in dict.fromkeys(order)]


def _longest_billed_first(account: Account, as_of: date) -> list[Charge]:
    billable = billable_charges(account, as_of=as_of)
    standard = [charge for charge in billable if charge.standing.enrolment is None]
    return sorted(standard, key=_longest_billed)


def _fill(
    found: list[tuple[str, Decimal, str | None]], left: Decimal, charges: Sequence[Charge]
) -> Decimal:
    plans = {c.id: c.standing.enrolment.plan_id for c in charges if c.standing.enrolment}
    for charge_id, part in spread(left, charges):
        found.append((charge_id, part, plans.get(charge_id)))
        left = subtract(left, part)
    return left


def _credit(
    found: list[tuple[str, Decimal, str | None]], left: Decimal, account: Account
) -> tuple[Decimal, Decimal]:
    """Put *left* on a standard charge; give what became credit and what still found no place."""
    for position in range(len(found) - 1, -1, -1):
        charge_id, part, plan_id = found[position]
        if plan_id is None:
            found[position] = (charge_id, add(part, left), None)
            return left, ZERO
    standard = [
        charge
        for charge in account.charges
        if charge.standing.enrolment is None
        and charge.voided_on is None
        and charge.placement is None
        and charge.outstanding <= ZERO
    ]
    if not standard:
        return ZERO, left
    latest = max(standard, key=_posted)
    found.append((latest.id, left, None))
    return left, ZERO


def _posted(charge: Charge) -> tuple[date, str]:
    return (charge.posted_on, charge.id)


def _longest_billed(charge: Charge) -> tuple[bool, date, date, str]:
    first = charge.standing.first_billed_on
    return (first is None, first or charge.posted_on, charge.posted_on, charge.id)
