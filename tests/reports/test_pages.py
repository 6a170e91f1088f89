"""Reports as text, HTML, CSV and XML: whatever stands in them, nothing is lost and nothing runs."""

import unicodedata
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.reports import (
    Column,
    ColumnKind,
    Report,
    preview,
    report_csv,
    report_html,
    report_text,
    report_xml,
    select_columns,
)
from revcycle.reports.report import make_report
from revcycle.tables import cell_text

DAY = date(2025, 7, 1)
NASTY = "<script>alert('1')</script> & \"quoted\"\x00\x0b\ud800\uffff 李小龙 e\u0301"
CELLS = {
    ColumnKind.TEXT: st.none()
    | st.text()
    | st.sampled_from((NASTY, "=1+1", "a\r\nb\rc", "x" * 90)),
    ColumnKind.DATE: st.none() | st.dates(),
    ColumnKind.AMOUNT: st.decimals("-99999999", "99999999", places=2),
    ColumnKind.COUNT: st.integers(-9, 10**12),
    ColumnKind.FLAG: st.booleans(),
}


@st.composite
def reports(draw):
    """Reports of one to nine columns of every kind, some rows masked, some columns page-only."""
    kinds = draw(st.lists(st.sampled_from(ColumnKind), min_size=1, max_size=9))
    names = st.text("abcdefgh 0123-+<&李", min_size=1, max_size=25)
    columns = [
        Column(name=f"{number} {draw(names)}", kind=kind, is_page_only=draw(st.integers(0, 9)) == 9)
        for number, kind in enumerate(kinds)
    ]
    row = st.tuples(*(CELLS[kind] for kind in kinds))
    return make_report(
        draw(st.text(max_size=20)),
        draw(st.text(max_size=120)),
        columns,
        draw(st.lists(row, max_size=4)),
        masked=draw(st.lists(row, max_size=2)),
        as_of=DAY,
    )


def _gaps(text):
    # What is no sign of a text but an order to a screen, or half a sign, is shown as a gap.
    shown = {
        sign: "\ufffd" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text
    }
    shown |= dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "\ufffd")
    shown |= dict.fromkeys("\ufffe\uffff", "\ufffd")
    shown |= {sign: sign for sign in "\t\r\n"}
    return "".join(shown[sign] for sign in text)


def small(*rows, **more):
    """A report of a text and an amount."""
    columns = (Column(name="Name"), Column(name="Owed", kind=ColumnKind.AMOUNT))
    given_rows = [(name, Decimal(amount)) for name, amount in rows]
    return make_report("Small", "for a test", columns, given_rows, as_of=DAY, **more)


# ------------------------------------------------------------------------------------------- text


@given(report=reports(), width=st.sampled_from((20, 40, 80, 200)))
@example(report=small((NASTY, "1.00"), ("x" * 200, "99999999.99")), width=20)
def test_no_line_is_longer_than_the_page(report, width):
    """RP-7: text keeps to 80 columns or as many as are asked for, and no letter is cut off."""
    page = report_text(report, width=width)
    letters = "".join(page.split())

    assert max(map(len, page.split("\n"))) <= width
    for cell in [cell for row in report.rows for cell in row]:
        assert sorted(set("".join(_gaps(cell_text(cell)).split())) - set(letters)) == []
    assert report_text(report) == str(report)


def test_wide_letters_take_two_columns():
    """RP-7: where letters are of one width, East Asian ones take two and accents none."""
    lines = report_text(small(("李小龙", "1.00"), ("e\u0301", "2.00"))).splitlines()

    assert lines[2:] == [
        "Name    Owed",
        "------  ----",
        "李小龙  1.00",
        "e\u0301       2.00",
        "------  ----",
        "Total   3.00",
    ]


def test_a_table_is_set_closer_then_its_words_are_broken():
    """RP-7: a page that is a little too narrow costs a blank, then lines, but no letter."""
    report = small(("payment plans of everybody", "12345.00"))

    def body(width):
        return report_text(report, width=width).splitlines()[-3:-2]

    assert body(36) == ["payment plans of everybody  12345.00"]
    assert body(35) == ["payment plans of everybody 12345.00"]
    assert report_text(report, width=30).splitlines()[-6:] == [
        "Name                      Owed",
        "--------------------  --------",
        "payment plans of      12345.00",
        "everybody",
        "--------------------  --------",
        "Total                 12345.00",
    ]


def test_figures_that_do_not_fit_come_in_panels():
    """RP-7: each panel has the columns that name the rows, and its own totals."""
    columns = [Column(name="Who")]
    columns += [Column(name=f"F{number}", kind=ColumnKind.AMOUNT) for number in range(4)]
    rows = [("all", *[Decimal("1234.00")] * 4)]
    report = make_report("T", "c", columns, rows, as_of=DAY)

    assert report_text(report, width=24).splitlines() == [
        "T: c",
        "",
        "Who         F0       F1",
        "-----  -------  -------",
        "all    1234.00  1234.00",
        "-----  -------  -------",
        "Total  1234.00  1234.00",
        "",
        "Who         F2       F3",
        "-----  -------  -------",
        "all    1234.00  1234.00",
        "-----  -------  -------",
        "Total  1234.00  1234.00",
    ]


def test_what_fits_no_other_way_is_written_row_by_row():
    """RP-7: a line for each column, as many as the words take."""
    columns = [Column(name=f"Column {number}") for number in range(3)]
    rows = [("a", None, "some words that take two lines"), ("b", "c", "d")]
    report = make_report("T", "c", columns, rows, as_of=DAY)

    assert report_text(report, width=20).splitlines()[2:] == [
        "Column 0  a",
        "Column 1",
        "Column 2  some words",
        "          that take",
        "          two lines",
        "",
        "Column 0  b",
        "Column 1  c",
        "Column 2  d",
    ]
    with pytest.raises(InvalidRecord, match="20 or more"):
        report_text(report, width=19)


# ------------------------------------------------------------------------------------------- HTML


class Page(HTMLParser):
    """Reads back what a page shows, cell by cell, and which tags it has."""

    def __init__(self, html):
        """Read *html*."""
        super().__init__()
        self.tags, self.cells, self.headers = set(), [], []
        self.feed(html)
        self.close()

    def begin(self, tag, attrs):
        """Note the tag; begin a cell."""
        self.tags.add(tag)
        if tag in {"th", "td", "caption"}:
            self.cells.append("")
            self.headers.append(dict(attrs).get("scope"))

    def add(self, text):
        """Add to the cell."""
        self.cells[-1] += text

    handle_starttag, handle_data = begin, add


@given(report=reports())
@example(report=small((NASTY, "1.00")))
@example(report=make_report("t", "\r", [Column(name="a b", kind=ColumnKind.TEXT)], [], as_of=DAY))
def test_a_page_shows_the_cells_and_nothing_runs(report):
    """RP-7: HTML is one captioned table of scoped headers and cells, all of it escaped."""
    page = Page(report_html(report))
    caption, *cells = page.cells
    names = [column.name for column in report.columns]
    body = [cell_text(cell) for row in report.rows for cell in row]

    assert page.tags <= {*("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")}
    assert _read(caption) == _read(report.words)
    assert list(map(_read, cells[: len(names)])) == list(map(_read, names))
    assert page.headers[1 : len(names) + 1] == ["col"] * len(names)
    assert [_read(cell) for cell in cells[len(names) :]][: len(body)] == list(map(_read, body))


def _read(text):
    # A parser makes line feeds of all line ends.
    return _gaps(text).replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("order", ["\x1b[2J", "\x07", "\x00", "\x7f", "\x9b1m", "\u202e", "\ud800"])
def test_no_text_gives_orders_to_a_screen(order):
    """RP-7: what would move a cursor, turn a line round or be in no file is a gap, wherever it
    stands; a page can be written in UTF-8, and letters of every script stay.
    """
    column = Column(name=f"Na{order}me")
    report = make_report(f"T{order}", f"c{order}", [column], [(f"李{order} é\u200f",)], as_of=DAY)

    for page in (report_text(report), report_html(report)):
        assert order[0] not in page
        assert f"李\ufffd{order[1:]}" in page
        assert "é\u200f" in page
        page.encode("utf-8")


def test_a_notebook_shows_the_first_rows_of_a_long_report():
    """RP-7: and the caption says how many there are; the totals are those of all."""
    report = small(*[(f"n{number:03}", "1.00") for number in range(250)])
    page = Page(report._repr_html_())

    assert page.cells[0] == "Small: for a test; the first 200 of 250 rows"
    assert len(page.cells) == 1 + 2 * (1 + 200 + 1)
    assert page.cells[-1] == "250.00"


def test_a_report_without_sums_has_no_foot():
    """RP-7: a total that is nothing is not shown; one whose first column is a sum has no label."""
    texts = make_report("T", "c", [Column(name="A")], [("a",)], as_of=DAY)
    sums = select_columns(small(("a", "1.00")), ["Owed", "Name"])

    assert "tfoot" not in report_html(texts)
    assert Page(report_html(sums)).cells[-2:] == ["1.00", ""]


# ------------------------------------------------------------------------------------- CSV and XML


@given(report=reports())
@example(report=small((NASTY, "1.00")))
def test_xml_reads_back(report):
    """RP-7: any reader finds every cell of every row that may be in a file, with the totals."""
    text = report_xml(report)
    root = ET.fromstring(text.encode("utf-8"))
    kept = [n for n, column in enumerate(report.columns) if not column.is_page_only]
    rows = report.rows[: len(report.rows) - report.masked_count]

    assert (root.get("as_of"), root.find("rows").get("left_out")) == (
        "2025-07-01",
        str(report.masked_count if kept else report.row_count),
    )
    assert [(each.get("kind"), each.text) for each in root.iterfind("columns/column")] == [
        (report.columns[n].kind.value, report.columns[n].name) for n in kept
    ]
    assert [[cell.text or "" for cell in row] for row in root.iterfind("rows/row")] == [
        [_in_xml(cell_text(row[n])) for n in kept] for row in rows if kept
    ]
    totals = [report.totals[n] for n in kept if report.totals[n] is not None]
    assert [each.text for each in root.iterfind("totals/cell")] == list(map(cell_text, totals))


def _in_xml(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign if sign in "\t\n" or (ord(sign) >= 32 and not _is_forbidden(ord(sign))) else "\ufffd"
        for sign in text
    )


def _is_forbidden(code):
    return 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF}


def test_signs_that_xml_cannot_hold_are_gaps():
    """RP-7: control characters, half surrogates and non-characters; tabs and line ends are kept."""
    root = ET.fromstring(report_xml(small(("a\x00b\x1f\ud800\ufffe\tc\r\nd\re", "1.00"))))

    assert root.find("rows/row/cell").text == "a\ufffdb\ufffd\ufffd\ufffd\tc\nd\ne"


def test_csv_is_safe_in_a_spreadsheet():
    """LE-2, RP-7: a text that would be a formula is defused; amounts stay numbers."""
    assert report_csv(small(("=1+1", "-5.00"), ("a,b", "5.00"))) == (
        'Name,Owed\r\n\'=1+1,-5.00\r\n"a,b",5.00\r\n'
    )


# --------------------------------------------------------------------------------------- the value


def test_rows_stay_out_of_repr():
    """PR-6: a report may hold names, so its repr shows columns and totals only."""
    assert "Muñoz" not in repr(small(("Muñoz", "1.00")))
    assert "Decimal('1.00')" in repr(small(("Muñoz", "1.00")))


def test_masked_rows_stand_last_in_the_order_of_what_they_show():
    """PR-3: their order tells nothing that their cells do not, and a preview knows how many."""
    masked = [("X", Decimal("2.00")), ("X", Decimal("1.00"))]
    report = small(("b", "9.00"), ("a", "9.00"), masked=masked)

    assert [str(row[1]) for row in report.rows] == ["9.00", "9.00", "2.00", "1.00"]
    assert report == small(("b", "9.00"), ("a", "9.00"), masked=masked[::-1])
    assert preview(report, rows_max=3).masked_count == 1
    assert preview(report, rows_max=1).masked_count == 0
    assert '<rows left_out="3">' in report_xml(preview(report, rows_max=1))


def test_masked_rows_stand_by_their_figures():
    """PR-3: by amount, the largest first, then by the other columns in turn: counts and Yes before
    less and No, days and words upwards, what is empty last; as numbers, not as they are written.
    """
    kinds = (ColumnKind.COUNT, ColumnKind.DATE, ColumnKind.AMOUNT, ColumnKind.FLAG, ColumnKind.TEXT)
    columns = [Column(name=kind.value, kind=kind) for kind in kinds]
    ordered = [
        (1, DAY, Decimal("100.00"), False, "a"),
        (10, DAY, Decimal("9.00"), True, "a"),
        (9, date(2024, 12, 31), Decimal("9.00"), True, "a"),
        (9, DAY, Decimal("9.00"), True, "a"),
        (9, DAY, Decimal("9.00"), False, "a"),
        (9, DAY, Decimal("9.00"), False, None),
        (9, None, Decimal("9.00"), True, "a"),
        (99, DAY, Decimal("-10.00"), True, "a"),
    ]
    report = make_report("T", "c", columns, [], masked=ordered[::-1], as_of=DAY)

    assert list(report.rows) == ordered


@pytest.mark.parametrize("rows_max", [-1, "3", 2.0, None, True])
def test_a_preview_has_a_number_of_rows(rows_max):
    """RP-3, PR-3: less than none would show the last rows but one, masked ones among them."""
    masked = [("X", Decimal("2.00")), ("X", Decimal("1.00"))]
    with pytest.raises(InvalidRecord, match="rows_max"):
        preview(small(("b", "9.00"), masked=masked), rows_max=rows_max)


@pytest.mark.parametrize("width", ["80", 80.5, None, True])
def test_a_page_has_a_width(width):
    """RP-7: a whole number of columns."""
    with pytest.raises(InvalidRecord, match="width"):
        report_text(small(("b", "9.00")), width=width)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"columns": (Column(name="A"), Column(name="A"))}, "columns"),
        ({"rows": (("a",),)}, "rows"),
        ({"rows": (["a", None],)}, "rows"),
        ({"totals": ()}, "totals"),
        ({"as_of": "2025-07-01"}, "as_of"),
        ({"row_count": -1}, "row_count"),
    ],
)
def test_a_report_that_cannot_be_is_refused(wrong, field):
    """RP-7: columns are told apart, and every row has a cell for each."""
    with pytest.raises(InvalidRecord) as refused:
        attrs.evolve(small(("a", "1.00")), **wrong)

    assert (refused.value.record, refused.value.field) == (Report.__name__, field)


def test_columns_are_chosen_by_name():
    """RP-7: in the order asked for; an unknown one is an error."""
    assert select_columns(small(("a", "1.00")), ["Owed"]).rows == ((Decimal("1.00"),),)
    with pytest.raises(UnknownReference):
        select_columns(small(("a", "1.00")), ["Owned"])
