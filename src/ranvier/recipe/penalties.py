"""penalties: what large weights cost. Biases are free."""

from typing import Annotated

from pydantic import Field

from ranvier.description import Must, description

Strength = Annotated[
    float,
    Field(ge=0, le=1e30),
    Must("zero or a positive number", "0.0 is no penalty, 1e-4 a usual one"),
]


@description
class Penalty:
    """Pull weights towards zero by their gradients, before these are clipped.

    l1: adds l1 sign(w), the gradient of l1 sum(|w|) (Tibshirani 1996).
    l2: adds l2 w, the gradient of l2/2 sum(w²), as PyTorch's weight_decay (Hoerl and
        Kennard 1970). `AdamW` shrinks weights beside the gradient instead.
    max_norm: after each step, scales the weights into a unit down to this length
        (Srivastava et al. 2014, section 5.1).

    The loss that is told is that of the answers alone.
    """

    l1: Strength = 0.0
    l2: Strength = 0.0
    max_norm: Annotated[
        float | None,
        Field(gt=0, le=1e30),
        Must("a positive number or None", "3.0 is usual, None sets no bound"),
    ] = None
