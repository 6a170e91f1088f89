"""Every number and switch of the dunning rules, with its default, its rule and its source.

Nothing else in the package holds a policy number. Each field's metadata says which rule it
belongs to and where the default comes from: ``seed`` and ``help`` are the sources' own,
``reading`` is ours where they are silent, ``peer`` is another system's documented behaviour.
"""

from __future__ import annotations

import enum
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from revcycle.checks import (
    AMOUNT,
    COUNT,
    DATE,
    FLAG,
    WORDS,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
    unique,
)
from revcycle.dunning.level_messages import LevelMessage, messages_by_level
from revcycle.dunning.practice import Practice
from revcycle.errors import InvalidRecord
from revcycle.levels import LEVELS, DunningLevel
from revcycle.money import usd

__all__ = [
    "AlarmType",
    "CureEffect",
    "DunningPolicy",
    "PartialPaymentEffect",
    "check_policy",
    "has_every_alarm_type",
]


class CureEffect(enum.Enum):
    """What paying arrears and current due in full does to a plan's charges (DL-7)."""

    RESET_TO_ZERO = "reset_to_zero"
    HOLD = "hold"
    MINUS_ONE = "minus_one"


class PartialPaymentEffect(enum.Enum):
    """What a payment that leaves a standard charge open does to its level (DL-8)."""

    NONE = "none"
    MINUS_ONE = "minus_one"
    TO_ZERO = "to_zero"


# Ten years: longer spans are slips of the keyboard, and far longer ones no date can bear.
_MOST_DAYS: Final = 3660
_DAYS: Final = Requirement(
    lambda v: type(v) is int and 0 <= v <= _MOST_DAYS, f"be an int, 0 to {_MOST_DAYS}"
)
_CYCLE_DAYS: Final = Requirement(
    lambda v: type(v) is int and 1 <= v <= _MOST_DAYS, f"be an int, 1 to {_MOST_DAYS}"
)
_ALARM_LEVEL: Final = Requirement(
    lambda v: type(v) is DunningLevel and v is not DunningLevel.LEVEL_0, "be a level from 1 to 8"
)


@attrs.frozen(kw_only=True)
class AlarmType:
    """The alarm of one dunning level (AL-1).

    Attributes:
        level: 1 to 8.
        name: not empty, unique in the practice.
        delay_days: days after the level was reached until the alarm fires; 0 fires at once.
    """

    level: DunningLevel
    name: str
    delay_days: int

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("level", _ALARM_LEVEL), ("name", WORDS), ("delay_days", _DAYS)))


def _default_alarm_types() -> tuple[AlarmType, ...]:
    return tuple(
        AlarmType(level=level, name=f"Dunning level {level.number}", delay_days=7)
        for level in LEVELS[1:]
    )


def _field(default: object, rule: str, source: str, **options: Any) -> Any:  # noqa: ANN401  (as attrs.field)
    return attrs.field(default=default, metadata={"rule": rule, "source": source}, **options)


def _dunning_policy_min_statement_balance(value: object) -> Decimal:
    return usd(value, record="DunningPolicy", field="min_statement_balance")


def _dunning_policy_plan_minimum(value: object) -> Decimal:
    return usd(value, record="DunningPolicy", field="plan_minimum")


@attrs.frozen(kw_only=True)
class DunningPolicy:
    """How a practice runs its statements, plans, alarms and collections.

    Attributes:
        cycle_days: days from one statement to the next, and between cycle runs.
        first_statement_level: the level, 0 or 1, that a standard charge's first statement gives.
        min_statement_balance: US dollars; a net balance below it gets no statement.
        emit_when_terminal: keep sending statements when every charge is at 4 or 8.
        refuse_shortened_cycle: refuse a reset date closer than a full cycle.
        due_days: days from a statement to its due date.
        plan_minimum: US dollars; the least a plan may ask per period.
        grace_days: days after a calendar plan's due before it is past.
        declined_card_cancels_plan: a declined card ends the plan, not only the card agreement.
        cure_effect: what curing a plan does to its levels.
        partial_payment_effect: what a partial payment does to a standard charge's level.
        partial_payment_min_amount: US dollars the payment must reach, or None for no such gate.
        partial_payment_min_percent: per cent of the charge's balance before the payment that the
            payment must reach, or None for no such gate.
        alarm_types: one for each level 1 to 8; a run refuses an incomplete set.
        roll_alarms_forward: let an alarm fire on the next open day.
        closed_on: the practice's holidays, for that roll.
        statements_before_collections: how many statements come before collections; None makes a
            charge eligible on reaching 4 or 8.
        collections_rest_days: days after its last statement before a charge may be eligible.
        simplified_statements: print the default messages and no statement notes.
        messages: the practice's own message per level and language; where it has none, ours prints.
        practice: who sends the statements; printed on them.
        cycle: ``cycle_days`` as a span; derived.
        alarm_delays: delay per level number, None where a type is missing; derived.
        level_messages: per level number, the texts in every language, ours where the practice has
            none; derived.
    """

    cycle_days: int = _field(35, "ST-1", "help")
    first_statement_level: int = _field(0, "DL-3", "reading")
    min_statement_balance: Decimal = _field(
        Decimal("0.01"),
        "ST-5",
        "reading",
        converter=_dunning_policy_min_statement_balance,
    )
    emit_when_terminal: bool = _field(False, "ST-4", "reading")  # noqa: FBT003  (a field's default)
    refuse_shortened_cycle: bool = _field(False, "ST-2", "reading")  # noqa: FBT003  (a field's default)
    due_days: int = _field(25, "ST-13", "reading")
    plan_minimum: Decimal = _field(
        Decimal("10.00"),
        "PL-2",
        "help",
        converter=_dunning_policy_plan_minimum,
    )
    grace_days: int = _field(0, "PL-10", "reading")
    declined_card_cancels_plan: bool = _field(False, "PL-8", "reading")  # noqa: FBT003  (a field's default)
    cure_effect: CureEffect = _field(CureEffect.RESET_TO_ZERO, "DL-7", "reading")
    partial_payment_effect: PartialPaymentEffect = _field(PartialPaymentEffect.NONE, "DL-8", "peer")
    partial_payment_min_amount: Decimal | None = _field(
        None,
        "DL-8",
        "peer",
        converter=lambda v: (
            None
            if v is None
            else usd(v, record="DunningPolicy", field="partial_payment_min_amount")
        ),
    )
    partial_payment_min_percent: int | None = _field(None, "DL-8", "peer")
    alarm_types: tuple[AlarmType, ...] = attrs.field(
        factory=_default_alarm_types, metadata={"rule": "AL-1", "source": "reading"}
    )
    roll_alarms_forward: bool = _field(False, "AL-3", "reading")  # noqa: FBT003  (a field's default)
    closed_on: frozenset[date] = _field(frozenset(), "AL-3", "reading")
    statements_before_collections: int | None = _field(None, "CO-1", "seed")
    collections_rest_days: int = _field(10, "CO-2", "help")
    simplified_statements: bool = _field(False, "ST-8", "seed")  # noqa: FBT003  (a field's default)
    messages: tuple[LevelMessage, ...] = _field((), "ST-8", "seed")
    practice: Practice = _field(Practice(), "ST-15", "peer")
    cycle: timedelta = attrs.field(init=False, eq=False, repr=False)
    alarm_delays: tuple[int | None, ...] = attrs.field(init=False, eq=False, repr=False)
    level_messages: tuple[tuple[LevelMessage, ...], ...] = attrs.field(
        init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Check the fields and work out what runs ask often."""
        check_fields(self, _POLICY)
        unique(self, "alarm_types", [kind.level for kind in self.alarm_types])
        unique(self, "alarm_types", [kind.name.casefold() for kind in self.alarm_types])
        messages = [(message.level, message.language.casefold()) for message in self.messages]
        unique(self, "messages", messages)
        delays: list[int | None] = [None] * len(LEVELS)
        for kind in self.alarm_types:
            delays[kind.level.number] = kind.delay_days
        object.__setattr__(self, "cycle", timedelta(days=self.cycle_days))
        object.__setattr__(self, "alarm_delays", tuple(delays))
        object.__setattr__(self, "level_messages", messages_by_level(self.messages))


_WHOLE: Final = 100
_PERCENT: Final = Requirement(
    lambda v: v is None or (type(v) is int and 1 <= v <= _WHOLE), "be an int 1 to 100, or None"
)
_POLICY: Final = (
    ("cycle_days", _CYCLE_DAYS),
    (
        "first_statement_level",
        Requirement(lambda v: type(v) is int and v in (0, 1), "be 0 or 1"),
    ),
    ("min_statement_balance", AMOUNT),
    ("emit_when_terminal", FLAG),
    ("refuse_shortened_cycle", FLAG),
    ("due_days", _DAYS),
    ("plan_minimum", AMOUNT),
    ("grace_days", _DAYS),
    ("declined_card_cancels_plan", FLAG),
    ("cure_effect", one_of(CureEffect)),
    ("partial_payment_effect", one_of(PartialPaymentEffect)),
    ("partial_payment_min_amount", optional(AMOUNT)),
    ("partial_payment_min_percent", _PERCENT),
    ("alarm_types", each(one_of(AlarmType))),
    ("roll_alarms_forward", FLAG),
    (
        "closed_on",
        Requirement(
            lambda v: type(v) is frozenset and all(map(DATE.holds, v)), "be a frozenset of dates"
        ),
    ),
    ("statements_before_collections", optional(COUNT)),
    ("collections_rest_days", _DAYS),
    ("simplified_statements", FLAG),
    ("messages", each(one_of(LevelMessage))),
    ("practice", one_of(Practice)),
)


def check_policy(policy: DunningPolicy) -> None:
    """Refuse what is no policy before any of its numbers is read.

    Raises:
        InvalidRecord: *policy* is something else.
    """
    if type(policy) is not DunningPolicy:
        raise InvalidRecord("act", "policy", policy, "be a DunningPolicy", records_only=True)


def has_every_alarm_type(policy: DunningPolicy) -> bool:
    """Tell whether each level from 1 to 8 has its alarm type (AL-1).

    Raises:
        InvalidRecord: *policy* is none.
    """
    check_policy(policy)
    return None not in policy.alarm_delays[1:]
