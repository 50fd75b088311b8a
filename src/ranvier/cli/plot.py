"""plot: activations, or the losses over learning rates → a picture file."""

from typing import Annotated

from rich.text import Text
from typer import Argument, Option

from ranvier.cli.options import (
    Data,
    Machine,
    NetworkOptions,
    RecipeOptions,
    TableOptions,
)
from ranvier.cli.screen import Answer


def _activations() -> list[str]:
    from ranvier.network import ACTIVATIONS

    return list(ACTIVATIONS)


_Names = Annotated[
    list[str] | None,
    Argument(
        metavar="[NAME]…",
        help="relu, tanh, …; all that are known if left out.",
        autocompletion=_activations,
        show_default=False,
    ),
]
_Picture = Annotated[
    str, Option("--output", metavar="FILE", help="The picture, ending in .svg or .png.")
]


def activations(names: _Names = None, output: _Picture = "activations.svg") -> Answer:
    """Draw activations and their derivatives into a picture.

    The ground is darker where an activation is saturated: there its derivative is
    less than a twentieth of its largest.
    """
    from ranvier.cli.outputs import check_picture
    from ranvier.report import plot_activations

    check_picture(output)
    figure = plot_activations(*(names or ()))
    figure.save(output)
    drawn = figure.title.split(", ")
    many = f"{len(drawn)} activation{'' if len(drawn) == 1 else 's'}"
    return Answer({"picture": output, "activations": drawn}, Text(f"{output}: {many}"))


def learning_rate(
    data: Data,
    table: TableOptions,
    network: NetworkOptions,
    recipe: RecipeOptions,
    machine: Machine,
    output: _Picture = "learning-rate.svg",
) -> Answer:
    """Draw how the loss goes while the learning rate grows, and suggest a rate.

    Network and recipe are chosen as for train, which takes the same rate with
    --learning-rate auto.
    """
    from ranvier import training
    from ranvier.cli.design import design_for
    from ranvier.cli.loaded import load_data
    from ranvier.cli.outputs import check_picture
    from ranvier.report import plot_sweep

    check_picture(output)
    loaded = load_data(data, table)
    design = design_for(loaded.schema, network, recipe, len(loaded.train))
    sweep = training.find_learning_rate(
        design.network,
        loaded,
        design.recipe,
        engine=machine.engine or "auto",
        threads=machine.threads,
    )
    plot_sweep(sweep).save(output)
    document = {
        "picture": output,
        "suggestion": sweep.suggestion,
        "reason": sweep.reason,
        "rates": sweep.rates.tolist(),
        "losses": sweep.losses.tolist(),
    }
    return Answer(document, Text(f"{output}: learning rate {sweep}"))
