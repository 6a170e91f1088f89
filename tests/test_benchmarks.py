"""The benchmarks compare like with like, and write every figure that we promise.

Nothing here asserts a time: `make bench` measures, on a machine that has nothing else to do.
"""

import json
from itertools import islice

import attrs
import pytest

from benchmarks import run
from benchmarks.book import accounts_of_book
from revcycle.codec import ACCOUNT, dumps

KEYS = {
    "statement_run_vs_minimal_loop": 2,
    "decide_vs_run": 0.35,
    "statement_run_scaling": 1.15,
    "codec_load_vs_hand": 2,
}


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


def test_each_opponent_gives_the_same_results():
    """The minimal loop makes the library's records and the reader by hand its accounts."""
    book = list(accounts_of_book(150, seed=3))

    run.compare_runs(book)
    run.compare_readers(dumps(account, kind=ACCOUNT) for account in book)


def test_an_opponent_that_cheats_is_caught(monkeypatch):
    """A loop that leaves out one event, or a reader that leaves out one charge, is no opponent."""
    book = list(accounts_of_book(5))
    run_minimal, read_account = run.run_minimal, run.read_account
    monkeypatch.setattr(
        run,
        "run_minimal",
        lambda accounts: (attrs.evolve(r, events=r.events[:-1]) for r in run_minimal(accounts)),
    )
    monkeypatch.setattr(
        run, "read_account", lambda text: attrs.evolve(read_account(text), charges=())
    )

    with pytest.raises(run.Disagreement, match="A000000"):
        run.compare_runs(book)
    with pytest.raises(run.Disagreement, match="A000000"):
        run.compare_readers(dumps(account, kind=ACCOUNT) for account in book)


def test_every_figure_is_written(tmp_path, capsys):
    """A quick run writes each key with value, runs, machine and Python version, and prints it."""
    run.main(["--quick", "--output", str(tmp_path / "build" / "bench.json")])

    written = json.loads((tmp_path / "build" / "bench.json").read_text(encoding="utf-8"))
    assert {key: figure["goal"] for key, figure in written.items()} == KEYS
    printed = capsys.readouterr().out
    for key, figure in written.items():
        assert figure["runs"] == len(figure["values"]) >= 5
        assert min(figure["values"]) <= figure["value"] <= max(figure["values"])
        assert figure["machine"]
        assert figure["python"]
        assert key in printed
