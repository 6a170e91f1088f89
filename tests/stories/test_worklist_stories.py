"""Worklists: who is on one, in which order, what definitions cover (WL-1 to WL-10, WL-14)."""

from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.accounts import AlarmClearance, Guarantor, InsuranceClass
from revcycle.charges import Placement, Transaction, TransactionKind
from revcycle.dunning import AlarmStatus, alarm_state, delete_alarm_type, initial_of
from revcycle.errors import InvalidRecord, Refused, UnknownReference
from revcycle.levels import LEVELS
from revcycle.worklists import (
    Worklist,
    WorklistProblem,
    WorklistSort,
    audit_book,
    audit_worklists,
    create_worklist,
    delete_worklist,
    edit_worklist,
    levels_in_use,
    visible_worklists,
    worklist_csv,
)
from tests.stories import book
from tests.worklists.book import (
    ADMIN,
    AS_OF,
    POLICY,
    REACHED,
    RUNNER,
    SEES_ALL,
    account,
    charge,
    coming,
    group,
    grouped,
    named,
    on,
    person,
    run,
    worklist,
)

A_TO_M = frozenset("ABCDEFGHIJKLM")


# ------------------------------------------------------------------------- WL-1, WL-2 who is on


@pytest.mark.parametrize("viewer", [SEES_ALL, RUNNER, grouped(group(departments=["d1"]))])
def test_a_closed_account_is_on_no_list(viewer):
    """FA-3, WL-1: the last member joined another account; its last alarm routes nobody any more."""
    left = attrs.evolve(account("a1"), members=(), charges=(), closed_on=AS_OF, last_act_on=AS_OF)
    lists = [worklist(), worklist(id="w2", name="d1", department_ids=frozenset({"d1"}))]
    for each in lists:
        assert on(run(each, left, account("a2"), viewer=viewer)) == ["a2"]
        assert visible_worklists([each], [left], viewer=RUNNER, as_of=AS_OF, policy=POLICY) == (
            each,
        )
    found = audit_book(lists[:1], [left], viewer=viewer, as_of=AS_OF, policy=POLICY)
    assert (found.covered_count, found.uncovered) == (0, ())


def test_name_and_alarm_type_are_all_a_worklist_needs():
    """WL-1: blank filters restrict nothing; the level alone decides."""
    bare = Worklist(id="w", name="All of level 2", alarm_level=LEVELS[2])
    assert on(run(bare, named("a1", "李"), named("a2", "Adams", level=3))) == ["a1"]
    for missing in ("id", "name", "alarm_level"):
        fields = {"id": "w", "name": "n", "alarm_level": LEVELS[2]}
        del fields[missing]
        with pytest.raises(TypeError):
            Worklist(**fields)


@pytest.mark.parametrize(
    ("filters", "passes", "fails"),
    [
        ({"initials": frozenset("AB")}, named("x", "Brown"), named("x", "Cole")),
        (
            {"department_ids": frozenset({"d1", "d3"})},
            account("x", person(primary_department_id="d3")),
            account("x", person(primary_department_id="d2")),
        ),
        (
            {"provider_ids": frozenset({"v1"})},
            account("x", person(usual_provider_id="v1")),
            account("x", person(usual_provider_id="v2")),
        ),
        (
            {"insurance_class": InsuranceClass.OTHER_PRIMARY},
            account("x", person(insurance_class=InsuranceClass.OTHER_PRIMARY)),
            account("x", person()),
        ),
        ({"amount_min": "50"}, account("x", owes="50.00"), account("x", owes="49.99")),
        ({"amount_max": "50"}, account("x", owes="50.00"), account("x", owes="50.01")),
        ({"appointment_days": 7}, account("x"), account("x", person(appointments=coming(7)))),
        ({"alarm_level": LEVELS[3]}, account("x", level=3), account("x", level=2)),
    ],
)
def test_each_filter_lets_some_through_and_stops_others(filters, passes, fails):
    """WL-2: initials, departments, providers, insurance, amount, alarm type, appointments."""
    definition = worklist(**filters)
    assert on(run(definition, passes)) == ["x"]
    assert on(run(definition, fails)) == []


def test_all_filters_must_pass():
    """WL-2: filters narrow one another."""
    both = worklist(initials=frozenset("A"), amount_min="100")
    found = run(both, named("a1", "Adams"), named("a2", "Adams", owes="5"), named("a3", "Bell"))
    assert on(found) == ["a1"]


def test_only_a_firing_alarm_routes_an_account():
    """AL-7: one account, one alarm, one worklist level; an alarm that is silent routes nowhere."""
    waiting = account("a2")
    waiting = attrs.evolve(
        waiting, alarm=attrs.evolve(waiting.alarm, reached_on=AS_OF - timedelta(days=3))
    )
    cleared = account("a3")
    clearance = AlarmClearance(on=AS_OF, by="rita")
    cleared = attrs.evolve(cleared, alarm=attrs.evolve(cleared.alarm, clearance=clearance))
    never = account("a4", alarm=None)
    fallen = account("a5", person("p"), level=3, charges=(charge("p", "9", 2),))
    accounts = (account("a1"), waiting, cleared, never, fallen)
    found = {level.number: on(run(worklist(alarm_level=level), *accounts)) for level in LEVELS[1:]}
    assert found == {level: [] for level in range(1, 9)} | {2: ["a1", "a5"]}


def test_a_missed_plan_comes_to_a_worklist_of_its_track():
    """AL-7, WL-1: level 5 has a list of its own, from the day its alarm fires."""
    planned = book.runs(book.plan(book.family(book.charge()), on=book.POSTED), book.R1, book.R2)
    day = book.R2 + timedelta(days=7)
    assert alarm_state(planned, as_of=day, policy=POLICY).status is AlarmStatus.FIRING
    (row,) = run(worklist(alarm_level=LEVELS[5]), planned, as_of=day).rows
    assert (row.own.plan_due, row.own.plan_overdue) == (Decimal("100.00"), Decimal("50.00"))
    assert row.own.level is row.family.alarm_level is LEVELS[5]
    assert row.family.alarm_since == book.R2
    assert on(run(worklist(), planned, as_of=day)) == []
    assert on(run(worklist(alarm_level=LEVELS[5]), planned, as_of=book.R2)) == []


# --------------------------------------------------------------------- WL-3 to WL-7 the filters


@pytest.mark.parametrize(
    ("last_name", "initial"),
    [
        ("Adams", "A"),
        ("adams", "A"),
        ("'t Hooft", "T"),
        ("\u02bbAkaka", "A"),
        ("Müller", "M"),
        ("M\u0308uller", "M"),
        ("Émile", "E"),
        ("Ångström", "A"),
        ("Łukasz", "L"),
        ("ørsted", "O"),
        ("Đoković", "D"),
        ("Æsir", "A"),
        ("Œuvre", "O"),
        ("Þór", "T"),
        ("ß", "S"),
        ("3rd Street", "R"),
        ("  - O'Brien", "O"),
        ("Иванов", ""),
        ("李", ""),
        ("אברהם Smith", ""),
        ("", ""),
        ("42", ""),
    ],
)
def test_the_initial_is_the_first_letter_folded(last_name, initial):
    """WL-3: leading signs skipped, case and accents folded; a letter of another script is none."""
    assert initial_of(last_name) == initial
    found = named("a1", last_name)
    every = worklist(initials=frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert on(run(every, found)) == (["a1"] if initial else [])
    assert on(run(worklist(), found)) == ["a1"]
    if initial:
        assert on(run(worklist(initials=frozenset(initial)), found)) == ["a1"]


def test_the_initial_is_the_guarantors_and_the_rest_the_heads():
    """WL-3, WL-5: the initial is the guarantor's; department, provider, insurance the head's."""
    parent = Guarantor(id="g", last_name="Zorn")
    child = person("kid", "Adams", primary_department_id="d2", usual_provider_id="v2")
    sister = person("sis", "Bell", insurance_class=InsuranceClass.OTHER_PRIMARY)
    one = account("a1", child, sister, guarantor=parent)
    for filters in (
        {"initials": frozenset("Z")},
        {"department_ids": frozenset({"d2"})},
        {"provider_ids": frozenset({"v2"})},
        {"insurance_class": InsuranceClass.SELF_PAY_PRIMARY},
    ):
        assert on(run(worklist(**filters), one)) == ["a1"]
    for filters in (
        {"initials": frozenset("AB")},
        {"department_ids": frozenset({"d1"})},
        {"provider_ids": frozenset({"v1"})},
        {"insurance_class": InsuranceClass.OTHER_PRIMARY},
    ):
        assert on(run(worklist(**filters), one)) == []


def test_amounts_are_inclusive_and_of_the_account():
    """WL-4: bounds count, either may be absent; credits are not deducted, placed charges not in."""
    money = Transaction(
        id="t",
        kind=TransactionKind.PAYMENT,
        amount="25",
        received_on=REACHED,
        posted_on=REACHED,
    )
    credit = attrs.evolve(charge("p", "10", 0, charge_id="credit"), transactions=(money,))
    agency = Placement(placed_on=REACHED, agency_id="x")
    charges = (
        charge("p", "60", charge_id="one"),
        credit,
        charge("p", "500", charge_id="placed", placement=agency),
        charge("q", "40", charge_id="two"),
    )
    one = account("a1", person("p"), person("q"), charges=charges)
    hundred, cent = Decimal(100), Decimal("0.01")
    assert on(run(worklist(amount_min=hundred, amount_max=hundred), one)) == ["a1"]
    assert on(run(worklist(amount_min=hundred + cent), one)) == []
    assert on(run(worklist(amount_max=hundred - cent), one)) == []
    assert on(run(worklist(amount_max=hundred), one)) == ["a1"]
    row, _ = run(worklist(), one).rows
    assert (row.own.credits, row.own.collect_outstanding) == (Decimal("-15.00"), Decimal("500.00"))


def test_department_and_provider_come_from_registration():
    """WL-5: where a charge was made and by whom does not matter: the account is evaluated whole."""
    elsewhere = charge("p", "10", department_id="d9", provider_id="v9")
    one = account("a1", person("p"), charges=(elsewhere,))
    assert on(run(worklist(department_ids=frozenset({"d9"})), one)) == []
    assert on(run(worklist(provider_ids=frozenset({"v9"})), one)) == []
    assert on(run(worklist(department_ids=frozenset({"d1"})), one)) == ["a1"]
    unregistered = account("a2", person("u", primary_department_id=""))
    assert on(run(worklist(department_ids=frozenset({""})), unregistered)) == ["a2"]
    assert on(run(worklist(department_ids=frozenset({"d1"})), unregistered)) == []


def test_insurance_classes_are_a_partition():
    """WL-6: each account is in one of the two; with none registered self pay is primary."""
    accounts = [account("a1"), account("a2", person(insurance_class=InsuranceClass.OTHER_PRIMARY))]
    lists = [worklist(insurance_class=each) for each in InsuranceClass]
    assert [on(run(each, *accounts)) for each in lists] == [["a1"], ["a2"]]


@pytest.mark.parametrize(
    ("days", "coming_in", "stays"),
    [
        (21, 21, False),
        (21, 22, True),
        (21, 0, False),
        (21, -1, True),
        (0, 0, False),
        (0, 1, True),
        (None, 0, True),
    ],
)
def test_coming_appointments_exclude(days, coming_in, stays):
    """WL-7: from the day to N days on, both included; the past ignored; blank off; 0 is today."""
    one = account("a1", person(), person("kid", appointments=coming(coming_in)))
    assert on(run(worklist(appointment_days=days), one)) == (["a1"] if stays else [])


def test_a_past_or_a_far_appointment_hides_no_near_one():
    """WL-7: of several appointments any in the span excludes."""
    one = account("a1", person(appointments=(*coming(-5), *coming(40), *coming(3))))
    assert on(run(worklist(appointment_days=7), one)) == []


# ------------------------------------------------------------------------------- WL-8 the order


def test_by_last_name():
    """WL-8: the head's last name, first name, account id, all folded."""
    accounts = [
        named("a1", "Zorn"),
        named("a2", "özil", "Bea"),
        named("a3", "Ozil", "Ada"),
        named("a5", "adams"),
        named("a4", "Adams"),
        named("a6", "Łowe"),
    ]
    expected = ["a4", "a5", "a6", "a3", "a2", "a1"]
    assert on(run(worklist(), *accounts)) == expected
    assert on(run(worklist(), *reversed(accounts))) == expected


def test_by_amount():
    """WL-8: the largest amount first, then by name."""
    accounts = [
        named("a1", "Zorn", owes="100"),
        named("a2", "Adams", owes="20"),
        named("a3", "Adams", owes="100"),
        named("a4", "Adams", "Aaron", owes="100"),
    ]
    by_amount = worklist(sort=WorklistSort.OUTSTANDING)
    assert on(run(by_amount, *accounts)) == ["a4", "a3", "a1", "a2"]


def test_inside_a_family():
    """WL-8: the head, then last name, first name, id, folded."""
    people = [
        person("m", "Mill", "Max"),
        person("z2", "Adams", "Zoe"),
        person("z1", "adams", "Zoë"),
        person("a", "Adams", "Ann"),
    ]
    rows = run(worklist(), account("a1", *people)).rows
    assert [row.patient_id for row in rows] == ["m", "a", "z1", "z2"]


# ------------------------------------------------------------------------- WL-9 coverage audits


def test_the_audit_of_definitions_and_of_a_book():
    """WL-9: gaps and overlaps in words, with a witness; names without a letter on their own."""
    lists = [
        worklist(id="am", name="Ada", initials=A_TO_M),
        worklist(id="nz", name="Bob", initials=frozenset("MNOPQRSTUVWXYZ"), appointment_days=7),
    ]
    audit = audit_worklists(lists)
    words = [gap.words for gap in audit.gaps if gap.level is LEVELS[2]]
    assert words == ["level 2, names without a letter: nobody"]
    assert [overlap.words for overlap in audit.overlaps] == [
        "level 2, initial M, no appointment within 7 days: both Ada and Bob"
    ]
    assert audit.overlaps[0].region.witness.guarantor_initial == "M"
    assert [each.words for each in audit.exclusions] == [
        "level 2, initials M-Z, an appointment within 7 days: left out of Bob on purpose"
    ]
    accounts = [
        named("a1", "Adams"),
        named("a2", "Mill"),
        named("a3", "李"),
        account("a4", person(last="Zorn", appointments=coming(1))),
    ]
    found = audit_book(lists, accounts, viewer=SEES_ALL, as_of=AS_OF, policy=POLICY)
    assert found.covered_count == 1
    assert [each.shown_account_id for each in found.uncovered] == ["a3"]
    assert [each.worklist_ids for each in found.doubly_covered] == [("am", "nz")]
    assert [each.shown_account_id for each in found.left_out] == ["a4"]


def test_a_gap_of_one_department():
    """WL-9: "level 2, initials N-Z, department 4: nobody"."""
    rest = frozenset("NOPQRSTUVWXYZ")
    lists = [
        worklist(id="1", name="1", initials=A_TO_M),
        worklist(id="2", name="2", initials=rest, department_ids=frozenset({"1", "2", "3", ""})),
    ]
    audit = audit_worklists(lists, department_ids=["1", "2", "3", "4"])
    words = [gap.words for gap in audit.gaps if gap.level is LEVELS[2]]
    assert words == [
        "level 2, names without a letter: nobody",
        "level 2, initials N-Z, department 4: nobody",
    ]


# ----------------------------------------------------------- WL-10, WL-14 definitions and edits


def test_editing_never_changes_a_result():
    """WL-10: create, edit, delete, run; what was returned stays as it was."""
    first = create_worklist((), worklist(), viewer=ADMIN, policy=POLICY).worklists
    result = run(first[0], account("a1"))
    before = (repr(result), str(result), worklist_csv(result))
    narrowed = attrs.evolve(first[0], initials=frozenset("Z"))
    second = edit_worklist(first, narrowed, viewer=ADMIN, policy=POLICY).worklists
    assert first == (worklist(),)
    assert second == (narrowed,)
    assert on(run(second[0], account("a1"))) == []
    assert delete_worklist(second, "w", viewer=ADMIN).worklists == ()
    assert (repr(result), str(result), worklist_csv(result)) == before
    assert result.worklist == worklist()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"id": ""}, "id"),
        ({"alarm_level": LEVELS[0]}, "alarm_level"),
        ({"alarm_level": 2}, "alarm_level"),
        ({"initials": frozenset({"Ä"})}, "initials"),
        ({"initials": frozenset({"a"})}, "initials"),
        ({"initials": frozenset({"AB"})}, "initials"),
        ({"initials": "AB"}, "initials"),
        ({"amount_min": "5", "amount_max": "4.99"}, "amount_max"),
        ({"amount_min": 0.5}, "amount_min"),
        ({"amount_max": "-1"}, "amount_max"),
        ({"appointment_days": -1}, "appointment_days"),
        ({"department_ids": {"d1"}}, "department_ids"),
        ({"insurance_class": "self_pay_primary"}, "insurance_class"),
        ({"sort": "last_name"}, "sort"),
    ],
)
def test_definitions_that_cannot_be(fields, field):
    """WL-14: initials outside A-Z, min above max, negative days, an empty name are refused."""
    with pytest.raises(InvalidRecord) as caught:
        worklist(**fields)
    assert (caught.value.record, caught.value.field) == ("Worklist", field)


def test_a_name_is_taken_once():
    """WL-14: a duplicate name is refused, capitals and blanks around it aside; so is an id."""
    lists = (worklist(), worklist(id="w2", name="Straße"))
    for name in ("level TWO", " Level two "):
        with pytest.raises(Refused) as caught:
            create_worklist(lists, worklist(id="w3", name=name), viewer=ADMIN, policy=POLICY)
        assert caught.value.propositions == (WorklistProblem.NAME_TAKEN,)
    with pytest.raises(Refused) as caught:
        create_worklist(lists, worklist(name="STRASSE"), viewer=ADMIN, policy=POLICY)
    assert caught.value.propositions == (WorklistProblem.ID_TAKEN, WorklistProblem.NAME_TAKEN)
    with pytest.raises(Refused):
        edit_worklist(lists, worklist(name="Strasse"), viewer=ADMIN, policy=POLICY)
    same = edit_worklist(lists, worklist(name="LEVEL two"), viewer=ADMIN, policy=POLICY)
    assert [each.name for each in same.worklists] == ["LEVEL two", "Straße"]
    with pytest.raises(UnknownReference):
        edit_worklist(lists, worklist(id="w9"), viewer=ADMIN, policy=POLICY)
    with pytest.raises(UnknownReference):
        delete_worklist(lists, "w9", viewer=ADMIN)


def test_an_incomplete_set_of_alarm_types_is_refused():
    """AL-1: without an alarm type for every level no worklist is made or run; a used one stays."""
    part = attrs.evolve(POLICY, alarm_types=POLICY.alarm_types[:6])
    for act in (
        lambda: create_worklist((), worklist(), viewer=ADMIN, policy=part),
        lambda: edit_worklist((worklist(),), worklist(), viewer=ADMIN, policy=part),
        lambda: run(worklist(), account("a1"), policy=part),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.propositions == (WorklistProblem.ALARM_TYPES_INCOMPLETE,)
        assert "level 7, 8" in str(caught.value)
    used = levels_in_use([worklist()])
    with pytest.raises(Refused):
        delete_alarm_type(POLICY, LEVELS[2], viewer=ADMIN, levels_in_use=used)
    delete_alarm_type(POLICY, LEVELS[3], viewer=ADMIN, levels_in_use=used)
