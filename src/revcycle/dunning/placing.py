"""Going to an agency and coming back, and writing off: the acts of collections.

Placing asks only for what would be impossible otherwise; whether a charge is eligible is a
finding (`collections`), and what a law or a policy forbids is a guard rail (`guard_rails`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from revcycle.accounts import Account, charge_of
from revcycle.charges import AdjustmentReason, Placement
from revcycle.checks import check_given, one_of, optional
from revcycle.dunning.acts import check_act, check_asked, check_ids, require
from revcycle.dunning.events import ChargePlaced, ChargeRecalled, Event
from revcycle.dunning.guard_facts import GuardedAct, GuardedKind
from revcycle.dunning.guard_rails import Guard, check_guard
from revcycle.dunning.plan_changes import (
    join_covering_plan,
    open_calendar_dues,
    uncover_claim,
)
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.postings import Posting, post_adjustment
from revcycle.dunning.replay import Draft
from revcycle.dunning.silences import revive_alarm, silence_paid
from revcycle.errors import Problem, Proposition
from revcycle.money import ZERO

__all__ = [
    "CollectionsProblem",
    "PlacementChange",
    "place_in_collections",
    "recall_from_collections",
    "write_off_bad_debt",
]


@attrs.frozen(kw_only=True)
class PlacementChange:
    """What placing and recalling return: the new account, and what changed and why."""

    account: Account
    events: tuple[Event, ...]


class CollectionsProblem(Proposition):
    """Why a charge is not placed or recalled."""

    NO_CHARGES = "Name at least one charge."
    NOT_OPEN = "Place charges that owe something (CO-2)."
    PLACED_ALREADY = "Leave it: the charge is with an agency already (CO-2)."
    NOT_PLACED = "Recall charges that are with an agency."


def place_in_collections(
    account: Account,
    *,
    charge_ids: Sequence[str],
    agency_id: str,
    as_of: date,
    policy: DunningPolicy,
    guard: Guard | None = None,
) -> PlacementChange:
    """Hand charges to an agency: out of levels, due now and total outstanding (CO-3).

    A charge on a plan leaves it first, and its whole claim with it: a plan never covers part of
    a claim (PL-1).

    Args:
        account: the account.
        charge_ids: the charges, one or more.
        agency_id: the agency.
        as_of: the day.
        policy: the practice's numbers and switches.
        guard: the guard rails the host has chosen, any of which may veto the act (CO-5); None
            for none.

    Raises:
        UnknownReference: no such charge.
        Refused: a charge owes nothing or is placed already, or a guard rail vetoes it, with its
            citation and the day from which it would not.
        InvalidRecord: an argument is something else than it must be.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    check_given("guard", guard, optional(one_of(Guard)))
    placement = Placement(placed_on=as_of, agency_id=agency_id)
    check_ids("place_in_collections", "charge_ids", charge_ids)
    problems = list(check_act(account, as_of=as_of))
    if not charge_ids:
        problems.append(Problem(CollectionsProblem.NO_CHARGES, f"account {account.id}"))
    for charge in [charge_of(account, charge_id) for charge_id in charge_ids]:
        if charge.outstanding <= ZERO:
            detail = f"charge {charge.id}, outstanding {charge.outstanding}"
            problems.append(Problem(CollectionsProblem.NOT_OPEN, detail))
        if charge.placement is not None:
            detail = f"charge {charge.id}, placed {charge.placement.placed_on}"
            problems.append(Problem(CollectionsProblem.PLACED_ALREADY, detail))
    if guard is not None and charge_ids:
        act = GuardedAct(kind=GuardedKind.PLACE, charge_ids=tuple(charge_ids))
        problems += check_guard(account, act, guard=guard, as_of=as_of, policy=policy)
    require("place_in_collections", problems)
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    for charge_id in dict.fromkeys(charge_ids):
        charge = charge_of(draft.account, charge_id)
        enrolment = charge.standing.enrolment
        if enrolment is not None:
            uncover_claim(draft, enrolment.plan_id, charge.claim_id, as_of=as_of)
        draft.record(ChargePlaced(as_of, charge_id, placement))
    silence_paid(draft, subject_id=charge_ids[-1], as_of=as_of, policy=policy)
    return PlacementChange(account=draft.account, events=tuple(draft.events))


def recall_from_collections(
    account: Account, *, charge_ids: Sequence[str], as_of: date, policy: DunningPolicy
) -> PlacementChange:
    """Take charges back from the agency with the standard level they had (CO-3).

    A charge whose claim an active plan covers by now joins the plan, which is never to cover
    part of a claim (PL-1).

    Raises:
        UnknownReference: no such charge.
        Refused: a charge is not placed.
        InvalidRecord: an argument is something else than it must be.
    """
    check_policy(policy)
    check_ids("recall_from_collections", "charge_ids", charge_ids)
    problems = list(check_act(account, as_of=as_of))
    if not charge_ids:
        problems.append(Problem(CollectionsProblem.NO_CHARGES, f"account {account.id}"))
    problems += [
        Problem(CollectionsProblem.NOT_PLACED, f"charge {charge_id}")
        for charge_id in charge_ids
        if charge_of(account, charge_id).placement is None
    ]
    require("recall_from_collections", problems)
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    for charge_id in dict.fromkeys(charge_ids):
        placement = charge_of(draft.account, charge_id).placement
        if placement is not None:
            draft.record(ChargeRecalled(as_of, charge_id, placement))
            join_covering_plan(draft, charge_id, as_of=as_of)
            revive_alarm(draft, charge_id, counted_on=placement.placed_on, as_of=as_of)
    return PlacementChange(account=draft.account, events=tuple(draft.events))


def write_off_bad_debt(
    account: Account, *, charge_id: str, transaction_id: str, as_of: date, policy: DunningPolicy
) -> Posting:
    """Adjust all that a charge owes to bad debt, which closes it (CO-4).

    Raises:
        UnknownReference: no such charge.
        Refused: with every reason.
        InvalidRecord: the charge owes nothing, or an argument is something else than it must be.
    """
    return post_adjustment(
        account,
        charge_id=charge_id,
        transaction_id=transaction_id,
        amount=charge_of(account, charge_id).outstanding,
        reason=AdjustmentReason.BAD_DEBT,
        as_of=as_of,
        policy=policy,
    )
