import numpy as np
import polars as pl
import pytest

from ranvier.data import Schema, from_frame, load
from ranvier.data.table import describe, infer, read_weights
from ranvier.errors import DataError, DescriptionError
from tests.support.people import people

TIMES = [float(number % 4) for number in range(200)]


def weighed(**columns):
    given = {"times": pl.Series(TIMES)} | columns
    return people().drop("spent").with_columns(**given)


@pytest.mark.parametrize("cells", [[1, 0, 2], ["1", "0.0", " 2"], [1.0, 0.0, 2.0]])
def test_weights_are_read_from_numbers_of_any_type(cells):
    found = read_weights(pl.DataFrame({"w": cells}), "w")
    assert (found.dtype, found.tolist()) == (np.float32, [1, 0, 2])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            [1, -1],
            "data: row 2, column 'w': -1 is no weight; give a finite number",
        ),
        ([1.0, float("inf")], "row 2, column 'w': inf is no weight"),
        ([1.0, 1e300], r"row 2, column 'w': 1e\+300 is no weight"),
        (
            [1.0, float("nan")],
            "row 2, column 'w': the weight is missing; give a finite",
        ),
        ([None, 1], "row 1, column 'w': the weight is missing"),
        (["1", "NA"], "row 2, column 'w': the weight is missing"),
        (["1", "heavy"], "row 2, column 'w': 'heavy' is no weight"),
        ([[1], [2]], r"data: column .w. holds List\(Int64\); a weight is one num"),
        ([0, 0], "data: column 'w' is 0 in all 2 rows, so that none counts"),
    ],
)
def test_what_is_no_weight_is_refused(cells, message):
    with pytest.raises(DataError, match=message):
        read_weights(pl.DataFrame({"w": cells}), "w")


def test_rows_keep_their_numbers_where_others_were_left_out():
    frame = weighed(
        times=pl.when(pl.int_range(200) == 150).then(-1).otherwise(1),
        bought=pl.when(pl.int_range(200) > 99).then("bought"),
    )
    with pytest.raises(DataError, match="row 151, column 'times': -1 is no weight"):
        from_frame(frame, "bought", weight="times", drop_missing_targets=True)


def test_the_weight_is_no_input_and_stays_with_the_schema():
    data = from_frame(weighed(), "bought", weight="times")
    assert "times" not in [column.name for column in data.schema.columns]
    assert data.schema.weight == "times"
    assert data.weights.tolist() == TIMES
    assert Schema.from_json(data.schema.to_json()) == data.schema


def test_weights_are_found_again_by_the_schema(tmp_path):
    weighed().write_csv(tmp_path / "people.csv")
    data = load(tmp_path / "people.csv", target="bought", weight="times")
    again = load(tmp_path / "people.csv", like=data.schema)
    assert again.fingerprint() == data.fingerprint()
    assert again.source is not None
    other = load(tmp_path / "people.csv", target="bought", kinds={"times": "ignored"})
    assert other.fingerprint() != data.fingerprint()


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ("tims", "there is no column 'tims' to weigh rows by; did you mean \"times\""),
        ("bought", "the column 'bought' is the target and the weight; name another"),
    ],
)
@pytest.mark.parametrize("understand", [infer, describe])
def test_a_weight_that_cannot_be_one_is_refused(weight, message, understand):
    with pytest.raises(DataError, match=message):
        understand(weighed(), "bought", weight=weight)


def test_a_table_without_its_weights_is_refused(tmp_path):
    data = from_frame(weighed(), "bought", weight="times")
    weighed().drop("times").write_csv(tmp_path / "bare.csv")
    with pytest.raises(DataError, match=r"bare\.csv: there is no column .times. to"):
        load(tmp_path / "bare.csv", like=data.schema)


def test_a_schema_whose_weight_is_learnt_is_refused():
    with pytest.raises(DescriptionError, match="what a row counts is neither lea"):
        Schema("t", (1,), "regression", (), 1, target=("w",), weight="w")


def test_a_weight_is_described_as_one_and_warned_of_as_none():
    frame = weighed(times=pl.lit(2.0))
    description = describe(frame, "bought", weight="times")
    (facts,) = (one for one in description.columns if one.name == "times")
    assert facts.use == "what its row counts"
    assert not [one for one in description.warnings if one.column == "times"]


def test_data_that_are_no_table_have_no_such_column():
    with pytest.raises(DataError, match=r"digits is no table, .* leave weight out"):
        load("digits", weight="times")
