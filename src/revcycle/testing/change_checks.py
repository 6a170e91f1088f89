"""What is true of an account before and after any act: invariants 5 to 12."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import attrs

from revcycle import dunning
from revcycle.accounts import Account
from revcycle.charges import Charge, Standing
from revcycle.dunning import Event
from revcycle.levels import level
from revcycle.money import ZERO
from revcycle.plans import (
    due_amount,
)
from revcycle.testing.verdicts import (
    fail,
    names_of,
)

__all__ = [
    "check_alarm_moves",
    "check_billing",
    "check_change",
    "check_cycle",
    "check_dues",
    "check_ledger",
    "check_level_moves",
    "check_quiet",
    "check_replay",
]


def check_change(before: Account, after: Account, events: Sequence[Event], *, on: date) -> None:
    """Check what an act of *on* made of an account (5 to 12).

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_replay(before, after, events, on=on)
    check_quiet(before, after, events)
    check_ledger(before, after)
    check_billing(before, after, events, on=on)
    check_level_moves(before, after, events, on=on)
    check_dues(before, after, events, on=on)
    check_alarm_moves(before, after, events)
    check_cycle(before, after, events, on=on)


def check_replay(before: Account, after: Account, events: Sequence[Event], *, on: date) -> None:
    """5: replaying the events gives the account after; each has the act's day, none an account."""
    if dunning.replay(before, events) != after:
        fail(5, f"replaying {names_of(events)} does not give the account after")
    for event in events:
        if event.on != on:
            fail(5, f"{event!r} is not dated {on}")
        values = attrs.astuple(event, recurse=False)
        if any(type(value) is Account for value in values):
            fail(5, f"{type(event).__name__} carries an account")


def check_quiet(before: Account, after: Account, events: Sequence[Event]) -> None:
    """6: an act that changed nothing gives back the very same account and no event."""
    if (after is before) is not (not events):
        fail(6, f"same account: {after is before}; events: {names_of(events)}")


def check_ledger(before: Account, after: Account) -> None:
    """7: history is only added to: a void is a date, never a deletion (CH-1, CH-3)."""
    known = {charge.id: charge for charge in after.charges}
    gone = {m.patient_id for m in after.former_members[len(before.former_members) :]}
    for charge in before.charges:
        if charge.id in known:
            _check_charge(charge, known[charge.id])
        elif charge.patient_id not in gone:
            fail(7, f"charge {charge.id} is gone")
    if after.statements[: len(before.statements)] != before.statements:
        fail(7, "a statement that was sent is rewritten")
    if after.former_members[: len(before.former_members)] != before.former_members:
        fail(7, "a past membership is rewritten")


def _check_charge(charge: Charge, now: Charge) -> None:
    if any(getattr(now, name) != getattr(charge, name) for name in _FIXED):
        fail(7, f"charge {charge.id} was rewritten")
    if charge.voided_on is not None and now.voided_on != charge.voided_on:
        fail(7, f"the void of charge {charge.id} was rewritten")
    for old, new in zip(charge.transactions, now.transactions, strict=False):
        if new != (old if old.voided_on else attrs.evolve(old, voided_on=new.voided_on)):
            fail(7, f"transaction {old.id} was rewritten")
    if len(now.transactions) < len(charge.transactions):
        fail(7, f"a transaction of charge {charge.id} is gone")
    for was, is_now in (
        (charge.past_placements, now.past_placements),
        (charge.standing.past_stays, now.standing.past_stays),
    ):
        if is_now[: len(was)] != was:
            fail(7, f"a past stay of charge {charge.id} was rewritten")


_FIXED: Final = (
    *("patient_id", "claim_id", "amount", "posted_on", "service_on", "self_pay_claim"),
    *("description", "department_id", "provider_id", "entered_on"),
)


def check_billing(before: Account, after: Account, events: Sequence[Event], *, on: date) -> None:
    """8: a charge counts one more statement exactly when one was made that bills it (ST-6)."""
    issued = [event for event in events if type(event).__name__ == "StatementIssued"]
    billed = {each for event in issued for each in getattr(event, "billed_charge_ids", ())}
    for was, now in _both(before, after):
        expected = (was.first_billed_on, was.last_billed_on, was.billed_count)
        if now[0].id in billed:
            expected = (was.first_billed_on or on, on, was.billed_count + 1)
        standing = now[1]
        if (standing.first_billed_on, standing.last_billed_on, standing.billed_count) != expected:
            fail(8, f"charge {now[0].id} was billed {was.billed_count} times, now {standing!r}")


def _both(before: Account, after: Account) -> Iterable[tuple[Standing, tuple[Charge, Standing]]]:
    """Pair the standing before with the charge and standing after, for charges in both."""
    known = {charge.id: charge for charge in before.charges}
    for charge in after.charges:
        if charge.id in known:
            yield known[charge.id].standing, (charge, charge.standing)


def check_level_moves(
    before: Account, after: Account, events: Sequence[Event], *, on: date
) -> None:
    """9: a level moves only as the rules say, and rises in three ways only (DL-12, DL-13).

    By one step of its track in a cycle run; on leaving a plan, to no better standing; when a void
    gives it back. It falls when a payment is posted, or to 0 on joining a plan. A change of
    policy that re-derives it says so, charge by charge (PC-1).
    """
    names = names_of(events)
    told = {e.charge_id: e for e in events if isinstance(e, dunning.LevelRederived)}
    for was, (charge, now) in _both(before, after):
        if (was.level, was.reached_on) == (now.level, now.reached_on) and (
            _on(was) == _on(now) or now.enrolment is not None
        ):
            continue
        if charge.id in told:
            event = told[charge.id]
            says = (event.before, event.after, event.reached_on)
            is_so = says == (was.level, now.level, now.reached_on)
            reason = None if is_so else f"a change of policy says {says}"
        elif "CycleRun" in names:
            reason = _why_not_by_run(was, now, on)
        elif was.enrolment is not None and _on(was) != _on(now):
            reason = _why_not_by_leaving(was, now, on)
        elif now.enrolment is not None and was.enrolment is None:
            reason = None if now.level.number == 0 else "a charge joins its plan at 0"
        elif now.level > was.level or (now.level is was.level and "LevelRestored" in names):
            # Restored and lowered in one act, by late money that the fall had hidden, a level may
            # end where it was and yet stand since an earlier day.
            reason = _why_not_by_void(was, now, names)
        elif "TransactionPosted" in names or "TransactionVoided" in names:
            reason = _why_not_by_payment(was, now, on)
        else:
            reason = f"{names} move no level"
        if reason is not None:
            fail(9, f"charge {charge.id} went from {_at(was)} to {_at(now)}: {reason}")


def _why_not_by_run(was: Standing, now: Standing, on: date) -> str | None:
    number = was.level.number
    if now.enrolment != was.enrolment:
        return "a run puts nothing on or off a plan"
    if was.enrolment is not None:
        step = {0: 5, 5: 6, 6: 7, 7: 8}.get(number)
    elif was.first_billed_on is None:
        step = 1
    else:
        step = {0: 1, 1: 2, 2: 3, 3: 4}.get(number)
    if now.level.number != step:
        return "a run goes one step up the track"
    return None if now.reached_on == on else "a step is dated by its run"


def _why_not_by_leaving(was: Standing, now: Standing, on: date) -> str | None:
    enrolment = was.enrolment
    if now.enrolment is not None or enrolment is None:
        return None if now.level.number == 0 else "a charge joins its plan at 0"
    kept = enrolment.standard_level
    due_level = level(max(was.level.number - 4, 0))
    expected = (kept, enrolment.standard_reached_on) if kept >= due_level else (due_level, on)
    if (now.level, now.reached_on) != expected:
        return "leaving gives the more severe of the remembered level and the plan's less 4"
    return None


def _why_not_by_void(was: Standing, now: Standing, names: Sequence[str]) -> str | None:
    if "TransactionVoided" not in names:
        return "only a void raises a level between runs"
    earlier = {(move.level_before, move.reached_on_before) for move in was.moves}
    return None if (now.level, now.reached_on) in earlier else "a void gives back what there was"


def _why_not_by_payment(was: Standing, now: Standing, on: date) -> str | None:
    earlier = {(move.level_before, move.reached_on_before) for move in was.moves}
    stamped = None if now.level.number == 0 else on
    if now.reached_on != stamped and (now.level, now.reached_on) not in earlier:
        return "a fall is dated by its day"
    return None if now.level < was.level else "money raises no level"


def _on(standing: Standing) -> str | None:
    return None if standing.enrolment is None else standing.enrolment.plan_id


def _at(standing: Standing) -> str:
    on = f" on plan {_on(standing)}" if standing.enrolment else ""
    return f"{standing.level} since {standing.reached_on}{on}"


def check_dues(before: Account, after: Account, events: Sequence[Event], *, on: date) -> None:
    """10: a due is fixed when its period opens and judged once, by a run (PL-2, PL-4)."""
    ran = "CycleRun" in names_of(events)
    known = {plan.id: plan for plan in after.plans}
    for plan in before.plans:
        now = known.get(plan.id)
        if now is None:
            continue
        if len(now.dues) < len(plan.dues):
            fail(10, f"plan {plan.id} lost a due")
        for old, new in zip(plan.dues, now.dues, strict=False):
            suspended = ran and new.judged_on == on and not new.amount and not new.missed
            expected = attrs.evolve(old, amount=ZERO) if suspended else old
            if any(getattr(expected, name) != getattr(new, name) for name in _FIXED_OF_DUE):
                fail(10, f"plan {plan.id}: the due opened {old.opened_on} was rewritten")
            if old.judged_on is not None and (old.judged_on, old.missed) != (
                new.judged_on,
                new.missed,
            ):
                fail(10, f"plan {plan.id}: the due opened {old.opened_on} was judged again")
            if new.judged_on != old.judged_on and not (ran and new.judged_on == on):
                fail(10, f"plan {plan.id}: a due was judged without a run")
        judged = [due.judged_on is not None for due in now.dues]
        if judged != sorted(judged, reverse=True):
            fail(10, f"plan {plan.id}: a later due was judged before an earlier one")
        if any(due.amount > now.minimum or due_amount(due) > due.amount for due in now.dues):
            fail(10, f"plan {plan.id}: a due is above the minimum {now.minimum}")


_FIXED_OF_DUE: Final = ("opened_on", "due_on", "amount", "seen_ids")


def check_alarm_moves(before: Account, after: Account, events: Sequence[Event]) -> None:
    """11: only a cycle run sets the alarm; nobody who joins later is behind it (AL-2, AL-4)."""
    if "CycleRun" in names_of(events):
        return
    was, now = before.alarm, after.alarm
    if (was is None) is not (now is None):
        fail(11, f"the alarm went from {was!r} to {now!r} without a run")
    if was is None or now is None:
        return
    if (was.level, was.reached_on, was.set_on) != (now.level, now.reached_on, now.set_on):
        fail(11, f"the alarm went from {was!r} to {now!r} without a run")
    if not set(now.patient_ids) <= set(was.patient_ids):
        fail(11, f"patients {now.patient_ids} came behind an alarm set on {was.set_on}")


def check_cycle(before: Account, after: Account, events: Sequence[Event], *, on: date) -> None:
    """12: the next statement date moves by a cycle run or a reset alone (ST-1, ST-2)."""
    names = names_of(events)
    was, now = before.cycle, after.cycle
    if "CycleRun" in names:
        if now.last_run_on != on:
            fail(12, f"the run of {on} left {now!r}")
    elif attrs.evolve(was, next_statement_on=now.next_statement_on) != now:
        fail(12, f"{was!r} became {now!r} without a run")
    elif was.next_statement_on != now.next_statement_on and "NextStatementReset" not in names:
        fail(12, f"next statement {was.next_statement_on} became {now.next_statement_on}")
