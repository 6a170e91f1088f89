"""The demo on a Synthea export: a small one made by hand, in both spellings, whole and broken."""

import csv
import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from practice_acts import ChangeGuarantor, PayCharge, PostCharge
from statement_cycle import main
from synthea_book import RULE_DAYS, synthea_book
from synthea_export import read_export
from synthea_tables import ExportFlawed

from revcycle.accounts import InsuranceClass
from revcycle.codec import BOOK, loads
from tests.examples.conftest import EXAMPLES
from tests.examples.small_export import FIGURES, FILES, edit_cell, edit_line, write_export

LEDGER = "claims_transactions.csv"
FULL = Path("/dev/full")
LAST_RUN = date(2024, 1, 31)
FIRST_RUN = date(2023, 1, 11)


@pytest.fixture
def folder(tmp_path):
    """A whole export."""
    return write_export(tmp_path / "export")


def book_of(folder, *, first_run=FIRST_RUN, last_run=LAST_RUN, seed=1):
    """Make the book of an export."""
    export = read_export(folder)
    return synthea_book(export, first_run=first_run, last_run=last_run, seed=seed)


def run(capsys, *arguments):
    """Run the demo in this process; give exit status, output and errors."""
    status = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_an_export_runs_and_balances(folder, capsys):
    """The demo states lines and dollars read, ends on the last day, and balances (M-4)."""
    status, out, err = run(capsys, "--synthea", folder)

    assert (status, err) == (0, "")
    assert FIGURES in " ".join(out.split())
    assert "1 claim, 12.50 dollars" in " ".join(out.split())
    assert f"   12  {LAST_RUN}" in out
    assert "OURS, not the export's" in out
    assert "Difference: 0.00" in out
    assert "the same as charged" in out
    assert max(map(len, out.splitlines())) <= 80
    assert not re.search("Quill|Reed", out[: out.index("Worklists of 3 people")])


def test_both_spellings_give_the_same_book(tmp_path, capsys):
    """START_DATE, END_DATE, PLAN_OWNERSHIP and OWNER_NAME say what the older names said."""
    older = write_export(tmp_path / "older")
    newer = write_export(tmp_path / "newer", newer=True)

    assert read_export(older) == read_export(newer)
    assert run(capsys, "--synthea", older) == run(capsys, "--synthea", newer)


def test_columns_are_found_by_name(tmp_path, folder):
    """Another order of columns, and columns nobody asked for, change nothing."""
    other = tmp_path / "other"
    other.mkdir()
    for name in FILES:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        with (other / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["EXTRA", *reversed(row)] for row in rows])
    (other / "notes.csv").write_text("anything")

    assert read_export(other) == read_export(folder)


def test_a_byte_order_mark_and_blank_lines_are_no_flaw(folder):
    """A file saved by a spreadsheet, with a mark in front and a blank line, is read."""
    path = folder / "payers.csv"
    whole = read_export(folder)
    path.write_text("\ufeff" + path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")

    assert read_export(folder) == whole


def test_lines_and_their_money(folder):
    """A line is a patient's CHARGE or TRANSFERIN with the CASH, CHECK or CC payment after it."""
    book = book_of(folder, first_run=date(2030, 1, 1), last_run=date(2031, 1, 1))
    charges = {c.id: c for account in book.accounts for c in account.charges}

    assert {
        key: (c.amount, [(t.id, t.amount) for t in c.transactions], c.outstanding)
        for key, c in charges.items()
    } == {
        "c-1/4": (Decimal(100), [("c-1/9", Decimal(100))], Decimal(0)),
        "c-2/10": (Decimal(40), [("c-2/11", Decimal(40))], Decimal(0)),
        "c-3/22": (Decimal(250), [("c-3/23", Decimal(250))], Decimal(0)),
        "c-4/30": (Decimal(60), [("c-4/31", Decimal(60))], Decimal(0)),
        "c-5/copay": (Decimal(0), [("c-5/41", Decimal("12.50"))], Decimal("-12.50")),
    }


def test_what_insurance_did_is_information(folder):
    """What was billed and what the insurer paid stand on the charge, and pay nothing (ST-15)."""
    book = book_of(folder, first_run=date(2030, 1, 1), last_run=date(2031, 1, 1))
    visit = next(c for account in book.accounts for c in account.charges if c.id == "c-1/4")

    assert (visit.billed, visit.insurance_paid) == (Decimal(300), Decimal(200))


def test_a_payment_that_follows_no_line_is_told(folder, capsys):
    """A patient's payment on an insurer's charge is left out, and the page says so."""
    edit_cell(folder / LEDGER, 2, "METHOD", "CASH")

    assert "Left out, for no line of the claim stands before it: 1 payment, 200.00." in " ".join(
        run(capsys, "--synthea", folder)[1].split()
    )


def test_an_unpaid_line_stays_open(folder):
    """A line that nothing follows is a charge without a payment."""
    edit_cell(folder / LEDGER, 5, "METHOD", "ECHECK")
    book = book_of(folder, first_run=date(2030, 1, 1), last_run=date(2031, 1, 1))

    assert next(
        c.outstanding for a in book.accounts for c in a.charges if c.id == "c-1/4"
    ) == Decimal(100)


def test_insurance_class_and_self_pay_claims(folder):
    """No insurance is 0 or NO_INSURANCE; the class is that of the latest claim (CH-6, WL-6)."""
    book = book_of(folder, first_run=date(2023, 7, 15), last_run=date(2024, 7, 15))
    patients = {a.members[0].patient.id: a.members[0].patient for a in book.accounts}
    posted = {c.id: c for a in book.accounts for c in a.charges} | {
        act.charge.id: act.charge for act in book.acts if isinstance(act, PostCharge)
    }

    assert {key: c.self_pay_claim for key, c in posted.items()} == {
        "c-1/4": False,
        "c-2/10": True,
        "c-3/22": False,
        "c-4/30": True,
        "c-5/copay": False,
    }
    assert patients["pa-1"].insurance_class is InsuranceClass.SELF_PAY_PRIMARY
    assert sorted(patients) == ["pa-1", "pa-2"]


def test_the_guarantor_is_who_owned_the_insurance(folder):
    """A guardian answers for services while the cover is theirs, else the patient does."""
    book = book_of(folder)
    account = next(a for a in book.accounts if a.members[0].patient.id == "pa-2")
    changes = [act for act in book.acts if isinstance(act, ChangeGuarantor)]

    assert (account.guarantor.id, account.guarantor.last_name) == ("pa-2/G1", "Reed")
    assert account.guarantor.patient_id is None
    assert [(act.on, act.guarantor.id) for act in changes] == [(date(2023, 7, 1), "pa-2")]


def test_later_encounters_are_appointments(folder):
    """Encounters after the first run are upcoming appointments, with their claim's department."""
    book = book_of(folder, first_run=date(2023, 6, 15), last_run=date(2024, 7, 15))
    child = next(a.members[0].patient for a in book.accounts if a.members[0].patient.id == "pa-2")

    assert [(a.on, a.department_id) for a in child.appointments] == [
        (date(2023, 7, 1), "2"),
        (date(2024, 1, 31), ""),
    ]


def test_the_rule_begins_120_days_before_the_first_run(folder):
    """Lines before our rule are paid in the opening book; later ones come as acts (CH-9)."""
    first_run = date(2023, 7, 1)
    rule_from = date(2023, 3, 3)
    book = book_of(folder, first_run=first_run, last_run=date(2024, 7, 1))
    opening = {c.id: c for a in book.accounts for c in a.charges}
    acts = {act.charge.id: act.on for act in book.acts if isinstance(act, PostCharge)}

    assert (first_run - rule_from).days == RULE_DAYS
    assert {key for key, c in opening.items() if c.outstanding == 0} == {"c-1/4", "c-2/10"}
    assert set(acts) == {"c-3/22", "c-4/30", "c-5/copay"}
    assert min(acts.values()) >= rule_from


def test_each_promise_is_kept(folder):
    """By seed, a claim's payment comes on its day, late by at most 150 days, or never."""
    seen = set()
    for seed in range(40):
        book = book_of(folder, seed=seed)
        paid = {act.charge_id: act for act in book.acts if isinstance(act, PayCharge)}
        assert paid["c-5/copay"].on == date(2023, 8, 1)
        late = paid["c-4/30"].on - date(2023, 7, 1) if "c-4/30" in paid else None
        assert late is None or late.days == 0 or 15 <= late.days <= 150
        assert ("c-4" in book.promised_claim_ids) is (late is not None and late.days > 0)
        seen.add("never" if late is None else "late" if late.days else "on the day")

    assert seen == {"never", "late", "on the day"}


def test_another_first_run(folder, capsys):
    """--first-run moves the window; lines after the last run are counted and not posted (CH-9)."""
    status, out, err = run(capsys, "--synthea", folder, "--first-run", "2020-01-01")

    assert (status, err) == (0, "")
    assert re.search(r"after the last run, not posted +3 +350\.00", out)
    assert "Charges handed to the library: 100.00, the same as charged." in out


def test_a_first_run_before_everything_is_refused(folder, capsys):
    """When no line falls before the last run there is nothing to show: exit 2."""
    status, out, err = run(capsys, "--synthea", folder, "--first-run", "2001-01-01")

    assert (status, out) == (2, "")
    assert "before the first line of the export, 2019-03-04" in err


def test_an_export_without_patient_lines_is_refused(folder, capsys):
    """An export in which insurance pays everything is no self-pay book: exit 2."""
    for row in (4, 7, 10, 12, 16):
        edit_cell(folder / LEDGER, row, "TRANSFERTYPE", "1")

    assert run(capsys, "--synthea", folder) == (
        2,
        "",
        "statement_cycle: the export has no line that a patient has to pay\n",
    )


def test_json_of_an_export(folder, capsys):
    """--json prints the book of the export, which reads back."""
    status, out, err = run(capsys, "--synthea", folder, "--json")

    assert (status, err) == (0, "")
    assert [account.id for account in loads(out, kind=BOOK)] == ["pa-1/A", "pa-2/A"]


def break_header(path: Path) -> None:
    """Rename a column that is needed."""
    path.write_text(path.read_text().replace("AMOUNT", "SUM", 1))


@pytest.mark.parametrize(
    ("file", "breaking", "expected"),
    [
        (LEDGER, break_header, "line 1, column AMOUNT: is missing in the header"),
        (
            "payer_transitions.csv",
            lambda path: edit_line(path, 1, "START_YEAR", "BEGIN"),
            "line 1, column START_YEAR or START_DATE: is missing in the header",
        ),
        (
            "payers.csv",
            lambda path: edit_line(path, 1, "NAME", "NAME,NAME"),
            "line 1, column NAME: stands in the header twice",
        ),
        (
            LEDGER,
            lambda path: edit_cell(path, 7, "FROMDATE", "2023-02-30"),
            "line 8, column FROMDATE: '2023-02-30' is no date",
        ),
        (
            LEDGER,
            lambda path: edit_cell(path, 7, "FROMDATE", ""),
            "line 8, column FROMDATE: '' is no date",
        ),
        (
            LEDGER,
            lambda path: edit_cell(path, 1, "FROMDATE", "2019-03-04T25:00:00Z"),
            "line 2, column FROMDATE",
        ),
        (
            "patients.csv",
            lambda path: edit_cell(path, 2, "BIRTHDATE", "May 2012"),
            "line 3, column BIRTHDATE: what stands there is no date",
        ),
        (
            "encounters.csv",
            lambda path: edit_cell(path, 6, "START", "yesterday"),
            "line 7, column START",
        ),
        (
            "payer_transitions.csv",
            lambda path: edit_cell(path, 4, "END_YEAR", "20000"),
            "line 5, column END_YEAR",
        ),
        (
            LEDGER,
            lambda path: edit_cell(path, 4, "AMOUNT", "1o0.00"),
            "line 5, column AMOUNT: '1o0.00' is no amount",
        ),
        (LEDGER, lambda path: edit_cell(path, 4, "AMOUNT", "-1"), "line 5, column AMOUNT: '-1'"),
        (
            LEDGER,
            lambda path: edit_cell(path, 4, "AMOUNT", "1.005"),
            "line 5, column AMOUNT: '1.005'",
        ),
        (LEDGER, lambda path: edit_cell(path, 4, "AMOUNT", "NaN"), "line 5, column AMOUNT: 'NaN'"),
        (LEDGER, lambda path: edit_cell(path, 4, "AMOUNT", ""), "line 5, column AMOUNT: ''"),
        (
            LEDGER,
            lambda path: edit_cell(path, 5, "PAYMENTS", "1e2"),
            "line 6, column PAYMENTS: '1e2'",
        ),
        (LEDGER, lambda path: edit_cell(path, 5, "PAYMENTS", ""), "line 6, column PAYMENTS: ''"),
        (LEDGER, lambda path: edit_cell(path, 3, "CHARGEID", "3.5"), "line 4, column CHARGEID"),
        (
            LEDGER,
            lambda path: edit_cell(path, 3, "CHARGEID", "2"),
            "line 4, column CHARGEID: '2' stands on line 3 already",
        ),
        (LEDGER, lambda path: edit_cell(path, 3, "TYPE", "GIFT"), "line 4, column TYPE: 'GIFT'"),
        (LEDGER, lambda path: edit_cell(path, 5, "METHOD", "GOLD"), "line 6, column METHOD"),
        (
            LEDGER,
            lambda path: edit_cell(path, 3, "CLAIMID", "c-0"),
            "line 4, column CLAIMID: 'c-0' is not in claims.csv",
        ),
        (
            LEDGER,
            lambda path: edit_cell(path, 3, "PATIENTID", "pa-2"),
            "line 4, column PATIENTID: is not the patient of the claim",
        ),
        (
            "claims.csv",
            lambda path: edit_cell(path, 1, "PRIMARYPATIENTINSURANCEID", "ins-9"),
            "line 2, column PRIMARYPATIENTINSURANCEID: 'ins-9' is not in payers.csv",
        ),
        ("claims.csv", lambda path: edit_cell(path, 2, "Id", "c-1"), "line 3, column Id"),
        ("claims.csv", lambda path: edit_cell(path, 2, "Id", ""), "line 3, column Id: is empty"),
        ("claims.csv", lambda path: edit_line(path, 3, "c-2,", ""), "line 3: has 4 cells"),
        (LEDGER, Path.unlink, "the file is missing"),
        ("patients.csv", Path.unlink, "the file is missing"),
        (LEDGER, lambda path: path.write_text(""), "the file is empty, it has no header"),
        (
            "claims.csv",
            lambda path: path.write_text(path.read_text().split("\n")[0]),
            "the file is empty below its header",
        ),
        ("payers.csv", lambda path: path.write_bytes(b"Id,NAME\nins-1,\xff\n"), "is not UTF-8"),
        (
            "payers.csv",
            lambda path: path.write_text('Id,NAME\nins-1,"Acme\n'),
            "line 2: the file is not CSV from here on",
        ),
        ("payers.csv", lambda path: (path.unlink(), path.mkdir()), "the file cannot be read"),
    ],
)
def test_a_broken_export_is_refused(folder, capsys, file, breaking, expected):
    """A flaw is named with file, line and column on standard error: exit 2, nothing half loaded."""
    breaking(folder / file)
    status, out, err = run(capsys, "--synthea", folder)

    assert (status, out) == (2, "")
    assert f"statement_cycle: {file}" in err
    assert expected in err
    assert "Traceback" not in err


def test_lines_are_counted_in_the_file(folder, capsys):
    """A quoted cell with line breaks does not shift the line numbers of later flaws."""
    edit_cell(folder / LEDGER, 1, "NOTES", "a visit\nover two\nlines")
    edit_cell(folder / LEDGER, 4, "AMOUNT", "x")

    assert f"{LEDGER}, line 7, column AMOUNT" in run(capsys, "--synthea", folder)[2]


def test_every_flaw_is_told_at_once(folder, capsys):
    """Flaws of several files and rows are told together, in the order of files and lines."""
    edit_cell(folder / "patients.csv", 1, "BIRTHDATE", "?")
    edit_cell(folder / LEDGER, 10, "AMOUNT", "?")
    edit_cell(folder / LEDGER, 1, "FROMDATE", "?")
    (folder / "payers.csv").unlink()
    err = run(capsys, "--synthea", folder)[2]

    assert [line.split(": ")[1] for line in err.splitlines()] == [
        "patients.csv, line 2, column BIRTHDATE",
        "payers.csv",
        f"{LEDGER}, line 2, column FROMDATE",
        f"{LEDGER}, line 11, column AMOUNT",
    ]


def test_a_flood_of_flaws_is_cut(folder, capsys):
    """After twenty flaws the rest is counted."""
    for row in range(1, 17):
        edit_cell(folder / LEDGER, row, "FROMDATE", "?")
        edit_cell(folder / LEDGER, row, "CHARGEID", "?")
    lines = run(capsys, "--synthea", folder)[2].splitlines()

    assert len(lines) == 21
    assert re.search(r"and \d+ more problems", lines[-1])


def test_flaws_are_values(folder):
    """Whoever reads an export in Python gets every flaw with file, line and column."""
    edit_cell(folder / LEDGER, 1, "AMOUNT", "?")
    with pytest.raises(ExportFlawed) as caught:
        read_export(folder)

    flaw = caught.value.flaws[0]
    assert (flaw.file, flaw.line, flaw.column) == (LEDGER, 2, "AMOUNT")
    assert attrs.has(type(flaw))


@pytest.mark.parametrize(
    ("seed", "unpaid"),
    [
        (1, {"pa-2": ("Reed, Ben", "310.00")}),
        (2, {"pa-1": ("Quill, Ada", "40.00")}),
        (3, {"pa-1": ("Quill, Ada", "40.00"), "pa-2": ("Reed, Ben", "310.00")}),
    ],
)
def test_worklists_of_an_export(folder, capsys, seed, unpaid):
    """Who leaves lines unpaid is on one person's list, by name; nobody else is on any (WL-9)."""
    status, out, err = run(capsys, "--synthea", folder, "--seed", seed)
    lists = out[out.index("Worklists of 3 people") : out.index("Why one account")]
    rows = re.findall(r"^(pa-\d)/A +(\w+, \w+) +4 +([\d.]+) ", lists, re.MULTILINE)

    assert (status, err) == (0, "")
    assert sorted(rows) == sorted((key, *found) for key, found in unpaid.items())
    assert "So everybody with an active alarm is on exactly one list." in out


def test_worklists_without_any_alarm(folder, capsys):
    """Where nobody owes, eight lists with nobody on them are dealt out, and cover everybody."""
    status, out, err = run(capsys, "--synthea", folder, "--first-run", "2020-01-01")
    named = re.findall(r"Nobody today on (.*)\.", out)

    assert (status, err) == (0, "")
    assert [len(each.split(", ")) for each in named] == [3, 3, 2]
    assert sorted(", ".join(named).split(", ")) == [f"level-{number}" for number in range(1, 9)]
    assert "  0 active alarms, asked of each account by itself" in out
    assert "level 1: nobody" in out


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Peña", "Peña, Ben"),
        ("R\u202eed", "R?ed, Ben"),
        ("Wolfeschlegelsteinhausenbergerdorff", "Wolfeschlegelsteinhaus.."),
    ],
)
def test_names_of_any_kind_keep_the_page(folder, capsys, name, printed):
    """A long name is cut, a mark that turns the text is shown as a question mark, letters stay."""
    edit_cell(folder / "patients.csv", 2, "LAST", name)
    status, out, err = run(capsys, "--synthea", folder)

    assert (status, err) == (0, "")
    assert f"pa-2/A   {printed}  " in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\u202e" not in out


def script(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the demo as a child."""
    command = [sys.executable, str(EXAMPLES / "statement_cycle.py"), *map(str, arguments)]
    return subprocess.run(command, stderr=subprocess.PIPE, check=False, **options)


def test_a_terminal_without_the_letter_gets_a_question_mark(folder):
    """Names do not stop the page where the output knows no accents."""
    edit_cell(folder / "patients.csv", 2, "LAST", "Peña")
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = script("--synthea", folder, stdout=subprocess.PIPE, env=ascii_only)

    assert (result.returncode, result.stderr) == (0, b"")
    assert b"Pe?a, Ben" in result.stdout


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_told_in_one_line(folder):
    """A full disk is a line on standard error and exit status 1, no traceback."""
    with FULL.open("w", encoding="utf-8") as full:
        result = script("--synthea", folder, stdout=full)

    assert result.returncode == 1
    assert result.stderr.startswith(b"statement_cycle: ")
    assert len(result.stderr.splitlines()) == 1
