"""The ageing against an oracle that counts cents, over charges with every kind of past."""

from datetime import timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from revcycle.charges import AdjustmentSide, PlanStay, TransactionKind
from revcycle.money import cents
from revcycle.reports import Basis, ageing, outstanding_on
from revcycle.testing.strategies import charges
from tests.stories.book import family

KINDS = TransactionKind


def cents_by_age(charge, day, basis):
    """Age one charge cent by cent, the plain way: cents by bucket, the credits last."""
    known_on = charge.posted_on
    if basis is Basis.POSTED and charge.entered_on:
        known_on = charge.entered_on
    found = [0] * 6
    if known_on > day or (charge.voided_on and charge.voided_on <= day):
        return found
    parts, money = parts_and_money(charge, day, basis)
    if money < 0:
        parts.append([day, -money])
        money = 0
    for part in sorted(parts):
        used = min(part[1], money)
        money -= used
        age = (day - part[0]).days
        bucket = next((n for n, most in enumerate((30, 60, 90, 120)) if age <= most), 4)
        found[bucket] += part[1] - used
    with_agency = [charge.placement, *charge.past_placements]
    for stay in filter(None, with_agency):
        if stay.placed_on <= day and (stay.recalled_on is None or day < stay.recalled_on):
            found[:5] = [0] * 5
    found[5] = -money
    return found


def parts_and_money(charge, day, basis):
    """Give the day and cents of what came onto a charge, and the cents that were taken off."""
    parts, money = [[charge.posted_on, cents(charge.amount)]], 0
    for transaction in charge.transactions:
        is_in = transaction.kind is KINDS.TRANSFER_IN
        on = transaction.received_on
        if basis is Basis.POSTED or is_in:
            on = transaction.posted_on
        is_void = transaction.voided_on and transaction.voided_on <= day
        if on > day or is_void or transaction.side is AdjustmentSide.INSURANCE:
            continue
        if is_in:
            parts.append([transaction.posted_on, cents(transaction.amount)])
        else:
            back = transaction.kind is KINDS.REFUND
            money += -cents(transaction.amount) if back else cents(transaction.amount)
    return parts, money


@st.composite
def aged_charges(draw):
    """A charge with any past, sometimes off a plan it had been on."""
    charge = draw(charges(id="c1", patient_id="ann"))
    if draw(st.booleans()):
        stay = PlanStay(plan_id="p", prior_count=0, end_count=0)
        stay = attrs.evolve(stay, joined_on=charge.posted_on, left_on=charge.posted_on)
        standing = attrs.evolve(charge.standing, past_stays=(stay,))
        charge = attrs.evolve(charge, standing=standing)
    return charge


@given(
    charge=aged_charges(),
    days=st.sampled_from((-3, 0, 1, 30, 31, 35, 60, 61, 75, 90, 91, 120, 121, 400)),
    basis=st.sampled_from(Basis),
    plans_apart=st.booleans(),
)
def test_every_cent_is_in_the_column_of_its_age(charge, days, basis, plans_apart):
    """RP-1: whatever has happened to a charge, on any day and basis, as counted cent by cent."""
    day = charge.posted_on + timedelta(days=days)
    report = ageing([family(charge)], as_of=day, basis=basis, plans_apart=plans_apart)
    expected = cents_by_age(charge, day, basis)

    figures = list(map(cents, report.totals[1:]))
    assert figures == [*expected[:5], sum(expected[:5]), expected[5]]
    is_with_agency = not any(expected[:5])
    assert is_with_agency or cents(outstanding_on(charge, as_of=day, basis=basis)) == sum(expected)
