"""What triage asks of an access issue, as named leaves over its facts."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any, Final

import attrs

from revcycle.checks import ID, Requirement, check_fields, one_of
from revcycle.portals.issues import ReportedReason
from revcycle.portals.tasks import WorkKind
from revcycle.rules import Equals, In, Leaf, LeafRegistry, Rule

__all__ = [
    "IDS",
    "TRIAGE_LEAVES",
    "AccountAllows",
    "AccountField",
    "BlocksWork",
    "ReasonIn",
    "choice",
    "gathered",
    "some_of",
]


class AccountField(enum.Enum):
    """What the type of an account lets the practice change, or not (PH-9)."""

    USER_NAME = "user_name"
    PASSWORD = "password"  # noqa: S105  (a tag, not a secret)
    ADDITION = "addition"


def gathered(given: Any, kind: type) -> Any:  # noqa: ANN401  (whatever was given)
    """Make a set of one *kind* or several; what is neither is left for the leaf to refuse."""
    if isinstance(given, kind):
        return frozenset({given})
    try:
        return given if isinstance(given, str) else frozenset(given)
    except TypeError:  # nothing to go through, or parts that no set takes
        return given


def _reasons(
    given: Iterable[ReportedReason] | ReportedReason,
) -> frozenset[ReportedReason]:
    reasons: frozenset[ReportedReason] = gathered(given, ReportedReason)
    return reasons


def some_of(kind: type[enum.Enum]) -> Requirement:
    """Ask for a set of members of *kind*: of none the rule would never hold."""
    members = ", ".join(str(member.value) for member in kind)
    return Requirement(
        lambda v: type(v) is frozenset and {*map(type, v)} == {kind},
        f"be one or more {kind.__name__} members: of {members}",
    )


IDS: Final = Requirement(
    lambda v: type(v) is frozenset and all(map(ID.holds, v)), "be non-empty text ids"
)


def choice(words: Iterable[str]) -> str:
    """Say *words* as a choice, such as ``a, b or c``; no words are none."""
    *first, last = [*words] or ["none"]
    return f"{', '.join(first)} or {last}" if first else last


@attrs.frozen
class ReasonIn(Leaf):
    """The issue was reported for one of these reasons.

    Attributes:
        reasons: the reasons.
    """

    reasons: frozenset[ReportedReason] = attrs.field(converter=_reasons)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no reason."""
        check_fields(self, (("reasons", some_of(ReportedReason)),))

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return In("reason", {reason.value for reason in self.reasons})

    def words(self) -> str:
        """Say it in English."""
        words = [r.value.replace("_", " ") for r in ReportedReason if r in self.reasons]
        return f"the reason is {choice(words)}"


@attrs.frozen
class BlocksWork(Leaf):
    """The issue blocks work of this kind (PH-1).

    Attributes:
        kind: claims or unpostables.
    """

    kind: WorkKind

    def __attrs_post_init__(self) -> None:
        """Refuse what is no kind of work."""
        check_fields(self, (("kind", one_of(WorkKind)),))

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

    def __attrs_post_init__(self) -> None:
        """Refuse what no type of account says."""
        check_fields(self, (("field", one_of(AccountField)),))

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
