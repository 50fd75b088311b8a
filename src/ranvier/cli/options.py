"""options: what several commands take, in groups. None is what the recipe says."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from typer import Argument, Option


def _option(panel: str, metavar: str, text: str, known: Any = None) -> Any:
    return Option(
        metavar=metavar, help=text, rich_help_panel=panel, autocompletion=known
    )


def _network(metavar: str, text: str, known: Any = None) -> Any:
    return _option("Network", metavar, text, known)


def _recipe(metavar: str, text: str, known: Any = None) -> Any:
    return _option("Recipe", metavar, text, known)


def _bound(metavar: str, text: str) -> Any:
    return _option("Penalties and bounds", metavar, text)


def _place(metavar: str, text: str) -> Any:
    return _option("Files", metavar, text)


def _machine(metavar: str, text: str, known: Any = None) -> Any:
    return _option("Machine", metavar, text, known)


def _names(module: str, registry: str) -> Callable[[], list[str]]:
    """Return what lists the names in a registry, for the shell to complete."""

    def names() -> list[str]:
        return list(getattr(importlib.import_module(f"ranvier.{module}"), registry))

    return names


def _recipes() -> list[str]:
    from ranvier.recipe import named_recipes

    return named_recipes()


Data = Annotated[
    str,
    Argument(
        metavar="DATA",
        help="digits; a table (CSV, Parquet, Excel, JSON Lines, a query, an address); "
        "a folder of pictures or sounds in folders by class, or of IDX files; or an "
        ".npz file.",
    ),
]
Trained = Annotated[
    str, Argument(metavar="MODEL", help="A model file, or the folder of a run.")
]
Run = Annotated[
    str, Argument(metavar="RUN", help="The folder of a run, as runs/digits-1.")
]
RunData = Annotated[
    str | None,
    Argument(
        metavar="[DATA]",
        help="The data of the run; where they came from, if left out.",
        show_default=False,
    ),
]
IgnoredRules = Annotated[
    list[str] | None,
    Option(
        metavar="CODE",
        help="Pass over a rule, such as dead-units; may be given again.",
        autocompletion=_names("diagnosis", "RULES"),
    ),
]
Budget = Annotated[
    str | None,
    Option(metavar="TIME", help="To spend on experiments with a run, as 30s or 2m."),
]
Output = Annotated[str | None, _place("FILE", "Write the model into this file too.")]


def _table(metavar: str, text: str) -> Any:
    return _option("Table", metavar, text)


@dataclass(frozen=True)
class TableOptions:
    """Hold what was said about a table."""

    target: Annotated[
        list[str] | None,
        _table("COLUMN", "The column to learn to say; may be given again."),
    ] = None
    column: Annotated[
        list[str] | None,
        _table("NAME=KIND", "Take a column as number, category, ignored, …"),
    ] = None
    task: Annotated[
        str | None,
        _table("TASK", "classification, regression, labels, if the target misleads."),
    ] = None
    drop_missing_targets: Annotated[
        bool,
        Option(
            "--drop-missing-targets",
            help="Leave rows without an answer out.",
            rich_help_panel="Table",
        ),
    ] = False
    weight: Annotated[
        str | None,
        _table("COLUMN", "What each row counts: 2 for twice, 0 for not at all."),
    ] = None


@dataclass(frozen=True)
class NetworkOptions:
    """Hold what was said about the network."""

    hidden: Annotated[
        str | None,
        _network("SIZES", "Nodes of the hidden layers, as in 128,64, or none."),
    ] = None
    activation: Annotated[
        str | None,
        _network(
            "NAME",
            "Of the hidden layers: relu, leaky_relu, tanh, sigmoid, …",
            _names("network", "ACTIVATIONS"),
        ),
    ] = None
    network: Annotated[
        str | None,
        _network("FILE", "A TOML file with a network, as network.toml in a run."),
    ] = None


@dataclass(frozen=True)
class RecipeOptions:
    """Hold what was said about the learning."""

    recipe: Annotated[
        str | None,
        _recipe(
            "NAME",
            "crash-course, digits, digits-15, digits-100, digits-cnn, digits-mlp, "
            "fashion-cnn, fashion-mlp, pictures, ratings, small-pictures, sounds, "
            "table, table-numbers, or a TOML file; what follows overrules it.",
            _recipes,
        ),
    ] = None
    loss: Annotated[
        str | None,
        _recipe(
            "NAME",
            "auto, mse, cross_entropy, binary_cross_entropy, …",
            _names("recipe", "LOSSES"),
        ),
    ] = None
    optimizer: Annotated[
        str | None,
        _recipe("NAME", "adam, sgd, momentum, nag, …", _names("recipe", "OPTIMIZERS")),
    ] = None
    learning_rate: Annotated[
        str | None,
        _recipe("RATE", "Size of a step, or auto, which finds one."),
    ] = None
    schedule: Annotated[
        str | None,
        _recipe(
            "NAME",
            "Of the rate: constant, cosine, one_cycle, …",
            _names("recipe", "SCHEDULES"),
        ),
    ] = None
    warmup: Annotated[
        float | None, _recipe("SHARE", "Of the steps, in which the rate rises.")
    ] = None
    class_weight: Annotated[
        str | None,
        _recipe(
            "WEIGHTS",
            "balanced, or of some classes, as in cat=2,dog=0.5; of labels, of a yes.",
        ),
    ] = None
    threshold: Annotated[
        str | None,
        _recipe(
            "PROBABILITY",
            "Above it, the second of two classes is said, as 0.3; or the figure to "
            "be best for: f1, balanced_accuracy (Youden's index), accuracy.",
        ),
    ] = None
    augment: Annotated[
        str | None,
        _recipe("CHANGES", "To pictures as they are learnt: shift=2,rotate=10."),
    ] = None
    average: Annotated[
        float | None,
        _recipe("SHARE", "Ship a mean of the weights that keeps this, as 0.999."),
    ] = None
    l1: Annotated[float | None, _bound("STRENGTH", "Pull weights to 0 by sign.")] = None
    l2: Annotated[float | None, _bound("STRENGTH", "Pull weights to 0 by size.")] = None
    max_norm: Annotated[
        float | None, _bound("LENGTH", "Of the weights into a unit, at most.")
    ] = None
    clip_value: Annotated[
        float | None, _bound("SIZE", "Of a number in a gradient, at most.")
    ] = None
    clip_norm: Annotated[
        float | None, _bound("LENGTH", "Of each array's gradient, at most.")
    ] = None
    clip_global_norm: Annotated[
        float | None, _bound("LENGTH", "Of all gradients together, at most.")
    ] = None
    members: Annotated[
        int | None, _recipe("N", "Networks that learn at once and answer together.")
    ] = None
    epochs: Annotated[int | None, _recipe("N", "Times that every row is seen.")] = None
    batch_size: Annotated[int | None, _recipe("N", "Rows in a step.")] = None
    seed: Annotated[int | None, _recipe("N", "The same seed gives the same run.")] = (
        None
    )
    split: Annotated[
        str | None,
        _recipe(
            "KIND", "random, stratified, group=COLUMN, time=COLUMN, column=COLUMN."
        ),
    ] = None
    encode: Annotated[
        str | None,
        _recipe(
            "COLUMN=NAME",
            "Encoders of a table's columns: age=quantile,number=periodic:deviation=1.",
        ),
    ] = None
    validation: Annotated[
        float | None, _recipe("SHARE", "Of the rows, to validate on, as in 0.1.")
    ] = None
    test: Annotated[
        float | None, _recipe("SHARE", "To test, if the data have no part for it.")
    ] = None
    patience: Annotated[
        int | None, _recipe("N", "Stop after so many epochs without a gain.")
    ] = None
    no_stopping: Annotated[
        bool,
        Option("--no-stopping", help="Train all epochs.", rich_help_panel="Recipe"),
    ] = False


@dataclass(frozen=True)
class Machine:
    """Hold what computes."""

    engine: Annotated[
        str | None,
        _machine("NAME", "auto, native, …", _names("engine.choose", "ENGINES")),
    ] = None
    threads: Annotated[
        int | None, _machine("N", "At most so many; all cores if left out.")
    ] = None


@dataclass(frozen=True)
class Place:
    """Hold where a new run lives."""

    name: Annotated[str | None, _place("NAME", "Keep the run in runs/NAME.")] = None
    folder: Annotated[str | None, _place("FOLDER", "Keep the run in this folder.")] = (
        None
    )
    output: Output = None
