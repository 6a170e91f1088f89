"""The rule and the table that the kept wire files hold, and what they answered when written.

Each row of `TABLE` decides by one leaf of worklists or one core node, and some account of `BOOK`
is on either side of it: whatever changes its meaning changes an answer.
"""

from revcycle.accounts import InsuranceClass
from revcycle.codec import decision_table_kind, rule_kind
from revcycle.dunning import ACCOUNT_FACTS
from revcycle.errors import DecodeError
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Contains,
    DecisionTable,
    Equals,
    HitPolicy,
    In,
    Not,
    TableRow,
)
from revcycle.worklists import (
    WORKLIST_LEAVES,
    AlarmLevelIs,
    GuarantorInitialIn,
    InsuranceClassIs,
    NoAppointmentWithin,
    OutstandingBetween,
    PrimaryDepartmentIn,
    UsualProviderIn,
)
from tests.worklists.book import AS_OF, account, coming, person

OTHER, SELF_PAY = InsuranceClass.OTHER_PRIMARY, InsuranceClass.SELF_PAY_PRIMARY
BOOK = (
    account("a1", person("p1", "Adams", insurance_class=OTHER), owes="100.00"),
    account(
        "a2",
        person(
            "p2",
            "Baker",
            insurance_class=SELF_PAY,
            primary_department_id="d2",
            usual_provider_id="v2",
            appointments=coming(7),
        ),
        owes="100.01",
        level=3,
    ),
    account(
        "a3",
        person("p3", "", insurance_class=OTHER, primary_department_id="", appointments=coming(8)),
        person("p4", "Cole"),
        owes="99.99",
        holds=(
            Hold(
                id="h1",
                scope=HoldScope.PATIENT,
                subject_id="p4",
                reason=HoldReason.INSURANCE_APPEAL,
                start_on=AS_OF,
            ),
        ),
    ),
)

RULE = AllOf(
    AlarmLevelIs(2),
    AnyOf(GuarantorInitialIn("BA"), Not(PrimaryDepartmentIn({"d1", "d2"}))),
    OutstandingBetween(amount_min="50.00"),
    NoAppointmentWithin(7),
)
RULE_KIND = rule_kind(leaves=WORKLIST_LEAVES, vocabulary=ACCOUNT_FACTS)
RULE_ANSWERS = [True, False, True]

ROWS = {
    "alarm": (AlarmLevelIs(3), [False, True, False]),
    "initial": (GuarantorInitialIn("AC"), [True, False, False]),
    "department": (PrimaryDepartmentIn({"d1", ""}), [True, False, True]),
    "provider": (UsualProviderIn({"v2"}), [False, True, False]),
    "insurance": (InsuranceClassIs(SELF_PAY), [False, True, False]),
    "appointment": (NoAppointmentWithin(7), [True, False, True]),
    "amount": (OutstandingBetween("100.00", "100.00"), [True, False, False]),
    "family": (Equals("is_family", True), [False, False, True]),
    "much": (AtLeast("outstanding_cents", 10_000), [True, True, False]),
    "little": (AtMost("outstanding_cents", 10_000), [True, False, True]),
    "letters": (In("guarantor_initial", {"A", ""}), [True, False, True]),
    "appeal": (Contains("hold_reasons", "insurance_appeal"), [False, False, True]),
    "either": (AnyOf(AlarmLevelIs(3), Equals("member_count", 2)), [False, True, True]),
    "both": (AllOf(AlarmLevelIs(2), Equals("member_count", 2)), [False, False, True]),
    "no": (Not(AlarmLevelIs(2)), [False, True, False]),
}
TABLE = DecisionTable(
    hit=HitPolicy.COLLECT,
    rows=tuple(
        TableRow(name=name, when=when, then=then)
        for then, (name, (when, _)) in enumerate(ROWS.items())
    ),
)


def read_number(plain):
    """Read an outcome: a whole number."""
    if type(plain) is not int:
        raise DecodeError(["must be a whole number"])
    return plain


TABLE_KIND = decision_table_kind(
    write_outcome=int, read_outcome=read_number, leaves=WORKLIST_LEAVES, vocabulary=ACCOUNT_FACTS
)
