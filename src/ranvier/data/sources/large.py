"""large: a table too large to be read whole → its columns, or its rows in parts."""

import gzip
import shutil
import weakref
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import polars as pl

from ranvier.data.budget import budget
from ranvier.data.cache import cache_folder, no_room
from ranvier.data.sources.dialect import Dialect
from ranvier.data.sources.laid import PACKED, Laid, LaidText, PackedFile, shape, told
from ranvier.data.sources.opened import check_file
from ranvier.data.sources.options import AS_FOUND, Options
from ranvier.data.sources.patterns import (
    check_columns,
    common_kind,
    is_pattern,
    matching,
    texts_lost,
)
from ranvier.data.sources.query import query_parts
from ranvier.data.sources.secret import called
from ranvier.data.sources.tables import at_hand, is_database, read_apart, said
from ranvier.data.sources.text import (
    lay_text,
    text_dialect,
    whole_rows,
    with_decimals,
)
from ranvier.errors import DataError, FileError

_CELL = 8  # bytes that a cell of a packed file takes in memory, at least
_READ_CELL = 64  # bytes that one takes while some rows are read and tidied
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_JSON = (".jsonl", ".ndjson")
_GZIP = ".gz"


class _Folder:
    """Own a folder in the cache, which goes with this object."""

    def __init__(self) -> None:
        try:
            cache_folder().mkdir(parents=True, exist_ok=True)
            self.path = mkdtemp(dir=cache_folder(), prefix="table-")
        except OSError as error:
            raise _FullError(no_room(error)) from None
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class LargeTable:
    """Hold a table that lies in files; a column or a part is read when asked for.

    To `columns`, `height`, `len`, `table[name]`, `select` and `filter` it answers as a
    Polars frame, with the cells that `read_frame` gives.
    """

    def __init__(
        self, files: Sequence[Laid], folder: "_Folder", kept: pl.Series | None = None
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
        parts = [file.column(name) for file in self._files]
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

    def parts(self) -> Iterator["Part"]:
        """Yield all rows in their order, as many at a time as there is room for."""
        assert self._kept is None
        names, kinds = self.columns, pl.Schema(self._kinds())
        rows = max(1, budget().block // (_READ_CELL * self.width))
        for file in self._files:
            for start in range(0, file.rows, rows):
                frame = file.part(start, rows).select(names).cast(kinds)
                yield Part(frame, file.path, start + 1)

    def texts_lost(self) -> list[str]:
        """Return columns of texts that are values in some file, and no longer texts."""
        written = [file for file in self._files if isinstance(file, LaidText)]
        if len(self._files) == 1 or not written:
            return []
        kinds = self._kinds()
        lost = (texts_lost(file.part(0, 1).schema, kinds) for file in written)
        return sorted(set(chain.from_iterable(lost)))

    def _kinds(self) -> dict[str, pl.DataType]:
        """Return the types of the columns, which the cells of all files have."""
        first = [file.part(0, 1).schema for file in self._files]
        alike = {one: first[0][one] for one in self.columns}
        if all(dict(one) == alike for one in first):
            return alike
        return {
            name: common_kind([told(file, name) for file in self._files])
            for name in self.columns
        }


class Part(NamedTuple):
    """Hold some rows, their file, and the number of the first one in it."""

    frame: pl.DataFrame
    file: str
    first: int


def read_parts(source: str | Path, options: Options = AS_FOUND) -> Iterator[Part]:
    """Yield the rows of the table at `source`, in the order and types of `read_frame`.

    A large table comes in parts, of which one is in memory; another comes whole.
    options: as for `read_written`.

    Raises:
        FileError, DataError: as of `read_frame`.
    """
    large, given = large_table(source, options), str(source)
    parts: Iterator[Part]
    if large is not None:
        parts = large.parts()
    elif is_database(source):
        parts = _answered(given)
    else:
        parts = (Part(frame, file, 1) for file, frame in read_apart(source, options))
    for part in parts:
        yield part._replace(file=called(given)) if "://" in given else part


def _answered(uri: str) -> Iterator[Part]:
    """Yield what a database answers; of more than one part, all have the same types."""
    answers = query_parts(uri, budget().block // _READ_CELL)
    first = next(answers)
    second = next(answers, None)
    if second is None:
        yield Part(first, uri, 1)
        return
    folder, files = _Folder(), list[Laid]()
    for number, frame in enumerate(chain((first, second), answers)):
        laid = Path(folder.path, f"{number}.arrow")
        try:
            frame.write_ipc(laid)
        except OSError as error:
            raise _FullError(no_room(error)) from None
        files.append(PackedFile(laid, laid))
    row = 1
    for part in LargeTable(files, folder).parts():
        yield part._replace(first=row)
        row += len(part.frame)


def large_table(
    source: str | Path, options: Options = AS_FOUND, most: int | None = None
) -> LargeTable | None:
    """Return the table at `source`, a file, a pattern or an address, if it is large.

    None where `read_frame` is to read it: it has room in memory, is of another kind
    than CSV in UTF-8 (gzipped or not), Parquet, Arrow and JSON Lines, or has a fault,
    which that will tell. options: as for `read_written`. most: bytes that have room; an
    eighth of RANVIER_MEMORY by default.

    Raises:
        FileError: the cache has no room, or nothing can be fetched from the address.
    """
    place, options = said(at_hand(source), options)
    try:
        files = matching(place) if is_pattern(place) else [Path(place)]
        if not all(map(_is_known, files)):
            return None
        if sum(map(_size, files)) <= (most or budget().file):
            return None
        texts = (path for path in files if _is_text(path))
        return _opened(files, with_decimals(texts, options))
    except _FullError:
        raise
    except (DataError, FileError, OSError, pl.exceptions.PolarsError):
        return None


class _FullError(FileError):
    """Say that a table has no room in the cache."""


def _is_known(path: Path) -> bool:
    return path.suffix.lower() in (*_JSON, *PACKED) or _is_text(path)


def _is_text(path: Path) -> bool:
    return path.suffix.lower() in _TEXT or _is_gzipped(path)


def _is_gzipped(path: Path) -> bool:
    return path.suffix.lower() == _GZIP and Path(path.stem).suffix.lower() in _TEXT


def _size(path: Path) -> int:
    """Return about how many bytes the cells of a file take in memory."""
    size = path.stat().st_size
    if _is_gzipped(path):
        return max(size, _unpacked_size(path))
    scan = PACKED.get(path.suffix.lower())
    if scan is None:
        return size
    rows, width = shape(scan(path))
    return max(size, rows * width * _CELL)


def _unpacked_size(path: Path) -> int:
    """Return what a gzipped file says of its size, which it counts to 4 GiB only."""
    with path.open("rb") as file:
        file.seek(-4, 2)
        return int.from_bytes(file.read(4), "little")


def _opened(paths: Sequence[Path], options: Options) -> LargeTable | None:
    folder = _Folder()
    files: list[Laid] = []
    for number, path in enumerate(paths):
        check_file(path)
        file = _laid(path, Path(folder.path, f"{number}.arrow"), options)
        if not file or not file.rows:
            return None
        check_columns(path, file.names, paths[0], (files or [file])[0].names)
        files.append(file)
    table = LargeTable(files, folder)
    lost = table.texts_lost()
    if not lost:
        return table
    return _opened(paths, options._replace(texts=(*options.texts, *lost)))


def _laid(path: Path, laid: Path, options: Options) -> Laid | None:
    if (
        not _is_text(path)
        and options._replace(texts=(), decimal_comma=None) != AS_FOUND
    ):
        return None
    if path.suffix.lower() in PACKED:
        return PackedFile(path, path)
    try:
        if path.suffix.lower() in _JSON:
            pl.scan_ndjson(path, infer_schema_length=None).sink_ipc(laid)
            return PackedFile(laid, path)
        if not _is_gzipped(path):
            return _text(path, laid, path, options)
        plain = _unpacked(path, laid.with_name(path.stem))
        return _text(plain, laid, path, options)
    except (EOFError, zlib.error, gzip.BadGzipFile, FileError):
        return None
    except OSError as error:
        raise _FullError(no_room(error)) from None


def _unpacked(path: Path, plain: Path) -> Path:
    """Unpack a file into the folder, where it stays until the table goes."""
    with gzip.open(path) as packed, plain.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return plain


def _text(path: Path, laid: Path, given: Path, options: Options) -> Laid | None:
    """Return a text that was written as Arrow; None where some row is not whole."""
    dialect: Dialect = text_dialect(path, options)
    lay_text(path, laid, dialect)
    cells = pl.scan_ipc(laid, glob=False)
    rows, width = shape(cells)
    if width != len(dialect.names):
        return None
    if cells.select(pl.nth(-1).null_count()).collect().item():
        rows, are_whole = whole_rows(path, dialect, rows)
        if not are_whole:
            return None
    return LaidText(laid, given, dialect, rows, options.missing)
