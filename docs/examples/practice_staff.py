"""Who follows up the alarms: three people, what they may see, and how the work is divided.

    set_alarm_types    an alarm type for every level, under the Admin permission (AL-1, PR-1)
    staff_lists        worklists divided over the three and created by the administrator, then
                       each run by the person it is for (WL-10, PR-2)

The people are made up. The administrator may define lists and not run them: one permission does
not imply the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Permission, Viewer
from revcycle.accounts import Account
from revcycle.dunning import AlarmType, DunningPolicy, define_alarm_type
from revcycle.levels import LEVELS, DunningLevel, level
from revcycle.worklists import (
    Worklist,
    WorklistResult,
    WorklistSort,
    create_worklist,
    run_worklist,
    split_by_outstanding,
)

__all__ = ["ADMIN", "STAFF", "StaffList", "set_alarm_types", "staff_lists"]

ADMIN: Final = Viewer(id="Drew", permissions=frozenset({Permission.SELF_PAY_ADMIN}))

_RUNS: Final = Permission.SELF_PAY_WORKLISTS
_SEES_BLOCKED: Final = Permission.ACCESS_BLOCKED
STAFF: Final = (
    Viewer(id="Avery", permissions=frozenset({_RUNS, _SEES_BLOCKED})),
    Viewer(id="Blake", permissions=frozenset({_RUNS, _SEES_BLOCKED})),
    Viewer(id="Casey", permissions=frozenset({_RUNS})),
)
"""Who works on the lists. From the first nobody is masked."""

# Levels 4 and 8 are the last notice: they are followed up sooner.
_ALARM_TYPES: Final = (
    AlarmType(level=level(1), name="First reminder", delay_days=7),
    AlarmType(level=level(2), name="Second reminder", delay_days=7),
    AlarmType(level=level(3), name="Third reminder", delay_days=7),
    AlarmType(level=level(4), name="Last reminder", delay_days=3),
    AlarmType(level=level(5), name="First plan reminder", delay_days=7),
    AlarmType(level=level(6), name="Second plan reminder", delay_days=7),
    AlarmType(level=level(7), name="Third plan reminder", delay_days=7),
    AlarmType(level=level(8), name="Last plan reminder", delay_days=3),
)


@attrs.frozen(kw_only=True)
class StaffList:
    """One worklist and what its person sees on it.

    Attributes:
        viewer: whose list it is.
        worklist: the definition.
        result: what a run by *viewer* shows.
    """

    viewer: Viewer
    worklist: Worklist
    result: WorklistResult


def set_alarm_types(policy: DunningPolicy) -> DunningPolicy:
    """Give each level the practice's own alarm type."""
    for alarm_type in _ALARM_TYPES:
        policy = define_alarm_type(policy, alarm_type, viewer=ADMIN).policy
    return policy


def staff_lists(
    book: Sequence[Account], *, as_of: date, policy: DunningPolicy
) -> tuple[StaffList, ...]:
    """Divide the accounts whose alarms are active on *as_of*, and run each person's lists."""
    owed = {
        template: _owed(template, book, as_of=as_of, policy=policy)
        for template in map(_template, LEVELS[1:])
    }
    created: tuple[Worklist, ...] = ()
    lists = []
    for viewer, worklist in sorted(_divided(owed), key=_place):
        created = create_worklist(created, worklist, viewer=ADMIN, policy=policy).worklists
        result = run_worklist(worklist, book, viewer=viewer, as_of=as_of, policy=policy)
        lists.append(StaffList(viewer=viewer, worklist=worklist, result=result))
    return tuple(lists)


def _template(alarm_level: DunningLevel) -> Worklist:
    number = alarm_level.number
    return Worklist(
        id=f"level-{number}",
        name=f"Level {number}",
        alarm_level=alarm_level,
        sort=WorklistSort.OUTSTANDING,
    )


def _owed(
    template: Worklist, book: Sequence[Account], *, as_of: date, policy: DunningPolicy
) -> list[Decimal]:
    """Give what each account of a level owes."""
    result = run_worklist(template, book, viewer=STAFF[0], as_of=as_of, policy=policy)
    return [family.figures.outstanding for family in result.families]


def _divided(owed: Mapping[Worklist, Sequence[Decimal]]) -> Iterator[tuple[Viewer, Worklist]]:
    """Yield whose each list is: a crowded level is split, every other goes whole to somebody."""
    names = [viewer.id for viewer in STAFF]
    fair_share = sum(map(len, owed.values())) / len(STAFF)
    load: dict[Viewer, list[int]] = {viewer: [] for viewer in STAFF}
    whole = []
    for template, amounts in owed.items():
        if len(amounts) > fair_share and len(amounts) >= len(STAFF):
            parts = split_by_outstanding(template, names, amounts=amounts)
            for viewer, part in zip(STAFF, parts, strict=True):
                load[viewer].append(sum(_is_within(part, amount) for amount in amounts))
                yield viewer, part
        else:
            whole.append((template, len(amounts)))
    # The largest level first, for with the small ones the shares can still be made even.
    for template, account_count in sorted(whole, key=lambda each: -each[1]):
        viewer = min(STAFF, key=lambda each: (sum(load[each]), len(load[each])))
        load[viewer].append(account_count)
        yield viewer, attrs.evolve(template, name=f"{template.name}: {viewer.id}")


def _is_within(worklist: Worklist, amount: Decimal) -> bool:
    low, high = worklist.amount_min, worklist.amount_max
    return (low is None or low <= amount) and (high is None or amount <= high)


def _place(assigned: tuple[Viewer, Worklist]) -> tuple[DunningLevel, int]:
    """Put the least severe level first (DL-2), and people in their order."""
    viewer, worklist = assigned
    return worklist.alarm_level, STAFF.index(viewer)
