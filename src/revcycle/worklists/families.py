"""A family as it stands on a worklist: its rows, their order, and its place among the others."""

from __future__ import annotations

from decimal import Decimal

import attrs

from revcycle.accounts import Account, Patient, head_of
from revcycle.dunning import AccountReading, PatientFigures, folded_name, patient_figures
from revcycle.levels import most_severe
from revcycle.money import ZERO, add, cents, total
from revcycle.worklists.results import (
    MASK,
    FamilyFigures,
    MemberFigures,
    Relation,
    WorklistFamily,
    WorklistRow,
)
from revcycle.worklists.sight import Sight

__all__ = ["FoundFamily", "by_name", "by_outstanding", "found_family"]


@attrs.frozen(kw_only=True, eq=False)
class FoundFamily:
    """A family that a run found, with what its place in the order depends on.

    Attributes:
        account: the account.
        head: its head; None when masked.
        family: what is shown of it.
    """

    account: Account
    head: Patient | None
    family: WorklistFamily


def found_family(reading: AccountReading, sight: Sight) -> FoundFamily:
    """Build what is shown of an account: the head, the other members, masked ones last (FA-2)."""
    account = reading.account
    head = head_of(account)
    shared, own = _figures(reading)
    rows = [
        _row(member.patient, head, own[member.patient.id], shared, sight)
        for member in account.members
    ]
    patients = {member.patient.id: member.patient for member in account.members}
    visible = [row for row in rows if not row.is_masked]
    visible.sort(key=lambda row: _visible_order(row, patients))
    masked = sorted((row for row in rows if row.is_masked), key=_masked_order)
    return FoundFamily(
        account=account,
        head=None if sight.is_head_masked else head,
        family=WorklistFamily(
            account_id=account.id,
            member_ids=frozenset(patients),
            shown_account_id=None if sight.is_head_masked else account.id,
            figures=shared,
            rows=(*visible, *masked),
        ),
    )


def by_name(found: FoundFamily) -> tuple[bool, str, str, str]:
    """Order by the head's last name, first name, account id; masked heads last (WL-8, PR-3)."""
    last, first = ("", "") if found.head is None else _names(found.head)
    return (found.head is None, last, first, found.account.id)


def by_outstanding(found: FoundFamily) -> tuple[bool, int, str, str, str]:
    """Order by amount, largest first, then as `by_name` does; masked heads last (WL-8, PR-3)."""
    is_masked, *names = by_name(found)
    amount = 0 if is_masked else -cents(found.family.figures.outstanding)
    last, first, account_id = names
    return (is_masked, amount, last, first, account_id)


def _figures(reading: AccountReading) -> tuple[FamilyFigures, dict[str, MemberFigures]]:
    account, alarm = reading.account, reading.alarm
    if alarm.level is None or alarm.reached_on is None:
        raise AssertionError("unreachable: an account on a worklist has a firing alarm")
    found = patient_figures(account, as_of=reading.as_of, policy=reading.policy)
    in_credit = dict.fromkeys((each.patient_id for each in found), ZERO)
    placed = dict(in_credit)
    for charge in account.charges:
        if charge.outstanding < ZERO:
            in_credit[charge.patient_id] = add(in_credit[charge.patient_id], charge.outstanding)
        elif charge.placement is not None:
            placed[charge.patient_id] = add(placed[charge.patient_id], charge.outstanding)
    own = {
        each.patient_id: _own(each, in_credit[each.patient_id], placed[each.patient_id])
        for each in found
    }
    shared = FamilyFigures(
        level=most_severe(each.level for each in found),
        alarm_level=alarm.level,
        alarm_since=alarm.reached_on,
        last_statement_on=account.cycle.last_statement_on,
        next_statement_on=account.cycle.next_statement_on,
        outstanding=total(each.outstanding for each in found),
    )
    return shared, own


def _own(figures: PatientFigures, in_credit: Decimal, placed: Decimal) -> MemberFigures:
    return MemberFigures(
        level=figures.level,
        outstanding=figures.outstanding,
        credits=in_credit,
        plan_due=figures.plan_due,
        plan_overdue=figures.plan_overdue,
        collect_outstanding=placed,
    )


def _row(
    patient: Patient, head: Patient, own: MemberFigures, shared: FamilyFigures, sight: Sight
) -> WorklistRow:
    if patient.id in sight.masked_ids:
        return WorklistRow(
            patient_id=None, name=MASK, relation=None, is_masked=True, own=own, family=shared
        )
    return WorklistRow(
        patient_id=patient.id,
        name=", ".join(filter(None, (patient.last_name, patient.first_name))),
        relation=Relation.HEAD if patient is head else Relation.MEMBER,
        is_masked=False,
        own=own,
        family=shared,
    )


def _names(patient: Patient) -> tuple[str, str]:
    return folded_name(patient.last_name), folded_name(patient.first_name)


def _visible_order(row: WorklistRow, patients: dict[str, Patient]) -> tuple[bool, str, str, str]:
    patient_id = row.patient_id or ""
    return (row.relation is not Relation.HEAD, *_names(patients[patient_id]), patient_id)


def _masked_order(row: WorklistRow) -> tuple[int, ...]:
    """Order by outstanding, then the other figures in column order, each largest first (PR-3)."""
    own = row.own
    amounts = (own.credits, own.plan_due, own.plan_overdue, own.collect_outstanding)
    return (-cents(own.outstanding), -own.level.severity, *(-cents(each) for each in amounts))
