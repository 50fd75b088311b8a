"""column: what one column of a table means."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from ranvier.description import Document, Must, as_tuple, description
from ranvier.errors import DescriptionError

Kind = Literal[
    "number",
    "count",
    "category",
    "boolean",
    "date",
    "text",
    "identifier",
    "constant",
    "ignored",
]
KINDS: dict[str, str] = {
    "number": "a measure on a scale; learnt as a number",
    "count": "whole numbers that count or order; learnt as a number",
    "category": "one of some names; learnt as one-hot columns or an embedding",
    "boolean": "yes or no; learnt as one number",
    "date": "a date, with a time or without; learnt as its cycles and its age",
    "text": "words; learnt as hashed words",
    "identifier": "another value in nearly every row; left out",
    "constant": "one value in all rows; left out",
    "ignored": "left out because you said so",
}
"""Each kind of column, and what is done with it."""


@description
class Column(Document):
    """Name a column of a table, and say what kind of values it holds.

    Typed, a number or a count is Float64, a boolean Boolean, a date Datetime in
    microseconds, a category or a text String; a missing cell is null in each.
    `format` says how the dates of a text column are written, in strptime's signs; None
    is ISO 8601, as in 2024-01-31 10:20. `of` names the columns of a cross, a category
    whose cells are theirs beside each other (Cheng et al. 2016, section 3.1); wherever
    rows are read, it is made of them. A `numeric` column that is no number holds
    numbers all the same, so that 007 and 7 are one value of it.

    >>> Column("age", "count").is_learnt
    True
    """

    left_out: ClassVar[tuple[str, ...]] = ("identifier", "constant", "ignored")

    name: Annotated[
        str, Field(min_length=1), Must("the name of a column", "as in the file's head")
    ]
    kind: Annotated[
        Kind, Must("one of " + ", ".join(KINDS), "ranvier describe FILE shows kinds")
    ]
    format: Annotated[
        str | None,
        Must("how its dates are written", "as in %d/%m/%Y; leave it out for ISO dates"),
    ] = None
    of: Annotated[
        tuple[str, ...] | None,
        BeforeValidator(as_tuple),
        Must("the names of the columns of a cross", "leave it out for a column alone"),
    ] = None
    numeric: Annotated[bool, Must("true or false", "leave it out for texts")] = False

    def __post_init__(self) -> None:
        if self.of is not None and (self.kind != "category" or len(self.of) < 2):
            raise DescriptionError(
                f"Column(kind={self.kind!r}, of={self.of}): a cross is a category of "
                "two columns or more; mend it, or leave it out."
            )
        if self.format is not None and self.kind != "date":
            raise DescriptionError(
                f"Column(kind={self.kind!r}, format={self.format!r}): only dates have "
                "a format; leave it out."
            )

    @property
    def is_written(self) -> bool:
        """Whether its cells are texts that are taken as they are written."""
        return not self.numeric and self.kind in ("category", "text", *self.left_out)

    @property
    def is_given(self) -> bool:
        """Whether rows to be learnt from or answered must hold this column."""
        return self.is_learnt and not self.of

    @property
    def is_learnt(self) -> bool:
        """Whether the network is to see this column."""
        return self.kind not in self.left_out
