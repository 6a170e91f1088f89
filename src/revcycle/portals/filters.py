"""The filters of the hub as named leaves over the facts of an issue, each said in core nodes.

A practice joins them as it likes; every interpreter of `revcycle.rules` takes them, as it takes
those of worklists. `BlocksWork` is the filter by kind of work blocked, `ReasonIn` the one by what
was reported: triage asks the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import check_fields, refuse
from revcycle.errors import InvalidRecord
from revcycle.money import cents, text, usd
from revcycle.portals.issues import IssueStatus, status_label
from revcycle.portals.leaves import (
    IDS,
    AccountAllows,
    BlocksWork,
    ReasonIn,
    choice,
    gathered,
    some_of,
)
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    In,
    Leaf,
    LeafRegistry,
    Not,
    Rule,
)

__all__ = [
    "PORTAL_LEAVES",
    "AgeBetween",
    "BlockedDollarsBetween",
    "CoversPayer",
    "MedicalGroupIn",
    "PortalIn",
    "StatusIn",
    "named_for",
]


def _texts(given: Iterable[str]) -> frozenset[str]:
    ids: frozenset[str] = gathered(given, str)
    return ids


def _statuses(given: Iterable[IssueStatus] | IssueStatus) -> frozenset[IssueStatus]:
    statuses: frozenset[IssueStatus] = gathered(given, IssueStatus)
    return statuses


def _dollars(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="BlockedDollarsBetween")


@attrs.frozen
class StatusIn(Leaf):
    """Those who must act on the issue are one of these (PH-2, PH-4).

    Attributes:
        statuses: the statuses that pass.
    """

    statuses: frozenset[IssueStatus] = attrs.field(converter=_statuses)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no status."""
        check_fields(self, (("statuses", some_of(IssueStatus)),))

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("status", {status.value for status in self.statuses})

    def words(self) -> str:
        """Say it in English; a rule knows no host's name for the service: see `named_for`."""
        return _status_words(self.statuses, service_name="the service")


def _status_words(statuses: frozenset[IssueStatus], *, service_name: str) -> str:
    labels = [
        status_label(status, service_name=service_name)
        for status in IssueStatus
        if status in statuses
    ]
    return f"the status is {choice(labels)}"


@attrs.frozen
class _StatusNamed(StatusIn):
    """The same, in the words of a host that has a name for the service."""

    service_name: str

    def words(self) -> str:
        return _status_words(self.statuses, service_name=self.service_name)


def named_for(rule: Rule, service_name: str) -> Rule:
    """Give *rule* as its words read where the service has this name (PH-14); it asks the same."""
    match rule:
        case StatusIn():
            return _StatusNamed(rule.statuses, service_name)
        case Not():
            return Not(named_for(rule.part, service_name))
        case AllOf() | AnyOf():
            return type(rule)(*(named_for(part, service_name) for part in rule.parts))
        case _:
            return rule


@attrs.frozen
class PortalIn(Leaf):
    """The issue is on one of these portals (PH-7).

    Attributes:
        ids: portals, one or more.
    """

    ids: frozenset[str] = attrs.field(converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no id, and no id at all."""
        check_fields(self, (("ids", IDS),))
        if not self.ids:
            refuse(self, "ids", "be one or more: no issue is on none")

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("portal_id", self.ids)

    def words(self) -> str:
        """Say it in English."""
        return f"the portal is {choice(sorted(self.ids))}"


@attrs.frozen
class CoversPayer(Leaf):
    """The issue's portal covers one of these payers or IRCs (PH-5).

    A rule cannot search names: `payers_matching` finds the ids for what somebody typed.

    Attributes:
        ids: payers and IRCs.
    """

    ids: frozenset[str] = attrs.field(converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no id."""
        check_fields(self, (("ids", IDS),))

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return _any_contained("covered_ids", self.ids)

    def words(self) -> str:
        """Say it in English."""
        return f"the portal covers {choice(sorted(self.ids))}"


@attrs.frozen
class MedicalGroupIn(Leaf):
    """One of these groups is among those that any of the issue's tasks applies to (PH-8).

    Attributes:
        ids: medical groups.
    """

    ids: frozenset[str] = attrs.field(converter=_texts)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no id."""
        check_fields(self, (("ids", IDS),))

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return _any_contained("medical_group_ids", self.ids)

    def words(self) -> str:
        """Say it in English."""
        return f"it applies to medical group {choice(sorted(self.ids))}"


@attrs.frozen
class AgeBetween(Leaf):
    """The issue was reported so many days ago; the bounds count, and either may be open.

    Attributes:
        days_min: days at least, or None.
        days_max: days at most, or None.
    """

    days_min: int | None = None
    days_max: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days, and bounds that leave nothing between them."""
        for field, days in (("days_min", self.days_min), ("days_max", self.days_max)):
            if days is not None and (type(days) is not int or days < 0):
                raise InvalidRecord("AgeBetween", field, days, "be an int, 0 or more, or None")
        low, high = self.days_min, self.days_max
        if low is not None and high is not None and low > high:
            raise InvalidRecord("AgeBetween", "days_max", high, f"be at least days_min, {low}")

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return _between("age_days", self.days_min, self.days_max)

    def words(self) -> str:
        """Say it in English."""
        low, high = self.days_min, self.days_max
        if low is None and high is None:
            return "reported at any time"
        if high is None:
            return f"reported {low} days ago or earlier"
        if low is None:
            return f"reported {high} days ago or later"
        return f"reported {low} to {high} days ago"


@attrs.frozen
class BlockedDollarsBetween(Leaf):
    """The dollars that wait are within the bounds, which count; either may be open (PH-10).

    Attributes:
        amount_min: US dollars, or None.
        amount_max: US dollars, or None.
    """

    amount_min: Decimal | None = attrs.field(default=None, converter=_dollars)
    amount_max: Decimal | None = attrs.field(default=None, converter=_dollars)

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that leave nothing between them."""
        low, high = self.amount_min, self.amount_max
        if low is not None and high is not None and low > high:
            must = f"be at least amount_min, {low}"
            raise InvalidRecord("BlockedDollarsBetween", "amount_max", high, must)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        low, high = self.amount_min, self.amount_max
        return _between(
            "blocked_cents",
            None if low is None else cents(low),
            None if high is None else cents(high),
        )

    def words(self) -> str:
        """Say it in English."""
        low = "" if self.amount_min is None else f" from ${text(self.amount_min)}"
        high = "" if self.amount_max is None else f" up to ${text(self.amount_max)}"
        return f"dollars blocked are{low}{high}" if low or high else "any dollars blocked"


def _any_contained(fact: str, ids: Iterable[str]) -> Rule:
    parts = [Contains(fact, each) for each in sorted(ids)]
    return parts[0] if len(parts) == 1 else AnyOf(*parts)


def _between(fact: str, low: int | None, high: int | None) -> Rule:
    least: list[Rule] = [] if low is None else [AtLeast(fact, low)]
    most: list[Rule] = [] if high is None else [AtMost(fact, high)]
    bounds = (*least, *most)
    return bounds[0] if len(bounds) == 1 else AllOf(*bounds)


PORTAL_LEAVES: Final = LeafRegistry(
    account_allows=AccountAllows,
    age_between=AgeBetween,
    blocked_dollars_between=BlockedDollarsBetween,
    blocks_work=BlocksWork,
    covers_payer=CoversPayer,
    medical_group_in=MedicalGroupIn,
    portal_in=PortalIn,
    reason_in=ReasonIn,
    status_in=StatusIn,
)
"""Every leaf over the facts of an issue, by its tag in the wire form; those of triage too."""
