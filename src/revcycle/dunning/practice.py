"""The practice's own record, as it prints on statements (ST-15)."""

from __future__ import annotations

import re
from typing import Final

import attrs

from revcycle.accounts import Address
from revcycle.checks import (
    ID,
    TEXT,
    Requirement,
    check_fields,
    check_given,
    each,
    one_of,
    refuse,
    unique,
)
from revcycle.dunning.languages import (
    ENGLISH,
    LANGUAGE,
    best_language,
    is_same_language,
    primary_tag,
)
from revcycle.errors import InvalidRecord
from revcycle.folding import is_blank

__all__ = [
    "Practice",
    "PracticeTexts",
    "ProviderName",
    "is_anything_missing",
    "practice_texts",
    "texts_saying",
]


@attrs.frozen(kw_only=True)
class ProviderName:
    """How a provider is called on statements; an id alone means nothing to a patient.

    Attributes:
        provider_id: as charges carry it.
        name: what prints.
    """

    provider_id: str
    name: str

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("provider_id", ID), ("name", ID)))


@attrs.frozen(kw_only=True)
class PracticeTexts:
    """What the practice says on its statements, in one language (ST-15).

    For what is empty in another language English stands in; empty in English prints nothing.

    Attributes:
        language: a tag such as ``en``.
        hours: when the telephone is answered.
        ways_to_pay: one a line, such as by mail, by telephone, at the desk.
        plan_offer: how to pay over time.
        assistance: where to ask for financial help.
        itemization: how to ask for a list of every service and its price.
        dispute: what to do if the bill or the insurance on it is wrong.
    """

    language: str
    hours: str = ""
    ways_to_pay: tuple[str, ...] = ()
    plan_offer: str = ""
    assistance: str = ""
    itemization: str = ""
    dispute: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _TEXTS)


_TEXTS: Final = (
    ("language", LANGUAGE),
    ("hours", TEXT),
    ("ways_to_pay", each(ID)),
    ("plan_offer", TEXT),
    ("assistance", TEXT),
    ("itemization", TEXT),
    ("dispute", TEXT),
)

_LINK: Final = re.compile(r"https://[^\s\x00-\x20\x7f\\\"<>]+")
_WEBSITE: Final = Requirement(
    lambda v: type(v) is str and (v == "" or _LINK.fullmatch(v) is not None),
    "be a web address that begins with https:// and holds no blank, or empty",
)


@attrs.frozen(kw_only=True)
class Practice:
    """Who sends the statements and how to reach and pay them (ST-15). Empty prints nothing.

    Attributes:
        name: as patients know it.
        remit_to: where payments are mailed.
        phone: whom to call about a bill.
        website: where a bill is paid online, an https address.
        providers: names to print for provider ids.
        texts: what the practice says, one record a language; English among them, for it stands
            in for a language that is missing.
    """

    name: str = ""
    remit_to: Address = attrs.field(factory=Address)
    phone: str = ""
    website: str = ""
    providers: tuple[ProviderName, ...] = ()
    texts: tuple[PracticeTexts, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields and that every language and provider stands once."""
        check_fields(self, _PRACTICE)
        unique(self, "providers", [provider.provider_id for provider in self.providers])
        unique(self, "texts", [texts.language.casefold() for texts in self.texts])
        languages = {primary_tag(texts.language) for texts in self.texts}
        if languages and ENGLISH not in languages:
            refuse(self, "texts", f"include {ENGLISH}, which stands in for a missing language")


_PRACTICE: Final = (
    ("name", TEXT),
    ("remit_to", one_of(Address)),
    ("phone", TEXT),
    ("website", _WEBSITE),
    ("providers", each(one_of(ProviderName))),
    ("texts", each(one_of(PracticeTexts))),
)


def practice_texts(practice: Practice, language: str) -> PracticeTexts | None:
    """Give what *practice* says to a reader of *language*; None if it says nothing (ST-15).

    English stands in for a language that the practice does not have.

    Raises:
        InvalidRecord: *practice* is none, or *language* no text.
    """
    if type(practice) is not Practice or type(language) is not str:
        check_given("practice", practice, one_of(Practice))
        check_given("language", language, TEXT)
    if not practice.texts:
        return None
    chosen = best_language(language, [texts.language for texts in practice.texts])
    return next((texts for texts in practice.texts if texts.language == chosen), None)


def texts_saying(practice: Practice, field: str, language: str) -> PracticeTexts | None:
    """Give the texts out of which *field* is said to a reader of *language* (ST-15).

    Where the reader's own texts leave it empty, English stands in for it too: a notice that the
    practice has not translated is better read in English than not at all. None if none says it.

    Args:
        practice: whose texts.
        field: a field of `PracticeTexts`, such as ``assistance``.
        language: the reader's tag.

    Raises:
        InvalidRecord: *practice* is none, *field* no such field, or *language* no text.
    """
    if field not in _SAID:
        raise InvalidRecord("act", "field", field, f"be one of {', '.join(_SAID)}")
    for texts in (practice_texts(practice, language), practice_texts(practice, ENGLISH)):
        if texts is not None and _says(texts, field):
            return texts
    return None


def is_anything_missing(practice: Practice, language: str) -> bool:
    """Tell whether English stands in for anything that *practice* says (ST-15).

    Raises:
        InvalidRecord: *practice* is none, or *language* no text.
    """
    found = (texts_saying(practice, field, language) for field in _SAID)
    return any(not is_same_language(t.language, language) for t in found if t is not None)


_SAID: Final = tuple(field for field, _ in _TEXTS if field != "language")


def _says(texts: PracticeTexts, field: str) -> bool:
    said = getattr(texts, field)
    return not all(map(is_blank, (said,) if type(said) is str else said))
