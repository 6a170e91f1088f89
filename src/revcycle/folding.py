"""Names as people mean them, whatever their case, accents and typographic signs.

Comparing and searching fold both sides first; what is shown and stored stays as it was written.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["folded", "is_blank", "plain_signs"]


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
