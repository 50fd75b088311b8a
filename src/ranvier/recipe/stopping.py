"""stopping: when a training has learnt what it will."""

from typing import Annotated, Literal

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
