"""experiments: variants of a run, each trained from several seeds, all at once."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranvier.data import Dataset, Parts
from ranvier.diagnosis.bounds import Bounds, bounds_of
from ranvier.diagnosis.case import Case
from ranvier.diagnosis.variants import Variant, variants
from ranvier.engine.choose import thread_count
from ranvier.errors import DivergedError
from ranvier.training import Event, Run, train
from ranvier.training.probe import some

SEEDS = 5
"""Each variant is trained from so many seeds at most."""


class OutOfTimeError(Exception):
    """Say that a training came to no end in the time that was left."""


class Outcome(NamedTuple):
    """Say how one variant did from one seed.

    losses: (N,) of the validation rows. train_loss: the mean over training rows.
    """

    variant: Variant
    seed: int
    losses: NDArray[np.float64]
    train_loss: float
    right: float | None


class Experiment(NamedTuple):
    """Say what a variant changed, over all its seeds.

    loss, train_loss: means over validation and training rows. accuracy: the share of
        validation rows that is right; None for numbers.
    gain: by how much less it loses on validation rows than the design as it is, in
        shares of what there is to learn: from 0, no difference, to 1.
    low, high: the bounds of the gain's 95 % confidence interval.
    """

    variant: Variant
    seeds: int
    loss: float
    train_loss: float
    accuracy: float | None
    gain: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Return the experiment as plain values, in the order to be read."""
        return {
            "change": self.variant.change,
            "seeds": self.seeds,
            "validation loss": _short(self.loss),
            "training loss": _short(self.train_loss),
            "accuracy": None if self.accuracy is None else _short(self.accuracy),
            "gain": _short(self.gain),
            "95 % from": _short(self.low),
            "95 % to": _short(self.high),
        }


class Experiments(NamedTuple):
    """Hold what was tried, the design as it is first.

    bounds: those of the loss on validation rows. rows: as many as were learnt from.
    """

    tried: tuple[Experiment, ...]
    bounds: Bounds
    rows: int
    seconds: float


def experiment(case: Case, seconds: float) -> Experiments | None:
    """Train variants of a run for so many seconds, a thread each, on all cores.

    The first seed is given to every variant before the second is given to any. None
    where there are no validation rows, or no time for a variant to come to its end.
    """
    parts, begun = case.parts, time.perf_counter()
    if parts is None or parts.validation is None or case.validation is None:
        return None
    end = begun + seconds
    tried = list(variants(case.network, case.recipe))
    jobs = [
        partial(_outcome, one, parts, seed, end)
        for seed in range(SEEDS)
        for one in tried
    ]
    with ThreadPoolExecutor(thread_count(None)) as pool:
        outcomes = [one for one in pool.map(_within(end), jobs) if one is not None]
    bounds = _bounds(case)
    found = _summed(tried, outcomes, bounds)
    if len(found) < 2:
        return None
    rows = len(parts.train)
    return Experiments(tuple(found), bounds, rows, time.perf_counter() - begun)


def _within(end: float) -> Callable[[Callable[[], Outcome | None]], Outcome | None]:
    """Return what runs a job, unless the time is over."""

    def run(job: Callable[[], Outcome | None]) -> Outcome | None:
        return None if time.perf_counter() >= end else job()

    return run


def _outcome(variant: Variant, parts: Parts, seed: int, end: float) -> Outcome | None:
    """Train a variant, and return what it does; None where it came to no end."""

    def stop(event: Event) -> None:
        if time.perf_counter() >= end:
            raise OutOfTimeError

    recipe = replace(variant.recipe, seed=variant.recipe.seed + seed)
    own = parts._replace(
        train=_fewer(parts.train, variant.share, recipe.seed), test=None
    )
    try:
        run = train(variant.network, own, recipe, folder=None, threads=1, on_event=stop)
    except (OutOfTimeError, DivergedError):
        return None
    return _judged(variant, seed, run, own)


def _fewer(train_part: Dataset, share: float, seed: int) -> Dataset:
    rows = some(train_part.rows, max(1, round(len(train_part) * share)), seed)
    return train_part.at(rows)


def _judged(variant: Variant, seed: int, run: Run, parts: Parts) -> Outcome:
    case = Case(run, parts, threads=1)
    train_part, validation = case.train, case.validation
    assert train_part is not None
    assert validation is not None
    right = None if validation.right is None else float(validation.right.mean())
    return Outcome(variant, seed, validation.losses, train_part.loss, right)


def _bounds(case: Case) -> Bounds:
    validation = case.validation
    assert validation is not None
    units, bend = validation.outputs.shape[1], case.network.output_activation
    return bounds_of(case.loss, validation.targets, units, bend)


def _summed(
    tried: Sequence[Variant], outcomes: Sequence[Outcome], bounds: Bounds
) -> list[Experiment]:
    """Return what each variant did beside the first from the same seeds."""
    by_seed: dict[str, dict[int, Outcome]] = {one.change: {} for one in tried}
    for outcome in outcomes:
        by_seed[outcome.variant.change][outcome.seed] = outcome
    plain = by_seed[tried[0].change]
    found = []
    for variant in tried:
        own = by_seed[variant.change]
        both = sorted(own.keys() & plain.keys())
        if both:
            pairs = [(plain[seed], own[seed]) for seed in both]
            found.append(_compared(variant, pairs, bounds))
    return found


def _compared(
    variant: Variant, pairs: Sequence[tuple[Outcome, Outcome]], bounds: Bounds
) -> Experiment:
    """Return the gain, with the noise of rows and that of seeds in its interval."""
    width = max(bounds.width, 1e-12)
    gains = np.array([(a.losses - b.losses) / width for a, b in pairs])  # (S, N)
    by_seed, by_row = gains.mean(axis=1), gains.mean(axis=0)
    error = by_row.std() ** 2 / max(len(by_row), 1)
    if len(pairs) > 1:
        error += by_seed.std(ddof=1) ** 2 / len(pairs)
    reach = 1.96 * float(np.sqrt(error))
    gain = float(by_seed.mean())
    rights = [b.right for _, b in pairs if b.right is not None]
    return Experiment(
        variant,
        len(pairs),
        float(np.mean([b.losses.mean() for _, b in pairs])),
        float(np.mean([b.train_loss for _, b in pairs])),
        float(np.mean(rights)) if rights else None,
        gain,
        gain - reach,
        gain + reach,
    )


def _short(number: float) -> float:
    return float(f"{number:.4g}")
