"""The table of rules keeps its word: each id once, its owner there, its tests those that say so.

Each net is a function from the page's text to findings, so that a test can also show it a
page that is wrong.
"""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
HEADER = ["| rule | what it says | owner | tests |", "| --- | --- | --- | --- |"]
ID = re.compile(r"\b[A-Z]{1,2}-\d+\b")


def rows(page: str) -> list[list[str]]:
    """Give the cells of each rule's row."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in page.splitlines()
        if re.match(r"\| *[A-Z]+-\d", line)
    ]


def names_in(cell: str) -> list[str]:
    """Give the names that a cell sets as code."""
    return re.findall(r"`([^`]+)`", cell)


@cache
def ids_told_in(test_file: str) -> frozenset[str]:
    """Give the ids in the docstrings of the tests of one file; none of a file that is not there."""
    path = ROOT / "tests" / f"{test_file}.py"
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    return frozenset(
        rule
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
        for rule in ID.findall(ast.get_docstring(node) or "")
    )


def is_there(dotted: str) -> bool:
    """Tell whether *dotted* names a thing below `revcycle`, be it in an inner module."""
    parts = f"revcycle.{dotted}".split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            # What an instance alone has, its class only announces.
            announced = getattr(thing, "__annotations__", {}).get(part)
            thing = getattr(thing, part, announced)
        return thing is not None
    return False


def sections_without_a_table(page: str) -> list[str]:
    """List the sections whose rows do not stand right below the two lines of a header."""
    found = []
    for section in page.split("\n## ")[1:]:
        title, *lines = (line for line in section.splitlines() if line.strip())
        if lines[:2] != HEADER or not all(
            len(row) == len(HEADER[0].split(" | ")) for row in rows(section)
        ):
            found.append(title)
    return found


def ids_that_do_not_stand_once(page: str) -> list[str]:
    """List the ids of more than one row, and those in another section's table."""
    ids = [row[0] for row in rows(page)]
    sections = [(part.split(" ")[0], rows(part)) for part in page.split("\n## ")[1:]]
    astray = [row[0] for name, own in sections for row in own if row[0].split("-")[0] != name]
    return sorted({rule for rule in ids if ids.count(rule) > 1}) + astray


def owners_not_there(page: str) -> list[str]:
    """List the owners that no module has; a name without a dot is a part of the name before it."""
    found = []
    for rule, _, owner, *_ in rows(page):
        whole = ""
        for name in names_in(owner) or ["nobody"]:
            whole = name if "." in name else f"{whole}.{name}"
            if not is_there(whole):
                found.append(f"{rule}: {whole}")
    return found


def files_that_do_not_say_so(page: str) -> list[str]:
    """List the test files of a row none of whose tests carries the rule's id."""
    return [
        f"{rule}: {name}"
        for rule, *_, tests in rows(page)
        for name in names_in(tests) or ["none"]
        if rule not in ids_told_in(name)
    ]


NETS = [
    sections_without_a_table,
    ids_that_do_not_stand_once,
    owners_not_there,
    files_that_do_not_say_so,
]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.__name__)
def test_the_table_of_rules_keeps_its_word(net):
    """Each net over docs/rules.md comes back empty."""
    assert len(rows(PAGE)) > 100
    assert net(PAGE) == []


RIGHT = "\n".join(
    [
        "",
        "## M · Money",
        "",
        *HEADER,
        "| M-1 | Cents. | `money.usd` | `test_money` |",
        "| M-3 | Ids. | `codec.Kind` (`key`) | `test_accounts` |",
    ]
)


@pytest.mark.parametrize(
    ("net", "right", "wrong"),
    [
        (sections_without_a_table, HEADER[1], ""),
        (sections_without_a_table, "| Cents. |", "|"),
        (ids_that_do_not_stand_once, "M-3", "M-1"),
        (ids_that_do_not_stand_once, "M-3", "CH-1"),
        (owners_not_there, "money.usd", "money.eur"),
        (owners_not_there, "money.usd", "bank.usd"),
        (owners_not_there, "(`key`)", "(`lock`)"),
        (owners_not_there, "`money.usd`", "somebody"),
        (files_that_do_not_say_so, "`test_money`", "`test_levels`"),
        (files_that_do_not_say_so, "`test_money`", "`test_gone`"),
        (files_that_do_not_say_so, "`test_money`", ""),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_each_net_catches_what_it_is_for(net, right, wrong):
    """A page that is right passes; one that breaks its word is found by the net for that."""
    assert right in RIGHT
    assert net(RIGHT) == []
    assert net(RIGHT.replace(right, wrong)) != []
