"""Sheets as plain text, eighty columns wide where words can be broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

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

__all__ = ["WIDTH", "sheet_text"]

WIDTH: Final = 80
"""Columns of plain text."""

_GAP: Final = "  "
_INDENT: Final = "    "
_WORD_MAX: Final = 14
"""How wide a column of text stays for the sake of a long word."""


def sheet_text(sheet: Sheet) -> str:
    """Write *sheet* as lines of plain text."""
    lines = [_one_line(sheet.title), "=" * len(_one_line(sheet.title))]
    for block in sheet.blocks:
        lines += ["", *_block(block, WIDTH)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case Words():
            yield from _wrapped(" ".join(_lines(block)), width)
        case Facts():
            if block.title:
                yield _one_line(block.title)
            for label, value in block.pairs:
                yield from _fact(label, value, width)
        case Fold():
            for part in block.blocks:
                yield from _block(part, width)
        case Grid():
            yield from _grid(block, width)


def _fact(label: str, value: Content, width: int) -> Iterator[str]:
    first, *rest = _lines(value) or ["-"]
    yield from _wrapped(f"{_one_line(label)}: {first}", width, hanging=_GAP)
    for line in rest:
        yield from _wrapped(f"{_GAP}{line}", width, hanging=_GAP)


# ---------------------------------------------------------------------------------------- grids


def _grid(grid: Grid, width: int) -> Iterator[str]:
    yield from _wrapped(_one_line(grid.caption), width)
    if not grid.rows:
        yield from _wrapped(_one_line(grid.empty), width)
        return
    places = [place for place, column in enumerate(grid.columns) if not column.is_aside]
    columns = [grid.columns[place] for place in places]
    body = [[_lines(row.cells[place]) for place in places] for row in grid.rows]
    foot = [[_lines(grid.foot[place]) for place in places]] if grid.foot else []
    widths = _widths(columns, [*body, *foot], width)
    yield from _row([[column.title] for column in columns], columns, widths)
    rule = _GAP.join("-" * each for each in widths)
    yield rule
    for row, cells in zip(grid.rows, body, strict=True):
        yield from _row(cells, columns, widths)
        yield from _beneath(grid, row, width)
    for cells in foot:
        yield rule
        yield from _row(cells, columns, widths)


def _beneath(grid: Grid, row: GridRow, width: int) -> Iterator[str]:
    """Yield what does not fit beside the other columns, and the details of an open row."""
    said = [
        f"{column.title}: {'; '.join(lines)}"
        for column, cell in zip(grid.columns, row.cells, strict=True)
        if column.is_aside and (lines := _lines(cell))
    ]
    together = ". ".join(said)
    for line in [together] if len(together) <= width - len(_INDENT) else said:
        yield from _wrapped(_INDENT + line, width, hanging=_INDENT + _GAP)
    if row.is_open:
        yield ""
        for block in row.details:
            for line in _block(block, width - len(_INDENT)):
                yield _INDENT + line
            yield ""


def _row(
    cells: Sequence[Sequence[str]], columns: Sequence[Column], widths: Sequence[int]
) -> Iterator[str]:
    broken = [
        [part for line in lines for part in _wrapped(line, width)]
        for lines, width in zip(cells, widths, strict=True)
    ]
    for number in range(max(1, *map(len, broken))):
        parts = [lines[number] if number < len(lines) else "" for lines in broken]
        padded = [
            part.rjust(width) if column.kind is ColumnKind.DOLLARS else part.ljust(width)
            for part, column, width in zip(parts, columns, widths, strict=True)
        ]
        yield _GAP.join(padded)


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Sequence[str]]], width: int
) -> list[int]:
    """Give each column what it needs; if that is too much, break the widest columns of text."""
    widths, least = [], []
    for place, column in enumerate(columns):
        lines = [line for row in rows for line in row[place]]
        longest = max(map(len, [column.title, *lines]))
        words = [word for line in [column.title, *lines] for word in line.split()]
        is_text = column.kind is ColumnKind.TEXT
        widths.append(longest)
        least.append(min(_WORD_MAX, max(map(len, words), default=1)) if is_text else longest)
    room = width - len(_GAP) * (len(columns) - 1)
    while sum(widths) > room:
        place = max(range(len(widths)), key=lambda each: (widths[each] > least[each], widths[each]))
        if widths[place] <= least[place]:
            break
        widths[place] -= 1
    return widths


# ---------------------------------------------------------------------------------------- cells


def _lines(content: Content) -> list[str]:
    """Write what a cell holds, line by line; no line is empty."""
    if isinstance(content, tuple):
        return [line for part in content for line in _lines(part)]
    if isinstance(content, Badge):
        return [_one_line(content.words)]
    if isinstance(content, Words):
        return [" ".join(line for part in content.parts for line in _lines(part))]
    if isinstance(content, Linked):
        return [_one_line(f"{content.words} {content.note}")]
    lines = map(_one_line, written(content).splitlines())
    return [line for line in lines if line]


def _one_line(text: str) -> str:
    # What a terminal would take for an order to itself is no text.
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())


def _wrapped(line: str, width: int, *, hanging: str = "") -> list[str]:
    return textwrap.wrap(line, width, subsequent_indent=hanging, break_on_hyphens=False)
