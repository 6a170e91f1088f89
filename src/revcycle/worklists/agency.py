"""What a collection agency is given of the charges placed with it: rows, and CSV text (CO-3).

Placing is the host's own act. The file is not: it names people, so a user makes it, and of
patients whom that user may not see nothing goes out (PR-3). It holds what an agency needs to find
the person and to say what is owed, and no word of the service itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.accounts import Account, Address, Guarantor, Patient
from revcycle.charges import Charge, Placement, TransactionKind, adjusted, paid, patient_part
from revcycle.checks import DATE, ID, optional, private
from revcycle.errors import InvalidRecord
from revcycle.money import ZERO, total
from revcycle.tables import Cell, csv_text
from revcycle.worklists.sight import Sight, absent_guarantors, sight_of

__all__ = ["AGENCY_COLUMNS", "AgencyHandOff", "AgencyRow", "agency_csv", "hand_off_to_agency"]


@attrs.frozen(kw_only=True)
class AgencyRow:
    """One charge as an agency is given it.

    Attributes:
        account_id, charge_id, claim_id: the host's ids.
        placed_on: the day it was placed.
        patient_id: whose charge it is.
        patient_name: last name, first name; private.
        birth_on: the patient's date of birth, or None; private.
        phones: the patient's telephone numbers; private.
        guarantor_id: who answers for it.
        guarantor_name: last name, first name; private.
        address: the guarantor's; private.
        email: the guarantor's, or None; private.
        service_on: the day of service.
        first_billed_on: the first statement it appeared on, or None.
        last_billed_on: the latest one, or None.
        billed_count: how many there were.
        last_paid_on: the day the latest payment came, or None.
        last_paid: US dollars of that day's payments, or None.
        patient_part: US dollars that were ever the patient's.
        paid: US dollars the patient has paid, refunds taken off.
        adjusted: US dollars taken off the patient's side.
        outstanding: US dollars still owed.
    """

    account_id: str
    charge_id: str
    claim_id: str
    placed_on: date
    patient_id: str
    patient_name: str = private()
    birth_on: date | None = private()
    phones: tuple[str, ...] = private()
    guarantor_id: str
    guarantor_name: str = private()
    address: Address = private()
    email: str | None = private()
    service_on: date
    first_billed_on: date | None
    last_billed_on: date | None
    billed_count: int
    last_paid_on: date | None
    last_paid: Decimal | None
    patient_part: Decimal
    paid: Decimal
    adjusted: Decimal
    outstanding: Decimal


@attrs.frozen(kw_only=True)
class AgencyHandOff:
    """The charges an agency is to collect, as far as the user may name the people.

    Attributes:
        agency_id: the agency.
        rows: by account, patient, service date and charge.
        left_out_count: charges of this agency that are not given, because the patient, the head
            or the guarantor is masked for the user (PR-3).
        left_out_outstanding: US dollars that those owe.
    """

    agency_id: str
    rows: tuple[AgencyRow, ...]
    left_out_count: int
    left_out_outstanding: Decimal

    @property
    def outstanding(self) -> Decimal:
        """US dollars that the rows owe together."""
        return total(row.outstanding for row in self.rows)


def hand_off_to_agency(
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    agency_id: str,
    placed_from: date | None = None,
) -> AgencyHandOff:
    """Gather the charges that an agency has and that still owe something (CO-3).

    Args:
        accounts: the practice's; a guarantor who is a patient in none of them counts as masked.
        viewer: who makes the file.
        agency_id: the agency.
        placed_from: leave out what was placed before; None for all it has.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        InvalidRecord: *agency_id* is no id, or *placed_from* no date.
    """
    require_permission("hand_off_to_agency", viewer, Permission.SELF_PAY_WORKLISTS)
    for name, value, requirement in (
        ("agency_id", agency_id, ID),
        ("placed_from", placed_from, optional(DATE)),
    ):
        if not requirement.holds(value):
            raise InvalidRecord("hand_off_to_agency", name, value, requirement.must)
    book = tuple(accounts)
    found = [(a, tuple(_placed(a, agency_id, placed_from))) for a in book]
    concerned = [account for account, placed in found if placed]
    elsewhere = absent_guarantors(concerned, book, viewer=viewer)
    rows: list[AgencyRow] = []
    left_out: list[Charge] = []
    for account, placed in found:
        if not placed:
            continue
        sight = sight_of(account, viewer=viewer, elsewhere=elsewhere)
        patients = {member.patient.id: member.patient for member in account.members}
        for charge, placement in placed:
            if _is_hidden(charge, sight):
                left_out.append(charge)
            else:
                rows.append(_row(account, patients[charge.patient_id], charge, placement))
    rows.sort(key=lambda r: (r.account_id, r.patient_id, r.service_on, r.charge_id))
    return AgencyHandOff(
        agency_id=agency_id,
        rows=tuple(rows),
        left_out_count=len(left_out),
        left_out_outstanding=total(charge.outstanding for charge in left_out),
    )


AGENCY_COLUMNS: Final = (
    "Account",
    "Charge",
    "Claim",
    "Placed",
    "Patient id",
    "Patient",
    "Date of birth",
    "Telephone",
    "Guarantor id",
    "Guarantor",
    "Address",
    "City",
    "State",
    "ZIP code",
    "E-mail",
    "Date of service",
    "First bill",
    "Last bill",
    "Bills",
    "Last payment",
    "Last payment amount",
    "Patient part",
    "Paid",
    "Adjusted",
    "Outstanding",
)
"""The columns of a hand-off, in order."""


def agency_csv(hand_off: AgencyHandOff) -> str:
    """Write *hand_off* as CSV text that is safe to open in a spreadsheet (LE-2)."""
    return csv_text(AGENCY_COLUMNS, map(_cells, hand_off.rows))


def _placed(
    account: Account, agency_id: str, placed_from: date | None
) -> Iterator[tuple[Charge, Placement]]:
    for charge in account.charges:
        placement = charge.placement
        if placement is None or placement.agency_id != agency_id or charge.outstanding <= ZERO:
            continue
        if placed_from is None or placement.placed_on >= placed_from:
            yield charge, placement


def _is_hidden(charge: Charge, sight: Sight) -> bool:
    """Tell whether the row would name somebody masked; the account's id may name its head."""
    return not sight.is_shown or sight.is_name_masked or charge.patient_id in sight.masked_ids


def _row(account: Account, patient: Patient, charge: Charge, placement: Placement) -> AgencyRow:
    guarantor = account.guarantor
    standing = charge.standing
    payments = [
        t for t in charge.transactions if t.kind is TransactionKind.PAYMENT and t.voided_on is None
    ]
    last_on = max((t.received_on for t in payments), default=None)
    return AgencyRow(
        account_id=account.id,
        charge_id=charge.id,
        claim_id=charge.claim_id,
        placed_on=placement.placed_on,
        patient_id=patient.id,
        patient_name=_name(patient),
        birth_on=patient.birth_on,
        phones=patient.phones,
        guarantor_id=guarantor.id,
        guarantor_name=_name(guarantor),
        address=guarantor.address,
        email=guarantor.email,
        service_on=charge.service_on,
        first_billed_on=standing.first_billed_on,
        last_billed_on=standing.last_billed_on,
        billed_count=standing.billed_count,
        last_paid_on=last_on,
        last_paid=total(t.amount for t in payments if t.received_on == last_on)
        if last_on
        else None,
        patient_part=patient_part(charge),
        paid=paid(charge),
        adjusted=adjusted(charge),
        outstanding=charge.outstanding,
    )


def _name(person: Patient | Guarantor) -> str:
    return ", ".join(filter(None, (person.last_name, person.first_name)))


def _cells(row: AgencyRow) -> tuple[Cell, ...]:
    return (
        row.account_id,
        row.charge_id,
        row.claim_id,
        row.placed_on,
        row.patient_id,
        row.patient_name,
        row.birth_on,
        "; ".join(row.phones),
        row.guarantor_id,
        row.guarantor_name,
        ", ".join(row.address.lines),
        row.address.city,
        row.address.state,
        row.address.postal_code,
        row.email,
        row.service_on,
        row.first_billed_on,
        row.last_billed_on,
        row.billed_count,
        row.last_paid_on,
        row.last_paid,
        row.patient_part,
        row.paid,
        row.adjusted,
        row.outstanding,
    )
