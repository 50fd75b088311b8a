import datetime
import sqlite3
import sys
from contextlib import closing

import polars as pl
import pytest

from ranvier.data import read_frame
from ranvier.data.sources.query import query_parts
from ranvier.errors import DataError, FileError, MissingPackageError
from tests.support.postgresql import PASSWORD, USER, running


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table sales (day date, item text, price real)")
        rows = [("2020-01-01", " tea", 2.5), ("2020-01-02", "NA", None)]
        database.executemany("insert into sales values (?, ?, ?)", rows)
        database.commit()
    return f"sqlite:///{path}"


SALES = [("2020-01-01", "tea", 2.5), ("2020-01-02", None, None)]


def test_sqlite_answers_a_query(shop):
    assert read_frame(shop, query="select * from sales").rows() == SALES


def test_a_uri_may_end_in_its_query_which_is_taken_as_it_stands(shop):
    uri = f"{shop}?query=select item from sales where item like '%t%' or 1 = '?query='"
    assert read_frame(uri).rows() == [("tea",)]


def test_a_column_of_mixed_cells_is_text(shop):
    query = "select 1 as a union all select 'x' union all select null"
    assert sorted(read_frame(shop, query=query)["a"], key=str) == ["1", None, "x"]


def test_a_query_changes_nothing(shop):
    with pytest.raises(DataError, match=r"refuses .* \(attempt to write a readonly"):
        read_frame(shop, query="delete from sales")
    assert len(read_frame(shop, query="select * from sales")) == 2


@pytest.mark.parametrize("query", ["attach '{}' as other", "vacuum into '{}'"])
def test_a_query_makes_no_file(shop, query, tmp_path):
    made = tmp_path / "made.db"
    with pytest.raises(DataError, match=r"refuses .* \(.*authoriz"):
        read_frame(shop, query=query.format(made))
    assert not made.exists()


def test_sqlite_answers_in_parts(shop):
    parts = list(query_parts(f"{shop}?query=select * from sales", 3))
    assert [part.rows() for part in parts] == [[row] for row in SALES]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("selct 1", "refuses the query 'selct 1'"),
        ("select * from sales where false", "returns no row"),
        ("select 1 as a, 2 as a", "several columns called 'a'"),
    ],
)
def test_parts_are_refused_as_a_whole_answer_is(shop, query, message):
    with pytest.raises(DataError, match=message):
        list(query_parts(f"{shop}?query={query}", 3))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (None, 'shop.db: there is no query; give one, as in query="select [*] from'),
        (" ", "there is no query"),
        (
            "selct 1",
            r"shop.db refuses the query 'selct 1' \(near \"selct\".*give",
        ),
        ("select * from sale", r"refuses the query .*\(no such table: sale\)"),
        ("select 1; select 2", r"refuses the query .*one statement at a time"),
        ("pragma user_version = 3", "refuses the query|returns no table"),
        ("begin", "the query 'begin' returns no table; ask with select"),
        (
            "select day, price from sales where price > 9",
            r"returns no row \(its columns are day, price\); loosen its conditions",
        ),
        (
            "select 1 as a, 2 as a",
            "returns several columns called 'a'; give each",
        ),
    ],
)
def test_a_query_that_gives_no_table_is_refused(shop, query, message):
    with pytest.raises(DataError, match=message):
        read_frame(shop, query=query)


def test_two_queries_are_refused(shop):
    with pytest.raises(DataError, match="two queries are given; give one"):
        read_frame(f"{shop}?query=select 1", query="select 2")


def test_a_sqlite_file_that_is_not_there_is_not_made(shop):
    with pytest.raises(FileError, match=r"no file .*shop.dc; did you mean shop.db"):
        read_frame(shop.replace(".db", ".dc"), query="select 1")
    with pytest.raises(FileError, match=r"did you mean shop.db"):
        read_frame(shop.replace(".db", ".dc"), query="select 1")


def test_a_uri_with_too_few_strokes_is_refused():
    with pytest.raises(DataError, match=r"sqlite://x.db: expected three strokes and a"):
        read_frame("sqlite://x.db", query="select 1")


def test_a_file_that_is_no_sqlite_is_refused(tmp_path):
    (tmp_path / "x.db").write_bytes(b"no database" * 200)
    with pytest.raises(
        FileError, match=r"x.db cannot be read as SQLite .*copy it again"
    ):
        read_frame(f"sqlite:///{tmp_path}/x.db", query="select 1 from x")


@pytest.fixture(scope="module")
def port():
    with running() as port:
        yield port


@pytest.fixture
def server(port, monkeypatch):
    monkeypatch.delenv("PGPASSWORD", raising=False)
    return (
        f"postgresql://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/postgres"
    )


def test_postgresql_answers_with_every_usual_type(server):
    query = """
        select 1 as whole, 1.25::numeric as exact, 2.5::real as real, ' x ' as text,
        'NA'::varchar(9) as mark, true as truth, date '2020-01-02' as day,
        timestamp '2020-01-02 03:04' as moment, 'a%' like '%' as sign, '{"a": 1}'::jsonb
    """
    frame = read_frame(server, query=query)
    assert frame.row(0) == (
        *(1, 1.25, 2.5, "x", None, True),
        datetime.date(2020, 1, 2),
        datetime.datetime(2020, 1, 2, 3, 4),
        True,
        '{"a": 1}',
    )


def test_postgresql_answers_in_parts(server):
    query = "select i, repeat('x', 900) as said from generate_series(1, 49999) as i"
    parts = list(query_parts(f"{server}?query={query}", 50_000))
    assert len(parts) > 1
    whole = read_frame(f"{server}?query={query}")
    assert pl.concat(parts).equals(whole)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("selct 1", "refuses the query 'selct 1'"),
        ("select 1 as a where false", "returns no row"),
        ("select 1 as a, 2 as a", "several columns called 'a'"),
        ("select inet '1.2.3.4' as ip", "column 'ip' of the type inet; turn it"),
    ],
)
def test_parts_of_postgresql_are_refused_as_a_whole_is(server, query, message):
    with pytest.raises(DataError, match=message):
        list(query_parts(f"{server}?query={query}", 3))


def test_many_rows_come_from_postgresql_in_their_order(server):
    query = "select i, i * 0.5 as half, null as none from generate_series(1, 9999) as i"
    frame = read_frame(f"{server}?query={query}")
    assert frame["i"].to_list() == list(range(1, 10_000))
    assert frame["half"][-1] == 4999.5
    assert frame["none"].null_count() == 9999


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "selct 1",
            r'ann:\*\*\*@.* refuses the query .*syntax error at .*"selct"',
        ),
        ("select * from gone", 'refuses the query .*relation "gone" does not exist'),
        ("create table t (a int)", "refuses .* in a read-only transaction"),
        ("select 1 as a where false", r"returns no row \(its columns are a\)"),
        ("select 1 as a, 2 as a", "returns several columns called 'a'"),
        (
            "select inet '1.2.3.4' as ip",
            "column 'ip' of the type inet; turn it",
        ),
        ("select interval '1 day' as d", "column 'd' of the type .*interval; turn it"),
    ],
)
def test_a_query_that_postgresql_cannot_answer_is_refused(server, query, message):
    with pytest.raises(DataError, match=message):
        read_frame(server, query=query)


def test_a_password_is_taken_from_the_environment(server, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    uri = server.replace(":open%20sesame", "")
    assert read_frame(uri, query="select 1 as a").rows() == [(1,)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sesame", "barley", "password authentication failed.*give the right user and"),
        (":open%20sesame", "", "no password supplied.*the variable PGPASSWORD"),
        (
            "/postgres",
            "/gone",
            'database "gone" does not exist.*give the name of',
        ),
        ("@", "@@", "has several signs @; write those of a user or a password as %40"),
    ],
)
def test_a_door_that_stays_shut_is_told_without_the_password(server, old, new, message):
    with pytest.raises(DataError, match=message) as caught:
        read_frame(server[:15] + server[15:].replace(old, new), query="select 1")
    assert "open" not in str(caught.value)


def test_a_database_that_is_down_is_told_at_once(server, port):
    with pytest.raises(DataError, match=r"refused.*; start the database, or mend its"):
        read_frame(server.replace(f":{port}/", ":1/"), query="select 1")


def test_a_missing_driver_is_named_with_the_way_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(
        MissingPackageError, match=r'reading postgresql://h/x needs .*"ranvier\[sql\]"'
    ):
        read_frame("postgresql://h/x", query="select 1")
