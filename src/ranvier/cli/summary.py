"""summary: a model, a run, a recipe or a few sizes → the network, counted or drawn."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from rich.text import Text
from typer import Argument, Option

from ranvier.cli.options import NetworkOptions
from ranvier.cli.screen import Answer
from ranvier.errors import DescriptionError, FileError, suggest

if TYPE_CHECKING:
    from ranvier.network import Network

_DIGITS = (28, 28)

_Source = Annotated[
    str,
    Argument(
        metavar="[SOURCE]",
        help="A model file, the folder of a run, or a recipe; digits if left out.",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Sizes:
    """Hold the shape of an input and the number of outputs."""

    shape: Annotated[
        str | None,
        Option("--input", metavar="SHAPE", help="Of one input, as 784 or 28,28."),
    ] = None
    output: Annotated[int | None, Option(metavar="N", help="Output nodes.")] = None


_Svg = Annotated[
    str | None, Option(metavar="FILE", help="Draw the network into this SVG file.")
]


def summary(
    sizes: Sizes, network: NetworkOptions, source: _Source = "digits", svg: _Svg = None
) -> Answer:
    """Show the layers of a network, with their shapes, weights and biases.

    The network of a recipe can be changed by options; its inputs are those of
    digits, 28 × 28, if --input does not say otherwise.
    """
    from ranvier.network.summary import counted

    if _is_recipe(source):
        described = _of_recipe(source, sizes, network)
    else:
        described = _of_trained(source, sizes, network)
    if svg is not None:
        _draw(described, svg)
    layers = [
        {
            "name": placed.name,
            "output_shape": list(placed.output_shape),
            "weights": weights,
            "biases": biases,
        }
        for placed, weights, biases in counted(described)
    ]
    document = {"network": described.to_dict(), "layers": layers}
    return Answer(document | {"total": described.size}, Text(described.summary()))


def read_shape(text: str) -> tuple[int, ...]:
    """Return the shape in `text`, as in "784" or "28,28".

    Raises:
        DescriptionError: there is none in it.
    """
    try:
        return tuple(int(side) for side in text.split(","))
    except ValueError:
        raise DescriptionError(
            f"--input {text}: expected the sides of one input, as in 784 or 28,28."
        ) from None


def _is_recipe(source: str) -> bool:
    from ranvier.recipe import named_recipes

    if source in named_recipes() or source.lower().endswith(".toml"):
        return True
    if Path(source).exists():
        return False
    raise FileError(
        f"there is no model, run or recipe {source}; "
        f"{suggest(source, named_recipes())}known recipes: "
        f"{', '.join(named_recipes())}."
    )


def _of_recipe(source: str, sizes: Sizes, options: NetworkOptions) -> "Network":
    from ranvier.cli.design import hidden_layers
    from ranvier.network import Dense, Network
    from ranvier.recipe import read_network, read_recipe, with_units

    held = read_recipe(source).network
    if options.network is not None:
        held = read_network(options.network)
    output = held.output if held else Dense(10, "softmax")
    if sizes.output is not None:
        output = with_units(output, sizes.output)
    shape = held.input_shape if held else None
    if sizes.shape is not None:
        shape = read_shape(sizes.shape)
    return Network((*hidden_layers(options, held), output), shape or _DIGITS)


def _of_trained(source: str, sizes: Sizes, options: NetworkOptions) -> "Network":
    from ranvier.model import Model
    from ranvier.training import Run

    if sizes != Sizes() or options != NetworkOptions():
        raise DescriptionError(
            f"{source} is trained, and has its sizes: --input, --output, --hidden, "
            "--activation and --network are for recipes; leave them out."
        )
    if Path(source).is_dir():
        return Run.load(source).network
    return Model.load(source).network


def _draw(network: "Network", path: str) -> None:
    from ranvier.cli.outputs import check_output
    from ranvier.training.files import replace_file

    check_output("--svg", path)
    replace_file(Path(path), network.draw().encode())
