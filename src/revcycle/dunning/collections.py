"""Collections and bad debt: who is eligible, placing, recalling, writing off.

Eligible is a finding with its reason; a run never places anything (CO-1).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import date, timedelta

import attrs

from revcycle.accounts import Account, charge_of, member_of
from revcycle.charges import AdjustmentReason, Charge, Placement
from revcycle.dunning.acts import check_act, check_day, require
from revcycle.dunning.events import ChargePlaced, ChargeRecalled, Event, StatementCountMet
from revcycle.dunning.figures import billable_charges
from revcycle.dunning.plan_changes import (
    join_covering_plan,
    open_calendar_dues,
    uncover_claim,
)
from revcycle.dunning.policy import DunningPolicy
from revcycle.dunning.postings import Posting, post_adjustment
from revcycle.dunning.replay import Draft
from revcycle.dunning.silences import revive_alarm, silence_paid
from revcycle.errors import Problem, Proposition
from revcycle.holds import HoldReason, HoldScope, is_in_force
from revcycle.levels import DunningLevel
from revcycle.money import ZERO

__all__ = [
    "CollectionsBlock",
    "CollectionsFinding",
    "CollectionsProblem",
    "CollectionsReason",
    "PlacementChange",
    "collections_findings",
    "place_in_collections",
    "recall_from_collections",
    "write_off_bad_debt",
]


class CollectionsReason(enum.Enum):
    """What makes a charge eligible (CO-1)."""

    TERMINAL_LEVEL = "terminal_level"
    BILLED_MORE_OFTEN = "billed_more_often"
    BILLED_OFTEN_ENOUGH = "billed_often_enough"
    NO_FURTHER_STATEMENT = "no_further_statement"


class CollectionsBlock(enum.Enum):
    """What keeps a charge from being eligible (CO-1, CO-2)."""

    NOTHING_OUTSTANDING = "nothing_outstanding"
    ALREADY_PLACED = "already_placed"
    NOT_DELINQUENT = "not_delinquent"
    NEVER_BILLED = "never_billed"
    BILLED_TOO_RECENTLY = "billed_too_recently"
    HELD = "held"
    UNDER_APPEAL = "under_appeal"
    TOO_FEW_STATEMENTS = "too_few_statements"


@attrs.frozen(kw_only=True)
class CollectionsFinding:
    """Whether one charge is eligible for collections (CO-1, CO-2).

    Attributes:
        charge_id: the charge.
        is_eligible: whether nothing stands in the way.
        because: what makes it eligible; None if the statements do not suffice.
        blocks: everything that stands in the way, in order.
    """

    charge_id: str
    is_eligible: bool
    because: CollectionsReason | None
    blocks: tuple[CollectionsBlock, ...]


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


def collections_findings(
    account: Account, *, as_of: date, policy: DunningPolicy
) -> tuple[CollectionsFinding, ...]:
    """Say for every charge whether it is eligible for collections on *as_of* (CO-1, CO-2)."""
    check_day(as_of)
    last_statement_made = not policy.emit_when_terminal and all(
        charge.standing.level.is_terminal for charge in billable_charges(account, as_of=as_of)
    )
    found = []
    for charge in account.charges:
        because = _because(charge, account, as_of, policy, last_statement_made=last_statement_made)
        blocks = _blocks(charge, account, as_of, policy)
        if because is None:
            blocks = (*blocks, CollectionsBlock.TOO_FEW_STATEMENTS)
        found.append(
            CollectionsFinding(
                charge_id=charge.id, is_eligible=not blocks, because=because, blocks=blocks
            )
        )
    return tuple(found)


def place_in_collections(
    account: Account,
    *,
    charge_ids: Sequence[str],
    agency_id: str,
    as_of: date,
    policy: DunningPolicy,
) -> PlacementChange:
    """Hand charges to an agency: out of levels, due now and total outstanding (CO-3).

    A charge on a plan leaves it first, and its whole claim with it: a plan never covers part of
    a claim (PL-1).

    Raises:
        UnknownReference: no such charge.
        Refused: a charge owes nothing or is placed already.
    """
    placement = Placement(placed_on=as_of, agency_id=agency_id)
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
    """
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
        InvalidRecord: the charge owes nothing.
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


def keep_met_counts(draft: Draft, *, as_of: date, policy: DunningPolicy) -> None:
    """Record, before a date moves, which charges have had statements enough (CO-1).

    Once met the count stays met while the charge is open; a new next statement date or another
    account would otherwise hide that it was.
    """
    for charge in draft.account.charges:
        if (
            charge.outstanding > ZERO
            and not charge.standing.count_met
            and _count_reason(charge, draft.account, as_of, policy) is not None
        ):
            draft.record(StatementCountMet(as_of, charge.id))


def _because(
    charge: Charge,
    account: Account,
    as_of: date,
    policy: DunningPolicy,
    *,
    last_statement_made: bool,
) -> CollectionsReason | None:
    terminal = charge.standing.level.is_terminal
    if policy.statements_before_collections is None:
        return CollectionsReason.TERMINAL_LEVEL if terminal else None
    if terminal and last_statement_made:
        return CollectionsReason.NO_FURTHER_STATEMENT
    if charge.standing.count_met:
        return CollectionsReason.BILLED_OFTEN_ENOUGH
    return _count_reason(charge, account, as_of, policy)


def _count_reason(
    charge: Charge, account: Account, as_of: date, policy: DunningPolicy
) -> CollectionsReason | None:
    """Ask whether the statements suffice, apart from what was kept of an earlier answer."""
    wanted = policy.statements_before_collections
    standing = charge.standing
    last = standing.last_billed_on
    if wanted is None or last is None or standing.billed_count < wanted:
        return None
    if standing.billed_count > wanted:
        return CollectionsReason.BILLED_MORE_OFTEN
    member = member_of(account, charge.patient_id)
    cycle = account.cycle
    # A run of the very day of joining came before it, or has billed the charge once more.
    followed = cycle.last_run_on is not None and cycle.last_run_on > max(last, member.joined_on)
    next_on = cycle.next_statement_on
    if member.advances_from is not None and last != cycle.last_statement_on:
        # Billed last in the account they came from: its next date is the one that counts.
        next_on = member.advances_from
    if followed or (next_on is not None and as_of >= next_on):
        return CollectionsReason.BILLED_OFTEN_ENOUGH
    return None


def _blocks(
    charge: Charge, account: Account, as_of: date, policy: DunningPolicy
) -> tuple[CollectionsBlock, ...]:
    last = charge.standing.last_billed_on
    rest = timedelta(days=policy.collections_rest_days)
    reasons = {
        hold.reason
        for hold in account.holds
        if is_in_force(hold, as_of=as_of)
        and (
            hold.scope is HoldScope.ACCOUNT
            or hold.subject_id
            == (charge.patient_id if hold.scope is HoldScope.PATIENT else charge.claim_id)
        )
    }
    tests = (
        (CollectionsBlock.NOTHING_OUTSTANDING, charge.outstanding <= ZERO),
        (CollectionsBlock.ALREADY_PLACED, charge.placement is not None),
        (CollectionsBlock.NOT_DELINQUENT, charge.standing.level is DunningLevel.LEVEL_0),
        (CollectionsBlock.NEVER_BILLED, last is None),
        (CollectionsBlock.BILLED_TOO_RECENTLY, last is not None and as_of - last < rest),
        (CollectionsBlock.HELD, bool(reasons - {HoldReason.INSURANCE_APPEAL})),
        (CollectionsBlock.UNDER_APPEAL, HoldReason.INSURANCE_APPEAL in reasons),
    )
    return tuple(block for block, stands in tests if stands)
