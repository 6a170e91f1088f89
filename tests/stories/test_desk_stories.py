"""The desk: the account view, notes and acts, selections (AV-1 to AV-3, FA-4, WL-12)."""

from datetime import date, timedelta

import attrs
import pytest

from revcycle.accounts import (
    Appointment,
    DeliveryMethod,
    Guarantor,
    NoteAction,
    Patient,
    StatementNote,
    head_of,
)
from revcycle.desk import (
    NoteEntry,
    account_view_html,
    account_view_text,
    check_note_selection,
    letters_csv,
    letters_for,
    note_selection,
    record_note,
    reset_statement_date,
    set_patient_note,
    set_statement_note,
)
from revcycle.dunning import (
    AlarmCleared,
    AlarmStatus,
    DunningPolicy,
    LevelMessage,
    NextStatementReset,
    NoteRecorded,
    PatientNoteSet,
    RunOutcome,
    StatementNoteSet,
    add_member,
    alarm_state,
    leave_account,
    place_in_collections,
    preview_statement,
    replay,
    run_statement,
    transfer_member,
)
from revcycle.errors import InvalidRecord, NotPermitted, Refused, UnknownReference
from revcycle.holds import HoldScope
from revcycle.levels import LEVELS
from revcycle.worklists import Relation, Worklist, run_worklist
from tests.desk.book import DAY, GUARANTOR, NELL, PEOPLE, ROSA, SAM, adams, dressed, noted, opened
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    R4,
    adjust,
    charge,
    family,
    fault,
    hold,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    refusal,
    run,
    runs,
    transfer_away,
    transfer_in,
)

ASKED = {"as_of": DAY, "policy": POLICY}


def entry(text="Called.", note_id="n1", **more):
    return NoteEntry(id=note_id, text=text, **more)


def on_worklist(account, level=6, day=DAY):
    """Whether the account is on the worklist of its level."""
    worklist = Worklist(id="w", name="W", alarm_level=LEVELS[level])
    return bool(run_worklist(worklist, [account], viewer=SAM, as_of=day, policy=POLICY).families)


# --------------------------------------------------------------------------- AV-1 what it shows


def test_the_view_tells_who_the_patient_is_and_how_to_reach_them():
    """AV-1: basic demographic information, to make telephone calls and address letters."""
    coming = Appointment(on=DAY + timedelta(days=3))
    view = opened(adams(ann={"appointments": (coming, Appointment(on=R1))}))
    assert view.patient.phones == PEOPLE["ann"]["phones"]
    assert view.guarantor == GUARANTOR
    for page in (account_view_text(view), account_view_html(view)):
        for told in ("Adams, Ann", "1980-02-29", "555-0100, 555-0101", "ann@example.org"):
            assert told in page
        assert "1 Mill Road, Salem MA 01970" in page
        assert f"{coming.on}" in page
        assert "cardiology" in page


def test_the_summary_gives_the_complete_picture_of_the_patient_and_of_the_family():
    """AV-1: total outstanding, plan amount due and overdue, for the patient and the family."""
    view = opened(adams())
    own, whole = view.own, view.family
    figures = ("outstanding", "due_now", "plan_due", "plan_overdue")
    assert [str(getattr(own, f)) for f in figures] == ["400.00", "250.00", "150.00", "100.00"]
    assert str(whole.total_outstanding) == "460.00"
    assert (str(whole.plan_due), str(whole.plan_overdue)) == ("150.00", "100.00")
    bob = opened(adams(), "bob")
    assert (str(bob.own.outstanding), str(bob.own.plan_overdue)) == ("60.00", "0.00")
    assert bob.family == whole


def test_the_view_shows_how_much_of_the_total_is_due_by_the_plans():
    """AV-1: due on the plan is 150 of the 300 that are on it, 100 of that overdue (PL-9)."""
    page = account_view_text(opened(adams()))
    owed = next(line for line in page.splitlines() if line.startswith("This patient"))
    assert owed.split()[2:6] == ["250.00", "400.00", "150.00", "100.00"]


def test_what_an_agency_collects_is_shown_beside_the_total():
    """AV-1: collect outstanding, to remind of debts with an agency; it is in no other total."""
    placed = place_in_collections(
        adams(), charge_ids=("c1",), agency_id="agency", as_of=DAY, policy=POLICY
    ).account
    view = opened(placed)
    assert str(view.own.collect_outstanding) == str(view.family.collect_outstanding) == "100.00"
    assert str(view.own.outstanding) == "300.00"
    (row,) = [row for row in view.charges if row.placement]
    assert (row.charge_id, row.placement.placed_on) == ("c1", DAY)
    page = account_view_text(view)
    assert "With a collection agency" in page
    assert "With a collection agency" not in account_view_text(opened(adams()))


def test_a_credit_stands_beside_the_total():
    """AV-1: credits are shown and not deducted (CH-7)."""
    view = opened(pay(adams(), "c1", "130.00", DAY, credit=True))
    assert (str(view.own.credits), str(view.own.outstanding)) == ("-30.00", "300.00")
    assert [row.charge_id for row in view.charges] == ["p1"]


def test_every_delinquent_charge_of_the_account_can_be_seen_from_one_page():
    """AV-1: at 2 on a standard charge and at 6 on a plan; the family's other charges beside."""
    view = opened(adams())
    assert [(row.charge_id, row.level.number) for row in view.charges] == [("c1", 2), ("p1", 6)]
    assert [(row.charge_id, row.level.number) for row in view.family_charges] == [("b1", 2)]
    assert on_worklist(adams())
    assert not on_worklist(adams(), level=2)


def test_statement_dates_come_with_their_methods():
    """AV-1, AV-3: newest first; one statement can have gone as e-statement and on paper."""
    view = opened(run(adams(), R4), as_of=R4)
    both = (DeliveryMethod.E_STATEMENT, DeliveryMethod.PAPER)
    assert [row.on for row in view.statements] == [R4, R3, R2, R1]
    assert [row.methods for row in view.statements] == [both, *[both[:1]] * 3]
    assert [row.printed_level.number for row in view.statements] == [7, 6, 5, 0]
    assert {str(row.total) for row in view.statements} == {"460.00"}
    assert (view.last_statement_on, view.next_statement_on) == (R4, R4 + POLICY.cycle)
    assert "e-statement and paper" in account_view_html(view)


def test_the_statement_as_it_would_be_printed_today():
    """AV-1: the preview is dunning's own, and changes nothing (ST-10)."""
    account = adams()
    view = opened(account)
    assert view.preview == preview_statement(account, **ASKED)
    assert view.preview.statement.on == DAY
    assert "Patient statement as it would be printed today" in account_view_html(view)
    again = run_statement(account, as_of=R4, policy=POLICY)
    assert again.outcome is RunOutcome.WITH_STATEMENT


@pytest.mark.parametrize(
    ("account", "policy", "why"),
    [
        (hold(adams(), HoldScope.ACCOUNT, None, DAY), POLICY, "the account is on hold"),
        (dressed(family("ann")), POLICY, "nothing is billable"),
        (
            pay(family(charge("c1", "5"), charge("c2", "9")), "c1", "20", R1, credit=True),
            POLICY,
            "credits leave a balance of -6.00",
        ),
        (
            family(charge("c1", "5")),
            DunningPolicy(min_statement_balance="7"),
            "the balance of 5.00 is below the least of 7.00",
        ),
        (
            runs(family(charge()), *(R1 + n * POLICY.cycle for n in range(6))),
            POLICY,
            "every charge is at the last dunning level",
        ),
    ],
)
def test_where_nothing_would_be_printed_the_view_says_why(account, policy, why):
    """AV-1: the preview gives the reasons of the run in words (ST-5, ST-4)."""
    view = opened(account, as_of=date(2026, 1, 2), policy=policy)
    assert view.preview.statement is None
    assert f"Because: {why}" in account_view_text(view)


def test_a_statement_that_can_no_longer_be_shown_is_not_said_to_be_anothers():
    """AV-1, ST-10: made today on this account, which has changed since, or on the one left."""
    account = run(adams(), R4)
    left = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2", patient_id="bob"),
        as_of=R4,
        policy=POLICY,
    )
    for each in (left.account, left.new_account):
        view = opened(each, as_of=R4)
        assert view.preview.statement is None
        (why,) = [line for line in account_view_text(view).splitlines() if "Because: " in line]
        assert why == (
            "  Because: today's statement was made already and cannot be shown again: on another "
            "account, or this account has changed since"
        )


def test_notes_stand_newest_first():
    """AV-1: account notes for every act, like an audit history, the newest on top."""
    account = noted(adams(), "first", as_of=R3)
    account = noted(noted(account, "second"), "third")
    assert [note.text for note in opened(account).notes] == ["third", "second", "first"]


def test_the_patient_note_is_the_one_of_registration():
    """AV-1: the note on the page is the patient's own record, wherever it was written."""
    view = opened(adams(ann={"patient_note": "Calls back only after five."}))
    assert view.patient.patient_note == "Calls back only after five."
    assert "Calls back only after five." in account_view_text(view)


def test_alarm_and_holds_stand_beside_the_level():
    """AV-1: where the account stands: levels, alarm, holds on the account and this patient."""
    account = hold(adams(), HoldScope.CLAIM, "claim-c1", DAY)
    account = hold(account, HoldScope.PATIENT, "bob", DAY, id="h2")
    view = opened(account)
    assert view.alarm == alarm_state(account, **ASKED)
    assert [each.id for each in view.holds] == ["h1"]
    assert [each.id for each in opened(account, "bob").holds] == ["h2"]
    assert "dispute, on claim claim-c1 since 2025-03-25" in account_view_text(view)
    waiting = opened(adams(), as_of=R3)
    assert "waiting, level 6 since 2025-03-17, fires on 2025-03-24" in account_view_text(waiting)


# ------------------------------------------------------------------------------- AV-3 the columns


def test_the_columns_of_a_charge():
    """AV-3: dates, claim, where, who, dollars, level, billing, plan, overdue, held, placed."""
    account = dressed(
        family(charge("c1", "100.00", department_id="ent", provider_id="dr-2", description="X-ray"))
    )
    account = adjust(pay(run(account, R1), "c1", "30.00", R1), "c1", "5.00", R1)
    account = transfer_in(refund(account, "c1", "10.00", R1), "c1", "40.00", R1)
    account = transfer_away(account, "c1", "15.00", R1)
    (row,) = opened(run(account, R2), as_of=R2).charges
    assert (row.posted_on, row.service_on) == (date(2025, 1, 2), date(2025, 1, 2))
    assert (row.claim_id, row.department_id, row.provider_id) == ("claim-c1", "ent", "dr-2")
    assert row.description == "X-ray"
    dollars = (row.amount, row.paid, row.adjusted, row.outstanding)
    assert [str(each) for each in dollars] == ["125.00", "20.00", "5.00", "100.00"]
    assert (row.level.number, row.reached_on) == (1, R2)
    assert (row.first_billed_on, row.billed_count) == (R1, 2)
    assert (row.plan_id, str(row.overdue), row.is_held, row.placement) == (
        None,
        "0.00",
        False,
        None,
    )
    (on_plan,) = [row for row in opened(adams()).charges if row.plan_id]
    assert (on_plan.plan_id, str(on_plan.overdue)) == ("plan", "100.00")


def test_a_plans_arrears_fall_on_its_oldest_charges():
    """AV-3: overdue is spread over the plan's charges as a payment would be (PL-5)."""
    account = family(charge("c2", "30.00"), charge("c1", "300.00", posted_on=R1))
    account = runs(account, R1)

    account = plan(account, on=R1)
    view = opened(runs(account, R2, R3, R4), as_of=R4)
    assert {row.charge_id: str(row.overdue) for row in view.charges} == {
        "c2": "30.00",
        "c1": "70.00",
    }


def test_a_held_charge_bears_nothing_of_its_plans_arrears():
    """AV-3, PL-10: what the plan asks for meanwhile is asked for on its other charges."""
    account = runs(family(charge("c1", "300.00"), charge("c2", "300.00")), R1)
    account = runs(plan(account, on=R1), R2, R3, R4)
    held = hold(account, HoldScope.CLAIM, "claim-c1", R4)
    for each, first, second in ((account, "100.00", "0.00"), (held, "0.00", "100.00")):
        view = opened(each, as_of=R4)
        assert {row.charge_id: str(row.overdue) for row in view.charges} == {
            "c1": first,
            "c2": second,
        }
        assert str(view.own.plan_overdue) == "100.00"


def test_a_charge_with_an_agency_is_not_held():
    """AV-3, CO-3: it is placed, which says why nothing is billed on it."""
    account = hold(adams(), HoldScope.CLAIM, "claim-c1", DAY)
    placed = place_in_collections(
        adams(), charge_ids=("c1",), agency_id="agency", as_of=DAY, policy=POLICY
    ).account
    for each, is_held, is_placed in ((account, True, False), (placed, False, True)):
        (row,) = [row for row in opened(each).charges if row.charge_id == "c1"]
        assert (row.is_held, row.placement is not None) == (is_held, is_placed)


def test_held_and_closed_charges():
    """AV-3: a held charge is listed and marked; one that owes nothing is not outstanding."""
    account = hold(adams(), HoldScope.CLAIM, "claim-c1", DAY)
    rows = {row.charge_id: row.is_held for row in opened(account).charges}
    assert rows == {"c1": True, "p1": False}
    paid = pay(account, "c1", "100.00", DAY)
    assert [row.charge_id for row in opened(paid).charges] == ["p1"]


def test_the_family_strip():
    """AV-3: every member's level, outstanding, plan due and overdue, those who owe nothing too."""
    account = adams()
    cleo = dressed(family("cleo")).members
    account = attrs.evolve(account, members=account.members + cleo)
    strip = [
        (m.name, m.relation, m.own.level.number, str(m.own.outstanding), str(m.own.plan_overdue))
        for m in opened(account).members
    ]
    assert strip == [
        ("Adams, Ann", Relation.HEAD, 6, "400.00", "100.00"),
        ("Adams, Bob", Relation.MEMBER, 2, "60.00", "0.00"),
        ("Brook, Cleo", Relation.MEMBER, 0, "0.00", "0.00"),
    ]


def test_the_head_is_the_head_whoever_the_guarantor_is():
    """AV-1, FA-1: a guarantor from outside heads no family; the member who joined first does."""
    account = attrs.evolve(adams(), guarantor=attrs.evolve(GUARANTOR, patient_id=None))
    assert head_of(account).id == "ann"
    assert opened(account, "ann").relation is Relation.HEAD
    assert opened(account, "bob").relation is Relation.MEMBER


def test_any_members_page_can_be_opened():
    """AV-1, FA-4: the page of each member of a family; the head's if nobody is named."""
    account = adams()
    assert opened(account).patient.id == head_of(account).id == "ann"
    bob = opened(account, "bob")
    assert (bob.patient.first_name, bob.relation) == ("Bob", Relation.MEMBER)
    assert [row.charge_id for row in bob.charges] == ["b1"]
    assert [row.charge_id for row in bob.family_charges] == ["c1", "p1"]
    with pytest.raises(UnknownReference, match="cleo"):
        opened(account, "cleo")


def test_the_view_is_of_today():
    """AV-1: a day before the account's last act is refused, as for a run (CH-9)."""
    assert refusal(opened, adams(), as_of=R2) == ["AS_OF_BEFORE_LAST_ACT"]
    with pytest.raises(Refused, match=r"^account_view refused: .*as_of 2025-02-10") as caught:
        opened(adams(), as_of=R2)
    assert caught.value.act == "account_view"
    with pytest.raises(Refused) as caught:
        opened(adams(ann={"blocked": True}), "bob", viewer=ROSA, as_of=R2)
    assert [each.detail for each in caught.value.problems] == [""]
    silent = DunningPolicy(alarm_types=())
    assert refusal(opened, adams(), policy=silent) == ["ALARM_TYPES_INCOMPLETE"]
    with pytest.raises(Refused, match=r"^account_view refused"):
        opened(adams(), policy=silent)


def test_a_closed_account_has_no_page_any_more():
    """AV-1, FA-3: who asks is sent to the account that the last member joined."""
    closed = transfer_member(
        family(charge()), family(charge("b1", of="bob"), account_id="a2"), patient_id="ann", **ASKED
    ).account
    with pytest.raises(
        Refused, match=f"account a1, closed {DAY}.*the last member joined"
    ) as caught:
        opened(closed)
    assert (caught.value.act, refusal(opened, closed, "ann")) == (
        "account_view",
        ["ACCOUNT_CLOSED"],
    )
    assert refusal(noted, closed) == ["ACCOUNT_CLOSED"]
    note = {"viewer": SAM, "note_id": "n1", "patient_id": "ann", "as_of": DAY}
    assert refusal(set_patient_note, closed, "x", **note) == ["ACCOUNT_CLOSED"]
    with pytest.raises(NotPermitted):
        opened(closed, viewer=NELL)


# ------------------------------------------------------------------------------- AV-2 notes, acts


def test_an_action_is_recorded_as_a_note():
    """AV-2: what was done, by whom, on which day, about whom; and the event says so."""
    before = adams()
    act = record_note(
        before,
        entry("No answer.", action=NoteAction.LEFT_MESSAGE),
        viewer=ROSA,
        patient_ids=["ann"],
        **ASKED,
    )
    note = act.note
    assert (note.id, note.on, note.by, note.subject_ids) == ("n1", DAY, "rosa", ("ann",))
    assert (note.text, note.action, note.cleared_alarm) == (
        "No answer.",
        NoteAction.LEFT_MESSAGE,
        False,
    )
    assert act.events == (NoteRecorded(DAY, note),)
    assert act.account.notes == (note,)
    assert replay(before, act.events) == act.account
    assert attrs.evolve(act.account, notes=(), last_act_on=before.last_act_on) == before


@pytest.mark.parametrize("action", list(NoteAction))
def test_every_kind_of_action_can_be_recorded(action):
    """AV-2: a note, a call, a message, a letter, a promise to pay, anything else (FA-6)."""
    account = noted(adams(), "Done.", action=action)
    assert opened(account).notes[0].action is action


def test_an_alarm_is_cleared_with_the_note():
    """AV-2, AL-6: one act, one note; the account leaves its worklist at once, the level stays."""
    before = adams()
    assert on_worklist(before)
    act = record_note(
        before, entry("Will pay.", clears_alarm=True), viewer=ROSA, patient_ids=["ann"], **ASKED
    )
    assert not on_worklist(act.account)
    assert len(act.account.notes) == 1
    assert (act.note.cleared_alarm, act.note.changed) == (True, ("alarm of level 6 cleared",))
    clearance = act.account.alarm.clearance
    assert (clearance.on, clearance.by, clearance.note) == (DAY, "rosa", "Will pay.")
    assert opened(act.account).account_level.number == 6
    assert [type(event) for event in act.events] == [AlarmCleared, NoteRecorded]
    assert replay(before, act.events) == act.account
    assert alarm_state(act.account, **ASKED).status is AlarmStatus.CLEARED


def test_the_note_names_the_alarm_that_the_page_shows():
    """AV-2, AL-4: c1 took the alarm to 2 and is paid, so what stands and is cleared is level 1."""
    account = run(dressed(family(charge("c1"))), R1)
    account = runs(post(account, charge("c2", posted_on=R1), R1), R2, R3)
    account = pay(account, "c1", "100.00", DAY)
    assert account.alarm.level.number == 2
    assert "level 1 since" in account_view_text(opened(account))
    cleared = noted(account, clears_alarm=True)
    assert cleared.notes[0].changed == ("alarm of level 1 cleared",)
    held = hold(account, HoldScope.ACCOUNT, None, DAY)
    assert "Alarm: suppressed\n" in account_view_text(opened(held))
    assert noted(held, clears_alarm=True).notes[0].changed == ("alarm cleared",)


def test_clearing_alone_is_enough_to_say():
    """AV-2: a note needs a text, an action or a cleared alarm."""
    assert fault(NoteEntry, id="n1") == ("NoteEntry", "text")
    assert fault(NoteEntry, id="n1", text=" \n") == ("NoteEntry", "text")
    NoteEntry(id="n1", action=NoteAction.CALLED)
    account = noted(adams(), "", clears_alarm=True)
    assert account.alarm.clearance is not None


def test_what_cannot_be_recorded_is_refused_whole():
    """AV-2: with every reason at once, and nothing is saved; each row mends one more (CH-9)."""
    account = noted(adams(), "first", id="n1", clears_alarm=True)
    reasons = [
        "AS_OF_BEFORE_LAST_ACT",
        "NO_PATIENT",
        "NOTE_ID_TAKEN",
        "ALREADY_CLEARED",
    ]
    day = DAY - timedelta(days=1)

    def why(said, about, on):
        given = {"viewer": ROSA, "patient_ids": about, "as_of": on, "policy": POLICY}
        return refusal(record_note, account, said, **given)

    again = entry(note_id="n1", clears_alarm=True)
    assert why(again, [], day) == reasons
    assert why(again, [], DAY) == reasons[1:]
    assert why(again, ["ann"], DAY) == reasons[2:]
    assert why(entry(note_id="n2", clears_alarm=True), ["ann"], DAY) == reasons[3:]
    assert why(entry(note_id="n2"), ["ann"], DAY) == []
    never = family(charge())
    assert refusal(
        record_note,
        never,
        entry(clears_alarm=True),
        viewer=ROSA,
        patient_ids=["ann"],
        **ASKED,
    ) == ["NO_ALARM_SET"]
    with pytest.raises(UnknownReference, match="zoe"):
        record_note(never, entry(), viewer=ROSA, patient_ids=["ann", "zoe"], **ASKED)


def test_the_next_statement_date_is_reset_from_the_page():
    """AV-2, ST-2: the first run on or after it generates, and the next is 35 days after that."""
    before = adams()
    wanted = DAY + timedelta(days=2)
    act = reset_statement_date(
        before, wanted, "Moving house.", viewer=ROSA, note_id="n1", patient_id="ann", **ASKED
    )
    assert opened(act.account).next_statement_on == wanted
    early = run_statement(act.account, as_of=wanted - timedelta(days=1), policy=POLICY)
    assert early.outcome is RunOutcome.SKIPPED
    made = run_statement(act.account, as_of=wanted + timedelta(days=1), policy=POLICY)
    assert made.statement is not None
    assert made.account.cycle.next_statement_on == wanted + timedelta(days=36)
    assert act.note.changed == (f"next statement date {wanted}, before {R4}",)
    assert (act.note.text, act.note.by) == ("Moving house.", "rosa")
    assert [type(event) for event in act.events[-2:]] == [NextStatementReset, NoteRecorded]
    assert replay(before, act.events) == act.account


def test_a_date_that_cannot_be_is_refused_at_the_desk_too():
    """AV-2, ST-2: not after the last statement, or too close by policy; nothing is saved."""
    account = noted(adams())
    given = {"viewer": ROSA, "note_id": "n1", "patient_id": "ann", **ASKED}
    assert refusal(reset_statement_date, account, R3, **given) == [
        "NOTE_ID_TAKEN",
        "NOT_AFTER_LAST_STATEMENT",
    ]
    given |= {"note_id": "n2", "policy": DunningPolicy(refuse_shortened_cycle=True)}
    assert refusal(reset_statement_date, account, DAY, **given) == ["CYCLE_TOO_SHORT"]
    assert refusal(reset_statement_date, account, R4, **given) == ["SAME_DATE"]


def set_note(account, text, *, begin=None, end=None, note_id="n1", patient_id="ann", as_of=DAY):
    note = None if text is None else StatementNote(text=text, begin_on=begin, end_on=end)
    return set_statement_note(
        account, note, viewer=ROSA, note_id=note_id, patient_id=patient_id, as_of=as_of
    )


def printed(account, day, policy=POLICY):
    """The notes and the message of a statement made that day."""
    statement = run_statement(account, as_of=day, policy=policy).statement
    return [note.text for note in statement.notes], statement.message


def test_the_statement_note_prints_until_it_is_cleared():
    """AV-2, ST-9: on all later statements, beside the message of the level, then no more."""
    before = adams()
    act = set_note(before, "Please bring your card.")
    notes, message = printed(act.account, R4)
    assert notes == ["Please bring your card."]
    assert message == printed(before, R4)[1]
    account = post(runs(act.account, R4), charge("c9", posted_on=R4), R4)
    assert printed(account, R4 + POLICY.cycle)[0] == ["Please bring your card."]
    cleared = set_note(account, None, note_id="n2", as_of=R4)
    assert printed(cleared.account, R4 + POLICY.cycle)[0] == []
    assert [note.changed for note in cleared.account.notes] == [
        ("statement note set",),
        ("statement note cleared",),
    ]
    assert (act.note.text, cleared.note.text) == ("Please bring your card.", "")
    assert [type(event) for event in act.events] == [StatementNoteSet, NoteRecorded]
    assert replay(before, act.events) == act.account


def test_a_statement_note_has_75_characters_and_may_have_days():
    """AV-2, ST-9: no more than 75; begin and end are included in the days it prints."""
    assert set_note(adams(), "x" * 75).account.members[0].patient.statement_note.text == "x" * 75
    for text in ("x" * 76, "", " ", "\n", "\u200b"):
        assert fault(StatementNote, text=text) == ("StatementNote", "text")
    act = set_note(adams(), "In April.", begin=date(2025, 4, 1), end=R4)
    assert act.note.changed == ("statement note set from 2025-04-01 until 2025-04-21",)
    assert printed(act.account, R4)[0] == ["In April."]
    assert printed(act.account, R4 + timedelta(days=1))[0] == []
    shown = account_view_text(opened(act.account))
    assert "In April. (prints from 2025-04-01 until 2025-04-21)" in shown


def test_each_members_statement_note_prints_and_a_simplified_statement_has_none():
    """AV-2, ST-9: a family's statement prints every member's; a simplified one no custom text."""
    account = set_note(adams(), "For Ann.").account
    account = set_note(account, "For Bob.", note_id="n2", patient_id="bob").account
    assert printed(account, R4)[0] == ["For Ann.", "For Bob."]
    own = (LevelMessage(level=LEVELS[7], text="Ours."),)
    assert printed(account, R4, DunningPolicy(messages=own))[1] == "Ours."
    plain = DunningPolicy(messages=own, simplified_statements=True)
    assert printed(account, R4, plain)[0] == []
    assert printed(account, R4, plain)[1] != "Ours."


def test_the_patient_note_is_set_from_the_page():
    """AV-2: staff's own note about the patient; each change leaves what was written."""
    before = adams()

    def set_to(account, text, note_id):
        return set_patient_note(
            account, text, viewer=ROSA, note_id=note_id, patient_id="bob", as_of=DAY
        )

    act = set_to(before, "Deaf in one ear.", "n1")
    assert opened(act.account, "bob").patient.patient_note == "Deaf in one ear."
    assert opened(act.account, "ann").patient.patient_note == ""
    assert [type(event) for event in act.events] == [PatientNoteSet, NoteRecorded]
    assert replay(before, act.events) == act.account
    gone = set_to(act.account, "", "n2")
    history = [(note.changed, note.text) for note in opened(gone.account).notes]
    assert history == [
        (("patient note cleared",), ""),
        (("patient note set",), "Deaf in one ear."),
    ]
    assert refusal(set_to, act.account, "Deaf in one ear.", "n1") == [
        "NOTE_ID_TAKEN",
        "SAME_AS_BEFORE",
    ]
    blank = set_to(act.account, " \n", "n2")
    assert (blank.account, blank.note) == (gone.account, gone.note)
    assert refusal(set_to, gone.account, "", "n3") == ["NOTHING_TO_CLEAR"]
    assert refusal(set_to, gone.account, " ", "n3") == ["NOTHING_TO_CLEAR"]
    assert refusal(set_note, before, None) == ["NOTHING_TO_CLEAR"]


@pytest.mark.parametrize(
    ("act", "field", "given"),
    [
        (set_statement_note, "statement_note", "Xq7"),
        (set_patient_note, "text", None),
        (set_patient_note, "text", ("Xq7",)),
    ],
)
def test_a_note_of_the_wrong_kind_is_told_by_its_kind(act, field, given):
    """AV-2, PR-6: which field, what came, what is valid; never what was written."""
    with pytest.raises(InvalidRecord) as caught:
        act(adams(), given, viewer=ROSA, note_id="n1", patient_id="ann", as_of=DAY)
    error = caught.value
    assert (error.record, error.field) == (act.__name__, field)
    assert error.value == repr(type(given).__name__)
    assert "Xq7" not in str(error)


@pytest.mark.parametrize("given", ["ann", None, 7, [("ann",)]])
def test_patients_are_named_by_ids_not_by_one_text(given):
    """AV-2, WL-12: the letters of a text would pass for ids, and somebody be noted by chance."""
    named = family(charge("c1", of="a"), charge("c2", of="n"), account_id="a1")
    asked = {"viewer": SAM, "patient_ids": given, **ASKED}
    for act, subject in (
        (record_note, (named, entry())),
        (note_selection, ([named], entry())),
        (check_note_selection, ([named], entry())),
        (letters_for, ([named],)),
    ):
        if act is letters_for and given is None:
            continue  # everybody
        with pytest.raises(InvalidRecord, match=f"^{act.__name__}.patient_ids") as caught:
            act(*subject, **asked)
        assert "be a sequence of ids, not one text" in str(caught.value)


@pytest.mark.parametrize("viewer", ["sam", None, ("sam",)])
def test_who_looks_must_be_a_viewer(viewer):
    """PR-5: a name is no viewer; what came is told by its kind alone (PR-6)."""
    asked = {"viewer": viewer, "patient_ids": ["ann"], **ASKED}
    for act, subject in (
        (record_note, (adams(), entry())),
        (note_selection, ([adams()], entry())),
        (letters_for, ([adams()],)),
    ):
        with pytest.raises(InvalidRecord, match=f"^{act.__name__}.viewer is of type"):
            act(*subject, **asked)
    with pytest.raises(InvalidRecord, match=r"^account_view\.viewer is of type"):
        opened(adams(), viewer=viewer)


@pytest.mark.parametrize("wrong", [None, "Called.", {"id": "n1"}])
def test_an_entry_must_be_one(wrong):
    """AV-2: what staff entered comes as a record, on one account or on a whole selection."""
    asked = {"viewer": SAM, "patient_ids": ["ann"], **ASKED}
    for act, subject in (
        (record_note, adams()),
        (note_selection, [adams()]),
        (check_note_selection, [adams()]),
    ):
        with pytest.raises(InvalidRecord, match=r"record_note\.entry is .*NoteEntry") as caught:
            act(subject, wrong, **asked)
        assert "Called" not in str(caught.value)


def test_every_act_appears_in_the_notes():
    """AV-2: like an audit history: who, when, what was done, what changed, newest first."""
    account = noted(adams(), "Promised half.", action=NoteAction.PROMISE_TO_PAY)
    account = set_note(account, "Call us.", note_id="n2").account
    account = reset_statement_date(
        account, R4 + timedelta(days=1), viewer=SAM, note_id="n3", patient_id="ann", **ASKED
    ).account
    page = account_view_html(opened(account))
    for told in ("promise to pay", "Promised half.", "statement note set", "next statement date"):
        assert told in page
    assert [note.by for note in opened(account).notes] == ["sam", "rosa", "sam"]


def test_whoever_may_access_blocked_accounts_works_on_them_as_on_others():
    """AV-2, PR-3, LE-3: opens the page, saves a note, clears the alarm, makes the CSV."""
    account = adams(ann={"blocked": True})
    assert on_worklist(account)
    after = noted(account, "Called.", "ann", viewer=SAM, clears_alarm=True)
    assert not on_worklist(after)
    assert [note.text for note in opened(after, "ann", viewer=SAM).notes] == ["Called."]
    letters = letters_for([after], viewer=SAM, patient_ids=["ann"], **ASKED)
    assert "Ann Adams" in letters_csv(letters)


def test_a_patients_statement_note_goes_where_the_patient_goes():
    """ST-9, FA-3: it prints for that patient: on the leaver's own statements, not the family's."""
    account = set_note(adams(), "For Bob.", patient_id="bob").account
    left = leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2", patient_id="bob"),
        as_of=DAY,
        policy=POLICY,
    )
    assert printed(left.new_account, R4)[0] == ["For Bob."]
    assert printed(left.account, R4)[0] == []


# --------------------------------------------------------------------------------- FA-4 families


def test_a_note_on_one_member_shows_on_every_members_page():
    """FA-4: membership decides, so a member who joins later sees it too."""
    account = noted(adams(), "Ann was called.")
    assert opened(account, "bob").notes == opened(account, "ann").notes == account.notes
    assert "Ann was called." in account_view_text(opened(account, "bob"))
    joined = add_member(account, Patient(id="cal"), as_of=DAY).account
    assert opened(joined, "cal").notes == account.notes


def test_a_note_on_several_members_is_saved_once():
    """FA-4: with all of them as its subjects, each once, in the order given (FA-6)."""
    account = noted(adams(), "Both were called.", "bob", "ann", "bob")
    (note,) = account.notes
    assert note.subject_ids == ("bob", "ann")
    page = account_view_text(opened(account))
    assert page.count("Both were called.") == 1
    assert "Adams, Bob; Adams, Ann" in page


def test_two_members_of_one_name_are_told_apart():
    """AV-1: where names are equal the page adds the ids."""
    account = noted(adams(bob={"first_name": "Ann"}))
    assert "Adams, Ann (ann)" in account_view_text(opened(account))


# ------------------------------------------------------------------------------- WL-12 selections


def book_of_two():
    """The Adams family and Cleo alone, whose alarm fires at 2."""
    cleo = runs(dressed(family(charge("k1", of="cleo"), account_id="a2")), R1, R2, R3)
    return (adams(), cleo)


def select(accounts, *patient_ids, viewer=SAM, as_of=DAY, **more):
    return note_selection(
        accounts,
        entry("Letter sent.", **more),
        viewer=viewer,
        patient_ids=patient_ids,
        as_of=as_of,
        policy=POLICY,
    )


def test_a_note_is_added_about_all_selected_patients():
    """WL-12: on every account, a family's once with its selected members as subjects (FA-4)."""
    accounts = book_of_two()
    done = select(accounts, "cleo", "bob", "ann", action=NoteAction.SENT_LETTER)
    assert [account.id for account in done.accounts] == ["a2", "a1"]
    notes = {account.id: account.notes for account in done.accounts}
    assert [note.subject_ids for note in notes["a1"]] == [("bob", "ann")]
    assert [note.subject_ids for note in notes["a2"]] == [("cleo",)]
    assert {note.text for found in notes.values() for note in found} == {"Letter sent."}
    before = {account.id: account for account in accounts}
    for act in done.acts:
        assert replay(before[act.account.id], act.events) == act.account


def test_a_selection_clears_each_alarm_once():
    """WL-12, AL-6: the alarms of all selected accounts, with the one note on each."""
    done = select(book_of_two(), "ann", "bob", "cleo", clears_alarm=True)
    assert [account.alarm.clearance.by for account in done.accounts] == ["sam", "sam"]
    assert [act.note.changed for act in done.acts] == [
        ("alarm of level 6 cleared",),
        ("alarm of level 2 cleared",),
    ]


def test_a_selection_is_noted_whole_or_not_at_all():
    """WL-12: every reason of every account at once, and no account is changed."""
    family_account, cleo = book_of_two()
    accounts = (
        noted(family_account, clears_alarm=True, id="n1"),
        noted(cleo, "x", "cleo", id="n1"),
    )
    with pytest.raises(Refused) as caught:
        select(accounts, "ann", "cleo", clears_alarm=True)
    assert [str(each.proposition.name) for each in caught.value.problems] == [
        "NOTE_ID_TAKEN",
        "ALREADY_CLEARED",
        "NOTE_ID_TAKEN",
    ]
    assert "account a1: note n1" in str(caught.value)
    assert "account a2: note n1" in str(caught.value)
    assert [len(account.notes) for account in accounts] == [1, 1]
    with pytest.raises(Refused) as caught:
        select(accounts)
    assert [each.name for each in caught.value.propositions] == ["NO_PATIENT"]
    (refused,) = check_note_selection(
        accounts, entry(), viewer=SAM, patient_ids=[], as_of=DAY, policy=POLICY
    )
    assert (refused.account_id, refused.patient_ids) == (None, ())
    assert refused.problems == caught.value.problems


def test_a_selection_names_patients_of_the_book_once():
    """WL-12, M-3: an unknown patient, and one who is in two different accounts, are refused."""
    accounts = book_of_two()
    with pytest.raises(UnknownReference, match="zoe"):
        select(accounts, "ann", "zoe")
    other = attrs.evolve(accounts[1], id="a3")
    with pytest.raises(InvalidRecord, match="a3"):
        select((*accounts, other), "cleo")
    assert len(select((*accounts, *accounts), "cleo").accounts) == 1


def test_a_worklist_leads_to_pages_notes_and_letters():
    """WL-12: from each selectable row of a worklist the account view opens."""
    accounts = book_of_two()
    worklist = Worklist(id="w", name="W", alarm_level=LEVELS[6])
    rows = run_worklist(worklist, accounts, viewer=SAM, **ASKED).rows
    for row in rows:
        assert opened(accounts[0], row.patient_id).patient.id == row.patient_id
    done = select(accounts, *(row.patient_id for row in rows), clears_alarm=True)
    assert run_worklist(worklist, done.accounts, viewer=SAM, **ASKED).rows == ()


# --------------------------------------------------------------------- what the desk keeps apart


def test_a_payment_clears_the_alarm_without_a_note():
    """AL-5: paid in full, or on a plan the full amount due: off the worklist, no act of staff."""
    paid = pay(pay(pay_plan(adams(), "plan", "150.00", DAY), "c1", "100.00", DAY), "b1", "60", DAY)
    assert not on_worklist(paid)
    assert paid.notes == ()
    assert post(paid, charge("c9", posted_on=DAY), DAY).notes == ()
