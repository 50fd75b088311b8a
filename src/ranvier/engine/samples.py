"""samples: make sure that the arrays given to an engine fit its network."""

import math

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Arrays, Decode, Samples
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Network


def check_decode(network: Network, decode: Decode) -> None:
    """Make sure that `decode` has a scale and a shift for each of the network's inputs.

    Raises:
        DataError: it has not.
    """
    width = math.prod(network.input_shape or ())
    if decode.scale.shape != (width,) or decode.shift.shape != (width,):
        raise DataError(
            f"decode has scales of shape {decode.scale.shape} and shifts of shape "
            f"{decode.shift.shape}, the network takes {width} inputs; give one of each "
            "an input."
        )


def check_inputs(network: Network, inputs: NDArray[np.generic]) -> None:
    """Make sure that `inputs` are (N, K) uint8 or float32, for the network's K.

    Raises:
        DataError: they are not.
    """
    width = math.prod(network.input_shape or ())
    fits = inputs.ndim == 2 and inputs.shape[1] == width
    if not fits or inputs.dtype not in (np.uint8, np.float32):
        raise DataError(
            f"inputs are {inputs.dtype} of shape {inputs.shape}, the network needs "
            f"uint8 or float32 of shape (rows, {width}); give one row an example."
        )


def check_samples(network: Network, samples: Samples, rows: NDArray[np.uint32]) -> None:
    """Make sure that `rows` of `samples` can be judged by the network's output.

    Raises:
        DataError: there are no rows, one is out of reach, or a shape, a type or a
            class number does not fit.
    """
    check_inputs(network, samples.inputs)
    if rows.dtype != np.uint32 or rows.ndim != 1:
        raise DataError(
            f"rows are {rows.dtype} of shape {rows.shape}; give row numbers as a list "
            "of uint32."
        )
    if len(rows) == 0:
        raise DataError("there are no rows to compute with; give at least one.")
    if len(samples.targets) != len(samples.inputs) or rows.max() >= len(samples.inputs):
        raise DataError(
            f"row {rows.max()} is asked of {len(samples.inputs)} inputs and "
            f"{len(samples.targets)} targets; give rows that both have."
        )
    check_targets(network, samples.targets)
    if samples.weights is not None:
        check_weights(samples.weights, len(samples.inputs), rows)


def check_weights(
    weights: NDArray[np.float32], count: int, rows: NDArray[np.uint32]
) -> None:
    """Make sure that `weights` are (count,) float32, zero or more, not all zero.

    Raises:
        DataError: they are not.
    """
    if weights.dtype != np.float32 or weights.shape != (count,):
        raise DataError(
            f"weights are {weights.dtype} of shape {weights.shape}, {count} rows need "
            f"float32 of shape ({count},); give one weight a row."
        )
    chosen = weights[rows]
    if not (np.isfinite(chosen).all() and chosen.min() >= 0 < chosen.max()):
        raise DataError(
            f"weights run from {chosen.min():g} to {chosen.max():g}; give finite ones, "
            "zero or more, and at least one above zero."
        )


def check_targets(
    network: Network, targets: NDArray[np.int32] | NDArray[np.float32]
) -> None:
    """Make sure that `targets` are (N,) int32 class numbers or (N, M) float32.

    Raises:
        DataError: they are not, or a class number has no output.
    """
    outputs = math.prod(network.output_shape)
    expected = {np.dtype(np.int32): (), np.dtype(np.float32): (outputs,)}
    if expected.get(targets.dtype) != targets.shape[1:]:
        raise DataError(
            f"targets are {targets.dtype} of shape {targets.shape}, the network needs "
            f"int32 class numbers (rows,) or float32 values (rows, {outputs})."
        )
    classes = max(2, outputs)
    if targets.ndim == 1 and not 0 <= targets.min() <= targets.max() < classes:
        raise DataError(
            f"class numbers run from {targets.min()} to {targets.max()}, the network "
            f"tells {classes} classes apart, 0 to {classes - 1}; change its output."
        )


def check_rates(
    learning_rates: NDArray[np.float32], rows: int, batch_size: int
) -> None:
    """Make sure that there is one learning rate a step.

    Raises:
        DataError: there are more or fewer, or they are not float32.
    """
    steps = math.ceil(rows / batch_size)
    if learning_rates.shape != (steps,) or learning_rates.dtype != np.float32:
        raise DataError(
            f"learning_rates are {learning_rates.dtype} of shape "
            f"{learning_rates.shape}, {rows} rows in batches of {batch_size} take "
            f"{steps} steps; give one float32 rate a step."
        )


def check_state(expected: Arrays, arrays: Arrays) -> None:
    """Make sure that `arrays` are an optimizer's state, named and shaped as expected.

    Raises:
        DescriptionError: a name is missing or unknown, or a shape differs.
    """
    shapes = {name: array.shape for name, array in expected.items()}
    if {name: array.shape for name, array in arrays.items()} != shapes:
        raise DescriptionError(
            f"the optimizer's state has {sorted(arrays)}, this program needs the names "
            f"and shapes {shapes}; use the state of the same network and optimizer."
        )
