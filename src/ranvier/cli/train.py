"""train: data → a network that has learnt them."""

from ranvier.cli.options import (
    Data,
    Machine,
    NetworkOptions,
    Place,
    RecipeOptions,
    TableOptions,
)
from ranvier.cli.screen import Answer
from ranvier.errors import FileError


def train(
    data: Data,
    table: TableOptions,
    network: NetworkOptions,
    recipe: RecipeOptions,
    machine: Machine,
    place: Place,
) -> Answer:
    """Train a network on DATA, and say how well it does.

    Without options, the network and the recipe are those that suit DATA. The run is
    kept in runs/, with the model in it.
    """
    from ranvier import training
    from ranvier.cli.design import design_for
    from ranvier.cli.ending import answer_for
    from ranvier.cli.loaded import load_data, show_cautions, show_errors
    from ranvier.cli.outputs import check_output
    from ranvier.cli.progress import Watcher
    from ranvier.model.answer_file import check_apart
    from ranvier.training.checks import parts_of

    folder = _folder(place)
    check_output("--output", place.output)
    if place.output is not None:
        check_apart(place.output, [data])
    loaded = load_data(data, table, recipe.split)
    design = design_for(loaded.schema, network, recipe, len(loaded.train))
    parts = parts_of(loaded, design.recipe)
    show_cautions(parts, design)
    show_errors(parts, design)
    with Watcher() as watcher:
        run = training.train(
            design.network,
            loaded,
            design.recipe,
            engine=machine.engine or "auto",
            threads=machine.threads,
            folder=folder,
            on_event=watcher.tell,
        )
    return answer_for(run, loaded, place.output)


def _folder(place: Place) -> str:
    if place.name is None:
        return place.folder or "auto"
    if place.folder is not None:
        raise FileError(
            f"--name {place.name} and --folder {place.folder}: a run has one folder; "
            "give one of them."
        )
    if place.name in ("", ".", "..") or set(place.name) & set("/\\"):
        raise FileError(
            f"--name {place.name}: expected the name of one folder in runs; for "
            "another place, give --folder."
        )
    return f"runs/{place.name}"
