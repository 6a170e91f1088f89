"""A captioned table as plain text and as HTML: how worklists and account views show themselves."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import private
from revcycle.tables import Cell, cell_text, legible, one_line

__all__ = ["Table", "html_of", "text_of"]


@attrs.frozen(kw_only=True)
class Table:
    """A table to be shown.

    Attributes:
        caption: what it is about.
        columns: one title a column.
        rows: as many cells as there are columns in each; private.
        foot: the sums, one cell a column; empty for none.
        row_header: the index of the column that names a row.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = private()
    foot: tuple[Cell, ...] = ()
    row_header: int = 0


_GAP: Final = "  "


def text_of(table: Table, *, write: Callable[[Cell], str] = cell_text) -> str:
    """Lay *table* out in columns of equal width, numbers to the right.

    Args:
        table: what is shown.
        write: says what a cell looks like.
    """
    lines = [*table.rows, *([table.foot] if table.foot else [])]
    titles = [one_line(title) for title in table.columns]
    written = [[one_line(write(cell)) for cell in row] for row in lines]
    widths = [
        max(len(title), *(len(row[place]) for row in written)) if written else len(title)
        for place, title in enumerate(titles)
    ]
    is_number = [_is_column_of_numbers(lines, place) for place in range(len(widths))]

    def line(cells: list[str]) -> str:
        padded = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, is_number, strict=True)
        ]
        return _GAP.join(padded).rstrip()

    rule = _GAP.join("-" * width for width in widths)
    body = [line(row) for row in written]
    if table.foot:
        body.insert(-1, rule)
    return "\n".join([one_line(table.caption), "", line(titles), rule, *body])


def html_of(
    table: Table, *, write: Callable[[Cell], str] = cell_text, is_stacked: bool = False
) -> str:
    """Write *table* as HTML: every cell escaped, headers with their scope, nothing from outside.

    Args:
        table: what is shown.
        write: says what a cell looks like.
        is_stacked: give each cell its column's title, and numbers and days a class, so that a
            style sheet can stand the cells of a row one below the other on a narrow screen.
    """
    titles = table.columns if is_stacked else ()
    marks = [_mark(table.rows, place) if is_stacked else "" for place in range(len(table.columns))]
    head = "".join(
        f'<th scope="col"{mark}>{_escaped(title)}</th>'
        for title, mark in zip(table.columns, marks, strict=True)
    )
    rows = [_html_row(row, table.row_header, titles, marks, write) for row in table.rows]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    foot = ""
    if table.foot:
        foot = f"<tfoot><tr>{_html_row(table.foot, 0, titles, marks, write)}</tr></tfoot>"
    return (
        f"<table><caption>{_escaped(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    )


def _escaped(text: str) -> str:
    return html.escape(legible(text))


def _html_row(
    row: tuple[Cell, ...],
    header: int,
    titles: tuple[str, ...],
    marks: Sequence[str],
    write: Callable[[Cell], str],
) -> str:
    cells = []
    for place, cell in enumerate(row):
        written = _escaped(write(cell))
        if place == header:
            cells.append(f'<th scope="row"{marks[place]}>{written}</th>')
            continue
        title = f' data-title="{_escaped(titles[place])}"' if titles else ""
        cells.append(f"<td{marks[place]}{title}>{written}</td>")
    return "".join(cells)


def _mark(rows: Sequence[tuple[Cell, ...]], place: int) -> str:
    """Say what a column holds, for the style sheet."""
    if _is_column_of_numbers(rows, place):
        return ' class="number"'
    return ' class="day"' if any(type(row[place]) is date for row in rows) else ""


def _is_column_of_numbers(lines: Sequence[tuple[Cell, ...]], place: int) -> bool:
    return any(_is_number(line[place]) for line in lines)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)
