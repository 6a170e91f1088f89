"""One family's year in plain sentences, told from the events: what happened, and why.

    choose_account     the account with a plan to which most different things happened
    tell               dated sentences with ids, amounts and the rule behind each step

No sentence knows more than the events and the records say; names and notes are never told.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from book_report import WIDTH, count, heading, paragraph, short
from cycle_runs import Entry

from revcycle.accounts import Account, charge_of, plan_of
from revcycle.charges import AdjustmentReason, Charge, MoveCause, TransactionKind
from revcycle.dunning import (
    DeliveryReason,
    DunningPolicy,
    Event,
    Skip,
    SkipReason,
    Statement,
    account_level,
    credits_of,
    fires_on,
    total_outstanding,
)
from revcycle.dunning.events import (
    AdvanceCause,
    AlarmCleared,
    AlarmRevived,
    AlarmSet,
    CardDeclined,
    ChargePlaced,
    ChargePosted,
    DueJudged,
    DueOpened,
    GuarantorChanged,
    HoldPlaced,
    HoldReleased,
    LevelAdvanced,
    LevelFell,
    LevelRestored,
    MemberJoined,
    MemberLeft,
    NextStatementReset,
    PlanCancelled,
    PlanEnded,
    PlanJoined,
    PlanLeft,
    PlanReopened,
    PlanStarted,
    StatementIssued,
    TransactionPosted,
    TransactionVoided,
)
from revcycle.money import ZERO, text, total
from revcycle.plans import CadenceKind, allocate, due_amount, plan_money

__all__ = ["choose_account", "tell"]

_WHY_ADVANCED: Final = {
    AdvanceCause.FIRST_STATEMENT: "the first statement gives this level by policy (DL-3)",
    AdvanceCause.STATEMENT_CYCLE: "still open a cycle after billing (DL-3)",
    AdvanceCause.MISSED_MINIMUM: "the plan's instalment was missed (DL-4)",
}
_WHY_FELL: Final = {
    MoveCause.CURE: "all that the plan asked for, arrears included, is paid (DL-7)",
    MoveCause.PARTIAL_PAYMENT: "a partial payment lowers it by policy (DL-8)",
    MoveCause.LATE_MONEY: "money entered late shows that nothing had been missed (CH-9)",
    MoveCause.MISSED_MINIMUM: "an instalment was missed (DL-4)",
}
_WHY_SKIPPED: Final = {
    SkipReason.ALREADY_RUN_TODAY: "a run took place today already",
    SkipReason.NOT_DUE: "the next is not due yet",
    SkipReason.NOTHING_BILLABLE: "nothing is billable",
    SkipReason.ON_HOLD: "the account is on hold",
    SkipReason.NET_NOT_POSITIVE: "credits are as large as what is billable",
    SkipReason.BELOW_MINIMUM: "the balance is too small for a statement",
}
_HOW: Final = {
    DeliveryReason.GUARANTOR_WANTS_PAPER: "on paper, as the guarantor wants",
    DeliveryReason.GUARANTOR_WANTS_E_STATEMENT: "as an e-statement, as the guarantor wants",
    DeliveryReason.PAPER_ADDED_AT_FINAL_LEVEL: "and on paper too, for a charge is at its last "
    "notice (ST-7)",
    DeliveryReason.NO_EMAIL_ADDRESS: "but on paper, for want of an e-mail address",
}
_KINDS: Final = {
    TransactionKind.PAYMENT: "is paid on",
    TransactionKind.REFUND: "is refunded on",
    TransactionKind.TRANSFER_IN: "is transferred to the patient on",
    TransactionKind.TRANSFER_AWAY: "is transferred away on",
}
_CADENCES: Final = {
    CadenceKind.STATEMENT: "each statement cycle",
    CadenceKind.MONTHLY: "each month",
    CadenceKind.WEEKLY: "each week",
    CadenceKind.BIWEEKLY: "every two weeks",
}
_IDS_SHOWN: Final = 3


def choose_account(entries: Iterable[Entry]) -> str | None:
    """Choose whose story to tell: a family, with a plan, to which most different things happened.

    Fewer sentences break a tie, then the id. None if nothing happened to anybody.
    """
    kinds: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    families: set[str] = set()
    for entry in entries:
        account_id = entry.account.id
        kinds.setdefault(account_id, set()).update(type(event).__name__ for event in entry.events)
        sizes[account_id] = sizes.get(account_id, 0) + len(entry.events)
        if len(entry.account.members) > 1:
            families.add(account_id)
    if not kinds:
        return None
    return min(
        kinds,
        key=lambda known: (
            "PlanStarted" not in kinds[known],
            known not in families,
            -len(kinds[known]),
            sizes[known],
            known,
        ),
    )


def tell(
    entries: Iterable[Entry], *, account_id: str, opening: Account | None, policy: DunningPolicy
) -> Iterator[str]:
    """Yield the story of an account, line by line.

    Args:
        entries: what happened in the book.
        account_id: whose story.
        opening: the account before the first run, or None if it came later.
        policy: says when alarms fire.
    """
    own = _merged([entry for entry in entries if entry.account.id == account_id])
    yield from heading(short(f"The story of account {account_id}"))
    if opening is not None:
        yield from paragraph(short(_introduction(opening)))
    told = None
    for entry, skipped in _with_skips(own):
        for sentence in _sentences(entry, skipped, policy):
            stamp = str(entry.on) if entry.on != told else ""
            told = entry.on
            yield from textwrap.wrap(
                short(sentence),
                width=WIDTH,
                initial_indent=f"{stamp:10}  ",
                subsequent_indent=" " * 12,
                break_on_hyphens=False,
            )
    if own:
        yield from paragraph(short(_ending(own[-1])))


def _introduction(account: Account) -> str:
    patients = ", ".join(member.patient.id for member in account.members)
    open_count = sum(charge.outstanding > ZERO for charge in account.charges)
    owed = text(total_outstanding(account))
    begin = (
        f"{count(open_count, 'charge')} {'is' if open_count == 1 else 'are'} open, {owed} in all"
    )
    return (
        f"Guarantor {account.guarantor.id} answers for {patients}. At the beginning "
        f"{begin if open_count else 'nothing is owed'}."
    )


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    """Join what was posted on one day: many charges, or one payment on many of them."""
    merged: list[Entry] = []
    for entry in entries:
        last = merged[-1] if merged else None
        kinds = {type(event) for event in entry.events}
        if (
            last is not None
            and last.on == entry.on
            and kinds in ({ChargePosted}, {TransactionPosted})
            and kinds == {type(event) for event in last.events}
        ):
            events = (*last.events, *entry.events)
            merged[-1] = attrs.evolve(entry, events=events, silenced=entry.silenced)
        else:
            merged.append(entry)
    return merged


def _with_skips(entries: Sequence[Entry]) -> Iterator[tuple[Entry, int]]:
    """Pair each entry with the number of runs skipped alike; of those only the first is told."""
    for why, group in itertools.groupby(entries, key=lambda e: [s.reason for s in e.skips]):
        alike = list(group)
        if why:
            yield alike[0], len(alike)
        else:
            yield from ((entry, 0) for entry in alike)


def _ending(entry: Entry) -> str:
    account = entry.account
    level = account_level(account, as_of=entry.on)
    in_credit = credits_of(account)
    credit = f", credits {text(in_credit)}" if in_credit else ""
    return (
        f"At the end {text(total_outstanding(account))} is outstanding{credit}, and the account "
        f"is at level {level}."
    )


def _sentences(entry: Entry, skipped: int, policy: DunningPolicy) -> Iterator[str]:
    if entry.fired is not None:
        yield (
            f"The alarm of level {entry.fired.level} fires: its delay since "
            f"{entry.fired.reached_on} is over (AL-3). The account comes onto its worklist (AL-7)."
        )
    if entry.skips:
        more = f" So are the next {skipped - 1}." if skipped > 1 else ""
        yield f"Run skipped: {'; '.join(map(_skip, entry.skips))} (ST-5).{more}"
    events = sorted(entry.events, key=_place)
    groups: dict[object, list[Event]] = {}
    for event in events:
        groups.setdefault(_likeness(event), []).append(event)
    for alike in groups.values():
        yield from _told(alike[0], alike, entry, policy)
    if entry.silenced:
        yield "Nothing is open above level 0 any more, so the alarm is silent (AL-4, AL-5)."
    if entry.ran and entry.statement is None:
        yield (
            "Run without a statement: after it every billable charge is at 4 or 8, so the last "
            "statement has been sent (ST-4)."
        )


def _place(event: Event) -> int:
    """Put the steps of a run in the order in which they explain each other."""
    return next((n for n, kind in enumerate(_STEPS) if isinstance(event, kind)), -1)


_STEPS: Final = (DueJudged, LevelAdvanced, DueOpened, StatementIssued, AlarmSet)


def _likeness(event: Event) -> object:
    """Give what two events share if they make one sentence: the same step of several charges."""
    key = _LIKENESS.get(type(event))
    return id(event) if key is None else (type(event), key(event))


_LIKENESS: Final[Mapping[type, Callable[[Any], object]]] = {
    LevelAdvanced: lambda event: (event.before, event.after, event.because),
    LevelFell: lambda event: (event.before, event.after, event.because),
    PlanJoined: lambda event: event.before,
    PlanLeft: lambda event: (event.before, event.after),
    ChargePlaced: lambda event: event.placement,
    ChargePosted: lambda _: None,
    TransactionPosted: lambda event: event.transaction.kind,
    DueJudged: lambda event: (event.plan_id, event.index if event.due.missed else None),
}


def _told(
    event: Event, alike: Sequence[Event], entry: Entry, policy: DunningPolicy
) -> Iterator[str]:
    """Tell one step; *alike* are the events that make it together."""
    match event:
        case StatementIssued() if entry.statement is not None:
            yield _statement(entry.statement, entry.account)
        case TransactionPosted():
            yield _transactions([e for e in alike if isinstance(e, TransactionPosted)], entry)
        case ChargePosted():
            posted = [e.charge for e in alike if isinstance(e, ChargePosted)]
            yield _charges_posted(posted)
        case LevelAdvanced() | LevelFell() | LevelRestored() | PlanJoined() | PlanLeft():
            yield _level(event, _ids(alike))
        case AlarmSet() | AlarmCleared() | AlarmRevived():
            yield from _alarm(event, policy)
        case DueOpened() | DueJudged():
            yield from _due(event, alike, entry, policy)
        case PlanStarted() | PlanEnded() | PlanReopened() | PlanCancelled() | CardDeclined():
            yield _plan(event)
        case _:
            yield from _other(event, alike)


def _statement(statement: Statement, account: Account) -> str:
    ways = " ".join(_HOW[reason] for reason in statement.delivery_reasons)
    paid = total(payment.amount for payment in statement.payments)
    thanks = f" It lists {text(paid)} paid since the one before." if paid else ""
    if statement.number == 1:
        thanks = ""
    plan = f", {text(statement.plan_due)} of it for plans" if statement.plan_due else ""
    overdue = f" and {text(statement.plan_overdue)} overdue" if statement.plan_overdue else ""
    due = f"{text(statement.due_now)} due by {statement.due_on}{plan}{overdue}"
    return (
        f"Statement {statement.number} goes to {account.guarantor.id} {ways}: "
        f"{due if statement.due_now else 'nothing due yet'}; "
        f"{text(statement.total_outstanding)} outstanding on "
        f"{count(len(statement.lines), 'charge')}.{thanks}"
    )


def _transactions(events: Sequence[TransactionPosted], entry: Entry) -> str:
    amount = text(total(event.transaction.amount for event in events))
    first = events[0].transaction
    charges = list(dict.fromkeys(event.charge_id for event in events))
    if first.kind is TransactionKind.ADJUSTMENT:
        reason = (first.reason or AdjustmentReason.OTHER).value.replace("_", " ")
        act = f"is adjusted off, reason {reason}, on"
    else:
        act = _KINDS[first.kind]
    left = total(charge_of(entry.account, charge_id).outstanding for charge_id in charges)
    rest = "nothing is left to pay there" if left == ZERO else f"{text(left)} is left there"
    if left < ZERO:
        rest = f"that leaves a credit of {text(left)}, which pays no other charge by itself (CH-4)"
    return f"{amount} {act} {_listed(charges)}; {rest}."


def _charges_posted(charges: Sequence[Charge]) -> str:
    amount = text(total(charge.amount for charge in charges))
    ids = _listed([charge.id for charge in charges])
    verb = "is" if len(charges) == 1 else "are"
    return f"{amount} more to pay: {ids} {verb} posted."


def _level(
    event: LevelAdvanced | LevelFell | LevelRestored | PlanJoined | PlanLeft, ids: Sequence[str]
) -> str:
    many = len(ids) > 1
    who = _listed(ids)
    match event:
        case LevelAdvanced():
            return (
                f"{who} {'rise' if many else 'rises'} from level {event.before} to "
                f"{event.after}: {_WHY_ADVANCED[event.because]}."
            )
        case LevelFell():
            return (
                f"{who} {'fall' if many else 'falls'} from level {event.before} to {event.after}: "
                f"{_WHY_FELL[event.because]}."
            )
        case LevelRestored():
            return (
                f"{who} is at level {event.after} again: the money that had lowered it is gone "
                f"(CH-8)."
            )
        case PlanJoined():
            return (
                f"{who} {'start' if many else 'starts'} at 0 on the plan and "
                f"{'remember' if many else 'remembers'} standard level {event.before} (DL-11)."
            )
        case PlanLeft():
            return (
                f"{who} {'leave' if many else 'leaves'} plan {event.plan_id} at level "
                f"{event.before} for standard level {event.after}: leaving a plan never improves "
                f"standing (DL-11)."
            )


def _alarm(event: AlarmSet | AlarmCleared | AlarmRevived, policy: DunningPolicy) -> Iterator[str]:
    match event:
        case AlarmSet(before=before, after=after) if after is not None:
            if before is None or (before.level, before.reached_on) != (
                after.level,
                after.reached_on,
            ):
                day = fires_on(after.level, after.reached_on, policy=policy)
                yield (
                    f"The alarm is set at level {after.level}, the most severe of any member "
                    f"(AL-2); it will fire on {day} unless money comes first (AL-3)."
                )
        case AlarmSet():
            yield "No charge is above level 0 any more, so the run sets no alarm (AL-2)."
        case AlarmCleared(clearance=clearance) if clearance.by is not None:
            yield f"{clearance.by} clears the alarm; the level stays (AL-6)."
        case AlarmCleared():
            yield "Nothing is due any more, so the alarm falls silent (AL-5)."
        case AlarmRevived():
            yield "The money that had silenced the alarm is gone, so it is back (AL-5)."


def _due(
    event: DueOpened | DueJudged, alike: Sequence[Event], entry: Entry, policy: DunningPolicy
) -> Iterator[str]:
    plan = plan_of(entry.account, event.plan_id)
    if isinstance(event, DueOpened):
        # A due that this same act also judged is told once, when it is judged.
        judged = [e.due.opened_on for e in entry.events if isinstance(e, DueJudged)]
        if event.due.opened_on not in judged and event.due.amount > ZERO:
            when = f"by {event.due.due_on}" if event.due.due_on else "by the next run"
            yield f"Plan {plan.id} asks for {text(event.due.amount)} {when} (PL-2)."
        return
    days = [str(e.due.due_on) for e in alike if isinstance(e, DueJudged) and e.due.due_on]
    when = f" of {_listed(days)}" if days else ""
    if event.due.missed:
        money = plan_money(plan, entry.account.charges)
        met = allocate(plan.dues, money, grace_days=policy.grace_days, through=entry.on).met
        yield (
            f"Plan {plan.id}: the instalment{when} was missed, {text(met[event.index])} of "
            f"{text(due_amount(event.due))} had come (PL-4)."
        )
    elif len(days) > 1:
        yield f"Plan {plan.id}: the instalments{when} were paid (PL-4)."
    else:
        paid = text(due_amount(event.due))
        yield f"Plan {plan.id}: the instalment{when} was paid, {paid} (PL-4)."


def _plan(
    event: PlanStarted | PlanEnded | PlanReopened | PlanCancelled | CardDeclined,
) -> str:
    match event:
        case PlanStarted(plan=plan):
            return (
                f"Plan {plan.id} is agreed for {plan.patient_id}: {text(plan.minimum)} "
                f"{_CADENCES[plan.cadence.kind]}, from {plan.start_on} on (PL-12)."
            )
        case PlanEnded():
            return f"Plan {event.plan_id} ends: nothing on it is owed any more (PL-8)."
        case PlanReopened():
            return f"Plan {event.plan_id} is active again: something on it is owed (PL-12)."
        case PlanCancelled():
            return f"Plan {event.plan_id} is cancelled (PL-8)."
        case CardDeclined():
            return f"The card that pays plan {event.plan_id} is declined; the plan stays (PL-8)."


def _other(event: Event, alike: Sequence[Event]) -> Iterator[str]:
    match event:
        case TransactionVoided():
            yield (
                f"Payment {event.transaction_id} turns out to be worth nothing and is voided: "
                f"{event.charge_id} owes again, at the level it has (CH-8)."
            )
        case HoldPlaced(hold=hold):
            what = f"{hold.scope.value} {hold.subject_id or ''}".strip()
            reason = hold.reason.value.replace("_", " ")
            yield f"Hold {hold.id} on the {what}, reason {reason} (ST-12)."
        case HoldReleased():
            yield f"Hold {event.hold_id} is lifted (ST-12)."
        case ChargePlaced(placement=placement):
            verb = "goes" if len(alike) == 1 else "go"
            yield f"{_listed(_ids(alike))} {verb} to {placement.agency_id} (CO-3)."
        case NextStatementReset():
            yield f"Staff set the next statement date to {event.after} (ST-2)."
        case MemberJoined(member=member):
            yield f"{member.patient.id} joins (FA-3)."
        case MemberLeft():
            yield f"{event.patient_id} leaves with their own charges and plans (FA-3)."
        case GuarantorChanged():
            yield f"{event.guarantor.id} answers for the bills from now on (FA-3)."
        case _:
            pass


def _skip(skip: Skip) -> str:
    words = _WHY_SKIPPED[skip.reason]
    if skip.hold_ids:
        words += f" ({', '.join(skip.hold_ids)})"
    elif skip.amount is not None:
        words += f" (net {text(skip.amount)})"
    elif skip.on is not None:
        words += f" ({skip.on})"
    return words


def _ids(events: Iterable[Event]) -> list[str]:
    """Give the charges that events are about."""
    return [event.charge_id for event in events if isinstance(event, _OF_CHARGES)]


_OF_CHARGES: Final = (
    LevelAdvanced,
    LevelFell,
    LevelRestored,
    PlanJoined,
    PlanLeft,
    ChargePlaced,
)


def _listed(ids: Sequence[str]) -> str:
    if len(ids) <= _IDS_SHOWN + 1:
        return ", ".join(ids[:-1]) + (" and " if len(ids) > 1 else "") + ids[-1]
    return ", ".join(ids[:_IDS_SHOWN]) + f" and {len(ids) - _IDS_SHOWN} more"
