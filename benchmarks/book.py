"""A seeded book of self-pay accounts, in the middle of their statement cycles.

What the book has: families of 1 to 4 patients, 2.2 on average; 6.6 charges per account, by whole
claims of one or two, billed between 0 and 6 times; payments on every third charge, some of them
since the last statement, some that closed the charge; adjustments; every tenth charge on a
payment plan, three plans of four in step with the statement cycle and one monthly; dues met and
missed, so charges at every level of both tracks; alarms; a history of statements. Every account
is due on `AS_OF`, and every run makes a statement.

What it has not: holds, placements, voids, refunds, transfers, cleared alarms, joiners who wait,
statement notes, card agreements, plans that have ended, money on the day of a run. The minimal
loop and the hand-written reader leave these out, which makes them hard to match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

import attrs

from revcycle.accounts import (
    Account,
    Address,
    Alarm,
    DeliveryMethod,
    DeliveryPreference,
    Guarantor,
    Member,
    Patient,
    SentStatement,
    StatementCycle,
)
from revcycle.charges import (
    AdjustmentReason,
    AdjustmentSide,
    Charge,
    Enrolment,
    Move,
    MoveCause,
    Standing,
    Transaction,
    TransactionKind,
)
from revcycle.dates import month_day
from revcycle.levels import LEVELS, PLAN_AFTER, DunningLevel, most_severe
from revcycle.money import ZERO, total
from revcycle.plans import Cadence, CadenceKind, CoveredClaim, Due, NewChargePolicy, PaymentPlan

__all__ = ["AS_OF", "accounts_of_book", "copied"]

AS_OF: Final = date(2026, 3, 2)
"""The day on which every account of the book is due."""

CYCLE: Final = timedelta(days=35)
AGE_MAX: Final = 6
RUNS: Final = tuple([AS_OF - CYCLE * back for back in range(AGE_MAX + 2)])
"""The days of the runs, this one first, then back in time."""

_LAST_DAY_OF_ALL_MONTHS: Final = 28
_LEVEL_0: Final = DunningLevel.LEVEL_0
_FIRST_NAMES: Final = ("Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gita", "Hugo", "Ida", "Jon")
_LAST_NAMES: Final = ("Abel", "Brook", "Cruz", "Dahl", "Egan", "Frost", "Gray", "Hale", "Ito")
_SERVICES: Final = ("Office visit", "Blood test", "X-ray", "Physical therapy", "Vaccination")
_STREETS: Final = ("Oak Street", "Mill Road", "Lake Avenue", "Hill Lane")
_PATIENTS: Final = (1, 1, 1, 2, 2, 2, 3, 3, 3, 4)
_METHODS: Final = {
    DeliveryPreference.PAPER: (DeliveryMethod.PAPER,),
    DeliveryPreference.E_STATEMENT: (DeliveryMethod.E_STATEMENT,),
}


def accounts_of_book(count: int, *, seed: int = 1) -> Iterator[Account]:
    """Build *count* accounts one by one; the same ones for the same seed."""
    rng = Random(seed)
    writer = _Writer(rng)
    for number in range(count):
        yield writer.account(f"A{number:06}")


def copied(accounts: Iterable[Account], *, copies: int) -> Iterator[Account]:
    """Give *accounts* so many times, each copy with an id of its own.

    Copies share their members and charges, so that a large practice fits a small machine.
    """
    distinct = tuple(accounts)
    for copy in range(copies):
        for account in distinct:
            yield attrs.evolve(account, id=f"{account.id}-{copy}")


class _Writer:
    """Writes one account after the other, keeping the share of plan charges at a tenth."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.charge_count = 0
        self.on_plan_count = 0

    def account(self, account_id: str) -> Account:
        """Write one account with its families, charges, plans and history."""
        rng = self.rng
        age = rng.randint(0, AGE_MAX)
        members = tuple(
            [self._member(f"{account_id}P{n}") for n in range(1, rng.choice(_PATIENTS) + 1)]
        )
        charges: list[Charge] = []
        plans: list[PaymentPlan] = []
        for member in members:
            self._write_claims(member, age, charges, plans, is_last=member is members[-1])
        guarantor = self._guarantor(f"{account_id}G", members[0].patient)
        # Posting order, the members' charges mixed, as a billing system would keep them.
        charges.sort(key=lambda charge: (charge.posted_on, charge.id))
        return Account(
            id=account_id,
            guarantor=guarantor,
            members=members,
            charges=tuple(charges),
            plans=tuple(plans),
            cycle=_cycle(charges, age),
            alarm=_alarm(charges, members) if age else None,
            statements=_statements(account_id, guarantor, charges, age),
            last_act_on=_last_act(charges, age),
        )

    def _happens(self, *, percent: int) -> bool:
        return self.rng.random() * 100 < percent

    def _member(self, patient_id: str) -> Member:
        rng = self.rng
        patient = Patient(
            id=patient_id,
            first_name=rng.choice(_FIRST_NAMES),
            last_name=rng.choice(_LAST_NAMES),
            birth_on=date(rng.randint(1940, 2020), rng.randint(1, 12), rng.randint(1, 28)),
            address=self._address(),
            phones=(f"555-01{rng.randint(0, 99):02}",),
            primary_department_id=f"D{rng.randint(1, 5)}",
            usual_provider_id=f"V{rng.randint(1, 20)}",
        )
        return Member(patient=patient, joined_on=RUNS[-1] - timedelta(days=rng.randint(1, 2000)))

    def _guarantor(self, guarantor_id: str, patient: Patient) -> Guarantor:
        wants_paper = self._happens(percent=50)
        return Guarantor(
            id=guarantor_id,
            first_name=patient.first_name,
            last_name=patient.last_name,
            address=patient.address,
            email=None if wants_paper else f"{guarantor_id.lower()}@example.org",
            delivery=DeliveryPreference.PAPER if wants_paper else DeliveryPreference.E_STATEMENT,
            patient_id=patient.id,
        )

    def _address(self) -> Address:
        rng = self.rng
        return Address(
            lines=(f"{rng.randint(1, 999)} {rng.choice(_STREETS)}",),
            city="Springfield",
            state="MA",
            postal_code=f"{rng.randint(1001, 2799):05}",
        )

    def _write_claims(
        self,
        member: Member,
        age: int,
        charges: list[Charge],
        plans: list[PaymentPlan],
        *,
        is_last: bool,
    ) -> None:
        """Write one patient's claims, one of them on a plan if the book lacks plan charges."""
        rng = self.rng
        patient_id = member.patient.id
        left = rng.randint(1, 5)
        has_plan = False
        claim = 0
        while left:
            claim += 1
            size = min(left, rng.randint(1, 2))
            left -= size
            claim_id = f"{patient_id}K{claim}"
            # The account's last claim is young, open and standard, so that every run bills.
            is_anchor = is_last and not left
            billed_count = rng.randint(0, min(age, 1 if is_anchor else AGE_MAX))
            self.charge_count += size
            lacks = (self.on_plan_count + size) * 10 <= self.charge_count
            if lacks and billed_count and not (has_plan or is_anchor):
                has_plan = True
                self.on_plan_count += size
                plan, covered = self._plan(patient_id, claim_id, size, billed_count)
                plans.append(plan)
                charges += covered
            else:
                charges += [
                    self._standard(patient_id, claim_id, n, billed_count, is_anchor=is_anchor)
                    for n in range(1, size + 1)
                ]

    def _standard(
        self, patient_id: str, claim_id: str, n: int, billed_count: int, *, is_anchor: bool
    ) -> Charge:
        """Write a standard charge that was billed *billed_count* times."""
        rng = self.rng
        charge_id = f"{claim_id}C{n}"
        first = RUNS[billed_count] if billed_count else None
        posted_on = RUNS[billed_count] - timedelta(days=20)
        amount = Decimal(rng.randint(1_500, 40_000)).scaleb(-2)
        kinds: list[tuple[TransactionKind, Decimal]] = []
        if self._happens(percent=10):
            kinds.append((TransactionKind.ADJUSTMENT, _part(amount, 10)))
        if self._happens(percent=33):
            rest = amount - total(part for _, part in kinds)
            closes = self._happens(percent=35) and not is_anchor
            kinds.append((TransactionKind.PAYMENT, rest if closes else _part(amount, 3)))
        days = sorted(
            posted_on + timedelta(days=rng.randint(1, (AS_OF - posted_on).days - 1)) for _ in kinds
        )
        transactions = [
            _transaction(f"{charge_id}T{m}", kind, part, on)
            for m, ((kind, part), on) in enumerate(zip(kinds, days, strict=True), start=1)
        ]
        level = LEVELS[max(0, min(billed_count - 1, 4))]
        standing = Standing(
            level=level,
            reached_on=RUNS[billed_count - level.number] if level.number else None,
            first_billed_on=first,
            last_billed_on=RUNS[1] if billed_count else None,
            billed_count=billed_count,
        )
        return self._charge(
            patient_id=patient_id,
            claim_id=claim_id,
            charge_id=charge_id,
            amount=amount,
            posted_on=posted_on,
            transactions=tuple(transactions),
            standing=standing,
        )

    def _plan(
        self, patient_id: str, claim_id: str, size: int, billed_count: int
    ) -> tuple[PaymentPlan, list[Charge]]:
        """Write a plan that was agreed after the claim's first statement, and its charges."""
        rng = self.rng
        start_on = RUNS[billed_count] + timedelta(days=rng.randint(1, 20))
        while start_on.day > _LAST_DAY_OF_ALL_MONTHS:
            start_on += timedelta(days=1)
        runs = [RUNS[back] for back in range(billed_count - 1, 0, -1)]
        minimum = Decimal(rng.choice((2_000, 2_500, 4_000))).scaleb(-2)
        is_monthly = self._happens(percent=25)
        paid_dues = rng.randint(0, 6)
        if is_monthly:
            dues, paid_on = _monthly_dues(start_on, runs, minimum, paid_dues)
        else:
            dues, paid_on = _statement_dues(runs, minimum, paid_dues)
        level, reached_on, moves = _plan_level(dues, runs)
        enrolment = Enrolment(plan_id=f"{claim_id}L", joined_on=start_on)
        posted_on = RUNS[billed_count] - timedelta(days=20)
        standing = Standing(
            level=level,
            reached_on=reached_on,
            first_billed_on=RUNS[billed_count],
            last_billed_on=RUNS[1],
            billed_count=billed_count,
            enrolment=enrolment,
            moves=moves,
        )
        covered = []
        for n in range(1, size + 1):
            charge_id = f"{claim_id}C{n}"
            amount = Decimal(rng.randint(30_000, 90_000)).scaleb(-2)
            money = [
                _transaction(f"{charge_id}T{m}", TransactionKind.PAYMENT, minimum, on)
                for m, on in enumerate(paid_on if n == 1 else (), start=1)
            ]
            covered.append(
                self._charge(
                    patient_id=patient_id,
                    claim_id=claim_id,
                    charge_id=charge_id,
                    amount=amount,
                    posted_on=posted_on,
                    transactions=tuple(money),
                    standing=standing,
                )
            )
        plan = PaymentPlan(
            id=f"{claim_id}L",
            patient_id=patient_id,
            claims=(CoveredClaim(claim_id=claim_id, joined_on=start_on),),
            minimum=minimum,
            cadence=Cadence(kind=CadenceKind.MONTHLY if is_monthly else CadenceKind.STATEMENT),
            agreed_on=start_on,
            start_on=start_on,
            new_charges=NewChargePolicy.LEAVE,
            dues=tuple(dues),
        )
        return plan, covered

    def _charge(
        self,
        *,
        patient_id: str,
        claim_id: str,
        charge_id: str,
        amount: Decimal,
        posted_on: date,
        transactions: tuple[Transaction, ...],
        standing: Standing,
    ) -> Charge:
        rng = self.rng
        is_insured = self._happens(percent=60)
        insurance_paid = amount * 2 if is_insured else None
        insurance_adjusted = amount if is_insured else None
        return Charge(
            id=charge_id,
            patient_id=patient_id,
            claim_id=claim_id,
            amount=amount,
            posted_on=posted_on,
            service_on=posted_on - timedelta(days=rng.randint(0, 9)),
            department_id=f"D{rng.randint(1, 5)}",
            provider_id=f"V{rng.randint(1, 20)}",
            description=rng.choice(_SERVICES),
            billed=amount * 4 if is_insured else None,
            insurance_paid=insurance_paid,
            insurance_adjusted=insurance_adjusted,
            transactions=transactions,
            standing=standing,
        )


def _transaction(
    transaction_id: str, kind: TransactionKind, amount: Decimal, on: date
) -> Transaction:
    if on in RUNS:
        on -= timedelta(days=1)  # no money on the day of a run
    adjusts = kind is TransactionKind.ADJUSTMENT
    return Transaction(
        id=transaction_id,
        kind=kind,
        amount=amount,
        received_on=on,
        posted_on=on,
        reason=AdjustmentReason.COURTESY if adjusts else None,
        side=AdjustmentSide.PATIENT if adjusts else None,
    )


def _part(amount: Decimal, count: int) -> Decimal:
    return (amount / count).quantize(Decimal("0.01"))


def _statement_dues(
    runs: list[date], minimum: Decimal, paid_count: int
) -> tuple[list[Due], list[date]]:
    """Open a due at each run and judge it at the next; the first *paid_count* are paid in time."""
    dues = []
    for index, on in enumerate(runs):
        judged_on = runs[index + 1] if index + 1 < len(runs) else None
        missed = judged_on is not None and index >= paid_count
        dues.append(Due(opened_on=on, amount=minimum, judged_on=judged_on, missed=missed))
    return dues, [on + timedelta(days=14) for on in runs[:paid_count]]


def _monthly_dues(
    start_on: date, runs: list[date], minimum: Decimal, paid_count: int
) -> tuple[list[Due], list[date]]:
    """Open a due a month, judge it at the first run after its day; the first ones are paid."""
    dues: list[Due] = []
    paid_on = []
    opened_on = due_on = start_on
    while opened_on < AS_OF:
        index = len(dues)
        if index < paid_count:
            paid_on.append(opened_on)
        judged_on = next((run for run in runs if run > due_on), None)
        if runs and opened_on <= runs[-1]:
            missed = judged_on is not None and index >= paid_count
            dues.append(
                Due(
                    opened_on=opened_on,
                    due_on=due_on,
                    amount=minimum,
                    judged_on=judged_on,
                    missed=missed,
                )
            )
        elif index >= paid_count:
            break
        else:
            paid_count = index  # what the coming run will open is not paid in advance
        opened_on = due_on + timedelta(days=1)
        due_on = month_day(start_on, day=start_on.day, steps=index + 1)
    return dues, paid_on


def _plan_level(
    dues: list[Due], runs: list[date]
) -> tuple[DunningLevel, date | None, tuple[Move, ...]]:
    """Climb one step for each run that found a due missed."""
    level = _LEVEL_0
    reached_on: date | None = None
    moves: list[Move] = []
    for run in runs:
        after = PLAN_AFTER[level.number]
        if after is not level and any(due.missed and due.judged_on == run for due in dues):
            moves.append(
                Move(
                    on=run,
                    because=MoveCause.MISSED_MINIMUM,
                    level_before=level,
                    reached_on_before=reached_on,
                )
            )
            level, reached_on = after, run
    return level, reached_on, tuple(moves)


def _cycle(charges: list[Charge], age: int) -> StatementCycle:
    if not age:
        return StatementCycle()
    since, until = RUNS[2], RUNS[1]
    payments = [
        transaction
        for charge in charges
        for transaction in charge.transactions
        if transaction.kind is TransactionKind.PAYMENT and since < transaction.posted_on <= until
    ]
    payments.sort(key=lambda payment: (payment.received_on, payment.id))
    return StatementCycle(
        last_run_on=until,
        last_statement_on=until,
        next_statement_on=AS_OF,
        statement_count=age,
        listed_payment_ids=tuple([payment.id for payment in payments]),
    )


def _alarm(charges: list[Charge], members: tuple[Member, ...]) -> Alarm | None:
    """Set the alarm that the last run set, from the charges that were open then."""
    standings = [
        charge.standing
        for charge in charges
        if charge.outstanding > ZERO or charge.transactions[-1].posted_on > RUNS[1]
    ]
    level = most_severe(standing.level for standing in standings)
    days = [s.reached_on for s in standings if s.level is level and s.reached_on is not None]
    if not days:
        return None
    return Alarm(
        level=level,
        reached_on=min(days),
        set_on=RUNS[1],
        patient_ids=tuple([member.patient.id for member in members]),
    )


def _statements(
    account_id: str, guarantor: Guarantor, charges: list[Charge], age: int
) -> tuple[SentStatement, ...]:
    owed = total(charge.amount for charge in charges if charge.standing.billed_count)
    return tuple(
        [
            SentStatement(
                id=f"{account_id}:{RUNS[age - index]}",
                on=RUNS[age - index],
                number=index + 1,
                methods=_METHODS[guarantor.delivery],
                printed_level=LEVELS[min(index, 4)],
                total=owed,
            )
            for index in range(age)
        ]
    )


def _last_act(charges: list[Charge], age: int) -> date:
    latest = [c.transactions[-1].posted_on if c.transactions else c.posted_on for c in charges]
    return max([*latest, RUNS[1]] if age else latest)
