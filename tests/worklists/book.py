"""The book that the tests of worklists share: accounts whose alarms fire, and who looks at them."""

from datetime import date, timedelta

from revcycle.access import Permission, ProviderGroup, Viewer
from revcycle.accounts import (
    Account,
    Alarm,
    Appointment,
    Guarantor,
    Member,
    Patient,
    StatementCycle,
)
from revcycle.charges import Charge, Standing
from revcycle.dunning import DunningPolicy
from revcycle.levels import LEVELS
from revcycle.worklists import Worklist, run_worklist

AS_OF = date(2025, 6, 2)
REACHED = AS_OF - timedelta(days=20)
BILLED = REACHED - timedelta(days=70)
POLICY = DunningPolicy()

RUNNER = Viewer(id="rita", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))
SEES_ALL = Viewer(
    id="sam", permissions=frozenset({Permission.SELF_PAY_WORKLISTS, Permission.ACCESS_BLOCKED})
)
ADMIN = Viewer(id="ada", permissions=frozenset({Permission.SELF_PAY_ADMIN}))
NOBODY = Viewer(id="nell")


def person(patient_id="ann", last="Adams", first="Ann", **more):
    """A patient; the department is d1 and the provider v1 unless told otherwise."""
    given = {"primary_department_id": "d1", "usual_provider_id": "v1"} | more
    return Patient(id=patient_id, last_name=last, first_name=first, **given)


def charge(patient_id, amount, level=2, *, charge_id=None, **more):
    """A standard charge at *level*, reached twenty days ago."""
    charge_id = charge_id or f"c-{patient_id}-{amount}"
    standing = Standing(
        level=LEVELS[level],
        reached_on=REACHED if level else None,
        first_billed_on=BILLED,
        last_billed_on=REACHED,
        billed_count=level + 1,
    )
    return Charge(
        id=charge_id,
        patient_id=patient_id,
        claim_id=f"k-{charge_id}",
        amount=amount,
        posted_on=BILLED,
        service_on=BILLED,
        standing=more.pop("standing", standing),
        **more,
    )


def account(account_id="a1", *people, owes="100.00", level=2, guarantor=None, **more):
    """An account whose alarm fires at *level* (1 to 4); the first person is head and guarantor."""
    people = people or (person(f"{account_id}-p"),)
    head = people[0]
    charges = more.pop("charges", (charge(head.id, owes, level, charge_id=f"{account_id}-c"),))
    ids = tuple(each.id for each in people)
    alarm = Alarm(level=LEVELS[level], reached_on=REACHED, set_on=REACHED, patient_ids=ids)
    return Account(
        id=account_id,
        guarantor=guarantor or guarantor_of(head),
        members=tuple(
            Member(patient=each, joined_on=date(2024, 1, 1) + timedelta(days=place))
            for place, each in enumerate(people)
        ),
        charges=charges,
        alarm=more.pop("alarm", alarm),
        cycle=more.pop(
            "cycle",
            StatementCycle(
                last_run_on=REACHED,
                last_statement_on=REACHED,
                next_statement_on=REACHED + timedelta(days=35),
                statement_count=3,
            ),
        ),
        **more,
    )


def guarantor_of(patient):
    """The guarantor that a patient is."""
    return Guarantor(
        id=f"g-{patient.id}",
        first_name=patient.first_name,
        last_name=patient.last_name,
        patient_id=patient.id,
    )


def named(account_id, last, first="Ann", **more):
    """An account of one person of that name."""
    return account(account_id, person(f"{account_id}-p", last, first), **more)


def worklist(**more):
    """A worklist of level 2."""
    return Worklist(**{"id": "w", "name": "Level two", "alarm_level": LEVELS[2]} | more)


def run(definition, *accounts, viewer=SEES_ALL, as_of=AS_OF, policy=POLICY):
    """Run a worklist."""
    return run_worklist(definition, accounts, viewer=viewer, as_of=as_of, policy=policy)


def on(result):
    """The accounts of a result, in order."""
    return [family.account_id for family in result.families]


def coming(days, **more):
    """A patient's appointment so many days from the day."""
    return (Appointment(on=AS_OF + timedelta(days=days), **more),)


def group(*, providers=(), departments=(), group_id="north"):
    """A provider group."""
    return ProviderGroup(
        id=group_id, provider_ids=frozenset(providers), department_ids=frozenset(departments)
    )


def grouped(*groups, blocked_too=True):
    """A viewer with provider groups."""
    permissions = {Permission.SELF_PAY_WORKLISTS}
    permissions |= {Permission.ACCESS_BLOCKED} if blocked_too else set()
    return Viewer(id="gus", permissions=frozenset(permissions), provider_groups=frozenset(groups))
