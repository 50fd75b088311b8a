"""parameters: the names, the order and the first values of all that layers own."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.errors import DescriptionError
from ranvier.network import Initializer, Network, Shape


class NamedParameter(NamedTuple):
    """Place one array in a network, as `dense_1.weight`."""

    layer: str
    name: str
    shape: Shape
    initializer: Initializer
    is_learnt: bool


def named_parameters(network: Network) -> Iterator[NamedParameter]:
    """Yield the arrays of `network` in their order, those that are not learnt too."""
    for placed in network.walk():
        for one in placed.parameters:
            name = f"{placed.name}.{one.name}"
            yield NamedParameter(
                placed.name, name, one.shape, one.initializer, one.is_learnt
            )


def learnt_parameters(network: Network) -> Iterator[NamedParameter]:
    """Yield the arrays of `network` that have gradients, in their order."""
    return (one for one in named_parameters(network) if one.is_learnt)


def hidden_matrices(network: Network) -> list[str]:
    """Return the weights of layers between the first and the last that have matrices.

    A table of embeddings is a matrix, but no weight; it counts for the first layer.
    """
    matrices = [one for one in learnt_parameters(network) if len(one.shape) > 1]
    between = list(dict.fromkeys(one.layer for one in matrices))[1:-1]
    return [
        one.name
        for one in matrices
        if one.layer in between and one.name.endswith(".weight")
    ]


def initial_parameters(network: Network, seed: int) -> dict[str, NDArray[np.float32]]:
    """Draw the weights that every engine starts from, with NumPy's Philox."""
    random = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, 0])))
    return {
        parameter.name: parameter.initializer.draw(parameter.shape, random).astype(
            np.float32
        )
        for parameter in named_parameters(network)
    }


def check_parameters(
    network: Network, arrays: Mapping[str, NDArray[np.float32]]
) -> None:
    """Make sure that `arrays` are the weights of `network`.

    Raises:
        DescriptionError: a name is missing or unknown, a shape differs, a value is
            not finite, or a variance is negative.
    """
    expected = {one.name: one.shape for one in named_parameters(network)}
    if set(arrays) != set(expected):
        raise DescriptionError(
            f"weights have the names {sorted(arrays)}, the network needs "
            f"{sorted(expected)}; use the weights of this network."
        )
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise DescriptionError(
                f"{name} has shape {arrays[name].shape}, the network needs {shape}; "
                "use the weights of this network."
            )
        if not np.isfinite(arrays[name]).all():
            raise DescriptionError(
                f"{name} holds values that are not finite; use weights from a "
                "training that did not diverge."
            )
        if name.endswith(".running_variance") and arrays[name].min() < 0:
            raise DescriptionError(
                f"{name} holds {arrays[name].min():g}, a variance is never negative; "
                "use the weights of this network."
            )
