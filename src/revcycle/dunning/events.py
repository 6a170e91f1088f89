"""What verbs report: facts in the past tense, each naming its charge, plan or alarm.

Every event has ``on``, the day of the act. Events carry the values they produced, so `replay`
rebuilds the new state from the old one without a policy; none carries a whole account. Private
fields inside a carried record stay out of its repr (PR-6).
"""

from __future__ import annotations

import enum
from datetime import date
from typing import TypeAlias, get_args

import attrs

from revcycle.accounts import (
    Alarm,
    AlarmClearance,
    Guarantor,
    HealthPlanRestriction,
    Member,
    Note,
    SentStatement,
    StatementNote,
)
from revcycle.charges import Charge, Enrolment, Move, MoveCause, Placement, Transaction
from revcycle.checks import private
from revcycle.holds import Hold
from revcycle.levels import DunningLevel
from revcycle.plans import CoveredClaim, Due, DueLowering, NewChargePolicy, PaymentPlan

__all__ = [
    "EVENT_TYPES",
    "AdvanceCause",
    "AlarmCleared",
    "AlarmRevived",
    "AlarmSet",
    "CardDeclined",
    "ChargePlaced",
    "ChargePosted",
    "ChargeRecalled",
    "ChargeVoided",
    "ClaimCovered",
    "ClaimUncovered",
    "CycleRun",
    "DueJudged",
    "DueLowered",
    "DueOpened",
    "DueRaised",
    "Event",
    "GuarantorChanged",
    "HoldPlaced",
    "HoldReleased",
    "LevelAdvanced",
    "LevelFell",
    "LevelRederived",
    "LevelRestored",
    "MemberJoined",
    "MemberLeft",
    "NextStatementReset",
    "NoteRecorded",
    "PatientNoteSet",
    "PlanCancelled",
    "PlanEnded",
    "PlanJoined",
    "PlanLeft",
    "PlanReopened",
    "PlanStarted",
    "PolicyChangeWay",
    "RememberedLevelRestored",
    "RestrictionLifted",
    "RestrictionSet",
    "StatementCountMet",
    "StatementIssued",
    "StatementNoteSet",
    "TransactionPosted",
    "TransactionVoided",
]


class AdvanceCause(enum.Enum):
    """Why a run raised a level."""

    FIRST_STATEMENT = "first_statement"
    STATEMENT_CYCLE = "statement_cycle"
    MISSED_MINIMUM = "missed_minimum"


class PolicyChangeWay(enum.Enum):
    """What a new policy does to levels that the old one has led to (PC-1)."""

    KEEP = "keep"
    """Levels, dates and alarm stay; the new policy applies from the next run."""

    RE_DERIVE = "re_derive"
    """Levels become what they would be if the new policy had applied to every past run."""

    NEVER_WORSEN = "never_worsen"
    """As re-derived where that is the less severe; the others stay."""


@attrs.frozen
class ChargePosted:
    """A charge came onto the account (CH-1)."""

    on: date
    charge: Charge


@attrs.frozen
class ChargeVoided:
    """A charge is ignored from this day on (CH-3)."""

    on: date
    charge_id: str


@attrs.frozen
class TransactionPosted:
    """Money, an adjustment or a transfer was posted on a charge (CH-1)."""

    on: date
    charge_id: str
    transaction: Transaction


@attrs.frozen
class TransactionVoided:
    """A transaction is ignored from this day on (CH-3)."""

    on: date
    charge_id: str
    transaction_id: str


@attrs.frozen
class LevelAdvanced:
    """A cycle run raised a charge's level by one step (DL-3, DL-4)."""

    on: date
    charge_id: str
    before: DunningLevel
    after: DunningLevel
    because: AdvanceCause


@attrs.frozen
class LevelFell:
    """Money lowered a charge's level (DL-7, DL-8), or took back a run's step (CH-9).

    ``reached_on`` is what the charge shows after: None at 0.
    """

    on: date
    charge_id: str
    before: DunningLevel
    after: DunningLevel
    reached_on: date | None
    because: MoveCause
    transaction_id: str
    undoes_run_on: date | None = None


@attrs.frozen
class LevelRestored:
    """A void gave a charge back the level its money had lowered (CH-8)."""

    on: date
    charge_id: str
    before: DunningLevel
    after: DunningLevel
    reached_on: date | None
    transaction_id: str


@attrs.frozen
class RememberedLevelRestored:
    """A void gave back the standard level that a charge on a plan will return to (CH-8, DL-11)."""

    on: date
    charge_id: str
    before: DunningLevel
    after: DunningLevel
    reached_on: date | None
    transaction_id: str


@attrs.frozen
class PlanStarted:
    """A payment plan was agreed (PL-12). Its claims follow as `ClaimCovered`."""

    on: date
    plan: PaymentPlan


@attrs.frozen
class ClaimCovered:
    """A claim came onto a plan (PL-1)."""

    on: date
    plan_id: str
    claim: CoveredClaim


@attrs.frozen
class ClaimUncovered:
    """A claim left a plan that goes on without it (CO-3)."""

    on: date
    plan_id: str
    claim_id: str


@attrs.frozen
class PlanJoined:
    """A charge came onto a plan; its level starts at 0 there (DL-11)."""

    on: date
    charge_id: str
    before: DunningLevel
    enrolment: Enrolment


@attrs.frozen
class PlanLeft:
    """A charge left its plan for the standard track (DL-11)."""

    on: date
    charge_id: str
    plan_id: str
    before: DunningLevel
    after: DunningLevel
    reached_on: date | None


@attrs.frozen
class PlanEnded:
    """A plan's covered balance reached zero (PL-8)."""

    on: date
    plan_id: str


@attrs.frozen
class PlanReopened:
    """A charge of an ended plan owes again, so the plan is active again (PL-12).

    ``new_charges`` is what it does from now on: another plan may add new charges meanwhile.
    """

    on: date
    plan_id: str
    new_charges: NewChargePolicy


@attrs.frozen
class PlanCancelled:
    """Staff, or a declined card by policy, cancelled a plan (PL-8)."""

    on: date
    plan_id: str
    reason: str = private(default="")


@attrs.frozen
class CardDeclined:
    """A declined card ended the card agreement and flagged the plan (PL-8)."""

    on: date
    plan_id: str


@attrs.frozen
class DueOpened:
    """A plan's next period opened and its due was fixed (PL-2)."""

    on: date
    plan_id: str
    due: Due


@attrs.frozen
class DueJudged:
    """A cycle run judged a due, once (PL-4).

    ``index`` counts the plan's dues from 0; ``due`` is the due as judged.
    """

    on: date
    plan_id: str
    index: int
    due: Due


@attrs.frozen
class DueLowered:
    """An adjustment lowered a due to what is still owed (PL-2)."""

    on: date
    plan_id: str
    index: int
    lowering: DueLowering


@attrs.frozen
class DueRaised:
    """The adjustment behind a lowering was voided (CH-3)."""

    on: date
    plan_id: str
    index: int
    transaction_id: str


@attrs.frozen
class StatementIssued:
    """A statement was made; every charge listed without a hold counts as billed (ST-4, ST-6)."""

    on: date
    sent: SentStatement
    billed_charge_ids: tuple[str, ...]
    listed_payment_ids: tuple[str, ...]


@attrs.frozen
class CycleRun:
    """A cycle run took place and fixed the next statement date (ST-1)."""

    on: date
    before: date | None
    after: date


@attrs.frozen
class NextStatementReset:
    """Staff set the next statement date (ST-2)."""

    on: date
    before: date | None
    after: date


@attrs.frozen
class AlarmSet:
    """A cycle run set the account's one alarm, or none at level 0 (AL-2)."""

    on: date
    before: Alarm | None
    after: Alarm | None


@attrs.frozen
class AlarmCleared:
    """The alarm was silenced by staff or by money (AL-5, AL-6)."""

    on: date
    clearance: AlarmClearance


@attrs.frozen
class AlarmRevived:
    """What had left nothing due was taken back: a voided payment, a recalled charge (AL-5)."""

    on: date
    cause_id: str


@attrs.frozen
class HoldPlaced:
    """A hold was placed (ST-12)."""

    on: date
    hold: Hold


@attrs.frozen
class HoldReleased:
    """A hold is no longer in force from this day on (ST-12)."""

    on: date
    hold_id: str


@attrs.frozen
class StatementCountMet:
    """A charge had had the statements that collections ask for, before a date moved (CO-1)."""

    on: date
    charge_id: str


@attrs.frozen
class ChargePlaced:
    """A charge went to a collection agency (CO-3)."""

    on: date
    charge_id: str
    placement: Placement


@attrs.frozen
class ChargeRecalled:
    """A charge came back from the agency (CO-3)."""

    on: date
    charge_id: str
    placement: Placement


@attrs.frozen
class MemberJoined:
    """A patient joined the account with all that is theirs (FA-3)."""

    on: date
    member: Member
    charges: tuple[Charge, ...] = ()
    plans: tuple[PaymentPlan, ...] = ()
    holds: tuple[Hold, ...] = ()


@attrs.frozen
class MemberLeft:
    """A patient left with charges, plans and holds; the last one's leaving closes it (FA-3)."""

    on: date
    patient_id: str


@attrs.frozen
class GuarantorChanged:
    """Another person answers for the bills (FA-3)."""

    on: date
    before_id: str
    guarantor: Guarantor


@attrs.frozen
class NoteRecorded:
    """Staff wrote a note on the account, or what they did left one (AV-2, FA-4)."""

    on: date
    note: Note


@attrs.frozen
class StatementNoteSet:
    """A patient's statement note was set, or cleared: None (ST-9)."""

    on: date
    patient_id: str
    before: StatementNote | None = private()
    after: StatementNote | None = private()


@attrs.frozen
class PatientNoteSet:
    """Staff's note about a patient was set, or cleared: empty (AV-2)."""

    on: date
    patient_id: str
    before: str = private()
    after: str = private()


@attrs.frozen
class RestrictionSet:
    """A patient asked that the health plan hear nothing of self-paid services (PR-7)."""

    on: date
    patient_id: str
    restriction: HealthPlanRestriction


@attrs.frozen
class RestrictionLifted:
    """A patient's health-plan restriction no longer stands from this day on (PR-7)."""

    on: date
    patient_id: str
    by: str


@attrs.frozen
class LevelRederived:
    """A change of policy told a charge's past again (PC-1).

    What it leads to is all given: the level, since when, the moves that may still be taken back,
    and the plan's enrolment with the remembered level, if the charge is on one. The level may be
    the same as before, reached on another day or by other moves.
    """

    on: date
    charge_id: str
    before: DunningLevel
    after: DunningLevel
    reached_on: date | None
    moves: tuple[Move, ...]
    enrolment: Enrolment | None
    because: PolicyChangeWay


Event: TypeAlias = (
    ChargePosted
    | ChargeVoided
    | TransactionPosted
    | TransactionVoided
    | LevelAdvanced
    | LevelFell
    | LevelRestored
    | RememberedLevelRestored
    | PlanStarted
    | ClaimCovered
    | ClaimUncovered
    | PlanJoined
    | PlanLeft
    | PlanEnded
    | PlanReopened
    | PlanCancelled
    | CardDeclined
    | DueOpened
    | DueJudged
    | DueLowered
    | DueRaised
    | StatementIssued
    | CycleRun
    | NextStatementReset
    | AlarmSet
    | AlarmCleared
    | AlarmRevived
    | HoldPlaced
    | HoldReleased
    | StatementCountMet
    | ChargePlaced
    | ChargeRecalled
    | MemberJoined
    | MemberLeft
    | GuarantorChanged
    | NoteRecorded
    | StatementNoteSet
    | PatientNoteSet
    | RestrictionSet
    | RestrictionLifted
    | LevelRederived
)

EVENT_TYPES: tuple[type, ...] = get_args(Event)
"""Every event, for tagging on the wire and for exhaustive tests."""
