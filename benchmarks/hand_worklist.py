"""The opponents of `run_worklist`: one lean function that makes the same result.

It makes the same records through their ordinary constructors, keeps everything in local names
and walks the charges of an account once. It knows what the practice of the benchmark has not, and
leaves that out: holds, placements, refunds, voids, cleared alarms, ended plans, lowered dues,
guarantors who are not the first member, provider groups, names outside of ASCII, two accounts
with one id; and filters that the worklist does not set.

Since when an alarm fires and what plans ask for are rules of dunning, not of worklists. It gets
the answers from one of two: `LibraryDunning` asks the library, as a host's own loop would, and
`HandDunning` reckons by hand too, for this practice only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

from revcycle.access import Viewer
from revcycle.accounts import Account, Patient
from revcycle.charges import Charge, TransactionKind
from revcycle.dates import month_day
from revcycle.dunning import AlarmStatus, DunningPolicy, alarm_state, plan_dues
from revcycle.levels import DunningLevel
from revcycle.plans import CadenceKind, PaymentPlan
from revcycle.worklists import (
    MASK,
    FamilyFigures,
    MemberFigures,
    Relation,
    Worklist,
    WorklistFamily,
    WorklistResult,
    WorklistRow,
)

__all__ = ["HandDunning", "LibraryDunning", "run_worklist_by_hand"]

_ZERO = Decimal("0.00")
_ONE_DAY = timedelta(days=1)
_by_place = itemgetter(0)


class _Own:
    """What one member owes, added up in passing."""

    __slots__ = ("credits", "level", "outstanding", "plan_due", "plan_overdue")

    def __init__(self) -> None:
        self.level = DunningLevel.LEVEL_0
        self.outstanding = self.credits = self.plan_due = self.plan_overdue = _ZERO


def run_worklist_by_hand(  # noqa: C901, PLR0912, PLR0915  (one function: calls are what it saves)
    worklist: Worklist,
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    policy: DunningPolicy,
    dunning: type[LibraryDunning | HandDunning],
) -> WorklistResult:
    """Run a worklist with initials, departments, a least amount and appointment days."""
    zero = _ZERO
    level_0 = DunningLevel.LEVEL_0
    wanted = worklist.alarm_level
    severity = wanted.severity
    answers = dunning(wanted, as_of, policy)
    fires_since = answers.fires_since
    plans_ask = answers.plans_ask
    initials = worklist.initials
    department_ids = worklist.department_ids
    amount_min = worklist.amount_min or zero
    keeps_off_until = as_of + timedelta(days=worklist.appointment_days or 0)
    found = []
    for account in accounts:
        alarm = account.alarm
        if alarm is None or alarm.level.severity < severity:
            continue
        members = account.members
        head = members[0].patient
        if head.primary_department_id not in department_ids:
            continue
        if not head.blocked and account.guarantor.last_name[0] not in initials:
            continue
        is_expected = False
        own: dict[str, _Own] = {}
        for member in members:
            patient = member.patient
            own[patient.id] = _Own()
            for appointment in patient.appointments:
                if as_of <= appointment.on <= keeps_off_until:
                    is_expected = True
        if is_expected:
            continue

        owed = standard = zero
        live = level_0
        for charge in account.charges:
            outstanding = charge.outstanding
            if outstanding > zero:
                sums = own[charge.patient_id]
                sums.outstanding += outstanding
                owed += outstanding
                standing = charge.standing
                if standing.enrolment is None:
                    standard += outstanding
                level = standing.level
                if level.severity > sums.level.severity:
                    sums.level = level
                    if level.severity > live.severity:
                        live = level
            elif outstanding < zero:
                own[charge.patient_id].credits += outstanding
        if owed < amount_min or live.severity < severity:
            continue
        if live is not wanted and alarm.level is not wanted:
            continue
        reached_on = fires_since(account, live)
        if reached_on is None:
            continue
        asked = zero
        if account.plans:
            for patient_id, overdue, due in plans_ask(account):
                sums = own[patient_id]
                sums.plan_overdue += overdue
                sums.plan_due += due
                asked += due
        if standard + asked <= zero:
            continue

        figures = FamilyFigures(
            level=live,
            alarm_level=wanted,
            alarm_since=reached_on,
            last_statement_on=account.cycle.last_statement_on,
            next_statement_on=account.cycle.next_statement_on,
            outstanding=owed,
        )
        visible = []
        masked = []
        for member in members:
            patient = member.patient
            sums = own[patient.id]
            shown = MemberFigures(
                level=sums.level,
                outstanding=sums.outstanding,
                credits=sums.credits,
                plan_due=sums.plan_due,
                plan_overdue=sums.plan_overdue,
                collect_outstanding=zero,
            )
            if patient.blocked:
                row = WorklistRow(
                    patient_id=None,
                    name=MASK,
                    relation=None,
                    is_masked=True,
                    own=shown,
                    family=figures,
                )
                masked.append((_masked_place(shown), row))
            else:
                row = WorklistRow(
                    patient_id=patient.id,
                    name=f"{patient.last_name}, {patient.first_name}",
                    relation=Relation.HEAD if patient is head else Relation.MEMBER,
                    is_masked=False,
                    own=shown,
                    family=figures,
                )
                visible.append((_place(patient, patient is not head), row))
        if len(visible) > 1:
            visible.sort(key=_by_place)
        if len(masked) > 1:
            masked.sort(key=_by_place)
        is_masked = head.blocked
        family = WorklistFamily(
            account_id=account.id,
            member_ids=frozenset(own),
            shown_account_id=None if is_masked else account.id,
            figures=figures,
            rows=tuple([row for _, row in visible + masked]),
        )
        # The id is unique, so the family itself is never compared.
        if is_masked:
            found.append((True, zero, "", "", account.id, family))
        else:
            last, first = head.last_name.casefold(), head.first_name.casefold()
            found.append((False, -owed, last, first, account.id, family))
    found.sort()
    return WorklistResult(
        worklist=worklist,
        viewer=viewer,
        as_of=as_of,
        families=tuple([entry[-1] for entry in found]),
    )


def _place(patient: Patient, is_after_head: bool) -> tuple[bool, str, str, str]:  # noqa: FBT001  (a place is read in its order)
    return (is_after_head, patient.last_name.casefold(), patient.first_name.casefold(), patient.id)


def _masked_place(own: MemberFigures) -> tuple[Decimal, int, Decimal, Decimal, Decimal]:
    return (-own.outstanding, -own.level.severity, -own.credits, -own.plan_due, -own.plan_overdue)


class LibraryDunning:
    """Asks the library."""

    def __init__(self, level: DunningLevel, as_of: date, policy: DunningPolicy) -> None:
        """Be asked about *level* on *as_of*."""
        self.level = level
        self.as_of = as_of
        self.policy = policy

    def fires_since(self, account: Account, _live: DunningLevel) -> date | None:
        """Give the day the level was reached if the alarm fires at it."""
        state = alarm_state(account, as_of=self.as_of, policy=self.policy)
        if state.status is AlarmStatus.FIRING and state.level is self.level:
            return state.reached_on
        return None

    def plans_ask(self, account: Account) -> list[tuple[str, Decimal, Decimal]]:
        """Give for each plan whose it is, what is overdue and what it asks for."""
        dues = plan_dues(account, as_of=self.as_of, policy=self.policy)
        return [
            (plan.patient_id, dues[plan.id].arrears, dues[plan.id].due) for plan in account.plans
        ]


class HandDunning:
    """Reckons by hand what the practice of the benchmark needs."""

    def __init__(self, level: DunningLevel, as_of: date, policy: DunningPolicy) -> None:
        """Be asked about *level* on *as_of*."""
        self.level = level
        self.as_of = as_of
        self.reached_by = as_of - timedelta(days=policy.alarm_delays[level.number] or 0)

    def fires_since(self, account: Account, live: DunningLevel) -> date | None:
        """Give the day the level was reached if the alarm fires at it; something is due."""
        alarm = account.alarm
        if alarm is None:
            return None
        if alarm.level is self.level:
            reached_on = alarm.reached_on
        elif live is self.level:
            reached_on = _earliest_arrival(account.charges, live, since=alarm.set_on)
        else:
            return None
        return reached_on if reached_on <= self.reached_by else None

    def plans_ask(self, account: Account) -> list[tuple[str, Decimal, Decimal]]:
        """Give for each plan whose it is, what is overdue and what it asks for."""
        return [
            (plan.patient_id, *_plan_asks(plan, account.charges, self.as_of))
            for plan in account.plans
        ]


def _earliest_arrival(charges: Iterable[Charge], wanted: DunningLevel, *, since: date) -> date:
    """Find the first day at *wanted* among charges that are open or were closed *since*."""
    return min(
        charge.standing.reached_on
        for charge in charges
        if charge.standing.level is wanted
        and charge.standing.reached_on is not None
        and (charge.outstanding > _ZERO or charge.transactions[-1].posted_on >= since)
    )


def _plan_asks(  # noqa: C901, PLR0912  (in one piece, as in the minimal loop)
    plan: PaymentPlan, charges: Iterable[Charge], as_of: date
) -> tuple[Decimal, Decimal]:
    """Work out what *plan* is overdue and what it asks for on *as_of*."""
    plan_id = plan.id
    balance = _ZERO
    money = []
    for charge in charges:
        enrolment = charge.standing.enrolment
        if enrolment is not None and enrolment.plan_id == plan_id:
            if charge.outstanding > _ZERO:
                balance += charge.outstanding
            money += [t for t in charge.transactions if t.kind is TransactionKind.PAYMENT]
    # Each due as its day of opening, its scheduled day, its judgement and what is unmet of it.
    opened = [(due.opened_on, due.due_on, due.judged_on) for due in plan.dues]
    unmet = [due.amount for due in plan.dues]
    if plan.cadence.kind is not CadenceKind.STATEMENT:
        start = plan.start_on
        while True:
            last = opened[-1][1] if opened else None
            opened_on = start if last is None else last + _ONE_DAY
            if opened_on > as_of:
                break
            opened.append((opened_on, month_day(start, day=start.day, steps=len(opened)), None))
            unmet.append(min(plan.minimum, balance))
    money.sort(key=lambda payment: (payment.received_on, payment.id))
    for payment in money:
        on = payment.received_on
        left = payment.amount
        # Past and unjudged dues, then the current one, then those judged before.
        arrears = []
        for index, (opened_on, _, judged_on) in enumerate(opened):
            if opened_on > on:
                break
            if judged_on is not None and judged_on < on:
                arrears.append(index)
            elif unmet[index] >= left:
                unmet[index] -= left
                left = _ZERO
                break
            else:
                left -= unmet[index]
                unmet[index] = _ZERO
        for index in arrears:
            part = min(left, unmet[index])
            unmet[index] -= part
            left -= part
    overdue = _ZERO
    current: Decimal | None = None
    for (_, due_on, judged_on), left in zip(opened, unmet, strict=True):
        if judged_on is not None or (due_on is not None and as_of > due_on):
            overdue += left
        elif current is None:
            current = left
    overdue = min(overdue, balance)
    return overdue, min(overdue + (current or _ZERO), balance)
