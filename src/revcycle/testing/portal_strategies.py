"""Hypothesis strategies for the records of `revcycle.portals`: every one valid, awkward ones often.

    portals, medical_groups, unpostables        what there is
    responses                                   drafts, halves of accounts among them
    enrolment_tasks, unpostables_tasks, tasks   with a history of legal moves
    access_issues, hubs                         with tasks in every state
    portal_lives                                histories of random acts

Private fields hold `PRIVATE`, references to passwords `SECRET`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, TypeVar

import attrs

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st

from revcycle.portals import (
    LEGAL_MOVES,
    AccessIssue,
    AffectedUnpostable,
    EnrolmentTask,
    Hub,
    MedicalGroup,
    Move,
    Portal,
    Response,
    Task,
    TaskNote,
    TaskState,
    UnpostablesTask,
)
from revcycle.testing.choices import Choices, SeededChoices, chance, pick
from revcycle.testing.drawing import PRIVATE, draw_day
from revcycle.testing.drawn import DrawnChoices
from revcycle.testing.portal_drawing import (
    draw_access_issue,
    draw_enrolment_task,
    draw_hub_parts,
    draw_medical_group,
    draw_portal,
    draw_response,
    draw_task,
    draw_unpostable,
    draw_unpostables_task,
)
from revcycle.testing.portal_operations import (
    PortalStep,
    draw_portal_operation,
    live_in_hub,
    perform_on_hub,
)

__all__ = [
    "access_issues",
    "draw_hub",
    "enrolment_tasks",
    "hubs",
    "medical_groups",
    "portal_lives",
    "portals",
    "responses",
    "tasks",
    "unpostables",
    "unpostables_tasks",
]

TaskT = TypeVar("TaskT", bound=Task)


@st.composite
def portals(draw: st.DrawFn) -> Portal:
    """Portals of one to three payers, with one or two accounts of any type."""
    choices = DrawnChoices(draw)
    return draw_portal(choices, f"p{choices.integer(1, 9)}")


@st.composite
def medical_groups(draw: st.DrawFn) -> MedicalGroup:
    """Medical groups; some of one day, some of none."""
    choices = DrawnChoices(draw)
    return draw_medical_group(choices, f"g{choices.integer(1, 9)}")


@st.composite
def unpostables(draw: st.DrawFn) -> AffectedUnpostable:
    """Checks and EFT deposits, open and closed, blocked or not, of nothing too."""
    choices = DrawnChoices(draw)
    return draw_unpostable(choices, on=draw_day(choices))


@st.composite
def responses(draw: st.DrawFn) -> Response:
    """Responses: empty, with halves of accounts, with blanks for a comment."""
    return draw_response(DrawnChoices(draw))


def tasks() -> st.SearchStrategy[Task]:
    """Tasks of both kinds with a history of legal moves, resolved ones among them."""
    return st.one_of(enrolment_tasks(), unpostables_tasks())


@st.composite
def enrolment_tasks(draw: st.DrawFn) -> EnrolmentTask:
    """Enrolment tasks with a history of legal moves."""
    choices = DrawnChoices(draw)
    created_on = draw_day(choices)
    task = draw_enrolment_task(choices, task_id="t1", created_on=created_on, groups=_GROUPS)
    return _lived(choices, task)


@st.composite
def unpostables_tasks(draw: st.DrawFn) -> UnpostablesTask:
    """Unpostables tasks with a history of legal moves and up to three unpostables."""
    choices = DrawnChoices(draw)
    created_on = draw_day(choices)
    task = draw_unpostables_task(
        choices,
        task_id="t1",
        created_on=created_on,
        groups=_GROUPS,
        affected=_draw_affected(choices, created_on),
    )
    return _lived(choices, task)


_GROUPS: Final = ("g0", "g1")


@st.composite
def access_issues(draw: st.DrawFn) -> AccessIssue:
    """Issues with none to three tasks that have come to any state."""
    choices = DrawnChoices(draw)
    return _draw_lived_issue(choices, draw_portal(choices, "p0"), number=1, groups=("g0", "g1"))


@st.composite
def hubs(draw: st.DrawFn, *, issues_max: int = 8) -> Hub:
    """Hubs of one to three portals with up to *issues_max* issues in every state."""
    choices = DrawnChoices(draw)
    return draw_hub(choices, issue_count=choices.integer(0, issues_max))


def draw_hub(choices: Choices, *, issue_count: int) -> Hub:
    """Choose a hub with *issue_count* issues in any state, which agree on their unpostables."""
    _, hub = draw_hub_parts(choices)
    groups = tuple(group.id for group in hub.medical_groups)
    affected = _draw_affected(choices, draw_day(choices))
    issues = [
        _draw_lived_issue(
            choices,
            pick(choices, hub.portals),
            number=number,
            groups=groups,
            affected=tuple(_waiting_or_not(choices, unpostable) for unpostable in affected),
        )
        for number in range(issue_count)
    ]
    return attrs.evolve(hub, issues=tuple(issues))


@st.composite
def portal_lives(
    draw: st.DrawFn, *, operations: int = 12, past: int = 40
) -> tuple[PortalStep, ...]:
    """Histories of random acts on access issues, refused ones included, step by step.

    Args:
        draw: given by Hypothesis.
        operations: how many acts Hypothesis chooses at most, one by one, and can shrink.
        past: how many acts a seed chose at most before that.
    """
    choices = DrawnChoices(draw)
    seeded, drawn = draw(st.integers(0, past)), draw(st.integers(0, operations))
    if not seeded:
        return tuple(live_in_hub(choices, operations=drawn))
    steps = list(live_in_hub(SeededChoices(draw(st.integers(0, 1 << 20))), operations=seeded))
    for _ in range(drawn):
        book = steps[-1].after
        steps.append(perform_on_hub(book, draw_portal_operation(book, choices)))
    return tuple(steps)


def _waiting_or_not(choices: Choices, unpostable: AffectedUnpostable) -> AffectedUnpostable:
    """Let an open unpostable wait for one issue and not for another."""
    waits = unpostable.closed_on is None and not chance(choices, 25)
    return attrs.evolve(unpostable, blocked=waits)


def _draw_lived_issue(
    choices: Choices,
    portal: Portal,
    *,
    number: int,
    groups: tuple[str, ...],
    affected: tuple[AffectedUnpostable, ...] | None = None,
) -> AccessIssue:
    issue = draw_access_issue(
        choices, issue_id=f"i{number}", portal=portal, reported_on=draw_day(choices)
    )
    if affected is None:
        affected = _draw_affected(choices, issue.reported_on)
    lived = [
        _lived(
            choices,
            draw_task(
                choices,
                task_id=f"t{number}-{n}",
                created_on=issue.reported_on + timedelta(days=choices.integer(0, 2)),
                groups=groups,
                accounts=tuple(account.id for account in portal.accounts),
                affected=tuple(u for u in affected if chance(choices, 60)),
            ),
        )
        for n in range(choices.integer(0, 3))
    ]
    return attrs.evolve(issue, tasks=tuple(lived), last_act_on=None)


def _draw_affected(choices: Choices, on: date) -> tuple[AffectedUnpostable, ...]:
    drawn = [draw_unpostable(choices, on=on) for _ in range(choices.integer(0, 3))]
    return tuple({unpostable.id: unpostable for unpostable in drawn}.values())


def _lived(choices: Choices, task: TaskT) -> TaskT:
    """Walk *task* along the table of moves for up to five entries of history."""
    for _ in range(choices.integer(0, 5)):
        if task.state is TaskState.RESOLVED:
            break
        task = attrs.evolve(task, notes=(*task.notes, _draw_note(choices, task)))
    return task


def _draw_note(choices: Choices, task: Task) -> TaskNote:
    day = task.notes[-1].on if task.notes else task.created_on
    on = day + timedelta(days=choices.integer(0, 2))
    if chance(choices, 20):
        return TaskNote(on=on, by="service", text=f"{PRIVATE} note")
    moves = [legal.move for legal in LEGAL_MOVES if legal.before is task.state]
    move = pick(choices, moves)
    if move is not Move.SUBMIT:
        return TaskNote(on=on, by="service", text=f"{PRIVATE} note", move=move)
    response = draw_response(choices)
    takes = isinstance(task, UnpostablesTask) and task.account_id is not None
    return TaskNote(
        on=on,
        by="manager",
        text=response.comment,
        move=move,
        change=response.change if takes else None,
        addition=response.addition if takes else None,
        needs_assistance=response.needs_assistance,
    )
