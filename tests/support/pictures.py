"""Bring a digit into the forms in which people hand pictures over."""

import math

import numpy as np
from PIL import Image, ImageDraw

DARK, LIGHT = 30.0, 235.0
HEIGHT, WIDTH = 360, 480


def cover(digit, height=HEIGHT, width=WIDTH, side=220, at=(40, 170)):
    """Return how much of each pixel of a large sheet the digit covers, 0 to 1."""
    sheet = np.zeros((height, width))
    drawn = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    sheet[at[0] : at[0] + side, at[1] : at[1] + side] = np.asarray(drawn) / 255
    return sheet


def grey(sheet, ink=DARK, paper=LIGHT):
    return to_bytes(paper + (ink - paper) * sheet)


def coloured(sheet, ink, paper):
    ink, paper = np.array(ink, float), np.array(paper, float)
    return to_bytes(paper + (ink - paper) * sheet[..., None])


def transparent(sheet, ink):
    picture = np.zeros((*sheet.shape, 4))
    picture[..., :3], picture[..., 3] = ink, sheet * 255
    return to_bytes(picture)


def photographed(sheet):
    """Return the sheet under a lamp at the left, darker corners, with grain."""
    y, x = np.mgrid[-1 : 1 : sheet.shape[0] * 1j, -1 : 1 : sheet.shape[1] * 1j]
    light = 1 - 0.2 * x + 0.05 * y - 0.1 * (x**2 + y**2)
    grain = np.random.default_rng(0).normal(0, 5, sheet.shape)
    return to_bytes((180 - 120 * sheet) * light + grain)


def dusty(sheet):
    picture = grey(sheet)
    picture[[5, 70, 340, 200], [9, 400, 450, 20]] = 0
    return picture


def thumbed(sheet):
    """Return the sheet with a dark thing that reaches in from its corner."""
    picture = grey(sheet)
    picture[:36, :70] = 110
    return picture


def line_drawn(width, side=400):
    """Return a 2, drawn with a pen of `width` on a white sheet."""
    picture = Image.new("L", (side, side), 255)
    turn = [math.radians(angle) for angle in range(180, 395, 5)]
    points = [(0.5 + 0.25 * math.cos(a), 0.3 + 0.2 * math.sin(a)) for a in turn]
    points += [(0.25, 0.88), (0.8, 0.86)]
    ImageDraw.Draw(picture).line(
        [(x * side, y * side) for x, y in points], 0, width, "curve"
    )
    return np.asarray(picture)


def to_bytes(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
