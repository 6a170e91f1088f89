"""The portal demo: a morning at a made-up hub, whose figures are the records' own."""

import csv
import io
import os
import re
import subprocess
import sys

import attrs
import portal_count
import portal_morning
import pytest
from portal_count import differences
from portal_morning import MORNING, main, morning
from seeded_hub import ISSUE_COUNT, JOHN, PORTAL_COUNT, seeded_hub

from revcycle.money import text
from revcycle.portals import (
    IssueStatus,
    Move,
    TaskFilters,
    UnpostablesTask,
    clear_all,
    dashboard,
    issue_of,
    task_list,
)
from tests.examples.conftest import EXAMPLES
from tests.portals.pages import read

SCRIPT = EXAMPLES / "portal_morning.py"


@pytest.fixture(scope="module")
def spent():
    """The morning of the default seed."""
    return morning(seed=1)


@pytest.fixture(scope="module")
def page(spent):
    """What is printed."""
    return "\n".join(spent.lines)


def test_the_hub_is_as_large_as_it_says(spent):
    """Forty portals and three hundred issues, in every status, with tasks of both kinds."""
    hub = spent.before
    assert (len(hub.portals), len(hub.issues)) == (PORTAL_COUNT, ISSUE_COUNT) == (40, 300)
    assert {issue.status for issue in hub.issues} == set(IssueStatus)
    assert {row.kind.value for row in task_list(hub, viewer=JOHN).rows} == {
        "claims",
        "unpostables",
    }
    moves = {note.move for issue in hub.issues for task in issue.tasks for note in task.notes}
    assert moves >= set(Move)
    assert all(portal.url.endswith(".example/") for portal in hub.portals)


def test_the_morning_tells_the_story_in_order(page):
    """From the dashboard to a payer, a portal, two tasks and a CSV, as the hub is used (PH-5)."""
    titles = re.findall(r"^(\d)\. (.+)\n-+$", page, re.MULTILINE)

    assert [number for number, _ in titles] == list("1234567")
    for words in (
        "NEEDS YOUR ATTENTION",
        "Practice Set-Up: Medical Groups/ Providers/ Numbers",
        "Payers and IRCs: ",
        "pre-filtered to",
        "credentials missing",
        "is with athena now; issue",
        "Download CSV",
    ):
        assert words in " ".join(page.split())
    assert max(map(len, page.splitlines())) <= 80
    assert "vault" not in page


def test_the_printed_figures_are_those_of_the_records(spent, page):
    """Counts and dollars in the text are what a count of the raw records gives (PH-5, PH-10)."""
    board = dashboard(spent.before, viewer=JOHN, as_of=MORNING)
    every = dashboard(spent.before, viewer=JOHN, as_of=MORNING, filters=clear_all())
    said = " ".join(page.split())

    assert f"{board.card.task_count} tasks need your attention." in said
    assert f"Portals with access issues: {len(board.rows)}, by their most urgent" in said
    assert f"{len(every.rows)} portals instead of {len(board.rows)}" in said
    first = board.rows[0]
    assert re.search(
        rf"{first.portal.name.split()[0]} .* {re.escape(text(first.blocked_dollars))}", said
    )
    waiting = {
        each.id: each.dollars
        for issue in spent.before.issues
        if issue.portal_id == first.portal.id and issue.status is IssueStatus.NEEDS_ATTENTION
        for task in issue.tasks
        if isinstance(task, UnpostablesTask) and task.state.value != "resolved"
        for each in task.affected
        if each.blocked
    }
    assert sum(waiting.values()) == first.blocked_dollars


def test_nothing_that_is_shown_differs_from_the_records(spent):
    """Before and after the morning, the count from raw records agrees (PH-4, PH-5, PH-10)."""
    assert spent.wrong == ()
    assert list(differences(seeded_hub(seed=2, as_of=MORNING), as_of=MORNING)) == []


def test_a_figure_that_is_wrong_is_said(monkeypatch, tmp_path, capsys):
    """If a screen showed a task too many, the demo would say which figure, and exit 1."""
    real = portal_count.task_list

    def one_short(hub, **asked):
        listed = real(hub, **asked)
        return attrs.evolve(listed, rows=listed.rows[1:])

    monkeypatch.setattr(portal_count, "task_list", one_short)

    assert main(["--output", str(tmp_path / "portal.html")]) == 1
    assert "NOT AS THE RECORDS SAY: tasks listed" in capsys.readouterr().out


def test_two_tasks_are_resolved(spent):
    """John's two responses go to athena: one claims task, one password (PH-6, PH-11)."""
    changed = [
        (before, after)
        for before, after in zip(spent.before.issues, spent.after.issues, strict=True)
        if before != after
    ]
    last = [
        note
        for _, after in changed
        for task in after.tasks
        for note in task.notes
        if note.on == MORNING
    ]

    assert len(changed) == 2
    assert [note.move for note in last] == [Move.SUBMIT, Move.SUBMIT]
    assert sum(note.change is not None for note in last) == 1
    counts = [len(task_list(hub, viewer=JOHN).rows) for hub in (spent.before, spent.after)]
    assert counts[0] - counts[1] == 2


def test_the_csv_holds_the_groups_tasks(spent):
    """The CSV has the tasks of one medical group, largest dollars first, unknown last (PH-7)."""
    header, *rows = csv.reader(io.StringIO(spent.csv))
    listed = task_list(spent.after, viewer=JOHN, filters=TaskFilters(medical_group_id="MG2"))
    dollars = [row[header.index("Dollars")] for row in rows]
    known = [float(amount) for amount in dollars if amount]

    assert {row[0] for row in rows} == {row.task_id for row in listed.rows}
    assert known == sorted(known, reverse=True)
    assert known
    assert dollars[len(known) :] == [""] * (len(rows) - len(known))


def test_the_pages_lead_to_all_that_they_name(spent):
    """Quick filter, tasks, worklist and related tasks lead somewhere, and never to themselves."""
    trees = {
        name: read(page.removeprefix("<!DOCTYPE html>"))
        for name, page in {"portal.html": spent.page, "portal_all.html": spent.everything}.items()
    }
    sections = {
        name: [section.attributes["id"] for section in tree.all("section")]
        for name, tree in trees.items()
    }
    tasks = [f"task-{row.task_id}" for row in task_list(spent.after, viewer=JOHN).rows]

    assert sections["portal.html"][: 2 + len(tasks)] == ["dashboard", "tasks", *tasks]
    assert sections["portal_all.html"][0] == "dashboard"
    for name, tree in trees.items():
        assert len(set(sections[name])) == len(sections[name])
        for section in tree.all("section"):
            for link in section.all("a"):
                address = link.attributes["href"]
                if re.fullmatch(r"https://[\w.]+\.example/", address):
                    continue
                file, _, place = address.partition("#")
                assert place in sections[file or name]
                assert (file or name, place) != (name, section.attributes["id"])
        assert len(list(tree.all("details"))) >= 20
    ways = {
        link.text: link.attributes["href"]
        for name in trees
        for link in next(iter(trees[name].all("section"))).all("a")
    }
    assert ways["Show all"] == "portal_all.html#dashboard"
    assert ways["Show only what needs your attention"] == "portal.html#dashboard"
    assert re.fullmatch(r"(portal\.html)?#task-C\d+", ways["Resolve claim task(s)"])
    assert "<script" not in spent.page + spent.everything


def test_the_script_writes_page_and_csv(tmp_path, spent):
    """Run as a user runs it, anywhere, it prints the morning, writes all files, and exits 0."""
    output = tmp_path / "out" / "portal.html"
    run = subprocess.run(
        [sys.executable, str(SCRIPT), "--output", str(output)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )
    names = ("portal.html", "portal_all.html", "portal_tasks.csv")
    written = [output.with_name(name).read_bytes().decode() for name in names]
    said = "Written: portal.html and portal_all.html (the screens), portal_tasks.csv"

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.partition("\nWritten: ")[0] == "".join(f"{line}\n" for line in spent.lines)
    assert said in run.stdout
    assert written == [spent.page, spent.everything, spent.csv]


def test_any_seed_is_a_morning(spent):
    """Another seed is another hub, told in the same way within eighty columns."""
    other = morning(seed=12)

    assert "made up, seed 12" in other.lines[0]
    assert other.wrong == ()
    assert max(map(len, other.lines)) <= 80
    assert issue_of(other.before, "I001") != issue_of(spent.before, "I001")


def test_a_place_that_cannot_be_written_is_an_error(tmp_path, capsys, monkeypatch, spent):
    """Where nothing can be written the reason is one line on standard error, with exit status 2."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(portal_morning, "morning", lambda **_: spent)

    assert main(["--output", str(tmp_path / "file" / "portal.html")]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("portal_morning: ")
    assert len(captured.err.splitlines()) == 1


def test_the_morning_is_the_same_on_every_day():
    """The demo's day is fixed: it reads no clock (M-2)."""
    assert portal_morning.MORNING.isoformat() == "2025-06-02"
