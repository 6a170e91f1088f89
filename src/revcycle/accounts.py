"""Accounts: a guarantor, the patients whose bills come together, and what runs have fixed.

Account                 a family; a person alone is a family of one (ST-3, FA-1)
  Guarantor
  Member ...            a patient and since when
    Patient
  FormerMember ...
  Charge ...            of all members
  PaymentPlan ...       each of one member
  Hold ...
  StatementCycle        when the next statement is due, and what the last one covered
  Alarm                 at most one (AL-2)
  SentStatement ...
  Note ...
"""

from __future__ import annotations

import enum
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.charges import Charge
from revcycle.checks import (
    COUNT,
    DATE,
    FLAG,
    ID,
    TEXT,
    WORDS,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
    private,
    refuse,
    unique,
)
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.holds import Hold
from revcycle.levels import DunningLevel
from revcycle.money import usd
from revcycle.plans import NewChargePolicy, PaymentPlan, PlanStatus

__all__ = [
    "Account",
    "Address",
    "Alarm",
    "AlarmClearance",
    "Appointment",
    "DeliveryMethod",
    "DeliveryPreference",
    "FormerMember",
    "Guarantor",
    "HealthPlanRestriction",
    "InsuranceClass",
    "ListedPayments",
    "Member",
    "Note",
    "NoteAction",
    "Patient",
    "SentStatement",
    "StatementCycle",
    "StatementFormat",
    "StatementNote",
    "charge_of",
    "check_account",
    "head_of",
    "is_family",
    "member_of",
    "plan_of",
]


class InsuranceClass(enum.Enum):
    """A property of the patient's registration, not of a claim (CH-6, WL-6)."""

    SELF_PAY_PRIMARY = "self_pay_primary"
    OTHER_PRIMARY = "other_primary"


class DeliveryPreference(enum.Enum):
    """How the guarantor wants statements (ST-7)."""

    PAPER = "paper"
    E_STATEMENT = "e_statement"


class DeliveryMethod(enum.Enum):
    """How one statement went out (ST-7)."""

    E_STATEMENT = "e_statement"
    PAPER = "paper"


class StatementFormat(enum.Enum):
    """The form the guarantor can read (ST-15)."""

    PLAIN = "plain"
    LARGE_PRINT = "large_print"
    ACCESSIBLE = "accessible"


class NoteAction(enum.Enum):
    """What staff did (FA-6)."""

    NOTE = "note"
    CALLED = "called"
    LEFT_MESSAGE = "left_message"
    SENT_LETTER = "sent_letter"
    PROMISE_TO_PAY = "promise_to_pay"
    OTHER = "other"


@attrs.frozen(kw_only=True)
class Address:
    """A postal address; all of it private.

    Attributes:
        lines: street lines, one or more.
        city: the city.
        state: the state's two letters.
        postal_code: the ZIP code.
    """

    lines: tuple[str, ...] = private(default=())
    city: str = private(default="")
    state: str = private(default="")
    postal_code: str = private(default="")

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(
            self,
            (("lines", each(TEXT)), ("city", TEXT), ("state", TEXT), ("postal_code", TEXT)),
        )


@attrs.frozen(kw_only=True)
class Appointment:
    """A patient's appointment (WL-7).

    Attributes:
        on: the day.
        department_id: where; may be empty.
    """

    on: date
    department_id: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("on", DATE), ("department_id", TEXT)))


@attrs.frozen(kw_only=True)
class HealthPlanRestriction:
    """A patient's wish that the health plan hears nothing of self-paid services (PR-7).

    Attributes:
        from_on: its first day.
        until_on: the day it was lifted, from which it no longer holds; None while it holds.
        set_by: who recorded it.
        lifted_by: who lifted it, or None.
    """

    from_on: date
    until_on: date | None = None
    set_by: str = ""
    lifted_by: str | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _RESTRICTION)
        if self.until_on is not None and self.until_on < self.from_on:
            refuse(self, "until_on", f"be on or after the start, {self.from_on}")


_RESTRICTION: Final = (
    ("from_on", DATE),
    ("until_on", optional(DATE)),
    ("set_by", TEXT),
    ("lifted_by", optional(TEXT)),
)

_STATEMENT_NOTE_LENGTH: Final = 75


@attrs.frozen(kw_only=True)
class StatementNote:
    """A short text printed on all of a patient's statements until cleared (ST-9).

    Attributes:
        text: at most 75 characters; private.
        begin_on: first day of printing, inclusive; None for at once.
        end_on: last day of printing, inclusive; None for no end.
    """

    text: str = private()
    begin_on: date | None = None
    end_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _NOTE_TEXT)
        if self.begin_on and self.end_on and self.end_on < self.begin_on:
            refuse(self, "end_on", f"be on or after the beginning, {self.begin_on}")


_NOTE_TEXT: Final = (
    (
        "text",
        Requirement(
            lambda v: WORDS.holds(v) and len(v) <= _STATEMENT_NOTE_LENGTH,
            f"be text of 1 to {_STATEMENT_NOTE_LENGTH} characters, not all of them blank",
        ),
    ),
    ("begin_on", optional(DATE)),
    ("end_on", optional(DATE)),
)


@attrs.frozen(kw_only=True)
class Patient:
    """A patient as registered (FA-6). Names and contact details are private.

    Attributes:
        id: minted by the host.
        first_name: given name.
        last_name: family name.
        birth_on: date of birth, or None if not known.
        address: postal address.
        phones: telephone numbers, none of them blank.
        email: e-mail address, or None.
        primary_department_id: the current department; may be empty (WL-5).
        usual_provider_id: the primary provider; may be empty (WL-5).
        insurance_class: self pay is primary when no insurance is registered (WL-6).
        blocked: whether the record is blocked (PR-3).
        restriction: the latest health-plan restriction, or None (PR-7).
        past_restrictions: earlier ones, all lifted, oldest first.
        patient_note: staff's note about the patient (AV-1).
        statement_note: printed on statements, or None (ST-9).
        appointments: upcoming ones.
    """

    id: str
    first_name: str = private(default="")
    last_name: str = private(default="")
    birth_on: date | None = private(default=None)
    address: Address = private(factory=Address)
    phones: tuple[str, ...] = private(default=())
    email: str | None = private(default=None)
    primary_department_id: str = ""
    usual_provider_id: str = ""
    insurance_class: InsuranceClass = InsuranceClass.SELF_PAY_PRIMARY
    blocked: bool = False
    restriction: HealthPlanRestriction | None = None
    past_restrictions: tuple[HealthPlanRestriction, ...] = ()
    patient_note: str = private(default="")
    statement_note: StatementNote | None = private(default=None)
    appointments: tuple[Appointment, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields; only the latest restriction may still hold."""
        check_fields(self, _PATIENT)
        if any(past.until_on is None for past in self.past_restrictions):
            refuse(self, "past_restrictions", "each be lifted")


_PATIENT: Final = (
    ("id", ID),
    ("first_name", TEXT),
    ("last_name", TEXT),
    ("birth_on", optional(DATE)),
    ("address", one_of(Address)),
    ("phones", each(WORDS)),
    ("email", optional(WORDS)),
    ("primary_department_id", TEXT),
    ("usual_provider_id", TEXT),
    ("insurance_class", one_of(InsuranceClass)),
    ("blocked", FLAG),
    ("restriction", optional(one_of(HealthPlanRestriction))),
    ("past_restrictions", each(one_of(HealthPlanRestriction))),
    ("patient_note", TEXT),
    ("statement_note", optional(one_of(StatementNote))),
    ("appointments", each(one_of(Appointment))),
)


@attrs.frozen(kw_only=True)
class Guarantor:
    """Who answers for the bills and gets the statement (FA-1, FA-6).

    Attributes:
        id: minted by the host.
        first_name: given name; private.
        last_name: family name; private.
        address: postal address; private.
        email: e-mail address, or None; private.
        delivery: paper or e-statement (ST-7).
        patient_id: the patient the guarantor is, or None.
        language: the language wanted, a short tag such as ``en`` (ST-15).
        statement_format: plain, large print or accessible (ST-15).
    """

    id: str
    first_name: str = private(default="")
    last_name: str = private(default="")
    address: Address = private(factory=Address)
    email: str | None = private(default=None)
    delivery: DeliveryPreference = DeliveryPreference.PAPER
    patient_id: str | None = None
    language: str = "en"
    statement_format: StatementFormat = StatementFormat.PLAIN

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _GUARANTOR)


_GUARANTOR: Final = (
    ("id", ID),
    ("first_name", TEXT),
    ("last_name", TEXT),
    ("address", one_of(Address)),
    ("email", optional(WORDS)),
    ("delivery", one_of(DeliveryPreference)),
    ("patient_id", optional(ID)),
    ("language", ID),
    ("statement_format", one_of(StatementFormat)),
)


@attrs.frozen(kw_only=True)
class ListedPayments:
    """Which payments statements have listed, so that each is listed once (ST-13).

    Attributes:
        last_statement_on: the last statement, or None.
        payment_ids: the payments listed on it.
    """

    last_statement_on: date | None = None
    payment_ids: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("last_statement_on", optional(DATE)), ("payment_ids", each(ID))))


@attrs.frozen(kw_only=True)
class Member:
    """A patient's current membership (FA-1).

    Attributes:
        patient: the patient.
        joined_on: since when.
        advances_from: the day before which a joiner's charges do not advance, because the
            statement of the account they came from would have fallen then (FA-3); None for none.
        listed_elsewhere: what had been listed of a joiner's payments, until this account makes
            its first statement with them; else None.
    """

    patient: Patient
    joined_on: date
    advances_from: date | None = None
    listed_elsewhere: ListedPayments | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _MEMBER)


_MEMBER: Final = (
    ("patient", one_of(Patient)),
    ("joined_on", DATE),
    ("advances_from", optional(DATE)),
    ("listed_elsewhere", optional(one_of(ListedPayments))),
)


@attrs.frozen(kw_only=True)
class FormerMember:
    """A membership that has ended (FA-1).

    Attributes:
        patient_id: whose.
        joined_on: its first day.
        left_on: the day the patient left.
    """

    patient_id: str
    joined_on: date
    left_on: date

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("patient_id", ID), ("joined_on", DATE), ("left_on", DATE)))


@attrs.frozen(kw_only=True)
class StatementCycle:
    """What the last runs fixed about the next (ST-1).

    Attributes:
        last_run_on: the latest cycle run, or None.
        last_statement_on: the latest statement, or None.
        next_statement_on: a run is due on or after it; None is due at the first run (ST-14).
        statement_count: how many statements the account has had.
        listed_payment_ids: the payments listed on the latest statement (ST-13).
        seal: a hash of what was private on that statement, to know it again (ST-10); private too,
            for it can confirm a guess. Empty where it was not kept.
    """

    last_run_on: date | None = None
    last_statement_on: date | None = None
    next_statement_on: date | None = None
    statement_count: int = 0
    listed_payment_ids: tuple[str, ...] = ()
    seal: str = private(default="")

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _CYCLE)


_CYCLE: Final = (
    ("last_run_on", optional(DATE)),
    ("last_statement_on", optional(DATE)),
    ("next_statement_on", optional(DATE)),
    ("statement_count", COUNT),
    ("listed_payment_ids", each(ID)),
    ("seal", TEXT),
)


@attrs.frozen(kw_only=True)
class AlarmClearance:
    """Why an alarm is silent although its level stands (AL-5, AL-6).

    Attributes:
        on: the day it was cleared.
        by: who cleared it, if staff did; else None.
        note: what staff wrote; private.
        transaction_id: the money that left nothing due, if money did; else None.
        subject_id: what left nothing due without paying, if anything did: a charge or patient
            that went, a plan that took charges; else None.
    """

    on: date
    by: str | None = None
    note: str = private(default="")
    transaction_id: str | None = None
    subject_id: str | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; staff, money or a departure cleared it, exactly one of them."""
        check_fields(self, _CLEARANCE)
        if [self.by, self.transaction_id, self.subject_id].count(None) != _ALL_BUT_ONE:
            refuse(
                self, "by", "be given, or a transaction_id or a subject_id, and only one of them"
            )


_ALL_BUT_ONE: Final = 2
_CLEARANCE: Final = (
    ("on", DATE),
    ("by", optional(ID)),
    ("note", TEXT),
    ("transaction_id", optional(ID)),
    ("subject_id", optional(ID)),
)


@attrs.frozen(kw_only=True)
class Alarm:
    """The account's one alarm as a cycle run set it (AL-2, AL-4).

    Attributes:
        level: of the most delinquent billable charge then; 1 to 8.
        reached_on: since when, fixed at the run (AL-3).
        set_on: the run.
        patient_ids: the members then who have belonged without a break since.
        clearance: why it is silent, or None.
    """

    level: DunningLevel
    reached_on: date
    set_on: date
    patient_ids: tuple[str, ...]
    clearance: AlarmClearance | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields; level 0 is no alarm (DL-1)."""
        if (
            type(self.level) is not DunningLevel
            or self.level is DunningLevel.LEVEL_0
            or type(self.reached_on) is not date
            or type(self.set_on) is not date
            or type(self.patient_ids) is not tuple
            or not all(type(patient_id) is str for patient_id in self.patient_ids)
            or (self.clearance is not None and type(self.clearance) is not AlarmClearance)
        ):
            check_fields(self, _ALARM)
            refuse(self, "level", "be 1 to 8: level 0 has no alarm")


_ALARM: Final = (
    ("level", one_of(DunningLevel)),
    ("reached_on", DATE),
    ("set_on", DATE),
    ("patient_ids", each(ID)),
    ("clearance", optional(one_of(AlarmClearance))),
)


def _sent_statement_total(value: object) -> Decimal:
    return usd(value, record="SentStatement", field="total")


def _sent_statement_due_now(value: object) -> Decimal | None:
    return None if value is None else usd(value, record="SentStatement", field="due_now")


@attrs.frozen(kw_only=True)
class SentStatement:
    """What is kept of a statement that was made (ST-7, AV-3).

    Attributes:
        id: from account and date.
        on: its date.
        number: 1 for the account's first.
        methods: how it went out.
        printed_level: the level it carried (DL-9).
        total: US dollars outstanding on it.
        shortened_cycle: whether it came sooner than a full cycle after the one before (ST-2).
        due_now: US dollars it asked for; None where that was not kept.
        guarantor_id: whom it was addressed to; None where that was not kept.
        fingerprint: a hash of all that stood on it and is not private, to know it again (ST-10);
            empty where it was not kept.
    """

    id: str
    on: date
    number: int
    methods: tuple[DeliveryMethod, ...]
    printed_level: DunningLevel
    total: Decimal = attrs.field(converter=_sent_statement_total)
    shortened_cycle: bool = False
    due_now: Decimal | None = attrs.field(default=None, converter=_sent_statement_due_now)
    guarantor_id: str | None = None
    fingerprint: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        if (
            type(self.id) is not str
            or type(self.on) is not date
            or type(self.number) is not int
            or type(self.methods) is not tuple
            or not all(type(method) is DeliveryMethod for method in self.methods)
            or type(self.printed_level) is not DunningLevel
            or (self.guarantor_id is not None and type(self.guarantor_id) is not str)
            or self.guarantor_id == ""
            or type(self.fingerprint) is not str
            or type(self.shortened_cycle) is not bool
        ):
            check_fields(self, _SENT)


_SENT: Final = (
    ("id", ID),
    ("on", DATE),
    ("number", COUNT),
    ("methods", each(one_of(DeliveryMethod))),
    ("printed_level", one_of(DunningLevel)),
    ("shortened_cycle", FLAG),
    ("guarantor_id", optional(ID)),
    ("fingerprint", TEXT),
)


@attrs.frozen(kw_only=True)
class Note:
    """An account note (FA-6).

    Attributes:
        id: minted by the host, unique in the account.
        on: the day it was saved.
        by: the author.
        subject_ids: the patients it is about.
        text: what was written; private.
        action: what was done.
        cleared_alarm: whether the alarm was cleared with it.
        changed: what changed, in ids and figures.
    """

    id: str
    on: date
    by: str
    subject_ids: tuple[str, ...]
    text: str = private(default="")
    action: NoteAction = NoteAction.NOTE
    cleared_alarm: bool = False
    changed: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _NOTE)


_NOTE: Final = (
    ("id", ID),
    ("on", DATE),
    ("by", ID),
    ("subject_ids", each(ID)),
    ("text", TEXT),
    ("action", one_of(NoteAction)),
    ("cleared_alarm", FLAG),
    ("changed", each(TEXT)),
)


_NEW_CYCLE: Final = StatementCycle()


@attrs.frozen(kw_only=True)
class Account:
    """A guarantor and one or more patients whose bills come on one statement (FA-1).

    Attributes:
        id: minted by the host.
        guarantor: who gets the statement.
        members: current members; none only once the account is closed.
        former_members: past memberships.
        charges: of all current members, in any order.
        plans: of current members.
        holds: all ever placed, also those over.
        cycle: when the next statement is due.
        alarm: the one alarm as last set, or None.
        statements: what was sent, oldest first.
        notes: account notes, oldest first.
        last_act_on: the day of the last recorded act; a verb refuses an earlier one (CH-9).
        closed_on: the day its last member left for another account, or None (FA-3).
    """

    id: str
    guarantor: Guarantor
    members: tuple[Member, ...]
    former_members: tuple[FormerMember, ...] = ()
    charges: tuple[Charge, ...] = ()
    plans: tuple[PaymentPlan, ...] = ()
    holds: tuple[Hold, ...] = ()
    cycle: StatementCycle = _NEW_CYCLE
    alarm: Alarm | None = None
    statements: tuple[SentStatement, ...] = ()
    notes: tuple[Note, ...] = ()
    last_act_on: date | None = None
    closed_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields and that every part belongs to a member."""
        # Built in every run: one sweep that finds anything stray, the words only on failure.
        if not _is_sound(self):
            _check_parts(self)
        if self.plans:
            _check_plans(self)
        if self.holds or self.notes or self.former_members:
            _check_ids(self)
        if self.last_act_on is None and self.charges:
            object.__setattr__(self, "last_act_on", _latest_posting(self.charges))


_ACCOUNT: Final = (
    ("id", ID),
    ("guarantor", one_of(Guarantor)),
    ("members", each(one_of(Member))),
    ("former_members", each(one_of(FormerMember))),
    ("charges", each(one_of(Charge))),
    ("plans", each(one_of(PaymentPlan))),
    ("holds", each(one_of(Hold))),
    ("cycle", one_of(StatementCycle)),
    ("alarm", optional(one_of(Alarm))),
    ("statements", each(one_of(SentStatement))),
    ("notes", each(one_of(Note))),
    ("last_act_on", optional(DATE)),
    ("closed_on", optional(DATE)),
)


def check_account(account: Account, *, field: str = "account") -> None:
    """Refuse what is no account before anything is asked of it, and show nothing of it.

    Raises:
        InvalidRecord: *account* is something else; *field* names it.
    """
    if type(account) is not Account:
        raise InvalidRecord("act", field, account, "be an Account", records_only=True)


def member_of(account: Account, patient_id: str) -> Member:
    """Find a current member.

    Raises:
        UnknownReference: there is no such current member.
        InvalidRecord: *account* is none.
    """
    check_account(account)
    for member in account.members:
        if member.patient.id == patient_id:
            return member
    raise UnknownReference("patient", patient_id)


def charge_of(account: Account, charge_id: str) -> Charge:
    """Find a charge.

    Raises:
        UnknownReference: there is no such charge.
        InvalidRecord: *account* is none.
    """
    check_account(account)
    for charge in account.charges:
        if charge.id == charge_id:
            return charge
    raise UnknownReference("charge", charge_id)


def plan_of(account: Account, plan_id: str) -> PaymentPlan:
    """Find a payment plan.

    Raises:
        UnknownReference: there is no such plan.
        InvalidRecord: *account* is none.
    """
    check_account(account)
    for plan in account.plans:
        if plan.id == plan_id:
            return plan
    raise UnknownReference("payment plan", plan_id)


def head_of(account: Account) -> Patient:
    """Give the head: the guarantor if a current member, else the earliest joined (FA-1).

    Raises:
        UnknownReference: the account is closed and has no member.
        InvalidRecord: *account* is none.
    """
    check_account(account)
    for member in account.members:
        if member.patient.id == account.guarantor.patient_id:
            return member.patient
    if not account.members:
        raise UnknownReference("member of account", account.id)
    return min(account.members, key=lambda m: (m.joined_on, m.patient.id)).patient


def is_family(account: Account) -> bool:
    """Tell whether the statement is a family's: two or more current members (DL-9)."""
    return len(account.members) > 1


def _is_sound(account: Account) -> bool:
    """Tell in one sweep whether the hot fields are right and every charge has its owner."""
    last_act_on = account.last_act_on
    return (
        type(account.id) is str
        and account.id != ""
        and type(account.guarantor) is Guarantor
        and type(account.members) is tuple
        and account.members != ()
        and all(type(member) is Member for member in account.members)
        and type(account.charges) is tuple
        and all(type(charge) is Charge for charge in account.charges)
        and type(account.plans) is tuple
        and type(account.statements) is tuple
        and type(account.cycle) is StatementCycle
        and (account.alarm is None or type(account.alarm) is Alarm)
        and (last_act_on is None or type(last_act_on) is date)
        and account.closed_on is None
        and _are_statements_sound(account.statements)
        and _are_charges_sound(account)
    )


def _are_statements_sound(statements: tuple[SentStatement, ...]) -> bool:
    """Tell whether no statement is kept twice."""
    return all(type(sent) is SentStatement for sent in statements) and len(
        {sent.id for sent in statements}
    ) == len(statements)


def _are_charges_sound(account: Account) -> bool:
    """Tell whether ids are unique and every charge has a member, one owner and a past date."""
    last_act_on = account.last_act_on
    patients = {member.patient.id for member in account.members}
    owners: dict[str, str] = {}
    flags: dict[str, bool] = {}
    charge_ids = set()
    transaction_ids: list[str] = []
    sound = len(patients) == len(account.members)
    has_plans = account.plans != ()
    for charge in account.charges:
        if charge.standing.enrolment is not None and not has_plans:
            sound = False
        charge_ids.add(charge.id)
        owner, claim_id = charge.patient_id, charge.claim_id
        if owners.setdefault(claim_id, owner) != owner or owner not in patients:
            sound = False
        flag = charge.self_pay_claim
        if charge.voided_on is None and flags.setdefault(claim_id, flag) is not flag:
            sound = False
        latest = charge.posted_on
        if charge.transactions:
            latest = charge.transactions[-1].posted_on
            transaction_ids += [transaction.id for transaction in charge.transactions]
        if last_act_on is not None and (latest > last_act_on or charge.posted_on > last_act_on):
            sound = False
    return (
        sound
        and len(charge_ids) == len(account.charges)
        and len(set(transaction_ids)) == len(transaction_ids)
    )


def _latest_posting(charges: tuple[Charge, ...]) -> date:
    return max(
        max(
            charge.entered_on or charge.posted_on,
            *(t.posted_on for t in charge.transactions[-1:]),
        )
        if charge.transactions
        else charge.entered_on or charge.posted_on
        for charge in charges
    )


def _check_parts(account: Account) -> None:
    check_fields(account, _ACCOUNT)
    unique(account, "members", [member.patient.id for member in account.members])
    unique(account, "charges", [charge.id for charge in account.charges])
    unique(account, "charges", [t.id for charge in account.charges for t in charge.transactions])
    unique(account, "statements", [sent.id for sent in account.statements])
    if (account.closed_on is None) is (not account.members):
        refuse(account, "closed_on", "be given exactly when the account has no member left")
    _check_enrolments(account)
    patients = {member.patient.id for member in account.members}
    claims: dict[str, Charge] = {}
    flags: dict[str, bool] = {}
    for charge in account.charges:
        if charge.patient_id not in patients:
            _refuse_part(account, "charges", charge.id, "belong to a current member")
        first = claims.setdefault(charge.claim_id, charge)
        if first.patient_id != charge.patient_id:
            _refuse_part(account, "charges", charge.id, "have its claim's one patient")
        flag = charge.self_pay_claim
        if charge.voided_on is None and flags.setdefault(charge.claim_id, flag) is not flag:
            _refuse_part(account, "charges", charge.id, "agree with its claim on self pay (CH-6)")
        if account.last_act_on is not None and _latest_posting((charge,)) > account.last_act_on:
            _refuse_part(account, "charges", charge.id, f"be posted by {account.last_act_on}")


def _check_plans(account: Account) -> None:
    check_fields(account, _ACCOUNT)
    patients = {member.patient.id for member in account.members}
    unique(account, "plans", [plan.id for plan in account.plans])
    active = [plan for plan in account.plans if plan.status is PlanStatus.ACTIVE]
    unique(account, "plans", [claim.claim_id for plan in active for claim in plan.claims])
    adders = [p.patient_id for p in active if p.new_charges is NewChargePolicy.ADD]
    if len(set(adders)) != len(adders):
        _refuse_part(account, "plans", adders[0], "have at most one plan that adds charges (PL-7)")
    for plan in account.plans:
        if plan.patient_id not in patients:
            _refuse_part(account, "plans", plan.id, "belong to a current member")
    _check_enrolments(account)


def _check_enrolments(account: Account) -> None:
    known = {plan.id for plan in account.plans}
    for charge in account.charges:
        enrolment = charge.standing.enrolment
        if enrolment is not None and enrolment.plan_id not in known:
            _refuse_part(account, "charges", charge.id, "be on a plan of this account")


def _check_ids(account: Account) -> None:
    check_fields(account, _ACCOUNT)
    unique(account, "holds", [hold.id for hold in account.holds])
    unique(account, "notes", [note.id for note in account.notes])


def _refuse_part(account: Account, field: str, part_id: str, must: str) -> None:
    raise InvalidRecord(type(account).__name__, field, part_id, must)
