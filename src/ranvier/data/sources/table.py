"""table: a file, a query or a frame of columns → Dataset."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ranvier.data.dataset import Dataset
from ranvier.data.schema import Schema
from ranvier.data.sources.arrays import name_from
from ranvier.data.sources.options import Options
from ranvier.data.sources.secret import called, kept
from ranvier.data.sources.targets import Task
from ranvier.data.stored import StoredTable, store
from ranvier.errors import DataError, shown

if TYPE_CHECKING:
    import polars

    from ranvier.data.sources.large import LargeTable
    from ranvier.data.table import Form


class _Asked(NamedTuple):
    """Hold what was said about a table, as `infer` takes it."""

    target: str | Sequence[str] | None
    kinds: Mapping[str, str] | None
    task: Task | None
    drop_missing_targets: bool
    weight: str | None


def from_frame(
    frame: Any,
    target: str | Sequence[str],
    *,
    kinds: Mapping[str, str] | None = None,
    task: Task | None = None,
    name: str = "data",
    drop_missing_targets: bool = False,
    weight: str | None = None,
) -> Dataset:
    """Make a data set of a table with named columns.

    frame: a Polars, pandas or PyArrow frame, a dict of columns or a list of dicts; a
        categorical type without an order makes a category of numbers too.
    target: the column to learn to say, or several columns of numbers, or of yes and no.
    kinds: the kind of a column, by its name, where another than the one that its cells
        suggest is right; `ranvier.data.table.KINDS` names them.
    task: "classification", "regression" or "labels" where the target suggests another.
    drop_missing_targets: leave rows without an answer out.
    weight: the column that says what each row counts, zero or more; it is not learnt.

    Raises:
        DataError: the target is missing, or a cell cannot be read.

    >>> coins = {"weight": [2.3, 2.5, 2.4, 2.6], "side": ["head", "tail"] * 2}
    >>> from_frame(coins, "side").schema.classes
    ('head', 'tail')
    """
    from ranvier.data.sources.frames import categories_in
    from ranvier.data.sources.tables import read_frame

    raw = read_frame(frame)
    numbered = [one for one in categories_in(frame) if _are_numbers(raw[one])]
    kinds = {**dict.fromkeys(numbered, "category"), **checked_kinds(kinds)}
    asked = _Asked(target, kinds, task, drop_missing_targets, weight)
    return _inferred(raw, name, None, asked)


def load_table(
    source: str | Path,
    *,
    target: str | Sequence[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    task: Task | None = None,
    like: Schema | None = None,
    drop_missing_targets: bool = False,
    weight: str | None = None,
) -> Dataset:
    """Load a table from a file, a pattern of files, a query or an address.

    target, kinds, task, drop_missing_targets, weight: as for `from_frame`.
    like: read the table as one of this schema, and infer nothing; rows without an
        answer are left out, as there is nothing to learn from them or to judge.

    A file of more than an eighth of RANVIER_MEMORY is read by columns, which then lie
    in files without names in the folder of the cache, mapped into memory.

    Raises:
        FileError: the file is missing or damaged.
        DataError: the target is missing, or a cell cannot be read.
    """
    from ranvier.data.sources.large import large_table
    from ranvier.data.sources.tables import decimals_of, read_written

    options = (
        with_categories(checked_kinds(kinds)) if like is None else written_as(like)
    )
    large, given = large_table(source, options), str(source)
    raw = read_written(source, options) if large is None else large
    if like is not None and like.is_table:
        return _dataset(raw, _form_of(like), given, drop_missing_targets=True)
    name = name_from(Path(given.split("?", maxsplit=1)[0]))
    asked = _Asked(target, kinds, task, drop_missing_targets, weight)
    return _inferred(raw, name, given, asked, decimals_of(source))


def checked_kinds(kinds: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return what `kinds` says of columns, nothing where it is left out.

    Raises:
        DataError: it is no dict.
    """
    if kinds is None or isinstance(kinds, Mapping):
        return kinds or {}
    raise DataError(
        f"kinds={shown(kinds)}: give a dict of column and kind, such as "
        '{"zip": "category"}.'
    )


def with_categories(kinds: Mapping[str, str]) -> Options:
    """Return how texts are read whose columns are to be categories: as written."""
    named = (one for one, kind in kinds.items() if kind == "category")
    return Options(texts=tuple(named))


def written_as(schema: Schema) -> Options:
    """Return how the texts of a schema are read again, whatever their cells suggest."""
    return Options(texts=tuple(schema.texts), decimal_comma=schema.decimal_comma)


def _are_numbers(cells: "polars.Series") -> bool:
    from ranvier.data.table.cells import as_numbers

    return as_numbers(cells).null_count() == cells.null_count()


def _inferred(
    raw: "polars.DataFrame | LargeTable",
    name: str,
    source: str | None,
    asked: _Asked,
    decimal_comma: bool | None = None,
) -> Dataset:
    from ranvier.data.table import infer

    where = called(source) if source else name
    form = infer(raw, name=where, **asked._asdict())
    form = form._replace(name=name, decimal_comma=decimal_comma)
    drop = asked.drop_missing_targets
    return _dataset(raw, form, source, drop_missing_targets=drop)


def _form_of(schema: Schema) -> "Form":
    from ranvier.data.table import Form

    return Form(
        schema.name,
        schema.columns,
        schema.target,
        schema.task,
        schema.classes,
        schema.weight,
        schema.decimal_comma,
    )


def _dataset(
    raw: "polars.DataFrame | LargeTable",
    form: "Form",
    source: str | None,
    *,
    drop_missing_targets: bool,
) -> Dataset:
    import polars

    from ranvier.data.table import read_answers, read_weights, typed_columns

    where = called(source) if source else "the frame"
    whole, names = len(raw), dict[str, Any](where=where, numbers=None)
    if drop_missing_targets and set(form.target) <= set(raw.columns):
        raw, names["numbers"] = _answered(raw, form, where)
    answers = read_answers(raw, form, **names)
    columns = typed_columns(raw, form.columns, **names)
    is_large = not isinstance(raw, polars.DataFrame)
    data = Dataset(
        StoredTable(columns) if is_large else polars.DataFrame(list(columns)),
        answers,
        form.schema,
        source=kept(source) if source else None,
        weights=read_weights(raw, form.weight, **names) if form.weight else None,
    )
    cells: dict[str, Any] = {  # rows can be parted by what is not learnt
        one.name: store(raw[one.name]) if is_large else raw[one.name]
        for one in form.columns
        if not one.is_learnt and one.name in raw.columns
    }
    numbers = names["numbers"]
    if numbers is None:
        return data.beside(cells)
    return data.beside(cells, numbers.to_numpy(), left_out=whole - len(data))


def _answered(
    raw: "polars.DataFrame | LargeTable", form: "Form", where: str
) -> "tuple[polars.DataFrame | LargeTable, polars.Series | None]":
    """Return the rows that have an answer, and their numbers where some have none."""
    from ranvier.data.table import has_answers

    given = has_answers(raw, form.target)
    if given.all():
        return raw, None
    if not given.any():
        raise DataError(
            f"{where}: no row has an answer, as {', '.join(form.target)} is missing in "
            f"all {len(raw):,} rows; give rows with answers, or ask for them with "
            "ranvier predict."
        )
    return raw.filter(given), given.arg_true() + 1
