"""Names are compared as people mean them: the folding that searching and sorting share."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.folding import folded, is_blank, plain_signs, printable_line


def test_folding_takes_off_case_accents_and_strokes():
    """What is left is plain and small; other alphabets keep their letters (WL-8, PH-5)."""
    assert folded("\u0141\xf3d\u017a \xc6ro Stra\xdfe") == "lodz aero strasse"
    assert folded("\u039f\u03b4\u03cc\u03c2") == "\u03bf\u03b4\u03bf\u03c3"
    assert folded("\u674e") == "\u674e"
    assert folded("") == ""


def test_folding_twice_is_folding_once():
    """Every letter there is folds to what stays when it is folded again (WL-8)."""
    for point in range(0x20, 0x3100):
        once = folded(chr(point))
        assert folded(once) == once, hex(point)


def test_typographic_signs_are_those_of_a_keyboard():
    """Every dash of a word is a hyphen, every apostrophe the plain one, blanks are one (PH-5)."""
    assert plain_signs("O\u2019Neil \u2013\u00a0 Med\u00adica\u200b ") == "O'Neil - Medica"
    assert plain_signs(" two \t words ") == "two words"


@pytest.mark.parametrize("point", [0x200B, 0x200D, 0xAD, 0xFEFF, 0x202E, 0x2060])
def test_what_nobody_sees_is_blank(point):
    """Signs without a shape are no text, alone or with blanks; letters beside them are (PH-11)."""
    assert unicodedata.category(chr(point)) == "Cf"
    assert is_blank(f" {chr(point)}\n")
    assert not is_blank(f"{chr(point)}x")
    assert is_blank("")
    assert not any(is_blank(chr(each)) for each in range(0x21, 0x7F))
    assert is_blank(chr(sys.maxunicode))


@pytest.mark.parametrize("point", [0x200B, 0x200C, 0x200D, 0xAD, 0xFEFF, 0x202E, 0xE000, 0xD800])
def test_a_printed_line_is_empty_exactly_if_the_text_is_blank(point):
    """What decides that there is something to print, and what prints, agree (ST-8, ST-15)."""
    sign = chr(point)
    for text in (sign, f" {sign}\n", f"a{sign}", f"\u0645{sign}\u0645", f"{sign}\u0645"):
        assert is_blank(text) is (printable_line(text) == "")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\u0d28\u0d4d\u200d", "\u0d28\u0d4d\u200d"),
        ("\u0647\u200d", "\u0647\u200d"),
        ("\u0628\u0640\u200d)", "\u0628\u0640\u200d)"),
        ("\u09b0\u200d\u09cd\u09af", "\u09b0\u200d\u09cd\u09af"),
        ("\u200d\u0647", "\u0647"),
        ("\u0647 \u200d", "\u0647"),
        ("\u0647\u200d\u200d", "\u0647"),
        ("\u0647\u200c\u200d\u0647", "\u0647\u0647"),
        ("\u0647\u200dA", "\u0647A"),
        ("A\u200d\u0647", "A\u0647"),
        ("n\u0303\u200d", "\xf1"),
        ("\u0301\u200d", "\u0301"),
        ("7\u200d", "7"),
    ],
    ids=[
        *("behind a virama", "behind a letter", "behind a long stroke", "before a virama"),
        *("first in a word", "a word of its own", "doubled", "one of each"),
        *("before a capital", "behind a capital", "behind accents", "behind a mark alone"),
        "behind a digit",
    ],
)
def test_a_joiner_prints_behind_a_letter_that_it_shapes(text, printed):
    """ST-9, ST-15: Malayalam and Persian end words with one; anywhere else it shows nothing."""
    assert printable_line(text) == printed


@given(st.text(alphabet="\u0647\u0d28\u0d4d\u0301\u02bcaA7. \u200b\u200c\u200d"))
def test_a_printed_line_is_one_already(text):
    """ST-15: what has been put on one line stays as it is, and nothing but blanks is empty."""
    once = printable_line(text)
    assert printable_line(once) == once
    assert is_blank(text) is (once == "")
