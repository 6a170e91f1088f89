"""What the tests of printed statements share: a practice, a family, its third statement."""

from datetime import date

import attrs

from revcycle.accounts import (
    Account,
    Address,
    Guarantor,
    StatementFormat,
    StatementNote,
)
from revcycle.dunning import (
    DunningPolicy,
    Practice,
    PracticeTexts,
    ProviderName,
    Statement,
    run_statement,
)
from revcycle.holds import HoldScope
from tests.stories.book import R1, R2, R3, charge, family, hold, pay, plan, run

__all__ = [
    "ANN",
    "HOME",
    "POLICY",
    "PRACTICE",
    "alone",
    "family_statement",
    "household",
    "in_format",
    "in_language",
    "statement_of",
]

HOME = Address(
    lines=("12 Elm Street", "Apt. 3"), city="Springfield", state="MA", postal_code="01101"
)
PRACTICE = Practice(
    name="Riverbend Family Practice",
    remit_to=Address(lines=("PO Box 12",), city="Springfield", state="MA", postal_code="01102"),
    phone="(555) 555-0100",
    website="https://pay.example.org",
    providers=(ProviderName(provider_id="dr1", name="Dr. Lee"),),
    texts=(
        PracticeTexts(
            language="en",
            hours="Monday to Friday, 8 am to 5 pm",
            ways_to_pay=("Pay by phone with your card.", "Pay at the front desk."),
            plan_offer="Call us. We can spread your bill over time.",
            assistance="You may be able to get help. Ask us for the form.",
            itemization="Call us for a list of each service and its price.",
            dispute="Call us before the day in the box above.",
        ),
        PracticeTexts(language="es", hours="De lunes a viernes, de 8 a 5"),
    ),
)
POLICY = DunningPolicy(practice=PRACTICE)
ANN = Guarantor(id="g1", first_name="Ann", last_name="Muñoz", address=HOME, patient_id="ann")


def household(guarantor: Guarantor = ANN) -> Account:
    """Ann, whose visit is on a plan and whose test is not, and Bob, whose X-ray is disputed."""
    account = family(
        charge("c1", "300.00", description="Office visit", provider_id="dr1"),
        charge(
            "c2",
            "80.00",
            description="Blood test",
            billed="200.00",
            insurance_paid="100.00",
            insurance_adjusted="20.00",
        ),
        charge("b1", "55.50", of="bob", description="X-ray of the hand", provider_id="dr9"),
        guarantor=guarantor,
    )
    members = tuple(
        attrs.evolve(
            member,
            patient=attrs.evolve(
                member.patient, first_name=member.patient.id.title(), last_name="Muñoz"
            ),
        )
        for member in account.members
    )
    account = run(attrs.evolve(account, members=members), R1, POLICY)
    account = plan(account, "claim-c1", on=R1, policy=POLICY)
    account = pay(account, "c2", "20.00", date(2025, 1, 20), policy=POLICY)
    account = run(account, R2, POLICY)
    account = pay(account, "c2", "10.00", date(2025, 2, 13), policy=POLICY)
    return hold(account, HoldScope.CLAIM, "claim-b1", date(2025, 2, 20), policy=POLICY)


def statement_of(account: Account, on: date, policy: DunningPolicy = POLICY) -> Statement:
    """The statement that a run of *on* makes."""
    made = run_statement(account, as_of=on, policy=policy).statement
    assert made is not None
    return made


def family_statement() -> Statement:
    """The household's third statement."""
    return statement_of(household(), R3)


def alone(*, note: str | None = None, policy: DunningPolicy = POLICY, **more) -> Statement:
    """The first statement of Ann alone, who owes 80 dollars for one visit."""
    account = family(charge(amount="80.00", description="Office visit"), guarantor=ANN)
    (member,) = account.members
    patient = attrs.evolve(
        member.patient,
        first_name="Ann",
        last_name="Muñoz",
        statement_note=None if note is None else StatementNote(text=note),
    )
    account = attrs.evolve(account, members=(attrs.evolve(member, patient=patient),))
    return attrs.evolve(statement_of(account, R1, policy), **more)


def in_language(statement: Statement, language: str) -> Statement:
    """The same statement, its guarantor reading *language*."""
    return attrs.evolve(statement, addressee=attrs.evolve(statement.addressee, language=language))


def in_format(statement: Statement, form: StatementFormat) -> Statement:
    """The same statement in another form."""
    return attrs.evolve(
        statement, addressee=attrs.evolve(statement.addressee, statement_format=form)
    )
