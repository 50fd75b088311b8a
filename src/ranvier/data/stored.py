"""stored: the columns of a table in files without names, mapped into memory."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ranvier.data.cache import cache_folder, no_room
from ranvier.errors import FileError

if TYPE_CHECKING:
    import polars

Rows = slice | NDArray[Any]

_PIECE = 2**16  # cells that are written at a time
_REPEATED = 4  # times that texts must stand in the mean, to be kept as numbers


class Cells(Protocol):
    """Hold the cells of one column: a Polars series, or one that lies in files."""

    @property
    def name(self) -> str:
        """The column's name."""

    @property
    def dtype(self) -> Any:
        """The type of the cells, as Polars has it."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any) -> Any:
        """Return a Polars series of some rows, a slice or their numbers."""


class StoredTable:
    """Hold columns in files without names, which go when the table does.

    To `columns`, `len`, `get_column` and `table[rows]` it answers as a Polars frame.

    Raises:
        FileError: the folder of the cache cannot be written to, or its disk is full.
    """

    def __init__(self, columns: Iterable["polars.Series"]) -> None:
        self._columns = {one.name: store(one) for one in columns}

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._columns)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return len(self), len(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def get_column(self, name: str) -> Cells:
        """Return a column, of which no cell is read yet."""
        return self._columns[name]

    def iter_columns(self) -> Iterator[Cells]:
        """Yield the columns in their order."""
        yield from self._columns.values()

    def __getitem__(self, rows: Rows) -> "polars.DataFrame":
        import polars

        return polars.DataFrame([column[rows] for column in self.iter_columns()])


def store(column: "polars.Series") -> Cells:
    """Return a column that lies in files, with the same cells.

    Raises:
        FileError: the folder of the cache cannot be written to, or its disk is full.
    """
    import polars

    dtype = column.dtype
    if dtype == polars.String:
        words = column.drop_nulls().unique()
        few = len(words) * _REPEATED <= len(column)
        return _Repeated(column, words) if few else _Written(column)
    dates = (polars.Boolean, polars.Date, polars.Datetime)
    if dtype.is_integer() or dtype.is_float() or isinstance(dtype, dates):
        return _Fixed(column)
    return column  # of a type that hardly any table has


def pieces(cells: Cells, size: int = _PIECE) -> Iterator[Any]:
    """Yield the cells of a column, `size` of them at a time, as Polars series."""
    for start in range(0, len(cells), size):
        yield cells[start : start + size]


class _Fixed:
    """Cells of one size, and which of them are missing."""

    def __init__(self, column: "polars.Series") -> None:
        import polars

        self.name, self.dtype = column.name, column.dtype
        kind = polars.UInt8 if self.dtype == polars.Boolean else self.dtype
        plain = column.cast(kind).to_physical()
        self._values = _mapped(one.fill_null(0).to_numpy() for one in pieces(plain))
        self._missing = _missing(column)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, rows: Rows) -> "polars.Series":
        import polars

        cells = polars.Series(self.name, np.array(self._values[rows]))
        if self._missing is not None:
            gone = polars.Series(np.array(self._missing[rows]))
            cells = cells.set(gone, None) if gone.any() else cells
        return cells.cast(self.dtype)


class _Repeated:
    """Texts by their numbers among all different ones, the last for a missing cell."""

    def __init__(self, column: "polars.Series", words: "polars.Series") -> None:
        import polars

        self.name, self.dtype = column.name, column.dtype
        known, kind = polars.Enum(words), np.min_scalar_type(len(words))
        self._words = polars.Series(self.name, [*words, None], dtype=self.dtype)
        self._codes = _mapped(
            one.cast(known).to_physical().fill_null(len(words)).to_numpy().astype(kind)
            for one in pieces(column)
        )

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, rows: Rows) -> "polars.Series":
        return self._words.gather(self._codes[rows].astype(np.uint32))


class _Written:
    """Texts one behind the other, with where each of them begins."""

    def __init__(self, column: "polars.Series") -> None:
        self.name, self.dtype = column.name, column.dtype
        texts = column.fill_null("")
        self._bytes = _mapped(
            np.frombuffer(one.str.join("")[0].encode(), np.uint8)
            for one in pieces(texts)
        )
        lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
        self._starts = _mapped([np.concatenate([[0], lengths.cumsum()])])
        self._missing = _missing(column)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, rows: Rows) -> "polars.Series":
        import polars

        chosen = _numbers(rows, len(self))
        spans = zip(self._starts[chosen], self._starts[chosen + 1], strict=True)
        held = self._bytes.data
        texts = [str(held[start:end], "utf-8") for start, end in spans]
        cells = polars.Series(self.name, texts, dtype=self.dtype)
        if self._missing is None:
            return cells
        return cells.set(polars.Series(np.array(self._missing[chosen])), None)


def _numbers(rows: Rows, count: int) -> NDArray[Any]:
    return np.arange(*rows.indices(count)) if isinstance(rows, slice) else rows


def _missing(column: "polars.Series") -> NDArray[Any] | None:
    if not column.null_count():
        return None
    return _mapped(one.is_null().to_numpy() for one in pieces(column))


def _mapped(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Write arrays one behind the other, and return all of them as one, mapped."""
    folder, dtype = cache_folder(), np.dtype(np.uint8)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            for part in parts:
                dtype = part.dtype
                file.write(part.tobytes())
            file.flush()
            if not file.tell():
                return np.empty(0, dtype)
            return np.asarray(np.memmap(file, dtype, "r"))
    except OSError as error:
        raise FileError(no_room(error)) from None
