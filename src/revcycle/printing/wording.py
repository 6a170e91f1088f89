"""The fixed words of a printed statement in one language, and which language prints (ST-15).

`Wording` is a record, so a practice can have its statements in a language that we do not supply:
build one, and give it to the renderers beside `SUPPLIED_WORDINGS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import ID, Requirement, check_fields, each, refuse
from revcycle.dunning import best_language
from revcycle.errors import InvalidRecord
from revcycle.levels import LEVELS
from revcycle.money import text

__all__ = [
    "Wording",
    "amount_text",
    "date_text",
    "filled",
    "short_date_text",
    "wording_for",
]

_MONTHS: Final = 12


@attrs.frozen(kw_only=True)
class Wording:
    """Every fixed text of a statement, in one language. In braces stands what is filled in.

    Attributes:
        language: a tag such as ``en``.
        months: the names of the months, January first.
        short_months: the same, short.
        long_date: a date in a sentence, of {day}, {month} and {year}.
        short_date: a date in a table, of the same.
        titles: what the statement is, by the number of its message level.
        amount_due: label of the amount that is due now.
        pay_by: label of the day until which it is wanted.
        nothing_due: stands in place of that day when the amount is nothing.
        account_number, bill_number, bill_date: labels.
        office_code: label of the printed level, for the practice's own use (DL-9).
        note: heading of the statement notes.
        note_for: introduces one member's note; {name}.
        pay: heading of the ways to pay.
        pay_online: followed by the web address.
        pay_mail: pay by mail, with the slip.
        pay_later: heading of the practice's offer of a payment plan.
        cost_help: heading of the practice's word on financial help.
        questions: heading of whom to ask.
        call: {phone}.
        looks_wrong: heading of the practice's word on a wrong bill.
        details: heading of the practice's word on a list of all services.
        large_print: offers the statement in large print.
        own_language: offers the statement in this language to a reader of another.
        summary: heading of how the amount comes about.
        summary_of_all: caption of what is owed besides.
        what: title of the column that says what a sum is.
        amount: title of a column of dollars.
        in_full: to be paid in full.
        plan_now: the payment plan's part of this period.
        plan_late: the payment plan's part of earlier periods.
        plan_later: what the payment plan asks for later.
        on_hold: what is not to be paid now.
        total_owed: all of it.
        credit: label of a credit.
        credit_note: what becomes of a credit.
        payments: heading of the payments since the last statement.
        first_payments: the same on the first statement.
        day: title of a column of days.
        payment_total: the sum of the payments.
        care: heading of what the statement is for.
        care_for: caption of one patient's list; {name}.
        care_plan: the same, of what is on a payment plan; {name}.
        care_hold: the same, of what is on hold; {name}.
        service: title of the column that says what was done.
        unnamed_service: what was done, where a charge does not say.
        from_provider: what was done and by whom; {service} and {name}.
        billed, insurance_paid, taken_off, you_paid, you_owe: titles of columns of dollars.
        taken_off_note: what the column of what was taken off means.
        total: the sum of a list.
        slip: heading of the part to send back.
        cut_here: above it.
        name: label of the payer.
        amount_sent: label of the amount that is enclosed, to be filled in.
        pay_to: label of the payee.
        mail_to: label of the address.
        write_number: asks to write the account number on the cheque.
    """

    language: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    long_date: str
    short_date: str
    titles: tuple[str, ...]
    amount_due: str
    pay_by: str
    nothing_due: str
    account_number: str
    bill_number: str
    bill_date: str
    office_code: str
    note: str
    note_for: str
    pay: str
    pay_online: str
    pay_mail: str
    pay_later: str
    cost_help: str
    questions: str
    call: str
    looks_wrong: str
    details: str
    large_print: str
    own_language: str
    summary: str
    summary_of_all: str
    what: str
    amount: str
    in_full: str
    plan_now: str
    plan_late: str
    plan_later: str
    on_hold: str
    total_owed: str
    credit: str
    credit_note: str
    payments: str
    first_payments: str
    day: str
    payment_total: str
    care: str
    care_for: str
    care_plan: str
    care_hold: str
    service: str
    unnamed_service: str
    from_provider: str
    billed: str
    insurance_paid: str
    taken_off: str
    you_paid: str
    you_owe: str
    taken_off_note: str
    total: str
    slip: str
    cut_here: str
    name: str
    amount_sent: str
    pay_to: str
    mail_to: str
    write_number: str

    def __attrs_post_init__(self) -> None:
        """Check that every text is there and that what is filled in has its place."""
        check_fields(self, _LISTS)
        check_fields(self, tuple((name, ID) for name in _TEXTS))
        for name, parts in _FILLED.items():
            if set(_PLACE.findall(getattr(self, name))) != set(parts):
                refuse(self, name, "hold " + " and ".join("{" + part + "}" for part in parts))


def _so_many(count: int) -> Requirement:
    texts = each(ID)
    return Requirement(
        lambda v: texts.holds(v) and len(v) == count, f"be a tuple of {count} texts, none empty"
    )


_LISTS: Final = (
    ("months", _so_many(_MONTHS)),
    ("short_months", _so_many(_MONTHS)),
    ("titles", _so_many(len(LEVELS))),
)
_TEXTS: Final = tuple(
    field.name for field in attrs.fields(Wording) if field.name not in {name for name, _ in _LISTS}
)
_FILLED: Final = {
    "long_date": ("day", "month", "year"),
    "short_date": ("day", "month", "year"),
    "note_for": ("name",),
    "call": ("phone",),
    "care_for": ("name",),
    "care_plan": ("name",),
    "care_hold": ("name",),
    "from_provider": ("service", "name"),
}


def wording_for(language: str, wordings: Sequence[Wording]) -> Wording:
    """Choose the words for a reader of *language*, else English (ST-15).

    Raises:
        InvalidRecord: *wordings* hold neither that language nor English.
    """
    chosen = best_language(language, [wording.language for wording in wordings])
    for wording in wordings:
        if wording.language == chosen:
            return wording
    raise InvalidRecord(
        "statement page",
        "wordings",
        tuple(wording.language for wording in wordings),
        "include English, which stands in for a missing language",
    )


def amount_text(amount: Decimal) -> str:
    """Write US dollars as patients do: ``$1,234.50``, a credit as ``-$5.00``."""
    digits = text(amount)
    return f"-${digits[1:]}" if digits.startswith("-") else f"${digits}"


def date_text(day: date, *, wording: Wording) -> str:
    """Write *day* as in a sentence; the month is a word, so that nobody mistakes it."""
    return _filled_date(wording.long_date, wording.months, day)


def short_date_text(day: date, *, wording: Wording) -> str:
    """Write *day* as in a table, the month still a word."""
    return _filled_date(wording.short_date, wording.short_months, day)


def _filled_date(form: str, months: tuple[str, ...], day: date) -> str:
    return filled(form, day=str(day.day), month=months[day.month - 1], year=f"{day.year:04}")


def filled(form: str, **parts: str) -> str:
    """Put *parts* into the places of *form* that bear their names, in one pass.

    What is filled in is never looked at again, so a name with braces prints as it stands.
    """
    return _PLACE.sub(lambda place: parts.get(place[1], place[0]), form)


_PLACE: Final = re.compile(r"\{(\w+)\}")
