"""The error taxonomy: what each says, carries and survives."""

import copy
import importlib
import pickle
import pkgutil
import re
from pathlib import Path

import pytest

import revcycle
from revcycle import errors
from revcycle.access import AccessProblem
from revcycle.dunning import acts, postings
from revcycle.errors import (
    DecodeError,
    InvalidRecord,
    NotPermitted,
    Problem,
    Proposition,
    Refused,
    RevcycleError,
    UnknownFact,
    UnknownReference,
)

ONE = Problem(acts.ActProblem.ACCOUNT_CLOSED, "account a1, closed 2025-01-06")
TWO = Problem(postings.PostingProblem.SAME_CHARGE)
EXAMPLES = [
    InvalidRecord("Charge", "amount", 1.5, "be US dollars"),
    InvalidRecord("Patient", "last_name", "Xq7secret", "be text", private=True),
    UnknownReference("charge", "c9"),
    UnknownFact("levl", "level", "$.all[0]"),
    Refused("run_statement", [ONE, TWO]),
    NotPermitted("look", [Problem(AccessProblem.PERMISSION_MISSING, "viewer u")]),
    DecodeError(["unknown field 'x' @ $.a", "wrong type @ $.b"]),
    RevcycleError("base"),
]


def _all_propositions(base=Proposition):
    for kind in base.__subclasses__():
        if kind.__module__.startswith("revcycle."):
            yield kind
            yield from _all_propositions(kind)


for _module in pkgutil.walk_packages(revcycle.__path__, "revcycle."):
    importlib.import_module(_module.name)
PROPOSITIONS = sorted(_all_propositions(), key=lambda kind: kind.__name__)


def test_everything_raised_on_purpose_has_one_base_and_the_built_in_one_it_resembles():
    """Hosts may catch the base, or the built-in kind they know."""
    for name in errors.__all__:
        found = getattr(errors, name)
        if issubclass(found, Exception):
            assert issubclass(found, RevcycleError)
    assert issubclass(InvalidRecord, ValueError)
    assert issubclass(DecodeError, ValueError)
    assert issubclass(UnknownReference, LookupError)
    assert issubclass(UnknownFact, LookupError)
    assert issubclass(NotPermitted, Refused)


@pytest.mark.parametrize("error", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_error_survives_pickling_and_copying(error):
    """Handed back by a worker or copied, an error keeps kind, message and fields."""
    for back in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(back) is type(error)
        assert str(back) == str(error)
        assert vars(back) == vars(error)


def test_invalid_record_says_record_field_value_and_what_is_valid():
    """The four parts are in the message and are fields."""
    error = EXAMPLES[0]
    assert (error.record, error.field, error.value, error.must) == (
        "Charge",
        "amount",
        "1.5",
        "be US dollars",
    )
    assert str(error) == "Charge.amount is 1.5: it must be US dollars"


def test_invalid_record_hides_a_private_value():
    """PR-6: the value of a private field is nowhere in the error."""
    error = EXAMPLES[1]
    assert str(error) == "Patient.last_name is (private): it must be text"
    assert "Xq7secret" not in repr(vars(error)) + repr(error) + repr(error.args)


def test_unknown_reference_says_what_was_looked_for():
    """The kind of thing and the id."""
    error = EXAMPLES[2]
    assert (error.kind, error.reference) == ("charge", "c9")
    assert str(error) == "no charge with id 'c9' here"


def test_unknown_fact_offers_the_nearest():
    """The path in the rule, and a suggestion where there is one."""
    assert str(EXAMPLES[3]) == "unknown fact 'levl' @ $.all[0]; did you mean 'level'?"
    assert str(UnknownFact("zzz")) == "unknown fact 'zzz' @ $"


def test_refused_gives_every_problem_with_its_figures_and_remedy():
    """Problems in order; each reads as statement, figures and remedy."""
    error = EXAMPLES[4]
    assert error.act == "run_statement"
    assert error.problems == (ONE, TWO)
    assert error.propositions == (
        acts.ActProblem.ACCOUNT_CLOSED,
        postings.PostingProblem.SAME_CHARGE,
    )
    assert str(error) == (
        "run_statement refused: account closed (account a1, closed 2025-01-06): "
        "Act on the account that the last member joined (FA-3). "
        "same charge: Apply a credit to another charge (CH-10)."
    )


def test_require_raises_all_problems_or_passes():
    """No problem, no error; any problem, all of them, ordered by their enumeration."""
    assert acts.require("act", []) is None
    late = Problem(postings.PostingProblem.TRANSACTIONS_STAND)
    with pytest.raises(Refused) as caught:
        acts.require("act", [late, TWO, ONE])
    assert caught.value.problems == (ONE, TWO, late)


def test_decode_error_lists_every_problem_with_its_path():
    """All at once, in document order."""
    assert EXAMPLES[6].problems == ("unknown field 'x' @ $.a", "wrong type @ $.b")
    assert str(EXAMPLES[6]) == "unknown field 'x' @ $.a; wrong type @ $.b"


@pytest.mark.parametrize("kind", PROPOSITIONS)
def test_every_reason_has_a_remedy_of_its_own(kind):
    """A remedy is one sentence; no two reasons of a verb share one."""
    remedies = [member.remedy for member in kind]
    assert len(set(remedies)) == len(remedies) == len(kind)
    for remedy in remedies:
        assert remedy[0].isupper()
        assert remedy.endswith(".")


def test_reasons_are_found_in_every_package():
    """The list that the next test goes through is made by looking, and looks everywhere."""
    homes = {kind.__module__.split(".")[1] for kind in PROPOSITIONS}
    assert homes >= {"access", "dunning", "rules", "worklists"}


def test_the_catalogue_lists_every_error_and_every_reason_with_its_remedy():
    """docs/errors.md is complete and says the same as the code."""
    page = (Path(__file__).parent.parent / "docs" / "errors.md").read_text(encoding="utf-8")
    flat = re.sub(r"\s+", " ", page)
    for name in errors.__all__:
        assert f"`{name}`" in page, name
    for kind in PROPOSITIONS:
        assert f"`{kind.__name__}`" in page, kind
        for member in kind:
            assert f"| `{member.name}` | {member.remedy} |" in flat, member
