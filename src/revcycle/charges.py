"""Charges: what a patient owes, the transactions on it, and where it stands in dunning.

    Charge
      Transaction ...      money and adjustments, in the order they were posted
      Standing             level, dates and counts that only a run or an act can fix
        Enrolment          the plan it is on, and the standard standing it will come back to
        Move ...           the moves of level that later events may take back
      Placement            with a collection agency, and earlier ones that it was recalled from

Causes are stored, consequences derived. `Charge.outstanding` alone is worked out once, when the
charge is built, because everything asks for it.
"""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import (
    AMOUNT,
    COUNT,
    DATE,
    FLAG,
    ID,
    POSITIVE,
    TEXT,
    check_fields,
    each,
    one_of,
    optional,
    private,
    refuse,
)
from revcycle.levels import STANDARD_EQUIVALENT, DunningLevel, Track
from revcycle.money import ZERO, add, subtract, total, usd

__all__ = [
    "AdjustmentReason",
    "AdjustmentSide",
    "Charge",
    "Enrolment",
    "Move",
    "MoveCause",
    "Placement",
    "PlanStay",
    "Standing",
    "Transaction",
    "TransactionKind",
    "adjusted",
    "is_open",
    "level_off_plan",
    "paid",
    "paid_and_adjusted",
    "patient_part",
    "signed_amount",
    "sum_of_kind",
    "track_of",
]


class TransactionKind(enum.Enum):
    """What a transaction does; the kind gives the sign (CH-1)."""

    PAYMENT = "payment"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"
    TRANSFER_IN = "transfer_in"
    TRANSFER_AWAY = "transfer_away"


class AdjustmentReason(enum.Enum):
    """Why an amount was taken off (CH-1)."""

    BAD_DEBT = "bad_debt"
    CHARITY = "charity"
    COURTESY = "courtesy"
    PROMPT_PAY = "prompt_pay"
    SMALL_BALANCE = "small_balance"
    CONTRACTUAL = "contractual"
    CORRECTION = "correction"
    OTHER = "other"


class AdjustmentSide(enum.Enum):
    """Whose side of the charge an adjustment is on; only the patient's counts here (CH-1)."""

    PATIENT = "patient"
    INSURANCE = "insurance"


_PAYMENT: Final = TransactionKind.PAYMENT
_REFUND: Final = TransactionKind.REFUND
_ADJUSTMENT: Final = TransactionKind.ADJUSTMENT
_TRANSFER_IN: Final = TransactionKind.TRANSFER_IN
_TRANSFER_AWAY: Final = TransactionKind.TRANSFER_AWAY
_RAISES_OUTSTANDING: Final = frozenset({_REFUND, _TRANSFER_IN})


def _transaction_amount(value: object) -> Decimal:
    return usd(value, record="Transaction", field="amount")


@attrs.frozen(kw_only=True)
class Transaction:
    """One movement of money or of responsibility on a charge (CH-1).

    Attributes:
        id: minted by the host, unique in the account.
        kind: gives the sign.
        amount: US dollars, more than zero.
        received_on: the day the money came or the adjustment was decided; decides plan windows
            and ageing (CH-9).
        posted_on: the day it was entered, never before anything posted earlier on the charge.
        reason: why, for an adjustment; None for every other kind.
        side: whose side, for an adjustment; None for every other kind.
        voided_on: the day from which it is ignored, or None (CH-3).
    """

    id: str
    kind: TransactionKind
    amount: Decimal = attrs.field(converter=_transaction_amount)
    received_on: date
    posted_on: date
    reason: AdjustmentReason | None = None
    side: AdjustmentSide | None = None
    voided_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields and that reason and side go with adjustments only."""
        check_fields(self, _TRANSACTION)
        if (self.kind is _ADJUSTMENT) != (self.reason is not None):
            refuse(self, "reason", "be given for an adjustment and for nothing else")
        if (self.kind is _ADJUSTMENT) != (self.side is not None):
            refuse(self, "side", "be given for an adjustment and for nothing else")
        if self.voided_on is not None and self.voided_on < self.posted_on:
            refuse(self, "voided_on", f"be on or after the posting, {self.posted_on}")


_TRANSACTION: Final = (
    ("id", ID),
    ("kind", one_of(TransactionKind)),
    ("amount", POSITIVE),
    ("received_on", DATE),
    ("posted_on", DATE),
    ("reason", optional(one_of(AdjustmentReason))),
    ("side", optional(one_of(AdjustmentSide))),
    ("voided_on", optional(DATE)),
)


class MoveCause(enum.Enum):
    """What moved a charge's level, where a later event may take the move back.

    A charge has *left a plan* in better standing than it would have without the money that had
    cured it there.
    """

    MISSED_MINIMUM = "missed_minimum"
    CURE = "cure"
    PARTIAL_PAYMENT = "partial_payment"
    LATE_MONEY = "late_money"
    LEFT_PLAN = "left_plan"


FALLS: Final = frozenset({MoveCause.CURE, MoveCause.PARTIAL_PAYMENT, MoveCause.LATE_MONEY})
"""The causes that lower a level; a fall is no new arrival (AL-5, AL-6)."""


_AS_LEVEL: Final = "be None at level 0 and a date at any other"


@attrs.frozen(kw_only=True)
class Move:
    """One move of a charge's level, kept so that it can be taken back (CH-8, CH-9).

    Attributes:
        on: the day of the move.
        because: what moved it.
        level_before: the level it had.
        reached_on_before: since when, or None at 0.
        transaction_id: the money behind a fall; None for a run's step.
        undoes_run_on: the run whose step late money took back; None for every other cause.
    """

    on: date
    because: MoveCause
    level_before: DunningLevel
    reached_on_before: date | None
    transaction_id: str | None = None
    undoes_run_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; there is no arrival at level 0 (DL-13)."""
        check_fields(self, _MOVE)
        if (self.reached_on_before is None) is not (self.level_before is DunningLevel.LEVEL_0):
            refuse(self, "reached_on_before", _AS_LEVEL)


_MOVE: Final = (
    ("on", DATE),
    ("because", one_of(MoveCause)),
    ("level_before", one_of(DunningLevel)),
    ("reached_on_before", optional(DATE)),
    ("transaction_id", optional(ID)),
    ("undoes_run_on", optional(DATE)),
)


@attrs.frozen(kw_only=True)
class Enrolment:
    """A charge's place on a payment plan (DL-11, PL-11).

    Attributes:
        plan_id: the plan.
        joined_on: the day the charge came onto it.
        first_due: the index, among the plan's dues, of the first that this charge answers for;
            a charge that joins in mid-period skips that period.
        prior_count: how many transactions the charge had on joining; money counts for the plan
            from there on (PL-4).
        standard_level: the standard level it comes back to.
        standard_reached_on: since when it had that level, or None at 0.
        standard_moves: the moves of that level that may still be taken back.
    """

    plan_id: str
    joined_on: date
    first_due: int = 0
    prior_count: int = 0
    standard_level: DunningLevel = DunningLevel.LEVEL_0
    standard_reached_on: date | None = None
    standard_moves: tuple[Move, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields; the remembered level is a standard one."""
        check_fields(self, _ENROLMENT)
        if self.standard_level.track is Track.PLAN:
            refuse(self, "standard_level", "be 0 to 4")
        if (self.standard_reached_on is None) is not (self.standard_level is DunningLevel.LEVEL_0):
            refuse(self, "standard_reached_on", _AS_LEVEL)


_ENROLMENT: Final = (
    ("plan_id", ID),
    ("joined_on", DATE),
    ("first_due", COUNT),
    ("prior_count", COUNT),
    ("standard_level", one_of(DunningLevel)),
    ("standard_reached_on", optional(DATE)),
    ("standard_moves", each(one_of(Move))),
)


@attrs.frozen(kw_only=True)
class PlanStay:
    """A past stay on a plan: its money still counts there (PL-4).

    Attributes:
        plan_id: the plan that the charge left.
        prior_count: how many transactions the charge had on joining it.
        end_count: how many it had on leaving.
        joined_on: the day it came onto the plan; None where that was not kept.
        left_on: the day it left, from which it was on the plan no longer; None like the other.
    """

    plan_id: str
    prior_count: int
    end_count: int
    joined_on: date | None = None
    left_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; both days are known or neither is."""
        check_fields(self, _STAY)
        if self.end_count < self.prior_count:
            refuse(self, "end_count", f"be no less than prior_count, {self.prior_count}")
        if (self.joined_on is None) is not (self.left_on is None):
            refuse(self, "left_on", "be given exactly when joined_on is")
        if self.joined_on and self.left_on < self.joined_on:  # type: ignore[operator]  # given with the first
            refuse(self, "left_on", f"be on or after joined_on, {self.joined_on}")


_STAY: Final = (
    ("plan_id", ID),
    ("prior_count", COUNT),
    ("end_count", COUNT),
    ("joined_on", optional(DATE)),
    ("left_on", optional(DATE)),
)


@attrs.frozen(kw_only=True)
class Standing:
    """Where a charge stands in dunning: all that a run or an act fixes and nothing derives.

    Attributes:
        level: 0-4 off a plan; 0 or 5-8 on one (DL-6).
        reached_on: the day the level was reached; None at 0 (DL-13).
        first_billed_on: the first statement it appeared on, or None (CH-1).
        last_billed_on: the latest one, or None (ST-6).
        billed_count: how many statements it appeared on (ST-6).
        enrolment: its plan, or None.
        moves: moves of level that may be taken back, oldest first.
        past_stays: the plans it was taken off, for the money it had brought them.
        count_met: whether its number of statements once sufficed for collections (CO-1), kept
            where a new date or account would lose it.
    """

    level: DunningLevel = DunningLevel.LEVEL_0
    reached_on: date | None = None
    first_billed_on: date | None = None
    last_billed_on: date | None = None
    billed_count: int = 0
    enrolment: Enrolment | None = None
    moves: tuple[Move, ...] = ()
    past_stays: tuple[PlanStay, ...] = ()
    count_met: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields and how they belong together."""
        # Built for every billed charge in every run: one fast test, the words only on failure.
        level = self.level
        reached_on = self.reached_on
        first = self.first_billed_on
        last = self.last_billed_on
        if (
            type(level) is not DunningLevel
            or (reached_on is None) is not (level is _LEVEL_0)
            or (reached_on is not None and type(reached_on) is not date)
            or type(self.billed_count) is not int
            or self.billed_count < 0
            or (first is None) is not (last is None)
            or (first is None) is not (self.billed_count == 0)
            or (first is not None and (type(first) is not date or type(last) is not date))
            or (first is not None and last is not None and last < first)
            or (level.track is Track.PLAN) > (self.enrolment is not None)
            or (level.track is Track.STANDARD) > (self.enrolment is None)
            or type(self.moves) is not tuple
            or (self.moves != () and not all(type(move) is Move for move in self.moves))
            or type(self.past_stays) is not tuple
            or (self.past_stays != () and not all(type(s) is PlanStay for s in self.past_stays))
            or type(self.count_met) is not bool
        ):
            _refuse_standing(self)


_LEVEL_0: Final = DunningLevel.LEVEL_0
_STANDING: Final = (
    ("level", one_of(DunningLevel)),
    ("reached_on", optional(DATE)),
    ("first_billed_on", optional(DATE)),
    ("last_billed_on", optional(DATE)),
    ("billed_count", COUNT),
    ("enrolment", optional(one_of(Enrolment))),
    ("moves", each(one_of(Move))),
    ("past_stays", each(one_of(PlanStay))),
    ("count_met", FLAG),
)


def _refuse_standing(standing: Standing) -> None:
    check_fields(standing, _STANDING)
    if (standing.reached_on is None) is not (standing.level is _LEVEL_0):
        refuse(standing, "reached_on", _AS_LEVEL)
    if (standing.first_billed_on is None) is not (standing.last_billed_on is None):
        refuse(standing, "last_billed_on", "be given exactly when first_billed_on is")
    if (standing.first_billed_on is None) is not (standing.billed_count == 0):
        refuse(standing, "billed_count", "be 0 exactly when the charge was never billed")
    if standing.first_billed_on and standing.last_billed_on < standing.first_billed_on:  # type: ignore[operator]  # given with the first
        refuse(standing, "last_billed_on", f"be on or after the first, {standing.first_billed_on}")
    track = "0 or 5 to 8 on a plan" if standing.enrolment else "0 to 4 off a plan"
    refuse(standing, "level", f"be {track} (DL-6)")


NEW_STANDING: Final = Standing()
"""The standing of a charge that was just posted."""


@attrs.frozen(kw_only=True)
class Placement:
    """A charge's stay with a collection agency (CO-3).

    Attributes:
        placed_on: the day it was placed.
        agency_id: the agency.
        recalled_on: the day it was taken back, from which it is not placed; None while it is.
    """

    placed_on: date
    agency_id: str
    recalled_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; nothing is recalled before it was placed."""
        check_fields(self, _PLACEMENT)
        if self.recalled_on is not None and self.recalled_on < self.placed_on:
            refuse(self, "recalled_on", f"be on or after the placing, {self.placed_on}")


_PLACEMENT: Final = (("placed_on", DATE), ("agency_id", ID), ("recalled_on", optional(DATE)))


def _charge_amount(value: object) -> Decimal:
    return usd(value, record="Charge", field="amount")


def _charge_billed(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="Charge", field="billed")


def _charge_insurance_paid(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="Charge", field="insurance_paid")


def _charge_insurance_adjusted(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="Charge", field="insurance_adjusted")


@attrs.frozen(kw_only=True)
class Charge:
    """What a patient owes for one service (CH-1).

    Attributes:
        id: minted by the host, unique in the account.
        patient_id: whose charge it is.
        claim_id: its claim; charges of one claim share it.
        amount: US dollars the *patient* owes at posting, zero or more.
        posted_on: the day it was posted.
        service_on: the day of service.
        department_id: where, for reports only (WL-5); may be empty.
        provider_id: the rendering provider, for reports only (WL-5); may be empty.
        self_pay_claim: billed to the patient and not to insurance (CH-6).
        description: plain words for the statement (ST-15); may be empty.
        billed: what was billed in all, for information (ST-15); None if not known.
        insurance_paid: what insurance paid, for information; None if not known.
        insurance_adjusted: what insurance took off, for information; None if not known.
        transactions: in posting order.
        voided_on: the day from which the charge is ignored, or None (CH-3).
        standing: where it stands in dunning.
        placement: its stay with a collection agency, or None (CO-3).
        past_placements: earlier stays, each with the day of its recall, oldest first.
        entered_on: the day it came into the books, where that is after ``posted_on``; else None.
        outstanding: US dollars still owed, negative for a credit; derived.
    """

    id: str
    patient_id: str
    claim_id: str
    amount: Decimal = attrs.field(converter=_charge_amount)
    posted_on: date
    service_on: date
    department_id: str = ""
    provider_id: str = ""
    self_pay_claim: bool = False
    description: str = private(default="")
    billed: Decimal | None = attrs.field(
        default=None,
        converter=_charge_billed,
    )
    insurance_paid: Decimal | None = attrs.field(
        default=None,
        converter=_charge_insurance_paid,
    )
    insurance_adjusted: Decimal | None = attrs.field(
        default=None,
        converter=_charge_insurance_adjusted,
    )
    transactions: tuple[Transaction, ...] = ()
    voided_on: date | None = None
    standing: Standing = NEW_STANDING
    placement: Placement | None = None
    past_placements: tuple[Placement, ...] = ()
    entered_on: date | None = None
    outstanding: Decimal = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check the fields and work out what is outstanding."""
        transactions = self.transactions
        placement = self.placement
        # Rebuilt for every billed charge in every run: one fast test, the words only on failure.
        if (
            type(self.id) is not str
            or not self.id
            or type(self.patient_id) is not str
            or not self.patient_id
            or type(self.claim_id) is not str
            or not self.claim_id
            or self.amount < ZERO
            or type(self.posted_on) is not date
            or type(self.service_on) is not date
            or type(self.department_id) is not str
            or type(self.provider_id) is not str
            or type(self.self_pay_claim) is not bool  # type: ignore[redundant-expr]  # a caller may ignore the types
            or type(self.description) is not str
            or (self.billed is not None and self.billed < ZERO)
            or (self.insurance_paid is not None and self.insurance_paid < ZERO)
            or (self.insurance_adjusted is not None and self.insurance_adjusted < ZERO)
            or type(transactions) is not tuple
            or (self.voided_on is not None and type(self.voided_on) is not date)
            or type(self.standing) is not Standing
            or (
                placement is not None
                and (type(placement) is not Placement or placement.recalled_on is not None)
            )
            or self.past_placements != ()
            or self.entered_on is not None
        ):
            check_fields(self, _CHARGE)
            _check_past(self)
        outstanding = self.amount
        if transactions:
            outstanding = _outstanding_after(self, transactions)
        if self.voided_on is not None:
            _check_void(self)
            outstanding = ZERO
        object.__setattr__(self, "outstanding", outstanding)


_CHARGE: Final = (
    ("id", ID),
    ("patient_id", ID),
    ("claim_id", ID),
    ("amount", AMOUNT),
    ("posted_on", DATE),
    ("service_on", DATE),
    ("department_id", TEXT),
    ("provider_id", TEXT),
    ("self_pay_claim", FLAG),
    ("description", TEXT),
    ("billed", optional(AMOUNT)),
    ("insurance_paid", optional(AMOUNT)),
    ("insurance_adjusted", optional(AMOUNT)),
    ("transactions", each(one_of(Transaction))),
    ("voided_on", optional(DATE)),
    ("standing", one_of(Standing)),
    ("placement", optional(one_of(Placement))),
    ("past_placements", each(one_of(Placement))),
    ("entered_on", optional(DATE)),
)


def signed_amount(transaction: Transaction) -> Decimal:
    """Give what *transaction* adds to outstanding: the kind's sign, 0 if it does not count.

    A voided transaction and an adjustment on insurance's side count for nothing (CH-1, CH-3).
    """
    if transaction.voided_on is not None or transaction.side is AdjustmentSide.INSURANCE:
        return ZERO
    if transaction.kind in _RAISES_OUTSTANDING:
        return transaction.amount
    return subtract(ZERO, transaction.amount)


def level_off_plan(
    level: DunningLevel, enrolment: Enrolment, *, on: date
) -> tuple[DunningLevel, date | None]:
    """Give the level, and since when, of a charge that leaves its plan on *on* (DL-11).

    The more severe of the remembered level and what the plan's *level* stands for: leaving never
    improves standing. A tie restores the remembered level with its own date.
    """
    equivalent = STANDARD_EQUIVALENT[level.number]
    if equivalent > enrolment.standard_level:
        return equivalent, on
    return enrolment.standard_level, enrolment.standard_reached_on


def sum_of_kind(charge: Charge, kind: TransactionKind) -> Decimal:
    """Sum the transactions of *kind* that count on *charge* (M-4)."""
    return total(
        transaction.amount
        for transaction in charge.transactions
        if transaction.kind is kind and signed_amount(transaction)
    )


def paid_and_adjusted(charge: Charge) -> tuple[Decimal, Decimal]:
    """Give what the patient has paid, refunds taken off, and what was adjusted off (CH-1).

    One pass, because every statement line asks for both.
    """
    money = off = ZERO
    for transaction in charge.transactions:
        if transaction.voided_on is not None:
            continue
        kind = transaction.kind
        if kind is _PAYMENT:
            money = add(money, transaction.amount)
        elif kind is _REFUND:
            money = subtract(money, transaction.amount)
        elif transaction.side is AdjustmentSide.PATIENT:
            off = add(off, transaction.amount)
    return money, off


def paid(charge: Charge) -> Decimal:
    """Give what the patient has paid on *charge*: payments less refunds (CH-1)."""
    return paid_and_adjusted(charge)[0]


def adjusted(charge: Charge) -> Decimal:
    """Give what was adjusted off the patient's side of *charge* (CH-1)."""
    return paid_and_adjusted(charge)[1]


def patient_part(charge: Charge) -> Decimal:
    """Give what was ever the patient's: amount + transfers in - transfers away (CH-1)."""
    moved = subtract(sum_of_kind(charge, _TRANSFER_IN), sum_of_kind(charge, _TRANSFER_AWAY))
    return add(charge.amount, moved)


def is_open(charge: Charge) -> bool:
    """Tell whether *charge* still takes part in dunning: owed and not voided (CH-2)."""
    return charge.outstanding > ZERO


def track_of(charge: Charge) -> Track:
    """Tell which rule moves *charge*: its plan's, if it is on one (DL-6)."""
    return Track.STANDARD if charge.standing.enrolment is None else Track.PLAN


def _outstanding_after(charge: Charge, transactions: tuple[Transaction, ...]) -> Decimal:
    if not all(type(transaction) is Transaction for transaction in transactions):
        check_fields(charge, _CHARGE)
    latest = transactions[0].posted_on
    for transaction in transactions:
        if transaction.posted_on < latest:
            refuse(charge, "transactions", "stand in the order of their posting dates")
        latest = transaction.posted_on
    return total([charge.amount, *map(signed_amount, transactions)])


def _check_past(charge: Charge) -> None:
    if charge.placement is not None and charge.placement.recalled_on is not None:
        refuse(charge, "placement", "be None once it is recalled: it belongs to past_placements")
    if any(placement.recalled_on is None for placement in charge.past_placements):
        refuse(charge, "past_placements", "each have a recalled_on")
    if charge.entered_on is not None and charge.entered_on <= charge.posted_on:
        refuse(charge, "entered_on", f"be after the posting, {charge.posted_on}, or None")


def _check_void(charge: Charge) -> None:
    stranded = [t.id for t in charge.transactions if t.voided_on is None]
    if stranded:
        refuse(charge, "voided_on", f"be None while transactions stand: {', '.join(stranded)}")
