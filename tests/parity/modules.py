"""modules: the layers of a network, in PyTorch, on arrays with channels last."""

import torch
from torch.nn import functional

from ranvier.network import LeakyReLU
from ranvier.network.activations import bend_of

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    "mish": functional.mish,
    "softplus": functional.softplus,
    # torch's own takes its sixth from float32, even in float64
    "hard_sigmoid": lambda z: torch.clamp(z / 6 + 0.5, 0, 1),
    "softmax": lambda z: functional.softmax(z, dim=1),
}


def activated(activation, z, slope=None):
    """Return what PyTorch makes of the sums of a layer."""
    if isinstance(activation, LeakyReLU):
        return functional.leaky_relu(z, activation.slope)
    if activation == "prelu":
        return last(functional.prelu(first(z), slope))
    return ACTIVATIONS[activation](z)


def sums(layers, weights, x):
    """Return the sums of the last of some placed layers, and what it makes of them."""
    for placed in layers:
        own = {
            one.name: weights[f"{placed.name}.{one.name}"] for one in placed.parameters
        }
        if placed.inner:
            z = x + sums(placed.inner, weights, x)[1]
        else:
            z = MODULES[placed.layer.type](placed, own, x)
        x = activated(bend_of(placed.layer), z, own.get("slope"))
    return z, x


def first(x):
    """Return arrays with their channels first, behind the rows."""
    return x.movedim(-1, 1)


def last(x):
    return x.movedim(1, -1)


def dense(placed, own, x):
    return functional.linear(x.flatten(1), own["weight"].T, own.get("bias"))


def bordered(placed, x, fill=0.0):
    """Return images, channels first, with the border of TensorFlow's rule."""
    window = placed.layer.window(placed.input_shape)
    images = first(x.reshape(len(x), *window.image))
    border = []
    for axis in (1, 0):
        span = window.dilation[axis] * (window.size[axis] - 1) + 1
        reach = (window.output[axis] - 1) * window.stride[axis] + span
        before = window.padding[axis]
        border += [before, max(reach - before - window.image[axis], 0)]
    return window, functional.pad(images, border, value=fill)


def convolution(placed, own, x):
    window, images = bordered(placed, x)
    weight = own["weight"].reshape(*window.size, *own["weight"].shape[-2:])
    z = functional.conv2d(
        images,
        weight.permute(3, 2, 0, 1),
        own.get("bias"),
        window.stride,
        dilation=window.dilation,
        groups=placed.layer.groups,
    )
    return last(z).reshape(len(x), *placed.output_shape)


def max_pool(placed, own, x):
    window, images = bordered(placed, x, -torch.inf)
    z = functional.max_pool2d(images, window.size, window.stride)
    return last(z).reshape(len(x), *placed.output_shape)


def average_pool(placed, own, x):
    """PyTorch leaves out a border that is alike on both sides alone: divide by both."""
    means, there = (
        functional.avg_pool2d(images, window.size, window.stride)
        for window, images in (bordered(placed, one) for one in (x, torch.ones_like(x)))
    )
    return last(means / there).reshape(len(x), *placed.output_shape)


def batch_norm(placed, own, x):
    layer = placed.layer
    z = functional.batch_norm(
        first(x),
        own["running_mean"],
        own["running_variance"],
        own["scale"],
        own["shift"],
        training=True,
        momentum=1 - layer.momentum,
        eps=layer.epsilon,
    )
    return last(z)


def layer_norm(placed, own, x):
    shape = x.shape[-1:]
    epsilon = placed.layer.epsilon
    return functional.layer_norm(x, shape, own["scale"], own["shift"], epsilon)


def embedding(placed, own, x):
    columns = placed.layer.id_columns
    found = [
        functional.embedding(x[:, column].long(), table)
        for column, table in zip(columns, own.values(), strict=True)
    ]
    others = [column for column in range(x.shape[1]) if column not in columns]
    return torch.cat([*found, x[:, others]], dim=1)


def reshape(placed, own, x):
    return x.reshape(len(x), *placed.output_shape)


MODULES = {
    "dense": dense,
    "conv2d": convolution,
    "conv1d": convolution,
    "max_pool2d": max_pool,
    "average_pool2d": average_pool,
    "global_average_pool": average_pool,
    "flatten": reshape,
    "reshape": reshape,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "embedding": embedding,
}
"""All but those that draw at random, which no two libraries do alike."""
