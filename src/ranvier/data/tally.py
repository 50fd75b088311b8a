"""tally: the texts of a column → its different texts, and how often each stands."""

from typing import NamedTuple

import polars as pl

MANY = 100_000  # cells, above which it pays to count texts once
_SAMPLE = 10_000  # cells that tell whether texts repeat
_REPEATED = 2  # times that those must stand in the mean, for all to be tallied
_FEW = 8  # different texts that are quicker compared with than hashed


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
        sample = texts.gather_every(-(-len(texts) // _SAMPLE) or 1)
        drawn = sample.unique()
        if len(drawn) * _REPEATED > len(sample):
            return cls(texts, None)
        return _of_few(texts, drawn) or _of_all(texts)

    def count(self, chosen: pl.Series) -> int:
        """Return how many rows the texts stand for of which `chosen` is true."""
        if self.rows is None:
            return int(chosen.sum())
        return int(self.rows.filter(chosen).sum())

    @property
    def total(self) -> int:
        """How many rows all of them stand for."""
        return len(self.texts) if self.rows is None else int(self.rows.sum())


def _of_few(texts: pl.Series, drawn: pl.Series) -> Tally | None:
    """Return the tally if few texts were drawn, and there are no others."""
    known = drawn.drop_nulls().sort()
    if len(known) > _FEW:
        return None
    alike = [(pl.lit(texts) == one).sum().alias(one) for one in known]
    rows = pl.select(alike).row(0) if alike else ()
    nulls = texts.null_count()
    if sum(rows) + nulls < len(texts):
        return None
    if nulls:
        known, rows = known.extend_constant(None, 1).sort(), (nulls, *rows)
    return Tally(known.alias(texts.name), pl.Series("rows", rows, pl.get_index_type()))


def _of_all(texts: pl.Series) -> Tally:
    groups = texts.alias("text").to_frame().lazy().group_by("text").len("rows")
    counted = groups.sort("text").collect(engine="streaming")
    return Tally(counted["text"].alias(texts.name), counted["rows"])
