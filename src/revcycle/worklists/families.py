"""A family as it stands on a worklist: its rows, their order, and its place among the others.

`shown_members` is what an account view shows of a family too: who comes first, who is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from revcycle.accounts import Account, Patient, head_of
from revcycle.checks import private
from revcycle.dunning import AccountReading, PatientFigures, folded_name, patient_figures
from revcycle.levels import most_severe
from revcycle.money import cents, total
from revcycle.worklists.results import (
    MASK,
    FamilyFigures,
    MemberFigures,
    Relation,
    WorklistFamily,
    WorklistRow,
)
from revcycle.worklists.sight import Sight

__all__ = [
    "FoundFamily",
    "ShownMember",
    "by_name",
    "by_outstanding",
    "found_family",
    "shown_members",
    "shown_name",
]


@attrs.frozen(kw_only=True)
class ShownMember:
    """A member of a family as a viewer may see them (PR-3, WL-11).

    Attributes:
        patient_id: None when masked.
        name: last name, first name; `MASK` when masked; hidden.
        relation: to the head; None when masked.
        is_masked: whether the viewer may not know who this is.
        own: the member's figures.
    """

    patient_id: str | None
    name: str = private()
    relation: Relation | None
    is_masked: bool
    own: MemberFigures


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
    figures = patient_figures(account, as_of=reading.as_of, policy=reading.policy)
    shared = _shared_figures(reading, figures)
    members = shown_members(account, sight=sight, figures=figures)
    return FoundFamily(
        account=account,
        head=None if sight.is_head_masked else head,
        family=WorklistFamily(
            account_id=account.id,
            member_ids=frozenset(member.patient.id for member in account.members),
            shown_account_id=None if sight.is_head_masked else account.id,
            figures=shared,
            rows=tuple([_row(member, shared) for member in members]),
        ),
    )


def shown_members(
    account: Account, *, sight: Sight, figures: Iterable[PatientFigures]
) -> tuple[ShownMember, ...]:
    """Give the members in their order: the head, the others by name, masked ones (WL-8, PR-3).

    Args:
        account: one with members.
        sight: what the viewer may see of it.
        figures: of every member.
    """
    head = head_of(account)
    patients = {member.patient.id: member.patient for member in account.members}
    found = [_shown(patients[each.patient_id], head, each, sight) for each in figures]
    visible = [member for member in found if not member.is_masked]
    visible.sort(key=lambda member: _visible_order(member, patients))
    masked = [member for member in found if member.is_masked]
    masked.sort(key=_masked_order)
    return (*visible, *masked)


def shown_name(patient: Patient) -> str:
    """Write a name as lists do: last name, first name."""
    return ", ".join(filter(None, (patient.last_name, patient.first_name)))


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


def _shared_figures(reading: AccountReading, figures: Sequence[PatientFigures]) -> FamilyFigures:
    account, alarm = reading.account, reading.alarm
    if alarm.level is None or alarm.reached_on is None:
        raise AssertionError("unreachable: an account on a worklist has a firing alarm")
    return FamilyFigures(
        level=most_severe(each.level for each in figures),
        alarm_level=alarm.level,
        alarm_since=alarm.reached_on,
        last_statement_on=account.cycle.last_statement_on,
        next_statement_on=account.cycle.next_statement_on,
        outstanding=total(each.outstanding for each in figures),
    )


def _shown(patient: Patient, head: Patient, figures: PatientFigures, sight: Sight) -> ShownMember:
    own = MemberFigures(
        level=figures.level,
        outstanding=figures.outstanding,
        credits=figures.credits,
        plan_due=figures.plan_due,
        plan_overdue=figures.plan_overdue,
        collect_outstanding=figures.collect_outstanding,
    )
    if patient.id in sight.masked_ids:
        return ShownMember(patient_id=None, name=MASK, relation=None, is_masked=True, own=own)
    return ShownMember(
        patient_id=patient.id,
        name=shown_name(patient),
        relation=Relation.HEAD if patient is head else Relation.MEMBER,
        is_masked=False,
        own=own,
    )


def _row(member: ShownMember, shared: FamilyFigures) -> WorklistRow:
    return WorklistRow(
        patient_id=member.patient_id,
        name=member.name,
        relation=member.relation,
        is_masked=member.is_masked,
        own=member.own,
        family=shared,
    )


def _names(patient: Patient) -> tuple[str, str]:
    return folded_name(patient.last_name), folded_name(patient.first_name)


def _visible_order(member: ShownMember, patients: dict[str, Patient]) -> tuple[bool, str, str, str]:
    patient_id = member.patient_id or ""
    return (member.relation is not Relation.HEAD, *_names(patients[patient_id]), patient_id)


def _masked_order(member: ShownMember) -> tuple[int, ...]:
    """Order by outstanding, then the other figures in column order, each largest first (PR-3)."""
    own = member.own
    amounts = (own.credits, own.plan_due, own.plan_overdue, own.collect_outstanding)
    return (-cents(own.outstanding), -own.level.severity, *(-cents(each) for each in amounts))
