"""The life of a payment plan: start, add a claim, cancel, end, and the card behind it.

Also what other acts bring about on plans: a new charge that a plan takes up (PL-7), calendar
dues that have opened since the last act, a claim that leaves for an agency (CO-3).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import attrs

from revcycle.accounts import Account, charge_of, member_of, plan_of
from revcycle.charges import Charge, Enrolment, level_off_plan
from revcycle.checks import ID, TEXT, check_given, one_of
from revcycle.dunning.acts import check_act, check_day, check_ids, require
from revcycle.dunning.events import (
    CardDeclined,
    ClaimCovered,
    ClaimUncovered,
    DueOpened,
    Event,
    HoldPlaced,
    PlanCancelled,
    PlanEnded,
    PlanJoined,
    PlanLeft,
    PlanReopened,
    PlanStarted,
)
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.replay import Draft
from revcycle.dunning.silences import silence_paid
from revcycle.errors import Problem, Proposition
from revcycle.holds import Hold, HoldReason, HoldScope, is_in_force
from revcycle.money import ZERO, total, usd
from revcycle.plans import (
    Cadence,
    CardAgreement,
    CoveredClaim,
    NewChargePolicy,
    PaymentPlan,
    PlanStatus,
    charges_on,
    dues_open_by,
    is_statement_plan,
)

__all__ = [
    "CardFailure",
    "PlanChange",
    "PlanProblem",
    "add_claim",
    "cancel_plan",
    "check_add_claim",
    "check_start_plan",
    "end_plan",
    "record_card_failure",
    "start_plan",
]


class CardFailure(enum.Enum):
    """Why a card was not charged (PL-8)."""

    DECLINED = "declined"
    CONNECTION = "connection"


@attrs.frozen(kw_only=True)
class PlanChange:
    """What every verb here returns: the new account, and what changed and why."""

    account: Account
    events: tuple[Event, ...]


class PlanProblem(Proposition):
    """Why a change of plan is refused, in the order in which reasons are reported."""

    PLAN_ID_TAKEN = "Give the plan an id of its own (M-3)."
    MINIMUM_TOO_SMALL = "Agree on at least the policy's minimum per period (PL-2)."
    START_IN_THE_PAST = "Start the plan on or after the day it is agreed."
    NO_CLAIMS = "Name at least one claim (PL-1)."
    CLAIM_UNKNOWN = "Name claims with a charge of this patient (PL-1)."
    CLAIM_ON_A_PLAN = "Take claims that no active plan covers (PL-1)."
    CLAIM_PLACED = "Recall the claim's charges from the agency first (CO-3)."
    NOTHING_OWED = "Cover claims that owe something."
    SECOND_PLAN_THAT_ADDS = "Let only one plan of a patient add new charges (PL-7)."
    PLAN_NOT_ACTIVE = "Choose a plan that is active."
    STILL_OWED = "Cancel the plan instead: it ends by itself when nothing is owed (PL-8)."
    NO_CARD_AGREEMENT = "There is no card agreement in force to cancel."


def start_plan(
    account: Account,
    *,
    plan_id: str,
    patient_id: str,
    claim_ids: Sequence[str],
    minimum: Decimal | str | int,
    cadence: Cadence,
    start_on: date,
    new_charges: NewChargePolicy = NewChargePolicy.LEAVE,
    card_ref: str | None = None,
    as_of: date,
    policy: DunningPolicy,
) -> PlanChange:
    """Agree on a plan for whole claims of one patient (PL-1, PL-2, PL-12).

    Each charge of the claims moves to the plan track at 0 and remembers its standard level and
    since when it had it (DL-11).

    Args:
        account: the account.
        plan_id: minted by the host.
        patient_id: whose plan.
        claim_ids: the claims, one or more.
        minimum: US dollars per period.
        cadence: when dues fall.
        start_on: the first day on which a period may open.
        new_charges: what becomes of the patient's other new charges (PL-7).
        card_ref: the host's handle of a card that pays, or None.
        as_of: the day of the agreement.
        policy: the practice's numbers and switches.

    Raises:
        UnknownReference: the patient is no current member.
        Refused: with every reason.
        InvalidRecord: an argument is something else than it must be.
    """
    check_day(as_of)
    check_day(start_on, field="start_on")
    plan = PaymentPlan(
        id=plan_id,
        patient_id=patient_id,
        claims=(),
        minimum=usd(minimum, record="PaymentPlan", field="minimum"),
        cadence=cadence,
        agreed_on=as_of,
        start_on=max(start_on, as_of),
        new_charges=new_charges,
        card=None if card_ref is None else CardAgreement(card_ref=card_ref, agreed_on=as_of),
    )
    problems = check_start_plan(
        account, plan, claim_ids=claim_ids, start_on=start_on, as_of=as_of, policy=policy
    )
    require("start_plan", problems)
    draft = _opened(account, as_of, policy)
    draft.record(PlanStarted(as_of, plan))
    for claim_id in dict.fromkeys(claim_ids):
        _cover(draft, plan_id, claim_id, as_of)
    silence_paid(draft, subject_id=plan_id, as_of=as_of, policy=policy)
    return _change(draft)


def check_start_plan(
    account: Account,
    plan: PaymentPlan,
    *,
    claim_ids: Sequence[str],
    start_on: date,
    as_of: date,
    policy: DunningPolicy,
) -> tuple[Problem, ...]:
    """List why *plan*, still without claims, cannot start."""
    check_policy(policy)
    check_ids("start_plan", "claim_ids", claim_ids)
    member_of(account, plan.patient_id)
    problems = list(check_act(account, as_of=as_of))
    if any(known.id == plan.id for known in account.plans):
        problems.append(Problem(PlanProblem.PLAN_ID_TAKEN, f"plan {plan.id}"))
    if plan.minimum < policy.plan_minimum:
        detail = f"minimum {plan.minimum}, policy {policy.plan_minimum}"
        problems.append(Problem(PlanProblem.MINIMUM_TOO_SMALL, detail))
    if start_on < as_of:
        detail = f"start {start_on}, as_of {as_of}"
        problems.append(Problem(PlanProblem.START_IN_THE_PAST, detail))
    if not claim_ids:
        problems.append(Problem(PlanProblem.NO_CLAIMS, f"plan {plan.id}"))
    for claim_id in claim_ids:
        problems += _check_claim(account, plan.patient_id, claim_id)
    charges = [c for c in account.charges if c.claim_id in claim_ids]
    if charges and total(c.outstanding for c in charges if c.outstanding > ZERO) == ZERO:
        problems.append(Problem(PlanProblem.NOTHING_OWED, f"claims {', '.join(claim_ids)}"))
    if plan.new_charges is NewChargePolicy.ADD and _adder_of(account, plan.patient_id):
        problems.append(Problem(PlanProblem.SECOND_PLAN_THAT_ADDS, f"patient {plan.patient_id}"))
    return tuple(problems)


def add_claim(
    account: Account, *, plan_id: str, claim_id: str, as_of: date, policy: DunningPolicy
) -> PlanChange:
    """Put one more claim on a plan; its charges skip the period in progress (PL-11).

    Raises:
        UnknownReference: no such plan.
        Refused: with every reason.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    check_given("claim_id", claim_id, ID)
    require("add_claim", check_add_claim(account, plan_id=plan_id, claim_id=claim_id, as_of=as_of))
    draft = _opened(account, as_of, policy)
    _cover(draft, plan_id, claim_id, as_of)
    silence_paid(draft, subject_id=plan_id, as_of=as_of, policy=policy)
    return _change(draft)


def check_add_claim(
    account: Account, *, plan_id: str, claim_id: str, as_of: date
) -> tuple[Problem, ...]:
    """List why a claim cannot come onto a plan."""
    plan = plan_of(account, plan_id)
    return (
        *_check_active(account, plan, as_of),
        *_check_claim(account, plan.patient_id, claim_id),
    )


def cancel_plan(
    account: Account, *, plan_id: str, reason: str = "", as_of: date, policy: DunningPolicy
) -> PlanChange:
    """Cancel a plan; its charges return to the standard track (PL-8, DL-11).

    Raises:
        UnknownReference: no such plan.
        Refused: the plan is not active.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    check_given("reason", reason, TEXT)
    require("cancel_plan", _check_active(account, plan_of(account, plan_id), as_of))
    draft = _opened(account, as_of, policy)
    _cancel(draft, plan_id, reason, as_of)
    return _change(draft)


def end_plan(account: Account, *, plan_id: str, as_of: date) -> PlanChange:
    """End a plan that owes nothing; a plan whose balance money brings to zero ends by itself.

    Raises:
        UnknownReference: no such plan.
        Refused: the plan is not active, or something is still owed (PL-8).
        InvalidRecord: an argument is something else than it must be.
    """
    plan = plan_of(account, plan_id)
    problems = list(_check_active(account, plan, as_of))
    owed = _covered_balance(account, plan)
    if owed > ZERO:
        problems.append(Problem(PlanProblem.STILL_OWED, f"plan {plan_id}, balance {owed}"))
    require("end_plan", problems)
    draft = Draft(account)
    draft.record(PlanEnded(as_of, plan_id))
    return _change(draft)


def record_card_failure(
    account: Account, *, plan_id: str, failure: CardFailure, as_of: date, policy: DunningPolicy
) -> PlanChange:
    """Record that a card was not charged (PL-8).

    A declined card ends the card agreement and flags the plan for attention; the plan stays, to
    be paid otherwise, unless the policy cancels it too. A failed connection changes nothing.

    Raises:
        UnknownReference: no such plan.
        Refused: the plan is not active, or no card agreement is in force.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    check_given("failure", failure, one_of(CardFailure))
    plan = plan_of(account, plan_id)
    problems = list(_check_active(account, plan, as_of))
    if plan.card is None or plan.card.cancelled_on is not None:
        problems.append(Problem(PlanProblem.NO_CARD_AGREEMENT, f"plan {plan_id}"))
    require("record_card_failure", problems)
    if failure is CardFailure.CONNECTION:
        return PlanChange(account=account, events=())
    draft = _opened(account, as_of, policy)
    draft.record(CardDeclined(as_of, plan_id))
    if policy.declined_card_cancels_plan:
        _cancel(draft, plan_id, "card declined", as_of)
    return _change(draft)


def open_calendar_dues(draft: Draft, *, as_of: date, policy: DunningPolicy) -> None:
    """Fix the dues of calendar plans whose periods have opened since the last act (PL-2).

    Every act that may change a plan's balance does this first: between two acts the balance
    stands still, so the amounts are those of the opening days.
    """
    for plan in draft.account.plans:
        if plan.status is not PlanStatus.ACTIVE or is_statement_plan(plan):
            continue
        covered = charges_on(plan, draft.account.charges)
        opened = dues_open_by(
            plan,
            covered,
            holds=draft.account.holds,
            as_of=as_of,
            grace_days=policy.grace_days,
        )
        for due in opened[len(plan.dues) :]:
            draft.record(DueOpened(as_of, plan.id, due))


def take_up_new_charge(draft: Draft, charge_id: str, *, as_of: date) -> None:
    """Let a plan take a new charge, or hold its claim for review (PL-7)."""
    if join_covering_plan(draft, charge_id, as_of=as_of):
        return
    charge = charge_of(draft.account, charge_id)
    plans = _active_plans(draft.account, charge.patient_id)
    claim = [c for c in draft.account.charges if c.claim_id == charge.claim_id]
    has_placed = any(c.placement is not None and c.voided_on is None for c in claim)
    for plan in plans:
        # A plan covers whole claims, and what an agency has is not to be planned (PL-1, CO-3).
        if plan.new_charges is NewChargePolicy.ADD and not has_placed:
            _cover(draft, plan.id, charge.claim_id, as_of)
            return
    if any(plan.new_charges is NewChargePolicy.HOLD for plan in plans):
        reviews = [
            hold
            for hold in draft.account.holds
            if hold.reason is HoldReason.PLAN_REVIEW and hold.subject_id == charge.claim_id
        ]
        if not any(is_in_force(hold, as_of=as_of) for hold in reviews):
            hold = Hold(
                id=_review_id(charge.claim_id, draft.account),
                scope=HoldScope.CLAIM,
                subject_id=charge.claim_id,
                reason=HoldReason.PLAN_REVIEW,
                start_on=as_of,
            )
            draft.record(HoldPlaced(as_of, hold))


def join_covering_plan(draft: Draft, charge_id: str, *, as_of: date) -> bool:
    """Put a charge on the active plan that covers its claim, if one does; say whether (PL-1)."""
    charge = charge_of(draft.account, charge_id)
    for plan in _active_plans(draft.account, charge.patient_id):
        if any(claim.claim_id == charge.claim_id for claim in plan.claims):
            _enrol(draft, plan.id, charge, as_of)
            return True
    return False


def leave_plan(draft: Draft, charge: Charge, *, as_of: date) -> None:
    """Return one charge to the standard track: leaving never improves standing (DL-11)."""
    enrolment = charge.standing.enrolment
    if enrolment is None:
        return
    level, reached_on = level_off_plan(charge.standing.level, enrolment, on=as_of)
    draft.record(
        PlanLeft(as_of, charge.id, enrolment.plan_id, charge.standing.level, level, reached_on)
    )


def uncover_claim(draft: Draft, plan_id: str, claim_id: str, *, as_of: date) -> None:
    """Take a claim off its plan with all its charges; a plan left without balance ends (CO-3)."""
    for charge in charges_on(plan_of(draft.account, plan_id), draft.account.charges):
        if charge.claim_id == claim_id:
            leave_plan(draft, charge, as_of=as_of)
    draft.record(ClaimUncovered(as_of, plan_id, claim_id))
    end_if_paid(draft, plan_id, as_of=as_of)


def end_if_paid(draft: Draft, plan_id: str, *, as_of: date) -> None:
    """End an active plan whose covered balance, held claims included, is zero (PL-8, PL-10)."""
    plan = plan_of(draft.account, plan_id)
    if plan.status is PlanStatus.ACTIVE and _covered_balance(draft.account, plan) == ZERO:
        draft.record(PlanEnded(as_of, plan_id))


def reopen_if_owed(draft: Draft, plan_id: str, *, as_of: date, policy: DunningPolicy) -> None:
    """Make an ended plan active again when one of its charges owes again (PL-12).

    Calendar dues that would have fallen while it was ended ask for nothing.
    """
    plan = plan_of(draft.account, plan_id)
    if plan.status is not PlanStatus.ENDED or _covered_balance(draft.account, plan) == ZERO:
        return
    new_charges = plan.new_charges
    if new_charges is NewChargePolicy.ADD and _adder_of(draft.account, plan.patient_id):
        new_charges = NewChargePolicy.LEAVE
    draft.record(PlanReopened(as_of, plan_id, new_charges))
    plan = plan_of(draft.account, plan_id)
    if not is_statement_plan(plan):
        missed_while_ended = dues_open_by(plan, (), as_of=as_of, grace_days=policy.grace_days)[
            len(plan.dues) :
        ]
        for due in missed_while_ended:
            draft.record(DueOpened(as_of, plan_id, attrs.evolve(due, amount=ZERO)))
    claims = {claim.claim_id for claim in plan.claims}
    for charge in draft.account.charges:
        # A charge that came to a covered claim while the plan was ended joins now (PL-1).
        enrolment = charge.standing.enrolment
        if (
            charge.claim_id in claims
            and charge.voided_on is None
            and charge.placement is None
            and (enrolment is None or enrolment.plan_id != plan_id)
        ):
            leave_plan(draft, charge, as_of=as_of)
            _enrol(draft, plan_id, charge_of(draft.account, charge.id), as_of)


def _review_id(claim_id: str, account: Account) -> str:
    """Make an id from the claim; a claim that is reviewed again gets a number (M-3)."""
    taken = {hold.id for hold in account.holds}
    hold_id = f"plan-review:{claim_id}"
    number = 1
    while hold_id in taken:
        number += 1
        hold_id = f"plan-review:{claim_id}/{number}"
    return hold_id


def _cover(draft: Draft, plan_id: str, claim_id: str, as_of: date) -> None:
    """Bring a claim onto a plan, whole: every charge of it that is not voided (PL-1)."""
    for plan in draft.account.plans:
        if any(claim.claim_id == claim_id for claim in plan.claims):
            # Only an ended or cancelled plan can still name it; a claim is on one plan at most.
            draft.record(ClaimUncovered(as_of, plan.id, claim_id))
    draft.record(ClaimCovered(as_of, plan_id, CoveredClaim(claim_id=claim_id, joined_on=as_of)))
    for charge in draft.account.charges:
        if charge.claim_id == claim_id and charge.voided_on is None:
            leave_plan(draft, charge, as_of=as_of)
            _enrol(draft, plan_id, charge_of(draft.account, charge.id), as_of)


def _enrol(draft: Draft, plan_id: str, charge: Charge, as_of: date) -> None:
    standing = charge.standing
    enrolment = Enrolment(
        plan_id=plan_id,
        joined_on=as_of,
        first_due=len(plan_of(draft.account, plan_id).dues),
        prior_count=len(charge.transactions),
        standard_level=standing.level,
        standard_reached_on=standing.reached_on,
        standard_moves=standing.moves,
    )
    draft.record(PlanJoined(as_of, charge.id, standing.level, enrolment))


def _cancel(draft: Draft, plan_id: str, reason: str, as_of: date) -> None:
    for charge in charges_on(plan_of(draft.account, plan_id), draft.account.charges):
        leave_plan(draft, charge, as_of=as_of)
    draft.record(PlanCancelled(as_of, plan_id, reason))


def _opened(account: Account, as_of: date, policy: DunningPolicy) -> Draft:
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    return draft


def _check_active(account: Account, plan: PaymentPlan, as_of: date) -> tuple[Problem, ...]:
    problems = check_act(account, as_of=as_of)
    if plan.status is PlanStatus.ACTIVE:
        return problems
    detail = f"plan {plan.id}, {plan.status.value} {plan.status_on}"
    return (*problems, Problem(PlanProblem.PLAN_NOT_ACTIVE, detail))


def _check_claim(account: Account, patient_id: str, claim_id: str) -> list[Problem]:
    detail = f"claim {claim_id}"
    charges = [c for c in account.charges if c.claim_id == claim_id]
    problems = []
    if not any(c.patient_id == patient_id and c.voided_on is None for c in charges):
        problems.append(Problem(PlanProblem.CLAIM_UNKNOWN, detail))
    if any(
        claim.claim_id == claim_id
        for plan in account.plans
        if plan.status is PlanStatus.ACTIVE
        for claim in plan.claims
    ):
        problems.append(Problem(PlanProblem.CLAIM_ON_A_PLAN, detail))
    if any(c.placement is not None and c.voided_on is None for c in charges):
        problems.append(Problem(PlanProblem.CLAIM_PLACED, detail))
    return problems


def _active_plans(account: Account, patient_id: str) -> list[PaymentPlan]:
    return [
        plan
        for plan in account.plans
        if plan.patient_id == patient_id and plan.status is PlanStatus.ACTIVE
    ]


def _adder_of(account: Account, patient_id: str) -> bool:
    return any(
        plan.new_charges is NewChargePolicy.ADD for plan in _active_plans(account, patient_id)
    )


def _covered_balance(account: Account, plan: PaymentPlan) -> Decimal:
    covered = charges_on(plan, account.charges)
    return total(charge.outstanding for charge in covered if charge.outstanding > ZERO)


def _change(draft: Draft) -> PlanChange:
    return PlanChange(account=draft.account, events=tuple(draft.events))
