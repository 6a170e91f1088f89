"""Bad debt: what was adjusted off as such, by claim (RP-3)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from revcycle.access import Permission, Viewer, require_permission
from revcycle.accounts import Account, member_of
from revcycle.charges import AdjustmentReason
from revcycle.money import ZERO, add
from revcycle.reports.filters import TRANSACTION_FACTS, filter_words
from revcycle.reports.history import Basis
from revcycle.reports.ledger_activity import Entry, entries_of
from revcycle.reports.options import AS_OF, VIEWER, check_filters, check_options
from revcycle.reports.report import Column, ColumnKind, Report, make_report
from revcycle.reports.spans import EVER, SPAN, Span, range_of, span_words
from revcycle.rules import ALWAYS, AllOf, Equals, Rule
from revcycle.worklists import MASK, is_patient_masked

__all__ = ["BAD_DEBT", "BAD_DEBT_COLUMNS", "bad_debt"]

BAD_DEBT: Final = Equals("reason", AdjustmentReason.BAD_DEBT.value)
"""What counts as bad debt, over `TRANSACTION_FACTS` (CO-4)."""

BAD_DEBT_COLUMNS: Final = (
    Column(name="Claim"),
    Column(name="Adjustments", kind=ColumnKind.COUNT),
    Column(name="Bad debt", kind=ColumnKind.AMOUNT),
)
"""The columns of a bad-debt report, in order."""


def bad_debt(
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    span: Span = EVER,
    filters: Rule = ALWAYS,
) -> Report:
    """Sum the bad-debt adjustments of each claim, as it stood at the end of *as_of* (RP-3).

    Counted is what was posted in *span* on the patient's side and not voided by *as_of*. A claim
    of a patient whom *viewer* may not know keeps its figures and shows no id, comes last and is
    in no file (PR-3). `preview` gives the first rows.

    Args:
        accounts: the practice's; they may come one by one and are not kept.
        viewer: who reads it.
        as_of: the day, at its end.
        span: the range of posting dates.
        filters: which adjustments, over `TRANSACTION_FACTS`.

    Raises:
        InvalidRecord: an option is not what it must be.
        NotPermitted: *viewer* lacks the Worklists permission.
        UnknownFact: the filters ask for a fact that there is not.
    """
    check_options(
        "bad_debt", ("viewer", viewer, VIEWER), ("as_of", as_of, AS_OF), ("span", span, SPAN)
    )
    check_filters("bad_debt", filters, TRANSACTION_FACTS)
    require_permission("bad_debt", viewer, Permission.SELF_PAY_WORKLISTS)
    entries = entries_of(
        accounts,
        as_of=as_of,
        basis=Basis.POSTED,
        days=range_of(span, as_of=as_of),
        filters=AllOf(BAD_DEBT, filters),
    )
    # A claim's id is unique in its account only (M-3), so no claim is summed over two.
    by_account = itertools.groupby(entries, key=lambda entry: entry.account.id)
    sums = [each for _, own in by_account for each in _by_claim(own, viewer)]
    caption = f"adjustments on the patient's side posted {span_words(span)}, not voided by {as_of}"
    return make_report(
        "Bad debt by claim",
        f"{caption}{filter_words(filters, TRANSACTION_FACTS)}",
        BAD_DEBT_COLUMNS,
        sorted((claim_id, *figures) for claim_id, is_masked, figures in sums if not is_masked),
        masked=((MASK, *figures) for _, is_masked, figures in sums if is_masked),
        as_of=as_of,
    )


def _by_claim(
    entries: Iterable[Entry], viewer: Viewer
) -> Iterator[tuple[str, bool, tuple[int, Decimal]]]:
    """Yield each claim of one account, whether it is masked, how many adjustments and their sum."""
    found: dict[str, tuple[bool, int, Decimal]] = {}
    for entry in entries:
        claim_id = entry.charge.claim_id
        if claim_id not in found:
            patient = member_of(entry.account, entry.charge.patient_id).patient
            found[claim_id] = (is_patient_masked(patient, viewer), 0, ZERO)
        is_masked, count, amount = found[claim_id]
        found[claim_id] = (is_masked, count + 1, add(amount, entry.amount))
    for claim_id, (is_masked, count, amount) in found.items():
        yield claim_id, is_masked, (count, amount)
