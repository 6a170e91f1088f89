"""Reads the billing files of a Synthea CSV export: all of it, or every reason why not.

    read_export          six files of a folder, as typed rows, or `ExportFlawed`
      SyntheaExport      what the files say

`synthea_tables` reads one file and one cell, and names what is wrong there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs
from synthea_tables import (
    CLAIMS,
    COLUMNS,
    ENCOUNTERS,
    PATIENTS,
    PAYERS,
    TRANSACTIONS,
    TRANSITIONS,
    ExportFlawed,
    Flaw,
    Row,
    Table,
    read_table,
    shown,
)

from revcycle.money import LIMIT, ZERO, add, text

__all__ = [
    "ExportedClaim",
    "ExportedCover",
    "ExportedEncounter",
    "ExportedPatient",
    "ExportedTransaction",
    "SyntheaExport",
    "read_export",
]


@attrs.frozen(kw_only=True)
class ExportedPatient:
    """A row of patients.csv."""

    id: str
    first_name: str = attrs.field(repr=False)
    last_name: str = attrs.field(repr=False)
    birth_on: date = attrs.field(repr=False)
    street: str = attrs.field(repr=False)
    city: str = attrs.field(repr=False)
    state: str = attrs.field(repr=False)
    postal_code: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ExportedClaim:
    """A row of claims.csv; ``self_pay`` if no insurance is its primary payer."""

    id: str
    patient_id: str
    self_pay: bool
    department_id: str
    encounter_id: str


@attrs.frozen(kw_only=True)
class ExportedTransaction:
    """A row of claims_transactions.csv; an amount that the row does not give is zero."""

    claim_id: str
    number: int
    patient_id: str
    kind: str
    transfer_kind: str
    method: str
    on: date
    amount: Decimal
    paid: Decimal
    department_id: str
    provider_id: str
    description: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ExportedEncounter:
    """A row of encounters.csv."""

    id: str
    patient_id: str
    on: date


@attrs.frozen(kw_only=True)
class ExportedCover:
    """A row of payer_transitions.csv: who owned the patient's insurance, from when to when."""

    patient_id: str
    from_on: date
    until_on: date
    ownership: str
    owner_name: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class SyntheaExport:
    """What the six files say.

    Attributes:
        patients: by id.
        claims: by id.
        transactions: by claim, then by the running number of the row.
        encounters: by day, then id.
        covers: by patient, in the order of their beginnings.
    """

    patients: Mapping[str, ExportedPatient]
    claims: Mapping[str, ExportedClaim]
    transactions: tuple[ExportedTransaction, ...]
    encounters: tuple[ExportedEncounter, ...]
    covers: Mapping[str, tuple[ExportedCover, ...]]

    @property
    def last_on(self) -> date:
        """The last day on which anything happened."""
        last = max(row.on for row in self.transactions)
        return max(last, *(row.on for row in self.encounters))


def read_export(folder: Path) -> SyntheaExport:
    """Read the billing files in *folder*.

    Raises:
        ExportFlawed: with every flaw of every file.
    """
    flaws: list[Flaw] = []
    tables = {name: read_table(folder, name, flaws) for name in COLUMNS}
    patients = {row.text("Id"): _patient(row) for row in tables[PATIENTS].unique("Id")}
    uninsured = {"", "0"} | {
        row.text("Id") for row in tables[PAYERS].unique("Id") if row.text("NAME") == _NO_INSURANCE
    }
    claims = {row.text("Id"): _claim(row, uninsured) for row in tables[CLAIMS].unique("Id")}
    transactions = [_transaction(row) for row in tables[TRANSACTIONS].numbered()]
    encounters = [_encounter(row) for row in tables[ENCOUNTERS].unique("Id")]
    covers: dict[str, list[ExportedCover]] = {}
    for row in tables[TRANSITIONS].rows:
        covers.setdefault(row.text("PATIENT"), []).append(_cover(row))
    _check_references(tables)
    _check_sum(transactions, tables[TRANSACTIONS])
    if flaws:
        order = list(COLUMNS)
        raise ExportFlawed(sorted(flaws, key=lambda flaw: (order.index(flaw.file), flaw.line or 0)))
    transactions.sort(key=lambda row: (row.claim_id, row.number))
    encounters.sort(key=lambda row: (row.on, row.id))
    return SyntheaExport(
        patients=patients,
        claims=claims,
        transactions=tuple(transactions),
        encounters=tuple(encounters),
        covers={
            patient_id: tuple(sorted(rows, key=lambda row: row.from_on))
            for patient_id, rows in covers.items()
        },
    )


_NO_INSURANCE: Final = "NO_INSURANCE"
# (file, column, the file and column that must know the value)
_REFERENCES: Final = (
    (CLAIMS, "PATIENTID", PATIENTS),
    (CLAIMS, "PRIMARYPATIENTINSURANCEID", PAYERS),
    (TRANSACTIONS, "CLAIMID", CLAIMS),
    (TRANSACTIONS, "PATIENTID", PATIENTS),
    (ENCOUNTERS, "PATIENT", PATIENTS),
    (TRANSITIONS, "PATIENT", PATIENTS),
)
_KINDS: Final = ("CHARGE", "PAYMENT", "TRANSFERIN", "TRANSFEROUT", "ADJUSTMENT")
_METHODS: Final = ("CASH", "CHECK", "CC", "COPAY", "ECHECK")


def _check_references(tables: Mapping[str, Table]) -> None:
    """Report ids that no row of the other file has; a file that is not whole is not asked."""
    owners = {row.text("Id"): row.text("PATIENTID") for row in tables[CLAIMS].rows}
    for file, column, target in _REFERENCES:
        if not tables[target].is_whole:
            continue
        known = {row.text("Id") for row in tables[target].rows}
        if target == PAYERS:
            known |= {"", "0"}
        for row in tables[file].rows:
            if row.text(column) not in known:
                row.flaw(column, f"{shown(row.text(column))} is not in {target}")
    for row in tables[TRANSACTIONS].rows:
        owner = owners.get(row.text("CLAIMID"), row.text("PATIENTID"))
        if owner != row.text("PATIENTID"):
            row.flaw("PATIENTID", "is not the patient of the claim")


def _check_sum(transactions: Sequence[ExportedTransaction], table: Table) -> None:
    """Report the row with which the dollars of the ledger become more than any sum may be (M-1)."""
    dollars = ZERO
    for transaction, row in zip(transactions, table.rows, strict=True):
        dollars = add(dollars, add(transaction.amount, transaction.paid))
        if dollars >= LIMIT:
            message = f"with this row the dollars of the file come to {text(LIMIT)} or more"
            row.flaws.append(Flaw(row.file, row.line, None, message))
            return


def _patient(row: Row) -> ExportedPatient:
    return ExportedPatient(
        id=row.text("Id"),
        first_name=row.text("FIRST"),
        last_name=row.text("LAST"),
        birth_on=row.day("BIRTHDATE", is_private=True),
        street=row.text("ADDRESS"),
        city=row.text("CITY"),
        state=row.text("STATE"),
        postal_code=row.text("ZIP"),
    )


def _claim(row: Row, uninsured: set[str]) -> ExportedClaim:
    return ExportedClaim(
        id=row.text("Id"),
        patient_id=row.given("PATIENTID"),
        self_pay=row.text("PRIMARYPATIENTINSURANCEID") in uninsured,
        department_id=row.text("DEPARTMENTID"),
        encounter_id=row.text("APPOINTMENTID"),
    )


def _transaction(row: Row) -> ExportedTransaction:
    kind = row.one_of("TYPE", _KINDS)
    is_payment = kind == "PAYMENT"
    return ExportedTransaction(
        claim_id=row.text("CLAIMID"),
        number=row.whole("CHARGEID"),
        patient_id=row.given("PATIENTID"),
        kind=kind,
        transfer_kind=row.text("TRANSFERTYPE"),
        method=row.one_of("METHOD", _METHODS) if is_payment else "",
        on=row.day("FROMDATE"),
        amount=row.dollars("AMOUNT", wanted=kind in {"CHARGE", "TRANSFERIN"}),
        paid=row.dollars("PAYMENTS", wanted=is_payment),
        department_id=row.text("DEPARTMENTID"),
        provider_id=row.text("PROVIDERID"),
        description=row.text("NOTES"),
    )


def _encounter(row: Row) -> ExportedEncounter:
    return ExportedEncounter(
        id=row.text("Id"), patient_id=row.given("PATIENT"), on=row.day("START")
    )


def _cover(row: Row) -> ExportedCover:
    flaws = len(row.flaws)
    from_on = row.day_of_year("START_YEAR", last=False)
    until_on = row.day_of_year("END_YEAR", last=True)
    if until_on < from_on and len(row.flaws) == flaws:
        row.flaw("END_YEAR", f"{until_on} lies before the beginning, {from_on}")
    return ExportedCover(
        patient_id=row.given("PATIENT"),
        from_on=from_on,
        until_on=until_on,
        ownership=row.text("OWNERSHIP"),
        owner_name=row.text("OWNERNAME"),
    )
