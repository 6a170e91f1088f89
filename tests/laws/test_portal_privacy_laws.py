"""No secret is ever seen: not in a repr, a reason, an error, nor on any screen (PH-12, PR-6)."""

import attrs
import pytest
from hypothesis import given, settings

from revcycle.portals import AccessIssue, NoteAdded, Portal, Response, TaskNote
from revcycle.testing.choices import SeededChoices
from revcycle.testing.drawing import PRIVATE
from revcycle.testing.portal_drawing import SECRET
from revcycle.testing.portal_operations import live_in_hub
from revcycle.testing.portal_strategies import hubs
from tests.laws.portal_surfaces import SCREENS, TEXTS

FEW = settings(max_examples=15)


def leaks(surfaces, marks, hub, as_of):
    """Name the surfaces that show one of *marks*, with what they show."""
    return [
        (surface.__name__, text[:200])
        for surface in surfaces
        for text in surface(hub, as_of)
        if any(mark in text for mark in marks)
    ]


def as_of(hub):
    """The day of the last act in the hub."""
    days = [issue.last_act_on for issue in hub.issues]
    return max(days, default=attrs.NOTHING)


@FEW
@given(hubs(issues_max=3).filter(lambda hub: hub.issues))
def test_no_text_shows_anything_private(hub):
    """Reprs, reasons and errors show no name, no note, no number and no secret (PH-12, PR-6)."""
    assert leaks(TEXTS, (PRIVATE, SECRET), hub, as_of(hub)) == []


@FEW
@given(hubs(issues_max=3).filter(lambda hub: hub.issues))
def test_no_screen_shows_a_secret(hub):
    """Screens may show notes to those who may see them, but no reference to a password (PH-12)."""
    assert leaks(SCREENS, (SECRET,), hub, as_of(hub)) == []


def test_what_was_given_to_any_act_is_shown_nowhere():
    """Secrets and notes given to acts stand in no text after any act of a history (PH-12)."""
    given_secrets = 0
    for seed in range(8):
        for step in live_in_hub(SeededChoices(seed), operations=60):
            given_secrets += SECRET in str(
                [
                    attrs.asdict(value) if attrs.has(type(value)) else value
                    for _, value in step.operation.arguments
                ]
            )
            texts = [
                repr(step.events),
                repr(step.refusal),
                str(step.refusal),
                repr(step.issue_after),
            ]
            assert not any(mark in text for text in texts for mark in (PRIVATE, SECRET))
        assert leaks(TEXTS, (PRIVATE, SECRET), step.after.hub, step.on) == []
        assert leaks(SCREENS, (SECRET,), step.after.hub, step.on) == []
    assert given_secrets > 5


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Response, "comment"),
        (TaskNote, "text"),
        (NoteAdded, "note"),
        (AccessIssue, "description"),
        (Portal, "name"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_the_law_sees_a_field_that_is_shown(record, field, monkeypatch):
    """A private field that is shown would be found; a portal's name is none (PR-6)."""
    original = record.__repr__
    monkeypatch.setattr(record, "__repr__", lambda self: f"{original(self)}{getattr(self, field)}")
    found = []
    for seed in range(12):
        for step in live_in_hub(SeededChoices(seed), operations=60):
            found += [
                text
                for text in (repr(step.events), repr(step.issue_after))
                if PRIVATE in text or SECRET in text
            ]
        if found:
            break

    assert bool(found) is (record is not Portal)
