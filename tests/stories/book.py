"""The words in which the stories are told: a practice's book, its days and its acts.

Every act takes the account first and gives the account after it, so that a story reads from top
to bottom. Days come last and are never assumed; only the policy has a default, the library's own.
"""

from collections.abc import Callable
from datetime import date

from revcycle.accounts import Account, Guarantor, Member, Patient, charge_of, plan_of
from revcycle.charges import AdjustmentReason, AdjustmentSide, Charge
from revcycle.dunning import (
    DunningPolicy,
    RunOutcome,
    cancel_plan,
    figures_of,
    place_hold,
    plan_dues,
    post_adjustment,
    post_charge,
    post_payment,
    post_plan_payment,
    post_refund,
    post_transfer_away,
    post_transfer_in,
    release_hold,
    run_statement,
    start_plan,
    void_charge,
    void_transaction,
)
from revcycle.errors import InvalidRecord, Refused
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.plans import Cadence, CadenceKind, PaymentPlan, PlanDue

POLICY = DunningPolicy()
R1, R2, R3 = date(2025, 1, 6), date(2025, 2, 10), date(2025, 3, 17)
R4, R5, R6 = date(2025, 4, 21), date(2025, 5, 26), date(2025, 6, 30)
RUNS = (R1, R2, R3, R4, R5, R6)
POSTED = date(2025, 1, 2)
BY_STATEMENT = Cadence(kind=CadenceKind.STATEMENT)
WEEKLY = Cadence(kind=CadenceKind.WEEKLY)
BIWEEKLY = Cadence(kind=CadenceKind.BIWEEKLY)


def monthly(day: int | None = None) -> Cadence:
    """A plan that is due once a month, on *day* or on the day of its start."""
    return Cadence(kind=CadenceKind.MONTHLY, day=day)


# ------------------------------------------------------------------------------- who and what


def patient(patient_id: str = "ann", **more) -> Patient:
    """A patient of whom a story needs no more than the id."""
    return Patient(id=patient_id, **more)


def charge(
    charge_id: str = "c1",
    amount: str = "100.00",
    *,
    of: str = "ann",
    claim: str | None = None,
    posted_on: date = POSTED,
    **more,
) -> Charge:
    """A charge posted on 2 January on a claim of its own, unless told otherwise."""
    return Charge(
        id=charge_id,
        patient_id=of,
        claim_id=claim or f"claim-{charge_id}",
        amount=amount,
        posted_on=posted_on,
        service_on=more.pop("service_on", posted_on),
        **more,
    )


def family(*parts: Charge | str, account_id: str = "a1", **more) -> Account:
    """An account of the charges given; their patients, and any patient named, are its members.

    The first patient is the guarantor. ``family(charge())`` is a person alone.
    """
    ids = dict.fromkeys([p.patient_id if isinstance(p, Charge) else p for p in parts]) or {"ann": 1}
    joined_on = more.pop("joined_on", date(2024, 1, 1))
    return Account(
        id=account_id,
        guarantor=more.pop("guarantor", Guarantor(id="g1", patient_id=next(iter(ids)))),
        members=tuple(Member(patient=patient(one), joined_on=joined_on) for one in ids),
        charges=tuple(part for part in parts if isinstance(part, Charge)),
        **more,
    )


# --------------------------------------------------------------------------------------- acts


def run(account: Account, day: date, policy: DunningPolicy = POLICY) -> Account:
    """Make one cycle run; a run that would be skipped fails the story."""
    result = run_statement(account, as_of=day, policy=policy)
    assert result.outcome is not RunOutcome.SKIPPED, result.skips
    return result.account


def runs(account: Account, *days: date, policy: DunningPolicy = POLICY) -> Account:
    """Make a cycle run on each of *days*."""
    for day in days:
        account = run(account, day, policy)
    return account


def post(account: Account, new: Charge, day: date, policy: DunningPolicy = POLICY) -> Account:
    """Post a new charge."""
    return post_charge(account, new, as_of=day, policy=policy).account


def pay(
    account: Account,
    charge_id: str,
    amount: str,
    day: date,
    *,
    id: str | None = None,  # noqa: A002  (reads best where it is used)
    received_on: date | None = None,
    credit: bool = False,
    policy: DunningPolicy = POLICY,
) -> Account:
    """Post a payment on *day*; it came that day unless told otherwise. Ids run t1, t2, ..."""
    return post_payment(
        account,
        charge_id=charge_id,
        transaction_id=id or next_id(account),
        amount=amount,
        received_on=received_on or day,
        as_of=day,
        policy=policy,
        allow_credit=credit,
    ).account


def pay_plan(
    account: Account,
    plan_id: str,
    amount: str,
    day: date,
    *,
    id: str | None = None,  # noqa: A002  (reads best where it is used)
    received_on: date | None = None,
    policy: DunningPolicy = POLICY,
) -> Account:
    """Post a payment for a plan as a whole; part n gets the id ``<id>/n``."""
    return post_plan_payment(
        account,
        plan_id=plan_id,
        transaction_id=id or next_id(account),
        amount=amount,
        received_on=received_on or day,
        as_of=day,
        policy=policy,
    ).account


def refund(
    account: Account,
    charge_id: str,
    amount: str,
    day: date,
    *,
    id: str | None = None,  # noqa: A002  (reads best where it is used)
    received_on: date | None = None,
    policy: DunningPolicy = POLICY,
) -> Account:
    """Give money back."""
    return post_refund(
        account,
        charge_id=charge_id,
        transaction_id=id or next_id(account),
        amount=amount,
        received_on=received_on or day,
        as_of=day,
        policy=policy,
    ).account


def adjust(
    account: Account,
    charge_id: str,
    amount: str,
    day: date,
    *,
    id: str | None = None,  # noqa: A002  (reads best where it is used)
    reason: AdjustmentReason = AdjustmentReason.COURTESY,
    side: AdjustmentSide = AdjustmentSide.PATIENT,
    policy: DunningPolicy = POLICY,
) -> Account:
    """Take an amount off."""
    return post_adjustment(
        account,
        charge_id=charge_id,
        transaction_id=id or next_id(account),
        amount=amount,
        reason=reason,
        side=side,
        as_of=day,
        policy=policy,
    ).account


def transfer_in(account: Account, charge_id: str, amount: str, day: date, **more) -> Account:
    """Insurance leaves an amount to the patient."""
    return _transfer(post_transfer_in, account, charge_id, amount, day, **more)


def transfer_away(account: Account, charge_id: str, amount: str, day: date, **more) -> Account:
    """An amount goes from the patient to an insurer."""
    return _transfer(post_transfer_away, account, charge_id, amount, day, **more)


def void(
    account: Account, transaction_id: str, day: date, policy: DunningPolicy = POLICY
) -> Account:
    """A cheque bounces, or whatever else makes a transaction void."""
    return void_transaction(
        account, transaction_id=transaction_id, as_of=day, policy=policy
    ).account


def cancel_charge(
    account: Account, charge_id: str, day: date, policy: DunningPolicy = POLICY
) -> Account:
    """Void a charge."""
    return void_charge(account, charge_id=charge_id, as_of=day, policy=policy).account


def plan(
    account: Account,
    *claim_ids: str,
    on: date,
    minimum: str = "50.00",
    id: str = "plan",  # noqa: A002  (reads best where it is used)
    of: str = "ann",
    cadence: Cadence = BY_STATEMENT,
    policy: DunningPolicy = POLICY,
    **more,
) -> Account:
    """Agree on a plan, by default of 50 a statement cycle from *on*; no claim means all."""
    claims = claim_ids or dict.fromkeys(c.claim_id for c in account.charges if c.patient_id == of)
    return start_plan(
        account,
        plan_id=id,
        patient_id=of,
        claim_ids=tuple(claims),
        minimum=minimum,
        cadence=cadence,
        start_on=more.pop("start_on", on),
        as_of=on,
        policy=policy,
        **more,
    ).account


def cancel(
    account: Account, day: date, plan_id: str = "plan", policy: DunningPolicy = POLICY
) -> Account:
    """Staff cancel a plan."""
    return cancel_plan(account, plan_id=plan_id, as_of=day, policy=policy).account


def hold(
    account: Account,
    scope: HoldScope,
    subject_id: str | None,
    day: date,
    *,
    id: str = "h1",  # noqa: A002  (reads best where it is used)
    policy: DunningPolicy = POLICY,
    **more,
) -> Account:
    """Leave an account, a patient or a claim in peace from *day* on."""
    new = Hold(
        id=id,
        scope=scope,
        subject_id=subject_id,
        reason=more.pop("reason", HoldReason.DISPUTE),
        start_on=more.pop("start_on", day),
        **more,
    )
    return place_hold(account, new, as_of=day, policy=policy).account


def release(
    account: Account, day: date, hold_id: str = "h1", policy: DunningPolicy = POLICY
) -> Account:
    """Lift a hold."""
    return release_hold(account, hold_id=hold_id, as_of=day, policy=policy).account


# --------------------------------------------------------------------------------- what shows


def level(account: Account, charge_id: str = "c1") -> int:
    """The dunning level of a charge, as a number."""
    return charge_of(account, charge_id).standing.level.number


def reached(account: Account, charge_id: str = "c1") -> date | None:
    """Since when a charge has its level."""
    return charge_of(account, charge_id).standing.reached_on


def stands(account: Account, charge_id: str = "c1") -> tuple[int, date | None]:
    """Level and since when, together."""
    return level(account, charge_id), reached(account, charge_id)


def levels_over(
    account: Account, *days: date, of: str = "c1", policy: DunningPolicy = POLICY
) -> list[int]:
    """The level of charge *of* after a run on each of *days*, nothing else happening."""
    seen = []
    for day in days:
        account = run(account, day, policy)
        seen.append(level(account, of))
    return seen


def owed(account: Account, charge_id: str = "c1") -> str:
    """What is outstanding on a charge, as text."""
    return str(charge_of(account, charge_id).outstanding)


def asks(
    account: Account, day: date, plan_id: str = "plan", policy: DunningPolicy = POLICY
) -> PlanDue:
    """What a plan asks for on *day*."""
    return plan_dues(account, as_of=day, policy=policy)[plan_id]


def asked(
    account: Account, day: date, plan_id: str = "plan", policy: DunningPolicy = POLICY
) -> tuple[str, str, str]:
    """A plan's arrears, current due and both together, as texts."""
    it = asks(account, day, plan_id, policy)
    return str(it.arrears), str(it.current), str(it.due)


def the_plan(account: Account, plan_id: str = "plan") -> PaymentPlan:
    """A plan of the account."""
    return plan_of(account, plan_id)


def dollars(account: Account, figure: str, day: date, policy: DunningPolicy = POLICY) -> str:
    """One of the account's figures, by name, as text."""
    return str(getattr(figures_of(account, as_of=day, policy=policy), figure))


def refusal(act: Callable, *args, **kwargs) -> list[str]:
    """Why *act* is refused: the names of all reasons, in the order given; none if it is done."""
    try:
        act(*args, **kwargs)
    except Refused as error:
        return [proposition.name for proposition in error.propositions]
    return []


def fault(build: Callable, **fields) -> tuple[str, str]:
    """The record and field that an impossible value is blamed on."""
    try:
        build(**fields)
    except InvalidRecord as error:
        return error.record, error.field
    raise AssertionError(f"{build.__name__} took {fields}")


def next_id(account: Account) -> str:
    """The next of t1, t2, ... that the account has not seen."""
    return f"t{1 + sum(len(c.transactions) for c in account.charges)}"


def _transfer(
    act: Callable, account: Account, charge_id: str, amount: str, day: date, **more
) -> Account:
    return act(
        account,
        charge_id=charge_id,
        transaction_id=more.get("id") or next_id(account),
        amount=amount,
        as_of=day,
        policy=more.get("policy", POLICY),
    ).account
