"""What an access issue is, who must act on it, what it blocks (PH-1, PH-2, PH-4, PH-10, PH-14)."""

import itertools
from datetime import date

import attrs
import pytest

from revcycle.errors import InvalidRecord, UnknownReference
from revcycle.portals import (
    DEFAULT_TRIAGE,
    AccessIssue,
    IssueStatus,
    MedicalGroup,
    Origin,
    Owner,
    ReportedReason,
    StatusCause,
    TaskState,
    UnpostableKind,
    WorkKind,
    account_of,
    dollars_of,
    group_of,
    is_open,
    issue_of,
    open_issue,
    open_task,
    portal_of,
    record_unpostables,
    related_tasks,
    status_label,
    status_lines,
    task_of,
    task_view,
    triage,
    why_status,
    with_issue,
    with_issues,
)
from tests.stories.portal_book import (
    AVAILITY,
    BOTH,
    CLAIMS,
    D1,
    D2,
    D3,
    D4,
    JOHN,
    NORTH,
    OPTUM,
    PAYER,
    PRACTICE,
    SERVICE,
    UNPOSTABLES,
    answered,
    check,
    claims_task,
    deposit,
    hub,
    passed,
    payer_answered,
    refusals,
    reported,
    resolved,
    returned,
    unpostables_task,
)

ATTENTION, WITH_SERVICE, WITH_PAYER, RESOLVED = IssueStatus


# ------------------------------------------------------------------------- what an issue blocks


def test_an_issue_is_what_was_reported_in_the_claims_workflow():
    """An error on a portal is there because somebody reported it, in claims work mostly (PH-1)."""
    issue = reported(origin=Origin.CLAIMS_WORKFLOW, reported_blocks=CLAIMS, account_id="own")

    assert (issue.portal_id, issue.origin, issue.reported_on) == (
        "availity",
        Origin.CLAIMS_WORKFLOW,
        D1,
    )
    assert issue.work_blocked == CLAIMS
    assert account_of(AVAILITY, issue.account_id).account_type.may_change_password


def test_an_issue_blocks_what_was_reported_and_what_its_tasks_are_for():
    """Issues block claims work, unpostables work or both: by report, and by their tasks (PH-1)."""
    alone = reported(reported_blocks=CLAIMS)
    with_unpostables = reported("i1", unpostables_task(), reported_blocks=CLAIMS)
    only_unpostables = reported("i1", unpostables_task(), reported_blocks=UNPOSTABLES)

    assert alone.work_blocked == CLAIMS
    assert with_unpostables.work_blocked == BOTH
    assert only_unpostables.work_blocked == UNPOSTABLES


def test_a_resolved_issue_blocks_nothing():
    """Once all its tasks are resolved an issue blocks no work and no dollars (PH-1, PH-10)."""
    issue = reported("i1", unpostables_task(affected=(check("u1"),)))
    over = resolved(answered(issue, "unp1", on=D2), "unp1", on=D3)

    assert over.status is RESOLVED
    assert over.work_blocked == frozenset()
    assert (over.blocked, str(over.blocked_dollars)) == ((), "0.00")


def test_a_hub_knows_its_portals_groups_and_issues():
    """Portals cover payers and IRCs and have accounts; what is named is here (PH-1)."""
    issue = reported("i1", unpostables_task(medical_group_ids=frozenset({"north"})))
    whole = hub(issue)

    assert [payer.name for payer in portal_of(whole, "availity").covers] == ["Aetna", "Humana"]
    assert issue_of(whole, "i1") is issue
    assert group_of(whole, "north") is NORTH
    for find, missing in ((portal_of, "nobody"), (issue_of, "i2"), (group_of, "east")):
        with pytest.raises(UnknownReference):
            find(whole, missing)


@pytest.mark.parametrize(
    ("issues", "said"),
    [
        ([reported(), reported()], "hold each id once"),
        ([reported("i1", claims_task()), reported("i2", claims_task())], "hold each id once"),
        ([attrs.evolve(reported(), portal_id="gone")], "on a portal of this hub, not on gone"),
        ([attrs.evolve(reported(), account_id="gone")], "accounts of its portal, not gone"),
        (
            [reported("i1", unpostables_task(account_id="gone"))],
            "accounts of its portal, not gone",
        ),
        (
            [reported("i1", claims_task(medical_group_ids=frozenset({"east", "north"})))],
            "medical groups of this hub, not east",
        ),
        (
            [
                reported("i1", unpostables_task(affected=(check("u1", "5.00"),))),
                reported("i2", unpostables_task("unp2", affected=(check("u1", "6.00"),))),
            ],
            "agree with the others on dollars of unpostable u1",
        ),
        (
            [
                reported("i1", unpostables_task(affected=(check("u1", blocked=False),))),
                reported("i2", unpostables_task("unp2", affected=(deposit("u1"),))),
            ],
            "agree with the others on kind of unpostable u1",
        ),
    ],
    ids=["issue", "task", "portal", "account", "account of a task", "group", "dollars", "kind"],
)
def test_a_hub_names_nothing_that_is_not_there(issues, said):
    """Ids are used once, and every portal, account and group that is named is here (PH-1)."""
    with pytest.raises(InvalidRecord, match=said):
        hub(*issues)


def test_an_issue_takes_the_place_of_the_one_with_its_id():
    """After an act the hub shows the issue as it is now, and a new one besides (PH-1)."""
    first, second = reported("i1", claims_task()), reported("i2")
    before = hub(first)
    after = with_issue(with_issue(before, answered(first, "claims1", on=D2)), second)

    assert [issue.status for issue in after.issues] == [WITH_SERVICE, WITH_SERVICE]
    assert [issue.id for issue in after.issues] == ["i1", "i2"]
    assert before.issues == (first,)
    assert with_issue(after, first).issues == (first, second)


def test_an_amount_changes_in_all_issues_at_once():
    """What two issues tell of an unpostable's dollars agrees, also when it changes (PH-10)."""
    issues = [
        reported(f"i{n}", unpostables_task(f"u{n}", affected=(check("x", "50.00"),)))
        for n in (1, 2)
    ]
    before = hub(*issues)
    told = {"by": "maria", "as_of": D2}
    first, second = (
        record_unpostables(issue, [check("x", "60.00")], task_id=task, **told).issue
        for issue, task in zip(issues, ("u1", "u2"), strict=True)
    )

    with pytest.raises(InvalidRecord, match="with_issues puts several back at once"):
        with_issue(before, first)
    after = with_issues(before, [second, first])
    assert after.issues == (first, second)
    assert str(dollars_of(u for issue in after.issues for u in issue.blocked)) == "60.00"
    assert with_issues(before, [reported("i3")]).issues[2:] == (reported("i3"),)
    for wrong in ([first, first], ["i1"]):
        with pytest.raises(InvalidRecord, match=r"Hub\.issues"):
            with_issues(before, wrong)


def test_what_is_closed_waits_for_nothing_anywhere():
    """Closed for one issue, an unpostable is closed for all: none lists or counts it (PH-10)."""
    one, two = (
        reported(f"i{n}", unpostables_task(f"u{n}", affected=(check("x", "500.00"),)))
        for n in (1, 2)
    )
    listing = reported("i3", unpostables_task("u3", SERVICE, affected=(check("x", "500.00"),)))
    done = resolved(listing, "u3", on=D1)
    told = {"by": "maria", "as_of": D2}
    closed = check("x", "500.00", blocked=False, closed_on=D2)
    first, second = (
        record_unpostables(issue, [closed], task_id=task, **told).issue
        for issue, task in ((one, "u1"), (two, "u2"))
    )

    with pytest.raises(InvalidRecord, match="closed_on of unpostable x: with_issues puts several"):
        with_issue(hub(one, two), first)
    after = with_issues(hub(one, two, done), [first, second])
    assert not any(issue.blocked for issue in after.issues)
    for n in (1, 2, 3):
        view = task_view(after, viewer=JOHN, issue_id=f"i{n}", task_id=f"u{n}")
        assert (view.affected, str(view.blocked_dollars)) == ((), "0.00")


def test_an_unpostable_may_wait_for_one_issue_alone():
    """Blocked means waiting for this issue: worked for one, it may wait for another (PH-10)."""
    waiting = reported("i1", unpostables_task("u1", affected=(check("x"),)))
    worked = reported("i2", unpostables_task("u2", affected=(check("x", blocked=False),)))

    assert [len(issue.blocked) for issue in hub(waiting, worked).issues] == [1, 0]
    assert [len(issue.unpostables) for issue in hub(waiting, worked).issues] == [1, 1]


# ------------------------------------------------------------------------------ who must act


def test_the_label_says_who_must_act():
    """Practice: NEEDS YOUR ATTENTION; the service: WITH ATHENA; the payer: WITH PAYER (PH-2)."""
    athena = {"service_name": hub().service_name}
    by_owner = {owner: reported(reported_owner=owner).status for owner in Owner}

    assert status_label(by_owner[PRACTICE], **athena) == "NEEDS YOUR ATTENTION"
    assert status_label(by_owner[SERVICE], **athena) == "WITH ATHENA"
    assert status_label(by_owner[PAYER], **athena) == "WITH PAYER"


def test_a_host_may_rename_the_service_and_nothing_else():
    """With another name for the service only its own label changes (PH-14)."""
    renamed = hub(service_name="Revenue desk")
    labels = [status_label(status, service_name=renamed.service_name) for status in IssueStatus]

    assert labels == ["NEEDS YOUR ATTENTION", "WITH REVENUE DESK", "WITH PAYER", "RESOLVED"]
    assert hub().service_name == "athena"
    with pytest.raises(InvalidRecord, match="service_name"):
        hub(service_name="")


def test_only_what_is_with_the_practice_has_an_action():
    """With the service or the payer an issue is for information: nothing to submit (PH-2)."""
    issue = reported("i1", claims_task(owner=SERVICE))
    with_payer = passed(issue, "claims1", on=D1)

    for waiting in (issue, with_payer):
        asked = {"task_id": "claims1", "on": D1}
        assert refusals(answered, waiting, **asked) == ["MOVE_NOT_LEGAL"]
    again = returned(payer_answered(with_payer, "claims1", on=D1), "claims1", on=D1)
    assert again.status is ATTENTION
    assert answered(again, "claims1", on=D1).status is WITH_SERVICE


def test_without_a_task_the_reported_owner_must_act():
    """While there is no task the reported owner must act, by default the service (PH-4)."""
    assert reported().status is WITH_SERVICE
    assert reported(reported_owner=PRACTICE).status is ATTENTION
    assert reported(reported_owner=PAYER).status is WITH_PAYER
    # From the first task on, the tasks alone say it.
    assert reported("i1", claims_task(owner=PAYER), reported_owner=PRACTICE).status is WITH_PAYER


def in_state(task_id: str, state: TaskState) -> AccessIssue:
    """An issue whose one task has come to *state*."""
    owner = SERVICE if state is TaskState.RESOLVED else Owner(state.value)
    issue = reported("i1", claims_task(task_id, owner))
    return resolved(issue, task_id, on=D1) if state is TaskState.RESOLVED else issue


@pytest.mark.parametrize(
    "states",
    list(itertools.product(TaskState, repeat=3)),
    ids=lambda s: "-".join(x.value for x in s),
)
def test_any_task_with_the_practice_decides_then_the_service_then_the_payer(states):
    """The status of several tasks: practice before service before payer before resolved (PH-4)."""
    tasks = tuple(in_state(f"t{n}", s).tasks[0] for n, s in enumerate(states))
    issue = attrs.evolve(reported(), tasks=tasks)

    urgent = min(states, key=list(TaskState).index)
    assert issue.status is list(IssueStatus)[list(TaskState).index(urgent)]


def test_tasks_alone_decide_whatever_their_kind_and_whoever_was_reported():
    """Every combination of states, of claims and unpostables tasks: the reason agrees (PH-4)."""
    made = {
        (kind, state): attrs.evolve(kind("t", owner), id=f"{kind.__name__}-{state.value}")
        for kind in (claims_task, unpostables_task)
        for state, owner in zip(TaskState, (PRACTICE, SERVICE, PAYER, SERVICE), strict=True)
    }
    for key, task in made.items():
        if key[1] is TaskState.RESOLVED:
            made[key] = resolved(reported("i1", task), task.id, on=D1).tasks[0]
    for count in (1, 2, 3):
        for keys in itertools.combinations(made, count):
            for owner in Owner:
                tasks = tuple(made[key] for key in keys)
                issue = attrs.evolve(reported(reported_owner=owner), tasks=tasks)
                urgent = min((state for _, state in keys), key=list(TaskState).index)
                reason = why_status(issue)

                assert issue.status is list(IssueStatus)[list(TaskState).index(urgent)]
                assert reason.status is issue.status
                assert reason.task_ids == tuple(t.id for t in tasks if t.state is urgent)


def test_an_issue_is_resolved_when_its_last_task_is():
    """One task resolved leaves the issue with whoever has the other (PH-4)."""
    issue = reported("i1", claims_task(owner=SERVICE), unpostables_task(owner=PAYER))

    one = resolved(issue, "claims1", on=D2)
    both = resolved(one, "unp1", on=D3)

    assert [i.status for i in (issue, one, both)] == [WITH_SERVICE, WITH_PAYER, RESOLVED]


def test_a_status_says_why_and_what_would_change_it():
    """The reason names the clause and the tasks, and each move that would change it (PH-4)."""
    issue = reported("i1", claims_task(), claims_task("claims2"), unpostables_task(owner=PAYER))
    reason = why_status(issue)

    assert (reason.status, reason.cause) == (ATTENTION, StatusCause.WITH_PRACTICE)
    assert status_lines(reason, service_name="athena") == (
        "NEEDS YOUR ATTENTION: tasks claims1, claims2 with the practice",
        "submit claims1, claims2: WITH ATHENA",
    )
    assert status_lines(why_status(reported()), service_name="athena") == (
        "WITH ATHENA: no task yet: the reported owner must act",
    )
    over = in_state("t", TaskState.RESOLVED)
    assert status_lines(why_status(over), service_name="athena") == (
        "RESOLVED: task t resolved, and there is no other",
    )


@pytest.mark.parametrize("owner", Owner, ids=lambda owner: owner.value)
def test_the_reason_for_a_status_is_right_about_each_way_out(owner):
    """Making the moves that `why_status` names brings about the status it foretells (PH-4)."""
    issue = reported("i1", claims_task(owner=owner), unpostables_task(owner=PAYER))
    acts = {
        "submit": answered,
        "return": returned,
        "pass": passed,
        "answer": payer_answered,
        "resolve": resolved,
    }
    reason = why_status(issue)

    assert reason.status is issue.status
    for way in reason.ways:
        after = issue
        for task_id in reason.task_ids:
            after = acts[way.move.value](after, task_id, on=D1)
        assert after.status is way.status


def test_related_tasks_are_all_enrolment_tasks_of_the_issue():
    """Related tasks are the issue's enrolment tasks, also those that others have (PH-6)."""
    issue = reported("i1", claims_task(), unpostables_task(), claims_task("claims2", PAYER))

    assert [task.id for task in related_tasks(issue)] == ["claims1", "claims2"]


# ------------------------------------------------------------------------------- what it costs


def test_only_open_checks_and_deposits_that_wait_count():
    """The list has open checks and EFT deposits; the dollars are those that wait (PH-10)."""
    affected = (
        check("u1", "100.00"),
        deposit("u2", "20.50"),
        check("u3", "7.00", blocked=False),
        deposit("u4", "3.00", blocked=False, closed_on=D1),
    )
    issue = reported("i1", unpostables_task(affected=affected))

    assert [u.id for u in task_of(issue, "unp1").affected if is_open(u)] == ["u1", "u2", "u3"]
    assert [u.kind for u in issue.blocked] == [UnpostableKind.CHECK, UnpostableKind.EFT_DEPOSIT]
    assert str(issue.blocked_dollars) == "120.50"


def test_an_unpostable_of_two_tasks_counts_once():
    """An unpostable that two tasks of an issue affect counts its dollars once (PH-10)."""
    first = unpostables_task(affected=(check("u1", "100.00"), check("u2", "1.00")))
    second = unpostables_task("unp2", PAYER, affected=(check("u1", "100.00"),))
    issue = reported("i1", first, second)

    assert str(issue.blocked_dollars) == "101.00"


def test_an_unpostable_of_two_issues_counts_once():
    """An unpostable that two issues affect counts once in what is summed over both (PH-10)."""
    issues = [
        reported("i1", unpostables_task(affected=(check("u1", "100.00"),))),
        reported("i2", unpostables_task("unp2", affected=(check("u1", "100.00"), check("u2")))),
    ]

    assert str(dollars_of(u for issue in issues for u in issue.blocked)) == "200.00"


def test_an_unpostable_waits_until_it_is_unblocked_or_closed():
    """Blocked means waiting for this issue; what is worked or closed waits no longer (PH-10)."""
    issue = reported("i1", unpostables_task(affected=(check("u1", "5.00"), check("u2", "7.00"))))

    def told(issue, *unpostables, on):
        asked = {"task_id": "unp1", "by": "poster", "as_of": on}
        return record_unpostables(issue, unpostables, **asked).issue

    worked = told(issue, check("u1", "5.00", blocked=False), on=D2)
    closed = told(worked, check("u2", "7.00", blocked=False, closed_on=D3), on=D3)
    found = told(closed, deposit("u3", "11.00"), on=D4)

    assert [str(i.blocked_dollars) for i in (issue, worked, closed, found)] == [
        "12.00",
        "7.00",
        "0.00",
        "11.00",
    ]
    with pytest.raises(InvalidRecord, match="blocked is True: it must be False once"):
        check("u1", closed_on=D2)


def test_a_resolved_task_keeps_nothing_waiting():
    """What only a resolved task lists waits no longer; what another lists still does (PH-10)."""
    first = unpostables_task(owner=SERVICE, affected=(check("u1", "5.00"), check("u2", "7.00")))
    second = unpostables_task("unp2", PAYER, affected=(check("u2", "7.00"),))
    issue = resolved(reported("i1", first, second), "unp1", on=D2)

    assert [u.id for u in issue.blocked] == ["u2"]
    assert task_of(issue, "unp1").affected == first.affected


def test_every_open_task_hears_of_an_unpostable():
    """Told to one task, the state of an unpostable stands in all that are not resolved (PH-10)."""
    tasks = [unpostables_task(f"unp{n}", SERVICE, affected=(check("u1"),)) for n in (1, 2, 3)]
    issue = resolved(reported("i1", *tasks), "unp3", on=D1)
    told = (check("u1", blocked=False),)
    after = record_unpostables(issue, told, task_id="unp1", by="poster", as_of=D2).issue

    assert [task.affected[0].blocked for task in after.tasks] == [False, False, True]


# ----------------------------------------------------------------------------------- opening


def test_opening_takes_what_is_new():
    """A task is opened once, without a history, on its day, on an issue not resolved (PH-13)."""
    issue = reported("i1", claims_task(owner=SERVICE, medical_group_ids=frozenset({"north"})))
    over = resolved(issue, "claims1", on=D2)
    used = task_of(resolved(reported("i9", claims_task("x", SERVICE)), "x", on=D1), "x")

    def attempt(issue, task, on=D2):
        return refusals(open_task, issue, task, by="sorter", as_of=on)

    fresh = claims_task("claims2", created_on=D2)
    assert attempt(issue, fresh) == []
    assert attempt(issue, claims_task("claims2")) == ["TASK_NOT_NEW"]
    assert attempt(issue, attrs.evolve(used, id="claims2"), D1) == ["TASK_NOT_NEW"]
    assert attempt(over, claims_task(), D1) == [
        "AS_OF_BEFORE_LAST_ACT",
        "ISSUE_RESOLVED",
        "TASK_ID_TAKEN",
    ]


def test_tasks_tell_the_same_of_an_unpostable():
    """A task that tells otherwise of an unpostable than another of the issue is refused (PH-10)."""
    issue = reported("i1", unpostables_task(affected=(check("u1", "5.00"),)))
    late = check("u2", blocked=False, closed_on=D3)
    other = unpostables_task("unp2", created_on=D2, affected=(check("u1", "6.00"), late))

    asked = {"by": "sorter", "as_of": D2}
    assert refusals(open_task, issue, other, **asked) == [
        "CLOSED_AFTER_AS_OF",
        "UNPOSTABLES_DISAGREE",
    ]
    with pytest.raises(InvalidRecord, match=r"AccessIssue.tasks is 'u1': it must be told alike"):
        attrs.evolve(issue, tasks=(*issue.tasks, other), last_act_on=D2)


def test_unpostables_belong_to_unpostables_tasks():
    """Enrolment tasks list no unpostables, resolved tasks take none, none comes twice (PH-9)."""
    issue = reported("i1", claims_task(owner=SERVICE), unpostables_task())
    over = resolved(issue, "claims1", on=D3)

    def attempt(issue, task_id, *unpostables, on=D3):
        asked = {"task_id": task_id, "by": "poster", "as_of": on}
        return refusals(record_unpostables, issue, unpostables, **asked)

    late = check("u1", blocked=False, closed_on=D4)
    assert attempt(issue, "unp1", check("u1")) == []
    assert attempt(issue, "claims1", late) == ["NO_UNPOSTABLES_TASK", "CLOSED_AFTER_AS_OF"]
    assert attempt(over, "claims1", late, on=D2) == [
        "AS_OF_BEFORE_LAST_ACT",
        "TASK_RESOLVED",
        "NO_UNPOSTABLES_TASK",
        "CLOSED_AFTER_AS_OF",
    ]
    with pytest.raises(InvalidRecord, match="hold each id once"):
        attempt(issue, "unp1", check("u1"), check("u1", "7.00"))


def test_telling_nothing_new_changes_nothing():
    """What a task lists already, told again, leaves the very issue and makes no event (PH-10)."""
    issue = reported("i1", unpostables_task(affected=(check("u1"),)))
    done = record_unpostables(issue, [check("u1")], task_id="unp1", by="poster", as_of=D2)

    assert done.issue is issue
    assert done.events == ()


def test_an_issue_is_opened_on_an_account_of_its_portal():
    """An issue names an account that the portal has, and somebody who reports it (PH-1)."""
    given = {"origin": Origin.UNPOSTABLES, "reason": ReportedReason.OTHER}
    given |= {"issue_id": "i1", "reported_blocks": CLAIMS, "as_of": D1}

    assert open_issue(AVAILITY, account_id="own", by="u1", **given).issue.account_id == "own"
    with pytest.raises(UnknownReference, match="portal account with id 'own'"):
        open_issue(OPTUM, account_id="own", by="u1", **given)
    with pytest.raises(InvalidRecord, match=r"act.by is ''"):
        open_issue(AVAILITY, by="", **given)
    with pytest.raises(InvalidRecord, match="one or more WorkKind members"):
        open_issue(AVAILITY, by="u1", **given | {"reported_blocks": frozenset()})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tasks": (claims_task(created_on=date(2025, 3, 2)),)}, "on or after the report"),
        ({"tasks": (claims_task(created_on=D2),), "last_act_on": D1}, "on or after the last act"),
        ({"tasks": (claims_task(), claims_task())}, "hold each id once"),
    ],
    ids=["before the report", "last act", "twice"],
)
def test_the_tasks_of_an_issue_are_its_own(changed, said):
    """Tasks follow the report, the last act follows all, and ids differ (PH-9)."""
    with pytest.raises(InvalidRecord, match=said):
        attrs.evolve(reported(), **changed)


def test_a_medical_group_may_lack_its_day():
    """A group has an id and a name; its day of creation may be unknown (PH-8)."""
    assert MedicalGroup(id="g", name="East").created_on is None
    with pytest.raises(InvalidRecord, match="name"):
        MedicalGroup(id="g", name="")


def test_triage_proposes_who_acts_first():
    """By reason and account type, the tables propose each task and who acts first (PH-1)."""
    own = reported(account_id="own", reported_blocks=BOTH)
    fixed = reported(account_id="fixed", reported_blocks=CLAIMS)

    def proposed(issue):
        made = triage(issue, portal=AVAILITY, as_of=D2, policy=DEFAULT_TRIAGE)
        assert made.undecided == ()
        return [(p.kind, p.first_step.owner, p.first_step.asks_for.value) for p in made.proposals]

    assert proposed(own) == [
        (WorkKind.CLAIMS, PRACTICE, "password"),
        (WorkKind.UNPOSTABLES, PRACTICE, "password"),
    ]
    assert proposed(fixed) == [(WorkKind.CLAIMS, SERVICE, "other")]
    begun = open_task(own, claims_task(), by="sorter", as_of=D1).issue
    assert proposed(begun) == [(WorkKind.UNPOSTABLES, PRACTICE, "password")]
