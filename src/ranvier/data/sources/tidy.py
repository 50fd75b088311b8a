"""tidy: texts as people write them → cells without blanks, nulls and numbers."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

import polars as pl
import polars.selectors as cs

from ranvier.data.notation import Notation, notations
from ranvier.data.tally import MANY, Tally

IN_NUMBERS = ("-", "--", "–", "—", ".", "..", "None", "none", "NONE")
"""Texts that mark a missing cell where all other cells of the column are numbers."""

_SAMPLE = 200


def tidied(
    frame: pl.DataFrame, missing: Sequence[str], tallies: dict[str, Tally] | None = None
) -> pl.DataFrame:
    """Strip the blanks around texts; make null of marks of missing cells and of NaN.

    tallies: takes those of the texts of many rows, but for texts that were changed.
    """
    named = cs.by_dtype(pl.Categorical, pl.Enum, pl.Null)
    frame = frame.with_columns(named.cast(pl.String))
    counted = {} if tallies is None else _tallied(frame)
    # Most columns need no change; "!" follows the blank.
    found = _where(
        _once(frame, counted),
        padded=(cs.string() < "!") | cs.string().str.ends_with(" "),
        short=cs.string().str.len_bytes() <= max(map(_length, missing), default=-1),
        strange=cs.float().is_nan(),
    )
    frame = frame.with_columns(pl.col(one).str.strip_chars() for one in found["padded"])
    _forget(counted, found["padded"])
    asked = cs.by_name({*found["padded"], *found["short"]}, require_all=False)
    marks = {"marked": asked.is_in(list(missing))}
    marked = _where(_once(frame, counted), **marks)["marked"]
    _forget(counted, marked)
    if tallies is not None:
        tallies |= counted
    return frame.with_columns(
        *(_without(pl.col(name), missing) for name in marked),
        *(pl.col(name).fill_nan(None) for name in found["strange"]),
    )


def _tallied(frame: pl.DataFrame) -> dict[str, Tally]:
    if len(frame) <= MANY:
        return {}
    return {one.name: Tally.of(one) for one in frame.select(cs.string()).get_columns()}


def _once(frame: pl.DataFrame, counted: dict[str, Tally]) -> list[pl.DataFrame]:
    """Return frames with the cells of `frame`, of the tallied texts each but once."""
    others = [one for one in frame.get_columns() if one.name not in counted]
    return [pl.DataFrame(others), *(one.texts.to_frame() for one in counted.values())]


def _forget(counted: dict[str, Tally], names: Iterable[str]) -> None:
    for name in names:
        counted.pop(name, None)


def _where(frames: list[pl.DataFrame], **conditions: pl.Expr) -> dict[str, list[str]]:
    """Return, for each condition, the columns in which it holds somewhere."""
    asked = [one.any().name.prefix(f"{name} ") for name, one in conditions.items()]
    found = [one.lazy().select(asked).collect(engine="streaming") for one in frames]
    holds = [
        name.split(" ", 1) for one in found for name in one.columns if one[0, name]
    ]
    return {
        condition: [name for one, name in holds if one == condition]
        for condition in conditions
    }


def _length(text: str) -> int:
    return len(text.encode())


def _without(column: pl.Expr, missing: Sequence[str]) -> pl.Expr:
    return pl.when(column.is_in(list(missing)).not_()).then(column)


def with_numbers(
    frame: pl.DataFrame,
    separator: str,
    european: bool,
    *,
    kept: Collection[str] = (),
) -> pl.DataFrame:
    """Make numbers of those columns of texts whose every cell can be one.

    Thousands may be parted, as in 1,234.5, and all cells may bear one sign, as in $5
    or 5 %; where another sign parts the cells, the decimals may follow a comma, as in
    1.234,5. That reading is tried first if `european`, and never where the comma parts
    the cells. Columns that are `kept` stay texts.
    """
    texts = [one for one in frame.get_columns() if one.dtype == pl.String]
    read = [_numbers(one, separator, european) for one in texts if one.name not in kept]
    return frame.with_columns(one for one in read if one.dtype != pl.String)


def number_reading(
    sample: pl.Series, separator: str, european: bool
) -> Callable[[pl.Expr], pl.Expr]:
    """Return what makes texts of those that a number is cast from, by a sample."""
    cells = _bare(sample.drop_nulls().head(_SAMPLE)).drop_nulls()
    ways = notations(cells, separator, european)
    if not ways[0].european and _cast(cells) is not None:
        return lambda column: column
    fits = [one for one in ways if len(cells) and one.fits(cells)]
    if not fits:
        return lambda column: column
    return lambda column: pl.when(column.str.contains(fits[0].pattern)).then(
        fits[0].rewritten(column)
    )


def _numbers(column: pl.Series, separator: str, european: bool) -> pl.Series:
    sample = column.head(_SAMPLE * 10).drop_nulls().head(_SAMPLE)
    if len(sample) < _SAMPLE:
        sample = column.drop_nulls().head(_SAMPLE)
    ways = notations(_bare(sample), separator, european)
    if _parsed(sample, ways) is None:
        return column
    parsed = _parsed(column, ways)
    return column if parsed is None else parsed


def _parsed(column: pl.Series, ways: list[Notation]) -> pl.Series | None:
    """Return `column` as numbers or booleans, or None where a cell is neither."""
    if column.null_count() == len(column):
        return None
    plain = None if ways[0].european else _cast(column)
    if plain is not None:
        return plain
    bare = _bare(column)
    for way in ways:
        if way.fits(bare) and bare.null_count() < len(bare):
            return _cast(way.rewritten(bare))
    return _as_booleans(column)


def _cast(column: pl.Series) -> pl.Series | None:
    for dtype in (pl.Int64, pl.Float64):
        numbers = column.cast(dtype, strict=False)
        lost = column.filter(numbers.is_null() & column.is_not_null())
        if lost.is_in(IN_NUMBERS).all() and len(lost) < column.count():
            return numbers
    return None


def _as_booleans(column: pl.Series) -> pl.Series | None:
    lower = column.str.to_lowercase()
    if lower.is_in(["true", "false"]).all():
        return lower == "true"
    return None


class Reading(NamedTuple):
    """Read texts as numbers or as booleans, what is neither as null.

    dtype: Int64, Float64 or Boolean. way: how the numbers are written, None for as
    Polars writes them.
    """

    dtype: type[pl.DataType]
    way: Notation | None = None

    def __call__(self, cells: pl.Series) -> pl.Series:
        """Return the cells read."""
        if self.dtype == pl.Boolean:
            lower = cells.str.to_lowercase()
            return (lower == "true").set(~lower.is_in(["true", "false"]), None)
        bare = _bare(cells)
        if self.way is None:
            return bare.cast(self.dtype, strict=False)
        return self.way.read(bare, self.dtype)

    def reads(self, cells: pl.Series) -> bool:
        """Tell whether every cell can be read."""
        given = cells if self.dtype == pl.Boolean else _bare(cells)
        return self(cells).null_count() == given.null_count()


def common_reading(
    pieces: Callable[[], Iterable[pl.Series]], separator: str, european: bool
) -> Reading | None:
    """Return how a column is read of which only pieces are in memory, one at a time.

    None where `with_numbers` would leave it as texts.
    """
    sample = _first_cells(pieces())
    ways = notations(_bare(sample), separator, european)
    if not len(sample) or _parsed(sample, ways) is None:
        return None
    left = _readings(ways)
    for piece in pieces():
        left = [one for one in left if one.reads(piece)]
        if not left:
            return None
    return left[0]


def _first_cells(pieces: Iterable[pl.Series]) -> pl.Series:
    seen = pl.Series([], dtype=pl.String)
    for piece in pieces:
        seen = pl.concat([seen, piece.rename("").drop_nulls().head(_SAMPLE)])
        if len(seen) >= _SAMPLE:
            break
    return seen.head(_SAMPLE)


def _readings(notations: list[Notation]) -> list[Reading]:
    """Return the ways to read a column, in the order in which they are tried."""
    plain = [] if notations[0].european else [None]
    numbers = [
        Reading(dtype, way)
        for way in (*plain, *notations)
        for dtype in (pl.Int64, pl.Float64)
    ]
    return [*numbers, Reading(pl.Boolean)]


def _bare(cells: pl.Series) -> pl.Series:
    return cells.set(cells.is_in(IN_NUMBERS), None)
