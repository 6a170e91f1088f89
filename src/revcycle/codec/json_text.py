"""JSON text in which each object gives a field once.

Python's own decoder keeps the last of a repeated field and says nothing. Others keep the first:
two programs would read two records from one text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from revcycle.codec.defects import Defect
from revcycle.errors import DecodeError

__all__ = ["Repeating", "parse", "parse_again", "repeated_in"]


class Repeating(dict[str, Any]):
    """An object, with the names of the fields that the text gives more than once."""

    repeated: tuple[str, ...] = ()

    def copy(self) -> Repeating:
        """Give another of the same."""
        twin = Repeating(self)
        twin.repeated = self.repeated
        return twin


def parse(text: str) -> object:
    """Parse good text; raise just anything for bad."""
    return _DECODER.decode(text)


def parse_again(text: object) -> object:
    """Parse text that may be no JSON; objects keep the names of their repeated fields.

    Raises:
        DecodeError: in words.
    """
    if type(text) is not str:
        problem = f"must be JSON text, not {type(text).__name__}"
    else:
        try:
            return _TOLERANT_DECODER.decode(text)
        except json.JSONDecodeError as error:
            problem = f"must be JSON text: {error.msg}, line {error.lineno} column {error.colno}"
        except RecursionError:
            problem = "must not be nested so deeply"
        except ValueError:  # Python limits the digits of a number
            problem = "must not hold a number so long"
    raise DecodeError([f"{problem} @ $"])


def repeated_in(plain: object, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Give the path of every field that *plain*, which stands at *path*, gives more than once."""
    if isinstance(plain, dict):
        for name in getattr(plain, "repeated", ()):
            yield (*path, name)
        for name, part in plain.items():
            yield from repeated_in(part, (*path, name))
    elif isinstance(plain, list):
        for index, part in enumerate(plain):
            yield from repeated_in(part, (*path, index))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Defect("must give each field once")
    return fields


def _with_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = Repeating(pairs)
    if len(fields) != len(pairs):
        names = [name for name, _ in pairs]
        fields.repeated = tuple(name for name in fields if names.count(name) > 1)
    return fields


# NaN and the infinities pass both decoders, for the readers refuse them by their path.
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once)
_TOLERANT_DECODER: Final = json.JSONDecoder(object_pairs_hook=_with_repeated)
