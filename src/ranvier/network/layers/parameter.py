"""parameter: one array that a layer owns: its name, its shape and how it starts."""

from typing import Any, NamedTuple

from ranvier.network.activations import ACTIVATIONS, LeakyReLU, name_of
from ranvier.network.initializers import (
    INITIALIZERS,
    Constant,
    Initializer,
    Shape,
    Zeros,
)

PRELU_START = 0.25
"""Where every slope of prelu starts (He, Zhang, Ren and Sun 2015, section 2.1)."""


class Parameter(NamedTuple):
    """Describe one array: its name, shape and first values, and whether it is learnt.

    What is not learnt, such as a running mean, is kept with the weights, but has no
    gradient, no penalty and no place in an optimizer's memory.
    """

    name: str
    shape: Shape
    initializer: Initializer
    is_learnt: bool = True


def weights(
    shape: Shape, initializer: Any, activation: str | LeakyReLU, *, bias: bool
) -> tuple[Parameter, ...]:
    """Return weight, bias and slope of a layer with `shape[-1]` units.

    >>> [one.name for one in weights((4, 3), "auto", "relu", bias=True)]
    ['weight', 'bias']
    """
    if initializer == "auto":
        initializer = INITIALIZERS[ACTIVATIONS[name_of(activation)].initializer]()
    weight = Parameter("weight", shape, initializer)
    biases = (Parameter("bias", shape[-1:], Zeros()),) if bias else ()
    return (weight, *biases, *slopes(activation, shape[-1]))


def slopes(activation: str | LeakyReLU, units: int) -> tuple[Parameter, ...]:
    """Return the slopes (units,) that prelu learns; other activations have none."""
    if activation != "prelu":
        return ()
    return (Parameter("slope", (units,), Constant(PRELU_START)),)
