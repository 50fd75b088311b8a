"""healthy: sensible trainings on real data, in which nothing is to be found."""

from collections.abc import Iterator
from functools import partial

from sklearn import datasets

from benchmarks.diagnosis.planted.sets import NAMES, Rows, clouds, network, real, recipe
from benchmarks.diagnosis.planted.sick import Planted, Sick
from ranvier.recipe import Adam, EarlyStopping, Momentum, Recipe

_STEPS = 1000
HIDDEN = ((16,), (32,), (64,), (32, 32))


def healthy(name: str, hidden: tuple[int, ...], way: int, seed: int) -> Sick:
    """Return a design that suits the data, learnt in one of three usual ways.

    Few rows are learnt in more epochs, for an epoch of them is but a few steps.
    """
    rows = rows_of(name, seed)
    epochs = max(100, _STEPS * 32 // len(rows.targets))
    pace = {"epochs": epochs, "stopping": EarlyStopping(patience=epochs // 20)}
    ways: tuple[Recipe, ...] = (
        recipe(seed, **pace),
        recipe(seed, **pace, optimizer=Adam(0.001), batch_size=16),
        recipe(seed, **pace, optimizer=Momentum(0.02), schedule="cosine"),
    )
    return Sick(network(rows, *hidden), ways[way], rows.data())


def rows_of(name: str, seed: int) -> Rows:
    """Return real rows, clouds, or two moons."""
    if name == "clouds":
        return clouds(seed, 900, columns=8, apart=2.5)
    if name == "moons":
        inputs, targets = datasets.make_moons(
            800, noise=0.15, random_state=seed % 2**31
        )
        return Rows(inputs.astype("float32"), targets)
    return real(name, seed)


def _all() -> Iterator[Planted]:
    names = (*NAMES, "clouds", "moons")
    for number in range(36):
        name, hidden = names[number % len(names)], HIDDEN[number % len(HIDDEN)]
        make = partial(healthy, name, hidden, number % 3)
        yield Planted("", "mild", name, make)


HEALTHY: tuple[Planted, ...] = tuple(_all())
