"""A statement laid out for people, before it becomes text or HTML: what stands where, in words.

statement_page      amount and day first, then what to do, then the detail, last the slip
  _actions          how to pay, more time, help, questions
  _details          how the amount comes about, payments, what was done
    _care           each patient's lines: to pay in full, on a plan, on hold
  _slip             the part to send back: the headline's own figures again

Both renderers show this one page, so paper and screen say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.accounts import Address, StatementFormat
from revcycle.checks import private
from revcycle.dunning import (
    Statement,
    StatementLine,
    StatementPayment,
    is_same_language,
    texts_saying,
)
from revcycle.folding import printable_line
from revcycle.money import ZERO, add, subtract, total
from revcycle.printing.direction import direction_of
from revcycle.printing.english import ENGLISH_WORDING
from revcycle.printing.spanish import SPANISH_WORDING
from revcycle.printing.wording import (
    Wording,
    amount_text,
    date_text,
    filled,
    short_date_text,
    wording_for,
)

__all__ = [
    "SUPPLIED_WORDINGS",
    "Column",
    "PageTable",
    "Section",
    "Slip",
    "StatementPage",
    "Words",
    "statement_page",
]

SUPPLIED_WORDINGS: Final = (ENGLISH_WORDING, SPANISH_WORDING)
"""The fixed words that come with the library."""


@attrs.frozen(kw_only=True)
class Words:
    """A text and the language it is in.

    Attributes:
        text: one paragraph; private.
        language: its tag.
        link: a web address that the text ends in, or empty; private.
    """

    text: str = private()
    language: str
    link: str = private(default="")


@attrs.frozen(kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        title: its head.
        is_amount: whether it holds dollars.
    """

    title: str
    is_amount: bool = False


@attrs.frozen(kw_only=True)
class PageTable:
    """A table: a caption, columns, rows and a last row of sums.

    Attributes:
        caption: what it shows; private.
        columns: from left to right; the last holds dollars.
        rows: as many cells as there are columns; private.
        foot: label and sum of the last column; private.
    """

    caption: str = private(default="")
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = private()
    foot: tuple[str, str] = private()


@attrs.frozen(kw_only=True)
class Section:
    """A part of the page under one heading.

    Attributes:
        heading: what it is about.
        items: a list of things to choose from.
        paragraphs: sentences.
        tables: figures.
    """

    heading: str
    items: tuple[Words, ...] = ()
    paragraphs: tuple[Words, ...] = ()
    tables: tuple[PageTable, ...] = ()


@attrs.frozen(kw_only=True)
class Slip:
    """The part to send back with a payment.

    Attributes:
        heading: what it is.
        instruction: where to cut.
        facts: label and value, the amount due now and its day among them; private.
        amount_sent: label of the place for the amount enclosed.
        address: who is paid and where; label first; private.
        request: what to write on the cheque.
    """

    heading: str
    instruction: str
    facts: tuple[tuple[str, str], ...] = private()
    amount_sent: str
    address: tuple[tuple[str, tuple[str, ...]], ...] = private()
    request: str


@attrs.frozen(kw_only=True)
class StatementPage:
    """A statement laid out, in words, ready for any renderer.

    Attributes:
        language: of the fixed words.
        is_language_missing: whether anything stands in English for want of the guarantor's
            language (ST-15).
        format: how the guarantor wants to read it (ST-15).
        simplified: whether detail is left out (ST-8).
        title: what the statement is: a bill, a reminder.
        amount: label and figure of what is due now.
        due: label and day until which it is wanted; the label alone when nothing is due.
        sender: the practice's name and address; private.
        addressee: the guarantor's name and address; private.
        facts: labels and values: numbers, date, and for the practice's own use the printed level
            (DL-9); private.
        message: the level's text (ST-8).
        notes: members' statement notes, introduced by names (ST-9); private.
        note_heading: what stands above them.
        actions: what to do.
        details: how the amount comes about.
        slip: the part to send back; None when nothing is due.
    """

    language: str
    is_language_missing: bool
    format: StatementFormat
    simplified: bool
    title: str
    amount: tuple[str, str]
    due: tuple[str, str]
    sender: tuple[str, ...] = private()
    addressee: tuple[str, ...] = private()
    facts: tuple[tuple[str, str], ...] = private()
    message: Words
    notes: tuple[tuple[str, str], ...] = private()
    note_heading: str
    actions: tuple[Section, ...]
    details: tuple[Section, ...]
    slip: Slip | None


def statement_page(
    statement: Statement, *, wordings: Sequence[Wording] = SUPPLIED_WORDINGS
) -> StatementPage:
    """Lay *statement* out in the guarantor's language (ST-8, ST-9, ST-13, ST-15).

    Args:
        statement: the statement.
        wordings: the fixed words at hand; English among them.

    Raises:
        InvalidRecord: there are no fixed words in English.
    """
    wanted = statement.addressee.language
    wording = wording_for(wanted, wordings)
    has_due = statement.due_now > ZERO
    due = (wording.nothing_due, "")
    if has_due:
        due = (wording.pay_by, date_text(statement.due_on, wording=wording))
    return StatementPage(
        language=wording.language,
        is_language_missing=statement.is_language_missing
        or not is_same_language(wording.language, wanted),
        format=statement.addressee.statement_format,
        simplified=statement.simplified,
        title=wording.titles[statement.message_level.number],
        amount=(wording.amount_due, amount_text(statement.due_now)),
        due=due,
        sender=(*_clean_lines([statement.practice.name]), *_address(statement.practice.remit_to)),
        addressee=_addressee(statement),
        facts=_facts(statement, wording),
        message=_words(statement.message, statement.message_language),
        notes=_notes(statement, wording),
        note_heading=wording.note,
        actions=tuple(_actions(statement, wording, wordings)),
        details=tuple(_details(statement, wording)),
        slip=_slip(statement, wording) if has_due else None,
    )


def _facts(statement: Statement, wording: Wording) -> tuple[tuple[str, str], ...]:
    return (
        (wording.account_number, printable_line(statement.account_id)),
        (wording.bill_number, printable_line(statement.id)),
        (wording.bill_date, date_text(statement.on, wording=wording)),
        (wording.office_code, str(statement.printed_level.number)),
    )


def _notes(statement: Statement, wording: Wording) -> tuple[tuple[str, str], ...]:
    """Introduce each member's note by name, where there is more than one member (ST-9)."""
    if len(statement.patients) < 2:  # noqa: PLR2004  (one patient needs no introduction)
        return tuple(("", printable_line(note.text)) for note in statement.notes)
    names = _names(statement)
    return tuple(
        (
            filled(wording.note_for, name=_name(names, note.patient_id)),
            printable_line(note.text),
        )
        for note in statement.notes
    )


# -------------------------------------------------------------------------------- what to do


def _actions(
    statement: Statement, wording: Wording, wordings: Sequence[Wording]
) -> Iterator[Section]:
    ways = tuple(_ways_to_pay(statement, wording))
    if ways and statement.due_now > ZERO:
        yield Section(heading=wording.pay, items=ways)
    yield Section(
        heading=wording.questions,
        paragraphs=tuple(_contact(statement, wording, wordings)),
    )
    for heading, field in (
        (wording.pay_later, "plan_offer"),
        (wording.cost_help, "assistance"),
        (wording.looks_wrong, "dispute"),
        (wording.details, "itemization"),
    ):
        said = tuple(_said(statement, field))
        if said:
            yield Section(heading=heading, paragraphs=said)


def _said(statement: Statement, field: str) -> Iterator[Words]:
    """Give what the practice says of something, in the language it says it in (ST-15)."""
    texts = texts_saying(statement.practice, field, statement.practice_language)
    if texts is not None:
        said = getattr(texts, field)
        lines = (said,) if type(said) is str else said
        yield from (_words(line, texts.language) for line in lines if printable_line(line))


def _ways_to_pay(statement: Statement, wording: Wording) -> Iterator[Words]:
    practice = statement.practice
    if practice.website:
        website = printable_line(practice.website)
        yield Words(text=wording.pay_online, language=wording.language, link=website)
    if _address(practice.remit_to):
        yield Words(text=wording.pay_mail, language=wording.language)
    yield from _said(statement, "ways_to_pay")


def _contact(
    statement: Statement, wording: Wording, wordings: Sequence[Wording]
) -> Iterator[Words]:
    phone = printable_line(statement.practice.phone)
    if phone:
        yield Words(
            text=filled(wording.call, phone=_rightward(phone, wording)), language=wording.language
        )
    yield from _said(statement, "hours")
    if statement.addressee.statement_format is StatementFormat.PLAIN:
        yield Words(text=wording.large_print, language=wording.language)
    offered = [wording.language]
    for other in wordings:
        if not any(is_same_language(other.language, language) for language in offered):
            offered.append(other.language)
            yield Words(text=other.own_language, language=other.language)


def _rightward(figure: str, wording: Wording) -> str:
    """Keep the parts of a figure in their order in a sentence that runs leftward."""
    return f"\u2066{figure}\u2069" if direction_of(wording.language) == "rtl" else figure


# -------------------------------------------------------------------------------- the detail


def _details(statement: Statement, wording: Wording) -> Iterator[Section]:
    yield _summary(statement, wording)
    if any(_kept(payment) > ZERO for payment in statement.payments):
        yield _payments(statement, wording)
    if statement.lines:
        yield _care(statement, wording)


def _summary(statement: Statement, wording: Wording) -> Section:
    """Show how the amount due now comes about, and what else is owed (ST-13)."""
    lines = statement.lines
    in_full = _owed(line for line in lines if not line.held and not line.on_plan)
    on_plan = _owed(line for line in lines if not line.held and line.on_plan)
    now = (
        (wording.in_full, in_full),
        (wording.plan_now, subtract(statement.plan_due, statement.plan_overdue)),
        (wording.plan_late, statement.plan_overdue),
    )
    later = (
        (wording.amount_due, statement.due_now),
        (wording.plan_later, subtract(on_plan, statement.plan_due)),
        (wording.on_hold, _owed(line for line in lines if line.held)),
    )
    tables = [_sums(now, (wording.amount_due, statement.due_now), wording)]
    if statement.total_outstanding != statement.due_now:
        foot = (wording.total_owed, statement.total_outstanding)
        tables.append(_sums(later, foot, wording, caption=wording.summary_of_all))
    paragraphs = []
    if statement.credits < ZERO:
        credit = _rightward(amount_text(subtract(ZERO, statement.credits)), wording)
        said = f"{wording.credit}: {credit}. {wording.credit_note}"
        paragraphs.append(Words(text=said, language=wording.language))
    return Section(heading=wording.summary, paragraphs=tuple(paragraphs), tables=tuple(tables))


def _sums(
    rows: Sequence[tuple[str, Decimal]],
    foot: tuple[str, Decimal],
    wording: Wording,
    *,
    caption: str = "",
) -> PageTable:
    return PageTable(
        caption=caption,
        columns=(Column(title=wording.what), Column(title=wording.amount, is_amount=True)),
        rows=tuple((label, amount_text(amount)) for label, amount in rows if amount != ZERO),
        foot=(foot[0], amount_text(foot[1])),
    )


def _payments(statement: Statement, wording: Wording) -> Section:
    """Show what came on each day: one cheque may have been posted in parts (CH-10)."""
    by_day: dict[date, Decimal] = {}
    for payment in statement.payments:
        kept = _kept(payment)
        if kept > ZERO:
            by_day[payment.received_on] = add(by_day.get(payment.received_on, ZERO), kept)
    table = PageTable(
        columns=(Column(title=wording.day), Column(title=wording.amount, is_amount=True)),
        rows=tuple(
            (short_date_text(day, wording=wording), amount_text(by_day[day]))
            for day in sorted(by_day)
        ),
        foot=(wording.payment_total, amount_text(total(by_day.values()))),
    )
    heading = wording.first_payments if statement.number == 1 else wording.payments
    return Section(heading=heading, tables=(table,))


def _kept(payment: StatementPayment) -> Decimal:
    """Give what to thank for: not what was given back."""
    return subtract(payment.amount, payment.refunded)


def _care(statement: Statement, wording: Wording) -> Section:
    """List each patient's lines: to pay in full, on a plan, on hold, each apart (ST-12)."""
    names = _names(statement)
    tables = []
    for patient_id in dict.fromkeys(line.patient_id for line in statement.lines):
        own = [line for line in statement.lines if line.patient_id == patient_id]
        for caption, lines in (
            (wording.care_for, [line for line in own if not line.held and not line.on_plan]),
            (wording.care_plan, [line for line in own if not line.held and line.on_plan]),
            (wording.care_hold, [line for line in own if line.held]),
        ):
            if lines:
                name = _name(names, patient_id)
                tables.append(_care_table(filled(caption, name=name), lines, statement, wording))
    paragraphs: tuple[Words, ...] = ()
    if not statement.simplified and any(line.adjusted > ZERO for line in statement.lines):
        paragraphs = (Words(text=wording.taken_off_note, language=wording.language),)
    return Section(heading=wording.care, paragraphs=paragraphs, tables=tuple(tables))


def _care_table(
    caption: str, lines: Sequence[StatementLine], statement: Statement, wording: Wording
) -> PageTable:
    amounts = (
        []
        if statement.simplified
        else [
            Column(title=wording.billed, is_amount=True),
            Column(title=wording.insurance_paid, is_amount=True),
            Column(title=wording.taken_off, is_amount=True),
            Column(title=wording.you_paid, is_amount=True),
        ]
    )
    providers = {each.provider_id: each.name for each in statement.practice.providers}
    rows = []
    for line in lines:
        known = (line.billed, line.insurance_paid, line.adjusted, line.patient_paid)
        shown = () if statement.simplified else known
        rows.append(
            (
                short_date_text(line.service_on, wording=wording),
                _what_was_done(line, providers.get(line.provider_id, ""), wording),
                *(amount_text(amount) for amount in (*shown, line.outstanding)),
            )
        )
    return PageTable(
        caption=caption,
        columns=(
            Column(title=wording.day),
            Column(title=wording.service),
            *amounts,
            Column(title=wording.you_owe, is_amount=True),
        ),
        rows=tuple(rows),
        foot=(wording.total, amount_text(_owed(lines))),
    )


def _what_was_done(line: StatementLine, provider: str, wording: Wording) -> str:
    service = printable_line(line.description) or wording.unnamed_service
    name = printable_line(provider)
    return filled(wording.from_provider, service=service, name=name) if name else service


def _owed(lines: Iterable[StatementLine]) -> Decimal:
    return total(line.outstanding for line in lines)


# ---------------------------------------------------------------------------------- the slip


def _slip(statement: Statement, wording: Wording) -> Slip:
    """Repeat account, amount and day for the practice to read off what comes back (ST-13)."""
    name = _addressee(statement)[:1]
    sender = _clean_lines([statement.practice.name])
    address = _address(statement.practice.remit_to)
    return Slip(
        heading=wording.slip,
        instruction=wording.cut_here,
        facts=(
            *((wording.name, each) for each in name),
            *_facts(statement, wording)[:2],
            (wording.amount_due, amount_text(statement.due_now)),
            (wording.pay_by, date_text(statement.due_on, wording=wording)),
        ),
        amount_sent=wording.amount_sent,
        address=tuple(
            (label, lines)
            for label, lines in ((wording.pay_to, sender), (wording.mail_to, address))
            if lines
        ),
        request=wording.write_number,
    )


# ------------------------------------------------------------------------- names and addresses


def _names(statement: Statement) -> dict[str, str]:
    return {
        patient.patient_id: printable_line(f"{patient.first_name} {patient.last_name}")
        for patient in statement.patients
    }


def _name(names: Mapping[str, str], patient_id: str) -> str:
    """Call a patient by name; by id where the statement knows no name."""
    return names.get(patient_id) or printable_line(patient_id)


def _addressee(statement: Statement) -> tuple[str, ...]:
    guarantor = statement.addressee
    name = f"{guarantor.first_name} {guarantor.last_name}"
    return (*_clean_lines([name]), *_address(guarantor.address))


def _address(address: Address) -> tuple[str, ...]:
    city = ", ".join(part for part in map(printable_line, (address.city, address.state)) if part)
    return _clean_lines([*address.lines, f"{city} {address.postal_code}"])


def _clean_lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in map(printable_line, lines) if line)


def _words(text: str, language: str) -> Words:
    return Words(text=printable_line(text), language=language)
