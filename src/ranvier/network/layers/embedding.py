"""embedding: a row of learnt numbers for each id."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from ranvier.description import Must, description
from ranvier.errors import DescriptionError
from ranvier.network.initializers import Normal, Shape
from ranvier.network.layers.options import MOST_UNITS, as_tuple, misfit
from ranvier.network.layers.parameter import Parameter

_Count = Annotated[int, Field(ge=1, le=MOST_UNITS)]


def _as_one(value: object) -> object:
    """Turn a single number into a list of one."""
    return (value,) if isinstance(value, int) else as_tuple(value)


def _as_width(value: object) -> object:
    """Turn widths that are all alike into the one number that stands for all."""
    widths = as_tuple(value)
    if isinstance(widths, tuple) and widths and all(one == widths[0] for one in widths):
        return widths[0]
    return widths


@description
class Embedding:
    """Look ids up in tables of learnt rows (Bengio et al. 2003, section 2).

    ids: how many ids each table knows, 0 to one less; table_1 has the shape (ids[0],
        width), table_2 (ids[1], width), and so on.
    width: the length of a row, or one for each table.
    columns: the input's columns that hold the ids, in the order of the tables; the
        first ones if left out.

    An input (K,) becomes the rows that were found, in the order of the tables, and
    then its other columns in their order. It is the first layer of its network.

    >>> Embedding(ids=(1682, 943), width=64).output_shape((5,))
    (131,)
    """

    type: ClassVar[str] = "embedding"

    ids: Annotated[
        Annotated[tuple[_Count, ...], Field(min_length=1)],
        BeforeValidator(_as_one),
        Must(
            "the size of each table, as in (1682, 943)",
            "give one positive integer for each column of ids",
        ),
    ]
    width: Annotated[
        _Count | tuple[_Count, ...],
        BeforeValidator(_as_width),
        Must("a positive integer, or one for each table", "8 to 64 suit most tables"),
    ] = 64
    columns: Annotated[
        tuple[Annotated[int, Field(ge=0, le=MOST_UNITS)], ...] | None,
        BeforeValidator(_as_one),
        Must(
            "the number of a column for each table, from 0",
            "leave it out for the first columns",
        ),
    ] = None

    def __post_init__(self) -> None:
        for name, given in (("width", self.width), ("columns", self.columns)):
            if isinstance(given, tuple) and len(given) != len(self.ids):
                raise DescriptionError(
                    f"Embedding({name}={given}): there are {len(self.ids)} tables, "
                    f"one for each of ids; give {name} as many numbers."
                )
        if len(set(self.id_columns)) < len(self.ids):
            raise DescriptionError(
                f"Embedding(columns={self.columns}): a column was given twice; give "
                "each table a column of its own."
            )

    @property
    def id_columns(self) -> tuple[int, ...]:
        """The column of the ids of each table."""
        return tuple(range(len(self.ids))) if self.columns is None else self.columns

    @property
    def widths(self) -> tuple[int, ...]:
        """The length of the rows of each table."""
        if isinstance(self.width, tuple):
            return self.width
        return (self.width,) * len(self.ids)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one output, given that of one input.

        Raises:
            DescriptionError: inputs are not flat, or have too few columns.
        """
        needed = max(self.id_columns) + 1
        if len(input_shape) != 1 or input_shape[0] < needed:
            raise misfit(
                self,
                input_shape,
                f"rows with at least {needed} columns",
                "name the columns that hold ids, as in columns=(0, 3)",
            )
        return (input_shape[0] - len(self.ids) + sum(self.widths),)

    def parameters(self, input_shape: Shape) -> tuple[Parameter, ...]:
        """Return the tables."""
        tables = zip(self.ids, self.widths, strict=True)
        return tuple(
            Parameter(f"table_{number}", shape, Normal())
            for number, shape in enumerate(tables, 1)
        )
