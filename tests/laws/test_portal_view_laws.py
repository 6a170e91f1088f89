"""The laws of the hub's views, each with a hand-broken variant that it catches."""

import csv
import io
import itertools
import re
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.money import total
from revcycle.portals import (
    ISSUE_VOCABULARY,
    AgeBetween,
    BlockedDollarsBetween,
    BlocksWork,
    CoversPayer,
    DashboardFilters,
    IssueStatus,
    MedicalGroupIn,
    PortalIn,
    ReasonIn,
    ReportedReason,
    StatusIn,
    TaskColumn,
    TaskFilters,
    TaskSort,
    TaskState,
    WorkKind,
    clear_all,
    dashboard,
    dashboard_rule,
    issue_facts,
    page_count,
    page_of,
    payers_matching,
    portal_of,
    suggest_payers,
    task_list,
    task_list_csv,
    urgency,
    why_listed,
)
from revcycle.rules import (
    ALWAYS,
    AllOf,
    AnyOf,
    Not,
    check_rule,
    compile_filter,
    compile_rule,
    holds,
    mask,
)
from revcycle.testing.choices import SeededChoices, chance, pick
from revcycle.testing.portal_strategies import draw_hub
from tests.laws.portal_surfaces import WHO
from tests.rules.columns import column_of

SEEDS = st.integers(0, 1 << 20)
HALF = settings(max_examples=max(10, settings.default.max_examples // 2))
"""Half as many examples as the profile asks for: an example is a whole hub."""


def hub_of(seed):
    """A hub of one to seven issues in any state.

    A seed chooses hub, filters and rules whole: fifty times as fast as Hypothesis in detail.
    """
    choices = SeededChoices(seed)
    return draw_hub(choices, issue_count=choices.integer(1, 7))


def rule_of(choices, depth=2):
    """A rule of named leaves, of values that hubs have now and then."""
    if depth and chance(choices, 50):
        parts = [rule_of(choices, depth - 1) for _ in range(choices.integer(1, 3))]
        return pick(choices, (AllOf(*parts), AnyOf(*parts), Not(parts[0])))
    days = sorted(choices.integer(0, 5) for _ in range(2))
    amounts = sorted(Decimal(pick(choices, ("0", "0.01", "100", "1000"))) for _ in range(2))
    two = choices.integer(1, 2)
    return pick(
        choices,
        (
            ALWAYS,
            StatusIn(some_of(choices, tuple(IssueStatus), two)),
            PortalIn(some_of(choices, ("p0", "p1", "p2"), two)),
            CoversPayer(some_of(choices, ("irc0", "irc1", "irc2", "irc9"), two)),
            MedicalGroupIn(some_of(choices, ("g0", "g1", "g9"), two)),
            BlocksWork(pick(choices, tuple(WorkKind))),
            ReasonIn(some_of(choices, tuple(ReportedReason), 4)),
            AgeBetween(*days),
            AgeBetween(days_min=days[0]),
            BlockedDollarsBetween(*amounts),
            BlockedDollarsBetween(amount_min="0.01"),
        ),
    )


def some_of(choices, values, count):
    """One to *count* of the values."""
    return frozenset(pick(choices, values) for _ in range(count))


def asked_of(seed):
    """A hub and filters of every kind, with payers of the hub."""
    hub, choices = hub_of(seed), SeededChoices(seed)
    one = pick(choices, [payer for portal in hub.portals for payer in portal.covers])
    words = ("", "", one.id, one.name, one.name[1:4].upper(), "none such")
    rule = rule_of(choices) if chance(choices, 60) else ALWAYS
    # A rule that can never hold is refused as a filter.
    where = ALWAYS if check_rule(rule, vocabulary=ISSUE_VOCABULARY) else rule
    return hub, DashboardFilters(
        attention_only=chance(choices, 40),
        covered=pick(choices, words),
        covered_id=one.id if chance(choices, 20) else None,
        where=where,
    )


def hunt(law, *, seeds=1_000, **broken):
    """Ask *law* with its *broken* part until it fails, always in the same way."""

    def ask():
        for seed in range(seeds):
            law(seed, **broken)

    with pytest.raises(AssertionError):
        ask()


def day_of(hub):
    """The day of the last act in the hub."""
    return max(issue.last_act_on for issue in hub.issues)


def board_of(hub, filters):
    """The dashboard that a billing manager sees."""
    return dashboard(hub, viewer=WHO, as_of=day_of(hub), filters=filters)


def facts_in(hub):
    """The facts of every issue, by its id."""
    return {
        issue.id: issue_facts(issue, portal=portal_of(hub, issue.portal_id), as_of=day_of(hub))
        for issue in hub.issues
    }


def shown_ids(board):
    """Every issue shown, once for each time that it is."""
    return [issue.id for row in board.rows for issue in row.issues]


# ------------------------------------------------------------------- what is shown, and only that


def shows_what_the_rule_holds_for(seed, *, board_of=board_of):
    """An issue is shown, once, exactly if the one rule that says the filters holds for it."""
    hub, filters = asked_of(seed)
    rule = dashboard_rule(filters, portals=hub.portals)
    facts = facts_in(hub)
    wanted = sorted(issue_id for issue_id, row in facts.items() if holds(rule, row))
    board = board_of(hub, filters)
    assert sorted(shown_ids(board)) == wanted
    outstanding = [issue for issue in hub.issues if issue.status is not IssueStatus.RESOLVED]
    assert board.hidden_issue_count == len(outstanding) - len(wanted)


@HALF
@given(SEEDS)
def test_the_dashboard_shows_what_its_filters_say(seed):
    """V1, PH-5: the filters, said as one rule, decide for every issue whether it is shown."""
    shows_what_the_rule_holds_for(seed)


def test_a_filter_of_portals_instead_of_issues_is_caught():
    """V1: showing all issues of a portal of which one needs attention breaks the law."""

    def whole_portals(hub, filters):
        board = board_of(hub, filters)
        every = {row.portal.id: row for row in board_of(hub, clear_all()).rows}
        return attrs.evolve(board, rows=tuple(every[row.portal.id] for row in board.rows))

    hunt(shows_what_the_rule_holds_for, board_of=whole_portals)


def explains_what_is_shown(seed, *, why_listed=why_listed):
    """The explanation of each issue says what the dashboard does, and offers a way if it is off."""
    hub, filters = asked_of(seed)
    shown = set(shown_ids(board_of(hub, filters)))
    given = {"viewer": WHO, "as_of": day_of(hub), "filters": filters}
    for issue in hub.issues:
        why = why_listed(hub, issue_id=issue.id, **given)
        assert why.is_listed == why.why_not.result == (issue.id in shown)
        assert not (why.is_listed and why.why_not.ways)


@HALF
@given(SEEDS)
def test_explaining_agrees_with_showing(seed):
    """V2, PH-5: an issue is shown exactly if its explanation says so."""
    explains_what_is_shown(seed)


def test_an_explanation_without_the_quick_filter_is_caught():
    """V2: explaining the filters as if everything were asked for breaks the law."""

    def as_if_all(hub, *, filters, **given):
        return why_listed(hub, filters=attrs.evolve(filters, attention_only=False), **given)

    hunt(explains_what_is_shown, why_listed=as_if_all)


# ------------------------------------------------------------------- one rule on every interpreter


def answers_alike(seed, *, masked=mask):
    """Deciding, compiling and masking columns give one answer for every issue."""
    hub, rule = hub_of(seed), rule_of(SeededChoices(seed))
    rows = list(facts_in(hub).values())
    columns = column_of(rows)
    answers = [holds(rule, row) for row in rows]
    passes = compile_rule(rule)
    assert [passes(row) for row in rows] == answers
    kept = list(itertools.compress(rows, answers))
    assert [id(row) for row in compile_filter(rule)(rows)] == [id(row) for row in kept]
    column = masked(
        rule,
        columns,
        total="blocked_cents",
        isin=lambda column, values: column.isin(values),
        contains=columns.contains,
    )
    assert column.values == answers


@HALF
@given(SEEDS)
def test_filters_of_issues_give_one_answer_everywhere(seed):
    """V3, PH-5: a filter means the same row by row, compiled and over columns."""
    answers_alike(seed)


def test_a_mask_that_takes_one_payer_for_all_is_caught():
    """V3: an engine that says every set contains everything breaks the law."""

    def careless(rule, columns, **hooks):
        every = column_of(columns.rows)("blocked_cents") >= 0
        return mask(rule, columns, **hooks | {"contains": lambda _fact, _element: every})

    hunt(answers_alike, masked=careless)


# ----------------------------------------------------------------------------- rows and their order


def groups_by_portal(seed, *, board_of=board_of):
    """Each portal has one row, at the place and with the label of its most urgent issue."""
    board = board_of(*asked_of(seed))
    found = [row.portal.id for row in board.rows]
    assert len(set(found)) == len(found)
    for row in board.rows:
        assert {issue.portal_id for issue in row.issues} == {row.portal.id}
        places = [urgency(issue) for issue in row.issues]
        assert places == sorted(places)
        assert row.status is row.issues[0].status is not IssueStatus.RESOLVED
        assert bool(row.actions) <= (row.status is IssueStatus.NEEDS_ATTENTION)
    firsts = [urgency(row.issues[0]) for row in board.rows]
    assert firsts == sorted(firsts)


@HALF
@given(SEEDS)
def test_a_portal_has_one_row_under_its_most_urgent_issue(seed):
    """V4, PH-3, PH-5: rows are portals, each once, in the order of their first issues."""
    groups_by_portal(seed)


def test_rows_by_the_sum_of_dollars_are_caught():
    """V4: ordering the rows by what they sum to breaks the law."""

    def by_sum(hub, filters):
        board = board_of(hub, filters)
        rows = sorted(board.rows, key=lambda row: -row.blocked_dollars)
        return attrs.evolve(board, rows=tuple(rows))

    hunt(groups_by_portal, board_of=by_sum)


def reverse(hub):
    """The same hub, every list in it turned round."""
    issues = tuple(attrs.evolve(issue, tasks=issue.tasks[::-1]) for issue in hub.issues[::-1])
    return attrs.evolve(
        hub,
        portals=hub.portals[::-1],
        medical_groups=hub.medical_groups[::-1],
        issues=issues,
    )


def stays_in_order(seed, *, board_of=board_of, task_list=task_list):
    """Neither portals nor issues nor groups nor tasks have an order that could matter."""
    hub, filters = asked_of(seed)
    column = pick(SeededChoices(seed), tuple(TaskColumn))

    def places(whole):
        board = board_of(whole, filters)
        rows = [
            (row.portal.id, row.label, row.blocked_dollars, row.medical_group, len(row.actions))
            for row in board.rows
        ]
        return rows, shown_ids(board), board.card, board.covered

    def order(whole):
        sorts = [TaskSort(column=column, is_descending=way) for way in (False, True)]
        return [
            [row.task_id for row in task_list(whole, viewer=WHO, sort=sort).rows] for sort in sorts
        ]

    assert places(hub) == places(reverse(hub))
    assert order(hub) == order(reverse(hub))


@HALF
@given(SEEDS)
def test_the_order_of_the_input_matters_nowhere(seed):
    """V5, PH-3, PH-7: both orders are total, so a hub in any order is shown alike."""
    stays_in_order(seed)


def test_orders_with_ties_are_caught():
    """V5: an order by status and dollars alone, and one by column alone, break the law."""

    def without_ties(hub, filters):
        board = board_of(hub, filters)
        place = {portal.id: number for number, portal in enumerate(hub.portals)}
        rows = sorted(board.rows, key=lambda row: place[row.portal.id])
        rows.sort(key=lambda row: urgency(row.issues[0])[:2])
        return attrs.evolve(board, rows=tuple(rows))

    def by_column_alone(hub, *, viewer, sort):
        listed = task_list(hub, viewer=viewer, sort=sort)
        known = [task.id for issue in hub.issues for task in issue.tasks]
        rows = sorted(listed.rows, key=lambda row: known.index(row.task_id))
        return attrs.evolve(listed, rows=tuple(rows))

    hunt(stays_in_order, board_of=without_ties)
    hunt(stays_in_order, task_list=by_column_alone)


# ----------------------------------------------------------------------------------- dollars, pages


def counts_dollars_once(seed, *, board_of=board_of):
    """A row's dollars are those of the unpostables that wait for its issues, each once."""
    for row in board_of(hub_of(seed), clear_all()).rows:
        waiting = {each.id: each.dollars for issue in row.issues for each in issue.blocked}
        assert row.blocked_dollars == total(waiting.values())


@HALF
@given(SEEDS)
def test_the_dollars_of_a_row_count_once(seed):
    """V6, PH-5, PH-10: an unpostable that two issues of a portal wait for counts once."""
    counts_dollars_once(seed)


def test_dollars_counted_by_issue_are_caught():
    """V6: summing what the issues say of themselves breaks the law."""

    def by_issue(hub, filters):
        board = board_of(hub, filters)
        rows = [
            attrs.evolve(row, blocked_dollars=total(each.blocked_dollars for each in row.issues))
            for row in board.rows
        ]
        return attrs.evolve(board, rows=tuple(rows))

    hunt(counts_dollars_once, board_of=by_issue)


def pages_are_a_partition(seed, *, page_count=page_count):
    """The pages, one after the other, are the rows; none is empty, all but the last are full."""
    size = SeededChoices(seed).integer(1, 3)
    board = board_of(*asked_of(seed))
    count = page_count(len(board.rows), page_size=size)
    pages = [page_of(board, number=number, page_size=size) for number in range(1, count + 1)]
    assert [row for page in pages for row in page.rows] == list(board.rows)
    assert all(len(page.rows) == size for page in pages[:-1])
    assert all(page.rows and page.page_count == count for page in pages)
    assert [page.first for page in pages] == [1 + size * place for place in range(count)]


@HALF
@given(SEEDS)
def test_pages_share_out_the_rows(seed):
    """V7, PH-5: every row is on one page, whatever the page size."""
    pages_are_a_partition(seed)


def test_a_last_page_that_is_forgotten_is_caught():
    """V7: counting full pages only breaks the law."""
    hunt(
        pages_are_a_partition,
        page_count=lambda row_count, *, page_size: row_count // page_size,
    )


# --------------------------------------------------------------------------------- the tasks list

NO_FILTER = TaskFilters()


def lists_the_practices_tasks(seed, *, task_list=task_list):
    """Exactly the practice's tasks, in the order asked for, missing values last; so the CSV."""
    hub, choices = hub_of(seed), SeededChoices(seed)
    column, is_descending = pick(choices, tuple(TaskColumn)), chance(choices, 50)
    mine = {
        task.id: issue
        for issue in hub.issues
        for task in issue.tasks
        if task.state is TaskState.PRACTICE
    }
    sort = TaskSort(column=column, is_descending=is_descending)
    listed = task_list(hub, viewer=WHO, sort=sort)
    assert sorted(row.task_id for row in listed.rows) == sorted(mine)
    assert board_of(hub, clear_all()).card.task_count == len(mine)
    names = {
        TaskColumn.MEDICAL_GROUP: lambda row: row.medical_group and row.medical_group.name.lower(),
        TaskColumn.CREATED: lambda row: row.created_on,
        TaskColumn.DOLLARS: lambda row: row.dollars,
        TaskColumn.TASK: lambda row: row.task_id,
    }
    if column in names:
        values = [names[column](row) for row in listed.rows]
        known = [value for value in values if value is not None]
        assert values[: len(known)] == known
        assert known == sorted(known, reverse=is_descending)
    for one, other in itertools.pairwise(listed.rows):
        if column in names and names[column](one) == names[column](other):
            assert one.task_id < other.task_id
    _, *rows = csv.reader(io.StringIO(task_list_csv(listed)))
    assert [row[0] for row in rows] == [row.task_id for row in listed.rows]


@HALF
@given(SEEDS)
def test_the_tasks_list_is_the_practices_tasks_in_order(seed):
    """V8, PH-7: the practice's tasks and no others, ordered by any column either way."""
    lists_the_practices_tasks(seed)


def test_a_list_turned_round_whole_is_caught():
    """V8: turning the ascending list round, missing values and ties with it, breaks the law."""

    def turned(hub, *, viewer, sort):
        listed = task_list(hub, viewer=viewer, sort=TaskSort(column=sort.column))
        return attrs.evolve(listed, rows=listed.rows[:: -1 if sort.is_descending else 1])

    hunt(lists_the_practices_tasks, task_list=turned)


def filters_tasks_by_group(seed, *, task_list=task_list):
    """A group finds exactly the practice's tasks that it is among the groups of."""
    hub = hub_of(seed)
    for group in hub.medical_groups:
        filters = TaskFilters(medical_group_id=group.id)
        listed = task_list(hub, viewer=WHO, filters=filters)
        wanted = {
            task.id
            for issue in hub.issues
            for task in issue.tasks
            if task.state is TaskState.PRACTICE and group.id in task.medical_group_ids
        }
        assert {row.task_id for row in listed.rows} == wanted
        everything = task_list(hub, viewer=WHO, filters=NO_FILTER)
        assert listed.hidden_task_count == len(everything.rows) - len(wanted)


@HALF
@given(SEEDS)
def test_a_group_finds_all_its_tasks(seed):
    """V9, PH-8: the filter matches any applicable group, not only the one that is shown."""
    filters_tasks_by_group(seed)


def test_a_filter_by_the_group_shown_is_caught():
    """V9: filtering by the column that is shown breaks the law."""

    def by_column(hub, *, viewer, filters):
        listed = task_list(hub, viewer=viewer)
        group_id = filters.medical_group_id
        if group_id is None:
            return listed
        rows = tuple(r for r in listed.rows if r.medical_group and r.medical_group.id == group_id)
        hidden = len(listed.rows) - len(rows)
        return attrs.evolve(listed, rows=rows, hidden_task_count=hidden)

    hunt(filters_tasks_by_group, task_list=by_column)


# -------------------------------------------------------------------------------------- suggestions


def suggests_what_filters_find(seed, *, suggest_payers=suggest_payers):
    """All that the filter finds is suggested, best first; selecting finds the portals named."""
    hub = hub_of(seed)
    typed = typed_in(hub, SeededChoices(seed))
    found = suggest_payers(hub, viewer=WHO, typed=typed, count_max=100)
    ids = [each.payer.id for each in found]
    assert len(set(ids)) == len(ids)
    assert {payer.id for payer in payers_matching(hub.portals, typed)} <= set(ids)
    places = [list(type(each.match)).index(each.match) for each in found]
    assert places == sorted(places)
    for each in found:
        chosen = DashboardFilters(attention_only=False, covered_id=each.payer.id)
        covering = {portal.id for portal in hub.portals if portal.id in each.portal_ids}
        outstanding = {
            issue.portal_id for issue in hub.issues if issue.status is not IssueStatus.RESOLVED
        }
        shown = {row.portal.id for row in board_of(hub, chosen).rows}
        assert shown == covering & outstanding


def typed_in(hub, choices):
    """A part of a name or an id of the hub, or something else."""
    payers = [payer for portal in hub.portals for payer in portal.covers]
    words = [word for payer in payers for word in (payer.id, payer.name)]
    word = pick(choices, (*words, "zz", ""))
    begin = choices.integer(0, len(word))
    return word[begin : begin + choices.integer(0, 8)]


@HALF
@given(SEEDS)
def test_suggestions_lead_where_they_say(seed):
    """V10, PH-5: what the filter finds is suggested, and selecting shows the portals it names."""
    suggests_what_filters_find(seed)


def test_a_suggestion_of_one_portal_is_caught():
    """V10: naming only the first portal that covers a payer breaks the law."""

    def of_one_portal(hub, **given):
        return tuple(
            attrs.evolve(each, portal_ids=each.portal_ids[:1])
            for each in suggest_payers(hub, **given)
        )

    hunt(suggests_what_filters_find, suggest_payers=of_one_portal)


# --------------------------------------------------------------------------------------- the page


def test_the_page_lists_the_laws_of_the_views():
    """docs/invariants.md names each of these laws with its number, and no other (V1 to V10)."""
    page = (Path(__file__).parents[2] / "docs" / "invariants.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (V\d+) \|.*`(test_\w+)` \|$", page, re.MULTILINE)
    source = Path(__file__).read_text(encoding="utf-8")
    laws = re.findall(r"@given\(SEEDS\)\ndef (test_\w+)\(seed\):\n    \"\"\"(V\d+),", source)

    assert listed == [(number, name) for name, number in laws]
    assert len(re.findall(r"^def test_\w+_(?:is|are)_caught", source, re.MULTILINE)) == len(laws)
