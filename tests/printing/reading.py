"""How hard a text is to read, by published formulas, and what patients should never have to read.

English: the Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom 1975),
``0.39 words/sentences + 11.8 syllables/words - 15.59``: the school year that understands it.

Spanish: the ease of Fernández Huerta (1959),
``206.84 - 60 syllables/words - 1.02 words/sentences``: 60 to 70 is the seventh and eighth year,
more is easier.
"""

import re

__all__ = ["BANNED", "english_grade", "found_in", "sentences_in", "spanish_ease", "words_in"]

# Trade words, codes and threats. Whole words or beginnings of words, in lower case.
BANNED = {
    "en": (
        *("contractual", "adjudicat", "eob", "a/r", "dunning", "remit", "delinquen", "guarantor"),
        *("collections", "collection agency", "coinsurance", "deductible", "copay", "ledger"),
        *("adjust", "write-off", "bad debt", "encounter", "transaction", "accounts receivable"),
        *("cpt", "icd", "hcpcs", "npi", "dos", "payer", "subscriber", "beneficiary", "allowed"),
        *("legal", "lawyer", "attorney", "court", "sue", "lawsuit", "garnish", "credit report"),
        *("penalt", "immediately", "failure to", "hereby", "pursuant", "terminal", "outstanding"),
    ),
    "es": (
        *("contractual", "adjudica", "eob", "moros", "deudor", "garante", "remesa", "remit"),
        *("cobranza", "coaseguro", "deducible", "copago", "ajuste", "incobrable", "transacción"),
        *("cpt", "icd", "hcpcs", "cuentas por cobrar", "beneficiario", "suscriptor"),
        *("legal", "abogado", "tribunal", "demanda", "embargo", "penalidad", "multa", "juicio"),
        *("inmediatamente", "incumplimiento", "por la presente"),
    ),
}


SHORT = 5


def found_in(text: str, language: str) -> list[str]:
    """The banned words of *language* that *text* holds, whatever their case."""
    folded = text.casefold()
    found = []
    for word in BANNED[language]:
        ends = r"(?!\w)" if len(word) < SHORT else ""  # a short one is no beginning of another
        if re.search(rf"(?<!\w){re.escape(word)}{ends}", folded):
            found.append(word)
    return found


def words_in(text: str) -> list[str]:
    """The words of *text*; figures and signs are none."""
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text)


def sentences_in(text: str) -> int:
    """How many sentences *text* has; a heading without a full stop is one."""
    return max(1, len(re.findall(r"[^.!?:]+[.!?:]|[^.!?:]+$", text.strip())))


def english_grade(*texts: str) -> float:
    """The Flesch-Kincaid grade of *texts* together."""
    words = [word for text in texts for word in words_in(text)]
    sentences = sum(map(sentences_in, texts))
    syllables = sum(map(english_syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def english_syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end or in -ed."""
    folded = word.casefold()
    groups = re.findall(r"[aeiouy]+", folded)
    silent = re.search(r"[^aeiouyl]e$|[^aeioutd]ed$|[^aeiouy]es$", folded)
    return max(1, len(groups) - bool(silent and len(groups) > 1))


def spanish_ease(*texts: str) -> float:
    """The ease of Fernández Huerta of *texts* together."""
    words = [word for text in texts for word in words_in(text)]
    sentences = sum(map(sentences_in, texts))
    syllables = sum(map(spanish_syllables, words))
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / sentences


def spanish_syllables(word: str) -> int:
    """Vowels, less those that glide: an unstressed i or u beside another vowel."""
    folded = re.sub(r"(?<=[qg])u(?=[eiéí])", "", word.casefold())
    folded = re.sub(r"y$", "i", folded)
    count = 0
    before = ""
    for sign in folded:
        if sign in "aeiouáéíóúü":
            glides = (sign in "iuü" and before in tuple("aeoáéóiuü")) or (
                before in tuple("iuü") and sign in "aeoáéóiu"
            )
            count += not glides
        before = sign
    return max(1, count)
