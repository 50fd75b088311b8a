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
        `probability NAME` for each class or label. A column of the table that has
        such a name is called `given NAME`.
        """
        import polars

        frame = self.rows.values
        if not isinstance(frame, polars.DataFrame):
            frame = polars.DataFrame({"input": self.rows.names})
        answers = polars.DataFrame(self._columns())
        return _renamed(frame, answers.columns).hstack(answers)

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


def _renamed(frame: "polars.DataFrame", taken: Sequence[str]) -> "polars.DataFrame":
    """Return `frame`, whose columns have other names than those that are taken."""
    free = {}
    for name in (one for one in frame.columns if one in taken):
        other = f"given {name}"
        while other in (*taken, *frame.columns):
            other = f"given {other}"
        free[name] = other
    return frame.rename(free)
