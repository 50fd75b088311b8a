"""activations: what a node does to the sum of its weighted inputs.

A network names its activations; each engine has its own code for them.
"""

from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import Field

from ranvier.description import Must, description
from ranvier.errors import DescriptionError, shown
from ranvier.registry import Registry


class Activation(NamedTuple):
    """Describe an activation: its formula, and how weights before it start.

    `initializer` names the draw of `ranvier.network.initializers` that keeps the
    variance of signals even through layers with this activation.
    """

    formula: str
    initializer: str


LEAKY_SLOPE = 0.01
"""The slope of leaky_relu below zero (Maas, Hannun and Ng 2013, section 2)."""

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
"""Signals of mean 0 and variance 1 stay so (Klambauer et al. 2017, equation 14)."""

ACTIVATIONS = Registry(
    "activation",
    {
        "identity": Activation("z", "glorot_uniform"),
        "sigmoid": Activation("1 / (1 + exp(-z))", "glorot_uniform"),
        "tanh": Activation("tanh(z)", "glorot_uniform"),
        "relu": Activation("max(0, z)", "he_uniform"),
        "leaky_relu": Activation(f"max({LEAKY_SLOPE} z, z)", "he_uniform"),
        # He, Zhang, Ren and Sun 2015, equation 1; a slope for each unit or channel
        "prelu": Activation("z above 0, a learnt slope times z below", "he_uniform"),
        # Clevert, Unterthiner and Hochreiter 2016, section 3
        "elu": Activation("z above 0, exp(z) - 1 below", "he_uniform"),
        "selu": Activation(
            f"{SELU_SCALE:.4f} (z above 0, {SELU_ALPHA:.4f} (exp(z) - 1) below)",
            "lecun_normal",
        ),
        # Hendrycks and Gimpel 2016, section 2: exact, by the error function
        "gelu": Activation("z (1 + erf(z / sqrt(2))) / 2", "he_uniform"),
        # Elfwing, Uchibe and Doya 2018, equation 4
        "silu": Activation("z / (1 + exp(-z))", "he_uniform"),
        # Misra 2020, equation 1
        "mish": Activation("z tanh(log(1 + exp(z)))", "he_uniform"),
        # Dugas et al. 2001, equation 2
        "softplus": Activation("log(1 + exp(z))", "he_uniform"),
        "hard_sigmoid": Activation("min(max(z / 6 + 1/2, 0), 1)", "glorot_uniform"),
        "softmax": Activation("exp(z) / sum(exp(z))", "glorot_uniform"),
    },
)


@description
class LeakyReLU:
    """Leak below zero: z above it, `slope` z elsewhere (Maas, Hannun and Ng 2013).

    With the usual slope of 0.01 it is the activation "leaky_relu".

    >>> str(LeakyReLU(slope=0.2))
    'leaky_relu(0.2)'
    """

    type: ClassVar[str] = "leaky_relu"

    slope: Annotated[
        float,
        Field(ge=0, le=1e30),
        Must("zero or a positive number", "0.01 is usual, 0.2 in generators"),
    ] = LEAKY_SLOPE

    def __str__(self) -> str:
        return f"{self.type}({self.slope:g})"


def plain(activation: object) -> object:
    """Return an activation in its shortest form: its name, where it has no options.

    What is neither a name, nor a table with its type, nor a LeakyReLU is given back.

    Raises:
        DescriptionError: there is no such activation, or no such option.
    """
    if isinstance(activation, dict):
        activation = _from_table(dict(activation))
    if isinstance(activation, str):
        ACTIVATIONS[activation]
    return LeakyReLU.type if activation == LeakyReLU() else activation


def name_of(activation: str | LeakyReLU) -> str:
    """Return the name of an activation, whatever its options.

    >>> name_of(LeakyReLU(slope=0.2))
    'leaky_relu'
    """
    return activation if isinstance(activation, str) else activation.type


def bend_of(layer: object) -> str | LeakyReLU:
    """Return the activation of a layer; of what has none, the identity."""
    bend: str | LeakyReLU = getattr(layer, "activation", "identity")
    return bend


def slope_of(activation: str | LeakyReLU) -> float:
    """Return the slope below zero; of what has no such option, the usual one.

    >>> slope_of("leaky_relu")
    0.01
    """
    return LEAKY_SLOPE if isinstance(activation, str) else activation.slope


def _from_table(options: dict[str, Any]) -> str | LeakyReLU:
    name: str = options.pop("type", "")
    ACTIVATIONS[name]
    if name == LeakyReLU.type:
        return LeakyReLU(**options)
    if options:
        raise DescriptionError(
            f"the activation {name} takes no options, got {shown(options)}; leave "
            "them out."
        )
    return name
