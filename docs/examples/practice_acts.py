"""What a practice does between two statement runs, written down as values and then done.

An act names its day and its account. `perform` hands it to the library's verb and gives back the
accounts that changed with what the verb reported. An act that has lost its object by its day (the
charge is paid, the plan has ended) comes to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import singledispatch
from typing import TypeAlias

import attrs

from revcycle.accounts import Account, Guarantor, charge_of, plan_of
from revcycle.charges import AdjustmentReason, Charge
from revcycle.dunning import (
    CardFailure,
    DunningPolicy,
    Event,
    allocate_payment,
    apply_credit,
    cancel_plan,
    change_guarantor,
    clear_alarm,
    collections_findings,
    leave_account,
    place_hold,
    place_in_collections,
    plan_dues,
    post_adjustment,
    post_charge,
    post_payment,
    post_plan_payment,
    post_proposal,
    record_card_failure,
    release_hold,
    reset_next_statement,
    start_plan,
    transfer_member,
    void_transaction,
    write_off_bad_debt,
)
from revcycle.holds import Hold, held_claims, held_patients
from revcycle.money import ZERO, add, subtract, total
from revcycle.plans import Cadence, NewChargePolicy, PlanStatus

__all__ = [
    "Act",
    "Adjust",
    "ApplyCredit",
    "BounceCheque",
    "CancelPlan",
    "ChangeGuarantor",
    "ClearAlarm",
    "DeclineCard",
    "Join",
    "Leave",
    "PayCharge",
    "PayPlan",
    "PayStandard",
    "Place",
    "PlaceHold",
    "PostCharge",
    "ReleaseHold",
    "ResetNextStatement",
    "StartPlan",
    "WriteOff",
    "perform",
]

Book: TypeAlias = Mapping[str, Account]
"""Accounts by id."""
Done: TypeAlias = list[tuple[Account, tuple[Event, ...]]]
"""The accounts that changed, each with what the verb reported about it."""


@attrs.frozen(kw_only=True)
class Act:
    """Something that happens to an account on a day.

    Attributes:
        on: the day.
        account_id: the account.
    """

    on: date
    account_id: str


@attrs.frozen(kw_only=True)
class PostCharge(Act):
    """A new charge is posted."""

    charge: Charge


@attrs.frozen(kw_only=True)
class PayCharge(Act):
    """Money comes for one charge; what exceeds the charge stays on it as a credit.

    Attributes:
        charge_id: the charge.
        payment_id: new in the account.
        amount: US dollars.
        received_on: the day it came, where that is earlier than the day of the posting.
    """

    charge_id: str
    payment_id: str
    amount: Decimal
    received_on: date | None = None


@attrs.frozen(kw_only=True)
class PayStandard(Act):
    """A guarantor answers a statement with one sum for what is on no plan.

    The sum is spread by the library's proposal.

    Attributes:
        payment_id: new in the account.
        amount: US dollars meant for what is owed; what was paid in between is left out.
        extra: US dollars on top, as in a cheque rounded up; it stays as a credit.
    """

    payment_id: str
    amount: Decimal
    extra: Decimal = ZERO


@attrs.frozen(kw_only=True)
class PayPlan(Act):
    """A plan's due is paid, with or without what is overdue."""

    plan_id: str
    payment_id: str
    with_arrears: bool


@attrs.frozen(kw_only=True)
class StartPlan(Act):
    """A plan is agreed for whole claims of one patient."""

    plan_id: str
    patient_id: str
    claim_ids: tuple[str, ...]
    minimum: Decimal
    cadence: Cadence
    start_on: date
    new_charges: NewChargePolicy
    card_ref: str | None = None


@attrs.frozen(kw_only=True)
class CancelPlan(Act):
    """Staff cancel a plan."""

    plan_id: str
    reason: str


@attrs.frozen(kw_only=True)
class DeclineCard(Act):
    """The card that pays a plan is declined."""

    plan_id: str


@attrs.frozen(kw_only=True)
class PlaceHold(Act):
    """A hold is placed."""

    hold: Hold


@attrs.frozen(kw_only=True)
class ReleaseHold(Act):
    """A hold is lifted."""

    hold_id: str


@attrs.frozen(kw_only=True)
class Adjust(Act):
    """Staff take an amount off a charge."""

    charge_id: str
    transaction_id: str
    amount: Decimal
    reason: AdjustmentReason


@attrs.frozen(kw_only=True)
class ApplyCredit(Act):
    """The credit on one charge pays another, as far as either goes."""

    from_charge_id: str
    to_charge_id: str
    transaction_id: str


@attrs.frozen(kw_only=True)
class BounceCheque(Act):
    """A payment turns out to be worth nothing and is voided."""

    transaction_id: str


@attrs.frozen(kw_only=True)
class ClearAlarm(Act):
    """Staff clear the alarm after a call."""

    by: str
    note: str


@attrs.frozen(kw_only=True)
class ResetNextStatement(Act):
    """Staff set the next statement date."""

    to: date


@attrs.frozen(kw_only=True)
class Place(Act):
    """The account's eligible charges go to a collection agency."""

    agency_id: str


@attrs.frozen(kw_only=True)
class WriteOff(Act):
    """What a charge still owes is adjusted to bad debt."""

    charge_id: str
    transaction_id: str


@attrs.frozen(kw_only=True)
class Leave(Act):
    """A member leaves for a new account."""

    patient_id: str
    new_account_id: str
    guarantor: Guarantor


@attrs.frozen(kw_only=True)
class Join(Act):
    """A member leaves for an existing account."""

    patient_id: str
    target_id: str


@attrs.frozen(kw_only=True)
class ChangeGuarantor(Act):
    """Another person answers for the bills."""

    guarantor: Guarantor


@singledispatch
def perform(act: Act, book: Book, policy: DunningPolicy) -> Done:  # noqa: ARG001  (as all that follow)
    """Do *act* on the *book*, which is not changed; give the accounts that are new."""
    raise TypeError(type(act).__name__)


@perform.register
def _(act: PostCharge, book: Book, policy: DunningPolicy) -> Done:
    posting = post_charge(book[act.account_id], act.charge, as_of=act.on, policy=policy)
    return [(posting.account, posting.events)]


@perform.register
def _(act: PayCharge, book: Book, policy: DunningPolicy) -> Done:
    posting = post_payment(
        book[act.account_id],
        charge_id=act.charge_id,
        transaction_id=act.payment_id,
        amount=act.amount,
        received_on=act.received_on or act.on,
        as_of=act.on,
        policy=policy,
        allow_credit=True,
    )
    return [(posting.account, posting.events)]


@perform.register
def _(act: PayStandard, book: Book, policy: DunningPolicy) -> Done:
    account = book[act.account_id]
    patients = held_patients(account.holds, as_of=act.on)
    claims = held_claims(account.holds, as_of=act.on)
    standard = [
        charge
        for charge in account.charges
        if charge.outstanding > ZERO
        and charge.placement is None
        and charge.standing.enrolment is None
        and charge.patient_id not in patients
        and charge.claim_id not in claims
    ]
    if not standard:
        return []
    standard.sort(key=lambda c: (c.standing.first_billed_on or act.on, c.posted_on, c.id))
    owed = total(charge.outstanding for charge in standard)
    proposal = allocate_payment(
        account,
        amount=add(min(act.amount, owed), act.extra),
        payment_id=act.payment_id,
        as_of=act.on,
        policy=policy,
        order=[charge.id for charge in standard],
        allow_credit=act.extra > ZERO,
    )
    posting = post_proposal(account, proposal, received_on=act.on, as_of=act.on, policy=policy)
    return [(posting.account, posting.events)]


@perform.register
def _(act: PayPlan, book: Book, policy: DunningPolicy) -> Done:
    account = book[act.account_id]
    if plan_of(account, act.plan_id).status is not PlanStatus.ACTIVE:
        return []
    asks = plan_dues(account, as_of=act.on, policy=policy)[act.plan_id]
    amount = asks.due if act.with_arrears else asks.current
    if amount <= ZERO:
        return []
    posting = post_plan_payment(
        account,
        plan_id=act.plan_id,
        transaction_id=act.payment_id,
        amount=amount,
        received_on=act.on,
        as_of=act.on,
        policy=policy,
    )
    return [(posting.account, posting.events)]


@perform.register
def _(act: StartPlan, book: Book, policy: DunningPolicy) -> Done:
    account = book[act.account_id]
    # By the day of the agreement a claim may be paid, or with an agency.
    is_open = {c.claim_id for c in account.charges if c.outstanding > ZERO}
    is_placed = {c.claim_id for c in account.charges if c.placement is not None}
    claim_ids = [claim_id for claim_id in act.claim_ids if claim_id in is_open - is_placed]
    if not claim_ids:
        return []
    change = start_plan(
        account,
        plan_id=act.plan_id,
        patient_id=act.patient_id,
        claim_ids=claim_ids,
        minimum=act.minimum,
        cadence=act.cadence,
        start_on=act.start_on,
        new_charges=act.new_charges,
        card_ref=act.card_ref,
        as_of=act.on,
        policy=policy,
    )
    return [(change.account, change.events)]


@perform.register
def _(act: CancelPlan, book: Book, policy: DunningPolicy) -> Done:
    change = cancel_plan(
        book[act.account_id],
        plan_id=act.plan_id,
        reason=act.reason,
        as_of=act.on,
        policy=policy,
    )
    return [(change.account, change.events)]


@perform.register
def _(act: DeclineCard, book: Book, policy: DunningPolicy) -> Done:
    change = record_card_failure(
        book[act.account_id],
        plan_id=act.plan_id,
        failure=CardFailure.DECLINED,
        as_of=act.on,
        policy=policy,
    )
    return [(change.account, change.events)]


@perform.register
def _(act: Adjust, book: Book, policy: DunningPolicy) -> Done:
    posting = post_adjustment(
        book[act.account_id],
        charge_id=act.charge_id,
        transaction_id=act.transaction_id,
        amount=act.amount,
        reason=act.reason,
        as_of=act.on,
        policy=policy,
    )
    return [(posting.account, posting.events)]


@perform.register
def _(act: ApplyCredit, book: Book, policy: DunningPolicy) -> Done:
    account = book[act.account_id]
    credit = subtract(ZERO, charge_of(account, act.from_charge_id).outstanding)
    amount = min(credit, charge_of(account, act.to_charge_id).outstanding)
    if amount <= ZERO:
        return []
    posting = apply_credit(
        account,
        from_charge_id=act.from_charge_id,
        to_charge_id=act.to_charge_id,
        refund_id=f"{act.transaction_id}/out",
        payment_id=f"{act.transaction_id}/in",
        amount=amount,
        as_of=act.on,
        policy=policy,
    )
    return [(posting.account, posting.events)]


@perform.register
def _(act: BounceCheque, book: Book, policy: DunningPolicy) -> Done:
    posting = void_transaction(
        book[act.account_id], transaction_id=act.transaction_id, as_of=act.on, policy=policy
    )
    return [(posting.account, posting.events)]


@perform.register
def _(act: WriteOff, book: Book, policy: DunningPolicy) -> Done:
    account = book[act.account_id]
    if charge_of(account, act.charge_id).outstanding <= ZERO:
        return []
    posting = write_off_bad_debt(
        account,
        charge_id=act.charge_id,
        transaction_id=act.transaction_id,
        as_of=act.on,
        policy=policy,
    )
    return [(posting.account, posting.events)]


@perform.register
def _(act: PlaceHold, book: Book, policy: DunningPolicy) -> Done:
    change = place_hold(book[act.account_id], act.hold, as_of=act.on, policy=policy)
    return [(change.account, change.events)]


@perform.register
def _(act: ReleaseHold, book: Book, policy: DunningPolicy) -> Done:
    change = release_hold(book[act.account_id], hold_id=act.hold_id, as_of=act.on, policy=policy)
    return [(change.account, change.events)]


@perform.register
def _(act: ClearAlarm, book: Book, policy: DunningPolicy) -> Done:
    clearance = clear_alarm(
        book[act.account_id], by=act.by, note=act.note, as_of=act.on, policy=policy
    )
    return [(clearance.account, clearance.events)]


@perform.register
def _(act: ResetNextStatement, book: Book, policy: DunningPolicy) -> Done:
    reset = reset_next_statement(book[act.account_id], act.to, as_of=act.on, policy=policy)
    return [(reset.account, reset.events)]


@perform.register
def _(act: Place, book: Book, policy: DunningPolicy) -> Done:
    account = book[act.account_id]
    findings = collections_findings(account, as_of=act.on, policy=policy)
    charge_ids = [finding.charge_id for finding in findings if finding.is_eligible]
    if not charge_ids:
        return []
    change = place_in_collections(
        account, charge_ids=charge_ids, agency_id=act.agency_id, as_of=act.on, policy=policy
    )
    return [(change.account, change.events)]


@perform.register
def _(act: Leave, book: Book, policy: DunningPolicy) -> Done:
    departure = leave_account(
        book[act.account_id],
        patient_id=act.patient_id,
        new_account_id=act.new_account_id,
        guarantor=act.guarantor,
        as_of=act.on,
        policy=policy,
    )
    return [(departure.account, departure.events), (departure.new_account, ())]


@perform.register
def _(act: Join, book: Book, policy: DunningPolicy) -> Done:
    move = transfer_member(
        book[act.account_id],
        book[act.target_id],
        patient_id=act.patient_id,
        as_of=act.on,
        policy=policy,
    )
    return [(move.account, move.events), (move.target, move.target_events)]


@perform.register
def _(act: ChangeGuarantor, book: Book, policy: DunningPolicy) -> Done:  # noqa: ARG001  (as the others)
    change = change_guarantor(book[act.account_id], act.guarantor, as_of=act.on)
    return [(change.account, change.events)]
