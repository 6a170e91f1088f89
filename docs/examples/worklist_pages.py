"""The worklists as staff see them, at most 80 columns wide; the only pages that show names.

division_page    who has which level, and how many accounts that is today
lists_page       each person's lists
blocked_page     one family, as it is seen with the permission to open blocked records and without
why_page         why one account is on a list, and why others are not
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from book_report import WIDTH, count, heading, paragraph, short
from practice_staff import ADMIN, STAFF, StaffList
from worklist_table import family_rows, list_table, people

from revcycle.access import Permission, may
from revcycle.accounts import Account
from revcycle.dunning import AlarmStatus, DunningPolicy, alarm_state, total_outstanding
from revcycle.money import ZERO, text, total
from revcycle.worklists import region_words, rule_of, run_worklist, why_here, why_not_here

__all__ = ["blocked_page", "division_page", "lists_page", "why_page"]

_OPENS_BLOCKED: Final = Permission.ACCESS_BLOCKED


def division_page(
    lists: Sequence[StaffList],
    book: Iterable[Account],
    *,
    last_run: date,
    as_of: date,
    policy: DunningPolicy,
) -> Iterator[str]:
    """Yield the table of levels and people, and how to read the lists."""
    yield from heading(f"Worklists of {len(STAFF)} people on {as_of}")
    days = count((as_of - last_run).days, "day")
    yield from paragraph(
        f"It is {days} after the last run, so every alarm that it set has had its delay (AL-3); "
        f"what was posted in between is in. {ADMIN.id}, who has the Admin permission, has set the "
        f"alarm types and created {count(len(lists), 'worklist')} (PR-1): a level with more than "
        f"one person's fair share of the accounts is split over all {len(STAFF)}, as even in "
        f"dollars as ranges can be; each other level goes whole to whoever has the fewest accounts "
        f"by then. Counted are accounts whose alarm is active, that is, fires; blank is no list; "
        f"days is the delay."
    )
    yield ""
    names = "".join(f"{viewer.id:>11}" for viewer in STAFF)
    yield f"level  {'alarm type':20}  days{names}{'all':>14}"
    for alarm_type in sorted(policy.alarm_types, key=lambda kind: kind.level):
        mine = [one for one in lists if one.worklist.alarm_level is alarm_type.level]
        yield (
            f"{alarm_type.level.number:>5}  {alarm_type.name:20}  {alarm_type.delay_days:>4}"
            f"{_shares(mine, _count_words)}"
        )
    yield f"  all  {'accounts':26}{_shares(lists, _count_words)}"
    yield f"{'':5}  {'dollars outstanding':26}{_shares(lists, _dollar_words)}"
    yield from paragraph(
        f"All accounts together owe {text(total(map(total_outstanding, book)))} on this day, "
        f"without what agencies have; what is on no list here belongs to accounts without an "
        f"active alarm."
    )
    yield ""
    yield from paragraph(
        "Each person runs their own lists (PR-2). The largest balances come first; a family stands "
        "under its head with all its members, also those who owe nothing (FA-2). Alarm since is "
        "the day on which the alarm's level was reached."
    )


def _shares(lists: Sequence[StaffList], words: Callable[[Sequence[StaffList]], str]) -> str:
    cells = [words([one for one in lists if one.viewer is viewer]) for viewer in STAFF]
    return "".join(f"{cell:>11}" for cell in cells) + f"{words(lists):>14}"


def _count_words(lists: Sequence[StaffList]) -> str:
    return f"{sum(map(_size, lists)):,}" if lists else ""


def _size(one: StaffList) -> int:
    return len(one.result.families)


def _dollar_words(lists: Sequence[StaffList]) -> str:
    return text(total(one.result.totals.outstanding for one in lists))


def lists_page(lists: Sequence[StaffList], *, policy: DunningPolicy) -> Iterator[str]:
    """Yield every list under its person, with the first families of each."""
    names = {alarm_type.level: alarm_type.name for alarm_type in policy.alarm_types}
    for viewer in STAFF:
        mine = [one for one in lists if one.viewer is viewer]
        yield from heading(f"{viewer.id}'s worklists")
        for place, one in enumerate(one for one in mine if one.result.families):
            if place:
                yield ""
            worklist = one.worklist
            yield from paragraph(
                f"{worklist.id}, {names[worklist.alarm_level]}: {region_words(rule_of(worklist))}"
            )
            yield from list_table(one.result)
        empty = [one.worklist.id for one in mine if not one.result.families]
        if empty:
            yield f"Nobody today on {', '.join(empty)}."


def blocked_page(
    lists: Sequence[StaffList], book: Sequence[Account], *, as_of: date, policy: DunningPolicy
) -> Iterator[str]:
    """Yield one family with a blocked member, as two people see it; nothing if there is none."""
    blocked_ids = {account.id for account in book if _has_blocked(account)}
    on_lists = (
        (one.worklist, family.account_id)
        for one in lists
        for family in one.result.families
        if family.account_id in blocked_ids
    )
    worklist, account_id = next(on_lists, (None, ""))
    if worklist is None:
        return
    yield from heading("A blocked record: two people look at one list")
    for may_open in (True, False):
        viewer = next(each for each in STAFF if may(each, _OPENS_BLOCKED) is may_open)
        result = run_worklist(worklist, book, viewer=viewer, as_of=as_of, policy=policy)
        family = next(each for each in result.families if each.account_id == account_id)
        yield (
            f"{viewer.id} {'has' if may_open else 'lacks'} the permission '{_OPENS_BLOCKED.value}':"
        )
        yield from family_rows(family)
        sums = result.totals
        yield f"  (worklist {worklist.id}: {people(sums)}, {text(sums.outstanding)})"
    yield from paragraph(
        "No name, no id, no relation; the figures stay, so the totals agree. The row cannot be "
        "selected, and no CSV has it (PR-3)."
    )


def _has_blocked(account: Account) -> bool:
    return any(member.patient.blocked for member in account.members)


def why_page(
    lists: Sequence[StaffList], book: Sequence[Account], *, as_of: date, policy: DunningPolicy
) -> Iterator[str]:
    """Yield why an account is on a list, why another of its level is not, and one without alarm.

    Nothing where no list holds anybody.
    """
    one = max(lists, key=lambda each: (len(rule_of(each.worklist).parts), _size(each)))
    if not one.result.families:
        return
    # One that is shown above, with several members if there is such a one.
    shown = one.result.families[:2]
    family = max(shown, key=lambda each: len(each.rows))
    yield from heading(f"Why one account is on {one.worklist.id}, and why others are not")
    here = why_here(
        one.worklist,
        book,
        viewer=one.viewer,
        account_id=family.account_id,
        as_of=as_of,
        policy=policy,
    )
    yield from _wrapped(str(here))
    for account_id, words in _not_here(lists, one, book, as_of=as_of, policy=policy):
        not_here = why_not_here(
            one.worklist,
            book,
            viewer=one.viewer,
            account_id=account_id,
            as_of=as_of,
            policy=policy,
        )
        yield ""
        yield from _wrapped(words)
        yield from _wrapped(str(not_here))


def _not_here(
    lists: Iterable[StaffList],
    asked: StaffList,
    book: Iterable[Account],
    *,
    as_of: date,
    policy: DunningPolicy,
) -> Iterator[tuple[str, str]]:
    """Yield one account of another list of the level, and one that owes without active alarm.

    The sentences name accounts, so those with a blocked member are left out.
    """
    plain = {account.id: account for account in book if not _has_blocked(account)}
    level = asked.worklist.alarm_level
    others = (
        (family.account_id, one)
        for one in lists
        if one is not asked and one.worklist.alarm_level is level
        for family in one.result.families
        if family.account_id in plain
    )
    for account_id, one in itertools.islice(others, 1):
        yield account_id, f"{account_id} is on {one.viewer.id}'s {one.worklist.id} instead:"
    for account in plain.values():
        state = alarm_state(account, as_of=as_of, policy=policy)
        owed = total_outstanding(account)
        if state.status is not AlarmStatus.FIRING and owed > ZERO:
            yield account.id, f"{account.id} owes {text(owed)}, and its alarm is not active:"
            break


def _wrapped(words: str) -> Iterator[str]:
    for line in short(words).splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        yield from textwrap.wrap(
            line, WIDTH, subsequent_indent=f"{indent}  ", break_on_hyphens=False
        )
