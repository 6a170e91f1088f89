"""Levels: names with an order of severity."""

import pickle
from itertools import permutations

import pytest

from revcycle.levels import (
    LEVELS,
    ONE_LOWER,
    PLAN_AFTER,
    STANDARD_AFTER,
    STANDARD_EQUIVALENT,
    DunningLevel,
    Track,
    least_severe,
    level,
    most_severe,
)

SEVERITY = (0, 1, 5, 2, 6, 3, 7, 4, 8)


@pytest.mark.parametrize("number", range(9))
def test_a_level_is_found_by_its_number(number):
    """DL-1: 0 to 8, in a tuple indexed by number."""
    one = level(number)

    assert (one.number, one.value, str(one)) == (number, number, str(number))
    assert LEVELS[number] is one
    assert repr(one) == f"DunningLevel({number})"
    assert pickle.loads(pickle.dumps(one)) is one


@pytest.mark.parametrize("number", [-1, 9, 1.0, "1", True, None])
def test_no_other_number_is_a_level(number):
    """DL-1: an IndexError, never a wrapped or coerced one."""
    with pytest.raises(IndexError):
        level(number)


@pytest.mark.parametrize(("one", "other"), list(permutations(range(9), 2)))
def test_comparing_goes_by_severity(one, other):
    """DL-2: all four comparisons, for every pair."""
    less = SEVERITY.index(one) < SEVERITY.index(other)

    assert (level(one) < level(other)) is less
    assert (level(one) <= level(other)) is less
    assert (level(one) > level(other)) is not less
    assert (level(one) >= level(other)) is not less
    assert level(one) <= level(one) >= level(one)


def test_the_most_and_the_least_severe_of_some():
    """DL-2: by severity, and 0 for none."""
    some = [level(5), level(2), level(6)]

    assert most_severe(some) is level(6)
    assert least_severe(iter(some)) is level(5)
    assert most_severe([]) is least_severe([]) is DunningLevel.LEVEL_0


def test_what_a_level_knows_of_itself():
    """DL-1, DL-5, ST-7: its track, whether it is terminal, whether it is the final notice."""
    assert [one.number for one in LEVELS if one.is_terminal] == [4, 8]
    assert [one.number for one in LEVELS if one.is_final_notice] == [3, 7]
    assert [one.number for one in LEVELS if one.track is Track.STANDARD] == [1, 2, 3, 4]
    assert [one.number for one in LEVELS if one.track is Track.PLAN] == [5, 6, 7, 8]


def test_the_steps_of_the_two_tracks():
    """DL-3, DL-4, DL-5: one step up each track, ending at 4 and 8."""
    assert [STANDARD_AFTER[n].number for n in (0, 1, 2, 3, 4)] == [1, 2, 3, 4, 4]
    assert [PLAN_AFTER[n].number for n in (0, 5, 6, 7, 8)] == [5, 6, 7, 8, 8]


def test_the_steps_down_and_across():
    """DL-7, DL-8, DL-11: one lower on the same track; plan level - 4 as a standard level."""
    assert [one.number for one in ONE_LOWER] == [0, 0, 1, 2, 3, 0, 5, 6, 7]
    assert [one.number for one in STANDARD_EQUIVALENT] == [0, 1, 2, 3, 4, 1, 2, 3, 4]
