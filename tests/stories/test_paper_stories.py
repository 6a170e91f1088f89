"""What a patient reads: messages, notes and figures as they stand on the paper (ST-8 to ST-15)."""

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.accounts import Guarantor, StatementNote
from revcycle.dunning import (
    DEFAULT_MESSAGES,
    MESSAGE_FACTS,
    SPANISH_MESSAGES,
    DunningPolicy,
    LevelMessage,
    Practice,
    PracticeTexts,
    ProviderName,
    best_language,
    is_same_language,
    message_facts,
    message_for,
    message_table,
    practice_texts,
    preview_statement,
    run_statement,
)
from revcycle.errors import InvalidRecord
from revcycle.levels import LEVELS
from revcycle.printing import statement_page, statement_text
from revcycle.rules import audit_table, decide, explain_decision
from revcycle.testing.drawing import LANGUAGES
from revcycle.testing.strategies import policies
from tests.stories.book import (
    POLICY,
    R1,
    R2,
    R3,
    R4,
    charge,
    family,
    fault,
    pay,
    pay_plan,
    plan,
    post,
    refund,
    run,
    runs,
)

PRACTICE = Practice(
    name="Riverbend Family Practice",
    phone="555-0100",
    texts=(
        PracticeTexts(language="en", hours="8 to 5"),
        PracticeTexts(language="es", hours="de 8 a 5"),
    ),
)


def statement(account, day, policy=POLICY):
    made = run_statement(account, as_of=day, policy=policy).statement
    assert made is not None
    return made


def printed(account, day, policy=POLICY):
    return " ".join(statement_text(statement(account, day, policy)).split())


def reader_of(language):
    return Guarantor(id="g1", patient_id="ann", language=language)


# ------------------------------------------------------------------------------- ST-8 messages


def test_the_practices_own_message_is_printed_at_its_level():
    """ST-8: the practice's text for the level is on the paper; elsewhere ours is."""
    own = DunningPolicy(messages=(LevelMessage(level=LEVELS[1], text="Please remember us."),))
    account = run(family(charge()), R1, own)

    assert DEFAULT_MESSAGES[0] in printed(family(charge()), R1, own)
    assert "Please remember us." in printed(account, R2, own)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u2028\t"])
def test_a_message_that_says_nothing_is_refused(text):
    """ST-8: where a practice has no text for a level ours prints, never an empty place."""
    assert fault(LevelMessage, level=LEVELS[1], text=text) == ("LevelMessage", "text")


def test_a_simplified_paper_has_our_message_and_no_note():
    """ST-8, ST-9: simplified statements print the default messages and omit the statement note."""
    own = DunningPolicy(
        messages=(LevelMessage(level=LEVELS[0], text="Ours."),), simplified_statements=True
    )
    account = noted(family(charge()), ann="Call Ms Orr")

    text = printed(account, R1, own)
    assert DEFAULT_MESSAGES[0] in text
    assert "Ours." not in text
    assert "Call Ms Orr" not in text
    assert "Call Ms Orr" in printed(account, R1)


def test_the_paper_carries_the_level_of_the_oldest_charge():
    """DL-9: the printed level is that of the charge first billed longest ago.

    Ann's first charge goes to 2 while a new one is billed; once it is paid, the new one is left.
    """
    account = runs(family(charge()), R1, R2)
    account = post(account, charge("c2", posted_on=R2), R2)

    assert "Office code: 2" in printed(account, R3)
    assert "Office code: 0" in printed(pay(account, "c1", "100.00", R2), R3)


def test_a_family_reads_the_message_of_its_most_severe_level():
    """DL-9, ST-8: the message of the most severe charge of all; the oldest one's level beside it.

    Ann's plan charge, billed longest, is kept at 0; Bob's younger charge has reached 1.
    """
    account = run(plan(family(charge(amount="900.00"), "bob"), on=R1), R1)
    account = post(account, charge("b1", of="bob", posted_on=R1), R1)
    account = pay_plan(account, "plan", "50.00", date(2025, 1, 15))
    account = pay_plan(run(account, R2), "plan", "50.00", date(2025, 2, 19))

    text = printed(account, R3)
    assert text.startswith("REMINDER =")
    assert DEFAULT_MESSAGES[1] in text
    assert "Office code: 0" in text


def test_nobody_is_thanked_for_money_he_has_back():
    """ST-13: a payment given back is not on the paper; of one given back in part the rest is."""
    account = pay(run(family(charge()), R1), "c1", "40.00", date(2025, 1, 10))
    assert "Thank you. You paid $40.00" in printed(account, R2)
    assert "Thank you. You paid" not in printed(refund(account, "c1", "40.00", R2), R2)
    assert "Thank you. You paid $30.00" in printed(refund(account, "c1", "10.00", R2), R2)


def test_standard_and_plan_charges_stand_on_one_paper():
    """ST-3: standard and payment plan charges are billed on the same statement at the same time."""
    account = run(family(charge("a1"), charge("a2", "300.00")), R1)
    account = plan(account, "claim-a2", on=R1)

    text = printed(run(account, R2), R3)
    assert "To pay in full now $100.00" in text
    assert "Payment plan: this payment $50.00" in text
    assert "Payment plan: late from before $50.00" in text
    assert "AMOUNT DUE NOW: $200.00" in text


# ------------------------------------------------------------------------- ST-15 the languages


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_our_messages_speak_english_and_spanish(level):
    """ST-15: a supplied text for each level in either language."""
    policy = DunningPolicy()
    english = message_for(level, language="en", policy=policy)
    spanish = message_for(level, language="es", policy=policy)

    assert (english.text, english.language) == (DEFAULT_MESSAGES[level.number], "en")
    assert (spanish.text, spanish.language) == (SPANISH_MESSAGES[level.number], "es")


OWN = DunningPolicy(
    messages=(
        LevelMessage(level=LEVELS[1], text="Please remember us."),
        LevelMessage(level=LEVELS[2], text="Recuerde.", language="es-MX"),
        LevelMessage(level=LEVELS[2], text="No se olvide.", language="es-PR"),
        LevelMessage(level=LEVELS[3], text="Xin trả tiền.", language="vi"),
    )
)


@pytest.mark.parametrize(
    ("level", "language", "text", "came"),
    [
        (1, "en", "Please remember us.", "en"),
        (1, "en-GB", "Please remember us.", "en"),
        (1, "es", SPANISH_MESSAGES[1], "es"),
        (1, "vi", "Please remember us.", "en"),
        (2, "es-PR", "No se olvide.", "es-PR"),
        (2, "es", "Recuerde.", "es-MX"),
        (2, "es-AR", "Recuerde.", "es-MX"),
        (2, "en", DEFAULT_MESSAGES[2], "en"),
        (3, "vi-VN", "Xin trả tiền.", "vi"),
        (3, "VI", "Xin trả tiền.", "vi"),
        (3, "tlh", DEFAULT_MESSAGES[3], "en"),
    ],
)
def test_the_readers_language_comes_before_the_author(level, language, text, came):
    """ST-15: the practice's text in the language, else ours in it, else English, theirs first."""
    message = message_for(LEVELS[level], language=language, policy=OWN)

    assert (message.text, message.language) == (text, came)


def test_the_statement_says_when_a_language_is_missing():
    """ST-15: message or practice in English for want of the guarantor's language is flagged.

    English that says nothing stands nowhere, so nothing is missing for it.
    """
    policy = DunningPolicy(practice=PRACTICE)
    mute = Practice(texts=(PracticeTexts(language="en"),))
    silent = DunningPolicy()
    english_only = attrs.evolve(PRACTICE, texts=PRACTICE.texts[:1])
    speaks_vietnamese = attrs.evolve(
        PRACTICE, texts=(*PRACTICE.texts, PracticeTexts(language="vi", hours="8 giờ"))
    )
    cases = [
        ("en", policy, ("en", "en", False)),
        ("es", policy, ("es", "es", False)),
        ("es-MX", policy, ("es", "es", False)),
        ("vi", policy, ("en", "en", True)),
        ("es", DunningPolicy(practice=english_only), ("es", "en", True)),
        ("vi", DunningPolicy(practice=speaks_vietnamese), ("en", "vi", True)),
        ("es", DunningPolicy(practice=mute), ("es", "en", False)),
        ("es", silent, ("es", "es", False)),
        ("vi", silent, ("en", "en", True)),
    ]
    for language, rules, expected in cases:
        it = statement(family(charge(), guarantor=reader_of(language)), R1, rules)
        found = (it.message_language, it.practice_language, it.is_language_missing)
        assert found == expected, language


def test_the_practices_own_words_print_in_the_readers_language():
    """ST-15: the practice's record is on the paper, its sentences in the language of the reader."""
    policy = DunningPolicy(practice=PRACTICE)
    for language, hours in (("en", "8 to 5"), ("es", "de 8 a 5")):
        text = printed(family(charge(), guarantor=reader_of(language)), R1, policy)
        assert hours in text
        assert "Riverbend Family Practice" in text
        assert "555-0100" in text


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\xad\u2028"])
def test_what_the_practice_has_not_translated_prints_in_english(nothing):
    """ST-15: no notice is lost for want of a translation, and the statement says one is missing."""
    practice = attrs.evolve(
        PRACTICE,
        texts=(
            PracticeTexts(language="en", hours="8 to 5", assistance="Ask us for help with costs."),
            PracticeTexts(language="es", hours="de 8 a 5", assistance=nothing),
        ),
    )
    policy = DunningPolicy(practice=practice)
    account = family(charge(), guarantor=reader_of("es"))
    it = statement(account, R1, policy)
    said = [words for part in statement_page(it).actions for words in part.paragraphs]

    assert ("Ask us for help with costs.", "en") in [(w.text, w.language) for w in said]
    assert ("de 8 a 5", "es") in [(w.text, w.language) for w in said]
    assert "8 to 5" not in [w.text for w in said]
    assert (it.practice_language, it.is_language_missing) == ("es", True)


# ------------------------------------------------------------- ST-8 the choice, as a table


@given(
    policy=policies(),
    level=st.sampled_from(LEVELS),
    language=st.sampled_from((*LANGUAGES, "es-PR")),
)
def test_the_table_says_what_the_run_prints(policy, level, language):
    """ST-8: the choice as a decision table is the choice that runs make."""
    decision = decide(message_table(policy), message_facts(level, language=language))

    assert decision.outcome == message_for(level, language=language, policy=policy)


def test_the_table_asks_for_the_very_tag_first():
    """ST-8: who reads es-MX also reads es, so that row comes second, whatever was written first."""
    general = LevelMessage(level=LEVELS[2], text="Recuerde.", language="es")
    mexican = LevelMessage(level=LEVELS[2], text="Acuérdese.", language="es-MX")
    facts = message_facts(LEVELS[2], language="es-MX")
    for messages in ((general, mexican), (mexican, general)):
        policy = DunningPolicy(messages=messages)
        decision = decide(message_table(policy), facts)
        assert (decision.outcome, decision.row) == (mexican, "level 2: reads es-MX")


@pytest.mark.parametrize("policy", [DunningPolicy(), OWN], ids=["ours", "own"])
def test_the_table_leaves_no_statement_without_a_message(policy):
    """ST-8: for every level and reader some row holds, and no row is there for nothing."""
    assert audit_table(message_table(policy), MESSAGE_FACTS) == ()


def test_the_choice_can_be_explained():
    """ST-8: which text, and why not the others."""
    facts = message_facts(LEVELS[1], language="es-MX")
    explained = explain_decision(message_table(OWN), facts)

    assert explained.decision.row == "level 1: reads es"
    assert [name for name, why in explained.weighed if why.result] == [
        "level 1: reads es",
        "level 1: reads another language",
    ]


# ------------------------------------------------------------------------- ST-15 the practice


def test_a_practice_speaks_english_if_it_speaks_at_all():
    """ST-15: English stands in for a missing language, so it must be there; each language once."""
    english, spanish = PRACTICE.texts
    assert practice_texts(Practice(), "es") is None
    assert practice_texts(PRACTICE, "vi") is english
    assert practice_texts(PRACTICE, "ES-mx") is spanish
    assert Practice(texts=(attrs.evolve(english, language="en-US"),)).texts
    assert fault(Practice, texts=(spanish,)) == ("Practice", "texts")
    assert fault(Practice, texts=(english, attrs.evolve(english, language="EN"))) == (
        *("Practice", "texts"),
    )


@pytest.mark.parametrize(
    ("build", "fields", "blamed"),
    [
        (Practice, {"website": "http://pay.example.org"}, "website"),
        (Practice, {"website": "javascript:alert(1)"}, "website"),
        (Practice, {"website": "https://"}, "website"),
        (Practice, {"website": "https://pay here.example.org"}, "website"),
        (Practice, {"name": None}, "name"),
        (
            Practice,
            {"providers": (ProviderName(provider_id="d1", name="A"),) * 2},
            "providers",
        ),
        (ProviderName, {"provider_id": "d1", "name": ""}, "name"),
        (PracticeTexts, {"language": "Spanish please"}, "language"),
        (PracticeTexts, {"language": "en", "ways_to_pay": ("",)}, "ways_to_pay"),
        (PracticeTexts, {"language": "en", "hours": 8}, "hours"),
    ],
)
def test_a_practice_that_cannot_be_printed_is_refused(build, fields, blamed):
    """ST-15: the practice's record is valid by construction, and links lead to https only."""
    assert fault(build, **fields) == (build.__name__, blamed)


@pytest.mark.parametrize(
    ("wanted", "known", "best"),
    [
        ("en", (), None),
        ("es", ("fr",), None),
        ("es", ("en", "es"), "es"),
        ("es", ("es-MX", "es"), "es"),
        ("es-MX", ("es", "ES-mx"), "ES-mx"),
        ("es-MX", ("en", "es-PR", "es"), "es"),
        ("es", ("en", "es-PR", "es-MX"), "es-PR"),
        ("fr", ("es", "en-GB"), "en-GB"),
        ("est", ("es", "en"), "en"),
        ("es_MX", ("es", "en"), "es"),
    ],
)
def test_the_best_language_for_a_reader(wanted, known, best):
    """ST-15: the very tag, the language, the language of another region, English."""
    assert best_language(wanted, known) == best
    assert is_same_language("es-MX", "ES")
    assert not is_same_language("es", "est")


# ------------------------------------------------------------------------------------ ST-9 notes


def noted(account, **notes):
    """The account, each member named in *notes* with a statement note."""
    members = tuple(
        attrs.evolve(
            member,
            patient=attrs.evolve(
                member.patient,
                first_name=member.patient.id.title(),
                statement_note=StatementNote(text=notes[member.patient.id])
                if member.patient.id in notes
                else None,
            ),
        )
        for member in account.members
    )
    return attrs.evolve(account, members=members)


def test_a_note_is_printed_on_every_later_paper_beside_the_message_until_cleared():
    """ST-9: a patient's own message, on all later statements, in addition to the level's."""
    account = noted(family(charge()), ann="Please bring your new card.")
    for number, day in enumerate((R1, R2, R3)):
        text = printed(account, day)
        assert "Please bring your new card." in text
        assert DEFAULT_MESSAGES[number] in text
        account = run(account, day)
    assert "new card" not in printed(noted(account), R4)


def test_a_family_paper_prints_each_members_note_with_his_name():
    """ST-9: a family statement prints each member's note."""
    account = noted(family(charge(), "bob"), ann="for Ann only", bob="for Bob only")

    text = printed(account, R1)
    assert "For Ann: for Ann only" in text
    assert "For Bob: for Bob only" in text


# ---------------------------------------------------------------------------------- ST-10 preview


@pytest.mark.parametrize("day", [R2, date(2025, 1, 30)], ids=["due", "not due"])
def test_the_statement_as_it_would_be_printed_today(day):
    """ST-10: staff see the paper as it would be printed today; nothing changes by looking."""
    account = noted(run(family(charge()), R1), ann="Hello")
    seen = preview_statement(account, as_of=day, policy=POLICY).statement

    assert account == noted(run(family(charge()), R1), ann="Hello")
    due = attrs.evolve(account, cycle=attrs.evolve(account.cycle, next_statement_on=day))
    assert statement_text(seen) == statement_text(statement(due, day))


# ----------------------------------------------------------------------------- ST-13 the value


def test_the_statement_names_the_members_and_nothing_else_of_them():
    """ST-13, PR-6: ids and names of members; no birth date, no telephone, no staff note."""
    account = noted(family(charge("b1", of="bob"), "ann"), bob="x")
    it = statement(account, R1)

    assert [(p.patient_id, p.first_name) for p in it.patients] == [("ann", "Ann"), ("bob", "Bob")]
    assert {field.name for field in attrs.fields(type(it.patients[0]))} == {
        *("patient_id", "first_name", "last_name"),
    }
    assert "Bob" not in repr(it)


def test_every_level_of_a_patient_who_never_pays_is_a_different_paper():
    """ST-8: from the first bill to the final notice each statement has a title of its own."""
    account, titles = family(charge()), []
    for day in (R1, R2, R3, R4):
        text = statement_text(statement(account, day))
        titles.append(text.split("\n", 1)[0])
        account = runs(account, day)
    assert titles == ["YOUR BILL", "REMINDER", "PAST DUE", "FINAL NOTICE"]


def test_a_practice_that_is_none_is_refused_by_the_policy():
    """ST-15: the practice is a record."""
    with pytest.raises(InvalidRecord):
        DunningPolicy(practice="Riverbend")
