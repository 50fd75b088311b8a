"""diagnose: a run → whether it fits its data, and what is ill in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ranvier.cli.options import Run
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier.diagnosis import Diagnosis


def _codes() -> list[str]:
    from ranvier.diagnosis import RULES

    return list(RULES)


_Data = Annotated[
    str | None,
    Argument(
        metavar="[DATA]",
        help="The data of the run; where they came from, if left out.",
        show_default=False,
    ),
]
_Budget = Annotated[
    str | None,
    Option(metavar="TIME", help="To spend on experiments, as in 30s or 2m."),
]
_Output = Annotated[
    str | None,
    Option(
        metavar="FILE", help="Write the recipe to train with next, if one is found."
    ),
]
_Ignored = Annotated[
    list[str] | None,
    Option(
        metavar="CODE",
        help="Pass over a rule, such as dead-units; may be given again.",
        autocompletion=_codes,
    ),
]


def diagnose(
    run: Run,
    data: _Data = None,
    budget: _Budget = None,
    ignore: _Ignored = None,
    output: _Output = None,
) -> Answer:
    """Say whether the network of RUN fits its data, and what is ill in it.

    Each finding names the layer, the evidence, the cause and the remedy. With a budget
    the verdict is proved by experiments: other networks and recipes, and fewer rows.
    """
    from ranvier import diagnosis, training
    from ranvier.cli.found import data_of_runs
    from ranvier.cli.outputs import check_output
    from ranvier.report import diagnosed

    check_output("--output", output)
    opened = training.Run.load(run)
    [loaded] = data_of_runs([opened], data)
    found = diagnosis.diagnose(opened, loaded, budget=budget, ignore=ignore or ())
    _write_next(found, output)
    return Answer(found.to_dict(), diagnosed(found))


def _write_next(found: "Diagnosis", output: str | None) -> None:
    """Write what did best of all that was tried; where nothing did, nothing.

    Raises:
        FileError: the file cannot be written.
    """
    from ranvier.recipe.files import recipe_text
    from ranvier.training.files import replace_file

    design = found.next_design
    if output and design:
        text = recipe_text(design.recipe, design.network)
        replace_file(Path(output), text.encode())
