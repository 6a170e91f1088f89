"""An argument that is something else than it must be is refused by its name, and not shown."""

import pytest

from revcycle import portals
from revcycle.errors import InvalidRecord
from revcycle.portals import DEFAULT_TRIAGE, DashboardFilters
from tests.stories.portal_book import (
    AVAILITY,
    CLAIMS,
    D2,
    JOHN,
    SERVICE,
    claims_task,
    hub,
    reported,
    unpostables_task,
)

ISSUE = reported("i1", claims_task(owner=SERVICE), unpostables_task())
HUB = hub(ISSUE)
LOOK = {"viewer": JOHN}
BY = {"by": "maria", "as_of": D2}
CLAIMS1 = {"task_id": "claims1"} | BY
WRONG = "a secret"
SEND = LOOK | {"portal": AVAILITY, "task_id": "unp1", "response": portals.Response(), "as_of": D2}
REPORT = {
    "issue_id": "i9",
    "origin": portals.Origin.UNPOSTABLES,
    "reason": portals.ReportedReason.OTHER,
    "reported_blocks": CLAIMS,
} | BY


@pytest.mark.parametrize(
    ("verb", "given", "asked", "field"),
    [
        (portals.open_issue, (WRONG,), REPORT, "portal"),
        (portals.open_task, (ISSUE, WRONG), BY, "task"),
        (portals.add_note, (ISSUE,), CLAIMS1 | {"note": 7}, "note"),
        (portals.add_note, (ISSUE,), CLAIMS1 | {"note": "n", "by": 7}, "by"),
        (portals.return_task, (ISSUE,), CLAIMS1 | {"note": [WRONG]}, "note"),
        (portals.pass_task, (ISSUE,), CLAIMS1 | {"note": None}, "note"),
        (portals.record_unpostables, (ISSUE, [WRONG]), BY | {"task_id": "unp1"}, "unpostables"),
        (portals.submit_response, (ISSUE,), SEND | {"response": WRONG}, "response"),
        (portals.submit_response, (ISSUE,), SEND | {"portal": WRONG}, "portal"),
        (portals.check_submit_response, (ISSUE,), SEND | {"response": None}, "response"),
        (portals.response_fields, (ISSUE,), {"portal": None, "task_id": "unp1"}, "portal"),
        (portals.dismiss_credentials, (WRONG,), {}, "response"),
        (portals.check_move, (ISSUE,), {"move": 7, "task_id": "unp1", "as_of": D2}, "move"),
        (portals.dashboard, (HUB,), LOOK | {"as_of": D2, "filters": WRONG}, "filters"),
        (portals.dashboard_rule, (WRONG,), {"portals": HUB.portals}, "filters"),
        (portals.toggle_attention, (WRONG,), {}, "filters"),
        (portals.task_list, (HUB,), LOOK | {"filters": DashboardFilters()}, "filters"),
        (portals.task_list, (HUB,), LOOK | {"sort": WRONG}, "sort"),
        (portals.suggest_payers, (HUB,), LOOK | {"typed": 7}, "typed"),
        (portals.payers_matching, (HUB.portals, None), {}, "typed"),
        (
            portals.triage,
            (reported("i2"),),
            {"portal": AVAILITY, "as_of": D2, "policy": WRONG},
            "policy",
        ),
        (portals.table_for, (DEFAULT_TRIAGE,), {"kind": "claims"}, "kind"),
        (
            portals.issue_facts,
            (ISSUE,),
            {"portal": WRONG, "as_of": D2},
            "portal",
        ),
        (portals.audit_triage, (None,), {}, "policy"),
        (portals.with_issue, (HUB, WRONG), {}, "issues"),
    ],
)
def test_a_wrong_argument_is_named(verb, given, asked, field):
    """No verb stumbles over it: the error says which argument, and what it must be (PR-6)."""
    with pytest.raises(InvalidRecord) as caught:
        verb(*given, **asked)

    assert caught.value.field == field
    assert "secret" not in str(caught.value)
