"""watched: a design → its training, and how it stood after each epoch"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.diagnosis.planted import Sick
from ranvier.data import Dataset, Parts
from ranvier.diagnosis import Case
from ranvier.diagnosis.curves import Curves
from ranvier.engine.parameters import initial_parameters
from ranvier.engine.reference.array import Array, quiet, widened
from ranvier.engine.reference.backpropagation import backward, forward
from ranvier.engine.reference.layers import answering
from ranvier.engine.reference.losses import wanted
from ranvier.errors import DivergedError
from ranvier.network.activations import bend_of, name_of
from ranvier.training import EpochEnded, Event, Run, train
from ranvier.training.checkpoint import read_checkpoint
from ranvier.training.folder import RunFolder
from ranvier.training.probe import some

ROWS = 256
"""So many training rows go through the network at each look."""

Weights = Mapping[str, NDArray[np.float32]]


class Look(NamedTuple):
    """Say how a network stood, on a batch of training rows.

    gradients: by the names of the weights, such as `dense_1.weight`, in their order.
    sums, outputs: (N, M) of each hidden layer, before and after its activation.
    """

    gradients: dict[str, Array]
    sums: dict[str, Array]
    outputs: dict[str, Array]


class Watched(NamedTuple):
    """Hold a training, and the weights before it and after each of its epochs."""

    sick: Sick
    run: Run
    weights: tuple[Weights, ...]

    @property
    def parts(self) -> Parts:
        """The rows that it learnt from, and those that it was validated on."""
        return self.run.parts(self.sick.data)

    @property
    def case(self) -> Case:
        """The run, as rules look at it."""
        return Case(self.run, self.parts, threads=1)

    @property
    def curves(self) -> Curves:
        """The history as arrays."""
        return Curves(self.run.history)

    @property
    def steps(self) -> int:
        """How many steps an epoch takes."""
        return -(-len(self.parts.train) // self.run.recipe.batch_size)

    @property
    def activations(self) -> dict[str, str]:
        """The activation of each hidden layer."""
        hidden = list(self.run.network.placed())[:-1]
        return {one.name: name_of(bend_of(one.layer)) for one in hidden}

    def looks(self) -> Iterator[Look]:
        """Yield how the network stood before the training, and after each epoch."""
        case = self.case
        part: Any = case.portion("train")
        rows = some(part.rows, ROWS, self.run.recipe.seed)
        scale, shift = (each.astype(np.float64) for each in case.decode)
        x = part.samples.inputs[rows].astype(np.float64) * scale + shift
        y = wanted(part.samples.targets[rows], case.network.output_shape[0])
        for weights in self.weights:
            yield _look(case, weights, x, y)


def watch(sick: Sick) -> Watched:
    """Train a design to its end, or until its numbers break, and keep all weights."""
    weights: list[Weights] = []
    runs: list[Run] = []

    def look(event: Event) -> None:
        runs[:] = [event.run]
        if isinstance(event, EpochEnded):
            path = RunFolder(event.run.folder).checkpoint
            weights.append(read_checkpoint(path, event.run.network).parameters)

    with tempfile.TemporaryDirectory() as name, suppress(DivergedError):
        folder = Path(name) / "run"
        train(
            sick.network,
            sick.data,
            sick.recipe,
            folder=folder,
            threads=1,
            on_event=look,
        )
    (run,) = runs
    run.folder = None
    first = initial_parameters(run.network, run.recipe.seed)
    return Watched(sick, run, (first, *weights))


def arrays_of(part: Dataset | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the inputs (N, K) of a part, as they were given, and its targets (N,)."""
    assert part is not None
    return part.inputs.reshape(len(part), -1), part.targets.reshape(-1)


@quiet
def _look(case: Case, weights: Weights, x: Array, y: Array) -> Look:
    now = answering(len(x))._replace(is_training=True)
    traces = forward(case.network, widened(weights), x, now)
    gradients, _ = backward(case.loss, traces, y, now)
    hidden = traces[:-1]
    return Look(
        {name: gradients[name] for name in weights},
        {one.placed.name: one.z for one in hidden},
        {one.placed.name: one.a for one in hidden},
    )
