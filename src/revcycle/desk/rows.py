"""The rows of an account view: an outstanding charge, a statement that was made (AV-3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from revcycle.accounts import DeliveryMethod
from revcycle.charges import Placement
from revcycle.checks import private
from revcycle.levels import DunningLevel

__all__ = ["ChargeRow", "StatementRow"]


@attrs.frozen(kw_only=True)
class ChargeRow:
    """One outstanding charge (AV-3). Amount = paid + adjusted + outstanding.

    Attributes:
        charge_id: the charge.
        patient_id: whose.
        description: plain words; private.
        posted_on: the day it was posted.
        service_on: the day of service.
        claim_id: its claim.
        department_id: where; may be empty.
        provider_id: the rendering provider; may be empty.
        amount: US dollars that were ever the patient's part, transfers counted (CH-1).
        paid: US dollars the patient has paid on it, refunds taken off.
        adjusted: US dollars taken off on the patient's side.
        outstanding: US dollars still owed.
        level: its dunning level.
        reached_on: since when; None at 0.
        first_billed_on: the first statement it was on, or None.
        billed_count: how many statements it was on.
        plan_id: the payment plan that covers it, or None.
        overdue: US dollars of that plan's arrears that fall on this charge: spread as a payment
            would be, oldest posting first (PL-5); zero off a plan.
        is_held: whether a patient or claim hold freezes it (ST-12).
        placement: its stay with a collection agency, or None; then it is in no total but
            collect outstanding.
    """

    charge_id: str
    patient_id: str
    description: str = private()
    posted_on: date
    service_on: date
    claim_id: str
    department_id: str
    provider_id: str
    amount: Decimal
    paid: Decimal
    adjusted: Decimal
    outstanding: Decimal
    level: DunningLevel
    reached_on: date | None
    first_billed_on: date | None
    billed_count: int
    plan_id: str | None
    overdue: Decimal
    is_held: bool
    placement: Placement | None


@attrs.frozen(kw_only=True)
class StatementRow:
    """One statement that was made (AV-3).

    Attributes:
        on: its date.
        methods: how it went out; one statement can go both ways (ST-7).
        printed_level: the level it carried (DL-9).
        total: US dollars outstanding on it.
    """

    on: date
    methods: tuple[DeliveryMethod, ...]
    printed_level: DunningLevel
    total: Decimal
