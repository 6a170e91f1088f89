"""The smallest engine there is: columns as lists, with the seven operators that `mask` needs."""

import attrs


@attrs.frozen(eq=False)
class ListColumn:
    """A column. It has no truth of its own, as no engine's column has."""

    values: list

    def __eq__(self, other):
        return ListColumn([value == other for value in self.values])

    def __ge__(self, bound):
        return ListColumn([value >= bound for value in self.values])

    def __le__(self, bound):
        return ListColumn([value <= bound for value in self.values])

    def __and__(self, other):
        return ListColumn([a and b for a, b in zip(self.values, other.values, strict=True)])

    def __or__(self, other):
        return ListColumn([a or b for a, b in zip(self.values, other.values, strict=True)])

    def __invert__(self):
        return ListColumn([not value for value in self.values])

    def __bool__(self):
        raise AssertionError("a column is not true or false")

    __hash__ = None

    def isin(self, values):
        """Say "one of these values"."""
        return ListColumn([value in values for value in self.values])


@attrs.frozen
class ListColumns:
    """A table by column."""

    rows: list

    def __call__(self, fact):
        """Give one column."""
        return ListColumn([getattr(row, fact) for row in self.rows])

    def contains(self, fact, element):
        """Say "this set-valued fact has this element"."""
        return ListColumn([element in getattr(row, fact) for row in self.rows])


def column_of(rows):
    """The rows as columns."""
    return ListColumns(list(rows))
