"""dataset: inputs and targets with their schema; parts are views of one memory."""

import copy
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranvier.data.digest import sha256_of
from ranvier.data.draw import Draw, Rows, check_seed, seeded
from ranvier.data.folds import check_folds, folds
from ranvier.data.keys import one_each
from ranvier.data.memory import (
    as_slice,
    check_memory,
    input_memory,
    read_only,
    row_numbers,
    table_memory,
    target_memory,
    weight_memory,
)
from ranvier.data.schema import Schema
from ranvier.data.shares import Shares, check_shares
from ranvier.data.split import Split, chosen, drawn_by
from ranvier.data.streamed import StreamedInputs
from ranvier.errors import DataError, suggest

if TYPE_CHECKING:
    import polars

    from ranvier.data.stored import StoredTable

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
        converted once. Of a table, a Polars frame as `ranvier.data.table.typed` makes
        it, or a StoredTable of such columns.
    targets: the memory's (N,) int32 class numbers, or (N, M) values.
    rows: numbers of the rows that belong to this view, in its order; None is all.
    source: what `ranvier.data.load` read the data from; None for arrays.
    test_rows: the rows that the data's makers set aside for the test.
    weights: (N,) what each row of the memory weighs, zero or more; None if all weigh 1.

    Raises:
        DataError: the arrays do not fit the schema or each other, a value is not
            finite, or a row number is outside the memory.

    >>> schema = Schema("coins", (1,), "classification", ("tails", "heads"), 2)
    >>> len(Dataset([[0.5], [0.7], [0.9]], [0, 1, 1], schema, rows=[0, 2]))
    2
    """

    def __init__(
        self,
        inputs: "ArrayLike | polars.DataFrame | StoredTable | StreamedInputs",
        targets: ArrayLike,
        schema: Schema,
        rows: ArrayLike | None = None,
        *,
        source: str | None = None,
        test_rows: ArrayLike | None = None,
        weights: ArrayLike | None = None,
    ) -> None:
        self._inputs: Any
        if schema.is_table:
            self._inputs = table_memory(inputs, schema)
        elif isinstance(inputs, StreamedInputs):
            self._inputs = inputs
        else:
            self._inputs = read_only(input_memory(inputs))  # type: ignore[arg-type]
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
        if weights is not None:
            self._weights = read_only(weight_memory(weights, count))
        self._columns: dict[str, Any] = {}
        self._numbers: NDArray[Any] | None = None
        self._left_out = 0
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
        """The inputs of the whole memory, also of rows outside this view.

        Raises:
            DataError: the data are a table, which an encoder turns into numbers, or
                what it gives has no room.
        """
        self._check_arrays()
        if self.streamed:
            raise DataError(
                f"the {len(self._inputs):,} rows of {self._schema.name} have no room "
                "as numbers; take some of them, data.take(rows).inputs, or allow more "
                "memory, as in RANVIER_MEMORY=16GB."
            )
        inputs: Inputs = self._inputs
        return inputs

    @property
    def streamed(self) -> StreamedInputs | None:
        """What makes inputs of the rows asked for; None where all lie ready."""
        return self._inputs if isinstance(self._inputs, StreamedInputs) else None

    @property
    def memory_table(self) -> "polars.DataFrame | StoredTable":
        """The columns of a whole table, also of rows outside this view.

        Raises:
            DataError: the data are arrays.
        """
        if not self._schema.is_table:
            raise DataError(
                f"{self._schema.name} holds arrays and no table; use inputs."
            )
        table: polars.DataFrame | StoredTable = self._inputs
        return table

    @property
    def frame(self) -> "polars.DataFrame":
        """The columns of this view of a table.

        Raises:
            DataError: the data are arrays.
        """
        return self.memory_table[self._selection]

    def cells(self, name: str) -> "polars.Series":
        """Return the cells of one learnt column of this view of a table.

        Raises:
            DataError: the data are arrays.
        """
        cells: polars.Series = self.memory_table.get_column(name)[self._selection]
        return cells

    @property
    def memory_key(self) -> tuple[int, int, int]:
        """What tells this memory from others while it lives."""
        return id(self._inputs), id(self._targets), id(self._weights)

    def _check_arrays(self) -> None:
        if self._schema.is_table:
            raise DataError(
                f"{self._schema.name} is a table of columns; use frame, or "
                "Encoder.fit(train).encoded(data) for its numbers."
            )

    @property
    def memory_targets(self) -> Targets:
        """The targets of the whole memory, also of rows outside this view."""
        return self._targets

    @property
    def inputs(self) -> Inputs:
        """The inputs of this view, copied unless its rows lie in one run.

        Raises:
            DataError: the data are a table.
        """
        self._check_arrays()
        chosen: Inputs = self._inputs[self._selection]
        return chosen

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

    def with_column(self, name: str, values: ArrayLike) -> Self:
        """Return this view with something that is known of each row, and not learnt.

        values: (N,) of any type, such as the group or the time that `split` goes by.

        Raises:
            DataError: there is not one value for each row.

        >>> from ranvier.data import from_arrays
        >>> steps = from_arrays([[0.5], [0.7], [0.2]], ["up", "down", "up"])
        >>> steps.with_column("person", ["Ada", "Bo", "Ada"]).column("person").tolist()
        ['Ada', 'Bo', 'Ada']
        """
        given = one_each(values, len(self), name)
        memory = np.zeros(len(self._inputs), given.dtype)
        memory[self._rows] = given
        view = self._view(self._rows, self._test_rows)
        view._columns = {**self._columns, name: read_only(memory)}
        return view

    def beside(
        self,
        columns: Mapping[str, Any],
        numbers: NDArray[Any] | None = None,
        left_out: int = 0,
    ) -> Self:
        """Return this view with what is known of each row of its memory, by name.

        columns: (N,) arrays, or Polars series that lie in memory or in files.
        numbers: (N,) those of the rows in their file. left_out: rows of it that are not
            in the memory, as they have no answer.
        """
        view = self._view(self._rows, self._test_rows)
        view._columns = {**self._columns, **columns}
        view._numbers, view._left_out = numbers, left_out
        return view

    @property
    def left_out(self) -> int:
        """How many rows of the file are not here, as they have no answer."""
        return self._left_out

    @property
    def numbers(self) -> NDArray[Any]:
        """What errors call each row of this view; of a table its number in the file."""
        if self._numbers is not None:
            return self._numbers[self._rows]
        return self._rows.astype(np.int64) + int(self._schema.is_table)

    def column(self, name: str) -> NDArray[Any]:
        """Return what is known of each row (N,) of this view under `name`.

        Raises:
            DataError: nothing is.
        """
        if self._schema.is_table and name in self._inputs.columns:
            cells: NDArray[Any] = self.cells(name).to_numpy()
            return cells
        if name not in self._columns:
            known = ", ".join(self._columns) or "none"
            raise DataError(
                f"{self._schema.name} has no column {name!r} to part its rows by; "
                f"{suggest(name, self._columns)}known: {known}; give an array with a "
                "value for each row, or name one with data.with_column()."
            )
        values = self._columns[name][self._selection]
        return values if isinstance(values, np.ndarray) else values.to_numpy()

    def replaced(self, inputs: Inputs, targets: Targets, schema: Schema) -> "Dataset":
        """Return the same rows, with the same weights, of another memory.

        Raises:
            DataError: the memory has another number of rows, or does not fit `schema`.
        """
        given = Dataset(inputs, targets, schema, self._rows, test_rows=self._test_rows)
        given._weights = self._weights
        return given

    @property
    def _selection(self) -> slice | NDArray[np.uint32]:
        return as_slice(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        schema = self._schema
        own = "" if self._test_rows is None else f", {len(self.test):,} for the test"
        row = f"{schema.input_shape[0]} columns"
        if not schema.is_table:
            row = f"{schema.input_shape} {self._inputs.dtype}"
        rows = f"{len(self):,} rows of {row}, {schema.counted}{own}"
        return f"Dataset({schema.name!r}: {rows})"

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
        return self._view(self._rows[~self._is_tested()])

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
        return self._view(self._rows[self._is_tested()])

    def fingerprint(self) -> str:
        """Return a SHA-256 of the memory and the schema: the same for every view."""
        if self._fingerprint is None:
            weights = () if self._weights is None else (self._weights,)
            others = (self._targets, *weights)
            self._fingerprint = sha256_of(self._schema, self._inputs, others)
        return self._fingerprint

    def split(
        self,
        *,
        validation: float = 0.1,
        test: float = 0.1,
        seed: int = 0,
        by: Split | str | ArrayLike | None = None,
        groups: str | ArrayLike | None = None,
        time: str | ArrayLike | None = None,
    ) -> Parts:
        """Set aside shares of the rows for validation and for the test.

        Each class gives its share; the same seed gives the same parts. Data with a
        test part of their own keep it, and the share `test` is not drawn. A share
        of 0 gives None. Nothing is copied.

        by: a split such as `GroupSplit("patient")`; "random" or "stratified"; or
            texts (N,) that say train, validation or test.
        groups: (N,) of any type, or a column's name: the rows of a group stay together.
        time: (N,) numbers or dates, or a column's name: the latest rows are the test
            part, those before them are for validation.

        Raises:
            DataError: a share is not in 0 to 1, or there are too few rows, classes,
                groups or times for it.
            DescriptionError: there is no such split.

        >>> from ranvier.data import load
        >>> [len(part) for part in load("digits").split(validation=0.2)]
        [48000, 12000, 10000]
        >>> from ranvier.data import from_arrays
        >>> steps = from_arrays([[0.5], [0.7], [0.2], [0.9]], [1.0, 2.0, 3.0, 4.0])
        >>> people = ["Ada", "Bo", "Ada", "Bo"]
        >>> steps.split(test=0.5, validation=0, groups=people).test.rows.tolist()
        [1, 3]
        """
        own = self.test if self.has_test else None
        shares = Shares(validation, 0.0 if own else test)
        check_shares(*shares)
        check_seed(seed)
        draw, split = drawn_by(self, seed, *chosen(by, groups, time))
        rows = split.parts(draw, np.flatnonzero(~self._is_tested()), shares)
        parts = (None if part is None else self.take(part) for part in rows)
        drawn = Parts(*parts)  # type: ignore[arg-type]
        return drawn._replace(test=own) if own else drawn

    def folds(
        self,
        count: int | None = 5,
        *,
        repeats: int = 1,
        seed: int = 0,
        groups: str | ArrayLike | None = None,
        validation: float = 0.0,
    ) -> Iterator[Parts]:
        """Yield parts in turn, so that each row is once, for each repeat, held out.

        The fold that is held out is the part for validation. With a share `validation`
        it is the test part instead, and that share of the other rows is set aside for
        validation. Each class gives each fold its share. The data's own test part is
        in no fold; it stays the test part in the first case. Nothing is copied.

        count: how many folds; None holds out one group after the other.
        repeats: how often all of it is done, mixed anew.
        groups: (N,) of any type, or a column's name: the rows of a group stay together.

        Raises:
            DataError: there are fewer rows, groups or rows of a class than folds.

        >>> from ranvier.data import from_arrays
        >>> steps = from_arrays([[0.5], [0.7], [0.2], [0.9]], [1.0, 2.0, 3.0, 4.0])
        >>> [len(parts.validation) for parts in steps.folds(2, repeats=3)]
        [2, 2, 2, 2, 2, 2]
        """
        check_folds(count, repeats)
        check_seed(seed, "folds")
        check_shares(validation, 0.0)
        draw, split = drawn_by(self, seed, *chosen(None, groups, None))
        rows = np.flatnonzero(~self._is_tested())
        drawn = [
            list(folds(draw._replace(random=seeded(seed, repeat)), rows, count))
            for repeat in range(repeats)
        ]
        return (
            self._without(fold, draw, split, validation)
            for repeat in drawn
            for fold in repeat
        )

    def _without(self, fold: Rows, draw: Draw, split: Split, share: float) -> Parts:
        """Return the parts where `fold` is held out."""
        is_left = ~self._is_tested()
        is_left[fold] = False
        others = np.flatnonzero(is_left)
        held_out, own = self.take(fold), self.test if self.has_test else None
        if not share:
            return Parts(self.take(others), held_out, own)
        rows = split.parts(draw, others, Shares(share, 0.0))
        assert rows.validation is not None
        return Parts(self.take(rows.train), self.take(rows.validation), held_out)

    def _is_tested(self) -> NDArray[np.bool_]:
        """Tell of each row whether it is in the data's own test part."""
        if self._test_rows is None:
            return np.zeros(len(self), bool)
        return np.isin(self._rows, self._test_rows)
