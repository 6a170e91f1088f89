"""The payer portal hub: its acts and its views."""

import json
from collections.abc import Iterator

import attrs


def drive_portals() -> Iterator[str]:
    """The portal hub: acts by a seed, what can be asked of the hub they leave, triage."""
    from revcycle import access, codec, portals
    from revcycle.portals import acts
    from revcycle.testing import choices, portal_operations

    steps = list(portal_operations.live_in_hub(choices.SeededChoices(3), operations=90))
    for step in steps:
        yield f"{step.on} {step.operation.verb} {step.refusal}"
        yield repr([type(event).__name__ for event in step.events])
        if step.issue_after is not None:
            again = portals.replay(step.issue_before, step.events)
            yield f"{again == step.issue_after} {again.status} {again.blocked_dollars}"
    hub, day = steps[-1].after.hub, steps[-1].on
    manager = access.Viewer(id="m", permissions=frozenset({access.Permission.MEDICAL_GROUPS}))
    service = {"service_name": hub.service_name}
    for issue in hub.issues:
        portal = portals.portal_of(hub, issue.portal_id)
        yield repr(portals.issue_of(hub, issue.id).id + portals.account_of(portal, "acc0").id)
        yield portals.status_label(issue.status, **service)
        yield from portals.status_lines(portals.why_status(issue), **service)
        yield f"{portals.dollars_of(issue.blocked)} {sorted(portals.medical_group_ids_of(issue))}"
        yield repr([task.id for task in portals.related_tasks(issue)])
        yield repr([task.id for task in portals.practice_tasks(issue)])
        facts = portals.issue_facts(issue, portal=portal, as_of=day)
        yield f"{facts.reason} {facts.age_days} {facts.blocked_cents}"
        yield repr(portals.triage(issue, portal=portal, as_of=day, policy=portals.DEFAULT_TRIAGE))
        for task in issue.tasks:
            told = {"task_id": task.id, "as_of": day}
            yield f"{portals.work_kind(task)} {portals.needs_assistance(task)}"
            yield f"{portals.has_asked_for_credentials(task)} {portals.responses_of(task)}"
            yield repr(portals.response_fields(issue, portal=portal, task_id=task.id))
            draft = portals.Response(addition=portals.Credentials(user_name="ann"))
            asked = told | {"viewer": manager, "portal": portal, "response": draft}
            yield repr(portals.check_submit_response(issue, **asked))
            yield repr(portals.dismiss_credentials(draft))
            yield repr([acts.check_move(issue, move=move, **told) for move in portals.Move])
            yield repr(portals.check_add_note(issue, note="", **told))
            yield repr(portals.check_record_unpostables(issue, issue.blocked, **told))
            yield repr(portals.check_open_task(issue, task, as_of=day))
            yield repr([portals.is_open(each) for each in getattr(task, "affected", ())])
    mine = next(issue for issue in hub.issues if issue.tasks)
    same = portals.cancel_response(mine, viewer=manager, task_id=mine.tasks[0].id).issue
    yield repr(
        [
            same in each.issues
            for each in (portals.with_issues(hub, [mine]), portals.with_issue(hub, mine))
        ]
    )
    yield repr([portals.group_of(hub, group.id).id for group in hub.medical_groups])
    yield repr(portals.states_before(portals.Move.RESOLVE))
    whole = portals.table_for(portals.DEFAULT_TRIAGE, kind=portals.WorkKind.CLAIMS)
    gap = attrs.evolve(whole, rows=whole.rows[1:])
    short = attrs.evolve(portals.DEFAULT_TRIAGE, claims=gap)
    yield repr([(each.kind, each.finding.kind) for each in portals.audit_triage(short)])
    plain = portals.encode_triage(short)
    yield json.dumps(plain, sort_keys=True)
    yield str(portals.decode_triage(plain) == short)
    text = codec.dumps(short, kind=codec.triage_kind())
    yield f"{text} {codec.loads(text, kind=codec.triage_kind()) == short}"


def drive_hub_views() -> Iterator[str]:
    """The hub's views: found, filtered, explained, paged, opened, written as text, HTML and CSV."""
    from revcycle import access, portals
    from revcycle.portals import dashboard_rows, sheet_html, sheets
    from revcycle.testing import choices, portal_operations

    *_, last = portal_operations.live_in_hub(choices.SeededChoices(4), operations=60)
    hub, day = last.after.hub, last.on
    asked = {"viewer": access.Viewer(id="m", permissions=frozenset(access.Permission))}
    yield repr(portals.suggest_payers(hub, typed="A", **asked))
    yield repr(portals.payers_matching(hub.portals, "e"))
    opening = portals.DashboardFilters()
    for filters in (opening, portals.toggle_attention(opening), portals.clear_all()):
        board = portals.dashboard(hub, as_of=day, filters=filters, **asked)
        opened = [row.portal.id for row in board.rows]
        yield portals.dashboard_text(board, page_size=2, opened=opened)
        yield portals.dashboard_html(board, opened=opened, addresses=lambda link: f"/{link!r}")
        yield str(portals.page_of(board, number=1, page_size=2).page_count)
        for row in board.rows:
            yield str(len(portals.issue_details(board, portal_id=row.portal.id)))
            yield repr([portals.action_words(action) for action in row.actions])
            yield repr(portals.portal_address(row.portal))
        rule = portals.dashboard_rule(filters, portals=hub.portals)
        yield type(rule).__name__
    groups = {group.id: group for group in hub.medical_groups}
    yield repr(portals.earliest_group(groups, groups))
    yield f"{portals.page_count(7, page_size=3)} {portals.no_addresses(portals.TaskListLink())}"
    yield f"{sheets.counted(2, 'row')} {sheets.written(True)}"
    for issue in hub.issues:
        why = portals.why_listed(hub, issue_id=issue.id, as_of=day, **asked)
        yield str(why)
        yield repr((portals.urgency(issue)[0], len(portals.actions_of(issue))))
        portal = portals.portal_of(hub, issue.portal_id)
        detail = dashboard_rows.issue_detail(
            issue, portal=portal, groups=groups, service_name="BillCo", as_of=day
        )
        yield detail.label
        related = portals.related_tasks_view(hub, issue_id=issue.id, **asked)
        yield portals.related_tasks_text(related) + portals.related_tasks_html(related)
        yield portals.related_tasks_anchor(issue.id)
        for task in issue.tasks:
            view = portals.task_view(hub, issue_id=issue.id, task_id=task.id, **asked)
            yield portals.task_text(view) + portals.task_html(view) + portals.task_anchor(task.id)
    for column in portals.TaskColumn:
        sort = portals.TaskSort(column=column, is_descending=True)
        tasks = portals.task_list(hub, sort=sort, **asked)
        yield portals.task_list_text(tasks) + portals.task_list_csv(tasks)
    yield portals.hub_page([portals.task_list_html(tasks)], title="The hub")
    yield sheet_html.styled("")
