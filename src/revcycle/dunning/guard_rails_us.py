"""Guard rails of the United States, ready to be chosen: none is in force by itself (CO-5).

Each says where it stands and whether its numbers were read there. Together they are no complete
list of any law, they may be out of date, and they are not legal advice: a practice chooses, adds
and leaves out with whoever advises it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final, NoReturn

from revcycle.dunning.guard_facts import GuardedKind
from revcycle.dunning.guard_leaves import (
    BilledForDays,
    CallsInWeekAtMost,
    ClaimOwesAtLeast,
    ConversationDaysAgo,
    NoAssistanceApplication,
    NoEstimateDispute,
    NoticeGivenForDays,
    ServedForDays,
    WithinHours,
)
from revcycle.dunning.guard_rails import FacilityType, GuardRail, rails_given
from revcycle.errors import InvalidRecord

__all__ = ["US_GUARD_RAILS", "guard_rails_for", "not_before", "only_after_notice"]


def not_before(
    *,
    id: str,  # noqa: A002  (the record's own name)
    days: int,
    citation: str,
    acts: frozenset[GuardedKind] = frozenset({GuardedKind.PLACE, GuardedKind.REPORT}),
    is_verified: bool = True,
) -> GuardRail:
    """Make a rail of a practice's own: not before so many days after a charge's first bill.

    Args:
        id: what the rail is called.
        days: counted from the first bill.
        citation: where the practice says so.
        acts: what has to wait.
        is_verified: whether the number was read there.
    """
    return GuardRail(
        id=id,
        says=f"Wait {days} days from the first bill.",
        citation=citation,
        is_verified=is_verified,
        acts=acts,
        requires=BilledForDays(days),
    )


def only_after_notice(
    *,
    id: str,  # noqa: A002  (the record's own name)
    days: int,
    citation: str,
    acts: frozenset[GuardedKind] = frozenset({GuardedKind.PLACE, GuardedKind.REPORT}),
    is_verified: bool = True,
) -> GuardRail:
    """Make a rail of a practice's own: only so many days after a written notice.

    Takes what `not_before` takes; *days* are counted from the first notice about the charge.
    """
    return GuardRail(
        id=id,
        says=f"Send a written notice and wait {days} days.",
        citation=citation,
        is_verified=is_verified,
        acts=acts,
        requires=NoticeGivenForDays(days),
    )


_CALL: Final = frozenset({GuardedKind.CALL})
_REACH: Final = frozenset({GuardedKind.CALL, GuardedKind.SEND})
_COLLECT: Final = frozenset({GuardedKind.PLACE, GuardedKind.REPORT})
_REPORT: Final = frozenset({GuardedKind.REPORT})
_TAX_EXEMPT: Final = frozenset({FacilityType.TAX_EXEMPT_HOSPITAL})
_HOSPITALS: Final = frozenset({FacilityType.HOSPITAL, FacilityType.TAX_EXEMPT_HOSPITAL})

US_GUARD_RAILS: Final = (
    GuardRail(
        id="reg-f-seven-calls",
        says="Call no more than seven times within seven days.",
        citation="12 CFR 1006.14(b)(2)(i)(A)",
        is_verified=True,
        acts=_CALL,
        requires=CallsInWeekAtMost(6),
    ),
    GuardRail(
        id="reg-f-conversation",
        says="Do not call within seven days of a conversation, whose day is the first.",
        citation="12 CFR 1006.14(b)(2)(i)(B)",
        is_verified=True,
        acts=_CALL,
        requires=ConversationDaysAgo(7),
    ),
    GuardRail(
        id="reg-f-hours",
        says="Call or send messages from 8:00 to 21:00 local time only.",
        citation="12 CFR 1006.6(b)(1)(i)",
        is_verified=True,
        acts=_REACH,
        requires=WithinHours(8, 21),
    ),
    GuardRail(
        id="501r-120-days",
        says="Wait 120 days from the first bill.",
        citation="26 CFR 1.501(r)-6(c)(3)",
        is_verified=False,
        acts=_COLLECT,
        requires=BilledForDays(120),
        facility_types=_TAX_EXEMPT,
    ),
    GuardRail(
        id="501r-notice",
        says="Send the written notice and wait 30 days.",
        citation="26 CFR 1.501(r)-6(c)(4)",
        is_verified=False,
        acts=_COLLECT,
        requires=NoticeGivenForDays(30),
        facility_types=_TAX_EXEMPT,
    ),
    GuardRail(
        id="501r-application",
        says="Wait while an application made within 240 days of the first bill is open.",
        citation="26 CFR 1.501(r)-6(c)(6)",
        is_verified=False,
        acts=_COLLECT,
        requires=NoAssistanceApplication(240),
        facility_types=_TAX_EXEMPT,
    ),
    GuardRail(
        id="co-182-days",
        says="Wait 182 days from the service.",
        citation="C.R.S. 6-20-203(2)",
        is_verified=True,
        acts=_COLLECT,
        requires=ServedForDays(182),
        facility_types=_HOSPITALS,
        states=frozenset({"CO"}),
    ),
    GuardRail(
        id="co-notice",
        says="Send the written notice and wait 30 days.",
        citation="C.R.S. 6-20-203(3)(a)",
        is_verified=True,
        acts=_COLLECT,
        requires=NoticeGivenForDays(30),
        facility_types=_HOSPITALS,
        states=frozenset({"CO"}),
    ),
    GuardRail(
        id="ny-180-days",
        says="Wait 180 days from the first bill.",
        citation="N.Y. Public Health Law 2807-k, as amended 2024",
        is_verified=False,
        acts=_COLLECT,
        requires=BilledForDays(180),
        facility_types=_HOSPITALS,
        states=frozenset({"NY"}),
    ),
    GuardRail(
        id="estimate-dispute",
        says="Leave a bill alone while a dispute of its good-faith estimate is open.",
        citation="45 CFR 149.620",
        is_verified=True,
        acts=frozenset(GuardedKind),
        requires=NoEstimateDispute("400.00", 120),
    ),
    GuardRail(
        id="bureaus-first-year",
        says="Report no medical debt in its first year.",
        citation="policy of Equifax, Experian and TransUnion since July 2022",
        is_verified=True,
        acts=_REPORT,
        requires=BilledForDays(366),
    ),
    GuardRail(
        id="bureaus-500-dollars",
        says="Report no medical debt under 500 dollars.",
        citation="policy of Equifax, Experian and TransUnion since April 2023",
        is_verified=True,
        acts=_REPORT,
        requires=ClaimOwesAtLeast("500.00"),
    ),
)
"""Rails to choose from. A list of templates, not a setting: nothing here is on by itself."""


def guard_rails_for(
    facility_type: FacilityType, state: str, *, rails: Iterable[GuardRail] = US_GUARD_RAILS
) -> tuple[GuardRail, ...]:
    """Give the rails that are about such a facility in such a state (CO-5).

    A list to choose from with whoever advises the practice, not a claim that it is complete.

    Args:
        facility_type: what kind of place gave the service.
        state: its state, district or territory, in two capital letters.
        rails: those to choose from; a practice may add its own.

    Raises:
        InvalidRecord: there is no such kind of place or no such state: a rail left out by a
            slip would never be missed. The message says what is valid, and what is nearest. Or
            *rails* holds something else.
    """
    if type(facility_type) is not FacilityType:
        _refuse_facility_type(facility_type)
    if type(state) is not str or state not in _STATE_NAMES:
        _refuse_state(state)
    return tuple(
        rail
        for rail in rails_given(rails)
        if (not rail.facility_types or facility_type in rail.facility_types)
        and (not rail.states or state in rail.states)
    )


def _refuse_facility_type(value: object) -> NoReturn:
    known = {_folded(kind.value): str(kind) for kind in FacilityType}
    hint = _hint(known, value)
    raise InvalidRecord(
        "guard_rails_for", "facility_type", value, f"be one of {', '.join(known.values())}{hint}"
    )


def _refuse_state(value: object) -> NoReturn:
    known = {_folded(name): code for code, name in _STATE_NAMES.items()}
    known |= {_folded(code): code for code in _STATE_NAMES}
    must = "be a state, district or territory of the United States in two capital letters"
    raise InvalidRecord("guard_rails_for", "state", value, f"{must}{_hint(known, value)}")


def _hint(known: dict[str, str], value: object) -> str:
    """Say which of *known*, by folded name, is nearest to *value*; nothing if none is near."""
    if not isinstance(value, str):
        return ""
    near = difflib.get_close_matches(_folded(value), list(known), n=1)
    return f": did you mean {known[near[0]]}?" if near else ""


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split())


_STATE_NAMES: Final = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AS": "American Samoa",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "GU": "Guam",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "MP": "Northern Mariana Islands",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "PR": "Puerto Rico",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VI": "Virgin Islands",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
}
