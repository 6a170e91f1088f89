"""What the demo makes of an export's payments: each is in the book, or said not to be."""

import re
from datetime import date
from decimal import Decimal

import attrs
import pytest
from practice_acts import PayCharge, PostCharge
from statement_cycle import main
from synthea_book import Fate, synthea_book
from synthea_export import read_export

from revcycle.codec import BOOK, loads
from tests.examples.small_export import edit_cell, insert_row, write_export

LEDGER = "claims_transactions.csv"
FIRST_RUN = date(2023, 1, 11)
LAST_RUN = date(2024, 1, 31)
# By the seed, the payments of claim c-4, whose line is of 2023-07-01, come ...
ON_THE_DAY, LATE, WITHHELD = 4, 6, 1


@pytest.fixture
def folder(tmp_path):
    """A whole export."""
    return write_export(tmp_path / "export")


def final_book(folder, capsys, *, seed, first_run=FIRST_RUN):
    """Run the demo; give every charge of the final book by id."""
    arguments = ["--synthea", str(folder), "--seed", str(seed), "--first-run", str(first_run)]
    status = main([*arguments, "--json"])
    captured = capsys.readouterr()
    assert (status, captured.err) == (0, "")
    return {c.id: c for account in loads(captured.out, kind=BOOK) for c in account.charges}


def page(folder, capsys, *, seed, status=0):
    """Run the demo; give the part of the page on what became of everything, in one line."""
    assert main(["--synthea", str(folder), "--seed", str(seed)]) == status
    out = capsys.readouterr().out
    start = out.index("What became of all that the export holds")
    return " ".join(out[start : out.index("Worklists of 3 people")].split())


def money(charge):
    """Give what stands on a charge: id, dollars, day it came, day it was posted."""
    return [(t.id, t.amount, t.received_on, t.posted_on) for t in charge.transactions]


def test_a_payment_before_its_line_is_posted_with_the_line(folder, capsys):
    """Money from long before its line is on it, with the day on which it came (M-4, CH-9)."""
    edit_cell(folder / LEDGER, 13, "FROMDATE", "2022-01-01")
    edit_cell(folder / LEDGER, 5, "FROMDATE", "2018-12-31")
    charges = final_book(folder, capsys, seed=ON_THE_DAY)

    assert money(charges["c-4/30"]) == [("c-4/31", Decimal(60), date(2022, 1, 1), date(2023, 7, 1))]
    assert money(charges["c-1/4"]) == [
        ("c-1/9", Decimal(100), date(2018, 12, 31), date(2019, 3, 4))
    ]


def test_a_payment_before_its_line_may_be_late_by_our_rule(folder, capsys):
    """Our rule counts from the line: what it delays came and was posted on the later day."""
    edit_cell(folder / LEDGER, 13, "FROMDATE", "2022-01-01")
    ((_, _, received_on, posted_on),) = money(final_book(folder, capsys, seed=LATE)["c-4/30"])

    assert received_on == posted_on
    assert 15 <= (posted_on - date(2023, 7, 1)).days <= 150


@pytest.mark.parametrize(
    ("row", "days", "posted"),
    [
        (5, ("2020-01-01", "2019-05-05"), ["c-1/90", "c-1/9"]),
        (13, ("2023-09-09", "2023-08-08"), ["c-4/90", "c-4/31"]),
        (13, ("2023-07-01", "2022-08-08"), ["c-4/90", "c-4/31"]),
        (13, ("2023-08-08", "2023-08-08"), ["c-4/31", "c-4/90"]),
    ],
)
def test_payments_are_posted_in_the_order_of_their_days(folder, capsys, row, days, posted):
    """Two payments on one line are posted by day, then by number, however the rows stand."""
    edit_cell(folder / LEDGER, row, "FROMDATE", days[0])
    insert_row(folder / LEDGER, row, CHARGEID=90, FROMDATE=days[1], PAYMENTS="7.00")
    charges = final_book(folder, capsys, seed=ON_THE_DAY)
    line = charges["c-1/4" if row == 5 else "c-4/30"]

    assert [transaction.id for transaction in line.transactions] == posted


@pytest.mark.parametrize(
    "cells",
    [
        {"TYPE": "ADJUSTMENT", "AMOUNT": ""},
        {"TYPE": "TRANSFEROUT", "AMOUNT": ""},
        {"TYPE": "TRANSFERIN", "AMOUNT": "5.00", "TRANSFERTYPE": "2"},
        {"TYPE": "TRANSFERIN", "AMOUNT": "0.00", "TRANSFERTYPE": "p"},
        {"TYPE": "PAYMENT", "METHOD": "ECHECK", "PAYMENTS": "5.00"},
        {"TYPE": "CHARGE", "AMOUNT": "5.00", "TRANSFERTYPE": "1"},
    ],
)
def test_rows_between_a_line_and_its_payment_do_not_part_them(folder, capsys, cells):
    """A payment is of the last line before it in its claim, whatever rows lie between."""
    insert_row(folder / LEDGER, 4, CHARGEID=5, **cells)
    said = page(folder, capsys, seed=ON_THE_DAY)

    assert money(final_book(folder, capsys, seed=ON_THE_DAY)["c-1/4"]) == [
        ("c-1/9", Decimal(100), date(2019, 3, 4), date(2019, 3, 4))
    ]
    assert "left out" not in said


def test_what_insurance_did_is_of_the_charge(folder, capsys):
    """What an insurer pays after the next CHARGE row is not on the line before it (ST-15)."""
    cells = {"METHOD": "ECHECK", "TYPE": "PAYMENT", "AMOUNT": ""}
    insert_row(folder / LEDGER, 5, CHARGEID=95, **cells, PAYMENTS="7.00")
    insert_row(folder / LEDGER, 5, CHARGEID=94, TYPE="CHARGE", AMOUNT="7.00", METHOD="")
    insert_row(folder / LEDGER, 5, CHARGEID=93, **cells, PAYMENTS="3.00")
    visit = final_book(folder, capsys, seed=ON_THE_DAY)["c-1/4"]

    assert (visit.billed, visit.insurance_paid) == (Decimal(300), Decimal(203))


def test_an_earlier_line_of_a_claim_is_paid_as_exported(folder, capsys):
    """Our rule leaves lines from before it alone, though their claim has later ones too."""
    edit_cell(folder / LEDGER, 12, "FROMDATE", "2019-07-01")
    edit_cell(folder / LEDGER, 13, "FROMDATE", "2023-07-02")
    insert_row(
        folder / LEDGER, 13, CHARGEID=33, TYPE="CHARGE", AMOUNT="9", METHOD="", TRANSFERTYPE="p"
    )
    charge = final_book(folder, capsys, seed=WITHHELD)["c-4/30"]

    assert money(charge) == [("c-4/31", Decimal(60), date(2023, 7, 2), date(2023, 7, 2))]


def test_what_became_of_every_payment(folder, capsys):
    """The page says of each payment of the export that it is posted, or why not."""
    insert_row(folder / LEDGER, 1, CHARGEID=0, TYPE="PAYMENT", METHOD="CC", PAYMENTS="3.00")
    said = page(folder, capsys, seed=WITHHELD)

    assert "lines number dollars posted as exported 4 450.00 read 4 450.00" in said
    assert "left out, no line before it 1 3.00 read 5 453.00" in said
    assert "ours: not paid, or by a plan" in said
    assert "copay credits number dollars posted as exported 1 12.50 read 1 12.50" in said
    assert "LOST" not in said


def test_a_payment_after_the_last_run_is_counted(folder, capsys):
    """A payment, or our delay of it, that goes beyond the last run is said not to be posted."""
    edit_cell(folder / "encounters.csv", 6, "START", "2023-08-08")
    assert "ours: late, after the last run 1 60.00" in page(folder, capsys, seed=LATE)

    export = read_export(folder)
    book = synthea_book(
        export, first_run=date(2019, 1, 1), last_run=date(2019, 12, 31), seed=ON_THE_DAY
    )
    assert book.fates["c-1/9"] is not Fate.AFTER
    assert {book.fates[key] for key in ("c-4/30", "c-4/31", "c-5/41")} == {Fate.AFTER}


def test_a_payment_on_the_last_day_of_the_calendar(folder, capsys):
    """Our delay stops where the calendar does; the payment is counted as after the last run."""
    edit_cell(folder / LEDGER, 13, "FROMDATE", "9999-12-31")
    arguments = ["--synthea", str(folder), "--seed", str(LATE), "--first-run", str(FIRST_RUN)]

    assert main(arguments) == 0
    assert re.search(r"after the last run, not posted +1 +60\.00", capsys.readouterr().out)


def test_no_plan_is_agreed_for_what_the_export_pays_later(folder):
    """A claim with a payment still to come, by the export or by our rule, counts as promised."""
    edit_cell(folder / LEDGER, 13, "FROMDATE", "2023-10-01")
    promised = {
        seed: synthea_book(
            read_export(folder), first_run=FIRST_RUN, last_run=LAST_RUN, seed=seed
        ).promised_claim_ids
        for seed in (ON_THE_DAY, LATE, WITHHELD)
    }

    assert [seed for seed, claims in promised.items() if "c-4" in claims] == [ON_THE_DAY, LATE]


def without(*ids):
    """Give a book-maker that forgets acts about these ids."""

    def forgetful(*arguments, **options):
        book = synthea_book(*arguments, **options)
        acts = [
            act
            for act in book.acts
            if not (isinstance(act, PayCharge) and act.payment_id in ids)
            and not (isinstance(act, PostCharge) and act.charge.id in ids)
        ]
        assert len(acts) == len(book.acts) - len(ids)
        return attrs.evolve(book, acts=tuple(acts))

    return forgetful


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (("c-4/31",), "LOST: 1 payment, 60.00 dollars: c-4/31"),
        (("c-4/30", "c-4/31"), "LOST: 1 line, 60.00 dollars: c-4/30"),
        (("c-5/41",), "LOST: 1 copay credit, 12.50 dollars: c-5/41"),
    ],
)
def test_a_lost_payment_is_noticed(folder, capsys, monkeypatch, ids, said):
    """If the demo forgot a payment, a line or a credit, it would say which and exit 1 (M-4)."""
    monkeypatch.setattr("opening_books.synthea_book", without(*ids))

    assert said in page(folder, capsys, seed=ON_THE_DAY, status=1)
    assert main(["--synthea", str(folder), "--seed", str(ON_THE_DAY), "--json"]) == 1
    assert "the book does not balance" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        (lambda act: attrs.evolve(act, amount=Decimal("59.99")), True),
        (lambda act: act, False),
    ],
)
def test_a_payment_of_another_amount_is_noticed(folder, capsys, monkeypatch, change, lost):
    """A payment posted with another amount than the export's is lost (M-4)."""

    def careless(*arguments, **options):
        book = synthea_book(*arguments, **options)
        is_it = [isinstance(act, PayCharge) and act.payment_id == "c-4/31" for act in book.acts]
        acts = [change(act) if it else act for act, it in zip(book.acts, is_it, strict=True)]
        return attrs.evolve(book, acts=tuple(acts))

    monkeypatch.setattr("opening_books.synthea_book", careless)

    assert ("LOST" in page(folder, capsys, seed=ON_THE_DAY, status=int(lost))) is lost


def test_a_payment_posted_against_its_fate_is_noticed(folder, capsys, monkeypatch):
    """What is said to be withheld and is in the book all the same does not pass (M-4)."""

    def untrue(*arguments, **options):
        book = synthea_book(*arguments, **options)
        return attrs.evolve(book, fates={**book.fates, "c-4/31": Fate.WITHHELD})

    monkeypatch.setattr("opening_books.synthea_book", untrue)

    assert "LOST: 1 payment, 60.00" in page(folder, capsys, seed=ON_THE_DAY, status=1)
