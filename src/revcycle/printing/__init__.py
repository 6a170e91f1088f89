"""Statements on paper and on screen: laid out in plain words, then written as text or as HTML.

`statement_text` needs nothing but this package. HTML needs the extra ``revcycle[html]`` and comes
from a module of its own, ``revcycle.printing.web_page``, so that nobody else imports its engine.
"""

from revcycle.printing.direction import direction_of
from revcycle.printing.english import ENGLISH_WORDING
from revcycle.printing.page import (
    SUPPLIED_WORDINGS,
    Column,
    PageTable,
    Section,
    Slip,
    StatementPage,
    Words,
    statement_page,
)
from revcycle.printing.plain_text import WIDTH, statement_text
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
    "ENGLISH_WORDING",
    "SPANISH_WORDING",
    "SUPPLIED_WORDINGS",
    "WIDTH",
    "Column",
    "PageTable",
    "Section",
    "Slip",
    "StatementPage",
    "Wording",
    "Words",
    "amount_text",
    "date_text",
    "direction_of",
    "filled",
    "short_date_text",
    "statement_page",
    "statement_text",
    "wording_for",
]
