"""large: a table too large to be read whole → its columns, one at a time."""

import shutil
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import polars as pl

from ranvier.data.budget import budget
from ranvier.data.cache import cache_folder
from ranvier.data.sources.columnar import with_rows
from ranvier.data.sources.dialect import Dialect
from ranvier.data.sources.options import Options
from ranvier.data.sources.patterns import (
    check_columns,
    common_kind,
    is_pattern,
    matching,
)
from ranvier.data.sources.text import lay_text, text_dialect, whole_rows
from ranvier.data.sources.tidy import tidied, with_numbers
from ranvier.errors import DataError, FileError

_CELL = 8  # bytes that a cell of a packed file takes in memory, at least
_OPTIONS = Options()
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_PACKED: dict[str, Callable[..., pl.LazyFrame]] = {
    **dict.fromkeys((".parquet", ".pq"), partial(pl.scan_parquet, glob=False)),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), pl.scan_ipc),
}


class _File(NamedTuple):
    """Hold what reads a column of one file by its name, and what the file holds."""

    names: list[str]
    rows: int
    read: Callable[[str], pl.Series]


class _Folder:
    """Own a folder in the cache, which goes with this object."""

    def __init__(self) -> None:
        cache_folder().mkdir(parents=True, exist_ok=True)
        self.path = mkdtemp(dir=cache_folder(), prefix="table-")
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class LargeTable:
    """Hold a table that lies in files; a whole column comes into memory when asked for.

    To `columns`, `height`, `len`, `table[name]`, `select` and `filter` it answers as a
    Polars frame, with the cells that `read_frame` gives.
    """

    def __init__(
        self, files: Sequence[_File], folder: "_Folder", kept: pl.Series | None = None
    ) -> None:
        self._files, self._folder, self._kept = files, folder, kept

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self._files[0].names)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self._files[0].names)

    @property
    def height(self) -> int:
        """How many rows there are."""
        if self._kept is not None:
            return int(self._kept.sum())
        return sum(file.rows for file in self._files)

    def __len__(self) -> int:
        return self.height

    def __getitem__(self, name: str) -> pl.Series:
        parts = [file.read(name) for file in self._files]
        kind = common_kind(parts)
        cells = pl.concat([part.cast(kind) for part in parts])
        return cells if self._kept is None else cells.filter(self._kept)

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        """Return some columns."""
        return pl.DataFrame([self[name] for name in names])

    def filter(self, kept: pl.Series) -> "LargeTable":
        """Return the rows for which `kept`, one boolean each, is true."""
        assert self._kept is None
        return LargeTable(self._files, self._folder, kept)


def large_table(source: str | Path) -> LargeTable | None:
    """Return the table at `source`, a file or a pattern, if it is a large one.

    None where `read_frame` is to read it: it has room in memory, is of another kind
    than plain CSV in UTF-8, Parquet and Arrow, or has a fault, which that will tell.
    """
    try:
        files = matching(str(source)) if is_pattern(str(source)) else [Path(source)]
        kinds = {one.suffix.lower() for one in files}
        if not kinds <= {*_TEXT, *_PACKED}:
            return None
        if sum(map(_size, files)) <= budget().file:
            return None
        return _opened(files)
    except (DataError, FileError, OSError, pl.exceptions.PolarsError):
        return None


def _size(path: Path) -> int:
    """Return about how many bytes the cells of a file take in memory."""
    size = path.stat().st_size
    scan = _PACKED.get(path.suffix.lower())
    if scan is None:
        return size
    rows, width = _shape(scan(path))
    return max(size, rows * width * _CELL)


def _shape(frame: pl.LazyFrame) -> tuple[int, int]:
    rows: int = frame.select(pl.len()).collect().item()
    return rows, frame.collect_schema().len()


def _opened(paths: Sequence[Path]) -> LargeTable | None:
    folder = _Folder()
    files: list[_File] = []
    for number, path in enumerate(paths):
        laid = Path(folder.path, f"{number}.arrow")
        is_text = path.suffix.lower() in _TEXT
        file = _text(path, laid) if is_text else _packed(path)
        if not file or not file.rows:
            return None
        check_columns(path, file.names, paths[0], (files or [file])[0].names)
        files.append(file)
    return LargeTable(files, folder)


def _text(path: Path, laid: Path) -> _File | None:
    """Return a text that was written as Arrow; None where some row is not whole."""
    dialect = text_dialect(path, _OPTIONS)
    lay_text(path, laid, dialect, _OPTIONS)
    (rows, width), names = _shape(pl.scan_ipc(laid)), list(dialect.names)
    if width != len(names):
        return None
    if pl.read_ipc(laid, columns=[width - 1])[:, 0].null_count():
        rows, are_whole = whole_rows(path, dialect, rows)
        if not are_whole:
            return None
    return _File(names, rows, partial(_text_column, laid, dialect, rows))


def _text_column(laid: Path, dialect: Dialect, rows: int, name: str) -> pl.Series:
    frame = pl.read_ipc(laid, columns=[dialect.names.index(name)]).head(rows)
    frame.columns = [name]
    plain = tidied(frame, _OPTIONS.missing)
    return with_numbers(plain, dialect.separator, dialect.decimal_comma)[name]


def _packed(path: Path) -> _File:
    scan = _PACKED[path.suffix.lower()]
    rows, _ = _shape(scan(path))
    head = with_rows(scan(path).head(1).collect(), str(path))
    return _File(head.columns, rows, partial(_packed_column, path, head.columns))


def _packed_column(path: Path, names: list[str], name: str) -> pl.Series:
    scanned = _PACKED[path.suffix.lower()](path)
    own = scanned.collect_schema().names()[names.index(name)]
    frame = scanned.select(own).collect()
    frame.columns = [name]
    return tidied(frame, _OPTIONS.missing)[name]
