"""form: what a table means: its columns, its target, its task and its classes."""

from typing import NamedTuple

from ranvier.data.column import Column
from ranvier.data.schema import Schema
from ranvier.data.sources.targets import Task


class Form(NamedTuple):
    """Say what the columns of a table mean, and what is to be answered.

    columns: the inputs in the table's order, those that are left out too.
    target: the columns of the answers, one for classes.
    classes: their names, canonical texts in order; empty for values and for labels.
    weight: the column that says what each row counts, which is none of the others.
    decimal_comma: whether the text had decimals after a comma, None if it had none.

    >>> form = Form("coins", (Column("size", "number"),), ("side",), "regression")
    >>> form.outputs, form.schema.input_shape
    (1, (1,))
    """

    name: str
    columns: tuple[Column, ...]
    target: tuple[str, ...]
    task: Task
    classes: tuple[str, ...] = ()
    weight: str | None = None
    decimal_comma: bool | None = None

    @property
    def outputs(self) -> int:
        """How many numbers the network must give."""
        return len(self.classes) or len(self.target)

    @property
    def learnt(self) -> tuple[Column, ...]:
        """The columns that the network is to see."""
        return tuple(column for column in self.columns if column.is_learnt)

    @property
    def schema(self) -> Schema:
        """The schema of a data set with these columns.

        Raises:
            DescriptionError: its name is none that a folder can have.
        """
        return Schema(
            self.name,
            (len(self.learnt),),
            self.task,
            self.classes,
            self.outputs,
            columns=self.columns,
            target=self.target,
            weight=self.weight,
            decimal_comma=self.decimal_comma,
        )
