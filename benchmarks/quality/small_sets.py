"""small_sets: scikit-learn's small data sets, beside scikit-learn's own networks.

Both see the same folds: what ours sets aside for validation, the rival trains on too.
"""

import statistics
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ranvier.data import Dataset, Parts, from_arrays

NAMES = ("iris", "wine", "breast_cancer", "digits", "diabetes")
FOLDS, VALIDATION = 5, 0.15

Score = Callable[[Parts], float]
"""What gives the accuracy, or for numbers R², on the test part."""


def small_set(name: str) -> Dataset:
    """Return one of NAMES as arrays; the targets of diabetes are numbers."""
    loaded = getattr(datasets, f"load_{name}")()
    is_number = name == "diabetes"
    targets = loaded.target.astype(float) if is_number else loaded.target
    return from_arrays(loaded.data, targets, name=name)


def folds(data: Dataset, repeats: int) -> Iterator[Parts]:
    """Return the parts, test part and validation part among them, of all folds."""
    return data.folds(FOLDS, repeats=repeats, validation=VALIDATION)


def rival(parts: Parts) -> float:
    """Return the score of scikit-learn's network with scaled inputs."""
    kind = MLPClassifier if parts.train.schema.classes else MLPRegressor
    model = make_pipeline(StandardScaler(), kind(max_iter=1000, random_state=0))
    rows = np.concatenate([parts.train.rows, parts.validation.rows])
    data = parts.train.at(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(data.inputs, data.targets.reshape(len(data), -1).squeeze(1))
    truth = parts.test.targets.reshape(len(parts.test), -1).squeeze(1)
    return float(model.score(parts.test.inputs, truth))


def compared(name: str, ours: Score, repeats: int = 1) -> dict[str, object]:
    """Return the row of one set in the quality table; its goal is the rival's mean."""
    data = small_set(name)
    parts = list(folds(data, repeats))
    begin = time.perf_counter()
    scores = [ours(one) for one in parts]
    seconds = (time.perf_counter() - begin) / len(parts)
    mean, goal = (statistics.mean(found) for found in (scores, map(rival, parts)))
    return {
        "task": f"{name}, {repeats} × {FOLDS} folds",
        "metric": "test accuracy" if data.schema.classes else "test R²",
        "mean": round(mean, 5),
        "std": round(statistics.stdev(scores), 5),
        "seeds": len(scores),
        "seconds": round(seconds, 2),
        "goal": round(goal, 5),
        "reached": mean >= goal,
    }
