"""augmentation: how pictures change while a network learns from them."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from ranvier.description import Must, description
from ranvier.errors import DescriptionError, shown
from ranvier.network.initializers import Shape

Pixels = Annotated[
    float,
    Field(ge=0, le=1e6),
    Must("zero or a positive number of pixels", "2.0 suits 28 pixels, 0.0 is off"),
]
Part = Annotated[
    float,
    Field(ge=0, lt=1),
    Must("a share, at least 0 and below 1", "0.1 is usual, 0.0 is off"),
]


class Picture(NamedTuple):
    """Hold the size of a picture: `height` rows of `width` pixels of `channels`."""

    height: int
    width: int
    channels: int


@description
class Augmentation:
    """Change each picture anew in each step of the training, and nowhere else.

    A picture has the shape (height, width) or (height, width, channels). All but
    cutout and mixup are one map from places in the new picture to places in the old
    one, between whose pixels is read bilinearly; what lies outside is background, raw
    0. In this order, each drawn evenly from what is said, both ways:

    crop: share; a window of 1 - crop to all of the height and of the width, wherever it
        fits, is enlarged to the whole (Szegedy et al. 2015, section 6).
    flip: "horizontal" mirrors left and right, "vertical" top and bottom, "both" each by
        itself, in half of the cases.
    scale: share; height and width by factors of their own, 1 - scale to 1 + scale.
    shear: degrees by which upright lines lean.
    rotate: degrees.
    shift: pixels down and pixels to the right, each by itself, up to as many.
    elastic: pixels; the knots of a grid, a quarter of the picture apart, move down and
        to the right by up to as many, and a cubic B-spline carries along what is
        between (after Simard, Steinkraus and Platt 2003, section 2: on 28 pixels, 5.0
        moves them as far, in the mean, as their alpha of 34 with sigma 4).
    cutout: pixels; a square of this side about any pixel becomes background (DeVries
        and Taylor 2017, section 3.1).
    mixup: alpha; rows of a batch, the first with the last and so on, become share · own
        + (1 - share) · other, inputs and targets alike, each with a share from
        Beta(alpha, alpha) (Zhang, Cisse, Dauphin and Lopez-Paz 2018, equation 1). The
        order of rows is drawn anew each epoch, and so are the pairs.

    All are off by default; flips suit no letters and digits.

    >>> Augmentation(shift=2, rotate=10).picture((28, 28))
    Picture(height=28, width=28, channels=1)
    """

    shift: Pixels = 0.0
    rotate: Annotated[
        float,
        Field(ge=0, le=180),
        Must("degrees from 0 to 180", "10.0 is usual, 0.0 is off"),
    ] = 0.0
    scale: Part = 0.0
    shear: Annotated[
        float,
        Field(ge=0, le=80),
        Must("degrees from 0 to 80", "10.0 is usual, 0.0 is off"),
    ] = 0.0
    elastic: Pixels = 0.0
    flip: Annotated[
        Literal["horizontal", "vertical", "both"] | None,
        Must("horizontal, vertical, both or None", "None is off"),
    ] = None
    crop: Part = 0.0
    cutout: Annotated[
        int,
        Field(ge=0, le=1_000_000),
        Must("a whole number of pixels, zero or more", "8 suits 28 pixels, 0 is off"),
    ] = 0
    mixup: Annotated[
        float,
        Field(ge=0, le=1e4),
        Must("zero or a positive number", "0.2 is usual, 0.0 is off"),
    ] = 0.0

    def picture(self, shape: Shape) -> Picture:
        """Return the size of pictures of `shape`.

        Raises:
            DescriptionError: it is not that of a picture.
        """
        if len(shape) not in (2, 3):
            raise DescriptionError(
                f"augmentation changes pictures of shape (height, width) or (height, "
                f"width, channels), the network takes inputs of shape {shown(shape)}; "
                "leave augmentation out, or give the data in that shape."
            )
        return Picture(*shape, 1) if len(shape) == 2 else Picture(*shape)
