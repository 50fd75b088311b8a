"""tables: the one door for whatever holds rows and columns."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranvier.data.sources.address import Readers, read_options, table_address, yes_or_no
from ranvier.data.sources.opened import check_file
from ranvier.data.sources.options import AS_FOUND, MISSING, Options, checked
from ranvier.errors import DataError, FileError, naming

if TYPE_CHECKING:
    import polars as pl

    from ranvier.data.tally import Tally

_TEXT = "text:read_text"
_READERS = {
    _TEXT: (".csv", ".tsv", ".tab", ".txt"),
    "columnar:read_parquet": (".parquet", ".pq"),
    "columnar:read_arrow": (".arrow", ".feather", ".ipc"),
    "columnar:read_json_lines": (".jsonl", ".ndjson"),
    "excel:read_excel": (".xlsx", ".xls", ".xlsb", ".ods"),
}
_PACKED = (".gz", ".zst")
_ENDINGS = {
    **{end: reader for reader, ends in _READERS.items() for end in ends},
    **{end + pack: _TEXT for end in _READERS[_TEXT] for pack in _PACKED},
}
_DATABASE = re.compile(r"(sqlite|postgres(ql)?)://")
_WEB = re.compile(r"https?://")
_SAID: Readers = {
    "separator": lambda text: {"tab": "\t"}.get(text, text),
    "encoding": str,
    "header": yes_or_no,
    "missing": lambda text: text.split(","),
    "sheet": lambda text: int(text) if text.isdigit() else text,
}
_EXPECTED = (
    "a path of CSV, TSV, Parquet, Arrow, JSON Lines or Excel, a pattern of such, a URI "
    "of SQLite or PostgreSQL, an https:// address, a frame, a dict of columns, or a "
    "list of dicts"
)


def read_frame(
    source: Any,
    *,
    sheet: str | int | None = None,
    query: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    header: bool = True,
    missing: Sequence[str] = MISSING,
) -> "pl.DataFrame":
    """Read a table, with whatever types its cells are found to have.

    Blanks around texts are stripped; `missing` texts and NaN become null. The type of
    a column follows from all of its rows: one text among numbers makes a text column,
    and so do whole numbers of which one in a hundred begins with a 0, as 00501.

    Args:
        source: a path of CSV, TSV (`.gz` or `.zst` as well), Parquet, Arrow, JSON Lines
            or Excel, which may say what follows, as in `a.csv?header=no&separator=tab`;
            a pattern such as `sales-*.csv` of files with the same columns; a
            database, `sqlite:///shop.db` or `postgresql://user:word@host:5432/shop`; an
            `https://` address, kept in a cache, `#sha256=…` after it checked; a frame
            of pandas, Polars or PyArrow; a dict of columns; a list of dicts.
        sheet: the name or number, from 0, of a sheet of Excel; the first by default.
        query: what to ask a database; or `?query=select …` at the end of its URI, where
            all that follows is taken as it stands.
        separator: the sign between cells of a text; found by default.
        encoding: of a text; UTF-8, UTF-16 with its mark, or else cp1252 by default.
        header: whether the first row of a text or a sheet holds the names.
        missing: texts that mark a missing cell.

    Returns:
        (N, K): at least one row of at least one column, each under a name of its own.

    Raises:
        FileError: a file is missing, may not be read, is damaged or of another kind.
        DataError: there is no table in it; says the row and the column.
        MissingPackageError: the package for Excel or PostgreSQL is not installed.

    >>> read_frame([{"age": 39, "job": " clerk"}, {"age": 50, "job": "?"}]).rows()
    [(39, 'clerk'), (50, None)]
    """
    options = checked(Options(sheet, query, separator, encoding, header, missing))
    if isinstance(source, (str, Path)):
        return read_written(source, options)
    if not _is_held(source):
        raise DataError(
            f"read_frame({type(source).__name__}): expected {_EXPECTED}; arrays go to "
            "ranvier.data.from_arrays."
        )
    return _reader("frames:read_memory")(source, options)


def read_written(
    source: str | Path, options: Options, tallies: "dict[str, Tally] | None" = None
) -> "pl.DataFrame":
    """Read as `read_frame` does, with what a schema says of a text.

    options: names in `texts` that are not there are ignored.
    tallies: takes those of texts that were counted on the way.

    Raises:
        FileError, DataError, MissingPackageError: as of `read_frame`.
    """
    if isinstance(source, str) and _DATABASE.match(source):
        return _reader("query:read_query")(source, options)
    if isinstance(source, str) and _WEB.match(source):
        return _read_file(Path(at_hand(source)), options, tallies)
    frames = [frame for _, frame in _files(*said(source, options), tallies)]
    return _joined(frames)


def decimals_of(source: str | Path) -> bool | None:
    """Return whether decimals follow a comma in a text, or in those of a pattern.

    None where no cell says, and for all that is no text.

    Raises:
        FileError, DataError: as of `read_frame`, for what the first rows show.
    """
    from ranvier.data.sources.patterns import is_pattern, matching

    if is_database(source):
        return None
    place, options = said(at_hand(source))
    files = matching(place) if is_pattern(place) else [Path(place)]
    return _alike(files, options).decimal_comma


def read_apart(
    source: str | Path, options: Options = AS_FOUND
) -> "Iterator[tuple[str, pl.DataFrame]]":
    """Yield the name and the rows of each file of a pattern, in types common to all.

    Another source is yielded alone. options: as for `read_written`.

    Raises:
        FileError, DataError, MissingPackageError: as of `read_frame`.
    """
    if isinstance(source, str) and (_DATABASE.match(source) or _WEB.match(source)):
        yield source, read_written(source, options)
    else:
        yield from _files(*said(source, options))


def scan_frame(
    source: str | Path,
    *,
    separator: str | None = None,
    header: bool = True,
    missing: Sequence[str] = MISSING,
) -> "pl.LazyFrame":
    """Open Parquet files, or CSV in UTF-8, without reading them into memory.

    The columns are those of `read_frame`, with the same types but for whole numbers
    beyond 64 bits: a text is read through once, block by block, to find them.

    Args:
        source: a path, or a pattern of files with the same columns.
        separator: the sign between cells of a text; found by default.
        header: whether the first row of a text holds the names.
        missing: texts that mark a missing cell.

    Raises:
        FileError: a file is missing, may not be read, is damaged or of another kind.
        DataError: a text is packed or in another encoding, or columns differ.
    """
    from ranvier.data.sources.scan import scanned

    options = Options(separator=separator, header=header, missing=missing)
    return scanned(*said(source, checked(options)))


def said(source: str | Path, options: Options = AS_FOUND) -> tuple[str, Options]:
    """Return a path, and the options with those that are said after it.

    Raises:
        DataError: one of them is none, or cannot be.

    >>> place, options = said("people.csv?header=no")
    >>> place, options.header
    ('people.csv', False)
    """
    place, texts = table_address(str(source), _ENDINGS)
    with naming(place):
        return place, checked(options._replace(**read_options(texts, _SAID)))


def at_hand(source: str | Path) -> str | Path:
    """Return the file that was fetched from a web address; another source as it is.

    Raises:
        FileError, DataError: nothing can be fetched, or not what the address says.
    """
    if isinstance(source, str) and _WEB.match(source):
        from ranvier.data.sources.web import fetched

        return fetched(source, _ENDINGS)
    return source


def is_database(source: str | Path) -> bool:
    """Say whether `source` is the URI of a database."""
    return isinstance(source, str) and bool(_DATABASE.match(source))


def is_tabular(source: Any) -> bool:
    """Say, by name or type alone, whether `read_frame` would take `source`.

    >>> is_tabular("people.csv"), is_tabular("digits")
    (True, False)
    """
    if not isinstance(source, (str, Path)):
        return _is_held(source)
    if isinstance(source, str) and (_DATABASE.match(source) or _WEB.match(source)):
        return True
    return _ending(table_address(str(source), _ENDINGS)[0]) is not None


def _read_file(
    path: Path, options: Options, tallies: "dict[str, Tally] | None" = None
) -> "pl.DataFrame":
    ending = _ending(path.name)
    check_file(path)
    if ending is None:
        raise FileError(
            f"{path} is no kind of file that can be read as a table; give one that "
            f"ends in {', '.join(_ENDINGS)}."
        )
    reader = _ENDINGS[ending]
    if reader == _TEXT:
        return _reader(reader)(path, options, tallies)
    return _reader(reader)(path, options)


def _files(
    source: str | Path, options: Options, tallies: "dict[str, Tally] | None" = None
) -> "Iterator[tuple[str, pl.DataFrame]]":
    from ranvier.data.sources.patterns import is_pattern, matching, read_files

    if not is_pattern(str(source)):
        yield str(source), _read_file(Path(source), options, tallies)
        return
    files = matching(str(source))
    options = _alike(files, options)

    def read(path: Path, texts: Sequence[str]) -> "pl.DataFrame":
        return _read_file(path, options._replace(texts=(*options.texts, *texts)))

    frames = read_files(files, read)
    yield from zip(map(str, files), frames, strict=True)


def _alike(files: Sequence[Path], options: Options) -> Options:
    """Return the options with what the texts among some files have in common."""
    from ranvier.data.sources.text import with_decimals

    texts = (one for one in files if _ENDINGS.get(_ending(one.name) or "") == _TEXT)
    return with_decimals(texts, options)


def _joined(frames: "list[pl.DataFrame]") -> "pl.DataFrame":
    import polars

    return frames[0] if len(frames) == 1 else polars.concat(frames)


def _ending(name: str) -> str | None:
    lower = name.lower()
    return next((end for end in _ENDINGS if lower.endswith(end)), None)


def _reader(place: str) -> Callable[..., "pl.DataFrame"]:
    """Return a function by its place; its packages are slow to import."""
    module, name = place.split(":")
    found: Callable[..., pl.DataFrame] = getattr(
        import_module(f"ranvier.data.sources.{module}"), name
    )
    return found


def _is_held(source: Any) -> bool:
    if isinstance(source, Mapping):
        return True
    if isinstance(source, (list, tuple)):
        return bool(source) and all(isinstance(one, Mapping) for one in source)
    from narwhals.dependencies import is_into_dataframe, is_polars_lazyframe

    return bool(is_into_dataframe(source) or is_polars_lazyframe(source))
