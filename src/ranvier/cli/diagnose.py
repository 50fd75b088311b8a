"""diagnose: a run → whether it fits its data, and what is ill in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ranvier.cli.options import Budget, IgnoredRules, Run, RunData
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier.diagnosis import Diagnosis

_Output = Annotated[
    str | None,
    Option(
        metavar="FILE", help="Write the recipe to train with next, if one is found."
    ),
]


def diagnose(
    run: Run,
    data: RunData = None,
    budget: Budget = None,
    ignore: IgnoredRules = None,
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
