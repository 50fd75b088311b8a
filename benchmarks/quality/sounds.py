"""sounds: spoken digits, on recordings held out and on speakers held out.

The recordings lie in the folder that RANVIER_SPOKEN_DIGITS names, else in
../shared/data/free-spoken-digit-dataset; recordings 0 to 4 of each are the test.
"""

import dataclasses
import os
import statistics
from functools import cache
from pathlib import Path

import numpy as np

import ranvier
from benchmarks.quality.task import Task
from ranvier.data import Dataset, Parts, list_files, load_sounds
from ranvier.recipe import suited

PATTERN = "{label}_{speaker}_{index}.wav"
_SHARED = Path(__file__).parents[3] / "shared/data/free-spoken-digit-dataset"


def folder() -> Path:
    """Return where the recordings lie."""
    named = os.environ.get("RANVIER_SPOKEN_DIGITS")
    return Path(named) if named else _SHARED / "recordings"


@cache
def _spoken() -> tuple[Dataset, np.ndarray, np.ndarray]:
    """Return the data, and for each row who spoke, and the number of the recording."""
    groups = list_files(folder(), PATTERN).groups
    data = load_sounds(folder(), pattern=PATTERN)
    return data, groups["speaker"], groups["index"].astype(int)


def accuracy(learnt: np.ndarray, tested: np.ndarray, seed: int) -> float:
    """Return the accuracy on the rows `tested` (N,) after learning the rows `learnt`.

    A tenth of the rows to learn from is the validation part.
    """
    data, _, _ = _spoken()
    network, recipe = suited(data.schema)
    recipe = dataclasses.replace(recipe, seed=seed)
    inside = data.take(np.flatnonzero(learnt)).split(test=0, seed=seed)
    parts = Parts(inside.train, inside.validation, None)
    run = ranvier.train(network, parts, recipe, folder=None)
    test = data.take(np.flatnonzero(tested))
    return ranvier.Model.from_run(run).evaluate(test).accuracy


def official(seed: int) -> float:
    """Return the accuracy on recordings 0 to 4."""
    _, _, index = _spoken()
    return accuracy(index >= 5, index < 5, seed)


def held_out(seed: int) -> float:
    """Return the mean accuracy on each of six speakers, who was never heard before."""
    _, speaker, _ = _spoken()
    names = np.unique(speaker)
    return statistics.mean(
        accuracy(speaker != name, speaker == name, seed) for name in names
    )


TASKS = (
    Task("spoken digits, recordings 0 to 4", "test accuracy", official, 0.985),
    Task("spoken digits, speaker held out", "accuracy", held_out, 0.85, runs=6),
)
