"""samples: make sure that the arrays given to an engine fit its network."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.contract import Arrays, Decode, Samples
from ranvier.errors import DataError, DescriptionError
from ranvier.network import Network

_READ = (np.dtype(np.float32), np.dtype(np.uint8))


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


def check_inputs(
    network: Network, inputs: NDArray[np.generic], decode: Decode | None = None
) -> None:
    """Make sure that `inputs` are (N, K) uint8 or float32, for the network's K.

    Ids are looked at where it is known how they are decoded.

    Raises:
        DataError: they are not, or name an id that an Embedding does not have.
    """
    width = math.prod(network.input_shape or ())
    fits = inputs.ndim == 2 and inputs.shape[1] == width
    if not fits or inputs.dtype not in _READ:
        raise DataError(
            f"inputs are {inputs.dtype} of shape {inputs.shape}, the network needs "
            f"uint8 or float32 of shape (rows, {width}); give one row an example."
        )
    if decode is not None:
        check_ids(network, inputs, decode)


def check_ids(
    network: Network,
    inputs: NDArray[Any],
    decode: Decode,
    rows: NDArray[np.integer[Any]] | None = None,
) -> None:
    """Make sure that the columns of ids name rows of the tables of an Embedding.

    rows: the numbers of those to look at; all, if left out.

    Raises:
        DataError: one is no whole number from 0 to the table's size.
    """
    for table, column in enumerate(network.id_columns):
        size = network.layers[0].ids[table]
        scale, shift = (float(each[column]) for each in decode)
        held = inputs[:, column] if rows is None else inputs[rows, column]
        ids = held.astype(np.float64) * scale + shift
        wrong = ~((ids >= 0) & (ids < size) & (ids == np.floor(ids)))
        if wrong.any():
            place = int(wrong.argmax())
            row = place if rows is None else int(rows[place])
            raise DataError(
                f"row {row} has {ids[place]:g} in column {column}, which holds the ids "
                f"of a table of {size}; give whole numbers from 0 to {size - 1}, or "
                "make the Embedding larger."
            )


def check_samples(
    network: Network,
    samples: Samples,
    rows: NDArray[np.uint32],
    decode: Decode | None = None,
) -> None:
    """Make sure that `rows` of `samples` can be judged by the network's output.

    Ids are looked at where it is known how they are decoded.

    Raises:
        DataError: there are no rows, one is out of reach, or a shape, a type, a class
            number or an id does not fit.
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
    if samples.label_weights is not None:
        check_label_weights(network, samples)
    if samples.weights is not None:
        check_weights(samples.weights, len(samples.inputs), rows)
        rows = rows[samples.weights[rows] > 0]
    if decode is not None:
        check_ids(network, samples.inputs, decode, rows)


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


def check_label_weights(network: Network, samples: Samples) -> None:
    """Make sure that the weights of labels are (2, M) float32, zero or more.

    Raises:
        DataError: they are not, or the targets are no labels.
    """
    weights, outputs = samples.label_weights, math.prod(network.output_shape)
    assert weights is not None
    if weights.dtype != np.float32 or weights.shape != (2, outputs):
        raise DataError(
            f"label_weights are {weights.dtype} of shape {weights.shape}, {outputs} "
            f"outputs need float32 of shape (2, {outputs}); give what no and then yes "
            "weigh in each."
        )
    if not (np.isfinite(weights).all() and weights.min() >= 0):
        raise DataError(
            f"label_weights run from {weights.min():g} to {weights.max():g}; give "
            "finite ones, zero or more."
        )
    if samples.targets.ndim != 2 or network.output_activation != "sigmoid":
        raise DataError(
            "label_weights weigh answers of yes and no, which the network does not "
            "give; leave them out."
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
