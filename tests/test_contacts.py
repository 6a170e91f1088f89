"""Contacts: what can be recorded of an attempt to reach somebody."""

from datetime import UTC, date, datetime, time

import pytest

from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.errors import InvalidRecord

NOON = datetime(2025, 1, 6, 12, 0)  # noqa: DTZ001  (naive on purpose: no kind of datetime passes)
GOOD = {
    "id": "k",
    "on": date(2025, 1, 6),
    "at": time(9, 30),
    "service": "reminders",
    "channel": ContactChannel.PHONE,
    "result": ContactResult.NO_ANSWER,
    "patient_id": "p",
    "text": "Xq7secret",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("on", NOON),
        ("at", NOON),
        ("at", time(9, 30, tzinfo=UTC)),
        ("service", ""),
        ("channel", "phone"),
        ("result", "no_answer"),
        ("patient_id", ""),
        ("department_id", None),
        ("provider_id", 7),
        ("text", None),
    ],
)
def test_a_contact_that_cannot_be_is_refused(field, value):
    """RP-5: a contact has a day, a local time, a service, a channel, a result and a patient."""
    with pytest.raises(InvalidRecord) as caught:
        Contact(**GOOD | {field: value})
    assert (caught.value.record, caught.value.field) == ("Contact", field)


def test_what_was_said_is_private():
    """PR-6: the text of a contact is in no repr and in no error."""
    assert "Xq7secret" not in repr(Contact(**GOOD))
    with pytest.raises(InvalidRecord) as caught:
        Contact(**GOOD | {"text": ["Xq7secret"]})
    assert "Xq7secret" not in str(caught.value)
