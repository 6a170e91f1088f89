"""The desk: the account view, what staff do on it, and what they do for a whole selection.

`account_view` opens a patient's page; `record_note` and the other acts change the account and
leave a note each; `note_selection` and `letters_for` take what was selected on a worklist.
Everything takes a viewer and is denied unless permitted. Read `view` first.
"""

from __future__ import annotations

from revcycle.desk.acts import (
    DeskAct,
    DeskProblem,
    NoteEntry,
    record_note,
    reset_statement_date,
    set_patient_note,
    set_statement_note,
)
from revcycle.desk.letters import LETTER_COLUMNS, Letter, Letters, letters_csv, letters_for
from revcycle.desk.results import AccountView, account_view_html, account_view_text
from revcycle.desk.rows import ChargeRow, StatementRow
from revcycle.desk.selection import (
    SelectionNote,
    SelectionRefusal,
    check_note_selection,
    note_selection,
)
from revcycle.desk.view import account_view

__all__ = [
    "LETTER_COLUMNS",
    "AccountView",
    "ChargeRow",
    "DeskAct",
    "DeskProblem",
    "Letter",
    "Letters",
    "NoteEntry",
    "SelectionNote",
    "SelectionRefusal",
    "StatementRow",
    "account_view",
    "account_view_html",
    "account_view_text",
    "check_note_selection",
    "letters_csv",
    "letters_for",
    "note_selection",
    "record_note",
    "reset_statement_date",
    "set_patient_note",
    "set_statement_note",
]
