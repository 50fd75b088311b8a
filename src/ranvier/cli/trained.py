"""trained: a model file, or the folder of a run → a model."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ranvier.errors import FileError, RanvierError
from ranvier.model import Model
from ranvier.training import Run

MODEL_FILE = "model.safetensors"
"""The model in the folder of a run that has ended."""


class Trained(NamedTuple):
    """Hold a model, and the run that it comes from where that is known."""

    model: Model
    run: Run | None


def read_trained(path: str) -> Trained:
    """Return what lies at `path`; of a run, the model with its best weights.

    What probabilities were calibrated by, and the threshold, are those in its folder.

    Raises:
        FileError: nothing lies there, or neither a model nor a run.
        DescriptionError: the run has learnt nothing yet.
    """
    place = Path(path)
    if not os.path.exists(place):  # noqa: PTH110 (which raises where it may not look)
        raise FileError(
            f"there is no file or folder {path} that you may read; give a model file, "
            "or the folder of a run, such as runs/digits-1."
        )
    if not place.is_dir():
        return Trained(Model.load(place), _run_beside(place))
    run = Run.load(place)
    return Trained(model_of(run), run)


def _run_beside(path: Path) -> Run | None:
    """Return the run in whose folder a model lies; None where it lies in no run's."""
    if path.name != MODEL_FILE or not (path.parent / "run.json").exists():
        return None
    try:
        return Run.load(path.parent)
    except RanvierError:  # the model stands alone
        return None


def model_of(run: Run) -> Model:
    """Return the model of a run, with what was found out when its training ended.

    That is the temperature and the threshold, which its folder keeps; a file of other
    weights, as before the run went on, says nothing of it.

    Raises:
        FileError: the model in the folder is damaged.
        DescriptionError: the run has learnt nothing yet.
        DataError: a threshold was to be found, and the folder keeps none.
    """
    path = (run.folder or Path()) / MODEL_FILE
    if run.folder is None or not path.exists():
        return Model.from_run(run)
    made, kept = Model.unsettled(run), Model.load(path)
    is_same = len(kept.members) == len(made.members) and all(
        ours.keys() == theirs.keys()
        and all(np.array_equal(ours[name], theirs[name]) for name in ours)
        for ours, theirs in zip(kept.members, made.members, strict=True)
    )
    return kept if is_same else Model.from_run(run)
