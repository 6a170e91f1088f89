"""Placing and releasing holds (ST-12).

A hold moves no date and no level. An account hold stops the run; a patient or claim hold freezes
charges; either lets the alarm sleep, and on release it is active at once if its delay has passed.
"""

from __future__ import annotations

from datetime import date

import attrs

from revcycle.accounts import Account, check_account
from revcycle.checks import check_given, one_of
from revcycle.dunning.acts import check_act, require
from revcycle.dunning.events import Event, HoldPlaced, HoldReleased
from revcycle.dunning.plan_changes import open_calendar_dues
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.replay import Draft
from revcycle.errors import Problem, Proposition, UnknownReference
from revcycle.holds import Hold, HoldScope

__all__ = ["HoldChange", "HoldProblem", "place_hold", "release_hold"]


@attrs.frozen(kw_only=True)
class HoldChange:
    """What both verbs return: the new account and the event."""

    account: Account
    events: tuple[Event, ...]


class HoldProblem(Proposition):
    """Why a hold is not placed or released."""

    HOLD_ID_TAKEN = "Give the hold an id of its own (M-3)."
    SUBJECT_UNKNOWN = "Name a current member, or a claim with a charge here."
    RELEASED_ALREADY = "Place a new hold: this one is released already."
    BORN_RELEASED = "Place a hold without a release; release it later."
    IS_OVER = "Leave it: its last day has passed."


def place_hold(account: Account, hold: Hold, *, as_of: date, policy: DunningPolicy) -> HoldChange:
    """Place *hold*; it may start before or after *as_of* (ST-12).

    Raises:
        Refused: the id is taken, or the subject is not here.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    require("place_hold", check_place_hold(account, hold, as_of=as_of))
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    draft.record(HoldPlaced(as_of, hold))
    return HoldChange(account=draft.account, events=tuple(draft.events))


def check_place_hold(account: Account, hold: Hold, *, as_of: date) -> tuple[Problem, ...]:
    """List why *hold* cannot be placed."""
    check_given("hold", hold, one_of(Hold))
    problems = list(check_act(account, as_of=as_of))
    if any(known.id == hold.id for known in account.holds):
        problems.append(Problem(HoldProblem.HOLD_ID_TAKEN, f"hold {hold.id}"))
    known_subjects: dict[HoldScope, set[str | None]] = {
        HoldScope.ACCOUNT: {None},
        HoldScope.PATIENT: {member.patient.id for member in account.members},
        HoldScope.CLAIM: {charge.claim_id for charge in account.charges},
    }
    if hold.subject_id not in known_subjects[hold.scope]:
        detail = f"{hold.scope.value} {hold.subject_id}"
        problems.append(Problem(HoldProblem.SUBJECT_UNKNOWN, detail))
    if hold.released_on is not None:
        problems.append(Problem(HoldProblem.BORN_RELEASED, f"hold {hold.id}"))
    return tuple(problems)


def release_hold(
    account: Account, *, hold_id: str, as_of: date, policy: DunningPolicy
) -> HoldChange:
    """Lift a hold: from *as_of* on it is not in force (ST-12).

    Raises:
        UnknownReference: no such hold.
        Refused: it is released or over already.
        InvalidRecord: an argument is something else than it must be.
    """
    check_account(account)
    check_policy(policy)
    hold = next((hold for hold in account.holds if hold.id == hold_id), None)
    if hold is None:
        raise UnknownReference("hold", hold_id)
    problems = list(check_act(account, as_of=as_of))
    if hold.released_on is not None:
        detail = f"hold {hold_id}, released {hold.released_on}"
        problems.append(Problem(HoldProblem.RELEASED_ALREADY, detail))
    elif hold.last_on is not None and hold.last_on < as_of:
        problems.append(Problem(HoldProblem.IS_OVER, f"hold {hold_id}, last day {hold.last_on}"))
    require("release_hold", problems)
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    draft.record(HoldReleased(as_of, hold_id))
    return HoldChange(account=draft.account, events=tuple(draft.events))
