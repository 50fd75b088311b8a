"""work: what a network's layers are, in words, and what one row costs."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.training.workload import Workload


def operations(layers: list[Any]) -> int:
    """Count the multiplications and additions of one row, once forth and once back.

    Forward, gradient of the weights, and gradient of the inputs but for the first
    layer's, where nothing before it learns. Only matrix products count.
    """
    learnt = [one for one in layers if one.parameters]
    products = [product(one) for one in learnt]
    return 6 * sum(products) - 2 * products[0]


def product(placed: Any) -> int:
    """Count a layer's multiplications for one row: its weights, at every place."""
    places = math.prod(placed.output_shape[:-1])
    sizes = (math.prod(one.shape) for one in placed.parameters if one.name == "weight")
    return sum(sizes) * places


def longest_sum(workload: "Workload") -> int:
    """Return the number of terms of the longest sum in a step."""
    batch = workload.recipe.batch_size
    terms = [*workload.sizes[:1], batch]
    for placed in workload.layers:
        shapes = [one.shape for one in placed.parameters if one.name == "weight"]
        places = math.prod(placed.output_shape[:-1])
        terms += [math.prod(shape[:-1]) for shape in shapes]
        terms += [shape[-1] for shape in shapes] + [batch * places] * len(shapes)
    return max(terms)


def label(workload: "Workload") -> str:
    """Return the network in words, such as `784-15-10 sigmoid`."""
    if workload.is_dense:
        hidden = workload.network.layers[0].activation
        return f"{'-'.join(map(str, workload.sizes))} {hidden}"
    shape = "×".join(map(str, workload.network.input_shape or ()))
    return " – ".join([shape, *(_words(one.layer) for one in workload.layers)])


def _words(layer: Any) -> str:
    options = [*("units", "filters", "size", "ids", "width"), "activation"]
    found = (getattr(layer, option, None) for option in options)
    words = (" + ".join(map(str, x)) if isinstance(x, tuple) else x for x in found if x)
    return " ".join(map(str, [layer.type, *words])).replace("_", " ")
