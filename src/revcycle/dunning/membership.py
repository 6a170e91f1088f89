"""Families: who joins, who leaves, who answers for the bills (FA-1, FA-3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from revcycle.accounts import (
    Account,
    Guarantor,
    ListedPayments,
    Member,
    Patient,
    StatementCycle,
    check_account,
    member_of,
)
from revcycle.charges import Charge
from revcycle.checks import ID, check_given, one_of
from revcycle.dunning.acts import check_act, require
from revcycle.dunning.collections import keep_met_counts
from revcycle.dunning.events import Event, GuarantorChanged, MemberJoined, MemberLeft
from revcycle.dunning.plan_changes import open_calendar_dues
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.replay import Draft
from revcycle.dunning.silences import silence_paid
from revcycle.errors import Problem, Proposition
from revcycle.holds import Hold, HoldScope
from revcycle.plans import PaymentPlan

__all__ = [
    "Departure",
    "GuarantorChange",
    "Joining",
    "MembershipProblem",
    "Transfer",
    "add_member",
    "change_guarantor",
    "leave_account",
    "transfer_member",
]


@attrs.frozen(kw_only=True)
class Joining:
    """What `add_member` returns: the new account and the event."""

    account: Account
    events: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class Departure:
    """What `leave_account` returns.

    Attributes:
        account: the account that was left.
        new_account: the leaver's own.
        events: what happened in the account that was left.
    """

    account: Account
    new_account: Account
    events: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class Transfer:
    """What `transfer_member` returns.

    Attributes:
        account: the account that was left; closed if nobody is left in it.
        target: the account that was joined.
        events: what happened in the account that was left.
        target_events: what happened in the account that was joined.
    """

    account: Account
    target: Account
    events: tuple[Event, ...]
    target_events: tuple[Event, ...]


@attrs.frozen(kw_only=True)
class GuarantorChange:
    """What `change_guarantor` returns: the new account and the event."""

    account: Account
    events: tuple[Event, ...]


class MembershipProblem(Proposition):
    """Why a change of membership is refused, in the order in which reasons are reported."""

    ALREADY_A_MEMBER = "Leave it: the patient is a member already (FA-1)."
    LAST_MEMBER = "Let the last member join an existing account, or stay (FA-3)."
    SAME_ACCOUNT = "Choose another account to join."
    IDS_CLASH = "Give charges, transactions, claims, plans and holds ids that differ (M-3)."


def add_member(account: Account, patient: Patient, *, as_of: date) -> Joining:
    """Register a patient who comes from no other account (FA-1).

    Raises:
        Refused: the patient is a member already.
        InvalidRecord: an argument is something else than it must be.
    """
    check_given("patient", patient, one_of(Patient))
    problems = list(check_act(account, as_of=as_of))
    if any(member.patient.id == patient.id for member in account.members):
        problems.append(Problem(MembershipProblem.ALREADY_A_MEMBER, f"patient {patient.id}"))
    require("add_member", problems)
    draft = Draft(account)
    draft.record(MemberJoined(as_of, Member(patient=patient, joined_on=as_of)))
    return Joining(account=draft.account, events=tuple(draft.events))


def leave_account(
    account: Account,
    *,
    patient_id: str,
    new_account_id: str,
    guarantor: Guarantor,
    as_of: date,
    policy: DunningPolicy,
) -> Departure:
    """Let a member leave for a new account of their own (FA-3).

    The leaver takes charges, plans, levels, patient and claim holds. The new account takes over
    the last and next statement dates, so that no second statement comes inside a cycle, and has
    no alarm until its first cycle run. Statements stay.

    Raises:
        UnknownReference: no such current member.
        Refused: the last member cannot leave for a new account.
        InvalidRecord: an argument is something else than it must be.
    """
    member = member_of(account, patient_id)
    check_policy(policy)
    check_given("new_account_id", new_account_id, ID)
    check_given("guarantor", guarantor, one_of(Guarantor))
    problems = list(check_act(account, as_of=as_of))
    if len(account.members) == 1:
        problems.append(Problem(MembershipProblem.LAST_MEMBER, f"patient {patient_id}"))
    if new_account_id == account.id:
        problems.append(Problem(MembershipProblem.SAME_ACCOUNT, f"account {new_account_id}"))
    require("leave_account", problems)
    draft = _prepared(account, as_of, policy)
    charges, plans, holds = _belongings(draft.account, patient_id)
    cycle = draft.account.cycle
    draft.record(MemberLeft(as_of, patient_id))
    silence_paid(draft, subject_id=patient_id, as_of=as_of, policy=policy)
    new_account = Account(
        id=new_account_id,
        guarantor=guarantor,
        members=(attrs.evolve(member, joined_on=as_of),),
        charges=charges,
        plans=plans,
        holds=holds,
        cycle=StatementCycle(
            last_run_on=cycle.last_run_on,
            last_statement_on=cycle.last_statement_on,
            next_statement_on=cycle.next_statement_on,
            listed_payment_ids=cycle.listed_payment_ids,
        ),
        last_act_on=as_of,
    )
    return Departure(account=draft.account, new_account=new_account, events=tuple(draft.events))


def transfer_member(
    account: Account, target: Account, *, patient_id: str, as_of: date, policy: DunningPolicy
) -> Transfer:
    """Let a member leave for an existing account, whose dates and alarm stand (FA-3).

    The joiner's charges are listed at the target's next run but advance, and the joiner's plans
    are judged, only from the day on which the old account's next statement would have fallen.
    The last member's leaving empties the old account, which is then closed.

    Raises:
        UnknownReference: no such current member.
        Refused: with every reason.
        InvalidRecord: an argument is something else than it must be.
    """
    member = member_of(account, patient_id)
    check_policy(policy)
    require(
        "transfer_member",
        check_transfer_member(account, target, patient_id=patient_id, as_of=as_of),
    )
    draft = _prepared(account, as_of, policy)
    charges, plans, holds = _belongings(draft.account, patient_id)
    draft.record(MemberLeft(as_of, patient_id))
    silence_paid(draft, subject_id=patient_id, as_of=as_of, policy=policy)
    dates = [d for d in (account.cycle.next_statement_on, member.advances_from) if d is not None]
    joiner = Member(
        patient=member.patient,
        joined_on=as_of,
        advances_from=max(dates, default=None),
        listed_elsewhere=_listed_so_far(member, account.cycle),
    )
    joined = Draft(target)
    joined.record(MemberJoined(as_of, joiner, charges, plans, holds))
    return Transfer(
        account=draft.account,
        target=joined.account,
        events=tuple(draft.events),
        target_events=tuple(joined.events),
    )


def check_transfer_member(
    account: Account, target: Account, *, patient_id: str, as_of: date
) -> tuple[Problem, ...]:
    """List why a member cannot move to *target*."""
    check_account(target, field="target")
    problems = [*check_act(account, as_of=as_of)]
    problems += [p for p in check_act(target, as_of=as_of) if p not in problems]
    if target.id == account.id:
        problems.append(Problem(MembershipProblem.SAME_ACCOUNT, f"account {target.id}"))
        return tuple(problems)
    if any(member.patient.id == patient_id for member in target.members):
        problems.append(Problem(MembershipProblem.ALREADY_A_MEMBER, f"patient {patient_id}"))
    charges, plans, holds = _belongings(account, patient_id)
    own = _ids(charges, plans, holds)
    theirs = _ids(target.charges, target.plans, target.holds)
    clash = sorted(f"{kind} {known_id}" for kind, known_id in own & theirs)
    if clash:
        problems.append(Problem(MembershipProblem.IDS_CLASH, ", ".join(clash)))
    return tuple(problems)


def change_guarantor(account: Account, guarantor: Guarantor, *, as_of: date) -> GuarantorChange:
    """Let another person answer for the bills (FA-3).

    Raises:
        Refused: as every act.
        InvalidRecord: an argument is something else than it must be.
    """
    check_given("guarantor", guarantor, one_of(Guarantor))
    require("change_guarantor", check_act(account, as_of=as_of))
    draft = Draft(account)
    draft.record(GuarantorChanged(as_of, account.guarantor.id, guarantor))
    return GuarantorChange(account=draft.account, events=tuple(draft.events))


def _prepared(account: Account, as_of: date, policy: DunningPolicy) -> Draft:
    """Fix what must not be lost by moving: opened dues and counts once met."""
    draft = Draft(account)
    open_calendar_dues(draft, as_of=as_of, policy=policy)
    keep_met_counts(draft, as_of=as_of, policy=policy)
    return draft


def _listed_so_far(member: Member, cycle: StatementCycle) -> ListedPayments:
    """Say which of a mover's payments statements have listed, here or before (ST-13)."""
    here = ListedPayments(
        last_statement_on=cycle.last_statement_on, payment_ids=cycle.listed_payment_ids
    )
    before = member.listed_elsewhere
    if before is None:
        return here
    if before.last_statement_on == here.last_statement_on:
        # Both accounts made a statement that day: a payment of the day is on either.
        return attrs.evolve(here, payment_ids=before.payment_ids + here.payment_ids)
    return before


def _belongings(
    account: Account, patient_id: str
) -> tuple[tuple[Charge, ...], tuple[PaymentPlan, ...], tuple[Hold, ...]]:
    charges = tuple(c for c in account.charges if c.patient_id == patient_id)
    plans = tuple(plan for plan in account.plans if plan.patient_id == patient_id)
    claims = {charge.claim_id for charge in charges}
    holds = tuple(
        hold
        for hold in account.holds
        if (hold.scope is HoldScope.PATIENT and hold.subject_id == patient_id)
        or (hold.scope is HoldScope.CLAIM and hold.subject_id in claims)
    )
    return charges, plans, holds


def _ids(
    charges: Iterable[Charge], plans: Iterable[PaymentPlan], holds: Iterable[Hold]
) -> set[tuple[str, str]]:
    found = {("plan", plan.id) for plan in plans} | {("hold", hold.id) for hold in holds}
    for charge in charges:
        found |= {("charge", charge.id), ("claim", charge.claim_id)}
        found |= {("transaction", t.id) for t in charge.transactions}
    return found
