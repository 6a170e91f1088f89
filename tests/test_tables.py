"""CSV text that a spreadsheet can be trusted with (LE-2)."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.errors import InvalidRecord
from revcycle.layout import Table, html_of, text_of
from revcycle.tables import cell_text, csv_text, legible


def read(text):
    """Read CSV text as RFC 4180 has it."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_table_as_rfc_4180_has_it():
    """LE-2: commas, CRLF at every line's end, quotes only where needed and doubled inside."""
    rows = [("plain", 'say "hi"', "a,b"), ("two\r\nlines", " blank ", "")]
    text = csv_text(["one", "two", "three"], rows)
    assert text == ('one,two,three\r\nplain,"say ""hi""","a,b"\r\n"two\r\nlines", blank ,\r\n')
    assert [tuple(row) for row in read(text)[1:]] == rows


@pytest.mark.parametrize(
    "start", [*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20\ufe63\ufe62\u207c\u207a\u208b"]
)
def test_text_that_would_start_a_formula(start):
    """LE-2: gets an apostrophe, full-width forms and leading blanks included."""
    for lead in ("",) if start.isspace() else ("", " ", "\u00a0"):
        text = f"{lead}{start}cmd|1"
        assert read(csv_text(["x"], [(text,)]))[1] == [f"'{text}"]
    harmless = f"a{start}b"
    assert read(csv_text(["x"], [(harmless,)]))[1] == [harmless]


def test_a_sign_that_does_not_show_hides_no_formula():
    """LE-2: some programs skip it, and what stands behind it is a formula."""
    for lead in ("\ufeff", "\u200b", "\x85", "\u2028", "\ufeff "):
        assert read(csv_text(["x"], [(f"{lead}=1",)]))[1] == [f"'{lead}=1"]


@pytest.mark.parametrize("sign", [*"\v\f\x1c\x1d\x1e\x85\u2028\u2029"])
def test_what_ends_a_line_for_some_readers_is_quoted(sign):
    """LE-2: a reader that splits text at it still finds one record."""
    text = csv_text(["x", "y"], [(f"a{sign}b", 1)])
    assert text == f'x,y\r\n"a{sign}b",1\r\n'
    by_lines = list(csv.reader(text.splitlines(keepends=True)))
    assert [row[-1] for row in by_lines] == ["y", "1"]


def test_a_header_can_hold_a_formula_too():
    """LE-2: titles are cells like others."""
    assert csv_text(["=x"], []) == "'=x\r\n"


def test_numbers_stay_numbers():
    """LE-2: an amount in credit is no formula; dates, flags and gaps have one form each."""
    cells = (Decimal("-5.00"), Decimal("1E+3"), -7, True, False, date(2025, 1, 6), None)
    (row,) = read(csv_text(list("abcdefg"), [cells]))[1:]
    assert row == ["-5.00", "1000", "-7", "Yes", "No", "2025-01-06", ""]


def test_an_empty_cell_alone_is_still_a_row():
    """LE-2: a line without anything would be no row."""
    assert read(csv_text(["x"], [(None,), ("",)])) == [["x"], [""], [""]]


@pytest.mark.parametrize(
    "cell",
    [1.5, Decimal("NaN"), Decimal("Infinity"), b"x", ["x"], datetime(2025, 1, 6, tzinfo=UTC)],
)
def test_a_cell_that_is_none(cell):
    """LE-2: floats, unbounded numbers and other values are refused, naming the type only."""
    with pytest.raises(InvalidRecord) as caught:
        cell_text(cell)
    assert caught.value.field == "rows"


def test_a_row_of_another_length():
    """LE-2: each line has the same number of fields."""
    with pytest.raises(InvalidRecord, match="have 2 cells each"):
        csv_text(["a", "b"], [("x",)])


@given(st.lists(st.tuples(st.text(st.characters(codec=None)), st.text()), max_size=4))
def test_whatever_is_written_is_read_back(rows):
    """LE-2: every text comes back, but for the apostrophe and what no UTF-8 file can hold."""
    text = csv_text(["a", "b"], rows)
    assert text.encode().decode() == text
    found = read(text)[1:]
    assert len(found) == len(rows)
    for written, row in zip(rows, found, strict=True):
        for cell, back in zip(written, row, strict=True):
            kept = "".join(
                "\ufffd" if sign == "\0" or "\ud800" <= sign <= "\udfff" else sign for sign in cell
            )
            assert back in {kept, f"'{kept}"}
            assert back.lstrip()[:1] not in set("=+-@")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zo\u00eb \u0644 \u4e2d\tno 1\nand 2\r\n", "Zo\u00eb \u0644 \u4e2d\tno 1\nand 2\r\n"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\x00b\x07", "a\ufffdb\ufffd"),
        ("1\u202e24", "1\ufffd24"),
        ("half \ud83d", "half \ufffd"),
        ("no \ufffe sign \uffff", "no \ufffd sign \ufffd"),
    ],
)
def test_what_orders_a_screen_about_is_shown_as_a_gap(written, shown):
    """Letters of every script stay; control signs, turning signs and half letters do not.

    Neither in text nor on a page, in title, heading or cell.
    """
    assert legible(written) == shown
    table = Table(caption=written, columns=(written,), rows=((written,),))
    for page in (text_of(table), html_of(table)):
        assert all(sign in "\t\n\r" or sign.isprintable() for sign in page)
        assert page.count("\ufffd") == 3 * shown.count("\ufffd")
