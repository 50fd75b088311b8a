"""learning: small data and networks that train in milliseconds."""

from pathlib import Path
from typing import Any

import numpy as np

from ranvier.data import Dataset, from_arrays
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe
from ranvier.training import Run, train

RECIPE = Recipe(epochs=6, batch_size=8, optimizer="adam", seed=3, stopping=None)


def blobs(rows: int = 90, seed: int = 0, names: str = "abc") -> Dataset:
    """Return clouds of points in the plane, one for each class."""
    random = np.random.default_rng(seed)
    classes = np.arange(rows) % len(names)
    centres = random.normal(scale=3, size=(len(names), 2))
    points = centres[classes] + random.normal(size=(rows, 2))
    return from_arrays(points.astype(np.float32), np.array(list(names))[classes])


def slopes(rows: int = 60, seed: int = 0) -> Dataset:
    """Return rows of three numbers, with two weighted sums of them as targets."""
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(rows, 3))
    return from_arrays(inputs, inputs @ random.normal(size=(3, 2)))


def network(outputs: int = 3, activation: str = "softmax") -> Network:
    return Network([Dense(5, "tanh"), Dense(outputs, activation)])


def trained(folder: Path | None = None, **options: Any) -> Run:
    """Return a run on blobs by the reference engine, six epochs unless told."""
    given = {"network": network(), "data": blobs(), "recipe": RECIPE} | options
    return train(**({"folder": folder, "engine": "reference"} | given))
