"""descent: the steps of an optimizer, and all that it remembers between them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.parameters import learnt_parameters
from ranvier.engine.reference.array import Array
from ranvier.engine.reference.bounds import clipped, limited, penalised
from ranvier.engine.reference.optimizers import OPTIMIZERS
from ranvier.engine.samples import check_state
from ranvier.network import Network
from ranvier.recipe import Recipe

SHARED = "schedule"
"""What an optimizer keeps once for all arrays has names such as `schedule.weight`."""


class Descent:
    """Hold an optimizer's memory, in float64, and the weights behind an average.

    Weights come by their full names; those that are not learnt pass through. With
    `Recipe.average`, the program has the averages, and the weights that they are of
    are kept here, under names such as `dense_1.weight.raw`.
    """

    def __init__(
        self, network: Network, recipe: Recipe, weights: Mapping[str, Array]
    ) -> None:
        self._recipe = recipe
        self._optimizer = OPTIMIZERS[recipe.optimizer.type]
        self._names = [one.name for one in learnt_parameters(network)]
        self._steps = 0
        self._memory: dict[str, Array] = {
            f"{name}.{slot}": np.zeros_like(weights[name])
            for name in self._names
            for slot in self._optimizer.slots
        }
        self._memory |= {
            self._shared(slot): np.zeros(1) for slot in self._optimizer.shared
        }
        self.restart(weights)

    @property
    def steps(self) -> int:
        """How many steps were taken so far."""
        return self._steps

    def restart(self, weights: Mapping[str, Array]) -> None:
        """Go on from other weights; an average begins with them."""
        if self._recipe.average is not None:
            self._memory |= {f"{name}.raw": weights[name] for name in self._names}

    def place(self, weights: Mapping[str, Array]) -> dict[str, Array]:
        """Return the weights at which the next gradient is to be taken."""
        places = {name: self._looked_from(weights, name) for name in self._names}
        return {**weights, **places}

    def step(
        self, weights: Mapping[str, Array], gradients: dict[str, Array], rate: float
    ) -> dict[str, Array]:
        """Return the weights after a step by `gradients`, taken at `place(weights)`."""
        self._steps += 1
        recipe, after, memory = self._recipe, dict(weights), dict(self._memory)
        gradients = penalised(recipe.penalty, self.place(weights), gradients)
        for name, gradient in clipped(recipe.clip, gradients).items():
            slots = self._slots(name)
            new, *kept = self._optimizer.update(
                recipe.optimizer,
                rate,
                self._steps,
                self._raw(weights, name),
                gradient,
                *(self._memory[slot] for slot in slots),
            )
            memory |= dict(zip(slots, kept, strict=True))
            after[name] = limited(recipe.penalty, name, new)
            if recipe.average is not None:
                memory[f"{name}.raw"] = after[name]
                share = (1 - recipe.average) / (1 - recipe.average**self._steps)
                after[name] = weights[name] + share * (after[name] - weights[name])
        self._memory = memory
        return after

    def round(self) -> None:
        """Round the memory to float32, as it is saved."""
        self._memory = _widened(_rounded(self._memory))

    def state(self) -> dict[str, NDArray[Any]]:
        """Return copies of the memory in float32, and of the number of `steps`."""
        return {"steps": np.array([self._steps], np.int64)} | _rounded(self._memory)

    def load_state(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Replace the memory.

        Raises:
            DescriptionError: this is not the memory of this network and optimizer.
        """
        check_state(self.state(), arrays)
        self._steps = int(arrays["steps"][0])
        self._memory = _widened({name: arrays[name] for name in self._memory})

    def _raw(self, weights: Mapping[str, Array], name: str) -> Array:
        return self._memory.get(f"{name}.raw", weights[name])

    def _looked_from(self, weights: Mapping[str, Array], name: str) -> Array:
        raw = self._raw(weights, name)
        memory = (self._memory[slot] for slot in self._slots(name))
        return self._optimizer.place(self._recipe.optimizer, raw, *memory)

    def _slots(self, name: str) -> list[str]:
        """Return the names of all that is remembered of an array."""
        own = [f"{name}.{slot}" for slot in self._optimizer.slots]
        return own + [self._shared(slot) for slot in self._optimizer.shared]

    @staticmethod
    def _shared(slot: str) -> str:
        return f"{SHARED}.{slot}"


def _rounded(arrays: Mapping[str, Array]) -> dict[str, NDArray[np.float32]]:
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def _widened(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Array]:
    return {name: array.astype(np.float64) for name, array in arrays.items()}
