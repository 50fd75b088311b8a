"""pairs: which output activation goes with which loss, read off the registries."""

import pytest

from ranvier.network import ACTIVATIONS
from ranvier.recipe import LOSSES

OUTPUTS = [
    pytest.param(activation, loss, id=f"{activation}-{loss}")
    for loss in LOSSES
    for activation in ACTIVATIONS
    if LOSSES[loss].output in (None, activation)
]
"""Every (activation of the output layer, loss) that a recipe allows."""
