"""The examples are scripts: their folder goes on the path, as Python does when it runs one."""

import contextlib
import io
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
sys.path.insert(0, str(EXAMPLES))

import statement_cycle  # noqa: E402  (found now that the folder is on the path)
from cycle_runs import Course, run_cycles  # noqa: E402  (found now that the folder is on the path)


def demo(*arguments: str) -> tuple[str, Course]:
    """Run the main job; give what it printed and the course that it took."""
    courses = []

    def keep(*given: object, **more: object) -> Course:
        courses.append(run_cycles(*given, **more))
        return courses[-1]

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as out:
        patch.setattr(statement_cycle, "run_cycles", keep)
        assert statement_cycle.main(arguments) == 0
    return out.getvalue(), courses[0]


@pytest.fixture(scope="session")
def seeded_demo() -> tuple[str, Course]:
    """The main job without arguments."""
    return demo()


@pytest.fixture(scope="session")
def page(seeded_demo) -> str:
    """What the main job prints."""
    return seeded_demo[0]


@pytest.fixture(scope="session")
def course(seeded_demo) -> Course:
    """The course of the book that the main job makes up."""
    return seeded_demo[1]
