"""report: runs → one HTML page about them that stands alone."""

from pathlib import Path
from typing import Annotated

from rich.text import Text
from typer import Argument, Option

from ranvier.cli.options import Budget
from ranvier.cli.screen import Answer

_Runs = Annotated[
    list[str],
    Argument(metavar="RUN…", help="Folders of runs; several are compared."),
]
_Data = Annotated[
    str | None,
    Option(metavar="DATA", help="Their data; where they came from, if left out."),
]
_Page = Annotated[
    str | None,
    Option(
        metavar="FILE",
        help="The page; report.html in RUN, or here for several, if left out.",
    ),
]


def report(
    run: _Runs, data: _Data = None, budget: Budget = None, output: _Page = None
) -> Answer:
    """Write a page with all that is known of RUN, or that compares several runs.

    The verdict and the findings, curves, layers, weights, confusion, worst mistakes,
    calibration, and what was trained. It needs no network, and can be sent to anybody.
    """
    from ranvier import diagnosis, training
    from ranvier.cli.found import data_of_runs
    from ranvier.cli.outputs import check_output
    from ranvier.report import write_report

    folder = Path(run[0]) if len(run) == 1 else Path()
    place = output or str(folder / "report.html")
    runs = [training.Run.load(one) for one in run]
    check_output("--output", place)
    loaded = data_of_runs(runs, data)
    found = [
        diagnosis.diagnose(one, own, budget=budget)
        for one, own in zip(runs, loaded, strict=True)
    ]
    write_report(runs, loaded, place, diagnosis=found)
    many = f"{len(runs)} run{'' if len(runs) == 1 else 's'}"
    return Answer({"report": place, "runs": run}, Text(f"{place}: {many}"))
