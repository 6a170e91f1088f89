"""Drives the public API where nothing of the world is to be had; run by tests/test_purity.py.

In this interpreter clocks, randomness, environment and streams are replaced *before* revcycle is
imported, so that ``from datetime import datetime`` binds the replacement, and an audit hook
watches what Python itself does for it. A linter sees names; this sees deeds.

    python purity_child.py            drive the API, print what was found as JSON
    python purity_child.py hostile    the same in a decimal context that would lose cents
    python purity_child.py controls   commit each impurity once, print those that got away
"""

import _thread
import builtins
import contextlib
import datetime as dt
import decimal
import importlib
import json
import os
import pkgutil
import random
import sys
import time
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path

import attrs  # noqa: F401  (warm: what the library may use reads its files now, not later)
import cattrs.preconf.json  # noqa: F401  (warm, as above)
import dateutil.relativedelta  # noqa: F401  (warm, as above)


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

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
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


# ======================================================================================= drive


def drive() -> Iterator[str]:
    """Call every public function at least once and yield what it answered, as text.

    THE PLACE TO ADD TO when the API grows; test_purity.py names the functions not yet called.
    The text must be the same under every hash seed: sort a frozenset before showing it, and
    consume a generator, or its body has not run.
    """
    yield from drive_values()
    yield from drive_nouns()


def drive_values() -> Iterator[str]:
    """Errors, money, dates, levels."""
    from revcycle import dates, levels, money

    yield str(money.usd("37.20"))
    yield str(money.total(map(money.usd, ("0.01", "999999999999.99"))))
    yield str(money.cents(money.usd("-12.34")))
    yield str(money.from_cents(1234))
    yield str(money.percent_of(money.usd("5"), money.usd("20"), percent=25))
    yield str(money.allocate_in_order(money.usd(30), map(money.usd, (20, 20))))
    yield money.text(money.usd("1234567.89"))
    try:
        money.usd("1.234")
    except ValueError as error:
        yield str(error)

    january = dt.date(2024, 1, 31)
    yield str(dates.is_date(january))
    yield str([dates.month_day(january, day=31, steps=steps) for steps in range(4)])
    yield str(dates.roll_forward(dt.date(2024, 6, 1), closed_on={dt.date(2024, 6, 3)}))

    yield str(levels.most_severe(map(levels.level, range(9))))
    yield str(levels.least_severe(map(levels.level, (4, 7))))


def example_account():
    """A family of two: one charge part paid, one on a plan with a card, one patient held."""
    from revcycle import accounts, charges, holds, plans

    day = dt.date(2025, 1, 6)
    payment = charges.Transaction(
        id="t1",
        kind=charges.TransactionKind.PAYMENT,
        amount="40.10",
        received_on=day,
        posted_on=day,
    )
    adjustment = charges.Transaction(
        id="t2",
        kind=charges.TransactionKind.ADJUSTMENT,
        amount="5",
        received_on=day,
        posted_on=day,
        reason=charges.AdjustmentReason.COURTESY,
        side=charges.AdjustmentSide.PATIENT,
    )
    plan = plans.PaymentPlan(
        id="plan1",
        patient_id="p1",
        claims=(plans.CoveredClaim(claim_id="claim2", joined_on=day),),
        minimum="50",
        cadence=plans.Cadence(kind=plans.CadenceKind.MONTHLY, day=31),
        agreed_on=day,
        start_on=day,
        card=plans.CardAgreement(card_ref="secret", agreed_on=day),
    )
    owed = charges.Charge(
        id="c1",
        patient_id="p1",
        claim_id="claim1",
        amount="120.35",
        posted_on=day,
        service_on=day,
        transactions=(payment, adjustment),
    )
    planned = charges.Charge(
        id="c2",
        patient_id="p1",
        claim_id="claim2",
        amount="300",
        posted_on=day,
        service_on=day,
        standing=charges.Standing(enrolment=charges.Enrolment(plan_id="plan1", joined_on=day)),
    )
    held = holds.Hold(
        id="h1",
        scope=holds.HoldScope.PATIENT,
        subject_id="p2",
        reason=holds.HoldReason.DISPUTE,
        start_on=day,
    )
    return accounts.Account(
        id="a1",
        guarantor=accounts.Guarantor(id="g1", last_name="Gray", patient_id="p1"),
        members=tuple(
            accounts.Member(patient=accounts.Patient(id=each, last_name="Gray"), joined_on=day)
            for each in ("p1", "p2")
        ),
        charges=(owed, planned),
        plans=(plan,),
        holds=(held,),
    )


def drive_nouns() -> Iterator[str]:
    """Checks, charges, plans, holds, accounts, access: what one record alone can answer."""
    from revcycle import access, accounts, charges, checks, errors, holds, plans

    checks.private(default="")  # makes a field, which has nothing to say
    try:
        accounts.Patient(id="p1", last_name=7)
    except errors.InvalidRecord as error:
        yield str(error)

    as_of = dt.date(2025, 3, 17)
    account = example_account()
    yield repr(account)
    for charge in account.charges:
        yield repr([charges.signed_amount(each) for each in charge.transactions])
        yield repr([charges.sum_of_kind(charge, kind) for kind in charges.TransactionKind])
        yield repr((charges.paid(charge), charges.adjusted(charge), charges.patient_part(charge)))
        yield repr((charges.is_open(charge), charges.track_of(charge)))

    (plan,) = account.plans
    covered = plans.charges_on(plan, account.charges)
    dues = plans.dues_open_by(plan, covered, as_of=as_of, grace_days=0)
    yield repr(dues)
    yield repr([(plans.due_amount(d), plans.is_past(d, as_of=as_of, grace_days=0)) for d in dues])
    yield repr([plans.scheduled_on(plan, index) for index in range(4)])
    yield repr(plans.is_statement_plan(plan))
    yield repr(plans.plan_due(plan, covered, as_of=as_of, grace_days=0))

    yield repr([holds.is_in_force(hold, as_of=as_of) for hold in account.holds])
    yield repr(sorted(holds.held_patients(account.holds, as_of=as_of)))
    yield repr(sorted(holds.held_claims(account.holds, as_of=as_of)))

    yield repr((accounts.head_of(account), accounts.is_family(account)))
    yield repr(accounts.member_of(account, "p2"))
    yield repr(accounts.charge_of(account, "c1"))
    yield repr(accounts.plan_of(account, "plan1"))

    viewer = access.Viewer(id="v1")
    for permission in access.Permission:
        yield repr(access.may(viewer, permission))
        try:
            access.require_permission("look", viewer, permission)
        except errors.Refused as error:
            yield str(error)


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
    sys.addaudithook(audit)
    modules = library()
    if mode == "controls":
        return print(json.dumps({"away": controls_that_got_away()}), file=STDOUT)

    if mode == "hostile":
        hostile = decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=[decimal.Inexact])
        decimal.setcontext(hostile)
    functions = public_functions(modules)
    called: set[types.CodeType] = set()
    said: list[str] = []
    changed: list[str] = []
    with contextlib.suppress(Impure):
        # The first time, what is imported late may read its files; the second time nothing may.
        with armed(may_import=True):
            sys.setprofile(lambda frame, _event, _argument: called.add(frame.f_code))
            try:
                first = list(drive())
            finally:
                sys.setprofile(None)
        before = kept_state(modules)
        with armed(may_import=False):
            said = list(drive())
        after = kept_state(modules)
        changed = [name for name in after if after[name] != before.get(name)]
        if first != said:
            FOUND.append("a second call answered differently")
    undriven = sorted(name for code, name in functions.items() if code not in called)
    findings = {
        "found": FOUND,
        "changed": changed,
        "undriven": undriven,
        "said": said,
        "seed": hash("the order of a set"),
    }
    return print(json.dumps(findings), file=STDOUT)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
