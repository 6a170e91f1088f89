"""Taste, enforced: layers, importers, names, docstrings, reasons, sizes, titles.

Each net is a function from sources to findings, so that a test can also show it a source that is
wrong. import-linter checks the layers once more, through indirect imports too, in `make check`.
"""

import ast
import inspect
import io
import re
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import revcycle

ROOT = Path(__file__).parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINES_MAX = 900
FUNCTION_LINES_MAX = 60
BANNED_WORDS = frozenset(
    {"utils", "helpers", "manager", "service", "process", "handle", "data", "info"}
)
# Each third-party package but attrs has one importer: a module, or a package and all it holds.
IMPORTERS = {
    "attrs": ("revcycle",),
    "cattrs": ("revcycle.codec",),
    "dateutil": ("revcycle.dates",),
    "hypothesis": ("revcycle.testing", "revcycle._hypothesis_hook"),
    "jinja2": ("revcycle.printing.web_page",),
    "pytest": ("revcycle.testing",),
}


def sources(*folders: str) -> dict[str, str]:
    """Read every Python file under *folders*, by its path from the root."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


LIBRARY = sources("src")
TESTS = sources("tests")
EVERYTHING = LIBRARY | TESTS | sources("benchmarks", "docs")


@cache
def tree_of(text: str) -> ast.Module:
    """Parse *text* once for all nets."""
    return ast.parse(text)


@cache
def nodes(text: str) -> tuple[ast.AST, ...]:
    """Walk *text* once for all nets."""
    return tuple(ast.walk(tree_of(text)))


def module_name(path: str) -> str:
    """Give the dotted name of the library file at *path*."""
    return path.removeprefix("src/").removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def is_within(module: str, package: str) -> bool:
    """Tell whether *module* is *package* or one of its parts."""
    return module == package or module.startswith(package + ".")


def imports(files: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (importing module, imported module) for every import statement of *files*."""
    known = {module_name(path) for path in files}
    for path, text in files.items():
        for node in nodes(text):
            if isinstance(node, ast.Import):
                yield from ((module_name(path), alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    part = f"{node.module}.{alias.name}"
                    yield module_name(path), part if part in known else node.module


def rank_of_layers() -> dict[str, tuple[int, str]]:
    """Read the layers that import-linter enforces: name -> (rank from the top, sibling mark)."""
    layers = next(c for c in CONFIG["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return {
        name: (rank, ":" if ":" in row else "|")
        for rank, row in enumerate(layers["layers"])
        for name in re.findall(r"\w+", row)
    }


def layer_breaches(files: dict[str, str]) -> list[str]:
    """List the imports that point upwards, or sideways between independent modules."""
    ranks = rank_of_layers()
    found = []
    for importer, imported in imports(files):
        if not (importer.startswith("revcycle.") and is_within(imported, "revcycle")):
            continue
        if imported == "revcycle":
            found.append(f"{importer} imports the map of the library instead of a module")
            continue
        upper, lower = importer.split(".")[1], imported.split(".")[1]
        missing = [name for name in (upper, lower) if name not in ranks]
        if missing:
            found.append(f"{importer} -> {imported}: {missing[0]} stands in no layer")
        elif upper != lower:
            (mine, siblings), (theirs, _) = ranks[upper], ranks[lower]
            if mine > theirs or (mine == theirs and siblings == "|"):
                found.append(f"{importer} may not import {imported}")
    return found


def face_breaches(files: dict[str, str]) -> list[str]:
    """List imports of a package's inner modules from outside that package."""
    return [
        f"{importer} imports {imported}: import the package's face"
        for importer, imported in imports(files)
        if imported.count(".") > 1
        and is_within(imported, "revcycle")
        and is_within(importer, "revcycle")
        and not is_within(importer, ".".join(imported.split(".")[:2]))
    ]


def importer_breaches(files: dict[str, str]) -> list[str]:
    """List imports of third-party packages from anywhere but their one importer."""
    return [
        f"{importer} may not import {imported}"
        for importer, imported in imports(files)
        if is_within(importer, "revcycle")
        and (package := imported.split(".")[0]) not in {*sys.stdlib_module_names, "revcycle"}
        and not any(is_within(importer, allowed) for allowed in IMPORTERS.get(package, ()))
    ]


def banned_names(files: dict[str, str]) -> list[str]:
    """List modules, classes and functions whose first or last word says nothing."""
    found = []
    for path, text in files.items():
        names = [Path(path).stem, *Path(path).parts[:-1]]
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        names += [node.name for node in nodes(text) if isinstance(node, kinds)]
        for name in names:
            words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)]
            if words and BANNED_WORDS & {words[0], words[-1]}:
                found.append(f"{path}: {name}")
    return found


def undeclared_modules(files: dict[str, str]) -> list[str]:
    """List modules without a docstring, and public ones without `__all__`."""
    found = []
    for path, text in files.items():
        tree = tree_of(text)
        if not ast.get_docstring(tree):
            found.append(f"{path}: no docstring")
        names = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        private = Path(path).stem.startswith("_") and not path.endswith("__init__.py")
        if not private and "__all__" not in names:
            found.append(f"{path}: no __all__")
    return found


def unstated_tests(files: dict[str, str]) -> list[str]:
    """List test functions whose docstring does not state the behaviour."""
    return [
        f"{path}:{node.lineno} {node.name}"
        for path, text in files.items()
        for node in nodes(text)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test")
        and not ast.get_docstring(node)
    ]


MARK = re.compile(
    r"#\s*(?:(?:ruff:\s*)?noqa(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?|(?:type|pyright):\s*ignore(?:\[[^\]]*\])?"
    r"|pragma:\s*no (?:cover|branch))(?P<reason>.*)"
)


def unreasoned_exceptions(files: dict[str, str]) -> list[str]:
    """List marks that silence a tool without a reason of some words behind them."""
    return [
        f"{path}:{token.start[0]} {token.string}"
        for path, text in files.items()
        if MARK.search(text)  # tokens take time, and most files have no mark
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
        and (mark := MARK.search(token.string))
        and len(re.findall(r"\w+", mark["reason"])) < 3
    ]


def oversized(files: dict[str, str]) -> list[str]:
    """List files and functions that are too long to be read at a sitting."""
    found = [path for path, text in files.items() if text.count("\n") > LINES_MAX]
    for path, text in files.items():
        found += [
            f"{path}:{node.lineno} {node.name}"
            for node in nodes(text)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
        ]
    return found


def titles(markdown: str) -> list[str]:
    """Give the first-level headings of a page, those inside code fences left out."""
    found, fence = [], ""
    for line in markdown.splitlines():
        opened = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opened:
            fence = opened[1]
        elif line.startswith("# "):
            found.append(line)
    return found


@pytest.mark.parametrize(
    "net",
    [layer_breaches, face_breaches, importer_breaches, undeclared_modules, oversized],
    ids=lambda net: net.__name__,
)
def test_the_library_is_clean(net):
    """Every net over the library's sources comes back empty."""
    assert net(LIBRARY) == []


@pytest.mark.parametrize("net", [banned_names, unreasoned_exceptions], ids=lambda net: net.__name__)
def test_all_python_is_clean(net):
    """No Python file has an empty name or an exception to the rules without its reason."""
    assert net(EVERYTHING) == []


def test_every_test_states_its_behaviour():
    """Every test function has a docstring."""
    assert unstated_tests(TESTS) == []


def test_every_page_has_one_title():
    """Each Markdown page has one first-level heading."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    counts = {page.name: len(titles(page.read_text(encoding="utf-8"))) for page in pages}

    assert {name: count for name, count in counts.items() if count != 1} == {}


def test_every_public_module_is_on_both_maps():
    """The package's docstring and README's map name each public module once, in the same order."""
    listed = re.findall(r"^ {4}(\w+(?: \w+)*) {2,}\S", inspect.getdoc(revcycle) or "", re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`revcycle\..*?) \|", readme, re.MULTILINE)
    on_readme = [re.findall(r"`(?:revcycle\.)?(\w+)`", row) for row in rows]
    paths = [path.split("/")[2] for path in LIBRARY if path.startswith("src/revcycle/")]
    public = {name.removesuffix(".py") for name in paths if not name.startswith("_")}

    assert on_readme == [line.split() for line in listed]
    assert sorted(name for row in on_readme for name in row) == sorted(public)


def test_every_decision_is_linked_by_its_title():
    """The map of the documentation names each decision page as the page names itself."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titled = [(page.name, titles(page.read_text(encoding="utf-8"))[0]) for page in pages]
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")

    assert re.findall(r"^- \[(.*)\]\(decisions/(.*)\)$", index, re.MULTILINE) == [
        (re.sub(r"^# \d+\. ", "", title), name) for name, title in titled
    ]


@pytest.mark.parametrize(
    ("net", "path", "text"),
    [
        (layer_breaches, "src/revcycle/charges.py", "from revcycle.accounts import Account"),
        (layer_breaches, "src/revcycle/levels.py", "import revcycle.rules"),
        (layer_breaches, "src/revcycle/access.py", "def f():\n    from revcycle.accounts import A"),
        (layer_breaches, "src/revcycle/strange.py", "from revcycle.money import usd"),
        (layer_breaches, "src/revcycle/plans.py", "from revcycle import Account"),
        (face_breaches, "src/revcycle/codec.py", "from revcycle.dunning.policy import Policy"),
        (importer_breaches, "src/revcycle/plans.py", "from dateutil.relativedelta import x"),
        (importer_breaches, "src/revcycle/rules/codec.py", "import cattrs"),
        (importer_breaches, "src/revcycle/levels.py", "from hypothesis import given"),
        (importer_breaches, "src/revcycle/frames/mask.py", "import numpy as np"),
        (banned_names, "src/revcycle/utils.py", ""),
        (banned_names, "src/revcycle/helpers/dates.py", ""),
        (banned_names, "src/revcycle/plans.py", "class PlanManager: ..."),
        (banned_names, "src/revcycle/plans.py", "def process_payment(): ..."),
        (undeclared_modules, "src/revcycle/plans.py", "__all__ = []"),
        (undeclared_modules, "src/revcycle/plans.py", '"""Plans."""'),
        (unstated_tests, "tests/test_x.py", "def test_x(): ..."),
        (unreasoned_exceptions, "src/revcycle/plans.py", "import os  # noqa"),
        (unreasoned_exceptions, "src/revcycle/plans.py", "import os  # noqa: TID251, F401"),
        (unreasoned_exceptions, "src/revcycle/plans.py", "x = 1  # type: ignore[assignment]"),
        (unreasoned_exceptions, "src/revcycle/plans.py", "if x:  # pragma: no cover\n    pass"),
        (oversized, "src/revcycle/plans.py", "x = 1\n" * (LINES_MAX + 1)),
        (oversized, "src/revcycle/plans.py", "def f():\n" + "    x = 1\n" * FUNCTION_LINES_MAX),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_each_net_catches_what_it_is_for(net, path, text):
    """A source that breaks a rule is found by the net for that rule."""
    assert net({path: text}) != []


@pytest.mark.parametrize(
    ("net", "path", "text"),
    [
        (layer_breaches, "src/revcycle/plans.py", "from revcycle.charges import Charge"),
        (face_breaches, "src/revcycle/dunning/run.py", "import revcycle.dunning.policy"),
        (importer_breaches, "src/revcycle/dates.py", "from dateutil.relativedelta import x"),
        (banned_names, "src/revcycle/accounts.py", "def informed_by(): ..."),
        (unreasoned_exceptions, "src/revcycle/plans.py", "x = 1  # noqa: X1  (the stub lies here)"),
        (unreasoned_exceptions, "src/revcycle/plans.py", "x = '# noqa'"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_no_net_catches_what_is_right(net, path, text):
    """A source that keeps the rules passes."""
    assert net({path: text}) == []


def test_titles_ignore_code():
    """A comment in a code block is no title, and two titles are counted as two."""
    assert titles("# One\n```python\n# no\n```\n## Two\n") == ["# One"]
    assert len(titles("# One\n# Two\n")) == 2
