"""finished: a run that has ended → the model that is shipped."""

from ranvier.data import Dataset, Parts
from ranvier.model.model import Model
from ranvier.model.threshold import Threshold, settled
from ranvier.model.unseen import unseen
from ranvier.training import Run


def finished(
    model: Model, run: Run, data: Dataset | Parts
) -> tuple[Model, Threshold | None]:
    """Return the model of `run`, calibrated, and how its threshold was found, if so.

    Both are found on the validation rows, where there are some.

    Raises:
        DataError: `data` are not those of the run, or no threshold can be found.
    """
    judged = unseen(run, data)
    if judged is None:
        return settled(model, None)
    return settled(model.calibrated(*judged), *judged)
