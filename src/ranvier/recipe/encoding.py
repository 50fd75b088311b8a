"""encoding: how columns of a table become numbers, where not in the usual way."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from ranvier.description import Must, one_of
from ranvier.errors import DescriptionError, shown


def _pairs(value: object) -> object:
    """Return the choices as pairs of a name and its encoder, which can be hashed."""
    if isinstance(value, dict):
        value = list(value.items())
    if not isinstance(value, (list, tuple)) or not all(map(_is_pair, value)):
        return value
    return tuple((name, _encoder(name, encoder)) for name, encoder in value)


def _is_pair(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2


def _encoder(column: object, wish: object) -> object:
    """Return the encoder that a table describes; one that has a name stays a name.

    Raises:
        DescriptionError: there is no such encoder, or it has no such option.
    """
    if isinstance(wish, str):
        return wish
    from ranvier.data.encoders.known import ENCODERS  # slow to import

    try:
        resolve: Any = one_of(ENCODERS).func
        return resolve(wish)
    except DescriptionError as error:
        raise DescriptionError(f"encode, {shown(column)}: {error}") from None


Encode = Annotated[
    tuple[tuple[str, Any], ...],
    BeforeValidator(_pairs),
    Must(
        "encoders by column, or for all numbers",
        'as in encode={"age": "quantile", "number": {"type": "piecewise_linear", '
        '"bins": 16}}',
    ),
]
