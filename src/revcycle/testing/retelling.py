"""Changes of policy, tried on random histories: invariants 40 to 42.

Past                what has happened in a life, kept so that it can be told again
check_retelling     40  told again under its own policy, a history leads where it led
check_as_if         41  told again under another, it leads where the same acts would have led
check_never_worse   42  keeping stores nothing, never worsening worsens nothing
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from revcycle.accounts import Account
from revcycle.charges import Standing
from revcycle.dunning import (
    AccountHistory,
    CureEffect,
    DunningPolicy,
    Event,
    PartialPaymentEffect,
    PolicyChangeWay,
    change_policy,
)
from revcycle.testing.change_checks import check_change
from revcycle.testing.choices import Choices, pick
from revcycle.testing.operations import Book, Step, perform
from revcycle.testing.verdicts import fail

__all__ = [
    "Past",
    "check_as_if",
    "check_never_worse",
    "check_retelling",
    "draw_other_levels",
]


class Past:
    """A random life so far: its steps, and the history of each of its accounts."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.steps: list[Step] = []
        self._origins: dict[str, Account] = {}
        self._events: dict[str, list[Event]] = {}

    def remember(self, step: Step) -> None:
        """Take in one act."""
        self.steps.append(step)
        for account in step.before.accounts:
            self._origins.setdefault(account.id, account)
        for change in step.changes:
            if change.before is None:
                self._origins[change.after.id] = change.after
            self._events.setdefault(change.after.id, []).extend(change.events)

    def history_of(self, account_id: str) -> AccountHistory:
        """Give how an account came to be."""
        events = tuple(self._events.get(account_id, ()))
        return AccountHistory(origin=self._origins[account_id], events=events)

    def opening(self, policy: DunningPolicy) -> Book:
        """Give the book of the first act, under another *policy*."""
        first = self.steps[0]
        return attrs.evolve(
            first.before,
            policy=policy,
            minted=first.before.minted - 1,
            today=first.before.today - timedelta(days=first.operation.days),
        )


def check_retelling(
    account: Account, history: AccountHistory, *, as_of: date, policy: DunningPolicy
) -> None:
    """40: re-deriving under the policy there was changes nothing and reports nothing (PC-1)."""
    done = change_policy(
        account,
        to=policy,
        way=PolicyChangeWay.RE_DERIVE,
        history=history,
        as_of=as_of,
        policy=policy,
    )
    if done.account is not account or done.events or done.preview.changes:
        fail(40, f"told again, {account.id} changed: {done.preview}")


def check_as_if(past: Past, to: DunningPolicy) -> None:
    """41: re-derived levels are those that the same acts would have led to (PC-1).

    Where the other policy would have let an act through that was refused, or a run that was
    skipped, or the other way round, the acts would not have been the same. What came with a
    joiner counts as it came, so accounts that were joined are left out.
    """
    book = past.opening(to)
    for step in past.steps:
        other = perform(book, step.operation)
        if _came_out(other) != _came_out(step):
            return
        book = other.after
    there = {account.id: account for account in book.accounts}
    last = past.steps[-1]
    for account in last.after.accounts:
        history = past.history_of(account.id)
        if history.origin.charges or any(getattr(each, "charges", ()) for each in history.events):
            continue
        done = change_policy(
            account,
            to=to,
            way=PolicyChangeWay.RE_DERIVE,
            history=history,
            as_of=max(last.on, account.last_act_on or last.on),
            policy=last.before.policy,
        )
        told = {charge.id: _decided(charge.standing) for charge in done.account.charges}
        wanted = {c.id: _decided(c.standing) for c in there[account.id].charges}
        if told != wanted:
            apart = [(told[each], wanted[each]) for each in told if told[each] != wanted[each]]
            fail(41, f"account {account.id}: told again {apart[0][0]}, lived {apart[0][1]}")


def _came_out(step: Step) -> object:
    """Say how an act came out, clearing the alarm apart: that hangs on levels and moves none."""
    if step.operation.verb == "clear_alarm":
        return None
    return (step.refusal is None, step.run is not None and bool(step.run.events))


def _decided(standing: Standing) -> object:
    return (standing.level, standing.reached_on, standing.moves, standing.enrolment)


def check_never_worse(
    account: Account,
    history: AccountHistory,
    to: DunningPolicy,
    *,
    as_of: date,
    policy: DunningPolicy,
) -> None:
    """42: keeping changes nothing; never worsening gives the less severe of both (PC-1).

    Whatever is changed is told by its events, and is nothing but levels (5 to 12).
    """

    def after(way: PolicyChangeWay) -> Account:
        done = change_policy(account, to=to, way=way, history=history, as_of=as_of, policy=policy)
        check_change(account, done.account, done.events, on=as_of)
        return done.account

    if after(PolicyChangeWay.KEEP) is not account:
        fail(42, f"keeping changed account {account.id}")
    told = after(PolicyChangeWay.RE_DERIVE)
    best = after(PolicyChangeWay.NEVER_WORSEN)
    for one, other, chosen in zip(account.charges, told.charges, best.charges, strict=True):
        pairs = [(c.standing.level, c.standing.reached_on) for c in (one, other)]
        wanted = pairs[1] if pairs[1][0] < pairs[0][0] else pairs[0]
        if (chosen.standing.level, chosen.standing.reached_on) != wanted:
            fail(42, f"charge {one.id}: of {pairs} came {chosen.standing!r}")
        kept = [c.standing.enrolment for c in (one, other, chosen)]
        levels = [each.standard_level for each in kept if each is not None]
        if levels and levels[2] > min(levels[:2]):
            fail(42, f"charge {one.id}: a worse level is remembered: {levels}")


def draw_other_levels(policy: DunningPolicy, choices: Choices) -> DunningPolicy:
    """Choose another policy that differs in what it decides about levels alone."""
    return attrs.evolve(
        policy,
        first_statement_level=choices.integer(0, 1),
        cure_effect=pick(choices, tuple(CureEffect)),
        partial_payment_effect=pick(choices, tuple(PartialPaymentEffect)),
        partial_payment_min_amount=pick(choices, (None, Decimal("20.00"))),
        partial_payment_min_percent=pick(choices, (None, 50)),
    )
