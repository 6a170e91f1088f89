"""What the text looks like, and that texts of earlier versions are still read."""

import json

import attrs
import pytest

from revcycle.codec import (
    ACCESS_ISSUE,
    ACCOUNT,
    EVENT,
    HOLD,
    POLICY,
    PORTAL_EVENT,
    dumps,
    from_plain,
    loads,
    to_plain,
)
from revcycle.dunning import DunningPolicy
from revcycle.portals import EVENT_TYPES
from tests.codec.examples import EVERY_EVENT, KEPT, KINDS, WIRE
from tests.wire import portals, records


def test_the_envelope():
    """A document says its version, its kind, and then the record."""
    document = to_plain(records.HOLD, kind=HOLD)

    assert list(document.items()) == [
        ("schema", 1),
        ("kind", "hold"),
        (
            "record",
            {
                "id": "H1",
                "scope": "claim",
                "reason": "dispute",
                "start_on": "2026-02-01",
                "subject_id": "CL2",
                "last_on": "2026-02-28",
                "released_on": "2026-02-10",
            },
        ),
    ]


def test_kinds_never_change_their_names():
    """The names of kinds are on the wire, so a rename is a break and shows here."""
    assert sorted(kind.name for kind in KINDS) == [
        "access_issue",
        "account",
        "book",
        "charge",
        "contact",
        "contacts",
        "event",
        "events",
        "hold",
        "hub",
        "medical_group",
        "outreach_log",
        "outreach_plan",
        "outreach_policy",
        "payment_plan",
        "policy",
        "portal",
        "portal_event",
        "portal_events",
        "provider_group",
        "report_definition",
        "report_definitions",
        "response",
        "statement",
        "statement_run",
        "transaction",
        "viewer",
        "worklist",
        "worklists",
    ]


def test_tags_never_change():
    """The tags of events are on the wire, so renaming a class shows here."""
    tags = {to_plain(event, kind=EVENT)["record"]["type"] for event in EVERY_EVENT}

    assert sorted(tags) == TAGS


def test_tags_of_portals_never_change():
    """The tags of what happens to issues, and of their tasks, are on the wire too (PH-13)."""
    tags = {to_plain(event, kind=PORTAL_EVENT)["record"]["type"] for event in portals.EVENTS}
    tasks = to_plain(portals.ISSUE, kind=ACCESS_ISSUE)["record"]["tasks"]

    assert sorted(tags) == [
        "issue_opened",
        "note_added",
        "response_submitted",
        "task_moved",
        "task_opened",
        "unpostable_recorded",
    ]
    assert {type(event) for event in portals.EVENTS} == set(EVENT_TYPES)
    assert [task["type"] for task in tasks] == ["enrolment_task", "unpostables_task"]


TAGS = [
    "alarm_cleared",
    "alarm_revived",
    "alarm_set",
    "card_declined",
    "charge_placed",
    "charge_posted",
    "charge_recalled",
    "charge_voided",
    "claim_covered",
    "claim_uncovered",
    "cycle_run",
    "due_judged",
    "due_lowered",
    "due_opened",
    "due_raised",
    "guarantor_changed",
    "hold_placed",
    "hold_released",
    "level_advanced",
    "level_fell",
    "level_rederived",
    "level_restored",
    "member_joined",
    "member_left",
    "next_statement_reset",
    "note_recorded",
    "patient_note_set",
    "plan_cancelled",
    "plan_ended",
    "plan_joined",
    "plan_left",
    "plan_reopened",
    "plan_started",
    "remembered_level_restored",
    "restriction_lifted",
    "restriction_set",
    "statement_count_met",
    "statement_issued",
    "statement_note_set",
    "transaction_posted",
    "transaction_voided",
]


def test_a_field_at_its_default_is_left_out():
    """An account of defaults is small on the wire, and what is derived is never there."""
    charge = to_plain(records.ALONE, kind=ACCOUNT)["record"]["charges"][0]

    assert set(charge) == {"id", "patient_id", "claim_id", "amount", "posted_on", "service_on"}
    assert charge["amount"] == "80.00"


def test_a_policy_is_written_whole():
    """A policy's defaults may change, so each number is written; what is derived is not."""
    written = to_plain(DunningPolicy(), kind=POLICY)["record"]

    assert set(written) == {field.name for field in attrs.fields(DunningPolicy) if field.init}
    assert {"cycle", "alarm_delays"}.isdisjoint(written)


def test_a_policy_may_be_read_from_a_few_fields():
    """What a hand-written policy does not say is the default."""
    document = {"schema": 1, "kind": "policy", "record": {"cycle_days": 28}}

    assert from_plain(document, kind=POLICY) == DunningPolicy(cycle_days=28)


def test_a_set_is_written_in_order():
    """Equal policies give equal text, whatever the order in which their holidays were given."""
    closed_on = to_plain(records.POLICY, kind=POLICY)["record"]["closed_on"]

    assert closed_on == ["2026-01-01", "2026-07-04", "2026-12-25"]


# -------------------------------------------------------------------------------- the kept files


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_file_is_still_read(name):
    """A document written by an earlier version reads as the record it was."""
    kind, record = KEPT[name]

    assert loads((WIRE / name).read_text(encoding="utf-8"), kind=kind) == record


@pytest.mark.parametrize("name", [name for name in KEPT if not name.startswith("policy")])
def test_a_kept_file_is_written_the_same(name):
    """The same record still gives the same text."""
    kind, record = KEPT[name]

    assert dumps(record, kind=kind, indent=2) + "\n" == (WIRE / name).read_text(encoding="utf-8")


def test_a_kept_policy_keeps_its_fields():
    """A policy may gain fields on the wire, being written whole; those it had stay as they were."""
    kept = json.loads((WIRE / "policy-1.json").read_text(encoding="utf-8"))

    assert kept["record"].items() <= to_plain(records.POLICY, kind=POLICY)["record"].items()


def test_every_kept_file_is_tested():
    """No file in the folder is forgotten."""
    assert {path.name for path in WIRE.glob("*.json")} == set(KEPT)
