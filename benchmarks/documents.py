"""The codec against a reader written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from benchmarks.book import accounts_of_book
from benchmarks.hand_reader import read_account
from benchmarks.measuring import (
    Disagreement,
    Figure,
    Report,
    Times,
    absolute,
    race,
    ratios,
    slices,
)
from revcycle.accounts import Account
from revcycle.codec import ACCOUNT, dumps, loads

__all__ = ["compare_readers", "measure"]

BATCH: Final = 250
"""Documents between two turns."""

RUNS: Final = 7


def measure(*, is_quick: bool, report: Report) -> list[Figure]:
    """Check that both readers give the same accounts, then measure.

    Raises:
        Disagreement: they do not.
    """
    count = 20 if is_quick else 1_000
    report(f"Writing {count:,} accounts as documents, comparing the readers ...")
    texts = [dumps(account, kind=ACCOUNT) for account in accounts_of_book(count)]
    compare_readers(texts)
    report(f"Reading {RUNS} times {len(texts):,} documents, and once to warm up ...")
    runs = [race_readers(texts) for _ in range(RUNS + 1)][1:]
    report(absolute(runs, len(texts), "document"))
    return [
        Figure(
            key="codec_load_vs_hand",
            goal=2,
            cases={"the book": ratios(runs, "loads", "by hand")},
            meaning="codec.loads over json and constructors written by hand",
        )
    ]


def compare_readers(texts: Iterable[str]) -> None:
    """Read each document both ways and compare the accounts."""
    for text in texts:
        account = loads(text, kind=ACCOUNT)
        if account != read_account(text):
            raise Disagreement(f"the reader by hand reads account {account.id} differently")


def load_by_codec(texts: Iterable[str]) -> Iterator[Account]:
    """Read documents as a host does."""
    return (loads(text, kind=ACCOUNT) for text in texts)


def load_by_hand(texts: Iterable[str]) -> Iterator[Account]:
    """Read documents without the library's codec."""
    return map(read_account, texts)


def race_readers(texts: Sequence[str]) -> Times:
    """Time both readers over *texts*."""
    return race(slices(texts, size=BATCH), {"loads": load_by_codec, "by hand": load_by_hand})
