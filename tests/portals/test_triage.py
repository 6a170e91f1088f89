"""Triage tables: the default is whole, a broken one is found out, and policies are documents."""

import attrs
import pytest

from revcycle.errors import DecodeError, InvalidRecord, Refused, UnknownFact, UnknownReference
from revcycle.portals import (
    DEFAULT_TRIAGE,
    ISSUE_VOCABULARY,
    TRIAGE_LEAVES,
    AccountAllows,
    AccountField,
    AskedFor,
    BlocksWork,
    FirstStep,
    IssueFacts,
    Owner,
    ReasonIn,
    ReportedReason,
    TriagePolicy,
    WorkKind,
    audit_triage,
    decode_triage,
    encode_triage,
    issue_facts,
    table_for,
    triage,
)
from revcycle.rules import (
    ALWAYS,
    DecisionTable,
    Equals,
    FindingKind,
    HitPolicy,
    TableRow,
    check_row,
    decide,
    describe,
    explain_decision,
    finding_words,
)
from tests.stories.portal_book import (
    AVAILITY,
    BOTH,
    CLAIMS,
    D2,
    OPTUM,
    claims_task,
    reported,
    resolved,
    unpostables_task,
)

STEP = FirstStep(owner=Owner.SERVICE, asks_for=AskedFor.OTHER)


@pytest.mark.parametrize(
    ("hit", "step", "said"),
    [
        (HitPolicy.UNIQUE, "service", r"is \('any',\): it must give a FirstStep in each row"),
        (HitPolicy.FIRST, None, r"is \('any',\): it must give a FirstStep in each row"),
        (HitPolicy.COLLECT, STEP, "is 'collect': it must be a table in which one row decides"),
    ],
)
def test_a_policy_proposes_one_first_step(hit, step, said):
    """Each row gives a first step, and one row decides: other tables are refused (PH-1)."""
    row = TableRow(name="any", when=ALWAYS, then=step)
    with pytest.raises(InvalidRecord, match=rf"TriagePolicy\.claims {said}"):
        with_claims(row, hit=hit)
    with pytest.raises(InvalidRecord, match=r"TriagePolicy\.unpostables"):
        attrs.evolve(DEFAULT_TRIAGE, unpostables="nonsense")


def test_a_document_that_collects_steps_is_refused():
    """A saved table in which several rows count is no triage table, and is told so (PH-1)."""
    plain = encode_triage(DEFAULT_TRIAGE)
    plain["claims"] = plain["claims"] | {"hit": "collect"}
    with pytest.raises(DecodeError, match=r"in which one row decides.* @ \$"):
        decode_triage(plain)


def with_claims(*rows, hit=HitPolicy.UNIQUE):
    """The default policy with another table for claims work."""
    return attrs.evolve(DEFAULT_TRIAGE, claims=DecisionTable(hit=hit, rows=rows))


def test_the_default_tables_leave_nothing_out_and_say_nothing_twice():
    """For every issue there can be exactly one row of each default table decides (PH-1)."""
    assert audit_triage(DEFAULT_TRIAGE) == ()


@pytest.mark.parametrize("row", DEFAULT_TRIAGE.claims.rows, ids=lambda row: row.name)
def test_the_audit_misses_no_row(row):
    """Without any one of its rows the default table has a gap, with one twice an overlap (PH-1)."""
    rows = [each for each in DEFAULT_TRIAGE.claims.rows if each is not row]
    twice = attrs.evolve(row, name="again")

    gaps = audit_triage(with_claims(*rows))
    assert {finding.finding.kind for finding in gaps} == {FindingKind.GAP}
    assert {finding.kind for finding in gaps} == {WorkKind.CLAIMS}
    overlaps = audit_triage(with_claims(*DEFAULT_TRIAGE.claims.rows, twice))
    assert {finding.finding.kind for finding in overlaps} == {FindingKind.OVERLAP}
    assert {finding.finding.rows for finding in overlaps} == {(row.name, "again")}


def test_a_finding_says_where():
    """A gap is said in words, within the issues that the table is asked about (PH-1)."""
    rows = [row for row in DEFAULT_TRIAGE.claims.rows if row.name != "anything else"]
    said = [
        finding_words(gap.finding, vocabulary=ISSUE_VOCABULARY)
        for gap in audit_triage(with_claims(*rows))
    ]

    assert said
    assert {words.partition(" is blocked")[0] for words in said} == {
        "no row holds where the status is not resolved, the reason reported is other, claims work"
    }
    assert said[0].endswith(
        "an account is named, the account type is not '' and an account may be added"
    )


@pytest.mark.parametrize(
    ("reason", "account", "owner", "asks_for"),
    [
        ("password_expired", "own", "practice", "password"),
        ("password_rejected", "own", "practice", "password"),
        ("account_locked", "own", "practice", "password"),
        ("user_name_rejected", "own", "practice", "account"),
        ("account_missing", "own", "practice", "account"),
        ("password_expired", "fixed", "service", "other"),
        ("user_name_rejected", "fixed", "service", "other"),
        ("account_missing", "fixed", "service", "other"),
        ("account_missing", None, "service", "other"),
        ("number_missing", None, "practice", "numbers"),
        ("rights_missing", "fixed", "practice", "other"),
        ("sign_in_check", "own", "practice", "other"),
        ("registration_pending", "own", "payer", "other"),
        ("site_unavailable", None, "payer", "other"),
        ("other", "own", "service", "other"),
    ],
)
def test_whoever_can_mend_the_fault_acts_first(reason, account, owner, asks_for):
    """By default what the account type allows goes to the practice, else to the service (PH-9)."""
    issue = reported(reason=ReportedReason(reason), account_id=account, reported_blocks=CLAIMS)
    (proposal,) = triage(issue, portal=AVAILITY, as_of=D2, policy=DEFAULT_TRIAGE).proposals

    assert proposal.kind is WorkKind.CLAIMS
    assert proposal.first_step == FirstStep(owner=Owner(owner), asks_for=AskedFor(asks_for))
    facts = issue_facts(issue, portal=AVAILITY, as_of=D2)
    assert decide(DEFAULT_TRIAGE.claims, facts).row == proposal.row
    assert explain_decision(DEFAULT_TRIAGE.claims, facts).decision.row == proposal.row


def test_a_practice_replaces_a_table_and_the_other_stays():
    """One table replaced, the other kind of work is decided as before (PH-1)."""
    mine = with_claims(TableRow(name="all", when=ALWAYS, then=STEP))
    issue = reported(reason=ReportedReason.NUMBER_MISSING, reported_blocks=BOTH)
    made = triage(issue, portal=AVAILITY, as_of=D2, policy=mine)

    assert [(p.row, p.first_step.owner) for p in made.proposals] == [
        ("all", Owner.SERVICE),
        ("a number that is not on the account", Owner.PRACTICE),
    ]
    assert table_for(mine, kind=WorkKind.UNPOSTABLES) is DEFAULT_TRIAGE.unpostables


def test_a_gap_leaves_a_kind_undecided_and_an_overlap_is_refused():
    """Where no row speaks the kind is named; where two do that must not, it is an error (PH-1)."""
    numbers = TableRow(name="numbers", when=ReasonIn(ReportedReason.NUMBER_MISSING), then=STEP)
    every = TableRow(name="every", when=BlocksWork(WorkKind.CLAIMS), then=STEP)
    issue = reported(reason=ReportedReason.OTHER, reported_blocks=CLAIMS)
    asked = {"portal": AVAILITY, "as_of": D2}

    made = triage(issue, policy=with_claims(numbers), **asked)
    assert (made.proposals, made.undecided) == ((), (WorkKind.CLAIMS,))
    missing = attrs.evolve(issue, reason=ReportedReason.NUMBER_MISSING)
    with pytest.raises(Refused, match="numbers, every"):
        triage(missing, policy=with_claims(numbers, every), **asked)


def test_an_account_always_has_a_type():
    """Rows for issues without an account and for those with one leave nothing to overlap (PH-1)."""
    without = TableRow(name="without", when=Equals("account_type", ""), then=STEP)
    having = TableRow(name="having", when=Equals("has_account", value=True), then=STEP)
    table = DecisionTable(rows=(without, having), hit=HitPolicy.UNIQUE)

    assert audit_triage(TriagePolicy(claims=table, unpostables=table)) == ()


def test_a_table_is_about_issues():
    """A rule over facts that issues do not have is refused when the policy is made (PH-1)."""
    with pytest.raises(UnknownFact, match="reasn"):
        with_claims(TableRow(name="x", when=Equals("reasn", "other"), then=STEP))
    with pytest.raises(InvalidRecord, match="owner"):
        FirstStep(owner="practice", asks_for=AskedFor.OTHER)


def test_leaves_say_themselves_in_words():
    """The leaves of triage read as English (PH-9)."""
    words = [
        describe(rule)
        for rule in (
            ReasonIn([ReportedReason.OTHER, ReportedReason.ACCOUNT_LOCKED]),
            BlocksWork(WorkKind.UNPOSTABLES),
            *map(AccountAllows, AccountField),
        )
    ]

    assert words == [
        "the reason is account locked or other",
        "unpostables work is blocked",
        "the practice may change the user name",
        "the practice may change the password",
        "the practice may add an account",
    ]


def test_facts_are_total_and_possible():
    """Every issue gives a row of facts that the vocabulary takes for possible (PH-1, PH-4)."""
    issues = (
        reported(),
        reported(account_id="own", reported_blocks=CLAIMS),
        reported("i1", claims_task(medical_group_ids=frozenset({"north"})), unpostables_task()),
        resolved(reported("i1", claims_task(owner=Owner.SERVICE)), "claims1", on=D2),
    )
    rows = [issue_facts(issue, portal=AVAILITY, as_of=D2) for issue in issues]

    assert [check_row(row, vocabulary=ISSUE_VOCABULARY) for row in rows] == [()] * 4
    assert [row.account_type for row in rows] == ["", "practice's own", "", ""]
    assert [(row.practice_claims_count, row.practice_unpostables_count) for row in rows] == [
        (0, 0),
        (0, 0),
        (1, 1),
        (0, 0),
    ]
    assert [(row.age_days, row.covered_ids) for row in rows[:1]] == [(1, {"irc1", "irc2"})]
    assert rows[2].medical_group_ids == {"north"}
    assert type(rows[0]) is IssueFacts
    with pytest.raises(UnknownReference, match="portal with id 'availity'"):
        issue_facts(issues[0], portal=OPTUM, as_of=D2)


def test_a_policy_goes_through_plain_values():
    """A triage policy written and read is the same, its leaves by their tags (PH-1)."""
    assert decode_triage(encode_triage(DEFAULT_TRIAGE)) == DEFAULT_TRIAGE
    assert decode_triage(encode_triage(DEFAULT_TRIAGE), leaves=TRIAGE_LEAVES) == DEFAULT_TRIAGE


def wrong(change):
    """The default policy in plain values, with a *change* made to it."""
    plain = encode_triage(DEFAULT_TRIAGE)
    change(plain)
    return plain


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ([], r"must be an object with claims, unpostables @ \$"),
        (wrong(lambda p: p.pop("claims")), r"must be an object with claims, unpostables @ \$"),
        (
            wrong(lambda p: p["claims"]["rows"][0].update(then={"owner": "me"})),
            r"must be an object with asks_for, owner @ \$.claims.rows\[0\].then",
        ),
        (
            wrong(lambda p: p["claims"]["rows"][0]["then"].update(owner=[])),
            r"must be one of practice, service, payer @ \$.claims.rows\[0\].then",
        ),
        (
            wrong(lambda p: p["unpostables"].update(hit="any")),
            r"must be one of .* @ \$.unpostables.hit",
        ),
    ],
    ids=["a list", "one table", "half a step", "nobody", "no hit policy"],
)
def test_a_bad_policy_is_refused_with_its_place(plain, said):
    """What is no policy is refused, and the problem says where it stands (PH-1)."""
    with pytest.raises(DecodeError, match=said):
        decode_triage(plain)


def test_all_problems_of_both_tables_are_told():
    """Problems of both tables come together (PH-1)."""

    def spoil(plain):
        for kind in ("claims", "unpostables"):
            plain[kind]["hit"] = "any"

    with pytest.raises(DecodeError) as caught:
        decode_triage(wrong(spoil))
    assert len(caught.value.problems) == 2


def test_policies_are_equal_by_value():
    """Two policies of the same tables are one (PH-1)."""
    again = TriagePolicy(claims=DEFAULT_TRIAGE.claims, unpostables=DEFAULT_TRIAGE.unpostables)

    assert again == DEFAULT_TRIAGE
