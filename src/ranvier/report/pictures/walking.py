"""walking: an optimizer on a surface → its way, by the engine's own updates."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from ranvier.engine import lbfgs
from ranvier.engine.lbfgs import Pair
from ranvier.engine.reference.array import quiet
from ranvier.engine.reference.optimizers import OPTIMIZERS as COMPUTED
from ranvier.errors import DescriptionError, shown
from ranvier.recipe import LBFGS, OPTIMIZERS
from ranvier.report.pictures.surfaces import Numbers, Surface

RATES = tuple(float(f"{n}e{power}") for power in range(-5, 2) for n in (1, 2, 5))
"""The rates that are tried where none is given."""

_NEAR = 0.02  # of the picture's width and height: so near, a bottom is reached
_LEAST = 1e-4  # of the height of the start: what lies lower counts alike


class Way(NamedTuple):
    """Hold the way of one optimizer.

    places: (steps + 1, 2), the start first; no numbers where they were not finite.
    values: (steps + 1,) the heights there.
    arrived: after so many steps it is at a bottom, and stays; None if it is not.
    lost: the first step that is outside the picture where it is outside at the end.
    """

    name: str
    rate: float
    places: Numbers
    values: Numbers
    arrived: int | None
    lost: int | None
    height: str = "height"

    @property
    def ending(self) -> str:
        """How the way ends, in words."""
        steps = len(self.values) - 1
        is_number = np.isfinite(self.places).all(axis=1)
        if self.lost is not None and not is_number.all():
            broken = int(is_number.argmin())
            return f"out at step {self.lost}, no number from step {broken}"
        if self.lost is not None:
            return f"out of the picture from step {self.lost} on"
        if self.arrived is not None:
            return f"at a bottom after {self.arrived} steps"
        return f"{self.height} {self.values[-1]:.3g} after {steps} steps"


def way(surface: Surface, optimizer: object, steps: int) -> Way:
    """Return the way of an optimizer down a surface.

    optimizer: a name, or a description such as `Adam(0.1)`. Of a name, or where the
        rate is "auto", it is the one of 1, 2 and 5 times powers of ten with which the
        way lies lowest without leaving the picture or rising above its start; of a
        name, nothing decays.

    Raises:
        DescriptionError: there is no such optimizer.
    """
    described = _described(optimizer)
    if described.learning_rate != "auto":
        return _judged(surface, described, steps)
    tried = (replace(described, learning_rate=rate) for rate in RATES)
    ways = [_judged(surface, one, steps) for one in tried]
    return min(ways, key=lambda one: _cost(surface, one))


def racer(name: str, rate: float | None = None) -> Any:
    """Return an optimizer by its name, with a rate or with "auto"; nothing decays.

    Raises:
        DescriptionError: there is no such optimizer, or the rate cannot mean anything.

    >>> racer("adamw", 0.1).weight_decay
    0.0
    """
    kind: Any = OPTIMIZERS[name]
    own = {field.name for field in fields(kind)}
    options = {"weight_decay": 0.0} if "weight_decay" in own else {}
    if rate is not None:
        return kind(learning_rate=rate, **options)
    return kind() if kind is LBFGS else kind(learning_rate="auto", **options)


def _described(optimizer: object) -> Any:
    if isinstance(optimizer, tuple(OPTIMIZERS[name] for name in OPTIMIZERS)):
        return optimizer
    if not isinstance(optimizer, str):
        raise DescriptionError(
            f"{shown(optimizer)} is no optimizer; give a name, such as 'adam', or a "
            "description, such as Adam(0.1)."
        )
    return racer(optimizer)


@quiet
def _judged(surface: Surface, optimizer: Any, steps: int) -> Way:
    walk = _by_lbfgs if isinstance(optimizer, LBFGS) else _by_update
    places = np.full((steps + 1, 2), np.nan)
    places[0] = surface.start
    for number, place in zip(
        range(1, steps + 1), walk(surface, optimizer), strict=False
    ):
        if not np.isfinite(place).all():
            break
        places[number] = place
    values = np.asarray(surface.value(*places.T), np.float64)
    inside = np.array([surface.holds(*place) for place in places])
    lost = None if inside[-1] else int(np.flatnonzero(inside)[-1]) + 1
    return Way(
        optimizer.type,
        float(optimizer.learning_rate),
        places,
        values,
        _arrival(surface, places),
        lost,
        surface.height,
    )


def _by_update(surface: Surface, optimizer: Any) -> Iterator[Numbers]:
    """Yield place after place, by the update of the reference engine."""
    update, slots, shared, looked_from = COMPUTED[optimizer.type]
    memory = [np.zeros(2)] * len(slots + shared)
    w = np.array(surface.start, np.float64)
    for step in range(1, 2**31):
        x, y = looked_from(optimizer, w, *memory)
        g = np.array(surface.gradient(x, y))
        w, *memory = update(optimizer, optimizer.learning_rate, step, w, g, *memory)
        yield w


def _by_lbfgs(surface: Surface, optimizer: LBFGS) -> Iterator[Numbers]:
    def objective(place: Numbers) -> tuple[float, Numbers]:
        return float(surface.value(*place)), np.array(surface.gradient(*place))

    here = lbfgs.at(objective, np.array(surface.start, np.float64))
    pairs: list[Pair] = []
    while True:
        end = lbfgs.descend(objective, here, pairs, float(optimizer.learning_rate))
        pairs = lbfgs.remembered(pairs, here, end, optimizer.memory)
        here = end
        yield end.place


def _arrival(surface: Surface, places: Numbers) -> int | None:
    """Return from which step on a way is at one of the bottoms."""
    sides = np.array([np.ptp(surface.x), np.ptp(surface.y)])
    for bottom in surface.bottoms:
        off = np.abs(places - bottom) / sides
        away = np.flatnonzero(~(off.max(axis=1) < _NEAR))
        last = int(away[-1]) if len(away) else -1
        if last < len(places) - 1:
            return last + 1
    return None


def _cost(surface: Surface, one: Way) -> float:
    """Return how high a way lies in the mean, in powers; one that is too wild, more.

    That is one that leaves the picture, or rises above its start: the sooner it does,
    the more.
    """
    inside = np.array([surface.holds(*place) for place in one.places])
    is_tame = inside & (one.values <= one.values[0])
    if not is_tame.all():
        return float(1e6 - is_tame.argmin())
    floor = _lowest(surface)
    least = _LEAST * (one.values[0] - floor)
    return float(np.log(np.maximum(one.values - floor, 0) + least).mean())


def _lowest(surface: Surface) -> float:
    if surface.bottoms:
        return float(min(surface.value(*bottom) for bottom in surface.bottoms))
    return float(surface.grid(41)[2].min())
