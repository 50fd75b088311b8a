"""initializers: how weights are drawn before the first step.

A draw takes a shape (K inputs, M outputs) and a generator, and returns float64.
"""

import numpy as np
from numpy.typing import NDArray

from ranvier.registry import Registry


def zeros(shape: tuple[int, ...], random: np.random.Generator) -> NDArray[np.float64]:
    """Return zeros: the start of every bias."""
    return np.zeros(shape)


def glorot_uniform(
    shape: tuple[int, ...], random: np.random.Generator
) -> NDArray[np.float64]:
    """Draw from ±sqrt(6 / (K + M)) (Glorot and Bengio 2010, equation 16)."""
    limit = np.sqrt(6.0 / (shape[0] + shape[1]))
    return random.uniform(-limit, limit, shape)


def he_uniform(
    shape: tuple[int, ...], random: np.random.Generator
) -> NDArray[np.float64]:
    """Draw from ±sqrt(6 / K) (He, Zhang, Ren and Sun 2015, section 2.2)."""
    limit = np.sqrt(6.0 / shape[0])
    return random.uniform(-limit, limit, shape)


def lecun_normal(
    shape: tuple[int, ...], random: np.random.Generator
) -> NDArray[np.float64]:
    """Draw with variance 1 / K (LeCun, Bottou, Orr and Müller 1998, equation 16)."""
    return random.normal(0, np.sqrt(1.0 / shape[0]), shape)


INITIALIZERS = Registry(
    "initializer",
    {
        "zeros": zeros,
        "glorot_uniform": glorot_uniform,
        "he_uniform": he_uniform,
        "lecun_normal": lecun_normal,
    },
)
