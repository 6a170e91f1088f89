"""The texts that statements print for levels: the record, and those we supply (ST-8, ST-15).

The supplied texts say where the bill stands and what to do, in plain words. They threaten nothing
and promise nothing that a practice may not keep; a practice that wants to say more writes its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from revcycle.checks import WORDS, check_fields, one_of
from revcycle.dunning.languages import ENGLISH, LANGUAGE, primary_tag
from revcycle.levels import LEVELS, DunningLevel

__all__ = [
    "DEFAULT_MESSAGES",
    "SPANISH_MESSAGES",
    "SUPPLIED",
    "LevelMessage",
    "messages_by_level",
]


@attrs.frozen(kw_only=True)
class LevelMessage:
    """A statement text for a level, in one language (ST-8, ST-15).

    Attributes:
        level: 0 to 8.
        text: what is printed; not blank, for where there is no text ours prints.
        language: the language it is written in, a tag such as ``en``.
    """

    level: DunningLevel
    text: str
    language: str = ENGLISH

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(
            self, (("level", one_of(DunningLevel)), ("text", WORDS), ("language", LANGUAGE))
        )


DEFAULT_MESSAGES: Final = (
    (
        "Thank you for choosing us for your care. This bill shows what you owe. Please call us if "
        "you have any questions."
    ),
    (
        "This is a friendly reminder. We have not yet received full payment for an earlier bill. "
        "If you have just paid, thank you."
    ),
    (
        "You have a balance that is past due. Please pay the amount due now, or call us if you "
        "need more time. We are glad to help."
    ),
    (
        "You have a balance that is long past due. Please pay the amount due now, or call us "
        "today. You can ask us about a payment plan or about help with the cost."
    ),
    (
        "You have a balance that is still unpaid after our final notice. Please call us today. "
        "We want to help you find a way to pay."
    ),
    (
        "We did not receive your last plan payment in full. Please pay the amount due now to "
        "keep your plan on track. If you have just paid, thank you."
    ),
    (
        "Your payment plan is behind. Please pay the amount due now. If the plan does not work "
        "for you any more, call us and we can look at it with you."
    ),
    (
        "Your payment plan is far behind. Please pay the amount due now, or call us today. We want "
        "to help you keep your plan."
    ),
    (
        "Your payment plan is still behind after our final notice. Please call us today. We want "
        "to help you find a way to pay."
    ),
)
"""Our English text for each level, indexed by its number."""

SPANISH_MESSAGES: Final = (
    (
        "Gracias por confiar en nosotros para su cuidado. Esta factura muestra lo que usted "
        "debe. Llámenos si tiene alguna pregunta."
    ),
    (
        "Este es un recordatorio amable. Aún no recibimos el pago completo de una factura "
        "anterior. Si ya pagó, muchas gracias."
    ),
    (
        "Usted tiene un saldo vencido. Por favor, pague ahora la cantidad indicada, o llámenos "
        "si necesita más tiempo. Le ayudamos con gusto."
    ),
    (
        "Usted tiene un saldo vencido hace mucho tiempo. Por favor, pague ahora la cantidad "
        "indicada, o llámenos hoy. Puede pedirnos un plan de pagos o ayuda con el costo."
    ),
    (
        "Usted tiene un saldo que sigue sin pagar después de nuestro último aviso. Por favor, "
        "llámenos hoy. Queremos ayudarle a encontrar una forma de pagar."
    ),
    (
        "No recibimos completo su último pago del plan. Por favor, pague ahora la cantidad "
        "indicada para seguir con su plan. Si ya pagó, muchas gracias."
    ),
    (
        "Su plan de pagos está atrasado. Por favor, pague ahora la cantidad indicada. Si el plan "
        "ya no le sirve, llámenos y lo vemos con usted."
    ),
    (
        "Su plan de pagos está muy atrasado. Por favor, pague ahora la cantidad indicada, o "
        "llámenos hoy. Queremos ayudarle a seguir con su plan."
    ),
    (
        "Su plan de pagos sigue atrasado después de nuestro último aviso. Por favor, llámenos "
        "hoy. Queremos ayudarle a encontrar una forma de pagar."
    ),
)
"""Our Spanish text for each level, indexed by its number."""


def messages_by_level(own: Sequence[LevelMessage]) -> tuple[tuple[LevelMessage, ...], ...]:
    """Give, for each level, every language's text: the practice's *own*, where none ours (ST-8)."""
    if not own:
        return SUPPLIED
    found = []
    for supplied in SUPPLIED:
        level = supplied[0].level
        texts = [message for message in own if message.level is level]
        languages = {primary_tag(message.language) for message in texts}
        texts += [message for message in supplied if message.language not in languages]
        found.append(tuple(texts))
    return tuple(found)


SUPPLIED: Final[tuple[tuple[LevelMessage, ...], ...]] = tuple(
    (
        LevelMessage(level=level, text=DEFAULT_MESSAGES[level.number]),
        LevelMessage(level=level, text=SPANISH_MESSAGES[level.number], language="es"),
    )
    for level in LEVELS
)
"""Our texts for each level, English and Spanish."""
