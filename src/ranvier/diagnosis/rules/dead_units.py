"""dead_units: units that give the same for every row, and learn nothing more."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ranvier.diagnosis.case import Case
from ranvier.diagnosis.finding import Finding, Treatment
from ranvier.diagnosis.rule import Rule
from ranvier.network import Network
from ranvier.network.activations import bend_of, name_of

_NOTED, _SERIOUS = 0.1, 0.4


class DeadUnits(Rule):
    """Look for units that are below zero for every row."""

    code = "dead-units"
    what = "Units of a relu layer that are below zero for every row."
    why = (
        "where relu is flat no gradient comes back: a step that was too large has "
        "pushed these units below zero for all rows, and nothing will bring them back"
    )
    evidence = "The share of units that give zero for each of 128 training rows."
    remedy = "lower the learning rate, or use leaky_relu or silu in this layer"
    ignore = "The layer is wide, and the network does well all the same."
    source = "CS231n, neural networks part 1: up to 40 % may die at a high rate"

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield each layer of which a tenth or more is dead."""
        for name, state in case.states.items():
            is_relu = name_of(bend_of(case.layers[name])) == "relu"
            if is_relu and state.dead is not None and state.dead >= _NOTED:
                yield self.found(
                    "error" if state.dead >= _SERIOUS else "warning",
                    f"{state.dead:.0%} of its units give zero for every row",
                    where=name,
                )

    def treatments(self, case: Case, finding: Finding) -> Iterator[Treatment]:
        """Yield a tenth of the learning rate, and leaky_relu in place of relu."""
        optimizer: Any = case.recipe.optimizer
        slower = replace(optimizer, learning_rate=optimizer.learning_rate / 10)
        recipe = replace(case.recipe, optimizer=slower)
        yield Treatment(f"learning_rate={slower.learning_rate:g}", case.network, recipe)
        layers = tuple(
            replace(layer, activation="leaky_relu")
            if name_of(bend_of(layer)) == "relu"
            else layer
            for layer in case.network.layers
        )
        network = Network(layers, case.network.input_shape)
        yield Treatment("leaky_relu in place of relu", network, case.recipe)
