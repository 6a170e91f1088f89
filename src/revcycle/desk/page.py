"""A sheet of tables and labelled facts as an HTML page and as plain text.

The page is self-contained: no script, nothing from outside. On a narrow screen the cells of a
row stand one below the other, each with its column's title, so that nothing scrolls sideways.
"""

from __future__ import annotations

import html
from decimal import Decimal
from typing import Final

import attrs

from revcycle import money
from revcycle.checks import private
from revcycle.desk.parts import Facts, Part, Printed
from revcycle.layout import Table, html_of, text_of
from revcycle.printing import direction_of
from revcycle.tables import Cell, cell_text, legible, one_line

__all__ = ["Sheet", "sheet_html", "sheet_text", "whole_page"]


@attrs.frozen(kw_only=True)
class Sheet:
    """What is shown, from top to bottom.

    Attributes:
        title: whom it is about; private.
        subtitle: which account, which day.
        parts: in order.
        folded_title: what the last part is, which a page keeps folded.
        folded: its parts.
    """

    title: str = private()
    subtitle: str
    parts: tuple[Part, ...]
    folded_title: str
    folded: tuple[Part, ...]


def sheet_text(sheet: Sheet) -> str:
    """Write *sheet* as plain text."""
    parts = [*sheet.parts, Facts(sheet.folded_title, ()), *sheet.folded]
    heading = f"{one_line(sheet.title)}\n{one_line(sheet.subtitle)}"
    return "\n\n".join([heading, *map(_part_text, parts)]) + "\n"


def whole_page(sheet: Sheet) -> str:
    """Write *sheet* as a whole HTML document."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(one_line(sheet.title))}</title></head>\n"
        f"<body>{sheet_html(sheet)}</body></html>\n"
    )


def sheet_html(sheet: Sheet) -> str:
    """Write *sheet* as HTML that stands in a page of its host: every word escaped, no script."""
    parts = "\n".join(map(_part_html, sheet.parts))
    folded = "\n".join(map(_part_html, sheet.folded))
    return (
        f'<article class="account-view">\n<style>{_STYLE}</style>\n'
        f"<header><h1>{html.escape(one_line(sheet.title))}</h1>"
        f"<p>{html.escape(one_line(sheet.subtitle))}</p></header>\n{parts}\n"
        f"<details><summary>{html.escape(sheet.folded_title)}</summary>\n{folded}\n</details>\n"
        "</article>\n"
    )


def _part_text(part: Part) -> str:
    if isinstance(part, Table):
        return text_of(part, write=_shown)
    if isinstance(part, Printed):
        return part.text.rstrip()
    pairs = [f"  {label}: {one_line(_shown(value))}" for label, value in part.pairs]
    return "\n".join([part.title, *pairs])


def _part_html(part: Part) -> str:
    if isinstance(part, Table):
        table = html_of(part, write=_shown, is_stacked=True)
        label = html.escape(part.caption)
        return f'<div class="table" role="region" aria-label="{label}" tabindex="0">{table}</div>'
    if isinstance(part, Printed):
        language = html.escape(part.language)
        return (
            f'<pre lang="{language}" dir="{direction_of(part.language)}" tabindex="0">'
            f"{html.escape(part.text)}</pre>"
        )
    if not part.pairs:
        return f"<section><h2>{html.escape(part.title)}</h2></section>"
    pairs = "".join(
        f"<div><dt>{html.escape(label)}</dt><dd>{html.escape(_shown(value))}</dd></div>"
        for label, value in part.pairs
    )
    return f"<section><h2>{html.escape(part.title)}</h2><dl>{pairs}</dl></section>"


def _shown(cell: Cell) -> str:
    """Write dollars for people, thousands apart; everything else as a table does."""
    return money.text(cell) if isinstance(cell, Decimal) else legible(cell_text(cell))


_STYLE: Final = """
.account-view { font: 16px/1.45 system-ui, sans-serif; color: #1b1b1b; background: #fff;
  max-width: 96rem; margin: 0 auto; padding: 1rem; }
.account-view h1 { font-size: 1.6rem; margin: 0; }
.account-view h1, .account-view header p { overflow-wrap: anywhere; }
.account-view h2, .account-view caption, .account-view summary {
  font-size: 1.1rem; font-weight: 600; text-align: left; margin: 0; padding: 1.2rem 0 .3rem; }
.account-view header p { margin: .2rem 0 0; }
.account-view dl { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: 0; }
.account-view dt { font-size: .85rem; color: #555; }
.account-view dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 40rem; }
.account-view .table, .account-view pre { overflow-x: auto; }
.account-view pre { font-size: .85rem; padding: 1rem; border: 1px solid #ccc; width: fit-content;
  max-width: 100%; box-sizing: border-box; }
.account-view table { border-collapse: collapse; font-size: .9rem; }
.account-view th, .account-view td { text-align: left; vertical-align: top;
  padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ccc; }
.account-view tbody th { background: #fff; position: sticky; left: 0; }
.account-view td { white-space: pre-wrap; }
.account-view .day, .account-view .number { white-space: nowrap; }
.account-view thead .number { white-space: normal; }
.account-view thead th { border-bottom: 2px solid #555; vertical-align: bottom; }
.account-view tfoot th, .account-view tfoot td { font-weight: 600; border-bottom: 0; }
.account-view .number { text-align: right; font-variant-numeric: tabular-nums; }
.account-view summary { cursor: pointer; }
@media (max-width: 48rem) {
  .account-view thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .account-view table, .account-view caption, .account-view tbody, .account-view tfoot,
  .account-view tr, .account-view th { display: block; border: 0; }
  .account-view tr { border-bottom: 1px solid #888; padding: .4rem 0; }
  .account-view th, .account-view td { padding: .1rem 0; overflow-wrap: anywhere; }
  .account-view tbody th { position: static; }
  .account-view td { display: grid; grid-template-columns: 10rem 1fr; border: 0; }
  .account-view td::before { content: attr(data-title); color: #555; text-align: left;
    font-weight: 400; }
  .account-view .number { text-align: left; }
  .account-view td:empty { display: none; }
}
"""
