"""All operations on a small book as a Hypothesis state machine that checks every invariant.

    class TestOurBook(BookMachine.TestCase): ...

or ``run_state_machine_as_test(BookMachine, settings=...)``. A failure is shown as the shortest
sequence of acts that Hypothesis finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from revcycle.testing.choices import Choices, chance
from revcycle.testing.invariants import History, check_step
from revcycle.testing.operations import VERBS, Book, draw_operation, open_book, perform
from revcycle.testing.strategies import DrawnChoices
from revcycle.testing.trials import try_everything, try_hostile_context

__all__ = ["BookMachine"]

_TRIED_PERCENT: Final = 15


class BookMachine(RuleBasedStateMachine):
    """A book that lives: one rule for each verb of `revcycle.dunning`."""

    book: Book
    history: History

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        """Begin with a policy and a few new accounts."""
        self.book = open_book(_choices(data))
        self.history = History(self.book.policy)

    def act(self, choices: Choices, verb: str) -> None:
        """Do one act, check what it did, and now and then try something on what is left."""
        book = self.book
        operation = draw_operation(book, choices, verb=verb)
        step = perform(book, operation)
        check_step(step, self.history)
        if chance(choices, _TRIED_PERCENT):
            try_hostile_context(book, operation)
            for change in step.changes:
                if change.after.closed_on is None:
                    try_everything(change.after, choices, as_of=step.on, policy=book.policy)
        self.book = step.after


def _choices(data: st.DataObject) -> DrawnChoices:
    return DrawnChoices(cast("st.DrawFn", data.draw))


def _rule_for(verb: str) -> Callable[..., None]:
    def act(self: BookMachine, data: Any) -> None:  # noqa: ANN401  (Hypothesis hands it in)
        self.act(_choices(data), verb)

    act.__name__ = verb
    act.__doc__ = f"Try ``{verb}`` on an account of the book."
    made: Callable[..., None] = rule(data=st.data())(act)
    return made


for _verb in VERBS:
    setattr(BookMachine, _verb, _rule_for(_verb))
