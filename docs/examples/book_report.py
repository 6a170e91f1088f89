"""The pages that a demo prints about a whole book, at most 80 columns wide.

cycle_page          one row per cycle: statements, dollars, alarms; then accounts per level
behaviour_page      the numbers behind the payments, each with its label
balance_of          the check that no cent was lost (M-4), from the raw transactions
  balance_page
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import attrs
from cycle_runs import SEVERITY_ORDER, CycleFigures
from payment_behaviour import Assumption

from revcycle.accounts import Account
from revcycle.charges import AdjustmentSide, Charge, TransactionKind
from revcycle.money import cents, from_cents, text, total

__all__ = [
    "WIDTH",
    "Balance",
    "balance_of",
    "balance_page",
    "behaviour_page",
    "count",
    "cycle_page",
    "heading",
    "paragraph",
    "short",
]

WIDTH: Final = 80


def heading(title: str) -> list[str]:
    """Give a title with a line under it."""
    return ["", title, "-" * len(title)]


def paragraph(words: str, *, indent: str = "") -> list[str]:
    """Break *words* into lines that fit the page."""
    return textwrap.wrap(
        words,
        width=WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def count(number: int, noun: str) -> str:
    """Write a number with its noun, one or many."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short(words: str) -> str:
    """Cut long ids to their first eight characters, for people to read."""
    return _UUID.sub(r"\1", words)


_UUID: Final = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


def cycle_page(cycles: Sequence[CycleFigures], *, cycle_days: int) -> Iterator[str]:
    """Yield the two tables of the cycles."""
    yield from heading(f"{len(cycles)} statement cycles, {cycle_days} days apart")
    yield f"{'':>5}  {'':10}  {'':>10}  {'dollars':>14}  {'dollars':>14}  {'alarms':>6}  eligible"
    yield (
        f"{'cycle':>5}  {'run on':10}  {'statements':>10}  {'billed':>14}  {'received':>14}"
        f"  {'fired':>6}  accounts"
    )
    for row in cycles:
        yield (
            f"{row.number:>5}  {row.on}  {row.statement_count:>10,}  {text(row.billed):>14}"
            f"  {text(row.received):>14}  {row.fired_count:>6,}  {row.eligible_count:>8,}"
        )
    yield (
        f"{'all':>5}  {'':10}  {sum(row.statement_count for row in cycles):>10,}  {'':>14}"
        f"  {text(total(row.received for row in cycles)):>14}"
        f"  {sum(row.fired_count for row in cycles):>6,}"
    )
    yield from paragraph(
        "Billed is what the statements of the run ask for now. Received (bounced cheques and "
        "refunds taken off) and alarms fired count what happened since the run before, its own "
        "day left out. Eligible accounts have a charge that may go to collections on the morning "
        "of the run."
    )
    yield from heading("Accounts at each dunning level after the run, least severe first")
    yield f"{'cycle':>5}  {'run on':10}" + "".join(f"{level.number:>7}" for level in SEVERITY_ORDER)
    for row in cycles:
        counts = "".join(f"{count:>7,}" for count in row.level_counts)
        yield f"{row.number:>5}  {row.on}{counts}"
    yield from paragraph(
        "0 is good standing, accounts that owe nothing included. 1 to 4 count missed statement "
        "cycles, 5 to 8 missed instalments of a payment plan."
    )


def behaviour_page(assumptions: Iterable[Assumption]) -> Iterator[str]:
    """Yield what is assumed about payments, with label and source."""
    for assumption in assumptions:
        shares = " / ".join(map(str, assumption.per_cents))
        yield from textwrap.wrap(
            f"{assumption.what}: {shares} %  [{assumption.label}: {assumption.source}]",
            width=WIDTH,
            initial_indent="  - ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )


@attrs.frozen(kw_only=True)
class Balance:
    """Both sides of M-4, in cents.

    Attributes:
        charged: what patients owed at posting.
        transferred_in: moved to patients afterwards.
        paid: payments less refunds.
        adjusted: taken off on the patient's side.
        transferred_away: moved away from patients.
        outstanding: what the library says is still owed, credits as negative amounts.
    """

    charged: int = 0
    transferred_in: int = 0
    paid: int = 0
    adjusted: int = 0
    transferred_away: int = 0
    outstanding: int = 0

    @property
    def difference(self) -> int:
        """What the two sides differ by: zero, unless a cent was lost or made."""
        owed = self.charged + self.transferred_in
        return owed - self.paid - self.adjusted - self.transferred_away - self.outstanding


def balance_of(charges: Iterable[Charge]) -> Balance:
    """Add up both sides from the transactions themselves, in whole cents.

    Only the last figure comes from the library; the others are counted here, on purpose without
    its functions.
    """
    sums = dict.fromkeys(TransactionKind, 0)
    charged = outstanding = 0
    for charge in charges:
        outstanding += cents(charge.outstanding)
        if charge.voided_on is not None:
            continue
        charged += cents(charge.amount)
        for transaction in charge.transactions:
            if transaction.voided_on is None and transaction.side is not AdjustmentSide.INSURANCE:
                sums[transaction.kind] += cents(transaction.amount)
    return Balance(
        charged=charged,
        transferred_in=sums[TransactionKind.TRANSFER_IN],
        paid=sums[TransactionKind.PAYMENT] - sums[TransactionKind.REFUND],
        adjusted=sums[TransactionKind.ADJUSTMENT],
        transferred_away=sums[TransactionKind.TRANSFER_AWAY],
        outstanding=outstanding,
    )


def balance_page(book: Sequence[Account], *, handed_in: Decimal) -> Iterator[str]:
    """Yield the sums of the whole book and how many accounts are out of balance.

    Args:
        book: every account.
        handed_in: US dollars of all charges that the book was given, to compare.
    """
    charges = [charge for account in book for charge in account.charges]
    whole = balance_of(charges)
    wrong = [account.id for account in book if balance_of(account.charges).difference]
    in_credit = sum(cents(c.outstanding) for c in charges if c.outstanding < 0)
    placed = sum(cents(c.outstanding) for c in charges if c.placement is not None)
    yield from heading("Dollars are conserved (M-4)")
    for sign, words, amount in (
        ("", "charged", whole.charged),
        ("+", "transferred in", whole.transferred_in),
        ("=", "paid", whole.paid),
        ("+", "adjusted", whole.adjusted),
        ("+", "transferred away", whole.transferred_away),
        ("+", "outstanding", whole.outstanding),
    ):
        yield f"  {sign:1} {words:18}{_dollars(amount):>18}"
    yield from paragraph(
        f"Outstanding is {_dollars(whole.outstanding - in_credit)} owed, "
        f"{_dollars(placed)} of it with an agency, and {_dollars(in_credit)} of credits."
    )
    yield from paragraph(
        f"Difference: {_dollars(whole.difference)} over {count(len(charges), 'charge')}; "
        f"{len(book) - len(wrong):,} of {len(book):,} accounts balance to the cent."
    )
    same = "the same" if cents(handed_in) == whole.charged else "NOT THE SAME"
    yield from paragraph(f"Charges handed to the library: {text(handed_in)}, {same} as charged.")
    if wrong:
        yield from paragraph(f"OUT OF BALANCE: {', '.join(wrong)}")


def _dollars(amount: int) -> str:
    return text(from_cents(amount))
