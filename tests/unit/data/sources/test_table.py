import pandas
import polars as pl
import pytest

from ranvier.data import ColumnSplit, from_frame, load
from ranvier.errors import DataError
from tests.support.people import people, shoppers, spenders


@pytest.fixture
def csv(tmp_path):
    people().write_csv(tmp_path / "people.csv")
    return tmp_path / "people.csv"


def test_a_frame_becomes_columns_and_classes():
    data = shoppers()
    kinds = [(column.name, column.kind) for column in data.schema.columns]
    assert kinds == [
        ("age", "number"),
        ("town", "category"),
        ("member", "boolean"),
        ("day", "date"),
    ]
    assert (data.schema.classes, data.schema.target) == (("no", "yes"), ("bought",))


def test_the_frame_of_a_part_holds_its_rows():
    data = shoppers()
    assert data.take([5, 2]).frame.equals(data.frame[[5, 2]])


def test_numbers_as_a_target_are_values():
    data = spenders()
    assert data.schema.task == "regression"
    assert data.targets[:3, 0].tolist() == pytest.approx(
        people()["spent"][:3].to_list()
    )


def test_a_file_is_loaded_under_its_name(csv):
    data = load(csv, target="bought", kinds={"spent": "ignored"})
    assert (data.schema.name, data.source) == ("people", str(csv))
    assert data.schema.columns[-1].kind == "ignored"
    assert "spent" not in data.frame.columns


def test_a_table_is_read_like_another(csv):
    data = load(csv, target="bought", kinds={"member": "category"})
    assert load(csv, like=data.schema).schema == data.schema


def test_what_is_left_out_can_still_part_the_rows(csv):
    data = load(csv, target="bought", kinds={"town": "ignored"})
    assert data.column("town")[:2].tolist() == people()["town"][:2].to_list()


def test_a_learnt_column_can_part_the_rows():
    assert shoppers().column("town")[0] == people()["town"][0]


def test_equal_tables_have_one_fingerprint_and_others_another():
    one, other = shoppers(), people().drop("spent")
    changed = other.with_columns(pl.col("town").str.replace("town 3", "town 33"))
    assert one.fingerprint() == shoppers().fingerprint()
    assert from_frame(changed, "bought", name="shoppers").fingerprint() != (
        one.fingerprint()
    )


def test_a_missing_cell_and_zero_are_told_apart():
    known, missing = [0.0, 1.0, 2.5] * 4, [None, 1.0, 2.5] * 4
    tables = [{"size": cells, "side": ["a", "b"] * 6} for cells in (known, missing)]
    prints = {from_frame(table, "side").fingerprint() for table in tables}
    assert len(prints) == 2


def test_the_inputs_of_a_table_are_no_array():
    with pytest.raises(DataError, match=r"shoppers is a table of columns; use frame"):
        _ = shoppers().inputs


def test_arrays_have_no_frame():
    with pytest.raises(DataError, match=r"digits holds arrays and no table; use input"):
        _ = load("digits").frame


@pytest.mark.parametrize("given", [{"target": "x"}, {"kinds": {"a": "number"}}])
def test_data_with_answers_take_no_options_of_tables(given):
    (name,) = given
    with pytest.raises(DataError, match=f"digits is no table, .* leave {name} out"):
        load("digits", **given)


def test_rows_keep_their_numbers_in_the_file_where_some_are_left_out():
    frame = people(6).with_columns(
        bought=pl.Series([None, "yes", "no", None, "no", "yes"]),
        part=pl.Series(["train", "train", "tset", "train", "train", "test"]),
    )
    data = from_frame(frame, "bought", drop_missing_targets=True)
    assert data.left_out == 2
    assert data.numbers.tolist() == [2, 3, 5, 6]
    assert data.take([3, 1]).numbers.tolist() == [6, 3]
    message = "part says 'tset' in row 3; it must say train"
    with pytest.raises(DataError, match=message):
        data.split(by=ColumnSplit("part"))
    with pytest.raises(DataError, match=message):
        data.take([1, 2, 3]).split(by=ColumnSplit("part"))


def test_rows_that_are_all_there_are_numbered_from_1():
    data = shoppers()
    assert data.left_out == 0
    assert data.numbers.tolist() == [*range(1, 201)]


def test_a_categorical_type_makes_a_category_of_numbers():
    codes = ["3", "1", "2", "1"] * 30
    frame = pl.DataFrame({"code": codes, "rank": codes, "y": range(120)})
    frame = frame.cast({"code": pl.Categorical})
    table = frame.to_pandas()
    table["code"] = table["code"].astype(int).astype("category")
    ranks = [3, 1, 2, 1] * 30
    table["rank"] = pandas.Categorical(ranks, ordered=True)
    for one in (frame, frame.to_arrow(), table):
        columns = from_frame(one, "y").schema.columns
        assert [column.kind for column in columns] == ["category", "count"]
    kinds = {"code": "number"}
    assert from_frame(table, "y", kinds=kinds).schema.columns[0].kind == "number"
    assert from_frame(table, "code").schema.classes == ("1", "2", "3")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"target": 3}, r"there is no column 3 to be the target"),
        ({"target": "bought", "weight": 3}, r"there is no column 3 to weigh rows by"),
        ({"target": "bought", "kinds": ["age"]}, r"kinds=\['age'\]: give a dict"),
        ({"target": "bought", "kinds": {3: "category"}}, r"there is no column 3 to be"),
    ],
)
def test_what_is_no_name_is_refused_in_words(asked, message):
    with pytest.raises(DataError, match=message):
        from_frame(people(), **asked)
