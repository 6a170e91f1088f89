"""When a practice reminds, and by which way: values, and the table that they make (RP-6)."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import AMOUNT, Requirement, check_fields, each, one_of, refuse, unique
from revcycle.levels import DunningLevel, level
from revcycle.money import cents, usd
from revcycle.rules import (
    AllOf,
    AtLeast,
    AtMost,
    DecisionTable,
    Equals,
    HitPolicy,
    IntFact,
    TableRow,
    Vocabulary,
)

__all__ = [
    "REMINDER_FACTS",
    "Channel",
    "OutreachPolicy",
    "ReminderFacts",
    "ReminderOutcome",
    "ReminderRule",
    "reminder_table",
]


class Channel(enum.Enum):
    """A way to reach a guarantor."""

    PAPER = "paper"
    E_STATEMENT = "e_statement"
    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"


# Ten years, as for every other span of days that a practice sets.
_MOST_DAYS: Final = 3660
_DAYS: Final = Requirement(
    lambda v: type(v) is int and 0 <= v <= _MOST_DAYS, f"be an int, 0 to {_MOST_DAYS}"
)
_REMINDED_LEVEL: Final = Requirement(
    lambda v: type(v) is DunningLevel and v is not DunningLevel.LEVEL_0, "be a level from 1 to 8"
)


@attrs.frozen(kw_only=True)
class ReminderRule:
    """When a level is worth a reminder (RP-6).

    Attributes:
        level: 1 to 8.
        after_days: days after it was reached.
    """

    level: DunningLevel
    after_days: int

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("level", _REMINDED_LEVEL), ("after_days", _DAYS)))


def _outreach_policy_reminder_balance_min(value: object) -> Decimal:
    return usd(value, record="OutreachPolicy", field="reminder_balance_min")


@attrs.frozen(kw_only=True)
class OutreachPolicy:
    """How a practice reminds its patients (RP-6).

    Attributes:
        reminders: one rule a level; a level without one is not reminded.
        reminder_balance_min: US dollars; a smaller net balance is not worth a reminder.
        reminder_channels: ways of reminding, the best first; the first by which the guarantor can
            be reached is taken. A practice that has the consent it needs may add text messages.
        late_days: days after which a statement or reminder that was not sent stays unsent, so that
            an outage, or the first day of this job, brings no flood of old news. Such a statement
            is then listed as too late.
    """

    reminders: tuple[ReminderRule, ...] = attrs.field(
        default=(
            ReminderRule(level=level(1), after_days=20),
            ReminderRule(level=level(2), after_days=20),
            ReminderRule(level=level(3), after_days=10),
        ),
        metadata={"rule": "RP-6", "source": "help"},
    )
    reminder_balance_min: Decimal = attrs.field(
        default=Decimal("9.99"),
        converter=_outreach_policy_reminder_balance_min,
        metadata={"rule": "RP-6", "source": "help"},
    )
    reminder_channels: tuple[Channel, ...] = attrs.field(
        default=(Channel.EMAIL, Channel.PHONE), metadata={"rule": "RP-6", "source": "reading"}
    )
    late_days: int = attrs.field(default=7, metadata={"rule": "RP-6", "source": "reading"})

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _POLICY)
        unique(self, "reminders", [rule.level for rule in self.reminders])
        unique(self, "reminder_channels", list(self.reminder_channels))
        if _STATEMENT_WAYS & set(self.reminder_channels):
            refuse(self, "reminder_channels", "be e-mail, phone or text: no statement reminds")


_STATEMENT_WAYS: Final = frozenset({Channel.PAPER, Channel.E_STATEMENT})
_POLICY: Final = (
    ("reminders", each(one_of(ReminderRule))),
    ("reminder_balance_min", AMOUNT),
    ("reminder_channels", each(one_of(Channel))),
    ("late_days", _DAYS),
)


@attrs.frozen(kw_only=True)
class ReminderFacts:
    """What the choice of a reminder reads.

    Attributes:
        level: the account's level as its alarm has it, 0 to 8 (AL-4).
        level_days: days since that level was reached.
        net_balance_cents: the net balance (CH-7).
    """

    level: int
    level_days: int
    net_balance_cents: int


REMINDER_FACTS: Final = Vocabulary.of(
    ReminderFacts,
    IntFact("level", label="level", least=0, most=8),
    IntFact("level_days", label="time since the level was reached", least=0, unit="days"),
    IntFact("net_balance_cents", label="net balance", unit="cents"),
)
"""The facts of a reminder: types, units and English."""


@attrs.frozen(kw_only=True)
class ReminderOutcome:
    """What the table says of a reminder.

    Attributes:
        rule: the rule that applies.
        is_worth: whether the balance is large enough.
    """

    rule: ReminderRule
    is_worth: bool


def reminder_table(outreach: OutreachPolicy) -> DecisionTable[ReminderOutcome]:
    """Give the reminder rules as a decision table; no row holds when no reminder is due (RP-6)."""
    rows = []
    for rule in outreach.reminders:
        is_due = (
            Equals("level", rule.level.number),
            AtLeast("level_days", rule.after_days),
            AtMost("level_days", rule.after_days + outreach.late_days),
        )
        enough = AtLeast("net_balance_cents", cents(outreach.reminder_balance_min))
        name = f"level {rule.level.number}, {rule.after_days} days"
        rows += [
            TableRow(
                name=name,
                when=AllOf(*is_due, enough),
                then=ReminderOutcome(rule=rule, is_worth=True),
            ),
            TableRow(
                name=f"{name}, too little",
                when=AllOf(*is_due),
                then=ReminderOutcome(rule=rule, is_worth=False),
            ),
        ]
    return DecisionTable(hit=HitPolicy.FIRST, rows=tuple(rows))
