"""The opponent of `run_statements`: the leanest loop that makes the same records for our book.

One function, no helpers, every name local, the same classes through their ordinary constructors.
It knows what the book has not (see `book`) and the default policy, and leaves all of that out:
no check of dates or alarm types, no skips, holds, placements, voids, refunds, cleared alarms,
waiting joiners, lowered dues, notes or messages of the practice; every account gets its
statement. It adds with Python's ``+``, which is right only under the default decimal context.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter

from revcycle.accounts import (
    Account,
    Alarm,
    DeliveryMethod,
    DeliveryPreference,
    SentStatement,
    StatementCycle,
)
from revcycle.charges import Charge, Move, MoveCause, Standing, TransactionKind
from revcycle.dunning import (
    DEFAULT_MESSAGES,
    DeliveryReason,
    DunningPolicy,
    RunOutcome,
    Statement,
    StatementRun,
)
from revcycle.dunning.events import (
    AdvanceCause,
    AlarmSet,
    CycleRun,
    DueJudged,
    DueOpened,
    Event,
    LevelAdvanced,
    StatementIssued,
)
from revcycle.dunning.statement_records import (
    StatementLine,
    StatementPatient,
    StatementPayment,
)
from revcycle.levels import PLAN_AFTER, STANDARD_AFTER, DunningLevel
from revcycle.plans import CadenceKind, Due, PaymentPlan

__all__ = ["run_minimal_loop"]


def run_minimal_loop(  # noqa: C901, PLR0912, PLR0915  (one function: no call is its whole point)
    accounts: Iterable[Account], *, as_of: date, policy: DunningPolicy
) -> Iterator[StatementRun]:
    """Run every account of the book, all of which are due and get a statement."""
    zero = Decimal("0.00")
    level_0 = DunningLevel.LEVEL_0
    payment_kind = TransactionKind.PAYMENT
    by_statement = CadenceKind.STATEMENT
    first_statement = AdvanceCause.FIRST_STATEMENT
    statement_cycle = AdvanceCause.STATEMENT_CYCLE
    missed_minimum = AdvanceCause.MISSED_MINIMUM
    move_missed_minimum = MoveCause.MISSED_MINIMUM
    with_statement = RunOutcome.WITH_STATEMENT
    wants_paper = DeliveryPreference.PAPER
    paper: tuple[DeliveryMethod, ...] = (DeliveryMethod.PAPER,)
    electronic = (DeliveryMethod.E_STATEMENT,)
    both = (DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER)
    because_paper: tuple[DeliveryReason, ...] = (DeliveryReason.GUARANTOR_WANTS_PAPER,)
    because_electronic = (DeliveryReason.GUARANTOR_WANTS_E_STATEMENT,)
    because_both = (*because_electronic, DeliveryReason.PAPER_ADDED_AT_FINAL_LEVEL)
    order_of_lines = attrgetter("patient_id", "service_on", "charge_id")
    order_of_payments = attrgetter("received_on", "transaction_id")
    order_of_money = attrgetter("received_on", "id")
    order_of_patients = attrgetter("patient_id")
    cycle_span = policy.cycle
    next_on = as_of + cycle_span
    due_on = as_of + timedelta(days=policy.due_days)
    one_day = timedelta(days=1)
    on_text = f":{as_of}"

    for account in accounts:
        events: list[Event] = []
        charges = account.charges
        members = account.members
        plans = account.plans
        cycle = account.cycle
        since = cycle.last_statement_on
        number = cycle.statement_count + 1

        # Plans: open what has begun, spread the money, judge what is past, open the next period.
        last_missed: dict[str, int] = {}
        plan_due = plan_overdue = zero
        if plans:
            plans_after = []
            for plan in plans:
                plan_id = plan.id
                minimum = plan.minimum
                balance = zero
                money = []
                for charge in charges:
                    enrolment = charge.standing.enrolment
                    if enrolment is not None and enrolment.plan_id == plan_id:
                        if charge.outstanding > zero:
                            balance += charge.outstanding
                        money += [t for t in charge.transactions if t.kind is payment_kind]
                dues = list(plan.dues)
                known = len(dues)
                keeps_step = plan.cadence.kind is by_statement
                if not keeps_step:
                    while True:
                        due_day = dues[-1].due_on if dues else None
                        opened_on = plan.start_on if due_day is None else due_day + one_day
                        if opened_on > as_of:
                            break
                        month = plan.start_on.month - 1 + len(dues)
                        opened = Due(
                            opened_on=opened_on,
                            due_on=plan.start_on.replace(
                                year=plan.start_on.year + month // 12, month=month % 12 + 1
                            ),
                            amount=min(minimum, balance),
                        )
                        dues.append(opened)
                        events.append(DueOpened(as_of, plan_id, opened))
                unmet = [due.amount for due in dues]
                money.sort(key=order_of_money)
                for payment in money:
                    on = payment.received_on
                    left = payment.amount
                    # Past and unjudged dues, then the current one, then those judged before.
                    arrears = []
                    for index, due in enumerate(dues):
                        if due.opened_on > on:
                            break
                        if due.judged_on is not None and due.judged_on < on:
                            arrears.append(index)
                        elif unmet[index] >= left:
                            unmet[index] -= left
                            left = zero
                            break
                        else:
                            left -= unmet[index]
                            unmet[index] = zero
                    for index in arrears:
                        part = min(left, unmet[index])
                        unmet[index] -= part
                        left -= part
                judged = []
                for index, due in enumerate(dues):
                    if due.judged_on is None and (
                        keeps_step or (due.due_on is not None and as_of > due.due_on)
                    ):
                        missed = unmet[index] > zero
                        if missed:
                            last_missed[plan_id] = index
                        after = Due(
                            opened_on=due.opened_on,
                            due_on=due.due_on,
                            amount=due.amount,
                            judged_on=as_of,
                            missed=missed,
                        )
                        dues[index] = after
                        judged.append(DueJudged(as_of, plan_id, index, after))
                overdue = current = zero
                for index, due in enumerate(dues):
                    if due.judged_on is not None:
                        overdue += unmet[index]
                    else:
                        current = unmet[index]
                        break
                if keeps_step:
                    opened = Due(opened_on=as_of, amount=min(minimum, balance))
                    current = opened.amount
                    dues.append(opened)
                    events.append(DueOpened(as_of, plan_id, opened))
                events += judged
                if overdue > balance:  # noqa: PLR1730  (min is a call)
                    overdue = balance
                plan_overdue += overdue
                plan_due += min(overdue + current, balance)
                if judged or len(dues) > known:
                    plan = PaymentPlan(  # noqa: PLW2901  (the plan as it is from here on)
                        id=plan_id,
                        patient_id=plan.patient_id,
                        claims=plan.claims,
                        minimum=minimum,
                        cadence=plan.cadence,
                        agreed_on=plan.agreed_on,
                        start_on=plan.start_on,
                        new_charges=plan.new_charges,
                        dues=tuple(dues),
                    )
                plans_after.append(plan)
            plans = tuple(plans_after)

        # Charges: advance, bill, list, and keep the figures of levels on the way.
        charges_after = []
        billed_ids = []
        lines = []
        payments = []
        listed = cycle.listed_payment_ids
        owed = in_credit = standard = zero
        severest = printed = level_0
        oldest: date | None = None
        reached_first: date | None = None
        already_there = False
        is_final = False
        for charge in charges:
            transactions = charge.transactions
            outstanding = charge.outstanding
            patient_paid = zero
            insurance_adjusted = charge.insurance_adjusted
            adjusted = zero if insurance_adjusted is None else insurance_adjusted
            for transaction in transactions:
                if transaction.kind is payment_kind:
                    patient_paid += transaction.amount
                    posted_on = transaction.posted_on
                    if (
                        since is None
                        or posted_on > since
                        or (posted_on == since and transaction.id not in listed)
                    ):
                        payments.append(
                            StatementPayment(
                                transaction_id=transaction.id,
                                charge_id=charge.id,
                                received_on=transaction.received_on,
                                amount=transaction.amount,
                            )
                        )
                else:
                    adjusted += transaction.amount
            if outstanding <= zero:
                in_credit += outstanding
                charges_after.append(charge)
                continue
            owed += outstanding
            charge_id = charge.id
            standing = charge.standing
            before = level = standing.level
            first = standing.first_billed_on
            enrolment = standing.enrolment
            moves = standing.moves
            reached_on = standing.reached_on
            if enrolment is None:
                standard += outstanding
                if first is not None:
                    level = STANDARD_AFTER[before.number]
                if level is not before:
                    because = first_statement if first is None else statement_cycle
                    moves = ()
                    reached_on = as_of
                    events.append(LevelAdvanced(as_of, charge_id, before, level, because))
            elif last_missed.get(enrolment.plan_id, -1) >= enrolment.first_due:
                level = PLAN_AFTER[before.number]
                if level is not before:
                    step = Move(
                        on=as_of,
                        because=move_missed_minimum,
                        level_before=before,
                        reached_on_before=reached_on,
                    )
                    moves = (*moves, step)
                    reached_on = as_of
                    events.append(LevelAdvanced(as_of, charge_id, before, level, missed_minimum))
            if first is None:
                first = as_of
            billed_count = standing.billed_count + 1
            severity = level.severity
            if severity > severest.severity:
                severest = level
                reached_first = reached_on
                already_there = level is before
            elif level is severest and reached_on is not None and reached_first is not None:
                if reached_on < reached_first:  # noqa: PLR1730  (min is a call)
                    reached_first = reached_on
                already_there = already_there or level is before
            if level.is_final_notice:
                is_final = True
            if oldest is None or first < oldest:
                oldest, printed = first, level
            elif first == oldest and severity > printed.severity:
                printed = level
            amount = charge.amount
            patient_id = charge.patient_id
            claim_id = charge.claim_id
            service_on = charge.service_on
            provider_id = charge.provider_id
            description = charge.description
            billed = charge.billed
            insurance_paid = charge.insurance_paid
            charges_after.append(
                Charge(
                    id=charge_id,
                    patient_id=patient_id,
                    claim_id=claim_id,
                    amount=amount,
                    posted_on=charge.posted_on,
                    service_on=service_on,
                    department_id=charge.department_id,
                    provider_id=provider_id,
                    description=description,
                    billed=billed,
                    insurance_paid=insurance_paid,
                    insurance_adjusted=insurance_adjusted,
                    transactions=transactions,
                    standing=Standing(
                        level=level,
                        reached_on=reached_on,
                        first_billed_on=first,
                        last_billed_on=as_of,
                        billed_count=billed_count,
                        enrolment=enrolment,
                        moves=moves,
                    ),
                )
            )
            billed_ids.append(charge_id)
            lines.append(
                StatementLine(
                    charge_id=charge_id,
                    patient_id=patient_id,
                    claim_id=claim_id,
                    service_on=service_on,
                    description=description,
                    provider_id=provider_id,
                    billed=amount if billed is None else billed,
                    insurance_paid=zero if insurance_paid is None else insurance_paid,
                    adjusted=adjusted,
                    patient_paid=patient_paid,
                    outstanding=outstanding,
                    level=level,
                    billed_count=billed_count,
                    on_plan=enrolment is not None,
                    held=False,
                )
            )

        # The statement, what is kept of it, the next date, the alarm.
        lines.sort(key=order_of_lines)
        payments.sort(key=order_of_payments)
        guarantor = account.guarantor
        if guarantor.delivery is wants_paper:
            methods, because_of, email_notice = paper, because_paper, False
        elif is_final:
            methods, because_of, email_notice = both, because_both, True
        else:
            methods, because_of, email_notice = electronic, because_electronic, True
        account_id = account.id
        statement_id = account_id + on_text
        message_level = severest if len(members) > 1 else printed
        is_shortened = since is not None and as_of < since + cycle_span
        patients = [
            StatementPatient(
                patient_id=patient.id, first_name=patient.first_name, last_name=patient.last_name
            )
            for patient in [member.patient for member in members]
        ]
        if len(patients) > 1:
            patients.sort(key=order_of_patients)
        statement = Statement(
            id=statement_id,
            account_id=account_id,
            addressee=guarantor,
            on=as_of,
            due_on=due_on,
            number=number,
            methods=methods,
            delivery_reasons=because_of,
            email_notice=email_notice,
            lines=tuple(lines),
            payments=tuple(payments),
            total_outstanding=owed,
            credits=in_credit,
            plan_due=plan_due,
            plan_overdue=plan_overdue,
            due_now=standard + plan_due,
            printed_level=printed,
            message_level=message_level,
            message=DEFAULT_MESSAGES[message_level.number],
            practice=policy.practice,
            patients=tuple(patients),
            notes=(),
            simplified=False,
            shortened_cycle=is_shortened,
            next_statement_on=next_on,
        )
        said = (
            (statement_id, guarantor.id, number, str(due_on)),
            [method.value for method in methods],
            [reason.value for reason in because_of],
            (owed, in_credit, plan_due),
            (plan_overdue, statement.due_now, email_notice),
            (printed.number, message_level.number, statement.message),
            ("en", "en", False),
            (False, is_shortened, str(next_on)),
            [
                (
                    *(line.charge_id, line.billed, line.insurance_paid, line.adjusted),
                    *(line.patient_paid, line.outstanding, line.level.number, line.billed_count),
                    *(line.on_plan, line.held),
                )
                for line in lines
            ],
            [
                (
                    *(paid.transaction_id, paid.charge_id, str(paid.received_on)),
                    *(paid.amount, paid.refunded),
                )
                for paid in payments
            ],
        )
        address = guarantor.address
        sealed = (
            (guarantor.id, guarantor.first_name, guarantor.last_name, guarantor.email),
            (guarantor.language, guarantor.statement_format.value),
            (address.lines, address.city, address.state, address.postal_code),
            [
                (patient.patient_id, patient.first_name, patient.last_name, None)
                for patient in patients
            ],
        )
        sent = SentStatement(
            id=statement_id,
            on=as_of,
            number=number,
            methods=methods,
            printed_level=printed,
            total=owed,
            shortened_cycle=is_shortened,
            due_now=standard + plan_due,
            guarantor_id=guarantor.id,
            fingerprint=sha256(repr(said).encode()).hexdigest()[:16],
        )
        payment_ids = tuple([payment.transaction_id for payment in payments])
        events.append(StatementIssued(as_of, sent, tuple(billed_ids), payment_ids))
        events.append(CycleRun(as_of, cycle.next_statement_on, next_on))
        stored = account.alarm
        alarm = None
        if severest is not level_0 and reached_first is not None:
            if stored is not None and stored.level is severest and already_there:
                reached_first = stored.reached_on
            alarm = Alarm(
                level=severest,
                reached_on=reached_first,
                set_on=as_of,
                patient_ids=tuple([member.patient.id for member in members]),
            )
        if alarm is not stored:
            events.append(AlarmSet(as_of, stored, alarm))
        yield StatementRun(
            account=Account(
                id=account_id,
                guarantor=guarantor,
                members=members,
                charges=tuple(charges_after),
                plans=plans,
                cycle=StatementCycle(
                    last_run_on=as_of,
                    last_statement_on=as_of,
                    next_statement_on=next_on,
                    statement_count=number,
                    listed_payment_ids=payment_ids,
                    seal=sha256(repr(sealed).encode()).hexdigest()[:16],
                ),
                alarm=alarm,
                statements=(*account.statements, sent),
                last_act_on=as_of,
            ),
            outcome=with_statement,
            statement=statement,
            skips=(),
            events=tuple(events),
        )
