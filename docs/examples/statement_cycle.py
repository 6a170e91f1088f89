"""Twelve statement cycles of a practice's self-pay book, then the worklists: the main job.

    python statement_cycle.py                  a made-up book
    python statement_cycle.py --synthea DIR    the book of a Synthea CSV export

Prints what each cycle did, one family's story with the reason of every step, the check that
dollars are conserved to the cent, the worklists of three people, and the proof that everybody with
an active alarm is on exactly one of them. With --json the final book goes to standard output
instead. The library does no I/O; all of it is here and in `synthea_export`.

Exit status: 0, or 1 if a cent was lost, the book does not read back equal or somebody is on no
list or on two, or 2 if the arguments or the export are wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn

import attrs
import seeded_book
from book_report import (
    balance_of,
    balance_page,
    behaviour_page,
    count,
    cycle_page,
    heading,
    paragraph,
)
from coverage_proof import CoverageProof, gap_page, proof_page, prove
from cycle_runs import CYCLE_COUNT, Course, run_cycles
from family_story import choose_account, tell
from payment_behaviour import ASSUMPTIONS, MISSES_DUE, TAKES_PLAN, Behaviour
from practice_acts import Act, PostCharge
from practice_staff import StaffList, set_alarm_types, staff_lists
from synthea_book import LATE_DAYS, PROMISES, RULE_DAYS, Tally, synthea_book
from synthea_export import FLAWS_SHOWN, ExportFlawed, SyntheaExport, read_export
from worklist_pages import blocked_page, division_page, lists_page, why_page

from revcycle.accounts import Account
from revcycle.codec import BOOK, dumps, loads
from revcycle.dunning import DunningPolicy
from revcycle.errors import DecodeError
from revcycle.money import cents, text, total

__all__ = ["main"]

_SEEDED_FIRST_RUN: Final = date(2025, 1, 6)
_SOUND, _UNSOUND, _WRONG_INPUT = 0, 1, 2


@attrs.frozen(kw_only=True)
class _Job:
    """A book that is ready to run.

    Attributes:
        title: what it is.
        preface: what a reader should know of it.
        accounts: before the first run.
        acts: what is known to happen.
        behaviour: how guarantors answer.
        first_run: the day of the first run.
    """

    title: str
    preface: tuple[str, ...]
    accounts: tuple[Account, ...]
    acts: tuple[Act, ...]
    behaviour: Behaviour
    first_run: date


class _Refusal(Exception):
    """Input that cannot be used, in one line for each reason."""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        raise _Refusal(f"{message} (--help lists the arguments)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job; give the exit status."""
    policy = set_alarm_types(DunningPolicy())
    try:
        options = _parse(arguments)
        job = _job(options, policy)
    except (_Refusal, ExportFlawed) as refusal:
        for line in _reasons(refusal):
            print(f"statement_cycle: {line}", file=sys.stderr)
        return _WRONG_INPUT
    course = run_cycles(
        job.accounts, job.acts, first_run=job.first_run, behaviour=job.behaviour, policy=policy
    )
    if options.json:
        return _print_json(course)
    book, as_of = course.follow_up_book, course.follow_up_on
    lists = staff_lists(book, as_of=as_of, policy=policy)
    proof = prove(lists, book, as_of=as_of, policy=policy)
    print("\n".join(_pages(job, course, policy)))
    print("\n".join(_worklist_pages(lists, proof, course, policy)))
    balances = [balance_of(account.charges) for account in course.book]
    charged = sum(balance.charged for balance in balances)
    is_balanced = not any(balance.difference for balance in balances)
    is_whole = charged == cents(_handed_in(job, course))
    is_proved = proof.holds and proof.can_fail
    return _SOUND if is_balanced and is_whole and is_proved else _UNSOUND


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(
        prog="statement_cycle",
        description="Take a self-pay book through twelve statement cycles.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--synthea", metavar="DIR", type=Path, help="a folder with the CSV files of an export"
    )
    parser.add_argument(
        "--first-run",
        metavar="DATE",
        type=_day,
        help="the day of the first run, such as 2025-01-06; if left out, the last run of an "
        "export is on its last day",
    )
    parser.add_argument(
        "--seed", metavar="N", type=_seed, default=1, help="another seed, another book (default 1)"
    )
    parser.add_argument(
        "--json", action="store_true", help="print the final book as JSON text and nothing else"
    )
    return parser.parse_args(arguments)


def _day(words: str) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words, re.ASCII):
        try:
            return date.fromisoformat(words)
        except ValueError:
            pass
    raise argparse.ArgumentTypeError(f"{words!r} is no date such as 2025-01-06")


def _seed(words: str) -> int:
    if re.fullmatch("[0-9]{1,18}", words, re.ASCII):
        return int(words)
    raise argparse.ArgumentTypeError(f"{words!r} is no whole number such as 7")


def _reasons(refusal: Exception) -> Iterator[str]:
    if not isinstance(refusal, ExportFlawed):
        yield " ".join(str(refusal).split())
        return
    yield from map(str, refusal.flaws[:FLAWS_SHOWN])
    if len(refusal.flaws) > FLAWS_SHOWN:
        yield f"and {len(refusal.flaws) - FLAWS_SHOWN:,} more problems like these"


def _job(options: argparse.Namespace, policy: DunningPolicy) -> _Job:
    folder: Path | None = options.synthea
    chosen: date | None = options.first_run
    if folder is None:
        first_run = chosen or _SEEDED_FIRST_RUN
        _last_run(first_run, policy)
        return _seeded_job(options.seed, first_run)
    if not folder.is_dir():
        raise _Refusal(f"argument --synthea: {folder} is no folder")
    export = read_export(folder)
    first_run = chosen or export.last_on - (CYCLE_COUNT - 1) * policy.cycle
    return _synthea_job(export, options.seed, first_run, _last_run(first_run, policy))


def _last_run(first_run: date, policy: DunningPolicy) -> date:
    """Give the day of the last run, or refuse a first one too near an end of the calendar."""
    room = timedelta(days=_ROOM_DAYS)
    if not date.min + room <= first_run <= date.max - room:
        raise _Refusal(
            f"argument --first-run: {first_run} leaves no room in the calendar around the runs"
        )
    return first_run + (CYCLE_COUNT - 1) * policy.cycle


# Enough for the oldest membership before the runs and for payments planned after them.
_ROOM_DAYS: Final = 4_000


def _seeded_job(seed: int, first_run: date) -> _Job:
    book = seeded_book.seeded_book(seed=seed, first_run=first_run)
    patients = [member.patient for account in book.accounts for member in account.members]
    self_pay = sum(patient.insurance_class.value == "self_pay_primary" for patient in patients)
    families = sum(len(account.members) > 1 for account in book.accounts)
    return _Job(
        title=f"A made-up practice (seed {seed})",
        preface=(
            *paragraph(
                f"{len(book.accounts):,} accounts, {families:,} of them families; "
                f"{len(patients):,} patients, {self_pay:,} of them without insurance. "
                f"{len(book.scripted_ids):,} accounts are written by hand to show plans, holds, a "
                f"leaver, a joiner, the agency and credits; the rest is drawn from the seed, the "
                f"same on every machine. The policy is the library's default."
            ),
            "How charges and payments are drawn (ours, not the library's):",
            *behaviour_page((*seeded_book.ASSUMPTIONS, *ASSUMPTIONS)),
        ),
        accounts=book.accounts,
        acts=book.acts,
        behaviour=Behaviour(seed=seed, scripted_ids=book.scripted_ids),
        first_run=first_run,
    )


def _synthea_job(export: SyntheaExport, seed: int, first_run: date, last_run: date) -> _Job:
    book = synthea_book(export, first_run=first_run, last_run=last_run, seed=seed)
    tally = book.tally
    if not tally.lines[0]:
        raise _Refusal("the export has no line that a patient has to pay")
    if tally.first_on > last_run:
        raise _Refusal(
            f"argument --first-run: the last run would be on {last_run}, before the first line of "
            f"the export, {tally.first_on}"
        )
    return _Job(
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
    )


def _synthea_preface(tally: Tally, first_run: date, seed: int) -> Iterator[str]:
    lines, amount = tally.lines
    yield from paragraph(
        f"Read: {count(lines, 'line')} that patients have to pay, {text(amount)} dollars, "
        f"{count(tally.patient_count, 'patient')}, {tally.first_on} to {tally.last_on}; each with "
        f"the payment by cash, cheque or card that follows it. Each patient is an account of one; "
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
            f"Left out, for no line stands before it: {count(payments, 'payment')}, {text(stray)}."
        )
    on_the_day, late, withheld = PROMISES
    misses, catches_up = MISSES_DUE.per_cents
    yield from paragraph(
        f"OURS, not the export's (the export pays every line on its own day; seed {seed}): from "
        f"{first_run - timedelta(days=RULE_DAYS)} on, {RULE_DAYS} days before the first run, a "
        f"hash of the claim's id decides for each claim: {on_the_day} % are paid as exported, "
        f"{late} % are paid {LATE_DAYS[0]} to {LATE_DAYS[1]} days late, {withheld} % are not paid. "
        f"Of the patients with 200.00 or more unpaid, {TAKES_PLAN.per_cents[0]} % agree to a "
        f"payment plan after the second statement, leave {misses} % of its dues unpaid and catch "
        f"up {catches_up} % of the time. The policy is the library's default."
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


def _pages(job: _Job, course: Course, policy: DunningPolicy) -> Iterator[str]:
    title, *rest = heading(job.title)[1:]
    yield title
    yield from rest
    yield from job.preface
    yield from cycle_page(course.cycles, cycle_days=policy.cycle_days)
    yield from _story(job.accounts, course, policy)
    yield from balance_page(course.book, handed_in=_handed_in(job, course))


def _worklist_pages(
    lists: Sequence[StaffList], proof: CoverageProof, course: Course, policy: DunningPolicy
) -> Iterator[str]:
    book, as_of = course.follow_up_book, course.follow_up_on
    last_run = course.cycles[-1].on
    yield from division_page(lists, last_run=last_run, as_of=as_of, policy=policy)
    yield from lists_page(lists, policy=policy)
    yield from blocked_page(lists, book, as_of=as_of, policy=policy)
    yield from why_page(lists, book, as_of=as_of, policy=policy)
    yield from proof_page(proof)
    yield from gap_page(proof)


def _handed_in(job: _Job, course: Course) -> Decimal:
    """Sum the charges that the library was given, before the runs and between them."""
    last_run = course.cycles[-1].on
    opening = [charge for account in job.accounts for charge in account.charges]
    posted = [act.charge for act in job.acts if isinstance(act, PostCharge) and act.on <= last_run]
    return total(charge.amount for charge in (*opening, *posted))


def _story(opening: Iterable[Account], course: Course, policy: DunningPolicy) -> Iterator[str]:
    account_id = choose_account(course.entries)
    if account_id is None:
        return
    before = next((account for account in opening if account.id == account_id), None)
    yield from tell(course.entries, account_id=account_id, opening=before, policy=policy)


def _print_json(course: Course) -> int:
    """Print the final book, and read it back."""
    document = dumps(course.book, kind=BOOK)
    print(document)
    try:
        is_equal = loads(document, kind=BOOK) == course.book
    except DecodeError as error:
        print(f"statement_cycle: the book does not read back: {error}", file=sys.stderr)
        return _UNSOUND
    if not is_equal:
        print("statement_cycle: the book reads back different", file=sys.stderr)
        return _UNSOUND
    return _SOUND


def _main_of_script() -> int:
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _SOUND
    return status


if __name__ == "__main__":
    sys.exit(_main_of_script())
