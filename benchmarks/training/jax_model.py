"""jax_model: the network, the loss and the optimizer as JAX and Optax have them."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from benchmarks.training.workload import Workload

ACTIVATIONS = {
    "identity": lambda x: x,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
}

Weights = Mapping[str, jax.Array]


def outputs(
    workload: Workload, weights: Weights, x: Any, pools_are_reshapes: bool = False
) -> Any:
    """Return what the network gives for rows (N, K): logits where the loss takes them.

    pools_are_reshapes: take a pool's largest value along axes of its own, which is
        possible where windows neither overlap nor leave pixels over.
    """
    x = x.reshape(-1, *workload.network.input_shape)
    for placed, activation in zip(workload.layers, workload.activations, strict=True):
        layer = placed.layer
        arrays = {
            one.name: weights[f"{placed.name}.{one.name}"] for one in placed.parameters
        }
        match layer.type:
            case "dense":
                x = x.reshape(len(x), -1) @ arrays["weight"] + arrays["bias"]
            case "conv2d":
                x = _convolution(layer, arrays, x.reshape(*x.shape[:3], -1))
            case "max_pool2d":
                x = _pool_by_axes(layer, x) if pools_are_reshapes else _pool(layer, x)
            case "embedding":
                ids = x.astype(jnp.int32).T
                found = [
                    table[row] for table, row in zip(arrays.values(), ids, strict=True)
                ]
                x = jnp.concatenate(found, axis=1)
        x = ACTIVATIONS[activation](x)
    return x


def refusal(workload: Workload) -> str:
    """Say which layer has no counterpart here."""
    known = ("dense", "conv2d", "max_pool2d", "flatten", "embedding")
    others = [one.layer.type for one in workload.layers if one.layer.type not in known]
    return f"no {others[0]} is written for it" if others else ""


def loss(workload: Workload, found: Any, truth: Any) -> Any:
    """Return the mean loss of outputs."""
    if workload.loss == "mse":
        return jnp.mean((found - truth) ** 2)
    if workload.loss == "binary_cross_entropy":
        return optax.sigmoid_binary_cross_entropy(found, truth).mean()
    return optax.softmax_cross_entropy_with_integer_labels(found, truth).mean()


def optimizer(workload: Workload) -> optax.GradientTransformation:
    """Return the workload's optimizer as Optax has it."""
    wanted = workload.recipe.optimizer
    if wanted.type == "sgd":
        return optax.sgd(wanted.learning_rate)
    shared = wanted.learning_rate, wanted.beta_1, wanted.beta_2, wanted.epsilon
    if wanted.type == "adam":
        return optax.adam(*shared)
    return optax.adamw(*shared, weight_decay=wanted.weight_decay)


def _convolution(layer: Any, arrays: dict[str, Any], x: Any) -> Any:
    found = lax.conv_general_dilated(
        x,
        arrays["weight"],
        window_strides=_pair(layer.stride),
        padding=layer.padding.upper(),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    return found + arrays["bias"]


def _pool(layer: Any, x: Any) -> Any:
    window = (1, *_pair(layer.size), 1)
    strides = (1, *_pair(layer.stride or layer.size), 1)
    return lax.reduce_window(
        x, np.float32(-np.inf), lax.max, window, strides, layer.padding.upper()
    )


def _pool_by_axes(layer: Any, x: Any) -> Any:
    rows, columns = _pair(layer.size)
    count, height, width, channels = x.shape
    shape = count, height // rows, rows, width // columns, columns, channels
    return x.reshape(shape).max((2, 4))


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)
