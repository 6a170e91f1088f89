"""Changing the policy while accounts are under way: keep, re-derive, never worsen (PC-1).

    preview_policy_change   what would change for one account, and why
    change_policy           the same, as one act

To *re-derive* is to tell the account's history again. What happened stays as it happened: charges,
money, plans, holds, moves, which runs took place, whom they billed, which dues they found missed.
What the policy decides about levels is decided anew, by the very functions that decided it then:
the level of the first statement, what a part payment does, what a cure does, what a void gives
back. The alarm is not told again, for only a cycle run sets it (AL-2): a fall shows at once, a
rise with the next run (AL-4).
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final, TypeAlias

import attrs

from revcycle.accounts import Account, charge_of
from revcycle.charges import Standing
from revcycle.checks import Requirement, check_fields, each, one_of, optional
from revcycle.dunning.acts import check_act, require
from revcycle.dunning.advance import cause_of_step, check_alarm_types, levels_after_run
from revcycle.dunning.alarms import AlarmState, alarm_state
from revcycle.dunning.events import (
    EVENT_TYPES,
    CycleRun,
    DueJudged,
    DueOpened,
    Event,
    LevelAdvanced,
    LevelFell,
    LevelRederived,
    LevelRestored,
    PlanJoined,
    PlanLeft,
    PlanReopened,
    PolicyChangeWay,
    RememberedLevelRestored,
    StatementIssued,
    TransactionPosted,
    TransactionVoided,
)
from revcycle.dunning.figures import account_level
from revcycle.dunning.money_effects import levels_after_posting, levels_after_void
from revcycle.dunning.plan_changes import leave_plan
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.replay import Draft, replay
from revcycle.dunning.silences import silence_paid
from revcycle.errors import InvalidRecord, Problem, Proposition
from revcycle.levels import DunningLevel

__all__ = [
    "AccountHistory",
    "LevelChange",
    "LevelMove",
    "PolicyChange",
    "PolicyChangePreview",
    "PolicyChangeProblem",
    "change_policy",
    "preview_policy_change",
]


LevelMove: TypeAlias = (
    LevelAdvanced | LevelFell | LevelRestored | LevelRederived | PlanJoined | PlanLeft
)
"""The events that move a charge's level."""


@attrs.frozen(kw_only=True)
class AccountHistory:
    """How an account came to be what it is: a beginning and all that has happened since.

    Attributes:
        origin: the account as it was when the history begins: new, or as it was taken over.
        events: every event since, in order, as the verbs reported them.
    """

    origin: Account
    events: tuple[Event, ...]

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("origin", one_of(Account)), ("events", each(_EVENT))))


@attrs.frozen(kw_only=True)
class LevelChange:
    """What a change of policy does to one charge, and why (PC-1).

    Attributes:
        charge_id: the charge.
        before: its standing as it is.
        after: its standing as it would be; only level, day, moves and what a plan remembers differ.
        was: the events that moved its level, as they happened.
        would_be: the events that would have moved it under the new policy.
    """

    charge_id: str
    before: Standing
    after: Standing
    was: tuple[LevelMove, ...]
    would_be: tuple[LevelMove, ...]

    @property
    def parts_on(self) -> date | None:
        """The day on which the two courses part; None if they do not."""
        for one, other in zip(self.was, self.would_be, strict=False):
            if one != other:
                return min(one.on, other.on)
        rest = (*self.was[len(self.would_be) :], *self.would_be[len(self.was) :])
        return rest[0].on if rest else None

    def __str__(self) -> str:
        """Read as lines of English."""
        said = f"charge {self.charge_id}: {_at(self.before)} becomes {_at(self.after)}"
        lines = [said if self.parts_on is None else f"{said}; the courses part on {self.parts_on}"]
        for name, events in (("as it was", self.was), ("as it would be", self.would_be)):
            lines.append(f"  {name}: {'; '.join(map(_step, events)) or 'no move'}")
        return "\n".join(lines)


@attrs.frozen(kw_only=True)
class PolicyChangePreview:
    """What a change of policy would do to one account (PC-1).

    Attributes:
        account_id: the account.
        way: kept, re-derived, or never worsened.
        changes: the charges whose standing would change, in the order of the account.
        level_before: the account's level as it is (DL-9).
        level_after: as it would be.
        alarm_before: the alarm as it is, under the old policy.
        alarm_after: as it would be, under the new one.
    """

    account_id: str
    way: PolicyChangeWay
    changes: tuple[LevelChange, ...]
    level_before: DunningLevel
    level_after: DunningLevel
    alarm_before: AlarmState
    alarm_after: AlarmState

    def __str__(self) -> str:
        """Read as lines of English."""
        first = (
            f"account {self.account_id}, {_words(self.way)}: level "
            f"{self.level_before} becomes {self.level_after}, alarm "
            f"{_words(self.alarm_before.status)} becomes {_words(self.alarm_after.status)}"
        )
        return "\n".join((first, *map(str, self.changes)))


@attrs.frozen(kw_only=True)
class PolicyChange:
    """What `change_policy` returns: the new account, what was previewed, and the events."""

    account: Account
    preview: PolicyChangePreview
    events: tuple[Event, ...]


_POLICY: Final = one_of(DunningPolicy)
_WAY: Final = one_of(PolicyChangeWay)
_HISTORY: Final = optional(one_of(AccountHistory))


class PolicyChangeProblem(Proposition):
    """Why a change of policy is refused."""

    NO_HISTORY = "Give the account's history: without it the past cannot be told again (PC-1)."
    HISTORY_LEADS_ELSEWHERE = (
        "Give the account as its history begins and every event since, none left out (PC-1)."
    )


def preview_policy_change(
    account: Account,
    *,
    to: DunningPolicy,
    way: PolicyChangeWay,
    history: AccountHistory | None = None,
    as_of: date,
    policy: DunningPolicy,
) -> PolicyChangePreview:
    """Show what a change from *policy* to another would do to one account, changing nothing (PC-1).

    Takes and raises what `change_policy` does.
    """
    return change_policy(
        account, to=to, way=way, history=history, as_of=as_of, policy=policy
    ).preview


def change_policy(
    account: Account,
    *,
    to: DunningPolicy,
    way: PolicyChangeWay,
    history: AccountHistory | None = None,
    as_of: date,
    policy: DunningPolicy,
) -> PolicyChange:
    """Take one account over to another policy (PC-1).

    The account stores no policy: from now on the host passes the new one. Where nothing stored
    changes, as it never does on keeping, the same account comes back and no events.

    Args:
        account: the account.
        to: the new policy.
        way: keep what is stored, re-derive it, or never worsen it.
        history: how the account came to be; may be left out on keeping.
        as_of: the day.
        policy: the policy so far.

    Raises:
        InvalidRecord: *as_of* is no plain date, or another argument is something else.
        Refused: there is no history, or one that does not lead to *account*; the new policy lacks
            an alarm type; *as_of* is before the account's last act.
        UnknownReference: the policy so far lacks the alarm type of the alarm's level.
    """
    _check_kinds(to, way, history)
    check_policy(policy)
    require("change_policy", _problems(account, to, way, history, as_of))
    draft = Draft(account)
    changes: tuple[LevelChange, ...] = ()
    if history is not None and way is not PolicyChangeWay.KEEP:
        changes = tuple(_changes(account, history, to, way))
    for change in changes:
        draft.record(_rederived(change, way, as_of))
    if changes:
        # Told again, money may have left a level standing that it had cured: that it was paid
        # is remembered, so that the next due alone does not wake the alarm (AL-5).
        silence_paid(draft, subject_id=changes[-1].charge_id, as_of=as_of, policy=to)
    preview = PolicyChangePreview(
        account_id=account.id,
        way=way,
        changes=changes,
        level_before=account_level(account, as_of=as_of),
        level_after=account_level(draft.account, as_of=as_of),
        alarm_before=alarm_state(account, as_of=as_of, policy=policy),
        alarm_after=alarm_state(draft.account, as_of=as_of, policy=to),
    )
    return PolicyChange(account=draft.account, preview=preview, events=tuple(draft.events))


def _rederived(change: LevelChange, way: PolicyChangeWay, as_of: date) -> LevelRederived:
    after = change.after
    return LevelRederived(
        as_of,
        change.charge_id,
        change.before.level,
        after.level,
        after.reached_on,
        after.moves,
        after.enrolment,
        way,
    )


def _check_kinds(to: object, way: object, history: object) -> None:
    options = (("to", to, _POLICY), ("way", way, _WAY), ("history", history, _HISTORY))
    for field, value, requirement in options:
        if not requirement.holds(value):
            raise InvalidRecord(
                "change_policy",
                field,
                value,
                requirement.must,
                records_only=requirement.records_only,
            )


def _problems(
    account: Account,
    to: DunningPolicy,
    way: PolicyChangeWay,
    history: AccountHistory | None,
    as_of: date,
) -> list[Problem]:
    problems = [*check_act(account, as_of=as_of), *check_alarm_types(to)]
    if way is PolicyChangeWay.KEEP:
        return problems
    if history is None:
        problems.append(Problem(PolicyChangeProblem.NO_HISTORY, f"account {account.id}"))
    elif replay(history.origin, history.events) != account:
        detail = f"account {account.id}, {len(history.events)} events"
        problems.append(Problem(PolicyChangeProblem.HISTORY_LEADS_ELSEWHERE, detail))
    return problems


def _changes(
    account: Account, history: AccountHistory, to: DunningPolicy, way: PolicyChangeWay
) -> Iterator[LevelChange]:
    """Compare each charge with what it would be, and give those that would change."""
    retelling = _Retelling(history, to)
    for charge in account.charges:
        before = charge.standing
        after = _retold(before, charge_of(retelling.account, charge.id).standing, way)
        if after != before:
            yield LevelChange(
                charge_id=charge.id,
                before=before,
                after=after,
                was=_moves_of(charge.id, history.events),
                would_be=_moves_of(charge.id, retelling.events),
            )


def _retold(before: Standing, told: Standing, way: PolicyChangeWay) -> Standing:
    """Take over what the policy decides: on never worsening the less severe, else as it is."""
    is_free = way is PolicyChangeWay.RE_DERIVE
    after = before
    if is_free or told.level < before.level:
        after = attrs.evolve(
            after,
            level=told.level,
            reached_on=told.reached_on,
            moves=told.moves,
        )
    kept, other = before.enrolment, told.enrolment
    if (
        kept is not None
        and other is not None
        and (is_free or other.standard_level < kept.standard_level)
    ):
        after = attrs.evolve(after, enrolment=other)
    return after


class _Retelling:
    """A history told again under another policy.

    Attributes:
        account: where it leads: all facts as they are, the levels as they would be.
        events: what would have been reported.
    """

    def __init__(self, history: AccountHistory, policy: DunningPolicy) -> None:
        self._policy = policy
        self._draft = Draft(history.origin)
        self._missed: dict[str, int] = {}
        self._has_advanced = False
        left = deque(history.events)
        while left:
            event = left.popleft()
            self._tell(event)
            if isinstance(event, TransactionVoided):
                self._take_back(event, left)

    @property
    def account(self) -> Account:
        """The account so far."""
        return self._draft.account

    @property
    def events(self) -> list[Event]:
        """The events so far."""
        return self._draft.events

    def _tell(self, event: Event) -> None:
        """Let one event happen again, but for the moves of levels: they follow anew."""
        draft = self._draft
        match event:
            case LevelAdvanced() | LevelFell() | LevelRestored():
                pass
            case RememberedLevelRestored() | LevelRederived():
                pass
            case DueJudged():
                if event.due.missed:
                    self._missed[event.plan_id] = event.index
                draft.record(event)
            case StatementIssued() | CycleRun():
                self._advance(event.on)
                draft.record(event)
                if isinstance(event, CycleRun):
                    self._missed, self._has_advanced = {}, False
            case TransactionPosted():
                before = charge_of(draft.account, event.charge_id)
                draft.record(event)
                levels_after_posting(
                    draft, before, event.transaction, as_of=event.on, policy=self._policy
                )
            case PlanJoined():
                self._join(event)
            case PlanLeft():
                leave_plan(draft, charge_of(draft.account, event.charge_id), as_of=event.on)
            case _:
                draft.record(event)

    def _advance(self, on: date) -> None:
        """Move the levels that a run moves, once: before its statement, which bills the charges."""
        if self._has_advanced:
            return
        self._has_advanced = True
        account = self._draft.account
        levels = levels_after_run(account, self._missed, as_of=on, policy=self._policy)
        for charge, level in zip(account.charges, levels, strict=True):
            standing = charge.standing
            if level is not None and level is not standing.level:
                because = cause_of_step(standing)
                self._draft.record(LevelAdvanced(on, charge.id, standing.level, level, because))

    def _join(self, event: PlanJoined) -> None:
        standing = charge_of(self._draft.account, event.charge_id).standing
        enrolment = attrs.evolve(
            event.enrolment,
            standard_level=standing.level,
            standard_reached_on=standing.reached_on,
            standard_moves=standing.moves,
        )
        self._draft.record(PlanJoined(event.on, event.charge_id, standing.level, enrolment))

    def _take_back(self, event: TransactionVoided, left: deque[Event]) -> None:
        """Give back levels after a void, once all that it did to dues and plans has happened."""
        before = charge_of(self._draft.account, event.charge_id)
        for consequence in _consequences(event, left):
            self._tell(consequence)
        levels_after_void(
            self._draft, before, event.transaction_id, as_of=event.on, policy=self._policy
        )


def _consequences(void: TransactionVoided, left: deque[Event]) -> Iterator[Event]:
    """Take from *left* what a void reported of dues and plans, which comes before any level.

    They are told from the next act by day and order: only a void or a posting reopens a plan,
    only reopening a calendar plan opens a due of it once more that day, and only reopening brings
    charges on without a claim. Dues are raised for adjustments alone, which move no level.
    """
    reopened = left[0] if left else None
    if not isinstance(reopened, PlanReopened) or reopened.on != void.on:
        return
    yield left.popleft()
    while left and _opens_again(left[0], reopened):
        yield left.popleft()
    while joining := _joins_again(left, void.on):
        for _ in range(joining):
            yield left.popleft()


def _opens_again(event: Event, reopened: PlanReopened) -> bool:
    return (
        isinstance(event, DueOpened)
        and (event.on, event.plan_id) == (reopened.on, reopened.plan_id)
        and event.due.due_on is not None
    )


def _joins_again(left: deque[Event], on: date) -> int:
    """Count the next events that bring one charge onto a plan: joining, or leaving one first."""
    match [event for event in islice(left, 2) if event.on == on]:
        case [PlanJoined(), *_]:
            return 1
        case [PlanLeft(charge_id=gone), PlanJoined(charge_id=come)] if gone == come:
            return 2
        case _:
            return 0


_KINDS: Final = frozenset(EVENT_TYPES)
_EVENT: Final = Requirement(lambda v: type(v) in _KINDS, "be an event")


def _moves_of(charge_id: str, events: Iterable[Event]) -> tuple[LevelMove, ...]:
    return tuple(e for e in events if isinstance(e, LevelMove) and e.charge_id == charge_id)


def _at(standing: Standing) -> str:
    since = "" if standing.reached_on is None else f" since {standing.reached_on}"
    kept = standing.enrolment
    back = "" if kept is None else f", {kept.standard_level} to come back to"
    return f"level {standing.level}{since}{back}"


def _step(move: LevelMove) -> str:
    """Say one move in short: when, from where to where, and why."""
    match move:
        case PlanJoined():
            said = f"{move.before} to 0, joined plan {move.enrolment.plan_id}"
        case PlanLeft():
            said = f"{move.before} to {move.after}, left plan {move.plan_id}"
        case LevelRestored():
            said = f"{move.before} to {move.after}, void of {move.transaction_id}"
        case _:
            said = f"{move.before} to {move.after}, {_words(move.because)}"
    return f"{move.on}: {said}"


def _words(member: enum.Enum) -> str:
    return str(member.value).replace("re_", "re-").replace("_", " ")
