"""Ageing of patient balances: what is owed by how long it has been the patient's (RP-1).

`ageing` goes over a whole book. Most charges have had all their money by the day of the report:
what they owe is known to them, and no more than their dates is looked at. The rest are worked
out by `history`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from revcycle.accounts import Account
from revcycle.charges import Charge, TransactionKind
from revcycle.money import ZERO, add, cents, total
from revcycle.reports.filters import CHARGE_FACTS, ChargeFacts, filter_words
from revcycle.reports.history import Basis, is_on_plan, is_placed, open_amounts, outstanding_on
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
_Sums = list[Decimal]
"""US dollars: one figure for each bucket, then the credits."""

_CREDITS: Final = len(BUCKETS)


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
        accounts: the practice's; they may come one by one and are not kept.
        as_of: the day, at its end.
        basis: by which day money counts. On the posted basis a past day's figures are those
            that were computed then.
        by: what to have rows for.
        plans_apart: show charges that were on a payment plan that day in rows of their own.
        filters: which charges, over `CHARGE_FACTS`.
    """
    found: dict[tuple[str, bool], _Sums] = {}
    _add_up(accounts, found, as_of, basis, by, plans_apart=plans_apart, filters=filters)
    if by is GroupBy.PRACTICE:
        for is_plan in (False, True)[: 1 + plans_apart]:
            found.setdefault(("", is_plan), [ZERO] * (_CREDITS + 1))
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


def _add_up(
    accounts: Iterable[Account],
    found: dict[tuple[str, bool], _Sums],
    as_of: date,
    basis: Basis,
    by: GroupBy,
    *,
    plans_apart: bool,
    filters: Rule,
) -> None:
    """Add what every charge owed to the sums of its group; one pass, for books of any size."""
    passes = None if filters == ALWAYS else _charge_filter(filters, as_of, basis)
    starts = [as_of - timedelta(days=days) for days in _DAYS]
    group_of = _GROUPS[by]
    for account in accounts:
        for charge in account.charges:
            parts: Iterable[tuple[int, Decimal]]
            if _is_as_it_stands(charge, as_of):
                owed = charge.outstanding
                if not owed:
                    continue
                parts = ((_bucket(charge.posted_on, starts) if owed > ZERO else _CREDITS, owed),)
            else:
                parts = list(_parts(charge, as_of, basis, starts))
                if not parts:
                    continue
            if passes is not None and not passes(charge):
                continue
            key = (group_of(charge), plans_apart and is_on_plan(charge, as_of=as_of))
            sums = found.get(key)
            if sums is None:
                sums = found[key] = [ZERO] * (_CREDITS + 1)
            for place, amount in parts:
                sums[place] = add(sums[place], amount)


def _is_as_it_stands(charge: Charge, as_of: date) -> bool:
    """Tell whether *charge* was by *as_of* all that it is now, of one age and with no agency."""
    if (
        as_of < charge.posted_on
        or charge.entered_on is not None
        or charge.voided_on is not None
        or charge.placement is not None
        or charge.past_placements
    ):
        return False
    for transaction in charge.transactions:
        if (
            transaction.posted_on > as_of
            or transaction.received_on > as_of
            or transaction.voided_on is not None
            or transaction.kind is _TRANSFER_IN
        ):
            return False
    return True


_TRANSFER_IN: Final = TransactionKind.TRANSFER_IN


def _bucket(day: date, starts: list[date]) -> int:
    for place, start in enumerate(starts):
        if day >= start:
            return place
    return len(starts)


def _parts(
    charge: Charge, as_of: date, basis: Basis, starts: list[date]
) -> Iterator[tuple[int, Decimal]]:
    """Yield the column and the amount of each part of *charge* that counted on *as_of*."""
    amounts, credit = open_amounts(charge, as_of=as_of, basis=basis)
    if credit:
        yield _CREDITS, credit
    # What is owed is with the agency; money that is owed back is still the practice's affair.
    if amounts and not is_placed(charge, as_of=as_of):
        for day, amount in amounts:
            yield _bucket(day, starts), amount


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
