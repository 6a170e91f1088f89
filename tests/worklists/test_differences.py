"""Who came, who left and why, between two runs of a worklist (WL-10, 15.1)."""

from datetime import timedelta

import attrs
import pytest

from revcycle.accounts import AlarmClearance, Member
from revcycle.charges import Placement, Transaction, TransactionKind
from revcycle.dunning import DunningPolicy, PartialPaymentEffect, due_now
from revcycle.errors import InvalidRecord
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from revcycle.worklists import Departure, diff, run_worklist
from tests.stories import book as story
from tests.worklists.book import (
    AS_OF,
    POLICY,
    RUNNER,
    SEES_ALL,
    account,
    charge,
    coming,
    group,
    grouped,
    named,
    person,
    run,
    worklist,
)

NEXT = AS_OF + timedelta(days=1)


def reasons(before, after, *, definition=None, edited=None, viewer=SEES_ALL, policy=POLICY):
    """Why one account left from one day to the next."""
    definition = definition or worklist()
    first = run(definition, before, viewer=viewer)
    accounts = [] if after is None else [after]
    second = run_worklist(
        edited or definition, iter(accounts), viewer=viewer, as_of=NEXT, policy=policy
    )
    change = diff(first, second, accounts=iter(accounts), policy=policy)
    assert change.stayed_count == 0
    (left,) = change.left
    assert left.family == first.families[0]
    return left, str(change)


def paid(one, amount="100"):
    """The same account, its first charge paid."""
    first, *rest = one.charges
    money = Transaction(
        id=f"t-{first.id}",
        kind=TransactionKind.PAYMENT,
        amount=amount,
        received_on=AS_OF,
        posted_on=AS_OF,
    )
    return attrs.evolve(
        one,
        charges=(attrs.evolve(first, transactions=(money,)), *rest),
        last_act_on=AS_OF,
    )


def test_paid_cleared_and_gone():
    """AL-5, AL-6: money, a clearance by staff, an account no longer there."""
    one = account("a1")
    left, said = reasons(one, paid(one))
    assert left.because == (Departure.PAID,)
    assert said == (
        "from 2025-06-02 to 2025-06-03: 0 stayed\nleft: account a1: nothing is due any more"
    )
    by_staff = AlarmClearance(on=AS_OF, by="rita")
    by_money = AlarmClearance(on=AS_OF, transaction_id="t")
    for clearance, because in ((by_staff, Departure.CLEARED), (by_money, Departure.PAID)):
        cleared = attrs.evolve(one, alarm=attrs.evolve(one.alarm, clearance=clearance))
        assert reasons(one, cleared)[0].because == (because,)
    assert reasons(one, None)[0].because == (Departure.GONE,)


def test_moved_to_another_level():
    """AL-4, AL-2: up by a run, down by a fall, or at a level whose delay still runs."""
    left, said = reasons(account("a1"), account("a1", level=3))
    assert (left.because, left.alarm_level) == ((Departure.MOVED_LEVEL,), 3)
    assert "moved to another level (3)" in said
    slow = DunningPolicy(
        alarm_types=tuple(
            attrs.evolve(kind, delay_days=30) if kind.level is LEVELS[3] else kind
            for kind in POLICY.alarm_types
        )
    )
    left, said = reasons(account("a1"), account("a1", level=3), policy=slow)
    assert left.because == (Departure.MOVED_LEVEL, Departure.WAITING)
    assert said.endswith("moved to another level; its alarm waits for its delay")


def test_held_and_placed():
    """ST-12, CO-3: the alarm sleeps while held; placed charges leave the levels."""
    one = account("a1")
    hold = Hold(id="h", scope=HoldScope.ACCOUNT, reason=HoldReason.DISPUTE, start_on=NEXT)
    assert reasons(one, attrs.evolve(one, holds=(hold,)))[0].because == (Departure.HELD,)
    agency = Placement(placed_on=AS_OF, agency_id="x")
    charges = (attrs.evolve(one.charges[0], placement=agency),)
    assert reasons(one, attrs.evolve(one, charges=charges))[0].because == (Departure.PLACED,)


def test_members_came_or_went():
    """FA-1: a leaver who took the overdue charge, and one whose account is closed."""
    both = account(
        "a1",
        person("ann"),
        person("kid"),
        charges=(charge("kid", "50", charge_id="k"), charge("ann", "5", 0, charge_id="a")),
    )
    alone = attrs.evolve(both, members=both.members[:1], charges=both.charges[1:])
    assert reasons(both, alone)[0].because == (Departure.MEMBER_CHANGE,)
    closed = attrs.evolve(both, members=(), charges=(), closed_on=AS_OF)
    assert reasons(both, closed)[0].because == (Departure.MEMBER_CHANGE,)
    joined = Member(patient=person("new"), joined_on=AS_OF)
    third = attrs.evolve(paid(both, "50"), members=(*both.members, joined))
    clearance = AlarmClearance(on=AS_OF, transaction_id="t-k")
    third = attrs.evolve(third, alarm=attrs.evolve(third.alarm, clearance=clearance))
    assert reasons(both, third)[0].because == (Departure.MEMBER_CHANGE, Departure.PAID)


def test_filtered_edited_and_out_of_sight():
    """WL-7, WL-10, WL-13: a filter that no longer passes is named by its fact."""
    one = account("a1", person("p"))
    soon = attrs.evolve(one, members=account("a1", person("p", appointments=coming(3))).members)
    left, said = reasons(one, soon, definition=worklist(appointment_days=7))
    assert left.because == (Departure.FILTERED,)
    assert left.unmet == ("appointment_days",)
    assert "a filter no longer passes it (appointment_days)" in said
    narrowed = worklist(initials=frozenset("Z"))
    assert reasons(one, one, edited=narrowed)[0].because == (Departure.WORKLIST_EDITED,)
    moved = person("p", usual_provider_id="v2", primary_department_id="d2")
    away = attrs.evolve(one, members=account("a1", moved).members)
    viewer = grouped(group(providers=["v1"]))
    assert reasons(one, away, viewer=viewer)[0].because == (Departure.OUT_OF_SIGHT,)


def test_every_reason_is_given():
    """WL-10: what the alarm does, what the filters say, and what was edited are told together."""
    weekly = worklist(appointment_days=7)
    soon = person("a1-p", appointments=coming(3))
    left, _ = reasons(account("a1"), account("a1", soon, level=3), definition=weekly)
    assert left.because == (Departure.MOVED_LEVEL, Departure.FILTERED)
    by_staff = AlarmClearance(on=AS_OF, by="rita")
    cleared = account("a1", soon)
    cleared = attrs.evolve(cleared, alarm=attrs.evolve(cleared.alarm, clearance=by_staff))
    left, _ = reasons(account("a1"), cleared, definition=weekly)
    assert left.because == (Departure.CLEARED, Departure.FILTERED)
    other_too = attrs.evolve(weekly, initials=frozenset("Z"))
    left, _ = reasons(account("a1"), account("a1", soon), definition=weekly, edited=other_too)
    assert left.because == (Departure.FILTERED, Departure.WORKLIST_EDITED)
    assert left.unmet == ("appointment_days",)
    left, _ = reasons(account("a1"), account("a1"), edited=worklist(alarm_level=LEVELS[3]))
    assert left.because == (Departure.WORKLIST_EDITED,)


def test_what_is_still_due_is_not_called_paid():
    """AL-5: a plan that is agreed, or a part payment that lowers the level, leaves money due."""
    one = story.runs(story.family(story.charge(amount="100")), *story.RUNS[:3])
    day = story.RUNS[2] + timedelta(days=20)
    definition = worklist()
    (first,) = run(definition, one, as_of=day, policy=story.POLICY).families

    agreed = story.plan(one, on=day, cadence=story.WEEKLY, start_on=day)
    lenient = DunningPolicy(partial_payment_effect=PartialPaymentEffect.TO_ZERO)
    in_part = story.pay(one, "c1", "10", day, policy=lenient)
    for after, policy, due in ((agreed, story.POLICY, "50.00"), (in_part, lenient, "90.00")):
        assert str(due_now(after, as_of=day, policy=policy)) == due
        then = run(definition, after, as_of=day, policy=policy)
        before = attrs.evolve(then, families=(first,))
        (left,) = diff(before, then, accounts=[after], policy=policy).left
        assert left.because == (Departure.CAUGHT_UP,)


def test_who_came_and_who_stayed():
    """WL-10: in the order of the later result, with their alarm; masked heads without an id."""
    before = run(worklist(), named("a2", "Bell"), viewer=RUNNER)
    accounts = [
        named("a3", "Cole"),
        named("a1", "Adams"),
        named("a2", "Bell"),
        account("a4", person("b", blocked=True)),
    ]
    after = run_worklist(worklist(), accounts, viewer=RUNNER, as_of=NEXT, policy=POLICY)
    change = diff(before, after, accounts=accounts, policy=POLICY)
    assert (change.stayed_count, change.left) == (1, ())
    assert str(change).splitlines()[1:] == [
        "came: account a1, at level 2 since 2025-05-13",
        "came: account a3, at level 2 since 2025-05-13",
        "came: account XXXXXXXX, at level 2 since 2025-05-13",
    ]


def test_results_that_cannot_be_compared():
    """WL-10: of two worklists, for two viewers, or in the wrong order of days."""
    one = run(worklist(), account("a1"))
    for other in (
        attrs.evolve(one, worklist=worklist(id="w2")),
        attrs.evolve(one, viewer=RUNNER),
        attrs.evolve(one, as_of=AS_OF - timedelta(days=1)),
    ):
        with pytest.raises(InvalidRecord) as caught:
            diff(one, other, accounts=[], policy=POLICY)
        assert caught.value.field == "after"
