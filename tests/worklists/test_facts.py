"""The fact row of an account: total, true to the figures, the same lazily (WL-3 to WL-7)."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given

from revcycle.accounts import (
    Guarantor,
    HealthPlanRestriction,
    Note,
    NoteAction,
    StatementCycle,
    StatementNote,
)
from revcycle.charges import Placement
from revcycle.dunning import (
    ACCOUNT_FACTS,
    GUARD_FACTS,
    AccountFacts,
    AccountReading,
    DunningPolicy,
    facts_of,
    figures_of,
    folded_name,
)
from revcycle.errors import UnknownFact
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.money import cents
from revcycle.plans import CardAgreement
from revcycle.rules import (
    AllOf,
    AtLeast,
    Equals,
    check_row,
    check_rule,
    compile_rule,
    fact_named,
    holds,
)
from revcycle.testing.strategies import accounts, days
from tests.stories import book
from tests.worklists.book import AS_OF, BILLED, POLICY, REACHED, account, charge, coming, person


def facts(one, *, as_of=AS_OF, policy=POLICY):
    return facts_of(one, as_of=as_of, policy=policy)


@given(accounts(), days())
def test_facts_are_total_and_fit_their_vocabulary(one, day):
    """15.3: every account has every fact on every day, within the domains, and none is None."""
    as_of = max(day, one.last_act_on or day)
    row = facts(one, as_of=as_of)
    assert check_row(row, vocabulary=ACCOUNT_FACTS) == ()
    assert holds(ACCOUNT_FACTS.possible, row)
    figures = figures_of(one, as_of=as_of, policy=POLICY)
    assert row.outstanding_cents == cents(figures.total_outstanding)
    assert row.net_balance_cents == cents(figures.net_balance)
    assert row.due_now_cents == cents(figures.due_now)
    reading = AccountReading(one, as_of=as_of, policy=POLICY)
    assert AccountFacts(**{name: getattr(reading, name) for name in attrs.asdict(row)}) == row


def test_a_fact_that_is_not_there():
    """15.3: neither the row nor the reading answers for a fact that does not exist."""
    reading = AccountReading(account(), as_of=AS_OF, policy=POLICY)
    with pytest.raises(UnknownFact):
        compile_rule(Equals("colour", "red"))(reading)
    (fault,) = check_rule(Equals("alarm_levl", 2), vocabulary=ACCOUNT_FACTS)
    assert "did you mean 'alarm_level'" in str(fault)
    assert fact_named(ACCOUNT_FACTS, "alarm_level").most == 8


def test_what_a_firing_account_reads():
    """WL-2: the facts that filters read, and the dates as days."""
    one = account("a1", person("p", "Müller", appointments=(*coming(-2), *coming(9), *coming(4))))
    row = facts(one)
    assert (row.alarm_level, row.alarm_days, row.alarm_status) == (2, 20, "firing")
    assert (row.guarantor_initial, row.insurance_class) == ("M", "self_pay_primary")
    assert (row.primary_department_id, row.usual_provider_id) == ("d1", "v1")
    assert (row.has_appointment, row.appointment_days) == (True, 4)
    assert (row.account_level, row.account_level_days, row.printed_level) == (2, 20, 2)
    assert (row.has_statement, row.statement_count, row.last_statement_days) == (True, 3, 20)
    assert (row.is_statement_due, row.next_statement_days) == (False, 15)
    assert (row.was_billed, row.billed_count) == (True, 3)
    assert (row.first_billed_days, row.last_billed_days) == ((AS_OF - BILLED).days, 20)
    assert (row.has_open_charge, row.oldest_charge_days) == (True, (AS_OF - BILLED).days)
    assert row.service_days == (AS_OF - one.charges[0].service_on).days
    assert (row.member_count, row.is_family, row.is_closed) == (1, False, False)
    assert not row.has_terminal_charges_only
    assert not row.has_final_notice
    assert facts(account(level=3)).has_final_notice
    assert facts(account(level=4)).has_terminal_charges_only


def test_an_account_in_good_standing_reads_zeros():
    """15.3: absence is a flag beside the value."""
    bare = account("a1", person("p"), charges=(), alarm=None, cycle=StatementCycle())
    row = facts(bare)
    assert (row.alarm_level, row.alarm_days, row.alarm_status) == (0, 0, "not_set")
    assert (row.has_appointment, row.appointment_days) == (False, 0)
    assert (row.has_statement, row.last_statement_days) == (False, 0)
    assert (row.is_statement_due, row.next_statement_days) == (True, 0)
    assert (row.has_open_charge, row.was_billed, row.has_eligible_charge) == (False, False, False)
    assert not row.has_terminal_charges_only
    assert (row.account_level, row.account_level_days) == (0, 0)


DEPENDENT = {
    "appointment_days": "has_appointment",
    "last_statement_days": "has_statement",
    "oldest_charge_days": "has_open_charge",
    "service_days": "has_open_charge",
    "first_billed_days": "was_billed",
    "last_billed_days": "was_billed",
    "billed_count": "was_billed",
    "eligible_cents": "has_eligible_charge",
    "placed_days": "has_placed_charge",
    "contact_days": "had_contact",
    "contacts_in_week_count": "had_contact",
    "conversation_days": "had_conversation",
    "promise_days": "had_promise",
    "letter_days": "had_letter",
}


@pytest.mark.parametrize("number", DEPENDENT)
def test_a_number_without_its_flag_is_no_row_there_can_be(number):
    """15.3, WL-8: so a rule that asks for a letter's age where no letter was sent is refused."""
    flag = DEPENDENT[number]
    bare = facts(account("a1", person("p"), charges=(), alarm=None, cycle=StatementCycle()))
    for is_so, value in ((False, 0), (True, 0), (True, 1)):
        assert holds(ACCOUNT_FACTS.possible, attrs.evolve(bare, **{flag: is_so, number: value}))
    assert not holds(ACCOUNT_FACTS.possible, attrs.evolve(bare, **{flag: False, number: 1}))
    asked = AllOf(AtLeast(number, 1), Equals(flag, value=True))
    assert check_rule(asked, vocabulary=ACCOUNT_FACTS) == ()
    (fault,) = check_rule(
        AllOf(AtLeast(number, 1), Equals(flag, value=False)), vocabulary=ACCOUNT_FACTS
    )
    assert "be able to hold on some row" in str(fault)


def test_every_time_depends_on_a_flag_or_is_never_absent():
    """15.3: a new fact in days takes its place in the table above, or here with its reason."""
    by_the_alarms_status = {"alarm_days"}
    never_absent = {"account_level_days", "next_statement_days"}
    times = {fact.name for fact in ACCOUNT_FACTS.facts if getattr(fact, "unit", "") == "days"}
    assert times - DEPENDENT.keys() == by_the_alarms_status | never_absent


@pytest.mark.parametrize(
    ("status", "level", "since", "can_be"),
    [
        ("firing", 2, 20, True),
        ("firing", 2, 0, True),
        ("not_set", 0, 0, True),
        ("suppressed", 0, 0, True),
        ("firing", 0, 0, False),
        ("not_set", 2, 0, False),
        ("suppressed", 2, 20, False),
        ("cleared", 0, 20, False),
    ],
)
def test_level_and_time_are_those_of_an_alarm_that_fires(status, level, since, can_be):
    """AL-3, 15.3: a firing alarm has a level, any other neither a level nor a time."""
    alarm = {"alarm_status": status, "alarm_level": level, "alarm_days": since}
    assert holds(ACCOUNT_FACTS.possible, attrs.evolve(facts(account()), **alarm)) is can_be


def test_holds_placements_and_collections():
    """ST-12, CO-1, CO-3: what gates and guard rails read."""
    holds = (
        Hold(
            id="h1",
            scope=HoldScope.CLAIM,
            subject_id="k-c2",
            reason=HoldReason.DISPUTE,
            start_on=REACHED,
        ),
        Hold(
            id="h2",
            scope=HoldScope.ACCOUNT,
            reason=HoldReason.BANKRUPTCY,
            start_on=REACHED,
            last_on=AS_OF,
        ),
        Hold(
            id="h3",
            scope=HoldScope.ACCOUNT,
            reason=HoldReason.DECEASED,
            start_on=REACHED,
            last_on=AS_OF - timedelta(days=1),
        ),
    )
    agency = Placement(placed_on=REACHED, agency_id="x")
    earlier = Placement(placed_on=BILLED, agency_id="x")
    charges = (
        charge("p", "10", charge_id="c1", self_pay_claim=True),
        charge("p", "20", charge_id="c2"),
        charge("p", "30", charge_id="c3", placement=agency),
        charge("p", "0", charge_id="c4", placement=earlier),
    )
    row = facts(account("a1", person("p"), charges=charges, holds=holds))
    assert (row.has_account_hold, row.has_held_charges) == (True, True)
    assert row.hold_reasons == {"dispute", "bankruptcy"}
    assert (row.outstanding_cents, row.billable_cents) == (3000, 1000)
    assert (row.has_placed_charge, row.collect_outstanding_cents) == (True, 3000)
    assert row.placed_days == (AS_OF - REACHED).days
    assert (row.has_self_pay_claim, row.alarm_status) == (True, "suppressed")
    ready = facts(account(level=4, owes="70"), policy=DunningPolicy())
    assert (ready.has_eligible_charge, ready.eligible_cents) == (True, 7000)


def test_notes_as_contacts():
    """CO-5, FA-6: calls and messages of the last seven days, conversations, promises, letters."""

    def note(action, days, note_id):
        day = AS_OF - timedelta(days=days)
        return Note(id=note_id, on=day, by="u", subject_ids=(), action=action)

    notes = (
        note(NoteAction.CALLED, 8, "1"),
        note(NoteAction.LEFT_MESSAGE, 6, "2"),
        note(NoteAction.LEFT_MESSAGE, 7, "3"),
        note(NoteAction.NOTE, 0, "4"),
        note(NoteAction.PROMISE_TO_PAY, 5, "5"),
        note(NoteAction.CALLED, -1, "6"),
        note(NoteAction.SENT_LETTER, 3, "7"),
        note(NoteAction.SENT_LETTER, 11, "8"),
    )
    row = facts(account(notes=notes))
    assert (row.had_contact, row.contact_days, row.contacts_in_week_count) == (True, 6, 1)
    assert (row.had_conversation, row.conversation_days) == (True, 8)
    assert (row.had_promise, row.promise_days) == (True, 5)
    assert (row.had_letter, row.letter_days) == (True, 3)
    silent = facts(account())
    assert {silent.had_contact, silent.had_promise, silent.had_letter} == {False}


@pytest.mark.parametrize(
    ("begin", "end", "prints"), [(0, 0, True), (1, None, False), (-9, -1, False)]
)
def test_statement_notes_and_restrictions_hold_on_their_days(begin, end, prints):
    """ST-9, PR-7: first and last day of a note included; a restriction ends when it is lifted."""
    until = None if end is None else AS_OF + timedelta(days=end)
    start = AS_OF + timedelta(days=begin)
    noted = StatementNote(text="x", begin_on=start, end_on=until)
    restricted = HealthPlanRestriction(from_on=start, until_on=until and until + timedelta(days=1))
    row = facts(account("a1", person(statement_note=noted, restriction=restricted)))
    assert (row.has_statement_note, row.has_restriction) == (prints, prints)
    assert facts(account("a1", person(statement_note=StatementNote(text="x")))).has_statement_note


def test_guard_rails_read_nothing_that_the_accounts_row_lacks():
    """15.3, CO-5: what an account records for guard rails, its own row tells as well.

    What is left is of one act on one charge, or only the host knows it.
    """
    of_the_act = {"act", "has_local_time", "local_minute", "has_charge"}
    told_by_the_host = {
        *("had_notice", "notice_days"),
        *("has_estimate_dispute", "over_estimate_cents", "dispute_after_bill_days"),
    }
    from_the_charges_own_first_bill = {"application_after_bill_days"}
    # Of one charge there; of the account, under the name of what it is then, here.
    of_the_charge = {
        "department_id": "primary_department_id",
        "level": "account_level",
        "claim_outstanding_cents": "outstanding_cents",
        "is_self_pay_claim": "has_self_pay_claim",
        "is_eligible": "has_eligible_charge",
        "is_placed": "has_placed_charge",
        "has_assistance_application": "hold_reasons",
        "calls_in_week_count": "contacts_in_week_count",
    }
    row = {fact.name for fact in ACCOUNT_FACTS.facts}
    assert set(of_the_charge.values()) <= row
    read = {fact.name for fact in GUARD_FACTS.facts}
    elsewhere = of_the_act | told_by_the_host | from_the_charges_own_first_bill
    assert read - elsewhere - of_the_charge.keys() <= row


def test_plans_and_the_guarantors_wishes():
    """PL-8, ST-7, ST-15: what reminders and messages read."""
    planned = book.plan(book.family(book.charge()), on=book.POSTED)
    card = CardAgreement(card_ref="ref", agreed_on=book.POSTED)
    (plan,) = planned.plans
    flagged = attrs.evolve(planned, plans=(attrs.evolve(plan, card=card, needs_attention=True),))
    row = facts(flagged, as_of=book.R1)
    assert (row.has_plan, row.has_card_agreement, row.plan_needs_attention) == (True, True, True)
    assert (row.wants_e_statement, row.has_email, row.language) == (False, False, "en")
    lapsed = attrs.evolve(plan, card=attrs.evolve(card, cancelled_on=book.R1))
    assert not facts(attrs.evolve(planned, plans=(lapsed,)), as_of=book.R1).has_card_agreement


def test_a_closed_account_still_reads():
    """FA-3, 15.3: without a head the head's facts are empty."""
    left = attrs.evolve(
        account("a1", person("p"), charges=(), alarm=None),
        members=(),
        closed_on=AS_OF,
        guarantor=Guarantor(id="g"),
    )
    row = facts(left)
    assert (row.is_closed, row.member_count, row.primary_department_id) == (True, 0, "")
    assert (row.usual_provider_id, row.insurance_class) == ("", "self_pay_primary")
    assert check_row(row, vocabulary=ACCOUNT_FACTS) == ()


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("'t Hooft", "t hooft"),
        ("ÉMILE", "emile"),
        ("Straße", "strasse"),
        ("Æsir", "aesir"),
        ("--", "--"),
    ],
)
def test_names_are_compared_folded(name, folded):
    """WL-8: without case, accents and leading signs, so that the order follows the initials."""
    assert folded_name(name) == folded
