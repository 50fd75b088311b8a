"""stopping: when a training has learnt what it will."""

from typing import Annotated, Literal, Protocol

from pydantic import Field

from ranvier.description import Must, description


@description
class EarlyStopping:
    """Stop when `monitor` has not got better by `min_delta` for `patience` epochs.

    Without a validation part, `val_loss` is read as `loss` and `val_accuracy` as
    `accuracy`. The weights of the best epoch are kept in any case.
    Prechelt 1998, section 2.
    """

    monitor: Annotated[
        Literal["val_loss", "val_accuracy", "loss", "accuracy"],
        Must("val_loss, val_accuracy, loss or accuracy", "val_loss suits most"),
    ] = "val_loss"
    patience: Annotated[
        int,
        Field(ge=1),
        Must("a positive integer", "for training to the end, give stopping=None"),
    ] = 5
    min_delta: Annotated[
        float, Field(ge=0), Must("zero or a positive number", "0.0 counts any gain")
    ] = 0.0


class Judged(Protocol):
    """Hold what an epoch came to; None where there was nothing to judge by."""

    @property
    def loss(self) -> float:
        """The mean loss over the training rows."""

    @property
    def accuracy(self) -> float | None:
        """The share of training rows with the right class."""

    @property
    def val_loss(self) -> float | None:
        """The mean loss over the validation rows."""

    @property
    def val_accuracy(self) -> float | None:
        """The share of validation rows with the right class."""


def monitored(monitor: str, epoch: Judged) -> str:
    """Return what is read for `monitor`: without validation or classes, the rest."""
    if epoch.val_loss is None:
        monitor = monitor.removeprefix("val_")
    if epoch.accuracy is None:
        monitor = monitor.replace("accuracy", "loss")
    return monitor


def cost(monitor: str, epoch: Judged) -> float:
    """Return the monitored value, turned so that less is better."""
    name = monitored(monitor, epoch)
    value = float(getattr(epoch, name))
    return -value if name.endswith("accuracy") else value
