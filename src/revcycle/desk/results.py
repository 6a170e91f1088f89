"""The patient account view as a value, and how it is written as a page and as text.

It holds names and notes, because a page must show them, and hides them from `repr`; of masked
patients it holds none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from revcycle import money
from revcycle.accounts import Guarantor, Note, Patient
from revcycle.desk import listings, parts
from revcycle.desk.page import Sheet, sheet_html, sheet_text, whole_page
from revcycle.desk.parts import Part
from revcycle.desk.rows import ChargeRow, StatementRow
from revcycle.dunning import AlarmState, Figures, PatientFigures, StatementPreview
from revcycle.holds import Hold
from revcycle.levels import DunningLevel
from revcycle.worklists import MASK, Relation, ShownMember, shown_name

__all__ = ["AccountView", "account_view_html", "account_view_text"]


@attrs.frozen(kw_only=True)
class AccountView:
    """A patient's account on a day, as one viewer may see it (AV-1).

    Whoever gets the view sees what the viewer may. It stays as it is when the account changes.
    As text it is `str(view)`; as a page, `account_view_html`; in a notebook it shows itself.

    Attributes:
        account_id: the account; None when its head is masked for the viewer (PR-3).
        as_of: the day.
        patient: demographics, the patient note and the statement note.
        relation: of the patient to the family's head.
        guarantor: who answers for the bills; None when masked for the viewer (LE-3).
        own: the patient's level and dollars.
        family: the account's dollars, all members together, masked ones too.
        account_level: the most severe level of the family, live (DL-9).
        alarm: the account's one alarm on the day.
        holds: those in force on the account, the patient and the patient's claims.
        last_statement_on: the latest statement, or None.
        next_statement_on: a run is due on or after it; None is due at the first run.
        charges: the patient's outstanding charges, oldest posting first.
        family_charges: those of the members whom the viewer may see, in their order.
        members: the family strip; the patient is among them, masked members come last.
        statements: the dates, newest first.
        notes: account notes about anybody whom the viewer may know, newest first (FA-4).
        hidden_note_count: how many notes are left out because they are about somebody masked.
        preview: the statement as it would be printed that day (ST-10); None where it would name
            somebody who is masked.
    """

    account_id: str | None
    as_of: date
    patient: Patient
    relation: Relation
    guarantor: Guarantor | None
    own: PatientFigures
    family: Figures
    account_level: DunningLevel
    alarm: AlarmState
    holds: tuple[Hold, ...]
    last_statement_on: date | None
    next_statement_on: date | None
    charges: tuple[ChargeRow, ...]
    family_charges: tuple[ChargeRow, ...]
    members: tuple[ShownMember, ...]
    statements: tuple[StatementRow, ...]
    notes: tuple[Note, ...]
    hidden_note_count: int
    preview: StatementPreview | None

    def __str__(self) -> str:
        """Lay the view out as text."""
        return account_view_text(self)

    def _repr_html_(self) -> str:
        return sheet_html(_sheet(self))


def account_view_text(view: AccountView) -> str:
    """Write *view* as plain text."""
    return sheet_text(_sheet(view))


def account_view_html(view: AccountView) -> str:
    """Write *view* as a whole HTML page: escaped, captioned, no script, nothing from outside.

    On a narrow screen the cells of a row stand one below the other. `_repr_html_` gives the same
    without the frame of a page, to stand in another.
    """
    return whole_page(_sheet(view))


def _sheet(view: AccountView) -> Sheet:
    return Sheet(
        title=shown_name(view.patient),
        subtitle=_subtitle(view),
        parts=tuple(_parts(view)),
        folded_title="Patient statement as it would be printed today",
        folded=tuple(parts.preview(view.preview)),
    )


def _names(view: AccountView) -> dict[str, str]:
    """Say what to call each member, with the id where two have one name."""
    shown = {each.patient_id: each.name for each in view.members if each.patient_id is not None}
    names = list(shown.values())
    return {
        patient_id: f"{name} ({patient_id})" if names.count(name) > 1 else name
        for patient_id, name in shown.items()
    }


def _is_family(view: AccountView) -> bool:
    return len(view.members) > 1


def _subtitle(view: AccountView) -> str:
    said = [f"Account {view.account_id or MASK}", f"patient {view.patient.id}"]
    if _is_family(view):
        is_head = view.relation is Relation.HEAD
        said.append("head of the family" if is_head else "member of the family")
    return ", ".join([*said, f"on {view.as_of}"])


def _parts(view: AccountView) -> Iterator[Part]:
    """Give the parts, what is most wanted on the telephone first."""
    names = _names(view)
    family = view.family if _is_family(view) else None
    yield parts.owed(view.own, family=family, member_count=len(view.members))
    yield parts.standing(
        view.alarm,
        level=view.own.level,
        family_level=view.account_level if _is_family(view) else None,
        last_statement_on=view.last_statement_on,
        next_statement_on=view.next_statement_on,
        holds=view.holds,
    )
    yield parts.standing_notes(view.patient)
    yield parts.patient(view.patient, as_of=view.as_of)
    yield parts.guarantor(view.guarantor)
    if _is_family(view):
        yield listings.family(view.members)
    here = [row for row in view.charges if row.placement is None]
    yield listings.charges("Outstanding charges", here, total=view.own.outstanding)
    others = [row for row in view.family_charges if row.placement is None]
    if others:
        total = money.total(row.outstanding for row in others)
        caption = "Outstanding charges of the family's other members"
        yield listings.charges(caption, others, total=total, names=names)
    placed = [r for r in (*view.charges, *view.family_charges) if r.placement is not None]
    if placed:
        yield listings.placed(placed, names=names)
    yield listings.statements(view.statements)
    yield listings.notes(view.notes, hidden_count=view.hidden_note_count, names=names)
