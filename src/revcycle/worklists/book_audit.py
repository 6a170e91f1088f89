"""Which accounts of a book are on no worklist, and which on two or more (WL-9).

A book is audited for a viewer, and says what that viewer's runs would show: of a masked head or
guarantor the initial decides nothing (PR-3), so only a viewer from whom nobody is masked gets
the whole answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TypeAlias

import attrs

from revcycle.access import Viewer
from revcycle.accounts import Account
from revcycle.checks import private
from revcycle.dunning import AccountReading, DunningPolicy
from revcycle.levels import LEVELS, DunningLevel
from revcycle.rules import Predicate, compile_rule
from revcycle.worklists.results import MASK
from revcycle.worklists.run import readings_on_level, require_run, two_accounts
from revcycle.worklists.sight import Sight, absent_guarantors, sight_of
from revcycle.worklists.worklist import Worklist, rule_of

__all__ = ["BookAudit", "BookFinding", "audit_book"]


@attrs.frozen(kw_only=True)
class BookFinding:
    """One account that is on no worklist, or on several.

    Attributes:
        account_id: for finding it again; hidden, because it may tell who a masked head is.
        shown_account_id: the account id; None when the head is masked.
        level: the level at which its alarm fires.
        worklist_ids: the worklists concerned: those it is on, or those that leave it out because
            of an appointment; none where nobody has it.
    """

    account_id: str = private()
    shown_account_id: str | None
    level: DunningLevel
    worklist_ids: tuple[str, ...]


@attrs.frozen(kw_only=True)
class BookAudit:
    """What the worklists cover of a book.

    Attributes:
        covered_count: accounts on exactly one worklist.
        uncovered: accounts on none.
        doubly_covered: accounts on two or more.
        left_out: accounts on none because of a coming appointment, as intended.
    """

    covered_count: int
    uncovered: tuple[BookFinding, ...]
    doubly_covered: tuple[BookFinding, ...]
    left_out: tuple[BookFinding, ...]

    def __str__(self) -> str:
        """Read as lines of English."""
        one = self.covered_count == 1
        subject = "account with an alarm is" if one else "accounts with an alarm are"
        lines = [f"{self.covered_count} {subject} on exactly one worklist"]
        for said, found in (
            ("on no worklist", self.uncovered),
            ("on", self.doubly_covered),
            ("left out on purpose of", self.left_out),
        ):
            lines += [_line(each, said) for each in found]
        return "\n".join(lines)


def audit_book(
    worklists: Sequence[Worklist],
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    policy: DunningPolicy,
) -> BookAudit:
    """Find the accounts with a firing alarm that no worklist, or more than one, includes (WL-9).

    Accounts that *viewer* may not see at all are left out (WL-13); one given twice counts once.

    Raises:
        NotPermitted: *viewer* lacks the Worklists permission.
        Refused: a level has no alarm type (AL-1).
        InvalidRecord: two different accounts whose alarms fire have one id.
    """
    require_run("audit_book", viewer=viewer, policy=policy)
    book = accounts if isinstance(accounts, Collection) else tuple(accounts)
    covered = 0
    seen: dict[str, Account] = {}
    found: dict[str, list[BookFinding]] = {"none": [], "many": [], "left": []}
    for level in LEVELS[1:]:
        definitions = _compiled(worklists, level)
        readings = tuple(readings_on_level(book, level, as_of=as_of, policy=policy))
        elsewhere = absent_guarantors((r.account for r in readings), book, viewer=viewer)
        for reading in readings:
            sight = sight_of(reading.account, viewer=viewer, elsewhere=elsewhere)
            if not sight.is_shown or _is_known(seen, reading.account, sight):
                continue
            kind, ids = _kind(definitions, reading, sight)
            covered += kind == "one"
            if kind != "one":
                found[kind].append(_finding(reading, sight, level, ids))
    return BookAudit(
        covered_count=covered,
        uncovered=_in_order(found["none"]),
        doubly_covered=_in_order(found["many"]),
        left_out=_in_order(found["left"]),
    )


def _is_known(seen: dict[str, Account], account: Account, sight: Sight) -> bool:
    """Tell whether *account* has been looked at; remember it."""
    if account.id not in seen:
        seen[account.id] = account
        return False
    if seen[account.id] != account:
        raise two_accounts("audit_book", account.id, sight)
    return True


@attrs.frozen(kw_only=True, eq=False)
class _Compiled:
    """A definition as functions; by whether the initial filter is applied."""

    worklist_id: str
    is_on: dict[bool, Predicate]
    is_on_but_for_appointments: dict[bool, Predicate]


_Kind: TypeAlias = tuple[str, tuple[str, ...]]


def _compiled(worklists: Iterable[Worklist], level: DunningLevel) -> tuple[_Compiled, ...]:
    return tuple(
        _Compiled(
            worklist_id=worklist.id,
            is_on={
                named: compile_rule(rule_of(worklist, with_initials=named))
                for named in (False, True)
            },
            is_on_but_for_appointments={
                named: compile_rule(rule_of(worklist, with_initials=named, with_appointments=False))
                for named in (False, True)
            },
        )
        for worklist in worklists
        if worklist.alarm_level is level
    )


def _kind(definitions: tuple[_Compiled, ...], reading: AccountReading, sight: Sight) -> _Kind:
    named = not sight.is_name_masked
    on = tuple(each.worklist_id for each in definitions if each.is_on[named](reading))
    if on:
        return ("one" if len(on) == 1 else "many", on)
    left = tuple(
        each.worklist_id for each in definitions if each.is_on_but_for_appointments[named](reading)
    )
    return ("left", left) if left else ("none", ())


def _finding(
    reading: AccountReading, sight: Sight, level: DunningLevel, ids: tuple[str, ...]
) -> BookFinding:
    account = reading.account
    return BookFinding(
        account_id=account.id,
        shown_account_id=None if sight.is_head_masked else account.id,
        level=level,
        worklist_ids=ids,
    )


def _in_order(found: list[BookFinding]) -> tuple[BookFinding, ...]:
    # Masked heads come last, as in a run; by account id, which a run of the same book keeps.
    return tuple(
        sorted(
            found,
            key=lambda each: (
                each.level.severity,
                each.shown_account_id is None,
                each.account_id,
            ),
        )
    )


def _line(finding: BookFinding, said: str) -> str:
    account = MASK if finding.shown_account_id is None else finding.shown_account_id
    where = " and ".join(finding.worklist_ids)
    return f"level {finding.level}, account {account}: {said} {where}".rstrip()
