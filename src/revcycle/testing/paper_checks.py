"""What is true of every printed statement, and of everything that goes out: 51 and 52.

check_page      51  a page's figures agree with each other and with the statement
try_outreach    52  nothing goes out that speaks of a balance which has been paid
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from revcycle.accounts import Account
from revcycle.charges import Charge
from revcycle.dunning import (
    DunningPolicy,
    Statement,
    allocate_payment,
    billable_charges,
    due_now,
    leave_account,
    place_hold,
    place_in_collections,
    post_charge,
    post_payment,
    post_proposal,
    run_statement,
)
from revcycle.holds import Hold, HoldReason, HoldScope
from revcycle.levels import LEVELS
from revcycle.money import CENT, ZERO, cents
from revcycle.outreach import (
    OutreachItem,
    OutreachPolicy,
    ReminderRule,
    WithheldReason,
    plan_outreach,
    still_valid,
    withheld_reasons,
)
from revcycle.printing import WIDTH, PageTable, statement_page, statement_text
from revcycle.testing.verdicts import fail

__all__ = ["check_page", "try_outreach"]


def check_page(statement: Statement) -> None:
    """51: headline = slip = due now; rows sum to feet, lists to the total; 80 columns (ST-13)."""
    page = statement_page(statement)
    headline = _cents(page.amount[1])
    if headline != cents(statement.due_now):
        fail(51, f"{page.amount[1]} printed, {statement.due_now} due now")
    if (page.slip is not None) is not (statement.due_now > ZERO):
        fail(51, f"slip: {page.slip is not None}, due now {statement.due_now}")
    if page.slip is not None and page.amount not in page.slip.facts:
        fail(51, f"the slip does not ask for the {page.amount[1]} of the headline")
    tables = [table for section in page.details for table in section.tables]
    for table in tables:
        if sum(_cents(row[-1]) for row in table.rows) != _cents(table.foot[1]):
            fail(51, f"the rows of a list do not sum to its {table.foot[1]}")
    if _cents(tables[0].foot[1]) != headline:
        fail(51, f"{tables[0].foot[1]} is explained, {page.amount[1]} is due")
    lists = [table for table in tables if _is_care(table, statement)]
    owed = sum(_cents(table.foot[1]) for table in lists)
    if owed != cents(statement.total_outstanding):
        fail(51, f"the lists sum to {owed} cents, {statement.total_outstanding} is outstanding")
    too_long = [line for line in statement_text(statement).splitlines() if len(line) > WIDTH]
    if too_long:
        fail(51, f"{len(too_long)} lines of text are longer than {WIDTH}")


def _is_care(table: PageTable, statement: Statement) -> bool:
    return len(table.columns) == (3 if statement.simplified else 7)


def _cents(written: str) -> int:
    return int("".join(sign for sign in written if sign in "-0123456789"))


def try_outreach(account: Account, *, as_of: date, policy: DunningPolicy) -> None:
    """52: once the balance of an item is paid, the item is not valid, then or later (RP-6, ST-7).

    The account is planned for, pays what is due, comes by a new charge, and is run again; neither
    that nor the dues of later days may revive what was planned. Nor may it live on where a part of
    what it speaks of was put on hold, placed, or went with a member, and the rest was paid. A part
    payment alone leaves its amount right.
    """
    items = list(_items(account, as_of, policy))
    if len({item.on for item in items}) < len(items):
        fail(52, f"account {account.id} gets {len(items)} items on {as_of}")
    for item in items:
        _check_item(item, account, as_of, policy)
    if items:
        _check_paid(items, account, as_of, policy)


def _check_item(item: OutreachItem, account: Account, as_of: date, policy: DunningPolicy) -> None:
    if not still_valid(item, account, as_of=as_of, policy=policy):
        fail(52, f"{item.key} is planned and not valid")
    if item.balance.amount <= ZERO:
        fail(52, f"{item.key} speaks of {item.balance.amount}")
    part = _paid_in_part(account, as_of, policy)
    reasons = withheld_reasons(item, part, as_of=as_of, policy=policy)
    if WithheldReason.AMOUNT_CHANGED in reasons:
        fail(52, f"{item.key} is not right after a part payment")
    for what, less in _asked_for_less(account, item, as_of, policy):
        if still_valid(item, _paid_up(less, as_of, policy), as_of=as_of, policy=policy):
            fail(52, f"{item.key} is valid after {what}, the rest being paid")


def _check_paid(
    items: Sequence[OutreachItem], account: Account, as_of: date, policy: DunningPolicy
) -> None:
    paid = _paid_up(account, as_of, policy)
    if any(item.balance.is_all for item in items):
        paid = _paid_off(paid, as_of, policy)
    for days in (0, 1, 20, 40, 75):
        day = as_of + timedelta(days=days)
        anew = _with_new_charge(paid, day, policy)
        for after in (paid, anew, run_statement(anew, as_of=day, policy=policy).account):
            for item in items:
                if still_valid(item, after, as_of=day, policy=policy):
                    fail(52, f"{item.key} is valid {days} days after its balance was paid")


def _items(account: Account, as_of: date, policy: DunningPolicy) -> Iterator[OutreachItem]:
    """Plan for a practice that reminds at every level, at once."""
    outreach = OutreachPolicy(
        reminders=tuple(ReminderRule(level=level, after_days=0) for level in LEVELS[1:]),
        late_days=400,
    )
    plan = plan_outreach((account,), sent=(), as_of=as_of, policy=policy, outreach=outreach)
    yield from plan.items


def _paid_up(account: Account, as_of: date, policy: DunningPolicy) -> Account:
    asked = due_now(account, as_of=as_of, policy=policy)
    if asked <= ZERO:
        return account
    proposal = allocate_payment(
        account, amount=asked, payment_id="trial", as_of=as_of, policy=policy
    )
    return post_proposal(account, proposal, received_on=as_of, as_of=as_of, policy=policy).account


def _paid_in_part(account: Account, as_of: date, policy: DunningPolicy) -> Account:
    """Pay a cent of the first standard charge, if there is one that is owed more."""
    for charge in billable_charges(account, as_of=as_of):
        if charge.standing.enrolment is None and charge.outstanding > CENT:
            return _paid(account, charge, CENT, as_of, policy)
    return account


def _paid_off(account: Account, as_of: date, policy: DunningPolicy) -> Account:
    """Pay all that is billable, also what no plan asks for yet."""
    for charge in billable_charges(account, as_of=as_of):
        account = _paid(account, charge, charge.outstanding, as_of, policy)
    return account


def _paid(
    account: Account, charge: Charge, amount: Decimal, as_of: date, policy: DunningPolicy
) -> Account:
    return post_payment(
        account,
        charge_id=charge.id,
        transaction_id=f"trial:{charge.id}",
        amount=amount,
        received_on=as_of,
        as_of=as_of,
        policy=policy,
    ).account


def _asked_for_less(
    account: Account, item: OutreachItem, as_of: date, policy: DunningPolicy
) -> Iterator[tuple[str, Account]]:
    """Take a charge that *item* speaks of out of what is asked for, in each way there is."""
    spoken_of = next(c for c in account.charges if c.id == item.balance.charge_ids[0])
    hold = Hold(
        id="trial",
        scope=HoldScope.CLAIM,
        reason=HoldReason.DISPUTE,
        start_on=as_of,
        subject_id=spoken_of.claim_id,
    )
    held = place_hold(account, hold, as_of=as_of, policy=policy).account
    yield "a hold", held
    placed = place_in_collections(
        account, charge_ids=(spoken_of.id,), agency_id="trial", as_of=as_of, policy=policy
    )
    yield "a placement", placed.account
    if len(account.members) > 1:
        left = leave_account(
            account,
            patient_id=spoken_of.patient_id,
            new_account_id="trial",
            guarantor=account.guarantor,
            as_of=as_of,
            policy=policy,
        )
        yield "a departure", left.account


def _with_new_charge(account: Account, day: date, policy: DunningPolicy) -> Account:
    """Post a charge on a claim of its own to the first member."""
    new = Charge(
        id="trial",
        patient_id=account.members[0].patient.id,
        claim_id="trial",
        amount="77.00",
        posted_on=day,
        service_on=day,
    )
    return post_charge(account, new, as_of=day, policy=policy).account
