"""sick: what a planted fault is."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from ranvier.data import Dataset, Parts
from ranvier.network import Network
from ranvier.recipe import Recipe


class Sick(NamedTuple):
    """Hold what is trained, and the layer, column or class that is ill ("" is none)."""

    network: Network
    recipe: Recipe
    data: Dataset | Parts
    where: str = ""


class Planted(NamedTuple):
    """Name a fault, how bad it is, the data it is planted in, and how it is made.

    code: that of the rule which must name it.
    make: from a seed to what is trained; another seed gives other data and weights.
    """

    code: str
    degree: Literal["severe", "mild"]
    data: str
    make: Callable[[int], Sick]
