"""One hand-broken variant of the library for every law of portals: what the law must catch."""

from __future__ import annotations

import attrs

from revcycle.errors import Problem
from revcycle.portals import (
    Cancellation,
    CaseProblem,
    IssueChange,
    IssueStatus,
    Move,
    TaskState,
    is_open,
    replay,
)
from tests.laws.broken import Variant, swap

__all__ = ["PORTAL_VARIANTS"]

PORTALS = "revcycle.portals"


def asks_the_service_first(statuses):
    """Show an issue as with the service although the practice must act too."""
    practice, service, *rest = statuses.items()
    return dict([service, practice, *rest])


def counts_each_mention(_each_once):
    """Count an unpostable once for every task that lists it."""
    return tuple


def asks_the_last_task(_status_by_states):
    """Show whoever has the last task."""
    statuses = dict(zip(TaskState, IssueStatus, strict=True))
    return lambda states: statuses[[*states][-1]]


def forgets_an_event(_changed):
    """Report the first event alone."""
    return lambda issue, *events: IssueChange(issue=replay(issue, events), events=events[:1])


def rebuilds_what_stays(changed):
    """Give an equal copy back where nothing changed."""

    def change(issue, *events):
        return (
            changed(issue, *events) if events else IssueChange(issue=attrs.evolve(issue), events=())
        )

    return change


def deletes_what_is_closed(with_unpostable):
    """Take a closed unpostable out of its task."""

    def told(task, event):
        after = with_unpostable(task, event)
        return attrs.evolve(after, affected=tuple(u for u in after.affected if is_open(u)))

    return told


def lets_the_practice_pass(after):
    """Let the practice hand its task to the payer."""
    return {**after, (Move.PASS, TaskState.PRACTICE): TaskState.PAYER}


def copies_on_cancel(_cancel_response):
    """Give an equal copy back on cancel."""
    return lambda issue, **_asked: Cancellation(issue=attrs.evolve(issue))


def takes_any_response(_problems):
    """Accept whatever was typed."""
    return lambda *_given: ()


def quotes_the_note(check_move):
    """Quote the note in a refusal."""

    def check(issue, *, note, **asked):
        problems = check_move(issue, note=note, **asked)
        return (*problems, Problem(CaseProblem.NOTE_MISSING, note)) if problems else ()

    return check


def leaves_passwords_to_nobody(policy):
    """Leave out what the practice does about passwords."""
    return attrs.evolve(policy, claims=attrs.evolve(policy.claims, rows=policy.claims.rows[1:]))


PORTAL_VARIANTS = {
    variant.number: variant
    for variant in (
        Variant(
            "P1",
            "the service comes before the practice",
            (swap(f"{PORTALS}.issues", "_STATUS", asks_the_service_first),),
        ),
        Variant(
            "P2",
            "an unpostable of two tasks counts twice",
            (swap(f"{PORTALS}.issues", "each_once", counts_each_mention),),
        ),
        Variant(
            "P3",
            "an unpostable of two issues counts twice",
            (swap(f"{PORTALS}.unpostables", "each_once", counts_each_mention),),
        ),
        Variant(
            "P4",
            "the status is that of the last task",
            (swap(f"{PORTALS}.issues", "status_by_states", asks_the_last_task),),
        ),
        Variant(
            "P5",
            "a way out forgets the other tasks",
            (swap(f"{PORTALS}.explanations", "status_by_states", asks_the_last_task),),
        ),
        Variant(
            "P6",
            "only the first event is reported",
            (swap(f"{PORTALS}.casework", "changed", forgets_an_event),),
        ),
        Variant(
            "P7",
            "nothing changed gives a copy",
            (swap(f"{PORTALS}.casework", "changed", rebuilds_what_stays),),
        ),
        Variant(
            "P8",
            "what is closed is deleted",
            (swap(f"{PORTALS}.effects", "_with_unpostable", deletes_what_is_closed),),
        ),
        Variant(
            "P9",
            "the practice may pass a task to the payer",
            (swap(f"{PORTALS}.moves", "_AFTER", lets_the_practice_pass),),
        ),
        Variant(
            "P10",
            "cancelling gives a copy",
            (swap(PORTALS, "cancel_response", copies_on_cancel),),
        ),
        Variant(
            "P11",
            "any response is accepted",
            (swap(f"{PORTALS}.responses", "_problems", takes_any_response),),
        ),
        Variant(
            "P12",
            "a refusal quotes the note",
            (swap(f"{PORTALS}.casework", "check_move", quotes_the_note),),
        ),
        Variant(
            "P13",
            "the default table has a gap",
            (swap(PORTALS, "DEFAULT_TRIAGE", leaves_passwords_to_nobody),),
        ),
    )
}
