"""The laws of the desk (docs/invariants.md, D1 to D8), each with a variant that it catches."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from revcycle.accounts import Account, Address, Note, NoteAction, StatementNote
from revcycle.codec import ACCOUNT, from_plain, to_plain
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
from revcycle.dunning import DunningPolicy, figures_of, place_in_collections, replay
from revcycle.errors import NotPermitted, Refused
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.money import total
from revcycle.tables import csv_text
from revcycle.testing.invariants import check_privacy
from revcycle.testing.strategies import lives, note_entries
from revcycle.worklists import is_patient_masked
from tests.desk.book import DAY, adams
from tests.laws.test_worklist_laws import ASKED, VIEWERS, books, hunt
from tests.stories.book import POLICY, adjust, charge, hold, pay, post
from tests.worklists.book import AS_OF, RUNNER, SEES_ALL
from tests.worklists.book import account as plain_account

ENTRY = NoteEntry(id="new", text="Called.")


# --------------------------------------------------------------------------------------- books


@st.composite
def books_with_notes(draw):
    """Families with notes about one or several members, or about somebody who has left."""
    accounts = []
    for account in draw(books()):
        ids = [member.patient.id for member in account.members]
        about = st.lists(st.sampled_from([*ids, "far"]), max_size=2, unique=True)
        notes = tuple(
            Note(id=f"n{place}", on=AS_OF, by="rosa", subject_ids=tuple(subjects), text="Called.")
            for place, subjects in enumerate(draw(st.lists(about, max_size=3)))
        )
        holds = tuple(
            Hold(
                id=f"h-{who}",
                scope=HoldScope.PATIENT,
                subject_id=who,
                reason=HoldReason.DISPUTE,
                start_on=AS_OF,
            )
            for who in draw(st.lists(st.sampled_from(ids), max_size=1))
        )
        accounts.append(attrs.evolve(account, notes=notes, holds=holds))
    return accounts


@attrs.frozen
class Lived:
    """An account that a practice has had for a while, and the practice's policy."""

    account: Account
    policy: DunningPolicy


@st.composite
def lived_accounts(draw):
    """Accounts that random acts led to, the last one touched, on the practice's own policy."""
    steps = draw(lives(operations=3))
    assume(steps)
    book = steps[-1].after
    touched = [change.after for step in steps[-9:] for change in step.changes]
    accounts = [each for each in touched if each in book.accounts] or book.accounts
    return Lived(accounts[-1], book.policy)


LIVED = lived_accounts().filter(lambda lived: lived.account.last_act_on is not None)


def manifold():
    """Give an account with something of everything: adjusted, placed, held, on a plan, overdue."""
    account = adjust(pay(adams(), "c1", "10.00", DAY), "c1", "5.00", DAY)
    account = place_in_collections(
        account, charge_ids=("c1",), agency_id="agency", as_of=DAY, policy=POLICY
    ).account
    account = post(account, charge("c3", "20.00", posted_on=DAY), DAY)
    return Lived(hold(account, HoldScope.CLAIM, "claim-c3", DAY), POLICY)


MANIFOLD = manifold()


# ---------------------------------------------------------------- D1 what masking must not tell


def disguised(accounts, viewer):
    """The same book; masked people have other names, contacts, notes and ids of the same order."""
    known = {m.patient.id: m.patient for account in accounts for m in account.members}
    masked = {each.id for each in known.values() if is_patient_masked(each, viewer)}
    if viewer is not SEES_ALL:
        masked |= {"far", "p00", "p10"} - known.keys()
    return [_disguised(account, masked) for account in accounts]


def _disguised(account, masked):
    head = account.guarantor.patient_id
    if head not in {member.patient.id for member in account.members}:
        head = account.members[0].patient.id
    names = {f"{kind}{who}" for who in masked for kind in ("", "c-", "k-", "h-")}
    names |= {account.id} if head in masked else set()
    names |= {account.guarantor.id} if account.guarantor.patient_id in masked else set()

    def renamed(value):
        if isinstance(value, dict):
            return {field: renamed(part) for field, part in value.items()}
        if isinstance(value, list):
            return [renamed(part) for part in value]
        return f"{value}x" if value in names else value

    other = from_plain(renamed(to_plain(account, kind=ACCOUNT)), kind=ACCOUNT)
    now_masked = {f"{who}x" for who in masked}
    hidden = {"last_name": "Quill", "email": "q@x.org", "address": Address(lines=("1 Q Street",))}
    if other.guarantor.patient_id in now_masked:
        other = attrs.evolve(other, guarantor=attrs.evolve(other.guarantor, **hidden))
    note = StatementNote(text="Quill")
    return attrs.evolve(
        other,
        members=tuple(
            attrs.evolve(
                member,
                patient=attrs.evolve(
                    member.patient, **hidden, patient_note="Quill", statement_note=note
                ),
            )
            if member.patient.id in now_masked
            else member
            for member in other.members
        ),
        charges=tuple(
            attrs.evolve(each, description="Quill") if each.patient_id in now_masked else each
            for each in other.charges
        ),
        notes=tuple(
            attrs.evolve(each, text="Quill") if now_masked & {*each.subject_ids} else each
            for each in other.notes
        ),
    )


def pages(accounts, viewer):
    """Everything that a viewer can read at the desk: pages, letters, refusals, what notes leave."""
    given_book = {"viewer": viewer, **ASKED}
    everybody = [member.patient.id for account in accounts for member in account.members]
    entry = NoteEntry(id="n1", text="Called.", clears_alarm=True)
    shown = [repr(check_note_selection(accounts, entry, patient_ids=everybody, **given_book))]
    try:
        note_selection(accounts, entry, patient_ids=everybody, **given_book)
    except Refused as refusal:
        shown.append(str(refusal))
    for by_family in (True, False):
        letters = letters_for(accounts, by_family=by_family, **given_book)
        shown += [letters_csv(letters), repr(letters)]
    for account in accounts:
        for member in account.members:
            shown += _page(account, member.patient.id, accounts, given_book)
    return shown


def _page(account, patient_id, accounts, given_book):
    try:
        view = account_view(account, patient_id=patient_id, book=accounts, **given_book)
        act = record_note(account, ENTRY, patient_ids=[patient_id], **given_book)
    except NotPermitted as refusal:
        return [str(refusal)]
    return [account_view_text(view), account_view_html(view), repr(view), repr(act.note)]


def masks(accounts, viewer, *, shown=pages):
    """What cannot be seen changes no byte of what can."""
    assert shown(accounts, viewer) == shown(disguised(accounts, viewer), viewer)


@given(books_with_notes(), st.sampled_from(VIEWERS))
def test_masked_patients_leave_no_trace_at_the_desk(accounts, viewer):
    """D1: equal bytes for books that differ in who the masked patients are (PR-3, LE-3, WL-13)."""
    masks(accounts, viewer)


def _last_name(member):
    return member.patient.last_name


def visible(accounts, viewer, tell):
    """What *tell* says of each page that opens."""
    given_book = {"viewer": viewer, "book": accounts, **ASKED}
    return [
        tell(account, account_view(account, patient_id=member.patient.id, **given_book))
        for account in accounts
        for member in account.members
        if not is_patient_masked(member.patient, viewer)
    ]


@pytest.mark.parametrize(
    "tell",
    [
        lambda account, _view: account.id,
        lambda account, _view: repr(account.guarantor) + account.guarantor.last_name,
        lambda account, _view: [note.text for note in account.notes],
        lambda account, _view: min(account.members, key=_last_name).joined_on,
        lambda account, _view: [charge.id for charge in account.charges],
        lambda account, _view: [hold.id for hold in account.holds],
        lambda account, _view: [member.patient.statement_note for member in account.members],
    ],
    ids=["account id", "guarantor", "notes", "order", "charges", "holds", "statement notes"],
)
def test_a_trace_at_the_desk_is_caught(tell):
    """D1: a page that told any of these would break the law."""

    def leaks(accounts, viewer):
        return visible(accounts, viewer, tell)

    hunt(masks, books_with_notes(), st.just(RUNNER), shown=leaks)


# ---------------------------------------------------------------------- D2 what an act leaves


ACTS = {
    "note": lambda account, who, day, policy, entry: record_note(
        account,
        attrs.evolve(entry, clears_alarm=False, action=NoteAction.CALLED),
        viewer=SEES_ALL,
        patient_ids=[who],
        as_of=day,
        policy=policy,
    ),
    "clear": lambda account, who, day, policy, entry: record_note(
        account,
        attrs.evolve(entry, clears_alarm=True),
        viewer=SEES_ALL,
        patient_ids=[who],
        as_of=day,
        policy=policy,
    ),
    "reset": lambda account, who, day, policy, _entry: reset_statement_date(
        account,
        day + timedelta(days=3),
        viewer=SEES_ALL,
        note_id="new",
        patient_id=who,
        as_of=day,
        policy=policy,
    ),
    "statement note": lambda account, who, day, _policy, _entry: set_statement_note(
        account,
        StatementNote(text="Call us."),
        viewer=SEES_ALL,
        note_id="new",
        patient_id=who,
        as_of=day,
    ),
    "patient note": lambda account, who, day, _policy, entry: set_patient_note(
        account, f"Call. {entry.text}", viewer=SEES_ALL, note_id="new", patient_id=who, as_of=day
    ),
}
CHANGES = {
    "note": set(),
    "clear": {"alarm"},
    "reset": {"cycle", "charges"},
    "statement note": {"members"},
    "patient note": {"members"},
}


def leaves_one_note(lived, name, days, entry, *, acts=ACTS):
    """One note more, nothing changed but what the act is for, and the events tell it all.

    What was written shows in no repr.
    """
    account = lived.account
    day = account.last_act_on + timedelta(days=days)
    try:
        act = acts[name](account, account.members[-1].patient.id, day, lived.policy, entry)
    except Refused:
        return
    after = act.account
    assert after.notes == (*account.notes, act.note)
    assert replay(account, act.events) == after
    assert {event.on for event in act.events} == {after.last_act_on} == {day}
    assert (act.note.on, act.note.by) == (day, SEES_ALL.id)
    fields = [field.name for field in attrs.fields(Account)]
    changed = {f for f in fields if getattr(after, f) != getattr(account, f)}
    assert changed <= CHANGES[name] | {"notes", "last_act_on"}
    assert [c.outstanding for c in after.charges] == [c.outstanding for c in account.charges]
    check_privacy(act, act.events, repr(looked_at(attrs.evolve(lived, account=after))))


ENTRIES = note_entries(id="new")


@given(LIVED, st.sampled_from(sorted(ACTS)), st.integers(0, 40), ENTRIES)
def test_an_act_leaves_one_note_and_its_events(lived, name, days, entry):
    """D2: and changes nothing but what it is for, and tells nothing private (AV-2, FA-4, PR-6)."""
    leaves_one_note(lived, name, days, entry)


def test_an_act_that_leaves_no_note_is_caught():
    """D2: clearing the alarm without a note, or with an event untold, breaks the law."""

    def silent(*given):
        account = given[0]
        act = ACTS["note"](*given)
        return attrs.evolve(act, account=attrs.evolve(act.account, notes=account.notes))

    def untold(*given):
        act = ACTS["patient note"](*given)
        return attrs.evolve(act, events=act.events[1:])

    for name, broken in (("note", silent), ("patient note", untold)):
        hunt(leaves_one_note, LIVED, st.just(name), st.just(1), ENTRIES, acts=ACTS | {name: broken})


# ------------------------------------------------------------------------ D3 dollars of the rows


def looked_at(lived, patient_id=None):
    """Open a page on the day after the account's last act."""
    return account_view(
        lived.account,
        viewer=SEES_ALL,
        patient_id=patient_id,
        as_of=lived.account.last_act_on + timedelta(days=1),
        policy=lived.policy,
    )


def adds_up(lived, *, look=looked_at):
    """Rows foot across and down: to the patient's figures, and those to the family's."""
    views = [look(lived, member.patient.id) for member in lived.account.members]
    for view in views:
        for row in (*view.charges, *view.family_charges):
            assert row.amount == row.paid + row.adjusted + row.outstanding
            assert row.plan_id is not None or row.overdue == 0
        standing = [row for row in view.charges if row.placement is None]
        placed = [row for row in view.charges if row.placement is not None]
        assert total(row.outstanding for row in standing) == view.own.outstanding
        assert total(row.outstanding for row in placed) == view.own.collect_outstanding
        assert total(row.overdue for row in view.charges) == view.own.plan_overdue
        on_plans = [row.outstanding for row in standing if row.plan_id and not row.is_held]
        standard = [row.outstanding for row in standing if not row.plan_id and not row.is_held]
        assert view.own.plan_due <= total(on_plans)
        assert view.own.due_now == total(standard) + view.own.plan_due
    whole = views[0].family
    shares = {
        "outstanding": whole.total_outstanding,
        "credits": whole.credits,
        "plan_due": whole.plan_due,
        "plan_overdue": whole.plan_overdue,
        "due_now": whole.due_now,
        "collect_outstanding": whole.collect_outstanding,
    }
    for name, sum_of in shares.items():
        assert total(getattr(view.own, name) for view in views) == sum_of


@given(LIVED)
def test_the_pages_of_a_family_keep_the_laws(lived):
    """D3, D4, D5: dollars add up, all pages show one family, in one order (AV-1, AV-3, FA-4).

    Three laws in one test, because the account takes longer to make than the laws to ask.
    """
    adds_up(lived)
    agrees(lived)
    keeps_order(lived)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: attrs.evolve(row, paid=row.paid + row.adjusted),
        lambda row: attrs.evolve(row, placement=None),
        lambda row: attrs.evolve(row, overdue=Decimal("0.00")),
        lambda row: attrs.evolve(row, is_held=False),
    ],
    ids=["adjusted counted as paid", "placed not marked", "overdue left out", "held not marked"],
)
def test_a_row_that_does_not_add_up_is_caught(change):
    """D3: each of these mistakes in a row breaks the law."""

    def broken(lived, patient_id):
        view = looked_at(lived, patient_id)
        return attrs.evolve(view, charges=tuple(map(change, view.charges)))

    hunt(adds_up, st.just(MANIFOLD), look=broken)


# ------------------------------------------------------------------- D4, D5 one family, one order


def agrees(lived, *, look=looked_at):
    """Every member's page shows the same family, notes, statements, alarm and statement."""
    account = lived.account
    views = [look(lived, member.patient.id) for member in account.members]
    shared = ("notes", "statements", "family", "members", "alarm", "account_level", "preview")
    for name in shared:
        assert all(getattr(view, name) == getattr(views[0], name) for view in views)
    for view in views:
        rows = {row.charge_id for row in (*view.charges, *view.family_charges)}
        assert rows == {each.id for each in account.charges if each.outstanding > 0}


def test_a_page_with_notes_of_its_own_is_caught():
    """D4: notes of the patient alone break the law, and so do the patient's charges alone."""

    def own_notes(lived, patient_id):
        view = looked_at(lived, patient_id)
        first = lived.account.members[0].patient.id
        note = Note(id="n", on=AS_OF, by="x", subject_ids=(first,))
        return attrs.evolve(view, notes=tuple(n for n in (note,) if patient_id in n.subject_ids))

    def own_charges(lived, patient_id):
        return attrs.evolve(looked_at(lived, patient_id), family_charges=())

    for broken in (own_notes, own_charges):
        hunt(agrees, LIVED, look=broken)


def keeps_order(lived, *, look=looked_at):
    """The page is one and the same in whatever order members, charges, plans and holds stand."""
    account = lived.account
    turned = attrs.evolve(
        account,
        members=account.members[::-1],
        charges=account.charges[::-1],
        plans=account.plans[::-1],
        holds=account.holds[::-1],
    )
    for member in account.members:
        page = look(lived, member.patient.id)
        assert page == look(attrs.evolve(lived, account=turned), member.patient.id)


def test_rows_in_the_accounts_own_order_are_caught():
    """D5: a page that keeps the order of the account breaks the law."""

    def as_kept(lived, patient_id):
        view = looked_at(lived, patient_id)
        place = {charge.id: number for number, charge in enumerate(lived.account.charges)}
        rows = sorted(view.charges, key=lambda row: place[row.charge_id])
        return attrs.evolve(view, charges=tuple(rows))

    hunt(keeps_order, LIVED, look=as_kept)


# --------------------------------------------------------------------------------- D6 letters


def writes_each(accounts, viewer, by_family, *, write=letters_for):
    """An entry for each visible patient, whose dollars are the family's, in one order."""
    asked = {"viewer": viewer, "by_family": by_family, **ASKED}
    found = write(accounts, **asked)
    patients = [member.patient for account in accounts for member in account.members]
    seen = sorted(each.id for each in patients if not is_patient_masked(each, viewer))
    assert sorted(letter.patient_id for letter in found.letters) == seen
    assert found.masked_count == len(patients) - len(seen)
    turned = [attrs.evolve(each, members=each.members[::-1]) for each in reversed(accounts)]
    assert write(turned, **asked) == found
    if viewer is SEES_ALL:
        owed = [figures_of(account, **ASKED) for account in accounts]
        assert total(each.total_outstanding for each in found.letters) == total(
            each.total_outstanding for each in owed
        )
        assert total(each.due_now for each in found.letters) == total(e.due_now for e in owed)
    if by_family:
        places = [letter.account_id for letter in found.letters]
        assert len({*places}) == sum(a != b for a, b in zip(["", *places], places, strict=False))


@given(books(), st.sampled_from(VIEWERS), st.booleans())
def test_letters_are_written_to_each_once(accounts, viewer, by_family):
    """D6: each visible patient, the masked counted, families together if asked (LE-1, LE-3)."""
    writes_each(accounts, viewer, by_family)


def test_letters_that_forget_or_double_are_caught():
    """D6: a family's whole debt in each entry, or only the head's entry, breaks the law."""

    def heads_only(accounts, **asked):
        found = letters_for(accounts, **asked)
        heads = {account.members[0].patient.id for account in accounts}
        kept = tuple(letter for letter in found.letters if letter.patient_id in heads)
        return attrs.evolve(found, letters=kept)

    def doubled(accounts, **asked):
        found = letters_for(accounts, **asked)
        whole = {each.id: figures_of(each, **ASKED).total_outstanding for each in accounts}
        return attrs.evolve(
            found,
            letters=tuple(
                attrs.evolve(each, total_outstanding=whole[each.account_id])
                for each in found.letters
            ),
        )

    for broken in (heads_only, doubled):
        hunt(writes_each, books(), st.just(SEES_ALL), st.just(False), write=broken)


# ------------------------------------------------------------------------------- D7 selections


def refused(act):
    """Why *act* is refused; None if it is done."""
    try:
        act()
    except Refused as refusal:
        return [*refusal.propositions]
    return None


def is_all_or_nothing(accounts, viewer, chosen, *, note=note_selection):
    """What single notes would give, each family once; or nothing, for the reasons of each."""
    asked = {"viewer": viewer, **ASKED}
    everybody = [member.patient.id for account in accounts for member in account.members]
    selected = [who for who, is_chosen in zip(everybody, chosen, strict=False) if is_chosen]
    entry = NoteEntry(id="n0", text="Called.", clears_alarm=True)
    refusals = check_note_selection(accounts, entry, patient_ids=selected, **asked)
    reasons = [each.proposition for one in refusals for each in one.problems]
    if reasons or not selected:
        told = refused(lambda: note(accounts, entry, patient_ids=selected, **asked))
        assert told == reasons or (told is not None and not selected)
        return
    done = note(accounts, entry, patient_ids=selected, **asked)
    singly = []
    for account in accounts:
        own = [m.patient.id for m in account.members if m.patient.id in selected]
        if own:
            singly.append(record_note(account, entry, patient_ids=own, **asked).account)
    assert list(done.accounts) == singly
    assert [act.account for act in done.acts] == singly


CHOSEN = st.lists(st.booleans(), min_size=12, max_size=12)


@given(books_with_notes(), st.sampled_from(VIEWERS), CHOSEN)
def test_a_selection_is_noted_whole_or_not_at_all(accounts, viewer, chosen):
    """D7: the accounts after are those of single notes, or every reason is told (WL-12, FA-4)."""
    is_all_or_nothing(accounts, viewer, chosen)


def test_a_selection_that_is_noted_in_part_is_caught():
    """D7: noting what goes and leaving out the accounts that refuse breaks the law."""

    def what_goes(accounts, entry, *, patient_ids, **asked):
        kept = [
            who
            for who in patient_ids
            if not check_note_selection(accounts, entry, patient_ids=[who], **asked)
        ]
        return note_selection(accounts, entry, patient_ids=kept, **asked)

    hunt(is_all_or_nothing, books_with_notes(), st.just(RUNNER), CHOSEN, note=what_goes)


# ------------------------------------------------------------------ D8 what a spreadsheet opens

STARTS = st.sampled_from([*"=+-@\t\r\n", "\uff1d", "\uff0b", "\u2212", "\uff20", " =", ""])
TEXTS = st.builds(lambda start, rest: start + rest, STARTS, st.text(max_size=8))
AMOUNTS = st.decimals(-(10**6), 10**6, places=2)


def is_harmless(words, amounts, *, write=csv_text):
    """No cell that was text would be reckoned; every amount reads back as the same number."""
    written = write(["words", "amount"], list(zip(words, amounts, strict=True)))
    rows = list(csv.reader(io.StringIO(written, newline=""), strict=True))[1:]
    for (cell, number), amount in zip(rows, amounts, strict=True):
        assert cell[:1] not in {*"=+-@\t\r\n", "\uff1d", "\uff0b", "\u2212", "\uff20"}
        assert cell.lstrip()[:1] not in {*"=+-@"}
        assert Decimal(number) == amount


ROWS = st.lists(st.tuples(TEXTS, AMOUNTS), max_size=4)


@given(ROWS)
def test_formulas_are_neutralised_and_negative_amounts_stay_numbers(rows):
    """D8: over any text, full-width and blank-led starts included (LE-2)."""
    is_harmless([words for words, _ in rows], [amount for _, amount in rows])


@given(TEXTS, TEXTS)
def test_letters_hold_no_formula(first_name, last_name):
    """D8: whatever guarantor and patient are called (LE-1, LE-2)."""
    account = _called(first_name, last_name)
    written = letters_csv(letters_for([account], viewer=SEES_ALL, **ASKED))
    (row,) = list(csv.DictReader(io.StringIO(written, newline=""), strict=True))
    for title in ("Guarantor", "Patient", "City", "Address line 1"):
        assert row[title].lstrip()[:1] not in {*"=+-@"}
    assert row["Total outstanding"] == "100.00"


def _called(first_name, last_name):
    account = plain_account("a1")
    names = {"first_name": first_name, "last_name": last_name}
    address = Address(lines=(last_name,), city=first_name)
    return attrs.evolve(
        account,
        guarantor=attrs.evolve(account.guarantor, **names, address=address),
        members=tuple(
            attrs.evolve(member, patient=attrs.evolve(member.patient, **names))
            for member in account.members
        ),
    )


def test_a_csv_that_trusts_names_or_distrusts_numbers_is_caught():
    """D8: text as it comes, and an apostrophe before every minus, both break the law."""

    def trusting(columns, rows):
        out = io.StringIO(newline="")
        csv.writer(out).writerows([columns, *rows])
        return out.getvalue()

    def distrustful(columns, rows):
        return csv_text(columns, [(words, str(amount)) for words, amount in rows])

    for broken in (trusting, distrustful):

        def law(rows, write=broken):
            words, amounts = [row[0] for row in rows], [row[1] for row in rows]
            try:
                is_harmless(words, amounts, write=write)
            except (ArithmeticError, csv.Error) as error:
                raise AssertionError from error

        hunt(law, ROWS)
