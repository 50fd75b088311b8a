"""sick: what a planted fault is."""

import contextlib
from collections.abc import Callable
from typing import Literal, NamedTuple

from ranvier.data import Dataset, Parts
from ranvier.errors import DivergedError
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training import Run, train


class Sick(NamedTuple):
    """Hold what is trained, and the layer, column or class that is ill ("" is none)."""

    network: Network
    recipe: Recipe
    data: Dataset | Parts
    where: str = ""

    def trained(self) -> Run:
        """Train to the end, or until the numbers break."""
        runs: list[Run] = []
        with contextlib.suppress(DivergedError):
            train(
                self.network,
                self.data,
                self.recipe,
                folder=None,
                threads=1,
                on_event=lambda event: runs.append(event.run),
            )
        return runs[0]


class Planted(NamedTuple):
    """Name a fault, how bad it is, the data it is planted in, and how it is made.

    code: that of the rule which must name it.
    make: from a seed to what is trained; another seed gives other data and weights.
    """

    code: str
    degree: Literal["severe", "mild"]
    data: str
    make: Callable[[int], Sick]
