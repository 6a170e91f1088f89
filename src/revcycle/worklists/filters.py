"""The filters of a worklist as named leaves: what a practice writes, each said in core nodes.

Each leaf is one filter of WL-2 over the facts of an account. A worklist's rule joins those that
its definition sets; every interpreter of `revcycle.rules` takes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import InsuranceClass
from revcycle.dunning import INITIALS
from revcycle.errors import InvalidRecord
from revcycle.levels import LEVELS
from revcycle.money import cents, text, usd
from revcycle.rules import AllOf, AtLeast, AtMost, Equals, In, Leaf, LeafRegistry, Not, Rule

__all__ = [
    "WORKLIST_LEAVES",
    "AlarmLevelIs",
    "GuarantorInitialIn",
    "InsuranceClassIs",
    "NoAppointmentWithin",
    "OutstandingBetween",
    "PrimaryDepartmentIn",
    "UsualProviderIn",
    "days_words",
    "ids_words",
    "initials_words",
]


def _texts(given: Iterable[str]) -> frozenset[str]:
    return frozenset({given} if isinstance(given, str) else given)


def _letters(given: Iterable[str]) -> frozenset[str]:
    return frozenset(given)


def _dollars(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="OutstandingBetween")


def _check_ids(leaf: Leaf, ids: frozenset[str]) -> None:
    if not ids or not all(type(each) is str for each in ids):
        raise InvalidRecord(type(leaf).__name__, "ids", ids, "be one text id or more")


@attrs.frozen
class AlarmLevelIs(Leaf):
    """The account's alarm fires at this level (WL-1, AL-7).

    Attributes:
        number: the level, 1 to 8.
    """

    number: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no level with an alarm."""
        if type(self.number) is not int or not 1 <= self.number <= LEVELS[-1].number:
            raise InvalidRecord("AlarmLevelIs", "number", self.number, "be an int, 1 to 8")

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return Equals("alarm_level", self.number)

    def words(self) -> str:
        """Say it in English."""
        return f"the alarm fires at level {self.number}"


@attrs.frozen
class GuarantorInitialIn(Leaf):
    """The guarantor's last name begins with one of these letters (WL-3).

    Attributes:
        letters: of A to Z; a name without a letter matches none of them.
    """

    letters: frozenset[str] = attrs.field(converter=_letters)

    def __attrs_post_init__(self) -> None:
        """Refuse no letter at all and what is none."""
        if not self.letters or not all(
            type(each) is str and len(each) == 1 and each in INITIALS for each in self.letters
        ):
            must = "be one letter or more, of A to Z"
            raise InvalidRecord("GuarantorInitialIn", "letters", self.letters, must)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("guarantor_initial", self.letters)

    def words(self) -> str:
        """Say it in English."""
        return f"the guarantor's initial is of {initials_words(self.letters)}"


@attrs.frozen
class PrimaryDepartmentIn(Leaf):
    """The head's current department is one of these (WL-5).

    Attributes:
        ids: departments; the empty id stands for none registered.
    """

    ids: frozenset[str] = attrs.field(converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse no id at all and what is none."""
        _check_ids(self, self.ids)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("primary_department_id", self.ids)

    def words(self) -> str:
        """Say it in English."""
        return f"the department is {ids_words(self.ids)}"


@attrs.frozen
class UsualProviderIn(Leaf):
    """The head's usual provider is one of these (WL-5).

    Attributes:
        ids: providers; the empty id stands for none registered.
    """

    ids: frozenset[str] = attrs.field(converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse no id at all and what is none."""
        _check_ids(self, self.ids)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("usual_provider_id", self.ids)

    def words(self) -> str:
        """Say it in English."""
        return f"the provider is {ids_words(self.ids)}"


@attrs.frozen
class InsuranceClassIs(Leaf):
    """The head is in this insurance class (WL-6).

    Attributes:
        insurance_class: self pay is primary, or other is.
    """

    insurance_class: InsuranceClass

    def __attrs_post_init__(self) -> None:
        """Refuse what is no insurance class."""
        if type(self.insurance_class) is not InsuranceClass:
            given, must = self.insurance_class, "be an InsuranceClass"
            raise InvalidRecord("InsuranceClassIs", "insurance_class", given, must)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return Equals("insurance_class", self.insurance_class.value)

    def words(self) -> str:
        """Say it in English."""
        return INSURANCE_WORDS[self.insurance_class]


INSURANCE_WORDS: Final = {
    InsuranceClass.SELF_PAY_PRIMARY: "self pay is primary",
    InsuranceClass.OTHER_PRIMARY: "other is primary",
}


@attrs.frozen
class OutstandingBetween(Leaf):
    """The total outstanding is within the bounds, which count; either may be open (WL-4).

    Attributes:
        amount_min: US dollars, or None.
        amount_max: US dollars, or None.
    """

    amount_min: Decimal | None = attrs.field(default=None, converter=_dollars)
    amount_max: Decimal | None = attrs.field(default=None, converter=_dollars)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that leave nothing between them."""
        low, high = self.amount_min, self.amount_max
        if low is not None and high is not None and low > high:
            must = f"be at least amount_min, {low}"
            raise InvalidRecord("OutstandingBetween", "amount_max", high, must)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        low, high = self.amount_min, self.amount_max
        least: list[Rule] = [] if low is None else [AtLeast("outstanding_cents", cents(low))]
        most: list[Rule] = [] if high is None else [AtMost("outstanding_cents", cents(high))]
        bounds = (*least, *most)
        return bounds[0] if len(bounds) == 1 else AllOf(*bounds)

    def words(self) -> str:
        """Say it in English."""
        low = "" if self.amount_min is None else f" from ${text(self.amount_min)}"
        high = "" if self.amount_max is None else f" up to ${text(self.amount_max)}"
        return f"the total outstanding is{low}{high}" if low or high else "any total outstanding"


@attrs.frozen
class NoAppointmentWithin(Leaf):
    """No current member has an appointment today or in the next days (WL-7).

    Attributes:
        days: how many after today; 0 asks of today only.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        if type(self.days) is not int or self.days < 0:
            raise InvalidRecord("NoAppointmentWithin", "days", self.days, "be an int, 0 or more")

    def lower(self) -> Rule:
        """Say it in core nodes."""
        is_coming = Equals("has_appointment", value=True)
        return Not(AllOf(is_coming, AtMost("appointment_days", self.days)))

    def words(self) -> str:
        """Say it in English."""
        return f"no appointment {days_words(self.days)}"


WORKLIST_LEAVES: Final = LeafRegistry(
    alarm_level_is=AlarmLevelIs,
    guarantor_initial_in=GuarantorInitialIn,
    insurance_class_is=InsuranceClassIs,
    no_appointment_within=NoAppointmentWithin,
    outstanding_between=OutstandingBetween,
    primary_department_in=PrimaryDepartmentIn,
    usual_provider_in=UsualProviderIn,
)
"""The filters by their tags in the wire form."""


# --------------------------------------------------------------------------------------- words


def initials_words(letters: Iterable[str]) -> str:
    """Say *letters* in short: neighbours as a range, such as ``A-F, M``."""
    runs: list[str] = []
    for letter in sorted(letters):
        if runs and INITIALS.find(letter) == INITIALS.find(runs[-1][-1]) + 1:
            runs[-1] += letter
        else:
            runs.append(letter)
    shown = [run if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ", ".join(shown)


def ids_words(ids: Iterable[str]) -> str:
    """Say *ids* as a choice; the empty one, which comes last, is "none"."""
    *first, last = [each or "none" for each in sorted(ids, key=lambda each: (not each, each))]
    return f"{', '.join(first)} or {last}" if first else last


def days_words(days: int) -> str:
    """Say the span of an appointment filter."""
    if days == 0:
        return "today"
    return f"within {days} {'day' if days == 1 else 'days'}"
