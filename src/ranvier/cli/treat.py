"""treat: a run that is ill → the recipe of one that is well."""

from pathlib import Path
from typing import Annotated

from typer import Option

from ranvier.cli.options import IgnoredRules, Run, RunData
from ranvier.cli.screen import Answer

_Output = Annotated[
    str | None, Option(metavar="FILE", help="Write the recipe that did best.")
]
_Rounds = Annotated[
    int, Option(metavar="N", min=1, help="Keep at most so many changes.")
]


def treat(
    run: Run,
    data: RunData = None,
    ignore: IgnoredRules = None,
    rounds: _Rounds = 4,
    output: _Output = None,
) -> Answer:
    """Apply remedies to RUN one after the other, and keep those that help.

    Once one has helped, designs near to it are tried as well. What helps is judged on
    validation rows. Train anew with the recipe that is written.
    """
    from ranvier import diagnosis, training
    from ranvier.cli.found import data_of_runs
    from ranvier.cli.outputs import check_output
    from ranvier.errors import DataError
    from ranvier.recipe.files import recipe_text
    from ranvier.report import treated
    from ranvier.training.files import replace_file

    check_output("--output", output)
    opened = training.Run.load(run)
    [loaded] = data_of_runs([opened], data)
    if loaded is None:
        raise DataError(
            f"the data of {run} are not known: they were arrays from Python; give them "
            f"after it, as in ranvier treat {run} digits.npz."
        )
    found = diagnosis.treat(opened, loaded, rounds=rounds, ignore=ignore or ())
    network, recipe = found.run.network, found.run.recipe
    if output:
        replace_file(Path(output), recipe_text(recipe, network).encode())
    document = {
        "steps": [step.to_dict() for step in found.steps],
        "findings": [finding.to_dict() for finding in found.findings],
        "network": network.to_dict(),
        "recipe": recipe.to_dict(),
    }
    return Answer(document, treated(found))
