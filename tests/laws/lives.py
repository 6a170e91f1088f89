"""Which check belongs to which law, how it is followed through a history, how a mistake is hunted.

A law looks at one step of a random history at a time. Laws that try something out are slow, so
a history drawn by Hypothesis is tried at its last acts only; the hunt for a broken variant tries
every act, because its histories come from seeds and cost little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import attrs

from revcycle.accounts import Account
from revcycle.dunning import DunningPolicy
from revcycle.testing import foresight as wait_for
from revcycle.testing import invariants as see
from revcycle.testing import paper_checks as on_paper
from revcycle.testing import retelling as tell
from revcycle.testing import trials as find_out
from revcycle.testing.choices import SeededChoices
from revcycle.testing.operations import Step, live

__all__ = ["LAWS", "Law", "caught", "follow"]


@attrs.frozen
class Law:
    """An invariant as it is followed through a history.

    Attributes:
        check: looks at one step; the history is the one so far, this step left out.
        last: how many of a drawn history's last acts are looked at; None for all.
    """

    check: Callable[[Step, see.History], None]
    last: int | None = None


def follow(number: int, life: tuple[Step, ...]) -> None:
    """Check law *number* on every step of *life*, or on its last few."""
    law = LAWS[number]
    history = see.History(life[0].before.policy) if life else None
    for step in life if law.last is None else life[-law.last :]:
        law.check(step, history)


def caught(number: int, *, first: int = 0, lives: int = 400, acts: int = 70) -> str | None:
    """Live seeded books until law *number* breaks and give what was said; None if it never does.

    The book of seed *first* is lived first.
    """
    for seed in (first, *range(lives)):
        history = None
        try:
            for step in live(SeededChoices(seed), operations=acts):
                history = history or see.History(step.before.policy)
                LAWS[number].check(step, history)
        except see.InvariantBroken as broken:
            if broken.number == number:
                return str(broken)
        except (AssertionError, ValueError, LookupError, ArithmeticError):
            continue  # a broken library may not come to a life's end
    return None


def of_accounts(check: Callable[[Account], None]) -> Law:
    """Look at every account that an act left."""

    def look(step: Step, _history: see.History) -> None:
        for change in step.changes:
            check(change.after)

    return Law(look)


def of_changes(check: Callable[..., None], *, events: bool = True, day: bool = True) -> Law:
    """Look at every account before and after an act."""

    def look(step: Step, _history: see.History) -> None:
        for change in step.changes:
            if change.before is not None:
                given = (change.before, change.after, change.events)[: 3 if events else 2]
                check(*given, **({"on": step.on} if day else {}))

    return Law(look)


def of_days(check: Callable[..., None]) -> Law:
    """Look at every account that an act left, on the day of the act."""

    def look(step: Step, _history: see.History) -> None:
        for change in step.changes:
            check(change.after, as_of=step.on, policy=step.before.policy)

    return Law(look)


def of_runs(check: Callable[..., None], *, policy: bool = True) -> Law:
    """Look at every run that was not skipped; at those too if the *policy* is asked for."""

    def look(step: Step, _history: see.History) -> None:
        if step.run is None or (not policy and not step.run.events):
            return
        given = {"before": step.changes[0].before, "as_of": step.on}
        check(step.run, **given, **({"policy": step.before.policy} if policy else {}))

    return Law(look)


def of_trials(
    trial: Callable[..., None], *, chooses: bool = False, before: bool = False, last: int = 4
) -> Law:
    """Try something on every account that an act left, or on those *before* it."""

    def look(step: Step, _history: see.History) -> None:
        choices = _choices_for(step)
        for account, on, policy in _accounts(step, before=before):
            given = (account, choices) if chooses else (account,)
            trial(*given, as_of=on, policy=policy)

    return Law(look, last)


def _accounts(step: Step, *, before: bool) -> Iterator[tuple[Account, date, DunningPolicy]]:
    for change in step.changes:
        account = change.before if before else change.after
        if account is not None and account.closed_on is None:
            yield account, step.on, step.before.policy


def look_at_days(step: Step, _history: see.History) -> None:
    """Look at the dates of an account, and at whether an act came before the last."""
    for change in step.changes:
        see.check_history(change.after)
    see.check_day(step)


def look_at_levels(step: Step, _history: see.History) -> None:
    """Look at the levels after a run that was not skipped."""
    if step.run is not None and step.run.events:
        see.check_run_levels(
            step.run, before=step.changes[0].before, as_of=step.on, policy=step.before.policy
        )


def look_at_statement(step: Step, _history: see.History) -> None:
    """Look at the statement that a run made."""
    if step.run is not None and step.run.statement is not None:
        see.check_statement(
            step.run.statement,
            step.run.account,
            before=step.changes[0].before,
            as_of=step.on,
            policy=step.before.policy,
        )


def look_at_page(step: Step, _history: see.History) -> None:
    """Look at the statement that a run made as it is printed."""
    if step.run is not None and step.run.statement is not None:
        on_paper.check_page(step.run.statement)


def look_at_unfired(step: Step, _history: see.History) -> None:
    """Look at the alarm before and after money came, and close one charge after the other."""
    see.check_money_step(step)
    for account, on, policy in _accounts(step, before=False):
        find_out.try_closing(account, as_of=on, policy=policy)


def look_at_moves(step: Step, _history: see.History) -> None:
    """Look at who moved from account to account."""
    if step.operation.verb in {"leave_account", "transfer_member"} and step.changes:
        see.check_move(step.changes, on=step.on, policy=step.before.policy)


def look_at_history(step: Step, history: see.History) -> None:
    """Look at runs, steps and listed payments so far."""
    history.observe(step.changes, step.run, on=step.on)


def look_at_past_days(step: Step, history: see.History) -> None:
    """Look at the reports of past days, which no later act may change."""
    history.book_past.remember(step.changes, on=step.on)
    history.book_past.ask()


def look_at_reports(step: Step, _history: see.History) -> None:
    """Look at the reports of the day over every account that an act left."""
    for change in step.changes:
        see.check_report_totals(change.after, as_of=step.on)


def look_for_leaks(step: Step, _history: see.History) -> None:
    """Look at what a host may log: accounts, events, runs, refusals."""
    see.check_privacy(step.changes, step.run, step.refusal)


def try_coarse_decimals(step: Step, _history: see.History) -> None:
    """Do the act again where the host's decimals are coarse."""
    # The days of the operation have passed in the book before, so they must not pass again.
    find_out.try_hostile_context(
        attrs.evolve(step.before, minted=step.before.minted - 1),
        attrs.evolve(step.operation, days=0),
    )


def of_pasts(check: Callable[..., None], *, every: int, other: bool = False) -> Law:
    """Tell the histories of all accounts again, now and then."""

    def look(step: Step, history: see.History) -> None:
        history.past.remember(step)
        if step.after.minted % every:
            return
        policy = step.before.policy
        to = (tell.draw_other_levels(policy, _choices_for(step)),) if other else ()
        for account in step.after.accounts:
            as_of = max(step.on, account.last_act_on or step.on)
            past = history.past.history_of(account.id)
            check(account, past, *to, as_of=as_of, policy=policy)

    return Law(look)


def _choices_for(step: Step) -> SeededChoices:
    return SeededChoices(step.after.minted * 1_009 + step.on.toordinal())


def live_it_otherwise(step: Step, history: see.History) -> None:
    """Live the life again under another policy and compare, after every twentieth act."""
    history.past.remember(step)
    if step.after.minted % 20 == 0:
        other = tell.draw_other_levels(step.before.policy, _choices_for(step))
        tell.check_as_if(history.past, other)


LAWS = {
    1: of_accounts(see.check_conservation),
    2: of_accounts(see.check_standings),
    3: of_accounts(see.check_plan_cover),
    4: Law(look_at_days),
    5: of_changes(see.check_replay),
    6: of_changes(see.check_quiet, day=False),
    7: of_changes(see.check_ledger, events=False, day=False),
    8: of_changes(see.check_billing),
    9: of_changes(see.check_level_moves),
    10: of_changes(see.check_dues),
    11: of_changes(see.check_alarm_moves, day=False),
    12: of_changes(see.check_cycle),
    13: of_days(see.check_dollars),
    14: of_days(see.check_plan_dues),
    15: of_days(see.check_money_on_dues),
    16: of_days(see.check_alarm_state),
    17: of_runs(see.check_skips),
    18: Law(look_at_levels),
    19: of_runs(see.check_alarm_after_run, policy=False),
    20: Law(look_at_statement),
    21: Law(look_at_unfired, 8),
    22: Law(look_at_moves),
    23: Law(look_at_history),
    24: Law(look_for_leaks, 5),
    25: Law(look_at_history),
    26: of_trials(find_out.try_again, before=True),
    27: of_trials(find_out.try_decision, before=True),
    28: of_trials(find_out.try_preview, before=True),
    29: of_trials(find_out.try_other_orders, before=True),
    30: of_trials(find_out.try_waiting, last=2),
    31: of_trials(find_out.try_schedules, last=1),
    32: of_trials(find_out.try_void, chooses=True),
    33: of_trials(find_out.try_late_money, chooses=True, last=8),
    34: Law(try_coarse_decimals, 5),
    35: of_trials(find_out.try_early_act),
    36: of_trials(find_out.try_proposal, chooses=True),
    37: of_trials(find_out.try_hold, chooses=True),
    45: Law(look_at_past_days),
    46: Law(look_at_reports, 8),
    51: Law(look_at_page),
    52: of_trials(on_paper.try_outreach),
    53: of_trials(find_out.try_adjustment, chooses=True, last=8),
    38: of_trials(wait_for.try_eligibility, last=1),
    39: of_trials(wait_for.try_guard_rails, chooses=True, last=1),
    40: of_pasts(tell.check_retelling, every=12),
    41: Law(live_it_otherwise),
    42: of_pasts(tell.check_never_worse, every=25, other=True),
}
"""The laws by the numbers of ``docs/invariants.md``."""
