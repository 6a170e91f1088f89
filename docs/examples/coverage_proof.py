"""Is every account with an active alarm on exactly one list? The answer, and a test of the answer.

prove            the definitions audited for every account there can be, then for the book; the
                 figures once more by other means; and the same without one list
  CoverageProof  what was found
proof_page       the proof in words and numbers
gap_page         what the audit says when a list is taken away: it must see the gap
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import attrs
from book_report import count, heading, paragraph, short
from practice_staff import ADMIN, STAFF, StaffList

from revcycle.accounts import Account
from revcycle.dunning import AlarmStatus, DunningPolicy, alarm_state
from revcycle.rules import AllOf, Equals, holds
from revcycle.worklists import (
    BookAudit,
    RoutingFacts,
    Worklist,
    WorklistAudit,
    audit_book,
    audit_worklists,
    delete_worklist,
    region_words,
    rule_of,
)

__all__ = ["CoverageProof", "gap_page", "proof_page", "prove"]

_LINES_SHOWN: Final = 3


@attrs.frozen(kw_only=True)
class CoverageProof:
    """What the audits found.

    Attributes:
        audit: of the definitions, for every account there can be.
        book_audit: of the book.
        active_ids: the accounts with an active alarm, each asked by itself.
        listed_ids: the accounts on the lists as they were run, list after list.
        removed: the list that was taken away to see the audit fail.
        rest: the definitions without it.
        rest_audit: of the rest, for every account there can be.
        rest_book_audit: of the rest, for the book.
    """

    audit: WorklistAudit
    book_audit: BookAudit
    active_ids: tuple[str, ...]
    listed_ids: tuple[str, ...]
    removed: StaffList
    rest: tuple[Worklist, ...]
    rest_audit: WorklistAudit
    rest_book_audit: BookAudit

    @property
    def holds(self) -> bool:
        """Whether everybody is on exactly one list, by every way of asking."""
        book = self.book_audit
        return (
            self.audit.is_partition
            and not (book.uncovered or book.doubly_covered or book.left_out)
            and sorted(self.active_ids) == sorted(self.listed_ids)
            and book.covered_count == len(self.active_ids)
        )

    @property
    def can_fail(self) -> bool:
        """Whether the audits miss the list that was taken away, and just its accounts.

        Some witness must be an account that would be on that list and is on no other.
        """
        gone, rest = rule_of(self.removed.worklist), [rule_of(each) for each in self.rest]
        is_shown = any(
            holds(gone, gap.region.witness)
            and not any(holds(rule, gap.region.witness) for rule in rest)
            for gap in self.rest_audit.gaps
        )
        missing = {finding.account_id for finding in self.rest_book_audit.uncovered}
        return is_shown and missing == {each.account_id for each in self.removed.result.families}


def prove(
    lists: Sequence[StaffList], book: Sequence[Account], *, as_of: date, policy: DunningPolicy
) -> CoverageProof:
    """Audit *lists*, then once more without the one with most accounts."""
    worklists = tuple(one.worklist for one in lists)
    removed = max(lists, key=lambda one: len(one.result.families))
    rest = delete_worklist(worklists, removed.worklist.id, viewer=ADMIN).worklists

    def audited(definitions: Sequence[Worklist]) -> BookAudit:
        # Asked as somebody from whom nobody is masked.
        return audit_book(definitions, book, viewer=STAFF[0], as_of=as_of, policy=policy)

    return CoverageProof(
        audit=audit_worklists(worklists),
        book_audit=audited(worklists),
        active_ids=tuple(account.id for account in book if _is_active(account, as_of, policy)),
        listed_ids=tuple(family.account_id for one in lists for family in one.result.families),
        removed=removed,
        rest=rest,
        rest_audit=audit_worklists(rest),
        rest_book_audit=audited(rest),
    )


def _is_active(account: Account, as_of: date, policy: DunningPolicy) -> bool:
    return alarm_state(account, as_of=as_of, policy=policy).status is AlarmStatus.FIRING


def proof_page(proof: CoverageProof) -> Iterator[str]:
    """Yield the proof."""
    yield from heading("Is everybody on exactly one list? (WL-9)")
    yield from paragraph("From the definitions alone, for every account there can be:")
    yield from _some(str(proof.audit).splitlines())
    yield "For the book of this day:"
    yield from _some(str(proof.book_audit).splitlines())
    book = proof.book_audit
    for number, words in (
        (len(book.uncovered), "on no list"),
        (len(book.doubly_covered), "on two or more"),
        (len(book.left_out), "left out on purpose"),
    ):
        yield f"  {number:,} {words}"
    yield "Counted once more, without the audit:"
    yield f"  {count(len(proof.active_ids), 'active alarm')}, asked of each account by itself"
    yield f"  {count(len(proof.listed_ids), 'place')} on the lists as they were run"
    yield f"  {count(len(set(proof.listed_ids)), 'account')} in those places"
    yield from paragraph(
        "So everybody with an active alarm is on exactly one list."
        if proof.holds
        else "NOT PROVED: somebody with an active alarm is on no list, or on two."
    )


def gap_page(proof: CoverageProof) -> Iterator[str]:
    """Yield what the audits say without one list."""
    removed, gone = proof.removed, len(proof.removed.result.families)
    yield from heading(f"The same with {removed.viewer.id}'s {removed.worklist.id} taken away")
    yield from paragraph("From the definitions alone:")
    for gap in proof.rest_audit.gaps[:_LINES_SHOWN]:
        yield from paragraph(gap.words, indent="  ")
        yield from paragraph(f"such as: {_witness_words(gap.region.witness)}", indent="    ")
    yield "For the book of this day:"
    yield from _some(str(proof.rest_book_audit).splitlines())
    missing = len(proof.rest_book_audit.uncovered)
    yield from paragraph(
        f"On no list now: {count(missing, 'account')}, just what was on that list. "
        f"So the audit does see a gap."
        if proof.can_fail
        else f"THE AUDIT IS BLIND: the list that is gone had {gone:,}, and it misses {missing:,}."
    )


def _witness_words(witness: object) -> str:
    """Say one row of facts in words, but for the appointment, which no list asks about."""
    if not isinstance(witness, RoutingFacts):
        raise TypeError(type(witness).__name__)
    facts = attrs.asdict(witness)
    conditions = [Equals(name, facts[name]) for name in facts if "appointment" not in name]
    return region_words(AllOf(*conditions))


def _some(lines: Sequence[str]) -> Iterator[str]:
    for line in lines[:_LINES_SHOWN]:
        yield from paragraph(short(line), indent="  ")
    if len(lines) > _LINES_SHOWN:
        yield f"  and {count(len(lines) - _LINES_SHOWN, 'more line')} like this"
