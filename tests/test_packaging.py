"""What an installed revcycle is: its metadata, its entry points, what importing it costs a host."""

import importlib
import importlib.metadata
import importlib.resources
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import strategies

import revcycle
from revcycle import _hypothesis_hook

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("requirements/*.txt")}


def packages_loaded_by(statement: str) -> set[str]:
    """Name the top-level packages that a fresh interpreter holds after *statement*."""
    printed = "import sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{printed}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(done.stdout.split())


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


def test_the_plugin_is_light():
    """The pytest plugin is found by its entry point, and loading it loads no revcycle."""
    (entry,) = importlib.metadata.entry_points(group="pytest11", name="revcycle")

    assert entry.value == "_revcycle_pytest_plugin"
    assert packages_loaded_by(f"import {entry.value}").isdisjoint({"hypothesis", "revcycle"})


def test_the_plugin_hands_out_the_check(check_revcycle_account):
    """The fixture that hosts get is the library's own check of every invariant of an account."""
    from revcycle.testing import invariants

    assert check_revcycle_account is invariants.check_account


def test_importing_hypothesis_is_light():
    """Hypothesis finds our hook by its entry point, and does not load the strategies."""
    (entry,) = importlib.metadata.entry_points(group="hypothesis", name="revcycle")

    assert entry.load() is _hypothesis_hook.register
    packages_loaded_by("import sys, hypothesis; assert 'revcycle.testing' not in sys.modules")
    packages_loaded_by("import revcycle.testing.strategies")


@pytest.mark.parametrize(
    ("module", "record", "strategy"), _hypothesis_hook.STRATEGIES, ids=lambda value: value
)
def test_each_record_has_its_strategy(module, record, strategy):
    """Each row of the hook names a record and a strategy that exist, so `from_type` builds it."""
    kind = getattr(importlib.import_module(module), record)

    assert callable(getattr(importlib.import_module("revcycle.testing.strategies"), strategy))
    assert strategies.from_type(kind) is not None


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
