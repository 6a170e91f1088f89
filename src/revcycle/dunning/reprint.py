"""What today's run had before it, from what the account tells after it (ST-10).

An account keeps what a run left and the id of each payment it listed, not the statement itself.
`as_run_may_have_left` takes back what came later on the same day, and holds names and notes against
the seal. The statement made of that is held against the fingerprint of the one that was sent. Where
they disagree nothing is shown rather than something else.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Final, TypeAlias

import attrs

from revcycle.accounts import Account, Member
from revcycle.charges import Charge, Standing, Transaction, TransactionKind
from revcycle.dunning.advance import RunOutcome, StatementDecision
from revcycle.dunning.figures import account_level, billable_charges, figures_of, printed_level
from revcycle.dunning.policy import DunningPolicy
from revcycle.dunning.statement_records import seal_of
from revcycle.errors import InvalidRecord
from revcycle.holds import Hold, HoldScope, is_in_force
from revcycle.money import ZERO
from revcycle.plans import NewChargePolicy, PaymentPlan, PlanStatus, charges_on

__all__ = ["as_run_may_have_left"]


def as_run_may_have_left(
    account: Account, *, as_of: date, policy: DunningPolicy
) -> Iterator[tuple[Account, StatementDecision]]:
    """Give accounts that the run of *as_of* can have left, and what that run had decided (ST-10).

    Of some acts of the day the account does not tell whether the run saw them. First they are
    taken to come before it; then as few kinds of them as can be, three at most, come after it.

    Args:
        account: after the run, and whatever came later on that day.
        as_of: the day.
        policy: the practice's.
    """
    for count in range(_KINDS_MAX + 1):
        for later in combinations(_Unsure, count):
            try:
                before = _taken_back(account, as_of, frozenset(later))
            except InvalidRecord:
                continue  # what no account can be is not what the run left
            if seal_of(before) == account.cycle.seal:
                yield before, _decision(before, as_of, policy)


_KINDS_MAX: Final = 3


class _Unsure(enum.Enum):
    """Kinds of acts that may have come before the run of their day, or after it."""

    HELD_CHARGE = enum.auto()
    ENTRY = enum.auto()
    VOID = enum.auto()
    RECALL = enum.auto()
    JOINER = enum.auto()
    PLAN = enum.auto()
    STATEMENT_NOTE = enum.auto()
    HELD_CHARGE_GONE = enum.auto()


_Later: TypeAlias = frozenset[_Unsure]

_PAYMENT: Final = TransactionKind.PAYMENT


def _decision(account: Account, as_of: date, policy: DunningPolicy) -> StatementDecision:
    billable = billable_charges(account, as_of=as_of)
    ids = {charge.id for charge in billable}
    figures = figures_of(account, as_of=as_of, policy=policy)
    return StatementDecision(
        outcome=RunOutcome.WITH_STATEMENT,
        skips=(),
        levels=tuple(c.standing.level if c.id in ids else None for c in account.charges),
        plan_steps=(),
        total_outstanding=figures.total_outstanding,
        credits=figures.credits,
        net_balance=figures.net_balance,
        plan_due=figures.plan_due,
        plan_overdue=figures.plan_overdue,
        due_now=figures.due_now,
        account_level=account_level(account, as_of=as_of),
        printed_level=printed_level(billable),
    )


def _taken_back(account: Account, on: date, unsure: _Later) -> Account:
    """Take back what came after the run of *on*; of what is unsure these kinds too."""
    # Without anybody there was no run.
    first = min(account.members, key=lambda member: member.joined_on, default=None)
    members = tuple(
        _member_before(member, unsure)
        for member in account.members
        if member is first or not _has_joined_since(member, on, unsure)
    )
    here = {member.patient.id for member in members}
    later = _transactions_since(account, on, unsure)
    charges = tuple(
        _charge_before(charge, later, account, on, unsure)
        for charge in account.charges
        if charge.patient_id in here and not _has_come_since(charge, account, on, unsure)
    )
    return attrs.evolve(
        account,
        members=members,
        charges=charges,
        plans=tuple(
            _plan_before(plan, account, charges, later, on)
            for plan in account.plans
            if plan.patient_id in here
        ),
        holds=_holds_before(account.holds, charges, account, on),
    )


def _is_billed(charge: Charge, on: date) -> bool:
    return charge.standing.last_billed_on == on


def _is_billed_here(charge: Charge, account: Account, on: date) -> bool:
    """Tell whether it was this account's run that billed the charge on *on*, not a joiner's old."""
    elsewhere = {
        member.patient.id
        for member in account.members
        if member.listed_elsewhere is not None and member.listed_elsewhere.last_statement_on == on
    }
    return _is_billed(charge, on) and charge.patient_id not in elsewhere


def _has_joined_since(member: Member, on: date, unsure: _Later) -> bool:
    """A statement forgets what was listed elsewhere, but for another statement of its own day."""
    if member.joined_on != on:
        return False
    elsewhere = member.listed_elsewhere
    is_sure = elsewhere is not None and elsewhere.last_statement_on != on
    return is_sure or _Unsure.JOINER in unsure


def _member_before(member: Member, unsure: _Later) -> Member:
    patient = member.patient
    if _Unsure.STATEMENT_NOTE not in unsure or patient.statement_note is None:
        return member
    return attrs.evolve(member, patient=attrs.evolve(patient, statement_note=None))


def _has_come_since(charge: Charge, account: Account, on: date, unsure: _Later) -> bool:
    """A charge that the run left unbilled was on hold, or it was not there yet."""
    if _is_billed(charge, on):
        return False
    if charge.past_placements and charge.past_placements[-1].recalled_on == on:
        return False
    listed = account.cycle.listed_payment_ids
    if (charge.entered_on or charge.posted_on) < on or any(
        t.id in listed for t in charge.transactions
    ):
        return False
    return _Unsure.HELD_CHARGE in unsure or not any(
        _covers(hold, charge) and (is_in_force(hold, as_of=on) or hold.released_on == on)
        for hold in account.holds
    )


def _transactions_since(account: Account, on: date, unsure: _Later) -> set[str]:
    """Give the ids of what was posted on *on* after the run: it had listed every payment."""
    listed = set(account.cycle.listed_payment_ids)
    for member in account.members:
        if member.listed_elsewhere is not None:
            listed.update(member.listed_elsewhere.payment_ids)
    later: set[str] = set()
    for charge in account.charges:
        if not charge.transactions or charge.transactions[-1].posted_on != on:
            continue
        new = {
            t.id
            for t in charge.transactions
            if t.kind is _PAYMENT and t.posted_on == on and t.voided_on is None
        } - listed
        is_later = False
        for t in charge.transactions:
            if t.posted_on != on or t.id in listed:
                continue
            is_later = is_later or t.id in new
            if is_later or (_Unsure.ENTRY in unsure and t.kind is not _PAYMENT):
                later.add(t.id)
    return later


def _charge_before(
    charge: Charge, later: set[str], account: Account, on: date, unsure: _Later
) -> Charge:
    listed = account.cycle.listed_payment_ids
    transactions = tuple(
        _unvoided(t) if t.voided_on == on and (_Unsure.VOID in unsure or t.id in listed) else t
        for t in charge.transactions
        if t.id not in later
    )
    standing = charge.standing
    if _Unsure.PLAN in unsure:
        standing = _off_plan(standing, on)
    for move in reversed(standing.moves):
        if move.on == on and move.transaction_id in later:
            standing = attrs.evolve(
                standing, level=move.level_before, reached_on=move.reached_on_before
            )
    before = attrs.evolve(charge, transactions=transactions, standing=standing)
    if _is_billed_here(charge, account, on):
        return attrs.evolve(before, placement=None, voided_on=None)
    if _Unsure.HELD_CHARGE_GONE in unsure:
        before = _held_again(before, on)
    if _Unsure.RECALL in unsure:
        before = _placed_again(before, on)
    return before


def _held_again(charge: Charge, on: date) -> Charge:
    """Take back a placement or a void of *on*, of a charge that the statement listed apart."""
    is_placed = charge.placement is not None and charge.placement.placed_on == on
    return attrs.evolve(
        charge,
        placement=None if is_placed else charge.placement,
        voided_on=None if charge.voided_on == on else charge.voided_on,
    )


def _placed_again(charge: Charge, on: date) -> Charge:
    """Take back a recall of *on* (CO-3)."""
    *earlier, last = charge.past_placements or (None,)
    if last is None or last.recalled_on != on:
        return charge
    return attrs.evolve(
        charge, placement=attrs.evolve(last, recalled_on=None), past_placements=tuple(earlier)
    )


def _off_plan(standing: Standing, on: date) -> Standing:
    """Take the charge off a plan that it came onto on *on*, to where it had stood (DL-11)."""
    enrolment = standing.enrolment
    if enrolment is None or enrolment.joined_on != on:
        return standing
    return attrs.evolve(
        standing,
        level=enrolment.standard_level,
        reached_on=enrolment.standard_reached_on,
        moves=enrolment.standard_moves,
        enrolment=None,
    )


def _unvoided(transaction: Transaction) -> Transaction:
    return attrs.evolve(transaction, voided_on=None)


def _plan_before(
    plan: PaymentPlan, account: Account, charges: Iterable[Charge], later: set[str], on: date
) -> PaymentPlan:
    """Open a plan again that ended since, and raise the dues that were lowered since."""
    is_less_voided = any(
        charge.voided_on == on
        and charge.patient_id == plan.patient_id
        and _is_billed_here(charge, account, on)
        for charge in account.charges
    )
    # What the void of a charge left of a due stands under no transaction.
    undone: set[str | None] = {*later, None} if is_less_voided else {*later}
    dues = tuple(
        attrs.evolve(
            due, lowerings=tuple(low for low in due.lowerings if low.transaction_id not in undone)
        )
        for due in plan.dues
    )
    has_ended_since = (
        plan.status is PlanStatus.ENDED
        and plan.status_on == on
        and any(charge.outstanding > ZERO for charge in charges_on(plan, charges))
    )
    if has_ended_since:
        # Another plan may add new charges by now, and one alone may (PL-7); no statement tells.
        return attrs.evolve(
            plan,
            dues=dues,
            status=PlanStatus.ACTIVE,
            status_on=None,
            new_charges=NewChargePolicy.LEAVE,
        )
    return attrs.evolve(plan, dues=dues)


def _holds_before(
    holds: tuple[Hold, ...], charges: Iterable[Charge], account: Account, on: date
) -> tuple[Hold, ...]:
    """Drop holds over what the run has billed; bring back those over what it has not."""
    billed = [charge for charge in charges if _is_billed_here(charge, account, on)]
    held = [
        charge
        for charge in charges
        if not _is_billed(charge, on) and charge.outstanding > ZERO and charge.placement is None
    ]
    found = []
    for hold in holds:
        if is_in_force(hold, as_of=on) and (
            hold.scope is HoldScope.ACCOUNT or any(_covers(hold, charge) for charge in billed)
        ):
            continue
        is_released = (
            hold.released_on == on
            and any(_covers(hold, charge) for charge in held)
            and not any(_covers(hold, charge) for charge in billed)
        )
        found.append(attrs.evolve(hold, released_on=None) if is_released else hold)
    return tuple(found)


def _covers(hold: Hold, charge: Charge) -> bool:
    subject = charge.patient_id if hold.scope is HoldScope.PATIENT else charge.claim_id
    return hold.scope is not HoldScope.ACCOUNT and hold.subject_id == subject
