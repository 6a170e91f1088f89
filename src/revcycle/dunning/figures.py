"""The account's dollars and levels on a day: the derivations that everything else shares.

Dollars: total outstanding, credits, net balance, due now, collect outstanding (CH-7), plan dues
per patient and family (PL-9). Levels: the account's, each patient's, the printed one (DL-9,
DL-10). Each of these differs from the others on purpose; no field ever holds two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import Account, check_account, member_of
from revcycle.charges import Charge
from revcycle.checks import SEVERAL, check_given
from revcycle.dunning.acts import check_asked
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.errors import InvalidRecord
from revcycle.holds import HoldScope, held_claims, held_patients, is_in_force
from revcycle.levels import DunningLevel, most_severe
from revcycle.money import ZERO, add, total
from revcycle.plans import PlanDue, PlanStatus, plan_due

__all__ = [
    "Figures",
    "PatientFigures",
    "account_level",
    "billable_charges",
    "collect_outstanding",
    "credits_of",
    "due_now",
    "figures_of",
    "has_account_hold",
    "net_balance",
    "patient_figures",
    "patient_level",
    "plan_dues",
    "printed_level",
    "total_outstanding",
]


@attrs.frozen(kw_only=True)
class Figures:
    """An account's dollars on a day (CH-7).

    Attributes:
        total_outstanding: open charges not placed; held ones included, credits not deducted.
        credits: sum of negative outstandings; zero or less.
        billable: open charges neither placed nor under a patient or claim hold.
        net_balance: billable less the size of the credits.
        plan_due: what all plans ask for now (PL-6).
        plan_overdue: the plans' arrears (PL-6).
        due_now: billable standard charges and plan dues; no credits.
        collect_outstanding: what is still owed on placed charges.
    """

    total_outstanding: Decimal
    credits: Decimal
    billable: Decimal
    net_balance: Decimal
    plan_due: Decimal
    plan_overdue: Decimal
    due_now: Decimal
    collect_outstanding: Decimal


@attrs.frozen(kw_only=True)
class PatientFigures:
    """One member's dollars and level on a day (PL-9, DL-10); the dollars are shares of `Figures`.

    Attributes:
        patient_id: the member.
        level: the most severe of the member's billable charges.
        outstanding: open charges not placed.
        credits: sum of negative outstandings; zero or less.
        plan_due: what the member's plans ask for now.
        plan_overdue: their arrears.
        due_now: the member's billable standard charges and plan dues; no credits.
        collect_outstanding: what is still owed on the member's placed charges.
    """

    patient_id: str
    level: DunningLevel
    outstanding: Decimal
    credits: Decimal
    plan_due: Decimal
    plan_overdue: Decimal
    due_now: Decimal
    collect_outstanding: Decimal


def figures_of(account: Account, *, as_of: date, policy: DunningPolicy) -> Figures:
    """Work out the account's dollars on *as_of* (CH-7).

    Raises:
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    billable = billable_charges(account, as_of=as_of)
    in_credit = credits_of(account)
    owed = total(charge.outstanding for charge in billable)
    dues = plan_dues(account, as_of=as_of, policy=policy).values()
    plan_asks = total(due.due for due in dues)
    standard = total(c.outstanding for c in billable if c.standing.enrolment is None)
    return Figures(
        total_outstanding=total_outstanding(account),
        credits=in_credit,
        billable=owed,
        net_balance=add(owed, in_credit),
        plan_due=plan_asks,
        plan_overdue=total(due.arrears for due in dues),
        due_now=add(standard, plan_asks),
        collect_outstanding=collect_outstanding(account),
    )


def patient_figures(
    account: Account, *, as_of: date, policy: DunningPolicy
) -> tuple[PatientFigures, ...]:
    """Work out each member's share, in the order of the members (PL-9, DL-10).

    Raises:
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    dues = plan_dues(account, as_of=as_of, policy=policy)
    plans: dict[str, list[PlanDue]] = {member.patient.id: [] for member in account.members}
    charges: dict[str, list[Charge]] = {patient_id: [] for patient_id in plans}
    billable: dict[str, list[Charge]] = {patient_id: [] for patient_id in plans}
    for plan in account.plans:
        if plan.id in dues:
            plans[plan.patient_id].append(dues[plan.id])
    for charge in account.charges:
        charges[charge.patient_id].append(charge)
    for charge in billable_charges(account, as_of=as_of):
        billable[charge.patient_id].append(charge)
    return tuple(
        _share(patient_id, charges[patient_id], billable[patient_id], asked)
        for patient_id, asked in plans.items()
    )


def plan_dues(account: Account, *, as_of: date, policy: DunningPolicy) -> dict[str, PlanDue]:
    """Say, by plan id, what each active plan asks for on *as_of* (PL-6).

    Raises:
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    return {
        plan.id: plan_due(
            plan,
            account.charges,
            holds=account.holds,
            as_of=as_of,
            grace_days=policy.grace_days,
        )
        for plan in account.plans
        if plan.status is PlanStatus.ACTIVE
    }


def total_outstanding(account: Account) -> Decimal:
    """Sum the open charges not placed: held included, credits not deducted (CH-7).

    Raises:
        InvalidRecord: *account* is none.
    """
    check_account(account)
    return total(charge.outstanding for charge in _owed(account))


def credits_of(account: Account) -> Decimal:
    """Sum the negative outstandings; zero or less (CH-7).

    Raises:
        InvalidRecord: *account* is none.
    """
    check_account(account)
    return total(c.outstanding for c in account.charges if c.outstanding < ZERO)


def net_balance(account: Account, *, as_of: date) -> Decimal:
    """Give billable less the size of the credits (CH-7).

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    billable = billable_charges(account, as_of=as_of)
    return add(total(charge.outstanding for charge in billable), credits_of(account))


def due_now(account: Account, *, as_of: date, policy: DunningPolicy) -> Decimal:
    """Give billable standard charges and plan dues; no credits (CH-7).

    Raises:
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    check_policy(policy)
    standard = total(
        charge.outstanding
        for charge in billable_charges(account, as_of=as_of)
        if charge.standing.enrolment is None
    )
    if not account.plans:
        return standard
    dues = plan_dues(account, as_of=as_of, policy=policy).values()
    return add(standard, total(due.due for due in dues))


def collect_outstanding(account: Account) -> Decimal:
    """Sum what is still owed on placed charges (CH-7, CO-3).

    Raises:
        InvalidRecord: *account* is none.
    """
    check_account(account)
    return total(
        charge.outstanding
        for charge in account.charges
        if charge.placement is not None and charge.outstanding > ZERO
    )


def billable_charges(account: Account, *, as_of: date) -> list[Charge]:
    """Give the charges that are open, not placed and under no patient or claim hold (CH-7).

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    check_asked(account, as_of=as_of)
    owed = _owed(account)
    if not account.holds:
        return owed
    patients = held_patients(account.holds, as_of=as_of)
    claims = held_claims(account.holds, as_of=as_of)
    return [c for c in owed if c.patient_id not in patients and c.claim_id not in claims]


def has_account_hold(account: Account, *, as_of: date) -> bool:
    """Tell whether the account itself is on hold (ST-12).

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    check_asked(account, as_of=as_of)
    return any(
        hold.scope is HoldScope.ACCOUNT and is_in_force(hold, as_of=as_of) for hold in account.holds
    )


def account_level(account: Account, *, as_of: date) -> DunningLevel:
    """Give the most severe level of the billable charges of current members; live (DL-9).

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    return most_severe(c.standing.level for c in billable_charges(account, as_of=as_of))


def patient_level(account: Account, patient_id: str, *, as_of: date) -> DunningLevel:
    """Give a member's own level: the most severe of the member's billable charges (DL-10).

    Raises:
        UnknownReference: there is no such current member.
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    member_of(account, patient_id)
    return most_severe(
        charge.standing.level
        for charge in billable_charges(account, as_of=as_of)
        if charge.patient_id == patient_id
    )


def printed_level(charges: Iterable[Charge]) -> DunningLevel:
    """Give the level of the charge first billed longest ago; a tie goes to the more severe.

    Args:
        charges: billable charges; those never billed have no say (DL-9). None gives 0.

    Raises:
        InvalidRecord: *charges* holds something else.
    """
    check_given("charges", charges, SEVERAL)
    oldest: date | None = None
    level = _LEVEL_0
    for charge in charges:
        if type(charge) is not Charge:
            raise InvalidRecord("act", "charges", charge, "be charges", records_only=True)
        standing = charge.standing
        first = standing.first_billed_on
        if first is None:
            continue
        if oldest is None or first < oldest:
            oldest, level = first, standing.level
        elif first == oldest and standing.level > level:
            level = standing.level
    return level


_LEVEL_0: Final = DunningLevel.LEVEL_0


def _share(
    patient_id: str, charges: list[Charge], billable: list[Charge], dues: list[PlanDue]
) -> PatientFigures:
    # Each list is walked once: a worklist asks for the figures of many members.
    outstanding = in_credit = with_agency = standard = ZERO
    for charge in charges:
        amount = charge.outstanding
        if amount < ZERO:
            in_credit = add(in_credit, amount)
        elif charge.placement is None:
            outstanding = add(outstanding, amount)
        else:
            with_agency = add(with_agency, amount)
    for charge in billable:
        if charge.standing.enrolment is None:
            standard = add(standard, charge.outstanding)
    plan_asks = total(due.due for due in dues)
    return PatientFigures(
        patient_id=patient_id,
        level=most_severe([charge.standing.level for charge in billable]),
        outstanding=outstanding,
        credits=in_credit,
        plan_due=plan_asks,
        plan_overdue=total(due.arrears for due in dues),
        due_now=add(standard, plan_asks),
        collect_outstanding=with_agency,
    )


def _owed(account: Account) -> list[Charge]:
    return [c for c in account.charges if c.outstanding > ZERO and c.placement is None]
