"""layers: x → z, and the gradient of z → that of x and of the layer's arrays"""

from ranvier.engine.reference.layers.convolution import (
    convolution,
    convolution_backward,
)
from ranvier.engine.reference.layers.dense import dense, dense_backward
from ranvier.engine.reference.layers.embedding import embedding, embedding_backward
from ranvier.engine.reference.layers.layer import Layer, Own, Pass, answering
from ranvier.engine.reference.layers.noise import (
    dropout,
    dropout_backward,
    gaussian_noise,
    gaussian_noise_backward,
)
from ranvier.engine.reference.layers.normalization import (
    batch_norm,
    batch_norm_backward,
    batch_norm_remember,
    layer_norm,
    layer_norm_backward,
)
from ranvier.engine.reference.layers.pooling import (
    average_pool,
    average_pool_backward,
    max_pool,
    max_pool_backward,
)
from ranvier.engine.reference.layers.shape import reshape, reshape_backward

LAYERS = {
    "dense": Layer(dense, dense_backward),
    "conv2d": Layer(convolution, convolution_backward),
    "conv1d": Layer(convolution, convolution_backward),
    "max_pool2d": Layer(max_pool, max_pool_backward),
    "average_pool2d": Layer(average_pool, average_pool_backward),
    "global_average_pool": Layer(average_pool, average_pool_backward),
    "flatten": Layer(reshape, reshape_backward),
    "reshape": Layer(reshape, reshape_backward),
    "dropout": Layer(dropout, dropout_backward),
    "gaussian_noise": Layer(gaussian_noise, gaussian_noise_backward),
    "batch_norm": Layer(batch_norm, batch_norm_backward, batch_norm_remember),
    "layer_norm": Layer(layer_norm, layer_norm_backward),
    "embedding": Layer(embedding, embedding_backward),
}
"""The functions of each layer; a residual's are in backpropagation."""

__all__ = ["LAYERS", "Layer", "Own", "Pass", "answering"]
