"""Tables as XML text (RP-7).

    <report title="..." as_of="...">
      <caption>...</caption>
      <columns><column kind="text">...</column> ...</columns>
      <rows left_out="0"><row><cell column="...">...</cell> ...</row> ...</rows>
      <totals><cell column="...">...</cell> ...</totals>
    </report>

Cells are written as in CSV: dates as ISO 8601, True as Yes, None as an empty element. A sign that
XML 1.0 cannot hold, a control character above all, is shown as a gap, and every line end as one
line feed, as a reader would make of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from revcycle.tables import Cell, cell_text

__all__ = ["xml_text"]

_UNWRITABLE: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END: Final = re.compile("\r\n?")


def xml_text(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[Cell]],
    *,
    totals: Sequence[Cell],
    caption: str,
    left_out: int,
    **about: str,
) -> str:
    """Write a table as XML text; encode it in UTF-8.

    Args:
        columns: name and kind of each.
        rows: as many cells as there are columns in each.
        totals: one for each column; None for none.
        caption: what it is about.
        left_out: how many rows are not written.
        about: further attributes of the report.
    """
    report = Element("report", {name: _writable(each) for name, each in about.items()})
    SubElement(report, "caption").text = _writable(caption)
    heads = SubElement(report, "columns")
    for name, kind in columns:
        SubElement(heads, "column", kind=kind).text = _writable(name)
    names = [_writable(name) for name, _ in columns]
    body = SubElement(report, "rows", left_out=str(left_out))
    for row in rows:
        line = SubElement(body, "row")
        for name, cell in zip(names, row, strict=True):
            SubElement(line, "cell", column=name).text = _writable(cell_text(cell))
    foot = SubElement(report, "totals")
    for name, cell in zip(names, totals, strict=True):
        if cell is not None:
            SubElement(foot, "cell", column=name).text = cell_text(cell)
    return f'<?xml version="1.0"?>\n{tostring(report, encoding="unicode")}\n'


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", _LINE_END.sub("\n", text))
