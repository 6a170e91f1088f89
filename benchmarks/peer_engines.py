"""Other rule engines, each given the rule of `fact_rows` in the way in which it is fastest.

Each compiles the rule once, where it can, and gets Python rows of the form that it takes best:
rows as they are, or dictionaries of the eight facts. Those are made beforehand, which favours
the engine; what it makes of a dictionary itself is its own time. Further ways, with rows that the
engine or somebody else has parsed beforehand, are measured apart. Money is in cents, because
the two engines in Rust refuse a Decimal.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs
import datalogic_py
import json_logic
import rule_engine
import zen
from business_rules.engine import check_conditions_recursively
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    string_rule_variable,
)

from benchmarks.fact_rows import (
    APPOINTMENT_DAYS,
    DEPARTMENTS,
    INITIALS,
    INSURANCE,
    LEVEL,
    OWED_MAX,
    OWED_MIN,
    PROVIDERS,
    Row,
)

__all__ = ["PEERS", "Language", "Peer", "Way"]

FACTS: Final = tuple(field.name for field in attrs.fields(Row))


class Language(enum.Enum):
    """What an engine is written in."""

    PYTHON = "Python"
    RUST = "Rust"


@attrs.frozen(kw_only=True)
class Way:
    """One way to ask an engine.

    Attributes:
        suffix: of the figure's key; empty for the engine's first way.
        form: what it is fed, in words.
        prepare: makes that of rows, outside of the measured time.
        answers: asks the rule of what was prepared.
    """

    suffix: str = ""
    form: str
    prepare: Callable[[Sequence[Row]], Sequence[Any]]
    answers: Callable[[Sequence[Any]], list[bool]]


@attrs.frozen(kw_only=True)
class Peer:
    """A rule engine.

    Attributes:
        name: of its distribution.
        language: what it is written in.
        ways: the first is fed plain Python rows, further ones what was parsed beforehand.
    """

    name: str
    language: Language
    ways: tuple[Way, ...]


# ---------------------------------------------------------------------------- what they are fed


def as_they_are(rows: Sequence[Row]) -> Sequence[Row]:
    """Give the rows."""
    return rows


def dictionaries(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Make a dictionary of each row."""
    return [{name: getattr(row, name) for name in FACTS} for row in rows]


def decimal_rows(rows: Sequence[Row]) -> list[Row]:
    """Make each number a Decimal."""
    return [
        attrs.evolve(
            row,
            alarm_level=Decimal(row.alarm_level),
            outstanding_cents=Decimal(row.outstanding_cents),
            appointment_days=Decimal(row.appointment_days),
        )
        for row in rows
    ]


def json_texts(rows: Sequence[Row]) -> list[str]:
    """Write each row as JSON text."""
    return [json.dumps(each) for each in dictionaries(rows)]


def json_bytes(rows: Sequence[Row]) -> list[bytes]:
    """Write each row as JSON bytes."""
    return [text.encode() for text in json_texts(rows)]


def handles(rows: Sequence[Row]) -> list[datalogic_py.DataHandle]:
    """Let datalogic parse each row."""
    return [datalogic_py.DataHandle(each) for each in dictionaries(rows)]


# ------------------------------------------------------------------------------- expression text


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def _expression(begin: str, end: str, *, owed: str) -> str:
    """Write the rule in the language of which rule-engine and zen each read a dialect."""
    return " and ".join(
        (
            f"alarm_level == {LEVEL}",
            f"guarantor_initial in {begin}{_quoted(tuple(INITIALS))}{end}",
            f"primary_department_id in {begin}{_quoted(DEPARTMENTS)}{end}",
            f"usual_provider_id in {begin}{_quoted(PROVIDERS)}{end}",
            f'insurance_class == "{INSURANCE.value}"',
            owed,
            f"not (has_appointment and appointment_days <= {APPOINTMENT_DAYS})",
        )
    )


_RULE_ENGINE: Final = rule_engine.Rule(
    _expression(
        "{", "}", owed=f"outstanding_cents >= {OWED_MIN} and outstanding_cents <= {OWED_MAX}"
    ),
    context=rule_engine.Context(resolver=rule_engine.resolve_attribute),
)
_ZEN: Final = zen.compile_expression(
    _expression("[", "]", owed=f"outstanding_cents in [{OWED_MIN}..{OWED_MAX}]")
)


def ask_rule_engine(rows: Sequence[Row]) -> list[bool]:
    """Ask rule-engine."""
    matches = _RULE_ENGINE.matches
    return [matches(row) for row in rows]


def ask_zen(rows: Sequence[dict[str, Any] | bytes]) -> list[bool]:
    """Ask zen."""
    evaluate = _ZEN.evaluate
    return [evaluate(row) for row in rows]


# ------------------------------------------------------------------------------------- JsonLogic


def _json_logic(set_of: Callable[[Sequence[str]], object]) -> dict[str, Any]:
    """Write the rule as JsonLogic, its sets made by *set_of*."""

    def fact(name: str) -> dict[str, str]:
        return {"var": name}

    return {
        "and": [
            {"===": [fact("alarm_level"), LEVEL]},
            {"in": [fact("guarantor_initial"), set_of(tuple(INITIALS))]},
            {"in": [fact("primary_department_id"), set_of(DEPARTMENTS)]},
            {"in": [fact("usual_provider_id"), set_of(PROVIDERS)]},
            {"===": [fact("insurance_class"), INSURANCE.value]},
            {"<=": [OWED_MIN, fact("outstanding_cents"), OWED_MAX]},
            {
                "or": [
                    {"!": fact("has_appointment")},
                    {">": [fact("appointment_days"), APPOINTMENT_DAYS]},
                ]
            },
        ]
    }


# As Python data: a frozenset is no JSON, but is what makes this engine fastest.
_QUBIT: Final = _json_logic(frozenset)
_DATALOGIC: Final = datalogic_py.Engine()
_DATALOGIC_RULE: Final = _DATALOGIC.compile(_json_logic(list))


def ask_json_logic(rows: Sequence[dict[str, Any]]) -> list[bool]:
    """Ask json-logic-qubit."""
    logic, evaluate = _QUBIT, json_logic.jsonLogic
    return [evaluate(logic, row) for row in rows]


def ask_datalogic(rows: Sequence[dict[str, Any] | str]) -> list[bool]:
    """Ask datalogic, which makes its own values of each dictionary or text."""
    evaluate = _DATALOGIC_RULE.evaluate  # faster here than a session's
    return [evaluate(row) for row in rows]


def ask_datalogic_parsed(rows: Sequence[datalogic_py.DataHandle]) -> list[bool]:
    """Ask datalogic about all rows in one call; it answers in JSON."""
    with _DATALOGIC.session() as session:
        return [answer == "true" for answer in session.evaluate_batch(_DATALOGIC_RULE, rows)]


# -------------------------------------------------------------------------------- business-rules


class _Variables(BaseVariables):
    """The facts of one row after the other."""

    row: Row

    @numeric_rule_variable
    def alarm_level(self) -> int:
        return self.row.alarm_level

    @string_rule_variable
    def guarantor_initial(self) -> str:
        return self.row.guarantor_initial

    @string_rule_variable
    def primary_department_id(self) -> str:
        return self.row.primary_department_id

    @string_rule_variable
    def usual_provider_id(self) -> str:
        return self.row.usual_provider_id

    @string_rule_variable
    def insurance_class(self) -> str:
        return self.row.insurance_class

    @numeric_rule_variable
    def outstanding_cents(self) -> int:
        return self.row.outstanding_cents

    @boolean_rule_variable
    def has_appointment(self) -> bool:
        return self.row.has_appointment

    @numeric_rule_variable
    def appointment_days(self) -> int:
        return self.row.appointment_days


def _condition(name: str, operator: str, value: object = None) -> dict[str, object]:
    return {"name": name, "operator": operator, "value": value}


def _one_of(values: Sequence[str]) -> str:
    # It has no test of text in a set; one expression is faster than a choice of conditions.
    return f"^(?:{'|'.join(values)})$"


# Its at least and at most are two tests each, so the bounds are said with less and greater.
_BUSINESS_RULE: Final[Mapping[str, object]] = {
    "all": [
        _condition("alarm_level", "equal_to", Decimal(LEVEL)),
        _condition("guarantor_initial", "matches_regex", _one_of(tuple(INITIALS))),
        _condition("primary_department_id", "matches_regex", _one_of(DEPARTMENTS)),
        _condition("usual_provider_id", "matches_regex", _one_of(PROVIDERS)),
        _condition("insurance_class", "equal_to", INSURANCE.value),
        _condition("outstanding_cents", "greater_than", Decimal(OWED_MIN - 1)),
        _condition("outstanding_cents", "less_than", Decimal(OWED_MAX + 1)),
        {
            "any": [
                _condition("has_appointment", "is_false"),
                _condition("appointment_days", "greater_than", Decimal(APPOINTMENT_DAYS)),
            ]
        },
    ]
}


def ask_business_rules(rows: Sequence[Row]) -> list[bool]:
    """Ask business-rules."""
    return list(_business_answers(rows))


def _business_answers(rows: Sequence[Row]) -> Iterator[bool]:
    variables = _Variables()
    for row in rows:
        variables.row = row
        yield check_conditions_recursively(_BUSINESS_RULE, variables)


# ------------------------------------------------------------------------------------- all of them

PEERS: Final = (
    Peer(
        name="rule-engine",
        language=Language.PYTHON,
        ways=(Way(form="rows", prepare=as_they_are, answers=ask_rule_engine),),
    ),
    Peer(
        name="business-rules",
        language=Language.PYTHON,
        ways=(
            Way(form="rows", prepare=as_they_are, answers=ask_business_rules),
            Way(
                suffix="_parsed_beforehand",
                form="rows of Decimals",
                prepare=decimal_rows,
                answers=ask_business_rules,
            ),
        ),
    ),
    Peer(
        name="json-logic-qubit",
        language=Language.PYTHON,
        ways=(Way(form="dictionaries", prepare=dictionaries, answers=ask_json_logic),),
    ),
    Peer(
        name="zen-engine",
        language=Language.RUST,
        ways=(
            Way(form="dictionaries", prepare=dictionaries, answers=ask_zen),
            Way(suffix="_from_json_text", form="JSON bytes", prepare=json_bytes, answers=ask_zen),
        ),
    ),
    Peer(
        name="datalogic-py",
        language=Language.RUST,
        ways=(
            Way(form="dictionaries", prepare=dictionaries, answers=ask_datalogic),
            Way(
                suffix="_from_json_text",
                form="JSON text",
                prepare=json_texts,
                answers=ask_datalogic,
            ),
            Way(
                suffix="_parsed_beforehand",
                form="its own parsed rows",
                prepare=handles,
                answers=ask_datalogic_parsed,
            ),
        ),
    ),
)
