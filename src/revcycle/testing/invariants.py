"""What is true of every account and of every act, as functions that raise `InvariantBroken`.

The numbers are those of ``docs/invariants.md``. Here stands what can be seen by looking:

    check_account     of one account on its own, for a host's mapping too: 1 to 4
    check_change      of an account before and after any act: 5 to 12
    check_figures     of an account's dollars and levels on a day: 13 to 16
    check_run         of one statement run, skipped or not: 17 to 21
    check_move        of a patient's move from account to account: 22
    History           of a whole history, act by act: 23, 25
    check_privacy     of what may be shown: 24
    BookPast          of reports about past days, act by act: 45
    check_report_totals  of reports over an account on a day: 46
    check_step        all of that for one `Step` of a random history

What has to be tried out, such as a second run on the same day, stands in `trials`: 26 on.
Where a rule could be restated from the library's own function, it is worked out anew instead, in
whole cents and by level numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import attrs

from revcycle.accounts import Account
from revcycle.charges import AdjustmentSide, Charge, Transaction, TransactionKind
from revcycle.dunning import (
    DunningPolicy,
    Statement,
    StatementRun,
    alarm_state,
)
from revcycle.money import ZERO, cents
from revcycle.plans import (
    PaymentPlan,
    PlanStatus,
)
from revcycle.testing.change_checks import (
    check_alarm_moves,
    check_billing,
    check_change,
    check_cycle,
    check_dues,
    check_ledger,
    check_level_moves,
    check_quiet,
    check_replay,
)
from revcycle.testing.day_checks import (
    check_alarm_state,
    check_dollars,
    check_figures,
    check_money_on_dues,
    check_plan_dues,
)
from revcycle.testing.drawing import PRIVATE
from revcycle.testing.operations import Change, Step
from revcycle.testing.report_checks import BookPast, check_past_ageing, check_report_totals
from revcycle.testing.retelling import Past
from revcycle.testing.run_checks import (
    check_alarm_after_run,
    check_run,
    check_run_levels,
    check_skips,
    check_statement,
    check_unfired,
)
from revcycle.testing.verdicts import (
    InvariantBroken,
    fail,
    names_of,
    plan_id_of,
)

__all__ = [
    "BookPast",
    "History",
    "InvariantBroken",
    "check_account",
    "check_alarm_after_run",
    "check_alarm_moves",
    "check_alarm_state",
    "check_billing",
    "check_change",
    "check_conservation",
    "check_cycle",
    "check_day",
    "check_dollars",
    "check_dues",
    "check_figures",
    "check_history",
    "check_ledger",
    "check_level_moves",
    "check_money_on_dues",
    "check_money_step",
    "check_move",
    "check_past_ageing",
    "check_plan_cover",
    "check_plan_dues",
    "check_privacy",
    "check_quiet",
    "check_replay",
    "check_report_totals",
    "check_run",
    "check_run_levels",
    "check_skips",
    "check_standings",
    "check_statement",
    "check_step",
    "check_unfired",
    "fail",
]


# one account, alone


def check_account(account: Account) -> None:
    """Check all that must be true of an account on its own (1 to 4).

    Raises:
        InvariantBroken: naming the invariant.
    """
    check_conservation(account)
    check_standings(account)
    check_plan_cover(account)
    check_history(account)


def check_conservation(account: Account) -> None:
    """1: charged + transferred in = paid + adjusted + transferred away + outstanding (M-4)."""
    for charge in account.charges:
        owed = 0 if charge.voided_on is not None else cents(charge.amount)
        owed += sum(map(_signed_cents, charge.transactions))
        if owed != cents(charge.outstanding):
            fail(1, f"charge {charge.id} owes {owed} cents and shows {charge.outstanding}")
        if charge.voided_on is not None and any(t.voided_on is None for t in charge.transactions):
            fail(1, f"voided charge {charge.id} has stranded money (CH-3)")


def _signed_cents(transaction: Transaction) -> int:
    if transaction.voided_on is not None or transaction.side is AdjustmentSide.INSURANCE:
        return 0
    raises = transaction.kind in {TransactionKind.REFUND, TransactionKind.TRANSFER_IN}
    return cents(transaction.amount) if raises else -cents(transaction.amount)


def check_standings(account: Account) -> None:
    """2: tracks never mix; no arrival at 0, one above; the unbilled are at 0 (DL-6, DL-13)."""
    for charge in account.charges:
        standing = charge.standing
        number = standing.level.number
        if number not in ((0, 5, 6, 7, 8) if standing.enrolment else (0, 1, 2, 3, 4)):
            fail(2, f"charge {charge.id} is at {number} on the wrong track")
        if (standing.reached_on is None) is not (number == 0):
            fail(2, f"charge {charge.id} is at {number} since {standing.reached_on}")
        if number and standing.first_billed_on is None:
            fail(2, f"charge {charge.id} is at {number} and was never billed")
        if standing.enrolment is not None and charge.placement is not None:
            fail(2, f"charge {charge.id} is on a plan and with an agency (CO-3)")


def check_plan_cover(account: Account) -> None:
    """3: an active plan covers whole claims that owe something, each on no other (PL-1, PL-8)."""
    plans = {plan.id: plan for plan in account.plans}
    active = [plan for plan in account.plans if plan.status is PlanStatus.ACTIVE]
    claims = [claim.claim_id for plan in active for claim in plan.claims]
    if len(set(claims)) != len(claims):
        fail(3, f"claims {sorted(claims)} are on more than one plan")
    for charge in account.charges:
        on = plan_id_of(charge)
        covering = [plan.id for plan in active if _covers(plan, charge)]
        if (
            charge.voided_on is None
            and charge.placement is None
            and covering != [on][: len(covering)]
        ):
            fail(3, f"charge {charge.id} is on plan {on}, its claim on {covering}")
        if on is not None and charge.voided_on is None:
            plan = plans[on]
            if plan.status is PlanStatus.CANCELLED or plan.patient_id != charge.patient_id:
                fail(3, f"charge {charge.id} is on plan {on}, {plan.status.value}")
            if not _covers(plan, charge):
                fail(3, f"charge {charge.id} is on plan {on}, which does not cover its claim")
    for plan in account.plans:
        owes = any(c.outstanding > ZERO for c in account.charges if plan_id_of(c) == plan.id)
        if owes is not (plan.status is PlanStatus.ACTIVE):
            fail(3, f"plan {plan.id} is {plan.status.value}; something is owed: {owes}")


def _covers(plan: PaymentPlan, charge: Charge) -> bool:
    return any(claim.claim_id == charge.claim_id for claim in plan.claims)


def check_history(account: Account) -> None:
    """4: nothing is dated after the last act; statements are numbered, one a day (CH-9, ST-6)."""
    last = account.last_act_on
    cycle = account.cycle
    dated = [cycle.last_run_on, cycle.last_statement_on]
    dated += [charge.posted_on for charge in account.charges]
    for charge in account.charges:
        standing = charge.standing
        dated += [standing.reached_on, standing.first_billed_on, standing.last_billed_on]
        dated += [t.posted_on for t in charge.transactions]
        dated += [t.received_on for t in charge.transactions]
    late = [day for day in dated if day is not None and (last is None or day > last)]
    if late:
        fail(4, f"account {account.id}: last act {last}, but something happened on {late}")
    sent = account.statements
    if [s.number for s in sent] != list(range(1, len(sent) + 1)):
        fail(4, f"account {account.id}: statements are numbered {[s.number for s in sent]}")
    if sorted({s.on for s in sent}) != [s.on for s in sent]:
        fail(4, f"account {account.id}: statements are not of one day each, in order")
    if cycle.statement_count != len(sent):
        fail(4, f"account {account.id}: {len(sent)} statements, {cycle.statement_count} counted")


def check_move(changes: Sequence[Change], *, on: date, policy: DunningPolicy) -> None:
    """22: a patient moves with charges, plans, levels, holds, and raises no alarm (FA-3, AL-4)."""
    old, new = changes
    if old.before is None:
        fail(22, "nobody left")
    (gone,) = old.after.former_members[len(old.before.former_members) :]
    own = [c for c in old.before.charges if c.patient_id == gone.patient_id]
    arrived = {charge.id: charge for charge in new.after.charges}
    for charge in own:
        kept = attrs.evolve(charge.standing, count_met=False)
        now = arrived[charge.id]
        if (
            attrs.evolve(now.standing, count_met=False) != kept
            or now.outstanding != charge.outstanding
        ):
            fail(22, f"charge {charge.id} changed on the way")
    here = {c.id for c in new.before.charges} if new.before is not None else set()
    if set(arrived) != here | {charge.id for charge in own}:
        fail(22, f"charges {sorted(arrived)} are in the account that was joined")
    before, after = old.before.cycle, new.after.cycle
    if new.before is None:
        taken = (before.last_statement_on, before.next_statement_on)
        if (after.last_statement_on, after.next_statement_on) != taken:
            fail(22, f"the new account has {after!r}, the old {before!r}")
        if new.after.alarm is not None or new.after.statements:
            fail(22, "a new account begins without alarm and statements")
        return
    if after != new.before.cycle or new.after.statements != new.before.statements:
        fail(22, "joining moved a date of the account that was joined")
    was = alarm_state(new.before, as_of=on, policy=policy)
    now_state = alarm_state(new.after, as_of=on, policy=policy)
    if now_state != was:
        fail(22, f"a joiner changed the alarm from {was!r} to {now_state!r}")


class History:
    """What a sequence of acts must keep to; each act is shown to it in turn.

    23: nobody advances twice within a cycle, by any schedule of runs or by moving (ST-11, FA-3).
    Only a reset of the next statement date may bring two runs of an account, or two steps of a
    charge, closer together than a cycle (ST-2).

    25: each payment is listed on one statement, the first made after it was posted (ST-13).

    Attributes:
        book_past: the accounts as each day left them, for `check_past_ageing`.
        past: what has happened, for those who want to tell it again (40 to 42).
    """

    def __init__(self, policy: DunningPolicy) -> None:
        """Begin a history."""
        self.book_past = BookPast()
        self._cycle = policy.cycle_days
        self._stepped: dict[str, date] = {}
        self._ran: dict[str, date] = {}
        self._listed: set[str] = set()
        self.past = Past()

    def observe(
        self, changes: Iterable[Change], run: StatementRun | None = None, *, on: date
    ) -> None:
        """Take in what one act of *on* changed.

        Raises:
            InvariantBroken: a charge or an account came too early, or a payment twice or never.
        """
        for change in changes:
            names = names_of(change.events)
            account_id = change.after.id
            if "NextStatementReset" in names:
                self._ran.pop(account_id, None)
                for charge in change.after.charges:
                    self._stepped.pop(charge.id, None)
            if "CycleRun" in names:
                self._space(self._ran, account_id, on)
            for event in change.events:
                if type(event).__name__ == "LevelAdvanced":
                    self._space(self._stepped, str(getattr(event, "charge_id", "")), on)
        if run is not None and run.statement is not None:
            self._list(run.statement, run.account)

    def _space(self, seen: dict[str, date], subject: str, on: date) -> None:
        last = seen.get(subject)
        if last is not None and (on - last).days < self._cycle:
            fail(23, f"{subject} moved on {last} and again on {on}, cycle {self._cycle}")
        seen[subject] = on

    def _list(self, statement: Statement, account: Account) -> None:
        listed = [payment.transaction_id for payment in statement.payments]
        twice = self._listed.intersection(listed)
        if twice or len(set(listed)) != len(listed):
            fail(25, f"statement {statement.id} lists {sorted(twice) or listed} again")
        self._listed.update(listed)
        for charge in account.charges:
            for t in charge.transactions:
                counts = t.kind is TransactionKind.PAYMENT and t.voided_on is None
                if counts and t.id not in self._listed:
                    fail(25, f"statement {statement.id} leaves out payment {t.id}")


def check_privacy(*shown: Any) -> None:  # noqa: ANN401  (anything that can be shown)
    """24: no repr and no message shows a name, a note, a contact or a secret (PR-6)."""
    for value in shown:
        said = f"{value!r} {value}"
        if PRIVATE in said:
            fail(24, f"something private in {said[:300]}")


def check_step(step: Step, history: History | None = None, *, shows: bool = True) -> None:
    """Check everything above for one step of a random history.

    Args:
        step: the step.
        history: the history so far, or None not to look at it.
        shows: whether to look at what is shown, the slowest part.

    Raises:
        InvariantBroken: naming the invariant.
    """
    policy = step.before.policy
    if step.refusal is not None:
        check_privacy(step.refusal)
    if history is not None:
        history.observe(step.changes, step.run, on=step.on)
        history.book_past.remember(step.changes, on=step.on)
    check_day(step)
    check_money_step(step)
    for change in step.changes:
        check_account(change.after)
        check_figures(change.after, as_of=step.on, policy=policy)
        if change.before is not None:
            check_change(change.before, change.after, change.events, on=step.on)
        if shows:
            check_privacy(change.after, change.events)
    if step.operation.verb in {"leave_account", "transfer_member"} and step.changes:
        check_move(step.changes, on=step.on, policy=policy)
    if history is not None and history.book_past.act_count % _ACTS_PER_REPORT == 0:
        history.book_past.ask()
        for change in step.changes:
            check_report_totals(change.after, as_of=step.on)
    if step.run is not None and step.changes[0].before is not None:
        check_run(step.run, before=step.changes[0].before, as_of=step.on, policy=policy)


_ACTS_PER_REPORT: Final = 10
"""A report looks at a whole book, so not every act is followed by one."""

_MONEY_VERBS: Final = frozenset(
    {"post_payment", "post_plan_payment", "post_proposal", "post_adjustment", "post_transfer_away"}
)


def check_day(step: Step) -> None:
    """4: no act comes before an account's last (CH-9)."""
    for change in step.changes:
        last = None if change.before is None else change.before.last_act_on
        if last is not None and step.on < last:
            fail(4, f"an act of {step.on} followed one of {last}")


def check_money_step(step: Step) -> None:
    """21: see `check_unfired`; where the step only took money or took amounts off."""
    for change in step.changes:
        if change.before is not None and step.operation.verb in _MONEY_VERBS:
            check_unfired(change.before, change.after, as_of=step.on, policy=step.before.policy)
