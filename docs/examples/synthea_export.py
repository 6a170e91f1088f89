"""Reads the billing files of a Synthea CSV export: all of it, or every reason why not.

    read_export          six files of a folder, as typed rows, or `ExportFlawed`
      Flaw               file, line, column and what is wrong there

Columns are found by name; the others are ignored. Both of Synthea's spellings of the columns of
payer_transitions.csv are read. Times are cut to their day of UTC: one with another offset is put
into UTC first, one without an offset is taken for UTC, as Synthea writes it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from revcycle.errors import InvalidRecord
from revcycle.money import LIMIT, ZERO, add, text, usd

if TYPE_CHECKING:
    from _csv import Reader as _Reader

__all__ = [
    "FLAWS_SHOWN",
    "ExportFlawed",
    "ExportedClaim",
    "ExportedCover",
    "ExportedEncounter",
    "ExportedPatient",
    "ExportedTransaction",
    "Flaw",
    "SyntheaExport",
    "read_export",
]

FLAWS_SHOWN: Final = 20


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


@attrs.frozen
class Flaw:
    """One thing that is wrong with an export.

    Attributes:
        file: the file's name.
        line: the line on which the row begins, the header being 1; None for the whole file.
        column: the column, or None for the whole row.
        message: what is wrong.
    """

    file: str
    line: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        """Read as one line."""
        where = self.file
        if self.line is not None:
            where += f", line {self.line}"
        if self.column is not None:
            where += f", column {self.column}"
        return f"{where}: {self.message}"


class ExportFlawed(Exception):
    """An export that cannot be read: nothing of it is.

    Attributes:
        flaws: every flaw found, in the order of files and lines.
    """

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        """Report all *flaws* at once."""
        self.flaws = tuple(flaws)
        super().__init__("\n".join(map(str, self.flaws)))


def read_export(folder: Path) -> SyntheaExport:
    """Read the billing files in *folder*.

    Raises:
        ExportFlawed: with every flaw of every file.
    """
    flaws: list[Flaw] = []
    tables = {name: _read_table(folder, name, flaws) for name in _COLUMNS}
    patients = {row.text("Id"): _patient(row) for row in tables[_PATIENTS].unique("Id")}
    uninsured = {"", "0"} | {
        row.text("Id") for row in tables[_PAYERS].unique("Id") if row.text("NAME") == _NO_INSURANCE
    }
    claims = {row.text("Id"): _claim(row, uninsured) for row in tables[_CLAIMS].unique("Id")}
    transactions = [_transaction(row) for row in tables[_TRANSACTIONS].numbered()]
    encounters = [_encounter(row) for row in tables[_ENCOUNTERS].unique("Id")]
    covers: dict[str, list[ExportedCover]] = {}
    for row in tables[_TRANSITIONS].rows:
        covers.setdefault(row.text("PATIENT"), []).append(_cover(row))
    _check_references(tables)
    _check_sum(transactions, tables[_TRANSACTIONS])
    if flaws:
        order = list(_COLUMNS)
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


_PATIENTS: Final = "patients.csv"
_PAYERS: Final = "payers.csv"
_CLAIMS: Final = "claims.csv"
_TRANSACTIONS: Final = "claims_transactions.csv"
_ENCOUNTERS: Final = "encounters.csv"
_TRANSITIONS: Final = "payer_transitions.csv"
_NO_INSURANCE: Final = "NO_INSURANCE"

# Each column by the spellings it may have; the first is the name by which it is asked for.
_COLUMNS: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    _PATIENTS: [
        (name,) for name in ("Id", "BIRTHDATE", "FIRST", "LAST", "ADDRESS", "CITY", "STATE", "ZIP")
    ],
    _PAYERS: [("Id",), ("NAME",)],
    _CLAIMS: [
        (name,)
        for name in (
            "Id",
            "PATIENTID",
            "PRIMARYPATIENTINSURANCEID",
            "DEPARTMENTID",
            "APPOINTMENTID",
        )
    ],
    _TRANSACTIONS: [
        (name,)
        for name in (
            "CLAIMID",
            "CHARGEID",
            "PATIENTID",
            "TYPE",
            "AMOUNT",
            "METHOD",
            "FROMDATE",
            "NOTES",
            "DEPARTMENTID",
            "TRANSFERTYPE",
            "PAYMENTS",
            "PROVIDERID",
        )
    ],
    _ENCOUNTERS: [("Id",), ("START",), ("PATIENT",)],
    _TRANSITIONS: [
        ("PATIENT",),
        ("START_YEAR", "START_DATE"),
        ("END_YEAR", "END_DATE"),
        ("OWNERSHIP", "PLAN_OWNERSHIP"),
        ("OWNERNAME", "OWNER_NAME"),
    ],
}
# (file, column, the file and column that must know the value)
_REFERENCES: Final = (
    (_CLAIMS, "PATIENTID", _PATIENTS),
    (_CLAIMS, "PRIMARYPATIENTINSURANCEID", _PAYERS),
    (_TRANSACTIONS, "CLAIMID", _CLAIMS),
    (_TRANSACTIONS, "PATIENTID", _PATIENTS),
    (_ENCOUNTERS, "PATIENT", _PATIENTS),
    (_TRANSITIONS, "PATIENT", _PATIENTS),
)
_KINDS: Final = ("CHARGE", "PAYMENT", "TRANSFERIN", "TRANSFEROUT", "ADJUSTMENT")
_METHODS: Final = ("CASH", "CHECK", "CC", "COPAY", "ECHECK")


@attrs.frozen
class _Row:
    """A row that knows its place; every reading of a cell may add a flaw."""

    file: str
    line: int
    cells: Mapping[str, str]
    names: Mapping[str, str]
    flaws: list[Flaw]

    def text(self, column: str) -> str:
        return self.cells[column]

    def given(self, column: str) -> str:
        """Give the text of a cell that must not be empty."""
        if not self.cells[column]:
            self.flaw(column, "is empty")
        return self.cells[column]

    def one_of(self, column: str, known: Sequence[str]) -> str:
        value = self.cells[column]
        if value not in known:
            self.flaw(column, f"{_shown(value)} is none of {', '.join(known)}")
        return value

    def day(self, column: str, *, is_private: bool = False) -> date:
        """Read a day of UTC; the message about a private one does not repeat it (PR-6)."""
        value = self.cells[column]
        if _TIME.fullmatch(value):
            with suppress(ValueError, OverflowError):  # no such day, or UTC's is off the calendar
                time = datetime.fromisoformat(value)
                return (time if time.tzinfo is None else time.astimezone(UTC)).date()
        shown = "what stands there" if is_private else _shown(value)
        self.flaw(column, f"{shown} is no date such as 2024-01-31 or 2024-01-31T09:30:00Z")
        return date.min

    def day_of_year(self, column: str, *, last: bool) -> date:
        """Read a day, or a bare year as the first or last day of it."""
        if re.fullmatch("[12][0-9]{3}", self.cells[column], re.ASCII):
            year = int(self.cells[column])
            return date(year, 12, 31) if last else date(year, 1, 1)
        return self.day(column)

    def dollars(self, column: str, *, wanted: bool) -> Decimal:
        """Read US dollars; an empty cell is zero unless an amount is *wanted* here."""
        value = self.cells[column]
        if not value and not wanted:
            return ZERO
        try:
            amount = usd(value)
        except InvalidRecord:
            amount = None
        if amount is None or amount < ZERO:
            self.flaw(column, f"{_shown(value)} is no amount of dollars such as 37.20")
            return ZERO
        return amount

    def whole(self, column: str) -> int:
        value = self.cells[column]
        # No leading zero: 7 and 07 would be one row of the ledger under two names.
        if not re.fullmatch("0|[1-9][0-9]{0,17}", value, re.ASCII):
            self.flaw(column, f"{_shown(value)} is no whole number such as 7")
            return 0
        return int(value)

    def flaw(self, column: str, message: str) -> None:
        self.flaws.append(Flaw(self.file, self.line, self.names[column], message))


_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


@attrs.frozen
class _Table:
    """The rows of a file; none if the file could not be read as a table."""

    file: str
    rows: list[_Row]
    is_whole: bool

    def unique(self, *columns: str) -> Iterator[_Row]:
        """Yield the rows; one with the key of an earlier row is a flaw."""
        lines: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row.given(column) for column in columns)
            if all(key) and key in lines:
                row.flaw(columns[-1], f"{_shown(key[-1])} stands on line {lines[key]} already")
            lines.setdefault(key, row.line)
            yield row

    def numbered(self) -> Iterator[_Row]:
        """Yield the rows of the ledger, whose running number is unique within a claim."""
        return self.unique("CLAIMID", "CHARGEID")


def _read_table(folder: Path, name: str, flaws: list[Flaw]) -> _Table:
    """Read one file; what stops the reading is one flaw."""
    rows: list[_Row] = []
    before = len(flaws)
    try:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            rows += _read_rows(name, csv.reader(file, strict=True), flaws)
    except FileNotFoundError:
        flaws.append(Flaw(name, None, None, "the file is missing"))
    except OSError as error:
        flaws.append(Flaw(name, None, None, f"the file cannot be read: {error.strerror}"))
    except UnicodeDecodeError:
        flaws.append(Flaw(name, _undecodable_line(folder / name), None, "is not UTF-8 text"))
    is_whole = len(flaws) == before
    if is_whole and not rows:
        flaws.append(Flaw(name, None, None, "the file is empty below its header"))
    return _Table(name, rows, is_whole=is_whole)


def _undecodable_line(path: Path) -> int | None:
    """Give the line with the first byte that is not UTF-8."""
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return len((content[: error.start] + b"?").splitlines())
    return None  # the file has changed since


def _read_rows(name: str, reader: _Reader, flaws: list[Flaw]) -> Iterator[_Row]:
    """Yield the rows of one file, each with the line on which it begins."""
    before = len(flaws)
    numbered = _number_rows(name, reader, flaws)
    line, header = next(((first, cells) for first, cells in numbered if cells), (0, []))
    if not header:
        if len(flaws) == before:
            flaws.append(Flaw(name, None, None, "the file is empty, it has no header"))
        return
    places, names = _find_columns(name, line, header, flaws)
    has_all = len(places) == len(_COLUMNS[name])
    for first, cells in numbered:
        if cells and len(cells) != len(header):
            message = f"has {len(cells)} cells, the header has {len(header)}"
            flaws.append(Flaw(name, first, None, message))
        elif cells and has_all:
            picked = {column: cells[place].strip() for column, place in places.items()}
            row = _Row(name, first, picked, names, flaws)
            _check_signs(row)
            yield row


def _check_signs(row: _Row) -> None:
    """Report what no text holds, such as NUL or ESC; the text itself may be private (PR-6)."""
    for column, cell in row.cells.items():
        pattern = _NO_TEXT if column == "NOTES" else _NO_LINE
        found = pattern.search(cell)
        if found:
            row.flaw(column, f"holds a control character, U+{ord(found[0]):04X}")


# A note may have several lines.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_LINE: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


def _number_rows(name: str, reader: _Reader, flaws: list[Flaw]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins: a quoted cell may hold line breaks."""
    line = 0
    try:
        for cells in reader:
            yield line + 1, cells
            line = reader.line_num
    except csv.Error as error:
        flaws.append(Flaw(name, line + 1, None, f"the file is not CSV from here on: {error}"))


def _find_columns(
    name: str, line: int, header: Sequence[str], flaws: list[Flaw]
) -> tuple[dict[str, int], dict[str, str]]:
    """Give place and spelling of each column that is wanted; a missing one is a flaw."""
    places: dict[str, int] = {}
    names: dict[str, str] = {}
    for spellings in _COLUMNS[name]:
        found = [place for place, cell in enumerate(header) if cell.strip() in spellings]
        if len(found) == 1:
            places[spellings[0]] = found[0]
            names[spellings[0]] = header[found[0]].strip()
        else:
            message = "stands in the header twice" if found else "is missing in the header"
            flaws.append(Flaw(name, line, " or ".join(spellings), message))
    return places, names


def _check_references(tables: Mapping[str, _Table]) -> None:
    """Report ids that no row of the other file has; a file that is not whole is not asked."""
    owners = {row.text("Id"): row.text("PATIENTID") for row in tables[_CLAIMS].rows}
    for file, column, target in _REFERENCES:
        if not tables[target].is_whole:
            continue
        known = {row.text("Id") for row in tables[target].rows}
        if target == _PAYERS:
            known |= {"", "0"}
        for row in tables[file].rows:
            if row.text(column) not in known:
                row.flaw(column, f"{_shown(row.text(column))} is not in {target}")
    for row in tables[_TRANSACTIONS].rows:
        owner = owners.get(row.text("CLAIMID"), row.text("PATIENTID"))
        if owner != row.text("PATIENTID"):
            row.flaw("PATIENTID", "is not the patient of the claim")


def _check_sum(transactions: Sequence[ExportedTransaction], table: _Table) -> None:
    """Report the row with which the dollars of the ledger become more than any sum may be (M-1)."""
    dollars = ZERO
    for transaction, row in zip(transactions, table.rows, strict=True):
        dollars = add(dollars, add(transaction.amount, transaction.paid))
        if dollars >= LIMIT:
            message = f"with this row the dollars of the file come to {text(LIMIT)} or more"
            row.flaws.append(Flaw(row.file, row.line, None, message))
            return


def _patient(row: _Row) -> ExportedPatient:
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


def _claim(row: _Row, uninsured: set[str]) -> ExportedClaim:
    return ExportedClaim(
        id=row.text("Id"),
        patient_id=row.given("PATIENTID"),
        self_pay=row.text("PRIMARYPATIENTINSURANCEID") in uninsured,
        department_id=row.text("DEPARTMENTID"),
        encounter_id=row.text("APPOINTMENTID"),
    )


def _transaction(row: _Row) -> ExportedTransaction:
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


def _encounter(row: _Row) -> ExportedEncounter:
    return ExportedEncounter(
        id=row.given("Id"), patient_id=row.given("PATIENT"), on=row.day("START")
    )


def _cover(row: _Row) -> ExportedCover:
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


def _shown(value: str) -> str:
    shown = value if len(value) <= _SHOWN_LENGTH else value[:_SHOWN_LENGTH] + "..."
    return repr(shown)


_SHOWN_LENGTH: Final = 40
