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

import attrs
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
    where = {"provider_id": "d1", "department_id": "cardiology"}
    yield repr((access.has_access(viewer, **where), access.sees_everyone(viewer)))
    yield repr(access.is_masked(viewer, is_blocked=True, **where))
    for permission in access.Permission:
        yield repr(access.may(viewer, permission))
        try:
            access.require_permission("look", viewer, permission)
        except errors.Refused as error:
            yield str(error)


def drive_verbs() -> Iterator[str]:
    """Every verb, in whatever order seeds choose, with what each reports."""
    from revcycle.testing.choices import SeededChoices
    from revcycle.testing.operations import VERBS, draw_operation, live, perform

    for seed in range(5):
        choices = SeededChoices(seed)
        for step in live(choices, operations=70):
            yield f"{step.on} {step.operation.verb} {step.refusal}"
            for change in step.changes:
                yield repr(change.events)
        yield from map(repr, step.after.accounts)
    # Each once by name: no act is left to chance.
    for verb in VERBS:
        step = perform(step.after, draw_operation(step.after, choices, verb=verb))
        yield f"{step.on} {verb} {step.refusal}"
    """Every verb of dunning, in whatever order seeds choose, with what each reports."""
    from revcycle.testing import operations
    from revcycle.testing.choices import SeededChoices

    def told(step) -> Iterator[str]:
        yield f"{step.on} {step.operation.verb} {step.refusal}"
        for change in step.changes:
            yield repr(change.events)

    for seed in range(5):
        for step in operations.live(SeededChoices(seed), operations=70):
            yield from told(step)
        yield from map(repr, step.after.accounts)
    choices, book = SeededChoices(seed), step.after
    for verb in operations.VERBS:
        act = operations.draw_operation(book, choices, verb=verb)
        step = operations.perform(book, act)
        yield from told(step)
        book = step.after


def lived_in_account():
    """An account that has had runs, a missed plan, an alarm, and the policy it lived under."""
    from revcycle import dunning, plans

    policy = dunning.DunningPolicy()
    account = example_account()
    for day in (dt.date(2025, 2, 10), dt.date(2025, 3, 17), dt.date(2025, 4, 21)):
        account = dunning.run_statement(account, as_of=day, policy=policy).account
    started = dunning.cancel_plan(account, plan_id="plan1", as_of=day, policy=policy)
    account = dunning.start_plan(
        started.account,
        plan_id="plan2",
        patient_id="p1",
        claim_ids=("claim2",),
        minimum="25",
        cadence=plans.Cadence(kind=plans.CadenceKind.WEEKLY),
        start_on=day,
        as_of=day,
        policy=policy,
    ).account
    return account, policy


def drive_figures() -> Iterator[str]:
    """What can be asked of an account: dollars, levels, alarm, decisions, previews, findings."""
    from revcycle import dunning, plans
    from revcycle.dunning import figures, languages, level_messages, messages, statements

    account, policy = lived_in_account()
    day = dt.date(2025, 5, 26)
    for ask in (
        *(dunning.figures_of, dunning.patient_figures, dunning.plan_dues, dunning.due_now),
        *(dunning.alarm_state, dunning.decide_statement, dunning.preview_statement),
        *(dunning.next_decision_date, dunning.collections_findings),
    ):
        yield repr(ask(account, as_of=day, policy=policy))
    for ask in (dunning.account_level, dunning.net_balance, figures.has_account_hold):
        yield repr(ask(account, as_of=day))
    for ask in (dunning.total_outstanding, dunning.credits_of, dunning.collect_outstanding):
        yield repr(ask(account))
    ran = dunning.run_statement(account, as_of=day, policy=policy).account
    yield repr(dunning.preview_statement(ran, as_of=day, policy=policy))
    yield repr(dunning.patient_level(account, "p1", as_of=day))
    yield repr(dunning.printed_level(figures.billable_charges(account, as_of=day)))
    levels = [charge.standing.level for charge in account.charges]
    yield repr(dunning.delivery_for(account.guarantor, levels))
    yield repr(messages.message_for(levels[0], language="es-MX", policy=policy))
    found = messages.message_facts(levels[0], language="es-MX")
    yield repr((found.message_level, sorted(found.reads)))
    yield repr([row.name for row in messages.message_table(policy).rows])
    yield repr(dunning.practice_texts(policy.practice, "es"))
    yield repr(dunning.texts_saying(policy.practice, "dispute", "es"))
    yield repr((dunning.best_language("es", ("en", "ES")), dunning.is_same_language("es", "en")))
    yield repr(languages.primary_tag("es-MX"))
    yield repr(level_messages.messages_by_level(policy.messages))
    yield statements.statement_id(account.id, day)
    runs = tuple(dunning.run_statements((account,), as_of=day, policy=policy))
    yield repr(runs)
    yield repr(dunning.replay(account, runs[0].events) == runs[0].account)
    day_and_policy = {"as_of": day, "policy": policy}
    yield repr(plans.plan_money(account.plans[1], account.charges))
    proposal = dunning.allocate_payment(account, amount=60, payment_id="x", **day_and_policy)
    yield repr(dunning.post_proposal(account, proposal, received_on=day, **day_and_policy))


def drive_set_up() -> Iterator[str]:
    """Alarm types and the policy: defined, deleted, audited."""
    from revcycle import access, dunning, levels

    admin = access.Viewer(id="v1", permissions=frozenset({access.Permission.SELF_PAY_ADMIN}))
    policy = dunning.DunningPolicy()
    kind = dunning.AlarmType(level=levels.level(3), name="Third", delay_days=40)
    policy = dunning.define_alarm_type(policy, kind, viewer=admin).policy
    yield repr([kind.name for kind in policy.alarm_types])
    yield repr(dunning.fires_on(levels.level(3), dt.date(2025, 1, 6), policy=policy))
    yield repr(dunning.audit_policy(policy))
    policy = dunning.delete_alarm_type(
        policy, levels.level(3), viewer=admin, levels_in_use=()
    ).policy
    yield repr(dunning.audit_alarm_types(policy))


def drive_codec() -> Iterator[str]:
    """A record to text and plain values and back, and text that cannot be read."""
    from revcycle import access, codec, dunning, errors, levels, rules, worklists

    account, policy = lived_in_account()
    text = codec.dumps(account, kind=codec.ACCOUNT)
    yield text
    yield str(codec.loads(text, kind=codec.ACCOUNT) == account)
    yield codec.dumps(policy, kind=codec.POLICY)
    plain = codec.to_plain(account, kind=codec.ACCOUNT)
    yield str(codec.from_plain(plain, kind=codec.ACCOUNT) == account)
    second = worklists.Worklist(
        id="w", name="W", alarm_level=levels.level(2), initials=frozenset("BA"), amount_min="5"
    )
    yield codec.dumps((second,), kind=codec.WORKLISTS)
    north = access.ProviderGroup(id="north", provider_ids=frozenset({"v2", "v1"}))
    south = access.ProviderGroup(id="south", department_ids=frozenset({"d1"}))
    viewer = access.Viewer(
        id="v",
        permissions=frozenset(access.Permission),
        provider_groups=frozenset({south, north}),
    )
    yield codec.dumps(viewer, kind=codec.VIEWER)
    yield str(
        codec.from_plain(codec.to_plain(viewer, kind=codec.VIEWER), kind=codec.VIEWER) == viewer
    )
    rule = worklists.rule_of(second)
    saved = codec.rule_kind(leaves=worklists.WORKLIST_LEAVES, vocabulary=dunning.ACCOUNT_FACTS)
    yield str(codec.loads(codec.dumps(rule, kind=saved), kind=saved) == rule)
    table = rules.DecisionTable(
        hit=rules.HitPolicy.FIRST, rows=(rules.TableRow(name="r", when=rule, then=1),)
    )
    tables = codec.decision_table_kind(
        write_outcome=int, read_outcome=int, leaves=worklists.WORKLIST_LEAVES
    )
    written = codec.dumps(table, kind=tables)
    yield str(codec.loads(written, kind=tables) == table)
    events = (dunning.PlanEnded(dt.date(2025, 1, 6), "pl1"),)
    happened = codec.dumps(events, kind=codec.EVENTS)
    yield str(codec.loads(happened, kind=codec.EVENTS) == events)
    for bad in ('"plan_end"', "[]"):
        try:
            codec.loads(happened.replace('"plan_ended"', bad), kind=codec.EVENTS)
        except errors.DecodeError as error:
            yield str(error)
    for good, bad in (('"hit"', '"hit":"first","hit"'), ("guarantor_initial_in", "initials")):
        try:
            codec.loads(written.replace(good, bad), kind=tables)
        except errors.DecodeError as error:
            yield str(error)
    for record, kind in (([account], codec.BOOK), (account, "account"), (account, codec.EVENT)):
        try:
            codec.dumps(record, kind=kind)
        except errors.InvalidRecord as error:
            yield str(error)
    try:
        codec.loads(text.replace("claim1", "").replace("2025-01-06", "soon"), kind=codec.ACCOUNT)
    except errors.DecodeError as error:
        yield str(error)


@attrs.frozen
class Row:
    """A row of facts for the rules to read."""

    level: int
    owed_cents: int
    held: bool
    initial: str
    payers: frozenset[str]


class ListColumn(list):
    """The smallest column that a mask can be laid over."""

    __hash__ = None

    def __eq__(self, other):
        return ListColumn(value == other for value in self)

    def __ge__(self, bound):
        return ListColumn(value >= bound for value in self)

    def __le__(self, bound):
        return ListColumn(value <= bound for value in self)

    def __and__(self, other):
        return ListColumn(map(all, zip(self, other, strict=True)))

    def __or__(self, other):
        return ListColumn(map(any, zip(self, other, strict=True)))

    def __invert__(self):
        return ListColumn(not value for value in self)


def example_rules():
    """A vocabulary, a rule over it, rows, and a decision table."""
    from revcycle import rules

    @attrs.frozen
    class OwesAtLeast(rules.Leaf):
        """Something is owed."""

        cents: int

        def lower(self):
            return rules.AtLeast("owed_cents", self.cents)

    vocabulary = rules.Vocabulary.of(
        Row,
        rules.IntFact("level", least=0, most=8),
        rules.StrFact("initial", values=("A", "B", "")),
        rules.SetFact("payers", values=("aetna", "cigna")),
    )
    rule = rules.AllOf(
        rules.AnyOf(rules.Equals("level", 3), rules.In("level", {4, 5}), rules.AtMost("level", 1)),
        rules.Not(rules.Equals("held", value=True)),
        OwesAtLeast(100),
        rules.AnyOf(rules.Contains("payers", "aetna"), rules.In("initial", {"A", "B"})),
    )
    rows = [
        Row(level, owed, held=held, initial=initial, payers=frozenset(payers))
        for level in (0, 3, 8)
        for owed in (0, 5_000)
        for held in (False, True)
        for initial, payers in (("A", ()), ("", ("aetna",)))
    ]
    leaves = rules.LeafRegistry(owes_at_least=OwesAtLeast)
    table = rules.DecisionTable(
        hit=rules.HitPolicy.FIRST,
        rows=(
            rules.TableRow(name="first", when=rule, then="call"),
            rules.TableRow(name="never", when=rules.NEVER, then="write"),
            rules.TableRow(name="rest", when=rules.AtLeast("level", 2), then="wait"),
        ),
    )
    return vocabulary, rule, rows, leaves, table


def drive_rules() -> Iterator[str]:
    """Rules and decision tables: built, refused, evaluated, explained, proved, written, masked."""
    from revcycle import errors, rules

    vocabulary, rule, rows, leaves, table = example_rules()
    yield rules.describe(rule, vocabulary=vocabulary)
    yield repr(sorted(rules.facts_read(rule)))
    yield repr(rules.check_rule(rules.Equals("levle", 3), vocabulary=vocabulary))
    for wrong in (rules.Equals("levle", 3), rules.Equals("level", "3")):
        try:
            rules.validated(wrong, vocabulary=vocabulary)
        except errors.RevcycleError as error:
            yield str(error)
    rules.validated(rule, vocabulary=vocabulary)
    passes, passing = rules.compile_rule(rule), rules.compile_filter(rule)
    yield str(len(passing(rows)))
    for row in rows:
        yield repr(
            (rules.holds(rule, row), passes(row), rules.check_row(row, vocabulary=vocabulary))
        )
        yield from rules.explanation_lines(rules.explain(rule, row), vocabulary=vocabulary)
        yield from rules.why_not_lines(rules.why_not(rule, row, vocabulary=vocabulary))
    simple = rules.simplify(rule)
    yield rules.describe(simple)
    yield rules.describe(rules.simplify(rules.Not(rule)))
    columns = {f.name: ListColumn(getattr(row, f.name) for row in rows) for f in attrs.fields(Row)}
    has = ListColumn("aetna" in row.payers for row in rows)
    laid = rules.mask(
        rule, columns.__getitem__, total="owed_cents", contains=lambda _fact, _element: has
    )
    yield repr(list(laid))
    plain = rules.encode_rule(rule, leaves=leaves)
    yield json.dumps(plain, sort_keys=True)
    yield str(rules.decode_rule(plain, leaves=leaves, vocabulary=vocabulary) == rule)
    for wrong in ({"type": "equal"}, {"type": "equals", "fact": 3}, [], {"type": "all_of"}):
        try:
            rules.decode_rule(wrong, leaves=leaves, vocabulary=vocabulary)
        except errors.DecodeError as error:
            yield str(error)
    yield from drive_proofs(vocabulary, rule)
    yield from drive_decisions(vocabulary, rows, leaves, table)


def drive_proofs(vocabulary, rule) -> Iterator[str]:
    """What holds for every row there can be."""
    from revcycle import rules

    others = (rule, rules.AtLeast("level", 3))
    yield repr(rules.is_satisfiable(rule, vocabulary))
    yield repr(region_words(rules.witness(rule, vocabulary)))
    yield repr(rules.fact_named(vocabulary, "level"))
    yield repr(rules.value_words(5_000, rules.IntFact("owed_cents", unit="cents")))
    for found in (rules.uncovered(others, vocabulary), rules.overlaps(others, vocabulary)):
        yield f"{type(found).__name__} {region_words(found)}"
    uncovered, overlaps = rules.coverage(others, vocabulary)
    yield region_words(uncovered) + region_words(overlaps)
    yield repr(
        sorted(attrs.asdict(rules.row_of(vocabulary, {"level": 3}), recurse=False).items(), key=str)
    )


def region_words(found) -> str:
    """Say what was found, the regions in words: a frozenset has no order to show."""
    from revcycle import rules

    if found is None or isinstance(found, bool | int | str):
        return repr(found)
    if isinstance(found, rules.Region):
        return rules.describe(found.rule)
    if attrs.has(type(found)):
        return " ".join(region_words(getattr(found, f.name)) for f in attrs.fields(type(found)))
    return " ".join(map(region_words, found))


def drive_decisions(vocabulary, rows, leaves, table) -> Iterator[str]:
    """Decision tables."""
    from revcycle import rules

    rules.validated_table(table, vocabulary=vocabulary)
    yield repr(rules.check_table(table, vocabulary=vocabulary))
    decided = rules.compile_table(table)
    for row in rows:
        decision = rules.decide(table, row)
        yield repr([each.then for each in decision.rows])
        yield repr([each.then for each in decided(row).rows])
        explained = rules.explain_decision(table, row)
        yield repr([each.then for each in explained.decision.rows])
    for finding in rules.audit_table(table, vocabulary):
        yield rules.finding_words(finding, vocabulary=vocabulary)
    plain = rules.encode_table(table, outcome=str, leaves=leaves)
    yield json.dumps(plain, sort_keys=True)
    again = rules.decode_table(plain, outcome=str, leaves=leaves, vocabulary=vocabulary)
    yield str(again == table)


def drive_tables() -> Iterator[str]:
    """Rows and columns to text that is safe in a spreadsheet."""
    from revcycle import money, tables

    yield tables.csv_text(("id", "owed"), [("=1+1", money.usd("37.20")), ("a,b", None)])
    yield tables.cell_text(dt.date(2025, 1, 6))


def delinquent_accounts():
    """Two accounts whose alarms have come at level 2, one of them with a blocked head."""
    from revcycle import accounts, charges, dunning

    policy = dunning.DunningPolicy()
    made = []
    for number, last_name in enumerate(("'t Hooft", "Łukasz"), start=1):
        patient = accounts.Patient(
            id=f"p{number}",
            last_name=last_name,
            blocked=number == 2,
            primary_department_id="cardiology",
            usual_provider_id=f"d{number}",
        )
        day = dt.date(2025, 1, 6)
        account = accounts.Account(
            id=f"a{number}",
            guarantor=accounts.Guarantor(id="g", last_name=last_name, patient_id=patient.id),
            members=(accounts.Member(patient=patient, joined_on=day),),
            charges=(
                charges.Charge(
                    id=f"c{number}",
                    patient_id=patient.id,
                    claim_id=f"k{number}",
                    amount=100 * number,
                    posted_on=day,
                    service_on=day,
                ),
            ),
        )
        for _ in range(3):
            account = dunning.run_statement(account, as_of=day, policy=policy).account
            day += policy.cycle
        made.append(account)
    return made, policy


def drive_worklists() -> Iterator[str]:
    """Worklists: defined, run, shown, explained, compared, audited, split; and the facts behind."""
    from revcycle import access, dunning, errors, levels, worklists
    from revcycle.dunning import acts, facts

    book, policy = delinquent_accounts()
    day = dt.date(2025, 4, 1)
    granted = frozenset(access.Permission)
    admin, clerk = (
        access.Viewer(id="v1", permissions=granted),
        access.Viewer(id="v2", permissions=granted - {access.Permission.ACCESS_BLOCKED}),
    )
    yield repr([facts.facts_of(each, as_of=day, policy=policy) for each in book])
    yield facts.folded_name("Łukasz") + facts.initial_of("'t Hooft")
    yield repr(acts.problems_of(dunning.clear_alarm, book[0], by="x", as_of=day, policy=policy))

    kept = worklists.create_worklist(
        (),
        worklists.Worklist(
            id="w1",
            name="Second",
            alarm_level=levels.level(2),
            initials=frozenset("HT"),
            department_ids=frozenset({"cardiology"}),
            provider_ids=frozenset({"d1", "d2"}),
            amount_min="10",
            appointment_days=7,
        ),
        viewer=admin,
        policy=policy,
    ).worklists
    second = attrs.evolve(kept[0], id="w2", name="second", sort=worklists.WorklistSort.LAST_NAME)
    yield repr(worklists.check_create_worklist(kept, second, policy=policy))
    by_amount = attrs.evolve(kept[0], sort=list(worklists.WorklistSort)[-1], amount_max="900")
    yield repr(worklists.check_edit_worklist(kept, by_amount, policy=policy))
    edited = worklists.edit_worklist(kept, by_amount, viewer=admin, policy=policy).worklists
    yield repr(sorted(map(str, worklists.levels_in_use(edited))))
    yield worklists.worklist_of(edited, "w1").name
    yield worklists.region_words(worklists.rule_of(edited[0]))

    asked = {"as_of": day, "policy": policy}
    for viewer in (admin, clerk):
        for definition in (*kept, *edited):
            result = worklists.run_worklist(definition, book, viewer=viewer, **asked)
            yield worklists.worklist_text(result)
            yield worklists.worklist_html(result)
            yield worklists.worklist_csv(result)
        yield repr([w.id for w in worklists.visible_worklists(kept, book, viewer=viewer, **asked)])
        yield repr(worklists.audit_book(kept, book, viewer=viewer, **asked))
        for account_id in ("a1", "a2", "a3"):
            for ask in (worklists.why_here, worklists.why_not_here):
                try:
                    yield str(ask(kept[0], book, viewer=viewer, account_id=account_id, **asked))
                except errors.RevcycleError as error:
                    yield str(error)
    yield repr(worklists.is_patient_masked(book[1].members[0].patient, clerk))
    clash = (book[0], attrs.evolve(book[0], last_act_on=day))
    for viewer in (admin, clerk):
        try:
            yield str(worklists.audit_book(kept, clash, viewer=viewer, **asked))
        except errors.InvalidRecord as error:
            yield str(error)
    before = worklists.run_worklist(kept[0], book, viewer=admin, **asked)
    after = worklists.run_worklist(kept[0], book[1:], viewer=admin, **asked)
    yield str(worklists.diff(before, after, accounts=book, policy=policy))
    yield str(worklists.audit_worklists((*kept, attrs.evolve(second, initials=frozenset("HX")))))
    for parts in (
        worklists.split_by_initials(kept[0], ("ann", "bob")),
        worklists.split_by_department(kept[0], ("ann",), department_ids=("cardiology", "ent")),
        worklists.split_by_outstanding(kept[0], ("ann", "bob"), amounts=("10", "20", "90")),
    ):
        yield repr([part.name for part in parts])
    yield repr(worklists.delete_worklist(kept, "w1", viewer=admin).worklists)


def drive_desk() -> Iterator[str]:
    """The desk: pages opened and refused, acts, notes for a selection, letters."""
    from revcycle import access, accounts, desk, dunning, errors

    book, policy = delinquent_accounts()
    lived, _ = lived_in_account()
    placed = dunning.place_in_collections(
        book[0], charge_ids=("c1",), agency_id="x", as_of=dt.date(2025, 4, 1), policy=policy
    ).account
    day = dt.date(2025, 5, 26)
    granted = frozenset(access.Permission)
    admin, clerk = (
        access.Viewer(id="v1", permissions=granted),
        access.Viewer(id="v2", permissions=granted - {access.Permission.ACCESS_BLOCKED}),
    )
    for viewer in (admin, clerk):
        asked = {"viewer": viewer, "as_of": day, "policy": policy}
        for account in (lived, placed, *book):
            try:
                view = desk.account_view(account, book=book, **asked)
            except errors.NotPermitted as error:
                yield str(error)
                continue
            yield str(view)
            yield desk.account_view_text(view)
            yield desk.account_view_html(view)
            yield view._repr_html_()
            yield repr(view)
        for by_family in (True, False):
            letters = desk.letters_for(book, by_family=by_family, **asked)
            yield repr(letters)
            yield desk.letters_csv(letters)
        entry = desk.NoteEntry(id="n1", text="Called.", clears_alarm=True)
        yield repr(desk.check_note_selection(book, entry, patient_ids=["p1", "p2"], **asked))
        try:
            yield repr(desk.note_selection(book, entry, patient_ids=["p1", "p2"], **asked))
        except errors.Refused as error:
            yield str(error)
    asked = {"viewer": admin, "as_of": day, "policy": policy}
    noted = desk.record_note(lived, desk.NoteEntry(id="n1", text="x"), patient_ids=["p1"], **asked)
    yield repr(noted)
    given = {"viewer": admin, "patient_id": "p1", "as_of": day}
    note = accounts.StatementNote(text="Closed on Monday.", end_on=day)
    noted = desk.set_statement_note(noted.account, note, note_id="n2", **given)
    yield repr(noted.events)
    noted = desk.set_patient_note(noted.account, "Deaf.", note_id="n3", **given)
    yield repr(noted.events)
    moved = desk.reset_statement_date(
        noted.account, day + dt.timedelta(days=9), note_id="n4", policy=policy, **given
    )
    yield repr(moved.account.notes)
    yield str(desk.account_view(moved.account, **asked))


def drive_portals() -> Iterator[str]:
    """The portal hub: acts by a seed, what can be asked of the hub they leave, triage."""
    from revcycle import access, codec, portals
    from revcycle.portals import acts
    from revcycle.testing import choices, portal_operations

    steps = list(portal_operations.live_in_hub(choices.SeededChoices(3), operations=90))
    for step in steps:
        yield f"{step.on} {step.operation.verb} {step.refusal}"
        yield repr([type(event).__name__ for event in step.events])
        if step.issue_after is not None:
            again = portals.replay(step.issue_before, step.events)
            yield f"{again == step.issue_after} {again.status} {again.blocked_dollars}"
    hub, day = steps[-1].after.hub, steps[-1].on
    manager = access.Viewer(id="m", permissions=frozenset({access.Permission.MEDICAL_GROUPS}))
    service = {"service_name": hub.service_name}
    for issue in hub.issues:
        portal = portals.portal_of(hub, issue.portal_id)
        yield repr(portals.issue_of(hub, issue.id).id + portals.account_of(portal, "acc0").id)
        yield portals.status_label(issue.status, **service)
        yield from portals.status_lines(portals.why_status(issue), **service)
        yield f"{portals.dollars_of(issue.blocked)} {sorted(portals.medical_group_ids_of(issue))}"
        yield repr([task.id for task in portals.related_tasks(issue)])
        yield repr([task.id for task in portals.practice_tasks(issue)])
        facts = portals.issue_facts(issue, portal=portal, as_of=day)
        yield f"{facts.reason} {facts.age_days} {facts.blocked_cents}"
        yield repr(portals.triage(issue, portal=portal, as_of=day, policy=portals.DEFAULT_TRIAGE))
        for task in issue.tasks:
            told = {"task_id": task.id, "as_of": day}
            yield f"{portals.work_kind(task)} {portals.needs_assistance(task)}"
            yield f"{portals.has_asked_for_credentials(task)} {portals.responses_of(task)}"
            yield repr(portals.response_fields(issue, portal=portal, task_id=task.id))
            draft = portals.Response(addition=portals.Credentials(user_name="ann"))
            asked = told | {"viewer": manager, "portal": portal, "response": draft}
            yield repr(portals.check_submit_response(issue, **asked))
            yield repr(portals.dismiss_credentials(draft))
            yield repr([acts.check_move(issue, move=move, **told) for move in portals.Move])
            yield repr(portals.check_add_note(issue, note="", **told))
            yield repr(portals.check_record_unpostables(issue, issue.blocked, **told))
            yield repr(portals.check_open_task(issue, task, as_of=day))
            yield repr([portals.is_open(each) for each in getattr(task, "affected", ())])
    mine = next(issue for issue in hub.issues if issue.tasks)
    same = portals.cancel_response(mine, viewer=manager, task_id=mine.tasks[0].id).issue
    yield repr(same in portals.with_issues(hub, [mine]).issues)
    yield repr([portals.group_of(hub, group.id).id for group in hub.medical_groups])
    yield repr(portals.states_before(portals.Move.RESOLVE))
    whole = portals.table_for(portals.DEFAULT_TRIAGE, kind=portals.WorkKind.CLAIMS)
    gap = attrs.evolve(whole, rows=whole.rows[1:])
    short = attrs.evolve(portals.DEFAULT_TRIAGE, claims=gap)
    yield repr([(each.kind, each.finding.kind) for each in portals.audit_triage(short)])
    plain = portals.encode_triage(short)
    yield json.dumps(plain, sort_keys=True)
    yield str(portals.decode_triage(plain) == short)
    text = codec.dumps(short, kind=codec.triage_kind())
    yield f"{text} {codec.loads(text, kind=codec.triage_kind()) == short}"


def drive_reports() -> Iterator[str]:
    """Reports: made, previewed, narrowed, written in every form; saved, described, run."""
    from revcycle import access, contacts, errors, reports, rules
    from revcycle.reports import history, pages, report, xml_text

    account, day = example_account(), dt.date(2025, 4, 1)
    book = [account]
    granted = frozenset(access.Permission)
    chief = access.Viewer(id="v1", permissions=granted)
    clerk = access.Viewer(id="v2", permissions=granted - {access.Permission.ACCESS_BLOCKED})
    calls = [
        contacts.Contact(
            id="x1",
            on=day,
            at=dt.time(9, 30),
            service="SelfpayCall",
            channel=contacts.ContactChannel.PHONE,
            result=contacts.ContactResult.NO_ANSWER,
            patient_id=account.members[0].patient.id,
            text="Please call \x00 us",
        )
    ]
    filters = rules.Equals("is_on_plan", value=True)
    made = []
    for basis in reports.Basis:
        for charge in account.charges:
            yield str(reports.outstanding_on(charge, as_of=day, basis=basis))
            yield repr(reports.open_amounts(charge, as_of=day, basis=basis))
            yield str(reports.is_on_plan(charge, as_of=day))
            yield str(reports.is_placed(charge, as_of=day))
            yield str(history.counts(charge, as_of=day, basis=basis))
        asked = {"as_of": day, "basis": basis, "plans_apart": True}
        made += [
            reports.ageing(book, **asked, by=reports.GroupBy.DEPARTMENT),
            reports.ageing(book, **asked, filters=filters),
            reports.activity(book, **asked, filters=filters, span=reports.LAST_QUARTER),
        ]
        entries = reports.entries_of(book, as_of=day, basis=basis)
        yield repr([(entry.kind, str(entry.amount), entry.on) for entry in entries])
    for viewer in (chief, clerk):
        asked = {"viewer": viewer, "as_of": day}
        made += [
            reports.bad_debt(book, **asked),
            reports.restricted_patients(book, **asked),
            reports.contact_activity(calls, book, **asked),
            reports.contact_activity(calls, book, **asked, is_detailed=True),
        ]
    for each in made:
        yield repr(each) + repr(reports.preview(each, rows_max=1))
        yield reports.report_text(each, width=40) + reports.report_html(each)
        yield reports.report_csv(each) + reports.report_xml(each)
        yield str(reports.select_columns(each, [each.columns[-1].name]))
    columns = [reports.Column(name="a", kind=reports.ColumnKind.COUNT)]
    counted = report.make_report("t", "c", columns, [(1,)], as_of=day)
    yield pages.page_text(report.table_of(counted), figures=[True])
    yield xml_text.xml_text([("a", "text")], [("\x0b",)], totals=[None], caption="c", left_out=0)
    yield from drive_saved_reports(book, calls, chief, clerk, day)
    try:
        reports.run_report(saved_report(reports), book, viewer=clerk, as_of=day)
    except errors.Refused as refused:
        yield str(refused)


def saved_report(reports):
    """A report that is the first viewer's own."""
    return reports.ReportDefinition(
        id="r",
        name="Mine",
        contents=reports.BadDebtContents(),
        owner_id="v1",
        schedules=(
            reports.ReportSchedule(
                recurrence=reports.Recurrence.MONTHLY,
                from_on=dt.date(2025, 1, 31),
                recipient_ids=("v1",),
            ),
        ),
    )


def drive_saved_reports(book, calls, chief, clerk, day) -> Iterator[str]:
    """Saved reports of every kind."""
    from revcycle import codec, reports, rules

    mine = saved_report(reports)
    narrowed = attrs.evolve(mine, filters=rules.Equals("department_id", "d1"))
    text = codec.dumps(narrowed, kind=codec.REPORT_DEFINITION)
    yield text + str(codec.loads(text, kind=codec.REPORT_DEFINITION) == narrowed)
    text = codec.dumps(tuple(calls), kind=codec.CONTACTS)
    yield text + str(codec.loads(text, kind=codec.CONTACTS) == tuple(calls))
    contents = (
        reports.AgeingContents(),
        reports.ActivityContents(period=reports.Period.DAY),
        reports.BadDebtContents(span=reports.DateRange(from_on=day)),
        reports.RestrictionContents(),
        reports.ContactContents(is_detailed=True),
    )
    for each in contents:
        saved = attrs.evolve(mine, contents=each)
        yield reports.describe_report(saved)
        yield repr([column.name for column in reports.columns_of(each)])
        yield str(reports.run_report(saved, book, viewer=chief, as_of=day, contacts=calls))
    yield repr([each.id for each in reports.visible_reports([mine], viewer=clerk)])
    yield str(reports.next_report_on(mine.schedules[0], as_of=day))
    for period in reports.Period:
        for back in range(3):
            frame = reports.TimeFrame(period=period, back=back)
            yield f"{reports.range_of(frame, as_of=day)} {reports.span_words(frame)}"
        yield reports.period_of(day, period)


def drive_printing() -> Iterator[str]:
    """Statements laid out, as text and as a web page, in every language and format."""
    from revcycle import accounts, dunning, printing
    from revcycle.printing import web_page

    account, policy = lived_in_account()
    practice = dunning.Practice(
        name="Riverbend",
        remit_to=accounts.Address(lines=("PO Box 12",), city="Springfield"),
        phone="555-0100",
        website="https://pay.example.org",
        texts=(dunning.PracticeTexts(language="en", hours="8 to 5", plan_offer="Call us."),),
    )
    policy = attrs.evolve(policy, practice=practice)
    for language, form in (("en", 0), ("es", 1), ("vi", 2)):
        guarantor = attrs.evolve(
            account.guarantor,
            language=language,
            statement_format=list(accounts.StatementFormat)[form],
        )
        asked = attrs.evolve(account, guarantor=guarantor)
        day = dt.date(2025, 5, 26)
        statement = dunning.preview_statement(asked, as_of=day, policy=policy).statement
        yield repr(printing.statement_page(statement))
        yield printing.statement_text(statement)
        yield web_page.statement_html(statement)
        wording = printing.wording_for(language, printing.SUPPLIED_WORDINGS)
        yield printing.date_text(day, wording=wording)
        yield printing.short_date_text(day, wording=wording)
    yield printing.amount_text(statement.due_now) + printing.filled("{a}", a="{b}")


def drive_outreach() -> Iterator[str]:
    """A day's outreach, asked again after a payment."""
    from revcycle import outreach

    book, policy = delinquent_accounts()
    rules = outreach.OutreachPolicy()
    yield repr([row.name for row in outreach.reminder_table(rules).rows])
    day = dt.date(2025, 3, 17)
    plan = outreach.plan_outreach(book, sent=(), as_of=day, policy=policy, outreach=rules)
    yield repr(plan)
    log = [
        outreach.SentOutreach(key=item.key, account_id=item.account_id, on=day)
        for item in plan.items
    ]
    late = day + dt.timedelta(days=20)
    yield repr(outreach.plan_outreach(book, sent=log, as_of=late, policy=policy, outreach=rules))
    for item, account in zip(plan.items, book, strict=False):
        yield repr(outreach.still_valid(item, account, as_of=day, policy=policy))
        yield repr(outreach.withheld_reasons(item, account, as_of=late, policy=policy))
        yield repr(outreach.is_paid(item.balance, account, as_of=day))
        yield repr(outreach.balance_at(account, billed_on=None, as_of=day, policy=policy))


def drive_guard_rails() -> Iterator[str]:
    """Guard rails: chosen, asked for every kind of act, audited; and the facts behind them."""
    from revcycle import contacts, dunning

    account, policy = lived_in_account()
    day = dt.date(2025, 5, 26)
    called = contacts.Contact(
        id="k1",
        on=day,
        at=dt.time(9, 30),
        service="reminders",
        channel=contacts.ContactChannel.PHONE,
        result=contacts.ContactResult.CONVERSATION,
        patient_id="p1",
        text="secret",
    )
    known = dunning.Circumstances(
        contacts=(called,),
        notices=(dunning.WrittenNotice(sent_on=day, charge_ids=("c1",)),),
        disputes=(
            dunning.EstimateDispute(
                claim_id="claim1", estimated="100", billed="900", started_on=day
            ),
        ),
    )
    own = (
        dunning.not_before(id="ours", days=300, citation="our policy"),
        dunning.only_after_notice(id="notice", days=10, citation="our policy"),
    )
    rails = (*dunning.US_GUARD_RAILS, *own)
    chosen = dunning.guard_rails_for(dunning.FacilityType.TAX_EXEMPT_HOSPITAL, "CO")
    yield from map(str, chosen)
    guard = dunning.Guard(rails=rails, circumstances=known)
    asked = {"as_of": day, "policy": policy}
    for kind in dunning.GuardedKind:
        at = dt.time(22, 0) if kind is dunning.GuardedKind.CALL else None
        act = dunning.GuardedAct(kind=kind, charge_ids=("c1", "c2"), at=at)
        yield str(dunning.guard_verdict(account, act, guard=guard, **asked))
        for charge_id in ("c1", None):
            (facts,) = dunning.guard_facts_of(
                account, act, charge_id=charge_id, circumstances=known, **asked
            )
            yield repr(attrs.evolve(facts, hold_reasons=frozenset()))
    yield str(len(dunning.check_guard(account, act, guard=guard, **asked)))
    yield repr(dunning.audit_guard_rails(own))
    yield repr([row.name for row in dunning.guard_table(rails).rows])
    yield str(dunning.explain_collections(account, charge_id="c1", **asked))


def drive_restrictions() -> Iterator[str]:
    """The health-plan restriction: set, lifted, and what follows from it."""
    from revcycle import access, dunning

    account, _policy = lived_in_account()
    day = dt.date(2025, 5, 26)
    clerk = access.Viewer(id="v2", permissions=frozenset({access.Permission.SELF_PAY_WORKLISTS}))
    done = dunning.set_restriction(account, viewer=clerk, patient_id="p1", as_of=day)
    yield repr(done.events)
    yield repr(dunning.privacy_of_claims(done.account, as_of=day))
    yield repr(dunning.excluded_from_pay_for_performance(done.account, as_of=day))
    yield repr([dunning.is_paid_in_full(charge) for charge in account.charges])
    lifted = dunning.lift_restriction(done.account, viewer=clerk, patient_id="p1", as_of=day)
    yield repr(lifted.events)
    patient = lifted.account.members[0].patient
    yield repr(
        (dunning.is_restricted(patient, as_of=day), dunning.restriction_on(patient, as_of=day))
    )


def drive_policy_change() -> Iterator[str]:
    """A policy changed in flight, in every way, with a void in the history."""
    from revcycle import dunning

    policy = dunning.DunningPolicy()
    to = attrs.evolve(policy, first_statement_level=1)
    origin = account = example_account()
    events = ()
    for day in (dt.date(2025, 2, 10), dt.date(2025, 3, 17)):
        run = dunning.run_statement(account, as_of=day, policy=policy)
        account, events = run.account, events + run.events
    voided = dunning.void_transaction(account, transaction_id="t1", as_of=day, policy=policy)
    account, events = voided.account, events + voided.events
    history = dunning.AccountHistory(origin=origin, events=events)
    for way in dunning.PolicyChangeWay:
        ask = {"to": to, "way": way, "history": history, "as_of": day, "policy": policy}
        yield str(dunning.preview_policy_change(account, **ask))
        yield repr(dunning.change_policy(account, **ask).events)


def drive_agency() -> Iterator[str]:
    """What an agency is given, with a blocked patient and without."""
    from revcycle import access, dunning, worklists

    book, policy = delinquent_accounts()
    day = dt.date(2025, 4, 1)
    placed = [
        dunning.place_in_collections(
            account,
            charge_ids=[account.charges[0].id],
            agency_id="agency",
            as_of=day,
            policy=policy,
        ).account
        for account in book
    ]
    granted = frozenset(access.Permission)
    for permissions in (granted, granted - {access.Permission.ACCESS_BLOCKED}):
        viewer = access.Viewer(id="v1", permissions=permissions)
        given = worklists.hand_off_to_agency(placed, viewer=viewer, agency_id="agency")
        yield repr(given)
        yield worklists.agency_csv(given)


def drive_hub_views() -> Iterator[str]:
    """The hub's views: found, filtered, explained, paged, opened, written as text, HTML and CSV."""
    from revcycle import access, portals
    from revcycle.portals import dashboard_rows, sheet_html, sheets
    from revcycle.testing import choices, portal_operations

    *_, last = portal_operations.live_in_hub(choices.SeededChoices(4), operations=60)
    hub, day = last.after.hub, last.on
    asked = {"viewer": access.Viewer(id="m", permissions=frozenset(access.Permission))}
    yield repr(portals.suggest_payers(hub, typed="A", **asked))
    yield repr(portals.payers_matching(hub.portals, "e"))
    opening = portals.DashboardFilters()
    for filters in (opening, portals.toggle_attention(opening), portals.clear_all()):
        board = portals.dashboard(hub, as_of=day, filters=filters, **asked)
        opened = [row.portal.id for row in board.rows]
        yield portals.dashboard_text(board, page_size=2, opened=opened)
        yield portals.dashboard_html(board, opened=opened, addresses=lambda link: f"/{link!r}")
        yield str(portals.page_of(board, number=1, page_size=2).page_count)
        for row in board.rows:
            yield str(len(portals.issue_details(board, portal_id=row.portal.id)))
            yield repr([portals.action_words(action) for action in row.actions])
            yield repr(portals.portal_address(row.portal))
        rule = portals.dashboard_rule(filters, portals=hub.portals)
        yield str(len(rule.parts))
    groups = {group.id: group for group in hub.medical_groups}
    yield repr(portals.earliest_group(groups, groups))
    yield f"{portals.page_count(7, page_size=3)} {portals.no_addresses(portals.TaskListLink())}"
    yield f"{sheets.counted(2, 'row')} {sheets.written(True)}"
    for issue in hub.issues:
        why = portals.why_listed(hub, issue_id=issue.id, as_of=day, **asked)
        yield str(why)
        yield repr((portals.urgency(issue)[0], len(portals.actions_of(issue))))
        portal = portals.portal_of(hub, issue.portal_id)
        detail = dashboard_rows.issue_detail(
            issue, portal=portal, groups=groups, service_name="BillCo", as_of=day
        )
        yield detail.label
        related = portals.related_tasks_view(hub, issue_id=issue.id, **asked)
        yield portals.related_tasks_text(related) + portals.related_tasks_html(related)
        for task in issue.tasks:
            view = portals.task_view(hub, issue_id=issue.id, task_id=task.id, **asked)
            yield portals.task_text(view) + portals.task_html(view) + portals.task_anchor(task.id)
    for column in portals.TaskColumn:
        sort = portals.TaskSort(column=column, is_descending=True)
        tasks = portals.task_list(hub, sort=sort, **asked)
        yield portals.task_list_text(tasks) + portals.task_list_csv(tasks)
    yield portals.hub_page([portals.task_list_html(tasks)], title="The hub")
    yield sheet_html.styled("")


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
    for driver in ("operations", "portal_operations"):  # they drive the verbs: read their files now
        importlib.import_module(f"revcycle.testing.{driver}")
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
            # A trace that answers None is asked of calls alone: far cheaper than a profile.
            sys.settrace(lambda frame, _event, _argument: called.add(frame.f_code))
            try:
                first = list(drive())
            finally:
                sys.settrace(None)
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
