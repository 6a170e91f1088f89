"""The demo's worklists and their proof, read off the page and reckoned again from the records.

The oracle knows no alarm, filter or audit of the library: it reads the stored alarm, the charges
and the holds of each account, and the words on the page.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import attrs
import pytest
from coverage_proof import CoverageProof, prove
from cycle_runs import Course
from practice_staff import ADMIN, STAFF, StaffList, set_alarm_types, staff_lists
from statement_cycle import main
from worklist_pages import why_page

from revcycle.accounts import Account, Member, Patient
from revcycle.dunning import AlarmFindingKind, AlarmType, DunningPolicy, audit_alarm_types
from revcycle.errors import NotPermitted
from revcycle.levels import level
from revcycle.worklists import BookAudit, Worklist, create_worklist, run_worklist

POLICY = set_alarm_types(DunningPolicy())
FIRST_RUN = date(2025, 1, 6)
SEVERITY = (0, 1, 5, 2, 6, 3, 7, 4, 8)
PEOPLE = ("Avery", "Blake", "Casey")


@pytest.fixture
def demo(course, monkeypatch, capsys) -> Callable[..., tuple[int, str]]:
    """Run the demo on the course with something of it replaced; give status and page."""

    def run(**replaced: object) -> tuple[int, str]:
        monkeypatch.setattr("statement_cycle.run_cycles", lambda *_, **__: course)
        for name, value in replaced.items():
            monkeypatch.setattr(f"statement_cycle.{name}", value)
        status = main([])
        return status, capsys.readouterr().out

    return run


# ----------------------------------------------------------------------------------- the oracle


def held(account: Account, scope: str, day: date) -> set[str | None]:
    """Give what is on hold, the account itself as None."""
    return {
        hold.subject_id
        for hold in account.holds
        if hold.scope.value == scope
        and hold.start_on <= day
        and (hold.released_on is None or day < hold.released_on)
    }


def active_level(account: Account, day: date) -> int | None:
    """Give the level of the account's active alarm, from the records alone (AL-3, AL-4)."""
    alarm = account.alarm
    if alarm is None or alarm.clearance is not None or held(account, "account", day):
        return None
    claims, patients = held(account, "claim", day), held(account, "patient", day)
    live = [
        SEVERITY.index(charge.standing.level.number)
        for charge in account.charges
        if charge.outstanding > 0
        and charge.placement is None
        and charge.claim_id not in claims
        and charge.patient_id not in patients
        and charge.patient_id in alarm.patient_ids
    ]
    now = SEVERITY[min(SEVERITY.index(alarm.level.number), max(live, default=0))]
    if now == 0:
        return None
    reached = [
        charge.standing.reached_on
        for charge in account.charges
        if charge.standing.level.number == now and charge.outstanding > 0
    ]
    since = alarm.reached_on if now == alarm.level.number else min(reached)
    return now if (day - since).days >= (3 if now in (4, 8) else 7) else None


def owes(account: Account) -> Decimal:
    """Sum what is open and not with an agency (CH-7)."""
    return sum(
        (c.outstanding for c in account.charges if c.outstanding > 0 and c.placement is None),
        Decimal(0),
    )


def head(account: Account) -> Patient:
    """Give the guarantor if a member, else who joined first (FA-1)."""
    members = {member.patient.id: member for member in account.members}
    if account.guarantor.patient_id in members:
        return members[account.guarantor.patient_id].patient
    return min(members.values(), key=lambda m: (m.joined_on, m.patient.id)).patient


# ---------------------------------------------------------------------------------- the page


@attrs.frozen
class Printed:
    """One list as it is printed."""

    person: str
    list_id: str
    words: str
    rows: list[str]
    more: int
    total: str

    @property
    def level(self) -> int:
        """The level that the words name."""
        return int(re.search(r"level (\d)", self.words)[1])

    def is_for(self, amount: Decimal) -> bool:
        """Tell whether *amount* is within the words."""
        low = re.search(r"from \$([\d,.]+\d)", self.words)
        high = re.search(r"up to \$([\d,.]+\d)", self.words)
        return (low is None or dollars(low[1]) <= amount) and (
            high is None or amount <= dollars(high[1])
        )


def dollars(words: str) -> Decimal:
    """Read an amount."""
    return Decimal(words.replace(",", ""))


def section(page: str, title: str) -> list[str]:
    """Give the lines under the heading that begins with *title*."""
    lines = page.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(title))
    rules = (n for n in range(start + 2, len(lines)) if re.fullmatch("-{5,}", lines[n]))
    return lines[start + 2 : next(rules, len(lines) + 2) - 2]


def printed_lists(page: str) -> Iterator[Printed]:
    """Read every list with somebody on it."""
    for person in PEOPLE:
        text = "\n".join(section(page, f"{person}'s worklists"))
        for found in re.finditer(
            r"^(level-\S+), ((?:.|\n)*?)\nAccount  .*\n((?:.|\n)*?)^Total +(.*)$",
            text,
            re.MULTILINE,
        ):
            list_id, words, rows, total = found.groups()
            more = re.search(r"^\.\.\. +and ([\d,]+) more accounts?\n", rows, re.MULTILINE)
            yield Printed(
                person,
                list_id,
                " ".join(words.split()),
                [row for row in rows.splitlines() if not row.startswith("...")],
                int(more[1]) if more else 0,
                total,
            )


@pytest.fixture(scope="module")
def lists(page) -> list[Printed]:
    """The lists on the page."""
    return list(printed_lists(page))


@pytest.fixture(scope="module")
def active(course) -> dict[str, int]:
    """The level of each active alarm, by account, as the oracle says."""
    levels = {a.id: active_level(a, course.follow_up_on) for a in course.follow_up_book}
    return {account_id: found for account_id, found in levels.items() if found}


def on_list(printed: Printed, course: Course, active: dict[str, int]) -> list[Account]:
    """Give the accounts that the words of a list let in, largest first (WL-4, WL-8)."""
    mine = [
        account
        for account in course.follow_up_book
        if active.get(account.id) == printed.level and printed.is_for(owes(account))
    ]
    return sorted(mine, key=lambda a: (-owes(a), head(a).last_name, head(a).first_name, a.id))


# ------------------------------------------------------------------------------------- stories


def test_the_day_is_a_week_after_the_last_run(course, page):
    """The lists are of the day on which every alarm of the last run has had its delay (AL-3)."""
    assert (course.follow_up_on - course.cycles[-1].on).days == 7
    assert f"Worklists of 3 people on {course.follow_up_on}" in page
    assert [a.id for a in course.follow_up_book] == [a.id for a in course.book]


def test_what_was_posted_in_that_week_is_in(course):
    """Money that came after the last run is on the lists, and not in the final book (CH-9)."""
    final = {account.id: account for account in course.book}
    posted = [
        transaction.posted_on
        for account in course.follow_up_book
        for charge in account.charges
        for transaction in charge.transactions
        if transaction.posted_on > course.cycles[-1].on
    ]

    assert posted
    assert max(posted) <= course.follow_up_on
    assert any(account != final[account.id] for account in course.follow_up_book)
    assert max(entry.on for entry in course.entries) <= course.cycles[-1].on


def test_the_table_counts_every_active_alarm(course, page, active):
    """Each level's accounts stand under one person or more, and add up to the oracle's count."""
    rows = [
        line for line in section(page, "Worklists of 3 people") if re.match(r"    \d  \w", line)
    ]
    assert [int(row[:5]) for row in rows] == list(SEVERITY[1:])
    for row in rows:
        cells = [row[start : start + 11].strip() for start in (33, 44, 55)]
        whole = int(row[66:])
        assert sum(int(cell) for cell in cells if cell) == whole
        assert whole == list(active.values()).count(int(row[:5]))
        assert int(row[29:33]) == (3 if row[:5].strip() in {"4", "8"} else 7)
        assert row[7:27].strip()
    assert len(active) > 50
    dollars_owed = f"owe {sum(map(owes, course.follow_up_book)):,} on this day"
    assert dollars_owed in " ".join(page.split())


def test_each_list_has_the_accounts_of_its_level_and_range(course, lists, active):
    """What the words of a list let in is counted and summed at its foot (WL-1, WL-4)."""
    for printed in lists:
        mine = on_list(printed, course, active)
        patients = sum(len(account.members) for account in mine)
        words = re.sub("account?s,", "accounts,", printed.total)
        assert re.match(rf"{len(mine)} accounts?, {patients} patients? ", words), printed
        assert printed.total.endswith(f" {sum(map(owes, mine)):,}"), printed
    assert {printed.person for printed in lists} == set(PEOPLE)


def test_every_active_alarm_is_on_exactly_one_printed_list(course, lists, active):
    """The ranges on the page share the accounts out: nobody twice, nobody left (WL-9)."""
    found = [a.id for printed in lists for a in on_list(printed, course, active)]

    assert sorted(found) == sorted(active)


def test_a_crowded_level_is_split_and_the_ranges_leave_no_cent(lists):
    """Level 4 has more than a third of the accounts: its ranges follow each other to the cent."""
    words = [each.words for each in sorted(lists, key=lambda e: e.list_id) if each.level == 4]

    assert len(words) == 3
    bounds = [dollars(found) for each in words for found in re.findall(r"\$([\d,.]+\d)", each)]
    assert len(bounds) == 4
    assert bounds[1] - bounds[0] == bounds[3] - bounds[2] == Decimal("0.01")


@pytest.mark.parametrize("most", [{}, {1: 1, 2: 3, 3: 4, 4: 5}, {1: 0, 2: 3, 3: 0, 4: 0, 8: 1}])
def test_whole_levels_go_to_whoever_has_fewest(course, active, most):
    """Beside a split the largest level is dealt first, each to whoever has fewest accounts."""
    book, seen = [], dict.fromkeys(range(9), 0)
    for account in course.follow_up_book:
        number = active.get(account.id, 0)
        seen[number] += 1
        if seen[number] <= most.get(number, 1000):
            book.append(account)
    lists = staff_lists(book, as_of=course.follow_up_on, policy=POLICY)
    load: list[list[int]] = [[], [], []]
    whole = []
    for one in lists:
        count = len(one.result.families)
        if one.worklist.amount_min or one.worklist.amount_max:
            load[STAFF.index(one.viewer)].append(count)
        else:
            whole.append((-count, one.worklist.alarm_level.number, STAFF.index(one.viewer)))
    for less, _, person in sorted(whole):
        fewest = min(range(3), key=lambda place: (sum(load[place]), len(load[place]), place))
        assert person == fewest
        load[fewest].append(-less)


def test_the_first_rows_are_whole_families_under_their_heads(course, lists, active):
    """Largest first; all members, also those who owe nothing, indented under the head (FA-2)."""
    for printed in lists:
        mine = on_list(printed, course, active)
        shown = len(mine) - printed.more
        expected = []
        for account in mine[:shown]:
            first = head(account)
            others = sorted(
                (m.patient for m in account.members if m.patient is not first),
                key=lambda p: (p.last_name, p.first_name, p.id),
            )
            expected += [first, *others]
        names = [row[len("Account  ") :][:24].rstrip() for row in printed.rows]
        assert len(names) == len(expected)
        for name, patient in zip(names, expected, strict=True):
            own = f"{patient.last_name}, {patient.first_name}"
            is_head = patient in [head(account) for account in mine]
            if patient.blocked and printed.person == "Casey":
                assert name == "XXXXXXXX"
            else:
                assert name == (own if is_head else f"  {own}")
        ids = [row[:7].strip() for row in printed.rows]
        assert list(filter(None, ids)) == [account.id for account in mine[:shown]]
        assert shown >= min(2, len(mine))


def test_lists_with_nobody_are_named(page, lists, active):
    """A level that nobody is at today still has its list and its person (WL-1)."""
    empty = set(range(1, 9)) - set(active.values())
    named = re.findall(r"level-(\d)", " ".join(re.findall(r"Nobody today on (.*)\.", page)))

    assert empty
    assert empty <= set(map(int, named))
    assert empty.isdisjoint(each.level for each in lists)


def test_the_blocked_patient_is_named_for_some_and_masked_for_one(course, page):
    """Who may open blocked records reads the name once; who may not reads no name, id (PR-3)."""
    blocked = [
        (account, member.patient)
        for account in course.follow_up_book
        for member in account.members
        if member.patient.blocked
    ]
    ((account, patient),) = blocked
    name = f"{patient.last_name}, {patient.first_name}"

    assert page.count(name) == 1
    assert patient.id not in page
    assert name not in "\n".join(section(page, "Casey's worklists"))
    assert "XXXXXXXX" in "\n".join(section(page, "Casey's worklists"))
    seen = section(page, "A blocked record")
    may, _, named, _, lacks, _, masked, sums, *_ = seen
    assert may.startswith("Avery has")
    assert lacks.startswith("Casey lacks")
    assert named.split()[-2:] == masked.split()[-2:]
    assert named.split()[:2] == name.split()
    assert masked.split()[0] == "XXXXXXXX"
    assert seen[3] == sums
    assert f"{owes(account):,}" in seen[1]


def test_why_here_and_why_not(course, page, lists, active):
    """The account explained is on the list, with what it owes; the two others are not (WL-9)."""
    words = " ".join(section(page, "Why one account is on"))
    asked = next(each for each in lists if f"worklist {each.list_id};" in words)
    mine = {account.id for account in on_list(asked, course, active)}
    book = {account.id: account for account in course.follow_up_book}
    (here,) = re.findall(r"account (\S+) is on worklist", words)
    there, idle = re.findall(r"account (\S+) is not on worklist", words)

    assert here in mine
    assert len(book[here].members) > 1
    assert f"(it is ${owes(book[here]):,})" in words
    assert f"account {here} is on worklist {asked.list_id}; its alarm: firing" in words
    assert there not in mine
    assert active[there] == asked.level
    assert f"total outstanding is ${owes(book[there]):,}, wanted:" in words
    other = next(e for e in lists if book[there] in on_list(e, course, active))
    assert f"{there} is on {other.person}'s {other.list_id} instead:" in words
    assert idle not in active
    assert f"{idle} owes {owes(book[idle]):,}, and its alarm is not active:" in words
    assert "alarm level is 0, wanted: alarm level is 4" in words


def test_no_sentence_names_an_account_with_a_blocked_member(course):
    """Whoever else is blocked is not chosen as the example of who is not on a list (PR-3)."""
    asked = {"as_of": course.follow_up_on, "policy": POLICY}
    lists = staff_lists(course.follow_up_book, **asked)
    book = [
        attrs.evolve(account, members=tuple(map(blocked, account.members)))
        for account in course.follow_up_book
    ]

    assert "instead:" in "\n".join(why_page(lists, course.follow_up_book, **asked))
    told = "\n".join(why_page(lists, book, **asked))
    assert len(re.findall(r"^account \S+ is on worklist", told, re.MULTILINE)) == 1
    assert not re.search("instead:|is not active:", told)


def blocked(member: Member) -> Member:
    """Block the record of a member."""
    return attrs.evolve(member, patient=attrs.evolve(member.patient, blocked=True))


def test_the_proof_states_the_numbers_of_the_book(page, active):
    """The audit, the alarms one by one and the lists as run give the oracle's number (WL-9)."""
    lines = section(page, "Is everybody on exactly one list?")
    number = str(len(active))

    assert [line.split()[0] for line in lines if re.match(r"  \d", line)] == [
        *(number, "0", "0", "0"),
        *(number, number, number),
    ]
    assert "  every account with an alarm is on exactly one worklist" in lines
    assert lines[-1] == "So everybody with an active alarm is on exactly one list."


def test_the_audit_sees_a_list_that_is_taken_away(course, page, lists, active):
    """Without one list its region is a gap, with a witness, and its accounts are named (WL-9)."""
    title = next(line for line in page.splitlines() if line.startswith("The same with"))
    gone = next(each for each in lists if f" {each.list_id} taken" in title)
    lines = section(page, title)
    words = " ".join(" ".join(lines).split())
    mine = {account.id for account in on_list(gone, course, active)}
    named = re.findall(r"account (\S+): on no worklist", words)
    witness = dollars(re.search(r"such as: .*? outstanding of \$([\d,.]+\d)", words)[1])

    assert gone.person in title
    assert f"{gone.words.split(': ')[1]}: nobody" in words
    assert f"such as: level {gone.level}, initial A," in words
    assert gone.is_for(witness)
    assert set(named) < mine
    hidden = int(re.search(r"and (\d+) more lines like this", words)[1])
    assert len(named) + hidden == len(mine)
    assert f"{len(active) - len(mine)} accounts with an alarm are on exactly one" in words
    assert f"On no list now: {len(mine)} accounts, just what was on that list." in words


# -------------------------------------------------------------------- the proof is able to fail


def test_a_lost_list_fails_the_demo(demo):
    """If a list were missing from the start, the page would name the gap and exit 1 (WL-9)."""
    status, page = demo(
        staff_lists=lambda *args, **more: staff_lists(*args, **more)[1:],
    )

    assert status == 1
    assert "level 1: nobody" in page
    assert "NOT PROVED" in page
    assert "So everybody" not in page


def test_a_list_that_overlaps_fails_the_demo(demo, course):
    """If two lists shared an account, the page would name both and exit 1 (WL-9)."""

    def doubled(*args, **more) -> tuple[StaffList, ...]:
        lists = staff_lists(*args, **more)
        worklist = attrs.evolve(lists[0].worklist, id="again", name="Again")
        result = run_worklist(worklist, *args, viewer=STAFF[0], **more)
        return (*lists, StaffList(viewer=STAFF[0], worklist=worklist, result=result))

    status, page = demo(staff_lists=doubled)

    assert status == 1
    assert re.search(r"level 1: both Level 1: \w+ and Again", page)
    assert "NOT PROVED" in page


def test_an_account_that_a_run_forgets_fails_the_demo(demo):
    """If a run lost a family that the audit knows of, the counts would differ: exit 1 (WL-9)."""

    def forgetful(*args, **more) -> tuple[StaffList, ...]:
        first, *rest = staff_lists(*args, **more)
        short = attrs.evolve(first.result, families=first.result.families[1:])
        return (attrs.evolve(first, result=short), *rest)

    status, page = demo(staff_lists=forgetful)

    assert status == 1
    assert "NOT PROVED" in page


def test_an_audit_that_sees_no_gap_fails_the_demo(demo):
    """If the audit still said yes without a list, it would be worth nothing: exit 1 (WL-9)."""

    def blind(*args, **more):
        proof = prove(*args, **more)
        return attrs.evolve(proof, rest_audit=proof.audit, rest_book_audit=proof.book_audit)

    status, page = demo(prove=blind)

    assert status == 1
    assert "THE AUDIT IS BLIND" in page
    assert "NOT PROVED" not in page


@pytest.fixture(scope="module")
def proof(course) -> CoverageProof:
    """The proof of the demo."""
    asked = {"as_of": course.follow_up_on, "policy": POLICY}
    lists = staff_lists(course.follow_up_book, **asked)
    return prove(lists, course.follow_up_book, **asked)


SPOILS = {
    "definitions": lambda proof: {"audit": proof.rest_audit},
    "uncovered": lambda proof: {"book_audit": spoilt(proof, "uncovered")},
    "doubly covered": lambda proof: {"book_audit": spoilt(proof, "doubly_covered")},
    "left out": lambda proof: {"book_audit": spoilt(proof, "left_out")},
    "covered": lambda proof: {"book_audit": attrs.evolve(proof.book_audit, covered_count=1)},
    "one place less": lambda proof: {"listed_ids": proof.listed_ids[1:]},
    "one place twice": lambda proof: {"listed_ids": (*proof.listed_ids[1:], proof.listed_ids[1])},
    "one alarm less": lambda proof: {"active_ids": proof.active_ids[1:]},
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_each_part_of_the_proof_is_needed(proof, spoil):
    """One way of asking that answers otherwise is enough to withhold the proof (WL-9)."""
    assert proof.holds
    assert not attrs.evolve(proof, **SPOILS[spoil](proof)).holds


def spoilt(proof: CoverageProof, kind: str) -> BookAudit:
    """Give the audit of the book with one account in *kind*."""
    return attrs.evolve(proof.book_audit, **{kind: proof.rest_book_audit.uncovered[:1]})


BLINDS = {
    "definitions": lambda proof: {"rest_audit": proof.audit},
    "book": lambda proof: {"rest_book_audit": proof.book_audit},
    "witness": lambda proof: {"rest": (proof.removed.worklist, *proof.rest)},
}


@pytest.mark.parametrize("blind", BLINDS)
def test_a_gap_must_be_seen_in_definitions_and_book(proof, blind):
    """The audit is trusted only if both its parts miss the list that was taken away (WL-9)."""
    assert proof.can_fail
    assert not attrs.evolve(proof, **BLINDS[blind](proof)).can_fail


# ------------------------------------------------------------------------------- who may do what


def test_defining_and_running_are_two_permissions(course):
    """The administrator may not run a list, and who runs lists may not create one (PR-1, PR-2)."""
    worklist = Worklist(id="w", name="W", alarm_level=level(1))
    asked = {"as_of": course.follow_up_on, "policy": POLICY}

    with pytest.raises(NotPermitted):
        run_worklist(worklist, course.follow_up_book, viewer=ADMIN, **asked)
    for viewer in STAFF:
        with pytest.raises(NotPermitted):
            create_worklist((), worklist, viewer=viewer, policy=POLICY)


def test_every_level_has_an_alarm_type_of_the_practice():
    """Eight types with names of their own, and the library's audit finds nothing (AL-1, AL-8)."""
    own = {kind.name for kind in POLICY.alarm_types}
    late = AlarmType(level=level(1), name="Late", delay_days=35)
    others = [kind for kind in POLICY.alarm_types if kind.level is not level(1)]

    assert len(own - {kind.name for kind in DunningPolicy().alarm_types}) == 8
    assert audit_alarm_types(POLICY) == ()
    (finding,) = audit_alarm_types(attrs.evolve(POLICY, alarm_types=(late, *others)))
    assert finding.kind is AlarmFindingKind.LEFT_BEFORE_IT_FIRES


@pytest.mark.parametrize("account_count", [0, 1, 2, 3, 4, 12])
def test_small_books_are_divided_too(course, active, account_count):
    """However few alarms there are, every level has a list and the proof holds (WL-9)."""
    some = sorted(account_id for account_id, found in active.items() if found == 4)[:account_count]
    book = [account for account in course.follow_up_book if account.id in some]
    asked = {"as_of": course.follow_up_on, "policy": POLICY}
    lists = staff_lists(book, **asked)
    proof = prove(lists, book, **asked)

    assert proof.holds
    assert proof.can_fail
    assert len(proof.listed_ids) == account_count
    assert len(lists) == (10 if account_count >= 3 else 8)
    assert {one.viewer for one in lists} == set(STAFF)
