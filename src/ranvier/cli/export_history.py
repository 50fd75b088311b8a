"""export_history: a run → the figures of its epochs, for TensorBoard or as CSV."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.text import Text
from typer import Option

from ranvier.cli.options import Run
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier import training

_Place = Annotated[
    str | None,
    Option(
        metavar="PATH",
        help="A folder for TensorBoard, or a file that ends in .csv; the folder "
        "tensorboard in RUN, if left out.",
    ),
]


def export_history(run: Run, output: _Place = None) -> Answer:
    """Write the figures of every epoch of RUN for TensorBoard, or as a CSV file."""
    from ranvier import training

    opened = training.Run.load(run)
    place = output or str(Path(run) / "tensorboard")
    if place.lower().endswith(".csv"):
        files = [_write_csv(opened, place)]
    else:
        files = [str(path) for path in training.write_events(opened, place)]
    epochs = len(opened.history)
    said = f"{place}: {epochs:,} epoch{'' if epochs == 1 else 's'}"
    return Answer({"epochs": epochs, "files": files}, Text(said))


def _write_csv(run: "training.Run", path: str) -> str:
    from ranvier.cli.outputs import check_output
    from ranvier.training.files import replace_file
    from ranvier.training.scalars import csv_text

    check_output("--output", path)
    replace_file(Path(path), csv_text(run.history).encode())
    return path
