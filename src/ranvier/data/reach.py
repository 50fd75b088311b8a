"""reach: values to be met that an output layer cannot give."""

import numpy as np
from numpy.typing import NDArray

from ranvier.data.caution import Caution

_REACH = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
    "elu": (-1.0, np.inf),
}


def outside_output(
    values: NDArray[np.float32], activation: str, *, is_eased: bool = False
) -> tuple[Caution, ...]:
    """Warn of values (N, M) that an output layer cannot give.

    activation: of the output layer; sigmoid gives 0 to 1, tanh -1 to 1, relu 0 and
    more. is_eased: whether the values are targets that were standardized.

    >>> outside_output(np.array([[2.0]], np.float32), "sigmoid")[0].code
    'output'
    """
    low, high = _REACH.get(activation, (-np.inf, np.inf))
    outside = int(((values < low) | (values > high)).any(axis=1).sum())
    if not outside:
        return ()
    eased = ", once it is standardized," if is_eased else ""
    remedy = "" if is_eased else ", or scale the target"
    text = (
        f"{outside:,} of {len(values):,} rows have a target that is{eased} outside "
        f"{low:g} to {high:g}, all that {activation} can give; end the network in "
        f"identity{remedy}."
    )
    return (Caution("output", None, text),)
