"""Laws of the codec, on drawn documents."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.codec import (
    ACCOUNT,
    BOOK,
    HUB,
    PORTAL_EVENTS,
    VIEWER,
    WORKLIST,
    documents,
    dumps,
    from_plain,
    loads,
    rule_kind,
    to_plain,
)
from revcycle.errors import DecodeError
from revcycle.testing import strategies
from revcycle.testing.portal_strategies import hubs, portal_lives
from revcycle.testing.rule_strategies import rules
from tests.codec.examples import with_defect
from tests.rules.book import VOCABULARY
from tests.wire import records
from tests.wire.defects import DROP

GOOD = to_plain(records.FAMILY, kind=ACCOUNT)


def paths_in(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the path of everything in a plain *value*."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths_in(part, (*path, step))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.floats()
    | st.sampled_from(["", "C1", "2026-05-01", "25.00", "claim", "P2", "payment", "patient"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "on", "kind", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(path=st.sampled_from(list(paths_in(GOOD))), value=ANYTHING | st.just(DROP))
def test_any_defect_is_told_and_nothing_else_is_raised(path, value):
    """A document with anything at any place is read and comes back, or is refused in words."""
    document = with_defect(GOOD, path, value)
    account = None
    with suppress(DecodeError):
        account = from_plain(document, kind=ACCOUNT)

    if account is not None:
        assert from_plain(to_plain(account, kind=ACCOUNT), kind=ACCOUNT) == account


@given(path=st.sampled_from(list(paths_in(GOOD["record"]))), value=ANYTHING | st.just(DROP))
def test_the_two_readings_agree(path, value):
    """The quick reading accepts exactly what the careful one finds no fault with."""
    plain = with_defect(GOOD["record"], path, value)
    careful, problems = documents.attempt(plain, ACCOUNT.shape, ())
    try:
        quick = documents.QUICK.structure(plain, ACCOUNT.shape)
    except Exception:  # noqa: BLE001  (the quick reading may raise just anything)
        assert problems
    else:
        assert problems == []
        assert quick == careful


def test_a_quick_reading_that_fails_by_itself_is_made_good(monkeypatch):
    """A good document is read even where the quick reading had no room, as deep in the stack."""
    text = dumps(records.FAMILY, kind=ACCOUNT)
    monkeypatch.setattr(documents, "QUICK", None)

    assert loads(text, kind=ACCOUNT) == records.FAMILY


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_told(text):
    """Whatever the text, reading gives a record or a DecodeError."""
    with pytest.raises(DecodeError):
        loads(text, kind=BOOK)


@given(strategies.worklists())
def test_any_worklist_comes_back(worklist):
    """Whatever a practice defines, what is stored is what is loaded (WL-14)."""
    assert loads(dumps(worklist, kind=WORKLIST), kind=WORKLIST) == worklist


@given(strategies.viewers())
def test_any_viewer_comes_back(viewer):
    """Permissions and provider groups come back as they were granted, and equal ones alike."""
    text = dumps(viewer, kind=VIEWER)

    assert loads(text, kind=VIEWER) == viewer
    assert dumps(loads(text, kind=VIEWER), kind=VIEWER) == text


@given(hubs(issues_max=1))
def test_any_hub_comes_back(hub):
    """Portals, issues, tasks and their histories come back, hidden fields included (PH-12)."""
    assert loads(dumps(hub, kind=HUB), kind=HUB) == hub


@given(portal_lives(operations=1, past=10))
def test_what_happens_in_a_hub_comes_back(life):
    """The events of acts on issues come back as what they were (PH-13)."""
    events = tuple(event for step in life for event in step.events)

    assert loads(dumps(events, kind=PORTAL_EVENTS), kind=PORTAL_EVENTS) == events


@given(rules(VOCABULARY))
def test_any_rule_comes_back(rule):
    """A rule is stored as text and loaded as what it was."""
    kind = rule_kind()

    assert loads(dumps(rule, kind=kind), kind=kind) == rule
