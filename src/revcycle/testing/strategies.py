"""Hypothesis strategies for the records: every one valid, the awkward ones more often than in life.

    days, usd_amounts, dunning_levels, tracks           values
    cadences, transactions, charges, holds, plans       what an account is made of
    patients, guarantors, members, policies             who and how
    provider_groups, viewers, worklists                 who looks, and at what
    notes, note_entries                                 what staff leave, and what they enter
    practices, statements, outreach_policies            what goes out, and how
    contacts, guard_rails                               what acts are weighed by
    accounts          one that operations can lead to, or one built field by field
    books, lives      several accounts; a whole history of random operations on them
    hubs, access_issues, portals and more    from `portal_strategies`, which says what they are

Month ends, leap days, equal dates, charges of nothing, credits, voids, plans in every cadence,
families, holds of every scope and placed charges all come up. Private fields hold
`revcycle.testing.drawing.PRIVATE`, so that a test can look for leaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import attrs

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st

from revcycle.access import Permission, ProviderGroup, Viewer
from revcycle.accounts import (
    Account,
    Alarm,
    Guarantor,
    InsuranceClass,
    Member,
    Note,
    NoteAction,
    Patient,
    StatementCycle,
)
from revcycle.charges import (
    AdjustmentReason,
    AdjustmentSide,
    Charge,
    Enrolment,
    Placement,
    Standing,
    Transaction,
    TransactionKind,
)
from revcycle.contacts import Contact
from revcycle.desk import NoteEntry
from revcycle.dunning import (
    INITIALS,
    US_GUARD_RAILS,
    DunningPolicy,
    GuardedKind,
    GuardRail,
    not_before,
    only_after_notice,
)
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS, DunningLevel, Track, most_severe
from revcycle.money import ZERO, cents, from_cents
from revcycle.plans import (
    Cadence,
    CadenceKind,
    CardAgreement,
    CoveredClaim,
    Due,
    NewChargePolicy,
    PaymentPlan,
    PlanStatus,
    scheduled_on,
)
from revcycle.testing.choices import SeededChoices
from revcycle.testing.drawing import (
    PRIVATE,
    draw_amount,
    draw_cadence,
    draw_day,
    draw_guarantor,
    draw_patient,
    draw_policy,
)
from revcycle.testing.drawn import DrawnChoices
from revcycle.testing.foresight import draw_contact
from revcycle.testing.operations import Book, Step, draw_operation, live, open_book, perform
from revcycle.testing.paper_strategies import outreach_policies, practices, statements
from revcycle.testing.portal_strategies import (
    access_issues,
    enrolment_tasks,
    hubs,
    medical_groups,
    portal_lives,
    portals,
    responses,
    tasks,
    unpostables,
    unpostables_tasks,
)
from revcycle.testing.report_strategies import report_definitions
from revcycle.worklists import Worklist, WorklistSort

__all__ = [
    "DrawnChoices",
    "access_issues",
    "accounts",
    "books",
    "built_accounts",
    "cadences",
    "charges",
    "contacts",
    "days",
    "dunning_levels",
    "enrolment_tasks",
    "guarantors",
    "guard_rails",
    "holds",
    "hubs",
    "lives",
    "medical_groups",
    "members",
    "note_entries",
    "notes",
    "outreach_policies",
    "patients",
    "plans",
    "policies",
    "portal_lives",
    "portals",
    "practices",
    "provider_groups",
    "reachable_accounts",
    "report_definitions",
    "responses",
    "statements",
    "tasks",
    "tracks",
    "transactions",
    "unpostables",
    "unpostables_tasks",
    "usd_amounts",
    "viewers",
    "worklists",
]


# --------------------------------------------------------------------------------------- values


@st.composite
def days(draw: st.DrawFn) -> date:
    """Days of 2023 to 2027; month ends, leap days and the turn of the year come up often."""
    return draw_day(DrawnChoices(draw))


@st.composite
def usd_amounts(
    draw: st.DrawFn,
    min_value: Decimal = ZERO,
    max_value: Decimal = Decimal("100000.00"),
) -> Decimal:
    """US dollars from *min_value* to *max_value*, to the cent; round ones come up often."""
    choices = DrawnChoices(draw)
    drawn = draw_amount(choices)
    if min_value <= drawn <= max_value:
        return drawn
    return from_cents(choices.integer(cents(min_value), cents(max_value)))


def dunning_levels(track: Track | None = None) -> st.SearchStrategy[DunningLevel]:
    """Levels, or those that a charge on *track* can have (DL-6)."""
    return st.sampled_from(
        [each for each in LEVELS if track is None or each.track in {None, track}]
    )


def tracks() -> st.SearchStrategy[Track]:
    """Both tracks."""
    return st.sampled_from(Track)


# --------------------------------------------------------------------------- parts of an account


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    """Every cadence, monthly ones on the 29th to 31st included (PL-3)."""
    return draw_cadence(DrawnChoices(draw))


@st.composite
def transactions(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  (the record's own name)
    amount: Decimal | None = None,
    kind: TransactionKind | None = None,
    posted_on: date | None = None,
) -> Transaction:
    """Transactions of every kind; some received long before they were posted, some voided."""
    posted = draw(days()) if posted_on is None else posted_on
    drawn_kind = draw(st.sampled_from(TransactionKind)) if kind is None else kind
    is_adjustment = drawn_kind is TransactionKind.ADJUSTMENT
    is_money = drawn_kind in {TransactionKind.PAYMENT, TransactionKind.REFUND}
    voided_after = draw(st.sampled_from((None, None, None, 0, 10)))
    return Transaction(
        id=f"t{draw(st.integers(1, 99))}" if id is None else id,
        kind=drawn_kind,
        amount=draw(usd_amounts(min_value=Decimal("0.01"))) if amount is None else amount,
        received_on=posted - timedelta(days=draw(st.sampled_from((0, 0, 1, 40))) * is_money),
        posted_on=posted,
        reason=draw(st.sampled_from(AdjustmentReason)) if is_adjustment else None,
        side=draw(st.sampled_from(AdjustmentSide)) if is_adjustment else None,
        voided_on=None if voided_after is None else posted + timedelta(days=voided_after),
    )


@st.composite
def charges(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  (the record's own name)
    patient_id: str = "p1",
    claim_id: str | None = None,
    plan_id: str | None = None,
    self_pay_claim: bool = False,
) -> Charge:
    """Charges: open, paid, in credit, of nothing, voided, placed; on *plan_id* if one is given."""
    charge_id = f"c{draw(st.integers(1, 99))}" if id is None else id
    posted_on = draw(days())
    made = _transactions_on(draw, charge_id, posted_on)
    latest = max(
        [posted_on, *(t.posted_on for t in made), *(t.voided_on or posted_on for t in made)]
    )
    voided_on = None
    if all(t.voided_on for t in made) and plan_id is None and draw(st.integers(0, 9)) == 9:  # noqa: PLR2004  (one in ten)
        voided_on = latest + timedelta(days=draw(st.integers(0, 40)))
    is_placed = plan_id is None and voided_on is None and draw(st.integers(0, 9)) == 9  # noqa: PLR2004  (one in ten)
    entered_after = draw(st.sampled_from((0, 0, 0, 5)))
    return Charge(
        id=charge_id,
        patient_id=patient_id,
        claim_id=f"k-{charge_id}" if claim_id is None else claim_id,
        amount=draw(usd_amounts()),
        posted_on=posted_on,
        service_on=posted_on - timedelta(days=draw(st.sampled_from((0, 1, 30, 400)))),
        self_pay_claim=self_pay_claim,
        description=PRIVATE,
        transactions=made,
        voided_on=voided_on,
        standing=_standing(draw, latest, plan_id),
        placement=Placement(placed_on=latest, agency_id="agency") if is_placed else None,
        past_placements=_past_placements(draw, posted_on, latest),
        entered_on=posted_on + timedelta(days=entered_after) if entered_after else None,
    )


def _past_placements(draw: st.DrawFn, first_on: date, latest: date) -> tuple[Placement, ...]:
    """Draw a stay with an agency that is over, now and then."""
    if draw(st.integers(0, 9)) != 9:  # noqa: PLR2004  (one in ten)
        return ()
    return (Placement(placed_on=first_on, agency_id="agency", recalled_on=latest),)


def _transactions_on(draw: st.DrawFn, charge_id: str, first_on: date) -> tuple[Transaction, ...]:
    """Draw up to four transactions in posting order, some on one day."""
    made = []
    day = first_on
    for number in range(draw(st.integers(0, 4))):
        day += timedelta(days=draw(st.sampled_from((0, 0, 1, 35))))
        made.append(draw(transactions(id=f"{charge_id}-t{number}", posted_on=day)))
    return tuple(made)


def _standing(draw: st.DrawFn, latest: date, plan_id: str | None) -> Standing:
    """Draw a standing that a charge can have which has not been touched since *latest*."""
    billed_count = draw(st.integers(0, 6))
    if billed_count == 0:
        first = last = None
        level = LEVELS[0]
    else:
        first = latest - timedelta(days=35 * billed_count)
        last = latest - timedelta(days=draw(st.integers(0, 35)))
        level = draw(dunning_levels(Track.STANDARD if plan_id is None else Track.PLAN))
    return Standing(
        level=level,
        reached_on=last if level.number else None,
        first_billed_on=first,
        last_billed_on=last,
        billed_count=billed_count,
        enrolment=None if plan_id is None else Enrolment(plan_id=plan_id, joined_on=latest),
        count_met=draw(st.booleans()),
    )


@st.composite
def holds(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  (the record's own name)
    scope: HoldScope | None = None,
    subject_id: str | None = None,
) -> Hold:
    """Holds of every scope, open-ended or of days, of one day too, some released (ST-12)."""
    start_on = draw(days())
    drawn = draw(st.sampled_from(HoldScope)) if scope is None else scope
    lasts = draw(st.sampled_from((None, 0, 5, 35)))
    released_after = draw(st.sampled_from((None, None, 0, 20)))
    subject = subject_id or f"{drawn.value}{draw(st.integers(1, 3))}"
    return Hold(
        id=f"h{draw(st.integers(1, 99))}" if id is None else id,
        scope=drawn,
        subject_id=None if drawn is HoldScope.ACCOUNT else subject,
        reason=draw(st.sampled_from(HoldReason)),
        start_on=start_on,
        last_on=None if lasts is None else start_on + timedelta(days=lasts),
        released_on=None if released_after is None else start_on + timedelta(days=released_after),
    )


@st.composite
def plans(
    draw: st.DrawFn,
    *,
    id: str | None = None,  # noqa: A002  (the record's own name)
    patient_id: str = "p1",
    claim_ids: Sequence[str] = ("k1",),
    status: PlanStatus | None = None,
    agreed_on: date | None = None,
    new_charges: NewChargePolicy | None = None,
) -> PaymentPlan:
    """Plans in every cadence and status, with a few dues, judged and open (PL-12)."""
    agreed = draw(days()) if agreed_on is None else agreed_on
    drawn = draw(st.sampled_from(PlanStatus)) if status is None else status
    plan = PaymentPlan(
        id=f"plan{draw(st.integers(1, 99))}" if id is None else id,
        patient_id=patient_id,
        claims=tuple(CoveredClaim(claim_id=claim, joined_on=agreed) for claim in claim_ids),
        minimum=draw(usd_amounts(min_value=Decimal("10.00"), max_value=Decimal("500.00"))),
        cadence=draw(cadences()),
        agreed_on=agreed,
        start_on=agreed + timedelta(days=draw(st.sampled_from((0, 0, 1, 30)))),
        new_charges=draw(st.sampled_from(NewChargePolicy)) if new_charges is None else new_charges,
        status=drawn,
        status_on=None if drawn is PlanStatus.ACTIVE else agreed + timedelta(days=400),
        status_reason=PRIVATE,
        card=CardAgreement(card_ref=PRIVATE, agreed_on=agreed) if draw(st.booleans()) else None,
        needs_attention=draw(st.booleans()),
    )
    return attrs.evolve(plan, dues=_dues(draw, plan))


def _dues(draw: st.DrawFn, plan: PaymentPlan) -> tuple[Due, ...]:
    made: list[Due] = []
    judged = draw(st.integers(0, 3))
    for index in range(judged + draw(st.integers(0, 1))):
        if plan.cadence.kind is CadenceKind.STATEMENT:
            due_on, opened_on = None, plan.start_on + timedelta(days=35 * index)
            past_on = opened_on + timedelta(days=35)
        else:
            due_on = scheduled_on(plan, index)
            earlier = scheduled_on(plan, index - 1) + timedelta(days=1) if index else plan.start_on
            opened_on, past_on = earlier, due_on + timedelta(days=1)
        made.append(
            Due(
                opened_on=opened_on,
                due_on=due_on,
                amount=plan.minimum,
                judged_on=past_on if index < judged else None,
                missed=index < judged and draw(st.booleans()),
            )
        )
    return tuple(made)


# ------------------------------------------------------------------------------------ who and how


@st.composite
def patients(draw: st.DrawFn, *, id: str | None = None) -> Patient:  # noqa: A002  (the record's own name)
    """Patients, every private field marked."""
    return draw_patient(DrawnChoices(draw), id or f"p{draw(st.integers(1, 99))}")


@st.composite
def guarantors(draw: st.DrawFn, *, patient_id: str | None = None) -> Guarantor:
    """Guarantors with and without an e-mail address, every private field marked."""
    choices = DrawnChoices(draw)
    return draw_guarantor(choices, f"g{draw(st.integers(1, 9))}", patient_id=patient_id)


@st.composite
def members(draw: st.DrawFn, *, id: str | None = None) -> Member:  # noqa: A002  (the patient's)
    """Memberships, some of a joiner who still waits for the first advance (FA-3)."""
    joined_on = draw(days())
    waits = draw(st.sampled_from((None, None, 0, 20)))
    return Member(
        patient=draw(patients(id=id)),
        joined_on=joined_on,
        advances_from=None if waits is None else joined_on + timedelta(days=waits),
    )


@st.composite
def policies(draw: st.DrawFn) -> DunningPolicy:
    """Policies with every switch in every position; the defaults are the simplest."""
    return draw_policy(DrawnChoices(draw))


# --------------------------------------------------------------------------- who looks, at what

_DEPARTMENTS = ("department1", "department2", "")
_PROVIDERS = ("provider1", "provider2", "")


@st.composite
def provider_groups(draw: st.DrawFn, *, id: str | None = None) -> ProviderGroup:  # noqa: A002  (the record's own name)
    """Provider groups, those of nobody included (WL-13)."""
    return ProviderGroup(
        id=f"group{draw(st.integers(1, 9))}" if id is None else id,
        provider_ids=draw(st.frozensets(st.sampled_from(_PROVIDERS[:-1]))),
        department_ids=draw(st.frozensets(st.sampled_from(_DEPARTMENTS[:-1]))),
    )


@st.composite
def viewers(draw: st.DrawFn) -> Viewer:
    """Viewers with any permissions, without provider groups, in none and in some (PR-1, WL-13)."""
    groups = [provider_groups(id=f"group{number}") for number in (1, 2)]
    return Viewer(
        id=f"u{draw(st.integers(1, 9))}",
        permissions=draw(st.frozensets(st.sampled_from(Permission))),
        provider_groups=draw(st.none() | st.frozensets(st.one_of(groups), max_size=2)),
    )


@st.composite
def notes(draw: st.DrawFn, *, id: str | None = None) -> Note:  # noqa: A002  (the record's own name)
    """Account notes about nobody, one or several, the text marked (FA-6)."""
    return Note(
        id=id or f"n{draw(st.integers(1, 99))}",
        on=draw(days()),
        by="staff",
        subject_ids=tuple(draw(st.lists(st.sampled_from(("p1", "p2", "p3")), unique=True))),
        text=draw(st.sampled_from(("", PRIVATE, f"=1+1 {PRIVATE}", f"{PRIVATE}\r\n<b>"))),
        action=draw(st.sampled_from(NoteAction)),
        cleared_alarm=draw(st.booleans()),
        changed=draw(st.sampled_from(((), ("alarm of level 2 cleared",)))),
    )


@st.composite
def note_entries(draw: st.DrawFn, *, id: str | None = None) -> NoteEntry:  # noqa: A002  (the record's own name)
    """What staff enter: with a text, an action, a cleared alarm, or all of them (AV-2)."""
    action = draw(st.sampled_from(NoteAction))
    clears_alarm = draw(st.booleans())
    may_be_silent = clears_alarm or action is not NoteAction.NOTE
    said = ("", " ", PRIVATE) if may_be_silent else (PRIVATE, f"{PRIVATE}\r\n<b>")
    return NoteEntry(
        id=id or f"n{draw(st.integers(1, 99))}",
        text=draw(st.sampled_from(said)),
        action=action,
        clears_alarm=clears_alarm,
    )


@st.composite
def worklists(draw: st.DrawFn, *, id: str | None = None) -> Worklist:  # noqa: A002  (the record's own name)
    """Definitions: each filter blank or set, the blank id among ids, one amount as both bounds."""
    number = draw(st.integers(1, 99))
    amounts = draw(st.lists(usd_amounts(), min_size=2, max_size=2).map(sorted))
    return Worklist(
        id=f"w{number}" if id is None else id,
        name=draw(st.sampled_from((f"List {number}", f"Müller's {number}"))),
        alarm_level=draw(st.sampled_from(LEVELS[1:])),
        initials=draw(st.frozensets(st.sampled_from(INITIALS))),
        department_ids=draw(st.frozensets(st.sampled_from(_DEPARTMENTS))),
        provider_ids=draw(st.frozensets(st.sampled_from(_PROVIDERS))),
        insurance_class=draw(st.none() | st.sampled_from(InsuranceClass)),
        amount_min=draw(st.sampled_from((None, amounts[0]))),
        amount_max=draw(st.sampled_from((None, *amounts[::-1]))),
        appointment_days=draw(st.sampled_from((None, 0, 1, 7, 30))),
        sort=draw(st.sampled_from(WorklistSort)),
    )


@st.composite
def contacts(draw: st.DrawFn, *, patient_id: str = "p1") -> Contact:
    """Contacts by every channel and with every result, calls most; the text is marked."""
    choices = DrawnChoices(draw)
    number = draw(st.integers(1, 99))
    return draw_contact(choices, f"k{number}", patient_id=patient_id, as_of=draw_day(choices))


@st.composite
def guard_rails(draw: st.DrawFn) -> GuardRail:
    """Guard rails: those supplied, and a practice's own waits of any length (CO-5)."""
    kind = draw(st.sampled_from((None, not_before, only_after_notice)))
    if kind is None:
        return draw(st.sampled_from(US_GUARD_RAILS))
    days = draw(st.integers(0, 400))
    return kind(
        id=f"wait-{days}",
        days=days,
        citation="the practice's own policy",
        acts=draw(st.frozensets(st.sampled_from(GuardedKind), min_size=1)),
        is_verified=draw(st.booleans()),
    )


# ----------------------------------------------------------------------------------------- whole


def accounts() -> st.SearchStrategy[Account]:
    """Accounts: those that operations lead to, and some built field by field."""
    return st.one_of(reachable_accounts(), reachable_accounts(), built_accounts())


@st.composite
def reachable_accounts(draw: st.DrawFn) -> Account:
    """Accounts that some random operations lead to; ``last_act_on`` is their day."""
    steps = draw(lives())
    book = steps[-1].after if steps else draw(books())
    touched = [c.after for step in steps[-3:] for c in step.changes if c.after in book.accounts]
    return touched[-1] if touched else book.accounts[0]


@st.composite
def built_accounts(draw: st.DrawFn) -> Account:
    """Accounts built field by field: valid, though perhaps no sequence of acts leads there."""
    joined = [draw(members(id=f"p{n}")) for n in range(1, draw(st.integers(1, 3)) + 1)]
    made: list[Charge] = []
    planned: list[PaymentPlan] = []
    for number in range(draw(st.integers(0, 3))):
        patient_id = draw(st.sampled_from(joined)).patient.id
        plan_id = f"plan{number}" if draw(st.integers(0, 2)) == 2 else None  # noqa: PLR2004  (one in three)
        claim = [
            draw(
                charges(
                    id=f"c{number}-{n}",
                    patient_id=patient_id,
                    claim_id=f"k{number}",
                    plan_id=plan_id,
                    self_pay_claim=number % 2 == 0,
                )
            )
            for n in range(draw(st.integers(1, 2)))
        ]
        made += claim
        if plan_id is not None:
            owed = any(charge.outstanding > ZERO for charge in claim)
            planned.append(
                draw(
                    plans(
                        id=plan_id,
                        patient_id=patient_id,
                        claim_ids=(f"k{number}",),
                        status=PlanStatus.ACTIVE if owed else PlanStatus.ENDED,
                        agreed_on=min(charge.posted_on for charge in claim),
                        new_charges=NewChargePolicy.LEAVE,
                    )
                )
            )
    return _account_of(draw, joined, made, planned)


def _account_of(
    draw: st.DrawFn,
    joined: Sequence[Member],
    made: Sequence[Charge],
    planned: Sequence[PaymentPlan],
) -> Account:
    """Put drawn parts together, with a cycle and an alarm that fit them."""
    placed_holds = []
    for number in range(draw(st.integers(0, 2))):
        scope = draw(st.sampled_from(HoldScope))
        subjects = [m.patient.id for m in joined]
        if scope is HoldScope.CLAIM:
            subjects = [charge.claim_id for charge in made] or ["k-elsewhere"]
        subject_id = draw(st.sampled_from(subjects))
        placed_holds.append(draw(holds(id=f"h{number}", scope=scope, subject_id=subject_id)))
    last = _latest_day(joined, made, planned)
    run_on = None
    if any(charge.standing.billed_count for charge in made):
        run_on = max(c.standing.last_billed_on for c in made if c.standing.last_billed_on)
    level = most_severe(charge.standing.level for charge in made)
    alarm = None
    if run_on is not None and level.number and draw(st.booleans()):
        alarm = Alarm(
            level=level,
            reached_on=run_on,
            set_on=run_on,
            patient_ids=tuple(member.patient.id for member in joined),
        )
    return Account(
        id=f"a{draw(st.integers(1, 9))}",
        guarantor=draw(guarantors(patient_id=joined[0].patient.id)),
        members=tuple(joined),
        charges=tuple(made),
        plans=tuple(planned),
        holds=tuple(placed_holds),
        cycle=StatementCycle(
            last_run_on=run_on,
            next_statement_on=None if run_on is None else run_on + timedelta(days=35),
        ),
        alarm=alarm,
        last_act_on=last,
    )


def _latest_day(
    joined: Sequence[Member], made: Sequence[Charge], planned: Sequence[PaymentPlan]
) -> date:
    found = [member.joined_on for member in joined]
    for charge in made:
        found += [charge.posted_on, charge.voided_on or charge.posted_on]
        found += [charge.standing.last_billed_on or charge.posted_on]
        found += [t.posted_on for t in charge.transactions]
        found += [t.voided_on for t in charge.transactions if t.voided_on]
    for plan in planned:
        found += [plan.agreed_on]
        found += [due.judged_on or due.opened_on for due in plan.dues]
    return max(found)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A policy, a day and one to three new accounts of one to three members."""
    return open_book(DrawnChoices(draw))


@st.composite
def lives(draw: st.DrawFn, *, operations: int = 12, past: int = 40) -> tuple[Step, ...]:
    """Histories of random operations, refused ones included, step by step.

    Args:
        draw: given by Hypothesis.
        operations: how many acts Hypothesis chooses at most, one by one, and can shrink.
        past: how many acts a seed chose at most before that, so that levels are reached which
            take a year.
    """
    choices = DrawnChoices(draw)
    seeded, drawn = draw(st.integers(0, past)), draw(st.integers(0, operations))
    if not seeded:
        return tuple(live(choices, operations=drawn))
    steps = list(live(SeededChoices(draw(st.integers(0, 1 << 20))), operations=seeded))
    book = steps[-1].after
    for _ in range(drawn):
        steps.append(perform(book, draw_operation(book, choices)))
        book = steps[-1].after
    return tuple(steps)
