"""What a screen is made of, before it is text or HTML: grids, labelled facts, words, folds.

    Sheet
      Words           a paragraph, or a cell with several links
      Facts           labels and values
      Grid            a table: Column ..., GridRow ... with details that may be folded
      Fold            what a page keeps folded
    Badge, Linked     what a cell can be beside text, numbers and days

`sheet_text` and `sheet_html` write a sheet. Both take any text there is and make it harmless.
"""

from __future__ import annotations

import enum
import re
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from revcycle import money
from revcycle.tables import Cell, cell_text

__all__ = [
    "Badge",
    "Block",
    "Column",
    "ColumnKind",
    "Content",
    "Facts",
    "Fold",
    "Grid",
    "GridRow",
    "Linked",
    "Sheet",
    "Words",
    "anchor_of",
    "counted",
    "written",
]


@attrs.frozen
class Badge:
    """A status in words, which a page sets off.

    Attributes:
        words: the status.
        is_urgent: whether it should catch the eye.
    """

    words: str
    is_urgent: bool = False


@attrs.frozen
class Linked:
    """Words that lead somewhere.

    Attributes:
        words: what is said.
        address: where it leads; None where it leads nowhere.
        note: what is said behind it.
        in_new_window: whether it leads to a window of its own.
    """

    words: str
    address: str | None
    note: str = ""
    in_new_window: bool = False


@attrs.frozen
class Words:
    """Words and links, one after the other.

    Attributes:
        parts: what is said, with a blank between.
        is_lead: whether it should catch the eye, where it is a paragraph.
    """

    parts: tuple[str | Linked, ...]
    is_lead: bool = False


Content: TypeAlias = Cell | Badge | Linked | Words | tuple["Content", ...]
"""What stands in a cell; what stands in a tuple stands one below the other."""


class ColumnKind(enum.Enum):
    """What a column holds, and so how it is set; only text may be broken into lines."""

    TEXT = "text"
    DOLLARS = "dollars"
    DAY = "day"
    LABEL = "label"


@attrs.frozen(kw_only=True)
class Column:
    """A column of a grid.

    Attributes:
        title: its heading.
        kind: what it holds.
        is_aside: whether plain text, which is narrow, writes it below the row.
        address: where its heading leads, or None.
        order: how the grid is ordered by it, "ascending" or "descending"; empty if it is not.
    """

    title: str
    kind: ColumnKind = ColumnKind.TEXT
    is_aside: bool = False
    address: str | None = None
    order: str = ""


@attrs.frozen(kw_only=True)
class GridRow:
    """A row of a grid.

    Attributes:
        cells: one a column; the first one names the row.
        summary: what its details are; empty without any.
        details: shown when the row is expanded.
        is_open: whether it is expanded from the start; plain text leaves other details out.
    """

    cells: tuple[Content, ...]
    summary: str = ""
    details: tuple[Block, ...] = ()
    is_open: bool = False


@attrs.frozen(kw_only=True)
class Grid:
    """A table.

    Attributes:
        caption: what it is.
        columns: its columns.
        rows: its rows.
        empty: what is said instead where there is no row.
        foot: the sums, one cell a column; empty for none.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[GridRow, ...]
    empty: str
    foot: tuple[Content, ...] = ()


@attrs.frozen(kw_only=True)
class Facts:
    """Labels and values.

    Attributes:
        title: what they are about; may be empty.
        pairs: label and value.
    """

    title: str = ""
    pairs: tuple[tuple[str, Content], ...]


@attrs.frozen(kw_only=True)
class Fold:
    """What a page keeps folded, and plain text writes out.

    Attributes:
        summary: what it is.
        blocks: what it holds.
    """

    summary: str
    blocks: tuple[Block, ...]


Block: TypeAlias = Words | Facts | Grid | Fold


@attrs.frozen(kw_only=True)
class Sheet:
    """A screen from top to bottom.

    Attributes:
        title: what it is.
        anchor: what a page calls its place: no blank in it; see `anchor_of`.
        blocks: in order.
    """

    title: str
    anchor: str
    blocks: tuple[Block, ...]


def written(cell: Cell) -> str:
    """Write one cell for people: dollars thousands apart, nothing as nothing."""
    return money.text(cell) if isinstance(cell, Decimal) else cell_text(cell)


def anchor_of(kind: str, subject_id: str) -> str:
    """Name the place of *kind* about a subject, in signs that an HTML id and a ``#`` link take.

    What is no letter, digit, dash, dot or underscore is written as its number between tildes, so
    that two ids never name one place.
    """
    plain = _UNPLAIN.sub(lambda found: f"~{ord(found[0]):x}~", subject_id)
    return f"{kind}-{plain}"


_UNPLAIN: Final = re.compile(r"[^A-Za-z0-9._-]")


def counted(count: int, one: str, many: str = "") -> str:
    """Say how many, such as ``1 issue`` and ``2 issues``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
