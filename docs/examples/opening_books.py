"""The book that a demo starts from, with what a reader should know of it.

seeded_job       the made-up practice
synthea_job      the self-pay book of an export
  Job            accounts, acts, behaviour, first run, preface
  Refusal        what cannot be used, in one line
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs
import seeded_book
from book_report import behaviour_page, count, paragraph
from cycle_runs import CYCLE_COUNT
from payment_behaviour import ASSUMPTIONS, MISSES_DUE, TAKES_PLAN, Behaviour
from practice_acts import Act, PostCharge
from synthea_book import LATE_DAYS, PROMISES, RULE_DAYS, Tally, synthea_book
from synthea_check import Holding, holdings
from synthea_export import SyntheaExport, read_export

from revcycle.accounts import Account
from revcycle.dunning import DunningPolicy
from revcycle.money import text, total

__all__ = ["Job", "Refusal", "seeded_job", "synthea_job"]

_SEEDED_FIRST_RUN: Final = date(2025, 1, 6)


@attrs.frozen(kw_only=True)
class Job:
    """A book that is ready to run.

    Attributes:
        title: what it is.
        preface: what a reader should know of it.
        accounts: before the first run.
        acts: what is known to happen.
        behaviour: how guarantors answer.
        first_run: the day of the first run.
        holdings: what was read that the final book must account for; empty for a made-up book.
    """

    title: str
    preface: tuple[str, ...]
    accounts: tuple[Account, ...]
    acts: tuple[Act, ...]
    behaviour: Behaviour
    first_run: date
    holdings: tuple[Holding, ...] = ()

    def handed_in(self, last_run: date) -> Decimal:
        """Sum the charges that the library is given, before the runs and between them."""
        opening = [charge for account in self.accounts for charge in account.charges]
        posts = [act for act in self.acts if isinstance(act, PostCharge) and act.on <= last_run]
        return total(charge.amount for charge in (*opening, *(act.charge for act in posts)))


class Refusal(Exception):
    """Input that cannot be used, in one line for each reason."""


def seeded_job(*, seed: int, first_run: date | None, policy: DunningPolicy) -> Job:
    """Make up the practice of *seed*.

    Raises:
        Refusal: the calendar has no room around the runs.
    """
    first_run = first_run or _SEEDED_FIRST_RUN
    _last_run(first_run, policy)
    book = seeded_book.seeded_book(seed=seed, first_run=first_run)
    patients = [member.patient for account in book.accounts for member in account.members]
    self_pay = sum(patient.insurance_class.value == "self_pay_primary" for patient in patients)
    families = sum(len(account.members) > 1 for account in book.accounts)
    return Job(
        title=f"A made-up practice (seed {seed})",
        preface=(
            *paragraph(
                f"{len(book.accounts):,} accounts, {families:,} of them families; "
                f"{len(patients):,} patients, {self_pay:,} of them without insurance. "
                f"{len(book.scripted_ids):,} accounts are written by hand to show plans, holds, a "
                f"leaver, a joiner, the agency, credits and a blocked record; the rest is drawn "
                f"from the seed, the same on every machine. The policy is the library's default, "
                f"with alarm types of the practice's own."
            ),
            "How charges and payments are drawn (ours, not the library's):",
            *behaviour_page((*seeded_book.ASSUMPTIONS, *ASSUMPTIONS)),
        ),
        accounts=book.accounts,
        acts=book.acts,
        behaviour=Behaviour(seed=seed, scripted_ids=book.scripted_ids),
        first_run=first_run,
    )


def synthea_job(folder: Path, *, seed: int, first_run: date | None, policy: DunningPolicy) -> Job:
    """Read the export in *folder*; without a first run, the last one is on its last day.

    Raises:
        Refusal: there is no such folder, or nothing in it for these runs.
        ExportFlawed: with every flaw of the export.
    """
    if not folder.is_dir():
        raise Refusal(f"argument --synthea: {folder} is no folder")
    export = read_export(folder)
    if first_run is None:
        first_run = _first_run_of(export, policy)
    last_run = _last_run(first_run, policy)
    book = synthea_book(export, first_run=first_run, last_run=last_run, seed=seed)
    tally = book.tally
    if not tally.lines[0]:
        raise Refusal("the export has no line that a patient has to pay")
    if tally.first_on > last_run:
        raise Refusal(
            f"argument --first-run: the last run would be on {last_run}, before the first line of "
            f"the export, {tally.first_on}"
        )
    return Job(
        title="The self-pay book of a Synthea export",
        preface=tuple(_synthea_preface(tally, first_run, seed)),
        accounts=book.accounts,
        acts=book.acts,
        behaviour=Behaviour(
            seed=seed,
            pays_statements=False,
            places=False,
            promised_claim_ids=book.promised_claim_ids,
        ),
        first_run=first_run,
        holdings=holdings(export, book),
    )


def _first_run_of(export: SyntheaExport, policy: DunningPolicy) -> date:
    """Give the day of the first run when the last one is on the export's last day."""
    room = timedelta(days=2 * _ROOM_DAYS)
    if not date.min + room <= export.last_on <= date.max - room:
        raise Refusal(
            f"the export ends on {export.last_on}, which leaves no room in the calendar around the "
            f"runs; --first-run sets another day"
        )
    return export.last_on - (CYCLE_COUNT - 1) * policy.cycle


def _last_run(first_run: date, policy: DunningPolicy) -> date:
    """Give the day of the last run, or refuse a first one too near an end of the calendar."""
    room = timedelta(days=_ROOM_DAYS)
    if not date.min + room <= first_run <= date.max - room:
        raise Refusal(
            f"argument --first-run: {first_run} leaves no room in the calendar around the runs"
        )
    return first_run + (CYCLE_COUNT - 1) * policy.cycle


# Enough for the oldest membership before the runs and for payments planned after them.
_ROOM_DAYS: Final = 4_000


def _synthea_preface(tally: Tally, first_run: date, seed: int) -> Iterator[str]:
    lines, amount = tally.lines
    yield from paragraph(
        f"Read: {count(lines, 'line')} that patients have to pay, {text(amount)} dollars, "
        f"{count(tally.patient_count, 'patient')}, {tally.first_on} to {tally.last_on}; each with "
        f"the payments by cash, cheque or card that follow it. Each patient is an account of one; "
        f"who owned the insurance on the day of service is the guarantor. Money of insurers and "
        f"copays pay none of these lines."
    )
    claims, excess = tally.credits
    yield from paragraph(
        f"Copays beyond what their claim charged: {count(claims, 'claim')}, {text(excess)} "
        f"dollars, kept as credits."
    )
    if tally.stray[0]:
        payments, stray = tally.stray
        yield from paragraph(
            f"Left out, for no line of the claim stands before it: {count(payments, 'payment')}, "
            f"{text(stray)}."
        )
    on_the_day, late, withheld = PROMISES
    misses, catches_up = MISSES_DUE.per_cents
    yield from paragraph(
        f"OURS, not the export's (which says on which day each payment came; seed {seed}): from "
        f"{first_run - timedelta(days=RULE_DAYS)} on, {RULE_DAYS} days before the first run, a "
        f"hash of the claim's id decides for its lines of these days: {on_the_day} % are paid as "
        f"exported, {late} % are paid {LATE_DAYS[0]} to {LATE_DAYS[1]} days late, "
        f"{withheld} % are not paid. Of the patients with 200.00 or more unpaid, "
        f"{TAKES_PLAN.per_cents[0]} % agree to a payment plan after the second statement, leave "
        f"{misses} % of its dues unpaid and catch up {catches_up} % of the time. The policy is the "
        f"library's default, with alarm types of the practice's own."
    )
    yield ""
    yield f"  {'':34}{'lines':>8}{'dollars':>18}"
    for words, (number, sum_of) in (
        ("earlier, as exported", tally.before),
        ("ours: paid as exported", tally.on_the_day),
        ("ours: paid late", tally.late),
        ("ours: not paid, or by a plan", tally.withheld),
        ("after the last run, not posted", tally.not_posted),
        ("read", tally.lines),
    ):
        yield f"  {words:34}{number:>8,}{_right(sum_of)}"


def _right(amount: Decimal) -> str:
    return f"{text(amount):>18}"
