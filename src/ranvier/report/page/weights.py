"""weights: the weights of each layer as pictures, and the first layer's filters."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.chart import BLUE, Panel, rounded_axis
from ranvier.figure import address
from ranvier.network import PlacedLayer
from ranvier.report.page.charts import (
    CORNER,
    SMALL,
    card,
    count_axis,
    grid,
    histogram,
)
from ranvier.report.page.markup import Html, joined, tag
from ranvier.report.page.pictures import mosaic, signed
from ranvier.report.page.section import Section, note, number
from ranvier.report.page.subject import Subject

_MOST_LAYERS = 12
_MOST_FILTERS = 64
_MOST_SIDE = 128  # of a picture of all weights; of more, each so-manieth is shown
_FULL = 0.995  # of the weights are smaller than the one whose colour is full


def weights(subject: Subject, room: float) -> Section | None:
    """Return the first layer's filters, and of each layer its weights.

    room: the share of the most layers that there is room for, from 0 to 1.
    """
    placed = [
        one for one in subject.network.walk() if _weight(subject, one) is not None
    ]
    if not (placed and subject.run.history):
        return None
    shown = placed[: max(1, round(room * _MOST_LAYERS))]
    cards = [_filters(subject, placed[0])]
    cards += [_of_layer(subject, layer) for layer in shown]
    said = note(
        "Orange weights are above zero, blue ones below; the stronger, the larger. "
        "They are those of the best epoch."
    )
    return Section("weights", "Weights", joined(said, grid(*cards)))


def _weight(subject: Subject, placed: PlacedLayer) -> NDArray[Any] | None:
    names = [one.name for one in placed.parameters if len(one.shape) > 1]
    if not names:
        return None
    return subject.run.parameters[f"{placed.name}.{names[0]}"]


def _of_layer(subject: Subject, placed: PlacedLayer) -> Html:
    weight = _weight(subject, placed)
    assert weight is not None
    flat = weight.reshape(-1, weight.shape[-1])
    ways = "inputs down, units across"
    if len(flat) > flat.shape[1]:
        flat, ways = flat.T, "units down, inputs across"
    steps = tuple(math.ceil(side / _MOST_SIDE) for side in flat.shape)
    few = flat[:: steps[0], :: steps[1]]
    height, width = flat.shape
    said = f"{height:,} × {width:,} weights: {ways}"
    if max(steps) > 1:
        said += f"; one of {steps[0]} × {steps[1]} is shown"
    picture = _picture(placed.name, said, signed(few, _largest(flat)))
    return tag("div", picture, _histogram(placed.name, flat), class_="card")


def _filters(subject: Subject, placed: PlacedLayer) -> Html | None:
    """Return what each unit of the first layer looks for, where that is a picture."""
    weight = _weight(subject, placed)
    assert weight is not None
    tiles = _tiles(weight, placed)
    if tiles is None:
        return None
    shown = tiles[:_MOST_FILTERS]
    across = max(1, min(len(shown), round(math.sqrt(len(shown)) * 1.25)))
    said = f"{len(shown)} of {len(tiles)} units" if len(tiles) > len(shown) else "units"
    picture = _picture(
        f"What {placed.name} looks for",
        f"the weights of {said}, each as a picture of its input",
        mosaic(signed(shown, 1.0), across),
    )
    return tag("div", picture, class_="card")


def _tiles(weight: NDArray[Any], placed: PlacedLayer) -> NDArray[Any] | None:
    """Return the weights into each unit as (units, H, W), scaled to at most 1.

    Channels are averaged. None where the layer does not look at pictures.
    """
    shape = placed.input_shape
    if placed.layer.type == "conv2d":
        tiles = weight.mean(axis=2)
    elif placed.layer.type == "dense" and len(shape) in (2, 3):
        tiles = weight.reshape(*shape[:2], -1, weight.shape[1]).mean(axis=2)
    else:
        return None
    each = np.moveaxis(tiles, -1, 0)
    scaled: NDArray[Any] = each / (np.abs(each).max(axis=(1, 2), keepdims=True) + 1e-30)
    return scaled


def _largest(weight: NDArray[Any]) -> float:
    return float(np.quantile(np.abs(weight), _FULL))


def _picture(title: str, said: str, pixels: NDArray[np.uint8]) -> Html:
    height, width = pixels.shape[:2]
    image = tag(
        "img",
        src=address(pixels),
        alt=f"{title}: {said}",
        width=width,
        height=height,
        class_="weights",
    )
    caption = tag("figcaption", tag("b", title), tag("br"), said)
    return tag("figure", caption, image, class_="picture")


def _histogram(name: str, weight: NDArray[Any]) -> Html:
    finite = weight[np.isfinite(weight)]
    curve = histogram("weights", finite, BLUE)
    x, y = rounded_axis("weight", curve.x), count_axis(curve)
    mean, deviation = (number(float(one)) for one in (finite.mean(), finite.std()))
    said = f"mean {mean}, standard deviation {deviation}"
    title = f"{name}: its weights"
    panel = Panel(title, said, x, y, [curve], [], CORNER, SMALL)
    return card(panel, "how many weights have about each value")
