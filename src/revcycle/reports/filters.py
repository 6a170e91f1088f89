"""What the filters of a report may ask: the facts of a charge, a transaction, a patient, a contact.

A filter is a rule (`revcycle.rules`) over one flat row. Dates are no facts: the days a report is
about are its span.
"""

from __future__ import annotations

from typing import Final

import attrs

from revcycle.accounts import InsuranceClass
from revcycle.charges import AdjustmentReason, TransactionKind
from revcycle.contacts import ContactChannel, ContactResult
from revcycle.rules import ALWAYS, BoolFact, IntFact, Rule, SetFact, StrFact, Vocabulary, describe

__all__ = [
    "CHARGE_FACTS",
    "CHARGE_KIND",
    "CONTACT_FACTS",
    "PATIENT_FACTS",
    "TRANSACTION_FACTS",
    "ChargeFacts",
    "ContactFacts",
    "PatientFacts",
    "TransactionFacts",
    "filter_words",
]

_DEPARTMENT: Final = StrFact("department_id", label="department")
_PROVIDER: Final = StrFact("provider_id", label="provider")


@attrs.frozen(kw_only=True)
class ChargeFacts:
    """One charge at the end of a day, for ageing (RP-1).

    Attributes:
        department_id: where; may be empty.
        provider_id: the rendering provider; may be empty.
        is_self_pay_claim: billed to the patient and not to insurance.
        is_on_plan: whether it was on a payment plan that day.
        outstanding_cents: what it owed; negative for a credit.
        age_days: days since it was posted.
    """

    department_id: str
    provider_id: str
    is_self_pay_claim: bool
    is_on_plan: bool
    outstanding_cents: int
    age_days: int


CHARGE_FACTS: Final = Vocabulary.of(
    ChargeFacts,
    _DEPARTMENT,
    _PROVIDER,
    BoolFact("is_self_pay_claim", label="self-pay claim"),
    BoolFact("is_on_plan", label="on a payment plan"),
)
"""What a filter of an ageing may ask."""


@attrs.frozen(kw_only=True)
class TransactionFacts:
    """One transaction, for activity and bad debt (RP-2, RP-3).

    Attributes:
        kind: what it does; ``charge`` for the posting of a charge itself.
        reason: of an adjustment; empty for any other kind.
        amount_cents: more than nothing, but for a charge of nothing.
        is_on_plan: whether its charge was on a payment plan when it was posted.
        is_self_pay_claim: whether its charge is of a self-pay claim.
        department_id: of its charge; may be empty.
        provider_id: of its charge; may be empty.
    """

    kind: str
    reason: str
    amount_cents: int
    is_on_plan: bool
    is_self_pay_claim: bool
    department_id: str
    provider_id: str


CHARGE_KIND: Final = "charge"
"""The kind of the posting of a charge, beside those of its transactions."""

TRANSACTION_FACTS: Final = Vocabulary.of(
    TransactionFacts,
    StrFact("kind", values=(CHARGE_KIND, *(kind.value for kind in TransactionKind))),
    StrFact("reason", values=("", *(reason.value for reason in AdjustmentReason))),
    IntFact("amount_cents", label="amount", unit="cents", least=0),
    BoolFact("is_on_plan", label="on a payment plan"),
    BoolFact("is_self_pay_claim", label="self-pay claim"),
    _DEPARTMENT,
    _PROVIDER,
)
"""What a filter of an activity or bad-debt report may ask."""


@attrs.frozen(kw_only=True)
class PatientFacts:
    """One patient, for the report of restricted patients (RP-4). None of it tells who it is.

    Attributes:
        is_restricted: whether a health-plan restriction held.
        primary_department_id: the current department; may be empty.
        usual_provider_id: the primary provider; may be empty.
        insurance_class: self pay is primary, or other is (WL-6).
    """

    is_restricted: bool
    primary_department_id: str
    usual_provider_id: str
    insurance_class: str


PATIENT_FACTS: Final = Vocabulary.of(
    PatientFacts,
    BoolFact("is_restricted", label="restricted for self-pay"),
    StrFact("primary_department_id", label="department"),
    StrFact("usual_provider_id", label="provider"),
    StrFact("insurance_class", values=tuple(each.value for each in InsuranceClass)),
)
"""What a filter of the report of restricted patients may ask."""


@attrs.frozen(kw_only=True)
class ContactFacts:
    """One contact, as far as the viewer may know it (RP-5, PR-3).

    Attributes:
        service: what made it.
        channel: telephone, text message, e-mail, or a results call.
        result: what came of it.
        minute: of the local day, 0 for midnight.
        patient_id: whom it was about; empty where that may not be known.
        department_id: may be empty.
        provider_id: may be empty.
        text_words: the words of the text, in lower case; none where it may not be known.
    """

    service: str
    channel: str
    result: str
    minute: int
    patient_id: str
    department_id: str
    provider_id: str
    text_words: frozenset[str]


CONTACT_FACTS: Final = Vocabulary.of(
    ContactFacts,
    StrFact("channel", values=tuple(channel.value for channel in ContactChannel)),
    StrFact("result", values=tuple(result.value for result in ContactResult)),
    IntFact("minute", label="minute of the day", least=0, most=24 * 60 - 1),
    StrFact("patient_id", label="patient"),
    _DEPARTMENT,
    _PROVIDER,
    SetFact("text_words", label="words of the text"),
)
"""What a filter of contact activity may ask."""


def filter_words(filters: Rule, vocabulary: Vocabulary) -> str:
    """Say *filters* as the end of a caption; nothing where all passes."""
    return "" if filters == ALWAYS else f"; where {describe(filters, vocabulary=vocabulary)}"
