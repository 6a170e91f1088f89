"""The account view as a page: escaped, captioned, readable by machine and on a telephone (AV-1)."""

import html
import re
from datetime import timedelta
from html.parser import HTMLParser

import attrs
import pytest

from revcycle.accounts import Address, Appointment, Note, NoteAction, StatementNote
from revcycle.desk import account_view_html, account_view_text, set_patient_note
from revcycle.desk.page import Sheet, sheet_html, sheet_text
from revcycle.desk.parts import Facts, Printed
from revcycle.dunning import (
    RunOutcome,
    Skip,
    SkipReason,
    StatementPreview,
    place_in_collections,
)
from revcycle.holds import HoldScope
from revcycle.layout import Table
from revcycle.money import usd
from revcycle.printing import statement_text
from tests.desk.book import DAY, GUARANTOR, SAM, adams, noted, opened
from tests.stories.book import POLICY, R1, R2, R4, charge, family, hold, runs

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
            self.tables.append({"columns": [], "cells": [], "caption": "", "rows": []})
        if tag == "tr":
            self.tables[-1]["rows"].append({})
        if tag == "td":
            self.tables[-1]["cells"].append(given["data-title"])
            self.tables[-1]["rows"][-1][given["data-title"]] = ""
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
        elif self.open[-1:] == ["th"]:
            self.tables[-1]["rows"][-1][self.tables[-1]["columns"][0]] = words
        if self.open[-1:] == ["td"]:
            row = self.tables[-1]["rows"][-1]
            row[list(row)[-1]] += words

    # The names that the parser calls.
    handle_starttag, handle_endtag, handle_data = begin, end, say


def rows_of(view, caption):
    """What each row of a table of the page shows, by column; empty cells left out."""
    (table,) = [t for t in Reader(account_view_html(view)).tables if t["caption"] == caption]
    shown = [{title: cell for title, cell in row.items() if cell} for row in table["rows"]]
    return [row for row in shown if row]


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
        *("role", "aria-label", "tabindex", "dir"),
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


def test_numbers_and_days_are_marked_for_the_style_sheet():
    """AV-1: so that numbers stand below each other and no day is broken in two."""
    page = account_view_html(opened(adams()))
    assert '<td class="number" data-title="Outstanding">100.00</td>' in page
    assert '<td class="day" data-title="Service">2025-01-02</td>' in page
    assert '<th scope="row" class="day">2025-03-17</th>' in page
    assert '<th scope="col" class="number">Outstanding</th>' in page
    assert '<td data-title="Relation">head</td>' in page


def test_sums_stand_apart_and_are_named():
    """AV-1: below a line of their own, with a header that says what they are."""
    view = opened(adams())
    assert '<tfoot><tr><th scope="row">Total outstanding</th>' in account_view_html(view)
    lines = account_view_text(view).splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("Total outstanding "))
    assert lines[place - 1].startswith("-----")
    assert lines[place - 2].startswith("claim-p1")


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


def test_the_rows_of_charges():
    """AV-3: what a biller reads of a held charge, and of one whose plan is overdue."""
    account = hold(adams(), HoldScope.CLAIM, "claim-c1", DAY)
    common = {"Service": "2025-01-02", "Posted": "2025-01-02", "First billed": "2025-01-06"}
    common |= {"Reached": "2025-03-17", "Times billed": "3", "Paid": "0.00", "Adjusted": "0.00"}
    assert rows_of(opened(account), "Outstanding charges") == [
        {"Claim": "claim-c1", "Outstanding": "100.00", "Amount": "100.00", "Level": "2"}
        | {"Held": "held"}
        | common,
        {"Claim": "claim-p1", "Outstanding": "300.00", "Amount": "300.00", "Level": "6"}
        | {"Plan": "plan", "Overdue": "100.00"}
        | common,
        {"Claim": "Total outstanding", "Outstanding": "400.00"},
    ]
    others = rows_of(opened(account), "Outstanding charges of the family's other members")
    assert [row["Patient"] for row in others] == ["Adams, Bob", "Total outstanding"]
    assert others[1] == {"Patient": "Total outstanding", "Outstanding": "60.00"}


def test_the_rows_of_placed_charges():
    """AV-3: when, with whom, and what is still owed there; in no other sum of the page."""
    placed = place_in_collections(
        adams(), charge_ids=("c1", "b1"), agency_id="agency", as_of=DAY, policy=POLICY
    ).account
    rows = rows_of(opened(placed), "With a collection agency")
    assert rows == [
        {"Claim": f"claim-{which}", "Patient": f"Adams, {name}", "Service": "2025-01-02"}
        | {"Placed": "2025-03-25", "Agency": "agency", "Outstanding": amount}
        for which, name, amount in (("c1", "Ann", "100.00"), ("b1", "Bob", "60.00"))
    ] + [{"Claim": "Collect outstanding", "Outstanding": "160.00"}]
    *listed, foot = rows_of(opened(placed), "Outstanding charges")
    assert [(row["Claim"], row["Outstanding"]) for row in listed] == [("claim-p1", "300.00")]
    assert foot == {"Claim": "Total outstanding", "Outstanding": "300.00"}
    assert "other members" not in account_view_text(opened(placed))


def test_the_rows_of_the_top():
    """AV-1: patient and family; of a person alone there is one row, and one level."""
    row, whole = rows_of(opened(adams()), "What is owed")
    assert (row["Whose"], whole["Whose"]) == ("This patient", "Family of 2")
    assert (row["Due now"], whole["Due now"]) == ("250.00", "310.00")
    assert (row["Plan overdue"], whole["Plan amount due"]) == ("100.00", "150.00")
    assert "Dunning level: 2 (the family's: 6)" in account_view_text(opened(adams(), "bob"))
    alone = opened(runs(family(charge("c1")), R1, R2), as_of=R2)
    assert [each["Whose"] for each in rows_of(alone, "What is owed")] == ["This patient"]
    assert "Dunning level: 1\n" in account_view_text(alone)


def test_the_rows_of_notes():
    """AV-2: the day, the author, about whom, what was done, what was written, what changed."""
    account = noted(adams(), "No answer.", action=NoteAction.LEFT_MESSAGE, clears_alarm=True)
    account = set_patient_note(
        account, "Deaf.", viewer=SAM, note_id="n2", patient_id="bob", as_of=DAY
    ).account
    first = {"Date": "2025-03-25", "By": "sam"}
    assert rows_of(opened(account), "Account notes") == [
        first | {"About": "Adams, Bob", "Note": "Deaf.", "Changed": "patient note set"},
        first
        | {"About": "Adams, Ann", "Done": "left message", "Note": "No answer."}
        | {"Changed": "alarm of level 6 cleared"},
    ]
    other = noted(adams(), "Wrote.", action=NoteAction.OTHER)
    assert rows_of(opened(other), "Account notes")[0]["Done"] == "other"


def test_the_statement_stands_on_the_page_as_it_prints():
    """AV-1: line by line what the printer gives, and before it how it goes out (ST-10)."""
    view = opened(adams())
    text = statement_text(view.preview.statement)
    shown = f'<pre lang="en" dir="ltr" tabindex="0">{html.escape(text)}</pre>'
    assert shown in account_view_html(view)
    assert account_view_text(view).endswith(text)
    assert "  Goes out by: e-statement and paper\n  Level printed: 7\n" in account_view_text(view)
    spanish = attrs.evolve(adams(), guarantor=attrs.evolve(GUARANTOR, language="es"))
    assert '<pre lang="es" dir="ltr" tabindex="0">' in account_view_html(opened(spanish))
    leftward = Sheet(title="", subtitle="", parts=(Printed("he", "1"),), folded_title="", folded=())
    assert '<pre lang="he" dir="rtl" tabindex="0">' in sheet_html(leftward)


@pytest.mark.parametrize("reason", list(SkipReason))
def test_each_reason_to_print_nothing_has_words(reason):
    """AV-1: in a sentence, not by its code (ST-5)."""
    skip = Skip(reason=reason, on=DAY, amount=usd("5"), wanted=usd("7"))
    nothing = StatementPreview(outcome=RunOutcome.SKIPPED, statement=None, skips=(skip,))
    page = account_view_text(attrs.evolve(opened(adams()), preview=nothing))
    (said,) = re.findall(r"  Because: (.+)\n", page)
    assert " " in said
    assert reason.value not in said


def test_the_page_says_whose_it_is_and_how_to_reach_them():
    """AV-1: name, account, place in the family; the contacts of patient and guarantor."""
    page = account_view_text(opened(adams()))
    first = "Adams, Ann\nAccount a1, patient ann, head of the family, on 2025-03-25\n"
    assert page.startswith(first)
    assert "E-mail: ann@example.org\n  Address: 1 Mill Road, Salem MA 01970\n" in page
    assert "Department: cardiology\n  Usual provider: dr-1\n" in page
    assert "Name: Ann Adams\n  Address: 1 Mill Road, Salem MA 01970\n  E-mail: ann@" in page
    bob = account_view_text(opened(adams(), "bob"))
    assert "Account a1, patient bob, member of the family, on 2025-03-25\n" in bob
    alone = account_view_text(opened(family("ann")))
    assert "Account a1, patient ann, on 2025-03-25\n" in alone


def test_days_are_told_only_where_there_are_any():
    """AV-1: of holds and statement notes; coming appointments stand in the order of their days."""
    account = hold(adams(), HoldScope.ACCOUNT, None, DAY, last_on=R4)
    assert "dispute, on account since 2025-03-25 until 2025-04-21" in account_view_text(
        opened(account)
    )
    days = (DAY + timedelta(days=9), R1, DAY)
    seen = adams(
        ann={
            "statement_note": StatementNote(text="Call us."),
            "appointments": tuple(Appointment(on=day) for day in days),
        }
    )
    page = account_view_text(opened(seen))
    assert "Statement note: Call us.\n" in page
    assert "Appointments: 2025-03-25, 2025-04-03\n" in page
    until = adams(ann={"statement_note": StatementNote(text="Call us.", end_on=R4)})
    assert "Call us. (prints until 2025-04-21)" in account_view_text(opened(until))


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (family("ann"), "Outstanding charges: none"),
        (family("ann"), "Statements sent: none yet"),
        (family("ann"), "Account notes: none"),
        (family("ann"), "Next statement: at the next run"),
        (family("ann"), "Last statement: none yet"),
        (family("ann"), "Date of birth: not known"),
        (
            family("ann"),
            "E-mail: none\n  Address: none\n  Department: none\n  Usual provider: none",
        ),
        (family("ann"), "Guarantor\n  Name: none\n  Address: none\n  E-mail: none\n"),
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


@pytest.mark.parametrize(
    "sign", ["\n", "\n\n", "\r", "\v", "\f", "\x1d", "\x85", "\u2028", "\u2029"]
)
def test_no_name_writes_lines_of_its_own(sign):
    """AV-1: each thing written by somebody keeps to its line of the plain text, as in a table."""
    forged = f"Adams{sign}Due now: 0.00"
    names = {"last_name": forged, "first_name": forged, "patient_note": forged, "email": forged}
    address = Address(lines=(forged,), city=forged)
    account = adams(ann=names | {"phones": (forged,), "address": address}, bob=names)
    account = attrs.evolve(account, guarantor=attrs.evolve(GUARANTOR, last_name=forged))
    account = attrs.evolve(account, id=forged)
    text = account_view_text(opened(noted(account, forged)))

    assert text.count("Due now: 0.00") > 9
    assert [line for line in text.splitlines() if line.lstrip().startswith("Due now: 0")] == []
    assert text.splitlines()[1].endswith("0.00, patient ann, head of the family, on 2025-03-25")


def test_nothing_of_a_page_in_the_making_is_in_its_repr():
    """PR-6: a table's rows and a sheet's title name people."""
    table = Table(caption="The family", columns=("Patient",), rows=(("Adams, Ann",),))
    sheet = Sheet(
        title="Adams, Ann",
        subtitle="",
        parts=(table, Facts("Patient", (("E-mail", "Ann@example.org"),))),
        folded_title="",
        folded=(Printed("en", "Dear Ann"),),
    )
    assert "Ann" in sheet_text(sheet)
    assert "Ann" not in repr(sheet) + repr(table)


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
