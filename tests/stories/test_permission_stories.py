"""Who may do what, and what no text ever shows (PR-1, PR-5, PR-6)."""

import enum
import importlib
import inspect
import pickle
import pkgutil
from datetime import timedelta

import attrs
import pytest

import revcycle.access
from revcycle import accounts, charges, contacts, dunning, holds, plans
from revcycle.access import AccessProblem, Permission, Viewer, may, require_permission
from revcycle.accounts import (
    Account,
    Address,
    AlarmClearance,
    DeliveryPreference,
    Guarantor,
    Member,
    Note,
    Patient,
    StatementNote,
)
from revcycle.charges import Charge
from revcycle.checks import is_private
from revcycle.dunning import (
    EVENT_TYPES,
    AlarmType,
    CardFailure,
    acts,
    add_member,
    change_guarantor,
    clear_alarm,
    define_alarm_type,
    delete_alarm_type,
    leave_account,
    place_in_collections,
    post_charge,
    postings,
    recall_from_collections,
    record_card_failure,
    run_statement,
    start_plan,
    transfer_member,
)
from revcycle.dunning.plan_changes import cancel_plan
from revcycle.errors import InvalidRecord, NotPermitted, Refused, RevcycleError
from revcycle.holds import HoldScope
from revcycle.levels import LEVELS
from revcycle.plans import CardAgreement, PaymentPlan
from tests.stories.book import (
    BY_STATEMENT,
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    charge,
    hold,
    pay,
    pay_plan,
    run,
    runs,
    void,
)

SECRET = "Xq7secret"
KIND = AlarmType(level=LEVELS[1], name="First", delay_days=3)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def viewer(*permissions: Permission) -> Viewer:
    return Viewer(id="u1", permissions=frozenset(permissions))


# ------------------------------------------------------------------------ PR-1 permissions


def test_the_admin_permission_creates_edits_and_deletes_alarm_types():
    """PR-1: Self-Pay Account Management: Admin is what alarm types ask for."""
    admin = viewer(Permission.SELF_PAY_ADMIN)
    policy = define_alarm_type(POLICY, KIND, viewer=admin).policy
    assert policy.alarm_types[0] == KIND
    policy = delete_alarm_type(policy, LEVELS[1], viewer=admin, levels_in_use=()).policy
    assert [kind.level.number for kind in policy.alarm_types] == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "permission", [p for p in Permission if p is not Permission.SELF_PAY_ADMIN]
)
def test_no_other_permission_edits_alarm_types(permission):
    """PR-1: neither Worklists nor any other implies Admin."""
    for act in (
        lambda who: define_alarm_type(POLICY, KIND, viewer=who),
        lambda who: delete_alarm_type(POLICY, LEVELS[1], viewer=who, levels_in_use=()),
    ):
        with pytest.raises(NotPermitted):
            act(viewer(permission))


def test_admin_does_not_imply_any_other_permission():
    """PR-1: Admin does not imply Worklists; each permission stands for itself."""
    for granted in Permission:
        for asked in Permission:
            assert may(viewer(granted), asked) is (granted is asked)


def test_permissions_have_their_names_from_the_field():
    """PR-1, PR-5: a permission's value is the name an administrator knows."""
    assert {permission.value for permission in Permission} == {
        "Self-Pay Account Management: Admin",
        "Self-Pay Account Management: Worklists",
        "Privacy: Access Blocked Accounts",
        "Practice Set-Up: Medical Groups/ Providers/ Numbers",
    }


# ---------------------------------------------------------------- PR-5 denied unless permitted


@pytest.mark.parametrize("permission", list(Permission))
def test_a_refusal_names_the_permission(permission):
    """PR-5: denied unless permitted; the refusal names act, viewer and permission."""
    require_permission("look", viewer(permission), permission)
    with pytest.raises(NotPermitted) as caught:
        require_permission("look", viewer(), permission)
    error = caught.value
    assert permission.value in str(error)
    assert "u1" in str(error)
    assert (error.act, error.propositions) == ("look", (AccessProblem.PERMISSION_MISSING,))
    assert isinstance(error, Refused)


def test_a_viewer_starts_with_no_permission():
    """PR-5: a new viewer may do nothing."""
    assert Viewer(id="u").permissions == frozenset()
    assert not any(may(Viewer(id="u"), permission) for permission in Permission)


def test_the_permission_is_asked_before_the_subject_is_looked_at():
    """PR-5: who may not act learns nothing about what there is to act on."""
    gap = attrs.evolve(POLICY, alarm_types=())
    with pytest.raises(NotPermitted):
        delete_alarm_type(gap, LEVELS[1], viewer=viewer(), levels_in_use=[LEVELS[1]])


def test_viewer_facing_verbs_take_a_viewer_and_never_default_it():
    """PR-5: the viewer is asked for by keyword; forgetting it is an error, not a pass."""
    for verb in (define_alarm_type, delete_alarm_type):
        parameter = inspect.signature(verb).parameters["viewer"]
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.default is inspect.Parameter.empty


def test_the_hosts_own_acts_take_no_viewer():
    """PR-5: postings, runs, plans, holds, placements and membership are the host's own."""
    with_viewer = {
        name
        for name in dunning.__all__
        if inspect.isfunction(found := getattr(dunning, name))
        and "viewer" in inspect.signature(found).parameters
    }
    assert with_viewer == {
        "define_alarm_type",
        "delete_alarm_type",
        "set_restriction",
        "lift_restriction",
    }


# --------------------------------------------------------------------- PR-6 nothing private shows


def _patient(patient_id="ann"):
    return Patient(
        id=patient_id,
        first_name=SECRET,
        last_name=SECRET,
        birth_on=POSTED,
        address=Address(lines=(SECRET,), city=SECRET, state=SECRET, postal_code=SECRET),
        phones=(SECRET,),
        email=SECRET,
        patient_note=SECRET,
        statement_note=StatementNote(text=SECRET),
    )


def _guarantor():
    return Guarantor(
        id="g1",
        first_name=SECRET,
        last_name=SECRET,
        address=Address(lines=(SECRET,), city=SECRET, state=SECRET, postal_code=SECRET),
        email=SECRET,
        delivery=DeliveryPreference.E_STATEMENT,
        patient_id="ann",
    )


def _account():
    return Account(
        id="a1",
        guarantor=_guarantor(),
        members=(
            Member(patient=_patient(), joined_on=POSTED),
            Member(patient=_patient("bob"), joined_on=POSTED),
        ),
        charges=(
            charge(description=SECRET),
            charge("p", "900.00", description=SECRET),
            charge("b1", of="bob", description=SECRET),
        ),
        notes=(Note(id="n1", on=POSTED, by="u1", subject_ids=("ann",), text=SECRET),),
    )


def _everything_that_happens():
    """A life of one account with every private field filled: all results on the way."""
    seen = [_account()]

    def keep(result):
        seen.append(result)
        return result.account

    account = keep(
        start_plan(
            seen[0],
            plan_id="plan",
            patient_id="ann",
            claim_ids=["claim-p"],
            minimum="50.00",
            cadence=BY_STATEMENT,
            start_on=R1,
            card_ref=SECRET,
            as_of=R1,
            policy=POLICY,
        )
    )
    for day in (R1, R2, R3):
        account = keep(run_statement(account, as_of=day, policy=POLICY))
    account = keep(
        record_card_failure(
            account, plan_id="plan", failure=CardFailure.DECLINED, as_of=R3, policy=POLICY
        )
    )
    new = charge("c9", description=SECRET, posted_on=R3)
    account = keep(post_charge(account, new, as_of=R3, policy=POLICY))
    account = keep(clear_alarm(account, by="u1", note=SECRET, as_of=R3, policy=POLICY))
    account = keep(cancel_plan(account, plan_id="plan", reason=SECRET, as_of=R3, policy=POLICY))
    account = keep(
        place_in_collections(account, charge_ids=["c1"], agency_id="x", as_of=R3, policy=POLICY)
    )
    account = keep(recall_from_collections(account, charge_ids=["c1"], as_of=R3, policy=POLICY))
    account = keep(change_guarantor(account, _guarantor(), as_of=R3))
    account = keep(add_member(account, _patient("cal"), as_of=R3))
    seen.append(dunning.preview_statement(account, as_of=R3 + days(1), policy=POLICY))
    seen.append(dunning.decide_statement(account, as_of=R3 + days(1), policy=POLICY))
    left = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=_guarantor(),
        as_of=R3,
        policy=POLICY,
    )
    seen.append(left)
    seen.append(
        transfer_member(left.new_account, left.account, patient_id="bob", as_of=R3, policy=POLICY)
    )
    return seen


def test_no_repr_or_str_of_anything_that_happens_shows_a_secret():
    """PR-6: accounts, statements, results and events show ids and figures only."""
    seen = _everything_that_happens()
    for one in seen:
        assert SECRET not in repr(one)
        assert SECRET not in str(one)
        assert SECRET not in f"{one}"
    events = [event for one in seen for event in getattr(one, "events", ())]
    assert len({type(event) for event in events}) > 12
    for event in events:
        assert SECRET not in repr(event)
        assert SECRET not in str(event)


def _records():
    nouns = (accounts, charges, contacts, holds, plans, revcycle.access)
    for module in (*nouns, dunning.statement_records, dunning.practice):
        for name in module.__all__:
            found = getattr(module, name)
            if inspect.isclass(found) and attrs.has(found):
                yield found


def test_what_the_library_calls_private():
    """PR-6: names, notes, contact details, secrets' handles; ids and figures are not."""
    private = {
        f"{record.__name__}.{field.name}"
        for record in _records()
        for field in attrs.fields(record)
        if field.metadata.get("private")
    }
    assert private == {
        "Address.lines",
        "Address.city",
        "Address.state",
        "Address.postal_code",
        "AlarmClearance.note",
        "CardAgreement.card_ref",
        "Charge.description",
        "Contact.text",
        "Guarantor.first_name",
        "Guarantor.last_name",
        "Guarantor.address",
        "Guarantor.email",
        "Note.text",
        "Patient.first_name",
        "Patient.last_name",
        "Patient.birth_on",
        "Patient.address",
        "Patient.phones",
        "Patient.email",
        "Patient.patient_note",
        "Patient.statement_note",
        "PaymentPlan.status_reason",
        "StatementCycle.seal",
        "StatementLine.description",
        "StatementNote.text",
        "StatementPatient.first_name",
        "StatementPatient.last_name",
        "StatementTextNote.text",
    }


def _every_record():
    for module in pkgutil.walk_packages(revcycle.__path__, "revcycle."):
        for found in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(found) and attrs.has(found) and found.__module__ == module.name:
                yield found


def test_private_fields_are_in_no_repr():
    """PR-6: declared private means left out of repr, wherever in the library."""
    records = list(_every_record())
    assert {record.__module__.split(".")[1] for record in records} >= {"dunning", "desk", "portals"}
    for record in [*records, *EVENT_TYPES]:
        for field in attrs.fields(record):
            if field.metadata.get("private"):
                assert field.repr is False, f"{record.__name__}.{field.name}"


def _builders():
    """For each record with private fields, fields that make it valid."""
    return {
        Address: {},
        AlarmClearance: {"on": R1, "by": "u1"},
        CardAgreement: {"card_ref": "r", "agreed_on": R1},
        Charge: {
            "id": "c",
            "patient_id": "p",
            "claim_id": "k",
            "amount": "1.00",
            "posted_on": R1,
            "service_on": R1,
        },
        Guarantor: {"id": "g"},
        Note: {"id": "n", "on": R1, "by": "u", "subject_ids": ()},
        Patient: {"id": "p"},
        PaymentPlan: {
            "id": "p",
            "patient_id": "p",
            "claims": (),
            "minimum": "50.00",
            "cadence": BY_STATEMENT,
            "agreed_on": R1,
            "start_on": R1,
        },
        StatementNote: {"text": "x"},
    }


PRIVATE_FIELDS = [
    (record, field.name)
    for record in _builders()
    for field in attrs.fields(record)
    if field.metadata.get("private")
]


@pytest.mark.parametrize(
    ("record", "name"), PRIVATE_FIELDS, ids=lambda v: getattr(v, "__name__", v)
)
def test_an_error_about_a_private_field_does_not_echo_its_value(record, name):
    """PR-6: the field is named, what is valid is said, the value is not shown."""
    fields = _builders()[record]
    record(**fields)
    for wrong in ([SECRET], {SECRET: SECRET}, SECRET.encode()):
        with pytest.raises(InvalidRecord) as caught:
            record(**(fields | {name: wrong}))
        error = caught.value
        assert error.field == name
        assert (error.value, SECRET in str(error), SECRET in repr(error)) == (
            "(private)",
            False,
            False,
        )
        assert name in str(error)
        assert SECRET not in repr(vars(error))
        assert SECRET not in str(pickle.loads(pickle.dumps(error)))


def test_a_statement_note_that_is_too_long_is_refused_without_being_shown():
    """PR-6, ST-9: 75 characters at most; the refusal does not repeat them."""
    assert StatementNote(text="x" * 75).text == "x" * 75
    with pytest.raises(InvalidRecord) as caught:
        StatementNote(text=SECRET * 12)
    assert SECRET not in str(caught.value)
    with pytest.raises(InvalidRecord):
        StatementNote(text="")


@pytest.mark.parametrize("field", ["guarantor", "members", "charges", "notes"])
def test_a_record_of_the_wrong_kind_shows_no_private_field_of_it(field):
    """PR-6: even a patient put where a guarantor belongs is shown by id only."""
    account = _account()
    wrong = _patient() if field == "guarantor" else (_patient(), _guarantor())
    with pytest.raises(InvalidRecord) as caught:
        attrs.evolve(account, **{field: wrong})
    assert SECRET not in str(caught.value)
    assert "ann" in str(caught.value)


def test_refusals_carry_ids_and_figures_only():
    """PR-6: every refusal over an account full of secrets shows none."""
    account = pay(runs(_account(), R1, R2), "c1", "1.00", R2, id="t1")
    account = hold(account, HoldScope.PATIENT, "ann", R2, start_on=R3)
    new = charge("c1", of="ann", description=SECRET, posted_on=R3)
    attempts = [
        lambda: post_charge(account, new, as_of=R2, policy=POLICY),
        lambda: postings.post_payment(
            account,
            charge_id="c1",
            transaction_id="t1",
            amount="999.00",
            received_on=R3,
            as_of=R2,
            policy=POLICY,
        ),
        lambda: add_member(account, _patient(), as_of=R2),
        lambda: change_guarantor(account, _guarantor(), as_of=R1),
        lambda: transfer_member(account, account, patient_id="ann", as_of=R1, policy=POLICY),
        lambda: clear_alarm(_account(), by="u", note=SECRET, as_of=R1, policy=POLICY),
        lambda: void(account, "t9", R2),
        lambda: run(account, R1),
        lambda: pay_plan(account, "zz", "1.00", R2),
        lambda: define_alarm_type(POLICY, KIND, viewer=viewer()),
    ]
    for attempt in attempts:
        with pytest.raises(RevcycleError) as caught:
            attempt()
        assert SECRET not in str(caught.value)
        assert SECRET not in repr(caught.value)
        assert SECRET not in repr(vars(caught.value))


def test_an_event_may_carry_what_replay_needs_but_does_not_show_it():
    """PR-6: the hidden values are there, equal and replayable; only the text leaves them out."""
    joined = add_member(_account(), _patient("cal"), as_of=R1)
    (event,) = joined.events
    assert event.member.patient.last_name == SECRET
    assert SECRET not in repr(event)
    assert dunning.replay(_account(), joined.events) == joined.account


def test_figures_and_ids_do_show():
    """PR-6: what is left is useful: ids, dates and dollars."""
    text = repr(_account())
    for shown in ("a1", "g1", "ann", "c1", "100.00", "n1"):
        assert shown in text
    assert is_private(_patient(), "last_name")
    assert not is_private(_patient(), "id")
    assert not is_private(_patient(), "no such field")


def test_no_enumeration_of_reasons_carries_a_value_of_the_account():
    """PR-6: a remedy is a fixed sentence: nothing to leak."""
    for kind in (AccessProblem, acts.ActProblem, postings.PostingProblem):
        assert issubclass(kind, enum.Enum)
        for member in kind:
            assert member.remedy == member.value
            assert member.remedy.endswith(".")
