"""What an agency is given of the charges placed with it (CO-3, LE-2, PR-3)."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.access import Permission, Viewer
from revcycle.accounts import Address, Guarantor
from revcycle.charges import AdjustmentReason
from revcycle.dunning import (
    collect_outstanding,
    figures_of,
    place_in_collections,
    recall_from_collections,
)
from revcycle.errors import InvalidRecord, NotPermitted
from revcycle.worklists import (
    AGENCY_COLUMNS,
    AgencyHandOff,
    AgencyRow,
    agency_csv,
    hand_off_to_agency,
)
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    adjust,
    charge,
    family,
    pay,
    refund,
    run,
    runs,
    void,
)

CLERK = Viewer(id="clerk", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))
OFFICER = Viewer(id="officer", permissions=frozenset(Permission))
HOME = Address(lines=("12 Elm Street", "Apt. 3"), city="Springfield", state="MA", postal_code="01")
GRAY = Guarantor(
    id="g1",
    first_name="Ann",
    last_name="Gray",
    address=HOME,
    email="ann@example.com",
    patient_id="ann",
)


def with_patient(account, patient_id="ann", **fields):
    return attrs.evolve(
        account,
        members=tuple(
            attrs.evolve(m, patient=attrs.evolve(m.patient, **fields))
            if m.patient.id == patient_id
            else m
            for m in account.members
        ),
    )


def place(account, *ids, on=R2, agency="agency"):
    return place_in_collections(
        account, charge_ids=ids, agency_id=agency, as_of=on, policy=POLICY
    ).account


def hand_off(*accounts, viewer=CLERK, agency="agency", **more) -> AgencyHandOff:
    return hand_off_to_agency(accounts, viewer=viewer, agency_id=agency, **more)


def given(*accounts, **more) -> list[str]:
    return [row.charge_id for row in hand_off(*accounts, **more).rows]


def gray():
    """A family whose first charge was billed twice, part paid, and placed."""
    account = family(charge(), charge("c2", "40.00"), guarantor=GRAY)
    account = with_patient(
        account,
        first_name="Ann",
        last_name="Gray",
        birth_on=date(1980, 2, 29),
        phones=("+1 555 0100", "555 0101"),
    )
    return place(pay(runs(account, R1, R2), "c1", "30.00", R2), "c1")


def test_a_row_says_who_owes_what_for_which_service_and_since_when():
    """CO-3: identity and contact, claim, dates of service, bills and last payment, amounts."""
    account = refund(adjust(gray(), "c1", "5.00", R2), "c1", "10.00", R2)
    (row,) = hand_off(account).rows
    assert row == AgencyRow(
        account_id="a1",
        charge_id="c1",
        claim_id="claim-c1",
        placed_on=R2,
        patient_id="ann",
        patient_name="Gray, Ann",
        birth_on=date(1980, 2, 29),
        phones=("+1 555 0100", "555 0101"),
        guarantor_id="g1",
        guarantor_name="Gray, Ann",
        address=HOME,
        email="ann@example.com",
        service_on=date(2025, 1, 2),
        first_billed_on=R1,
        last_billed_on=R2,
        billed_count=2,
        last_paid_on=R2,
        last_paid=Decimal("30.00"),
        patient_part=Decimal("100.00"),
        paid=Decimal("20.00"),
        adjusted=Decimal("5.00"),
        outstanding=Decimal("75.00"),
    )


def test_the_last_payment_is_by_the_day_it_came_and_voids_do_not_count():
    """CO-3: all payments of the latest day together; none where none stands."""
    account = run(family(charge(), guarantor=GRAY), R1)
    account = pay(account, "c1", "5.00", R2, received_on=R2)
    account = pay(account, "c1", "7.00", R2, received_on=R2)
    account = pay(account, "c1", "9.00", R2, received_on=R1)
    (row,) = hand_off(place(account, "c1")).rows
    assert (row.last_paid_on, row.last_paid) == (R2, Decimal("12.00"))
    early = run(family(charge(), guarantor=GRAY), R1)
    early = pay(early, "c1", "5.00", R2, received_on=R1)
    early = void(pay(early, "c1", "6.00", R2), "t2", R2)
    (row,) = hand_off(place(early, "c1")).rows
    assert (row.last_paid_on, row.last_paid) == (R1, Decimal("5.00"))
    (bare,) = hand_off(place(run(family(charge(), guarantor=GRAY), R1), "c1")).rows
    assert (bare.last_paid_on, bare.last_paid) == (None, None)


def test_only_what_this_agency_has_and_is_still_owed():
    """CO-3: not another agency's, not recalled, not paid; from a day on if it is given."""
    account = run(
        family(charge(), charge("c2"), charge("c3"), charge("c4"), charge("c5"), guarantor=GRAY), R1
    )
    account = place(account, "c1", "c3", "c4")
    account = place(account, "c2", agency="other")
    account = pay(account, "c3", "100.00", R2)
    account = recall_from_collections(account, charge_ids=["c4"], as_of=R2, policy=POLICY).account
    account = place(account, "c5", on=R3)
    assert given(account) == ["c1", "c5"]
    assert given(account, agency="other") == ["c2"]
    assert given(account, placed_from=R3) == ["c5"]
    assert given(account, placed_from=R3 + timedelta(days=1)) == []


def test_the_rows_add_up_to_collect_outstanding():
    """CO-3, CH-7: what agencies are given is what is shown beside the balance, to the cent."""
    account = place(pay(gray(), "c1", "0.01", R2), "c2")
    done = hand_off(account)
    assert done.outstanding == collect_outstanding(account) == Decimal("109.99")
    assert figures_of(account, as_of=R2, policy=POLICY).collect_outstanding == done.outstanding
    written_off = adjust(account, "c2", "40.00", R2, reason=AdjustmentReason.BAD_DEBT)
    assert hand_off(written_off).outstanding == Decimal("69.99")


def test_the_order_hangs_on_the_rows_alone():
    """CO-3, M-3: by account, patient, service date and charge, however the accounts come."""
    one = place(family(charge("b"), charge("a"), account_id="a1", guarantor=GRAY), "b", "a", on=R1)
    two = place(family(charge("c", service_on=R1), account_id="a0"), "c", on=R1)
    assert given(one, two) == given(two, one) == ["c", "a", "b"]


def test_a_masked_patient_is_left_out_and_counted():
    """PR-3, CO-3: blocked, without the permission: in no file; the figures are kept."""
    account = with_patient(gray(), blocked=True)
    done = hand_off(account)
    assert (done.rows, done.left_out_count, done.left_out_outstanding) == ((), 1, Decimal("70.00"))
    assert "Gray" not in agency_csv(done)
    seen = hand_off(account, viewer=OFFICER)
    assert (len(seen.rows), seen.left_out_count) == (1, 0)


def test_nobody_masked_is_named_by_another_s_row():
    """PR-3, CO-3: a masked guarantor or head would be named beside a patient who is not."""
    account = family(charge(), charge("b1", of="bob"), guarantor=GRAY)
    account = place(with_patient(account, blocked=True), "c1", "b1", on=R1)
    assert (given(account), hand_off(account).left_out_count) == ([], 2)
    assert sorted(given(account, viewer=OFFICER)) == ["b1", "c1"]
    other = with_patient(with_patient(account, blocked=False), "bob", blocked=True)
    assert (given(other), hand_off(other).left_out_count) == (["c1"], 1)
    absent = family(
        charge("x", of="tom"), account_id="t", guarantor=Guarantor(id="g", patient_id="p9")
    )
    absent = place(absent, "x", on=R1)
    assert given(absent) == []
    there = family("p9", account_id="p")
    assert given(absent, there) == ["x"]
    assert given(absent, with_patient(there, "p9", blocked=True)) == []


def test_making_the_file_needs_the_worklists_permission():
    """PR-5, PR-2: placing is the host's act and asks nobody; naming people asks for the right."""
    admin = Viewer(id="admin", permissions=frozenset({Permission.SELF_PAY_ADMIN}))
    with pytest.raises(NotPermitted, match="Worklists"):
        hand_off(gray(), viewer=admin)


def test_nothing_private_is_in_the_repr():
    """PR-6: names, birth dates and contacts are in the CSV and in no repr."""
    said = repr(hand_off(gray()))
    for secret in ("Gray", "1980", "555", "Elm", "example.com"):
        assert secret not in said
    assert "'c1'" in said


def test_the_csv_is_safe_and_complete():
    """LE-2, CO-3: every column, numbers as numbers, text that would start a formula defused."""
    account = with_patient(gray(), last_name="=SUM(A1)", phones=("+1 555 0100",))
    header, row = csv.reader(io.StringIO(agency_csv(hand_off(account))))
    assert tuple(header) == AGENCY_COLUMNS
    cells = dict(zip(header, row, strict=True))
    assert cells["Patient"] == "'=SUM(A1), Ann"
    assert cells["Telephone"] == "'+1 555 0100"
    assert (cells["Address"], cells["State"]) == ("12 Elm Street, Apt. 3", "MA")
    assert (cells["Outstanding"], cells["Paid"], cells["Bills"]) == ("70.00", "30.00", "2")
    assert (cells["Date of service"], cells["Placed"]) == ("2025-01-02", "2025-02-10")
    assert "description" not in agency_csv(hand_off(account)).casefold()


@pytest.mark.parametrize(
    ("field", "value"),
    [("agency_id", None), ("agency_id", ""), ("placed_from", "2025"), ("placed_from", 5)],
)
def test_a_hand_off_is_asked_for_in_ids_and_days(field, value):
    """CO-3: what is no agency, or no day, is refused, also where nothing is placed."""
    asked = {"viewer": CLERK, "agency_id": "agency", field: value}
    with pytest.raises(InvalidRecord, match=f"hand_off_to_agency.{field}"):
        hand_off_to_agency([family(charge())], **asked)
