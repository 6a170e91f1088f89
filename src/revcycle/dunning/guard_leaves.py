"""What guard rails ask, as named leaves over the facts of an act (CO-5).

Each says what must be so for an act to be allowed. All that any of them leaves out is "no such
thing": without a bill no days have passed since one, so `BilledForDays` does not hold.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from revcycle.errors import InvalidRecord
from revcycle.money import cents, text, usd
from revcycle.rules import AllOf, AnyOf, AtLeast, AtMost, Equals, Leaf, LeafRegistry, Not, Rule

__all__ = [
    "GUARD_LEAVES",
    "BilledForDays",
    "CallsInWeekAtMost",
    "ClaimOwesAtLeast",
    "ConversationDaysAgo",
    "NoAssistanceApplication",
    "NoEstimateDispute",
    "NoticeGivenForDays",
    "ServedForDays",
    "WithinHours",
]

_HOUR: Final = 60
_HOURS: Final = 24


@attrs.frozen
class BilledForDays(Leaf):
    """The charge was first billed so many days ago, or more.

    Attributes:
        days: counted from the day of the first bill, which is day 0.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        _check_count(self, "days", self.days)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return AllOf(Equals("was_billed", value=True), AtLeast("first_billed_days", self.days))

    def words(self) -> str:
        """Say it in English."""
        return f"first billed at least {self.days} days ago"


@attrs.frozen
class ServedForDays(Leaf):
    """The service was so many days ago, or more.

    Attributes:
        days: counted from the day of the service, which is day 0.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        _check_count(self, "days", self.days)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return AllOf(Equals("has_charge", value=True), AtLeast("service_days", self.days))

    def words(self) -> str:
        """Say it in English."""
        return f"the service was at least {self.days} days ago"


@attrs.frozen
class NoticeGivenForDays(Leaf):
    """A written notice about the charge was sent so many days ago, or more.

    Attributes:
        days: counted from the day of the first notice, which is day 0.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        _check_count(self, "days", self.days)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return AllOf(Equals("had_notice", value=True), AtLeast("notice_days", self.days))

    def words(self) -> str:
        """Say it in English."""
        return f"a written notice was sent at least {self.days} days ago"


@attrs.frozen
class CallsInWeekAtMost(Leaf):
    """There were no more than so many calls in the last seven days.

    Attributes:
        count: of calls already made, the one in question not among them.
    """

    count: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of calls."""
        _check_count(self, "count", self.count)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return AtMost("calls_in_week_count", self.count)

    def words(self) -> str:
        """Say it in English."""
        return f"at most {self.count} calls in the last seven days"


@attrs.frozen
class ConversationDaysAgo(Leaf):
    """Nobody was spoken to in so many days, the day of the conversation being the first.

    Attributes:
        days: how many days the pause has; the next call may be on the day after.
    """

    days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        _check_count(self, "days", self.days)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        talked = Equals("had_conversation", value=True)
        return AnyOf(Not(talked), AtLeast("conversation_days", self.days))

    def words(self) -> str:
        """Say it in English."""
        return f"nobody was spoken to in the last {self.days} days"


@attrs.frozen
class WithinHours(Leaf):
    """The local time is from one full hour to just before another, or does not matter.

    Attributes:
        first: the hour at which the time begins, 0 to 23.
        until: the hour before which it ends, 1 to 24.
    """

    first: int
    until: int

    def __attrs_post_init__(self) -> None:
        """Refuse hours that no day has, and a span of none."""
        _check_count(self, "first", self.first)
        if type(self.until) is not int or not self.first < self.until <= _HOURS:
            must = f"be an hour after the first, {self.first}, and at most {_HOURS}"
            raise InvalidRecord("WithinHours", "until", self.until, must)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return AnyOf(
            Equals("has_local_time", value=False),
            AllOf(
                AtLeast("local_minute", self.first * _HOUR),
                AtMost("local_minute", self.until * _HOUR - 1),
            ),
        )

    def words(self) -> str:
        """Say it in English."""
        return f"the local time is from {self.first}:00 to before {self.until}:00"


@attrs.frozen
class NoAssistanceApplication(Leaf):
    """No application for financial assistance is open that came soon enough after the first bill.

    Attributes:
        within_days: how many days after the first bill an application still counts.
    """

    within_days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        _check_count(self, "within_days", self.within_days)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return Not(
            AllOf(
                Equals("has_assistance_application", value=True),
                AtMost("application_after_bill_days", self.within_days),
            )
        )

    def words(self) -> str:
        """Say it in English."""
        return (
            f"no application for assistance, made within {self.within_days} days "
            "of the first bill, is open"
        )


def _dollars(value: object) -> Decimal:
    return usd(value, record="guard rail")


@attrs.frozen
class NoEstimateDispute(Leaf):
    """No dispute is open of a bill far above its good-faith estimate.

    Attributes:
        amount_over: US dollars above the estimate from which a dispute counts.
        within_days: how many days after the first bill a dispute still counts.
    """

    amount_over: Decimal = attrs.field(converter=_dollars)
    within_days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no number of days."""
        _check_count(self, "within_days", self.within_days)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return Not(
            AllOf(
                Equals("has_estimate_dispute", value=True),
                AtLeast("over_estimate_cents", cents(self.amount_over)),
                AtMost("dispute_after_bill_days", self.within_days),
            )
        )

    def words(self) -> str:
        """Say it in English."""
        return (
            f"no dispute, started within {self.within_days} days of the first bill, is open "
            f"of a bill ${text(self.amount_over)} or more above its estimate"
        )


@attrs.frozen
class ClaimOwesAtLeast(Leaf):
    """All charges of the claim together owe so much, or more.

    Attributes:
        amount: US dollars.
    """

    amount: Decimal = attrs.field(converter=_dollars)

    def lower(self) -> Rule:
        """Say it in core nodes."""
        return AtLeast("claim_outstanding_cents", cents(self.amount))

    def words(self) -> str:
        """Say it in English."""
        return f"the claim owes ${text(self.amount)} or more"


GUARD_LEAVES: Final = LeafRegistry(
    billed_for_days=BilledForDays,
    calls_in_week_at_most=CallsInWeekAtMost,
    claim_owes_at_least=ClaimOwesAtLeast,
    conversation_days_ago=ConversationDaysAgo,
    no_assistance_application=NoAssistanceApplication,
    no_estimate_dispute=NoEstimateDispute,
    notice_given_for_days=NoticeGivenForDays,
    served_for_days=ServedForDays,
    within_hours=WithinHours,
)
"""The leaves by their tags in the wire form."""


def _check_count(leaf: Leaf, field: str, value: int) -> None:
    if type(value) is not int or value < 0:
        raise InvalidRecord(type(leaf).__name__, field, value, "be an int, 0 or more")
