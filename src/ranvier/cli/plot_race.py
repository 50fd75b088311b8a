"""plot_race: optimizers on a surface → a picture of their race, which moves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from ranvier.cli.outputs import check_picture, drawn
from ranvier.cli.screen import Answer
from ranvier.errors import DataError, DescriptionError

if TYPE_CHECKING:
    from ranvier.report.pictures import Surface


def _surfaces() -> list[str]:
    from ranvier.report.pictures import SURFACES

    return list(SURFACES)


def _optimizers() -> list[str]:
    from ranvier.recipe import OPTIMIZERS

    return list(OPTIMIZERS)


_Ground = Annotated[
    str,
    Argument(
        metavar="[SURFACE]",
        help="rosenbrock, beale, saddle, himmelblau, rastrigin; or a model or a run, "
        "whose loss on DATA is the surface.",
        autocompletion=_surfaces,
    ),
]
_Data = Annotated[
    str | None,
    Argument(metavar="[DATA]", help="Of a model or a run.", show_default=False),
]
_Racers = Annotated[
    list[str] | None,
    Option(
        "--optimizer",
        metavar="NAME[=RATE]",
        help="Who races, as in adam or sgd=0.002; may be given again, up to eight "
        "times. sgd, momentum, rmsprop and adam, if left out.",
        autocompletion=_optimizers,
    ),
]
_Steps = Annotated[
    int | None, Option(metavar="N", help="How many all take; as the surface needs.")
]
_Frames = Annotated[int, Option(metavar="N", help="Of the animation, 2 to 200.")]
_Seed = Annotated[int, Option(metavar="N", help="Of a network's two directions.")]
_Moving = Annotated[
    str,
    Option(metavar="FILE", help="The picture: .gif or .svg moves, .png is its end."),
]


def race(
    surface: _Ground = "rosenbrock",
    data: _Data = None,
    optimizer: _Racers = None,
    steps: _Steps = None,
    frames: _Frames = 60,
    seed: _Seed = 0,
    output: _Moving = "race.gif",
) -> Answer:
    """Draw optimizers that race down a surface, each by its own updates.

    One without a rate takes that of 1, 2 and 5 times powers of ten with which its way
    lies lowest.
    """
    from ranvier.report import plot_race

    check_picture(output, moves=True)
    racers = [read_racer(one) for one in optimizer or ()]
    ground = _ground(surface, data, seed)
    chosen: dict[str, Any] = {"optimizers": racers} if racers else {}
    return drawn(plot_race(ground, steps=steps, frames=frames, **chosen), output)


def read_racer(text: str) -> object:
    """Return the optimizer in a text such as "adam" or "sgd=0.002".

    Raises:
        DescriptionError: it is none.
    """
    from ranvier.report.pictures import racer

    name, sign, rate = text.partition("=")
    if not sign:
        return racer(name)
    try:
        return racer(name, float(rate))
    except ValueError as error:
        if isinstance(error, DescriptionError):
            raise
        raise DescriptionError(
            f"--optimizer {text}: expected a name and its rate, as in {name}=0.01."
        ) from None


def _ground(surface: str, data: str | None, seed: int) -> "str | Surface":
    from ranvier.cli.plot_surface import computed
    from ranvier.report.pictures import SURFACES

    if data is not None and surface in SURFACES:
        raise DataError(
            f"{surface} {data}: {surface} needs no data; leave them out, or give a "
            "model or a run in its place."
        )
    if data is None and surface not in SURFACES and Path(surface).exists():
        raise DataError(
            f"{surface}: the surface is the loss of a model on data; give these too, "
            f"as in ranvier plot race {surface} DATA."
        )
    if data is not None:
        return computed(surface, data, seed=seed).surface()
    SURFACES[surface]
    return surface
