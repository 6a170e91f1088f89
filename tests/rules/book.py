"""The facts, the named leaves and the vocabulary that the tests of the rules engine share."""

import itertools

import attrs

from revcycle.rules import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    BoolFact,
    Contains,
    Equals,
    In,
    IntFact,
    Leaf,
    LeafRegistry,
    Not,
    SetFact,
    StrFact,
    Vocabulary,
)


@attrs.frozen(kw_only=True)
class Facts:
    """A small row of facts with one of everything."""

    level: int
    outstanding_cents: int
    on_hold: bool
    has_appointment: bool
    appointment_days: int
    initial: str
    department: str
    payers: frozenset[str]


VOCABULARY = Vocabulary.of(
    Facts,
    IntFact("level", label="dunning level", least=0, most=3),
    IntFact("outstanding_cents", label="outstanding amount", unit="cents"),
    BoolFact("on_hold", label="on hold"),
    BoolFact(
        "has_appointment", label="an appointment is coming", otherwise="no appointment is coming"
    ),
    IntFact("appointment_days", label="time to the appointment", least=0, unit="days"),
    StrFact("initial", label="initial", values=(*"ABCDE", "")),
    SetFact("payers", label="payers", values=("aetna", "cigna")),
)


def facts(**changed):
    """Build a row: at level 1, owing $1.00, and whatever is *changed*."""
    plain = {
        "level": 1,
        "outstanding_cents": 100,
        "on_hold": False,
        "has_appointment": False,
        "appointment_days": 0,
        "initial": "A",
        "department": "a",
        "payers": frozenset(),
    }
    return Facts(**plain | changed)


@attrs.frozen
class InitialIn(Leaf):
    """The initial is one of these."""

    letters: frozenset[str] = attrs.field(converter=frozenset)

    def lower(self):
        return In("initial", self.letters)


@attrs.frozen
class OutstandingBetween(Leaf):
    """The amount is from one bound to the other, either of which may be open."""

    cents_min: int | None = None
    cents_max: int | None = None

    def lower(self):
        low = [] if self.cents_min is None else [AtLeast("outstanding_cents", self.cents_min)]
        high = [] if self.cents_max is None else [AtMost("outstanding_cents", self.cents_max)]
        return AllOf(*low, *high)


@attrs.frozen
class NoAppointmentWithin(Leaf):
    """No appointment is coming in that many days."""

    days: int

    def lower(self):
        coming = AllOf(Equals("has_appointment", True), AtMost("appointment_days", self.days))
        return Not(coming)

    def words(self):
        return f"no appointment within {self.days} days"


@attrs.frozen
class CoversPayer(Leaf):
    """One of these payers is covered."""

    payers: tuple[str, ...]

    def lower(self):
        return AnyOf(*(Contains("payers", payer) for payer in self.payers))


@attrs.frozen
class Workable(Leaf):
    """A leaf that lowers to other leaves."""

    days: int = 7

    def lower(self):
        return AllOf(Equals("on_hold", False), NoAppointmentWithin(self.days))


LEAVES = LeafRegistry(
    initial_in=InitialIn,
    outstanding_between=OutstandingBetween,
    no_appointment_within=NoAppointmentWithin,
    covers_payer=CoversPayer,
    workable=Workable,
)


@attrs.frozen(kw_only=True)
class Few:
    """A row so small that every row there can be is soon listed."""

    level: int
    cents: int
    held: bool
    initial: str
    department: str
    payers: frozenset[str]


FEW = Vocabulary.of(
    Few,
    IntFact("level", least=0, most=2),
    StrFact("initial", values=("A", "B", "")),
    SetFact("payers", values=("aetna",)),
)

# Rules over FEW name ints from -4 to 4 and texts of the strategies' own: one more on either side,
# and one more text, stand for all the others.
EVERY_FEW = tuple(
    Few(level=level, cents=cents, held=held, initial=initial, department=department, payers=payers)
    for level, cents, held, initial, department, payers in itertools.product(
        range(3),
        range(-5, 6),
        (False, True),
        ("A", "B", ""),
        ("a", "b", "c", "", "o'neil", "Müller", "no text of a rule"),
        (frozenset(), frozenset({"aetna"})),
    )
)
