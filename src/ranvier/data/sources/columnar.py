"""columnar: Parquet, Arrow and JSON Lines → a frame."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from ranvier.data.sources.dialect import checked_names
from ranvier.data.sources.options import Options
from ranvier.data.sources.tidy import tidied
from ranvier.errors import DataError, FileError


def read_parquet(path: Path, options: Options) -> pl.DataFrame:
    """Read a Parquet file.

    Raises:
        FileError: it is damaged, or no Parquet.
    """
    return _read(path, options, "Parquet", lambda: pl.read_parquet(path, glob=False))


def read_arrow(path: Path, options: Options) -> pl.DataFrame:
    """Read an Arrow file: IPC, or Feather of version 2.

    Raises:
        FileError: it is damaged, or no Arrow.
    """
    return _read(path, options, "Arrow", lambda: pl.read_ipc(path))


def read_json_lines(path: Path, options: Options) -> pl.DataFrame:
    """Read a file with one JSON object in each line.

    Raises:
        FileError: it is damaged.
        DataError: a line is no JSON object.
    """
    try:
        return _read(
            path,
            options,
            "JSON Lines",
            lambda: pl.read_ndjson(path, infer_schema_length=None),
        )
    except FileError:
        _check_lines(path)
        raise


def _read(
    path: Path, options: Options, kind: str, read: Callable[[], pl.DataFrame]
) -> pl.DataFrame:
    options.only(f"{kind} files")
    try:
        frame = read()
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileError(
            f"{path} cannot be read as {kind} ({reason}); it is damaged, cut short, or "
            "of another kind: copy it again, or give it its own ending."
        ) from None
    except BaseException as error:  # Polars panics where a file is altered by chance
        if type(error).__name__ != "PanicException":
            raise
        raise FileError(
            f"{path} cannot be read as {kind}; it is damaged: copy it again."
        ) from None
    return tidied(with_rows(frame, str(path)), options.missing)


def with_rows(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a frame that has rows and columns, with its names stripped.

    Raises:
        DataError: it has none, or two columns have one name.
    """
    if not frame.width or not frame.height:
        raise DataError(
            f"{name} has {frame.width} columns and {frame.height} rows; give a table "
            "with at least one of each."
        )
    names = checked_names(tuple(one.strip() for one in frame.columns), name)
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _json(line: str) -> object:
    def refused(word: str) -> object:
        raise ValueError(f"{word}, where a cell without a value is null")

    return json.loads(line, parse_constant=refused)


def _check_lines(path: Path) -> None:
    """Say which line is no JSON object, if one is none."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                found = _json(line) if line.strip() else {}
            except ValueError as error:
                found, reason = None, f" ({error})"
            else:
                reason = ""
            if not isinstance(found, dict):
                raise DataError(
                    f"{path}, line {number:,} is no JSON object{reason}; write each "
                    'row as one line such as {"age": 39}.'
                ) from None
