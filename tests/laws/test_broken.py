"""Every law catches its broken variant of the library: a law that never failed may not look."""

import re
from pathlib import Path

import pytest

from tests.laws.broken import VARIANTS, put_in
from tests.laws.lives import LAWS, caught

FOLDER = Path(__file__).parent
# Where a rare break was seen last. If it is not seen there any more, the hunt only takes longer.
SEEN_IN = {21: 54, 23: 59, 25: 12, 27: 37, 33: 30, 38: 10, 40: 10}
PAGE = FOLDER.parent.parent / "docs" / "invariants.md"


@pytest.mark.parametrize("number", sorted(VARIANTS), ids=lambda number: f"law{number}")
def test_each_law_catches_its_broken_variant(number, monkeypatch):
    """With one mistake put into a library function, some random history breaks the law for it."""
    put_in(VARIANTS[number], monkeypatch)

    assert caught(number, first=SEEN_IN.get(number, 0)) is not None, VARIANTS[number].says


def test_every_numbered_invariant_has_a_law_a_variant_and_a_test():
    """docs/invariants.md, the laws, their tests and the broken variants have the same numbers."""
    listed = re.findall(r"^\| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    tested = [
        number
        for path in FOLDER.glob("test_*_laws.py")
        for number in re.findall(r"follow\((\d+), life\)", path.read_text(encoding="utf-8"))
    ]

    assert [int(number) for number in listed] == sorted(LAWS)
    assert sorted(map(int, tested)) == sorted(LAWS)
    assert sorted(VARIANTS) == sorted(LAWS)


def test_the_page_names_the_test_of_each_law():
    """Each row of docs/invariants.md names the test that follows its law."""
    tests = {
        number: name
        for path in FOLDER.glob("test_*_laws.py")
        for name, number in re.findall(
            r"def (test_\w+)\(life\):.*?follow\((\d+), life\)",
            path.read_text(encoding="utf-8"),
            re.DOTALL,
        )
    }
    rows = dict(re.findall(r"^\| (\d+) \|(.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert {n: name for n, name in tests.items() if f"`{name}`" not in rows[n]} == {}
