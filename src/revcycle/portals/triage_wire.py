"""Triage policies as plain values and back, so that a practice can keep its own."""

from __future__ import annotations

from collections.abc import Mapping

from revcycle.errors import DecodeError, InvalidRecord
from revcycle.portals.facts import ISSUE_VOCABULARY
from revcycle.portals.leaves import TRIAGE_LEAVES
from revcycle.portals.moves import Owner
from revcycle.portals.tasks import AskedFor, WorkKind
from revcycle.portals.triage import FirstStep, TriagePolicy, table_for
from revcycle.rules import DecisionTable, LeafRegistry, Plain, decode_table, encode_table

__all__ = ["decode_triage", "encode_triage"]


def encode_triage(
    policy: TriagePolicy, *, leaves: LeafRegistry = TRIAGE_LEAVES
) -> dict[str, Plain]:
    """Give *policy* as plain values, ready for JSON.

    Raises:
        InvalidRecord: a rule has a named leaf that *leaves* does not know.
    """
    return {
        kind.value: encode_table(table_for(policy, kind=kind), outcome=_plain_step, leaves=leaves)
        for kind in WorkKind
    }


def decode_triage(plain: object, *, leaves: LeafRegistry = TRIAGE_LEAVES) -> TriagePolicy:
    """Read what `encode_triage` gave.

    Raises:
        DecodeError: every problem, as "message @ path".
    """
    kinds = {kind.value for kind in WorkKind}
    if not isinstance(plain, Mapping) or plain.keys() != kinds:
        raise DecodeError([f"must be an object with {', '.join(sorted(kinds))} @ $"])
    problems: list[str] = []
    tables: dict[str, DecisionTable[FirstStep]] = {}
    for kind in sorted(kinds):
        try:
            tables[kind] = decode_table(
                plain[kind], outcome=_step, leaves=leaves, vocabulary=ISSUE_VOCABULARY
            )
        except DecodeError as error:
            problems += [each.replace("@ $", f"@ $.{kind}") for each in error.problems]
    if problems:
        raise DecodeError(problems)
    return TriagePolicy(**tables)


def _plain_step(step: FirstStep) -> Plain:
    return {"owner": step.owner.value, "asks_for": step.asks_for.value}


def _step(plain: object) -> FirstStep:
    if not isinstance(plain, Mapping) or plain.keys() != {"owner", "asks_for"}:
        raise DecodeError(["must be an object with asks_for, owner"])
    try:
        owner, asks_for = Owner(plain["owner"]), AskedFor(plain["asks_for"])
    except ValueError as error:
        raise InvalidRecord("FirstStep", "owner, asks_for", plain, "be known words") from error
    return FirstStep(owner=owner, asks_for=asks_for)
