"""What holds for every table, whatever its types, missing cells and size."""

import random

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ranvier.data import Schema
from ranvier.data.table import Form, describe, infer, infer_columns, read_answers, typed
from ranvier.errors import RanvierError
from tests.support.tables import tables

usual = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TYPES = {
    "number": pl.Float64,
    "count": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Datetime("us"),
    "category": pl.String,
    "text": pl.String,
}


def inferred(frame: pl.DataFrame) -> Form | None:
    """Return the form with the last column as target; None if it is refused."""
    try:
        return infer(frame, frame.columns[-1], drop_missing_targets=True)
    except RanvierError:
        return None


@usual
@given(tables())
def test_a_table_is_understood_or_refused_by_an_error_of_ours(frame):
    form = inferred(frame)
    assert form is None or len(form.columns) == frame.width - 1


@usual
@given(tables())
def test_every_column_is_typed_as_its_kind_says(frame):
    columns = infer_columns(frame)
    learnt = [column for column in columns if column.is_learnt]
    out = typed(frame, columns)
    assert out.schema == {column.name: TYPES[column.kind] for column in learnt}
    assert out.height == (frame.height if learnt else 0)
    for cells in out:
        assert not cells.dtype.is_float() or cells.is_finite().all()


@usual
@given(tables())
def test_what_is_typed_stays_as_it_is(frame):
    columns = infer_columns(frame)
    once = typed(frame, columns)
    assert typed(once, columns).equals(once)


@usual
@given(tables(), st.randoms())
def test_order_of_columns_and_others_do_not_matter(frame, draw: random.Random):
    columns = infer_columns(frame)
    names = draw.sample(frame.columns, frame.width)
    mixed = frame.select(pl.lit("more").alias("another one"), *names)
    assert typed(mixed, columns).equals(typed(frame, columns))


@usual
@given(tables(), st.randoms())
def test_a_row_is_typed_alone_as_among_others(frame, draw: random.Random):
    columns = infer_columns(frame)
    row = draw.randrange(frame.height)
    assert typed(frame[row : row + 1], columns).equals(
        typed(frame, columns)[row : row + 1]
    )


@usual
@given(tables())
def test_a_schema_comes_back_from_json(frame):
    form = inferred(frame)
    if form:
        assert Schema.from_json(form.schema.to_json()) == form.schema


@usual
@given(tables())
def test_there_is_one_answer_for_each_row_that_has_one(frame):
    form = inferred(frame)
    try:
        answers = form and read_answers(frame, form)
    except RanvierError:
        return
    if form:
        assert len(answers) == frame.height
        assert not form.classes or answers.max() < len(form.classes)


@usual
@given(tables())
def test_every_table_is_described(frame):
    description = describe(frame)
    assert [column.name for column in description.columns] == frame.columns
