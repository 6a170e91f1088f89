"""A patient's wish that the health plan hears nothing of what he pays himself (PR-7)."""

from datetime import date, datetime, time, timedelta

import attrs
import pytest

from revcycle.access import Permission, ProviderGroup, Viewer
from revcycle.accounts import Account, HealthPlanRestriction, InsuranceClass, member_of
from revcycle.charges import AdjustmentReason, AdjustmentSide
from revcycle.dunning import (
    RestrictionLifted,
    RestrictionSet,
    excluded_from_pay_for_performance,
    facts_of,
    is_restricted,
    lift_restriction,
    post_charge,
    privacy_of_claims,
    replay,
    restriction_on,
    set_restriction,
    transfer_member,
)
from revcycle.errors import InvalidRecord, NotPermitted, Refused, UnknownReference
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    adjust,
    cancel_charge,
    charge,
    family,
    pay,
    refund,
    refusal,
    transfer_away,
    transfer_in,
    void,
)

ONE_DAY = timedelta(days=1)
CLERK = Viewer(id="clerk", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))
OFFICER = Viewer(id="officer", permissions=frozenset(Permission))


def wish(account, day=R1, of="ann", viewer=CLERK):
    return set_restriction(account, viewer=viewer, patient_id=of, as_of=day).account


def lift(account, day, of="ann", viewer=CLERK):
    return lift_restriction(account, viewer=viewer, patient_id=of, as_of=day).account


def self_paid(charge_id="c1", amount="100.00", **more):
    return charge(charge_id, amount, self_pay_claim=True, **more)


def privacy(account, day, claim="claim-c1"):
    return next(one for one in privacy_of_claims(account, as_of=day) if one.claim_id == claim)


def withheld(account, day=R3) -> list[str]:
    return [
        each for one in privacy_of_claims(account, as_of=day) for each in one.withheld_charge_ids
    ]


def with_patient(account, **fields) -> Account:
    (member, *others) = account.members
    patient = attrs.evolve(member.patient, **fields)
    return attrs.evolve(account, members=(attrs.evolve(member, patient=patient), *others))


# ---------------------------------------------------------------------------- setting and lifting


def test_it_is_set_and_lifted_with_day_and_author():
    """PR-7: who and when, both times; it stands from its day until the day it is lifted."""
    account = family(self_paid())
    done = set_restriction(account, viewer=CLERK, patient_id="ann", as_of=R1)
    set_to = HealthPlanRestriction(from_on=R1, set_by="clerk")
    assert done.events == (RestrictionSet(R1, "ann", set_to),)
    gone = lift_restriction(done.account, viewer=OFFICER, patient_id="ann", as_of=R3)
    assert gone.events == (RestrictionLifted(R3, "ann", "officer"),)
    assert member_of(gone.account, "ann").patient.restriction == attrs.evolve(
        set_to, until_on=R3, lifted_by="officer"
    )
    patient = member_of(gone.account, "ann").patient
    days = (R1 - ONE_DAY, R1, R3 - ONE_DAY, R3)
    assert [is_restricted(patient, as_of=day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("day", [None, "2025-02-10", datetime.combine(R2, time())])
@pytest.mark.parametrize("ask", [is_restricted, restriction_on])
def test_a_restriction_is_asked_for_on_a_day(ask, day):
    """PR-7, M-2: an answer about no plain date would be a wrong one, restricted or not."""
    for account in (family(self_paid()), wish(family(self_paid()))):
        with pytest.raises(InvalidRecord, match="be a date"):
            ask(member_of(account, "ann").patient, as_of=day)


def test_it_can_be_set_anew_and_the_earlier_one_is_kept():
    """PR-7: after it was lifted, also on the very day; every past day keeps its true answer."""
    account = lift(wish(family(self_paid())), R2)
    account = wish(account, R2 + ONE_DAY, viewer=OFFICER)
    patient = member_of(account, "ann").patient
    assert patient.past_restrictions == (
        HealthPlanRestriction(from_on=R1, until_on=R2, set_by="clerk", lifted_by="clerk"),
    )
    assert patient.restriction == HealthPlanRestriction(from_on=R2 + ONE_DAY, set_by="officer")
    days = (R1 - ONE_DAY, R1, R2 - ONE_DAY, R2, R2 + ONE_DAY, R3)
    assert [is_restricted(patient, as_of=day) for day in days] == [
        False,
        True,
        True,
        False,
        True,
        True,
    ]
    assert restriction_on(patient, as_of=R2) == patient.past_restrictions[0]
    assert restriction_on(patient, as_of=R1 - ONE_DAY) is None
    at_once = wish(lift(wish(family(self_paid())), R2), R2)
    assert is_restricted(member_of(at_once, "ann").patient, as_of=R2)


def test_what_is_past_has_been_lifted():
    """PR-7: a restriction that still stands is the latest one, not a past one."""
    with pytest.raises(InvalidRecord) as caught:
        with_patient(family(), past_restrictions=(HealthPlanRestriction(from_on=R1),))
    assert caught.value.field == "past_restrictions"


def test_one_that_stands_from_a_later_day_is_left_as_it_is():
    """PR-7: neither a second one before it nor a lift before it began."""
    account = with_patient(family(), restriction=HealthPlanRestriction(from_on=R2))
    ask = {"viewer": CLERK, "patient_id": "ann", "as_of": R1}
    assert refusal(set_restriction, account, **ask) == ["RESTRICTED_ALREADY"]
    assert refusal(lift_restriction, account, **ask) == ["NOT_RESTRICTED"]
    account = wish(lift(account, R2), R3)
    assert refusal(lift_restriction, account, **ask)[1:] == ["NOT_RESTRICTED"]


def test_its_events_give_the_account():
    """PR-7: replaying them sets and lifts the wish, and nothing else changes."""
    account = family(self_paid(), "bob")
    done = set_restriction(account, viewer=CLERK, patient_id="bob", as_of=R1)
    assert replay(account, done.events) == done.account
    gone = lift_restriction(done.account, viewer=CLERK, patient_id="bob", as_of=R2)
    assert replay(done.account, gone.events) == gone.account
    assert gone.account.charges == account.charges
    assert member_of(gone.account, "ann") == member_of(account, "ann")
    assert gone.account.last_act_on == R2


def test_refused_wishes_mended_one_defect_at_a_time():
    """PR-7: the day, then what stands; nothing to lift is refused, and an unknown patient too."""
    account = wish(family(self_paid()), R2)
    ask = {"viewer": CLERK, "patient_id": "ann"}
    assert refusal(set_restriction, account, as_of=R1, **ask) == [
        "AS_OF_BEFORE_LAST_ACT",
        "RESTRICTED_ALREADY",
    ]
    assert refusal(set_restriction, account, as_of=R2, **ask) == ["RESTRICTED_ALREADY"]
    account = lift(account, R2)
    assert refusal(lift_restriction, account, as_of=R1, **ask) == [
        "AS_OF_BEFORE_LAST_ACT",
        "NOT_RESTRICTED",
    ]
    assert refusal(lift_restriction, account, as_of=R2, **ask) == ["NOT_RESTRICTED"]
    assert refusal(set_restriction, account, as_of=R2, **ask) == []
    with pytest.raises(UnknownReference, match="patient"):
        wish(account, R2, of="nobody")


def test_a_viewer_needs_the_worklists_permission():
    """PR-7, PR-5: denied unless permitted, by the permission's name; Admin is not it."""
    admin = Viewer(id="admin", permissions=frozenset({Permission.SELF_PAY_ADMIN}))
    for viewer in (Viewer(id="nobody"), admin):
        for verb in (set_restriction, lift_restriction):
            with pytest.raises(NotPermitted, match="Worklists"):
                verb(family(self_paid()), viewer=viewer, patient_id="ann", as_of=R1)


def test_a_blocked_patient_needs_the_blocked_permission_too():
    """PR-7, PR-3: whom a viewer may not open he cannot restrict, nor by another provider group."""
    blocked = with_patient(family(self_paid()), blocked=True)
    with pytest.raises(NotPermitted, match="Blocked Accounts"):
        wish(blocked)
    assert member_of(wish(blocked, viewer=OFFICER), "ann").patient.restriction is not None
    group = ProviderGroup(id="east", department_ids=frozenset({"east"}))
    of_a_group = attrs.evolve(CLERK, provider_groups=frozenset({group}))
    elsewhere = with_patient(family(self_paid()), primary_department_id="west")
    with pytest.raises(Refused, match="outside provider groups"):
        wish(elsewhere, viewer=of_a_group)
    here = with_patient(family(self_paid()), primary_department_id="east")
    assert member_of(wish(here, viewer=of_a_group), "ann").patient.restriction is not None


def test_it_moves_with_the_patient():
    """PR-7, FA-3: the wish is the patient's, whatever account the bills are on."""
    account = wish(family(self_paid()))
    target = family(charge("t1", of="tom"), account_id="t")
    moved = transfer_member(account, target, patient_id="ann", as_of=R2, policy=POLICY).target
    assert excluded_from_pay_for_performance(moved, as_of=R2) == ("ann",)


# -------------------------------------------------------------------------- what follows from it


def test_no_eligibility_check_on_self_pay_claims_of_a_restricted_patient():
    """PR-7: coverage scans included; claims that go to insurance may be checked, insured or not."""
    account = family(self_paid(), charge("c2"), self_paid("b1", of="bob"))
    account = with_patient(account, insurance_class=InsuranceClass.OTHER_PRIMARY)

    def may(account, day):
        claims = privacy_of_claims(account, as_of=day)
        return {one.claim_id: one.may_check_eligibility for one in claims}

    everything = {"claim-c1": True, "claim-c2": True, "claim-b1": True}
    assert may(account, R1) == everything
    account = wish(account, R2)
    assert may(account, R2) == everything | {"claim-c1": False}
    assert may(account, R2 - ONE_DAY) == everything
    assert may(lift(account, R3), R3) == everything


def test_the_statutory_duty_is_per_charge_paid_in_full():
    """PR-7: self-pay claim and paid in full: only then must the plan learn nothing of it."""
    account = wish(family(self_paid(), self_paid("c2", claim="claim-c1"), charge("c3")))
    assert withheld(account) == []
    account = pay(account, "c1", "99.99", R2)
    assert withheld(account) == []
    account = pay(account, "c1", "0.01", R2)
    assert withheld(account) == ["c1"]
    account = pay(account, "c3", "100.00", R2)
    assert withheld(account) == ["c1"]
    one = privacy(account, R3)
    assert (one.patient_id, one.is_self_pay, one.is_restricted) == ("ann", True, True)
    assert withheld(lift(account, R3), R3) == []


def test_a_payment_taken_back_ends_the_statutory_duty():
    """PR-7: refunded or bounced it is not paid; eligibility is still not checked."""
    account = pay(wish(family(self_paid())), "c1", "100.00", R2)
    assert withheld(account) == ["c1"]
    assert withheld(refund(account, "c1", "0.01", R2)) == []
    bounced = void(account, "t1", R3)
    assert withheld(bounced) == []
    assert not privacy(bounced, R3).may_check_eligibility


@pytest.mark.parametrize(
    ("reason", "is_paid"),
    [
        (AdjustmentReason.BAD_DEBT, False),
        (AdjustmentReason.CHARITY, False),
        (AdjustmentReason.SMALL_BALANCE, False),
        (AdjustmentReason.PROMPT_PAY, True),
        (AdjustmentReason.COURTESY, True),
        (AdjustmentReason.CORRECTION, True),
    ],
)
def test_what_was_let_go_was_not_paid(reason, is_paid):
    """PR-7: written off is not paid in full; a lower price that was paid is."""
    account = pay(wish(family(self_paid())), "c1", "80.00", R2)
    account = adjust(account, "c1", "20.00", R2, reason=reason)
    assert withheld(account) == (["c1"] if is_paid else [])
    mended = void(account, "t2", R3)
    assert withheld(mended) == []
    assert withheld(pay(mended, "c1", "20.00", R3)) == ["c1"]


def test_what_went_to_somebody_else_was_not_paid():
    """PR-7: a balance transferred away, whole or in part, was not paid by the patient's side; a
    transfer taken back, or moved back and then paid, leaves the charge paid in full.
    """
    account = wish(family(self_paid()))
    gone = transfer_away(account, "c1", "100.00", R2)
    assert withheld(gone) == []
    part = pay(transfer_away(account, "c1", "0.01", R2), "c1", "99.99", R2)
    assert withheld(part) == []
    assert withheld(pay(void(part, "t1", R3), "c1", "0.01", R3)) == ["c1"]
    back = transfer_in(gone, "c1", "99.99", R2)
    assert withheld(pay(back, "c1", "99.99", R3)) == []
    back = transfer_in(back, "c1", "0.01", R2)
    assert withheld(pay(back, "c1", "100.00", R3)) == ["c1"]


def test_what_came_from_insurance_and_went_back_there_was_not_paid():
    """PR-7: only what went away and came back counts as back; one that came first does not."""
    account = transfer_in(wish(family(self_paid())), "c1", "50.00", R2)
    account = pay(transfer_away(account, "c1", "50.00", R2), "c1", "100.00", R2)
    assert withheld(account) == []


def test_what_insurance_took_off_does_not_matter():
    """PR-7, CH-1: an adjustment on insurance's side is none of the patient's money."""
    account = pay(wish(family(self_paid())), "c1", "100.00", R2)
    account = adjust(
        account, "c1", "5.00", R2, reason=AdjustmentReason.BAD_DEBT, side=AdjustmentSide.INSURANCE
    )
    assert withheld(account) == ["c1"]


def test_a_voided_charge_makes_no_claim():
    """PR-7, CH-3: from its void on there is nothing to check and nothing to withhold."""
    account = cancel_charge(wish(family(self_paid(), charge("c2"))), "c1", R2)
    assert [one.claim_id for one in privacy_of_claims(account, as_of=R2)] == ["claim-c2"]


def test_the_charges_of_a_claim_agree_on_self_pay():
    """PR-7, CH-6: a claim is self pay whole or not at all, however an account is built."""
    two = charge("c2", claim="claim-c1")
    with pytest.raises(InvalidRecord, match="self pay"):
        family(self_paid(), two)
    account = family(self_paid())
    assert refusal(post_charge, account, two, as_of=R1, policy=POLICY) == ["CLAIM_DISAGREES"]


def test_the_restricted_are_excluded_from_pay_for_performance():
    """PR-7: the patient, not the family, and whatever the claims are; while the wish stands."""
    account = wish(family(charge(), charge("b1", of="bob")), R2, of="bob")
    assert excluded_from_pay_for_performance(account, as_of=R1) == ()
    assert excluded_from_pay_for_performance(account, as_of=R2) == ("bob",)
    assert excluded_from_pay_for_performance(lift(account, R3, of="bob"), as_of=R3) == ()


def test_whether_a_restriction_holds_is_a_fact_of_the_account():
    """PR-7: rules and reports can ask it, Yes or No, for every day."""
    account = wish(family(self_paid(), "bob"), R2, of="bob")
    yes, no = (facts_of(account, as_of=day, policy=POLICY).has_restriction for day in (R2, R1))
    assert (yes, no) == (True, False)


def test_only_a_current_member_can_be_asked_about():
    """PR-7, FA-1: an account without members has nobody to exclude."""
    closed = Account(
        id="a",
        guarantor=family().guarantor,
        members=(),
        closed_on=date(2025, 1, 1),
        last_act_on=date(2025, 1, 1),
    )
    assert excluded_from_pay_for_performance(closed, as_of=R1) == ()
    assert privacy_of_claims(closed, as_of=R1) == ()
