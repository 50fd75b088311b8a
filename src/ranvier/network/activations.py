"""activations: what a node does to the sum of its weighted inputs.

A network names its activations; each engine has its own code for them.
"""

from typing import NamedTuple

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

ACTIVATIONS = Registry(
    "activation",
    {
        "identity": Activation("z", "glorot_uniform"),
        "sigmoid": Activation("1 / (1 + exp(-z))", "glorot_uniform"),
        "tanh": Activation("tanh(z)", "glorot_uniform"),
        "relu": Activation("max(0, z)", "he_uniform"),
        "leaky_relu": Activation(f"max({LEAKY_SLOPE} z, z)", "he_uniform"),
        "softmax": Activation("exp(z) / sum(exp(z))", "glorot_uniform"),
    },
)
