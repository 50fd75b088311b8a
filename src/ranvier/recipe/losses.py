"""losses: how far an answer is from the truth, as one number to make small.

A loss is the mean over the rows of a batch; p is the network's output for one row,
y the target, d = p - y, M the number of outputs, z the sums before the activation.
"""

from typing import Annotated, ClassVar, Protocol

from pydantic import Field

from ranvier.description import Must, description
from ranvier.registry import Registry


class Loss(Protocol):
    """Describe a loss: its name, and the outputs that it can judge.

    `outputs` are the activations of which the output layer must have one; none is any.
    `is_of_classes` tells whether targets must be classes.
    """

    type: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]]
    is_of_classes: ClassVar[bool]


Positive = Annotated[
    float, Field(gt=0, le=1e30), Must("a positive number", "1.0 is usual")
]
Smoothing = Annotated[
    float,
    Field(ge=0, lt=1),
    Must("at least 0 and below 1", "0.1 is usual, 0.0 smooths nothing"),
]


@description
class MSE:
    """Square the errors: sum(d²) / M.

    It is the mean over the M outputs, as in PyTorch and Keras. A text that halves the
    squared error and sums it over the outputs, as the crash course and Nielsen's book
    do, has a gradient M / 2 times as large: its learning rate of 3.0 for ten outputs
    is 3.0 * 10 / 2 = 15.0 here.
    """

    type: ClassVar[str] = "mse"
    outputs: ClassVar[tuple[str, ...]] = ()
    is_of_classes: ClassVar[bool] = False


@description
class MAE:
    """Take errors as they are: sum(|d|) / M. Outliers pull no harder than others."""

    type: ClassVar[str] = "mae"
    outputs: ClassVar[tuple[str, ...]] = ()
    is_of_classes: ClassVar[bool] = False


@description
class Huber:
    """Square small errors alone: d² / 2 up to `delta`, delta (|d| - delta / 2) beyond.

    The mean over the M outputs (Huber 1964, section 2).
    """

    type: ClassVar[str] = "huber"
    outputs: ClassVar[tuple[str, ...]] = ()
    is_of_classes: ClassVar[bool] = False

    delta: Positive = 1.0


@description
class LogCosh:
    """Square small errors, smoothly: sum(log(cosh(d))) / M, |d| - log 2 far off."""

    type: ClassVar[str] = "log_cosh"
    outputs: ClassVar[tuple[str, ...]] = ()
    is_of_classes: ClassVar[bool] = False


@description
class CrossEntropy:
    """Ask for the right class: -sum(y log p), computed from z together with softmax.

    With `label_smoothing` s the targets are y (1 - s) + s / M (Szegedy et al. 2016,
    section 7).
    """

    type: ClassVar[str] = "cross_entropy"
    outputs: ClassVar[tuple[str, ...]] = ("softmax",)
    is_of_classes: ClassVar[bool] = True

    label_smoothing: Smoothing = 0.0


@description
class BinaryCrossEntropy:
    """Ask each output yes or no: -sum(y log p + (1 - y) log(1 - p)) / M.

    Computed from z together with sigmoid. With `label_smoothing` s the targets are
    y (1 - s) + s / 2.
    """

    type: ClassVar[str] = "binary_cross_entropy"
    outputs: ClassVar[tuple[str, ...]] = ("sigmoid",)
    is_of_classes: ClassVar[bool] = False

    label_smoothing: Smoothing = 0.0


@description
class Focal:
    """Look at the hard rows: -sum(y (1 - p)^gamma log p), from z with softmax.

    With gamma 0 it is cross_entropy (Lin, Goyal, Girshick, He and Dollár 2017,
    equation 4).
    """

    type: ClassVar[str] = "focal"
    outputs: ClassVar[tuple[str, ...]] = ("softmax",)
    is_of_classes: ClassVar[bool] = True

    gamma: Annotated[
        float,
        Field(ge=0, le=1e3),
        Must("zero or a positive number", "2.0 is usual"),
    ] = 2.0


@description
class Hinge:
    """Ask for a margin: sum(max(0, 1 - t p)) / M, where t is 1 for the class, else -1.

    One output a class, each against the rest (Rifkin and Klautau 2004).
    """

    type: ClassVar[str] = "hinge"
    outputs: ClassVar[tuple[str, ...]] = ("identity", "tanh")
    is_of_classes: ClassVar[bool] = True


@description
class Poisson:
    """Predict how many: sum(p - y log(p + 1e-8)) / M, for counts y.

    Up to what does not depend on p, minus the logarithm of Poisson's probability.
    """

    type: ClassVar[str] = "poisson"
    outputs: ClassVar[tuple[str, ...]] = ("softplus", "sigmoid")
    is_of_classes: ClassVar[bool] = False


@description
class Quantile:
    """Predict a value that a share `quantile` of the targets stays below.

    sum(max((1 - quantile) d, -quantile d)) / M; 0.5 is the median (Koenker and
    Bassett 1978, equation 3.1).
    """

    type: ClassVar[str] = "quantile"
    outputs: ClassVar[tuple[str, ...]] = ()
    is_of_classes: ClassVar[bool] = False

    quantile: Annotated[
        float, Field(gt=0, lt=1), Must("above 0 and below 1", "0.5 is the median")
    ] = 0.5


LOSSES: Registry[type[Loss]] = Registry(
    "loss",
    {
        loss.type: loss
        for loss in (
            MSE,
            MAE,
            Huber,
            LogCosh,
            CrossEntropy,
            BinaryCrossEntropy,
            Focal,
            Hinge,
            Poisson,
            Quantile,
        )
    },
)


def suited_to(activation: str) -> Loss:
    """Return the loss that "auto" is, for an output layer with this activation.

    >>> suited_to("softmax").type
    'cross_entropy'
    """
    made: dict[str, type[Loss]] = {
        "softmax": CrossEntropy,
        "sigmoid": BinaryCrossEntropy,
    }
    return made.get(activation, MSE)()
