"""In which direction a language is written, so that a page can say so (ST-15)."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

__all__ = ["direction_of"]


def direction_of(language: str) -> str:
    """Say in which direction the script of *language* runs: ``ltr`` or ``rtl`` (ST-15).

    A script that the tag names decides, such as that of ``az-Arab``; else the country where the
    language has a script of its own, as in ``pa-PK``; else the language.
    """
    primary, *rest = language.casefold().replace("_", "-").split("-")
    # What follows a single sign, as in ``en-u-nu-arab``, is of something else.
    named = list(takewhile(lambda part: len(part) > 1, rest))
    scripts = [part for part in named if len(part) == _SCRIPT_LENGTH and part.isalpha()]
    there = {f"{primary}-{part}" for part in named}
    if scripts:
        is_leftward = scripts[0] in _LEFTWARD_SCRIPTS
    elif primary in _LEFTWARD:
        is_leftward = there.isdisjoint(_RIGHTWARD_THERE)
    else:
        is_leftward = not there.isdisjoint(_LEFTWARD_THERE)
    return "rtl" if is_leftward else "ltr"


_SCRIPT_LENGTH: Final = 4
# Those in which somebody writes today.
_LEFTWARD_SCRIPTS: Final = frozenset(
    {
        *("adlm", "arab", "aran", "gara", "hebr", "mand", "mend", "nkoo", "rohg", "samr"),
        *("syrc", "syre", "syrj", "syrn", "thaa", "yezi"),
    }
)
_LEFTWARD: Final = frozenset(
    {
        # Arabic, as a whole and as it is spoken in each country
        *("ar", "aao", "abh", "abv", "acm", "acq", "acw", "acx", "adf", "aeb", "aec", "afb"),
        *("ajp", "apc", "apd", "arb", "arq", "ars", "ary", "arz", "auz", "avl", "ayh", "ayl"),
        *("ayn", "ayp", "shu", "ssh"),
        # Persian, Kurdish, Luri, Balochi, Pashto and others of Iran and Afghanistan
        *("aiq", "atn", "bal", "bcc", "bgn", "bgp", "bqi", "ckb", "def", "fa", "fay", "gbz"),
        *("glk", "hac", "haz", "lki", "lrc", "luz", "mzn", "oru", "pbt", "pbu", "pes", "prd"),
        *("prs", "ps", "pst", "sdh", "sgr", "siy", "sqo", "srz", "tks", "wne", "ydg"),
        # Urdu, Kashmiri, Sindhi, Western Punjabi and others of Pakistan and around
        *("bft", "brh", "bsh", "bsk", "dml", "gjk", "gju", "gwc", "gwt", "hnd", "hno", "jat"),
        *("khw", "ks", "kvx", "kxp", "lah", "lss", "mve", "mvy", "phl", "phr", "plk", "pnb"),
        *("prx", "rhg", "scl", "sd", "skr", "trw", "ur", "ush"),
        # Uyghur, Southern Azerbaijani, Southern Uzbek and other Turkic ones; Pattani Malay
        *("azb", "kmz", "mfa", "ota", "qxq", "ug", "uzs"),
        # Hebrew and what Jews write in its script; Aramaic in its own
        *("aij", "hbo", "he", "iw", "ji", "jpr", "jrb", "jye", "lad", "ydd", "yhd", "yi", "yih"),
        *("yud", "aii", "amw", "arc", "bhn", "cld", "hrt", "kqd", "lhs", "lsd", "mid", "myz"),
        *("sam", "smp", "syc", "syr"),
        # Maldivian and N'Ko
        *("dv", "nqo"),
    }
)
"""Languages that are written leftward wherever the tag names no script."""
_LEFTWARD_THERE: Final = frozenset(
    {
        *("az-iq", "az-ir", "ha-cm", "ha-sd", "kk-af", "kk-cn", "kk-ir", "kk-mn", "kmr-iq"),
        *("kmr-ir", "ku-iq", "ku-ir", "ku-lb", "ky-cn", "ms-cc", "pa-pk", "tg-pk", "tk-af"),
        *("tk-ir", "tt-cn", "uz-af"),
    }
)
_RIGHTWARD_THERE: Final = frozenset({"sd-in", "ug-kz", "ug-mn"})
