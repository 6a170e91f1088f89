"""Letters by mail merge: a standard CSV with one entry for each selected patient (LE-1 to LE-3).

The host's word processor writes the letters; this gives the rows. An entry carries the patient's
own dollars, so that a family's letters together ask for no more than the family owes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Viewer
from revcycle.accounts import Account, Address, Guarantor, Patient, head_of
from revcycle.checks import private
from revcycle.desk.rights import as_told, require_desk, shown_account_id
from revcycle.desk.selection import Selected, selected_by_account, worded
from revcycle.dunning import (
    DunningPolicy,
    PatientFigures,
    check_act,
    folded_name,
    patient_figures,
    require,
)
from revcycle.errors import Problem
from revcycle.levels import DunningLevel
from revcycle.tables import Cell, csv_text
from revcycle.worklists import MASK, Sight, absent_guarantors, sight_of

__all__ = ["LETTER_COLUMNS", "Letter", "Letters", "letters_csv", "letters_for"]


@attrs.frozen(kw_only=True)
class Letter:
    """One patient's entry of a mail merge (LE-3).

    Attributes:
        account_id: the account; None when its head is masked for the viewer (PR-3).
        patient_id: the patient.
        guarantor_name: to whom the letter goes; `MASK` when masked; private.
        address: the guarantor's; None when masked; private.
        patient_name: about whom it is; private.
        total_outstanding: US dollars of the patient's open charges not placed.
        due_now: US dollars of the patient's billable standard charges and plan dues.
        plan_overdue: US dollars of the arrears of the patient's plans.
        level: the patient's own dunning level (DL-10).
        last_statement_on: the account's latest statement, or None.
    """

    account_id: str | None
    patient_id: str
    guarantor_name: str = private()
    address: Address | None = private()
    patient_name: str = private()
    total_outstanding: Decimal
    due_now: Decimal
    plan_overdue: Decimal
    level: DunningLevel
    last_statement_on: date | None


@attrs.frozen(kw_only=True)
class Letters:
    """A mail merge.

    Attributes:
        letters: one for each patient selected whom the viewer may know.
        masked_count: how many patients selected are left out because they are masked (PR-3).
    """

    letters: tuple[Letter, ...]
    masked_count: int


def letters_for(
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    patient_ids: Iterable[str] | None = None,
    by_family: bool = False,
    book: Iterable[Account] = (),
    as_of: date,
    policy: DunningPolicy,
) -> Letters:
    """Write one entry for each selected patient, also within a family (LE-1, LE-3, WL-12).

    Args:
        accounts: the practice's, or those of the worklist.
        viewer: who writes them.
        patient_ids: who was selected; None takes every member of *accounts*.
        by_family: put a family's letters together under its head, so that they can go in one
            envelope; otherwise they stand by the patients' names.
        book: more of the practice's accounts, asked only for guarantors who are patients
            elsewhere: one who is in no account counts as masked (PR-3).
        as_of: the day.
        policy: the practice's.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        UnknownReference: a patient is in none of *accounts*.
        InvalidRecord: a patient is in two of them, or *patient_ids* are one text or no ids.
        Refused: *as_of* is before the last act of an account (CH-9).
    """
    require_desk("letters_for", viewer=viewer)
    accounts = tuple(accounts)
    if patient_ids is None:
        patient_ids = [member.patient.id for account in accounts for member in account.members]
    chosen = selected_by_account("letters_for", accounts, patient_ids, viewer=viewer)
    require("letters_for", _reasons_too_early(chosen, as_of=as_of, viewer=viewer))
    elsewhere = absent_guarantors(
        [each.account for each in chosen], (*accounts, *book), viewer=viewer
    )
    found: list[tuple[tuple[object, ...], Letter]] = []
    for each in chosen:
        sight = sight_of(each.account, viewer=viewer, elsewhere=elsewhere)
        shares = patient_figures(each.account, as_of=as_of, policy=policy)
        figures = {share.patient_id: share for share in shares}
        for patient in each.patients:
            if patient.id in sight.masked_ids:
                continue
            place = _place(each.account, patient, sight, by_family=by_family)
            found.append((place, _letter(each.account, patient, figures[patient.id], sight)))
    found.sort(key=lambda entry: entry[0])
    return Letters(
        letters=tuple(letter for _, letter in found),
        masked_count=sum(len(each.patients) for each in chosen) - len(found),
    )


def _reasons_too_early(chosen: Iterable[Selected], *, as_of: date, viewer: Viewer) -> list[Problem]:
    """List the accounts whose dollars of *as_of* nobody can tell, since more has happened."""
    return [
        worded(shown_account_id(each.account, viewer=viewer), problem)
        for each in chosen
        for problem in as_told(check_act(each.account, as_of=as_of), each.account, viewer=viewer)
    ]


LETTER_COLUMNS: Final = (
    "Account",
    "Patient id",
    "Guarantor",
    "Address line 1",
    "Address line 2",
    "Address line 3",
    "City",
    "State",
    "ZIP code",
    "Patient",
    "Total outstanding",
    "Due now",
    "Plan overdue",
    "Level",
    "Last statement",
)
"""The columns of a mail merge, in order (LE-3)."""


def letters_csv(letters: Letters) -> str:
    """Write *letters* as CSV text that is safe to open in a spreadsheet (LE-1, LE-2)."""
    return csv_text(LETTER_COLUMNS, map(_cells, letters.letters))


def _letter(account: Account, patient: Patient, figures: PatientFigures, sight: Sight) -> Letter:
    guarantor = account.guarantor
    is_masked = sight.is_guarantor_masked
    return Letter(
        account_id=None if sight.is_head_masked else account.id,
        patient_id=patient.id,
        guarantor_name=MASK if is_masked else _full_name(guarantor),
        address=None if is_masked else guarantor.address,
        patient_name=_full_name(patient),
        total_outstanding=figures.outstanding,
        due_now=figures.due_now,
        plan_overdue=figures.plan_overdue,
        level=figures.level,
        last_statement_on=account.cycle.last_statement_on,
    )


def _full_name(person: Patient | Guarantor) -> str:
    """Write a name as an envelope does: first name, last name."""
    return " ".join(filter(None, (person.first_name, person.last_name)))


def _place(
    account: Account, patient: Patient, sight: Sight, *, by_family: bool
) -> tuple[object, ...]:
    """Say where a letter stands: by name, inside its family if asked; masked heads last."""
    own = (folded_name(patient.last_name), folded_name(patient.first_name), patient.id)
    if not by_family:
        return own
    head = head_of(account)
    name = ("", "")
    if not sight.is_head_masked:
        name = (folded_name(head.last_name), folded_name(head.first_name))
    return (sight.is_head_masked, *name, account.id, patient.id != head.id, *own)


def _cells(letter: Letter) -> tuple[Cell, ...]:
    return (
        letter.account_id,
        letter.patient_id,
        letter.guarantor_name,
        *_address_cells(letter.address),
        letter.patient_name,
        letter.total_outstanding,
        letter.due_now,
        letter.plan_overdue,
        letter.level.number,
        letter.last_statement_on,
    )


def _address_cells(address: Address | None) -> tuple[str, ...]:
    """Give three lines, city, state and ZIP code; what a fourth line would hold joins the third."""
    if address is None:
        return (MASK, "", "", "", "", "")
    first, second, *rest = (*address.lines, "", "")
    third = ", ".join(filter(None, rest))
    return (first, second, third, address.city, address.state, address.postal_code)
