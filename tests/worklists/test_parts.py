"""Filters, words, layout, audits and splits by themselves (WL-2, WL-9)."""

from decimal import Decimal

import pytest

from revcycle.access import ProviderGroup, Viewer, has_access, is_masked, sees_everyone
from revcycle.accounts import Guarantor, InsuranceClass
from revcycle.dunning import ACCOUNT_FACTS
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.layout import Table, html_of, text_of
from revcycle.levels import LEVELS
from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Equals,
    In,
    Not,
    check_rule,
    decode_rule,
    describe,
    encode_rule,
)
from revcycle.worklists import (
    WORKLIST_LEAVES,
    AlarmLevelIs,
    Evenness,
    GuarantorInitialIn,
    InsuranceClassIs,
    NoAppointmentWithin,
    OutstandingBetween,
    PrimaryDepartmentIn,
    UsualProviderIn,
    audit_book,
    audit_worklists,
    region_words,
    rule_of,
    split_by_department,
    split_by_initials,
    split_by_outstanding,
    worklist_of,
)
from tests.worklists.book import (
    AS_OF,
    POLICY,
    RUNNER,
    SEES_ALL,
    account,
    group,
    grouped,
    named,
    on,
    person,
    run,
    worklist,
)

LEAVES = [
    (AlarmLevelIs(2), "the alarm fires at level 2"),
    (GuarantorInitialIn("ABCX"), "the guarantor's initial is of A-C, X"),
    (PrimaryDepartmentIn("7"), "the department is 7"),
    (UsualProviderIn(["v2", "v1", ""]), "the provider is v1, v2 or none"),
    (InsuranceClassIs(InsuranceClass.OTHER_PRIMARY), "other is primary"),
    (OutstandingBetween("5", "1000"), "the total outstanding is from $5.00 up to $1,000.00"),
    (OutstandingBetween(amount_max="0"), "the total outstanding is up to $0.00"),
    (OutstandingBetween(), "any total outstanding"),
    (NoAppointmentWithin(0), "no appointment today"),
    (NoAppointmentWithin(1), "no appointment within 1 day"),
]


@pytest.mark.parametrize(("leaf", "words"), LEAVES)
def test_filters_as_named_leaves(leaf, words):
    """WL-2: each filter fits the facts, says itself in English, and comes back from the wire."""
    assert describe(leaf) == words
    assert check_rule(leaf, vocabulary=ACCOUNT_FACTS) == ()
    wire = encode_rule(leaf, leaves=WORKLIST_LEAVES)
    assert decode_rule(wire, leaves=WORKLIST_LEAVES, vocabulary=ACCOUNT_FACTS) == leaf


def test_filters_refuse_what_cannot_be():
    """WL-7, M-1: negative days and floats."""
    for build in (lambda: NoAppointmentWithin(-1), lambda: NoAppointmentWithin(days=True)):
        with pytest.raises(InvalidRecord):
            build()
    with pytest.raises(InvalidRecord):
        OutstandingBetween(0.5)


def test_a_definition_in_one_line():
    """WL-2: the rule of a worklist has the filters that are set, and no others."""
    every = worklist(
        initials=frozenset("A"),
        department_ids=frozenset("1"),
        provider_ids=frozenset("2"),
        insurance_class=InsuranceClass.SELF_PAY_PRIMARY,
        amount_max="9",
        appointment_days=3,
    )
    assert len(rule_of(every).parts) == 7
    assert len(rule_of(every, with_initials=False, with_appointments=False).parts) == 5
    assert rule_of(worklist()) == AllOf(AlarmLevelIs(2))
    assert rule_of(worklist(), with_alarm=False) == AllOf()
    assert worklist_of([worklist()], "w") == worklist()
    with pytest.raises(UnknownReference):
        worklist_of([worklist()], "x")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (AllOf(Equals("alarm_level", 3)), "level 3"),
        (Not(In("guarantor_initial", [*"ABCDEFGHIJKLMNOPQRSTUVWX", ""])), "initials Y-Z"),
        (In("guarantor_initial", {"", "Q"}), "initial Q or names without a letter"),
        (Equals("guarantor_initial", ""), "names without a letter"),
        (In("guarantor_initial", [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", ""]), ""),
        (Not(In("primary_department_id", ["2", "1"])), "department other than 1 or 2"),
        (Not(Equals("usual_provider_id", "")), "provider other than none"),
        (Not(Equals("insurance_class", "other_primary")), "self pay is primary"),
        (
            AllOf(AtLeast("outstanding_cents", 100), AtMost("outstanding_cents", 999)),
            "outstanding from $1.00 up to $9.99",
        ),
        (
            AnyOf(AtMost("outstanding_cents", 99), AtLeast("outstanding_cents", 1000)),
            "outstanding up to $0.99 or from $10.00",
        ),
        (Not(Equals("outstanding_cents", 100)), "outstanding not of $1.00"),
        (
            In("outstanding_cents", {1, 2}),
            "outstanding total outstanding is one of $0.01 or $0.02",
        ),
        (NoAppointmentWithin(7), "no appointment within 7 days"),
        (Not(NoAppointmentWithin(1)), "an appointment within 1 day"),
        (NoAppointmentWithin(0).lower(), "no appointment today"),
        (Not(Equals("has_plan", value=True)), "not on a payment plan"),
    ],
)
def test_regions_in_words(rule, words):
    """WL-9: short English for what the audits find."""
    assert region_words(rule) == words


def test_an_audit_in_lines():
    """WL-9: a whole level that nobody has is said once; a full set says so."""
    everyone = [worklist(id=str(each), name=str(each), alarm_level=each) for each in LEVELS[1:]]
    whole = audit_worklists(everyone)
    assert whole.is_partition
    assert str(whole) == "every account with an alarm is on exactly one worklist"
    part = audit_worklists(everyone[:6])
    assert not part.is_partition
    assert str(part).splitlines() == ["level 7: nobody", "level 8: nobody"]


def test_an_audit_past_its_budget_says_so():
    """WL-9: more than can be listed is reported as undecided, never left out in silence."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    many = [
        worklist(
            id=f"{number}",
            name=f"{number}",
            initials=frozenset(letters[number % 26]),
            department_ids=frozenset({f"d{number * 7 % 41}"}),
            provider_ids=frozenset({f"p{number * 11 % 53}"}),
            amount_min=str(number),
        )
        for number in range(600)
    ]
    audit = audit_worklists(many)
    assert LEVELS[2] in audit.undecided
    assert "level 2: undecided" in str(audit)


def test_the_least_that_can_be_outstanding_is_a_cent():
    """WL-9: a list from one cent on leaves nobody out, for an alarm needs something due."""
    lists = [
        worklist(id=str(each), name=str(each), alarm_level=each, amount_min="0.01")
        for each in LEVELS[1:]
    ]
    assert audit_worklists(lists).is_partition


def test_a_book_audit_counts_an_account_once():
    """WL-9, FA-5: given twice it is one; two accounts of one id are refused, a masked id hidden."""
    lists = [worklist()]
    one, lost = account("a1"), account("a3", level=3)
    found = audit_book(lists, [one, lost, one, lost], viewer=SEES_ALL, as_of=AS_OF, policy=POLICY)
    assert found.covered_count == 1
    assert [each.account_id for each in found.uncovered] == ["a3"]
    hidden = account("aSECRET", person("b", blocked=True))
    other = account("aSECRET", person("b", blocked=True), owes="7")
    for viewer, shown in ((SEES_ALL, True), (RUNNER, False)):
        with pytest.raises(InvalidRecord, match="one account, not two") as by_audit:
            audit_book(lists, [hidden, other], viewer=viewer, as_of=AS_OF, policy=POLICY)
        with pytest.raises(InvalidRecord, match="one account, not two") as by_run:
            run(lists[0], hidden, other, viewer=viewer)
        for caught in (by_audit, by_run):
            assert ("aSECRET" in str(caught.value)) is shown


def test_a_guarantor_with_two_records_is_masked_if_either_is():
    """PR-3: whichever account comes first, nobody learns a blocked guarantor's initial."""
    blocked = account("a1", person("gus", "Adams", blocked=True), level=3)
    open_one = account("a2", person("gus", "Adams"), level=3)
    guarantor = Guarantor(id="g", last_name="Adams", patient_id="gus")
    asked = account("a3", person("kid"), guarantor=guarantor)
    of_z = worklist(initials=frozenset("Z"))
    for order in ((blocked, open_one, asked), (open_one, blocked, asked), (asked, open_one)):
        is_masked = blocked in order
        assert on(run(of_z, *order, viewer=RUNNER)) == (["a3"] if is_masked else [])


def test_a_book_audit_in_lines():
    """WL-9, PR-3, WL-13: masked heads have no id, and who is out of sight is not counted."""
    lists = [worklist(id="x", name="x"), worklist(id="y", name="y", amount_min="50")]
    accounts = [
        named("a1", "Adams"),
        account("a2", person("p2", blocked=True), level=3),
        account("a3", person("p3", usual_provider_id="v2", primary_department_id="d2")),
        named("a4", "Bell", owes="5"),
    ]
    viewer = grouped(group(providers=["v1"]), blocked_too=False)
    found = audit_book(lists, iter(accounts), viewer=viewer, as_of=AS_OF, policy=POLICY)
    assert str(found).splitlines() == [
        "1 account with an alarm is on exactly one worklist",
        "level 3, account XXXXXXXX: on no worklist",
        "level 2, account a1: on x and y",
    ]
    all_of_them = audit_book(lists, accounts, viewer=RUNNER, as_of=AS_OF, policy=POLICY)
    assert len(all_of_them.doubly_covered) == 2


# -------------------------------------------------------------------------------------- splits


def test_initials_are_dealt_in_runs():
    """WL-9: neighbouring letters, as many each or one more; the template's own if it has some."""
    three = split_by_initials(worklist(), ["Ada", "Bo", "Cy"])
    assert ["".join(sorted(each.initials)) for each in three] == [
        "ABCDEFGHI",
        "JKLMNOPQR",
        "STUVWXYZ",
    ]
    assert (three[0].id, three[0].name) == ("w-1", "Level two: Ada")
    own = split_by_initials(worklist(initials=frozenset("AXY")), ["Ada", "Bo"])
    assert [sorted(each.initials) for each in own] == [["A", "X"], ["Y"]]


def test_departments_are_dealt_in_their_order():
    """WL-9: the last person also gets the accounts without a department."""
    two = split_by_department(worklist(), ["Ada", "Bo"], department_ids=["9", "3", "5", "9"])
    assert [sorted(each.department_ids) for each in two] == [["3", "9"], ["", "5"]]
    own = worklist(department_ids=frozenset({"3", "8"}))
    dealt = split_by_department(own, ["Ada", "Bo"], department_ids=["9", "3"])
    assert [sorted(each.department_ids) for each in dealt] == [["3"], ["8"]]


@pytest.mark.parametrize(
    ("evenly", "bounds"),
    [
        (Evenness.ACCOUNTS, [(None, "20.00"), ("20.01", None)]),
        (Evenness.DOLLARS, [(None, "40.00"), ("40.01", None)]),
    ],
)
def test_amounts_are_cut_evenly(evenly, bounds):
    """WL-9: by number of accounts or by dollars, without a cent between the ranges."""
    amounts = [Decimal(each) for each in (40, 10, 100, 20)]
    found = split_by_outstanding(worklist(), ["Ada", "Bo"], amounts=amounts, evenly=evenly)
    shown = [
        tuple(None if each is None else str(each) for each in (one.amount_min, one.amount_max))
        for one in found
    ]
    assert shown == bounds


@pytest.mark.parametrize(
    ("amounts", "count", "evenly", "counts"),
    [
        ((5, 10, 10, 10), 2, Evenness.ACCOUNTS, [1, 3]),
        ((5, 5, 8, 8, 8, 20, 20, 20), 2, Evenness.DOLLARS, [5, 3]),
        ((10, 10, 10, 10, 20, 30), 3, Evenness.ACCOUNTS, [4, 1, 1]),
        ((10, 10, 10, 10, 20, 30), 3, Evenness.DOLLARS, [4, 1, 1]),
        ((7, 7, 7), 2, Evenness.ACCOUNTS, [3, 0]),
    ],
)
def test_accounts_that_owe_the_same_stay_together(amounts, count, evenly, counts):
    """WL-9: a cut stands below or above them, whichever is the more even."""
    owed = [Decimal(each) for each in amounts]
    staff = [f"S{number}" for number in range(count)]
    lists = split_by_outstanding(worklist(), staff, amounts=owed, evenly=evenly)
    assert [sum(_is_between(each, one) for each in owed) for one in lists] == counts


def _is_between(amount, one):
    low = one.amount_min is None or one.amount_min <= amount
    return low and (one.amount_max is None or amount <= one.amount_max)


def test_a_split_keeps_the_templates_bounds():
    """WL-9: also where nobody owes anything yet, or everybody owes the same."""
    template = worklist(amount_min="1", amount_max="1.02")
    three = split_by_outstanding(template, ["A", "B", "C"], amounts=[Decimal(9)])
    assert [(str(each.amount_min), str(each.amount_max)) for each in three] == [
        ("1.00", "1.00"),
        ("1.01", "1.01"),
        ("1.02", "1.02"),
    ]
    with pytest.raises(InvalidRecord, match="staff"):
        split_by_outstanding(template, ["A", "B", "C", "D"], amounts=[Decimal(9)])
    assert len(split_by_outstanding(worklist(), ["A", "B"], amounts=[])) == 2


@pytest.mark.parametrize(
    "staff", [[], "Ada", ["Ada", "ADA"], ["Ada", " "], [str(n) for n in range(27)]]
)
def test_staff_that_cannot_be(staff):
    """WL-9: nobody, one text, somebody twice, more people than parts."""
    with pytest.raises(InvalidRecord) as caught:
        split_by_initials(worklist(), staff)
    assert caught.value.field == "staff"


# ------------------------------------------------------------------------------ provider groups


def test_provider_groups_are_ids_in_frozensets():
    """WL-13: a viewer has a frozenset of groups, or none where the practice has no groups."""
    assert RUNNER.provider_groups is None
    assert grouped(group(providers=["v1"])).provider_groups == {group(providers=["v1"])}
    for build in (
        lambda: ProviderGroup(id=""),
        lambda: ProviderGroup(id="g", provider_ids={"v1"}),
        lambda: ProviderGroup(id="g", department_ids=frozenset({""})),
        lambda: Viewer(id="u", provider_groups=(group(),)),
        lambda: Viewer(id="u", provider_groups=frozenset({"north"})),
    ):
        with pytest.raises(InvalidRecord):
            build()


def test_access_by_group():
    """WL-13, PR-3: usual provider or primary department; blocked asks for its own permission."""
    viewer = grouped(group(providers=["v1"]), group(departments=["d2"], group_id="south"))
    record = {"provider_id": "v9", "department_id": "d2"}
    assert has_access(viewer, **record)
    assert not has_access(viewer, provider_id="d2", department_id="v1")
    assert has_access(RUNNER, provider_id="", department_id="")
    assert not is_masked(viewer, is_blocked=True, **record)
    assert is_masked(RUNNER, is_blocked=True, **record)
    assert not is_masked(RUNNER, is_blocked=False, **record)
    assert [sees_everyone(each) for each in (viewer, RUNNER, SEES_ALL)] == [False, False, True]


# -------------------------------------------------------------------------------------- layout


def test_a_table_without_rows_or_foot():
    """WL-11: an empty result is still a table with its caption and headers."""
    table = Table(caption="none", columns=("a", "b"), rows=())
    assert text_of(table) == "none\n\na  b\n-  -"
    assert "<tbody></tbody></table>" in html_of(table)


def test_numbers_stand_to_the_right_and_texts_on_one_line():
    """WL-11: columns of equal width."""
    table = Table(
        caption="c", columns=("name", "$"), rows=(("a\nb", Decimal("1.00")), ("c", Decimal(10)))
    )
    assert text_of(table).splitlines()[4:] == ["a b   1.00", "c       10"]


# ------------------------------------------------------------------------------------- leaves


@pytest.mark.parametrize(
    ("build", "field"),
    [
        pytest.param(lambda: AlarmLevelIs("x"), "number", id="no level"),
        pytest.param(lambda: AlarmLevelIs(0), "number", id="level 0"),
        pytest.param(lambda: AlarmLevelIs(number=True), "number", id="true"),
        pytest.param(lambda: GuarantorInitialIn("abc"), "letters", id="small letters"),
        pytest.param(lambda: GuarantorInitialIn(""), "letters", id="no letter"),
        pytest.param(lambda: PrimaryDepartmentIn([]), "ids", id="no department"),
        pytest.param(lambda: UsualProviderIn([3]), "ids", id="no text"),
        pytest.param(lambda: InsuranceClassIs("self"), "insurance_class", id="no class"),
        pytest.param(lambda: OutstandingBetween("10", "5"), "amount_max", id="turned round"),
    ],
)
def test_filters_that_cannot_be_are_refused_when_built(build, field):
    """WL-2, WL-14: a filter says at once what is wrong with it, as a definition does."""
    with pytest.raises(InvalidRecord) as caught:
        build()
    assert caught.value.field == field
