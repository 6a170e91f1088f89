"""One worklist as rows of at most 80 columns: six of the sixteen that the library's tables have.

list_table       the first families with all their members, how many more there are, the totals
family_rows      one family, as one viewer sees it
people           how many accounts and patients
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from book_report import WIDTH, count, short

from revcycle.money import text
from revcycle.worklists import Relation, WorklistFamily, WorklistResult, WorklistTotals

__all__ = ["family_rows", "list_table", "people"]

_ROWS_SHOWN: Final = 4
_GAP: Final = "  "


def list_table(result: WorklistResult) -> Iterator[str]:
    """Yield the first rows of *result*, always whole families, and its totals."""
    ids = _id_width(result.families)
    yield _line(ids, "Account", "Patient", "Level", "Outstanding", "Account owes", "Alarm since")
    shown = 0
    for place, family in enumerate(result.families):
        if shown >= _ROWS_SHOWN:
            left = len(result.families) - place
            yield _line(ids, "...", f"and {count(left, 'more account')}")
            break
        yield from _family_rows(family, ids)
        shown += len(family.rows)
    sums = result.totals
    yield _line(ids, "Total", people(sums), "", text(sums.outstanding))
    yield from textwrap.wrap(
        _more(sums),
        WIDTH,
        initial_indent=" " * ids + _GAP,
        subsequent_indent=" " * ids + _GAP,
    )


def family_rows(family: WorklistFamily) -> Iterator[str]:
    """Yield a family: the head first, other members indented, what all share once."""
    yield from _family_rows(family, _id_width([family]))


def people(sums: WorklistTotals) -> str:
    """Count accounts and patients in words."""
    return f"{count(sums.family_count, 'account')}, {count(sums.patient_count, 'patient')}"


def _family_rows(family: WorklistFamily, ids: int) -> Iterator[str]:
    account = short(family.shown_account_id or "")
    shared = (text(family.figures.outstanding), str(family.figures.alarm_since))
    for place, row in enumerate(family.rows):
        indent = _GAP if row.relation is Relation.MEMBER else ""
        yield _line(
            ids,
            account if place == 0 else "",
            indent + _printable(row.name),
            str(row.own.level),
            text(row.own.outstanding),
            *(shared if place == 0 else ()),
        )


def _more(sums: WorklistTotals) -> str:
    """Say what the sum leaves open."""
    said = []
    if sums.plan_due:
        said.append(f"plans ask for {text(sums.plan_due)} now, {text(sums.plan_overdue)} overdue")
    if sums.collect_outstanding:
        said.append(f"not in it: {text(sums.collect_outstanding)} with an agency")
    if sums.credits:
        said.append(f"not taken off: credits of {text(sums.credits)}")
    return "; ".join(said)


def _id_width(families: Iterable[WorklistFamily]) -> int:
    return max(map(len, ["Account", *(short(f.shown_account_id or "") for f in families)]))


def _line(ids: int, account: str, patient: str, *figures: str) -> str:
    """Lay a line out; the patient takes the room that the ids leave, and the level's if blank."""
    own, outstanding, whole, since = (*figures, "", "", "", "")[:4]
    rest = f"  {outstanding:>11}  {whole:>12}  {since:11}"
    if own:
        rest = f"  {own:>5}{rest}"
    room = WIDTH - ids - len(_GAP) - len(rest)
    name = patient if len(patient) <= room else f"{patient[: room - 2]}.."
    return f"{account:{ids}}{_GAP}{name:{room}}{rest}".rstrip()


def _printable(name: str) -> str:
    """Put a question mark for what would disturb the page, such as a control character."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
