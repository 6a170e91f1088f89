"""The templates of the web page, as text: the library reads no files.

`PAGE` shows a `StatementPage`. Every colour stands in `STYLE` once, and no meaning hangs on one.
"""

from __future__ import annotations

from typing import Final

__all__ = ["PAGE", "PARTS", "STYLE"]

STYLE: Final = """\
:root { --ink: #1a1a1a; --quiet: #404040; --accent: #14385c; --paper: #ffffff; --tint: #eef3f8; }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); }
body {
  font: 12pt/1.4 Arial, Helvetica, "Liberation Sans", sans-serif;
  max-width: 50em; margin: 0 auto; padding: 1.2em;
}
h1, h2, h3, p, ul, dl, table { margin: 0 0 0.5em; }
h1 { font-size: 1.3em; font-weight: bold; }
h2 { font-size: 1.1em; color: var(--accent); margin: 0.8em 0 0.2em; break-after: avoid; }
h3 { font-size: 1em; margin: 0.8em 0 0.2em; break-after: avoid; }
section p { margin: 0 0 0.2em; }
ul { padding-inline-start: 1.4em; }
address, p, li, a, strong, h1, h2, h3 { overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration: underline; }
.sender strong { font-size: 1.2em; }
.kind { font-size: 1.2em; font-weight: bold; color: var(--accent); margin: 0.8em 0 0.4em; }
.headline {
  border: 3px solid var(--accent); background: var(--tint); padding: 0.8em 1em; margin: 0 0 1em;
}
.headline h1, .headline p { margin: 0; }
.headline .amount { display: block; font-size: 2.3em; line-height: 1.15; }
.headline .day { font-size: 1.6em; font-weight: bold; }
.who { display: flex; flex-wrap: wrap; gap: 1em 3em; margin: 0 0 1em; }
address { font-style: normal; }
dl.facts { display: grid; grid-template-columns: max-content auto; gap: 0.1em 1em; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { margin: 0; font-weight: bold; overflow-wrap: anywhere; }
.message { font-size: 1.1em; }
.note { border-inline-start: 4px solid var(--accent); padding-inline-start: 0.8em; }
table { border-collapse: collapse; width: 100%; margin: 0.4em 0 1em; }
table.sums { width: auto; min-width: 60%; break-inside: avoid; }
caption { text-align: start; font-weight: bold; padding: 0.4em 0; overflow-wrap: anywhere; }
th, td { text-align: start; vertical-align: top; padding: 0.3em 0.5em; font-weight: normal; }
thead th { border-bottom: 2px solid var(--ink); font-weight: bold; vertical-align: bottom; }
tbody th, tbody td { border-bottom: 1px solid var(--quiet); overflow-wrap: anywhere; }
tfoot th, tfoot td { font-weight: bold; border-bottom: 3px double var(--ink); }
th.dollars, td.dollars { text-align: right; }
td.dollars, .care th.day { white-space: nowrap; overflow-wrap: normal; }
.care th.dollars { width: 5.6em; }
.care th.day { width: 7em; }
.care td.words { min-width: 8em; }
.entry { border-bottom: 1px solid var(--quiet); padding: 0.4em 0; break-inside: avoid; }
.slip { border-top: 3px dashed var(--ink); margin-top: 2em; padding-top: 0.6em; }
.slip p, .slip .pay-to { margin: 0 0 0.7em; }
.slip .blank { display: inline-block; min-width: 9em; border-bottom: 2px solid var(--ink); }
.slip .pay-to { display: flex; flex-wrap: wrap; gap: 0.6em 3em; }
body.large_print { font-size: 18pt; max-width: 46em; }
body.large_print table.sums { width: 100%; }
@media screen and (max-width: 46em) {
  .care, .care caption, .care tbody, .care tfoot, .care tr, .care th, .care td { display: block; }
  .care thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .care th.day { width: auto; font-weight: bold; border-bottom: 0; }
  .care tbody td { display: flex; justify-content: space-between; gap: 1em; border-bottom: 0; }
  .care tbody td::before { content: attr(data-label); color: var(--quiet); }
  .care tbody tr { border-bottom: 1px solid var(--quiet); }
  .care tfoot tr { display: flex; justify-content: space-between; }
}
@page { size: letter portrait; margin: 0.6in; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  body.large_print { font-size: 18pt; }
  tr, .headline, .note, .slip, address { break-inside: avoid; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  caption, thead, .kind { break-after: avoid; }
  tfoot, tfoot tr { break-before: avoid; }
}
"""
"""The style sheet: for the screen, for paper, and for large print."""

PARTS: Final = """\
{% macro words(it, page) -%}
{# What stands inside <bdi> keeps its own direction: a name, a date or an amount among words that
   run the other way. #}
<span{% if it.language != page.language %} lang="{{ it.language }}" dir="
{{- it.language | direction }}"{% endif %}>{{ it.text }}
{%- if it.link %} <a href="{{ it.link }}" dir="ltr">{{ it.link }}</a>{% endif %}</span>
{%- endmacro %}

{% macro facts(pairs) -%}
<dl class="facts">
{% for label, value in pairs %}
<dt>{{ label }}</dt><dd><bdi>{{ value }}</bdi></dd>
{% endfor %}
</dl>
{%- endmacro %}

{% macro lines(them) -%}
{% for line in them %}{% if not loop.first %}<br />{% endif %}<bdi>{{ line }}</bdi>{% endfor %}
{%- endmacro %}

{% macro table(it) -%}
{# The roles keep it a table for a screen reader where a small screen stacks its cells. #}
<table role="table" class="{{ "sums" if it.columns | length == 2 else "care" }}">
{% if it.caption %}<caption>{{ it.caption }}</caption>{% endif %}
<thead role="rowgroup"><tr role="row">
{% for column in it.columns %}
<th scope="col" role="columnheader" class="{{ "dollars" if column.is_amount else "words" }}">
{{- column.title }}</th>
{% endfor %}
</tr></thead>
<tbody role="rowgroup">
{% for row in it.rows %}
<tr role="row">
{% for cell in row %}
{% set column = it.columns[loop.index0] %}
{% if loop.first %}
<th scope="row" role="rowheader" class="day"><bdi>{{ cell }}</bdi></th>
{% else %}
<td role="cell" class="{{ "dollars" if column.is_amount else "words" }}" data-label="
{{- column.title }}"><bdi>{{ cell }}</bdi></td>
{% endif %}
{% endfor %}
</tr>
{% endfor %}
</tbody>
<tfoot role="rowgroup"><tr role="row">
<th scope="row" role="rowheader" colspan="{{ it.columns | length - 1 }}">{{ it.foot[0] }}</th>
<td role="cell" class="dollars"><bdi>{{ it.foot[1] }}</bdi></td>
</tr></tfoot>
</table>
{%- endmacro %}

{% macro entries(it) -%}
{% if it.caption %}<h3>{{ it.caption }}</h3>{% endif %}
{% for row in it.rows %}
<dl class="facts entry">
{% for cell in row %}
<dt>{{ it.columns[loop.index0].title }}</dt><dd><bdi>{{ cell }}</bdi></dd>
{% endfor %}
</dl>
{% endfor %}
{{ facts([it.foot]) }}
{%- endmacro %}

{% macro section(it, page) -%}
<section>
<h2>{{ it.heading }}</h2>
{% if it.items %}
<ul>
{% for item in it.items %}
<li>{{ words(item, page) }}</li>
{% endfor %}
</ul>
{% endif %}
{% for paragraph in it.paragraphs %}
<p>{{ words(paragraph, page) }}</p>
{% endfor %}
{% for each in it.tables %}
{% if page.format.value == "plain" or each.columns | length == 2 %}
{{ table(each) }}
{% else %}
{{ entries(each) }}
{% endif %}
{% endfor %}
</section>
{%- endmacro %}
"""
"""The parts that the page is made of."""

PAGE: Final = """\
{% from "parts" import words, facts, lines, section -%}
<!DOCTYPE html>
<html lang="{{ page.language }}" dir="{{ page.language | direction }}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{{ page.title }}</title>
<style>
{% include "style" %}
</style>
</head>
<body class="{{ page.format.value }}">
<header class="sender">
{% if page.sender %}
<address><strong>{{ lines(page.sender[:1]) }}</strong>
{%- if page.sender[1:] %}<br />{{ lines(page.sender[1:]) }}{% endif %}</address>
{% endif %}
</header>
<main>
<p class="kind">{{ page.title }}</p>
<div class="headline">
<h1>{{ page.amount[0] }} <span class="amount"><bdi>{{ page.amount[1] }}</bdi></span></h1>
<p>{{ page.due[0] }}
{%- if page.due[1] %} <span class="day"><bdi>{{ page.due[1] }}</bdi></span>{% endif %}</p>
</div>
<div class="who">
{% if page.addressee %}
<address>{{ lines(page.addressee) }}</address>
{% endif %}
{{ facts(page.facts) }}
</div>
<p class="message">{{ words(page.message, page) }}</p>
{% if page.notes %}
<section class="note">
<h2>{{ page.note_heading }}</h2>
{% for introduction, note in page.notes %}
<p>{% if introduction %}<strong>{{ introduction }}</strong> {% endif %}<bdi>{{ note }}</bdi></p>
{% endfor %}
</section>
{% endif %}
{% for each in page.actions %}
{{ section(each, page) }}
{% endfor %}
{% for each in page.details %}
{{ section(each, page) }}
{% endfor %}
{% if page.slip %}
<section class="slip">
<p>{{ page.slip.instruction }}</p>
<h2>{{ page.slip.heading }}</h2>
{{ facts(page.slip.facts) }}
<p>{{ page.slip.amount_sent }}: <bdi>$ <span class="blank">&#160;</span></bdi></p>
<div class="pay-to">
{% for label, them in page.slip.address %}
<address>{{ label }}<br /><strong>{{ lines(them) }}</strong></address>
{% endfor %}
</div>
<p>{{ page.slip.request }}</p>
</section>
{% endif %}
</main>
</body>
</html>
"""
"""The page."""
