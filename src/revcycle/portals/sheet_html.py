"""Sheets as HTML: every text escaped, real tables, nothing from outside, no script.

What can be expanded is a ``details`` element. Addresses are taken from the host for what it
shows, but one that could run something is not: then the words stand alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from revcycle.checks import TEXT, each
from revcycle.portals.acts import all_given, check_given
from revcycle.portals.sheet_style import INKS, PAPERS, SCREEN_STYLE
from revcycle.portals.sheets import (
    Badge,
    Block,
    Column,
    ColumnKind,
    Content,
    Facts,
    Fold,
    Grid,
    GridRow,
    Linked,
    Sheet,
    Words,
    written,
)
from revcycle.tables import legible

__all__ = ["hub_page", "sheet_html", "styled"]


def hub_page(fragments: Iterable[str], *, title: str) -> str:
    """Make one HTML document of *fragments*, which are HTML already.

    Raises:
        InvalidRecord: *fragments* is a single one, or holds what is no text.
    """
    given = all_given("fragments", fragments)
    check_given("fragments", given, each(TEXT), private=True)
    body = "\n".join(given)
    name = _escaped(title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{SCREEN_STYLE}{_PAGE_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{name}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


_PAGE_STYLE: Final = (
    f"html {{ background: {PAPERS['paper']}; color: {INKS['ink']}; }}"
    """
body { margin: 0; padding: 1rem 0; }
main > h1 { font: 600 1.7rem/1.2 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial,
  sans-serif; max-width: 82rem; margin: 0 auto 1rem; padding: 0 1rem; }
"""
)


def styled(fragment: str) -> str:
    """Put the style before a fragment that stands alone, as in a notebook."""
    return f"<style>{SCREEN_STYLE}</style>\n{fragment}"


def sheet_html(sheet: Sheet) -> str:
    """Write *sheet* as a section that stands in a page of its host."""
    anchor = _escaped(sheet.anchor)
    title = f"{anchor}~title"  # no subject's place: there every tilde has its second
    blocks = "\n".join(map(_block, sheet.blocks))
    return (
        f'<section class="portal-hub" id="{anchor}" aria-labelledby="{title}">\n'
        f'<h2 id="{title}">{_escaped(sheet.title)}</h2>\n{blocks}\n</section>\n'
    )


def _block(block: Block) -> str:
    match block:
        case Words():
            lead = ' class="lead"' if block.is_lead else ""
            return f"<p{lead}>{_content(block)}</p>"
        case Facts():
            title = f"<h3>{_escaped(block.title)}</h3>" if block.title else ""
            pairs = "".join(
                f"<dt>{_escaped(label)}</dt><dd>{_content(value) or 'none'}</dd>"
                for label, value in block.pairs
            )
            return f'<div class="facts">{title}<dl>{pairs}</dl></div>'
        case Fold():
            return _details(block.summary, block.blocks)
        case Grid():
            return _grid(block)


def _details(summary: str, blocks: Iterable[Block], *, is_open: bool = False) -> str:
    inner = "\n".join(map(_block, blocks))
    return (
        f"<details{' open' if is_open else ''}><summary>{_escaped(summary)}</summary>"
        f"<div>{inner}</div></details>"
    )


# ---------------------------------------------------------------------------------------- grids
# The roles say again what the elements are: set as blocks, on a narrow screen, they lose it.


def _grid(grid: Grid) -> str:
    if not grid.rows:
        caption, empty = _escaped(grid.caption), _escaped(grid.empty)
        return f'<p class="empty"><strong>{caption}.</strong> {empty}</p>'
    head = "".join(map(_heading, grid.columns))
    body = "\n".join(_row(row, grid.columns) for row in grid.rows)
    foot = ""
    if grid.foot:
        cells = _cells(grid.foot, grid.columns)
        foot = f'<tfoot role="rowgroup"><tr role="row">{cells}</tr></tfoot>'
    narrow = ' class="narrow"' if len(grid.columns) <= _NARROW_MAX else ""
    caption = f"<caption>{_escaped(grid.caption)}</caption>"
    return (
        f'<div class="scroll"><table role="table"{narrow}>{caption}\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody>{foot}</table></div>'
    )


_NARROW_MAX: Final = 4
"""Columns of a table that is easier to read when it does not fill a wide page."""


def _heading(column: Column) -> str:
    order = f' aria-sort="{column.order}"' if column.order else ""
    title = _link(column.title, column.address)
    arrow = _ARROWS.get(column.order, "")
    return f'<th scope="col" role="columnheader"{_class(column)}{order}>{title}{arrow}</th>'


_ARROWS: Final = {
    "ascending": ' <span aria-hidden="true">\u25b2</span>',
    "descending": ' <span aria-hidden="true">\u25bc</span>',
}


def _row(row: GridRow, columns: tuple[Column, ...]) -> str:
    cells = f'<tr role="row">{_cells(row.cells, columns)}</tr>'
    if not row.details:
        return cells
    details = _details(row.summary, row.details, is_open=row.is_open)
    return (
        f'{cells}\n<tr role="row" class="more">'
        f'<td role="cell" colspan="{len(columns)}">{details}</td></tr>'
    )


def _cells(cells: tuple[Content, ...], columns: tuple[Column, ...]) -> str:
    first, *rest = zip(cells, columns, strict=True)
    name = f'<th scope="row" role="rowheader">{_content(first[0])}</th>'
    return name + "".join(
        f'<td role="cell"{_class(column)} data-title="{_escaped(column.title)}">{_cell(cell)}</td>'
        for cell, column in rest
    )


def _cell(content: Content) -> str:
    # On a narrow screen a cell is a grid, in which several links would each take a place.
    return f"<span>{_content(content)}</span>" if type(content) is Words else _content(content)


def _class(column: Column) -> str:
    return "" if column.kind is ColumnKind.TEXT else f' class="{column.kind.value}"'


# ---------------------------------------------------------------------------------------- cells


def _content(content: Content) -> str:
    match content:
        case tuple():
            lines = [f"<span>{_content(part)}</span>" for part in content]
            return f'<span class="lines">{"".join(lines)}</span>' if lines else ""
        case Words():
            return " ".join(map(_content, content.parts))
        case Badge():
            urgent = " urgent" if content.is_urgent else ""
            return f'<span class="badge{urgent}">{_escaped(content.words)}</span>'
        case Linked():
            note = f' <span class="note">{_escaped(content.note)}</span>' if content.note else ""
            link = _link(content.words, content.address, in_new_window=content.in_new_window)
            return link + note
        case _:
            return _escaped(written(content))


def _link(words: str, address: str | None, *, in_new_window: bool = False) -> str:
    said = _escaped(words)
    if address is None or not _HARMLESS.fullmatch(address):
        return said
    window = ' target="_blank" title="opens in a new window"' if in_new_window else ""
    return f'<a href="{_escaped(address)}" rel="noopener noreferrer"{window}>{said}</a>'


_HARMLESS: Final = re.compile(r"(?:https?://|(?!//|[^/?#]*:))[^\s\x00-\x20\x7f\\]+", re.IGNORECASE)
"""An address on the web, or one within the host's own pages: no other scheme, no other host."""


def _escaped(text: str) -> str:
    return html.escape(legible(text))
