"""network: layers in order → Network"""

from ranvier.network.activations import ACTIVATIONS, Activation, LeakyReLU
from ranvier.network.initializers import INITIALIZERS
from ranvier.network.layers import LAYERS, Dense, Parameter, Shape
from ranvier.network.network import Network, PlacedLayer

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LAYERS",
    "Activation",
    "Dense",
    "LeakyReLU",
    "Network",
    "Parameter",
    "PlacedLayer",
    "Shape",
]
