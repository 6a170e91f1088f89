"""One random act on a small book of accounts, as a plain value that can be kept and repeated.

    open_book         a few accounts, a policy and a day
    draw_operation    an `Operation`: verb, account, arguments, days that pass before it
    perform           the book after it, with everything it changed: a `Step`
    live              a whole sequence of both

A refusal is a legal outcome, after which the book is as before. Anything else that a verb raises
is reported as a broken invariant, with the operation that raised it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

import attrs

from revcycle import desk, dunning
from revcycle.accounts import Account
from revcycle.dunning import DunningPolicy, Event, StatementRun
from revcycle.errors import InvalidRecord, Refused, RevcycleError, UnknownReference
from revcycle.money import ZERO, usd
from revcycle.plans import PlanStatus
from revcycle.testing.choices import Choices, chance, pick, pick_weighted
from revcycle.testing.drawing import ARGUMENTS, Scene, draw_book, draw_days

__all__ = [
    "VERBS",
    "Book",
    "Change",
    "Operation",
    "Step",
    "UnexpectedError",
    "draw_operation",
    "live",
    "open_book",
    "perform",
    "read_as_python",
]


class UnexpectedError(AssertionError):
    """A verb raised what no verb may raise: neither a result nor a refusal came of it."""


@attrs.frozen
class Operation:
    """One act: a verb of `revcycle.dunning` or `revcycle.desk` and what it is called with.

    Attributes:
        verb: the function's name.
        account_id: the account it is called on.
        arguments: its keywords but ``as_of`` and ``policy``; accounts stand there by id.
        days: how many days pass before it.
        days_back: how many days before that day it pretends to happen; mostly 0.
    """

    verb: str
    account_id: str
    arguments: tuple[tuple[str, Any], ...] = ()
    days: int = 0
    days_back: int = 0


@attrs.frozen(kw_only=True)
class Book:
    """A few accounts of one practice on a day.

    Attributes:
        today: the day.
        policy: the practice's.
        accounts: those that are open.
        minted: how many acts were tried; ids are made from it.
    """

    today: date
    policy: DunningPolicy
    accounts: tuple[Account, ...]
    minted: int = 0


@attrs.frozen
class Change:
    """What an act made of one account.

    Attributes:
        before: the account before; None for one that the act opened.
        after: the account after.
        events: what the act reported.
    """

    before: Account | None
    after: Account
    events: tuple[Event, ...]


@attrs.frozen(kw_only=True, repr=False)
class Step:
    """What became of one operation.

    Attributes:
        operation: the act.
        on: its ``as_of``.
        before: the book before, the days of the operation passed.
        after: the book after.
        changes: one for each account the act was called on; none if it was refused.
        run: the result, if the act was a statement run.
        refusal: what the verb raised, or None.
    """

    operation: Operation
    on: date
    before: Book
    after: Book
    changes: tuple[Change, ...] = ()
    run: StatementRun | None = None
    refusal: RevcycleError | None = None

    def __repr__(self) -> str:
        """Show the act alone: the books before and after are long, and follow from the acts."""
        outcome = "" if self.refusal is None else f", refused: {self.refusal}"
        return f"<{self.on}: {read_as_python(self.operation)}{outcome}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: ANN401, FBT001  (as pretty printers call it)
        printer.text(repr(self))


def open_book(choices: Choices) -> Book:
    """Choose a policy, a first day and one to three accounts, families among them."""
    today, policy, accounts = draw_book(choices)
    return Book(today=today, policy=policy, accounts=accounts)


def draw_operation(book: Book, choices: Choices, *, verb: str | None = None) -> Operation:
    """Choose an act on *book*.

    Args:
        book: the book.
        choices: who chooses.
        verb: the verb, or None to let it be chosen too.
    """
    account = pick(choices, book.accounts)
    name = verb or _sensible(pick_weighted(choices, _WEIGHTED), account, choices)
    days, days_back = draw_days(account, choices, name, today=book.today)
    on = book.today + timedelta(days=days)
    scene = Scene(
        choices=choices,
        account=account,
        accounts=book.accounts,
        on=on,
        policy=book.policy,
        number=book.minted + 1,
    )
    arguments = ARGUMENTS[name](scene)
    return Operation(name, account.id, tuple(arguments.items()), days, days_back)


def _sensible(verb: str, account: Account, choices: Choices) -> str:
    """Give an act that leads to what *verb* needs, where the account lacks it; not always."""
    if chance(choices, 5):
        return verb
    if verb in _NEED_A_PLAN and all(p.status is not PlanStatus.ACTIVE for p in account.plans):
        verb = "start_plan"
    if verb == "apply_credit" and all(c.outstanding >= ZERO for c in account.charges):
        verb = "post_payment"
    if verb == "release_hold" and all(hold.released_on for hold in account.holds):
        verb = "place_hold"
    if verb == "recall_from_collections" and all(c.placement is None for c in account.charges):
        verb = "place_in_collections"
    if verb == "lift_restriction" and all(m.patient.restriction is None for m in account.members):
        verb = "set_restriction"
    if verb in _NEED_A_DEBT and all(charge.outstanding <= ZERO for charge in account.charges):
        verb = "post_charge"
    return verb


def perform(book: Book, operation: Operation) -> Step:
    """Do *operation* on *book*.

    Raises:
        UnexpectedError: the verb raised something other than a refusal it may give.
    """
    today = book.today + timedelta(days=operation.days)
    before = attrs.evolve(book, today=today, minted=book.minted + 1)
    on = today - timedelta(days=operation.days_back)
    try:
        account = _account(book, operation.account_id)
        act = _ACTS.get(operation.verb, _call)
        run, changes = act(before, account, operation, on)
    except (Refused, UnknownReference, InvalidRecord) as refusal:
        _check_refusal(book, operation, refusal)
        return Step(operation=operation, on=on, before=before, after=before, refusal=refusal)
    except Exception as error:
        raise UnexpectedError(f"{read_as_python(operation)} raised {error!r}") from error
    after = attrs.evolve(before, accounts=_accounts_after(book, changes))
    return Step(operation=operation, on=on, before=before, after=after, changes=changes, run=run)


def live(choices: Choices, *, operations: int) -> Iterator[Step]:
    """Open a book and do so many *operations* on it, one after the other."""
    book = open_book(choices)
    for _ in range(operations):
        step = perform(book, draw_operation(book, choices))
        yield step
        book = step.after


def read_as_python(operation: Operation) -> str:
    """Write *operation* on one line, as one would call it."""
    arguments = ", ".join(f"{name}={value!r}" for name, value in operation.arguments)
    back = f" dated {operation.days_back} days back" if operation.days_back else ""
    return f"+{operation.days}d {operation.verb}({operation.account_id!r}, {arguments}){back}"


_Outcome = tuple[StatementRun | None, tuple[Change, ...]]


def _call(book: Book, account: Account, operation: Operation, on: date) -> _Outcome:
    """Call a verb that takes one account and returns it anew."""
    result = _verb(operation.verb)(
        account, **dict(operation.arguments), **_day_and_policy(book, operation.verb, on)
    )
    return None, (Change(account, result.account, result.events),)


def _run_statement(book: Book, account: Account, operation: Operation, on: date) -> _Outcome:
    run = dunning.run_statement(account, **dict(operation.arguments), as_of=on, policy=book.policy)
    return run, (Change(account, run.account, run.events),)


def _post_proposal(book: Book, account: Account, operation: Operation, on: date) -> _Outcome:
    arguments = dict(operation.arguments)
    received_on = arguments.pop("received_on")
    proposal = dunning.allocate_payment(account, **arguments, as_of=on, policy=book.policy)
    result = dunning.post_proposal(
        account, proposal, received_on=received_on, as_of=on, policy=book.policy
    )
    return None, (Change(account, result.account, result.events),)


def _leave_account(book: Book, account: Account, operation: Operation, on: date) -> _Outcome:
    left = dunning.leave_account(
        account, **dict(operation.arguments), **_day_and_policy(book, "leave_account", on)
    )
    return None, (Change(account, left.account, left.events), Change(None, left.new_account, ()))


def _transfer_member(book: Book, account: Account, operation: Operation, on: date) -> _Outcome:
    arguments = dict(operation.arguments)
    target = _account(book, arguments.pop("target_id"))
    moved = dunning.transfer_member(
        account, target, **arguments, **_day_and_policy(book, "transfer_member", on)
    )
    return None, (
        Change(account, moved.account, moved.events),
        Change(target, moved.target, moved.target_events),
    )


_ACTS: Final[dict[str, Callable[[Book, Account, Operation, date], _Outcome]]] = {
    "run_statement": _run_statement,
    "post_proposal": _post_proposal,
    "leave_account": _leave_account,
    "transfer_member": _transfer_member,
}

_WEIGHTED: Final = (
    ("run_statement", 28),
    ("post_charge", 9),
    ("post_payment", 9),
    ("post_plan_payment", 7),
    ("post_proposal", 4),
    ("post_adjustment", 2),
    ("post_refund", 1),
    ("post_transfer_in", 2),
    ("post_transfer_away", 2),
    ("apply_credit", 2),
    ("void_transaction", 5),
    ("void_charge", 1),
    ("start_plan", 6),
    ("add_claim", 2),
    ("cancel_plan", 1),
    ("end_plan", 1),
    ("record_card_failure", 1),
    ("place_hold", 2),
    ("release_hold", 2),
    ("place_in_collections", 2),
    ("recall_from_collections", 2),
    ("write_off_bad_debt", 1),
    ("clear_alarm", 1),
    ("reset_next_statement", 2),
    ("add_member", 1),
    ("leave_account", 1),
    ("transfer_member", 2),
    ("change_guarantor", 1),
    ("record_note", 2),
    ("reset_statement_date", 1),
    ("set_statement_note", 1),
    ("set_patient_note", 1),
    ("set_restriction", 1),
    ("lift_restriction", 1),
)

_NEED_A_PLAN: Final = frozenset(
    {"post_plan_payment", "add_claim", "cancel_plan", "record_card_failure"}
)
_NEED_A_DEBT: Final = frozenset(
    {
        "post_payment",
        "post_adjustment",
        "post_transfer_away",
        "start_plan",
        "place_hold",
        "place_in_collections",
        "write_off_bad_debt",
        "clear_alarm",
        "leave_account",
    }
)

VERBS: Final = tuple(verb for verb, _ in _WEIGHTED)
"""Every verb of `revcycle.dunning` and `revcycle.desk` that an operation can be."""


def _verb(name: str) -> Callable[..., Any]:
    verb: Callable[..., Any] = getattr(dunning, name, None) or getattr(desk, name)
    return verb


def _day_and_policy(book: Book, verb: str, on: date) -> dict[str, Any]:
    """Give ``as_of``, and the policy to those verbs that ask for one."""
    code = _verb(verb).__code__
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return {"as_of": on, "policy": book.policy} if "policy" in parameters else {"as_of": on}


def _account(book: Book, account_id: str) -> Account:
    for account in book.accounts:
        if account.id == account_id:
            return account
    raise UnknownReference("account", account_id)


def _accounts_after(book: Book, changes: tuple[Change, ...]) -> tuple[Account, ...]:
    """Put what became of each account in its place; a closed one leaves the book."""
    became = {change.before.id: change.after for change in changes if change.before is not None}
    opened = tuple(change.after for change in changes if change.before is None)
    accounts = (*(became.get(account.id, account) for account in book.accounts), *opened)
    return tuple(account for account in accounts if account.closed_on is None)


def _check_refusal(book: Book, operation: Operation, refusal: RevcycleError) -> None:
    """Tell apart what a verb may raise for these arguments and what it may not.

    Raises:
        UnexpectedError: an id is called unknown although nobody named it, or a record is called
            invalid although every argument was sound.
    """
    arguments = dict(operation.arguments)
    if isinstance(refusal, UnknownReference):
        named = [operation.account_id, *arguments.values()]
        named += [part for value in arguments.values() if type(value) is tuple for part in value]
        named += [getattr(arguments.get("charge"), "patient_id", None)]
        known = {account.id for account in book.accounts}
        expected = refusal.reference in named and refusal.reference not in known
    elif isinstance(refusal, InvalidRecord):
        expected = _is_bad_amount(arguments.get("amount", "1")) or (
            operation.verb == "write_off_bad_debt" and _owes_nothing(book, operation)
        )
    else:
        expected = bool(getattr(refusal, "problems", ()))
    if not expected:
        raise UnexpectedError(f"{read_as_python(operation)} raised {refusal!r}") from refusal


def _owes_nothing(book: Book, operation: Operation) -> bool:
    account = _account(book, operation.account_id)
    charge_id = dict(operation.arguments)["charge_id"]
    return any(c.id == charge_id and c.outstanding <= ZERO for c in account.charges)


def _is_bad_amount(amount: object) -> bool:
    try:
        return usd(amount) <= ZERO
    except InvalidRecord:
        return True
