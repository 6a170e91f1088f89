"""A Synthea export small enough to read: made by hand, in either of Synthea's spellings."""

import csv
from pathlib import Path

# Day by day: what patients owe is 100 + 40 + 250 + 60 dollars, the copay credit is 12.50.
FIGURES = "4 lines that patients have to pay, 450.00 dollars, 2 patients"

PATIENTS = [
    ("Id", "FIRST", "LAST", "BIRTHDATE", "ADDRESS", "CITY", "STATE", "ZIP"),
    ("pa-1", "Ada", "Quill", "1980-02-03", "1 Road", "Town", "Maine", "01234"),
    ("pa-2", "Ben", "Reed", "2012-05-06", "2 Road", "Town", "Maine", ""),
    ("pa-3", "Cy", "Stone", "1950-01-01", "3 Road", "Town", "Maine", "01234"),
]
PAYERS = [("Id", "NAME"), ("ins-1", "Acme Health"), ("ins-0", "NO_INSURANCE")]
CLAIMS = [
    ("Id", "PATIENTID", "PRIMARYPATIENTINSURANCEID", "DEPARTMENTID", "APPOINTMENTID"),
    ("c-1", "pa-1", "ins-1", "1", "e-1"),
    ("c-2", "pa-1", "0", "5", "e-2"),
    ("c-3", "pa-2", "ins-1", "2", "e-3"),
    ("c-4", "pa-2", "ins-0", "2", "e-4"),
    ("c-5", "pa-1", "ins-1", "1", "e-5"),
]
# After insurance 100 of 300; self-pay 40; 250 after a copay of 20; 60 uninsured; a copay too large.
TRANSACTIONS = [
    (
        *("CLAIMID", "CHARGEID", "PATIENTID", "TYPE", "AMOUNT", "METHOD", "FROMDATE", "NOTES"),
        *("DEPARTMENTID", "TRANSFERTYPE", "PAYMENTS", "PROVIDERID", "OUTSTANDING"),
    ),
    (
        "c-1",
        1,
        "pa-1",
        "CHARGE",
        "300.00",
        "",
        "2019-03-04T08:00:00Z",
        "Visit",
        1,
        "1",
        "",
        "d",
        "",
    ),
    ("c-1", 2, "pa-1", "PAYMENT", "", "ECHECK", "2019-03-04T08:00:00Z", "", 1, "", "200", "d", ""),
    ("c-1", 3, "pa-1", "TRANSFEROUT", "", "", "2019-03-04T08:00:00Z", "", 1, "", "", "d", "x"),
    ("c-1", 4, "pa-1", "TRANSFERIN", "100.00", "", "2019-03-04T08:00:00Z", "", 1, "p", "", "d", ""),
    ("c-1", 9, "pa-1", "PAYMENT", "", "CASH", "2019-03-04T08:00:00Z", "", 1, "", "100.0", "d", ""),
    ("c-2", 11, "pa-1", "PAYMENT", "", "CC", "2023-02-01", "", 5, "", "40.00", "d", ""),
    ("c-2", 10, "pa-1", "CHARGE", "40", "", "2023-02-01", "Talk", 5, "p", "", "d", ""),
    ("c-3", 20, "pa-2", "CHARGE", "270.00", "", "2023-06-01", "Cast", 2, "1", "", "d", ""),
    ("c-3", 21, "pa-2", "PAYMENT", "", "COPAY", "2023-06-01", "", 2, "", "20.00", "d", ""),
    ("c-3", 22, "pa-2", "TRANSFERIN", "250.00", "", "2023-06-01", "", 2, "p", "", "d", ""),
    ("c-3", 23, "pa-2", "PAYMENT", "", "CHECK", "2023-06-01", "", 2, "", "250.00", "d", ""),
    ("c-4", 30, "pa-2", "CHARGE", "60.00", "", "2023-07-01", "Test", 2, "p", "", "d", ""),
    ("c-4", 31, "pa-2", "PAYMENT", "", "CASH", "2023-07-01", "", 2, "", "60.00", "d", ""),
    ("c-5", 40, "pa-1", "CHARGE", "67.50", "", "2023-08-01", "Visit", 1, "1", "", "d", ""),
    ("c-5", 41, "pa-1", "PAYMENT", "", "COPAY", "2023-08-01", "", 1, "", "80.00", "d", ""),
    ("c-5", 42, "pa-1", "CHARGE", "0.00", "", "2023-08-01", "Free", 1, "p", "", "d", ""),
]
ENCOUNTERS = [
    ("Id", "START", "PATIENT"),
    ("e-1", "2019-03-04T08:00:00Z", "pa-1"),
    ("e-2", "2023-02-01T08:00:00Z", "pa-1"),
    ("e-3", "2023-06-01T08:00:00Z", "pa-2"),
    ("e-4", "2023-07-01T08:00:00Z", "pa-2"),
    ("e-5", "2023-08-01T08:00:00Z", "pa-1"),
    ("e-9", "2024-01-31T08:00:00Z", "pa-2"),
]
TRANSITIONS = [
    ("PATIENT", "START_YEAR", "END_YEAR", "OWNERSHIP", "OWNERNAME"),
    ("pa-1", "2015-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "Self", "Ada Quill"),
    ("pa-2", "2012-05-06T00:00:00Z", "2023-06-15T00:00:00Z", "Guardian", "Eve Reed"),
    ("pa-2", "2023-06-15T00:00:00Z", "2024-06-15T00:00:00Z", "", ""),
    ("pa-3", "1999", "2000", "Spouse", "Flo Stone"),
]
NEWER = {
    "START_YEAR": "START_DATE",
    "END_YEAR": "END_DATE",
    "OWNERSHIP": "PLAN_OWNERSHIP",
    "OWNERNAME": "OWNER_NAME",
}
FILES = {
    "patients.csv": PATIENTS,
    "payers.csv": PAYERS,
    "claims.csv": CLAIMS,
    "claims_transactions.csv": TRANSACTIONS,
    "encounters.csv": ENCOUNTERS,
    "payer_transitions.csv": TRANSITIONS,
}


def write_export(folder: Path, *, newer: bool = False) -> Path:
    """Write the export into *folder*, in the newer spelling if asked."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in FILES.items():
        header = [NEWER.get(cell, cell) if newer else cell for cell in rows[0]]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows[1:]])
    return folder


def edit_line(path: Path, line: int, old: str, new: str) -> None:
    """Replace *old*, which must be there, on one line of a file; the header is line 1."""
    lines = path.read_text(encoding="utf-8").split("\n")
    assert old in lines[line - 1], lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines), encoding="utf-8")


def edit_cell(path: Path, row: int, column: str, new: str) -> None:
    """Put *new* into a column of the row with that number, 1 for the first below the header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[row][rows[0].index(column)] = new
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def insert_row(path: Path, row: int, **cells: object) -> None:
    """Put a copy of the row with that number below it, with other *cells*, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    copy = list(rows[row])
    for column, value in cells.items():
        copy[rows[0].index(column)] = str(value)
    rows.insert(row + 1, copy)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
