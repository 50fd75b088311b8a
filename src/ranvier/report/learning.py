"""learning: what was trained, and what came of it, in a few lines."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from rich.text import Text

from ranvier.network import Network, PlacedLayer
from ranvier.network.summary import kind
from ranvier.recipe import Recipe
from ranvier.report.facts import Facts
from ranvier.training import Epoch, Run

_HEIGHTS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 40
_BOUNDS = {
    "max_norm": "max-norm",
    "value": "gradients",
    "norm": "each gradient",
    "global_norm": "all gradients",
}


def percent(share: float) -> str:
    """Return a share as a percentage, with two decimals.

    >>> percent(0.9772)
    '97.72 %'
    """
    return f"{share * 100:.2f} %"


def design(run: Run) -> Facts:
    """Return what will be trained: data, network, recipe and engine of `run`."""
    return Facts(
        {
            "data": f"{run.schema.name}: {_parts(run)}",
            "network": network_line(run.network),
            "recipe": recipe_line(run.recipe, run.network),
            "engine": run.reason,
        }
    )


def learning(run: Run) -> Facts:
    """Return how the losses of `run` went, why it stopped and how long it took."""
    facts: dict[str, str | Text] = {"stopped": run.stopped}
    for name in ("loss", "val_loss"):
        values = [getattr(epoch, name) for epoch in run.history]
        if values and values[0] is not None:
            facts[name] = _curve(values)
    facts["took"] = _took(run)
    return Facts(facts)


def _took(run: Run) -> str:
    took = f"{run.seconds:.1f} s for {_many(len(run.history), 'epoch')}"
    waits = [epoch.waited for epoch in run.history if epoch.waited is not None]
    if not waits:
        return took
    return f"{took}, {sum(waits) / run.seconds * 100:.1f} % of it waiting for rows"


def epoch_line(epoch: Epoch) -> str:
    """Return an epoch's losses and accuracies, those on validation rows if any.

    >>> epoch_line(Epoch(1, 0.5, 0.75, None, None, 0.1, {}, 2.0))
    'loss 0.5000  accuracy 75.00 %'
    """
    said = [f"loss {epoch.loss:.4f}"]
    if epoch.val_loss is not None:
        said.append(f"val_loss {epoch.val_loss:.4f}")
    if epoch.val_accuracy is not None:
        said.append(f"val_accuracy {percent(epoch.val_accuracy)}")
    elif epoch.accuracy is not None:
        said.append(f"accuracy {percent(epoch.accuracy)}")
    return "  ".join(said)


def network_line(network: Network) -> str:
    """Return a network with its shapes and sizes, such as `28 × 28 → 10 softmax`."""
    shape = " × ".join(map(str, network.input_shape or ()))
    layers = map(_layer, network.placed())
    counted = f"{network.size:,} weights and biases"
    return f"{' → '.join([shape, *layers])}: {counted}"


def _layer(placed: PlacedLayer) -> str:
    """Return what a layer gives: `10 softmax`, or `28 × 28 × 16 conv2d relu`."""
    what = kind(placed).removeprefix("dense ")
    return f"{' × '.join(f'{side:,}' for side in placed.output_shape)} {what}"


def recipe_line(recipe: Recipe, network: Network) -> str:
    """Return the loss, the optimizer, what bounds it, and the lengths of a recipe."""
    optimizer = recipe.optimizer
    rate = optimizer.learning_rate
    most = "at most " if recipe.stopping else ""
    return ", ".join(
        [
            recipe.loss_for(network).type,
            f"{optimizer.type} at {rate if rate == 'auto' else f'{rate:g}'}",
            *_course(recipe),
            *_bounds(recipe),
            _batches(recipe),
            f"{most}{_many(recipe.epochs, 'epoch')}",
            f"seed {recipe.seed}",
        ]
    )


def _batches(recipe: Recipe) -> str:
    if recipe.optimizer.type == "lbfgs":
        return "all rows at once"
    return f"batches of {recipe.batch_size}"


def _course(recipe: Recipe) -> Iterator[str]:
    """Yield how the rate goes, where it does not stay."""
    if recipe.warmup:
        yield f"warm-up over {recipe.warmup:.3g} of the steps"
    if recipe.schedule.type != "constant":
        yield f"{recipe.schedule.type} schedule"


def _bounds(recipe: Recipe) -> Iterator[str]:
    """Yield what else is set: changes to pictures and weights, penalties, bounds."""
    if recipe.augmentation:
        changes = (f"{name} {value}" for name, value in _set(recipe.augmentation))
        yield f"pictures changed by {' and '.join(changes)}"
    for name, value in _set(recipe.penalty):
        yield f"{_BOUNDS.get(name, name)} {value}"
    for name, value in _set(recipe.clip):
        yield f"{_BOUNDS[name]} within {value}"
    if recipe.members > 1:
        yield f"{recipe.members} members"
    if recipe.average:
        yield f"weights averaged by {recipe.average:g}"
    if recipe.class_weight:
        yield "classes " + (
            "balanced" if recipe.class_weight == "balanced" else "weighted"
        )


def _set(described: Any) -> Iterator[tuple[str, str]]:
    """Yield the options of a description that are set, and their values."""
    for field in fields(described):
        value = getattr(described, field.name)
        if value:
            said = f"{value:g}" if isinstance(value, (int, float)) else str(value)
            yield field.name, said


def _parts(run: Run) -> str:
    uses = zip(run.rows, ("rows to learn from", "to validate", "to test"), strict=True)
    return ", ".join(f"{len(rows):,} {use}" for rows, use in uses if rows is not None)


def _curve(values: Sequence[float]) -> Text:
    ends = f"{values[0]:.4f} → {values[-1]:.4f}  "
    return Text.assemble(ends, (_bars(values), "cyan"))


def _bars(values: Sequence[float]) -> str:
    """Draw values as bars, their logarithms where all are positive."""
    step = math.ceil(len(values) / _MOST_BARS)
    picked = values[::-step][::-1]
    if min(picked) > 0:
        picked = [math.log(value) for value in picked]
    low, high = min(picked), max(picked)
    reach = (high - low) or 1.0
    places = (round((value - low) / reach * (len(_HEIGHTS) - 1)) for value in picked)
    return "".join(_HEIGHTS[place] for place in places)


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
