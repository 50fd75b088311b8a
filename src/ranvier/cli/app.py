"""app: the program's commands and their help."""

from collections.abc import Callable
from typing import Annotated

from typer import Context, Exit, Option, Typer, echo

import ranvier
from ranvier.cli.check import check
from ranvier.cli.command import as_command
from ranvier.cli.describe import describe
from ranvier.cli.diagnose import diagnose
from ranvier.cli.doctor import doctor
from ranvier.cli.evaluate import evaluate
from ranvier.cli.export_history import export_history
from ranvier.cli.plot import activations, learning_rate
from ranvier.cli.plot_boundary import boundary
from ranvier.cli.plot_fits import fits
from ranvier.cli.plot_race import race
from ranvier.cli.plot_surface import surface
from ranvier.cli.predict import predict
from ranvier.cli.report import report
from ranvier.cli.resume import resume
from ranvier.cli.screen import Answer
from ranvier.cli.summary import summary
from ranvier.cli.train import train
from ranvier.cli.treat import treat

COMMANDS: tuple[Callable[..., Answer], ...] = (
    describe,
    check,
    train,
    resume,
    evaluate,
    predict,
    diagnose,
    treat,
    report,
    export_history,
    summary,
    doctor,
)
PLOTS: tuple[Callable[..., Answer], ...] = (
    activations,
    learning_rate,
    race,
    surface,
    fits,
    boundary,
)

app = Typer(
    name="ranvier",
    help="Design, train, diagnose, tune and ship neural networks of everyday size.",
    epilog="Begin with: ranvier train digits",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for function in COMMANDS:
    app.command(function.__name__.replace("_", "-"))(as_command(function))

plot = Typer(help="Draw a picture that teaches, still or moving.")
for function in PLOTS:
    plot.command(function.__name__.replace("_", "-"))(as_command(function))
app.add_typer(plot, name="plot")


def _show_version(asked: bool) -> None:
    if asked:
        echo(f"ranvier {ranvier.__version__}")
        raise Exit


@app.callback()
def _program(
    context: Context,
    version: Annotated[
        bool,
        Option(
            "--version", help="Show the version.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        echo(context.get_help())
        raise Exit(2)
