"""columns: the numbers that a network reads → the columns or pixels they come from."""

from typing import NamedTuple

import numpy as np

from ranvier.data import Encoder, Schema


class InputColumn(NamedTuple):
    """Name a column, a pixel or a place, and its numbers among those of a row."""

    name: str
    numbers: tuple[int, ...]


def input_columns(schema: Schema, encoder: Encoder) -> list[InputColumn]:
    """Return where each number of an encoded row comes from, in order.

    Columns of arrays and pixels are counted from 0, as NumPy does.

    >>> schema = Schema("coins", (2,), "classification", ("tails", "heads"), 2)
    >>> none = np.zeros(2, np.float32)
    >>> [one.name for one in input_columns(schema, Encoder(none, none))]
    ['column 0', 'column 1']
    """
    if encoder.table is not None:
        return _of_table(encoder)
    shape = schema.input_shape
    if len(shape) == 1:
        return [InputColumn(f"column {n}", (n,)) for n in range(shape[0])]
    channels = 1
    if schema.image is not None:
        channels, shape = schema.image.channels, shape[:2]
    kind = "pixel" if schema.image is not None else "place"
    numbers = np.arange(np.prod(shape) * channels).reshape(-1, channels).tolist()
    return [
        InputColumn(f"{kind} {place}", tuple(own))
        for place, own in zip(np.ndindex(*shape), numbers, strict=True)
    ]


def named(columns: list[InputColumn], most: int = 3) -> str:
    """Return the names of columns, the first few of many.

    >>> named([InputColumn(name, ()) for name in "abcde"])
    'a, b, c and 2 more'
    """
    shown = ", ".join(column.name for column in columns[:most])
    more = len(columns) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def _of_table(encoder: Encoder) -> list[InputColumn]:
    assert encoder.table is not None
    origins = np.array(encoder.table.origins)
    return [
        InputColumn(column.name, tuple(np.flatnonzero(origins == number).tolist()))
        for number, column in enumerate(encoder.table.columns)
    ]
