"""predict: a model and pictures or rows → what they are."""

from typing import TYPE_CHECKING, Annotated, Any

from rich.console import Group
from rich.text import Text
from typer import Argument, Option

from ranvier.cli.options import Trained
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier.cli.rows import Rows
    from ranvier.model import Model

_Inputs = Annotated[
    list[str],
    Argument(
        metavar="FILE…",
        help="Pictures, of any size, dark on light or light on dark; .npy and .npz "
        "files of rows; or tables with the columns of the training.",
    ),
]
_Output = Annotated[
    str | None,
    Option(
        "--output",
        metavar="FILE",
        help="Write rows and answers into this CSV, TSV, Parquet, JSON Lines or Arrow "
        "file.",
    ),
]


def predict(model: Trained, inputs: _Inputs, output: _Output = None) -> Answer:
    """Say what is on each picture, or in each row."""
    from ranvier.cli.answered import check_answers, write_answers
    from ranvier.cli.rows import read_rows
    from ranvier.cli.trained import read_trained

    check_answers(output)
    loaded = read_trained(model).model
    every = list(read_rows(inputs, loaded.schema))
    if output is not None:
        count = write_answers(output, loaded, every)
        document = {"output": output, "rows": count}
        return Answer(document, Text(f"{output}: {count:,} rows with their answers"))
    answers = [answer for rows in every for answer in _answers(loaded, rows)]
    return Answer(
        {"predictions": answers}, Group(*(_line(answer) for answer in answers))
    )


def _answers(model: "Model", rows: "Rows") -> list[dict[str, Any]]:
    predicted = model.predict(rows.values).tolist()
    if not model.schema.classes:
        pairs = zip(rows.names, predicted, strict=True)
        return [{"input": name, "answer": answer} for name, answer in pairs]
    sure = model.predict_proba(rows.values)
    return [
        {
            "input": name,
            "answer": str(answer),
            "confidence": float(chances.max()),
            "probabilities": dict(
                zip(model.schema.classes, chances.tolist(), strict=True)
            ),
        }
        for name, answer, chances in zip(rows.names, predicted, sure, strict=True)
    ]


def _line(answer: dict[str, Any]) -> Text:
    line = Text.assemble(
        f"{answer['input']}: ", (_shown(answer["answer"]), "bold green")
    )
    if "confidence" in answer:
        line.append(f" ({answer['confidence']:.2f})", "dim")
    return line


def _shown(answer: object) -> str:
    if isinstance(answer, list):
        return ", ".join(map(_shown, answer))
    return f"{answer:.6g}" if isinstance(answer, float) else str(answer)
