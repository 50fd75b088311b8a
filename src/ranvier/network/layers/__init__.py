"""layers: options → shapes and arrays of what a network is made of

A layer is a frozen description: it knows its shapes and holds no weights.
"""

from ranvier.network.layers.convolution import Conv1D, Conv2D
from ranvier.network.layers.dense import Dense
from ranvier.network.layers.embedding import Embedding
from ranvier.network.layers.known import LAYERS, Layers
from ranvier.network.layers.noise import Dropout, GaussianNoise
from ranvier.network.layers.normalization import BatchNorm, LayerNorm
from ranvier.network.layers.parameter import Parameter
from ranvier.network.layers.placed import Layer, PlacedLayer, place
from ranvier.network.layers.pooling import AveragePool2D, GlobalAveragePool, MaxPool2D
from ranvier.network.layers.residual import Residual
from ranvier.network.layers.shape import Flatten, Reshape
from ranvier.network.layers.window import Window

__all__ = [
    "LAYERS",
    "AveragePool2D",
    "BatchNorm",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianNoise",
    "GlobalAveragePool",
    "Layer",
    "LayerNorm",
    "Layers",
    "MaxPool2D",
    "Parameter",
    "PlacedLayer",
    "Reshape",
    "Residual",
    "Window",
    "place",
]
