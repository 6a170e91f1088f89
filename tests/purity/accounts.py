"""Accounts to act on, and what one record alone can answer."""

import datetime as dt
from collections.abc import Iterator


def example_account():
    """A family of two: one charge part paid, one on a plan with a card, one patient held."""
    from revcycle import accounts, charges, holds, plans

    day = dt.date(2025, 1, 6)
    payment = charges.Transaction(
        id="t1",
        kind=charges.TransactionKind.PAYMENT,
        amount="40.10",
        received_on=day,
        posted_on=day,
    )
    adjustment = charges.Transaction(
        id="t2",
        kind=charges.TransactionKind.ADJUSTMENT,
        amount="5",
        received_on=day,
        posted_on=day,
        reason=charges.AdjustmentReason.COURTESY,
        side=charges.AdjustmentSide.PATIENT,
    )
    plan = plans.PaymentPlan(
        id="plan1",
        patient_id="p1",
        claims=(plans.CoveredClaim(claim_id="claim2", joined_on=day),),
        minimum="50",
        cadence=plans.Cadence(kind=plans.CadenceKind.MONTHLY, day=31),
        agreed_on=day,
        start_on=day,
        card=plans.CardAgreement(card_ref="secret", agreed_on=day),
    )
    owed = charges.Charge(
        id="c1",
        patient_id="p1",
        claim_id="claim1",
        amount="120.35",
        posted_on=day,
        service_on=day,
        transactions=(payment, adjustment),
    )
    planned = charges.Charge(
        id="c2",
        patient_id="p1",
        claim_id="claim2",
        amount="300",
        posted_on=day,
        service_on=day,
        standing=charges.Standing(enrolment=charges.Enrolment(plan_id="plan1", joined_on=day)),
    )
    held = holds.Hold(
        id="h1",
        scope=holds.HoldScope.PATIENT,
        subject_id="p2",
        reason=holds.HoldReason.DISPUTE,
        start_on=day,
    )
    return accounts.Account(
        id="a1",
        guarantor=accounts.Guarantor(id="g1", last_name="Gray", patient_id="p1"),
        members=tuple(
            accounts.Member(patient=accounts.Patient(id=each, last_name="Gray"), joined_on=day)
            for each in ("p1", "p2")
        ),
        charges=(owed, planned),
        plans=(plan,),
        holds=(held,),
    )


def lived_in_account():
    """An account that has had runs, a missed plan, an alarm, and the policy it lived under."""
    from revcycle import dunning, plans

    policy = dunning.DunningPolicy()
    account = example_account()
    for day in (dt.date(2025, 2, 10), dt.date(2025, 3, 17), dt.date(2025, 4, 21)):
        account = dunning.run_statement(account, as_of=day, policy=policy).account
    started = dunning.cancel_plan(account, plan_id="plan1", as_of=day, policy=policy)
    account = dunning.start_plan(
        started.account,
        plan_id="plan2",
        patient_id="p1",
        claim_ids=("claim2",),
        minimum="25",
        cadence=plans.Cadence(kind=plans.CadenceKind.WEEKLY),
        start_on=day,
        as_of=day,
        policy=policy,
    ).account
    return account, policy


def delinquent_accounts():
    """Two accounts whose alarms have come at level 2, one of them with a blocked head."""
    from revcycle import accounts, charges, dunning

    policy = dunning.DunningPolicy()
    made = []
    for number, last_name in enumerate(("'t Hooft", "Łukasz"), start=1):
        patient = accounts.Patient(
            id=f"p{number}",
            last_name=last_name,
            blocked=number == 2,
            primary_department_id="cardiology",
            usual_provider_id=f"d{number}",
        )
        day = dt.date(2025, 1, 6)
        account = accounts.Account(
            id=f"a{number}",
            guarantor=accounts.Guarantor(id="g", last_name=last_name, patient_id=patient.id),
            members=(accounts.Member(patient=patient, joined_on=day),),
            charges=(
                charges.Charge(
                    id=f"c{number}",
                    patient_id=patient.id,
                    claim_id=f"k{number}",
                    amount=100 * number,
                    posted_on=day,
                    service_on=day,
                ),
            ),
        )
        for _ in range(3):
            account = dunning.run_statement(account, as_of=day, policy=policy).account
            day += policy.cycle
        made.append(account)
    return made, policy


def drive_values() -> Iterator[str]:
    """Errors, money, dates, levels."""
    from revcycle import dates, levels, money

    yield str(money.usd("37.20"))
    yield str(money.total(map(money.usd, ("0.01", "999999999999.99"))))
    yield str(money.cents(money.usd("-12.34")))
    yield str(money.from_cents(1234))
    yield str(money.percent_of(money.usd("5"), money.usd("20"), percent=25))
    yield str(money.allocate_in_order(money.usd(30), map(money.usd, (20, 20))))
    yield money.text(money.usd("1234567.89"))
    try:
        money.usd("1.234")
    except ValueError as error:
        yield str(error)

    january = dt.date(2024, 1, 31)
    yield str(dates.is_date(january))
    yield str([dates.month_day(january, day=31, steps=steps) for steps in range(4)])
    yield str(dates.roll_forward(dt.date(2024, 6, 1), closed_on={dt.date(2024, 6, 3)}))

    yield str(levels.most_severe(map(levels.level, range(9))))
    yield str(levels.least_severe(map(levels.level, (4, 7))))


def drive_nouns() -> Iterator[str]:
    """Checks, charges, plans, holds, accounts, access: what one record alone can answer."""
    from revcycle import access, accounts, charges, checks, errors, holds, plans

    checks.private(default="")  # makes a field, which has nothing to say
    try:
        accounts.Patient(id="p1", last_name=7)
    except errors.InvalidRecord as error:
        yield str(error)

    as_of = dt.date(2025, 3, 17)
    account = example_account()
    yield repr(account)
    for charge in account.charges:
        yield repr([charges.signed_amount(each) for each in charge.transactions])
        yield repr([charges.sum_of_kind(charge, kind) for kind in charges.TransactionKind])
        yield repr((charges.paid(charge), charges.adjusted(charge), charges.patient_part(charge)))
        yield repr((charges.is_open(charge), charges.track_of(charge)))

    (plan,) = account.plans
    covered = plans.charges_on(plan, account.charges)
    dues = plans.dues_open_by(plan, covered, as_of=as_of, grace_days=0)
    yield repr(dues)
    yield repr([(plans.due_amount(d), plans.is_past(d, as_of=as_of, grace_days=0)) for d in dues])
    yield repr([plans.scheduled_on(plan, index) for index in range(4)])
    yield repr(plans.is_statement_plan(plan))
    yield repr(plans.plan_due(plan, covered, as_of=as_of, grace_days=0))

    yield repr([holds.is_in_force(hold, as_of=as_of) for hold in account.holds])
    yield repr(sorted(holds.held_patients(account.holds, as_of=as_of)))
    yield repr(sorted(holds.held_claims(account.holds, as_of=as_of)))

    yield repr((accounts.head_of(account), accounts.is_family(account)))
    yield repr(accounts.member_of(account, "p2"))
    yield repr(accounts.charge_of(account, "c1"))
    yield repr(accounts.plan_of(account, "plan1"))

    viewer = access.Viewer(id="v1")
    where = {"provider_id": "d1", "department_id": "cardiology"}
    yield repr((access.has_access(viewer, **where), access.sees_everyone(viewer)))
    yield repr(access.is_masked(viewer, is_blocked=True, **where))
    for permission in access.Permission:
        yield repr(access.may(viewer, permission))
        try:
            access.require_permission("look", viewer, permission)
        except errors.Refused as error:
            yield str(error)
