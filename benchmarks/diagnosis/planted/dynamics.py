"""dynamics: trainings whose steps, batches or epochs are wrong."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

from benchmarks.diagnosis.planted.sets import Rows, clouds, network, real, recipe
from benchmarks.diagnosis.planted.sick import Planted, Sick
from ranvier.network import Dense, Network
from ranvier.recipe import SGD, Adam, Huber, Step

Degree = Literal["severe", "mild"]


def rows_of(name: str, seed: int) -> Rows:
    """Return a small real data set, clouds of points, or a crowd of them."""
    if name == "clouds":
        return clouds(seed, 900, apart=3.0)
    if name == "crowd":
        return clouds(seed, 900, classes=5, columns=64, apart=2.0)
    return real(name, seed)


def _usual(name: str, seed: int, *hidden: int, **changes: Any) -> Sick:
    rows = rows_of(name, seed)
    return Sick(network(rows, *(hidden or (32,))), recipe(seed, **changes), rows.data())


def too_high(name: str, degree: Degree, seed: int) -> Sick:
    """Take Adam's steps a thousand times as long as usual, or a hundred times."""
    rate = 3.0 if degree == "severe" else 0.3
    return _usual(name, seed, 32, 32, optimizer=Adam(rate), epochs=30)


def leaping(name: str, degree: Degree, seed: int) -> Sick:
    """Take plain steps that are far too long for the curvature."""
    rate = 30.0 if degree == "severe" else 5.0
    return _usual(name, seed, 32, 32, optimizer=SGD(rate), epochs=30)


def too_low(name: str, degree: Degree, seed: int) -> Sick:
    """Take steps a thousandth as long as usual, or a thirtieth."""
    rate = 3e-6 if degree == "severe" else 1e-4
    return _usual(name, seed, optimizer=Adam(rate), epochs=30, stopping=None)


def creeping(name: str, degree: Degree, seed: int) -> Sick:
    """Take plain steps that are far too short."""
    rate = 1e-5 if degree == "severe" else 5e-4
    return _usual(name, seed, optimizer=SGD(rate), epochs=30, stopping=None)


def at_edge(name: str, degree: Degree, seed: int) -> Sick:
    """Search for a rate where the loss is so small that no rate breaks it."""
    delta = 1e-5 if degree == "severe" else 1e-4
    rows = rows_of(name, seed)
    huber = recipe(seed, optimizer=SGD("auto"), loss=Huber(delta), epochs=30)
    hidden, output = network(rows, 32).layers
    linear = Network([hidden, Dense(output.units)])
    return Sick(linear, huber, rows.data())


def broken(name: str, degree: Degree, seed: int) -> Sick:
    """Learn values in thousands by steps for values near one; or leap too far."""
    rows = rows_of(name, seed)
    scale = 1e6 if degree == "severe" else 1.0
    rate = 0.1 if degree == "severe" else 1.5
    values = Rows(rows.inputs, (rows.targets * scale).astype("f4"))
    return Sick(
        network(values, 32, 32), recipe(seed, optimizer=SGD(rate)), values.data()
    )


def oscillating(name: str, degree: Degree, seed: int) -> Sick:
    """Take steps by which the loss goes up as often as down."""
    if name == "digits":
        rate = Adam(0.25 if degree == "severe" else 0.12)
        return _usual(name, seed, optimizer=rate, epochs=40, stopping=None)
    whole = SGD(12.0 if degree == "severe" else 9.0)
    return _usual(name, seed, optimizer=whole, epochs=60, batch_size=256, stopping=None)


def stuck(name: str, degree: Degree, seed: int) -> Sick:
    """Let the schedule take the rate away after the first epochs."""
    factor = 1e-4 if degree == "severe" else 0.01
    schedule = Step(every=3, factor=factor)
    rate = Adam(0.001)
    return _usual(
        name, seed, optimizer=rate, schedule=schedule, epochs=40, stopping=None
    )


def cut_off(name: str, degree: Degree, seed: int) -> Sick:
    """Stop after two epochs, or after five."""
    epochs = 2 if degree == "severe" else 5
    return _usual(name, seed, optimizer=Adam(0.001), epochs=epochs)


def drawn_out(name: str, degree: Degree, seed: int) -> Sick:
    """Go on for hundreds of epochs after the best one."""
    epochs = 400 if degree == "severe" else 120
    return _usual(name, seed, 64, optimizer=Adam(0.01), epochs=epochs, stopping=None)


def in_one_batch(name: str, degree: Degree, seed: int) -> Sick:
    """Take a step for all rows together, or for halves of them."""
    rows = rows_of(name, seed)
    share = 1 if degree == "severe" else 2
    size = len(rows.targets) // share
    whole = recipe(seed, optimizer=Adam(0.003), batch_size=size, epochs=20)
    return Sick(network(rows, 32), whole, rows.data())


def row_by_row(name: str, degree: Degree, seed: int) -> Sick:
    """Take a step for each row, or for four, at a rate that suits more of them."""
    size, rate = (1, 0.05) if degree == "severe" else (4, 0.2)
    hidden = (32, 32)
    if name == "crowd":
        rate, hidden = 1.5 * rate, (32,)
    plain = SGD(rate)
    return _usual(
        name, seed, *hidden, optimizer=plain, batch_size=size, epochs=15, stopping=None
    )


def _planted() -> Iterator[Planted]:
    for code, make, names in (
        ("learning-rate-too-high", too_high, ("digits", "crowd")),
        ("learning-rate-too-high", leaping, ("digits", "breast_cancer")),
        ("learning-rate-too-low", too_low, ("digits", "clouds")),
        ("learning-rate-too-low", creeping, ("wine", "diabetes")),
        ("learning-rate-at-edge", at_edge, ("diabetes", "wine")),
        ("diverged", broken, ("diabetes", "iris")),
        ("oscillating-loss", oscillating, ("digits", "iris")),
        ("plateau", stuck, ("digits", "wine")),
        ("too-few-epochs", cut_off, ("digits", "breast_cancer", "iris")),
        ("too-many-epochs", drawn_out, ("clouds", "crowd", "diabetes")),
        ("batch-too-large", in_one_batch, ("digits", "clouds")),
        ("batch-too-small", row_by_row, ("digits", "crowd")),
    ):
        for name in names:
            for degree in ("severe", "mild"):
                yield Planted(code, degree, name, partial(make, name, degree))


PLANTED: tuple[Planted, ...] = tuple(_planted())
