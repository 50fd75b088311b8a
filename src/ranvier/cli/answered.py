"""answered: rows with what a model says of them → a file."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranvier.cli.outputs import check_output
from ranvier.errors import FileError, naming

if TYPE_CHECKING:
    import polars

    from ranvier.cli.rows import Rows
    from ranvier.model import Model

Writer = Callable[["polars.DataFrame", BytesIO], Any]
WRITERS: dict[str, Writer] = {
    ".csv": lambda frame, into: frame.write_csv(into),
    ".tsv": lambda frame, into: frame.write_csv(into, separator="\t"),
    ".parquet": lambda frame, into: frame.write_parquet(into),
    ".jsonl": lambda frame, into: frame.write_ndjson(into),
    ".ndjson": lambda frame, into: frame.write_ndjson(into),
    ".arrow": lambda frame, into: frame.write_ipc(into),
    ".feather": lambda frame, into: frame.write_ipc(into),
}
"""What writes a frame, by the ending of a file's name."""


def check_answers(path: str | None) -> None:
    """Make sure that answers can be written to `path`, if there is one.

    Raises:
        FileError: its folder is missing, or its ending names no format.
    """
    check_output("--output", path)
    if path is not None and Path(path).suffix.lower() not in WRITERS:
        raise FileError(
            f"--output {path}: its ending names no format for answers; give one of "
            f"{', '.join(WRITERS)}."
        )


def write_answers(path: str, model: "Model", every: Sequence["Rows"]) -> int:
    """Write rows with the model's answers, whole or not at all; return their number.

    A table keeps its columns; other rows are named. Then come `prediction`, or
    `prediction NAME` for each of several targets, and `probability NAME` for each class
    or label.

    Raises:
        FileError: the file cannot be written.
        DataError: the rows are none that the model knows.
    """
    import polars

    from ranvier.training.files import replace_file

    frames = [_answered(model, rows) for rows in every]
    answers = polars.concat(frames, how="diagonal_relaxed")
    content = BytesIO()
    WRITERS[Path(path).suffix.lower()](answers, content)
    replace_file(Path(path), content.getvalue())
    return answers.height


def _answered(model: "Model", rows: "Rows") -> "polars.DataFrame":
    import polars

    frame = rows.values
    if not isinstance(frame, polars.DataFrame):
        frame = polars.DataFrame({"input": rows.names})
    answers = polars.DataFrame(_columns(model, rows))
    return frame.drop(answers.columns, strict=False).hstack(answers)


def _columns(model: "Model", rows: "Rows") -> dict[str, Any]:
    with naming(rows.path):
        predicted = model.predict(rows.values)
    columns = {"prediction": predicted}
    if predicted.ndim == 2:
        columns = _each("prediction", model, predicted)
    if model.schema.task == "regression":
        return columns
    return columns | _each("probability", model, model.predict_proba(rows.values))


def _each(word: str, model: "Model", values: Any) -> dict[str, Any]:
    names = (f"{word} {name}" for name in model.schema.answers)
    return dict(zip(names, values.T, strict=True))
