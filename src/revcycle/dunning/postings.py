"""Charges and money: what is posted, what is voided, and what that does to levels and plans.

    post_charge            a new charge; a plan may take it, or hold it for review (PL-7)
    post_payment           and post_refund, post_adjustment, post_transfer_in, post_transfer_away
    post_plan_payment      one payment for a plan, spread over its charges (PL-5)
    post_proposal          what `allocate_payment` proposed
    apply_credit           a credit on one charge pays another, in one act (CH-10)
    void_transaction       ignored from the day on, and what it had done to levels undone (CH-8)
    void_charge            refused while transactions stand (CH-3)

Every verb checks everything first and reports all problems at once; an act of several
transactions is posted whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import Account, charge_of, check_account, member_of, plan_of
from revcycle.charges import (
    AdjustmentReason,
    AdjustmentSide,
    Charge,
    Transaction,
    TransactionKind,
    paid,
)
from revcycle.checks import FLAG, ID, check_given, one_of
from revcycle.dunning.acts import check_act, check_day, require
from revcycle.dunning.alarms import due_but_for_holds
from revcycle.dunning.allocation import PaymentProposal, spread
from revcycle.dunning.events import (
    ChargePosted,
    ChargeVoided,
    Event,
    TransactionPosted,
    TransactionVoided,
)
from revcycle.dunning.figures import billable_charges
from revcycle.dunning.money_effects import after_charge_void, after_posting, after_void
from revcycle.dunning.plan_changes import open_calendar_dues, take_up_new_charge
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.replay import Draft
from revcycle.dunning.silences import silence_paid
from revcycle.errors import InvalidRecord, Problem, Proposition, UnknownReference
from revcycle.money import ZERO, add, subtract, total, usd
from revcycle.plans import charges_on

__all__ = [
    "Posting",
    "PostingProblem",
    "apply_credit",
    "check_postings",
    "check_void_charge",
    "check_void_transaction",
    "post_adjustment",
    "post_charge",
    "post_payment",
    "post_plan_payment",
    "post_proposal",
    "post_refund",
    "post_transfer_away",
    "post_transfer_in",
    "void_charge",
    "void_transaction",
]


@attrs.frozen(kw_only=True)
class Posting:
    """What every verb here returns: the new account, and what changed and why."""

    account: Account
    events: tuple[Event, ...]


class PostingProblem(Proposition):
    """Why a posting or a void is refused, in the order in which reasons are reported."""

    ALREADY_POSTED = "Post each id once; new money needs a new id (CH-1)."
    DATED_AFTER_AS_OF = "Post it on or after its own day (CH-9)."
    CHARGE_VOIDED = "Choose a charge that is not voided (CH-3)."
    ABOVE_OUTSTANDING = "Post no more than is outstanding, or allow a payment as a credit (CH-5)."
    REFUND_ABOVE_PAID = "Refund no more than was paid on the charge (CH-1)."
    ABOVE_PLAN_BALANCE = "Pay no more than the plan's balance (PL-5)."
    NO_CREDIT = "Apply no more than the credit on the first charge (CH-4)."
    SAME_CHARGE = "Apply a credit to another charge (CH-10)."
    ALREADY_VOIDED = "Leave it: it is voided already (CH-3)."
    TRANSACTIONS_STAND = (
        "Void the charge's transactions first, so that no money is stranded (CH-3)."
    )
    NOTHING_TO_POST = "The payment found no place: allow a credit, or name the charges (CH-10)."
    MORE_CREDIT = "Propose again: more would become credit now than was proposed (CH-5)."
    CLAIM_DISAGREES = "Give all charges of a claim one patient and one self-pay flag (CH-6)."


@attrs.frozen
class _Entry:
    """A transaction and the charge it is meant for."""

    charge_id: str
    transaction: Transaction


def post_charge(account: Account, charge: Charge, *, as_of: date, policy: DunningPolicy) -> Posting:
    """Post a new charge (CH-1, PL-7).

    A charge of a covered claim joins that plan. Otherwise the patient's plan that adds new
    charges takes it; else a plan that says hold puts its claim on hold for review; else it is
    a standard charge. A charge with an earlier posting date keeps it and remembers *as_of* as
    the day it came into the books, so that reports of past days can leave it out (RP-1).

    Args:
        account: the account.
        charge: the charge, new: without standing, transactions or placement.
        as_of: the day, on or after the charge's posting date.
        policy: the practice's numbers and switches.

    Raises:
        UnknownReference: the patient is no current member.
        Refused: with every reason.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    check_given("charge", charge, one_of(Charge))
    member_of(account, charge.patient_id)
    require("post_charge", check_post_charge(account, charge, as_of=as_of))
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    entered_on = as_of if charge.posted_on < as_of else None
    if charge.entered_on != entered_on:
        charge = attrs.evolve(charge, entered_on=entered_on)
    draft.record(ChargePosted(as_of, charge))
    take_up_new_charge(draft, charge.id, as_of=as_of)
    silence_paid(draft, subject_id=charge.id, as_of=as_of, policy=policy)
    return _posting(draft)


def check_post_charge(account: Account, charge: Charge, *, as_of: date) -> tuple[Problem, ...]:
    """List why *charge* cannot be posted."""
    problems = list(check_act(account, as_of=as_of))
    if any(known.id == charge.id for known in account.charges):
        problems.append(Problem(PostingProblem.ALREADY_POSTED, f"charge {charge.id}"))
    if charge.posted_on > as_of:
        detail = f"charge {charge.id}, posted {charge.posted_on}, as_of {as_of}"
        problems.append(Problem(PostingProblem.DATED_AFTER_AS_OF, detail))
    siblings = [c for c in account.charges if c.claim_id == charge.claim_id]
    # A claim stays its patient's, but a flag set wrongly is mended by voiding the charge (CH-3).
    if any(
        c.patient_id != charge.patient_id
        or (c.voided_on is None and c.self_pay_claim is not charge.self_pay_claim)
        for c in siblings
    ):
        problems.append(Problem(PostingProblem.CLAIM_DISAGREES, f"claim {charge.claim_id}"))
    return tuple(problems)


def post_payment(
    account: Account,
    *,
    charge_id: str,
    transaction_id: str,
    amount: Decimal | str | int,
    received_on: date,
    as_of: date,
    policy: DunningPolicy,
    allow_credit: bool = False,
) -> Posting:
    """Post a patient's payment on one charge (CH-1, CH-5).

    Args:
        account: the account.
        charge_id: the charge.
        transaction_id: minted by the host, new in the account.
        amount: US dollars.
        received_on: the day the money came; decides plan windows and ageing (CH-9).
        as_of: the day of posting.
        policy: the practice's numbers and switches.
        allow_credit: let the payment exceed what is outstanding (CH-5).

    Raises:
        UnknownReference: no such charge.
        Refused: with every reason.
        InvalidRecord: an argument is something else than it must be.
    """
    check_given("allow_credit", allow_credit, FLAG)
    entry = _entry(charge_id, transaction_id, TransactionKind.PAYMENT, amount, received_on, as_of)
    return _post("post_payment", account, [entry], as_of, policy, allow_credit=allow_credit)


def post_refund(
    account: Account,
    *,
    charge_id: str,
    transaction_id: str,
    amount: Decimal | str | int,
    received_on: date,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Give money back: it lowers what was paid (CH-1). *received_on* is the day it went out."""
    entry = _entry(charge_id, transaction_id, TransactionKind.REFUND, amount, received_on, as_of)
    return _post("post_refund", account, [entry], as_of, policy)


def post_adjustment(
    account: Account,
    *,
    charge_id: str,
    transaction_id: str,
    amount: Decimal | str | int,
    reason: AdjustmentReason,
    side: AdjustmentSide = AdjustmentSide.PATIENT,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Take an amount off; bad debt is one of the reasons (CH-1, CO-4)."""
    entry = _entry(
        charge_id,
        transaction_id,
        TransactionKind.ADJUSTMENT,
        amount,
        as_of,
        as_of,
        reason=reason,
        side=side,
    )
    return _post("post_adjustment", account, [entry], as_of, policy)


def post_transfer_in(
    account: Account,
    *,
    charge_id: str,
    transaction_id: str,
    amount: Decimal | str | int,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Move an amount to the patient, as when insurance leaves it to them (CH-1)."""
    entry = _entry(charge_id, transaction_id, TransactionKind.TRANSFER_IN, amount, as_of, as_of)
    return _post("post_transfer_in", account, [entry], as_of, policy)


def post_transfer_away(
    account: Account,
    *,
    charge_id: str,
    transaction_id: str,
    amount: Decimal | str | int,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Move an amount away from the patient, as to an insurer (CH-1)."""
    entry = _entry(charge_id, transaction_id, TransactionKind.TRANSFER_AWAY, amount, as_of, as_of)
    return _post("post_transfer_away", account, [entry], as_of, policy)


def post_plan_payment(
    account: Account,
    *,
    plan_id: str,
    transaction_id: str,
    amount: Decimal | str | int,
    received_on: date,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Post one payment for a plan as a whole, spread over its charges by posting date, then id.

    Held charges are outside the plan balance and get none of it (PL-10). Each part is a
    transaction of its own, ``<transaction_id>/1`` and so on (PL-5).

    Raises:
        UnknownReference: no such plan.
        Refused: with every reason; more than the plan's balance among them.
        InvalidRecord: the amount is not more than zero, or an argument is something else than it
            must be.
    """
    plan = plan_of(account, plan_id)
    check_given("transaction_id", transaction_id, ID)
    check_day(received_on, field="received_on")
    open_ids = {charge.id for charge in billable_charges(account, as_of=as_of)}
    covered = [c for c in charges_on(plan, account.charges) if c.id in open_ids]
    money = _positive(amount)
    owed = total(charge.outstanding for charge in covered)
    problems = list(check_act(account, as_of=as_of))
    if money > owed:
        detail = f"plan {plan_id}, amount {money}, balance {owed}"
        problems.append(Problem(PostingProblem.ABOVE_PLAN_BALANCE, detail))
    order = sorted(covered, key=lambda charge: (charge.posted_on, charge.id))
    entries = [
        _entry(
            charge_id,
            f"{transaction_id}/{number}",
            TransactionKind.PAYMENT,
            part,
            received_on,
            as_of,
        )
        for number, (charge_id, part) in enumerate(spread(money, order), start=1)
    ]
    return _post("post_plan_payment", account, entries, as_of, policy, first=problems)


def post_proposal(
    account: Account,
    proposal: PaymentProposal,
    *,
    received_on: date,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Post what `allocate_payment` proposed, whole or not at all (CH-10).

    Raises:
        UnknownReference: a charge is no longer here.
        Refused: with every reason; a proposal without parts among them.
        InvalidRecord: an argument is something else than it must be.
    """
    check_given("proposal", proposal, one_of(PaymentProposal))
    check_day(received_on, field="received_on")
    problems = list(check_act(account, as_of=as_of))
    if not proposal.parts:
        detail = f"unallocated {proposal.unallocated}"
        problems.append(Problem(PostingProblem.NOTHING_TO_POST, detail))
    entries = [
        _entry(
            part.charge_id,
            part.transaction_id,
            TransactionKind.PAYMENT,
            part.amount,
            received_on,
            as_of,
        )
        for part in proposal.parts
    ]
    credit = _credit_of(account, proposal)
    if ZERO < proposal.credit < credit:
        detail = f"credit {credit}, proposed {proposal.credit}"
        problems.append(Problem(PostingProblem.MORE_CREDIT, detail))
    return _post(
        "post_proposal",
        account,
        entries,
        as_of,
        policy,
        allow_credit=proposal.credit > ZERO,
        first=problems,
    )


def apply_credit(
    account: Account,
    *,
    from_charge_id: str,
    to_charge_id: str,
    refund_id: str,
    payment_id: str,
    amount: Decimal | str | int,
    as_of: date,
    policy: DunningPolicy,
) -> Posting:
    """Pay one charge with the credit on another: a refund there, a payment here (CH-4, CH-10).

    The two belong together: to take the act back, void both.

    Raises:
        UnknownReference: no such charge.
        Refused: with every reason; more than the credit among them.
        InvalidRecord: an argument is something else than it must be.
    """
    money = _positive(amount)
    source = charge_of(account, from_charge_id)
    problems = list(check_act(account, as_of=as_of))
    if from_charge_id == to_charge_id:
        problems.append(Problem(PostingProblem.SAME_CHARGE, f"charge {to_charge_id}"))
    if add(source.outstanding, money) > ZERO:
        detail = f"charge {from_charge_id}, outstanding {source.outstanding}, amount {money}"
        problems.append(Problem(PostingProblem.NO_CREDIT, detail))
    entries = [
        _entry(from_charge_id, refund_id, TransactionKind.REFUND, money, as_of, as_of),
        _entry(to_charge_id, payment_id, TransactionKind.PAYMENT, money, as_of, as_of),
    ]
    return _post("apply_credit", account, entries, as_of, policy, first=problems)


def void_transaction(
    account: Account, *, transaction_id: str, as_of: date, policy: DunningPolicy
) -> Posting:
    """Ignore a transaction from *as_of* on, and undo what it did to levels (CH-3, CH-8).

    A level that the money had lowered comes back as it was, unless a run or later money has
    moved the charge since; on a plan its cover comes back as arrears.

    Raises:
        UnknownReference: no such transaction.
        Refused: it is voided already, or voiding leaves a charge with less than nothing paid.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    charge = _charge_with(account, transaction_id)
    require(
        "void_transaction",
        check_void_transaction(account, transaction_id=transaction_id, as_of=as_of),
    )
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    was_due = due_but_for_holds(draft.account, as_of=as_of, policy=policy)
    draft.record(TransactionVoided(as_of, charge.id, transaction_id))
    after_void(draft, charge, transaction_id, was_due=was_due, as_of=as_of, policy=policy)
    return _posting(draft)


def check_void_transaction(
    account: Account, *, transaction_id: str, as_of: date
) -> tuple[Problem, ...]:
    """List why a transaction cannot be voided."""
    problems = list(check_act(account, as_of=as_of))
    charge = _charge_with(account, transaction_id)
    transaction = next(t for t in charge.transactions if t.id == transaction_id)
    if transaction.voided_on is not None:
        detail = f"transaction {transaction_id}, voided {transaction.voided_on}"
        problems.append(Problem(PostingProblem.ALREADY_VOIDED, detail))
    elif transaction.kind is TransactionKind.PAYMENT and paid(charge) < transaction.amount:
        detail = f"charge {charge.id}, paid {paid(charge)}, payment {transaction.amount}"
        problems.append(Problem(PostingProblem.REFUND_ABOVE_PAID, detail))
    return tuple(problems)


def void_charge(account: Account, *, charge_id: str, as_of: date, policy: DunningPolicy) -> Posting:
    """Ignore a charge from *as_of* on (CH-3).

    Raises:
        UnknownReference: no such charge.
        Refused: transactions on it stand, or it is voided already.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    require("void_charge", check_void_charge(account, charge_id=charge_id, as_of=as_of))
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    draft.record(ChargeVoided(as_of, charge_id))
    after_charge_void(draft, charge_id, as_of=as_of, policy=policy)
    return _posting(draft)


def check_void_charge(account: Account, *, charge_id: str, as_of: date) -> tuple[Problem, ...]:
    """List why a charge cannot be voided."""
    problems = list(check_act(account, as_of=as_of))
    charge = charge_of(account, charge_id)
    if charge.voided_on is not None:
        detail = f"charge {charge_id}, voided {charge.voided_on}"
        problems.append(Problem(PostingProblem.ALREADY_VOIDED, detail))
    standing = [t.id for t in charge.transactions if t.voided_on is None]
    if standing:
        detail = f"charge {charge_id}, transactions {', '.join(standing)}"
        problems.append(Problem(PostingProblem.TRANSACTIONS_STAND, detail))
    return tuple(problems)


def check_postings(
    account: Account,
    postings: Iterable[tuple[str, Transaction]],
    *,
    as_of: date,
    allow_credit: bool = False,
) -> tuple[Problem, ...]:
    """List why these transactions, by charge id and in order, cannot be posted.

    Each is judged on the charge as the ones before it would leave it.

    Raises:
        UnknownReference: no such charge.
    """
    problems = list(check_act(account, as_of=as_of))
    known = {t.id for charge in account.charges for t in charge.transactions}
    outstanding = {charge.id: charge.outstanding for charge in account.charges}
    paid_so_far = {charge.id: paid(charge) for charge in account.charges}
    for charge_id, new in postings:
        charge = charge_of(account, charge_id)
        if new.id in known:
            problems.append(Problem(PostingProblem.ALREADY_POSTED, f"transaction {new.id}"))
        known.add(new.id)
        if new.received_on > as_of:
            detail = f"transaction {new.id}, dated {new.received_on}, as_of {as_of}"
            problems.append(Problem(PostingProblem.DATED_AFTER_AS_OF, detail))
        if charge.voided_on is not None:
            problems.append(Problem(PostingProblem.CHARGE_VOIDED, f"charge {charge_id}"))
        over = _over(new, outstanding[charge_id], paid_so_far[charge_id], allow_credit=allow_credit)
        if over is not None:
            problems.append(over)
        change = _change(new)
        outstanding[charge_id] = add(outstanding[charge_id], change)
        if new.kind in _MONEY:
            paid_so_far[charge_id] = subtract(paid_so_far[charge_id], change)
    return tuple(problems)


_MONEY: Final = frozenset({TransactionKind.PAYMENT, TransactionKind.REFUND})
_LOWERS: Final = frozenset(
    {TransactionKind.PAYMENT, TransactionKind.ADJUSTMENT, TransactionKind.TRANSFER_AWAY}
)


def _post(
    act: str,
    account: Account,
    entries: Sequence[_Entry],
    as_of: date,
    policy: DunningPolicy,
    *,
    allow_credit: bool = False,
    first: Iterable[Problem] = (),
) -> Posting:
    """Check all entries, then post them one after the other with what each brings about."""
    check_policy(policy)
    problems = list(first)
    pairs = [(entry.charge_id, entry.transaction) for entry in entries]
    found = check_postings(account, pairs, as_of=as_of, allow_credit=allow_credit)
    problems += [problem for problem in found if problem not in problems]
    require(act, problems)
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    for charge_id, transaction in pairs:
        before = charge_of(draft.account, charge_id)
        draft.record(TransactionPosted(as_of, charge_id, transaction))
        after_posting(draft, before, transaction, as_of=as_of, policy=policy)
    if pairs:
        silence_paid(draft, transaction_id=pairs[-1][1].id, as_of=as_of, policy=policy)
    return _posting(draft)


def _credit_of(account: Account, proposal: PaymentProposal) -> Decimal:
    """Sum what a proposal would pay above what is owed by now."""
    asked: dict[str, Decimal] = {}
    for part in proposal.parts:
        asked[part.charge_id] = add(asked.get(part.charge_id, ZERO), part.amount)
    return total(
        max(subtract(amount, max(charge_of(account, charge_id).outstanding, ZERO)), ZERO)
        for charge_id, amount in asked.items()
    )


def _over(
    new: Transaction, outstanding: Decimal, paid_on_it: Decimal, *, allow_credit: bool
) -> Problem | None:
    """Say whether *new* takes more than there is: of the charge, or of what was paid (CH-5)."""
    if new.kind is TransactionKind.REFUND and new.amount > paid_on_it:
        detail = f"transaction {new.id}, amount {new.amount}, paid {paid_on_it}"
        return Problem(PostingProblem.REFUND_ABOVE_PAID, detail)
    if new.kind in _LOWERS and new.side is not AdjustmentSide.INSURANCE:
        credit_allowed = allow_credit and new.kind is TransactionKind.PAYMENT
        if new.amount > max(outstanding, ZERO) and not credit_allowed:
            detail = f"transaction {new.id}, amount {new.amount}, outstanding {outstanding}"
            return Problem(PostingProblem.ABOVE_OUTSTANDING, detail)
    return None


def _change(new: Transaction) -> Decimal:
    if new.side is AdjustmentSide.INSURANCE:
        return ZERO
    return subtract(ZERO, new.amount) if new.kind in _LOWERS else new.amount


def _entry(  # noqa: PLR0917  (one line per column of a posting, as in a ledger)
    charge_id: str,
    transaction_id: str,
    kind: TransactionKind,
    amount: Decimal | str | int,
    received_on: date,
    as_of: date,
    *,
    reason: AdjustmentReason | None = None,
    side: AdjustmentSide | None = None,
) -> _Entry:
    check_day(as_of)
    return _Entry(
        charge_id,
        Transaction(
            id=transaction_id,
            kind=kind,
            amount=usd(amount, record="Transaction"),
            received_on=received_on,
            posted_on=as_of,
            reason=reason,
            side=side,
        ),
    )


def _positive(amount: Decimal | str | int) -> Decimal:
    money = usd(amount, record="Transaction")
    if money <= ZERO:
        raise InvalidRecord("Transaction", "amount", amount, "be US dollars, more than 0.00")
    return money


def _charge_with(account: Account, transaction_id: str) -> Charge:
    check_account(account)
    for charge in account.charges:
        if any(t.id == transaction_id for t in charge.transactions):
            return charge
    raise UnknownReference("transaction", transaction_id)


def _posting(draft: Draft) -> Posting:
    return Posting(account=draft.account, events=tuple(draft.events))
