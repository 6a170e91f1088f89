"""The check that nothing of a Synthea export is lost: what was read against the final book.

    holdings             per kind: the amounts as the rows of the export give them, and their fates
      Holding
    trace                what the final book holds of them
      Trace              how much came to which fate, and what is nowhere
      trace_page

A line, a payment or a copay credit is in the book with its amount, or has a fate that says why
not. Anything else is lost, and the demo says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs
from book_report import count, heading, paragraph
from synthea_book import Fate, SyntheaBook
from synthea_export import SyntheaExport
from synthea_lines import PAID_BY_PATIENT, is_line, row_id

from revcycle.accounts import Account
from revcycle.charges import TransactionKind
from revcycle.money import ZERO, text, total

__all__ = ["Holding", "Trace", "holdings", "trace", "trace_page"]


@attrs.frozen(kw_only=True)
class Holding:
    """One kind of thing that an export holds.

    Attributes:
        noun: what one is called.
        amounts: US dollars of each, by id.
        fates: what becomes of each, by id; there may be others in it.
    """

    noun: str
    amounts: Mapping[str, Decimal]
    fates: Mapping[str, Fate]


@attrs.frozen(kw_only=True)
class Trace:
    """What the final book holds of a kind.

    Attributes:
        noun: what one is called.
        read: how many the export holds, and US dollars.
        by_fate: how many, and US dollars, came to each fate.
        lost: ids that are neither in the book with their amount nor have a fate that keeps them
            out of it.
        lost_amount: US dollars of those.
    """

    noun: str
    read: tuple[int, Decimal]
    by_fate: Mapping[Fate, tuple[int, Decimal]]
    lost: tuple[str, ...]
    lost_amount: Decimal


def holdings(export: SyntheaExport, book: SyntheaBook) -> tuple[Holding, ...]:
    """Say what *export* holds, from its rows themselves, and what *book* says of its fate."""
    lines = {row_id(row): row.amount for row in export.transactions if is_line(row)}
    payments = {
        row_id(row): row.paid
        for row in export.transactions
        if row.kind == "PAYMENT" and row.method in PAID_BY_PATIENT and row.paid > ZERO
    }
    return (
        Holding(noun="line", amounts=lines, fates=book.fates),
        Holding(noun="payment", amounts=payments, fates=book.fates),
        Holding(noun="copay credit", amounts=book.credits, fates=book.fates),
    )


def trace(holding: Holding, accounts: Iterable[Account]) -> Trace:
    """Look for everything of *holding* in the *accounts* after the last run."""
    posted = {key: amount for account in accounts for key, amount in _posted(account)}
    found: dict[Fate, list[Decimal]] = {fate: [] for fate in Fate}
    lost: list[str] = []
    for key, amount in holding.amounts.items():
        fate = holding.fates.get(key)
        if fate is not None and posted.get(key) == (amount if fate.is_posted else None):
            found[fate].append(amount)
        else:
            lost.append(key)
    return Trace(
        noun=holding.noun,
        read=(len(holding.amounts), total(holding.amounts.values())),
        by_fate={fate: (len(sums), total(sums)) for fate, sums in found.items() if sums},
        lost=tuple(lost),
        lost_amount=total(holding.amounts[key] for key in lost),
    )


def trace_page(traces: Sequence[Trace]) -> Iterator[str]:
    """Yield what became of everything, and what is nowhere."""
    yield from heading("What became of all that the export holds")
    for each in traces:
        yield f"  {each.noun + 's':34}{'number':>8}{'dollars':>18}"
        for fate, sums in each.by_fate.items():
            yield _row(f"  {fate.value}", sums)
        if each.lost:
            yield _row("  LOST", (len(each.lost), each.lost_amount))
        yield _row("  read", each.read)
    lost = [each for each in traces if each.lost]
    for each in lost:
        shown = ", ".join(each.lost[:_SHOWN]) + (", ..." if len(each.lost) > _SHOWN else "")
        yield from paragraph(
            f"LOST: {count(len(each.lost), each.noun)}, {text(each.lost_amount)} dollars: {shown}"
        )
    if not lost:
        yield from paragraph(
            "Everything that was read is in the book after the last run with its amount, or "
            "counted here with the reason why not."
        )


_SHOWN: Final = 5


def _posted(account: Account) -> Iterator[tuple[str, Decimal]]:
    for charge in account.charges:
        yield charge.id, charge.amount
        for transaction in charge.transactions:
            if transaction.kind is TransactionKind.PAYMENT and transaction.voided_on is None:
                yield transaction.id, transaction.amount


def _row(words: str, sums: tuple[int, Decimal]) -> str:
    number, amount = sums
    return f"  {words:34}{number:>8,}{text(amount):>18}"
