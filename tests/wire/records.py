"""The records that the kept wire files hold, written out in full.

`FAMILY` and its neighbours are meant to have every field of every record at something else than
its default, so that no field can go missing on the wire unseen; `ALONE` spells out every default.
"""

from datetime import date, time
from decimal import Decimal

import attrs

from revcycle.access import Permission, ProviderGroup, Viewer
from revcycle.accounts import (
    Account,
    Address,
    Alarm,
    AlarmClearance,
    Appointment,
    DeliveryMethod,
    DeliveryPreference,
    FormerMember,
    Guarantor,
    HealthPlanRestriction,
    InsuranceClass,
    ListedPayments,
    Member,
    Note,
    NoteAction,
    Patient,
    SentStatement,
    StatementCycle,
    StatementFormat,
    StatementNote,
)
from revcycle.charges import (
    AdjustmentReason,
    AdjustmentSide,
    Charge,
    Enrolment,
    Move,
    MoveCause,
    Placement,
    PlanStay,
    Standing,
    Transaction,
    TransactionKind,
)
from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.dunning.advance import RunOutcome, Skip, SkipReason
from revcycle.dunning.delivery import DeliveryReason
from revcycle.dunning.events import (
    AdvanceCause,
    AlarmCleared,
    AlarmRevived,
    AlarmSet,
    CardDeclined,
    ChargePlaced,
    ChargePosted,
    ChargeRecalled,
    ChargeVoided,
    ClaimCovered,
    ClaimUncovered,
    CycleRun,
    DueJudged,
    DueLowered,
    DueOpened,
    DueRaised,
    GuarantorChanged,
    HoldPlaced,
    HoldReleased,
    LevelAdvanced,
    LevelFell,
    LevelRestored,
    MemberJoined,
    MemberLeft,
    NextStatementReset,
    PlanCancelled,
    PlanEnded,
    PlanJoined,
    PlanLeft,
    PlanReopened,
    PlanStarted,
    RememberedLevelRestored,
    StatementCountMet,
    StatementIssued,
    TransactionPosted,
    TransactionVoided,
)
from revcycle.dunning.level_messages import LevelMessage
from revcycle.dunning.policy import (
    AlarmType,
    CureEffect,
    DunningPolicy,
    PartialPaymentEffect,
)
from revcycle.dunning.practice import Practice, PracticeTexts, ProviderName
from revcycle.dunning.statement_records import (
    Statement,
    StatementLine,
    StatementPatient,
    StatementPayment,
    StatementTextNote,
)
from revcycle.dunning.statements import StatementRun
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from revcycle.outreach import (
    Channel,
    OutreachItem,
    OutreachKind,
    OutreachPlan,
    OutreachPolicy,
    OutreachReason,
    ReminderRule,
    SentOutreach,
    SkippedOutreach,
    SpokenBalance,
    WithheldReason,
)
from revcycle.plans import (
    Cadence,
    CadenceKind,
    CardAgreement,
    CoveredClaim,
    Due,
    DueLowering,
    NewChargePolicy,
    PaymentPlan,
    PlanStatus,
)
from revcycle.reports import (
    ActivityContents,
    AgeingContents,
    BadDebtContents,
    Basis,
    ContactContents,
    DateRange,
    GroupBy,
    Period,
    Recurrence,
    ReportDefinition,
    ReportSchedule,
    RestrictionContents,
    TimeFrame,
    Visibility,
)
from revcycle.rules import AllOf, AtLeast, In, Not
from revcycle.worklists import Worklist, WorklistSort

MAY_1 = date(2026, 5, 1)
JUN_5 = date(2026, 6, 5)

HOME = Address(
    lines=("12 Elm Street", "Apt. 3"), city="Springfield", state="MA", postal_code="01101"
)
GUARANTOR = Guarantor(
    id="G1",
    first_name="Ann",
    last_name="Muñoz",
    address=HOME,
    email="ann@example.org",
    delivery=DeliveryPreference.E_STATEMENT,
    patient_id="P1",
    language="es",
    statement_format=StatementFormat.LARGE_PRINT,
)
MOTHER = Member(
    patient=Patient(
        id="P1",
        first_name="Ann",
        last_name="Muñoz",
        birth_on=date(1984, 2, 29),
        address=HOME,
        phones=("555-0100", "555-0101"),
        email="ann@example.org",
        primary_department_id="D1",
        usual_provider_id="DR1",
        insurance_class=InsuranceClass.OTHER_PRIMARY,
        blocked=True,
        restriction=HealthPlanRestriction(
            from_on=date(2025, 3, 1),
            until_on=date(2025, 9, 1),
            set_by="rosa",
            lifted_by="sam",
        ),
        patient_note="prefers mornings",
        statement_note=StatementNote(
            text="Please bring your card.", begin_on=date(2026, 1, 1), end_on=date(2026, 12, 31)
        ),
        appointments=(Appointment(on=date(2026, 7, 2), department_id="D1"),),
    ),
    joined_on=date(2025, 1, 1),
)
SON = Member(
    patient=Patient(id="P2", first_name="Leo"),
    joined_on=date(2026, 4, 20),
    advances_from=date(2026, 5, 25),
    listed_elsewhere=ListedPayments(last_statement_on=date(2026, 4, 15), payment_ids=("T7",)),
)

PAYMENT = Transaction(
    id="T1",
    kind=TransactionKind.PAYMENT,
    amount=Decimal("37.20"),
    received_on=date(2026, 3, 10),
    posted_on=date(2026, 3, 11),
)
COURTESY = Transaction(
    id="T2",
    kind=TransactionKind.ADJUSTMENT,
    amount=Decimal("5.00"),
    received_on=date(2026, 4, 2),
    posted_on=date(2026, 4, 2),
    reason=AdjustmentReason.COURTESY,
    side=AdjustmentSide.PATIENT,
    voided_on=date(2026, 4, 3),
)
PLAN_CHARGE = Charge(
    id="C1",
    patient_id="P1",
    claim_id="CL1",
    amount=Decimal("240.00"),
    posted_on=date(2026, 1, 15),
    service_on=date(2026, 1, 2),
    department_id="D1",
    provider_id="DR1",
    self_pay_claim=True,
    description="Office visit",
    billed=Decimal("410.00"),
    insurance_paid=Decimal("120.00"),
    insurance_adjusted=Decimal("50.00"),
    transactions=(PAYMENT, COURTESY),
    standing=Standing(
        level=LEVELS[5],
        reached_on=date(2026, 4, 1),
        first_billed_on=date(2026, 2, 1),
        last_billed_on=MAY_1,
        billed_count=3,
        enrolment=Enrolment(
            plan_id="PL1",
            joined_on=date(2026, 3, 1),
            first_due=1,
            prior_count=1,
            standard_level=LEVELS[2],
            standard_reached_on=date(2026, 2, 20),
            standard_moves=(
                Move(
                    on=date(2026, 2, 20),
                    because=MoveCause.PARTIAL_PAYMENT,
                    level_before=LEVELS[3],
                    reached_on_before=date(2026, 2, 2),
                    transaction_id="T0",
                ),
            ),
        ),
        moves=(
            Move(
                on=date(2026, 4, 1),
                because=MoveCause.LATE_MONEY,
                level_before=LEVELS[6],
                reached_on_before=date(2026, 3, 31),
                transaction_id="T1",
                undoes_run_on=date(2026, 3, 31),
            ),
        ),
        past_stays=(PlanStay(plan_id="PL2", prior_count=0, end_count=1),),
        count_met=True,
    ),
)
PLACED_CHARGE = Charge(
    id="C2",
    patient_id="P1",
    claim_id="CL2",
    amount=Decimal("99.99"),
    posted_on=date(2025, 10, 1),
    service_on=date(2025, 9, 20),
    standing=Standing(
        level=LEVELS[4],
        reached_on=date(2026, 3, 1),
        first_billed_on=date(2025, 10, 5),
        last_billed_on=date(2026, 3, 1),
        billed_count=5,
    ),
    placement=Placement(placed_on=date(2026, 3, 20), agency_id="AG1"),
)
RESTRICTED_AGAIN = Account(
    id="A4",
    guarantor=Guarantor(id="G4", patient_id="P4"),
    members=(
        Member(
            patient=Patient(
                id="P4",
                restriction=HealthPlanRestriction(from_on=date(2026, 3, 1), set_by="sam"),
                past_restrictions=(
                    HealthPlanRestriction(
                        from_on=date(2025, 3, 1),
                        until_on=date(2025, 9, 1),
                        set_by="rosa",
                        lifted_by="sam",
                    ),
                ),
            ),
            joined_on=date(2025, 2, 1),
        ),
    ),
)
RECALLED_CHARGE = Charge(
    id="C4",
    patient_id="P3",
    claim_id="CL4",
    amount=Decimal("45.00"),
    posted_on=date(2025, 11, 3),
    service_on=date(2025, 11, 1),
    standing=Standing(
        past_stays=(
            PlanStay(
                plan_id="PL3",
                prior_count=0,
                end_count=0,
                joined_on=date(2025, 11, 20),
                left_on=date(2025, 12, 5),
            ),
        ),
    ),
    past_placements=(
        Placement(placed_on=date(2026, 1, 15), agency_id="AG1", recalled_on=date(2026, 2, 15)),
    ),
    entered_on=date(2025, 11, 7),
)
VOIDED_CHARGE = Charge(
    id="C3",
    patient_id="P2",
    claim_id="CL3",
    amount=Decimal("10.00"),
    posted_on=date(2026, 4, 21),
    service_on=date(2026, 4, 20),
    voided_on=date(2026, 4, 22),
)

LOWERING = DueLowering(transaction_id="T2", amount=Decimal("20.00"))
PAST_DUE = Due(
    opened_on=date(2026, 3, 2),
    due_on=date(2026, 3, 15),
    amount=Decimal("25.00"),
    lowerings=(LOWERING,),
    judged_on=date(2026, 4, 1),
    missed=True,
    seen_ids=("T1",),
)
PLAN = PaymentPlan(
    id="PL1",
    patient_id="P1",
    claims=(CoveredClaim(claim_id="CL1", joined_on=date(2026, 3, 1)),),
    minimum=Decimal("25.00"),
    cadence=Cadence(kind=CadenceKind.MONTHLY, day=15),
    agreed_on=date(2026, 3, 1),
    start_on=date(2026, 3, 2),
    new_charges=NewChargePolicy.ADD,
    card=CardAgreement(
        card_ref="card-0001", agreed_on=date(2026, 3, 1), cancelled_on=date(2026, 4, 15)
    ),
    needs_attention=True,
    dues=(
        PAST_DUE,
        Due(opened_on=date(2026, 4, 2), due_on=date(2026, 4, 15), amount=Decimal("25.00")),
    ),
)
CANCELLED_PLAN = PaymentPlan(
    id="PL2",
    patient_id="P1",
    claims=(),
    minimum=Decimal("10.00"),
    cadence=Cadence(kind=CadenceKind.STATEMENT),
    agreed_on=date(2026, 1, 20),
    start_on=date(2026, 1, 20),
    status=PlanStatus.CANCELLED,
    status_on=date(2026, 2, 25),
    status_reason="lost her job",
)

HOLD = Hold(
    id="H1",
    scope=HoldScope.CLAIM,
    subject_id="CL2",
    reason=HoldReason.DISPUTE,
    start_on=date(2026, 2, 1),
    last_on=date(2026, 2, 28),
    released_on=date(2026, 2, 10),
)
CLEARANCE = AlarmClearance(on=date(2026, 5, 2), by="rosa", note="she will call back")
ALARM = Alarm(
    level=LEVELS[5],
    reached_on=date(2026, 4, 1),
    set_on=MAY_1,
    patient_ids=("P1", "P2"),
    clearance=CLEARANCE,
)
SENT = SentStatement(
    id="A1:2026-05-01",
    on=MAY_1,
    number=3,
    methods=(DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER),
    printed_level=LEVELS[5],
    total=Decimal("202.80"),
    shortened_cycle=True,
)

FAMILY = Account(
    id="A1",
    guarantor=GUARANTOR,
    members=(MOTHER, SON),
    former_members=(
        FormerMember(patient_id="P0", joined_on=date(2024, 1, 1), left_on=date(2025, 6, 30)),
    ),
    charges=(PLAN_CHARGE, PLACED_CHARGE, VOIDED_CHARGE),
    plans=(PLAN, CANCELLED_PLAN),
    holds=(HOLD,),
    cycle=StatementCycle(
        last_run_on=MAY_1,
        last_statement_on=MAY_1,
        next_statement_on=JUN_5,
        statement_count=3,
        listed_payment_ids=("T1",),
    ),
    alarm=ALARM,
    statements=(SENT,),
    notes=(
        Note(
            id="N1",
            on=date(2026, 5, 2),
            by="rosa",
            subject_ids=("P1",),
            text="called, will pay on Friday",
            action=NoteAction.CALLED,
            cleared_alarm=True,
            changed=("alarm 5 cleared",),
        ),
    ),
    last_act_on=date(2026, 5, 2),
)

ALONE = Account(
    id="A2",
    guarantor=Guarantor(
        id="G2",
        first_name="",
        last_name="",
        address=Address(lines=(), city="", state="", postal_code=""),
        email=None,
        delivery=DeliveryPreference.PAPER,
        patient_id=None,
        language="en",
        statement_format=StatementFormat.PLAIN,
    ),
    members=(
        Member(
            patient=Patient(
                id="P3",
                first_name="",
                last_name="",
                birth_on=None,
                address=Address(),
                phones=(),
                email=None,
                primary_department_id="",
                usual_provider_id="",
                insurance_class=InsuranceClass.SELF_PAY_PRIMARY,
                blocked=False,
                restriction=None,
                patient_note="",
                statement_note=None,
                appointments=(),
            ),
            joined_on=date(2026, 1, 1),
            advances_from=None,
            listed_elsewhere=None,
        ),
    ),
    former_members=(),
    charges=(
        Charge(
            id="C4",
            patient_id="P3",
            claim_id="CL4",
            amount=Decimal("80.00"),
            posted_on=date(2026, 1, 5),
            service_on=date(2026, 1, 1),
            department_id="",
            provider_id="",
            self_pay_claim=False,
            description="",
            billed=None,
            insurance_paid=None,
            insurance_adjusted=None,
            transactions=(),
            voided_on=None,
            standing=Standing(
                level=LEVELS[0],
                reached_on=None,
                first_billed_on=None,
                last_billed_on=None,
                billed_count=0,
                enrolment=None,
                moves=(),
                past_stays=(),
                count_met=False,
            ),
            placement=None,
        ),
    ),
    plans=(
        PaymentPlan(
            id="PL3",
            patient_id="P3",
            claims=(),
            minimum=Decimal("10.00"),
            cadence=Cadence(kind=CadenceKind.WEEKLY, day=None),
            agreed_on=date(2026, 1, 5),
            start_on=date(2026, 1, 5),
            new_charges=NewChargePolicy.LEAVE,
            status=PlanStatus.ACTIVE,
            status_on=None,
            status_reason="",
            card=None,
            needs_attention=False,
            dues=(
                Due(
                    opened_on=date(2026, 1, 5),
                    due_on=date(2026, 1, 12),
                    amount=Decimal("10.00"),
                    lowerings=(),
                    judged_on=None,
                    missed=False,
                    seen_ids=(),
                ),
            ),
        ),
    ),
    holds=(),
    cycle=StatementCycle(
        last_run_on=None,
        last_statement_on=None,
        next_statement_on=None,
        statement_count=0,
        listed_payment_ids=(),
    ),
    alarm=None,
    statements=(),
    notes=(),
    last_act_on=date(2026, 1, 5),
    closed_on=None,
)

# The last member has left.
CLOSED = Account(
    id="A3",
    guarantor=Guarantor(id="G3"),
    members=(),
    former_members=(
        FormerMember(patient_id="P4", joined_on=date(2024, 1, 1), left_on=date(2026, 2, 1)),
    ),
    last_act_on=date(2026, 2, 1),
    closed_on=date(2026, 2, 1),
)

BOOK = (FAMILY, ALONE, CLOSED)

POLICY = DunningPolicy(
    cycle_days=28,
    first_statement_level=1,
    min_statement_balance=Decimal("5.00"),
    emit_when_terminal=True,
    refuse_shortened_cycle=True,
    due_days=21,
    plan_minimum=Decimal("15.00"),
    grace_days=3,
    declined_card_cancels_plan=True,
    cure_effect=CureEffect.MINUS_ONE,
    partial_payment_effect=PartialPaymentEffect.TO_ZERO,
    partial_payment_min_amount=Decimal("20.00"),
    partial_payment_min_percent=25,
    alarm_types=(
        AlarmType(level=LEVELS[1], name="First", delay_days=0),
        AlarmType(level=LEVELS[5], name="Plan", delay_days=10),
    ),
    roll_alarms_forward=True,
    closed_on=frozenset({date(2026, 12, 25), date(2026, 7, 4), date(2026, 1, 1)}),
    statements_before_collections=4,
    collections_rest_days=14,
    simplified_statements=True,
    messages=(LevelMessage(level=LEVELS[0], text="Thank you."),),
)

STATEMENT = Statement(
    id="A1:2026-05-01",
    account_id="A1",
    addressee=GUARANTOR,
    on=MAY_1,
    due_on=date(2026, 5, 26),
    number=3,
    methods=(DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER),
    delivery_reasons=(
        DeliveryReason.GUARANTOR_WANTS_E_STATEMENT,
        DeliveryReason.PAPER_ADDED_AT_FINAL_LEVEL,
    ),
    email_notice=True,
    lines=(
        StatementLine(
            charge_id="C1",
            patient_id="P1",
            claim_id="CL1",
            service_on=date(2026, 1, 2),
            description="Office visit",
            provider_id="DR1",
            billed=Decimal("410.00"),
            insurance_paid=Decimal("120.00"),
            adjusted=Decimal("50.00"),
            patient_paid=Decimal("37.20"),
            outstanding=Decimal("202.80"),
            level=LEVELS[5],
            billed_count=3,
            on_plan=True,
            held=False,
        ),
    ),
    payments=(
        StatementPayment(
            transaction_id="T1",
            charge_id="C1",
            received_on=date(2026, 3, 10),
            amount=Decimal("37.20"),
        ),
    ),
    total_outstanding=Decimal("202.80"),
    credits=Decimal("-3.00"),
    plan_due=Decimal("45.00"),
    plan_overdue=Decimal("20.00"),
    due_now=Decimal("45.00"),
    printed_level=LEVELS[5],
    message_level=LEVELS[5],
    message="We missed your last plan payment.",
    notes=(StatementTextNote(patient_id="P1", text="Please bring your card."),),
    simplified=False,
    shortened_cycle=True,
    next_statement_on=JUN_5,
)

EVENTS = (
    ChargePosted(date(2026, 1, 15), PLAN_CHARGE),
    ChargeVoided(date(2026, 4, 22), "C3"),
    TransactionPosted(date(2026, 3, 11), "C1", PAYMENT),
    TransactionVoided(date(2026, 4, 3), "C1", "T2"),
    LevelAdvanced(date(2026, 4, 1), "C1", LEVELS[0], LEVELS[5], AdvanceCause.MISSED_MINIMUM),
    LevelFell(
        date(2026, 4, 1),
        "C1",
        LEVELS[6],
        LEVELS[5],
        date(2026, 4, 1),
        MoveCause.LATE_MONEY,
        "T1",
        date(2026, 3, 31),
    ),
    LevelFell(date(2026, 3, 11), "C2", LEVELS[1], LEVELS[0], None, MoveCause.PARTIAL_PAYMENT, "T1"),
    LevelRestored(date(2026, 4, 3), "C1", LEVELS[5], LEVELS[6], date(2026, 3, 31), "T1"),
    RememberedLevelRestored(date(2026, 4, 3), "C1", LEVELS[2], LEVELS[3], date(2026, 2, 2), "T0"),
    PlanStarted(date(2026, 3, 1), PLAN),
    ClaimCovered(date(2026, 3, 1), "PL1", CoveredClaim(claim_id="CL1", joined_on=date(2026, 3, 1))),
    ClaimUncovered(date(2026, 3, 20), "PL1", "CL2"),
    PlanJoined(
        date(2026, 3, 1), "C1", LEVELS[2], Enrolment(plan_id="PL1", joined_on=date(2026, 3, 1))
    ),
    PlanLeft(date(2026, 5, 2), "C1", "PL1", LEVELS[5], LEVELS[1], date(2026, 4, 1)),
    PlanEnded(date(2026, 5, 2), "PL1"),
    PlanReopened(date(2026, 5, 2), "PL1", NewChargePolicy.HOLD),
    PlanCancelled(date(2026, 2, 25), "PL2", "lost her job"),
    CardDeclined(date(2026, 4, 15), "PL1"),
    DueOpened(date(2026, 4, 2), "PL1", Due(opened_on=date(2026, 4, 2), amount=Decimal("25.00"))),
    DueJudged(date(2026, 4, 1), "PL1", 0, PAST_DUE),
    DueLowered(date(2026, 3, 5), "PL1", 0, LOWERING),
    DueRaised(date(2026, 3, 6), "PL1", 0, "T2"),
    StatementIssued(MAY_1, SENT, ("C1",), ("T1",)),
    CycleRun(MAY_1, None, JUN_5),
    NextStatementReset(date(2026, 5, 2), JUN_5, date(2026, 5, 20)),
    AlarmSet(MAY_1, None, ALARM),
    AlarmCleared(date(2026, 5, 2), AlarmClearance(on=date(2026, 5, 2), transaction_id="T1")),
    AlarmCleared(date(2026, 5, 3), AlarmClearance(on=date(2026, 5, 3), subject_id="P0")),
    AlarmRevived(date(2026, 5, 2), "T1"),
    HoldPlaced(date(2026, 2, 1), HOLD),
    HoldReleased(date(2026, 2, 10), "H1"),
    StatementCountMet(date(2026, 3, 20), "C2"),
    ChargePlaced(date(2026, 3, 20), "C2", Placement(placed_on=date(2026, 3, 20), agency_id="AG1")),
    ChargeRecalled(
        date(2026, 4, 20), "C2", Placement(placed_on=date(2026, 3, 20), agency_id="AG1")
    ),
    MemberJoined(
        date(2026, 4, 20), SON, charges=(VOIDED_CHARGE,), plans=(CANCELLED_PLAN,), holds=(HOLD,)
    ),
    MemberLeft(date(2025, 6, 30), "P0"),
    GuarantorChanged(date(2025, 1, 1), "G0", GUARANTOR),
)

RUN = StatementRun(
    account=ALONE,
    outcome=RunOutcome.SKIPPED,
    statement=None,
    skips=(
        Skip(reason=SkipReason.NOT_DUE, on=JUN_5),
        Skip(reason=SkipReason.BELOW_MINIMUM, amount=Decimal("0.50"), wanted=Decimal("1.00")),
        Skip(reason=SkipReason.ON_HOLD, hold_ids=("H1",)),
    ),
    events=(),
)
FULL_RUN = StatementRun(
    account=ALONE,
    outcome=RunOutcome.WITH_STATEMENT,
    statement=STATEMENT,
    skips=(),
    events=(CycleRun(MAY_1, None, JUN_5),),
)

WORKLIST = Worklist(
    id="W1",
    name="Level 2, A-C and Z",
    alarm_level=LEVELS[2],
    initials=frozenset("ZCBA"),
    department_ids=frozenset({"D2", "", "D1"}),
    provider_ids=frozenset({"V1"}),
    insurance_class=InsuranceClass.SELF_PAY_PRIMARY,
    amount_min=Decimal("50.00"),
    amount_max=Decimal("999.99"),
    appointment_days=7,
    sort=WorklistSort.OUTSTANDING,
)
WORKLISTS = (WORKLIST, Worklist(id="W2", name="Level 8", alarm_level=LEVELS[8]))
PROVIDER_GROUP = ProviderGroup(
    id="PG1", provider_ids=frozenset({"V2", "V1"}), department_ids=frozenset({"D1"})
)
VIEWER = Viewer(
    id="U1",
    permissions=frozenset({Permission.SELF_PAY_WORKLISTS, Permission.ACCESS_BLOCKED}),
    provider_groups=frozenset({ProviderGroup(id="PG2"), PROVIDER_GROUP}),
)

REPORT = ReportDefinition(
    id="R1",
    name="Write-offs",
    description="For the partners' meeting.",
    category="Finance",
    contents=BadDebtContents(span=DateRange(from_on=date(2026, 1, 1), to_on=date(2026, 3, 31))),
    columns=("Bad debt", "Claim"),
    filters=AllOf(In("department_id", {"D1", "D2"}), Not(AtLeast("amount_cents", 10_000))),
    owner_id="rosa",
    visibility=Visibility.PRACTICE,
    schedules=(
        ReportSchedule(
            recurrence=Recurrence.QUARTERLY,
            from_on=date(2026, 1, 31),
            until_on=date(2026, 12, 31),
            recipient_ids=("rosa", "sam"),
        ),
    ),
)
"""Every field of a saved report at something else than its default."""

_LAST_MONTH = TimeFrame(period=Period.MONTH, back=1)
REPORTS = tuple(
    ReportDefinition(id=f"R{number}", name=f"Report {number}", contents=contents, owner_id="rosa")
    for number, contents in enumerate(
        (
            AgeingContents(basis=Basis.POSTED, by=GroupBy.PROVIDER, plans_apart=True),
            ActivityContents(
                period=Period.QUARTER, span=_LAST_MONTH, basis=Basis.POSTED, plans_apart=True
            ),
            BadDebtContents(),
            RestrictionContents(),
            ContactContents(span=_LAST_MONTH, is_detailed=True),
        ),
        start=2,
    )
)
"""A saved report of each kind."""
PRACTICE = Practice(
    name="Riverbend Family Practice",
    remit_to=Address(
        lines=("PO Box 12",), city="Springfield", state="MA", postal_code="01101-0012"
    ),
    phone="(555) 555-0100",
    website="https://pay.example.org",
    providers=(ProviderName(provider_id="DR1", name="Dr. Lee"),),
    texts=(
        PracticeTexts(
            language="en",
            hours="Monday to Friday, 8 to 5.",
            ways_to_pay=("Pay by phone.", "Pay at the desk."),
            plan_offer="Ask us about a plan.",
            assistance="Ask us for the form.",
            itemization="Ask us for a list.",
            dispute="Call us soon.",
        ),
        PracticeTexts(language="es", hours="De lunes a viernes, de 8 a 5."),
    ),
)
POLICY_WITH_PRACTICE = attrs.evolve(
    POLICY,
    simplified_statements=False,
    messages=(
        LevelMessage(level=LEVELS[0], text="Thank you."),
        LevelMessage(level=LEVELS[0], text="Cảm ơn quý vị.", language="vi"),
    ),
    practice=PRACTICE,
)
STATEMENT_OF_PRACTICE = attrs.evolve(
    STATEMENT,
    addressee=attrs.evolve(GUARANTOR, language="vi"),
    message="Cảm ơn quý vị.",
    message_language="vi",
    practice=PRACTICE,
    practice_language="es",
    is_language_missing=True,
    patients=(
        StatementPatient(patient_id="P1", first_name="Ann", last_name="Muñoz"),
        StatementPatient(patient_id="P2", first_name="Leo", last_name="Muñoz"),
    ),
)

OUTREACH_POLICY = OutreachPolicy(
    reminders=(
        ReminderRule(level=LEVELS[1], after_days=15),
        ReminderRule(level=LEVELS[5], after_days=0),
    ),
    reminder_balance_min=Decimal("5.00"),
    reminder_channels=(Channel.TEXT, Channel.PHONE, Channel.EMAIL),
    late_days=3,
)
OUTREACH_PLAN = OutreachPlan(
    on=MAY_1,
    items=(
        OutreachItem(
            key="reminder:A1:1:2026-04-16",
            account_id="A1",
            guarantor_id="G1",
            kind=OutreachKind.REMINDER,
            channels=(Channel.TEXT,),
            on=MAY_1,
            due_on=MAY_1,
            because=(OutreachReason.LEVEL_STANDS,),
            level=LEVELS[1],
            reached_on=date(2026, 4, 16),
            balance=SpokenBalance(
                amount=Decimal("120.50"),
                charge_ids=("C1", "C2"),
                plan_ids=("PL1",),
                settled=Decimal("37.20"),
            ),
            balance_min=Decimal("5.00"),
        ),
        OutreachItem(
            key="statement:A2:2026-05-01",
            account_id="A2",
            guarantor_id="G2",
            kind=OutreachKind.STATEMENT,
            channels=(Channel.E_STATEMENT, Channel.PAPER, Channel.EMAIL),
            on=MAY_1,
            due_on=MAY_1,
            because=(
                OutreachReason.STATEMENT_MADE,
                OutreachReason.GUARANTOR_WANTS_E_STATEMENT,
                OutreachReason.PAPER_ADDED_AT_FINAL_LEVEL,
            ),
            level=LEVELS[3],
            statement_id="A2:2026-05-01",
            balance=SpokenBalance(
                amount=Decimal("80.00"),
                charge_ids=("C9",),
                plan_ids=(),
                settled=Decimal("0.00"),
            ),
            balance_min=Decimal("0.01"),
        ),
    ),
    skipped=(
        SkippedOutreach(
            key="reminder:A3:2:2026-04-16",
            account_id="A3",
            kind=OutreachKind.REMINDER,
            reasons=(WithheldReason.PAID, WithheldReason.ALARM_CLEARED),
        ),
    ),
)
OUTREACH_LOG = (SentOutreach(key="statement:A2:2026-05-01", account_id="A2", on=MAY_1),)

CONTACTS = (
    Contact(
        id="X1",
        on=date(2026, 5, 4),
        at=time(9, 30),
        service="SelfpayCall",
        channel=ContactChannel.PHONE,
        result=ContactResult.LEFT_MESSAGE,
        patient_id="P1",
        department_id="D1",
        provider_id="DR1",
        text="Please call us back.",
    ),
    Contact(
        id="X2",
        on=date(2026, 5, 4),
        at=time(23, 59, 59, 1),
        service="SelfpayText",
        channel=ContactChannel.TEXT,
        result=ContactResult.DELIVERED,
        patient_id="P2",
    ),
)
