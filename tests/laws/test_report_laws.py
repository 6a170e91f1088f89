"""Laws of reports: what a past day was stays so, and every total is the sum of its ledger.

The first two follow a law of docs/invariants.md through random histories.
"""

from datetime import date, time, timedelta
from decimal import Decimal

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from revcycle.access import Permission, ProviderGroup, Viewer
from revcycle.accounts import Guarantor, HealthPlanRestriction, Patient
from revcycle.charges import AdjustmentReason
from revcycle.contacts import Contact, ContactChannel, ContactResult
from revcycle.reports import (
    bad_debt,
    columns_of,
    contact_activity,
    describe_report,
    next_report_on,
    preview,
    report_csv,
    report_html,
    report_text,
    report_xml,
    restricted_patients,
    run_report,
)
from revcycle.rules import ALWAYS, Contains, Equals, In, Not
from revcycle.testing.operations import Change
from revcycle.testing.report_checks import BookPast
from revcycle.testing.strategies import lives, report_definitions
from revcycle.worklists import is_patient_masked
from tests.laws.broken import REPLAY, REPORTS, Variant, put_in, swap
from tests.laws.lives import caught, follow
from tests.stories.book import adjust, charge, family


@given(life=lives())
def test_a_past_day_keeps_its_ageing(life):
    """45: On the posted basis the ageing of any past day is the one that was computed then, payment
    plans and agencies included, whoever has moved since (RP-1, CH-3, CH-9).
    """
    follow(45, life)


def test_a_skipped_run_is_no_day_of_the_past():
    """45: A skipped run changes nothing, so an act dated before it is the account's last (ST-1)."""
    account = family(charge())
    skipped = Change(account, account, ())
    later = adjust(account, "c1", "10", date(2025, 2, 3))
    past = BookPast()
    past.remember([Change(None, account, ())], on=date(2025, 2, 1))
    past.remember([skipped], on=date(2025, 2, 5))
    past.remember([Change(account, later, ())], on=date(2025, 2, 3))

    assert past.on(date(2025, 2, 3)) == past.on(date(2025, 2, 5)) == [later]


@given(life=lives())
def test_totals_are_the_sums_of_the_ledger(life):
    """46: The totals of ageing, activity and bad debt are the sums over the ledger; bad debt is
    what M-4 leaves when all else is taken off (RP-1, RP-2, RP-3, CH-7).
    """
    follow(46, life)


def forgets_the_days(_plan_left):
    """Keep of a stay on a plan only which plan it was."""

    def leave(account, event):
        left = _plan_left(account, event)
        return attrs.evolve(
            left,
            charges=tuple(
                attrs.evolve(c, standing=attrs.evolve(c.standing, past_stays=()))
                for c in left.charges
            ),
        )

    return leave


def posts_at_once(_entry_day):
    """Take a charge for known from its posting date on."""
    return lambda charge, _basis: charge.posted_on


def counts_from_the_day_it_came(_date_of):
    """Count money on the posted basis before it was entered."""
    return lambda transaction, _basis: transaction.received_on


def never_counts_what_was_voided(_open_amounts):
    """Leave a charge out of the days before its void too."""

    def amounts(charge, *, as_of, basis):
        told = _open_amounts(charge, as_of=as_of, basis=basis)
        return told if charge.voided_on is None else ((), told[1])

    return amounts


FORGETFUL = [
    swap(REPLAY, "_APPLY", forgets_the_days, "PlanLeft"),
    swap(f"{REPORTS}.history", "entry_day", posts_at_once),
    swap(f"{REPORTS}.history", "date_of", counts_from_the_day_it_came),
    swap(f"{REPORTS}.balances_by_age", "open_amounts", never_counts_what_was_voided),
]


@pytest.mark.parametrize("patch", FORGETFUL, ids=[patch[3].__name__ for patch in FORGETFUL])
def test_whatever_is_forgotten_of_a_past_day_is_missed(patch, monkeypatch):
    """RP-1: stays on plans, days of entry and voids are each needed, and the law asks for each."""
    put_in(Variant(45, "something of a past day is forgotten", (patch,)), monkeypatch)

    assert caught(45) is not None


def keeps_what_is_placed(_is_placed):
    """Age what an agency has like all else."""
    return lambda _charge, **_day: False


def takes_insurances_side(_standing_transactions):
    """Count what insurance takes off its own side."""

    return lambda charge, **_day: (t for t in charge.transactions if t.voided_on is None)


MISCOUNTED = [
    swap(f"{REPORTS}.balances_by_age", "is_placed", keeps_what_is_placed),
    swap(f"{REPORTS}.ledger_activity", "standing_transactions", takes_insurances_side),
]


@pytest.mark.parametrize("patch", MISCOUNTED, ids=[patch[3].__name__ for patch in MISCOUNTED])
def test_a_report_that_miscounts_is_missed(patch, monkeypatch):
    """RP-1, RP-2: the law of totals fails for an ageing and for an activity that add up wrongly."""
    put_in(Variant(46, "a sum is another one", (patch,)), monkeypatch)

    assert caught(46) is not None


# ---------------------------------------------------------------- PR-3 what masking must not tell

DAY = date(2025, 7, 1)
MAY = Permission.SELF_PAY_WORKLISTS
VIEWERS = (
    Viewer(id="v", permissions=frozenset({MAY})),
    Viewer(
        id="v",
        permissions=frozenset({MAY, Permission.ACCESS_BLOCKED}),
        provider_groups=frozenset({ProviderGroup(id="g", provider_ids=frozenset({"v1"}))}),
    ),
)
FILTERS = (
    ALWAYS,
    In("patient_id", {"p0", "p1", "p1x"}),
    Not(Equals("patient_id", "p2")),
    Contains("text_words", "ann"),
)


@st.composite
def books(draw):
    """A few patients, some blocked, of two providers, each with a claim written off or none."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        patient = Patient(
            id=f"p{number}",
            last_name=draw(st.sampled_from(("Ann", "Zorn", "李"))),
            blocked=draw(st.booleans()),
            usual_provider_id=draw(st.sampled_from(("v1", "v2"))),
            restriction=draw(st.sampled_from((None, HealthPlanRestriction(from_on=DAY)))),
        )
        owing = family(
            charge(f"c{number}", of=patient.id, posted_on=DAY - timedelta(days=9)),
            account_id=f"a{number}",
            guarantor=Guarantor(id="g"),
        )
        owing = attrs.evolve(owing, members=(attrs.evolve(owing.members[0], patient=patient),))
        if draw(st.booleans()):
            reason = AdjustmentReason.BAD_DEBT
            owing = adjust(owing, f"c{number}", draw(st.sampled_from("12")), DAY, reason=reason)
        made.append(owing)
    return made


@st.composite
def calls(draw):
    """Contacts with patients of the book and with one who is in none of its accounts."""
    return [
        Contact(
            id=f"x{number}",
            on=DAY,
            at=time(draw(st.integers(8, 10))),
            service="s",
            channel=draw(st.sampled_from(ContactChannel)),
            result=ContactResult.NO_ANSWER,
            patient_id=draw(st.sampled_from(("p0", "p1", "p2", "gone"))),
            text=draw(st.sampled_from(("Dear Ann", "Dear Zorn", ""))),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


def shown(accounts, contacts, viewer, filters):
    """Everything that a viewer can get of the reports that may tell who somebody is."""
    asked = {"viewer": viewer, "as_of": DAY}
    reports = [
        bad_debt(accounts, **asked),
        restricted_patients(accounts, **asked),
        contact_activity(contacts, accounts, **asked, filters=filters),
        contact_activity(contacts, accounts, **asked, filters=filters, is_detailed=True),
    ]
    reports += list(map(preview, reports))
    return [
        write(report)
        for report in reports
        for write in (repr, report_text, report_html, report_csv, report_xml)
    ]


def disguised(accounts, contacts, viewer):
    """The same book with masked patients under other names, and ids that keep their order."""
    masked = {"gone"} | {
        member.patient.id
        for account in accounts
        for member in account.members
        if is_patient_masked(member.patient, viewer)
    }

    def renamed(patient_id):
        return f"{patient_id}x" if patient_id in masked else patient_id

    others = []
    for account in accounts:
        (member,) = account.members
        patient = member.patient
        if patient.id in masked:
            patient = attrs.evolve(patient, id=renamed(patient.id), last_name="Ann", phones=("1",))
        charges = [attrs.evolve(c, patient_id=patient.id) for c in account.charges]
        others.append(
            attrs.evolve(
                account,
                members=(attrs.evolve(member, patient=patient),),
                charges=tuple(charges),
            )
        )
    return others, [
        attrs.evolve(c, patient_id=renamed(c.patient_id), text="Dear Ann")
        if c.patient_id in masked
        else c
        for c in contacts
    ]


def masking_tells_nothing(accounts, contacts, viewer, filters):
    """Fail if who the masked patients are makes a difference to what is shown."""
    others = disguised(accounts, contacts, viewer)
    assert shown(accounts, contacts, viewer, filters) == shown(*others, viewer, filters)


SHOWN = (books(), calls(), st.sampled_from(VIEWERS), st.sampled_from(FILTERS))


@given(st.tuples(*SHOWN))
def test_reports_tell_nothing_of_masked_patients(drawn):
    """PR-3, WL-13: two books that differ only in names, contacts and order-keeping ids of patients
    whom the viewer may not know give the same reports, as text, HTML, CSV, XML and repr.
    """
    masking_tells_nothing(*drawn)


def sees_all_claims(_is_patient_masked):
    """Show everybody's claims and names."""
    return lambda _patient, _viewer: False


def tells_who_was_called(_facts):
    """Let filters ask for patients and words that the viewer may not know."""
    return lambda seen: _facts(attrs.evolve(seen, is_masked=False))


@pytest.mark.parametrize(
    "patch",
    [
        swap(f"{REPORTS}.restrictions", "is_patient_masked", sees_all_claims),
        swap(f"{REPORTS}.contact_log", "is_patient_masked", sees_all_claims),
        swap(f"{REPORTS}.contact_log", "_facts", tells_who_was_called),
    ],
    ids=lambda patch: patch[0].split(".")[-1] + " " + patch[3].__name__,
)
def test_a_report_that_tells_is_caught(patch, monkeypatch):
    """PR-3: the law fails for a report that shows a name, and for a filter that finds by one."""
    put_in(Variant(0, "a report tells who somebody is", (patch,)), monkeypatch)
    quick = settings(
        max_examples=300, derandomize=True, database=None, phases=[Phase.generate], deadline=None
    )

    with pytest.raises(AssertionError):
        quick(given(st.tuples(*SHOWN))(lambda drawn: masking_tells_nothing(*drawn)))()


# ---------------------------------------------------------------- totals of reports about people


def totals_are_of_everybody(accounts, contacts, viewer):
    """Fail if a total is another than the sum over accounts and contacts, whoever reads it."""
    asked = {"viewer": viewer, "as_of": DAY}
    losses = [t for a in accounts for c in a.charges for t in c.transactions]
    lost = bad_debt(accounts, **asked)
    assert lost.total_of("Bad debt") == sum((t.amount for t in losses), Decimal(0))
    assert lost.total_of("Adjustments") == len(losses)
    patients = [member.patient for account in accounts for member in account.members]
    told = restricted_patients(accounts, **asked)
    assert told.total_of("Self-pay restricted") == sum(p.restriction is not None for p in patients)
    assert told.row_count == len(patients)
    assert contact_activity(contacts, accounts, **asked).total_of("Contacts") == len(contacts)
    detail = contact_activity(contacts, accounts, **asked, is_detailed=True)
    assert detail.row_count == len(contacts)


PEOPLE = (books(), calls(), st.sampled_from(VIEWERS))


@given(st.tuples(*PEOPLE))
def test_totals_about_people_are_the_sums_over_all_of_them(drawn):
    """RP-3, RP-4, RP-5, PR-3: dollars, adjustments, restrictions and contacts are added up over
    everybody, those included whom the viewer may not know.
    """
    totals_are_of_everybody(*drawn)


def forgets_the_masked(make_report):
    """Leave out the rows of those whom the viewer may not know."""
    return lambda *args, **named: make_report(*args, **(named | {"masked": ()}))


@pytest.mark.parametrize("module", ["written_off", "restrictions", "contact_log"])
def test_a_total_without_the_masked_is_caught(module, monkeypatch):
    """RP-3, RP-4, RP-5: the law fails for each report that leaves somebody out."""
    patch = swap(f"{REPORTS}.{module}", "make_report", forgets_the_masked)
    put_in(Variant(0, "a report forgets the masked", (patch,)), monkeypatch)
    quick = settings(
        max_examples=100, derandomize=True, database=None, phases=[Phase.generate], deadline=None
    )

    with pytest.raises(AssertionError):
        quick(given(st.tuples(*PEOPLE))(lambda drawn: totals_are_of_everybody(*drawn)))()


# ------------------------------------------------------------------------------- RP-7 saved reports


@given(accounts=books(), contacts=calls(), saved=report_definitions())
def test_a_saved_report_is_what_its_columns_and_words_say(accounts, contacts, saved):
    """RP-7: whatever is saved runs, shows its own columns, is described, and passes no more rows
    than without its filter; its next day is one of its own, from the day asked about on.
    """
    owner = Viewer(id=saved.owner_id, permissions=frozenset({MAY}))
    asked = {"viewer": owner, "as_of": DAY, "contacts": contacts}
    report = run_report(saved, accounts, **asked)
    whole = run_report(attrs.evolve(saved, filters=ALWAYS), accounts, **asked)

    names = [column.name for column in columns_of(saved.contents)]
    assert [column.name for column in report.columns] == list(saved.columns or names)
    assert report.row_count <= whole.row_count
    assert saved.name in describe_report(saved)
    for schedule in saved.schedules:
        day = next_report_on(schedule, as_of=DAY)
        assert day is None or (day >= DAY and next_report_on(schedule, as_of=day) == day)
        assert day is None or schedule.until_on is None or day <= schedule.until_on
