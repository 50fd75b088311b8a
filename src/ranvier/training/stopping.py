"""stopping: which epoch was best and when to stop, read off the history alone.

No state is kept beside the history, so that a resumed run decides as one that was
never stopped.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ranvier.recipe import EarlyStopping, Recipe
from ranvier.recipe.stopping import cost, monitored
from ranvier.training.history import Epoch


@dataclass
class Progress:
    """Follow a run epoch by epoch.

    epochs: how many there were.
    best: the best of them; among equals the one of the least loss, then the first.
    waited: how many have passed since the last gain of at least `min_delta`.
    """

    recipe: Recipe
    epochs: int = 0
    best: Epoch | None = None
    waited: int = 0
    _reference: float = math.inf

    def add(self, epoch: Epoch) -> None:
        """Take the next epoch into account."""
        self.epochs += 1
        self.waited += 1
        cost = self._cost(epoch)
        if self.best is None or self._rank(epoch) < self._rank(self.best):
            self.best = epoch
        if cost < self._reference - self._rule.min_delta:
            self._reference, self.waited = cost, 0

    @property
    def best_epoch(self) -> int:
        """The number of the best epoch; 0 before the first."""
        return self.best.epoch if self.best else 0

    @property
    def reason(self) -> str | None:
        """Why the run is over, in words; None if it goes on."""
        if self.best is None:
            return None
        if self.recipe.stopping and self.waited >= self._rule.patience:
            return f"{self._no_gain}; {self._best_words(self.best)}"
        if self.epochs >= self.recipe.epochs:
            return (
                f"all {self.recipe.epochs} epochs done; {self._best_words(self.best)}"
            )
        return None

    @property
    def _rule(self) -> EarlyStopping:
        return self.recipe.stopping or EarlyStopping()

    def _monitored(self, epoch: Epoch) -> str:
        return monitored(self._rule.monitor, epoch)

    def _cost(self, epoch: Epoch) -> float:
        return cost(self._rule.monitor, epoch)

    def _rank(self, epoch: Epoch) -> tuple[float, float]:
        return self._cost(epoch), cost("val_loss", epoch)

    @property
    def _no_gain(self) -> str:
        gain = f" by {self._rule.min_delta:g}" if self._rule.min_delta else ""
        count = "1 epoch" if self.waited == 1 else f"{self.waited} epochs"
        name = self._monitored(self.best) if self.best else ""
        return f"{name} has not improved{gain} for {count}"

    def _best_words(self, best: Epoch) -> str:
        name = self._monitored(best)
        return f"the best {name} was {getattr(best, name):.4g} at epoch {best.epoch}"


def follow(history: Iterable[Epoch], recipe: Recipe) -> Progress:
    """Return the progress after all epochs of `history`."""
    progress = Progress(recipe)
    for epoch in history:
        progress.add(epoch)
    return progress
