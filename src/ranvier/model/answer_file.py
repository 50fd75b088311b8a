"""answer_file: rows with what a model says of them, block after block → a file."""

import glob
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranvier.errors import FileError
from ranvier.model.answered import AnsweredRows
from ranvier.training.files import cannot_write

if TYPE_CHECKING:
    import polars

Sink = Callable[["polars.LazyFrame", Path], Any]
SINKS: dict[str, Sink] = {
    ".csv": lambda frame, path: frame.sink_csv(path),
    ".tsv": lambda frame, path: frame.sink_csv(path, separator="\t"),
    ".parquet": lambda frame, path: frame.sink_parquet(path),
    ".jsonl": lambda frame, path: frame.sink_ndjson(path),
    ".ndjson": lambda frame, path: frame.sink_ndjson(path),
    ".arrow": lambda frame, path: frame.sink_ipc(path),
    ".feather": lambda frame, path: frame.sink_ipc(path),
}
"""What writes a frame piece by piece, by the ending of a file's name."""
_LACKING = {
    ".csv": ("List", "Array", "Struct", "Binary", "Duration", "Object"),
    ".tsv": ("List", "Array", "Struct", "Binary", "Duration", "Object"),
    ".jsonl": ("Binary", "Object"),
    ".ndjson": ("Binary", "Object"),
}
"""The types that formats cannot hold."""


def sink_for(path: str | Path) -> Sink:
    """Return what writes answers into the file at `path`.

    Raises:
        FileError: its ending names no format.
    """
    sink = SINKS.get(Path(path).suffix.lower())
    if sink is None:
        raise FileError(
            f"{path}: its ending names no format for answers; give one of "
            f"{', '.join(SINKS)}."
        )
    return sink


def check_apart(output: str | Path, inputs: Iterable[str | Path]) -> None:
    """Make sure that a file to be written is none of those that are read.

    inputs: paths, patterns, or either with options after a question mark.

    Raises:
        FileError: it is one.
    """
    place = Path(output)
    for one in inputs if place.exists() else ():
        name = str(one) if Path(one).exists() else str(one).split("?")[0]
        paths = map(Path, glob.glob(name) or [name])  # noqa: PTH207 (absolute too)
        if any(path.exists() and place.samefile(path) for path in paths):
            raise FileError(
                f"{output} is read from {one}, and would be written over; choose "
                "another file."
            )


def write_answers(path: str | Path, blocks: Iterable[AnsweredRows]) -> int:
    """Write the frames of blocks one below the other; return the number of rows.

    The file is written whole or not at all; until then its parts lie beside it, in a
    folder that is removed. Where blocks have other columns, cells are missing.

    Raises:
        FileError: the file cannot be written, or its ending names no format.
    """
    path, sink = Path(path), sink_for(path)
    path = path.resolve() if path.is_symlink() else path
    if path.exists() and not path.is_file():
        raise FileError(
            f"{path} cannot be written as it is no plain file; choose a folder and a "
            "name for a new one."
        )
    try:
        parts = tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.")
    except OSError as error:
        raise FileError(cannot_write(path, error)) from None
    with parts as folder:
        count, laid = 0, []
        for number, block in enumerate(blocks):
            frame = block.frame
            _check_held(path, frame.schema)
            part = Path(folder, f"{number}.arrow")
            _tried(path, partial(frame.write_ipc, part, compression="lz4"))
            laid.append((part, frame.schema))
            count += len(frame)
        _tried(path, partial(_join, laid, sink, Path(folder, "whole"), path))
    return count


def _check_held(path: Path, schema: "polars.Schema") -> None:
    lacking = _LACKING.get(path.suffix.lower(), ("Object",))
    for name, dtype in schema.items():
        if dtype.base_type().__name__ in lacking:
            raise FileError(
                f"{path} cannot hold the column {name!r} of {dtype}; write .parquet, "
                "or leave the column out of what is to be answered."
            )


def _join(
    laid: "list[tuple[Path, polars.Schema]]", sink: Sink, whole: Path, path: Path
) -> None:
    """Write the parts as one file, then put it in its place in one step."""
    import polars

    frames = [
        polars.scan_ipc([part for part, _ in alike], glob=False)
        for _, alike in groupby(laid, key=lambda one: one[1])
    ]
    sink(polars.concat(frames, how="diagonal_relaxed"), whole)
    whole.replace(path)


def _tried(path: Path, write: Callable[[], Any]) -> None:
    import polars

    try:
        write()
    except (OSError, ValueError, polars.exceptions.PolarsError) as error:
        raise FileError(cannot_write(path, error)) from None
