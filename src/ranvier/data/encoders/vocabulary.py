"""vocabulary: the values of a category that training rows tell apart."""

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ranvier.data.encoders.fitted import Flag, Words
from ranvier.description import Document, Must, description
from ranvier.errors import DescriptionError

if TYPE_CHECKING:
    import polars

Least = Annotated[
    int, Field(ge=1), Must("a positive integer", "2 is usual, 1 keeps every value")
]


@description
class Vocabulary(Document):
    """Give every value of a category a place, from 0.

    words: the values with a place of their own, in the order of their letters.
    has_others: whether some values of the training rows have none; they share one.
    has_gaps: whether a cell is missing in the training rows; then gaps have a place.
    commonest: the place that most training rows have, gaps aside.

    >>> import polars
    >>> fitted = Vocabulary.fit(polars.Series(["b", "a", "a", "b", "z"]), least=2)
    >>> fitted.places(polars.Series(["b", "never seen", "z"])).tolist()
    [1, 2, 2]
    """

    words: Words
    has_others: Flag
    has_gaps: Flag
    commonest: Annotated[int, Must("a whole number", "fit the encoder again")]

    def __post_init__(self) -> None:
        if not 0 <= self.commonest < self.size:
            raise DescriptionError(
                f"Vocabulary(commonest={self.commonest}): there are {self.size} "
                "places, counted from 0; fit the encoder again."
            )

    @classmethod
    def fit(cls, values: "polars.Series", *, least: int = 2, most: int = 2**20) -> Self:
        """Return the vocabulary of the training rows of a column.

        least: how often a value must be seen to have a place of its own.
        most: how many values have one; the commonest come first.
        """
        seen = values.rename("word").value_counts(name="times").drop_nulls()
        ranked = seen.sort(["times", "word"], descending=[True, False])
        kept = ranked.filter(ranked["times"] >= least).head(most)
        gaps = values.null_count()
        words = kept["word"].sort().to_list()
        others = len(values) - gaps - int(kept["times"].sum())
        tally = dict(kept.iter_rows())
        counts = [tally[word] for word in words] + [others]
        return cls(
            words=tuple(words),
            has_others=others > 0,
            has_gaps=gaps > 0,
            commonest=int(np.argmax(counts)),
        )

    @property
    def size(self) -> int:
        """How many places there are; every one has training rows."""
        return len(self.words) + self.has_others + self.has_gaps

    @property
    def unseen(self) -> int | None:
        """The place of values that have none of their own, if there is one."""
        return len(self.words) if self.has_others else None

    @cached_property
    def _known(self) -> Any:
        import polars

        return polars.Enum(self.words)

    def places(self, values: "polars.Series") -> NDArray[np.int64]:
        """Return the place of each cell, (N,); -1 where it has none."""
        return self._settled(values, -1, -1)

    def nearest_places(self, values: "polars.Series") -> NDArray[np.int64]:
        """Return the place of each cell, (N,), one that training rows have.

        A value without a place takes that of the rare values, or else the commonest; a
        missing cell where training rows had none is taken for such a value.
        """
        other = self.commonest if self.unseen is None else self.unseen
        return self._settled(values, other, other)

    def _settled(
        self, values: "polars.Series", other: int, gap: int
    ) -> NDArray[np.int64]:
        """Return places; `other` and `gap` stand in for places that do not exist."""
        known = values.cast(self._known, strict=False).to_physical().cast(int)
        other = other if self.unseen is None else self.unseen
        gap = self.size - 1 if self.has_gaps else gap
        places = known.fill_null(other).to_numpy(writable=True)
        if values.null_count():
            places[values.is_null().to_numpy()] = gap
        return places
