"""A self-pay book from a Synthea export: what is read as it stands, and what is ours.

    synthea_book         accounts as they stood 120 days before the first run, and what follows
      _Promise           ours: which of the late payments come on the day, late, or not at all
      Fate               what becomes of each line, payment and copay credit

`synthea_lines` reads the lines; `synthea_check` holds the final book against the fates.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
from payment_behaviour import between, draw
from practice_acts import Act, ChangeGuarantor, PayCharge, PostCharge
from synthea_export import ExportedClaim, ExportedPatient, ExportedTransaction, SyntheaExport
from synthea_lines import Line, read_lines, row_id

from revcycle.accounts import (
    Account,
    Address,
    Appointment,
    Guarantor,
    InsuranceClass,
    Member,
    Patient,
)
from revcycle.charges import Charge, Transaction
from revcycle.money import total

__all__ = [
    "LATE_DAYS",
    "PROMISES",
    "RULE_DAYS",
    "Fate",
    "SyntheaBook",
    "Tally",
    "synthea_book",
]

RULE_DAYS: Final = 120
LATE_DAYS: Final = (15, 150)


class _Promise(enum.Enum):
    """What becomes of the payments on one claim; the value is a share in per cent."""

    ON_THE_DAY = 40
    LATE = 35
    NOT_AT_ALL = 25


PROMISES: Final = tuple(promise.value for promise in _Promise)


class Fate(enum.Enum):
    """What becomes of a line, a payment or a copay credit of the export, as the page says it."""

    AS_EXPORTED = "posted as exported"
    LATE = "ours: posted late"
    WITHHELD = "ours: not paid, or by a plan"
    TOO_LATE = "ours: late, after the last run"
    AFTER = "after the last run, not posted"
    LEFT_OUT = "left out, no line before it"

    @property
    def is_posted(self) -> bool:
        """Whether it is in the book after the last run."""
        return self in {Fate.AS_EXPORTED, Fate.LATE}


@attrs.frozen(kw_only=True)
class Tally:
    """What was read, and what became of it: (how many, US dollars).

    Attributes:
        lines: patient lines.
        patient_count: patients with a line.
        first_on: the day of the first line.
        last_on: the day of the last line.
        credits: claims whose copays exceed what they come to, and by how much.
        stray: patient payments that no line of their claim stands before; left out.
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
        promised_claim_ids: claims with a payment that is known to come on a day after its line.
        tally: what was read.
        credits: US dollars of each copay credit, by the id of its payment.
        fates: what becomes of each line, payment and copay credit up to the last run, by id.
    """

    accounts: tuple[Account, ...]
    acts: tuple[Act, ...]
    promised_claim_ids: frozenset[str]
    tally: Tally
    credits: Mapping[str, Decimal]
    fates: Mapping[str, Fate]


def synthea_book(
    export: SyntheaExport, *, first_run: date, last_run: date, seed: int
) -> SyntheaBook:
    """Make a book whose statement runs are from *first_run* to *last_run*."""
    rule_from = first_run - timedelta(days=RULE_DAYS)
    lines, stray = read_lines(export)
    courses = [_course(line, seed=seed, rule_from=rule_from) for line in lines]
    by_patient: dict[str, list[_Course]] = {}
    for course in courses:
        by_patient.setdefault(course.charge.patient_id, []).append(course)
    accounts: list[Account] = []
    acts: list[Act] = []
    for patient_id in sorted(by_patient):
        opening = _Opening(export, patient_id, by_patient[patient_id], rule_from, first_run)
        accounts.append(opening.account())
        acts += opening.acts(last_run)
    return SyntheaBook(
        accounts=tuple(accounts),
        acts=tuple(acts),
        promised_claim_ids=frozenset(
            course.charge.claim_id
            for course in courses
            if any(on > course.charge.posted_on for _, on in course.payments)
        ),
        tally=_tally(courses, stray, rule_from, last_run),
        credits={line.money[0].id: line.money[0].amount for line in lines if line.is_credit},
        fates={row_id(row): Fate.LEFT_OUT for row in stray}
        | {key: fate for course in courses for key, fate in course.fates(last_run)},
    )


@attrs.frozen(kw_only=True)
class _Course:
    """What becomes of a line.

    Attributes:
        charge: without transactions.
        is_credit: whether it only holds copays in excess.
        promise: what becomes of its money.
        money: as exported, in the order of posting.
        payments: those that come, each with the day on which it is posted.
    """

    charge: Charge
    is_credit: bool
    promise: _Promise
    money: tuple[Transaction, ...]
    payments: tuple[tuple[Transaction, date], ...]

    def fates(self, last_run: date) -> Iterator[tuple[str, Fate]]:
        """Yield what becomes of the line and of its money up to the last run, by id."""
        is_posted = self.charge.posted_on <= last_run
        if not self.is_credit:
            yield self.charge.id, Fate.AS_EXPORTED if is_posted else Fate.AFTER
        days = {payment.id: on for payment, on in self.payments}
        for payment in self.money:
            if payment.posted_on > last_run:
                yield payment.id, Fate.AFTER
            elif payment.id not in days:
                yield payment.id, Fate.WITHHELD
            elif days[payment.id] > last_run:
                yield payment.id, Fate.TOO_LATE
            elif self.promise is _Promise.LATE:
                yield payment.id, Fate.LATE
            else:
                yield payment.id, Fate.AS_EXPORTED


def _course(line: Line, *, seed: int, rule_from: date) -> _Course:
    """Say what becomes of *line*; from before the rule, and of copays, all comes as exported."""
    is_ours = line.charge.posted_on >= rule_from and not line.is_credit
    promise = _promise(seed, line.charge.claim_id) if is_ours else _Promise.ON_THE_DAY
    days = 0
    if promise is _Promise.LATE:
        days = between(*LATE_DAYS, seed, "late", line.charge.claim_id)
    payments = []
    for payment in line.money:
        # The calendar ends: a payment from its last days cannot come later.
        late = min(days, (date.max - payment.posted_on).days)
        payments.append((payment, payment.posted_on + timedelta(days=late)))
    return _Course(
        charge=line.charge,
        is_credit=line.is_credit,
        promise=promise,
        money=line.money,
        payments=() if promise is _Promise.NOT_AT_ALL else tuple(payments),
    )


def _promise(seed: int, claim_id: str) -> _Promise:
    """Say, for a whole claim, what becomes of the payments on its lines."""
    place = draw(seed, "promise", claim_id) // 10_000
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
    lines: Sequence[_Course]
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

    def acts(self, last_run: date) -> Iterator[Act]:
        """Yield what is posted from the rule on, for lines up to the last run."""
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
            for payment, on in line.payments:
                if payment.posted_on >= self.rule_from:
                    yield PayCharge(
                        on=on,
                        account_id=account_id,
                        charge_id=charge.id,
                        payment_id=payment.id,
                        amount=payment.amount,
                        received_on=payment.received_on if on == payment.posted_on else on,
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
    courses: Sequence[_Course],
    stray: Sequence[ExportedTransaction],
    rule_from: date,
    last_run: date,
) -> Tally:
    lines = [course for course in courses if not course.is_credit]
    own = [line.charge for line in lines]
    ruled = [line for line in lines if rule_from <= line.charge.posted_on <= last_run]
    kept = {p: [line.charge for line in ruled if line.promise is p] for p in _Promise}
    in_credit = [course.money[0].amount for course in courses if course.is_credit]
    return Tally(
        lines=_sum(own),
        patient_count=len({charge.patient_id for charge in own}),
        first_on=min((charge.posted_on for charge in own), default=rule_from),
        last_on=max((charge.posted_on for charge in own), default=rule_from),
        credits=(len(in_credit), total(in_credit)),
        stray=(len(stray), total(row.paid for row in stray)),
        before=_sum([charge for charge in own if charge.posted_on < rule_from]),
        on_the_day=_sum(kept[_Promise.ON_THE_DAY]),
        late=_sum(kept[_Promise.LATE]),
        withheld=_sum(kept[_Promise.NOT_AT_ALL]),
        not_posted=_sum([charge for charge in own if charge.posted_on > last_run]),
    )


def _sum(charges: Sequence[Charge]) -> tuple[int, Decimal]:
    return len(charges), total(charge.amount for charge in charges)
