"""M-1 to M-4, told with cheques: cents, days, ids, and dollars that never get lost."""

import decimal
import inspect
from datetime import date, datetime
from decimal import Decimal

import pytest

from revcycle import dunning
from revcycle.accounts import Account, charge_of
from revcycle.charges import AdjustmentSide, Charge, TransactionKind
from revcycle.dunning import apply_credit, place_in_collections
from revcycle.errors import InvalidRecord
from revcycle.holds import HoldScope
from revcycle.money import ZERO, total, usd
from revcycle.plans import CoveredClaim
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    RUNS,
    adjust,
    cancel,
    cancel_charge,
    charge,
    dollars,
    family,
    fault,
    hold,
    level,
    owed,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    run,
    runs,
    transfer_away,
    transfer_in,
    void,
)

IN, AWAY = TransactionKind.TRANSFER_IN, TransactionKind.TRANSFER_AWAY
PAYMENT, REFUND = TransactionKind.PAYMENT, TransactionKind.REFUND


# ------------------------------------------------------------------------------------ M-1


@pytest.mark.parametrize(
    "amount",
    [
        10.0,
        0.1 + 0.2,
        True,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("10.005"),
        "10.005",
        "10.",
        ".50",
        "1,000.00",
        "$10",
        " 10",
        "1e3",
        "",
        "\u0661\u0660",
        None,
    ],
)
def test_an_amount_that_is_not_whole_cents_is_refused_wherever_it_comes_in(amount):
    """M-1: a float, NaN, an infinity, a fraction of a cent or odd text is no amount.

    It is refused on a new charge and on a payment, and the error names the record and the field.
    """
    account = family(charge())

    assert fault(charge, amount=amount) == ("Charge", "amount")
    assert fault(pay, account=account, charge_id="c1", amount=amount, day=R1) == (
        "Transaction",
        "amount",
    )


@pytest.mark.parametrize(
    ("amount", "kept"),
    [
        (Decimal("1.1000"), "1.10"),
        (Decimal(7), "7.00"),
        (Decimal("1E+2"), "100.00"),
        (Decimal("-0.00"), "0.00"),
        (6, "6.00"),
        ("5", "5.00"),
        ("+5.5", "5.50"),
        ("37.20", "37.20"),
    ],
)
def test_an_amount_in_any_exact_form_is_kept_with_two_decimals(amount, kept):
    """M-1: text, whole dollars and Decimals are US dollars to the cent; 1.1000 is kept as 1.10."""
    assert str(charge(amount=amount).amount) == kept


def test_the_hosts_decimal_context_changes_nothing():
    """M-1: a host that computes with two digits, or traps rounding, loses no cent here."""

    def story() -> Account:
        account = plan(
            family(charge(amount="12345.67"), charge("c2", "98765.43")), "claim-c1", on=R1
        )
        account = runs(account, R1, R2)
        account = pay(account, "c2", "12345.01", date(2025, 2, 11))
        account = pay_plan(account, "plan", "100.00", date(2025, 2, 12))
        return run(account, R3)

    expected = story()
    for context in (
        decimal.Context(prec=2),
        decimal.Context(prec=2, traps=[decimal.Inexact, decimal.Rounded]),
        decimal.Context(prec=1, rounding=decimal.ROUND_UP, Emax=3, Emin=-3),
    ):
        with decimal.localcontext(context):
            told = story()
            figure = dollars(told, "total_outstanding", R3)
        assert told == expected
        assert figure == dollars(expected, "total_outstanding", R3) == "98666.09"


# ------------------------------------------------------------------------------------ M-2


def verbs_and_figures():
    """Everything public in the dunning package that takes an account."""
    return [
        (name, inspect.signature(value))
        for name in dunning.__all__
        if inspect.isfunction(value := getattr(dunning, name))
    ]


@pytest.mark.parametrize(("name", "signature"), verbs_and_figures(), ids=lambda x: str(x)[:30])
def test_no_verb_assumes_a_day_or_a_policy(name, signature):
    """M-2: the caller passes `as_of`; a default day would be a hidden clock."""
    for given in ("as_of", "policy", "received_on"):
        if given in signature.parameters:
            assert signature.parameters[given].default is inspect.Parameter.empty
            if name not in {"replay", "audit_policy", "audit_alarm_types"} and given == "as_of":
                assert signature.parameters[given].kind is inspect.Parameter.KEYWORD_ONLY


def test_a_day_is_a_plain_date_and_never_a_moment():
    """M-2: a datetime has a clock and a zone in it, so it is no calendar date."""
    moment = datetime(2025, 1, 6, 9, 30)  # noqa: DTZ001  (just what must be refused)

    assert fault(charge, posted_on=moment) == ("Charge", "posted_on")
    assert fault(pay, account=family(charge()), charge_id="c1", amount="1", day=moment) == (
        "act",
        "as_of",
    )
    assert fault(CoveredClaim, claim_id="k1", joined_on=moment) == ("CoveredClaim", "joined_on")


def test_the_same_acts_on_the_same_days_give_the_same_book():
    """M-2: nothing but what is passed in decides: told twice, the story ends equal."""
    told = [runs(plan(family(charge(amount="400")), on=R1), *RUNS) for _ in range(2)]

    assert told[0] == told[1]


# ------------------------------------------------------------------------------------ M-3


@pytest.mark.parametrize("identifier", ["", 7, None, b"c1"])
def test_an_id_is_a_non_empty_text_of_the_hosts_own(identifier):
    """M-3: ids are opaque text; anything else is refused."""
    assert fault(charge, charge_id=identifier, claim="k1") == ("Charge", "id")


def test_an_id_is_unique_within_its_kind_and_account_only():
    """M-3: a charge, its claim, its patient, a plan, a payment may share an id; accounts too."""
    account = plan(family(charge("x", of="x", claim="x")), "x", on=R1, id="x", of="x")
    account = pay(account, "x", "10", R1, id="x")
    twin = family(charge("x", of="x", claim="x"), account_id="a2")

    assert owed(account, "x") == "90.00"
    assert owed(twin, "x") == "100.00"


def test_one_id_twice_in_an_account_is_impossible():
    """M-3: two charges, or two members, of one id cannot be one account."""
    for build in (
        lambda: family(charge("c1"), charge("c1", claim="other")),
        lambda: Account(
            id="a1",
            guarantor=family().guarantor,
            members=family("ann").members + family("ann").members,
        ),
    ):
        with pytest.raises(InvalidRecord, match="hold each id once"):
            build()


def test_ties_are_broken_by_id_as_text():
    """M-3: between charges alike in all else, c10 comes before c2, as text sorts."""
    account = plan(family(charge("c2", "30"), charge("c10", "30")), on=R1)

    account = pay_plan(account, "plan", "30", R1)

    assert (owed(account, "c10"), owed(account, "c2")) == ("0.00", "30.00")


# ------------------------------------------------------------------------------------ M-4


def balances(one: Charge) -> bool:
    """Charged + transferred in = paid + adjusted + transferred away + outstanding, on a charge."""
    if one.voided_on is not None:
        return one.outstanding == ZERO

    def moved(*kinds: TransactionKind) -> Decimal:
        return total(
            t.amount
            for t in one.transactions
            if t.kind in kinds and t.voided_on is None and t.side is not AdjustmentSide.INSURANCE
        )

    given = total([one.amount, moved(IN)])
    taken = total([moved(PAYMENT), -moved(REFUND), moved(TransactionKind.ADJUSTMENT), moved(AWAY)])
    return given == total([taken, one.outstanding])


def test_every_cent_is_accounted_for_after_every_act():
    """M-4: charged + transferred in = paid + adjusted + transferred away + outstanding.

    It holds after each act of a long story: payments, refunds, adjustments on either side,
    transfers, a bounced cheque, a credit and its use, plans, holds, runs, voids, placement.
    """
    day = R1
    account = family(charge(), charge("c2", "80.10"), charge("c3", "0"), charge("b1", of="bob"))

    def balance(after: Account) -> Account:
        assert [one.id for one in after.charges if not balances(one)] == []
        return after

    for act in (
        lambda a: run(a, day),
        lambda a: pay(a, "c1", "33.33", day),
        lambda a: refund(a, "c1", "3.34", day),
        lambda a: adjust(a, "c1", "0.01", day),
        lambda a: adjust(a, "c1", "500.00", day, side=AdjustmentSide.INSURANCE),
        lambda a: transfer_in(a, "c3", "12.34", day),
        lambda a: transfer_away(a, "c2", "0.10", day),
        lambda a: plan(a, "claim-c2", on=day),
        lambda a: pay_plan(a, "plan", "50.00", day, id="cheque"),
        lambda a: void(a, "cheque/1", day),
        lambda a: pay(a, "c3", "20.00", day, credit=True),
        lambda a: (
            apply_credit(
                a,
                from_charge_id="c3",
                to_charge_id="c2",
                refund_id="use/1",
                payment_id="use/2",
                amount="7.66",
                as_of=day,
                policy=POLICY,
            ).account
        ),
        lambda a: run(a, R2),
        lambda a: cancel(a, R2),
        lambda a: post(a, charge("c4", "5.00", posted_on=R2), R2),
        lambda a: cancel_charge(a, "c4", R2),
        lambda a: (
            place_in_collections(
                a, charge_ids=["b1"], agency_id="agency", as_of=R2, policy=POLICY
            ).account
        ),
        lambda a: pay(a, "b1", "99.99", R3),
        lambda a: run(a, R3),
    ):
        account = balance(act(account))

    assert [owed(account, one) for one in ("c1", "c2", "c3", "c4", "b1")] == [
        "70.00",
        "72.34",
        "0.00",
        "0.00",
        "0.01",
    ]
    assert total(c.amount for c in account.charges if c.voided_on is None) == usd("280.10")


def test_a_credit_is_a_negative_outstanding():
    """M-4: paid 20 too much, a charge of 100 has -20.00 outstanding, and the books balance."""
    account = pay(family(charge()), "c1", "120", R1, credit=True)

    assert owed(account) == "-20.00"
    assert balances(charge_of(account, "c1"))
    assert level(account) == 0


def test_no_act_moves_money_between_the_members_of_a_family():
    """M-4: what Bob owes is untouched by what Ann pays, and by Ann's hold."""
    account = family(charge(), charge("b1", of="bob"))
    account = pay(account, "c1", "40", R1)
    account = hold(account, HoldScope.PATIENT, "ann", R1)

    assert (owed(account, "c1"), owed(account, "b1")) == ("60.00", "100.00")
