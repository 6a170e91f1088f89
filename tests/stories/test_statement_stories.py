"""The statement cycle: when a statement comes, what is on it, how it goes out (ST)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.accounts import (
    DeliveryMethod,
    DeliveryPreference,
    Guarantor,
    Member,
    Patient,
    StatementNote,
    charge_of,
)
from revcycle.dunning import (
    DEFAULT_MESSAGES,
    AlarmType,
    CureEffect,
    DeliveryReason,
    DunningPolicy,
    LevelMessage,
    RunOutcome,
    SkipReason,
    collections_findings,
    decide_statement,
    delivery_for,
    figures_of,
    leave_account,
    next_decision_date,
    place_in_collections,
    preview_statement,
    reset_next_statement,
    run_statement,
    run_statements,
    transfer_member,
)
from revcycle.dunning.alarms import alarm_state
from revcycle.dunning.events import CycleRun, NextStatementReset, StatementIssued
from revcycle.errors import InvalidRecord, Refused
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
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
    WEEKLY,
    adjust,
    charge,
    family,
    hold,
    level,
    monthly,
    patient,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    refusal,
    run,
    runs,
    void,
)

KEEP_EMITTING = DunningPolicy(emit_when_terminal=True)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def made(account, day, policy=POLICY):
    return run_statement(account, as_of=day, policy=policy)


def statement(account, day, policy=POLICY):
    found = made(account, day, policy).statement
    assert found is not None
    return found


def preview(account, day, policy=POLICY):
    return preview_statement(account, as_of=day, policy=policy)


def why(account, day, policy=POLICY) -> list[str]:
    return [skip.reason.value for skip in made(account, day, policy).skips]


def reset(account, on, day, policy=POLICY):
    return reset_next_statement(account, on, as_of=day, policy=policy).account


def lines(it) -> list[str]:
    return [line.charge_id for line in it.lines]


def listed(it) -> list[str]:
    return [payment.transaction_id for payment in it.payments]


# -------------------------------------------------------------------------------- ST-1 the cycle


def test_the_next_statement_is_due_thirty_five_days_after_the_run():
    """ST-1: a cycle is 35 days; the next date is the run date plus the cycle."""
    account = run(family(charge()), R1)
    assert account.cycle.next_statement_on == R2 == R1 + days(35)


def test_a_run_one_day_early_is_skipped_and_one_on_the_day_is_made():
    """ST-1: a run is due on or after the next date; 34 days are too few, 35 are enough."""
    account = run(family(charge()), R1)
    assert made(account, R2 - days(1)).outcome is RunOutcome.SKIPPED
    assert made(account, R2).outcome is RunOutcome.WITH_STATEMENT


def test_no_two_statements_come_within_a_cycle_even_if_the_job_runs_daily():
    """ST-1: at most one statement per 35 days."""
    account, on = family(charge(amount="900.00")), []
    for count in range(120):
        day = R1 + days(count)
        result = made(account, day)
        account = result.account
        if result.statement:
            on.append(day)
    assert on == [R1, R2, R3, R4]


def test_a_late_run_moves_the_next_date_with_it():
    """ST-1: the next date counts from the run, not from the date that was due."""
    account = runs(family(charge()), R1, R2 + days(9))
    assert account.cycle.next_statement_on == R2 + days(9 + 35)


def test_the_cycle_length_is_the_practices_choice():
    """ST-1: cycle_days is a policy number."""
    monthly_policy = DunningPolicy(cycle_days=28)
    account = run(family(charge()), R1, monthly_policy)
    assert account.cycle.next_statement_on == R1 + days(28)
    assert why(account, R1 + days(27), monthly_policy) == ["not_due"]
    assert why(account, R1 + days(28), monthly_policy) == []


def test_a_cycle_run_without_a_statement_moves_the_next_date_too():
    """ST-1: after every cycle run, emitted or not, the next date is run date plus cycle."""
    account = runs(family(charge()), *RUNS[:4])
    result = made(account, R5)
    assert result.outcome is RunOutcome.WITHOUT_STATEMENT
    assert result.account.cycle.next_statement_on == R6
    assert result.account.cycle.last_run_on == R5
    assert result.account.cycle.last_statement_on == R4


def _billed_at_r1():
    return run(family(charge()), R1)


SKIPPED = {
    "already run": lambda: (_billed_at_r1(), R1),
    "not due": lambda: (_billed_at_r1(), R1 + days(1)),
    "nothing billable": lambda: (pay(_billed_at_r1(), "c1", "100.00", R2), R2),
    "on hold": lambda: (hold(_billed_at_r1(), HoldScope.ACCOUNT, None, R2), R2),
    "net not positive": lambda: (
        pay(runs(family(charge(), charge("c2")), R1), "c2", "200.00", R2, credit=True),
        R2,
    ),
    "below the minimum": lambda: (family(charge(amount="0.00")), R1),
}


@pytest.mark.parametrize("case", SKIPPED)
def test_a_skipped_run_changes_nothing(case):
    """ST-1, ST-5: a skipped run gives the same account, no event, no statement, no new date."""
    account, day = SKIPPED[case]()
    result = made(account, day)
    assert result.outcome is RunOutcome.SKIPPED
    assert result.account is account
    assert result.events == ()
    assert result.statement is None
    assert result.skips


# ------------------------------------------------------------------------------ ST-2 the reset


def test_the_first_run_on_or_after_a_reset_date_generates():
    """ST-2: a later date postpones; the first run on or after it generates."""
    account = reset(_billed_at_r1(), R2 + days(10), R1 + days(3))
    assert why(account, R2) == ["not_due"]
    assert why(account, R2 + days(9)) == ["not_due"]
    assert made(account, R2 + days(10)).outcome is RunOutcome.WITH_STATEMENT
    assert made(account, R2 + days(12)).outcome is RunOutcome.WITH_STATEMENT


def test_a_reset_governs_one_statement_only():
    """ST-2: the next date after it is that statement plus 35, not the old rhythm."""
    account = reset(_billed_at_r1(), R2 - days(15), R1 + days(3))
    account = run(account, R2 - days(12))
    assert account.cycle.next_statement_on == R2 - days(12) + days(35)


def test_a_shortened_cycle_is_honoured_and_flagged():
    """ST-2: a date closer than 35 days is honoured; that statement, and only that, is flagged."""
    account = reset(_billed_at_r1(), R1 + days(20), R1 + days(1))
    result = made(account, R1 + days(20))
    assert result.statement.shortened_cycle is True
    assert [s.shortened_cycle for s in result.account.statements] == [False, True]
    following = statement(result.account, R1 + days(55))
    assert following.shortened_cycle is False


def test_a_reset_to_just_a_full_cycle_is_not_shortened():
    """ST-2: exactly 35 days after the last statement is a full cycle; 34 days are not."""
    full = reset(_billed_at_r1(), R1 + days(35), R1)
    short = reset(_billed_at_r1(), R1 + days(34), R1)
    assert statement(full, R1 + days(35)).shortened_cycle is False
    assert statement(short, R1 + days(34)).shortened_cycle is True


def test_a_short_date_that_is_run_late_is_no_shortened_cycle():
    """ST-2: the flag speaks of the statement, not of the date that was asked for."""
    account = reset(_billed_at_r1(), R1 + days(20), R1)
    assert statement(account, R1 + days(36)).shortened_cycle is False


def test_the_first_statement_is_never_shortened():
    """ST-2: before the first statement any date is free, also one already past."""
    account = reset(family(charge()), date(2024, 12, 1), R1)
    assert account.cycle.next_statement_on == date(2024, 12, 1)
    assert statement(account, R1).shortened_cycle is False


REFUSING = DunningPolicy(refuse_shortened_cycle=True)


def test_a_policy_may_refuse_a_shortened_cycle_at_the_reset():
    """ST-2: the switch refuses a short date when it is asked for; a full cycle passes."""
    account = run(family(charge()), R1, REFUSING)
    ask = {"as_of": R1 + days(1), "policy": REFUSING}
    assert refusal(reset_next_statement, account, R1 + days(34), **ask) == ["CYCLE_TOO_SHORT"]
    assert refusal(reset_next_statement, account, R1 + days(35), **ask) == []


def test_the_switch_refuses_the_reset_not_the_run():
    """ST-2: a date set before the switch was thrown is honoured by the run, and flagged."""
    account = reset(_billed_at_r1(), R1 + days(20), R1)
    assert statement(account, R1 + days(20), REFUSING).shortened_cycle is True


def test_a_reset_must_lie_after_the_last_statement():
    """ST-2: any date after the last statement; the day itself and the days before are refused."""
    account = _billed_at_r1()
    for on in (R1 - days(1), R1):
        found = refusal(reset_next_statement, account, on, as_of=R1, policy=POLICY)
        assert found == ["NOT_AFTER_LAST_STATEMENT"]
    assert reset(account, R1 + days(1), R1).cycle.next_statement_on == R1 + days(1)


def test_a_reset_to_a_past_date_makes_the_next_run_due():
    """ST-2: a past date makes the next run due, whatever the date was before."""
    account = reset(_billed_at_r1(), R1 + days(2), R1 + days(25))
    assert made(account, R1 + days(25)).outcome is RunOutcome.WITH_STATEMENT
    assert made(account, R1 + days(28)).outcome is RunOutcome.WITH_STATEMENT


def test_a_reset_tells_what_it_changed_and_nothing_else_moves():
    """ST-2: a reset moves the next date only; its event carries both dates."""
    account = _billed_at_r1()
    result = reset_next_statement(account, R3, as_of=R1, policy=POLICY)
    assert result.events == (NextStatementReset(R1, R2, R3),)
    cycle = attrs.evolve(account.cycle, next_statement_on=R3)
    assert result.account == attrs.evolve(account, cycle=cycle)


def test_refused_resets_mended_one_defect_at_a_time():
    """ST-2: every defect is reported at once, first the day of the act, then the date."""
    account = hold(run(family(charge()), R1, REFUSING), HoldScope.ACCOUNT, None, R1 + days(5))
    early = R1 + days(4)
    table = [
        (R1, early, ["AS_OF_BEFORE_LAST_ACT", "NOT_AFTER_LAST_STATEMENT"]),
        (R1 + days(9), early, ["AS_OF_BEFORE_LAST_ACT", "CYCLE_TOO_SHORT"]),
        (R1 + days(9), R1 + days(5), ["CYCLE_TOO_SHORT"]),
        (R2, R1 + days(5), []),
    ]
    for on, as_of, expected in table:
        found = refusal(reset_next_statement, account, on, as_of=as_of, policy=REFUSING)
        assert found == expected


# ------------------------------------------------------------------- ST-3 one per family, to whom


def test_a_family_gets_one_statement_with_everybodys_charges():
    """ST-3: one consolidated statement per family, addressed to the guarantor."""
    account = family(charge("a1"), charge("b1", of="bob"), "cal")
    it = statement(account, R1)
    assert lines(it) == ["a1", "b1"]
    assert it.addressee is account.guarantor
    assert len(made(account, R1).account.statements) == 1


def test_a_guarantor_who_is_no_patient_is_addressed_too():
    """ST-3: the addressee is the guarantor, member of the family or not."""
    aunt = Guarantor(id="aunt")
    assert statement(family(charge(), guarantor=aunt), R1).addressee is aunt


def test_a_person_alone_is_a_family_of_one():
    """ST-3: an individual runs like a family: one statement, to the guarantor."""
    it = statement(family(charge()), R1)
    assert (it.account_id, it.addressee.id, lines(it)) == ("a1", "g1", ["c1"])


# ------------------------------------------------------------------------------ ST-4 outcomes


def test_a_run_has_three_outcomes():
    """ST-4: skipped, run without a statement, run with a statement."""
    account = runs(family(charge()), R1, R2, R3, R4)
    assert made(account, R5 - days(1)).outcome is RunOutcome.SKIPPED
    assert made(account, R5).outcome is RunOutcome.WITHOUT_STATEMENT
    assert made(family(charge()), R1).outcome is RunOutcome.WITH_STATEMENT


def test_levels_advance_and_the_alarm_is_set_though_nothing_is_sent():
    """ST-4: a cycle run without a statement advances the level and sets the alarm."""
    result = made(runs(family(charge()), R1, R2, R3, R4), R5)
    assert result.statement is None
    assert level(result.account) == 4
    alarm = result.account.alarm
    assert (alarm.level.number, alarm.reached_on, alarm.set_on) == (4, R5, R5)


def test_nothing_is_sent_when_advancing_makes_every_charge_terminal():
    """ST-4: it is the level after advancing that counts: 3 becomes 4, so no fifth statement."""
    account, sent = family(charge()), []
    for day in RUNS:
        result = made(account, day)
        account = result.account
        sent.append(result.statement is not None)
    assert sent == [True, True, True, True, False, False]
    assert charge_of(account, "c1").standing.billed_count == 4


def test_a_plan_at_eight_is_terminal_too():
    """ST-4: 8 ends the statements as 4 does."""
    account = plan(family(charge(amount="900.00")), on=R1)
    sent = []
    for day in RUNS:
        result = made(account, day)
        account = result.account
        sent.append(result.statement is not None)
    assert sent == [True, True, True, True, False, False]
    assert level(account) == 8


def test_a_terminal_charge_is_listed_and_counted_when_another_is_not_terminal():
    """ST-4: if any is not terminal the statement lists everything; all listed count as billed."""
    account = runs(family(charge()), *RUNS[:5])
    account = post(account, charge("c2", posted_on=R5), R5)
    result = made(account, R6)
    assert lines(result.statement) == ["c1", "c2"]
    standing = charge_of(result.account, "c1").standing
    assert (standing.billed_count, standing.last_billed_on) == (5, R6)


def test_a_terminal_charge_in_terminal_company_gets_no_statement():
    """ST-4: 4 and 8 together send nothing."""
    account = family(charge(), charge("p", amount="900.00"))
    account = runs(plan(account, "claim-p", on=R1), *RUNS[:4])
    result = made(account, R5)
    assert (level(result.account), level(result.account, "p")) == (4, 8)
    assert result.outcome is RunOutcome.WITHOUT_STATEMENT


def test_a_new_charge_of_another_member_keeps_the_family_statement_going():
    """ST-4: any billable charge of the family that is not terminal is enough."""
    account = runs(family(charge(), "bob"), *RUNS[:5])
    account = post(account, charge("b1", of="bob", posted_on=R5), R5)
    assert made(account, R6).outcome is RunOutcome.WITH_STATEMENT


def test_a_closed_or_held_charge_below_terminal_does_not_keep_statements_going():
    """ST-4: only billable charges are asked."""
    account = runs(family(charge(), charge("c2", posted_on=POSTED)), R1, R2, R3, R4)
    account = hold(account, HoldScope.CLAIM, "claim-c2", R4)
    result = made(account, R5)
    assert (level(result.account), level(result.account, "c2")) == (4, 3)
    assert result.outcome is RunOutcome.WITHOUT_STATEMENT


def test_a_practice_may_keep_emitting_at_terminal_levels():
    """ST-4: the switch emit_when_terminal sends at 4 and 8 too, and counts it."""
    account = runs(family(charge()), *RUNS, policy=KEEP_EMITTING)
    assert len(account.statements) == 6
    assert charge_of(account, "c1").standing.billed_count == 6
    assert level(account) == 4


# ------------------------------------------------------------------------------ ST-5 skips


def test_every_reason_to_skip_is_given_at_once_in_order_with_figures():
    """ST-5: already run, not due, nothing billable, on hold: all that apply, in this order."""
    account = run(family(charge()), R1)
    account = pay(account, "c1", "100.00", R1)
    account = hold(account, HoldScope.ACCOUNT, None, R1, id="h2")
    account = hold(account, HoldScope.ACCOUNT, None, R1, id="h1")
    skips = made(account, R1).skips
    assert [skip.reason for skip in skips] == [
        SkipReason.ALREADY_RUN_TODAY,
        SkipReason.NOT_DUE,
        SkipReason.NOTHING_BILLABLE,
        SkipReason.ON_HOLD,
    ]
    assert skips[0].on == R1
    assert skips[1].on == R2
    assert set(skips[3].hold_ids) == {"h1", "h2"}


def test_the_other_run_of_reasons_ends_with_the_balance():
    """ST-5: with something billable the last reason is the balance: net at or below zero."""
    account = run(family(charge(), charge("c2")), R1)
    account = pay(account, "c2", "230.00", R1, credit=True)
    account = hold(account, HoldScope.ACCOUNT, None, R1)
    skips = made(account, R1).skips
    assert [skip.reason.value for skip in skips] == [
        "already_run_today",
        "not_due",
        "on_hold",
        "net_not_positive",
    ]
    assert skips[-1].amount == Decimal("-30.00")


def test_a_net_of_zero_is_skipped():
    """ST-5: a credit as large as what is billable leaves a net of zero, which is skipped."""
    account = pay(family(charge(), charge("c2")), "c2", "200.00", POSTED, credit=True)
    (skip,) = made(account, R1).skips
    assert (skip.reason.value, skip.amount) == ("net_not_positive", Decimal("0.00"))


def test_a_net_of_one_cent_gets_a_statement_by_default():
    """ST-5: the default minimum is one cent, and the bound is inclusive."""
    account = pay(family(charge(), charge("c2")), "c2", "199.99", POSTED, credit=True)
    assert POLICY.min_statement_balance == Decimal("0.01")
    assert made(account, R1).outcome is RunOutcome.WITH_STATEMENT


def test_one_cent_below_the_minimum_is_skipped_and_the_minimum_is_not():
    """ST-5: below min_statement_balance, with both figures; the bound itself is inclusive."""
    five = DunningPolicy(min_statement_balance="5.00")
    (skip,) = made(family(charge(amount="4.99")), R1, five).skips
    assert skip.reason is SkipReason.BELOW_MINIMUM
    assert (skip.amount, skip.wanted) == (Decimal("4.99"), Decimal("5.00"))
    assert made(family(charge(amount="5.00")), R1, five).skips == ()


def test_the_minimum_asks_the_net_not_the_gross():
    """ST-5: credits count against the balance that is compared with the minimum."""
    five = DunningPolicy(min_statement_balance="5.00")
    account = pay(family(charge(), charge("c2")), "c2", "195.01", POSTED, credit=True)
    (skip,) = made(account, R1, five).skips
    assert (skip.reason.value, skip.amount) == ("below_minimum", Decimal("4.99"))


def test_a_net_at_or_below_zero_is_not_also_below_the_minimum():
    """ST-5: below minimum only when net is more than zero."""
    five = DunningPolicy(min_statement_balance="5.00")
    account = pay(family(charge(), charge("c2")), "c2", "200.00", POSTED, credit=True)
    assert why(account, R1, five) == ["net_not_positive"]


def test_a_credit_with_nothing_billable_is_one_reason_not_two():
    """ST-5: net at or below zero is a reason only when something is billable."""
    account = pay(family(charge()), "c1", "130.00", POSTED, credit=True)
    assert why(account, R1) == ["nothing_billable"]


def test_held_charges_are_nothing_billable():
    """ST-5, ST-12: a patient hold over all that is owed leaves nothing billable."""
    account = hold(family(charge()), HoldScope.PATIENT, "ann", R1)
    assert why(account, R1) == ["nothing_billable"]


def test_a_charge_with_an_agency_is_nothing_billable():
    """ST-5, CO-3: placed charges get no statement."""
    account = run(family(charge()), R1)
    account = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=R2, policy=POLICY
    ).account
    assert why(account, R2) == ["nothing_billable"]


def test_a_skipped_run_leaves_levels_and_alarm_as_they_were():
    """ST-5: no advance, no alarm change when skipped by a hold at level 3."""
    account = hold(runs(family(charge()), R1, R2, R3), HoldScope.ACCOUNT, None, R4)
    after = made(account, R4).account
    assert level(after) == 2
    assert after.alarm == account.alarm


# ------------------------------------------------------------------------------ ST-6 counting


def test_each_charge_counts_its_statements_and_knows_the_last():
    """ST-6: a charge counts the statements it has appeared on and knows the last one's date."""
    account = run(family(charge()), R1)
    account = runs(post(account, charge("c2", posted_on=R1), R1), R2, R3)
    first, second = charge_of(account, "c1").standing, charge_of(account, "c2").standing
    assert (first.billed_count, first.first_billed_on, first.last_billed_on) == (3, R1, R3)
    assert (second.billed_count, second.first_billed_on, second.last_billed_on) == (2, R2, R3)


def test_a_run_without_a_statement_counts_for_nobody():
    """ST-6: level 4 is reached in a run that sends nothing, so count and date stay."""
    account = runs(family(charge()), *RUNS)
    standing = charge_of(account, "c1").standing
    assert (standing.billed_count, standing.last_billed_on) == (4, R4)


# ------------------------------------------------------------------------------ ST-7 delivery

ONLINE = Guarantor(
    id="g1", patient_id="ann", email="a@example.org", delivery=DeliveryPreference.E_STATEMENT
)
E, PAPER = DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER


def test_e_statement_guarantors_get_paper_too_at_the_final_level():
    """ST-7: e-statements at 0, 1, 2; at 3 paper as well; the methods of each are kept."""
    account = runs(family(charge(), guarantor=ONLINE), R1, R2, R3, R4)
    assert [s.methods for s in account.statements] == [(E,), (E,), (E,), (E, PAPER)]


def test_paper_is_added_at_the_final_level_of_a_plan():
    """ST-7: 7 is the plan's final level: paper is added there and not at 6."""
    account = plan(family(charge(amount="900.00"), guarantor=ONLINE), on=R1)
    account = runs(account, R1, R2, R3, R4)
    assert level(account) == 7
    assert [s.methods for s in account.statements] == [(E,), (E,), (E,), (E, PAPER)]


def test_any_listed_charge_at_the_final_level_adds_paper():
    """ST-7: one charge of any member at 3 after the run is enough."""
    account = runs(family(charge(), "bob", guarantor=ONLINE), R1, R2, R3)
    account = post(account, charge("b1", of="bob", posted_on=R3), R3)
    it = statement(account, R4)
    assert it.methods == (E, PAPER)
    assert it.delivery_reasons == (
        DeliveryReason.GUARANTOR_WANTS_E_STATEMENT,
        DeliveryReason.PAPER_ADDED_AT_FINAL_LEVEL,
    )


def test_a_terminal_level_adds_no_paper_by_itself():
    """ST-7: final levels are 3 and 7; 4 and 8 are past them."""
    account = runs(family(charge(), guarantor=ONLINE), *RUNS[:5], policy=KEEP_EMITTING)
    assert account.statements[-1].printed_level.number == 4
    assert account.statements[-1].methods == (E,)


@pytest.mark.parametrize("number", range(9))
def test_which_levels_add_paper(number):
    """ST-7: exactly 3 and 7 add paper to an e-statement."""
    delivery = delivery_for(ONLINE, [LEVELS[0], LEVELS[number]])
    assert delivery.methods == ((E, PAPER) if number in (3, 7) else (E,))
    assert delivery.email_notice is True


def test_any_charge_at_a_final_level_adds_paper_not_the_accounts_level():
    """ST-7: the account stands at 4, which adds none; its younger charge is at 3, which does."""
    account = run(family(charge(), guarantor=ONLINE), R1)
    account = runs(post(account, charge("c2", posted_on=R1), R1), R2, R3, R4)
    it = statement(account, R5)

    assert [line.level.number for line in it.lines] == [4, 3]
    assert it.methods == (E, PAPER)


def test_e_mail_notices_go_on_when_paper_is_added():
    """ST-7: the e-mail notice continues with the final paper statement."""
    account = runs(family(charge(), guarantor=ONLINE), R1, R2, R3)
    assert statement(account, R4).email_notice is True


def test_a_paper_guarantor_gets_one_paper_statement_at_any_level():
    """ST-7: paper once, never twice, also at the final level; no e-mail notice."""
    account = runs(family(charge()), R1, R2, R3)
    it = statement(account, R4)
    assert it.lines[0].level.number == 3
    assert (it.methods, it.email_notice) == ((PAPER,), False)
    assert it.delivery_reasons == (DeliveryReason.GUARANTOR_WANTS_PAPER,)


def test_an_e_statement_without_an_address_falls_back_to_paper_with_a_reason():
    """ST-7: no e-mail address: one paper statement, the reason given, also at the final level."""
    nowhere = attrs.evolve(ONLINE, email=None)
    account = family(charge(), guarantor=nowhere)
    for day in RUNS[:4]:
        it = statement(account, day)
        assert it.methods == (PAPER,)
        assert DeliveryReason.NO_EMAIL_ADDRESS in it.delivery_reasons
        assert it.email_notice is False
        account = run(account, day)


@pytest.mark.parametrize("email", ["", " ", "\u200b", "\t\u2028"])
def test_a_blank_e_mail_address_is_none(email):
    """ST-7: an e-statement to it would reach nobody, and no paper would go instead."""
    with pytest.raises(
        InvalidRecord, match=r"Guarantor\.email is \(private\): it must be text that"
    ):
        attrs.evolve(ONLINE, email=email)


def test_a_paper_guarantor_with_an_address_still_gets_paper():
    """ST-7: the guarantor's preference decides, not the address."""
    on_paper = attrs.evolve(ONLINE, delivery=DeliveryPreference.PAPER)
    assert statement(family(charge(), guarantor=on_paper), R1).methods == (PAPER,)


# ------------------------------------------------------------------------------ ST-8 message


def test_the_practices_own_text_prints_for_the_message_level():
    """ST-8: the practice's text for the level, our default where there is none."""
    own = DunningPolicy(messages=(LevelMessage(level=LEVELS[1], text="Please remember us."),))
    account = run(family(charge()), R1, own)
    assert account.statements[0].printed_level.number == 0
    assert statement(family(charge()), R1, own).message == DEFAULT_MESSAGES[0]
    assert statement(account, R2, own).message == "Please remember us."


@pytest.mark.parametrize("number", range(9))
def test_there_is_a_default_text_for_each_level(number):
    """ST-8: one message for each of 0 to 8, all different."""
    assert len(DEFAULT_MESSAGES) == len(set(DEFAULT_MESSAGES)) == 9
    assert DEFAULT_MESSAGES[number].strip()


def test_simplified_statements_print_the_defaults_and_no_note():
    """ST-8: a simplified statement prints the default messages and omits the statement note."""
    noted = Member(
        patient=patient(statement_note=StatementNote(text="Call Ms Orr")), joined_on=POSTED
    )
    account = attrs.evolve(family(charge()), members=(noted,))
    own = (LevelMessage(level=LEVELS[0], text="Ours."),)
    plain = statement(account, R1, DunningPolicy(messages=own))
    simplified = statement(account, R1, DunningPolicy(messages=own, simplified_statements=True))
    assert (plain.message, [note.text for note in plain.notes]) == ("Ours.", ["Call Ms Orr"])
    assert (simplified.message, simplified.notes) == (DEFAULT_MESSAGES[0], ())
    assert (plain.simplified, simplified.simplified) == (False, True)


def test_a_family_prints_the_message_of_its_most_severe_level():
    """ST-8, DL-9: a family's message is its most severe level's; the printed level is beside.

    Ann's plan charge, billed longest, is kept at 0; Bob's younger charge has reached 1.
    """
    account = run(plan(family(charge(amount="900.00"), "bob"), on=R1), R1)
    account = post(account, charge("b1", of="bob", posted_on=R1), R1)
    account = pay_plan(account, "plan", "50.00", R1 + days(9))
    account = pay_plan(run(account, R2), "plan", "50.00", R2 + days(9))
    it = statement(account, R3)
    assert (it.printed_level.number, it.message_level.number) == (0, 1)
    assert it.message == DEFAULT_MESSAGES[1]


def test_a_person_alone_prints_the_message_of_the_printed_level():
    """ST-8, DL-9: an individual's message is that of the charge billed longest, not the worst."""
    account = run(plan(family(charge(amount="900.00")), on=R1), R1)
    account = post(account, charge("s", posted_on=R1), R1)
    account = pay_plan(account, "plan", "50.00", R1 + days(9))
    account = pay_plan(run(account, R2), "plan", "50.00", R2 + days(9))
    it = statement(account, R3)
    assert (it.printed_level.number, it.message_level.number) == (0, 0)
    assert it.message == DEFAULT_MESSAGES[0]


# ------------------------------------------------------------------------------ ST-9 notes


def _with_note(**more):
    note = StatementNote(text="Thank you", **more)
    member = Member(patient=patient(statement_note=note), joined_on=POSTED)
    return attrs.evolve(family(charge()), members=(member,))


@pytest.mark.parametrize(
    ("begin_on", "end_on", "prints"),
    [
        (None, None, True),
        (R1, None, True),
        (R1 + days(1), None, False),
        (None, R1, True),
        (None, R1 - days(1), False),
        (R1, R1, True),
    ],
)
def test_a_statement_note_prints_from_its_first_to_its_last_day(begin_on, end_on, prints):
    """ST-9: begin and end dates are optional and both inclusive."""
    it = statement(_with_note(begin_on=begin_on, end_on=end_on), R1)
    assert [note.text for note in it.notes] == (["Thank you"] if prints else [])


def test_a_statement_note_prints_on_every_later_statement_beside_the_message():
    """ST-9: on all later statements until cleared, in addition to the dunning message."""
    account = _with_note()
    for day in (R1, R2):
        it = statement(account, day)
        assert [note.text for note in it.notes] == ["Thank you"]
        assert it.message
        account = run(account, day)


def test_a_family_statement_prints_each_members_note():
    """ST-9: each member's note, also of one who owes nothing."""
    members = tuple(
        Member(
            patient=Patient(id=one, statement_note=StatementNote(text=f"for {one}")),
            joined_on=POSTED,
        )
        for one in ("bob", "ann")
    )
    account = attrs.evolve(family(charge(), "bob"), members=members)
    found = [(note.patient_id, note.text) for note in statement(account, R1).notes]
    assert found == [("ann", "for ann"), ("bob", "for bob")]


# ------------------------------------------------------------------------------ ST-10 preview


def _notes_and_money():
    account = family(charge(amount="90.00"), charge("b1", of="bob"), guarantor=ONLINE)
    account = plan(account, "claim-b1", on=R1, of="bob")
    account = runs(account, R1, R2)
    account = pay(account, "c1", "10.00", R2 + days(2))
    return post(account, charge("c2", posted_on=R2 + days(3)), R2 + days(3))


def test_the_preview_is_the_twin_of_the_run():
    """ST-10: on a due day the preview is exactly the statement that the run makes."""
    account = family(charge(amount="90.00"), charge("b1", of="bob"), guarantor=ONLINE)
    account = plan(account, "claim-b1", on=R1, of="bob")
    for day in RUNS:
        result = made(account, day)
        shown = preview(account, day)
        assert (shown.outcome, shown.statement) == (result.outcome, result.statement)
        assert shown.skips == ()
        account = result.account


def test_the_preview_is_the_runs_twin_though_no_run_is_due():
    """ST-10: due or not: it shows what a cycle run today would leave."""
    account = _notes_and_money()
    day = R2 + days(10)
    assert why(account, day) == ["not_due"]
    due_today = attrs.evolve(account, cycle=attrs.evolve(account.cycle, next_statement_on=day))
    shown = preview(account, day)
    assert shown.statement == statement(due_today, day)
    assert shown.statement.shortened_cycle is True
    assert [line.level.number for line in shown.statement.lines] == [2, 0, 6]


def test_a_preview_changes_nothing():
    """ST-10: the account is as it was, and a run after a preview is as without it."""
    account = _notes_and_money()
    before = made(account, R3)
    preview(account, R3)
    assert made(account, R3) == before


def test_on_a_day_already_run_the_preview_is_that_days_statement():
    """ST-10: after today's run the preview shows today's statement again, not the next one."""
    for account in (family(charge()), _notes_and_money()):
        day = R3
        result = made(account, day)
        shown = preview(result.account, day)
        assert shown.outcome is RunOutcome.WITH_STATEMENT
        assert shown.statement == result.statement


def test_on_a_day_already_run_a_shortened_statement_is_shown_as_such():
    """ST-10, ST-2: also the flag is that day's."""
    result = made(reset(_billed_at_r1(), R1 + days(9), R1), R1 + days(9))
    assert preview(result.account, R1 + days(9)).statement == result.statement
    assert result.statement.shortened_cycle is True


def test_after_a_run_that_sent_nothing_there_is_nothing_to_show():
    """ST-10: on the day of a run without a statement the preview has none either."""
    account = runs(family(charge()), *RUNS[:5])
    shown = preview(account, R5)
    assert (shown.outcome, shown.statement) == (RunOutcome.WITHOUT_STATEMENT, None)


def test_a_preview_of_nothing_but_terminal_charges_shows_no_statement():
    """ST-10, ST-4: a cycle run would send nothing, so nothing is shown, unless by the switch."""
    account = runs(family(charge()), *RUNS[:5])
    day = R5 + days(3)
    assert preview(account, day).outcome is RunOutcome.WITHOUT_STATEMENT
    assert preview(account, day, KEEP_EMITTING).outcome is RunOutcome.WITH_STATEMENT


PREVIEW_SKIPS = {
    "nothing_billable": lambda: pay(_billed_at_r1(), "c1", "100.00", R1 + days(3)),
    "on_hold": lambda: hold(_billed_at_r1(), HoldScope.ACCOUNT, None, R1 + days(3)),
    "net_not_positive": lambda: pay(
        run(family(charge(), charge("c2")), R1), "c2", "200.00", R1 + days(3), credit=True
    ),
    "below_minimum": lambda: run(family(charge(amount="9.00")), R1),
}


@pytest.mark.parametrize("reason", PREVIEW_SKIPS)
def test_other_reasons_to_skip_come_instead_of_a_preview(reason):
    """ST-10: due or not, the other reasons are returned instead of a statement."""
    policy = DunningPolicy(min_statement_balance="10.00") if reason == "below_minimum" else POLICY
    account = PREVIEW_SKIPS[reason]()
    for day in (R1 + days(3), R2):
        shown = preview(account, day, policy)
        assert [skip.reason.value for skip in shown.skips] == [reason]
        assert (shown.outcome, shown.statement) == (RunOutcome.SKIPPED, None)


def test_a_new_account_has_no_statement_of_the_day_it_was_founded():
    """ST-10, FA-3: statements stay behind, so the leaver's preview shows none numbered 0."""
    account = run(family(charge(), charge("b1", of="bob")), R1)
    alone = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=R1,
        policy=POLICY,
    ).new_account
    shown = preview(alone, R1).statement
    assert shown is None or shown.number == 1


# ------------------------------------------------------------------------- ST-11 one run a day


def test_a_second_run_on_the_same_day_does_nothing():
    """ST-11: one cycle run per account and date."""
    account = run(family(charge()), R1)
    again = made(account, R1)
    assert again.account is account
    assert again.skips[0].reason is SkipReason.ALREADY_RUN_TODAY


def test_a_reset_to_today_after_todays_run_gives_no_second_run():
    """ST-11: also if the next date was reset to today, today stays run."""
    account = runs(family(charge()), *RUNS[:5])
    account = reset(account, R5, R5)
    assert account.cycle.next_statement_on == R5
    assert why(account, R5) == ["already_run_today"]
    assert why(account, R5 + days(1)) == []


def test_an_outage_is_never_made_up_with_two_advances():
    """ST-11: missed runs are lost: the late run moves every level by one step."""
    account = runs(family(charge(amount="900.00"), charge("s")), R1)
    account = plan(account, "claim-c1", on=R1)
    account = run(account, R2)
    late = run(account, R6)
    assert (level(account, "s"), level(late, "s")) == (1, 2)
    assert (level(account), level(late)) == (0, 5)
    assert why(late, R6) == ["already_run_today", "not_due"]


@pytest.mark.parametrize("every", [1, 7, 10, 35])
def test_every_schedule_of_runs_obeys_the_same_cycle(every):
    """ST-11: daily, weekly and odd schedules move levels once per cycle, on the first run due."""
    account, moved = family(charge()), []
    for count in range(0, 240, every):
        before = level(account)
        account = made(account, R1 + days(count)).account
        if level(account) != before:
            moved.append(count)
    step = -(-35 // every) * every
    assert moved == [step, 2 * step, 3 * step, 4 * step]


# -------------------------------------------------------------------- ST-13 the statement's fields


def _everything():
    """A family with a plan in arrears, a held claim, a credit, a placed and a closed charge."""
    account = family(
        charge(
            "std",
            "90.00",
            billed=Decimal("200.00"),
            insurance_paid=Decimal("80.00"),
            insurance_adjusted=Decimal("30.00"),
            provider_id="dr1",
            description="Office visit",
        ),
        charge("held", "40.00"),
        charge("plan", "300.00", of="bob"),
        charge("credit", "20.00", of="bob"),
        charge("placed", "70.00"),
        charge("paid", "15.00"),
    )
    account = plan(account, "claim-plan", on=R1, of="bob")
    account = runs(account, R1, R2)
    day = R2 + days(1)
    account = pay(account, "std", "10.00", day, id="t-std")
    account = adjust(account, "std", "5.00", day, id="a-std")
    account = pay(account, "credit", "26.00", day, id="t-credit", credit=True)
    account = pay(account, "paid", "15.00", day, id="t-paid")
    account = place_in_collections(
        account, charge_ids=["placed"], agency_id="x", as_of=day, policy=POLICY
    ).account
    return hold(account, HoldScope.CLAIM, "claim-held", day)


def test_the_heading_of_a_statement():
    """ST-13: id from account and date, account, addressee, date, due date 25 days later, number."""
    it = statement(_everything(), R3)
    assert (it.id, it.account_id, it.addressee.id) == (f"a1:{R3}", "a1", "g1")
    assert (it.on, it.due_on, it.number) == (R3, R3 + days(25), 3)
    assert it.next_statement_on == R4


def test_the_due_date_is_a_policy_number():
    """ST-13: statement date plus policy days, by default 25."""
    assert POLICY.due_days == 25
    it = statement(family(charge()), R1, DunningPolicy(due_days=10))
    assert it.due_on == R1 + days(10)


def test_the_sequence_number_counts_statements_not_runs():
    """ST-13: 1 for the account's first; runs that send nothing use no number."""
    account = runs(family(charge()), *RUNS[:5])
    assert [s.number for s in account.statements] == [1, 2, 3, 4]
    account = post(account, charge("c2", posted_on=R5), R5)
    assert statement(account, R6).number == 5


def test_the_lines_of_a_statement():
    """ST-13: a line for every open charge not placed, with all its figures."""
    it = statement(_everything(), R3)
    assert sorted(lines(it)) == ["held", "plan", "std"]
    by_id = {line.charge_id: line for line in it.lines}
    std = by_id["std"]
    assert (std.patient_id, std.claim_id, std.service_on) == ("ann", "claim-std", POSTED)
    assert (std.description, std.provider_id) == ("Office visit", "dr1")
    assert (std.billed, std.insurance_paid) == (Decimal("200.00"), Decimal("80.00"))
    assert std.adjusted == Decimal("35.00")
    assert (std.patient_paid, std.outstanding) == (Decimal("10.00"), Decimal("75.00"))
    assert (std.level.number, std.billed_count) == (2, 3)
    assert (std.on_plan, std.held) == (False, False)
    assert (by_id["plan"].on_plan, by_id["plan"].level.number) == (True, 6)
    assert (by_id["held"].held, by_id["held"].billed_count) == (True, 2)


def test_the_figures_of_a_statement_agree():
    """ST-13: lines sum to total outstanding; due now is unheld standard lines and plan due."""
    it = statement(_everything(), R3)
    assert it.total_outstanding == sum(line.outstanding for line in it.lines)
    standard = sum(
        (line.outstanding for line in it.lines if not line.held and not line.on_plan), Decimal(0)
    )
    assert it.due_now == standard + it.plan_due
    assert (it.total_outstanding, it.credits) == (Decimal("415.00"), Decimal("-6.00"))
    assert (it.plan_due, it.plan_overdue, it.due_now) == (
        Decimal("150.00"),
        Decimal("100.00"),
        Decimal("225.00"),
    )


def test_a_statements_dollars_are_the_accounts_after_the_run():
    """ST-13: the headline is due now as the account has it once the run is made."""
    result = made(_everything(), R3)
    figures = figures_of(result.account, as_of=R3, policy=POLICY)
    it = result.statement
    assert (it.due_now, it.plan_due, it.plan_overdue) == (
        figures.due_now,
        figures.plan_due,
        figures.plan_overdue,
    )
    assert (it.total_outstanding, it.credits) == (figures.total_outstanding, figures.credits)


def test_what_was_sent_is_kept_with_its_figures():
    """ST-7, ST-13: of each statement id, date, number, methods, printed level and total stay."""
    result = made(_everything(), R3)
    sent, it = result.account.statements[-1], result.statement
    assert (sent.id, sent.on, sent.number) == (it.id, it.on, it.number)
    assert (sent.methods, sent.printed_level, sent.total) == (
        it.methods,
        it.printed_level,
        it.total_outstanding,
    )


def test_the_billed_column_is_the_patients_amount_where_no_more_is_known():
    """ST-13: without insurance figures billed is the charge's amount, the others are nothing."""
    (line,) = statement(family(charge()), R1).lines
    assert (line.billed, line.insurance_paid, line.adjusted, line.patient_paid) == (
        Decimal("100.00"),
        Decimal("0.00"),
        Decimal("0.00"),
        Decimal("0.00"),
    )


def test_payments_since_the_last_statement_are_listed_also_on_closed_and_credit_charges():
    """ST-13: every payment recorded since the last statement, on whatever charge; no adjustment."""
    it = statement(_everything(), R3)
    assert sorted(listed(it)) == ["t-credit", "t-paid", "t-std"]
    first = next(p for p in it.payments if p.transaction_id == "t-std")
    assert (first.charge_id, first.received_on, first.amount) == (
        "std",
        R2 + days(1),
        Decimal("10.00"),
    )


def test_each_payment_is_listed_once_whatever_the_order_on_the_statement_day():
    """ST-13: paid before the run on its day: on it; paid after: on the next one; never twice."""
    account = run(family(charge()), R1)
    account = pay(account, "c1", "1.00", R2, id="before")
    second = made(account, R2)
    account = pay(second.account, "c1", "2.00", R2, id="after")
    account = pay(account, "c1", "3.00", R2 + days(1), id="later")
    third = made(account, R3)
    fourth = made(third.account, R4)
    assert listed(second.statement) == ["before"]
    assert listed(third.statement) == ["after", "later"]
    assert listed(fourth.statement) == []


def test_a_first_statement_lists_all_payments_so_far():
    """ST-13: before the first statement everything paid counts as since the last."""
    account = pay(family(charge()), "c1", "5.00", POSTED, id="early")
    assert listed(statement(account, R1)) == ["early"]


def test_money_entered_late_is_listed_when_it_was_recorded():
    """ST-13: recorded since the last statement is what counts, not the day it was received."""
    account = run(family(charge()), R1)
    account = pay(account, "c1", "5.00", R1 + days(2), received_on=R1 - days(1), id="late")
    assert listed(statement(account, R2)) == ["late"]


def test_a_voided_payment_is_not_listed():
    """ST-13, CH-3: a payment that bounced before the statement does not appear on it."""
    account = pay(run(family(charge()), R1), "c1", "5.00", R1 + days(1), id="bad")
    assert listed(statement(void(account, "bad", R1 + days(9)), R2)) == []


def given_back(it) -> dict[str, str]:
    return {p.transaction_id: str(p.refunded) for p in it.payments}


def test_a_payment_that_was_refunded_says_so():
    """ST-13: it was recorded, and what of it was given back is told beside it."""
    account = pay(run(family(charge()), R1), "c1", "40.00", R1 + days(1), id="first")
    account = pay(account, "c1", "25.00", R1 + days(2), id="second")
    for amount, expected in (
        ("40.00", {"first": "40.00", "second": "0.00"}),
        ("30.00", {"first": "5.00", "second": "25.00"}),
        ("10.00", {"first": "0.00", "second": "10.00"}),
    ):
        back = refund(account, "c1", amount, R1 + days(3), id="r1")
        assert given_back(statement(back, R2)) == expected
        bounced = void(back, "r1", R1 + days(4))
        assert given_back(statement(bounced, R2)) == {"first": "0.00", "second": "0.00"}


def test_a_refund_of_what_an_earlier_statement_listed_leaves_the_new_payment():
    """ST-13: the refund is of the payment of its amount, listed last month."""
    account = pay(run(family(charge()), R1), "c1", "40.00", R1 + days(1), id="old")
    account = pay(run(account, R2), "c1", "25.00", R2 + days(1), id="new")
    account = refund(account, "c1", "40.00", R2 + days(2))

    assert given_back(statement(account, R3)) == {"new": "0.00"}


def test_a_held_charge_at_a_final_level_adds_no_paper():
    """ST-7, ST-12: a held charge is listed apart and asked nothing of, so it is no final notice."""
    account = runs(family(charge(), guarantor=ONLINE), *RUNS[:4])
    assert account.statements[-1].methods == (E, PAPER)
    account = hold(account, HoldScope.CLAIM, "claim-c1", R4)
    it = statement(post(account, charge("c2", posted_on=R4), R4), R5)

    assert [(line.level.number, line.held) for line in it.lines] == [(3, True), (0, False)]
    assert it.methods == (E,)


def test_payments_made_between_runs_that_sent_nothing_wait_for_the_next_statement():
    """ST-13: since the last *statement* was made, not since the last run."""
    account = runs(family(charge()), *RUNS[:4])
    account = pay(account, "c1", "5.00", R4 + days(3), id="waiting")
    account = run(account, R5)
    account = post(account, charge("c2", posted_on=R5), R5)
    assert listed(statement(account, R6)) == ["waiting"]


def test_a_leavers_payments_are_listed_once():
    """ST-13, FA-3: what the family's statement has listed is not listed on the leaver's own."""
    account = run(family(charge(), charge("b1", of="bob")), R1)
    account = pay(account, "b1", "5.00", R2, id="on family's")
    account = run(account, R2)
    account = pay(account, "b1", "6.00", R2, id="on own")
    alone = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=R2,
        policy=POLICY,
    ).new_account
    assert listed(statement(alone, R3)) == ["on own"]


def _joins(account, target, day):
    return transfer_member(account, target, patient_id="sue", as_of=day, policy=POLICY)


def test_a_joiners_unlisted_payment_is_listed_by_the_new_family():
    """ST-13, FA-3: paid after the old statement and before the target's last: listed once."""
    old = run(
        family(charge("s1", of="sue"), charge("z1", of="zed"), account_id="old"), R1 - days(3)
    )
    old = pay(old, "s1", "5.00", R1 - days(1), id="early")
    target = run(family(charge("t1", of="tom"), account_id="new"), R1)
    move = _joins(old, target, R1 + days(5))
    assert listed(statement(move.target, R2)) == ["early"]
    assert listed(statement(move.account, R2)) == []


def test_a_joiners_listed_payment_is_not_listed_again():
    """ST-13, FA-3: what the old account's statement has listed the new family's does not."""
    old = run(
        family(charge("s1", of="sue"), charge("z1", of="zed"), account_id="old"), R1 - days(3)
    )
    old = pay(old, "s1", "5.00", R1 + days(2), id="late")
    old = run(old, R1 + days(32))
    assert old.cycle.listed_payment_ids == ("late",)
    target = run(family(charge("t1", of="tom"), account_id="new"), R1)
    move = _joins(old, target, R1 + days(33))
    assert listed(statement(move.target, R2)) == []


def test_a_statement_run_tells_which_charges_and_payments_it_listed():
    """ST-13, ST-6: the event names the charges billed, not the held one, and the payments."""
    events = made(_everything(), R3).events
    issued = next(event for event in events if isinstance(event, StatementIssued))
    assert set(issued.billed_charge_ids) == {"std", "plan"}
    assert set(issued.listed_payment_ids) == {"t-std", "t-credit", "t-paid"}
    assert CycleRun(R3, R3, R4) in events


# ---------------------------------------------------------------------- ST-14 the first run


def test_an_account_without_a_next_date_is_due_at_the_first_run():
    """ST-14: no next statement date means due."""
    account = family(charge())
    assert account.cycle.next_statement_on is None
    assert made(account, POSTED).outcome is RunOutcome.WITH_STATEMENT


def test_a_charge_posted_on_the_day_of_the_run_is_billed():
    """ST-14: charges posted on or before as_of are billed."""
    account = post(run(family(charge()), R1), charge("c2", posted_on=R2), R2)
    assert lines(statement(account, R2)) == ["c1", "c2"]


def test_many_accounts_run_one_at_a_time():
    """ST-14: a book is run account by account, lazily, each by the same rules."""
    book = (family(charge(), account_id=name) for name in ("a1", "a2"))
    found = run_statements(book, as_of=R1, policy=POLICY)
    assert next(found).account.id == "a1"
    assert [result.statement.id for result in found] == [f"a2:{R1}"]


# ------------------------------------------------------------------- ST-16 the next decision


def _by_trying(account, day, policy, horizon=400):
    """The first day on which a run is not skipped or the alarm differs, found day by day."""
    today = alarm_state(account, as_of=day, policy=policy)
    for count in range(horizon):
        then = day + days(count)
        if not decide_statement(account, as_of=then, policy=policy).skips:
            return then
        if alarm_state(account, as_of=then, policy=policy) != today:
            return then
    return None


CURED_HOLDING = DunningPolicy(cure_effect=CureEffect.HOLD)
SLOW = DunningPolicy(
    alarm_types=tuple(AlarmType(level=one, name=f"n{one}", delay_days=40) for one in LEVELS[1:]),
    roll_alarms_forward=True,
    closed_on=frozenset({date(2025, 3, 24)}),
)


def _once():
    return run(family(charge()), R1)


def _twice():
    return runs(family(charge()), R1, R2)


def _terminal():
    return runs(family(charge()), *RUNS)


def _held(scope, subject, from_on=R2, **more):
    return hold(_twice(), scope, subject, from_on, **more)


def _two_holds_that_meet():
    first = _held(HoldScope.ACCOUNT, None, last_on=R2 + days(50))
    when = {"start_on": R2 + days(51), "last_on": R2 + days(60)}
    return hold(first, HoldScope.PATIENT, "ann", R2, id="h2", **when)


def _by_calendar(cadence):
    account = plan(family(charge(amount="300.00")), on=POSTED, cadence=cadence)
    return runs(account, R1, R2)


# Account, day and policy, built only when a test asks for them.
CASES = {
    "due at once": lambda: (family(charge()), R1, POLICY),
    "idle until due": lambda: (_once(), R1, POLICY),
    "alarm fires before": lambda: (_twice(), R2, POLICY),
    "alarm fires after, rolled": lambda: (_twice(), R2, SLOW),
    "nothing owed": lambda: (pay(_once(), "c1", "100.00", R1 + days(4)), R1 + days(4), POLICY),
    "nothing ever owed": lambda: (family(), R1, POLICY),
    "account hold with an end": lambda: (
        _held(HoldScope.ACCOUNT, None, last_on=R3 + days(20)),
        R2 + days(2),
        POLICY,
    ),
    "account hold without an end": lambda: (_held(HoldScope.ACCOUNT, None), R2 + days(2), POLICY),
    "hold yet to come": lambda: (
        _held(HoldScope.ACCOUNT, None, start_on=R2 + days(3)),
        R2 + days(1),
        POLICY,
    ),
    "patient hold over all": lambda: (
        _held(HoldScope.PATIENT, "ann", last_on=R2 + days(5)),
        R2 + days(2),
        POLICY,
    ),
    "two holds that meet": lambda: (_two_holds_that_meet(), R2, POLICY),
    "weekly plan in arrears": lambda: (_by_calendar(WEEKLY), R2, POLICY),
    "weekly plan cured, level kept": lambda: (
        pay_plan(_by_calendar(WEEKLY), "plan", "250.00", R2, policy=CURED_HOLDING),
        R2,
        CURED_HOLDING,
    ),
    "monthly plan": lambda: (_by_calendar(monthly(31)), R2, POLICY),
    "monthly plan on hold": lambda: (
        hold(_by_calendar(monthly(31)), HoldScope.PATIENT, "ann", R2, last_on=R3 + days(3)),
        R2,
        POLICY,
    ),
    "terminal": lambda: (_terminal(), R6, POLICY),
    "reset to today after a run": lambda: (reset(_terminal(), R6, R6), R6, POLICY),
    "reset to the past": lambda: (
        reset(_once(), R1 + days(1), R1 + days(5)),
        R1 + days(5),
        POLICY,
    ),
    "below the minimum": lambda: (
        _once(),
        R1 + days(3),
        DunningPolicy(min_statement_balance="500.00"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_happens_before_the_next_decision_date(name):
    """ST-16: the first day on which a run would not be skipped or the alarm's state differs."""
    account, day, policy = CASES[name]()
    found = next_decision_date(account, as_of=day, policy=policy)
    assert found == _by_trying(account, day, policy)


def test_the_next_decision_date_in_figures():
    """ST-16: today if due, the alarm's day, the next date, the day after a hold, or none."""
    table = {
        "due at once": R1,
        "idle until due": R2,
        "alarm fires before": R2 + days(7),
        "nothing owed": None,
        "account hold with an end": R3 + days(21),
        "account hold without an end": None,
        "hold yet to come": R2 + days(3),
        "reset to today after a run": R6 + days(1),
        "below the minimum": None,
    }
    for name, expected in table.items():
        account, day, policy = CASES[name]()
        assert next_decision_date(account, as_of=day, policy=policy) == expected, name


# ------------------------------------------------------------------ what a run refuses outright


def test_a_run_is_refused_before_the_last_act_and_without_all_alarm_types():
    """ST-16, AL-1, CH-9: both reasons at once; preview and decision date refuse alike."""
    account = hold(family(charge()), HoldScope.CLAIM, "claim-c1", R2)
    short = attrs.evolve(POLICY, alarm_types=POLICY.alarm_types[1:])
    for act in (run_statement, preview_statement, decide_statement, next_decision_date):
        assert refusal(act, account, as_of=R1, policy=short) == [
            "AS_OF_BEFORE_LAST_ACT",
            "ALARM_TYPES_INCOMPLETE",
        ]
        assert refusal(act, account, as_of=R2, policy=short) == ["ALARM_TYPES_INCOMPLETE"]
        assert refusal(act, account, as_of=R2, policy=POLICY) == []


def test_the_missing_alarm_types_are_named():
    """AL-1: the refusal says which levels lack their type."""
    short = attrs.evolve(POLICY, alarm_types=POLICY.alarm_types[2:])
    with pytest.raises(Refused, match="missing levels: 1, 2"):
        run_statement(family(charge()), as_of=R1, policy=short)


def test_the_next_decision_waits_for_a_release_that_lies_ahead():
    """ST-16, ST-12: an imported hold may carry its release; the run can go out from then on."""
    lifted = Hold(
        id="h",
        scope=HoldScope.ACCOUNT,
        reason=HoldReason.DISPUTE,
        start_on=R1,
        released_on=R1 + days(60),
    )
    account = family(charge(), holds=(lifted,))
    found = next_decision_date(account, as_of=R1, policy=POLICY)
    assert found == R1 + days(60)


@pytest.mark.parametrize("act", [alarm_state, next_decision_date, figures_of, collections_findings])
def test_a_datetime_is_no_day_for_a_question_either(act):
    """M-2: a datetime is refused in words, not by a TypeError deep inside."""
    with pytest.raises(InvalidRecord, match="not a datetime"):
        act(family(charge()), as_of=datetime(2025, 1, 6, tzinfo=UTC), policy=POLICY)


@pytest.mark.parametrize("act", [run_statement, decide_statement, alarm_state, figures_of])
def test_a_day_at_the_end_of_the_calendar_is_refused_in_words(act):
    """M-2: a date that no due date could follow is refused in words, not by an overflow."""
    with pytest.raises(InvalidRecord, match="in the year 9900 or before"):
        act(family(charge()), as_of=date(9999, 12, 31), policy=POLICY)


def test_the_last_year_leaves_room_for_the_longest_delays():
    """M-2: on the last day that is accepted, the longest delays of a policy can still be told."""
    longest = dict.fromkeys(("cycle_days", "due_days", "grace_days"), 3660)
    policy = attrs.evolve(POLICY, **longest)
    last = date(9900, 12, 31)
    run = run_statement(family(charge(posted_on=R1)), as_of=last, policy=policy)
    assert run.account.cycle.next_statement_on == last + days(3660)
