"""What the billing manager works down: the tasks list, and a task opened (PH-7 to PH-10, PR-4)."""

import csv
import io

import pytest

from revcycle.errors import NotPermitted, UnknownReference
from revcycle.portals import (
    AccountType,
    AskedFor,
    Credentials,
    EnrolmentWorklistLink,
    MedicalGroup,
    Portal,
    PortalAccount,
    Response,
    ResponseFields,
    TaskColumn,
    TaskFilters,
    TaskLink,
    TaskSort,
    add_note,
    earliest_group,
    portal_address,
    record_unpostables,
    task_html,
    task_list,
    task_list_csv,
    task_list_html,
    task_view,
)
from tests.stories.portal_book import (
    AVAILITY,
    D1,
    D2,
    D3,
    JOHN,
    NORTH,
    OPTUM,
    PAYER,
    PRACTICE,
    SERVICE,
    SOUTH,
    STRANGER,
    answered,
    check,
    claims_task,
    deposit,
    hub,
    password_task,
    reported,
    resolved,
    returned,
    unpostables_task,
)

GROUPS = {"north": NORTH, "south": SOUTH}


def listed(*issues, portals=(AVAILITY, OPTUM), groups=(NORTH, SOUTH), **asked):
    """John's tasks list of a hub with these issues."""
    whole = hub(*issues, portals=portals, medical_groups=groups)
    return task_list(whole, viewer=JOHN, **asked)


def ids(tasks):
    """The tasks in their order."""
    return [row.task_id for row in tasks.rows]


# ------------------------------------------------------------------------------ what is listed


def test_only_what_the_practice_must_resolve_is_listed():
    """The tasks list has the tasks assigned to the practice and no others (PH-7)."""
    mixed = reported("i1", claims_task("c1"), claims_task("c2", SERVICE), unpostables_task("u1"))
    done = answered(reported("i2", claims_task("c3")), "c3", on=D2)
    untasked = reported("i3", reported_owner=PRACTICE)

    assert ids(listed(mixed, done, untasked)) == ["c1", "u1"]


def test_a_row_tells_what_to_work_next():
    """Task id, portal, kind, medical group, label, action, created, dollars (PH-7)."""
    issue = reported(
        "i1",
        claims_task("c1", medical_group_ids=frozenset({"south", "north"})),
        claims_task("c2"),
        unpostables_task("u1", affected=(check("x", "9.50"), deposit("y", "4.00", blocked=False))),
    )
    claims, _, money = listed(issue).rows

    assert (claims.task_id, claims.portal, claims.kind.value) == ("c1", AVAILITY, "claims")
    assert (claims.medical_group, claims.label) == (NORTH, "NEEDS YOUR ATTENTION")
    assert (claims.created_on, claims.dollars) == (D1, None)
    assert (money.kind.value, money.medical_group, str(money.dollars)) == (
        "unpostables",
        None,
        "9.50",
    )
    assert money.action_words == "Resolve unpostables task"
    assert money.action == TaskLink(issue_id="i1", task_id="u1")


def test_the_way_to_the_enrolment_worklist_is_a_value():
    """Go to enrollment worklist: pre-filtered to the issue's tasks with the practice (PH-7)."""
    issue = reported("i1", claims_task("c1"), claims_task("c2", PAYER), claims_task("c3"))
    other = reported("i2", claims_task("c4"))
    rows = listed(issue, other).rows

    assert [row.action_words for row in rows] == ["Go to enrollment worklist"] * 3
    assert [row.action for row in rows] == [
        EnrolmentWorklistLink(task_ids=("c1", "c3")),
        EnrolmentWorklistLink(task_ids=("c1", "c3")),
        EnrolmentWorklistLink(task_ids=("c4",)),
    ]


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://availity.example/", True),
        ("HTTP://availity.example", True),
        ("https://availity.example/a?b=1&c=<", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (" https://availity.example", False),
        ("https://availity.example\n", False),
        ("https://a\\b", False),
        ("availity.example", False),
        ("//availity.example", False),
        ("https://", False),
        ("", False),
    ],
)
def test_the_portals_name_is_a_link_to_the_portal(url, is_link):
    """The name links to the portal's own page, if that is an address on the web (PH-7)."""
    portal = Portal(id="p", name="The portal", url=url)
    shown = task_list_html(listed(reported("i1", claims_task(), portal=portal), portals=(portal,)))

    assert portal_address(portal) == (url if is_link else None)
    assert ("<a href=" in shown) is is_link
    assert ">The portal<" in shown


# ----------------------------------------------------------------------------------- filters


def test_tasks_are_filtered_by_portal():
    """Set the Portal filter: only its tasks; a portal that is not there is an error (PH-7)."""
    issues = [reported("i1", claims_task("c1")), reported("i2", claims_task("c2"), portal=OPTUM)]
    narrow = listed(*issues, filters=TaskFilters(portal_id="optum"))

    assert (ids(narrow), narrow.portal, narrow.hidden_task_count) == (["c2"], OPTUM, 1)
    with pytest.raises(UnknownReference, match="no portal with id 'gone'"):
        listed(*issues, filters=TaskFilters(portal_id="gone"))


def test_tasks_are_filtered_by_any_of_their_medical_groups():
    """A group finds tasks it applies to, shown or not; those without one need no filter (PH-8)."""
    issue = reported(
        "i1",
        claims_task("c1", medical_group_ids=frozenset({"north", "south"})),
        claims_task("c2", medical_group_ids=frozenset({"north"})),
        unpostables_task("u1"),
    )

    def found(group_id):
        return ids(listed(issue, filters=TaskFilters(medical_group_id=group_id)))

    assert found("south") == ["c1"]  # whose column says North, which was created first
    assert found("north") == ["c1", "c2"]
    assert found(None) == ["c1", "c2", "u1"]
    with pytest.raises(UnknownReference, match="no medical group with id 'gone'"):
        found("gone")


@pytest.mark.parametrize(
    ("applying", "shown"),
    [
        ((), None),
        (("south",), "south"),
        (("south", "north"), "north"),
        (("south", "east"), "east"),
        (("another", "north"), "north"),
        (("undated", "south"), "south"),
        (("undated", "also"), "also"),
    ],
)
def test_the_earliest_created_group_is_shown(applying, shown):
    """Of several groups the earliest created; ties by id, undated last, none is none (PH-8)."""
    groups = GROUPS | {
        "east": MedicalGroup(id="east", name="East", created_on=SOUTH.created_on),
        "another": MedicalGroup(id="another", name="Another", created_on=SOUTH.created_on),
        "undated": MedicalGroup(id="undated", name="Undated"),
        "also": MedicalGroup(id="also", name="Also undated"),
    }
    task = claims_task(medical_group_ids=frozenset(applying))
    (row,) = listed(reported("i1", task), groups=tuple(groups.values())).rows

    assert row.medical_group == groups.get(shown)
    assert earliest_group(applying, groups) == groups.get(shown)


# ------------------------------------------------------------------------------------- order


def tasks_of_every_kind():
    """Four tasks that differ in every column; two have no group, two no dollars."""
    zebra = Portal(id="a", name="zebra")
    elan = Portal(id="z", name="Élan")
    first = reported(
        "i1",
        claims_task("t3", medical_group_ids=frozenset({"south"})),
        unpostables_task("t1", account_id=None, affected=(check("u1", "5.00"),)),
        portal=zebra,
    )
    second = reported(
        "i2",
        claims_task("t4", created_on=D2),
        unpostables_task(
            "t2",
            account_id=None,
            created_on=D2,
            medical_group_ids=frozenset({"north"}),
            affected=(check("u2", "40.00"),),
        ),
        portal=elan,
        as_of=D2,
    )
    return {"issues": (second, first), "portals": (zebra, elan)}


@pytest.mark.parametrize(
    ("column", "ascending", "descending"),
    [
        (TaskColumn.TASK, "t1 t2 t3 t4", "t4 t3 t2 t1"),
        (TaskColumn.PORTAL, "t2 t4 t1 t3", "t1 t3 t2 t4"),
        (TaskColumn.KIND, "t3 t4 t1 t2", "t1 t2 t3 t4"),
        (TaskColumn.MEDICAL_GROUP, "t2 t3 t1 t4", "t3 t2 t1 t4"),
        (TaskColumn.STATUS, "t1 t2 t3 t4", "t1 t2 t3 t4"),
        (TaskColumn.ACTION, "t3 t4 t1 t2", "t1 t2 t3 t4"),
        (TaskColumn.CREATED, "t1 t3 t2 t4", "t2 t4 t1 t3"),
        (TaskColumn.DOLLARS, "t1 t2 t3 t4", "t2 t1 t3 t4"),
    ],
    ids=lambda value: value.name if isinstance(value, TaskColumn) else None,
)
def test_tasks_are_sorted_by_every_column(column, ascending, descending):
    """Sort all the columns: either way, missing values last, ties by task id (PH-7)."""
    tasks = tasks_of_every_kind()

    def order(*, is_descending):
        sort = TaskSort(column=column, is_descending=is_descending)
        return " ".join(ids(listed(*tasks["issues"], portals=tasks["portals"], sort=sort)))

    assert order(is_descending=False) == ascending
    assert order(is_descending=True) == descending


def test_the_oldest_task_comes_first():
    """Oldest first, unless another order is asked for (PH-7)."""
    tasks = tasks_of_every_kind()

    assert ids(listed(*tasks["issues"], portals=tasks["portals"])) == ["t1", "t3", "t2", "t4"]


# ---------------------------------------------------------------------------------------- CSV


def test_the_csv_has_the_rows_shown_in_the_order_shown():
    """Download CSV: exactly the rows shown, in the order shown (PH-7, LE-2)."""
    tasks = tasks_of_every_kind()
    shown = listed(
        *tasks["issues"],
        portals=tasks["portals"],
        filters=TaskFilters(portal_id="z"),
        sort=TaskSort(column=TaskColumn.DOLLARS),
    )
    header, *rows = csv.reader(io.StringIO(task_list_csv(shown)))

    assert header == [
        *("Task id", "Portal", "Kind", "Medical group"),
        *("Status", "Action needed", "Created", "Dollars"),
    ]
    assert rows == [
        [
            *("t2", "Élan", "unpostables", "Seven Hills North"),
            *("NEEDS YOUR ATTENTION", "Resolve unpostables task", "2025-03-04", "40.00"),
        ],
        [
            *("t4", "Élan", "claims", ""),
            *("NEEDS YOUR ATTENTION", "Go to enrollment worklist", "2025-03-04", ""),
        ],
    ]


def test_the_csv_turns_round_with_the_list():
    """Sorted the other way, the rows of the CSV come in that order, whatever their ids (PH-7)."""
    tasks = tasks_of_every_kind()
    for column, shown in (
        (TaskColumn.TASK, ["t4", "t3", "t2", "t1"]),
        (TaskColumn.PORTAL, ["t1", "t3", "t2", "t4"]),
        (TaskColumn.CREATED, ["t2", "t4", "t1", "t3"]),
    ):
        sort = TaskSort(column=column, is_descending=True)
        listing = listed(*tasks["issues"], portals=tasks["portals"], sort=sort)
        _, *rows = csv.reader(io.StringIO(task_list_csv(listing)))

        assert [row[0] for row in rows] == shown == ids(listing)


def test_the_csv_is_safe_in_a_spreadsheet():
    """A portal that is called like a formula is text in the CSV (PH-7, LE-2)."""
    portal = Portal(id="p", name='=HYPERLINK("https://x")')
    text = task_list_csv(listed(reported("i1", claims_task(), portal=portal), portals=(portal,)))

    assert "'=HYPERLINK" in text


# --------------------------------------------------------------------------------- a task opened


def opened(issue, task_id="unp1", portal=AVAILITY):
    """John opens a task."""
    whole = hub(issue, portals=(portal, OPTUM))
    return task_view(whole, viewer=JOHN, issue_id=issue.id, task_id=task_id)


def test_the_issue_response_tells_what_is_asked():
    """Description, instructions, TINs and numbers, user name, created date, groups (PH-9)."""
    task = unpostables_task(
        asks_for=frozenset({AskedFor.NUMBERS}),
        tins=("98-7654321",),
        other_numbers=("NPI 1234567893",),
        description="A number is missing.",
        instructions="Add it on the payer's site.",
        medical_group_ids=frozenset({"south", "north"}),
    )
    view = opened(reported("i1", task))

    assert (view.kind.value, view.label, view.created_on) == (
        "unpostables",
        "NEEDS YOUR ATTENTION",
        D1,
    )
    assert (view.description, view.instructions) == (
        "A number is missing.",
        "Add it on the payer's site.",
    )
    assert (view.tins, view.other_numbers) == (("98-7654321",), ("NPI 1234567893",))
    assert (view.account.user_name, view.account.tins) == ("hills", ("12-3456789",))
    assert view.medical_group_names == ("Seven Hills North", "Seven Hills South")
    for said in ("98-7654321", "hills", "Add it on the payer's site.", "Password: never shown"):
        assert said in str(view)


def test_numbers_to_add_stand_below_the_instructions():
    """A TIN or other number to add is listed below the instructions, on page and text (PH-9)."""
    task = unpostables_task(
        asks_for=frozenset({AskedFor.NUMBERS}),
        tins=("98-7654321",),
        other_numbers=("NPI 77",),
        description="A number is missing.",
        instructions="Add them on the site.",
    )
    view = opened(reported("i1", task))

    order = ["A number is missing.", "Add them on the site.", "98-7654321", "NPI 77", "hills"]
    for shown in (str(view), task_html(view)):
        places = [shown.index(said) for said in order]
        assert places == sorted(places)


def test_what_can_be_edited_depends_on_the_account():
    """The links to edit and add appear where the account type and the state allow (PH-9)."""
    some = AccountType(name="some", may_change_password=True)
    portal = Portal(
        id="p", name="P", accounts=(PortalAccount(id="own", account_type=some, user_name="x"),)
    )
    mine = opened(reported("i1", password_task(), portal=portal), portal=portal)
    theirs = opened(reported("i1", unpostables_task(owner=SERVICE)))
    claims = opened(reported("i1", claims_task(), account_id="own"), "claims1")

    assert mine.fields == ResponseFields(password=True, comment=True)
    assert "Edit the password" in str(mine)
    assert "Edit the user name" not in str(mine)
    assert theirs.fields == ResponseFields()
    assert "Edit" not in str(theirs)
    assert (claims.fields, claims.account.id) == (ResponseFields(comment=True), "own")
    assert "Password" not in str(claims)


def test_view_history_shows_the_chain_of_notes():
    """View history shows the past notes, with author, day and move; never a password (PH-9)."""
    given = Response(
        change=Credentials(user_name="newname", password_ref="vault:77"),
        comment="Changed this morning.",
        needs_assistance=True,
    )
    issue = answered(reported("i1", password_task()), "unp1", given, on=D2)
    flagged = opened(issue)
    issue = returned(issue, "unp1", "It still fails.", on=D3)
    noted = add_note(issue, task_id="unp1", note="Seen.", by="maria", as_of=D3).issue
    view = opened(noted)

    assert [(entry.on, entry.by, entry.text) for entry in view.history] == [
        (D2, "john", "Changed this morning."),
        (D3, "service", "It still fails."),
        (D3, "maria", "Seen."),
    ]
    first = view.history[0]
    assert (first.has_new_user_name, first.has_new_password, first.has_new_account) == (
        True,
        True,
        False,
    )
    assert (flagged.is_flagged, view.is_flagged) == (True, False)
    for shown in (str(view), task_html(view), repr(view)):
        assert "vault" not in shown
        assert "newname" not in shown
    assert "Changed this morning." in task_html(view)
    assert "Changed this morning." not in repr(view)


def test_the_affected_unpostables_are_listed():
    """Open checks and EFT deposits: id, blocked, dollars; the total is of those blocked (PH-10)."""
    task = unpostables_task(
        affected=(
            check("u1", "1234.50"),
            deposit("u2", "10.00", blocked=False),
            check("u3", "7.00", blocked=False, closed_on=D1),
            deposit("u4", "0.50"),
        )
    )
    view = opened(reported("i1", task))

    assert [
        (each.id, each.kind.value, each.blocked, str(each.dollars)) for each in view.affected
    ] == [
        ("u1", "check", True, "1234.50"),
        ("u2", "eft_deposit", False, "10.00"),
        ("u4", "eft_deposit", True, "0.50"),
    ]
    assert str(view.blocked_dollars) == "1235.00"
    assert "Affected unpostables: 3 open, 2 blocked" in str(view)
    assert "1,235.00" in str(view)


def test_the_id_of_an_unpostable_is_a_way_to_it():
    """Click on the unpostable ID: it leads to the unpostable, in a window of its own (PH-10)."""
    task = unpostables_task(affected=(check("u 1", "5.00"), deposit("u2", "7.00")))
    view = opened(reported("i1", task))
    way = {link: f"/unpostables/{n}" for n, link in enumerate(view.unpostable_links)}

    assert [link.unpostable_id for link in way] == ["u 1", "u2"]
    shown = task_html(view, addresses=way.get)
    for n, said in enumerate(("u 1", "u2")):
        link = f'<a href="/unpostables/{n}" rel="noopener noreferrer" target="_blank"'
        assert f'{link} title="opens in a new window">{said}</a>' in shown
    assert "/unpostables/" not in task_html(view)
    assert "u 1" in str(view)


def test_a_resolved_task_shows_nothing_waiting():
    """A resolved task's unpostables wait no longer and cost nothing (PH-10)."""
    task = unpostables_task(owner=SERVICE, affected=(check("u1", "50.00"), deposit("u2", "8.00")))
    view = opened(resolved(reported("i1", task), "unp1", on=D2))

    assert [(each.id, each.blocked) for each in view.affected] == [("u1", False), ("u2", False)]
    assert str(view.blocked_dollars) == "0.00"
    assert "2 open, 0 blocked" in str(view)


def test_a_resolved_task_shows_what_another_task_tells():
    """What another task still lists as waiting is blocked; what has closed is gone (PH-10)."""
    both = (check("u1", "50.00"), check("u2", "8.00"), check("u3", "1.00"))
    first = unpostables_task("first", SERVICE, affected=both)
    second = unpostables_task("second", affected=both[:2])
    issue = resolved(reported("i1", first, second), "first", on=D2)
    closed = [check("u2", "8.00", blocked=False, closed_on=D3)]
    issue = record_unpostables(issue, closed, task_id="second", by="maria", as_of=D3).issue
    view = opened(issue, "first")

    assert [(each.id, each.blocked) for each in view.affected] == [("u1", True), ("u3", False)]
    assert str(view.blocked_dollars) == "50.00"


def test_a_task_without_affected_unpostables_says_so():
    """Where nothing waits the page says so in words; a claims task has no such list (PH-10)."""
    assert "No open unpostable is affected." in str(opened(reported("i1", unpostables_task())))
    assert "unpostable" not in str(opened(reported("i1", claims_task()), "claims1"))


def test_tasks_are_for_those_who_may_open_the_hub():
    """The tasks list and a task are refused without the right, naming it (PR-4)."""
    whole = hub(reported("i1", claims_task()))
    for view, given in ((task_list, {}), (task_view, {"issue_id": "i1", "task_id": "claims1"})):
        assert view(whole, viewer=JOHN, **given)
        with pytest.raises(NotPermitted, match="Practice Set-Up: Medical Groups/ Providers/"):
            view(whole, viewer=STRANGER, **given)


def test_a_task_that_is_not_there_is_an_error():
    """An unknown issue or task is named (PH-9)."""
    issue = reported("i1", claims_task())
    with pytest.raises(UnknownReference, match="no task with id 'gone'"):
        opened(issue, "gone")
    with pytest.raises(UnknownReference, match="no access issue with id 'gone'"):
        task_view(hub(issue), viewer=JOHN, issue_id="gone", task_id="claims1")
