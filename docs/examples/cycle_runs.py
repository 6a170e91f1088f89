"""Twelve statement cycles over a book: acts in the order of their days, then the run.

run_cycles       per cycle: what happened since the run before, then every account's run
  Course         the book afterwards, one row of figures per cycle, and everything reported;
                 and the book of the day on which the last run's alarms are followed up
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
from payment_behaviour import Behaviour, plan_payments
from practice_acts import Act, Place, perform

from revcycle.accounts import Account
from revcycle.charges import Transaction, TransactionKind
from revcycle.dunning import (
    AlarmState,
    AlarmStatus,
    DunningPolicy,
    Event,
    RunOutcome,
    Skip,
    Statement,
    account_level,
    alarm_state,
    collections_findings,
    run_statement,
)
from revcycle.dunning.events import AlarmCleared, TransactionPosted, TransactionVoided
from revcycle.levels import LEVELS, DunningLevel
from revcycle.money import ZERO, add, subtract, total

__all__ = ["CYCLE_COUNT", "SEVERITY_ORDER", "Course", "CycleFigures", "Entry", "run_cycles"]

CYCLE_COUNT: Final = 12
SEVERITY_ORDER: Final = tuple(sorted(LEVELS))
"""0, 1, 5, 2, 6, 3, 7, 4, 8: levels compare by severity (DL-2)."""
_AGENCY: Final = "AGENCY-1"
_REST_DAYS: Final = 12


@attrs.frozen(kw_only=True)
class Entry:
    """What happened to one account on one day.

    Attributes:
        on: the day.
        account: the account afterwards.
        events: what the verb reported.
        statement: the statement that a run made, or None.
        skips: why a run was skipped.
        ran: whether this was a statement run.
        fired: the alarm as it began to fire, or None.
        silenced: whether an act let the alarm fall silent without an event of its own (AL-4).
    """

    on: date
    account: Account
    events: tuple[Event, ...] = ()
    statement: Statement | None = None
    skips: tuple[Skip, ...] = ()
    ran: bool = False
    fired: AlarmState | None = None
    silenced: bool = False


@attrs.frozen(kw_only=True)
class CycleFigures:
    """One cycle of the book.

    Attributes:
        number: 1 for the first.
        on: the day of the run.
        statement_count: statements made by the run.
        billed: US dollars that they ask for now.
        received: US dollars paid since the run before, bounced cheques and refunds taken off.
        fired_count: alarms that began to fire since the run before.
        eligible_count: accounts with a charge eligible for collections on the morning of the run.
        level_counts: accounts at each level after the run, least severe first.
    """

    number: int
    on: date
    statement_count: int
    billed: Decimal
    received: Decimal
    fired_count: int
    eligible_count: int
    level_counts: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Course:
    """What the cycles led to.

    Attributes:
        book: every account after the last run, by id.
        cycles: one row per cycle.
        entries: everything that happened up to the last run, in order.
        follow_up_on: the day by which every alarm of the last run has had its delay.
        follow_up_book: every account on that day, with what was posted since the last run.
    """

    book: tuple[Account, ...]
    cycles: tuple[CycleFigures, ...]
    entries: tuple[Entry, ...]
    follow_up_on: date
    follow_up_book: tuple[Account, ...]


@attrs.frozen(kw_only=True)
class _AlarmCheck(Act):
    """Look whether the alarm fires on the day on which its delay is over."""


class _Simulation:
    """The book while it runs: the only thing here that changes."""

    def __init__(
        self,
        book: Iterable[Account],
        acts: Iterable[Act],
        behaviour: Behaviour,
        policy: DunningPolicy,
    ) -> None:
        """Start from *book*; *acts* are what is known to happen."""
        self.book = {account.id: account for account in book}
        self.pending = list(acts)
        self.behaviour = behaviour
        self.policy = policy
        self.entries: list[Entry] = []
        self.received = ZERO
        self.firing: dict[str, DunningLevel] = {}
        self.fired_count = 0
        self.watched: set[tuple[str, date]] = set()

    def act_until(self, day: date, *, count_from: date) -> None:
        """Do every act up to and on *day*; money counts as received from *count_from* on."""
        due: list[tuple[date, bool, int, Act]] = []
        planned = itertools.count()
        later: list[Act] = []
        while self.pending or due:
            # An act may plan another. Acts of one day keep the order in which they were planned.
            for act in self.pending:
                if act.on <= day:
                    is_check = isinstance(act, _AlarmCheck)
                    heapq.heappush(due, (act.on, is_check, next(planned), act))
                else:
                    later.append(act)
            self.pending = []
            if not due:
                break
            act = heapq.heappop(due)[-1]
            if isinstance(act, _AlarmCheck):
                self._watch_alarm(self.book[act.account_id], act.on)
                continue
            for account, events in perform(act, self.book, self.policy):
                before = self.book.get(account.id, account)
                self.book[account.id] = account
                if act.on >= count_from:
                    self.received = add(self.received, _received(account, events))
                if events:
                    silenced = self._is_awake(before, act.on) and not any(
                        isinstance(event, AlarmCleared) for event in events
                    )
                    silenced = silenced and self._is_cleared(account, act.on)
                    self.entries.append(
                        Entry(on=act.on, account=account, events=events, silenced=silenced)
                    )
                    self._watch_alarm(account, act.on)
        self.pending = later

    def run_all(self, day: date, *, until: date) -> list[Statement]:
        """Run every account on *day*, and plan what follows up to the run *until*."""
        statements = []
        for account_id in sorted(self.book):
            run = run_statement(self.book[account_id], as_of=day, policy=self.policy)
            account = self.book[account_id] = run.account
            if account.members:
                self.entries.append(
                    Entry(
                        on=day,
                        account=account,
                        events=run.events,
                        statement=run.statement,
                        skips=run.skips,
                        ran=run.outcome is not RunOutcome.SKIPPED,
                    )
                )
            if run.statement is not None:
                statements.append(run.statement)
                self.pending += self.behaviour.answer(account, run.statement, until=until)
            if account_id not in self.behaviour.scripted_ids:
                self.pending += plan_payments(
                    account, seed=self.behaviour.seed, after=day, until=until
                )
            self._watch_alarm(account, day)
        return statements

    def accounts(self) -> tuple[Account, ...]:
        """Give every account as it now stands, by id."""
        return tuple(self.book[account_id] for account_id in sorted(self.book))

    def eligible_on(self, day: date) -> int:
        """Count the accounts with an eligible charge, and place some of them."""
        count = 0
        for account in self.book.values():
            findings = collections_findings(account, as_of=day, policy=self.policy)
            if any(finding.is_eligible for finding in findings):
                count += 1
                if self.behaviour.is_placed(account, on=day):
                    on = day + timedelta(days=_REST_DAYS)
                    self.pending.append(Place(on=on, account_id=account.id, agency_id=_AGENCY))
        return count

    def _is_awake(self, account: Account, day: date) -> bool:
        status = alarm_state(account, as_of=day, policy=self.policy).status
        return status in {AlarmStatus.WAITING, AlarmStatus.FIRING}

    def _is_cleared(self, account: Account, day: date) -> bool:
        status = alarm_state(account, as_of=day, policy=self.policy).status
        return status is AlarmStatus.CLEARED

    def _watch_alarm(self, account: Account, day: date) -> None:
        """Note an alarm that begins to fire, and plan to look again when one will."""
        state = alarm_state(account, as_of=day, policy=self.policy)
        before = self.firing.pop(account.id, None)
        if state.status is AlarmStatus.FIRING and state.level is not None:
            self.firing[account.id] = state.level
            # An alarm that goes on at a lower level does not begin.
            if before is None or state.level > before:
                self.fired_count += 1
                self.entries.append(Entry(on=day, account=account, fired=state))
        elif state.fires_on is not None and (account.id, state.fires_on) not in self.watched:
            self.watched.add((account.id, state.fires_on))
            self.pending.append(_AlarmCheck(on=state.fires_on, account_id=account.id))


def run_cycles(
    book: Iterable[Account],
    acts: Iterable[Act],
    *,
    first_run: date,
    behaviour: Behaviour,
    policy: DunningPolicy,
) -> Course:
    """Take *book* through twelve statement runs, a cycle apart, the first on *first_run*."""
    simulation = _Simulation(book, acts, behaviour, policy)
    cycles = []
    for index in range(CYCLE_COUNT):
        day = first_run + index * policy.cycle
        before = day - policy.cycle
        simulation.received = _received_before(simulation, before) if index == 0 else ZERO
        simulation.act_until(day, count_from=before + timedelta(days=1))
        eligible_count = simulation.eligible_on(day)
        # What the run itself sets off counts for the next cycle, as its money does.
        fired_count, simulation.fired_count = simulation.fired_count, 0
        statements = simulation.run_all(day, until=day + policy.cycle)
        cycles.append(
            CycleFigures(
                number=index + 1,
                on=day,
                statement_count=len(statements),
                billed=total(statement.due_now for statement in statements),
                received=simulation.received,
                fired_count=fired_count,
                eligible_count=eligible_count,
                level_counts=_level_counts(simulation.book.values(), day),
            )
        )
    accounts, entries = simulation.accounts(), tuple(simulation.entries)
    delay = max(alarm_type.delay_days for alarm_type in policy.alarm_types)
    follow_up_on = cycles[-1].on + timedelta(days=delay)
    simulation.act_until(follow_up_on, count_from=follow_up_on)
    return Course(
        book=accounts,
        cycles=tuple(cycles),
        entries=entries,
        follow_up_on=follow_up_on,
        follow_up_book=simulation.accounts(),
    )


def _received_before(simulation: _Simulation, day: date) -> Decimal:
    """Sum the money that the book as given took in after *day*."""
    return total(
        _signed(transaction)
        for account in simulation.book.values()
        for charge in account.charges
        for transaction in charge.transactions
        if transaction.voided_on is None and transaction.posted_on > day
    )


def _level_counts(book: Iterable[Account], day: date) -> tuple[int, ...]:
    levels = [account_level(account, as_of=day) for account in book if account.members]
    return tuple(levels.count(level) for level in SEVERITY_ORDER)


def _received(account: Account, events: Sequence[Event]) -> Decimal:
    """Sum the money in *events*; a void takes back what it voids."""
    received = ZERO
    for event in events:
        match event:
            case TransactionPosted():
                received = add(received, _signed(event.transaction))
            case TransactionVoided():
                voided = next(
                    transaction
                    for charge in account.charges
                    for transaction in charge.transactions
                    if transaction.id == event.transaction_id
                )
                received = subtract(received, _signed(voided))
            case _:
                pass
    return received


def _signed(transaction: Transaction) -> Decimal:
    if transaction.kind is TransactionKind.PAYMENT:
        return transaction.amount
    if transaction.kind is TransactionKind.REFUND:
        return subtract(ZERO, transaction.amount)
    return ZERO
