"""Two statements of a book as web pages: a family's with a payment plan, and a final one.

write_pages   chooses the accounts, prints their statements, says what stands where

The statement of a family shows most of what a statement can: several patients, a plan, charges to
be paid in full. A final one goes out twice to a guarantor who wants e-statements: on paper too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from revcycle.accounts import Account, Address, DeliveryMethod
from revcycle.dunning import (
    DunningPolicy,
    Practice,
    PracticeTexts,
    Statement,
    preview_statement,
)
from revcycle.money import ZERO
from revcycle.printing import statement_text
from revcycle.printing.web_page import statement_html

__all__ = ["PRACTICE", "write_pages"]

PRACTICE: Final = Practice(
    name="Riverbend Family Practice",
    remit_to=Address(lines=("PO Box 12",), city="Springfield", state="MA", postal_code="01101"),
    phone="(555) 555-0100",
    website="https://pay.example.org",
    texts=(
        PracticeTexts(
            language="en",
            hours="We answer Monday to Friday, 8 am to 5 pm.",
            ways_to_pay=(
                "Pay by phone: call us with your card.",
                "Pay at the front desk when you come in.",
            ),
            plan_offer="Call us. We can spread your bill over time.",
            assistance="You may be able to get help with your bill. Ask us for the form.",
            itemization="Call us for a list of each service and its price.",
            dispute="Call us before you pay. We will look into it.",
        ),
        PracticeTexts(
            language="es",
            hours="Atendemos de lunes a viernes, de 8 a 5.",
            ways_to_pay=(
                "Pague por teléfono: llámenos con su tarjeta.",
                "Pague en la recepción cuando venga.",
            ),
            plan_offer="Llámenos. Puede pagar poco a poco.",
            assistance="Puede pedir ayuda con su factura. Pídanos el formulario.",
            itemization="Llámenos para pedir una lista de cada servicio y su precio.",
            dispute="Llámenos antes de pagar. Lo vemos con usted.",
        ),
    ),
)
"""A made-up practice, whose words stand on the pages."""


def write_pages(
    book: Iterable[Account], folder: Path, *, as_of: date, policy: DunningPolicy
) -> tuple[str, ...]:
    """Write the pages into *folder*, which is made, and give one line about each (ST-10, ST-15).

    Args:
        book: the accounts.
        folder: where to.
        as_of: the day of the last run, so that its statements are shown as they went out.
        policy: as the book was run, with the practice whose statements they are.

    Returns:
        What was written; nothing about a kind of account that the book does not have.
    """
    statements = list(_statements(book, as_of, policy))
    folder.mkdir(parents=True, exist_ok=True)
    said = []
    for name, words, choose in _PAGES:
        chosen = choose(statements)
        if chosen is not None:
            (folder / f"{name}.html").write_text(statement_html(chosen), encoding="utf-8")
            (folder / f"{name}.txt").write_text(statement_text(chosen), encoding="utf-8")
            said.append(f"{folder / name}.html, .txt: {words}, account {chosen.account_id}")
    return tuple(said)


def _statements(book: Iterable[Account], as_of: date, policy: DunningPolicy) -> Iterator[Statement]:
    """Yield each account's statement of the day, where it has one."""
    for account in book:
        if account.members and (account.last_act_on is None or account.last_act_on <= as_of):
            shown = preview_statement(account, as_of=as_of, policy=policy).statement
            if shown is not None:
                yield shown


def _family_with_plan(statements: list[Statement]) -> Statement | None:
    """Choose the family whose page shows most: overdue, with charges off the plan, many lines."""
    families = [s for s in statements if len(s.patients) > 1 and s.plan_due > ZERO]
    return max(families, key=_variety, default=None)


def _variety(statement: Statement) -> tuple[int, int, str]:
    kinds = {(line.on_plan, line.held) for line in statement.lines}
    kinds_shown = len(kinds) + (statement.plan_overdue > ZERO)
    return kinds_shown, len(statement.lines), statement.account_id


def _final_e_statement(statements: list[Statement]) -> Statement | None:
    """Choose a guarantor of e-statements at the final level: the one who owes most."""
    both = {DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER}
    final = [s for s in statements if set(s.methods) == both and s.printed_level.is_final_notice]
    return max(final, key=lambda s: (s.due_now, s.account_id), default=None)


_PAGES: Final[tuple[tuple[str, str, Callable[[list[Statement]], Statement | None]], ...]] = (
    ("statement", "a family with a payment plan", _family_with_plan),
    ("statement_final", "a final e-statement, which goes on paper too", _final_e_statement),
)
