"""trainer: network, data and recipe → a run."""

from pathlib import Path

from ranvier.data import Dataset, Parts
from ranvier.engine.choose import Choice, choose, thread_count
from ranvier.engine.contract import Engine
from ranvier.engine.parameters import initial_parameters
from ranvier.errors import FileError
from ranvier.network import Network
from ranvier.recipe import Recipe
from ranvier.training.checkpoint import Checkpoint
from ranvier.training.events import OnEvent, RateFound, check_listener
from ranvier.training.folder import Rows, RunFolder, make_folder
from ranvier.training.keep import discard_start, keep_start
from ranvier.training.learner import Learner, program_of
from ranvier.training.lock import held
from ranvier.training.loop import Loop
from ranvier.training.members import members
from ranvier.training.prepare import Prepared, prepare
from ranvier.training.run import Run, Source, versions_here
from ranvier.training.sweep import RateSweep, swept, with_rate


def train(
    network: Network | None,
    data: Dataset | Parts,
    recipe: Recipe | None = None,
    *,
    engine: str = "auto",
    threads: int | None = None,
    folder: str | Path | None = "auto",
    on_event: OnEvent | None = None,
) -> Run:
    """Train `network` on `data` by `recipe`, and return the run with the best weights.

    network: None is the one that suits the data, as `ranvier.recipe.suited` says.
    data: a `Dataset` is split by the recipe; `Parts` are taken as they are.
    recipe: `Recipe()` if left out, or what suits the data where the network is None.
        One whose optimizer has `learning_rate="auto"` gets the number that
        `find_learning_rate` suggests, for good.
    engine: "auto", "native" or "reference".
    threads: at most so many; as many as there are cores if left out. Any number gives
        the same bits.
    folder: where the run lives; "auto" is the next free `runs/<data>-<number>`; None
        writes nothing.
    on_event: called with `Started`, `EpochEnded` and `Finished`; with `RateFound`
        before, where a rate was to be found.

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
    check_listener(on_event)
    ready = prepare(network, data, recipe)
    chosen, threads = choose(engine), thread_count(threads)
    sweep = _sweep(ready, chosen.engine, threads)
    if sweep:
        ready = ready._replace(recipe=with_rate(ready.recipe, sweep.suggestion))
    learners = _learners(ready, data, chosen, threads)
    loop = Loop(learners, min(threads, len(learners)), on_event)
    if sweep and on_event:
        on_event(RateFound(loop.run, sweep))
    if folder is None:
        return loop.go()
    made = make_folder(folder, loop.run.schema.name)
    with held(made.path):
        try:
            _settle(learners, made, _fingerprints(ready.parts))
        except FileError:
            for number in range(len(learners), 0, -1):
                discard_start(made if number == 1 else made.member(number))
            raise
        return loop.go()


def _sweep(ready: Prepared, engine: Engine, threads: int) -> RateSweep | None:
    if ready.recipe.optimizer.learning_rate != "auto":
        return None
    return swept(ready, engine, threads)


def _learners(
    ready: Prepared, data: Dataset | Parts, chosen: Choice, threads: int
) -> list[Learner]:
    """Return what learns: each member of the run, with its share of the threads."""
    share = max(1, threads // ready.recipe.members)
    at_once = min(threads, ready.recipe.members)
    learners = []
    for member in members(ready, data):
        run = new_run(member, chosen)
        program = program_of(run, chosen.engine, share)
        learners.append(Learner.over(run, program, member.numbers, at_once))
    learners[0].run.others = [learner.run for learner in learners[1:]]
    return learners


def new_run(ready: Prepared, chosen: Choice) -> Run:
    """Return the run of what fits together, with its first weights and no epoch."""
    return Run(
        network=ready.network,
        recipe=ready.recipe,
        schema=ready.parts.train.schema,
        encoder=ready.encoder,
        rows=Rows.of(ready.parts),
        source=Source(ready.parts.train.source, {}),
        engine=chosen.engine.name,
        reason=chosen.reason,
        versions=versions_here(),
        parameters=initial_parameters(ready.network, ready.recipe.seed),
    )


def _settle(
    learners: list[Learner], folder: RunFolder, fingerprints: dict[str, str]
) -> None:
    """Write all that is known before the first epoch, of the first member at last."""
    for number, learner in reversed(list(enumerate(learners, 1))):
        run = learner.run
        run.source = Source(run.source.name, fingerprints)
        made = folder if number == 1 else make_folder(folder.member(number).path, "")
        run.folder = made.path
        keep_start(run, made, Checkpoint(0, run.parameters, learner.program.state()))


def _fingerprints(parts: Parts) -> dict[str, str]:
    """Hash each memory once, however many parts lie in it."""
    memories = {part.memory_key: part for part in parts if part}
    hashes = {key: part.fingerprint() for key, part in memories.items()}
    return {
        name: hashes[part.memory_key] for name, part in parts._asdict().items() if part
    }
