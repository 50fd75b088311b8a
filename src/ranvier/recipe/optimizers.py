"""optimizers: how a gradient changes a weight.

w is a weight, g its gradient, r the learning rate; the other letters start at zero.
With `learning_rate="auto"`, a training finds the rate before its first epoch.
Every update is the one that PyTorch makes under the same name, where it has it.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from ranvier.description import Must, description, named
from ranvier.errors import DescriptionError
from ranvier.registry import Registry

_Rate = Annotated[float, Field(gt=0, le=1e30)]
LearningRate = Annotated[
    _Rate | Literal["auto"],
    Must('a positive number or "auto"', "0.001 suits adam, 0.1 plain sgd"),
]
Fraction = Annotated[
    float, Field(ge=0, lt=1), Must("at least 0 and below 1", "0.9 is usual")
]
Epsilon = Annotated[
    float, Field(ge=1e-30), Must("a number of 1e-30 or more", "1e-8 is usual")
]
WeightDecay = Annotated[
    float, Field(ge=0, le=1e30), Must("zero or a positive number", "0.01 is usual")
]


@description
class SGD:
    """Take the plain step: w -= r g (Robbins and Monro 1951)."""

    type: ClassVar[str] = "sgd"
    learning_rate: LearningRate = 0.1


@description
class Momentum:
    """Roll like a ball: v = m v + g, w -= r v (Polyak 1964)."""

    type: ClassVar[str] = "momentum"
    learning_rate: LearningRate = 0.01
    momentum: Fraction = 0.9


@description
class NAG:
    """Look ahead along the ball's way: v = m v + g, w -= r (g + m v).

    Nesterov 1983, in the form of Sutskever, Martens, Dahl and Hinton 2013, section 2.
    """

    type: ClassVar[str] = "nag"
    learning_rate: LearningRate = 0.01
    momentum: Fraction = 0.9


@description
class Adagrad:
    """Slow down each weight by its own past: s += g², w -= r g / (sqrt(s) + e).

    Duchi, Hazan and Singer 2011, section 1.
    """

    type: ClassVar[str] = "adagrad"
    learning_rate: LearningRate = 0.01
    epsilon: Epsilon = 1e-10


@description
class Adadelta:
    """Measure steps by past steps: w -= r g sqrt(u + e) / sqrt(s + e).

    s = d s + (1 - d) g², and u is the same mean of the squared steps before, taken
    without r (Zeiler 2012, algorithm 1).
    """

    type: ClassVar[str] = "adadelta"
    learning_rate: LearningRate = 1.0
    decay: Fraction = 0.9
    epsilon: Epsilon = 1e-6


@description
class RMSprop:
    """Forget that past slowly: s = d s + (1 - d) g², w -= r g / (sqrt(s) + e).

    Tieleman and Hinton 2012, lecture 6.5.
    """

    type: ClassVar[str] = "rmsprop"
    learning_rate: LearningRate = 0.001
    decay: Fraction = 0.99
    epsilon: Epsilon = 1e-8


@description
class Adam:
    """Keep running means of g and g², freed of their start at zero.

    m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g²,
    w -= r (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + e) at step t
    (Kingma and Ba 2015, algorithm 1).
    """

    type: ClassVar[str] = "adam"
    learning_rate: LearningRate = 0.001
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.999
    epsilon: Epsilon = 1e-8


@description
class AdamW:
    """Shrink the weights beside Adam's step: w -= r c w, with c the weight_decay.

    Loshchilov and Hutter 2019, algorithm 2. Biases shrink too, as in PyTorch.
    """

    type: ClassVar[str] = "adamw"
    learning_rate: LearningRate = 0.001
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.01


@description
class NAdamW:
    """Take AdamW's step from where its mean leads next.

    In the place of m / (1 - b1^t) stands
    b1 m / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t) (Dozat 2016, algorithm 2).
    """

    type: ClassVar[str] = "nadamw"
    learning_rate: LearningRate = 0.001
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.01


@description
class AMSGrad:
    """Divide Adam's step by the root of the largest v so far, not of the last.

    Reddi, Kale and Kumar 2018, algorithm 2, freed of its start at zero as Adam is.
    """

    type: ClassVar[str] = "amsgrad"
    learning_rate: LearningRate = 0.001
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.999
    epsilon: Epsilon = 1e-8


@description
class Lion:
    """Step by the sign alone: w -= r (sign(b1 m + (1 - b1) g) + c w).

    Then m = b2 m + (1 - b2) g, with c the weight_decay (Chen et al. 2023, algorithm 2).
    """

    type: ClassVar[str] = "lion"
    learning_rate: LearningRate = 1e-4
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.99
    weight_decay: WeightDecay = 0.0


def _adamw(value: object) -> object:
    if not isinstance(value, dict):
        return value
    options = dict(value)
    return AdamW(**named(options)) if options.pop("type", "adamw") == "adamw" else value


@description
class Muon:
    """Step along the mean gradient of each hidden matrix, made orthogonal.

    m = b m + (1 - b) g and G = b m + (1 - b) g, with b the momentum; five times
    X = 3.4445 X - 4.775 (X Xᵀ) X + 2.0315 (X Xᵀ)² X, from X = G / |G|, takes the
    singular values of G near one; w = (1 - r c) w - r f X, with c the weight_decay.
    For (K, M) weights, `scale` "original" is f = sqrt(max(1, M / K)), and
    "match_rms_adamw" is f = 0.2 sqrt(max(K, M)), for a rate r such as AdamW's
    (Jordan et al. 2024; Liu et al. 2025, section 2.2).

    Hidden matrices are the arrays called `weight` of layers that are neither the first
    nor the last with matrices; a kernel counts as (kh kw C, filters). All other arrays
    learn by `adamw`, whose rate takes the same schedule. A network of fewer than three
    such layers has no hidden matrix: there, Muon is AdamW.

    >>> Muon(adamw=AdamW(0.003)).adamw.learning_rate
    0.003
    """

    type: ClassVar[str] = "muon"
    learning_rate: LearningRate = 0.02
    momentum: Fraction = 0.95
    weight_decay: WeightDecay = 0.01
    scale: Annotated[
        Literal["original", "match_rms_adamw"],
        Must("original or match_rms_adamw", "original goes with rates such as 0.02"),
    ] = "original"
    adamw: Annotated[
        AdamW,
        BeforeValidator(_adamw),
        Must("an AdamW", "as in AdamW(learning_rate=0.001)"),
    ] = AdamW()

    def __post_init__(self) -> None:
        if self.adamw.learning_rate == "auto":
            raise DescriptionError(
                'Muon(adamw=AdamW(learning_rate="auto")): "auto" finds one rate, that '
                "of Muon itself; give the other a number, such as 0.001."
            )

    @property
    def adamw_share(self) -> float:
        """The rate of `adamw` over that of Muon, or over its own where that is auto."""
        own, beside = self.learning_rate, self.adamw.learning_rate
        return float(beside) / (own_rate(self) if own == "auto" else own)


@description
class ScheduleFree:
    """Average as you go, so that the rate need not fall: AdamW without a schedule.

    z -= r (g / (sqrt(v / (1 - b2^t)) + e) + c y), with v as Adam's and c the
    weight_decay; the weights x move to the mean of all z, each counting by the square
    of the largest r so far; g is taken at y = b1 x + (1 - b1) z.

    Defazio et al. 2024, algorithm 1, as in the authors' code. The weights that are
    judged and shipped are x. A warm-up helps; a schedule is not needed.
    """

    type: ClassVar[str] = "schedule_free"
    learning_rate: LearningRate = 0.0025
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0


@description
class LBFGS:
    """Step to where the curvature that the last steps have shown puts the bottom.

    Each epoch is one step over all rows, whatever the recipe's batch_size. Its length
    is searched for until the strong Wolfe conditions hold, `learning_rate` being the
    first that is tried. `memory` is the number of steps that are remembered.

    Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms 7.5 and 3.5. Suits small
    networks on up to some thousand rows; L2 is part of the loss that it descends.

    >>> LBFGS().memory
    10
    """

    type: ClassVar[str] = "lbfgs"
    learning_rate: Annotated[
        _Rate,
        Must("a positive number", "1.0 is usual; each step's length is searched for"),
    ] = 1.0
    memory: Annotated[
        int, Field(ge=1, le=1000), Must("an integer from 1 to 1000", "10 is usual")
    ] = 10


OPTIMIZERS = Registry(
    "optimizer",
    {
        optimizer.type: optimizer
        for optimizer in (
            SGD,
            Momentum,
            NAG,
            Adagrad,
            Adadelta,
            RMSprop,
            Adam,
            AdamW,
            NAdamW,
            AMSGrad,
            Lion,
            Muon,
            ScheduleFree,
            LBFGS,
        )
    },
)


def own_rate(optimizer: Any) -> float:
    """Return the learning rate that an optimizer has where none is given.

    >>> own_rate(SGD(learning_rate=3.0))
    0.1
    """
    rate: float = type(optimizer)().learning_rate
    return rate
