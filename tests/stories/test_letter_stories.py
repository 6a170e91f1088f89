"""Letters: one entry for each patient, as a standard CSV (LE-1 to LE-3, WL-12)."""

import csv
import io

import attrs
import pytest

from revcycle.accounts import Address
from revcycle.desk import LETTER_COLUMNS, letters_csv, letters_for
from revcycle.dunning import account_level, place_in_collections
from revcycle.errors import Refused, UnknownReference
from revcycle.worklists import MASK
from tests.desk.book import DAY, GUARANTOR, ROSA, SAM, STREET, adams, dressed
from tests.stories.book import POLICY, R1, R2, R3, charge, family, pay, runs
from tests.worklists.book import group, grouped

BLOCKED = {"blocked": True}


def cleo(account_id="a2", **more):
    """Cleo Brook alone on her account, at 2."""
    account = runs(dressed(family(charge("k1", of="cleo"), account_id=account_id)), R1, R2, R3)
    given = {"id": "g2", "last_name": "Brook", "address": STREET, "patient_id": "cleo"} | more
    return attrs.evolve(account, guarantor=attrs.evolve(GUARANTOR, **given))


def written(*accounts, viewer=SAM, as_of=DAY, **more):
    return letters_for(accounts, viewer=viewer, as_of=as_of, policy=POLICY, **more)


def whom(letters):
    return [letter.patient_id for letter in letters.letters]


def table(letters):
    """What a word processor reads."""
    return list(csv.DictReader(io.StringIO(letters_csv(letters), newline=""), strict=True))


def test_each_patient_gets_an_entry_also_within_a_family():
    """LE-1, WL-12: a separate entry for each selected patient, even if some are one family."""
    assert whom(written(adams(), cleo())) == ["ann", "bob", "cleo"]
    assert whom(written(adams(), cleo(), patient_ids=["cleo", "bob", "cleo"])) == ["bob", "cleo"]
    with pytest.raises(UnknownReference, match="zoe"):
        written(adams(), patient_ids=["zoe"])


def test_family_letters_can_stand_together():
    """LE-1: sorted by family, under the head, so that they go in one envelope; else by name."""
    zorn = adams(ann={"last_name": "Zorn"}, bob={"first_name": "Bo", "last_name": "Ash"})
    assert whom(written(zorn, cleo())) == ["bob", "cleo", "ann"]
    assert whom(written(zorn, cleo(), by_family=True)) == ["cleo", "ann", "bob"]
    assert written(cleo(), zorn, by_family=True) == written(zorn, cleo(), by_family=True)


def test_the_columns_of_a_letter():
    """LE-3: ids, guarantor and address, patient, dollars, level, last statement."""
    rows = table(written(adams(), by_family=True))
    assert tuple(rows[0]) == LETTER_COLUMNS
    assert rows[0] == {
        "Account": "a1",
        "Patient id": "ann",
        "Guarantor": "Ann Adams",
        "Address line 1": "1 Mill Road",
        "Address line 2": "",
        "Address line 3": "",
        "City": "Salem",
        "State": "MA",
        "ZIP code": "01970",
        "Patient": "Ann Adams",
        "Total outstanding": "400.00",
        "Due now": "250.00",
        "Plan overdue": "100.00",
        "Level": "6",
        "Last statement": "2025-03-17",
    }
    assert (rows[1]["Patient"], rows[1]["Total outstanding"]) == ("Bob Adams", "60.00")
    (new,) = table(written(family(charge("x1", of="new"))))
    assert (new["Patient"], new["Last statement"], new["Level"]) == ("", "", "0")


def test_a_letter_tells_the_patients_own_level():
    """LE-3, DL-10: not the family's, which is that of its most severe member."""
    account = adams()
    rows = table(written(account, by_family=True))
    assert [(row["Patient id"], row["Level"]) for row in rows] == [("ann", "6"), ("bob", "2")]
    assert account_level(account, as_of=DAY).number == 6


def test_letters_under_a_masked_head_come_last():
    """LE-1, PR-3: by family they stand behind all others, so that their place tells no name."""
    hidden = adams(ann=BLOCKED)
    for accounts in ((hidden, cleo()), (cleo(), hidden)):
        assert whom(written(*accounts, viewer=ROSA, by_family=True)) == ["cleo", "bob"]
    assert whom(written(hidden, cleo(), by_family=True)) == ["ann", "bob", "cleo"]


def test_a_familys_letters_ask_together_for_what_the_family_owes():
    """LE-3: each entry has the patient's own dollars, credits not deducted (CH-7)."""
    letters = written(pay(adams(), "b1", "70.00", DAY, credit=True)).letters
    assert [str(letter.total_outstanding) for letter in letters] == ["400.00", "0.00"]
    assert [str(letter.due_now) for letter in letters] == ["250.00", "0.00"]


def test_a_letter_asks_for_nothing_that_an_agency_collects():
    """LE-3, CO-3: what is placed is in neither amount of a letter."""
    placed = place_in_collections(
        adams(), charge_ids=["c1"], agency_id="x", as_of=DAY, policy=POLICY
    ).account
    (ann, _) = written(placed, by_family=True).letters
    assert (str(ann.total_outstanding), str(ann.due_now)) == ("300.00", "150.00")


def test_a_letter_is_of_today():
    """LE-3, CH-9: of a day before an account's last act nobody can tell the dollars any more."""
    account = adams()
    with pytest.raises(Refused, match=f"account a1: as_of {R2}") as caught:
        written(account, cleo(), as_of=R2)
    assert [each.name for each in caught.value.propositions] == ["AS_OF_BEFORE_LAST_ACT"] * 2
    with pytest.raises(Refused, match="under a masked head") as caught:
        written(adams(ann=BLOCKED), viewer=ROSA, patient_ids=["bob"], as_of=R2)
    assert "a1" not in str(caught.value)


def test_long_addresses_lose_nothing():
    """LE-3: three lines of address; what a fourth would hold joins the third."""
    lines = ("c/o Doe", "Building 4", "2nd floor", "1 Mill Road")
    letters = written(cleo(address=Address(lines=lines, city="Salem")))
    (row,) = table(letters)
    assert [row[f"Address line {n}"] for n in (1, 2, 3)] == [*lines[:2], "2nd floor, 1 Mill Road"]


def test_masked_patients_are_left_out_and_counted():
    """LE-3, PR-3: in no entry, not even one of their family; how many they were is told."""
    account = adams(bob=BLOCKED)
    assert whom(written(account, cleo(), viewer=ROSA)) == ["ann", "cleo"]
    assert written(account, cleo(), viewer=ROSA).masked_count == 1
    assert written(account, cleo()).masked_count == 0
    assert whom(written(account, viewer=ROSA, patient_ids=["bob"])) == []
    far = grouped(group(providers=["dr-1"]))
    assert whom(written(account, cleo(), viewer=far)) == ["ann"]


def test_a_blocked_guarantors_name_and_address_are_masked():
    """LE-3, PR-3: also of one who is a patient elsewhere, or of whom nobody knows."""
    account = adams(ann=BLOCKED)
    (row,) = table(written(account, viewer=ROSA))
    assert (row["Patient"], row["Guarantor"], row["Address line 1"]) == ("Bob Adams", MASK, MASK)
    assert "Salem" not in row.values()
    assert row["Account"] == ""
    parent = cleo("a3", patient_id="ann")
    for book, name in (((), MASK), ((adams(),), "Ann Brook"), ((account,), MASK)):
        (letter,) = written(parent, viewer=ROSA, book=book).letters
        assert (letter.guarantor_name, letter.address is None) == (name, name == MASK)
        assert letter.account_id == "a3"


def test_a_letter_is_safe_to_open_in_a_spreadsheet():
    """LE-2: names that would start a formula get an apostrophe; dollars stay dollars."""
    (row,) = table(written(cleo(first_name="=HYPERLINK(1)", last_name='"x"')))
    assert row["Guarantor"] == """'=HYPERLINK(1) "x\""""
    assert row["Total outstanding"] == "100.00"
    assert letters_csv(written(cleo())).endswith("\r\n")
