"""Why an account is on a worklist, and why another is not, as the viewer may know it.

Both ask what a run of the same accounts asks, so their result is the run's (15.1). An account
that the viewer may not see at all is not here for him: the answer is that there is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import attrs

from revcycle.access import Viewer
from revcycle.accounts import Account
from revcycle.dunning import ACCOUNT_FACTS, AccountReading, AlarmStatus, DunningPolicy
from revcycle.errors import UnknownReference
from revcycle.rules import (
    Explanation,
    Rule,
    WhyNot,
    explain,
    explanation_lines,
    why_not,
    why_not_lines,
)
from revcycle.worklists.results import MASK
from revcycle.worklists.run import require_run
from revcycle.worklists.sight import absent_guarantors, sight_of
from revcycle.worklists.worklist import Worklist, rule_of

__all__ = ["WhyHere", "WhyNotHere", "why_here", "why_not_here"]


@attrs.frozen(kw_only=True)
class WhyHere:
    """What a worklist's definition found of one account.

    Attributes:
        worklist_id: the worklist.
        shown_account_id: the account; None when its head is masked.
        alarm_status: where its alarm is.
        is_initial_waived: whether the initial filter was not applied, because the head or the
            guarantor is masked for the viewer (PR-3).
        explanation: the rule with every fact it read; its result is whether the account is here.
    """

    worklist_id: str
    shown_account_id: str | None
    alarm_status: AlarmStatus
    is_initial_waived: bool
    explanation: Explanation

    @property
    def is_here(self) -> bool:
        """Whether the account is on the worklist."""
        return self.explanation.result

    def __str__(self) -> str:
        """Read as lines of English."""
        first = _first_line(self, is_here=self.is_here)
        lines = explanation_lines(self.explanation, vocabulary=ACCOUNT_FACTS)
        return "\n".join((first, *_waiver(self), *lines))


@attrs.frozen(kw_only=True)
class WhyNotHere:
    """What would have to change for an account to be on a worklist.

    Attributes:
        worklist_id: the worklist.
        shown_account_id: the account; None when its head is masked.
        alarm_status: where its alarm is.
        is_initial_waived: as in `WhyHere`.
        why: the smallest sets of facts that keep it off; none when it is on it.
    """

    worklist_id: str
    shown_account_id: str | None
    alarm_status: AlarmStatus
    is_initial_waived: bool
    why: WhyNot

    @property
    def is_here(self) -> bool:
        """Whether the account is on the worklist."""
        return self.why.result

    def __str__(self) -> str:
        """Read as lines of English."""
        first = _first_line(self, is_here=self.is_here)
        lines = why_not_lines(self.why, vocabulary=ACCOUNT_FACTS)
        return "\n".join((first, *_waiver(self), *lines))


def why_here(
    worklist: Worklist,
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    account_id: str,
    as_of: date,
    policy: DunningPolicy,
) -> WhyHere:
    """Explain what *worklist* finds of one account, every filter with the fact it read.

    Args:
        worklist: the definition.
        accounts: those a run would be given.
        viewer: who asks.
        account_id: which of them.
        as_of: the day.
        policy: the practice's.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        Refused: a level has no alarm type (AL-1).
        UnknownReference: no account with this id, or none that *viewer* may see (WL-13).
    """
    require_run("why_here", viewer=viewer, policy=policy)
    asked = _asked(worklist, accounts, viewer, account_id)
    reading = AccountReading(asked.account, as_of=as_of, policy=policy)
    return WhyHere(
        worklist_id=worklist.id,
        shown_account_id=asked.shown_account_id,
        alarm_status=reading.alarm.status,
        is_initial_waived=asked.is_initial_waived,
        explanation=explain(asked.rule, reading),
    )


def why_not_here(
    worklist: Worklist,
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    account_id: str,
    as_of: date,
    policy: DunningPolicy,
) -> WhyNotHere:
    """Explain what keeps one account off *worklist*: the smallest sets of facts to change.

    Takes and raises what `why_here` does.
    """
    require_run("why_not_here", viewer=viewer, policy=policy)
    asked = _asked(worklist, accounts, viewer, account_id)
    reading = AccountReading(asked.account, as_of=as_of, policy=policy)
    return WhyNotHere(
        worklist_id=worklist.id,
        shown_account_id=asked.shown_account_id,
        alarm_status=reading.alarm.status,
        is_initial_waived=asked.is_initial_waived,
        why=why_not(asked.rule, reading, vocabulary=ACCOUNT_FACTS),
    )


@attrs.frozen(kw_only=True)
class _Asked:
    account: Account
    shown_account_id: str | None
    is_initial_waived: bool
    rule: Rule


def _asked(
    worklist: Worklist, accounts: Iterable[Account], viewer: Viewer, account_id: str
) -> _Asked:
    book = accounts if isinstance(accounts, Collection) else tuple(accounts)
    account = next((each for each in book if each.id == account_id and each.members), None)
    if account is None:
        raise UnknownReference("account", account_id)
    elsewhere = absent_guarantors([account], book, viewer=viewer)
    sight = sight_of(account, viewer=viewer, elsewhere=elsewhere)
    if not sight.is_shown:
        raise UnknownReference("account", account_id)
    return _Asked(
        account=account,
        shown_account_id=None if sight.is_head_masked else account.id,
        is_initial_waived=sight.is_name_masked and worklist.initials != frozenset(),
        rule=rule_of(worklist, with_initials=not sight.is_name_masked),
    )


def _first_line(why: WhyHere | WhyNotHere, *, is_here: bool) -> str:
    account = MASK if why.shown_account_id is None else why.shown_account_id
    alarm = why.alarm_status.value.replace("_", " ")
    verb = "is" if is_here else "is not"
    return f"account {account} {verb} on worklist {why.worklist_id}; its alarm: {alarm}"


def _waiver(why: WhyHere | WhyNotHere) -> tuple[str, ...]:
    return ("the initial filter is not applied: a name is masked",) if why.is_initial_waived else ()
