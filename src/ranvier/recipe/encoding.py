"""encoding: how columns of a table become numbers, where not in the usual way."""

from typing import Annotated

from pydantic import BeforeValidator

from ranvier.description import Must


def _pairs(value: object) -> object:
    """Return the choices as pairs of a name and its encoder, which can be hashed."""
    if isinstance(value, dict):
        value = list(value.items())
    if not isinstance(value, (list, tuple)):
        return value
    return tuple(tuple(one) if isinstance(one, list) else one for one in value)


Encode = Annotated[
    tuple[tuple[str, str], ...],
    BeforeValidator(_pairs),
    Must(
        "names of encoders by column, or for all numbers",
        'as in encode={"age": "quantile", "number": "robust"}',
    ),
]
