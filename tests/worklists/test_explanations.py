"""Why here and why not, in lines a person reads (15.1, PR-3, WL-13)."""

import pytest

from revcycle.dunning import AlarmStatus
from revcycle.errors import UnknownReference
from revcycle.worklists import why_here, why_not_here
from tests.worklists.book import (
    AS_OF,
    POLICY,
    RUNNER,
    SEES_ALL,
    account,
    coming,
    group,
    grouped,
    named,
    person,
    worklist,
)

COMING = "an appointment is coming and time to the next appointment is at most 7 days"
FILTERS = (
    "the alarm fires at level 2",
    "the guarantor's initial is of A-C",
    "the total outstanding is from $50.00",
)
ASKED = {"as_of": AS_OF, "policy": POLICY, "account_id": "a1"}


def test_every_filter_with_what_it_read():
    """15.1: the rule, the facts read, their values."""
    definition = worklist(initials=frozenset("ABC"), amount_min="50", appointment_days=7)
    why = why_here(definition, iter([named("a1", "Adams")]), viewer=SEES_ALL, **ASKED)
    assert why.is_here
    assert str(why).splitlines() == [
        "account a1 is on worklist w; its alarm: firing",
        f"yes: {', '.join(FILTERS)} and no appointment within 7 days",
        "  yes: the alarm fires at level 2",
        "    yes: alarm level is 2 (it is 2)",
        "  yes: the guarantor's initial is of A-C",
        "    yes: initial is from A to C (it is A)",
        "  yes: the total outstanding is from $50.00",
        "    yes: total outstanding is at least $50.00 (it is $100.00)",
        "  yes: no appointment within 7 days",
        f"    yes: not ({COMING})",
        f"      no: {COMING}",
        "        no: an appointment is coming",
        "        yes: time to the next appointment is at most 7 days (it is 0 days)",
    ]


def test_what_would_bring_it_here():
    """15.1: the smallest sets of facts, with value and what is wanted."""
    definition = worklist(amount_min="150", appointment_days=7)
    one = account("a1", person(appointments=coming(3)), level=3)
    why = why_not_here(definition, [one], viewer=SEES_ALL, **ASKED)
    assert not why.is_here
    assert why.alarm_status is AlarmStatus.FIRING
    first, *ways = str(why).splitlines()
    assert first == "account a1 is not on worklist w; its alarm: firing"
    assert ways[0].startswith("alarm level is 3, wanted: alarm level is 2; and total outstanding")
    here = why_not_here(worklist(), [named("a1", "Adams")], viewer=SEES_ALL, **ASKED)
    assert str(here) == "account a1 is on worklist w; its alarm: firing"


def test_masked_names_decide_nothing_and_show_nothing():
    """PR-3: the explanation says that the initial was not asked, and names no account."""
    definition = worklist(initials=frozenset("Z"))
    one = account("a1", person("p1", "Adams", blocked=True))
    for explained in (why_here, why_not_here):
        why = explained(definition, [one], viewer=RUNNER, **ASKED)
        assert (why.is_here, why.shown_account_id) == (True, None)
        lines = str(why).splitlines()
        assert lines[0] == "account XXXXXXXX is on worklist w; its alarm: firing"
        assert lines[1] == "the initial filter is not applied: a name is masked"
        assert "initial is" not in str(why)
        plain = explained(worklist(), [one], viewer=RUNNER, **ASKED)
        assert "initial filter" not in str(plain)


def test_accounts_out_of_sight_are_not_there():
    """WL-13: an account without an accessible member is answered as one that does not exist."""
    far = account("a1", person(usual_provider_id="v2", primary_department_id="d2"))
    viewer = grouped(group(providers=["v1"]))
    texts = []
    for accounts in ([far], []):
        with pytest.raises(UnknownReference) as caught:
            why_here(worklist(), accounts, viewer=viewer, **ASKED)
        texts.append(str(caught.value))
    assert texts[0] == texts[1]
