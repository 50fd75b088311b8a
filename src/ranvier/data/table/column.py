"""column: what one column of a table means."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ranvier.description import Document, Must, description

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

    @property
    def is_learnt(self) -> bool:
        """Whether the network is to see this column."""
        return self.kind not in self.left_out
