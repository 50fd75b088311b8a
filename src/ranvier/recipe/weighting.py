"""weighting: how much the rows of each class count while a network learns."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ranvier.description import Must

Pair = tuple[str, Annotated[float, Field(ge=0, le=1e30)]]


def _pairs(value: object) -> object:
    """Return the weights as pairs of class name and weight, which can be hashed."""
    if isinstance(value, dict):
        value = list(value.items())
    if isinstance(value, (list, tuple)) and all(map(_is_pair, value)):
        return tuple((str(name), weight) for name, weight in value)
    return value


def _is_pair(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2


ClassWeight = Annotated[
    Literal["balanced"] | tuple[Pair, ...] | None,
    BeforeValidator(_pairs),
    Must(
        '"balanced", or zero or a positive number for each class',
        'as in class_weight={"cat": 2.0}; classes left out weigh 1',
    ),
]
