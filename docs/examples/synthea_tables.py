"""The files of a Synthea CSV export as rows that know their place, or what is wrong with them.

    read_table         one file: its rows, and a flaw for whatever stops the reading
      Table
        Row            every reading of a cell gives a value, or adds a flaw
    Flaw               file, line, column and what is wrong there
    ExportFlawed       all of them

Columns are found by name; the others are ignored. Times are cut to their day of UTC: one with
another offset is put into UTC first, one without an offset is taken for UTC, as Synthea writes it.
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
from revcycle.money import ZERO, usd

if TYPE_CHECKING:
    from _csv import Reader as _Reader

__all__ = [
    "CLAIMS",
    "COLUMNS",
    "ENCOUNTERS",
    "PATIENTS",
    "PAYERS",
    "TRANSACTIONS",
    "TRANSITIONS",
    "ExportFlawed",
    "Flaw",
    "Row",
    "Table",
    "read_table",
    "shown",
]

PATIENTS: Final = "patients.csv"
PAYERS: Final = "payers.csv"
CLAIMS: Final = "claims.csv"
TRANSACTIONS: Final = "claims_transactions.csv"
ENCOUNTERS: Final = "encounters.csv"
TRANSITIONS: Final = "payer_transitions.csv"

# Each column by the spellings it may have; the first is the name by which it is asked for.
COLUMNS: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    PATIENTS: [
        (name,) for name in ("Id", "BIRTHDATE", "FIRST", "LAST", "ADDRESS", "CITY", "STATE", "ZIP")
    ],
    PAYERS: [("Id",), ("NAME",)],
    CLAIMS: [
        (name,)
        for name in (
            "Id",
            "PATIENTID",
            "PRIMARYPATIENTINSURANCEID",
            "DEPARTMENTID",
            "APPOINTMENTID",
        )
    ],
    TRANSACTIONS: [
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
    ENCOUNTERS: [("Id",), ("START",), ("PATIENT",)],
    TRANSITIONS: [
        ("PATIENT",),
        ("START_YEAR", "START_DATE"),
        ("END_YEAR", "END_DATE"),
        ("OWNERSHIP", "PLAN_OWNERSHIP"),
        ("OWNERNAME", "OWNER_NAME"),
    ],
}


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


@attrs.frozen
class Row:
    """A row that knows its place; every reading of a cell may add a flaw."""

    file: str
    line: int
    cells: Mapping[str, str]
    names: Mapping[str, str]
    flaws: list[Flaw]

    def text(self, column: str) -> str:
        """Give the text of a cell, which may be empty."""
        return self.cells[column]

    def given(self, column: str) -> str:
        """Give the text of a cell that must not be empty."""
        if not self.cells[column]:
            self.flaw(column, "is empty")
        return self.cells[column]

    def one_of(self, column: str, known: Sequence[str]) -> str:
        """Read one of the *known* words."""
        value = self.cells[column]
        if value not in known:
            self.flaw(column, f"{shown(value)} is none of {', '.join(known)}")
        return value

    def day(self, column: str, *, is_private: bool = False) -> date:
        """Read a day of UTC; the message about a private one does not repeat it (PR-6)."""
        value = self.cells[column]
        if _TIME.fullmatch(value):
            with suppress(ValueError, OverflowError):  # no such day, or UTC's is off the calendar
                time = datetime.fromisoformat(value)
                return (time if time.tzinfo is None else time.astimezone(UTC)).date()
        words = "what stands there" if is_private else shown(value)
        self.flaw(column, f"{words} is no date such as 2024-01-31 or 2024-01-31T09:30:00Z")
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
            self.flaw(column, f"{shown(value)} is no amount of dollars such as 37.20")
            return ZERO
        return amount

    def whole(self, column: str) -> int:
        """Read a whole number of at most 18 digits."""
        value = self.cells[column]
        # No leading zero: 7 and 07 would be one row of the ledger under two names.
        if not re.fullmatch("0|[1-9][0-9]{0,17}", value, re.ASCII):
            self.flaw(column, f"{shown(value)} is no whole number such as 7")
            return 0
        return int(value)

    def flaw(self, column: str, message: str) -> None:
        """Add what is wrong with a cell of this row."""
        self.flaws.append(Flaw(self.file, self.line, self.names[column], message))


_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


@attrs.frozen
class Table:
    """The rows of a file; none if the file could not be read as a table."""

    file: str
    rows: list[Row]
    is_whole: bool

    def unique(self, *columns: str) -> Iterator[Row]:
        """Yield the rows; one with the key of an earlier row is a flaw."""
        lines: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            key = tuple(row.given(column) for column in columns)
            if all(key) and key in lines:
                row.flaw(columns[-1], f"{shown(key[-1])} stands on line {lines[key]} already")
            lines.setdefault(key, row.line)
            yield row

    def numbered(self) -> Iterator[Row]:
        """Yield the rows of the ledger, whose running number is unique within a claim."""
        return self.unique("CLAIMID", "CHARGEID")


def read_table(folder: Path, name: str, flaws: list[Flaw]) -> Table:
    """Read one file; what stops the reading is one flaw."""
    rows: list[Row] = []
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
    return Table(name, rows, is_whole=is_whole)


def _undecodable_line(path: Path) -> int | None:
    """Give the line with the first byte that is not UTF-8."""
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return len((content[: error.start] + b"?").splitlines())
    return None  # the file has changed since


def _read_rows(name: str, reader: _Reader, flaws: list[Flaw]) -> Iterator[Row]:
    """Yield the rows of one file, each with the line on which it begins."""
    before = len(flaws)
    numbered = _number_rows(name, reader, flaws)
    line, header = next(((first, cells) for first, cells in numbered if cells), (0, []))
    if not header:
        if len(flaws) == before:
            flaws.append(Flaw(name, None, None, "the file is empty, it has no header"))
        return
    places, names = _find_columns(name, line, header, flaws)
    has_all = len(places) == len(COLUMNS[name])
    for first, cells in numbered:
        if cells and len(cells) != len(header):
            message = f"has {len(cells)} cells, the header has {len(header)}"
            flaws.append(Flaw(name, first, None, message))
        elif cells and has_all:
            picked = {column: cells[place].strip() for column, place in places.items()}
            row = Row(name, first, picked, names, flaws)
            _check_signs(row)
            yield row


def _check_signs(row: Row) -> None:
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
    for spellings in COLUMNS[name]:
        found = [place for place, cell in enumerate(header) if cell.strip() in spellings]
        if len(found) == 1:
            places[spellings[0]] = found[0]
            names[spellings[0]] = header[found[0]].strip()
        else:
            message = "stands in the header twice" if found else "is missing in the header"
            flaws.append(Flaw(name, line, " or ".join(spellings), message))
    return places, names


def shown(value: str) -> str:
    """Write *value* for a message: quoted, on one line, cut if it is long."""
    cut = value if len(value) <= _SHOWN_LENGTH else value[:_SHOWN_LENGTH] + "..."
    return repr(cut)


_SHOWN_LENGTH: Final = 40
