"""The test kit's part for portals: its strategies, its random acts, its machine, its hunt."""

import inspect
from collections import Counter

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

from revcycle import portals
from revcycle.errors import UnknownReference
from revcycle.portals import EVENT_TYPES, IssueStatus, TaskState, UnpostablesTask, task_of
from revcycle.testing import portal_invariants as see
from revcycle.testing import portal_machine
from revcycle.testing import portal_strategies as strategies
from revcycle.testing.choices import SeededChoices
from revcycle.testing.operations import UnexpectedError
from revcycle.testing.portal_operations import (
    PORTAL_VERBS,
    PortalOperation,
    live_in_hub,
    open_hub,
    perform_on_hub,
    portal_operation_line,
)
from tests import portal_soak
from tests.laws.broken import put_in
from tests.laws.portal_broken import PORTAL_VARIANTS

MODEST = settings(max_examples=8, stateful_step_count=25, deadline=None)


@pytest.fixture(scope="module")
def steps():
    """Many seeded histories: enough that every act has succeeded and been refused."""
    return [step for seed in range(16) for step in live_in_hub(SeededChoices(seed), operations=80)]


def test_every_act_is_an_operation():
    """Each function of portals that gives an issue and its events is one of the random acts."""
    acts = set()
    for name in portals.__all__:
        function = getattr(portals, name)
        if inspect.isfunction(function):
            result = inspect.get_annotations(function, eval_str=True).get("return")
            fields = {f.name for f in attrs.fields(result)} if attrs.has(result) else set()
            acts |= {name} if {"issue", "events"} <= fields else set()

    assert acts == set(PORTAL_VERBS)


def test_every_act_succeeds_and_is_refused(steps):
    """In seeded histories each act is done and each is refused at times (PH-13)."""
    done = {step.operation.verb for step in steps if step.refusal is None}
    refused = {step.operation.verb for step in steps if step.refusal is not None}

    assert done == refused == set(PORTAL_VERBS)


def test_every_event_status_and_reason_comes_up(steps):
    """Every event, status and reason for a refusal comes up in seeded histories (PH-4, PH-11)."""
    events = {type(event) for step in steps for event in step.events}
    statuses = {step.issue_after.status for step in steps if step.issue_after is not None}
    reasons = {p for step in steps for p in getattr(step.refusal, "propositions", ())}

    assert events == set(EVENT_TYPES)
    assert statuses == set(IssueStatus)
    assert reasons >= {*portals.CaseProblem, *portals.ResponseProblem}


def test_an_operation_can_be_done_again(steps):
    """The same act on the same hub comes out the same: an operation is a plain value (M-2)."""
    step = next(step for step in steps if step.events and step.operation.verb == "open_task")
    before = attrs.evolve(step.before, minted=step.before.minted - 1)
    again = perform_on_hub(before, attrs.evolve(step.operation, days=0))

    assert again.events == step.events
    assert "open_task" in portal_operation_line(step.operation)
    assert repr(step).startswith(f"<{step.on}: +")


def test_what_no_act_may_raise_is_reported(monkeypatch):
    """An error that is no refusal, and a groundless one, are reported with the act (PH-13)."""
    book = next(
        step.after for step in live_in_hub(SeededChoices(1), operations=9) if step.issue_after
    )
    asked = PortalOperation("add_note", book.hub.issues[0].id, (("task_id", "t"), ("note", "n")))

    def unknown(*_given, **_asked):
        raise UnknownReference("task", "somebody else")

    def broken(*_given, **_asked):
        raise ZeroDivisionError

    for stand_in in (unknown, broken):
        monkeypatch.setattr(portals, "add_note", stand_in)
        with pytest.raises(UnexpectedError, match="add_note"):
            perform_on_hub(book, asked)


AWKWARD = {
    "a resolved issue": (
        strategies.access_issues(),
        lambda issue: issue.status is IssueStatus.RESOLVED,
    ),
    "an issue without a task": (strategies.access_issues(), lambda issue: not issue.tasks),
    "an unpostable of two tasks": (
        strategies.access_issues(),
        lambda issue: (
            len(issue.blocked)
            < sum(
                u.blocked
                for task in issue.tasks
                if isinstance(task, UnpostablesTask) and task.state is not TaskState.RESOLVED
                for u in task.affected
            )
        ),
    ),
    "a closed unpostable": (strategies.unpostables(), lambda u: u.closed_on),
    "a response of nothing": (
        strategies.responses(),
        lambda r: not (r.change or r.addition or r.comment or r.needs_assistance),
    ),
    "half an account": (
        strategies.responses(),
        lambda r: r.addition and not r.addition.password_ref,
    ),
    "a task that wants help": (strategies.tasks(), portals.needs_assistance),
    "numbers to add": (strategies.unpostables_tasks(), lambda task: task.tins),
    "a task back with the practice": (
        strategies.enrolment_tasks(),
        lambda task: (
            [n.move for n in task.notes].count(portals.Move.RETURN)
            and (task.state is TaskState.PRACTICE)
        ),
    ),
    "a portal that fixes all": (
        strategies.portals(),
        lambda p: any(a.account_type.name == "fixed" for a in p.accounts),
    ),
    "a group without a day": (strategies.medical_groups(), lambda g: g.created_on is None),
    "two issues of one portal": (
        strategies.hubs(),
        lambda hub: len({issue.portal_id for issue in hub.issues}) < len(hub.issues),
    ),
}


@pytest.mark.parametrize("said", AWKWARD, ids=str)
def test_awkward_records_come_up(said):
    """Each kind of awkward record comes up within a few hundred drawings."""
    strategy, is_so = AWKWARD[said]

    @settings(
        max_examples=400, derandomize=True, database=None, deadline=None, phases=(Phase.generate,)
    )
    @given(strategy)
    def look(drawn):
        if is_so(drawn):
            raise StopIteration

    with pytest.raises(StopIteration):
        look()


def test_the_machine_keeps_every_invariant():
    """All acts in any order, as Hypothesis likes, break no invariant (PH-4, PH-10, PH-13)."""
    run_state_machine_as_test(portal_machine.HubMachine, settings=MODEST)


def test_seeded_histories_keep_every_invariant(capsys):
    """The same checks hold act by act in seeded histories (PH-4, PH-10, PH-13)."""
    assert portal_soak.main(["--operations", "400"]) == 0
    assert "400 acts" in capsys.readouterr().out


def test_hypothesis_may_choose_in_a_hunt(capsys, monkeypatch):
    """A hunt can be left to Hypothesis, which counts what it did."""
    monkeypatch.setattr(portal_soak, "run_state_machine_as_test", count_one_act)

    assert portal_soak.main(["--hypothesis", "3"]) == 0
    assert "Hypothesis: 3 acts" in capsys.readouterr().out


def count_one_act(machine, settings):
    """Stand in for Hypothesis: do one act."""
    alive = machine()
    alive.book = open_hub(SeededChoices(1))
    alive.act(SeededChoices(settings.max_examples), "open_issue")


def test_a_hunt_prints_the_shortest_way_to_a_violation(monkeypatch, capsys):
    """A violation is reported with the acts without which it would not come, and status 1."""
    put_in(PORTAL_VARIANTS["P10"], monkeypatch)

    assert portal_soak.main(["--operations", "4000"]) == 1
    said = capsys.readouterr().out
    assert "invariant P10 broken: cancelling changed the issue" in said
    acts = [line for line in said.splitlines() if line.startswith("  +")]
    assert len(acts) <= 4
    assert "cancel_response" in acts[-1]


def test_a_hosts_issue_is_checked_alone():
    """`check_issue` names the invariant that a host's issue breaks (PH-4)."""
    issue = next(
        step.issue_after
        for step in live_in_hub(SeededChoices(2), operations=30)
        if step.issue_after is not None and step.issue_after.tasks
    )
    see.check_issue(issue)
    wrong = next(status for status in IssueStatus if status is not issue.status)
    object.__setattr__(issue, "status", wrong)

    with pytest.raises(see.InvariantBroken, match="invariant P1 broken") as caught:
        see.check_issue(issue)
    assert caught.value.number == "P1"
    assert task_of(issue, issue.tasks[0].id) is issue.tasks[0]


def test_counts_of_acts_are_those_of_the_history():
    """What a hunt counts is what was done and what was refused."""
    done = Counter()
    portal_soak.live_one(5, 40, done)

    assert done.total() == 40
    assert {key.split()[1] for key in done} == {"done", "refused"}
