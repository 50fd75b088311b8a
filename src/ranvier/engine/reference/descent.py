"""descent: the steps of an optimizer, and all that it remembers between them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.engine.parameters import hidden_matrices, learnt_parameters
from ranvier.engine.reference.array import Array, rounded, widened
from ranvier.engine.reference.bounds import clipped, limited, penalised
from ranvier.engine.reference.optimizers import OPTIMIZERS, Optimizer
from ranvier.engine.samples import check_state
from ranvier.network import Network
from ranvier.recipe import Muon, Recipe

SHARED = "schedule"
"""What an optimizer keeps once for all arrays has names such as `schedule.weight`."""


class Rule(NamedTuple):
    """Say how one array learns; its rate is `share` of the optimizer's."""

    optimizer: Optimizer
    described: Any
    share: float = 1.0


def rules(network: Network, recipe: Recipe) -> dict[str, Rule]:
    """Return the rule of each array that is learnt, by its full name."""
    described = recipe.optimizer
    hidden = others = Rule(OPTIMIZERS[described.type], described)
    if isinstance(described, Muon):
        others = Rule(OPTIMIZERS["adamw"], described.adamw, described.adamw_share)
    matrices = hidden_matrices(network)
    return {
        one.name: hidden if one.name in matrices else others
        for one in learnt_parameters(network)
    }


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
        self._rules = rules(network, recipe)
        self._shared = [
            f"{SHARED}.{slot}" for slot in OPTIMIZERS[recipe.optimizer.type].shared
        ]
        self._steps = 0
        self._memory: dict[str, Array] = {
            f"{name}.{slot}": np.zeros_like(weights[name])
            for name, rule in self._rules.items()
            for slot in rule.optimizer.slots
        }
        self._memory |= {slot: np.zeros(1) for slot in self._shared}
        self.restart(weights)

    @property
    def steps(self) -> int:
        """How many steps were taken so far."""
        return self._steps

    def restart(self, weights: Mapping[str, Array]) -> None:
        """Go on from other weights; an average begins with them."""
        if self._recipe.average is not None:
            self._memory |= {f"{name}.raw": weights[name] for name in self._rules}

    def place(self, weights: Mapping[str, Array]) -> dict[str, Array]:
        """Return the weights at which the next gradient is to be taken."""
        places = {name: self._looked_from(weights, name) for name in self._rules}
        return {**weights, **places}

    def step(
        self, weights: Mapping[str, Array], gradients: dict[str, Array], rate: float
    ) -> dict[str, Array]:
        """Return the weights after a step by `gradients`, taken at `place(weights)`."""
        self._steps += 1
        recipe, after, memory = self._recipe, dict(weights), dict(self._memory)
        gradients = penalised(recipe.penalty, self.place(weights), gradients)
        for name, gradient in clipped(recipe.clip, gradients).items():
            slots, rule = self._slots(name), self._rules[name]
            new, *kept = rule.optimizer.update(
                rule.described,
                rate * rule.share,
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
        self._memory = widened(rounded(self._memory))

    def state(self) -> dict[str, NDArray[Any]]:
        """Return copies of the memory in float32, and of the number of `steps`."""
        return {"steps": np.array([self._steps], np.int64)} | rounded(self._memory)

    def load_state(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Replace the memory.

        Raises:
            DescriptionError: this is not the memory of this network and optimizer.
        """
        check_state(self.state(), arrays)
        self._steps = int(arrays["steps"][0])
        self._memory = widened({name: arrays[name] for name in self._memory})

    def _raw(self, weights: Mapping[str, Array], name: str) -> Array:
        return self._memory.get(f"{name}.raw", weights[name])

    def _looked_from(self, weights: Mapping[str, Array], name: str) -> Array:
        rule, raw = self._rules[name], self._raw(weights, name)
        memory = (self._memory[slot] for slot in self._slots(name))
        return rule.optimizer.place(rule.described, raw, *memory)

    def _slots(self, name: str) -> list[str]:
        """Return the names of all that is remembered of an array."""
        own = [f"{name}.{slot}" for slot in self._rules[name].optimizer.slots]
        return own + self._shared
