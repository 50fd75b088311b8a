"""resuming: a run that stands in its folder → its end."""

from dataclasses import replace
from pathlib import Path

from ranvier.data import Dataset, Parts, load
from ranvier.engine.choose import choose, thread_count
from ranvier.engine.contract import Program
from ranvier.errors import DataError, DescriptionError, FileError
from ranvier.training.checkpoint import read_checkpoint
from ranvier.training.events import Finished, OnEvent
from ranvier.training.folder import RunFolder, open_folder
from ranvier.training.keep import keep_end, keep_resumed, was_ended
from ranvier.training.lock import held
from ranvier.training.loop import Loop, program_of
from ranvier.training.run import Run


def resume(
    folder: str | Path,
    data: Dataset | Parts | None = None,
    *,
    engine: str | None = None,
    threads: int | None = None,
    epochs: int | None = None,
    on_event: OnEvent | None = None,
) -> Run:
    """Go on with the run in `folder`, to the same bits as if it had never stopped.

    data: those of the run; if left out, they are loaded from where they came.
    engine: as before if left out; another one rounds otherwise.
    threads, on_event: as for `train`.
    epochs: the recipe's new number of epochs. A run that is finished all the same, as
        when it stopped early, is returned as it is: `run.stopped` says why.

    Raises:
        FileError: there is no run in `folder`, a file of it was altered, or another
            process is training there.
        DataError: `data` are not those of the run.
        DescriptionError: fewer epochs are asked for than are done.
        DivergedError: the numbers were no longer finite.
    """
    files = open_folder(folder)
    with held(files.path):
        run = Run.load(folder)
        finished = run.is_finished
        _extend(run, epochs)
        if finished and run.is_finished:
            return _as_it_is(run, files, on_event)
        parts = run.parts(_data_of(run) if data is None else data)
        program = _program(run, engine, threads)
        _restore(run, files, program)
        numbers = run.encoder.encoded_parts(parts)
        return Loop.over(run, program, numbers, on_event).go()


def _extend(run: Run, epochs: int | None) -> None:
    if epochs is None:
        return
    extended = replace(run.recipe, epochs=epochs)
    if epochs < len(run.history):
        raise DescriptionError(
            f"resume(epochs={epochs}): the run in {run.folder} has "
            f"{len(run.history)} epochs already; give more, or leave epochs out."
        )
    run.recipe = extended


def _as_it_is(run: Run, files: RunFolder, on_event: OnEvent | None) -> Run:
    if not was_ended(files):
        keep_resumed(run, files)
        keep_end(run, files)
    if on_event:
        on_event(Finished(run))
    return run


def _data_of(run: Run) -> Dataset:
    if run.source.name is None:
        raise DataError(
            f"the run in {run.folder} was trained on arrays from Python; give them "
            f"again, as in ranvier.resume({str(run.folder)!r}, data)."
        )
    return load(run.source.name, like=run.schema)


def _program(run: Run, engine: str | None, threads: int | None) -> Program:
    chosen = choose(engine or run.engine)
    if engine:
        run.engine, run.reason = chosen.engine.name, chosen.reason
    return program_of(run, chosen.engine, thread_count(threads))


def _restore(run: Run, files: RunFolder, program: Program) -> None:
    """Put the program where the last epoch left it, and mend the folder."""
    kept = read_checkpoint(files.checkpoint, run.network)
    program.load_parameters(kept.parameters)
    try:
        program.load_state(kept.state)
    except DescriptionError as error:
        raise FileError(f"{files.checkpoint} does not fit its run: {error}") from None
    run.failure = None
    keep_resumed(run, files)
