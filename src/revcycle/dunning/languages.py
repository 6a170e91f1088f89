"""Which of the languages at hand a guarantor reads best (ST-15)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from revcycle.checks import SEVERAL, TEXT, Requirement, check_given

__all__ = ["ENGLISH", "LANGUAGE", "best_language", "is_same_language", "primary_tag"]

ENGLISH: Final = "en"
"""The language that stands in for every other."""

_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
LANGUAGE: Final = Requirement(
    lambda v: type(v) is str and _TAG.fullmatch(v) is not None,
    "be a language tag such as en or es-MX",
)
"""What the language of a text must be: a tag as web pages use it."""


def best_language(wanted: str, known: Iterable[str]) -> str | None:
    """Choose the one of *known* that a reader of *wanted* reads best, or None (ST-15).

    The same tag, else the language without a region, else of any region, else English. Case does
    not matter.

    Args:
        wanted: a guarantor's tag, such as ``es-MX``.
        known: tags of texts at hand; of several that fit alike the first wins.

    Raises:
        InvalidRecord: *wanted* is no text, or *known* holds something else.
    """
    if type(wanted) is not str or type(known) is not list:
        check_given("wanted", wanted, TEXT)
        check_given("known", known, SEVERAL)
    tags = list(known)
    folded, language = wanted.casefold(), primary_tag(wanted)
    for tag in tags:
        if type(tag) is not str:
            check_given("known", tag, TEXT)
        if tag.casefold() == folded:
            return tag
    for tag in tags:
        if tag.casefold() == language:
            return tag
    for asked in (language, ENGLISH):
        for tag in tags:
            if primary_tag(tag) == asked:
                return tag
    return None


def primary_tag(tag: str) -> str:
    """Give the language of *tag* without its region, in lower case."""
    return _SEPARATOR.split(tag.casefold(), maxsplit=1)[0]


def is_same_language(one: str, other: str) -> bool:
    """Tell whether two tags are of one language, whatever their regions.

    Raises:
        InvalidRecord: *one* or *other* is no text.
    """
    if type(one) is not str or type(other) is not str:
        check_given("one", one, TEXT)
        check_given("other", other, TEXT)
    return one == other or primary_tag(one) == primary_tag(other)


_SEPARATOR: Final = re.compile("[-_]")
