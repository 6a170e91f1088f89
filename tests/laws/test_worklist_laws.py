"""The laws of worklists, each with a hand-broken variant that it catches."""

import itertools
from decimal import Decimal

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from revcycle.access import Viewer
from revcycle.accounts import Address, Guarantor, InsuranceClass
from revcycle.dunning import facts_of
from revcycle.errors import UnknownReference
from revcycle.levels import LEVELS
from revcycle.rules import compile_rule, holds
from revcycle.worklists import (
    Evenness,
    Relation,
    RoutingFacts,
    Worklist,
    WorklistSort,
    audit_book,
    audit_worklists,
    diff,
    is_patient_masked,
    rule_of,
    run_worklist,
    split_by_department,
    split_by_initials,
    split_by_outstanding,
    why_here,
    why_not_here,
    worklist_csv,
    worklist_html,
    worklist_text,
)
from tests.worklists.book import (
    AS_OF,
    POLICY,
    RUNNER,
    SEES_ALL,
    account,
    charge,
    coming,
    group,
    grouped,
    person,
)

LAST_NAMES = ("Adams", "Zorn", "Łowe", "li", "李", "'t Hooft")
LETTERS = st.frozensets(st.sampled_from("ALTZ"), max_size=2)
ASKED = {"as_of": AS_OF, "policy": POLICY}
VIEWERS = (RUNNER, SEES_ALL, grouped(group(providers=["v1"]), blocked_too=False))


def hunt(law, *strategies, examples=500, **broken):
    """Ask *law* of many examples, always the same; with the *broken* part it must fail for one."""
    quick = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
    )
    with pytest.raises(AssertionError):
        quick(given(st.tuples(*strategies))(lambda drawn: law(*drawn, **broken)))()


# --------------------------------------------------------------------------------------- books


@st.composite
def people(draw, patient_id):
    """Patients of few names, some blocked, of two providers."""
    return person(
        patient_id,
        draw(st.sampled_from(LAST_NAMES)),
        draw(st.sampled_from(("Ann", "Bo"))),
        blocked=draw(st.booleans()),
        usual_provider_id=draw(st.sampled_from(("v1", "v2"))),
        primary_department_id=draw(st.sampled_from(("1", "2", ""))),
        insurance_class=draw(st.sampled_from(InsuranceClass)),
        appointments=draw(st.sampled_from(((), coming(3), coming(10)))),
    )


@st.composite
def families(draw, number):
    """Families of one to three, at levels 2 and 3, under a guarantor of any kind."""
    members = [draw(people(f"p{number}{n}")) for n in range(draw(st.integers(1, 3)))]
    level = draw(st.sampled_from((2, 2, 2, 3)))
    charges = tuple(
        charge(each.id, draw(st.sampled_from(("10", "50", "100.01"))), charge_id=f"c-{each.id}")
        if place
        else charge(each.id, "40", level, charge_id=f"c-{each.id}")
        for place, each in enumerate(members)
        if not place or draw(st.booleans())
    )
    guarantor = Guarantor(
        id=f"g{number}",
        last_name=draw(st.sampled_from(LAST_NAMES)),
        patient_id=draw(st.sampled_from((None, members[0].id, "p00", "p10", "far"))),
    )
    return account(f"a{number}", *members, charges=charges, guarantor=guarantor, level=level)


@st.composite
def books(draw):
    """A few families whose ids are of one length."""
    return [draw(families(number)) for number in range(draw(st.integers(1, 4)))]


@st.composite
def definitions(draw):
    """Definitions of level 2, with filters that the books meet now and then."""
    return Worklist(
        id="w",
        name="W",
        alarm_level=LEVELS[2],
        initials=draw(LETTERS),
        department_ids=draw(st.frozensets(st.sampled_from(("1", "2", "")), max_size=2)),
        amount_min=draw(st.sampled_from((None, "50"))),
        appointment_days=draw(st.sampled_from((None, 0, 7))),
        sort=draw(st.sampled_from(WorklistSort)),
    )


def run(definition, accounts, viewer):
    """Run a worklist on the day."""
    return run_worklist(definition, accounts, viewer=viewer, **ASKED)


# ---------------------------------------------------------------- PR-3 what masking must not tell


def disguised(accounts, viewer):
    """The same book, its masked patients under other names, contacts and ids of the same order."""
    masked = {
        member.patient.id
        for each in accounts
        for member in each.members
        if is_patient_masked(member.patient, viewer)
    }
    return [_disguised(each, masked) for each in accounts]


def _disguised(one, masked):
    def renamed(patient_id):
        return f"{patient_id}x" if patient_id in masked else patient_id

    def hidden(patient):
        if patient.id not in masked:
            return patient
        return attrs.evolve(
            patient,
            id=renamed(patient.id),
            last_name="Quill",
            first_name="Quentin",
            email="q@example.org",
            address=Address(lines=("1 Q Street",)),
        )

    guarantor = one.guarantor
    if guarantor.patient_id in masked:
        guarantor = attrs.evolve(
            guarantor,
            id=f"{guarantor.id}x",
            patient_id=renamed(guarantor.patient_id),
            last_name="Quill",
            email="q@example.org",
        )
    head = one.guarantor.patient_id
    if head not in {member.patient.id for member in one.members}:
        head = one.members[0].patient.id
    return attrs.evolve(
        one,
        id=f"{one.id}x" if head in masked else one.id,
        guarantor=guarantor,
        members=tuple(
            attrs.evolve(member, patient=hidden(member.patient)) for member in one.members
        ),
        charges=tuple(
            attrs.evolve(
                each,
                patient_id=renamed(each.patient_id),
                id=f"c-{renamed(each.patient_id)}",
                claim_id=f"k-{renamed(each.patient_id)}",
            )
            for each in one.charges
        ),
        alarm=attrs.evolve(one.alarm, patient_ids=tuple(map(renamed, one.alarm.patient_ids))),
    )


def pages(definition, accounts, viewer):
    """Everything that a viewer can read of a book."""
    result = run(definition, accounts, viewer)
    change = diff(
        result, run(definition, accounts[1:], viewer), accounts=accounts[1:], policy=POLICY
    )
    arrival = diff(run(definition, accounts[1:], viewer), result, accounts=accounts, policy=POLICY)
    audit = audit_book([definition], accounts, viewer=viewer, **ASKED)
    shown = [worklist_text(result), worklist_html(result), result._repr_html_(), repr(result)]
    shown += [worklist_csv(result), repr(change), str(change), repr(arrival), str(arrival)]
    shown += [repr(audit), str(audit)]
    for each in accounts:
        try:
            given = {"viewer": viewer, "account_id": each.id, **ASKED}
            here = why_here(definition, accounts, **given)
            why_not = why_not_here(definition, accounts, **given)
        except UnknownReference:
            continue
        shown += [repr(here), str(here), repr(why_not), str(why_not)]
    return shown


def masks(definition, accounts, viewer, *, shown=pages):
    """PR-3's law: what cannot be seen changes no byte of what can."""
    assert shown(definition, accounts, viewer) == shown(
        definition, disguised(accounts, viewer), viewer
    )


@given(definitions(), books(), st.sampled_from(VIEWERS))
def test_masked_patients_leave_no_trace(definition, accounts, viewer):
    """PR-3, WL-13: equal bytes for books that differ in who the masked patients are."""
    masks(definition, accounts, viewer)


def test_a_trace_of_masked_patients_is_caught():
    """PR-3: an order by name, a filter by initial, an id that is shown: each breaks the law."""

    def by_true_name(definition, accounts, viewer):
        def name(family):
            return next(
                each for each in accounts if each.id == family.account_id
            ).guarantor.last_name

        result = run(definition, accounts, viewer)
        ordered = tuple(sorted(result.families, key=name))
        return worklist_text(attrs.evolve(result, families=ordered))

    def by_true_initial(definition, accounts, viewer):
        everyone = {family.account_id for family in run(definition, accounts, SEES_ALL).families}
        result = run(definition, accounts, viewer)
        kept = tuple(family for family in result.families if family.account_id in everyone)
        return worklist_text(attrs.evolve(result, families=kept))

    def with_ids(definition, accounts, viewer):
        return str([family.account_id for family in run(definition, accounts, viewer).families])

    for broken in (by_true_name, by_true_initial, with_ids):
        hunt(masks, definitions(), books(), st.just(RUNNER), shown=broken)


# ------------------------------------------------------------------------- FA-2, FA-5 families


def lists_families(definition, accounts, viewer, *, run=run):
    """Each family once, complete, under its head unless masked, masked members last."""
    result = run(definition, accounts, viewer)
    found = [family.account_id for family in result.families]
    assert len(set(found)) == len(found)
    known = {each.id: each for each in accounts}
    for family in result.families:
        patients = {
            member.patient.id: member.patient for member in known[family.account_id].members
        }
        masked = {p.id for p in patients.values() if is_patient_masked(p, viewer)}
        assert {r.patient_id for r in family.rows} - {None} == patients.keys() - masked
        assert sum(row.is_masked for row in family.rows) == len(masked)
        assert [row.is_masked for row in family.rows] == sorted(
            row.is_masked for row in family.rows
        )
        heads = [place for place, row in enumerate(family.rows) if row.relation is Relation.HEAD]
        assert heads == ([] if family.shown_account_id is None else [0])


@given(definitions(), books(), st.sampled_from(VIEWERS))
def test_a_family_occurs_once_and_complete(definition, accounts, viewer):
    """FA-2, FA-5: complete or masked, under its head."""
    lists_families(definition, [*accounts, *accounts], viewer)


def test_a_member_left_out_is_caught():
    """FA-2: a run that lists only those who owe something breaks the law."""

    def only_debtors(definition, accounts, viewer):
        result = run(definition, accounts, viewer)
        families = tuple(
            attrs.evolve(each, rows=tuple(r for r in each.rows if r.own.outstanding))
            for each in result.families
        )
        return attrs.evolve(result, families=families)

    hunt(lists_families, definitions(), books(), st.just(SEES_ALL), run=only_debtors)


# --------------------------------------------------------------------------------- WL-8 the order


def keeps_order(definition, both, viewer, *, run=run):
    """The result is one and the same in whatever order accounts, members and charges come."""
    accounts, shuffled = both
    other = [
        attrs.evolve(each, members=each.members[::-1], charges=each.charges[::-1])
        for each in shuffled
    ]
    assert run(definition, accounts, viewer) == run(definition, other, viewer)


SHUFFLED = books().flatmap(lambda accounts: st.tuples(st.just(accounts), st.permutations(accounts)))


@given(definitions(), SHUFFLED, st.sampled_from(VIEWERS))
def test_the_order_is_total(definition, both, viewer):
    """WL-8, PR-3: independent of the order of the input."""
    keeps_order(definition, both, viewer)


def test_an_order_with_ties_is_caught():
    """WL-8: a run that orders by amount alone breaks the law."""

    def by_amount_alone(definition, accounts, viewer):
        result = run(definition, accounts, viewer)
        place = {each.id: number for number, each in enumerate(accounts)}
        families = sorted(result.families, key=lambda each: place[each.account_id])
        families.sort(key=lambda each: -each.figures.outstanding)
        return attrs.evolve(result, families=tuple(families))

    hunt(keeps_order, definitions(), SHUFFLED, st.just(SEES_ALL), run=by_amount_alone)


# ------------------------------------------------------------------ explaining agrees with running


def explains(definition, accounts, viewer, *, here=why_here):
    """Each account that can be asked about is on the list exactly if its explanation says so."""
    found = {family.account_id for family in run(definition, accounts, viewer).families}
    for each in accounts:
        given = {"viewer": viewer, "account_id": each.id, **ASKED}
        try:
            why = here(definition, accounts, **given)
        except UnknownReference:
            assert each.id not in found
            continue
        why_not = why_not_here(definition, accounts, **given)
        assert why.is_here == why_not.is_here == (each.id in found)
        assert bool(why_not.why.ways) is not why.is_here
        facts = facts_of(each, **ASKED)
        assert holds(why.explanation.rule, facts) == why.is_here


@given(definitions(), books(), st.sampled_from(VIEWERS))
def test_explaining_agrees_with_running(definition, accounts, viewer):
    """WL-1, PR-3: ``explain(x).result == decide(x)``, for every viewer and every account."""
    explains(definition, accounts, viewer)


def test_an_explanation_of_another_question_is_caught():
    """PR-3: an explanation that applies the initial filter to everyone breaks the law."""

    def as_if_all_were_seen(*given, viewer, **more):
        assert viewer is RUNNER
        return why_here(*given, viewer=SEES_ALL, **more)

    hunt(explains, definitions(), books(), st.just(RUNNER), here=as_if_all_were_seen)


BUILT_BY_EXPLAINING = (
    "revcycle.rules.explanation.Explanation",
    "revcycle.rules.explanation.Reading",
    "revcycle.rules.remedies.WhyNot",
    "revcycle.rules.remedies.Unmet",
    "revcycle.worklists.explanations.WhyHere",
    "revcycle.worklists.explanations.WhyNotHere",
)


@pytest.fixture
def _no_explanations(monkeypatch):
    def refuse(*_given, **_more):
        raise AssertionError("an explanation was built")

    for name in BUILT_BY_EXPLAINING:
        monkeypatch.setattr(f"{name}.__init__", refuse)


@pytest.mark.usefixtures("_no_explanations")
def test_deciding_builds_no_explanation():
    """15.1: running, showing and auditing a book works where every explanation raises."""
    accounts = [account("a1"), account("a2", person("p2", blocked=True)), account("a3", level=3)]
    definition = Worklist(id="w", name="W", alarm_level=LEVELS[2], initials=frozenset("A"))
    for viewer in VIEWERS:
        result = run(definition, accounts, viewer)
        worklist_text(result)
        audit_book([definition], accounts, viewer=viewer, **ASKED)
        # The variant that breaks it: asking why of every account.
        with pytest.raises(AssertionError, match="an explanation was built"):
            why_here(definition, accounts, viewer=viewer, account_id="a1", **ASKED)
        with pytest.raises(AssertionError, match="an explanation was built"):
            why_not_here(definition, accounts, viewer=viewer, account_id="a3", **ASKED)
    assert str(audit_worklists([definition]))


# ------------------------------------------------------------------------ WL-9 coverage and splits

DEPARTMENTS, PROVIDERS = ("1", "2"), ("v", "w")
EVERY_ROW = tuple(
    RoutingFacts(
        alarm_level=2,
        guarantor_initial=initial,
        primary_department_id=department,
        usual_provider_id=provider,
        insurance_class=insurance.value,
        outstanding_cents=cents,
        has_appointment=days is not None,
        appointment_days=days or 0,
    )
    for initial, department, provider, insurance, cents, days in itertools.product(
        ("A", "B", "Z", ""),
        (*DEPARTMENTS, ""),
        (*PROVIDERS, ""),
        InsuranceClass,
        (1, 4999, 5000, 5001),
        (None, 0, 7, 8),
    )
)


@st.composite
def practice_definitions(draw):
    """Up to four definitions of level 2 over the small vocabulary."""
    some = st.frozensets
    return [
        Worklist(
            id=f"w{number}",
            name=f"W{number}",
            alarm_level=LEVELS[2],
            initials=draw(some(st.sampled_from("ABZ"), max_size=3)),
            department_ids=draw(some(st.sampled_from((*DEPARTMENTS, "")), max_size=2)),
            provider_ids=draw(some(st.sampled_from(PROVIDERS), max_size=1)),
            insurance_class=draw(st.sampled_from((None, None, *InsuranceClass))),
            amount_min=draw(st.sampled_from((None, "50"))),
            amount_max=draw(st.sampled_from((None, "50"))),
            appointment_days=draw(st.sampled_from((None, 0, 7))),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


def agrees_with_brute_force(lists, *, audit=audit_worklists):
    """Each row is in a gap, an overlap, an exclusion exactly when every definition says so."""
    found = audit(lists, department_ids=DEPARTMENTS, provider_ids=PROVIDERS)
    assert found.undecided == ()
    full = [compile_rule(rule_of(each)) for each in lists]
    loose = [compile_rule(rule_of(each, with_appointments=False)) for each in lists]
    gaps = [gap for gap in found.gaps if gap.level is LEVELS[2]]
    in_gap = [compile_rule(gap.region.rule) for gap in gaps]
    in_overlap = [
        ({each.id for each in overlap.worklists}, compile_rule(overlap.region.rule))
        for overlap in found.overlaps
    ]
    left_out = {each.worklist.id: compile_rule(each.rule) for each in found.exclusions}
    for row in EVERY_ROW:
        assert sum(rule(row) for rule in in_gap) == (not any(rule(row) for rule in loose))
        on = [each.id for each, rule in zip(lists, full, strict=True) if rule(row)]
        pairs = [ids for ids, rule in in_overlap if rule(row)]
        assert sorted(map(sorted, pairs)) == [sorted(p) for p in itertools.combinations(on, 2)]
        out = {
            each.id
            for each, rule, bare in zip(lists, full, loose, strict=True)
            if bare(row) and not rule(row)
        }
        assert {each for each, rule in left_out.items() if rule(row)} == out
    for finding in (*found.gaps, *found.overlaps):
        assert holds(finding.region.rule, finding.region.witness)
        assert finding.words


@given(practice_definitions())
@settings(max_examples=25)
def test_the_audit_agrees_with_brute_force(lists):
    """WL-9: gaps, overlaps and exclusions are exact, disjoint, and have true witnesses."""
    agrees_with_brute_force(lists)


def test_an_audit_that_forgets_a_definition_is_caught():
    """WL-9: leaving out the last definition, or names without a letter, breaks the law."""

    def forgets(lists, **given):
        return audit_worklists(lists[:-1], **given)

    def all_have_letters(lists, **given):
        found = audit_worklists(lists, **given)
        lettered = tuple(g for g in found.gaps if g.region.witness.guarantor_initial)
        return attrs.evolve(found, gaps=lettered)

    for broken in (forgets, all_have_letters):
        hunt(agrees_with_brute_force, practice_definitions(), audit=broken, examples=60)


def finds_the_same_in_a_book(lists, accounts, *, audit=audit_book):
    """The audit of a book says of each account what the runs say."""
    found = audit(lists, accounts, viewer=SEES_ALL, **ASKED)
    on = {each.id: [] for each in accounts if each.alarm.level is LEVELS[2]}
    for definition in lists:
        for family in run(definition, accounts, SEES_ALL).families:
            on[family.account_id].append(definition.id)
    level_two = {each.account_id: each for each in found.uncovered if each.level is LEVELS[2]}
    nobody = level_two.keys() | {each.account_id for each in found.left_out}
    assert nobody == {each for each, ids in on.items() if not ids}
    assert {each.account_id: list(each.worklist_ids) for each in found.doubly_covered} == {
        each: ids for each, ids in on.items() if len(ids) > 1
    }
    assert found.covered_count == sum(len(ids) == 1 for ids in on.values())
    static = audit_worklists(lists)
    for one in accounts:
        if one.id in on:
            is_gap = any(holds(gap.region.rule, facts_of(one, **ASKED)) for gap in static.gaps)
            assert is_gap == (one.id in level_two)


@given(practice_definitions(), books())
def test_the_audit_of_a_book_agrees_with_runs_and_definitions(lists, accounts):
    """WL-9: uncovered and doubly covered accounts are those that runs show on none and on two."""
    finds_the_same_in_a_book(lists, accounts)


def test_a_book_audit_that_stops_at_the_first_list_is_caught():
    """WL-9: an audit without doubly covered accounts breaks the law."""

    def first_only(*given, **more):
        return attrs.evolve(audit_book(*given, **more), doubly_covered=())

    hunt(finds_the_same_in_a_book, practice_definitions(), books(), audit=first_only)


AMOUNTS = st.lists(st.decimals("0.01", "900", places=2), max_size=12)
STAFF = st.sampled_from((["Ada"], ["Ada", "Bo"], ["Ada", "Bo", "Cy"]))
TEMPLATE = Worklist(id="w", name="Level two", alarm_level=LEVELS[2], appointment_days=7)


def gaps_of(lists, **ids):
    """What the audit says of level 2."""
    audit = audit_worklists(lists, **ids)
    assert audit.overlaps == ()
    assert audit.undecided == ()
    return [gap.words for gap in audit.gaps if gap.level is LEVELS[2]]


def is_split_by_amount(staff, amounts, *, split=split_by_outstanding):
    """A split by amount leaves no cent out and puts none on two lists."""
    for evenly in Evenness:
        lists = split(TEMPLATE, staff, amounts=amounts, evenly=evenly)
        assert [each.name for each in lists] == [f"Level two: {name}" for name in staff]
        assert gaps_of(lists) == []
        assert all(each.appointment_days == 7 for each in lists)


@given(STAFF, AMOUNTS)
def test_splits_are_partitions(staff, amounts):
    """WL-9: by amount or department nothing is lost; by initials names without a letter are."""
    is_split_by_amount(staff, amounts)
    departments = ["1", "2", "3", "4"]
    by_department = split_by_department(TEMPLATE, staff, department_ids=departments)
    assert gaps_of(by_department, department_ids=departments) == []
    letters = split_by_initials(TEMPLATE, staff)
    assert gaps_of(letters) == ["level 2, names without a letter: nobody"]


@given(st.lists(st.integers(1, 30), max_size=12))
def test_two_shares_are_as_even_as_a_cut_between_amounts_can_make_them(owed):
    """WL-9: no other amount to cut at brings two people's shares nearer to each other."""
    for evenly in Evenness:
        lists = split_by_outstanding(TEMPLATE, ["Ada", "Bo"], amounts=owed, evenly=evenly)
        made = _unevenness(owed, lists[0].amount_max, evenly)
        amounts = sorted(set(owed))[:-1]
        assert made == min((_unevenness(owed, each, evenly) for each in amounts), default=made)


def _unevenness(owed, most, evenly):
    """How far apart the shares are of those who owe up to an amount and of all others."""
    weights = owed if evenly is Evenness.DOLLARS else [1] * len(owed)
    lower = sum(weight for each, weight in zip(owed, weights, strict=True) if each <= most)
    return abs(sum(weights) - 2 * lower)


def test_a_split_with_a_gap_is_caught():
    """WL-9: ranges that leave a cent between them break the law."""

    def leaves_a_cent(*given, **more):
        first, *rest = split_by_outstanding(*given, **more)
        if first.amount_max:
            first = attrs.evolve(first, amount_max=first.amount_max - Decimal("0.01"))
        return (first, *rest)

    hunt(is_split_by_amount, STAFF, AMOUNTS, split=leaves_a_cent)


def test_viewers_of_the_laws_differ():
    """PR-3, WL-13: the laws are asked of who sees all, who sees no blocked, who has groups."""
    assert all(type(each) is Viewer for each in VIEWERS)
    assert len({each.id for each in VIEWERS}) == 3
