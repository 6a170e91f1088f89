"""Outreach: a day's plan of statements and reminders, as data; the host does the sending.

`plan_outreach` says what goes to whom, by which way and why, and what was due but does not go, and
why not. `still_valid` asks again just before sending.
"""

from revcycle.outreach.balances import balance_at, is_paid
from revcycle.outreach.items import (
    OutreachItem,
    OutreachKind,
    OutreachPlan,
    OutreachReason,
    SentOutreach,
    SkippedOutreach,
    SpokenBalance,
    WithheldReason,
)
from revcycle.outreach.planning import plan_outreach, still_valid, withheld_reasons
from revcycle.outreach.policy import (
    REMINDER_FACTS,
    Channel,
    OutreachPolicy,
    ReminderFacts,
    ReminderOutcome,
    ReminderRule,
    reminder_table,
)

__all__ = [
    "REMINDER_FACTS",
    "Channel",
    "OutreachItem",
    "OutreachKind",
    "OutreachPlan",
    "OutreachPolicy",
    "OutreachReason",
    "ReminderFacts",
    "ReminderOutcome",
    "ReminderRule",
    "SentOutreach",
    "SkippedOutreach",
    "SpokenBalance",
    "WithheldReason",
    "balance_at",
    "is_paid",
    "plan_outreach",
    "reminder_table",
    "still_valid",
    "withheld_reasons",
]
