"""Which payer somebody means who types: by exact id, or by a part of the name (PH-5).

Case, accents, typographic apostrophes and hyphens, and signs that nobody sees do not matter in
names. Ids are taken as they are.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.checks import TEXT
from revcycle.errors import InvalidRecord
from revcycle.folding import folded, is_blank, plain_signs
from revcycle.portals.acts import check_given
from revcycle.portals.hub import Hub
from revcycle.portals.portals import CoveredPayer, Portal

__all__ = ["PayerMatch", "PayerSuggestion", "folded_words", "payers_matching", "suggest_payers"]

SUGGESTIONS_MAX: Final = 10
"""How many suggestions are made unless more are asked for."""


class PayerMatch(enum.Enum):
    """Where a payer or IRC meets what was typed, best first."""

    ID = "the id"
    NAME = "the whole name"
    NAME_START = "the start of the name"
    WORD_START = "the start of a word"
    INSIDE = "inside the name"
    ID_START = "the start of the id"


@attrs.frozen(kw_only=True)
class PayerSuggestion:
    """A payer or IRC that may be meant.

    Attributes:
        payer: id and name; filtering by this id shows the portals that cover it.
        match: where it meets what was typed.
        portal_ids: the portals that cover it, in the order of the hub.
    """

    payer: CoveredPayer
    match: PayerMatch
    portal_ids: tuple[str, ...]


def suggest_payers(
    hub: Hub, *, viewer: Viewer, typed: str, count_max: int = SUGGESTIONS_MAX
) -> tuple[PayerSuggestion, ...]:
    """Suggest payers and IRCs for what was *typed* so far, best match first (PH-5).

    Nothing typed suggests all, by name: a list to select from. Beside what the filter itself
    finds, ids are suggested that begin so.

    Args:
        hub: the hub; all its portals are searched, also those without an issue.
        viewer: who types.
        typed: what was typed.
        count_max: how many to give at most.

    Raises:
        NotPermitted: *viewer* lacks the permission for the hub (PR-4).
    """
    require_permission("suggest_payers", viewer, Permission.MEDICAL_GROUPS)
    check_given("typed", typed, TEXT)
    if type(count_max) is not int or count_max < 0:
        raise InvalidRecord("suggest_payers", "count_max", count_max, "be an int, 0 or more")
    found: dict[str, tuple[tuple[int, str, str], CoveredPayer, PayerMatch]] = {}
    covering: dict[str, list[str]] = {}
    for portal in hub.portals:
        for payer in portal.covers:
            covering.setdefault(payer.id, []).append(portal.id)
            match = _match(payer, typed)
            if match is None:
                continue
            place = (_PLACES[match], folded_words(payer.name), payer.name)
            if payer.id not in found or place < found[payer.id][0]:
                found[payer.id] = (place, payer, match)
    ordered = sorted(found.values(), key=lambda each: (*each[0], each[1].id))
    return tuple(
        PayerSuggestion(payer=payer, match=match, portal_ids=tuple(covering[payer.id]))
        for _, payer, match in ordered[:count_max]
    )


def payers_matching(portals: Iterable[Portal], typed: str) -> tuple[CoveredPayer, ...]:
    """Find the payers and IRCs with exactly this id, or with this part in the name (PH-5).

    Each id once, by name; two portals may call the same one differently, and either name counts.
    Nothing typed finds none.
    """
    check_given("typed", typed, TEXT)
    if is_blank(typed):
        return ()
    found: dict[str, CoveredPayer] = {}
    for portal in portals:
        for payer in portal.covers:
            if _match(payer, typed) not in {None, PayerMatch.ID_START}:
                known = found.setdefault(payer.id, payer)
                found[payer.id] = min(known, payer, key=lambda each: each.name)
    return tuple(sorted(found.values(), key=lambda each: (folded_words(each.name), each.id)))


def _match(payer: CoveredPayer, typed: str) -> PayerMatch | None:
    wanted = "" if is_blank(typed) else typed.strip()
    name = folded_words(payer.name)
    part = folded_words(wanted)
    if payer.id in {wanted, typed}:
        return PayerMatch.ID
    if part and part == name:
        return PayerMatch.NAME
    if part or not wanted:
        if name.startswith(part):
            return PayerMatch.NAME_START
        place = name.find(part)
        while place > 0:
            if not name[place - 1].isalnum():
                return PayerMatch.WORD_START
            place = name.find(part, place + 1)
        if part in name:
            return PayerMatch.INSIDE
    return PayerMatch.ID_START if wanted and payer.id.startswith(wanted) else None


_PLACES: Final = {match: place for place, match in enumerate(PayerMatch)}


# ------------------------------------------------------------------------------------- folding


def folded_words(text: str) -> str:
    """Fold *text* for searching: no case, no accents, single blanks, the signs of a keyboard."""
    # Case first: an iota below a letter is one beside it in capitals. Taken apart, a sign for two
    # letters or strokes may leave typographic ones.
    return plain_signs(folded(plain_signs(text.casefold())).replace(_DOTLESS_I, "i"))


_DOTLESS_I: Final = "\u0131"
