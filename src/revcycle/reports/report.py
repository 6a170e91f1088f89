"""What every report is: columns, rows, totals and a caption in words.

A report is a value and stays as it is whatever becomes of the accounts. It may hold names and
what was written to patients, because a page must show them, and hides its rows from `repr`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import COUNT, DATE, FLAG, TEXT, check_fields, each, one_of, private, unique
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.layout import Table, html_of
from revcycle.money import cents, total
from revcycle.reports.pages import WIDTH, page_text
from revcycle.reports.xml_text import xml_text
from revcycle.tables import Cell, cell_text, csv_text, legible

__all__ = [
    "PREVIEW_ROWS",
    "ROWS_SHOWN_MAX",
    "Column",
    "ColumnKind",
    "Report",
    "make_report",
    "preview",
    "report_csv",
    "report_html",
    "report_text",
    "report_xml",
    "select_columns",
    "table_of",
]

PREVIEW_ROWS: Final = 30
"""How many rows a preview shows (RP-3)."""

ROWS_SHOWN_MAX: Final = 200
"""How many rows a notebook shows of a report."""


class ColumnKind(enum.Enum):
    """What a column holds, and so what its total is."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    COUNT = "count"
    FLAG = "flag"


@attrs.frozen(kw_only=True)
class Column:
    """One column of a report.

    Attributes:
        name: its title, unique in the report.
        kind: what it holds. Amounts and counts are summed, of flags the Yes are counted; texts
            and dates have no total.
        is_page_only: shown on a page and written to no file: it is in no CSV and no XML.
    """

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    is_page_only: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("name", TEXT), ("kind", one_of(ColumnKind)), ("is_page_only", FLAG)))


@attrs.frozen(kw_only=True)
class Report:
    """A report as it was made.

    Attributes:
        title: what kind of report, or the name of its definition.
        caption: what it says, of which days and by which filters, in words.
        as_of: the day, at its end.
        columns: in order.
        rows: as many cells as there are columns in each, in a total order; private.
        totals: one for each column, over the whole report; None where there is none.
        row_count: rows of the whole report, of which a preview has the first.
        masked_count: how many of `rows`, the last ones, are of patients who may not be known to
            the viewer (PR-3). They are in no file.
    """

    title: str
    caption: str
    as_of: date
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = private()
    totals: tuple[Cell, ...]
    row_count: int
    masked_count: int = 0

    def __attrs_post_init__(self) -> None:
        """Check the fields, and that rows and totals have the columns' number of cells."""
        check_fields(self, _REPORT)
        unique(self, "columns", [column.name for column in self.columns])
        for field, lines in (("rows", self.rows), ("totals", (self.totals,))):
            for line in lines:
                if type(line) is not tuple or len(line) != len(self.columns):
                    must = f"have {len(self.columns)} cells, one a column"
                    raise InvalidRecord("Report", field, len(line), must)

    @property
    def words(self) -> str:
        """Title and caption on one line, and how many rows there are if not all are shown."""
        shown = len(self.rows)
        some = f"; the first {shown} of {self.row_count} rows" if shown < self.row_count else ""
        return f"{self.title}: {self.caption}{some}"

    @property
    def records(self) -> tuple[dict[str, Cell], ...]:
        """Each row by column name, as a data frame takes them."""
        names = [column.name for column in self.columns]
        return tuple([dict(zip(names, row, strict=True)) for row in self.rows])

    def total_of(self, name: str) -> Cell:
        """Give the total of the column called *name*; None if it has none.

        Raises:
            UnknownReference: there is no such column.
        """
        return self.totals[_place(self, name)]

    def __str__(self) -> str:
        """Lay the report out as text of at most 80 columns."""
        return report_text(self)

    def _repr_html_(self) -> str:
        return report_html(self, rows_max=ROWS_SHOWN_MAX)


_REPORT: Final = (
    ("title", TEXT),
    ("caption", TEXT),
    ("as_of", DATE),
    ("columns", each(one_of(Column))),
    ("row_count", COUNT),
    ("masked_count", COUNT),
)


def make_report(
    title: str,
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[tuple[Cell, ...]],
    *,
    masked: Iterable[tuple[Cell, ...]] = (),
    as_of: date,
) -> Report:
    """Build a report with its totals over all rows, masked ones included.

    Args:
        title: what kind of report.
        caption: what it says, in words.
        columns: in order.
        rows: in order.
        masked: rows of patients who may not be known; they come last, in the order of what they
            show, so that the order tells nothing either: by amount, the largest first, then by
            the other columns in turn (PR-3).
        as_of: the day.
    """
    shown = tuple(rows)
    hidden = tuple(sorted(masked, key=lambda line: _by_figures(columns, line)))
    lines = (*shown, *hidden)
    return Report(
        title=title,
        caption=caption,
        as_of=as_of,
        columns=tuple(columns),
        rows=lines,
        totals=tuple(
            [
                _total(column, [line[place] for line in lines])
                for place, column in enumerate(columns)
            ]
        ),
        row_count=len(lines),
        masked_count=len(hidden),
    )


def preview(report: Report, *, rows_max: int = PREVIEW_ROWS) -> Report:
    """Give the first rows of *report*; its totals stay those of the whole (RP-3).

    Args:
        report: the report.
        rows_max: how many rows.

    Raises:
        InvalidRecord: *rows_max* is no number of rows.
    """
    if not COUNT.holds(rows_max):
        raise InvalidRecord("preview", "rows_max", rows_max, COUNT.must)
    if len(report.rows) <= rows_max:
        return report
    open_count = len(report.rows) - report.masked_count
    return attrs.evolve(
        report, rows=report.rows[:rows_max], masked_count=max(0, rows_max - open_count)
    )


def select_columns(report: Report, names: Sequence[str]) -> Report:
    """Give *report* with the columns called *names*, in their order (RP-7).

    Raises:
        UnknownReference: there is no such column.
    """
    places = [_place(report, name) for name in names]

    def chosen(line: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple([line[place] for place in places])

    return attrs.evolve(
        report,
        columns=tuple([report.columns[place] for place in places]),
        rows=tuple(map(chosen, report.rows)),
        totals=chosen(report.totals),
    )


def report_csv(report: Report) -> str:
    """Write the rows of *report* as CSV text, without masked ones and page-only columns (LE-2).

    Of a report that is for the page whole the text is empty.
    """
    columns, rows, _ = _for_files(report)
    return csv_text([column.name for column in columns], rows) if columns else ""


def report_xml(report: Report) -> str:
    """Write *report* as XML text, without masked rows and page-only columns (RP-7)."""
    columns, rows, totals = _for_files(report)
    return xml_text(
        [(column.name, column.kind.value) for column in columns],
        rows,
        totals=totals,
        caption=report.caption,
        left_out=report.row_count - len(rows),
        title=report.title,
        as_of=report.as_of.isoformat(),
    )


def report_text(report: Report, *, width: int = WIDTH) -> str:
    """Write *report* as plain text, no line longer than *width* columns.

    Args:
        report: the report.
        width: how long a line may be; 20 or more.

    Raises:
        InvalidRecord: *width* is no int, or too small for any table.
    """
    if type(width) is not int or width < _WIDTH_MIN:
        raise InvalidRecord("report_text", "width", width, f"be an int, {_WIDTH_MIN} or more")
    figures = [column.kind in _FIGURES for column in report.columns]
    return page_text(table_of(report), figures=figures, width=width)


def report_html(report: Report, *, rows_max: int | None = None) -> str:
    """Write *report* as one HTML table: escaped, captioned, with scoped headers, no script.

    Args:
        report: the report.
        rows_max: how many rows to show; the caption tells how many there are. None shows all.

    Raises:
        InvalidRecord: *rows_max* is no number of rows.
    """
    return html_of(table_of(report if rows_max is None else preview(report, rows_max=rows_max)))


_WIDTH_MIN: Final = 20
_FIGURES: Final = frozenset({ColumnKind.AMOUNT, ColumnKind.COUNT})
_SUMMED: Final = frozenset({ColumnKind.AMOUNT, ColumnKind.COUNT, ColumnKind.FLAG})


def table_of(report: Report) -> Table:
    """Give *report* as a table to be shown, its totals as the foot; of text what is plain."""
    foot = report.totals
    if foot and foot[0] is None:
        foot = ("Total", *foot[1:])
    return Table(
        caption=legible(report.words),
        columns=tuple([legible(column.name) for column in report.columns]),
        rows=tuple([tuple(map(_plain, row)) for row in report.rows]),
        foot=foot if any(each is not None for each in report.totals) else (),
    )


def _plain(cell: Cell) -> Cell:
    return legible(cell) if isinstance(cell, str) else cell


def _for_files(
    report: Report,
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...], tuple[Cell, ...]]:
    """Give columns, rows and totals without what may stand on a page only.

    Of rows that only a page may show nothing is left, and so none of them.
    """
    kept = select_columns(report, [c.name for c in report.columns if not c.is_page_only])
    rows = kept.rows[: len(kept.rows) - kept.masked_count] if kept.columns else ()
    return kept.columns, rows, kept.totals


def _place(report: Report, name: str) -> int:
    for place, column in enumerate(report.columns):
        if column.name == name:
            return place
    raise UnknownReference("column", name)


def _total(column: Column, cells: Sequence[Cell]) -> Cell:
    if column.kind is ColumnKind.AMOUNT:
        return total(cell for cell in cells if isinstance(cell, Decimal))
    if column.kind in _SUMMED:
        return sum(cell for cell in cells if isinstance(cell, int))
    return None


def _by_figures(columns: Sequence[Column], line: tuple[Cell, ...]) -> list[tuple[int, int, str]]:
    """Rank amounts before all else; figures by size, the largest first, what is empty last."""
    pairs = sorted(
        zip(columns, line, strict=True), key=lambda pair: pair[0].kind is not ColumnKind.AMOUNT
    )
    return [_rank(cell) for _, cell in pairs]


def _rank(cell: Cell) -> tuple[int, int, str]:
    if cell is None:
        return (1, 0, "")
    if isinstance(cell, Decimal):
        return (0, -cents(cell), "")
    if isinstance(cell, int):
        return (0, -cell, "")
    return (0, 0, cell_text(cell))
