"""Calendar dates: month steps from an anchor, and the roll over closed days."""

import calendar
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.dates import ONE_DAY, is_date, month_day, roll_forward

days = st.dates(date(1999, 1, 1), date(2101, 12, 31))


def test_a_date_is_a_plain_date():
    """M-2: a datetime is no date here, nor is anything else."""
    assert is_date(date(2025, 1, 6))
    assert not is_date(datetime(2025, 1, 6))  # noqa: DTZ001  (just what must be told apart)
    assert not is_date("2025-01-06")
    assert not is_date(None)


def test_one_day_is_one_day():
    """M-2: the unit of all windows."""
    assert timedelta(days=1) == ONE_DAY


@pytest.mark.parametrize(
    ("start", "steps", "expected"),
    [
        (date(2025, 1, 31), 0, date(2025, 1, 31)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 31), 2, date(2025, 3, 31)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2100, 1, 31), 1, date(2100, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
    ],
)
def test_month_steps_are_taken_from_the_anchor(start, steps, expected):
    """PL-3: a short month gives its last day, and the anchor's day comes back after it."""
    assert month_day(start, day=start.day, steps=steps) == expected


@given(days, st.integers(1, 31), st.integers(0, 240))
def test_a_month_step_lands_in_its_month_on_its_day_or_the_last(start, day, steps):
    """PL-3: month by month, whatever the anchor's own day."""
    landed = month_day(start, day=day, steps=steps)

    year, month = divmod(start.year * 12 + start.month - 1 + steps, 12)
    last = calendar.monthrange(year, month + 1)[1]
    assert landed == date(year, month + 1, min(day, last))


@pytest.mark.parametrize(
    ("day", "closed", "rolled"),
    [
        (date(2025, 1, 10), (), date(2025, 1, 10)),
        (date(2025, 1, 11), (), date(2025, 1, 13)),
        (date(2025, 1, 12), (), date(2025, 1, 13)),
        (date(2025, 1, 12), (date(2025, 1, 13),), date(2025, 1, 14)),
        (date(2025, 1, 10), (date(2025, 1, 10), date(2025, 1, 13)), date(2025, 1, 14)),
    ],
)
def test_closed_days_are_rolled_over(day, closed, rolled):
    """AL-3: Saturdays, Sundays and the practice's holidays, one after the other."""
    assert roll_forward(day, closed_on=frozenset(closed)) == rolled


@given(days, st.frozensets(days, max_size=5))
def test_the_roll_gives_the_first_open_day(day, closed):
    """AL-3: open itself, and none before it is."""
    rolled = roll_forward(day, closed_on=closed)

    def is_open(one):
        return one.weekday() < 5 and one not in closed

    assert is_open(rolled)
    assert not any(is_open(day + n * ONE_DAY) for n in range((rolled - day).days))
