"""CH-10: patients pay accounts; how one cheque is proposed to be spread over many charges."""

from datetime import date

import pytest

from revcycle.dunning import (
    allocate_payment,
    apply_credit,
    place_in_collections,
    post_proposal,
)
from revcycle.errors import UnknownReference
from revcycle.holds import HoldScope
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    WEEKLY,
    asked,
    cancel_charge,
    charge,
    family,
    fault,
    hold,
    level,
    owed,
    pay,
    plan,
    post,
    refusal,
    run,
    runs,
)

JAN_20 = date(2025, 1, 20)
FEB_11 = date(2025, 2, 11)


def propose(account, amount, day=FEB_11, **more):
    """The proposal for a cheque named "q"."""
    return allocate_payment(
        account, amount=amount, payment_id="q", as_of=day, policy=POLICY, **more
    )


def parts(proposal):
    """Charge and amount of each part."""
    return [(part.charge_id, str(part.amount)) for part in proposal.parts]


def post_all(account, proposal, day=FEB_11):
    """Post the proposal."""
    return post_proposal(account, proposal, received_on=day, as_of=day, policy=POLICY).account


def test_the_oldest_first_billed_charge_is_paid_first():
    """CH-10: standard charges go by first billing; only then by posting date, then by id.

    "late" was posted first but billed a cycle later than the others; "new" is not billed at all.
    """
    account = hold(
        family(
            charge("late", posted_on=date(2024, 12, 1)),
            charge("b", posted_on=date(2025, 1, 2)),
            charge("a", posted_on=date(2025, 1, 2)),
            charge("early", posted_on=date(2025, 1, 1)),
        ),
        HoldScope.CLAIM,
        "claim-late",
        R1,
        last_on=R1,
    )
    account = runs(account, R1, R2)
    account = post(account, charge("new", posted_on=date(2024, 11, 1)), FEB_11)

    assert parts(propose(account, "450.00")) == [
        ("early", "100.00"),
        ("a", "100.00"),
        ("b", "100.00"),
        ("late", "100.00"),
        ("new", "50.00"),
    ]


def test_ties_go_by_id_as_text():
    """CH-10, M-3: alike in all else, c10 stands before c2."""
    account = run(family(charge("c2"), charge("c10")), R1)

    assert parts(propose(account, "100")) == [("c10", "100.00")]


def test_the_order_of_the_charges_in_the_account_does_not_matter():
    """CH-10: the proposal follows the rule, not the list."""
    ones = [charge("c1"), charge("c2", "30"), charge("c3", posted_on=date(2025, 1, 1))]

    assert propose(run(family(*ones), R1), "180") == propose(run(family(*ones[::-1]), R1), "180")


def test_plan_dues_come_first_and_never_principal():
    """CH-10, PL-4: of the plan only its due of 50 is proposed, the rest goes to standard charges.

    What is left then is not put on the plan's principal.
    """
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)
    account = run(account, R1)

    proposal = propose(account, "180", R1)

    assert parts(proposal) == [("plan", "50.00"), ("std", "100.00")]
    assert [part.plan_id for part in proposal.parts] == ["plan", None]
    assert str(proposal.unallocated) == "30.00"


def test_a_plans_arrears_are_part_of_its_due():
    """CH-10, PL-6: after a miss the plan is proposed 100, arrears and current due."""
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)

    assert parts(propose(runs(account, R1, R2), "180")) == [("plan", "100.00"), ("std", "80.00")]


def test_plans_are_served_by_their_ids():
    """CH-10: two plans, "a" and "b": the cheque meets a's due before b's."""
    account = family(charge("c1", "400"), charge("c2", "400"))
    account = plan(account, "claim-c1", on=R1, id="b")
    account = run(plan(account, "claim-c2", on=R1, id="a"), R1)

    assert parts(propose(account, "70", R1)) == [("c2", "50.00"), ("c1", "20.00")]


def test_a_plan_due_is_spread_over_its_charges_by_posting_date_then_id():
    """CH-10, PL-5: within the plan the charge posted first is filled first."""
    account = family(
        charge("c1", "30", posted_on=date(2025, 1, 3)), charge("c3", "10"), charge("c2", "10")
    )
    account = run(plan(account, on=R1), R1)

    assert parts(propose(account, "50", R1)) == [("c2", "10.00"), ("c3", "10.00"), ("c1", "30.00")]


def test_a_plan_with_nothing_due_is_left_out():
    """CH-10: before its first period opens, or with its due paid, a plan asks for nothing."""
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)
    paid = pay(run(account, R1), "plan", "50", R1)

    assert parts(propose(account, "180", R1)) == [("std", "100.00")]
    assert parts(propose(paid, "180", R1)) == [("std", "100.00")]


def test_a_calendar_plans_due_counts_the_dues_that_fell_since():
    """CH-10, PL-10: on 20 January a weekly plan from the 6th asks for three dues."""
    account = plan(family(charge(amount="400")), on=R1, cadence=WEEKLY, minimum="10")

    assert parts(propose(account, "180", JAN_20)) == [("c1", "30.00")]


@pytest.mark.parametrize("cause", ["held claim", "held patient", "placed", "voided", "closed"])
def test_what_is_not_billable_is_proposed_nothing(cause):
    """CH-10, CH-7: a charge held, placed, voided or closed gets none of the cheque."""
    account = run(family(charge(of="ann"), charge("c2", of="bob")), R1)
    if cause == "held claim":
        account = hold(account, HoldScope.CLAIM, "claim-c1", JAN_20)
    elif cause == "held patient":
        account = hold(account, HoldScope.PATIENT, "ann", JAN_20)
    elif cause == "placed":
        account = place_in_collections(
            account, charge_ids=["c1"], agency_id="x", as_of=JAN_20, policy=POLICY
        ).account
    elif cause == "voided":
        account = cancel_charge(account, "c1", JAN_20)
    else:
        account = pay(account, "c1", "100", JAN_20)

    proposal = propose(account, "150")

    assert parts(proposal) == [("c2", "100.00")]
    assert str(proposal.unallocated) == "50.00"


def test_an_order_given_by_the_host_replaces_the_rule():
    """CH-10: in the host's order, also onto principal, and onto nothing that is not named."""
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)
    account = run(account, R1)

    proposal = propose(account, "350", R1, order=["plan"])

    assert parts(proposal) == [("plan", "350.00")]
    assert proposal.parts[0].plan_id == "plan"
    assert parts(propose(account, "120", R1, order=["std", "plan"])) == [
        ("std", "100.00"),
        ("plan", "20.00"),
    ]


def test_an_order_that_names_a_charge_twice_fills_it_once():
    """CH-10, CH-5: no more is proposed than is owed, however often the charge is named."""
    proposal = propose(family(charge()), "150", R1, order=["c1", "c1"])

    assert parts(proposal) == [("c1", "100.00")]
    assert str(proposal.unallocated) == "50.00"


def test_an_order_with_an_unknown_charge_is_an_error():
    """CH-10: the host hears of a wrong id."""
    with pytest.raises(UnknownReference, match="c9"):
        propose(family(charge()), "150", R1, order=["c1", "c9"])


def test_the_rest_is_a_credit_if_allowed():
    """CH-10: 150 on 100: allowed, the 50 are a credit; not allowed, they find no place."""
    account = family(charge())

    kept = propose(account, "150", R1)
    credited = propose(account, "150", R1, allow_credit=True)

    assert (parts(kept), str(kept.credit), str(kept.unallocated)) == (
        [("c1", "100.00")],
        "0.00",
        "50.00",
    )
    assert (parts(credited), str(credited.credit), str(credited.unallocated)) == (
        [("c1", "150.00")],
        "50.00",
        "0.00",
    )
    assert owed(post_all(account, credited)) == "-50.00"


def test_a_credit_never_goes_onto_a_plan():
    """CH-10: a rest that could only stand on a plan finds no place."""
    account = run(plan(family(charge(amount="400")), on=R1), R1)

    proposal = propose(account, "80", R1, allow_credit=True)

    assert (parts(proposal), str(proposal.unallocated)) == ([("c1", "50.00")], "30.00")


def test_with_nothing_owed_the_whole_cheque_is_a_credit():
    """CH-10: on the latest standard charge, if allowed."""
    account = pay(family(charge(), charge("c2", posted_on=date(2025, 1, 3))), "c1", "100", R1)
    account = pay(account, "c2", "100", R1)

    assert parts(propose(account, "5", R1, allow_credit=True)) == [("c2", "5.00")]
    assert parts(propose(account, "5", R1)) == []


def test_a_proposal_posts_nothing_and_posted_it_meets_what_it_was_proposed_for():
    """CH-10: the account is as it was; posted, plan due and charge are paid to the cent."""
    account = plan(family(charge("std"), charge("plan", "400")), "claim-plan", on=R1)
    account = runs(account, R1, R2)
    before = account

    proposal = propose(account, "200")

    assert account == before
    account = post_all(account, proposal)
    assert asked(account, FEB_11) == ("0.00", "0.00", "0.00")
    assert (owed(account, "std"), owed(account, "plan")) == ("0.00", "300.00")
    assert level(account, "plan") == 0
    assert level(run(account, R3), "plan") == 0


def test_each_part_is_a_transaction_with_an_id_of_the_cheque():
    """CH-10: the cheque's id and a running number; a second posting is refused whole."""
    account = run(family(charge("c1"), charge("c2")), R1)
    proposal = propose(account, "150", R1)

    assert [part.transaction_id for part in proposal.parts] == ["q/1", "q/2"]
    account = post_all(account, proposal)
    assert refusal(post_all, account, propose(account, "10")) == ["ALREADY_POSTED"]


def test_a_cheque_of_nothing_is_no_cheque():
    """CH-10: the amount is more than zero."""
    assert fault(propose, account=family(charge()), amount="0.00") == ("PaymentProposal", "amount")
    assert fault(propose, account=family(charge()), amount="-5") == ("PaymentProposal", "amount")


def use(account, amount, **more):
    """Apply a credit on c1 to c2."""
    return apply_credit(
        account,
        **{
            "from_charge_id": "c1",
            "to_charge_id": "c2",
            "refund_id": "r",
            "payment_id": "p",
            "amount": amount,
            "as_of": R1,
            "policy": POLICY,
            **more,
        },
    )


def with_credit():
    """c1 is 20 in credit, c2 owes 30."""
    return pay(family(charge(), charge("c2", "30")), "c1", "120", R1, credit=True)


def test_applying_a_credit_is_one_act_of_two_transactions():
    """CH-10: a refund on the one charge and a payment on the other, in one act."""
    applied = use(with_credit(), "20")

    kinds = [
        (event.charge_id, event.transaction.kind.value, str(event.transaction.amount))
        for event in applied.events
    ]
    assert kinds == [("c1", "refund", "20.00"), ("c2", "payment", "20.00")]
    assert (owed(applied.account, "c1"), owed(applied.account, "c2")) == ("0.00", "10.00")


def test_no_more_is_applied_than_the_credit_or_the_debt():
    """CH-10, CH-5: one cent more than the credit is refused; so is more than the other owes."""
    assert refusal(use, with_credit(), "20.01") == ["NO_CREDIT"]
    account = pay(with_credit(), "c2", "15", R1)
    assert refusal(use, account, "15.01") == ["ABOVE_OUTSTANDING"]
    assert refusal(use, account, "15.00") == []


def test_a_credit_is_no_payment_on_its_own_charge():
    """CH-10: from a charge to itself is refused."""
    assert refusal(use, with_credit(), "5", to_charge_id="c1") == [
        "ABOVE_OUTSTANDING",
        "SAME_CHARGE",
    ]


def test_a_credit_applied_to_a_plan_cures_it():
    """CH-10, DL-7: the payment side is a payment like any other."""
    account = plan(family(charge("c1"), charge("c2", "400")), "claim-c2", on=R1)
    account = pay(runs(account, R1, R2), "c1", "200", R2, credit=True)

    account = use(account, "100", as_of=FEB_11).account

    assert level(account, "c2") == 0
    assert owed(account, "c1") == "0.00"


@pytest.mark.parametrize("mends", range(5))
def test_applying_a_credit_is_refused_for_all_its_reasons_at_once(mends):
    """CH-10, CH-9, CH-5: each row mends one more defect; the rest are named, in order."""
    names = ["AS_OF_BEFORE_LAST_ACT", "ALREADY_POSTED", "REFUND_ABOVE_PAID", "NO_CREDIT"]
    more = {"amount": "120.01", "refund_id": "t1", "as_of": date(2025, 1, 5)}
    for mend in [{"as_of": R1}, {"refund_id": "r"}, {"amount": "30.00"}, {"amount": "20.00"}][
        :mends
    ]:
        more |= mend
    left = {0: names, 1: names[1:], 2: names[2:], 3: names[3:], 4: []}[mends]

    account = post(with_credit(), charge("c3", "500"), R1)

    assert refusal(use, account, to_charge_id="c3", **more) == left


def test_what_is_left_never_pays_a_held_charge_as_a_credit():
    """CH-10: only a charge that owes nothing can hold a credit; a held one stays as it is."""
    account = hold(family(charge()), HoldScope.CLAIM, family(charge()).charges[0].claim_id, R1)
    proposal = allocate_payment(
        account, amount="30", payment_id="m", as_of=R1, policy=POLICY, allow_credit=True
    )
    assert (proposal.parts, str(proposal.credit), str(proposal.unallocated)) == (
        (),
        "0.00",
        "30.00",
    )


def test_what_is_left_never_pays_a_charge_that_the_host_left_out():
    """CH-10: the host's order is the whole of what may be paid."""
    account = plan(family(charge(), charge("s")), charge().claim_id, on=R1)
    proposal = allocate_payment(
        account,
        amount="130",
        payment_id="m",
        as_of=R1,
        policy=POLICY,
        order=["c1"],
        allow_credit=True,
    )
    assert [(part.charge_id, str(part.amount)) for part in proposal.parts] == [("c1", "100.00")]
    assert (str(proposal.credit), str(proposal.unallocated)) == ("0.00", "30.00")


def test_a_proposal_without_parts_is_not_posted_in_silence():
    """CH-10: money that found no place is refused, so that nobody believes it posted."""
    account = family(charge(amount="0"))
    proposal = allocate_payment(account, amount="30", payment_id="m", as_of=R1, policy=POLICY)
    assert refusal(post_proposal, account, proposal, received_on=R1, as_of=R1, policy=POLICY) == [
        "NOTHING_TO_POST"
    ]


def test_a_stale_proposal_makes_no_more_credit_than_it_said():
    """CH-5, CH-10: 160 on 100 and 50 leaves a credit of 10; with other money in between, 70."""
    account = family(charge(), charge("c2", amount="50"))
    proposal = propose(account, "160", R1, allow_credit=True)
    assert (str(proposal.credit), parts(proposal)) == ("10.00", [("c1", "100.00"), ("c2", "60.00")])

    meanwhile = pay(account, "c1", "60", R1)

    assert refusal(post_proposal, meanwhile, proposal, received_on=R1, as_of=R1, policy=POLICY) == [
        "MORE_CREDIT"
    ]
    settled = post_all(account, proposal, R1)
    assert (owed(settled, "c1"), owed(settled, "c2")) == ("0.00", "-10.00")
