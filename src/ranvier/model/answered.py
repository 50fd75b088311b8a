"""answered: some rows with what a model says of them → a frame, or lines of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from numpy.typing import NDArray

from ranvier.model.inputs import Rows

if TYPE_CHECKING:
    import polars


class AnsweredRows(NamedTuple):
    """Hold N rows of a file with what a model says of them.

    names: of the classes, the labels or the targets.
    answers: classes or a value (N,), labels or values (N, M), as of `Model.predict`.
    probabilities: (N, classes) or (N, labels), None of values.
    """

    rows: Rows
    names: Sequence[str]
    answers: NDArray[Any]
    probabilities: NDArray[Any] | None

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def frame(self) -> "polars.DataFrame":
        """The rows as a Polars frame, with their answers beside them.

        A table keeps its columns; other rows are named, in `input`. Then come
        `prediction`, or `prediction NAME` for each of several targets, and
        `probability NAME` for each class or label.
        """
        import polars

        frame = self.rows.values
        if not isinstance(frame, polars.DataFrame):
            frame = polars.DataFrame({"input": self.rows.names})
        answers = polars.DataFrame(self._columns())
        return frame.drop(answers.columns, strict=False).hstack(answers)

    def _columns(self) -> dict[str, Any]:
        columns = {"prediction": self.answers}
        if self.answers.ndim == 2:
            columns = self._each("prediction", self.answers)
        if self.probabilities is None:
            return columns
        return columns | self._each("probability", self.probabilities)

    def _each(self, word: str, values: NDArray[Any]) -> dict[str, Any]:
        names = (f"{word} {name}" for name in self.names)
        return dict(zip(names, values.T, strict=True))
