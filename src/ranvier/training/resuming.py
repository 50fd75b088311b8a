"""resuming: a run that stands in its folder → its end."""

from dataclasses import replace
from pathlib import Path

from ranvier.data import Dataset, Parts, load
from ranvier.engine.choose import choose, thread_count
from ranvier.engine.contract import Program
from ranvier.errors import DataError, DescriptionError, FileError
from ranvier.training.checkpoint import read_checkpoint
from ranvier.training.events import Finished, OnEvent, check_listener
from ranvier.training.folder import RunFolder, open_folder
from ranvier.training.keep import keep_end, keep_resumed, was_ended
from ranvier.training.learner import Learner, program_of
from ranvier.training.lock import held
from ranvier.training.loop import Loop
from ranvier.training.members import numbers_at
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
    check_listener(on_event)
    files = open_folder(folder)
    with held(files.path):
        run = Run.load(folder)
        finished = run.is_finished
        _extend(run, epochs)
        if finished and run.is_finished:
            return _as_it_is(run, files, on_event)
        parts = run.parts(_data_of(run) if data is None else data)
        count = thread_count(threads)
        learners = _learners(run, parts, engine, count)
        return Loop(learners, min(count, len(learners)), on_event).go()


def _learners(
    run: Run, parts: Parts, engine: str | None, threads: int
) -> list[Learner]:
    """Return what learns, each member where its last epoch left it."""
    numbers = run.encoder.encoded_parts(parts)
    share = max(1, threads // len(run.members))
    at_once = min(threads, len(run.members))
    learners = []
    for member in run.members:
        program = _program(member, engine, share)
        _restore(member, program)
        own = numbers_at(numbers, member.rows)
        learners.append(Learner.over(member, program, own, at_once))
    return learners


def _extend(run: Run, epochs: int | None) -> None:
    if epochs is None:
        return
    extended = [replace(member.recipe, epochs=epochs) for member in run.members]
    done = max(len(member.history) for member in run.members)
    if epochs < done:
        raise DescriptionError(
            f"resume(epochs={epochs}): the run in {run.folder} has {done} epochs "
            "already; give more, or leave epochs out."
        )
    for member, recipe in zip(run.members, extended, strict=True):
        member.recipe = recipe


def _as_it_is(run: Run, files: RunFolder, on_event: OnEvent | None) -> Run:
    if not was_ended(files):
        for member in run.members:
            keep_resumed(member, RunFolder(member.folder or files.path))
            keep_end(member, RunFolder(member.folder or files.path))
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


def _program(run: Run, engine: str | None, threads: int) -> Program:
    chosen = choose(engine or run.engine)
    if engine:
        run.engine, run.reason = chosen.engine.name, chosen.reason
    return program_of(run, chosen.engine, threads)


def _restore(run: Run, program: Program) -> None:
    """Put the program where the last epoch left it, and mend the folder."""
    files = RunFolder(run.folder or Path())
    kept = read_checkpoint(files.checkpoint, run.network)
    program.load_parameters(kept.parameters)
    try:
        program.load_state(kept.state)
    except DescriptionError as error:
        raise FileError(f"{files.checkpoint} does not fit its run: {error}") from None
    run.failure = None
    keep_resumed(run, files)
