"""One note for every patient selected on a worklist (WL-12).

All or nothing: if any account refuses, no account changes, and the refusal lists every reason
account by account.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from revcycle.access import AccessProblem, Viewer
from revcycle.accounts import Account, Patient
from revcycle.desk.acts import DeskAct, DeskProblem, NoteEntry, check_record_note, record_note
from revcycle.desk.rights import as_told, ids_named, reasons_closed, require_desk, shown_account_id
from revcycle.dunning import DunningPolicy
from revcycle.errors import InvalidRecord, NotPermitted, Problem, Refused, UnknownReference

__all__ = [
    "Selected",
    "SelectionNote",
    "SelectionRefusal",
    "check_note_selection",
    "note_selection",
    "selected_by_account",
    "worded",
]


@attrs.frozen(kw_only=True)
class SelectionNote:
    """What `note_selection` returns.

    Attributes:
        accounts: the accounts after, in the order in which the selection first met each.
        acts: what happened on each, in the same order, with its note and its events.
    """

    accounts: tuple[Account, ...]
    acts: tuple[DeskAct, ...]


@attrs.frozen(kw_only=True)
class SelectionRefusal:
    """Why one account of a selection takes no note.

    Attributes:
        account_id: the account; None when its head is masked for the viewer (PR-3), and where
            nobody is selected.
        patient_ids: its members in the selection whom the viewer may know.
        problems: every reason.
    """

    account_id: str | None
    patient_ids: tuple[str, ...]
    problems: tuple[Problem, ...]


def note_selection(
    accounts: Iterable[Account],
    entry: NoteEntry,
    *,
    viewer: Viewer,
    patient_ids: Iterable[str],
    as_of: date,
    policy: DunningPolicy,
) -> SelectionNote:
    """Save one note about all patients selected, on all their accounts or on none (WL-12).

    Members of one family share one note (FA-4). An alarm is cleared once on each account.

    Args:
        accounts: the practice's, or those of the worklist.
        entry: what was written and done; its id is the note's on each account.
        viewer: who saves it.
        patient_ids: who was selected.
        as_of: the day.
        policy: decides whether there are alarms to clear.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission, or a patient is masked (PR-3).
        UnknownReference: a patient is in none of *accounts*.
        InvalidRecord: a patient is in two of them, *patient_ids* are one text or no ids, or *entry*
            is no `NoteEntry`.
        Refused: nobody is selected, or an account refuses: with the reasons of all accounts.
    """
    require_desk("note_selection", viewer=viewer)
    chosen = selected_by_account("note_selection", accounts, patient_ids, viewer=viewer)
    refusals = _refusals(chosen, entry, viewer=viewer, as_of=as_of, policy=policy)
    problems = [
        worded(refusal.account_id, each) for refusal in refusals for each in refusal.problems
    ]
    if not chosen:
        problems.append(Problem(DeskProblem.NO_PATIENT))
    if problems:
        is_access = any(type(problem.proposition) is AccessProblem for problem in problems)
        raise (NotPermitted if is_access else Refused)("note_selection", problems)
    acts = tuple(
        record_note(
            each.account,
            entry,
            viewer=viewer,
            patient_ids=[patient.id for patient in each.patients],
            as_of=as_of,
            policy=policy,
        )
        for each in chosen
    )
    return SelectionNote(accounts=tuple(act.account for act in acts), acts=acts)


def check_note_selection(
    accounts: Iterable[Account],
    entry: NoteEntry,
    *,
    viewer: Viewer,
    patient_ids: Iterable[str],
    as_of: date,
    policy: DunningPolicy,
) -> tuple[SelectionRefusal, ...]:
    """List, account by account, why `note_selection` would be refused; as it is called.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        UnknownReference: a patient is in none of *accounts*.
        InvalidRecord: as `note_selection`.
    """
    require_desk("check_note_selection", viewer=viewer)
    act = "check_note_selection"
    chosen = selected_by_account(act, accounts, patient_ids, viewer=viewer)
    if not chosen:
        nobody = Problem(DeskProblem.NO_PATIENT)
        return (SelectionRefusal(account_id=None, patient_ids=(), problems=(nobody,)),)
    return _refusals(chosen, entry, viewer=viewer, as_of=as_of, policy=policy)


@attrs.frozen(kw_only=True, repr=False)
class Selected:
    """One account and those of its members who were selected.

    Attributes:
        account: the account.
        patients: the members, in the order of the selection.
    """

    account: Account
    patients: tuple[Patient, ...]


def selected_by_account(
    act: str, accounts: Iterable[Account], patient_ids: Iterable[str], *, viewer: Viewer
) -> tuple[Selected, ...]:
    """Find the accounts of the patients selected, each once, however often anybody is named.

    Args:
        act: what the selection is for.
        accounts: where to look.
        patient_ids: who was selected.
        viewer: to whom a mistake is told, so that it names no masked head's account (PR-3).

    Raises:
        UnknownReference: a patient is in none of *accounts*.
        InvalidRecord: a patient is in two of them, or *patient_ids* are one text or no ids.
    """
    wanted = ids_named(act, patient_ids)
    found: dict[str, tuple[Account, Patient]] = {}
    for account in accounts:
        for member in account.members:
            patient = member.patient
            if patient.id not in wanted:
                continue
            if patient.id in found and found[patient.id][0] != account:
                must = "hold each patient's account once"
                shown = shown_account_id(account, viewer=viewer)
                raise InvalidRecord("selection", "accounts", shown, must, private=shown is None)
            found[patient.id] = (account, patient)
    chosen: dict[str, Selected] = {}
    for patient_id in wanted:
        if patient_id not in found:
            raise UnknownReference("patient", patient_id)
        account, patient = found[patient_id]
        known = chosen[account.id].patients if account.id in chosen else ()
        chosen[account.id] = Selected(account=account, patients=(*known, patient))
    return tuple(chosen.values())


def _refusals(
    chosen: Iterable[Selected],
    entry: NoteEntry,
    *,
    viewer: Viewer,
    as_of: date,
    policy: DunningPolicy,
) -> tuple[SelectionRefusal, ...]:
    found = []
    for each in chosen:
        account = each.account
        closed = {p.id: reasons_closed(p, viewer=viewer) for p in each.patients}
        why = check_record_note(account, entry, viewer=viewer, as_of=as_of, policy=policy)
        masked = dict.fromkeys(reason for reasons in closed.values() for reason in reasons)
        if masked or why:
            found.append(
                SelectionRefusal(
                    account_id=shown_account_id(account, viewer=viewer),
                    patient_ids=tuple(p for p, reasons in closed.items() if not reasons),
                    problems=(*masked, *as_told(why, account, viewer=viewer)),
                )
            )
    return tuple(found)


def worded(account_id: str | None, problem: Problem) -> Problem:
    """Say in the detail which account it is about: a message has no other place for it."""
    where = "an account under a masked head" if account_id is None else f"account {account_id}"
    return Problem(problem.proposition, f"{where}: {problem.detail}" if problem.detail else where)
