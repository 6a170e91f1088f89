"""The dashboard's opponent in the benchmark is one: it gives the library's dashboards."""

import attrs
import pytest

from benchmarks import dashboard as benchmark
from benchmarks.measuring import Disagreement
from revcycle.portals import IssueStatus

HUB = benchmark.hub_of(400)


def test_the_hub_is_the_one_we_describe():
    """Three in ten issues need attention, a fifth is resolved; a seed fixes all."""
    statuses = [issue.status for issue in benchmark.hub_of(1_000).issues]

    assert statuses.count(IssueStatus.NEEDS_ATTENTION) / 1_000 == pytest.approx(0.3, abs=0.05)
    assert statuses.count(IssueStatus.RESOLVED) / 1_000 == pytest.approx(0.2, abs=0.05)
    assert benchmark.hub_of(400) == HUB
    assert benchmark.hub_of(400, seed=2) != HUB


def test_the_opponent_gives_the_same_dashboards():
    """The function by hand makes each of the library's dashboards."""
    benchmark.compare_dashboards(HUB)


def test_an_opponent_that_cheats_is_caught(monkeypatch):
    """A function by hand that leaves out a row is no opponent."""
    honest = benchmark.dashboard_by_hand

    def one_short(hub, filters):
        made = honest(hub, filters)
        return attrs.evolve(made, rows=made.rows[:-1])

    monkeypatch.setattr(benchmark, "dashboard_by_hand", one_short)

    with pytest.raises(Disagreement):
        benchmark.compare_dashboards(HUB)
