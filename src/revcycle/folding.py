"""Names as people mean them, whatever their case, accents and typographic signs.

Comparing and searching fold both sides first; what is shown and stored stays as it was written.
What is printed is put on one line first, by `printable_line`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

__all__ = ["folded", "is_blank", "plain_signs", "printable_line"]


def folded(text: str) -> str:
    """Fold *text* for comparing: no case, no accents, letters with a stroke as their plain ones."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text)
    plain = [sign for sign in parts if unicodedata.category(sign) != _ACCENT]
    return "".join(_STROKES.get(sign.lower(), sign) for sign in plain).casefold()


_ACCENT: Final = "Mn"
_STROKES: Final = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ǥ": "g",
    "ƶ": "z",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ß": "ss",
}
"""Letters with a stroke, and letters written together, which have no accent to take off."""


def plain_signs(text: str) -> str:
    """Write *text* as a keyboard has it: plain apostrophes and hyphens, nothing invisible.

    Blanks of any kind and number become one, those at the ends none.
    """
    if not text.isascii():
        seen = (_KEYS.get(sign, sign) for sign in text)
        text = "".join(sign for sign in seen if unicodedata.category(sign) != _INVISIBLE)
    return " ".join(text.split())


_INVISIBLE: Final = "Cf"
"""Soft hyphens, joiners and blanks of no width, marks of direction."""
_KEYS: Final = {
    **dict.fromkeys("\u2018\u2019\u201b\u02b9\u02bb\u02bc\u2032\u00b4`", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
}


def is_blank(text: str) -> bool:
    """Tell whether nothing of *text* can be seen: no sign but blanks and invisible ones."""
    return not any(sign.isprintable() and not sign.isspace() for sign in text)


def printable_line(text: str) -> str:
    """Put *text* on one line, without signs that show nothing or that turn the line round.

    Joiners stay behind letters that they shape: Persian, Sinhala, Malayalam and others are misspelt
    without them, at a word's end too.
    """
    if not text.isprintable():
        signs = [" " if sign in _BREAKS else sign for sign in text if _is_printed(sign)]
        text = "".join(_without_stray_joiners(signs))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)  # a letter with its accent takes one column
    return " ".join(text.split())


_BREAKS: Final = "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_JOINERS: Final = "\u200c\u200d"
# Control and format signs, halves of signs, and what no font has.
_UNPRINTED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Scripts with capitals need no joiners.
_LETTER_WITHOUT_CAPITAL: Final = "Lo"
_LETTERS_WITH_CAPITALS: Final = frozenset({"Lu", "Ll", "Lt"})
# Marks and signs that belong to the letter before them, as a virama does.
_MARKS: Final = frozenset({"Mn", "Mc", "Me", "Lm"})


def _is_printed(sign: str) -> bool:
    return sign in _BREAKS or sign in _JOINERS or unicodedata.category(sign) not in _UNPRINTED


def _without_stray_joiners(signs: list[str]) -> Iterator[str]:
    """Give *signs* without the joiners that begin a word, are doubled or stand at other letters."""
    is_shaped = False  # whether the letter before, below its marks, is one that joiners shape
    for before, sign, after in zip([" ", *signs], signs, [*signs[1:], " "], strict=False):
        if sign not in _JOINERS:
            kind = unicodedata.category(sign)
            if kind not in _MARKS:
                is_shaped = kind == _LETTER_WITHOUT_CAPITAL
            yield sign
        elif is_shaped and before not in _JOINERS and not _is_strange_to_joiners(after):
            yield sign


def _is_strange_to_joiners(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) in _LETTERS_WITH_CAPITALS
