"""The demo on a real Synthea export, found only through the environment variable REVCYCLE_DATA."""

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from statement_cycle import main
from synthea_book import synthea_book
from synthea_export import SyntheaExport, read_export

from revcycle.codec import BOOK, loads
from tests.examples.conftest import EXAMPLES
from tests.examples.small_export import edit_cell

DATA = os.environ.get("REVCYCLE_DATA", "")
EXPORT = Path(DATA) / "synthea"
LEDGER = "claims_transactions.csv"

pytestmark = pytest.mark.skipif(
    not DATA or not EXPORT.is_dir(),
    reason="REVCYCLE_DATA names no folder with a synthea export in it",
)


@pytest.fixture(scope="module")
def result() -> subprocess.CompletedProcess[str]:
    """The script's answer, run as a user runs it."""
    return subprocess.run(
        [sys.executable, str(EXAMPLES / "statement_cycle.py"), "--synthea", str(EXPORT)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def export() -> SyntheaExport:
    """The export, read once."""
    return read_export(EXPORT)


@pytest.fixture
def read_once(export, monkeypatch) -> None:
    """The demo takes what was read."""
    monkeypatch.setattr("opening_books.read_export", lambda _folder: export)


@pytest.fixture
def copy(tmp_path):
    """A copy to break, outside the project."""
    folder = tmp_path / "synthea"
    shutil.copytree(EXPORT, folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)
    return folder


def test_what_was_read(result):
    """The page states lines, dollars, patients and years, and the copays in excess."""
    words = " ".join(result.stdout.split())

    assert (result.returncode, result.stderr) == (0, "")
    assert (
        "1,214 lines that patients have to pay, 1,059,490.37 dollars, 27 patients, "
        "1968-01-21 to 2024-02-02" in words
    )
    assert "190 claims, 11,101.22 dollars" in words


def test_the_page_fits_and_balances(result):
    """The cycles end on the last day, within 80 columns, and balance to the cent (M-4)."""
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "   12  2024-02-02" in result.stdout
    assert re.search(r"charged +1,059,490\.37\n", result.stdout)
    assert "27 of 27 accounts balance to the cent." in result.stdout


def test_nothing_of_the_export_is_lost(result):
    """Every line, payment and copay credit is in the final book, or counted with a reason (M-4)."""
    page = result.stdout[result.stdout.index("What became of all that the export holds") :]
    page = page[: page.index("Worklists of 3 people")]
    kinds = re.split(r"number +dollars\n", page)[1:]
    rows = [re.findall(r"^    (.+?) +([\d,]+) +([\d,.]+)$", kind, re.MULTILINE) for kind in kinds]
    sums = [[Decimal(amount.replace(",", "")) for _, _, amount in kind] for kind in rows]

    assert [kind[-1] for kind in rows] == [
        ("read", "1,214", "1,059,490.37"),
        ("read", "1,214", "1,059,490.37"),
        ("read", "190", "11,101.22"),
    ]
    assert all(sum(kind[:-1]) == kind[-1] for kind in sums)
    assert "LOST" not in page
    assert "left out" not in page


def test_the_worklists_cover_everybody(result):
    """Each account with an active alarm is on one list; the rows on the page are all of them."""
    lists = result.stdout[result.stdout.index("Worklists of 3 people") :]
    lists, _, proof = lists.partition("Why one account is on")
    rows = re.findall(r"^[0-9a-f]{8}/A  ", lists, re.MULTILINE)
    more = [int(found) for found in re.findall(r"\.\.\. +and (\d+) more account", lists)]

    assert len(rows) == len(set(rows)) > 0
    assert f"  {len(rows) + sum(more)} active alarms, asked of each account by itself" in proof
    assert "So everybody with an active alarm is on exactly one list." in proof
    assert re.search(r"level \d.*: nobody", proof)


def test_every_line_is_paid_as_exported(export):
    """With the first run far after the export each line has its own payment only (M-4)."""
    late = export.last_on.replace(year=2100)
    book = synthea_book(export, first_run=late, last_run=late, seed=1)
    charges = [charge for account in book.accounts for charge in account.charges]

    assert book.acts == ()
    assert {c.outstanding for c in charges if c.amount} == {Decimal("0.00")}
    assert sum(c.outstanding for c in charges) == Decimal("-11101.22")
    assert book.tally.stray == (0, Decimal("0.00"))


def test_no_figure_of_the_export_stands_in_the_examples():
    """The examples are for any export: no figure of this one is written in them."""
    for path in EXAMPLES.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        for figure in ("1214", "1_214", "1,214", "1059490", "1,059,490", "11101", "11,101"):
            assert figure not in source, path.name


@pytest.mark.usefixtures("read_once")
def test_json_of_the_export(capsys):
    """--json prints the final book of the export, which reads back with every patient."""
    assert main(["--synthea", str(EXPORT), "--json"]) == 0
    assert len(loads(capsys.readouterr().out, kind=BOOK)) == 27


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("first_run", ["1980-01-01", "2010-05-05", "2023-09-01", "2024-02-02"])
def test_other_windows(first_run, capsys):
    """Any other first run balances too, and leaves nobody without a list (M-4, WL-9)."""
    assert main(["--synthea", str(EXPORT), "--first-run", first_run]) == 0
    out = capsys.readouterr().out
    assert "Difference: 0.00" in out
    assert "the same as charged" in out


@pytest.mark.parametrize(
    ("breaking", "expected"),
    [
        (
            lambda folder: edit_cell(folder / LEDGER, 100, "AMOUNT", "12,50"),
            f"{LEDGER}, line 101, column AMOUNT: '12,50'",
        ),
        (
            lambda folder: edit_cell(folder / LEDGER, 5000, "FROMDATE", "2023-99-01T00:00:00Z"),
            f"{LEDGER}, line 5001, column FROMDATE",
        ),
        (
            lambda folder: edit_cell(folder / "payer_transitions.csv", 0, "OWNERSHIP", "OWNER"),
            "payer_transitions.csv, line 1, column OWNERSHIP or PLAN_OWNERSHIP",
        ),
        (lambda folder: (folder / "claims.csv").unlink(), "claims.csv: the file is missing"),
        (
            lambda folder: (folder / "encounters.csv").write_text(""),
            "encounters.csv: the file is empty",
        ),
    ],
)
def test_a_broken_copy_is_refused(copy, breaking, expected, capsys):
    """Header, date, amount, missing and empty file: each is named, exit status 2."""
    breaking(copy)

    assert main(["--synthea", str(copy)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert expected in captured.err
