"""Which payments a statement lists: those it may thank for (ST-13)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from revcycle.accounts import Account, ListedPayments
from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.dunning.statement_records import StatementPayment
from revcycle.money import ZERO, subtract

__all__ = ["kept_payments", "payments_listed"]

_PAYMENT: Final = TransactionKind.PAYMENT
_REFUND: Final = TransactionKind.REFUND


def payments_listed(
    account: Account, charges: Sequence[Charge], window: ListedPayments, *, is_reprint: bool
) -> tuple[StatementPayment, ...]:
    """List the payments recorded since the last statement, or for a reprint those it listed.

    What was refunded since is not among them: nobody is thanked for money he has back.
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
        for t, kept in kept_payments(transactions):
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
                        amount=kept,
                    )
                )
    found.sort(key=lambda payment: (payment.received_on, payment.transaction_id))
    return tuple(found)


def kept_payments(transactions: Sequence[Transaction]) -> list[tuple[Transaction, Decimal]]:
    """Give a charge's payments with what the practice has kept of each; not those given back.

    A refund gives back the latest payment of its very amount, else the latest money first.
    """
    kept: list[tuple[Transaction, Decimal]] = []
    for t in transactions:
        if t.voided_on is not None:
            continue
        if t.kind is _PAYMENT:
            kept.append((t, t.amount))
        elif t.kind is _REFUND:
            back = t.amount
            same = [index for index, (_, amount) in enumerate(kept) if amount == back]
            if same:
                del kept[same[-1]]
                continue
            while kept and back > ZERO:
                payment, amount = kept.pop()
                if amount > back:
                    kept.append((payment, subtract(amount, back)))
                back = max(ZERO, subtract(back, amount))
    return kept
