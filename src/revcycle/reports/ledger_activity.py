"""Activity: what was charged, paid, adjusted and transferred, by period (RP-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import Account
from revcycle.charges import AdjustmentReason, Charge, TransactionKind
from revcycle.checks import one_of
from revcycle.money import ZERO, add, cents
from revcycle.reports.filters import (
    CHARGE_KIND,
    TRANSACTION_FACTS,
    TransactionFacts,
    filter_words,
)
from revcycle.reports.history import (
    BASIS,
    Basis,
    counts,
    date_of,
    entry_day,
    is_on_plan,
    standing_transactions,
)
from revcycle.reports.options import (
    AS_OF,
    YES_OR_NO,
    check_filters,
    check_options,
)
from revcycle.reports.report import Column, ColumnKind, Report, make_report
from revcycle.reports.spans import (
    EVER,
    SPAN,
    DateRange,
    Period,
    Span,
    period_of,
    range_of,
    span_words,
)
from revcycle.rules import ALWAYS, Rule, compile_rule, facts_read
from revcycle.tables import Cell

__all__ = ["Entry", "activity", "activity_columns", "entries_of"]


@attrs.frozen(kw_only=True)
class Entry:
    """One line of a ledger: a charge as it was posted, or a transaction on it.

    Attributes:
        account: whose ledger.
        charge: the charge.
        on: the day it counts from.
        kind: ``charge``, or the transaction's kind.
        reason: of an adjustment, or None.
        amount: US dollars, zero or more.
        is_on_plan: whether the charge was on a payment plan when it was posted, if that was asked.
    """

    account: Account
    charge: Charge
    on: date
    kind: str
    reason: AdjustmentReason | None
    amount: Decimal
    is_on_plan: bool


_FIGURES: Final = {
    CHARGE_KIND: "Charges",
    TransactionKind.TRANSFER_IN.value: "Transfers in",
    TransactionKind.TRANSFER_AWAY.value: "Transfers away",
    TransactionKind.PAYMENT.value: "Payments",
    TransactionKind.REFUND.value: "Refunds",
    TransactionKind.ADJUSTMENT.value: "Adjustments",
}
_DAYS: Final = one_of(DateRange)
_PERIOD: Final = one_of(Period)
_PLACES: Final = {kind: place for place, kind in enumerate(_FIGURES)}


def activity(
    accounts: Iterable[Account],
    *,
    as_of: date,
    period: Period = Period.MONTH,
    span: Span = EVER,
    basis: Basis = Basis.RECEIVED,
    plans_apart: bool = False,
    filters: Rule = ALWAYS,
) -> Report:
    """Sum what happened on charges, by period, as it stood at the end of *as_of* (RP-2).

    What had been voided by then is left out, charges at an agency are in. Over all days, charges
    and transfers in less transfers away, payments less refunds, and adjustments leave what was
    outstanding (M-4). Nobody is named, so it takes no viewer (PR-5).

    Args:
        accounts: the practice's, each once; they may come one by one and are not kept.
        as_of: the day, at its end.
        period: how long a period is; one in which nothing happened has no row.
        span: the days to sum.
        basis: by which of its days money falls into a period, and is known at all.
        plans_apart: show what was posted while a charge was on a payment plan in rows of its own.
        filters: which entries, over `TRANSACTION_FACTS`.

    Raises:
        InvalidRecord: an option is not what it must be.
        UnknownFact: the filters ask for a fact that there is not.
    """
    check_options(
        "activity",
        ("as_of", as_of, AS_OF),
        ("period", period, _PERIOD),
        ("span", span, SPAN),
        ("basis", basis, BASIS),
        ("plans_apart", plans_apart, YES_OR_NO),
    )
    check_filters("activity", filters, TRANSACTION_FACTS)
    days = range_of(span, as_of=as_of)
    found: dict[tuple[str, bool], list[Decimal]] = {}
    entries = entries_of(
        accounts, as_of=as_of, basis=basis, days=days, plans_apart=plans_apart, filters=filters
    )
    for entry in entries:
        key = (period_of(entry.on, period), plans_apart and entry.is_on_plan)
        sums = found.setdefault(key, [ZERO] * len(_FIGURES))
        place = _PLACES[entry.kind]
        sums[place] = add(sums[place], entry.amount)
    rows: list[tuple[Cell, ...]] = []
    for name, is_plan in sorted(found):
        kind = ["payment plans" if is_plan else "standard"] if plans_apart else []
        rows.append((name, *kind, *found[name, is_plan]))
    caption = f"by {period.value}, {basis.value} {span_words(span)}, as of {as_of}"
    return make_report(
        "Activity",
        f"{caption}{filter_words(filters, TRANSACTION_FACTS)}",
        activity_columns(plans_apart=plans_apart),
        rows,
        as_of=as_of,
    )


def activity_columns(*, plans_apart: bool) -> tuple[Column, ...]:
    """Give the columns of an activity report."""
    named = ["Period", *(["Balances"] if plans_apart else [])]
    return (
        *(Column(name=name) for name in named),
        *(Column(name=name, kind=ColumnKind.AMOUNT) for name in _FIGURES.values()),
    )


def entries_of(
    accounts: Iterable[Account],
    *,
    as_of: date,
    basis: Basis,
    days: DateRange = EVER,
    plans_apart: bool = False,
    filters: Rule = ALWAYS,
) -> Iterator[Entry]:
    """Give what counts of the ledgers of *accounts* at the end of *as_of*, charge by charge.

    Args:
        accounts: the practice's.
        as_of: the day, at its end.
        basis: by which day money counts.
        days: the days to look at.
        plans_apart: whether it must be known what was on a payment plan.
        filters: which entries, over `TRANSACTION_FACTS`.

    Raises:
        InvalidRecord: an option is not what it must be.
    """
    check_options(
        "entries_of",
        ("as_of", as_of, AS_OF),
        ("basis", basis, BASIS),
        ("days", days, _DAYS),
        ("plans_apart", plans_apart, YES_OR_NO),
    )
    return _passing(accounts, as_of, basis, days=days, asks_of_plans=plans_apart, filters=filters)


def _passing(
    accounts: Iterable[Account],
    as_of: date,
    basis: Basis,
    *,
    days: DateRange,
    asks_of_plans: bool,
    filters: Rule,
) -> Iterator[Entry]:
    passes = None if filters == ALWAYS else compile_rule(filters)
    asks_of_plans = asks_of_plans or "is_on_plan" in facts_read(filters)
    for account in accounts:
        for charge in account.charges:
            for entry in _entries(account, charge, as_of, basis, asks_of_plans=asks_of_plans):
                if days.holds(entry.on) and (passes is None or passes(_facts(entry))):
                    yield entry


def _entries(
    account: Account, charge: Charge, as_of: date, basis: Basis, *, asks_of_plans: bool
) -> Iterator[Entry]:
    if not counts(charge, as_of=as_of, basis=basis):
        return
    entered_on = charge.entered_on or charge.posted_on
    yield Entry(
        account=account,
        charge=charge,
        on=entry_day(charge, basis),
        kind=CHARGE_KIND,
        reason=None,
        amount=charge.amount,
        # A new charge that a plan takes up is on it by the end of the day (PL-7).
        is_on_plan=asks_of_plans and is_on_plan(charge, as_of=entered_on),
    )
    on_plan = _plan_money(charge) if asks_of_plans else frozenset()
    for transaction in standing_transactions(charge, as_of=as_of, basis=basis):
        yield Entry(
            account=account,
            charge=charge,
            on=date_of(transaction, basis),
            kind=transaction.kind.value,
            reason=transaction.reason,
            amount=transaction.amount,
            is_on_plan=transaction.id in on_plan,
        )


def _plan_money(charge: Charge) -> frozenset[str]:
    """Give the ids of what was posted on *charge* while it was on a plan (PL-4)."""
    standing = charge.standing
    spans = [(stay.prior_count, stay.end_count) for stay in standing.past_stays]
    if standing.enrolment is not None:
        spans.append((standing.enrolment.prior_count, len(charge.transactions)))
    return frozenset(t.id for begin, end in spans for t in charge.transactions[begin:end])


def _facts(entry: Entry) -> TransactionFacts:
    return TransactionFacts(
        kind=entry.kind,
        reason=entry.reason.value if entry.reason else "",
        amount_cents=cents(entry.amount),
        is_on_plan=entry.is_on_plan,
        is_self_pay_claim=entry.charge.self_pay_claim,
        department_id=entry.charge.department_id,
        provider_id=entry.charge.provider_id,
    )
