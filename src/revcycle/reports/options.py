"""What the options of a report must be: checked before anything is looked at.

An option of the wrong type must not pass for another: text is no basis, and nothing is no filter.
"""

from __future__ import annotations

from typing import Final

from revcycle.access import Viewer
from revcycle.checks import DATE, FLAG, Requirement, one_of
from revcycle.errors import InvalidRecord
from revcycle.rules import ALWAYS, Rule, Vocabulary, validated

__all__ = ["AS_OF", "VIEWER", "YES_OR_NO", "check_filters", "check_options"]

AS_OF: Final = DATE
YES_OR_NO: Final = FLAG
VIEWER: Final = one_of(Viewer)


def check_options(report: str, *options: tuple[str, object, Requirement]) -> None:
    """Refuse the first of *options*, by name, that is not what it must be.

    Raises:
        InvalidRecord: naming the *report*, the option and what is valid.
    """
    for name, value, requirement in options:
        if not requirement.holds(value):
            raise InvalidRecord(report, name, value, requirement.must)


def check_filters(report: str, filters: Rule, vocabulary: Vocabulary) -> None:
    """Refuse *filters* that are no rule, or no rule over the facts of the report (RP-7).

    Raises:
        InvalidRecord: they are no rule, or ask what a fact cannot answer.
        UnknownFact: there is no such fact; names the nearest.
    """
    if not isinstance(filters, Rule):
        raise InvalidRecord(report, "filters", filters, "be a rule")
    if filters != ALWAYS:
        validated(filters, vocabulary=vocabulary)
