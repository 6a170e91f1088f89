"""Laws of levels: tracks, rises, falls, and what takes them back.

Each test follows one law of docs/invariants.md through random histories.
"""

from hypothesis import given

from revcycle.testing.strategies import lives
from tests.laws.lives import follow


@given(life=lives())
def test_tracks_never_mix(life):
    """2: A charge is at 0 to 4 off a plan, at 0 or 5 to 8 on one; 0 has no arrival; what was never
    billed is at 0; nothing is on a plan and with an agency (DL-6, DL-13, CO-3).
    """
    follow(2, life)


@given(life=lives())
def test_levels_move_as_the_rules_say(life):
    """9: A level rises by one step of its track in a cycle run, on leaving a plan, or when a void
    restores it, and falls only by a payment or to 0 on joining a plan (DL-12, DL-13, DL-11,
    DL-8).
    """
    follow(9, life)


@given(life=lives())
def test_a_run_moves_each_charge_one_step(life):
    """18: A cycle run moves standard charges billed before by one step, plan charges by one if a
    due they answer for was missed, and neither held nor waiting ones (DL-3, DL-4, DL-5, PL-11,
    ST-4, ST-12).
    """
    follow(18, life)


@given(life=lives())
def test_nobody_advances_twice_within_a_cycle(life):
    """23: Two runs of an account, and two steps of a charge, lie a cycle apart unless the date was
    reset, also for a patient who moves (ST-1, ST-11, FA-3).
    """
    follow(23, life)


@given(life=lives())
def test_a_payment_voided_at_once_leaves_no_trace(life):
    """32: Voiding a payment on the day it was posted restores levels, arrivals, plans, dues and
    alarm (CH-8, CH-3).
    """
    follow(32, life)


@given(life=lives())
def test_late_money_may_come_in_any_order(life):
    """33: Two payments entered late leave the same levels in whichever order they are posted
    (CH-9).
    """
    follow(33, life)
