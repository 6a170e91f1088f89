"""How a task goes from hand to hand, and how the practice answers (PH-9, PH-11 to PH-13, PR-4)."""

import inspect
import itertools
from datetime import date, datetime

import attrs
import pytest

from revcycle import portals
from revcycle.access import Permission, Viewer
from revcycle.errors import InvalidRecord, NotPermitted, Refused, UnknownReference
from revcycle.portals import (
    LEGAL_MOVES,
    AskedFor,
    Credentials,
    IssueStatus,
    Move,
    Owner,
    PortalAccount,
    Response,
    ResponseFields,
    TaskMoved,
    TaskNote,
    TaskState,
    add_note,
    cancel_response,
    check_move,
    check_submit_response,
    dismiss_credentials,
    needs_assistance,
    pass_task,
    replay,
    resolve_task,
    response_fields,
    responses_of,
    return_task,
    state_after,
    states_before,
    submit_response,
    task_of,
)
from tests.stories.portal_book import (
    AVAILITY,
    D1,
    D2,
    D3,
    D4,
    D5,
    FIXED_TYPE,
    JOHN,
    OPTUM,
    SERVICE,
    STRANGER,
    answered,
    check,
    claims_task,
    passed,
    password,
    password_task,
    payer_answered,
    refusals,
    reported,
    resolved,
    returned,
    state,
    unpostables_task,
)

NEW_ACCOUNT = Credentials(user_name="hills2", password_ref="vault:2")
ASKED = {"viewer": JOHN, "portal": AVAILITY, "as_of": D2}


def attempt(issue, task_id, response=None, **other):
    """The reasons why a response would be refused."""
    given = response or Response()
    return refusals(submit_response, issue, task_id=task_id, response=given, **ASKED | other)


# ------------------------------------------------------------------------------- from hand to hand


def test_a_task_goes_through_all_hands():
    """Practice, service, payer, service, practice, service, and done for good (PH-13)."""
    issue = reported("i1", claims_task())
    seen = [state(issue, "claims1").value]
    for act, day in (
        (answered, D1),
        (passed, D2),
        (payer_answered, D3),
        (returned, D4),
        (answered, D4),
        (resolved, D5),
    ):
        issue = act(issue, "claims1", on=day)
        seen.append(state(issue, "claims1").value)

    assert seen == ["practice", "service", "payer", "service", "practice", "service", "resolved"]


def test_the_payer_may_mend_it_alone():
    """What is with the payer can be resolved from there (PH-13)."""
    issue = passed(reported("i1", claims_task(owner=SERVICE)), "claims1", on=D1)

    assert resolved(issue, "claims1", on=D2).status is IssueStatus.RESOLVED


TABLE = {
    ("submit", "practice"): "service",
    ("return", "service"): "practice",
    ("pass", "service"): "payer",
    ("answer", "payer"): "service",
    ("resolve", "service"): "resolved",
    ("resolve", "payer"): "resolved",
}


@pytest.mark.parametrize(
    ("move", "before"),
    list(itertools.product(Move, TaskState)),
    ids=lambda value: value.value,
)
def test_every_other_move_is_refused_naming_the_state(move, before):
    """Six moves are legal; each other is refused and says where the task is (PH-13)."""
    wanted = TABLE.get((move.value, before.value))
    owner = SERVICE if before is TaskState.RESOLVED else Owner(before.value)
    issue = reported("i1", claims_task(owner=owner))
    if before is TaskState.RESOLVED:
        issue = resolved(issue, "claims1", on=D1)
    act = {
        Move.SUBMIT: answered,
        Move.RETURN: returned,
        Move.PASS: passed,
        Move.ANSWER: payer_answered,
        Move.RESOLVE: resolved,
    }[move]

    if wanted:
        assert state(act(issue, "claims1", on=D2), "claims1").value == wanted
        assert state_after(before, move) is TaskState(wanted)
    else:
        with pytest.raises(Refused) as caught:
            act(issue, "claims1", on=D2)
        assert (
            f"task claims1 is {'' if before is TaskState.RESOLVED else 'with '}{before.value}"
            in (str(caught.value))
        )
        expected = "TASK_RESOLVED" if before is TaskState.RESOLVED else "MOVE_NOT_LEGAL"
        assert [p.name for p in caught.value.propositions] == [expected]
        assert state_after(before, move) is None
        assert check_move(issue, move=move, task_id="claims1", note="n", as_of=D2) == (
            caught.value.problems
        )


def test_the_moves_are_a_table():
    """The legal moves are data that a host can show: six rows, and none leaves resolved (PH-13)."""
    assert {(m.move.value, m.before.value): m.after.value for m in LEGAL_MOVES} == TABLE
    assert len(LEGAL_MOVES) == len(TABLE)
    assert states_before(Move.RESOLVE) == (TaskState.SERVICE, TaskState.PAYER)


def test_returning_says_what_is_wanted():
    """The service returns a task with a note, and a blank one is none (PH-13)."""
    issue = reported("i1", claims_task(owner=SERVICE))
    asked = {"task_id": "claims1", "by": "service", "as_of": D2}

    assert refusals(return_task, issue, note=" \n", **asked) == ["NOTE_MISSING"]
    done = return_task(issue, note="The payer wants the NPI.", **asked).issue
    assert task_of(done, "claims1").notes[-1].text == "The payer wants the NPI."


def test_all_reasons_come_at_once():
    """Too early, in the wrong hands and without a note: all three are said (PH-13)."""
    issue = answered(reported("i1", claims_task()), "claims1", on=D3)
    issue = passed(issue, "claims1", on=D3)
    asked = {"task_id": "claims1", "note": "", "by": "service", "as_of": D2}

    assert refusals(return_task, issue, **asked) == [
        "AS_OF_BEFORE_LAST_ACT",
        "MOVE_NOT_LEGAL",
        "NOTE_MISSING",
    ]


def test_a_fault_that_recurs_is_a_new_issue():
    """Resolved is final: no move, no note, no further task; a new issue may be opened (PH-13)."""
    over = resolved(reported("i1", claims_task(owner=SERVICE)), "claims1", on=D2)
    later = {"by": "service", "as_of": D3}

    noted = refusals(add_note, over, task_id="claims1", note="again", **later)
    assert noted == ["TASK_RESOLVED"]
    assert refusals(portals.open_task, over, claims_task("claims2", created_on=D3), **later) == [
        "ISSUE_RESOLVED"
    ]
    again = reported("i2", claims_task("claims3", created_on=D3), as_of=D3)
    assert again.status is IssueStatus.NEEDS_ATTENTION


def test_acts_come_in_the_order_of_their_days():
    """No act on an issue comes before the last one recorded on it, on any task (PH-13)."""
    issue = answered(reported("i1", claims_task(), claims_task("claims2")), "claims1", on=D3)

    assert attempt(issue, "claims2", as_of=D2) == ["AS_OF_BEFORE_LAST_ACT"]
    assert attempt(issue, "claims2", as_of=D3) == []
    with pytest.raises(InvalidRecord, match="not a datetime"):
        pass_task(issue, task_id="claims1", by="service", as_of=datetime(2025, 3, 9))  # noqa: DTZ001  (what is refused)


def test_every_move_says_who_when_and_why():
    """Each move is an event and a line of history with author, day and note (PH-13)."""
    issue = answered(reported("i1", claims_task()), "claims1", on=D2)
    done = pass_task(issue, task_id="claims1", note="Payer's turn.", by="maria", as_of=D3)
    (event,) = done.events

    assert event == TaskMoved(
        D3, "maria", "claims1", Move.PASS, TaskState.SERVICE, TaskState.PAYER, "Payer's turn."
    )
    assert [(n.on, n.by, n.move) for n in task_of(done.issue, "claims1").notes] == [
        (D2, "john", Move.SUBMIT),
        (D3, "maria", Move.PASS),
    ]
    assert replay(issue, done.events) == done.issue
    with pytest.raises(InvalidRecord, match=r"act\.by"):
        pass_task(issue, task_id="claims1", by="", as_of=D3)


@pytest.mark.parametrize(
    ("act", "given", "asked"),
    [
        (portals.open_task, (claims_task("new", created_on=D2),), {}),
        (add_note, (), {"task_id": "claims1", "note": "n"}),
        (return_task, (), {"task_id": "claims1", "note": "n"}),
        (pass_task, (), {"task_id": "claims1"}),
        (resolve_task, (), {"task_id": "claims1"}),
        (portals.record_unpostables, ((check("u1"),),), {"task_id": "unp1"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_somebody_did_it(act, given, asked):
    """An act that the host records names its author, and a blank one is refused (PH-13, PR-5)."""
    issue = reported("i1", claims_task(owner=SERVICE), unpostables_task())

    assert act(issue, *given, by="maria", as_of=D2, **asked).events[0].by == "maria"
    with pytest.raises(InvalidRecord, match=r"act\.by is ''"):
        act(issue, *given, by="", as_of=D2, **asked)


def test_an_issue_can_be_told_again_from_its_events():
    """From the opening on, the events of an issue rebuild it (PH-13)."""
    opened = portals.open_issue(
        AVAILITY,
        issue_id="i1",
        origin=portals.Origin.UNPOSTABLES,
        reason=portals.ReportedReason.PASSWORD_EXPIRED,
        reported_blocks=frozenset({portals.WorkKind.UNPOSTABLES}),
        by="reporter",
        as_of=D1,
    )
    events = [*opened.events]
    task = portals.open_task(opened.issue, password_task(), by="sorter", as_of=D1)
    sent = submit_response(
        task.issue, task_id="unp1", response=Response(change=password()), **ASKED
    )
    noted = add_note(sent.issue, task_id="unp1", note="Trying it.", by="service", as_of=D3)
    told = portals.record_unpostables(
        noted.issue, [check("u1")], task_id="unp1", by="poster", as_of=D3
    )
    over = resolve_task(told.issue, task_id="unp1", by="service", as_of=D4)
    for done in (task, sent, noted, told, over):
        events += done.events

    assert replay(None, events) == over.issue
    assert {type(event) for event in events} == set(portals.EVENT_TYPES)
    with pytest.raises(UnknownReference, match="no opening of an issue"):
        replay(None, [])


def moved(move, before, after, *, on=D2):
    """The event of a move of task claims1."""
    return TaskMoved(on, "service", "claims1", move, before, after, "Again.")


def recorded(before, after, task_id="unp1"):
    """The event that an unpostable was found to stand otherwise."""
    return portals.UnpostableRecorded(D2, "poster", task_id, before, after)


AT_SERVICE = reported("i1", claims_task(owner=SERVICE), unpostables_task(affected=(check("u1"),)))
PRACTICE_STATE, SERVICE_STATE, PAYER_STATE, RESOLVED_STATE = TaskState
NOTED = portals.NoteAdded(D2, "maria", "claims1", "Seen.")
OPENED = portals.IssueOpened(D1, "reporter", reported("i2"))


@pytest.mark.parametrize(
    ("issue", "events", "reasons"),
    [
        (None, [NOTED, NOTED, OPENED], ["ISSUE_NOT_OPENED"] * 2),
        (None, [OPENED, OPENED], ["ISSUE_OPENED_ALREADY"]),
        (AT_SERVICE, [OPENED], ["ISSUE_OPENED_ALREADY"]),
        (
            AT_SERVICE,
            [moved(Move.RETURN, PAYER_STATE, PRACTICE_STATE)],
            ["MOVE_CONTRADICTED", "MOVE_CONTRADICTED"],
        ),
        (
            AT_SERVICE,
            [moved(Move.RETURN, SERVICE_STATE, RESOLVED_STATE), NOTED],
            ["MOVE_CONTRADICTED"],
        ),
        (
            AT_SERVICE,
            [moved(Move.ANSWER, PAYER_STATE, SERVICE_STATE)],
            ["MOVE_NOT_LEGAL", "MOVE_CONTRADICTED"],
        ),
        (
            AT_SERVICE,
            [moved(Move.RESOLVE, SERVICE_STATE, RESOLVED_STATE), NOTED],
            ["TASK_RESOLVED"],
        ),
        (
            AT_SERVICE,
            [recorded(None, check("u9"), "claims1")],
            ["NO_UNPOSTABLES_TASK"],
        ),
        (AT_SERVICE, [recorded(None, check("u1", "5.00"))], ["UNPOSTABLE_CONTRADICTED"]),
        (AT_SERVICE, [recorded(check("u9"), check("u9", "5.00"))], ["UNPOSTABLE_CONTRADICTED"]),
        (
            attrs.evolve(AT_SERVICE, last_act_on=D4),
            [NOTED, portals.TaskOpened(D5, "sorter", claims_task("unp1", created_on=D4))],
            ["AS_OF_BEFORE_LAST_ACT", "TASK_ID_TAKEN", "TASK_NOT_NEW"],
        ),
        (
            AT_SERVICE,
            [portals.ResponseSubmitted(D2, "john", "claims1", Response())],
            ["MOVE_NOT_LEGAL"],
        ),
        (
            reported("i1", password_task()),
            [portals.ResponseSubmitted(D2, "john", "unp1", Response(comment=" "))],
            ["CREDENTIALS_MISSING"],
        ),
        (
            AT_SERVICE,
            [portals.ResponseSubmitted(D2, "john", "unp1", Response(addition=password()))],
            ["ADDITION_INCOMPLETE"],
        ),
        (
            reported("i1", unpostables_task(account_id=None)),
            [portals.ResponseSubmitted(D2, "john", "unp1", Response(change=password()))],
            ["NO_CREDENTIALS_TAKEN"],
        ),
    ],
)
def test_events_that_cannot_have_been_are_refused(issue, events, reasons):
    """Replayed, what no acts can have made is refused with every event and every reason (PH-13)."""
    assert refusals(replay, issue, events) == reasons


def test_a_refused_replay_names_task_and_day():
    """Which event is wrong is said by its ids and its day, and what would be right (PH-13)."""
    event = moved(Move.RETURN, PAYER_STATE, RESOLVED_STATE)
    with pytest.raises(Refused) as caught:
        replay(AT_SERVICE, [event])

    first, second = (problem.detail for problem in caught.value.problems)
    assert first == "task claims1 on 2025-03-04: is with service, the event says payer"
    assert second == (
        "task claims1 on 2025-03-04: return from payer leads nowhere, the event says resolved"
    )


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: portals.ResponseSubmitted(D2, "john", "unp1", "a secret"), "response"),
        (lambda: portals.TaskMoved(D2, "s", "t", "return", SERVICE_STATE, SERVICE_STATE), "move"),
        (lambda: portals.IssueOpened(D2, "", AT_SERVICE), "by"),
        (lambda: portals.TaskOpened(D2, "s", AT_SERVICE), "task"),
        (lambda: portals.NoteAdded(D2, "s", "t", 7), "note"),
        (lambda: recorded(None, "a secret"), "after"),
        (lambda: replay(AT_SERVICE, ["a secret"]), "events"),
        (lambda: replay(AT_SERVICE, None), "events"),
        (lambda: replay(AT_SERVICE, "a secret"), "events"),
        (lambda: replay("a secret", []), "issue"),
        (lambda: moved(Move.SUBMIT, PRACTICE_STATE, SERVICE_STATE), "move"),
        (lambda: recorded(check("u1"), check("u1")), "after"),
        (lambda: portals.IssueOpened(D1, "r", AT_SERVICE), "issue"),
        (lambda: portals.IssueOpened(D2, "r", reported("i2")), "issue"),
        (lambda: portals.IssueOpened(D1, "r", attrs.evolve(reported(), last_act_on=D2)), "issue"),
        (
            lambda: unpostables_task(
                account_id=None,
                notes=(TaskNote(on=D2, by="j", move=Move.SUBMIT, change=password()),),
            ),
            "notes",
        ),
    ],
    ids=itertools.count(),
)
def test_an_event_holds_what_it_must(build, said):
    """An event of other things than its own cannot be built, and they are not quoted (PH-13)."""
    with pytest.raises(InvalidRecord) as caught:
        build()
    assert caught.value.field == said
    assert "secret" not in str(caught.value)


def test_a_history_that_cannot_have_been_is_no_record():
    """A task with an illegal move, a day out of order or a late note cannot be built (PH-13)."""
    submit = TaskNote(on=D2, by="john", move=Move.SUBMIT)
    resolve = TaskNote(on=D3, by="service", move=Move.RESOLVE)

    with pytest.raises(InvalidRecord, match=r"legal moves only: not submit from service \(PH-13\)"):
        claims_task(notes=(submit, submit))
    with pytest.raises(InvalidRecord, match="in the order of their days"):
        claims_task(notes=(submit, attrs.evolve(resolve, on=D1)))
    with pytest.raises(InvalidRecord, match="end when it is resolved"):
        claims_task(notes=(submit, resolve, TaskNote(on=D4, by="x", text="late")))
    with pytest.raises(InvalidRecord, match="with a submitted response only"):
        TaskNote(on=D2, by="john", change=password())


# ------------------------------------------------------------------------------- the response


def test_a_task_says_what_it_asks_for():
    """An unpostables task has instructions, what it asks for, numbers and the account (PH-9)."""
    task = unpostables_task(
        asks_for=frozenset({AskedFor.NUMBERS, AskedFor.PASSWORD}),
        tins=("98-7654321",),
        other_numbers=("NPI 1234567893",),
        description="The group's TIN is not on the account.",
        instructions="Add the number, then sign in once.",
        medical_group_ids=frozenset({"north"}),
    )

    assert task.instructions.startswith("Add the number")
    assert (task.tins, task.other_numbers) == (("98-7654321",), ("NPI 1234567893",))
    assert (task.account_id, task.created_on) == ("own", D1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"asks_for": frozenset()}, "one or more AskedFor members"),
        ({"asks_for": frozenset({AskedFor.PASSWORD}), "account_id": None}, "name the account"),
        ({"asks_for": frozenset({AskedFor.NUMBERS})}, "exactly when there are numbers"),
        ({"tins": ("98-7654321",)}, "exactly when there are numbers"),
        ({"affected": (check("u1"), check("u1"))}, "hold each id once"),
    ],
    ids=["nothing", "no account", "no numbers", "numbers unasked", "unpostable twice"],
)
def test_a_task_asks_for_something_it_can_name(fields, said):
    """It asks for one thing or more: credentials of an account, numbers that it lists (PH-9)."""
    with pytest.raises(InvalidRecord, match=said):
        unpostables_task(**fields)


def test_the_history_of_a_task_is_its_chain_of_notes():
    """The history shows all notes, the practice's comments among them, oldest first (PH-9)."""
    issue = reported("i1", claims_task())
    issue = answered(issue, "claims1", Response(comment="Done on the site."), on=D2)
    asked = {"task_id": "claims1", "by": "service", "as_of": D3}
    issue = add_note(issue, note="We are trying it.", **asked).issue
    issue = returned(issue, "claims1", "It still fails.", on=D4)

    history = task_of(issue, "claims1").notes
    assert [(n.on, n.by, n.text) for n in history] == [
        (D2, "john", "Done on the site."),
        (D3, "service", "We are trying it."),
        (D4, "service", "It still fails."),
    ]
    assert state(issue, "claims1") is TaskState.PRACTICE


def test_a_note_says_something():
    """A note alone leaves the task where it is, and a blank one is refused (PH-9)."""
    issue = reported("i1", claims_task())
    asked = {"task_id": "claims1", "by": "service", "as_of": D2}

    assert state(add_note(issue, note="Call us.", **asked).issue, "claims1") is TaskState.PRACTICE
    assert refusals(add_note, issue, note=" ", **asked) == ["NOTE_MISSING"]


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0", "\u200b", "\ufeff \u00ad"])
def test_blank_credentials_are_none(blank):
    """Blanks are no user name and no password: neither given nor submitted (PH-11, PH-12)."""
    for given in (
        {"password_ref": blank},
        {"user_name": blank},
        {"user_name": blank} | {"password_ref": "vault:1"},
    ):
        with pytest.raises(InvalidRecord, match="text that is not blank, or None"):
            Credentials(**given)
    with pytest.raises(InvalidRecord, match=r"PortalAccount.user_name is \(private\)"):
        PortalAccount(id="own", account_type=FIXED_TYPE, user_name=blank)

    nothing = Response(comment=blank)
    assert attempt(reported("i1", password_task()), "unp1", nothing) == ["CREDENTIALS_MISSING"]
    note = {"task_id": "claims1", "note": blank, "by": "service", "as_of": D2}
    assert refusals(return_task, reported("i1", claims_task(owner=SERVICE)), **note) == [
        "NOTE_MISSING"
    ]


def test_submitting_saves_the_response_and_sends_it_for_review():
    """A submitted response is kept in the history, and the task is with the service (PH-11)."""
    issue = reported("i1", password_task())
    response = Response(change=password(), comment="Changed today.", needs_assistance=True)
    done = answered(issue, "unp1", response, on=D2)

    assert responses_of(task_of(done, "unp1")) == (response,)
    assert done.status is IssueStatus.WITH_SERVICE
    assert task_of(done, "unp1").notes[-1].text == "Changed today."


def test_every_response_is_kept():
    """A second response stands beside the first: history only grows (PH-11)."""
    issue = answered(reported("i1", password_task()), "unp1", Response(change=password()), on=D2)
    again = Response(change=password("vault:9"))
    issue = answered(returned(issue, "unp1", on=D3), "unp1", again, on=D4)

    assert [r.change for r in responses_of(task_of(issue, "unp1"))] == [
        password(),
        password("vault:9"),
    ]


def test_cancelling_leaves_the_very_record():
    """Cancel closes the task without saving: the same issue, nothing happened (PH-11)."""
    issue = reported("i1", password_task())
    done = cancel_response(issue, viewer=JOHN, task_id="unp1")

    assert done.issue is issue
    assert done.events == ()
    with pytest.raises(UnknownReference, match="task"):
        cancel_response(issue, viewer=JOHN, task_id="unp9")


def test_an_empty_response_means_done_where_the_work_is_on_the_site():
    """Asked to add a number on the payer's site, submitting nothing says it is done (PH-11)."""
    numbers = unpostables_task(asks_for=frozenset({AskedFor.NUMBERS}), tins=("98-7654321",))
    issue = reported("i1", numbers, claims_task())

    assert answered(issue, "unp1", on=D2).tasks[0].state is TaskState.SERVICE
    assert answered(issue, "claims1", on=D2).tasks[1].state is TaskState.SERVICE


@pytest.mark.parametrize("wanted", [AskedFor.PASSWORD, AskedFor.ACCOUNT], ids=lambda a: a.value)
def test_an_empty_response_is_refused_where_credentials_are_asked_for(wanted):
    """Asked for credentials, the practice must say something; blanks are nothing (PH-11)."""
    issue = reported("i1", unpostables_task(asks_for=frozenset({wanted, AskedFor.OTHER})))

    assert attempt(issue, "unp1") == ["CREDENTIALS_MISSING"]
    assert attempt(issue, "unp1", Response(comment="  ")) == ["CREDENTIALS_MISSING"]
    assert attempt(issue, "unp1", Response(comment="We have no such account.")) == []
    assert attempt(issue, "unp1", Response(change=password())) == []
    assert attempt(issue, "unp1", Response(addition=NEW_ACCOUNT)) == []


def test_asking_for_assistance_alone_is_enough():
    """The assistance box alone makes a response, and flags the task until it moves (PH-11)."""
    issue = reported("i1", password_task())
    flagged = answered(issue, "unp1", Response(needs_assistance=True), on=D2)

    assert not needs_assistance(task_of(issue, "unp1"))
    assert needs_assistance(task_of(flagged, "unp1"))
    asked = {"task_id": "unp1", "by": "service", "as_of": D3}
    noted = add_note(flagged, note="Calling them.", **asked).issue
    assert needs_assistance(task_of(noted, "unp1"))
    assert not needs_assistance(task_of(returned(noted, "unp1", on=D3), "unp1"))


def test_what_may_be_changed_depends_on_the_account_type():
    """A fixed type takes no user name, password or account, and says each at once (PH-9)."""
    fixed = reported("i1", password_task(account_id="fixed"))
    response = Response(
        change=Credentials(user_name="new", password_ref="vault:3"), addition=NEW_ACCOUNT
    )

    assert attempt(fixed, "unp1", response) == [
        "USER_NAME_FIXED",
        "PASSWORD_FIXED",
        "NO_ADDITION_ALLOWED",
    ]
    assert attempt(fixed, "unp1", Response(needs_assistance=True)) == []
    own = reported("i1", password_task())
    assert attempt(own, "unp1", response) == []


@pytest.mark.parametrize(
    ("allowed", "response", "refused"),
    [
        ("may_change_user_name", Response(change=Credentials(user_name="new")), "USER_NAME_FIXED"),
        ("may_change_password", Response(change=password()), "PASSWORD_FIXED"),
        ("may_add_account", Response(addition=NEW_ACCOUNT), "NO_ADDITION_ALLOWED"),
    ],
    ids=["user name", "password", "addition"],
)
def test_each_right_of_an_account_type_is_its_own(allowed, response, refused):
    """One right of a type allows that one thing, and the fields offered say so (PH-9)."""
    issue = reported("i1", password_task())

    def portal(**rights):
        account_type = attrs.evolve(FIXED_TYPE, **rights)
        account = PortalAccount(id="own", account_type=account_type)
        return attrs.evolve(AVAILITY, accounts=(account,))

    assert attempt(issue, "unp1", response, portal=portal(**{allowed: True})) == []
    others = {"may_change_user_name", "may_change_password", "may_add_account"} - {allowed}
    assert attempt(issue, "unp1", response, portal=portal(**dict.fromkeys(others, True))) == [
        refused
    ]
    offered = response_fields(issue, portal=portal(**{allowed: True}), task_id="unp1")
    assert offered == ResponseFields(
        user_name=allowed == "may_change_user_name",
        password=allowed == "may_change_password",
        addition=allowed == "may_add_account",
        comment=True,
    )


def test_fields_are_offered_while_the_task_is_with_the_practice():
    """The links to edit and add appear by account type, and only while it is our turn (PH-9)."""
    issue = reported(
        "i1", password_task(), unpostables_task("unp2", account_id=None), claims_task()
    )
    asked = {"portal": AVAILITY}
    everything = ResponseFields(user_name=True, password=True, addition=True, comment=True)

    assert response_fields(issue, task_id="unp1", **asked) == everything
    assert response_fields(issue, task_id="unp2", **asked) == ResponseFields(comment=True)
    assert response_fields(issue, task_id="claims1", **asked) == ResponseFields(comment=True)
    sent = answered(issue, "unp1", Response(change=password()), on=D2)
    assert response_fields(sent, task_id="unp1", **asked) == ResponseFields()


def test_an_account_to_add_has_user_name_and_password():
    """Adding an account takes both; one of them is refused (PH-9)."""
    issue = reported("i1", password_task())

    for half in (Credentials(user_name="hills2"), password()):
        assert attempt(issue, "unp1", Response(addition=half)) == ["ADDITION_INCOMPLETE"]
    assert attempt(issue, "unp1", Response(addition=NEW_ACCOUNT)) == []


def test_a_task_without_an_account_takes_no_credentials():
    """Credentials are for the account in question: claims tasks and others have none (PH-9)."""
    issue = reported("i1", claims_task(), unpostables_task(account_id=None))

    for task_id in ("claims1", "unp1"):
        assert attempt(issue, task_id, Response(change=password())) == ["NO_CREDENTIALS_TAKEN"]
        assert attempt(issue, task_id, Response(addition=password())) == [
            "NO_CREDENTIALS_TAKEN",
            "ADDITION_INCOMPLETE",
        ]
    note = TaskNote(on=D2, by="john", move=Move.SUBMIT, change=password())
    with pytest.raises(InvalidRecord, match="an enrolment task takes none"):
        claims_task(notes=(note,))


def test_all_reasons_against_a_response_come_at_once():
    """What is wrong with day, state and response is said together, in order (PH-11)."""
    sent = answered(
        reported("i1", password_task(account_id="fixed")),
        "unp1",
        Response(comment="See there."),
        on=D3,
    )
    bad = Response(change=NEW_ACCOUNT, addition=password())
    given = {"portal": AVAILITY, "task_id": "unp1", "response": bad, "as_of": D2}
    problems = check_submit_response(sent, viewer=JOHN, **given)

    assert [problem.proposition.name for problem in problems] == [
        "AS_OF_BEFORE_LAST_ACT",
        "MOVE_NOT_LEGAL",
        "USER_NAME_FIXED",
        "PASSWORD_FIXED",
        "NO_ADDITION_ALLOWED",
        "ADDITION_INCOMPLETE",
    ]
    with pytest.raises(Refused) as caught:
        submit_response(sent, viewer=JOHN, **given)
    assert caught.value.problems == problems


def test_a_missing_permission_is_the_only_reason():
    """Asked without trying, a stranger lacks the right, and is told no more (PR-4)."""
    sent = answered(reported("i1", password_task()), "unp1", Response(comment="x"), on=D3)
    given = {"portal": AVAILITY, "task_id": "unp1", "response": Response(), "as_of": D2}
    (problem,) = check_submit_response(sent, viewer=STRANGER, **given)

    assert problem.proposition.name == "PERMISSION_MISSING"
    assert problem.detail == f"viewer eve lacks {Permission.MEDICAL_GROUPS.value!r}"
    with pytest.raises(NotPermitted) as caught:
        submit_response(sent, viewer=STRANGER, **given)
    assert caught.value.problems == (problem,)


def test_dismissed_fields_leave_the_rest_of_the_draft():
    """Cancel under the account fields dismisses them, typed in or not, and saves nothing (PH-9)."""
    draft = Response(comment="Wait.")
    filled = attrs.evolve(draft, change=password(), addition=NEW_ACCOUNT)

    assert dismiss_credentials(filled) == draft
    with pytest.raises(InvalidRecord, match="dismissed fields are None"):
        Credentials()


def test_another_portal_is_no_help():
    """The account type is asked of the issue's own portal, which has the account (PH-9)."""
    issue = reported("i1", password_task(account_id="gone"))

    given = {"task_id": "unp1", "response": Response(change=password())}
    with pytest.raises(UnknownReference, match="portal with id 'availity'"):
        submit_response(issue, **given | ASKED | {"portal": OPTUM})
    with pytest.raises(UnknownReference, match="portal account with id 'gone'"):
        submit_response(issue, **given | ASKED)
    with pytest.raises(UnknownReference, match="task with id 'nope'"):
        submit_response(issue, **given | ASKED | {"task_id": "nope"})


# ---------------------------------------------------------------- who may, and what is seen


@pytest.mark.parametrize("viewer", [STRANGER, Viewer(id="nobody")], ids=lambda v: v.id)
def test_the_hub_is_open_to_those_who_have_the_permission(viewer):
    """Every act of the practice needs its one permission, by name, and no other helps (PR-4)."""
    issue = reported("i1", claims_task())

    for act in (
        lambda: cancel_response(issue, viewer=viewer, task_id="claims1"),
        lambda: submit_response(
            issue, task_id="claims1", response=Response(), **ASKED | {"viewer": viewer}
        ),
    ):
        with pytest.raises(NotPermitted, match="Practice Set-Up: Medical Groups/ Providers"):
            act()
    assert JOHN.permissions == {Permission.MEDICAL_GROUPS}


def test_what_the_service_and_the_payer_do_is_recorded_by_the_host():
    """Acts take a viewer or name an author, never both and never neither (PR-4, PR-5)."""
    acts = {
        name: set(inspect.signature(act).parameters)
        for name in portals.__all__
        if inspect.isfunction(act := getattr(portals, name))
        and {"issue", "events"} <= {f.name for f in attrs.fields(_result(act))}
    }

    assert {name for name, given in acts.items() if "viewer" in given} >= {
        "submit_response",
        "cancel_response",
    }
    assert {name for name, given in acts.items() if "by" in given} >= {
        "open_issue",
        "open_task",
        "add_note",
        "return_task",
        "pass_task",
        "answer_task",
        "resolve_task",
        "record_unpostables",
    }
    assert all(("viewer" in given) is not ("by" in given) for given in acts.values())


def _result(act):
    hints = inspect.get_annotations(act, eval_str=True)
    result = hints.get("return")
    return result if attrs.has(result) else attrs.make_class("Nothing", [])


def test_a_password_is_a_reference_that_nobody_sees():
    """The reference to a password is in the record and its event, and in no text (PH-12)."""
    issue = reported("i1", password_task())
    response = Response(change=Credentials(user_name="jsmith", password_ref="vault:XYZ"))
    done = submit_response(issue, task_id="unp1", response=response, **ASKED)

    assert task_of(done.issue, "unp1").notes[-1].change.password_ref == "vault:XYZ"
    assert done.events[0].response.change.password_ref == "vault:XYZ"
    for shown in (done, response, response.change, done.events, replay(issue, done.events)):
        assert "XYZ" not in repr(shown)
        assert "jsmith" not in repr(shown)
    with pytest.raises(InvalidRecord) as caught:
        Credentials(password_ref=["XYZ"])
    assert "XYZ" not in str(caught.value)


def test_days_of_a_task_begin_with_its_creation():
    """A note dated before the task was opened makes no record (PH-9)."""
    with pytest.raises(InvalidRecord, match="in the order of their days from 2025-03-03 on"):
        claims_task(notes=(TaskNote(on=date(2025, 3, 2), by="x", text="early"),))
