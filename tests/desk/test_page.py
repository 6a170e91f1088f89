"""The account view as a page: escaped, captioned, readable by machine and on a telephone (AV-1)."""

import re
from html.parser import HTMLParser

import attrs
import pytest

from revcycle.accounts import Note, StatementNote
from revcycle.desk import account_view_html, account_view_text
from revcycle.dunning import place_in_collections
from revcycle.holds import HoldScope
from tests.desk.book import DAY, adams, noted, opened
from tests.stories.book import POLICY, charge, family, hold

EVIL = "<script>alert(1)</script> & \"co\" 'x'"
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Reads a page as a browser does, and remembers what matters to who cannot see it."""

    def __init__(self, page):
        super().__init__()
        self.open = []
        self.seen = []
        self.tables = []
        self.text = []
        self.feed(page)

    def begin(self, tag, attributes):
        given = dict(attributes)
        self.seen.append((tag, given))
        if tag == "table":
            self.tables.append({"columns": [], "cells": [], "caption": ""})
        if tag == "td":
            self.tables[-1]["cells"].append(given["data-title"])
        if tag == "th":
            assert given["scope"] in {"col", "row"}
        if tag not in VOID:
            self.open.append(tag)

    def end(self, tag):
        assert self.open.pop() == tag

    def say(self, words):
        self.text.append(words)
        if "caption" in self.open:
            self.tables[-1]["caption"] += words
        if self.open[-1:] == ["th"] and "thead" in self.open:
            self.tables[-1]["columns"].append(words)

    # The names that the parser calls.
    handle_starttag, handle_endtag, handle_data = begin, end, say


def full():
    """A family with everything that a page can hold, and names that try to be markup."""
    account = adams(
        ann={
            "last_name": EVIL,
            "phones": (EVIL,),
            "patient_note": EVIL,
            "statement_note": StatementNote(text=EVIL),
        }
    )
    account = noted(account, EVIL, clears_alarm=True)
    account = place_in_collections(
        account, charge_ids=("c1",), agency_id=EVIL, as_of=DAY, policy=POLICY
    ).account
    return hold(account, HoldScope.PATIENT, "ann", DAY)


PAGE = account_view_html(opened(full()))


def test_the_page_is_well_formed_and_whole():
    """AV-1: every tag is closed in its order; language, encoding and width are declared."""
    reader = Reader(PAGE)
    assert reader.open == []
    assert PAGE.startswith("<!DOCTYPE html>\n")
    tags = [tag for tag, _ in reader.seen]
    assert ("html", {"lang": "en"}) in reader.seen
    assert ("meta", {"charset": "utf-8"}) in reader.seen
    assert any(given.get("name") == "viewport" for _, given in reader.seen)
    assert tags.count("title") == tags.count("h1") == 1


def test_the_page_holds_nothing_active_and_fetches_nothing():
    """AV-1: what staff and patients wrote is text; no script, no link, no picture, no form."""
    reader = Reader(PAGE)
    assert {"script", "a", "img", "link", "iframe", "form", "input"}.isdisjoint(
        tag for tag, _ in reader.seen
    )
    names = {name for _, given in reader.seen for name in given}
    assert names <= {
        *("lang", "charset", "name", "content", "class", "scope", "data-title"),
        *("role", "aria-label", "tabindex"),
    }
    assert "http" not in PAGE
    assert "url(" not in PAGE
    words = "".join(reader.text)
    assert words.count(EVIL) >= 6


def test_every_table_has_a_caption_and_headers():
    """AV-1: a caption, a header with its scope on each column and row."""
    reader = Reader(PAGE)
    assert [table["caption"] for table in reader.tables] == [
        "What is owed",
        "The family",
        "Outstanding charges",
        "Outstanding charges of the family's other members",
        "With a collection agency",
        "Statements sent",
        "Account notes",
        "Its lines",
    ]
    rows = PAGE.count("<tr>") - len(reader.tables)
    assert PAGE.count('<th scope="row"') == rows


def test_on_a_telephone_each_cell_has_its_columns_title():
    """AV-1: a narrow screen stands a row's cells one below the other, each with its title."""
    for table in Reader(PAGE).tables:
        assert table["cells"]
        assert {*table["cells"]} <= {*table["columns"]}
    assert "@media (max-width: 48rem)" in PAGE
    assert "content: attr(data-title)" in PAGE


def contrast(one, other):
    """The contrast of two colours as accessibility guidelines reckon it."""

    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * sign for sign in colour[1:])
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_text_stands_out_from_its_background():
    """AV-1: a contrast of 7 to 1 or more, on the page's own white."""
    colours = set(re.findall(r"[^-]color: (#[0-9a-f]{3,6})", PAGE))
    assert colours
    assert set(re.findall(r"background: (#\w+)", PAGE)) == {"#fff"}
    assert min(contrast(colour, "#fff") for colour in colours) >= 7


def test_a_notebook_shows_the_page_without_its_frame():
    """AV-1: in a notebook the view shows itself."""
    view = opened(full())
    fragment = view._repr_html_()
    assert fragment in PAGE
    assert "<html" not in fragment
    assert fragment.startswith('<article class="account-view">')
    assert str(view) == account_view_text(view)


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (family("ann"), "Outstanding charges: none"),
        (family("ann"), "Statements sent: none yet"),
        (family("ann"), "Account notes: none"),
        (family("ann"), "Next statement: at the next run"),
        (family("ann"), "Last statement: none yet"),
        (family("ann"), "Date of birth: not known"),
    ],
)
def test_what_is_not_there_is_said(account, said):
    """AV-1: an empty page says so in words, and shows no empty table and no family of one."""
    view = opened(account)
    assert said in account_view_text(view)
    assert "The family" not in account_view_text(view)
    assert [table["caption"] for table in Reader(account_view_html(view)).tables] == [
        "What is owed"
    ]


def test_long_notes_keep_to_one_line_of_text():
    """AV-1: in the plain text a table's row is one line; the page keeps the lines of a note."""
    view = opened(noted(adams(), "one\ntwo\r\nthree"))
    assert "one two three" in account_view_text(view)
    assert "one\ntwo" in account_view_html(view)


def test_dollars_are_written_for_people():
    """AV-1: thousands apart, cents always; a date is written as the year, the month, the day."""
    view = opened(family(charge("c1", "12345.6")))
    assert "12,345.60" in account_view_text(view)
    assert "12,345.60" in account_view_html(view)
    assert "2025-01-02" in account_view_html(view)


def test_a_note_cleared_by_the_host_says_so():
    """AV-1: notes that were saved elsewhere show that the alarm was cleared with them."""
    note = Note(id="n", on=DAY, by="x", subject_ids=("ann",), text="old", cleared_alarm=True)
    page = account_view_text(opened(attrs.evolve(adams(), notes=(note,))))
    assert page.count("alarm cleared") == 1
