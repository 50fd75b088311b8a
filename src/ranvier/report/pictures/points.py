"""points: data sets of two numbers and some classes, drawn from a seed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, from_arrays
from ranvier.registry import Registry
from ranvier.report.pictures.bounds import check_number
from ranvier.report.pictures.surfaces import Numbers

ROWS = 200

_Random = np.random.Generator
_Drawn = tuple[Numbers, Numbers, NDArray[np.intp]]  # x, y and the classes


def points(name: str, *, rows: int = ROWS, seed: int = 0) -> Dataset:
    """Return a data set of two inputs by its name, its rows drawn from a seed.

    name: moons, circles, spiral, xor or clouds.

    Raises:
        DescriptionError: there is no such data set, or a number is out of range.

    >>> points("moons", rows=10).schema.classes
    ('A', 'B')
    """
    make = POINTS[name]
    check_number("rows", rows, 10, 100_000, f"{ROWS} are usual")
    check_number("seed", seed, 0, 2**63 - 1, "the same seed gives the same rows")
    random = np.random.default_rng(seed)
    x, y, targets = make(random, rows)
    inputs = np.stack([x, y], axis=1)
    return from_arrays(
        inputs, targets, name=name, classes=("A", "B", "C")[: targets.max() + 1]
    )


def _moons(random: _Random, rows: int) -> _Drawn:
    turn = random.uniform(0, np.pi, rows)
    is_lower = _turns(rows, 2) == 1
    x = np.where(is_lower, 1 - np.cos(turn), np.cos(turn))
    y = np.where(is_lower, 0.5 - np.sin(turn), np.sin(turn))
    return *_shaken(random, x, y, 0.14), _turns(rows, 2)


def _circles(random: _Random, rows: int) -> _Drawn:
    turn = random.uniform(0, 2 * np.pi, rows)
    radius = np.where(_turns(rows, 2) == 1, 0.45, 1.0)
    x, y = radius * np.cos(turn), radius * np.sin(turn)
    return *_shaken(random, x, y, 0.09), _turns(rows, 2)


def _spiral(random: _Random, rows: int) -> _Drawn:
    radius = np.sqrt(random.uniform(0.02, 1, rows))
    turn = 3 * np.pi * radius + np.pi * _turns(rows, 2)
    x, y = radius * np.cos(turn), radius * np.sin(turn)
    return *_shaken(random, x, y, 0.03), _turns(rows, 2)


def _xor(random: _Random, rows: int) -> _Drawn:
    x, y = random.uniform(0.08, 1, (2, rows)) * random.choice([-1, 1], (2, rows))
    return x, y, (x * y < 0).astype(np.intp)


def _clouds(random: _Random, rows: int) -> _Drawn:
    turn = 2 * np.pi * _turns(rows, 3) / 3 + np.pi / 2
    return *_shaken(random, np.cos(turn), np.sin(turn), 0.42), _turns(rows, 3)


def _turns(rows: int, classes: int) -> NDArray[np.intp]:
    return np.arange(rows) % classes


def _shaken(
    random: _Random, x: Numbers, y: Numbers, deviation: float
) -> tuple[Numbers, Numbers]:
    off = random.normal(0, deviation, (2, len(x)))
    return x + off[0], y + off[1]


POINTS: Registry[Callable[[_Random, int], _Drawn]] = Registry(
    "data set of points",
    {
        "moons": _moons,
        "circles": _circles,
        "spiral": _spiral,
        "xor": _xor,
        "clouds": _clouds,
    },
)
