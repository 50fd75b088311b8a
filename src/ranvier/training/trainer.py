"""trainer: network, data and recipe → a run; and a run that stands → its end."""

from dataclasses import replace
from pathlib import Path

from ranvier.data import Dataset, Encoder, Parts, load
from ranvier.engine.choose import Choice, choose, thread_count
from ranvier.engine.contract import Decode, Program
from ranvier.engine.parameters import initial_parameters
from ranvier.errors import DataError, DescriptionError, FileError
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training.checkpoint import Checkpoint, read_checkpoint
from ranvier.training.checks import fitted, parts_of
from ranvier.training.events import Event, Finished, OnEvent
from ranvier.training.folder import Rows, RunFolder, make_folder
from ranvier.training.keep import keep_resumed, keep_start
from ranvier.training.loop import Loop, portion
from ranvier.training.run import Run, Source, versions_here


def train(
    network: Network,
    data: Dataset | Parts,
    recipe: Recipe | None = None,
    *,
    engine: str = "auto",
    threads: int | None = None,
    folder: str | Path | None = "auto",
    on_event: OnEvent | None = None,
) -> Run:
    """Train `network` on `data` by `recipe`, and return the run with the best weights.

    data: a `Dataset` is split by the recipe; `Parts` are taken as they are.
    engine: "auto", "native" or "reference".
    threads: at most so many; as many as there are cores if left out. Any number gives
        the same bits.
    folder: where the run lives; "auto" is the next free `runs/<data>-<number>`, None
        writes nothing.
    on_event: called with `Started`, `EpochEnded` and `Finished`.

    Raises:
        DescriptionError, DataError: network, data and recipe do not fit each other.
        FileError: the folder cannot be written to, or holds a run already.
        DivergedError: the numbers were no longer finite.

    >>> from ranvier.data import from_arrays
    >>> from ranvier.network import Dense
    >>> points = from_arrays([[0.0], [1.0], [2.0], [3.0]] * 8, [0, 0, 1, 1] * 8)
    >>> network = Network([Dense(2, "softmax")])
    >>> train(network, points, Recipe(epochs=3), folder=None).best_epoch
    3
    """
    recipe = Recipe() if recipe is None else recipe
    parts = parts_of(data, recipe)
    network = fitted(network, parts, recipe)
    chosen, threads = choose(engine), thread_count(threads)
    run = Run(
        network=network,
        recipe=recipe,
        schema=parts.train.schema,
        encoder=Encoder.fit(parts.train),
        rows=_rows(parts),
        source=Source(parts.train.source, {}),
        engine=chosen.engine.name,
        reason=chosen.reason,
        versions=versions_here(),
        parameters=initial_parameters(network, recipe.seed),
    )
    program = _program(run, chosen, threads)
    if folder is not None:
        _settle(run, program, parts, folder)
    return _loop(run, program, parts, on_event).go()


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
    engine: as before if left out; another one gives other roundings.
    epochs: the recipe's new number of epochs. A run that is finished with it, or that
        stopped early, is returned as it is: `run.stopped` says why.

    Raises:
        FileError: there is no run in `folder`, or a file of it was altered.
        DataError: `data` are not those of the run.
        DescriptionError: fewer epochs are asked for than are done.
        DivergedError: the numbers were no longer finite.
    """
    run = Run.load(folder)
    _extend(run, epochs)
    tell = on_event or _silent
    if run.is_finished and epochs is None:
        tell(Finished(run))
        return run
    parts = run.parts(_data_of(run) if data is None else data)
    chosen = choose(engine or run.engine)
    if engine:
        run.engine, run.reason = chosen.engine.name, chosen.reason
    program = _program(run, chosen, thread_count(threads))
    _restore(run, program)
    return _loop(run, program, parts, on_event).go()


def _program(run: Run, chosen: Choice, threads: int) -> Program:
    decode = Decode(run.encoder.scale, run.encoder.shift)
    return chosen.engine.program(
        run.network, run.recipe, decode, run.parameters, threads
    )


def _settle(run: Run, program: Program, parts: Parts, folder: str | Path) -> None:
    """Give the run its folder, with all that is known before the first epoch."""
    made = make_folder(folder, run.schema.name)
    run.source = Source(run.source.name, _fingerprints(parts))
    run.folder = made.path
    keep_start(run, made, Checkpoint(0, run.parameters, program.state()))


def _rows(parts: Parts) -> Rows:
    validation, test = (part.rows if part else None for part in parts[1:])
    return Rows(parts.train.rows, validation, test)


def _fingerprints(parts: Parts) -> dict[str, str]:
    """Hash each memory once, however many parts lie in it."""
    memories = {id(part.memory_inputs): part for part in parts if part}
    hashes = {key: part.fingerprint() for key, part in memories.items()}
    return {
        name: hashes[id(part.memory_inputs)]
        for name, part in parts._asdict().items()
        if part
    }


def _loop(run: Run, program: Program, parts: Parts, on_event: OnEvent | None) -> Loop:
    validation = portion(parts.validation) if parts.validation else None
    return Loop(run, program, portion(parts.train), validation, on_event or _silent)


def _extend(run: Run, epochs: int | None) -> None:
    if epochs is None:
        return
    if epochs < len(run.history):
        raise DescriptionError(
            f"resume(epochs={epochs}): the run in {run.folder} has "
            f"{len(run.history)} epochs already; give more, or leave epochs out."
        )
    run.recipe = replace(run.recipe, epochs=epochs)


def _data_of(run: Run) -> Dataset:
    if run.source.name is None:
        raise DataError(
            f"the run in {run.folder} was trained on arrays from Python; give them "
            f"again, as in ranvier.resume({str(run.folder)!r}, data)."
        )
    return load(run.source.name)


def _restore(run: Run, program: Program) -> None:
    """Put the program where the last epoch left it, and mend the folder."""
    files = RunFolder(Path(run.folder or ""))
    kept = read_checkpoint(files.checkpoint, run.network)
    program.load_parameters(kept.parameters)
    try:
        program.load_state(kept.state)
    except DescriptionError as error:
        raise FileError(f"{files.checkpoint} does not fit its run: {error}") from None
    run.failure = None
    keep_resumed(run, files)


def _silent(event: Event) -> None:
    pass
