"""The total fact row of an account: what filters, messages, reminders, gates and guard rails read.

`facts_of` gives the whole row. `AccountReading` gives the same facts, each worked out when it is
first asked for, to code that reads a few of them on many accounts. All date arithmetic is done
here: a rule sees days, cents, words and yes or no, and of a name no more than its initial.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, Generic, TypeAlias, TypeVar

import attrs

from revcycle.accounts import (
    Account,
    DeliveryPreference,
    InsuranceClass,
    NoteAction,
    Patient,
    StatementFormat,
    head_of,
    is_family,
)
from revcycle.charges import Charge
from revcycle.checks import TEXT, check_given
from revcycle.dunning.acts import check_asked
from revcycle.dunning.alarms import AlarmState, AlarmStatus, alarm_state
from revcycle.dunning.collections import CollectionsReading
from revcycle.dunning.figures import (
    Figures,
    billable_charges,
    figures_of,
    has_account_hold,
    printed_level,
    total_outstanding,
)
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.dunning.restrictions import is_restricted
from revcycle.folding import folded
from revcycle.holds import HoldReason, is_in_force
from revcycle.levels import DunningLevel, most_severe
from revcycle.money import ZERO, cents, total
from revcycle.plans import PaymentPlan, PlanStatus
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    BoolFact,
    Equals,
    FactType,
    FactValue,
    IntFact,
    Not,
    Rule,
    SetFact,
    StrFact,
    Vocabulary,
)

__all__ = [
    "ACCOUNT_FACTS",
    "INITIALS",
    "AccountFacts",
    "AccountReading",
    "facts_of",
    "folded_name",
    "initial_of",
]


@attrs.frozen(kw_only=True)
class AccountFacts:
    """One account on one day, flat and total: every fact has a value.

    Where something may be absent, a fact beginning with ``has_``, ``was_`` or ``is_`` says so,
    and the facts that depend on it are 0 or empty. `ACCOUNT_FACTS` gives each fact its label, its
    domain and its unit. Facts about charges mean billable ones (CH-7) unless they say otherwise.

    Attributes:
        alarm_level: 1 to 8 while the alarm fires, else 0 (AL-3).
        alarm_days: days since the level of the firing alarm was reached.
        alarm_status: where the alarm is (`AlarmStatus`).
        guarantor_initial: A to Z, or empty when the last name has none (WL-3).
        primary_department_id: the head's (WL-5); may be empty.
        usual_provider_id: the head's (WL-5); may be empty.
        insurance_class: the head's (WL-6).
        outstanding_cents: total outstanding (CH-7, WL-4).
        has_appointment: whether a current member has one on the day or later (WL-7).
        appointment_days: days until the next such appointment.
        is_closed: whether the last member has left.
        member_count: current members.
        is_family: whether there are two or more of them.
        account_level: the most severe level, live (DL-9).
        account_level_days: days since that level was first reached by one of its charges.
        printed_level: the level of the charge first billed longest ago (DL-9).
        has_terminal_charges_only: something is billable, and all of it is at 4 or 8 (ST-4).
        has_final_notice: a charge is at 3 or 7 (ST-7).
        credits_cents, billable_cents, net_balance_cents, due_now_cents, plan_due_cents,
            plan_overdue_cents, collect_outstanding_cents: as in `Figures`.
        has_account_hold: whether the account itself is held (ST-12).
        has_held_charges: whether a patient or claim hold freezes an open charge.
        hold_reasons: the reasons of all holds in force.
        has_plan: whether a plan is active.
        has_card_agreement: whether an active plan has a card in force (PL-8).
        plan_needs_attention: whether an active plan is flagged for staff (PL-8).
        has_statement: whether one was ever made.
        statement_count: how many were made.
        last_statement_days: days since the latest.
        is_statement_due: whether a run would find the next statement date reached (ST-1, ST-14).
        next_statement_days: days until that date, 0 when it is reached.
        wants_e_statement, has_email, language, statement_format: the guarantor's (ST-7, ST-15).
        has_statement_note: whether a member's prints on the day (ST-9).
        has_open_charge: whether any charge is open and not placed.
        oldest_charge_days: days since the earliest posting among those.
        service_days: days since the earliest service among those.
        was_billed: whether a charge has appeared on a statement.
        first_billed_days: days since the earliest first billing.
        last_billed_days: days since the latest billing.
        billed_count: the number of statements of the charge billed most often.
        has_eligible_charge: whether a charge is eligible for collections (CO-1, CO-2).
        eligible_cents: what those owe.
        has_placed_charge: whether a placed charge still owes something (CO-3).
        placed_days: days since the earliest placement among those.
        has_self_pay_claim: whether an open charge is of a self-pay claim (CH-6).
        has_restriction: whether a current member's health-plan restriction holds (PR-7).
        had_contact: whether a note says somebody was called or left a message (FA-6).
        contact_days: days since the latest such note.
        contacts_in_week_count: such notes in the last seven days, the day included (CO-5).
        had_conversation: whether a note says somebody was called.
        conversation_days: days since the latest such note.
        had_promise: whether a note records a promise to pay.
        promise_days: days since the latest such note.
        had_letter: whether a note says that a letter was sent (FA-6).
        letter_days: days since the latest such note.
    """

    alarm_level: int
    alarm_days: int
    alarm_status: str
    guarantor_initial: str
    primary_department_id: str
    usual_provider_id: str
    insurance_class: str
    outstanding_cents: int
    has_appointment: bool
    appointment_days: int
    is_closed: bool
    member_count: int
    is_family: bool
    account_level: int
    account_level_days: int
    printed_level: int
    has_terminal_charges_only: bool
    has_final_notice: bool
    credits_cents: int
    billable_cents: int
    net_balance_cents: int
    due_now_cents: int
    plan_due_cents: int
    plan_overdue_cents: int
    collect_outstanding_cents: int
    has_account_hold: bool
    has_held_charges: bool
    hold_reasons: frozenset[str]
    has_plan: bool
    has_card_agreement: bool
    plan_needs_attention: bool
    has_statement: bool
    statement_count: int
    last_statement_days: int
    is_statement_due: bool
    next_statement_days: int
    wants_e_statement: bool
    has_email: bool
    language: str
    statement_format: str
    has_statement_note: bool
    has_open_charge: bool
    oldest_charge_days: int
    service_days: int
    was_billed: bool
    first_billed_days: int
    last_billed_days: int
    billed_count: int
    has_eligible_charge: bool
    eligible_cents: int
    has_placed_charge: bool
    placed_days: int
    has_self_pay_claim: bool
    has_restriction: bool
    had_contact: bool
    contact_days: int
    contacts_in_week_count: int
    had_conversation: bool
    conversation_days: int
    had_promise: bool
    promise_days: int
    had_letter: bool
    letter_days: int


def facts_of(account: Account, *, as_of: date, policy: DunningPolicy) -> AccountFacts:
    """Work out every fact of *account* on *as_of*.

    Raises:
        UnknownReference: the policy lacks the alarm type of the alarm's level.
        InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
    """
    reading = AccountReading(account, as_of=as_of, policy=policy)
    values: dict[str, Any] = {name: derive(reading) for name, derive in _DERIVATIONS.items()}
    return AccountFacts(**values)


# --------------------------------------------------------------------------------------- names

INITIALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The letters that an initial can be."""


def folded_name(name: str) -> str:
    """Fold the case and the accents of *name*, for comparing; leading punctuation goes (WL-8).

    Raises:
        InvalidRecord: *name* is no text.
    """
    if type(name) is not str:
        check_given("name", name, TEXT, private=True)
    plain = _letters_of(name)
    if plain[:1].isalpha():
        return plain
    start = next((place for place, sign in enumerate(plain) if sign.isalpha()), 0)
    return plain[start:]


def _letters_of(name: str) -> str:
    """Fold *name*, without the letters that only modify others."""
    plain = folded(name)
    if plain.isascii():
        return plain
    return "".join(sign for sign in plain if unicodedata.category(sign) != _MODIFIER)


_MODIFIER: Final = "Lm"


def initial_of(last_name: str) -> str:
    """Give the initial of *last_name*, A to Z, or empty when there is none (WL-3).

    It is the first letter, whatever signs come before it, without case and accent. A letter of
    another alphabet is none.

    Raises:
        InvalidRecord: *last_name* is no text.
    """
    if type(last_name) is not str:
        check_given("last_name", last_name, TEXT, private=True)
    for sign in last_name:
        # A modifier letter, such as the apostrophe of some alphabets, is no letter of a name.
        if unicodedata.category(sign) in _LETTERS:
            first = _letters_of(sign)[:1].upper()
            return first if first and first in INITIALS else ""
    return ""


_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lo"})


# ------------------------------------------------------------------------------------- reading


PartT = TypeVar("PartT")


class _Once(Generic[PartT]):
    """An attribute of `AccountReading` that is worked out when first asked for.

    Much faster than functools.cached_property before Python 3.12, which takes a lock.
    """

    def __init__(self, derive: Callable[[AccountReading], PartT]) -> None:
        self.derive = derive
        self.name = derive.__name__
        self.__doc__ = derive.__doc__

    def __get__(self, reading: AccountReading, _kind: type[AccountReading]) -> PartT:
        value = reading.__dict__[self.name] = self.derive(reading)
        return value


class AccountReading:
    """The facts of one account on one day, each worked out when first asked for.

    Not a record: it remembers what it has worked out. It has every attribute of `AccountFacts`,
    so a rule decides on it as on the whole row.
    """

    def __init__(self, account: Account, *, as_of: date, policy: DunningPolicy) -> None:
        """Read *account* on *as_of*.

        Raises:
            InvalidRecord: *account* is none, *as_of* no plain date, or *policy* none.
        """
        check_asked(account, as_of=as_of)
        check_policy(policy)
        self.account = account
        self.as_of = as_of
        self.policy = policy

    def __getattr__(self, name: str) -> FactValue:
        """Work out the fact called *name*; called once for each."""
        derive = _DERIVATIONS.get(name)
        if derive is None:
            raise AttributeError(name, name=name, obj=self)
        value = self.__dict__[name] = derive(self)
        return value

    @_Once
    def alarm(self) -> AlarmState:
        """The alarm on the day."""
        return alarm_state(self.account, as_of=self.as_of, policy=self.policy)

    @_Once
    def head(self) -> Patient | None:
        """The head; None of a closed account."""
        return head_of(self.account) if self.account.members else None

    @_Once
    def figures(self) -> Figures:
        """The dollars on the day."""
        return figures_of(self.account, as_of=self.as_of, policy=self.policy)

    @_Once
    def open_charges(self) -> list[Charge]:
        """The charges that are open and not placed."""
        return [c for c in self.account.charges if c.outstanding > ZERO and c.placement is None]

    @_Once
    def placements(self) -> list[date]:
        """The days on which charges were placed that still owe something."""
        return [
            charge.placement.placed_on
            for charge in self.account.charges
            if charge.placement is not None and charge.outstanding > ZERO
        ]

    @_Once
    def billable(self) -> list[Charge]:
        """The billable charges."""
        return billable_charges(self.account, as_of=self.as_of)

    @_Once
    def eligible(self) -> list[Charge]:
        """The charges that are eligible for collections."""
        reading = CollectionsReading(self.account, self.policy)
        return [c for c in self.account.charges if reading.is_eligible(c, self.as_of)]

    @_Once
    def plans(self) -> list[PaymentPlan]:
        """The active plans."""
        return [plan for plan in self.account.plans if plan.status is PlanStatus.ACTIVE]

    def since(self, day: date | None) -> int:
        """Give the days from *day*; 0 when there is none or it has not come."""
        return 0 if day is None else max(0, (self.as_of - day).days)

    def until(self, day: date | None) -> int:
        """Give the days to *day*; 0 when there is none or it has passed."""
        return 0 if day is None else max(0, (day - self.as_of).days)

    def notes_on(self, *actions: NoteAction) -> list[date]:
        """Give the days up to this one of the notes of these *actions*."""
        return [n.on for n in self.account.notes if n.action in actions and n.on <= self.as_of]


_Derivation: TypeAlias = Callable[[AccountReading], FactValue]
_CONTACTS: Final = (NoteAction.CALLED, NoteAction.LEFT_MESSAGE)
_WEEK: Final = 7


def _alarm_level(r: AccountReading) -> int:
    is_firing = r.alarm.status is AlarmStatus.FIRING
    return r.alarm.level.number if is_firing and r.alarm.level is not None else 0


def _next_appointment_on(r: AccountReading) -> date | None:
    return min(
        (
            appointment.on
            for member in r.account.members
            for appointment in member.patient.appointments
            if appointment.on >= r.as_of
        ),
        default=None,
    )


def _level(r: AccountReading) -> DunningLevel:
    return most_severe(charge.standing.level for charge in r.billable)


def _level_reached_on(r: AccountReading) -> date | None:
    level = _level(r)
    standings = [charge.standing for charge in r.billable]
    return _first(standing.reached_on for standing in standings if standing.level is level)


def _holds_in_force(r: AccountReading) -> frozenset[str]:
    return frozenset(
        hold.reason.value for hold in r.account.holds if is_in_force(hold, as_of=r.as_of)
    )


def _next_statement_days(r: AccountReading) -> int:
    return r.until(r.account.cycle.next_statement_on)


def _has_statement_note(r: AccountReading) -> bool:
    notes = [member.patient.statement_note for member in r.account.members]
    return any(
        note is not None
        and (note.begin_on is None or note.begin_on <= r.as_of)
        and (note.end_on is None or r.as_of <= note.end_on)
        for note in notes
    )


def _has_restriction(r: AccountReading) -> bool:
    return any(is_restricted(member.patient, as_of=r.as_of) for member in r.account.members)


def _has_card(plan: PaymentPlan) -> bool:
    return plan.card is not None and plan.card.cancelled_on is None


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _number(name: str, label: str, *, most: int | None = None) -> IntFact:
    return IntFact(name, label=label, least=0, most=most)


def _days(name: str, label: str) -> IntFact:
    return IntFact(name, label=label, least=0, unit="days")


def _cents(name: str, label: str) -> IntFact:
    return IntFact(name, label=label, least=0, unit="cents")


def _enum_values(kind: Iterable[Any]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


_TABLE: Final[tuple[tuple[FactType, _Derivation], ...]] = (
    (_number("alarm_level", "alarm level", most=8), _alarm_level),
    (
        _days("alarm_days", "time since the alarm's level was reached"),
        lambda r: r.since(r.alarm.reached_on if r.alarm_level else None),
    ),
    (
        StrFact("alarm_status", label="alarm", values=_enum_values(AlarmStatus)),
        lambda r: r.alarm.status.value,
    ),
    (
        StrFact("guarantor_initial", label="initial", values=(*INITIALS, "")),
        lambda r: initial_of(r.account.guarantor.last_name),
    ),
    (
        StrFact("primary_department_id", label="department"),
        lambda r: r.head.primary_department_id if r.head else "",
    ),
    (
        StrFact("usual_provider_id", label="provider"),
        lambda r: r.head.usual_provider_id if r.head else "",
    ),
    (
        StrFact("insurance_class", label="insurance", values=_enum_values(InsuranceClass)),
        lambda r: (r.head.insurance_class if r.head else InsuranceClass.SELF_PAY_PRIMARY).value,
    ),
    (
        _cents("outstanding_cents", "total outstanding"),
        lambda r: cents(total_outstanding(r.account)),
    ),
    (
        BoolFact(
            "has_appointment",
            label="an appointment is coming",
            otherwise="no appointment is coming",
        ),
        lambda r: _next_appointment_on(r) is not None,
    ),
    (
        _days("appointment_days", "time to the next appointment"),
        lambda r: r.until(_next_appointment_on(r)),
    ),
    (BoolFact("is_closed", label="closed"), lambda r: r.account.closed_on is not None),
    (_number("member_count", "number of members"), lambda r: len(r.account.members)),
    (BoolFact("is_family", label="a family"), lambda r: is_family(r.account)),
    (_number("account_level", "account level", most=8), lambda r: _level(r).number),
    (
        _days("account_level_days", "time since the account level was reached"),
        lambda r: r.since(_level_reached_on(r)),
    ),
    (
        _number("printed_level", "printed level", most=8),
        lambda r: printed_level(r.billable).number,
    ),
    (
        BoolFact("has_terminal_charges_only", label="all billable charges are at 4 or 8"),
        lambda r: r.billable != [] and all(c.standing.level.is_terminal for c in r.billable),
    ),
    (
        BoolFact("has_final_notice", label="a charge is at 3 or 7"),
        lambda r: any(charge.standing.level.is_final_notice for charge in r.billable),
    ),
    (
        IntFact("credits_cents", label="credits", most=0, unit="cents"),
        lambda r: cents(r.figures.credits),
    ),
    (_cents("billable_cents", "billable amount"), lambda r: cents(r.figures.billable)),
    (
        IntFact("net_balance_cents", label="net balance", unit="cents"),
        lambda r: cents(r.figures.net_balance),
    ),
    (_cents("due_now_cents", "amount due now"), lambda r: cents(r.figures.due_now)),
    (_cents("plan_due_cents", "plan amount due"), lambda r: cents(r.figures.plan_due)),
    (_cents("plan_overdue_cents", "plan overdue"), lambda r: cents(r.figures.plan_overdue)),
    (
        _cents("collect_outstanding_cents", "collect outstanding"),
        lambda r: cents(r.figures.collect_outstanding),
    ),
    (
        BoolFact("has_account_hold", label="on hold"),
        lambda r: has_account_hold(r.account, as_of=r.as_of),
    ),
    (
        BoolFact("has_held_charges", label="some charges are on hold"),
        lambda r: len(r.billable) < len(r.open_charges),
    ),
    (
        SetFact("hold_reasons", label="reasons of holds", values=_enum_values(HoldReason)),
        _holds_in_force,
    ),
    (BoolFact("has_plan", label="on a payment plan"), lambda r: r.plans != []),
    (
        BoolFact("has_card_agreement", label="a card pays the plan"),
        lambda r: any(map(_has_card, r.plans)),
    ),
    (
        BoolFact("plan_needs_attention", label="the plan needs attention"),
        lambda r: any(plan.needs_attention for plan in r.plans),
    ),
    (
        BoolFact("has_statement", label="a statement was made"),
        lambda r: r.account.cycle.last_statement_on is not None,
    ),
    (
        _number("statement_count", "number of statements"),
        lambda r: r.account.cycle.statement_count,
    ),
    (
        _days("last_statement_days", "time since the last statement"),
        lambda r: r.since(r.account.cycle.last_statement_on),
    ),
    (
        BoolFact("is_statement_due", label="a statement is due"),
        lambda r: _next_statement_days(r) == 0,
    ),
    (_days("next_statement_days", "time to the next statement"), _next_statement_days),
    (
        BoolFact("wants_e_statement", label="e-statements are wanted"),
        lambda r: r.account.guarantor.delivery is DeliveryPreference.E_STATEMENT,
    ),
    (
        BoolFact("has_email", label="an e-mail address is known"),
        lambda r: r.account.guarantor.email is not None,
    ),
    (StrFact("language"), lambda r: r.account.guarantor.language),
    (
        StrFact("statement_format", values=_enum_values(StatementFormat)),
        lambda r: r.account.guarantor.statement_format.value,
    ),
    (BoolFact("has_statement_note", label="a statement note prints"), _has_statement_note),
    (BoolFact("has_open_charge", label="a charge is open"), lambda r: r.open_charges != []),
    (
        _days("oldest_charge_days", "age of the oldest open charge"),
        lambda r: r.since(_first(charge.posted_on for charge in r.open_charges)),
    ),
    (
        _days("service_days", "time since the earliest service"),
        lambda r: r.since(_first(charge.service_on for charge in r.open_charges)),
    ),
    (
        BoolFact("was_billed", label="billed before"),
        lambda r: any(charge.standing.billed_count for charge in r.billable),
    ),
    (
        _days("first_billed_days", "time since the first bill"),
        lambda r: r.since(_first(charge.standing.first_billed_on for charge in r.billable)),
    ),
    (
        _days("last_billed_days", "time since the last bill"),
        lambda r: r.since(_last(charge.standing.last_billed_on for charge in r.billable)),
    ),
    (
        _number("billed_count", "number of bills"),
        lambda r: max((charge.standing.billed_count for charge in r.billable), default=0),
    ),
    (
        BoolFact("has_eligible_charge", label="eligible for collections"),
        lambda r: r.eligible != [],
    ),
    (
        _cents("eligible_cents", "amount eligible for collections"),
        lambda r: cents(total(charge.outstanding for charge in r.eligible)),
    ),
    (
        BoolFact("has_placed_charge", label="a charge is at collections"),
        lambda r: r.placements != [],
    ),
    (
        _days("placed_days", "time since the earliest placement"),
        lambda r: r.since(_first(r.placements)),
    ),
    (
        BoolFact("has_self_pay_claim", label="a self-pay claim is open"),
        lambda r: any(charge.self_pay_claim for charge in r.open_charges),
    ),
    (BoolFact("has_restriction", label="a health-plan restriction holds"), _has_restriction),
    (
        BoolFact("had_contact", label="somebody was called or left a message"),
        lambda r: r.notes_on(*_CONTACTS) != [],
    ),
    (
        _days("contact_days", "time since the last contact"),
        lambda r: r.since(_last(r.notes_on(*_CONTACTS))),
    ),
    (
        _number("contacts_in_week_count", "number of contacts in seven days"),
        lambda r: sum(r.since(day) < _WEEK for day in r.notes_on(*_CONTACTS)),
    ),
    (
        BoolFact("had_conversation", label="somebody was called"),
        lambda r: r.notes_on(NoteAction.CALLED) != [],
    ),
    (
        _days("conversation_days", "time since the last call"),
        lambda r: r.since(_last(r.notes_on(NoteAction.CALLED))),
    ),
    (
        BoolFact("had_promise", label="a promise to pay was made"),
        lambda r: r.notes_on(NoteAction.PROMISE_TO_PAY) != [],
    ),
    (
        _days("promise_days", "time since the last promise to pay"),
        lambda r: r.since(_last(r.notes_on(NoteAction.PROMISE_TO_PAY))),
    ),
    (
        BoolFact("had_letter", label="a letter was sent"),
        lambda r: r.notes_on(NoteAction.SENT_LETTER) != [],
    ),
    (
        _days("letter_days", "time since the last letter"),
        lambda r: r.since(_last(r.notes_on(NoteAction.SENT_LETTER))),
    ),
)

_DERIVATIONS: Final[dict[str, _Derivation]] = {fact.name: derive for fact, derive in _TABLE}


# ---------------------------------------------------------------------------------- vocabulary


def _only_if(fact: str, *dependent: str) -> Rule:
    """Say that the *dependent* numbers are 0 unless *fact* is true."""
    return AnyOf(Equals(fact, value=True), AllOf(*(Equals(name, 0) for name in dependent)))


ACCOUNT_FACTS: Final = Vocabulary.of(
    AccountFacts,
    *(fact for fact, _ in _TABLE),
    possible=AllOf(
        AnyOf(
            AllOf(AtLeast("alarm_level", 1), Equals("alarm_status", AlarmStatus.FIRING.value)),
            AllOf(
                Equals("alarm_level", 0),
                Equals("alarm_days", 0),
                Not(Equals("alarm_status", AlarmStatus.FIRING.value)),
            ),
        ),
        _only_if("has_appointment", "appointment_days"),
        _only_if("has_statement", "last_statement_days"),
        _only_if("has_open_charge", "oldest_charge_days", "service_days"),
        _only_if("was_billed", "first_billed_days", "last_billed_days", "billed_count"),
        _only_if("has_eligible_charge", "eligible_cents"),
        _only_if("had_contact", "contact_days", "contacts_in_week_count"),
        _only_if("had_conversation", "conversation_days"),
        _only_if("has_placed_charge", "placed_days"),
        _only_if("had_promise", "promise_days"),
        _only_if("had_letter", "letter_days"),
    ),
)
"""The facts of an account: types, domains, units and English."""
