"""CH-1 to CH-9: what a charge is, what money does to it, and what a bounced cheque undoes."""

from datetime import date

import pytest

from revcycle.accounts import InsuranceClass, Member, charge_of
from revcycle.charges import AdjustmentReason, AdjustmentSide, adjusted, paid, patient_part
from revcycle.dunning import (
    CureEffect,
    DunningPolicy,
    PartialPaymentEffect,
    account_level,
    apply_credit,
    collect_outstanding,
    collections_findings,
    credits_of,
    due_now,
    figures_of,
    net_balance,
    place_in_collections,
    post_adjustment,
    post_charge,
    post_payment,
    post_refund,
    post_transfer_away,
    recall_from_collections,
    reset_next_statement,
    run_statement,
    total_outstanding,
    void_charge,
    void_transaction,
    write_off_bad_debt,
)
from revcycle.errors import Refused
from revcycle.holds import HoldScope
from revcycle.levels import level as level_of
from revcycle.plans import PlanStatus
from revcycle.testing.change_checks import check_level_moves
from tests.stories.book import (
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    RUNS,
    adjust,
    asked,
    cancel,
    cancel_charge,
    charge,
    dollars,
    family,
    fault,
    hold,
    level,
    levels_over,
    monthly,
    owed,
    patient,
    pay,
    pay_plan,
    plan,
    post,
    reached,
    refund,
    refusal,
    release,
    run,
    runs,
    stands,
    the_plan,
    transfer_away,
    transfer_in,
    void,
)

JAN_20 = date(2025, 1, 20)
FEB_11, FEB_12, FEB_13 = date(2025, 2, 11), date(2025, 2, 12), date(2025, 2, 13)
MINUS_ONE = DunningPolicy(partial_payment_effect=PartialPaymentEffect.MINUS_ONE)
TO_ZERO = DunningPolicy(partial_payment_effect=PartialPaymentEffect.TO_ZERO)


def billing(account, charge_id="c1"):
    """First billing date and how many statements: what a void must leave or give back."""
    standing = charge_of(account, charge_id).standing
    return standing.first_billed_on, standing.billed_count


# ----------------------------------------------------------------------------------- CH-1


def test_a_charge_is_billed_first_by_the_first_statement_it_appears_on():
    """CH-1: a new charge has no first billing date; the first statement sets it, for good."""
    account = family(charge())

    assert billing(account) == (None, 0)
    assert billing(run(account, R1)) == (R1, 1)
    assert billing(runs(account, R1, R2, R3)) == (R1, 3)


def test_a_charge_keeps_what_reports_ask_for():
    """CH-1: a charge knows claim, patient, department, provider, and its two dates."""
    one = charge(
        of="bob", claim="k1", department_id="d1", provider_id="dr1", service_on=date(2024, 12, 24)
    )

    assert (one.patient_id, one.claim_id, one.department_id) == ("bob", "k1", "d1")
    assert (one.provider_id, one.service_on, one.posted_on) == ("dr1", date(2024, 12, 24), POSTED)


def test_the_amount_at_posting_is_zero_or_more():
    """CH-1: a charge of zero is valid, one below zero is not."""
    assert owed(family(charge(amount="0"))) == "0.00"
    assert fault(charge, amount="-0.01") == ("Charge", "amount")


@pytest.mark.parametrize(
    ("act", "left"),
    [(pay, "60.00"), (adjust, "60.00"), (transfer_away, "60.00"), (transfer_in, "140.00")],
)
def test_the_kind_of_a_transaction_gives_the_sign(act, left):
    """CH-1: amounts are positive; payment, adjustment, transfer away take off, transfer in adds."""
    account = family(charge())

    assert owed(act(account, "c1", "40.00", R1)) == left
    for amount in ("0.00", "-40.00"):
        assert fault(act, account=account, charge_id="c1", amount=amount, day=R1) == (
            "Transaction",
            "amount",
        )


def test_a_refund_lowers_what_was_paid():
    """CH-1: paid 40 less 15 given back is 25 paid, 75 outstanding."""
    account = refund(pay(family(charge()), "c1", "40", R1), "c1", "15", R1)

    assert str(paid(charge_of(account, "c1"))) == "25.00"
    assert owed(account) == "75.00"


def test_no_more_is_refunded_than_was_paid():
    """CH-1: one cent above what was paid is refused, all of it is not."""
    account = pay(family(charge()), "c1", "40", R1)

    assert refusal(refund, account, "c1", "40.01", R1) == ["REFUND_ABOVE_PAID"]
    assert owed(refund(account, "c1", "40.00", R1)) == "100.00"
    assert refusal(refund, refund(account, "c1", "40.00", R1), "c1", "0.01", R1) == [
        "REFUND_ABOVE_PAID"
    ]


def test_only_the_patient_side_of_an_adjustment_counts():
    """CH-1: what insurance adjusts leaves the patient's outstanding as it was."""
    account = adjust(family(charge()), "c1", "300", R1, side=AdjustmentSide.INSURANCE)

    assert (owed(account), str(adjusted(charge_of(account, "c1")))) == ("100.00", "0.00")

    account = adjust(account, "c1", "30", R1)

    assert (owed(account), str(adjusted(charge_of(account, "c1")))) == ("70.00", "30.00")


@pytest.mark.parametrize("reason", AdjustmentReason)
def test_an_adjustment_keeps_its_reason(reason):
    """CH-1: bad debt, charity, courtesy or another reason stays on the transaction."""
    account = adjust(family(charge()), "c1", "10", R1, reason=reason)

    assert charge_of(account, "c1").transactions[-1].reason is reason


def test_the_patients_part_is_amount_and_transfers():
    """CH-1: the patient's part is amount + transfers in - transfers away, money apart."""
    account = transfer_in(family(charge()), "c1", "25", R1)
    account = transfer_away(account, "c1", "60", R1)
    account = adjust(pay(account, "c1", "10", R1), "c1", "5", R1)

    assert str(patient_part(charge_of(account, "c1"))) == "65.00"
    assert owed(account) == "50.00"


def test_a_void_is_a_date_and_never_a_deletion():
    """CH-1: a voided payment stays in the charge's history with the day of the void."""
    account = void(pay(family(charge()), "c1", "40", R1), "t1", FEB_11)

    [payment] = charge_of(account, "c1").transactions
    assert (payment.id, str(payment.amount), payment.voided_on) == ("t1", "40.00", FEB_11)
    assert owed(account) == "100.00"


def test_a_transaction_knows_when_it_came_and_when_it_was_posted():
    """CH-1: received_on and posted_on are two dates and may differ."""
    account = pay(family(charge()), "c1", "40", FEB_11, received_on=R2)

    [payment] = charge_of(account, "c1").transactions
    assert (payment.received_on, payment.posted_on) == (R2, FEB_11)


def test_posting_an_id_twice_is_refused_as_already_posted():
    """CH-1: the same transaction id on the same charge, another, or after its void: refused."""
    account = pay(family(charge(), charge("c2")), "c1", "40", R1, id="cheque")

    assert refusal(pay, account, "c1", "40", R1, id="cheque") == ["ALREADY_POSTED"]
    assert refusal(pay, account, "c2", "40", R1, id="cheque") == ["ALREADY_POSTED"]
    assert refusal(adjust, account, "c2", "40", R1, id="cheque") == ["ALREADY_POSTED"]
    assert refusal(pay, void(account, "cheque", R1), "c1", "40", R1, id="cheque") == [
        "ALREADY_POSTED"
    ]
    assert refusal(post, account, charge(claim="other"), R1) == ["ALREADY_POSTED"]


# ----------------------------------------------------------------------------------- CH-2


@pytest.mark.parametrize("close", [pay, adjust, transfer_away])
def test_a_charge_paid_or_adjusted_to_nothing_is_closed_and_out_of_dunning(close):
    """CH-2: a closed charge is not billed and its level is not moved; the open one's is."""
    account = runs(family(charge(), charge("c2")), R1, R2)
    account = close(account, "c1", "100.00", FEB_11)

    account = runs(account, R3, R4)

    assert stands(account, "c1") == (1, R2)
    assert billing(account, "c1") == (R1, 2)
    assert stands(account, "c2") == (3, R4)


def test_one_cent_short_a_charge_stays_open():
    """CH-2: open means outstanding more than zero; one cent owed is billed and advances."""
    account = pay(runs(family(charge()), R1, R2), "c1", "99.99", FEB_11)

    assert level(run(account, R3)) == 2


def test_a_zero_dollar_charge_is_valid_and_never_open():
    """CH-2: a charge of nothing is no reason for a statement and is not listed on one."""
    alone = run_statement(family(charge(amount="0")), as_of=R1, policy=POLICY)
    account = run(family(charge(amount="0"), charge("c2")), R1)

    assert [skip.reason.name for skip in alone.skips] == ["NOTHING_BILLABLE"]
    assert billing(account, "c1") == (None, 0)
    assert billing(account, "c2") == (R1, 1)


def test_a_voided_charge_is_not_open():
    """CH-2: voided, a charge owes nothing and takes no part."""
    account = cancel_charge(run(family(charge(), charge("c2")), R1), "c1", JAN_20)

    assert owed(account, "c1") == "0.00"
    assert level(run(account, R2), "c1") == 0


# ----------------------------------------------------------------------------------- CH-3


def test_a_voided_charge_is_ignored_and_kept():
    """CH-3: from its void date on it counts in no figure; history keeps it with its standing."""
    account = runs(family(charge(), charge("c2", "30")), R1, R2, R3)
    account = cancel_charge(account, "c1", date(2025, 3, 20))

    assert dollars(account, "total_outstanding", R4) == "30.00"
    assert dollars(account, "due_now", R4) == "30.00"
    kept = charge_of(account, "c1")
    assert (kept.voided_on, str(kept.amount), kept.standing.level.number) == (
        date(2025, 3, 20),
        "100.00",
        2,
    )


def test_a_voided_transaction_is_ignored_in_every_sum():
    """CH-3: voided payment, refund, adjustment and transfers count in nothing."""
    account = pay(family(charge()), "c1", "50", R1, id="p1")
    account = pay(account, "c1", "10", R1, id="p2")
    account = refund(account, "c1", "5", R1, id="r")
    account = adjust(account, "c1", "3", R1, id="a")
    account = transfer_in(account, "c1", "20", R1, id="in")
    account = transfer_away(account, "c1", "7", R1, id="away")
    for one in ("r", "p2", "a", "in", "away"):
        account = void(account, one, FEB_11)

    whole = charge_of(account, "c1")
    assert [str(f(whole)) for f in (paid, adjusted, patient_part)] == ["50.00", "0.00", "100.00"]
    assert owed(account) == "50.00"
    assert len(whole.transactions) == 6


def test_a_charge_with_transactions_that_stand_cannot_be_voided():
    """CH-3: the refusal names them, so that no money is stranded; once they are void it goes."""
    account = adjust(pay(family(charge()), "c1", "40", R1, id="cheque"), "c1", "1", R1, id="gift")

    with pytest.raises(Refused, match="transactions cheque, gift") as refused:
        cancel_charge(account, "c1", R1)
    assert [p.name for p in refused.value.propositions] == ["TRANSACTIONS_STAND"]

    account = void(account, "cheque", FEB_11)
    with pytest.raises(Refused, match="transactions gift"):
        cancel_charge(account, "c1", FEB_11)

    account = cancel_charge(void(account, "gift", FEB_11), "c1", FEB_11)
    assert charge_of(account, "c1").voided_on == FEB_11


def test_what_is_voided_is_not_voided_again_nor_paid():
    """CH-3: a second void is refused, and so is money on a voided charge."""
    account = void(pay(family(charge()), "c1", "40", R1, id="cheque"), "cheque", R1)
    assert refusal(void, account, "cheque", R1) == ["ALREADY_VOIDED"]

    account = cancel_charge(account, "c1", R1)
    assert refusal(cancel_charge, account, "c1", R1) == ["ALREADY_VOIDED"]
    assert refusal(pay, account, "c1", "1", R1, credit=True) == ["CHARGE_VOIDED"]


# ----------------------------------------------------------------------------- CH-4, CH-5


def test_a_credit_never_offsets_another_charge_by_itself():
    """CH-4: 20 too much on one charge leaves the other's 100, and the total, as they were."""
    account = pay(family(charge(), charge("c2")), "c1", "120", R1, credit=True)
    account = run(account, R1)

    assert (owed(account, "c1"), owed(account, "c2")) == ("-20.00", "100.00")
    assert dollars(account, "total_outstanding", R1) == "100.00"
    assert dollars(account, "due_now", R1) == "100.00"


def test_the_host_applies_a_credit():
    """CH-4: applied by the host, 20 of credit pay 20 of the other charge."""
    account = pay(family(charge(), charge("c2")), "c1", "120", R1, credit=True)

    account = apply_credit(
        account,
        from_charge_id="c1",
        to_charge_id="c2",
        refund_id="r",
        payment_id="p",
        amount="20",
        as_of=R1,
        policy=POLICY,
    ).account

    assert (owed(account, "c1"), owed(account, "c2")) == ("0.00", "80.00")


@pytest.mark.parametrize("act", [pay, adjust, transfer_away])
def test_one_cent_above_outstanding_is_refused(act):
    """CH-5: a payment, adjustment or transfer away above outstanding is refused, not clipped."""
    account = pay(family(charge()), "c1", "60", R1)

    assert refusal(act, account, "c1", "40.01", R1) == ["ABOVE_OUTSTANDING"]
    assert owed(act(account, "c1", "40.00", R1)) == "0.00"


@pytest.mark.parametrize("act", [pay, adjust, transfer_away])
def test_nothing_more_is_taken_off_a_charge_in_credit(act):
    """CH-5: on a closed charge, or one in credit, a single cent more is refused."""
    closed = pay(family(charge()), "c1", "100", R1)
    in_credit = pay(closed, "c1", "5", R1, credit=True)

    assert refusal(act, closed, "c1", "0.01", R1) == ["ABOVE_OUTSTANDING"]
    assert refusal(act, in_credit, "c1", "0.01", R1) == ["ABOVE_OUTSTANDING"]


def test_a_payment_may_be_allowed_as_a_credit():
    """CH-5: allowed, the whole amount is posted: outstanding is negative, the charge closed."""
    account = pay(run(family(charge(), charge("c2")), R1), "c1", "130", JAN_20, credit=True)

    assert owed(account) == "-30.00"
    assert str(paid(charge_of(account, "c1"))) == "130.00"
    assert level(run(account, R2), "c1") == 0


def test_insurances_adjustment_has_no_limit_here():
    """CH-5: it is not the patient's outstanding that it lowers."""
    assert owed(adjust(family(charge()), "c1", "900", R1, side=AdjustmentSide.INSURANCE)) == (
        "100.00"
    )


# ----------------------------------------------------------------------------------- CH-6


def test_insurance_class_and_self_pay_claim_are_two_things():
    """CH-6: an insured patient may have a self-pay claim, a self-pay patient one that is not."""
    insured = Member(
        patient=patient(insurance_class=InsuranceClass.OTHER_PRIMARY), joined_on=date(2024, 1, 1)
    )
    account = family(charge(self_pay_claim=True), charge("c2"))
    mixed = type(account)(
        id="a1", guarantor=account.guarantor, members=(insured,), charges=account.charges
    )

    assert [c.self_pay_claim for c in mixed.charges] == [True, False]
    assert account.members[0].patient.insurance_class is InsuranceClass.SELF_PAY_PRIMARY
    assert not charge_of(account, "c2").self_pay_claim


def test_the_charges_of_a_claim_agree_on_self_pay():
    """CH-6: a second charge of the claim with another flag, or another patient, is refused."""
    account = family(charge(claim="k1", self_pay_claim=True), "bob")

    assert refusal(post, account, charge("c2", claim="k1"), R1) == ["CLAIM_DISAGREES"]
    assert refusal(post, account, charge("c2", of="bob", claim="k1", self_pay_claim=True), R1) == [
        "CLAIM_DISAGREES"
    ]
    assert refusal(post, account, charge("c2", claim="k1", self_pay_claim=True), R1) == []
    assert fault(
        lambda: family(charge(claim="k1", self_pay_claim=True), charge("c2", claim="k1"))
    ) == ("Account", "charges")


def test_a_self_pay_flag_set_wrongly_is_mended_by_voiding_the_charge():
    """CH-3, CH-6: a voided charge binds its claim no longer; its patient stays the claim's."""
    account = cancel_charge(family(charge(claim="k1"), "bob"), "c1", R1)

    assert refusal(post, account, charge("c2", claim="k1", self_pay_claim=True), R1) == []
    assert refusal(post, account, charge("c2", of="bob", claim="k1"), R1) == ["CLAIM_DISAGREES"]
    mended = post(account, charge("c2", claim="k1", self_pay_claim=True), R1)
    assert refusal(post, mended, charge("c3", claim="k1"), R1) == ["CLAIM_DISAGREES"]
    assert family(*mended.charges).charges == mended.charges


def test_a_voided_charge_with_an_agency_keeps_its_claim_off_no_plan():
    """CH-3, CO-3: voided, it is with nobody; a claim with a charge that is there is refused."""
    account = place(runs(family(charge(claim="k1"), charge("c2", claim="k1")), R1), R1, "c1")
    assert refusal(plan, account, "k1", on=R1) == ["CLAIM_PLACED"]

    account = plan(cancel_charge(account, "c1", R1), "k1", on=R1)

    assert charge_of(account, "c2").standing.enrolment is not None


def test_a_charge_transferred_to_the_patient_is_no_self_pay_claim():
    """CH-6: what insurance leaves is the patient's to pay, on a claim that insurance has seen."""
    account = transfer_in(family(charge(amount="0")), "c1", "35", R1)

    assert owed(account) == "35.00"
    assert charge_of(account, "c1").self_pay_claim is False


# ----------------------------------------------------------------------------------- CH-7


def an_account_with_one_of_each():
    """Standard 100 billed and 7 not, plan 200 with 50 due, held 11, placed 13, credit -5."""
    account = family(
        charge("std"),
        charge("plan", "200"),
        charge("held", "11"),
        charge("placed", "13"),
        charge("credit", "1"),
        charge("mate", "3", of="bob"),
    )
    account = plan(account, "claim-plan", on=R1)
    account = pay(account, "credit", "6", R1, credit=True)
    account = run(account, R1)
    account = hold(account, HoldScope.CLAIM, "claim-held", JAN_20)
    account = hold(account, HoldScope.PATIENT, "bob", JAN_20, id="h2")
    account = place_in_collections(
        account, charge_ids=["placed"], agency_id="agency", as_of=JAN_20, policy=POLICY
    ).account
    return post(account, charge("new", "7", posted_on=JAN_20), JAN_20)


def test_each_figure_of_the_account_answers_its_own_question():
    """CH-7: what is billable, outstanding, in credit, net, due now and at collections.

    Held charges are outstanding but not billable; placed ones are neither; an unbilled standard
    charge is due; of a plan only its due is; a credit lowers the net balance alone.
    """
    figures = figures_of(an_account_with_one_of_each(), as_of=JAN_20, policy=POLICY)

    assert {name: str(getattr(figures, name)) for name in figures.__slots__ if name[0] != "_"} == {
        "total_outstanding": "321.00",  # 100 + 200 + 11 + 3 + 7
        "credits": "-5.00",
        "billable": "307.00",  # 100 + 200 + 7
        "net_balance": "302.00",
        "plan_due": "50.00",
        "plan_overdue": "0.00",
        "due_now": "157.00",  # 100 + 7 + 50
        "collect_outstanding": "13.00",
    }


def test_each_figure_asked_by_itself_is_the_same():
    """CH-7: one figure alone, or all of them together: one answer."""
    account = an_account_with_one_of_each()
    whole = figures_of(account, as_of=JAN_20, policy=POLICY)

    assert net_balance(account, as_of=JAN_20) == whole.net_balance
    assert due_now(account, as_of=JAN_20, policy=POLICY) == whole.due_now
    assert total_outstanding(account) == whole.total_outstanding
    assert credits_of(account) == whole.credits
    assert collect_outstanding(account) == whole.collect_outstanding


def test_an_account_hold_stops_the_run_but_its_charges_stay_billable():
    """CH-7: under an account hold billable and due now are what they were."""
    account = hold(run(family(charge()), R1), HoldScope.ACCOUNT, None, JAN_20)

    assert dollars(account, "billable", R2) == "100.00"
    assert dollars(account, "due_now", R2) == "100.00"
    assert run_statement(account, as_of=R2, policy=POLICY).account is account


def test_a_hold_makes_a_charge_billable_again_when_it_ends():
    """CH-7: not billable on the hold's days, first and last included; billable the day after."""
    account = hold(run(family(charge()), R1), HoldScope.CLAIM, "claim-c1", JAN_20, last_on=FEB_11)

    shown = [dollars(account, "billable", day) for day in (R1, JAN_20, FEB_11, FEB_12)]
    assert shown == ["100.00", "0.00", "0.00", "100.00"]


def test_collect_outstanding_is_what_is_still_owed_on_placed_charges():
    """CH-7: a payment to the agency lowers it."""
    account = pay(an_account_with_one_of_each(), "placed", "4", JAN_20)

    assert dollars(account, "collect_outstanding", JAN_20) == "9.00"
    assert dollars(account, "total_outstanding", JAN_20) == "321.00"


# ------------------------------------------------------------- CH-8: the cheque bounces ...


def test_a_bounced_cheque_that_had_closed_a_charge():
    """CH-8: level, reached_on, first billing and statement count are as they were."""
    before = runs(family(charge()), R1, R2, R3)
    account = pay(before, "c1", "100", date(2025, 3, 18), id="cheque")

    account = void(account, "cheque", date(2025, 3, 25))

    assert charge_of(account, "c1").standing == charge_of(before, "c1").standing
    assert (stands(account), billing(account)) == ((2, R3), (R1, 3))
    assert stands(run(account, R4)) == (3, R4)


def test_a_bounced_cheque_that_had_closed_a_charge_with_a_run_in_between():
    """CH-8: the run moved the other charge, not the closed one: it comes back as it was."""
    account = runs(family(charge(), charge("c2")), R1, R2)
    account = run(pay(account, "c1", "100", FEB_11, id="cheque"), R3)

    account = void(account, "cheque", date(2025, 3, 18))

    assert (stands(account, "c1"), billing(account, "c1")) == ((1, R2), (R1, 2))
    assert (stands(account, "c2"), billing(account, "c2")) == ((2, R3), (R1, 3))


@pytest.mark.parametrize(("policy", "lowered"), [(MINUS_ONE, (1, FEB_11)), (TO_ZERO, (0, None))])
def test_a_bounced_cheque_that_had_lowered_a_level(policy, lowered):
    """CH-8: where a partial payment lowers a level (DL-8), its void gives level and date back."""
    account = runs(family(charge()), R1, R2, R3, policy=policy)
    account = pay(account, "c1", "10", date(2025, 3, 18), id="cheque", policy=policy)
    assert level(account) == lowered[0]

    account = void(account, "cheque", date(2025, 3, 25), policy)

    assert stands(account) == (2, R3)


def test_a_bounced_cheque_that_had_lowered_a_level_with_a_run_in_between():
    """CH-8: a cycle run has moved the charge since, so the level stands."""
    account = runs(family(charge()), R1, R2, R3, policy=MINUS_ONE)
    account = pay(account, "c1", "10", date(2025, 3, 18), id="cheque", policy=MINUS_ONE)
    account = run(account, R4, MINUS_ONE)
    assert stands(account) == (2, R4)

    account = void(account, "cheque", date(2025, 4, 25), MINUS_ONE)

    assert stands(account) == (2, R4)
    assert owed(account) == "100.00"


def test_a_bounced_cheque_that_had_lowered_a_level_with_a_later_payment_in_between():
    """CH-8: a later payment has moved the charge since, so the level stands.

    When that one bounces too, nothing that counts has moved it: both moves are undone (decision 3).
    """
    account = runs(family(charge()), R1, R2, R3, R4, policy=MINUS_ONE)
    account = pay(account, "c1", "10", date(2025, 4, 22), id="first", policy=MINUS_ONE)
    account = pay(account, "c1", "10", date(2025, 4, 23), id="second", policy=MINUS_ONE)
    assert stands(account) == (1, date(2025, 4, 23))

    account = void(account, "first", date(2025, 4, 28), MINUS_ONE)
    assert stands(account) == (1, date(2025, 4, 23))

    account = void(account, "second", date(2025, 4, 29), MINUS_ONE)
    assert stands(account) == (3, R4)


def test_the_later_cheque_bounces_first():
    """CH-8: undone in the reverse order, both falls come back, each with its own date."""
    account = runs(family(charge()), R1, R2, R3, R4, policy=MINUS_ONE)
    account = pay(account, "c1", "10", date(2025, 4, 22), id="first", policy=MINUS_ONE)
    account = pay(account, "c1", "10", date(2025, 4, 23), id="second", policy=MINUS_ONE)

    account = void(account, "second", date(2025, 4, 28), MINUS_ONE)
    assert stands(account) == (2, date(2025, 4, 22))

    account = void(account, "first", date(2025, 4, 29), MINUS_ONE)
    assert stands(account) == (3, R4)


def test_a_cheque_that_lowered_a_level_bounces_after_another_closed_the_charge():
    """CH-8: closing is no move of level: the reopened charge has the level before the cheque."""
    account = runs(family(charge()), R1, R2, R3, policy=MINUS_ONE)
    account = pay(account, "c1", "10", date(2025, 3, 18), id="first", policy=MINUS_ONE)
    account = pay(account, "c1", "90", date(2025, 3, 19), id="second", policy=MINUS_ONE)

    account = void(account, "first", date(2025, 3, 25), MINUS_ONE)

    assert owed(account) == "10.00"
    assert stands(account) == (2, R3)


def on_plan_at_5():
    """One charge of 400 on a 50 plan: first due opened on R1, missed on R2."""
    return runs(plan(family(charge(amount="400")), on=R1), R1, R2)


def test_a_bounced_cheque_that_had_cured_a_plan():
    """CH-8, DL-7: level 5 and its date come back, and the cover comes back as arrears."""
    account = pay(on_plan_at_5(), "c1", "100", FEB_11, id="cheque")
    assert (stands(account), asked(account, FEB_11)) == ((0, None), ("0.00", "0.00", "0.00"))

    account = void(account, "cheque", FEB_12)

    assert stands(account) == (5, R2)
    assert asked(account, FEB_12) == ("50.00", "50.00", "100.00")


def test_a_bounced_cheque_that_had_cured_a_plan_with_a_run_that_moved_nothing_in_between():
    """CH-8: R3 found the due met and moved no level; so 5 comes back, and R3 judges no more.

    The cover of both dues comes back as arrears; only what R4 finds short leads on to 6.
    """
    account = run(pay(on_plan_at_5(), "c1", "100", FEB_11, id="cheque"), R3)
    assert stands(account) == (0, None)

    account = void(account, "cheque", date(2025, 3, 18))

    assert stands(account) == (5, R2)
    assert asked(account, date(2025, 3, 18)) == ("100.00", "50.00", "150.00")
    account = pay(account, "c1", "50", date(2025, 3, 19))
    assert stands(run(account, R4)) == (5, R2)


def test_a_bounced_cheque_that_had_cured_a_plan_with_a_miss_in_between():
    """CH-8: R4 has moved the charge since, so the level stands at what R4 made of it."""
    account = run(pay(on_plan_at_5(), "c1", "100", FEB_11, id="cheque"), R3)
    account = run(account, R4)
    assert stands(account) == (5, R4)

    account = void(account, "cheque", date(2025, 4, 22))

    assert stands(account) == (5, R4)
    assert asked(account, date(2025, 4, 22)) == ("150.00", "50.00", "200.00")


def test_a_bounced_cheque_that_had_met_a_due_in_time():
    """CH-8: the run that found the due met is not repeated: level 0 stands, arrears are shown."""
    account = run(plan(family(charge(amount="400")), on=R1), R1)
    account = run(pay(account, "c1", "50", JAN_20, id="cheque"), R2)
    assert (level(account), asked(account, R2)) == (0, ("0.00", "50.00", "50.00"))

    account = void(account, "cheque", FEB_11)

    assert level(account) == 0
    assert asked(account, FEB_11) == ("50.00", "50.00", "100.00")
    account = run(pay(account, "c1", "50", FEB_12), R3)
    assert level(account) == 0
    assert asked(account, R3) == ("50.00", "50.00", "100.00")


def test_a_cheque_that_bounces_before_the_run_is_a_miss_at_the_run():
    """CH-8: nothing was judged yet, so the run judges without the cheque."""
    account = run(plan(family(charge(amount="400")), on=R1), R1)
    account = void(pay(account, "c1", "50", JAN_20, id="cheque"), "cheque", date(2025, 1, 25))

    assert stands(run(account, R2)) == (5, R2)


def test_a_bounced_cheque_under_the_switch_minus_one():
    """CH-8, DL-7: a cure by one step is undone by one step, with its date."""
    policy = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)
    account = runs(plan(family(charge(amount="400")), on=R1), R1, R2, R3, policy=policy)
    account = pay(account, "c1", "150", date(2025, 3, 18), id="cheque", policy=policy)
    assert stands(account) == (5, date(2025, 3, 18))

    assert stands(void(account, "cheque", date(2025, 3, 19), policy)) == (6, R3)


def test_a_bounced_cheque_that_had_paid_a_plan_off():
    """CH-8, PL-12: the plan is active again and the charge at the level it had."""
    account = pay(on_plan_at_5(), "c1", "400", FEB_11, id="cheque")
    assert the_plan(account).status is PlanStatus.ENDED

    account = void(account, "cheque", FEB_12)

    assert the_plan(account).status is PlanStatus.ACTIVE
    assert the_plan(account).status_on is None
    assert stands(account) == (5, R2)
    assert billing(account) == (R1, 2)
    assert asked(account, FEB_12) == ("50.00", "50.00", "100.00")


def test_the_first_of_two_cures_bounces_and_then_the_second():
    """CH-8: cured twice with a miss in between: the first void moves nothing, the second all.

    R4's miss and the second cheque have moved the charge since the first; of the second cheque's
    cure the level before was 5, since R4.
    """
    account = run(pay(on_plan_at_5(), "c1", "100", FEB_11, id="first"), R3)
    account = run(account, R4)
    account = pay(account, "c1", "100", date(2025, 4, 22), id="second")
    assert stands(account) == (0, None)

    account = void(account, "first", date(2025, 4, 23))
    assert stands(account) == (0, None)

    account = void(account, "second", date(2025, 4, 24))
    assert stands(account) == (5, R4)
    assert asked(account, date(2025, 4, 24)) == ("150.00", "50.00", "200.00")


def test_the_parts_of_a_bounced_cheque_are_voided_one_by_one():
    """CH-8: a cheque over two charges of a plan, voided part by part, gives both levels back."""
    account = plan(family(charge(amount="70"), charge("c2", "200")), on=R1)
    account = runs(account, R1, R2)
    account = pay_plan(account, "plan", "100", FEB_11, id="cheque")
    assert (owed(account, "c1"), owed(account, "c2")) == ("0.00", "170.00")
    assert level(account, "c2") == 0

    for parts in (("cheque/1", "cheque/2"), ("cheque/2", "cheque/1")):
        voided = account
        for part in parts:
            voided = void(voided, part, FEB_12)
        assert (stands(voided, "c1"), stands(voided, "c2")) == ((5, R2), (5, R2))
        assert asked(voided, FEB_12) == ("50.00", "50.00", "100.00")


def test_a_bounced_cheque_leaves_what_a_later_payment_cured():
    """CH-8: 30 then 70 cured the plan; without the 30 there are arrears, but the level stands.

    It was the later payment that moved the charge.
    """
    account = pay(on_plan_at_5(), "c1", "30", FEB_11, id="cheque")
    account = pay(account, "c1", "70", FEB_12)
    assert stands(account) == (0, None)

    account = void(account, "cheque", FEB_13)

    assert stands(account) == (0, None)
    assert asked(account, FEB_13) == ("30.00", "0.00", "30.00")


def test_a_bounced_cheque_that_later_money_makes_good():
    """CH-8, DL-7: 100 cured the plan, 100 more were principal; without the first the second cures.

    Nothing is due after the void, so the level stays at 0 (decision 3).
    """
    account = pay(on_plan_at_5(), "c1", "100", FEB_11, id="cheque")
    account = pay(account, "c1", "100", FEB_12)

    account = void(account, "cheque", FEB_13)

    assert asked(account, FEB_13) == ("0.00", "0.00", "0.00")
    assert stands(account) == (0, None)


def test_a_bounced_cheque_while_a_hold_suspends_what_is_due():
    """CH-8, PL-10: it cured the plan because the hold left nothing due; level 5 comes back."""
    account = runs(plan(family(charge(amount="400")), on=R1, cadence=monthly(6)), R1, R2)
    account = pay(account, "c1", "149.99", FEB_12)
    assert (level(account), asked(account, FEB_12)) == (5, ("0.01", "0.00", "0.01"))
    account = hold(account, HoldScope.ACCOUNT, None, FEB_12)
    assert (level(account), asked(account, FEB_12)) == (5, ("0.00", "0.00", "0.00"))
    account = pay(account, "c1", "1", FEB_12, id="cheque")
    assert level(account) == 0

    assert stands(void(account, "cheque", FEB_12)) == (5, R2)


def test_a_voided_adjustment_reopens_its_charge_as_it_was():
    """CH-8: what closed the charge may be an adjustment: its void gives the standing back."""
    account = adjust(runs(family(charge()), R1, R2), "c1", "100", FEB_11, id="gift")

    account = void(account, "gift", FEB_12)

    assert (stands(account), billing(account), owed(account)) == ((1, R2), (R1, 2), "100.00")


def lowered_then_on_a_plan():
    """At 2, taken to 1 by a part payment of policy, then put on a plan: 1 is remembered."""
    account = runs(family(charge(amount="400")), R1, R2, R3)
    account = pay(account, "c1", "10", date(2025, 3, 18), id="cheque", policy=MINUS_ONE)
    return plan(account, on=date(2025, 3, 19))


@pytest.mark.parametrize("bounces", ["on the plan", "off it again"])
def test_a_cheque_that_had_lowered_a_level_bounces_after_the_charge_came_onto_a_plan(bounces):
    """CH-8, DL-11: joining and leaving a plan are neither run nor payment: 2 since R3 again."""
    account = lowered_then_on_a_plan()
    if bounces == "on the plan":
        account = void(account, "cheque", date(2025, 3, 20), MINUS_ONE)
        assert stands(account) == (0, None)
        account = cancel(account, date(2025, 3, 21))
    else:
        account = cancel(account, date(2025, 3, 20))
        assert stands(account) == (1, date(2025, 3, 18))
        account = void(account, "cheque", date(2025, 3, 21), MINUS_ONE)

    assert stands(account) == (2, R3)


def test_a_cheque_from_before_a_broken_plan_gives_nothing_back():
    """CH-8, DL-11: two misses on the plan have made it 2 on leaving; the void leaves that."""
    account = cancel(runs(lowered_then_on_a_plan(), R4, R5, R6), date(2025, 7, 1))
    assert stands(account) == (2, date(2025, 7, 1))

    account = void(account, "cheque", date(2025, 7, 2), MINUS_ONE)

    assert stands(account) == (2, date(2025, 7, 1))


def test_a_bounced_cheque_after_the_plan_was_left():
    """CH-8, DL-11: without the cheque it would have left at 1: it has not moved since."""
    account = pay(on_plan_at_5(), "c1", "100", FEB_11, id="cheque")
    account = cancel(account, FEB_12)
    assert stands(account) == (0, None)

    assert stands(void(account, "cheque", FEB_13)) == (1, FEB_12)


# ----------------------------------------------------------------------------------- CH-9


def acts_on(day):
    """Every kind of act of this page, to be made on *day*."""
    more = {"as_of": day, "policy": POLICY}
    return {
        "post_charge": lambda a: post(a, charge("c9"), day),
        "post_payment": lambda a: pay(a, "c1", "1", day),
        "post_refund": lambda a: refund(a, "c1", "1", day),
        "post_adjustment": lambda a: adjust(a, "c1", "1", day),
        "post_transfer_in": lambda a: transfer_in(a, "c1", "1", day),
        "post_transfer_away": lambda a: transfer_away(a, "c1", "1", day),
        "post_plan_payment": lambda a: pay_plan(a, "plan", "1", day),
        "void_transaction": lambda a: void(a, "old", day),
        "void_charge": lambda a: cancel_charge(a, "c3", day),
        "start_plan": lambda a: plan(a, "claim-c1", on=day, id="second"),
        "cancel_plan": lambda a: cancel(a, day),
        "place_hold": lambda a: hold(a, HoldScope.ACCOUNT, None, day),
        "release_hold": lambda a: release(a, day, "h0"),
        "place": lambda a: place_in_collections(a, charge_ids=["c1"], agency_id="x", **more),
        "run": lambda a: run_statement(a, **more),
        "reset": lambda a: reset_next_statement(a, R4, **more),
        "write_off": lambda a: write_off_bad_debt(a, charge_id="c1", transaction_id="w", **more),
    }


@pytest.mark.parametrize("act", acts_on(R2))
def test_no_act_is_dated_before_the_last(act):
    """CH-9: every verb refuses a day before the account's last recorded act, and takes its own."""
    account = plan(family(charge(), charge("c2"), charge("c3")), "claim-c2", on=R1)
    account = pay(run(account, R1), "c1", "10", R1, id="old")
    account = hold(account, HoldScope.CLAIM, "claim-c1", R1, id="h0")
    account = pay(account, "c1", "1", R2)

    assert refusal(acts_on(date(2025, 2, 9))[act], account) == ["AS_OF_BEFORE_LAST_ACT"]
    assert refusal(acts_on(R2)[act], account) == []


def test_no_transaction_is_dated_after_its_posting():
    """CH-9: money received tomorrow cannot be posted today."""
    account = family(charge())

    assert refusal(pay, account, "c1", "1", R1, received_on=date(2025, 1, 7)) == [
        "DATED_AFTER_AS_OF"
    ]
    assert refusal(post, account, charge("c2", posted_on=date(2025, 1, 7)), R1) == [
        "DATED_AFTER_AS_OF"
    ]
    assert refusal(pay, account, "c1", "1", R1, received_on=R1) == []


def test_money_may_come_before_a_run_and_be_posted_after_it():
    """CH-9: received on 20 January, posted after R2: it is the money of the first period."""
    account = runs(plan(family(charge(amount="400")), on=R1), R1, R2)

    account = pay(account, "c1", "50", FEB_11, received_on=JAN_20)

    assert asked(account, FEB_11) == ("0.00", "50.00", "50.00")


def test_a_standard_level_is_not_rewritten_by_late_money():
    """CH-9: money received before R2 but entered after it leaves the level that R2 gave."""
    account = runs(family(charge()), R1, R2)

    account = pay(account, "c1", "99", FEB_11, received_on=JAN_20)

    assert stands(account) == (1, R2)


def test_late_money_undoes_the_one_step_whose_miss_never_happened():
    """CH-9: a plan's first miss, disproved by money received in time, is undone: 0 since never."""
    account = pay(on_plan_at_5(), "c1", "50", FEB_11, received_on=JAN_20)

    assert stands(account) == (0, None)


def test_late_money_restores_level_and_date_before_the_step():
    """CH-9: the step from 5 to 6 undone, the charge is at 5 since its own arrival there."""
    account = run(on_plan_at_5(), R3)
    assert stands(account) == (6, R3)

    account = pay(account, "c1", "50", date(2025, 3, 18), received_on=FEB_12)

    assert stands(account) == (5, R2)


def test_late_money_one_cent_short_undoes_nothing():
    """CH-9: the due remains short, so the step stands."""
    account = pay(on_plan_at_5(), "c1", "49.99", FEB_11, received_on=JAN_20)

    assert stands(account) == (5, R2)
    assert stands(pay(account, "c1", "0.01", FEB_11, received_on=JAN_20)) == (0, None)


def test_money_received_after_the_run_is_not_late_entered():
    """CH-9: it pays arrears, but the miss did happen; received on the run's day, it did not."""
    missed = on_plan_at_5()

    assert stands(pay(missed, "c1", "50", FEB_11, received_on=FEB_11)) == (5, R2)
    assert stands(pay(missed, "c1", "50", FEB_11, received_on=R2)) == (0, None)


def test_late_money_for_an_earlier_miss_leaves_the_last_step():
    """CH-9: only the last plan advance is looked at, and the due behind it is still short."""
    account = run(on_plan_at_5(), R3)

    account = pay(account, "c1", "50", date(2025, 3, 18), received_on=JAN_20)

    assert stands(account) == (6, R3)


def test_the_order_in_which_late_money_is_entered_does_not_matter():
    """CH-9: when the last step falls, the one before it is the last not yet undone.

    Earlier late money has disproved that one already, so it falls too (decision 3).
    """
    account = run(on_plan_at_5(), R3)
    account = pay(account, "c1", "50", date(2025, 3, 18), received_on=JAN_20)

    account = pay(account, "c1", "50", date(2025, 3, 18), received_on=FEB_12)

    assert stands(account) == (0, None)


def test_late_money_may_undo_one_step_after_another():
    """CH-9: the last step first, then the last not yet undone."""
    account = run(on_plan_at_5(), R3)
    account = pay(account, "c1", "50", date(2025, 3, 18), received_on=FEB_12)
    assert stands(account) == (5, R2)

    assert stands(pay(account, "c1", "50", date(2025, 3, 18), received_on=JAN_20)) == (0, None)


def test_late_money_looks_behind_a_run_that_took_no_step():
    """CH-9: R3 found its due met; so R2's is the last advance, and late money undoes it."""
    account = run(pay(on_plan_at_5(), "c1", "50", FEB_12), R3)
    assert stands(account) == (5, R2)

    assert stands(pay(account, "c1", "50", date(2025, 3, 18), received_on=JAN_20)) == (0, None)


def test_late_money_undoes_nothing_where_no_step_was_taken():
    """CH-9: at 8 a miss takes no step; disproving R6's miss leaves 8 since R5."""
    account = runs(plan(family(charge(amount="400")), on=R1), *RUNS)
    assert stands(account) == (8, R5)

    account = pay(account, "c1", "50", date(2025, 7, 1), received_on=date(2025, 6, 1))

    assert stands(account) == (8, R5)


def test_a_void_of_late_money_gives_the_step_back():
    """CH-9, CH-8: the cheque that disproved the miss bounces: 5 since R2 as before."""
    account = pay(on_plan_at_5(), "c1", "50", FEB_11, received_on=JAN_20, id="cheque")

    account = void(account, "cheque", FEB_12)

    assert stands(account) == (5, R2)
    assert asked(account, FEB_12) == ("50.00", "50.00", "100.00")


def test_late_money_undoes_the_step_of_every_charge_that_took_it():
    """CH-9: two charges missed together, so both steps are undone, on whichever it is posted."""
    account = plan(family(charge(amount="400"), charge("c2", "200")), on=R1)
    account = runs(account, R1, R2)

    account = pay(account, "c2", "50", FEB_11, received_on=JAN_20)

    assert (stands(account, "c1"), stands(account, "c2")) == ((0, None), (0, None))


def test_late_money_undoes_no_step_that_a_cure_has_already_taken_back():
    """CH-9: cured to 0 since, the charge has no step left to undo."""
    account = pay(on_plan_at_5(), "c1", "100", FEB_11)

    account = pay(account, "c1", "50", FEB_12, received_on=JAN_20)

    assert stands(account) == (0, None)


# --------------------------------------------------------- all reasons of a refusal at once


def busy():
    """c1 owes 50 of 100 after cheque t1, c2 is void; the last act was on R2."""
    account = pay(family(charge(), charge("c2")), "c1", "50", R1)
    return cancel_charge(account, "c2", R2)


PAYMENT = {
    "charge_id": "c2",
    "transaction_id": "t1",
    "amount": "51.00",
    "received_on": R3,
    "as_of": R1,
    "policy": POLICY,
}


@pytest.mark.parametrize(
    ("mended", "left"),
    [
        (
            {},
            [
                "AS_OF_BEFORE_LAST_ACT",
                "ALREADY_POSTED",
                "DATED_AFTER_AS_OF",
                "CHARGE_VOIDED",
                "ABOVE_OUTSTANDING",
            ],
        ),
        (
            {"as_of": R2},
            ["ALREADY_POSTED", "DATED_AFTER_AS_OF", "CHARGE_VOIDED", "ABOVE_OUTSTANDING"],
        ),
        ({"transaction_id": "t2"}, ["DATED_AFTER_AS_OF", "CHARGE_VOIDED", "ABOVE_OUTSTANDING"]),
        ({"received_on": R2}, ["CHARGE_VOIDED", "ABOVE_OUTSTANDING"]),
        ({"charge_id": "c1"}, ["ABOVE_OUTSTANDING"]),
        ({"amount": "50.00"}, []),
    ],
    ids=lambda x: str(len(x)),
)
def test_a_payment_is_refused_for_all_its_reasons_at_once(mended, left):
    """CH-1, CH-3, CH-5, CH-9: each row mends one more defect; the rest are named, in order."""
    rows = [{}, {"as_of": R2}, {"transaction_id": "t2"}, {"received_on": R2}, {"charge_id": "c1"}]
    rows.append({"amount": "50.00"})
    so_far = {key: value for row in rows[: rows.index(mended) + 1] for key, value in row.items()}

    assert refusal(post_payment, busy(), **(PAYMENT | so_far)) == left


@pytest.mark.parametrize("mends", range(4))
def test_a_refund_is_refused_for_all_its_reasons_at_once(mends):
    """CH-1, CH-9: as the payment above; too much here is more than was paid."""
    names = ["AS_OF_BEFORE_LAST_ACT", "ALREADY_POSTED", "DATED_AFTER_AS_OF", "REFUND_ABOVE_PAID"]
    asked_for = PAYMENT | {"charge_id": "c1"}
    for mend in [{"as_of": R2}, {"transaction_id": "t2"}, {"received_on": R2}][:mends]:
        asked_for |= mend

    assert refusal(post_refund, busy(), **asked_for) == names[mends:]


@pytest.mark.parametrize("verb", [post_adjustment, post_transfer_away])
@pytest.mark.parametrize("mends", range(4))
def test_what_takes_off_is_refused_for_all_its_reasons_at_once(verb, mends):
    """CH-1, CH-5, CH-9: an adjustment and a transfer away, as the payment above."""
    names = [
        "AS_OF_BEFORE_LAST_ACT",
        "ALREADY_POSTED",
        "CHARGE_VOIDED",
        "ABOVE_OUTSTANDING",
    ]
    asked_for = {key: value for key, value in PAYMENT.items() if key != "received_on"}
    if verb is post_adjustment:
        asked_for["reason"] = AdjustmentReason.CHARITY
    for mend in [{"as_of": R2}, {"transaction_id": "t2"}, {"charge_id": "c1"}][:mends]:
        asked_for |= mend

    assert refusal(verb, busy(), **asked_for) == names[mends:]


@pytest.mark.parametrize("mends", range(5))
def test_a_new_charge_is_refused_for_all_its_reasons_at_once(mends):
    """CH-1, CH-6, CH-9: id taken, dated tomorrow, at odds with its claim, on a day gone by."""
    names = ["AS_OF_BEFORE_LAST_ACT", "ALREADY_POSTED", "DATED_AFTER_AS_OF", "CLAIM_DISAGREES"]
    fields = {"charge_id": "c1", "posted_on": R3, "claim": "claim-c1", "self_pay_claim": True}
    day = R1
    if mends > 0:
        day = R2
    for mend in [{"charge_id": "c3"}, {"posted_on": R2}, {"claim": "k3"}][: max(mends - 1, 0)]:
        fields |= mend

    assert refusal(post_charge, busy(), charge(**fields), as_of=day, policy=POLICY) == names[mends:]


@pytest.mark.parametrize("mends", range(3))
def test_a_void_is_refused_for_all_its_reasons_at_once(mends):
    """CH-3, CH-9: the transaction is void already, and the day has gone by."""
    account = void(busy(), "t1", R2)
    account = pay(account, "c1", "10", R2, id="good")
    asked_for = {"transaction_id": "t1", "as_of": R1, "policy": POLICY}
    for mend in [{"as_of": R2}, {"transaction_id": "good"}][:mends]:
        asked_for |= mend

    assert (
        refusal(void_transaction, account, **asked_for)
        == [
            "AS_OF_BEFORE_LAST_ACT",
            "ALREADY_VOIDED",
        ][mends:]
    )


@pytest.mark.parametrize("mends", range(3))
def test_a_void_of_a_charge_is_refused_for_all_its_reasons_at_once(mends):
    """CH-3, CH-9: money stands on it, and the day has gone by."""
    account = busy() if mends < 2 else void(busy(), "t1", R2)
    day = R1 if mends == 0 else R2

    assert (
        refusal(void_charge, account, charge_id="c1", as_of=day, policy=POLICY)
        == [
            "AS_OF_BEFORE_LAST_ACT",
            "TRANSACTIONS_STAND",
        ][mends:]
    )


def test_a_payment_is_not_voided_from_under_its_refund():
    """CH-1: 60 of 100 were given back; voiding the 100 would leave less than nothing paid."""
    account = pay(family(charge()), "c1", "100", R1, id="cheque")
    account = refund(account, "c1", "60", R1, id="back")

    assert refusal(void, account, "cheque", R1) == ["REFUND_ABOVE_PAID"]
    assert owed(void(void(account, "back", R1), "cheque", R1)) == "100.00"


def test_an_act_of_several_postings_is_done_whole_or_not_at_all():
    """CH-5: a refused act changes nothing, whichever of its parts was at fault."""
    account = pay(family(charge(), charge("c2")), "c1", "120", R1, credit=True)
    before = account

    assert refusal(
        apply_credit,
        account,
        from_charge_id="c1",
        to_charge_id="c2",
        refund_id="r",
        payment_id="t1",
        amount="20",
        as_of=R1,
        policy=POLICY,
    ) == ["ALREADY_POSTED"]
    assert account == before
    assert owed(account, "c1") == "-20.00"


# --------------------------------------------------------------- CO-3 and CO-4 with a plan


def place(account, day, *charge_ids):
    """Hand charges to an agency."""
    return place_in_collections(
        account, charge_ids=charge_ids, agency_id="agency", as_of=day, policy=POLICY
    ).account


def test_placing_takes_a_plan_charge_off_its_plan_first():
    """CO-3, DL-11: at 5 on the plan it leaves as 1, then goes to the agency; the plan is left."""
    account = place(on_plan_at_5(), FEB_11, "c1")

    placed = charge_of(account, "c1")
    assert placed.standing.enrolment is None
    assert stands(account) == (1, FEB_11)
    assert placed.placement.placed_on == FEB_11
    assert [claim.claim_id for claim in the_plan(account).claims] == []
    assert the_plan(account).status is PlanStatus.ENDED


def test_a_plan_goes_on_without_the_claim_that_was_placed():
    """CO-3, PL-10: the other claim stays on the plan; the placed one is outside its balance."""
    account = plan(family(charge(amount="400"), charge("c2", "70")), on=R1)
    account = place(runs(account, R1, R2), FEB_11, "c1")

    assert the_plan(account).status is PlanStatus.ACTIVE
    assert [claim.claim_id for claim in the_plan(account).claims] == ["claim-c2"]
    assert asked(account, FEB_11) == ("50.00", "50.00", "70.00")
    assert stands(account, "c2") == (5, R2)


def test_a_placed_charge_is_out_of_levels_and_dues():
    """CO-3: out of account level, due now, total outstanding and further runs; shown apart."""
    account = post(run(family(charge()), R1), charge("c2", "30", posted_on=JAN_20), JAN_20)
    account = runs(account, R2, R3)
    assert account_level(account, as_of=R3) is level_of(2)
    account = place(account, date(2025, 3, 18), "c1")

    assert account_level(account, as_of=R3) is level_of(1)
    assert account_level(place(account, date(2025, 3, 18), "c2"), as_of=R3) is level_of(0)
    assert [dollars(account, f, R4) for f in ("due_now", "total_outstanding")] == ["30.00"] * 2
    assert dollars(account, "collect_outstanding", R4) == "100.00"
    account = run(account, R4)
    assert (stands(account, "c1"), stands(account, "c2")) == ((2, R3), (2, R4))
    assert billing(account, "c1") == (R1, 3)


def test_a_recall_restores_the_level_the_charge_then_had():
    """CO-3: back from the agency, a charge has the standard level and date from before."""
    account = place(runs(family(charge(), charge("c2")), R1, R2), FEB_11, "c1")
    account = run(account, R3)

    account = recall_from_collections(
        account, charge_ids=["c1"], as_of=date(2025, 3, 18), policy=POLICY
    ).account

    assert stands(account, "c1") == (1, R2)
    assert charge_of(account, "c1").placement is None
    assert stands(run(account, R4), "c1") == (2, R4)


def test_a_charge_placed_from_a_plan_comes_back_as_a_standard_charge():
    """CO-3, DL-11: recalled, it has the level with which it left the plan and is on none."""
    account = place(run(on_plan_at_5(), R3), date(2025, 3, 18), "c1")

    account = recall_from_collections(account, charge_ids=["c1"], as_of=R4, policy=POLICY).account

    assert stands(account) == (2, date(2025, 3, 18))
    assert charge_of(account, "c1").standing.enrolment is None


def test_a_written_off_charge_is_closed_by_a_bad_debt_adjustment():
    """CO-4: all that it owes is adjusted with that reason, and it takes part in nothing more."""
    account = pay(runs(family(charge(), charge("c2")), R1, R2), "c1", "30", FEB_11)

    account = write_off_bad_debt(
        account, charge_id="c1", transaction_id="w", as_of=FEB_12, policy=POLICY
    ).account

    last = charge_of(account, "c1").transactions[-1]
    assert (last.reason, last.side, str(last.amount)) == (
        AdjustmentReason.BAD_DEBT,
        AdjustmentSide.PATIENT,
        "70.00",
    )
    assert owed(account, "c1") == "0.00"
    assert stands(run(account, R3), "c1") == (1, R2)


def test_writing_off_a_plans_last_charge_ends_the_plan():
    """CO-4, PL-8: adjusted to bad debt, the plan's balance is zero and the plan over."""
    account = write_off_bad_debt(
        on_plan_at_5(), charge_id="c1", transaction_id="w", as_of=FEB_12, policy=POLICY
    ).account

    assert the_plan(account).status is PlanStatus.ENDED
    assert [f.is_eligible for f in collections_findings(account, as_of=R6, policy=POLICY)] == [
        False
    ]


def test_adjusting_part_to_bad_debt_leaves_the_rest_in_dunning():
    """CO-4: it is a transaction like any other; what is left of the charge stays open."""
    account = adjust(
        runs(family(charge()), R1, R2), "c1", "99.99", FEB_11, reason=AdjustmentReason.BAD_DEBT
    )

    assert levels_over(account, R3, R4) == [2, 3]
    assert reached(run(account, R3)) == R3


@pytest.mark.parametrize("cure", [CureEffect.RESET_TO_ZERO, CureEffect.MINUS_ONE])
@pytest.mark.parametrize("order", [("cure", "late"), ("late", "cure")])
def test_a_bounced_cure_leaves_what_late_money_has_disproved(order, cure):
    """CH-9, CH-8: which was entered first, the cure or the late money, makes no difference.

    Nor does what a cure does (DL-7); and the step back counts as one that the rules know (DL-12).
    """
    policy = DunningPolicy(cure_effect=cure)
    account = runs(plan(family(charge(amount="500")), on=R1), R1, R2, R3)
    day = date(2025, 3, 18)
    for name in order:
        received, amount = (day, "150") if name == "cure" else (date(2025, 3, 1), "50")
        account = pay(account, "c1", amount, day, received_on=received, id=name, policy=policy)

    voided = void_transaction(account, transaction_id="cure", as_of=day, policy=policy)

    assert stands(voided.account) == (5, R2)
    check_level_moves(account, voided.account, voided.events, on=day)


def test_a_bounced_cure_follows_a_charge_that_has_left_the_plan():
    """CH-8, DL-11: leaving is neither a run nor a payment, and never improves standing."""
    account = runs(plan(family(charge("p"), charge("q", amount="60")), on=R1), R1, R2)
    day = date(2025, 2, 11)
    account = pay(account, "p", "100", day, id="x")
    assert level(account, "q") == 0

    account = cancel(account, date(2025, 2, 12))
    assert (stands(account, "p"), stands(account, "q")) == ((0, None), (0, None))

    account = void(account, "x", date(2025, 2, 13))
    left = (1, date(2025, 2, 12))
    assert (stands(account, "p"), stands(account, "q")) == (left, left)
