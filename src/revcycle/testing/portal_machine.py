"""All acts on access issues as a Hypothesis state machine that checks every invariant.

    class TestOurHub(HubMachine.TestCase): ...

A failure is shown as the shortest sequence of acts that Hypothesis finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from revcycle.testing.choices import Choices
from revcycle.testing.drawn import DrawnChoices
from revcycle.testing.portal_invariants import check_portal_step
from revcycle.testing.portal_operations import (
    PORTAL_VERBS,
    PortalBook,
    draw_portal_operation,
    open_hub,
    perform_on_hub,
)

__all__ = ["HubMachine"]


class HubMachine(RuleBasedStateMachine):
    """A hub that lives: one rule for each act of `revcycle.portals`."""

    book: PortalBook

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        """Begin with a few portals."""
        self.book = open_hub(_choices(data))

    def act(self, choices: Choices, verb: str) -> None:
        """Do one act and check what it did."""
        step = perform_on_hub(self.book, draw_portal_operation(self.book, choices, verb=verb))
        check_portal_step(step)
        self.book = step.after


def _choices(data: st.DataObject) -> DrawnChoices:
    return DrawnChoices(cast("st.DrawFn", data.draw))


def _rule_for(verb: str) -> Callable[..., None]:
    def act(self: HubMachine, data: Any) -> None:  # noqa: ANN401  (Hypothesis hands it in)
        self.act(_choices(data), verb)

    act.__name__ = verb
    act.__doc__ = f"Try ``{verb}`` on an issue of the hub."
    made: Callable[..., None] = rule(data=st.data())(act)
    return made


for _verb in PORTAL_VERBS:
    setattr(HubMachine, _verb, _rule_for(_verb))
