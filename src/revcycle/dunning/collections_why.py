"""Why a charge is eligible for collections, and why another is not: every question with its answer.

Off the hot path: `collections_findings` builds none of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import attrs

from revcycle.accounts import Account, charge_of
from revcycle.charges import Charge
from revcycle.dunning.acts import check_asked
from revcycle.dunning.collections import (
    CollectionsBlock,
    CollectionsFinding,
    CollectionsReading,
    holds_on,
)
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.holds import Hold, HoldReason

__all__ = ["CollectionsAnswer", "CollectionsExplanation", "explain_collections"]


@attrs.frozen(kw_only=True)
class CollectionsAnswer:
    """One question of CO-1 or CO-2 and what was found.

    Attributes:
        block: what would stand in the way.
        stands: whether it does.
        rule_id: the rule that asks.
        found: what the answer hangs on, in ids and figures.
        remedy: what somebody could do about it; empty where it does not stand.
        from_on: the first day on which it no longer stands if nothing else happens; None where
            it does not stand, and where waiting alone does not help.
    """

    block: CollectionsBlock
    stands: bool
    rule_id: str
    found: str
    remedy: str
    from_on: date | None


@attrs.frozen(kw_only=True)
class CollectionsExplanation:
    """Why one charge is eligible for collections or not (CO-1, CO-2).

    Attributes:
        finding: what `collections_findings` says of the charge.
        answers: every question, in the order of the blocks.
    """

    finding: CollectionsFinding
    answers: tuple[CollectionsAnswer, ...]

    @property
    def is_eligible(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(answer.stands for answer in self.answers)

    def __str__(self) -> str:
        """Read as lines of English."""
        finding = self.finding
        verdict = "eligible" if finding.is_eligible else "not eligible"
        if finding.from_on is None:
            when = "waiting alone will not change that"
        elif finding.is_eligible:
            when = f"since {finding.from_on}"
        else:
            when = f"from {finding.from_on}, if nothing else happens"
        lines = [f"charge {finding.charge_id} is {verdict} for collections: {when}"]
        lines += [_line(answer) for answer in self.answers]
        return "\n".join(lines)


def explain_collections(
    account: Account, *, charge_id: str, as_of: date, policy: DunningPolicy
) -> CollectionsExplanation:
    """Explain whether a charge is eligible for collections on *as_of* (CO-1, CO-2).

    Raises:
        UnknownReference: no such charge.
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    charge = charge_of(account, charge_id)
    reading = CollectionsReading(account, policy)
    finding = reading.finding(charge, as_of)
    answers = []
    for block in CollectionsBlock:
        stands = block in finding.blocks
        rule_id, remedy = _ASKED[block]
        answers.append(
            CollectionsAnswer(
                block=block,
                stands=stands,
                rule_id=rule_id,
                found=_found(block, charge, reading, finding, as_of),
                remedy=remedy if stands else "",
                from_on=reading.first_without(block, charge, as_of) if stands else None,
            )
        )
    return CollectionsExplanation(finding=finding, answers=tuple(answers))


_ASKED: Final = {
    CollectionsBlock.NOTHING_OUTSTANDING: ("CO-2", "Leave it: there is nothing to collect."),
    CollectionsBlock.ALREADY_PLACED: ("CO-2", "Recall it first."),
    CollectionsBlock.NOT_DELINQUENT: ("CO-1", "Leave it: nothing was missed."),
    CollectionsBlock.NEVER_BILLED: ("CO-2", "Send a statement first."),
    CollectionsBlock.BILLED_TOO_RECENTLY: ("CO-2", "Wait until the last statement has rested."),
    CollectionsBlock.HELD: ("CO-2", "Release the hold, or wait until it is over."),
    CollectionsBlock.UNDER_APPEAL: ("CO-2", "Wait until the appeal is decided."),
    CollectionsBlock.TOO_FEW_STATEMENTS: ("CO-1", "Let the statement cycle go on."),
}


def _found(
    block: CollectionsBlock,
    charge: Charge,
    reading: CollectionsReading,
    finding: CollectionsFinding,
    as_of: date,
) -> str:
    standing = charge.standing
    away = charge.placement
    first, last = standing.first_billed_on, standing.last_billed_on
    match block:
        case CollectionsBlock.NOTHING_OUTSTANDING:
            found = f"outstanding {charge.outstanding}"
        case CollectionsBlock.ALREADY_PLACED:
            found = f"placed {away.placed_on}, agency {away.agency_id}" if away else "not placed"
        case CollectionsBlock.NOT_DELINQUENT:
            found = f"level {standing.level}"
        case CollectionsBlock.NEVER_BILLED:
            found = f"first billed {first}" if first else "not billed"
        case CollectionsBlock.BILLED_TOO_RECENTLY:
            rest = reading.policy.collections_rest_days
            found = f"last billed {last}, {rest} days wanted since" if last else "not billed"
        case CollectionsBlock.HELD | CollectionsBlock.UNDER_APPEAL:
            found = _found_holds(block, holds_on(charge, reading.account, as_of=as_of))
        case _:  # too few statements
            found = _found_count(standing.billed_count, reading.policy, finding)
    return found


def _found_holds(block: CollectionsBlock, holds: Iterable[Hold]) -> str:
    wants_appeal = block is CollectionsBlock.UNDER_APPEAL
    ids = [h.id for h in holds if (h.reason is HoldReason.INSURANCE_APPEAL) is wants_appeal]
    return f"holds {', '.join(ids)}" if ids else "no such hold"


def _found_count(count: int, policy: DunningPolicy, finding: CollectionsFinding) -> str:
    wanted = policy.statements_before_collections
    asked = "level 4 or 8 wanted" if wanted is None else f"{wanted} wanted"
    reason = "" if finding.because is None else f": {finding.because.value.replace('_', ' ')}"
    return f"billed {count} {'time' if count == 1 else 'times'}, {asked}{reason}"


def _line(answer: CollectionsAnswer) -> str:
    name = answer.block.value.replace("_", " ")
    if not answer.stands:
        return f"  no: {name} ({answer.rule_id}; {answer.found})"
    until = "" if answer.from_on is None else f" It ends {answer.from_on}."
    return f"  yes: {name} ({answer.rule_id}; {answer.found}). {answer.remedy}{until}"
