"""The test kit itself: its strategies, its random acts, its machine, its hunt."""

import inspect
import json
import typing
from collections import Counter, deque

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from revcycle import accounts, charges, desk, dunning, holds, plans
from revcycle.dunning import EVENT_TYPES, DunningPolicy
from revcycle.errors import UnknownReference
from revcycle.levels import Track
from revcycle.money import usd
from revcycle.testing import invariants, machine, operations, strategies, trials
from revcycle.testing.choices import SeededChoices, chance, pick_weighted
from revcycle.testing.drawing import PRIVATE
from revcycle.testing.operations import Operation, UnexpectedError, live, open_book, perform
from revcycle.worklists import Worklist
from tests import soak

GENERATE = (Phase.generate,)
MODEST = settings(max_examples=12, stateful_step_count=25, deadline=None)


@pytest.fixture(scope="module")
def steps():
    """Many seeded histories: enough that every kind of act has succeeded and been refused."""
    return [step for seed in range(70) for step in live(SeededChoices(seed), operations=80)]


# ------------------------------------------------------------------------------------ strategies


@given(strategies.accounts())
def test_drawn_accounts_are_sound(account):
    """A drawn account keeps every invariant that an account has on its own (M-4, DL-6)."""
    invariants.check_account(account)


@given(strategies.built_accounts(), strategies.policies())
def test_built_accounts_have_figures(account, policy):
    """Figures and alarm of an account built field by field keep their invariants (CH-7, PL-6)."""
    invariants.check_figures(account, as_of=account.last_act_on, policy=policy)


@given(strategies.usd_amounts(min_value=usd("10.00"), max_value=usd("500.00")))
def test_amounts_keep_their_bounds(amount):
    """An amount lies between the bounds asked for, to the cent (M-1)."""
    assert usd("10.00") <= amount <= usd("500.00")
    assert usd(amount) == amount


@given(
    st.sampled_from(Track).flatmap(
        lambda track: st.tuples(st.just(track), strategies.dunning_levels(track))
    )
)
def test_levels_of_a_track_are_on_it(drawn):
    """Levels drawn for a track are 0 or of that track (DL-6)."""
    track, level = drawn
    assert level.track in {None, track}


AWKWARD = {
    "the end of February": (strategies.days(), lambda d: (d.month, d.day) in {(2, 28), (2, 29)}),
    "the last of a month": (strategies.days(), lambda d: d.day >= 30),
    "a charge of nothing": (strategies.charges(), lambda c: not c.amount),
    "a credit": (strategies.charges(), lambda c: c.outstanding < 0),
    "a voided charge": (strategies.charges(), lambda c: c.voided_on),
    "a placed charge": (strategies.charges(), lambda c: c.placement),
    "a voided transaction": (strategies.transactions(), lambda t: t.voided_on),
    "money received before its posting": (
        strategies.transactions(),
        lambda t: t.received_on < t.posted_on,
    ),
    "two transactions of one day": (
        strategies.charges(),
        lambda c: len({t.posted_on for t in c.transactions}) < len(c.transactions),
    ),
    "a plan on the 31st": (strategies.plans(), lambda p: p.cadence.day == 31),
    "a hold of one day": (strategies.holds(), lambda h: h.last_on == h.start_on),
    "a family": (strategies.accounts(), accounts.is_family),
    "an alarm": (strategies.accounts(), lambda a: a.alarm),
    "a charge on a plan at 8": (
        strategies.accounts(),
        lambda a: any(c.standing.level.number == 8 for c in a.charges),
    ),
    "a worklist without any filter": (
        strategies.worklists(),
        lambda w: w == Worklist(id=w.id, name=w.name, alarm_level=w.alarm_level, sort=w.sort),
    ),
    "a worklist of one amount": (
        strategies.worklists(),
        lambda w: w.amount_min is not None and w.amount_min == w.amount_max,
    ),
    "a worklist of those without a department": (
        strategies.worklists(),
        lambda w: "" in w.department_ids,
    ),
    "a viewer whose groups are none": (
        strategies.viewers(),
        lambda v: v.provider_groups == frozenset(),
    ),
    "a viewer of a group of nobody": (
        strategies.viewers(),
        lambda v: any(not g.provider_ids | g.department_ids for g in v.provider_groups or ()),
    ),
    "a note about several patients": (strategies.notes(), lambda n: len(n.subject_ids) > 1),
    "a note about nobody": (strategies.notes(), lambda n: n.subject_ids == ()),
    "an entry that clears without a word": (
        strategies.note_entries(),
        lambda e: e.clears_alarm and not e.text.strip(),
    ),
    "a practice of three languages": (
        strategies.practices(),
        lambda p: len({texts.language for texts in p.texts}) == 3,
    ),
    "a statement with nothing due": (
        strategies.statements(),
        lambda s: s.lines and not s.due_now,
    ),
    "a simplified family statement in large print": (
        strategies.statements(),
        lambda s: (
            s.simplified
            and len(s.patients) > 1
            and s.addressee.statement_format is accounts.StatementFormat.LARGE_PRINT
        ),
    ),
    "a statement for which a language is missing": (
        strategies.statements(),
        lambda s: s.is_language_missing,
    ),
    "a practice that reminds at every level": (
        strategies.outreach_policies(),
        lambda o: len(o.reminders) == 8,
    ),
    "a joiner who waits": (
        strategies.reachable_accounts(),
        lambda a: any(m.advances_from for m in a.members),
    ),
    **{
        f"a plan {kind.value}": (strategies.plans(), lambda p, kind=kind: p.cadence.kind is kind)
        for kind in plans.CadenceKind
    },
    **{
        f"a plan that is {status.value}": (
            strategies.plans(),
            lambda p, status=status: p.status is status,
        )
        for status in plans.PlanStatus
    },
    **{
        f"a hold of a {scope.value}": (
            strategies.holds(),
            lambda h, scope=scope: h.scope is scope,
        )
        for scope in holds.HoldScope
    },
    **{
        f"a {kind.value}": (strategies.transactions(), lambda t, kind=kind: t.kind is kind)
        for kind in charges.TransactionKind
    },
}


@pytest.mark.parametrize("said", AWKWARD, ids=str)
def test_awkward_records_come_up(said):
    """Each kind of awkward record comes up within a few hundred drawings."""
    strategy, is_so = AWKWARD[said]
    found = []

    @settings(max_examples=600, derandomize=True, database=None, deadline=None, phases=GENERATE)
    @given(strategy)
    def look(drawn):
        if is_so(drawn):
            found.append(drawn)
            raise StopIteration

    with pytest.raises(StopIteration):
        look()
    assert found


def test_private_fields_are_marked():
    """Names, notes and contacts of drawn people hold the mark that leaks are found by (PR-6)."""
    patient = open_book(SeededChoices(1)).accounts[0].members[0].patient

    assert PRIVATE in patient.first_name
    assert PRIVATE not in repr(patient)


# --------------------------------------------------------------------------------------- choices


def test_a_seed_fixes_every_choice():
    """The same seed chooses the same, another seed something else, within the bounds (M-2)."""

    def drawn(seed):
        choices = SeededChoices(seed)
        return [choices.integer(-3, 40) for _ in range(50)]

    assert drawn(7) == drawn(7) != drawn(8)
    assert set(drawn(7)) <= set(range(-3, 41))


def test_chances_and_weights_are_kept():
    """A chance of 0 or 100 per cent is certain, and weights decide how often an option comes."""
    choices = SeededChoices(3)
    often = [pick_weighted(choices, (("a", 9), ("b", 1))) for _ in range(500)]

    assert not any(chance(choices, 0) for _ in range(50))
    assert all(chance(choices, 100) for _ in range(50))
    assert 400 < often.count("a") < 500


# ---------------------------------------------------------------------------------------- acts


def test_every_verb_is_an_operation():
    """Each verb of dunning and the desk that changes an account is one of the random acts."""
    verbs = set()
    for name, function in (vars(dunning) | vars(desk)).items():
        if not inspect.isfunction(function) or name not in {*dunning.__all__, *desk.__all__}:
            continue
        hints = typing.get_type_hints(function)
        first = next(iter(inspect.signature(function).parameters))
        result = hints["return"]
        changes = attrs.has(result) and {"account", "events"} <= {
            f.name for f in attrs.fields(result)
        }
        if hints.get(first) is accounts.Account and changes:
            verbs.add(name)

    # A change of policy needs the whole history, which laws 40 to 42 keep.
    assert verbs - {"change_policy"} == set(operations.VERBS)


def test_every_act_succeeds_and_is_refused(steps):
    """In seeded histories each act is done at least once, and most are refused at times."""
    done = {step.operation.verb for step in steps if step.refusal is None}
    refused = {step.operation.verb for step in steps if step.refusal is not None}

    # A plan that owes nothing has ended by itself, so there is nothing left to end by hand.
    assert set(operations.VERBS) - done <= {"end_plan"}
    assert set(operations.VERBS) - refused <= {"run_statement"}


def test_every_event_happens(steps):
    """Every kind of event comes up in seeded histories, but some that take thousands of acts."""
    seen = {type(event) for step in steps for change in step.changes for event in change.events}

    # An alarm must be cleared by money at a level above 0, and just that money be voided; so must
    # money that had lowered a level before its charge came onto a plan. No policy is changed here
    # (laws 40 to 42).
    rare = {"AlarmRevived", "RememberedLevelRestored", "LevelRederived"}
    assert {kind.__name__ for kind in set(EVENT_TYPES) - seen} <= rare


def test_every_level_is_reached(steps):
    """All nine levels are reached in seeded histories (DL-1)."""
    seen = {
        charge.standing.level.number
        for step in steps
        for change in step.changes
        for charge in change.after.charges
    }

    assert seen == set(range(9))


def test_a_refused_act_leaves_the_book(steps):
    """After a refusal every account is the very object it was (CH-9, architecture: Errors)."""
    refused = [step for step in steps if step.refusal is not None]

    assert refused
    assert all(
        was is now
        for step in refused
        for was, now in zip(step.before.accounts, step.after.accounts, strict=True)
    )


def test_an_operation_can_be_done_again(steps):
    """The same act on the same book comes out the same: an operation is a plain value (M-2)."""
    step = next(step for step in steps if step.run is not None and step.run.statement is not None)
    before = attrs.evolve(step.before, minted=step.before.minted - 1)

    again = perform(before, attrs.evolve(step.operation, days=0))

    assert again.changes == step.changes
    assert "run_statement" in operations.read_as_python(step.operation)


def broken_policy(_account, **_arguments):
    raise ZeroDivisionError


def test_what_no_verb_may_raise_is_reported(monkeypatch):
    """An error that is no refusal is reported with the act that raised it."""
    book = open_book(SeededChoices(1))
    monkeypatch.setattr(dunning, "run_statement", broken_policy)

    with pytest.raises(UnexpectedError, match=r"run_statement\('a', \) raised ZeroDivisionError"):
        perform(book, Operation("run_statement", "a"))


def test_a_groundless_refusal_is_reported(monkeypatch):
    """Calling unknown an id that is there, or sound arguments invalid, is reported."""
    book = open_book(SeededChoices(1))
    member = book.accounts[0].members[0]

    def unknown(_account, **_arguments):
        raise UnknownReference("patient", "somebody else")

    def invalid(_account, **_arguments):
        member.patient.__class__(id="")

    for stand_in in (unknown, invalid):
        monkeypatch.setattr(dunning, "change_guarantor", stand_in)
        with pytest.raises(UnexpectedError):
            perform(
                book,
                Operation("change_guarantor", "a", (("guarantor", book.accounts[0].guarantor),)),
            )


def test_unknown_ids_and_bad_amounts_are_refusals():
    """An id that nobody has and an amount that is none are legal refusals (M-1, M-3)."""
    book = open_book(SeededChoices(1))
    on = book.today

    for verb, arguments in (
        ("void_charge", {"charge_id": "nobody"}),
        ("post_transfer_in", {"charge_id": "nobody", "transaction_id": "t", "amount": "1.234"}),
        ("clear_alarm", {"by": "staff"}),
    ):
        step = perform(book, Operation(verb, "a", tuple(arguments.items())))
        assert step.refusal is not None
        assert step.on == on
    assert perform(book, Operation("run_statement", "nobody")).refusal is not None


# ----------------------------------------------------------------------------- machine and checks


def test_the_machine_keeps_every_invariant():
    """All verbs in any order, as Hypothesis likes, break no invariant (M-4, DL-12, ST-11, AL-2)."""
    run_state_machine_as_test(machine.BookMachine, settings=MODEST)


def test_seeded_histories_keep_every_invariant():
    """The same checks and all trials hold act by act in long seeded histories (M-4, DL-12)."""
    done = Counter()
    for seed in range(6):
        soak.live_one(seed, 80, done)

    assert sum(done.values()) == 480


def test_check_account_names_the_invariant():
    """A host's account that breaks an invariant is reported by its number, here 4 (CH-9, ST-6)."""
    account = next(iter(open_book(SeededChoices(1)).accounts))
    wrong = attrs.evolve(account, cycle=attrs.evolve(account.cycle, statement_count=3))

    with pytest.raises(invariants.InvariantBroken, match="invariant 4 broken") as caught:
        invariants.check_account(wrong)
    assert caught.value.number == 4


def test_everything_that_can_be_tried_is_tried(monkeypatch):
    """`try_everything` comes to every trial, whoever chooses."""
    tried = set()

    def note(name):
        return lambda *_arguments, **_options: tried.add(name)

    notes = tuple(note(trial.__name__) for trial in trials.TRIALS)
    choosing = {trial.__name__ for trial in trials.CHOOSING}
    monkeypatch.setattr(trials, "TRIALS", notes)
    monkeypatch.setattr(trials, "CHOOSING", frozenset())
    account = open_book(SeededChoices(1)).accounts[0]
    for seed in range(200):
        trials.try_everything(
            account, SeededChoices(seed), as_of=account.members[0].joined_on, policy=DunningPolicy()
        )

    assert tried >= choosing
    assert tried == set(trials.__all__) - {
        "try_everything",
        "try_hostile_context",
        "CHOOSING",
        "TRIALS",
    }


# ------------------------------------------------------------------------------------------ soak


def test_a_hunt_goes_on_where_it_stopped(tmp_path, capsys):
    """A second hunt with more operations adds to the first, and says totals of both."""
    state = tmp_path / "soak.json"
    given_before = ["--shards", "1", "--state", str(state)]

    assert soak.main([*given_before, "--operations", "160"]) == 0
    assert soak.main([*given_before, "--operations", "240"]) == 0

    kept = json.loads(state.read_text(encoding="utf-8"))
    assert (kept["operations"], kept["books"]) == (240, 3)
    assert "240 operations on 3 books" in capsys.readouterr().out


def test_a_hunt_prints_the_shortest_way_to_a_violation(monkeypatch, capsys):
    """A violation is reported with the acts without which it would not come, and status 1."""
    advance = inspect.getmodule(dunning.decide_statement)
    twice = tuple(advance.STANDARD_AFTER[each.number] for each in advance.STANDARD_AFTER)
    monkeypatch.setattr(advance, "STANDARD_AFTER", twice)

    with pytest.raises(soak.Violation) as caught:
        deque((soak.live_one(seed, 24, Counter()) for seed in range(99)), maxlen=0)

    assert soak.report(caught.value) == 1
    said = capsys.readouterr().out
    assert "invariant 9 broken" in said
    acts = [line for line in said.splitlines() if line.startswith("  +")]
    assert len(acts) <= 6
    assert "post_charge" in said
