"""predict: a model and pictures or rows → what they are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from rich.console import Group
from rich.text import Text
from typer import Argument, Option

from ranvier.cli.options import Trained
from ranvier.cli.screen import Answer
from ranvier.errors import naming

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
    with naming(rows.path):
        predicted = model.predict(rows.values).tolist()
    if model.schema.task == "regression":
        pairs = zip(rows.names, predicted, strict=True)
        return [{"input": name, "answer": _named(model, one)} for name, one in pairs]
    said = _labels if model.schema.has_labels else _classes
    return list(said(model, rows, predicted))


def _classes(
    model: "Model", rows: "Rows", predicted: list[Any]
) -> Iterator[dict[str, Any]]:
    sure = model.predict_proba(rows.values).tolist()
    for name, answer, chances in zip(rows.names, predicted, sure, strict=True):
        named = _named(model, chances)
        yield {
            "input": name,
            "answer": str(answer),
            "confidence": named[str(answer)],
            "probabilities": named,
        }


def _labels(
    model: "Model", rows: "Rows", predicted: list[list[bool]]
) -> Iterator[dict[str, Any]]:
    sure = model.predict_proba(rows.values).tolist()
    for name, answers, chances in zip(rows.names, predicted, sure, strict=True):
        yield {
            "input": name,
            "answer": _named(model, answers),
            "probabilities": _named(model, chances),
        }


def _named(model: "Model", answer: Any) -> Any:
    """Return several answers by the names of their targets, one as it is."""
    if isinstance(answer, list):
        return dict(zip(model.schema.answers, answer, strict=True))
    return answer


def _line(answer: dict[str, Any]) -> Text:
    line = Text.assemble(
        f"{answer['input']}: ", (_shown(answer["answer"]), "bold green")
    )
    if "confidence" in answer:
        line.append(f" ({answer['confidence']:.2f})", "dim")
    return line


def _shown(answer: object) -> str:
    if isinstance(answer, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in answer.items())
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return f"{answer:.6g}" if isinstance(answer, float) else str(answer)
