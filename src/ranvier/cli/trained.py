"""trained: a model file, or the folder of a run → a model."""

from pathlib import Path
from typing import NamedTuple

from ranvier.errors import FileError
from ranvier.model import Model
from ranvier.training import Run


class Trained(NamedTuple):
    """Hold a model, and the run that it comes from where that is known."""

    model: Model
    run: Run | None


def read_trained(path: str) -> Trained:
    """Return what lies at `path`; of a run, the model with its best weights.

    Raises:
        FileError: nothing lies there, or neither a model nor a run.
        DescriptionError: the run has learnt nothing yet.
    """
    place = Path(path)
    if not place.exists():
        raise FileError(
            f"there is no file or folder {path}; give a model file, or the folder of a "
            "run, such as runs/digits-1."
        )
    if not place.is_dir():
        return Trained(Model.load(place), None)
    run = Run.load(place)
    return Trained(Model.from_run(run), run)
