"""What staff do: worklists, the desk, agencies, statements on paper, outreach."""

import datetime as dt
from collections.abc import Iterator

import attrs

from tests.purity.accounts import delinquent_accounts, lived_in_account


def drive_worklists() -> Iterator[str]:
    """Worklists: defined, run, shown, explained, compared, audited, split; and the facts behind."""
    from revcycle import access, dunning, errors, levels, worklists
    from revcycle.dunning import acts, facts

    book, policy = delinquent_accounts()
    day = dt.date(2025, 4, 1)
    granted = frozenset(access.Permission)
    admin, clerk = (
        access.Viewer(id="v1", permissions=granted),
        access.Viewer(id="v2", permissions=granted - {access.Permission.ACCESS_BLOCKED}),
    )
    yield repr([facts.facts_of(each, as_of=day, policy=policy) for each in book])
    yield facts.folded_name("Łukasz") + facts.initial_of("'t Hooft")
    yield repr(acts.problems_of(dunning.clear_alarm, book[0], by="x", as_of=day, policy=policy))

    kept = worklists.create_worklist(
        (),
        worklists.Worklist(
            id="w1",
            name="Second",
            alarm_level=levels.level(2),
            initials=frozenset("HT"),
            department_ids=frozenset({"cardiology"}),
            provider_ids=frozenset({"d1", "d2"}),
            amount_min="10",
            appointment_days=7,
        ),
        viewer=admin,
        policy=policy,
    ).worklists
    second = attrs.evolve(kept[0], id="w2", name="second", sort=worklists.WorklistSort.LAST_NAME)
    yield repr(worklists.check_create_worklist(kept, second, policy=policy))
    by_amount = attrs.evolve(kept[0], sort=list(worklists.WorklistSort)[-1], amount_max="900")
    yield repr(worklists.check_edit_worklist(kept, by_amount, policy=policy))
    edited = worklists.edit_worklist(kept, by_amount, viewer=admin, policy=policy).worklists
    yield repr(sorted(map(str, worklists.levels_in_use(edited))))
    yield worklists.worklist_of(edited, "w1").name
    yield worklists.region_words(worklists.rule_of(edited[0]))

    asked = {"as_of": day, "policy": policy}
    for viewer in (admin, clerk):
        for definition in (*kept, *edited):
            result = worklists.run_worklist(definition, book, viewer=viewer, **asked)
            yield worklists.worklist_text(result)
            yield worklists.worklist_html(result)
            yield worklists.worklist_csv(result)
        yield repr([w.id for w in worklists.visible_worklists(kept, book, viewer=viewer, **asked)])
        yield repr(worklists.audit_book(kept, book, viewer=viewer, **asked))
        for account_id in ("a1", "a2", "a3"):
            for ask in (worklists.why_here, worklists.why_not_here):
                try:
                    yield str(ask(kept[0], book, viewer=viewer, account_id=account_id, **asked))
                except errors.RevcycleError as error:
                    yield str(error)
    yield repr(worklists.is_patient_masked(book[1].members[0].patient, clerk))
    clash = (book[0], attrs.evolve(book[0], last_act_on=day))
    for viewer in (admin, clerk):
        try:
            yield str(worklists.audit_book(kept, clash, viewer=viewer, **asked))
        except errors.InvalidRecord as error:
            yield str(error)
    before = worklists.run_worklist(kept[0], book, viewer=admin, **asked)
    after = worklists.run_worklist(kept[0], book[1:], viewer=admin, **asked)
    yield str(worklists.diff(before, after, accounts=book, policy=policy))
    yield str(worklists.audit_worklists((*kept, attrs.evolve(second, initials=frozenset("HX")))))
    for parts in (
        worklists.split_by_initials(kept[0], ("ann", "bob")),
        worklists.split_by_department(kept[0], ("ann",), department_ids=("cardiology", "ent")),
        worklists.split_by_outstanding(kept[0], ("ann", "bob"), amounts=("10", "20", "90")),
    ):
        yield repr([part.name for part in parts])
    yield repr(worklists.delete_worklist(kept, "w1", viewer=admin).worklists)


def drive_desk() -> Iterator[str]:
    """The desk: pages opened and refused, acts, notes for a selection, letters."""
    from revcycle import access, accounts, desk, dunning, errors

    book, policy = delinquent_accounts()
    lived, _ = lived_in_account()
    placed = dunning.place_in_collections(
        book[0], charge_ids=("c1",), agency_id="x", as_of=dt.date(2025, 4, 1), policy=policy
    ).account
    day = dt.date(2025, 5, 26)
    granted = frozenset(access.Permission)
    admin, clerk = (
        access.Viewer(id="v1", permissions=granted),
        access.Viewer(id="v2", permissions=granted - {access.Permission.ACCESS_BLOCKED}),
    )
    for viewer in (admin, clerk):
        asked = {"viewer": viewer, "as_of": day, "policy": policy}
        for account in (lived, placed, *book):
            try:
                view = desk.account_view(account, book=book, **asked)
            except errors.NotPermitted as error:
                yield str(error)
                continue
            yield str(view)
            yield desk.account_view_text(view)
            yield desk.account_view_html(view)
            yield view._repr_html_()
            yield repr(view)
        for by_family in (True, False):
            letters = desk.letters_for(book, by_family=by_family, **asked)
            yield repr(letters)
            yield desk.letters_csv(letters)
        entry = desk.NoteEntry(id="n1", text="Called.", clears_alarm=True)
        yield repr(desk.check_note_selection(book, entry, patient_ids=["p1", "p2"], **asked))
        try:
            yield repr(desk.note_selection(book, entry, patient_ids=["p1", "p2"], **asked))
        except errors.Refused as error:
            yield str(error)
    asked = {"viewer": admin, "as_of": day, "policy": policy}
    noted = desk.record_note(lived, desk.NoteEntry(id="n1", text="x"), patient_ids=["p1"], **asked)
    yield repr(noted)
    given = {"viewer": admin, "patient_id": "p1", "as_of": day}
    note = accounts.StatementNote(text="Closed on Monday.", end_on=day)
    noted = desk.set_statement_note(noted.account, note, note_id="n2", **given)
    yield repr(noted.events)
    noted = desk.set_patient_note(noted.account, "Deaf.", note_id="n3", **given)
    yield repr(noted.events)
    moved = desk.reset_statement_date(
        noted.account, day + dt.timedelta(days=9), note_id="n4", policy=policy, **given
    )
    yield repr(moved.account.notes)
    yield str(desk.account_view(moved.account, **asked))


def drive_agency() -> Iterator[str]:
    """What an agency is given, with a blocked patient and without."""
    from revcycle import access, dunning, worklists

    book, policy = delinquent_accounts()
    day = dt.date(2025, 4, 1)
    placed = [
        dunning.place_in_collections(
            account,
            charge_ids=[account.charges[0].id],
            agency_id="agency",
            as_of=day,
            policy=policy,
        ).account
        for account in book
    ]
    granted = frozenset(access.Permission)
    for permissions in (granted, granted - {access.Permission.ACCESS_BLOCKED}):
        viewer = access.Viewer(id="v1", permissions=permissions)
        given = worklists.hand_off_to_agency(placed, viewer=viewer, agency_id="agency")
        yield repr(given)
        yield worklists.agency_csv(given)


def drive_printing() -> Iterator[str]:
    """Statements laid out, as text and as a web page, in every language and format."""
    from revcycle import accounts, dunning, printing
    from revcycle.printing import web_page

    account, policy = lived_in_account()
    practice = dunning.Practice(
        name="Riverbend",
        remit_to=accounts.Address(lines=("PO Box 12",), city="Springfield"),
        phone="555-0100",
        website="https://pay.example.org",
        texts=(dunning.PracticeTexts(language="en", hours="8 to 5", plan_offer="Call us."),),
    )
    policy = attrs.evolve(policy, practice=practice)
    for language, form in (("en", 0), ("es", 1), ("vi", 2)):
        guarantor = attrs.evolve(
            account.guarantor,
            language=language,
            statement_format=list(accounts.StatementFormat)[form],
        )
        asked = attrs.evolve(account, guarantor=guarantor)
        day = dt.date(2025, 5, 26)
        statement = dunning.preview_statement(asked, as_of=day, policy=policy).statement
        yield repr(printing.statement_page(statement))
        yield printing.statement_text(statement)
        yield web_page.statement_html(statement)
        wording = printing.wording_for(language, printing.SUPPLIED_WORDINGS)
        yield printing.date_text(day, wording=wording)
        yield printing.short_date_text(day, wording=wording)
        yield printing.direction_of(language)
    yield printing.amount_text(statement.due_now) + printing.filled("{a}", a="{b}")


def drive_outreach() -> Iterator[str]:
    """A day's outreach, asked again after a payment."""
    from revcycle import outreach

    book, policy = delinquent_accounts()
    rules = outreach.OutreachPolicy()
    yield repr([row.name for row in outreach.reminder_table(rules).rows])
    day = dt.date(2025, 3, 17)
    plan = outreach.plan_outreach(book, sent=(), as_of=day, policy=policy, outreach=rules)
    yield repr(plan)
    log = [
        outreach.SentOutreach(key=item.key, account_id=item.account_id, on=day)
        for item in plan.items
    ]
    late = day + dt.timedelta(days=20)
    yield repr(outreach.plan_outreach(book, sent=log, as_of=late, policy=policy, outreach=rules))
    for item, account in zip(plan.items, book, strict=False):
        yield repr(outreach.still_valid(item, account, as_of=day, policy=policy))
        yield repr(outreach.withheld_reasons(item, account, as_of=late, policy=policy))
        yield repr(outreach.is_paid(item.balance, account, as_of=day))
        yield repr(outreach.balance_at(account, billed_on=None, as_of=day, policy=policy))
