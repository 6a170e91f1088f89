"""What rows show and to whom (WL-11, WL-13, FA-2, FA-5, PR-1 to PR-3, PR-5, PR-6, LE-2)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from revcycle.access import Permission
from revcycle.accounts import Guarantor
from revcycle.dunning import AlarmType, define_alarm_type
from revcycle.errors import InvalidRecord, NotPermitted, RevcycleError
from revcycle.levels import LEVELS
from revcycle.worklists import (
    COLUMNS,
    MASK,
    Relation,
    WorklistSort,
    audit_book,
    create_worklist,
    delete_worklist,
    diff,
    edit_worklist,
    run_worklist,
    visible_worklists,
    why_here,
    why_not_here,
    worklist_csv,
    worklist_html,
    worklist_text,
)
from tests.worklists.book import (
    ADMIN,
    AS_OF,
    NOBODY,
    POLICY,
    REACHED,
    RUNNER,
    SEES_ALL,
    account,
    charge,
    group,
    grouped,
    guarantor_of,
    named,
    on,
    person,
    run,
    worklist,
)

BLOCKED = {"blocked": True}


# ---------------------------------------------------------- WL-11, FA-2, FA-5 what a row shows


def test_what_a_row_shows():
    """WL-11: patient, relation, levels, dollars, alarm, statements, collections, selectable."""
    result = run(worklist(), account("a1", person("ann", "Adams", "Ann"), owes="123.45"))
    (row,) = result.rows
    assert (row.patient_id, row.name, row.relation) == ("ann", "Adams, Ann", Relation.HEAD)
    assert (row.own.level, row.family.level) == (LEVELS[2], LEVELS[2])
    assert (row.own.outstanding, row.own.credits) == (Decimal("123.45"), Decimal("0.00"))
    assert (row.own.plan_due, row.own.plan_overdue) == (Decimal("0.00"), Decimal("0.00"))
    assert (row.family.alarm_level, row.family.alarm_since) == (LEVELS[2], REACHED)
    assert row.family.last_statement_on == REACHED
    assert row.family.next_statement_on == REACHED + timedelta(days=35)
    assert row.own.collect_outstanding == Decimal("0.00")
    assert row.is_selectable
    page = worklist_text(result)
    for shown in (*COLUMNS, "Adams, Ann", "123.45", str(REACHED), "a1", "ann"):
        assert shown in page
    assert str(result) == page


def test_a_family_lists_all_its_members_once():
    """FA-2, FA-5: under the head, also those who owe nothing; once, however it is passed in."""
    family = account("a1", person("ann"), person("kid", "Adams", "Kit"))
    result = run(worklist(), family, account("a2"), family)
    assert on(result) == ["a1", "a2"]
    assert [(r.patient_id, r.own.outstanding) for r in result.families[0].rows] == [
        ("ann", Decimal("100.00")),
        ("kid", Decimal("0.00")),
    ]
    assert [row.relation for row in result.families[0].rows] == [Relation.HEAD, Relation.MEMBER]
    totals = result.totals
    assert (totals.family_count, totals.patient_count, totals.masked_count) == (2, 3, 0)
    assert totals.outstanding == Decimal("200.00")
    with pytest.raises(InvalidRecord, match="a1"):
        run(worklist(), family, account("a1", person("ann"), owes="5"))


# ------------------------------------------------------------------------- PR-3 blocked patients


def test_a_blocked_patient_is_masked_and_keeps_the_figures():
    """PR-3: XXXXXXXX, no id, no relation, figures kept, last, not selectable, in no CSV."""
    family = account(
        "a1",
        person("ann", "Zorn"),
        person("kid", "Adams", **BLOCKED),
        charges=(charge("ann", "10"), charge("kid", "90")),
    )
    result = run(worklist(), family, viewer=RUNNER)
    assert [row.name for row in result.rows] == ["Zorn, Ann", MASK]
    assert MASK == "XXXXXXXX"
    masked = result.rows[1]
    assert (masked.patient_id, masked.relation, masked.is_selectable) == (None, None, False)
    assert masked.own.outstanding == Decimal("90.00")
    assert result.totals.masked_count == 1
    written = worklist_csv(result)
    assert "Zorn" in written
    assert MASK not in written
    assert "90.00" not in written
    assert [row.name for row in run(worklist(), family).rows] == ["Zorn, Ann", "Adams, Ann"]
    assert "90.00" in worklist_csv(run(worklist(), family))


def test_the_alias_of_the_permission():
    """PR-3: the help pages' name of the permission is accepted."""
    assert Permission("Privacy: Access Blocked Patients") is Permission.ACCESS_BLOCKED
    assert Permission("Privacy: Access Blocked Accounts") is Permission.ACCESS_BLOCKED
    with pytest.raises(ValueError, match="Privacy"):
        Permission("Privacy: Anything")


@pytest.mark.parametrize("sort", list(WorklistSort))
def test_accounts_under_a_masked_head_come_last(sort):
    """PR-3: in either sort, among themselves by account id, and without showing it."""
    accounts = [
        account("a3", person("p3", "Adams", **BLOCKED), owes="999"),
        named("a1", "Zorn", owes="1"),
        account("a2", person("p2", "Bell", **BLOCKED), person("q", "Young"), owes="5"),
    ]
    result = run(worklist(sort=sort), *accounts, viewer=RUNNER)
    assert on(result) == ["a1", "a2", "a3"]
    assert [family.shown_account_id for family in result.families] == ["a1", None, None]
    assert [row.name for row in result.families[1].rows] == ["Young, Ann", MASK]
    assert result.families[1].rows[0].relation is Relation.MEMBER
    for page in (worklist_text(result), worklist_html(result), repr(result)):
        assert "a2" not in page
        assert "a3" not in page
    assert on(run(worklist(), *accounts)) == ["a3", "a2", "a1"]


def test_masked_rows_stand_by_their_figures():
    """PR-3: among masked rows the largest outstanding first, then the other figures; no names."""
    people = [
        person("head", "Zorn"),
        person("b1", "Adams", **BLOCKED),
        person("b2", "Bell", **BLOCKED),
        person("b3", "Cole", **BLOCKED),
    ]
    charges = (charge("head", "1"), charge("b1", "5", 0), charge("b2", "50"), charge("b3", "5", 2))
    rows = run(worklist(), account("a1", *people, charges=charges), viewer=RUNNER).rows
    figures = [(str(row.own.outstanding), row.own.level.number) for row in rows]
    assert figures == [("1.00", 2), ("50.00", 2), ("5.00", 2), ("5.00", 0)]


def test_the_initial_filter_asks_nothing_of_masked_names():
    """PR-3: not applied where head or guarantor is blocked, wherever the guarantor is a patient."""
    z = worklist(initials=frozenset("Z"))
    head = account("a1", person("p1", "Adams", **BLOCKED), guarantor=Guarantor(id="g"))
    own = account("a2", person("p2", "Adams"), person("p3", "Bell", **BLOCKED))
    own = attrs.evolve(own, guarantor=guarantor_of(own.members[1].patient))
    parent, open_parent = person("par", "Cole", **BLOCKED), person("opa", "Egan")
    accounts = [
        head,
        own,
        account("a3", person("p4", "Dunn"), guarantor=guarantor_of(parent)),
        account("a4", parent, level=3),
        account("a5", person("p5", "Dunn"), guarantor=guarantor_of(open_parent)),
        account("a6", open_parent, level=3),
        account(
            "a7", person("p6", "Fox"), guarantor=Guarantor(id="g7", last_name="F", patient_id="far")
        ),
        named("a8", "Adams"),
    ]
    expected = ["a3", "a7", "a1", "a2"]
    assert on(run(z, *accounts, viewer=RUNNER)) == expected
    once = run_worklist(z, iter(accounts), viewer=RUNNER, as_of=AS_OF, policy=POLICY)
    assert on(once) == expected
    assert on(run(z, *accounts)) == []


# --------------------------------------------------------------------------- WL-13 provider groups

FAR = {"usual_provider_id": "v2", "primary_department_id": "d2"}


def test_a_family_shows_when_a_members_record_is_accessible():
    """WL-13: then the others are masked; a family with none accessible is not there at all."""
    north = group(providers=["v1"], departments=["d7"])
    accounts = [
        account("a1", person("ann", "Adams"), person("kid", "Bell", **FAR)),
        account("a2", person("p", **FAR)),
        account("a3", person("q", "Cole", usual_provider_id="", primary_department_id="d7")),
        account("a4", person("r", usual_provider_id="", primary_department_id="")),
    ]
    result = run(worklist(), *accounts, viewer=grouped(north))
    assert on(result) == ["a1", "a3"]
    assert [row.name for row in result.rows] == ["Adams, Ann", MASK, "Cole, Ann"]
    assert set(on(run(worklist(), *accounts))) == {"a1", "a2", "a3", "a4"}
    assert on(run(worklist(), *accounts, viewer=grouped())) == []


def test_inaccessible_heads_are_masked_as_blocked_ones():
    """WL-13: at the end of the list, and the initial filter does not ask their names."""
    accounts = [
        account("a1", person("h", "Adams", **FAR), person("kid", "Bell")),
        named("a2", "Zorn"),
    ]
    definition = worklist(initials=frozenset("Z"))
    result = run(definition, *accounts, viewer=grouped(group(providers=["v1"])))
    assert on(result) == ["a2", "a1"]
    assert [row.name for row in result.families[1].rows] == ["Bell, Ann", MASK]


def test_blocked_and_grouped_are_two_questions():
    """WL-13, PR-3: an accessible blocked record shows its family, and stays masked."""
    blocked, north = account("a1", person(**BLOCKED)), group(providers=["v1"])
    (row,) = run(worklist(), blocked, viewer=grouped(north, blocked_too=False)).rows
    assert row.is_masked
    (row,) = run(worklist(), blocked, viewer=grouped(north)).rows
    assert not row.is_masked


def test_a_worklist_is_visible_when_it_holds_something_to_see():
    """WL-13: for viewers with provider groups; without groups every worklist is."""
    lists = (worklist(id="a", name="a"), worklist(id="b", name="b", alarm_level=LEVELS[3]))
    accounts = [account("a1"), account("a2", person(**FAR), level=3)]
    asked = {"as_of": AS_OF, "policy": POLICY}
    viewer = grouped(group(providers=["v1"]))
    assert visible_worklists(lists, iter(accounts), viewer=viewer, **asked) == lists[:1]
    assert visible_worklists(lists, iter(()), viewer=RUNNER, **asked) == lists


# ------------------------------------------------------------------- PR-1, PR-2, PR-5 permissions


def test_admin_edits_and_does_not_run():
    """PR-1, PR-5: Admin creates, edits and deletes, and does not imply PR-2."""
    new = worklist(id="w2", name="Other")
    for act in (
        lambda viewer: create_worklist((worklist(),), new, viewer=viewer, policy=POLICY),
        lambda viewer: edit_worklist((worklist(),), worklist(), viewer=viewer, policy=POLICY),
        lambda viewer: delete_worklist((worklist(),), "w", viewer=viewer),
    ):
        act(ADMIN)
        for viewer in (RUNNER, SEES_ALL, NOBODY):
            with pytest.raises(NotPermitted, match="Self-Pay Account Management: Admin"):
                act(viewer)
    with pytest.raises(NotPermitted):
        run(worklist(), account("a1"), viewer=ADMIN)
    kind = AlarmType(level=LEVELS[2], name="Second", delay_days=0)
    assert define_alarm_type(POLICY, kind, viewer=ADMIN).policy != POLICY


def test_running_takes_the_worklists_permission():
    """PR-2, PR-5: everything that shows accounts is denied without it, by name."""
    one = account("a1")
    given = {"as_of": AS_OF, "policy": POLICY}
    before = run(worklist(), one)

    def compare(viewer):
        mine = attrs.evolve(before, viewer=viewer)
        return diff(mine, mine, accounts=[one], policy=POLICY)

    for act in (
        lambda v: run_worklist(worklist(), [one], viewer=v, **given),
        lambda v: visible_worklists([worklist()], [one], viewer=v, **given),
        lambda v: why_here(worklist(), [one], viewer=v, account_id="a1", **given),
        lambda v: why_not_here(worklist(), [one], viewer=v, account_id="a1", **given),
        lambda v: audit_book([worklist()], [one], viewer=v, **given),
        compare,
    ):
        act(RUNNER)
        for viewer in (ADMIN, NOBODY):
            with pytest.raises(NotPermitted, match="Self-Pay Account Management: Worklists"):
                act(viewer)


# ---------------------------------------------------------------------------- PR-6 what texts hold


def test_reprs_explanations_and_errors_hold_no_names():
    """PR-6: ids and figures only, also for a viewer who may see the names on the page."""
    one = account("a1", person("p1", "Xq7last", "Xq7first", email="Xq7@x.org"))
    result = run(worklist(), one)
    given = {"as_of": AS_OF, "policy": POLICY, "viewer": SEES_ALL}
    left = diff(result, run(worklist()), accounts=[], policy=POLICY)
    audit = audit_book([], [one], **given)
    texts = [repr(result), repr(result.rows), repr(result.totals), repr(left), str(left)]
    texts += [repr(audit), str(audit)]
    for explained in (why_here, why_not_here):
        why = explained(worklist(initials=frozenset("A")), [one], account_id="a1", **given)
        texts += [repr(why), str(why)]
    other = attrs.evolve(one, guarantor=attrs.evolve(one.guarantor, last_name="Xq7other"))
    with pytest.raises(RevcycleError) as caught:
        run(worklist(), one, other)
    texts.append(str(caught.value))
    assert [text for text in texts if "Xq7" in text] == []
    assert "Xq7last, Xq7first" in worklist_html(result)


# --------------------------------------------------------------------------- LE-2 and the page


def test_csv_is_safe_to_open_in_a_spreadsheet():
    """LE-2: names that would start a formula get an apostrophe; figures stay figures."""
    one = account("a1", person("p1", "=HYPERLINK(1)", 'Ann "A", Jr'), owes="12.5")
    text = worklist_csv(run(worklist(), one))
    header, row = csv.reader(io.StringIO(text))
    assert tuple(header) == COLUMNS
    assert row[2] == """'=HYPERLINK(1), Ann "A", Jr"""
    assert row[6:8] == ["12.50", "0.00"]
    assert text.endswith("\r\n")
    text.encode()


def test_a_notebook_shows_an_escaped_captioned_table():
    """WL-11: caption, scoped headers, every cell escaped, no script, nothing from outside."""
    one = named("a1", "<script>alert(1)</script>", "A&B")
    page = run(worklist(name="<b>Two</b>"), one)._repr_html_()
    start = "<table><caption>&lt;b&gt;Two&lt;/b&gt;, level 2, on 2025-06-02: 1 account, 1 patient<"
    assert page.startswith(start)
    assert page.count('<th scope="col">') == len(COLUMNS)
    assert '<th scope="row">&lt;script&gt;alert(1)&lt;/script&gt;, A&amp;B</th>' in page
    assert "<script" not in page
    assert "http" not in page
    many = run(worklist(), *(named(f"a{n}", "Adams") for n in range(201)))
    assert "201 patients; the first 200 rows" in many._repr_html_()
    assert many._repr_html_().count("<tr>") == 202
    assert "201 patients</caption>" in worklist_html(many)
