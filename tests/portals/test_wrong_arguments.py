"""An argument that is something else than it must be is refused by its name, and not shown."""

from datetime import datetime, time

import pytest

from revcycle import portals
from revcycle.access import Permission, Viewer
from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.portals import DEFAULT_TRIAGE, DashboardFilters
from revcycle.rules import Not
from tests.stories.portal_book import (
    AVAILITY,
    CLAIMS,
    D2,
    JOHN,
    SERVICE,
    check,
    claims_task,
    hub,
    reported,
    unpostables_task,
)

ISSUE = reported("i1", claims_task(owner=SERVICE), unpostables_task())
HUB = hub(ISSUE)
LOOK = {"viewer": JOHN}
BOARD = portals.dashboard(HUB, viewer=JOHN, as_of=D2)
TASKS = portals.task_list(HUB, viewer=JOHN)
TRIAGE = {"portal": AVAILITY, "as_of": D2, "policy": DEFAULT_TRIAGE}
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
        (portals.triage, (ISSUE,), TRIAGE | {"as_of": datetime.combine(D2, time())}, "as_of"),
        (portals.triage, (ISSUE,), TRIAGE | {"policy": WRONG}, "policy"),
        (portals.issue_facts, (ISSUE,), {"portal": AVAILITY, "as_of": None}, "as_of"),
        (portals.with_issue, (HUB, WRONG), {}, "issues"),
        (portals.with_issues, (HUB, None), {}, "issues"),
        (portals.with_issues, (HUB, WRONG), {}, "issues"),
        (portals.record_unpostables, (ISSUE, None), BY | {"task_id": "unp1"}, "unpostables"),
        (portals.record_unpostables, (ISSUE, check("u")), BY | {"task_id": "unp1"}, "unpostables"),
        (
            portals.check_record_unpostables,
            (ISSUE, check("u")),
            {"task_id": "unp1", "as_of": D2},
            "unpostables",
        ),
        (portals.status_label, ("needs_attention",), {"service_name": "a"}, "status"),
        (portals.status_label, (None,), {"service_name": "a"}, "status"),
        (portals.status_label, (ISSUE.status,), {"service_name": " "}, "service_name"),
        (portals.action_words, (None,), {}, "action"),
        (portals.action_words, (portals.RelatedTasksLink(issue_id="i1"),), {}, "action"),
        (portals.task_list_text, (TASKS,), {"rows_max": -1}, "rows_max"),
        (portals.task_list_html, (TASKS,), {"rows_max": True}, "rows_max"),
        (portals.dashboard_text, (BOARD,), {"opened": "availity"}, "opened"),
        (portals.dashboard_html, (BOARD,), {"opened": None}, "opened"),
        (portals.hub_page, (WRONG,), {"title": "t"}, "fragments"),
        (portals.hub_page, ([None, WRONG],), {"title": "t"}, "fragments"),
        (portals.DashboardFilters, (), {"where": WRONG}, "where"),
        (portals.DashboardFilters, (), {"where": [WRONG]}, "where"),
        (portals.DashboardFilters, (), {"where": None}, "where"),
        (portals.EnrolmentWorklistLink, (), {"task_ids": ()}, "task_ids"),
    ],
)
def test_a_wrong_argument_is_named(verb, given, asked, field):
    """No verb stumbles over it: the error says which argument, and what it must be (PR-6)."""
    with pytest.raises(InvalidRecord) as caught:
        verb(*given, **asked)

    assert caught.value.field == field
    assert "secret" not in str(caught.value)


def test_an_unknown_group_is_named():
    """The groups that a practice does not have are an error of their own, not a missing key."""
    with pytest.raises(UnknownReference, match="medical group with id 'east'"):
        portals.earliest_group(["east"], {})


def test_nobody_answers_without_a_name():
    """A viewer's id shows something, so that whoever may submit can also be named (PH-11)."""
    with pytest.raises(InvalidRecord, match=r"Viewer\.id"):
        Viewer(id=" ", permissions=frozenset({Permission.MEDICAL_GROUPS}))


def test_what_the_dashboard_takes_it_can_explain():
    """A rule of the practice's own that nests too deep to be explained is refused (PH-5)."""
    where = portals.StatusIn(portals.IssueStatus.WITH_PAYER)
    for _ in range(62):
        where = Not(where)
    deepest = DashboardFilters(where=where)

    assert not portals.why_listed(HUB, issue_id="i1", as_of=D2, filters=deepest, **LOOK).is_listed
    with pytest.raises(InvalidRecord, match="at most 64 levels"):
        DashboardFilters(where=Not(where))
