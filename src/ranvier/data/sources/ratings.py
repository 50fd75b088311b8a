"""ratings: who gave what how many points → Dataset of names and points."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranvier.data.column import Column
from ranvier.data.dataset import Dataset
from ranvier.data.sources.tables import decimals_of, read_frame
from ranvier.errors import DataError

if TYPE_CHECKING:
    import polars


def load_ratings(
    source: Any,
    *,
    user: str,
    item: str,
    rating: str,
    time: str | None = None,
    others: Sequence[str] = (),
    name: str = "ratings",
) -> Dataset:
    """Read ratings from anything that `read_frame` reads, by the names of columns.

    It is a table of names with the points as its target: users and items are embedded,
    and those never seen have a place.

    user, item: numbers or texts, whatever type the column has; they name, and are not
        counted with.
    time: a number or a date; it is learnt from too.
    others: columns of what else is known, such as a department, taken for categories;
        each is crossed with the items, for what is known may be another thing of each.

    Raises:
        FileError: the source cannot be read.
        DataError: a column is missing or named twice, a user, an item or a rating is,
            or all ratings are alike.

    >>> import polars
    >>> given = {"who": [1, 2], "what": ["tea", "ink"], "points": [5, 1]}
    >>> frame = polars.DataFrame(given)
    >>> ratings = load_ratings(frame, user="who", item="what", rating="points")
    >>> ratings.frame.rows(), ratings.targets.tolist()
    ([('1', 'tea'), ('2', 'ink')], [[5.0], [1.0]])
    """
    from ranvier.data.table import Form, read_answers, typed

    _check_names(user, item, rating, time, *others)
    frame = read_frame(source)
    columns = [
        Column(one, "category", numeric=_is_numeric(frame, one))
        for one in (user, item, *others)
    ]
    columns += [
        Column(f"{item} × {one}", "category", of=(item, one))
        for one in others
        if f"{item} × {one}" not in frame.columns
    ]
    if time is not None:
        columns.append(Column(time, _time_kind(frame, time)))
    form = Form(name, tuple(columns), (rating,), "regression")
    if isinstance(source, (str, Path)):
        form = form._replace(decimal_comma=decimals_of(source))
    read = typed(frame, columns, where=name)
    _check_given(read, (user, item), name)
    answers = read_answers(frame, form, where=name)
    if len(answers) and (answers == answers[0]).all():
        raise DataError(
            f"{name}: all {len(answers)} ratings in {rating!r} are {answers[0, 0]:g}; "
            "give some that differ, there is nothing to learn."
        )
    return Dataset(read, answers, form.schema)


def _check_names(*names: str | None) -> None:
    given = [name for name in names if name is not None]
    if len(set(given)) < len(given):
        raise DataError(
            f"the columns {', '.join(map(repr, given))} are to be user, item, rating "
            "and what else is known; give each column once."
        )


def _time_kind(frame: "polars.DataFrame", time: str) -> Any:
    missing = time not in frame.columns  # typed names it
    return "number" if missing or _is_numeric(frame, time) else "date"


def _is_numeric(frame: "polars.DataFrame", name: str) -> bool:
    return name in frame.columns and frame[name].dtype.is_numeric()


def _check_given(frame: "polars.DataFrame", names: tuple[str, ...], where: str) -> None:
    for name in names:
        missing = frame[name].is_null()
        if missing.any():
            row = int(missing.arg_max() or 0) + 1
            raise DataError(
                f"{where}: the cell of {name!r} in row {row} is empty; say who rated "
                "what, or leave the row out."
            )
