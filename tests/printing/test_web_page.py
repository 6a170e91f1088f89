"""The statement as a web page: accessible, printable, and safe whatever stands in it (ST-13)."""

import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from html import unescape

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.accounts import StatementFormat
from revcycle.dunning import preview_statement
from revcycle.printing import ENGLISH_WORDING, statement_page
from revcycle.printing.templates import STYLE
from revcycle.printing.web_page import statement_html
from revcycle.testing.strategies import statements
from tests.printing.paper import (
    POLICY,
    alone,
    family_statement,
    household,
    in_format,
    in_language,
)
from tests.stories.book import R3

EVIL = '"><script>alert(1)</script><a href="javascript:x">&amp;{{ 7 * 7 }}'
FORMATS = list(StatementFormat)


def tree_of(page: str) -> ET.Element:
    """Parse the page as XML, which refuses whatever is not well-formed."""
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


def said_by(element: ET.Element) -> str:
    """The words of an element, without its tags."""
    return " ".join("".join(element.itertext()).split())


def text_in(page: str) -> str:
    """The words that a reader without style sheets gets."""
    return said_by(tree_of(page).find("body"))


# -------------------------------------------------------------------------------- whole and safe


@given(
    statements(texts=st.one_of(st.text(max_size=30), st.just(EVIL), st.sampled_from("<>&\"'{}%")))
)
def test_whatever_it_is_given_the_page_is_well_formed(statement):
    """No name, note or description can break the page, or put a tag, a script or a link in it."""
    tree = tree_of(statement_html(statement))

    tags = {element.tag for element in tree.iter()}
    assert tags <= {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "div"),
        *(
            "address",
            "bdi",
            "strong",
            "br",
            "p",
            "h1",
            "h2",
            "h3",
            "span",
            "dl",
            "dt",
            "dd",
            "ul",
            "li",
        ),
        *("a", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
    }
    links = {element.get("href") for element in tree.iter("a")}
    assert links <= {statement.practice.website}
    assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib)


def test_what_stands_in_a_name_prints_as_it_stands():
    """Markup and template marks in a name are shown, not obeyed."""
    named = attrs.evolve(alone().addressee, first_name=EVIL)

    assert EVIL in text_in(statement_html(alone(addressee=named)))


def test_the_page_needs_nothing_from_outside():
    """No script, font, picture or style sheet is fetched: the page is whole, and tells nobody."""
    page = statement_html(family_statement())

    assert re.findall(r"(?i)<(?:script|img|link|iframe|object|form)|@import|url\(|src=", page) == []
    assert set(re.findall(r"https?://[^\"<\s]+", page)) == {"https://pay.example.org"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_page_says_all_that_the_text_says(form):
    """ST-13: both renderers show the one page: every heading, figure and sentence."""
    statement = in_format(family_statement(), form)
    page, shown = statement_page(statement), text_in(statement_html(statement))

    wanted = [page.title, *page.amount, *page.due, *page.sender, *page.addressee]
    wanted += [page.message.text, *(part for pair in page.facts for part in pair)]
    for section in (*page.actions, *page.details):
        wanted += [section.heading, *(words.text for words in section.paragraphs)]
        wanted += [text for words in section.items for text in (words.text, words.link)]
        for table in section.tables:
            wanted += [table.caption, *table.foot, *(cell for row in table.rows for cell in row)]
    wanted += [part for pair in page.slip.facts for part in pair]
    wanted += [line for _, lines in page.slip.address for line in lines]
    assert [text for text in wanted if text not in shown] == []


def test_the_preview_is_the_same_page_to_the_byte():
    """ST-10: what staff see as the statement of today is what the run prints."""
    preview = preview_statement(household(), as_of=R3, policy=POLICY).statement

    assert statement_html(preview) == statement_html(family_statement())


# ------------------------------------------------------------------------------------ the order


def test_amount_and_day_come_first_and_largest():
    """ST-13: the one first heading holds the amount; nothing is larger, and the day comes next."""
    tree = tree_of(statement_html(family_statement()))
    (heading,) = tree.iter("h1")

    assert said_by(heading) == "Amount due now $150.00"
    order = [said_by(each) for each in tree.iter() if each.tag in {"h1", "h2", "h3"}]
    assert order[0] == "Amount due now $150.00"
    assert order[1] == ENGLISH_WORDING.pay
    assert order[-1] == ENGLISH_WORDING.slip
    sizes = {
        selector.strip(): float(size)
        for selector, size in re.findall(r"([^{}]+)\{[^{}]*?font-size: ([0-9.]+)em", STYLE)
    }
    largest, second = sorted(sizes, key=sizes.get, reverse=True)[:2]
    assert (largest, second) == (".headline .amount", ".headline .day")
    assert sizes[".headline .amount"] > sizes[".headline .day"] > 1.5


# ---------------------------------------------------------------------------------- accessibility


def test_tables_have_real_headers():
    """Every column and every row is headed by a cell that says for which cells it stands."""
    tree = tree_of(statement_html(family_statement()))
    tables = list(tree.iter("table"))

    assert len(tables) >= 6
    for table in tables:
        assert {th.get("scope") for th in table.find("thead").iter("th")} == {"col"}
        columns = len(list(table.find("thead").iter("th")))
        for row in table.find("tbody").iter("tr"):
            cells = list(row)
            assert [cell.tag for cell in cells] == ["th", *["td"] * (columns - 1)]
            assert cells[0].get("scope") == "row"


def test_the_page_names_its_language_and_those_of_its_parts():
    """ST-15: a screen reader is told the language, also of a sentence in another one."""
    page = statement_html(in_language(family_statement(), "es-MX"))
    tree = tree_of(page)

    assert tree.get("lang") == "es"
    parts = {said_by(each): each.get("lang") for each in tree.iter("span") if each.get("lang")}
    assert parts["Would you like this bill in English? Just ask us."] == "en"


ARABIC = attrs.evolve(
    ENGLISH_WORDING,
    language="ar",
    amount_due="\u0627\u0644\u0645\u0628\u0644\u063a",
    call="\u0627\u062a\u0635\u0644 {phone}",
)


def test_a_language_that_runs_leftward_turns_the_page_and_no_figure():
    """ST-15: the page and its parts say their direction; amounts, days and numbers keep theirs."""
    owed = attrs.evolve(family_statement(), credits=Decimal("-5.00"))
    statement = in_language(owed, "ar")
    page = statement_html(statement, wordings=(ENGLISH_WORDING, ARABIC))
    tree = tree_of(page)

    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    parts = {each.get("lang"): each.get("dir") for each in tree.iter("span") if each.get("lang")}
    assert parts == {"en": "ltr"}
    apart = [said_by(each) for each in tree.iter("bdi")]
    for figure in ("$150.00", "12 Elm Street", "April 11, 2025"):
        assert figure in apart
    figures = re.findall(r"-?\$[0-9]", page)
    assert len(re.findall(r"(?:<bdi>|\u2066)-?\$[0-9]", page)) == len(figures) > 10
    assert {each.get("class") for each in tree.iter("span") if each.find("bdi") is not None} == {
        "amount",
        "day",
    }
    assert "\u2066(555) 555-0100\u2069" in page
    assert {link.get("dir") for link in tree.iter("a")} == {"ltr"}
    english = tree_of(statement_html(family_statement(), wordings=(ENGLISH_WORDING, ARABIC)))
    assert english.get("dir") == "ltr"
    assert "\u2066" not in statement_html(family_statement())
    assert re.findall(r"text-align: left|(?:border|padding|margin)-left|[ ;]left:", STYLE) == []


def test_what_has_no_blanks_is_broken_before_it_widens_the_page():
    """ST-15: a name, an address or a line of text as long as a page is wide keeps to its place."""
    (rule,) = re.findall(r"([^{}]+)\{ overflow-wrap: anywhere; \}", STYLE)[:1]

    assert {each.strip() for each in rule.split(",")} >= {
        *("address", "p", "li", "a", "strong", "h1", "h2", "h3"),
    }


def channels(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2: linear light, weighted as eyes weigh it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_text_stands_out_from_every_background():
    """WCAG asks 4.5 for text: each colour of text on each background, worked out from the style."""
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", STYLE))
    used = re.findall(r"(?<![-\w])(color|background): var\(--(\w+)\)", STYLE)
    inks = {named[name] for kind, name in used if kind == "color"}
    grounds = {named[name] for kind, name in used if kind == "background"}

    assert len(inks) >= 3
    assert len(grounds) >= 2
    assert {(a, b): contrast(a, b) for a in inks for b in grounds if contrast(a, b) < 4.5} == {}
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_colour_has_a_name_of_its_own():
    """No colour hides in a rule where the test above would not see it."""
    rules = STYLE[STYLE.index("}") :]

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []
    assert set(re.findall(r"(?:color|background): (?!var\()([^;]+)", rules)) == set()


def test_nothing_is_said_by_colour_alone():
    """Without any style the page still says what is on hold, what is on a plan and what is due."""
    shown = text_in(statement_html(family_statement()))

    for words in ("on hold, please do not pay this now", "on your payment plan", "Past due"):
        assert words in shown


def test_on_a_small_screen_every_figure_stands_beside_its_label():
    """Who reads an e-statement on a phone gets stacked cells, each with the title of its column."""
    tree = tree_of(statement_html(family_statement()))
    wide = [table for table in tree.iter("table") if table.get("class") == "care"]

    assert len(wide) == 3
    for table in wide:
        titles = [said_by(th) for th in table.find("thead").iter("th")][1:]
        for row in table.find("tbody").iter("tr"):
            assert [cell.get("data-label") for cell in row.iter("td")] == titles
        roles = {
            each.tag: each.get("role")
            for each in table.iter()
            if each.tag not in {"caption", "bdi"}
        }
        assert roles["table"] == "table"
        assert None not in roles.values()
    small = STYLE[STYLE.index("@media screen and (max-width: 46em)") :]
    assert "content: attr(data-label)" in small


# ------------------------------------------------------------------------------ paper, large print


def test_large_print_has_eighteen_points_also_on_paper():
    """ST-15: a guarantor who wants large print gets 18 points, and no column to squint at."""
    page = statement_html(in_format(family_statement(), StatementFormat.LARGE_PRINT))
    tree = tree_of(page)

    assert tree.find("body").get("class") == "large_print"
    sizes = re.findall(r"body\.large_print \{[^}]*font-size: (\d+)pt", page)
    assert len(sizes) == 2
    assert set(sizes) == {"18"}
    widest = max(len(list(table.find("thead").iter("th"))) for table in tree.iter("table"))
    assert widest == 2
    assert "Full price" in text_in(page)


def test_the_page_prints_on_letter_paper_without_broken_rows():
    """The style sheet names the paper, keeps rows and the slip whole, repeats heads of tables."""
    printed = STYLE[STYLE.index("@media print") :]

    assert "@page { size: letter portrait;" in STYLE
    kept = re.search(r"([^{}]*)\{ break-inside: avoid; \}", printed)[1]
    assert {"tr", ".slip", ".headline"} <= {part.strip() for part in kept.split(",")}
    assert "thead { display: table-header-group; }" in printed


def test_the_title_of_the_window_names_nobody():
    """PR-6: what a browser shows in its list of windows is the kind of bill, not the patient."""
    (title,) = tree_of(statement_html(family_statement())).iter("title")

    assert title.text == "Past due"
    assert unescape(title.text) == title.text
