"""The hub: portals, medical groups and access issues as they stand, each known by its id.

A hub is a snapshot to look at. Acts work on one issue; `with_issue` puts the outcome back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from revcycle.checks import WORDS, check_fields, each, one_of, unique
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.portals.acts import all_given
from revcycle.portals.issues import SERVICE_NAME, AccessIssue, medical_group_ids_of
from revcycle.portals.portals import MedicalGroup, Portal
from revcycle.portals.tasks import UnpostablesTask
from revcycle.portals.unpostables import AffectedUnpostable

__all__ = ["Hub", "group_of", "issue_of", "portal_of", "with_issue", "with_issues"]


@attrs.frozen(kw_only=True)
class Hub:
    """The practice's portals and what is wrong with the access to them (PH-1).

    Attributes:
        portals: each id once.
        medical_groups: each id once.
        issues: of these portals, resolved ones among them, each id once; task ids once in all.
        service_name: what the practice calls the service in labels (PH-14).
    """

    portals: tuple[Portal, ...] = ()
    medical_groups: tuple[MedicalGroup, ...] = ()
    issues: tuple[AccessIssue, ...] = ()
    service_name: str = SERVICE_NAME

    def __attrs_post_init__(self) -> None:
        """Check the fields and that every id that is named is here."""
        check_fields(self, _HUB)
        unique(self, "portals", [portal.id for portal in self.portals])
        unique(self, "medical_groups", [group.id for group in self.medical_groups])
        _check_ids(self)
        _check_references(self)
        _check_unpostables(self)


_HUB: Final = (
    ("portals", each(one_of(Portal))),
    ("medical_groups", each(one_of(MedicalGroup))),
    ("issues", each(one_of(AccessIssue))),
    ("service_name", WORDS),
)


def _check_ids(hub: Hub) -> None:
    # Compared as sets first: `unique` counts, which is slow for a hub of many issues.
    issue_ids = [issue.id for issue in hub.issues]
    task_ids = [task.id for issue in hub.issues for task in issue.tasks]
    for ids in (issue_ids, task_ids):
        if len(set(ids)) != len(ids):
            unique(hub, "issues", ids)


def _check_references(hub: Hub) -> None:
    groups = {group.id for group in hub.medical_groups}
    accounts = {portal.id: {account.id for account in portal.accounts} for portal in hub.portals}
    for issue in hub.issues:
        if issue.portal_id not in accounts:
            _refuse_issue(issue, f"be on a portal of this hub, not on {issue.portal_id}")
        used = {task.account_id for task in issue.tasks if isinstance(task, UnpostablesTask)}
        unknown = {*used, issue.account_id, None} - {*accounts[issue.portal_id], None}
        if unknown:
            _refuse_issue(issue, f"be about accounts of its portal, not {_listed(unknown)}")
        strays = medical_group_ids_of(issue) - groups
        if strays:
            _refuse_issue(issue, f"be for medical groups of this hub, not {_listed(strays)}")


def _check_unpostables(hub: Hub) -> None:
    """Refuse one unpostable told in two ways; whether it waits, each issue says for itself (PH-10).

    So dollars count it once, and one that is closed waits for nothing anywhere.
    """
    known: dict[str, AffectedUnpostable] = {}
    for issue in hub.issues:
        for told in issue.unpostables:
            other = known.setdefault(told.id, told)
            if other is told:
                continue
            for field in ("kind", "dollars", "closed_on"):
                if getattr(other, field) != getattr(told, field):
                    must = f"agree with the others on {field} of unpostable {told.id}"
                    _refuse_issue(issue, f"{must}: with_issues puts several back at once")


def _refuse_issue(issue: AccessIssue, must: str) -> None:
    raise InvalidRecord("Hub", "issues", issue.id, must)


def _listed(ids: Iterable[str | None]) -> str:
    return ", ".join(sorted(filter(None, ids)))


def portal_of(hub: Hub, portal_id: str) -> Portal:
    """Find a portal.

    Raises:
        UnknownReference: there is no such portal.
    """
    for portal in hub.portals:
        if portal.id == portal_id:
            return portal
    raise UnknownReference("portal", portal_id)


def group_of(hub: Hub, group_id: str) -> MedicalGroup:
    """Find a medical group.

    Raises:
        UnknownReference: there is no such group.
    """
    for group in hub.medical_groups:
        if group.id == group_id:
            return group
    raise UnknownReference("medical group", group_id)


def issue_of(hub: Hub, issue_id: str) -> AccessIssue:
    """Find an access issue.

    Raises:
        UnknownReference: there is no such issue.
    """
    for issue in hub.issues:
        if issue.id == issue_id:
            return issue
    raise UnknownReference("access issue", issue_id)


def with_issue(hub: Hub, issue: AccessIssue) -> Hub:
    """Give *hub* with *issue* in the place of the one with its id, or at the end if it is new.

    Raises:
        InvalidRecord: the hub cannot be so; kind, dollars and closing of an unpostable that two
            issues tell of change in both at once: `with_issues`.
    """
    return with_issues(hub, (issue,))


def with_issues(hub: Hub, issues: Iterable[AccessIssue]) -> Hub:
    """Give *hub* with each of *issues* in the place of the one with its id, new ones at the end.

    What several issues must agree on, such as the day on which an unpostable was closed (PH-10),
    changes in all of them together.

    Raises:
        InvalidRecord: the hub cannot be so.
    """
    given = all_given("issues", issues)
    for issue in given:
        if type(issue) is not AccessIssue:
            raise InvalidRecord("Hub", "issues", issue, "be an AccessIssue", records_only=True)
    unique(hub, "issues", [issue.id for issue in given])
    known = {issue.id: issue for issue in hub.issues}
    return attrs.evolve(hub, issues=tuple((known | {each.id: each for each in given}).values()))
