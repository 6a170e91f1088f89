"""A value that is not what it must be, and how values are shown when that is told."""

from __future__ import annotations

import json
from contextlib import suppress
from types import NoneType
from typing import Final

__all__ = ["Defect", "shown", "sort_of"]


class Defect(Exception):
    """A value that is not what it must be, and which field of it is at fault, if one is."""

    def __init__(self, message: str, *value: object, at: str | None = None) -> None:
        """Say what the value must be; *value* is shown unless it stands in a private field."""
        super().__init__()
        self.message = message
        self.value = value
        self.at = at


def shown(value: object) -> str:
    """Show a value as JSON writes it, cut if long; of what holds other values, only the sort."""
    if value is None or isinstance(value, str | int | float):
        with suppress(ValueError):  # Python limits the digits of a number
            text = json.dumps(value)
            return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
    return sort_of(value)


_SHOWN_LENGTH: Final = 60


def sort_of(value: object) -> str:
    """Say what sort of value it is without showing it: there may be private fields in it."""
    return next((words for kind, words in _SORTS if isinstance(value, kind)), type(value).__name__)


_SORTS: Final = (
    (dict, "an object"),
    (list, "a list"),
    (str, "text"),
    (bool, "true or false"),
    (int | float, "a number"),
    (NoneType, "null"),
)
