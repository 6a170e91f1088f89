"""A statement as fixed-width text: for paper printed plainly, for e-mail, for a screen reader."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from revcycle.accounts import StatementFormat
from revcycle.dunning import Statement
from revcycle.printing.page import (
    SUPPLIED_WORDINGS,
    PageTable,
    Section,
    Slip,
    StatementPage,
    statement_page,
)
from revcycle.printing.wording import Wording

__all__ = ["WIDTH", "statement_text"]

WIDTH: Final = 80
"""No line is longer than this, whatever stands in it; a wide sign counts as two."""

_GAP: Final = 2
_INDENT: Final = "  "
# Below this a description would break at every word.
_LEAST_WORDS_WIDTH: Final = 16


def statement_text(statement: Statement, *, wordings: Sequence[Wording] = SUPPLIED_WORDINGS) -> str:
    """Print *statement* as text of 80 columns (ST-8, ST-9, ST-13, ST-15).

    A guarantor who wants large print or an accessible form gets no columns: every figure stands
    behind its own label, as a screen reader or a Braille printer needs it.

    Args:
        statement: the statement, or that of a preview: the text is the same.
        wordings: the fixed words at hand; English among them.

    Raises:
        InvalidRecord: as `statement_page`.
    """
    lines = _page(statement_page(statement, wordings=wordings))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _page(page: StatementPage) -> Iterator[str]:
    in_columns = page.format is StatementFormat.PLAIN
    for line in page.sender:
        yield from _wrapped(line)
    if page.sender:
        yield ""
    yield from _wrapped(page.title.upper())
    yield "=" * WIDTH
    yield from _labelled(page.amount[0].upper(), page.amount[1])
    yield from _labelled(page.due[0].upper(), page.due[1])
    yield "=" * WIDTH
    yield ""
    for line in page.addressee:
        yield from _wrapped(line)
    if page.addressee:
        yield ""
    for label, value in page.facts:
        yield from _labelled(label, value)
    yield ""
    yield from _wrapped(page.message.text)
    if page.notes:
        yield from _heading(page.note_heading)
        for introduction, note in page.notes:
            yield from _wrapped(f"{introduction} {note}".strip())
    for section in (*page.actions, *page.details):
        yield from _section(section, in_columns=in_columns)
    if page.slip is not None:
        yield from _slip(page.slip)


def _heading(words: str) -> Iterator[str]:
    lines = list(_wrapped(words.upper()))
    yield ""
    yield from lines
    yield "-" * max(map(_width, lines), default=0)


def _section(section: Section, *, in_columns: bool) -> Iterator[str]:
    yield from _heading(section.heading)
    for item in section.items:
        yield from _wrapped(f"{item.text} {item.link}".rstrip(), first="* ", later=_INDENT)
    for paragraph in section.paragraphs:
        yield from _wrapped(paragraph.text)
    for number, table in enumerate(section.tables):
        if number or section.items or section.paragraphs:
            yield ""
        if table.caption:
            yield from _wrapped(table.caption)
            yield ""
        yield from (in_columns and _columns(table)) or _list(table)


def _slip(slip: Slip) -> Iterator[str]:
    yield ""
    yield "- " * (WIDTH // 2)
    yield from _wrapped(slip.instruction)
    yield from _heading(slip.heading)
    for label, value in slip.facts:
        yield from _labelled(label, value)
    yield ""
    yield from _labelled(slip.amount_sent, "$ ______________")
    for label, lines in slip.address:
        yield ""
        yield from _wrapped(f"{label}:")
        for line in lines:
            yield from _wrapped(line, first=_INDENT, later=_INDENT)
    yield ""
    yield from _wrapped(slip.request)


# -------------------------------------------------------------------------------------- tables


def _list(table: PageTable) -> Iterator[str]:
    """Write each row as a list of labels and values: nothing depends on its place."""
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=True):
            yield from _labelled(column.title, cell)
        yield ""
    yield from _labelled(*table.foot)


def _columns(table: PageTable) -> list[str]:
    """Lay *table* out in columns; nothing at all if it is too wide for that."""
    widths = [
        max(
            *(_width(word) for word in column.title.split()),
            *(_width(row[place]) for row in table.rows),
            _width(table.foot[1]) if place == len(table.columns) - 1 else 0,
        )
        for place, column in enumerate(table.columns)
    ]
    # Of the columns that are no amounts the last one, what something is, takes the room there is.
    flexible = max(place for place, column in enumerate(table.columns) if not column.is_amount)
    others = sum(width + _GAP for place, width in enumerate(widths) if place != flexible)
    room = WIDTH - others
    if room < _LEAST_WORDS_WIDTH:
        return []
    widths[flexible] = min(room, max(widths[flexible], _width(table.foot[0])))
    rights = [column.is_amount for column in table.columns]
    lines = _cells([column.title for column in table.columns], widths, rights)
    lines.append((" " * _GAP).join("-" * width for width in widths))
    for row in table.rows:
        lines += _cells(row, widths, rights)
    lines.append((" " * _GAP).join("-" * width for width in widths))
    label_width = sum(widths[:-1]) + _GAP * (len(widths) - 2)
    lines += _cells(table.foot, [label_width, widths[-1]], [False, True])
    return lines


def _cells(cells: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> list[str]:
    """Write one row; a cell of several lines begins at the top, its neighbours too."""
    wrapped = [list(_wrapped(cell, width=w)) for cell, w in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    lines = []
    for index in range(height):
        parts = []
        for cell, width, right in zip(wrapped, widths, rights, strict=True):
            written = cell[index] if index < len(cell) else ""
            padding = " " * (width - _width(written))
            parts.append(padding + written if right else written + padding)
        lines.append((" " * _GAP).join(parts))
    return lines


def _labelled(label: str, value: str) -> Iterator[str]:
    yield from _wrapped(f"{label}: {value}" if value else label, later=_INDENT)


# ------------------------------------------------------------------------------------- wrapping


def _wrapped(text: str, *, first: str = "", later: str = "", width: int = WIDTH) -> Iterator[str]:
    """Break *text* into lines of at most *width*, words that are longer than a line too."""
    if text and _width(text) + len(first) <= width:  # as most texts do
        yield first + text
        return
    line, is_empty = first, True
    for word in _words(text, width - max(len(first), len(later))):
        if not is_empty and _width(line) + 1 + _width(word) > width:
            yield line
            line, is_empty = later, True
        line = f"{line}{'' if is_empty else ' '}{word}"
        is_empty = False
    if not is_empty:
        yield line


def _words(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        if _width(word) <= width:
            yield word
            continue
        part, length = "", 0
        for sign in word:
            taken = _width(sign)
            if length + taken > width:
                yield part
                part, length = "", 0
            part, length = part + sign, length + taken
        yield part


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(sign) in "WF" else sign not in _WITHOUT_WIDTH
        for sign in text
    )


# The joiners of letters, and what keeps a number's direction: all that a page holds of such signs.
_WITHOUT_WIDTH: Final = "\u200c\u200d\u2066\u2069"
