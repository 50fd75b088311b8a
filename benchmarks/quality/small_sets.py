"""small_sets: scikit-learn's small data sets, beside scikit-learn's own networks.

Both see the same folds: what ours sets aside for validation, the rival trains on too.
"""

import statistics
import warnings
from collections.abc import Callable

from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ranvier.data import Dataset, Parts, from_frame

NAMES = ("iris", "wine", "breast_cancer", "digits", "diabetes")
FOLDS, VALIDATION = 5, 0.15

Score = Callable[[Parts], float]
"""What gives the accuracy, or for numbers R², on the fold that is held out."""


def small_set(name: str) -> Dataset:
    """Return one of NAMES as a table; the targets of diabetes are numbers."""
    loaded = getattr(datasets, f"load_{name}")()
    columns = {f"x{number}": column for number, column in enumerate(loaded.data.T)}
    is_number = name == "diabetes"
    targets = loaded.target.astype(float) if is_number else loaded.target
    kinds = dict.fromkeys(columns, "number")
    return from_frame(columns | {"target": targets}, "target", name=name, kinds=kinds)


def rival(parts: Parts) -> float:
    """Return the score of scikit-learn's network with scaled inputs."""
    kind = MLPClassifier if parts.train.schema.classes else MLPRegressor
    model = make_pipeline(StandardScaler(), kind(max_iter=1000, random_state=0))
    data, held_out = parts.train, parts.validation
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(data.frame.to_numpy(), data.targets.reshape(len(data), -1).squeeze(1))
    truth = held_out.targets.reshape(len(held_out), -1).squeeze(1)
    return float(model.score(held_out.frame.to_numpy(), truth))


def gain(name: str, ours: Score, seed: int) -> float:
    """Return the mean of our score less the rival's over the folds of a seed."""
    parts = small_set(name).folds(FOLDS, seed=seed)
    return statistics.mean(ours(one) - rival(one) for one in parts)
