"""An interpreter without a world: clocks, randomness, environment, streams, files are taken away.

They are replaced *before* revcycle is imported, so that ``from datetime import datetime`` binds
the replacement, and an audit hook watches what Python itself does for it. A linter sees names;
this sees deeds.
"""

import _thread
import builtins
import contextlib
import datetime as dt
import decimal
import importlib
import os
import pkgutil
import random
import sys
import time
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path

import cattrs.preconf.json  # noqa: F401  (warm, as above)
import dateutil.relativedelta  # noqa: F401  (warm, as above)
import jinja2  # noqa: F401  (warm, as above)


class Impure(BaseException):
    """Something reached for the world; no `except Exception` may swallow it."""


FOUND: list[str] = []
STATE = types.SimpleNamespace(armed=False, may_import=True)
STDOUT = sys.stdout
SEEDED = random.Random  # for a host's part in drive(): the library may not make generators itself


def refuse(what: str) -> None:
    """Note the deed, so that it counts even if the library catches what is raised, and stop it."""
    FOUND.append(what)
    raise Impure(what)


def refusing(what: str):
    """Give a stand-in for a function of the world."""

    def stand_in(*_arguments, **_options):
        refuse(what)

    return stand_in


class Refusing:
    """A stand-in for an object of the world: nothing can be asked of it."""

    def __init__(self, what: str):
        object.__setattr__(self, "_what", what)

    def __getattribute__(self, name: str):
        return refuse(f"{object.__getattribute__(self, '_what')}.{name}")

    def __getitem__(self, key: object):
        refuse(object.__getattribute__(self, "_what"))

    __contains__ = __iter__ = __len__ = __getitem__


# ------------------------------------------------------------------- net 1: the world replaced

CLOCKS = (
    *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
    *("process_time", "thread_time", "localtime", "gmtime", "ctime", "mktime", "sleep"),
)
RANDOMNESS = [name for name in dir(random) if name[0] != "_" and callable(getattr(random, name))]


class NoClock(dt.datetime):
    """A datetime that does not know what time it is.

    C code reads the clock for datetime.now() by itself, but for date.today() through time.time.
    """

    now = today = utcnow = fromtimestamp = utcfromtimestamp = classmethod(
        refusing("the clock of datetime")
    )


def replace_the_world() -> None:
    """Leave no clock, generator or environment to be imported."""
    for name in CLOCKS:
        setattr(time, name, refusing(f"time.{name}"))
    for name in RANDOMNESS:
        setattr(random, name, refusing(f"random.{name}"))
    for name in ("getenv", "urandom"):
        setattr(os, name, refusing(f"os.{name}"))
    _thread.start_new_thread = refusing("_thread.start_new_thread")  # Python 3.11 audits none
    dt.datetime = NoClock


# ------------------------------------------------------- net 2: imports by whatever means

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
FORBIDDEN_IMPORTS = frozenset(
    name
    for contract in PROJECT["tool"]["importlinter"]["contracts"]
    if contract["name"].startswith("No I/O")
    for name in contract["forbidden_modules"]
)
real_import = builtins.__import__


def watched_import(name, globals=None, locals=None, fromlist=(), level=0):  # noqa: A002  (the names of the built-in)
    """Import, unless the library asks for a module of the world."""
    # A call of __import__ need not pass its globals, so the calling frame is asked.
    importer = sys._getframe(1).f_globals.get("__name__", "")
    if importer.split(".")[0] == "revcycle" and name.split(".")[0] in FORBIDDEN_IMPORTS:
        refuse(f"import {name} by {importer}")
    return real_import(name, globals, locals, fromlist, level)


# ------------------------------------------------------------------- net 3: audited deeds

DEEDS = (
    *("open", "builtins.input", "_thread.", "ctypes.", "fcntl.", "ftplib.", "glob.", "http."),
    *("mmap.", "msvcrt.", "os.", "pathlib.", "shutil.", "signal.", "smtplib.", "socket."),
    *("sqlite3.", "subprocess.", "syslog.", "tempfile.", "time.", "urllib.", "webbrowser."),
    "winreg.",
)


def audit(event: str, arguments: tuple) -> None:
    """Refuse deeds while armed; code made at run time (compile, exec) is how attrs works."""
    if not (STATE.armed and event.startswith(DEEDS)):
        return
    subject = str(arguments[0]) if arguments else ""
    of_an_import = event in {"os.listdir", "os.scandir"} or subject.endswith((".py", ".pyc", ".so"))
    if not (STATE.may_import and of_an_import):
        refuse(f"{event} {subject}")


@contextlib.contextmanager
def armed(*, may_import: bool) -> Iterator[None]:
    """Refuse what the replaced functions cannot: deeds, the environment, the three streams."""
    kept = (os.environ, sys.stdin, sys.stdout, sys.stderr)
    os.environ = Refusing("os.environ")  # noqa: B003  (replaced, not cleared, and put back)
    sys.stdin, sys.stdout, sys.stderr = map(Refusing, ("sys.stdin", "sys.stdout", "sys.stderr"))
    STATE.armed, STATE.may_import = True, may_import
    try:
        yield
    finally:
        STATE.armed = False
        os.environ, sys.stdin, sys.stdout, sys.stderr = kept


# ------------------------------------------------------------------- net 4: nothing kept


def kept_state(modules: list[types.ModuleType]) -> dict[str, str]:
    """Describe what a call could have left behind: contents of module globals, decimal context."""
    state = {
        f"{module.__name__}.{name}": repr(value)
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, list | dict | set | bytearray) and not name.startswith("__")
    }
    return state | {"the decimal context": repr(decimal.getcontext())}


def library() -> list[types.ModuleType]:
    """Import the whole library but its test support and the engines, which are hosts themselves."""
    import revcycle

    outside = ("revcycle._hypothesis_hook", "revcycle.testing", "revcycle.frames")
    parts = pkgutil.walk_packages(revcycle.__path__, "revcycle.")
    names = [part.name for part in parts if not part.name.startswith(outside)]
    return [revcycle, *map(importlib.import_module, names)]


def public_functions(modules: list[types.ModuleType]) -> dict[types.CodeType, str]:
    """Give the code of every function in an `__all__`, with its name."""
    return {
        value.__code__: f"{value.__module__}.{value.__qualname__}"
        for module in modules
        for name in getattr(module, "__all__", ())
        if isinstance(value := getattr(module, name), types.FunctionType)
    }
