"""clipping: how large a gradient may be."""

from typing import Annotated

from pydantic import Field

from ranvier.description import Must, description

Bound = Annotated[
    float | None,
    Field(gt=0, le=1e30),
    Must("a positive number or None", "1.0 is usual, None sets no bound"),
]


@description
class Clip:
    """Bound the gradients, in this order, each as PyTorch's functions do.

    value: every entry lies between -value and value.
    norm: each weight's or bias's array is scaled down to this length.
    global_norm: all arrays together are (Pascanu, Mikolov and Bengio 2013, algorithm
        1).
    """

    value: Bound = None
    norm: Bound = None
    global_norm: Bound = None
