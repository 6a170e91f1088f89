"""The statement as text: whole, in order, and never wider than 80 columns (ST-13)."""

import unicodedata
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.accounts import StatementFormat
from revcycle.dunning import DunningPolicy, preview_statement
from revcycle.printing import ENGLISH_WORDING, WIDTH, statement_text
from revcycle.testing.strategies import statements
from tests.printing.paper import (
    POLICY,
    alone,
    family_statement,
    household,
    in_format,
    in_language,
)
from tests.stories.book import R3

WHOLE = """\
Riverbend Family Practice
PO Box 12
Springfield, MA 01102

YOUR BILL
================================================================================
AMOUNT DUE NOW: $80.00
PLEASE PAY BY: January 31, 2025
================================================================================

Ann Muñoz
12 Elm Street
Apt. 3
Springfield, MA 01101

Account number: a1
Bill number: a1:2025-01-06
Bill date: January 6, 2025
Office code: 0

Thank you for choosing us for your care. This bill shows what you owe. Please
call us if you have any questions.

A NOTE FOR YOU
--------------
Please bring your new card.

HOW TO PAY
----------
* Pay online at https://pay.example.org
* Pay by mail: send a check with the slip at the end of this bill.
* Pay by phone with your card.
* Pay at the front desk.

IF YOU HAVE QUESTIONS
---------------------
Call us at (555) 555-0100.
Monday to Friday, 8 am to 5 pm
You can also get this bill in large print. Just ask us.
¿Prefiere esta factura en español? Solo tiene que pedirla.

IF YOU NEED MORE TIME TO PAY
----------------------------
Call us. We can spread your bill over time.

IF YOU NEED HELP WITH THE COST
------------------------------
You may be able to get help. Ask us for the form.

IF SOMETHING LOOKS WRONG
------------------------
Call us before the day in the box above.

IF YOU WANT MORE DETAIL
-----------------------
Call us for a list of each service and its price.

HOW WE GOT THIS AMOUNT
----------------------
What it is          Amount
------------------  ------
To pay in full now  $80.00
------------------  ------
Amount due now      $80.00

WHAT THIS BILL IS FOR
---------------------
Care for Ann Muñoz

Date         Care you got    Full  Insurance  Taken    You     You
                            price       paid    off   paid     owe
-----------  ------------  ------  ---------  -----  -----  ------
Jan 2, 2025  Office visit  $80.00      $0.00  $0.00  $0.00  $80.00
-----------  ------------  ------  ---------  -----  -----  ------
Total                                                       $80.00

- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
Cut here and send this part with your payment.

PAYMENT SLIP
------------
Name: Ann Muñoz
Account number: a1
Bill number: a1:2025-01-06
Amount due now: $80.00
Please pay by: January 31, 2025

Amount you send: $ ______________

Make your check out to:
  Riverbend Family Practice

Mail it to:
  PO Box 12
  Springfield, MA 01102

Please write your account number on your check.
"""


def test_a_whole_statement():
    """ST-8, ST-9, ST-13, ST-15: a first bill, as Ann gets it."""
    assert statement_text(alone(note="Please bring your new card.")) == WHOLE


def columns(line: str) -> int:
    """How many columns a line takes on a screen, counted the careful way."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in seen(line))


def seen(text: str) -> str:
    """What takes a place: all but joiners, which only say how letters are written."""
    return text.replace("\u200c", "").replace("\u200d", "")


AWKWARD = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="漢字かなカナ한국어 ", max_size=60),
    st.text(alphabet="e\u0301 ", max_size=40),
    st.text(alphabet="\u0645\u06cc\u200c\u200d ", min_size=70, max_size=100),
    st.text(alphabet="W", min_size=81, max_size=200),
    st.just("https://example.org/" + "a" * 120),
)


@given(statements(texts=AWKWARD))
def test_no_line_is_wider_than_eighty_columns(statement):
    """ST-13: whatever stands in names, notes and descriptions, whatever the amounts."""
    lines = statement_text(statement).split("\n")

    assert [line for line in lines if columns(line) > WIDTH or len(seen(line)) > WIDTH] == []
    assert lines[-1] == ""
    # What is broken over lines is all there, sign by sign.
    shown = [sign for sign in statement.message if unicodedata.category(sign)[0] not in "CZ"]
    joined = unicodedata.normalize("NFC", "".join(shown))
    assert joined in unicodedata.normalize("NFC", seen("".join("".join(lines).split())))


def test_a_joiner_takes_no_column():
    """ST-13: it is no sign of its own, so a line that is full without it is full with it."""
    word = "\u0645\u06cc\u200c" * 40
    named = attrs.evolve(alone().addressee, first_name=word.rstrip("\u200c"), last_name="")
    lines = statement_text(alone(addressee=named)).split("\n")

    assert (named.first_name in lines, columns(named.first_name)) == (True, WIDTH)


def test_what_keeps_a_numbers_direction_takes_no_column():
    """ST-13, ST-15: a line with a telephone number is as long leftward as rightward."""
    full = "x" * (WIDTH - len("(555) 555-0100"))
    for language, phone in (("en", "(555) 555-0100"), ("ar", "\u2066(555) 555-0100\u2069")):
        worded = attrs.evolve(ENGLISH_WORDING, language=language, call=f"{full}{{phone}}")
        wordings = (worded,) if language == "en" else (ENGLISH_WORDING, worded)
        lines = statement_text(in_language(alone(), language), wordings=wordings).split("\n")

        assert f"{full}{phone}" in lines


def test_a_letter_with_its_accent_takes_one_column():
    """ST-13: however a name was typed, the columns to its right stand where they should."""
    statement = family_statement()
    typed = [
        attrs.evolve(
            statement,
            lines=tuple(
                attrs.evolve(line, description=unicodedata.normalize(form, "Exámen médico"))
                for line in statement.lines
            ),
        )
        for form in ("NFC", "NFD")
    ]
    assert statement_text(typed[0]) == statement_text(typed[1])


@pytest.mark.parametrize("form", [StatementFormat.LARGE_PRINT, StatementFormat.ACCESSIBLE])
def test_an_accessible_text_has_no_columns(form):
    """ST-15: for a screen reader or Braille every figure stands behind its own label."""
    text = statement_text(in_format(family_statement(), form))

    for line in ("Care you got: Blood test", "Full price: $200.00", "You owe: $50.00"):
        assert line in text.splitlines()
    assert "----  -" not in text


def test_amounts_too_wide_for_columns_stand_behind_their_labels():
    """ST-13: where figures leave no room for words there are no columns, and nothing is cut."""
    most = Decimal("999999999999.99")
    (line,) = alone().lines
    wide = attrs.evolve(line, billed=most, insurance_paid=most, adjusted=most, patient_paid=most)
    text = statement_text(alone(lines=(wide,)))

    assert "Care you got: Office visit" in text.splitlines()
    assert text.count("$999,999,999,999.99") == 4


def test_the_order_is_amount_then_actions_then_detail_then_slip():
    """ST-13: the amount and its day stand first, then what to do, then why, last the slip."""
    text = statement_text(family_statement())
    places = [
        text.index(words)
        for words in (
            *("AMOUNT DUE NOW", "PLEASE PAY BY", "HOW TO PAY", "HOW WE GOT THIS AMOUNT"),
            *("PAYMENTS WE GOT", "WHAT THIS BILL IS FOR", "PAYMENT SLIP"),
        )
    ]

    assert places == sorted(places)
    assert text.index("AMOUNT DUE NOW") < 300


def test_the_preview_prints_the_same_text():
    """ST-10: the statement as it would be printed today is printed by the same code."""
    account = household()
    preview = preview_statement(account, as_of=R3, policy=POLICY).statement

    assert statement_text(preview) == statement_text(family_statement())


def test_a_practice_of_few_words_still_prints_a_bill():
    """ST-15: without any word of the practice the page begins with what it is."""
    assert statement_text(alone(policy=DunningPolicy())).startswith("YOUR BILL\n=")
