"""warnings: what to look at before the first epoch, with evidence and remedy."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from ranvier.data.caution import Caution
from ranvier.data.column import Column
from ranvier.data.sources.large import LargeTable
from ranvier.data.table.cells import as_texts, is_given, read_cells
from ranvier.data.table.dates import DateFormat, find_format
from ranvier.data.table.evidence import Evidence
from ranvier.data.table.facts import ColumnFacts, percent
from ranvier.data.table.form import Form
from ranvier.data.table.giveaway import giveaways
from ranvier.data.table.kinds import MOST
from ranvier.data.table.order import date_order

_NEARLY_MISSING = 0.9  # of the cells
_RARE = 0.1  # of the share that a class had if all were alike
_SEEN = 10_000  # rows that dates are looked at in
_SHOWN = 5  # classes in a message


def column_cautions(
    seen: Mapping[str, Evidence], columns: Iterable[tuple[Column, ColumnFacts]]
) -> tuple[Caution, ...]:
    """Warn of identifiers, constants, missing and stray cells, and of dates.

    Dates are out of order where up to a tenth of the rows go back in time, as in a
    file that is sorted by time but for some rows: a split by time needs them in order.
    """
    found: list[Caution] = []
    for column, fact in columns:
        found += _of_kind(column, fact)
        if column.is_learnt and fact.use[:10] != "the target":
            found += _missing(fact)
        own = seen.get(column.name)
        if own and column.kind in ("number", "count", "date", "boolean"):
            found += _stray(own, column)
        if own and column.kind == "number":
            found += _infinite(own)
        if own and column.kind == "date":
            found += _dates(own, column)
    return tuple(found)


def form_cautions(
    frame: pl.DataFrame | LargeTable,
    form: Form | None,
    counts: Sequence[tuple[str, int]],
    *,
    folds: int = 5,
) -> tuple[Caution, ...]:
    """Warn of columns that give the target away, and of classes with few rows."""
    if form is None:
        return ()
    away = giveaway_cautions(frame, form)
    why = ", one for each fold"
    return (*away, *class_cautions(form.target[0], counts, least=folds, why=why))


def giveaway_cautions(
    frame: pl.DataFrame | LargeTable, form: Form
) -> Iterator[Caution]:
    """Warn of columns that give the target away."""
    for found in giveaways(frame, form):
        yield Caution(
            "giveaway",
            found.column,
            f"{found.column} alone tells {form.target[0]}: {found.evidence}; if it is "
            "not known when the question is asked, leave it out with "
            f"--column {found.column}=ignored.",
        )


def class_cautions(
    target: str, counts: Sequence[tuple[str, int]], *, least: int = 5, why: str = ""
) -> Iterator[Caution]:
    """Warn of classes with fewer than `least` rows, and of much rarer ones.

    counts: each class with its rows. Rare is what has less than a tenth of the rows
    that it had if all classes were alike. why: what fewer rows are too few for.
    """
    few = [f"{name} ({rows})" for name, rows in counts if rows < least]
    if few:
        yield Caution(
            "few-rows",
            target,
            f"{len(few)} of {len(counts)} classes have fewer than {least} rows{why}: "
            f"{_listed(few)}; give more rows of them, join them, or leave them out.",
        )
    yield from _spellings(target, counts)
    total = sum(rows for _, rows in counts)
    rare = [
        f"{name} ({percent(rows / total)})"
        for name, rows in counts
        if least <= rows < _RARE * total / len(counts)
    ]
    if rare:
        yield Caution(
            "imbalance",
            target,
            f"{_listed(rare)} of the rows: classes are far from even, and accuracy "
            "says little; try --class-weight balanced, and read the scores by class.",
        )


def _spellings(target: str, counts: Sequence[tuple[str, int]]) -> Iterator[Caution]:
    alike: dict[str, list[str]] = {}
    for name, rows in counts:
        alike.setdefault(name.casefold(), []).append(f"{name} ({rows:,})")
    several = [" and ".join(names) for names in alike.values() if len(names) > 1]
    if several:
        yield Caution(
            "spelling",
            target,
            f"{_listed(several)} are classes of their own, and differ in capitals "
            f"alone; write {target} alike in all rows if they mean the same.",
        )


def duplicate_rows(parts: Mapping[str, pl.DataFrame]) -> tuple[Caution, ...]:
    """Warn of rows of later parts that the first one, for training, holds too.

    parts: frames by name, with the same columns: what is learnt, and the answer.

    >>> rows = pl.DataFrame({"size": [1, 2], "side": ["a", "b"]})
    >>> duplicate_rows({"training": rows, "test": rows[:1]})[0].code
    'duplicates'
    """
    hashed = {name: part.hash_rows(seed=0) for name, part in parts.items()}
    return duplicate_hashes(hashed)


def duplicate_hashes(parts: Mapping[str, pl.Series]) -> tuple[Caution, ...]:
    """Warn as `duplicate_rows` does, given a hash of each row."""
    names = list(parts)
    known = parts[names[0]].implode()
    found = []
    for name in names[1:]:
        hashes = parts[name]
        count = int(hashes.is_in(known).sum())
        if count:
            found.append(
                Caution(
                    "duplicates",
                    None,
                    f"{count:,} of {len(hashes):,} rows of the {name} part are in the "
                    f"{names[0]} part too, and scores flatter; take out duplicate "
                    "rows, or split by a column that such rows share.",
                )
            )
    return tuple(found)


def _of_kind(column: Column, fact: ColumnFacts) -> Iterator[Caution]:
    name = column.name
    if column.kind == "identifier":
        yield Caution(
            column.kind,
            name,
            f"{name} has {fact.distinct:,} different values in {fact.rows:,} rows and "
            "is left out: nothing that is learnt of one row helps with another; learn "
            f"it with --column {name}=category or {name}=text.",
        )
    if column.kind == "constant":
        value = f"is {fact.frequent[0][0]!r}" if fact.frequent else "is missing"
        yield Caution(column.kind, name, f"{name} {value} in all rows and is left out.")


def _missing(fact: ColumnFacts) -> Iterator[Caution]:
    if fact.missing_share >= _NEARLY_MISSING:
        yield Caution(
            "missing",
            fact.name,
            f"{fact.name} is missing in {percent(fact.missing_share)} of the rows; "
            f"leave it out with --column {fact.name}=ignored if that says nothing.",
        )


def _stray(seen: Evidence, column: Column) -> Iterator[Caution]:
    if seen.dtype != pl.String:
        return
    cells, tally = seen.cells, seen.tally
    read = read_cells(tally.texts, column)
    if read.null_count() == tally.texts.null_count():
        return
    stray = is_given(tally.texts, loose=True) & read.is_null()
    count = tally.count(stray)
    if count:
        row = cells.is_in(tally.texts.filter(stray).implode()).arg_max() or 0
        yield Caution(
            "stray",
            column.name,
            f"{column.name} has {count:,} of {len(cells):,} cells that are no "
            f"{column.kind}, first {cells[row]!r} in row {row + 1:,}: training stops "
            f"there; mend them, or learn it with --column {column.name}=category.",
        )


def _infinite(seen: Evidence) -> Iterator[Caution]:
    if math.inf not in (seen.high, -(seen.low or 0.0)):
        return
    infinite = seen.cells.is_infinite()
    yield Caution(
        "infinite",
        seen.name,
        f"{seen.name} is infinite in {int(infinite.sum()):,} of {seen.rows:,} rows, "
        f"first in row {(infinite.arg_max() or 0) + 1:,}: training stops there; give a "
        "finite number, or leave the cell empty.",
    )


def _dates(seen: Evidence, column: Column) -> Iterator[Caution]:
    cells = seen.cells
    step = -(-len(cells) // _SEEN)
    drawn = cells.gather_every(step)
    if column.format:
        found = find_format(as_texts(drawn), MOST)
        other = found.other if found and found.format == column.format else None
        if other and _whole_format(seen) == found:
            yield Caution(
                "ambiguous-dates",
                column.name,
                f"{column.name} is read as {column.format}, and every row can be read "
                f"as {other} too; if it is, say --column {column.name}=date:{other}.",
            )
    yield from date_order(read_cells(drawn, column).alias(column.name), step)


def _whole_format(seen: Evidence) -> DateFormat | None:
    return find_format(as_texts(seen.tally.texts), MOST, seen.tally.rows)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {more:,} more" if more > 0 else shown
