"""signals: how much of the gradient comes back from the output to each layer."""

from collections.abc import Mapping
from statistics import median
from typing import NamedTuple

from ranvier.diagnosis.case import Case
from ranvier.training.probe import LayerState

States = Mapping[str, LayerState]


class Looks(NamedTuple):
    """Hold for each hidden layer what came back to it at each look.

    shares: of the length of a row's gradient by the sums of the output layer.
    """

    shares: dict[str, list[float]]

    @property
    def hidden(self) -> list[str]:
        """The layers that were looked at, but for the output layer."""
        return [name for name, shares in self.shares.items() if shares]

    def usual(self, name: str) -> float:
        """Return what came back at half of the looks, or less."""
        return median(self.shares[name])

    def most(self, name: str) -> float:
        """Return what came back at the loudest look."""
        return max(self.shares[name])


def looks_of(case: Case) -> Looks:
    """Return what was seen before the first step and during the training."""
    looks: list[States] = [case.first_states] if case.first_states else []
    looks += [epoch.layers for epoch in case.run.history if epoch.layers]
    names = [
        placed.name
        for placed in case.network.walk()
        if any(one.name == "weight" for one in placed.parameters)
    ]
    *hidden, output = names
    return Looks({name: list(_shares(looks, name, output)) for name in hidden})


def _shares(looks: list[States], name: str, output: str) -> list[float]:
    pairs = (
        (look[name].signal, look[output].signal)
        for look in looks
        if name in look and output in look
    )
    return [ours / theirs for ours, theirs in pairs if theirs > 0]
