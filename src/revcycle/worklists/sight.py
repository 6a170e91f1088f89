"""What a viewer may see of an account: who is masked, and whose name may decide anything (PR-3).

A patient is masked who is blocked and the viewer may not access blocked accounts, or whose
record is in none of the viewer's provider groups (WL-13). A guarantor is the patient that he is,
wherever in the book that patient is a member; a patient who is nowhere in it counts as masked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import attrs

from revcycle.access import Viewer, has_access, is_masked, sees_everyone
from revcycle.accounts import Account, Patient, head_of

__all__ = [
    "FULL_SIGHT",
    "Sight",
    "absent_guarantors",
    "has_absent_guarantor",
    "is_patient_masked",
    "patients_of",
    "sight_of",
]


@attrs.frozen(kw_only=True)
class Sight:
    """What one viewer may see of one account.

    Attributes:
        is_shown: whether the account shows at all: a current member's record is accessible.
        masked_ids: the current members who are shown without name and id.
        is_head_masked: whether the head is among them.
        is_guarantor_masked: whether the guarantor's name and address may not be shown (LE-3).
        is_name_masked: whether the head or the guarantor is masked, so that the initial filter
            is not applied.
    """

    is_shown: bool = True
    masked_ids: frozenset[str] = frozenset()
    is_head_masked: bool = False
    is_guarantor_masked: bool = False
    is_name_masked: bool = False


FULL_SIGHT: Final = Sight()
"""Nothing is masked."""


def sight_of(account: Account, *, viewer: Viewer, elsewhere: Mapping[str, Patient]) -> Sight:
    """Say what *viewer* may see of *account*.

    Args:
        account: one with members.
        viewer: who looks.
        elsewhere: the patients whom `absent_guarantors` found.
    """
    if sees_everyone(viewer):
        return FULL_SIGHT
    patients = [member.patient for member in account.members]
    guarantor = account.guarantor.patient_id
    is_own = guarantor is None or guarantor in [patient.id for patient in patients]
    if is_own and viewer.provider_groups is None and True not in [p.blocked for p in patients]:
        return FULL_SIGHT  # the common case, asked of every account that a run looks at
    masked = frozenset(p.id for p in patients if is_patient_masked(p, viewer))
    is_shown = any(_is_accessible(patient, viewer) for patient in patients)
    is_head_masked = head_of(account).id in masked
    is_guarantor_masked = _is_guarantor_masked(account, masked, viewer, elsewhere)
    return Sight(
        is_shown=is_shown,
        masked_ids=masked,
        is_head_masked=is_head_masked,
        is_guarantor_masked=is_guarantor_masked,
        is_name_masked=is_head_masked or is_guarantor_masked,
    )


def absent_guarantors(
    accounts: Iterable[Account], book: Iterable[Account], *, viewer: Viewer
) -> dict[str, Patient]:
    """Find in *book* the patients who are guarantors of *accounts* without being members there."""
    if sees_everyone(viewer):
        return {}
    wanted = {account.guarantor.patient_id for account in accounts if has_absent_guarantor(account)}
    return patients_of(book, {patient_id for patient_id in wanted if patient_id}, viewer=viewer)


def patients_of(
    book: Iterable[Account], patient_ids: Collection[str], *, viewer: Viewer
) -> dict[str, Patient]:
    """Find patients in *book* by their ids; of one with two records, the one that is masked."""
    if not patient_ids:
        return {}
    found: dict[str, Patient] = {}
    for account in book:
        for patient in (member.patient for member in account.members):
            # One patient with two records counts as masked if either is, whichever comes first.
            known = patient.id in found and not is_patient_masked(patient, viewer)
            if patient.id in patient_ids and not known:
                found[patient.id] = patient
    return found


def has_absent_guarantor(account: Account) -> bool:
    """Tell whether the guarantor is a patient, and none of the account's members."""
    patient_id = account.guarantor.patient_id
    return patient_id is not None and not _is_member(account, patient_id)


def is_patient_masked(patient: Patient, viewer: Viewer) -> bool:
    """Tell whether *patient* is shown to *viewer* without name and id (PR-3, WL-13)."""
    return is_masked(
        viewer,
        is_blocked=patient.blocked,
        provider_id=patient.usual_provider_id,
        department_id=patient.primary_department_id,
    )


def _is_accessible(patient: Patient, viewer: Viewer) -> bool:
    return has_access(
        viewer,
        provider_id=patient.usual_provider_id,
        department_id=patient.primary_department_id,
    )


def _is_member(account: Account, patient_id: str) -> bool:
    return patient_id in [member.patient.id for member in account.members]


def _is_guarantor_masked(
    account: Account, masked: Collection[str], viewer: Viewer, elsewhere: Mapping[str, Patient]
) -> bool:
    patient_id = account.guarantor.patient_id
    if patient_id is None or _is_member(account, patient_id):
        return patient_id in masked
    patient = elsewhere.get(patient_id)
    return patient is None or is_patient_masked(patient, viewer)
