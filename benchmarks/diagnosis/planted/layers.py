"""layers: networks through which no signal passes, or that cannot give the answer."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.diagnosis.planted.dynamics import Degree, rows_of
from benchmarks.diagnosis.planted.sets import Rows, network, recipe
from benchmarks.diagnosis.planted.sick import Planted, Sick
from ranvier.network import Constant, Dense, Network, Normal
from ranvier.recipe import SGD, Adam, Clip, Penalty


def _of(rows: Rows, *hidden: Dense) -> Network:
    return Network([*hidden, network(rows).layers[-1]])


def _sick(
    rows: Rows, made: Network, seed: int, where: str = "", **changes: Any
) -> Sick:
    return Sick(made, recipe(seed, **({"epochs": 30} | changes)), rows.data(), where)


def deep_sigmoid(name: str, degree: Degree, seed: int) -> Sick:
    """Send the gradient back through ten sigmoid layers, or through five."""
    rows, depth = rows_of(name, seed), 10 if degree == "severe" else 5
    made = _of(rows, *[Dense(24, "sigmoid")] * depth)
    return _sick(rows, made, seed, "dense_1", optimizer=Adam(0.001))


def faint(name: str, degree: Degree, seed: int) -> Sick:
    """Draw the first weights of six tanh layers far too small."""
    rows, size = rows_of(name, seed), 0.01 if degree == "severe" else 0.05
    layer = Dense(24, "tanh", initializer=Normal(size))
    return _sick(rows, _of(rows, *[layer] * 6), seed, "dense_1", optimizer=SGD(0.1))


def loud(name: str, degree: Degree, seed: int) -> Sick:
    """Draw the first weights of relu layers far too large, and clip the gradients."""
    rows, depth = rows_of(name, seed), 7 if degree == "severe" else 5
    layer = Dense(24, "relu", initializer=Normal(1.0))
    made = _of(rows, *[layer] * depth)
    clip = Clip(global_norm=1.0)
    return _sick(rows, made, seed, "dense_1", optimizer=SGD(0.01), clip=clip)


def saturated(name: str, degree: Degree, seed: int) -> Sick:
    """Draw the first weights of one tanh layer so large that it is flat."""
    rows, size = rows_of(name, seed), 10.0 if degree == "severe" else 3.0
    flat = Dense(24, "tanh", initializer=Normal(size))
    made = _of(rows, Dense(24, "tanh"), flat)
    return _sick(rows, made, seed, "dense_2", optimizer=Adam(0.001))


def killed(name: str, degree: Degree, seed: int) -> Sick:
    """Push relu units below zero for all rows by steps that are too long."""
    rows, rate = rows_of(name, seed), 0.3 if degree == "severe" else 0.1
    made = _of(rows, Dense(32, "relu"), Dense(32, "relu"))
    return _sick(rows, made, seed, "dense_2", optimizer=Adam(rate), stopping=None)


def ill_drawn(name: str, degree: Degree, seed: int) -> Sick:
    """Draw the first weights of one layer a hundred times too large, or ten times."""
    rows, factor = rows_of(name, seed), 100.0 if degree == "severe" else 10.0
    ill = Dense(32, "relu", initializer=Normal(factor * (2 / 32) ** 0.5))
    made = _of(rows, Dense(32, "relu"), ill)
    return _sick(rows, made, seed, "dense_2", optimizer=SGD(0.01))


def alike(name: str, degree: Degree, seed: int) -> Sick:
    """Start all units of a layer with the same weights."""
    rows, value = rows_of(name, seed), 0.0 if degree == "severe" else 0.1
    ill = Dense(32, "tanh", initializer=Constant(value))
    return _sick(rows, _of(rows, ill), seed, "dense_1")


def silent(name: str, degree: Degree, seed: int) -> Sick:
    """Give a layer many more units than a penalty leaves in use, or some more."""
    rows = rows_of(name, seed)
    units, l1 = (256, 0.01) if degree == "severe" else (32, 0.004)
    return _sick(
        rows,
        _of(rows, Dense(units, "relu")),
        seed,
        "dense_1",
        optimizer=SGD(0.1),
        penalty=Penalty(l1=l1),
        epochs=150,
        stopping=None,
    )


def unknowing(name: str, degree: Degree, seed: int) -> Sick:
    """Tell nothing of the targets by the inputs, or next to nothing."""
    rows = rows_of(name, seed)
    random = np.random.default_rng(seed)
    if degree == "mild":
        made = _of(rows, *[Dense(24, "sigmoid")] * 4)
        return _sick(rows, made, seed, optimizer=SGD(0.03), epochs=20)
    made = Network([Dense(24, "relu", initializer="zeros"), network(rows).layers[-1]])
    return _sick(rows, made, seed, optimizer=SGD(0.1), epochs=random.integers(10, 20))


def misfit(name: str, degree: Degree, seed: int) -> Sick:
    """End a network for values, or for classes, in what cannot give them."""
    rows = rows_of(name, seed)
    if name == "diabetes":
        bend = "sigmoid" if degree == "severe" else "tanh"
        return _sick(
            rows,
            Network([Dense(32, "relu"), Dense(1, bend)]),
            seed,
            "dense_2",
            loss="mse",
        )
    bend = "relu" if degree == "severe" else "tanh"
    made = Network([Dense(32, "relu"), Dense(int(rows.targets.max()) + 1, bend)])
    return _sick(rows, made, seed, "dense_2", loss="mse")


def one_answer(name: str, degree: Degree, seed: int) -> Sick:
    """Take softmax for one value; or relu, for values of which some are negative."""
    rows = rows_of(name, seed)
    targets = rows.targets + (0.0 if degree == "severe" else 1.2)
    bend = "softmax" if degree == "severe" else "relu"
    values = rows._replace(targets=targets)
    made = Network([Dense(32, "relu"), Dense(1, bend)])
    return _sick(values, made, seed, "dense_2", loss="mse")


def _planted() -> Iterator[Planted]:
    for code, make, names in (
        ("vanishing-gradients", deep_sigmoid, ("digits", "wine")),
        ("vanishing-gradients", faint, ("breast_cancer", "clouds")),
        ("exploding-gradients", loud, ("digits", "wine")),
        ("saturated-units", saturated, ("digits", "wine", "diabetes")),
        ("dead-units", killed, ("digits", "crowd")),
        ("poor-initialization", ill_drawn, ("digits", "wine")),
        ("poor-initialization", alike, ("iris", "clouds")),
        ("idle-units", silent, ("digits", "clouds")),
        ("loss-at-chance", unknowing, ("digits", "clouds")),
        ("wrong-output-activation", misfit, ("diabetes", "wine")),
        ("wrong-output-activation", one_answer, ("diabetes",)),
    ):
        for name in names:
            for degree in ("severe", "mild"):
                yield Planted(code, degree, name, partial(make, name, degree))


PLANTED: tuple[Planted, ...] = tuple(_planted())
