"""scalars: the history of a run as named numbers, and as a table in CSV."""

import csv
import io
from collections.abc import Sequence

from ranvier.training.history import Epoch

_OF_EPOCHS = (
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
    "learning_rate",
    "seconds",
    "waited",
)


def scalars(epoch: Epoch) -> dict[str, float]:
    """Return every number of an epoch by its name; those not measured are left out.

    >>> list(scalars(Epoch(1, 0.5, None, None, None, 0.1, {"dense_1": 2.0}, 3.0)))
    ['loss', 'learning_rate', 'seconds', 'gradient_norm/dense_1']
    """
    numbers: dict[str, float | None] = {
        name: getattr(epoch, name) for name in _OF_EPOCHS
    }
    for layer, norm in epoch.gradient_norms.items():
        numbers[f"gradient_norm/{layer}"] = norm
    for layer, state in epoch.layers.items():
        for name, number in state._asdict().items():
            numbers[f"{name}/{layer}"] = number
    return {name: number for name, number in numbers.items() if number is not None}


def csv_text(history: Sequence[Epoch]) -> str:
    """Return a table with a line an epoch; cells of what was not measured are empty."""
    rows = [{"epoch": epoch.epoch, **scalars(epoch)} for epoch in history]
    names = dict.fromkeys(["epoch", *(name for row in rows for name in row)])
    file = io.StringIO(newline="")
    table = csv.DictWriter(file, list(names), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return file.getvalue()
