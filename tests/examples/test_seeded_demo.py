"""The demo without arguments: a made-up book, twelve cycles, a story, a balance."""

import ast
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import attrs
import pytest
from book_report import balance_of
from cycle_runs import SEVERITY_ORDER, Course
from family_story import choose_account
from paper_pages import PRACTICE
from payment_behaviour import between, chance, draw
from practice_acts import Act
from seeded_book import seeded_book
from statement_cycle import main

from revcycle.charges import Transaction, TransactionKind
from revcycle.codec import BOOK, dumps, loads
from revcycle.dunning import replay
from tests.examples.conftest import EXAMPLES, demo

FIRST_RUN = date(2025, 1, 6)
SCRIPT = EXAMPLES / "statement_cycle.py"


@pytest.fixture(scope="module")
def another() -> tuple[str, Course]:
    """What the script prints of another book, in which a plan is agreed for a placed claim."""
    return demo("--seed", "7", "--first-run", "2031-03-01")


def script(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a child, with *environment* on top of ours."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_demo_succeeds_and_fits_the_page(page):
    """The demo exits 0 and prints cycles, story, balance and worklists within 80 columns."""
    titles = ("12 statement cycles", "Accounts at each dunning level", "The story of", "M-4")
    for title in (*titles, "Worklists of 3 people", "Is everybody on exactly one list?"):
        assert title in page
    assert max(map(len, page.splitlines())) <= 80


def test_levels_stand_in_the_order_of_severity(page):
    """The columns of levels are 0,1,5,2,6,3,7,4,8 (DL-2)."""
    header = next(line for line in page.splitlines() if line.split()[-9:] == [*"015263748"])

    assert header.split()[:3] == ["cycle", "run", "on"]
    assert [level.number for level in SEVERITY_ORDER] == [0, 1, 5, 2, 6, 3, 7, 4, 8]


def test_twelve_runs_a_cycle_apart(course):
    """There are twelve runs, 35 days apart, and every account counts at one level (ST-1, DL-9)."""
    assert [row.on for row in course.cycles] == [
        FIRST_RUN + timedelta(days=35 * index) for index in range(12)
    ]
    # One account is closed when its last member joins another; a leaver opens a new one.
    assert [sum(row.level_counts) for row in course.cycles] == [*[300] * 3, 299, *[300] * 8]


def test_the_printed_rows_are_the_figures_of_the_course(course, page):
    """Each printed row carries the statements, dollars, alarms and accounts that were counted."""
    rows = {
        line.split()[1]: line.split() for line in page.splitlines() if re.match(r" +\d+  2", line)
    }
    for row in course.cycles:
        levels = rows[str(row.on)]
        assert list(map(int, levels[2:])) == list(row.level_counts)
    first = next(line for line in page.splitlines() if f"  {FIRST_RUN}  " in line).split()
    figures = course.cycles[0]
    assert first[2:5] == [
        str(figures.statement_count),
        f"{figures.billed:,}",
        f"{figures.received:,}",
    ]


def test_dollars_received_are_the_payments_of_the_book(course):
    """What the cycles received and what came before is what the book says is paid (M-4)."""
    before = FIRST_RUN - timedelta(days=35)
    early = sum(
        transaction.amount
        for account in course.book
        for charge in account.charges
        for transaction in charge.transactions
        if transaction.posted_on <= before
    )

    received = sum(row.received for row in course.cycles)
    paid = balance_of(charge for account in course.book for charge in account.charges).paid
    assert int((early + received) * 100) == paid


def test_every_account_balances_to_the_cent(another):
    """Whatever the seed, each account conserves its dollars (M-4)."""
    book = another[1].book

    assert [a.id for a in book if balance_of(a.charges).difference] == []
    assert len({account.id for account in book}) == len(book)


def test_a_lost_cent_is_found(course, monkeypatch, capsys):
    """If the library lost a cent, the demo would say where and exit 1 (M-4)."""
    account = next(a for a in course.book if a.charges)
    charge = attrs.evolve(account.charges[0])
    object.__setattr__(charge, "outstanding", charge.outstanding + Decimal("0.01"))
    broken = attrs.evolve(account, charges=(charge, *account.charges[1:]))
    book = tuple(broken if a.id == account.id else a for a in course.book)
    monkeypatch.setattr(
        "statement_cycle.run_cycles", lambda *_, **__: attrs.evolve(course, book=book)
    )

    assert main([]) == 1
    assert f"OUT OF BALANCE: {account.id}" in capsys.readouterr().out


def test_a_lost_charge_is_found(course, monkeypatch, capsys):
    """A charge that got lost on the way leaves every sum right but the one handed in (M-4)."""
    account = next(a for a in course.book if a.charges and not a.plans)
    poorer = attrs.evolve(account, charges=account.charges[1:])
    book = tuple(poorer if a.id == account.id else a for a in course.book)
    monkeypatch.setattr(
        "statement_cycle.run_cycles", lambda *_, **__: attrs.evolve(course, book=book)
    )

    assert main([]) == 1
    assert "NOT THE SAME as charged" in capsys.readouterr().out


def test_the_balance_counts_every_kind_once():
    """Each kind of transaction stands on its own side of M-4; a void does not count."""
    charge = next(
        charge
        for account in seeded_book(seed=1, first_run=FIRST_RUN).accounts
        for charge in account.charges
        if not charge.transactions
    )
    on = charge.posted_on

    def posted(number: int, kind: TransactionKind, **more: object) -> Transaction:
        return Transaction(
            id=f"t{number}", kind=kind, amount=number, received_on=on, posted_on=on, **more
        )

    balance = balance_of(
        [
            attrs.evolve(
                charge,
                transactions=(
                    posted(1, TransactionKind.PAYMENT),
                    posted(2, TransactionKind.TRANSFER_IN),
                    posted(3, TransactionKind.TRANSFER_AWAY),
                    posted(4, TransactionKind.PAYMENT, voided_on=on),
                ),
            )
        ]
    )

    assert (balance.paid, balance.transferred_in, balance.transferred_away) == (100, 200, 300)
    assert balance.difference == 0


def test_two_processes_print_the_same_bytes(page):
    """Output depends on no hash seed, no time zone and no working directory (M-2)."""
    other = script(PYTHONHASHSEED="4711", TZ="Asia/Tokyo", LC_ALL="C")

    assert (other.returncode, other.stderr) == (0, "")
    assert other.stdout == page


def test_another_seed_is_another_book(page, another):
    """A seed changes the book, another first run moves it, and the page keeps its form."""
    other, _ = another
    assert other != page
    assert "    1  2031-03-01" in other
    assert "Difference: 0.00" in other
    assert "A made-up practice (seed 7)" in other
    assert "So everybody with an active alarm is on exactly one list." in other
    assert max(map(len, other.splitlines())) <= 80


def test_json_is_the_final_book_and_nothing_else(course):
    """With --json standard output is one document that reads back as the final book."""
    result = script("--json", PYTHONHASHSEED="4711")

    assert (result.returncode, result.stderr) == (0, "")
    assert loads(result.stdout, kind=BOOK) == course.book
    assert result.stdout == dumps(course.book, kind=BOOK) + "\n"


def test_a_book_that_reads_back_different_is_an_error(course, monkeypatch, capsys):
    """If the codec lost something, --json would exit 1 and say so on standard error."""
    monkeypatch.setattr("statement_cycle.run_cycles", lambda *_, **__: course)
    monkeypatch.setattr("statement_cycle.loads", lambda *_, **__: ())

    assert main(["--json"]) == 1
    assert "reads back different" in capsys.readouterr().err


def test_the_events_of_the_demo_rebuild_the_book(course):
    """Replaying every entry from the opening book gives the account that the verb gave."""
    known = {account.id: account for account in seeded_book(seed=1, first_run=FIRST_RUN).accounts}
    for entry in course.entries:
        before = known.get(entry.account.id, entry.account)
        assert replay(before, entry.events) == entry.account
        known[entry.account.id] = entry.account


def test_the_book_shows_every_kind_of_act(course):
    """The book has holds, a leaver, a joiner, an agency, credits and plans in all cadences."""
    acts = {type(act).__name__ for act in seeded_book(seed=1, first_run=FIRST_RUN).acts}
    assert {kind.__name__ for kind in Act.__subclasses__()} - acts <= {
        "ChangeGuarantor",
        "_AlarmCheck",
    }
    happened = {type(event).__name__ for entry in course.entries for event in entry.events}
    assert {
        *("StatementIssued", "CycleRun", "LevelAdvanced", "LevelFell", "AlarmSet", "AlarmCleared"),
        *("PlanStarted", "PlanEnded", "PlanCancelled", "DueJudged", "CardDeclined"),
        *("HoldPlaced", "HoldReleased", "MemberLeft", "MemberJoined", "ChargePlaced"),
        *("TransactionVoided", "NextStatementReset"),
    } <= happened
    cadences = {plan.cadence.kind.value for account in course.book for plan in account.plans}
    assert cadences == {"statement", "monthly", "weekly", "biweekly"}
    assert any(c.outstanding < 0 for account in course.book for c in account.charges)
    assert any(len(account.members) > 1 for account in course.book)


def test_the_story_tells_a_family_with_a_plan(course, page):
    """The story is of a family with a plan, and gives a rule for each step (PL-12, DL-4)."""
    account_id = choose_account(course.entries)
    account = next(account for account in course.book if account.id == account_id)
    story = page[page.index("The story of") : page.index("Dollars are conserved")]

    assert len(account.members) > 1
    assert account.plans
    for words in ("(PL-12)", "(DL-3)", "(DL-4)", "(DL-7)", "(PL-8)", "(AL-3)", "(AL-6)", "(CH-8)"):
        assert words in story


def test_no_name_is_told_before_the_worklists(course, page):
    """Cycles, story and balance carry ids and figures only; names are for the worklists (PR-6)."""
    before = page[: page.index("Worklists of 3 people")]
    people = [m.patient for account in course.book for m in account.members]
    people += [account.guarantor for account in course.book]
    names = {name for person in people for name in (person.first_name, person.last_name)}

    assert len(names) > 40
    assert not names & set(re.findall(r"\w+", before))
    assert "Spoke" not in page


def test_the_story_agrees_with_the_account(course, page):
    """Each statement of the account is told once, with its date and what it asks for."""
    account_id = choose_account(course.entries)
    told = " ".join(page.split())
    statements = [e.statement for e in course.entries if e.statement and e.account.id == account_id]

    assert statements
    for statement in statements:
        assert told.count(f"Statement {statement.number} goes to {account_id}-G ") == 1
        assert f"{statement.due_now:,} due by {statement.due_on}" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bogus"], "--bogus"),
        (["extra"], "extra"),
        (["--first-run"], "--first-run"),
        (["--first-run", "2025-02-30"], "2025-02-30"),
        (["--first-run", "20250106"], "20250106"),
        (["--first-run", "soon"], "soon"),
        (["--first-run", "9999-12-31"], "9999-12-31"),
        (["--first-run", "0001-01-01"], "0001-01-01"),
        (["--seed", "one"], "one"),
        (["--synthea", "no/such/folder"], "no/such/folder"),
        (["--synthea", __file__], "is no folder"),
        (["--synthea", ""], "the name of the folder is empty"),
        (["--syn", "x"], "--syn"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(arguments, words, capsys):
    """An argument that is wrong is named in one line on standard error, with exit status 2."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert words in captured.err


def test_a_refusal_is_no_traceback():
    """As a script, too, a refusal is a line and exit status 2."""
    result = script("--synthea", "no/such/folder")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("statement_cycle: ")
    assert len(result.stderr.splitlines()) == 1


def test_draws_are_fixed_for_ever():
    """A draw is a hash of seed and ids: these numbers must never change."""
    assert draw(1, "pays", "A001", 2) == draw(1, "pays", "A001", 2)
    assert [draw(1, "a"), draw(2, "a"), draw(1, "a", 2)] == DRAWN
    assert (chance(0, 1, "x"), chance(100, 1, "x")) == (False, True)
    assert {between(3, 5, 1, number) for number in range(100)} == {3, 4, 5}


DRAWN = [931511, 613886, 716091]


def test_no_example_knows_the_time_or_a_random_source():
    """The examples import neither clocks nor random state: the same seed gives the same book."""
    banned = {"random", "secrets", "time", "uuid", "locale"}
    for path in sorted(EXAMPLES.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not imported & banned, path.name
        assert not called & {"today", "now", "utcnow"}, path.name


def test_pages_are_written_when_asked_for(course, tmp_path, monkeypatch, capsys):
    """--pages leaves two statements, an account view and letters, and says so."""
    monkeypatch.setattr("statement_cycle.run_cycles", lambda *_, **__: course)
    folder = tmp_path / "made"

    assert main(["--pages", str(folder)]) == 0

    assert sorted(each.name for each in folder.iterdir()) == [
        "account_view.html",
        "letters.csv",
        "statement.html",
        "statement.txt",
        "statement_final.html",
        "statement_final.txt",
    ]
    said = capsys.readouterr().out.partition("Pages and letters")[2]
    for name in ("statement.html", "statement_final.html", "account_view.html", "letters.csv"):
        assert name in said
    assert "FINAL NOTICE" in (folder / "statement_final.txt").read_text(encoding="utf-8")
    view = unescape((folder / "account_view.html").read_text(encoding="utf-8"))
    shown = view[view.index("<pre") :]
    for printed in ("statement.txt", "statement_final.txt"):
        sender = (folder / printed).read_text(encoding="utf-8").split("\n\n")[0]
        assert sender.startswith(PRACTICE.name)
        assert sender in shown  # who telephones reads what the patient holds
    for told in (PRACTICE.phone, PRACTICE.website, *PRACTICE.texts[0].ways_to_pay):
        assert told in shown
