"""What holds for a model of any table: any mix of types, missing cells and sizes."""

import random

import numpy as np
import polars as pl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ranvier.data import Dataset, Encoder, from_frame, read_frame
from ranvier.errors import RanvierError
from ranvier.model import Model
from ranvier.network import Dense, Network
from ranvier.recipe import Recipe, output_for
from ranvier.training import train
from tests.support.tables import tables

RECIPE = Recipe(epochs=1, batch_size=16, validation=0, test=0, stopping=None)
usual = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def understood(draw) -> tuple[pl.DataFrame, Dataset]:
    """Draw a table, and what it is read as: with a target, with two, or with labels."""
    drawn, count = draw(tables()), draw(st.sampled_from([1, 1, 1, 2, 2, "labels"]))
    if count == "labels":
        chances = np.random.default_rng(draw(st.integers(0, 2**16)))
        yes = chances.random((2, drawn.height)) < 0.5
        drawn = drawn.with_columns(label_1=yes[0], label_2=yes[1].astype(int))
        count = 2
    try:
        frame = read_frame(drawn)  # with names that are names
        targets = frame.columns[-count:]
        return frame, from_frame(frame, targets, drop_missing_targets=True)
    except RanvierError:
        assume(False)
        raise


def learnt(data: Dataset) -> Model:
    """Return a model that has seen the data once."""
    schema = data.schema
    network = Network([Dense(4, "tanh"), Dense(schema.outputs, output_for(schema))])
    run = train(network, data, RECIPE, folder=None, threads=1)
    return Model.from_run(run, threads=1)


def said(model: Model, rows: pl.DataFrame) -> np.ndarray:
    """Return all that a model says of rows, probabilities where it has some."""
    numbers = model.schema.task == "regression"
    return model.predict(rows) if numbers else model.predict_proba(rows)


@usual
@given(understood(), st.randoms())
def test_answers_do_not_depend_on_the_order_of_rows(table, draw: random.Random):
    frame, data = table
    model = learnt(data)
    order = draw.sample(range(frame.height), frame.height)
    assert said(model, frame[order]).tobytes() == said(model, frame)[order].tobytes()


@usual
@given(understood(), st.randoms())
def test_a_row_is_answered_alone_as_among_others(table, draw: random.Random):
    frame, data = table
    model = learnt(data)
    row = draw.randrange(frame.height)
    alone = said(model, frame[row : row + 1])
    assert alone.tobytes() == said(model, frame)[row : row + 1].tobytes()


@usual
@given(understood(), st.randoms())
def test_answers_do_not_depend_on_other_columns(table, draw: random.Random):
    frame, data = table
    model = learnt(data)
    inputs = [column.name for column in data.schema.columns if column.is_learnt]
    mixed = frame.select(
        pl.lit("more").alias("another one"), *draw.sample(inputs, len(inputs))
    )
    assert said(model, mixed).tobytes() == said(model, frame).tobytes()


@usual
@given(understood())
def test_a_file_brings_the_schema_and_the_answers_back(tmp_path_factory, table):
    frame, data = table
    model = learnt(data)
    path = tmp_path_factory.mktemp("model") / "model.safetensors"
    model.save(path)
    again = Model.load(path, threads=1)
    assert again.schema == data.schema
    assert again.encoder.to_texts() == model.encoder.to_texts()
    assert said(again, frame).tobytes() == said(model, frame).tobytes()


@usual
@given(understood(), st.integers(0, 2**16))
def test_rows_outside_the_training_part_change_no_encoder(table, seed):
    _, data = table
    draw = np.random.default_rng(seed)
    rows = np.sort(draw.choice(len(data), -(-len(data) // 2), replace=False))
    part, alone = data.take(rows), changed(data, rows, draw)
    for other in (alone.take(rows), only(data, rows)):
        expected, found = Encoder.fit(part), Encoder.fit(other)
        assert found.to_texts() == expected.to_texts()
        for name, array in expected.to_arrays().items():
            assert found.to_arrays()[name].tobytes() == array.tobytes()


def changed(data: Dataset, rows: np.ndarray, draw: np.random.Generator) -> Dataset:
    """Return the data with other cells and answers in all rows but some."""
    frame, targets = data.frame, np.array(data.targets)
    kept = pl.Series(np.isin(np.arange(len(data)), rows))
    others = frame[draw.permutation(len(data))].with_columns(
        pl.lit(None).cast(frame[name].dtype).alias(name)
        for name in frame.columns
        if draw.random() < 0.5
    )
    cells = [frame[name].zip_with(kept, others[name]) for name in frame.columns]
    targets[~kept.to_numpy()] = targets[draw.integers(len(data))]
    return Dataset(pl.DataFrame(cells), targets, data.schema)


def only(data: Dataset, rows: np.ndarray) -> Dataset:
    """Return some rows of the data as all that there is."""
    return Dataset(data.frame[rows], data.targets[rows], data.schema)
