"""A made-up practice: three hundred accounts, most drawn from the seed, some written by hand.

    seeded_book        the accounts before the first run, and what is known to happen afterwards
      _family          one account: guarantor, members, paid history, open charges
      _visits          charges that come while the cycles run
    hand_written       in `written_families`: families that show what a seed may not

Sizes of charges follow a published survey of practices; the rest is assumed and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
from payment_behaviour import Assumption, between, chance, draw
from practice_acts import Act, PayCharge, PostCharge
from written_families import written_families

from revcycle.accounts import (
    Account,
    Appointment,
    DeliveryPreference,
    Guarantor,
    InsuranceClass,
    Member,
    Patient,
)
from revcycle.charges import Charge, Transaction, TransactionKind
from revcycle.money import from_cents

__all__ = ["ASSUMPTIONS", "SeededBook", "seeded_book"]

_ACCOUNT_COUNT: Final = 300
_MEMBER_SHARES: Final = (55, 22, 14, 9)
_SELF_PAY: Final = 20
_E_STATEMENT: Final = 36
_NO_EMAIL: Final = 10
_VISIT: Final = 9
_CYCLE_DAYS: Final = 35
_WINDOW_DAYS: Final = 12 * _CYCLE_DAYS
_FIRST_NAMES: Final = (
    *("Robin", "Alex", "Morgan", "Devon", "Sam", "Frankie", "Nico", "Indigo", "Charlie", "Val"),
    *("Jules", "Kai", "Parker", "Eden", "Toni", "Billie", "Logan", "Quinn", "Harper"),
)
_LAST_NAMES: Final = (
    *("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Juniper", "Larch"),
    *("Maple", "Oak", "Pine", "Rowan", "Spruce", "Tamarack", "Walnut", "Willow", "Yew"),
)
_DEPARTMENTS: Final = ("D1", "D2", "D3")

SIZES: Final = Assumption(
    "a visit leaves less than 40.00, 40.00 to 100.00, more",
    (67, 19, 14),
    "sourced",
    "athenahealth, 2,013 providers, 2014; mean 55.40",
)
PAID_AT_DESK: Final = Assumption(
    "paid at the desk: below 35.00, 35.00 to 200.00, more",
    (40, 20, 6),
    "sourced",
    "athenahealth 2018; the middle is assumed",
)
ASSUMPTIONS: Final = (
    SIZES,
    PAID_AT_DESK,
    Assumption("patients whom no insurance covers", (_SELF_PAY,), "assumed", "no source sought"),
    Assumption("a member has a visit in a cycle", (_VISIT,), "assumed", "no source sought"),
    Assumption(
        "guarantors who take statements by e-mail",
        (_E_STATEMENT,),
        "survey",
        "would convert from paper: Emdeon study on hfma.org",
    ),
)


@attrs.frozen(kw_only=True)
class SeededBook:
    """A book and what is known to happen to it.

    Attributes:
        accounts: before the first run.
        acts: in no order.
        scripted_ids: accounts written by hand: nothing is drawn for them.
    """

    accounts: tuple[Account, ...]
    acts: tuple[Act, ...]
    scripted_ids: frozenset[str]


def seeded_book(*, seed: int, first_run: date) -> SeededBook:
    """Make up the book whose first statement run is on *first_run*."""
    written = written_families(first_run=first_run)
    accounts = list(written.accounts)
    acts = list(written.acts)
    for number in range(len(accounts) + 1, _ACCOUNT_COUNT + 1):
        account = _family(seed, f"A{number:03}", first_run)
        accounts.append(account)
        acts += _visits(seed, account, first_run)
    return SeededBook(accounts=tuple(accounts), acts=tuple(acts), scripted_ids=written.scripted_ids)


def _family(seed: int, account_id: str, first_run: date) -> Account:
    """Draw one account as it stands on the morning of the first run."""
    last_name = _LAST_NAMES[between(0, len(_LAST_NAMES) - 1, seed, "name", account_id)]
    count = _member_count(seed, account_id)
    members = tuple(
        Member(
            patient=_patient(
                seed,
                f"{account_id}-P{number}",
                _first_name(seed, account_id, number),
                last_name,
                first_run,
            ),
            joined_on=first_run - timedelta(days=between(400, 3_000, seed, "joined", account_id)),
        )
        for number in range(1, count + 1)
    )
    is_patient = chance(90, seed, "guarantor", account_id)
    electronic = chance(_E_STATEMENT, seed, "delivery", account_id)
    has_email = electronic and not chance(_NO_EMAIL, seed, "e-mail", account_id)
    guarantor = Guarantor(
        id=f"{account_id}-G",
        first_name=_first_name(seed, account_id, 1 if is_patient else 0),
        last_name=last_name,
        email=f"{account_id.lower()}@example.com" if has_email else None,
        delivery=DeliveryPreference.E_STATEMENT if electronic else DeliveryPreference.PAPER,
        patient_id=members[0].patient.id if is_patient else None,
    )
    charges: list[Charge] = []
    for member in members:
        charges += _past(seed, member.patient, first_run)
        charges += _recent(seed, member.patient, first_run)
    return Account(id=account_id, guarantor=guarantor, members=members, charges=tuple(charges))


def _first_name(seed: int, account_id: str, number: int) -> str:
    """Give the first name of a member, or of a guarantor who is none; a family has each once."""
    first = between(0, len(_FIRST_NAMES) - 1, seed, "first name", account_id)
    return _FIRST_NAMES[(first + number) % len(_FIRST_NAMES)]


def _member_count(seed: int, account_id: str) -> int:
    place = between(1, 100, seed, "members", account_id)
    count = 0
    for share in _MEMBER_SHARES:
        count += 1
        if place <= share:
            break
        place -= share
    return count


def _patient(
    seed: int, patient_id: str, first_name: str, last_name: str, first_run: date
) -> Patient:
    self_pay = chance(_SELF_PAY, seed, "class", patient_id)
    appointments: tuple[Appointment, ...] = ()
    if chance(15, seed, "appointment", patient_id):
        days = between(1, 120, seed, "appointment on", patient_id)
        appointments = (Appointment(on=first_run + timedelta(days=days), department_id="D1"),)
    return Patient(
        id=patient_id,
        first_name=first_name,
        last_name=last_name,
        primary_department_id=_DEPARTMENTS[between(0, 2, seed, "department", patient_id)],
        usual_provider_id=f"DR{between(1, 6, seed, 'provider', patient_id)}",
        insurance_class=(
            InsuranceClass.SELF_PAY_PRIMARY if self_pay else InsuranceClass.OTHER_PRIMARY
        ),
        appointments=appointments,
    )


def _past(seed: int, patient: Patient, first_run: date) -> Iterator[Charge]:
    """Yield what was charged and paid in the two years before."""
    for number in range(1, between(0, 3, seed, "past", patient.id) + 1):
        charge_id = f"{patient.id}-H{number}"
        posted_on = first_run - timedelta(days=between(30, 730, seed, "past on", charge_id))
        charge = _charge(seed, patient, charge_id, posted_on)
        days = between(0, 29, seed, "past paid", charge_id)
        paid_on = posted_on + timedelta(days=days)
        payment = Transaction(
            id=f"{charge_id}-M",
            kind=TransactionKind.PAYMENT,
            amount=charge.amount,
            received_on=paid_on,
            posted_on=paid_on,
        )
        yield attrs.evolve(charge, transactions=(payment,))


def _recent(seed: int, patient: Patient, first_run: date) -> Iterator[Charge]:
    """Yield what the last weeks left open for the first statement."""
    for number in range(1, between(0, 2, seed, "recent", patient.id) + 1):
        charge_id = f"{patient.id}-R{number}"
        posted_on = first_run - timedelta(days=between(2, 45, seed, "recent on", charge_id))
        yield _charge(seed, patient, charge_id, posted_on)


def _visits(seed: int, account: Account, first_run: date) -> Iterator[Act]:
    """Yield the charges that come while the cycles run, and what is paid at the desk."""
    for member in account.members:
        patient = member.patient
        for cycle in range(1, _WINDOW_DAYS // _CYCLE_DAYS + 1):
            charge_id = f"{patient.id}-V{cycle}"
            if not chance(_VISIT, seed, "visit", charge_id):
                continue
            days = _CYCLE_DAYS * (cycle - 1) + between(1, 34, seed, "visit on", charge_id)
            on = first_run + timedelta(days=days)
            charge = _charge(seed, patient, charge_id, on)
            yield PostCharge(on=on, account_id=account.id, charge=charge)
            if chance(_paid_at_desk(charge.amount), seed, "desk", charge_id):
                yield PayCharge(
                    on=on,
                    account_id=account.id,
                    charge_id=charge_id,
                    payment_id=f"{charge_id}-M",
                    amount=charge.amount,
                )


def _charge(seed: int, patient: Patient, charge_id: str, posted_on: date) -> Charge:
    self_pay = patient.insurance_class is InsuranceClass.SELF_PAY_PRIMARY
    return Charge(
        id=charge_id,
        patient_id=patient.id,
        claim_id=f"{charge_id}-C",
        amount=_size(seed, charge_id),
        posted_on=posted_on,
        service_on=posted_on - timedelta(days=0 if self_pay else 1),
        department_id=patient.primary_department_id,
        provider_id=patient.usual_provider_id,
        self_pay_claim=self_pay,
        description="Office visit",
    )


def _size(seed: int, charge_id: str) -> Decimal:
    """Draw what a visit leaves to the patient; few are large."""
    small, middle, _ = SIZES.per_cents
    place = between(1, 100, seed, "band", charge_id)
    if place <= small:
        return from_cents(between(500, 3_999, seed, "cents", charge_id))
    if place <= small + middle:
        return from_cents(between(4_000, 9_999, seed, "cents", charge_id))
    # A high power of an even draw: most stay near a hundred dollars, a few come near a thousand.
    share = draw(seed, "cents", charge_id)
    return from_cents(10_000 + 90_000 * share**7 // 10**42)


def _paid_at_desk(amount: Decimal) -> int:
    low, middle, high = PAID_AT_DESK.per_cents
    if amount < Decimal(35):
        return low
    return middle if amount <= Decimal(200) else high
