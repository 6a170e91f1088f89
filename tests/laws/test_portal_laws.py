"""The laws of portals, each followed through random histories and each catching its mistake."""

import re
from pathlib import Path

import pytest
from hypothesis import given

from revcycle.testing import portal_invariants as see
from revcycle.testing.choices import SeededChoices
from revcycle.testing.portal_operations import live_in_hub
from revcycle.testing.portal_strategies import access_issues, hubs, portal_lives
from tests.laws.broken import put_in
from tests.laws.portal_broken import PORTAL_VARIANTS

PAGE = Path(__file__).parent.parent.parent / "docs" / "invariants.md"
LIVES = portal_lives(operations=1, past=14)


def of_issues(check):
    """Look at the issue that an act left."""
    return lambda step: step.issue_after and check(step.issue_after)


def of_changes(check, *, events=True):
    """Look at the issue before and after an act."""

    def look(step):
        if step.issue_before is not None:
            check(step.issue_before, step.issue_after, *([step.events] if events else []))

    return look


def look_at_replay(step):
    """Rebuild what an act left, an opened issue too."""
    if step.issue_after is not None:
        see.check_issue_replay(step.issue_before, step.issue_after, step.events, on=step.on)


LAWS = {
    "P1": of_issues(see.check_status),
    "P2": of_issues(see.check_blocked),
    "P3": lambda step: see.check_hub(step.after.hub),
    "P4": of_issues(see.check_order),
    "P5": of_issues(see.check_reasons),
    "P6": look_at_replay,
    "P7": of_changes(see.check_quiet_issue),
    "P8": of_changes(see.check_growth, events=False),
    "P9": of_changes(see.check_moves),
    "P10": see.check_cancelling,
    "P11": see.check_responses,
    "P12": see.check_portal_privacy,
    "P13": see.check_triage,
}


def follow(number, life):
    """Check law *number* on every step of *life*."""
    for step in life:
        LAWS[number](step)


def caught(number, *, lives=60, acts=60):
    """Live seeded hubs until law *number* breaks; give what was said, None if it never does."""
    for seed in range(lives):
        try:
            follow(number, live_in_hub(SeededChoices(seed), operations=acts))
        except see.InvariantBroken as broken:
            if broken.number == number:
                return str(broken)
        except (AssertionError, ValueError, LookupError):
            continue  # a broken library may not come to a life's end
    return None


@given(LIVES)
def test_status_follows_from_history(life):
    """States follow from moves and the status from states; practice task = attention (PH-4)."""
    follow("P1", life)


@given(LIVES)
def test_blocked_dollars_count_once_in_an_issue(life):
    """What waits is what unresolved tasks list as waiting, each unpostable once (PH-1, PH-10)."""
    follow("P2", life)


@given(LIVES)
def test_blocked_dollars_count_once_in_a_hub(life):
    """Over all issues each unpostable counts its dollars once (PH-10)."""
    follow("P3", life)


@given(LIVES)
def test_the_order_of_tasks_matters_nowhere(life):
    """Days come in order; the order of tasks changes no status and no dollar (PH-3, PH-4)."""
    follow("P4", life)


@given(LIVES)
def test_the_reason_for_a_status_is_right(life):
    """The reason agrees with the status, and each way out leads where it says (PH-4)."""
    follow("P5", life)


@given(LIVES)
def test_replaying_the_events_gives_the_issue(life):
    """Replaying the events of an act gives the issue after, dated and signed (PH-13)."""
    follow("P6", life)


@given(LIVES)
def test_nothing_changed_means_the_same_issue(life):
    """Without events the very issue comes back (PH-11)."""
    follow("P7", life)


@given(LIVES)
def test_history_of_an_issue_is_only_added_to(life):
    """No act rewrites a report, a task or a note; what is resolved stays as it is (PH-13)."""
    follow("P8", life)


@given(LIVES)
def test_tasks_move_by_the_table_alone(life):
    """An act moves one task at most, by a legal move, and its event says so (PH-13)."""
    follow("P9", life)


@given(LIVES)
def test_cancelling_and_refusing_change_nothing(life):
    """Cancel and refusal leave what was; no act comes before the last (PH-11)."""
    follow("P10", life)


@given(LIVES)
def test_responses_keep_to_the_account_type(life):
    """What the account type does not allow is never accepted; what is accepted is kept (PH-9)."""
    follow("P11", life)


@given(LIVES)
def test_nothing_private_of_portals_is_shown(life):
    """No repr, refusal or explanation shows a name, note, number or secret (PH-12, PR-6)."""
    follow("P12", life)


@given(LIVES)
def test_every_issue_has_its_proposals(life):
    """The default tables decide about each kind of work that is blocked and has no task (PH-1)."""
    follow("P13", life)


@given(access_issues())
def test_drawn_issues_are_sound(issue):
    """A drawn issue keeps every invariant that an issue has on its own (PH-4, PH-10)."""
    see.check_issue(issue)


@given(hubs(issues_max=3))
def test_drawn_hubs_count_once(hub):
    """Drawn hubs count each unpostable once (PH-10)."""
    see.check_hub(hub)


@pytest.mark.parametrize("number", PORTAL_VARIANTS, ids=lambda number: f"law{number}")
def test_each_portal_law_catches_its_broken_variant(number, monkeypatch):
    """With one mistake put into a library function, some random history breaks the law for it."""
    assert caught(number, lives=1) is None
    put_in(PORTAL_VARIANTS[number], monkeypatch)

    assert caught(number) is not None, PORTAL_VARIANTS[number].says


def test_every_portal_invariant_has_a_law_a_variant_and_a_test():
    """docs/invariants.md, laws, variants and tests have the same numbers and names (PH-4)."""
    rows = dict(re.findall(r"^\| (P\d+) \|(.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    here = Path(__file__).read_text(encoding="utf-8")
    tests = {
        number: name
        for name, number in re.findall(
            r"def (test_\w+)\(life\):[^@]*?follow\(\"(P\d+)\", life\)", here
        )
    }

    assert [*rows] == [*LAWS] == [*PORTAL_VARIANTS] == [*tests]
    assert {n: name for n, name in tests.items() if f"`{name}`" not in rows[n]} == {}
