"""The filters of the hub as named leaves: what each means, says, and how it is saved (PH-5)."""

import re
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from revcycle.codec import dumps, loads, rule_kind
from revcycle.errors import InvalidRecord
from revcycle.portals import (
    ISSUE_VOCABULARY,
    PORTAL_LEAVES,
    AccountAllows,
    AgeBetween,
    BlockedDollarsBetween,
    BlocksWork,
    CoversPayer,
    IssueStatus,
    MedicalGroupIn,
    PortalIn,
    ReasonIn,
    ReportedReason,
    StatusIn,
    WorkKind,
    issue_facts,
)
from revcycle.portals import filters as filters_module
from revcycle.portals.search import folded_words
from revcycle.rules import (
    ALWAYS,
    AllOf,
    Leaf,
    Not,
    describe,
    explain,
    explanation_lines,
    holds,
    is_satisfiable,
    lower,
    validated,
    why_not,
    why_not_lines,
)
from tests.stories.portal_book import (
    AVAILITY,
    D1,
    D3,
    OPTUM,
    PAYER,
    SERVICE,
    check,
    claims_task,
    reported,
    unpostables_task,
)

ISSUE = reported(
    "i1",
    claims_task(medical_group_ids=frozenset({"north"})),
    unpostables_task(affected=(check("u1", "70.00"),), medical_group_ids=frozenset({"south"})),
)
FACTS = issue_facts(ISSUE, portal=AVAILITY, as_of=D3)


@pytest.mark.parametrize(
    ("leaf", "wanted", "words"),
    [
        (StatusIn(IssueStatus.NEEDS_ATTENTION), True, "the status is NEEDS YOUR ATTENTION"),
        (
            StatusIn([IssueStatus.WITH_PAYER, IssueStatus.WITH_SERVICE]),
            False,
            "the status is WITH THE SERVICE or WITH PAYER",
        ),
        (PortalIn("availity"), True, "the portal is availity"),
        (PortalIn({"optum", "gone"}), False, "the portal is gone or optum"),
        (CoversPayer("irc2"), True, "the portal covers irc2"),
        (CoversPayer(["irc3", "irc1"]), True, "the portal covers irc1 or irc3"),
        (CoversPayer("irc3"), False, "the portal covers irc3"),
        (CoversPayer(()), False, "the portal covers none"),
        (MedicalGroupIn("south"), True, "it applies to medical group south"),
        (MedicalGroupIn(["east", "west"]), False, "it applies to medical group east or west"),
        (AgeBetween(2, 2), True, "reported 2 to 2 days ago"),
        (AgeBetween(days_min=3), False, "reported 3 days ago or earlier"),
        (AgeBetween(days_max=2), True, "reported 2 days ago or later"),
        (AgeBetween(), True, "reported at any time"),
        (BlockedDollarsBetween("70", "70"), True, "dollars blocked are from $70.00 up to $70.00"),
        (BlockedDollarsBetween("70.01"), False, "dollars blocked are from $70.01"),
        (BlockedDollarsBetween(None, "69.99"), False, "dollars blocked are up to $69.99"),
        (BlockedDollarsBetween(), True, "any dollars blocked"),
        (BlocksWork(WorkKind.CLAIMS), True, "claims work is blocked"),
        (ReasonIn(ReportedReason.PASSWORD_EXPIRED), True, "the reason is password expired"),
        (
            ReasonIn([ReportedReason.OTHER, ReportedReason.ACCOUNT_LOCKED]),
            False,
            "the reason is account locked or other",
        ),
    ],
)
def test_each_filter_means_what_it_says(leaf, wanted, words):
    """Status, portal, payer, group, age, dollars, work blocked, reason: bounds count (PH-5)."""
    assert holds(leaf, FACTS) is wanted
    assert describe(leaf, vocabulary=ISSUE_VOCABULARY) == words
    assert holds(Not(leaf), FACTS) is not wanted
    assert explain(leaf, FACTS).result is wanted


@pytest.mark.parametrize(
    ("leaf", "field", "said"),
    [
        (StatusIn, "statuses", "IssueStatus members: of needs_attention, "),
        (ReasonIn, "reasons", "ReportedReason members: of password_expired, "),
        (PortalIn, "ids", "non-empty text ids"),
        (CoversPayer, "ids", "non-empty text ids"),
        (MedicalGroupIn, "ids", "non-empty text ids"),
        (BlocksWork, "kind", "a WorkKind: one of claims, unpostables"),
        (AccountAllows, "field", "an AccountField: one of user_name, "),
    ],
)
def test_a_filter_takes_what_it_asks_for(leaf, field, said):
    """A tag in a member's place, a number, a list of lists: refused where it is built (PH-5)."""
    for wrong in (7, None, [7], [["a"]], [None], "") + (("claims",) if field != "ids" else ()):
        with pytest.raises(InvalidRecord, match=said) as caught:
            leaf(wrong)
        assert (caught.value.record, caught.value.field) == (leaf.__name__, field)


@pytest.mark.parametrize(
    ("leaf", "field", "value"),
    [
        (AgeBetween, "days_min", -1),
        (AgeBetween, "days_max", True),
        (AgeBetween, "days_max", 1.0),
        (BlockedDollarsBetween, "amount_min", 1.5),
        (BlockedDollarsBetween, "amount_max", "1.005"),
    ],
)
def test_what_no_filter_can_mean_is_refused(leaf, field, value):
    """Days are whole and not negative, dollars are whole cents (M-1)."""
    with pytest.raises(InvalidRecord, match=leaf.__name__):
        leaf(**{field: value})


def test_bounds_leave_something_between_them():
    """A range whose end lies before its start is refused, naming the start (PH-5)."""
    with pytest.raises(InvalidRecord, match="be at least days_min, 3"):
        AgeBetween(3, 2)
    with pytest.raises(InvalidRecord, match=r"be at least amount_min, 5\.00"):
        BlockedDollarsBetween("5", "4.99")


EXAMPLES = (
    StatusIn(IssueStatus.WITH_PAYER),
    PortalIn({"a", "b"}),
    CoversPayer({"irc1", "irc2"}),
    MedicalGroupIn("north"),
    AgeBetween(3, 30),
    BlockedDollarsBetween("0.01", "1000"),
    BlocksWork(WorkKind.UNPOSTABLES),
)


@pytest.mark.parametrize("leaf", EXAMPLES, ids=lambda leaf: type(leaf).__name__)
def test_filters_are_saved_and_read(leaf):
    """A practice's own filter is a document of rules, read back equal (PH-5)."""
    kind = rule_kind(leaves=PORTAL_LEAVES, vocabulary=ISSUE_VOCABULARY)
    rule = AllOf(leaf, Not(PortalIn("zzz")))

    assert loads(dumps(rule, kind=kind), kind=kind) == rule
    assert validated(rule, vocabulary=ISSUE_VOCABULARY) == rule
    assert is_satisfiable(leaf, ISSUE_VOCABULARY)


def test_every_filter_is_registered():
    """Each leaf of the module has a tag, and so have those of triage (PH-5)."""
    registered = {shape.rule_class for shape in PORTAL_LEAVES.shapes}
    here = {
        value
        for name in filters_module.__all__
        if isinstance(value := getattr(filters_module, name), type) and issubclass(value, Leaf)
    }

    assert here < registered
    assert {BlocksWork, ReasonIn} < registered
    assert {type(leaf) for leaf in EXAMPLES} <= registered


def test_a_filter_says_what_would_have_to_change():
    """Of an issue that a filter leaves out, every fact is named with what is wanted (PH-5)."""
    rule = AllOf(StatusIn(IssueStatus.WITH_PAYER), AgeBetween(days_min=5), PortalIn("availity"))
    lines = why_not_lines(why_not(rule, FACTS), vocabulary=ISSUE_VOCABULARY)

    assert len(lines) == 1
    assert "the status is needs_attention, wanted: the status is with_payer" in lines[0]
    assert "the age is 2 days, wanted: the age is at least 5 days" in lines[0]
    assert "portal" not in lines[0]
    said = explanation_lines(explain(rule, FACTS), vocabulary=ISSUE_VOCABULARY)
    assert said[0].startswith("no: the status is WITH PAYER, reported 5 days ago or earlier and")


def test_a_rule_lowers_to_the_facts_of_an_issue():
    """Named leaves say themselves in conditions on facts that issues have (PH-5)."""
    names = {field.name for field in attrs.fields(type(FACTS))}
    for leaf in EXAMPLES:
        facts = set(re.findall(r"fact='(\w+)'", repr(lower(leaf))))
        assert facts
        assert facts <= names
    assert lower(BlockedDollarsBetween(Decimal("1.00"))).bound == 100
    assert lower(AgeBetween()) == ALWAYS


def test_the_status_of_others_is_a_filter_too():
    """What is with the service or the payer can be asked for (PH-2)."""
    service = issue_facts(reported("i1", claims_task(owner=SERVICE)), portal=AVAILITY, as_of=D1)
    payer = issue_facts(
        reported("i2", claims_task(owner=PAYER), portal=OPTUM), portal=OPTUM, as_of=D1
    )

    assert holds(StatusIn(IssueStatus.WITH_SERVICE), service)
    assert holds(StatusIn(IssueStatus.WITH_PAYER), payer)
    assert not holds(CoversPayer("irc1"), payer)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Médica", "MEDICA"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("\uff26ull\u3000width", "full width"),
        ("  two\t words ", "Two Words"),
        ("ﬁne", "fine"),
        ("O'Neil", "o'neil"),
        ("O\u2019Neil", "O'Neil"),
        ("O\u02bcNeil", "O\u00b4Neil"),
        ("Blue\u2011Cross", "blue-cross"),
        ("HMO \u2013 East", "hmo - east"),
        ("Med\u00adica", "\u200bmed\u200dica\ufeff"),
        ("Diyarbak\u0131r", "DIYARBAKIR"),
    ],
)
def test_names_are_compared_without_case_and_accents(one, other):
    """Two ways to write or set a name are one name for whoever searches (PH-5)."""
    assert folded_words(one) == folded_words(other)
    assert folded_words(folded_words(one)) == folded_words(one)


def test_no_name_is_folded_away_from_another():
    """Folding is not so rough that different names meet (PH-5)."""
    names = ("Aetna", "Etna", "Humana", "UMR", "U M R", "李", "Ünïcare Plus", "ビル", "ビール")

    assert len({folded_words(name) for name in names}) == len(names)


def test_the_page_of_filters_names_them_all():
    """The how-to page names every filter of the registry (PH-5)."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "triage-portal-access.md"
    text = page.read_text(encoding="utf-8")

    for shape in PORTAL_LEAVES.shapes:
        assert f"`{shape.rule_class.__name__}`" in text, shape.tag


@pytest.mark.parametrize(
    ("leaf", "field"), [(StatusIn, "statuses"), (ReasonIn, "reasons"), (PortalIn, "ids")]
)
def test_a_choice_of_nothing_is_refused_by_its_name(leaf, field):
    """A filter by none of a kind would never hold: it says so where it is built (PH-5)."""
    with pytest.raises(InvalidRecord, match=rf"{leaf.__name__}\.{field} .*one or more"):
        leaf(())
