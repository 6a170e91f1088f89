"""Which text a statement prints: by its level and by what its reader reads (ST-8, ST-15).

`message_table` is the choice as data, to be read, audited and explained. `message_for` is the
same choice made quickly, for a run over a whole book.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from revcycle.checks import TEXT, check_given, one_of
from revcycle.dunning.languages import ENGLISH, best_language, primary_tag
from revcycle.dunning.level_messages import SUPPLIED, LevelMessage
from revcycle.dunning.policy import DunningPolicy, check_policy
from revcycle.levels import DunningLevel
from revcycle.rules import (
    AllOf,
    Contains,
    DecisionTable,
    Equals,
    HitPolicy,
    IntFact,
    Rule,
    SetFact,
    TableRow,
    Vocabulary,
)

__all__ = ["MESSAGE_FACTS", "MessageFacts", "message_facts", "message_for", "message_table"]


@attrs.frozen(kw_only=True)
class MessageFacts:
    """What the choice of a message reads.

    Attributes:
        message_level: the level whose message prints, 0 to 8 (DL-9).
        reads: the tags that fit the reader, in lower case: the guarantor's own, and that language
            without its region.
    """

    message_level: int
    reads: frozenset[str]


MESSAGE_FACTS: Final = Vocabulary.of(
    MessageFacts,
    IntFact("message_level", label="message level", least=0, most=8),
    SetFact("reads", label="languages read"),
)
"""The facts of a message: types and English."""


def message_for(level: DunningLevel, *, language: str, policy: DunningPolicy) -> LevelMessage:
    """Give the text to print for *level* to a reader of *language* (ST-8, ST-15).

    The practice's text in that language, else ours in it, else the English one, of which again
    the practice's comes first. Simplified statements always print ours.

    Raises:
        InvalidRecord: *level* is none, *language* no text, or *policy* none.
    """
    _check_reader(level, language)
    messages = _messages(policy)[level.number]
    for message in messages:
        if message.language == language:
            return message
    chosen = best_language(language, [message.language for message in messages])
    return next(message for message in messages if message.language == chosen)


def message_facts(level: DunningLevel, *, language: str) -> MessageFacts:
    """Give what `message_table` reads of a statement.

    Raises:
        InvalidRecord: *level* is none, or *language* no text.
    """
    _check_reader(level, language)
    reads = frozenset({language.casefold(), primary_tag(language)})
    return MessageFacts(message_level=level.number, reads=reads)


def message_table(policy: DunningPolicy) -> DecisionTable[LevelMessage]:
    """Give the choice of the message as a decision table: what `message_for` says, as data (ST-8).

    For each level: a row for every text whose very tag is read, one for every language that only
    texts of a region speak, and English for everybody else.

    Raises:
        InvalidRecord: *policy* is none.
    """
    rows = [row for messages in _messages(policy) for row in _rows(messages)]
    return DecisionTable(hit=HitPolicy.FIRST, rows=tuple(rows))


def _check_reader(level: DunningLevel, language: str) -> None:
    # Asked for every statement: the words only where something is wrong.
    if type(level) is not DunningLevel or type(language) is not str:
        check_given("level", level, one_of(DunningLevel))
        check_given("language", language, TEXT)


def _messages(policy: DunningPolicy) -> tuple[tuple[LevelMessage, ...], ...]:
    check_policy(policy)
    return SUPPLIED if policy.simplified_statements else policy.level_messages


def _rows(messages: tuple[LevelMessage, ...]) -> Iterator[TableRow[LevelMessage]]:
    level = Equals("message_level", messages[0].level.number)
    # The longer tag first: who reads es-MX also reads es.
    for message in sorted(messages, key=lambda message: -len(message.language)):
        tag = message.language.casefold()
        yield _row(message, f"reads {message.language}", AllOf(level, Contains("reads", tag)))
    seen = {message.language.casefold() for message in messages}
    for message in messages:
        language = primary_tag(message.language)
        if language not in seen:
            seen.add(language)
            when = AllOf(level, Contains("reads", language))
            yield _row(message, f"reads {language}, has {message.language}", when)
    english = next(m for m in messages if primary_tag(m.language) == ENGLISH)
    yield _row(english, "reads another language", level)


def _row(message: LevelMessage, name: str, when: Rule) -> TableRow[LevelMessage]:
    return TableRow(name=f"level {message.level.number}: {name}", when=when, then=message)
