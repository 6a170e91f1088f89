"""An argument that is something else than it must be is refused by its name, before anything else.

The signatures say what is asked: whatever verb is new must be given its arguments here, and then
each of them is taken wrong in turn.
"""

import inspect
from datetime import UTC, date, datetime
from functools import partial

import pytest

from revcycle import dunning
from revcycle.access import Permission, Viewer
from revcycle.accounts import Account, DeliveryPreference, Guarantor
from revcycle.charges import AdjustmentReason, AdjustmentSide
from revcycle.dunning import (
    AlarmType,
    CardFailure,
    Circumstances,
    FacilityType,
    Guard,
    GuardedAct,
    GuardedKind,
    PolicyChangeWay,
    Practice,
    allocate_payment,
)
from revcycle.dunning.acts import LAST_YEAR
from revcycle.errors import InvalidRecord, RevcycleError, UnknownReference
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import DunningLevel
from revcycle.plans import NewChargePolicy, PaymentPlan
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    WEEKLY,
    charge,
    family,
    hold,
    patient,
    pay,
    plan,
    run,
)

SECRET = "a secret"
DAY = date(2025, 2, 12)


def book() -> Account:
    """A family of two with a plan, a credit, a hold, an alarm and one charge of its own left."""
    account = family(charge(), charge("c2"), charge("c3"), charge("c4"), charge("c5"), "bob")
    account = run(run(account, R1), R2)
    account = plan(account, "claim-c4", on=R2, card_ref="card")
    account = pay(account, "c2", "150.00", DAY, id="t1", credit=True)
    return hold(account, HoldScope.CLAIM, "claim-c3", DAY)


ACCOUNT = book()
OTHER = family(charge("c9", of="eve"), "eve", account_id="a2")
VIEWER = Viewer(id="v", permissions=frozenset(Permission))
LEVEL = DunningLevel.LEVEL_2

POST = {"charge_id": "c1", "transaction_id": "t9", "amount": "5.00"}
RAIL = {
    "id": "own",
    "days": 30,
    "citation": "our own rule",
    "acts": frozenset({GuardedKind.PLACE}),
    "is_verified": True,
}
ASKED = {"as_of": DAY, "policy": POLICY}
RESTRICTED = dunning.set_restriction(ACCOUNT, viewer=VIEWER, patient_id="ann", as_of=DAY).account
PLACED = dunning.place_in_collections(ACCOUNT, charge_ids=["c5"], agency_id="x", **ASKED).account
CALL = GuardedAct(kind=GuardedKind.REPORT, charge_ids=("c1",))
GUARD = Guard(rails=dunning.US_GUARD_RAILS, circumstances=Circumstances())
PROPOSAL = allocate_payment(ACCOUNT, amount="5.00", payment_id="p", **ASKED)
EMPTY = PaymentPlan(
    id="plan",
    patient_id="ann",
    claims=(),
    minimum="10.00",
    cadence=WEEKLY,
    agreed_on=R1,
    start_on=R1,
)

# Each function's own arguments, all of them as they should be. What is not given here, and has
# a name in COMMON, is taken from there.
COMMON = {
    "account": ACCOUNT,
    "accounts": [ACCOUNT],
    "as_of": DAY,
    "policy": POLICY,
    "viewer": VIEWER,
    "plan_id": "plan",
    "charge_id": "c1",
    "patient_id": "ann",
    "received_on": DAY,
    "on": date(2025, 3, 30),
    "patient": patient("new"),
    "guarantor": Guarantor(id="new"),
    "practice": Practice(),
    "language": "es",
    "level": LEVEL,
    "charges": ACCOUNT.charges,
    "rails": dunning.US_GUARD_RAILS,
}
OWN = {
    "add_claim": {"claim_id": "claim-c5"},
    "allocate_payment": {
        "amount": "5.00",
        "payment_id": "p",
        "order": ["c1"],
        "allow_credit": True,
    },
    "apply_credit": {
        "from_charge_id": "c2",
        "to_charge_id": "c5",
        "refund_id": "r",
        "payment_id": "p",
        "amount": "5.00",
    },
    "best_language": {"wanted": "es", "known": ["en", "es"]},
    "cancel_plan": {"reason": "asked"},
    "change_policy": {"to": POLICY, "way": PolicyChangeWay.KEEP, "history": None},
    "check_act": {"may_be_closed": False},
    "check_guard": {"act": CALL, "guard": GUARD},
    "clear_alarm": {"by": "maria", "note": "called"},
    "define_alarm_type": {"alarm_type": AlarmType(level=LEVEL, name="other", delay_days=1)},
    "delete_alarm_type": {"levels_in_use": []},
    "delivery_for": {
        "guarantor": Guarantor(id="g", delivery=DeliveryPreference.E_STATEMENT, email="a@b.c"),
        "levels": [LEVEL],
    },
    "end_plan": {"account": family("ann", plans=(EMPTY,))},
    "fires_on": {"reached_on": DAY},
    "folded_name": {"name": "Ann"},
    "guard_facts_of": {"act": CALL, "circumstances": Circumstances()},
    "guard_rails_for": {"facility_type": FacilityType.HOSPITAL, "state": "CO"},
    "guard_verdict": {"act": CALL, "guard": GUARD},
    "initial_of": {"last_name": "Ann"},
    "is_paid_in_full": {"charge": charge()},
    "is_same_language": {"one": "en", "other": "es"},
    "leave_account": {"patient_id": "bob", "new_account_id": "a9"},
    "lift_restriction": {"account": RESTRICTED},
    "not_before": RAIL,
    "only_after_notice": RAIL,
    "place_hold": {
        "hold": Hold(id="h9", scope=HoldScope.ACCOUNT, reason=HoldReason.DISPUTE, start_on=DAY)
    },
    "place_in_collections": {"charge_ids": ["c5"], "agency_id": "x", "guard": None},
    "post_adjustment": POST | {"reason": AdjustmentReason.CHARITY, "side": AdjustmentSide.PATIENT},
    "post_charge": {"charge": charge("c8", posted_on=DAY)},
    "post_payment": POST | {"allow_credit": False},
    "post_plan_payment": {"transaction_id": "t9", "amount": "5.00"},
    "post_proposal": {"proposal": PROPOSAL},
    "post_refund": POST | {"charge_id": "c2"},
    "post_transfer_away": POST,
    "post_transfer_in": POST,
    "preview_policy_change": {"to": POLICY, "way": PolicyChangeWay.KEEP, "history": None},
    "problems_of": {"verb": partial(dunning.run_statement, ACCOUNT, **ASKED)},
    "recall_from_collections": {"account": PLACED, "charge_ids": ["c5"]},
    "record_card_failure": {"failure": CardFailure.DECLINED},
    "release_hold": {"hold_id": "h1"},
    "replay": {"events": []},
    "start_plan": {
        "plan_id": "plan2",
        "claim_ids": ["claim-c5"],
        "minimum": "10.00",
        "cadence": WEEKLY,
        "start_on": DAY,
        "new_charges": NewChargePolicy.LEAVE,
        "card_ref": "card",
    },
    "statement_id": {"account_id": "a1"},
    "texts_saying": {"field": "hours"},
    "transfer_member": {"target": OTHER, "patient_id": "bob"},
    "void_charge": {"charge_id": "c5"},
    "void_transaction": {"transaction_id": "t1"},
    "write_off_bad_debt": {"transaction_id": "t9"},
}
# It raises what others have found.
NOT_HERE = {"require"}

SEVERAL = (None, 5, SECRET, [SECRET, None])
WRONG = {
    "date": (None, "2025-02-12", datetime(2025, 2, 12, tzinfo=UTC)),
    "str": (None, 7, "", [SECRET]),
    "str | None": (7, [SECRET]),
    "bool": (None, "no", 1),
    "int": (None, "7", 1.5, True),
    "Sequence[str]": (None, 5, "c5", {"c5"}, [1], [None], [[SECRET]]),
    "Sequence[str] | None": (5, "c5", {"c5"}, [1]),
    "Decimal | str | int": (None, True, 1.5, "much", [SECRET]),
}
OTHERS = (7, SECRET, {SECRET: 1}, [SECRET])
# The records that an argument goes into, and that refuse it, call it by their own names.
ALSO_CALLED = {
    "accounts": "account",
    "transaction_id": "id",
    "refund_id": "id",
    "payment_id": "id",
    "plan_id": "id",
}
MAY_BE_EMPTY = {"reason", "note", "name", "last_name", "language", "wanted", "one", "other"}


def functions():
    """Every public function of the package, by name."""
    found = ((name, getattr(dunning, name)) for name in dunning.__all__)
    return {name: each for name, each in found if inspect.isfunction(each)}


def arguments_of(name, function):
    """Good arguments of a function, by the names in its signature."""
    given = COMMON | OWN.get(name, {})
    return {
        field: given[field] for field in inspect.signature(function).parameters if field in given
    }


def called(function, arguments):
    """Call with what stands first in its place and the rest by name; run what is run one by one."""
    places, names = [], {}
    for field, parameter in inspect.signature(function).parameters.items():
        if field not in arguments:
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            names[field] = arguments[field]
        else:
            places.append(arguments[field])
    answer = function(*places, **names)
    return list(answer) if inspect.isgenerator(answer) else answer


DRIVEN = {name: each for name, each in functions().items() if name not in NOT_HERE}
ARGUMENTS = [
    (name, field)
    for name, function in DRIVEN.items()
    for field in inspect.signature(function).parameters
    if field not in {"arguments", "named"}
]


def wrong_values(name, field):
    """What must not be given as an argument, by its type in the signature."""
    kind = inspect.signature(DRIVEN[name]).parameters[field].annotation
    if kind.startswith("Iterable"):
        return SEVERAL
    values = WRONG.get(kind, OTHERS if kind.endswith("| None") else (None, *OTHERS))
    if field == "as_of":
        values = (*values, date(LAST_YEAR + 1, 1, 1))
    return [value for value in values if value != "" or field not in MAY_BE_EMPTY]


def refusal_of(function, arguments):
    """The error that a call ends in; None if it is answered."""
    try:
        called(function, arguments)
    except RevcycleError as error:
        return error
    return None


@pytest.mark.parametrize("name", DRIVEN)
def test_the_right_arguments_are_right(name):
    """Each function takes the arguments of this table, or its refusals would prove nothing."""
    function = DRIVEN[name]

    called(function, arguments_of(name, function))


@pytest.mark.parametrize(("name", "field"), ARGUMENTS)
def test_a_wrong_argument_is_named(name, field):
    """No function stumbles over it: the error says which argument; an id finds nothing (PR-6)."""
    function = DRIVEN[name]
    right = arguments_of(name, function)
    assert field in right, "give the new argument in OWN or COMMON"
    for value in wrong_values(name, field):
        error = refusal_of(function, right | {field: value})

        if type(error) is UnknownReference:
            assert "str" in inspect.signature(function).parameters[field].annotation
        else:
            assert type(error) is InvalidRecord, (value, error)
            assert error.field in {field, ALSO_CALLED.get(field)}, (value, error)


@pytest.mark.parametrize(
    ("name", "field", "value", "must"),
    [
        ("patient_level", "patient_id", "nobody", "no patient with id 'nobody'"),
        ("record_card_failure", "failure", "connection", "be a CardFailure: one of"),
        ("post_payment", "allow_credit", "no", "be True or False"),
        ("start_plan", "as_of", "2025-01-03", "be a date"),
        ("start_plan", "claim_ids", "claim-c5", "be a sequence of ids, not one text"),
        ("allocate_payment", "payment_id", None, "be a non-empty text id"),
        ("run_statement", "account", {SECRET: 1}, "is of type dict: it must be an Account"),
        ("run_statement", "policy", SECRET, "is of type str: it must be a DunningPolicy"),
        ("replay", "events", ["x"], "is of type str: it must be events"),
        ("transfer_member", "target", None, "it must be an Account"),
    ],
)
def test_the_words_say_what_is_valid(name, field, value, must):
    """The message says what came, if nothing in it can be private, and what is valid (PR-6)."""
    function = DRIVEN[name]

    error = refusal_of(function, arguments_of(name, function) | {field: value})

    assert must in str(error)
    assert SECRET not in str(error)


RECORDS = {"Account", "DunningPolicy", "Charge", "Hold", "Patient", "Guarantor", "PaymentProposal"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name, field in ARGUMENTS
        if inspect.signature(DRIVEN[name]).parameters[field].annotation in RECORDS
    ],
)
def test_what_stands_in_the_place_of_a_record_is_not_shown(name, field):
    """A name given for a record stays out of the message: only its type is told (PR-6)."""
    function = DRIVEN[name]

    error = refusal_of(function, arguments_of(name, function) | {field: SECRET})

    assert SECRET not in str(error)
