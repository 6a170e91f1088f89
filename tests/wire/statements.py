"""What is kept of a statement that asked for a part, and what goes out of one that asked for none.

``events-statement-1.json`` and ``outreach-nothing-due-1.json``; in ``statement-refunded-1.json`` a
payment of which a part was given back; in ``events-addressed-1.json`` to whom a statement went,
and its fingerprint; in ``account-sealed-1.json`` the seal of what was private on it.
"""

from datetime import date
from decimal import Decimal

import attrs

from revcycle.accounts import (
    Account,
    DeliveryMethod,
    Guarantor,
    Member,
    Patient,
    SentStatement,
    StatementCycle,
)
from revcycle.dunning import StatementIssued, StatementPayment
from revcycle.levels import LEVELS
from revcycle.outreach import (
    Channel,
    OutreachItem,
    OutreachKind,
    OutreachPlan,
    OutreachReason,
    SkippedOutreach,
    SpokenBalance,
    WithheldReason,
)
from tests.wire.records import STATEMENT

DAY = date(2026, 5, 4)

REFUNDED = attrs.evolve(
    STATEMENT,
    payments=(
        StatementPayment(
            transaction_id="T7",
            charge_id="C1",
            received_on=DAY,
            amount=Decimal("40.00"),
            refunded=Decimal("10.00"),
        ),
    ),
)
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
ADDRESSED_EVENTS = (
    StatementIssued(
        DAY,
        attrs.evolve(STATEMENT_EVENTS[0].sent, guarantor_id="G1", fingerprint="0b1e77af"),
        ("C1", "C2"),
        ("T1",),
    ),
)
SEALED = Account(
    id="A1",
    guarantor=Guarantor(id="G1"),
    members=(Member(patient=Patient(id="P1"), joined_on=DAY),),
    cycle=StatementCycle(
        last_run_on=DAY,
        last_statement_on=DAY,
        next_statement_on=date(2026, 6, 8),
        statement_count=4,
        seal="83c1f00d5a1e9b27",
    ),
    statements=(ADDRESSED_EVENTS[0].sent,),
    last_act_on=DAY,
)

NOTHING_DUE = OutreachPlan(
    on=DAY,
    items=(
        OutreachItem(
            key="statement:A1:2026-05-04",
            account_id="A1",
            guarantor_id="G1",
            kind=OutreachKind.STATEMENT,
            channels=(Channel.PAPER,),
            on=DAY,
            due_on=DAY,
            because=(OutreachReason.STATEMENT_MADE, OutreachReason.GUARANTOR_WANTS_PAPER),
            level=LEVELS[0],
            statement_id="A1:2026-05-04",
            balance=SpokenBalance(
                amount=Decimal("300.00"),
                charge_ids=("C1",),
                plan_ids=("PL1",),
                settled=Decimal("0.00"),
                is_all=True,
            ),
            balance_min=Decimal("0.01"),
        ),
    ),
    skipped=(
        SkippedOutreach(
            key="statement:A2:2026-05-04",
            account_id="A2",
            kind=OutreachKind.STATEMENT,
            reasons=(WithheldReason.AMOUNT_CHANGED,),
        ),
    ),
)
