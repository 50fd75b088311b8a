"""known: the layers by their names."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ranvier.description import one_of
from ranvier.network.layers.convolution import Conv1D, Conv2D
from ranvier.network.layers.dense import Dense
from ranvier.network.layers.embedding import Embedding
from ranvier.network.layers.noise import Dropout, GaussianNoise
from ranvier.network.layers.normalization import BatchNorm, LayerNorm
from ranvier.network.layers.options import as_tuple
from ranvier.network.layers.placed import Layer
from ranvier.network.layers.pooling import AveragePool2D, GlobalAveragePool, MaxPool2D
from ranvier.network.layers.shape import Flatten, Reshape
from ranvier.registry import Registry

LAYERS: Registry[type[Layer]] = Registry(
    "layer",
    {
        layer.type: layer
        for layer in (
            Dense,
            Conv2D,
            Conv1D,
            MaxPool2D,
            AveragePool2D,
            GlobalAveragePool,
            Flatten,
            Reshape,
            Dropout,
            GaussianNoise,
            BatchNorm,
            LayerNorm,
            Embedding,
        )
    },
)

Layers = Annotated[
    tuple[Annotated[Any, one_of(LAYERS)], ...],
    BeforeValidator(as_tuple),
    Field(min_length=1),
]
"""One or more layers in order, as they are or as tables with their options."""
