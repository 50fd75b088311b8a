"""digest: all that a data set holds → one number that no other data have."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranvier.data.schema import Schema
from ranvier.data.stored import Cells, pieces


def sha256_of(schema: Schema, inputs: Any, others: Iterable[NDArray[Any]]) -> str:
    """Return the SHA-256 of a schema, of an array or a typed table, and of arrays.

    Of a column it takes which cells are missing, and the values; texts give their
    lengths in bytes and then all bytes. The same cells give the same number, wherever
    the table lies.
    """
    digest = hashlib.sha256(_said(schema).encode())
    if isinstance(inputs, np.ndarray):
        _add(digest, inputs)
    else:
        for column in inputs.iter_columns():
            _add_column(digest, column)
    for array in others:
        _add(digest, array)
    return digest.hexdigest()


def _said(schema: Schema) -> str:
    """Return a schema as JSON, without what tables alone have.

    Whether names are numbers, and where decimals began, shows in the cells.
    """
    said = schema.to_dict()
    said.pop("decimal_comma", None)
    for column in said["columns"]:
        del column["numeric"]
    if not schema.is_table:
        del said["columns"], said["target"]
    return json.dumps(said, indent=2, ensure_ascii=False)


def _add(digest: Any, array: NDArray[Any]) -> None:
    digest.update(f"{array.dtype.str} {array.shape}".encode())
    digest.update(array.data.cast("B"))


def _add_column(digest: Any, column: Cells) -> None:
    import polars

    if column.dtype == polars.String:
        _add_texts(digest, column)
        return
    cells = column[:]
    _add(digest, cells.is_null().to_numpy())
    _add(digest, cells.to_physical().fill_null(0).to_numpy())


def _add_texts(digest: Any, column: Cells) -> None:
    """Take texts some at a time: joined, all of them are long."""
    count = len(column)
    gone, lengths = np.empty(count, bool), np.empty(count, np.uint32)
    start = 0
    for cells in pieces(column):
        end = start + len(cells)
        gone[start:end] = cells.is_null().to_numpy()
        lengths[start:end] = cells.fill_null("").str.len_bytes().to_numpy()
        start = end
    _add(digest, gone)
    _add(digest, lengths)
    digest.update(f"|u1 ({lengths.sum(dtype=np.int64)},)".encode())
    for cells in pieces(column):
        digest.update(cells.fill_null("").str.join("")[0].encode())
