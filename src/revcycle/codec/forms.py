"""Records that have a wire form of their own: rules, the tables that decide by them, triage.

`revcycle.rules` writes and reads them, with every problem at its path; here they get the envelope
and the strict text of all other documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from revcycle.portals import TriagePolicy, decode_triage, encode_triage
from revcycle.rules import (
    DecisionTable,
    LeafRegistry,
    Plain,
    Vocabulary,
    decode_rule,
    decode_table,
    encode_rule,
    encode_table,
    is_rule,
)

__all__ = ["Form", "RuleForm", "TableForm", "TriageForm"]


@attrs.frozen(kw_only=True)
class RuleForm:
    """How a rule is written and read.

    Attributes:
        leaves: the named leaves that it may have.
        vocabulary: the facts that it must be about to be read; None reads any.
    """

    leaves: LeafRegistry
    vocabulary: Vocabulary | None

    @property
    def wanted(self) -> str:
        """What is written, in words."""
        return "a rule"

    def holds(self, record: object) -> bool:
        """Tell whether *record* is a rule."""
        return is_rule(record)

    def write(self, record: Any) -> Plain:  # noqa: ANN401  (the kind tells which it is)
        """Give *record* as plain values.

        Raises:
            InvalidRecord: it has a leaf that is not registered.
        """
        return encode_rule(record, leaves=self.leaves)

    def read(self, plain: object, path: str) -> Any:  # noqa: ANN401  (the kind tells which it is)
        """Read the rule that stands at *path*.

        Raises:
            DecodeError: with every problem.
        """
        return decode_rule(plain, leaves=self.leaves, vocabulary=self.vocabulary, path=path)


@attrs.frozen(kw_only=True)
class TableForm:
    """How a decision table is written and read.

    Attributes:
        leaves: the named leaves that its rules may have.
        vocabulary: the facts that its rules must be about to be read; None reads any.
        write_outcome: gives one outcome as a plain value.
        read_outcome: gives it back.
    """

    leaves: LeafRegistry
    vocabulary: Vocabulary | None
    write_outcome: Callable[[Any], Plain]
    read_outcome: Callable[[object], Any]

    @property
    def wanted(self) -> str:
        """What is written, in words."""
        return "a DecisionTable"

    def holds(self, record: object) -> bool:
        """Tell whether *record* is a decision table."""
        return type(record) is DecisionTable

    def write(self, record: Any) -> Plain:  # noqa: ANN401  (the kind tells which it is)
        """Give *record* as plain values.

        Raises:
            InvalidRecord: a rule has a leaf that is not registered.
        """
        return encode_table(record, outcome=self.write_outcome, leaves=self.leaves)

    def read(self, plain: object, path: str) -> Any:  # noqa: ANN401  (the kind tells which it is)
        """Read the table that stands at *path*.

        Raises:
            DecodeError: with every problem.
        """
        return decode_table(
            plain,
            outcome=self.read_outcome,
            leaves=self.leaves,
            vocabulary=self.vocabulary,
            path=path,
        )


@attrs.frozen(kw_only=True)
class TriageForm:
    """How a triage policy is written and read.

    Attributes:
        leaves: the named leaves that its rules may have.
    """

    leaves: LeafRegistry

    @property
    def wanted(self) -> str:
        """What is written, in words."""
        return "a TriagePolicy"

    def holds(self, record: object) -> bool:
        """Tell whether *record* is a triage policy."""
        return type(record) is TriagePolicy

    def write(self, record: Any) -> Plain:  # noqa: ANN401  (the kind tells which it is)
        """Give *record* as plain values.

        Raises:
            InvalidRecord: a rule has a leaf that is not registered.
        """
        return encode_triage(record, leaves=self.leaves)

    def read(self, plain: object, path: str) -> Any:  # noqa: ANN401  (the kind tells which it is)
        """Read the policy that stands at *path*.

        Raises:
            DecodeError: with every problem.
        """
        return decode_triage(plain, leaves=self.leaves, path=path)


Form = RuleForm | TableForm | TriageForm
