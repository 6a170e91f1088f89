"""The demo's account view and letters."""

import csv
from datetime import date

import attrs
from desk_pages import write_desk_pages

from tests.desk.book import DAY, adams, dressed
from tests.stories.book import POLICY, R1, R2, R3, charge, family, runs


def cleo(amount="900.00"):
    """Cleo alone, whose alarm fires at 2."""
    account = dressed(family(charge("k1", amount, of="cleo"), account_id="a2"))
    return runs(account, R1, R2, R3)


def test_both_files_are_written(tmp_path):
    """The page is a family's with notes of the day; the letters are those of its worklist."""
    book = (cleo(), adams())
    page, merge = write_desk_pages(book, tmp_path / "build", as_of=DAY, policy=POLICY)
    assert (page.name, merge.name) == ("account_view.html", "letters.csv")
    shown = page.read_text(encoding="utf-8")
    for told in ("Adams, Ann", "promise to pay", "patient note set", "statement note set"):
        assert told in shown
    with merge.open(encoding="utf-8", newline="") as lines:
        assert [row["Patient id"] for row in csv.DictReader(lines)] == ["ann", "bob"]
    assert merge.read_bytes().count(b"\r\n") == 3


def test_the_biller_looks_where_she_may(tmp_path):
    """A family with a blocked member is passed over, and without any alarm nothing is written."""
    blocked = adams(bob={"blocked": True})
    page, _ = write_desk_pages((blocked, cleo()), tmp_path, as_of=DAY, policy=POLICY)
    assert "Brook, Cleo" in page.read_text(encoding="utf-8")
    empty = tmp_path / "empty"
    assert write_desk_pages((blocked,), empty, as_of=DAY, policy=POLICY) == ()
    quiet = attrs.evolve(cleo(), alarm=None)
    assert write_desk_pages((quiet,), empty, as_of=date(2025, 4, 1), policy=POLICY) == ()
    assert not empty.exists()
