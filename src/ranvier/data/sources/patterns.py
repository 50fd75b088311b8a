"""patterns: several files of one table → one frame."""

import glob
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ranvier.data.sources.opened import near_names
from ranvier.errors import DataError, FileError

_SHOWN = 5


def is_pattern(name: str) -> bool:
    """Say whether a path is a pattern such as `sales-*.csv`, and no file itself."""
    return glob.has_magic(name) and not os.path.exists(name)  # noqa: PTH110


def matching(pattern: str) -> list[Path]:
    """Return the files that a pattern names, in the order of their names.

    Raises:
        FileError: there are none.
    """
    # Path.glob takes no pattern that begins at the root.
    found = sorted(map(Path, glob.glob(pattern, recursive=True)))  # noqa: PTH207
    files = [path for path in found if path.is_file()]
    if not files:
        raise FileError(
            f"no file is called as the pattern {pattern} says; "
            f"{near_names(Path(pattern))}."
        )
    return files


def read_files(
    files: list[Path], read: Callable[[Path, Sequence[str]], pl.DataFrame]
) -> list[pl.DataFrame]:
    """Read files of the same columns, whose order and types become those of all.

    read: reads a file; the columns that are named keep their texts as written.

    Raises:
        DataError: a file has other columns than the first.
    """
    frames = [read(path, ()) for path in files]
    names = frames[0].columns
    for path, frame in zip(files, frames, strict=True):
        check_columns(path, frame.columns, files[0], names)
    kinds: dict[Any, Any] = {
        name: common_kind([frame[name] for frame in frames]) for name in names
    }
    for place, (path, frame) in enumerate(zip(files, frames, strict=True)):
        lost = texts_lost(frame.schema, kinds)
        if lost:
            frames[place] = read(path, lost)
    return [frame.select(names).cast(kinds) for frame in frames]


def texts_lost(
    own: Mapping[str, pl.DataType], common: Mapping[str, pl.DataType]
) -> list[str]:
    """Return the columns that are texts in other files, and here were read as values.

    >>> texts_lost({"version": pl.Float64()}, {"version": pl.String()})
    ['version']
    """
    others = (pl.String, pl.Null)
    return [
        name
        for name, kind in common.items()
        if kind == pl.String and not isinstance(own[name], others)
    ]


def check_columns(path: Path, given: list[str], first: Path, names: list[str]) -> None:
    """Make sure that a file has the columns of the first, in any order.

    Raises:
        DataError: it lacks one, or has another.
    """
    missing = [name for name in names if name not in given]
    added = [name for name in given if name not in names]
    if missing or added:
        said = [f"lacks {', '.join(map(repr, missing[:_SHOWN]))}"] if missing else []
        if added:
            said.append(f"has {', '.join(map(repr, added[:_SHOWN]))} besides")
        raise DataError(
            f"{path} differs from {first}: it {' and '.join(said)}; give files with "
            "the same columns, or read them apart."
        )


def common_kind(columns: list[pl.Series]) -> pl.DataType:
    """Return a type that holds the cells of all; text where nothing else does."""
    dtypes = {one.dtype for one in columns if one.null_count() < len(one)}
    if len(dtypes) <= 1:
        return next(iter(dtypes), columns[0].dtype)
    if all(dtype.is_numeric() for dtype in dtypes):
        return pl.concat(
            [pl.Series([], dtype=one).to_frame() for one in dtypes],
            how="vertical_relaxed",
        ).dtypes[0]
    return pl.String()
