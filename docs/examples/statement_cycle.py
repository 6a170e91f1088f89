"""Twelve statement cycles of a practice's self-pay book, then the worklists: the main job.

    python statement_cycle.py                  a made-up book
    python statement_cycle.py --synthea DIR    the book of a Synthea CSV export
    python statement_cycle.py --pages DIR      and writes statements, an account view and letters

Prints what each cycle did, one family's story with the reason of every step, the check that
dollars are conserved to the cent and that nothing of an export is lost, the worklists of three
people, and the proof that everybody with an active alarm is on exactly one of them. With --json the
final book goes to standard output instead. The library does no I/O; all of it is here and in
`synthea_tables`.

Exit status: 0, or 1 if a cent, a line or a payment was lost, the book does not read back equal,
somebody is on no list or on two, or the output cannot be written, or 2 if the arguments or the
export are wrong.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NoReturn

import attrs
from book_report import balance_of, balance_page, cycle_page, heading
from coverage_proof import CoverageProof, gap_page, proof_page, prove
from cycle_runs import Course, run_cycles
from family_story import choose_account, tell
from opening_books import Job, Refusal, seeded_job, synthea_job
from practice_staff import StaffList, set_alarm_types, staff_lists
from synthea_check import Trace, trace, trace_page
from synthea_tables import ExportFlawed
from worklist_pages import blocked_page, division_page, lists_page, why_page

from revcycle.accounts import Account
from revcycle.codec import BOOK, dumps, loads
from revcycle.dunning import DunningPolicy
from revcycle.errors import DecodeError, RevcycleError
from revcycle.money import cents

__all__ = ["main"]

_SOUND, _UNSOUND, _WRONG_INPUT = 0, 1, 2
_FLAWS_SHOWN: Final = 20


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        raise Refusal(f"{message} (--help lists the arguments)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job; give the exit status."""
    try:
        options = _parse(arguments)
        return _run(options, set_alarm_types(DunningPolicy()))
    except (Refusal, ExportFlawed) as refusal:
        for line in _reasons(refusal):
            print(f"statement_cycle: {line}", file=sys.stderr)
        return _WRONG_INPUT


def _run(options: argparse.Namespace, policy: DunningPolicy) -> int:
    """Run the job and print it; give the exit status."""
    job = _job(options, policy)
    try:
        return _run_job(job, options, policy)
    except RevcycleError as error:
        if options.synthea is None:  # the made-up book is our own: what stops it is a defect
            raise
        raise Refusal(f"the library refuses what the export holds: {error}") from error


def _run_job(job: Job, options: argparse.Namespace, policy: DunningPolicy) -> int:
    course = run_cycles(
        job.accounts, job.acts, first_run=job.first_run, behaviour=job.behaviour, policy=policy
    )
    traces = [trace(holding, course.book) for holding in job.holdings]
    is_balanced = _is_balanced(job, course) and not any(each.lost for each in traces)
    if options.json:
        return _print_json(course, is_balanced=is_balanced)
    book, as_of = course.follow_up_book, course.follow_up_on
    lists = staff_lists(book, as_of=as_of, policy=policy)
    proof = prove(lists, book, as_of=as_of, policy=policy)
    pages = [*_pages(job, course, traces, policy), *_worklist_pages(lists, proof, course, policy)]
    print("\n".join(pages))
    if options.pages is not None:
        print("\n".join(_written_pages(options.pages, course, policy)))
    is_proved = proof.holds and proof.can_fail
    return _SOUND if is_balanced and is_proved else _UNSOUND


def _is_balanced(job: Job, course: Course) -> bool:
    """Tell whether no account lost or made a cent, and every charge is there."""
    balances = [balance_of(account.charges) for account in course.book]
    charged = sum(balance.charged for balance in balances)
    handed_in = cents(job.handed_in(course.cycles[-1].on))
    return charged == handed_in and not any(balance.difference for balance in balances)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(
        prog="statement_cycle",
        description="Take a self-pay book through twelve statement cycles, then divide its alarms "
        "over three people and prove that nobody is left out.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--synthea", metavar="DIR", type=_folder, help="a folder with the CSV files of an export"
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
        "--pages",
        metavar="DIR",
        type=_folder,
        help="also write two statements, an account view and letters into this folder",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the final book as JSON text and nothing else"
    )
    return parser.parse_args(arguments)


def _folder(words: str) -> Path:
    if not words:  # which would be the current folder, hardly meant
        raise argparse.ArgumentTypeError("the name of the folder is empty")
    return Path(words)


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


def _job(options: argparse.Namespace, policy: DunningPolicy) -> Job:
    folder: Path | None = options.synthea
    first_run: date | None = options.first_run
    if folder is None:
        return seeded_job(seed=options.seed, first_run=first_run, policy=policy)
    return synthea_job(folder, seed=options.seed, first_run=first_run, policy=policy)


def _reasons(refusal: Exception) -> Iterator[str]:
    if not isinstance(refusal, ExportFlawed):
        yield " ".join(str(refusal).split())
        return
    yield from map(str, refusal.flaws[:_FLAWS_SHOWN])
    if len(refusal.flaws) > _FLAWS_SHOWN:
        yield f"and {len(refusal.flaws) - _FLAWS_SHOWN:,} more problems like these"


def _pages(
    job: Job, course: Course, traces: Sequence[Trace], policy: DunningPolicy
) -> Iterator[str]:
    title, *rest = heading(job.title)[1:]
    yield title
    yield from rest
    yield from job.preface
    yield from cycle_page(course.cycles, cycle_days=policy.cycle_days)
    yield from _story(job.accounts, course, policy)
    yield from balance_page(course.book, handed_in=job.handed_in(course.cycles[-1].on))
    if traces:
        yield from trace_page(traces)


def _worklist_pages(
    lists: Sequence[StaffList], proof: CoverageProof, course: Course, policy: DunningPolicy
) -> Iterator[str]:
    book, as_of = course.follow_up_book, course.follow_up_on
    last_run = course.cycles[-1].on
    yield from division_page(lists, book, last_run=last_run, as_of=as_of, policy=policy)
    yield from lists_page(lists, policy=policy)
    yield from blocked_page(lists, book, as_of=as_of, policy=policy)
    yield from why_page(lists, book, as_of=as_of, policy=policy)
    yield from proof_page(proof)
    yield from gap_page(proof)


def _written_pages(folder: Path, course: Course, policy: DunningPolicy) -> Iterator[str]:
    # Not at the top: pages need the template library, everything else does without.
    from desk_pages import write_desk_pages  # noqa: PLC0415  (lazy on purpose)
    from paper_pages import PRACTICE, write_pages  # noqa: PLC0415  (lazy on purpose)

    yield from heading("Pages and letters")
    # The statement on an account view is the one that prints, so both know the practice.
    own = attrs.evolve(policy, practice=PRACTICE)
    said = list(write_pages(course.book, folder, as_of=course.cycles[-1].on, policy=own))
    written = write_desk_pages(course.follow_up_book, folder, as_of=course.follow_up_on, policy=own)
    words = ("a family's account view", "letters to one worklist, a row for each patient")
    said += [f"{path}: {about}" for path, about in zip(written, words, strict=False)]
    for line in said:
        yield from textwrap.wrap(
            line, width=80, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )


def _story(opening: Iterable[Account], course: Course, policy: DunningPolicy) -> Iterator[str]:
    account_id = choose_account(course.entries)
    if account_id is None:
        return
    before = next((account for account in opening if account.id == account_id), None)
    yield from tell(course.entries, account_id=account_id, opening=before, policy=policy)


def _print_json(course: Course, *, is_balanced: bool) -> int:
    """Print the final book, read it back, and say whether it balances."""
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
    if not is_balanced:
        print("statement_cycle: the book does not balance; see it without --json", file=sys.stderr)
        return _UNSOUND
    return _SOUND


def _main_of_script() -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Worklists show names: a terminal that lacks a letter gets a question mark.
        sys.stdout.reconfigure(errors="replace")
    try:
        status = main()
        sys.stdout.flush()
    except OSError as error:
        # What is left to be written has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader has seen enough, as `head` does
            return _SOUND
        print(f"statement_cycle: {error}", file=sys.stderr)
        return _UNSOUND
    return status


if __name__ == "__main__":
    sys.exit(_main_of_script())
