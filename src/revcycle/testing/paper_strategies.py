"""Strategies for what statements and outreach are made of.

practices, outreach_policies       how a practice writes and reminds
statements                         statements whose dollars agree, with whatever texts
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st

from revcycle.accounts import DeliveryMethod, Guarantor, StatementFormat
from revcycle.dunning import (
    DeliveryReason,
    Practice,
    Statement,
    StatementLine,
    StatementPatient,
    StatementPayment,
    StatementTextNote,
    best_language,
    is_anything_missing,
    is_same_language,
    statement_id,
)
from revcycle.levels import LEVELS
from revcycle.money import ZERO, add, from_cents, subtract, total
from revcycle.outreach import Channel, OutreachPolicy, ReminderRule
from revcycle.testing.drawing import LANGUAGES, PRIVATE, draw_amount, draw_day, draw_practice
from revcycle.testing.drawn import DrawnChoices

__all__ = ["outreach_policies", "practices", "statements"]


@st.composite
def practices(draw: st.DrawFn) -> Practice:
    """Practices that say nothing, something in English, or a lot in several languages (ST-15)."""
    return draw_practice(DrawnChoices(draw))


@st.composite
def outreach_policies(draw: st.DrawFn) -> OutreachPolicy:
    """Reminder rules of every level, with and without each way of reminding (RP-6)."""
    reminded = draw(st.sets(st.sampled_from(LEVELS[1:])))
    ways = draw(st.permutations((Channel.EMAIL, Channel.PHONE, Channel.TEXT)))
    return OutreachPolicy(
        reminders=tuple(
            ReminderRule(level=level, after_days=draw(st.sampled_from((20, 10, 0, 1, 34))))
            for level in sorted(reminded)
        ),
        reminder_balance_min=draw(st.sampled_from((Decimal("9.99"), ZERO, Decimal("100.00")))),
        reminder_channels=tuple(ways[: draw(st.integers(0, 3))]),
        late_days=draw(st.sampled_from((7, 0, 1, 40))),
    )


@st.composite
def statements(draw: st.DrawFn, *, texts: st.SearchStrategy[str] | None = None) -> Statement:
    """Statements whose figures agree as those of runs do (ST-13).

    Families, plans, holds, credits, nothing due, every level, format and language come up.

    Args:
        draw: given by Hypothesis.
        texts: what stands in names, descriptions and notes; by default the mark of what is
            private, so that a test can look for leaks.
    """
    words = st.just(PRIVATE) if texts is None else texts
    choices = DrawnChoices(draw)
    on = draw_day(choices)
    account_id = draw(st.sampled_from(("a1", "A 0001:7")))
    patients = [
        StatementPatient(patient_id=f"p{n}", first_name=draw(words), last_name=draw(words))
        for n in range(draw(st.integers(1, 3)))
    ]
    lines = [
        _line(draw, words, patient.patient_id, f"c{number}")
        for number, patient in enumerate(draw(st.lists(st.sampled_from(patients), max_size=5)))
    ]
    lines.sort(key=lambda line: (line.patient_id, line.service_on, line.charge_id))
    level = draw(st.sampled_from(LEVELS))
    return Statement(
        id=statement_id(account_id, on),
        account_id=account_id,
        on=on,
        due_on=on + timedelta(days=25),
        number=draw(st.integers(1, 5)),
        methods=(DeliveryMethod.PAPER,),
        delivery_reasons=(DeliveryReason.GUARANTOR_WANTS_PAPER,),
        email_notice=False,
        payments=tuple(_payments(draw, lines)),
        printed_level=level,
        message_level=draw(st.sampled_from(LEVELS)) if len(patients) > 1 else level,
        patients=tuple(patients),
        notes=tuple(
            StatementTextNote(patient_id=patient.patient_id, text=draw(words)[:75] or "note")
            for patient in patients[: draw(st.integers(0, 2))]
        ),
        simplified=draw(st.booleans()),
        shortened_cycle=draw(st.booleans()),
        next_statement_on=on + timedelta(days=35),
        **_figures(draw, lines),
        **_texts(draw, words),
    )


def _figures(draw: st.DrawFn, lines: list[StatementLine]) -> dict[str, Any]:
    """Give the lines and the dollars that agree with them (ST-13)."""
    on_plan = total(line.outstanding for line in lines if line.on_plan and not line.held)
    in_full = total(line.outstanding for line in lines if not line.on_plan and not line.held)
    plan_due = min(on_plan, draw_amount(DrawnChoices(draw)))
    return {
        "lines": tuple(lines),
        "total_outstanding": total(line.outstanding for line in lines),
        "credits": draw(st.sampled_from((ZERO, Decimal("-0.01"), Decimal("-1234.50")))),
        "plan_due": plan_due,
        "plan_overdue": min(plan_due, draw(st.sampled_from((ZERO, Decimal("50.00"))))),
        "due_now": add(in_full, plan_due),
    }


def _texts(draw: st.DrawFn, words: st.SearchStrategy[str]) -> dict[str, Any]:
    """Give addressee, message and practice, each in the best language there is (ST-15)."""
    practice = draw_practice(DrawnChoices(draw))
    language = draw(st.sampled_from(LANGUAGES))
    message_language = best_language(language, ("en", "es")) or "en"
    own = best_language(language, [each.language for each in practice.texts]) or message_language
    return {
        "addressee": Guarantor(
            id="g1",
            first_name=draw(words),
            last_name=draw(words),
            language=language,
            statement_format=draw(st.sampled_from(StatementFormat)),
        ),
        "message": draw(words),
        "message_language": message_language,
        "practice": practice,
        "practice_language": own,
        "is_language_missing": not (
            is_same_language(own, language) and is_same_language(message_language, language)
        )
        or is_anything_missing(practice, language),
    }


def _line(
    draw: st.DrawFn, words: st.SearchStrategy[str], patient_id: str, charge_id: str
) -> StatementLine:
    choices = DrawnChoices(draw)
    outstanding = from_cents(draw(st.sampled_from((1, 100_000_000_00, 4_567, 100_00))))
    taken = tuple(draw_amount(choices) for _ in range(3))
    return StatementLine(
        charge_id=charge_id,
        patient_id=patient_id,
        claim_id=f"k-{charge_id}",
        service_on=draw_day(choices),
        description=draw(words),
        provider_id="d1",
        billed=add(outstanding, total(taken)),
        insurance_paid=taken[0],
        adjusted=taken[1],
        patient_paid=taken[2],
        outstanding=outstanding,
        level=LEVELS[0],
        billed_count=1,
        on_plan=draw(st.booleans()),
        held=draw(st.integers(0, 3)) == 3,  # noqa: PLR2004  (one in four)
    )


def _payments(draw: st.DrawFn, lines: list[StatementLine]) -> list[StatementPayment]:
    """Give the payments that the lines show, some of one day."""
    return [
        StatementPayment(
            transaction_id=f"t-{line.charge_id}",
            charge_id=line.charge_id,
            received_on=line.service_on + timedelta(days=draw(st.sampled_from((0, 0, 3)))),
            amount=subtract(line.patient_paid, ZERO),
        )
        for line in lines
        if line.patient_paid > ZERO
    ]
