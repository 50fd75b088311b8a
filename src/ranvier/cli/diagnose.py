"""diagnose: a run → whether it fits its data, and what is ill in it."""

from typing import Annotated

from typer import Argument, Option

from ranvier.cli.options import Run
from ranvier.cli.screen import Answer


def _codes() -> list[str]:
    from ranvier.diagnosis import RULES

    return list(RULES)


_Data = Annotated[
    str | None,
    Argument(
        metavar="[DATA]",
        help="The data of the run; where they came from, if left out.",
        show_default=False,
    ),
]
_Ignored = Annotated[
    list[str] | None,
    Option(
        metavar="CODE",
        help="Pass over a rule, such as dead-units; may be given again.",
        autocompletion=_codes,
    ),
]


def diagnose(run: Run, data: _Data = None, ignore: _Ignored = None) -> Answer:
    """Say whether the network of RUN fits its data, and what is ill in it.

    Each finding names the layer, the evidence, the cause and the remedy.
    """
    from ranvier import diagnosis, training
    from ranvier.cli.found import data_of_runs
    from ranvier.report import diagnosed

    opened = training.Run.load(run)
    [loaded] = data_of_runs([opened], data)
    found = diagnosis.diagnose(opened, loaded, ignore=ignore or ())
    return Answer(found.to_dict(), diagnosed(found))
