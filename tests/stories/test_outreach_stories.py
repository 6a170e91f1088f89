"""What goes out to whom, when, by which way and why; and what does not (ST-7, RP-6)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.accounts import DeliveryPreference, Guarantor, Member, Patient
from revcycle.charges import AdjustmentReason
from revcycle.dunning import (
    add_member,
    change_guarantor,
    clear_alarm,
    leave_account,
    place_in_collections,
    reset_next_statement,
    run_statement,
    transfer_member,
)
from revcycle.errors import InvalidRecord, Refused, UnknownReference
from revcycle.holds import HoldScope
from revcycle.levels import LEVELS
from revcycle.outreach import (
    REMINDER_FACTS,
    Channel,
    OutreachKind,
    OutreachPolicy,
    OutreachReason,
    ReminderFacts,
    ReminderRule,
    SentOutreach,
    WithheldReason,
    plan_outreach,
    reminder_table,
    still_valid,
    withheld_reasons,
)
from revcycle.rules import audit_table, decide
from revcycle.testing.strategies import outreach_policies
from tests.stories.book import (
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    R4,
    R5,
    WEEKLY,
    adjust,
    asked,
    cancel,
    cancel_charge,
    charge,
    dollars,
    family,
    fault,
    hold,
    monthly,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    refusal,
    release,
    run,
    runs,
    transfer_in,
    void,
)

OUTREACH = OutreachPolicy()
ANN = Guarantor(id="g1", patient_id="ann", email="ann@example.org")
ONLINE = attrs.evolve(ANN, delivery=DeliveryPreference.E_STATEMENT)
STATEMENT, REMINDER = OutreachKind.STATEMENT, OutreachKind.REMINDER


def days(count):
    return timedelta(days=count)


def planned(account, day, *, sent=(), outreach=OUTREACH, policy=POLICY):
    """The day's plan for one account."""
    return plan_outreach((account,), sent=sent, as_of=day, policy=policy, outreach=outreach)


def the_item(account, day, **more):
    (item,) = planned(account, day, **more).items
    return item


def why_not(account, day, kind=REMINDER, **more):
    """Why what was due of a kind does not go out; None if it was not even due."""
    found = [skip for skip in planned(account, day, **more).skipped if skip.kind is kind]
    return [reason.name for reason in found[0].reasons] if found else None


def out(item, day):
    return SentOutreach(key=item.key, account_id=item.account_id, on=day)


def owing(amount="100.00", guarantor=ANN):
    return family(charge(amount=amount), guarantor=guarantor)


REMINDED = R2 + days(20)


# ---------------------------------------------------------------------------- ST-7 statements


@pytest.mark.parametrize(
    ("guarantor", "run_days", "channels", "because"),
    [
        (ANN, 1, ["PAPER"], ["GUARANTOR_WANTS_PAPER"]),
        (ONLINE, 1, ["E_STATEMENT", "EMAIL"], ["GUARANTOR_WANTS_E_STATEMENT"]),
        (
            ONLINE,
            4,
            ["E_STATEMENT", "PAPER", "EMAIL"],
            ["GUARANTOR_WANTS_E_STATEMENT", "PAPER_ADDED_AT_FINAL_LEVEL"],
        ),
        (
            attrs.evolve(ONLINE, email=None),
            1,
            ["PAPER"],
            ["GUARANTOR_WANTS_E_STATEMENT", "NO_EMAIL_ADDRESS"],
        ),
    ],
    ids=["paper", "e-statement", "final e-statement", "no address"],
)
def test_a_statement_goes_out_on_its_day_by_its_ways(guarantor, run_days, channels, because):
    """ST-7: paper or e-statement, both at the final level, and the e-mail notice goes on."""
    on = (R1, R2, R3, R4)[run_days - 1]
    account = runs(owing(guarantor=guarantor), *(R1, R2, R3, R4)[:run_days])
    item = the_item(account, on)

    assert (item.kind, item.on, item.due_on) == (STATEMENT, on, on)
    assert (item.account_id, item.guarantor_id) == ("a1", "g1")
    assert item.statement_id == account.statements[-1].id
    assert item.level is account.statements[-1].printed_level
    assert [channel.name for channel in item.channels] == channels
    assert [reason.name for reason in item.because] == ["STATEMENT_MADE", *because]
    assert item.balance.amount == Decimal("100.00")


def test_an_e_mail_address_that_has_gone_takes_the_notice_with_it():
    """ST-7: an e-statement still goes on the portal; no notice can be sent."""
    account = run(owing(guarantor=ONLINE), R1)
    account = attrs.evolve(account, guarantor=attrs.evolve(ONLINE, email=None))

    assert the_item(account, R1).channels == (Channel.E_STATEMENT,)


NOWHERE = attrs.evolve(ONLINE, email=None)


@pytest.mark.parametrize(
    ("then", "run_days", "now", "because"),
    [
        (ANN, 1, ONLINE, ["SETTLED_WHEN_MADE"]),
        (NOWHERE, 1, ONLINE, ["SETTLED_WHEN_MADE"]),
        (ANN, 1, NOWHERE, ["GUARANTOR_WANTS_E_STATEMENT", "NO_EMAIL_ADDRESS"]),
        (NOWHERE, 1, ANN, ["GUARANTOR_WANTS_PAPER"]),
        (ONLINE, 1, ANN, ["SETTLED_WHEN_MADE"]),
        (ONLINE, 4, ANN, ["SETTLED_WHEN_MADE", "PAPER_ADDED_AT_FINAL_LEVEL"]),
    ],
    ids=["wish", "address", "wish, no address", "wants paper", "paper wish", "final, paper wish"],
)
def test_a_statement_keeps_its_ways_and_no_reason_is_made_up(then, run_days, now, because):
    """ST-7: a wish or address that changed since is for the next one; what is said is so today."""
    on = (R1, R2, R3, R4)[run_days - 1]
    account = runs(owing(guarantor=then), *(R1, R2, R3, R4)[:run_days])
    changed = change_guarantor(account, now, as_of=on).account
    item = the_item(changed, on)

    assert item.channels == the_item(account, on).channels
    assert [reason.name for reason in item.because] == ["STATEMENT_MADE", *because]


def test_a_statement_that_waits_goes_out_while_it_is_news():
    """ST-7: an outage delays a statement; after ``late_days`` it stays unsent."""
    account = run(owing(), R1)

    assert the_item(account, R1 + days(7)).key == the_item(account, R1).key
    assert planned(account, R1 + days(8)).items == ()
    imported = attrs.evolve(account, last_act_on=None)
    assert planned(imported, R1 - days(1)).items == ()


def test_a_statement_that_never_went_out_is_not_forgotten():
    """ST-7: it counts as billed, so it is listed every day of a cycle once it is no news."""
    account = run(owing(), R1)
    for count in (8, 9, 34, 42):
        (skip,) = planned(account, R1 + days(count)).skipped
        assert (skip.kind, skip.key) == (STATEMENT, the_item(account, R1).key)
        assert skip.reasons == (WithheldReason.TOO_LATE,)
        assert planned(account, R1 + days(count)).items == ()
    assert planned(account, R1 + days(7)).skipped == ()
    assert planned(account, R1 + days(43)).skipped == ()
    at_once = {"outreach": OutreachPolicy(late_days=0)}
    assert why_not(account, R1 + days(1), STATEMENT, **at_once) == ["TOO_LATE"]
    weekly = {"policy": attrs.evolve(POLICY, cycle_days=7)}
    assert why_not(account, R1 + days(14), STATEMENT, **weekly) == ["TOO_LATE"]
    assert why_not(account, R1 + days(15), STATEMENT, **weekly) is None


def test_a_statement_that_went_out_is_not_listed_as_too_late():
    """ST-7: whenever it went out, it is no news later on."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    for count in (0, 7, 20):
        log = [out(item, R1 + days(count))]
        assert planned(account, R1 + days(20), sent=log).items == ()
        assert why_not(account, R1 + days(30), STATEMENT, sent=log) is None


def test_a_statement_that_is_too_late_is_listed_until_it_matters_no_more():
    """ST-7: not once it is paid or no longer asked for, replaced by a newer one, or closed."""
    account = run(owing(), R1)
    day = R1 + days(8)
    placed = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=day, policy=POLICY
    ).account
    other = family(charge("b1", of="bob"), account_id="a2")
    moved = transfer_member(account, other, patient_id="ann", as_of=day, policy=POLICY).account

    assert why_not(pay(account, "c1", "99.99", day), day, STATEMENT) == ["TOO_LATE"]
    for now in (pay(account, "c1", "100.00", day), placed, moved):
        assert planned(now, day).skipped == ()
    newer = run(account, R2)
    assert the_item(newer, R2).statement_id == newer.statements[-1].id
    assert planned(newer, R2).skipped == ()


def test_a_statement_that_is_too_late_is_listed_with_every_reason():
    """ST-7, ST-12, FA-3: what kept it back while it was news is said still, and it fills no day."""
    account = run(owing(), R1)
    held = hold(account, HoldScope.ACCOUNT, None, R1)
    changed = change_guarantor(account, Guarantor(id="g2"), as_of=R1).account
    disputed = hold(visit_and_plan(), HoldScope.CLAIM, "claim-c1", R2)

    for count in (0, 7):
        assert why_not(held, R1 + days(count), STATEMENT) == ["ON_HOLD"]
    assert why_not(held, R1 + days(8), STATEMENT) == ["ON_HOLD", "TOO_LATE"]
    assert why_not(changed, R1 + days(8), STATEMENT) == ["GUARANTOR_CHANGED", "TOO_LATE"]
    assert why_not(disputed, R2 + days(8), STATEMENT) == ["AMOUNT_CHANGED", "TOO_LATE"]
    both = planned(runs(account, R2), REMINDED)
    assert [item.kind for item in both.items] == [REMINDER]
    assert [skip.kind for skip in both.skipped] == [STATEMENT]


def test_a_newer_statement_takes_the_place_of_one_that_waits():
    """ST-7: nobody gets two bills for one balance; the older one is withdrawn."""
    account = run(owing(), R1)
    old = the_item(account, R1)
    account = reset_next_statement(account, R1 + days(3), as_of=R1, policy=POLICY).account
    account = run(account, R1 + days(3))

    assert the_item(account, R1 + days(3)).statement_id != old.statement_id
    assert withheld_reasons(old, account, as_of=R1 + days(3), policy=POLICY) == (
        WithheldReason.NEWER_STATEMENT,
    )


# ----------------------------------------------------------------------------- RP-6 reminders


@pytest.mark.parametrize(
    ("reached", "level", "after"), [(R2, 1, 20), (R3, 2, 20), (R4, 3, 10)], ids=["1", "2", "3"]
)
def test_a_level_is_reminded_of_so_many_days_after_it_was_reached(reached, level, after):
    """RP-6: level 1 after 20 days, 2 after 20, 3 after 10; not a day sooner."""
    account = runs(owing(), *(day for day in (R1, R2, R3, R4) if day <= reached))
    due_on = reached + days(after)
    item = the_item(account, due_on)

    assert planned(account, due_on - days(1)).items == ()
    assert (item.kind, item.level.number, item.reached_on) == (REMINDER, level, reached)
    assert (item.on, item.due_on) == (due_on, due_on)
    assert item.because == (OutreachReason.LEVEL_STANDS,)
    assert item.channels == (Channel.EMAIL,)


@pytest.mark.parametrize("last", [R1, R5], ids=["level 0", "level 4"])
def test_no_other_level_is_reminded_of(last):
    """RP-6: the first bill and the end of the track get no reminder."""
    account = runs(owing(), *(day for day in (R1, R2, R3, R4, R5) if day <= last))

    for count in range(8, 60):
        assert planned(account, last + days(count)).items == ()


@pytest.mark.parametrize(
    ("amount", "found"), [("9.99", []), ("9.98", ["BELOW_MINIMUM"])], ids=["9.99", "9.98"]
)
def test_a_small_balance_is_not_worth_a_reminder(amount, found):
    """RP-6: a net balance of 9.99 is, one cent less is not."""
    account = runs(owing(amount), R1, R2)

    assert why_not(account, REMINDED) == (found or None)
    assert len(planned(account, REMINDED).items) == (not found)


def test_it_is_the_net_balance_that_counts():
    """RP-6: a credit on another charge is taken off."""
    account = runs(family(charge(amount="30.00"), charge("c2", "5.00"), guarantor=ANN), R1, R2)
    account = pay(account, "c2", "26.00", R2, credit=True)

    assert why_not(account, REMINDED) == ["BELOW_MINIMUM"]


def test_a_level_is_reminded_of_once():
    """RP-6: once per level and arrival, however often the job runs; the next level is news."""
    account = runs(owing(), R1, R2)
    first = the_item(account, REMINDED)
    log = [out(first, REMINDED)]

    assert first.key == "reminder:a1:1:2025-02-10"
    for count in range(15):
        assert planned(account, REMINDED + days(count), sent=log).items == ()
    account = run(account, R3)
    assert the_item(account, R3 + days(20), sent=log).key == "reminder:a1:2:2025-03-17"


def test_a_lower_level_that_is_left_is_a_stand_of_its_own():
    """RP-6, AL-4: once the worse charge is paid, the other one's level and arrival count."""
    account = run(owing(), R1)
    account = post(account, charge("c2", "80.00", posted_on=R1), R1)
    account = runs(account, R2, R3)
    first = the_item(account, R3 + days(20))
    account = pay(account, "c1", "100.00", R3 + days(21))
    second = the_item(account, R3 + days(21), sent=[out(first, R3 + days(20))])

    assert (first.key, first.balance.amount) == ("reminder:a1:2:2025-03-17", Decimal("180.00"))
    assert (second.key, second.balance.amount) == ("reminder:a1:1:2025-03-17", Decimal("80.00"))


def test_a_reminder_missed_in_an_outage_goes_out_late_but_not_ever():
    """RP-6: late by up to ``late_days``, so that the first day of the job brings no flood."""
    account = runs(owing(), R1, R2)

    assert the_item(account, REMINDED + days(7)).due_on == REMINDED
    assert planned(account, REMINDED + days(8)).items == ()
    assert planned(account, REMINDED + days(8), outreach=OutreachPolicy(late_days=8)).items


@pytest.mark.parametrize(
    ("email", "phones", "channels", "found"),
    [
        ("a@b.org", ("555",), ["EMAIL"], None),
        (None, ("555",), ["PHONE"], None),
        (None, (), [], ["NO_CHANNEL"]),
    ],
    ids=["e-mail", "phone", "neither"],
)
def test_the_first_way_that_reaches_the_guarantor_is_taken(email, phones, channels, found):
    """RP-6: e-mail, else the telephone; without either the reminder is skipped, and why is said."""
    account = runs(owing(guarantor=attrs.evolve(ANN, email=email)), R1, R2)
    member = Member(patient=Patient(id="ann", phones=phones), joined_on=date(2024, 1, 1))
    account = attrs.evolve(account, members=(member,))

    items = planned(account, REMINDED).items
    assert [channel.name for item in items for channel in item.channels] == channels
    assert why_not(account, REMINDED) == found


def test_only_the_guarantors_own_telephone_reaches_the_guarantor():
    """RP-6: another member's number is no way to the guarantor, who is a patient or is none."""
    phones = (("ann", ()), ("bob", ("555",)))
    members = tuple(
        Member(patient=Patient(id=one, phones=own), joined_on=date(2024, 1, 1))
        for one, own in phones
    )
    account = attrs.evolve(runs(owing(guarantor=Guarantor(id="g1")), R1, R2), members=members)

    for patient_id in ("ann", None):
        guarantor = Guarantor(id="g1", patient_id=patient_id)
        assert why_not(attrs.evolve(account, guarantor=guarantor), REMINDED) == ["NO_CHANNEL"]
    his = attrs.evolve(account, guarantor=Guarantor(id="g1", patient_id="bob"))
    assert the_item(his, REMINDED).channels == (Channel.PHONE,)


def test_an_address_that_has_gone_since_the_plan_withdraws_the_reminder():
    """RP-6: it was planned for a way that is closed by the time of sending."""
    account = runs(owing(), R1, R2)
    item = the_item(account, REMINDED)
    gone = change_guarantor(account, attrs.evolve(ANN, email=None), as_of=REMINDED).account

    assert item.channels == (Channel.EMAIL,)
    assert withheld_reasons(item, gone, as_of=REMINDED, policy=POLICY) == (
        WithheldReason.NO_CHANNEL,
    )


def test_text_messages_go_out_only_where_the_practice_asks_for_them():
    """RP-6: a text needs a consent that only the practice knows of."""
    by_text = OutreachPolicy(reminder_channels=(Channel.TEXT, Channel.EMAIL))
    account = runs(owing(), R1, R2)
    member = Member(patient=Patient(id="ann", phones=("555",)), joined_on=date(2024, 1, 1))
    account = attrs.evolve(account, members=(member,))

    assert the_item(account, REMINDED).channels == (Channel.EMAIL,)
    assert the_item(account, REMINDED, outreach=by_text).channels == (Channel.TEXT,)


def test_a_practice_may_remind_by_other_rules():
    """RP-6: the days, the levels and the least balance are policy values."""
    own = OutreachPolicy(
        reminders=(ReminderRule(level=LEVELS[5], after_days=3),), reminder_balance_min="0.01"
    )
    account = runs(plan(owing("300.00"), on=R1), R1, R2)

    assert the_item(account, R2 + days(7), sent=[], outreach=own).kind is STATEMENT
    log = [out(the_item(account, R2, outreach=own), R2)]
    item = the_item(account, R2 + days(3), sent=log, outreach=own)
    assert (item.kind, item.level.number, item.balance.amount) == (REMINDER, 5, Decimal("100.00"))


# ---------------------------------------------------------------- nothing to who has paid


def test_who_pays_between_the_plan_and_the_sending_is_left_in_peace():
    """RP-6: an item is asked about again just before sending; a payment withdraws it."""
    account = runs(owing(), R1, R2)
    item = the_item(account, REMINDED)
    paid = pay(account, "c1", "100.00", REMINDED)

    assert still_valid(item, account, as_of=REMINDED, policy=POLICY)
    assert not still_valid(item, paid, as_of=REMINDED, policy=POLICY)
    assert why_not(paid, REMINDED) == ["PAID", "ALARM_CLEARED"]


def test_a_statement_that_was_paid_before_it_went_out_does_not_go():
    """ST-7: who pays at the desk on the day of the run gets no bill."""
    account = pay(run(owing(), R1), "c1", "100.00", R1)

    assert planned(account, R1).items == ()
    assert why_not(account, R1, STATEMENT) == ["PAID"]


def test_a_part_payment_leaves_the_rest_to_be_asked_for():
    """RP-6: who has paid a part is still asked, until the amount asked for has come."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    account = pay(account, "c1", "60.00", R1 + days(1))

    assert still_valid(item, account, as_of=R1 + days(1), policy=POLICY)
    assert the_item(account, R1 + days(1)).balance.amount == Decimal("40.00")
    account = adjust(account, "c1", "40.00", R1 + days(2), reason=AdjustmentReason.CHARITY)
    assert not still_valid(item, account, as_of=R1 + days(2), policy=POLICY)


@pytest.mark.parametrize("cadence", [None, monthly(15)], ids=["by statement", "by calendar"])
def test_paying_what_the_plan_asks_for_is_paying(cadence):
    """RP-6, PL-6: who pays the plan's amount has paid, though the plan owes more, now and later."""
    more = {} if cadence is None else {"cadence": cadence}
    account = runs(plan(owing("900.00"), on=R1, **more), R1, R2)
    item = the_item(account, R2)
    paid = pay_plan(account, "plan", str(item.balance.amount), R2 + days(1))

    assert item.balance.plan_ids == ("plan",)
    for day in (R2 + days(1), R2 + days(30), R2 + days(90)):
        assert not still_valid(item, paid, as_of=day, policy=POLICY)


def test_a_plan_is_never_asked_for_more_than_it_owes():
    """RP-6, PL-6: an $80 plan with a $50 minimum and one miss is asked for 80, not for 100."""
    account = runs(plan(owing("80.00"), on=R1), R1, R2)
    item = the_item(account, R2)

    assert item.balance.amount == Decimal("80.00")
    assert not still_valid(item, pay_plan(account, "plan", "80.00", R2), as_of=R2, policy=POLICY)


def test_money_for_the_plan_counts_on_whichever_of_its_charges_it_is_posted():
    """RP-6, PL-5: a charge entered late takes the money first; the patient has paid even so."""
    account = runs(plan(owing("900.00"), on=R1), R1, R2)
    item = the_item(account, R2)
    late = charge("c0", "70.00", claim="claim-c1", posted_on=date(2025, 1, 1))
    account = post(account, late, R2 + days(1))
    account = pay_plan(account, "plan", "100.00", R2 + days(1))

    assert [c.outstanding for c in account.charges if c.id == "c0"] == [Decimal("0.00")]
    assert item.balance.charge_ids == ("c1",)
    assert withheld_reasons(item, account, as_of=R2 + days(1), policy=POLICY) == (
        WithheldReason.PAID,
    )


def test_a_statement_speaks_of_what_it_billed_and_of_no_later_due():
    """ST-7: sent some days late, it asks for what stands on it, not for what came since."""
    account = plan(family(charge(amount="900.00"), guarantor=ANN), on=R1, cadence=WEEKLY)
    account = run(account, R1)
    first = the_item(account, R1).balance
    account = post(account, charge("c2", "70.00", posted_on=R1 + days(5)), R1 + days(5))
    later = the_item(account, R1 + days(7)).balance

    assert (first.amount, later.amount) == (Decimal("50.00"), Decimal("50.00"))
    assert first.charge_ids == later.charge_ids == ("c1",)
    assert dollars(account, "due_now", R1 + days(7)) == "170.00"


def test_a_later_due_does_not_make_up_for_what_a_bill_may_ask_no_more():
    """ST-7: a due that fell after the statement is no part of what it asked for."""
    account = family(charge(amount="40.00"), charge("p1", "900.00", of="bob"), guarantor=ANN)
    account = run(plan(account, "claim-p1", on=R1, of="bob", cadence=WEEKLY), R1)
    day = R1 + days(7)
    item = the_item(account, day)
    assert (item.due_on, item.balance.amount) == (R1, Decimal("90.00"))
    assert asked(account, day)[2] == "100.00"
    account = hold(account, HoldScope.CLAIM, "claim-c1", day)
    account = reset_next_statement(account, day + days(1), as_of=day, policy=POLICY).account
    account = run(account, day + days(1))

    assert withheld_reasons(item, account, as_of=day + days(1), policy=POLICY) == (
        WithheldReason.AMOUNT_CHANGED,
        WithheldReason.NEWER_STATEMENT,
    )


def test_a_late_reminder_speaks_of_the_dues_of_its_own_day():
    """RP-6, PL-6: what fell due while it waited is asked for with it, and is right to ask for."""
    own = OutreachPolicy(reminders=(ReminderRule(level=LEVELS[5], after_days=20),))
    account = runs(plan(owing("900.00"), on=R1, cadence=WEEKLY), R1, R2)
    item = the_item(account, REMINDED + days(7), outreach=own)

    assert (item.level.number, item.due_on) == (5, REMINDED)
    assert str(item.balance.amount) == asked(account, REMINDED + days(7))[2]
    assert asked(account, REMINDED)[2] != asked(account, REMINDED + days(7))[2]
    assert still_valid(item, account, as_of=REMINDED + days(7), policy=POLICY)


def test_a_reminder_speaks_of_no_charge_that_was_never_billed():
    """RP-6: nobody is reminded of what no statement has told."""
    account = runs(owing(), R1, R2)
    account = post(account, charge("c2", "70.00", posted_on=R2), R2)

    assert the_item(account, REMINDED).balance.amount == Decimal("100.00")


def test_a_new_charge_does_not_revive_what_was_paid():
    """RP-6: an item speaks of its own balance; what comes later is another matter."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    account = pay(account, "c1", "100.00", R1 + days(1))
    account = post(account, charge("c2", "70.00", posted_on=R1 + days(1)), R1 + days(1))

    assert withheld_reasons(item, account, as_of=R1 + days(1), policy=POLICY) == (
        WithheldReason.PAID,
    )


def test_a_cheque_that_bounces_makes_it_right_again():
    """RP-6, CH-8: money that came back was never paid."""
    account = runs(owing(), R1, R2)
    item = the_item(account, REMINDED)
    account = void(pay(account, "c1", "100.00", REMINDED, id="t1"), "t1", REMINDED)

    assert still_valid(item, account, as_of=REMINDED, policy=POLICY)


def test_a_credit_as_large_as_the_debt_is_as_good_as_paying():
    """RP-6: nobody is asked for what he has overpaid elsewhere."""
    account = pay(family(charge(), charge("c2", "10.00"), guarantor=ANN), "c2", "10.00", R1)
    account = run(account, R1)
    item = the_item(account, R1)
    account = pay(account, "c2", "99.99", R1, credit=True)
    assert still_valid(item, account, as_of=R1, policy=POLICY)
    account = pay(account, "c2", "0.01", R1, credit=True)

    assert withheld_reasons(item, account, as_of=R1, policy=POLICY) == (WithheldReason.PAID,)


# ------------------------------------------------------ what is asked for no longer, or not yet


def visit_and_plan():
    """Ann owes 60 for a visit and 100 on a plan; the statement of R2 asks for both."""
    account = family(charge("c1", "60.00"), charge("p1", "300.00", of="bob"), guarantor=ANN)
    account = runs(plan(account, "claim-p1", on=POSTED, of="bob"), R1, R2)
    assert the_item(account, R2).balance.amount == Decimal("160.00")
    return account


def left_behind(account, patient_id):
    return leave_account(
        account,
        patient_id=patient_id,
        new_account_id="a9",
        guarantor=Guarantor(id="g9"),
        as_of=R2,
        policy=POLICY,
    ).account


def with_agency(account, charge_id):
    return place_in_collections(
        account, charge_ids=[charge_id], agency_id="x", as_of=R2, policy=POLICY
    ).account


ASKED_FOR_LESS = {
    "a dispute": lambda a: hold(a, HoldScope.CLAIM, "claim-c1", R2),
    "a patient's hold": lambda a: hold(a, HoldScope.PATIENT, "ann", R2),
    "an agency": lambda a: with_agency(a, "c1"),
    "a departure": lambda a: left_behind(a, "ann"),
    "a plan": lambda a: plan(
        a, "claim-c1", on=R2, id="second", cadence=monthly(28), start_on=R3 + days(11)
    ),
}


@pytest.mark.parametrize("act", ASKED_FOR_LESS)
def test_a_bill_of_which_a_part_is_asked_for_no_longer_does_not_go(act):
    """ST-7, ST-12, CO-3, FA-3, PL-1: it asks for a wrong amount, planned before or only now."""
    account = visit_and_plan()
    item = the_item(account, R2)
    account = ASKED_FOR_LESS[act](account)
    wrong = (WithheldReason.AMOUNT_CHANGED,)

    assert withheld_reasons(item, account, as_of=R2, policy=POLICY) == wrong
    assert why_not(account, R2, STATEMENT) == ["AMOUNT_CHANGED"]
    assert why_not(account, R2 + days(1), STATEMENT) == ["AMOUNT_CHANGED"]
    paid = pay_plan(account, "plan", dollars(account, "due_now", R2), R2)
    assert dollars(paid, "due_now", R2) == "0.00"
    assert not still_valid(item, paid, as_of=R2, policy=POLICY)


@pytest.mark.parametrize("act", ["a dispute", "a patient's hold", "an agency"])
def test_so_it_is_with_a_bill_of_which_the_amount_was_not_kept(act):
    """ST-7, ST-12, CO-3: its charges tell that an earlier version's bill is wrong."""
    account = visit_and_plan()
    sent = attrs.evolve(account.statements[-1], due_now=None)
    account = attrs.evolve(account, statements=(*account.statements[:-1], sent))
    assert the_item(account, R2).balance.amount == Decimal("160.00")

    assert why_not(ASKED_FOR_LESS[act](account), R2, STATEMENT) == ["AMOUNT_CHANGED"]


def test_a_bill_of_which_a_listed_charge_is_disputed_does_not_go():
    """ST-7, ST-12: the plan still asks for as much, yet the bill lists what is in dispute."""
    account = family(charge("c1", "300.00"), charge("c2", "300.00"), guarantor=ANN)
    account = runs(plan(account, on=POSTED), R1, R2)
    held = hold(account, HoldScope.CLAIM, "claim-c2", R2)

    assert the_item(account, R2).balance.amount == Decimal("100.00")
    assert asked(held, R2)[2] == "100.00"
    assert why_not(held, R2, STATEMENT) == ["AMOUNT_CHANGED"]


def test_a_bill_of_a_plan_that_was_cancelled_does_not_go():
    """ST-7, PL-8: it asks for the plan's amount, and there is no plan."""
    account = visit_and_plan()
    item = the_item(account, R2)
    account = cancel(account, R2)

    assert withheld_reasons(item, account, as_of=R2, policy=POLICY) == (
        WithheldReason.AMOUNT_CHANGED,
    )


def test_a_bill_of_which_nothing_is_asked_for_any_more_was_not_paid():
    """ST-7, PL-1: all of it is on a plan whose first due is to come; that is no payment."""
    account = run(owing(), R1)
    account = plan(account, on=R1, cadence=monthly(28), start_on=R1 + days(22))

    assert why_not(account, R1, STATEMENT) == ["AMOUNT_CHANGED"]


def test_a_reminder_of_what_is_disputed_by_now_does_not_go():
    """RP-6, ST-12: of two charges one is disputed; the reminder asks for both."""
    account = runs(family(charge(), charge("c2", "50.00"), guarantor=ANN), R1, R2)
    item = the_item(account, REMINDED)
    held = hold(account, HoldScope.CLAIM, "claim-c2", REMINDED)

    assert not still_valid(item, held, as_of=REMINDED, policy=POLICY)
    assert the_item(held, REMINDED).balance.amount == Decimal("100.00")
    assert still_valid(item, release(held, REMINDED), as_of=REMINDED, policy=POLICY)


def test_a_void_or_an_adjustment_leaves_the_rest_to_be_asked_for():
    """ST-7, CH-3: what is taken off is as good as paid; the rest of the bill still goes."""
    account = visit_and_plan()
    item = the_item(account, R2)
    for less in (cancel_charge(account, "c1", R2), adjust(account, "c1", "60.00", R2)):
        assert still_valid(item, less, as_of=R2, policy=POLICY)
        assert the_item(less, R2).balance.amount == Decimal("100.00")
        paid = pay_plan(less, "plan", "100.00", R2)
        assert withheld_reasons(item, paid, as_of=R2, policy=POLICY) == (WithheldReason.PAID,)


def test_money_that_goes_back_and_forth_leaves_the_bill_right():
    """ST-7: what bounced, was refunded or came from insurance is asked for by the next bill."""
    account = pay(run(owing(), R1), "c1", "10.00", R1 + days(1), id="t1")
    account = run(account, R2)
    item = the_item(account, R2)
    again = refund(pay(account, "c1", "40.00", R2), "c1", "40.00", R2)
    for after in (void(account, "t1", R2), transfer_in(account, "c1", "5.00", R2), again):
        assert still_valid(item, after, as_of=R2 + days(1), policy=POLICY)
        assert the_item(after, R2 + days(1)).kind is STATEMENT


def test_money_given_back_takes_nothing_off_what_a_bill_asks_for():
    """ST-7, PL-4: a refund of what was paid beyond the dues leaves this bill's due as it is."""
    account = run(plan(owing("900.00"), on=R1), R1)
    account = run(pay_plan(account, "plan", "150.00", R1 + days(1)), R2)
    item = the_item(account, R2)
    back = refund(account, "c1", "20.00", R2)

    assert item.balance.amount == Decimal("50.00")
    assert asked(back, R2)[2] == "50.00"
    assert still_valid(item, back, as_of=R2, policy=POLICY)


@pytest.mark.parametrize("is_kept", [True, False], ids=["now", "made by an earlier version"])
def test_a_statement_that_asks_for_nothing_yet_goes_out(is_kept):
    """ST-4, ST-7: a plan whose first due is to come: the statement was made, it counts as billed,
    and nobody has paid, so it goes; it speaks of all that the plan owes.
    """
    account = plan(owing("300.00"), on=R1, cadence=monthly(28), start_on=R1 + days(22))
    account = run(account, R1)
    if not is_kept:
        sent = attrs.evolve(account.statements[-1], due_now=None)
        account = attrs.evolve(account, statements=(sent,))
    assert dollars(account, "due_now", R1) == "0.00"
    item = the_item(account, R1)

    assert (item.balance.amount, item.balance.is_all) == (Decimal("300.00"), True)
    part = pay_plan(account, "plan", "299.00", R1)
    assert still_valid(item, part, as_of=R1, policy=POLICY)
    whole = pay_plan(part, "plan", "1.00", R1)
    assert withheld_reasons(item, whole, as_of=R1, policy=POLICY) == (WithheldReason.PAID,)
    held = hold(account, HoldScope.CLAIM, "claim-c1", R1)
    assert not still_valid(item, held, as_of=R1, policy=POLICY)
    assert not still_valid(item, cancel(account, R1), as_of=R1, policy=POLICY)


# --------------------------------------------------------------------------- other reasons


def test_a_held_account_is_left_in_peace():
    """ST-12: neither statement nor reminder goes out to an account on hold; after it, they do."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    held = hold(account, HoldScope.ACCOUNT, None, R1)

    assert why_not(held, R1, STATEMENT) == ["ON_HOLD"]
    assert not still_valid(item, held, as_of=R1, policy=POLICY)
    assert still_valid(item, release(held, R1), as_of=R1, policy=POLICY)


def test_what_is_held_or_with_an_agency_is_not_asked_for():
    """ST-12, CO-3: a statement of charges that are all disputed or placed by now stays here."""
    account = run(owing(), R1)
    placed = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=R1, policy=POLICY
    ).account

    item = the_item(account, R1)
    for now in (hold(account, HoldScope.CLAIM, "claim-c1", R1), placed):
        assert why_not(now, R1, STATEMENT) == ["PAID"]
        owes_more = post(now, charge("c2", "70.00", posted_on=R1), R1)
        assert withheld_reasons(item, owes_more, as_of=R1, policy=POLICY) == (WithheldReason.PAID,)


def test_staff_who_clear_the_alarm_stop_the_reminder():
    """RP-6, AL-6: whoever has dealt with the account need not be helped by a machine."""
    account = runs(owing(), R1, R2)
    item = the_item(account, REMINDED)
    cleared = clear_alarm(account, by="rosa", as_of=REMINDED, policy=POLICY).account

    assert why_not(cleared, REMINDED) == ["ALARM_CLEARED"]
    assert not still_valid(item, cleared, as_of=REMINDED, policy=POLICY)


def test_a_reminder_of_a_level_that_has_changed_is_withdrawn():
    """RP-6: a run moved the account on before the reminder went out."""
    account = runs(owing(), R1, R2)
    item = the_item(account, REMINDED)
    account = run(account, R3)

    assert withheld_reasons(item, account, as_of=R3, policy=POLICY) == (
        WithheldReason.LEVEL_CHANGED,
    )


def test_a_reminder_of_an_earlier_stand_at_the_same_level_is_withdrawn():
    """RP-6, AL-4: one charge was paid, another reached that level later; so too once cleared."""
    account = run(owing(), R1)
    account = runs(post(account, charge("c2", "80.00", posted_on=R1), R1), R2)
    item = the_item(account, REMINDED)
    account = run(pay(account, "c1", "100.00", REMINDED), R3)
    cleared = clear_alarm(account, by="rosa", as_of=R3, policy=POLICY).account

    assert (item.level, item.reached_on) == (account.alarm.level, R2)
    assert account.alarm.reached_on == R3
    assert withheld_reasons(item, account, as_of=R3, policy=POLICY) == (
        WithheldReason.LEVEL_CHANGED,
    )
    assert withheld_reasons(item, cleared, as_of=R3, policy=POLICY) == (
        WithheldReason.LEVEL_CHANGED,
        WithheldReason.ALARM_CLEARED,
    )


def test_a_reminder_of_an_account_back_in_good_standing_is_withdrawn():
    """RP-6, AL-2: the old charge is paid, the next run bills a new one and sets no alarm."""
    account = runs(owing(), R1, R2)
    item = the_item(account, REMINDED)
    account = pay(account, "c1", "100.00", REMINDED)
    account = run(post(account, charge("c2", "70.00", posted_on=REMINDED), REMINDED), R3)

    assert account.alarm is None
    assert withheld_reasons(item, account, as_of=R3, policy=POLICY) == (
        WithheldReason.PAID,
        WithheldReason.LEVEL_CHANGED,
    )


def test_a_new_guarantor_gets_nothing_of_the_old_ones():
    """FA-3: an item is addressed to one person."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    account = change_guarantor(account, Guarantor(id="g2"), as_of=R1).account

    assert withheld_reasons(item, account, as_of=R1, policy=POLICY) == (
        WithheldReason.GUARANTOR_CHANGED,
    )


def test_a_statement_goes_to_nobody_but_whom_it_was_made_for():
    """ST-7, ST-13, FA-3: planned only after the guarantor changed, it still bears the old name."""
    account = run(owing(guarantor=ONLINE), R1)
    new = Guarantor(id="g2", email="new@example.org")
    changed = change_guarantor(account, new, as_of=R1).account

    assert the_item(account, R1).guarantor_id == "g1"
    for day in (R1, R1 + days(7)):
        assert planned(changed, day).items == ()
        assert why_not(changed, day, STATEMENT) == ["GUARANTOR_CHANGED"]
    back = change_guarantor(changed, ONLINE, as_of=R1 + days(1)).account
    assert the_item(back, R1 + days(1)) == the_item(account, R1 + days(1))
    item = the_item(run(changed, R2), R2)
    assert (item.guarantor_id, item.channels) == ("g2", (Channel.PAPER,))


def test_a_statement_of_an_earlier_version_goes_to_the_guarantor():
    """ST-7: to whom it was addressed was not kept then, so it goes to the one of today."""
    account = run(owing(), R1)
    sent = attrs.evolve(account.statements[-1], guarantor_id=None)

    assert the_item(attrs.evolve(account, statements=(sent,)), R1) == the_item(account, R1)


def test_nothing_goes_out_to_an_account_that_is_closed():
    """FA-3: the last member has joined another family."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    other = family(charge("b1", of="bob"), account_id="a2")
    moved = transfer_member(account, other, patient_id="ann", as_of=R1, policy=POLICY)

    assert moved.account.closed_on == R1
    assert planned(moved.account, R1).items == planned(moved.account, R1).skipped == ()
    assert withheld_reasons(item, moved.account, as_of=R1, policy=POLICY) == (
        WithheldReason.ACCOUNT_CLOSED,
    )


def without_ann(account):
    """Ann goes, with her charges, to an account of her own."""
    return leave_account(
        account,
        patient_id="ann",
        new_account_id="a9",
        guarantor=Guarantor(id="g9"),
        as_of=R1,
        policy=POLICY,
    ).account


def test_charges_that_left_with_their_patient_are_not_asked_for_here():
    """FA-3: a leaver's balance is no longer the family's."""
    account = run(family(charge(), "bob", guarantor=ANN), R1)
    item = the_item(account, R1)
    left = without_ann(account)

    assert withheld_reasons(item, left, as_of=R1, policy=POLICY) == (WithheldReason.PAID,)


def test_a_cheque_that_bounces_does_not_make_up_for_charges_that_left():
    """ST-7, FA-3, CH-8: the sum is the same by chance; the bill asks for what is owed elsewhere."""
    account = family(charge("c1", "40.00"), charge("c2", "100.00", of="bob"), guarantor=ANN)
    account = run(pay(account, "c2", "40.00", R1 - days(1), id="t1"), R1)
    item = the_item(account, R1)
    left = without_ann(account)
    left = void(left, "t1", R1)

    assert item.balance.amount == Decimal("100.00")
    assert dollars(left, "due_now", R1) == "100.00"
    assert withheld_reasons(item, left, as_of=R1, policy=POLICY) == (WithheldReason.AMOUNT_CHANGED,)


def test_every_reason_is_given_at_once_in_order():
    """RP-6: staff see all that stands against an item, not the first reason only."""
    account = runs(owing(guarantor=attrs.evolve(ANN, email=None)), R1, R2)
    account = pay(account, "c1", "95.00", R2)
    account = clear_alarm(account, by="rosa", as_of=R2, policy=POLICY).account
    account = hold(account, HoldScope.ACCOUNT, None, R2)

    assert why_not(account, REMINDED) == [
        *("ON_HOLD", "BELOW_MINIMUM", "ALARM_CLEARED", "NO_CHANNEL"),
    ]
    assert all(reason.value.endswith(".") for reason in WithheldReason)


# --------------------------------------------------------------------- one item an account a day


def both_due():
    """An account whose statement and whose reminder fall on one day."""
    own = OutreachPolicy(reminders=(ReminderRule(level=LEVELS[1], after_days=0),))
    return runs(owing(), R1, R2), own


def test_an_account_gets_one_thing_a_day_the_statement_first():
    """RP-6: the reminder waits for another day, and is listed with the reason."""
    account, own = both_due()
    today = planned(account, R2, outreach=own)

    assert [item.kind for item in today.items] == [STATEMENT]
    assert [(s.kind, s.reasons) for s in today.skipped] == [
        (REMINDER, (WithheldReason.ANOTHER_ITEM_THAT_DAY,))
    ]
    log = [out(today.items[0], R2)]
    assert planned(account, R2, sent=log, outreach=own).items == ()
    assert the_item(account, R2 + days(1), sent=log, outreach=own).kind is REMINDER


def test_what_went_out_this_morning_fills_the_day():
    """RP-6: a reminder of the morning makes the statement of the afternoon wait a day."""
    account = runs(owing(), R1, R2)
    account = reset_next_statement(account, REMINDED, as_of=R2, policy=POLICY).account
    log = [out(the_item(account, REMINDED), REMINDED)]
    account = run(account, REMINDED)

    assert planned(account, REMINDED, sent=log).items == ()
    assert why_not(account, REMINDED, STATEMENT, sent=log) == ["ANOTHER_ITEM_THAT_DAY"]
    assert the_item(account, REMINDED + days(1), sent=log).kind is STATEMENT


def test_a_second_try_on_the_same_day_sends_nothing_twice():
    """RP-6: the same keys come again; what was sent is skipped, and why is said."""
    account = run(owing(), R1)
    first, second = planned(account, R1), planned(account, R1)
    assert first == second
    again = planned(account, R1, sent=[out(first.items[0], R1)])

    assert again.items == ()
    assert [s.reasons for s in again.skipped] == [(WithheldReason.ALREADY_SENT,)]
    assert planned(account, R1 + days(1), sent=[out(first.items[0], R1)]).skipped == ()


def test_a_book_is_planned_in_its_own_order():
    """RP-6: items and skips come in the order of the accounts; each account has its own log."""
    book = [run(family(charge(f"c{n}"), account_id=f"a{n}", guarantor=ANN), R1) for n in (3, 1, 2)]
    ask = {"as_of": R1, "policy": POLICY, "outreach": OUTREACH}
    whole = plan_outreach(book, sent=(), **ask)
    assert [item.account_id for item in whole.items] == ["a3", "a1", "a2"]
    rest = plan_outreach(book, sent=[out(whole.items[1], R1)], **ask)
    assert [item.account_id for item in rest.items] == ["a3", "a2"]
    assert [skip.account_id for skip in rest.skipped] == ["a1"]


def test_an_account_given_twice_is_a_mistake():
    """RP-6: of two records of one account nobody can tell which one is right to be sent."""
    account = run(owing(), R1)
    with pytest.raises(InvalidRecord, match="each account once"):
        plan_outreach([account, account], sent=(), as_of=R1, policy=POLICY, outreach=OUTREACH)


def test_a_family_gets_one_item_for_all_its_members():
    """ST-3: the guarantor is written to, once, about everybody's charges."""
    account = run(family(charge("a1"), charge("b1", of="bob"), guarantor=ANN), R1)
    account = add_member(account, Patient(id="cal"), as_of=R1).account

    assert sorted(the_item(account, R1).balance.charge_ids) == ["a1", "b1"]


# ------------------------------------------------------------------------------ values


def test_an_item_is_asked_of_its_own_account():
    """An item says nothing about another account: that is a mistake of the host, told as such."""
    item = the_item(run(owing(), R1), R1)
    with pytest.raises(UnknownReference):
        still_valid(item, family(charge(), account_id="a2"), as_of=R1, policy=POLICY)


def test_a_plan_is_of_today():
    """RP-6, CH-9: what stood on a day before an account's last act nobody can tell any more."""
    book = [runs(family(charge(), account_id=each, guarantor=ANN), R1, R2) for each in ("a1", "a2")]
    fresh = run(family(charge(), account_id="a3", guarantor=ANN), R1)
    day = R2 - days(1)
    ask = {"as_of": day, "policy": POLICY}
    with pytest.raises(Refused) as caught:
        plan_outreach([book[0], fresh, book[1]], sent=(), **ask, outreach=OUTREACH)

    assert caught.value.act == "plan_outreach"
    assert [each.proposition.name for each in caught.value.problems] == [
        *("AS_OF_BEFORE_LAST_ACT", "AS_OF_BEFORE_LAST_ACT")
    ]
    assert [each.detail for each in caught.value.problems] == [
        f"account {each}: as_of {day}, last act {R2}" for each in ("a1", "a2")
    ]
    assert planned(fresh, day).on == day
    item = the_item(book[0], R2)
    for verb in (still_valid, withheld_reasons):
        with pytest.raises(Refused, match=f"{verb.__name__} refused.*account a1: as_of {day}"):
            verb(item, book[0], **ask)


def test_a_plan_of_a_closed_account_is_of_today_too():
    """RP-6, CH-9, FA-3: nor can anybody tell it of an account that was closed since."""
    account = run(owing(), R1)
    other = family(charge("b1", of="bob"), account_id="a2")
    moved = transfer_member(account, other, patient_id="ann", as_of=R1 + days(1), policy=POLICY)

    assert planned(moved.account, R1 + days(1)).skipped == ()
    assert refusal(planned, moved.account, R1) == ["AS_OF_BEFORE_LAST_ACT"]


def test_a_plan_holds_ids_and_figures_only():
    """PR-6: whoever logs a plan shows no name and no address."""
    named = attrs.evolve(ANN, first_name="Ann", last_name="Muñoz")
    shown = repr(planned(run(owing(guarantor=named), R1), R1))

    assert "Muñoz" not in shown
    assert "example.org" not in shown


@given(
    outreach=outreach_policies(),
    level=st.integers(0, 8),
    level_days=st.integers(0, 60),
    net=st.integers(-500, 20_000),
)
def test_the_table_says_what_the_rules_say(outreach, level, level_days, net):
    """RP-6: the decision table is the rules: level, days since, least balance."""
    facts = ReminderFacts(level=level, level_days=level_days, net_balance_cents=net)
    outcome = decide(reminder_table(outreach), facts).outcome
    due = [
        rule
        for rule in outreach.reminders
        if rule.level.number == level
        and rule.after_days <= level_days <= rule.after_days + outreach.late_days
    ]

    assert ([] if outcome is None else [outcome.rule]) == due
    if outcome is not None:
        assert outcome.is_worth is (Decimal(net) / 100 >= outreach.reminder_balance_min)


def test_the_table_of_the_default_rules_is_sound():
    """RP-6: no row of it is dead; where none holds, no reminder is due."""
    kinds = {finding.kind.name for finding in audit_table(reminder_table(OUTREACH), REMINDER_FACTS)}

    assert kinds == {"GAP"}


@pytest.mark.parametrize(
    ("build", "fields", "blamed"),
    [
        (ReminderRule, {"level": LEVELS[0], "after_days": 1}, "level"),
        (ReminderRule, {"level": LEVELS[1], "after_days": -1}, "after_days"),
        (ReminderRule, {"level": LEVELS[1], "after_days": True}, "after_days"),
        (
            OutreachPolicy,
            {"reminders": (ReminderRule(level=LEVELS[1], after_days=1),) * 2},
            "reminders",
        ),
        (OutreachPolicy, {"reminder_balance_min": "-0.01"}, "reminder_balance_min"),
        (OutreachPolicy, {"reminder_balance_min": 9.99}, "reminder_balance_min"),
        (OutreachPolicy, {"reminder_channels": (Channel.EMAIL,) * 2}, "reminder_channels"),
        (OutreachPolicy, {"reminder_channels": (Channel.PAPER,)}, "reminder_channels"),
        (OutreachPolicy, {"late_days": -1}, "late_days"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(build, fields, blamed):
    """RP-6: reminder rules are valid by construction."""
    assert fault(build, **fields) == (build.__name__, blamed)


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"key": None, "account_id": 3, "on": "2025-03-02"}, "key"),
        ({"key": "", "account_id": 3, "on": "2025-03-02"}, "key"),
        ({"account_id": 3, "on": "2025-03-02"}, "account_id"),
        ({"account_id": "", "on": "2025-03-02"}, "account_id"),
        ({"on": "2025-03-02"}, "on"),
        ({"on": datetime(2025, 3, 2, 9, tzinfo=UTC)}, "on"),
    ],
)
def test_what_went_out_is_remembered_by_ids_and_a_day(fields, blamed):
    """RP-6, M-2: a time of day would slip past the rule of one item an account a day."""
    good = {"key": "statement:a1:2025-01-06", "account_id": "a1", "on": R1}

    assert fault(SentOutreach, **{**good, **fields}) == ("SentOutreach", blamed)


def test_every_number_of_the_policy_says_where_it_is_from():
    """RP-6: 20, 20, 10 days and 9.99 dollars; each field names its rule and its source."""
    assert [(r.level.number, r.after_days) for r in OUTREACH.reminders] == [
        *((1, 20), (2, 20), (3, 10)),
    ]
    assert OUTREACH.reminder_balance_min == Decimal("9.99")
    for field in attrs.fields(OutreachPolicy):
        assert field.metadata["rule"] == "RP-6"
        assert field.metadata["source"] in ("help", "reading")


def test_a_datetime_is_no_day():
    """M-2: the plan is for a calendar day, and so is the question before sending."""
    account = run(owing(), R1)
    item = the_item(account, R1)
    noon = datetime(2025, 1, 6, 12, tzinfo=UTC)
    with pytest.raises(InvalidRecord):
        planned(account, noon)
    for verb in (still_valid, withheld_reasons):
        with pytest.raises(InvalidRecord):
            verb(item, account, as_of=noon, policy=POLICY)


def test_runs_change_nothing_by_being_planned_for():
    """RP-6: planning looks and changes nothing, so it may be asked at any hour."""
    account = runs(owing(), R1, R2)
    planned(account, REMINDED)

    assert run_statement(account, as_of=R3, policy=POLICY).account == run(account, R3)
