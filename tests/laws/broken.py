"""One hand-broken variant of the library for every law: what the law must catch.

Each variant replaces one function of the library (or a table it reads) by a copy with one mistake
that somebody could make. `put_in` does it for the length of a test.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs

from revcycle import money
from revcycle.accounts import Patient
from revcycle.charges import NEW_STANDING, MoveCause, Standing, TransactionKind
from revcycle.dunning import PolicyChangeWay, SkipReason, net_balance
from revcycle.levels import LEVELS, STANDARD_AFTER
from revcycle.money import ZERO, add, subtract, total
from revcycle.plans import Allocation, PlanDue
from revcycle.rules import Equals

__all__ = ["VARIANTS", "Variant", "put_in"]


@attrs.frozen
class Variant:
    """A mistake in the library.

    Attributes:
        number: the invariant that it breaks, as ``docs/invariants.md`` has it.
        says: what is wrong.
        patches: what is replaced (module, attribute, and the key if the attribute is a table)
            and what makes the replacement from the original.
    """

    number: int | str
    says: str
    patches: tuple[tuple[str, str, str | None, Callable[[Any], Any]], ...]


def put_in(variant: Variant, monkeypatch: Any) -> None:
    """Make the mistake until *monkeypatch* takes it back."""
    for module_name, name, key, breaks in variant.patches:
        module = importlib.import_module(module_name)
        if key is not None:
            table = getattr(module, name)
            entry = next(kind for kind in table if kind.__name__ == key)
            monkeypatch.setitem(table, entry, breaks(table[entry]))
            continue
        owner, _, attribute = name.rpartition(".")
        holder = getattr(module, owner) if owner else module
        monkeypatch.setattr(holder, attribute, breaks(getattr(holder, attribute)))


def swap(module: str, name: str, breaks: Callable[[Any], Any], key: str | None = None) -> tuple:
    """Describe one replacement."""
    return (module, name, key, breaks)


DUNNING = "revcycle.dunning"
REPLAY = f"{DUNNING}.replay"
REPORTS = "revcycle.reports"


# ------------------------------------------------------------------------------------- mistakes


def signs_by_kind_alone(_signed_amount):
    """Count adjustments on insurance's side against the patient."""

    def signed(transaction):
        if transaction.voided_on is not None:
            return ZERO
        raises = transaction.kind in {TransactionKind.REFUND, TransactionKind.TRANSFER_IN}
        return transaction.amount if raises else subtract(ZERO, transaction.amount)

    return signed


def uncovers_the_claim_only(_uncover_claim):
    """Place a charge and leave it on its plan."""
    return lambda _draft, _plan_id, _claim_id, **_day: None


def takes_up_nothing(_take_up_new_charge):
    """Leave a new charge of a covered claim off the plan."""
    return lambda _draft, _charge_id, **_day: None


def prints_no_held_lines(care):
    """Print the charges that are to be paid and forget those on hold."""

    def printed(statement, wording):
        lines = tuple(line for line in statement.lines if not line.held)
        return care(attrs.evolve(statement, lines=lines), wording)

    return printed


def asks_the_account(_is_paid):
    """Ask whether anything is owed, instead of what has become of the balance spoken of."""
    return lambda _balance, account, *, as_of: net_balance(account, as_of=as_of) <= ZERO


def asks_no_further(_is_amount_right):
    """Take every amount that was ever asked for as right."""
    return lambda *_item: True


def takes_any_day(_check_act):
    """Accept an act of any day."""
    return lambda _account, **_day: ()


def forgets_to_say_it(charge_after):
    """Advance a charge without an event."""

    def silent(charge, level, as_of, _events, *, bills):
        return charge_after(charge, level, as_of, [], bills=bills)

    return silent


def rebuilds_what_it_skips(run_statement):
    """Give an equal copy back for a skipped run."""

    def run(account, *, as_of, policy):
        made = run_statement(account, as_of=as_of, policy=policy)
        return made if made.events else attrs.evolve(made, account=attrs.evolve(account))

    return run


def deletes_what_is_voided(_transaction_voided):
    """Take a voided transaction out of the ledger."""

    def void(account, event):
        return attrs.evolve(
            account,
            charges=tuple(
                attrs.evolve(
                    charge,
                    transactions=tuple(
                        t for t in charge.transactions if t.id != event.transaction_id
                    ),
                )
                for charge in account.charges
            ),
        )

    return void


def bills_without_statement(charge_after):
    """Count a statement where the run makes none."""

    def after(charge, level, as_of, events, *, bills):
        return charge_after(charge, level, as_of, events, bills=True)

    return after


def steps_twice(_standard_after):
    """Make up for a missed run with two steps."""
    return tuple(STANDARD_AFTER[each.number] for each in STANDARD_AFTER)


def rewrites_the_due(_due_lowered):
    """Change a due's amount where an adjustment only lowers it."""

    def lower(account, event):
        return attrs.evolve(
            account,
            plans=tuple(
                attrs.evolve(
                    plan,
                    dues=tuple(
                        attrs.evolve(due, amount=event.lowering.amount)
                        if (plan.id, index) == (event.plan_id, event.index)
                        else due
                        for index, due in enumerate(plan.dues)
                    ),
                )
                for plan in account.plans
            ),
        )

    return lower


def puts_joiners_behind_the_alarm(member_joined):
    """Let a joiner raise an alarm set before."""

    def join(account, event):
        joined = member_joined(account, event)
        if joined.alarm is None:
            return joined
        ids = (*joined.alarm.patient_ids, event.member.patient.id)
        return attrs.evolve(joined, alarm=attrs.evolve(joined.alarm, patient_ids=ids))

    return join


def makes_the_run_due_on(apply):
    """Let a change of guarantor make the next run due at once."""

    def due_now(account, event):
        after = apply(account, event)
        return attrs.evolve(after, cycle=attrs.evolve(after.cycle, next_statement_on=event.on))

    return due_now


def bills_the_held(_billable_charges):
    """Count charges on hold as billable."""
    return lambda account, **_day: [
        c for c in account.charges if c.outstanding > ZERO and c.placement is None
    ]


def asks_beyond_the_balance(_ask):
    """Ask for arrears and current due although less is owed."""

    def ask(dues, allocation, *, balance, as_of, grace_days):
        del as_of, grace_days
        asked = total(subtract(d.amount, met) for d, met in zip(dues, allocation.met, strict=True))
        return PlanDue(arrears=ZERO, current=asked, due=asked, balance=balance)

    return ask


def spends_a_dollar_twice(allocate):
    """Let the money that met a due lower principal as well."""

    def twice(dues, transactions, **options):
        made = allocate(dues, transactions, **options)
        return Allocation(met=made.met, principal=add(made.principal, total(made.met)))

    return twice


def takes_the_more_severe(_least_severe):
    """Keep an alarm at its stored level although the live one has fallen."""
    return max


def bills_who_has_paid(skips):
    """Run although the credits outweigh what is owed."""

    def without(*arguments):
        return tuple(s for s in skips(*arguments) if s.reason is not SkipReason.NET_NOT_POSITIVE)

    return without


def runs_again(skips):
    """Forget that the account has run today."""

    def without(*arguments):
        return tuple(s for s in skips(*arguments) if s.reason is not SkipReason.ALREADY_RUN_TODAY)

    return without


def runs_before_it_is_due(skips):
    """Forget that the next statement is not due."""

    def without(*arguments):
        return tuple(s for s in skips(*arguments) if s.reason is not SkipReason.NOT_DUE)

    return without


def advances_who_waits(freezes):
    """Advance a joiner before their old account's next statement would have fallen."""
    return lambda account, as_of: attrs.evolve(freezes(account, as_of), waiting=frozenset())


def blames_late_joiners(level_after):
    """Advance plan charges for a period in which they were not on the plan."""

    def after(charge, frozen, missed, first_level):
        enrolment = charge.standing.enrolment
        if enrolment is not None:
            missed = dict.fromkeys(missed, 10_000)
        return level_after(charge, frozen, missed, first_level)

    return after


def counts_anew(alarm_after_run):
    """Count the alarm's delay from each run."""

    def set_alarm(*arguments, on, **options):
        alarm = alarm_after_run(*arguments, on=on, **options)
        return alarm and attrs.evolve(alarm, reached_on=on)

    return set_alarm


def asks_less_credits(make_statement):
    """Take credits off what is due now."""

    def make(*arguments, **options):
        made = make_statement(*arguments, **options)
        return attrs.evolve(made, due_now=add(made.due_now, made.credits))

    return make


def forgets_closed_charges(_closed_since):
    """Leave a charge closed since the run out of the earliest arrival."""
    return lambda _charge, _day: False


def forgets_what_was_paid(allocate):
    """Lower a due to what is owed, as if nothing had been paid on it."""

    def none_met(dues, money, *, grace_days, through=None):
        allocation = allocate(dues, money, grace_days=grace_days, through=through)
        return attrs.evolve(allocation, met=tuple(ZERO for _ in allocation.met))

    return none_met


def starts_leavers_afresh(belongings):
    """Let a leaver's charges begin again at 0."""

    def afresh(account, patient_id):
        charges, plans, holds = belongings(account, patient_id)
        fresh = tuple(
            charge
            if charge.standing.enrolment is not None
            else attrs.evolve(charge, standing=NEW_STANDING)
            for charge in charges
        )
        return fresh, plans, holds

    return afresh


def shows_names(_repr):
    """Show a patient's name."""
    return lambda patient: f"Patient(id={patient.id!r}, last_name={patient.last_name!r})"


def lists_by_day_alone(payments):
    """List a payment of the day of the last statement again."""

    def again(account, charges, window, *, is_reprint):
        if not is_reprint:
            window = attrs.evolve(window, payment_ids=())
        return payments(account, charges, window, is_reprint=is_reprint)

    return again


def runs_something_else(decide):
    """Run with other levels than were decided."""

    def other(account, *, as_of, policy):
        decided = decide(account, as_of=as_of, policy=policy)
        levels = tuple(
            level and (charge.standing.level if charge.standing.enrolment is None else level)
            for charge, level in zip(account.charges, decided.levels, strict=True)
        )
        return attrs.evolve(decided, levels=levels)

    return other


def numbers_the_preview_anew(preview_of_today):
    """Number today's statement again when it is shown again."""

    def preview(account, as_of, policy, **skips):
        shown = preview_of_today(account, as_of, policy, **skips)
        if shown.statement is None:
            return shown
        number = shown.statement.number + 1
        return attrs.evolve(shown, statement=attrs.evolve(shown.statement, number=number))

    return preview


def takes_the_first_of_equals(_levels_over):
    """Print the level of whichever charge comes first among those billed on one day."""

    def over(charges, levels, as_of):
        taking_part = [(c, lv) for c, lv in zip(charges, levels, strict=True) if lv is not None]
        severest = max((lv for _, lv in taking_part), default=LEVELS[0])
        oldest = [(c.standing.first_billed_on or as_of, lv) for c, lv in taking_part]
        printed = min(oldest, key=lambda pair: pair[0])[1] if oldest else LEVELS[0]
        return severest, printed, any(not lv.is_terminal for _, lv in taking_part)

    return over


def forgets_that_alarms_fire(_days_to_try):
    """Look for the next decision on the next statement date only."""
    return lambda account, as_of, _policy: [
        day for day in (as_of, account.cycle.next_statement_on) if day is not None and day >= as_of
    ]


def restores_nothing(_restore):
    """Leave a level as the voided payment made it."""
    return lambda _draft, _charges, _transaction_id, *_day, **_days: None


def stops_at_its_own_day(_take_back):
    """Ask, of each step that late money may undo, whether *this* payment came before it."""
    effects = importlib.import_module(f"{DUNNING}.money_effects")

    def take_back(draft, plan_id, new, as_of, policy):
        plan = next(plan for plan in draft.account.plans if plan.id == plan_id)
        money = effects.plan_money(plan, draft.account.charges)
        for each in effects.charges_on(plan, draft.account.charges):
            charge = each
            step = effects._last_step(charge.standing)
            while (
                step is not None
                and new.received_on <= step.on
                and charge.standing.level > step.level_before
                and not effects._was_short(plan, money, step.on, policy)
            ):
                effects._fall(
                    draft,
                    charge.id,
                    step.level_before,
                    MoveCause.LATE_MONEY,
                    new.id,
                    as_of=as_of,
                    reached_on=step.reached_on_before,
                    undoes_run_on=step.on,
                )
                charge = effects.charge_of(draft.account, charge.id)
                step = effects._last_step(charge.standing)

    return take_back


def adds_by_the_hosts_context(_add):
    """Add with Python's own plus."""
    return lambda one, other: one + other


def pays_off_the_principal(_plan_dues):
    """Propose to pay a plan's whole balance."""
    figures = importlib.import_module(f"{DUNNING}.figures")
    return lambda account, **day_and_policy: {
        plan_id: attrs.evolve(due, due=due.balance)
        for plan_id, due in figures.plan_dues(account, **day_and_policy).items()
    }


def waits_for_the_release(hold_placed):
    """Put the next statement off when a hold is placed."""

    def place(account, event):
        held = hold_placed(account, event)
        last = event.hold.last_on or event.on
        return attrs.evolve(held, cycle=attrs.evolve(held.cycle, next_statement_on=last))

    return place


def accepts_anything(_check):
    """Build a standing without looking at it."""
    return lambda _standing: None


def mixes_the_tracks(_plan_after):
    """Advance plan charges along the standard track."""
    return STANDARD_AFTER


def forgets_the_placement(_charge_recalled):
    """Leave no trace of a stay with an agency."""

    def recall(account, event):
        return attrs.evolve(
            account,
            charges=tuple(
                attrs.evolve(c, placement=None) if c.id == event.charge_id else c
                for c in account.charges
            ),
        )

    return recall


def takes_any_adjustment(_bad_debt):
    """Take the kind for the reason."""
    return Equals("kind", "adjustment")


def forgets_that_holds_end(turns):
    """Look for the day of eligibility on other days than those after holds."""

    def without(reading, charge):
        ends = {hold.last_on for hold in reading.account.holds if hold.last_on is not None}
        return [day for day in turns(reading, charge) if day - timedelta(days=1) not in ends]

    return without


def waits_a_day_longer(turns):
    """Let a veto end a day late."""
    return lambda reading, *asked: {day + timedelta(days=1) for day in turns(reading, *asked)}


def gives_nothing_back(_levels_after_void):
    """Forget, on telling a history again, that a void gives levels back."""
    return lambda *_arguments, **_day: None


def bills_first_at_zero(levels_after_run):
    """Tell every first statement again as one that gives level 0."""

    def levels(account, missed, *, as_of, policy):
        policy = attrs.evolve(policy, first_statement_level=0)
        return levels_after_run(account, missed, as_of=as_of, policy=policy)

    return levels


def takes_what_is_told(retold):
    """Take the re-derived level although it is the more severe."""
    return lambda before, told, _way: retold(before, told, PolicyChangeWay.RE_DERIVE)


VARIANTS = {
    variant.number: variant
    for variant in (
        Variant(
            1,
            "insurance's adjustments lower what the patient owes",
            (swap("revcycle.charges", "signed_amount", signs_by_kind_alone),),
        ),
        Variant(
            2,
            "a plan charge takes a standard step",
            (
                swap(
                    "revcycle.charges", f"{Standing.__name__}.__attrs_post_init__", accepts_anything
                ),
                swap(f"{DUNNING}.advance", "PLAN_AFTER", mixes_the_tracks),
            ),
        ),
        Variant(
            3,
            "a plan does not take up a new charge of its claim",
            (swap(f"{DUNNING}.postings", "take_up_new_charge", takes_up_nothing),),
        ),
        Variant(
            4,
            "an act of an earlier day is recorded",
            (
                swap(f"{DUNNING}.postings", "check_act", takes_any_day),
                swap(f"{DUNNING}.holding", "check_act", takes_any_day),
            ),
        ),
        Variant(
            5,
            "a step up is not reported",
            (swap(f"{DUNNING}.statements", "_charge_after", forgets_to_say_it),),
        ),
        Variant(
            6,
            "a skipped run copies the account",
            (swap(DUNNING, "run_statement", rebuilds_what_it_skips),),
        ),
        Variant(
            7,
            "a void deletes",
            (swap(REPLAY, "_APPLY", deletes_what_is_voided, "TransactionVoided"),),
        ),
        Variant(
            8,
            "a run without statement counts one",
            (swap(f"{DUNNING}.statements", "_charge_after", bills_without_statement),),
        ),
        Variant(
            9,
            "a run goes two steps up",
            (swap(f"{DUNNING}.advance", "STANDARD_AFTER", steps_twice),),
        ),
        Variant(
            10,
            "an adjustment rewrites a due",
            (swap(REPLAY, "_APPLY", rewrites_the_due, "DueLowered"),),
        ),
        Variant(
            11,
            "a joiner stands behind the alarm",
            (swap(REPLAY, "_APPLY", puts_joiners_behind_the_alarm, "MemberJoined"),),
        ),
        Variant(
            12,
            "a new guarantor makes the run due",
            (swap(REPLAY, "_APPLY", makes_the_run_due_on, "GuarantorChanged"),),
        ),
        Variant(
            13,
            "held charges count as billable",
            (swap(f"{DUNNING}.figures", "billable_charges", bills_the_held),),
        ),
        Variant(
            14,
            "a plan asks for more than is owed",
            (swap("revcycle.plans", "ask", asks_beyond_the_balance),),
        ),
        Variant(
            15,
            "money that met a due lowers principal too",
            (
                swap("revcycle.plans", "allocate", spends_a_dollar_twice),
                swap("revcycle.testing.day_checks", "allocate", spends_a_dollar_twice),
            ),
        ),
        Variant(
            16,
            "an alarm stays at its stored level",
            (swap(f"{DUNNING}.alarms", "least_severe", takes_the_more_severe),),
        ),
        Variant(
            17,
            "an account in credit is billed",
            (swap(f"{DUNNING}.advance", "_skips", bills_who_has_paid),),
        ),
        Variant(
            18,
            "a late joiner answers for an earlier period",
            (swap(f"{DUNNING}.advance", "_level_after", blames_late_joiners),),
        ),
        Variant(
            19,
            "every run starts the alarm's delay again",
            (swap(f"{DUNNING}.statements", "alarm_after_run", counts_anew),),
        ),
        Variant(
            20,
            "credits lower what is due now",
            (swap(f"{DUNNING}.statements", "_make_statement", asks_less_credits),),
        ),
        Variant(
            21,
            "closing the older of two charges un-fires the alarm",
            (swap(f"{DUNNING}.alarms", "_closed_since", forgets_closed_charges),),
        ),
        Variant(
            22,
            "who leaves begins at 0",
            (swap(f"{DUNNING}.membership", "_belongings", starts_leavers_afresh),),
        ),
        Variant(
            23,
            "a joiner advances at once",
            (swap(f"{DUNNING}.advance", "_freezes", advances_who_waits),),
        ),
        Variant(
            24,
            "a repr shows a name",
            (swap("revcycle.accounts", f"{Patient.__name__}.__repr__", shows_names),),
        ),
        Variant(
            25,
            "a payment of the statement's own day is listed twice",
            (swap(f"{DUNNING}.statements", "payments_listed", lists_by_day_alone),),
        ),
        Variant(
            26,
            "an account runs twice a day",
            (swap(f"{DUNNING}.advance", "_skips", runs_again),),
        ),
        Variant(
            27,
            "the run takes other levels than decided",
            (swap(f"{DUNNING}.statements", "decide_statement", runs_something_else),),
        ),
        Variant(
            28,
            "the preview after the run has a new number",
            (swap(f"{DUNNING}.statements", "_preview_of_today", numbers_the_preview_anew),),
        ),
        Variant(
            29,
            "of charges billed on one day the first decides the printed level",
            (swap(f"{DUNNING}.advance", "_levels_over", takes_the_first_of_equals),),
        ),
        Variant(
            30,
            "only the next statement date is looked at",
            (swap(f"{DUNNING}.schedule", "_days_to_try", forgets_that_alarms_fire),),
        ),
        Variant(
            31,
            "a run need not be due",
            (swap(f"{DUNNING}.advance", "_skips", runs_before_it_is_due),),
        ),
        Variant(
            32,
            "a void restores no level",
            (swap(f"{DUNNING}.money_effects", "_restore", restores_nothing),),
        ),
        Variant(
            33,
            "a late payment stops at steps before its own day",
            (swap(f"{DUNNING}.money_effects", "_take_back_disproved_steps", stops_at_its_own_day),),
        ),
        Variant(
            34,
            "sums round as the host likes",
            (swap(money.__name__, "add", adds_by_the_hosts_context),),
        ),
        Variant(
            35,
            "a hold may be placed in the past",
            (swap(f"{DUNNING}.holding", "check_act", takes_any_day),),
        ),
        Variant(
            36,
            "a proposal pays principal",
            (swap(f"{DUNNING}.allocation", "plan_dues", pays_off_the_principal),),
        ),
        Variant(
            37,
            "a hold puts the next statement off",
            (swap(REPLAY, "_APPLY", waits_for_the_release, "HoldPlaced"),),
        ),
        Variant(
            53,
            "a due is lowered as if nothing had been paid on it",
            (swap(f"{DUNNING}.money_effects", "allocate", forgets_what_was_paid),),
        ),
        Variant(
            38,
            "nobody is told that a hold ends",
            (swap(f"{DUNNING}.collections", "CollectionsReading.turns", forgets_that_holds_end),),
        ),
        Variant(
            39,
            "a veto ends a day late",
            (swap(f"{DUNNING}.guard_facts", "GuardReading.turns", waits_a_day_longer),),
        ),
        Variant(
            40,
            "a history told again knows no void",
            (swap(f"{DUNNING}.policy_change", "levels_after_void", gives_nothing_back),),
        ),
        Variant(
            41,
            "a history told again forgets the level of the first statement",
            (swap(f"{DUNNING}.policy_change", "levels_after_run", bills_first_at_zero),),
        ),
        Variant(
            42,
            "never worsening worsens",
            (swap(f"{DUNNING}.policy_change", "_retold", takes_what_is_told),),
        ),
        Variant(
            45,
            "a recall forgets that the charge was placed",
            (swap(REPLAY, "_APPLY", forgets_the_placement, "ChargeRecalled"),),
        ),
        Variant(
            46,
            "every adjustment is bad debt",
            (swap(f"{REPORTS}.written_off", "BAD_DEBT", takes_any_adjustment),),
        ),
        Variant(
            51,
            "a page leaves out what is on hold",
            (swap("revcycle.printing.page", "_care", prints_no_held_lines),),
        ),
        Variant(
            52,
            "whatever is owed keeps an item valid",
            (swap("revcycle.outreach.planning", "is_paid", asks_the_account),),
        ),
        Variant(
            52,
            "a bill lives on though a part of it is not asked for any more",
            (swap("revcycle.outreach.planning", "_is_amount_right", asks_no_further),),
        ),
    )
}
"""The variants by the number of the invariant they break."""
