"""embedding: a category → the number of a row in a table that is learnt."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ranvier.data.encoders.fitted import FittedColumn, Floats
from ranvier.data.encoders.one_hot import Places
from ranvier.data.encoders.vocabulary import Least, Vocabulary
from ranvier.description import Must, description

if TYPE_CHECKING:
    import polars


@description
class Embedding:
    """Number the values from 0, for the network's first layer, Embedding, to look up.

    least: how often training rows must hold a value for a number of its own; rarer
        ones share one. So its row is learnt from them, and values never seen have a
        use for it. Without rare ones, a value never seen is taken for the commonest.
    most: how many values have a number of their own; the others count as rare.

    Missing cells have a number where training rows had some; else they count as values
    never seen. No row of the table is without training rows.

    >>> import polars
    >>> seen = polars.Series(["Rome", "Oslo", "Rome", "Oslo", "Bonn"])
    >>> cities = Embedding().fit(seen)
    >>> cities.ids, cities.apply(polars.Series(["Rome", "Paris"])).tolist()
    (3, [[1.0], [2.0]])
    """

    type: ClassVar[str] = "embedding"
    kinds: ClassVar[tuple[str, ...]] = ("category",)

    least: Least = 2
    most: Annotated[
        int,
        Field(ge=1, le=2**20),
        Must("an integer from 1 to 1048576", "leave it out for all values"),
    ] = 2**20

    def fit(self, values: "polars.Series", *, seed: int = 0) -> "FittedEmbedding":
        """Return the encoder as fitted on the training rows of a column."""
        fitted = Vocabulary.fit(values, least=self.least, most=self.most)
        return FittedEmbedding(fitted)


@description
class FittedEmbedding(FittedColumn):
    """Hold the values that have a number of their own."""

    type: ClassVar[str] = "embedding"
    size: ClassVar[int] = 1

    vocabulary: Places

    @property
    def ids(self) -> int:
        """How many rows the table has."""
        return self.vocabulary.size

    def names(self, column: str) -> tuple[str, ...]:
        """Return the column's own name."""
        return (column,)

    def write(self, values: "polars.Series", out: Floats) -> None:
        """Write the number of each cell's row in the table."""
        out[:, 0] = self.vocabulary.nearest_places(values)
