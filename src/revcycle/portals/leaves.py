"""What triage asks of an access issue, as named leaves over its facts."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import attrs

from revcycle.portals.issues import ReportedReason
from revcycle.portals.tasks import WorkKind
from revcycle.rules import Equals, In, Leaf, LeafRegistry, Rule

__all__ = ["TRIAGE_LEAVES", "AccountAllows", "AccountField", "BlocksWork", "ReasonIn"]


class AccountField(enum.Enum):
    """What the type of an account lets the practice change, or not (PH-9)."""

    USER_NAME = "user_name"
    PASSWORD = "password"  # noqa: S105  (a tag, not a secret)
    ADDITION = "addition"


def _reasons(given: Iterable[ReportedReason] | ReportedReason) -> frozenset[ReportedReason]:
    return frozenset({given} if isinstance(given, ReportedReason) else given)


@attrs.frozen
class ReasonIn(Leaf):
    """The issue was reported for one of these reasons.

    Attributes:
        reasons: the reasons.
    """

    reasons: frozenset[ReportedReason] = attrs.field(converter=_reasons)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("reason", {reason.value for reason in self.reasons})

    def words(self) -> str:
        """Say it in English."""
        words = [r.value.replace("_", " ") for r in ReportedReason if r in self.reasons]
        return f"the reason is {' or '.join(words)}"


@attrs.frozen
class BlocksWork(Leaf):
    """The issue blocks work of this kind (PH-1).

    Attributes:
        kind: claims or unpostables.
    """

    kind: WorkKind

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return Equals(f"blocks_{self.kind.value}", value=True)

    def words(self) -> str:
        """Say it in English."""
        return f"{self.kind.value} work is blocked"


@attrs.frozen
class AccountAllows(Leaf):
    """The type of the account in question lets the practice change this (PH-9).

    Attributes:
        field: what is changed.
    """

    field: AccountField

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return Equals(_FACTS[self.field], value=True)

    def words(self) -> str:
        """Say it in English."""
        return _WORDS[self.field]


_FACTS: Final = {
    AccountField.USER_NAME: "may_change_user_name",
    AccountField.PASSWORD: "may_change_password",
    AccountField.ADDITION: "may_add_account",
}
_WORDS: Final = {
    AccountField.USER_NAME: "the practice may change the user name",
    AccountField.PASSWORD: "the practice may change the password",
    AccountField.ADDITION: "the practice may add an account",
}

TRIAGE_LEAVES: Final = LeafRegistry(
    account_allows=AccountAllows, blocks_work=BlocksWork, reason_in=ReasonIn
)
"""The leaves of triage by their tags in the wire form."""
