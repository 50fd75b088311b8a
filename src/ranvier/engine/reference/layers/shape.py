"""shape: the same numbers in another shape; nothing is computed."""

from ranvier.engine.reference.array import Array
from ranvier.engine.reference.layers.layer import Own, Pass
from ranvier.network import PlacedLayer


def reshape(at: PlacedLayer, own: Own, now: Pass, x: Array) -> Array:
    """Return x in the shape of the layer's outputs."""
    return x.reshape(len(x), *at.output_shape)


def reshape_backward(
    at: PlacedLayer, own: Own, now: Pass, x: Array, grad_z: Array
) -> tuple[dict[str, Array], Array]:
    """Return the gradient in the shape of x."""
    return {}, grad_z.reshape(x.shape)
