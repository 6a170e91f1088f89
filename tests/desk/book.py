"""The families at whose accounts the tests of the desk look, and who looks."""

from datetime import date, timedelta

import attrs

from revcycle.access import Permission, Viewer
from revcycle.accounts import Account, Address, DeliveryPreference, Guarantor
from revcycle.desk import NoteEntry, account_view, record_note
from tests.stories.book import POLICY, POSTED, R1, R2, R3, charge, family, plan, runs

DAY = R3 + timedelta(days=8)
"""A day on which the alarm of level 6 has fired."""

ROSA = Viewer(id="rosa", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))
SAM = Viewer(
    id="sam", permissions=frozenset({Permission.SELF_PAY_WORKLISTS, Permission.ACCESS_BLOCKED})
)
ADA = Viewer(id="ada", permissions=frozenset({Permission.SELF_PAY_ADMIN}))
NELL = Viewer(id="nell")

STREET = Address(lines=("1 Mill Road",), city="Salem", state="MA", postal_code="01970")
PEOPLE = {
    "ann": {
        "first_name": "Ann",
        "last_name": "Adams",
        "birth_on": date(1980, 2, 29),
        "address": STREET,
        "phones": ("555-0100", "555-0101"),
        "email": "ann@example.org",
        "primary_department_id": "cardiology",
        "usual_provider_id": "dr-1",
    },
    "bob": {"first_name": "Bob", "last_name": "Adams"},
    "cleo": {"first_name": "Cleo", "last_name": "Brook"},
}
GUARANTOR = Guarantor(
    id="g1",
    first_name="Ann",
    last_name="Adams",
    address=STREET,
    email="ann@example.org",
    delivery=DeliveryPreference.E_STATEMENT,
    patient_id="ann",
)


def dressed(account: Account, **more) -> Account:
    """Give the members their names, and whatever *more* says of each, by id."""
    return attrs.evolve(
        account,
        members=tuple(
            attrs.evolve(
                member,
                patient=attrs.evolve(
                    member.patient,
                    **PEOPLE.get(member.patient.id, {}) | more.get(member.patient.id, {}),
                ),
            )
            for member in account.members
        ),
    )


def adams(**more) -> Account:
    """Ann at 2 on a standard charge and at 6 on a plan, Bob at 2: three runs, nothing paid."""
    account = family(
        charge("c1", "100.00"), charge("p1", "300.00"), charge("b1", "60.00", of="bob")
    )
    account = attrs.evolve(account, guarantor=GUARANTOR)
    account = plan(account, "claim-p1", on=POSTED)
    return runs(dressed(account, **more), R1, R2, R3)


def opened(account: Account, patient_id=None, *, viewer=SAM, as_of=DAY, policy=POLICY, book=()):
    """Open the page of a member, of the head if nobody is named."""
    return account_view(
        account, viewer=viewer, patient_id=patient_id, book=book, as_of=as_of, policy=policy
    )


def noted(account: Account, text="Called.", *about, viewer=SAM, as_of=DAY, policy=POLICY, **entry):
    """Save a note about Ann, or about those named."""
    said = NoteEntry(id=entry.pop("id", f"n{len(account.notes) + 1}"), text=text, **entry)
    return record_note(
        account,
        said,
        viewer=viewer,
        patient_ids=about or ("ann",),
        as_of=as_of,
        policy=policy,
    ).account
