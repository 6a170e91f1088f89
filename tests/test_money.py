"""Exact dollars: reading, adding, comparing, writing."""

from decimal import Context, Decimal, Inexact, Rounded, localcontext
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.errors import InvalidRecord
from revcycle.money import (
    CENT,
    LIMIT,
    ZERO,
    add,
    allocate_in_order,
    cents,
    from_cents,
    percent_of,
    subtract,
    text,
    total,
    usd,
)

LARGEST = Decimal("999999999999.99")
counts = st.integers(-99_999_999_999_999, 99_999_999_999_999)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0", "0.00"),
        ("-0", "0.00"),
        ("-0.00", "0.00"),
        ("7", "7.00"),
        ("007", "7.00"),
        ("7.5", "7.50"),
        ("+7.05", "7.05"),
        ("-7.05", "-7.05"),
        ("999999999999.99", "999999999999.99"),
        (8, "8.00"),
        (-8, "-8.00"),
        (999_999_999_999, "999999999999.00"),
        (Decimal("1.1"), "1.10"),
        (Decimal("1.1000"), "1.10"),
        (Decimal("11E+1"), "110.00"),
        (Decimal("-0"), "0.00"),
        (Decimal("0E-7"), "0.00"),
        (LARGEST, "999999999999.99"),
    ],
    ids=repr,
)
def test_exact_amounts_are_read(value, amount):
    """M-1: text, Decimals and whole dollars are read to exactly two decimals; -0 is 0."""
    assert str(usd(value)) == amount


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        float("inf"),
        True,
        False,
        None,
        b"1",
        (1,),
        "",
        " ",
        "1 ",
        "1\n",
        "--1",
        "1.",
        ".5",
        "1.234",
        "1.100",
        "1,000",
        "1_000",
        "$1",
        "1e2",
        "NaN",
        "Infinity",
        "\u0661",
        "1000000000000",
        1_000_000_000_000,
        -1_000_000_000_000,
        10**400,
        Decimal("1.001"),
        Decimal("1E-3"),
        Decimal("1E-999999"),
        Decimal("NaN"),
        Decimal("-sNaN1"),
        Decimal("-Infinity"),
        LIMIT,
        Decimal("-1E+12"),
        Decimal("1E+999999"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_everything_else_is_refused(value):
    """M-1: floats, bools, NaN, infinities, fractions of a cent, odd text, and what is too large."""
    with pytest.raises(InvalidRecord, match="never a float") as refused:
        usd(value, record="Charge", field="amount")

    assert (refused.value.record, refused.value.field) == ("Charge", "amount")


@pytest.mark.parametrize(
    "context", [Context(prec=1), Context(prec=1, traps=[Inexact, Rounded]), Context(prec=1, Emax=1)]
)
def test_no_operation_heeds_the_hosts_context(context):
    """M-1: read, add, subtract, total, cents, percentages, writing: the same in any context."""

    def all_of_it():
        large = usd("999999999999.98")
        return (
            usd("999999999999.99"),
            usd(Decimal("1.1000")),
            usd(999_999_999_999),
            add(large, CENT),
            subtract(ZERO, large),
            total([large, CENT, ZERO]),
            cents(large),
            from_cents(99_999_999_999_998),
            percent_of(large, LARGEST, percent=99),
            allocate_in_order(large, [CENT, LARGEST]),
            text(large),
        )

    expected = all_of_it()
    with localcontext(context):
        assert all_of_it() == expected


@given(counts)
def test_cents_and_dollars_are_the_same_amount(count):
    """M-1: cents to dollars and back is the count, and the dollars are as `usd` reads them."""
    amount = from_cents(count)

    assert cents(amount) == count
    assert usd(amount) == amount == usd(str(amount))
    assert amount.as_tuple().exponent == -2


@given(st.lists(counts, max_size=8))
def test_a_total_is_the_sum_of_the_cents(many):
    """M-1: nothing sums to 0.00, and any sum is exact and free of order."""
    amounts = [from_cents(count) for count in many]

    assert cents(total(amounts)) == sum(many)
    assert total(amounts) == total(reversed(amounts))
    assert str(total([])) == "0.00"


@given(counts, counts)
def test_subtracting_is_adding_the_opposite(one, other):
    """M-1: exactly."""
    assert cents(subtract(from_cents(one), from_cents(other))) == one - other
    assert cents(add(from_cents(one), from_cents(other))) == one + other


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 100))
def test_a_percentage_is_compared_without_division(part, whole, percent):
    """DL-8: as exact as fractions are."""
    assert percent_of(from_cents(part), from_cents(whole), percent=percent) == (
        part / 1 * 100 >= whole * percent
    )


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), max_size=6))
def test_wants_are_filled_in_order(have, wants):
    """PL-4: each want gets all it asks for before the next gets anything; nothing is lost."""
    given_, left = allocate_in_order(from_cents(have), map(from_cents, wants))

    filled = [cents(part) for part in given_]
    assert sum(filled) + cents(left) == have
    assert all(0 <= part <= want for part, want in zip(filled, wants, strict=True))
    short = [part < want for part, want in zip(filled, wants, strict=True)]
    assert all(
        not before or part == 0
        for (before, _), part in zip(pairwise(short), filled[1:], strict=True)
    )


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0", "0.00"), ("1234567.8", "1,234,567.80"), ("-1234.5", "-1,234.50"), ("999", "999.00")],
)
def test_amounts_are_written_for_people(amount, shown):
    """M-1: thousands separated, two decimals, the minus in front."""
    assert text(usd(amount)) == shown
