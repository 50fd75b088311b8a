"""plot_surface: a trained network and data → a picture of the loss around it."""

from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from ranvier.cli.options import Data, Trained
from ranvier.cli.outputs import check_picture, drawn
from ranvier.cli.screen import Answer

if TYPE_CHECKING:
    from ranvier.report.pictures import Landscape

_Points = Annotated[int, Option(metavar="N", help="Losses each way, 5 to 101.")]
_Reach = Annotated[
    float, Option(metavar="LENGTH", help="How far each way; 1 is as long as weights.")
]
_Rows = Annotated[int, Option(metavar="N", help="Rows that each loss is the mean of.")]
_Seed = Annotated[int, Option(metavar="N", help="Of the two directions.")]
_Still = Annotated[
    str, Option(metavar="FILE", help="The picture, ending in .svg or .png.")
]


def surface(
    model: Trained,
    data: Data,
    points: _Points = 31,
    reach: _Reach = 1.0,
    rows: _Rows = 1000,
    seed: _Seed = 0,
    output: _Still = "surface.svg",
) -> Answer:
    """Draw the loss around a trained network, along two random directions.

    Of a run, its training part in DATA is taken. The directions are as long as the
    weights of each unit (Li et al. 2018).
    """
    from ranvier.report import plot_surface

    check_picture(output)
    found = computed(model, data, points=points, reach=reach, rows=rows, seed=seed)
    return drawn(plot_surface(found), output)


def computed(model: str, data: str, **options: Any) -> "Landscape":
    """Return the losses around what lies at `model`.

    Raises:
        FileError, DataError: model or data cannot be read, or do not fit.
        DescriptionError: an option is out of range.
    """
    from ranvier import data as sources
    from ranvier.cli.trained import read_trained
    from ranvier.report import loss_surface

    trained = read_trained(model)
    loaded = sources.load(data, like=trained.model.schema)
    return loss_surface(trained.run or trained.model, loaded, **options)
