"""simple: what methods without a network say of rows that they have not seen."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ranvier.diagnosis.sample import Sample
from ranvier.engine.reference.losses import wanted

Numbers = NDArray[np.float64]

NEIGHBOURS = 10
_SHRINKAGE = 0.01  # of the inputs' mean variance: keeps columns apart that are alike
_BLOCK = 500  # rows that are compared with all others at once


class Simple:
    """Answer each of some rows by the others, by a linear model and by the nearest.

    inputs: (N, K). targets: (N,) class numbers, or (N, M) values. rows: (N,) their
    numbers in the memory. The answers are (N, M): of classes a share for each, of
    values themselves.

    >>> inputs = np.repeat(np.eye(2, dtype=np.float32), 20, axis=0)
    >>> answers = Simple(Sample(np.arange(40), inputs, np.repeat([0, 1], 20)))
    >>> answers.nearest[0].tolist(), answers.right(answers.linear).all()
    ([1.0, 0.0], np.True_)
    """

    def __init__(self, seen: Sample) -> None:
        self.rows, self.inputs = seen.rows, seen.inputs.astype(np.float64)
        targets: NDArray[Any] = seen.targets
        self.targets = targets
        units = int(targets.max()) + 1 if targets.ndim == 1 else targets.shape[1]
        self.wanted = wanted(targets, max(units, 2) if targets.ndim == 1 else units)

    @classmethod
    def of(cls, seen: Sample, ids: Iterable[int]) -> Self | None:
        """Return the answers for `seen`; None where rows are few, or all inputs ids.

        ids: the columns that name something, and so have no distances.
        """
        inputs = np.delete(seen.inputs, list(ids), axis=1)
        if inputs.shape[1] == 0 or len(seen.rows) <= 2 * NEIGHBOURS:
            return None
        return cls(seen._replace(inputs=inputs))

    def said(self) -> Iterator[tuple[str, Numbers]]:
        """Yield the answers with what gave them, in words.

        A line through few rows of many columns says little, and is left out.
        """
        if 2 * self.inputs.shape[1] <= len(self.inputs):
            yield "a linear model", self.linear
        yield f"the {NEIGHBOURS} nearest rows", self.nearest

    @cached_property
    def linear(self) -> Numbers:
        """Least squares with a little ridge, by the leverage of each row.

        What a fit without row i says of it is y - (y - fit) / (1 - h), h being its
        leverage (Allen 1974).
        """
        mean = self.wanted.mean(axis=0)
        fit = _smoother(self.inputs - self.inputs.mean(axis=0))
        leverage = np.minimum(np.diag(fit) + 1 / len(fit), 1 - 1e-6)
        residuals = self.wanted - mean - fit @ (self.wanted - mean)
        left_out: Numbers = self.wanted - residuals / (1 - leverage)[:, None]
        return left_out

    @cached_property
    def nearest(self) -> Numbers:
        """The mean of the targets of the nearest rows, by Euclidean distance."""
        means: Numbers = self.wanted[self.neighbours].mean(axis=1)
        return means

    @cached_property
    def surroundings(self) -> Numbers:
        """What the nearest rows of the nearest rows are, without the row itself.

        Means of some hundred rows: they say how sure one can be at a place.
        """
        near = np.zeros((len(self.inputs), len(self.inputs)))
        np.put_along_axis(near, self.neighbours, 1.0, axis=1)
        own = (near * near.T).sum(axis=1)[:, None]
        sums = near @ (near @ self.wanted) - own * self.wanted
        means: Numbers = sums / (NEIGHBOURS**2 - own)
        return means

    @cached_property
    def neighbours(self) -> NDArray[np.intp]:
        """The numbers of the nearest rows (N, 10), themselves left out."""
        lengths = (self.inputs**2).sum(axis=1)
        found = []
        for start in range(0, len(lengths), _BLOCK):
            block = self.inputs[start : start + _BLOCK]
            apart = lengths - 2 * block @ self.inputs.T
            at = np.arange(len(block))
            apart[at, start + at] = np.inf
            found.append(np.argpartition(apart, NEIGHBOURS, axis=1)[:, :NEIGHBOURS])
        return np.concatenate(found)

    def right(self, answers: Numbers) -> NDArray[np.bool_]:
        """Tell of each row (N,) whether its class is the answer."""
        is_right: NDArray[np.bool_] = answers.argmax(axis=1) == self.targets
        return is_right


def _smoother(inputs: Numbers) -> Numbers:
    """Return the (N, N) matrix that turns targets into what a ridge fits to them."""
    count, width = inputs.shape
    ridge = _SHRINKAGE * max((inputs**2).sum() / width, 1e-12)
    if width < count:
        gram = inputs.T @ inputs + ridge * np.eye(width)
        smoother: Numbers = inputs @ np.linalg.solve(gram, inputs.T)
        return smoother
    likeness = inputs @ inputs.T
    return np.linalg.solve(likeness + ridge * np.eye(count), likeness)


def separation(inputs: NDArray[Any], first: int) -> Numbers:
    """Return a number for each row (N,), high for rows after the `first` ones.

    Least squares with a little ridge, by rows that it was not fitted on: each half of
    the rows is told apart by the other (Lopez-Paz and Oquab 2017, section 3).
    """
    sides = (np.arange(len(inputs)) >= first).astype(np.float64)
    order = np.random.default_rng(0).permutation(len(inputs))
    scores = np.zeros(len(inputs))
    for fold in range(2):
        fitted, judged = order[fold::2], order[1 - fold :: 2]
        scores[judged] = _predicted(inputs[fitted], sides[fitted], inputs[judged])
    return scores


def _predicted(inputs: NDArray[Any], targets: Numbers, others: NDArray[Any]) -> Numbers:
    """Return by how much the answers for `others` lie above the mean target."""
    mean = inputs.mean(axis=0, dtype=np.float64)
    centred, elsewhere = inputs - mean, others - mean
    targets = targets - targets.mean()
    width = centred.shape[1]
    ridge = _SHRINKAGE * max((centred**2).sum() / width, 1e-12)
    if width < len(centred):
        gram = centred.T @ centred + ridge * np.eye(width)
        slopes: Numbers = np.linalg.solve(gram, centred.T @ targets)
    else:
        likeness = centred @ centred.T + ridge * np.eye(len(centred))
        slopes = centred.T @ np.linalg.solve(likeness, targets)
    above: Numbers = elsewhere @ slopes
    return above
