"""scan: a table larger than memory → a frame that is read when it is asked for."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import polars.selectors as cs

from ranvier.data.sources.dialect import Dialect, checked_names
from ranvier.data.sources.opened import check_file
from ranvier.data.sources.options import Options
from ranvier.data.sources.patterns import check_columns, is_pattern, matching
from ranvier.data.sources.text import check_widths, text_dialect, with_decimals
from ranvier.data.sources.tidy import IN_NUMBERS, number_reading
from ranvier.errors import FileError

_PARQUET, _TEXT = (".parquet", ".pq"), (".csv", ".tsv", ".tab", ".txt")
_SAMPLE = 1000


def scanned(source: str | Path, options: Options) -> pl.LazyFrame:
    """Open a file, or those of a pattern; the door is `scan_frame`.

    Raises:
        FileError: a file is missing, may not be read, is damaged or of another kind.
        DataError: a text is packed or in another encoding, or columns differ.
    """
    name = str(source)
    files = matching(name) if is_pattern(name) else [Path(source)]
    try:
        return _scanned(files, options)
    except pl.exceptions.PolarsError as error:
        raise FileError(
            f"{source} cannot be read block by block "
            f"({str(error).splitlines()[0]}); read_frame says in which row it is at "
            "fault."
        ) from None


def _scanned(files: list[Path], options: Options) -> pl.LazyFrame:
    for path in files:
        check_file(path)
    if all(path.suffix.lower() in _PARQUET for path in files):
        return _tidied(_joined(files, [_parquet(path) for path in files]), options)
    if all(path.suffix.lower() in _TEXT for path in files):
        options = with_decimals(files, options)
        dialects = [text_dialect(path, options) for path in files]
        texts = [
            _texts(path, dialect) for path, dialect in zip(files, dialects, strict=True)
        ]
        tidied, codes = _tidied(_joined(files, texts), options), dialects[0].texts
        common = dialects[0]._replace(texts=codes.union(*(d.texts for d in dialects)))
        return _typed(tidied, files, common)
    raise FileError(
        f"{files[0]} cannot be read block by block; give Parquet or CSV files, all of "
        "one kind, or read it whole with read_frame."
    )


def _parquet(path: Path) -> pl.LazyFrame:
    frame = pl.scan_parquet(path, glob=False)
    names = frame.collect_schema().names()
    stripped = checked_names(tuple(one.strip() for one in names), str(path))
    return frame.rename(dict(zip(names, stripped, strict=True)))


def _texts(path: Path, dialect: Dialect) -> pl.LazyFrame:
    return pl.scan_csv(
        path,
        has_header=dialect.header,
        separator=dialect.separator,
        infer_schema=False,
        with_column_names=lambda _: list(dialect.names),
        glob=False,
    )


def _joined(files: list[Path], frames: list[pl.LazyFrame]) -> pl.LazyFrame:
    names = frames[0].collect_schema().names()
    for path, frame in zip(files, frames, strict=True):
        check_columns(path, frame.collect_schema().names(), files[0], names)
    return pl.concat([one.select(names) for one in frames], how="vertical_relaxed")


def _tidied(frame: pl.LazyFrame, options: Options) -> pl.LazyFrame:
    named = cs.by_dtype(pl.Categorical, pl.Enum, pl.Null)
    frame = frame.with_columns(named.cast(pl.String), cs.float().fill_nan(None))
    frame = frame.with_columns(cs.string().str.strip_chars())
    present = cs.string().is_in(list(options.missing)).not_()
    return frame.with_columns(pl.when(present).then(cs.string()).name.keep())


def _typed(frame: pl.LazyFrame, files: list[Path], dialect: Dialect) -> pl.LazyFrame:
    """Give each column of texts the type that all of its cells have."""
    readings = {
        one.name: number_reading(one, dialect.separator, dialect.european)
        for one in frame.head(_SAMPLE).collect()
    }
    counts = frame.select(
        pl.len().alias("rows"),
        *(
            count.alias(f"{place} {kind}")
            for place, (name, reading) in enumerate(readings.items())
            for kind, count in _counts(pl.col(name), reading).items()
        ),
    ).collect(engine="streaming")
    found = counts.row(0, named=True)
    if found[f"{len(readings) - 1} cells"] < found["rows"] or not found["rows"]:
        check_widths(files, dialect, found["rows"])
    return frame.with_columns(
        _chosen(pl.col(name), reading, {one: found[f"{place} {one}"] for one in _KINDS})
        for place, (name, reading) in enumerate(readings.items())
        if name not in dialect.texts
    )


_KINDS = ("cells", "marks", "whole", "real", "truth")
_Reading = Callable[[pl.Expr], pl.Expr]


def _counts(column: pl.Expr, reading: _Reading) -> dict[str, pl.Expr]:
    numbers = reading(column)
    return {
        "cells": column.count(),
        "marks": column.is_in(IN_NUMBERS).sum(),
        "whole": numbers.cast(pl.Int64, strict=False).count(),
        "real": numbers.cast(pl.Float64, strict=False).count(),
        "truth": column.str.to_lowercase().is_in(["true", "false"]).sum(),
    }


def _chosen(column: pl.Expr, reading: _Reading, counts: dict[str, int]) -> pl.Expr:
    numbers = counts["cells"] - counts["marks"]
    if numbers and counts["whole"] == numbers:
        return reading(column).cast(pl.Int64, strict=False)
    if numbers and counts["real"] == numbers:
        return reading(column).cast(pl.Float64, strict=False)
    if numbers and counts["truth"] == counts["cells"]:
        return column.str.to_lowercase() == "true"
    return column
