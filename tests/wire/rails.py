"""The events of restrictions and of changed policies that a kept wire file holds."""

from datetime import date

from revcycle.accounts import HealthPlanRestriction
from revcycle.charges import Enrolment, Move, MoveCause
from revcycle.dunning import LevelRederived, PolicyChangeWay, RestrictionLifted, RestrictionSet
from revcycle.levels import LEVELS

MAY_1 = date(2026, 5, 1)
JUN_5 = date(2026, 6, 5)

RAIL_EVENTS = (
    RestrictionSet(MAY_1, "P1", HealthPlanRestriction(from_on=MAY_1, set_by="U1")),
    RestrictionLifted(JUN_5, "P1", "U2"),
    LevelRederived(
        JUN_5,
        "C2",
        LEVELS[6],
        LEVELS[5],
        MAY_1,
        (
            Move(
                on=MAY_1,
                because=MoveCause.MISSED_MINIMUM,
                level_before=LEVELS[0],
                reached_on_before=None,
            ),
        ),
        Enrolment(
            plan_id="PL1",
            joined_on=MAY_1,
            standard_level=LEVELS[1],
            standard_reached_on=MAY_1,
        ),
        PolicyChangeWay.RE_DERIVE,
    ),
    LevelRederived(JUN_5, "C1", LEVELS[2], LEVELS[0], None, (), None, PolicyChangeWay.NEVER_WORSEN),
)
