"""query: a question to a database → a frame."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from ranvier.data.sources.columnar import with_rows
from ranvier.data.sources.opened import check_file
from ranvier.data.sources.options import Options
from ranvier.data.sources.secret import without_password
from ranvier.data.sources.tidy import tidied
from ranvier.errors import DataError, FileError, MissingPackageError, shown

_SECONDS = 10
_READ_ONLY = "options=-c%20default_transaction_read_only%3Don"


def read_query(uri: str, options: Options) -> pl.DataFrame:
    """Ask SQLite or PostgreSQL a question; nothing in the database can be changed.

    PostgreSQL takes the password from the URI, or from PGPASSWORD or ~/.pgpass as its
    own tools do.

    Raises:
        FileError: SQLite's file is missing, may not be read, or is damaged.
        DataError: the database cannot be reached, refuses the user or the query, or
            the query returns nothing.
        MissingPackageError: PostgreSQL's driver is not installed.
    """
    options.only("a database", "query")
    place, query = _parts(uri, options.query)
    (frame,) = _asked(place, query, None)
    return _checked(frame, place, query, options)


def query_parts(uri: str, cells: int) -> Iterator[pl.DataFrame]:
    """Yield what a database answers, about `cells` cells at a time.

    A part of what SQLite answers has types of its own, as SQLite has them by the cell.

    Raises:
        FileError, DataError, MissingPackageError: as of `read_query`.
    """
    place, query = _parts(uri, None)
    options = Options()
    for number, frame in enumerate(_asked(place, query, cells)):
        if frame.height or not number:
            yield _checked(frame, place, query, options)


def _asked(place: str, query: str, cells: int | None) -> Iterator[pl.DataFrame]:
    is_sqlite = place.startswith("sqlite:")
    return (_from_sqlite if is_sqlite else _from_postgresql)(place, query, cells)


def _checked(
    frame: pl.DataFrame, place: str, query: str, options: Options
) -> pl.DataFrame:
    name = without_password(place)
    if not frame.width:
        raise DataError(
            f"{name}: the query {shown(query)} returns no table; ask with select …"
        )
    if not frame.height:
        raise DataError(
            f"{name}: the query {shown(query)} returns no row (its columns are "
            f"{', '.join(frame.columns[:5])}); loosen its conditions."
        )
    return tidied(with_rows(frame, name), options.missing)


def _parts(uri: str, given: str | None) -> tuple[str, str]:
    place, mark, own = uri.partition("?query=")
    if not mark:
        place, mark, own = uri.partition("&query=")
    query = given if given is not None else own
    if not isinstance(query, str) or not query.strip() or (mark and given is not None):
        fault = "two queries are given" if mark and own else "there is no query"
        raise DataError(
            f'{without_password(place)}: {fault}; give one, as in query="select * from '
            'sales", or at the end of the URI as ?query=select * from sales.'
        )
    return place, query


def _from_sqlite(uri: str, query: str, cells: int | None) -> Iterator[pl.DataFrame]:
    path = Path(re.sub("^sqlite:///", "", uri))
    if str(path).startswith("sqlite:"):
        raise DataError(
            f"{uri}: expected three strokes and a path, as in sqlite:///shop.db, or "
            "four for one from the root, sqlite:////data/shop.db."
        )
    check_file(path)
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, timeout=_SECONDS)
        try:
            connection.set_authorizer(_only_this)
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or ()]
            if cells is None:
                yield _rows(names, cursor.fetchall())
                return
            most = max(1, cells // max(1, len(names)))
            yield _rows(names, cursor.fetchmany(most))
            while rows := cursor.fetchmany(most):
                yield _rows(names, rows)
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise FileError(
                f"{path} cannot be read as SQLite ({error}); it is damaged or of "
                "another kind: copy it again."
            ) from None
        raise _refused(str(path), query, str(error)) from None
    except sqlite3.Warning as error:
        raise _refused(str(path), query, str(error)) from None


def _only_this(action: int, *_: object) -> int:
    """Allow all but to attach another file, which would be made if it is missing."""
    is_denied = action == sqlite3.SQLITE_ATTACH
    return sqlite3.SQLITE_DENY if is_denied else sqlite3.SQLITE_OK


def _rows(names: Sequence[str], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    _check_names(names)
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pl.DataFrame(
        [
            pl.Series(name, list(cells), strict=False)
            for name, cells in zip(names, columns, strict=True)
        ]
    )


def _check_names(names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"the query returns several columns called {', '.join(map(repr, twice))}; "
            'give each a name of its own, as in select a.id as "customer".'
        )


def _from_postgresql(uri: str, query: str, cells: int | None) -> Iterator[pl.DataFrame]:
    name = without_password(uri)
    if uri.count("@") > 1:
        raise DataError(
            f"{name} has several signs @; write those of a user or a password as %40."
        )
    connect = _driver(uri)
    sign = "&" if urlsplit(uri).query else "?"
    try:
        address = f"{uri}{sign}{_READ_ONLY}&connect_timeout={_SECONDS}"
        connection = connect(address)
    except Exception as error:  # the driver's own kinds of errors
        raise _unreachable(name, str(error)) from None
    with connection, connection.cursor() as cursor:
        try:
            cursor.execute(query)
            if cells is None:
                yield _frame(cursor.fetch_arrow_table())
                return
            yield from _batches(cursor.fetch_record_batch(), cells)
        except DataError:
            raise
        except Exception as error:
            raise _refused(name, query, str(error)) from None


def _batches(reader: Any, cells: int) -> Iterator[pl.DataFrame]:
    """Yield the batches of an answer, several together as long as there is room."""
    import pyarrow

    held: list[Any] = []
    most = max(1, cells // max(1, len(reader.schema.names)))
    for batch in reader:
        if held and sum(map(len, held)) + len(batch) > most:
            yield _frame(pyarrow.Table.from_batches(held))
            held = []
        held.append(batch)
    yield _frame(pyarrow.Table.from_batches(held, reader.schema))


def _frame(table: Any) -> pl.DataFrame:
    _check_names(table.column_names)
    return pl.DataFrame([_column(table, place) for place in range(table.num_columns)])


def _driver(uri: str) -> Callable[[str], Any]:
    try:
        import pyarrow  # noqa: F401
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise MissingPackageError(
            f"reading {without_password(uri)} needs the package "
            'adbc-driver-postgresql; run pip install "ranvier[sql]".'
        ) from None
    connect: Callable[[str], Any] = dbapi.connect
    return connect


def _column(table: Any, place: int) -> pl.Series:
    """Convert one column; exact decimals, which come as texts, become numbers."""
    name, column = table.column_names[place], table.column(place)
    kind = getattr(column.type, "type_name", None)
    if kind is not None:
        column = column.cast(column.type.storage_type)
    try:
        series = pl.Series(name, column)
    except pl.exceptions.PolarsError:
        kind = kind or str(column.type)
        series = pl.Series(name, [b""])
    if kind == "numeric":
        return series.cast(pl.Float64)
    if series.dtype == pl.Binary:
        raise DataError(
            f"the query returns the column {name!r} of the type {kind or 'bytea'}; "
            f"turn it into text or a number in the query, as in {name}::text."
        )
    return series


def _unreachable(name: str, reason: str) -> DataError:
    reason = " ".join(reason.split()).removeprefix("IO: [libpq] Failed to connect: ")
    if "password" in reason:
        way = (
            "give the right user and password, as in postgresql://user:password@host/"
            "database, or the password alone in the variable PGPASSWORD"
        )
    elif "does not exist" in reason:
        way = "give the name of a database and a user that are there"
    else:
        way = "start the database, or mend its host and port"
    return DataError(f"{name} cannot be reached ({reason}); {way}.")


def _refused(name: str, query: str, reason: str) -> DataError:
    reason = " ".join(reason.partition("Query was:")[0].split())
    return DataError(
        f"{name} refuses the query {shown(query)} ({reason}); give one select that it "
        "can answer."
    )
