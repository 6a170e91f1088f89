"""The texts printed for a dunning level: the practice's own, or ours (ST-8)."""

from __future__ import annotations

from typing import Final

from revcycle.dunning.policy import DunningPolicy
from revcycle.levels import DunningLevel

__all__ = ["DEFAULT_MESSAGES", "message_for"]

DEFAULT_MESSAGES: Final = (
    "Thank you for choosing us. This is what you owe for your care.",
    "A reminder: we have not yet received your payment. If you have paid, thank you.",
    "Your payment is late. Please pay, or call us if you need more time.",
    "Your payment is very late. Please pay now, or call us to agree on a payment plan.",
    "Final notice: your balance may be sent to a collection agency. Please call us today.",
    "We missed your last plan payment. Please pay the amount due to keep your plan.",
    "Your payment plan is behind. Please pay the amount due, or call us.",
    "Your payment plan is far behind. Please pay the amount due now to keep it.",
    "Final notice: your payment plan has not been kept. Please call us today.",
)
"""Our text for each level, indexed by its number."""


def message_for(level: DunningLevel, *, policy: DunningPolicy) -> str:
    """Give the text to print for *level*: the practice's, else ours (ST-8).

    Simplified statements always print ours.
    """
    if not policy.simplified_statements:
        for message in policy.messages:
            if message.level is level:
                return message.text
    return DEFAULT_MESSAGES[level.number]
