"""What every act on an account has in common: its day must not lie before the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final, ParamSpec

from revcycle.accounts import Account, check_account
from revcycle.checks import FLAG, ID, Requirement, check_given
from revcycle.dates import is_date
from revcycle.errors import InvalidRecord, Problem, Proposition, Refused

__all__ = [
    "LAST_YEAR",
    "ActProblem",
    "check_act",
    "check_asked",
    "check_day",
    "check_ids",
    "problems_of",
    "require",
]

LAST_YEAR: Final = 9900
"""The calendar ends with 9999; the delays of a policy reach some ten years ahead of a day."""


class ActProblem(Proposition):
    """Why any act may be refused, whatever it does."""

    AS_OF_BEFORE_LAST_ACT = "Record acts in the order of their days: use a later as_of (CH-9)."
    ACCOUNT_CLOSED = "Act on the account that the last member joined (FA-3)."


def check_act(account: Account, *, as_of: date, may_be_closed: bool = False) -> tuple[Problem, ...]:
    """List why no act of *as_of* may be recorded on *account* (CH-9, FA-3).

    Raises:
        InvalidRecord: *account* is none, *as_of* no plain date, or *may_be_closed* no flag.
    """
    check_asked(account, as_of=as_of)
    check_given("may_be_closed", may_be_closed, FLAG)
    problems = []
    if account.last_act_on is not None and as_of < account.last_act_on:
        detail = f"as_of {as_of}, last act {account.last_act_on}"
        problems.append(Problem(ActProblem.AS_OF_BEFORE_LAST_ACT, detail))
    if account.closed_on is not None and not may_be_closed:
        detail = f"account {account.id}, closed {account.closed_on}"
        problems.append(Problem(ActProblem.ACCOUNT_CLOSED, detail))
    return tuple(problems)


def check_asked(account: Account, *, as_of: date) -> None:
    """Refuse a question about something that is no account, or about no day.

    Raises:
        InvalidRecord: *account* is none, or *as_of* no plain date.
    """
    check_account(account)
    check_day(as_of)


def check_day(day: date, *, field: str = "as_of") -> None:
    """Refuse a datetime: days are calendar dates in the practice's own time zone (M-2).

    So is a day so near the end of the calendar that a due date after it could not be told.

    Raises:
        InvalidRecord: *day* is no plain date, or after `LAST_YEAR`.
    """
    if not is_date(day):
        raise InvalidRecord("act", field, day, "be a date (not a datetime)")
    if day.year > LAST_YEAR:
        raise InvalidRecord("act", field, day, f"be a date in the year {LAST_YEAR} or before")


def require(act: str, problems: Iterable[Problem]) -> None:
    """Raise if there is any problem, the problems in the order of their propositions.

    Raises:
        Refused: *act*, for all of *problems* at once.
    """
    found = list(problems)
    if found:
        kinds = _kinds(found)
        found.sort(key=lambda problem: _rank(problem.proposition, kinds))
        raise Refused(act, found)


def problems_of(
    verb: Callable[_Asked, object], *arguments: _Asked.args, **named: _Asked.kwargs
) -> tuple[Problem, ...]:
    """List why *verb* would be refused with these arguments; nothing if it would be done.

    Every verb is pure, so trying it changes nothing: this is the question whether it may, for
    all of them.

    Raises:
        UnknownReference: an id that is not here.
        InvalidRecord: an argument that no record can hold.
    """
    check_given("verb", verb, _VERB)
    try:
        verb(*arguments, **named)
    except Refused as refusal:
        return refusal.problems
    return ()


_Asked = ParamSpec("_Asked")
_VERB: Final = Requirement(callable, "be a verb of this package", records_only=True)


def _kinds(problems: list[Problem]) -> list[type[Proposition]]:
    """Order the enumerations: what holds for every act first, then as they turned up."""
    kinds = dict.fromkeys(type(problem.proposition) for problem in problems)
    return sorted(kinds, key=lambda kind: kind is not ActProblem)


def _rank(proposition: Proposition, kinds: list[type[Proposition]]) -> tuple[int, int]:
    kind = type(proposition)
    return kinds.index(kind), list(kind).index(proposition)


def check_ids(act: str, field: str, ids: object) -> None:
    """Refuse one text where several ids are asked for: its letters would pass for ids.

    So is a set, whose order is anybody's guess, and what holds anything but ids.

    Raises:
        InvalidRecord: *ids* is no sequence of ids.
    """
    if isinstance(ids, str) or not isinstance(ids, Sequence):
        raise InvalidRecord(act, field, ids, "be a sequence of ids, not one text")
    if not all(map(ID.holds, ids)):
        raise InvalidRecord(act, field, ids, f"be a sequence, each element of which must {ID.must}")
