"""The records of portals that the kept wire files hold, written out in full.

Every field of every record stands somewhere at something else than its default, so that no field
can go missing on the wire unseen.
"""

from datetime import date

from revcycle.portals import (
    AccessIssue,
    AccountAllows,
    AccountField,
    AccountType,
    AffectedUnpostable,
    AskedFor,
    BlocksWork,
    CoveredPayer,
    Credentials,
    EnrolmentTask,
    FirstStep,
    Hub,
    IssueOpened,
    MedicalGroup,
    Move,
    NoteAdded,
    Origin,
    Owner,
    Portal,
    PortalAccount,
    ReasonIn,
    ReportedReason,
    Response,
    ResponseSubmitted,
    TaskMoved,
    TaskNote,
    TaskOpened,
    TaskState,
    TriagePolicy,
    UnpostableKind,
    UnpostableRecorded,
    UnpostablesTask,
    WorkKind,
)
from revcycle.rules import AllOf, DecisionTable, HitPolicy, Not, TableRow

MAY_1, MAY_4, MAY_6, MAY_8 = (date(2026, 5, day) for day in (1, 4, 6, 8))

PORTAL = Portal(
    id="PO1",
    name="Availity",
    url="https://availity.example/",
    covers=(CoveredPayer(id="IRC1", name="Aetna"), CoveredPayer(id="IRC2", name="Écoles")),
    accounts=(
        PortalAccount(
            id="PA1",
            account_type=AccountType(
                name="practice's own",
                may_change_user_name=True,
                may_change_password=True,
                may_add_account=True,
            ),
            user_name="hills",
            tins=("12-3456789",),
        ),
        PortalAccount(id="PA2", account_type=AccountType(name="the service's")),
    ),
)
GROUPS = (
    MedicalGroup(id="G1", name="Seven Hills North", created_on=date(2019, 5, 1)),
    MedicalGroup(id="G2", name="Seven Hills South"),
)
CHANGED = Credentials(user_name="hills2", password_ref="vault:1")
ADDED = Credentials(user_name="hills3", password_ref="vault:2")
RESPONSE = Response(
    change=CHANGED, addition=ADDED, comment="Changed on the site.", needs_assistance=True
)
CHECK = AffectedUnpostable(id="U1", kind=UnpostableKind.CHECK, dollars="120.50")
DEPOSIT = AffectedUnpostable(
    id="U2", kind=UnpostableKind.EFT_DEPOSIT, dollars="7.00", blocked=False, closed_on=MAY_6
)
CLAIMS_TASK = EnrolmentTask(
    id="T1",
    opened_with=Owner.SERVICE,
    created_on=MAY_4,
    description="The sign-in is locked.",
    instructions="Ask the payer.",
    medical_group_ids=frozenset({"G2", "G1"}),
    notes=(
        TaskNote(on=MAY_4, by="maria", text="Asked.", move=Move.PASS),
        TaskNote(on=MAY_6, by="maria", text="They look into it."),
        TaskNote(on=MAY_8, by="maria", move=Move.RESOLVE),
    ),
)
NEW_TASK = UnpostablesTask(
    id="T2",
    opened_with=Owner.PRACTICE,
    created_on=MAY_4,
    asks_for=frozenset({AskedFor.PASSWORD, AskedFor.NUMBERS}),
    account_id="PA1",
    tins=("98-7654321",),
    other_numbers=("NPI 1234567893",),
    affected=(CHECK, DEPOSIT),
    description="The password has expired.",
    instructions="Set a new one, and add the number.",
    medical_group_ids=frozenset({"G1"}),
)
UNPOSTABLES_TASK = UnpostablesTask(
    id="T2",
    opened_with=Owner.PRACTICE,
    created_on=MAY_4,
    asks_for=frozenset({AskedFor.PASSWORD, AskedFor.NUMBERS}),
    account_id="PA1",
    tins=("98-7654321",),
    other_numbers=("NPI 1234567893",),
    affected=(CHECK, DEPOSIT),
    description="The password has expired.",
    instructions="Set a new one, and add the number.",
    medical_group_ids=frozenset({"G1"}),
    notes=(
        TaskNote(
            on=MAY_6,
            by="john",
            text="Changed on the site.",
            move=Move.SUBMIT,
            change=CHANGED,
            addition=ADDED,
            needs_assistance=True,
        ),
    ),
)
ISSUE = AccessIssue(
    id="I1",
    portal_id="PO1",
    account_id="PA1",
    origin=Origin.CLAIMS_WORKFLOW,
    reported_on=MAY_1,
    reason=ReportedReason.PASSWORD_EXPIRED,
    reported_blocks=frozenset({WorkKind.UNPOSTABLES, WorkKind.CLAIMS}),
    reported_owner=Owner.PAYER,
    description="Nobody can sign in.",
    instructions="See the tasks.",
    tasks=(CLAIMS_TASK, UNPOSTABLES_TASK),
    last_act_on=MAY_8,
)
OPENED = AccessIssue(
    id="I2",
    portal_id="PO1",
    origin=Origin.UNPOSTABLES,
    reported_on=MAY_1,
    reason=ReportedReason.NUMBER_MISSING,
    reported_blocks=frozenset({WorkKind.UNPOSTABLES}),
)
HUB = Hub(
    portals=(PORTAL,), medical_groups=GROUPS, issues=(ISSUE, OPENED), service_name="Revenue desk"
)
EVENTS = (
    IssueOpened(MAY_1, "maria", OPENED),
    TaskOpened(MAY_4, "maria", NEW_TASK),
    ResponseSubmitted(MAY_6, "john", "T2", RESPONSE),
    TaskMoved(
        MAY_6, "maria", "T2", Move.RETURN, TaskState.SERVICE, TaskState.PRACTICE, "Once more."
    ),
    NoteAdded(MAY_6, "maria", "T2", "We try it tonight."),
    UnpostableRecorded(MAY_8, "paul", "T2", CHECK, DEPOSIT),
)
TRIAGE = TriagePolicy(
    claims=DecisionTable(
        hit=HitPolicy.FIRST,
        rows=(
            TableRow(
                name="both",
                when=AllOf(BlocksWork(WorkKind.UNPOSTABLES), AccountAllows(AccountField.ADDITION)),
                then=FirstStep(owner=Owner.PRACTICE, asks_for=AskedFor.ACCOUNT),
            ),
            TableRow(
                name="rest",
                when=Not(BlocksWork(WorkKind.UNPOSTABLES)),
                then=FirstStep(owner=Owner.PAYER, asks_for=AskedFor.OTHER),
            ),
        ),
    ),
    unpostables=DecisionTable(
        hit=HitPolicy.UNIQUE,
        rows=(
            TableRow(
                name="numbers",
                when=ReasonIn([ReportedReason.NUMBER_MISSING, ReportedReason.RIGHTS_MISSING]),
                then=FirstStep(owner=Owner.SERVICE, asks_for=AskedFor.NUMBERS),
            ),
        ),
    ),
)
