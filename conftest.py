"""Runs every ```python block of README.md and docs/ as a test.

It stands at the root because pytest hands a file only to the conftest modules above it. Blocks of
one page share a namespace, so a page reads as one story. A block that only shows something is
fenced as ```text or ```console; ```pycon would be skipped without a word, so it is not used.
"""

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    pattern="*.md",  # at any depth; which pages are tests at all is said by testpaths
).pytest()
