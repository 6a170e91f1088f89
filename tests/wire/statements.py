"""The event of a statement in ``events-statement-1.json``, with what the statement asked for."""

from datetime import date

from revcycle.accounts import DeliveryMethod, SentStatement
from revcycle.dunning import StatementIssued
from revcycle.levels import LEVELS

DAY = date(2026, 5, 4)

STATEMENT_EVENTS = (
    StatementIssued(
        DAY,
        SentStatement(
            id="A1:2026-05-04",
            on=DAY,
            number=4,
            methods=(DeliveryMethod.PAPER,),
            printed_level=LEVELS[2],
            total="300.00",
            shortened_cycle=True,
            due_now="50.00",
        ),
        ("C1", "C2"),
        ("T1",),
    ),
)
