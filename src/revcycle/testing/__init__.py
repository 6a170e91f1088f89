"""The test kit: strategies, random acts, invariants and a state machine, for our tests and yours.

    strategies    Hypothesis strategies for the records, awkward ones included
    choices       where random decisions come from: Hypothesis, or a seed
    operations    one random act on a small book of accounts, as a plain value
    drawing       the arguments of such an act
    invariants    what is true of every account and of every act, as functions that raise; the face
                  of change_checks, day_checks, run_checks and verdicts
    trials        what is true of every account, found by trying something out on it
    machine       all of it as a Hypothesis state machine

The same for the payer portal hub, whose acts work on access issues: ``portal_strategies``,
``portal_operations``, ``portal_drawing``, ``portal_invariants`` and ``portal_machine``.

``choices``, ``operations``, ``invariants``, ``trials`` and those of portals without strategies in
their name, the machine aside, need no Hypothesis. Nothing is imported
here, so that a host without it can check its accounts.
"""

from __future__ import annotations

__all__: list[str] = []
