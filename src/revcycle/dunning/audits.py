"""Settings that can never take effect, or not as meant: findings, never errors."""

from __future__ import annotations

import enum
from typing import Final, TypeAlias

import attrs

from revcycle.dunning.alarms import AlarmFinding, audit_alarm_types
from revcycle.dunning.policy import DunningPolicy, PartialPaymentEffect, check_policy
from revcycle.money import CENT

__all__ = ["PolicyFinding", "PolicyFindingKind", "audit_policy"]

_WHOLE: Final = 100
# A charge on its own is listed at 0, 1, 2, 3 (or 0, 5, 6, 7 on a plan), then statements stop.
_STATEMENTS_FROM_ZERO: Final = 4


class PolicyFindingKind(enum.Enum):
    """What is unwise about a policy. The value says it in a sentence."""

    COUNT_NEVER_REACHED = (
        "No charge on its own gets this many statements before they stop at level 4 or 8; it "
        "becomes eligible for collections there instead."
    )
    GATES_WITHOUT_EFFECT = "Gates for partial payments do nothing while their effect is none."
    GATE_NEVER_MET = "A payment of the whole balance is no partial payment."
    CLOSED_DAYS_UNUSED = "Closed days do nothing while alarms are not rolled forward."
    MINIMUM_WITHOUT_EFFECT = "A balance of nothing is skipped anyway: no statement is below this."
    MESSAGES_NEVER_PRINTED = "Simplified statements print the default messages only."
    DUE_AFTER_NEXT_STATEMENT = "Statements fall due when the next one has already gone out."
    REST_LONGER_THAN_CYCLE = (
        "While statements go on, every charge has been billed more recently than this."
    )


@attrs.frozen(kw_only=True)
class PolicyFinding:
    """One finding about a policy.

    Attributes:
        kind: what is unwise.
        fields: the settings concerned.
        rule_id: the rule they belong to.
    """

    kind: PolicyFindingKind
    fields: tuple[str, ...]
    rule_id: str


def audit_policy(policy: DunningPolicy) -> tuple[PolicyFinding | AlarmFinding, ...]:
    """Find settings that can never take effect, alarm types included (CO-1, AL-1, AL-8).

    Raises:
        InvalidRecord: *policy* is none.
    """
    check_policy(policy)
    found = tuple(
        PolicyFinding(kind=kind, fields=fields, rule_id=rule_id)
        for stands, kind, fields, rule_id in _tests(policy)
        if stands
    )
    return found + audit_alarm_types(policy)


_Test: TypeAlias = tuple[bool, PolicyFindingKind, tuple[str, ...], str]
"""Whether it stands, what it is, the settings concerned and their rule."""


def _tests(policy: DunningPolicy) -> tuple[_Test, ...]:
    wanted = policy.statements_before_collections
    gates = (policy.partial_payment_min_amount, policy.partial_payment_min_percent)
    gated = any(gate is not None for gate in gates)
    no_effect = policy.partial_payment_effect is PartialPaymentEffect.NONE
    gate_fields = ("partial_payment_min_amount", "partial_payment_min_percent")
    kinds = PolicyFindingKind
    return (
        (
            wanted is not None and not policy.emit_when_terminal and wanted > _STATEMENTS_FROM_ZERO,
            kinds.COUNT_NEVER_REACHED,
            ("statements_before_collections", "emit_when_terminal"),
            "CO-1",
        ),
        (no_effect and gated, kinds.GATES_WITHOUT_EFFECT, gate_fields, "DL-8"),
        (
            not no_effect and policy.partial_payment_min_percent == _WHOLE,
            kinds.GATE_NEVER_MET,
            ("partial_payment_min_percent",),
            "DL-8",
        ),
        (
            bool(policy.closed_on) and not policy.roll_alarms_forward,
            kinds.CLOSED_DAYS_UNUSED,
            ("closed_on", "roll_alarms_forward"),
            "AL-3",
        ),
        (
            policy.min_statement_balance < CENT,
            kinds.MINIMUM_WITHOUT_EFFECT,
            ("min_statement_balance",),
            "ST-5",
        ),
        (
            bool(policy.messages) and policy.simplified_statements,
            kinds.MESSAGES_NEVER_PRINTED,
            ("messages", "simplified_statements"),
            "ST-8",
        ),
        (
            policy.due_days >= policy.cycle_days,
            kinds.DUE_AFTER_NEXT_STATEMENT,
            ("due_days", "cycle_days"),
            "ST-13",
        ),
        (
            policy.emit_when_terminal and policy.collections_rest_days > policy.cycle_days,
            kinds.REST_LONGER_THAN_CYCLE,
            ("collections_rest_days", "cycle_days"),
            "CO-2",
        ),
    )
