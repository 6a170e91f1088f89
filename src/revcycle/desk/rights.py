"""Whose page opens for whom, and what of an account it may tell (PR-2, PR-3, WL-13).

Everything at the desk asks `require_desk` first. An act that names patients asks `require_open`
of each of them; what it then shows, or says in a refusal, asks the account's `Sight`.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from revcycle.access import (
    Permission,
    Viewer,
    check_patient_access,
    require_permission,
    sees_everyone,
)
from revcycle.accounts import Account, Note, Patient, head_of, member_of
from revcycle.dunning import ActProblem
from revcycle.errors import InvalidRecord, NotPermitted, Problem, Refused
from revcycle.worklists import Sight, is_patient_masked, patients_of, sight_of

__all__ = [
    "Discretion",
    "as_told",
    "discretion_for",
    "ids_named",
    "reasons_closed",
    "require_desk",
    "require_open",
    "shown_account_id",
]


def require_desk(act: str, *, viewer: Viewer) -> None:
    """Refuse *act* unless *viewer* may work on accounts at all (PR-2).

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
    """
    require_permission(act, viewer, Permission.SELF_PAY_WORKLISTS)


def require_open(act: str, account: Account, *, viewer: Viewer, patient_ids: Iterable[str]) -> None:
    """Refuse *act* unless the pages of these members open for *viewer* (PR-2, PR-3, WL-13).

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission, or a patient is masked.
        Refused: the account is closed, so that it has no page any more (FA-3).
        UnknownReference: somebody is no current member.
    """
    require_desk(act, viewer=viewer)
    if account.closed_on is not None:
        detail = f"account {account.id}, closed {account.closed_on}"
        raise Refused(act, [Problem(ActProblem.ACCOUNT_CLOSED, detail)])
    patients = [member_of(account, patient_id).patient for patient_id in patient_ids]
    reasons = [each for patient in patients for each in reasons_closed(patient, viewer=viewer)]
    if reasons:
        raise NotPermitted(act, dict.fromkeys(reasons))


def ids_named(act: str, patient_ids: object) -> tuple[str, ...]:
    """Give the ids of *patient_ids*, each once, in their order.

    Raises:
        InvalidRecord: they are one text, whose letters would pass for ids, or no ids at all.
    """
    if isinstance(patient_ids, Iterable) and not isinstance(patient_ids, str):
        ids = tuple(patient_ids)
        if all(type(each) is str for each in ids):
            return tuple(dict.fromkeys(ids))
    raise InvalidRecord(
        act, "patient_ids", patient_ids, "be a sequence of ids, not one text", records_only=True
    )


def reasons_closed(patient: Patient, *, viewer: Viewer) -> tuple[Problem, ...]:
    """List why the page of *patient* does not open for *viewer*; no reason names the patient."""
    return check_patient_access(
        viewer,
        is_blocked=patient.blocked,
        provider_id=patient.usual_provider_id,
        department_id=patient.primary_department_id,
    )


def shown_account_id(account: Account, *, viewer: Viewer) -> str | None:
    """Give the account id, or None when the head is masked: it may tell who that is (PR-3)."""
    is_masked = bool(account.members) and is_patient_masked(head_of(account), viewer)
    return None if is_masked else account.id


def as_told(
    problems: Iterable[Problem], account: Account, *, viewer: Viewer
) -> tuple[Problem, ...]:
    """Give *problems* without their figures where those could name a masked head's account."""
    if shown_account_id(account, viewer=viewer) is None:
        return tuple(Problem(problem.proposition) for problem in problems)
    return tuple(problems)


@attrs.frozen(kw_only=True, repr=False)
class Discretion:
    """What may be told of one account to one viewer.

    Attributes:
        sight: who is masked.
        shown_account_id: the account id; None when the head is masked.
        masked_subject_ids: those subjects of the account's notes who are masked.
    """

    sight: Sight
    shown_account_id: str | None
    masked_subject_ids: frozenset[str]

    def may_tell(self, note: Note) -> bool:
        """Tell whether *note* is about nobody who is masked (PR-3)."""
        return self.masked_subject_ids.isdisjoint(note.subject_ids)

    @property
    def may_tell_statement(self) -> bool:
        """Whether the statement, which names everybody, names nobody who is masked."""
        return not (self.sight.masked_ids or self.sight.is_guarantor_masked)


def discretion_for(account: Account, *, viewer: Viewer, book: Iterable[Account]) -> Discretion:
    """Say what of *account* may be told to *viewer*.

    Args:
        account: one with members.
        viewer: who looks.
        book: the practice's accounts, where people are looked up whom *account* names without
            their being its members: a guarantor, a former member. Who is in none of them counts
            as masked, since nobody here can say that the record is open.
    """
    if sees_everyone(viewer):
        return Discretion(
            sight=Sight(), shown_account_id=account.id, masked_subject_ids=frozenset()
        )
    members = {member.patient.id: member.patient for member in account.members}
    subjects = {subject_id for note in account.notes for subject_id in note.subject_ids}
    named = {*subjects, account.guarantor.patient_id or ""} - members.keys() - {""}
    elsewhere = patients_of(book, named, viewer=viewer)
    sight = sight_of(account, viewer=viewer, elsewhere=elsewhere)
    known = elsewhere | members
    return Discretion(
        sight=sight,
        shown_account_id=None if sight.is_head_masked else account.id,
        masked_subject_ids=frozenset(
            subject_id
            for subject_id in subjects
            if subject_id not in known or is_patient_masked(known[subject_id], viewer)
        ),
    )
