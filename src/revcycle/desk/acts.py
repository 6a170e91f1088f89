"""What staff do on the account view, each act leaving one note like a line of an audit history.

record_note           what was said or done, on one or several members, the alarm cleared with it
reset_statement_date  the next statement date
set_statement_note    the short text that prints on the patient's statements
set_patient_note      staff's own note about the patient

Each needs the Worklists permission and a page that opens for the viewer, who is the note's
author. The host mints the note's id, so a retry is refused instead of saved twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NoReturn

import attrs

from revcycle import dunning  # for `dunning.replay`: from it, a module has the name
from revcycle.access import Viewer
from revcycle.accounts import Account, Note, NoteAction, StatementNote, member_of
from revcycle.checks import FLAG, ID, TEXT, check_fields, one_of, private, refuse
from revcycle.desk.rights import as_told, ids_named, require_desk, require_open
from revcycle.dunning import (
    DunningPolicy,
    Event,
    NoteRecorded,
    PatientNoteSet,
    StatementNoteSet,
    alarm_state,
    check_act,
    clear_alarm,
    problems_of,
    require,
    reset_next_statement,
)
from revcycle.errors import InvalidRecord, Problem, Proposition
from revcycle.folding import is_blank

__all__ = [
    "DeskAct",
    "DeskProblem",
    "NoteEntry",
    "check_record_note",
    "record_note",
    "reset_statement_date",
    "set_patient_note",
    "set_statement_note",
]


class DeskProblem(Proposition):
    """Why an act at the desk is refused."""

    NO_PATIENT = "Name at least one patient."
    NOTE_ID_TAKEN = "Give each note an id of its own (M-3)."
    NOTHING_TO_CLEAR = "Leave it: there is no such note to clear."
    SAME_AS_BEFORE = "Leave it: the note says this already."
    SAME_DATE = "Leave it: the next statement date is this already."


@attrs.frozen(kw_only=True)
class NoteEntry:
    """What staff enter below an account view, or for a whole selection (AV-2, WL-12).

    Attributes:
        id: minted by the host, unique in each account it is saved on.
        text: what they write; private. It may be empty if something was done.
        action: what was done.
        clears_alarm: whether the alarm is cleared with it.
    """

    id: str
    text: str = private(default="")
    action: NoteAction = NoteAction.NOTE
    clears_alarm: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields, and that something is said or done."""
        check_fields(self, _ENTRY)
        if self.action is NoteAction.NOTE and is_blank(self.text) and not self.clears_alarm:
            refuse(self, "text", "say something, unless an action is named or the alarm cleared")


_ENTRY: Final = (
    ("id", ID),
    ("text", TEXT),
    ("action", one_of(NoteAction)),
    ("clears_alarm", FLAG),
)


@attrs.frozen(kw_only=True)
class DeskAct:
    """What each act at the desk returns.

    Attributes:
        account: the account after.
        note: the note that the act left.
        events: what changed.
    """

    account: Account
    note: Note
    events: tuple[Event, ...]


def record_note(
    account: Account,
    entry: NoteEntry,
    *,
    viewer: Viewer,
    patient_ids: Iterable[str],
    as_of: date,
    policy: DunningPolicy,
) -> DeskAct:
    """Save a note, or what was done, and clear the alarm with it if asked (AV-2, AL-6).

    A note on several members is saved once, with all of them as its subjects, and shows on every
    member's page (FA-4). Clearing takes the account off its worklist at once.

    Args:
        account: the account.
        entry: what was written and done.
        viewer: who saves it: the note's author.
        patient_ids: the members it is about.
        as_of: the day.
        policy: decides whether there is an alarm to clear.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission, or a patient is masked (PR-3).
        UnknownReference: somebody is no current member.
        InvalidRecord: *entry* is no `NoteEntry`, or *patient_ids* are one text or no ids.
        Refused: the account is closed, nobody is named, the id is taken, or there is no alarm to
            clear; then nothing is saved.
    """
    require_desk("record_note", viewer=viewer)
    subjects = ids_named("record_note", patient_ids)
    require_open("record_note", account, viewer=viewer, patient_ids=subjects)
    nobody = () if subjects else (Problem(DeskProblem.NO_PATIENT),)
    why = check_record_note(account, entry, viewer=viewer, as_of=as_of, policy=policy)
    _require("record_note", (*nobody, *why), account, viewer)
    changed: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    if entry.clears_alarm:
        changed = (_cleared(account, as_of=as_of, policy=policy),)
        events = clear_alarm(
            account, by=viewer.id, note=entry.text, as_of=as_of, policy=policy
        ).events
    note = Note(
        id=entry.id,
        on=as_of,
        by=viewer.id,
        subject_ids=subjects,
        text=entry.text,
        action=entry.action,
        cleared_alarm=entry.clears_alarm,
        changed=changed,
    )
    return _done(account, note, *events)


def _cleared(account: Account, *, as_of: date, policy: DunningPolicy) -> str:
    """Say which alarm is cleared: the one that the page shows (AL-4); a held one shows no level."""
    level = alarm_state(account, as_of=as_of, policy=policy).level
    return "alarm cleared" if level is None else f"alarm of level {level} cleared"


def check_record_note(
    account: Account, entry: NoteEntry, *, viewer: Viewer, as_of: date, policy: DunningPolicy
) -> tuple[Problem, ...]:
    """List why *entry* could not be saved on *account*, whichever members it is about.

    Raises:
        InvalidRecord: *entry* is no `NoteEntry`.
    """
    if type(entry) is not NoteEntry:
        _refuse_type("record_note.entry", entry, "be a NoteEntry")
    asked: tuple[Problem, ...] = ()
    if entry.clears_alarm:
        asked = problems_of(clear_alarm, account, by=viewer.id, as_of=as_of, policy=policy)
    return _note_problems(account, entry.id, *asked, as_of=as_of)


def reset_statement_date(
    account: Account,
    on: date,
    text: str = "",
    *,
    viewer: Viewer,
    note_id: str,
    patient_id: str,
    as_of: date,
    policy: DunningPolicy,
) -> DeskAct:
    """Set the next statement date from a patient's page; it governs one statement (AV-2, ST-2).

    Args:
        account: the account.
        on: the new date.
        text: why, if staff say it.
        viewer: who resets it.
        note_id: minted by the host, unique in the account.
        patient_id: on whose page.
        as_of: the day.
        policy: says whether a date sooner than a full cycle is refused.

    Raises:
        NotPermitted: as `record_note`.
        UnknownReference: as `record_note`.
        Refused: the id is taken, the date is this already, or it is not one that
            `reset_next_statement` accepts.
    """
    act = "reset_statement_date"
    require_open(act, account, viewer=viewer, patient_ids=(patient_id,))
    asked = problems_of(reset_next_statement, account, on, as_of=as_of, policy=policy)
    if on == account.cycle.next_statement_on:
        asked = (*asked, Problem(DeskProblem.SAME_DATE, f"date {on}"))
    _require(act, _note_problems(account, note_id, *asked, as_of=as_of), account, viewer)
    before = account.cycle.next_statement_on or "not set"
    changed = f"next statement date {on}, before {before}"
    note = _audit_note(note_id, changed, text, viewer=viewer, patient_id=patient_id, on=as_of)
    reset = reset_next_statement(account, on, as_of=as_of, policy=policy)
    return _done(account, note, *reset.events)


def set_statement_note(
    account: Account,
    statement_note: StatementNote | None,
    *,
    viewer: Viewer,
    note_id: str,
    patient_id: str,
    as_of: date,
) -> DeskAct:
    """Set what prints on all of a patient's statements from now on, or clear it (AV-2, ST-9).

    Args:
        account: the account.
        statement_note: 1 to 75 characters, with a first and a last day if wanted; None clears.
        viewer: who sets it.
        note_id: minted by the host, unique in the account.
        patient_id: whose.
        as_of: the day.

    Raises:
        NotPermitted: as `record_note`.
        UnknownReference: as `record_note`.
        InvalidRecord: *statement_note* is neither a `StatementNote` nor None.
        Refused: the id is taken, the note says this already, or there is none to clear.
    """
    require_open("set_statement_note", account, viewer=viewer, patient_ids=(patient_id,))
    if statement_note is not None and type(statement_note) is not StatementNote:
        _refuse_type(
            "set_statement_note.statement_note", statement_note, "be a StatementNote, or None"
        )
    before = member_of(account, patient_id).patient.statement_note
    problems = _note_problems(account, note_id, *_no_change(before, statement_note), as_of=as_of)
    _require("set_statement_note", problems, account, viewer)
    changed, text = "statement note cleared", ""
    if statement_note is not None:
        changed, text = f"statement note set{_span(statement_note)}", statement_note.text
    note = _audit_note(note_id, changed, text, viewer=viewer, patient_id=patient_id, on=as_of)
    return _done(account, note, StatementNoteSet(as_of, patient_id, before, statement_note))


def set_patient_note(
    account: Account,
    text: str,
    *,
    viewer: Viewer,
    note_id: str,
    patient_id: str,
    as_of: date,
) -> DeskAct:
    """Set staff's own note about a patient, or clear it (AV-2).

    Args:
        account: the account.
        text: the whole new note; nothing but blanks clears it.
        viewer: who sets it.
        note_id: minted by the host, unique in the account.
        patient_id: about whom.
        as_of: the day.

    Raises:
        NotPermitted: as `record_note`.
        UnknownReference: as `record_note`.
        InvalidRecord: *text* is no text.
        Refused: the id is taken, the note says this already, or there is none to clear.
    """
    require_open("set_patient_note", account, viewer=viewer, patient_ids=(patient_id,))
    if type(text) is not str:
        _refuse_type("set_patient_note.text", text, "be text")
    text = "" if is_blank(text) else text
    before = member_of(account, patient_id).patient.patient_note
    problems = _note_problems(account, note_id, *_no_change(before, text), as_of=as_of)
    _require("set_patient_note", problems, account, viewer)
    changed = "patient note set" if text else "patient note cleared"
    note = _audit_note(note_id, changed, text, viewer=viewer, patient_id=patient_id, on=as_of)
    return _done(account, note, PatientNoteSet(as_of, patient_id, before, text))


def _refuse_type(field: str, value: object, must: str) -> NoReturn:
    """Name the type alone: the value may be what was to stay private (PR-6)."""
    record, _, name = field.partition(".")
    raise InvalidRecord(record, name, type(value).__name__, must)


def _note_problems(
    account: Account, note_id: str, *others: Problem, as_of: date
) -> tuple[Problem, ...]:
    """List why no note of this id and day can be saved, and what else stands against the act."""
    problems = [*check_act(account, as_of=as_of)]
    if any(note.id == note_id for note in account.notes):
        problems.append(Problem(DeskProblem.NOTE_ID_TAKEN, f"note {note_id}"))
    return tuple(dict.fromkeys((*problems, *others)))


def _no_change(before: object, after: object) -> tuple[Problem, ...]:
    if before != after:
        return ()
    return (Problem(DeskProblem.SAME_AS_BEFORE if after else DeskProblem.NOTHING_TO_CLEAR),)


def _require(act: str, problems: Iterable[Problem], account: Account, viewer: Viewer) -> None:
    found = tuple(problems)
    if found:
        require(act, as_told(found, account, viewer=viewer))


def _audit_note(
    note_id: str, changed: str, text: str, *, viewer: Viewer, patient_id: str, on: date
) -> Note:
    return Note(
        id=note_id,
        on=on,
        by=viewer.id,
        subject_ids=(patient_id,),
        text=text,
        action=NoteAction.OTHER,
        changed=(changed,),
    )


def _span(note: StatementNote) -> str:
    """Say on which days a statement note prints, if not on all."""
    begin = f" from {note.begin_on}" if note.begin_on else ""
    end = f" until {note.end_on}" if note.end_on else ""
    return begin + end


def _done(account: Account, note: Note, *events: Event) -> DeskAct:
    """Let the act take effect, the note last."""
    told = (*events, NoteRecorded(note.on, note))
    return DeskAct(account=dunning.replay(account, told), note=note, events=told)
