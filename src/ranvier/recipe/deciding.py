"""deciding: how probable the second of two classes must be to be the answer."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from ranvier.description import Must
from ranvier.errors import DescriptionError, shown, suggest

CHOSEN_BY = ("accuracy", "balanced_accuracy", "f1")
"""The figures that a threshold can be the best for, on the validation rows."""


def _known(value: object) -> object:
    if isinstance(value, str) and value not in CHOSEN_BY:
        raise DescriptionError(
            f"threshold={shown(value)}: there is no such way to choose a threshold; "
            f"{suggest(value, CHOSEN_BY)}known: {', '.join(CHOSEN_BY)}; or give a "
            "number between 0 and 1."
        )
    return None if value is False else value


ThresholdWish = Annotated[
    str | Annotated[float, Field(gt=0, lt=1)] | None,
    BeforeValidator(_known),
    Must(
        f"a number between 0 and 1, or one of {', '.join(CHOSEN_BY)}",
        "leave it out to answer the more probable class",
    ),
]
