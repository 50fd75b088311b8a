"""choice: a column → the encoder that suits it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ranvier.data.column import Column
from ranvier.data.encoders.binary import Binary
from ranvier.data.encoders.cycles import Cycles
from ranvier.data.encoders.embedding import Embedding
from ranvier.data.encoders.fitted import ColumnEncoder
from ranvier.data.encoders.known import ENCODERS
from ranvier.data.encoders.one_hot import OneHot
from ranvier.data.encoders.words import Words
from ranvier.description import one_of
from ranvier.errors import DataError, shown, suggest

if TYPE_CHECKING:
    import polars

_MOST_ONE_HOT = 9
_RESOLVE = one_of(ENCODERS).func

Wish = str | Mapping[str, object] | ColumnEncoder
"""An encoder, its name, or a table of its type and options."""


def suited(
    column: Column, values: "polars.Series", *, numbers: Wish, embed: bool
) -> ColumnEncoder:
    """Return the encoder for a column of which nobody said anything.

    A category of at most 9 values becomes one-hot columns, of more an embedding, as in
    RealMLP; without embeddings the 64 commonest values become one-hot columns.
    """
    if column.kind == "boolean":
        return Binary()
    if column.kind == "date":
        return Cycles()
    if column.kind == "text":
        return Words()
    if column.kind != "category":
        return wished(column, numbers)
    few = values.drop_nulls().n_unique() <= _MOST_ONE_HOT
    return OneHot() if few or not embed else Embedding()


def wished(column: Column, wish: Wish) -> ColumnEncoder:
    """Return the encoder that `wish` names for a column.

    Raises:
        DataError: it cannot read a column of this kind.
        DescriptionError: there is no such encoder, or it has no such option.
    """
    told = dict(wish) if isinstance(wish, Mapping) else wish
    encoder: ColumnEncoder = _RESOLVE(told)  # type: ignore[call-arg]
    if column.kind not in encoder.kinds:
        fit = [name for name in ENCODERS if column.kind in ENCODERS[name].kinds]
        raise DataError(
            f"column {shown(column.name)} is a {column.kind}, which "
            f'"{encoder.type}" cannot read; choose one of {", ".join(fit)}, or give '
            "the column another kind."
        )
    return encoder


def check_named(wishes: Mapping[str, object], columns: tuple[Column, ...]) -> None:
    """Make sure that encoders are wished for columns that are learnt.

    Raises:
        DataError: there is no such column, or it is left out.
    """
    learnt = [column.name for column in columns]
    for name in wishes:
        if name not in learnt:
            raise DataError(
                f"an encoder is given for column {shown(name)}, which is not learnt; "
                f"{suggest(str(name), learnt)}learnt: {', '.join(learnt)}."
            )
