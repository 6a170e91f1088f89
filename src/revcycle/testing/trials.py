"""What is true of every account, found out by trying something on it and looking at both results.

The numbers go on from `invariants`, and are those of ``docs/invariants.md``. Accounts are values,
so a trial leaves no trace. Each takes an account, a day and a policy; those that try one of many
things also take who chooses it.

    try_again            26  a second run on the same day
    try_decision         27  the decision before the run
    try_preview          28  the preview before and after the run
    try_other_orders     29  members, charges, plans and holds in another order, money under others
                             ids
    try_waiting          30  day after day, against `next_decision_date`
    try_schedules        31  a run every night, against runs only when something can happen
    try_void             32  a payment, voided at once
    try_late_money       33  two late payments, in either order
    try_hostile_context  34  the same act where the host's decimals are coarse
    try_early_act        35  an act of the day before the last
    try_proposal         36  one cheque, spread and posted
    try_hold             37  a hold, placed and released at once
    try_eligibility      38  day after day, against the day of a finding (in `foresight`)
    try_guard_rails      39  day after day, against the day of a veto (in `foresight`)
    try_adjustment       53  an amount taken off a charge on a plan
    try_closing          21  charges closed one by one, as an alarm fires
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from revcycle.accounts import (
    Account,
    Alarm,
    AlarmClearance,
    ListedPayments,
    Member,
    StatementCycle,
    charge_of,
)
from revcycle.charges import (
    AdjustmentReason,
    Charge,
    Enrolment,
    Move,
    Standing,
    Transaction,
)
from revcycle.dunning import (
    AlarmState,
    CureEffect,
    DunningPolicy,
    PartialPaymentEffect,
    RunOutcome,
    SkipReason,
    Statement,
    StatementRun,
    account_level,
    alarm_state,
    allocate_payment,
    change_guarantor,
    clear_alarm,
    decide_statement,
    due_now,
    figures_of,
    next_decision_date,
    place_hold,
    plan_dues,
    post_adjustment,
    post_charge,
    post_payment,
    post_proposal,
    preview_statement,
    release_hold,
    reset_next_statement,
    run_statement,
    void_transaction,
)
from revcycle.errors import InvalidRecord, Refused
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.money import CENT, ZERO, cents, total
from revcycle.plans import Due, DueLowering, PaymentPlan, PlanStatus, charges_on
from revcycle.testing.choices import Choices, pick
from revcycle.testing.foresight import try_eligibility, try_guard_rails
from revcycle.testing.invariants import check_unfired, fail
from revcycle.testing.operations import Book, Operation, UnexpectedError, perform

__all__ = [
    "CHOOSING",
    "TRIALS",
    "try_adjustment",
    "try_again",
    "try_closing",
    "try_decision",
    "try_early_act",
    "try_eligibility",
    "try_everything",
    "try_guard_rails",
    "try_hold",
    "try_hostile_context",
    "try_late_money",
    "try_other_orders",
    "try_preview",
    "try_proposal",
    "try_schedules",
    "try_void",
    "try_waiting",
]

_ONE_DAY: Final = timedelta(days=1)


def try_everything(
    account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy
) -> None:
    """Try out one thing, chosen by *choices*, on an account whose last act is not after *as_of*.

    Raises:
        InvariantBroken: naming the invariant.
    """
    trial = pick(choices, TRIALS)
    if trial in CHOOSING:
        trial(account, choices, as_of=as_of, policy=policy)
    else:
        trial(account, as_of=as_of, policy=policy)


# ------------------------------------------------------------------------------------ around a run


def try_again(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """26: a second run on the same day changes nothing, even if the date was reset (ST-11)."""
    once = run_statement(account, as_of=as_of, policy=policy)
    if once.outcome is RunOutcome.SKIPPED:
        return
    reset = attrs.evolve(
        once.account, cycle=attrs.evolve(once.account.cycle, next_statement_on=as_of)
    )
    for again in (once.account, reset):
        try:
            twice = run_statement(again, as_of=as_of, policy=policy)
        except InvalidRecord as error:  # an account keeps no statement twice
            fail(26, f"the second run of {as_of} ended in {error}")
        if twice.account is not again or twice.events:
            fail(26, f"the second run of {as_of} did {twice.events!r}")


def try_decision(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """27: the decision says what the run then does: outcome, levels, dues, dollars (ST-4)."""
    decision = decide_statement(account, as_of=as_of, policy=policy)
    run = run_statement(account, as_of=as_of, policy=policy)
    if (decision.outcome, decision.skips) != (run.outcome, run.skips):
        fail(27, f"decided {decision.outcome}, ran {run.outcome}")
    if run.outcome is RunOutcome.SKIPPED:
        return
    for charge, level in zip(run.account.charges, decision.levels, strict=True):
        if level is not None and charge.standing.level is not level:
            fail(27, f"charge {charge.id} was to be at {level}, is at {charge.standing.level}")
    dues = {step.plan.id: step.dues for step in decision.plan_steps}
    for plan in run.account.plans:
        if plan.id in dues and plan.dues != dues[plan.id]:
            fail(27, f"plan {plan.id} has other dues than decided")
    figures = figures_of(run.account, as_of=as_of, policy=policy)
    names = ("total_outstanding", "credits", "net_balance", "plan_due", "plan_overdue", "due_now")
    for name in names:
        if getattr(decision, name) != getattr(figures, name):
            fail(27, f"{name}: decided {getattr(decision, name)}, is {getattr(figures, name)}")
    if decision.account_level is not account_level(run.account, as_of=as_of):
        fail(27, f"the account was to be at {decision.account_level}")


def try_preview(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """28: the preview is the statement that a run prints, before it and after it (ST-10).

    So it is when more has been posted on the day: a charge, and a payment of what was due.
    """
    preview = preview_statement(account, as_of=as_of, policy=policy)
    run = run_statement(account, as_of=as_of, policy=policy)
    if run.outcome is RunOutcome.SKIPPED:
        reasons = {skip.reason for skip in run.skips}
        dates = {SkipReason.NOT_DUE, SkipReason.ALREADY_RUN_TODAY}
        if not reasons <= dates and SkipReason.ALREADY_RUN_TODAY not in reasons:
            _check_reasons(preview.statement, [s.reason for s in preview.skips], reasons - dates)
        return
    if (preview.outcome, preview.statement) != (run.outcome, run.statement):
        fail(28, f"previewed {preview.statement!r}, ran {run.statement!r}")
    afterwards = preview_statement(run.account, as_of=as_of, policy=policy)
    if (afterwards.outcome, afterwards.statement) != (run.outcome, run.statement):
        fail(28, f"printed {run.statement!r}, previewed afterwards {afterwards.statement!r}")
    for later in _later_that_day(run.account, as_of, policy):
        afterwards = preview_statement(later, as_of=as_of, policy=policy)
        if not afterwards.skips and afterwards.statement != run.statement:
            fail(28, f"printed {run.statement!r}, previewed later {afterwards.statement!r}")


def _later_that_day(account: Account, day: date, policy: DunningPolicy) -> Iterator[Account]:
    new = Charge(
        id="trial",
        patient_id=account.members[0].patient.id,
        claim_id="trial",
        amount="77.00",
        posted_on=day,
        service_on=day,
    )
    yield post_charge(account, new, as_of=day, policy=policy).account
    asked = due_now(account, as_of=day, policy=policy)
    if asked > ZERO:
        proposal = allocate_payment(
            account, amount=asked, payment_id="trial", as_of=day, policy=policy
        )
        yield post_proposal(account, proposal, received_on=day, as_of=day, policy=policy).account


def _check_reasons(
    statement: Statement | None, shown: Sequence[SkipReason], wanted: set[SkipReason]
) -> None:
    if statement is not None or set(shown) != wanted:
        fail(28, f"the preview gives {shown} instead of {wanted}")


def try_other_orders(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """29: the order of members, charges, plans, holds and ids of money decides nothing (M-3)."""
    turned = attrs.evolve(
        account,
        members=account.members[::-1],
        charges=account.charges[::-1],
        plans=account.plans[::-1],
        holds=account.holds[::-1],
    )
    if _seen(account, as_of, policy) != _seen(turned, as_of, policy):
        fail(29, f"figures or alarm of account {account.id} depend on an order")
    one = run_statement(account, as_of=as_of, policy=policy)
    other = run_statement(turned, as_of=as_of, policy=policy)
    if _sorted_run(one) != _sorted_run(other):
        fail(29, f"the run of account {account.id} on {as_of} depends on an order")
    days = [next_decision_date(each, as_of=as_of, policy=policy) for each in (account, turned)]
    if days[0] != days[1]:
        fail(29, f"next decision {days[0]} or {days[1]}")
    _try_other_ids(account, as_of=as_of, policy=policy)
    first, second = (
        _seen_after_paying_twice(account, ids, as_of=as_of, policy=policy)
        for ids in (("trial-1", "trial-2"), ("trial-2", "trial-1"))
    )
    if first != second:
        fail(29, f"money that came before and after the run of {as_of} depends on its ids")


def _seen_after_paying_twice(
    account: Account, ids: tuple[str, str], *, as_of: date, policy: DunningPolicy
) -> list[tuple[Any, ...]]:
    """Pay a part of each plan before the day's run and after it; look on that day and later."""
    for transaction_id in ids:
        for plan in account.plans:
            covered = [c for c in charges_on(plan, account.charges) if c.outstanding > plan.minimum]
            for charge in covered[:1]:
                account = post_payment(
                    account,
                    charge_id=charge.id,
                    transaction_id=f"{transaction_id}-{plan.id}",
                    amount=plan.minimum,
                    received_on=as_of,
                    as_of=as_of,
                    policy=policy,
                ).account
        account = run_statement(account, as_of=as_of, policy=policy).account
    days = (as_of, as_of + timedelta(days=policy.cycle_days))
    return [_seen(account, day, policy) for day in days]


def _try_other_ids(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """Give the account's money ids that sort the other way round, and look again."""
    ids = sorted(t.id for charge in account.charges for t in charge.transactions)
    names = {each: f"trial-{len(ids) - at:05}" for at, each in enumerate(ids)}
    renamed = _under_ids(account, names)
    for day in (as_of, as_of + timedelta(days=policy.cycle_days)):
        if _seen(account, day, policy) != _seen(renamed, day, policy):
            fail(29, f"figures or alarm of account {account.id} on {day} depend on ids of money")
    runs = [run_statement(each, as_of=as_of, policy=policy) for each in (account, renamed)]
    one, other = ((run.outcome, _seen(run.account, as_of, policy)) for run in runs)
    if one != other:
        fail(29, f"the run of account {account.id} on {as_of} depends on ids of money")


def _under_ids(part: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401  (any part of an account)
    """Give *part* of an account with its transactions under other *names*, wherever they stand."""
    if isinstance(part, str):
        return names.get(part, part)
    if isinstance(part, tuple):
        return tuple(_under_ids(each, names) for each in part)
    if not isinstance(part, _MAY_NAME_MONEY):
        return part
    fields = {
        field.name: _under_ids(getattr(part, field.name), names)
        for field in attrs.fields(type(part))
        if field.init
    }
    return attrs.evolve(part, **fields)


_MAY_NAME_MONEY: Final = (
    *(Account, Charge, Transaction, Standing, Enrolment, Move, PaymentPlan, Due, DueLowering),
    *(Member, ListedPayments, StatementCycle, Alarm, AlarmClearance),
)


def _sorted_account(account: Account) -> Account:
    alarm = account.alarm
    if alarm is not None:
        alarm = attrs.evolve(alarm, patient_ids=tuple(sorted(alarm.patient_ids)))
    return attrs.evolve(
        account,
        members=tuple(sorted(account.members, key=lambda member: member.patient.id)),
        charges=tuple(sorted(account.charges, key=lambda charge: charge.id)),
        plans=tuple(sorted(account.plans, key=lambda plan: plan.id)),
        holds=tuple(sorted(account.holds, key=lambda hold: hold.id)),
        alarm=alarm,
    )


def _sorted_run(run: StatementRun) -> tuple[Any, ...]:
    skips = [attrs.evolve(skip, hold_ids=tuple(sorted(skip.hold_ids))) for skip in run.skips]
    return (_sorted_account(run.account), run.outcome, run.statement, skips)


def _seen(account: Account, as_of: date, policy: DunningPolicy) -> tuple[Any, ...]:
    """Give what anybody sees of an account on a day: dollars, alarm, what a run would do."""
    decision = decide_statement(account, as_of=as_of, policy=policy)
    levels = {c.id: level for c, level in zip(account.charges, decision.levels, strict=True)}
    return (
        figures_of(account, as_of=as_of, policy=policy),
        alarm_state(account, as_of=as_of, policy=policy),
        account_level(account, as_of=as_of),
        levels,
        decision.outcome,
        [skip.reason for skip in decision.skips],
        (decision.plan_due, decision.plan_overdue, decision.due_now, decision.printed_level),
    )


# --------------------------------------------------------------------------------- time going by


def try_waiting(
    account: Account, *, as_of: date, policy: DunningPolicy, horizon_days: int = 80
) -> None:
    """30: nothing happens by itself before `next_decision_date`, something does on it (ST-16)."""
    told = next_decision_date(account, as_of=as_of, policy=policy)
    if told is not None and told < as_of:
        fail(30, f"asked on {as_of}, told {told}")
    today = alarm_state(account, as_of=as_of, policy=policy)
    last = as_of + timedelta(days=horizon_days)
    day = as_of
    while day <= last and (told is None or day < told):
        if _happens(account, day, today, policy):
            fail(30, f"something happens on {day}; told {told}")
        day += _ONE_DAY
    if told is not None and not _happens(account, told, today, policy):
        fail(30, f"nothing happens on {told}")


def _happens(account: Account, day: date, today: AlarmState, policy: DunningPolicy) -> bool:
    runs = decide_statement(account, as_of=day, policy=policy).outcome is not RunOutcome.SKIPPED
    return runs or alarm_state(account, as_of=day, policy=policy) != today


def try_schedules(
    account: Account, *, as_of: date, policy: DunningPolicy, horizon_days: int = 80
) -> None:
    """31: runs every night and on decision days alone lead to the same account (ST-11, ST-16).

    After an outage, or run every fifth day, each charge still moves at most a step in each cycle.
    """
    last = as_of + timedelta(days=horizon_days)
    _try_every(account, 5, as_of, last, policy)
    nightly = account
    day = as_of
    while day <= last:
        nightly = run_statement(nightly, as_of=day, policy=policy).account
        day += _ONE_DAY
    told = account
    next_on = next_decision_date(told, as_of=as_of, policy=policy)
    while next_on is not None and next_on <= last:
        told = run_statement(told, as_of=next_on, policy=policy).account
        next_on = next_decision_date(told, as_of=next_on + _ONE_DAY, policy=policy)
    if told != nightly:
        fail(31, f"nightly runs left {nightly!r}, runs on decision days {told!r}")


def _try_every(account: Account, days: int, first: date, last: date, policy: DunningPolicy) -> None:
    """Run every so many *days* and count the steps that each charge takes in a cycle."""
    stepped: dict[str, date] = {}
    day = first
    while day <= last:
        run = run_statement(account, as_of=day, policy=policy)
        before = {charge.id: charge.standing.level for charge in account.charges}
        for charge in run.account.charges:
            if charge.standing.level is before[charge.id]:
                continue
            earlier = stepped.get(charge.id)
            if earlier is not None and (day - earlier).days < policy.cycle_days:
                fail(31, f"charge {charge.id} moved on {earlier} and on {day}")
            stepped[charge.id] = day
        account = run.account
        day += timedelta(days=days)


# -------------------------------------------------------------------------------- money, undone


def try_void(account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy) -> None:
    """32: payments voided at once leave levels, dues, plans and the alarm as they were (CH-8).

    One, or two in the order in which they were posted. Not on a day on which the alarm was cleared:
    of one day's acts nobody can say which came first.
    """
    charge = _owing(account, choices)
    clearance = None if account.alarm is None else account.alarm.clearance
    if charge is None or (clearance is not None and clearance.on == as_of):
        return
    amount = pick(choices, (charge.outstanding, CENT, min(charge.outstanding, Decimal("50.00"))))
    received_on = as_of - timedelta(days=pick(choices, (0, 0, 1, 20, 50)))
    voided = account
    ids = pick(choices, (("trial",), ("trial", "trial-2")))
    for transaction_id in ids:
        now = charge_of(voided, charge.id)
        other = now if now.outstanding >= amount else _owing(voided, choices)
        if other is None:
            continue
        voided = post_payment(
            voided,
            charge_id=other.id,
            transaction_id=transaction_id,
            amount=min(amount, other.outstanding),
            received_on=received_on,
            as_of=as_of,
            policy=policy,
        ).account
    posted = {t.id for each in voided.charges for t in each.transactions}
    for transaction_id in ids:
        if transaction_id in posted:
            voided = void_transaction(
                voided, transaction_id=transaction_id, as_of=as_of, policy=policy
            ).account
    if _standings(voided) != _standings(account):
        fail(
            32,
            f"{amount} received {received_on} on charge {charge.id}, voided at once, "
            f"moved {_differing(account, voided)}",
        )
    if _seen(voided, as_of, policy) != _seen(account, as_of, policy):
        fail(32, f"{amount} on charge {charge.id}, voided at once, changed the account's figures")
    statuses = [[(p.id, p.status, p.new_charges) for p in each.plans] for each in (account, voided)]
    if statuses[0] != statuses[1]:
        fail(32, f"{amount} on charge {charge.id}, voided at once, changed a plan: {statuses}")


def try_closing(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """21: closing charges one by one, oldest arrival first, un-fires no alarm that stays (AL-3)."""
    closing = [c for c in account.charges if c.outstanding > ZERO and c.standing.reached_on]
    closing.sort(key=lambda c: (-c.standing.level.severity, c.standing.reached_on, c.id))
    for charge in closing:
        after = post_payment(
            account,
            charge_id=charge.id,
            transaction_id=f"trial-{charge.id}",
            amount=charge.outstanding,
            received_on=as_of,
            as_of=as_of,
            policy=policy,
        ).account
        check_unfired(account, after, as_of=as_of, policy=policy)
        account = after


def try_adjustment(
    account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy
) -> None:
    """53: after an adjustment a plan asks what it asked, or all that it is still owed (PL-2)."""
    on_plans = [
        c for c in account.charges if c.standing.enrolment is not None and c.outstanding > ZERO
    ]
    if not on_plans:
        return
    charge = pick(choices, on_plans)
    plan_id = charge.standing.enrolment and charge.standing.enrolment.plan_id
    least = min(charge.outstanding, pick(choices, (Decimal("5.00"), Decimal("20.00"))))
    amount = pick(choices, (CENT, least, charge.outstanding))
    adjusted = post_adjustment(
        account,
        charge_id=charge.id,
        transaction_id="trial",
        amount=amount,
        reason=AdjustmentReason.OTHER,
        as_of=as_of,
        policy=policy,
    ).account
    was, now = (
        plan_dues(each, as_of=as_of, policy=policy).get(plan_id or "")
        for each in (account, adjusted)
    )
    if was is not None and now is not None and now.due != min(was.due, now.balance):
        fail(53, f"plan {plan_id} asked {was!r}, {amount} was taken off, now {now!r}")


def _owing(account: Account, choices: Choices) -> Charge | None:
    owing = [charge for charge in account.charges if charge.outstanding > ZERO]
    return pick(choices, owing) if owing else None


def _standings(account: Account) -> list[Any]:
    return [(charge.id, charge.standing, charge.outstanding) for charge in account.charges]


def _differing(one: Account, other: Account) -> list[Any]:
    pairs = zip(_standings(one), _standings(other), strict=True)
    return [(was, now) for was, now in pairs if was != now]


def try_late_money(
    account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy
) -> None:
    """33: two payments entered late leave the same levels in whichever order they come (CH-9).

    Only where no switch goes by single payments: a step down for each cure (DL-7) depends on
    what is due between them, and a partial payment's gate (DL-8) on the balance before it.
    """
    stepped = [c for c in account.charges if c.outstanding > ZERO and c.standing.moves]
    charge = pick(choices, stepped) if stepped else _owing(account, choices)
    if charge is None or policy.cure_effect is CureEffect.MINUS_ONE:
        return
    enrolment = charge.standing.enrolment
    if enrolment is None and policy.partial_payment_effect is not PartialPaymentEffect.NONE:
        return
    plan = None if enrolment is None else enrolment.plan_id
    pool = [
        c
        for c in account.charges
        if c.outstanding > ZERO
        and (c is charge or (c.standing.enrolment and c.standing.enrolment.plan_id == plan))
    ]
    parts = []
    runs = sorted({move.on for c in pool for move in c.standing.moves})
    for name in ("trial1", "trial2"):
        target = pick(choices, pool)
        amount = pick(choices, (Decimal("50.00"), Decimal("25.50"), Decimal("10.00"), CENT))
        received_on = pick(choices, runs or [as_of]) - timedelta(days=choices.integer(0, 30))
        parts.append((target.id, name, amount, received_on))
    results = []
    for order in (parts, parts[::-1]):
        try:
            results.append(_standings(_posted(account, order, as_of, policy)))
        except Refused:
            return
    levels = [[(each[0], each[1].level, each[1].reached_on) for each in r] for r in results]
    if levels[0] != levels[1]:
        differing = [pair for pair in zip(*levels, strict=True) if pair[0] != pair[1]]
        fail(33, f"{parts} in either order: {differing}")


def _posted(
    account: Account,
    parts: Sequence[tuple[str, str, Decimal, date]],
    as_of: date,
    policy: DunningPolicy,
) -> Account:
    for charge_id, transaction_id, amount, received_on in parts:
        account = post_payment(
            account,
            charge_id=charge_id,
            transaction_id=transaction_id,
            amount=amount,
            received_on=received_on,
            as_of=as_of,
            policy=policy,
        ).account
    return account


# ------------------------------------------------------------------------------------ and besides


def try_hostile_context(book: Book, operation: Operation) -> None:
    """34: an act comes out the same where the host's decimals round to three digits (M-1)."""
    here = perform(book, operation)
    hostile = decimal.Context(
        prec=3,
        rounding=decimal.ROUND_UP,
        Emax=6,
        Emin=-6,
        traps=[decimal.Inexact, decimal.Rounded, decimal.Overflow, decimal.Subnormal],
    )
    try:
        with decimal.localcontext(hostile):  # noqa: TID251  (here the host's context is the point)
            there = perform(book, operation)
    except UnexpectedError as error:
        fail(34, f"where decimals are coarse, {error}")
    if (here.changes, here.run) != (there.changes, there.run):
        fail(34, f"{operation!r} comes out differently where decimals are coarse")
    if type(here.refusal) is not type(there.refusal) or str(here.refusal) != str(there.refusal):
        fail(34, f"{operation!r}: {here.refusal} here, {there.refusal} where decimals are coarse")


def try_early_act(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """35: an act dated before the account's last is refused (CH-9)."""
    if account.last_act_on is None:
        return
    early = min(account.last_act_on - _ONE_DAY, as_of)
    hold = Hold(id="trial", scope=HoldScope.ACCOUNT, reason=HoldReason.OTHER, start_on=early)
    day: dict[str, Any] = {"as_of": early, "policy": policy}
    acts: tuple[Callable[[], object], ...] = (
        lambda: place_hold(account, hold, **day),
        lambda: run_statement(account, **day),
        lambda: reset_next_statement(account, early, **day),
        lambda: change_guarantor(account, account.guarantor, as_of=early),
        lambda: clear_alarm(account, by="staff", **day),
    )
    for act in acts:
        try:
            done = act()
        except Refused:
            continue
        fail(35, f"last act {account.last_act_on}, on {early} came {type(done).__name__}")


def try_proposal(account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy) -> None:
    """36: a proposal places every cent once, and can be posted as it stands (CH-10)."""
    amount = pick(choices, tuple(map(Decimal, ("50.00", "0.01", "120.35", "5000.00"))))
    allow_credit = bool(choices.integer(0, 1))
    proposal = allocate_payment(
        account,
        amount=amount,
        payment_id="trial",
        as_of=as_of,
        policy=policy,
        allow_credit=allow_credit,
    )
    placed = total(part.amount for part in proposal.parts)
    if cents(placed) + cents(proposal.unallocated) != cents(amount):
        fail(36, f"{amount} was spread as {proposal!r}")
    if proposal.credit > ZERO and not allow_credit:
        fail(36, f"a credit that was not allowed: {proposal!r}")
    _check_parts_on_plans(account, proposal.parts, as_of=as_of, policy=policy)
    if not proposal.parts:
        return
    after = post_proposal(account, proposal, received_on=as_of, as_of=as_of, policy=policy).account
    owed = [total(c.outstanding for c in each.charges) for each in (account, after)]
    if cents(owed[0]) - cents(owed[1]) != cents(placed):
        fail(36, f"{placed} was posted, and {owed[0]} became {owed[1]}")


def _check_parts_on_plans(
    account: Account, parts: Sequence[Any], *, as_of: date, policy: DunningPolicy
) -> None:
    """No part goes to a plan's principal, and none to a standard charge while a due stands open."""
    on_plans = total(part.amount for part in parts if part.plan_id is not None)
    asked = figures_of(account, as_of=as_of, policy=policy).plan_due
    if on_plans > asked:
        fail(36, f"{on_plans} goes to plans that ask for {asked}")
    if on_plans < asked and any(part.plan_id is None for part in parts):
        fail(36, f"plans ask for {asked} and get {on_plans}, standard charges the rest")


def try_hold(account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy) -> None:
    """37: a hold moves no date and no level; while it stands the alarm sleeps (ST-12)."""
    scope = pick(choices, (HoldScope.ACCOUNT, HoldScope.PATIENT, HoldScope.CLAIM))
    subjects: dict[HoldScope, list[str | None]] = {
        HoldScope.ACCOUNT: [None],
        HoldScope.PATIENT: [member.patient.id for member in account.members],
        HoldScope.CLAIM: [charge.claim_id for charge in account.charges],
    }
    if not subjects[scope]:
        return
    hold = Hold(
        id="trial",
        scope=scope,
        subject_id=pick(choices, subjects[scope]),
        reason=HoldReason.DISPUTE,
        start_on=as_of,
    )
    held = place_hold(account, hold, as_of=as_of, policy=policy).account
    released = release_hold(held, hold_id="trial", as_of=as_of, policy=policy).account
    if held.cycle != account.cycle or _standings(held) != _standings(account):
        fail(37, f"{hold!r} moved a date or a level")
    if scope is HoldScope.ACCOUNT and run_statement(held, as_of=as_of, policy=policy).events:
        fail(37, f"a run went through {hold!r}")
    if _seen(released, as_of, policy) != _seen(account, as_of, policy):
        fail(37, f"{hold!r} left a trace after its release")
    active = [p for p in account.plans if p.status is PlanStatus.ACTIVE]
    if active != [
        attrs.evolve(p, dues=p.dues[: len(q.dues)])
        for p, q in zip(
            [p for p in released.plans if p.status is PlanStatus.ACTIVE], active, strict=True
        )
    ]:
        fail(37, f"{hold!r} changed a plan")


CHOOSING: Final = frozenset(
    {try_void, try_late_money, try_proposal, try_hold, try_guard_rails, try_adjustment}
)
"""The trials that also take who chooses."""

TRIALS: Final[tuple[Any, ...]] = (
    try_again,
    try_decision,
    try_preview,
    try_other_orders,
    try_waiting,
    try_schedules,
    try_early_act,
    try_closing,
    try_void,
    try_void,
    try_late_money,
    try_late_money,
    try_proposal,
    try_hold,
    try_adjustment,
    try_eligibility,
    try_guard_rails,
)
"""What `try_everything` may try; twice what depends on a choice most."""
