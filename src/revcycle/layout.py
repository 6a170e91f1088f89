"""A captioned table as plain text and as HTML: how worklists and account views show themselves."""

from __future__ import annotations

import html
from decimal import Decimal
from typing import Final

import attrs

from revcycle.tables import Cell, cell_text

__all__ = ["Table", "html_of", "text_of"]


@attrs.frozen(kw_only=True)
class Table:
    """A table to be shown.

    Attributes:
        caption: what it is about.
        columns: one title a column.
        rows: as many cells as there are columns in each.
        foot: the sums, one cell a column; empty for none.
        row_header: the index of the column that names a row.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()
    row_header: int = 0


_GAP: Final = "  "


def text_of(table: Table) -> str:
    """Lay *table* out in columns of equal width, numbers to the right."""
    lines = [*table.rows, *([table.foot] if table.foot else [])]
    written = [[_one_line(cell) for cell in row] for row in lines]
    widths = [
        max(len(title), *(len(row[place]) for row in written)) if written else len(title)
        for place, title in enumerate(table.columns)
    ]
    is_number = [any(_is_number(row[place]) for row in lines) for place in range(len(widths))]

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
    return "\n".join([table.caption, "", line(list(table.columns)), rule, *body])


def html_of(table: Table) -> str:
    """Write *table* as HTML: every cell escaped, headers with their scope, nothing from outside."""
    head = "".join(f'<th scope="col">{html.escape(title)}</th>' for title in table.columns)
    body = "".join(f"<tr>{_html_row(row, table.row_header)}</tr>" for row in table.rows)
    foot = f"<tfoot><tr>{_html_row(table.foot, 0)}</tr></tfoot>" if table.foot else ""
    return (
        f"<table><caption>{html.escape(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    )


def _html_row(row: tuple[Cell, ...], header: int) -> str:
    written = [html.escape(cell_text(cell)) for cell in row]
    return "".join(
        f'<th scope="row">{cell}</th>' if place == header else f"<td>{cell}</td>"
        for place, cell in enumerate(written)
    )


def _one_line(cell: Cell) -> str:
    return " ".join(cell_text(cell).split())


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)
