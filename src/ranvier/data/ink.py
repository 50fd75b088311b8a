"""ink: what is drawn on a picture, told from its ground, its shadows and its dust."""

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]

_FAINTEST = 24.0
"""Ink differs from its ground by at least this much, of 255."""
_FAINT = 0.2
"""What differs from the ground by less than this share of the ink is ground."""
_SPECK = 0.02
"""A spot with less than this share of the ink of the sign is dust."""
_SHADED_SIDE = 64
"""From this size on a ground can be uneven: it is a photograph's."""


def ink_of(colours: Field, *, clean: bool) -> Field | None:
    """Return how much ink is where (H, W), from 0 to 1; None where nothing is drawn.

    colours: (H, W, C), from 0 to 255.
    clean: the picture has an even ground and no dust.

    The ground is what the border shows. Ink is what leaves it along the direction in
    colour in which the strongest differences lie: darker, lighter, or redder.
    """
    away = colours - _ground(
        colours, even=clean or min(colours.shape[:2]) < _SHADED_SIDE
    )
    ink = _along(away)
    noise = 1.4826 * float(np.median(np.abs(ink[_edge(ink.shape)])))
    least = max(_FAINTEST, 5 * noise)
    if ink.max() < least:
        return None
    if not clean:
        ink = np.where(_sign(ink, least), ink, 0)
    strong = ink[ink > ink.max() / 2]
    peak = ink.max() if clean else np.quantile(strong, 0.75)
    faint = max(3 * noise, 0 if clean else _FAINT * peak)
    return np.where(ink > faint, ink / peak, 0).clip(0, 1)


def _edge(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    edge = np.ones(shape[:2], bool)
    edge[1:-1, 1:-1] = False
    return edge


def _along(away: Field) -> Field:
    weight = (away**2).sum(axis=2, keepdims=True)
    direction = (away * weight).sum(axis=(0, 1))
    length = np.linalg.norm(direction)
    along: Field = away @ (direction / length if length else direction)
    return along


def _ground(colours: Field, *, even: bool) -> Field:
    """Return the colour of the ground (H, W, C), or (C,) where it is even.

    An uneven one is a curved plane in the coordinates, fitted first to the border,
    then to all that lies near it, by least absolute differences.
    """
    edge = _edge(colours.shape)
    middle: Field = np.median(colours[edge], axis=0)
    if even:
        return middle
    step = max(colours.shape[:2]) // _SHADED_SIDE
    few = colours[::step, ::step]
    terms = _terms(*few.shape[:2])
    part, ground = _edge(few.shape), np.broadcast_to(middle, few.shape)
    for count in (3, 6, 6):
        factors = _fit(terms[part][:, :count], few[part], ground[part])
        ground = terms[..., :count] @ factors
        far = np.linalg.norm(few - ground, axis=2)
        part = far < max(6.0, 3 * float(np.median(far[part])))
    whole: Field = _terms(*colours.shape[:2]) @ factors
    return whole


def _terms(height: int, width: int) -> Field:
    y, x = np.meshgrid(
        np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij"
    )
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _fit(terms: Field, values: Field, guess: Field) -> Field:
    """Return factors (T, C) with the least absolute differences, by reweighting."""
    factors: Field = np.zeros((terms.shape[1], values.shape[1]))
    for _ in range(8):
        far = np.linalg.norm(values - guess, axis=1)
        weighted = (terms / np.maximum(far, 0.5)[:, None]).T
        factors = np.linalg.lstsq(weighted @ terms, weighted @ values, rcond=None)[0]
        guess = terms @ factors
    return factors


def _sign(ink: Field, least: float) -> NDArray[np.bool_]:
    """Return where the sign is, and its soft rim, without dust and cut-off things."""
    from scipy import ndimage

    level = max(least, float(ink.max()) / 4)
    spots, count = ndimage.label(ink > level, np.ones((3, 3)))
    amounts = np.bincount(spots.ravel(), ink.ravel(), count + 1)
    amounts[0] = 0
    cut = np.unique(spots[_edge(ink.shape)])
    inner = amounts.copy()
    inner[cut] = 0
    main = int((inner if inner.max() > amounts.max() / 10 else amounts).argmax())
    kept = (amounts if main in cut else inner) >= _SPECK * amounts[main]
    kept[0] = False
    rim = 1 + max(ink.shape) // 100
    grown: NDArray[np.bool_] = ndimage.binary_dilation(
        kept[spots], np.ones((3, 3)), rim
    )
    return grown
