"""What an installed revcycle is: its metadata, its entry points, what importing it costs a host."""

import importlib
import importlib.metadata
import importlib.resources
import re
import subprocess
import sys
import textwrap
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

import revcycle
from revcycle import _hypothesis_hook
from revcycle.accounts import Account, Guarantor, Member, Patient

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("requirements/*.txt")}


def printed_by(statements: str) -> str:
    """Give what a fresh interpreter prints; fail where it fails."""
    command = [sys.executable, "-c", statements]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def modules_loaded_by(statements: str) -> set[str]:
    """Name the modules that a fresh interpreter holds after *statements*."""
    return set(printed_by(f"{statements}\nimport sys; print(*sys.modules)").split())


def packages_loaded_by(statements: str) -> set[str]:
    """Name the top-level packages that a fresh interpreter holds after *statements*."""
    return {name.split(".")[0] for name in modules_loaded_by(statements)}


def pins(lock: str) -> dict[str, str]:
    """Read name and version of each requirement in *lock*."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock, re.MULTILINE))


def test_the_version_is_said_once():
    """pyproject.toml, the installed metadata and `revcycle.__version__` agree."""
    assert PROJECT["version"] == revcycle.__version__
    assert importlib.metadata.version("revcycle") == revcycle.__version__


def test_the_version_heads_the_changelog_or_is_still_unreleased():
    """CHANGELOG.md opens with Unreleased, and knows a released version by its number."""
    headings = re.findall(
        r"^## \[?([\w.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )

    assert headings[0] == "Unreleased"
    assert len(headings) == 1 or headings[1] == revcycle.__version__


def test_the_core_needs_three_packages():
    """A plain install pulls in attrs, cattrs and python-dateutil, and nothing else of its own."""
    names = {re.match(r"[\w-]+", each)[0] for each in PROJECT["dependencies"]}

    assert names == {"attrs", "cattrs", "python-dateutil"}


def test_types_are_shipped():
    """The marker that lets type checkers read our annotations lies inside the package."""
    assert importlib.resources.files("revcycle").joinpath("py.typed").is_file()


def test_importing_the_library_loads_no_test_tools():
    """`import revcycle` loads neither Hypothesis nor pytest, nor any engine."""
    loaded = packages_loaded_by("import revcycle")

    assert loaded.isdisjoint(
        {"hypothesis", "pytest", "narwhals", "polars", "pandas", "duckdb", "numpy"}
    )


NEEDING = {
    "jinja2": ("html", ["printing.web_page"]),
    "hypothesis": (
        "testing",
        [
            *("testing.drawn", "testing.machine", "testing.paper_strategies"),
            *("testing.portal_machine", "testing.portal_strategies"),
            *("testing.report_strategies", "testing.rule_strategies", "testing.strategies"),
        ],
    ),
}
IMPORTS = f"""
import importlib, pkgutil, sys, revcycle
extras = { {package: extra for package, (extra, _) in NEEDING.items()} }
sys.modules.update(dict.fromkeys(extras))
for part in pkgutil.walk_packages(revcycle.__path__, "revcycle."):
    try:
        importlib.import_module(part.name)
    except ModuleNotFoundError as missing:
        way_out = 'pip install "revcycle[' + extras[missing.name] + ']"'
        assert str(missing).endswith(way_out), part.name
        print(missing.name, part.name)
"""


def test_a_missing_extra_is_named():
    """Where a package of an extra is missing, its importers say how to get it; the rest imports."""
    failed = printed_by(IMPORTS).splitlines()

    for package, (extra, _) in NEEDING.items():
        assert any(each.startswith(package) for each in PROJECT["optional-dependencies"][extra])
    assert sorted(failed) == sorted(
        f"{package} revcycle.{name}" for package, (_, names) in NEEDING.items() for name in names
    )


def test_the_plugin_is_light():
    """The pytest plugin is found by its entry point, and loading it loads no revcycle."""
    (entry,) = importlib.metadata.entry_points(group="pytest11", name="revcycle")

    assert entry.value == "_revcycle_pytest_plugin"
    assert packages_loaded_by(f"import {entry.value}").isdisjoint({"hypothesis", "revcycle"})


def test_the_plugin_hands_out_the_check(check_revcycle_account):
    """The fixture that hosts get is the library's own check of every invariant of an account."""
    from revcycle.testing import invariants

    assert check_revcycle_account is invariants.check_account


@pytest.fixture(scope="module")
def checked_account(check_revcycle_account):
    """Ask for the check in a fixture that outlives one test."""
    account = Account(
        id="A1",
        guarantor=Guarantor(id="G1", patient_id="P1"),
        members=(Member(patient=Patient(id="P1"), joined_on=date(2024, 3, 1)),),
    )
    check_revcycle_account(account)
    return account


@settings(max_examples=5, database=None, deadline=None)
@given(account=...)
def test_the_check_serves_given_and_wider_fixtures(
    check_revcycle_account, checked_account, account: Account
):
    """The fixture belongs to the session, so Hypothesis and a module's fixture may ask for it."""
    check_revcycle_account(account)
    assert checked_account.id == "A1"


def test_importing_hypothesis_is_light():
    """Hypothesis finds our hook by its entry point, and loads nothing else of ours with it."""
    (entry,) = importlib.metadata.entry_points(group="hypothesis", name="revcycle")
    loaded = modules_loaded_by("import hypothesis")
    without = modules_loaded_by(
        "import os; os.environ['HYPOTHESIS_NO_PLUGINS'] = '1'; import hypothesis"
    )

    assert entry.load() is _hypothesis_hook.register
    assert loaded - without == {"revcycle", "revcycle._hypothesis_hook"}


ORDERS = {
    "Hypothesis first": "import hypothesis; from revcycle.accounts import Account",
    "revcycle first": "from revcycle.accounts import Account; import hypothesis",
    "one half of revcycle first": """
        import revcycle.charges
        import hypothesis
        from revcycle.accounts import Account
    """,
    "the strategies first": """
        import revcycle.testing.strategies
        from revcycle.accounts import Account
    """,
    "imported again": """
        import importlib, hypothesis, revcycle.accounts
        Account = importlib.reload(revcycle.accounts).Account
    """,
}


DRAWN = """
import attrs
from hypothesis import strategies

@attrs.frozen
class Row:
    account: Account

from_account, from_row = map(repr, map(strategies.from_type, (Account, Row)))
from revcycle.testing.strategies import accounts
assert from_account == repr(accounts()) in from_row, from_row
"""


@pytest.mark.parametrize("order", ORDERS)
def test_records_are_drawn_in_every_order_of_imports(order):
    """Without pytest, `from_type` builds a record and one within a host's class in every order."""
    printed_by(textwrap.dedent(ORDERS[order]) + textwrap.dedent(DRAWN))


def test_the_import_hook_leaves_no_trace():
    """Registered twice, the hook is there once; a module that it saw keeps its own loader."""
    ours = "revcycle._hypothesis_hook"
    printed_by(f"""
import sys, hypothesis
from {ours} import register
register()
import revcycle.accounts as home
from revcycle.accounts import Account
{DRAWN}
assert home.__loader__ is home.__spec__.loader
assert type(home.__loader__).__module__ != "{ours}"
assert [each.__module__ for each in sys.meta_path].count("{ours}") == 1
""")


def test_records_are_drawn_where_pytest_rewrites_the_library(tmp_path):
    """In an installed revcycle pytest rewrites each module, and `from_type` works all the same."""
    (tmp_path / "conftest.py").write_text(
        "import pytest\npytest.register_assert_rewrite('revcycle.accounts')\n"
    )
    (tmp_path / "test_host.py").write_text(
        textwrap.dedent(f"""
        from hypothesis import given, settings
        from revcycle.accounts import Account
        {textwrap.indent(DRAWN, " " * 8).strip()}

        @settings(max_examples=3, database=None, deadline=None)
        @given(...)
        def test_a_row(row: Row):
            assert row.account.members
        """)
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("module", "record", "strategy"), _hypothesis_hook.STRATEGIES, ids=lambda value: value
)
def test_each_record_has_its_strategy(module, record, strategy):
    """Each row of the hook names a record and a strategy that exist, so `from_type` builds it."""
    kind = getattr(importlib.import_module(module), record)
    drawn = getattr(importlib.import_module("revcycle.testing.strategies"), strategy)

    assert repr(strategies.from_type(kind)) == repr(drawn())


def test_the_changelog_names_what_can_be_drawn():
    """Where the changelog speaks of `from_type` it names each record that Hypothesis can build."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    told = "\n".join(line for line in changelog.splitlines() if "from_type" in line)
    missing = [kind for _, kind, _ in _hypothesis_hook.STRATEGIES if f"`{kind}`" not in told]

    assert missing == []


def test_a_missing_record_does_not_break_hypothesis(monkeypatch):
    """A row that no longer resolves is left out, the others stay: `import hypothesis` must work."""
    rows = (
        ("revcycle.gone", "Charge", "charges"),
        ("revcycle.levels", "Gone", "charges"),
        ("revcycle.levels", "Track", "tracks"),
    )
    registered = []
    monkeypatch.setattr(_hypothesis_hook, "STRATEGIES", rows)
    monkeypatch.setattr(
        strategies, "register_type_strategy", lambda kind, _strategy: registered.append(kind)
    )

    _hypothesis_hook.register()

    assert [kind.__name__ for kind in registered] == ["Track"]
    with pytest.raises(ModuleNotFoundError, match="gone"):
        importlib.import_module("revcycle.gone")


@pytest.mark.parametrize("name", ["test.txt", "check.txt", "peers.txt"])
def test_locks_hold_versions_and_hashes_only(name):
    """Every locked requirement is exact and hashed, and no lock names an address."""
    lock = LOCKS[name]
    requirements = re.split(r"\n(?=[a-z])", lock)[1:]

    assert requirements
    assert all("==" in each and "--hash=sha256:" in each for each in requirements)
    assert "://" not in lock
    assert "file:" not in lock


def test_locks_agree():
    """The checks run with the very versions that the tests run with."""
    light, full = pins(LOCKS["test.txt"]), pins(LOCKS["check.txt"])

    assert light == {name: full[name] for name in light}
