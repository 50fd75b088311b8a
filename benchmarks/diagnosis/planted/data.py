"""data: faults in the data, planted in small real sets."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

import numpy as np

from benchmarks.diagnosis.planted.sets import (
    Rows,
    clouds,
    network,
    parted,
    real,
    recipe,
)
from benchmarks.diagnosis.planted.sick import Planted, Sick

Degree = Literal["severe", "mild"]
DEGREES: tuple[Degree, ...] = ("severe", "mild")


def _usual(rows: Rows, seed: int, where: str = "", **changes: Any) -> Sick:
    return Sick(network(rows, 32), recipe(seed, **changes), rows.data(), where)


def leaked(name: str, degree: Degree, seed: int) -> Sick:
    """Add a column that holds the target: as it is, or blurred."""
    rows, random = _hard(name, seed), np.random.default_rng(seed)
    spread = float(np.std(rows.targets))
    blurs = {"clouds": (0.01, 0.3), "diabetes": (0.01, 0.14)}[name]
    blur = blurs[degree == "mild"]
    leak = rows.targets + random.normal(scale=blur * spread, size=len(rows.targets))
    return _usual(
        rows._replace(inputs=np.column_stack([rows.inputs, leak]).astype(np.float32)),
        seed,
        f"column {rows.inputs.shape[1]}",
    )


def doubled(name: str, degree: Degree, seed: int) -> Sick:
    """Hold rows twice before they are split: all of them, or some."""
    rows, random = real(name, seed), np.random.default_rng(seed)
    count = len(rows.targets)
    share = 1.0 if degree == "severe" else 0.18
    again = random.choice(count, round(share * count), replace=False)
    every = random.permutation(np.concatenate([np.arange(count), again]))
    return _usual(rows.at(every), seed, "validation")


def shifted(name: str, degree: Degree, seed: int) -> Sick:
    """Move columns of the validation rows by some of their deviations."""
    rows, random = real(name, seed), np.random.default_rng(seed)
    by, columns = (2.0, 1.0) if degree == "severe" else (0.9, 0.3)
    count, width = rows.inputs.shape
    moved = random.choice(width, max(1, round(columns * width)), replace=False)
    cut = count * 2 // 3
    rows.inputs[cut:, moved] += by * rows.inputs[:, moved].std(axis=0)
    return Sick(network(rows, 32), recipe(seed), parted(rows, cut, count - cut))


def sorted_by_class(name: str, degree: Degree, seed: int) -> Sick:
    """Validate on the last rows of data that are sorted by class, or nearly."""
    rows, random = real(name, seed), np.random.default_rng(seed)
    loose = 0.0 if degree == "severe" else 0.6
    keys = rows.targets / rows.targets.max() + random.normal(
        scale=loose, size=len(rows.targets)
    )
    rows, count = rows.at(np.argsort(keys, kind="stable")), len(rows.targets)
    cut = count * 3 // 4
    return Sick(network(rows, 32), recipe(seed), parted(rows, cut, count - cut))


def few_to_validate(name: str, degree: Degree, seed: int) -> Sick:
    """Leave a handful of rows for validation, or a dozen."""
    rows = real(name, seed)
    few = 6 if degree == "severe" else 12
    parts = parted(rows, min(len(rows.targets) - few, 300), few)
    return Sick(network(rows, 16), recipe(seed), parts, "validation")


def mislabelled(name: str, degree: Degree, seed: int) -> Sick:
    """Give some rows another class, drawn by chance."""
    rows, random = real(name, seed), np.random.default_rng(seed)
    share = 0.2 if degree == "severe" else 0.07
    classes = rows.targets.max() + 1
    wrong = random.choice(
        len(rows.targets), round(share * len(rows.targets)), replace=False
    )
    targets = rows.targets.copy()
    targets[wrong] = (
        targets[wrong] + random.integers(1, classes, len(wrong))
    ) % classes
    return _usual(rows._replace(targets=targets), seed)


def dead(name: str, degree: Degree, seed: int) -> Sick:
    """Set columns to zero in all rows."""
    rows, random = real(name, seed), np.random.default_rng(seed)
    width = rows.inputs.shape[1]
    share = 0.85 if degree == "severe" else 0.35
    rows.inputs[:, random.choice(width, round(share * width), replace=False)] = 0
    return _usual(rows, seed)


def tiny(name: str, degree: Degree, seed: int) -> Sick:
    """Hold numbers as bytes: of two values, or of some."""
    rows = real(name, seed)
    low, high = rows.inputs.min(axis=0), rows.inputs.max(axis=0)
    steps = 1 if degree == "severe" else 12
    shares = (rows.inputs - low) / np.maximum(high - low, 1e-9)
    inputs = np.round(shares * steps).astype(np.uint8)
    return _usual(rows._replace(inputs=inputs), seed)


def outlying(name: str, degree: Degree, seed: int) -> Sick:
    """Put one row a million deviations away, in most columns or in one."""
    rows, random = real(name, seed), np.random.default_rng(seed)
    width = rows.inputs.shape[1]
    moved = random.choice(
        width, width * 3 // 4 if degree == "severe" else 1, replace=False
    )
    # Of the rows at the front, one is to learn from in any case.
    spread = np.maximum(rows.inputs.std(axis=0), 1e-3)
    rows.inputs[:, moved] += random.normal(
        scale=1e-3 * spread[moved], size=(len(rows.inputs), len(moved))
    )
    rows.inputs[0, moved] += 1e6 * spread[moved]
    cut = len(rows.targets) * 3 // 4
    where = f"column {moved[0]}" if degree == "mild" else ""
    parts = parted(rows, cut, len(rows.targets) - cut)
    return Sick(network(rows, 32), recipe(seed), parts, where)


def _hard(name: str, seed: int) -> Rows:
    """Return rows that no method answers well."""
    if name == "clouds":
        return clouds(seed, 600, apart=1.2)
    return real(name, seed)


def _planted() -> Iterator[Planted]:
    for code, make, names in (
        ("leaked-column", leaked, ("clouds", "diabetes")),
        ("duplicates-across-parts", doubled, ("wine", "breast_cancer", "diabetes")),
        ("validation-unlike-training", shifted, ("breast_cancer", "digits")),
        ("validation-unlike-training", sorted_by_class, ("wine", "breast_cancer")),
        ("noisy-validation", few_to_validate, ("wine", "breast_cancer", "diabetes")),
        ("mislabelled-rows", mislabelled, ("digits", "breast_cancer")),
        ("dead-inputs", dead, ("breast_cancer", "digits")),
        ("unscaled-inputs", tiny, ("breast_cancer", "digits")),
        ("unscaled-inputs", outlying, ("breast_cancer", "wine")),
    ):
        for name in names:
            for degree in DEGREES:
                yield Planted(code, degree, name, partial(make, name, degree))


PLANTED: tuple[Planted, ...] = tuple(_planted())
