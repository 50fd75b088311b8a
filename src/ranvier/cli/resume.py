"""resume: a run that was stopped → its end."""

from typing import Annotated

from typer import Option

from ranvier.cli.options import Machine, Output, Run
from ranvier.cli.screen import Answer

_Epochs = Annotated[
    int | None, Option(metavar="N", help="Train up to this epoch, not the recipe's.")
]


def resume(
    run: Run, machine: Machine, epochs: _Epochs = None, output: Output = None
) -> Answer:
    """Go on with RUN, to the same weights as if it had never stopped."""
    from ranvier import data as sources
    from ranvier import training
    from ranvier.cli.ending import answer_for
    from ranvier.cli.outputs import check_output
    from ranvier.cli.progress import Watcher

    check_output("--output", output)
    stopped = training.Run.load(run)
    source = stopped.source.name
    loaded = None if source is None else sources.load(source, like=stopped.schema)
    with Watcher() as watcher:
        resumed = training.resume(
            run,
            loaded,
            engine=machine.engine,
            threads=machine.threads,
            epochs=epochs,
            on_event=watcher.tell,
        )
    return answer_for(resumed, loaded, output)
