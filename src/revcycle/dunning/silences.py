"""Auto-clears that must be remembered, and what takes them back (AL-5).

Mostly an alarm is silent by computation and nothing need be kept. But where nothing is due while
a level above 0 stands (the other switches of DL-7), the next due alone must not bring it back.
"""

from __future__ import annotations

from datetime import date

from revcycle.accounts import AlarmClearance
from revcycle.dunning.alarms import is_silenced
from revcycle.dunning.events import AlarmCleared, AlarmRevived
from revcycle.dunning.policy import DunningPolicy
from revcycle.dunning.replay import Draft

__all__ = ["revive_alarm", "silence_paid"]


def silence_paid(
    draft: Draft,
    *,
    transaction_id: str | None = None,
    subject_id: str | None = None,
    as_of: date,
    policy: DunningPolicy,
) -> None:
    """Remember that nothing was due although a level above 0 stands (AL-5).

    Where the live level is 0 nothing need be remembered: the alarm is silent by computation.

    Args:
        draft: the account after the act.
        transaction_id: the money that did it, if it was money.
        subject_id: the charge or patient that went, or the plan that took charges, if one did.
        as_of: the day.
        policy: the practice's numbers and switches.
    """
    if is_silenced(draft.account, as_of=as_of, policy=policy):
        clearance = AlarmClearance(on=as_of, transaction_id=transaction_id, subject_id=subject_id)
        draft.record(AlarmCleared(as_of, clearance))


def revive_alarm(draft: Draft, cause_id: str, *, counted_on: date, as_of: date) -> None:
    """Let an alarm speak again that fell silent because of what is now taken back (AL-5).

    Args:
        draft: the account after the act, with more due than before it.
        cause_id: the transaction or charge that is taken back.
        counted_on: since when it had counted; later than the silence, it had no part in it.
        as_of: the day.
    """
    alarm = draft.account.alarm
    if alarm is None or alarm.clearance is None or alarm.clearance.by is not None:
        return
    if counted_on <= alarm.clearance.on:
        draft.record(AlarmRevived(as_of, cause_id))
