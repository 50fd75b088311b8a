"""tally: the texts of a column → its different texts, and how often each stands."""

from typing import NamedTuple

import polars as pl

MANY = 100_000  # cells, above which it pays to count texts once
_SAMPLE = 10_000  # cells that tell whether texts repeat
_REPEATED = 2  # times that those must stand in the mean, for all to be tallied


class Tally(NamedTuple):
    """Hold texts, and how many rows each stands for.

    texts: the different ones, null among them; where texts hardly repeat, every cell.
    rows: of each of them; None where it is one.
    """

    texts: pl.Series
    rows: pl.Series | None

    @classmethod
    def of(cls, cells: pl.Series) -> "Tally":
        """Return the tally of a column of texts.

        >>> Tally.of(pl.Series(["a", "b"] * 50)).rows.to_list()
        [50, 50]
        """
        texts = cells if cells.dtype == pl.String else cells.cast(pl.String)
        drawn = texts.gather_every(-(-len(texts) // _SAMPLE) or 1)
        if drawn.n_unique() * _REPEATED > len(drawn):
            return cls(texts, None)
        groups = texts.alias("text").to_frame().lazy().group_by("text").len("rows")
        counted = groups.sort("text").collect(engine="streaming")
        return cls(counted["text"].alias(cells.name), counted["rows"])

    def count(self, chosen: pl.Series) -> int:
        """Return how many rows the texts stand for of which `chosen` is true."""
        if self.rows is None:
            return int(chosen.sum())
        return int(self.rows.filter(chosen).sum())

    @property
    def total(self) -> int:
        """How many rows all of them stand for."""
        return len(self.texts) if self.rows is None else int(self.rows.sum())
