"""split: rows for training, for validation and for the test, and by what they part."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from ranvier.data.draw import Draw, Rows, seeded
from ranvier.data.keys import group_numbers, one_each, times
from ranvier.data.shares import Shares, SplitRows, set_aside
from ranvier.description import Must, description
from ranvier.errors import DataError, DescriptionError, shown
from ranvier.registry import Registry

if TYPE_CHECKING:
    from ranvier.data.dataset import Dataset

Values = NDArray[Any]
_TRIES = 20  # draws of groups, of which the one nearest to the shares is taken
_WORDS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}

Name = Annotated[
    str,
    Field(min_length=1),
    Must("the name of a column", "as in the file's head"),
]


class Split(Protocol):
    """Say by what rows part: `type` is its name."""

    type: ClassVar[str]

    def parts(self, draw: Draw, rows: Rows, shares: Shares) -> SplitRows:
        """Return the parts of `rows`, by `draw.values` where it goes by a column."""


@description
class RandomSplit:
    """Draw rows by chance, whatever their class."""

    type: ClassVar[str] = "random"

    def parts(self, draw: Draw, rows: Rows, shares: Shares) -> SplitRows:
        """Return the parts of `rows`."""
        return set_aside(draw._replace(labels=None).part, rows, shares)


@description
class StratifiedSplit:
    """Draw rows by chance, of each class its share. What data with classes start with.

    Raises:
        DataError: the data have no classes.
    """

    type: ClassVar[str] = "stratified"

    def parts(self, draw: Draw, rows: Rows, shares: Shares) -> SplitRows:
        """Return the parts of `rows`."""
        if draw.labels is None:
            raise DataError(
                "a stratified split draws a share of each class, and these data have "
                'numbers as targets; use by="random".'
            )
        return set_aside(draw.part, rows, shares)


@description
class GroupSplit:
    """Keep the rows of a group together: one patient, one speaker, one house.

    column: says the group. Whole groups are drawn, so a part is only near its share:
    of 20 draws the one nearest to the share and to the shares of the classes is taken.
    """

    type: ClassVar[str] = "group"

    column: Name

    def parts(self, draw: Draw, rows: Rows, shares: Shares) -> SplitRows:
        """Return the parts of `rows`."""
        assert draw.values is not None
        numbers = group_numbers(draw.values, self.column, draw.numbers)
        grouped = draw._replace(values=numbers)

        def part(rows: Rows, size: int, share: str) -> tuple[Rows, Rows]:
            return _whole_groups(grouped, rows, size, share)

        return set_aside(part, rows, shares)


@description
class TimeSplit:
    """Learn from the past: the earliest rows train, later ones validate, the last test.

    column: says when a row was. Rows of one time stay together.
    """

    type: ClassVar[str] = "time"

    column: Name

    def parts(self, draw: Draw, rows: Rows, shares: Shares) -> SplitRows:
        """Return the parts of `rows`."""
        assert draw.values is not None
        when = times(draw.values, self.column, draw.numbers)

        def part(rows: Rows, size: int, share: str) -> tuple[Rows, Rows]:
            return _latest(when, rows, size, share)

        return set_aside(part, rows, shares)


@description
class ColumnSplit:
    """Take the parts that a column says: train, validation or test for each row.

    Where it names no validation rows, their share is drawn from those to train on.
    """

    type: ClassVar[str] = "column"

    column: Name

    def parts(self, draw: Draw, rows: Rows, shares: Shares) -> SplitRows:
        """Return the parts of `rows`."""
        assert draw.values is not None
        said = _said(draw.values, self.column, draw.numbers)
        train, validation, test = (
            rows[said[rows] == part] for part in SplitRows._fields
        )
        tested = test if len(test) else None
        if len(validation):
            return SplitRows(train, validation, tested)
        drawn = set_aside(draw.part, train, Shares(shares.validation, 0))
        return drawn._replace(test=tested)


SPLITS: Registry[type[Split]] = Registry(
    "split",
    {
        split.type: split
        for split in (RandomSplit, StratifiedSplit, GroupSplit, TimeSplit, ColumnSplit)
    },
)


def chosen(
    by: Split | str | ArrayLike | None,
    groups: str | ArrayLike | None,
    time: str | ArrayLike | None,
) -> tuple[Split | None, Any]:
    """Return the split that was asked for, and the values it goes by.

    The values are None where a column of the data, or nothing, says them.

    Raises:
        DataError: two are asked for at once.
        DescriptionError: there is no split of this name.
    """
    given = {"by": by, "groups": groups, "time": time}
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) > 1:
        raise DataError(
            f"split({asked[0]}=…, {asked[1]}=…): rows part by one thing; give one of "
            "by, groups and time."
        )
    for kind, value in ((GroupSplit, groups), (TimeSplit, time)):
        if isinstance(value, str):
            return kind(value), None
        if value is not None:
            return kind("groups" if kind is GroupSplit else "time"), value
    if isinstance(by, str):
        return SPLITS[by](), None
    if by is None or type(by) in [SPLITS[name] for name in SPLITS]:
        return by, None  # type: ignore[return-value]
    if np.ndim(by) == 1:  # type: ignore[arg-type]
        return ColumnSplit("by"), by
    raise DescriptionError(
        f"split(by={shown(by)}): by must be a split, its name, or the part of each "
        f"row; known: {', '.join(SPLITS)}."
    )


def drawn_by(
    data: "Dataset", seed: int, split: Split | None, given: Any
) -> tuple[Draw, Split]:
    """Return what the rows of `data` are drawn by, and how they part.

    split: the usual one if left out. given: (N,) the values that it goes by, None where
        a column says them.

    Raises:
        DataError: there is no such column, or it says nothing of a row.
    """
    schema = data.schema
    labels = data.targets if schema.classes else None
    split = split or (RandomSplit() if labels is None else StratifiedSplit())
    name, values = getattr(split, "column", None), None
    if given is not None:
        values = one_each(given, len(data), name or "by")
    elif name is not None:
        values = data.column(name)
    if isinstance(split, GroupSplit) and values is not None:
        values = group_numbers(values, split.column, data.numbers)
    return Draw(labels, schema.classes, seeded(seed), values, data.numbers), split


def _whole_groups(draw: Draw, rows: Rows, size: int, share: str) -> tuple[Rows, Rows]:
    """Return (what stays, a part near `size`) of `rows`, in whole groups."""
    assert draw.values is not None
    names, numbers = np.unique(draw.values[rows], return_inverse=True)
    if len(names) < 2:
        raise DataError(
            f"1 group is left for two parts ({share}); give rows of more groups, or a "
            "share of 0."
        )
    counts = np.bincount(numbers)
    labels = None if draw.labels is None else draw.labels[rows]
    best, least = np.zeros(len(rows), bool), np.inf
    for _ in range(_TRIES):
        order = draw.random.permutation(len(names))
        last = np.abs(counts[order].cumsum()[:-1] - size).argmin()
        is_drawn = np.isin(numbers, order[: last + 1])
        cost = abs(is_drawn.sum() - size) / size + _imbalance(labels, is_drawn)
        if cost < least:
            best, least = is_drawn, cost
    return rows[~best], rows[best]


def _imbalance(labels: Values | None, is_drawn: NDArray[np.bool_]) -> float:
    """Return by how much the shares of classes differ in the part and in all rows."""
    if labels is None:
        return 0.0
    whole, part = np.bincount(labels), np.bincount(labels[is_drawn])
    part = np.pad(part, (0, len(whole) - len(part)))
    return float(np.abs(part / part.sum() - whole / whole.sum()).sum())


def _latest(when: Values, rows: Rows, size: int, share: str) -> tuple[Rows, Rows]:
    """Return (the earlier, the later) of `rows`, cut between two times."""
    order = np.argsort(when[rows], kind="stable")
    sorted_times = when[rows][order]
    cuts = np.flatnonzero(sorted_times[1:] != sorted_times[:-1]) + 1
    if not len(cuts):
        raise DataError(
            f"1 time is left for two parts ({share}); give rows of more times, or a "
            "share of 0."
        )
    cut = cuts[np.abs(len(rows) - cuts - size).argmin()]
    return np.sort(rows[order[:cut]]), np.sort(rows[order[cut:]])


def _said(values: Values, name: str, numbers: Values) -> NDArray[np.str_]:
    words = [_WORDS.get(str(value).strip().lower(), "") for value in values]
    if "" in words:
        row = words.index("")
        raise DataError(
            f"{name} says {shown(str(values[row]))} in row {numbers[row]:,}; it must "
            "say train, validation or test in each row."
        )
    if "train" not in words:
        raise DataError(
            f"{name} says train in no row; nothing is left to train on: mend the "
            "column."
        )
    return np.array(words)
