"""network: layers in order → Network"""

from ranvier.network.activations import ACTIVATIONS, Activation, LeakyReLU
from ranvier.network.initializers import (
    INITIALIZERS,
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    LeCunNormal,
    LeCunUniform,
    Normal,
    Orthogonal,
    Shape,
    Uniform,
    Zeros,
)
from ranvier.network.layers import LAYERS, Dense, Parameter
from ranvier.network.network import Network, PlacedLayer

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LAYERS",
    "Activation",
    "Constant",
    "Dense",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LeCunNormal",
    "LeCunUniform",
    "LeakyReLU",
    "Network",
    "Normal",
    "Orthogonal",
    "Parameter",
    "PlacedLayer",
    "Shape",
    "Uniform",
    "Zeros",
]
