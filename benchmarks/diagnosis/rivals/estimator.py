"""estimator: a watched training, in the form that scikit-learn's companions ask for."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from benchmarks.diagnosis.rivals.watched import Watched, arrays_of
from ranvier.data import from_arrays
from ranvier.diagnosis import Case
from ranvier.training import Run

_LEAST = 1e-12


class _Estimator(BaseEstimator):
    """Answer as the run does; learn from other rows by the same design.

    Names are those that scikit-learn asks for.
    """

    def __init__(self, watched: Watched) -> None:
        self.watched = watched

    def __sklearn_clone__(self) -> Self:
        return type(self)(self.watched)

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803
        """Take the run where these are its own rows; else train its design on them."""
        own, _ = arrays_of(self.watched.parts.train)
        given = np.asarray(X).astype(own.dtype)
        is_own = given.shape == own.shape and bool((given == own).all())
        self.run_ = self.watched.run if is_own else self._trained(given, y)
        self.n_features_in_ = given.shape[1]
        self._keep_classes()
        return self

    def outputs(self, inputs: ArrayLike) -> NDArray[np.float32]:
        """Return what the network says of rows (N, K)."""
        own, _ = arrays_of(self.watched.parts.train)
        given = np.ascontiguousarray(np.asarray(inputs), own.dtype)
        return Case(self.run_, None, threads=1).program.predict(given)

    def _trained(self, inputs: NDArray[Any], targets: ArrayLike) -> Run:
        data = from_arrays(inputs, np.asarray(targets).reshape(-1))
        return self.watched.sick._replace(data=data).trained()

    def _keep_classes(self) -> None:
        """Keep the classes where scikit-learn looks for them, if there are any."""


class Classifier(ClassifierMixin, _Estimator):
    """Choose between classes 0, 1, 2 and so on."""

    def predict(self, X: ArrayLike) -> NDArray[np.int_]:  # noqa: N803
        return self.outputs(X).argmax(axis=1)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Return shares that add up to 1, also of outputs that are no probabilities."""
        least = np.maximum(self.outputs(X).astype(np.float64), _LEAST)
        shares: NDArray[np.float64] = least / least.sum(axis=1, keepdims=True)
        return shares

    def _keep_classes(self) -> None:
        self.classes_ = np.arange(len(self.run_.schema.classes))


class Regressor(RegressorMixin, _Estimator):
    """Answer with a number."""

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        return self.outputs(X)[:, 0].astype(np.float64)


def estimator_of(watched: Watched) -> Classifier | Regressor:
    """Return the estimator of a training, not fitted yet."""
    return (Classifier if watched.run.schema.classes else Regressor)(watched)
