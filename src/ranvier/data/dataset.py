"""dataset: inputs and targets with their schema; parts are views of one memory."""

import copy
import hashlib
import json
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.memory import (
    check_memory,
    input_memory,
    read_only,
    row_numbers,
    target_memory,
    weight_memory,
)
from ranvier.data.schema import Schema
from ranvier.data.split import Draw, check_seed, check_shares, seeded, split_rows
from ranvier.errors import DataError

Inputs = NDArray[np.uint8] | NDArray[np.float32]
Targets = NDArray[np.int32] | NDArray[np.float32]


class Parts(NamedTuple):
    """Hold the parts of a data set; None where there is no such part."""

    train: "Dataset"
    validation: "Dataset | None"
    test: "Dataset | None"


class Dataset:
    """Hold rows of inputs and targets, and what they mean. Never changed in place.

    A part of a data set is a view: it shares the memory, and chooses `rows` of it.

    inputs: the memory (N, *input_shape), uint8 or float32; other numbers are
        converted once.
    targets: the memory's (N,) int32 class numbers, or (N, M) float32 values.
    rows: numbers of the rows that belong to this view, in its order; None is all.
    source: what `ranvier.data.load` read the data from; None for arrays.
    test_rows: the rows that the data's makers set aside for the test.

    Raises:
        DataError: the arrays do not fit the schema or each other, a value is not
            finite, or a row number is outside the memory.

    >>> schema = Schema("coins", (1,), "classification", ("tails", "heads"), 2)
    >>> len(Dataset([[0.5], [0.7], [0.9]], [0, 1, 1], schema, rows=[0, 2]))
    2
    """

    def __init__(
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        schema: Schema,
        rows: ArrayLike | None = None,
        *,
        source: str | None = None,
        test_rows: ArrayLike | None = None,
    ) -> None:
        self._inputs: Inputs = read_only(input_memory(inputs))
        self._targets: Targets = read_only(target_memory(targets, schema))
        check_memory(self._inputs, self._targets, schema)
        count = len(self._inputs)
        every = np.arange(count, dtype=np.uint32)
        self._schema, self._source = schema, source
        self._rows = row_numbers(every if rows is None else rows, count, "rows")
        self._test_rows: NDArray[np.uint32] | None = None
        if test_rows is not None and np.size(test_rows):
            self._test_rows = row_numbers(test_rows, count, "test_rows")
        self._weights: NDArray[np.float32] | None = None
        self._fingerprint: str | None = None

    @property
    def schema(self) -> Schema:
        """What the inputs mean, and what is to be said about them."""
        return self._schema

    @property
    def source(self) -> str | None:
        """What `ranvier.data.load` read the data from; None for arrays."""
        return self._source

    @property
    def rows(self) -> NDArray[np.uint32]:
        """The numbers of this view's rows in the memory."""
        return self._rows

    @property
    def memory_inputs(self) -> Inputs:
        """The inputs of the whole memory, also of rows outside this view."""
        return self._inputs

    @property
    def memory_targets(self) -> Targets:
        """The targets of the whole memory, also of rows outside this view."""
        return self._targets

    @property
    def inputs(self) -> Inputs:
        """The inputs of this view, copied unless its rows lie in one run."""
        return self._inputs[self._selection]

    @property
    def targets(self) -> Targets:
        """The targets of this view, copied unless its rows lie in one run."""
        return self._targets[self._selection]

    @property
    def memory_weights(self) -> NDArray[np.float32] | None:
        """What each row of the whole memory weighs (N,); None if all weigh 1."""
        return self._weights

    @property
    def weights(self) -> NDArray[np.float32] | None:
        """What each row of this view weighs; None if all weigh 1."""
        return None if self._weights is None else self._weights[self._selection]

    def with_weights(self, weights: ArrayLike) -> Self:
        """Return this view with a weight for each of its rows, zero or more.

        A row of weight 2 counts as two rows wherever a mean is taken, in training,
        validation and test; one of weight 0 is not there.

        Raises:
            DataError: there is not one finite weight, zero or more, for each row.

        >>> from ranvier.data import from_arrays
        >>> coins = from_arrays([[0.5], [0.7]], ["tails", "heads"])
        >>> coins.with_weights([1, 2]).weights.tolist()
        [1.0, 2.0]
        """
        given = np.ones(len(self._inputs), np.float32)
        given[self._rows] = weight_memory(weights, len(self))
        view = self._view(self._rows, self._test_rows)
        view._weights = read_only(given)
        view._source, view._fingerprint = None, None  # no file says what rows weigh
        return view

    def gathered(self) -> tuple[Inputs, Targets]:
        """Return inputs and targets of this view, copied as `inputs` says."""
        return self.inputs, self.targets

    @property
    def _selection(self) -> slice | NDArray[np.uint32]:
        if len(self) and (np.diff(self._rows.astype(np.int64)) == 1).all():
            return slice(int(self._rows[0]), int(self._rows[-1]) + 1)
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        schema = self._schema
        answer = f"{schema.outputs} target{'s' if schema.outputs > 1 else ''}"
        if schema.classes:
            answer = f"{len(schema.classes)} classes"
        own = "" if self._test_rows is None else f", {len(self.test):,} for the test"
        return (
            f"Dataset({schema.name!r}: {len(self):,} rows of {schema.input_shape} "
            f"{self._inputs.dtype}, {answer}{own})"
        )

    def take(self, indices: ArrayLike) -> Self:
        """Return the rows of this view at `indices`, from 0, over the same memory.

        A test part of the data's own stays one where both kinds of rows are taken.

        Raises:
            DataError: an index is no integer, or outside the view.
        """
        rows = self._rows[row_numbers(indices, len(self), "indices")]
        if self._test_rows is None:
            return self._view(rows)
        tested = np.isin(rows, self._test_rows)
        mixed = 0 < tested.sum() < len(rows)
        return self._view(rows, self._test_rows if mixed else None)

    def at(self, rows: ArrayLike) -> Self:
        """Return the rows of the memory with these numbers, in this view or not.

        Raises:
            DataError: a number is no integer, or outside the memory.
        """
        return self._view(row_numbers(rows, len(self._inputs), "rows"))

    def _view(self, rows: NDArray[np.uint32], test_rows: Any = None) -> Self:
        view = copy.copy(self)
        view._rows, view._test_rows = read_only(rows), test_rows
        return view

    @property
    def has_test(self) -> bool:
        """Whether the data's makers set a test part aside."""
        return self._test_rows is not None

    @property
    def train(self) -> Self:
        """The rows that are not the data's own test part."""
        if self._test_rows is None:
            return self
        return self._view(self._rows[~np.isin(self._rows, self._test_rows)])

    @property
    def test(self) -> Self:
        """The data's own test part.

        Raises:
            DataError: the data have none.
        """
        if self._test_rows is None:
            raise DataError(
                f"{self._schema.name} has no test part of its own; "
                "data.split(test=0.1).test draws one."
            )
        return self._view(self._rows[np.isin(self._rows, self._test_rows)])

    def fingerprint(self) -> str:
        """Return a SHA-256 of the memory and the schema: the same for every view."""
        if self._fingerprint is None:
            digest = hashlib.sha256(_said(self._schema).encode())
            weights = () if self._weights is None else (self._weights,)
            for array in (self._inputs, self._targets, *weights):
                digest.update(f"{array.dtype.str} {array.shape}".encode())
                digest.update(array.data.cast("B"))
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def split(
        self, *, validation: float = 0.1, test: float = 0.1, seed: int = 0
    ) -> Parts:
        """Set aside shares of the rows for validation and for the test.

        Each class gives its share; the same seed gives the same parts. Data with a
        test part of their own keep it, and the share `test` is not drawn. A share
        of 0 gives None. Nothing is copied.

        Raises:
            DataError: a share is not in 0 to 1, or there are too few rows for it.

        >>> from ranvier.data import load
        >>> [len(part) for part in load("digits").split(validation=0.2)]
        [48000, 12000, 10000]
        """
        whole, own = self.train, self.test if self.has_test else None
        share = 0.0 if own else test
        check_shares(validation, share)
        check_seed(seed)
        labels = whole.targets if self._schema.classes else None
        draw = Draw(labels, self._schema.classes, seeded(seed))
        parts = split_rows(draw, np.arange(len(whole)), validation, share)
        return Parts(
            whole.take(parts.train),
            None if parts.validation is None else whole.take(parts.validation),
            own if parts.test is None else whole.take(parts.test),
        )


def _said(schema: Schema) -> str:
    """Return a schema as JSON, without what tables alone have."""
    said = schema.to_dict()
    if not schema.is_table:
        del said["columns"], said["target"]
    return json.dumps(said, indent=2, ensure_ascii=False)
