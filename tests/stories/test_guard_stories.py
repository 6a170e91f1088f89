"""Guard rails: acts that may not be done yet, by rules that the host has chosen (CO-5)."""

from datetime import date, time, timedelta

import attrs
import pytest

from revcycle.accounts import Note, NoteAction, charge_of
from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.dunning import (
    GUARD_FACTS,
    GUARD_LEAVES,
    US_GUARD_RAILS,
    BilledForDays,
    CallsInWeekAtMost,
    Circumstances,
    ClaimOwesAtLeast,
    ConversationDaysAgo,
    EstimateDispute,
    FacilityType,
    Guard,
    GuardedAct,
    GuardedKind,
    GuardFindingKind,
    GuardRail,
    NoAssistanceApplication,
    NoEstimateDispute,
    NoticeGivenForDays,
    ServedForDays,
    WithinHours,
    WrittenNotice,
    audit_guard_rails,
    check_guard,
    guard_rails_for,
    guard_table,
    guard_verdict,
    not_before,
    only_after_notice,
    place_in_collections,
)
from revcycle.errors import InvalidRecord, Refused, UnknownFact, UnknownReference
from revcycle.holds import HoldReason, HoldScope
from revcycle.rules import (
    NEVER,
    AtLeast,
    Equals,
    decide,
    decode_rule,
    describe,
    encode_rule,
    validated,
)
from tests.stories.book import (
    POLICY,
    POSTED,
    R1,
    R2,
    R3,
    R5,
    RUNS,
    charge,
    family,
    fault,
    hold,
    level,
    pay,
    post,
    refusal,
    run,
    runs,
)

PLACE, CALL, SEND, REPORT = GuardedKind
NOON = time(12, 0)
RAILS = {rail.id: rail for rail in US_GUARD_RAILS}


def days(count: int) -> timedelta:
    return timedelta(days=count)


def act(kind, *ids, at=None) -> GuardedAct:
    """An act on charges, by default on c1; a call at noon."""
    named = ids or (("c1",) if kind in {PLACE, REPORT} else ())
    return GuardedAct(kind=kind, charge_ids=named, at=at or (NOON if kind is CALL else None))


def weigh(account, what, day, *rails, **known):
    """What the rails, by name or as they are, say of an act."""
    chosen = tuple(RAILS[rail] if isinstance(rail, str) else rail for rail in rails)
    guard = Guard(rails=chosen, circumstances=Circumstances(**known))
    return guard_verdict(account, what, guard=guard, as_of=day, policy=POLICY)


def allowed(account, what, day, *rails, **known) -> bool:
    return weigh(account, what, day, *rails, **known).is_allowed


def until(account, what, day, *rails, **known):
    """The day, and the time if it matters, from which the act is allowed."""
    it = weigh(account, what, day, *rails, **known)
    assert not it.is_allowed
    return it.allowed_on if it.allowed_at is None else (it.allowed_on, it.allowed_at)


def rang(day, result=ContactResult.NO_ANSWER, *, of="ann", channel=ContactChannel.PHONE, key="k"):
    """A call, or another contact, on a day."""
    return Contact(
        id=f"{key}-{day}",
        on=day,
        at=NOON,
        service="reminders",
        channel=channel,
        result=result,
        patient_id=of,
    )


def noted(account, day, action):
    """The account with a note of what staff did."""
    note = Note(id=f"n-{day}-{action.value}", on=day, by="u1", subject_ids=("ann",), action=action)
    return attrs.evolve(account, notes=(*account.notes, note))


# ----------------------------------------------------------------------------- off by default


def test_no_guard_rail_is_in_force_unless_the_host_chooses_it():
    """CO-5: off by default: without a guard a charge is placed the day it is posted."""
    account = family(charge())
    placed = place_in_collections(
        account, charge_ids=["c1"], agency_id="x", as_of=POSTED, policy=POLICY
    ).account
    assert charge_of(placed, "c1").placement is not None
    for kind in GuardedKind:
        assert allowed(account, act(kind), POSTED)


def test_rails_are_chosen_by_facility_type_and_state():
    """CO-5: a hospital in Colorado, a tax-exempt one in New York, a physician anywhere."""

    def names(facility_type, state):
        return {rail.id for rail in guard_rails_for(facility_type, state)}

    anybody = {
        "reg-f-seven-calls",
        "reg-f-conversation",
        "reg-f-hours",
        "estimate-dispute",
        "bureaus-first-year",
        "bureaus-500-dollars",
    }
    assert names(FacilityType.PHYSICIAN_PRACTICE, "CO") == anybody
    assert names(FacilityType.HOSPITAL, "TX") == anybody
    assert names(FacilityType.HOSPITAL, "CO") == anybody | {"co-182-days", "co-notice"}
    tax_exempt = {"501r-120-days", "501r-notice", "501r-application"}
    assert names(FacilityType.TAX_EXEMPT_HOSPITAL, "NY") == anybody | tax_exempt | {"ny-180-days"}


@pytest.mark.parametrize(
    ("facility_type", "state", "field", "hint"),
    [
        ("hospital", "CO", "facility_type", "did you mean FacilityType.HOSPITAL?"),
        ("Tax-exempt hospitals", "CO", "facility_type", "FacilityType.TAX_EXEMPT_HOSPITAL?"),
        (None, "CO", "facility_type", "FacilityType.PHYSICIAN_PRACTICE, FacilityType.OTHER"),
        (FacilityType.HOSPITAL, "co", "state", "did you mean CO?"),
        (FacilityType.HOSPITAL, "Colorado", "state", "did you mean CO?"),
        (FacilityType.HOSPITAL, "new  yrok", "state", "did you mean NY?"),
        (FacilityType.HOSPITAL, "ZZ", "state", "two capital letters"),
        (FacilityType.HOSPITAL, None, "state", "two capital letters"),
        (FacilityType.HOSPITAL, ["CO"], "state", "two capital letters"),
    ],
)
def test_a_place_that_is_not_known_is_refused(facility_type, state, field, hint):
    """CO-5: by any other spelling no rail is dropped in silence: the right one is named."""
    with pytest.raises(InvalidRecord) as caught:
        guard_rails_for(facility_type, state)
    assert caught.value.field == field
    assert hint in str(caught.value)


def test_every_rail_says_where_it_stands_and_whether_its_numbers_were_read_there():
    """CO-5: a citation each; unverified numbers say so in the value, and in words."""
    unverified = {rail.id for rail in US_GUARD_RAILS if not rail.is_verified}
    assert unverified == {"501r-120-days", "501r-notice", "501r-application", "ny-180-days"}
    for rail in US_GUARD_RAILS:
        assert rail.citation in str(rail)
        assert ("numbers unverified" in str(rail)) is not rail.is_verified
    assert len(RAILS) == len(US_GUARD_RAILS)


# -------------------------------------------------------------------- counts from the first bill


def test_not_before_so_many_days_after_the_first_bill():
    """CO-5: vetoed on day 119, allowed on day 120, and the veto says so with its citation."""
    account = run(family(charge()), R1)
    early, ready = R1 + days(119), R1 + days(120)
    (veto,) = weigh(account, act(PLACE), early, "501r-120-days").vetoes
    assert (veto.rail.id, veto.rail.citation) == ("501r-120-days", "26 CFR 1.501(r)-6(c)(3)")
    assert (veto.charge_ids, veto.allowed_on, veto.allowed_at) == (("c1",), ready, None)
    (because,) = veto.because
    assert because == (
        "time since the first bill is 119 days, wanted: time since the first bill is at least "
        "120 days"
    )
    assert allowed(account, act(PLACE), ready, "501r-120-days")
    assert until(account, act(REPORT), R1, "501r-120-days") == ready


def test_a_charge_that_was_never_billed_has_no_day():
    """CO-5: no count runs before the first bill, so waiting alone does not help."""
    assert until(family(charge()), act(PLACE), R5, "501r-120-days") is None


def test_later_bills_do_not_begin_the_count_anew():
    """CO-5: the first bill counts, also after a second and a third."""
    account = runs(family(charge()), R1, R2, R3)
    assert until(account, act(PLACE), R3, "501r-120-days") == R1 + days(120)


def test_the_practice_has_a_count_of_its_own():
    """CO-5: any number of days, for any acts, with the practice's own words for where it stands."""
    rail = not_before(
        id="ours", days=60, citation="our collection policy, page 3", acts=frozenset({PLACE})
    )
    account = run(family(charge()), R1)
    assert until(account, act(PLACE), R1, rail) == R1 + days(60)
    assert allowed(account, act(REPORT), R1, rail)
    assert "our collection policy, page 3" in str(weigh(account, act(PLACE), R1, rail))


def test_colorado_hospitals_wait_from_the_service_on():
    """CO-5: 182 days after the service, billed or not, and a notice 30 days before."""
    account = family(charge(service_on=date(2025, 1, 2)))
    assert until(account, act(PLACE), R1, "co-182-days") == date(2025, 7, 3)
    sent = WrittenNotice(sent_on=date(2025, 6, 20), charge_ids=("c1",))
    both = ("co-182-days", "co-notice")
    assert until(account, act(PLACE), date(2025, 6, 25), *both, notices=(sent,)) == (
        date(2025, 7, 20)
    )


def test_new_york_hospitals_wait_180_days_from_the_first_bill():
    """CO-5: vetoed on day 179, allowed on day 180."""
    account = run(family(charge()), R1)
    assert until(account, act(PLACE), R1 + days(179), "ny-180-days") == R1 + days(180)
    assert allowed(account, act(PLACE), R1 + days(180), "ny-180-days")


# ------------------------------------------------------------------------------ written notice


def test_a_written_notice_must_have_gone_out_in_time():
    """CO-5: none: waiting alone does not help; sent: 30 days later, the day itself included."""
    account = run(family(charge(), charge("c2")), R1)
    assert until(account, act(PLACE), R2, "501r-notice") is None
    sent = WrittenNotice(sent_on=R2, charge_ids=("c1",))
    assert until(account, act(PLACE), R2, "501r-notice", notices=(sent,)) == R2 + days(30)
    assert allowed(account, act(PLACE), R2 + days(30), "501r-notice", notices=(sent,))
    assert not allowed(account, act(PLACE, "c2"), R5, "501r-notice", notices=(sent,))


def test_a_notice_is_about_some_charge():
    """CO-5: one that names none is refused: it would open nothing, and look as if it had."""
    with pytest.raises(InvalidRecord, match="name the charges"):
        WrittenNotice(sent_on=R2, charge_ids=())


def test_the_first_notice_counts_and_none_that_is_still_to_come():
    """CO-5: a second notice does not begin the wait anew; one of tomorrow is not known today."""
    account = run(family(charge()), R1)
    rail = only_after_notice(id="ours", days=10, citation="our policy")
    first, second = (WrittenNotice(sent_on=day, charge_ids=("c1",)) for day in (R1, R2))
    assert allowed(account, act(PLACE), R2, rail, notices=(second, first))
    assert until(account, act(PLACE), R1, rail, notices=(second,)) == R2 + days(10)
    at_once = only_after_notice(id="at-once", days=0, citation="our policy")
    assert until(account, act(PLACE), R1, at_once, notices=(second,)) == R2


# ------------------------------------------------------------------------------------- calling


def test_no_more_than_seven_calls_within_seven_days():
    """CO-5: the seventh call is allowed, the eighth is not until the first is seven days old."""
    account = run(family(charge()), R1)
    six = tuple(rang(R2 + days(n)) for n in range(6))
    last = R2 + days(6)
    assert allowed(account, act(CALL), last, "reg-f-seven-calls", contacts=six)
    seven = (*six, rang(last))
    assert until(account, act(CALL), last, "reg-f-seven-calls", contacts=seven) == R2 + days(7)
    assert allowed(account, act(CALL), R2 + days(7), "reg-f-seven-calls", contacts=seven)


def test_seven_calls_on_one_day_close_that_day_and_the_six_after():
    """CO-5: seven consecutive days, the day of the calls the first of them."""
    account = run(family(charge()), R1)
    calls = tuple(rang(R2, key=f"k{n}") for n in range(7))
    assert until(account, act(CALL), R2, "reg-f-seven-calls", contacts=calls) == R2 + days(7)
    assert not allowed(account, act(CALL), R2 + days(6), "reg-f-seven-calls", contacts=calls)


def test_no_call_in_the_seven_days_after_a_conversation():
    """CO-5: the day of the conversation is day 1, so the next call may be on day 8."""
    account = run(family(charge()), R1)
    spoke = (rang(R2, ContactResult.CONVERSATION),)
    assert until(account, act(CALL), R2, "reg-f-conversation", contacts=spoke) == R2 + days(7)
    assert not allowed(account, act(CALL), R2 + days(6), "reg-f-conversation", contacts=spoke)
    assert allowed(account, act(CALL), R2 + days(7), "reg-f-conversation", contacts=spoke)
    assert allowed(account, act(CALL), R2, "reg-f-conversation", contacts=(rang(R2),))


def test_what_counts_as_a_call():
    """CO-5: telephone calls that connect, to anybody of the account, and what staff noted."""
    account = run(family(charge(), "bob"), R1)
    rail = attrs.evolve(RAILS["reg-f-seven-calls"], requires=CallsInWeekAtMost(0))
    not_calls = (
        rang(R2, channel=ContactChannel.TEXT),
        rang(R2, channel=ContactChannel.EMAIL, key="e"),
        rang(R2, channel=ContactChannel.RESULTS_CALL, key="r"),
        rang(R2, ContactResult.NOT_CONNECTED, key="n"),
        rang(R2, of="a stranger", key="s"),
        rang(R2 + days(1), key="tomorrow"),
    )
    assert allowed(account, act(CALL), R2, rail, contacts=not_calls)
    assert not allowed(account, act(CALL), R2, rail, contacts=(rang(R2, of="bob"),))
    assert not allowed(noted(account, R2, NoteAction.LEFT_MESSAGE), act(CALL), R2, rail)
    assert not allowed(noted(account, R2, NoteAction.CALLED), act(CALL), R2, rail)
    assert allowed(noted(account, R2, NoteAction.SENT_LETTER), act(CALL), R2, rail)


def test_a_noted_call_is_a_conversation_and_a_message_left_is_none():
    """CO-5, FA-6: the note says that somebody was called, or that a message was left."""
    account = run(family(charge()), R1)
    called = noted(account, R2, NoteAction.CALLED)
    assert until(called, act(CALL), R2, "reg-f-conversation") == R2 + days(7)
    left = noted(account, R2, NoteAction.LEFT_MESSAGE)
    assert allowed(left, act(CALL), R2, "reg-f-conversation")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(7, 59), (R2, time(8, 0))),
        (time(8, 0), None),
        (time(20, 59), None),
        (time(21, 0), (R2 + days(1), time(8, 0))),
        (time(0, 0), (R2, time(8, 0))),
    ],
)
def test_calls_and_messages_stay_within_the_hours(at, expected):
    """CO-5: from 8:00 to before 21:00 where the person is; else the next such moment is told."""
    account = run(family(charge()), R1)
    for kind in (CALL, SEND):
        what = act(kind, at=at)
        if expected is None:
            assert allowed(account, what, R2, "reg-f-hours")
        else:
            assert until(account, what, R2, "reg-f-hours") == expected


def test_tomorrow_at_eight_is_found_whatever_else_is_known():
    """CO-5: also where nothing but the hour stands against a call, and nothing has a date."""
    late = act(CALL, at=time(21, 0))
    assert until(family("ann"), late, R2, "reg-f-hours") == (R2 + days(1), time(8, 0))
    far = family(charge(service_on=date(2020, 1, 1)))
    assert until(far, late, R2, "reg-f-hours") == (R2 + days(1), time(8, 0))


def test_a_letter_has_no_hour():
    """CO-5: what is sent without a time of day is allowed at any."""
    assert allowed(run(family(charge()), R1), act(SEND), R2, "reg-f-hours")


def test_day_and_hour_are_told_together():
    """CO-5: a late call after a conversation is allowed a week later at eight."""
    account = run(family(charge()), R1)
    spoke = (rang(R2, ContactResult.CONVERSATION),)
    late = act(CALL, at=time(22, 0))
    both = ("reg-f-conversation", "reg-f-hours")
    assert until(account, late, R2, *both, contacts=spoke) == (R2 + days(7), time(8, 0))
    vetoes = weigh(account, late, R2, *both, contacts=spoke).vetoes
    assert [(v.rail.id, v.allowed_on, v.allowed_at) for v in vetoes] == [
        ("reg-f-conversation", R2 + days(7), None),
        ("reg-f-hours", R2 + days(1), time(8, 0)),
    ]


# ------------------------------------------------------------------- assistance and estimates


def test_an_open_application_for_assistance_stops_collection():
    """CO-5: while the hold for it stands, if it began within 240 days of the first bill."""
    account = run(family(charge()), R1)
    reason = HoldReason.ASSISTANCE_APPLICATION
    asked = R1 + days(240)
    held = hold(account, HoldScope.PATIENT, "ann", asked, reason=reason, last_on=asked + days(20))
    assert until(held, act(PLACE), asked, "501r-application") == asked + days(21)
    assert allowed(account, act(PLACE), asked, "501r-application")
    late = hold(account, HoldScope.PATIENT, "ann", asked + days(1), reason=reason)
    assert allowed(late, act(PLACE), asked + days(1), "501r-application")
    other = hold(account, HoldScope.PATIENT, "ann", R2, reason=HoldReason.DISPUTE)
    assert allowed(other, act(PLACE), R2, "501r-application")


def dispute(over="400.00", started=R2, **more):
    billed = str(1000 + float(over))
    return EstimateDispute(
        claim_id=more.pop("claim_id", "claim-c1"),
        estimated="1000.00",
        billed=f"{float(billed):.2f}",
        started_on=started,
        **more,
    )


def test_a_dispute_of_the_estimate_freezes_the_claim_while_it_is_open():
    """CO-5: no act of any kind on that claim, until the day it is decided."""
    account = run(family(charge(), charge("c2")), R1)
    known = {"disputes": (dispute(ended_on=R3),)}
    for kind in GuardedKind:
        assert until(account, act(kind, "c1"), R2, "estimate-dispute", **known) == R3
        assert allowed(account, act(kind, "c2"), R2, "estimate-dispute", **known)
    assert until(account, act(CALL), R2, "estimate-dispute", disputes=(dispute(),)) is None
    assert allowed(account, act(PLACE), R2 - days(1), "estimate-dispute", **known)


def test_a_dispute_counts_from_400_dollars_and_within_120_days():
    """CO-5: 399.99 above the estimate is too little, 121 days after the first bill too late."""
    account = run(family(charge()), R1)
    asked = act(PLACE)
    assert allowed(account, asked, R2, "estimate-dispute", disputes=(dispute("399.99"),))
    last = dispute(started=R1 + days(120))
    assert not allowed(account, asked, R1 + days(120), "estimate-dispute", disputes=(last,))
    late = dispute(started=R1 + days(121))
    assert allowed(account, asked, R1 + days(121), "estimate-dispute", disputes=(late,))


def test_of_several_disputes_each_decides():
    """CO-5: one that counts vetoes, whatever others are too small, too late, or decided, and in
    whatever order they are given.
    """
    account = run(family(charge()), R1)
    small, large = dispute("10.00"), dispute("500.00")
    late = dispute("900.00", started=R1 + days(121))
    day = R1 + days(121)
    assert allowed(account, act(PLACE), day, "estimate-dispute", disputes=(small, late))
    for disputes in ((small, large, late), (late, large, small)):
        assert not allowed(account, act(PLACE), day, "estimate-dispute", disputes=disputes)


def test_a_charge_waits_for_the_last_of_its_disputes():
    """CO-5: two that count are two vetoes of one rail, told apart, and both end with the last; two
    that are alike are one.
    """
    account = run(family(charge()), R1)
    first, last = dispute("400.00", ended_on=R3), dispute("500.00", ended_on=R5)
    it = weigh(account, act(PLACE), R2, "estimate-dispute", disputes=(first, last))
    assert [(veto.charge_ids, veto.allowed_on) for veto in it.vetoes] == [(("c1",), R5)] * 2
    assert ["amount above the estimate is $400.00" in veto.because[0] for veto in it.vetoes] == [
        True,
        False,
    ]
    assert it.allowed_on == R5
    alike = weigh(account, act(PLACE), R2, "estimate-dispute", disputes=(first, first))
    assert [veto.charge_ids for veto in alike.vetoes] == [("c1",)]


# ----------------------------------------------------------------------------- credit bureaus


def test_nothing_is_reported_in_the_first_year():
    """CO-5: the bureaus' own policy; 366 days, so that a leap year is over too."""
    account = run(family(charge(amount="900.00")), R1)
    assert until(account, act(REPORT), R2, "bureaus-first-year") == R1 + days(366)
    assert allowed(account, act(PLACE), R2, "bureaus-first-year")


def test_nothing_under_500_dollars_is_reported():
    """CO-5: what the claim owes counts, all its charges together; waiting does not help."""
    one = charge(amount="300.00")
    two = charge("c2", "199.99", claim="claim-c1")
    account = run(family(one, two, charge("c3", "900.00")), R1)
    assert until(account, act(REPORT), R2, "bureaus-500-dollars") is None
    more = post(account, charge("c4", "0.01", claim="claim-c1", posted_on=R2), R2)
    assert allowed(more, act(REPORT), R2, "bureaus-500-dollars")
    paid = pay(more, "c1", "0.01", R2)
    assert not allowed(paid, act(REPORT), R2, "bureaus-500-dollars")


# --------------------------------------------------------------------------- vetoes together


def test_all_vetoes_are_told_at_once_and_the_last_one_decides():
    """CO-5: each with its own day; the act is allowed on the first day on which none stands."""
    account = run(family(charge(amount="900.00")), R1)
    names = ("501r-120-days", "ny-180-days", "bureaus-first-year")
    it = weigh(account, act(REPORT), R2, *names)
    assert [veto.rail.id for veto in it.vetoes] == list(names)
    assert [veto.allowed_on for veto in it.vetoes] == [
        R1 + days(120),
        R1 + days(180),
        R1 + days(366),
    ]
    assert it.allowed_on == R1 + days(366)
    assert weigh(account, act(REPORT), R2, *names, "501r-notice").allowed_on is None
    assert until(account, act(PLACE), R2, *names) == R1 + days(180)


def test_charges_vetoed_alike_share_one_veto():
    """CO-5: two charges of one day, a third of another; each charge is weighed by itself."""
    account = run(family(charge(), charge("c2")), R1)
    account = run(post(account, charge("c3", posted_on=R2), R2), R2)
    it = weigh(account, act(PLACE, "c3", "c2", "c1"), R3, "501r-120-days")
    assert [(veto.charge_ids, veto.allowed_on) for veto in it.vetoes] == [
        (("c3",), R2 + days(120)),
        (("c2", "c1"), R1 + days(120)),
    ]
    assert it.allowed_on == R2 + days(120)
    (veto,) = weigh(account, act(PLACE, "c1", "c1"), R3, "501r-120-days").vetoes
    assert veto.charge_ids == ("c1",)


def test_a_call_about_the_account_is_about_all_it_owes():
    """CO-5: without charges named, each that owes something; with none, calls still count."""
    account = run(family(charge(), charge("c2", "0.00")), R1)
    known = {"disputes": (dispute(), dispute(claim_id="claim-c2"))}
    (veto,) = weigh(account, act(CALL), R2, "estimate-dispute", **known).vetoes
    assert veto.charge_ids == ("c1",)
    empty = family("ann")
    spoke = (rang(R2, ContactResult.CONVERSATION),)
    (veto,) = weigh(empty, act(CALL), R2, "reg-f-conversation", contacts=spoke).vetoes
    assert (veto.charge_ids, veto.allowed_on) == ((), R2 + days(7))


def test_days_at_the_end_of_the_calendar():
    """CO-5: a wait that no calendar can hold is one that waiting does not end."""
    account = run(family(charge()), R1)
    ends = date(9999, 12, 20)
    sent = WrittenNotice(sent_on=ends, charge_ids=("c1",))
    assert until(account, act(PLACE), R2, "501r-notice", notices=(sent,)) is None
    disputes = (dispute(ended_on=ends),)
    assert until(account, act(PLACE), R2, "estimate-dispute", disputes=disputes) == ends
    ages = not_before(id="ages", days=10**12, citation="none")
    assert until(account, act(PLACE), R2, ages) is None


@pytest.mark.parametrize(
    "wrong", [{"act": "place"}, {"guard": US_GUARD_RAILS}, {"guard": None}, {"as_of": None}]
)
def test_what_is_no_act_no_guard_and_no_day_is_refused(wrong):
    """CO-5: a verdict weighs an act by a guard on a day, and says which of them is none."""
    guard = Guard(rails=(), circumstances=Circumstances())
    asked = {"act": act(PLACE), "guard": guard, "as_of": R2} | wrong
    with pytest.raises(InvalidRecord) as caught:
        guard_verdict(run(family(charge()), R1), policy=POLICY, **asked)
    assert caught.value.field == next(iter(wrong))


def test_the_verdict_reads_as_english():
    """CO-5: the act, when it is allowed, each rail with its citation, and what it wants."""
    account = run(family(charge()), R1)
    assert str(weigh(account, act(PLACE), R2)) == "place is allowed on 2025-02-10"
    said = str(weigh(account, act(PLACE), R2, "501r-120-days")).splitlines()
    assert said[0] == "place is vetoed on 2025-02-10, allowed from 2025-05-06"
    assert said[1] == (
        "  place c1 vetoed, allowed from 2025-05-06: 501r-120-days (26 CFR 1.501(r)-6(c)(3), "
        "numbers unverified): Wait 120 days from the first bill."
    )
    late = str(weigh(account, act(CALL, at=time(23, 0)), R2, "reg-f-hours"))
    assert "allowed from 2025-02-11 08:00" in late
    assert "waiting alone does not help" in str(weigh(account, act(PLACE), R2, "co-notice"))


# --------------------------------------------------------------------- what a veto does, and not


def test_placing_is_refused_with_every_veto():
    """CO-5: each with its citation and its day, after what would forbid placing anyhow."""
    account = run(family(charge(), charge("c2", "0.00")), R1)
    guard = Guard(
        rails=(RAILS["501r-120-days"], RAILS["501r-notice"]), circumstances=Circumstances()
    )
    ask = {"agency_id": "x", "as_of": R2, "policy": POLICY, "guard": guard}
    with pytest.raises(Refused) as caught:
        place_in_collections(account, charge_ids=["c1"], **ask)
    assert [str(p.proposition) for p in caught.value.problems] == ["GuardProblem.VETOED"] * 2
    first, second = (problem.detail for problem in caught.value.problems)
    assert "26 CFR 1.501(r)-6(c)(3)" in first
    assert "allowed from 2025-05-06" in first
    assert "waiting alone does not help" in second
    assert refusal(place_in_collections, account, charge_ids=["c2"], **ask)[:1] == ["NOT_OPEN"]
    sent = WrittenNotice(sent_on=R2, charge_ids=("c1",))
    guard = attrs.evolve(guard, circumstances=Circumstances(notices=(sent,)))
    ready = ask | {"guard": guard, "as_of": R1 + days(120)}
    assert refusal(place_in_collections, account, charge_ids=["c1"], **ready) == []


def test_a_guard_rail_moves_no_level_and_no_date():
    """CO-5: a veto leaves the account as it is; runs and levels know nothing of guard rails."""
    account = runs(family(charge()), *RUNS[:3])
    guard = Guard(rails=US_GUARD_RAILS, circumstances=Circumstances())
    before = account
    assert check_guard(account, act(PLACE), guard=guard, as_of=R3, policy=POLICY)
    assert (account, level(account)) == (before, 2)
    fields = {field.name for field in attrs.fields(type(POLICY))}
    assert not any("guard" in name or "rail" in name for name in fields)


def test_an_ineligible_charge_can_be_kept_from_an_agency_by_a_rail():
    """CO-5, CO-1: whether a charge is eligible is a fact, so a host can make it a condition."""
    rail = GuardRail(
        id="eligible-only",
        says="Place what is eligible for collections.",
        citation="our collection policy",
        is_verified=True,
        acts=frozenset({PLACE}),
        requires=Equals("is_eligible", value=True),
    )
    account = runs(family(charge()), *RUNS[:5])
    held = hold(account, HoldScope.CLAIM, "claim-c1", R5, last_on=R5 + days(9))
    assert allowed(account, act(PLACE), R5, rail)
    assert until(held, act(PLACE), R5, rail) == R5 + days(10)


# ------------------------------------------------------------------------- the rails themselves


def test_the_chosen_rails_are_one_decision_table():
    """CO-5: every row is a rail, each row that holds is a veto, and every rule fits the facts."""
    table = guard_table(US_GUARD_RAILS)
    assert [row.then for row in table.rows] == list(US_GUARD_RAILS)
    for row in table.rows:
        validated(row.when, vocabulary=GUARD_FACTS)
    account = run(family(charge()), R1)
    it = weigh(account, act(PLACE), R2, *RAILS)
    facts = GUARD_FACTS.row_class(
        **{
            fact.name: {"act": "place", "was_billed": True, "first_billed_days": 35}.get(
                fact.name, frozenset() if fact.name == "hold_reasons" else 0
            )
            for fact in GUARD_FACTS.facts
        }
    )
    named = [rail.id for rail in decide(table, facts).outcomes]
    assert named == [veto.rail.id for veto in it.vetoes]


def test_rails_come_back_from_plain_values():
    """CO-5: every leaf has a tag, so the rule of each rail can be stored and read again."""
    for rail in US_GUARD_RAILS:
        plain = encode_rule(rail.requires, leaves=GUARD_LEAVES)
        assert decode_rule(plain, leaves=GUARD_LEAVES, vocabulary=GUARD_FACTS) == rail.requires


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (BilledForDays(120), "first billed at least 120 days ago"),
        (ServedForDays(182), "the service was at least 182 days ago"),
        (NoticeGivenForDays(30), "a written notice was sent at least 30 days ago"),
        (CallsInWeekAtMost(6), "at most 6 calls in the last seven days"),
        (ConversationDaysAgo(7), "nobody was spoken to in the last 7 days"),
        (WithinHours(8, 21), "the local time is from 8:00 to before 21:00"),
        (
            NoAssistanceApplication(240),
            "no application for assistance, made within 240 days of the first bill, is open",
        ),
        (
            NoEstimateDispute("400.00", 120),
            (
                "no dispute, started within 120 days of the first bill, is open of a bill "
                "$400.00 or more above its estimate"
            ),
        ),
        (ClaimOwesAtLeast("500.00"), "the claim owes $500.00 or more"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "words",
)
def test_each_condition_says_itself_in_english(leaf, words):
    """CO-5: one line that a person can read; nonsense is refused when it is written."""
    assert describe(leaf, vocabulary=GUARD_FACTS) == words
    first = attrs.fields(type(leaf))[0].name
    with pytest.raises(InvalidRecord):
        attrs.evolve(leaf, **{first: -1 if first not in {"amount_over", "amount"} else "1.005"})


def test_hours_that_no_day_has_are_refused():
    """CO-5: the end comes after the beginning, and not after midnight."""
    for first, last in ((8, 8), (21, 8), (0, 25), (8, "21")):
        with pytest.raises(InvalidRecord):
            WithinHours(first, last)
    with pytest.raises(InvalidRecord):
        NoEstimateDispute("400.00", -1)


GOOD_RAIL = {
    "id": "r",
    "says": "Wait.",
    "citation": "nowhere",
    "is_verified": False,
    "acts": frozenset({PLACE}),
    "requires": BilledForDays(10),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("says", ""),
        ("says", " \t"),
        ("citation", ""),
        ("citation", " "),
        ("is_verified", None),
        ("acts", frozenset()),
        ("acts", frozenset({"place"})),
        ("acts", (PLACE,)),
        ("requires", "billed"),
        ("requires", None),
        ("facility_types", frozenset({"hospital"})),
        ("states", frozenset({"Colorado"})),
        ("states", frozenset({"co"})),
        ("states", frozenset({"ÖÄ"})),
        ("states", frozenset({"C1"})),
    ],
)
def test_a_rail_that_cannot_be_is_refused(field, value):
    """CO-5: no rail without an id, a sentence, a citation and acts."""
    GuardRail(**GOOD_RAIL)
    assert fault(GuardRail, **GOOD_RAIL | {field: value})[0] == "GuardRail"


def test_a_rail_over_unknown_facts_is_refused():
    """CO-5: a misspelt fact is an error when the rail is written, with the nearest right name."""
    with pytest.raises(UnknownFact, match="first_billed_days"):
        GuardRail(**GOOD_RAIL | {"requires": AtLeast("first_biled_days", 10)})
    with pytest.raises(InvalidRecord):
        GuardRail(**GOOD_RAIL | {"requires": AtLeast("first_billed_days", "10")})


def test_acts_and_circumstances_that_cannot_be_are_refused():
    """CO-5: a call has a time, a placement has charges and none; dates and amounts are such."""
    notice = {"sent_on": R1, "charge_ids": ("c1",)}
    disputed = {"claim_id": "k", "estimated": "1.00", "billed": "2.00", "started_on": R2}
    table = [
        (GuardedAct, {"kind": CALL}, "at"),
        (GuardedAct, {"kind": PLACE, "charge_ids": ("c1",), "at": NOON}, "at"),
        (GuardedAct, {"kind": REPORT}, "charge_ids"),
        (GuardedAct, {"kind": "place", "charge_ids": ("c1",)}, "kind"),
        (GuardedAct, {"kind": SEND, "at": "noon"}, "at"),
        (WrittenNotice, notice | {"sent_on": None}, "sent_on"),
        (WrittenNotice, notice | {"charge_ids": ["c1"]}, "charge_ids"),
        (EstimateDispute, disputed | {"ended_on": R1}, "ended_on"),
        (EstimateDispute, disputed | {"claim_id": ""}, "claim_id"),
        (EstimateDispute, disputed | {"billed": "1.001"}, "billed"),
        (Circumstances, {"contacts": ("k",)}, "contacts"),
        (Circumstances, {"notices": [WrittenNotice(**notice)]}, "notices"),
        (Circumstances, {"disputes": (None,)}, "disputes"),
        (Guard, {"rails": [], "circumstances": Circumstances()}, "rails"),
        (Guard, {"rails": (), "circumstances": None}, "circumstances"),
    ]
    for record, fields, field in table:
        assert fault(record, **fields) == (record.__name__, field)
    twice = (GuardRail(**GOOD_RAIL),) * 2
    assert fault(Guard, rails=twice, circumstances=Circumstances()) == ("Guard", "rails")


def test_an_unknown_charge_is_an_error():
    """CO-5: never a silent yes."""
    with pytest.raises(UnknownReference, match="charge"):
        weigh(family(charge()), act(PLACE, "zz"), R1, "501r-120-days")


# ---------------------------------------------------------------------------------- the audit


def test_the_audit_finds_rails_without_effect_and_acts_without_rails():
    """CO-5, 15.3: never, always, nothing new, unguarded, unverified: proved, not tried."""
    never = GuardRail(**GOOD_RAIL | {"id": "never", "requires": AtLeast("service_days", 0)})
    always = GuardRail(**GOOD_RAIL | {"id": "always", "requires": NEVER, "is_verified": True})
    short = GuardRail(**GOOD_RAIL | {"id": "short", "is_verified": True})
    long = attrs.evolve(short, id="long", requires=BilledForDays(20))
    found = audit_guard_rails((never, always, short, long))
    kinds = GuardFindingKind
    told = {(each.kind, each.rail_ids, each.act) for each in found}
    assert told == {
        (kinds.NEVER_VETOES, ("never",), None),
        (kinds.UNVERIFIED, ("never",), None),
        (kinds.ALWAYS_VETOES, ("always",), None),
        (kinds.ADDS_NOTHING, ("short", "always", "long"), None),
        (kinds.ADDS_NOTHING, ("long", "always"), None),
        (kinds.UNGUARDED, (), CALL),
        (kinds.UNGUARDED, (), SEND),
        (kinds.UNGUARDED, (), REPORT),
    }


def test_rails_may_come_one_by_one():
    """CO-5: the audit of rails that are gone over once is that of all of them; what is no rail is
    refused.
    """
    assert audit_guard_rails(iter(US_GUARD_RAILS)) == audit_guard_rails(US_GUARD_RAILS)
    with pytest.raises(InvalidRecord, match="be a GuardRail"):
        audit_guard_rails(["501r-notice"])


def test_a_rail_for_more_acts_adds_something():
    """CO-5, 15.3: the shorter wait is not idle where only it is about an act."""
    short = GuardRail(**GOOD_RAIL | {"acts": frozenset({PLACE, REPORT}), "is_verified": True})
    long = attrs.evolve(short, id="long", requires=BilledForDays(20), acts=frozenset({PLACE}))
    kinds = {each.kind for each in audit_guard_rails((short, long))}
    assert kinds == {GuardFindingKind.UNGUARDED}


def test_the_rails_supplied_are_sound():
    """CO-5, 15.3: each can veto and can allow; all that is found are doubts and shared waits."""
    found = audit_guard_rails(US_GUARD_RAILS)
    kinds = GuardFindingKind
    assert {each.kind for each in found} == {kinds.UNVERIFIED, kinds.ADDS_NOTHING}
    shared = {each.rail_ids for each in found if each.kind is kinds.ADDS_NOTHING}
    assert shared == {
        ("501r-120-days", "ny-180-days"),
        ("501r-notice", "co-notice"),
        ("co-notice", "501r-notice"),
    }


def test_a_practice_chooses_from_rails_of_its_own_too():
    """CO-5: by kind of place and state, as from those that are supplied."""
    ours = not_before(id="ours", days=30, citation="our policy")
    elsewhere = attrs.evolve(ours, id="elsewhere", states=frozenset({"NY"}))

    chosen = guard_rails_for(FacilityType.PHYSICIAN_PRACTICE, "CO", rails=(ours, elsewhere))

    assert [rail.id for rail in chosen] == ["ours"]
