"""Holds: an account, a patient or a claim that is left in peace for a reason (ST-12)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import date
from typing import Final

import attrs

from revcycle.checks import DATE, ID, check_fields, one_of, optional, refuse

__all__ = ["Hold", "HoldReason", "HoldScope", "held_claims", "held_patients", "is_in_force"]


class HoldScope(enum.Enum):
    """What a hold covers. An account hold stops the run; the others freeze charges (CH-7)."""

    ACCOUNT = "account"
    PATIENT = "patient"
    CLAIM = "claim"


class HoldReason(enum.Enum):
    """Why (ST-12)."""

    DISPUTE = "dispute"
    INSURANCE_PENDING = "insurance_pending"
    INSURANCE_APPEAL = "insurance_appeal"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    BAD_ADDRESS = "bad_address"
    ASSISTANCE_APPLICATION = "assistance_application"
    PROMISE_TO_PAY = "promise_to_pay"
    PLAN_REVIEW = "plan_review"
    OTHER = "other"


@attrs.frozen(kw_only=True)
class Hold:
    """A hold on an account, a patient or a claim (ST-12).

    Attributes:
        id: minted by the host, unique in the account.
        scope: what it covers.
        subject_id: the patient or claim; None for an account hold.
        reason: why.
        start_on: its first day.
        last_on: its last day, inclusive; None for no end.
        released_on: the day it was lifted, from which it is not in force; None if it was not.
    """

    id: str
    scope: HoldScope
    subject_id: str | None = None
    reason: HoldReason
    start_on: date
    last_on: date | None = None
    released_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; a patient or claim hold names its subject."""
        check_fields(self, _HOLD)
        if (self.scope is HoldScope.ACCOUNT) is not (self.subject_id is None):
            refuse(self, "subject_id", "name the patient or claim, and be None for an account hold")
        if self.last_on is not None and self.last_on < self.start_on:
            refuse(self, "last_on", f"be on or after the start, {self.start_on}")


_HOLD: Final = (
    ("id", ID),
    ("scope", one_of(HoldScope)),
    ("subject_id", optional(ID)),
    ("reason", one_of(HoldReason)),
    ("start_on", DATE),
    ("last_on", optional(DATE)),
    ("released_on", optional(DATE)),
)


def is_in_force(hold: Hold, *, as_of: date) -> bool:
    """Tell whether *hold* is in force on *as_of*: first and last day included (ST-12)."""
    return (
        hold.start_on <= as_of
        and (hold.last_on is None or as_of <= hold.last_on)
        and (hold.released_on is None or as_of < hold.released_on)
    )


def held_patients(holds: Iterable[Hold], *, as_of: date) -> frozenset[str]:
    """Give the patients under a hold of their own on *as_of*."""
    return _subjects(holds, HoldScope.PATIENT, as_of)


def held_claims(holds: Iterable[Hold], *, as_of: date) -> frozenset[str]:
    """Give the claims under a hold of their own on *as_of*."""
    return _subjects(holds, HoldScope.CLAIM, as_of)


def _subjects(holds: Iterable[Hold], scope: HoldScope, as_of: date) -> frozenset[str]:
    return frozenset(
        hold.subject_id
        for hold in holds
        if hold.scope is scope and hold.subject_id and is_in_force(hold, as_of=as_of)
    )
