"""From events back to state: ``replay(before, events) == after`` for every verb.

Verbs off the hot path build their new account *through* these functions (`Draft`), so that each
effect is described once. The statement run builds its records itself, for speed; a law in the
tests holds it to the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

import attrs

from revcycle.accounts import (
    Account,
    FormerMember,
    Member,
    Patient,
    charge_of,
    check_account,
    member_of,
    plan_of,
)
from revcycle.charges import (
    Charge,
    Enrolment,
    Move,
    MoveCause,
    PlanStay,
    Standing,
    level_off_plan,
)
from revcycle.checks import SEVERAL, check_given
from revcycle.dunning import events as e
from revcycle.dunning.statement_records import seal_of
from revcycle.errors import InvalidRecord
from revcycle.holds import HoldScope
from revcycle.levels import DunningLevel
from revcycle.plans import CoveredClaim, Due, PaymentPlan, PlanStatus

__all__ = ["Draft", "replay"]


def replay(account: Account, events: Iterable[e.Event]) -> Account:
    """Give the account that *events* made of *account*.

    Raises:
        UnknownReference: an event names a charge, plan or member that is not here.
        InvalidRecord: *account* is none, or *events* holds something else.
    """
    check_account(account)
    check_given("events", events, SEVERAL)
    for event in events:
        apply = _APPLY.get(type(event))
        if apply is None:
            raise InvalidRecord("act", "events", event, "be events", records_only=True)
        account = apply(account, event)
        if account.last_act_on is None or account.last_act_on < event.on:
            account = attrs.evolve(account, last_act_on=event.on)
    return account


class Draft:
    """An account in the making: each event is recorded and at once takes effect.

    Attributes:
        account: the state after the events so far.
        events: the events so far.
    """

    __slots__ = ("account", "events")

    def __init__(self, account: Account) -> None:
        """Start from *account*, with no events."""
        self.account = account
        self.events: list[e.Event] = []

    def record(self, event: e.Event) -> None:
        """Add *event* and apply it."""
        self.account = replay(self.account, (event,))
        self.events.append(event)


def advanced(
    standing: Standing, *, on: date, after: DunningLevel, because: e.AdvanceCause
) -> Standing:
    """Give the standing after a run's step up (DL-3, DL-4).

    A plan's steps are kept, because late money may take one back (CH-9). A standard step never
    is, and it also makes every earlier fall final (CH-8).
    """
    return attrs.evolve(
        standing, level=after, reached_on=on, moves=moves_after(standing, on=on, because=because)
    )


def moves_after(standing: Standing, *, on: date, because: e.AdvanceCause) -> tuple[Move, ...]:
    """Give the moves that may still be taken back after a run's step up."""
    if because is not e.AdvanceCause.MISSED_MINIMUM:
        return ()
    step = Move(
        on=on,
        because=MoveCause.MISSED_MINIMUM,
        level_before=standing.level,
        reached_on_before=standing.reached_on,
    )
    return (*standing.moves, step)


def members_once_listed(members: tuple[Member, ...], *, on: date) -> tuple[Member, ...]:
    """Forget what other accounts had listed of joiners: from *on* this account's statements count.

    Only a statement that the other account made on this very day is still to be remembered, for
    payments of the day may be on either.
    """
    if all(member.listed_elsewhere is None for member in members):
        return members
    return tuple(
        member
        if member.listed_elsewhere is None or member.listed_elsewhere.last_statement_on == on
        else attrs.evolve(member, listed_elsewhere=None)
        for member in members
    )


def _charge_posted(account: Account, event: e.ChargePosted) -> Account:
    return attrs.evolve(
        account,
        charges=(*account.charges, event.charge),
        last_act_on=max(account.last_act_on or event.on, event.on),
    )


def _charge_voided(account: Account, event: e.ChargeVoided) -> Account:
    return _with_charge(account, event.charge_id, lambda c: attrs.evolve(c, voided_on=event.on))


def _transaction_posted(account: Account, event: e.TransactionPosted) -> Account:
    return _with_charge(
        account,
        event.charge_id,
        lambda c: attrs.evolve(c, transactions=(*c.transactions, event.transaction)),
        on=event.on,
    )


def _transaction_voided(account: Account, event: e.TransactionVoided) -> Account:
    def void(charge: Charge) -> Charge:
        return attrs.evolve(
            charge,
            transactions=tuple(
                attrs.evolve(t, voided_on=event.on) if t.id == event.transaction_id else t
                for t in charge.transactions
            ),
        )

    return _with_charge(account, event.charge_id, void)


def _level_advanced(account: Account, event: e.LevelAdvanced) -> Account:
    return _with_standing(
        account,
        event.charge_id,
        lambda s: advanced(s, on=event.on, after=event.after, because=event.because),
    )


def _level_fell(account: Account, event: e.LevelFell) -> Account:
    def fall(standing: Standing) -> Standing:
        move = Move(
            on=event.on,
            because=event.because,
            level_before=standing.level,
            reached_on_before=standing.reached_on,
            transaction_id=event.transaction_id,
            undoes_run_on=event.undoes_run_on,
        )
        return attrs.evolve(
            standing,
            level=event.after,
            reached_on=event.reached_on,
            moves=(*standing.moves, move),
        )

    return _with_standing(account, event.charge_id, fall)


def _level_restored(account: Account, event: e.LevelRestored) -> Account:
    return _with_standing(
        account,
        event.charge_id,
        lambda s: attrs.evolve(
            s, level=event.after, reached_on=event.reached_on, moves=s.moves[:-1]
        ),
    )


def _remembered_level_restored(account: Account, event: e.RememberedLevelRestored) -> Account:
    def restore(standing: Standing) -> Standing:
        if standing.enrolment is None:
            return standing
        enrolment = attrs.evolve(
            standing.enrolment,
            standard_level=event.after,
            standard_reached_on=event.reached_on,
            standard_moves=standing.enrolment.standard_moves[:-1],
        )
        return attrs.evolve(standing, enrolment=enrolment)

    return _with_standing(account, event.charge_id, restore)


def _plan_started(account: Account, event: e.PlanStarted) -> Account:
    return attrs.evolve(account, plans=(*account.plans, event.plan))


def _claim_covered(account: Account, event: e.ClaimCovered) -> Account:
    return _with_plan(
        account, event.plan_id, lambda p: attrs.evolve(p, claims=(*p.claims, event.claim))
    )


def _claim_uncovered(account: Account, event: e.ClaimUncovered) -> Account:
    def without(plan: PaymentPlan) -> PaymentPlan:
        kept: tuple[CoveredClaim, ...] = tuple(
            claim for claim in plan.claims if claim.claim_id != event.claim_id
        )
        return attrs.evolve(plan, claims=kept)

    return _with_plan(account, event.plan_id, without)


def _plan_joined(account: Account, event: e.PlanJoined) -> Account:
    return _with_standing(
        account,
        event.charge_id,
        lambda s: attrs.evolve(
            s, level=DunningLevel.LEVEL_0, reached_on=None, moves=(), enrolment=event.enrolment
        ),
    )


def _plan_left(account: Account, event: e.PlanLeft) -> Account:
    def leave(charge: Charge) -> Charge:
        standing = charge.standing
        stays = standing.past_stays
        moves: tuple[Move, ...] = ()
        if isinstance(standing.enrolment, Enrolment):
            moves = _moves_off_plan(standing, standing.enrolment, event)
            stay = PlanStay(
                plan_id=event.plan_id,
                prior_count=standing.enrolment.prior_count,
                end_count=len(charge.transactions),
                joined_on=standing.enrolment.joined_on,
                left_on=event.on,
            )
            stays = (*stays, stay)
        return attrs.evolve(
            charge,
            standing=attrs.evolve(
                standing,
                level=event.after,
                reached_on=event.reached_on,
                enrolment=None,
                moves=moves,
                past_stays=stays,
            ),
        )

    return _with_charge(account, event.charge_id, leave)


def _moves_off_plan(
    standing: Standing, enrolment: Enrolment, event: e.PlanLeft
) -> tuple[Move, ...]:
    """Keep what a bounced cheque may still take back after the plan was left (CH-8, DL-11).

    At the remembered level that is what had led to it; and if money had just improved the
    standing on the plan, leaving without that money would have led to a worse level.
    """
    left: list[Move] = []
    for fall in reversed(standing.moves):
        if fall.transaction_id is None:
            break
        level, reached_on = level_off_plan(fall.level_before, enrolment, on=event.on)
        move = Move(
            on=event.on,
            because=MoveCause.LEFT_PLAN,
            level_before=level,
            reached_on_before=reached_on,
            transaction_id=fall.transaction_id,
        )
        left.append(move)
    # What changed nothing stays only above what did: later money upholds what earlier money led to.
    while left and left[-1].level_before is event.after:
        left.pop()
    kept = enrolment.standard_moves if event.after is enrolment.standard_level else ()
    return (*kept, *reversed(left))


def _plan_ended(account: Account, event: e.PlanEnded) -> Account:
    return _with_plan(
        account,
        event.plan_id,
        lambda p: attrs.evolve(p, status=PlanStatus.ENDED, status_on=event.on),
    )


def _plan_reopened(account: Account, event: e.PlanReopened) -> Account:
    return _with_plan(
        account,
        event.plan_id,
        lambda p: attrs.evolve(
            p, status=PlanStatus.ACTIVE, status_on=None, new_charges=event.new_charges
        ),
    )


def _plan_cancelled(account: Account, event: e.PlanCancelled) -> Account:
    return _with_plan(
        account,
        event.plan_id,
        lambda p: attrs.evolve(
            p, status=PlanStatus.CANCELLED, status_on=event.on, status_reason=event.reason
        ),
    )


def _card_declined(account: Account, event: e.CardDeclined) -> Account:
    def decline(plan: PaymentPlan) -> PaymentPlan:
        card = None if plan.card is None else attrs.evolve(plan.card, cancelled_on=event.on)
        return attrs.evolve(plan, card=card, needs_attention=True)

    return _with_plan(account, event.plan_id, decline)


def _due_opened(account: Account, event: e.DueOpened) -> Account:
    return _with_plan(account, event.plan_id, lambda p: attrs.evolve(p, dues=(*p.dues, event.due)))


def _due_judged(account: Account, event: e.DueJudged) -> Account:
    return _with_due(account, event.plan_id, event.index, lambda _: event.due)


def _due_lowered(account: Account, event: e.DueLowered) -> Account:
    return _with_due(
        account,
        event.plan_id,
        event.index,
        lambda due: attrs.evolve(due, lowerings=(*due.lowerings, event.lowering)),
    )


def _due_raised(account: Account, event: e.DueRaised) -> Account:
    def lift(due: Due) -> Due:
        kept = tuple(low for low in due.lowerings if low.transaction_id != event.transaction_id)
        return attrs.evolve(due, lowerings=kept)

    return _with_due(account, event.plan_id, event.index, lift)


def _statement_issued(account: Account, event: e.StatementIssued) -> Account:
    billed = frozenset(event.billed_charge_ids)

    def bill(charge: Charge) -> Charge:
        standing = charge.standing
        return attrs.evolve(
            charge,
            standing=attrs.evolve(
                standing,
                first_billed_on=standing.first_billed_on or event.on,
                last_billed_on=event.on,
                billed_count=standing.billed_count + 1,
            ),
        )

    return attrs.evolve(
        account,
        charges=tuple(bill(c) if c.id in billed else c for c in account.charges),
        members=members_once_listed(account.members, on=event.on),
        statements=(*account.statements, event.sent),
        cycle=attrs.evolve(
            account.cycle,
            last_statement_on=event.on,
            statement_count=event.sent.number,
            listed_payment_ids=event.listed_payment_ids,
            seal=seal_of(account),
        ),
    )


def _cycle_run(account: Account, event: e.CycleRun) -> Account:
    cycle = attrs.evolve(account.cycle, last_run_on=event.on, next_statement_on=event.after)
    return attrs.evolve(account, cycle=cycle)


def _next_statement_reset(account: Account, event: e.NextStatementReset) -> Account:
    return attrs.evolve(account, cycle=attrs.evolve(account.cycle, next_statement_on=event.after))


def _alarm_set(account: Account, event: e.AlarmSet) -> Account:
    return attrs.evolve(account, alarm=event.after)


def _alarm_cleared(account: Account, event: e.AlarmCleared) -> Account:
    if account.alarm is None:
        return account
    return attrs.evolve(account, alarm=attrs.evolve(account.alarm, clearance=event.clearance))


def _alarm_revived(account: Account, _event: e.AlarmRevived) -> Account:
    if account.alarm is None:
        return account
    return attrs.evolve(account, alarm=attrs.evolve(account.alarm, clearance=None))


def _hold_placed(account: Account, event: e.HoldPlaced) -> Account:
    return attrs.evolve(account, holds=(*account.holds, event.hold))


def _hold_released(account: Account, event: e.HoldReleased) -> Account:
    return attrs.evolve(
        account,
        holds=tuple(
            attrs.evolve(hold, released_on=event.on) if hold.id == event.hold_id else hold
            for hold in account.holds
        ),
    )


def _statement_count_met(account: Account, event: e.StatementCountMet) -> Account:
    return _with_standing(account, event.charge_id, lambda s: attrs.evolve(s, count_met=True))


def _charge_placed(account: Account, event: e.ChargePlaced) -> Account:
    return _with_charge(
        account, event.charge_id, lambda c: attrs.evolve(c, placement=event.placement)
    )


def _charge_recalled(account: Account, event: e.ChargeRecalled) -> Account:
    def recall(charge: Charge) -> Charge:
        over = attrs.evolve(event.placement, recalled_on=event.on)
        return attrs.evolve(charge, placement=None, past_placements=(*charge.past_placements, over))

    return _with_charge(account, event.charge_id, recall)


def _member_joined(account: Account, event: e.MemberJoined) -> Account:
    return attrs.evolve(
        account,
        members=(*account.members, event.member),
        charges=account.charges + event.charges,
        plans=account.plans + event.plans,
        holds=account.holds + event.holds,
        last_act_on=max(account.last_act_on or event.on, event.on),
    )


def _member_left(account: Account, event: e.MemberLeft) -> Account:
    leaver = next(m for m in account.members if m.patient.id == event.patient_id)
    claims = {c.claim_id for c in account.charges if c.patient_id == event.patient_id}
    own = {HoldScope.PATIENT: {event.patient_id}, HoldScope.CLAIM: claims}
    alarm = account.alarm
    if alarm is not None:
        kept = tuple(p for p in alarm.patient_ids if p != event.patient_id)
        alarm = attrs.evolve(alarm, patient_ids=kept)
    remaining = tuple(m for m in account.members if m is not leaver)
    return attrs.evolve(
        account,
        members=remaining,
        former_members=(
            *account.former_members,
            FormerMember(patient_id=event.patient_id, joined_on=leaver.joined_on, left_on=event.on),
        ),
        charges=tuple(c for c in account.charges if c.patient_id != event.patient_id),
        plans=tuple(p for p in account.plans if p.patient_id != event.patient_id),
        holds=tuple(h for h in account.holds if h.subject_id not in own.get(h.scope, ())),
        alarm=alarm,
        # A family is never without members: the last one's leaving closes the account.
        closed_on=None if remaining else event.on,
    )


def _guarantor_changed(account: Account, event: e.GuarantorChanged) -> Account:
    return attrs.evolve(account, guarantor=event.guarantor)


def _note_recorded(account: Account, event: e.NoteRecorded) -> Account:
    return attrs.evolve(account, notes=(*account.notes, event.note))


def _statement_note_set(account: Account, event: e.StatementNoteSet) -> Account:
    return _with_patient(
        account, event.patient_id, lambda p: attrs.evolve(p, statement_note=event.after)
    )


def _patient_note_set(account: Account, event: e.PatientNoteSet) -> Account:
    return _with_patient(
        account, event.patient_id, lambda p: attrs.evolve(p, patient_note=event.after)
    )


def _restriction_set(account: Account, event: e.RestrictionSet) -> Account:
    def restrict(patient: Patient) -> Patient:
        earlier = patient.past_restrictions
        if patient.restriction is not None:
            earlier = (*earlier, patient.restriction)
        return attrs.evolve(patient, restriction=event.restriction, past_restrictions=earlier)

    return _with_patient(account, event.patient_id, restrict)


def _restriction_lifted(account: Account, event: e.RestrictionLifted) -> Account:
    def lift(patient: Patient) -> Patient:
        if patient.restriction is None:
            return patient
        lifted = attrs.evolve(patient.restriction, until_on=event.on, lifted_by=event.by)
        return attrs.evolve(patient, restriction=lifted)

    return _with_patient(account, event.patient_id, lift)


def _level_rederived(account: Account, event: e.LevelRederived) -> Account:
    return _with_standing(
        account,
        event.charge_id,
        lambda s: attrs.evolve(
            s,
            level=event.after,
            reached_on=event.reached_on,
            moves=event.moves,
            enrolment=event.enrolment,
        ),
    )


_APPLY: Final[dict[type, Callable[[Account, Any], Account]]] = {
    e.ChargePosted: _charge_posted,
    e.ChargeVoided: _charge_voided,
    e.TransactionPosted: _transaction_posted,
    e.TransactionVoided: _transaction_voided,
    e.LevelAdvanced: _level_advanced,
    e.LevelFell: _level_fell,
    e.LevelRestored: _level_restored,
    e.RememberedLevelRestored: _remembered_level_restored,
    e.PlanStarted: _plan_started,
    e.ClaimCovered: _claim_covered,
    e.ClaimUncovered: _claim_uncovered,
    e.PlanJoined: _plan_joined,
    e.PlanLeft: _plan_left,
    e.PlanEnded: _plan_ended,
    e.PlanReopened: _plan_reopened,
    e.PlanCancelled: _plan_cancelled,
    e.CardDeclined: _card_declined,
    e.DueOpened: _due_opened,
    e.DueJudged: _due_judged,
    e.DueLowered: _due_lowered,
    e.DueRaised: _due_raised,
    e.StatementIssued: _statement_issued,
    e.CycleRun: _cycle_run,
    e.NextStatementReset: _next_statement_reset,
    e.AlarmSet: _alarm_set,
    e.AlarmCleared: _alarm_cleared,
    e.AlarmRevived: _alarm_revived,
    e.HoldPlaced: _hold_placed,
    e.HoldReleased: _hold_released,
    e.StatementCountMet: _statement_count_met,
    e.ChargePlaced: _charge_placed,
    e.ChargeRecalled: _charge_recalled,
    e.MemberJoined: _member_joined,
    e.MemberLeft: _member_left,
    e.GuarantorChanged: _guarantor_changed,
    e.NoteRecorded: _note_recorded,
    e.StatementNoteSet: _statement_note_set,
    e.PatientNoteSet: _patient_note_set,
    e.RestrictionSet: _restriction_set,
    e.RestrictionLifted: _restriction_lifted,
    e.LevelRederived: _level_rederived,
}


def _with_charge(
    account: Account,
    charge_id: str,
    change: Callable[[Charge], Charge],
    *,
    on: date | None = None,
) -> Account:
    before = charge_of(account, charge_id)
    after = change(before)
    charges = tuple(after if charge is before else charge for charge in account.charges)
    if on is None:
        return attrs.evolve(account, charges=charges)
    return attrs.evolve(account, charges=charges, last_act_on=max(account.last_act_on or on, on))


def _with_standing(
    account: Account, charge_id: str, change: Callable[[Standing], Standing]
) -> Account:
    return _with_charge(account, charge_id, lambda c: attrs.evolve(c, standing=change(c.standing)))


def _with_patient(
    account: Account, patient_id: str, change: Callable[[Patient], Patient]
) -> Account:
    before = member_of(account, patient_id)
    after = attrs.evolve(before, patient=change(before.patient))
    return attrs.evolve(
        account, members=tuple(after if m is before else m for m in account.members)
    )


def _with_plan(
    account: Account, plan_id: str, change: Callable[[PaymentPlan], PaymentPlan]
) -> Account:
    before = plan_of(account, plan_id)
    after = change(before)
    return attrs.evolve(
        account, plans=tuple(after if plan is before else plan for plan in account.plans)
    )


def _with_due(account: Account, plan_id: str, index: int, change: Callable[[Due], Due]) -> Account:
    def changed(plan: PaymentPlan) -> PaymentPlan:
        dues = tuple(
            change(due) if position == index else due for position, due in enumerate(plan.dues)
        )
        return attrs.evolve(plan, dues=dues)

    return _with_plan(account, plan_id, changed)
