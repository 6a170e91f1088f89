"""A biller's hour with one worklist: an account view as a page, letters as a mail merge.

write_desk_pages    chooses a family that needs a call, works on it, writes both files
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from practice_staff import STAFF

from revcycle.accounts import Account, NoteAction, StatementNote, head_of, is_family
from revcycle.desk import (
    NoteEntry,
    account_view,
    account_view_html,
    letters_csv,
    letters_for,
    record_note,
    set_patient_note,
    set_statement_note,
)
from revcycle.dunning import AlarmStatus, DunningPolicy, alarm_state, figures_of
from revcycle.levels import LEVELS
from revcycle.worklists import Worklist, run_worklist

__all__ = ["write_desk_pages"]

_BILLER: Final = STAFF[-1]
"""Who runs worklists and may not see blocked patients."""


def write_desk_pages(
    book: Sequence[Account], folder: Path, *, as_of: date, policy: DunningPolicy
) -> tuple[Path, ...]:
    """Write ``account_view.html`` and ``letters.csv`` into *folder*, which is made if need be.

    The page is of a family whose alarm fires, with a payment plan behind if there is one; the
    letters go to everybody on the worklist of that alarm, families together.

    Args:
        book: the practice's accounts.
        folder: where to.
        as_of: the day; not before anything in *book*.
        policy: the practice's.

    Returns:
        The files written: none if no alarm fires where the biller may look.
    """
    waiting = [account for account in book if _calls_for_work(account, as_of, policy)]
    if not waiting:
        return ()
    chosen = max(waiting, key=lambda account: _need(account, as_of, policy))
    worked_on = _work_on(chosen, as_of, policy)
    view = account_view(worked_on, viewer=_BILLER, book=book, as_of=as_of, policy=policy)

    worklist = Worklist(id="demo", name="Letters", alarm_level=view.alarm.level or LEVELS[1])
    result = run_worklist(worklist, book, viewer=_BILLER, as_of=as_of, policy=policy)
    letters = letters_for(
        book,
        viewer=_BILLER,
        patient_ids=[row.patient_id for row in result.rows if row.patient_id is not None],
        by_family=True,
        as_of=as_of,
        policy=policy,
    )

    folder.mkdir(parents=True, exist_ok=True)
    page, merge = folder / "account_view.html", folder / "letters.csv"
    page.write_text(account_view_html(view), encoding="utf-8")
    merge.write_text(letters_csv(letters), encoding="utf-8", newline="")
    return page, merge


def _calls_for_work(account: Account, as_of: date, policy: DunningPolicy) -> bool:
    """Tell whether the alarm fires and the biller may see everybody in the family."""
    if not account.members or any(member.patient.blocked for member in account.members):
        return False
    return alarm_state(account, as_of=as_of, policy=policy).status is AlarmStatus.FIRING


def _need(account: Account, as_of: date, policy: DunningPolicy) -> tuple[object, ...]:
    """Rank accounts: families first, then by what is overdue on plans, then by what is owed."""
    figures = figures_of(account, as_of=as_of, policy=policy)
    return (is_family(account), figures.plan_overdue, figures.total_outstanding, account.id)


def _work_on(account: Account, as_of: date, policy: DunningPolicy) -> Account:
    """Telephone, and leave what the next one at the desk should know."""
    patient_id = head_of(account).id
    called = record_note(
        account,
        NoteEntry(
            id=f"{account.id}-call-{as_of}",
            text="Spoke with the guarantor: half this week, the rest after payday.",
            action=NoteAction.PROMISE_TO_PAY,
        ),
        viewer=_BILLER,
        patient_ids=[patient_id],
        as_of=as_of,
        policy=policy,
    )
    noted = set_patient_note(
        called.account,
        "Call after 5 pm. Prefers text messages.",
        viewer=_BILLER,
        note_id=f"{account.id}-patient-note-{as_of}",
        patient_id=patient_id,
        as_of=as_of,
    )
    printed = set_statement_note(
        noted.account,
        StatementNote(text="Ask us about paying in parts: we can agree on a plan."),
        viewer=_BILLER,
        note_id=f"{account.id}-statement-note-{as_of}",
        patient_id=patient_id,
        as_of=as_of,
    )
    return printed.account
