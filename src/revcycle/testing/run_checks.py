"""What is true of one statement run, skipped or not, and of the alarm when money came: 17 to 21."""

from __future__ import annotations

from datetime import date, timedelta

from revcycle.accounts import Account
from revcycle.charges import Charge
from revcycle.dunning import (
    AlarmStatus,
    DunningPolicy,
    RunOutcome,
    SkipReason,
    Statement,
    StatementRun,
    alarm_state,
    figures_of,
)
from revcycle.holds import HoldScope, is_in_force
from revcycle.levels import DunningLevel, most_severe
from revcycle.money import ZERO, cents
from revcycle.testing.verdicts import (
    billable_of,
    fail,
    sum_cents,
)

__all__ = [
    "check_alarm_after_run",
    "check_run",
    "check_run_levels",
    "check_skips",
    "check_statement",
    "check_unfired",
]


def check_run(run: StatementRun, *, before: Account, as_of: date, policy: DunningPolicy) -> None:
    """Check one run, skipped or not (17 to 21).

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_skips(run, before=before, as_of=as_of, policy=policy)
    if run.outcome is RunOutcome.SKIPPED:
        return
    check_run_levels(run, before=before, as_of=as_of, policy=policy)
    check_alarm_after_run(run, before=before, as_of=as_of)
    if run.statement is not None:
        check_statement(run.statement, run.account, before=before, as_of=as_of, policy=policy)


def check_skips(run: StatementRun, *, before: Account, as_of: date, policy: DunningPolicy) -> None:
    """17: a run is skipped for ST-5's reasons, all of them, in order; nobody paid up is billed."""
    billable = billable_of(before, as_of)
    net = sum_cents(billable) + sum(
        cents(c.outstanding) for c in before.charges if c.outstanding < ZERO
    )
    least = cents(policy.min_statement_balance)
    due_on = before.cycle.next_statement_on
    on_hold = any(
        h.scope is HoldScope.ACCOUNT and is_in_force(h, as_of=as_of) for h in before.holds
    )
    tests = (
        (SkipReason.ALREADY_RUN_TODAY, before.cycle.last_run_on == as_of),
        (SkipReason.NOT_DUE, due_on is not None and as_of < due_on),
        (SkipReason.NOTHING_BILLABLE, not billable),
        (SkipReason.ON_HOLD, on_hold),
        (SkipReason.NET_NOT_POSITIVE, bool(billable) and net <= 0),
        (SkipReason.BELOW_MINIMUM, bool(billable) and 0 < net < least),
    )
    expected = [reason for reason, stands in tests if stands]
    if [skip.reason for skip in run.skips] != expected:
        fail(17, f"skipped for {[s.reason.name for s in run.skips]}, not {expected}")
    if (run.outcome is RunOutcome.SKIPPED) is not bool(expected):
        fail(17, f"{run.outcome.value} although {expected}")
    if expected and (run.account is not before or run.events or run.statement):
        fail(17, "a skipped run changed something")
    if (run.statement is not None) is not (run.outcome is RunOutcome.WITH_STATEMENT):
        fail(17, f"{run.outcome.value}, statement: {run.statement is not None}")


def check_run_levels(
    run: StatementRun, *, before: Account, as_of: date, policy: DunningPolicy
) -> None:
    """18: a cycle run moves each charge as its track says, and sends unless all are terminal.

    DL-3 to DL-5, PL-11, FA-3, ST-4, ST-12: standard charges billed before go one step, plan
    charges one step if a due they answer for was missed, held and waiting ones stay.
    """
    billable = {charge.id for charge in billable_of(before, as_of)}
    now = {charge.id: charge for charge in run.account.charges}
    waiting = {m.patient.id for m in before.members if m.advances_from and as_of < m.advances_from}
    missed = _missed_dues(before, run.account)
    for charge in before.charges:
        if charge.id not in billable:
            if now[charge.id] != charge:
                fail(18, f"charge {charge.id} takes no part, yet the run changed it (ST-12)")
            continue
        expected = _number_after(charge, missed, waiting, policy)
        if now[charge.id].standing.level.number != expected:
            was = charge.standing.level
            fail(18, f"charge {charge.id} went from {was} to {now[charge.id].standing.level}")
    levels = [now[charge_id].standing.level for charge_id in billable]
    emits = policy.emit_when_terminal or any(not each.is_terminal for each in levels)
    if emits is not (run.outcome is RunOutcome.WITH_STATEMENT):
        fail(18, f"{run.outcome.value} with billable charges at {levels} (ST-4)")
    next_on = as_of + timedelta(days=policy.cycle_days)
    if run.account.cycle.next_statement_on != next_on:
        fail(18, f"next statement {run.account.cycle.next_statement_on}, not {next_on} (ST-1)")


def _number_after(
    charge: Charge, missed: dict[str, int], waiting: set[str], policy: DunningPolicy
) -> int:
    standing, number = charge.standing, charge.standing.level.number
    if standing.enrolment is not None:
        is_short = missed.get(standing.enrolment.plan_id, -1) >= standing.enrolment.first_due
        return (number if number == 8 else max(number + 1, 5)) if is_short else number  # noqa: PLR2004  (level numbers, not sizes)
    if standing.first_billed_on is None:
        return policy.first_statement_level
    return number if charge.patient_id in waiting else min(number + 1, 4)


def _missed_dues(before: Account, after: Account) -> dict[str, int]:
    """Give, by plan, the index of the latest due that the run found missed."""
    judged = {plan.id: [due.judged_on for due in plan.dues] for plan in before.plans}
    return {
        plan.id: index
        for plan in after.plans
        for index, due in enumerate(plan.dues)
        if due.missed and (index >= len(judged[plan.id]) or judged[plan.id][index] is None)
    }


def check_alarm_after_run(run: StatementRun, *, before: Account, as_of: date) -> None:
    """19: a cycle run sets the one alarm at the most severe billable level (AL-2, AL-3, AL-6)."""
    billable = [
        c for c in run.account.charges if c.id in {b.id for b in billable_of(before, as_of)}
    ]
    severest = most_severe(charge.standing.level for charge in billable)
    alarm, stored = run.account.alarm, before.alarm
    if severest is DunningLevel.LEVEL_0:
        if alarm is not None:
            fail(19, f"{alarm!r} is set at level 0")
        return
    if alarm is None or alarm.level is not severest:
        fail(19, f"{alarm!r} is set, the most severe charge is at {severest}")
    at_level = [c for c in billable if c.standing.level is severest]
    levels_before = {charge.id: charge.standing.level for charge in before.charges}
    stood = any(levels_before[charge.id] is severest for charge in at_level)
    arrived = min(c.standing.reached_on for c in at_level if c.standing.reached_on is not None)
    if stored is not None and stored.level is severest and stood:
        arrived = stored.reached_on
    if alarm.reached_on != arrived:
        fail(19, f"the alarm counts from {alarm.reached_on}, the arrival was {arrived}")
    if set(alarm.patient_ids) != {member.patient.id for member in run.account.members}:
        fail(19, f"{alarm.patient_ids} are behind an alarm set on {as_of}")
    was_cleared = stored is not None and stored.clearance is not None
    same = stored is not None and (stored.level, stored.reached_on) == (severest, arrived)
    if was_cleared and same and alarm.clearance is None:
        fail(19, "a cleared alarm came back unchanged (AL-6)")
    if alarm.clearance is not None and not was_cleared:
        fail(19, "a run cleared an alarm")


def check_statement(
    statement: Statement,
    after: Account,
    *,
    before: Account,
    as_of: date,
    policy: DunningPolicy,
) -> None:
    """20: headline = slip = due now; the lines sum to the total outstanding (ST-13, DL-9)."""
    lines = statement.lines
    owed = {c.id for c in before.charges if c.outstanding > ZERO and c.placement is None}
    if {line.charge_id for line in lines} != owed or len(lines) != len(owed):
        fail(20, f"lines {[line.charge_id for line in lines]}, owed {sorted(owed)}")
    if sum(cents(line.outstanding) for line in lines) != cents(statement.total_outstanding):
        fail(20, f"the lines do not sum to {statement.total_outstanding}")
    standard = sum(cents(line.outstanding) for line in lines if not line.held and not line.on_plan)
    if standard + cents(statement.plan_due) != cents(statement.due_now):
        fail(20, f"due now {statement.due_now}, plans {statement.plan_due}, lines {standard}")
    planned = sum(cents(line.outstanding) for line in lines if not line.held and line.on_plan)
    if cents(statement.plan_due) > planned or statement.plan_overdue > statement.plan_due:
        fail(20, f"plans owe {planned} cents and ask for {statement.plan_due}")
    figures = figures_of(after, as_of=as_of, policy=policy)
    for name in ("total_outstanding", "credits", "plan_due", "plan_overdue", "due_now"):
        if getattr(statement, name) != getattr(figures, name):
            fail(20, f"{name}: {getattr(statement, name)} printed, {getattr(figures, name)} owed")
    billed = [line for line in lines if not line.held]
    charges = {charge.id: charge.standing for charge in after.charges}
    oldest = min(charges[line.charge_id].first_billed_on or as_of for line in billed)
    printed = most_severe(
        line.level for line in billed if charges[line.charge_id].first_billed_on == oldest
    )
    severest = most_severe(line.level for line in billed)
    message = severest if len(after.members) > 1 else printed
    if (statement.printed_level, statement.message_level) != (printed, message):
        fail(20, f"printed {statement.printed_level}, message {statement.message_level}")
    last = before.cycle.last_statement_on
    shortened = last is not None and as_of < last + timedelta(days=policy.cycle_days)
    if statement.shortened_cycle is not shortened:
        fail(20, f"shortened cycle: {statement.shortened_cycle}, last statement {last} (ST-2)")


def check_unfired(before: Account, after: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """21: money that leaves the active level as it was never un-fires the alarm (AL-3)."""
    was = alarm_state(before, as_of=as_of, policy=policy)
    now = alarm_state(after, as_of=as_of, policy=policy)
    stays = was.status is AlarmStatus.FIRING and now.level is was.level
    if stays and now.status is not AlarmStatus.FIRING:
        fail(21, f"{was!r} became {now!r} by money")
