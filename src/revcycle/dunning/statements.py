"""The statement run: read this first.

run_statement         one cycle for one account: levels advance, the alarm is set, a
                      statement is made or not (ST-4)
  decide_statement    what will happen, and every reason for a skip (in `advance`)
  _apply              builds what was decided: charges, statement, alarm, plans, cycle, events
preview_statement     the same statement, changing nothing (ST-10)
reset_next_statement  staff set the next date (ST-2)
next_decision_date    the earliest day on which anything could happen (in `schedule`)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import attrs

from revcycle.accounts import (
    Account,
    ListedPayments,
    SentStatement,
    StatementCycle,
    is_family,
)
from revcycle.charges import Charge, Standing, paid_and_adjusted
from revcycle.checks import ID, SEVERAL, check_given
from revcycle.dunning.acts import check_act, check_day, require
from revcycle.dunning.advance import (
    PlanStep,
    RunOutcome,
    Skip,
    SkipReason,
    StatementDecision,
    cause_of_step,
    decide_statement,
)
from revcycle.dunning.alarms import alarm_after_run
from revcycle.dunning.collections import keep_met_counts
from revcycle.dunning.delivery import delivery_for
from revcycle.dunning.events import (
    AlarmSet,
    CycleRun,
    DueJudged,
    DueOpened,
    Event,
    LevelAdvanced,
    NextStatementReset,
    StatementIssued,
)
from revcycle.dunning.languages import is_same_language
from revcycle.dunning.level_messages import LevelMessage
from revcycle.dunning.listed_payments import payments_listed
from revcycle.dunning.messages import message_for
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.practice import is_anything_missing, practice_texts
from revcycle.dunning.replay import Draft, members_once_listed, moves_after
from revcycle.dunning.reprint import as_run_may_have_left
from revcycle.dunning.statement_records import (
    Statement,
    StatementLine,
    StatementPatient,
    StatementTextNote,
    fingerprint_of,
    seal_of,
)
from revcycle.errors import Problem, Proposition
from revcycle.levels import DunningLevel
from revcycle.money import ZERO, add
from revcycle.plans import PaymentPlan

__all__ = [
    "Reset",
    "ResetProblem",
    "StatementPreview",
    "StatementRun",
    "preview_statement",
    "reset_next_statement",
    "run_statement",
    "run_statements",
    "statement_id",
]


@attrs.frozen(kw_only=True)
class StatementRun:
    """What `run_statement` returns (ST-4).

    Attributes:
        account: the account after the run; the same object if the run was skipped.
        outcome: skipped, or run with or without a statement.
        statement: the statement, or None.
        skips: every reason for a skip, with figures.
        events: what changed; empty if the run was skipped.
    """

    account: Account
    outcome: RunOutcome
    statement: Statement | None
    skips: tuple[Skip, ...]
    events: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class StatementPreview:
    """The statement as it would be printed today (ST-10).

    Attributes:
        outcome: what a cycle run today comes to, due or not.
        statement: the statement, or None.
        skips: the reasons, other than the date, why there would be none.
    """

    outcome: RunOutcome
    statement: Statement | None
    skips: tuple[Skip, ...]


class ResetProblem(Proposition):
    """Why a new next statement date is refused."""

    NOT_AFTER_LAST_STATEMENT = "Choose a date after the last statement (ST-2)."
    CYCLE_TOO_SHORT = "Choose a date a full cycle after the last statement: the policy asks it."


@attrs.frozen(kw_only=True)
class Reset:
    """What `reset_next_statement` returns: the new account and the event."""

    account: Account
    events: tuple[Event, ...]


def run_statement(account: Account, *, as_of: date, policy: DunningPolicy) -> StatementRun:
    """Run one statement cycle for one account (ST-1, ST-4, ST-5).

    A run that is not skipped is a cycle run: standard charges still open advance, plan charges
    advance if a minimum was missed, the alarm is set and the next date fixed. It makes a
    statement unless every billable charge is at 4 or 8.

    Args:
        account: the account; it is not changed.
        as_of: the day of the run.
        policy: the practice's numbers and switches.

    Returns:
        The new account, the outcome, the statement if any, the skips and the events.

    Raises:
        Refused: *as_of* is before the account's last act (CH-9), or the policy lacks an alarm
            type (AL-1).
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    decision = decide_statement(account, as_of=as_of, policy=policy)
    if decision.outcome is _SKIPPED:
        return StatementRun(
            account=account, outcome=_SKIPPED, statement=None, skips=decision.skips, events=()
        )
    return _apply(account, decision, as_of, policy)


def run_statements(
    accounts: Iterable[Account], *, as_of: date, policy: DunningPolicy
) -> Iterator[StatementRun]:
    """Run every account, one at a time: a book of any size needs the memory of one account.

    Raises:
        Refused: as `run_statement`, when the iteration reaches that account.
        InvalidRecord: as `run_statement`; or *accounts* cannot be gone through.
    """
    check_day(as_of)
    check_policy(policy)
    check_given("accounts", accounts, SEVERAL)
    for account in accounts:
        yield run_statement(account, as_of=as_of, policy=policy)


def preview_statement(account: Account, *, as_of: date, policy: DunningPolicy) -> StatementPreview:
    """Show the statement as it would be printed on *as_of*, changing nothing (ST-10).

    It shows levels and dues as a cycle run that day would leave them, due or not. On a day
    already run it is that day's statement, whatever was posted since; where what was done since
    leaves no way to tell what stood on it, or *policy* is another than the run's, the reasons
    come instead. So they do on any other day with a reason to skip other than the date.

    Raises:
        Refused: as `run_statement`.
        InvalidRecord: as `run_statement`.
    """
    decision = decide_statement(account, as_of=as_of, policy=policy)
    skips = tuple(skip for skip in decision.skips if skip.reason not in _MATTERS_OF_DATE)
    if account.cycle.last_run_on == as_of:
        already = Skip(reason=SkipReason.ALREADY_RUN_TODAY, on=as_of)
        return _preview_of_today(account, as_of, policy, otherwise=skips or (already,))
    if skips:
        return StatementPreview(outcome=_SKIPPED, statement=None, skips=skips)
    terminal = all(level is None or level.is_terminal for level in decision.levels)
    outcome = (
        RunOutcome.WITHOUT_STATEMENT
        if terminal and not policy.emit_when_terminal
        else RunOutcome.WITH_STATEMENT
    )
    run = _apply(account, attrs.evolve(decision, outcome=outcome, skips=()), as_of, policy)
    return StatementPreview(outcome=run.outcome, statement=run.statement, skips=())


def reset_next_statement(
    account: Account, on: date, *, as_of: date, policy: DunningPolicy
) -> Reset:
    """Set the next statement date; it governs one statement (ST-2).

    The first run on or after it generates; a past date makes the next run due. A date sooner
    than a full cycle after the last statement is honoured, and the statement is flagged, unless
    the policy refuses it here.

    Raises:
        Refused: the date is not after the last statement, or too close by policy.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    require(
        "reset_next_statement", check_reset_next_statement(account, on, as_of=as_of, policy=policy)
    )
    draft = Draft(account)
    keep_met_counts(draft, as_of=as_of, policy=policy)
    draft.record(NextStatementReset(as_of, account.cycle.next_statement_on, on))
    return Reset(account=draft.account, events=tuple(draft.events))


def check_reset_next_statement(
    account: Account, on: date, *, as_of: date, policy: DunningPolicy
) -> tuple[Problem, ...]:
    """List why *on* cannot be the next statement date."""
    check_day(on, field="on")
    problems = list(check_act(account, as_of=as_of))
    last = account.cycle.last_statement_on
    if last is not None:
        detail = f"date {on}, last statement {last}"
        if on <= last:
            problems.append(Problem(ResetProblem.NOT_AFTER_LAST_STATEMENT, detail))
        elif policy.refuse_shortened_cycle and on < last + policy.cycle:
            detail = f"{detail}, cycle {policy.cycle_days} days"
            problems.append(Problem(ResetProblem.CYCLE_TOO_SHORT, detail))
    return tuple(problems)


def statement_id(account_id: str, on: date) -> str:
    """Give the id of an account's statement of *on*: the same on every try (ST-13).

    Raises:
        InvalidRecord: *account_id* is no id, or *on* no plain date.
    """
    if type(account_id) is not str or not account_id or type(on) is not date:
        check_given("account_id", account_id, ID)
        check_day(on, field="on")
    return f"{account_id}:{on}"


_SKIPPED: Final = RunOutcome.SKIPPED
_WITH_STATEMENT: Final = RunOutcome.WITH_STATEMENT
_MATTERS_OF_DATE: Final = frozenset({SkipReason.ALREADY_RUN_TODAY, SkipReason.NOT_DUE})


def _apply(
    account: Account, decision: StatementDecision, as_of: date, policy: DunningPolicy
) -> StatementRun:
    """Build what was decided. Every record is built once, and only if it changes."""
    emits = decision.outcome is _WITH_STATEMENT
    events: list[Event] = []
    plans = account.plans
    if decision.plan_steps:
        plans = _plans_after(account, decision.plan_steps, as_of, events)
    charges, before, billable = _charges_after(account, decision, as_of, events, bills=emits)
    next_on = as_of + policy.cycle
    cycle = account.cycle
    statement = issued = None
    if emits:
        statement = _make_statement(
            account,
            charges,
            decision,
            as_of,
            policy,
            number=cycle.statement_count + 1,
            window=ListedPayments(
                last_statement_on=cycle.last_statement_on, payment_ids=cycle.listed_payment_ids
            ),
            next_on=next_on,
        )
        issued = _issued(statement, billable)
        events.append(issued)
    events.append(CycleRun(as_of, cycle.next_statement_on, next_on))
    alarm = alarm_after_run(
        account.alarm,
        before,
        billable,
        level=decision.account_level,
        patient_ids=tuple([member.patient.id for member in account.members]),
        on=as_of,
    )
    if alarm is not account.alarm:
        events.append(AlarmSet(as_of, account.alarm, alarm))
    return StatementRun(
        account=Account(
            id=account.id,
            guarantor=account.guarantor,
            members=members_once_listed(account.members, on=as_of) if emits else account.members,
            former_members=account.former_members,
            charges=tuple(charges),
            plans=plans,
            holds=account.holds,
            cycle=_cycle_after(account, issued, run_on=as_of, next_on=next_on),
            alarm=alarm,
            statements=(*account.statements, issued.sent) if issued else account.statements,
            notes=account.notes,
            last_act_on=as_of,
            closed_on=account.closed_on,
        ),
        outcome=decision.outcome,
        statement=statement,
        skips=(),
        events=tuple(events),
    )


def _cycle_after(
    account: Account, issued: StatementIssued | None, *, run_on: date, next_on: date
) -> StatementCycle:
    """Fix the next date after a cycle run, and what a statement listed if it made one (ST-1)."""
    if issued is None:
        return attrs.evolve(account.cycle, last_run_on=run_on, next_statement_on=next_on)
    return StatementCycle(
        last_run_on=run_on,
        last_statement_on=run_on,
        next_statement_on=next_on,
        statement_count=issued.sent.number,
        listed_payment_ids=issued.listed_payment_ids,
        seal=seal_of(account),
    )


def _charges_after(
    account: Account,
    decision: StatementDecision,
    as_of: date,
    events: list[Event],
    *,
    bills: bool,
) -> tuple[list[Charge], list[Charge], list[Charge]]:
    """Build all charges; the billable ones also apart, as they were and as they are."""
    charges: list[Charge] = []
    before: list[Charge] = []
    billable: list[Charge] = []
    for charge, level in zip(account.charges, decision.levels, strict=True):
        if level is None:
            charges.append(charge)
            continue
        after = charge
        if bills or level is not charge.standing.level:
            after = _charge_after(charge, level, as_of, events, bills=bills)
        charges.append(after)
        before.append(charge)
        billable.append(after)
    return charges, before, billable


def _issued(statement: Statement, billed: Sequence[Charge]) -> StatementIssued:
    """Report the statement and what is kept of it (ST-6, ST-7)."""
    sent = SentStatement(
        id=statement.id,
        on=statement.on,
        number=statement.number,
        methods=statement.methods,
        printed_level=statement.printed_level,
        total=statement.total_outstanding,
        shortened_cycle=statement.shortened_cycle,
        due_now=statement.due_now,
        guarantor_id=statement.addressee.id,
        fingerprint=fingerprint_of(statement),
    )
    return StatementIssued(
        statement.on,
        sent,
        tuple([charge.id for charge in billed]),
        tuple([payment.transaction_id for payment in statement.payments]),
    )


def _charge_after(
    charge: Charge, level: DunningLevel, as_of: date, events: list[Event], *, bills: bool
) -> Charge:
    """Build the charge after the run: its level, and one more statement if *bills*."""
    standing = charge.standing
    reached_on = standing.reached_on
    moves = standing.moves
    if level is not standing.level:
        because = cause_of_step(standing)
        moves = moves_after(standing, on=as_of, because=because)
        reached_on = as_of
        events.append(LevelAdvanced(as_of, charge.id, standing.level, level, because))
    return Charge(
        id=charge.id,
        patient_id=charge.patient_id,
        claim_id=charge.claim_id,
        amount=charge.amount,
        posted_on=charge.posted_on,
        service_on=charge.service_on,
        department_id=charge.department_id,
        provider_id=charge.provider_id,
        self_pay_claim=charge.self_pay_claim,
        description=charge.description,
        billed=charge.billed,
        insurance_paid=charge.insurance_paid,
        insurance_adjusted=charge.insurance_adjusted,
        transactions=charge.transactions,
        voided_on=charge.voided_on,
        standing=Standing(
            level=level,
            reached_on=reached_on,
            first_billed_on=(standing.first_billed_on or as_of)
            if bills
            else standing.first_billed_on,
            last_billed_on=as_of if bills else standing.last_billed_on,
            billed_count=standing.billed_count + 1 if bills else standing.billed_count,
            enrolment=standing.enrolment,
            moves=moves,
            past_stays=standing.past_stays,
            count_met=standing.count_met,
        ),
        placement=charge.placement,
        past_placements=charge.past_placements,
        entered_on=charge.entered_on,
    )


def _plans_after(
    account: Account, steps: Sequence[PlanStep], as_of: date, events: list[Event]
) -> tuple[PaymentPlan, ...]:
    """Store the dues that were opened and judged, and report each."""
    changed: dict[str, PaymentPlan] = {}
    for step in steps:
        plan = step.plan
        # Opened before judged: a calendar plan's due may open and be judged in one run.
        events += [DueOpened(as_of, plan.id, due) for due in step.opened]
        events += [DueJudged(as_of, plan.id, index, step.dues[index]) for index in step.judged]
        if step.opened or step.judged:
            changed[plan.id] = attrs.evolve(plan, dues=step.dues)
    return tuple([changed.get(plan.id, plan) for plan in account.plans])


def _make_statement(
    account: Account,
    charges: Sequence[Charge],
    decision: StatementDecision,
    as_of: date,
    policy: DunningPolicy,
    *,
    number: int,
    window: ListedPayments,
    next_on: date,
    is_reprint: bool = False,
) -> Statement:
    """Build the statement value from the charges as the run leaves them (ST-13)."""
    lines = [
        _line(charge, held=level is None)
        for charge, level in zip(charges, decision.levels, strict=True)
        if level is not None or (charge.outstanding > ZERO and charge.placement is None)
    ]
    lines.sort(key=_line_order)
    delivery = delivery_for(
        account.guarantor, [level for level in decision.levels if level is not None]
    )
    message_level = decision.account_level if is_family(account) else decision.printed_level
    language = account.guarantor.language
    message = message_for(message_level, language=language, policy=policy)
    own_language, is_missing = _own_language(message, language, policy)
    return Statement(
        id=statement_id(account.id, as_of),
        account_id=account.id,
        addressee=account.guarantor,
        on=as_of,
        due_on=as_of + timedelta(days=policy.due_days),
        number=number,
        methods=delivery.methods,
        delivery_reasons=delivery.because,
        email_notice=delivery.email_notice,
        lines=tuple(lines),
        payments=payments_listed(account, charges, window, is_reprint=is_reprint),
        total_outstanding=decision.total_outstanding,
        credits=decision.credits,
        plan_due=decision.plan_due,
        plan_overdue=decision.plan_overdue,
        due_now=decision.due_now,
        printed_level=decision.printed_level,
        message_level=message_level,
        message=message.text,
        message_language=message.language,
        practice=policy.practice,
        practice_language=own_language,
        is_language_missing=is_missing,
        patients=_patients(account),
        notes=() if policy.simplified_statements else _notes(account, as_of),
        simplified=policy.simplified_statements,
        shortened_cycle=_is_shortened(window.last_statement_on, as_of, policy),
        next_statement_on=next_on,
    )


def _own_language(message: LevelMessage, language: str, policy: DunningPolicy) -> tuple[str, bool]:
    """Give the language of the practice's own texts, and whether anything lacks *language*."""
    own = practice_texts(policy.practice, language)
    if own is None:
        return message.language, not is_same_language(message.language, language)
    is_missing = not is_same_language(message.language, language) or is_anything_missing(
        policy.practice, language
    )
    return own.language, is_missing


def _patients(account: Account) -> tuple[StatementPatient, ...]:
    patients = [member.patient for member in account.members]
    if len(patients) > 1:
        patients.sort(key=lambda patient: patient.id)
    return tuple(
        [
            StatementPatient(
                patient_id=patient.id, first_name=patient.first_name, last_name=patient.last_name
            )
            for patient in patients
        ]
    )


def _is_shortened(last: date | None, as_of: date, policy: DunningPolicy) -> bool:
    return last is not None and as_of < last + policy.cycle


def _line(charge: Charge, *, held: bool) -> StatementLine:
    standing = charge.standing
    adjustments = charge.insurance_adjusted or ZERO
    patient_paid = ZERO
    if charge.transactions:
        patient_paid, off = paid_and_adjusted(charge)
        adjustments = add(adjustments, off)
    return StatementLine(
        charge_id=charge.id,
        patient_id=charge.patient_id,
        claim_id=charge.claim_id,
        service_on=charge.service_on,
        description=charge.description,
        provider_id=charge.provider_id,
        billed=charge.amount if charge.billed is None else charge.billed,
        insurance_paid=charge.insurance_paid or ZERO,
        adjusted=adjustments,
        patient_paid=patient_paid,
        outstanding=charge.outstanding,
        level=standing.level,
        billed_count=standing.billed_count,
        on_plan=standing.enrolment is not None,
        held=held,
    )


def _line_order(line: StatementLine) -> tuple[str, date, str]:
    return (line.patient_id, line.service_on, line.charge_id)


def _notes(account: Account, as_of: date) -> tuple[StatementTextNote, ...]:
    notes = []
    for member in account.members:
        note = member.patient.statement_note
        if (
            note is not None
            and (note.begin_on is None or note.begin_on <= as_of)
            and (note.end_on is None or as_of <= note.end_on)
        ):
            notes.append(StatementTextNote(patient_id=member.patient.id, text=note.text))
    notes.sort(key=lambda note: note.patient_id)
    return tuple(notes)


def _preview_of_today(
    account: Account, as_of: date, policy: DunningPolicy, *, otherwise: tuple[Skip, ...]
) -> StatementPreview:
    """Show again what today's run made, whatever has been recorded since (ST-10)."""
    unknown = StatementPreview(outcome=_SKIPPED, statement=None, skips=otherwise)
    if not account.statements or account.statements[-1].on != as_of:
        if account.cycle.last_statement_on == as_of:
            # The statement of this day is the family's that the patient has left (FA-3).
            return unknown
        return StatementPreview(outcome=RunOutcome.WITHOUT_STATEMENT, statement=None, skips=())
    sent = account.statements[-1]
    if sent.guarantor_id != account.guarantor.id:
        return unknown
    for before, decision in as_run_may_have_left(account, as_of=as_of, policy=policy):
        statement = _make_statement(
            before,
            before.charges,
            decision,
            as_of,
            policy,
            number=sent.number,
            window=ListedPayments(payment_ids=account.cycle.listed_payment_ids),
            next_on=as_of + policy.cycle,
            is_reprint=True,
        )
        statement = attrs.evolve(statement, shortened_cycle=sent.shortened_cycle)
        if fingerprint_of(statement) == sent.fingerprint:
            return StatementPreview(outcome=_WITH_STATEMENT, statement=statement, skips=())
    return unknown
