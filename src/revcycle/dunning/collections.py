"""Who may go to collections: a finding for every charge, with its reason and its day.

Eligible is a finding; a run never places anything (CO-1). `collections_why` tells each question
that was asked, and `placing` has the acts.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from revcycle.accounts import Account, member_of
from revcycle.charges import Charge
from revcycle.dates import ONE_DAY
from revcycle.dunning.acts import check_asked
from revcycle.dunning.events import StatementCountMet
from revcycle.dunning.figures import billable_charges
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.replay import Draft
from revcycle.holds import Hold, HoldReason, HoldScope, is_in_force
from revcycle.levels import DunningLevel
from revcycle.money import ZERO

__all__ = [
    "CollectionsBlock",
    "CollectionsFinding",
    "CollectionsReason",
    "collections_findings",
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
        from_on: of an eligible charge the day since when it has been, without a break; of any
            other the first day on which it will be if nothing else happens, None if waiting
            alone does not make it so. Worked out on the account as it stands: what money and
            runs have changed since is not looked behind, and where a next statement date was
            moved, a whole cycle is taken to have passed.
    """

    charge_id: str
    is_eligible: bool
    because: CollectionsReason | None
    blocks: tuple[CollectionsBlock, ...]
    from_on: date | None


def collections_findings(
    account: Account, *, as_of: date, policy: DunningPolicy
) -> tuple[CollectionsFinding, ...]:
    """Say for every charge whether it is eligible for collections on *as_of* (CO-1, CO-2).

    Raises:
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    reading = CollectionsReading(account, policy)
    return tuple([reading.finding(charge, as_of) for charge in account.charges])


def keep_met_counts(draft: Draft, *, as_of: date, policy: DunningPolicy) -> None:
    """Record, before a date moves, which charges have had statements enough (CO-1).

    Once met the count stays met while the charge is open; a new next statement date or another
    account would otherwise hide that it was.
    """
    for charge in draft.account.charges:
        # Paid ones too: a cheque may bounce, and then the charge was open all the time (CH-3).
        if (
            charge.voided_on is None
            and not charge.standing.count_met
            and _count_reason(charge, draft.account, as_of, policy) is not None
        ):
            draft.record(StatementCountMet(as_of, charge.id))


class CollectionsReading:
    """What decides about collections on one account, on any day. Not a record.

    It remembers on which days statements go on, since every charge asks.
    """

    def __init__(self, account: Account, policy: DunningPolicy) -> None:
        """Read *account*."""
        self.account = account
        self.policy = policy
        self._goes_on: dict[date, bool] = {}

    def finding(self, charge: Charge, as_of: date) -> CollectionsFinding:
        """Say whether *charge* is eligible on *as_of*, and since or from when."""
        because, blocks = self.verdict(charge, as_of)
        return CollectionsFinding(
            charge_id=charge.id,
            is_eligible=not blocks,
            because=because,
            blocks=blocks,
            from_on=self._since(charge, as_of) if not blocks else self._from(charge, as_of),
        )

    def verdict(
        self, charge: Charge, as_of: date
    ) -> tuple[CollectionsReason | None, tuple[CollectionsBlock, ...]]:
        """Give what makes *charge* eligible on *as_of* and all that stands in the way."""
        because = self._because(charge, as_of)
        blocks = _blocks(charge, self.account, as_of, self.policy)
        if because is None:
            blocks = (*blocks, CollectionsBlock.TOO_FEW_STATEMENTS)
        return because, blocks

    def is_eligible(self, charge: Charge, as_of: date) -> bool:
        """Tell whether *charge* is eligible on *as_of*."""
        return not self.verdict(charge, as_of)[1]

    def first_without(self, block: CollectionsBlock, charge: Charge, as_of: date) -> date | None:
        """Give the first day from *as_of* on on which *block* does not stand; None if never."""
        days = (as_of, *(day for day in self.turns(charge) if day > as_of))
        return next((day for day in days if block not in self.verdict(charge, day)[1]), None)

    def _since(self, charge: Charge, as_of: date) -> date:
        floor = min(as_of, max(self._hindrances(charge), default=as_of))
        since = as_of
        for day in sorted({floor, *self.turns(charge)}, reverse=True):
            if floor <= day < as_of:
                if not self.is_eligible(charge, day):
                    break
                since = day
        return since

    def _hindrances(self, charge: Charge) -> Iterator[date]:
        """List the ends of what kept *charge* from being eligible, as far as it is kept."""
        standing = charge.standing
        for day in (standing.reached_on, standing.last_billed_on):
            if day is not None:
                yield day
        wanted = self.policy.statements_before_collections
        if standing.count_met and standing.billed_count == wanted:
            # The next statement date that met the count has been moved since. One more statement
            # needs no date.
            yield (standing.last_billed_on or date.min) + self.policy.cycle
        for placement in charge.past_placements:
            if placement.recalled_on is not None:
                yield placement.recalled_on
        for stay in standing.past_stays:
            if stay.left_on is not None:
                yield stay.left_on

    def _from(self, charge: Charge, as_of: date) -> date | None:
        if charge.outstanding <= ZERO or charge.placement is not None:
            return None
        days = (day for day in self.turns(charge) if day > as_of)
        return next((day for day in days if self.is_eligible(charge, day)), None)

    def turns(self, charge: Charge) -> list[date]:
        """List, in order, the only days on which time alone can change the verdict."""
        return sorted(set(self._days(charge)))

    def _days(self, charge: Charge) -> Iterator[date]:
        cycle = self.account.cycle
        last = charge.standing.last_billed_on
        if last is not None:
            yield last + timedelta(days=self.policy.collections_rest_days)
        member = member_of(self.account, charge.patient_id)
        for day in (cycle.last_run_on, cycle.next_statement_on, member.advances_from):
            if day is not None:
                yield day
        for hold in self.account.holds:
            yield hold.start_on
            if hold.last_on is not None:
                yield hold.last_on + ONE_DAY
            if hold.released_on is not None:
                yield hold.released_on

    def _because(self, charge: Charge, as_of: date) -> CollectionsReason | None:
        terminal = charge.standing.level.is_terminal
        if self.policy.statements_before_collections is None:
            return CollectionsReason.TERMINAL_LEVEL if terminal else None
        if terminal and not self._statements_go_on(as_of):
            return CollectionsReason.NO_FURTHER_STATEMENT
        if charge.standing.count_met:
            return CollectionsReason.BILLED_OFTEN_ENOUGH
        return _count_reason(charge, self.account, as_of, self.policy)

    def _statements_go_on(self, as_of: date) -> bool:
        if as_of not in self._goes_on:
            self._goes_on[as_of] = self.policy.emit_when_terminal or not all(
                charge.standing.level.is_terminal
                for charge in billable_charges(self.account, as_of=as_of)
            )
        return self._goes_on[as_of]


def holds_on(charge: Charge, account: Account, *, as_of: date) -> list[Hold]:
    """Give the holds in force on *as_of* that cover *charge*, of whatever scope (ST-12)."""
    subjects = {
        HoldScope.ACCOUNT: None,
        HoldScope.PATIENT: charge.patient_id,
        HoldScope.CLAIM: charge.claim_id,
    }
    return [
        hold
        for hold in account.holds
        if is_in_force(hold, as_of=as_of) and hold.subject_id == subjects[hold.scope]
    ]


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
    run_on = cycle.last_run_on
    followed = run_on is not None and max(last, member.joined_on) < run_on <= as_of
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
    reasons = {hold.reason for hold in holds_on(charge, account, as_of=as_of)}
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
