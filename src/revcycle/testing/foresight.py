"""What the library says will be, against what comes to be when the days go by.

The numbers go on from `trials`, and are those of ``docs/invariants.md``.

    try_eligibility   38  the day from which a charge is eligible for collections
    try_guard_rails   39  the day and the time from which a guard rail allows an act
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Final

import attrs

from revcycle.accounts import Account
from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.dunning import (
    US_GUARD_RAILS,
    Circumstances,
    CollectionsFinding,
    DunningPolicy,
    EstimateDispute,
    Guard,
    GuardedAct,
    GuardedKind,
    GuardRail,
    WrittenNotice,
    collections_findings,
    explain_collections,
    guard_facts_of,
    guard_verdict,
)
from revcycle.rules import holds
from revcycle.testing.choices import Choices, chance, pick
from revcycle.testing.drawing import PRIVATE
from revcycle.testing.verdicts import fail

__all__ = [
    "draw_circumstances",
    "draw_contact",
    "draw_guarded_act",
    "try_eligibility",
    "try_guard_rails",
]

_ONE_DAY: Final = timedelta(days=1)
_A_WHILE: Final = timedelta(days=15)
_HORIZON: Final = timedelta(days=60)
_HORIZON_OF_RAILS: Final = timedelta(days=200)


def try_eligibility(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """38: a charge is eligible from the day it says, not before, and for no other reason (CO-1).

    Day by day: one that is not eligible stays so until its day, and is eligible on it; one that
    is has been on every day since.
    """
    found = _by_charge(account, as_of, policy)
    for charge_id, finding in found.items():
        told = explain_collections(account, charge_id=charge_id, as_of=as_of, policy=policy)
        stands = tuple(answer.block for answer in told.answers if answer.stands)
        if (told.finding, told.is_eligible, stands) != (
            finding,
            finding.is_eligible,
            finding.blocks,
        ):
            fail(38, f"{finding!r} is explained by {told!r}")
    waiting = [each for each in found.values() if not each.is_eligible]
    last = max((each.from_on or as_of for each in waiting), default=as_of)
    day = as_of
    while waiting and day <= min(last, as_of + _HORIZON) + _A_WHILE:
        later = _by_charge(account, day, policy)
        for finding in waiting:
            is_early = finding.from_on is None or day <= finding.from_on
            if is_early and later[finding.charge_id].is_eligible is not (day == finding.from_on):
                fail(38, f"on {day} came {later[finding.charge_id]!r}, told was {finding!r}")
        day += _ONE_DAY
    ready = [each for each in found.values() if each.is_eligible]
    first = min((each.from_on or as_of for each in ready), default=as_of)
    day = as_of
    while ready and day >= max(first, as_of - _HORIZON):
        earlier = _by_charge(account, day, policy)
        for finding in ready:
            if finding.from_on is None or finding.from_on > as_of:
                fail(38, f"eligible on {as_of}, told was {finding!r}")
            if day >= finding.from_on and not earlier[finding.charge_id].is_eligible:
                fail(38, f"on {day} was {earlier[finding.charge_id]!r}, not {finding!r}")
        day -= _ONE_DAY


def _by_charge(
    account: Account, as_of: date, policy: DunningPolicy
) -> dict[str, CollectionsFinding]:
    found = collections_findings(account, as_of=as_of, policy=policy)
    return {finding.charge_id: finding for finding in found}


def try_guard_rails(
    account: Account, choices: Choices, *, as_of: date, policy: DunningPolicy
) -> None:
    """39: a veto stands on every moment before the one it gives, and not on that one (CO-5).

    The rail's own rule is asked, day after day, on facts worked out for the day.
    """
    rail = pick(choices, US_GUARD_RAILS)
    act = draw_guarded_act(account, rail, choices)
    if act is None:
        return
    known = draw_circumstances(account, choices, as_of=as_of)
    verdict = guard_verdict(
        account,
        act,
        guard=Guard(rails=(rail,), circumstances=known),
        as_of=as_of,
        policy=policy,
    )
    asked = _Asked(account, act, rail, known, policy)
    if verdict.is_allowed is not asked.passes(as_of, act.at):
        fail(39, f"{verdict!r}")
    if verdict.is_allowed:
        return
    last = verdict.allowed_on or as_of + _HORIZON_OF_RAILS
    for day, at in _moments(as_of, last, act.at):
        is_before = verdict.allowed_on is None or (day, at or time(0)) < (
            verdict.allowed_on,
            verdict.allowed_at or time(0),
        )
        if is_before and asked.passes(day, at):
            fail(39, f"allowed on {day} at {at}: {verdict!r}")
    if verdict.allowed_on is not None and not asked.passes(
        verdict.allowed_on, verdict.allowed_at or act.at
    ):
        fail(39, f"not allowed then: {verdict!r}")


@attrs.frozen
class _Asked:
    """One rail, asked of one act on any day."""

    account: Account
    act: GuardedAct
    rail: GuardRail
    known: Circumstances
    policy: DunningPolicy

    def passes(self, day: date, at: time | None) -> bool:
        """Tell whether the rail allows the act then, whatever else it is asked of."""
        act = attrs.evolve(self.act, at=at)
        ids = act.charge_ids or tuple(c.id for c in self.account.charges if c.outstanding > 0)
        return all(
            holds(self.rail.requires, row)
            for charge_id in ids or (None,)
            for row in guard_facts_of(
                self.account,
                act,
                charge_id=charge_id,
                circumstances=self.known,
                as_of=day,
                policy=self.policy,
            )
        )


def _moments(first: date, last: date, at: time | None) -> Iterator[tuple[date, time | None]]:
    """Yield the days one by one, and of each the times about which rails change their minds."""
    times = (None,) if at is None else sorted({at, *_TIMES})
    day = first
    while day <= last:
        for each in times:
            if day > first or each is None or at is None or each >= at:
                yield day, each
        day += _ONE_DAY


_TIMES: Final = tuple(time(h, m) for h, m in ((0, 0), (7, 59), (8, 0), (20, 59), (21, 0)))


def draw_guarded_act(account: Account, rail: GuardRail, choices: Choices) -> GuardedAct | None:
    """Choose an act that *rail* is about, on some charges; None if it needs one and none is."""
    kind = pick(choices, sorted(rail.acts, key=lambda each: each.value))
    ids = tuple(charge.id for charge in account.charges)
    named = tuple(
        dict.fromkeys(pick(choices, ids) for _ in range(choices.integer(1, 2) if ids else 0))
    )
    is_on_charges = kind in {GuardedKind.PLACE, GuardedKind.REPORT}
    if is_on_charges and not named:
        return None
    at = pick(choices, (time(12, 0), *_TIMES))
    has_time = kind is GuardedKind.CALL or (kind is GuardedKind.SEND and chance(choices, 70))
    return GuardedAct(
        kind=kind,
        charge_ids=named if is_on_charges or chance(choices, 50) else (),
        at=at if has_time else None,
    )


def draw_contact(choices: Choices, contact_id: str, *, patient_id: str, as_of: date) -> Contact:
    """Choose a contact of the days about *as_of*, mostly a call; its text is marked."""
    return Contact(
        id=contact_id,
        on=as_of + timedelta(days=choices.integer(-9, 3)),
        at=pick(choices, (time(12, 0), *_TIMES)),
        service="reminders",
        channel=pick(choices, (ContactChannel.PHONE, *ContactChannel)),
        result=pick(choices, tuple(ContactResult)),
        patient_id=patient_id,
        text=PRIVATE,
    )


def draw_circumstances(account: Account, choices: Choices, *, as_of: date) -> Circumstances:
    """Choose calls, notices and disputes about *as_of*, some of them still to come."""
    patients = [member.patient.id for member in account.members] or ["nobody"]
    contacts = tuple(
        draw_contact(
            choices, f"k{number}", patient_id=pick(choices, (*patients, "nobody")), as_of=as_of
        )
        for number in range(choices.integer(0, 10))
    )
    notices = tuple(
        WrittenNotice(
            sent_on=as_of + timedelta(days=choices.integer(-40, 10)), charge_ids=(charge.id,)
        )
        for charge in account.charges
        if chance(choices, 60)
    )
    disputes = []
    for charge in account.charges:
        for _ in range(pick(choices, (0, 0, 0, 1, 2))):
            started_on = as_of + timedelta(days=choices.integer(-60, 5))
            ends = pick(choices, (None, 0, 10, 90))
            disputes.append(
                EstimateDispute(
                    claim_id=charge.claim_id,
                    estimated="100.00",
                    billed=pick(choices, ("500.00", "499.99", "900.00", "50.00")),
                    started_on=started_on,
                    ended_on=None if ends is None else started_on + timedelta(days=ends),
                )
            )
    return Circumstances(contacts=contacts, notices=notices, disputes=tuple(disputes))
