"""schema: what each input means, and what the network is to say about it."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ranvier.data.column import Column
from ranvier.description import Document, Must, as_tuple, description
from ranvier.errors import DescriptionError

_NUMERAL = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?(e[+-]?\d+)?")

Side = Annotated[int, Field(ge=1, le=2**14)]


def _folder_name(name: str) -> str:
    if not name.strip(" .") or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
        raise ValueError
    return name


@description
class ImageForm(Document):
    """Say how a picture becomes a row: (H, W) bytes, or (H, W, C) with channels last.

    `centred="mass"` is MNIST's way: light ink on black, fitted into the middle 20/28
    of the picture, with its centre of mass in the middle (LeCun, Bottou, Bengio and
    Haffner 1998, section III.A).

    >>> ImageForm(28, 28).shape
    (28, 28)
    """

    height: Annotated[Side, Must("an integer from 1 to 16384", "MNIST's is 28")]
    width: Annotated[Side, Must("an integer from 1 to 16384", "MNIST's is 28")]
    channels: Annotated[
        Literal[1, 3, 4],
        Must("1, 3 or 4", "1 is grey, 3 is colour, 4 is colour with alpha"),
    ] = 1
    centred: Annotated[
        Literal["mass"] | None,
        Must('"mass" or None', '"mass" is for one dark or light sign on plain ground'),
    ] = None

    def __post_init__(self) -> None:
        if self.centred and self.channels != 1:
            raise DescriptionError(
                f"ImageForm(channels={self.channels}, centred={self.centred!r}): "
                "pictures centred by mass are grey; leave channels out."
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one row."""
        sides = (self.height, self.width)
        return sides if self.channels == 1 else (*sides, self.channels)


@description
class SoundForm(Document):
    """Say how a sound becomes a row: (frames, bands) of its spectrum over time.

    At `rate` samples a second, windows of `window` seconds, `hop` seconds apart, are
    weighed by a Hann window; the power in `bands` triangles, evenly spaced in mels
    (Davis and Mermelstein 1980), is told in decibels. `frames` of them are kept from
    the middle of a long sound, and silence stands around a short one.

    "log_mel" are bytes: 255 is the loudest place of what is kept, 1 is 60 decibels
    below and all that is softer, 0 is outside the sound. The share `levelled` of what
    each band is louder in the mean than all of them is taken away first, so that voice
    and microphone tell less (after Atal 1974, section IV). "mfcc" are the first
    `coefficients` of the cosine transform of the decibels, each with mean 0 and
    standard deviation 1 over what is kept.

    >>> SoundForm(8000, 64).shape
    (64, 40)
    """

    rate: Annotated[
        int,
        Field(ge=1000, le=192_000),
        Must("samples a second, from 1000 to 192000", "16000 suits speech"),
    ]
    frames: Annotated[Side, Must("an integer from 1 to 16384", "100 are one second")]
    features: Annotated[
        Literal["log_mel", "mfcc"],
        Must("log_mel or mfcc", "log_mel suits convolutions"),
    ] = "log_mel"
    bands: Annotated[
        int, Field(ge=2, le=512), Must("an integer from 2 to 512", "40 suits speech")
    ] = 40
    coefficients: Annotated[
        int,
        Field(ge=1, le=512),
        Must("a positive integer, at most as many as bands", "13 is usual"),
    ] = 13
    window: Annotated[
        float,
        Field(ge=0.001, le=1),
        Must("seconds, from 0.001 to 1", "0.025 is usual"),
    ] = 0.025
    hop: Annotated[
        float,
        Field(ge=0.001, le=1),
        Must("seconds, from 0.001 to 1", "0.01 is usual"),
    ] = 0.01
    levelled: Annotated[
        float,
        Field(ge=0, le=1),
        Must("a share from 0 to 1", "0.0 keeps every band as it is"),
    ] = 0.5

    def __post_init__(self) -> None:
        if self.features == "mfcc" and self.coefficients > self.bands:
            raise DescriptionError(
                f"SoundForm(coefficients={self.coefficients}, bands={self.bands}): "
                "there are no more coefficients than bands; give fewer."
            )

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of one row."""
        return self.frames, self.bands if self.features == "log_mel" else (
            self.coefficients
        )


def _as_form(value: object) -> object:
    if isinstance(value, dict):
        return ImageForm(**value)
    if not (value in (None, False) or isinstance(value, ImageForm)):
        raise ValueError
    return value or None


def _as_sound(value: object) -> object:
    if isinstance(value, dict):
        return SoundForm(**value)
    if not (value in (None, False) or isinstance(value, SoundForm)):
        raise ValueError
    return value or None


def _as_column(value: object) -> object:
    return Column.from_dict(value) if isinstance(value, dict) else value


@description
class Schema(Document):
    """Describe data: the shape of one input row, the task, and the names of classes.

    The task is "classification" into one of the classes, "regression" to values, or
    "labels": several targets, each yes (1) or no (0), which a row may have together.
    `outputs` is how many numbers the network must give: one for each class, or one
    for each target. `image` says how a picture becomes a row, `sound` how a recording
    does. Of a table, `columns` are its inputs, those that are left out too; a row's
    shape is the number of columns that are learnt. `target` names the answers, of a
    table its columns; `weight` is the column that says what each row counts. Where a
    text leaves open whether decimals follow a comma, `decimal_comma` tells.

    >>> Schema("coins", (2,), "classification", ("tails", "heads"), 2).outputs
    2
    """

    name: Annotated[
        str,
        Field(max_length=100),
        AfterValidator(_folder_name),
        Must("a name that a folder can have", "letters, digits and dashes are safe"),
    ]
    input_shape: Annotated[
        tuple[Annotated[int, Field(ge=1)], ...],
        BeforeValidator(as_tuple),
        Field(min_length=1),
        Must("positive integers", "give the shape of one row, as in (784,)"),
    ]
    task: Annotated[
        Literal["classification", "regression", "labels"],
        Must(
            "classification, regression or labels",
            "classes are names, values are numbers, labels are yes or no",
        ),
    ]
    classes: Annotated[
        tuple[str, ...],
        BeforeValidator(as_tuple),
        Must("names of classes", 'give texts, as in ("no", "yes")'),
    ]
    outputs: Annotated[
        int,
        Field(ge=1, le=2**24),
        Must("a positive integer", "one for each class, or for each target column"),
    ]
    image: Annotated[
        Any,
        BeforeValidator(_as_form),
        Must("an ImageForm or None", "leave it out for rows that are no pictures"),
    ] = None
    columns: Annotated[
        tuple[Annotated[Column, BeforeValidator(_as_column)], ...],
        BeforeValidator(as_tuple),
        Must("a list of Column", "leave it out for rows that come from no table"),
    ] = ()
    target: Annotated[
        tuple[str, ...],
        BeforeValidator(as_tuple),
        Must("names of the answers", "leave it out where they have none"),
    ] = ()
    sound: Annotated[
        Any,
        BeforeValidator(_as_sound),
        Must("a SoundForm or None", "leave it out for rows that are no sounds"),
    ] = None
    weight: Annotated[
        str | None,
        Field(min_length=1),
        Must("the name of a column, or None", "leave it out where rows count alike"),
    ] = None
    decimal_comma: Annotated[
        bool | None,
        Must("true, false or None", "leave it out where no text says"),
    ] = None

    def __post_init__(self) -> None:
        _check_classes(self)
        _check_target(self)
        for name, form in (("image", self.image), ("sound", self.sound)):
            if form is not None and form.shape != self.input_shape:
                raise DescriptionError(
                    f"Schema(input_shape={self.input_shape}): the {name} form makes "
                    f"rows of shape {form.shape}; give both the same."
                )
        learnt = sum(column.is_learnt for column in self.columns)
        if self.columns and self.input_shape != (learnt,):
            raise DescriptionError(
                f"Schema(input_shape={self.input_shape}): {learnt} of the columns are "
                f"learnt; give ({learnt},)."
            )

    @property
    def is_table(self) -> bool:
        """Whether a row is one of a table, with named columns."""
        return bool(self.columns)

    @property
    def texts(self) -> list[str]:
        """The columns of a table whose cells are texts, taken as they are written."""
        written = [one.name for one in self.columns if one.is_written]
        return written if are_numerals(self.classes) else [*written, *self.target]

    @property
    def counted(self) -> str:
        """How many classes, labels or targets there are, in words."""
        if self.classes:
            return f"{len(self.classes)} classes"
        kind = "label" if self.has_labels else "target"
        return f"{self.outputs} {kind}{'s' if self.outputs > 1 else ''}"

    @property
    def has_labels(self) -> bool:
        """Whether each answer is yes or no, and a row may have several together."""
        return self.task == "labels"

    @property
    def answers(self) -> tuple[str, ...]:
        """What each output stands for: a class, a target, or else its number from 1."""
        numbers = tuple(map(str, range(1, self.outputs + 1)))
        return self.classes or self.target or numbers


def are_numerals(names: Iterable[str]) -> bool:
    """Return whether all names are numbers as such: 7 and 0.5, not 007 or 1.0.

    >>> are_numerals(["0", "1.5"]), are_numerals(["1.10", "1.9"])
    (True, False)
    """
    return all(map(_NUMERAL.fullmatch, names))


def _check_classes(schema: Schema) -> None:
    given = f"Schema(task={schema.task!r}, outputs={schema.outputs}): "
    count = len(schema.classes)
    if schema.task != "classification" and count:
        raise DescriptionError(
            f"{given}{count} classes are named, {schema.task} has none; give "
            "classes=()."
        )
    if schema.task != "classification":
        return
    if count < 2 or count != schema.outputs:
        raise DescriptionError(
            f"{given}{count} classes are named; give two or more, and as many outputs."
        )
    if len(set(schema.classes)) < count:
        twice = next(name for name in schema.classes if schema.classes.count(name) > 1)
        raise DescriptionError(
            f"{given}the class {twice!r} is named twice; give each its own name."
        )
    for name in schema.classes:
        if name.encode(errors="ignore").decode() != name:
            raise DescriptionError(
                f"{given}the class {name!r} is no text that a file can hold; give it "
                "another name."
            )


def _check_target(schema: Schema) -> None:
    if schema.has_labels and schema.outputs < 2:
        raise DescriptionError(
            f"Schema(task='labels', outputs={schema.outputs}): labels are two targets "
            "or more; for one give the task classification with two classes."
        )
    if not schema.classes and len(schema.target) not in (0, schema.outputs):
        raise DescriptionError(
            f"Schema(outputs={schema.outputs}): {len(schema.target)} targets are named "
            f"({', '.join(schema.target[:5])}); give as many as outputs."
        )
    others = {*schema.target, *(column.name for column in schema.columns)}
    if schema.weight in others:
        raise DescriptionError(
            f"Schema(weight={schema.weight!r}): what a row counts is neither learnt "
            "nor an answer; take that column out of the others."
        )
