"""Who looks, and what they may do (PR-1 to PR-5).

This module knows permissions and ids, not accounts. The verbs of `revcycle.dunning` are the
host's own acts and take no viewer; whatever a user opens or edits takes one and is denied unless
permitted.
"""

from __future__ import annotations

import enum

import attrs

from revcycle.checks import ID, WORDS, Requirement, check_fields, optional
from revcycle.errors import InvalidRecord, NotPermitted, Problem, Proposition

__all__ = [
    "AccessProblem",
    "Permission",
    "ProviderGroup",
    "Viewer",
    "check_patient_access",
    "check_permission",
    "has_access",
    "is_masked",
    "may",
    "require_permission",
    "sees_everyone",
]


class Permission(enum.Enum):
    """A permission by its name in the field. None implies another (PR-1).

    The help pages' name of `ACCESS_BLOCKED`, which ends in "Patients", is accepted as an alias.
    """

    SELF_PAY_ADMIN = "Self-Pay Account Management: Admin"
    SELF_PAY_WORKLISTS = "Self-Pay Account Management: Worklists"
    ACCESS_BLOCKED = "Privacy: Access Blocked Accounts"
    MEDICAL_GROUPS = "Practice Set-Up: Medical Groups/ Providers/ Numbers"

    @classmethod
    def _missing_(cls, value: object) -> Permission | None:
        return cls.ACCESS_BLOCKED if value == "Privacy: Access Blocked Patients" else None


class AccessProblem(Proposition):
    """Why a viewer is refused."""

    PERMISSION_MISSING = "Ask an administrator for the permission."
    OUTSIDE_PROVIDER_GROUPS = "Ask somebody in whose provider groups the record is (WL-13)."


_IDS = Requirement(
    lambda v: type(v) is frozenset and all(map(ID.holds, v)), "be a frozenset of non-empty text ids"
)


@attrs.frozen(kw_only=True)
class ProviderGroup:
    """A part of the practice whose patients' records are its own (WL-13).

    A patient's record is in the group when the usual provider or the primary department is.

    Attributes:
        id: minted by the host.
        provider_ids: its providers.
        department_ids: its departments.
    """

    id: str
    provider_ids: frozenset[str] = frozenset()
    department_ids: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("id", ID), ("provider_ids", _IDS), ("department_ids", _IDS)))


_PERMISSIONS = Requirement(
    lambda v: type(v) is frozenset and all(type(p) is Permission for p in v),
    "be a frozenset of Permission members",
)
_GROUPS = Requirement(
    lambda v: type(v) is frozenset and all(type(g) is ProviderGroup for g in v),
    "be a frozenset of provider groups",
)


@attrs.frozen(kw_only=True)
class Viewer:
    """Somebody who uses the practice's tools.

    Attributes:
        id: the user.
        permissions: what they were granted; nothing is implied.
        provider_groups: the groups whose records they may open; None where the practice has no
            provider groups, which hides nothing (WL-13).
    """

    id: str
    permissions: frozenset[Permission] = frozenset()
    provider_groups: frozenset[ProviderGroup] | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _VIEWER)


_VIEWER = (("id", WORDS), ("permissions", _PERMISSIONS), ("provider_groups", optional(_GROUPS)))


def may(viewer: Viewer, permission: Permission) -> bool:
    """Tell whether *viewer* has *permission*."""
    return permission in viewer.permissions


def has_access(viewer: Viewer, *, provider_id: str, department_id: str) -> bool:
    """Tell whether a record is in a provider group of *viewer* (WL-13).

    Without provider groups every record is; with them, one in no group is closed to all.

    Args:
        viewer: who looks.
        provider_id: the patient's usual provider; may be empty.
        department_id: the patient's primary department; may be empty.
    """
    return viewer.provider_groups is None or any(
        provider_id in group.provider_ids or department_id in group.department_ids
        for group in viewer.provider_groups
    )


def is_masked(viewer: Viewer, *, is_blocked: bool, provider_id: str, department_id: str) -> bool:
    """Tell whether a patient is shown to *viewer* without name and id (PR-3, WL-13).

    Args:
        viewer: who looks.
        is_blocked: whether the patient's record is blocked.
        provider_id: the patient's usual provider; may be empty.
        department_id: the patient's primary department; may be empty.
    """
    if is_blocked and Permission.ACCESS_BLOCKED not in viewer.permissions:
        return True
    return not has_access(viewer, provider_id=provider_id, department_id=department_id)


def check_patient_access(
    viewer: Viewer, *, is_blocked: bool, provider_id: str, department_id: str
) -> tuple[Problem, ...]:
    """List why a patient's own page does not open for *viewer*: nothing unless `is_masked`.

    No reason says which patient it is: of a blocked one not even the id is told (PR-3).

    Args:
        viewer: who would open it.
        is_blocked: whether the patient's record is blocked.
        provider_id: the patient's usual provider; may be empty.
        department_id: the patient's primary department; may be empty.
    """
    problems = []
    if is_blocked and not may(viewer, Permission.ACCESS_BLOCKED):
        problems.append(_missing(viewer, Permission.ACCESS_BLOCKED))
    if not has_access(viewer, provider_id=provider_id, department_id=department_id):
        problems.append(Problem(AccessProblem.OUTSIDE_PROVIDER_GROUPS, f"viewer {viewer.id}"))
    return tuple(problems)


def sees_everyone(viewer: Viewer) -> bool:
    """Tell whether nobody is masked for *viewer*, whoever they are."""
    return viewer.provider_groups is None and Permission.ACCESS_BLOCKED in viewer.permissions


def require_permission(act: str, viewer: Viewer, permission: Permission) -> None:
    """Refuse *act* unless *viewer* has *permission* (PR-5).

    Raises:
        NotPermitted: naming the permission.
        InvalidRecord: *viewer* is none.
    """
    _check_viewer(act, viewer)
    if missing := check_permission(viewer, permission):
        raise NotPermitted(act, missing)


def check_permission(viewer: Viewer, permission: Permission) -> tuple[Problem, ...]:
    """List what *viewer* lacks: nothing where *permission* was granted (PR-5).

    Raises:
        InvalidRecord: *viewer* is none.
    """
    _check_viewer("check_permission", viewer)
    return () if may(viewer, permission) else (_missing(viewer, permission),)


def _check_viewer(act: str, viewer: object) -> None:
    if type(viewer) is not Viewer:
        raise InvalidRecord(act, "viewer", viewer, "be a Viewer", records_only=True)


def _missing(viewer: Viewer, permission: Permission) -> Problem:
    detail = f"viewer {viewer.id} lacks {permission.value!r}"
    return Problem(AccessProblem.PERMISSION_MISSING, detail)
