"""A statement as a web page: to be read on a screen, printed, or turned into a PDF.

This module needs the extra ``revcycle[html]``; it is the only one that imports Jinja.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from revcycle._extras import needs_extra

with needs_extra("html"):
    from jinja2 import DictLoader, Environment, StrictUndefined

from revcycle.dunning import Statement
from revcycle.printing.direction import direction_of
from revcycle.printing.page import SUPPLIED_WORDINGS, statement_page
from revcycle.printing.templates import PAGE, PARTS, STYLE
from revcycle.printing.wording import Wording

__all__ = ["statement_html"]

_ENVIRONMENT: Final = Environment(
    loader=DictLoader({"page": PAGE, "parts": PARTS, "style": STYLE}),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.filters["direction"] = direction_of
# Compiled here, so that rendering only reads.
_PAGE: Final = _ENVIRONMENT.get_template("page")
_PARTS: Final = (_ENVIRONMENT.get_template("parts"), _ENVIRONMENT.get_template("style"))


def statement_html(statement: Statement, *, wordings: Sequence[Wording] = SUPPLIED_WORDINGS) -> str:
    """Print *statement* as one HTML document with nothing from outside (ST-8, ST-9, ST-13, ST-15).

    It is well-formed XML too, has no script, escapes whatever it is given, names its language
    and the direction in which that runs, and prints on paper of letter size. A guarantor who
    wants large print gets 18 points.

    Args:
        statement: the statement, or that of a preview: the page is the same.
        wordings: the fixed words at hand; English among them.

    Raises:
        InvalidRecord: as `statement_page`.
    """
    return _PAGE.render(page=statement_page(statement, wordings=wordings))
