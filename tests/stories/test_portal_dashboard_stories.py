"""What the billing manager sees on the dashboard of the hub (PH-3, PH-5, PH-6, PH-14, PR-4)."""

from datetime import datetime

import attrs
import pytest

from revcycle.errors import InvalidRecord, NotPermitted, UnknownFact, UnknownReference
from revcycle.money import total
from revcycle.portals import (
    ATTENTION_FIRST,
    ISSUE_VOCABULARY,
    PORTAL_LEAVES,
    CoveredPayer,
    DashboardFilters,
    EnrolmentWorklistLink,
    IssueStatus,
    Origin,
    PayerMatch,
    Portal,
    PortalIn,
    StatusIn,
    TaskLink,
    actions_of,
    clear_all,
    dashboard,
    dashboard_rule,
    dashboard_text,
    issue_details,
    page_count,
    page_of,
    payers_matching,
    related_tasks_view,
    suggest_payers,
    task_list,
    toggle_attention,
    why_listed,
)
from revcycle.rules import AllOf, AnyOf, Equals, Not, decode_rule, encode_rule
from tests.stories.portal_book import (
    AVAILITY,
    BOTH,
    D1,
    D2,
    D3,
    JOHN,
    OPTUM,
    PAYER,
    PRACTICE,
    SERVICE,
    STRANGER,
    UNPOSTABLES,
    answered,
    check,
    claims_task,
    deposit,
    hub,
    passed,
    reported,
    resolved,
    unpostables_task,
)
from tests.stories.portal_views import BRAND_PAYERS, many_portals, portal, portals_shown, seen

EVERYTHING = clear_all()


def waiting(issue_id, dollars, *, owner=PRACTICE, on=D1, where=AVAILITY):
    """An issue whose unpostables task is with *owner* and for which *dollars* wait."""
    task = unpostables_task(
        f"t-{issue_id}",
        owner,
        created_on=on,
        account_id=None,
        affected=(check(f"u-{issue_id}", dollars),),
    )
    return reported(issue_id, task, portal=where, as_of=on)


# ------------------------------------------------------------------------------------ the order


def test_what_needs_attention_comes_first():
    """Issues are prioritized by what needs practice attention, then athena, then payer (PH-3)."""
    payer = waiting("i1", "900.00", owner=PAYER, where=portal("p1"))
    athena = waiting("i2", "500.00", owner=SERVICE, where=portal("p2"))
    mine = waiting("i3", "1.00", where=portal("p3"))

    assert [row.label for row in seen(payer, athena, mine, filters=EVERYTHING).rows] == [
        "NEEDS YOUR ATTENTION",
        "WITH ATHENA",
        "WITH PAYER",
    ]


def test_within_a_status_the_largest_dollars_come_first():
    """Inside a status by blocked dollars, then oldest created, then id (PH-3)."""
    issues = [
        waiting("i5", "10.00"),
        waiting("i4", "10.00"),
        waiting("i3", "10.00", on=D2),
        waiting("i2", "9.99"),
        waiting("i1", "1000.00", on=D3),
    ]
    (row,) = seen(*issues).rows

    assert [issue.id for issue in row.issues] == ["i1", "i4", "i5", "i3", "i2"]


def test_portals_stand_by_their_first_issue():
    """A row's place and label are its first issue's, whatever its other issues are (PH-3, PH-5)."""
    many_small = [waiting(f"i{n}", "90.00", where=portal("p1")) for n in range(1, 4)]
    one_large = waiting("i4", "100.00", where=portal("p2"))
    later = waiting("i5", "5000.00", owner=SERVICE, where=portal("p2"))

    rows = seen(*many_small, one_large, later, filters=EVERYTHING).rows

    assert [(row.portal.id, row.label) for row in rows] == [
        ("p2", "NEEDS YOUR ATTENTION"),
        ("p1", "NEEDS YOUR ATTENTION"),
    ]
    assert str(rows[0].blocked_dollars) == "5100.00"


# --------------------------------------------------------------------------------- rows of portals


def test_a_row_is_a_portal_with_its_outstanding_issues():
    """Outstanding issues are organized by portal and impact: work and dollars blocked (PH-5)."""
    claims = reported(
        "i1",
        claims_task(medical_group_ids=frozenset({"south"})),
        claims_task("claims2", PAYER),
        portal=AVAILITY,
    )
    money = reported(
        "i2",
        unpostables_task(affected=(check("u1", "70.00"), deposit("u2", "30.00", blocked=False))),
        reported_blocks=UNPOSTABLES,
    )
    (row,) = seen(claims, money).rows

    assert row.portal is AVAILITY
    assert row.status is IssueStatus.NEEDS_ATTENTION
    assert row.work_blocked == BOTH
    assert str(row.blocked_dollars) == "70.00"
    assert row.related_task_ids == ("claims1", "claims2")
    assert row.medical_group.name == "Seven Hills South"
    assert [issue.id for issue in row.issues] == ["i2", "i1"]


def test_one_unpostable_in_two_issues_counts_once():
    """The dollars of a row count each unpostable once over its issues (PH-5, PH-10)."""
    both = [
        reported(f"i{n}", unpostables_task(f"unp{n}", affected=(check("u1", "70.00"),)))
        for n in (1, 2)
    ]
    (row,) = seen(*both).rows

    assert str(row.blocked_dollars) == "70.00"
    assert str(total(issue.blocked_dollars for issue in row.issues)) == "140.00"


def test_an_expanded_row_tells_more():
    """Expanded: payers/IRCs, URL, account, each issue with date and description (PH-5)."""
    issue = reported(
        "i1",
        claims_task(),
        account_id="own",
        origin=Origin.UNPOSTABLES,
        description="The password has run out.",
        instructions="Set a new one.",
    )
    board = seen(issue, as_of=D3)
    (detail,) = issue_details(board, portal_id="availity")

    assert [payer.name for payer in board.rows[0].portal.covers] == ["Aetna", "Humana"]
    assert board.rows[0].portal.url == "https://availity.example/"
    assert (detail.account.user_name, detail.account.account_type.name) == (
        "hills",
        "practice's own",
    )
    assert (detail.reported_on, detail.age_days, detail.origin) == (D1, 2, Origin.UNPOSTABLES)
    assert detail.description == "The password has run out."
    assert detail.instructions == "Set a new one."
    assert detail.actions == (EnrolmentWorklistLink(task_ids=("claims1",)),)
    with pytest.raises(UnknownReference, match="portal on the dashboard"):
        issue_details(board, portal_id="optum")


# ----------------------------------------------------------------------------------- what is shown


def test_the_dashboard_opens_with_what_needs_attention():
    """By default only issues that need attention are shown (PH-5)."""
    mine, other = reported("i1", claims_task()), reported("i2", portal=OPTUM)
    board = seen(mine, other)

    assert board.filters == ATTENTION_FIRST
    assert portals_shown(board) == ["availity"]
    assert board.hidden_issue_count == 1


def test_the_quick_filter_toggles_to_all_and_back():
    """The quick filter toggles to all issues, and the number of pages changes with it (PH-5)."""
    issues = [
        waiting(f"i{n}", "5.00", owner=PRACTICE if n < 3 else SERVICE, where=portal(f"p{n}"))
        for n in range(1, 8)
    ]
    few = seen(*issues)
    every = seen(*issues, filters=toggle_attention(few.filters))

    assert (len(few.rows), len(every.rows)) == (2, 7)
    assert [page_of(board, number=1, page_size=3).page_count for board in (few, every)] == [1, 3]
    assert toggle_attention(every.filters) == few.filters


def test_the_quick_filter_keeps_the_other_filters():
    """Toggling shows all or less of what the payer filter finds, and drops no filter (PH-5)."""
    issues = [
        reported("i1", claims_task()),
        reported("i2", claims_task("c2", SERVICE)),
        reported("i3", claims_task("c3", SERVICE), portal=OPTUM),
    ]
    chosen = DashboardFilters(covered="aetna", covered_id="irc1", where=PortalIn("availity"))
    toggled = toggle_attention(chosen)
    every = seen(*issues, filters=toggled)

    assert toggled == attrs.evolve(chosen, attention_only=False)
    assert toggle_attention(toggled) == chosen
    assert [issue.id for row in every.rows for issue in row.issues] == ["i1", "i2"]


def test_filters_leave_out_issues_and_portals_left_with_none():
    """Filters apply to issues; what a row tells is of those left, and no row is empty (PH-5)."""
    mine = waiting("i1", "10.00")
    other = waiting("i2", "90.00", owner=SERVICE)
    elsewhere = waiting("i3", "90.00", owner=SERVICE, where=OPTUM)

    (row,) = seen(mine, other, elsewhere).rows

    assert [issue.id for issue in row.issues] == ["i1"]
    assert str(row.blocked_dollars) == "10.00"


def test_resolved_issues_are_never_shown():
    """No filter shows what is resolved (PH-5)."""
    issue = answered(reported("i1", claims_task()), "claims1", on=D2)
    over = resolved(issue, "claims1", on=D2)

    for filters in (ATTENTION_FIRST, EVERYTHING):
        assert seen(over, filters=filters).rows == ()
    assert seen(over).hidden_issue_count == 0


def test_only_what_needs_attention_has_an_action():
    """Issues with athena or the payer are there for information: nothing to do (PH-5, PH-6)."""
    with_athena = answered(reported("i1", claims_task("c1")), "c1", on=D2)
    with_payer = passed(reported("i2", claims_task("c2", SERVICE)), "c2", on=D2)
    rows = seen(with_athena, with_payer, filters=EVERYTHING).rows

    assert [row.actions for row in rows] == [()]
    assert [actions_of(issue) for issue in (with_athena, with_payer)] == [(), ()]


# ------------------------------------------------------------------------------ payers and IRCs


def test_an_irc_is_found_in_whichever_portal_has_it():
    """Only portals in which the IRC is found are shown, by its exact id (PH-5)."""
    issues = [reported("i1", claims_task("c1")), reported("i2", claims_task("c2"), portal=OPTUM)]

    def found(covered):
        return portals_shown(seen(*issues, filters=DashboardFilters(covered=covered)))

    assert found("irc3") == ["optum"]
    assert found(" irc1 ") == ["availity"]
    assert found("irc") == []  # an id is not found by a part
    assert found("IRC1") == []  # and is taken as it is
    assert found("  ") == ["availity", "optum"]  # nothing typed is no filter


@pytest.mark.parametrize(
    ("typed", "payers"),
    [
        ("cigna", ["Cigna"]),
        ("IGN", ["Cigna"]),
        ("aise", ["Kaiser"]),
        ("medica", ["Médica Salud", "Medicaid Ohio"]),
        ("MÉDICA", ["Médica Salud", "Medicaid Ohio"]),
        ("strasse", ["Straße Kasse"]),
        ("salud", ["Médica Salud", "Straße Kasse"]),
        ("Salud", ["Médica Salud"]),
        ("medica   salud", ["Médica Salud"]),
        ("\u200bcigna\u00ad", ["Cigna"]),
        ("b12", ["Cigna"]),
        ("%", []),
        (".*", []),
    ],
)
def test_a_payer_is_found_by_a_part_of_its_name(typed, payers):
    """The exact id, or any part of the name whatever its case and accents (PH-5)."""
    board = seen(
        *(
            reported(f"i{n}", claims_task(f"c{n}"), portal=each)
            for n, each in enumerate(BRAND_PAYERS)
        ),
        portals=BRAND_PAYERS,
        filters=DashboardFilters(covered=typed),
    )

    assert [payer.name for payer in board.covered] == payers
    assert sorted(payer.name for row in board.rows for payer in row.portal.covers) == sorted(payers)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("\u0126amrun Health", "hamrun"),
        ("\u0166est", "TEST"),
        ("\xd0akovo", "dakovo"),
        ("\u1fb3\u1f80", "\u0391\u0399\u0391\u0399"),
    ],
)
def test_letters_are_found_by_their_plain_ones(name, typed):
    """Strokes are taken off, an iota below a letter is one beside it, as in capitals (PH-5)."""
    place = Portal(id="p", name="P", covers=(CoveredPayer(id="x", name=name),))

    assert payers_matching([place], typed) == payers_matching([place], name) == place.covers


def test_an_id_with_blanks_about_it_is_found():
    """An id is found as it is, whatever stands at its edges, and as it is typed (PH-5)."""
    place = Portal(id="p", name="P", covers=(CoveredPayer(id=" x", name="Cigna"),))

    assert payers_matching([place], " x") == place.covers
    assert payers_matching([place], "x") == ()


def test_a_selected_payer_is_that_payer_only():
    """Selected, an IRC is found by its id alone; an unknown one is an error (PH-5)."""
    issues = [
        reported(f"i{n}", claims_task(f"c{n}"), portal=each) for n, each in enumerate(BRAND_PAYERS)
    ]
    # What is the id of one payer may stand in the name of another.
    typed = seen(*issues, portals=BRAND_PAYERS, filters=DashboardFilters(covered="salud"))
    selected = DashboardFilters(covered_id="salud")
    chosen = seen(*issues, portals=BRAND_PAYERS, filters=selected)

    assert portals_shown(typed) == ["medica", "strasse"]
    assert portals_shown(chosen) == ["strasse"]
    assert chosen.selected.name == "Straße Kasse"
    for ask in (dashboard, why_listed):
        more = {"issue_id": "i0"} if ask is why_listed else {}
        with pytest.raises(UnknownReference, match="covered payer or IRC with id 'gone'"):
            ask(
                hub(*issues, portals=BRAND_PAYERS),
                viewer=JOHN,
                as_of=D3,
                filters=DashboardFilters(covered_id="gone"),
                **more,
            )


def test_suggestions_are_ranked_by_where_they_match():
    """Id, whole name, its start, a word's start, inside, the start of the id (PH-5)."""
    portals = many_portals(
        ("x", "Upper Umr Plan"),
        ("y", "Numrica"),
        ("umr9", "Zenith"),
        ("z", "UMR Choice"),
        ("w", "Umr"),
        ("umr", "Something else"),
    )
    found = suggest_payers(hub(portals=portals), viewer=JOHN, typed=" umr")

    assert [(each.payer.id, each.match) for each in found] == [
        ("umr", PayerMatch.ID),
        ("w", PayerMatch.NAME),
        ("z", PayerMatch.NAME_START),
        ("x", PayerMatch.WORD_START),
        ("y", PayerMatch.INSIDE),
        ("umr9", PayerMatch.ID_START),
    ]
    first_two = suggest_payers(hub(portals=portals), viewer=JOHN, typed="umr", count_max=2)
    assert first_two == found[:2]
    with pytest.raises(InvalidRecord, match="count_max"):
        suggest_payers(hub(portals=portals), viewer=JOHN, typed="umr", count_max=-1)


@pytest.mark.parametrize(
    "name", ["Blue-Umr", "HMO/UMR", "Plan (Umr East)", "O\u2019Umr", "Two Umr"]
)
def test_a_word_starts_after_any_sign_that_is_no_letter(name):
    """After a hyphen, a stroke or a bracket a word starts, and is suggested as one (PH-5)."""
    portals = many_portals(("inside", "A Numrica"), ("word", name))
    found = suggest_payers(hub(portals=portals), viewer=JOHN, typed="umr")

    assert [(each.payer.id, each.match) for each in found] == [
        ("word", PayerMatch.WORD_START),
        ("inside", PayerMatch.INSIDE),
    ]


def test_all_payers_can_be_selected_from():
    """With nothing typed all payers are suggested, by name, with their portals (PH-5)."""
    found = suggest_payers(hub(), viewer=JOHN, typed="")

    assert [(each.payer.name, each.portal_ids) for each in found] == [
        ("Aetna", ("availity",)),
        ("Humana", ("availity",)),
        ("UMR", ("optum",)),
    ]
    assert suggest_payers(hub(), viewer=JOHN, typed="none such") == ()


def test_clear_all_gives_the_complete_list():
    """Clear All drops the quick filter and the payer filter: every outstanding issue (PH-5)."""
    issues = [reported("i1", claims_task()), reported("i2", portal=OPTUM)]
    narrow = DashboardFilters(covered="umr", covered_id="irc3", where=PortalIn("optum"))

    assert portals_shown(seen(*issues, filters=narrow)) == []
    assert clear_all() == DashboardFilters(attention_only=False)
    everything = seen(*issues, filters=clear_all())
    assert portals_shown(everything) == ["availity", "optum"]
    assert everything.hidden_issue_count == 0


def test_a_practice_filters_by_a_rule_of_its_own():
    """Any rule over the facts of an issue is a filter, beside the others (PH-5)."""
    issues = [waiting("i1", "10.00"), waiting("i2", "20.00"), waiting("i3", "30.00", where=OPTUM)]
    rule = AllOf(Not(Equals("blocked_cents", 1_000)), PortalIn("availity"))
    (row,) = seen(*issues, filters=DashboardFilters(where=rule)).rows

    assert [issue.id for issue in row.issues] == ["i2"]
    with pytest.raises(UnknownFact, match="did you mean 'blocked_cents'"):
        DashboardFilters(where=Equals("blocked_cent", 1_000))


def test_whether_an_issue_is_listed_can_be_explained():
    """The filters say why an issue is on the dashboard, or what would have to change (PH-5)."""
    whole = hub(reported("i1", claims_task()), reported("i2", portal=OPTUM))
    asked = {"viewer": JOHN, "as_of": D3}
    on = why_listed(whole, issue_id="i1", **asked)
    off = why_listed(whole, issue_id="i2", filters=DashboardFilters(covered="aetna"), **asked)

    assert (on.is_listed, on.why_not.ways) == (True, ())
    assert str(on).splitlines() == [
        "issue i1 is on the dashboard",
        "yes: the status is NEEDS YOUR ATTENTION",
        "  yes: the status is needs_attention (it is needs_attention)",
    ]
    assert not off.is_listed
    assert {unmet.fact for unmet in off.why_not.ways[0]} == {"status", "covered_ids"}
    assert "wanted: the status is needs_attention" in str(off)


# --------------------------------------------------------------------------- the card and the pages


def test_the_card_counts_the_practices_tasks_whatever_the_filters():
    """The task card counts practice tasks whatever the filters; *View all* lists them (PH-5)."""
    mine = reported("i1", claims_task("c1"), unpostables_task("u1"), claims_task("c2", SERVICE))
    untasked = reported("i2", reported_owner=PRACTICE, portal=OPTUM)
    whole = hub(mine, untasked)
    boards = [
        dashboard(whole, viewer=JOHN, as_of=D3, filters=filters)
        for filters in (ATTENTION_FIRST, EVERYTHING, DashboardFilters(covered="none such"))
    ]

    assert [board.card.task_count for board in boards] == [2, 2, 2]
    assert "2 tasks need your attention. The tasks list shows them." in str(boards[2])
    one = hub(reported("i1", claims_task("c1")))
    said = "1 task needs your attention. The tasks list shows it."
    assert said in str(dashboard(one, viewer=JOHN, as_of=D3))
    way = boards[2].card.view_all
    listed = task_list(whole, viewer=JOHN, filters=way.filters, sort=way.sort)
    assert [row.task_id for row in listed.rows] == ["c1", "u1"]


@pytest.mark.parametrize(
    ("rows", "size", "pages"),
    [(0, 25, 0), (1, 25, 1), (25, 25, 1), (26, 25, 2), (7, 1, 7), (7, 3, 3), (3, 10**9, 1)],
)
def test_pages_are_counted_by_rounding_up(rows, size, pages):
    """The number of pages is rows by page size, rounded up; no row is no page (PH-5)."""
    assert page_count(rows, page_size=size) == pages


def test_pages_hold_the_rows_in_order():
    """A page holds its share of the rows and says where it stands (PH-5)."""
    board = seen(*(waiting(f"i{n}", f"{10 - n}.00", where=portal(f"p{n}")) for n in range(5)))
    pages = [page_of(board, number=number, page_size=2) for number in (1, 2, 3)]

    assert [[row.portal.id for row in page.rows] for page in pages] == [
        ["p0", "p1"],
        ["p2", "p3"],
        ["p4"],
    ]
    assert [(page.first, page.page_count, page.row_count) for page in pages] == [
        (1, 3, 5),
        (3, 3, 5),
        (5, 3, 5),
    ]
    empty = page_of(seen(), number=1, page_size=2)
    assert (empty.page_count, empty.first, empty.rows) == (0, 0, ())


@pytest.mark.parametrize(
    ("number", "size", "said"),
    [
        (0, 2, "a page from 1 to 3"),
        (4, 2, "a page from 1 to 3"),
        (True, 2, "a page from 1 to 3"),
        (1, 0, "an int, 1 or more"),
        (1, 2.0, "an int, 1 or more"),
    ],
)
def test_a_page_that_is_not_there_is_an_error(number, size, said):
    """Asking for a page beyond the last, or for pages of no row, is an error (PH-5)."""
    board = seen(*(waiting(f"i{n}", "5.00", where=portal(f"p{n}")) for n in range(5)))

    with pytest.raises(InvalidRecord, match=said):
        page_of(board, number=number, page_size=size)


# ---------------------------------------------------------------------------------- the next action


def test_claim_tasks_are_resolved_on_the_enrolment_worklist():
    """Resolve claim task(s) leads to the worklist, pre-filtered to the practice's tasks (PH-6)."""
    issue = reported("i1", claims_task("c1"), claims_task("c2", SERVICE), claims_task("c3"))

    assert actions_of(issue) == (EnrolmentWorklistLink(task_ids=("c1", "c3")),)


def test_an_unpostables_task_is_opened_itself():
    """Resolve unpostables task opens that task; an issue can offer both actions (PH-6)."""
    money = reported("i1", unpostables_task("u1"))
    both = reported("i2", unpostables_task("u2"), claims_task("c1"))

    assert actions_of(money) == (TaskLink(issue_id="i1", task_id="u1"),)
    assert actions_of(both) == (
        EnrolmentWorklistLink(task_ids=("c1",)),
        TaskLink(issue_id="i2", task_id="u2"),
    )


def test_attention_without_a_task_has_no_action_yet():
    """An issue reported to be the practice's has nothing to open before there is a task (PH-6)."""
    issue = reported("i1", reported_owner=PRACTICE)

    assert issue.status is IssueStatus.NEEDS_ATTENTION
    assert actions_of(issue) == ()
    assert "Action needed: no task yet" in dashboard_text(seen(issue))


def test_a_row_joins_the_claim_tasks_of_its_issues():
    """One way to all claim tasks of a row, one to each of its unpostables tasks (PH-6)."""
    one = reported("i1", claims_task("c1"), unpostables_task("u1", affected=(check("x", "9.00"),)))
    two = reported("i2", claims_task("c2"), unpostables_task("u2"))
    done = answered(reported("i3", claims_task("c3")), "c3", on=D2)
    (row,) = seen(one, two, done, filters=EVERYTHING).rows

    assert row.actions == (
        EnrolmentWorklistLink(task_ids=("c1", "c2")),
        TaskLink(issue_id="i1", task_id="u1"),
        TaskLink(issue_id="i2", task_id="u2"),
    )


def test_related_tasks_are_read_only():
    """All enrolment tasks of the issue, whoever has them, and nothing to do (PH-6)."""
    done = answered(
        reported("i1", claims_task("c1"), claims_task("c2", PAYER), unpostables_task("u1")),
        "c1",
        on=D2,
    )
    related = related_tasks_view(hub(resolved(done, "c1", on=D3)), viewer=JOHN, issue_id="i1")

    assert [(task.task_id, task.label) for task in related.tasks] == [
        ("c1", "RESOLVED"),
        ("c2", "WITH PAYER"),
    ]
    assert "read-only" in str(related)
    assert not any("action" in name or "field" in name for name in dir(related.tasks[0]))
    none = related_tasks_view(hub(reported("i1")), viewer=JOHN, issue_id="i1")
    assert "no enrollment task" in str(none)


# ----------------------------------------------------------------------------- words and permission


def test_the_service_has_the_name_that_the_host_gives_it():
    """The label of what the service has carries the host's name for it, everywhere (PH-14)."""
    issues = (reported("i1", claims_task()), reported("i2", portal=OPTUM))
    board = dashboard(
        hub(*issues, service_name="BillCo"), viewer=JOHN, as_of=D3, filters=EVERYTHING
    )

    assert [row.label for row in board.rows] == ["NEEDS YOUR ATTENTION", "WITH BILLCO"]
    assert [each.label for each in issue_details(board, portal_id="optum")] == ["WITH BILLCO"]
    assert "WITH BILLCO" in dashboard_text(board)
    assert "ATHENA" not in dashboard_text(board)


def test_filters_and_reasons_name_the_service_as_the_host_does():
    """What the filters say, and why an issue is listed, has the host's name of it too (PH-14)."""
    mine = Not(AnyOf(StatusIn(IssueStatus.WITH_SERVICE), PortalIn("optum")))
    filters = DashboardFilters(attention_only=False, where=mine)
    issue = reported("i1", claims_task(owner=SERVICE))
    whole = hub(issue, service_name="Revenue desk")
    asked = {"viewer": JOHN, "as_of": D3, "filters": filters}
    why = why_listed(whole, issue_id="i1", **asked)

    said = "not (the status is WITH REVENUE DESK or the portal is optum)"
    for shown in (
        str(dashboard(whole, **asked)),
        dashboard(whole, **asked)._repr_html_(),
        str(why),
    ):
        assert "WITH REVENUE DESK" in shown
        assert "ATHENA" not in shown
    assert said in " ".join(str(dashboard(whole, **asked)).split())
    assert not why.is_listed
    rule = why.explanation.rule
    assert decode_rule(
        encode_rule(rule, leaves=PORTAL_LEAVES), leaves=PORTAL_LEAVES, vocabulary=ISSUE_VOCABULARY
    ) == dashboard_rule(filters, portals=whole.portals)


def test_the_dashboard_is_for_those_who_may_open_the_hub():
    """Dashboard, suggestions, reasons, related tasks: each is refused naming the right (PR-4)."""
    whole = hub(reported("i1", claims_task()))
    asked = {"as_of": D3}
    for view, given in (
        (dashboard, asked),
        (why_listed, {"issue_id": "i1", **asked}),
        (suggest_payers, {"typed": "a"}),
        (related_tasks_view, {"issue_id": "i1"}),
    ):
        assert view(whole, viewer=JOHN, **given)
        with pytest.raises(NotPermitted, match="Practice Set-Up: Medical Groups/ Providers/"):
            view(whole, viewer=STRANGER, **given)


def test_a_day_is_a_day():
    """Ages are counted in days: a moment is refused (PH-5)."""
    with pytest.raises(InvalidRecord, match="as_of"):
        dashboard(hub(), viewer=JOHN, as_of=datetime(2025, 3, 3, 9, 0))  # noqa: DTZ001  (what is refused)


def test_a_dashboard_stays_as_it_is():
    """What was shown is a value: equal for equal hubs, and untouched by later acts (PH-5)."""
    issue = reported("i1", claims_task())
    before = seen(issue)
    after = seen(answered(issue, "claims1", on=D2))

    assert portals_shown(before) == ["availity"]
    assert portals_shown(after) == []
    assert before == seen(reported("i1", claims_task()))
