"""Rows and columns as CSV text, safe to open in a spreadsheet (LE-2).

A cell that is text and would start a formula gets an apostrophe in front; numbers are written as
numbers. The text is as RFC 4180 has it: commas, CRLF, quotes where they are needed. Encode it in
UTF-8: everything it holds can be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from revcycle.errors import InvalidRecord

__all__ = ["Cell", "cell_text", "csv_text", "legible", "one_line"]

Cell: TypeAlias = str | int | bool | Decimal | date | None
"""What a table's cell can be; None is an empty cell."""

_FORMULA_STARTS: Final = frozenset(
    "=+-@\u2212"
)  # with the minus sign that compatibility forms fold to
_CONTROL_STARTS: Final = frozenset("\t\r\n")
# With what ends a line for some readers, though not for RFC 4180.
_QUOTED: Final = frozenset(',"\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029')
_NO_TEXT: Final = frozenset({"Cc", "Cs"})
_BLANKS: Final = frozenset("\t\n\r")
# Numbers of no sign, which no page of XML may hold.
_NO_SIGNS: Final = frozenset("\ufffe\uffff")
# Signs that order what follows them from right to left, or the other way round.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Write a table as CSV text, the header first (LE-2).

    Args:
        columns: the header, one title a column.
        rows: as many cells as there are columns in each.

    Raises:
        InvalidRecord: a row of another length, or a cell that is none of `Cell`.
    """
    lines = [_line(columns)]
    for row in rows:
        if len(row) != len(columns):
            raise InvalidRecord("csv_text", "rows", len(row), f"have {len(columns)} cells each")
        lines.append(_line(row))
    return "".join(lines)


def cell_text(cell: Cell) -> str:
    """Write one cell: dates as ISO 8601, True as Yes, None as nothing.

    Raises:
        InvalidRecord: it is none of `Cell`, a float for one.
    """
    kind = type(cell)
    if cell is None:
        return ""
    if kind is str:
        return str(cell)
    if kind is bool:
        return "Yes" if cell else "No"
    if kind is int or kind is date:
        return str(cell)
    if isinstance(cell, Decimal) and cell.is_finite():
        return f"{cell:f}"
    raise InvalidRecord(
        "csv_text", "rows", kind.__name__, "hold text, int, Decimal, bool, date or None"
    )


def legible(text: str) -> str:
    """Show as a gap what is no text but an order to a screen, or what no UTF-8 page can hold.

    Control signs may move a terminal's cursor and worse; turning signs let an id or a note pass
    itself off as another; half a surrogate is in no file, and U+FFFE is no sign. Line ends and
    tabs stay.
    """
    if text.isprintable():
        return text
    return "".join("\ufffd" if _is_no_text(sign) else sign for sign in text)


def one_line(text: str) -> str:
    """Show *text* as `legible` does, on one line: whatever would end it is a blank.

    Else a name could write lines of its own onto a page of plain text.
    """
    return " ".join(legible(text).split())


def _is_no_text(sign: str) -> bool:
    return (
        sign in _TURNING
        or sign in _NO_SIGNS
        or (unicodedata.category(sign) in _NO_TEXT and sign not in _BLANKS)
    )


def _line(cells: Sequence[Cell]) -> str:
    written = [_written(cell) for cell in cells]
    # A line without anything would be no row of one empty cell but none at all.
    return (",".join(written) or '""') + "\r\n"


def _written(cell: Cell) -> str:
    plain = cell_text(cell)
    if isinstance(cell, str):
        plain = _harmless(plain)
    if _QUOTED.isdisjoint(plain):
        return plain
    doubled = plain.replace('"', '""')
    return f'"{doubled}"'


def _harmless(plain: str) -> str:
    plain = _writable(plain)
    return f"'{plain}" if _starts_formula(plain) else plain


def _writable(plain: str) -> str:
    # A gap for what no UTF-8 file can hold, and what ends a text for some readers.
    if plain.isprintable():
        return plain
    return "".join(
        "\ufffd" if sign == "\0" or unicodedata.category(sign) == "Cs" else sign for sign in plain
    )


def _starts_formula(plain: str) -> bool:
    # Full-width and other compatible forms fold to the plain sign; blanks and signs that do not
    # show are skipped, because some programs skip them too.
    if plain[:1] in _CONTROL_STARTS:
        return True
    first = next((sign for sign in plain if sign.isprintable() and not sign.isspace()), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA_STARTS
