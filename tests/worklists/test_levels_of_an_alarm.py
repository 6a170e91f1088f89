"""An account is on the list of the level its alarm fires at, whatever else it owes (WL-1, AL-4).

A run looks at levels alone before it works out an alarm. Each account here is one that a look at
the most severe charge, or at the alarm as it was set, would put on another list or on none.
"""

from datetime import date

import attrs
import pytest

from revcycle.accounts import Alarm, Member
from revcycle.charges import Placement, Transaction, TransactionKind
from revcycle.dunning import AlarmStatus, alarm_state
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from tests.worklists.book import AS_OF, POLICY, REACHED, account, charge, on, person, run, worklist

ANN, BOB = person("ann"), person("bob", first="Bob")
LOW = charge("ann", "90.00", 2, charge_id="low")


def with_charges(*charges, set_at):
    """Ann's account, whose alarm was set for her at that level."""
    alarm = Alarm(level=LEVELS[set_at], reached_on=REACHED, set_on=REACHED, patient_ids=("ann",))
    return account("a1", ANN, charges=charges, alarm=alarm)


def paid(level):
    """A charge that was paid since it reached that level."""
    money = Transaction(
        id="t1",
        kind=TransactionKind.PAYMENT,
        amount="50.00",
        received_on=AS_OF,
        posted_on=AS_OF,
    )
    return charge("ann", "50.00", level, charge_id="paid", transactions=(money,))


def joined(before):
    """*before* once Bob has joined with a charge at level 4."""
    member = Member(patient=BOB, joined_on=REACHED.replace(day=25))
    high = charge("bob", "70.00", 4, charge_id="bobs")
    return attrs.evolve(before, members=(*before.members, member), charges=(*before.charges, high))


def held(before, claim_id):
    """*before* with that claim on hold."""
    hold = Hold(
        id="h1",
        scope=HoldScope.CLAIM,
        subject_id=claim_id,
        reason=HoldReason.DISPUTE,
        start_on=date(2025, 1, 1),
    )
    return attrs.evolve(before, holds=(hold,))


PLACED = charge(
    "ann", "60.00", 4, charge_id="placed", placement=Placement(placed_on=AS_OF, agency_id="g1")
)
HIGH = charge("ann", "60.00", 3, charge_id="high")

ACCOUNTS = {
    "as it was set": with_charges(LOW, set_at=2),
    "one charge has risen since, off a plan": with_charges(LOW, HIGH, set_at=2),
    "the more severe charge was paid": with_charges(LOW, paid(3), set_at=3),
    "the more severe charge is at the agency": with_charges(LOW, PLACED, set_at=4),
    "the more severe charge is on hold": held(with_charges(LOW, HIGH, set_at=3), "k-high"),
    "who joined since owes a more severe one": joined(with_charges(LOW, paid(3), set_at=3)),
}


@pytest.mark.parametrize("subject", ACCOUNTS.values(), ids=ACCOUNTS)
def test_an_account_is_on_the_list_of_the_level_that_fires(subject):
    """The list of level 2 has the account, and the lists of all other levels have not (WL-1)."""
    state = alarm_state(subject, as_of=AS_OF, policy=POLICY)
    assert (state.status, state.level) == (AlarmStatus.FIRING, LEVELS[2])

    lists = {level.number: on(run(worklist(alarm_level=level), subject)) for level in LEVELS[1:]}

    assert {number for number, found in lists.items() if found} == {2}
    assert lists[2] == ["a1"]
