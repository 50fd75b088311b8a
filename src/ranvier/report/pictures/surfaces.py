"""surfaces: hills and valleys over two numbers, for optimizers to walk down."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import Axis
from ranvier.registry import Registry

Numbers = NDArray[np.float64]


class Surface(NamedTuple):
    """Describe heights over a part of the plane.

    taught: what is to be learnt from it, in a few words.
    value: the heights over numbers x and y of equal shape. gradient: how they rise
        along both, at one place.
    x, y: from where to where the picture reaches.
    bottoms: the places that it is lowest at, if they are known.
    steps: so many are enough to see who is fast.
    labels, height: what runs along both sides, and what lies above them.
    """

    name: str
    taught: str
    value: Callable[[Any, Any], Any]
    gradient: Callable[[float, float], tuple[float, float]]
    x: tuple[float, float]
    y: tuple[float, float]
    start: tuple[float, float]
    bottoms: tuple[tuple[float, float], ...]
    steps: int
    labels: tuple[str, str] = ("x", "y")
    height: str = "height"

    def grid(self, points: int) -> tuple[Numbers, Numbers, Numbers]:
        """Return x (points,), y (points,), and the heights (points, points) there."""
        x, y = (np.linspace(*side, points) for side in (self.x, self.y))
        return x, y, np.asarray(self.value(*np.meshgrid(x, y)), np.float64)

    def axes(self) -> tuple[Axis, Axis]:
        """Return the axes of a picture of it."""
        x, y = self.labels
        return Axis(x, *self.x), Axis(y, *self.y)

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a place is in the picture; one that is no number is not."""
        return self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]


def _rosenbrock(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_slopes(x: float, y: float) -> tuple[float, float]:
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


def _beale(x: Any, y: Any) -> Any:
    return sum((c - x + x * y**n) ** 2 for n, c in _BEALE)


def _beale_slopes(x: float, y: float) -> tuple[float, float]:
    off = [(n, c - x + x * y**n) for n, c in _BEALE]
    by_x = sum(2 * one * (y**n - 1) for n, one in off)
    return by_x, sum(2 * one * x * n * y ** (n - 1) for n, one in off)


_BEALE = ((1, 1.5), (2, 2.25), (3, 2.625))


def _saddle(x: Any, y: Any) -> Any:
    return x**2 - y**2 + y**4 / 4


def _saddle_slopes(x: float, y: float) -> tuple[float, float]:
    return 2 * x, y**3 - 2 * y


def _himmelblau(x: Any, y: Any) -> Any:
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_slopes(x: float, y: float) -> tuple[float, float]:
    one, other = x**2 + y - 11, x + y**2 - 7
    return 4 * x * one + 2 * other, 2 * one + 4 * y * other


def _rastrigin(x: Any, y: Any) -> Any:
    waves = np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)
    return 20 + x**2 + y**2 - 10 * waves


def _rastrigin_slopes(x: float, y: float) -> tuple[float, float]:
    by_x, by_y = (2 * z + 20 * np.pi * np.sin(2 * np.pi * z) for z in (x, y))
    return by_x, by_y


SURFACES: Registry[Surface] = Registry(
    "surface",
    {
        surface.name: surface
        for surface in (
            Surface(
                "rosenbrock",
                "a curved valley: soon found, slow to follow",
                _rosenbrock,
                _rosenbrock_slopes,
                (-2, 2),
                (-1, 3),
                (-1.2, 1),
                ((1, 1),),
                300,
            ),
            Surface(
                "beale",
                "steep walls around a flat floor: one rate does not suit both",
                _beale,
                _beale_slopes,
                (-0.5, 4.5),
                (-2, 2),
                (1, 1.5),
                ((3, 0.5),),
                200,
            ),
            Surface(
                "saddle",
                "level in the middle, where a slow start looks like an end",
                _saddle,
                _saddle_slopes,
                (-2, 2),
                (-2, 2),
                (-1.6, 0.001),
                ((0, -(2**0.5)), (0, 2**0.5)),
                60,
            ),
            Surface(
                "himmelblau",
                "four bottoms, equally deep: the way decides which is reached",
                _himmelblau,
                _himmelblau_slopes,
                (-5, 5),
                (-5, 5),
                (0, -0.5),
                (
                    (3, 2),
                    (-2.805118, 3.131312),
                    (-3.779310, -3.283186),
                    (3.584428, -1.848126),
                ),
                100,
            ),
            Surface(
                "rastrigin",
                "many bottoms: only the one in the middle is the deepest",
                _rastrigin,
                _rastrigin_slopes,
                (-3.2, 3.2),
                (-3.2, 3.2),
                (-2.3, 2.4),
                ((0, 0),),
                150,
            ),
        )
    },
)
"""Rosenbrock 1960; Beale 1958; Himmelblau 1972; Rastrigin 1974."""
