"""Contacts: that somebody was called or written to about what is owed (RP-5, CO-5).

A contact is kept by the host, beside the accounts and not in them: guard rails and reports are
given those that they ask about.
"""

from __future__ import annotations

import enum
from datetime import date, time
from typing import Final

import attrs

from revcycle.checks import DATE, ID, LOCAL_TIME, TEXT, check_fields, one_of, private

__all__ = ["Contact", "ContactChannel", "ContactResult"]


class ContactChannel(enum.Enum):
    """How somebody was reached for (RP-5)."""

    PHONE = "phone"
    TEXT = "text"
    EMAIL = "email"
    RESULTS_CALL = "results_call"


class ContactResult(enum.Enum):
    """What came of a contact (RP-5)."""

    CONVERSATION = "conversation"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    NOT_CONNECTED = "not_connected"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    OPTED_OUT = "opted_out"
    OTHER = "other"


@attrs.frozen(kw_only=True)
class Contact:
    """One attempt to reach somebody about what is owed, as the host recorded it (RP-5, CO-5).

    Attributes:
        id: minted by the host.
        on: the day, where the person reached for is.
        at: the time of day there, without a time zone.
        service: what made the contact, such as a reminder service.
        channel: telephone, text message, e-mail, or a results call.
        result: what came of it.
        patient_id: whom it was about.
        department_id: which department it was made for; may be empty.
        provider_id: which provider it was made for; may be empty.
        text: what was said or written; private.
    """

    id: str
    on: date
    at: time
    service: str
    channel: ContactChannel
    result: ContactResult
    patient_id: str
    department_id: str = ""
    provider_id: str = ""
    text: str = private(default="")

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _CONTACT)


_CONTACT: Final = (
    ("id", ID),
    ("on", DATE),
    ("at", LOCAL_TIME),
    ("service", ID),
    ("channel", one_of(ContactChannel)),
    ("result", one_of(ContactResult)),
    ("patient_id", ID),
    ("department_id", TEXT),
    ("provider_id", TEXT),
    ("text", TEXT),
)
