"""tolerance: how far float32 may stray from float64."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ranvier.network import Network

EPSILON = float(np.finfo(np.float32).eps)

CURVE = 8
"""An activation or a loss is rounded as often as a sum of so many terms."""


def reduction_length(network: Network, rows: int = 0) -> int:
    """Return how many terms are added, one on the other, from inputs to outputs.

    With `rows`, the way back is counted too, and the sum over the rows.
    """
    places = list(network.placed())
    forth = sum(math.prod(one.input_shape) + CURVE for one in places)
    back = sum(math.prod(one.output_shape) + CURVE for one in places) + rows
    return forth + (back if rows else 0)


def assert_close(
    actual: NDArray[np.float32],
    expected: NDArray[np.float64] | NDArray[np.float32],
    length: float,
    magnitude: float | None = None,
) -> None:
    """Compare within EPSILON × `length` × `magnitude` (the largest one expected)."""
    if magnitude is None:
        magnitude = float(np.abs(expected).max(initial=0))
    assert actual.dtype == np.float32
    np.testing.assert_allclose(
        actual, expected, rtol=0, atol=EPSILON * length * magnitude
    )


def assert_all_close(
    actual: Mapping[str, NDArray[np.float32]],
    expected: Mapping[str, NDArray[np.float64]] | Mapping[str, NDArray[np.float32]],
    length: float,
) -> None:
    """Compare arrays by name; the largest of all is the magnitude of each.

    A gradient is summed from terms as large as those of its neighbours: what is left
    of one that cancels out is as uncertain as they are.
    """
    assert set(actual) == set(expected)
    magnitude = max(float(np.abs(array).max()) for array in expected.values())
    for name in expected:
        assert_close(actual[name], expected[name], length, magnitude)


def assert_number_close(actual: float, expected: float, length: float) -> None:
    """Compare two means within EPSILON × `length` × the one expected."""
    assert abs(actual - expected) <= EPSILON * length * abs(expected)


def assert_same_bits(
    actual: Mapping[str, NDArray[np.generic]],
    expected: Mapping[str, NDArray[np.generic]],
) -> None:
    """Compare arrays by name, bit by bit."""
    assert {name: array.tobytes() for name, array in actual.items()} == {
        name: array.tobytes() for name, array in expected.items()
    }
