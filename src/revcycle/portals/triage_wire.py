"""Triage policies as plain values and back, so that a practice can keep its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from revcycle.errors import DecodeError, InvalidRecord
from revcycle.portals.facts import ISSUE_VOCABULARY
from revcycle.portals.leaves import TRIAGE_LEAVES
from revcycle.portals.moves import Owner
from revcycle.portals.tasks import AskedFor, WorkKind
from revcycle.portals.triage import FirstStep, TriagePolicy, table_for
from revcycle.rules import DecisionTable, LeafRegistry, Plain, decode_table, encode_table

__all__ = ["decode_triage", "encode_triage"]

MemberT = TypeVar("MemberT", Owner, AskedFor)


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


def decode_triage(
    plain: object, *, leaves: LeafRegistry = TRIAGE_LEAVES, path: str = "$"
) -> TriagePolicy:
    """Read what `encode_triage` gave.

    Args:
        plain: the plain values.
        leaves: the named leaves that its rules may have.
        path: where they stand in what they were read from.

    Raises:
        DecodeError: every problem, as "message @ path".
    """
    kinds = {kind.value for kind in WorkKind}
    if not isinstance(plain, Mapping) or plain.keys() != kinds:
        raise DecodeError([f"must be an object with {', '.join(sorted(kinds))} @ {path}"])
    problems: list[str] = []
    tables: dict[str, DecisionTable[FirstStep]] = {}
    for kind in sorted(kinds):
        try:
            tables[kind] = decode_table(
                plain[kind],
                outcome=_step,
                leaves=leaves,
                vocabulary=ISSUE_VOCABULARY,
                path=f"{path}.{kind}",
            )
        except DecodeError as error:
            problems += error.problems
    if problems:
        raise DecodeError(problems)
    try:
        return TriagePolicy(**tables)
    except InvalidRecord as error:
        raise DecodeError([f"{error} @ {path}"]) from None


def _plain_step(step: FirstStep) -> Plain:
    return {"owner": step.owner.value, "asks_for": step.asks_for.value}


def _step(plain: object) -> FirstStep:
    if not isinstance(plain, Mapping) or plain.keys() != {"owner", "asks_for"}:
        raise DecodeError(["must be an object with asks_for, owner"])
    return FirstStep(
        owner=_member(Owner, plain["owner"]), asks_for=_member(AskedFor, plain["asks_for"])
    )


def _member(kind: type[MemberT], plain: object) -> MemberT:
    for member in kind:
        if member.value == plain:
            return member
    raise DecodeError([f"must be one of {', '.join(member.value for member in kind)}"])
