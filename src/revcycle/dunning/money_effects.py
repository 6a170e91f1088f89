"""What money does besides paying: to levels, to dues, to plans, to the alarm.

after_posting           lower dues (PL-2), move levels, end a plan (PL-8)
  levels_after_posting  DL-8 on a standard charge; on a plan: take back a step that late money
                        disproves (CH-9), cure (DL-7)
after_void              raise dues, reopen a plan (PL-12), move levels, wake the alarm (AL-5)
  levels_after_void     give back the levels that the money had lowered (CH-8)
after_charge_void       lower dues, end a plan

What a policy decides about levels stands apart, because a change of policy asks it again of
everything that happened (PC-1).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from revcycle.accounts import Account, charge_of, plan_of
from revcycle.charges import (
    AdjustmentSide,
    Charge,
    Move,
    MoveCause,
    Standing,
    Transaction,
    TransactionKind,
)
from revcycle.dunning.alarms import due_but_for_holds
from revcycle.dunning.events import (
    DueLowered,
    DueRaised,
    LevelFell,
    LevelRestored,
    RememberedLevelRestored,
)
from revcycle.dunning.plan_changes import end_if_paid, reopen_if_owed
from revcycle.dunning.policy import CureEffect, DunningPolicy, PartialPaymentEffect
from revcycle.dunning.replay import Draft
from revcycle.dunning.silences import revive_alarm, silence_paid
from revcycle.holds import Hold
from revcycle.levels import ONE_LOWER, DunningLevel
from revcycle.money import ZERO, add, percent_of, subtract, total
from revcycle.plans import (
    DueLowering,
    PaymentPlan,
    PlanStatus,
    allocate,
    as_suspended,
    charges_on,
    due_amount,
    dues_open_by,
    plan_money,
)

__all__ = [
    "after_charge_void",
    "after_posting",
    "after_void",
]


def after_posting(
    draft: Draft, before: Charge, new: Transaction, *, as_of: date, policy: DunningPolicy
) -> None:
    """Bring about what posting *new* on a charge means beyond its balance.

    Args:
        draft: the account with *new* already posted.
        before: the charge as it was.
        new: the transaction.
        as_of: the day.
        policy: the practice's numbers and switches.
    """
    enrolment = before.standing.enrolment
    takes_off = new.kind in _TAKES_OFF and new.side is not AdjustmentSide.INSURANCE
    if enrolment is not None and takes_off:
        _lower_dues(draft, enrolment.plan_id, new.id, as_of, policy)
    levels_after_posting(draft, before, new, as_of=as_of, policy=policy)
    if enrolment is not None:
        end_if_paid(draft, enrolment.plan_id, as_of=as_of)
        reopen_if_owed(draft, enrolment.plan_id, as_of=as_of, policy=policy)


def levels_after_posting(
    draft: Draft, before: Charge, new: Transaction, *, as_of: date, policy: DunningPolicy
) -> None:
    """Move the levels that *new*, already posted, moves; takes what `after_posting` does."""
    if new.kind is not TransactionKind.PAYMENT:
        return
    enrolment = before.standing.enrolment
    if enrolment is None:
        _after_partial_payment(draft, before, new, as_of, policy)
        return
    _take_back_disproved_steps(draft, enrolment.plan_id, new, as_of, policy)
    _cure(draft, enrolment.plan_id, before, new, as_of=as_of, policy=policy)


def after_void(
    draft: Draft,
    before: Charge,
    transaction_id: str,
    *,
    was_due: Decimal,
    as_of: date,
    policy: DunningPolicy,
) -> None:
    """Undo what a now voided transaction had done to levels, dues, plan and alarm (CH-8).

    A level comes back unless a run or later money has moved the charge since: only the last
    move of a charge can be taken back.

    Args:
        draft: the account with the transaction already voided.
        before: its charge as it was.
        transaction_id: the transaction.
        was_due: US dollars due before the void, holds left out of account.
        as_of: the day.
        policy: the practice's numbers and switches.
    """
    enrolment = before.standing.enrolment
    if enrolment is not None:
        _raise_dues(draft, enrolment.plan_id, transaction_id, as_of)
        reopen_if_owed(draft, enrolment.plan_id, as_of=as_of, policy=policy)
    levels_after_void(draft, before, transaction_id, as_of=as_of, policy=policy)
    if enrolment is not None:
        end_if_paid(draft, enrolment.plan_id, as_of=as_of)
    voided = next(t for t in before.transactions if t.id == transaction_id)
    if due_but_for_holds(draft.account, as_of=as_of, policy=policy) > was_due:
        revive_alarm(draft, transaction_id, counted_on=voided.posted_on, as_of=as_of)


def levels_after_void(
    draft: Draft, before: Charge, transaction_id: str, *, as_of: date, policy: DunningPolicy
) -> None:
    """Give back the levels that a transaction, already voided, had lowered (CH-8)."""
    # The money may have moved more charges than its own: its plan's, also those that left it.
    uncovered: list[str] = []
    enrolment = before.standing.enrolment
    for charge in draft.account.charges:
        _restore_remembered(draft, charge.id, transaction_id, as_of)
        gone = {transaction_id}
        place = charge.standing.enrolment
        if place is not None and enrolment is not None and place.plan_id == enrolment.plan_id:
            # It may have been the later money that upheld a cure when its payment was voided.
            posted_on = next(t.posted_on for t in before.transactions if t.id == transaction_id)
            gone |= _voided_since(draft.account, posted_on)
        if _restore(draft, charge.id, transaction_id, gone, as_of=as_of, policy=policy):
            uncovered.append(charge.id)
    if enrolment is not None:
        _ask_again(draft, enrolment.plan_id, uncovered, as_of, policy)


def after_charge_void(draft: Draft, charge_id: str, *, as_of: date, policy: DunningPolicy) -> None:
    """Lower dues and end the plan that a now voided charge was on, if any (PL-2, PL-8)."""
    enrolment = charge_of(draft.account, charge_id).standing.enrolment
    if enrolment is not None:
        # By no transaction: a payment of the same id as the charge must not raise them (M-3).
        _lower_dues(draft, enrolment.plan_id, None, as_of, policy)
        end_if_paid(draft, enrolment.plan_id, as_of=as_of)
    silence_paid(draft, subject_id=charge_id, as_of=as_of, policy=policy)


_LEVEL_0: Final = DunningLevel.LEVEL_0
_TAKES_OFF: Final = frozenset({TransactionKind.ADJUSTMENT, TransactionKind.TRANSFER_AWAY})


def _after_partial_payment(
    draft: Draft, before: Charge, new: Transaction, as_of: date, policy: DunningPolicy
) -> None:
    """Lower a standard charge's level by policy; off by default (DL-8)."""
    level = before.standing.level
    effect = policy.partial_payment_effect
    if effect is PartialPaymentEffect.NONE or level is _LEVEL_0 or before.placement is not None:
        return
    if before.outstanding <= new.amount or not _passes_gates(
        before.outstanding, new.amount, policy
    ):
        return
    after = _LEVEL_0 if effect is PartialPaymentEffect.TO_ZERO else ONE_LOWER[level.number]
    _fall(draft, before.id, after, MoveCause.PARTIAL_PAYMENT, new.id, as_of=as_of)


def _passes_gates(balance: Decimal, amount: Decimal, policy: DunningPolicy) -> bool:
    least = policy.partial_payment_min_amount
    percent = policy.partial_payment_min_percent
    return (least is None or amount >= least) and (
        percent is None or percent_of(amount, balance, percent=percent)
    )


def _take_back_disproved_steps(
    draft: Draft, plan_id: str, new: Transaction, as_of: date, policy: DunningPolicy
) -> None:
    """Take back the last plan step whose miss late-entered money shows never happened (CH-9)."""
    for charge in charges_on(plan_of(draft.account, plan_id), draft.account.charges):
        step = _last_step(charge.standing)
        if step is not None and new.received_on <= step.on:
            _take_back_steps(draft, charge.id, new.id, as_of, policy)


def _ask_again(
    draft: Draft, plan_id: str, charge_ids: Iterable[str], as_of: date, policy: DunningPolicy
) -> None:
    """Ask of steps that a void has uncovered whether money entered late disproves them (CH-9)."""
    plan = plan_of(draft.account, plan_id)
    money = plan_money(plan, draft.account.charges)
    seen = {transaction_id for due in plan.dues for transaction_id in due.seen_ids}
    for charge_id in charge_ids:
        step = _last_step(charge_of(draft.account, charge_id).standing)
        if step is None:
            continue
        late = [
            t
            for t in money
            if t.kind is TransactionKind.PAYMENT
            and t.received_on <= step.on <= t.posted_on
            and t.id not in seen
        ]
        if late:
            last = max(late, key=lambda t: (t.posted_on, t.id))
            _take_back_steps(draft, charge_id, last.id, as_of, policy)


def _take_back_steps(
    draft: Draft, charge_id: str, transaction_id: str, as_of: date, policy: DunningPolicy
) -> None:
    """Take back the last steps of a charge, as far as no due behind them is short (CH-9).

    When the last step falls, the one before it is asked too: earlier late money may have
    disproved that already, and the order of entry must not matter.
    """
    standing = charge_of(draft.account, charge_id).standing
    if standing.enrolment is None:
        return
    plan = plan_of(draft.account, standing.enrolment.plan_id)
    money = plan_money(plan, draft.account.charges)
    step = _last_step(standing)
    while (
        step is not None
        and standing.level > step.level_before
        and not _was_short(plan, money, step.on, policy)
    ):
        _fall(
            draft,
            charge_id,
            step.level_before,
            MoveCause.LATE_MONEY,
            transaction_id,
            as_of=as_of,
            reached_on=step.reached_on_before,
            undoes_run_on=step.on,
        )
        standing = charge_of(draft.account, charge_id).standing
        step = _last_step(standing)


def _last_step(standing: Standing) -> Move | None:
    """Find the last plan advance that no late money has taken back yet."""
    undone = {move.undoes_run_on for move in standing.moves}
    for move in reversed(standing.moves):
        if move.because is MoveCause.MISSED_MINIMUM and move.on not in undone:
            return move
    return None


def _was_short(
    plan: PaymentPlan, money: Iterable[Transaction], run_on: date, policy: DunningPolicy
) -> bool:
    """Tell whether any due that the run judged is still short of money received by then."""
    allocation = allocate(plan.dues, money, grace_days=policy.grace_days, through=run_on)
    return any(
        met < due_amount(due)
        for due, met in zip(plan.dues, allocation.met, strict=True)
        if due.judged_on == run_on
    )


def _cure(
    draft: Draft,
    plan_id: str,
    before: Charge,
    new: Transaction,
    *,
    as_of: date,
    policy: DunningPolicy,
) -> None:
    """Lower the plan's levels when arrears and current due are paid in full (DL-7)."""
    plan = plan_of(draft.account, plan_id)
    effect = policy.cure_effect
    if effect is CureEffect.HOLD or _unpaid(plan, draft, as_of, policy) > ZERO:
        return
    if effect is CureEffect.MINUS_ONE and _unpaid(plan, draft, as_of, policy, before) == ZERO:
        return
    for charge in charges_on(plan, draft.account.charges):
        level = charge.standing.level
        if charge.voided_on is None and level is not _LEVEL_0:
            after = _LEVEL_0 if effect is CureEffect.RESET_TO_ZERO else ONE_LOWER[level.number]
            _fall(draft, charge.id, after, MoveCause.CURE, new.id, as_of=as_of)


def _unpaid(
    plan: PaymentPlan,
    draft: Draft,
    as_of: date,
    policy: DunningPolicy,
    before: Charge | None = None,
) -> Decimal:
    """Sum arrears and current due, held claims included; with *before*, as of that charge."""
    charges = [
        before if before is not None and charge.id == before.id else charge
        for charge in draft.account.charges
    ]
    covered = charges_on(plan, charges)
    holds: tuple[Hold, ...] = draft.account.holds
    fixed = dues_open_by(plan, covered, holds=holds, as_of=as_of, grace_days=policy.grace_days)
    dues = as_suspended(plan, fixed, holds=holds)
    allocation = allocate(dues, plan_money(plan, charges), grace_days=policy.grace_days)
    asked = total(
        subtract(due_amount(due), met) for due, met in zip(dues, allocation.met, strict=True)
    )
    return min(asked, total(c.outstanding for c in covered if c.outstanding > ZERO))


def _lower_dues(
    draft: Draft, plan_id: str, transaction_id: str | None, as_of: date, policy: DunningPolicy
) -> None:
    """Lower each due not yet judged to what was paid on it and is still owed (PL-2)."""
    plan = plan_of(draft.account, plan_id)
    if plan.status is not PlanStatus.ACTIVE:
        return
    covered = charges_on(plan, draft.account.charges)
    owed = total(charge.outstanding for charge in covered if charge.outstanding > ZERO)
    money = plan_money(plan, draft.account.charges)
    # A due that a hold suspends takes no money from the others (PL-10), and what it would take
    # counts for itself, in case the hold is lifted before its day.
    asked = as_suspended(plan, plan.dues, holds=draft.account.holds)
    by_holds = allocate(asked, money, grace_days=policy.grace_days).met
    by_dues = allocate(plan.dues, money, grace_days=policy.grace_days).met
    for index, (due, *met) in enumerate(zip(plan.dues, by_holds, by_dues, strict=True)):
        limit = add(max(met), owed)
        if due.judged_on is None and limit < due_amount(due):
            lowering = DueLowering(transaction_id=transaction_id, amount=limit)
            draft.record(DueLowered(as_of, plan_id, index, lowering))


def _raise_dues(draft: Draft, plan_id: str, transaction_id: str, as_of: date) -> None:
    for index, due in enumerate(plan_of(draft.account, plan_id).dues):
        if any(lowering.transaction_id == transaction_id for lowering in due.lowerings):
            draft.record(DueRaised(as_of, plan_id, index, transaction_id))


def _restore(
    draft: Draft,
    charge_id: str,
    transaction_id: str,
    gone: set[str],
    *,
    as_of: date,
    policy: DunningPolicy,
) -> bool:
    """Take back the last moves of a charge that *gone* money caused; say if any (CH-8).

    With them go the moves before, of money that was voided earlier: no later payment that counts
    has moved the charge since.
    """
    before = standing = charge_of(draft.account, charge_id).standing
    while standing.moves:
        move = standing.moves[-1]
        cause_id = move.transaction_id
        if cause_id is None or cause_id not in gone:
            break
        gone = _voided_since(draft.account, date.min)
        enrolment = standing.enrolment
        if move.because is MoveCause.CURE and enrolment is not None:
            # A cure stands while later money still leaves nothing due. Where nothing was due
            # anyway, because a hold suspends it, there is nothing for the void to leave.
            plan = plan_of(draft.account, enrolment.plan_id)
            if (
                _has_later_money(plan, draft.account, cause_id)
                and _unpaid(plan, draft, as_of, policy) == ZERO
            ):
                break
        draft.record(
            LevelRestored(
                as_of,
                charge_id,
                standing.level,
                move.level_before,
                move.reached_on_before,
                transaction_id,
            )
        )
        standing = charge_of(draft.account, charge_id).standing
    return standing is not before


def _voided_since(account: Account, day: date) -> set[str]:
    return {
        transaction.id
        for charge in account.charges
        for transaction in charge.transactions
        if transaction.voided_on is not None and transaction.voided_on >= day
    }


def _has_later_money(plan: PaymentPlan, account: Account, transaction_id: str) -> bool:
    """Tell whether a payment on *plan* was surely posted after a transaction.

    Of two charges on one day the ledger does not tell which payment came first.
    """
    mine = next(c for c in account.charges if any(t.id == transaction_id for t in c.transactions))
    place = next(n for n, t in enumerate(mine.transactions) if t.id == transaction_id)
    on = mine.transactions[place].posted_on
    return any(
        t.kind is TransactionKind.PAYMENT and t.voided_on is None
        for charge in charges_on(plan, account.charges)
        for n, t in enumerate(charge.transactions)
        if (n > place if charge is mine else t.posted_on > on)
    )


def _restore_remembered(draft: Draft, charge_id: str, transaction_id: str, as_of: date) -> None:
    """Give back the standard level that the transaction had lowered before the plan (CH-8)."""
    gone = {transaction_id}
    while True:
        enrolment = charge_of(draft.account, charge_id).standing.enrolment
        if enrolment is None or not enrolment.standard_moves:
            return
        move = enrolment.standard_moves[-1]
        if move.transaction_id not in gone:
            return
        gone = _voided_since(draft.account, date.min)
        draft.record(
            RememberedLevelRestored(
                as_of,
                charge_id,
                enrolment.standard_level,
                move.level_before,
                move.reached_on_before,
                transaction_id,
            )
        )


def _fall(
    draft: Draft,
    charge_id: str,
    after: DunningLevel,
    because: MoveCause,
    transaction_id: str,
    *,
    as_of: date,
    reached_on: date | None = None,
    undoes_run_on: date | None = None,
) -> None:
    """Record a fall; unless told otherwise it stamps the day of the fall, none at 0 (DL-13)."""
    if reached_on is None and after is not _LEVEL_0:
        reached_on = as_of
    before = charge_of(draft.account, charge_id).standing.level
    draft.record(
        LevelFell(
            as_of, charge_id, before, after, reached_on, because, transaction_id, undoes_run_on
        )
    )
