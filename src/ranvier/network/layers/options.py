"""options: what several layers can be told, checked alike."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ranvier.description import Must, one_of, python_number
from ranvier.errors import DescriptionError
from ranvier.network.activations import ACTIVATIONS, LeakyReLU, plain
from ranvier.network.initializers import INITIALIZERS, Shape

Pair = tuple[int, int]
"""Something of rows and of columns: heights and widths."""

MOST_UNITS = 2**24
MOST_STEPS = 2**12  # of a window's sides


def _bent(activation: object) -> object:
    if activation in ("softmax", {"type": "softmax"}):
        raise DescriptionError(
            "softmax compares the outputs of Dense alone, this layer cannot have it; "
            'end the network in Dense(10, "softmax").'
        )
    return plain(activation)


def as_tuple(value: object) -> object:
    """Turn a list, as files hold it, into a tuple of Python's numbers."""
    if isinstance(value, (list, tuple)):
        return tuple(map(python_number, value))
    return value


def as_sides(value: object) -> object:
    """Turn two sides that are alike into the one number that stands for both."""
    sides = as_tuple(value)
    if isinstance(sides, tuple) and len(sides) == 2 and sides[0] == sides[1]:
        return sides[0]
    return sides


def pair(sides: int | Pair) -> Pair:
    """Return both sides, of rows and of columns.

    >>> pair(3), pair((5, 1))
    ((3, 3), (5, 1))
    """
    return (sides, sides) if isinstance(sides, int) else sides


Units = Annotated[
    int,
    Field(ge=1, le=MOST_UNITS),
    Must("a positive integer", "for a network without this layer, leave it out"),
]
Bend = Annotated[
    str | LeakyReLU,
    BeforeValidator(_bent),
    Must("a name or a LeakyReLU", f"known: {', '.join(ACTIVATIONS)}"),
]
Bias = Annotated[bool, Must("True or False", "leave it out for a bias")]
Draw = Annotated[
    Any,
    one_of(INITIALIZERS, "auto"),
    Must("a name or an initializer", "leave it out for what suits the activation"),
]
Steps = Annotated[
    int,
    Field(ge=1, le=MOST_STEPS),
    Must("a positive integer", "leave it out for the usual one"),
]
_Side = Annotated[int, Field(ge=1, le=MOST_STEPS)]
Sides = Annotated[
    _Side | tuple[_Side, _Side],
    BeforeValidator(as_sides),
    Must(
        "a positive integer, or two of them as (height, width)",
        "leave it out for the usual one",
    ),
]
Padding = Annotated[
    Literal["same", "valid"],
    Must(
        '"same" or "valid"',
        '"same" adds a border to the image, "valid" stays inside it',
    ),
]
Epsilon = Annotated[
    float,
    Field(gt=0, le=1e30),
    Must("a positive number", "1e-5 is usual; it keeps from dividing by zero"),
]


def misfit(layer: object, shape: Shape, needs: str, remedy: str) -> DescriptionError:
    """Return the error of a layer that cannot read inputs of `shape`."""
    return DescriptionError(
        f"{type(layer).__name__} was given inputs of shape {shape}, it needs {needs}; "
        f"{remedy}."
    )
