"""What viewers see and may do at the desk: permissions, masking, notes, texts (PR-2 to PR-6)."""

from datetime import timedelta

import attrs
import pytest

from revcycle.access import Permission, Viewer, check_patient_access, is_masked
from revcycle.accounts import FormerMember, Guarantor, Note, StatementNote
from revcycle.desk import (
    NoteEntry,
    account_view,
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
from revcycle.errors import InvalidRecord, NotPermitted, Refused
from revcycle.worklists import MASK
from tests.desk.book import ADA, DAY, NELL, ROSA, SAM, adams, noted, opened
from tests.stories.book import POLICY, R1, R4
from tests.worklists.book import group, grouped

ASKED = {"as_of": DAY, "policy": POLICY}
BLOCKED = {"blocked": True}
WORKLISTS = "Self-Pay Account Management: Worklists"
ACCESS_BLOCKED = "Privacy: Access Blocked Accounts"

# Everything at the desk that is about one patient.
ACTS = {
    "account_view": lambda a, v, p: account_view(a, viewer=v, patient_id=p, **ASKED),
    "record_note": lambda a, v, p: record_note(
        a, NoteEntry(id="new", text="x"), viewer=v, patient_ids=[p], **ASKED
    ),
    "reset_statement_date": lambda a, v, p: reset_statement_date(
        a, R4 + timedelta(days=1), viewer=v, note_id="new", patient_id=p, **ASKED
    ),
    "set_statement_note": lambda a, v, p: set_statement_note(
        a, StatementNote(text="x"), viewer=v, note_id="new", patient_id=p, as_of=DAY
    ),
    "set_patient_note": lambda a, v, p: set_patient_note(
        a, "x", viewer=v, note_id="new", patient_id=p, as_of=DAY
    ),
    "note_selection": lambda a, v, p: note_selection(
        [a], NoteEntry(id="new", text="x"), viewer=v, patient_ids=[p], **ASKED
    ),
}
OF_SELECTIONS = {
    "letters_for": lambda a, v, p: letters_for([a], viewer=v, patient_ids=[p], **ASKED),
    "check_note_selection": lambda a, v, p: check_note_selection(
        [a], NoteEntry(id="new", text="x"), viewer=v, patient_ids=[p], **ASKED
    ),
}


# --------------------------------------------------------------------------- who may come at all


@pytest.mark.parametrize("name", [*ACTS, *OF_SELECTIONS])
def test_the_desk_takes_the_worklists_permission(name):
    """PR-2, PR-5: pages, acts and letters are denied without it, by name; Admin is another."""
    act = (ACTS | OF_SELECTIONS)[name]
    act(adams(), ROSA, "ann")
    for viewer in (ADA, NELL, Viewer(id="bo", permissions=frozenset({Permission.ACCESS_BLOCKED}))):
        with pytest.raises(NotPermitted, match=WORKLISTS):
            act(adams(), viewer, "ann")
        with pytest.raises(NotPermitted, match=WORKLISTS):
            act(adams(), viewer, "nobody")


@pytest.mark.parametrize("patient_ids", ["ann", 7, [], [["ann"]]])
@pytest.mark.parametrize("act", [record_note, note_selection, check_note_selection, letters_for])
def test_who_may_not_come_is_told_so_before_anything_else(act, patient_ids):
    """PR-2, PR-5: whatever was asked wrongly, and without an answer about what was asked."""
    subject = adams() if act is record_note else [adams()]
    said = () if act is letters_for else (NoteEntry(id="new", text="x"),)
    for viewer in (ADA, NELL):
        with pytest.raises(NotPermitted, match=WORKLISTS) as caught:
            act(subject, *said, viewer=viewer, patient_ids=patient_ids, **ASKED)
        assert caught.value.act == act.__name__


@pytest.mark.parametrize("name", ACTS)
def test_a_blocked_patients_page_does_not_open(name):
    """PR-3, AV-2: nor can anything be done on it; the refusal names the permission alone."""
    account = adams(bob=BLOCKED)
    with pytest.raises(NotPermitted, match=ACCESS_BLOCKED) as caught:
        ACTS[name](account, ROSA, "bob")
    assert "bob" not in str(caught.value)
    ACTS[name](account, ROSA, "ann")
    ACTS[name](account, SAM, "bob")


@pytest.mark.parametrize("name", ACTS)
def test_a_patient_outside_the_viewers_groups_is_as_closed(name):
    """WL-13, PR-5: refused, and the other members' pages open."""
    north = grouped(group(providers=["dr-1"]))
    with pytest.raises(NotPermitted) as caught:
        ACTS[name](adams(), north, "bob")
    assert [each.name for each in caught.value.propositions] == ["OUTSIDE_PROVIDER_GROUPS"]
    ACTS[name](adams(), north, "ann")


def test_the_heads_page_is_refused_if_the_head_is_masked():
    """PR-3: nobody named means the head, and no other page opens in its place."""
    with pytest.raises(NotPermitted, match=ACCESS_BLOCKED):
        opened(adams(ann=BLOCKED), viewer=ROSA)


@pytest.mark.parametrize("viewer", [ROSA, SAM, NELL, grouped(), grouped(group(providers=["dr-1"]))])
@pytest.mark.parametrize("is_blocked", [True, False])
@pytest.mark.parametrize("provider_id", ["dr-1", ""])
def test_a_page_is_closed_exactly_if_the_patient_is_masked(viewer, is_blocked, provider_id):
    """PR-3, WL-13: no row is masked without a reason, and no reason is given without a mask."""
    where = {"is_blocked": is_blocked, "provider_id": provider_id, "department_id": "d"}
    assert bool(check_patient_access(viewer, **where)) is is_masked(viewer, **where)


# ------------------------------------------------------------------------- what a page may tell


def test_a_masked_member_stays_in_the_strip():
    """PR-3: no name, no id, no relation, last, with figures; the family's sums include them."""
    view = opened(adams(ann=BLOCKED), "bob", viewer=ROSA)
    first, masked = view.members
    assert (first.name, first.relation.value) == ("Adams, Bob", "member")
    assert (masked.name, masked.patient_id, masked.relation) == (MASK, None, None)
    assert (masked.own.level.number, str(masked.own.outstanding)) == (6, "400.00")
    assert str(view.family.total_outstanding) == "460.00"
    assert view.family_charges == ()


def test_neither_account_id_nor_guarantor_nor_statement_tells_a_masked_head():
    """PR-3: account id and guarantor are masked; the statement is not shown, which names all."""
    view = opened(adams(ann=BLOCKED), "bob", viewer=ROSA)
    assert (view.account_id, view.guarantor, view.preview) == (None, None, None)
    for page in (account_view_text(view), account_view_html(view), repr(view)):
        for told in ("a1", "Ann", "ann", "Mill Road", "c1", "p1"):
            assert told not in page
    assert f"Account {MASK}" in account_view_text(view)
    assert "it would name somebody whom you may not see" in account_view_text(view)
    assert opened(adams(ann=BLOCKED), "bob").preview is not None


def test_a_masked_member_takes_the_statement_off_the_page():
    """PR-3: the family's one statement lists the masked member's charges too."""
    assert opened(adams(bob=BLOCKED), "ann", viewer=ROSA).preview is None
    assert opened(adams(bob=BLOCKED), "ann", viewer=ROSA).account_id == "a1"


def test_a_guarantor_who_is_a_patient_elsewhere():
    """PR-3, LE-3: shown if the practice's accounts say that the record is open, else masked."""
    account = attrs.evolve(
        adams(), guarantor=Guarantor(id="g", last_name="Ray", patient_id="ray"), id="a9"
    )
    ray = attrs.evolve(adams(), id="a8")
    member = attrs.evolve(ray.members[0], patient=attrs.evolve(ray.members[0].patient, id="ray"))
    elsewhere = attrs.evolve(
        ray, members=(member,), charges=(), plans=(), alarm=None, guarantor=Guarantor(id="g8")
    )
    assert opened(account, viewer=ROSA).guarantor is None
    assert opened(account, viewer=ROSA).preview is None
    assert opened(account, viewer=ROSA, book=[elsewhere]).guarantor.last_name == "Ray"
    assert opened(account, viewer=ROSA, book=[elsewhere]).preview is not None
    (own, theirs, _) = letters_for([account, elsewhere], viewer=ROSA, **ASKED).letters
    assert (own.guarantor_name, theirs.patient_id) == ("Ray", "ray")
    blocked = attrs.evolve(
        elsewhere,
        members=(attrs.evolve(member, patient=attrs.evolve(member.patient, blocked=True)),),
    )
    assert opened(account, viewer=ROSA, book=[blocked]).guarantor is None
    # Of two records the stricter counts, whichever comes first.
    for book in ([elsewhere, blocked], [blocked, elsewhere]):
        assert opened(account, viewer=ROSA, book=book).guarantor is None
    assert opened(account, viewer=SAM).guarantor.last_name == "Ray"


def test_notes_about_blocked_patients_are_hidden():
    """PR-3: if any subject is masked, and counted; the other notes show (FA-4)."""
    account = noted(adams(bob=BLOCKED), "Ann only.", "ann")
    account = noted(noted(account, "Bob only.", "bob"), "Both.", "ann", "bob")
    view = opened(account, viewer=ROSA)
    assert [note.text for note in view.notes] == ["Ann only."]
    assert view.hidden_note_count == 2
    page = account_view_html(view)
    assert "2 not shown" in page
    assert "Bob" not in page
    assert [note.text for note in opened(account).notes] == ["Both.", "Bob only.", "Ann only."]
    assert opened(account).hidden_note_count == 0


def test_notes_about_somebody_who_has_left():
    """PR-3: nobody here can say that their record is open, unless the practice's accounts do."""
    note = Note(id="n1", on=R1, by="x", subject_ids=("ray",), text="Ray left.")
    account = attrs.evolve(
        adams(),
        notes=(note, Note(id="n2", on=R1, by="x", subject_ids=(), text="For the account.")),
        former_members=(FormerMember(patient_id="ray", joined_on=R1, left_on=R1),),
    )
    shown = [note.text for note in opened(account, viewer=ROSA).notes]
    assert shown == ["For the account."]
    assert len(opened(account, viewer=SAM).notes) == 2
    own = adams()
    ray = attrs.evolve(own.members[0], patient=attrs.evolve(own.members[0].patient, id="ray"))
    elsewhere = attrs.evolve(own, members=(ray,), charges=(), plans=(), alarm=None)
    assert len(opened(account, viewer=ROSA, book=[elsewhere]).notes) == 2


def test_refusals_under_a_masked_head_name_no_account():
    """PR-3: the account id may tell who the head is; the reasons stay."""
    account = noted(adams(ann=BLOCKED), "x", "bob", id="n1", clears_alarm=True)
    with pytest.raises(Refused) as caught:
        record_note(
            account,
            NoteEntry(id="n1", text="y", clears_alarm=True),
            viewer=ROSA,
            patient_ids=["bob"],
            **ASKED,
        )
    assert [each.name for each in caught.value.propositions] == [
        "NOTE_ID_TAKEN",
        "ALREADY_CLEARED",
    ]
    assert "a1" not in str(caught.value)
    asked = {"viewer": ROSA, "patient_ids": ["bob", "ann"], **ASKED}
    entry = NoteEntry(id="n1", text="y", clears_alarm=True)
    (refusal,) = check_note_selection([account], entry, **asked)
    assert (refusal.account_id, refusal.patient_ids) == (None, ("bob",))
    assert len(refusal.problems) == 3
    with pytest.raises(NotPermitted, match=ACCESS_BLOCKED) as caught:
        note_selection([account], entry, **asked)
    for told in ("a1", "ann"):
        assert told not in str(caught.value)
        assert told not in repr(refusal)


def test_a_selection_with_a_patient_twice_names_no_masked_heads_account():
    """PR-3: a mistake in the selection is told without the account that would tell the head."""
    two = [adams(ann=BLOCKED), attrs.evolve(adams(ann=BLOCKED), id="a2")]
    for viewer, shown in ((ROSA, "(private)"), (SAM, "'a2'")):
        with pytest.raises(InvalidRecord, match="each patient's account once") as caught:
            letters_for(two, viewer=viewer, patient_ids=["bob"], **ASKED)
        assert caught.value.value == shown


# ----------------------------------------------------------------------------- PR-6 what texts hold


def test_a_page_can_be_stored_and_turns_no_line_round():
    """AV-1: halves of signs and turning signs stand as gaps, so that a page is always UTF-8 and
    no name passes itself off as another; everything else stays.
    """
    odd = {
        "last_name": "\u202eyaR",
        "first_name": "\ud800",
        "patient_note": "a\u2066b",
        "email": "\u0634\u200c@x.org",
    }
    view = opened(adams(ann=odd))
    for page in (account_view_html(view), account_view_text(view)):
        assert page.encode().decode() == page
        assert not {"\u202e", "\u2066"} & set(page)
        assert "\ufffdyaR" in page
        assert "\u0634\u200c@x.org" in page


def test_reprs_and_errors_hold_no_names_and_no_notes():
    """PR-6: ids and figures only; the page has the names."""
    secret = {"first_name": "Xq7", "last_name": "Xq7", "patient_note": "Xq7", "email": "Xq7@x.org"}
    account = noted(adams(ann=secret), "Xq7 said.", clears_alarm=True)
    act = set_statement_note(
        account, StatementNote(text="Xq7"), viewer=SAM, note_id="s", patient_id="ann", as_of=DAY
    )
    other = set_patient_note(
        act.account, "Xq7 again", viewer=SAM, note_id="p", patient_id="ann", as_of=DAY
    )
    view = opened(other.account)
    letters = letters_for([other.account], viewer=SAM, **ASKED)
    texts = [
        repr(each) for each in (view, act, other, letters, act.note, NoteEntry(id="n", text="Xq7"))
    ]
    with pytest.raises(Refused) as caught:
        noted(other.account, "Xq7", id="n1", clears_alarm=True)
    texts.append(str(caught.value))
    assert [text for text in texts if "Xq7" in text] == []
    assert "Xq7 said." in account_view_html(view)
    assert "Xq7" in letters_csv(letters)
