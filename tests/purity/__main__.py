"""Drives the public API where nothing of the world is to be had; run by tests/test_purity.py.

python -m tests.purity driven     drive the API twice, print as JSON what was found
python -m tests.purity hostile    drive it in a decimal context that would lose cents
python -m tests.purity net        commit each impurity once, print those that got away, and which
                                  public functions are not driven at all
"""

import builtins
import contextlib
import decimal
import importlib
import json
import sys
import types
from collections.abc import Iterator

from tests.purity.accounts import drive_nouns, drive_values
from tests.purity.documents import drive_codec
from tests.purity.dunning import (
    drive_figures,
    drive_guard_rails,
    drive_policy_change,
    drive_restrictions,
    drive_set_up,
    drive_verbs,
)
from tests.purity.hub import drive_hub_views, drive_portals
from tests.purity.reporting import drive_reports
from tests.purity.rules import drive_rules, drive_tables
from tests.purity.staff import (
    drive_agency,
    drive_desk,
    drive_outreach,
    drive_printing,
    drive_worklists,
)
from tests.purity.world import (
    FOUND,
    STDOUT,
    Impure,
    armed,
    audit,
    kept_state,
    library,
    public_functions,
    replace_the_world,
    watched_import,
)


def drive() -> Iterator[str]:
    """Call every public function at least once and yield what it answered, as text.

    When the API grows, add to the module of its package; test_purity.py names what is not called.
    The text must be the same under every hash seed: sort a frozenset before showing it, and
    consume a generator, or its body has not run.
    """
    yield from drive_values()
    yield from drive_nouns()
    yield from drive_verbs()
    yield from drive_figures()
    yield from drive_set_up()
    yield from drive_codec()
    yield from drive_rules()
    yield from drive_tables()
    yield from drive_worklists()
    yield from drive_desk()
    yield from drive_portals()
    yield from drive_reports()
    yield from drive_printing()
    yield from drive_outreach()
    yield from drive_guard_rails()
    yield from drive_restrictions()
    yield from drive_policy_change()
    yield from drive_agency()
    yield from drive_hub_views()


def undriven(modules: list[types.ModuleType]) -> list[str]:
    """Drive, and name the public functions that were not called.

    A trace that answers None is asked of calls alone, and is far cheaper than a profile. Code is
    noted by its id, for its hash is of all that it holds.
    """
    called: set[int] = set()
    sys.settrace(lambda frame, _event, _argument: called.add(id(frame.f_code)))
    try:
        list(drive())
    finally:
        sys.settrace(None)
    functions = public_functions(modules)
    return sorted(name for code, name in functions.items() if id(code) not in called)


# ==================================================================================== controls

# Each is run as a module of the library; one of the nets must stop it.
CONTROLS = {
    "open": "open('/etc/hostname')",
    "print": "print('x')",
    "input": "input()",
    "date.today": "import datetime; datetime.date.today()",
    "datetime.now": "import datetime; datetime.datetime.now()",
    "datetime.now by getattr": "from datetime import datetime; getattr(datetime, 'now')()",
    "import time": "import time",
    "import in a function": "def f():\n    from os import path\nf()",
    "__import__": "__import__('socket')",
    "importlib": "import importlib; importlib.import_module('os')",
    "random": "__builtins__['__import__']('random').random()",
    "generator of its own": "from random import Random",
    "environment": "import os",
    "environment, round the back": "import json; json.codecs.sys.modules['os'].environ['HOME']",
    "stream, round the back": "import json; json.codecs.sys.stderr.write('x')",
    "io.open": "from io import open as o; o('/etc/hostname')",
    "thread, round the back": "import json\n"
    "json.codecs.sys.modules['_thread'].start_new_thread(int, ())",
    "file, error swallowed": "try:\n    open('/etc/hostname')\nexcept BaseException:\n    pass",
}


def controls_that_got_away() -> list[str]:
    """Commit every impurity in turn; list those that no net noticed."""
    away = []
    for name, source in CONTROLS.items():
        FOUND.clear()
        code = compile(source, name, "exec")
        with armed(may_import=True), contextlib.suppress(Impure):
            exec(code, {"__name__": "revcycle.control", "__builtins__": vars(builtins)})
        if not FOUND:
            away.append(name)
    module = types.ModuleType("revcycle.control")
    module.seen = []
    before = kept_state([module])
    module.seen.append("patient")
    return away if kept_state([module]) != before else [*away, "a module global"]


def main(mode: str) -> None:
    """Print the findings as JSON."""
    replace_the_world()
    builtins.__import__ = watched_import
    modules = library()
    for driver in ("operations", "portal_operations"):  # they drive the verbs: read their files now
        importlib.import_module(f"revcycle.testing.{driver}")
    # A trace asks each frame for its code, which is audited too: so the hook comes after it.
    findings = {"undriven": undriven(modules)} if mode == "net" else {}
    sys.addaudithook(audit)
    if mode == "net":
        findings["away"] = controls_that_got_away()
        return print(json.dumps(findings), file=STDOUT)

    if mode == "hostile":
        hostile = decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=[decimal.Inexact])
        decimal.setcontext(hostile)
    said: list[str] = []
    changed: list[str] = []
    with contextlib.suppress(Impure):
        # The first time, what is imported late may read its files; the second time nothing may.
        with armed(may_import=True):
            first = list(drive())
        before = kept_state(modules)
        with armed(may_import=False):
            said = list(drive())
        after = kept_state(modules)
        changed = [name for name in after if after[name] != before.get(name)]
        if first != said:
            FOUND.append("a second call answered differently")
    findings = {
        "found": FOUND,
        "changed": changed,
        "said": said,
        "seed": hash("the order of a set"),
    }
    return print(json.dumps(findings), file=STDOUT)


if __name__ == "__main__":
    main(sys.argv[1])
