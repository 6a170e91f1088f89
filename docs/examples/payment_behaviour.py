"""How the guarantors of the examples pay: the same on every machine, every number labelled.

    draw, chance, between    a hash of the seed and of ids: no clock, no random state
    ASSUMPTIONS              the numbers, each with its label and where it comes from
    Behaviour                what a statement brings about: money, a payment plan, or nothing
    plan_payments            how a plan's dues are paid, late or not, up to the next run

The answers are drawn from (seed, ids) alone, so adding an account changes nothing for the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
from practice_acts import Act, PayPlan, PayStandard, StartPlan

from revcycle.accounts import Account
from revcycle.dunning import Statement
from revcycle.money import ZERO, cents, from_cents, subtract, total
from revcycle.plans import (
    Cadence,
    CadenceKind,
    NewChargePolicy,
    PaymentPlan,
    PlanStatus,
    is_statement_plan,
    scheduled_on,
)

__all__ = ["ASSUMPTIONS", "Assumption", "Behaviour", "between", "chance", "draw", "plan_payments"]

_MILLION: Final = 1_000_000
_PER_CENT: Final = 10_000


def draw(seed: int, *ids: object) -> int:
    """Give a number from 0 to 999,999 that depends on *seed* and *ids* alone."""
    text = "\x1f".join(map(str, (seed, *ids)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _MILLION


def chance(per_cent: int, seed: int, *ids: object) -> bool:
    """Tell whether something that happens to *per_cent* of a hundred happens here."""
    return draw(seed, *ids) < per_cent * _PER_CENT


def between(low: int, high: int, seed: int, *ids: object) -> int:
    """Give a whole number from *low* to *high*, both included."""
    return low + draw(seed, *ids) * (high - low + 1) // _MILLION


@attrs.frozen
class Assumption:
    """One number of the behaviour.

    Attributes:
        what: what it says.
        per_cents: the number, or one per statement.
        label: sourced, derived from a source, survey, or assumed.
        source: where it comes from.
    """

    what: str
    per_cents: tuple[int, ...]
    label: str
    source: str


_FOUR_STATEMENTS: Final = "collected within four statements: athenahealth, 44 M claims of 2016"
PAYS_SMALL: Final = Assumption(
    "answers statement 1, 2, 3, 4 or later, balance below 200.00",
    (52, 39, 29, 22),
    "derived",
    f"84 % {_FOUR_STATEMENTS}; the decay of 0.75 a statement is assumed",
)
PAYS_LARGE: Final = Assumption(
    "answers statement 1, 2, 3, 4 or later, balance of 200.00 or more",
    (30, 23, 17, 13),
    "sourced",
    f"61 % {_FOUR_STATEMENTS}; the decay of 0.75 a statement is assumed",
)
PAYS_PART: Final = Assumption(
    "pays only a part, below 200.00 and above", (20, 50), "assumed", "the part is 20 to 80 %"
)
PAYS_TOO_MUCH: Final = Assumption(
    "rounds a full payment up and leaves a credit", (2,), "assumed", "to the next ten dollars"
)
TAKES_PLAN: Final = Assumption(
    "takes a plan at the second statement, 200.00 or more",
    (45,),
    "survey",
    "39 to 51 % of 2,837 asked, self-reported: PYMNTS/Flywire 2019",
)
MISSES_DUE: Final = Assumption(
    "leaves a plan's due unpaid, and then catches up", (14, 60), "assumed", "no source found"
)
IS_PLACED: Final = Assumption(
    "an eligible account goes to the agency", (25,), "assumed", "asked again at every run"
)

ASSUMPTIONS: Final = (
    PAYS_SMALL,
    PAYS_LARGE,
    PAYS_PART,
    PAYS_TOO_MUCH,
    TAKES_PLAN,
    MISSES_DUE,
    IS_PLACED,
)

_LARGE: Final = Decimal("200.00")
_PLAN_FROM_STATEMENT: Final = 2
_PERIODS: Final = {
    CadenceKind.STATEMENT: 6,
    CadenceKind.MONTHLY: 8,
    CadenceKind.BIWEEKLY: 14,
    CadenceKind.WEEKLY: 26,
}
_CADENCES: Final = (
    Cadence(kind=CadenceKind.STATEMENT),
    Cadence(kind=CadenceKind.MONTHLY, day=31),
    Cadence(kind=CadenceKind.MONTHLY, day=15),
    Cadence(kind=CadenceKind.BIWEEKLY),
    Cadence(kind=CadenceKind.WEEKLY),
)
_DOLLAR: Final = 100
_TEN_DOLLARS: Final = 1_000


@attrs.frozen(kw_only=True)
class Behaviour:
    """How a book's guarantors answer statements.

    Attributes:
        seed: changes every answer.
        pays_statements: whether money follows a statement; False where the payments are given.
        places: whether the practice places eligible accounts with an agency.
        scripted_ids: accounts whose acts are written down, so that nothing is drawn for them.
        promised_claim_ids: claims whose payment is known to come: no plan is agreed for them.
    """

    seed: int
    pays_statements: bool = True
    places: bool = True
    scripted_ids: frozenset[str] = frozenset()
    promised_claim_ids: frozenset[str] = frozenset()

    def answer(self, account: Account, statement: Statement, *, until: date) -> Iterator[Act]:
        """Yield what follows *statement* before the run of *until*."""
        if account.id in self.scripted_ids:
            return
        lines = [line for line in statement.lines if not line.on_plan and not line.held]
        owed = total(line.outstanding for line in lines)
        if not lines or owed <= ZERO:
            return
        count = max(line.billed_count for line in lines)
        key = (account.id, statement.number)
        plan = self._plan(account, statement, until) if count >= _PLAN_FROM_STATEMENT else None
        if plan is not None:
            yield plan
        elif self.pays_statements:
            rates = (PAYS_SMALL if owed < _LARGE else PAYS_LARGE).per_cents
            if chance(rates[min(count, len(rates)) - 1], self.seed, "pays", *key):
                longest = (until - statement.on).days - 1
                days = between(3, max(3, longest), self.seed, "days", *key)
                amount, extra = self._money(owed, key)
                yield PayStandard(
                    on=statement.on + timedelta(days=days),
                    account_id=account.id,
                    payment_id=f"{account.id}-M{statement.number}",
                    amount=amount,
                    extra=extra,
                )

    def is_placed(self, account: Account, *, on: date) -> bool:
        """Tell whether the practice hands an eligible account to the agency after this run."""
        return (
            self.places
            and account.id not in self.scripted_ids
            and chance(IS_PLACED.per_cents[0], self.seed, "placed", account.id, on)
        )

    def _money(self, owed: Decimal, key: tuple[object, ...]) -> tuple[Decimal, Decimal]:
        """Give what is paid of *owed*, and what is paid on top of it."""
        small = owed < _LARGE
        if chance(PAYS_PART.per_cents[0 if small else 1], self.seed, "part", *key):
            share = between(20, 80, self.seed, "share", *key)
            return from_cents(max(1, cents(owed) * share // 100)), ZERO
        if chance(PAYS_TOO_MUCH.per_cents[0], self.seed, "more", *key):
            rounded = from_cents((cents(owed) // _TEN_DOLLARS + 1) * _TEN_DOLLARS)
            return owed, subtract(rounded, owed)
        return owed, ZERO

    def _plan(self, account: Account, statement: Statement, until: date) -> StartPlan | None:
        """Agree on a plan for the open claims of the patient who owes most, if large enough."""
        owed: dict[str, Decimal] = {}
        claims: dict[str, list[str]] = {}
        for line in statement.lines:
            if line.on_plan or line.held or line.claim_id in self.promised_claim_ids:
                continue
            owed[line.patient_id] = owed.get(line.patient_id, ZERO) + line.outstanding
            found = claims.setdefault(line.patient_id, [])
            if line.claim_id not in found:
                found.append(line.claim_id)
        if not owed:
            return None
        patient_id = max(owed, key=lambda known: (owed[known], known))
        if owed[patient_id] < _LARGE or not chance(
            TAKES_PLAN.per_cents[0], self.seed, "plan", account.id, patient_id
        ):
            return None
        number = len(account.plans) + 1
        cadence = _CADENCES[between(0, len(_CADENCES) - 1, self.seed, "cadence", patient_id)]
        days = between(4, 16, self.seed, "agrees", account.id, number)
        on = statement.on + timedelta(days=days)
        return StartPlan(
            on=on,
            account_id=account.id,
            plan_id=f"{account.id}-PL{number}",
            patient_id=patient_id,
            claim_ids=tuple(claims[patient_id]),
            minimum=_instalment(owed[patient_id], _PERIODS[cadence.kind]),
            cadence=cadence,
            # A calendar plan starts after the next run, which then knows it and plans its payments.
            start_on=on if cadence.kind is CadenceKind.STATEMENT else until + timedelta(days=3),
            new_charges=NewChargePolicy.LEAVE,
        )


def plan_payments(account: Account, *, seed: int, after: date, until: date) -> Iterator[PayPlan]:
    """Yield the payments on the account's plans after the run *after*, up to the run *until*.

    A due is left unpaid now and then; the next time the guarantor catches up, or pays just the
    one instalment.
    """
    for plan in account.plans:
        if plan.status is not PlanStatus.ACTIVE:
            continue
        for day in _payment_days(plan, seed, after, until):
            misses, catches_up = MISSES_DUE.per_cents
            if not chance(misses, seed, "misses", plan.id, day):
                yield PayPlan(
                    on=day,
                    account_id=account.id,
                    plan_id=plan.id,
                    payment_id=f"{plan.id}-{day}",
                    with_arrears=chance(catches_up, seed, "catches up", plan.id, day),
                )


def _payment_days(plan: PaymentPlan, seed: int, after: date, until: date) -> Iterator[date]:
    if is_statement_plan(plan):
        if after >= plan.start_on:
            longest = max(4, (until - after).days - 3)
            yield after + timedelta(days=between(4, longest, seed, "pays", plan.id, after))
        return
    index = 0
    while (day := scheduled_on(plan, index)) <= until:
        if day > after:
            yield day
        index += 1


def _instalment(owed: Decimal, periods: int) -> Decimal:
    """Give the whole-dollar instalment that pays *owed* in *periods*, ten dollars at least."""
    dollars = -(-cents(owed) // (periods * _DOLLAR))
    return from_cents(max(dollars, 10) * _DOLLAR)
