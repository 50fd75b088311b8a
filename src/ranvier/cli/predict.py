"""predict: a model and pictures or rows → what they are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from rich.console import Group
from rich.text import Text
from typer import Argument, Option

from ranvier.cli.options import Trained
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier.model.answered import AnsweredRows

_Inputs = Annotated[
    list[str],
    Argument(
        metavar="FILE…",
        help="Pictures, of any size, dark on light or light on dark, or recordings, or "
        "folders of them; .npy and .npz files of rows; or tables with the columns of "
        "the training.",
    ),
]
_Output = Annotated[
    str | None,
    Option(
        "--output",
        metavar="FILE",
        help="Write rows and answers into this CSV, TSV, Parquet, JSON Lines or Arrow "
        "file, some after the others: for files of any size.",
    ),
]


def predict(model: Trained, inputs: _Inputs, output: _Output = None) -> Answer:
    """Say what is on each picture, or in each row."""
    from ranvier.cli.progress import counted
    from ranvier.cli.trained import read_trained
    from ranvier.model.answer_file import write_answers

    _check_output(output, inputs)
    blocks = counted(read_trained(model).model.answers(*inputs))
    if output is not None:
        count = write_answers(output, blocks)
        document = {"output": output, "rows": count}
        return Answer(document, Text(f"{output}: {count:,} rows with their answers"))
    answers = [answer for block in blocks for answer in _answers(block)]
    return Answer(
        {"predictions": answers}, Group(*(_line(answer) for answer in answers))
    )


def _check_output(path: str | None, inputs: list[str]) -> None:
    from ranvier.cli.outputs import check_output
    from ranvier.model.answer_file import check_apart, sink_for

    check_output("--output", path)
    if path is not None:
        sink_for(path)
        check_apart(path, inputs)


def _answers(block: "AnsweredRows") -> Iterator[dict[str, Any]]:
    rows = zip(block.rows.names, block.answers.tolist(), strict=True)
    if block.probabilities is None:
        for name, answer in rows:
            yield {"input": name, "answer": _named(block, answer)}
        return
    sure = block.probabilities.tolist()
    for (name, answer), chances in zip(rows, sure, strict=True):
        probabilities = _named(block, chances)
        if isinstance(answer, list):
            said = {"answer": _named(block, answer)}
        else:
            said = {"answer": str(answer), "confidence": probabilities[str(answer)]}
        yield {"input": name, **said, "probabilities": probabilities}


def _named(block: "AnsweredRows", answer: Any) -> Any:
    """Return several answers by the names of their targets, one as it is."""
    if isinstance(answer, list):
        return dict(zip(block.names, answer, strict=True))
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
