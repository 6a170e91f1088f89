"""What stands on a statement and where: the page before it is text or HTML (ST-13, ST-15)."""

from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.accounts import Guarantor, StatementFormat
from revcycle.charges import AdjustmentReason
from revcycle.dunning import (
    DunningPolicy,
    LevelMessage,
    Practice,
    StatementPatient,
    StatementTextNote,
)
from revcycle.levels import LEVELS
from revcycle.printing import (
    ENGLISH_WORDING,
    SPANISH_WORDING,
    SUPPLIED_WORDINGS,
    amount_text,
    statement_page,
)
from revcycle.testing.strategies import statements
from tests.printing.paper import (
    POLICY,
    PRACTICE,
    alone,
    family_statement,
    in_format,
    in_language,
    statement_of,
)
from tests.stories.book import R1, R2, adjust, charge, family, pay, plan, run

EN = ENGLISH_WORDING


def section(page, heading):
    """The part of the page under a heading; None if there is none."""
    return next((s for s in (*page.actions, *page.details) if s.heading == heading), None)


def rows(table):
    return [*table.rows, table.foot]


# ------------------------------------------------------------------------------- the headline


def test_the_headline_is_the_amount_due_now_and_its_day():
    """ST-13: what is due now, and by when, stand before everything else."""
    page = statement_page(family_statement())

    assert page.amount == ("Amount due now", "$150.00")
    assert page.due == ("Please pay by", "April 11, 2025")


def test_the_slip_repeats_the_headline():
    """ST-13: headline = slip = due now, with the account, the number and the day."""
    page = statement_page(family_statement())

    assert page.slip.facts == (
        ("Name", "Ann Muñoz"),
        ("Account number", "a1"),
        ("Bill number", "a1:2025-03-17"),
        page.amount,
        page.due,
    )
    assert page.slip.address == (
        ("Make your check out to", ("Riverbend Family Practice",)),
        ("Mail it to", ("PO Box 12", "Springfield, MA 01102")),
    )


def test_with_nothing_due_there_is_no_day_and_no_slip():
    """ST-13: a plan whose first due lies ahead asks for nothing now, and the page says so."""
    account = run(family(charge(amount="300.00")), R1)
    account = plan(account, on=R2, start_on=date(2025, 6, 1))
    page = statement_page(statement_of(account, R2))

    assert page.amount == ("Amount due now", "$0.00")
    assert page.due == ("You do not need to pay anything now.", "")
    assert page.slip is None
    assert section(page, EN.pay) is None


@pytest.mark.parametrize("number", range(9))
def test_the_title_says_what_kind_of_bill_it_is(number):
    """ST-8: a bill, a reminder, past due, final: the title goes with the message's level."""
    page = statement_page(alone(message_level=LEVELS[number]))

    assert page.title == EN.titles[number]


def test_the_printed_level_stands_for_the_office_as_a_code():
    """DL-9: the level of the charge first billed longest ago is on the page, without its name."""
    statement = alone(printed_level=LEVELS[2], message_level=LEVELS[6])

    assert ("Office code", "2") in statement_page(statement).facts


# ----------------------------------------------------------------------------- how it comes about


def test_the_amount_is_explained_to_the_cent():
    """ST-13: due now = standard charges + plan due; with plan later and hold it is all owed."""
    now, all_owed = section(statement_page(family_statement()), EN.summary).tables

    assert rows(now) == [
        ("To pay in full now", "$50.00"),
        ("Payment plan: this payment", "$50.00"),
        ("Payment plan: late from before", "$50.00"),
        ("Amount due now", "$150.00"),
    ]
    assert rows(all_owed) == [
        ("Amount due now", "$150.00"),
        ("Payment plan: not due yet", "$200.00"),
        ("On hold: please do not pay this now", "$55.50"),
        ("All you owe us in total", "$405.50"),
    ]


def test_where_all_is_due_now_there_is_no_second_sum():
    """ST-13: a bill to be paid in full is explained in one line."""
    (now,) = section(statement_page(alone()), EN.summary).tables

    assert rows(now) == [("To pay in full now", "$80.00"), ("Amount due now", "$80.00")]


def test_a_credit_is_told_and_not_taken_off():
    """ST-13, CH-4: a credit is shown beside; the amount due now stays."""
    account = family(charge(amount="80.00"), charge("c2", "10.00"))
    account = pay(account, "c2", "15.00", R1, credit=True)
    page = statement_page(statement_of(account, R1))

    assert page.amount[1] == "$80.00"
    (said,) = section(page, EN.summary).paragraphs
    assert said.text.startswith("Your credit with us: $5.00. We have not used your credit yet.")


def test_payments_of_one_day_are_one_line():
    """ST-13: payments since the last statement, by day: a cheque may be posted in parts."""
    account = run(family(charge(amount="80.00"), charge("c2", "60.00")), R1)
    for charge_id, amount in (("c1", "10.00"), ("c2", "15.50")):
        account = pay(account, charge_id, amount, date(2025, 1, 20))
    account = pay(account, "c1", "4.50", date(2025, 2, 3))
    page = statement_page(statement_of(account, R2))

    (table,) = section(page, EN.payments).tables
    assert rows(table) == [
        ("Jan 20, 2025", "$25.50"),
        ("Feb 3, 2025", "$4.50"),
        ("Thank you. You paid", "$30.00"),
    ]


def test_the_first_statement_knows_no_last_one():
    """ST-13: before the first statement money came so far, not since the last bill."""
    account = pay(family(charge(amount="80.00")), "c1", "30.00", R1)
    page = statement_page(statement_of(account, R1))

    assert section(page, EN.first_payments) is not None
    assert section(page, EN.payments) is None


def test_charges_stand_by_patient_and_by_what_is_asked_of_them():
    """ST-12, ST-13: to pay in full, on a plan, on hold: each list says so in words."""
    care = section(statement_page(family_statement()), EN.care)

    assert [table.caption for table in care.tables] == [
        "Care for Ann Muñoz",
        "Care for Ann Muñoz: on your payment plan",
        "Care for Bob Muñoz: on hold, please do not pay this now",
    ]
    assert [rows(table) for table in care.tables] == [
        [
            *[("Jan 2, 2025", "Blood test", "$200.00", "$100.00", "$20.00", "$30.00", "$50.00")],
            ("Total", "$50.00"),
        ],
        [
            *[
                (
                    *("Jan 2, 2025", "Office visit, with Dr. Lee"),
                    *("$300.00", "$0.00", "$0.00", "$0.00", "$300.00"),
                )
            ],
            ("Total", "$300.00"),
        ],
        [
            *[("Jan 2, 2025", "X-ray of the hand", "$55.50", "$0.00", "$0.00", "$0.00", "$55.50")],
            ("Total", "$55.50"),
        ],
    ]
    assert [column.title for column in care.tables[0].columns] == [
        *("Date", "Care you got", "Full price", "Insurance paid", "Taken off", "You paid"),
        "You owe",
    ]


def test_what_taken_off_means_is_said_where_something_was():
    """ST-13: a column of a word that patients may not know is explained, and only then."""
    owed = family(charge(amount="80.00"))
    taken = adjust(owed, "c1", "5.00", R1, reason=AdjustmentReason.COURTESY)

    for account, is_said in ((taken, True), (owed, False)):
        care = section(statement_page(statement_of(account, R1)), EN.care)
        assert bool(care.paragraphs) is is_said


def test_a_charge_without_a_description_is_still_care():
    """ST-13: no list has an empty place where a service should stand."""
    page = statement_page(statement_of(family(charge(amount="80.00")), R1))

    assert section(page, EN.care).tables[0].rows[0][1] == "Medical care"


def test_a_provider_is_named_only_where_the_practice_gives_a_name():
    """ST-15: an id means nothing to a patient, so it never prints."""
    text = repr([attrs.asdict(s) for s in statement_page(family_statement()).details])

    assert "Dr. Lee" in text
    assert "dr9" not in text
    assert "dr1" not in text


# ------------------------------------------------------------------------------ simplified


def test_a_simplified_statement_shows_day_service_and_what_is_owed():
    """ST-8: less detail, the same amount, and the sum of the lines is still all that is owed."""
    page = statement_page(attrs.evolve(family_statement(), simplified=True))
    care = section(page, EN.care)

    assert [column.title for column in care.tables[0].columns] == [
        *("Date", "Care you got", "You owe"),
    ]
    assert care.paragraphs == ()
    assert [table.foot[1] for table in care.tables] == ["$50.00", "$300.00", "$55.50"]
    assert page.amount == statement_page(family_statement()).amount


# --------------------------------------------------------------------------- message and notes


def test_one_patients_note_stands_alone_and_a_familys_are_introduced():
    """ST-9: each member's note prints, and a family knows whose it is."""
    one = alone(note="Please bring your new card.")
    two = attrs.evolve(
        one,
        patients=(
            *one.patients,
            StatementPatient(patient_id="bob", first_name="Bob", last_name="Muñoz"),
        ),
    )

    assert statement_page(one).notes == (("", "Please bring your new card."),)
    assert statement_page(two).notes == (("For Ann Muñoz:", "Please bring your new card."),)


def test_a_member_without_a_name_goes_by_the_id():
    """ST-9: among the notes as in the list of care; whose note it is must be told."""
    statement = family_statement()
    nameless = attrs.evolve(
        statement,
        patients=tuple(
            attrs.evolve(patient, first_name="\u200b", last_name="")
            for patient in statement.patients
        ),
        notes=(StatementTextNote(patient_id="bob", text="Hi there"),),
    )
    page = statement_page(nameless)

    assert page.notes == (("For bob:", "Hi there"),)
    assert section(page, EN.care).tables[0].caption == "Care for ann"


def test_an_older_statement_without_names_still_prints():
    """ST-13: a statement kept before names were on it falls back on ids."""
    page = statement_page(attrs.evolve(family_statement(), patients=()))

    captions = [table.caption for table in section(page, EN.care).tables]
    assert captions[0] == "Care for ann"


# ----------------------------------------------------------------------------------- actions


def test_what_to_do_comes_in_the_order_in_which_it_is_needed():
    """ST-15: pay, ask, get time, get help, object, see more."""
    page = statement_page(alone())

    assert [action.heading for action in page.actions] == [
        "How to pay",
        "If you have questions",
        "If you need more time to pay",
        "If you need help with the cost",
        "If something looks wrong",
        "If you want more detail",
    ]
    pay_it, ask = page.actions[:2]
    assert [(item.text, item.link) for item in pay_it.items] == [
        ("Pay online at", "https://pay.example.org"),
        ("Pay by mail: send a check with the slip at the end of this bill.", ""),
        ("Pay by phone with your card.", ""),
        ("Pay at the front desk.", ""),
    ]
    assert [p.text for p in ask.paragraphs][:2] == [
        "Call us at (555) 555-0100.",
        "Monday to Friday, 8 am to 5 pm",
    ]


def test_a_practice_that_says_nothing_leaves_no_empty_headings():
    """ST-15: what the practice does not say is not there; a bill still prints."""
    page = statement_page(alone(policy=DunningPolicy()))

    assert page.sender == ()
    assert [action.heading for action in page.actions] == ["If you have questions"]
    assert page.slip.address == ()


def test_the_other_forms_are_offered_to_those_who_do_not_have_them():
    """ST-15: large print and the other language are offered, each in its own words."""
    offers = section(statement_page(alone()), EN.questions).paragraphs[2:]
    assert [(offer.text, offer.language) for offer in offers] == [
        (EN.large_print, "en"),
        (SPANISH_WORDING.own_language, "es"),
    ]
    large = statement_page(in_format(alone(), StatementFormat.LARGE_PRINT))
    assert EN.large_print not in [p.text for p in section(large, EN.questions).paragraphs]


def test_nobody_is_offered_the_language_that_is_read_already():
    """ST-15: whatever the region of its tag; another language is offered once."""
    british = attrs.evolve(EN, language="en-GB")
    mexican = attrs.evolve(SPANISH_WORDING, language="es-MX")
    wordings = (EN, british, SPANISH_WORDING, mexican)
    for reader in ("en", "en-GB", "en-AU"):
        page = statement_page(in_language(alone(), reader), wordings=wordings)
        offers = section(page, EN.questions).paragraphs[2:]
        assert [offer.language for offer in offers] == [
            "en-GB" if reader == "en-GB" else "en",
            "es",
        ]


# ---------------------------------------------------------------------------------- languages


def test_a_reader_of_spanish_gets_spanish_words_dates_and_message():
    """ST-15: fixed texts, message and the practice's own words in the guarantor's language."""
    ann = attrs.evolve(alone().addressee, language="es-MX")
    texts = tuple(
        attrs.evolve(PRACTICE.texts[0], language=each.language, hours=each.hours)
        for each in PRACTICE.texts
    )
    own = attrs.evolve(POLICY, practice=attrs.evolve(PRACTICE, texts=texts))
    page = statement_page(statement_of(family(charge(amount="80.00"), guarantor=ann), R1, own))

    assert page.language == page.message.language == "es"
    assert page.is_language_missing is False
    assert page.due == ("Pague a más tardar el", "31 de enero de 2025")
    assert section(page, "Si tiene preguntas").paragraphs[1].text == "De lunes a viernes, de 8 a 5"


def test_a_missing_language_falls_back_to_english_and_the_page_says_so():
    """ST-15: what is not there in Vietnamese stands in English, each part by itself."""
    own = attrs.evolve(
        POLICY, messages=(LevelMessage(level=LEVELS[0], text="Cảm ơn quý vị.", language="vi"),)
    )
    ann = attrs.evolve(alone().addressee, language="vi")
    statement = statement_of(family(charge(amount="80.00"), guarantor=ann), R1, own)
    page = statement_page(statement)

    assert (statement.message_language, statement.practice_language) == ("vi", "en")
    assert statement.is_language_missing is True
    assert (page.message.text, page.message.language) == ("Cảm ơn quý vị.", "vi")
    assert (page.language, page.is_language_missing) == ("en", True)


def test_the_practices_words_alone_may_be_missing():
    """ST-15: headings and message speak Spanish, the practice does not, and the page says so."""
    own = attrs.evolve(POLICY, practice=attrs.evolve(PRACTICE, texts=PRACTICE.texts[:1]))
    ann = attrs.evolve(alone().addressee, language="es")
    page = statement_page(statement_of(family(charge(amount="80.00"), guarantor=ann), R1, own))

    assert (page.language, page.message.language, page.is_language_missing) == ("es", "es", True)
    hours = section(page, "Si tiene preguntas").paragraphs[1]
    assert (hours.text, hours.language) == ("Monday to Friday, 8 am to 5 pm", "en")


def test_fixed_words_alone_may_be_missing():
    """ST-15: message and practice speak Vietnamese, the headings do not, and the page says so."""
    texts = attrs.evolve(PRACTICE.texts[0], language="vi", hours="8 giờ đến 5 giờ")
    own = attrs.evolve(
        POLICY,
        messages=(LevelMessage(level=LEVELS[0], text="Cảm ơn quý vị.", language="vi"),),
        practice=attrs.evolve(PRACTICE, texts=(*PRACTICE.texts, texts)),
    )
    ann = attrs.evolve(alone().addressee, language="vi")
    statement = statement_of(family(charge(amount="80.00"), guarantor=ann), R1, own)

    assert statement.is_language_missing is False
    assert statement_page(statement).is_language_missing is True
    vietnamese = attrs.evolve(ENGLISH_WORDING, language="vi", amount_due="Số tiền phải trả")
    whole = statement_page(statement, wordings=(*SUPPLIED_WORDINGS, vietnamese))
    assert (whole.amount[0], whole.is_language_missing) == ("Số tiền phải trả", False)


# ------------------------------------------------------------------------------ awkward content


@given(statements(texts=st.text()))
def test_no_sign_that_prints_nothing_gets_onto_the_page(statement):
    """Control signs, halves of signs and signs that turn a line round are left out."""
    page = statement_page(statement)
    shown = repr([attrs.asdict(page)])

    assert "\\x" not in shown.replace("\\xa0", "")
    assert "\\u202e" not in shown
    shown.encode("utf-8")


@pytest.mark.parametrize("sign", ["\x00", "\n", "\t", "\u202e", "\ud800", "\u2028", "\ufeff"])
def test_a_name_stands_on_one_line(sign):
    """A line break in a name is a blank, and what does not print is nothing."""
    named = Guarantor(id="g1", first_name=f"An{sign}n", last_name=f"Lee{sign}")
    page = statement_page(alone(addressee=named))

    assert page.addressee[0] in ("Ann Lee", "An n Lee")


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u06cc\u0645",
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
        "\u0d2e\u0d4b\u0d39\u0d28\u0d4d\u200d \u0d32\u0d3e\u0d32\u0d4d\u200d",
        "\u06f1\u06f4\u06f0\u06f3 \u0647\u200d.",
    ],
    ids=["Persian", "Sinhala", "Malayalam, at each word's end", "Persian, before a full stop"],
)
def test_a_joiner_stays_behind_the_letters_that_it_shapes(name):
    """ST-9, ST-15: without it the word is misspelt; elsewhere it is a sign that nobody sees."""
    stray = f"\u200d{name} \u200c \u200dLe\u200ce\u0301 Jose\u0301\u200d 1\u200d2\u200c"
    page = statement_page(alone(addressee=Guarantor(id="g1", first_name=stray)))

    assert page.addressee == (f"{name} Le\xe9 Jos\xe9 12",)
    doubled = name.replace("\u200c", "\xad\u200c\ufeff").replace("\u200d", "\u200b\u200d")
    twin = statement_page(alone(addressee=Guarantor(id="g1", first_name=doubled)))
    assert twin.addressee == (name,)


def test_large_amounts_keep_every_cent():
    """M-1: the largest amount there can be is printed to the cent, with its thousands apart."""
    statement = attrs.evolve(alone(), due_now=Decimal("999999999999.99"))

    assert statement_page(statement).amount[1] == "$999,999,999,999.99"
    assert amount_text(Decimal("-1234.50")) == "-$1,234.50"
    assert amount_text(Decimal("0.00")) == "$0.00"


def test_nothing_private_is_in_the_repr_of_a_page():
    """PR-6: whoever logs a page shows no name, no note, no address and no figure of care."""
    statement = alone(note="Please bring your new card.", practice=Practice())
    shown = repr(statement_page(statement)) + repr(statement)

    assert [word for word in ("Ann", "Muñoz", "card", "Elm", "Office visit") if word in shown] == []
