"""Ageing of patient balances: what is owed by how long it has been the patient's (RP-1).

`ageing` goes over a whole book in one loop. Most charges have one age and simple money, and are
worked out in place; what has been voided, refunded, transferred to the patient, with an agency or
entered late is worked out by `history`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from revcycle.accounts import Account
from revcycle.charges import AdjustmentSide, Charge, TransactionKind
from revcycle.checks import one_of
from revcycle.money import ZERO, add, cents, subtract, total
from revcycle.reports.filters import CHARGE_FACTS, ChargeFacts, filter_words
from revcycle.reports.history import (
    BASIS,
    Basis,
    is_on_plan,
    is_placed,
    open_amounts,
    outstanding_on,
)
from revcycle.reports.options import AS_OF, YES_OR_NO, check_filters, check_options
from revcycle.reports.report import Column, ColumnKind, Report, make_report
from revcycle.rules import ALWAYS, Rule, compile_rule, facts_read
from revcycle.tables import Cell

__all__ = ["BUCKETS", "GroupBy", "ageing", "ageing_columns"]

BUCKETS: Final = ("0-30", "31-60", "61-90", "91-120", "121+")
"""Ages in days, both ends included (RP-1)."""

_DAYS: Final = (30, 60, 90, 120)


class GroupBy(enum.Enum):
    """What an ageing has a row for: the practice, or each department or provider of charges."""

    PRACTICE = "practice"
    DEPARTMENT = "department"
    PROVIDER = "provider"


_GROUPS: Final[dict[GroupBy, Callable[[Charge], str]]] = {
    GroupBy.PRACTICE: lambda _: "",
    GroupBy.DEPARTMENT: lambda charge: charge.department_id,
    GroupBy.PROVIDER: lambda charge: charge.provider_id,
}
_BY: Final = one_of(GroupBy)
_Sums = list[Decimal]
"""US dollars: one figure for each bucket, then the credits."""

_CREDITS: Final = len(BUCKETS)
_WIDTH: Final = _CREDITS + 1
_WHOLE: Final = ("", False)
_TRANSFER_IN: Final = TransactionKind.TRANSFER_IN
_REFUND: Final = TransactionKind.REFUND
_INSURANCE: Final = AdjustmentSide.INSURANCE


def ageing(
    accounts: Iterable[Account],
    *,
    as_of: date,
    basis: Basis = Basis.RECEIVED,
    by: GroupBy = GroupBy.PRACTICE,
    plans_apart: bool = False,
    filters: Rule = ALWAYS,
) -> Report:
    """Age what patients owed at the end of *as_of*, any past day or today (RP-1).

    Age counts from the day the amount became the patient's: the posting of the charge or of the
    transfer in. Within a charge money consumes the oldest amount first. What an agency had that
    day is left out; credits stand in a column of their own and in no bucket. Nobody is named, so
    it takes no viewer (PR-5).

    Args:
        accounts: the practice's, each once; they may come one by one and are not kept.
        as_of: the day, at its end.
        basis: by which day money counts. On the posted basis a past day's figures are those
            that were computed then.
        by: what to have rows for.
        plans_apart: show charges that were on a payment plan that day in rows of their own.
        filters: which charges, over `CHARGE_FACTS`.

    Raises:
        InvalidRecord: an option is not what it must be.
        UnknownFact: the filters ask for a fact that there is not.
    """
    options = (("as_of", as_of, AS_OF), ("basis", basis, BASIS), ("by", by, _BY))
    check_options("ageing", *options, ("plans_apart", plans_apart, YES_OR_NO))
    check_filters("ageing", filters, CHARGE_FACTS)
    found: dict[tuple[str, bool], _Sums] = {}
    group_of = _GROUPS[by]
    if by is GroupBy.PRACTICE:
        found = {("", is_plan): [ZERO] * _WIDTH for is_plan in (False, True)[: 1 + plans_apart]}
    passes = None if filters == ALWAYS else _charge_filter(filters, as_of, basis)
    is_one_row = by is GroupBy.PRACTICE and not plans_apart
    whole = found.setdefault(_WHOLE, [ZERO] * _WIDTH) if is_one_row else []

    def sums_of(charge: Charge) -> _Sums:
        key = (group_of(charge), plans_apart and is_on_plan(charge, as_of=as_of))
        return found.setdefault(key, [ZERO] * _WIDTH)

    add_to = None if is_one_row else sums_of
    _add_up(accounts, as_of=as_of, basis=basis, passes=passes, sums_of=add_to, whole=whole)
    caption = f"what patients owed on {as_of}, {basis.value} basis"
    return make_report(
        "A/R ageing",
        f"{caption}{filter_words(filters, CHARGE_FACTS)}",
        ageing_columns(by=by, plans_apart=plans_apart),
        [_row(key, found[key], by, plans_apart=plans_apart) for key in sorted(found)],
        as_of=as_of,
    )


def ageing_columns(*, by: GroupBy, plans_apart: bool) -> tuple[Column, ...]:
    """Give the columns of an ageing: what the rows are for, the buckets, their sum, credits."""
    named = [] if by is GroupBy.PRACTICE else [Column(name=by.value.capitalize())]
    if plans_apart or not named:
        named.append(Column(name="Balances"))
    figures = (*BUCKETS, "Outstanding", "Credits")
    return (*named, *(Column(name=name, kind=ColumnKind.AMOUNT) for name in figures))


def _row(key: tuple[str, bool], sums: _Sums, by: GroupBy, *, plans_apart: bool) -> tuple[Cell, ...]:
    group, is_plan = key
    named: list[Cell] = [] if by is GroupBy.PRACTICE else [group or None]
    if plans_apart:
        named.append("payment plans" if is_plan else "standard")
    elif not named:
        named.append("all")
    return (*named, *sums[:_CREDITS], total(sums[:_CREDITS]), sums[_CREDITS])


def _add_up(  # noqa: C901, PLR0912  (one loop without calls: they would double its time)
    accounts: Iterable[Account],
    *,
    as_of: date,
    basis: Basis,
    passes: Callable[[Charge], bool] | None,
    sums_of: Callable[[Charge], _Sums] | None,
    whole: _Sums,
) -> None:
    """Add what every charge that *passes* owed to the sums of its group, or to the *whole*."""
    by_posting = basis is Basis.POSTED
    transfer_in, refund, insurance = _TRANSFER_IN, _REFUND, _INSURANCE
    starts = start_0, start_1, start_2, start_3 = _starts(as_of)
    sums = whole
    for account in accounts:
        for charge in account.charges:
            posted_on = charge.posted_on
            if posted_on > as_of:
                continue
            owed = charge.amount
            for transaction in charge.transactions:
                kind = transaction.kind
                if kind is transfer_in or kind is refund or transaction.voided_on is not None:
                    break
                on = transaction.posted_on if by_posting else transaction.received_on
                if on <= as_of and transaction.side is not insurance:
                    owed = subtract(owed, transaction.amount)
            else:
                if not owed:
                    continue
                if not (
                    charge.voided_on is not None
                    or charge.placement is not None
                    or charge.past_placements
                    or charge.entered_on is not None
                    or owed < ZERO
                ):
                    if passes is not None and not passes(charge):
                        continue
                    place = 0
                    if posted_on < start_0:
                        place = 1 + (posted_on < start_1) + (posted_on < start_2)
                        place += posted_on < start_3
                    if sums_of is not None:
                        sums = sums_of(charge)
                    sums[place] = add(sums[place], owed)
                    continue
            parts = _parts(charge, as_of, basis, starts)
            if parts and (passes is None or passes(charge)):
                if sums_of is not None:
                    sums = sums_of(charge)
                for place, amount in parts:
                    sums[place] = add(sums[place], amount)


def _starts(as_of: date) -> tuple[date, date, date, date]:
    """Give the first day of each bucket but the last, the youngest first."""
    today = as_of.toordinal()
    day_30, day_60, day_90, day_120 = (date.fromordinal(max(1, today - days)) for days in _DAYS)
    return day_30, day_60, day_90, day_120


def _parts(
    charge: Charge, as_of: date, basis: Basis, starts: tuple[date, ...]
) -> list[tuple[int, Decimal]]:
    """Give bucket and amount of each part that *charge* owed, whatever has happened to it."""
    amounts, credit = open_amounts(charge, as_of=as_of, basis=basis)
    parts = [(_CREDITS, credit)] if credit else []
    # What is owed is with the agency; money that is owed back is still the practice's affair.
    if amounts and not is_placed(charge, as_of=as_of):
        parts += [(sum(day < start for start in starts), amount) for day, amount in amounts]
    return parts


def _charge_filter(filters: Rule, as_of: date, basis: Basis) -> Callable[[Charge], bool]:
    passes = compile_rule(filters)
    # Where plans are not asked about, it need not be known who was on one (see `is_on_plan`).
    asks_of_plans = "is_on_plan" in facts_read(filters)

    def passes_charge(charge: Charge) -> bool:
        facts = ChargeFacts(
            department_id=charge.department_id,
            provider_id=charge.provider_id,
            is_self_pay_claim=charge.self_pay_claim,
            is_on_plan=asks_of_plans and is_on_plan(charge, as_of=as_of),
            outstanding_cents=cents(outstanding_on(charge, as_of=as_of, basis=basis)),
            age_days=(as_of - charge.posted_on).days,
        )
        return passes(facts)

    return passes_charge
