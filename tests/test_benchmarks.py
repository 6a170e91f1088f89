"""The benchmarks compare like with like, and write every figure that we promise.

Nothing here asserts a time: `make bench` measures, on a machine that has nothing else to do.
"""

import gc
import json
from itertools import islice
from statistics import mean

import attrs
import pytest

from benchmarks import (
    account_view,
    ageing,
    documents,
    predicates,
    run,
    statement_runs,
    worklist_runs,
)
from benchmarks.book import accounts_of_book
from benchmarks.fact_rows import CHANCES, OWED_MAX, OWED_MIN, fact_rows
from benchmarks.measuring import Disagreement, Figure
from revcycle.codec import ACCOUNT, dumps
from revcycle.levels import LEVELS

KEYS = {
    "statement_run_vs_minimal_loop": 2,
    "decide_vs_run": 0.35,
    "statement_run_scaling": 1.15,
    "codec_load_vs_hand": 2,
    "predicate_compiled_vs_handwritten": 1.15,
    "predicate_batch_vs_handwritten": 0.85,
    "worklist_run_vs_handwritten": 2,
    "worklist_run_vs_minimal_loop": None,
    "ageing_vs_handwritten": 2,
    "account_view_vs_statement_run": 4,
    "dashboard_vs_handwritten": 2,
}


@pytest.fixture(scope="module")
def practice():
    """A practice of 4,000 accounts."""
    return tuple(worklist_runs.accounts_of_practice(4_000))


def test_the_book_is_the_one_we_describe():
    """Accounts have 2.2 patients, 6.6 charges and a tenth of them on plans; a seed fixes all."""
    book = list(accounts_of_book(1_000))
    charges = [charge for account in book for charge in account.charges]
    on_plans = [charge for charge in charges if charge.standing.enrolment is not None]

    assert sum(len(account.members) for account in book) / len(book) == pytest.approx(2.2, abs=0.1)
    assert len(charges) / len(book) == pytest.approx(6.6, abs=0.2)
    assert len(on_plans) / len(charges) == pytest.approx(0.1, abs=0.005)
    assert list(islice(accounts_of_book(9_000), 5)) == book[:5]
    assert list(accounts_of_book(5, seed=2)) != book[:5]


@pytest.mark.parametrize(
    ("selectivity", "asked"), [("selective", 1.5), ("permissive", 7.0)], ids=str
)
def test_rows_take_as_many_conditions_as_we_say(selectivity, asked):
    """A selective row is decided after 1.5 conditions on average, a permissive one after 7."""
    rows = list(fact_rows(20_000, chance=CHANCES[selectivity]))

    assert predicates.conditions_asked(rows) / len(rows) == pytest.approx(asked, abs=0.05)
    assert {OWED_MIN - 1, OWED_MIN, OWED_MAX, OWED_MAX + 1} <= {r.outstanding_cents for r in rows}
    assert list(islice(fact_rows(90, chance=CHANCES[selectivity]), 5)) == rows[:5]


def test_the_practice_is_the_one_we_describe(practice):
    """Of the practice's patients a twenty-fifth are blocked; every account has an id of its own."""
    patients = [member.patient for account in practice for member in account.members]

    assert len({account.id for account in practice}) == len(practice) == 4_000
    assert mean(patient.blocked for patient in patients) == pytest.approx(0.04, abs=0.02)
    assert mean(bool(patient.appointments) for patient in patients) == pytest.approx(0.2, abs=0.05)


def test_each_opponent_gives_the_same_results(practice):
    """Whatever we race against makes the library's own records, accounts, rows and families."""
    book = list(accounts_of_book(150, seed=3))

    statement_runs.compare_runs(book)
    documents.compare_readers(dumps(account, kind=ACCOUNT) for account in book)
    for chance in CHANCES.values():
        predicates.compare_answers(list(fact_rows(2_000, chance=chance, seed=3)))
    worklist_runs.compare_results(practice)
    for day in ageing.DAYS.values():
        ageing.compare_figures(practice, day)


def test_the_worklist_by_hand_is_right_at_every_level(monkeypatch, practice):
    """The functions by hand find the library's families on a list of any level, plans included."""
    for level in LEVELS[1:]:
        definition = attrs.evolve(
            worklist_runs.WORKLIST,
            alarm_level=level,
            initials=frozenset("ABCDEFGHI"),
            department_ids=frozenset({"D1", "D2", "D3", "D4", "D5"}),
        )
        monkeypatch.setattr(worklist_runs, "WORKLIST", definition)

        assert worklist_runs.compare_results(practice).families


def test_an_opponent_that_leaves_something_out_is_caught(monkeypatch):
    """A loop that leaves out one event, or a reader that leaves out one charge, is no opponent."""
    book = list(accounts_of_book(5))
    run_minimal, read_account = statement_runs.run_minimal, documents.read_account
    monkeypatch.setattr(
        statement_runs,
        "run_minimal",
        lambda accounts: (attrs.evolve(r, events=r.events[:-1]) for r in run_minimal(accounts)),
    )
    monkeypatch.setattr(
        documents, "read_account", lambda text: attrs.evolve(read_account(text), charges=())
    )

    with pytest.raises(Disagreement, match="A000000"):
        statement_runs.compare_runs(book)
    with pytest.raises(Disagreement, match="A000000"):
        documents.compare_readers(dumps(account, kind=ACCOUNT) for account in book)


def test_a_page_that_leaves_something_out_is_caught(monkeypatch):
    """A page without its statement, or without its notes, is not what is measured."""
    book = list(account_view.accounts_with_notes(3))
    view_book = account_view.view_book
    for viewer in account_view.VIEWERS.values():
        account_view.compare_statements(book, viewer)
        for lacks in ({"preview": None}, {"notes": ()}):
            monkeypatch.setattr(
                account_view,
                "view_book",
                lambda *given, lacks=lacks: (attrs.evolve(v, **lacks) for v in view_book(*given)),
            )
            with pytest.raises(Disagreement, match="A000000"):
                account_view.compare_statements(book, viewer)
        monkeypatch.setattr(account_view, "view_book", view_book)


def test_a_predicate_that_answers_otherwise_is_caught(monkeypatch):
    """A function by hand that lets one bound be exceeded by a cent is no opponent."""
    rows = list(fact_rows(2_000, chance=CHANCES["permissive"]))
    is_wanted = predicates.is_wanted

    def lenient(row):
        owed = min(row.outstanding_cents, OWED_MAX)
        return is_wanted(attrs.evolve(row, outstanding_cents=owed))

    monkeypatch.setattr(predicates, "is_wanted", lenient)

    with pytest.raises(Disagreement, match="keep_by_predicate"):
        predicates.compare_answers(rows)


def test_a_worklist_in_another_order_is_caught(monkeypatch, practice):
    """A function by hand that does not sort the families is no opponent."""
    by_hand = worklist_runs.run_worklist_by_hand

    def unsorted(*args, **asked):
        result = by_hand(*args, **asked)
        return attrs.evolve(result, families=tuple(reversed(result.families)))

    monkeypatch.setattr(worklist_runs, "run_worklist_by_hand", unsorted)

    with pytest.raises(Disagreement, match="run_by_hand differs from run_worklist at account"):
        worklist_runs.compare_results(practice)


def test_an_ageing_that_forgets_late_money_is_caught(monkeypatch, practice):
    """A loop by hand that counts all money, whenever it came, is no opponent of a past day."""
    by_hand = ageing.age_by_hand
    monkeypatch.setattr(
        ageing, "age_by_hand", lambda accounts, _day: by_hand(accounts, ageing.DAYS["today"])
    )

    ageing.compare_figures(practice, ageing.DAYS["today"])
    with pytest.raises(Disagreement, match="the loop by hand ages"):
        ageing.compare_figures(practice, ageing.DAYS["a past day"])


def test_every_figure_is_written(tmp_path, capsys):
    """A quick run writes each key with value, runs, machine and Python version, and prints it."""
    gc.freeze()  # what other tests hold need not be walked before each race
    run.main(["--quick", "--output", str(tmp_path / "build" / "bench.json")])

    written = json.loads((tmp_path / "build" / "bench.json").read_text(encoding="utf-8"))
    assert {key: figure["goal"] for key, figure in written.items()} == KEYS
    printed = capsys.readouterr().out
    for key, figure in written.items():
        assert figure["runs"] == len(figure["values"]) >= 5
        assert min(figure["values"]) <= figure["value"] <= max(figure["values"])
        assert figure["value"] == max(figure["cases"].values())
        assert figure["machine"]
        assert figure["python"]
        assert key in printed
    for key in ("predicate_compiled_vs_handwritten", "predicate_batch_vs_handwritten"):
        assert len(written[key]["cases"]) == 2


def test_one_benchmark_can_be_measured_alone(tmp_path, monkeypatch, capsys):
    """A benchmark asked for by name replaces its own figures and leaves those of the others."""
    asked = []

    def measure(*, is_quick, report):
        asked.append(is_quick)
        return [Figure(key="new", goal=1, cases={"it": (0.5,)}, meaning="one over the other")]

    monkeypatch.setitem(run.BENCHMARKS, "codec", measure)
    output = tmp_path / "bench.json"
    output.write_text(json.dumps({"old": {"value": 3}, "new": {"value": 4}}), encoding="utf-8")

    run.main(["codec", "--quick", "--output", str(output)])

    written = json.loads(output.read_text(encoding="utf-8"))
    assert asked == [True]
    assert {key: figure["value"] for key, figure in written.items()} == {"old": 3, "new": 0.5}
    with pytest.raises(SystemExit):
        run.main(["codecs"])
    assert (
        "codecs is none of statements, codec, predicate, worklist, ageing, view, dashboard"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("goal", "is_floor", "value", "is_kept"),
    [
        (2, False, 3, False),
        (3, False, 3, True),
        (2, True, 1, False),
        (1, True, 1, True),
        (None, False, 3, None),
        (None, True, 1, None),
    ],
    ids=str,
)
def test_a_figure_is_that_of_its_worst_case(goal, is_floor, value, is_kept):
    """A ceiling is held against the largest median of the cases, a floor against the smallest."""
    figure = Figure(
        key="k",
        goal=goal,
        is_floor=is_floor,
        cases={"one": (9.0, 1.0, 0.5), "other": (2.0, 4.0, 3.0)},
        meaning="",
    )

    assert (figure.value, figure.is_kept) == (value, is_kept)
