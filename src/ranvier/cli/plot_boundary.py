"""plot_boundary: data of two inputs → a picture of a network that learns them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ranvier.cli.options import Machine, NetworkOptions, RecipeOptions, TableOptions
from ranvier.cli.outputs import check_picture, drawn
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier.data import Dataset
    from ranvier.recipe import Design


def _points() -> list[str]:
    from ranvier.report.pictures import POINTS

    return list(POINTS)


_Data = Annotated[
    str,
    Argument(
        metavar="[DATA]",
        help="moons, circles, spiral, xor, clouds; or a table or an .npz file with two "
        "numbers as inputs.",
        autocompletion=_points,
    ),
]
_Frames = Annotated[int, Option(metavar="N", help="Of the animation, 2 to 200.")]
_Moving = Annotated[
    str,
    Option(metavar="FILE", help="The picture: .gif or .svg moves, .png is its end."),
]


def boundary(
    table: TableOptions,
    network: NetworkOptions,
    recipe: RecipeOptions,
    machine: Machine,
    data: _Data = "moons",
    frames: _Frames = 40,
    output: _Moving = "boundary.gif",
) -> Answer:
    """Draw where a network of two inputs sees which class, while it learns.

    Network and recipe are chosen as for train: without options, two hidden layers of
    16 nodes, and 100 epochs of Adam.
    """
    from ranvier.report import plot_boundary
    from ranvier.report.pictures import check_plane

    check_picture(output, moves=True)
    loaded = _loaded(data, table, recipe.seed or 0)
    check_plane(loaded)
    design = _design(loaded, network, recipe)
    picture = plot_boundary(
        loaded,
        design.network,
        design.recipe,
        frames=frames,
        engine=machine.engine or "auto",
        threads=machine.threads,
    )
    return drawn(picture, output)


def _loaded(data: str, table: TableOptions, seed: int) -> "Dataset":
    """Return points by their name, else the data that lie somewhere."""
    from ranvier.cli.loaded import load_data
    from ranvier.data import CATALOGUE
    from ranvier.report.pictures import POINTS, points

    is_word = data.replace("-", "").isalnum() and data not in CATALOGUE
    if data in POINTS or (is_word and not Path(data).exists()):
        return points(data, seed=seed)
    return load_data(data, table)


def _design(
    data: "Dataset", network: NetworkOptions, recipe: RecipeOptions
) -> "Design":
    """Return what suits points, with what the options say in its place."""
    from ranvier.cli.design import changed_recipe, hidden_layers
    from ranvier.network import Dense, Network
    from ranvier.recipe import Design, read_network, read_recipe
    from ranvier.report.pictures import suited_to_points

    ours = suited_to_points(data.schema.outputs)
    asked = read_recipe(recipe.recipe).recipe if recipe.recipe else ours.recipe
    schedule = "constant" if recipe.optimizer == "lbfgs" else asked.schedule
    still = replace(asked, test=0.0, schedule=schedule)
    changed = changed_recipe(still, recipe)
    if network.network is not None:
        return Design(read_network(network.network), changed)
    output = Dense(data.schema.outputs, "softmax")
    hidden = hidden_layers(network, ours.network)
    return Design(Network((*hidden, output)), changed)
