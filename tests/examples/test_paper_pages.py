"""The pages of the demo: which statements are chosen, and that they are written whole."""

import xml.etree.ElementTree as ET

import attrs
from paper_pages import PRACTICE, write_pages

from revcycle.accounts import DeliveryPreference
from revcycle.dunning import DunningPolicy
from tests.printing.paper import ANN, household
from tests.stories.book import R1, R2, R3, R4, charge, family, run, runs

POLICY = DunningPolicy(practice=PRACTICE)
ONLINE = attrs.evolve(ANN, delivery=DeliveryPreference.E_STATEMENT, email="ann@example.org")


def book():
    """A family with a plan, somebody at the final level, and somebody at neither."""
    plan_family = run(household(), R3)
    final = runs(family(charge(amount="80.00"), account_id="a2", guarantor=ONLINE), R1, R2, R3, R4)
    return [
        attrs.evolve(plan_family, id="a1"),
        final,
        runs(family(charge(), account_id="a3"), R3, R4),
    ]


def test_a_family_with_a_plan_and_a_final_e_statement_are_written(tmp_path):
    """Each page is a whole document about the account that shows most of its kind (ST-7, ST-13)."""
    folder = tmp_path / "build" / "pages"
    said = write_pages(book(), folder, as_of=R4, policy=POLICY)

    assert [line.rsplit(" ", 1)[1] for line in said] == ["a1", "a2"]
    for name in ("statement", "statement_final"):
        page = (folder / f"{name}.html").read_text(encoding="utf-8")
        ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
        assert PRACTICE.name in page
        assert PRACTICE.name in (folder / f"{name}.txt").read_text(encoding="utf-8")
    assert "Payment plan" in (folder / "statement.html").read_text(encoding="utf-8")
    assert "Final notice" in (folder / "statement_final.html").read_text(encoding="utf-8")


def test_what_the_book_does_not_have_is_not_written(tmp_path):
    """A book without families or final notices gives no page and says nothing."""
    alone = runs(family(charge(), account_id="a3"), R3)

    assert write_pages([alone], tmp_path, as_of=R3, policy=POLICY) == ()
    assert list(tmp_path.iterdir()) == []
