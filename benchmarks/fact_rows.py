"""One rule of eight conditions, rows of facts to ask it of, and the same rule written by hand.

The rule is a worklist's, with every filter set. Of each row every condition holds with the same
chance, whatever the others do, so no order of the conditions would decide sooner than theirs: a
chance of a third asks one and a half conditions on average, one of 0.96 asks seven. A row has the
facts of `AccountFacts` that the rule reads: the others would cost memory and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, TypeVar

import attrs

from revcycle.accounts import InsuranceClass
from revcycle.rules import AllOf, AtLeast, AtMost, Rule
from revcycle.worklists import (
    AlarmLevelIs,
    GuarantorInitialIn,
    InsuranceClassIs,
    NoAppointmentWithin,
    PrimaryDepartmentIn,
    UsualProviderIn,
)

__all__ = [
    "APPOINTMENT_DAYS",
    "CHANCES",
    "CONDITIONS",
    "DEPARTMENTS",
    "INITIALS",
    "INSURANCE",
    "LEVEL",
    "OWED_MAX",
    "OWED_MIN",
    "PROVIDERS",
    "RULE",
    "Row",
    "fact_rows",
    "is_wanted",
    "keep_wanted",
]

T = TypeVar("T")

LEVEL: Final = 2
INITIALS: Final = "ABCDEFGHIJKLM"
DEPARTMENTS: Final = ("D1", "D2", "D3", "D4")
PROVIDERS: Final = ("V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8")
INSURANCE: Final = InsuranceClass.SELF_PAY_PRIMARY
OWED_MIN: Final = 5_000
OWED_MAX: Final = 200_000
"""Cents."""
APPOINTMENT_DAYS: Final = 7

CONDITIONS: Final[tuple[Rule, ...]] = (
    AlarmLevelIs(LEVEL),
    GuarantorInitialIn(INITIALS),
    PrimaryDepartmentIn(DEPARTMENTS),
    UsualProviderIn(PROVIDERS),
    InsuranceClassIs(INSURANCE),
    AtLeast("outstanding_cents", OWED_MIN),
    AtMost("outstanding_cents", OWED_MAX),
    NoAppointmentWithin(APPOINTMENT_DAYS),
)
RULE: Final = AllOf(*CONDITIONS)

CHANCES: Final = {"selective": 1 / 3, "permissive": 0.96}
"""With which chance each condition holds."""

_SELF_PAY: Final = INSURANCE.value
_OTHER: Final = InsuranceClass.OTHER_PRIMARY.value
_OTHER_LEVELS: Final = (0, 1, 3, 4, 5, 6, 7, 8)
_OTHER_INITIALS: Final = "NOPQRSTUVWXYZ"
_OTHER_DEPARTMENTS: Final = ("D5", "D6", "D7", "D8")
_OTHER_PROVIDERS: Final = ("V9", "V10", "V11", "V12", "V13", "V14", "V15", "V16")

_STEPS: Final = 40
"""So many amounts between the bounds, both included, and so many on either side."""


@attrs.frozen(kw_only=True)
class Row:
    """What a rule about an account's alarm, names, dollars and appointments reads of it."""

    alarm_level: int
    guarantor_initial: str
    primary_department_id: str
    usual_provider_id: str
    insurance_class: str
    outstanding_cents: int
    has_appointment: bool
    appointment_days: int


def is_wanted(row: Row) -> bool:
    """Say what the rule says, as one would write it by hand for speed."""
    return (
        row.alarm_level == 2  # noqa: PLR2004  (a constant in place is fastest)
        and row.guarantor_initial
        in {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"}
        and row.primary_department_id in {"D1", "D2", "D3", "D4"}
        and row.usual_provider_id in {"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8"}
        and row.insurance_class == "self_pay_primary"
        and 5_000 <= row.outstanding_cents <= 200_000  # noqa: PLR2004  (a constant in place is fastest)
        and not (row.has_appointment and row.appointment_days <= 7)  # noqa: PLR2004  (a constant in place is fastest)
    )


def keep_wanted(rows: list[Row]) -> list[Row]:
    """Filter by hand with the conditions in the loop itself: no function is called for a row."""
    return [
        row
        for row in rows
        if row.alarm_level == 2  # noqa: PLR2004  (a constant in place is fastest)
        and row.guarantor_initial
        in {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"}
        and row.primary_department_id in {"D1", "D2", "D3", "D4"}
        and row.usual_provider_id in {"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8"}
        and row.insurance_class == "self_pay_primary"
        and 5_000 <= row.outstanding_cents <= 200_000  # noqa: PLR2004  (a constant in place is fastest)
        and not (row.has_appointment and row.appointment_days <= 7)  # noqa: PLR2004  (a constant in place is fastest)
    ]


def fact_rows(count: int, *, chance: float, seed: int = 1) -> Iterator[Row]:
    """Draw *count* rows one by one; the same ones for the same seed."""
    draw = Random(seed).random
    for _ in range(count):
        yield _drawn(draw, chance)


def _drawn(draw: Callable[[], float], chance: float) -> Row:
    """Draw a row of which each condition holds with *chance*."""
    rolls = [draw() < chance for _ in CONDITIONS]
    level, initial, department, provider, insurance, least, most, free = rolls
    if not least:
        owed = OWED_MIN - 1 - int(draw() * _STEPS)
    elif most:
        owed = OWED_MIN + int(draw() * _STEPS) * ((OWED_MAX - OWED_MIN) // (_STEPS - 1))
    else:
        owed = OWED_MAX + 1 + int(draw() * _STEPS)
    has_appointment = not free or draw() < chance
    days = int(draw() * (APPOINTMENT_DAYS + 1)) + (APPOINTMENT_DAYS + 1 if free else 0)
    return Row(
        alarm_level=LEVEL if level else _pick(_OTHER_LEVELS, draw()),
        guarantor_initial=_pick(INITIALS if initial else _OTHER_INITIALS, draw()),
        primary_department_id=_pick(DEPARTMENTS if department else _OTHER_DEPARTMENTS, draw()),
        usual_provider_id=_pick(PROVIDERS if provider else _OTHER_PROVIDERS, draw()),
        insurance_class=_SELF_PAY if insurance else _OTHER,
        outstanding_cents=owed,
        has_appointment=has_appointment,
        appointment_days=days if has_appointment else 0,
    )


def _pick(options: Sequence[T], draw: float) -> T:
    # Much faster than Random.choice, which counts when there are millions of rows to draw.
    return options[int(draw * len(options))]
