"""one_hot: a category → a column for each of its values."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import BeforeValidator, Field

from ranvier.data.encoders.fitted import FittedColumn, Floats, missing
from ranvier.data.encoders.vocabulary import Least, Vocabulary
from ranvier.description import Must, description

if TYPE_CHECKING:
    import polars


def _as_vocabulary(value: object) -> object:
    return Vocabulary.from_dict(value) if isinstance(value, dict) else value


Places = Annotated[
    Vocabulary,
    BeforeValidator(_as_vocabulary),
    Must("a Vocabulary", "fit the encoder again"),
]


@description
class OneHot:
    """Give each value a number of its own: 1 where it is this one, else 0.

    least: how often training rows must hold a value for that; rarer ones share a
        number, and so do values never seen. Without rare ones, a value never seen is 0
        everywhere.
    most: how many values have a number, the commonest ones; the others count as rare.

    Missing cells have a number where training rows had some, else they are 0.

    >>> import polars
    >>> colours = OneHot().fit(polars.Series(["red", "blue", "red", "blue", "pink"]))
    >>> colours.names("colour")
    ('colour = blue', 'colour = red', 'colour is another')
    """

    type: ClassVar[str] = "one_hot"
    kinds: ClassVar[tuple[str, ...]] = ("category",)

    least: Least = 2
    most: Annotated[
        int, Field(ge=1, le=4096), Must("an integer from 1 to 4096", "64 is usual")
    ] = 64

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedOneHot":
        """Return the encoder as fitted on the training rows of a column."""
        return FittedOneHot(Vocabulary.fit(values, least=self.least, most=self.most))


@description
class FittedOneHot(FittedColumn):
    """Hold the values that have a number of their own."""

    type: ClassVar[str] = "one_hot"

    vocabulary: Places

    @property
    def size(self) -> int:
        """One for each place of the vocabulary."""
        return self.vocabulary.size

    def names(self, column: str) -> tuple[str, ...]:
        """Return a name for each of the numbers that a cell of `column` becomes."""
        known = tuple(f"{column} = {word}" for word in self.vocabulary.words)
        others = (f"{column} is another",) * self.vocabulary.has_others
        return known + others + (missing(column),) * self.vocabulary.has_gaps

    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write a 1 at the place of each cell that has one, 0 elsewhere."""
        places = self.vocabulary.places(values)
        out[:] = 0
        (rows,) = np.nonzero(places >= 0)
        out[rows, places[rows]] = 1
