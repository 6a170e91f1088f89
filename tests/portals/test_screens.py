"""How the hub is shown: as text in eighty columns, and as HTML that anybody can use."""

import re

import attrs
import pytest

from revcycle.portals import (
    SCREEN_STYLE,
    CoveredPayer,
    DashboardFilters,
    DashboardLink,
    EnrolmentWorklistLink,
    IssueStatus,
    Portal,
    PortalAccount,
    RelatedTasksLink,
    Response,
    StatusIn,
    TaskColumn,
    TaskFilters,
    TaskLink,
    TaskListLink,
    TaskSort,
    clear_all,
    dashboard,
    dashboard_html,
    dashboard_text,
    hub_page,
    related_tasks_html,
    related_tasks_text,
    related_tasks_view,
    task_anchor,
    task_html,
    task_list,
    task_list_html,
    task_list_text,
    task_text,
    task_view,
)
from revcycle.portals.sheet_html import sheet_html
from revcycle.portals.sheet_style import INKS, PAPERS
from revcycle.portals.sheet_text import sheet_text
from revcycle.portals.sheets import Column, ColumnKind, Facts, Grid, GridRow, Linked, Sheet, Words
from revcycle.tables import legible
from tests.portals.pages import contrast, declarations, read
from tests.stories.portal_book import (
    AVAILITY,
    D3,
    FIXED_TYPE,
    JOHN,
    NORTH,
    OPTUM,
    SERVICE,
    answered,
    check,
    claims_task,
    deposit,
    hub,
    password,
    password_task,
    reported,
    returned,
)
from tests.stories.portal_views import portal, portals_shown, seen

NASTY = '<script>alert(\'x\')</script>" onload="x" & \u202e\x1b[31m \n</section>'


ISSUE_ID, TASK_ID = 'i1<b>&"', "u1'<i>"


def a_hub():
    """A hub with something of everything, and texts that would do harm if they were let."""
    mean = Portal(
        id="mean",
        name=NASTY,
        url="javascript:alert(1)",
        covers=(CoveredPayer(id="i<b>", name=NASTY),),
        accounts=(PortalAccount(id="own", account_type=FIXED_TYPE, user_name=NASTY),),
    )
    task = password_task(
        TASK_ID,
        affected=(check("x<1", "1234567.50"), deposit("x2", "3.00", blocked=False)),
        description=NASTY,
        instructions=f"1. {NASTY}\n2. Then\n\n3. Done",
        tins=(),
    )
    harmful = reported(
        ISSUE_ID, task, claims_task("c9", SERVICE), portal=mean, description=NASTY, account_id="own"
    )
    plain = reported(
        "i2",
        claims_task("c1", medical_group_ids=frozenset({"north"})),
        claims_task("c2", SERVICE),
    )
    plain = returned(answered(plain, "c1", on=D3), "c1", "Note for John.", on=D3)
    quiet = reported("i3", portal=OPTUM)
    named = attrs.evolve(NORTH, name=NASTY)
    return hub(harmful, plain, quiet, portals=(AVAILITY, OPTUM, mean), medical_groups=(named,))


def fragments(addresses=lambda link: f"/{type(link).__name__}?<&\"'"):
    """Every screen of the hub as HTML."""
    whole = a_hub()
    asked = {"viewer": JOHN}
    everything = dashboard(whole, as_of=D3, filters=clear_all(), **asked)
    return {
        "dashboard": dashboard_html(
            everything, page_size=2, opened=["mean", "availity"], addresses=addresses
        ),
        "tasks": task_list_html(task_list(whole, **asked), addresses=addresses),
        "task": task_html(
            task_view(whole, issue_id=ISSUE_ID, task_id=TASK_ID, **asked), addresses=addresses
        ),
        "claims task": task_html(task_view(whole, issue_id="i2", task_id="c1", **asked)),
        "related": related_tasks_html(related_tasks_view(whole, issue_id="i2", **asked)),
        "related to the mean": related_tasks_html(
            related_tasks_view(whole, issue_id=ISSUE_ID, **asked)
        ),
        "none": dashboard_html(seen(), addresses=addresses),
    }


FRAGMENTS = fragments()
TREES = {name: read(fragment) for name, fragment in FRAGMENTS.items()}
each_screen = pytest.mark.parametrize("name", FRAGMENTS)


# --------------------------------------------------------------------------------------- harmless


@each_screen
def test_a_screen_is_well_formed_and_runs_nothing(name):
    """Every text is escaped; no script, no handler, no style from outside, no odd address."""
    tree = TREES[name]
    tags = {element.tag for element in tree.everything()}
    assert tags <= {
        *("section", "h2", "h3", "p", "a", "strong", "span", "div", "details", "summary"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "dl", "dt", "dd"),
    }
    for element in tree.everything():
        assert not any(
            key.startswith("on") or key in {"style", "src"} for key in element.attributes
        )
        assert not element.attributes.get("href", "#").lower().startswith(("javascript", "data"))
    if name in {"task", "dashboard"}:
        assert "<script>alert('x')</script>" in tree.text


def test_what_is_written_for_people_is_shown_as_it_was_written():
    """Names and notes read as typed, with their line breaks; orders to a screen are gaps."""
    (task,) = TREES["task"].all("section")
    said = {
        label.text: value.text for label, value in zip(task.all("dt"), task.all("dd"), strict=True)
    }
    assert next(task.all("h2")).text == f"Unpostables task {TASK_ID}"
    assert said["Issue"] == ISSUE_ID
    shown = NASTY.replace("\u202e\x1b", "\ufffd\ufffd")
    assert said["Instructions"] == f"1. {shown}\n2. Then\n\n3. Done"
    assert "white-space: pre-line" in SCREEN_STYLE


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://hub.example/tasks?id=1&x=<", True),
        ("HTTP://hub.example", True),
        ("/tasks/1", True),
        ("#task-1", True),
        ("?page=2", True),
        ("/a'b\"c&amp;d<e>", True),
        ("./tasks", True),
        ("unpostables/k", True),
        ("k.html?x=1:2", True),
        ("//evil.example/k", False),
        ("///evil.example/k", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("\tjavascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("tasks:1", False),
        ("/a b", False),
        ("/\\evil.example", False),
        ("/a\nb", False),
        ("", False),
        (None, False),
    ],
)
def test_only_harmless_addresses_become_links(address, is_link):
    """An address on the web or within the host's pages is a link; any other is words (PH-7)."""
    facts = Facts(pairs=(("way", Linked("Words", address)),))
    tree = read(sheet_html(Sheet(title="T", anchor="t", blocks=(facts,))))
    links = list(tree.all("a"))

    assert [link.attributes["href"] for link in links] == ([address] if is_link else [])
    assert tree.text.split()[-1] == "wayWords"


# ------------------------------------------------------------------------------- for everybody


@each_screen
def test_tables_have_captions_and_scoped_headers(name):
    """Each table has a caption; columns and rows have headers with scope, cells their title."""
    for table in TREES[name].all("table"):
        (caption,) = table.all("caption")
        (head,) = table.all("thead")
        titles = [th.text.rstrip(" \u25b2\u25bc") for th in head.all("th")]
        assert caption.text.strip()
        assert all(titles)
        assert {th.attributes["scope"] for th in head.all("th")} == {"col"}
        for part in (*table.all("tbody"), *table.all("tfoot")):
            for row in part.all("tr"):
                cells = [c for c in row.children if isinstance(c, type(row))]
                if row.attributes.get("class") == "more":
                    assert cells[0].attributes["colspan"] == str(len(titles))
                    continue
                assert [cell.tag for cell in cells] == ["th", *["td"] * (len(titles) - 1)]
                assert cells[0].attributes["scope"] == "row"
                assert [cell.attributes["data-title"] for cell in cells[1:]] == titles[1:]


@each_screen
def test_tables_stay_tables_on_a_narrow_screen(name):
    """Set as blocks, elements lose their meaning for screen readers; roles say it again."""
    roles = {
        "table": {"table"},
        "tr": {"row"},
        "td": {"cell"},
        "th": {"columnheader", "rowheader"},
        **{part: {"rowgroup"} for part in ("thead", "tbody", "tfoot")},
    }
    for element in TREES[name].everything():
        if element.tag in roles:
            assert element.attributes["role"] in roles[element.tag]


def test_several_links_are_one_content_of_their_cell():
    """On a narrow screen a cell has two places: its column's name, and all that it holds (PH-5)."""
    issue = reported("i1", claims_task("c1"), claims_task("c2"))
    board = seen(issue)
    tree = read(dashboard_html(board, addresses=lambda _link: "/x"))
    (cell,) = (
        each for each in tree.all("td") if each.attributes.get("data-title") == "Related tasks"
    )

    assert len(list(cell.all("a"))) == 2
    assert [part.tag for part in cell.children] == ["span"]


def test_rows_expand_without_a_script():
    """The details of a row are in a details element, closed unless asked for; its name is told."""
    board = seen(reported("i1", claims_task("c1")), reported("i2", claims_task("c2"), portal=OPTUM))
    tree = read(dashboard_html(board, opened=["optum"]))
    folds = [
        (next(fold.all("summary")).text, "open" in fold.attributes) for fold in tree.all("details")
    ]

    assert folds == [
        ("Details of Availity: 1 issue", False),
        ("Details of Optum: 1 issue", True),
    ]


@each_screen
def test_the_keyboard_goes_from_top_to_bottom(name):
    """The order of focus is the order of the page: nothing takes a place of its own."""
    assert not any("tabindex" in element.attributes for element in TREES[name].everything())


@each_screen
def test_a_screen_is_a_named_section(name):
    """A screen is a section named by its heading, below the page's own title."""
    (section,) = TREES[name].all("section")
    (heading,) = section.all("h2")

    assert section.attributes["aria-labelledby"] == heading.attributes["id"]
    assert heading.text
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9._~-]*", section.attributes["id"])


def test_every_task_has_a_place_of_its_own():
    """Whatever its id, a task's place on a page has no blank and is no other's (PH-6)."""
    ids = ["1", " 1", "1 ", "1\t", "~20~1", "a.b", "a_b", "a-b", "a/b", "\xe9", "e"]
    places = [task_anchor(each) for each in ids]

    assert len(set(places)) == len(ids)
    assert places[0] == "task-1"
    for place, task_id in zip(places, ids, strict=True):
        assert re.fullmatch(r"task-[A-Za-z0-9._~-]+", place)
        view = task_view(
            hub(reported("i1", claims_task(task_id))), viewer=JOHN, issue_id="i1", task_id=task_id
        )
        assert f'id="{place}"' in task_html(view)


def test_no_place_on_a_page_is_used_twice():
    """A task whose id reads like a heading's place has one of its own nevertheless (PH-6)."""
    ids = ("1", "1-title", "1~title")
    whole = hub(reported("i1", *map(claims_task, ids)))
    views = [task_view(whole, viewer=JOHN, issue_id="i1", task_id=each) for each in ids]
    places = re.findall(r' id="([^"]*)"', hub_page(map(task_html, views), title="x"))

    assert len(places) == len(set(places)) == 2 * len(ids)


def test_a_page_can_be_written_to_a_file():
    """What no file can hold is shown as a gap, in texts and addresses alike (PH-5)."""
    odd = Portal(id="odd", name="A\ud800B\0C", url="https://odd.example/\ud800")
    issue = reported("i1", claims_task(), portal=odd, description="\udfff")
    whole = hub(issue, portals=(odd,))
    board = dashboard(whole, viewer=JOHN, as_of=D3)
    page = hub_page([dashboard_html(board, addresses=lambda _link: "/\ud800")], title="\ud800")

    assert page.encode("utf-8").decode("utf-8") == page
    assert "A\ufffdB\ufffdC" in page
    assert task_list_html(task_list(whole, viewer=JOHN)).encode("utf-8")


def test_status_is_said_in_words():
    """The status is a text in every row, so colour tells nothing that words do not (PH-2)."""
    rows = next(TREES["dashboard"].all("tbody")).all("tr")
    said = [next(row.all("td")).text for row in rows if "class" not in row.attributes]

    assert set(said) == {"NEEDS YOUR ATTENTION"}
    for name, tree in TREES.items():
        for badge in (
            span for span in tree.all("span") if "badge" in span.attributes.get("class", "")
        ):
            is_urgent = badge.attributes["class"] == "badge urgent"
            assert is_urgent is (badge.text == "NEEDS YOUR ATTENTION"), name
    assert [row.label for row in seen(reported("i1"), filters=clear_all()).rows] == ["WITH ATHENA"]
    assert "WITH ATHENA" in dashboard_html(seen(reported("i1"), filters=clear_all()))


def test_every_ink_is_readable_on_every_paper():
    """Contrast is 7 to 1 or better for all that can be written on all it can be written on."""
    colours = INKS | PAPERS
    variables = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SCREEN_STYLE))
    assert variables == colours
    written, papers = set(), set()
    for name, value in declarations(SCREEN_STYLE):
        used = set(re.findall(r"var\(--([\w-]+)\)", value))
        if name == "color":
            written |= used
        elif name.startswith("background"):
            papers |= used
        assert not re.search(r"#[0-9a-f]{3}", value) or name.startswith("--"), value
    assert (written, papers) == (set(INKS), set(PAPERS))
    ratios = {
        (ink, paper): contrast(INKS[ink], PAPERS[paper]) for ink in written for paper in papers
    }
    assert min(ratios.values()) >= 7
    # The focus ring and the borders are drawn in inks too.
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_numbers_are_not_broken():
    """Dollars and days never wrap, and their digits stand in columns."""
    rule = re.search(r"\.dollars, \.portal-hub \.day \{([^}]*)\}", SCREEN_STYLE)[1]
    assert "white-space: nowrap" in rule
    assert "tabular-nums" in rule
    for cell in TREES["tasks"].all("td"):
        if re.fullmatch(r"[\d,]+\.\d\d", cell.text):
            assert cell.attributes["class"] == "dollars"
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cell.text):
            assert cell.attributes["class"] == "day"
    assert "1,234,567.50" in TREES["task"].text


def test_a_page_is_a_whole_document():
    """The page names its language, fits a phone, has its style once and one main heading."""
    page = hub_page(FRAGMENTS.values(), title=NASTY)
    tree = read(page.removeprefix("<!DOCTYPE html>"))
    (document,) = tree.all("html")

    assert page.startswith("<!DOCTYPE html>\n")
    assert document.attributes["lang"] == "en"
    assert "width=device-width" in page
    assert page.count("<style>") == 1
    assert [heading.text for heading in tree.all("h1")] == [legible(NASTY)]
    assert not re.search(r"https?://(?!availity)", page)  # nothing is fetched from anywhere


def test_a_notebook_shows_style_and_screen():
    """In a notebook each view stands alone: its style and its first rows (PH-5, PH-7)."""
    whole = a_hub()
    views = (
        dashboard(whole, viewer=JOHN, as_of=D3),
        task_list(whole, viewer=JOHN),
        task_view(whole, viewer=JOHN, issue_id=ISSUE_ID, task_id=TASK_ID),
        related_tasks_view(whole, viewer=JOHN, issue_id="i2"),
    )
    for view in views:
        shown = view._repr_html_()
        assert shown.startswith("<style>.portal-hub {")
        assert len(list(read(shown).all("section"))) == 1
    many = [reported(f"i{n}", claims_task(f"c{n:03}")) for n in range(203)]
    shown = task_list(hub(*many), viewer=JOHN)._repr_html_()
    assert "203, the first 200 of them" in shown
    assert shown.count("Go to enrollment worklist") == 200


# ------------------------------------------------------------------------------------ ways on


def test_screens_lead_where_the_host_says():
    """View all, toggle, Clear All, actions, related tasks, sorting: each asks for its address."""
    asked = []

    def addresses(link):
        asked.append(link)
        return f"/{len(asked)}"

    issues = (reported("i1", claims_task("c1")), reported("i2", password_task("u1")))
    board = seen(*issues, filters=DashboardFilters(covered="aetna"))
    tree = read(dashboard_html(board, addresses=addresses))
    words = [link.text for link in tree.all("a")]

    assert words[:3] == ["View all", "Show all", "Clear All"]
    for link in (
        TaskListLink(),
        DashboardLink(filters=DashboardFilters(attention_only=False, covered="aetna")),
        DashboardLink(filters=clear_all()),
        RelatedTasksLink(issue_id="i1"),
        EnrolmentWorklistLink(task_ids=("c1",)),
        TaskLink(issue_id="i2", task_id="u1"),
    ):
        assert link in asked
    every = seen(*issues, filters=clear_all())
    back = [link.text for link in read(dashboard_html(every, addresses=addresses)).all("a")]
    assert "Show only what needs your attention" in back
    assert "Clear All" not in back


def test_pages_lead_to_their_neighbours():
    """A page leads to the one before and the one after, where there is one (PH-5)."""
    board = seen(*(reported(f"i{n}", claims_task(f"c{n}"), portal=portal(f"p{n}")) for n in "abc"))

    def neighbours(number):
        def addresses(link):
            is_page = isinstance(link, DashboardLink) and link.filters == board.filters
            return f"?page={link.page_number}" if is_page else None

        tree = read(dashboard_html(board, page_number=number, page_size=1, addresses=addresses))
        return [(link.text, link.attributes["href"]) for link in tree.all("a")]

    assert neighbours(1) == [("Next page", "?page=2")]
    assert neighbours(2) == [("Previous page", "?page=1"), ("Next page", "?page=3")]
    assert neighbours(3) == [("Previous page", "?page=2")]


def test_headings_lead_to_the_list_sorted_by_them():
    """A heading leads to the list sorted by its column, turned round if it is already (PH-7)."""
    asked = {}

    def addresses(link):
        if isinstance(link, TaskListLink):
            asked[f"/{len(asked)}"] = link
            return f"/{len(asked) - 1}"
        return None

    filters = TaskFilters(portal_id="availity")
    tasks = task_list(hub(reported("i1", claims_task())), viewer=JOHN, filters=filters)
    tree = read(task_list_html(tasks, addresses=addresses))
    head = {th.text.rstrip(" \u25b2\u25bc"): th for th in next(tree.all("thead")).all("th")}
    ways = {name: asked[next(th.all("a")).attributes["href"]] for name, th in head.items()}

    assert head["Created"].attributes["aria-sort"] == "ascending"
    assert "aria-sort" not in head["Dollars"].attributes
    assert ways["Dollars"] == TaskListLink(
        filters=filters, sort=TaskSort(column=TaskColumn.DOLLARS)
    )
    assert ways["Created"].sort == TaskSort(column=TaskColumn.CREATED, is_descending=True)
    assert "Clear All" in tree.text


# -------------------------------------------------------------------------------- empty, in words


@pytest.mark.parametrize(
    ("issues", "filters", "said"),
    [
        ([], {}, "No access issue is outstanding: every portal can be used."),
        ([reported()], {}, "Nothing needs your attention. Show all"),
        ([reported()], {"covered": " \u200b"}, "Nothing needs your attention. Show all"),
        ([reported()], {"covered": "zzz"}, "No portal covers such a payer or IRC."),
        ([reported(portal=OPTUM)], {"covered": "aetna"}, "No issue passes the filters."),
        (
            [reported()],
            {"where": StatusIn(IssueStatus.WITH_PAYER), "attention_only": False},
            "No issue passes the filters. Clear All",
        ),
    ],
)
def test_an_empty_dashboard_says_why(issues, filters, said):
    """Where there is no row, words say why, and what would show some (PH-5)."""
    board = seen(*issues, filters=DashboardFilters(**filters))

    assert portals_shown(board) == []
    assert said in " ".join(dashboard_text(board).split())
    assert said in read(dashboard_html(board)).text
    assert not list(read(dashboard_html(board)).all("table"))


def test_an_empty_list_says_why():
    """Nothing to resolve, or nothing that passes the filters, is said in words (PH-7)."""
    none = task_list(hub(), viewer=JOHN)
    filtered = task_list(
        hub(reported("i1", claims_task())), viewer=JOHN, filters=TaskFilters(portal_id="optum")
    )

    assert "There is nothing that you must resolve." in task_list_text(none)
    assert "No task passes the filters." in task_list_text(filtered)
    assert "1 task hidden by the filters" in task_list_html(filtered)


# ------------------------------------------------------------------------------------------- text


def test_text_fits_eighty_columns():
    """As text every screen stays within eighty columns, whatever it is given."""
    whole = a_hub()
    asked = {"viewer": JOHN}
    board = dashboard(whole, as_of=D3, filters=clear_all(), **asked)
    for shown in (
        dashboard_text(board, opened=["mean", "availity"]),
        task_list_text(task_list(whole, **asked)),
        task_text(task_view(whole, issue_id=ISSUE_ID, task_id=TASK_ID, **asked)),
        related_tasks_text(related_tasks_view(whole, issue_id="i2", **asked)),
    ):
        assert max(map(len, shown.splitlines())) <= 80
        assert shown.endswith("\n")
        assert not any(line != line.rstrip() for line in shown.splitlines())


def test_text_gives_a_terminal_no_orders():
    """Control signs and line breaks in names reach no terminal: each is shown as a blank."""
    whole = a_hub()
    board = dashboard(whole, viewer=JOHN, as_of=D3)
    shown = dashboard_text(board, opened=["mean"]) + task_list_text(task_list(whole, viewer=JOHN))

    assert all(sign == "\n" or sign.isprintable() for sign in shown)
    assert "<script>alert('x')</script>" in shown


def test_text_sets_numbers_right_and_breaks_words_only():
    """Dollars stand right under each other; only columns of text are broken to fit."""
    columns = (
        Column(title="Name"),
        Column(title="Dollars", kind=ColumnKind.DOLLARS),
        Column(title="Note", is_aside=True),
    )
    grid = Grid(
        caption="A table",
        columns=columns,
        rows=(
            GridRow(cells=("word " * 30, "1.00", "short")),
            GridRow(cells=("x" * 90, "1,000,000.00", None)),
        ),
        empty="None.",
        foot=("Sum", "1,000,001.00", None),
    )
    lines = sheet_text(Sheet(title="T", anchor="t", blocks=(Words(("Said",)), grid))).splitlines()

    assert lines[:6] == ["T", "=", "", "Said", "", "A table"]
    amounts = [line for line in lines if line.endswith(".00")]
    assert [len(line) for line in amounts] == [80, 80, 80]
    assert "    Note: short" in lines
    assert sum(line.count("x") for line in lines) == 90
    assert all(len(line) <= 80 for line in lines)


def test_an_expanded_row_is_written_below_its_row():
    """As text only rows that are opened show their details, indented below (PH-5)."""
    board = seen(reported("i1", claims_task("c1"), account_id="own"))
    closed, opened = dashboard_text(board), dashboard_text(board, opened=["availity"])

    assert "Account" not in closed
    assert "    Account: hills (practice's own)\n" in opened
    assert "    Payers and IRCs: Aetna (irc1), Humana (irc2)\n" in opened


def test_what_is_filtered_is_said():
    """A screen says by what it is filtered, in words (PH-5)."""
    issues = (reported("i1", claims_task("c1")), reported("i2", claims_task("c2"), portal=OPTUM))
    filters = DashboardFilters(
        covered="aet", covered_id="irc2", where=StatusIn(IssueStatus.NEEDS_ATTENTION)
    )
    shown = " ".join(dashboard_text(seen(*issues, filters=filters)).split())

    assert (
        "Showing: needs your attention; payer or IRC \u201caet\u201d (Aetna); payer or IRC Humana "
        "(irc2); the status is NEEDS YOUR ATTENTION."
    ) in shown
    assert "Portals with access issues: 1, by their most urgent issue; 1 issue hidden" in shown


def test_notes_stand_on_the_task_alone():
    """What was written on tasks is on neither list, and no password is anywhere (PH-12)."""
    issue = reported("i1", password_task(description="Secret description."))
    given = Response(change=password("vault:9"))
    issue = returned(answered(issue, "unp1", given, on=D3), "unp1", "A private note.", on=D3)
    whole = hub(issue)
    board = dashboard_html(dashboard(whole, viewer=JOHN, as_of=D3))
    tasks = task_list_html(task_list(whole, viewer=JOHN))
    task = task_html(task_view(whole, viewer=JOHN, issue_id="i1", task_id="unp1"))

    for shown in (board, tasks):
        assert "A private note." not in shown
        assert "Secret description." not in shown
    assert "A private note." in task
    assert "vault" not in board + tasks + task
