"""Exports that look whole and are not: each flaw is named, and nothing ends in a traceback."""

from datetime import date

import pytest
from statement_cycle import main
from synthea_export import read_export

from revcycle.errors import InvalidRecord
from tests.examples.small_export import FILES, edit_cell, insert_row, write_export

LEDGER = "claims_transactions.csv"


@pytest.fixture
def folder(tmp_path):
    """A whole export."""
    return write_export(tmp_path / "export")


def refusal(folder, capsys):
    """Run the demo, which must refuse; give what it says."""
    assert main(["--synthea", str(folder)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_text_that_is_not_utf8_is_named_with_its_line(folder, capsys, ending):
    """The line is the one with the first byte that is not UTF-8, whatever ends the lines."""
    path = folder / "patients.csv"
    content = path.read_bytes().replace(b"Reed", b"R\xe9ed").replace(b"\n", ending)
    path.write_bytes(content)

    assert refusal(folder, capsys) == "statement_cycle: patients.csv, line 3: is not UTF-8 text\n"


def test_a_quote_left_open_in_the_header_is_one_flaw(folder, capsys):
    """A header that never ends is named as that; the file is not called empty as well."""
    path = folder / "payers.csv"
    path.write_text('"' + path.read_text(encoding="utf-8"), encoding="utf-8")
    (said,) = refusal(folder, capsys).splitlines()

    assert said.startswith("statement_cycle: payers.csv, line 1: the file is not CSV from here on")


def test_blank_lines_above_the_header(folder, capsys):
    """They are passed over, and counted: a flaw of the header is named with its own line."""
    path = folder / "payers.csv"
    whole = read_export(folder)
    path.write_text("\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_export(folder) == whole

    path.write_text(path.read_text(encoding="utf-8").replace("NAME", "WORD"), encoding="utf-8")
    assert "payers.csv, line 3, column NAME: is missing in the header" in refusal(folder, capsys)


@pytest.mark.parametrize(
    ("file", "row", "column"),
    [
        ("encounters.csv", 1, "Id"),
        ("payers.csv", 1, "Id"),
        ("patients.csv", 1, "Id"),
        ("claims.csv", 1, "Id"),
        (LEDGER, 1, "CHARGEID"),
    ],
)
def test_a_row_that_stands_twice_is_named_with_both_lines(folder, capsys, file, row, column):
    """A second row of the same id would be counted twice, an encounter as two appointments."""
    key = FILES[file][row][FILES[file][0].index(column)]
    insert_row(folder / file, row)

    expected = f"{file}, line {row + 2}, column {column}: '{key}' stands on line {row + 1} already"
    assert expected in refusal(folder, capsys)


def test_a_number_has_one_spelling(folder, capsys):
    """Rows 2 and 02 of one claim are not two rows."""
    edit_cell(folder / LEDGER, 3, "CHARGEID", "02")

    assert "line 4, column CHARGEID: '02' is no whole number such as 7" in refusal(folder, capsys)


@pytest.mark.parametrize(
    ("place", "sign", "code"),
    [
        (("patients.csv", 2, "LAST"), "\0", "U+0000"),
        (("patients.csv", 2, "FIRST"), "\x1b", "U+001B"),
        (("patients.csv", 2, "ADDRESS"), "\n", "U+000A"),
        (("payer_transitions.csv", 2, "OWNERNAME"), "\x85", "U+0085"),
        ((LEDGER, 2, "NOTES"), "\x07", "U+0007"),
    ],
)
def test_a_control_character_is_a_flaw(folder, capsys, place, sign, code):
    """It is named with column and code; the text around it, which may be a name, is not (PR-6)."""
    file, row, column = place
    edit_cell(folder / file, row, column, f"Zanz{sign}ibar")
    said = refusal(folder, capsys)

    assert f"{file}, line {row + 1}, column {column}: holds a control character, {code}" in said
    assert "Zanz" not in said


def test_a_cover_that_ends_before_it_starts_is_a_flaw(folder, capsys):
    """Nobody's insurance runs backwards: the day of service would find no guarantor."""
    edit_cell(folder / "payer_transitions.csv", 1, "END_YEAR", "2014-12-31T00:00:00Z")

    assert refusal(folder, capsys) == (
        "statement_cycle: payer_transitions.csv, line 2, column END_YEAR: 2014-12-31 lies before "
        "the beginning, 2015-01-01\n"
    )


def test_a_cover_of_one_day_is_no_flaw(folder):
    """It may end on the day on which it starts."""
    edit_cell(folder / "payer_transitions.csv", 1, "END_YEAR", "2015-01-01")

    assert read_export(folder).covers["pa-1"][0].until_on == date(2015, 1, 1)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2023-07-01T23:59:59-05:00", date(2023, 7, 2)),
        ("2023-07-01T01:00:00+0530", date(2023, 6, 30)),
        ("2023-07-01T18:59:59.999-05:00", date(2023, 7, 1)),
        ("2023-07-01T23:59:59Z", date(2023, 7, 1)),
        ("2023-07-01 23:59", date(2023, 7, 1)),
        ("2023-07-01", date(2023, 7, 1)),
    ],
)
def test_times_are_cut_to_their_day_of_utc(folder, written, expected):
    """A time with an offset is of the day that it was in UTC then."""
    edit_cell(folder / LEDGER, 12, "FROMDATE", written)
    (row,) = (r for r in read_export(folder).transactions if (r.claim_id, r.number) == ("c-4", 30))

    assert row.on == expected


@pytest.mark.parametrize(
    "written",
    ["0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00", "2023-07-01T10:00:00+99:00"],
)
def test_a_time_that_utc_does_not_have_is_a_flaw(folder, capsys, written):
    """An offset off the clock, or one that leads off the calendar, is no date."""
    edit_cell(folder / LEDGER, 12, "FROMDATE", written)

    assert f"line 13, column FROMDATE: '{written}' is no date" in refusal(folder, capsys)


@pytest.mark.parametrize("day", ["9999-12-31", "9990-01-01"])
def test_an_export_that_ends_where_the_calendar_does(folder, capsys, day):
    """There is no room for the runs; the line blames no argument that nobody gave."""
    edit_cell(folder / "encounters.csv", 1, "START", day)

    assert refusal(folder, capsys) == (
        f"statement_cycle: the export ends on {day}, which leaves no room in the calendar around "
        "the runs; --first-run sets another day\n"
    )


def test_an_empty_id_is_one_flaw(folder, capsys):
    """It is not told twice."""
    edit_cell(folder / "encounters.csv", 1, "Id", "")

    expected = "statement_cycle: encounters.csv, line 2, column Id: is empty\n"
    assert refusal(folder, capsys) == expected


def test_dollars_that_no_sum_can_hold_are_a_flaw(folder, capsys):
    """The row is named with which the ledger comes to a trillion dollars (M-1)."""
    edit_cell(folder / LEDGER, 7, "AMOUNT", "600000000000.00")
    edit_cell(folder / LEDGER, 12, "AMOUNT", "399999990000.00")
    assert read_export(folder)

    edit_cell(folder / LEDGER, 12, "AMOUNT", "400000000000.00")
    assert refusal(folder, capsys) == (
        f"statement_cycle: {LEDGER}, line 13: with this row the dollars of the file come to "
        "1,000,000,000,000.00 or more\n"
    )


@pytest.mark.parametrize("row", [7, 12])
def test_dollars_below_that_run_through(folder, capsys, row):
    """Half a trillion on a line goes through statements, plans and worklists to the end."""
    edit_cell(folder / LEDGER, row, "AMOUNT", "499999999999.99")

    assert main(["--synthea", str(folder), "--seed", "3"]) == 0
    assert "499,999,999,999.99" in capsys.readouterr().out


def test_what_the_library_refuses_is_one_line(folder, capsys, monkeypatch):
    """No error of the library gets out as a traceback where the input is an export."""

    def refuse(*_, **__):
        raise InvalidRecord("Charge", "amount", "many\ndollars", "be fewer")

    monkeypatch.setattr("statement_cycle.run_cycles", refuse)
    said = refusal(folder, capsys)

    assert said.startswith("statement_cycle: the library refuses what the export holds: Charge.")
    assert len(said.splitlines()) == 1


def test_a_defect_of_the_made_up_book_is_not_hidden(monkeypatch):
    """Where nothing was read, an error of the library is ours and keeps its traceback."""

    def refuse(*_, **__):
        raise InvalidRecord("Charge", "amount", 1, "be fewer")

    monkeypatch.setattr("statement_cycle.run_cycles", refuse)
    with pytest.raises(InvalidRecord):
        main([])
