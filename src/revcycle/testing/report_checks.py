"""What is true of reports over any book: invariants 45 and 46.

The sums are worked out anew from the ledgers, in whole cents.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from revcycle.access import Permission, Viewer
from revcycle.accounts import Account
from revcycle.charges import AdjustmentReason, AdjustmentSide, Charge, Transaction, TransactionKind
from revcycle.money import cents
from revcycle.reports import Basis, Report, activity, ageing, bad_debt
from revcycle.testing.operations import Change
from revcycle.testing.verdicts import fail

__all__ = ["BookPast", "check_past_ageing", "check_report_totals"]

_EVERYONE: Final = Viewer(id="law", permissions=frozenset(Permission))


def check_past_ageing(then: Iterable[Account], now: Iterable[Account], *, on: date) -> None:
    """45: the ageing of a past day on the posted basis is the one computed then (RP-1).

    Args:
        then: every account as it was at the end of *on*.
        now: every account as it is at a later time, closed ones too.
        on: the day.
    """
    was = ageing(then, as_of=on, basis=Basis.POSTED, plans_apart=True)
    told = ageing(now, as_of=on, basis=Basis.POSTED, plans_apart=True)
    if was != told:
        fail(45, f"the ageing of {on} was {was.totals} in {was.rows}, now {told.rows}")


class BookPast:
    """Every account as each day left it, to ask about past days.

    Attributes:
        act_count: how many acts it has seen.
    """

    def __init__(self) -> None:
        """Begin with an empty book."""
        self.act_count = 0
        self._accounts: dict[str, tuple[list[date], list[Account]]] = {}
        self._days: list[date] = []

    def remember(self, changes: Iterable[Change], *, on: date) -> None:
        """Take in what one act of *on* changed."""
        self.act_count += 1
        self._days.append(on)
        for change in changes:
            if change.after is change.before:
                continue  # a skipped run is no act: what comes next may be dated before it (CH-9)
            days, states = self._accounts.setdefault(change.after.id, ([], []))
            if days[-1:] == [on]:
                states[-1] = change.after
            else:
                days.append(on)
                states.append(change.after)

    def ask(self) -> None:
        """Ask about two past days; over a long history, about every day from many later ones.

        Raises:
            InvariantBroken: the ageing of one is no longer what it was.
        """
        now = self.on(date.max)
        for day in {self._days[len(self._days) // 2], self._days[len(self._days) * 7 // 9]}:
            check_past_ageing(self.on(day), now, on=day)

    def on(self, day: date) -> list[Account]:
        """Give every account as it was at the end of *day*."""
        known = ((bisect_right(days, day), states) for days, states in self._accounts.values())
        return [states[count - 1] for count, states in known if count]


def check_report_totals(account: Account, *, as_of: date) -> None:
    """46: every report's totals are the sums over the ledger (RP-1 to RP-3, M-4, CH-7).

    *as_of* is a day by which all that happened to *account* has happened.
    """
    _check_ageing(account, as_of)
    for basis in Basis:
        report = activity((account,), as_of=as_of, basis=basis, plans_apart=True)
        _check_sums(report, _flows(account.charges))
    lost = _flows(account.charges)
    owed = lost["Charges"] + lost["Transfers in"] + lost["Refunds"] - lost["Payments"]
    owed -= lost["Transfers away"] + _adjusted_otherwise(account.charges)
    outstanding = sum(cents(charge.outstanding) for charge in account.charges)
    written_off = bad_debt((account,), viewer=_EVERYONE, as_of=as_of)
    _check_sums(written_off, {"Bad debt": owed - outstanding})


def _check_ageing(account: Account, as_of: date) -> None:
    open_charges = [charge for charge in account.charges if charge.placement is None]
    for basis in Basis:
        report = ageing((account,), as_of=as_of, basis=basis, plans_apart=True)
        credit = sum(min(cents(charge.outstanding), 0) for charge in account.charges)
        owed = [max(cents(charge.outstanding), 0) for charge in open_charges]
        _check_sums(report, {"Outstanding": sum(owed), "Credits": credit})
        on_plan = [
            cents(charge.outstanding)
            for charge in open_charges
            if charge.standing.enrolment and charge.outstanding > 0
        ]
        standard, plans = report.records
        if _cents_of(plans["Outstanding"]) != sum(on_plan):
            fail(46, f"payment plans owe {sum(on_plan)} cents and show {plans}")
        if _cents_of(standard["Outstanding"]) != sum(owed) - sum(on_plan):
            fail(46, f"standard charges owe {sum(owed) - sum(on_plan)} cents and show {standard}")


def _check_sums(report: Report, expected: dict[str, int]) -> None:
    for name, count in expected.items():
        if _cents_of(report.total_of(name)) != count:
            fail(46, f"{report.title}: {name} is {report.total_of(name)}, summed {count} cents")


def _cents_of(cell: object) -> int:
    return cents(cell) if isinstance(cell, Decimal) else 0


def _flows(charges: Iterable[Charge]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for charge in charges:
        if charge.voided_on is None:
            sums["Charges"] += cents(charge.amount)
        for transaction in _counting(charge):
            sums[_NAMES[transaction.kind]] += cents(transaction.amount)
    return sums


_NAMES: Final = {
    TransactionKind.PAYMENT: "Payments",
    TransactionKind.REFUND: "Refunds",
    TransactionKind.ADJUSTMENT: "Adjustments",
    TransactionKind.TRANSFER_IN: "Transfers in",
    TransactionKind.TRANSFER_AWAY: "Transfers away",
}


def _adjusted_otherwise(charges: Iterable[Charge]) -> int:
    return sum(
        cents(transaction.amount)
        for charge in charges
        for transaction in _counting(charge)
        if transaction.reason not in {None, AdjustmentReason.BAD_DEBT}
    )


def _counting(charge: Charge) -> Iterator[Transaction]:
    for transaction in charge.transactions:
        if transaction.voided_on is None and transaction.side is not AdjustmentSide.INSURANCE:
            yield transaction
