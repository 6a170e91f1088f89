"""The policy: every number and switch with default, rule and source; its own audit."""

from datetime import date, datetime
from decimal import Decimal

import attrs
import pytest

from revcycle.dunning import (
    AlarmType,
    CureEffect,
    DunningPolicy,
    LevelMessage,
    PartialPaymentEffect,
    PolicyFindingKind,
    Practice,
    audit_policy,
)
from revcycle.dunning.alarms import AlarmFinding
from revcycle.dunning.policy import has_every_alarm_type
from revcycle.errors import InvalidRecord
from revcycle.levels import LEVELS

POLICY = DunningPolicy()

DEFAULTS = {
    "cycle_days": (35, "ST-1", "help"),
    "first_statement_level": (0, "DL-3", "reading"),
    "min_statement_balance": (Decimal("0.01"), "ST-5", "reading"),
    "emit_when_terminal": (False, "ST-4", "reading"),
    "refuse_shortened_cycle": (False, "ST-2", "reading"),
    "due_days": (25, "ST-13", "reading"),
    "plan_minimum": (Decimal("10.00"), "PL-2", "help"),
    "grace_days": (0, "PL-10", "reading"),
    "declined_card_cancels_plan": (False, "PL-8", "reading"),
    "cure_effect": (CureEffect.RESET_TO_ZERO, "DL-7", "reading"),
    "partial_payment_effect": (PartialPaymentEffect.NONE, "DL-8", "peer"),
    "partial_payment_min_amount": (None, "DL-8", "peer"),
    "partial_payment_min_percent": (None, "DL-8", "peer"),
    "roll_alarms_forward": (False, "AL-3", "reading"),
    "closed_on": (frozenset(), "AL-3", "reading"),
    "statements_before_collections": (None, "CO-1", "seed"),
    "collections_rest_days": (10, "CO-2", "help"),
    "simplified_statements": (False, "ST-8", "seed"),
    "messages": ((), "ST-8", "seed"),
    "practice": (Practice(), "ST-15", "peer"),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_each_setting_has_its_default_rule_and_source(name):
    """ST-1, ST-2, ST-4, ST-5, ST-13, PL-2, CO-2: the defaults that the rules name."""
    value, rule, source = DEFAULTS[name]
    metadata = attrs.fields_dict(DunningPolicy)[name].metadata
    assert getattr(POLICY, name) == value
    assert (metadata["rule"], metadata["source"]) == (rule, source)


def test_no_setting_is_without_rule_and_source():
    """Every field that can be set says which rule it belongs to and where its default is from."""
    settable = [field for field in attrs.fields(DunningPolicy) if field.init]
    assert {field.name for field in settable} == {*DEFAULTS, "alarm_types"}
    for field in settable:
        assert field.metadata["rule"]
        assert field.metadata["source"] in ("seed", "help", "reading", "peer", "law")


BAD = [
    ("cycle_days", 0),
    ("cycle_days", True),
    ("cycle_days", 35.0),
    ("first_statement_level", 2),
    ("first_statement_level", True),
    ("min_statement_balance", "-0.01"),
    ("min_statement_balance", 0.01),
    ("emit_when_terminal", 1),
    ("refuse_shortened_cycle", None),
    ("due_days", -1),
    ("plan_minimum", "-1.00"),
    ("grace_days", -1),
    ("declined_card_cancels_plan", "yes"),
    ("cure_effect", "hold"),
    ("partial_payment_effect", "none"),
    ("partial_payment_min_amount", "-5.00"),
    ("partial_payment_min_percent", 0),
    ("partial_payment_min_percent", 101),
    ("partial_payment_min_percent", 5.0),
    ("alarm_types", []),
    ("alarm_types", ("call",)),
    ("roll_alarms_forward", 0),
    ("closed_on", {date(2025, 1, 1)}),
    ("closed_on", frozenset({datetime(2025, 1, 1, 0, 0)})),  # noqa: DTZ001  (no datetime passes)
    ("statements_before_collections", -1),
    ("collections_rest_days", -1),
    ("simplified_statements", 0),
    ("messages", ("text",)),
    (
        "messages",
        (LevelMessage(level=LEVELS[1], text="a"), LevelMessage(level=LEVELS[1], text="b")),
    ),
    (
        "messages",
        (
            LevelMessage(level=LEVELS[1], text="a", language="es-MX"),
            LevelMessage(level=LEVELS[1], text="b", language="ES-mx"),
        ),
    ),
    ("practice", "Riverbend"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_setting_that_cannot_be_is_named(name, value):
    """A policy is valid by construction."""
    with pytest.raises(InvalidRecord) as caught:
        DunningPolicy(**{name: value})
    assert (caught.value.record, caught.value.field) == ("DunningPolicy", name)


def test_a_level_message_is_a_text_for_one_of_the_nine_levels():
    """ST-8, ST-15: 0 to 8, text, and the tag of a language."""
    assert LevelMessage(level=LEVELS[0], text="x").text == "x"
    for fields in (
        {"level": 0, "text": "x"},
        {"level": LEVELS[0], "text": None},
        {"level": LEVELS[0], "text": "x", "language": ""},
        {"level": LEVELS[0], "text": "x", "language": "English, please"},
    ):
        with pytest.raises(InvalidRecord):
            LevelMessage(**fields)


def test_what_is_derived_follows_what_is_set():
    """Cycle and delays are worked out once, also when a copy is made with other settings."""
    quick = attrs.evolve(POLICY, cycle_days=7, alarm_types=POLICY.alarm_types[:1])
    assert (POLICY.cycle.days, quick.cycle.days) == (35, 7)
    assert POLICY.alarm_delays == (None, 7, 7, 7, 7, 7, 7, 7, 7)
    assert quick.alarm_delays == (None, 7, None, None, None, None, None, None, None)
    assert (has_every_alarm_type(POLICY), has_every_alarm_type(quick)) == (True, False)
    assert attrs.evolve(quick, cycle_days=35, alarm_types=POLICY.alarm_types) == POLICY


def test_a_complete_set_with_a_delay_of_nothing_is_complete():
    """AL-1: a delay of 0 is a delay, not a gap."""
    types = tuple(AlarmType(level=one, name=f"n{one}", delay_days=0) for one in LEVELS[1:])
    assert has_every_alarm_type(DunningPolicy(alarm_types=types))


# --------------------------------------------------------------------------------- the audit


def test_the_defaults_have_nothing_to_report():
    """AL-8, CO-1: the library's own policy is free of findings."""
    assert audit_policy(POLICY) == ()


MESSAGE = (LevelMessage(level=LEVELS[1], text="x"),)
FINDINGS = {
    "COUNT_NEVER_REACHED": (
        {"statements_before_collections": 5},
        {"statements_before_collections": 4},
        "CO-1",
    ),
    "GATES_WITHOUT_EFFECT": (
        {"partial_payment_min_amount": "5.00"},
        {
            "partial_payment_min_amount": "5.00",
            "partial_payment_effect": PartialPaymentEffect.TO_ZERO,
        },
        "DL-8",
    ),
    "GATE_NEVER_MET": (
        {
            "partial_payment_min_percent": 100,
            "partial_payment_effect": PartialPaymentEffect.TO_ZERO,
        },
        {
            "partial_payment_min_percent": 99,
            "partial_payment_effect": PartialPaymentEffect.TO_ZERO,
        },
        "DL-8",
    ),
    "CLOSED_DAYS_UNUSED": (
        {"closed_on": frozenset({date(2025, 1, 1)})},
        {"closed_on": frozenset({date(2025, 1, 1)}), "roll_alarms_forward": True},
        "AL-3",
    ),
    "MINIMUM_WITHOUT_EFFECT": (
        {"min_statement_balance": "0.00"},
        {"min_statement_balance": "0.01"},
        "ST-5",
    ),
    "MESSAGES_NEVER_PRINTED": (
        {"messages": MESSAGE, "simplified_statements": True},
        {"messages": MESSAGE},
        "ST-8",
    ),
    "DUE_AFTER_NEXT_STATEMENT": ({"due_days": 35}, {"due_days": 34}, "ST-13"),
    "REST_LONGER_THAN_CYCLE": (
        {"emit_when_terminal": True, "collections_rest_days": 36},
        {"emit_when_terminal": True, "collections_rest_days": 35},
        "CO-2",
    ),
}


@pytest.mark.parametrize("kind", FINDINGS)
def test_a_setting_that_can_never_take_effect_is_reported(kind):
    """CO-1, DL-8, AL-3, ST-5, ST-8, ST-13, CO-2: reported at the edge, and not one step off it."""
    unwise, fine, rule = FINDINGS[kind]
    (found,) = audit_policy(DunningPolicy(**unwise))
    assert (found.kind, found.rule_id) == (PolicyFindingKind[kind], rule)
    assert set(found.fields) <= set(DEFAULTS)
    assert found.kind.value.endswith(".")
    assert audit_policy(DunningPolicy(**fine)) == ()


def test_every_kind_of_finding_is_exercised_here():
    """A kind that no policy can bring about would itself be without effect."""
    assert set(FINDINGS) == {kind.name for kind in PolicyFindingKind}


def test_the_audit_reports_everything_at_once_alarm_types_included():
    """AL-1, AL-8: findings about alarm types come after those about settings."""
    policy = DunningPolicy(
        alarm_types=POLICY.alarm_types[1:], min_statement_balance="0.00", cycle_days=7, due_days=3
    )
    found = audit_policy(policy)
    assert [type(one).__name__ for one in found] == ["PolicyFinding"] + ["AlarmFinding"] * 6
    alarms = [one for one in found if isinstance(one, AlarmFinding)]
    assert [(one.kind.name, one.level.number) for one in alarms] == [
        ("MISSING", 1),
        ("LEFT_BEFORE_IT_FIRES", 2),
        ("LEFT_BEFORE_IT_FIRES", 3),
        ("LEFT_BEFORE_IT_FIRES", 5),
        ("LEFT_BEFORE_IT_FIRES", 6),
        ("LEFT_BEFORE_IT_FIRES", 7),
    ]
