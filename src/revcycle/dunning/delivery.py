"""How a statement goes out (ST-7)."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import attrs

from revcycle.accounts import DeliveryMethod, DeliveryPreference, Guarantor
from revcycle.checks import SEVERAL, check_given, one_of
from revcycle.levels import DunningLevel

__all__ = ["Delivery", "DeliveryReason", "delivery_for"]


class DeliveryReason(enum.Enum):
    """Why a statement takes the ways it takes."""

    GUARANTOR_WANTS_PAPER = "guarantor_wants_paper"
    GUARANTOR_WANTS_E_STATEMENT = "guarantor_wants_e_statement"
    PAPER_ADDED_AT_FINAL_LEVEL = "paper_added_at_final_level"
    NO_EMAIL_ADDRESS = "no_email_address"


@attrs.frozen(kw_only=True)
class Delivery:
    """The ways one statement takes.

    Attributes:
        methods: e-statement, paper, or both in that order.
        because: why, one reason or two.
        email_notice: whether an e-mail announces it.
    """

    methods: tuple[DeliveryMethod, ...]
    because: tuple[DeliveryReason, ...]
    email_notice: bool


def delivery_for(guarantor: Guarantor, levels: Iterable[DunningLevel]) -> Delivery:
    """Choose the ways for a statement whose listed charges have *levels* after the run (ST-7).

    An e-statement guarantor gets paper too when any listed charge is at 3 or 7, and paper
    instead when there is no e-mail address.

    Raises:
        InvalidRecord: *guarantor* is none, or *levels* holds something else.
    """
    if type(guarantor) is not Guarantor:
        check_given("guarantor", guarantor, one_of(Guarantor))
    # A run, which is in a hurry, gives a list.
    if type(levels) is not list:
        check_given("levels", levels, SEVERAL)
    if guarantor.delivery is DeliveryPreference.PAPER:
        return _PAPER
    if guarantor.email is None:
        return _FALLBACK
    for level in levels:
        if type(level) is not DunningLevel:
            check_given("levels", level, one_of(DunningLevel))
        if level.is_final_notice:
            return _BOTH
    return _ELECTRONIC


_PAPER: Final = Delivery(
    methods=(DeliveryMethod.PAPER,),
    because=(DeliveryReason.GUARANTOR_WANTS_PAPER,),
    email_notice=False,
)
_FALLBACK: Final = Delivery(
    methods=(DeliveryMethod.PAPER,),
    because=(DeliveryReason.GUARANTOR_WANTS_E_STATEMENT, DeliveryReason.NO_EMAIL_ADDRESS),
    email_notice=False,
)
_ELECTRONIC: Final = Delivery(
    methods=(DeliveryMethod.E_STATEMENT,),
    because=(DeliveryReason.GUARANTOR_WANTS_E_STATEMENT,),
    email_notice=True,
)
_BOTH: Final = Delivery(
    methods=(DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER),
    because=(
        DeliveryReason.GUARANTOR_WANTS_E_STATEMENT,
        DeliveryReason.PAPER_ADDED_AT_FINAL_LEVEL,
    ),
    email_notice=True,
)
