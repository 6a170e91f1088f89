"""Who may go to collections, going there and coming back, bad debt (CO-1 to CO-4)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from revcycle.accounts import Guarantor, charge_of
from revcycle.charges import AdjustmentReason, AdjustmentSide, TransactionKind
from revcycle.dunning import (
    CollectionsBlock,
    CollectionsReason,
    DunningPolicy,
    PartialPaymentEffect,
    PolicyFindingKind,
    account_level,
    audit_policy,
    collections_findings,
    explain_collections,
    figures_of,
    leave_account,
    place_in_collections,
    preview_statement,
    recall_from_collections,
    reset_next_statement,
    run_statement,
    transfer_member,
    write_off_bad_debt,
)
from revcycle.dunning.alarms import alarm_state
from revcycle.dunning.events import ChargePlaced, ChargeRecalled, StatementCountMet
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.holds import HoldReason, HoldScope
from revcycle.plans import PlanStatus
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
    cancel,
    charge,
    family,
    hold,
    level,
    pay,
    pay_plan,
    plan,
    post,
    refusal,
    release,
    run,
    runs,
    stands,
    the_plan,
    void,
)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def after(count: int | None, **more) -> DunningPolicy:
    """A policy that sends charges to collections after *count* statements."""
    return DunningPolicy(statements_before_collections=count, **more)


def finding(account, day, policy=POLICY, of="c1"):
    found = collections_findings(account, as_of=day, policy=policy)
    return next(one for one in found if one.charge_id == of)


def eligible(account, day, policy=POLICY, of="c1") -> bool:
    return finding(account, day, policy, of).is_eligible


def because(account, day, policy=POLICY, of="c1"):
    reason = finding(account, day, policy, of).because
    return None if reason is None else reason.value


def blocks(account, day, policy=POLICY, of="c1") -> list[str]:
    return [block.value for block in finding(account, day, policy, of).blocks]


def place(account, *ids, on, policy=POLICY):
    return place_in_collections(
        account, charge_ids=ids or ("c1",), agency_id="agency", as_of=on, policy=policy
    ).account


def recall(account, *ids, on):
    return recall_from_collections(
        account, charge_ids=ids or ("c1",), as_of=on, policy=POLICY
    ).account


def reset(account, on, day, policy=POLICY):
    return reset_next_statement(account, on, as_of=day, policy=policy).account


# ------------------------------------------------------------------------ CO-1 the statements


def test_without_a_number_a_charge_is_eligible_on_reaching_four():
    """CO-1: no number set means on reaching 4: not at 3, and not by any count."""
    account = runs(family(charge()), *RUNS[:4])
    day = R4 + days(20)
    assert blocks(account, day) == ["too_few_statements"]
    account = run(account, R5)
    assert (because(account, R5), eligible(account, R5)) == ("terminal_level", True)


def test_without_a_number_a_plan_charge_is_eligible_on_reaching_eight():
    """CO-1: the plan's terminal level alike."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), *RUNS[:4])
    assert not eligible(account, R4 + days(20))
    assert eligible(run(account, R5), R5)


def test_billed_more_often_than_the_number_is_eligible():
    """CO-1: more than N statements suffice by themselves, once they have rested."""
    account = runs(family(charge()), R1, R2, R3)
    assert because(account, R3 + days(10), after(2)) == "billed_more_often"
    assert eligible(account, R3 + days(10), after(2))


def test_billed_as_often_as_the_number_is_eligible_from_the_next_statement_date():
    """CO-1: N statements suffice when as_of >= next_statement_on, and not the day before."""
    account = runs(family(charge()), R1, R2)
    assert blocks(account, R3 - days(1), after(2)) == ["too_few_statements"]
    assert because(account, R3, after(2)) == "billed_often_enough"
    assert eligible(account, R3, after(2))


def test_billed_as_often_as_the_number_is_eligible_once_a_cycle_run_has_followed():
    """CO-1: a run after its last statement, emitted or not, is enough, whatever the next date."""
    account = runs(family(charge()), *RUNS[:5])
    account = post(account, charge("new", posted_on=R5), R5)
    assert R5 + days(1) < account.cycle.next_statement_on
    assert because(account, R5 + days(1), after(4)) == "billed_often_enough"
    held = hold(run(family(charge(), charge("b", of="bob")), R1), HoldScope.PATIENT, "ann", R2)
    held = release(run(held, R2), R2 + days(1))
    assert because(held, R2 + days(1), after(1)) == "billed_often_enough"


def test_fewer_statements_than_the_number_do_not_suffice():
    """CO-1: one statement of three, however long ago."""
    account = run(family(charge()), R1)
    assert blocks(account, R6, after(3)) == ["not_delinquent", "too_few_statements"]


def test_only_a_delinquent_charge_is_eligible():
    """CO-1: standard at 1 or more, plan at 5 or more; at 0 it is good standing."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), R1, R2)
    assert (level(account), eligible(account, R3, after(1))) == (5, True)
    paying = run(plan(family(charge(amount="900.00")), on=R1), R1)
    paying = run(pay_plan(paying, "plan", "50.00", R1 + days(5)), R2)
    assert (level(paying), blocks(paying, R3, after(1))) == (0, ["not_delinquent"])
    fresh = run(family(charge()), R1)
    assert blocks(fresh, R2, after(0)) == ["not_delinquent"]
    assert eligible(run(fresh, R2), R2 + days(10), after(0))


def test_a_terminal_charge_that_gets_no_further_statement_is_eligible_whatever_the_number():
    """CO-1: all at 4: nothing more is sent, so four statements do for a number of nine."""
    account = runs(family(charge()), *RUNS[:5])
    assert because(account, R5, after(9)) == "no_further_statement"
    assert eligible(account, R5, after(9))


def test_a_terminal_charge_that_company_keeps_on_statements_must_wait():
    """CO-1: with a non-terminal charge beside it statements go on, so the number counts."""
    account = runs(family(charge()), *RUNS[:5])
    account = post(account, charge("new", posted_on=R5), R5)
    assert blocks(account, R5, after(9)) == ["too_few_statements"]
    account = pay(account, "new", "100.00", R5)
    assert because(account, R5, after(9)) == "no_further_statement"


def test_where_statements_go_on_at_terminal_levels_the_number_counts():
    """CO-1, ST-4: with emit_when_terminal there is always a further statement."""
    policy = after(9, emit_when_terminal=True)
    account = runs(family(charge()), *RUNS, policy=policy)
    assert blocks(account, R6 + days(10), policy) == ["too_few_statements"]


def test_once_met_the_count_stays_met_after_a_reset():
    """CO-1: a later next date does not take back that the statements sufficed."""
    account = runs(family(charge()), R1, R2)
    assert eligible(account, R3, after(2))
    moved = reset_next_statement(account, R4, as_of=R3, policy=after(2))
    assert StatementCountMet(R3, "c1") in moved.events
    assert eligible(moved.account, R3, after(2))


def test_a_cheque_that_bounces_after_a_reset_takes_no_met_count_away():
    """CO-1, CH-3: c1 was paid when the date moved; without the cheque it was open all the time."""
    account = pay(runs(family(charge(), charge("c2")), R1, R2), "c1", "100", R3, id="cheque")
    account = reset(account, R4 + days(4), R3 + days(1), after(2))

    account = void(account, "cheque", R3 + days(2))

    assert [eligible(account, R3 + days(2), after(2), of) for of in ("c1", "c2")] == [True, True]


def test_a_reset_before_the_count_is_met_postpones_it():
    """CO-1: not met yet, so the new date governs."""
    account = reset(runs(family(charge()), R1, R2), R4, R3 - days(1), after(2))
    assert not eligible(account, R3, after(2))
    assert eligible(account, R4, after(2))


def test_once_met_the_count_stays_met_for_a_leaver():
    """CO-1, FA-3: another account does not take it back."""
    account = runs(family(charge(), "bob"), R1, R2)
    gone = leave_account(
        account,
        patient_id="ann",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=R3,
        policy=after(2),
    ).new_account
    gone = reset(gone, R5, R3 + days(1), after(2))
    assert eligible(gone, R3 + days(1), after(2))


def test_once_met_the_count_stays_met_after_a_transfer():
    """CO-1, FA-3: nor does a family whose next date is later."""
    account = runs(family(charge()), R1, R2)
    target = run(family(charge("t1", of="tom"), account_id="t"), R3)
    moved = transfer_member(account, target, patient_id="ann", as_of=R3, policy=after(2)).target
    assert moved.cycle.next_statement_on == R4
    assert eligible(moved, R3 + days(1), after(2))


def test_a_joiner_whose_count_is_not_met_waits_for_the_own_old_date():
    """CO-1, FA-3: neither the family's past run nor its date stands in for a run that followed."""
    account = runs(family(charge()), R1, R2)
    target = run(family(charge("t1", of="tom"), account_id="t"), R2 + days(4))
    moved = transfer_member(
        account, target, patient_id="ann", as_of=R2 + days(5), policy=after(2)
    ).target
    assert not eligible(moved, R3 - days(1), after(2))
    assert eligible(moved, R3, after(2))


def test_a_run_on_the_day_of_joining_but_before_it_does_not_count_as_having_followed():
    """CO-1, FA-3: the family ran in the morning, the joiner came in the afternoon."""
    account = runs(family(charge()), R1, R2)
    day = R2 + days(12)
    target = run(family(charge("t1", of="tom"), account_id="t"), day)
    moved = transfer_member(account, target, patient_id="ann", as_of=day, policy=after(2)).target
    assert blocks(moved, day, after(2)) == ["too_few_statements"]


def test_delinquency_is_asked_anew():
    """CO-1: the count stays met but a cured plan charge is in good standing again."""
    account = runs(plan(family(charge(amount="900.00")), on=R1), R1, R2)
    account = reset(account, R4, R3, after(2))
    assert eligible(account, R3, after(2))
    cured = pay_plan(account, "plan", "100.00", R3 + days(1))
    assert blocks(cured, R3 + days(1), after(2)) == ["not_delinquent"]


def test_eligible_is_a_finding_with_its_reason_and_a_run_places_nothing():
    """CO-1: charges stay where they are however eligible; the finding says why."""
    account = runs(family(charge()), *RUNS, policy=after(1))
    assert charge_of(account, "c1").placement is None
    found = finding(account, R6, after(1))
    assert (found.is_eligible, found.because, found.blocks) == (
        True,
        CollectionsReason.NO_FURTHER_STATEMENT,
        (),
    )


def test_every_charge_has_its_finding():
    """CO-1: one finding per charge, in the order of the account."""
    account = runs(family(charge(), charge("c2")), *RUNS[:5])
    found = collections_findings(account, as_of=R5, policy=POLICY)
    assert [one.charge_id for one in found] == ["c1", "c2"]


@pytest.mark.parametrize(("count", "reported"), [(None, False), (0, False), (4, False), (5, True)])
def test_the_audit_reports_a_number_no_charge_can_reach(count, reported):
    """CO-1: a charge gets four statements before they stop, so five are never reached."""
    kinds = [getattr(found, "kind", None) for found in audit_policy(after(count))]
    assert (PolicyFindingKind.COUNT_NEVER_REACHED in kinds) is reported
    going_on = audit_policy(after(count, emit_when_terminal=True))
    assert PolicyFindingKind.COUNT_NEVER_REACHED not in [found.kind for found in going_on]


def since(account, day, policy=POLICY, of="c1"):
    """Since or from when the charge is eligible."""
    return finding(account, day, policy, of).from_on


def test_an_eligible_charge_says_since_when_it_has_been():
    """CO-1: since it reached 4, or since its statements sufficed and had rested; not just today."""
    account = runs(family(charge()), *RUNS[:5])
    assert since(account, R5) == R5
    assert since(account, R6 + days(100)) == R5
    account = runs(family(charge()), R1, R2)
    assert since(account, R3 + days(20), after(2)) == R3
    account = run(account, R3)
    assert since(account, R3 + days(20), after(2)) == R3 + days(10)


def test_an_eligible_charge_has_been_so_without_a_break_since_its_day():
    """CO-1, CO-2: what a hold interrupted begins anew when the hold is over."""
    account = runs(family(charge()), *RUNS[:5])
    account = hold(account, HoldScope.CLAIM, "claim-c1", R6, last_on=R6 + days(4))
    assert since(account, R6 + days(9)) == R6 + days(5)
    account = hold(account, HoldScope.PATIENT, "ann", R6, id="h2")
    account = release(account, R6 + days(7), "h2")
    assert since(account, R6 + days(9)) == R6 + days(7)


def test_a_recall_interrupts_it():
    """CO-1, CO-3: with the agency it was not eligible; since the recall it is again."""
    account = place(runs(family(charge()), *RUNS[:5]), "c1", on=R5)
    account = recall(account, "c1", on=R6)
    assert since(account, R6 + days(9)) == R6


def test_a_stay_on_a_plan_interrupts_it():
    """CO-1, DL-11: at 0 on a plan it was not delinquent; off it the old level is back."""
    account = plan(runs(family(charge()), *RUNS[:5]), on=R5 + days(1))
    assert not eligible(account, R5 + days(2))
    account = cancel(account, R6)
    assert since(account, R6 + days(9)) == R6


def test_a_moved_date_is_not_looked_behind():
    """CO-1: the count was met when a whole cycle was over; what the date was is not kept."""
    account = reset(runs(family(charge()), R1, R2), R5, R3 + days(1), after(2))
    assert since(account, R3 + days(2), after(2)) == R3
    assert since(account, R5 + days(1), after(2)) == R3
    account = run(account, R5, after(2))
    rested = R5 + days(10)
    assert [since(account, day, after(2)) for day in (rested, rested + days(2))] == [rested] * 2


def test_what_interrupted_it_is_seen_wherever_it_began():
    """CO-1, CO-2: a hold that began on a day on which nothing else happened."""
    account = runs(family(charge()), *RUNS[:5])
    begun = R5 + days(12)
    account = hold(account, HoldScope.CLAIM, "claim-c1", begun, last_on=begun + days(4))
    assert since(account, begun + days(9)) == begun + days(5)


def test_a_run_counts_as_having_followed_from_its_own_day():
    """CO-1: billed often enough since the run that passed it by, and not before that."""
    account = runs(family(charge(), charge("b", of="bob")), R1, R2)
    account = hold(account, HoldScope.PATIENT, "ann", R3)
    account = release(run(account, R3), R3)
    assert because(account, R3, after(2)) == "billed_often_enough"
    assert since(account, R3 + days(3), after(2)) == R3


def test_a_charge_that_is_not_eligible_says_from_when_it_will_be():
    """CO-1, CO-2: the next statement date, the end of the rest, of a hold, whichever is last."""
    account = runs(family(charge()), R1, R2)
    assert since(account, R2, after(2)) == R3
    assert since(account, R2, after(1)) == R2 + days(10)
    held = hold(account, HoldScope.CLAIM, "claim-c1", R2, last_on=R4)
    assert since(held, R2, after(2)) == R4 + days(1)
    coming = hold(account, HoldScope.CLAIM, "claim-c1", R2, start_on=R3, last_on=R3 + days(9))
    assert since(coming, R2, after(2)) == R3 + days(10)


def test_waiting_alone_does_not_make_every_charge_eligible():
    """CO-1, CO-2: not good standing, an open hold, a paid, a placed charge, or too few bills."""
    account = runs(family(charge()), *RUNS[:5])
    assert since(run(family(charge()), R1), R6, after(1)) is None
    assert since(hold(account, HoldScope.ACCOUNT, None, R5), R5) is None
    assert since(pay(account, "c1", "100.00", R5), R5) is None
    assert since(place(account, on=R5), R5) is None
    assert since(run(account, R6), R6, after(9, emit_when_terminal=True)) is None


def test_a_joiner_says_the_own_old_date():
    """CO-1, FA-3: from the date on which their own account's next statement would have come."""
    account = runs(family(charge()), R1, R2)
    target = run(family(charge("t1", of="tom"), account_id="t"), R2 + days(4))
    moved = transfer_member(
        account, target, patient_id="ann", as_of=R2 + days(5), policy=after(2)
    ).target
    assert since(moved, R2 + days(5), after(2)) == R3


def told(account, day, policy=POLICY, of="c1"):
    return explain_collections(account, charge_id=of, as_of=day, policy=policy)


def test_every_question_is_told_with_its_answer():
    """CO-1, CO-2: each thing that could stand in the way, what was found, until when it does."""
    account = hold(runs(family(charge()), R1, R2), HoldScope.CLAIM, "claim-c1", R2, last_on=R3)
    it = told(account, R2, after(2))
    assert [answer.block for answer in it.answers] == list(CollectionsBlock)
    standing = {answer.block.value: answer for answer in it.answers if answer.stands}
    assert {name: (a.rule_id, a.found, a.from_on) for name, a in standing.items()} == {
        "billed_too_recently": (
            "CO-2",
            "last billed 2025-02-10, 10 days wanted since",
            R2 + days(10),
        ),
        "held": ("CO-2", "holds h1", R3 + days(1)),
        "too_few_statements": ("CO-1", "billed 2 times, 2 wanted", R3),
    }
    assert all(bool(answer.remedy) is answer.stands for answer in it.answers)
    assert (it.is_eligible, it.finding.from_on) == (False, R3 + days(1))


def test_the_explanation_is_what_the_finding_says():
    """CO-1, CO-2: explaining agrees with finding, on every day of a life and under a hold."""
    account = family(charge(), charge("c2", "40.00", posted_on=POSTED))
    account = hold(account, HoldScope.CLAIM, "claim-c2", POSTED, reason=HoldReason.INSURANCE_APPEAL)
    for day in RUNS:
        account = run(account, day)
        for late in (day, day + days(12)):
            for found in collections_findings(account, as_of=late, policy=after(2)):
                it = told(account, late, after(2), found.charge_id)
                assert (it.finding, it.is_eligible) == (found, found.is_eligible)
                assert tuple(a.block for a in it.answers if a.stands) == found.blocks


def test_the_explanation_reads_as_english():
    """CO-1, CO-2: one line for the verdict and one for each question; an unknown charge is none."""
    account = runs(family(charge()), R1, R2)
    lines = str(told(account, R2, after(2))).splitlines()
    assert lines[0] == (
        "charge c1 is not eligible for collections: from 2025-03-17, if nothing else happens"
    )
    assert (
        "  yes: too few statements (CO-1; billed 2 times, 2 wanted). "
        "Let the statement cycle go on. It ends 2025-03-17."
    ) in lines
    assert "  no: nothing outstanding (CO-2; outstanding 100.00)" in lines
    assert str(told(account, R3, after(2))).startswith(
        "charge c1 is eligible for collections: since 2025-03-17"
    )
    away = str(told(place(account, on=R3), R3, after(2)))
    assert "waiting alone will not change that" in away
    assert "(CO-2; placed 2025-03-17, agency agency)" in away
    with pytest.raises(UnknownReference, match="charge"):
        told(account, R3, of="zz")


# ------------------------------------------------------------------------ CO-2 what forbids it


def test_a_charge_rests_ten_days_after_its_last_statement():
    """CO-2: nine days are too few, ten are enough."""
    account = runs(family(charge()), R1, R2, R3)
    assert blocks(account, R3 + days(9), after(2)) == ["billed_too_recently"]
    assert eligible(account, R3 + days(10), after(2))
    assert POLICY.collections_rest_days == 10


def test_the_rest_is_a_policy_number():
    """CO-2: a practice may ask for three weeks."""
    policy = after(2, collections_rest_days=21)
    account = runs(family(charge()), R1, R2, R3)
    assert not eligible(account, R3 + days(20), policy)
    assert eligible(account, R3 + days(21), policy)


def test_a_charge_never_billed_is_not_eligible():
    """CO-2: never billed, whatever its level, as after leaving a plan that missed."""
    assert "never_billed" in blocks(family(charge()), R6, after(0))


def test_nothing_outstanding_is_not_eligible():
    """CO-2: outstanding of zero or less: a paid charge and a credit."""
    account = runs(family(charge()), *RUNS[:5])
    assert blocks(pay(account, "c1", "100.00", R5), R6)[0] == "nothing_outstanding"
    assert blocks(pay(account, "c1", "120.00", R5, credit=True), R6)[0] == "nothing_outstanding"


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_held_charge_is_not_eligible(scope):
    """CO-2: under a hold of any scope, and again once it is over."""
    subject = {HoldScope.ACCOUNT: None, HoldScope.PATIENT: "ann", HoldScope.CLAIM: "claim-c1"}
    account = runs(family(charge()), *RUNS[:5])
    account = hold(account, scope, subject[scope], R5, last_on=R6)
    assert blocks(account, R6) == ["held"]
    assert eligible(account, R6 + days(1))


def test_a_charge_under_appeal_is_not_eligible():
    """CO-2: an insurance appeal is named apart from other holds."""
    account = runs(family(charge()), *RUNS[:5])
    account = hold(account, HoldScope.CLAIM, "claim-c1", R5, reason=HoldReason.INSURANCE_APPEAL)
    assert blocks(account, R6) == ["under_appeal"]


def test_another_patients_hold_does_not_matter():
    """CO-2: only the charge's own patient, claim or account."""
    account = runs(family(charge(), charge("b1", of="bob")), *RUNS[:5])
    account = hold(account, HoldScope.PATIENT, "bob", R5)
    assert eligible(account, R5)


def test_a_placed_charge_is_not_eligible_again():
    """CO-2: already placed."""
    account = place(runs(family(charge()), *RUNS[:5]), on=R5)
    assert blocks(account, R6) == ["already_placed"]


def test_all_that_forbids_it_is_given_at_once_in_order():
    """CO-2: every block that stands, and then what CO-1 lacks."""
    account = hold(family(charge()), HoldScope.CLAIM, "claim-c1", R1)
    account = hold(
        account, HoldScope.PATIENT, "ann", R1, id="h2", reason=HoldReason.INSURANCE_APPEAL
    )
    assert blocks(account, R1, after(3)) == [
        "not_delinquent",
        "never_billed",
        "held",
        "under_appeal",
        "too_few_statements",
    ]
    names = [block.value for block in CollectionsBlock]
    assert names.index("nothing_outstanding") < names.index("already_placed")


# -------------------------------------------------------------------- CO-3 placing and recalling


def test_placing_records_date_and_agency():
    """CO-3: date and agency are kept and told."""
    account = runs(family(charge()), *RUNS[:5])
    result = place_in_collections(
        account, charge_ids=["c1"], agency_id="agency", as_of=R5, policy=POLICY
    )
    (event,) = [one for one in result.events if isinstance(one, ChargePlaced)]
    placement = charge_of(result.account, "c1").placement
    assert (event.on, event.charge_id, event.placement) == (R5, "c1", placement)
    assert (placement.placed_on, placement.agency_id) == (R5, "agency")


def test_a_placed_charge_is_out_of_every_figure_but_collect_outstanding():
    """CO-3, CH-7: out of levels, printed level, due now and total outstanding; shown beside."""
    account = run(family(charge()), R1)
    account = runs(post(account, charge("c2", "30.00", posted_on=R1), R1), *RUNS[1:4])
    account = place(account, on=R4)
    figures = figures_of(account, as_of=R4, policy=POLICY)
    assert (figures.total_outstanding, figures.due_now, figures.net_balance) == (
        Decimal("30.00"),
    ) * 3
    assert figures.collect_outstanding == Decimal("100.00")
    assert account_level(account, as_of=R4).number == 2
    it = run_statement(account, as_of=R5, policy=POLICY).statement
    assert ([line.charge_id for line in it.lines], it.printed_level.number) == (["c2"], 3)


def test_collect_outstanding_is_what_is_still_owed():
    """CO-3: a payment on a placed charge lowers it; a paid one is no longer in it."""
    account = place(runs(family(charge()), *RUNS[:5]), on=R5)
    account = pay(account, "c1", "40.00", R5)
    assert figures_of(account, as_of=R5, policy=POLICY).collect_outstanding == Decimal("60.00")
    account = pay(account, "c1", "60.00", R5)
    assert figures_of(account, as_of=R5, policy=POLICY).collect_outstanding == Decimal("0.00")


def test_a_placed_charge_does_not_advance_and_is_not_billed():
    """CO-3: runs pass it by."""
    account = place(runs(family(charge(), charge("c2")), R1, R2), on=R2)
    account = runs(account, R3, R4)
    assert stands(account) == (1, R2)
    assert charge_of(account, "c1").standing.billed_count == 2


def test_placing_takes_a_plan_charge_off_its_plan_first():
    """CO-3, DL-11: the charge leaves the plan by its rules; a plan left without claims ends."""
    account = runs(family(charge(amount="900.00")), R1, R2)
    account = runs(plan(account, on=R2), R3, R4, R5)
    assert level(account) == 6
    account = place(account, on=R5)
    standing = charge_of(account, "c1").standing
    assert standing.enrolment is None
    assert stands(account) == (2, R5)
    assert the_plan(account).status is PlanStatus.ENDED


def test_a_remembered_level_comes_back_with_its_own_day_on_placing():
    """CO-3, DL-11: the remembered standard level, where it is the more severe."""
    account = runs(family(charge(amount="900.00")), *RUNS[:4])
    account = place(run(plan(account, on=R4), R5), on=R5)
    assert stands(account) == (3, R4)


def test_other_claims_stay_on_the_plan():
    """CO-3, PL-1: the placed charge's claim leaves whole, the others stay."""
    account = family(charge(), charge("c1b", claim="claim-c1"), charge("c2", "400.00"))
    account = runs(plan(account, on=R1), R1, R2)
    account = place(account, "c1", on=R2)
    on_plan = [c.id for c in account.charges if c.standing.enrolment is not None]
    assert on_plan == ["c2"]
    assert the_plan(account).status is PlanStatus.ACTIVE
    assert charge_of(account, "c1b").placement is None


def test_recall_restores_level_and_day():
    """CO-3: the standard level and reached_on it had when placed, however long it was away."""
    account = runs(family(charge(), charge("c2")), R1, R2, R3)
    account = runs(place(account, on=R3), R4, R5)
    account = recall(account, on=R5)
    assert stands(account) == (2, R3)
    assert stands(run(account, R6)) == (3, R6)


def test_money_on_a_placed_charge_does_not_move_the_level_it_comes_back_to():
    """CO-3, DL-8: a placed charge is out of levels, also for partial payments."""
    policy = DunningPolicy(partial_payment_effect=PartialPaymentEffect.MINUS_ONE)
    account = place(runs(family(charge()), *RUNS[:4]), on=R4)
    account = pay(account, "c1", "10.00", R4, policy=policy)
    assert stands(recall(account, on=R5)) == (3, R4)


def test_the_alarm_follows_placing_and_recall():
    """CO-3, AL-4: it falls when the charge goes and is back when it comes, from its old day."""
    account = runs(family(charge()), *RUNS[:5])
    away = place(account, on=R5)
    assert alarm_state(away, as_of=R5, policy=POLICY).status.value == "cleared"
    back = recall(away, on=R5 + days(8))
    state = alarm_state(back, as_of=R5 + days(8), policy=POLICY)
    assert (state.status.value, state.level.number, state.reached_on) == ("firing", 4, R5)


def test_recall_is_told():
    """CO-3: the event names the charge and the placement that ended."""
    account = place(runs(family(charge()), *RUNS[:5]), on=R5)
    placement = charge_of(account, "c1").placement
    result = recall_from_collections(account, charge_ids=["c1"], as_of=R6, policy=POLICY)
    assert result.events == (ChargeRecalled(R6, "c1", placement),)
    assert charge_of(result.account, "c1").placement is None


def test_a_placed_charge_shows_in_no_preview():
    """CO-3, ST-10: the account has nothing billable left."""
    account = place(runs(family(charge()), *RUNS[:5]), on=R5 + days(1))
    shown = preview_statement(account, as_of=R5 + days(1), policy=POLICY)
    assert [skip.reason.value for skip in shown.skips] == ["nothing_billable"]


def test_refused_placements_mended_one_defect_at_a_time():
    """CO-3: all defects at once: the day, then charge by charge."""
    account = runs(family(charge(), charge("paid"), charge("away")), *RUNS[:5])
    account = place(pay(account, "paid", "100.00", R5), "away", on=R5)
    ask = {"agency_id": "x", "policy": POLICY}
    table = [
        (R4, [], ["AS_OF_BEFORE_LAST_ACT", "NO_CHARGES"]),
        (R4, ["paid", "away"], ["AS_OF_BEFORE_LAST_ACT", "NOT_OPEN", "PLACED_ALREADY"]),
        (R5, ["paid", "away"], ["NOT_OPEN", "PLACED_ALREADY"]),
        (R5, ["away"], ["PLACED_ALREADY"]),
        (R5, ["c1"], []),
    ]
    for as_of, ids, expected in table:
        assert (
            refusal(place_in_collections, account, charge_ids=ids, as_of=as_of, **ask) == expected
        )
    with pytest.raises(UnknownReference, match="charge"):
        place_in_collections(account, charge_ids=["zz"], as_of=R5, **ask)


def test_refused_recalls_mended_one_defect_at_a_time():
    """CO-3: a charge that is not away cannot come back."""
    account = place(runs(family(charge(), charge("c2")), *RUNS[:5]), on=R5)
    table = [
        (R4, [], ["AS_OF_BEFORE_LAST_ACT", "NO_CHARGES"]),
        (R4, ["c2"], ["AS_OF_BEFORE_LAST_ACT", "NOT_PLACED"]),
        (R5, ["c1", "c2"], ["NOT_PLACED"]),
        (R5, ["c1"], []),
    ]
    for as_of, ids, expected in table:
        found = refusal(
            recall_from_collections, account, charge_ids=ids, as_of=as_of, policy=POLICY
        )
        assert found == expected


def test_a_charge_named_twice_is_placed_and_recalled_once():
    """CO-3: naming a charge twice in one act is one placement."""
    account = runs(family(charge()), *RUNS[:5])
    result = place_in_collections(
        account, charge_ids=["c1", "c1"], agency_id="x", as_of=R5, policy=POLICY
    )
    assert len([one for one in result.events if isinstance(one, ChargePlaced)]) == 1
    back = recall_from_collections(result.account, charge_ids=["c1", "c1"], as_of=R5, policy=POLICY)
    assert len(back.events) == 1


# --------------------------------------------------------------------------- CO-4 bad debt


def test_bad_debt_is_an_adjustment_with_that_reason_and_closes_the_charge():
    """CO-4: all that is owed, on the patient's side, reason bad debt; the charge is closed."""
    account = pay(runs(family(charge()), *RUNS[:5]), "c1", "30.00", R5)
    result = write_off_bad_debt(
        account, charge_id="c1", transaction_id="w1", as_of=R5, policy=POLICY
    )
    written = charge_of(result.account, "c1").transactions[-1]
    assert (written.kind, written.reason, written.side, written.amount) == (
        TransactionKind.ADJUSTMENT,
        AdjustmentReason.BAD_DEBT,
        AdjustmentSide.PATIENT,
        Decimal("70.00"),
    )
    assert charge_of(result.account, "c1").outstanding == Decimal("0.00")
    assert alarm_state(result.account, as_of=R5, policy=POLICY).status.value == "cleared"


def test_an_ordinary_adjustment_may_carry_the_reason_too():
    """CO-4: part of a charge may be bad debt; the charge stays open then."""
    account = adjust(family(charge()), "c1", "30.00", R1, reason=AdjustmentReason.BAD_DEBT)
    assert charge_of(account, "c1").outstanding == Decimal("70.00")


def test_a_placed_charge_may_be_written_off_and_a_write_off_voided():
    """CO-4, CO-3: writing off empties collect outstanding; voiding brings it back."""
    account = place(runs(family(charge()), *RUNS[:5]), on=R5)
    account = write_off_bad_debt(
        account, charge_id="c1", transaction_id="w1", as_of=R5, policy=POLICY
    ).account
    assert figures_of(account, as_of=R5, policy=POLICY).collect_outstanding == Decimal("0.00")
    account = void(account, "w1", R6)
    assert figures_of(account, as_of=R6, policy=POLICY).collect_outstanding == Decimal("100.00")


def test_nothing_owed_cannot_be_written_off():
    """CO-4: a charge that owes nothing has no bad debt; an unknown charge is an error."""
    account = pay(family(charge()), "c1", "100.00", R1)
    ask = {"transaction_id": "w1", "as_of": R1, "policy": POLICY}
    with pytest.raises(InvalidRecord):
        write_off_bad_debt(account, charge_id="c1", **ask)
    with pytest.raises(UnknownReference, match="charge"):
        write_off_bad_debt(account, charge_id="zz", **ask)


def test_one_text_is_no_list_of_charges():
    """CO-3: its letters would pass for charges; the name of the argument and a remedy are told."""
    account = runs(family(charge("c"), charge("c1")), R1, R2)
    asked = {"as_of": R2, "policy": POLICY}
    for act in (
        lambda: place_in_collections(account, charge_ids="c1", agency_id="a", **asked),
        lambda: recall_from_collections(account, charge_ids="c1", **asked),
    ):
        with pytest.raises(InvalidRecord, match=r"charge_ids is 'c1'.*not one text"):
            act()
