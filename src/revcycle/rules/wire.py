"""Rules as plain values and back: what JSON, YAML or a database column can hold.

Every rule is a mapping with a ``type``, which is a stable lower-case tag, and its fields. Named
leaves are known by a `LeafRegistry` that the caller passes; nothing is registered globally.
Decoding is strict: types are exact, unknown keys are refused, and every problem is reported with
its path. A field that has a default may be missing, so a rule that was saved before the field
existed still decodes, and answers as it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revcycle.errors import DecodeError, InvalidRecord
from revcycle.rules.algebra import DEPTH_MAX, AllOf, AnyOf, Rule, lower
from revcycle.rules.checking import check_rule
from revcycle.rules.evaluation import nearest
from revcycle.rules.registry import (
    NO_LEAVES,
    LeafRegistry,
    Shape,
    shape_of_class,
    shape_of_tag,
    tags,
)
from revcycle.rules.values import MISSING, Plain, ValueDecoder, encode_value
from revcycle.rules.vocabulary import Vocabulary

__all__ = ["Plain", "RuleDecoder", "decode_rule", "encode_rule"]


def encode_rule(rule: Rule, *, leaves: LeafRegistry = NO_LEAVES) -> dict[str, Plain]:
    """*rule* as dicts, lists, text, whole numbers and booleans; equal rules give equal values.

    Raises:
        InvalidRecord: the rule has a named leaf that *leaves* does not know, or it nests deeper
            than `DEPTH_MAX`, so that it would not read back.
    """
    lower(rule)  # refuses what nests too deep, its named leaves included
    return _encoded(rule, leaves, 0)


def _encoded(rule: Rule, leaves: LeafRegistry, depth: int) -> dict[str, Plain]:
    # Leaves nest in each other's fields too, and need not lower to all of them.
    if depth > DEPTH_MAX:
        must = f"nest at most {DEPTH_MAX} levels deep"
        raise InvalidRecord(type(rule).__name__, "depth", depth, must)

    def part(inner: Rule) -> Plain:
        return _encoded(inner, leaves, depth + 1)

    shape = shape_of_class(type(rule), leaves)
    values = {field.name: encode_value(getattr(rule, field.name), part) for field in shape.fields}
    return {"type": shape.tag, **values}


def decode_rule(
    plain: object,
    *,
    leaves: LeafRegistry = NO_LEAVES,
    vocabulary: Vocabulary | None = None,
    path: str = "$",
) -> Rule:
    """The rule that *plain* is the wire form of, checked against *vocabulary* if there is one.

    *path* is where the rule stands in what it was read from.

    Raises:
        DecodeError: every problem, as "message @ path".
    """
    decoder = RuleDecoder(leaves)
    rule: Rule = decoder.rule(plain, path)
    problems = decoder.problems
    if vocabulary is not None:
        parts = decoder.whole_parts() if problems else [(path, rule)]
        for at, part in parts:
            problems += map(str, check_rule(part, vocabulary=vocabulary, path=at))
    if problems:
        raise DecodeError(problems)
    return rule


class RuleDecoder:
    """Reads rules and gathers what is wrong with them. Not a record: it lives for one reading.

    Attributes:
        problems: what was wrong so far, in document order.
    """

    def __init__(self, leaves: LeafRegistry) -> None:
        """Read rules with these named *leaves*."""
        self.problems: list[str] = []
        self._leaves = leaves
        self._values = ValueDecoder(self.problems, self.rule)
        self._depth = 0
        self._whole: list[tuple[str, Rule]] = []

    def rule(self, plain: object, path: str) -> Any:  # noqa: ANN401  (a rule, or MISSING)
        """The rule, or `MISSING` when something was wrong with it."""
        shape = self._shape(plain, path)
        if shape is None or not isinstance(plain, Mapping):
            return MISSING
        self._depth += 1
        fields = self._fields(plain, shape, path)
        self._depth -= 1
        if fields is None:
            return MISSING
        try:
            rule = _built(shape, fields)
            if self._depth == 0:
                lower(rule)  # refuses what only its named leaves nest too deep
        except (ValueError, TypeError) as error:
            # A leaf of the host's own refuses its fields in its own way, as attrs' validators do.
            field = getattr(error, "field", None)
            at = f"{path}.{field}" if field in fields else path
            self.problems.append(f"{_message(error)} @ {at}")
            return MISSING
        self._whole.append((path, rule))
        return rule

    def whole_parts(self) -> list[tuple[str, Rule]]:
        """Give the rules that were read whole, by path; those within another are left out."""
        paths = {path for path, _ in self._whole}
        return [(path, rule) for path, rule in self._whole if paths.isdisjoint(_above(path))]

    def _shape(self, plain: object, path: str) -> Shape | None:
        if not isinstance(plain, Mapping) or "type" not in plain:
            self.problems.append(f"must be a rule, an object with a type @ {path}")
            return None
        if self._depth > DEPTH_MAX:
            self.problems.append(f"must nest at most {DEPTH_MAX} levels deep @ {path}")
            return None
        tag = plain["type"]
        shape = shape_of_tag(tag, self._leaves) if isinstance(tag, str) else None
        if shape is None:
            near = nearest(tag, tags(self._leaves)) if isinstance(tag, str) else None
            hint = f"; did you mean {near!r}?" if near else ""
            self.problems.append(f"unknown type of rule {tag!r} @ {path}.type{hint}")
        return shape

    def _fields(
        self, plain: Mapping[Any, object], shape: Shape, path: str
    ) -> dict[str, Any] | None:
        before = len(self.problems)
        fields: dict[str, Any] = {}
        for field in shape.fields:
            if field.name in plain:
                at = f"{path}.{field.name}"
                fields[field.name] = self._values.value(field.hint, plain[field.name], at)
            elif field.is_required:
                self.problems.append(f"must have {field.name!r} @ {path}")
        known = {"type", *(field.name for field in shape.fields)}
        for key in plain:
            if key not in known:
                near = nearest(key, sorted(known)) if isinstance(key, str) else None
                hint = f"; did you mean {near!r}?" if near else ""
                self.problems.append(f"{shape.tag} has no {key!r} @ {path}{hint}")
        return fields if len(self.problems) == before else None


def _above(path: str) -> Iterator[str]:
    # Every path on the way to one; a step ends before a dot or a bracket.
    for place, sign in enumerate(path):
        if sign in ".[":
            yield path[:place]


def _message(error: Exception) -> str:
    # attrs' validators give a sentence first, then the field and the value themselves.
    return str(error.args[0]) if error.args else type(error).__name__


def _built(shape: Shape, fields: dict[str, Any]) -> Rule:
    many = shape.rule_class in {AllOf, AnyOf}
    rule: Rule = shape.rule_class(*fields["parts"]) if many else shape.rule_class(**fields)
    return rule
