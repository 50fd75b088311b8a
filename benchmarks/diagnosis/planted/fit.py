"""fit: networks that are too large or too small for their data, or too sure of them."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from sklearn import datasets

from benchmarks.diagnosis.planted.data import DEGREES, Degree
from benchmarks.diagnosis.planted.sets import (
    Rows,
    clouds,
    network,
    parted,
    real,
    recipe,
)
from benchmarks.diagnosis.planted.sick import Planted, Sick
from ranvier.network import Dense, Network
from ranvier.recipe import EarlyStopping, Penalty


def overfitted(name: str, degree: Degree, seed: int) -> Sick:
    """Train a large network for long on a handful of rows, or on some more."""
    rows = (
        clouds(seed, 900, columns=20, apart=1.8)
        if name == "clouds"
        else real(name, seed)
    )
    counts = {"clouds": (60, 150), "digits": (50, 120), "diabetes": (60, 150)}[name]
    count = counts[degree == "mild"]
    left = min(len(rows.targets) - count, 500)
    long = recipe(seed, epochs=150, stopping=EarlyStopping("loss", 150))
    return Sick(network(rows, 128, 128), long, parted(rows, count, left))


def too_small(name: str, degree: Degree, seed: int) -> Sick:
    """Give the network one unit, or three."""
    rows = _many_classes(name, seed)
    units = 1 if degree == "severe" else 3
    output = Dense(int(rows.targets.max()) + 1, "softmax")
    small = Network([Dense(units, "tanh"), output])
    return Sick(small, recipe(seed), rows.data())


def too_straight(name: str, degree: Degree, seed: int) -> Sick:
    """Give the network no hidden layer where classes lie around each other."""
    made = datasets.make_circles if degree == "severe" else datasets.make_moons
    inputs, targets = made(600, noise=0.1, random_state=seed % 2**31)
    rows = Rows(inputs.astype(np.float32), targets)
    return Sick(network(rows), recipe(seed), rows.data())


def held_back(name: str, degree: Degree, seed: int) -> Sick:
    """Pull the weights to 0 by a penalty."""
    rows = real(name, seed)
    strengths = {"breast_cancer": (5.0, 1.5), "digits": (3.0, 0.4)}[name]
    penalty = Penalty(l2=strengths[degree == "mild"])
    return Sick(network(rows, 32), recipe(seed, penalty=penalty), rows.data())


def imbalanced(name: str, degree: Degree, seed: int) -> Sick:
    """Learn a rare class, beside one that it is hard to tell from."""
    share = 0.05 if degree == "severe" else 0.11
    if name == "diabetes":
        rows = real(name, seed)
        bound = np.quantile(rows.targets, 1 - share)
        rows = rows._replace(targets=(rows.targets > bound).astype(int))
    else:
        every = clouds(seed, 4000, classes=2, columns=2, apart=0.8)
        rare = np.flatnonzero(every.targets == 1)
        kept = rare[: round(share * len(rare) / (1 - share))]
        frequent = np.flatnonzero(every.targets == 0)
        order = np.random.default_rng(seed).permutation(np.append(frequent, kept))
        rows = every.at(order[:1500])
    small = network(rows, 16)
    return Sick(small, recipe(seed, epochs=30), rows.data(), "class 1")


def oversure(name: str, degree: Degree, seed: int) -> Sick:
    """Keep the weights of the last epoch, long after the answers got no better."""
    rows = clouds(seed, 1200, columns=10, apart=1.5)
    if name == "diabetes":
        rows = real(name, seed)
        rows = rows._replace(targets=(rows.targets > 0).astype(int))
    count = 150 if degree == "severe" else len(rows.targets) // 2
    left = min(len(rows.targets) - count, 500)
    epochs = 200 if degree == "severe" else 100
    long = recipe(seed, epochs=epochs, stopping=EarlyStopping("loss", 200))
    return Sick(network(rows, 64), long, parted(rows, count, left))


def _many_classes(name: str, seed: int) -> Rows:
    if name == "clouds":
        return clouds(seed, 900, classes=8, columns=6, apart=4.0)
    return real(name, seed)


def _planted() -> Iterator[Planted]:
    for code, make, names in (
        ("overfitting", overfitted, ("clouds", "digits", "diabetes")),
        ("underfitting", too_small, ("digits", "clouds")),
        ("underfitting", too_straight, ("shapes",)),
        ("underfitting", held_back, ("breast_cancer", "digits")),
        ("imbalance-ignored", imbalanced, ("clouds", "diabetes")),
        ("overconfidence", oversure, ("clouds", "diabetes")),
    ):
        for name in names:
            for degree in DEGREES:
                yield Planted(code, degree, name, partial(make, name, degree))


PLANTED: tuple[Planted, ...] = tuple(_planted())
