"""Where one cycle run leads: the decision, without building any record.

`decide_statement` is the first half of every run and the whole of the decision-only pass: the
outcome, every reason for a skip, the level each charge would have, and the dollars. The second
half, in `statements`, only builds what was decided here.
"""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import Account
from revcycle.charges import Charge, Standing
from revcycle.dunning.acts import check_act, check_asked, require
from revcycle.dunning.events import AdvanceCause
from revcycle.dunning.policy import DunningPolicy, has_every_alarm_type
from revcycle.errors import Problem, Proposition
from revcycle.holds import HoldScope, held_claims, held_patients, is_in_force
from revcycle.levels import LEVELS, PLAN_AFTER, STANDARD_AFTER, DunningLevel
from revcycle.money import ZERO, add
from revcycle.plans import (
    Allocation,
    Due,
    PaymentPlan,
    PlanDue,
    PlanStatus,
    allocate,
    as_suspended,
    ask,
    charges_on,
    due_amount,
    dues_open_by,
    is_past,
    is_statement_plan,
    plan_balance,
    plan_money,
)

__all__ = [
    "PlanStep",
    "RunOutcome",
    "RunProblem",
    "Skip",
    "SkipReason",
    "StatementDecision",
    "decide_statement",
]


class RunOutcome(enum.Enum):
    """What a run comes to (ST-4)."""

    SKIPPED = "skipped"
    WITHOUT_STATEMENT = "without_statement"
    WITH_STATEMENT = "with_statement"


class SkipReason(enum.Enum):
    """Why a run is skipped, in the order in which reasons are given (ST-5)."""

    ALREADY_RUN_TODAY = "already_run_today"
    NOT_DUE = "not_due"
    NOTHING_BILLABLE = "nothing_billable"
    ON_HOLD = "on_hold"
    NET_NOT_POSITIVE = "net_not_positive"
    BELOW_MINIMUM = "below_minimum"


@attrs.frozen(kw_only=True)
class Skip:
    """One reason for a skip, with its figures (ST-5).

    Attributes:
        reason: which.
        on: the day that matters: the run already made, or when the next is due; else None.
        amount: US dollars that fell short, for the two reasons of balance; else None.
        wanted: US dollars that were wanted, below the minimum; else None.
        hold_ids: the account holds in force, when on hold.
    """

    reason: SkipReason
    on: date | None = None
    amount: Decimal | None = None
    wanted: Decimal | None = None
    hold_ids: tuple[str, ...] = ()


class RunProblem(Proposition):
    """Why a run is refused, which is not a skip."""

    ALARM_TYPES_INCOMPLETE = "Give the policy one alarm type for each level from 1 to 8."


@attrs.frozen(kw_only=True)
class PlanStep:
    """What a run does to one plan (PL-4, PL-10).

    Attributes:
        plan: the plan before.
        dues: its dues after, oldest first.
        opened: the dues that are new, as they were fixed on opening.
        judged: the indexes, in ``dues``, of those this run judged.
        missed: the indexes of those it found short.
        asks: what the plan asks for after the run.
    """

    plan: PaymentPlan
    dues: tuple[Due, ...]
    opened: tuple[Due, ...]
    judged: tuple[int, ...]
    missed: tuple[int, ...]
    asks: PlanDue


@attrs.frozen(kw_only=True)
class StatementDecision:
    """What a cycle run on a day would come to (ST-4, ST-5).

    When the run is skipped the levels and dollars are those a cycle run would have left; the
    preview shows them (ST-10).

    Attributes:
        outcome: skipped, or run with or without a statement.
        skips: every reason for a skip, in order; empty for a cycle run.
        levels: for each of the account's charges, in order, its level after the run; None for a
            charge that takes no part because it is closed, placed or held.
        plan_steps: what happens to each active plan, in order.
        total_outstanding: US dollars, open charges not placed (CH-7).
        credits: US dollars, zero or less.
        net_balance: US dollars, billable less credits.
        plan_due: US dollars all plans ask for after the run.
        plan_overdue: US dollars of it that are arrears.
        due_now: US dollars due after the run.
        account_level: the most severe level after the run (DL-9).
        printed_level: the level of the charge first billed longest ago (DL-9).
    """

    outcome: RunOutcome
    skips: tuple[Skip, ...]
    levels: tuple[DunningLevel | None, ...]
    plan_steps: tuple[PlanStep, ...]
    total_outstanding: Decimal
    credits: Decimal
    net_balance: Decimal
    plan_due: Decimal
    plan_overdue: Decimal
    due_now: Decimal
    account_level: DunningLevel
    printed_level: DunningLevel


def decide_statement(account: Account, *, as_of: date, policy: DunningPolicy) -> StatementDecision:
    """Say what a statement run on *as_of* would do, building no record (ST-4, ST-5).

    Raises:
        Refused: *as_of* is before the account's last act (CH-9), or the policy lacks an alarm
            type (AL-1).
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_asked(account, as_of=as_of)
    if (account.last_act_on is not None and as_of < account.last_act_on) or not (
        has_every_alarm_type(policy)
    ):
        require("run_statement", check_run(account, as_of=as_of, policy=policy))
    frozen = _freezes(account, as_of)
    steps = tuple(
        [
            _step_plan(plan, account, frozen, as_of=as_of, policy=policy)
            for plan in account.plans
            if plan.status is _ACTIVE
        ]
    )
    missed = {step.plan.id: step.missed[-1] for step in steps if step.missed}
    levels = _levels_after(account, frozen, missed, policy)
    owed, in_credit, standard, on_plans = _dollars(account.charges, levels)
    severest, printed, any_left_to_bill = _levels_over(account.charges, levels, as_of)
    plan_asks = plan_overdue = ZERO
    for step in steps:
        plan_asks = add(plan_asks, step.asks.due)
        plan_overdue = add(plan_overdue, step.asks.arrears)
    net = add(add(on_plans, standard), in_credit)
    any_billable = any(level is not None for level in levels)
    skips = _skips(account, as_of, policy, net if any_billable else None)
    if skips:
        outcome = RunOutcome.SKIPPED
    elif any_left_to_bill or policy.emit_when_terminal:
        outcome = RunOutcome.WITH_STATEMENT
    else:
        outcome = RunOutcome.WITHOUT_STATEMENT
    return StatementDecision(
        outcome=outcome,
        skips=skips,
        levels=levels,
        plan_steps=steps,
        total_outstanding=owed,
        credits=in_credit,
        net_balance=net,
        plan_due=plan_asks,
        plan_overdue=plan_overdue,
        due_now=add(standard, plan_asks),
        account_level=severest,
        printed_level=printed,
    )


def levels_after_run(
    account: Account, missed: dict[str, int], *, as_of: date, policy: DunningPolicy
) -> tuple[DunningLevel | None, ...]:
    """Give each charge's level after a cycle run on *as_of*, in order; None if it takes no part.

    Args:
        account: the account as the run finds it.
        missed: by plan, the last due that the run finds short.
        as_of: the day of the run.
        policy: the practice's numbers and switches.
    """
    return _levels_after(account, _freezes(account, as_of), missed, policy)


def cause_of_step(standing: Standing) -> AdvanceCause:
    """Say why a run raises the level of a charge that it finds at *standing* (DL-3, DL-4)."""
    if standing.enrolment is not None:
        return AdvanceCause.MISSED_MINIMUM
    if standing.first_billed_on is None:
        return AdvanceCause.FIRST_STATEMENT
    return AdvanceCause.STATEMENT_CYCLE


def check_run(account: Account, *, as_of: date, policy: DunningPolicy) -> tuple[Problem, ...]:
    """List why a run would be refused; a skip is no refusal."""
    return (*check_act(account, as_of=as_of, may_be_closed=True), *check_alarm_types(policy))


def check_alarm_types(policy: DunningPolicy) -> tuple[Problem, ...]:
    """List the levels whose alarm type is missing, which no run may be without (AL-1)."""
    if has_every_alarm_type(policy):
        return ()
    missing = ", ".join(
        str(number) for number, delay in enumerate(policy.alarm_delays) if number and delay is None
    )
    return (Problem(RunProblem.ALARM_TYPES_INCOMPLETE, f"missing levels: {missing}"),)


_LEVEL_0: Final = DunningLevel.LEVEL_0
_ACTIVE: Final = PlanStatus.ACTIVE
_NOBODY: Final[frozenset[str]] = frozenset()


@attrs.frozen
class _Freezes:
    """What keeps charges from taking part or from advancing on the day."""

    patients: frozenset[str]
    claims: frozenset[str]
    waiting: frozenset[str]


_NO_FREEZES: Final = _Freezes(_NOBODY, _NOBODY, _NOBODY)


def _freezes(account: Account, as_of: date) -> _Freezes:
    """Give the patients and claims on hold (ST-12), and the joiners who wait (FA-3)."""
    waiting = [
        member.patient.id
        for member in account.members
        if member.advances_from is not None and as_of < member.advances_from
    ]
    holds = account.holds
    if not holds and not waiting:
        return _NO_FREEZES
    return _Freezes(
        held_patients(holds, as_of=as_of), held_claims(holds, as_of=as_of), frozenset(waiting)
    )


def _levels_after(
    account: Account, frozen: _Freezes, missed: dict[str, int], policy: DunningPolicy
) -> tuple[DunningLevel | None, ...]:
    first_level = LEVELS[policy.first_statement_level]
    return tuple([_level_after(charge, frozen, missed, first_level) for charge in account.charges])


def _level_after(
    charge: Charge, frozen: _Freezes, missed: dict[str, int], first_level: DunningLevel
) -> DunningLevel | None:
    """Give a charge's level after a cycle run; None if it takes no part (DL-3, DL-4, CH-7).

    *missed* gives, by plan, the last due that the run found short.
    """
    if (
        charge.outstanding <= ZERO
        or charge.placement is not None
        or charge.patient_id in frozen.patients
        or charge.claim_id in frozen.claims
    ):
        return None
    standing = charge.standing
    enrolment = standing.enrolment
    if enrolment is not None:
        # A charge that joined in mid-period does not answer for the dues before (PL-11).
        short = missed.get(enrolment.plan_id, -1)
        return PLAN_AFTER[standing.level.number] if short >= enrolment.first_due else standing.level
    if standing.first_billed_on is None:
        return first_level
    if charge.patient_id in frozen.waiting:
        return standing.level
    return STANDARD_AFTER[standing.level.number]


def _dollars(
    charges: tuple[Charge, ...], levels: tuple[DunningLevel | None, ...]
) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Sum total outstanding, credits, and what is billable off and on plans (CH-7)."""
    owed = in_credit = standard = on_plans = ZERO
    for charge, level in zip(charges, levels, strict=True):
        outstanding = charge.outstanding
        if outstanding <= ZERO:
            if outstanding < ZERO:
                in_credit = add(in_credit, outstanding)
            continue
        if charge.placement is not None:
            continue
        owed = add(owed, outstanding)
        if level is not None:
            if charge.standing.enrolment is None:
                standard = add(standard, outstanding)
            else:
                on_plans = add(on_plans, outstanding)
    return owed, in_credit, standard, on_plans


def _levels_over(
    charges: tuple[Charge, ...], levels: tuple[DunningLevel | None, ...], as_of: date
) -> tuple[DunningLevel, DunningLevel, bool]:
    """Find the most severe level, and the longest billed charge's level (DL-9).

    The third answer decides whether a statement is made: whether any charge is on its way to 4
    or 8 (ST-4).
    """
    severest = printed = _LEVEL_0
    oldest: date | None = None
    any_on_its_way = False
    for charge, level in zip(charges, levels, strict=True):
        if level is None:
            continue
        if not level.is_terminal:
            any_on_its_way = True
        if level.severity > severest.severity:
            severest = level
        first = charge.standing.first_billed_on or as_of
        if oldest is None or first < oldest:
            oldest, printed = first, level
        elif first == oldest and level.severity > printed.severity:
            printed = level
    return severest, printed, any_on_its_way


def _skips(
    account: Account, as_of: date, policy: DunningPolicy, net: Decimal | None
) -> tuple[Skip, ...]:
    """List every reason for a skip, in ST-5's order; *net* is None if nothing is billable."""
    cycle = account.cycle
    skips: list[Skip] = []
    if cycle.last_run_on == as_of:
        skips.append(Skip(reason=SkipReason.ALREADY_RUN_TODAY, on=as_of))
    next_on = cycle.next_statement_on
    if next_on is not None and as_of < next_on:
        skips.append(Skip(reason=SkipReason.NOT_DUE, on=next_on))
    if net is None:
        skips.append(Skip(reason=SkipReason.NOTHING_BILLABLE))
    if account.holds:
        stops = tuple(
            hold.id
            for hold in account.holds
            if hold.scope is HoldScope.ACCOUNT and is_in_force(hold, as_of=as_of)
        )
        if stops:
            skips.append(Skip(reason=SkipReason.ON_HOLD, hold_ids=stops))
    if net is not None:
        if net <= ZERO:
            skips.append(Skip(reason=SkipReason.NET_NOT_POSITIVE, amount=net))
        elif net < policy.min_statement_balance:
            skips.append(
                Skip(
                    reason=SkipReason.BELOW_MINIMUM,
                    amount=net,
                    wanted=policy.min_statement_balance,
                )
            )
    return tuple(skips)


def _step_plan(
    plan: PaymentPlan, account: Account, frozen: _Freezes, *, as_of: date, policy: DunningPolicy
) -> PlanStep:
    """Judge what a run must judge of *plan*, and open the next period (PL-4, PL-10)."""
    grace_days = policy.grace_days
    covered = charges_on(plan, account.charges)
    fixed = dues_open_by(plan, covered, holds=account.holds, as_of=as_of, grace_days=grace_days)
    dues = as_suspended(plan, fixed, holds=account.holds)
    money = plan_money(plan, account.charges)
    allocation = allocate(dues, money, grace_days=grace_days)
    balance = plan_balance(covered, holds=account.holds, as_of=as_of)
    is_held = plan.patient_id in frozen.patients or all(
        charge.claim_id in frozen.claims for charge in covered if charge.outstanding > ZERO
    )
    by_statement = is_statement_plan(plan)
    judged: dict[int, Due] = {}
    if not is_held and plan.patient_id not in frozen.waiting:
        for index, due in enumerate(dues):
            if due.judged_on is None and (
                by_statement or is_past(due, as_of=as_of, grace_days=grace_days)
            ):
                short = allocation.met[index] < due_amount(due)
                judged[index] = attrs.evolve(due, judged_on=as_of, missed=short)
    opened = fixed[len(plan.dues) :]
    stored = [judged.get(index, due) for index, due in enumerate(fixed)]
    asking = [judged.get(index, due) for index, due in enumerate(dues)]
    nothing_open = not stored or stored[-1].judged_on is not None
    if by_statement and nothing_open and not is_held and as_of >= plan.start_on:
        # Money of this very day that the run knows belongs to the period it closes.
        seen = tuple(sorted([t.id for t in money if t.received_on == as_of]))
        opened = (Due(opened_on=as_of, amount=min(plan.minimum, balance), seen_ids=seen),)
        stored += opened
        asking += opened
        allocation = Allocation(met=(*allocation.met, ZERO), principal=allocation.principal)
    return PlanStep(
        plan=plan,
        dues=tuple(stored),
        opened=opened,
        judged=tuple(judged),
        missed=tuple([index for index, due in judged.items() if due.missed]),
        asks=ask(asking, allocation, balance=balance, as_of=as_of, grace_days=grace_days),
    )
