"""pairs: which output activation goes with which loss, read off the registries."""

import pytest

from ranvier.network import ACTIVATIONS
from ranvier.recipe import LOSSES

PLAIN = ("identity", "tanh")

OUTPUTS = [
    pytest.param(activation, loss, id=f"{activation}-{loss}")
    for loss in LOSSES
    for activation in ACTIVATIONS
    if activation in (LOSSES[loss].outputs or (ACTIVATIONS if loss == "mse" else PLAIN))
]
"""Pairs of (activation of the output layer, loss) that a recipe allows.

All with mse; the other losses that take any output go through the same code.
"""

SUITED = [
    pytest.param(activation, loss, id=f"{activation}-{loss}")
    for activation, loss in (
        ("identity", "mse"),
        ("softmax", "cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
    )
]
"""One pair for each way of computing."""
