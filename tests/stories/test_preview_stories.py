"""The statement of a day already run, shown again after more has happened on that day (ST-10)."""

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.access import Permission, Viewer
from revcycle.accounts import (
    Address,
    DeliveryPreference,
    Guarantor,
    Patient,
    StatementFormat,
    StatementNote,
)
from revcycle.desk import set_statement_note
from revcycle.dunning import (
    LevelMessage,
    PartialPaymentEffect,
    RunOutcome,
    SkipReason,
    add_member,
    change_guarantor,
    leave_account,
    place_in_collections,
    preview_statement,
    recall_from_collections,
    run_statement,
    transfer_member,
    void_charge,
)
from revcycle.dunning.statement_records import fingerprint_of, seal_of
from revcycle.holds import HoldScope
from revcycle.levels import LEVELS, DunningLevel
from revcycle.plans import NewChargePolicy
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    adjust,
    charge,
    family,
    hold,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    release,
    run,
    runs,
    transfer_away,
    void,
)


def made(account, day):
    return run_statement(account, as_of=day, policy=POLICY)


def preview(account, day):
    return preview_statement(account, as_of=day, policy=POLICY)


def family_of_two():
    """Ann with a charge in part paid, one held and one placed; Bob with a plan in arrears."""
    account = family(
        *(charge("std", "90.00"), charge("held", "40.00"), charge("placed", "70.00")),
        charge("plan", "300.00", of="bob"),
    )
    account = runs(plan(account, "claim-plan", on=R1, of="bob"), R1, R2)
    day = R2 + timedelta(days=1)
    account = pay(account, "std", "10.00", day, id="t-std")
    account = adjust(account, "std", "5.00", day, id="a-std")
    account = place_in_collections(
        account, charge_ids=["placed"], agency_id="x", as_of=day, policy=POLICY
    ).account
    return hold(account, HoldScope.CLAIM, "claim-held", day)


def joins(account, target, day):
    """Zed comes with a charge."""
    return transfer_member(account, target, patient_id="zed", as_of=day, policy=POLICY)


def leaves(account, day):
    """Bob goes, with his plan."""
    return leave_account(
        account,
        patient_id="bob",
        new_account_id="a2",
        guarantor=Guarantor(id="g2"),
        as_of=day,
        policy=POLICY,
    ).account


def noted(account, text, day, *, of="ann"):
    note = StatementNote(text=text)
    return set_statement_note(
        account, note, viewer=CLERK, patient_id=of, note_id=f"n-{of}-{day}", as_of=day
    ).account


CLERK = Viewer(id="u1", permissions=frozenset({Permission.SELF_PAY_WORKLISTS}))


LATER_THAT_DAY = {
    "a charge": lambda a, day: post(a, charge("new", "70.00", posted_on=day), day),
    "a charge entered late": lambda a, day: post(a, charge("new", "70.00"), day),
    "a charge of a member": lambda a, day: post(a, charge("new", of="bob", posted_on=day), day),
    "a payment": lambda a, day: pay(a, "std", "30.00", day),
    "a payment in full": lambda a, day: pay(a, "std", "75.00", day),
    "a plan's due": lambda a, day: pay_plan(a, "plan", "150.00", day),
    "a plan's last payment": lambda a, day: pay_plan(a, "plan", "300.00", day),
    "an adjustment": lambda a, day: adjust(a, "std", "30.00", day),
    "an adjustment on the plan": lambda a, day: adjust(a, "plan", "290.00", day),
    "a refund": lambda a, day: refund(a, "std", "10.00", day),
    "a bounced cheque": lambda a, day: void(a, "t-std", day),
    "a void": lambda a, day: void(a, "a-std", day),
    "a hold": lambda a, day: hold(a, HoldScope.CLAIM, "claim-std", day, id="h2"),
    "a patient's hold": lambda a, day: hold(a, HoldScope.PATIENT, "bob", day, id="h2"),
    "a release": release,
    "an agency": lambda a, day: (
        place_in_collections(a, charge_ids=["std"], agency_id="x", as_of=day, policy=POLICY).account
    ),
    "a recall": lambda a, day: (
        recall_from_collections(a, charge_ids=["placed"], as_of=day, policy=POLICY).account
    ),
    "everything paid": lambda a, day: pay_plan(pay(a, "std", "75.00", day), "plan", "300.00", day),
    "an account's hold": lambda a, day: hold(a, HoldScope.ACCOUNT, None, day, id="h2"),
    "a plan": lambda a, day: plan(a, "claim-std", on=day, id="new"),
    "a payment, and a plan for the rest": lambda a, day: plan(
        pay(a, "std", "30.00", day), "claim-std", on=day, id="new"
    ),
    "a statement note": lambda a, day: noted(a, "Call us", day),
    "a new member": lambda a, day: add_member(a, Patient(id="new"), as_of=day).account,
    "a member": lambda a, day: (
        joins(family(charge("z1", of="zed"), account_id="a2"), a, day).target
    ),
    "a member billed today": lambda a, day: (
        joins(run(family(charge("z1", of="zed"), account_id="a2"), day), a, day).target
    ),
}


@pytest.mark.parametrize("act", LATER_THAT_DAY)
def test_on_a_day_already_run_nothing_later_is_on_the_preview(act):
    """ST-10: that day's statement, whatever is posted after it; nothing joins or leaves it."""
    result = made(family_of_two(), R3)
    account = LATER_THAT_DAY[act](result.account, R3)
    assert account != result.account
    assert preview(account, R3).statement == result.statement


@pytest.mark.parametrize("act", LATER_THAT_DAY)
def test_what_came_before_the_run_on_its_day_stays_on_the_preview(act):
    """ST-10: of the same acts, done before the run, that day's statement tells."""
    result = made(LATER_THAT_DAY[act](family_of_two(), R3), R3)
    assert (result.statement is None) is (act in {"everything paid", "an account's hold"})
    if result.statement is not None:
        assert preview(result.account, R3).statement == result.statement
        later = post(result.account, charge("more", "7.00", posted_on=R3), R3)
        assert preview(later, R3).statement == result.statement


def test_a_level_that_fell_before_the_plan_was_agreed_is_the_statements_own():
    """ST-10, DL-8, DL-11: the payment lowers the level, then the rest goes onto a plan."""
    policy = attrs.evolve(POLICY, partial_payment_effect=PartialPaymentEffect.TO_ZERO)
    ran = run_statement(family_of_two(), as_of=R3, policy=policy)
    account = pay(ran.account, "std", "30.00", R3, policy=policy)
    account = plan(account, "claim-std", on=R3, id="new", policy=policy)
    assert preview_statement(account, as_of=R3, policy=policy).statement == ran.statement


def test_without_a_run_on_the_day_the_reasons_come():
    """ST-10, ST-5: on another day what has been paid is not shown as a statement."""
    account = LATER_THAT_DAY["everything paid"](run(family_of_two(), R3), R3 + timedelta(days=1))
    shown = preview(account, R3 + timedelta(days=1))
    assert (shown.outcome, shown.statement) == (RunOutcome.SKIPPED, None)
    assert SkipReason.NOT_DUE not in {skip.reason for skip in shown.skips}


def test_a_refund_before_the_run_stays_although_a_charge_was_held_after_it():
    """ST-10, PL-7: of either the day tells no order; only the charge must have come later."""
    account = pay(family_of_two(), "placed", "70.00", R2 + timedelta(days=2), id="paid")
    account = refund(account, "placed", "20.00", R3)
    ran = made(account, R3)
    later = post(ran.account, charge("new", "77.00", posted_on=R3), R3)
    later = hold(later, HoldScope.CLAIM, "claim-new", R3, id="review")

    assert any(each.refunded for each in ran.statement.payments)
    assert preview(later, R3).statement == ran.statement


def test_a_hold_released_before_the_run_is_not_brought_back_for_a_placed_charge():
    """ST-10, CO-3: the run billed what had been held; what an agency has it never bills."""
    account = place_in_collections(
        family(charge(), charge("new", "50.00")),
        charge_ids=["c1"],
        agency_id="x",
        as_of=R1,
        policy=POLICY,
    ).account
    account = release(hold(account, HoldScope.PATIENT, "ann", R1), R2)
    ran = made(account, R2)

    assert ran.statement is not None
    assert preview(ran.account, R2).statement == ran.statement


def test_a_plan_that_ended_since_is_no_plan_too_many():
    """ST-10, PL-7: written off after the run, and a new plan adds new charges instead."""
    account = family(charge(), charge("s", "50.00"))
    account = run(plan(account, "claim-c1", on=R1, new_charges=NewChargePolicy.ADD), R1)
    ran = made(account, R2)
    later = adjust(ran.account, "c1", "100.00", R2)
    assert preview(later, R2).statement == ran.statement
    later = plan(later, "claim-s", on=R2, id="two", new_charges=NewChargePolicy.ADD)
    assert preview(later, R2).statement == ran.statement


def test_of_two_joiners_one_was_there_at_the_run():
    """ST-10, FA-3: Zed came in the morning; Yan, billed elsewhere, in the afternoon."""

    def comes(patient_id, account):
        old = run(family(charge(f"{patient_id}1", of=patient_id), account_id=patient_id), R1)
        return transfer_member(old, account, patient_id=patient_id, as_of=R2, policy=POLICY).target

    ran = made(comes("zed", run(family(charge()), R1)), R2)
    assert {each.patient_id for each in ran.statement.patients} == {"ann", "zed"}
    assert preview(comes("yan", ran.account), R2).statement == ran.statement


def test_what_follows_a_later_payment_came_later_too():
    """ST-10: an adjustment in the morning stays; one behind the afternoon's payment does not."""
    account = run(family(charge(), charge("q", "60.00")), R1)
    ran = made(adjust(account, "c1", "5.00", R2), R2)
    later = adjust(pay(ran.account, "q", "10.00", R2), "q", "3.00", R2)
    assert preview(later, R2).statement == ran.statement


def test_a_hold_that_was_over_lists_no_later_charge():
    """ST-10, ST-12: a hold of last month says nothing about a charge of this afternoon; nor is a
    member who came in the morning, billed elsewhere today, forgotten for it.
    """
    account = run(family(charge()), R1)
    account = hold(account, HoldScope.PATIENT, "ann", R1, last_on=R1 + timedelta(days=9))
    zed = run(family(charge("z1", of="zed"), "yan", account_id="a2"), R2)
    account = transfer_member(zed, account, patient_id="yan", as_of=R2, policy=POLICY).target
    result = made(account, R2)
    later = post(result.account, charge("new", posted_on=R2), R2)
    assert preview(later, R2).statement == result.statement


def test_what_befell_a_joiner_elsewhere_before_the_run_stays_so():
    """ST-10, FA-3: billed by the old account, then placed or held, then here, all on one day."""
    old = run(family(charge("z1", of="zed"), charge("z2", "5.00", of="zed"), "yan"), R1)
    placed = place_in_collections(
        old, charge_ids=["z1"], agency_id="x", as_of=R1, policy=POLICY
    ).account
    for before in (placed, hold(old, HoldScope.CLAIM, "claim-z1", R1)):
        target = family(charge(), account_id="a2")
        result = made(joins(before, target, R1).target, R1)
        assert preview(result.account, R1).statement == result.statement


def test_a_charge_paid_off_before_the_run_stays_among_the_payments():
    """ST-10, ST-13: it came and went on the day; its payment is on that day's statement."""
    account = post(family(charge()), charge("c2", "20.00", posted_on=R1), R1)
    result = made(pay(account, "c2", "20.00", R1), R1)
    assert len(result.statement.payments) == 1
    assert preview(result.account, R1).statement == result.statement


def test_where_the_day_does_not_tell_its_statement_none_is_shown():
    """ST-10: a member has taken lines of it away, so the day's own reason comes instead."""
    result = made(family_of_two(), R3)
    account = leaves(result.account, R3)
    shown = preview(account, R3)
    assert (shown.outcome, shown.statement) == (RunOutcome.SKIPPED, None)
    assert [skip.reason for skip in shown.skips] == [SkipReason.ALREADY_RUN_TODAY]


OTHERWISE_LATER = {
    "another guarantor": lambda a, day: change_guarantor(a, Guarantor(id="new"), as_of=day).account,
    "another address": lambda a, day: (
        change_guarantor(
            a, attrs.evolve(a.guarantor, address=Address(lines=("2 Elm St",))), as_of=day
        ).account
    ),
    "another wish": lambda a, day: (
        change_guarantor(
            a, attrs.evolve(a.guarantor, delivery=DeliveryPreference.E_STATEMENT), as_of=day
        ).account
    ),
    "another language": lambda a, day: (
        change_guarantor(a, attrs.evolve(a.guarantor, language="es"), as_of=day).account
    ),
    "another format": lambda a, day: (
        change_guarantor(
            a, attrs.evolve(a.guarantor, statement_format=StatementFormat.LARGE_PRINT), as_of=day
        ).account
    ),
    "two entries of one amount": lambda a, day: transfer_away(
        void(a, "a-std", day), "std", "5.00", day
    ),
}


@pytest.mark.parametrize("act", OTHERWISE_LATER)
def test_a_statement_that_differs_in_anything_is_not_shown_in_its_place(act):
    """ST-10: not its note, addressee, language or lines, although the sums are the same."""
    result = made(family_of_two(), R3)
    later = OTHERWISE_LATER[act](result.account, R3)
    shown = preview(later, R3)
    assert shown.statement in (None, result.statement)
    assert shown.statement == result.statement or [s.reason for s in shown.skips] == [
        SkipReason.ALREADY_RUN_TODAY
    ]


@pytest.mark.parametrize("act", OTHERWISE_LATER)
def test_what_was_so_at_the_run_is_shown(act):
    """ST-10: of the same acts, done before the run, that day's statement tells."""
    result = made(OTHERWISE_LATER[act](family_of_two(), R3), R3)
    assert preview(result.account, R3).statement == result.statement


def _others(value):
    """Give another value of its kind, or several."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, Decimal | int):
        return [value + 1]
    if isinstance(value, date):
        return [value + timedelta(days=1)]
    if isinstance(value, DunningLevel):
        return [level for level in LEVELS if level is not value][:1]
    if isinstance(value, str):
        return [f"{value}x"]
    return [()] if value and isinstance(value, tuple) else []


def _changed(record):
    """Give the record with each of its fields changed in turn, and the field's name."""
    for field in attrs.fields(type(record)):
        for other in _others(getattr(record, field.name)):
            yield attrs.evolve(record, **{field.name: other}), field.name


def test_a_fingerprint_is_of_all_on_a_statement_that_is_not_private():
    """ST-10: whatever differs on a line, a payment or in a sum, the fingerprint differs."""
    day = R2 + timedelta(days=2)
    statement = made(noted(pay(family_of_two(), "std", "1.00", day), "Hello", day), R3).statement
    known = fingerprint_of(statement)
    # What no act changes once a charge is there, or follows from the rest; and what is sealed.
    fixed = {"claim_id", "service_on", "description", "provider_id", "patient_id"}
    fixed |= {"account_id", "on", "patients", "notes"}
    for changed, name in _changed(statement):
        assert (fingerprint_of(changed) == known) is (name in fixed), name
    for part in ("lines", "payments"):
        first, *others = getattr(statement, part)
        for record, name in _changed(first):
            changed = attrs.evolve(statement, **{part: (record, *others)})
            assert (fingerprint_of(changed) == known) is (name in fixed), name


def test_a_seal_is_of_names_address_and_notes():
    """ST-10: whatever differs of them, in whichever order the members stand, the seal differs."""
    account = noted(family_of_two(), "Hello", R2 + timedelta(days=1))
    account = attrs.evolve(account, guarantor=GUARANTOR)
    known = seal_of(account)
    private = {"id", "first_name", "last_name", "email", "language"}
    for changed, name in _changed(account.guarantor):
        differs = seal_of(attrs.evolve(account, guarantor=changed)) != known
        assert differs is (name in private), name
    other = attrs.evolve(account.guarantor, statement_format=StatementFormat.LARGE_PRINT)
    assert seal_of(attrs.evolve(account, guarantor=other)) != known
    for changed, name in _changed(account.guarantor.address):
        guarantor = attrs.evolve(account.guarantor, address=changed)
        assert seal_of(attrs.evolve(account, guarantor=guarantor)) != known, name
    ann, bob = account.members
    assert seal_of(attrs.evolve(account, members=(bob, ann))) == known
    for changed, name in _changed(ann.patient):
        if name != "id":  # the charges are of this one
            members = (attrs.evolve(ann, patient=changed), bob)
            differs = seal_of(attrs.evolve(account, members=members)) != known
            assert differs is (name in {"first_name", "last_name"}), name
    notes = ["Hello\nbob|Hi", "Hello"]
    seals = {
        seal_of(noted(noted(family_of_two(), first, R3), second, R3, of="bob"))
        for first, second in zip(notes, ["Hi", "bob|Hi\nHi"], strict=True)
    }
    assert len(seals) == 2


GUARANTOR = Guarantor(
    id="g1",
    first_name="Ann",
    last_name="Adams",
    email="ann@example.org",
    address=Address(lines=("1 Main St",), city="Boston", state="MA", postal_code="02101"),
)


def test_no_event_of_a_run_depends_on_a_name_or_a_note():
    """ST-10, PR-6: from what a run reports nobody can try out what a note says."""

    def told(text, last_name):
        account = noted(family_of_two(), text, R3)
        guarantor = attrs.evolve(account.guarantor, last_name=last_name)
        result = made(attrs.evolve(account, guarantor=guarantor), R3)
        assert result.account.cycle.seal not in repr(result.account)
        return result.events, result.account.cycle.seal

    events, seal = told("Your result is here", "Adams")
    others, another = told("Call us", "Zola")
    assert (events == others, seal == another) == (True, False)


@pytest.mark.parametrize(
    "change",
    [
        {"due_days": 10},
        {"cycle_days": 40},
        {"simplified_statements": True},
        {"messages": tuple(LevelMessage(level=level, text="Other words.") for level in LEVELS)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_under_another_policy_nobody_can_tell(change):
    """ST-10: other days or words than the patient was sent are not shown as that day's."""
    result = made(noted(family_of_two(), "Hello", R3), R3)
    policy = attrs.evolve(POLICY, **change)
    shown = preview_statement(result.account, as_of=R3, policy=policy)
    assert (shown.statement, [s.reason for s in shown.skips]) == (
        None,
        [SkipReason.ALREADY_RUN_TODAY],
    )


def test_other_reasons_come_before_that_it_has_run():
    """ST-10, ST-5: a new guarantor, and all is paid: the reason is that nothing is owed."""
    account = LATER_THAT_DAY["everything paid"](made(family_of_two(), R3).account, R3)
    account = pay(account, "held", "40.00", R3)
    account = change_guarantor(account, Guarantor(id="new"), as_of=R3).account
    shown = preview(account, R3)
    assert [skip.reason for skip in shown.skips] == [SkipReason.NOTHING_BILLABLE]


def recalled(account, charge_id, day):
    return recall_from_collections(
        account, charge_ids=[charge_id], as_of=day, policy=POLICY
    ).account


def placed(account, charge_id, day):
    return place_in_collections(
        account, charge_ids=[charge_id], agency_id="x", as_of=day, policy=POLICY
    ).account


def test_a_recalled_charge_keeps_the_payment_that_the_statement_listed():
    """ST-10, CO-3: paid, placed, listed among the payments, and recalled in the afternoon."""
    account = placed(pay(family_of_two(), "std", "10.00", R3), "std", R3)
    result = made(account, R3)
    assert preview(recalled(result.account, "std", R3), R3).statement == result.statement


@pytest.mark.parametrize("act", ["placed", "voided"])
def test_a_held_charge_that_goes_after_the_run_stays_listed_apart(act):
    """ST-10, ST-12: the statement showed it without a due; then it was placed, or voided."""
    result = made(family_of_two(), R3)
    assert any(line.held for line in result.statement.lines)
    later = (
        placed(result.account, "held", R3)
        if act == "placed"
        else void_charge(result.account, charge_id="held", as_of=R3, policy=POLICY).account
    )
    assert preview(later, R3).statement == result.statement


def test_a_plans_charge_voided_after_the_run_is_on_the_statement():
    """ST-10, PL-2: the void leaves less of the due; the statement asked for all of it."""
    result = made(family_of_two(), R3)
    later = void_charge(result.account, charge_id="plan", as_of=R3, policy=POLICY).account
    assert preview(later, R3).statement == result.statement


def test_whoever_joins_an_account_on_its_first_day_was_not_on_its_statement():
    """ST-10: opened, run and joined on one day: the first member stays."""
    account = family(charge("c1", posted_on=R1))
    (ann,) = account.members
    result = made(attrs.evolve(account, members=(attrs.evolve(ann, joined_on=R1),)), R1)
    later = add_member(result.account, Patient(id="aaa"), as_of=R1).account
    assert preview(later, R1).statement == result.statement


def test_a_void_in_the_morning_stays_and_one_in_the_afternoon_does_not():
    """ST-10: of two voids, that of a payment which the statement listed came after it."""
    account = void(pay(family_of_two(), "std", "10.00", R3, id="p"), "a-std", R3)
    result = made(account, R3)
    assert preview(void(result.account, "p", R3), R3).statement == result.statement


def test_of_a_statement_without_a_fingerprint_nobody_can_tell():
    """ST-10: of a document from before there were any, the day's own reason comes."""
    result = made(family(charge()), R1)
    (sent,) = result.account.statements
    older = attrs.evolve(result.account, statements=(attrs.evolve(sent, fingerprint=""),))
    assert preview(older, R1).statement is None
    assert sent.guarantor_id == result.account.guarantor.id


def test_an_account_that_closed_after_its_run_gives_the_reasons():
    """ST-10, FA-3: its only member joined another family; the statement went along."""
    result = made(family(charge()), R1)
    other = family(charge("z1", of="zed"), account_id="a2")
    closed = transfer_member(
        result.account, other, patient_id="ann", as_of=R1, policy=POLICY
    ).account
    assert closed.closed_on == R1
    assert preview(closed, R1).statement is None


def test_a_plan_agreed_after_the_run_shows_no_other_statement():
    """ST-10: today's statement asked for 90; one that asks for 50 is not shown in its place."""
    result = made(family(charge(amount="90.00")), R1)
    account = plan(result.account, on=R1)
    shown = preview(account, R1).statement
    assert shown in (None, result.statement)
