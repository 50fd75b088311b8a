"""laid: a file of a large table → one of its columns, or some of its rows."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import polars as pl

from ranvier.data.sources.columnar import with_rows
from ranvier.data.sources.dialect import Dialect
from ranvier.data.sources.options import MISSING
from ranvier.data.sources.tidy import Reading, common_reading, tidied, with_numbers

PACKED: dict[str, Callable[..., pl.LazyFrame]] = {
    **dict.fromkeys((".parquet", ".pq"), partial(pl.scan_parquet, glob=False)),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), partial(pl.scan_ipc, glob=False)),
}
"""What opens a file that is read where it lies, by its ending."""

_PIECE = 2**18  # cells that are looked at together


class Laid(Protocol):
    """Read one file of a table, with the cells that `read_frame` gives."""

    path: str
    names: list[str]
    rows: int

    def column(self, name: str) -> pl.Series:
        """Return a whole column."""

    def part(self, start: int, count: int) -> pl.DataFrame:
        """Return some rows, in the types that their whole columns have."""


class PackedFile:
    """Read a Parquet or an Arrow file where it lies.

    given: the file that it was made of, or itself.

    Raises:
        DataError: it has no row or no column, or two columns have one name.
    """

    def __init__(self, path: Path, given: Path) -> None:
        self.path = str(given)
        self._scan = PACKED[path.suffix.lower()](path)
        self.rows, _ = shape(self._scan)
        self._own = self._scan.collect_schema().names()
        self.names = with_rows(self._scan.head(1).collect(), self.path).columns

    def column(self, name: str) -> pl.Series:
        """Return a whole column."""
        own = self._own[self.names.index(name)]
        return _tidy(self._scan.select(own).collect(), [name])[name]

    def part(self, start: int, count: int) -> pl.DataFrame:
        """Return some rows."""
        return _tidy(self._scan.slice(start, count).collect(), self.names)


class LaidText:
    """Read a text that was written as Arrow, whose first `rows` are its rows."""

    def __init__(
        self,
        laid: Path,
        given: Path,
        dialect: Dialect,
        rows: int,
        missing: Sequence[str],
    ) -> None:
        self.path = str(given)
        self._scan = pl.scan_ipc(laid, glob=False)
        self._dialect, self.rows, self._missing = dialect, rows, missing
        self.names = list(dialect.names)

    def column(self, name: str) -> pl.Series:
        """Return a whole column."""
        frame = self._raw(name).head(self.rows).collect()
        tidy = _tidy(frame, [name], self._missing)
        way = self._dialect.separator, self._dialect.european
        return with_numbers(tidy, *way, kept=self._dialect.texts)[name]

    def part(self, start: int, count: int) -> pl.DataFrame:
        """Return some rows, in the types that their whole columns have."""
        count = min(count, self.rows - start)
        frame = _tidy(
            self._scan.slice(start, count).collect(), self.names, self._missing
        )
        return frame.with_columns(
            read(frame[name]) for name, read in self._readings.items()
        )

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        """How columns of texts are read that are none: found once, piece by piece."""
        dtypes = self._scan.collect_schema().dtypes()
        texts = zip(self.names, dtypes, strict=True)
        found = {
            name: common_reading(
                partial(self._pieces, name),
                self._dialect.separator,
                self._dialect.european,
            )
            for name, dtype in texts
            if dtype == pl.String and name not in self._dialect.texts
        }
        return {name: reading for name, reading in found.items() if reading}

    def _pieces(self, name: str) -> Iterator[pl.Series]:
        raw = self._raw(name)
        for start in range(0, self.rows, _PIECE):
            count = min(_PIECE, self.rows - start)
            yield _tidy(raw.slice(start, count).collect(), [name], self._missing)[name]

    def _raw(self, name: str) -> pl.LazyFrame:
        return self._scan.select(pl.nth(self.names.index(name)))


def shape(frame: pl.LazyFrame) -> tuple[int, int]:
    """Return how many rows and columns a frame has."""
    rows: int = frame.select(pl.len()).collect().item()
    return rows, frame.collect_schema().len()


def told(file: Laid, name: str) -> pl.Series:
    """Return cells of a column that are not all missing, where there are such."""
    cells = pl.Series()
    for start in range(0, file.rows, _PIECE):
        cells = file.part(start, _PIECE)[name]
        if cells.null_count() < len(cells):
            break
    return cells


def _tidy(
    frame: pl.DataFrame, names: list[str], missing: Sequence[str] = MISSING
) -> pl.DataFrame:
    frame.columns = names
    return tidied(frame, missing)
