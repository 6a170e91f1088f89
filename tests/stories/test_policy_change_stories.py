"""A new policy for accounts that are under way: kept, told again, never for the worse (PC-1)."""

from datetime import date, timedelta

import attrs
import pytest

from revcycle.accounts import Account, charge_of
from revcycle.charges import MoveCause
from revcycle.dunning import (
    AccountHistory,
    AlarmCleared,
    AlarmType,
    CureEffect,
    DunningPolicy,
    LevelRederived,
    PartialPaymentEffect,
    PolicyChangeWay,
    alarm_state,
    cancel_plan,
    change_policy,
    leave_account,
    place_hold,
    post_charge,
    post_payment,
    post_plan_payment,
    preview_policy_change,
    replay,
    reset_next_statement,
    run_statement,
    start_plan,
    transfer_member,
    void_transaction,
)
from revcycle.errors import InvalidRecord
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from tests.stories.book import (
    BY_STATEMENT,
    POLICY,
    R1,
    R2,
    R3,
    R4,
    R5,
    RUNS,
    charge,
    family,
    level,
    refusal,
    run,
    stands,
)

KEEP, RE_DERIVE, NEVER_WORSEN = PolicyChangeWay
AT_ONCE = DunningPolicy(first_statement_level=1)


class Life:
    """An account and all that has happened to it, told in the order of its acts."""

    def __init__(self, account: Account, policy: DunningPolicy = POLICY):
        self.origin = self.account = account
        self.events = ()
        self.policy = policy

    def do(self, verb, *args, on: date, **named) -> "Life":
        """Do one act; the account and the events go on."""
        done = verb(self.account, *args, as_of=on, policy=self.policy, **named)
        self.account, self.events = done.account, self.events + done.events
        return self

    def run(self, *days: date) -> "Life":
        for day in days:
            self.do(run_statement, on=day)
        return self

    def pay(self, amount, on, *, of="c1", id="t1", received_on=None) -> "Life":  # noqa: A002  (reads best where it is used)
        return self.do(
            post_payment,
            charge_id=of,
            transaction_id=id,
            amount=amount,
            received_on=received_on or on,
            on=on,
        )

    def pay_plan(self, amount, on, *, id="t1", received_on=None) -> "Life":  # noqa: A002  (as for a payment)
        return self.do(
            post_plan_payment,
            plan_id="plan",
            transaction_id=id,
            amount=amount,
            received_on=received_on or on,
            on=on,
        )

    def plan(self, on, *claims) -> "Life":
        return self.do(
            start_plan,
            plan_id="plan",
            patient_id="ann",
            claim_ids=claims or ("claim-c1",),
            minimum="50.00",
            cadence=BY_STATEMENT,
            start_on=on,
            on=on,
        )

    def void(self, transaction_id, on) -> "Life":
        return self.do(void_transaction, transaction_id=transaction_id, on=on)

    @property
    def history(self) -> AccountHistory:
        return AccountHistory(origin=self.origin, events=self.events)

    def changed(self, to, way=RE_DERIVE, on=None):
        """Take the account over to another policy."""
        return change_policy(
            self.account,
            to=to,
            way=way,
            history=self.history,
            as_of=on or self.account.last_act_on,
            policy=self.policy,
        )


def life(*charges, policy=POLICY) -> Life:
    return Life(family(*(charges or (charge(amount="900.00"),))), policy)


# ---------------------------------------------------------------------------------------- keeping


def test_keeping_changes_nothing_stored_and_the_new_policy_governs_from_the_next_run():
    """PC-1: the same account, no events; the next run goes by the new policy's numbers."""
    lived = life().run(R1, R2)
    to = DunningPolicy(cycle_days=30, first_statement_level=1)
    done = lived.changed(to, KEEP)
    assert done.account is lived.account
    assert done.events == ()
    assert done.preview.changes == ()
    assert done.account.cycle.next_statement_on == R3
    after = run(done.account, R3, to)
    assert (stands(after), after.cycle.next_statement_on) == ((2, R3), R3 + timedelta(days=30))


def test_keeping_needs_no_history_and_the_other_ways_do():
    """PC-1: without the past it cannot be told again."""
    lived = life().run(R1, R2)
    ask = {"to": AT_ONCE, "as_of": R2, "policy": POLICY}
    assert change_policy(lived.account, way=KEEP, **ask).account is lived.account
    for way in (RE_DERIVE, NEVER_WORSEN):
        assert refusal(change_policy, lived.account, way=way, **ask) == ["NO_HISTORY"]


# ------------------------------------------------------------------------------------ re-deriving


@pytest.mark.parametrize(
    ("field", "value"), [("way", "re_derive"), ("way", None), ("to", None), ("history", ())]
)
def test_a_change_of_policy_has_one_of_three_ways(field, value):
    """PC-1: a way that is text is none of them, rather than the mildest."""
    lived = life().run(R1, R2)
    ask = {"to": AT_ONCE, "way": RE_DERIVE, "history": lived.history, "as_of": R2} | {field: value}
    with pytest.raises(InvalidRecord) as caught:
        preview_policy_change(lived.account, policy=POLICY, **ask)
    assert caught.value.field == field


def test_the_first_statements_level_is_told_again_for_every_past_run():
    """PC-1, DL-3: a first statement at 1 instead of 0 puts each later level one step up."""
    lived = life().run(R1, R2, R3)
    assert stands(lived.account) == (2, R3)
    done = lived.changed(AT_ONCE)
    assert stands(done.account) == (3, R3)
    back = Life(done.account, AT_ONCE)
    back.origin, back.events = lived.origin, lived.events + done.events
    assert stands(back.changed(POLICY).account) == (2, R3)


def test_terminal_levels_are_reached_earlier_and_keep_their_day():
    """PC-1, DL-5: five runs at 0,1,2,3,4; from 1 on the fourth run already led to 4."""
    lived = life().run(*RUNS[:5])
    assert stands(lived.account) == (4, R5)
    assert stands(lived.changed(AT_ONCE).account) == (4, R4)


def test_who_was_billed_and_when_stays():
    """PC-1: runs, statements, dates and counts happened; only levels are told again."""
    lived = life().run(R1, R2, R3)
    after = lived.changed(AT_ONCE).account
    was, now = charge_of(lived.account, "c1").standing, charge_of(after, "c1").standing
    facts = ("first_billed_on", "last_billed_on", "billed_count", "past_stays", "count_met")
    assert [getattr(was, name) for name in facts] == [getattr(now, name) for name in facts]
    for name in ("cycle", "statements", "alarm", "plans", "holds", "members"):
        assert getattr(after, name) == getattr(lived.account, name)


def test_part_payments_are_told_again():
    """PC-1, DL-8: a payment that lowered no level does under the new policy, and the other way."""
    gentle = DunningPolicy(partial_payment_effect=PartialPaymentEffect.MINUS_ONE)
    lived = life().run(R1, R2, R3).pay("100.00", R3).run(R4)
    assert stands(lived.account) == (3, R4)
    assert stands(lived.changed(gentle).account) == (2, R4)
    kind = Life(family(charge(amount="900.00")), gentle).run(R1, R2, R3).pay("100.00", R3)
    assert stands(kind.account) == (1, R3)
    assert stands(kind.changed(POLICY).account) == (2, R3)


def test_the_gates_of_part_payments_are_told_again():
    """PC-1, DL-8: the same payment passes one gate and not the other."""
    low, high = (
        DunningPolicy(
            partial_payment_effect=PartialPaymentEffect.TO_ZERO, partial_payment_min_amount=least
        )
        for least in ("50.00", "150.00")
    )
    lived = Life(family(charge(amount="900.00")), high).run(R1, R2, R3).pay("100.00", R3)
    assert stands(lived.account) == (2, R3)
    assert stands(lived.changed(low).account) == (0, None)


def test_a_void_gives_back_what_the_money_had_lowered_under_the_new_policy():
    """PC-1, CH-8: a bounced part payment does not improve standing, however the story is told."""
    gentle = DunningPolicy(partial_payment_effect=PartialPaymentEffect.MINUS_ONE)
    lived = life().run(R1, R2, R3).pay("100.00", R3).void("t1", R3)
    assert stands(lived.changed(gentle).account) == (2, R3)
    moved = life().run(R1, R2, R3).pay("100.00", R3).run(R4).void("t1", R4)
    assert stands(moved.changed(gentle).account) == (2, R4)


def test_cures_are_told_again():
    """PC-1, DL-7: what reset the plan's levels holds them, and what held them resets."""
    holding = DunningPolicy(cure_effect=CureEffect.HOLD)
    later = R3 + timedelta(days=1)
    lived = life().plan(R1).run(R1, R2, R3).pay_plan("150.00", later).run(R4)
    assert stands(lived.account) == (0, None)
    assert stands(lived.changed(holding).account) == (6, R3)
    held = Life(family(charge(amount="900.00")), holding).plan(R1).run(R1, R2, R3)
    held.pay_plan("150.00", later).run(R4)
    assert stands(held.account) == (6, R3)
    assert stands(held.changed(POLICY).account) == (0, None)


def test_a_plan_remembers_the_level_that_is_told_again():
    """PC-1, DL-11: the standard level it comes back to, on leaving and while on the plan."""
    lived = life().run(R1, R2).plan(R2).run(R3)
    enrolment = charge_of(lived.changed(AT_ONCE).account, "c1").standing.enrolment
    assert (enrolment.standard_level.number, enrolment.standard_reached_on) == (2, R2)
    lived.do(cancel_plan, plan_id="plan", on=R3)
    assert stands(lived.account) == (1, R2)
    assert stands(lived.changed(AT_ONCE).account) == (2, R2)


def test_which_dues_were_missed_stays():
    """PC-1, PL-4: a run's judgement is made once: more grace does not take a miss back."""
    lived = life().plan(R1).run(R1, R2)
    assert stands(lived.changed(DunningPolicy(grace_days=30)).account) == (5, R2)


def test_runs_that_took_place_stay():
    """PC-1, ST-5: a larger least balance, another cycle, statements at 4: none moves a past run."""
    lived = life(charge(amount="20.00")).run(*RUNS[:5])
    to = DunningPolicy(min_statement_balance="25.00", cycle_days=60, emit_when_terminal=True)
    done = lived.changed(to)
    assert done.account is lived.account
    assert done.account.cycle.next_statement_on == R5 + timedelta(days=35)


def test_held_charges_stood_still_in_either_telling():
    """PC-1, ST-12: a hold is a fact: the run passed the charge by."""
    lived = life().run(R1)
    hold = Hold(
        id="h",
        scope=HoldScope.CLAIM,
        subject_id="claim-c1",
        reason=HoldReason.DISPUTE,
        start_on=R2,
        last_on=R2,
    )
    lived.do(post_charge, charge("c2", posted_on=R1), on=R1)
    lived.do(place_hold, hold, on=R2).run(R2, R3)
    after = lived.changed(AT_ONCE).account
    assert (level(after), level(after, "c2")) == (2, 2)


def test_late_money_takes_back_a_step_in_either_telling():
    """PC-1, CH-9: the miss never happened, whatever a cure would have done."""
    holding = DunningPolicy(cure_effect=CureEffect.HOLD)
    lived = life().plan(R1).run(R1, R2).pay_plan("50.00", R2, received_on=R1 + timedelta(days=9))
    assert stands(lived.account) == (0, None)
    standing = charge_of(lived.changed(holding).account, "c1").standing
    assert (standing.level.number, standing.moves[-1].because) == (0, MoveCause.LATE_MONEY)


def test_a_void_that_reopens_a_plan_is_told_in_its_order():
    """PC-1, CH-8, PL-12: the plan is back before its levels are asked."""
    stepping = DunningPolicy(cure_effect=CureEffect.MINUS_ONE)
    lived = Life(family(charge(amount="120.00")), stepping).plan(R1).run(R1, R2, R3)
    lived.pay_plan("120.00", R3).void("t1/1", R3).run(R4)
    assert lived.changed(stepping).events == ()
    assert stands(lived.changed(POLICY).account) == stands(lived.account)


def test_what_came_with_a_joiner_counts_as_it_came():
    """PC-1, FA-3: another account's past is not in these events; from joining on it is."""
    home = life().run(R1, R2)
    target = Life(family(charge("t1", of="tom"), account_id="t")).run(R1, R2)
    moved = transfer_member(home.account, target.account, patient_id="ann", as_of=R2, policy=POLICY)
    target.account, target.events = moved.target, target.events + moved.target_events
    target.run(R3)
    after = target.changed(AT_ONCE).account
    assert (level(after, "t1"), level(after, "c1")) == (3, 2)


def test_a_leavers_new_account_begins_as_it_was_left():
    """PC-1, FA-3: its history starts with the new account."""
    home = Life(family(charge(amount="900.00"), charge("b1", of="bob"))).run(R1, R2)
    left = leave_account(
        home.account,
        patient_id="bob",
        new_account_id="b",
        guarantor=home.account.guarantor,
        as_of=R2,
        policy=POLICY,
    ).new_account
    own = Life(left).run(R3)
    assert own.changed(AT_ONCE).account is own.account
    assert level(own.account, "b1") == 2


def test_a_policy_changed_twice_is_told_again_from_the_beginning():
    """PC-1: an earlier change of levels is no run, so the second telling passes it by."""
    lived = life().run(R1, R2)
    first = lived.changed(AT_ONCE, NEVER_WORSEN)
    assert first.account is lived.account
    worse = lived.changed(AT_ONCE)
    lived.account, lived.events, lived.policy = (
        worse.account,
        lived.events + worse.events,
        AT_ONCE,
    )
    lived.run(R3)
    assert stands(lived.account) == (3, R3)
    assert lived.changed(AT_ONCE).account is lived.account
    assert stands(lived.changed(POLICY).account) == (2, R3)


# -------------------------------------------------------------------------------- never worsening


def test_never_worsening_takes_the_less_severe_per_charge_with_its_own_day():
    """PC-1: one charge falls, another would rise and stays."""
    both = DunningPolicy(
        first_statement_level=1, partial_payment_effect=PartialPaymentEffect.TO_ZERO
    )
    lived = life(charge(amount="900.00"), charge("c2", "400.00")).run(R1, R2, R3)
    lived.pay("100.00", R3)
    assert [level(lived.account, each) for each in ("c1", "c2")] == [2, 2]
    told = lived.changed(both).account
    assert [level(told, each) for each in ("c1", "c2")] == [0, 3]
    best = lived.changed(both, NEVER_WORSEN)
    assert [stands(best.account, each) for each in ("c1", "c2")] == [(0, None), (2, R3)]
    assert [change.charge_id for change in best.preview.changes] == ["c1"]


def test_never_worsening_leaves_what_is_no_less_severe():
    """PC-1: the same level reached on another day stays as it is stored."""
    lived = life().run(*RUNS[:5])
    assert stands(lived.changed(AT_ONCE).account) == (4, R4)
    assert lived.changed(AT_ONCE, NEVER_WORSEN).account is lived.account


def test_never_worsening_takes_a_better_remembered_level():
    """PC-1, DL-11: the level to come back to is chosen as the level is, apart from it."""
    lived = Life(family(charge(amount="900.00")), AT_ONCE).run(R1, R2).plan(R2).run(R3)
    after = lived.changed(POLICY, NEVER_WORSEN).account
    enrolment = charge_of(after, "c1").standing.enrolment
    assert (enrolment.standard_level.number, enrolment.standard_reached_on) == (1, R2)
    assert stands(after) == stands(lived.account)


def test_never_worsening_keeps_a_better_remembered_level():
    """PC-1, DL-11: what a plan remembers is not worsened behind it."""
    lived = life().run(R1, R2).plan(R2).run(R3, R4)
    assert lived.changed(AT_ONCE, NEVER_WORSEN).account is lived.account


# --------------------------------------------------------------------------------------- the alarm


def test_a_fall_shows_in_the_alarm_at_once():
    """PC-1, AL-4: the stored alarm stays, and the milder live level is the active one."""
    at_once = AT_ONCE
    lived = Life(family(charge(amount="900.00")), at_once).run(R1, R2, R3)
    done = lived.changed(POLICY)
    state = alarm_state(done.account, as_of=R3, policy=POLICY)
    assert (done.account.alarm, state.level, state.reached_on) == (
        lived.account.alarm,
        LEVELS[2],
        R3,
    )
    assert done.preview.alarm_before.level is LEVELS[3]
    assert done.preview.alarm_after == state


def test_a_rise_waits_for_the_next_run():
    """PC-1, AL-2: only a cycle run sets the alarm, so a policy chases nobody before it."""
    lived = life().run(R1)
    done = lived.changed(AT_ONCE)
    assert (level(done.account), done.account.alarm) == (1, None)
    after = run(done.account, R2, AT_ONCE)
    assert after.alarm.level is LEVELS[2]


def test_a_cure_that_holds_the_level_when_told_again_is_remembered_as_paid():
    """PC-1, AL-5: nothing is due, so it is silent, and the next due does not wake it."""
    holding = DunningPolicy(
        cure_effect=CureEffect.HOLD,
        alarm_types=tuple(
            AlarmType(level=each, name=f"level {each}", delay_days=0) for each in LEVELS[1:]
        ),
    )
    lived = life().plan(R1).run(R1, R2).pay_plan("100.00", R2 + timedelta(days=1))
    done = lived.changed(holding)
    assert level(done.account) == 5
    assert isinstance(done.events[-1], AlarmCleared)
    assert done.events[-1].clearance.subject_id == "c1"
    after = run(done.account, R3, holding)
    assert level(after) == 5
    assert alarm_state(after, as_of=R3, policy=holding).status.value == "cleared"


# ------------------------------------------------------------------------------- preview and event


def test_the_preview_says_what_would_change_and_why():
    """PC-1: per charge before and after, both courses, and the day on which they part."""
    lived = life().run(R1, R2)
    ask = {"to": AT_ONCE, "way": RE_DERIVE, "history": lived.history}
    shown = preview_policy_change(lived.account, **ask, as_of=R2, policy=POLICY)
    (change,) = shown.changes
    assert (change.charge_id, change.parts_on) == ("c1", R1)
    assert (shown.level_before, shown.level_after) == (LEVELS[1], LEVELS[2])
    account_line, charge_line, *courses = str(shown).splitlines()
    assert account_line == (
        "account a1, re-derive: level 1 becomes 2, alarm waiting becomes waiting"
    )
    assert charge_line == (
        "charge c1: level 1 since 2025-02-10 becomes level 2 since 2025-02-10; "
        "the courses part on 2025-01-06"
    )
    was = "2025-02-10: 0 to 1, statement cycle"
    would_be = "2025-01-06: 0 to 1, first statement; 2025-02-10: 1 to 2, statement cycle"
    assert courses == [f"  as it was: {was}", f"  as it would be: {would_be}"]
    assert level(lived.account) == 1


def test_every_kind_of_move_is_said_in_the_preview():
    """PC-1: joining and leaving a plan, money, a void, an earlier change of policy."""
    gentle = DunningPolicy(partial_payment_effect=PartialPaymentEffect.MINUS_ONE)
    lived = Life(family(charge(amount="900.00")), gentle).run(R1, R2, R3).pay("10.00", R3)
    lived.void("t1", R3).plan(R3).do(cancel_plan, plan_id="plan", on=R3)
    done = lived.changed(AT_ONCE)
    lived.account, lived.events = done.account, lived.events + done.events
    said = str(lived.changed(POLICY).preview)
    for words in (
        "2 to 1, partial payment",
        "1 to 2, void of t1",
        "2 to 0, joined plan plan",
        "0 to 2, left plan plan",
        "2 to 3, re-derive",
    ):
        assert words in said
    assert "no move" in str(life().run(R1).changed(AT_ONCE).preview)


def test_the_act_does_what_was_previewed():
    """PC-1: one act, with its events; replaying them gives the account."""
    lived = life(charge(amount="900.00"), charge("c2", "40.00")).run(R1, R2).plan(R2).run(R3)
    ask = {"to": AT_ONCE, "way": RE_DERIVE, "history": lived.history, "as_of": R4}
    shown = preview_policy_change(lived.account, **ask, policy=POLICY)
    done = change_policy(lived.account, **ask, policy=POLICY)
    assert done.preview == shown
    assert replay(lived.account, done.events) == done.account
    assert done.account.last_act_on == R4
    for change in shown.changes:
        assert charge_of(done.account, change.charge_id).standing == change.after
    (event, *_) = done.events
    assert (type(event), event.on, event.because) == (LevelRederived, R4, RE_DERIVE)


def test_a_reset_date_is_a_fact_too():
    """PC-1, ST-2: a run that came early because staff wanted it moved the levels then."""
    lived = life().run(R1)
    lived.do(reset_next_statement, R1 + timedelta(days=5), on=R1).run(R1 + timedelta(days=5))
    assert stands(lived.changed(AT_ONCE).account) == (2, R1 + timedelta(days=5))


def test_refused_changes_mended_one_defect_at_a_time():
    """PC-1: the day, the alarm types, then a history that does not lead here."""
    lived = life().run(R1, R2)
    bare = attrs.evolve(AT_ONCE, alarm_types=AT_ONCE.alarm_types[1:])
    cut = AccountHistory(origin=lived.origin, events=lived.events[:-1])
    table = [
        (R1, bare, None, ["AS_OF_BEFORE_LAST_ACT", "ALARM_TYPES_INCOMPLETE", "NO_HISTORY"]),
        (R2, bare, None, ["ALARM_TYPES_INCOMPLETE", "NO_HISTORY"]),
        (R2, AT_ONCE, None, ["NO_HISTORY"]),
        (R2, AT_ONCE, cut, ["HISTORY_LEADS_ELSEWHERE"]),
        (R2, AT_ONCE, lived.history, []),
    ]
    for as_of, to, history, expected in table:
        ask = {"to": to, "way": RE_DERIVE, "history": history, "as_of": as_of, "policy": POLICY}
        assert refusal(change_policy, lived.account, **ask) == expected
        assert refusal(preview_policy_change, lived.account, **ask) == expected


def test_a_history_is_made_of_events():
    """PC-1: anything else is refused when the history is given."""
    with pytest.raises(InvalidRecord):
        AccountHistory(origin=family(), events=("run",))
    with pytest.raises(InvalidRecord):
        AccountHistory(origin=None, events=())
