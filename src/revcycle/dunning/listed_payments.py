"""Which payments a statement lists: those it may thank for (ST-13)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from revcycle.accounts import Account, ListedPayments
from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.dunning.statement_records import StatementPayment
from revcycle.money import ZERO, add, subtract

__all__ = ["payments_and_refunds", "payments_listed"]

_PAYMENT: Final = TransactionKind.PAYMENT
_REFUND: Final = TransactionKind.REFUND


def payments_listed(
    account: Account, charges: Sequence[Charge], window: ListedPayments, *, is_reprint: bool
) -> tuple[StatementPayment, ...]:
    """List the payments recorded since the last statement, or for a reprint those it listed.

    Each tells what was given back of it: nobody is to be thanked for money he has back.
    """
    joiners = {
        member.patient.id: member.listed_elsewhere
        for member in account.members
        if member.listed_elsewhere is not None
    }
    found = []
    for charge in charges:
        transactions = charge.transactions
        if not transactions:
            continue
        listed = joiners.get(charge.patient_id, window) if joiners else window
        since = listed.last_statement_on
        # Posting order: if the last one is older than the last statement, so are all.
        if since is not None and transactions[-1].posted_on < since:
            continue
        for t, refunded in payments_and_refunds(transactions):
            was_here = t.id in window.payment_ids
            is_new = (
                not was_here
                and t.id not in listed.payment_ids
                and (since is None or t.posted_on >= since)
            )
            if was_here if is_reprint else is_new:
                found.append(
                    StatementPayment(
                        transaction_id=t.id,
                        charge_id=charge.id,
                        received_on=t.received_on,
                        amount=t.amount,
                        refunded=refunded,
                    )
                )
    found.sort(key=lambda payment: (payment.received_on, payment.transaction_id))
    return tuple(found)


def payments_and_refunds(
    transactions: Sequence[Transaction],
) -> list[tuple[Transaction, Decimal]]:
    """Give a charge's payments, each with what was given back of it.

    A refund gives back the latest payment of its very amount, else the latest money first.
    """
    found: list[tuple[Transaction, Decimal]] = []
    for t in transactions:
        if t.voided_on is not None:
            continue
        if t.kind is _PAYMENT:
            found.append((t, ZERO))
        elif t.kind is _REFUND:
            _give_back(found, t.amount)
    return found


def _give_back(payments: list[tuple[Transaction, Decimal]], amount: Decimal) -> None:
    kept = [subtract(payment.amount, refunded) for payment, refunded in payments]
    latest_first = range(len(payments) - 1, -1, -1)
    same = [place for place in latest_first if kept[place] == amount]
    for place in same[:1] or latest_first:
        payment, refunded = payments[place]
        part = min(kept[place], amount)
        payments[place] = (payment, add(refunded, part))
        amount = subtract(amount, part)
