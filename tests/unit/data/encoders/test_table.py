import json
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from ranvier.data.column import Column
from ranvier.data.encoders import ENCODERS, OneHot, PiecewiseLinear, TableEncoder
from ranvier.errors import DataError, DescriptionError
from tests.support.typed_frames import BY_KIND, DTYPES, tables

COLUMNS = (
    Column("age", "count"),
    Column("city", "category"),
    Column("name", "identifier"),
    Column("member", "boolean"),
)
FRAME = pl.DataFrame(
    {
        "age": [20.0, 30.0, None, 50.0] * 4,
        "city": ["Rome", "Oslo", "Rome", None] * 4,
        "member": [True, False, None, True] * 4,
    }
)
property_of_tables = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def bits(encoder, frame):
    return encoder.apply(frame).tobytes()


@property_of_tables
@given(tables(), st.integers(0, 99))
def test_rows_outside_the_training_part_change_nothing(table, seed):
    columns, training, others, encode = table
    together = pl.concat([others, training])
    rows = np.random.default_rng(seed).permutation(training.height) + others.height
    alone = TableEncoder.fit(training, columns, encode=encode)
    taken = TableEncoder.fit(together[rows], columns, encode=encode)
    assert taken == alone


@property_of_tables
@given(tables())
def test_the_numbers_are_finite_whatever_comes(table):
    columns, training, others, encode = table
    encoder = TableEncoder.fit(training, columns, encode=encode)
    for frame in (training, others):
        numbers = encoder.apply(frame)
        assert np.isfinite(numbers).all()
        assert numbers.dtype == np.float32
        assert numbers.flags.c_contiguous
        assert numbers.shape == (frame.height, encoder.size)


@property_of_tables
@given(tables())
def test_json_gives_back_the_same_bits(table):
    columns, training, others, encode = table
    encoder = TableEncoder.fit(training, columns, encode=encode)
    again = TableEncoder.from_dict(json.loads(json.dumps(encoder.to_dict())))
    assert bits(again, others) == bits(encoder, others)
    assert again == encoder


@property_of_tables
@given(tables(), st.integers(0, 99))
def test_a_row_becomes_the_same_numbers_in_any_company(table, seed):
    columns, training, others, encode = table
    encoder = TableEncoder.fit(training, columns, encode=encode)
    rng = np.random.default_rng(seed)
    rows = rng.integers(others.height, size=rng.integers(1, 30))
    expected = encoder.apply(others)[rows]
    np.testing.assert_array_equal(encoder.apply(others[rows]), expected)


@property_of_tables
@given(tables(), st.integers(0, 99))
def test_other_columns_and_their_order_change_nothing(table, seed):
    columns, training, others, encode = table
    encoder = TableEncoder.fit(training, columns, encode=encode)
    swapped = np.random.default_rng(seed).permutation(others.columns)
    changed = others.select(swapped.tolist()).with_columns(
        pl.lit("x").alias("one more")
    )
    assert bits(encoder, changed) == bits(encoder, others)


@property_of_tables
@given(tables())
def test_ids_come_first_and_each_has_training_rows(table):
    columns, training, others, encode = table
    encoder = TableEncoder.fit(training, columns, encode=encode)
    seen, new = encoder.apply(training), encoder.apply(others)
    assert len(encoder.ids) == list(encode.values()).count("embedding")
    for column, size in zip(encoder.id_columns, encoder.ids, strict=True):
        assert set(seen[:, column]) == set(range(size))
        assert set(new[:, column]) <= set(range(size))


@property_of_tables
@given(tables())
def test_every_number_has_a_name_and_an_origin(table):
    columns, training, _, encode = table
    encoder = TableEncoder.fit(training, columns, encode=encode)
    assert len(encoder.names) == len(encoder.origins) == encoder.size
    for name, origin in zip(encoder.names, encoder.origins, strict=True):
        assert columns[origin].name in name
    assert set(encoder.origins) == set(range(len(columns)))


@pytest.mark.parametrize("kind", DTYPES)
def test_columns_of_missing_cells_alone_can_be_learnt(kind):
    frame = pl.DataFrame({"empty": pl.Series([None] * 5, dtype=DTYPES[kind])})
    for name in BY_KIND[kind]:
        encoder = TableEncoder.fit(
            frame, [Column("empty", kind)], encode={"empty": name}
        )
        assert len(np.unique(encoder.apply(frame), axis=0)) == 1


def test_every_kind_of_column_has_its_encoder():
    kinds = {
        "number": 1.5,
        "count": 2.0,
        "category": "a",
        "boolean": True,
        "date": datetime(2024, 1, 1),
        "text": "two words",
    }
    frame = pl.DataFrame({kind: [value] for kind, value in kinds.items()})
    columns = [Column(kind, kind) for kind in kinds]
    fitted = TableEncoder.fit(frame, columns).encoders
    assert [one.type for one in fitted] == [
        "piecewise_linear",
        "piecewise_linear",
        "one_hot",
        "binary",
        "cycles",
        "words",
    ]


@pytest.mark.parametrize(
    ("values", "embed", "chosen"),
    [(9, True, "one_hot"), (10, True, "embedding"), (10, False, "one_hot")],
)
def test_a_category_of_more_than_nine_values_is_embedded(values, embed, chosen):
    frame = pl.DataFrame({"city": [f"city {n}" for n in range(values)] * 2})
    column = Column("city", "category")
    (fitted,) = TableEncoder.fit(frame, [column], embed=embed).encoders
    assert fitted.type == chosen


def test_answers_at_random_stay_at_random():
    """A category a row, rare words and gaps tell nothing of answers that are drawn."""
    rng = np.random.default_rng(0)
    answers = rng.random(1200) < 0.5
    frame = pl.DataFrame(
        {
            "age": [None, *rng.normal(size=5)] * 200,
            "city": [f"city {n}" for n in rng.integers(0, 800, 1200)],
            "note": [f"word{n} seen" for n in rng.integers(0, 800, 1200)],
        }
    )
    columns = (Column("age", "number"), Column("city", "category"))
    columns += (Column("note", "text"),)
    encoder = TableEncoder.fit(frame[:600], columns, embed=False)
    judge = LogisticRegression(max_iter=1000)
    judge.fit(encoder.apply(frame[:600]), answers[:600])
    right = judge.score(encoder.apply(frame[600:]), answers[600:])
    # Four standard deviations of the share of heads in 600 tosses.
    assert abs(right - 0.5) < 4 * np.sqrt(0.25 / 600)


def test_left_out_columns_are_passed_over():
    encoder = TableEncoder.fit(FRAME, COLUMNS)
    assert [column.name for column in encoder.columns] == ["age", "city", "member"]


@pytest.mark.parametrize(
    "wish", ["robust", {"type": "piecewise_linear", "bins": 1}, PiecewiseLinear(bins=1)]
)
def test_an_encoder_is_wished_by_name_by_table_or_as_it_is(wish):
    encoder = TableEncoder.fit(FRAME, COLUMNS, encode={"age": wish})
    assert encoder.encoders[0].type in {"robust", "piecewise_linear"}
    assert encoder.encoders[0].width == 1 + (wish != "robust")


def test_numbers_can_be_encoded_in_one_word():
    encoder = TableEncoder.fit(FRAME, COLUMNS, numbers="quantile")
    assert encoder.encoders[0].type == "quantile"


def test_a_seed_draws_other_frequencies_for_each_column():
    columns = (Column("a", "number"), Column("b", "number"))
    frame = pl.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    drawn = {
        fitted.frequencies
        for seed in (0, 1, 1)
        for fitted in TableEncoder.fit(
            frame, columns, seed=seed, numbers="periodic"
        ).encoders
    }
    assert len(drawn) == 4


def test_tables_of_few_values_have_narrow_rows():
    columns = (Column("few", "category"), Column("many", "category"))
    frame = pl.DataFrame(
        {"few": list("ab") * 20, "many": [str(n) for n in range(20)] * 2}
    )
    encode = {"few": "embedding", "many": "embedding"}
    encoder = TableEncoder.fit(frame, columns, encode=encode)
    assert encoder.ids == (2, 20)
    assert encoder.widths == (2, 8)


def test_ids_stand_before_the_numbers_of_earlier_columns():
    encoder = TableEncoder.fit(FRAME, COLUMNS, encode={"city": "embedding"})
    assert encoder.origins[:3] == (1, 0, 0)
    assert encoder.names[0] == "city"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encode": {"agee": "robust"}}, "'agee', which is not learnt; did you mean"),
        ({"encode": {"name": "one_hot"}}, "'name', which is not learnt; .*learnt: age"),
        (
            {"encode": {"city": "robust"}},
            "'city' is a category, which \"robust\" cannot",
        ),
        ({"encode": {"age": OneHot()}}, "cannot read; choose one of standard, robust"),
        ({"numbers": "words"}, 'a count, which "words" cannot read'),
    ],
)
def test_an_encoder_that_fits_no_column_is_refused(options, message):
    with pytest.raises(DataError, match=message):
        TableEncoder.fit(FRAME, COLUMNS, **options)


def test_an_unknown_encoder_is_refused():
    with pytest.raises(
        DescriptionError, match=r"no encoder of columns 'robst'; did you"
    ):
        TableEncoder.fit(FRAME, COLUMNS, encode={"age": "robst"})


def test_nothing_is_fitted_on_no_rows():
    with pytest.raises(DataError, match="no rows to fit an encoder on; give the train"):
        TableEncoder.fit(FRAME[:0], COLUMNS)


def test_nothing_is_fitted_on_no_columns():
    with pytest.raises(DataError, match="no column is left to learn from; give one"):
        TableEncoder.fit(FRAME, [Column("name", "identifier")])


def test_no_rows_become_no_numbers():
    encoder = TableEncoder.fit(FRAME, COLUMNS)
    assert encoder.apply(FRAME[:0]).shape == (0, encoder.size)


def test_a_missing_column_is_named():
    encoder = TableEncoder.fit(FRAME, COLUMNS)
    with pytest.raises(DataError, match="'city' is missing; there are 'age', 'member'"):
        encoder.apply(FRAME.drop("city"))


def test_a_column_of_another_type_is_refused():
    encoder = TableEncoder.fit(FRAME, COLUMNS)
    with pytest.raises(
        DataError, match="'age' is a count and must be Float64, got Int"
    ):
        encoder.apply(FRAME.cast({"age": pl.Int64}))


def test_a_fitted_encoder_for_each_column_is_needed():
    table = TableEncoder.fit(FRAME, COLUMNS).to_dict()
    table["encoders"].pop()
    with pytest.raises(DescriptionError, match="3 columns and 2 encoders; give one"):
        TableEncoder.from_dict(table)


@pytest.mark.parametrize("name", ENCODERS)
def test_an_encoder_and_its_fitted_form_share_their_name(name):
    kind = ENCODERS[name].kinds[0]
    values = pl.Series([None], dtype=DTYPES[kind])
    assert ENCODERS[name]().fit(values).type == name
