"""Which medical group is shown where several apply (PH-8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from revcycle.errors import UnknownReference
from revcycle.portals.portals import MedicalGroup

__all__ = ["earliest_group"]


def earliest_group(
    group_ids: Iterable[str], groups: Mapping[str, MedicalGroup]
) -> MedicalGroup | None:
    """Give the group that was created first; None where none applies.

    On one day the lowest id is first; a group without a day comes after those with one.

    Raises:
        UnknownReference: one of *group_ids* is not among *groups*.
    """
    try:
        return min((groups[each] for each in group_ids), key=_place, default=None)
    except KeyError as missing:
        raise UnknownReference("medical group", str(missing.args[0])) from None


def _place(group: MedicalGroup) -> tuple[bool, date, str]:
    return (group.created_on is None, group.created_on or date.max, group.id)
