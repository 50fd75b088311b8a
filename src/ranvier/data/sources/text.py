"""text: CSV, TSV and their like → a frame."""

import codecs
import gzip
import mmap
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from ranvier.data.sources.codes import codes_in
from ranvier.data.sources.dialect import Dialect, find_dialect
from ranvier.data.sources.encoding import as_utf8, is_utf8, marked_encoding
from ranvier.data.sources.opened import cannot_read, check_file
from ranvier.data.sources.options import Options
from ranvier.data.sources.ragged import (
    Text,
    blank_lines_at_end,
    cells_of,
    check_rows,
    separators_in,
)
from ranvier.data.sources.tidy import tidied, with_numbers
from ranvier.data.tally import Tally
from ranvier.errors import DataError, FileError

_OPENING = 1 << 19
_SAMPLE_ROWS = 10_000
_SAID = re.compile(rb'"?sep=.?"?\r?\n', re.IGNORECASE)
"""What Excel writes into a line above the names: the sign between cells."""
_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


def read_text(
    path: Path, options: Options, tallies: dict[str, Tally] | None = None
) -> pl.DataFrame:
    """Read a text of rows, gzipped or not; separator and encoding are found.

    tallies: takes those of columns that were parsed as texts, if the rows are many.

    Raises:
        FileError: the file holds no table.
        DataError: the rows differ in length, two columns have one name, or two
            encodings are mixed.
    """
    options.only("a text file", "separator", "encoding", "header")
    source, start = _source(path, options)
    dialect = _dialect(start, path, options)
    try:
        frame = _parsed(source, dialect, path)
    except _NotUtf8Error:
        content = source if isinstance(source, bytes) else path.read_bytes()
        source = as_utf8(content, str(path), None)
        frame = _parsed(source, dialect, path)
    frame = _without_blank_lines(frame, source, dialect, str(path))
    if frame.is_empty():
        raise DataError(
            f"{path} has the columns {', '.join(dialect.names[:5])} and no row; give a "
            f"table with rows of cells, or read {path}?header=no if the first row is "
            "one."
        )
    frame = tidied(frame, options.missing, tallies)
    way = dialect.separator, dialect.european
    return with_numbers(frame, *way, kept=dialect.texts)


def text_dialect(path: Path, options: Options) -> Dialect:
    """Return how a text is written that can be read block by block, as it lies there.

    Raises:
        FileError: the file holds no table.
        DataError: it is packed, or not in UTF-8.
    """
    source, start = _source(path, options)
    if not isinstance(source, Path):
        raise DataError(
            f"{path} is packed, in another encoding than UTF-8, or has line ends of "
            "another kind, so that it cannot be read block by block; save it as plain "
            "UTF-8, or read it whole with read_frame."
        )
    return _dialect(start, path, options)


def with_decimals(paths: Iterable[Path], options: Options) -> Options:
    """Return the options with how decimals are written in these texts, if they say.

    What the options say stays. A comma is decimal where no text has a decimal point.

    Raises:
        FileError, DataError: as of `read_text`, for what the first rows show.
    """
    if options.decimal_comma is not None:
        return options
    told = {_decimal_comma(path, options) for path in paths}
    known = [one for one in (False, True) if one in told]
    return options._replace(decimal_comma=known[0] if known else None)


def _decimal_comma(path: Path, options: Options) -> bool | None:
    """Return whether decimals follow a comma in a text, None where no cell says."""
    start = _opening(path)
    if options.encoding or not is_utf8(start):
        _, start = _source(path, options)
    text = _unsaid(start).decode("utf-8", "ignore").replace("\r", "\n")
    whole = len(start) < _OPENING
    return find_dialect(text, whole, str(path), options).decimal_comma


def _opening(path: Path) -> bytes:
    """Return the first bytes of a text, gzipped or not."""
    check_file(path)
    with path.open("rb") as file:
        start = file.read(_OPENING)
    if not start.startswith(_GZIP):
        return start
    with _unpacking(path), gzip.open(path) as packed:
        return packed.read(_OPENING)


def lay_text(path: Path, laid: Path, dialect: Dialect) -> None:
    """Write a text as Arrow, block by block, with the cells that `read_text` parses.

    Raises:
        PolarsError: it has a fault.
    """
    for infer in (True, False):
        try:
            scanned = pl.scan_csv(path, **_way(dialect, infer=infer))
            scanned.sink_ipc(laid)
            return
        except pl.exceptions.ComputeError as error:
            if not infer or "could not parse" not in str(error):
                raise


def check_widths(paths: list[Path], dialect: Dialect, rows: int) -> None:
    """Make sure that `rows` rows in all have as many cells as there are names.

    Raises:
        DataError: some have not, or some lines are blank.
    """
    gaps = len(dialect.names) - 1
    found = sum(separators_in(_mapped(path), dialect.separator) for path in paths)
    if gaps and found != gaps * (rows + len(paths)):
        raise DataError(
            f"{', '.join(map(str, paths[:3]))}: some row has more or fewer cells than "
            f"the {gaps + 1} names in the first line, or is blank; read_frame says "
            "which."
        )


_OTHERS = {
    b"PK\x03\x04": "a ZIP archive; call it .xlsx if it is one of Excel, or unpack it",
    b"\xd0\xcf\x11\xe0": "a document of Office; call it .xls if it is one of Excel",
    b"PAR1": "Parquet; call it .parquet",
    b"ARROW1": "Arrow; call it .arrow",
    b"SQLite format 3": "a database; read it as sqlite:///PATH?query=select …",
    b"%PDF": "a PDF; save its table as CSV",
    b"\x89PNG": "a picture; give the folder that it lies in",
    b"\xff\xd8\xff": "a picture; give the folder that it lies in",
    b"7z\xbc\xaf": "packed with 7-Zip; unpack it",
    b"\xfd7zXZ": "packed with xz; unpack it",
    b"BZh": "packed with bzip2; unpack it",
}
"""What files of other kinds begin with, and what to do with them."""


class _NotUtf8Error(Exception):
    """Say that a sign further down is not UTF-8."""


def _source(path: Path, options: Options) -> tuple[Path | bytes, bytes]:
    """Return what Polars is to read, in UTF-8, and its first bytes."""
    with path.open("rb") as file:
        start = file.read(_OPENING)
    for magic, what in _OTHERS.items():
        if start.startswith(magic):
            raise FileError(f"{path} is no text but {what}.")
    content = _unpacked(path, start)
    start = start if content is None else content[:_OPENING]
    mark = marked_encoding(start)
    is_plain = (mark or "utf-8").startswith("utf-8") and is_utf8(start)
    if options.encoding or not is_plain:
        content = path.read_bytes() if content is None else content
        content = as_utf8(content, str(path), options.encoding)
        start = content[:_OPENING]
    start = start.removeprefix(codecs.BOM_UTF8)
    if _SAID.match(start):
        content = path.read_bytes() if content is None else content
        content = _unsaid(content)
        start = content[:_OPENING]
    if b"\r" in start and b"\n" not in start:
        content = path.read_bytes() if content is None else content
        content = content.replace(b"\r", b"\n")
        start = content[:_OPENING]
    return path if content is None else content, start


def _unsaid(content: bytes) -> bytes:
    """Return a text without the line that says what parts its cells."""
    content = content.removeprefix(codecs.BOM_UTF8)
    said = _SAID.match(content)
    return content[said.end() :] if said else content


def _dialect(start: bytes, path: Path, options: Options) -> Dialect:
    _check_text(start, path)
    opening = start.decode("utf-8", "ignore")
    dialect = find_dialect(opening, len(start) < _OPENING, str(path), options)
    codes = codes_in(start, dialect, options.missing)
    asked = codes.union(options.texts).intersection(dialect.names)
    return dialect._replace(texts=frozenset(asked))


def _unpacked(path: Path, start: bytes) -> bytes | None:
    with _unpacking(path):
        if start.startswith(_GZIP):
            return gzip.decompress(path.read_bytes())
        if start.startswith(_ZSTANDARD):
            return _lines(path)
    return None


@contextmanager
def _unpacking(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, zlib.error, pl.exceptions.PolarsError) as error:
        raise FileError(
            f"{path} cannot be unpacked ({error}); it is damaged or cut short: copy it "
            "again."
        ) from None


def _lines(path: Path) -> bytes:
    """Unpack Zstandard, which this Python may not know but Polars does."""
    lines = pl.read_csv(
        path, has_header=False, separator="\x1f", quote_char=None, infer_schema=False
    )
    return ("\n".join(lines[:, 0].fill_null("")) + "\n").encode()


def _check_text(start: bytes, path: Path) -> None:
    if b"\0" in start:
        raise FileError(
            f"{path} holds the byte 0x00 (byte {start.index(0)}), so it is no text; "
            "give a CSV or another table by its own ending, such as .parquet or .xlsx."
        )
    if start.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise FileError(
            f"{path} is a web page (HTML), no table; download the file itself, not the "
            "page that shows it."
        )


def _parsed(source: Path | bytes, dialect: Dialect, path: Path) -> pl.DataFrame:
    """Parse with types found from a sample, or, where they are wrong, as texts."""
    try:
        try:
            frame = _by_polars(source, dialect, infer=True)
        except pl.exceptions.ComputeError as error:
            if "could not parse" not in str(error):
                raise
            frame = _by_polars(source, dialect, infer=False)
    except pl.exceptions.PolarsError as error:
        if "invalid utf-8" in str(error):
            raise _NotUtf8Error from None
        content = _mapped(source)
        check_rows(content, dialect, str(path))
        # Quotation marks inside of cells, as for inches: csv knows what is meant.
        rows = cells_of(content, dialect.separator)[int(dialect.header) :]
        frame = pl.DataFrame(
            rows, dict.fromkeys(dialect.names, pl.String), orient="row"
        )
    except OSError as error:
        raise FileError(cannot_read(path, error)) from None
    if not dialect.header and frame.width != len(dialect.names):
        check_rows(_mapped(source), dialect, str(path))
    _check_first_line(frame, dialect, path)
    frame.columns = list(dialect.names)
    return frame


def _check_first_line(frame: pl.DataFrame, dialect: Dialect, path: Path) -> None:
    swallowed = any('"' in name or "\n" in name for name in dialect.names)
    if frame.width != len(dialect.names) or (frame.is_empty() and swallowed):
        raise DataError(
            f"{path}, line 1 has a quotation mark out of its place; close it, or put "
            "the whole name into quotation marks and double it there."
        )


def _by_polars(source: Path | bytes, dialect: Dialect, *, infer: bool) -> pl.DataFrame:
    return pl.read_csv(source, **_way(dialect, infer=infer))


def _way(dialect: Dialect, *, infer: bool) -> dict[str, Any]:
    """Return how Polars is to read a text: its types found, or all cells as texts."""
    return {
        "has_header": dialect.header,
        "separator": dialect.separator,
        "decimal_comma": dialect.european,
        "null_values": list(dialect.marks) if infer else None,
        "infer_schema_length": _SAMPLE_ROWS if infer else 0,
        "schema_overrides": dict.fromkeys(dialect.texts, pl.String),
        "new_columns": list(dialect.names) if dialect.texts else None,
        "glob": False,
    }


def _without_blank_lines(
    frame: pl.DataFrame, source: Path | bytes, dialect: Dialect, name: str
) -> pl.DataFrame:
    """Leave out blank lines, and make sure that no row is short.

    A short row and a blank line both have a null in the last column, so that a table
    whose last column is full needs no second look.
    """
    if not frame.height or not frame[:, -1].null_count():
        return frame
    rows, are_whole = whole_rows(source, dialect, frame.height)
    frame = frame.head(rows)
    if are_whole:
        return frame
    blank = check_rows(_mapped(source), dialect, name)
    return frame if not blank else _without(frame, blank)


def whole_rows(source: Path | bytes, dialect: Dialect, rows: int) -> tuple[int, bool]:
    """Return how many of `rows` are no blank lines at the end, and if all are whole."""
    content, gaps = _mapped(source), len(dialect.names) - 1
    rows -= blank_lines_at_end(content)
    are_whole = not gaps or separators_in(content, dialect.separator) == gaps * (
        rows + dialect.header
    )
    return rows, are_whole


def _without(frame: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    numbers = pl.Series(rows, dtype=pl.UInt32)
    return frame.with_row_index("").filter(~pl.col("").is_in(numbers)).drop("")


def _mapped(source: Path | bytes) -> Text:
    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
