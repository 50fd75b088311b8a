"""schema: what each input means, and what the network is to say about it."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from ranvier.data.table.column import Column
from ranvier.description import Document, Must, description
from ranvier.errors import DescriptionError

Side = Annotated[int, Field(ge=1, le=2**14)]


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


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


def _as_form(value: object) -> object:
    if isinstance(value, dict):
        return ImageForm(**value)
    if not (value in (None, False) or isinstance(value, ImageForm)):
        raise ValueError
    return value or None


def _as_column(value: object) -> object:
    return Column.from_dict(value) if isinstance(value, dict) else value


@description
class Schema(Document):
    """Describe data: the shape of one input row, the task, and the names of classes.

    `outputs` is how many numbers the network must give: one for each class, or one
    for each target column. `image` says how a picture becomes a row. Of a table,
    `columns` are its inputs, those that are left out too, and `target` names the
    columns of the answers; a row's shape is the number of columns that are learnt.

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
        BeforeValidator(_as_tuple),
        Field(min_length=1),
        Must("positive integers", "give the shape of one row, as in (784,)"),
    ]
    task: Annotated[
        Literal["classification", "regression"],
        Must("classification or regression", "classes are names, values are numbers"),
    ]
    classes: Annotated[
        tuple[str, ...],
        BeforeValidator(_as_tuple),
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
        BeforeValidator(_as_tuple),
        Must("a list of Column", "leave it out for rows that come from no table"),
    ] = ()
    target: Annotated[
        tuple[str, ...],
        BeforeValidator(_as_tuple),
        Must("names of columns", "leave it out for rows that come from no table"),
    ] = ()

    def __post_init__(self) -> None:
        _check_classes(self)
        if self.image is not None and self.image.shape != self.input_shape:
            raise DescriptionError(
                f"Schema(input_shape={self.input_shape}): the image form makes rows of "
                f"shape {self.image.shape}; give both the same."
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


def _check_classes(schema: Schema) -> None:
    given = f"Schema(task={schema.task!r}, outputs={schema.outputs}): "
    count = len(schema.classes)
    if schema.task == "regression" and count:
        raise DescriptionError(
            f"{given}{count} classes are named, regression has none; give classes=()."
        )
    if schema.task == "regression":
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
