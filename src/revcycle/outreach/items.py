"""What goes out to a guarantor, and what it speaks of: records of ids and figures only (PR-6)."""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal

import attrs

from revcycle.checks import DATE, ID, check_fields
from revcycle.levels import DunningLevel
from revcycle.outreach.policy import Channel

__all__ = [
    "OutreachItem",
    "OutreachKind",
    "OutreachPlan",
    "OutreachReason",
    "SentOutreach",
    "SkippedOutreach",
    "SpokenBalance",
    "WithheldReason",
]


class OutreachKind(enum.Enum):
    """What goes out."""

    STATEMENT = "statement"
    REMINDER = "reminder"


class OutreachReason(enum.Enum):
    """Why something goes out, and why that way.

    A statement keeps the ways it was made for. `SETTLED_WHEN_MADE` says so where they follow from
    the guarantor's wish and e-mail address no longer, since these have changed.
    """

    STATEMENT_MADE = "statement_made"
    GUARANTOR_WANTS_PAPER = "guarantor_wants_paper"
    GUARANTOR_WANTS_E_STATEMENT = "guarantor_wants_e_statement"
    PAPER_ADDED_AT_FINAL_LEVEL = "paper_added_at_final_level"
    NO_EMAIL_ADDRESS = "no_email_address"
    SETTLED_WHEN_MADE = "settled_when_made"
    LEVEL_STANDS = "level_stands"


class WithheldReason(enum.Enum):
    """Why something that was due does not go out, or no longer. The value says it in a sentence."""

    ALREADY_SENT = "It went out before."
    ACCOUNT_CLOSED = "The account is closed."
    GUARANTOR_CHANGED = "It is addressed to somebody who is no longer the guarantor."
    ON_HOLD = "The account is on hold."
    PAID = "What it speaks of has been paid, or is no longer asked for."
    AMOUNT_CHANGED = "It asks for an amount that is not asked for any more."
    BELOW_MINIMUM = "The balance is too small for it."
    NEWER_STATEMENT = "A newer statement has taken its place."
    LEVEL_CHANGED = "The account no longer stands at the level it speaks of."
    ALARM_CLEARED = "The alarm of that level was cleared, by staff or by a payment."
    NO_CHANNEL = "There is no way to reach the guarantor."
    TOO_LATE = "It never went out, and is too old to go out now."
    ANOTHER_ITEM_THAT_DAY = "Something else goes out to the account on that day."


@attrs.frozen(kw_only=True)
class SpokenBalance:
    """The balance that something speaks of.

    Attributes:
        amount: US dollars asked for on the day it was planned; of a statement that asks for
            nothing yet, all that its charges owe.
        charge_ids: the charges it is asked for on, those of payment plans included.
        plan_ids: the payment plans among them.
        settled: US dollars that had come off those charges by then.
        is_all: whether it is all that the charges owe, because nothing of it was due yet.
    """

    amount: Decimal
    charge_ids: tuple[str, ...]
    plan_ids: tuple[str, ...]
    settled: Decimal
    is_all: bool = False


@attrs.frozen(kw_only=True)
class OutreachItem:
    """One thing that goes out to one guarantor on one day (RP-6, ST-7).

    Attributes:
        key: the same on every try, so that a host sends it once.
        account_id: the account.
        guarantor_id: to whom.
        kind: what.
        channels: by which ways; a statement may take several at once.
        on: the day.
        due_on: since when it has been due.
        because: why, and why these ways.
        level: the printed level of the statement, the level the reminder speaks of.
        reached_on: since when, for a reminder; else None.
        statement_id: the statement, for a statement; else None.
        balance: what it speaks of.
        balance_min: US dollars; with a smaller net balance it is not worth sending.
    """

    key: str
    account_id: str
    guarantor_id: str
    kind: OutreachKind
    channels: tuple[Channel, ...]
    on: date
    due_on: date
    because: tuple[OutreachReason, ...]
    level: DunningLevel
    reached_on: date | None = None
    statement_id: str | None = None
    balance: SpokenBalance
    balance_min: Decimal


@attrs.frozen(kw_only=True)
class SkippedOutreach:
    """Something that was due and does not go out.

    Attributes:
        key: its key.
        account_id: the account.
        kind: what it would have been.
        reasons: every reason, in the order of the enumeration.
    """

    key: str
    account_id: str
    kind: OutreachKind
    reasons: tuple[WithheldReason, ...]


@attrs.frozen(kw_only=True)
class OutreachPlan:
    """What goes out on a day, at most one item an account.

    Attributes:
        on: the day.
        items: what goes out, in the order of the accounts.
        skipped: what was due and does not, in the same order.
    """

    on: date
    items: tuple[OutreachItem, ...]
    skipped: tuple[SkippedOutreach, ...]


@attrs.frozen(kw_only=True)
class SentOutreach:
    """What a host remembers of an item it has sent.

    Attributes:
        key: the item's.
        account_id: the account's.
        on: the day it went out.
    """

    key: str
    account_id: str
    on: date

    def __attrs_post_init__(self) -> None:
        """Check the fields: a time of day would slip past the one item an account a day."""
        check_fields(self, (("key", ID), ("account_id", ID), ("on", DATE)))
