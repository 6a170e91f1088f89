"""The arguments of random acts: mostly what makes sense for the account, at times what does not.

Figures and days are drawn from those that decide something: one cent more or less than is owed,
the day of a run and the days beside it, the day a due falls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from revcycle.access import Permission, Viewer
from revcycle.accounts import (
    Account,
    Address,
    DeliveryPreference,
    Guarantor,
    Member,
    NoteAction,
    Patient,
    StatementFormat,
    StatementNote,
)
from revcycle.charges import AdjustmentReason, AdjustmentSide, Charge, paid
from revcycle.desk import NoteEntry
from revcycle.dunning import (
    US_GUARD_RAILS,
    AlarmType,
    CardFailure,
    Circumstances,
    CureEffect,
    DunningPolicy,
    Guard,
    LevelMessage,
    PartialPaymentEffect,
    Practice,
    PracticeTexts,
    due_now,
    plan_dues,
)
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from revcycle.money import CENT, ZERO, add, cents, from_cents, subtract
from revcycle.plans import Cadence, CadenceKind, NewChargePolicy, PaymentPlan, PlanStatus
from revcycle.testing.choices import Choices, chance, pick

__all__ = [
    "ARGUMENTS",
    "LANGUAGES",
    "PRIVATE",
    "Scene",
    "draw_amount",
    "draw_book",
    "draw_cadence",
    "draw_day",
    "draw_days",
    "draw_guarantor",
    "draw_patient",
    "draw_policy",
    "draw_practice",
]

PRIVATE: Final = "PRIVATE"
"""Stands in every name, note and secret that is drawn, so that a leak can be found (PR-6)."""


@attrs.frozen(kw_only=True)
class Scene:
    """What an act is drawn for.

    Attributes:
        choices: who chooses.
        account: the account the act is called on.
        accounts: all accounts of the book.
        on: the day.
        policy: the practice's.
        number: the act's, for the ids it mints.
    """

    choices: Choices
    account: Account
    accounts: tuple[Account, ...]
    on: date
    policy: DunningPolicy
    number: int


# ------------------------------------------------------------------------- a book to begin with


def draw_book(choices: Choices) -> tuple[date, DunningPolicy, tuple[Account, ...]]:
    """Choose a first day, a policy and one to three accounts of one to three members."""
    today = draw_day(choices)
    accounts = []
    for letter in "abc"[: choices.integer(1, 3)]:
        patients = [draw_patient(choices, f"{letter}{n}") for n in range(choices.integer(1, 3))]
        head = patients[0].id if chance(choices, 70) else None
        accounts.append(
            Account(
                id=letter,
                guarantor=draw_guarantor(choices, f"g{letter}", patient_id=head),
                members=tuple(Member(patient=patient, joined_on=today) for patient in patients),
            )
        )
    return today, draw_policy(choices), tuple(accounts)


def draw_day(choices: Choices) -> date:
    """Choose a day: month ends, leap days and the turn of the year more often than others."""
    if chance(choices, 60):
        return pick(choices, _AWKWARD_DAYS)
    return date(2023, 1, 1) + timedelta(days=choices.integer(0, 1_500))


def draw_policy(choices: Choices) -> DunningPolicy:
    """Choose numbers and switches; the defaults are the simplest.

    What the practice says of itself follows from its delays.
    """
    gated = chance(choices, 20)
    policy = DunningPolicy(
        cycle_days=pick(choices, (35, 35, 35, 30, 7, 1)),
        first_statement_level=pick(choices, (0, 0, 1)),
        min_statement_balance=pick(choices, _LEAST_BALANCES),
        emit_when_terminal=chance(choices, 20),
        refuse_shortened_cycle=chance(choices, 10),
        grace_days=pick(choices, (0, 0, 0, 5, 10)),
        declined_card_cancels_plan=chance(choices, 30),
        cure_effect=pick(choices, tuple(CureEffect)),
        partial_payment_effect=pick(choices, (PartialPaymentEffect.NONE, *PartialPaymentEffect)),
        partial_payment_min_amount=Decimal("20.00") if gated else None,
        partial_payment_min_percent=50 if gated else None,
        alarm_types=tuple(
            AlarmType(level=level, name=f"Level {level}", delay_days=pick(choices, _DELAYS))
            for level in LEVELS[1:]
        ),
        roll_alarms_forward=chance(choices, 20),
        closed_on=frozenset(_AWKWARD_DAYS),
        statements_before_collections=pick(choices, (None, None, 1, 2, 3)),
        simplified_statements=chance(choices, 10),
    )
    spread = sum(kind.delay_days for kind in policy.alarm_types)
    return attrs.evolve(
        policy,
        messages=_OWN_MESSAGES[spread % len(_OWN_MESSAGES)],
        practice=_practice(_PRACTICE_LANGUAGES[spread % len(_PRACTICE_LANGUAGES)]),
    )


_OWN_MESSAGES: Final[tuple[tuple[LevelMessage, ...], ...]] = (
    (),
    (LevelMessage(level=LEVELS[0], text="our words"),),
    tuple(
        LevelMessage(level=level, text=f"level {level} in {language}", language=language)
        for level in (LEVELS[0], LEVELS[1], LEVELS[5])
        for language in ("en-GB", "es", "es-MX", "vi")
    ),
)


def draw_patient(choices: Choices, patient_id: str) -> Patient:
    """Choose a patient, every private field marked."""
    return Patient(
        id=patient_id,
        first_name=f"{PRIVATE} {patient_id}",
        last_name=pick(choices, (f"{PRIVATE}", f"'t {PRIVATE}", f"Ł{PRIVATE}", "")),
        birth_on=date(1980, 2, 29),
        phones=(PRIVATE,),
        email=f"{PRIVATE}@example.com",
        patient_note=PRIVATE,
        statement_note=StatementNote(text=PRIVATE) if chance(choices, 20) else None,
        blocked=chance(choices, 10),
    )


def draw_guarantor(
    choices: Choices, guarantor_id: str, *, patient_id: str | None = None
) -> Guarantor:
    """Choose a guarantor, every private field marked; the id fixes language and format."""
    spread = sum(map(ord, guarantor_id))
    return Guarantor(
        id=guarantor_id,
        first_name=PRIVATE,
        last_name=PRIVATE,
        email=f"{PRIVATE}@example.com" if chance(choices, 50) else None,
        delivery=pick(choices, tuple(DeliveryPreference)),
        patient_id=patient_id,
        language=LANGUAGES[spread % len(LANGUAGES)],
        statement_format=tuple(StatementFormat)[spread // len(LANGUAGES) % len(StatementFormat)],
    )


LANGUAGES: Final = ("en", "es", "es-MX", "EN-us", "vi", "tlh-x")
"""Languages of guarantors: those we have texts in, of another region, and those we have not."""


def draw_practice(choices: Choices) -> Practice:
    """Choose a practice: silent, in English only, or in several languages."""
    return _practice(pick(choices, _PRACTICE_LANGUAGES))


_PRACTICE_LANGUAGES: Final = ((), ("en",), ("en", "es"), ("vi", "en-GB", "es-PR"))


def _practice(languages: tuple[str, ...]) -> Practice:
    texts = [
        PracticeTexts(
            language=language,
            hours=f"{language}: 8 to 5",
            ways_to_pay=(f"{language}: by phone", f"{language}: at the desk"),
            dispute=f"{language}: call us",
        )
        for language in languages
    ]
    if not texts:
        return Practice()
    return Practice(
        name="Riverbend",
        remit_to=Address(lines=("PO Box 12",), city="Springfield", state="MA"),
        phone="555-0100",
        website="https://pay.example.org" if len(texts) > 1 else "",
        texts=tuple(texts),
    )


def draw_days(account: Account, choices: Choices, verb: str, *, today: date) -> tuple[int, int]:
    """Choose how many days pass before an act, and how many days it is dated back."""
    if verb == "run_statement":
        wait = _wait_for_run(account, choices, today)
        return wait, 0
    days = choices.integer(0, 40) if chance(choices, 15) else 0
    return days, choices.integer(1, 5) if chance(choices, 3) else 0


def _wait_for_run(account: Account, choices: Choices, today: date) -> int:
    """Mostly wait until the run is due, or a day longer or less; at times run at once."""
    next_on = account.cycle.next_statement_on
    if next_on is None or chance(choices, 20):
        return 0
    due_in = max((next_on - today).days, 0)
    spare = pick(choices, (0, 0, 0, 0, -1, 1, 3, 40))
    return max(min(due_in, 80) + spare, 0)


_AWKWARD_DAYS: Final = (
    date(2025, 1, 6),
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2023, 2, 28),
    date(2023, 12, 31),
    date(2024, 12, 30),
    date(2024, 10, 31),
)
_LEAST_BALANCES: Final = (
    Decimal("0.01"),
    Decimal("0.01"),
    Decimal("0.00"),
    Decimal("9.99"),
    Decimal("25.00"),
)
_DELAYS: Final = (7, 0, 0, 20, 34, 35, 60)


# -------------------------------------------------------------------------------- figures, days


def draw_amount(choices: Choices) -> Decimal:
    """Choose US dollars of a charge: round and odd ones, a cent, nothing at all."""
    if chance(choices, 70):
        return pick(choices, _AMOUNTS)
    return from_cents(choices.integer(1, 200_000))


def _money(scene: Scene, target: Decimal) -> Decimal | str:
    """Choose an amount around *target*; now and then one that no verb may take."""
    choices = scene.choices
    kind = choices.integer(1, 100)
    if kind <= _ALL_OF_IT and target > ZERO:
        return target
    if kind <= _JUST_SHORT and target > CENT:
        return subtract(target, CENT)
    if kind <= _PART and target > CENT:
        return from_cents(choices.integer(1, cents(target)))
    if kind <= _JUST_ABOVE:
        return add(target, CENT) if target > ZERO else CENT
    if kind <= _ANY:
        return pick(choices, _AMOUNTS[:-1])
    return pick(choices, ("0.00", "-5.00", "1.234", "ten"))


_ALL_OF_IT, _JUST_SHORT, _PART, _JUST_ABOVE, _ANY = 40, 55, 85, 92, 98
_AMOUNTS: Final = tuple(
    map(
        Decimal,
        ("50.00", "10.00", "100.00", "80.00", "0.01", "45.67", "120.35", "500.00", "9.99", "0.00"),
    )
)


def _received_on(scene: Scene) -> date:
    """Choose the day money came: today, long ago, or beside a run; rarely tomorrow."""
    choices, account = scene.choices, scene.account
    kind = choices.integer(1, 100)
    if kind <= _TODAY:
        return scene.on
    if kind <= _BESIDE_A_RUN and account.cycle.last_run_on is not None:
        beside = account.cycle.last_run_on + timedelta(days=choices.integer(-2, 2))
        return min(beside, scene.on)
    if kind <= _LONG_AGO:
        return scene.on - timedelta(days=choices.integer(1, 80))
    return scene.on + timedelta(days=1)


_TODAY, _BESIDE_A_RUN, _LONG_AGO = 55, 75, 98


def draw_cadence(choices: Choices) -> Cadence:
    """Choose when dues fall: with the statements, or on calendar days, the 31st included."""
    kind = pick(choices, (CadenceKind.STATEMENT, *CadenceKind))
    day = pick(choices, (None, 1, 28, 29, 30, 31)) if kind is CadenceKind.MONTHLY else None
    return Cadence(kind=kind, day=day)


# ------------------------------------------------------------------------------- what is there

_GHOST: Final = "nobody"


def _charge(scene: Scene, likes: Callable[[Charge], bool]) -> Charge | None:
    """Choose a charge, mostly one that the act *likes*; None if there is none at all."""
    charges = scene.account.charges
    liked = [charge for charge in charges if likes(charge)]
    if liked and chance(scene.choices, 92):
        return pick(scene.choices, liked)
    return pick(scene.choices, charges) if charges else None


def _charge_id(scene: Scene, likes: Callable[[Charge], bool]) -> tuple[str, Charge | None]:
    charge = None if chance(scene.choices, 1) else _charge(scene, likes)
    return (_GHOST if charge is None else charge.id), charge


def _owes(charge: Charge) -> bool:
    return charge.outstanding > ZERO


def _plan(scene: Scene, *, active: bool = True) -> PaymentPlan | None:
    plans = scene.account.plans
    liked = [plan for plan in plans if (plan.status is PlanStatus.ACTIVE) is active]
    if liked and chance(scene.choices, 90):
        return pick(scene.choices, liked)
    return pick(scene.choices, plans) if plans else None


def _patient_id(scene: Scene) -> str:
    if chance(scene.choices, 1):
        return _GHOST
    return pick(scene.choices, scene.account.members).patient.id


def _transaction_id(scene: Scene) -> str:
    known = [t.id for charge in scene.account.charges for t in charge.transactions]
    if known and chance(scene.choices, 2):
        return pick(scene.choices, known)
    return f"t{scene.number}"


# ------------------------------------------------------------------------------ charges, money


def _post_charge(scene: Scene) -> dict[str, Any]:
    choices, number = scene.choices, scene.number
    patient_id = _patient_id(scene)
    siblings = [c for c in scene.account.charges if c.patient_id == patient_id]
    claim_id, self_pay = f"k{number}", chance(choices, 20)
    if siblings and chance(choices, 30):
        sibling = pick(choices, siblings)
        # A voided charge had the wrong flag, as far as its claim is concerned.
        is_mended = sibling.voided_on is not None
        claim_id, self_pay = sibling.claim_id, sibling.self_pay_claim is not is_mended
    posted_on = scene.on - timedelta(days=choices.integer(0, 30) if chance(choices, 20) else 0)
    charge_id = f"c{number}"
    if siblings and chance(choices, 2):
        charge_id = siblings[0].id
    return {
        "charge": Charge(
            id=charge_id,
            patient_id=patient_id,
            claim_id=claim_id,
            amount=draw_amount(choices),
            posted_on=posted_on + timedelta(days=1 if chance(choices, 1) else 0),
            service_on=posted_on - timedelta(days=choices.integer(0, 40)),
            self_pay_claim=self_pay,
            description=PRIVATE,
        )
    }


def _post_payment(scene: Scene) -> dict[str, Any]:
    charge_id, charge = _charge_id(scene, lambda c: _owes(c) and c.voided_on is None)
    return {
        "charge_id": charge_id,
        "transaction_id": _transaction_id(scene),
        "amount": _money(scene, _asked_of(scene, charge)),
        "received_on": _received_on(scene),
        "allow_credit": chance(scene.choices, 20),
    }


def _asked_of(scene: Scene, charge: Charge | None) -> Decimal:
    """Say what a payer may look at: the charge's balance, or what its plan asks for."""
    if charge is None:
        return ZERO
    enrolment = charge.standing.enrolment
    if enrolment is not None and chance(scene.choices, 60):
        due = plan_dues(scene.account, as_of=scene.on, policy=scene.policy).get(enrolment.plan_id)
        if due is not None and due.due > ZERO:
            return min(due.due, max(charge.outstanding, CENT))
    return charge.outstanding


def _post_plan_payment(scene: Scene) -> dict[str, Any]:
    plan = _plan(scene)
    asked = ZERO
    if plan is not None and plan.status is PlanStatus.ACTIVE:
        due = plan_dues(scene.account, as_of=scene.on, policy=scene.policy)[plan.id]
        asked = pick(scene.choices, (due.due, due.arrears, due.current, due.balance, plan.minimum))
    return {
        "plan_id": _GHOST if plan is None else plan.id,
        "transaction_id": _transaction_id(scene),
        "amount": _money(scene, asked),
        "received_on": _received_on(scene),
    }


def _post_proposal(scene: Scene) -> dict[str, Any]:
    choices, charges = scene.choices, scene.account.charges
    order = None
    if charges and chance(choices, 20):
        order = tuple({pick(choices, charges).id: None for _ in range(choices.integer(1, 3))})
    amount = due_now(scene.account, as_of=scene.on, policy=scene.policy)
    if amount <= ZERO or chance(choices, 60):
        amount = pick(choices, (*_AMOUNTS[:-1], Decimal("2000.00")))
    return {
        "payment_id": _transaction_id(scene),
        "amount": amount,
        "order": order,
        "allow_credit": chance(choices, 50),
        "received_on": _received_on(scene),
    }


def _post_adjustment(scene: Scene) -> dict[str, Any]:
    charge_id, charge = _charge_id(scene, _owes)
    return {
        "charge_id": charge_id,
        "transaction_id": _transaction_id(scene),
        "amount": _money(scene, charge.outstanding if charge else ZERO),
        "reason": pick(scene.choices, tuple(AdjustmentReason)),
        "side": pick(scene.choices, (AdjustmentSide.PATIENT, *AdjustmentSide)),
    }


def _post_refund(scene: Scene) -> dict[str, Any]:
    charge_id, charge = _charge_id(scene, lambda c: paid(c) > ZERO)
    return {
        "charge_id": charge_id,
        "transaction_id": _transaction_id(scene),
        "amount": _money(scene, paid(charge) if charge else ZERO),
        "received_on": _received_on(scene),
    }


def _post_transfer(scene: Scene) -> dict[str, Any]:
    charge_id, charge = _charge_id(scene, _owes)
    return {
        "charge_id": charge_id,
        "transaction_id": _transaction_id(scene),
        "amount": _money(scene, charge.outstanding if charge else ZERO),
    }


def _apply_credit(scene: Scene) -> dict[str, Any]:
    source_id, source = _charge_id(scene, lambda c: c.outstanding < ZERO)
    target_id, _ = _charge_id(scene, _owes)
    credit = subtract(ZERO, source.outstanding) if source else ZERO
    return {
        "from_charge_id": source_id,
        "to_charge_id": target_id,
        "refund_id": f"{_transaction_id(scene)}r",
        "payment_id": f"t{scene.number}p",
        "amount": _money(scene, max(credit, ZERO)),
    }


def _void_transaction(scene: Scene) -> dict[str, Any]:
    known = [t for charge in scene.account.charges for t in charge.transactions]
    latest = sorted(known, key=lambda t: t.posted_on)[-4:]
    if not known or chance(scene.choices, 1):
        return {"transaction_id": _GHOST}
    momentous = [t.id for t in known if t.voided_on is None and t.id in _behind(scene.account)]
    if momentous and chance(scene.choices, 50):
        return {"transaction_id": pick(scene.choices, momentous)}
    return {
        "transaction_id": pick(scene.choices, latest if chance(scene.choices, 60) else known).id
    }


def _behind(account: Account) -> set[str | None]:
    """Give the transactions that did more than pay: lowered a level or a due, cleared the alarm."""
    ids = {move.transaction_id for c in account.charges for move in c.standing.moves}
    enrolments = [c.standing.enrolment for c in account.charges if c.standing.enrolment]
    ids |= {move.transaction_id for each in enrolments for move in each.standard_moves}
    ids |= {low.transaction_id for p in account.plans for due in p.dues for low in due.lowerings}
    if account.alarm is not None and account.alarm.clearance is not None:
        ids.add(account.alarm.clearance.transaction_id)
    return ids


def _void_charge(scene: Scene) -> dict[str, Any]:
    charge_id, _ = _charge_id(scene, lambda c: all(t.voided_on for t in c.transactions))
    return {"charge_id": charge_id}


# --------------------------------------------------------------------------------------- plans


def _start_plan(scene: Scene) -> dict[str, Any]:
    choices = scene.choices
    charge = _charge(scene, lambda c: _owes(c) and not c.standing.enrolment and not c.placement)
    claims = [_GHOST if charge is None else charge.claim_id]
    patient_id = _patient_id(scene) if charge is None or chance(choices, 3) else charge.patient_id
    more = [c.claim_id for c in scene.account.charges if c.patient_id == patient_id]
    if more and chance(choices, 40):
        claims.append(pick(choices, more))
    later = choices.integer(1, 40) if chance(choices, 30) else 0
    return {
        "plan_id": f"p{scene.number}",
        "patient_id": patient_id,
        "claim_ids": tuple(dict.fromkeys(claims)),
        "minimum": pick(choices, tuple(map(Decimal, ("50", "10", "25.50", "300", "9.99")))),
        "cadence": draw_cadence(choices),
        "start_on": scene.on + timedelta(days=later - (1 if chance(choices, 2) else 0)),
        "new_charges": pick(choices, tuple(NewChargePolicy)),
        "card_ref": PRIVATE if chance(choices, 50) else None,
    }


def _add_claim(scene: Scene) -> dict[str, Any]:
    plan = _plan(scene)
    owner = None if plan is None else plan.patient_id
    charge = _charge(scene, lambda c: c.patient_id == owner and not c.standing.enrolment)
    return {
        "plan_id": _GHOST if plan is None else plan.id,
        "claim_id": _GHOST if charge is None else charge.claim_id,
    }


def _cancel_plan(scene: Scene) -> dict[str, Any]:
    plan = _plan(scene)
    return {"plan_id": _GHOST if plan is None else plan.id, "reason": PRIVATE}


def _end_plan(scene: Scene) -> dict[str, Any]:
    plan = _plan(scene)
    return {"plan_id": _GHOST if plan is None else plan.id}


def _record_card_failure(scene: Scene) -> dict[str, Any]:
    return {**_end_plan(scene), "failure": pick(scene.choices, tuple(CardFailure))}


# -------------------------------------------------------------------- holds, agency, alarm, date


def _place_hold(scene: Scene) -> dict[str, Any]:
    choices = scene.choices
    scope = pick(choices, (HoldScope.CLAIM, HoldScope.PATIENT, HoldScope.ACCOUNT))
    subjects: dict[HoldScope, Sequence[str | None]] = {
        HoldScope.ACCOUNT: (None,),
        HoldScope.PATIENT: [member.patient.id for member in scene.account.members],
        HoldScope.CLAIM: [charge.claim_id for charge in scene.account.charges] or (_GHOST,),
    }
    start_on = scene.on + timedelta(days=pick(choices, (0, 0, 0, 10, 40, -10)))
    lasts = pick(choices, (None, 0, 5, 20, 34, 35, 60))
    return {
        "hold": Hold(
            id=f"h{scene.number}",
            scope=scope,
            subject_id=pick(choices, subjects[scope]),
            reason=pick(choices, tuple(HoldReason)),
            start_on=start_on,
            last_on=None if lasts is None else start_on + timedelta(days=lasts),
        )
    }


def _release_hold(scene: Scene) -> dict[str, Any]:
    standing = [hold.id for hold in scene.account.holds if hold.released_on is None]
    known = standing or [hold.id for hold in scene.account.holds]
    return {"hold_id": pick(scene.choices, known) if known else _GHOST}


def _place(scene: Scene) -> dict[str, Any]:
    choices = scene.choices
    ids = [_charge_id(scene, _owes)[0] for _ in range(choices.integer(1, 2))]
    guard = None
    if chance(choices, 20):
        guard = Guard(rails=(pick(choices, US_GUARD_RAILS),), circumstances=Circumstances())
    return {"charge_ids": tuple(dict.fromkeys(ids)), "agency_id": "agency", "guard": guard}


def _recall(scene: Scene) -> dict[str, Any]:
    charge_id, _ = _charge_id(scene, lambda c: c.placement is not None)
    return {"charge_ids": (charge_id,)}


def _write_off(scene: Scene) -> dict[str, Any]:
    charge_id, _ = _charge_id(scene, _owes)
    return {"charge_id": charge_id, "transaction_id": _transaction_id(scene)}


def _restriction(scene: Scene) -> dict[str, Any]:
    granted = frozenset(Permission) if chance(scene.choices, 90) else frozenset()
    viewer = Viewer(id=f"u{scene.number}", permissions=granted)
    return {"viewer": viewer, "patient_id": _patient_id(scene)}


def _clear_alarm(_scene: Scene) -> dict[str, Any]:
    return {"by": "staff", "note": PRIVATE}


def _reset_next_statement(scene: Scene) -> dict[str, Any]:
    return {"on": scene.on + timedelta(days=scene.choices.integer(-40, 40))}


# ------------------------------------------------------------------------------------- the desk


def _at_the_desk(scene: Scene) -> dict[str, Any]:
    """Choose who acts, and the id of the note; rarely somebody who may not, or an id taken."""
    known = [note.id for note in scene.account.notes]
    is_taken = known and chance(scene.choices, 5)
    granted = frozenset(Permission) if chance(scene.choices, 90) else frozenset()
    return {
        "viewer": Viewer(id=f"u{scene.number}", permissions=granted),
        "note_id": known[0] if is_taken else f"n{scene.number}",
    }


def _record_note(scene: Scene) -> dict[str, Any]:
    choices, given = scene.choices, _at_the_desk(scene)
    action = pick(choices, tuple(NoteAction))
    entry = NoteEntry(
        id=given["note_id"],
        text=PRIVATE if action is NoteAction.NOTE or chance(choices, 50) else "",
        action=action,
        clears_alarm=scene.account.alarm is not None and chance(choices, 30),
    )
    about = [_patient_id(scene) for _ in range(choices.integer(1, 2))]
    return {"entry": entry, "viewer": given["viewer"], "patient_ids": tuple(about)}


def _reset_statement_date(scene: Scene) -> dict[str, Any]:
    given = _at_the_desk(scene) | {"patient_id": _patient_id(scene)}
    return {**_reset_next_statement(scene), "text": PRIVATE, **given}


def _set_statement_note(scene: Scene) -> dict[str, Any]:
    choices = scene.choices
    begin_on = scene.on + timedelta(days=choices.integer(-10, 40)) if chance(choices, 40) else None
    note = StatementNote(text=f"{PRIVATE} {choices.integer(1, 3)}", begin_on=begin_on)
    statement_note = note if chance(choices, 70) else None
    given = _at_the_desk(scene) | {"patient_id": _patient_id(scene)}
    return {"statement_note": statement_note, **given}


def _set_patient_note(scene: Scene) -> dict[str, Any]:
    text = pick(scene.choices, (PRIVATE, f"{PRIVATE} again", ""))
    return {"text": text, **_at_the_desk(scene), "patient_id": _patient_id(scene)}


# ------------------------------------------------------------------------------------- families


def _add_member(scene: Scene) -> dict[str, Any]:
    taken = chance(scene.choices, 10)
    patient_id = _patient_id(scene) if taken else f"q{scene.number}"
    return {"patient": draw_patient(scene.choices, patient_id)}


def _leave_account(scene: Scene) -> dict[str, Any]:
    return {
        "patient_id": _patient_id(scene),
        "new_account_id": f"n{scene.number}",
        "guarantor": draw_guarantor(scene.choices, f"gn{scene.number}"),
    }


def _transfer_member(scene: Scene) -> dict[str, Any]:
    others = [account.id for account in scene.accounts if account.id != scene.account.id]
    target = pick(scene.choices, others) if others else scene.account.id
    return {"patient_id": _patient_id(scene), "target_id": target}


def _change_guarantor(scene: Scene) -> dict[str, Any]:
    choices = scene.choices
    head = _patient_id(scene) if chance(choices, 50) else None
    return {"guarantor": draw_guarantor(choices, f"g{scene.number}", patient_id=head)}


def _nothing(_scene: Scene) -> dict[str, Any]:
    return {}


ARGUMENTS: Final[dict[str, Callable[[Scene], dict[str, Any]]]] = {
    "run_statement": _nothing,
    "post_charge": _post_charge,
    "post_payment": _post_payment,
    "post_plan_payment": _post_plan_payment,
    "post_proposal": _post_proposal,
    "post_adjustment": _post_adjustment,
    "post_refund": _post_refund,
    "post_transfer_in": _post_transfer,
    "post_transfer_away": _post_transfer,
    "apply_credit": _apply_credit,
    "void_transaction": _void_transaction,
    "void_charge": _void_charge,
    "start_plan": _start_plan,
    "add_claim": _add_claim,
    "cancel_plan": _cancel_plan,
    "end_plan": _end_plan,
    "record_card_failure": _record_card_failure,
    "place_hold": _place_hold,
    "release_hold": _release_hold,
    "place_in_collections": _place,
    "recall_from_collections": _recall,
    "write_off_bad_debt": _write_off,
    "clear_alarm": _clear_alarm,
    "reset_next_statement": _reset_next_statement,
    "add_member": _add_member,
    "leave_account": _leave_account,
    "transfer_member": _transfer_member,
    "change_guarantor": _change_guarantor,
    "record_note": _record_note,
    "reset_statement_date": _reset_statement_date,
    "set_statement_note": _set_statement_note,
    "set_patient_note": _set_patient_note,
    "set_restriction": _restriction,
    "lift_restriction": _restriction,
}
"""How to draw the arguments of each verb."""
