"""dataset: inputs and targets with their schema; parts are views of one memory."""

import copy
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.memory import check_memory, input_memory, read_only, target_memory
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


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Hold rows of inputs and targets, and what they mean. Never changed in place.

    inputs: the whole memory (N, *input_shape), uint8 or float32; other numbers are
        converted once. Parts are views: they share it, and choose `rows` of it.
    targets: (N,) int32 class numbers, or (N, M) float32 values.
    rows: uint32 numbers of the rows that belong to this view; None is all.
    source: what `ranvier.data.load` read the data from; None for arrays.
    test_rows: the rows that the data's makers set aside for the test.

    Raises:
        DataError: the arrays do not fit the schema or each other, a value is not
            finite, or a row number is outside the memory.
    """

    inputs: Inputs
    targets: Targets
    schema: Schema
    rows: NDArray[np.uint32] = None  # type: ignore[assignment]
    source: str | None = None
    test_rows: NDArray[np.uint32] | None = None

    def __post_init__(self) -> None:
        inputs = input_memory(self.inputs)
        targets = target_memory(self.targets, self.schema)
        check_memory(inputs, targets, self.schema)
        count = len(inputs)
        rows = np.arange(count) if self.rows is None else self.rows
        self._set("inputs", read_only(inputs))
        self._set("targets", read_only(targets))
        self._set("rows", _row_numbers(rows, count, "rows"))
        if self.test_rows is not None:
            self._set("test_rows", _row_numbers(self.test_rows, count, "test_rows"))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def memory_inputs(self) -> Inputs:
        """The inputs of the whole memory, also of rows outside this view."""
        return self.inputs

    @property
    def memory_targets(self) -> Targets:
        """The targets of the whole memory, also of rows outside this view."""
        return self.targets

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        schema = self.schema
        answer = (
            f"{len(schema.classes)} classes"
            if schema.classes
            else (f"{schema.outputs} target{'s' * (schema.outputs > 1)}")
        )
        return (
            f"Dataset({schema.name!r}: {len(self):,} rows of {schema.input_shape} "
            f"{self.inputs.dtype}, {answer})"
        )

    def take(self, indices: ArrayLike) -> Self:
        """Return the rows of this view at `indices`, from 0, over the same memory.

        A test part of the data's own stays one where both kinds of rows are taken.

        Raises:
            DataError: an index is no integer, or outside the view.
        """
        rows = self.rows[_row_numbers(indices, len(self), "indices")]
        if self.test_rows is None:
            return self._view(rows)
        tested = np.isin(rows, self.test_rows)
        own = self.test_rows if 0 < tested.sum() < len(rows) else None
        return self._view(rows, own)

    def _view(self, rows: NDArray[np.uint32], test_rows: Any = None) -> Self:
        view = copy.copy(self)
        view._set("rows", read_only(rows))
        view._set("test_rows", test_rows)
        return view

    def gathered(self) -> tuple[Inputs, Targets]:
        """Return copies of this view's inputs and targets, in its order."""
        return self.inputs[self.rows], self.targets[self.rows]

    @property
    def train(self) -> Self:
        """The rows that are not the data's own test part."""
        if self.test_rows is None:
            return self
        return self._view(self.rows[~np.isin(self.rows, self.test_rows)])

    @property
    def test(self) -> Self:
        """The data's own test part.

        Raises:
            DataError: the data have none.
        """
        if self.test_rows is None:
            raise DataError(
                f"{self.schema.name} has no test part of its own; "
                "data.split(test=0.1).test draws one."
            )
        return self._view(self.rows[np.isin(self.rows, self.test_rows)])

    def fingerprint(self) -> str:
        """Return a hash of the memory and the schema: the same for every view."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        digest = hashlib.sha256(self.schema.to_json().encode())
        for array in (self.inputs, self.targets):
            digest.update(f"{array.dtype.str} {array.shape}".encode())
            digest.update(array.data.cast("B"))
        return digest.hexdigest()

    def split(
        self, *, validation: float = 0.1, test: float = 0.1, seed: int = 0
    ) -> Parts:
        """Set aside shares of the rows for validation and for the test.

        Each class gives its share; the same seed gives the same parts. Data with a
        test part of their own keep it, and the share `test` is not drawn. A share
        of 0 gives None. Nothing is copied.

        Raises:
            DataError: a share is not in 0 to 1, or there are too few rows for it.
        """
        check_shares(validation, test)
        check_seed(seed)
        own = self.test if self.test_rows is not None else None
        whole = self.train
        labels = whole.targets[whole.rows] if self.schema.classes else None
        draw = Draw(labels, self.schema.classes, seeded(int(seed)))  # type: ignore[arg-type]
        parts = split_rows(
            draw, np.arange(len(whole)), validation, 0 if own is not None else test
        )
        return Parts(
            whole.take(parts.train),
            None if parts.validation is None else whole.take(parts.validation),
            own if parts.test is None else whole.take(parts.test),
        )


def _row_numbers(given: ArrayLike, count: int, name: str) -> NDArray[np.uint32]:
    numbers = np.asarray(given)
    if numbers.size == 0:
        numbers = numbers.astype(np.uint32)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise DataError(
            f"{name} are {numbers.dtype} of shape {numbers.shape}; give a list of row "
            "numbers, for a mask np.flatnonzero(mask)."
        )
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < count):
        worst = numbers.max() if numbers.max() >= count else numbers.min()
        raise DataError(
            f"{name} holds {worst}, there are {count} rows; give numbers from 0 to "
            f"{count - 1}."
        )
    return read_only(numbers.astype(np.uint32, copy=False))
