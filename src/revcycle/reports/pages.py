"""Tables as text that keeps to the width of a page, whatever stands in them.

A table that is too wide is first set closer, then the texts in it are broken over lines. If it
is still too wide, its figures come in panels one below the other, each with the columns that name
the rows; failing that it is written row by row, a line for each column. No line is ever longer
than the page and nothing is cut off.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from revcycle.layout import Table
from revcycle.tables import cell_text

__all__ = ["WIDTH", "page_text"]

WIDTH: Final = 80
"""Columns of a page of text."""

_TEXT_MIN: Final = 10  # narrower than this, words in a column cannot be read
_WIDE: Final = frozenset("WF")


def page_text(table: Table, *, figures: Sequence[bool], width: int = WIDTH) -> str:
    """Lay *table* out within *width* columns.

    Args:
        table: what to show.
        figures: for each column, whether it holds figures, which stand to the right.
        width: how long a line may be.
    """
    lines = [*table.rows, *([table.foot] if table.foot else [])]
    cells = [[" ".join(cell_text(cell).split()) for cell in row] for row in lines]
    body = _in_panels(table, cells, figures, width) or _row_by_row(table, cells, width)
    return "\n".join([*_broken(table.caption, width), "", *body])


def _in_panels(
    table: Table, cells: list[list[str]], figures: Sequence[bool], width: int
) -> list[str] | None:
    """Set columns side by side, in as few panels as can be; None if the page is too narrow."""
    naming = list(figures).index(True) if True in figures else len(figures)
    panels: list[list[str]] = []
    begin, end = naming, len(figures)
    while begin < len(figures) or not panels:
        places = [*range(naming), *range(begin, end)]
        panel = _side_by_side(
            [table.columns[place] for place in places],
            [[row[place] for place in places] for row in cells],
            [figures[place] for place in places],
            width,
            has_foot=bool(table.foot),
        )
        if panel is not None:
            panels.append(panel)
            begin, end = end, len(figures)
        elif end - begin > 1:
            end -= 1
        else:
            return None
    return [line for number, panel in enumerate(panels) for line in ([""] * bool(number) + panel)]


def _side_by_side(
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    figures: Sequence[bool],
    width: int,
    *,
    has_foot: bool,
) -> list[str] | None:
    """Set all *columns* beside one another; None if the page is too narrow for that."""
    words = [max(map(_width, title.split()), default=0) for title in columns]
    cell_widths = [max([0, *(_width(row[place]) for row in cells)]) for place in range(len(words))]
    # Tried in turn: titles on one line, titles broken, texts broken; each set wide, then close.
    for titles, may_break in ((list(map(_width, columns)), False), (words, False), (words, True)):
        widths = list(map(max, titles, cell_widths))
        least = [
            each if is_figure or not may_break else min(each, max(_TEXT_MIN, title))
            for each, is_figure, title in zip(widths, figures, titles, strict=True)
        ]
        for gap in ("  ", " "):
            narrowed = _narrowed(widths, least, width - len(gap) * (len(widths) - 1))
            if narrowed is not None:
                rule = gap.join("-" * each for each in narrowed)
                body = [list(_set(row, narrowed, figures, gap)) for row in cells]
                foot = [[rule], body.pop()] if has_foot else []
                lines = [list(_set(columns, narrowed, figures, gap)), [rule], *body, *foot]
                return [line for each in lines for line in each]
    return None


def _narrowed(widths: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Take columns from the widest, to no less than *least*, until all fit; None if they cannot."""
    found = list(widths)
    while sum(found) > room:
        spare = [place for place, each in enumerate(found) if each > least[place]]
        if not spare:
            return None
        found[max(spare, key=lambda place: found[place])] -= 1
    return found


def _set(
    row: Sequence[str], widths: Sequence[int], figures: Sequence[bool], gap: str
) -> Iterator[str]:
    """Yield the lines of one row: as many as its longest cell takes."""
    cells = [list(_broken(cell, width)) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, cells), default=0)):
        parts = [
            _padded(lines[number] if number < len(lines) else "", width, to_right=is_figure)
            for lines, width, is_figure in zip(cells, widths, figures, strict=True)
        ]
        yield gap.join(parts).rstrip()


def _row_by_row(table: Table, cells: list[list[str]], width: int) -> list[str]:
    """Give each row a block of lines, one or more for each column."""
    indent = min(max(map(_width, table.columns), default=0) + 2, width // 2)
    page: list[str] = []
    for number, row in enumerate(cells):
        if number:
            page.append("")
        for title, cell in zip(table.columns, row, strict=True):
            titles, values = list(_broken(title, indent - 2)), list(_broken(cell, width - indent))
            for line in range(max(len(titles), len(values))):
                label = titles[line] if line < len(titles) else ""
                value = values[line] if line < len(values) else ""
                page.append((_padded(label, indent, to_right=False) + value).rstrip())
    return page


def _broken(text: str, width: int) -> Iterator[str]:
    """Yield *text* in lines of at most *width* columns, broken at blanks, else where it must be."""
    line = ""
    for word in _words(text.split(" "), width):
        together = f"{line} {word}" if line else word
        if _width(together) <= width:
            line = together
        else:
            yield line
            line = word
    yield line


def _words(words: Iterable[str], width: int) -> Iterator[str]:
    """Yield *words*, those that no line can hold in pieces."""
    for word in words:
        piece = ""
        for sign in word:
            if _width(piece + sign) > width:
                yield piece
                piece = sign
            else:
                piece += sign
        yield piece


def _padded(text: str, width: int, *, to_right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if to_right else text + blanks


def _width(text: str) -> int:
    """Count the columns that *text* takes in letters of one width; East Asian ones take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in _WIDE)
        for sign in text
    )
