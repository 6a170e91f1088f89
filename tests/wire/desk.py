"""The events of notes in ``events-notes-1.json``, every field away from its default."""

from datetime import date

from revcycle.accounts import Note, NoteAction, StatementNote
from revcycle.dunning import NoteRecorded, PatientNoteSet, StatementNoteSet

DAY = date(2026, 5, 4)

NOTE_EVENTS = (
    NoteRecorded(
        DAY,
        Note(
            id="N2",
            on=DAY,
            by="rosa",
            subject_ids=("P1", "P2"),
            text="promised half, José will call back",
            action=NoteAction.PROMISE_TO_PAY,
            cleared_alarm=True,
            changed=("alarm of level 5 cleared",),
        ),
    ),
    StatementNoteSet(
        DAY,
        "P1",
        before=StatementNote(text="Please bring your card."),
        after=StatementNote(
            text="Closed on 4 July.", begin_on=date(2026, 6, 1), end_on=date(2026, 7, 4)
        ),
    ),
    StatementNoteSet(DAY, "P1", before=StatementNote(text="Closed on 4 July."), after=None),
    PatientNoteSet(DAY, "P2", before="Calls after five.", after="Deaf in one ear."),
)
