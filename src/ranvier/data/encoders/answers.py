"""answers: numbers to predict ↔ what the network learns to give instead."""

from functools import cached_property
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BeforeValidator, Field

from ranvier.data.encoders.fitted import Flag, Floats, Number
from ranvier.data.encoders.measures import Numbers, moments, scaled
from ranvier.description import Document, Must, as_tuple, description
from ranvier.errors import DataError, DescriptionError, shown

How = Literal["identity", "standard", "log"]
WAYS = ("auto", "identity", "standard", "log")
_LARGEST = float(np.finfo(np.float32).max)


@description
class Answer(Document):
    """Say how the numbers of one target are made easy to learn.

    how: "identity" leaves them, "standard" makes mean 0 and standard deviation 1,
        "log" does so with their logarithms.
    low, high: the smallest and the largest of the training rows.
    mean, deviation: of the training rows, or of their logarithms.
    """

    how: Annotated[How, Must("identity, standard or log", "fit the encoder again")]
    low: Number
    high: Number
    mean: Number
    deviation: Annotated[
        float, Field(ge=0), Must("zero or more", "fit the encoder again")
    ]

    def __post_init__(self) -> None:
        if self.low > self.high or (self.how == "log" and self.low <= 0):
            raise DescriptionError(
                f"Answer({self.how!r}, low={self.low}, high={self.high}): the smallest "
                "target must be at most the largest, and positive for logarithms; fit "
                "the encoder again."
            )

    @classmethod
    def fit(cls, values: Numbers, how: str) -> Self:
        """Return how to treat one target (N,), given the training rows."""
        ordered = np.sort(values)
        if how == "auto":
            how = "log" if wants_log(ordered) else "standard"
        eased = np.log(ordered) if how == "log" else ordered
        mean, deviation = (0.0, 1.0) if how == "identity" else moments(eased)
        ends = float(ordered[0]), float(ordered[-1])
        return cls(how, *ends, mean, deviation)  # type: ignore[arg-type]


def wants_log(ordered: Numbers) -> bool:
    """Return whether sorted numbers are better learnt as their logarithms.

    They are if all are positive, the largest is more than ten times the smallest (the
    log rule of Weisberg 2005, section 7.1.1), their skewness is above 1 (highly
    skewed, Bulmer 1979, chapter 4), and that of their logarithms is nearer to 0.

    >>> wants_log(np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]))
    True
    """
    if ordered[0] <= 0 or ordered[-1] / 10 <= ordered[0]:
        return False
    skewness = _skewness(ordered)
    return skewness > 1 and abs(_skewness(np.log(ordered))) < skewness


def _skewness(ordered: Numbers) -> float:
    mean, deviation = moments(ordered)
    return float((scaled(ordered, mean, deviation) ** 3).mean())


@description
class AnswerEncoder(Document):
    """Turn targets into what the network learns to give, and its outputs into answers.

    targets: how each target column is treated.
    is_clamped: whether answers stay within the range of the training targets, as in
        RealMLP (Holzmüller, Grinsztajn and Steinwart 2024, section 3.1).

    >>> prices = np.array([[100.0], [1000.0], [10000.0]])
    >>> encoder = AnswerEncoder.fit(prices, how="log")
    >>> abs(encoder.apply(prices)[1, 0].round(6))
    np.float32(0.0)
    >>> encoder.undo([[0.0], [99.0]]).round(6).tolist()
    [[1000.0], [10000.0]]
    """

    targets: Annotated[
        tuple[
            Annotated[
                Answer,
                BeforeValidator(
                    lambda one: Answer.from_dict(one) if isinstance(one, dict) else one
                ),
            ],
            ...,
        ],
        BeforeValidator(as_tuple),
        Field(min_length=1),
        Must("a list of Answer", "see AnswerEncoder.fit"),
    ]
    is_clamped: Flag = True

    @classmethod
    def fit(cls, targets: ArrayLike, *, how: str = "auto", clamp: bool = True) -> Self:
        """Return the encoder for the targets of the training rows, (N, M).

        how: "identity", "standard" or "log" for all of them, or "auto": for each "log"
            where `wants_log`, else "standard". An answer learnt as a logarithm is
            nearer to the median than to the mean of the rows alike.

        Raises:
            DataError: targets are not (N, M) finite numbers, `how` is not known, or
                targets are not all positive and "log" is wanted.
        """
        values = _checked(targets)
        if how not in WAYS:
            raise DataError(
                f"how={shown(how)}: targets are encoded by {', '.join(WAYS)}; choose "
                "one of them."
            )
        if not len(values):
            raise DataError(
                "there are no targets to fit an encoder on; give the training part."
            )
        if how == "log" and values.min() <= 0:
            raise DataError(
                f"targets go down to {values.min():g}, and only positive ones have a "
                'logarithm; choose how="standard".'
            )
        columns = (Answer.fit(column, how) for column in values.T)
        return cls(tuple(columns), is_clamped=clamp)

    @cached_property
    def _rows(self) -> Any:
        """Each of low, high, mean and deviation as a row of (4, M)."""
        kept = [(one.low, one.high, one.mean, one.deviation) for one in self.targets]
        return np.array(kept).T

    @cached_property
    def _logs(self) -> NDArray[np.bool_]:
        return np.array([one.how == "log" for one in self.targets])

    def apply(self, targets: ArrayLike) -> Floats:
        """Return what the network is to give for each row, float32 (N, M).

        A target that is not positive counts as the smallest of the training rows where
        logarithms are learnt.

        Raises:
            DataError: targets are not (N, M) finite numbers.
        """
        values = _checked(targets, len(self.targets)).copy()
        eased = np.empty(values.shape)
        for number, (one, column) in enumerate(
            zip(self.targets, values.T, strict=True)
        ):
            if one.how == "identity":
                eased[:, number] = np.clip(column, -_LARGEST, _LARGEST)
                continue
            if one.how == "log":
                column[:] = np.log(np.where(column > 0, column, one.low))
            eased[:, number] = scaled(column, one.mean, one.deviation)
        return eased.astype(np.float32)

    def undo(self, outputs: ArrayLike) -> Numbers:
        """Return the answers (N, M) that outputs of the network stand for.

        Raises:
            DataError: outputs are not (N, M) numbers.
        """
        values = _checked(outputs, len(self.targets))
        low, high, mean, deviation = self._rows
        with np.errstate(over="ignore"):
            answers = mean + values * deviation
            answers[:, self._logs] = np.exp(answers[:, self._logs])
        if self.is_clamped:
            answers = np.clip(answers, low, high)
        largest = float(np.finfo(np.float64).max)
        clamped: Numbers = np.clip(answers, -largest, largest)
        return clamped


def _checked(given: ArrayLike, columns: int | None = None) -> Numbers:
    values = np.asarray(given, np.float64)
    if values.ndim != 2 or (columns and values.shape[1] != columns):
        raise DataError(
            f"targets have the shape {values.shape}, expected (rows, "
            f"{columns or 'targets'}); give a row for each row of the data."
        )
    if not np.isfinite(values).all():
        raise DataError(
            f"{np.count_nonzero(~np.isfinite(values))} values of targets are no finite "
            "numbers; mend or drop those rows."
        )
    return values
