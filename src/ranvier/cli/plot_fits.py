"""plot_fits: noisy points of a curve → a picture of three networks that learnt them."""

from typing import Annotated

from typer import Option

from ranvier.cli.outputs import check_picture, drawn
from ranvier.cli.screen import Answer

_Rows = Annotated[int, Option(metavar="N", help="Points that are learnt, 8 to 500.")]
_Noise = Annotated[
    float, Option(metavar="SIZE", help="How far points lie off the curve, 0 to 2.")
]
_Seed = Annotated[int, Option(metavar="N", help="Of points and weights.")]
_Still = Annotated[
    str, Option(metavar="FILE", help="The picture, ending in .svg or .png.")
]


def fits(
    rows: _Rows = 24,
    noise: _Noise = 0.25,
    seed: _Seed = 0,
    output: _Still = "fits.svg",
) -> Answer:
    """Draw an underfit, a good fit and an overfit, of three networks trained for it.

    All learn the same points: one is too small, one is right, one is too large and
    learns for too long.
    """
    from ranvier.report import plot_fits

    check_picture(output)
    return drawn(plot_fits(rows=rows, noise=noise, seed=seed), output)
