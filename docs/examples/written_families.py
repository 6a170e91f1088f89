"""Families written by hand, so that the seeded book shows every kind of act once.

the Ash family (A001)     a plan that is missed, cured and paid; an alarm; a bounced cheque
holds (A002 to A004)      an account, a claim and a patient left in peace for a while
families (A005 to A007)   a grown child leaves; a patient joins another account
the agency (A008, A009)   nothing is ever paid: placed, and written off
plans (A010 to A014)      monthly on the 31st by card, weekly, every two weeks, cancelled,
                          and one on which nothing is ever paid
money (A015 to A018)      a credit applied, charity, a cleared alarm, a new statement date
the Quince family (A019)  one member's record is blocked; nobody pays
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import attrs
from practice_acts import (
    Act,
    Adjust,
    ApplyCredit,
    BounceCheque,
    CancelPlan,
    ClearAlarm,
    DeclineCard,
    Join,
    Leave,
    PayCharge,
    PayPlan,
    PayStandard,
    Place,
    PlaceHold,
    PostCharge,
    ReleaseHold,
    ResetNextStatement,
    StartPlan,
    WriteOff,
)

from revcycle.accounts import (
    Account,
    DeliveryPreference,
    Guarantor,
    InsuranceClass,
    Member,
    Patient,
)
from revcycle.charges import AdjustmentReason, Charge
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.plans import Cadence, CadenceKind, NewChargePolicy

__all__ = ["WrittenFamilies", "written_families"]

_CYCLE_DAYS: Final = 35


@attrs.frozen(kw_only=True)
class WrittenFamilies:
    """The accounts before the first run, and their acts.

    Attributes:
        accounts: by id.
        acts: in no order.
        scripted_ids: the accounts, those that come later included.
    """

    accounts: tuple[Account, ...]
    acts: tuple[Act, ...]
    scripted_ids: frozenset[str]


class _Days:
    """Days counted from the statement runs."""

    def __init__(self, first_run: date) -> None:
        self.first_run = first_run

    def after(self, cycle: int, days: int = 0) -> date:
        """Give the day *days* after the run number *cycle*; before the first run if negative."""
        return self.first_run + timedelta(days=_CYCLE_DAYS * (cycle - 1) + days)


def written_families(*, first_run: date) -> WrittenFamilies:
    """Write the families for a first statement run on *first_run*."""
    days = _Days(first_run)
    accounts: list[Account] = []
    acts: list[Act] = []
    for write in (
        _ash_family,
        _held,
        _leaver,
        _joiner,
        _agency,
        _card_plan,
        _calendar_plans,
        _money,
        _blocked,
    ):
        found, happening = write(days)
        accounts += found
        acts += happening
    later = [act.new_account_id for act in acts if isinstance(act, Leave)]
    return WrittenFamilies(
        accounts=tuple(accounts),
        acts=tuple(acts),
        scripted_ids=frozenset([*later, *(account.id for account in accounts)]),
    )


# Which periods are paid, where it is not all of them.
_PAID_PERIODS: Final = {"A013": (1, 2), "A014": ()}
_Family = tuple[list[Account], list[Act]]


def _ash_family(days: _Days) -> _Family:
    """Write the family whose story is told: guarantor, partner, child."""
    account = _account(
        "A001",
        days,
        [
            ("P1", "1240.00", -20, "Knee operation"),
            ("P1", "380.00", -20, "Anaesthesia"),
            ("P2", "64.00", -12, "Blood test"),
            ("P3", "88.50", -9, "X-ray of the wrist"),
        ],
        electronic=True,
        one_claim=("P1",),
    )
    knee = "A001-P1-K"
    blood, wrist = "A001-P2-3", "A001-P3-4"
    plan = "A001-PL1"
    acts: list[Act] = [
        # The knee goes on a plan after its second statement, the child's X-ray does not.
        StartPlan(
            on=days.after(2, 9),
            account_id="A001",
            plan_id=plan,
            patient_id="A001-P1",
            claim_ids=(knee,),
            minimum=Decimal(270),
            cadence=Cadence(kind=CadenceKind.STATEMENT),
            start_on=days.after(2, 9),
            new_charges=NewChargePolicy.LEAVE,
        ),
        PayCharge(
            on=days.after(1, 14),
            account_id="A001",
            charge_id=blood,
            payment_id="A001-M1",
            amount=Decimal("64.00"),
        ),
        # A cheque for the X-ray that bounces, and is made good three cycles later.
        PayCharge(
            on=days.after(3, 6),
            account_id="A001",
            charge_id=wrist,
            payment_id="A001-M2",
            amount=Decimal("88.50"),
        ),
        BounceCheque(on=days.after(3, 13), account_id="A001", transaction_id="A001-M2"),
        ClearAlarm(
            on=days.after(4, 10),
            account_id="A001",
            by="STAFF-4",
            note="Spoke with the guarantor: will pay with the next plan instalment.",
        ),
        PayCharge(
            on=days.after(6, 4),
            account_id="A001",
            charge_id=wrist,
            payment_id="A001-M3",
            amount=Decimal("88.50"),
        ),
    ]
    # Paid after runs 3, 5 and 6, the last with all that is overdue; after run 4 only in part.
    for cycle, with_arrears in ((3, False), (5, False), (6, True), (7, True), (8, True)):
        acts.append(
            PayPlan(
                on=days.after(cycle, 12),
                account_id="A001",
                plan_id=plan,
                payment_id=f"A001-PL1-{cycle}",
                with_arrears=with_arrears,
            )
        )
    acts.append(
        PayCharge(
            on=days.after(4, 20),
            account_id="A001",
            charge_id="A001-P1-1",
            payment_id="A001-M4",
            amount=Decimal(100),
        )
    )
    return [account], acts


def _held(days: _Days) -> _Family:
    """Write three accounts with a hold: on all, on a claim, on a patient."""
    all_held = _account("A002", days, [("P1", "210.00", -15, "Office visit")])
    claim_held = _account(
        "A003", days, [("P1", "95.00", -18, "Therapy"), ("P1", "40.00", -18, "Office visit")]
    )
    patient_held = _account(
        "A004", days, [("P1", "55.00", -8, "Office visit"), ("P2", "130.00", -8, "Allergy test")]
    )
    return [all_held, claim_held, patient_held], [
        _hold(days.after(3, 5), "A002", HoldScope.ACCOUNT, None, HoldReason.BANKRUPTCY),
        ReleaseHold(on=days.after(8, 3), account_id="A002", hold_id="A002-HOLD"),
        _hold(
            days.after(2, 6), "A003", HoldScope.CLAIM, "A003-P1-1-C", HoldReason.INSURANCE_APPEAL
        ),
        _hold(days.after(1, 10), "A004", HoldScope.PATIENT, "A004-P2", HoldReason.DISPUTE),
        ReleaseHold(on=days.after(4, 20), account_id="A004", hold_id="A004-HOLD"),
        _pays(days.after(1, 20), "A004", "A004-P1-1", "A004-M1", "55.00"),
    ]


def _leaver(days: _Days) -> _Family:
    """Write a family whose grown child leaves with what is theirs."""
    account = _account(
        "A005",
        days,
        [("P1", "45.00", -11, "Office visit"), ("P3", "150.00", -30, "Sports injury")],
    )
    return [account], [
        _pays(days.after(2, 8), "A005", "A005-P1-1", "A005-M1", "45.00"),
        Leave(
            on=days.after(4, 10),
            account_id="A005",
            patient_id="A005-P3",
            new_account_id="A005-B",
            guarantor=Guarantor(
                id="A005-B-G", first_name="Kim", last_name="Clover", patient_id="A005-P3"
            ),
        ),
        _pays(days.after(7, 15), "A005-B", "A005-P3-2", "A005-B-M1", "60.00"),
    ]


def _joiner(days: _Days) -> _Family:
    """Write a person alone who joins another account; the old one is closed."""
    alone = _account("A006", days, [("P1", "72.00", -25, "Office visit")])
    family = _account("A007", days, [("P1", "33.00", -14, "Vaccination")])
    return [alone, family], [
        Join(on=days.after(3, 12), account_id="A006", patient_id="A006-P1", target_id="A007"),
        _pays(days.after(2, 17), "A007", "A007-P1-1", "A007-M1", "33.00"),
        PayStandard(
            on=days.after(6, 9),
            account_id="A007",
            payment_id="A007-M2",
            amount=Decimal("72.00"),
        ),
    ]


def _agency(days: _Days) -> _Family:
    """Write two accounts that never answer: one is placed, one is written off."""
    placed = _account(
        "A008", days, [("P1", "310.00", -21, "Imaging"), ("P1", "85.00", -21, "Office visit")]
    )
    lost = _account("A009", days, [("P1", "27.40", -16, "Blood test")])
    return [placed, lost], [
        Place(on=days.after(6, 11), account_id="A008", agency_id="AGENCY-1"),
        _pays(days.after(9, 3), "A008", "A008-P1-1", "A008-M1", "120.00"),
        WriteOff(
            on=days.after(7, 20),
            account_id="A009",
            charge_id="A009-P1-1",
            transaction_id="A009-W1",
        ),
    ]


def _card_plan(days: _Days) -> _Family:
    """Write a plan on the 31st of the month, paid by a card that is declined once."""
    account = _account("A010", days, [("P1", "640.00", -28, "Minor surgery")])
    start = StartPlan(
        on=days.after(1, 12),
        account_id="A010",
        plan_id="A010-PL1",
        patient_id="A010-P1",
        claim_ids=("A010-P1-1-C",),
        minimum=Decimal(80),
        cadence=Cadence(kind=CadenceKind.MONTHLY, day=31),
        start_on=days.after(1, 20),
        new_charges=NewChargePolicy.ADD,
        card_ref="CARD-REF-1",
    )
    new = _visit(days.after(5, 8), "A010", "P1", "2", "90.00")
    acts: list[Act] = [start, new]
    acts.append(DeclineCard(on=days.after(4, 12), account_id="A010", plan_id="A010-PL1"))
    # Paid at every run but those right after the declined card.
    acts += [
        PayPlan(
            on=days.after(cycle, 1),
            account_id="A010",
            plan_id="A010-PL1",
            payment_id=f"A010-PL1-{cycle}",
            with_arrears=True,
        )
        for cycle in (2, 3, 4, 7, 8, 9, 10, 11)
    ]
    return [account], acts


def _calendar_plans(days: _Days) -> _Family:
    """Write a weekly plan, one every two weeks, one that staff cancel, one never paid."""
    accounts = []
    acts: list[Act] = []
    for account_id, kind, minimum, step, amount, new_charges in (
        ("A011", CadenceKind.WEEKLY, 10, 7, "240.00", NewChargePolicy.LEAVE),
        ("A012", CadenceKind.BIWEEKLY, 30, 14, "420.00", NewChargePolicy.HOLD),
        ("A013", CadenceKind.STATEMENT, 60, 35, "300.00", NewChargePolicy.LEAVE),
        ("A014", CadenceKind.STATEMENT, 50, 35, "400.00", NewChargePolicy.LEAVE),
    ):
        accounts.append(_account(account_id, days, [("P1", amount, -19, "Physical therapy")]))
        acts.append(
            StartPlan(
                on=days.after(1, 11),
                account_id=account_id,
                plan_id=f"{account_id}-PL1",
                patient_id=f"{account_id}-P1",
                claim_ids=(f"{account_id}-P1-1-C",),
                minimum=Decimal(minimum),
                cadence=Cadence(kind=kind),
                start_on=days.after(1, 14),
                new_charges=new_charges,
            )
        )
        acts += [
            PayPlan(
                on=days.after(1, 14 + step * number),
                account_id=account_id,
                plan_id=f"{account_id}-PL1",
                payment_id=f"{account_id}-PL1-{number}",
                with_arrears=True,
            )
            for number in _PAID_PERIODS.get(account_id, range(_CYCLE_DAYS * 11 // step))
        ]
    acts.append(_visit(days.after(4, 3), "A012", "P1", "2", "50.00"))
    acts.append(
        ReleaseHold(on=days.after(5, 2), account_id="A012", hold_id="plan-review:A012-P1-2-C")
    )
    acts.append(
        CancelPlan(
            on=days.after(6, 9),
            account_id="A013",
            plan_id="A013-PL1",
            reason="Two instalments missed, no answer.",
        )
    )
    return accounts, acts


def _money(days: _Days) -> _Family:
    """Write what staff do with money, an alarm and a date."""
    credit = _account(
        "A015", days, [("P1", "50.00", -13, "Office visit"), ("P1", "76.00", -13, "X-ray")]
    )
    charity = _account("A016", days, [("P1", "190.00", -22, "Imaging")])
    called = _account("A017", days, [("P1", "118.00", -17, "Therapy")])
    reset = _account("A018", days, [("P1", "66.00", -10, "Office visit")])
    return [credit, charity, called, reset], [
        _pays(days.after(1, 9), "A015", "A015-P1-1", "A015-M1", "80.00"),
        ApplyCredit(
            on=days.after(3, 4),
            account_id="A015",
            from_charge_id="A015-P1-1",
            to_charge_id="A015-P1-2",
            transaction_id="A015-X1",
        ),
        Adjust(
            on=days.after(3, 16),
            account_id="A016",
            charge_id="A016-P1-1",
            transaction_id="A016-J1",
            amount=Decimal("150.00"),
            reason=AdjustmentReason.CHARITY,
        ),
        _pays(days.after(4, 6), "A016", "A016-P1-1", "A016-M1", "40.00"),
        ClearAlarm(on=days.after(2, 15), account_id="A017", by="STAFF-2", note="Left a message."),
        ResetNextStatement(on=days.after(2, 5), account_id="A018", to=days.after(4)),
    ]


def _blocked(days: _Days) -> _Family:
    """Write a family in which not everybody may know who one member is."""
    account = _account(
        "A019",
        days,
        [("P1", "264.00", -14, "Imaging"), ("P2", "616.00", -12, "Minor surgery")],
        blocked=("P2",),
    )
    return [account], []


# By the number of the account, and by the number of the member.
_LAST_NAMES: Final = (
    *("Ash", "Aspen", "Beech", "Bramble", "Clover", "Cypress", "Elder", "Fern", "Gorse"),
    *("Heather", "Holly", "Ivy", "Laurel", "Linden", "Myrtle", "Olive", "Poplar", "Privet"),
    "Quince",
)
_FIRST_NAMES: Final = ("Lou", "Jo", "Kim")


def _account(
    account_id: str,
    days: _Days,
    charges: Sequence[tuple[str, str, int, str]],
    *,
    electronic: bool = False,
    one_claim: Iterable[str] = (),
    blocked: Collection[str] = (),
) -> Account:
    """Build an account of the patients P1, P2 ... that *charges* name.

    Each charge is (patient, dollars, days after the first run, description). The charges of a
    patient in *one_claim* are one claim; the records of those in *blocked* are blocked.
    """
    count = max(int(patient[1:]) for patient, *_ in charges)
    last_name = _LAST_NAMES[int(account_id[1:]) - 1]
    joined_on = days.after(1, -900)
    guarantor = Guarantor(
        id=f"{account_id}-G",
        first_name=_FIRST_NAMES[0],
        last_name=last_name,
        email=f"{last_name.lower()}@example.com" if electronic else None,
        delivery=DeliveryPreference.E_STATEMENT if electronic else DeliveryPreference.PAPER,
        patient_id=f"{account_id}-P1",
    )
    members = tuple(
        Member(
            patient=Patient(
                id=f"{account_id}-P{number}",
                first_name=_FIRST_NAMES[number - 1],
                last_name=last_name,
                primary_department_id="D1",
                usual_provider_id="DR1",
                insurance_class=InsuranceClass.OTHER_PRIMARY,
                blocked=f"P{number}" in blocked,
            ),
            joined_on=joined_on,
        )
        for number in range(1, count + 1)
    )
    return Account(
        id=account_id,
        guarantor=guarantor,
        members=members,
        charges=tuple(_charges(account_id, days, charges, frozenset(one_claim))),
    )


def _charges(
    account_id: str,
    days: _Days,
    charges: Sequence[tuple[str, str, int, str]],
    one_claim: frozenset[str],
) -> Iterator[Charge]:
    for number, (patient, amount, when, description) in enumerate(charges, start=1):
        charge_id = f"{account_id}-{patient}-{number}"
        posted_on = days.after(1, when)
        yield Charge(
            id=charge_id,
            patient_id=f"{account_id}-{patient}",
            claim_id=f"{account_id}-{patient}-K" if patient in one_claim else f"{charge_id}-C",
            amount=Decimal(amount),
            posted_on=posted_on,
            service_on=posted_on - timedelta(days=6),
            department_id="D1",
            provider_id="DR1",
            description=description,
        )


def _visit(on: date, account_id: str, patient: str, number: str, amount: str) -> PostCharge:
    charge_id = f"{account_id}-{patient}-{number}"
    charge = Charge(
        id=charge_id,
        patient_id=f"{account_id}-{patient}",
        claim_id=f"{charge_id}-C",
        amount=Decimal(amount),
        posted_on=on,
        service_on=on,
        department_id="D1",
        provider_id="DR1",
        description="Office visit",
    )
    return PostCharge(on=on, account_id=account_id, charge=charge)


def _pays(on: date, account_id: str, charge_id: str, payment_id: str, amount: str) -> PayCharge:
    return PayCharge(
        on=on,
        account_id=account_id,
        charge_id=charge_id,
        payment_id=payment_id,
        amount=Decimal(amount),
    )


def _hold(
    on: date, account_id: str, scope: HoldScope, subject_id: str | None, reason: HoldReason
) -> PlaceHold:
    hold = Hold(
        id=f"{account_id}-HOLD", scope=scope, subject_id=subject_id, reason=reason, start_on=on
    )
    return PlaceHold(on=on, account_id=account_id, hold=hold)
