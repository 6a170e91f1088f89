"""Reports, and reports that are saved."""

import datetime as dt
from collections.abc import Iterator

import attrs

from tests.purity.accounts import example_account


def drive_reports() -> Iterator[str]:
    """Reports: made, previewed, narrowed, written in every form; saved, described, run."""
    from revcycle import access, contacts, errors, reports, rules
    from revcycle.reports import history, pages, report, xml_text

    account, day = example_account(), dt.date(2025, 4, 1)
    book = [account]
    granted = frozenset(access.Permission)
    chief = access.Viewer(id="v1", permissions=granted)
    clerk = access.Viewer(id="v2", permissions=granted - {access.Permission.ACCESS_BLOCKED})
    calls = [
        contacts.Contact(
            id="x1",
            on=day,
            at=dt.time(9, 30),
            service="SelfpayCall",
            channel=contacts.ContactChannel.PHONE,
            result=contacts.ContactResult.NO_ANSWER,
            patient_id=account.members[0].patient.id,
            text="Please call \x00 us",
        )
    ]
    filters = rules.Equals("is_on_plan", value=True)
    made = []
    for basis in reports.Basis:
        for charge in account.charges:
            yield str(reports.outstanding_on(charge, as_of=day, basis=basis))
            yield repr(reports.open_amounts(charge, as_of=day, basis=basis))
            yield str(reports.is_on_plan(charge, as_of=day))
            yield str(reports.is_placed(charge, as_of=day))
            yield str(history.counts(charge, as_of=day, basis=basis))
        asked = {"as_of": day, "basis": basis, "plans_apart": True}
        made += [
            reports.ageing(book, **asked, by=reports.GroupBy.DEPARTMENT),
            reports.ageing(book, **asked, filters=filters),
            reports.activity(book, **asked, filters=filters, span=reports.LAST_QUARTER),
        ]
        entries = reports.entries_of(book, as_of=day, basis=basis)
        yield repr([(entry.kind, str(entry.amount), entry.on) for entry in entries])
    for viewer in (chief, clerk):
        asked = {"viewer": viewer, "as_of": day}
        made += [
            reports.bad_debt(book, **asked),
            reports.restricted_patients(book, **asked),
            reports.contact_activity(calls, book, **asked),
            reports.contact_activity(calls, book, **asked, is_detailed=True),
        ]
    for each in made:
        yield repr(each) + repr(reports.preview(each, rows_max=1))
        yield reports.report_text(each, width=40) + reports.report_html(each)
        yield reports.report_csv(each) + reports.report_xml(each)
        yield str(reports.select_columns(each, [each.columns[-1].name]))
    columns = [reports.Column(name="a", kind=reports.ColumnKind.COUNT)]
    counted = report.make_report("t", "c", columns, [(1,)], as_of=day)
    yield pages.page_text(report.table_of(counted), figures=[True])
    yield xml_text.xml_text([("a", "text")], [("\x0b",)], totals=[None], caption="c", left_out=0)
    yield from drive_saved_reports(book, calls, chief, clerk, day)
    try:
        reports.run_report(saved_report(reports), book, viewer=clerk, as_of=day)
    except errors.Refused as refused:
        yield str(refused)


def saved_report(reports):
    """A report that is the first viewer's own."""
    return reports.ReportDefinition(
        id="r",
        name="Mine",
        contents=reports.BadDebtContents(),
        owner_id="v1",
        schedules=(
            reports.ReportSchedule(
                recurrence=reports.Recurrence.MONTHLY,
                from_on=dt.date(2025, 1, 31),
                recipient_ids=("v1",),
            ),
        ),
    )


def drive_saved_reports(book, calls, chief, clerk, day) -> Iterator[str]:
    """Saved reports of every kind."""
    from revcycle import codec, reports, rules

    mine = saved_report(reports)
    narrowed = attrs.evolve(mine, filters=rules.Equals("department_id", "d1"))
    text = codec.dumps(narrowed, kind=codec.REPORT_DEFINITION)
    yield text + str(codec.loads(text, kind=codec.REPORT_DEFINITION) == narrowed)
    text = codec.dumps(tuple(calls), kind=codec.CONTACTS)
    yield text + str(codec.loads(text, kind=codec.CONTACTS) == tuple(calls))
    contents = (
        reports.AgeingContents(),
        reports.ActivityContents(period=reports.Period.DAY),
        reports.BadDebtContents(span=reports.DateRange(from_on=day)),
        reports.RestrictionContents(),
        reports.ContactContents(is_detailed=True),
    )
    for each in contents:
        saved = attrs.evolve(mine, contents=each)
        yield reports.describe_report(saved)
        yield repr([column.name for column in reports.columns_of(each)])
        yield str(reports.run_report(saved, book, viewer=chief, as_of=day, contacts=calls))
    yield repr([each.id for each in reports.visible_reports([mine], viewer=clerk)])
    yield str(reports.next_report_on(mine.schedules[0], as_of=day))
    for period in reports.Period:
        for back in range(3):
            frame = reports.TimeFrame(period=period, back=back)
            yield f"{reports.range_of(frame, as_of=day)} {reports.span_words(frame)}"
        yield reports.period_of(day, period)
