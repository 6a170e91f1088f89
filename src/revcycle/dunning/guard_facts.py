"""What guard rails read: one flat row of facts for an act on a charge at a moment (CO-5).

An account does not hold all that a guard rail asks: which written notices went out, which calls
were made, whether a bill is disputed. The host gives those as `Circumstances`. All date
arithmetic is done here, so a rail sees days, cents, minutes, words and yes or no.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

import attrs

from revcycle.accounts import Account, NoteAction, charge_of
from revcycle.charges import Charge
from revcycle.checks import (
    AMOUNT,
    DATE,
    ID,
    LOCAL_TIME,
    check_fields,
    check_given,
    each,
    one_of,
    optional,
    refuse,
)
from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.dunning.acts import check_asked
from revcycle.dunning.collections import CollectionsReading, holds_on
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.holds import Hold, HoldReason
from revcycle.money import ZERO, cents, subtract, total, usd
from revcycle.rules import (
    AllOf,
    AnyOf,
    BoolFact,
    Equals,
    IntFact,
    Not,
    Rule,
    SetFact,
    StrFact,
    Vocabulary,
)

__all__ = [
    "GUARD_FACTS",
    "Circumstances",
    "EstimateDispute",
    "GuardFacts",
    "GuardedAct",
    "GuardedKind",
    "WrittenNotice",
    "guard_facts_of",
]


class GuardedKind(enum.Enum):
    """The acts that guard rails can veto (CO-5). None of them is a level."""

    PLACE = "place"
    """A charge goes to a collection agency."""

    CALL = "call"
    """Somebody is telephoned about what is owed."""

    SEND = "send"
    """A letter or a message about what is owed goes out."""

    REPORT = "report"
    """A debt is reported to a credit bureau."""


_ON_CHARGES: Final = frozenset({GuardedKind.PLACE, GuardedKind.REPORT})


@attrs.frozen(kw_only=True)
class GuardedAct:
    """An act as somebody means to do it.

    Attributes:
        kind: what.
        charge_ids: the charges it is about; none for a call or a message about the account.
        at: the local time of day where the person is; needed for a call, given for a message
            that arrives at once, None for a letter, a placement and a report.
    """

    kind: GuardedKind
    charge_ids: tuple[str, ...] = ()
    at: time | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; a call has its time, a placement and a report have charges."""
        check_fields(self, _ACT)
        if self.kind is GuardedKind.CALL and self.at is None:
            refuse(self, "at", "be given for a call")
        if self.kind in _ON_CHARGES and self.at is not None:
            refuse(self, "at", "be None for a placement or a report")
        if self.kind in _ON_CHARGES and not self.charge_ids:
            refuse(self, "charge_ids", "name the charges to be placed or reported")


_ACT: Final = (
    ("kind", one_of(GuardedKind)),
    ("charge_ids", each(ID)),
    ("at", optional(LOCAL_TIME)),
)


@attrs.frozen(kw_only=True)
class WrittenNotice:
    """A written notice of what may follow, as a law or the practice asks for one.

    Attributes:
        sent_on: the day it was sent.
        charge_ids: the charges it is about, one or more.
    """

    sent_on: date
    charge_ids: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        """Check the fields; a notice about nothing would count for nothing."""
        check_fields(self, (("sent_on", DATE), ("charge_ids", each(ID))))
        if not self.charge_ids:
            refuse(self, "charge_ids", "name the charges that it is about, one or more")


def _estimated(value: object) -> Decimal:
    return usd(value, record="EstimateDispute", field="estimated")


def _billed(value: object) -> Decimal:
    return usd(value, record="EstimateDispute", field="billed")


@attrs.frozen(kw_only=True)
class EstimateDispute:
    """A patient's dispute of a bill that is above its good-faith estimate.

    Attributes:
        claim_id: the claim.
        estimated: US dollars of the estimate.
        billed: US dollars of the bill.
        started_on: the day the patient started it.
        ended_on: the day from which it is decided or withdrawn; None while it is open.
    """

    claim_id: str
    estimated: Decimal = attrs.field(converter=_estimated)
    billed: Decimal = attrs.field(converter=_billed)
    started_on: date
    ended_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _DISPUTE)
        if self.ended_on is not None and self.ended_on < self.started_on:
            refuse(self, "ended_on", f"be on or after the start, {self.started_on}")


_DISPUTE: Final = (
    ("claim_id", ID),
    ("estimated", AMOUNT),
    ("billed", AMOUNT),
    ("started_on", DATE),
    ("ended_on", optional(DATE)),
)


@attrs.frozen(kw_only=True)
class Circumstances:
    """What the host knows of an account and the account does not hold.

    Attributes:
        contacts: calls and messages of the last days; those to other patients do not count. The
            account's own notes of calls count as well, so give a call in one place only.
        notices: the written notices sent.
        disputes: the disputes of good-faith estimates.
    """

    contacts: tuple[Contact, ...] = ()
    notices: tuple[WrittenNotice, ...] = ()
    disputes: tuple[EstimateDispute, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _CIRCUMSTANCES)


_CIRCUMSTANCES: Final = (
    ("contacts", each(one_of(Contact))),
    ("notices", each(one_of(WrittenNotice))),
    ("disputes", each(one_of(EstimateDispute))),
)


@attrs.frozen(kw_only=True)
class GuardFacts:
    """An act on a charge at a moment, flat and total: every fact has a value.

    Where something may be absent, a fact beginning with ``has_``, ``had_``, ``was_`` or ``is_``
    says so, and the facts that depend on it are 0 or empty. `GUARD_FACTS` gives labels and units.

    Attributes:
        act: a `GuardedKind`.
        has_local_time: whether the act has a time of day.
        local_minute: minutes since midnight where the person is.
        has_charge: whether the act is about a charge; if not, all facts of charges are empty.
        department_id: the charge's; may be empty.
        level: its dunning level, 0 to 8.
        outstanding_cents: what it owes.
        claim_outstanding_cents: what all charges of its claim owe.
        is_self_pay_claim: whether its claim is (CH-6).
        is_eligible: whether it is eligible for collections (CO-1, CO-2).
        is_placed: whether an agency has it.
        placed_days: days since it was placed.
        service_days: days since the service.
        was_billed: whether it has appeared on a statement.
        first_billed_days: days since the first one.
        last_billed_days: days since the last one.
        billed_count: how many there were.
        hold_reasons: of the holds in force on it, whatever their scope.
        has_assistance_application: whether one of them waits for an application for assistance.
        application_after_bill_days: days from the first bill to that hold's start.
        had_notice: whether a written notice about it was sent.
        notice_days: days since the first such notice.
        has_estimate_dispute: whether a dispute of its claim's estimate is open; where several
            are, each has a row.
        over_estimate_cents: by how much the bill disputed is above its estimate.
        dispute_after_bill_days: days from the first bill to the start of that dispute.
        calls_in_week_count: calls on the account in the last seven days, the day included.
        had_conversation: whether somebody was spoken to in a call.
        conversation_days: days since the last such call; on its own day 0.
    """

    act: str
    has_local_time: bool
    local_minute: int
    has_charge: bool
    department_id: str
    level: int
    outstanding_cents: int
    claim_outstanding_cents: int
    is_self_pay_claim: bool
    is_eligible: bool
    is_placed: bool
    placed_days: int
    service_days: int
    was_billed: bool
    first_billed_days: int
    last_billed_days: int
    billed_count: int
    hold_reasons: frozenset[str]
    has_assistance_application: bool
    application_after_bill_days: int
    had_notice: bool
    notice_days: int
    has_estimate_dispute: bool
    over_estimate_cents: int
    dispute_after_bill_days: int
    calls_in_week_count: int
    had_conversation: bool
    conversation_days: int


def guard_facts_of(
    account: Account,
    act: GuardedAct,
    *,
    charge_id: str | None,
    circumstances: Circumstances,
    as_of: date,
    policy: DunningPolicy,
) -> tuple[GuardFacts, ...]:
    """Work out every fact that a guard rail may read of *act* on one charge, on *as_of* (CO-5).

    One row, or one for each of several disputes that are open on the charge's claim. A rail
    allows the act if it does so on every row.

    Args:
        account: the account.
        act: what somebody means to do; its own list of charges is not looked at.
        charge_id: the charge; None for an act on an account that owes nothing.
        circumstances: what is known beside the account.
        as_of: the day.
        policy: the practice's, for what is eligible for collections.

    Raises:
        UnknownReference: no such charge.
        InvalidRecord: an argument is something else than it must be.
    """
    check_asked(account, as_of=as_of)
    check_policy(policy)
    check_given("act", act, one_of(GuardedAct))
    check_given("circumstances", circumstances, one_of(Circumstances))
    charge = None if charge_id is None else charge_of(account, charge_id)
    reading = GuardReading(account, act, circumstances, policy=policy)
    return reading.rows(charge, as_of, minute_of(act.at))


def minute_of(at: time | None) -> int | None:
    """Give the minutes since midnight, or None for no time of day."""
    return None if at is None else at.hour * _HOUR + at.minute


class GuardReading:
    """The facts of one act on an account, on any day and at any time. Not a record."""

    def __init__(
        self,
        account: Account,
        act: GuardedAct,
        circumstances: Circumstances,
        *,
        policy: DunningPolicy,
    ) -> None:
        """Read *account* for *act*."""
        self.act = act
        self._account = account
        self._known = circumstances
        self._collections = CollectionsReading(account, policy)
        patients = {member.patient.id for member in account.members}
        own = [each for each in circumstances.contacts if each.patient_id in patients]
        self._calls = [each.on for each in own if _is_call(each)]
        self._calls += [note.on for note in account.notes if note.action in _CALLS]
        self._talks = [each.on for each in own if _is_call(each) and _is_talk(each)]
        self._talks += [n.on for n in account.notes if n.action is NoteAction.CALLED]

    def rows(
        self, charge: Charge | None, as_of: date, minute: int | None
    ) -> tuple[GuardFacts, ...]:
        """Give the facts of the act on *charge*, on *as_of*, at *minute* of the day if it has one.

        A call made later than *as_of* is not known on it. Disputes have a row each: no one of
        them may hide another from a rail.
        """
        calls = [day for day in self._calls if day <= as_of]
        talked = max((day for day in self._talks if day <= as_of), default=None)
        moment: dict[str, Any] = {
            "act": self.act.kind.value,
            "has_local_time": minute is not None,
            "local_minute": minute or 0,
            "calls_in_week_count": sum((as_of - day).days < _WEEK for day in calls),
            "had_conversation": talked is not None,
            "conversation_days": _since(talked, as_of),
        }
        if charge is None:
            return (attrs.evolve(_NO_CHARGE, **moment),)
        facts = moment | self._charge_facts(charge, as_of)
        first = charge.standing.first_billed_on
        disputes = self._disputes(charge, as_of) or (None,)
        return tuple(GuardFacts(**facts, **_dispute_facts(each, first)) for each in disputes)

    def turns(
        self, charge: Charge | None, bounds: Iterable[int], facts: Collection[str]
    ) -> set[date]:
        """Give all days on which one of *facts* can pass one of *bounds*, or change by time alone.

        There are more days than needed, but none that matters is missing: every fact changes on
        the days here, or goes up by one a day from one of them.
        """
        spans = {0, 1, _WEEK, *bounds, *(bound + 1 for bound in bounds)}
        days = set()
        for base in set(self._bases(charge, facts)):
            # A day that no calendar has never comes.
            ordinals = {base.toordinal() + span for span in spans}
            days |= {date.fromordinal(day) for day in ordinals if _FIRST <= day <= _LAST}
        return days

    def _charge_facts(self, charge: Charge, as_of: date) -> dict[str, Any]:
        standing = charge.standing
        first = standing.first_billed_on
        siblings = [c for c in self._account.charges if c.claim_id == charge.claim_id]
        holds = holds_on(charge, self._account, as_of=as_of)
        applied = _earliest(h for h in holds if h.reason is HoldReason.ASSISTANCE_APPLICATION)
        noticed = min((on for on in self._noticed(charge) if on <= as_of), default=None)
        placement = charge.placement
        return {
            "has_charge": True,
            "department_id": charge.department_id,
            "level": standing.level.number,
            "outstanding_cents": cents(max(charge.outstanding, ZERO)),
            "claim_outstanding_cents": cents(total(max(c.outstanding, ZERO) for c in siblings)),
            "is_self_pay_claim": charge.self_pay_claim,
            "is_eligible": self._collections.is_eligible(charge, as_of),
            "is_placed": placement is not None,
            "placed_days": _since(placement.placed_on if placement else None, as_of),
            "service_days": _since(charge.service_on, as_of),
            "was_billed": first is not None,
            "first_billed_days": _since(first, as_of),
            "last_billed_days": _since(standing.last_billed_on, as_of),
            "billed_count": standing.billed_count,
            "hold_reasons": frozenset(hold.reason.value for hold in holds),
            "has_assistance_application": applied is not None,
            "application_after_bill_days": _between(first, applied),
            "had_notice": noticed is not None,
            "notice_days": _since(noticed, as_of),
        }

    def _bases(self, charge: Charge | None, facts: Collection[str]) -> Iterator[date]:
        if not _OF_CALLS.isdisjoint(facts):
            yield from self._calls
            yield from self._talks
        if charge is None:
            return
        placed_on = charge.placement.placed_on if charge.placement else None
        billed = (charge.standing.first_billed_on, charge.standing.last_billed_on)
        yield from _known_days(charge.service_on, *billed, placed_on)
        if not _OF_NOTICES.isdisjoint(facts):
            yield from self._noticed(charge)
        if not _OF_HOLDS.isdisjoint(facts):
            yield from self._collections.turns(charge)
        if not _OF_DISPUTES.isdisjoint(facts):
            for dispute in self._known.disputes:
                if dispute.claim_id == charge.claim_id:
                    yield from _known_days(dispute.started_on, dispute.ended_on)

    def _noticed(self, charge: Charge) -> list[date]:
        return [each.sent_on for each in self._known.notices if charge.id in each.charge_ids]

    def _disputes(self, charge: Charge, as_of: date) -> tuple[EstimateDispute, ...]:
        return tuple(
            each
            for each in self._known.disputes
            if each.claim_id == charge.claim_id
            and each.started_on <= as_of
            and (each.ended_on is None or as_of < each.ended_on)
        )


# Which facts change on days of which there may be many.
_OF_CALLS: Final = frozenset({"calls_in_week_count", "had_conversation", "conversation_days"})
_OF_NOTICES: Final = frozenset({"had_notice", "notice_days"})
_OF_HOLDS: Final = frozenset(
    {"is_eligible", "hold_reasons", "has_assistance_application", "application_after_bill_days"}
)
_OF_DISPUTES: Final = frozenset(
    {"has_estimate_dispute", "over_estimate_cents", "dispute_after_bill_days"}
)
_WEEK: Final = 7
_HOUR: Final = 60
_FIRST: Final = date.min.toordinal()
_LAST: Final = date.max.toordinal()
_CALLS: Final = frozenset({NoteAction.CALLED, NoteAction.LEFT_MESSAGE})


def _is_call(contact: Contact) -> bool:
    """Tell whether the telephone rang somewhere about money; a results call is about health."""
    return (
        contact.channel is ContactChannel.PHONE
        and contact.result is not ContactResult.NOT_CONNECTED
    )


def _is_talk(contact: Contact) -> bool:
    return contact.result is ContactResult.CONVERSATION


def _known_days(*days: date | None) -> Iterator[date]:
    return (day for day in days if day is not None)


def _since(day: date | None, as_of: date) -> int:
    return 0 if day is None else max(0, (as_of - day).days)


def _between(first: date | None, then: date | None) -> int:
    return 0 if first is None or then is None else max(0, (then - first).days)


def _dispute_facts(dispute: EstimateDispute | None, first_billed: date | None) -> dict[str, Any]:
    over = subtract(dispute.billed, dispute.estimated) if dispute else ZERO
    return {
        "has_estimate_dispute": dispute is not None,
        "over_estimate_cents": cents(max(over, ZERO)),
        "dispute_after_bill_days": _between(first_billed, dispute.started_on if dispute else None),
    }


def _earliest(holds: Iterable[Hold]) -> date | None:
    return min((hold.start_on for hold in holds), default=None)


_NO_CHARGE: Final = GuardFacts(
    act=GuardedKind.CALL.value,
    has_local_time=False,
    local_minute=0,
    has_charge=False,
    department_id="",
    level=0,
    outstanding_cents=0,
    claim_outstanding_cents=0,
    is_self_pay_claim=False,
    is_eligible=False,
    is_placed=False,
    placed_days=0,
    service_days=0,
    was_billed=False,
    first_billed_days=0,
    last_billed_days=0,
    billed_count=0,
    hold_reasons=frozenset(),
    has_assistance_application=False,
    application_after_bill_days=0,
    had_notice=False,
    notice_days=0,
    has_estimate_dispute=False,
    over_estimate_cents=0,
    dispute_after_bill_days=0,
    calls_in_week_count=0,
    had_conversation=False,
    conversation_days=0,
)


# ---------------------------------------------------------------------------------- vocabulary


def _days(name: str, label: str) -> IntFact:
    return IntFact(name, label=label, least=0, unit="days")


def _cents(name: str, label: str) -> IntFact:
    return IntFact(name, label=label, least=0, unit="cents")


def _only_if(fact: str, *dependent: str) -> Rule:
    """Say that the *dependent* numbers are 0 unless *fact* is true."""
    return AnyOf(Equals(fact, value=True), AllOf(*(Equals(name, 0) for name in dependent)))


def _implies(fact: str, other: str) -> Rule:
    return AnyOf(Equals(fact, value=False), Equals(other, value=True))


_LAST_MINUTE: Final = 24 * 60 - 1

POSSIBLE: Final[tuple[Rule, ...]] = (
    _only_if("has_local_time", "local_minute"),
    AnyOf(Not(Equals("act", GuardedKind.CALL.value)), Equals("has_local_time", value=True)),
    _only_if("has_charge", "outstanding_cents", "claim_outstanding_cents", "service_days"),
    _implies("was_billed", "has_charge"),
    _implies("is_placed", "has_charge"),
    _implies("had_notice", "has_charge"),
    _implies("has_estimate_dispute", "has_charge"),
    _implies("has_assistance_application", "has_charge"),
    _only_if("is_placed", "placed_days"),
    _only_if("was_billed", "first_billed_days", "last_billed_days", "billed_count"),
    _only_if("has_assistance_application", "application_after_bill_days"),
    _only_if("had_notice", "notice_days"),
    _only_if("has_estimate_dispute", "over_estimate_cents", "dispute_after_bill_days"),
    _only_if("had_conversation", "conversation_days"),
)
"""What hangs together: a fact that depends on another is 0 or no without it."""

GUARD_FACTS: Final = Vocabulary.of(
    GuardFacts,
    StrFact("act", values=tuple(kind.value for kind in GuardedKind)),
    BoolFact(
        "has_local_time",
        label="the time of day matters",
        otherwise="the time of day does not matter",
    ),
    IntFact("local_minute", label="local minute of the day", least=0, most=_LAST_MINUTE),
    BoolFact("has_charge", label="about a charge"),
    StrFact("department_id", label="department"),
    IntFact("level", label="dunning level", least=0, most=8),
    _cents("outstanding_cents", "amount outstanding"),
    _cents("claim_outstanding_cents", "amount outstanding on the claim"),
    BoolFact("is_self_pay_claim", label="a self-pay claim"),
    BoolFact("is_eligible", label="eligible for collections"),
    BoolFact("is_placed", label="with an agency"),
    _days("placed_days", "time since the placement"),
    _days("service_days", "time since the service"),
    BoolFact("was_billed", label="billed before"),
    _days("first_billed_days", "time since the first bill"),
    _days("last_billed_days", "time since the last bill"),
    IntFact("billed_count", label="number of bills", least=0),
    SetFact(
        "hold_reasons",
        label="reasons of holds",
        values=tuple(reason.value for reason in HoldReason),
    ),
    BoolFact(
        "has_assistance_application",
        label="an application for assistance is open",
        otherwise="no application for assistance is open",
    ),
    _days("application_after_bill_days", "time from the first bill to the application"),
    BoolFact(
        "had_notice",
        label="a written notice was sent",
        otherwise="no written notice was sent",
    ),
    _days("notice_days", "time since the written notice"),
    BoolFact(
        "has_estimate_dispute",
        label="a dispute of the estimate is open",
        otherwise="no dispute of the estimate is open",
    ),
    _cents("over_estimate_cents", "amount above the estimate"),
    _days("dispute_after_bill_days", "time from the first bill to the dispute"),
    IntFact("calls_in_week_count", label="number of calls in seven days", least=0),
    BoolFact("had_conversation", label="somebody was spoken to", otherwise="nobody was spoken to"),
    _days("conversation_days", "time since the last conversation"),
    possible=AllOf(*POSSIBLE),
)
"""The facts of an act on a charge: types, domains, units and English."""
