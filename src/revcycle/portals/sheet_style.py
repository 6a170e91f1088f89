"""The style sheet of the hub's screens: every ink is dark on every paper, nothing from outside.

Status is said in words and set off by weight and border too, so no meaning hangs on a colour. On
a narrow screen the cells of a row stand one below the other, each with its column's title.
"""

from __future__ import annotations

from typing import Final

__all__ = ["INKS", "PAPERS", "SCREEN_STYLE"]

INKS: Final = {
    "ink": "#1a1a1a",
    "quiet": "#454545",
    "link": "#0b4a8b",
    "urgent": "#7d1a05",
}
"""What is written in: each readable on each of the papers."""

PAPERS: Final = {"paper": "#ffffff", "tint": "#f1f4f8", "urgent-paper": "#fff0e8"}
"""What is written on."""

_VARIABLES: Final = " ".join(f"--{name}: {colour};" for name, colour in (INKS | PAPERS).items())

SCREEN_STYLE: Final = (
    ".portal-hub { "
    + _VARIABLES
    + """
  container-type: inline-size; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", "Liberation Sans", Arial, sans-serif;
  max-width: 84rem; margin: 0 auto 2.5rem; padding: 0 1rem; overflow-wrap: break-word; }
.portal-hub h2 { font-size: 1.4rem; line-height: 1.2; margin: 0 0 .6rem; }
.portal-hub p { margin: 0 0 .5rem; }
.portal-hub a { color: var(--link); text-decoration: underline; }
.portal-hub a:focus-visible, .portal-hub summary:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
.portal-hub .lead { background: var(--tint); border-left: 4px solid var(--link);
  padding: .5rem .8rem; }
.portal-hub .empty { padding: 1rem .8rem; background: var(--tint); }
.portal-hub .scroll { overflow-x: auto; margin: 0 0 1rem; }
.portal-hub table { border-collapse: collapse; width: 100%; }
.portal-hub caption { text-align: left; font-weight: 600; padding: .5rem 0; }
.portal-hub th, .portal-hub td { text-align: left; vertical-align: top; font-weight: 400;
  padding: .45rem .8rem .45rem 0; }
.portal-hub th:last-child, .portal-hub td:last-child { padding-right: 0; }
.portal-hub thead th { border-bottom: 2px solid var(--quiet); vertical-align: bottom;
  font-size: .875rem; font-weight: 600; color: var(--quiet); }
.portal-hub table.narrow { max-width: 46rem; }
.portal-hub tbody th { font-weight: 600; }
.portal-hub tbody tr { border-top: 1px solid var(--quiet); }
.portal-hub tbody tr.more { border-top: 0; }
.portal-hub tr.more td { padding: 0 0 .45rem; }
.portal-hub tfoot th, .portal-hub tfoot td { border-top: 2px solid var(--quiet);
  font-weight: 600; }
.portal-hub td.dollars, .portal-hub th.dollars { text-align: right; padding-right: 1.4rem; }
.portal-hub th.dollars:last-child, .portal-hub td.dollars:last-child { padding-right: 0; }
.portal-hub .dollars, .portal-hub .day { white-space: nowrap; font-variant-numeric: tabular-nums; }
.portal-hub thead .dollars { white-space: normal; }
.portal-hub .label { white-space: nowrap; }
.portal-hub .badge { display: inline-block; white-space: nowrap; font-size: .8rem;
  font-weight: 600; line-height: 1.3; letter-spacing: .02em; padding: .1rem .45rem;
  border: 1px solid var(--quiet); border-radius: .25rem; background: var(--tint); }
.portal-hub .badge.urgent { color: var(--urgent); background: var(--urgent-paper);
  border: 2px solid var(--urgent); }
.portal-hub .note { color: var(--quiet); font-size: .875rem; }
.portal-hub .lines > span { display: block; }
.portal-hub summary { cursor: pointer; color: var(--link); padding: .15rem 0; width: fit-content; }
.portal-hub details > div { background: var(--tint); padding: .8rem; margin: .3rem 0; }
.portal-hub .facts > h3 { font-size: 1rem; margin: .6rem 0 .2rem; }
.portal-hub dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr;
  gap: .25rem 1.2rem; margin: 0 0 .8rem; }
.portal-hub dt { color: var(--quiet); }
.portal-hub dd { margin: 0; white-space: pre-line; max-width: 60ch; overflow-wrap: anywhere; }
@container (max-width: 56rem) {
  .portal-hub thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .portal-hub table, .portal-hub caption, .portal-hub tbody, .portal-hub tfoot,
  .portal-hub tr, .portal-hub tbody th, .portal-hub tfoot th { display: block; }
  .portal-hub tbody tr { padding: .5rem 0 .4rem; }
  .portal-hub tbody tr.more { padding: 0; }
  .portal-hub tbody th { font-size: 1.05rem; padding: 0 0 .2rem; }
  .portal-hub td { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: .6rem;
    padding: .1rem 0; }
  .portal-hub tr.more td { display: block; padding: .2rem 0 .5rem; }
  .portal-hub td[data-title]::before { content: attr(data-title); color: var(--quiet); }
  .portal-hub td:empty { display: none; }
  .portal-hub td.dollars { text-align: left; }
  .portal-hub td > .badge { justify-self: start; white-space: normal; }
}
@container (max-width: 34rem) {
  .portal-hub dl { grid-template-columns: 1fr; gap: 0; }
  .portal-hub dd { margin: 0 0 .5rem; }
}
@container (max-width: 22rem) {
  .portal-hub td { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media print { .portal-hub tbody tr { break-inside: avoid; } }
"""
)
"""For every screen of the hub; a whole page has it once."""
