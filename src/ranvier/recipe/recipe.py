"""recipe: how to learn. It holds no state."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ranvier.data import SPLITS
from ranvier.description import Document, Must, description, named, one_of
from ranvier.errors import DescriptionError
from ranvier.network import Network
from ranvier.recipe.augmentation import Augmentation
from ranvier.recipe.clipping import Clip
from ranvier.recipe.deciding import ThresholdWish
from ranvier.recipe.encoding import Encode
from ranvier.recipe.losses import LOSSES, Hinge, Loss, suited_to
from ranvier.recipe.optimizers import LBFGS, OPTIMIZERS, Adam, ScheduleFree
from ranvier.recipe.penalties import Penalty
from ranvier.recipe.schedules import SCHEDULES, Constant
from ranvier.recipe.stopping import EarlyStopping
from ranvier.recipe.weighting import ClassWeight

Part = Annotated[
    float,
    Field(ge=0, lt=1),
    Must("a share of the rows, at least 0 and below 1", "0.1 is usual"),
]


def _stopping(value: object) -> object:
    if isinstance(value, dict):
        return EarlyStopping(**named(value))
    return None if value is False else value


def _penalty(value: object) -> object:
    return Penalty(**named(value)) if isinstance(value, dict) else value


def _split(value: object) -> object:
    return None if value in (None, False) else _SPLIT.func(value)  # type: ignore[call-arg]


def _clip(value: object) -> object:
    return Clip(**named(value)) if isinstance(value, dict) else value


def _augmentation(value: object) -> object:
    if isinstance(value, dict):
        return Augmentation(**named(value))
    return None if value is False else value


_SPLIT = one_of(SPLITS)


@description
class Recipe(Document):
    """Describe a training: loss, optimizer, rates, epochs, batch size, parts, seed.

    `loss="auto"` is cross_entropy after softmax, binary_cross_entropy after sigmoid,
    else mse. `validation` and `test` are the shares of the rows that are set aside
    where the data come without such parts of their own; `split` says how, as in
    `GroupSplit("patient")`, and by chance if left out, of each class its share.
    `warmup` is the share of all steps in which the learning rate rises from zero,
    before the `schedule` starts. `class_weight` is "balanced" or a weight for each
    class, of labels for a yes of each, by which rows count while the network learns;
    they count alike where it is judged. `threshold` is how probable the second of two
    classes must be to be the answer: a number, or the figure that it is chosen to be
    best for on the rows for validation; else the more probable class is the answer.
    `augmentation` changes pictures while it learns. `encode` names the encoder of a
    column of a table, or of all numbers as "number", where another than the usual one
    is wanted.

    With `average`, a decay such as 0.999, the weights that are judged, kept as the best
    and shipped are a running mean of those that learn: that of s steps ago counts
    decay^s, all together one, so that the start leaves no trace (Polyak and Juditsky
    1992; Kingma and Ba 2015, section 7.2). What BatchNorm keeps is not averaged.

    With `members`, so many networks learn at once, each from weights, an order and
    validation rows drawn for itself, and the mean of what they say is the answer
    (Lakshminarayanan, Pritzel and Blundell 2017). Each sees rows that another keeps
    for validation, so that together they learn from all but the test rows.

    >>> Recipe(optimizer="adam").optimizer.learning_rate
    0.001
    """

    loss: Annotated[
        Any,
        one_of(LOSSES, "auto"),
        Must("a name or a loss", f"known: auto, {', '.join(LOSSES)}"),
    ] = "auto"
    optimizer: Annotated[
        Any,
        one_of(OPTIMIZERS),
        Must("a name or an optimizer", f"known: {', '.join(OPTIMIZERS)}"),
    ] = Adam()
    schedule: Annotated[
        Any,
        one_of(SCHEDULES),
        Must("a name or a schedule", f"known: {', '.join(SCHEDULES)}"),
    ] = Constant()
    warmup: Annotated[
        float,
        Field(ge=0, lt=1),
        Must("a share of all steps, at least 0 and below 1", "0.05 is usual"),
    ] = 0.0
    class_weight: ClassWeight = None
    threshold: ThresholdWish = None
    penalty: Annotated[
        Penalty, BeforeValidator(_penalty), Must("a Penalty", "as in Penalty(l2=1e-4)")
    ] = Penalty()
    clip: Annotated[
        Clip, BeforeValidator(_clip), Must("a Clip", "as in Clip(global_norm=1.0)")
    ] = Clip()
    average: Annotated[
        float | None,
        Field(gt=0, lt=1),
        Must("a number between 0 and 1, or None", "0.999 is usual"),
    ] = None
    augmentation: Annotated[
        Augmentation | None,
        BeforeValidator(_augmentation),
        Must("an Augmentation or None", "as in Augmentation(shift=2, rotate=10)"),
    ] = None
    encode: Encode = ()
    members: Annotated[
        int,
        Field(ge=1, le=64),
        Must("an integer from 1 to 64", "4 to 8 gain most of what there is to gain"),
    ] = 1
    epochs: Annotated[
        int,
        Field(ge=1, le=10**9),
        Must("a positive integer", "one epoch sees every row once"),
    ] = 20
    batch_size: Annotated[
        int,
        Field(ge=1, le=2**24),
        Must("a positive integer", "32 suits most networks"),
    ] = 32
    validation: Part = 0.1
    test: Part = 0.1
    seed: Annotated[
        int,
        Field(ge=0, lt=2**63),
        Must("an integer from 0 to 2^63 - 1", "the same seed gives the same run"),
    ] = 0
    split: Annotated[
        Any,
        BeforeValidator(_split),
        Must("a split, its name, or None", f"known: {', '.join(SPLITS)}"),
    ] = None
    stopping: Annotated[
        EarlyStopping | None,
        BeforeValidator(_stopping),
        Must("an EarlyStopping or None", "None trains through all epochs"),
    ] = EarlyStopping()

    def __post_init__(self) -> None:
        if self.validation + self.test >= 1:
            raise DescriptionError(
                f"Recipe(validation={self.validation}, test={self.test}): together "
                "they must stay below 1, so that rows are left to learn from; 0.1 is "
                "usual for each."
            )
        if isinstance(self.optimizer, LBFGS):
            self._check_full_batch()
        if isinstance(self.optimizer, ScheduleFree) and self.penalty.max_norm:
            raise DescriptionError(
                f"penalty.max_norm={self.penalty.max_norm}: schedule_free ships a mean "
                "of weights that no bound holds for; leave max_norm out, or use its "
                "weight_decay."
            )

    def _check_full_batch(self) -> None:
        """Refuse what bends the steps or the loss under an exact search for both."""
        unfit = {
            "schedule": not isinstance(self.schedule, Constant),
            "warmup": self.warmup > 0,
            "average": self.average is not None,
            "clip": self.clip != Clip(),
            "augmentation": self.augmentation is not None,
            "penalty.l1": self.penalty.l1 > 0,
            "penalty.max_norm": self.penalty.max_norm is not None,
        }
        for name in (name for name, is_given in unfit.items() if is_given):
            raise DescriptionError(
                f"lbfgs searches for the length of each step down one smooth loss, and "
                f'{name} would change them; leave it out, or use optimizer="adam".'
            )

    def loss_for(self, network: Network) -> Loss:
        """Return the loss for the output layer of `network`.

        Raises:
            DescriptionError: the loss cannot judge what the output layer gives.
        """
        activation, units = network.output_activation, network.outputs or 10
        suited = suited_to(activation)
        loss: Loss = suited if self.loss == "auto" else self.loss
        if loss.outputs and activation not in loss.outputs:
            raise DescriptionError(
                f"the loss {loss.type} needs an output layer with activation "
                f"{' or '.join(loss.outputs)}, this network's has {activation}; change "
                f'the output layer to Dense({units}, "{loss.outputs[0]}"), or the loss '
                f"to {suited.type}."
            )
        if loss.is_of_classes and units == 1:
            raise DescriptionError(
                f"the loss {loss.type} compares the outputs of classes, this network "
                'has one; use Dense(1, "sigmoid") with binary_cross_entropy, or one '
                "output for each class."
            )
        return loss

    def augmentation_for(self, network: Network) -> Augmentation | None:
        """Return the augmentation for the inputs of `network`.

        Raises:
            DescriptionError: these are no pictures, or the loss takes no mixed targets.
        """
        if self.augmentation is None:
            return None
        self.augmentation.picture(network.input_shape or ())
        loss = self.loss_for(network)
        if self.augmentation.mixup and isinstance(loss, Hinge):
            raise DescriptionError(
                f"Augmentation(mixup={self.augmentation.mixup}): mixup mixes targets, "
                "and the loss hinge needs each to be one thing or the other; set mixup "
                "to 0, or use cross_entropy."
            )
        return self.augmentation
