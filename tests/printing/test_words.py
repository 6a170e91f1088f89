"""The fixed words of statements: complete, plain, kind, and easy enough to read (ST-8, ST-15)."""

import attrs
import pytest

from revcycle.dunning import DEFAULT_MESSAGES, SPANISH_MESSAGES
from revcycle.errors import InvalidRecord
from revcycle.printing import (
    ENGLISH_WORDING,
    SPANISH_WORDING,
    SUPPLIED_WORDINGS,
    Wording,
    direction_of,
    filled,
    wording_for,
)
from tests.printing.reading import (
    english_grade,
    english_syllables,
    found_in,
    sentences_in,
    spanish_ease,
    spanish_syllables,
    words_in,
)

MESSAGES = {"en": DEFAULT_MESSAGES, "es": SPANISH_MESSAGES}


def texts_of(wording: Wording) -> list[str]:
    """Every fixed text of a language: labels, titles, sentences, level messages."""
    skipped = {"language", "months", "short_months", "long_date", "short_date", "titles"}
    names = [field.name for field in attrs.fields(Wording) if field.name not in skipped]
    texts = [getattr(wording, name) for name in names]
    return [*texts, *wording.titles, *MESSAGES[wording.language]]


TEXTS = {wording.language: texts_of(wording) for wording in SUPPLIED_WORDINGS}


@pytest.mark.parametrize("language", TEXTS)
def test_no_fixed_text_has_a_word_of_the_trade_or_a_threat(language):
    """Patients read plain words, and nothing that frightens them (ST-8, ST-15)."""
    assert {text: found for text in TEXTS[language] if (found := found_in(text, language))} == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Contractual adj.", "en"),
        ("See your EOB", "en"),
        ("Dunning level 3", "en"),
        ("A/R balance", "en"),
        ("We will sue", "en"),
        ("Pago moroso", "es"),
        ("Acción legal", "es"),
    ],
)
def test_the_net_for_words_catches_them(text, language):
    """A banned word is found in any case and inside a text."""
    assert found_in(text, language)
    assert not found_in("Pay the issue we pursue, or por el lugar del caso", language)


def test_english_reads_at_the_eighth_grade_or_below():
    """ST-15: Flesch-Kincaid grade 8 at most, over all fixed texts and in every sentence of one."""
    assert english_grade(*TEXTS["en"]) <= 5
    long = [text for text in TEXTS["en"] if len(words_in(text)) >= 8]
    assert len(long) >= 12
    assert {text: grade for text in long if (grade := english_grade(text)) > 8} == {}


def test_spanish_reads_at_the_eighth_grade_or_below():
    """ST-15: an ease of Fernández Huerta of 60 at least, which is the eighth year of school."""
    assert spanish_ease(*TEXTS["es"]) >= 70
    long = [text for text in TEXTS["es"] if len(words_in(text)) >= 8]
    assert len(long) >= 12
    assert {text: ease for text in long if (ease := spanish_ease(text)) < 60} == {}


def test_the_measures_are_those_of_the_books():
    """Counted by hand: words, sentences, syllables, and the figures they give."""
    assert words_in("Call us at (555) 555-0100, don't wait.") == [
        *("Call", "us", "at", "don't", "wait"),
    ]
    assert sentences_in("Thank you. We are glad to help!") == 2
    assert sentences_in("Amount due now") == 1
    assert english_grade("The cat sat on the mat.") == pytest.approx(-1.45)
    hard = "Contractual adjudication determines institutional reimbursement responsibilities."
    assert english_grade(hard) > 20
    for word, count in (("please", 1), ("payment", 2), ("received", 2), ("table", 2), ("owe", 1)):
        assert english_syllables(word) == count
    for word, count in (
        *(("cuenta", 2), ("día", 2), ("pague", 2), ("atención", 3), ("cuidado", 3)),
        *(("aún", 2), ("número", 3), ("hoy", 1), ("pagarlo", 3), ("seguro", 3)),
    ):
        assert spanish_syllables(word) == count
    assert spanish_ease("Pague hoy.") == pytest.approx(206.84 - 60 * 1.5 - 1.02 * 2)


@pytest.mark.parametrize("wording", SUPPLIED_WORDINGS, ids=lambda w: w.language)
def test_each_language_has_every_text_once(wording):
    """ST-8: nine titles and nine messages, twelve months, and no two alike."""
    for texts in (wording.titles, MESSAGES[wording.language], wording.months):
        assert len(set(texts)) == len(texts)
    assert [len(wording.titles), len(wording.months), len(wording.short_months)] == [9, 12, 12]


def test_nothing_is_left_untranslated():
    """ST-15: no sentence of one language stands in the other."""
    shared = set(TEXTS["en"]) & set(TEXTS["es"])

    assert shared <= {"Total"}


BROKEN = {
    "a text that is empty": {"amount_due": ""},
    "months of a shorter year": {"months": ENGLISH_WORDING.months[:11]},
    "a month without a name": {"short_months": ("", *ENGLISH_WORDING.short_months[1:])},
    "eight titles for nine levels": {"titles": ENGLISH_WORDING.titles[1:]},
    "a date without its year": {"long_date": "{month} {day}"},
    "a place that nothing fills": {"care_for": "Care for {name} by {doctor}"},
    "a place that is missing": {"call": "Call us."},
    "a list for a text": {"slip": ("Slip",)},
}


@pytest.mark.parametrize("case", BROKEN)
def test_words_that_could_not_be_printed_are_refused(case):
    """ST-15: a wording is complete by construction, and its places are those that are filled."""
    ((name, value),) = BROKEN[case].items()
    with pytest.raises(InvalidRecord) as caught:
        attrs.evolve(ENGLISH_WORDING, **{name: value})
    assert (caught.value.record, caught.value.field) == ("Wording", name)


def test_what_is_filled_in_is_never_read_as_a_place():
    """A name with braces prints as it stands, and fills nothing else."""
    assert filled("{service}, with {name}", service="{name}", name="Lee") == "{name}, with Lee"
    assert filled("For {name}:", name="{0} {oops}") == "For {0} {oops}:"


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("en", ENGLISH_WORDING),
        ("es", SPANISH_WORDING),
        ("es-MX", SPANISH_WORDING),
        ("ES", SPANISH_WORDING),
        ("es_419", SPANISH_WORDING),
        ("est", ENGLISH_WORDING),
        ("vi", ENGLISH_WORDING),
    ],
)
def test_english_stands_in_for_a_language_that_is_missing(wanted, chosen):
    """ST-15: the language, of whatever region; else English."""
    assert wording_for(wanted, SUPPLIED_WORDINGS) is chosen


def test_words_without_english_are_refused():
    """ST-15: without English there is nothing to stand in."""
    assert wording_for("es", (SPANISH_WORDING,)) is SPANISH_WORDING
    with pytest.raises(InvalidRecord, match="English"):
        wording_for("vi", (SPANISH_WORDING,))


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        *(("ar", "rtl"), ("fa-IR", "rtl"), ("HE", "rtl"), ("ur_PK", "rtl"), ("ckb", "rtl")),
        *(("en", "ltr"), ("es-MX", "ltr"), ("vi", "ltr"), ("arn", "ltr"), ("zh-Hant", "ltr")),
        *(("az-Arab", "rtl"), ("az", "ltr"), ("ar-Latn", "ltr"), ("pa-arab-PK", "rtl")),
        *(("ks", "rtl"), ("pes", "rtl"), ("azb", "rtl"), ("bal", "rtl"), ("bqi", "rtl")),
        *(("sdh", "rtl"), ("rhg", "rtl"), ("prs-AF", "rtl"), ("ff-Adlm", "rtl")),
        *(("pa-PK", "rtl"), ("uz_AF", "rtl"), ("KU-iq", "rtl"), ("pa-Guru-PK", "ltr")),
        *(("pa", "ltr"), ("pa-IN", "ltr"), ("uz", "ltr"), ("ku-TR", "ltr"), ("ks-Deva", "ltr")),
        *(("sd", "rtl"), ("sd-IN", "ltr"), ("sd-Arab-IN", "rtl"), ("ug-KZ", "ltr")),
        *(("en-u-nu-arab", "ltr"), ("fa-u-nu-latn", "rtl"), ("pa-x-pk", "ltr"), ("", "ltr")),
    ],
)
def test_a_language_runs_as_its_script_does(language, direction):
    """ST-15: the script that the tag names, else that of the language, in that country."""
    assert direction_of(language) == direction
