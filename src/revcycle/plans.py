"""Payment plans: what is due, what is overdue, and which money met which due.

    PaymentPlan
      CoveredClaim ...     whole claims, never parts (PL-1)
      Cadence              in step with the statement cycle, or on calendar dates (PL-3)
      Due ...              every due that has opened so far, oldest first
        DueLowering ...    what adjustments took off it
      CardAgreement        the card that was to pay it

A due is fixed when its period opens and judged once, by the first run that finds it past
(PL-4). The dues are stored, because only the run knows when it came. Which dollar met which due
is always worked out from the transactions on the plan's charges (`allocate`), so a void, a
refund or money entered late needs no repair here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

import attrs

from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.checks import (
    AMOUNT,
    DATE,
    FLAG,
    ID,
    POSITIVE,
    TEXT,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
    private,
    refuse,
    unique,
)
from revcycle.dates import ONE_DAY, month_day
from revcycle.holds import Hold, HoldScope, held_claims, held_patients, is_in_force
from revcycle.money import ZERO, add, subtract, total, usd

__all__ = [
    "Allocation",
    "Cadence",
    "CadenceKind",
    "CardAgreement",
    "CoveredClaim",
    "Due",
    "DueLowering",
    "NewChargePolicy",
    "PaymentPlan",
    "PlanDue",
    "PlanStatus",
    "allocate",
    "as_suspended",
    "ask",
    "charges_on",
    "due_amount",
    "dues_open_by",
    "is_past",
    "is_statement_plan",
    "plan_balance",
    "plan_due",
    "plan_money",
    "scheduled_on",
]


class CadenceKind(enum.Enum):
    """When dues fall (PL-3)."""

    STATEMENT = "statement"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"


class NewChargePolicy(enum.Enum):
    """What becomes of a patient's new charge on a claim the plan does not cover (PL-7)."""

    ADD = "add"
    LEAVE = "leave"
    HOLD = "hold"


class PlanStatus(enum.Enum):
    """Where a plan is in its life (PL-12)."""

    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


_LAST_DAY: Final = 31
_DAYS_BETWEEN: Final = {CadenceKind.WEEKLY: 7, CadenceKind.BIWEEKLY: 14}


@attrs.frozen(kw_only=True)
class Cadence:
    """When dues fall (PL-3).

    Attributes:
        kind: with the statement cycle, monthly, weekly or every two weeks.
        day: the day of the month, 1-31, for a monthly plan; None takes the start's day.
    """

    kind: CadenceKind
    day: int | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; only a monthly plan has a day."""
        check_fields(self, (("kind", one_of(CadenceKind)), ("day", _DAY)))
        if self.day is not None and self.kind is not CadenceKind.MONTHLY:
            refuse(self, "day", "be None unless the plan is monthly")


_DAY: Final = Requirement(
    lambda v: v is None or (type(v) is int and 1 <= v <= _LAST_DAY), "be an int 1 to 31, or None"
)


@attrs.frozen(kw_only=True)
class CoveredClaim:
    """A claim on a plan (PL-12).

    Attributes:
        claim_id: the claim, covered whole (PL-1).
        joined_on: the day it came onto the plan.
    """

    claim_id: str
    joined_on: date

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("claim_id", ID), ("joined_on", DATE)))


@attrs.frozen(kw_only=True)
class CardAgreement:
    """An agreement to charge a card for the plan's dues (PL-8).

    Attributes:
        card_ref: the host's opaque handle; hidden.
        agreed_on: the day of the agreement.
        cancelled_on: the day a declined card ended it, or None.
    """

    card_ref: str = private()
    agreed_on: date
    cancelled_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(
            self, (("card_ref", ID), ("agreed_on", DATE), ("cancelled_on", optional(DATE)))
        )


def _due_lowering_amount(value: object) -> Decimal:
    return usd(value, record="DueLowering", field="amount")


def _due_amount(value: object) -> Decimal:
    return usd(value, record="Due", field="amount")


@attrs.frozen(kw_only=True)
class DueLowering:
    """What an adjustment left of a due (PL-2).

    Attributes:
        transaction_id: the adjustment or transfer away; None where a charge was voided, which
            nothing takes back.
        amount: US dollars the due was lowered to.
    """

    transaction_id: str | None
    amount: Decimal = attrs.field(converter=_due_lowering_amount)

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("transaction_id", optional(ID)), ("amount", AMOUNT)))


@attrs.frozen(kw_only=True)
class Due:
    """One period's due (PL-2, PL-4).

    Attributes:
        opened_on: the day its period opened and the amount was fixed.
        due_on: the scheduled day; None on a statement plan, whose due is judged by the next run.
        amount: US dollars, min(minimum, plan balance) on opening.
        lowerings: what adjustments later left of it.
        judged_on: the cycle run that judged it, or None.
        missed: what that run found.
        seen_ids: payments received on ``opened_on`` itself that the run already knew, so that
            they belong to the period before.
    """

    opened_on: date
    due_on: date | None = None
    amount: Decimal = attrs.field(converter=_due_amount)
    lowerings: tuple[DueLowering, ...] = ()
    judged_on: date | None = None
    missed: bool = False
    seen_ids: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields; only a judged due can be missed."""
        check_fields(self, _DUE)
        if self.missed and self.judged_on is None:
            refuse(self, "missed", "be False until a run has judged the due")
        if self.judged_on is not None and self.judged_on < self.opened_on:
            refuse(self, "judged_on", f"be on or after the opening, {self.opened_on}")


_DUE: Final = (
    ("opened_on", DATE),
    ("due_on", optional(DATE)),
    ("amount", AMOUNT),
    ("lowerings", each(one_of(DueLowering))),
    ("judged_on", optional(DATE)),
    ("missed", FLAG),
    ("seen_ids", each(ID)),
)


def _payment_plan_minimum(value: object) -> Decimal:
    return usd(value, record="PaymentPlan", field="minimum")


@attrs.frozen(kw_only=True)
class PaymentPlan:
    """An agreement to pay whole claims in parts (PL-1, PL-12).

    Attributes:
        id: minted by the host, unique in the account.
        patient_id: the one patient it belongs to.
        claims: what it covers.
        minimum: US dollars per period.
        cadence: when dues fall.
        agreed_on: the day it was agreed.
        start_on: the first day on which a period may open.
        new_charges: what becomes of the patient's other new charges (PL-7).
        status: active, ended or cancelled.
        status_on: since when, for an ended or cancelled plan; None while active.
        status_reason: why, in the host's words; hidden.
        card: the card agreement, or None.
        needs_attention: flagged for staff, as after a declined card (PL-8).
        dues: every due opened so far, oldest first.
    """

    id: str
    patient_id: str
    claims: tuple[CoveredClaim, ...]
    minimum: Decimal = attrs.field(converter=_payment_plan_minimum)
    cadence: Cadence
    agreed_on: date
    start_on: date
    new_charges: NewChargePolicy = NewChargePolicy.LEAVE
    status: PlanStatus = PlanStatus.ACTIVE
    status_on: date | None = None
    status_reason: str = private(default="")
    card: CardAgreement | None = None
    needs_attention: bool = False
    dues: tuple[Due, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields and how they belong together."""
        check_fields(self, _PLAN)
        unique(self, "claims", [claim.claim_id for claim in self.claims])
        if (self.status is PlanStatus.ACTIVE) is not (self.status_on is None):
            refuse(self, "status_on", "be None exactly while the plan is active")
        if self.start_on < self.agreed_on:
            refuse(self, "start_on", f"be on or after the agreement, {self.agreed_on}")
        scheduled = self.cadence.kind is not CadenceKind.STATEMENT
        if any((due.due_on is not None) is not scheduled for due in self.dues):
            refuse(self, "dues", "have a due_on exactly when the plan runs by the calendar")
        opened = [due.opened_on for due in self.dues]
        if opened != sorted(opened):
            refuse(self, "dues", "stand in the order in which their periods opened")
        days = [due.due_on or due.opened_on for due in self.dues]
        if any(later <= day for day, later in pairwise(days)):
            refuse(self, "dues", "hold one due a period, oldest first (PL-4)")


_PLAN: Final = (
    ("id", ID),
    ("patient_id", ID),
    ("claims", each(one_of(CoveredClaim))),
    ("minimum", POSITIVE),
    ("cadence", one_of(Cadence)),
    ("agreed_on", DATE),
    ("start_on", DATE),
    ("new_charges", one_of(NewChargePolicy)),
    ("status", one_of(PlanStatus)),
    ("status_on", optional(DATE)),
    ("status_reason", TEXT),
    ("card", optional(one_of(CardAgreement))),
    ("needs_attention", FLAG),
    ("dues", each(one_of(Due))),
)


@attrs.frozen(kw_only=True)
class PlanDue:
    """What a plan asks for on a day (PL-6).

    Attributes:
        arrears: unpaid past dues, never more than the balance; the plan's overdue amount.
        current: what is unpaid of the current due.
        due: arrears and current together, never more than the balance.
        balance: what the plan's charges still owe, held and placed claims left out.
    """

    arrears: Decimal
    current: Decimal
    due: Decimal
    balance: Decimal


@attrs.frozen(kw_only=True)
class Allocation:
    """Which money met which due (PL-4).

    Attributes:
        met: US dollars that went to each due, in the order of the dues.
        principal: US dollars that went to none: overpayment gives no credit (PL-5). What a refund
            takes beyond its own period's money is not taken off here.
    """

    met: tuple[Decimal, ...]
    principal: Decimal


def plan_due(
    plan: PaymentPlan,
    charges: Iterable[Charge],
    *,
    holds: Sequence[Hold] = (),
    as_of: date,
    grace_days: int,
) -> PlanDue:
    """Say what *plan* asks for on *as_of* (PL-6).

    Args:
        plan: the plan; one that is not active asks for nothing.
        charges: the account's charges; those on the plan are picked out.
        holds: the account's holds.
        as_of: the day.
        grace_days: days after a calendar due before it is past (PL-10).
    """
    covered = charges_on(plan, charges)
    balance = plan_balance(covered, holds=holds, as_of=as_of)
    if plan.status is not PlanStatus.ACTIVE:
        return PlanDue(arrears=ZERO, current=ZERO, due=ZERO, balance=balance)
    opened = dues_open_by(plan, covered, holds=holds, as_of=as_of, grace_days=grace_days)
    dues = as_suspended(plan, opened, holds=holds)
    allocation = allocate(dues, plan_money(plan, charges), grace_days=grace_days)
    return ask(dues, allocation, balance=balance, as_of=as_of, grace_days=grace_days)


def ask(
    dues: Sequence[Due],
    allocation: Allocation,
    *,
    balance: Decimal,
    as_of: date,
    grace_days: int,
) -> PlanDue:
    """Add up what *dues* still ask for after *allocation*, never more than *balance* (PL-6)."""
    arrears = ZERO
    current: Decimal | None = None
    for due, met in zip(dues, allocation.met, strict=True):
        unpaid = subtract(due_amount(due), met)
        if is_past(due, as_of=as_of, grace_days=grace_days):
            arrears = add(arrears, unpaid)
        elif current is None:
            current = unpaid
    arrears = min(arrears, balance)
    current = current or ZERO
    return PlanDue(
        arrears=arrears, current=current, due=min(add(arrears, current), balance), balance=balance
    )


def dues_open_by(
    plan: PaymentPlan,
    covered: Sequence[Charge],
    *,
    holds: Sequence[Hold] = (),
    as_of: date,
    grace_days: int,
) -> tuple[Due, ...]:
    """Give the plan's dues whose periods have opened by *as_of*, as they were fixed (PL-3, PL-10).

    A statement plan's periods are opened by runs, so its dues are the stored ones. A calendar
    plan's open by themselves: the first on the start, each later one when the one before it is
    past.
    """
    if is_statement_plan(plan) or plan.status is not PlanStatus.ACTIVE:
        return plan.dues
    dues = list(plan.dues)
    grace = timedelta(days=grace_days)
    while True:
        last = dues[-1] if dues else None
        opened_on = plan.start_on
        if last is not None and last.due_on is not None:
            # Not before the last one opened, should the policy's grace be shorter than it was then.
            opened_on = max(last.due_on + grace + ONE_DAY, last.opened_on)
        if opened_on > as_of:
            return tuple(dues)
        dues.append(
            Due(
                opened_on=opened_on,
                due_on=scheduled_on(plan, len(dues)),
                amount=min(plan.minimum, _balance_at_opening(covered, holds, opened_on)),
            )
        )


def as_suspended(
    plan: PaymentPlan, dues: Sequence[Due], *, holds: Sequence[Hold]
) -> tuple[Due, ...]:
    """Give *dues* with nothing asked for where a hold suspends one (PL-10).

    A calendar due that no run has judged and that falls in an account or patient hold is not
    due. The fixed amount stays stored, in case the hold is lifted before the day.
    """
    if not holds:
        return tuple(dues)
    return tuple(
        attrs.evolve(due, amount=ZERO)
        if due.judged_on is None and due.due_on and _is_suspended(due.due_on, plan, holds)
        else due
        for due in dues
    )


def scheduled_on(plan: PaymentPlan, index: int) -> date:
    """Give the scheduled day of a calendar plan's due number *index*, from 0 (PL-3).

    Month steps are taken from the start, so a plan on the 31st is due on 28 or 29 February and
    again on 31 March.
    """
    start = plan.start_on
    if plan.cadence.kind is CadenceKind.MONTHLY:
        day = plan.cadence.day or start.day
        first = 0 if month_day(start, day=day, steps=0) >= start else 1
        return month_day(start, day=day, steps=first + index)
    return start + timedelta(days=_DAYS_BETWEEN[plan.cadence.kind] * index)


def allocate(
    dues: Sequence[Due],
    money: Iterable[Transaction],
    *,
    grace_days: int,
    through: date | None = None,
) -> Allocation:
    """Work out which money met which due (PL-4, PL-5).

    By the day it was received, each payment goes first to dues past but not yet judged by a run,
    oldest first; then to the current due; then to dues judged before, oldest first; the rest is
    principal. A refund first takes back money of the period that holds its own date. Of one day's
    payments those of the earlier period come first: money that a run knew cannot meet the due that
    it opened, so later money must not be spent on the one that it closed.

    Args:
        dues: oldest first.
        money: payments and refunds on the plan's charges.
        grace_days: days after a calendar due before it is past.
        through: leave out money received later than this, as a run on that day had to.
    """
    known = sorted(
        (t for t in money if through is None or t.received_on <= through),
        key=lambda t: (t.received_on, _period_of(dues, t, grace_days), t.id),
    )
    met = [ZERO] * len(dues)
    principal = ZERO
    for payment, amount in _after_refunds(dues, known, grace_days):
        left = amount
        for index in _targets(dues, payment, grace_days):
            if left <= ZERO:
                break
            part = min(left, subtract(due_amount(dues[index]), met[index]))
            if part > ZERO:
                met[index] = add(met[index], part)
                left = subtract(left, part)
        principal = add(principal, left)
    return Allocation(met=tuple(met), principal=principal)


def charges_on(plan: PaymentPlan, charges: Iterable[Charge]) -> tuple[Charge, ...]:
    """Give the charges on *plan*, in the order given."""
    return tuple(
        charge
        for charge in charges
        if charge.standing.enrolment is not None and charge.standing.enrolment.plan_id == plan.id
    )


def plan_balance(covered: Iterable[Charge], *, holds: Sequence[Hold] = (), as_of: date) -> Decimal:
    """Sum what the plan's charges owe; held and placed claims are outside (PL-10)."""
    if not holds:
        return total(c.outstanding for c in covered if c.outstanding > ZERO)
    patients = held_patients(holds, as_of=as_of)
    claims = held_claims(holds, as_of=as_of)
    return total(
        c.outstanding
        for c in covered
        if c.outstanding > ZERO and c.patient_id not in patients and c.claim_id not in claims
    )


def plan_money(plan: PaymentPlan, charges: Iterable[Charge]) -> list[Transaction]:
    """Give the payments and refunds that count for *plan*: those posted while on it (PL-4)."""
    found: list[Transaction] = []
    for charge in charges:
        standing = charge.standing
        enrolment = standing.enrolment
        if enrolment is not None and enrolment.plan_id == plan.id:
            found += charge.transactions[enrolment.prior_count :]
        for stay in standing.past_stays:
            if stay.plan_id == plan.id:
                found += charge.transactions[stay.prior_count : stay.end_count]
    return [t for t in found if t.kind in _MONEY and t.voided_on is None]


def due_amount(due: Due) -> Decimal:
    """Give what *due* asks for after its lowerings (PL-2)."""
    return min([due.amount, *(lowering.amount for lowering in due.lowerings)])


def is_past(due: Due, *, as_of: date, grace_days: int) -> bool:
    """Tell whether *due* is past: judged, or its day and the grace are over (PL-10).

    On the due day itself, and while grace lasts, a calendar due is current. A statement plan's
    due is current until a run judges it.
    """
    if due.judged_on is not None:
        return True
    return due.due_on is not None and as_of > due.due_on + timedelta(days=grace_days)


def is_statement_plan(plan: PaymentPlan) -> bool:
    """Tell whether the plan keeps step with the statement cycle (PL-3)."""
    return plan.cadence.kind is CadenceKind.STATEMENT


_MONEY: Final = frozenset({TransactionKind.PAYMENT, TransactionKind.REFUND})


def _balance_at_opening(covered: Sequence[Charge], holds: Sequence[Hold], on: date) -> Decimal:
    # A patient hold suspends the dues that fall in it, not the amount of one that falls after.
    claims = held_claims(holds, as_of=on)
    return total(
        c.outstanding for c in covered if c.outstanding > ZERO and c.claim_id not in claims
    )


def _is_suspended(on: date, plan: PaymentPlan, holds: Sequence[Hold]) -> bool:
    return any(
        is_in_force(hold, as_of=on)
        and (
            hold.scope is HoldScope.ACCOUNT
            or (hold.scope is HoldScope.PATIENT and hold.subject_id == plan.patient_id)
        )
        for hold in holds
    )


def _after_refunds(
    dues: Sequence[Due], known: Sequence[Transaction], grace_days: int
) -> list[tuple[Transaction, Decimal]]:
    """Pair each payment with what refunds of its period leave of it, latest taken first."""
    payments = [t for t in known if t.kind is TransactionKind.PAYMENT]
    left = [payment.amount for payment in payments]
    for refund in known:
        if refund.kind is not TransactionKind.REFUND:
            continue
        period = _period_of(dues, refund, grace_days)
        back = refund.amount
        for index in range(len(payments) - 1, -1, -1):
            if back > ZERO and _period_of(dues, payments[index], grace_days) == period:
                part = min(back, left[index])
                left[index] = subtract(left[index], part)
                back = subtract(back, part)
    return list(zip(payments, left, strict=True))


def _period_of(dues: Sequence[Due], money: Transaction, grace_days: int) -> int:
    """Give the index of the due whose period holds the day *money* was received; -1 before all."""
    on = money.received_on
    grace = timedelta(days=grace_days)
    for index in range(len(dues) - 1, -1, -1):
        due = dues[index]
        if due.due_on is None:
            if due.opened_on < on or (due.opened_on == on and money.id not in due.seen_ids):
                return index
        elif due.opened_on <= on and (index == 0 or dues[index - 1].due_on + grace < on):  # type: ignore[operator]  # all dues of a plan are dated or none is
            return index
    return -1


def _targets(dues: Sequence[Due], payment: Transaction, grace_days: int) -> list[int]:
    """Give the dues that *payment* may meet, in the order in which it meets them."""
    on = payment.received_on
    current = _period_of(dues, payment, grace_days)
    unjudged: list[int] = []
    arrears: list[int] = []
    for index in range(current):
        judged_on = dues[index].judged_on
        # Money received on the day of a run comes before its judgement, even if entered later.
        (unjudged if judged_on is None or on <= judged_on else arrears).append(index)
    return [*unjudged, *([current] if current >= 0 else []), *arrears]
