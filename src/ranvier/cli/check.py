"""check: data, network and recipe → what is ill before the first epoch."""

from typing import Annotated

from typer import Option

from ranvier.cli.options import Data, NetworkOptions, RecipeOptions, TableOptions
from ranvier.cli.screen import Answer


def _codes() -> list[str]:
    from ranvier.diagnosis import CHECKS

    return list(CHECKS)


_Seconds = Annotated[
    float,
    Option(
        metavar="SECONDS",
        min=0,
        help="For the checks that train for a moment; 0 leaves them out.",
    ),
]
_Ignored = Annotated[
    list[str] | None,
    Option(
        metavar="CODE",
        help="Pass over a check, such as one-batch; may be given again.",
        autocompletion=_codes,
    ),
]


def check(
    data: Data,
    table: TableOptions,
    network: NetworkOptions,
    recipe: RecipeOptions,
    seconds: _Seconds = 5.0,
    ignore: _Ignored = None,
) -> Answer:
    """Look for what is ill in DATA, network and recipe before they are trained.

    Takes the options of train. Nothing is written.
    """
    from ranvier import diagnosis
    from ranvier.cli.design import design_for
    from ranvier.cli.loaded import load_data
    from ranvier.report import checked

    loaded = load_data(data, table, recipe.split)
    design = design_for(loaded.schema, network, recipe, len(loaded.train))
    found = diagnosis.check(
        design.network, loaded, design.recipe, seconds=seconds, ignore=ignore or ()
    )
    return Answer(found.to_dict(), checked(found))
