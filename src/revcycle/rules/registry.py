"""Which named leaves there are, and by which tag each is known in the wire form.

A registry is a value that the caller passes, so two hosts in one interpreter never meet, and a
class can be renamed without touching what is saved: its tag stays.
"""

from __future__ import annotations

import re
import typing

import attrs

from revcycle.errors import InvalidRecord
from revcycle.rules.algebra import AllOf, AnyOf, AtLeast, AtMost, Contains, Equals, In, Leaf, Not
from revcycle.rules.values import can_decode

__all__ = [
    "NO_LEAVES",
    "LeafRegistry",
    "Shape",
    "ShapeField",
    "shape_of_class",
    "shape_of_tag",
    "tags",
]


@attrs.frozen
class ShapeField:
    """One field of a rule in wire form.

    Attributes:
        name: its key, which is the attribute of the rule.
        hint: the type of its value.
        is_required: whether it must be there; a field with a default need not.
    """

    name: str
    hint: object
    is_required: bool


@attrs.frozen
class Shape:
    """What one kind of rule looks like in wire form.

    Attributes:
        tag: the value of its ``type``.
        rule_class: the class of the rule.
        fields: the keys beside ``type``, in the order of the class.
    """

    tag: str
    rule_class: type
    fields: tuple[ShapeField, ...]


@attrs.frozen(init=False)
class LeafRegistry:
    """The named leaves that rules may have, each by its tag.

    Attributes:
        shapes: one for each leaf.
    """

    shapes: tuple[Shape, ...]

    def __init__(self, **leaves: type[Leaf]) -> None:
        """Register *leaves* by tag, such as ``LeafRegistry(guarantor_initial_in=InitialIn)``.

        Raises:
            InvalidRecord: a tag is not lower case or is that of a core node, a class is no attrs
                class that extends `Leaf` or stands under two tags, a field has a type that the
                wire form has no values for, or cannot be given by its own name.
        """
        for tag, leaf in leaves.items():
            _check_leaf(tag, leaf)
        if len(set(leaves.values())) < len(leaves):
            raise InvalidRecord("LeafRegistry", "leaves", leaves, "have each class once")
        shapes = tuple(_shape(tag, leaf) for tag, leaf in sorted(leaves.items()))
        object.__setattr__(self, "shapes", shapes)


def shape_of_class(rule_class: type, leaves: LeafRegistry) -> Shape:
    """The shape of the rules of this class.

    Raises:
        InvalidRecord: it is a leaf that the registry does not have.
    """
    for shape in (*_CORE, *leaves.shapes):
        if shape.rule_class is rule_class:
            return shape
    must = "have a tag in the registry of leaves"
    raise InvalidRecord("LeafRegistry", "leaves", rule_class.__name__, must)


def shape_of_tag(tag: str, leaves: LeafRegistry) -> Shape | None:
    """The shape with this tag, or None."""
    return next((shape for shape in (*_CORE, *leaves.shapes) if shape.tag == tag), None)


def tags(leaves: LeafRegistry) -> list[str]:
    """Every tag that a rule can have."""
    return [shape.tag for shape in (*_CORE, *leaves.shapes)]


def _check_leaf(tag: str, leaf: object) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", tag) or any(tag == core.tag for core in _CORE):
        raise InvalidRecord("LeafRegistry", "leaves", tag, "be a lower-case tag of its own")
    if not (isinstance(leaf, type) and issubclass(leaf, Leaf) and attrs.has(leaf)):
        raise InvalidRecord("LeafRegistry", tag, leaf, "be an attrs class that extends Leaf")
    for given in attrs.fields(leaf):
        if not given.init or given.alias != given.name:
            must = "have fields that are given by their own names when it is built"
            raise InvalidRecord("LeafRegistry", tag, given.name, must)
    for field in _shape(tag, leaf).fields:
        if field.name == "type" or not can_decode(field.hint):
            must = (
                "have fields, none called 'type', of bool, int, str, None, Decimal, an "
                "enumeration, Rule, or frozenset[...] or tuple[..., ...] of these"
            )
            raise InvalidRecord("LeafRegistry", tag, f"{field.name}: {field.hint}", must)


def _shape(tag: str, rule_class: type) -> Shape:
    hints = typing.get_type_hints(rule_class)
    fields = tuple(
        ShapeField(field.name, hints[field.name], field.default is attrs.NOTHING)
        for field in attrs.fields(rule_class)
        if field.init
    )
    return Shape(tag, rule_class, fields)


_CORE = (
    _shape("equals", Equals),
    _shape("at_least", AtLeast),
    _shape("at_most", AtMost),
    _shape("in", In),
    _shape("contains", Contains),
    _shape("all_of", AllOf),
    _shape("any_of", AnyOf),
    _shape("not", Not),
)

NO_LEAVES = LeafRegistry()
"""The registry for rules in core nodes only."""
