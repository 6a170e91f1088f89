"""The health-plan restriction: a patient's wish that the plan hears nothing (PR-7).

    set_restriction, lift_restriction   by a user who may open the patient, with day and author
    is_restricted, restriction_on       whether the wish stands on a day, and which
    privacy_of_claims                   per claim: may eligibility be checked, what is withheld
    excluded_from_pay_for_performance   the patients whom programs must leave out

Two things follow from the wish, and they differ (CH-6). No eligibility is checked, coverage scans
included, on any *self-pay claim* of the patient. What the law itself commands (45 CFR
164.522(a)(1)(vi)) is narrower, charge by charge: the health plan learns nothing of a service of a
self-pay claim that was *paid in full*.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, check_patient_access, require_permission
from revcycle.accounts import Account, HealthPlanRestriction, Patient, member_of
from revcycle.charges import AdjustmentReason, AdjustmentSide, Charge, TransactionKind
from revcycle.checks import check_given, one_of
from revcycle.dunning.acts import check_act, check_asked, check_day, require
from revcycle.dunning.events import Event, RestrictionLifted, RestrictionSet
from revcycle.dunning.replay import Draft
from revcycle.errors import NotPermitted, Problem, Proposition
from revcycle.money import ZERO, add, subtract

__all__ = [
    "ClaimPrivacy",
    "RestrictionChange",
    "RestrictionProblem",
    "excluded_from_pay_for_performance",
    "is_paid_in_full",
    "is_restricted",
    "lift_restriction",
    "privacy_of_claims",
    "restriction_on",
    "set_restriction",
]


@attrs.frozen(kw_only=True)
class RestrictionChange:
    """What both verbs return: the new account, and the event."""

    account: Account
    events: tuple[Event, ...]


class RestrictionProblem(Proposition):
    """Why a health-plan restriction is not set or lifted."""

    RESTRICTED_ALREADY = "Leave it: the patient's restriction stands already (PR-7)."
    NOT_RESTRICTED = "There is no restriction in force to lift (PR-7)."


@attrs.frozen(kw_only=True)
class ClaimPrivacy:
    """What a patient's health plan may be asked and told of one claim (PR-7).

    Attributes:
        claim_id: the claim.
        patient_id: whose.
        is_self_pay: billed to the patient and not to insurance (CH-6).
        is_restricted: whether the patient's restriction stands.
        may_check_eligibility: whether the plan may be asked about it, by a coverage scan too.
        withheld_charge_ids: the charges that the law itself commands to keep from the plan.
    """

    claim_id: str
    patient_id: str
    is_self_pay: bool
    is_restricted: bool
    may_check_eligibility: bool
    withheld_charge_ids: tuple[str, ...]


def set_restriction(
    account: Account, *, viewer: Viewer, patient_id: str, as_of: date
) -> RestrictionChange:
    """Record that a patient's health plan is to hear nothing of self-paid services (PR-7).

    It stands from *as_of* until it is lifted; the viewer is its author.

    Raises:
        UnknownReference: no such current member.
        NotPermitted: *viewer* lacks the Worklists permission, or may not open the patient.
        Refused: it stands already, or from a later day.
        InvalidRecord: an argument is something else than it must be.
    """
    patient = _opened("set_restriction", account, viewer, patient_id)
    problems = list(check_act(account, as_of=as_of))
    before = patient.restriction
    if before is not None and not _is_lifted(before, as_of):
        detail = f"patient {patient_id}, since {before.from_on}"
        problems.append(Problem(RestrictionProblem.RESTRICTED_ALREADY, detail))
    require("set_restriction", problems)
    draft = Draft(account)
    wish = HealthPlanRestriction(from_on=as_of, set_by=viewer.id)
    draft.record(RestrictionSet(as_of, patient_id, wish))
    return RestrictionChange(account=draft.account, events=tuple(draft.events))


def lift_restriction(
    account: Account, *, viewer: Viewer, patient_id: str, as_of: date
) -> RestrictionChange:
    """Record that a patient's restriction no longer stands, from *as_of* on (PR-7).

    Raises:
        UnknownReference: no such current member.
        NotPermitted: *viewer* lacks the Worklists permission, or may not open the patient.
        Refused: none is in force.
        InvalidRecord: an argument is something else than it must be.
    """
    patient = _opened("lift_restriction", account, viewer, patient_id)
    problems = list(check_act(account, as_of=as_of))
    wish = patient.restriction
    if wish is None or as_of < wish.from_on or _is_lifted(wish, as_of):
        problems.append(Problem(RestrictionProblem.NOT_RESTRICTED, f"patient {patient_id}"))
    require("lift_restriction", problems)
    draft = Draft(account)
    draft.record(RestrictionLifted(as_of, patient_id, viewer.id))
    return RestrictionChange(account=draft.account, events=tuple(draft.events))


def is_restricted(patient: Patient, *, as_of: date) -> bool:
    """Tell whether a health-plan restriction of *patient* stands on *as_of* (PR-7).

    Raises:
        InvalidRecord: *patient* is none, or *as_of* no plain date.
    """
    wish = restriction_on(patient, as_of=as_of)
    return wish is not None and not _is_lifted(wish, as_of)


def restriction_on(patient: Patient, *, as_of: date) -> HealthPlanRestriction | None:
    """Give the latest restriction of *patient* that had begun by *as_of*, lifted or not (PR-7).

    Raises:
        InvalidRecord: *patient* is none, or *as_of* no plain date.
    """
    check_day(as_of)
    if type(patient) is not Patient:
        check_given("patient", patient, one_of(Patient))
    wishes = [*patient.past_restrictions]
    if patient.restriction is not None:
        wishes.append(patient.restriction)
    return next((wish for wish in reversed(wishes) if wish.from_on <= as_of), None)


def _is_lifted(wish: HealthPlanRestriction, as_of: date) -> bool:
    return wish.until_on is not None and wish.until_on <= as_of


def privacy_of_claims(account: Account, *, as_of: date) -> tuple[ClaimPrivacy, ...]:
    """Say for every claim whether eligibility may be checked, and what is withheld (PR-7).

    In the order in which the claims' first charges stand; voided charges make no claim. *as_of*
    decides whether the wish stands; what was paid and voided is as the account has it.

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    check_asked(account, as_of=as_of)
    restricted = {
        member.patient.id: is_restricted(member.patient, as_of=as_of) for member in account.members
    }
    claims: dict[str, list[Charge]] = {}
    for charge in account.charges:
        if charge.voided_on is None:
            claims.setdefault(charge.claim_id, []).append(charge)
    found = []
    for claim_id, charges in claims.items():
        # The charges of a claim agree on patient and flag; an account is built no other way.
        first = charges[0]
        wishes = restricted[first.patient_id]
        kept = [c.id for c in charges if wishes and c.self_pay_claim and is_paid_in_full(c)]
        found.append(
            ClaimPrivacy(
                claim_id=claim_id,
                patient_id=first.patient_id,
                is_self_pay=first.self_pay_claim,
                is_restricted=wishes,
                may_check_eligibility=not (wishes and first.self_pay_claim),
                withheld_charge_ids=tuple(kept),
            )
        )
    return tuple(found)


def excluded_from_pay_for_performance(account: Account, *, as_of: date) -> tuple[str, ...]:
    """Give the current members whom pay-for-performance programs must leave out (PR-7).

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    check_asked(account, as_of=as_of)
    return tuple(
        member.patient.id
        for member in account.members
        if is_restricted(member.patient, as_of=as_of)
    )


def is_paid_in_full(charge: Charge) -> bool:
    """Tell whether nothing is owed on *charge*, and the patient's side paid all of it (PR-7).

    A lower price that was agreed and paid is paid in full; what was written off as bad debt, as
    charity or as a small balance was not paid. Nor was what went to somebody else and did not
    come back: others were asked to pay it.

    Raises:
        InvalidRecord: *charge* is none.
    """
    if type(charge) is not Charge:
        check_given("charge", charge, one_of(Charge))
    return (
        charge.voided_on is None
        and charge.outstanding <= ZERO
        and _transferred_away(charge) == ZERO
        and not any(
            t.voided_on is None and t.side is AdjustmentSide.PATIENT and t.reason in _LET_GO
            for t in charge.transactions
        )
    )


def _transferred_away(charge: Charge) -> Decimal:
    """Give the dollars that went to somebody else and did not come back later."""
    gone = ZERO
    for each in charge.transactions:
        if each.voided_on is not None:
            continue
        if each.kind is TransactionKind.TRANSFER_AWAY:
            gone = add(gone, each.amount)
        elif each.kind is TransactionKind.TRANSFER_IN:
            gone = subtract(gone, min(gone, each.amount))
    return gone


_LET_GO: Final = frozenset(
    {AdjustmentReason.BAD_DEBT, AdjustmentReason.CHARITY, AdjustmentReason.SMALL_BALANCE}
)


def _opened(act: str, account: Account, viewer: Viewer, patient_id: str) -> Patient:
    """Give a patient whose record *viewer* may open (PR-2, PR-3, PR-5)."""
    require_permission(act, viewer, Permission.SELF_PAY_WORKLISTS)
    patient = member_of(account, patient_id).patient
    reasons = check_patient_access(
        viewer,
        is_blocked=patient.blocked,
        provider_id=patient.usual_provider_id,
        department_id=patient.primary_department_id,
    )
    if reasons:
        raise NotPermitted(act, reasons)
    return patient
