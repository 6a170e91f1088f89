"""Who looks, and what they may do (PR-1 to PR-5).

This module knows permissions and ids, not accounts. The verbs of `revcycle.dunning` are the
host's own acts and take no viewer; whatever a user opens or edits takes one and is denied unless
permitted.
"""

from __future__ import annotations

import enum

import attrs

from revcycle.checks import ID, Requirement, check_fields
from revcycle.errors import NotPermitted, Problem, Proposition

__all__ = ["AccessProblem", "Permission", "Viewer", "may", "require_permission"]


class Permission(enum.Enum):
    """A permission by its name in the field. None implies another (PR-1)."""

    SELF_PAY_ADMIN = "Self-Pay Account Management: Admin"
    SELF_PAY_WORKLISTS = "Self-Pay Account Management: Worklists"
    ACCESS_BLOCKED = "Privacy: Access Blocked Accounts"
    MEDICAL_GROUPS = "Practice Set-Up: Medical Groups/ Providers/ Numbers"


class AccessProblem(Proposition):
    """Why a viewer is refused."""

    PERMISSION_MISSING = "Ask an administrator for the permission."


@attrs.frozen(kw_only=True)
class Viewer:
    """Somebody who uses the practice's tools.

    Attributes:
        id: the user.
        permissions: what they were granted; nothing is implied.
    """

    id: str
    permissions: frozenset[Permission] = frozenset()

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("id", ID), ("permissions", _PERMISSIONS)))


_PERMISSIONS = Requirement(
    lambda v: type(v) is frozenset and all(type(p) is Permission for p in v),
    "be a frozenset of Permission members",
)


def may(viewer: Viewer, permission: Permission) -> bool:
    """Tell whether *viewer* has *permission*."""
    return permission in viewer.permissions


def require_permission(act: str, viewer: Viewer, permission: Permission) -> None:
    """Refuse *act* unless *viewer* has *permission* (PR-5).

    Raises:
        NotPermitted: naming the permission.
    """
    if not may(viewer, permission):
        detail = f"viewer {viewer.id} lacks {permission.value!r}"
        raise NotPermitted(act, [Problem(AccessProblem.PERMISSION_MISSING, detail)])
