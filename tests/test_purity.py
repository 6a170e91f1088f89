"""The library does no I/O, reads no clock, random source or environment, and keeps no state.

Third of three nets: ruff bans names, import-linter bans imports, and here the whole public API is
driven in a child interpreter in which the world has been replaced (tests/purity).
"""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent


@cache
def findings_of(mode: str, **variables: str) -> dict:
    """Run the child once per mode and environment."""
    # Neither Python's own switches nor a coverage tracer, which reads files, may come along; only
    # where it keeps what it has compiled.
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTHON", "COVERAGE", "COV_")) or k == "PYTHONPYCACHEPREFIX"
    }
    done = subprocess.run(
        [sys.executable, "-s", "-m", "tests.purity", mode],
        cwd=ROOT,
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def here() -> dict:
    """The API driven under one hash seed, time zone and language."""
    return findings_of("driven", PYTHONHASHSEED="1", TZ="America/New_York", LC_ALL="C")


def elsewhere() -> dict:
    """The API driven under another, in a decimal context that would lose cents."""
    return findings_of("hostile", PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C.UTF-8")


def test_the_api_is_pure():
    """No file, clock, random source, environment, stream, thread or socket is touched (M-2)."""
    assert here()["found"] == []
    assert elsewhere()["found"] == []


def test_the_api_keeps_nothing():
    """Calls leave no module global and no decimal context changed."""
    assert here()["changed"] == []
    assert elsewhere()["changed"] == []


def test_the_same_answers_everywhere():
    """Hash seed, time zone, language and the host's decimal context change no answer (M-1, M-2)."""
    assert here()["seed"] != elsewhere()["seed"]
    assert here()["said"]
    assert here()["said"] == elsewhere()["said"]


def net() -> dict:
    """The net itself: what it holds, and what of the API it is thrown over."""
    return findings_of("net", PYTHONHASHSEED="1")


def test_every_public_function_is_driven():
    """No public function escapes the net: each is called by `drive` in tests/purity."""
    assert net()["undriven"] == []


def test_the_net_holds():
    """Each impurity, committed once in the library's name, is noticed."""
    assert net()["away"] == []
