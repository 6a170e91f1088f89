"""A self-pay book from a Synthea export: what is read as it stands, and what is ours.

    synthea_book         accounts as they stood 120 days before the first run, and what follows
      _lines_of          patient lines of one claim, each with the money that follows it
      _copay_credit      copays above what their claim comes to
      _Promise           ours: which of the late payments come on the day, late, or not at all

A line is a CHARGE row that goes to the patient at once, or a TRANSFERIN row that does so after
insurance. Its money is the CASH, CHECK or CC payment that follows it in the claim. What insurers
paid and copays are no payments on these lines.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
from payment_behaviour import between, draw
from practice_acts import Act, ChangeGuarantor, PayCharge, PostCharge
from synthea_export import ExportedClaim, ExportedPatient, ExportedTransaction, SyntheaExport

from revcycle.accounts import (
    Account,
    Address,
    Appointment,
    Guarantor,
    InsuranceClass,
    Member,
    Patient,
)
from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.money import ZERO, add, subtract, total

__all__ = ["LATE_DAYS", "PROMISES", "RULE_DAYS", "SyntheaBook", "Tally", "synthea_book"]

RULE_DAYS: Final = 120
LATE_DAYS: Final = (15, 150)


class _Promise(enum.Enum):
    """What becomes of the payments on one claim; the value is a share in per cent."""

    ON_THE_DAY = 40
    LATE = 35
    NOT_AT_ALL = 25


PROMISES: Final = tuple(promise.value for promise in _Promise)


@attrs.frozen(kw_only=True)
class Tally:
    """What was read, and what became of it: (how many, US dollars).

    Attributes:
        lines: patient lines.
        patient_count: patients with a line.
        first_on: the day of the first line.
        last_on: the day of the last line.
        credits: claims whose copays exceed what they come to, and by how much.
        stray: patient payments that follow no line; left out.
        before: lines from before our rule; paid as exported.
        on_the_day: lines under our rule that are paid as exported.
        late: those paid late.
        withheld: those not paid.
        not_posted: lines later than the last run; they are in no statement.
    """

    lines: tuple[int, Decimal]
    patient_count: int
    first_on: date
    last_on: date
    credits: tuple[int, Decimal]
    stray: tuple[int, Decimal]
    before: tuple[int, Decimal]
    on_the_day: tuple[int, Decimal]
    late: tuple[int, Decimal]
    withheld: tuple[int, Decimal]
    not_posted: tuple[int, Decimal]


@attrs.frozen(kw_only=True)
class SyntheaBook:
    """A book and what is known to happen to it.

    Attributes:
        accounts: as they stood before our rule begins.
        acts: charges, payments and changes of guarantor from then on, in no order.
        promised_claim_ids: claims whose payment will come.
        tally: what was read.
    """

    accounts: tuple[Account, ...]
    acts: tuple[Act, ...]
    promised_claim_ids: frozenset[str]
    tally: Tally


@attrs.frozen(kw_only=True)
class _Line:
    """A patient line, or a copay credit, with its money.

    Attributes:
        charge: without transactions.
        money: as exported, in order.
        is_credit: whether it only holds copays in excess.
    """

    charge: Charge
    money: tuple[Transaction, ...]
    is_credit: bool = False


def synthea_book(
    export: SyntheaExport, *, first_run: date, last_run: date, seed: int
) -> SyntheaBook:
    """Make a book whose statement runs are from *first_run* to *last_run*."""
    rule_from = first_run - timedelta(days=RULE_DAYS)
    lines: list[_Line] = []
    stray: list[Decimal] = []
    by_claim = itertools.groupby(export.transactions, key=lambda row: row.claim_id)
    for claim_id, group in by_claim:
        claim, rows = export.claims[claim_id], list(group)
        own = list(_lines_of(claim, rows, stray))
        lines += own
        lines += _copay_credit(claim, rows, own)
    lines.sort(key=lambda line: (line.charge.posted_on, line.charge.id))
    promises = {line.charge.claim_id: _promise(seed, line, rule_from) for line in lines}
    by_patient: dict[str, list[_Line]] = {}
    for line in lines:
        by_patient.setdefault(line.charge.patient_id, []).append(line)
    accounts: list[Account] = []
    acts: list[Act] = []
    for patient_id in sorted(by_patient):
        opening = _Opening(export, patient_id, by_patient[patient_id], rule_from, first_run)
        accounts.append(opening.account())
        acts += opening.acts(promises, seed, last_run)
    return SyntheaBook(
        accounts=tuple(accounts),
        acts=tuple(acts),
        promised_claim_ids=frozenset(
            claim_id for claim_id, promise in promises.items() if promise is _Promise.LATE
        ),
        tally=_tally(lines, stray, promises, rule_from, last_run),
    )


_BY_PATIENT: Final = frozenset({"CASH", "CHECK", "CC"})


def _is_line(row: ExportedTransaction) -> bool:
    return row.kind in {"CHARGE", "TRANSFERIN"} and row.transfer_kind == "p" and row.amount > ZERO


def _lines_of(
    claim: ExportedClaim, rows: Sequence[ExportedTransaction], stray: list[Decimal]
) -> Iterator[_Line]:
    """Yield the patient lines of a claim; a payment belongs to the row before it."""
    gross = insured = ZERO
    line: ExportedTransaction | None = None
    money: list[Transaction] = []
    for row in rows:
        if row.kind == "PAYMENT":
            if row.method not in _BY_PATIENT:
                insured = add(insured, row.paid if row.method == "ECHECK" else ZERO)
            elif row.paid > ZERO and line is not None:
                money.append(_payment(row))
            elif row.paid > ZERO:
                stray.append(row.paid)
            continue
        if line is not None:
            yield _line(claim, line, money, gross, insured)
        line, money = (row, []) if _is_line(row) else (None, [])
        if row.kind == "CHARGE":
            gross, insured = row.amount, ZERO
    if line is not None:
        yield _line(claim, line, money, gross, insured)


def _line(
    claim: ExportedClaim,
    row: ExportedTransaction,
    money: Sequence[Transaction],
    gross: Decimal,
    insured: Decimal,
) -> _Line:
    charge = Charge(
        id=_row_id(row),
        patient_id=claim.patient_id,
        claim_id=claim.id,
        amount=row.amount,
        posted_on=row.on,
        service_on=row.on,
        department_id=row.department_id,
        provider_id=row.provider_id,
        self_pay_claim=claim.self_pay,
        description=row.description,
        billed=gross,
        insurance_paid=insured,
    )
    return _Line(charge=charge, money=tuple(money))


def _payment(row: ExportedTransaction) -> Transaction:
    return Transaction(
        id=_row_id(row),
        kind=TransactionKind.PAYMENT,
        amount=row.paid,
        received_on=row.on,
        posted_on=row.on,
    )


def _row_id(row: ExportedTransaction) -> str:
    return f"{row.claim_id}/{row.number}"


def _copay_credit(
    claim: ExportedClaim, rows: Sequence[ExportedTransaction], lines: Sequence[_Line]
) -> list[_Line]:
    """Give the copays that a claim took beyond what it charged, as a credit of their own.

    Copays, what insurers paid and the patient lines together may not exceed what the claim
    charged; as far as copays make the excess, it is the patient's money.
    """
    copays = [row for row in rows if row.method == "COPAY"]
    charged = total(row.amount for row in rows if row.kind == "CHARGE")
    covered = [row.paid for row in rows if row.method in {"COPAY", "ECHECK"}]
    covered += [line.charge.amount for line in lines]
    excess = min(subtract(total(covered), charged), total(row.paid for row in copays))
    if excess <= ZERO:
        return []
    first = copays[0]
    charge = Charge(
        id=f"{claim.id}/copay",
        patient_id=claim.patient_id,
        claim_id=claim.id,
        amount=ZERO,
        posted_on=first.on,
        service_on=first.on,
        department_id=first.department_id,
        provider_id=first.provider_id,
        self_pay_claim=claim.self_pay,
        description="Copay beyond the charge",
    )
    payment = Transaction(
        id=_row_id(first),
        kind=TransactionKind.PAYMENT,
        amount=excess,
        received_on=first.on,
        posted_on=first.on,
    )
    return [_Line(charge=charge, money=(payment,), is_credit=True)]


def _promise(seed: int, line: _Line, rule_from: date) -> _Promise:
    """Say, for a whole claim, what becomes of its payments; before the rule all come."""
    if line.charge.posted_on < rule_from:
        return _Promise.ON_THE_DAY
    place = draw(seed, "promise", line.charge.claim_id) // 10_000
    for promise in _Promise:
        if place < promise.value:
            return promise
        place -= promise.value
    return _Promise.NOT_AT_ALL


@attrs.frozen
class _Opening:
    """One patient's account: how it stands when our rule begins, and what is known to follow."""

    export: SyntheaExport
    patient_id: str
    lines: Sequence[_Line]
    rule_from: date
    first_run: date

    def account(self) -> Account:
        """Build the account with all that was posted before the rule."""
        charges = tuple(
            attrs.evolve(
                line.charge,
                transactions=tuple(t for t in line.money if t.posted_on < self.rule_from),
            )
            for line in self.lines
            if line.charge.posted_on < self.rule_from
        )
        return Account(
            id=f"{self.patient_id}/A",
            guarantor=self._guarantor(self._settled_on),
            members=(
                Member(
                    patient=self._patient(),
                    joined_on=min(self.lines[0].charge.service_on, self.rule_from),
                ),
            ),
            charges=charges,
        )

    def acts(self, promises: dict[str, _Promise], seed: int, last_run: date) -> Iterator[Act]:
        """Yield what is posted from the rule on, up to the last run."""
        account_id = f"{self.patient_id}/A"
        guarantor = self._guarantor(self._settled_on)
        for line in self.lines:
            charge = line.charge
            if charge.posted_on > last_run:
                continue
            if charge.posted_on >= self.rule_from:
                answers = self._guarantor(charge.service_on)
                if answers != guarantor:
                    guarantor = answers
                    yield ChangeGuarantor(
                        on=charge.posted_on, account_id=account_id, guarantor=guarantor
                    )
                yield PostCharge(on=charge.posted_on, account_id=account_id, charge=charge)
            promise = _Promise.ON_THE_DAY if line.is_credit else promises[charge.claim_id]
            if promise is _Promise.NOT_AT_ALL:
                continue
            days = between(*LATE_DAYS, seed, "late", charge.claim_id)
            late = timedelta(days=days if promise is _Promise.LATE else 0)
            for payment in line.money:
                if payment.posted_on >= self.rule_from:
                    yield PayCharge(
                        on=max(payment.posted_on, charge.posted_on) + late,
                        account_id=account_id,
                        charge_id=charge.id,
                        payment_id=payment.id,
                        amount=payment.amount,
                    )

    @property
    def _settled_on(self) -> date:
        """The last service before the rule, or the first of all."""
        days = [line.charge.service_on for line in self.lines]
        return max((day for day in days if day < self.rule_from), default=days[0])

    def _patient(self) -> Patient:
        row: ExportedPatient = self.export.patients[self.patient_id]
        known = [line for line in self.lines if line.charge.posted_on <= self.first_run]
        latest = (known or self.lines[:1])[-1].charge
        departments = {claim.encounter_id: claim.department_id for claim in self._claims()}
        return Patient(
            id=row.id,
            first_name=row.first_name,
            last_name=row.last_name,
            birth_on=row.birth_on,
            address=Address(
                lines=(row.street,), city=row.city, state=row.state, postal_code=row.postal_code
            ),
            primary_department_id=latest.department_id,
            usual_provider_id=latest.provider_id,
            insurance_class=(
                InsuranceClass.SELF_PAY_PRIMARY
                if latest.self_pay_claim
                else InsuranceClass.OTHER_PRIMARY
            ),
            appointments=tuple(
                Appointment(on=encounter.on, department_id=departments.get(encounter.id, ""))
                for encounter in self.export.encounters
                if encounter.patient_id == self.patient_id and encounter.on > self.first_run
            ),
        )

    def _claims(self) -> Iterable[ExportedClaim]:
        return (c for c in self.export.claims.values() if c.patient_id == self.patient_id)

    def _guarantor(self, on: date) -> Guarantor:
        """Give who owned the insurance on the day of service; the patient, if nobody else did."""
        row = self.export.patients[self.patient_id]
        address = Address(
            lines=(row.street,), city=row.city, state=row.state, postal_code=row.postal_code
        )
        covers = self.export.covers.get(self.patient_id, ())
        valid = [cover for cover in covers if cover.from_on <= on <= cover.until_on]
        name = valid[-1].owner_name if valid else ""
        if not valid or not name or valid[-1].ownership in {"", "Self"}:
            return Guarantor(
                id=self.patient_id,
                first_name=row.first_name,
                last_name=row.last_name,
                address=address,
                patient_id=self.patient_id,
            )
        others = list(dict.fromkeys(cover.owner_name for cover in covers))
        first, _, last = name.rpartition(" ")
        return Guarantor(
            id=f"{self.patient_id}/G{others.index(name) + 1}",
            first_name=first,
            last_name=last,
            address=address,
        )


def _tally(
    lines: Sequence[_Line],
    stray: Sequence[Decimal],
    promises: dict[str, _Promise],
    rule_from: date,
    last_run: date,
) -> Tally:
    own = [line.charge for line in lines if not line.is_credit]
    ruled = [c for c in own if rule_from <= c.posted_on <= last_run]
    kept = {p: [c for c in ruled if promises[c.claim_id] is p] for p in _Promise}
    in_credit = [line.money[0].amount for line in lines if line.is_credit]
    return Tally(
        lines=_sum(own),
        patient_count=len({charge.patient_id for charge in own}),
        first_on=min((charge.posted_on for charge in own), default=rule_from),
        last_on=max((charge.posted_on for charge in own), default=rule_from),
        credits=(len(in_credit), total(in_credit)),
        stray=(len(stray), total(stray)),
        before=_sum([charge for charge in own if charge.posted_on < rule_from]),
        on_the_day=_sum(kept[_Promise.ON_THE_DAY]),
        late=_sum(kept[_Promise.LATE]),
        withheld=_sum(kept[_Promise.NOT_AT_ALL]),
        not_posted=_sum([charge for charge in own if charge.posted_on > last_run]),
    )


def _sum(charges: Sequence[Charge]) -> tuple[int, Decimal]:
    return len(charges), total(charge.amount for charge in charges)
